"""Snapshots -> one: several repositories, windows that follow one another, or a part of a window."""

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations
from typing import TypeVar

from digest.errors import UsageError
from digest.model import EarlierCount, PullRequest, Repository, Snapshot, Window, folded, same_name

Whole = TypeVar("Whole", Snapshot, Repository)


def join_snapshots(snapshots: Sequence[Snapshot]) -> Snapshot:
    """One snapshot of all: complete when each is, as old as the oldest, notices led by their repository.

    An earlier count is the sum where each knows it, else None; first contributions are those of
    all, likewise. Raises UsageError when the windows differ or a repository is there twice.
    """
    first, *others = snapshots
    if not others:
        return first
    windows = {_span(one.window): one.window for one in snapshots}.values()
    if len(windows) > 1:
        spans = " and ".join(
            f"{start:%Y-%m-%d} to {end:%Y-%m-%d}" for start, end in map(_span, windows)
        )
        raise UsageError(
            f"The snapshots have different windows: {spans} (end not included).",
            "Join snapshots of one window, or name a window that all of them cover: --week, or --since and --until.",
        )
    repositories = tuple(repository for one in snapshots for repository in one.repositories)
    _refuse_doubles(repositories)
    return Snapshot(
        repositories=repositories,
        window=first.window,
        fetched_at=min(one.fetched_at for one in snapshots),
        complete=all(one.complete for one in snapshots),
        notices=_notices(snapshots),
        pull_requests=tuple(
            sorted(
                (pull for one in snapshots for pull in one.pull_requests),
                key=lambda pull: (pull.merged_at, pull.repository, pull.number),
            )
        ),
        uncounted_pull_requests=_uncounted_pulls(snapshots),
        pictures=tuple(picture for one in snapshots for picture in one.pictures),
        earlier_counts=_summed([one.earlier_counts for one in snapshots]),
        since_last=all(one.since_last for one in snapshots),
        first_contributions=_firsts(snapshots),
    )


def join_windows(earlier: Snapshot, later: Snapshot) -> Snapshot:
    """One snapshot of two windows, the later beginning where the earlier ends, told as all since the last edition.

    Raises UsageError when they do not follow one another or are of different repositories.
    """
    names = [folded(one.name for one in snapshot.repositories) for snapshot in (earlier, later)]
    if earlier.window.end != later.window.start or names[0] != names[1]:
        raise UsageError(
            "The two editions do not follow one another, or are of different repositories."
        )
    weekly = {earlier.window.kind, later.window.kind} == {"weeks"}
    firsts = [one.first_contributions for one in (earlier, later)]
    ours = {one.key for one in (*earlier.pull_requests, *later.pull_requests)}
    others = {
        one.key: one
        for one in (*earlier.uncounted_pull_requests, *later.uncounted_pull_requests)
        if one.key not in ours
    }
    return _with(
        later,
        {
            "repositories": _uncounted(later.repositories),
            "window": Window(
                start=earlier.window.start,
                end=later.window.end,
                zone=later.window.zone,
                kind="weeks" if weekly else "days",
            ),
            "complete": earlier.complete and later.complete,
            "notices": tuple(dict.fromkeys((*earlier.notices, *later.notices))),
            "pull_requests": (*earlier.pull_requests, *later.pull_requests),
            "uncounted_pull_requests": tuple(others.values()),
            "earlier_counts": None,
            "since_last": True,
            "first_contributions": None
            if None in firsts
            else tuple(key for keys in firsts for key in keys or ()),
        },
    )


