"""Bots, and the names of people."""

import pytest

from digest.compose.people import (
    byline,
    company,
    company_notices,
    company_settings,
    fit_name,
    is_bot,
    plain_byline,
    plain_name,
    shown_company,
)
from digest.model import Person
from digest.settings import PersonSettings, Settings
from digest.text import matches_glob
from tests.shipped import shipped

PATTERNS = ("*[bot]", "imgbotapp", "backstage-service", "Backstage Service Account")


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (None, False),
        (Person(), False),
        (Person(login="erikengervall", name="Erik Engervall"), False),
        (Person(login="renovate", is_bot=True), True),
        (Person(login="dependabot[bot]"), True),
        (Person(login="bot"), False),
        (Person(login="ImgBotApp"), True),
        (Person(name="backstage service account"), True),
        (Person(name="dependabot[bot]"), True),
        (Person(login="somebody", name="Backstage Service Account"), False),
    ],
)
def test_bots_are_recognized_by_type_then_login_then_name(
    person: Person | None, *, expected: bool
) -> None:
    """The account's type wins; a name counts only without a login."""
    assert is_bot(person, PATTERNS) is expected


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("a*c", "ac", True),
        ("a*c", "ABBC", True),
        ("a*c", "abcd", False),
        ("*", "", True),
        ("a.c", "abc", False),
    ],
)
def test_only_a_star_matches_anything(pattern: str, value: str, *, expected: bool) -> None:
    assert matches_glob(pattern, value) is expected


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (
            Person(login="erikengervall", name="Erik Engervall", company="Spotify"),
            "Erik Engervall from Spotify",
        ),
        (Person(login="ada", name="Ada Lovelace", company="@engines"), "Ada Lovelace from engines"),
        (Person(login="ada", name=" Ada \n Lovelace ", company=""), "Ada Lovelace"),
        (
            Person(login="ada", name="Ada Lovelace", company="I build engines in London"),
            "Ada Lovelace",
        ),
        (Person(login="ada", name=None, company="Engines"), "TODO: name (ada)"),
        (Person(login="ada", name="Ada"), "TODO: name (ada)"),
        (Person(login="ada", name="@ada"), "TODO: name (ada)"),
        (Person(name="ada@example.org"), "TODO: name"),
        (Person(name=""), "TODO: name"),
        (None, "TODO: name"),
    ],
)
def test_a_person_has_a_name_and_a_company_but_never_a_login(
    person: Person | None, expected: str
) -> None:
    assert byline(person, shipped()) == expected


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("Spotify", "Spotify"),
        ("  SDA   SE ", "SDA SE"),
        ("@spotify", "spotify"),
        ("Engines, Inc.", "Engines, Inc."),
        ("R&D Engines", "R&D Engines"),
        ("H-E-B", "H-E-B"),
        ("bol.com", "bol.com"),
        ("Works (Engines)", "Works (Engines)"),
        ("University of the North", "University of the North"),
    ],
)
def test_a_plain_value_is_a_company(profile: str, expected: str) -> None:
    assert company(profile) == expected


@pytest.mark.parametrize(
    "profile",
    [
        None,
        "",
        "-",
        "n/a",
        "none",
        "Freelance",
        "Self-employed",
        "Student",
        "Engineer at Spotify",
        "Software Engineer",
        "Senior Developer @spotify",
        "formerly Spotify",
        "Building engines for everybody in London town",
        "I like trains.",
        "Engines. Also trains",
        "https://example.org",
        "www.example.org",
        "@spotify @engines",
        "@spotify/platform",
        "@spotify backstage",
        "Spotify, Engines",
        "Spotify / Engines",
        "Spotify | Engines",
        "What?",
    ],
)
def test_a_sentence_a_role_an_address_or_several_companies_are_not_a_company(
    profile: str | None,
) -> None:
    assert company(profile) is None


def settings(**people: PersonSettings) -> Settings:
    companies = {"@engines": "Analytical Engines", "works": "", "Engineer at Mills": "Mills"}
    return shipped().model_copy(update={"profiles": people, "companies": companies})


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("@engines", "Analytical Engines"),
        (" @ENGINES ", "Analytical Engines"),
        ("engines", "engines"),
        ("Works", None),
        ("@works", None),
        ("Engineer at Mills", "Mills"),
        ("Engineer at Works", None),
        ("Looms", "Looms"),
    ],
)
def test_an_alias_gives_the_spelling_of_a_company(written: str, expected: str | None) -> None:
    assert company(written, settings().companies) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (PersonSettings(), "Ada Lovelace from Looms"),
        (PersonSettings(name="Countess Ada"), "Countess Ada from Looms"),
        (PersonSettings(company="R&D"), "Ada Lovelace from R&D"),
        (PersonSettings(company=""), "Ada Lovelace"),
        (PersonSettings(name="Ada", company="Mills", anonymous=True), "A contributor"),
    ],
)
def test_the_settings_win_over_a_profile(words: PersonSettings, expected: str) -> None:
    ada = Person(login="Ada", name="Ada Lovelace", company="Looms")
    assert byline(ada, settings(ada=words)) == expected


STYLES = ("name-company", "name", "name-login", "login")


