"""The command line: output, files and exit code of each command."""

import json
import shlex
from pathlib import Path

import pytest

from digest import __version__
from digest.model import Person
from tests.builders import pull, repository, snapshot, week, window
from tests.cli import EXAMPLE, Seen, refused, run

pytestmark = pytest.mark.usefixtures("empty_folder")


def test_the_version_is_one_line() -> None:
    assert run("--version") == Seen(0, f"digest {__version__}\n", "")


def test_digest_without_a_command_shows_the_help() -> None:
    seen = run()
    assert seen.code in {0, 2}
    assert "digest: " not in seen.err
    assert "Every week" in seen.out + seen.err


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["weak"], "digest: No such command 'weak'. Did you mean 'week'? See: digest --help"),
        (["week", "--wek", "3"], "digest: No such option: --wek"),
        (["week", "--weeks", "two"], "digest: Invalid value for '--weeks': 'two' "),
        (
            ["config", "--schema", "x"],
            "digest: Invalid value for '--schema': 'x' is not one of 'settings', 'digest', 'snapshot'. See: ",
        ),
        (["week", "--repo", ""], "digest: Invalid value for '--repo': it is empty."),
        (["week", "--from", ""], "digest: Invalid value for '--from': it is empty."),
        (["render", "--output", ""], "digest: Invalid value for '--output': it is empty."),
        (
            ["init", "--repo", "a/b", "--output", ""],
            "digest: Invalid value for '--output': it is empty.",
        ),
        (
            ["month", "--from", EXAMPLE],
            "digest: EXAMPLE does not cover a month, but 10–16 May 2021 (2021-W19, UTC). To draft all of it: digest week --from EXAMPLE\n",
        ),
        (["week"], "digest: No repository was given. Give one: digest week --repo owner/name."),
        (
            ["week", "--repo", "backstage"],
            "digest: --repo 'backstage' must be owner/name, such as backstage/backstage.",
        ),
        (["week", "--from", EXAMPLE, "--week", "2025-W53"], "digest: There is no week 2025-W53."),
        (
            ["week", "--from", EXAMPLE, "--week", "2021-W18"],
            "digest: The snapshot covers 2021-05-10 to 2021-05-17",
        ),
        (
            ["week", "--from", EXAMPLE, "--repo", "octo/cat"],
            "digest: EXAMPLE is about backstage/backstage, not about octo",
        ),
        (["week", "--from", "nowhere.json"], "digest: There is no file nowhere.json."),
        (["render"], "digest: There is no edition in editions yet. Draft one with: digest week"),
        (
            ["check", "--output", "my news"],
            "digest: There is no edition in my news yet. Draft one with: digest week --output 'my news'",
        ),
        (
            ["publish", "--ticks-only", "--pull", "0"],
            "digest: Invalid value for '--pull': it must be 1 or more.",
        ),
        (["init"], "digest: No repository was given. Give one: digest init --repo owner/name"),
        (
            ["init", "--repo", "a/b", "--zone", "Europe/Stokholm"],
            "digest: digest init: zone = 'Europe/Stokholm' is not a known time zone. Did you mean Europe/Stockholm?",
        ),
        (["config", "--config", "my.toml"], "digest: There is no settings file my.toml."),
    ],
)
def test_wrong_usage_is_one_line_with_the_correction(words: list[str], line: str) -> None:
    # The folder of the example may need quotes.
    printed = f"{refused(*words)}\n".replace(shlex.quote(EXAMPLE), EXAMPLE)
    assert printed.replace(EXAMPLE, "EXAMPLE").startswith(line)


def test_a_broken_settings_file_is_one_line() -> None:
    Path("digest.toml").write_text("[digest]\nzoen = 1\n")
    assert (
        refused("week", "--from", EXAMPLE)
        == "digest: digest.toml: `zoen` is not a known setting. Did you mean `zone`?"
    )


