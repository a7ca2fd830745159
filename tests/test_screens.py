"""The output of whole commands: short, and with the answer first."""

import json
import re
import sys
import tomllib
from pathlib import Path

import pytest

from digest.model import EarlierCount
from digest.output import terminal
from digest.output.progress import FetchingScreen
from tests.builders import pull, snapshot, week
from tests.cli import EXAMPLE, run
from tests.publishing import PAGE, TO, Place, draft, drafted, publish, published
from tests.standin import TOKEN

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("empty_folder")]
BLOCK = """### Add a storage-agnostic cache manager to backend-common

Eric Peterson added a storage-agnostic cache manager to backend-common in \
[#5551](https://github.com/backstage/backstage/pull/5551). TODO: in one sentence, what can readers do with it?
"""


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """An empty newsletter, and an edition on disk that is ready to publish."""
    with published(monkeypatch, tmp_path) as newsletter:
        drafted()
        yield newsletter


def test_mark_prints_the_changed_story_and_the_next_step() -> None:
    run("week", "--from", EXAMPLE)
    seen = run("mark", "5551")
    assert seen.out == BLOCK
    assert seen.err == (
        "\n#5551 is now story 3.\n\n"
        "Edit editions/2021-W19/section.md; later runs keep your edits.\n"
        "All merged pull requests: editions/2021-W19/worksheet.md\n"
        "3 TODOs left: digest check\n"
    )
    assert run("mark", "5551", "--heading", "A `cache`").out == BLOCK.replace(
        "Add a storage-agnostic cache manager to backend-common", "A `cache`", 1
    )


def test_mark_prints_no_story_after_removing_one() -> None:
    run("week", "--from", EXAMPLE)
    seen = run("mark", "5299", "--remove")
    assert (seen.out, seen.err.startswith("#5299 is no longer a story.\n\n")) == ("", True)


def test_an_edition_without_pull_requests_has_only_true_lines() -> None:
    earlier = tuple(
        EarlierCount(start=week(name).start, end=week(name).end, count=count)
        for name, count in (("2021-W17", None), ("2021-W18", 60))
    )
    seen = draft(snapshot(earlier_counts=earlier))
    assert seen.err.splitlines()[1:5] == [
        "0 merged.",
        "",
        "Edit editions/2021-W19/section.md; later runs keep your edits.",
        "All merged pull requests: editions/2021-W19/worksheet.md",
    ]
    assert "digest pick" not in seen.err
    worksheet = Path("editions/2021-W19/worksheet.md").read_text("utf-8")
    assert [line for line in worksheet.splitlines() if line.startswith("#")] == [
        "# Worksheet 2021-W19",
        "## Counts",
    ]
    assert "- 0 merged\n- Counts since 3 May: 60\n" in worksheet


def test_mark_prints_a_story_without_a_pull_request() -> None:
    run("week", "--from", EXAMPLE)
    seen = run("mark", "--heading", "Meet us *here*", "--text", "On Monday.")
    assert seen.out == "### Meet us \\*here\\*\n\nOn Monday.\n"


def test_a_second_run_reports_the_changes() -> None:
    assert "since" not in draft().err
    assert "\nNothing new since 09:00.\n" in draft().err.replace("00:00", "09:00")
    more = snapshot(pull(5299), pull(5674, title="Add one more thing"))
    assert "\n+1 merged: #5674\n3 no longer counted: " in draft(more).err


def test_publish_prints_one_sentence_for_a_person(place: Place) -> None:
    seen = run("publish", "--to", TO)
    url = f"https://github.com/{TO}/pull/1"
    assert (seen.code, seen.out) == (0, "")
    assert seen.err == f"Opened draft pull request #1: {url}. 2 TODOs left.\n"
    assert run("publish", "--to", TO).err == (
        f"Nothing to update in pull request #1: {url}. 2 TODOs left.\n"
    )
    draft(snapshot(pull(5299)))
    assert run("publish", "--to", TO).err.endswith(
        f"Updated pull request #1: {url}. 3 TODOs left.\n"
    )


