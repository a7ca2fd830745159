"""Working days by a country's calendar."""

from datetime import date

import pytest

from digest.compose import workdays
from digest.errors import UsageError
from digest.model import DayOff, Window, WorkingDays
from digest.settings import Calendar
from tests.builders import week, window
from tests.shipped import shipped

W19 = week("2021-W19")


def calendar(*countries: str, bridge_days: bool = True, **places: str) -> Calendar:
    return Calendar(
        country=countries, bridge_days=bridge_days, places=dict(shipped().calendar.places) | places
    )


def day_lines(asked: Window, *countries: str, bridge_days: bool = True) -> tuple[str, ...]:
    return workdays.working_day_lines(
        workdays.count_working_days(calendar(*countries, bridge_days=bridge_days), asked), asked
    )


def refused(country: str) -> tuple[str, str]:
    with pytest.raises(UsageError) as caught:
        workdays.find_countries(calendar(country))
    return caught.value.message, caught.value.hint


def test_the_week_of_edition_26_has_three_working_days_in_sweden() -> None:
    assert workdays.count_working_days(calendar("SE"), W19) == (
        WorkingDays(
            code="SE",
            place="Sweden",
            days=3,
            days_off=(
                DayOff(day=date(2021, 5, 13), name="Ascension Day"),
                DayOff(day=date(2021, 5, 14), name="bridge day"),
            ),
        ),
    )
    assert day_lines(W19, "SE") == (
        "3 working days in Sweden: Thu 13 Ascension Day, Fri 14 bridge day.",
    )


def test_bridge_days_can_count_as_working_days() -> None:
    assert day_lines(W19, "SE", bridge_days=False) == (
        "4 working days in Sweden: Thu 13 Ascension Day.",
    )


@pytest.mark.parametrize(
    ("year", "expected"),
    [(2021, [date(2021, 5, 14)]), (2026, [date(2026, 1, 2), date(2026, 1, 5), date(2026, 5, 15)])],
)
def test_a_bridge_day_is_a_working_day_between_two_days_off(
    year: int, expected: list[date]
) -> None:
    """The neighbours may be outside the window: 2 January 2026 is a Friday after New Year's Day."""
    whole = window(f"{year}-01-01", f"{year + 1}-01-01", kind="days")
    (sweden,) = workdays.count_working_days(calendar("SE"), whole)
    assert [one.day for one in sweden.days_off if one.name == "bridge day"] == expected
    (alone,) = workdays.count_working_days(
        calendar("SE"), window("2026-01-02", "2026-01-03", kind="days")
    )
    assert (alone.days, [one.name for one in alone.days_off]) == (0, ["bridge day"])


@pytest.mark.parametrize(
    ("asked", "countries", "expected"),
    [
        # By law, Midsummer Eve is a working day, but everybody takes it off.
        (week("2021-W25"), ["SE"], ["4 working days in Sweden: Fri 25 Midsummer Eve."]),
        # May Day was a Saturday, National Day a Sunday, and no other day is free instead.
        (week("2021-W17"), ["SE"], ["5 working days in Sweden."]),
        (week("2021-W22"), ["SE"], ["5 working days in Sweden."]),
        # The calendar of this country has no category for days that everybody takes off.
        (W19, ["NO"], ["3 working days in Norway: Thu 13 Ascension Day, Fri 14 bridge day."]),
        # In this country, the Monday after a holiday on a Sunday is free.
        (week("2021-W26"), ["US"], ["5 working days in the United States."]),
        (
            week("2021-W27"),
            ["US"],
            ["4 working days in the United States: Mon 5 Independence Day (observed)."],
        ),
        # Each country has its weekend, and a day of the weekend may be worked instead of another.
        (W19, ["IL"], ["4 working days in Israel: Sun 16 bridge day."]),
        (week("2021-W05"), ["CN"], ["6 working days in China."]),
        # A Saturday that replaces another day is a working day, even between days off.
        (window("2024-04-13", "2024-04-14", kind="days"), ["UZ"], ["1 working day in Uzbekistan."]),
        # A week without working days; a window of one Saturday.
        (
            window("2021-12-24", "2021-12-27", kind="days"),
            ["SE"],
            ["No working days in Sweden: Fri 24 Christmas Eve."],
        ),
        (window("2021-05-15", "2021-05-16", kind="days"), ["SE"], ["No working days in Sweden."]),
        (window("2021-05-12", "2021-05-13", kind="days"), ["SE"], ["1 working day in Sweden."]),
        # In a window longer than a week, days have their month.
        (
            window("2021-05-03", "2021-05-17"),
            ["SE"],
            ["8 working days in Sweden: Thu 13 May Ascension Day, Fri 14 May bridge day."],
        ),
        (
            window("2021-04-01", "2021-05-01", kind="month"),
            ["SE"],
            ["20 working days in Sweden: Fri 2 Apr Good Friday, Mon 5 Apr Easter Monday."],
        ),
        # Several countries, each once; codes in any case, also of three letters; regions by code or
        # name.
        (
            W19,
            ["se", "SWE", "no"],
            [
                "3 working days in Sweden: Thu 13 Ascension Day, Fri 14 bridge day.",
                "3 working days in Norway: Thu 13 Ascension Day, Fri 14 bridge day.",
            ],
        ),
        (week("2021-W22"), ["DE"], ["5 working days in Germany."]),
        (
            week("2021-W22"),
            ["DE-BY", "DE-by", "DE-Bayern"],
            ["3 working days in Bayern (Germany): Thu 3 Corpus Christi, Fri 4 bridge day."],
        ),
        (W19, [], []),
    ],
)
def test_the_line_names_the_days_off(
    asked: Window, countries: list[str], expected: list[str]
) -> None:
    lines = day_lines(asked, *countries)
    assert len(lines) == len(expected)
    assert all(line.startswith(words) for line, words in zip(lines, expected, strict=True)), lines


