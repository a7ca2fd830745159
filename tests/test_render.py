"""The section as a document: complete, safe, and without surprises from a template."""

from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from markdown_it import MarkdownIt

from digest.model import Person
from digest.output import render
from tests.builders import changed_file, pull, snapshot
from tests.composing import compose
from tests.hostile import TITLES
from tests.shipped import shipped

TEMPLATES = sorted((Path(__file__).parents[1] / "templates").glob("*.j2"))
ADDS_A_PLUGIN = (changed_file("plugins/doors/package.json", "added", 40),)


def test_a_section_has_heading_lead_and_stories() -> None:
    plugin = pull(
        7,
        title="Add the doors plugin",
        files=ADDS_A_PLUGIN,
        body="Made up for tests: it opens doors.",
    )
    fix = pull(8, title="Fix the bell", files=(changed_file("plugins/bell/index.ts", additions=3),))
    digest = compose(snapshot(plugin, fix), shipped(), None)
    assert render.section(digest, shipped()) == (
        "## Merged last week\n\n"
        "2 pull requests were merged last week. Here are the highlights.\n\n"
        "### Doors plugin\n\n"
        "Ada Lovelace added the doors plugin in [#7](https://github.com/backstage/backstage/pull/7). "
        "TODO: in one sentence, what can readers do with it?\n\n"
        "> TODO: rewrite or delete. From the pull request: Made up for tests: it opens doors.\n\n"
        "### Fix the bell\n\n"
        "Ada Lovelace fixed the bell in [#8](https://github.com/backstage/backstage/pull/8). "
        "TODO: in one sentence, what can readers do with it?\n"
    )


@pytest.mark.sample(every=3)
@pytest.mark.parametrize("title", TITLES)
def test_a_hostile_title_creates_no_structure(title: str) -> None:
    hostile = pull(
        7, title=title, author=Person(login="x", name=title), body=f"Made up for tests. {title}"
    )
    # Any picture of a description is a link.
    section = render.section(
        compose(snapshot(hostile), shipped().without_pictures(), None), shipped()
    )
    parsed = MarkdownIt("gfm-like").parse(section)
    assert [token.tag for token in parsed if token.type == "heading_open"] == ["h2", "h3"]
    inside = [child for token in parsed if token.type == "inline" for child in token.children or ()]
    links = [child.attrs["href"] for child in inside if child.type == "link_open"]
    assert links == ["https://github.com/backstage/backstage/pull/7"]
    assert {"html_inline", "html_block", "image"}.isdisjoint(
        token.type for token in (*parsed, *inside)
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_shipped_template_uses_nothing_that_avoids_the_escaping(path: Path) -> None:
    """With finalize, macros and set blocks are escaped twice, filters such as upper drop the type."""
    tree = Environment().parse(path.read_text("utf-8"))  # noqa: S701 (it renders nothing)
    slippery = (nodes.Macro, nodes.AssignBlock, nodes.Concat, nodes.CallBlock)
    assert [type(found).__name__ for found in tree.find_all(slippery)] == []
    assert {found.name for found in tree.find_all(nodes.Filter)} <= {
        "link",
        "who",
        "numbers",
        "code",
        "join",
        "length",
    }
