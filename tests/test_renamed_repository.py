"""A repository that was renamed or transferred: its editions, marks and settings stay its own."""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.compose import joining
from digest.compose.keys import RepositoryNames, names_of, with_present_names, with_written_lines
from digest.editions.folder import counts_before
from digest.files import editions
from digest.settings import RepositorySettings
from tests.builders import FETCHED_AT, pull, repository, snapshot, week
from tests.cli import Seen, run
from tests.shipped import shipped
from tests.standin import TOKEN, Newsletter, Repo, StandIn, World

pytestmark = pytest.mark.slow

OLD, NEW = "made-up/old", "made-up/new"
ID = "R_made_up"
NOW = FETCHED_AT


def change(number: int, name: str, at: str, **facts: Any) -> Any:
    merged = week(at).start + timedelta(days=3, minutes=number)
    return pull(number, repository=name, node_id=f"PR_{number}", merged_at=merged, **facts)


def world(name: str, node_id: str = ID) -> World:
    pulls = tuple(
        change(100 * place + number, name, at)
        for place, at in enumerate(("2021-W17", "2021-W18", "2021-W19"), start=1)
        for number in (1, 2)
    )
    renamed = {OLD: NEW} if name == NEW else {}
    return World((Repo(name, pulls, node_id=node_id),), renamed)


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> Any:
    """A fake GitHub with the old name of the repository, before the last complete week is over."""
    with StandIn(world(OLD)) as standin:
        monkeypatch.setenv("GITHUB_API_URL", standin.url)
        monkeypatch.setenv("GH_TOKEN", TOKEN)
        yield standin


