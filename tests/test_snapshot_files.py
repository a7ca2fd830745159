"""A file that claims to be a snapshot: contradictions are refused in plain words."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from digest.compose.joining import narrow_snapshot
from digest.model import Changeset, Snapshot
from tests.builders import changed_file, pull, snapshot, week, window
from tests.cli import refused, run

pytestmark = pytest.mark.usefixtures("empty_folder")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"repositories": ()}, "repositories must not be empty."),
        ({"pull_requests": (pull(1), pull(1))}, "backstage/backstage#1 appears twice."),
        (
            {"pull_requests": (pull(1, merged_at=week("2021-W18").start),)},
            "backstage/backstage#1 was not merged in the window",
        ),
        (
            {"pull_requests": (pull(1, merged_at=week("2021-W19").end),)},
            "backstage/backstage#1 was not merged in the window",
        ),
        (
            {"pull_requests": (pull(1, repository="a/b"),)},
            "the repository of a/b#1 is missing in the snapshot.",
        ),
        ({"complete": "perhaps"}, "complete must be true or false."),
        (
            {"fetched_at": "today"},
            "fetched_at must be a date and time such as 2021-05-10T00:00:00Z.",
        ),
        (
            {"fetched_at": "2021-05-10T00:00:00"},
            "fetched_at must have a UTC offset, such as 2021-05-10T00:00:00Z.",
        ),
        ({"pull_requests": {}}, "pull_requests must be a list."),
        ({"pull_requests": [1]}, "pull_requests.0 must be a table."),
        ({"notices": [1]}, "notices.0 must be a string."),
    ],
)
def test_contradictory_facts_are_refused(change: dict[str, object], says: str) -> None:
    facts = json.loads(snapshot(pull(1)).model_dump_json()) | TypeAdapter(
        dict[str, Any]
    ).dump_python(change, mode="json")
    Path("facts.json").write_text(json.dumps(facts))
    seen = refused("week", "--from", "facts.json")
    assert seen.startswith(f"digest: facts.json is not a snapshot of digest: {says}")
    assert "input" not in seen.lower()


@pytest.mark.parametrize(
    ("start", "end", "zone", "kind", "says"),
    [
        (
            "2021-05-10T01:00:00Z",
            "2021-05-17T00:00:00Z",
            "UTC",
            "days",
            "the first moment of a day in UTC",
        ),
        (
            "2021-05-10T00:00:00Z",
            "2021-05-17T00:00:00Z",
            "Asia/Tokyo",
            "days",
            "the first moment of a day in Asia/Tokyo",
        ),
        (
            "2021-05-11T00:00:00Z",
            "2021-05-18T00:00:00Z",
            "UTC",
            "weeks",
            "start and end at the first moment of a Monday",
        ),
        (
            "2021-05-10T00:00:00Z",
            "2021-05-18T00:00:00Z",
            "UTC",
            "weeks",
            "start and end at the first moment of a Monday",
        ),
        (
            "2021-05-01T00:00:00Z",
            "2021-05-31T00:00:00Z",
            "UTC",
            "month",
            "cover one whole month",
        ),
        (
            "2021-05-01T00:00:00Z",
            "2021-07-01T00:00:00Z",
            "UTC",
            "month",
            "cover one whole month",
        ),
        (
            "2021-05-17T00:00:00Z",
            "2021-05-10T00:00:00Z",
            "UTC",
            "weeks",
            "must be before its end",
        ),
        (
            "2021-05-10T00:00:00Z",
            "2021-05-17T00:00:00Z",
            "Europe",
            "weeks",
            "'Europe' is not a known time zone",
        ),
    ],
)
def test_an_impossible_window_is_refused(
    start: str, end: str, zone: str, kind: str, says: str
) -> None:
    facts = json.loads(snapshot().model_dump_json())
    facts["window"] = {"start": start, "end": end, "zone": zone, "kind": kind}
    Path("facts.json").write_text(json.dumps(facts))
    seen = refused("week", "--from", "facts.json")
    assert seen.startswith("digest: facts.json is not a snapshot of digest: window: ")
    assert says in seen


def test_a_day_that_begins_at_one_o_clock_begins_a_window() -> None:
    """In Beirut, clocks skipped the midnight of 28 March 2021."""
    days = window("2021-03-27", "2021-03-28", zone="Asia/Beirut", kind="days")
    facts = snapshot(window=days.model_copy(update={"end": datetime(2021, 3, 27, 22, tzinfo=UTC)}))
    Path("facts.json").write_text(facts.model_dump_json())
    assert run("week", "--from", "facts.json").code == 0


def test_facts_without_a_schema_are_refused() -> None:
    facts = json.loads(snapshot(pull(1)).model_dump_json())
    del facts["schema_version"]
    Path("facts.json").write_text(json.dumps(facts))
    assert refused("week", "--from", "facts.json").startswith(
        "digest: facts.json is JSON, but not a snapshot of digest."
    )


def test_a_binary_file_is_refused() -> None:
    Path("facts.json").write_bytes(
        snapshot(pull(1, title="Träume")).model_dump_json().encode("latin-1")
    )
    assert (
        refused("week", "--from", "facts.json")
        == "digest: facts.json is not UTF-8 text, so it is not a snapshot."
    )


LATER = {
    "approvals": 3,
    "café": {"nested": [1.0, None, 12345678901234567890, "\u2028 🚀"]},
    "model_copy": "no method",
}


def from_tomorrow() -> dict[str, Any]:
    """Return a snapshot with unknown facts of a later digest in every part."""
    one = pull(
        1, files=(changed_file("a"),), changesets=(Changeset(path="a", bumps={}, summary=""),)
    )
    whole = snapshot(one, uncounted_pull_requests=(pull(9),))
    facts: dict[str, Any] = json.loads(whole.model_dump_json())
    one = facts["pull_requests"][0]
    parts = [facts, facts["window"], facts["repositories"][0], facts["uncounted_pull_requests"][0]]
    for part in (*parts, one, one["author"], one["files"][0], one["changesets"][0]):
        part.update(LATER)
    return facts


def saved() -> Path:
    return Path("editions/2021-W19/pull_requests.json")


def test_facts_of_a_later_digest_are_kept_as_they_are() -> None:
    Path("facts.json").write_text(json.dumps(from_tomorrow()), "utf-8")
    assert run("week", "--from", "facts.json").code == 0
    assert json.loads(saved().read_text("utf-8")) == from_tomorrow()
    written = saved().read_bytes()
    assert run("render").code == 0
    assert run("mark", "1", "--text", "Made up.").code == 0
    assert saved().read_bytes() == written


def test_facts_of_a_later_digest_are_kept_when_others_change() -> None:
    Path("facts.json").write_text(json.dumps(from_tomorrow()), "utf-8")
    run("week", "--from", "facts.json")
    changed = from_tomorrow()
    changed["pull_requests"][0]["title"] = changed["fetched_at"] = "2022-01-01T00:00:00Z"
    Path("facts.json").write_text(json.dumps(changed), "utf-8")
    run("week", "--from", "facts.json")
    assert json.loads(saved().read_text("utf-8")) == changed


def test_a_run_with_nothing_new_keeps_the_facts_of_a_later_digest() -> None:
    """The fetched facts are the same, as far as this digest knows them."""
    Path("facts.json").write_text(json.dumps(from_tomorrow()), "utf-8")
    run("week", "--from", "facts.json")
    written = saved().read_bytes()
    known = Snapshot.model_validate(from_tomorrow()).known()
    Path("facts.json").write_text(known.model_dump_json(), "utf-8")
    assert "café" not in Path("facts.json").read_text("utf-8")
    run("week", "--from", "facts.json")
    assert saved().read_bytes() == written


def test_facts_of_a_later_digest_do_not_change_the_output() -> None:
    Path("later.json").write_text(json.dumps(from_tomorrow()), "utf-8")
    Path("now.json").write_text(
        Snapshot.model_validate(from_tomorrow()).known().model_dump_json(), "utf-8"
    )
    later, now = (
        run("week", "--from", file, "--output", "-").out for file in ("later.json", "now.json")
    )
    assert later == now
    shown = json.loads(run("week", "--from", "later.json", "--output", "-", "--json").out)
    assert shown["pull_requests"][0]["approvals"] == LATER["approvals"]


def test_a_snapshot_of_an_earlier_digest_lacks_facts_and_has_dropped_ones() -> None:
    facts = json.loads(snapshot(pull(1)).model_dump_json())
    for fact in ("labels", "milestone", "comments", "body", "changesets", "files"):
        del facts["pull_requests"][0][fact]
    for fact in (
        "uncounted_pull_requests",
        "pictures",
        "earlier_counts",
        "since_last",
        "first_contributions",
    ):
        del facts[fact]
    dropped = {
        "closing_issues": ["a/b#1"],
        "opened_at": "2021-05-11T08:00:00Z",
        "reviews": 2,
        "merged_by": None,
    }
    facts["pull_requests"][0] |= dropped
    Path("facts.json").write_text(json.dumps(facts), "utf-8")
    assert run("week", "--from", "facts.json").code == 0
    one = json.loads(saved().read_text("utf-8"))["pull_requests"][0]
    assert [one[fact] for fact in ("labels", "milestone", "comments", "body", "files")] == [
        None
    ] * 5
    assert {fact: one[fact] for fact in dropped} == dropped


def test_unknown_facts_of_a_window_are_not_copied_to_its_part() -> None:
    """A later digest may have counted something in the whole window."""
    whole = Snapshot.model_validate(from_tomorrow())
    part = narrow_snapshot(whole, window("2021-05-12", "2021-05-13", kind="days"))
    assert (part.model_extra, part.repositories[0].model_extra) == ({}, {})
    assert part.pull_requests[0].model_extra == LATER
