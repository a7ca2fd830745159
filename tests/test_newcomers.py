"""First contributions in words, and the community's share."""

import pytest

from digest.compose import overview
from digest.compose.overview import background_lines, closing_line, find_newcomers, summary_line
from digest.model import Community, EarlierCount, Person, PullRequest, Snapshot
from digest.output import render
from digest.settings import PersonSettings, Settings
from tests.builders import REPOSITORY, pull, snapshot, week
from tests.composing import compose
from tests.shipped import shipped

W19 = week("2021-W19")
ADA = pull(1, author=Person(login="ada", name="Ada Lovelace", company="Engines"))
GRACE = pull(2, author=Person(login="grace", name="Grace *Hopper*", company="@navy"))
NOBODY = pull(3, author=Person(login="nobody"))
NO_NAME = pull(4, author=Person(login="no-name", name="no-name"))
BOT = pull(5, author=Person(login="imgbotapp", name="ImgBotApp"))
OFTEN = pull(6, author=Person(login="often", name="Often Here", company="I work a lot"))
SAYING = shipped().model_copy(update={"first_contributions": True})


def week_of(*pulls: PullRequest, firsts: tuple[PullRequest, ...] | None) -> Snapshot:
    keys = None if firsts is None else tuple(one.key for one in firsts)
    return snapshot(*pulls, OFTEN, first_contributions=keys)


@pytest.mark.parametrize(
    ("firsts", "says"),
    [
        ((), None),
        (None, None),
        ((ADA,), "First contributions by Ada Lovelace from Engines."),
        (
            (ADA, GRACE),
            r"First contributions by Ada Lovelace from Engines and Grace \*Hopper\* from navy.",
        ),
        (
            (ADA, GRACE, NOBODY),
            r"First contributions by Ada Lovelace from Engines, Grace \*Hopper\* from navy and one more.",
        ),
        ((ADA, NOBODY, NO_NAME), "First contributions by Ada Lovelace from Engines and 2 more."),
        ((NOBODY,), "First contributions by one person."),
        ((NOBODY, NO_NAME), "First contributions by 2 people."),
        ((BOT,), None),
    ],
)
def test_the_closing_line_has_names_and_no_logins(
    firsts: tuple[PullRequest, ...] | None, says: str | None
) -> None:
    """People without a name are counted; a bot that GitHub takes for a person is not."""
    new = find_newcomers(week_of(*(firsts or ()), firsts=firsts), SAYING)
    assert closing_line(new, SAYING) == says


@pytest.mark.parametrize(
    ("style", "says"),
    [
        ("name", r"Ada Lovelace, Grace \*Hopper\* and 2 more"),
        (
            "name-login",
            (
                r"Ada Lovelace ([@ada](https://github.com/ada)), "
                r"Grace \*Hopper\* ([@grace](https://github.com/grace)), "
                "[@nobody](https://github.com/nobody) and [@no-name](https://github.com/no-name)"
            ),
        ),
        (
            "login",
            (
                "[@ada](https://github.com/ada), [@grace](https://github.com/grace), "
                "[@nobody](https://github.com/nobody) and [@no-name](https://github.com/no-name)"
            ),
        ),
    ],
)
def test_the_closing_line_names_people_as_the_section_does(style: str, says: str) -> None:
    settings = SAYING.model_copy(update={"people": style})
    new = (ADA, GRACE, NOBODY, NO_NAME)
    assert closing_line(new, settings) == f"First contributions by {says}."


def large(number: int, login: str) -> PullRequest:
    return pull(number, additions=9, author=Person(login=login, name=f"{login} x"))


def test_lines_to_paste_are_for_people_in_the_section() -> None:
    """Those of stories, and those that the closing block names."""
    authors = {8: "eight", 7: "seven", 6: "six"}
    facts = snapshot(
        *(large(*one) for one in authors.items()), NOBODY, first_contributions=(NOBODY.key,)
    )

    def lines(settings: Settings) -> str | None:
        return overview.overview(compose(facts, settings, None), settings).company_settings

    def block(*logins: str) -> str:
        tables = (f'[digest.profiles.{login}]\ncompany = ""' for login in logins)
        return "\n".join(["```toml", *tables, "```"])

    assert lines(shipped()) == block("six", "seven", "eight")
    assert lines(SAYING) == block("nobody", "six", "seven", "eight")
    assert lines(SAYING.model_copy(update={"people": "name"})) is None


@pytest.mark.parametrize(
    ("firsts", "says"),
    [
        (None, "First contributions: unknown."),
        ((), "First contributions: none."),
        ((ADA, NOBODY), "First contributions: Ada Lovelace (#1) and TODO: name (`nobody`) (#3)."),
    ],
)
def test_the_editors_line_has_the_numbers_too(
    firsts: tuple[PullRequest, ...] | None, says: str
) -> None:
    assert (
        summary_line(compose(week_of(*(firsts or ()), firsts=firsts), shipped(), None), shipped())
        == says
    )


