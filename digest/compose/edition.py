"""Snapshot + settings -> digest. The only place where the rooms of compose meet."""

from digest import windows
from digest.compose import grouping, lead, rhythm, stories, suggestions
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
    follows = rhythm.follows(snapshot, previous)
    notices = (
        *snapshot.notices,
        *_other_branches(snapshot),
        *suggested.notices,
        *grouped.notices,
        *drafted.notices,
        *([follows] if follows else []),
    )
    at = snapshot.fetched_at
    return Digest(
        edition=windows.edition_name(snapshot.window),
        repositories=snapshot.repositories,
        window=snapshot.window,
        fetched_at=at,
        count=len(pulls),
        by_people=len(pulls) - by_bots,
        by_bots=by_bots,
        complete=snapshot.complete,
        notices=tuple(dict.fromkeys(notices)),
        heading=lead.heading(settings, snapshot.window, at),
        lead=lead.lead(settings, snapshot.window, len(pulls), len(drafted.stories), at),
        stories=drafted.stories,
        suggestions=suggested.suggestions,
        groups=grouped.groups,
        pull_requests=pulls,
        earlier_counts=snapshot.earlier_counts,
    )


def _other_branches(snapshot: Snapshot) -> list[str]:
    """What GitHub counts beyond the branch that counts: the list itself cannot show it."""
    says = []
    for repository in snapshot.repositories:
        if repository.unfiltered is None or repository.found is None:
            continue
        if (more := repository.unfiltered - repository.found) > 0:
            branches = "another branch" if more == 1 else "other branches"
            of = f" of {repository.name}" if len(snapshot.repositories) > 1 else ""
            says.append(f"{more:,} more went into {branches}{of} than {repository.base}.")
    return says
