"""Joins snapshots of several repositories or windows, and cuts one to a smaller window."""

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations
from typing import TypeVar

from digest.compose.keys import RepositoryNames, names_of
from digest.errors import UsageError
from digest.model import (
    EarlierCount,
    Picture,
    PullRequest,
    Repository,
    Snapshot,
    Window,
    same_name,
)

UNREAD = "The repository could not be read, so its pull requests are missing."
Whole = TypeVar("Whole", Snapshot, Repository, PullRequest, Picture)


def join_snapshots(snapshots: Sequence[Snapshot]) -> Snapshot:
    """One snapshot of several repositories; it is complete if every one is.

    It has the age of the oldest, and each notice begins with its repository. An earlier count is
    the sum, or None if one is unknown; first contributions likewise. Raises UsageError if the
    windows differ or a repository occurs twice.
    """
    first, *others = snapshots
    if not others:
        return first
    windows = {_span(snapshot.window): snapshot.window for snapshot in snapshots}.values()
    if len(windows) > 1:
        spans = " and ".join(
            f"{start:%Y-%m-%d} to {end:%Y-%m-%d}" for start, end in map(_span, windows)
        )
        raise UsageError(
            f"The snapshots have different windows: {spans} (end not included).",
            "Use snapshots of the same window, or choose a window that all of them cover: "
            "--week, or --since and --until.",
        )
    repositories = tuple(
        repository for snapshot in snapshots for repository in snapshot.repositories
    )
    _refuse_duplicates(repositories)
    return Snapshot(
        repositories=repositories,
        window=first.window,
        fetched_at=min(snapshot.fetched_at for snapshot in snapshots),
        complete=all(snapshot.complete for snapshot in snapshots),
        notices=_notices(snapshots),
        pull_requests=tuple(
            sorted(
                (pull for snapshot in snapshots for pull in snapshot.pull_requests),
                key=lambda pull: (pull.merged_at, pull.repository, pull.number),
            )
        ),
        uncounted_pull_requests=_others(snapshots),
        pictures=tuple(picture for snapshot in snapshots for picture in snapshot.pictures),
        earlier_counts=_summed([snapshot.earlier_counts for snapshot in snapshots]),
        since_last=all(snapshot.since_last for snapshot in snapshots),
        first_contributions=_firsts(snapshots),
    )


def join_windows(earlier: Snapshot, later: Snapshot) -> Snapshot:
    """One snapshot of two windows, as if for all weeks since the last edition.

    Raises UsageError unless the later window begins where the earlier one ends and both have the
    same repositories.
    """
    if earlier.window.end != later.window.start or not has_same_repositories(earlier, later):
        raise UsageError("The two editions are not consecutive, or have different repositories.")
    earlier = with_present_names(earlier, names_of(later.repositories))
    weekly = {earlier.window.kind, later.window.kind} == {"weeks"}
    firsts = [snapshot.first_contributions for snapshot in (earlier, later)]
    inside = {pull.key for pull in (*earlier.pull_requests, *later.pull_requests)}
    others = {
        pull.key: pull
        for pull in (*earlier.uncounted_pull_requests, *later.uncounted_pull_requests)
        if pull.key not in inside
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


def has_same_repositories(earlier: Snapshot, later: Snapshot) -> bool:
    """Whether two snapshots are of the same repositories, perhaps under old names."""
    names = names_of(later.repositories)
    present = {names.identify(one.name, one.node_id) for one in earlier.repositories}
    return present == set(names.names)


def with_present_names(snapshot: Snapshot, names: RepositoryNames) -> Snapshot:
    """A snapshot with the current names of its repositories in all of its facts."""
    present = {
        one.name: names.identify(one.name, one.node_id) or one.name for one in snapshot.repositories
    }
    if all(old == new for old, new in present.items()):
        return snapshot

    def renamed(pull: PullRequest) -> PullRequest:
        return _with(pull, {"repository": present.get(pull.repository, pull.repository)})

    def key(old: str) -> str:
        name, _, number = old.rpartition("#")
        return f"{present.get(name, name)}#{number}"

    firsts = snapshot.first_contributions
    return _with(
        snapshot,
        {
            "repositories": tuple(
                _with(one, {"name": present[one.name]}) for one in snapshot.repositories
            ),
            "pull_requests": tuple(map(renamed, snapshot.pull_requests)),
            "uncounted_pull_requests": tuple(map(renamed, snapshot.uncounted_pull_requests)),
            "first_contributions": firsts and tuple(map(key, firsts)),
            "pictures": tuple(
                _with(one, {"pull_request": key(one.pull_request)}) for one in snapshot.pictures
            ),
        },
    )


def narrow_snapshot(snapshot: Snapshot, window: Window) -> Snapshot:
    """The part of a snapshot that was merged in `window`.

    Counts that are correct only for the whole window become None. Raises UsageError if the snapshot
    does not cover the window.
    """
    saved = snapshot.window
    if window == saved:
        return snapshot
    if window.start < saved.start or window.end > saved.end:
        # Windows in different zones can look like the same days.
        saved_zone, zone = (
            ("", "") if saved.zone == window.zone else (f" in {saved.zone}", f" in {window.zone}")
        )
        raise UsageError(
            f"The snapshot covers {saved.start:%Y-%m-%d} to {saved.end:%Y-%m-%d}{saved_zone} "
            "(end not included), but not all of "
            f"{window.start:%Y-%m-%d} to {window.end:%Y-%m-%d}{zone}.",
            "Choose days inside it, or fetch the window from GitHub.",
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
            # A first contribution remains one in any window.
            "first_contributions": firsts
            and tuple(pull.key for pull in inside if pull.key in firsts),
        },
    )


