"""How an edition follows the one before it: a gap or an overlap is always said."""

from collections.abc import Sequence

from digest import windows
from digest.model import EarlierCount, Snapshot, Window


def follows(snapshot: Snapshot, previous: Window | None) -> str | None:
    """What to say of days that are in no edition, or in this one and the one before; None when they fit."""
    window = snapshot.window
    if previous is None or previous.end == window.start:
        return None
    ended = f"Your last edition ended on {windows.day(previous.end)}"
    if previous.end > window.start:
        return f"{ended}, so {windows.days(window.start, min(previous.end, window.end))} is in both."
    between = windows.days(previous.end, window.start)
    missed = _count(snapshot.earlier_counts or (), previous, window)
    if missed is None:
        says, both = f"{ended}; what was merged {between} is in no edition.", ""
    else:
        says = f"{ended}; the {missed:,} merged {between} are in no edition."
        both = f" ({missed + len(snapshot.pull_requests):,})"
    return f"{says} All in one: digest week --since-last{both}" if window.kind == "weeks" else says


def _count(earlier: Sequence[EarlierCount], previous: Window, window: Window) -> int | None:
    """What was merged between two windows, known only where earlier windows tile the gap."""
    gap = [one for one in earlier if previous.end <= one.start and one.end <= window.start]
    counts = [one.count for one in gap if one.count is not None]
    tiles = bool(gap) and gap[0].start == previous.end and gap[-1].end == window.start
    return sum(counts) if tiles and len(counts) == len(gap) else None
