"""Reads the draft pull requests of the editions from GitHub."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from digest.errors import DigestError
from digest.files import editions
from digest.github.client import GitHub
from digest.github.connection import address, find_token, token_advice
from digest.github.newsletter import read_drafts
from digest.model.newsletter import Draft
from digest.output.progress import FetchingScreen
from digest.settings import Settings

# The drafts are an extra: the list and the edition are complete without them.
MAX_WAIT_SECONDS = 5


@dataclass(frozen=True)
class KnownDrafts:
    """The drafts by edition, None without a newsletter; `problem` is the reason if unknown."""

    drafts: Mapping[str, Draft] | None = field(default_factory=dict)
    problem: str | None = None

    def of(self, edition: str) -> Draft | None:
        """The draft of an edition; None if it has none or it is unknown."""
        return (self.drafts or {}).get(edition)

    def newer_than(self, folder: Path) -> Draft | None:
        """The open draft of an edition, if it changed since it was published from its folder."""
        draft, head = self.of(folder.name), editions.published_head(folder)
        is_newer = draft and draft.state == "open" and head and draft.head != head
        return draft if is_newer else None


def find_drafts(settings: Settings) -> KnownDrafts:
    """The drafts in the newsletter's repository, if the settings name it and there is a token.

    An error from GitHub becomes the `problem` and is not raised.
    """
    repository = settings.publish.to
    if not repository:
        return KnownDrafts(drafts=None)
    try:
        where = address(os.environ)
        token = find_token(os.environ, where.host)
        if token is None:
            return KnownDrafts(problem=f"no GitHub token found. Run: {token_advice(where.host)}.")
        with FetchingScreen(f"Reading the drafts of {repository}") as watch:
            seconds = min(settings.github.max_wait_seconds, MAX_WAIT_SECONDS)
            brief = settings.github.model_copy(update={"max_wait_seconds": seconds})
            github = GitHub(where, token, brief, watch)
            return KnownDrafts(read_drafts(github, repository))
    except DigestError as error:
        return KnownDrafts(problem=f"{error.message} {error.hint}".strip())


def newer_draft_message(folder: Path, settings: Settings, publish: str) -> str | None:
    """A message if an edition's draft changed since it was published from its folder.

    `publish` is the command that publishes the edition. Asks GitHub only if the edition was
    published from this folder.
    """
    if not settings.publish.to or editions.published_head(folder) is None:
        return None
    known = find_drafts(settings)
    if known.problem:
        return f"digest could not compare the draft: {known.problem}"
    draft = known.newer_than(folder)
    if draft is None:
        return None
    return f"Draft #{draft.number} is newer than {folder}. To copy its edits here: {publish}"
