"""Publishes an edition: looks at what is there, plans, writes, and looks again where somebody was quicker."""

import os
import sys
from dataclasses import replace
from pathlib import Path

from digest.editions import draft
from digest.editions.revise import saved_edition
from digest.errors import UsageError
from digest.files import editions, settings_files
from digest.github import newsletter_writer
from digest.github.newsletter_writer import Done, StaleError
from digest.output import terminal
from digest.publishing import actions, asked, connecting, plans, published
from digest.publishing.asked import Options
from digest.publishing.at import At
from digest.publishing.published import Publication
from digest.publishing.sides import Local

TRIES = 3


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
    to = asked.repository(options, settings)
    templates = (found.file.parent if found.file else Path()) / "templates"
    with terminal.FetchingScreen(to) as watch:
        github = connecting.client(settings, watch, f"write to {to}")
        at = At(github, to, options.path or settings.publish.path, settings, folder, templates)
        name = edition.folder.name if edition else asked.ticked(at, options.pull or 0)
        here = asked.local(edition) if edition else None
        if options.dry_run:
            work = published.prepare(at, name, here)
            body = work.renewed() if work.plan.renews else None
            sys.stdout.write(plans.described(work.plan, work.there.newsletter, work.words, body))
            return 0
        work, done = carried_out(at, name, here)
    if edition and here and done.operation in ("created", "updated", "unchanged", "branch-only"):
        editions.remember(edition.folder, here.contents)
    sys.stdout.write(actions.outputs(done))
    actions.summarize(os.environ, done, work.section)
    terminal.show(terminal.hint(one) for one in (*work.says, *done.says))
    return 0


def carried_out(at: At, edition: str, here: Local | None) -> tuple[Publication, Done]:
    """Publish an edition: what is there is read, planned for and written, up to three times where it moved meanwhile.

    Raises DigestError.
    """
    from digest.github.writing import LostError

    lost, tries = None, 0
    while True:
        work = published.prepare(at, edition, here)
        tries += 1
        try:
            done = newsletter_writer.carry_out(work.plan, at.github, work.there.newsletter, work.words, work.renewed)
        except (StaleError, LostError):
            # What was written meanwhile, by whomever, is read and merged with once more.
            if tries == TRIES:
                raise
            lost = work.plan.operation
        else:
            return work, replace(done, operation=lost) if lost and done.operation == "unchanged" else done
