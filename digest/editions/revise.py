"""Changes and renders saved editions: the work behind `digest mark` and `digest render`."""

import shlex
import sys
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path

from digest.compose.blocks import plain_words, split_blocks
from digest.compose.keys import repository_of
from digest.compose.list_items import items_about
from digest.editions.draft import edition_command, report, steps
from digest.editions.folder import (
    edition_folder,
    find_edition,
    read_saved,
    repositories,
    retry_after_saves,
    update_edition,
)
from digest.editions.gather import editions_folder, single_pull_requests
from digest.editions.pictures import FolderPictures
from digest.editions.request import Request
from digest.errors import UsageError
from digest.files import editions, settings_files
from digest.files.editions import Edition
from digest.model import Snapshot
from digest.model.edition_files import FACTS
from digest.output import terminal
from digest.settings import Settings
from digest.sources import with_former_names


def mark_edition(request: Request) -> int:
    """Change the stories of a saved edition and report it; returns the exit code.

    Raises UsageError if the request is empty or a number is unknown, and then writes nothing.
    """
    _check_options(request)
    return retry_after_saves(lambda: _mark(request))


def _mark(request: Request) -> int:
    found = settings_files.find(request.config, Path.cwd())
    settings = found.loaded.settings
    folder = editions_folder(request.output, found) or found.output
    around = editions.find_editions(folder)
    file = find_edition(request.edition, folder, around, request.command).folder / FACTS
    snapshot, facts = read_saved(file)
    keys = request.keys(repositories(snapshot, settings))
    snapshot = _with_others(snapshot, request, keys, settings)
    keys = request.keys(repositories(snapshot, settings))
    load = FolderPictures(edition_folder(snapshot, folder), settings, keys)
    try:
        new = update_edition(snapshot, request, settings, folder, load, around=around, facts=facts)
    except UsageError as error:
        raise _other_edition(request, keys, file.parent, around) or error from None
    check = edition_command("check", request, new.digest, around)
    changed = _stories(new.section, {*keys, request.heading or ""})
    sys.stdout.write(terminal.fit_text(changed))
    sys.stdout.flush()
    lines = steps(new, folder, check=check)
    # The first line is blank, to be below a story.
    terminal.show(lines if changed else lines[1:], is_below=bool(changed))
    return 0


def _stories(section: str, names: AbstractSet[str]) -> str:
    """The blocks of a section that cover one of these pull requests or headings.

    For a list, only the items about them.
    """
    wanted = {plain_words(name) for name in names if name}
    keys = {name.lower() for name in names}
    chosen = [
        items_about(block, keys)
        for block in split_blocks(section)
        if not wanted.isdisjoint(map(plain_words, block.covered - {""}))
    ]
    return "\n\n".join(chosen) + ("\n" if chosen else "")


def render_edition(request: Request) -> int:
    """Render a saved edition again; returns the exit code.

    Raises UsageError if the edition does not exist.
    """
    return retry_after_saves(lambda: _render(request))


def _render(request: Request) -> int:
    found = settings_files.find(request.config, Path.cwd())
    settings = found.loaded.settings
    output = editions_folder(request.output, found)
    folder = output or found.output
    found_editions = editions.find_editions(folder)
    file = find_edition(request.edition, folder, found_editions, request.command).folder / FACTS
    snapshot, facts = read_saved(file)
    around = found_editions if output else ()
    new = update_edition(snapshot, request, settings, output, around=around, facts=facts)
    check = edition_command("check", request, new.digest, around)
    shown = replace(new, withheld=())
    report(shown, f"from {file}", output, settings, as_json=request.as_json, check=check)
    return 0


def _other_edition(
    request: Request, keys: Sequence[str], folder: Path, around: Sequence[Edition]
) -> UsageError | None:
    """The error for a pull request that belongs to another edition; None if there is no other."""
    here = next((one.titles for one in around if one.folder == folder), {})
    for key in keys:
        for edition in reversed(around):
            if key in edition.titles and key not in here:
                name = edition.folder.name
                return UsageError(
                    f"{key} was merged in the window of {name}, not of {folder.name}.",
                    f"To mark it there: {_mark_command(request, name)}",
                )
    return None


def _mark_command(request: Request, edition: str) -> str:
    """The command of this request for another edition."""
    values = {
        "--heading": request.heading,
        "--text": request.text,
        "--after": request.after,
        "--output": request.output,
        "--config": request.config,
    }
    flags = {"--first": request.first, "--remove": request.remove}
    given = [word for name, value in values.items() if value for word in (name, str(value))]
    given += [name for name, is_set in flags.items() if is_set]
    return shlex.join(["digest", "mark", *request.stories, "-e", edition, *given])


def _check_options(request: Request) -> None:
    if not (request.stories or request.heading):
        raise UsageError(
            "No story was given.",
            "Give its pull request: digest mark 5299. The worksheet lists all pull requests.",
        )
    if request.first and request.after:
        raise UsageError("--first and --after cannot be combined.", "Use one of them.")
    words = request.text or request.first or request.after
    if request.remove and (words or (request.heading and request.stories)):
        raise UsageError(
            "--remove cannot be combined with options that change a story.", "Use it on its own."
        )
    if len(request.stories) > 1 and (request.heading or request.text):
        raise UsageError(
            "--heading and --text change one story, but you gave several.",
            "Join them with +, or mark them one by one.",
        )


def _with_others(
    snapshot: Snapshot, request: Request, keys: list[str], settings: Settings
) -> Snapshot:
    """The snapshot, with pull requests of other repositories if there is a token.

    A repository of the edition that has another name now keeps both.
    """
    known = {pull.key for pull in (*snapshot.pull_requests, *snapshot.uncounted_pull_requests)}
    ours = {one.name for one in snapshot.repositories}
    wanted = [key for key in keys if key not in known and repository_of(key) not in ours]
    if request.remove or not wanted:
        return snapshot
    fetched = single_pull_requests(wanted, settings)
    ids = {pull.node_id: pull.repository for pull in snapshot.pull_requests if pull.node_id}
    others = tuple(pull for pull in fetched if pull.node_id not in ids)
    renamed = [(ids[pull.node_id], pull.repository) for pull in fetched if pull.node_id in ids]
    return snapshot.model_copy(
        update={
            "uncounted_pull_requests": (*snapshot.uncounted_pull_requests, *others),
            "repositories": tuple(
                with_former_names(one, [new for old, new in renamed if old == one.name])
                for one in snapshot.repositories
            ),
        }
    )