def test_publish_writes_outputs_for_actions_and_json_for_programs(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    outputs = tmp_path / "outputs"
    monkeypatch.setenv("GITHUB_OUTPUT", str(outputs))
    url = f"https://github.com/{TO}/pull/1"
    seen = run("publish", "--to", TO, "--json")
    assert json.loads(seen.out) == {"operation": "created", "pull_request": 1, "url": url}
    lines = outputs.read_text(encoding="utf-8").splitlines()
    names = [line.partition("<<")[0] for line in lines if "<<" in line]
    assert names[:3] == ["operation", "pull-request", "url"]
    assert {"created", "1", url} <= {*lines}


def test_a_dry_run_is_printed_when_the_bar_is_gone(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = FetchingScreen.__exit__

    def end(screen: FetchingScreen, *_: object) -> None:
        stop(screen)
        sys.stdout.write("end of the bar\n")

    monkeypatch.setattr(FetchingScreen, "__exit__", end)
    assert publish("--dry-run").out.startswith(f"end of the bar\n{TO}, branch ")


@pytest.mark.usefixtures("place")
def test_a_dry_run_on_a_terminal_breaks_lines_between_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = run("publish", "--to", TO, "--dry-run").out
    monkeypatch.setattr(terminal, "fit_stdout", lambda lines: [*lines, "end"])
    assert run("publish", "--to", TO, "--dry-run").out == f"{whole}\nend"


def test_a_dry_run_begins_with_the_difference_of_the_section(place: Place) -> None:
    lines = publish("--dry-run").out.splitlines()
    assert lines[1:6] == [
        "",
        "--- /dev/null",
        f"+++ b/{PAGE}",
        "@@ -0,0 +1,11 @@",
        "+## Merged last week",
    ]
    assert lines.index("+++ b/.gitattributes") > lines.index("The pull request's body:")


def test_quiet_prints_the_section_and_errors_only() -> None:
    seen = run("week", "--from", EXAMPLE, "-q")
    assert (seen.out, seen.err) == (Path("editions/2021-W19/section.md").read_text("utf-8"), "")
    refused = run("mark", "1", "--quiet")
    assert refused.err.startswith("digest: backstage/backstage#1 was not merged in this window.")
    assert run("-q", "mark", "5551").err == ""
    assert run("mark", "5551").err


def test_verbose_prints_each_request_without_secrets(place: Place) -> None:
    seen = run("publish", "--to", TO, "-v")
    requests = [line for line in seen.err.splitlines() if line[0].isdigit()]
    assert [line.partition(" ")[0] for line in requests] == [
        f"{number}." for number in range(1, len(requests) + 1)
    ]
    assert requests[0].startswith(
        "1. POST graphql Newsletter: 200, cost 1, 4,999 of 5,000 graphql left, "
    )
    assert all(", cost 1, " in line for line in requests)
    total = f"Total: {len(requests)} requests, [0-9.]+ s, cost 3 graphql and 5 core"
    assert re.fullmatch(total, seen.err.splitlines()[-1])
    assert any(line.split()[1:3] == ["POST", f"/repos/{TO}/pulls:"] for line in requests)
    assert TOKEN not in seen.err
    assert run("publish", "--to", TO).err.count("\n") == 1
    before_its_name = run("-v", "publish", "--to", TO)
    assert before_its_name.err.startswith("1. POST graphql Newsletter: 200, ")


def test_config_changed_prints_only_values_that_differ() -> None:
    seen = run("config", "--changed")
    assert (seen.out, seen.err) == ("", "All settings have their default values.\n")
    Path("digest.toml").write_text(
        '[digest]\nrepository = "a/b"\nzone = "UTC"\n\n[digest.publish]\nto = "x/y"\n'
        'label = "digest"\n\n[digest.profiles.ada]\ncompany = "X"\n',
        encoding="utf-8",
    )
    seen = run("config", "--changed")
    assert seen.out.startswith("# From digest.toml\n\n[digest]\n")
    assert tomllib.loads(seen.out) == {
        "digest": {
            "repository": "a/b",
            "publish": {"to": "x/y"},
            "profiles": {"ada": {"company": "X"}},
        }
    }
