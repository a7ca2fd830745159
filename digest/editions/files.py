"""Saved snapshots as the facts of a run."""

from collections.abc import Sequence

from digest import windows
from digest.compose import joining
from digest.errors import UsageError
from digest.files import snapshots as saved
from digest.model import Snapshot


def read(files: Sequence[str], repositories: Sequence[str]) -> list[Snapshot]:
    """The snapshots saved in these files. Raises UsageError when a repository is asked for that is in none of them."""
    parts = [saved.read(file) for file in files]
    held = names(parts)
    if strangers := [name for name in repositories if name.casefold() not in folded(held)]:
        there = f"{' and '.join(files)} {'is' if len(files) == 1 else 'are'}"
        raise UsageError(f"{there} of {' and '.join(held)}, not of {strangers[0]}.", "Leave --repo away.")
    return parts


def whole(parts: Sequence[Snapshot], files: Sequence[str], *, monthly: bool) -> Snapshot:
    """The snapshots joined as they are. Raises UsageError when a month is asked for and they hold none."""
    joined = joining.join_snapshots(parts)
    if monthly and joined.window.kind != "month":
        raise UsageError(
            f"{' and '.join(files)} is no month: it holds {windows.label(joined.window)}.",
            "Draft what it holds with: digest week --from FILE. A month inside it: --month 2021-07.",
        )
    return joined


def names(parts: Sequence[Snapshot]) -> list[str]:
    """The repositories of snapshots."""
    return [repository.name for one in parts for repository in one.repositories]


def folded(names: Sequence[str]) -> frozenset[str]:
    """Names as GitHub compares them: case does not matter."""
    return frozenset(name.casefold() for name in names)
