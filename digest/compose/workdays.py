"""Working days of a window, by the calendar of a country or of a part of one; pure.

A working day is one on which the country's week is worked, without public holidays, those that are
none by law but taken by everybody (in Sweden Midsummer Eve), and bridge days: working days between
two days off. The `holidays` package knows the days; half days, bank holidays and optional ones are
worked.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from digest import text, windows
from digest.errors import UsageError
from digest.model import DayOff, Window, WorkingDays
from digest.settings import Calendar

if TYPE_CHECKING:
    from holidays import HolidayBase

ONE_DAY = timedelta(days=1)
CATEGORIES = ("public", "de_facto")
BRIDGE = "bridge day"
MOST_OFFERED = 3
SMALL_WORDS = ("and", "of", "the", "da")
# Names of our own, because strftime's follow the locale.
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Country:
    """A configured country or part of one: its code, its words, and the package's calendar."""

    code: str
    place: str
    calendar: "HolidayBase"


def find_countries(settings: Calendar) -> tuple[Country, ...]:
    """The configured countries, each once.

    Raises UsageError with the nearest names for one that is not known.
    """
    # The package takes a tenth of a second to import, which nobody pays who names no country.
    if not settings.country:
        return ()
    from holidays.registry import COUNTRIES

    names = {code: _words(module) for module, (_, code, *_) in COUNTRIES.items()}
    others = {other: code for _, code, *aliases in COUNTRIES.values() for other in aliases}
    known = [
        _country(_short_code(asked, others), names, settings.places) for asked in settings.country
    ]
    return tuple({one.code: one for one in known}.values())


def count_working_days(settings: Calendar, window: Window) -> tuple[WorkingDays, ...]:
    """The working days of the window, by each configured country.

    None where no country is configured.
    The window's days are those of its zone. Raises UsageError as `countries` does.
    """
    first, last = windows.first_day(window), windows.last_day(window)
    days = [first + ONE_DAY * after for after in range((last - first).days + 1)]
    return tuple(
        _count(country, days, bridge_days=settings.bridge_days)
        for country in find_countries(settings)
    )


def working_day_lines(counted: Sequence[WorkingDays], window: Window) -> tuple[str, ...]:
    """A line for each calendar: "3 working days in Sweden: Thu 13 Ascension Day, Fri 14 bridge day."."""
    # Within a week a day's number is enough.
    is_longer = windows.last_day(window) - windows.first_day(window) >= timedelta(weeks=1)
    return tuple(_line(one, with_month=is_longer) for one in counted)


def _short_code(asked: str, others: Mapping[str, str]) -> str:
    """The code of two capitals for an alias of it, such as SWE; what is no alias stays."""
    code, dash, part = asked.strip().partition("-")
    short = others.get(code.upper(), code.upper() if len(code) == len("SE") else code)
    return f"{short}{dash}{part}"


def _country(asked: str, names: Mapping[str, str], places: Mapping[str, str]) -> Country:
    import holidays

    code, _, part = asked.partition("-")
    if code not in names:
        raise UsageError(
            f"digest.calendar.country: there is no country {asked!r}.",
            _nearest_countries(asked, names),
        )
    entity = getattr(holidays, code)
    aliases = entity.get_subdivision_aliases()
    parts = {
        spelt.casefold(): subdivision
        for subdivision in aliases
        for spelt in (*aliases[subdivision], subdivision)
    }
    if part and part.casefold() not in parts:
        what = (
            f"{names[code]} has no part {part!r}"
            if parts
            else f"no parts of {names[code]} are known"
        )
        raise UsageError(
            f"digest.calendar.country = {asked!r}: {what}.",
            _nearest_parts(code, part, parts, aliases),
        )
    subdivision = parts[part.casefold()] if part else None
    spelt = f"{code}-{subdivision}" if subdivision else code
    calendar = holidays.country_holidays(
        code,
        subdiv=subdivision,
        categories=[one for one in CATEGORIES if one in entity.supported_categories],
        # Without a language, names would follow the locale; a country that has none at all has
        # English names.
        language=next(
            (one for one in sorted(entity.supported_languages) if one.startswith("en")), None
        ),
    )
    country = places.get(code, names[code])
    whole = (
        f"{next(iter(aliases[subdivision]), subdivision)} ({country})" if subdivision else country
    )
    return Country(spelt, places.get(spelt, whole), calendar)


def _words(module: str) -> str:
    """A country's name from the package's name for it: isle_of_man -> "Isle of Man"."""
    return " ".join(
        word if word in SMALL_WORDS else word.capitalize() for word in module.split("_")
    )


def _nearest_countries(asked: str, names: Mapping[str, str]) -> str:
    asked = asked.casefold()
    begun = sorted(
        (code for code in names if names[code].casefold().startswith(asked)),
        key=lambda code: names[code],
    )
    spelt = {code.casefold(): code for code in names} | {
        name.casefold(): code for code, name in names.items()
    }
    near = [
        spelt[each] for each in difflib.get_close_matches(asked, spelt, n=MOST_OFFERED, cutoff=0.5)
    ]
    codes = [*dict.fromkeys([*begun, *near])][:MOST_OFFERED]
    found = " or ".join(f"{code} ({names[code]})" for code in codes)
    return (
        f"Did you mean {found}?"
        if found
        else "Codes are such as SE, or DE-BY for a part of a country."
    )


def _nearest_parts(
    code: str, part: str, parts: Mapping[str, str], aliases: Mapping[str, Sequence[str]]
) -> str:
    if not parts:
        return f"Name the whole: {code}."
    near = difflib.get_close_matches(part.casefold(), parts, n=MOST_OFFERED, cutoff=0.6)
    codes = dict.fromkeys(parts[each] for each in near) or aliases
    spelt = [
        f"{code}-{each}" + "".join(f" ({alias})" for alias in aliases[each][:1]) for each in codes
    ]
    return f"Did you mean {' or '.join(spelt)}?" if near else f"There are {text.listed(spelt)}."


def _count(country: Country, days: Sequence[date], *, bridge_days: bool) -> WorkingDays:
    off: list[DayOff] = []
    worked = 0
    for day in days:
        if country.calendar.is_working_day(day):
            if bridge_days and _is_bridge(country.calendar, day):
                off.append(DayOff(day=day, name=BRIDGE))
            else:
                worked += 1
        elif not country.calendar.is_weekend(day):
            names = str(country.calendar[day]).split("; ")
            off.append(DayOff(day=day, name=text.listed(names)))
    return WorkingDays(code=country.code, place=country.place, days=worked, off=tuple(off))


def _is_bridge(calendar: "HolidayBase", day: date) -> bool:
    # A weekend's day that is worked makes up for another one: nobody takes it off.
    around = (day - ONE_DAY, day + ONE_DAY)
    return not calendar.is_weekend(day) and not any(calendar.is_working_day(one) for one in around)


def _line(one: WorkingDays, *, with_month: bool) -> str:
    amount = f"{one.days or 'No'} working day{'' if one.days == 1 else 's'} in {one.place}"
    off = ", ".join(f"{_day(each.day, with_month=with_month)} {each.name}" for each in one.off)
    return f"{amount}: {off}." if off else f"{amount}."


def _day(day: date, *, with_month: bool) -> str:
    return f"{WEEKDAYS[day.weekday()]} {windows.short_date(day) if with_month else day.day}"