def unread_snapshot(repository: Repository, window: Window, at: datetime) -> Snapshot:
    """The incomplete, empty snapshot of a repository that could not be read."""
    return Snapshot(
        repositories=(repository,),
        window=window,
        fetched_at=at,
        complete=False,
        notices=(f"{UNREAD} {repository.listing_reason}",),
        pull_requests=(),
    )


def _uncounted(repositories: Sequence[Repository]) -> tuple[Repository, ...]:
    # These counts belong to the old window.
    return tuple(
        _with(repository, {"search_count": None, "search_count_any_base": None})
        for repository in repositories
    )


def _with(facts: Whole, fields: dict[str, object]) -> Whole:
    """A copy with these fields; unknown fields of a newer version are dropped."""
    return facts.model_construct(**vars(facts) | fields)


def _span(window: Window) -> tuple[datetime, datetime]:
    return window.start, window.end


def _refuse_duplicates(repositories: Sequence[Repository]) -> None:
    duplicate = next(
        (
            repository.name
            for repository, other in combinations(repositories, 2)
            if same_name(repository.name, other.name)
        ),
        None,
    )
    if duplicate:
        raise UsageError(
            f"{duplicate} is listed twice, so its pull requests would count twice.", "List it once."
        )


def _notices(snapshots: Sequence[Snapshot]) -> tuple[str, ...]:
    """The notices without repeats, each with its repository unless all snapshots share it."""
    common = set.intersection(*(set(snapshot.notices) for snapshot in snapshots))
    labelled = [
        # A snapshot of several repositories has labelled notices already.
        notice
        if notice in common or len(snapshot.repositories) > 1
        else f"{snapshot.repositories[0].name}: {notice}"
        for snapshot in snapshots
        for notice in snapshot.notices
    ]
    return tuple(dict.fromkeys(labelled))


def _others(snapshots: Sequence[Snapshot]) -> tuple[PullRequest, ...]:
    """The other pull requests, without those that one of the snapshots counts."""
    counted = {pull.key for snapshot in snapshots for pull in snapshot.pull_requests}
    others = {
        pull.key: pull
        for snapshot in snapshots
        for pull in snapshot.uncounted_pull_requests
        if pull.key not in counted
    }
    return tuple(others.values())


def _firsts(snapshots: Sequence[Snapshot]) -> tuple[str, ...] | None:
    # A snapshot without pull requests has no first contributions, known or not.
    firsts = [snapshot.first_contributions for snapshot in snapshots if snapshot.pull_requests]
    known = [keys for keys in firsts if keys is not None]
    return tuple(key for keys in known for key in keys) if len(known) == len(firsts) else None


def _summed(
    all_counts: Sequence[tuple[EarlierCount, ...] | None],
) -> tuple[EarlierCount, ...] | None:
    known = [counts for counts in all_counts if counts is not None]
    spans = {tuple((count.start, count.end) for count in counts) for counts in known}
    if len(known) < len(all_counts) or len(spans) > 1:
        return None
    return tuple(
        EarlierCount(
            start=same[0].start, end=same[0].end, count=_sum([count.count for count in same])
        )
        for same in zip(*known, strict=True)
    )


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
