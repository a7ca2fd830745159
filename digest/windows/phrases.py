"""Windows and dates in words, for sentences, the screen and notices."""

from datetime import date, datetime

from digest.model import Window
from digest.windows.days import ONE_DAY, first_day, is_running, last_day, week_name

# The names that strftime uses depend on the locale.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DAYS_OF_WEEK = 7
NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()


def phrase(window: Window, at: datetime) -> str:
    """The window for a sentence, as on the day after it: "last week".

    If it is not over at the time `at`, this begins with "so far".
    """
    first, last = first_day(window), last_day(window)
    if is_running(window, at):
        return f"so far {_so_far(window, first, last)}"
    if window.kind == "month":
        return f"in {MONTHS[first.month - 1]}"
    if window.kind == "weeks":
        weeks = ((last - first).days + 1) // DAYS_OF_WEEK
        return "last week" if weeks == 1 else f"in the last {weeks} weeks"
    if first == last:
        return f"on {long_date(first)}"
    if first.year != last.year:
        return f"from {long_date(first)} {first.year} to {long_date(last)} {last.year}"
    return (
        f"from {first.day if first.month == last.month else long_date(first)} to {long_date(last)}"
    )


def _so_far(window: Window, first: date, last: date) -> str:
    if window.kind == "month":
        return "this month"
    if window.kind == "weeks" and (last - first).days < DAYS_OF_WEEK:
        return "this week"
    if first == last:
        return f"on {long_date(first)}"
    return f"since {long_date(first)}" + ("" if first.year == last.year else f" {first.year}")


def label(window: Window) -> str:
    """The window for the screen: "10–16 May 2021 (2021-W19, UTC)"."""
    first, last = first_day(window), last_day(window)
    if window.kind == "month":
        return f"{MONTHS[first.month - 1]} {first.year} ({window.zone})"
    year = "" if first.year != last.year else f" {last.year}"
    weeks = (
        " to ".join(dict.fromkeys((week_name(first), week_name(last))))
        if window.kind == "weeks"
        else ""
    )
    return f"{_dash(first, last)}{year} ({f'{weeks}, ' if weeks else ''}{window.zone})"


def day_range(start: datetime, end: datetime) -> str:
    """The days from `start` to before `end`, both local midnights: "3–9 May"."""
    return _dash(start.date(), end.date() - ONE_DAY)


def day_before(end: datetime) -> str:
    """The day that ends at this midnight: "2 May"."""
    return long_date(end.date() - ONE_DAY)


def number_in_words(number: int) -> str:
    """A number up to twelve as a word, "three"; in digits above that."""
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


def long_date(day: date) -> str:
    """A day without its year: "2 May"."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def short_date(day: date) -> str:
    """A day with a short month and without its year: "2 May", "9 Sep"."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def _dash(first: date, last: date) -> str:
    if first == last:
        return short_date(last)
    if first.year != last.year:
        return f"{short_date(first)} {first.year} – {short_date(last)} {last.year}"
    if first.month == last.month:
        return f"{first.day}–{short_date(last)}"
    return f"{short_date(first)} – {short_date(last)}"
