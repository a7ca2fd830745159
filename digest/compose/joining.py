"""Snapshots of several repositories -> one: one list, one count."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from digest.errors import UsageError
from digest.model import EarlierCount, PullRequest, Repository, Snapshot, Window


def join(snapshots: Sequence[Snapshot]) -> Snapshot:
    """One snapshot of all: complete when each is, as old as the oldest, notices led by their repository.

    An earlier count is the sum where each knows it, else None; first contributions are those of all, likewise.
    Raises UsageError when the windows differ or a repository is there twice.
    """
    first, *others = snapshots
    if not others:
        return first
    windows = {_span(one.window): one.window for one in snapshots}.values()
    if len(windows) > 1:
        spans = " and ".join(f"{start:%Y-%m-%d} to {end:%Y-%m-%d}" for start, end in map(_span, windows))
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
        others=_others(snapshots),
        earlier_counts=_summed([one.earlier_counts for one in snapshots]),
        since_last=all(one.since_last for one in snapshots),
        first_contributions=_firsts(snapshots),
    )


def unread(repository: Repository, window: Window, at: datetime) -> Snapshot:
    """The snapshot of a repository that could not be read: nothing is known of it but why."""
    return Snapshot(
        repositories=(repository,),
        window=window,
        fetched_at=at,
        complete=False,
        notices=(f"Nothing could be read, so its pull requests are missing. {repository.listed_because}",),
        pull_requests=(),
    )


def _span(window: Window) -> tuple[datetime, datetime]:
    return window.start, window.end


def _refuse_doubles(repositories: Sequence[Repository]) -> None:
    times = Counter(repository.name.casefold() for repository in repositories)
    double = next((one.name for one in repositories if times[one.name.casefold()] > 1), None)
    if double:
        raise UsageError(f"{double} is there twice, so its pull requests would count twice.", "Name it once.")


def _notices(snapshots: Sequence[Snapshot]) -> tuple[str, ...]:
    """All notices once, each led by its repository; what holds for every one of them stands without."""
    common = set.intersection(*(set(one.notices) for one in snapshots))
    labelled = [
        # Those of several repositories were labelled when these were joined.
        notice if notice in common or len(one.repositories) > 1 else f"{one.repositories[0].name}: {notice}"
        for one in snapshots
        for notice in one.notices
    ]
    return tuple(dict.fromkeys(labelled))


def _others(snapshots: Sequence[Snapshot]) -> tuple[PullRequest, ...]:
    """Each once, and none that one of the snapshots counts."""
    counted = {pull.key for one in snapshots for pull in one.pull_requests}
    others = {pull.key: pull for one in snapshots for pull in one.others if pull.key not in counted}
    return tuple(others.values())


def _firsts(snapshots: Sequence[Snapshot]) -> tuple[str, ...] | None:
    # Where there is nobody, nobody is new.
    firsts = [one.first_contributions for one in snapshots if one.pull_requests]
    known = [keys for keys in firsts if keys is not None]
    return tuple(key for keys in known for key in keys) if len(known) == len(firsts) else None


def _summed(all_counts: Sequence[tuple[EarlierCount, ...] | None]) -> tuple[EarlierCount, ...] | None:
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
