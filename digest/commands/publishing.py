"""Publishes an edition: looks at what is there, plans, writes, and looks again where somebody was quicker."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from digest.commands import connecting, draft, published
from digest.commands.again import saved_edition
from digest.commands.drafting import Local
from digest.commands.published import Publication
from digest.commands.standing import At
from digest.compose.publication import paths
from digest.deliver import actions, editions, plans, publish, terminal
from digest.deliver.editions import Edition
from digest.deliver.publish import Done, StaleError
from digest.errors import DigestError, UsageError
from digest.gather import newsletter, settings_files
from digest.gather import snapshot as saved
from digest.settings import Settings, repository_name

TRIES = 3


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


def run(options: Options) -> int:
    """Bring an edition's draft pull request up to date, or say what would be written; returns the exit code.

    Raises DigestError; then the draft is as it was, or the next run goes on from what was written.
    """
    if options.ticks_only != (options.pull is not None):
        raise UsageError("--ticks-only and --pull go together.", "Such as: digest publish --ticks-only --pull 12")
    found = settings_files.find(options.config, Path.cwd())
    settings = found.loaded.settings
    folder = draft.folder(options.output, found) or found.output
    edition = None if options.ticks_only else saved_edition(options.edition, folder)
    to = _repository(options, settings)
    templates = (found.file.parent if found.file else Path()) / "templates"
    with terminal.FetchingScreen(to) as watch:
        github = connecting.client(settings, watch, f"write to {to}")
        at = At(github, to, options.path or settings.publish.path, settings, folder, templates)
        name = edition.folder.name if edition else _ticked(at, options.pull or 0)
        here = _local(edition) if edition else None
        if options.dry_run:
            work = published.prepare(at, name, here)
            body = work.renewed() if work.plan.renews else None
            sys.stdout.write(plans.described(work.plan, work.there.newsletter, work.words, body))
            return 0
        work, done = _carried_out(at, name, here)
    if edition and here and done.operation in ("created", "updated", "unchanged", "branch-only"):
        editions.remember(edition.folder, here.contents)
    sys.stdout.write(actions.outputs(done))
    actions.summarize(os.environ, done, work.section)
    terminal.show(terminal.hint(one) for one in (*work.says, *done.says))
    return 0


def _carried_out(at: At, edition: str, here: Local | None) -> tuple[Publication, Done]:
    from digest.api.writing import LostError

    for left in range(TRIES - 1, -1, -1):
        work = published.prepare(at, edition, here)
        try:
            return work, publish.carry_out(work.plan, at.github, work.there.newsletter, work.words, work.renewed)
        except (StaleError, LostError):
            # What was written meanwhile, by whomever, is read and merged with once more.
            if not left:
                raise
    raise AssertionError("a loop that ends has returned or raised")


def _repository(options: Options, settings: Settings) -> str:
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


def _ticked(at: At, number: int) -> str:
    """The edition of a draft pull request."""
    branch = newsletter.draft(at.github, at.to, number).branch
    edition = paths.edition_of(branch)
    if edition is None:
        raise DigestError(
            f"Pull request {number} of {at.to} comes from {branch}, so it is no draft of digest.",
            "A draft's branch is such as digest/2021-W19.",
        )
    return edition


def _local(edition: Edition) -> Local:
    snapshot = saved.read(str(edition.folder / editions.FACTS))
    return Local(snapshot, editions.contents(edition.folder, snapshot), editions.published(edition.folder))
