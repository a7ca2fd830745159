"""Snapshot + settings -> digest. The only place where the rooms of compose meet."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from digest import windows
from digest.compose import (
    community,
    gaps,
    grouping,
    keys,
    lead,
    marks,
    newcomers,
    people,
    pictures,
    stories,
    trend,
    workdays,
)
from digest.compose.candidates import Candidates, rank_candidates, reverted_pairs
from digest.compose.continuations import Coverage
from digest.model import Digest, Marks, Picture, PullRequest, Snapshot, Story, Trend, Window
from digest.settings import Settings

# What earlier editions cover, by pull request.
Covered = Mapping[str, Coverage]


def find_candidates(snapshot: Snapshot, settings: Settings, covered: Covered) -> Candidates:
    """The candidates for stories of a snapshot; `covered` is what earlier editions have already."""
    pulls, first = snapshot.pull_requests, snapshot.first_contributions
    return rank_candidates(pulls, settings, covered, first)


def with_drafts(
    decided: Marks,
    suggested: Candidates,
    snapshot: Snapshot,
    settings: Settings,
    known: AbstractSet[str] | None = None,
) -> marks.MarksChange:
    """The marks with the stories that a draft adds.

    `known` are the keys of the facts that this edition had before, None where it had none: then the
    first draft is made, later only what is new and asks for a story.
    """
    pulls = {pull.key: pull for pull in snapshot.pull_requests}
    chosen = stories.choose_stories(suggested.ranked, pulls, settings, known)
    return marks.with_drafts(decided, chosen)


def album(snapshot: Snapshot, saved: Sequence[Picture], settings: Settings) -> pictures.Album:
    """The pictures of all pull requests that a story can cover; `saved` are those on record."""
    known = {pull.key: pull for pull in (*snapshot.others, *snapshot.pull_requests)}
    return pictures.Album(known, saved, settings)


@dataclass(frozen=True)
class StoryMaterial:
    """What stories are made from: the candidates, the marks with their drafts, and the pictures."""

    candidates: Candidates
    drafted: marks.MarksChange
    album: pictures.Album


def compose(
    snapshot: Snapshot, settings: Settings, material: StoryMaterial, previous: Window | None
) -> Digest:
    """The digest of a window after `previous`, that of the edition before."""
    pulls = snapshot.pull_requests
    grouped = grouping.group_pull_requests(pulls, settings)
    section = _stories(material, snapshot, settings, grouped.notices)
    decided = material.drafted.marks
    counted = _counted(snapshot, settings, previous)
    new = newcomers.find_newcomers(snapshot, settings, people.anonymous_logins(settings))
    by_bots = sum(people.is_bot(pull.author, settings.bots) for pull in pulls)
    return Digest(
        edition=windows.edition_name(snapshot.window),
        repositories=snapshot.repositories,
        window=snapshot.window,
        fetched_at=snapshot.fetched_at,
        count=len(pulls),
        by_people=len(pulls) - by_bots,
        by_bots=by_bots,
        complete=snapshot.complete,
        warnings=_warnings(section.stories, pulls),
        notices=_once(
            _of_the_facts(snapshot), section.notices, [gaps.gap_notice(snapshot, previous)]
        ),
        heading=lead.section_heading(
            settings, snapshot.window, snapshot.fetched_at, decided=decided.heading
        ),
        lead=lead.lead_sentence(settings, counted, len(section.stories), decided=decided.lead),
        stories=section.stories,
        candidates=material.candidates.ranked,
        groups=grouped.groups,
        pull_requests=pulls,
        others=snapshot.others,
        earlier_counts=snapshot.earlier_counts,
        working_days=counted.working_days,
        trend=counted.trend,
        community=community.community_share(snapshot, settings),
        first_contributions=None if new is None else tuple(pull.key for pull in new),
        closing=newcomers.closing_line(new, settings),
    )


def recompose(
    digest: Digest,
    snapshot: Snapshot,
    settings: Settings,
    material: StoryMaterial,
    previous: Window | None,
) -> Digest:
    """The digest with the stories of other marks. What no mark changes, such as groups, stays."""
    section = _stories(material, snapshot, settings, ())
    decided = material.drafted.marks
    counted = replace(_counted(snapshot, settings, previous), trend=digest.trend)
    return replace(
        digest,
        warnings=_warnings(section.stories, snapshot.pull_requests),
        heading=lead.section_heading(
            settings, snapshot.window, snapshot.fetched_at, decided=decided.heading
        ),
        lead=lead.lead_sentence(settings, counted, len(section.stories), decided=decided.lead),
        stories=section.stories,
    )


def _stories(
    material: StoryMaterial, snapshot: Snapshot, settings: Settings, group_notices: Iterable[str]
) -> stories.StoryTexts:
    """The stories of the marks, and all notices of how they came about."""
    candidates, drafted, album = material.candidates, material.drafted, material.album
    told = stories.write_stories(
        drafted.marks, album, candidates.ranked, settings, snapshot.repositories
    )
    outside = _outside(drafted.marks, snapshot, album.pulls)
    notices = (*candidates.notices, *group_notices, *drafted.notices, *outside, *told.notices)
    return stories.StoryTexts(told.stories, notices)


def _counted(snapshot: Snapshot, settings: Settings, previous: Window | None) -> lead.LeadFacts:
    return lead.LeadFacts(
        window=snapshot.window,
        at=snapshot.fetched_at,
        count=len(snapshot.pull_requests),
        repositories=len(snapshot.repositories),
        since_last=snapshot.since_last,
        previous=previous,
        working_days=workdays.count_working_days(settings.calendar, snapshot.window),
        trend=_trend(snapshot),
    )


def _trend(snapshot: Snapshot) -> Trend | None:
    # A window that still runs, or of which some may be missing, would be compared unfairly.
    if windows.is_running(snapshot.window, snapshot.fetched_at) or not snapshot.complete:
        return None
    return trend.compare_counts(
        len(snapshot.pull_requests), snapshot.earlier_counts, snapshot.window
    )


def _warnings(told: Sequence[Story], pulls: Sequence[PullRequest]) -> tuple[str, ...]:
    """Stories that tell what was undone: an editor may have marked it before, or in spite of it."""
    in_stories = {key for story in told for key in story.pull_requests}
    every = [pull.key for pull in pulls]
    return tuple(
        f"The section tells {keys.format_keys([reverted.key], every)}, which {keys.format_keys([revert.key], every)} took back."
        for reverted, revert in reverted_pairs(pulls)
        if reverted.key in in_stories
    )


def _once(*notices: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for several in notices for one in several if one))


def _outside(decided: Marks, snapshot: Snapshot, known: Mapping[str, PullRequest]) -> list[str]:
    """What is told of the edition's own repositories though it was not merged in the window."""
    ours = {repository.name for repository in snapshot.repositories if repository.was_read}
    outside = marks.keys_outside(decided, {pull.key for pull in snapshot.pull_requests})
    return [
        f"{keys.format_keys([key])} is marked, but it was not merged in this window; it is told and not counted."
        for key in outside
        if key in known and keys.repository_of(key) in ours
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