def test_a_week_from_a_snapshot_fills_its_folder_and_prints_the_section() -> None:
    seen = run("week", "--from", EXAMPLE)
    folder = Path("editions/2021-W19")
    assert seen.code == 0
    assert seen.out == (folder / "section.md").read_text() == (folder / "rendered.md").read_text()
    saved = json.loads((folder / "pull_requests.json").read_text())
    learned = saved["repositories"][0].pop("areas")
    given = json.loads(Path(EXAMPLE).read_text())
    assert given["repositories"][0].pop("areas", None) is None
    assert (saved, learned) == (given, ["packages/{area}/**", "plugins/{area}/**"])
    assert seen.out.startswith(
        "## Merged last week\n\nOnly 32 pull requests were merged last week; the 12 weeks before saw 39 to 79. "
        "Here are the highlights.\n"
    )


def test_a_dash_as_output_writes_nothing(tmp_path: Path) -> None:
    seen = run("week", "--from", EXAMPLE, "--output", "-")
    assert seen.code == 0
    assert [path.name for path in tmp_path.iterdir()] == [".git"]


def test_standard_input_accepts_a_snapshot() -> None:
    seen = run("week", "--from", "-", "--output", "-", stdin=Path(EXAMPLE).read_text())
    assert seen.out == run("week", "--from", EXAMPLE, "--output", "-").out


def test_days_inside_a_snapshot_filter_it() -> None:
    seen = run(
        "week",
        "--from",
        EXAMPLE,
        "--since",
        "2021-05-11",
        "--until",
        "2021-05-12",
        "--json",
        "--output",
        "-",
    )
    facts = json.loads(seen.out)
    assert facts["count"] == 18
    assert facts["lead"].startswith("18 pull requests were merged from 11 to 12 May.")
    assert facts["earlier_counts"] is None


def test_json_is_the_whole_digest() -> None:
    facts = json.loads(run("week", "--from", EXAMPLE, "--json", "--output", "-").out)
    assert (facts["count"], facts["by_people"], facts["by_bots"]) == (32, 21, 11)
    assert facts["complete"] is True
    assert (facts["window"]["start"], facts["window"]["end"]) == (
        "2021-05-10T00:00:00Z",
        "2021-05-17T00:00:00Z",
    )
    assert sum(group["count"] for group in facts["groups"]) == 32
    assert sorted(key for group in facts["groups"] for key in group["pull_requests"]) == sorted(
        f"backstage/backstage#{one['number']}" for one in facts["pull_requests"]
    )
    assert [story["pull_requests"] for story in facts["stories"]] == [
        ["backstage/backstage#5299"],
        ["backstage/backstage#5392"],
    ]
    assert facts["section"] == run("week", "--from", EXAMPLE, "--output", "-").out


def test_a_person_who_edits_the_section_keeps_every_word() -> None:
    run("week", "--from", EXAMPLE)
    section = Path("editions/2021-W19/section.md")
    section.write_text("My words.\n")
    Path("digest.toml").write_text('[digest]\nheading = "Merged into Backstage {when}"\n')
    seen = run("render")
    assert (seen.code, seen.out, section.read_text()) == (0, "My words.\n", "My words.\n")
    assert "Merged into Backstage last week" in seen.err


def test_render_uses_the_named_edition() -> None:
    for name in ("2021-W18", "2021-W19"):
        Path(f"{name}.json").write_text(snapshot(window=week(name)).model_dump_json())
        run("week", "--from", f"{name}.json")
    assert json.loads(run("render", "-e", "2021-W18", "--json").out)["edition"] == "2021-W18"
    assert json.loads(run("render", "--json").out)["edition"] == "2021-W19"
    assert refused("render", "-e", "2021-W20") == (
        "digest: There is no edition 2021-W20 in editions. There are: 2021-W18, 2021-W19."
    )


def test_facts_that_cannot_be_read_are_named_with_their_mistake() -> None:
    run("week", "--from", EXAMPLE)
    Path("editions/2021-W19/pull_requests.json").write_text("{")
    for command in ("render", "check", "mark"):
        numbers = ["5551"] if command == "mark" else []
        message = refused(command, *numbers, "-e", "2021-W19")
        assert message.startswith("digest: editions/2021-W19/pull_requests.json is not JSON: ")
        assert message.endswith(" To fetch the week again: digest week --week 2021-W19")


def test_a_gap_after_the_last_edition_is_reported() -> None:
    for name in ("2021-W17", "2021-W19"):
        Path(f"{name}.json").write_text(snapshot(window=week(name)).model_dump_json())
    run("week", "--from", "2021-W17.json")
    seen = run("week", "--from", "2021-W19.json")
    assert (
        "Your last edition ended on 2 May. Pull requests merged 3–9 May are in no edition."
        in seen.err
    )


