"""Snapshot + settings -> digest. The only place where the rooms of compose meet."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from digest import windows
from digest.compose import (
    candidates,
    community,
    grouping,
    keys,
    lead,
    marks,
    newcomers,
    people,
    pictures,
    rhythm,
    stories,
    trend,
    workdays,
)
from digest.compose.continuations import Coverage
from digest.model import Digest, Marks, PullRequest, Snapshot, Story, Trend, Window
from digest.settings import Settings

# What earlier editions told, by pull request.
Told = Mapping[str, Coverage]


def drafts(
    snapshot: Snapshot,
    settings: Settings,
    decided: Marks,
    known: AbstractSet[str] | None = None,
    told: Told | None = None,
) -> marks.Changed:
    """The marks with the stories that a draft adds.

    `known` are the keys of the facts that this edition had before, None where it had none: then the first draft is
    made, later only what is new and asks for a story. `told` is what earlier editions told.
    """
    return _drafts(
        candidates.suggest(snapshot.pull_requests, settings, told, snapshot.first_contributions),
        snapshot,
        settings,
        decided,
        known,
    )


def compose(
    snapshot: Snapshot,
    settings: Settings,
    previous: Window | None,
    decided: Marks | None = None,
    told: Told | None = None,
) -> Digest:
    """The digest of a window after `previous`, that of the edition before; `decided` None: a first draft."""
    pulls = snapshot.pull_requests
    grouped = grouping.group(pulls, settings)
    suggested = candidates.suggest(pulls, settings, told, snapshot.first_contributions)
    drafted = marks.Changed(decided, "") if decided else _drafts(suggested, snapshot, settings)
    section = _tell(drafted, snapshot, suggested, grouped.notices, settings)
    counted = _counted(snapshot, settings, previous)
    new = newcomers.newcomers(snapshot, settings, people.left_out(settings))
    return Digest(
        edition=windows.edition_name(snapshot.window),
        repositories=snapshot.repositories,
        window=snapshot.window,
        fetched_at=snapshot.fetched_at,
        count=len(pulls),
        by_people=len(pulls) - (by_bots := sum(people.is_bot(pull.author, settings.bots) for pull in pulls)),
        by_bots=by_bots,
        complete=snapshot.complete,
        warnings=_warnings(section.stories, pulls),
        notices=_once(_of_the_facts(snapshot), section.notices, [rhythm.follows(snapshot, previous)]),
        heading=lead.heading(settings, snapshot.window, snapshot.fetched_at, decided=drafted.marks.heading),
        lead=lead.lead(settings, counted, len(section.stories), decided=drafted.marks.lead),
        stories=section.stories,
        suggestions=suggested.suggestions,
        groups=grouped.groups,
        pull_requests=pulls,
        others=snapshot.others,
        earlier_counts=snapshot.earlier_counts,
        working_days=counted.working_days,
        trend=counted.trend,
        community=community.community(snapshot, settings),
        first_contributions=None if new is None else tuple(pull.key for pull in new),
        closing=newcomers.closing(new, settings),
    )


def retell(digest: Digest, snapshot: Snapshot, settings: Settings, previous: Window | None, decided: Marks) -> Digest:
    """The digest with the stories of other marks. What no mark changes, such as groups, suggestions, notices, stays."""
    suggested = candidates.Candidates(digest.suggestions, ())
    section = _tell(marks.Changed(decided, ""), snapshot, suggested, (), settings)
    counted = _counted(snapshot, settings, previous)
    return replace(
        digest,
        warnings=_warnings(section.stories, snapshot.pull_requests),
        heading=lead.heading(settings, snapshot.window, snapshot.fetched_at, decided=decided.heading),
        lead=lead.lead(settings, replace(counted, trend=digest.trend), len(section.stories), decided=decided.lead),
        stories=section.stories,
    )


def _drafts(
    suggested: candidates.Candidates,
    snapshot: Snapshot,
    settings: Settings,
    decided: Marks | None = None,
    known: AbstractSet[str] | None = None,
) -> marks.Changed:
    pulls = {pull.key: pull for pull in snapshot.pull_requests}
    return marks.with_drafts(decided or Marks(), stories.choose(suggested.suggestions, pulls, settings, known))


def _tell(
    drafted: marks.Changed,
    snapshot: Snapshot,
    suggested: candidates.Candidates,
    of_groups: Iterable[str],
    settings: Settings,
) -> stories.Told:
    """The stories of the marks, and all notices of how they came about."""
    known = {pull.key: pull for pull in (*snapshot.others, *snapshot.pull_requests)}
    album = pictures.Album(known, snapshot.pictures, settings)
    told = stories.tell(drafted.marks, album, suggested.suggestions, settings, snapshot.repositories)
    outside = _outside(drafted.marks, snapshot, known)
    return stories.Told(told.stories, (*suggested.notices, *of_groups, *drafted.notices, *outside, *told.notices))


def wanted_pictures(snapshot: Snapshot, settings: Settings, decided: Marks) -> tuple[pictures.Wanted, ...]:
    """The pictures that the stories of these marks are still to get."""
    known = {pull.key: pull for pull in (*snapshot.others, *snapshot.pull_requests)}
    return pictures.Album(known, snapshot.pictures, settings).wanted(decided.stories)


def _counted(snapshot: Snapshot, settings: Settings, previous: Window | None) -> lead.Counted:
    return lead.Counted(
        window=snapshot.window,
        at=snapshot.fetched_at,
        count=len(snapshot.pull_requests),
        repositories=len(snapshot.repositories),
        since_last=snapshot.since_last,
        previous=previous,
        working_days=workdays.count(settings.calendar, snapshot.window),
        trend=_trend(snapshot),
    )


def _trend(snapshot: Snapshot) -> Trend | None:
    # A window that still runs, or of which some may be missing, would be compared unfairly.
    if windows.is_running(snapshot.window, snapshot.fetched_at) or not snapshot.complete:
        return None
    return trend.trend(len(snapshot.pull_requests), snapshot.earlier_counts, snapshot.window)


def _warnings(told: Sequence[Story], pulls: Sequence[PullRequest]) -> tuple[str, ...]:
    """Stories that tell what was undone: an editor may have marked it before, or in spite of it."""
    in_stories = {key for story in told for key in story.pull_requests}
    every = [pull.key for pull in pulls]
    return tuple(
        f"The section tells {keys.short([reverted.key], every)}, which {keys.short([revert.key], every)} took back."
        for reverted, revert in candidates.reverted_pairs(pulls)
        if reverted.key in in_stories
    )


def _once(*notices: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for several in notices for one in several if one))


def _outside(decided: Marks, snapshot: Snapshot, known: Mapping[str, PullRequest]) -> list[str]:
    """What is told of the edition's own repositories though it was not merged in the window."""
    ours = {repository.name for repository in snapshot.repositories if repository.was_read}
    outside = marks.outside(decided, {pull.key for pull in snapshot.pull_requests})
    return [
        f"{keys.short([key])} is marked, but it was not merged in this window; it is told and not counted."
        for key in outside
        if key in known and keys.repository(key) in ours
    ]


def _of_the_facts(snapshot: Snapshot) -> list[str]:
    """The notices of whoever gathered them, and what GitHub counts beyond the branch that counts."""
    says = [*snapshot.notices]
    for repository in snapshot.repositories:
        if repository.unfiltered is None or repository.found is None:
            continue
        if (more := repository.unfiltered - repository.found) > 0:
            branches = "another branch" if more == 1 else "other branches"
            of = f" of {repository.name}" if len(snapshot.repositories) > 1 else ""
            says.append(f"{more:,} more went into {branches}{of} than {repository.base}.")
    return says
