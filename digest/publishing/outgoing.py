"""Prints or copies the finished text as Markdown, HTML or by another template."""

import os
import sys
from pathlib import Path
from urllib.parse import quote

from digest.compose.edition import recompose, with_lists
from digest.editions.draft import edition_command
from digest.editions.folder import find_edition, read_edition, read_saved
from digest.editions.gather import editions_folder
from digest.editions.request import Request
from digest.editions.update import EditionUpdate, update
from digest.errors import UsageError
from digest.files import editions, settings_files
from digest.github.connection import address
from digest.model.edition_files import FACTS
from digest.output import clipboard, html, render, terminal
from digest.publishing.paths import PublishPaths, fill_pattern
from digest.settings import Settings
from digest.text import join_words


def send_out(request: Request) -> int:
    """Print or copy an edition's finished text; no file is written. Returns the exit code.

    Raises DigestError for an edition or a template that cannot be read, and without a clipboard.
    """
    if request.as_json:
        raise UsageError(
            "--json cannot be combined with --template, --format or --copy.", "Use it on its own."
        )
    found = settings_files.find(request.config, Path.cwd())
    settings = found.loaded.settings
    folder = editions_folder(request.output, found) or found.output
    around = editions.find_editions(folder)
    edition = find_edition(request.edition, folder, around, request.command)
    snapshot, facts = read_saved(edition.folder / FACTS)
    saved = read_edition(snapshot, settings, folder, around, facts)
    new = update(saved, snapshot, request, settings)
    text = new.section
    if request.template:
        templates = settings_files.relative(found.file.parent) if found.file else Path()
        digest, section = new.digest, new.section
        if request.template == render.LIST and digest.layout != "list":
            as_list, previous = settings.with_layout("list"), saved.surroundings.previous
            digest = recompose(digest, new.snapshot, as_list, new.material, previous)
            section = render.section(digest, as_list)
        digest = with_lists(digest, new.snapshot, settings, new.material)
        text = render.by_name(digest, settings, request.template, templates, section)
    messages: list[str] = []
    if request.format == "html":
        place = web_place(settings, new, edition.folder)
        page = html.to_html(text, place)
        text, messages = page.html, _address_messages(page, place, settings)
    if request.copy:
        way = clipboard.copy(text, os.environ)
        kind = "HTML" if request.format == "html" else "text"
        messages.insert(0, f"The {kind} of {edition.folder.name} was copied by {way}.")
    else:
        sys.stdout.write(text)
        sys.stdout.flush()
    lines = [terminal.hint(message) for message in messages]
    if not request.template:
        check = edition_command("check", request, new.digest, around)
        lines += terminal.last_line(new.section, check)
    if lines:
        terminal.show(lines, is_below=not request.copy)
    return 0


def web_place(settings: Settings, new: EditionUpdate, folder: Path) -> html.WebPlace:
    """The web addresses of an edition's pictures and page.

    `pictures_link` may be the address of the pictures. Otherwise both are in the newsletter's
    repository, after the first publish from this folder.
    """
    publish, window = settings.publish, new.snapshot.window
    pictures = page = None
    if publish.to and editions.read_published(folder).section is not None:
        paths = PublishPaths(publish.path, settings)
        repository = f"https://{address(os.environ).host}/{publish.to}"
        page = f"{repository}/blob/HEAD/{quote(paths.page(window))}"
        pictures = f"{repository}/raw/HEAD/{quote(paths.picture('', window))}"
    link = fill_pattern(publish.pictures_link, settings, window)
    if link.lower().startswith(("https://", "http://")):
        pictures = f"{link.rstrip('/')}/"
    return html.WebPlace(pictures, page)


def _address_messages(page: html.HtmlText, place: html.WebPlace, settings: Settings) -> list[str]:
    messages = []
    if page.pictures:
        one = len(page.pictures) == 1
        messages.append(
            f"{join_words(page.pictures)} {'has' if one else 'have'} no address on the web. Upload "
            f"{'it' if one else 'them'} to your tool, or set pictures_link under [digest.publish]."
        )
    elif place.pictures and "/raw/HEAD/" in place.pictures and place.pictures in page.html:
        messages.append(
            f"The pictures are linked to {settings.publish.to}, where they appear when the draft "
            "is merged."
        )
    if page.links:
        messages.append(f"These links work only inside the folder: {join_words(page.links)}.")
    return messages
