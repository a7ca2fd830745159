"""Snapshot + settings -> digest. The only place where the rooms of compose meet."""

from digest import windows
from digest.background import Trend
from digest.compose import community, grouping, lead, newcomers, rhythm, stories, suggestions, trend, workdays
from digest.compose.people import is_bot
from digest.model import Digest, Snapshot, Window
from digest.settings import Settings


def compose(snapshot: Snapshot, settings: Settings, previous: Window | None) -> Digest:
    """The digest of a window. `previous` is the window of the edition before, None when there is none."""
    pulls = snapshot.pull_requests
    grouped = grouping.group(pulls, settings)
    suggested = suggestions.suggest(pulls, settings)
    drafted = stories.draft(suggested.suggestions, pulls, settings)
    by_bots = sum(is_bot(pull.author, settings.bots) for pull in pulls)
    notices = (
        *snapshot.notices,
        *_other_branches(snapshot),
        *suggested.notices,
        *grouped.notices,
        *drafted.notices,
        *filter(None, [rhythm.follows(snapshot, previous)]),
    )
    counted = _counted(snapshot, settings, previous)
    new = newcomers.newcomers(snapshot, settings)
    return Digest(
        edition=windows.edition_name(snapshot.window),
        repositories=snapshot.repositories,
        window=snapshot.window,
        fetched_at=snapshot.fetched_at,
        count=len(pulls),
        by_people=len(pulls) - by_bots,
        by_bots=by_bots,
        complete=snapshot.complete,
        notices=tuple(dict.fromkeys(notices)),
        heading=lead.heading(settings, snapshot.window, snapshot.fetched_at),
        lead=lead.lead(settings, counted, len(drafted.stories)),
        stories=drafted.stories,
        suggestions=suggested.suggestions,
        groups=grouped.groups,
        pull_requests=pulls,
        earlier_counts=snapshot.earlier_counts,
        working_days=counted.working_days,
        trend=counted.trend,
        community=community.community(snapshot, settings),
        first_contributions=None if new is None else tuple(pull.key for pull in new),
        closing=newcomers.closing(new, settings),
    )


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


def _other_branches(snapshot: Snapshot) -> list[str]:
    """What GitHub counts beyond the branch that counts: the list itself cannot show it."""
    says = []
    for repository in snapshot.repositories:
        if repository.unfiltered is None or repository.found is None:
            continue
        if (more := repository.unfiltered - repository.found) > 0:
            branches = "another branch" if more == 1 else "other branches"
            says.append(f"{more:,} more went into {branches} than {repository.base}.")
    return says
