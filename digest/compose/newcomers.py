"""First contributions: whose pull request is the first merged one; pure. People only, by name, never by login."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from digest import text
from digest.compose import people
from digest.model import Markdown, PullRequest, Snapshot
from digest.settings import Settings


@dataclass(frozen=True)
class Newcomers:
    """The first contributions, oldest merge first, of people who want to be told of; `several`: in more repositories.

    None: nobody can tell.
    """

    pulls: tuple[PullRequest, ...] | None
    several: bool = False

    @property
    def keys(self) -> tuple[str, ...] | None:
        """The keys of the pull requests."""
        return None if self.pulls is None else tuple(pull.key for pull in self.pulls)


def newcomers(snapshot: Snapshot, settings: Settings, left_out: Collection[str] = ()) -> Newcomers:
    """Who is new, without bots and without the people whose logins are `left_out`; the case of logins is nothing."""
    if snapshot.first_contributions is None:
        return Newcomers(None)
    silent = {login.casefold() for login in left_out}
    new = tuple(
        pull
        for pull in snapshot.pull_requests
        if pull.key in snapshot.first_contributions
        and not people.is_bot(pull.author, settings.bots)
        and ((pull.author and pull.author.login) or "").casefold() not in silent
    )
    return Newcomers(new, several=len(snapshot.repositories) > 1)


def closing(new: Newcomers, settings: Settings) -> Markdown | None:
    """The section's last line, "First contributions by …"; None where it is switched off or there is nobody.

    People whose profile gives no name are counted, not named.
    """
    if not settings.first_contributions or not new.pulls:
        return None
    return text.inline(settings.wording.newcomers.format(names=text.listing(_names(new.pulls))))


def line(new: Newcomers) -> str:
    """For the editor: each new name with the number of the pull request, or that nobody can tell."""
    if new.pulls is None:
        return "First contributions: unknown."
    named = [f"{people.name(pull.author) or 'name unknown'} ({_number(pull, new)})" for pull in new.pulls]
    return f"First contributions: {text.listing([text.plain(one) for one in named]) or 'none'}."


def _number(pull: PullRequest, new: Newcomers) -> str:
    return pull.key if new.several else f"#{pull.number}"


def _names(pulls: Sequence[PullRequest]) -> list[str]:
    # Somebody who is new in two repositories is one person; two of the same name are two.
    each = {(pull.author and pull.author.login) or pull.key: people.name(pull.author) for pull in pulls}
    named = [name for name in each.values() if name]
    unnamed = len(each) - len(named)
    if not unnamed:
        return named
    if not named:
        return ["one person" if unnamed == 1 else f"{unnamed} people"]
    return [*named, "one more" if unnamed == 1 else f"{unnamed} more"]
