"""Sources of pull requests: the promises that each one keeps, and the context it gets."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from digest.github.client import Watch
from digest.github.treatments import TREATMENTS
from digest.model import PullRequest, Repository, Snapshot, Window, same_name
from digest.settings import Settings


@dataclass(frozen=True)
class Identity:
    """The current name of a repository, and its id, which never changes."""

    name: str
    node_id: str


class Source(Protocol):
    """A source of facts about merged pull requests."""

    @property
    def snapshots(self) -> Sequence[Snapshot]:
        """All snapshots of the source; empty if it can fetch any window of any repository."""

    @property
    def host(self) -> str:
        """The host with the web pages of its repositories."""

    @property
    def origin(self) -> str:
        """Where the facts are from, or what they cost up to now, in words: "8 requests, 4 s"."""

    def fetch(
        self, repository: str, base: str, window: Window, earlier: Sequence[Window]
    ) -> Snapshot:
        """The pull requests of `repository` ("owner/name") merged into `base` in the window.

        A `base` of "" is the default branch, "*" any branch. The snapshot names the repository by
        its current name and has each pull request once, ordered by merge time, then by number.
        `earlier_counts` has one count for each of `earlier`, for the same base.
        `first_contributions` leaves out accounts that GitHub marks as bots. Unknown facts are None.
        Only pull requests that may be missing make `complete` false. Each unknown fact has a
        notice. Raises DigestError, and TryLaterError for limits, problems of GitHub and the
        network.
        """

    def identify(self, repositories: Sequence[str], /) -> Mapping[str, Identity]:
        """The current names and ids of repositories, by their old names; unknown ones are missing.

        A source without GitHub knows none.
        """

    def add_story_facts(self, snapshot: Snapshot, keys: Sequence[str]) -> Snapshot:
        """The snapshot with the facts that only stories need.

        These are changeset texts of the best candidates and of the marked pull requests `keys`, and
        the marked pull requests of other repositories. A source without these facts returns the
        snapshot unchanged. The count does not need them, so a fault becomes a notice.
        """


@dataclass(frozen=True)
class Context:
    """The run that a source is opened for.

    `watch` shows progress. `files` are saved snapshots to read instead of GitHub. `repositories` is
    the number of repositories to read. `known` returns the pull requests, by key, that an earlier
    run read for the same edition.
    """

    settings: Settings
    watch: Watch
    now: datetime
    files: Sequence[str] = ()
    repositories: int = 1
    known: Callable[[], Mapping[str, PullRequest]] = dict


def blindness_message(repository: str, count: str = "") -> str:
    """The message for a search that does not see a repository; `count` ends with a space."""
    return (
        f"GitHub's search finds nothing in {repository}, "
        f"although {count}pull requests were merged there."
    )


def missing_notice(counted: int, listed: int) -> str:
    """The notice for a list with fewer pull requests than search counts."""
    noun = "pull request" if counted == 1 else "pull requests"
    return f"GitHub's search counts {counted:,} merged {noun}, but only {listed:,} could be listed."


def with_former_names(repository: Repository, names: Iterable[str]) -> Repository:
    """The repository with further names that it had before."""
    every = dict.fromkeys((*repository.former_names, *names))
    former = tuple(name for name in every if not same_name(name, repository.name))
    return repository.model_copy(update={"former_names": former})


def rename_notices(requested: str, name: str) -> list[str]:
    """The notice for a repository that was renamed; empty if the names are the same."""
    if same_name(requested, name):
        return []
    return [TREATMENTS["renamed repository"].message.format(requested=requested, name=name)]