def at(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """It is the Monday after this week."""
    moment = week(name).end + timedelta(hours=9)
    monkeypatch.setattr(sys.modules[__name__], "NOW", moment)


def rename(github: StandIn) -> None:
    github.world = world(NEW)


def digest(*words: str) -> Seen:
    return run("week", "--no-pictures", "--output", "editions", *words, now=NOW)


def facts(name: str) -> Any:
    return json.loads(Path("editions", name, "pull_requests.json").read_text("utf-8"))


def forget(name: str) -> None:
    """Leave the identity out, as facts of an older version do."""
    path = Path("editions", name, "pull_requests.json")
    found = json.loads(path.read_text("utf-8"))
    for one in found["repositories"]:
        one.pop("node_id", None)
        one.pop("former_names", None)
    path.write_text(json.dumps(found, indent=2), "utf-8")


@pytest.mark.sample(every=4)
@pytest.mark.parametrize("requested", [OLD, NEW, "Made-Up/NEW"])
@pytest.mark.parametrize("is_old_version", [False, True])
def test_since_last_begins_where_the_edition_under_the_old_name_ends(
    github: StandIn, monkeypatch: pytest.MonkeyPatch, requested: str, *, is_old_version: bool
) -> None:
    at(monkeypatch, "2021-W17")
    assert digest("--repo", OLD).code == 0
    if is_old_version:
        forget("2021-W17")
    rename(github)
    at(monkeypatch, "2021-W19")
    seen = digest("--repo", requested, "--since-last")
    assert seen.code == 0, seen.err
    (folder,) = {path.name for path in Path("editions").iterdir()} - {"2021-W17"}
    found = facts(folder)
    assert [one["number"] for one in found["pull_requests"]] == [201, 202, 301, 302]
    (one,) = found["repositories"]
    assert (one["name"], one["node_id"], one["former_names"]) == (NEW, ID, [OLD])


@pytest.mark.sample(every=2)
@pytest.mark.parametrize("requested", [OLD, NEW])
@pytest.mark.parametrize("is_old_version", [False, True])
def test_a_rerun_of_an_edition_under_the_old_name_keeps_its_marks(
    github: StandIn, monkeypatch: pytest.MonkeyPatch, requested: str, *, is_old_version: bool
) -> None:
    at(monkeypatch, "2021-W18")
    assert digest("--repo", OLD, "--highlight", "201").code == 0
    if is_old_version:
        forget("2021-W18")
    rename(github)
    seen = digest("--repo", requested, "--highlight", f"{OLD}#202")
    assert seen.code == 0, seen.err
    section = Path("editions/2021-W18/section.md").read_text("utf-8")
    assert f"https://github.com/{NEW}/pull/201" in section
    assert f"https://github.com/{NEW}/pull/202" in section
    assert section.count("/pull/201") == 1


def test_stories_of_the_edition_under_the_old_name_are_covered(
    github: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2021-W18")
    assert digest("--repo", OLD, "--highlight", "201").code == 0
    rename(github)
    at(monkeypatch, "2021-W19")
    seen = digest("--repo", NEW, "--since", "2021-05-05", "--until", "2021-05-16")
    assert seen.code == 0, seen.err
    assert "#201 was covered in 2021-W18, so it is not a candidate." in seen.err
    assert "so 5–9 May is in both." in seen.err


def test_a_rename_is_remembered_for_the_next_edition(
    github: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run under the old name has seen the new one. The next one needs no question about it."""
    at(monkeypatch, "2021-W17")
    assert digest("--repo", OLD).code == 0
    rename(github)
    at(monkeypatch, "2021-W18")
    assert digest("--repo", OLD).code == 0
    assert facts("2021-W18")["repositories"][0]["former_names"] == [OLD]
    github.requests.clear()
    at(monkeypatch, "2021-W19")
    seen = digest("--repo", NEW)
    assert "Identify" not in {one.operation for one in github.requests}
    assert facts("2021-W19")["repositories"][0]["former_names"] == [OLD]
    assert seen.code == 0


def test_another_repository_that_took_the_name_is_another_one(
    github: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2021-W18")
    assert digest("--repo", OLD).code == 0
    github.world = world(OLD, "R_another")
    seen = digest("--repo", OLD)
    assert seen.code == 2
    assert "has the edition of made-up/old, not of made-up/old" in seen.err


def test_tables_of_settings_under_the_old_name_hold(
    github: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("digest.toml").write_text(
        f"[[digest.repositories]]\nname = '{OLD}'\n"
        "[[digest.repositories.groups]]\nname = 'Made up'\nany = [{ title = '.' }]\n",
        "utf-8",
    )
    rename(github)
    at(monkeypatch, "2021-W19")
    seen = digest("--json")
    assert seen.code == 0, seen.err
    assert [one["name"] for one in json.loads(seen.out)["groups"]] == ["Made up"]


@pytest.mark.parametrize(("entry", "asked"), [(OLD, NEW), (NEW, OLD), ("Made-Up/Old", NEW)])
def test_a_table_is_found_by_name_in_any_case_and_by_aliases(entry: str, asked: str) -> None:
    tables = (RepositorySettings(name=entry, base="next"),)
    settings = shipped().model_copy(
        update={"repositories": tables, "repository_aliases": {OLD: NEW}}
    )
    assert settings.base_of(asked) == "next"
    assert settings.base_of("made-up/other") == settings.base


def test_two_editions_of_a_renamed_repository_are_joined_under_its_present_name() -> None:
    before = snapshot(
        change(1, OLD, "2021-W18"),
        repositories=(repository(OLD, node_id=ID),),
        window=week("2021-W18"),
        first_contributions=(f"{OLD}#1",),
    )
    after = snapshot(
        change(2, NEW, "2021-W19"),
        repositories=(repository(NEW, node_id=ID),),
        first_contributions=(),
    )
    joined = joining.join_windows(before, after)
    assert [one.key for one in joined.pull_requests] == [f"{NEW}#1", f"{NEW}#2"]
    assert joined.first_contributions == (f"{NEW}#1",)
    assert type(joined).model_validate_json(joined.model_dump_json()) == joined


@pytest.mark.parametrize(
    ("name", "node_id", "expected"),
    [
        (OLD, ID, NEW),
        (OLD, None, NEW),
        ("MADE-UP/new", None, NEW),
        ("made-up/elsewhere", ID, NEW),
        (NEW, "R_another", None),
        ("made-up/elsewhere", None, None),
    ],
)
def test_an_id_comes_first_then_a_name_in_any_case_then_an_alias(
    name: str, node_id: str | None, expected: str | None
) -> None:
    names = RepositoryNames((NEW,), {OLD: NEW}, {NEW: ID})
    assert names.identify(name, node_id) == expected


def test_an_identity_is_saved() -> None:
    known = repository(NEW, node_id=ID, former_names=(OLD,))
    assert type(known).model_validate_json(known.model_dump_json()) == known
    assert names_of((known,)).resolve(OLD) == NEW


def test_an_incomplete_edition_is_not_compared(tmp_path: Path) -> None:
    for name, complete in (("2021-W17", True), ("2021-W18", False)):
        saved = snapshot(window=week(name), complete=complete, fetched_at=FETCHED_AT)
        (tmp_path / name).mkdir()
        (tmp_path / name / "pull_requests.json").write_text(editions.facts_text(saved), "utf-8")
    found = editions.find_editions(tmp_path)
    assert [one.complete for one in found] == [True, False]

    counts = counts_before(found, week("2021-W19"))
    assert [one.count for one in counts or ()][-2:] == [0, None]


def test_a_rename_does_not_change_what_was_merged(
    github: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2021-W18")
    assert digest("--repo", OLD).code == 0
    rename(github)
    seen = digest("--repo", NEW)
    assert (seen.code, "merged: made-up" in seen.err, "no longer counted" in seen.err) == (
        0,
        False,
        False,
    )
    assert "Nothing new since" in seen.err


def test_a_mark_under_the_new_name_is_about_the_same_pull_request(
    github: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The edition has the old name. The next run would refuse marks with both names."""
    at(monkeypatch, "2021-W18")
    assert digest("--repo", OLD, "--highlight", "201").code == 0
    rename(github)
    seen = run("mark", f"{NEW}#202", "--heading", "Made up", now=NOW)
    assert (seen.code, seen.out.startswith("### Made up\n")) == (0, True), seen.err
    assert (facts("2021-W18")["repositories"][0]["former_names"]) == [NEW]
    seen = digest("--repo", NEW)
    assert (seen.code, seen.out.count("/pull/202")) == (0, 1), seen.err
    assert facts("2021-W18")["repositories"][0]["former_names"] == [OLD]


TODO = "TODO: in one sentence, what can readers do with it?"


def test_an_edited_story_stays_a_story_byte_for_byte(
    github: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its link has the old name; the untouched story gets the new one."""
    at(monkeypatch, "2021-W18")
    assert digest("--repo", OLD).code == 0
    section = Path("editions/2021-W18/section.md")
    section.write_text(section.read_text("utf-8").replace(TODO, "Made up.", 1), "utf-8")
    edited = section.read_text("utf-8")
    rename(github)
    for _ in range(2):
        seen = digest("--repo", NEW)
        assert (seen.code, "no longer" in seen.err) == (0, False), seen.err
        head, middle, tail = edited.partition("### Change number 202")
        assert section.read_text("utf-8") == head + middle + tail.replace(OLD, NEW)


def test_a_draft_under_the_old_name_keeps_edits_and_ticks(
    monkeypatch: pytest.MonkeyPatch, empty_folder: Path
) -> None:
    newsletter = Newsletter(name="acme/newsletter")
    at(monkeypatch, "2021-W18")
    with StandIn(world(OLD), newsletters=(newsletter,)) as github:
        monkeypatch.setenv("GITHUB_API_URL", github.url)
        monkeypatch.setenv("GH_TOKEN", TOKEN)
        pause = "[digest.github]\nwrite_pause_seconds = 0\n"
        (empty_folder / "digest.toml").write_text(pause, "utf-8")
        assert digest("--repo", OLD).code == 0
        assert run("publish", "--to", newsletter.name, now=NOW).code == 0
        branch, page = "digest/2021-W18", "content/2021-W18.md"
        edited = newsletter.text(branch, page).replace(TODO, "Made up.", 1)
        newsletter.edit(branch, page, edited)
        body = newsletter.pull(1).body
        ticked = f"[x] <!-- digest:pr={OLD}#202"
        assert ticked in body
        newsletter.edit_body(1, body.replace(ticked, ticked.replace("x", " ", 1)))
        rename(github)
        assert digest("--repo", NEW).code == 0
        seen = run("publish", "--to", newsletter.name, now=NOW)
    assert (seen.code, "no longer marked" in seen.err) == (0, False), seen.err
    text = newsletter.text(branch, page)
    kept = edited.partition("### Change number 202")[0].partition("### ")[2].strip()
    assert (kept in text, "### Change number 202" in text) == (True, False)
    assert f"[ ] <!-- digest:pr={NEW}#202" in newsletter.pull(1).body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://github.com/made-up/old/pull/1", "https://github.com/made-up/new/pull/1"),
        ("https://github.com/Made-Up/Old/issues/1", "https://github.com/made-up/new/issues/1"),
        ("See made-up/old#1.", "See made-up/new#1."),
        ("made-up/older#1 not-made-up/old#1", "made-up/older#1 not-made-up/old#1"),
        ("https://github.com/made-up/old/tree/x", "https://github.com/made-up/old/tree/x"),
    ],
)
def test_a_link_with_an_old_name_means_the_current_one(text: str, expected: str) -> None:
    names = RepositoryNames((NEW,), {OLD: NEW})
    assert with_present_names(text, names) == expected
    assert with_written_lines(expected, names, text) == text
    assert with_written_lines(expected, names, text, expected) == expected
