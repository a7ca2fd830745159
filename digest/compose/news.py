"""Describes the pull requests that are new since an earlier run of the same edition."""

from collections.abc import Collection
from datetime import datetime

from digest import windows
from digest.compose import keys

MAX_NAMES = 10


def describe_changes(before: Collection[str], after: Collection[str]) -> list[str]:
    """Lines about the keys that are new, and about those that are no longer counted."""
    lines = []
    for changed, begin, end in (
        ([key for key in after if key not in before], "+", " merged"),
        ([key for key in before if key not in after], "", " no longer counted"),
    ):
        if changed:
            names = keys.format_keys(changed[:MAX_NAMES], [*before, *after])
            more = ", …" if len(changed) > MAX_NAMES else ""
            lines.append(f"{begin}{len(changed):,}{end}: {names}{more}")
    return lines


def nothing_new(since: datetime, at: datetime, zone: str) -> str:
    """A line about a run at the moment `at` that found nothing new, "Nothing new since 09:12."."""
    before, now = (moment.astimezone(windows.find_zone(zone)) for moment in (since, at))
    day = "" if before.date() == now.date() else f"{windows.short_date(before.date())}, "
    return f"Nothing new since {day}{before:%H:%M}."
