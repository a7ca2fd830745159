"""What a person, or the workflow, asks to be published, and where."""

import os
from dataclasses import dataclass
from pathlib import Path

from digest.errors import DigestError, UsageError
from digest.files import editions
from digest.files import snapshots as saved
from digest.files.editions import Edition
from digest.github import newsletter
from digest.model.edition_files import FACTS
from digest.model.newsletter import edition_of
from digest.publishing.at import At
from digest.publishing.sides import Local
from digest.settings import Settings, repository_name


@dataclass(frozen=True)
class Options:
    """What a person, or the workflow, asked for."""

    edition: str | None
    to: str | None
    path: str | None
    dry_run: bool
    ticks_only: bool
    pull: int | None
    output: str | None
    config: Path | None


def repository(options: Options, settings: Settings) -> str:
    """The newsletter's repository, which a workflow need not name. Raises UsageError where nobody names it."""
    name = options.to or settings.publish.to or os.environ.get("GITHUB_REPOSITORY", "")
    if not name:
        raise UsageError(
            "No newsletter's repository is named.",
            "Name it: digest publish --to owner/newsletter. To keep it: to = under [digest.publish].",
        )
    try:
        return repository_name(name)
    except ValueError as error:
        raise UsageError(f"--to {name!r} {error}.") from None


def ticked(at: At, number: int) -> str:
    """The edition of a draft pull request. Raises DigestError for any other pull request."""
    branch = newsletter.draft(at.github, at.to, number).branch
    edition = edition_of(branch)
    if edition is None:
        raise DigestError(
            f"Pull request {number} of {at.to} comes from {branch}, so it is no draft of digest.",
            "A draft's branch is such as digest/2021-W19.",
        )
    return edition


def local(edition: Edition) -> Local:
    """An edition on disk."""
    snapshot = saved.read(str(edition.folder / FACTS))
    pictures = editions.pictures(edition.folder)
    return Local(snapshot, editions.contents(edition.folder, snapshot), editions.published(edition.folder), pictures)
