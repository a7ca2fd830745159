"""The draft pull request of an edition with a list: its boxes, and the edits on its branch."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from digest.model import Layout
from tests.builders import changed_file, key, pull, snapshot
from tests.publishing import (
    BRANCH,
    PAGE,
    SETTINGS,
    WEEK,
    Place,
    draft,
    operation,
    publish,
    published,
)
from tests.standin import Newsletter

pytestmark = pytest.mark.slow

BUMP = pull(5580, title="Bump x from 1.0 to 1.1", files=(changed_file("yarn.lock"),))
FACTS = snapshot(*WEEK.pull_requests, BUMP)
MORE = snapshot(*FACTS.pull_requests, pull(5570, title="Add one more thing"))
LEFT_OUT = "**Left out of the list** (a tick puts it into the list)\n\n- [ ] {}"


@contextmanager
def published_layout(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> Iterator[Place]:
    """A newsletter with the draft of an edition in a layout."""
    with published(monkeypatch, folder) as place:
        settings = SETTINGS.replace("[digest]", f'[digest]\nlayout = "{layout}"', 1)
        Path("digest.toml").write_text(settings, encoding="utf-8")
        draft(FACTS)
        assert operation(publish()) == "created"
        yield place


def link(number: int) -> str:
    return f"[#{number}](https://github.com/backstage/backstage/pull/{number})"


def item(number: int, title: str) -> str:
    return f"- {title} ({link(number)}) by Ada Lovelace\n"


def box(number: int) -> str:
    return f"<!-- digest:pr={key(number)} -->"


def body(newsletter: Newsletter) -> str:
    return newsletter.pull(1).body.replace("\r\n", "\n")


def test_the_body_folds_the_list_and_has_boxes_for_what_is_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with published_layout("list", monkeypatch, tmp_path) as (_, newsletter):
        shown = body(newsletter)
        folded, _, left_out = shown.partition("</details>")
        assert "<details><summary>4 in the list</summary>" in folded
        assert folded.count("- [x] <!-- digest:pr=") == 4
        assert LEFT_OUT.format(box(5580)) in left_out


def test_boxes_and_edits_of_a_list_survive_the_next_publish(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with published_layout("list", monkeypatch, tmp_path) as (_, newsletter):
        newsletter.untick(1, key(5392))
        newsletter.tick(1, key(5580))
        text = newsletter.text(BRANCH, PAGE)
        edited = text.replace("Add a cache (", "**Faster:** a cache (")
        edited = edited.replace("\n\n### Documentation", "\n- My own item\n\n### Documents")
        newsletter.edit(BRANCH, PAGE, edited)
        draft(MORE)
        assert operation(publish()) == "updated"
        expected = (
            edited.replace(item(5392, "Add shortcuts plugin"), "")
            .replace("5 pull", "6 pull")
            .replace(
                "by Ada Lovelace\n- My", f"by Ada Lovelace\n{item(5570, 'Add one more thing')}- My"
            )
        )
        added = f"\n### Dependencies\n\n{item(5580, BUMP.title)}"
        assert newsletter.text(BRANCH, PAGE) == expected + added
        shown = body(newsletter)
        assert shown.count("- [x]") == 5
        assert LEFT_OUT.format(box(5392)) in shown
        writes = list(newsletter.writes)
        assert operation(publish()) == "unchanged"
        assert newsletter.writes == writes
        newsletter.tick(1, key(5392))
        assert operation(publish("--ticks-only", "--pull", "1")) == "updated"
        assert item(5392, "Add shortcuts plugin") in newsletter.text(BRANCH, PAGE)
        assert "- My own item" in newsletter.text(BRANCH, PAGE)


def test_an_item_deleted_on_the_branch_gets_a_box_that_puts_it_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with published_layout("stories-and-list", monkeypatch, tmp_path) as (_, newsletter):
        text, line = newsletter.text(BRANCH, PAGE), item(5551, "Add a cache")
        newsletter.edit(BRANCH, PAGE, text.replace(f"### Features\n\n{line}\n", ""))
        assert operation(publish()) == "updated"
        shown = body(newsletter)
        assert LEFT_OUT.format(box(5551)) in shown
        newsletter.tick(1, key(5551))
        assert operation(publish()) == "updated"
        assert newsletter.text(BRANCH, PAGE) == text
        newsletter.tick(1, key(5551))
        assert operation(publish()) == "updated"
        assert f"Ada Lovelace added a cache in {link(5551)}." in newsletter.text(BRANCH, PAGE)