def test_days_follow_the_windows_zone() -> None:
    """In Auckland, Monday begins on Sunday in UTC."""
    monday = window("2021-05-13", "2021-05-14", "Pacific/Auckland", kind="days")
    assert day_lines(monday, "SE") == ("No working days in Sweden: Thu 13 Ascension Day.",)


@pytest.mark.parametrize("locale", ["sv_SE.UTF-8", "de_DE.UTF-8", "C"])
def test_names_are_english_in_every_locale(locale: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.setenv(name, locale)
    assert day_lines(W19, "SE", "DE") == (
        "3 working days in Sweden: Thu 13 Ascension Day, Fri 14 bridge day.",
        "3 working days in Germany: Thu 13 Ascension Day, Fri 14 bridge day.",
    )


def test_every_country_has_a_calendar_and_a_name() -> None:
    """Each country of the package can be configured, with English names if it is translated."""
    from holidays import list_supported_countries  # noqa: PLC0415 (slow, and this test alone wants it)

    codes = sorted(list_supported_countries(include_aliases=False))
    assert len(codes) > 150
    all_of_them = workdays.count_working_days(calendar(*codes), W19)
    assert [one.code for one in all_of_them] == codes
    assert [one.place for one in all_of_them if not one.place or "_" in one.place] == []
    assert [one for one in all_of_them if not 0 <= one.days <= 7] == []


def test_a_setting_gives_the_spelling_of_a_place() -> None:
    settings = Calendar(
        country=("DE-BY",), bridge_days=True, places={"DE": "the Republic", "DE-BY": "Bavaria"}
    )
    (bavaria,) = workdays.count_working_days(settings, W19)
    assert (bavaria.code, bavaria.place) == ("DE-BY", "Bavaria")
    (hesse,) = workdays.count_working_days(settings.model_copy(update={"country": ("DE-HE",)}), W19)
    assert hesse.place == "Hessen (the Republic)"


@pytest.mark.parametrize(
    ("asked", "message", "hint"),
    [
        ("Sweden", "'Sweden' is not a known country.", "Did you mean SE (Sweden)?"),
        ("SW", "'SW' is not a known country.", "Did you mean SE (Sweden) or CH (Switzerland) or"),
        ("norwey", "'norwey' is not a known country.", "Did you mean NO (Norway)"),
        (
            "!",
            "'!' is not a known country.",
            "Use a code such as SE, or DE-BY for a part of a country.",
        ),
        (
            "DE-Bayer",
            "'DE-Bayer': 'Bayer' is not a known part of Germany.",
            "Did you mean DE-BY (Bayern)",
        ),
        ("AT-X", "'AT-X': 'X' is not a known part of Austria.", "Known parts: AT-1 (Burgenland"),
        ("SE-AB", "'SE-AB': parts of Sweden are not supported.", "Use the whole country: SE."),
    ],
)
def test_an_unknown_place_is_refused_with_the_nearest_names(
    asked: str, message: str, hint: str
) -> None:
    says, cure = refused(asked)
    assert says.startswith("calendar.country")
    assert says.endswith(message)
    assert cure.startswith(hint)
