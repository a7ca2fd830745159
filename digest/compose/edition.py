"""Composes a digest from a snapshot, settings and marks, with its notices."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digest import windows
from digest.compose import (
    grouping,
    items,
    keys,
    lead,
    marks,
    overview,
    people,
    pictures,
    stories,
    workdays,
)
from digest.compose.blocks import Block
from digest.compose.candidates import Candidates, Coverage, rank_candidates
from digest.compose.reverts import reverted_pairs
from digest.compose.stories import marks_in_text
from digest.model import (
    Digest,
    EarlierCount,
    Group,
    Layout,
    ListedGroup,
    Marks,
    Picture,
    PullRequest,
    Snapshot,
    Story,
    Trend,
    Window,
)
from digest.settings import Settings

# The coverage in earlier editions, by key of the pull request.
Covered = Mapping[str, Coverage]


def find_candidates(snapshot: Snapshot, settings: Settings, covered: Covered) -> Candidates:
    """The candidates of a snapshot; `covered` are the pull requests in earlier editions."""
    pulls, first = snapshot.pull_requests, snapshot.first_contributions
    return rank_candidates(pulls, settings, covered, first)


def with_drafts(
    decided: Marks,
    candidates: Candidates,
    snapshot: Snapshot,
    settings: Settings,
    known: AbstractSet[str] | None = None,
) -> marks.MarksChange:
    """The marks with drafted stories added.

    `known` are the keys of all pull requests that were saved before; None for a first draft. A
    later draft adds only new pull requests that a rule with `draft = true` matches. A list has no
    stories, so nothing is drafted for it.
    """
    if settings.layout == "list":
        return marks.MarksChange(decided, "")
    pulls = {pull.key: pull for pull in snapshot.pull_requests}
    firsts = snapshot.first_contributions
    chosen = stories.choose_stories(candidates, pulls, settings, known, firsts)
    return marks.with_drafts(decided, chosen)


def album(snapshot: Snapshot, saved: Sequence[Picture], settings: Settings) -> pictures.Album:
    """The pictures of all pull requests that a story can cover; `saved` are their records."""
    pulls = {
        pull.key: pull for pull in (*snapshot.uncounted_pull_requests, *snapshot.pull_requests)
    }
    return pictures.Album(pulls, saved, settings)


@dataclass(frozen=True)
class StoryMaterial:
    """The candidates, the marks with drafted stories, and the pictures that stories use."""

    candidates: Candidates
    drafted: marks.MarksChange
    album: pictures.Album


def compose(
    snapshot: Snapshot, settings: Settings, material: StoryMaterial, previous: Window | None
) -> Digest:
    """The digest of a snapshot; `previous` is the window of the edition before."""
    pulls, window, at = snapshot.pull_requests, snapshot.window, snapshot.fetched_at
    settings = settings.with_former_names(
        (one.name, one.former_names) for one in snapshot.repositories
    )
    areas = {one.name: one.areas for one in snapshot.repositories if one.areas}
    grouped = grouping.group_pull_requests(pulls, settings, areas)
    listed = _shown_lists(grouped.groups, material, snapshot, settings)
    section = _stories(material, snapshot, settings)
    bots = _unlisted_bots(listed, section.stories, snapshot, settings)
    decided = material.drafted.marks
    lead_facts = _lead_facts(snapshot, settings, previous)
    new = overview.find_newcomers(snapshot, settings, people.anonymous_logins(settings))
    by_bots = sum(people.is_bot(pull.author, settings.bots) for pull in pulls)
    notices = (*_snapshot_notices(snapshot), *section.notices, gap_notice(snapshot, previous))
    return Digest(
        edition=windows.edition_name(window),
        repositories=snapshot.repositories,
        window=window,
        fetched_at=at,
        count=len(pulls),
        by_people=len(pulls) - by_bots,
        by_bots=by_bots,
        complete=snapshot.complete,
        warnings=_warnings(section.stories, pulls),
        notices=tuple(dict.fromkeys(filter(None, notices))),
        skipped_rules=(*material.candidates.skipped_rules, *grouped.notices),
        heading=lead.section_heading(settings, window, at, decided=decided.heading),
        lead=lead.lead_sentence(
            settings, lead_facts, len(section.stories), decided=decided.lead, unlisted_bots=bots
        ),
        stories=section.stories,
        candidates=material.candidates.ranked,
        groups=grouped.groups,
        pull_requests=pulls,
        uncounted_pull_requests=snapshot.uncounted_pull_requests,
        earlier_counts=snapshot.earlier_counts,
        working_days=lead_facts.working_days,
        trend=lead_facts.trend,
        community=overview.community_share(snapshot, settings),
        first_contributions=None if new is None else tuple(pull.key for pull in new),
        closing=overview.closing_line(new, settings),
        layout=settings.layout,
        listed_groups=listed,
        left_out=decided.left_out_keys,
    )


def recompose(
    digest: Digest,
    snapshot: Snapshot,
    settings: Settings,
    material: StoryMaterial,
    previous: Window | None,
) -> Digest:
    """The digest with the stories and items of other marks; groups and counts are reused."""
    listed = _shown_lists(digest.groups, material, snapshot, settings)
    section = _stories(material, snapshot, settings)
    bots = _unlisted_bots(listed, section.stories, snapshot, settings)
    decided = material.drafted.marks
    lead_facts = replace(_lead_facts(snapshot, settings, previous), trend=digest.trend)
    return replace(
        digest,
        warnings=_warnings(section.stories, snapshot.pull_requests),
        heading=lead.section_heading(
            settings, snapshot.window, snapshot.fetched_at, decided=decided.heading
        ),
        lead=lead.lead_sentence(
            settings, lead_facts, len(section.stories), decided=decided.lead, unlisted_bots=bots
        ),
        stories=section.stories,
        layout=settings.layout,
        listed_groups=listed,
        left_out=decided.left_out_keys,
    )


def material_in_text(
    material: StoryMaterial, snapshot: Snapshot, blocks: Sequence[Block], layout: Layout
) -> StoryMaterial:
    """The material of exactly the stories that these blocks of the section cover."""
    pulls = (*snapshot.uncounted_pull_requests, *snapshot.pull_requests)
    shown = marks_in_text(material.drafted.marks, blocks, [pull.key for pull in pulls], layout)
    return replace(material, drafted=marks.MarksChange(shown, ""))


def _stories(material: StoryMaterial, snapshot: Snapshot, settings: Settings) -> stories.StoryTexts:
    """The stories of the marks, with notices about candidates and drafts."""
    candidates, drafted, album = material.candidates, material.drafted, material.album
    written = stories.write_stories(
        drafted.marks, album, candidates.ranked, settings, snapshot.repositories
    )
    outside = _outside_notices(drafted.marks, snapshot, album.pulls)
    notices = (*candidates.notices, *drafted.notices, *outside, *written.notices)
    return stories.StoryTexts(written.stories, notices)


def with_lists(
    digest: Digest, snapshot: Snapshot, settings: Settings, material: StoryMaterial
) -> Digest:
    """The digest with the groups of a list, which only the layout "stories" does not have."""
    settings = settings.with_layout(digest.layout)
    return replace(digest, listed_groups=_lists(digest.groups, material, snapshot, settings))


def _shown_lists(
    groups: Sequence[Group], material: StoryMaterial, snapshot: Snapshot, settings: Settings
) -> tuple[ListedGroup, ...]:
    # A thousand items take a fifth of a second.
    is_shown = settings.layout != "stories"
    return _lists(groups, material, snapshot, settings) if is_shown else ()


def _lists(
    groups: Sequence[Group], material: StoryMaterial, snapshot: Snapshot, settings: Settings
) -> tuple[ListedGroup, ...]:
    first = frozenset(snapshot.first_contributions or ())
    pulls = material.album.pulls
    facts = items.item_facts(pulls, snapshot.repositories, settings, first)
    return items.list_groups(groups, material.drafted.marks, facts, settings)


def _unlisted_bots(
    listed: Sequence[ListedGroup],
    stories_shown: Sequence[Story],
    snapshot: Snapshot,
    settings: Settings,
) -> int:
    """The number of pull requests by bots for the lead of a list."""
    if settings.layout == "stories" or settings.list_bots == "none":
        return 0
    shown = {key for story in stories_shown for key in story.pull_requests}
    items_shown = (item for group in listed for item in group.listed_items)
    shown |= {key for item in items_shown for key in item.pull_requests}
    return sum(
        people.is_bot(pull.author, settings.bots) and pull.key not in shown
        for pull in snapshot.pull_requests
    )


def _lead_facts(snapshot: Snapshot, settings: Settings, previous: Window | None) -> lead.LeadFacts:
    return lead.LeadFacts(
        window=snapshot.window,
        at=snapshot.fetched_at,
        count=len(snapshot.pull_requests),
        repositories=len(snapshot.repositories),
        since_last=snapshot.since_last,
        previous=previous,
        working_days=workdays.count_working_days(settings.calendar, snapshot.window),
        trend=_trend(snapshot),
        complete=snapshot.complete,
    )


def _trend(snapshot: Snapshot) -> Trend | None:
    # An unfinished or incomplete window cannot be compared with full ones.
    if windows.is_running(snapshot.window, snapshot.fetched_at) or not snapshot.complete:
        return None
    return lead.compare_counts(
        len(snapshot.pull_requests), snapshot.earlier_counts, snapshot.window
    )


def _warnings(stories_shown: Sequence[Story], pulls: Sequence[PullRequest]) -> tuple[str, ...]:
    """A warning for each reverted pull request with a story, which an editor may have wanted."""
    in_stories = {key for story in stories_shown for key in story.pull_requests}
    every = [pull.key for pull in pulls]
    return tuple(
        f"The section covers {keys.format_keys([reverted.key], every)}, which "
        f"{keys.format_keys([revert.key], every)} reverted."
        for reverted, revert in reverted_pairs(pulls)
        if reverted.key in in_stories
    )


def _outside_notices(
    decided: Marks, snapshot: Snapshot, known: Mapping[str, PullRequest]
) -> list[str]:
    """Notices about stories from these repositories that were merged outside the window."""
    ours = {repository.name for repository in snapshot.repositories if repository.was_read}
    outside = marks.keys_outside(decided, {pull.key for pull in snapshot.pull_requests})
    return [
        f"{keys.format_keys([key])} was merged outside this window. It is in the section, but it "
        "is not counted."
        for key in outside
        if key in known and keys.repository_of(key) in ours
    ]


def _snapshot_notices(snapshot: Snapshot) -> list[str]:
    """The notices of the snapshot, and how many were merged into other branches."""
    notices = [*snapshot.notices]
    for repository in snapshot.repositories:
        if repository.search_count_any_base is None or repository.search_count is None:
            continue
        if (more := repository.search_count_any_base - repository.search_count) > 0:
            branches = "a branch" if more == 1 else "branches"
            of = f" of {repository.name}" if len(snapshot.repositories) > 1 else ""
            verb = "was" if more == 1 else "were"
            notices.append(
                f"{more:,} more {verb} merged into {branches}{of} other than {repository.base}."
            )
    return notices


A_MOMENT = timedelta.resolution


def gap_notice(snapshot: Snapshot, previous: Window | None) -> str | None:
    """A notice about days in no edition, or in both this edition and the one before.

    None if there are no such days.
    """
    window = snapshot.window
    if previous is None or previous.end == window.start:
        return None
    last_day = windows.day_before(previous.end) + _year(previous.end, previous.end, window)
    last_edition = f"Your last edition ended on {last_day}"
    if previous.end > window.start:
        days = windows.day_range(window.start, min(previous.end, window.end))
        return f"{last_edition}, so {days} is in both."
    days = windows.day_range(previous.end, window.start)
    merged = f"merged {days}{_year(previous.end, window.start, window)}"
    missed = _missed_count(snapshot.earlier_counts or (), previous, window)
    if missed == 0:
        return None
    total = ""
    if missed is None:
        gap = f"Pull requests {merged} are in no edition."
    else:
        of_them = "pull request" if missed == 1 else "pull requests"
        gap = f"{missed:,} {of_them} {merged} {'is' if missed == 1 else 'are'} in no edition."
        total = f" ({missed + len(snapshot.pull_requests):,} in total)"
    notice = f"{last_edition}. {gap}"
    if window.kind != "weeks":
        return notice
    return f"{notice} To include them: digest week {_options_for_both(snapshot, previous)}{total}"


def _year(start: datetime, end: datetime, window: Window) -> str:
    """The year of a span of days, if it differs from the year of the window."""
    first, last = (start - A_MOMENT).year if start == end else start.year, (end - A_MOMENT).year
    return f" {last}" if first == last != windows.first_day(window).year else ""


def _options_for_both(snapshot: Snapshot, previous: Window) -> str:
    """The options for one edition with the gap and the window; --since-last ends last week."""
    window = snapshot.window
    fetched = snapshot.fetched_at.astimezone(windows.find_zone(window.zone)).date()
    if windows.last_day(window) == fetched - timedelta(days=fetched.weekday() + 1):
        return "--since-last"
    return f"--since {previous.end.date()} --until {windows.last_day(window)}"


def _missed_count(earlier: Sequence[EarlierCount], previous: Window, window: Window) -> int | None:
    """The number of merges between two windows; None unless counted windows fill the gap."""
    gap = [span for span in earlier if previous.end <= span.start and span.end <= window.start]
    counts = [span.count for span in gap if span.count is not None]
    fills_gap = bool(gap) and gap[0].start == previous.end and gap[-1].end == window.start
    return sum(counts) if fills_gap and len(counts) == len(gap) else None