def styled(style: str, **people: PersonSettings) -> Settings:
    return settings(**people).model_copy(update={"people": style})


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (
            Person(login="ada", name="Ada *L*", company="Looms"),
            (
                r"Ada \*L\* from Looms",
                r"Ada \*L\*",
                r"Ada \*L\* ([@ada](https://example.org/ada))",
                "[@ada](https://example.org/ada)",
            ),
        ),
        (
            Person(login="ada", name="ada", company="Looms"),
            (
                "TODO: name (ada)",
                "TODO: name (ada)",
                "[@ada](https://example.org/ada)",
                "[@ada](https://example.org/ada)",
            ),
        ),
        (
            Person(name="Ada Lovelace", company="Looms"),
            ("Ada Lovelace from Looms", "Ada Lovelace", "Ada Lovelace", "Ada Lovelace"),
        ),
        (None, ("TODO: name",) * 4),
        (Person(login="left", name="Left Out", company="Looms"), ("A contributor",) * 4),
        (Person(login="tool[bot]", name="Tool"), ("Tool",) * 4),
    ],
)
def test_a_setting_says_how_people_are_named(
    person: Person | None, expected: tuple[str, ...]
) -> None:
    left = PersonSettings(anonymous=True)
    site = "https://example.org"
    assert tuple(byline(person, styled(one, left=left), site) for one in STYLES) == expected


def test_names_in_plain_text_have_no_links() -> None:
    ada = Person(login="ada", name="Ada Lovelace", company="Looms")
    nameless = Person(login="x_1")
    assert [plain_byline(ada, styled(one)) for one in STYLES] == [
        "Ada Lovelace from Looms",
        "Ada Lovelace",
        "Ada Lovelace (@ada)",
        "@ada",
    ]
    assert [plain_name(ada, styled(one)) for one in STYLES] == ["Ada Lovelace"] * 4
    unnamed = ["TODO: name (x_1)", "TODO: name (x_1)", "@x_1", "@x_1"]
    assert [plain_byline(nameless, styled(one)) for one in STYLES] == unnamed
    assert [plain_name(nameless, styled(one)) for one in STYLES] == unnamed
    assert byline(nameless, styled("name"), in_code=True) == "TODO: name (`x_1`)"
    assert plain_name(nameless, styled("name"), in_code=True) == "TODO: name (`x_1`)"


def test_a_narrow_cell_keeps_the_login_of_an_unknown_name() -> None:
    assert fit_name("TODO: name (grace-hopper)", 18) == "(grace-hopper)    "
    assert fit_name("TODO: name (ada)", 18) == "TODO: name (ada)  "
    assert fit_name("Ada Augusta Lovelace", 12) == "Ada Augusta…"


@pytest.mark.parametrize("style", ["name", "name-login", "login"])
def test_where_no_company_is_shown_nothing_is_reported_about_companies(style: str) -> None:
    people = [Person(login="ada", name="Ada", company="@looms"), Person(login="bob", name="Bob B")]
    assert company_notices(people, styled(style)) == ()
    assert company_settings(people, styled(style)) == ""
    assert shown_company(people[0], styled(style)) is None


def test_a_bot_is_named_by_its_account() -> None:
    assert byline(Person(login="dependabot[bot]"), shipped()) == "dependabot[bot]"
    assert byline(Person(login="dependabot[bot]", name="Dependabot"), shipped()) == "Dependabot"


def test_a_handle_as_company_is_reported_once() -> None:
    """The editor has to find out how the company spells its name; an alias settles it."""
    people = [
        Person(login="ada", name="Ada Lovelace", company="@looms"),
        Person(login="charles", name="Charles Babbage", company="@looms"),
        Person(login="grace", name="Grace Hopper", company="@engines"),
        Person(login="erik", name="Erik Engervall", company="Spotify"),
        None,
    ]
    assert company_notices(people, settings()) == (
        "The profile of Ada Lovelace gives the company as @looms, but the text has 'looms'.",
    )


def test_people_without_a_company_are_reported_once_with_the_lines_to_paste() -> None:
    """The notice leaves out bots, exceptions, and people known to have no company."""
    people = [
        Person(login="ada", name="Ada Lovelace"),
        Person(login="ada", name="Ada Lovelace"),
        Person(login="charles"),
        Person(login="odd.login", name="Mary\nSomerville", company="I like trains."),
        Person(name="Grace Hopper"),
        Person(login="erik", name="Erik Engervall", company="Spotify"),
        Person(login="free", name="Free Lance"),
        Person(login="left", name="Left Out"),
        Person(login="tool[bot]"),
        None,
    ]
    known = settings(Free=PersonSettings(company=""), left=PersonSettings(anonymous=True))
    (notice,) = company_notices(people, known)
    assert notice == (
        "The companies of Ada Lovelace, charles, Mary Somerville and Grace Hopper are unknown.\n"
        'Add them to digest.toml (use "" for none):\n'
        '[digest.profiles.ada]\ncompany = ""\n'
        '[digest.profiles.charles]\ncompany = ""\n'
        '[digest.profiles."odd.login"]\ncompany = ""'
    )
    assert company_notices(people[4:5], known) == ("The company of Grace Hopper is unknown.",)
