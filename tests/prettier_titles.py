"""Write titles in every place of a section as Markdown, which Prettier must not change.

`python -m tests.prettier_titles FOLDER` writes the files; `make prettier` checks them.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from digest.compose.pictures import alt_text
from digest.text import inline, plain
from tests import history, hostile
from tests.sweep import sample

# The texts before and after a title.
PLACES = {
    "heading": ("### ", ""),
    "paragraph": ("", ""),
    "after a sentence": ("Foo is here. ", ""),
    "in a sentence": ("They added ", " in it."),
    "link": ("See [", "](https://example.com/1) now."),
    "link in a heading": ("### [", "](https://example.com/1)"),
    "list item": ("- ", ""),
    "quotation": ("> ", ""),
    "next line": ("A line before\n", ""),
}
# Prettier reads files of this size twice as fast as a few long ones.
TITLES = 100


def paragraphs() -> Mapping[str, list[str]]:
    """Return all hostile titles and a sample of the facts' titles as they look in each place."""
    some = sample(sorted({pull.title for pull in history.pull_requests()}), every=24)
    titles = [*hostile.TITLES, *some]
    safe = [markdown for markdown in map(inline, titles) if markdown]
    pictures = [text for title in titles if (text := alt_text(plain(title)))]
    placed = {
        place: [f"{before}{title}{after}" for title in safe]
        for place, (before, after) in PLACES.items()
    }
    return {**placed, "picture": [f"![{text}](./a-1.png)" for text in pictures]}


def write(folder: Path) -> None:
    """Create a folder with the documents of each place, with a line of text after each title."""
    folder.mkdir(parents=True, exist_ok=True)
    for place, titles in paragraphs().items():
        for first in range(0, len(titles), TITLES):
            document = (
                "\n\n".join(f"{title}\n\nNext." for title in titles[first : first + TITLES]) + "\n"
            )
            (folder / f"{place.replace(' ', '-')}-{first:04}.md").write_text(
                document, encoding="utf-8"
            )


if __name__ == "__main__":
    write(Path(sys.argv[1]))
