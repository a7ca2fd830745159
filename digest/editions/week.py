"""Runs `digest week` and `digest month`."""

from pathlib import Path

from digest.editions import gather
from digest.editions.request import Request
from digest.files import editions, settings_files
from digest.output.progress import FetchingScreen


def draft_week(request: Request) -> int:
    """Draft an edition from GitHub or a saved snapshot and report it; returns the exit code.

    Raises DigestError, and then writes nothing.
    """
    found = settings_files.find(request.config, Path.cwd())
    output = gather.editions_folder(request.output, found)
    around = editions.find_editions(output or found.output)
    with FetchingScreen() as watch:
        snapshot, source = gather.gather_facts(
            request, found.loaded.settings, around, gather.now(), watch
        )
        # gather_facts loads it while GitHub answers.
        from digest.editions import draft

        marked = draft.marked_keys(request, found, around, snapshot)
        snapshot = source.add_story_facts(snapshot, marked)
    return draft.draft_edition(request, found, around, snapshot, source)