def narrow_snapshot(snapshot: Snapshot, window: Window) -> Snapshot:
    """The part of a snapshot that was merged in `window`.

    What is known of the whole alone becomes None.
    Raises UsageError when the snapshot does not cover the window.
    """
    saved = snapshot.window
    if window == saved:
        return snapshot
    if window.start < saved.start or window.end > saved.end:
        # The days may look the same where the zones are not.
        of_saved, of_asked = (
            ("", "") if saved.zone == window.zone else (f" in {saved.zone}", f" in {window.zone}")
        )
        raise UsageError(
            f"The snapshot covers {saved.start:%Y-%m-%d} to {saved.end:%Y-%m-%d}{of_saved} (end not included), "
            f"not all of {window.start:%Y-%m-%d} to {window.end:%Y-%m-%d}{of_asked}.",
            "Ask for days inside it, or fetch the window from GitHub.",
        )
    firsts = snapshot.first_contributions
    inside = tuple(
        pull for pull in snapshot.pull_requests if window.start <= pull.merged_at < window.end
    )
    return _with(
        snapshot,
        {
            "window": window,
            "pull_requests": inside,
            "repositories": _uncounted(snapshot.repositories),
            "earlier_counts": None,
            "since_last": False,
            # A first contribution stays one, whatever the window.
            "first_contributions": firsts
            and tuple(pull.key for pull in inside if pull.key in firsts),
        },
    )


def unread_snapshot(repository: Repository, window: Window, at: datetime) -> Snapshot:
    """The snapshot of a repository that could not be read: nothing is known of it but why."""
    return Snapshot(
        repositories=(repository,),
        window=window,
        fetched_at=at,
        complete=False,
        notices=(
            f"Nothing could be read, so its pull requests are missing. {repository.listing_reason}",
        ),
        pull_requests=(),
    )


def _uncounted(repositories: Sequence[Repository]) -> tuple[Repository, ...]:
    # What was counted of one window says nothing of another.
    return tuple(
        _with(one, {"search_count": None, "search_count_any_base": None}) for one in repositories
    )


def _with(facts: Whole, known: dict[str, object]) -> Whole:
    """The facts with others of another window.

    Those that this digest does not know may be of the first alone.
    """
    return facts.model_construct(**vars(facts) | known)


def _span(window: Window) -> tuple[datetime, datetime]:
    return window.start, window.end


def _refuse_doubles(repositories: Sequence[Repository]) -> None:
    double = next(
        (
            one.name
            for one, other in combinations(repositories, 2)
            if same_name(one.name, other.name)
        ),
        None,
    )
    if double:
        raise UsageError(
            f"{double} is there twice, so its pull requests would count twice.", "Name it once."
        )


def _notices(snapshots: Sequence[Snapshot]) -> tuple[str, ...]:
    """All notices once, each led by its repository.

    What holds for every one of them stands without.
    """
    common = set.intersection(*(set(one.notices) for one in snapshots))
    labelled = [
        # Those of several repositories were labelled when these were joined.
        notice
        if notice in common or len(one.repositories) > 1
        else f"{one.repositories[0].name}: {notice}"
        for one in snapshots
        for notice in one.notices
    ]
    return tuple(dict.fromkeys(labelled))


def _uncounted_pulls(snapshots: Sequence[Snapshot]) -> tuple[PullRequest, ...]:
    """Each once, and none that one of the snapshots counts."""
    counted = {pull.key for one in snapshots for pull in one.pull_requests}
    others = {
        pull.key: pull
        for one in snapshots
        for pull in one.uncounted_pull_requests
        if pull.key not in counted
    }
    return tuple(others.values())


def _firsts(snapshots: Sequence[Snapshot]) -> tuple[str, ...] | None:
    # Where there is nobody, nobody is new.
    firsts = [one.first_contributions for one in snapshots if one.pull_requests]
    known = [keys for keys in firsts if keys is not None]
    return tuple(key for keys in known for key in keys) if len(known) == len(firsts) else None


def _summed(
    all_counts: Sequence[tuple[EarlierCount, ...] | None],
) -> tuple[EarlierCount, ...] | None:
    known = [counts for counts in all_counts if counts is not None]
    spans = {tuple((one.start, one.end) for one in counts) for counts in known}
    if len(known) < len(all_counts) or len(spans) > 1:
        return None
    return tuple(
        EarlierCount(start=same[0].start, end=same[0].end, count=_sum([one.count for one in same]))
        for same in zip(*known, strict=True)
    )


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