def test_since_last_begins_at_the_end_of_the_last_edition() -> None:
    whole = snapshot(pull(1), window=window("2021-05-03", "2021-05-17"))
    Path("before.json").write_text(snapshot(window=week("2021-W17")).model_dump_json())
    Path("whole.json").write_text(whole.model_dump_json())
    run("week", "--from", "before.json")
    facts = json.loads(run("week", "--from", "whole.json", "--since-last", "--json").out)
    assert facts["window"]["start"] == "2021-05-03T00:00:00Z"
    assert facts["edition"] == "2021-W19"


def test_without_files_an_edition_still_follows_those_of_the_settings() -> None:
    whole = snapshot(pull(1), window=window("2021-05-03", "2021-05-17"))
    Path("before.json").write_text(snapshot(window=week("2021-W17")).model_dump_json())
    Path("whole.json").write_text(whole.model_dump_json())
    Path("gap.json").write_text(snapshot(window=week("2021-W19")).model_dump_json())
    Path("digest.toml").write_text('[digest]\noutput = "news"\n')
    run("week", "--from", "before.json")
    seen = run("week", "--from", "whole.json", "--since-last", "--json", "--output", "-")
    assert json.loads(seen.out)["window"]["start"] == "2021-05-03T00:00:00Z"
    assert (
        "Your last edition ended on 2 May" in run("week", "--from", "gap.json", "--output", "-").err
    )
    assert [path.name for path in Path("news").iterdir()] == ["2021-W17"]


def test_a_month_does_not_move_since_last_and_the_case_of_a_name_does_not_matter() -> None:
    april = snapshot(window=window("2021-04-01", "2021-05-01", kind="month"))
    for name, facts in {
        "before.json": snapshot(
            repositories=(repository("Backstage/backstage"),), window=week("2021-W15")
        ),
        "april.json": april,
        "whole.json": snapshot(window=window("2021-04-19", "2021-05-17")),
    }.items():
        Path(name).write_text(facts.model_dump_json())
        assert run("week", "--from", name).code == 0
    seen = run(
        "week", "--from", "whole.json", "--repo", "BACKSTAGE/backstage", "--since-last", "--json"
    )
    assert json.loads(seen.out)["window"]["start"] == "2021-04-19T00:00:00Z"


def test_only_strict_makes_an_incomplete_digest_fail() -> None:
    facts = snapshot(pull(1), complete=False, notices=("Something is missing.",))
    Path("facts.json").write_text(facts.model_dump_json())
    assert run("week", "--from", "facts.json").code == 0
    seen = run("week", "--from", "facts.json", "--strict")
    assert seen.code == 1
    assert "Something is missing." in seen.err


def test_an_empty_week_is_a_success() -> None:
    Path("facts.json").write_text(snapshot().model_dump_json())
    seen = run("week", "--from", "facts.json")
    assert (seen.code, seen.out) == (
        0,
        "## Merged last week\n\nNo pull requests were merged last week.\n",
    )


def test_merges_into_other_branches_are_reported() -> None:
    facts = snapshot(pull(1), repositories=(repository(search_count=1, search_count_any_base=4),))
    Path("facts.json").write_text(facts.model_dump_json())
    assert (
        "3 more were merged into branches other than master."
        in run("week", "--from", "facts.json").err
    )


def test_a_snapshot_of_another_schema_is_one_clear_line() -> None:
    Path("facts.json").write_text('{"schema_version": 99}')
    assert refused("week", "--from", "facts.json") == (
        "digest: facts.json is a snapshot of version 99; this digest reads version 1. "
        "Update digest, or fetch the window again."
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "digest: facts.json is not JSON: "),
        ("[]", "digest: facts.json is JSON, but not a snapshot of digest."),
        ("[" * 100_000, "digest: facts.json is nested too deeply to be a snapshot of digest."),
        (
            '{"schema_version": 1}',
            "digest: facts.json is not a snapshot of digest: repositories is missing.",
        ),
    ],
)
def test_a_file_without_a_snapshot_is_reported(text: str, says: str) -> None:
    Path("facts.json").write_text(text)
    assert refused("week", "--from", "facts.json").startswith(says)


