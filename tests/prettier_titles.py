"""Every title in every place where one can land, as Markdown files for Prettier.

`python -m tests.prettier_titles FOLDER`, then `npx prettier --check FOLDER`: Prettier must want nothing changed.
"""

import sys
from pathlib import Path

from digest.compose.pictures import described
from digest.text import inline, plain
from tests import history, hostile

# What stands before and after a title.
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


def documents() -> dict[str, str]:
    """A document for each place, with all hostile titles and all titles of the facts, a line of text between them."""
    titles = [*hostile.TITLES, *sorted({pull.title for pull in history.pull_requests()})]
    safe = [markdown for markdown in map(inline, titles) if markdown]
    pictures = [text for title in titles if (text := described(plain(title)))]
    return {
        place: "\n\n".join(f"{before}{title}{after}\n\nNext." for title in safe) + "\n"
        for place, (before, after) in PLACES.items()
    } | {"picture": "\n\n".join(f"![{text}](./a-1.png)\n\nNext." for text in pictures) + "\n"}


def write(folder: Path) -> None:
    """Write the documents into a folder, one file each; the folder is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for place, document in documents().items():
        (folder / f"{place.replace(' ', '-')}.md").write_text(document, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
