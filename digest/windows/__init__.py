"""Windows from the options of a command, and their names in sentences.

The current time is a parameter.
"""

from digest.windows.days import (
    dates,
    day_before,
    day_range,
    edition_name,
    find_zone,
    first_day,
    is_running,
    label,
    last_day,
    month_inside,
    number_in_words,
    phrase,
    short_date,
    windows_before,
)
from digest.windows.request import WindowRequest, resolve

__all__ = [
    "WindowRequest",
    "dates",
    "day_before",
    "day_range",
    "edition_name",
    "find_zone",
    "first_day",
    "is_running",
    "label",
    "last_day",
    "month_inside",
    "number_in_words",
    "phrase",
    "resolve",
    "short_date",
    "windows_before",
]
