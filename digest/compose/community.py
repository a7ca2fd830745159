"""Counts the community share: pull requests by people outside the project's team."""

from collections import Counter

from digest import text
from digest.compose import people
from digest.model import Community, Snapshot, folded
from digest.settings import Settings


def community_share(snapshot: Snapshot, settings: Settings) -> Community | None:
    """Pull requests by the team and by others; None if the settings name no team.

    Bots do not count.
    """
    if not settings.team:
        return None
    team = folded(settings.team)
    authors = [
        pull.author
        for pull in snapshot.pull_requests
        if not people.is_bot(pull.author, settings.bots)
    ]
    companies = [people.employer(author, settings) if author else None for author in authors]
    sides = Counter(
        None if company is None else company.casefold() in team for company in companies
    )
    return Community(
        team=settings.team, by_team=sides[True], by_others=sides[False], unknown=sides[None]
    )


def share_lines(share: Community) -> tuple[str, ...]:
    """The share in one sentence, and the counts behind it in another."""
    team, known = text.join_words(share.team), share.by_team + share.by_others
    counts = (
        f"{share.by_team:,} by {team}, {share.by_others:,} by others, "
        f"{share.unknown:,} by people whose company is unknown"
    )
    of_known = f"{share.by_others:,} of {known:,} pull requests by people whose company is known"
    percent = f"{share.by_others / known:.0%} ({of_known})" if known else "unknown"
    return f"Community share: {percent}.", f"{counts}. Bots are not included."
