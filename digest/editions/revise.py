"""Changes and renders saved editions: the work behind `digest mark` and `digest render`."""

import os
import sys
from dataclasses import replace
from pathlib import Path

from digest.compose import edition
from digest.compose.keys import repository_of
from digest.editions.draft import editions_folder, report
from digest.editions.folder import (
    edition_folder,
    find_edition,
    read_edition,
    read_saved,
    repositories,
    retry_after_saves,
    update_edition,
)
from digest.editions.gather import single_pull_requests
from digest.editions.pictures import FolderPictures
from digest.editions.request import Request
from digest.editions.update import update
from digest.errors import UsageError
from digest.files import editions, settings_files
from digest.model import Snapshot
from digest.model.edition_files import FACTS
from digest.output import render
from digest.settings import Settings


def mark_edition(request: Request) -> int:
    """Change the stories of a saved edition and report it; returns the exit code.

    Raises UsageError where nothing was asked for or a number is unknown, having written nothing.
    """
    _check_options(request)
    return retry_after_saves(lambda: _mark(request))


def _mark(request: Request) -> int:
    found = settings_files.find(request.config, Path.cwd())
    settings = found.loaded.settings
    folder = editions_folder(request.output, found) or found.output
    file = find_edition(request.edition, folder).folder / FACTS
    snapshot, facts = read_saved(file)
    keys = request.keys(repositories(snapshot, settings))
    snapshot = _with_others(snapshot, request, keys, settings)
    load = FolderPictures(edition_folder(snapshot, folder), settings, keys)
    new = update_edition(snapshot, request, settings, folder, load, facts=facts)
    report(new, f"from {file}", folder, settings)
    return 0


def render_edition(request: Request) -> int:
    """Render a saved edition again, or print it by another template; returns the exit code.

    Raises UsageError where there is no such edition.
    """
    return retry_after_saves(lambda: _render(request))


def _render(request: Request) -> int:
    found = settings_files.find(request.config, Path.cwd())
    settings = found.loaded.settings
    output = editions_folder(request.output, found)
    folder = output or found.output
    file = find_edition(request.edition, folder).folder / FACTS
    snapshot, facts = read_saved(file)
    if request.template:
        saved = read_edition(snapshot, settings, folder, editions.find_editions(folder), facts)
        new = update(saved, snapshot, request, settings)
        templates = Path(os.path.relpath(found.file.parent)) if found.file else Path()
        digest, section = new.digest, new.section
        if request.template == render.LIST and digest.layout != "list":
            as_list, previous = settings.with_layout("list"), saved.surroundings.previous
            digest = edition.recompose(digest, new.snapshot, as_list, new.material, previous)
            section = render.section(digest, as_list)
        digest = edition.with_lists(digest, new.snapshot, settings, new.material)
        sys.stdout.write(render.by_name(digest, settings, request.template, templates, section))
        return 0
    new = update_edition(snapshot, request, settings, output, facts=facts)
    shown = replace(new, withheld=())
    report(shown, f"from {file}", output, settings, as_json=request.as_json)
    return 0


def _check_options(request: Request) -> None:
    if not (request.stories or request.heading):
        raise UsageError(
            "No story is named.",
            "Name its pull request: digest mark 5299. The worksheet lists all.",
        )
    if request.first and request.after:
        raise UsageError("--first and --after do not go together.", "Take one.")
    words = request.text or request.first or request.after
    if request.remove and (words or (request.heading and request.stories)):
        raise UsageError(
            "--remove takes a story out; it goes with no other option.", "Use it on its own."
        )
    if len(request.stories) > 1 and (request.heading or request.text):
        raise UsageError(
            "--heading and --text are of one story.",
            "Join them with +, or mark one after the other.",
        )


def _with_others(
    snapshot: Snapshot, request: Request, keys: list[str], settings: Settings
) -> Snapshot:
    """The snapshot with pull requests of other repositories, where a token can fetch them."""
    known = {pull.key for pull in (*snapshot.pull_requests, *snapshot.uncounted_pull_requests)}
    ours = {one.name for one in snapshot.repositories}
    wanted = [key for key in keys if key not in known and repository_of(key) not in ours]
    if request.remove or not wanted:
        return snapshot
    fetched = single_pull_requests(wanted, settings)
    return snapshot.model_copy(
        update={"uncounted_pull_requests": (*snapshot.uncounted_pull_requests, *fetched)}
    )
