"""The command line against the fake GitHub: a person's view of a fetched week and of a bad day."""

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.github import client
from tests.cli import run
from tests.standin import TOKEN, Fault, StandIn

pytestmark = pytest.mark.slow


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Serve the fake GitHub with the public history, and set the environment for it."""
    monkeypatch.chdir(tmp_path)
    with StandIn() as github:
        monkeypatch.setenv("GITHUB_API_URL", github.url)
        monkeypatch.setenv("GH_TOKEN", TOKEN)
        yield github


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the pauses, which take no time."""
    pauses: list[float] = []
    clock = client.Clock(sleep=pauses.append)
    monkeypatch.setattr(client, "Clock", lambda: clock)
    return pauses


def test_the_last_complete_week_is_fetched_and_kept(github: StandIn) -> None:
    seen = run("week", "--repo", "backstage/backstage")
    assert seen.code == 0
    assert seen.out.startswith(
        "## Merged last week\n\nOnly 32 pull requests were merged last week; the 12 weeks before"
    )
    assert seen.err.startswith(
        "backstage/backstage · 10–16 May 2021 (2021-W19, UTC) · 5 requests, "
    )
    assert "32 merged: 21 by people, 11 by bots. The 12 weeks before: 39 to 79." in seen.err
    assert len(github.requests) == 5
    assert sorted(path.name for path in Path("editions/2021-W19").iterdir()) == [
        "marks.toml",
        "pull_requests.json",
        "rendered.md",
        "section.md",
        "worksheet.md",
    ]


def test_a_fetched_snapshot_gives_the_same_digest_again(github: StandIn) -> None:
    fetched = run("week", "--repo", "backstage/backstage", "--week", "2021-W02", "--json").out
    asked = len(github.requests)
    assert run("render", "--json").out == fetched
    assert (
        run("week", "--from", "editions/2021-W02/pull_requests.json", "--json", "--output", "-").out
        == fetched
    )
    assert len(github.requests) == asked


def test_a_month_is_fetched(github: StandIn) -> None:
    facts = json.loads(
        run("month", "--repo", "backstage/backstage", "--month", "2021-02", "--json").out
    )
    assert (facts["edition"], facts["count"], facts["complete"]) == ("2021-02", 254, True)
    assert facts["section"].startswith("## Merged in February\n")


def test_a_renamed_repository_is_followed_and_reported(github: StandIn) -> None:
    seen = run("week", "--repo", "spotify/backstage", "--week", "2020-W07")
    assert seen.code == 0
    assert "spotify/backstage was renamed to backstage/backstage" in seen.err


@pytest.mark.parametrize(
    ("fault", "code", "line"),
    [
        (
            Fault(status=401, body='{"message": "Bad credentials"}'),
            1,
            "GitHub rejected the token: 401 Bad credentials.",
        ),
        (
            Fault(status=403, body='{"message": "Resource not accessible"}'),
            1,
            "The token may not read",
        ),
        (
            Fault(
                status=403,
                headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": "4102444800"},
            ),
            3,
            "GitHub's rate",
        ),
        (Fault(status=502), 3, "GitHub is having problems: it answered 502"),
        (
            Fault(status=200, body="<html>Unicorn!</html>"),
            3,
            "GitHub's answer could not be read: it is a web page.",
        ),
        (
            Fault(status=200, body="[" * 100_000),
            3,
            "GitHub's answer could not be read: it is not valid JSON",
        ),
        (Fault(drop=True), 3, "The connection to 127.0.0.1 was lost."),
    ],
)
def test_a_lasting_fault_is_one_line_and_leaves_no_file(
    github: StandIn, patient: list[float], fault: Fault, code: int, line: str
) -> None:
    github.faults += [fault] * 9
    seen = run("week", "--repo", "backstage/backstage")
    last = seen.err.splitlines()[-1]
    assert (seen.code, seen.out) == (code, "")
    assert last.startswith(f"digest: {line}")
    assert len(seen.err.splitlines()) == len(patient) + 1
    assert TOKEN not in seen.err
    assert list(Path().iterdir()) == []


def test_the_run_waits_for_the_end_of_trouble_and_reports_it(
    github: StandIn, patient: list[float]
) -> None:
    github.faults += [Fault(status=502), Fault(drop=True)]
    seen = run("week", "--repo", "backstage/backstage")
    assert (seen.code, patient) == (0, [1.0, 2.0])
    first, second, third, *_ = seen.err.splitlines()
    assert first.startswith("GitHub is having problems: it answered 502. Waiting 1 s, until ")
    assert second.startswith("The connection to 127.0.0.1 was lost. Waiting 2 s, until ")
    assert third.startswith("backstage/backstage · 10–16 May 2021")


def test_no_network_is_one_line(
    github: StandIn, monkeypatch: pytest.MonkeyPatch, patient: list[float]
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("GITHUB_API_URL", f"http://127.0.0.1:{nobody.getsockname()[1]}")
    seen = run("week", "--repo", "backstage/backstage")
    assert seen.code == 3
    assert "digest: 127.0.0.1 cannot be reached: connection refused." in seen.err
    assert patient == [1.0]
    assert github.requests == []


def test_the_counts_of_earlier_weeks_show_what_a_gap_missed(github: StandIn) -> None:
    run("week", "--repo", "backstage/backstage", "--week", "2021-W08")
    seen = run("week", "--repo", "backstage/backstage", "--week", "2021-W19")
    assert (
        "Your last edition ended on 28 February. 549 pull requests merged 1 Mar – 9 May are in no edition."
        in seen.err
    )
    assert "To include them: digest week --since-last (581 in total)" in seen.err


def test_a_setting_adds_first_contributions_to_the_end_of_the_section(github: StandIn) -> None:
    """The section has names without logins or mentions; the JSON has the pull requests."""
    Path("digest.toml").write_text(
        '[digest]\nrepository = "backstage/backstage"\nfirst_contributions = true\n'
    )
    facts = json.loads(run("week", "--week", "2020-W36", "--json").out)
    closing = facts["section"].splitlines()[-1]
    assert closing == facts["closing"]
    assert closing.startswith("First contributions by ")
    authors = {
        f"{one['repository']}#{one['number']}": one["author"] for one in facts["pull_requests"]
    }
    new = [authors[key] for key in facts["first_contributions"]]
    assert len(new) > 5
    assert [one["name"] for one in new if one["name"] not in closing] == []
    assert "@" not in closing


def test_a_single_request_is_counted_in_the_singular(github: StandIn) -> None:
    seen = run("week", "--repo", "backstage/backstage", now=datetime(2022, 1, 10, tzinfo=UTC))
    assert " · 1 request, " in seen.err.splitlines()[0]
    assert len(github.requests) == 1
