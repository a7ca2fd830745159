"""Counts the working days of a window in countries or parts of them. Pure.

Days off are weekends, public holidays, customary ones (Midsummer Eve in Sweden), and bridge days,
which are between two days off. Half days, bank holidays and optional holidays count as worked. The
data is from the `holidays` package.
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
# strftime would use the locale.
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Country:
    """A country or part of one: its code, its name in sentences, and its calendar."""

    code: str
    place: str
    calendar: "HolidayBase"


def find_countries(settings: Calendar) -> tuple[Country, ...]:
    """The configured countries without repeats.

    Raises UsageError with similar names if a country is unknown.
    """
    # The import takes a tenth of a second, so it is done only if a country is configured.
    if not settings.country:
        return ()
    from holidays.registry import COUNTRIES

    names = {code: _words(module) for module, (_, code, *_) in COUNTRIES.items()}
    others = {other: code for _, code, *aliases in COUNTRIES.values() for other in aliases}
    known = [
        _country(_short_code(setting, others), names, settings.places)
        for setting in settings.country
    ]
    return tuple({country.code: country for country in known}.values())


def count_working_days(settings: Calendar, window: Window) -> tuple[WorkingDays, ...]:
    """The working days of the window in each configured country; empty without any.

    Days begin at midnight in the zone of the window. Raises UsageError as `find_countries` does.
    """
    first, last = windows.first_day(window), windows.last_day(window)
    days = [first + ONE_DAY * after for after in range((last - first).days + 1)]
    return tuple(
        _count(country, days, bridge_days=settings.bridge_days)
        for country in find_countries(settings)
    )


def working_day_lines(counted: Sequence[WorkingDays], window: Window) -> tuple[str, ...]:
    """A line for each country: "3 working days in Sweden: Thu 13 Ascension Day."."""
    # Within a week, the number of the day is enough.
    is_longer = windows.last_day(window) - windows.first_day(window) >= timedelta(weeks=1)
    return tuple(_line(days, with_month=is_longer) for days in counted)


def _short_code(setting: str, others: Mapping[str, str]) -> str:
    """The two-letter code for an alias such as SWE; any other code is kept."""
    code, dash, part = setting.strip().partition("-")
    two_letters = others.get(code.upper(), code.upper() if len(code) == len("SE") else code)
    return f"{two_letters}{dash}{part}"


def _country(setting: str, names: Mapping[str, str], places: Mapping[str, str]) -> Country:
    import holidays

    code, _, part = setting.partition("-")
    if code not in names:
        raise UsageError(
            f"calendar.country: {setting!r} is not a known country.",
            _similar_countries(setting, names),
        )
    entity = getattr(holidays, code)
    aliases = entity.get_subdivision_aliases()
    parts = {
        spelt.casefold(): subdivision
        for subdivision in aliases
        for spelt in (*aliases[subdivision], subdivision)
    }
    if part and part.casefold() not in parts:
        reason = (
            f"{part!r} is not a known part of {names[code]}"
            if parts
            else f"parts of {names[code]} are not supported"
        )
        raise UsageError(
            f"calendar.country = {setting!r}: {reason}.",
            _similar_parts(code, part, parts, aliases),
        )
    subdivision = parts[part.casefold()] if part else None
    spelt = f"{code}-{subdivision}" if subdivision else code
    calendar = holidays.country_holidays(
        code,
        subdiv=subdivision,
        categories=[category for category in CATEGORIES if category in entity.supported_categories],
        # Without a language, names would follow the locale. A country without a list of languages
        # has English names.
        language=next(
            (
                language
                for language in sorted(entity.supported_languages)
                if language.startswith("en")
            ),
            None,
        ),
    )
    country = places.get(code, names[code])
    whole = (
        f"{next(iter(aliases[subdivision]), subdivision)} ({country})" if subdivision else country
    )
    return Country(spelt, places.get(spelt, whole), calendar)


def _words(module: str) -> str:
    """The name of a country from a module name: isle_of_man -> "Isle of Man"."""
    return " ".join(
        word if word in SMALL_WORDS else word.capitalize() for word in module.split("_")
    )


def _similar_countries(setting: str, names: Mapping[str, str]) -> str:
    prefix = setting.casefold()
    if exact := [code for code in names if names[code].casefold() == prefix]:
        return f"Did you mean {exact[0]} ({names[exact[0]]})?"
    completions = sorted(
        (code for code in names if names[code].casefold().startswith(prefix)),
        key=lambda code: names[code],
    )
    spelt = {code.casefold(): code for code in names} | {
        name.casefold(): code for code, name in names.items()
    }
    near = [
        spelt[each] for each in difflib.get_close_matches(prefix, spelt, n=MOST_OFFERED, cutoff=0.5)
    ]
    codes = [*dict.fromkeys([*completions, *near])][:MOST_OFFERED]
    found = " or ".join(f"{code} ({names[code]})" for code in codes)
    return (
        f"Did you mean {found}?"
        if found
        else "Use a code such as SE, or DE-BY for a part of a country."
    )


def _similar_parts(
    code: str, part: str, parts: Mapping[str, str], aliases: Mapping[str, Sequence[str]]
) -> str:
    if not parts:
        return f"Use the whole country: {code}."
    near = difflib.get_close_matches(part.casefold(), parts, n=MOST_OFFERED, cutoff=0.6)
    codes = dict.fromkeys(parts[each] for each in near) or aliases
    spelt = [
        f"{code}-{each}" + "".join(f" ({alias})" for alias in aliases[each][:1]) for each in codes
    ]
    return (
        f"Did you mean {' or '.join(spelt)}?" if near else f"Known parts: {text.join_words(spelt)}."
    )


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
            off.append(DayOff(day=day, name=text.join_words(names)))
    return WorkingDays(code=country.code, place=country.place, days=worked, days_off=tuple(off))


def _is_bridge(calendar: "HolidayBase", day: date) -> bool:
    # A worked weekend day replaces another one, so people do not take it off.
    around = (day - ONE_DAY, day + ONE_DAY)
    return not calendar.is_weekend(day) and not any(
        calendar.is_working_day(neighbor) for neighbor in around
    )


def _line(counted: WorkingDays, *, with_month: bool) -> str:
    amount = (
        f"{counted.days or 'No'} working day{'' if counted.days == 1 else 's'} in {counted.place}"
    )
    off = ", ".join(
        f"{_day(each.day, with_month=with_month)} {each.name}" for each in counted.days_off
    )
    return f"{amount}: {off}." if off else f"{amount}."


def _day(day: date, *, with_month: bool) -> str:
    return f"{WEEKDAYS[day.weekday()]} {windows.short_date(day) if with_month else day.day}"
