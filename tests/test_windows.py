"""Windows: requests become `[start, end)` in a zone, and words."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import windows
from digest.errors import UsageError
from digest.model import Window
from digest.windows import WindowRequest
from tests import builders

MONDAY = datetime(2021, 5, 17, 9, tzinfo=UTC)
# These zones have missing or double midnights, changes of half an hour, at 00:01, on other days, or
# crossed the date line.
ZONES = (
    *(
        "UTC",
        "Europe/Stockholm",
        "Europe/London",
        "Europe/Lisbon",
        "Europe/Moscow",
        "Atlantic/Azores",
    ),
    *(
        "America/Sao_Paulo",
        "America/Asuncion",
        "America/Santiago",
        "America/Havana",
        "America/St_Johns",
    ),
    *(
        "America/New_York",
        "America/Los_Angeles",
        "America/Caracas",
        "America/Nuuk",
        "America/Scoresbysund",
    ),
    *(
        "Asia/Tehran",
        "Asia/Kolkata",
        "Asia/Kathmandu",
        "Asia/Beirut",
        "Asia/Amman",
        "Asia/Gaza",
        "Asia/Dhaka",
    ),
    *(
        "Asia/Pyongyang",
        "Asia/Almaty",
        "Asia/Tokyo",
        "Africa/Cairo",
        "Africa/Casablanca",
        "Antarctica/Troll",
    ),
    *(
        "Australia/Lord_Howe",
        "Australia/Adelaide",
        "Pacific/Apia",
        "Pacific/Kwajalein",
        "Pacific/Kiritimati",
    ),
    *("Pacific/Chatham", "Pacific/Auckland"),
)


def ask(
    now: datetime = MONDAY, zone: str = "UTC", last_end: datetime | None = None, **options: Any
) -> Window:
    """Return the window for these options."""
    return windows.resolve(WindowRequest(**options), windows.find_zone(zone), now, last_end)


def days_of(window: Window) -> tuple[str, str, str]:
    """Return the first day, the last day and the kind."""
    return str(windows.first_day(window)), str(windows.last_day(window)), window.kind


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ("2021-05-10", "2021-05-16", "weeks")),
        ({"week": "2021-W19"}, ("2021-05-10", "2021-05-16", "weeks")),
        ({"week": "2021-05-12"}, ("2021-05-10", "2021-05-16", "weeks")),
        ({"week": "2021-05-16"}, ("2021-05-10", "2021-05-16", "weeks")),
        ({"week": "2020-W53"}, ("2020-12-28", "2021-01-03", "weeks")),
        ({"week": "2021-W20"}, ("2021-05-17", "2021-05-23", "weeks")),
        ({"week": "2021-05-20"}, ("2021-05-17", "2021-05-23", "weeks")),
        ({"weeks": 1}, ("2021-05-10", "2021-05-16", "weeks")),
        ({"weeks": 2}, ("2021-05-03", "2021-05-16", "weeks")),
        ({"week": "2021-W17", "weeks": 3}, ("2021-04-12", "2021-05-02", "weeks")),
        ({"since": "2021-05-03", "until": "2021-05-12"}, ("2021-05-03", "2021-05-12", "days")),
        ({"since": "2021-05-12", "until": "2021-05-12"}, ("2021-05-12", "2021-05-12", "days")),
        ({"since": "2021-05-03", "until": "2021-05-16"}, ("2021-05-03", "2021-05-16", "weeks")),
        ({"since": "2021-05-04", "until": "2021-05-17"}, ("2021-05-04", "2021-05-17", "days")),
        ({"since": "2021-05-01", "until": "2021-05-16"}, ("2021-05-01", "2021-05-16", "days")),
        ({"since": "2021-05-12"}, ("2021-05-12", "2021-05-16", "days")),
        ({"since": "2021-05-10"}, ("2021-05-10", "2021-05-16", "weeks")),
        ({"monthly": True}, ("2021-04-01", "2021-04-30", "month")),
        ({"month": "2021-02"}, ("2021-02-01", "2021-02-28", "month")),
        ({"month": "2020-12", "monthly": True}, ("2020-12-01", "2020-12-31", "month")),
        ({"month": "2021-05"}, ("2021-05-01", "2021-05-31", "month")),
    ],
)
def test_every_request_gives_its_first_and_last_day(
    options: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    assert days_of(ask(**options)) == expected


def test_a_week_runs_from_midnight_to_midnight_in_its_zone() -> None:
    assert ask(zone="Europe/Stockholm") == Window(
        start=datetime.fromisoformat("2021-05-10T00:00:00+02:00"),
        end=datetime.fromisoformat("2021-05-17T00:00:00+02:00"),
        zone="Europe/Stockholm",
        kind="weeks",
    )


def test_now_decides_in_the_zone_which_week_is_complete() -> None:
    """Monday begins in Auckland while it is Sunday in UTC."""
    sunday = datetime(2021, 5, 16, 13, tzinfo=UTC)
    assert days_of(ask(sunday)) == ("2021-05-03", "2021-05-09", "weeks")
    assert days_of(ask(sunday, "Pacific/Auckland")) == ("2021-05-10", "2021-05-16", "weeks")


def test_a_week_with_a_clock_change_is_an_hour_shorter_or_longer() -> None:
    spring = ask(zone="Europe/Stockholm", week="2021-W12")
    autumn = ask(zone="Europe/Stockholm", week="2020-W43")
    assert (spring.end - spring.start, autumn.end - autumn.start) == (
        timedelta(hours=167),
        timedelta(hours=169),
    )


def test_a_day_without_midnight_begins_with_its_first_moment() -> None:
    window = ask(zone="America/Sao_Paulo", since="2018-11-04", until="2018-11-04")
    assert window.start.isoformat() == "2018-11-04T01:00:00-02:00"
    assert (window.end - window.start, windows.first_day(window)) == (
        timedelta(hours=23),
        date(2018, 11, 4),
    )


def test_since_last_reaches_from_the_last_edition_to_the_end_of_the_last_complete_week() -> None:
    whole = ask(since_last=True, last_end=datetime(2021, 5, 3, tzinfo=UTC))
    odd = ask(since_last=True, last_end=datetime(2021, 5, 1, tzinfo=UTC))
    assert days_of(whole) == ("2021-05-03", "2021-05-16", "weeks")
    assert days_of(odd) == ("2021-05-01", "2021-05-16", "days")


def test_since_last_includes_the_whole_day_after_a_change_of_the_zone() -> None:
    """Covering hours twice is better than losing them."""
    window = ask(
        zone="America/New_York", since_last=True, last_end=datetime(2021, 5, 3, tzinfo=UTC)
    )
    assert days_of(window) == ("2021-05-02", "2021-05-16", "days")


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        ({"week": "2025-W53"}, "There is no week 2025-W53.", "The weeks of 2025 are W01 to W52."),
        ({"week": "2020-W54"}, "There is no week 2020-W54.", "The weeks of 2020 are W01 to W53."),
        ({"week": "2021-W00"}, "There is no week 2021-W00.", "The weeks of 2021 are W01 to W52."),
        (
            {"week": "2021-02-30"},
            "There is no day 2021-02-30.",
            "Write days as year-month-day, such as 2021-05-12.",
        ),
        (
            {"week": "2021-W30"},
            "2021-07-26 is in the future.",
            "Today is 2021-05-17; the last complete week is 2021-W19.",
        ),
        (
            {"week": "9999-12-31"},
            "9999-12-27 is in the future.",
            "Today is 2021-05-17; the last complete week is 2021-W19.",
        ),
        (
            {"week": "0001-W01"},
            "0001-01-01 is too early.",
            "GitHub's first pull requests are from 2008.",
        ),
        ({"weeks": 0}, "--weeks 0 is too few.", "Use 1 or more."),
        (
            {"weeks": 10**12},
            "--weeks 1000000000000 is too many.",
            "GitHub's first pull requests are from 2008.",
        ),
        (
            {"since": "2021-05-12", "until": "2021-05-03"},
            "--since 2021-05-12 is after --until 2021-05-03.",
            "Swap them: --since 2021-05-03 --until 2021-05-12.",
        ),
        (
            {"since": "2021-05-12", "until": "2021-05-18"},
            "2021-05-18 is in the future.",
            "Today is 2021-05-17; the last complete week is 2021-W19.",
        ),
        ({"since": "2021-W19"}, "--since '2021-W19' is not valid.", "Write it as 2021-05-12."),
        (
            {"since": "2021-05-17"},
            "2021-05-17 is not over.",
            "For today so far, use --since 2021-05-17 --until 2021-05-17.",
        ),
        (
            {"until": "2021-05-12"},
            "--until needs --since.",
            "Add the first day: --since 2021-05-03 --until 2021-05-12.",
        ),
        ({"month": "2021-13"}, "--month '2021-13' is not a month.", "Write it as 2021-07."),
        (
            {"month": "2021-06"},
            "2021-06-01 is in the future.",
            "Today is 2021-05-17; the last complete week is 2021-W19.",
        ),
        (
            {"since_last": True},
            "There is no earlier edition.",
            "Give the first day: --since 2021-05-03.",
        ),
        (
            {"since_last": True, "last_end": datetime(2021, 5, 17, tzinfo=UTC)},
            "The last edition ends on 16 May, and no week has ended since.",
            "For this week so far, use --week 2021-W20.",
        ),
        (
            {"since": "2011-12-30", "until": "2011-12-30", "zone": "Pacific/Apia"},
            "There was no 2011-12-30 in Pacific/Apia.",
            "The zone crossed the date line and skipped this day. Use other days.",
        ),
    ],
)
def test_a_wrong_request_is_refused_with_the_correction(
    options: dict[str, Any], message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as refused:
        ask(**options)
    assert (refused.value.message, refused.value.hint) == (message, hint)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "19",
        "2021W19",
        "2021-W9",
        "2021-w19",
        "20210512",
        "2021-5-12",
        "2021-W19-1",
        " 2021-W19",
        "٢٠٢١-W19",
    ],
)
def test_a_week_has_two_notations(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        ask(week=text)
    assert (refused.value.message, refused.value.hint) == (
        f"--week {text!r} is not valid.",
        "Write it as 2021-W19 or 2021-05-12.",
    )


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"week": "2021-W19", "since": "2021-05-03"}, "--week and --since"),
        ({"week": "2021-W19", "until": "2021-05-03"}, "--week and --until"),
        (
            {"weeks": 2, "since": "2021-05-03", "until": "2021-05-12"},
            "--weeks and --since and --until",
        ),
        ({"week": "2021-W19", "since_last": True}, "--week and --since-last"),
        ({"weeks": 2, "since_last": True}, "--weeks and --since-last"),
        ({"since": "2021-05-03", "since_last": True}, "--since and --since-last"),
    ],
)
def test_clashing_options_are_named(options: dict[str, Any], named: str) -> None:
    with pytest.raises(UsageError) as refused:
        ask(**options)
    assert (refused.value.message, refused.value.hint) == (
        f"{named} cannot be combined.",
        "Use one of --week (with --weeks), --since (with --until), or --since-last.",
    )


def test_a_month_goes_with_no_other_window() -> None:
    with pytest.raises(
        UsageError, match=r"A month cannot be combined with --weeks and --since-last\."
    ):
        ask(monthly=True, weeks=2, since_last=True)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Europe/Stokholm", "Did you mean Europe/Stockholm?"),
        ("Stockholm", "Did you mean Europe/Stockholm?"),
        ("new york", "Did you mean America/New_York?"),
        ("Europe", "Time zones have names such as Europe/Stockholm."),
        ("../etc/passwd", "Time zones have names such as Europe/Stockholm."),
        ("", "Time zones have names such as Europe/Stockholm."),
    ],
)
def test_an_unknown_zone_is_refused_with_the_nearest_name(name: str, hint: str) -> None:
    with pytest.raises(UsageError) as refused:
        windows.find_zone(name)
    assert (refused.value.message, refused.value.hint) == (
        f"{name!r} is not a known time zone.",
        hint,
    )


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (builders.week("2021-W19"), "last week"),
        (builders.window("2021-05-03", "2021-05-17"), "in the last 2 weeks"),
        (builders.window("2021-07-01", "2021-08-01", kind="month"), "in July"),
        (builders.window("2021-05-03", "2021-05-13", kind="days"), "from 3 to 12 May"),
        (builders.window("2021-04-28", "2021-05-05", kind="days"), "from 28 April to 4 May"),
        (
            builders.window("2020-12-28", "2021-01-04", kind="days"),
            "from 28 December 2020 to 3 January 2021",
        ),
        (builders.window("2021-05-12", "2021-05-13", kind="days"), "on 12 May"),
    ],
)
def test_a_window_reads_as_on_the_day_after_it(window: Window, expected: str) -> None:
    assert [
        windows.phrase(window, at) for at in (window.end, window.end + timedelta(days=3000))
    ] == [expected] * 2


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (builders.week("2021-W19"), "so far this week"),
        (builders.window("2021-05-03", "2021-05-17"), "so far since 3 May"),
        (builders.window("2021-05-01", "2021-06-01", kind="month"), "so far this month"),
        (builders.window("2021-05-03", "2021-05-13", kind="days"), "so far since 3 May"),
        (builders.window("2020-12-28", "2021-01-03", kind="days"), "so far since 28 December 2020"),
        (builders.window("2021-05-12", "2021-05-13", kind="days"), "so far on 12 May"),
    ],
)
def test_a_running_window_reads_so_far(window: Window, expected: str) -> None:
    at = window.end - timedelta(seconds=1)
    assert (windows.is_running(window, at), windows.phrase(window, at)) == (True, expected)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (builders.week("2021-W19"), "10–16 May 2021 (2021-W19, UTC)"),
        (builders.window("2021-05-03", "2021-05-17"), "3–16 May 2021 (2021-W18 to 2021-W19, UTC)"),
        (builders.week("2020-W53"), "28 Dec 2020 – 3 Jan 2021 (2020-W53, UTC)"),
        (builders.week("2021-W17"), "26 Apr – 2 May 2021 (2021-W17, UTC)"),
        (builders.window("2021-07-01", "2021-08-01", kind="month"), "July 2021 (UTC)"),
        (
            builders.window("2021-05-12", "2021-05-13", "Asia/Tokyo", kind="days"),
            "12 May 2021 (Asia/Tokyo)",
        ),
    ],
)
def test_span_is_the_window_for_the_screen(window: Window, expected: str) -> None:
    assert windows.label(window) == expected


def test_days_and_day_are_spans_for_notices() -> None:
    gap = (datetime(2021, 5, 3, tzinfo=UTC), datetime(2021, 5, 10, tzinfo=UTC))
    assert (windows.day_range(*gap), windows.day_before(gap[0])) == ("3–9 May", "2 May")


def test_an_edition_is_named_by_the_week_of_its_last_day_or_by_its_month() -> None:
    named = (
        windows.edition_name(ask(week="2021-W19")),
        windows.edition_name(ask(weeks=4)),
        windows.edition_name(ask(since="2020-12-20", until="2021-01-01")),
        windows.edition_name(ask(month="2021-02")),
    )
    assert named == ("2021-W19", "2021-W19", "2020-W53", "2021-02")


def test_earlier_windows_have_the_same_length_and_end_at_the_start_of_this_one() -> None:
    weeks = windows.windows_before(ask(weeks=2), 2)
    months = windows.windows_before(ask(month="2021-03"), 3)
    days = windows.windows_before(ask(since="2021-05-04", until="2021-05-06"), 2)
    assert [days_of(one) for one in (*weeks, *months, *days)] == [
        ("2021-04-05", "2021-04-18", "weeks"),
        ("2021-04-19", "2021-05-02", "weeks"),
        ("2020-12-01", "2020-12-31", "month"),
        ("2021-01-01", "2021-01-31", "month"),
        ("2021-02-01", "2021-02-28", "month"),
        ("2021-04-28", "2021-04-30", "days"),
        ("2021-05-01", "2021-05-03", "days"),
    ]


def test_a_day_that_a_zone_skipped_is_not_an_earlier_window() -> None:
    window = ask(zone="Pacific/Apia", since="2011-12-31", until="2011-12-31")
    assert [days_of(one) for one in windows.windows_before(window, 2)] == [
        ("2011-12-29", "2011-12-29", "days")
    ]


instants = st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 (bounds)
zones = st.sampled_from(ZONES)


@given(zones, instants)
def test_the_last_complete_week_is_seven_local_days_and_over(name: str, now: datetime) -> None:
    window, there = ask(now, name), ZoneInfo(name)
    first, last = windows.first_day(window), windows.last_day(window)
    assert (first.weekday(), last - first) == (0, timedelta(days=6))
    assert (
        window.end
        <= now
        < windows.resolve(WindowRequest(week=str(last + timedelta(days=1))), there, now, None).end
    )
    moment_before = (window.start.astimezone(UTC) - timedelta(microseconds=1)).astimezone(there)
    assert moment_before.date() < first == window.start.date()


@given(zones, instants)
def test_the_week_of_a_day_includes_every_instant_of_that_day(name: str, now: datetime) -> None:
    window = ask(now, name, week=str(now.astimezone(ZoneInfo(name)).date()))
    assert window.start <= now < window.end
    assert windows.is_running(window, now)


@given(zones, instants, st.sampled_from(["weeks", "month", "days"]))
def test_windows_cover_time_without_gaps_and_have_different_names(
    name: str, now: datetime, kind: str
) -> None:
    """Weeks and months follow each other without overlap and without a gap."""
    day = str(now.astimezone(ZoneInfo(name)).date())
    ways: dict[str, dict[str, Any]] = {
        "weeks": {},
        "month": {"monthly": True},
        "days": {"since": day, "until": day},
    }
    window = ask(now, name, **ways[kind])
    row = (*windows.windows_before(window), window)
    assert [one.end for one in row[:-1]] == [one.start for one in row[1:]]
    assert {one.kind for one in row} == {window.kind}
    assert len({windows.edition_name(one) for one in row}) == len(row) or kind == "days"


@given(zones, instants, st.integers(1, 5))
def test_a_window_read_back_from_json_is_equal_in_every_respect(
    name: str, now: datetime, weeks: int
) -> None:
    window = ask(now, name, weeks=weeks)
    again = Window.model_validate_json(window.model_dump_json())
    assert again == window
    assert [windows.windows_before(one) for one in (again, window)] == [
        windows.windows_before(window)
    ] * 2
    for name_of in (windows.edition_name, windows.label, windows.first_day, windows.last_day):
        assert name_of(again) == name_of(window)
    assert windows.phrase(again, now) == windows.phrase(window, now)


@pytest.mark.parametrize(
    ("first", "end", "month"),
    [
        ("2021-05-10", "2021-05-17", None),
        ("2021-05-01", "2021-06-01", "2021-05"),
        ("2021-05-02", "2021-06-01", None),
        ("2021-05-02", "2021-07-01", "2021-06"),
        ("2020-12-15", "2021-02-05", "2021-01"),
    ],
)
def test_the_first_whole_month_in_a_window(first: str, end: str, month: str | None) -> None:
    assert windows.month_inside(builders.window(first, end, kind="days")) == month
