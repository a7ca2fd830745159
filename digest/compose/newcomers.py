"""Finds first contributions and names their authors. Pure."""

from collections.abc import Collection, Sequence

from digest import text
from digest.compose import people
from digest.model import Digest, Markdown, PullRequest, Snapshot, folded
from digest.settings import Settings


def find_newcomers(
    snapshot: Snapshot, settings: Settings, anonymous: Collection[str] = ()
) -> tuple[PullRequest, ...] | None:
    """The first contributions, oldest merge first; None if unknown.

    They are without bots and without people whose login is in `anonymous`, in any case.
    """
    if snapshot.first_contributions is None:
        return None
    skipped = folded(anonymous)
    return tuple(
        pull
        for pull in snapshot.pull_requests
        if pull.key in snapshot.first_contributions
        and not people.is_bot(pull.author, settings.bots)
        and ((pull.author and pull.author.login) or "").casefold() not in skipped
    )


def closing_line(new: Sequence[PullRequest] | None, settings: Settings) -> Markdown | None:
    """The last line of the section, "First contributions by …".

    None if it is switched off or there are no first contributions. People without a name in their
    profile are only counted.
    """
    if not settings.first_contributions or not new:
        return None
    return text.inline(settings.wording.newcomers.format(names=text.join_words(_names(new))))


def summary_line(digest: Digest) -> str:
    """A line for the editor: the name and pull request of each first contribution."""
    if digest.first_contributions is None:
        return "First contributions: unknown."
    several = len(digest.repositories) > 1
    entries = [
        f"{people.display_name(pull.author) or 'name unknown'} "
        f"({pull.key if several else f'#{pull.number}'})"
        for pull in digest.pull_requests
        if pull.key in digest.first_contributions
    ]
    return f"First contributions: {text.plain(text.join_words(entries)) or 'none'}."


def _names(pulls: Sequence[PullRequest]) -> list[str]:
    # The same login in two repositories is one person; the same name on two logins is two people.
    names = {
        (pull.author and pull.author.login) or pull.key: people.display_name(pull.author)
        for pull in pulls
    }
    named = [name for name in names.values() if name]
    unnamed = len(names) - len(named)
    if not unnamed:
        return named
    if not named:
        return ["one person" if unnamed == 1 else f"{unnamed} people"]
    return [*named, "one more" if unnamed == 1 else f"{unnamed} more"]
