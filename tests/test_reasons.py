"""The reasons for the count on the command line: in the section, on the screen, in JSON."""

import json
from pathlib import Path

import pytest

from tests.builders import pull, snapshot, week, window
from tests.cli import EXAMPLE, refused, run

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("empty_folder")]


def with_country(country: str) -> None:
    Path("digest.toml").write_text(f"[digest.calendar]\ncountry = {country}\n")


@pytest.mark.parametrize(
    ("country", "where"),
    [('"SE"', "Sweden"), ('["SE", "NO"]', "Sweden and Norway"), ('"DE-BY"', "Bayern (Germany)")],
)
def test_a_short_week_explains_the_count_and_its_days_are_shown(country: str, where: str) -> None:
    with_country(country)
    seen = run("week", "--from", EXAMPLE, "--output", "-")
    assert (
        f"It was a 3-day week in {where}, so only 32 pull requests were merged. Here are the highl"
        in seen.out
    )
    assert "39 to 79.\n3 working days in " in seen.err
    assert ": Thu 13 Ascension Day, Fri 14 bridge day.\n" in seen.err


def test_an_unknown_country_is_one_line_before_any_request() -> None:
    """The message needs no token, and `render` prints the same."""
    run("week", "--from", EXAMPLE)
    with_country('["SE", "Norwey"]')
    says = "digest: digest.toml: calendar.country: 'Norwey' is not a known country. Did you mean NO (Norway)"
    assert refused("week", "--repo", "backstage/backstage").startswith(says)
    assert refused("render").startswith(says)


def test_json_has_the_reasons_for_the_count() -> None:
    with_country('"SE"')
    facts = json.loads(run("week", "--from", EXAMPLE, "--json", "--output", "-").out)
    assert facts["working_days"] == [
        {
            "code": "SE",
            "place": "Sweden",
            "days": 3,
            "days_off": [
                {"day": "2021-05-13", "name": "Ascension Day"},
                {"day": "2021-05-14", "name": "bridge day"},
            ],
        }
    ]
    assert facts["trend"] == {
        "kind": "quiet",
        "windows": 12,
        "low": 39,
        "high": 79,
        "median": 58.0,
        "is_below_median": True,
    }
    assert (facts["community"], facts["first_contributions"], facts["closing"]) == (
        None,
        None,
        None,
    )


def test_json_has_the_communitys_share_if_a_team_is_configured() -> None:
    Path("digest.toml").write_text('[digest]\nteam = "Spotify"\n')
    facts = json.loads(run("week", "--from", EXAMPLE, "--json", "--output", "-").out)
    assert facts["community"] == {"team": ["Spotify"], "by_team": 2, "by_others": 0, "unknown": 19}


def test_the_words_of_a_skipped_edition_survive_a_later_run() -> None:
    """The saved facts record that the window covers all days since the last edition."""
    two = window("2021-05-03", "2021-05-17")
    for name, asked in [("last", week("2021-W17")), ("this", two)]:
        merged_at = asked.start
        facts = snapshot(pull(1, merged_at=merged_at), pull(2, merged_at=merged_at), window=asked)
        Path(f"{name}.json").write_text(facts.model_dump_json())
    run("week", "--from", "last.json")
    says = (
        "There was no edition last week, so this one covers two weeks: 2 pull requests were merged."
    )
    assert says in run("week", "--from", "this.json", "--since-last").out
    assert says in run("render").out
    assert (
        "2 pull requests were merged in the last 2 weeks."
        in run("week", "--from", "this.json", "--weeks", "2").out
    )
