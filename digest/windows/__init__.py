"""Windows: what an editor asks for -> `[start, end)` in a zone, and the words for it. Now is always a parameter."""

from digest.windows.asked import Asked, resolve
from digest.windows.days import earlier, edition_name, first_day, is_running, last_day, zone
from digest.windows.words import day, days, short, span, words

__all__ = [
    "Asked",
    "day",
    "days",
    "earlier",
    "edition_name",
    "first_day",
    "is_running",
    "last_day",
    "resolve",
    "short",
    "span",
    "words",
    "zone",
]