def test_a_person_who_asks_to_be_left_out_is_not_named() -> None:
    new = find_newcomers(week_of(ADA, GRACE, firsts=(ADA, GRACE)), SAYING, anonymous=["GRACE"])
    assert new == (ADA,)
    assert closing_line(new, SAYING) == "First contributions by Ada Lovelace from Engines."


def test_a_person_who_is_new_in_two_repositories_counts_once() -> None:
    there = ADA.model_copy(update={"repository": "made-up/other"})
    digest = compose(week_of(ADA, there, firsts=(ADA, there)), SAYING, None)
    assert digest.closing == "First contributions by Ada Lovelace from Engines."
    assert (
        summary_line(digest, SAYING)
        == f"First contributions: Ada Lovelace ({REPOSITORY}#1) and Ada Lovelace (made-up/other#1)."
    )


def test_only_a_setting_adds_the_line_to_the_section() -> None:
    there = week_of(ADA, firsts=(ADA,))
    quiet, saying = compose(there, shipped(), None), compose(there, SAYING, None)
    assert (quiet.closing, quiet.first_contributions) == (None, (ADA.key,))
    closing = "\n### Welcome\n\nFirst contributions by Ada Lovelace from Engines.\n"
    assert render.section(saying, SAYING) == render.section(quiet, shipped()) + closing
    assert "@" not in render.section(saying, SAYING)


def team(*names: str) -> Settings:
    return shipped().model_copy(update={"team": names})


def test_the_community_is_everybody_with_another_company() -> None:
    """Bots, deleted accounts and profiles with a sentence as company are on neither side."""
    there = snapshot(ADA, GRACE, NOBODY, BOT, OFTEN, pull(7, author=None))
    share = overview.community_share(there, team("engines"))
    assert share == Community(team=("engines",), by_team=1, by_others=1, unknown=3)
    assert overview.share_lines(share) == (
        "Community share: 50% (1 of 2 pull requests by people whose company is known).",
        "1 by engines, 1 by others, 3 by people whose company is unknown. Bots are not included.",
    )


def test_a_team_may_have_several_companies() -> None:
    share = overview.community_share(snapshot(ADA, GRACE), team("Engines", "Navy"))
    assert share == Community(team=("Engines", "Navy"), by_team=2, by_others=0, unknown=0)


def test_where_no_company_is_known_the_share_is_not_guessed() -> None:
    share = overview.community_share(snapshot(NOBODY, BOT), team("Engines"))
    assert share
    first, _ = overview.share_lines(share)
    assert first == "Community share: unknown."


def test_without_a_team_there_are_no_sides() -> None:
    assert overview.community_share(snapshot(ADA), shipped()) is None


def test_the_settings_override_the_company_of_a_profile() -> None:
    settings = team("Spotify").model_copy(
        update={"profiles": {"ada": PersonSettings(company="spotify")}}
    )
    share = overview.community_share(snapshot(ADA), settings)
    assert share
    assert share.by_team == 1


def test_the_editor_sees_all_reasons_for_the_count() -> None:
    earlier = tuple(
        EarlierCount(start=W19.start, end=W19.end, count=count) for count in (3, 4, 5, 6)
    )
    settings = team("Engines").model_copy(
        update={"calendar": shipped().calendar.model_copy(update={"country": ("SE", "US")})}
    )
    there = week_of(ADA, firsts=(ADA,)).model_copy(update={"earlier_counts": earlier})
    assert background_lines(compose(there, settings, None), settings)[:5] == (
        "The 4 weeks before: 3 to 6, median 4.5. Fewer than in any of them.",
        "3 working days in Sweden: Thu 13 Ascension Day, Fri 14 bridge day.",
        "5 working days in the United States.",
        "First contributions: Ada Lovelace (#1).",
        "Community share: 0% (0 of 1 pull requests by people whose company is known).",
    )
    assert background_lines(compose(week_of(firsts=None), shipped(), None), shipped()) == (
        "First contributions: unknown.",
    )


@pytest.mark.parametrize("changed", [{"complete": False}, {"fetched_at": W19.start}])
def test_an_incomplete_or_running_window_is_not_compared(
    changed: dict[str, object],
) -> None:
    earlier = tuple(EarlierCount(start=W19.start, end=W19.end, count=9) for _ in range(12))
    there = snapshot(ADA, GRACE, earlier_counts=earlier)
    assert compose(there, shipped(), None).trend is not None
    assert compose(there.model_copy(update=changed), shipped(), None).trend is None
