"""A made-up edition on the picker's screen: keys in, the screen as text and decisions out."""

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from rich.color import Color
from textual.strip import Strip

from digest.editions.folder import update_edition
from digest.editions.pick import EditionDesk
from digest.editions.request import Request
from digest.model import Mark, Marks, Person, PullRequest
from digest.picker import picking, rows
from digest.picker.app import Picker
from digest.picker.picking import Picking
from tests.builders import changed_file, pull, snapshot
from tests.kept_files import make_once
from tests.shipped import shipped


def person(name: str, company: str | None = None) -> Person:
    """Return a made-up person."""
    return Person(login=name.split(maxsplit=1)[0].lower(), name=name, company=company)


ADA, GRACE = person("Ada Lovelace", "Engines"), person("Grace Hopper", "Navy")
BODY = """Rings whenever somebody is at the door.

<!-- [hidden](https://example.com/hidden) -->
See [the plan](https://example.com/plan) and https://example.com/more (and https://example.com/plan).

    indented \x1b[31mred\x1b[0m [bold]text[/bold]
"""
PULLS = (
    pull(
        11,
        title="plugins: add the Doorbell",
        author=GRACE,
        files=(changed_file("plugins/bell/package.json", "added", 900),),
    ),
    pull(
        12,
        title="Add a storage-agnostic cache",
        author=ADA,
        body=BODY,
        files=(changed_file("packages/a.ts", additions=700),),
    ),
    pull(
        13,
        title="Support GitHub Enterprise",
        author=GRACE,
        files=(changed_file("packages/b.ts", additions=300),),
    ),
    pull(
        14,
        title="x [bold]y[/bold] \x1b[31mred [/nope] :tada:",
        author=ADA,
        body=None,
        files=(changed_file("packages/c.ts", additions=200),),
    ),
    pull(
        15,
        title="Fix a typo in the docs",
        author=person("Mary Somerville"),
        files=(changed_file("docs/a.md", additions=1),),
    ),
    pull(
        16,
        title="支持 多种 语言 的 门铃 和 更多 的 东西 在 这里 还有 一些",
        author=Person(login="z"),
        additions=150,
    ),
    pull(17, title='Revert "Add a bell"', author=ADA),
    pull(
        18, title="Bump bells from 1.0 to 2.0", author=Person(login="dependabot[bot]", is_bot=True)
    ),
)
TITLE = "backstage/backstage · 10–16 May 2021"


def desk(folder: Path, *pulls: PullRequest) -> EditionDesk:
    """The edition of these pull requests, made up if none are given, drafted in a folder and on the desk."""
    facts = snapshot(*(pulls or PULLS))
    key = ("desk", facts.model_dump_json())
    if not any(folder.iterdir()):
        make_once(key, folder, lambda: update_edition(facts, Request(), shipped(), folder))
    else:
        update_edition(facts, Request(), shipped(), folder)
    return EditionDesk(folder / "2021-W19" / "pull_requests.json", shipped(), folder)


def begun(on: EditionDesk) -> Picking:
    """Return the list of an edition before any key."""
    return picking.start(rows.pull_request_rows(on.digest, on.settings), on.marks)


def story_names(marks: Marks) -> list[str]:
    """Return the stories in order: "11", "12+13", or a heading if there is no pull request."""
    return [_numbers(mark) for mark in marks.stories if not mark.removed]


def _numbers(mark: Mark) -> str:
    return "+".join(key.rpartition("#")[2] for key in mark.pull_requests) or mark.heading or ""


@dataclass(frozen=True)
class Seen:
    """The screen after keys and its colours, its return value (None while it is open), the app."""

    screen: str
    colours: frozenset[Color]
    left: str | None
    app: Picker


def play(on: EditionDesk, keys: Sequence[str] = (), size: tuple[int, int] = (80, 24)) -> Seen:
    """Press keys, among them "resize:150x40" and "click:10x5", on a screen of this size."""
    app = Picker(begun(on), on, TITLE)

    async def pressed() -> tuple[str, frozenset[Color]]:
        async with app.run_test(size=size) as pilot:
            for key in keys:
                does, _, where = key.partition(":")
                x, y = map(int, where.split("x")) if where else (0, 0)
                if does == "click":
                    await pilot.click(offset=(x, y))
                elif does == "resize":
                    await pilot.resize_terminal(x, y)
                else:
                    await pilot.press(key)
            # The section usually waits for a pause.
            if app.return_value is None:
                app.show_section()
                await pilot.pause()
            return text_of(app), _colours(app)

    # A test has no terminal that could be handed to the person's editor.
    with mock.patch.object(Picker, "suspend", nullcontext):
        screen, colours = asyncio.run(pressed())
        return Seen(screen, colours, app.return_value, app)


def _strips(app: Picker) -> list[Strip]:
    return app.screen._compositor.render_strips()  # noqa: SLF001 (the screen as text is nowhere else)


def _colours(app: Picker) -> frozenset[Color]:
    styles = [segment.style for strip in _strips(app) for segment in strip if segment.style]
    both = [colour for style in styles for colour in (style.color, style.bgcolor)]
    return frozenset(colour for colour in both if colour)


def text_of(app: Picker) -> str:
    """Return the screen as text."""
    strips = _strips(app)
    return "\n".join(strip.text.rstrip() for strip in strips) + "\n"
