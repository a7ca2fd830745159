"""The community's share: how many of people's pull requests came from outside the project's own team; pure."""

from collections import Counter

from digest import text
from digest.compose import people
from digest.model import Community, Snapshot, folded
from digest.settings import Settings


def community_share(snapshot: Snapshot, settings: Settings) -> Community | None:
    """Whose the people's pull requests are; None where the settings name no team.

    Bots are on neither side.
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
    """The share in words, and below it what it means."""
    team, known = text.listed(share.team), share.by_team + share.by_others
    counts = (
        f"{share.by_team:,} by {team}, {share.by_others:,} by others, {share.unknown:,} unknown"
    )
    told = f"{share.by_others / known:.0%} of {known:,}" if known else "unknown"
    means = f"Of the pull requests by people whose company is known, those by people whose company is not {team}."
    return (
        f"Community share: {told}. People's pull requests: {counts}.",
        f"{means} A company is what a profile or the settings give; bots are on neither side.",
    )
