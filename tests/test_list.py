"""`digest list`, and `digest mark` with a pull request of another edition."""

import json
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest

from digest import text
from digest.compose import stories
from digest.editions import drafts, folder
from digest.editions.drafts import KnownDrafts
from digest.github.client import GitHub
from digest.model.newsletter import Draft
from tests.builders import pull, snapshot, week
from tests.cli import refused, run
from tests.publishing import BRANCH, PAGE, SETTINGS, SHORTCUTS, TO, Place, draft, publish, published

pytestmark = pytest.mark.slow

OLDER = snapshot(
    pull(4900, title="Add a door", merged_at=datetime(2021, 5, 5, tzinfo=UTC)),
    window=week("2021-W18"),
    fetched_at=datetime(2021, 5, 10, 9, tzinfo=UTC),
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    with published(monkeypatch, tmp_path) as found:
        draft(OLDER)
        draft()
        with Path("digest.toml").open("a", encoding="utf-8") as file:
            file.write(f'[digest.publish]\nto = "{TO}"\n')
        yield found


def test_editions_are_listed_with_the_newest_first(place: Place) -> None:
    publish()
    seen = run("list")
    assert seen.code == 0
    assert seen.out.splitlines() == [
        "edition   window          merged  stories  open points  draft",
        "2021-W19  10–16 May 2021       4        2            2  #1 open",
        "2021-W18  3–9 May 2021         1        1            1  none",
    ]
    assert max(map(text.width, seen.out.splitlines())) <= 80
    assert seen.err == "To see the open points: digest check -e 2021-W19\n"
    given = ("--config", "digest.toml", "--output", "editions")
    assert run("list", *given).err == seen.err.replace("\n", f" {' '.join(given)}\n")


def test_a_draft_that_changed_is_newer_than_the_folder_until_it_is_published_again(
    place: Place,
) -> None:
    publish()
    _, newsletter = place
    newsletter.edit(BRANCH, PAGE, newsletter.text(BRANCH, PAGE) + "\nMine.\n")
    seen = run("list")
    message = "The draft of 2021-W19 is newer than its folder."
    assert f"{message} To copy its edits here: digest publish -e 2021-W19" in seen.err
    publish()
    assert "newer" not in run("list").err
    assert Path("editions/2021-W19/section.md").read_text("utf-8").endswith("\nMine.\n")


def test_the_state_of_a_draft_is_that_of_its_last_pull_request(place: Place) -> None:
    publish()
    place[1].close(1)
    document = json.loads(run("list", "--json").out)
    assert document["folder"] == "editions"
    newest, older = document["editions"]
    assert newest == {
        "edition": "2021-W19",
        "window": "10–16 May 2021 (2021-W19, UTC)",
        "repositories": ["backstage/backstage"],
        "merged": 4,
        "stories": 2,
        "open_points": 2,
        "draft": 1,
        "draft_state": "closed",
        "draft_url": f"https://github.com/{TO}/pull/1",
        "draft_is_newer": False,
        "is_newest": True,
        "problem": None,
    }
    assert (older["edition"], older["draft"], older["is_newest"]) == ("2021-W18", None, False)


def test_without_a_newsletter_or_a_token_drafts_are_not_shown(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GH_TOKEN")
    assert run("list").err.startswith(
        "Drafts are unknown: no GitHub token found. Run: gh auth login"
    )
    Path("digest.toml").write_text(SETTINGS)
    seen = run("list")
    assert "raft" not in seen.out + seen.err


def test_the_list_waits_only_briefly_for_the_drafts(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    github = mock.Mock(wraps=GitHub)
    monkeypatch.setattr(drafts, "GitHub", github)
    for seconds, expected in (("1", 1), ("120", 5)):
        settings = (
            Path("digest.toml").read_text().replace("wait_seconds = 1", f"wait_seconds = {seconds}")
        )
        Path("digest.toml").write_text(settings)
        assert run("list").code == 0
        assert github.call_args.args[2].max_wait_seconds == expected


def test_an_edition_that_cannot_be_read_is_listed_with_the_reason(place: Place) -> None:
    Path("editions/2021-W19/marks.toml").write_text("nonsense")
    seen = run("list")
    assert seen.code == 0
    assert seen.out.splitlines()[1].split()[4:7] == ["4", "–", "–"]
    assert seen.err.startswith("2021-W19: editions/2021-W19/marks.toml, line 1")
    assert max(map(text.width, seen.out.splitlines())) <= 80


@pytest.mark.sweep
@pytest.mark.usefixtures("empty_folder")
def test_the_widest_row_fits_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has a window in two years, a draft with five digits, and edits to copy."""
    at = datetime(2020, 12, 30, tzinfo=UTC)
    pulls = [pull(number, merged_at=at) for number in range(1001, 2100)]
    draft(snapshot(*pulls, window=week("2020-W53")))
    newer = Draft(
        number=12345, url="", branch="digest/2020-W53", state="merged", is_draft=True, body=""
    )
    monkeypatch.setattr(
        "digest.editions.listing.find_drafts", lambda _: KnownDrafts({"2020-W53": newer})
    )
    seen = run("list")
    assert seen.out.splitlines()[1].startswith("2020-W53  28 Dec 2020 – 3 Jan 2021   1,099 ")
    assert seen.out.endswith("  #12345 merged\n")
    assert max(map(text.width, seen.out.splitlines())) <= 80


@pytest.mark.usefixtures("place")
def test_each_earlier_edition_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    draft(
        snapshot(
            pull(4800, title="Add a gate", merged_at=datetime(2021, 4, 28, tzinfo=UTC)),
            window=week("2021-W17"),
            fetched_at=datetime(2021, 5, 3, 9, tzinfo=UTC),
        )
    )
    read = mock.Mock(side_effect=stories.marks_in_text)
    monkeypatch.setattr(folder, "marks_in_text", read)
    assert len(run("list").out.splitlines()) == 1 + 3
    assert read.call_count == 2


def test_an_empty_folder_names_the_next_command(empty_folder: Path) -> None:
    seen = run("list")
    assert (seen.code, seen.out) == (0, "")
    assert seen.err == "There is no edition in editions yet. Draft one with: digest week\n"
    assert run("list", "--output", "news").err.endswith("with: digest week --output news\n")
    assert json.loads(run("list", "--json").out) == {"folder": "editions", "editions": []}


def test_a_mark_of_another_edition_names_it_with_the_command(place: Place) -> None:
    assert refused("mark", "4900", "--heading", "A door", "--first") == (
        "digest: backstage/backstage#4900 was merged in the window of 2021-W18, not of 2021-W19. "
        "To mark it there: digest mark 4900 -e 2021-W18 --heading 'A door' --first"
    )
    assert run("mark", "4900", "-e", "2021-W18", "--heading", "A door", "--first").code == 0
    assert refused("mark", str(SHORTCUTS.number), "-e", "2021-W18").endswith(
        "digest mark 5392 -e 2021-W19"
    )
    assert refused("mark", "77").startswith("digest: backstage/backstage#77 was not merged")
