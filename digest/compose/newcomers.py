"""First contributions: whose pull request is the first merged one; pure.

People only, by name, never by login.
"""

from collections.abc import Collection, Sequence

from digest import text
from digest.compose import people
from digest.model import Digest, Markdown, PullRequest, Snapshot, folded
from digest.settings import Settings


def find_newcomers(
    snapshot: Snapshot, settings: Settings, left_out: Collection[str] = ()
) -> tuple[PullRequest, ...] | None:
    """The first contributions, oldest merge first; None when nobody can tell.

    Without bots, and without the people whose logins are `left_out`, in whatever case.
    """
    if snapshot.first_contributions is None:
        return None
    silent = folded(left_out)
    return tuple(
        pull
        for pull in snapshot.pull_requests
        if pull.key in snapshot.first_contributions
        and not people.is_bot(pull.author, settings.bots)
        and ((pull.author and pull.author.login) or "").casefold() not in silent
    )


def closing_line(new: Sequence[PullRequest] | None, settings: Settings) -> Markdown | None:
    """The section's last line, "First contributions by …".

    None where it is switched off or there is nobody.
    People whose profile gives no name are counted, not named.
    """
    if not settings.first_contributions or not new:
        return None
    return text.inline(settings.wording.newcomers.format(names=text.listed(_names(new))))


def summary_line(digest: Digest) -> str:
    """For the editor: each new name with the number of the pull request, or that nobody can tell."""
    if digest.first_contributions is None:
        return "First contributions: unknown."
    several = len(digest.repositories) > 1
    named = [
        f"{people.display_name(pull.author) or 'name unknown'} ({pull.key if several else f'#{pull.number}'})"
        for pull in digest.pull_requests
        if pull.key in digest.first_contributions
    ]
    return f"First contributions: {text.plain(text.listed(named)) or 'none'}."


def _names(pulls: Sequence[PullRequest]) -> list[str]:
    # Somebody who is new in two repositories is one person; two of the same name are two.
    each = {
        (pull.author and pull.author.login) or pull.key: people.display_name(pull.author)
        for pull in pulls
    }
    named = [name for name in each.values() if name]
    unnamed = len(each) - len(named)
    if not unnamed:
        return named
    if not named:
        return ["one person" if unnamed == 1 else f"{unnamed} people"]
    return [*named, "one more" if unnamed == 1 else f"{unnamed} more"]