def test_an_edition_in_a_deeper_folder_is_ignored() -> None:
    Path("editions/2021-W18").mkdir(parents=True)
    Path("editions/2021-W18/pull_requests.json").write_text("[" * 100_000)
    assert run("week", "--from", EXAMPLE).code == 0


def test_init_writes_a_short_file_once() -> None:
    seen = run(
        "init", "--repo", "backstage/backstage", "--zone", "Europe/Stockholm", "--output", "news"
    )
    assert (seen.code, seen.out) == (0, "")
    written = Path("digest.toml").read_text()
    assert written == (
        "# Settings of digest. To list all settings with comments: digest config\n"
        "\n"
        "[digest]\n"
        'repository = "backstage/backstage"\n'
        'zone = "Europe/Stockholm"\n'
        'output = "news"\n'
    )
    assert refused("init", "--repo", "octo/cat").startswith("digest: digest.toml already exists")
    assert Path("digest.toml").read_text() == written


def test_config_shows_the_origin_of_each_value() -> None:
    Path("digest.toml").write_text(
        '[digest]\nzone = "Asia/Tokyo"\n[[digest.groups]]\nname = "All"\nany = [{ bot = true }]\n'
    )
    lines = run("config").out.splitlines()
    assert 'zone = "Asia/Tokyo" # digest.toml' in lines
    assert 'output = "editions" # shipped' in lines
    assert "[[digest.groups]] # 1 rules from digest.toml" in lines


@pytest.mark.parametrize("name", ["settings", "digest", "snapshot"])
def test_each_schema_is_json_schema(name: str) -> None:
    schema = json.loads(run("config", "--schema", name).out)
    assert schema["type"] == "object"
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", ["digest", "snapshot"])
def test_a_schema_asks_for_its_version(name: str) -> None:
    schema = json.loads(run("config", "--schema", name).out)
    assert "schema_version" in schema["required"]
    assert schema["properties"]["schema_version"]["const"] == 1


def test_zones_that_cause_a_difference_are_named() -> None:
    Path("digest.toml").write_text('[digest]\nzone = "Asia/Tokyo"\n')
    assert refused("week", "--from", EXAMPLE, "--week", "2021-W19").startswith(
        "digest: The snapshot covers 2021-05-10 to 2021-05-17 in UTC (end not included), "
        "but not all of 2021-05-10 to 2021-05-17 in Asia/Tokyo."
    )


def test_the_screen_is_one_block_and_the_notices_are_separate() -> None:
    known = Person(login="ada", name="Ada Lovelace", company="Engines")
    facts = snapshot(pull(1, author=known), complete=False, notices=("Something is missing.",))
    Path("facts.json").write_text(facts.model_dump_json())
    assert run("week", "--from", "facts.json", "--output", "my news").err.endswith(
        "\n\nSomething is missing.\n"
        "\nEdit my news/2021-W19/section.md; later runs keep your edits.\n"
        "All merged pull requests: my news/2021-W19/worksheet.md\n"
        "Choose, join and reorder in a full-screen view: digest pick --output 'my news'\n"
        "To save these options: digest init --repo backstage/backstage --output 'my news'\n"
        "1 TODO left: digest check --output 'my news'\n"
    )


def test_an_unconfigured_run_ends_with_a_command_that_saves_its_options() -> None:
    seen = run("week", "--from", EXAMPLE, "--output", "news")
    assert (
        seen.err.splitlines()[-2]
        == "To save these options: digest init --repo backstage/backstage --output news"
    )
    Path("digest.toml").write_text('[digest]\nrepository = "backstage/backstage"\n')
    assert "digest init" not in run("week", "--from", EXAMPLE, "--output", "news").err


def test_titles_cannot_control_the_terminal() -> None:
    hostile = pull(7, title="x [bold]y[/bold] \x1b[31mred\x1b[0m [/nope] :tada:", additions=9)
    Path("facts.json").write_text(snapshot(hostile).model_dump_json())
    seen = run("week", "--from", "facts.json", "--output", "-")
    assert seen.code == 0
    assert "\x1b" not in seen.err + seen.out
    assert "X [bold]y[/bold]" in seen.err
