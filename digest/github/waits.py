"""Reads the waits and times in the headers of a reply; pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 86400.0
LONGEST_NUMBER = 20
# A year outside of these is a mistake of the server.
YEARS = range(2000, 2100)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds that a server asks to wait, as a number or a date; None if it names none."""
    value = headers.get("retry-after", "")
    until = http_date(value)
    wait = seconds(value) if until is None else max((until - now).total_seconds(), 0.0)
    return None if wait is None else min(wait, LONGEST_WAIT)


def http_date(value: str) -> datetime | None:
    """The moment in a header such as Date, None if it is not valid."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError, OverflowError):
        return None
    if moment.year not in YEARS:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def seconds(header: str | None) -> float | None:
    """The seconds in a header, None if it is not a number."""
    # Some servers write whole numbers as floats.
    whole = (header or "").partition(".")[0].strip()
    is_number = whole.isascii() and whole.isdecimal() and len(whole) < LONGEST_NUMBER
    return float(whole) if is_number else None
