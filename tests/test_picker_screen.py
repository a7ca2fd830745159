"""The picker's screen: key presses in, the whole screen as text out."""

import asyncio
import inspect
import re
import threading
import webbrowser
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import cast
from unittest import mock

import pytest
from rich.color import Color, ColorType
from textual.app import App
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widget import Widget

from digest.editions import editor
from digest.editions.folder import update_edition
from digest.editions.pick import EditionDesk
from digest.editions.request import Request
from digest.errors import DigestError, UsageError
from digest.model import Marks
from digest.picker.app import Picker
from digest.picker.board import Board
from digest.picker.desk import Preview
from digest.picker.panes import CutLines, ListPane, Pane, SectionPane
from digest.picker.screens import TextScreen
from tests.builders import pull, snapshot
from tests.golden import CURE, assert_golden
from tests.golden_picker import CASES, GOLDEN, shown
from tests.picking import PULLS, begun, desk, play, story_names
from tests.shipped import shipped

pytestmark = pytest.mark.slow

MARKS = "2021-W19/marks.toml"


@pytest.mark.sample(every=5)
@pytest.mark.parametrize("case", CASES)
def test_the_screen_is_as_expected(case: str, tmp_path: Path) -> None:
    assert_golden(GOLDEN / f"{case}.txt", shown(case, tmp_path))


def test_every_expected_screen_belongs_to_a_case() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(CASES), CURE


def test_without_colour_the_screen_has_the_same_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert_golden(GOLDEN / "begin-small.txt", shown("begin-small", tmp_path))


@pytest.mark.sample(every=4)
@pytest.mark.parametrize("keys", [[], ["slash", "x"], ["enter"], ["space", "ctrl+c"]])
def test_all_colours_are_those_of_the_terminals_own_theme(keys: list[str], tmp_path: Path) -> None:
    """So a light terminal has a light screen."""
    colours = play(desk(tmp_path), keys).colours
    assert {colour.type for colour in colours} <= {ColorType.DEFAULT, ColorType.STANDARD}


def test_without_colour_there_is_no_colour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert play(desk(tmp_path)).colours <= {Color.default()}


def test_the_head_is_cut_before_the_filter(tmp_path: Path) -> None:
    head = play(desk(tmp_path), size=(60, 24)).screen.splitlines()[0]
    assert head == "3 TODOs left · backstage/backstage…     / filter"


@pytest.mark.sample(every=5)
@pytest.mark.parametrize(
    ("keys", "stories"),
    [
        (["space"], ["12"]),
        (["end", "space"], ["11", "12", "18"]),
        (["down", "down", "plus"], ["11", "12+13"]),
        (["down", "K"], ["12", "11"]),
        (["shift+down"], ["12", "11"]),
        (["down", "down", "space", "space", "u"], ["11", "12", "13"]),
        (["slash", *"enterp", "enter", "space", "escape", "home", "space"], ["12", "13"]),
        (["slash", *"sqeu", "escape"], ["11", "12"]),
        (
            ["pagedown", "pageup", "down", "left_square_bracket", "right_square_bracket", "space"],
            ["11"],
        ),
        (["enter", "space", "q", "question_mark", "s", "escape", "p", "p"], ["11", "12"]),
    ],
)
def test_keys_decide(keys: list[str], stories: list[str], tmp_path: Path) -> None:
    seen = play(desk(tmp_path), keys)
    assert (story_names(seen.app.picking.history.marks), seen.left) == (stories, None)


def test_the_cursor_stays_on_the_screen_when_this_gets_smaller(tmp_path: Path) -> None:
    many = [pull(number, title=f"Add thing {number}") for number in range(1, 61)]
    seen = play(desk(tmp_path, *many), ["pagedown", "pagedown", "resize:80x24"], size=(150, 50))
    row = seen.app.picking.row
    assert row
    assert f">     {row.number}" in seen.screen


def test_a_story_that_only_a_persons_text_covers_is_counted(tmp_path: Path) -> None:
    """The words stay in the section, so the counter is that of the section and not of the marks."""
    assert "2 stories" in play(desk(tmp_path)).screen
    section = tmp_path / "2021-W19" / "section.md"
    section.write_text(section.read_text("utf-8").replace("TODO", "Mine", 1), encoding="utf-8")
    seen = play(desk(tmp_path), ["space", "y", "down"])
    assert story_names(seen.app.picking.history.marks) == ["12"]
    assert "2 stories, 1 unsaved change" in seen.screen


@pytest.mark.parametrize(("line", "at"), [(5, 2), (1, 0)])
def test_a_click_moves_the_cursor(line: int, at: int, tmp_path: Path) -> None:
    assert play(desk(tmp_path), [f"click:10x{line}"]).app.picking.cursor == at


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
def test_leaving_saves(key: str, tmp_path: Path) -> None:
    on = desk(tmp_path)
    assert play(on, ["space", key]).left == "saved"
    assert "removed = true" in (tmp_path / MARKS).read_text("utf-8")
    assert on.last
    assert story_names(on.last.marks) == ["12"]


def test_saving_keeps_the_screen_open_and_reports_the_result(tmp_path: Path) -> None:
    seen = play(desk(tmp_path), ["space", "s"])
    assert seen.left is None
    assert "removed = true" in (tmp_path / MARKS).read_text("utf-8")
    assert seen.screen.splitlines()[-2].startswith("Saved.")
    assert seen.app.picking.history.unsaved == 0


@pytest.mark.sample(every=3)
@pytest.mark.parametrize(
    ("keys", "left"),
    [
        (["ctrl+c"], "abandoned"),
        (["space", "ctrl+c", "y"], "abandoned"),
        (["space", "ctrl+c", "n"], None),
        (["space", "ctrl+c", "ctrl+c"], None),
        (["space", "s", "ctrl+c"], "abandoned"),
        (["enter", "ctrl+q"], None),
    ],
)
def test_leaving_without_saving_asks_only_before_a_loss(
    keys: list[str], left: str | None, tmp_path: Path
) -> None:
    assert play(desk(tmp_path), keys).left == left


def test_the_section_and_the_size_change_behind_an_open_screen(
    tmp_path: Path,
) -> None:
    seen = play(desk(tmp_path), ["down", "down", "space", "enter", "resize:150x40", "escape"])
    assert_golden(GOLDEN / "made-larger.txt", seen.screen)


def write(words: str) -> AbstractContextManager[mock.Mock]:
    return mock.patch.object(editor, "edit", mock.Mock(return_value=words))


def test_the_persons_editor_writes_a_story(tmp_path: Path) -> None:
    with write("### Ding\n\nIt rings.\n") as edit:
        seen = play(desk(tmp_path), ["down", "e"])
    edit.assert_called_once_with(
        "### Storage-agnostic cache\n\nAda Lovelace from Engines added a storage-agnostic cache in "
        "[#12](https://github.com/backstage/backstage/pull/12). TODO: in one sentence, what can readers do with it?\n\n"
        "> TODO: rewrite or delete. From the pull request: Rings whenever somebody is at the door.\n"
    )
    mark = seen.app.picking.history.marks.stories[1]
    assert (mark.heading, mark.text) == ("Ding", "It rings.")
    assert "It rings." in seen.screen


@pytest.mark.parametrize(("answer", "stories"), [("y", ["12"]), ("n", ["11", "12"])])
def test_words_are_removed_from_the_section_only_after_a_question(
    answer: str, stories: list[str], tmp_path: Path
) -> None:
    with write("### Ding\n\nIt rings.\n"):
        seen = play(desk(tmp_path), ["e", "space", answer])
    assert story_names(seen.app.picking.history.marks) == stories


def test_only_a_story_can_be_written(tmp_path: Path) -> None:
    seen = play(desk(tmp_path), ["end", "e"])
    assert seen.screen.splitlines()[-2].startswith(
        "You can edit only stories. Press Space to make this one a story."
    )


def test_what_a_person_wrote_in_the_section_stays_there(tmp_path: Path) -> None:
    assert "2 stories" in play(desk(tmp_path)).screen
    section = tmp_path / "2021-W19" / "section.md"
    section.write_text(
        section.read_text("utf-8").replace("Grace Hopper from Navy added", "We have"),
        encoding="utf-8",
    )
    on = desk(tmp_path)
    with write("never asked for") as edit:
        seen = play(on, ["e"])
    assert not edit.called
    assert "You edited this story in section.md." in seen.screen
    assert "You edited this story in section.md. Unmark it?" in play(on, ["space"]).screen
    assert story_names(play(on, ["space", "n"]).app.picking.history.marks) == ["11", "12"]
    assert "#11 is no longer a story. Your edits in" in play(on, ["space", "y"]).screen
    play(on, ["space", "y", "q"])
    assert "We have the Doorbell plugin" in section.read_text("utf-8")


def list_desk(folder: Path) -> EditionDesk:
    """The edition of PULLS as a list."""
    settings = shipped().with_layout("list")
    update_edition(snapshot(*PULLS), Request(), settings, folder)
    return EditionDesk(folder / "2021-W19" / "pull_requests.json", settings, folder)


def test_the_persons_editor_writes_an_item(tmp_path: Path) -> None:
    link = "[#11](https://github.com/backstage/backstage/pull/11)"
    with write(f"Doors **ring** ({link}).\n") as edit:
        seen = play(list_desk(tmp_path), ["e", "q"])
    edit.assert_called_once_with(f"add the Doorbell ({link}) by Grace Hopper from Navy\n")
    assert seen.left == "saved"
    section = (tmp_path / "2021-W19" / "section.md").read_text("utf-8")
    assert f"\n- Doors **ring** ({link}).\n" in section


def test_an_item_edited_in_the_section_is_edited_there(tmp_path: Path) -> None:
    list_desk(tmp_path)
    section = tmp_path / "2021-W19" / "section.md"
    section.write_text(section.read_text("utf-8").replace("add the Door", "The door"), "utf-8")
    with write("never asked for") as edit:
        seen = play(list_desk(tmp_path), ["e"])
    assert not edit.called
    assert "You edited this item in section.md." in seen.screen


def test_a_pull_request_outside_the_list_cannot_be_written(tmp_path: Path) -> None:
    seen = play(list_desk(tmp_path), ["end", "e"])
    assert "You can edit only stories and items." in seen.screen


def test_a_key_works_while_the_section_is_rendered(tmp_path: Path) -> None:
    """Rendering a list of 1,000 items takes longer than a key may take."""
    on = desk(tmp_path)

    async def keys(pilot: Pilot[str], end_at: threading.Event) -> None:
        app = cast("Picker", pilot.app)
        cursor = app.picking.cursor
        await pilot.press("down")
        assert app.picking.cursor == cursor + 1
        assert "Doorbell" in _shown_section(app)
        end_at.set()
        await app.workers.wait_for_complete()
        assert "Doorbell" not in _shown_section(app)

    while_rendering(on, keys)


def test_the_section_of_the_newest_decision_is_shown_in_the_end(tmp_path: Path) -> None:
    on = desk(tmp_path)

    async def keys(pilot: Pilot[str], end_at: threading.Event) -> None:
        app = cast("Picker", pilot.app)
        follow = Picker.__dict__["_follow"]
        with mock.patch.object(Picker, "_follow", autospec=True, side_effect=follow) as followed:
            await pilot.press("space")
            async with asyncio.timeout(10):
                while not followed.called:
                    await pilot.pause()
                end_at.set()
                while "storage-agnostic" in _shown_section(app):
                    await pilot.pause()
        assert "Doorbell" not in _shown_section(app)

    while_rendering(on, keys)


def test_an_older_section_does_not_replace_the_one_of_a_save(tmp_path: Path) -> None:
    on, section = desk(tmp_path), tmp_path / "2021-W19/section.md"

    async def keys(pilot: Pilot[str], end_at: threading.Event) -> None:
        app = cast("Picker", pilot.app)
        section.write_text(f"{section.read_text('utf-8')}\nGoodbye.\n", encoding="utf-8")
        await pilot.press("s")
        await pilot.pause()
        assert "Goodbye." in _shown_section(app)
        end_at.set()
        await app.workers.wait_for_complete()
        assert "Goodbye." in _shown_section(app)

    while_rendering(on, keys)


def while_rendering(
    on: EditionDesk, keys: Callable[[Pilot[str], threading.Event], Awaitable[None]]
) -> None:
    """Remove the first story, and press keys while its section waits for an event in a thread."""
    begun_at, end_at = threading.Event(), threading.Event()
    preview = on.preview

    def slow(marks: Marks) -> Preview:
        shown = preview(marks)
        if threading.current_thread() is not threading.main_thread():
            begun_at.set()
            assert end_at.wait(10)
        return shown

    async def play_keys() -> None:
        async with app.run_test() as pilot:
            with mock.patch.object(on, "preview", slow):
                await pilot.press("space")
                assert await asyncio.to_thread(begun_at.wait, 10)
                await keys(pilot, end_at)

    app = Picker(begun(on), on, "x")
    asyncio.run(play_keys())


def test_a_section_that_was_wrapped_for_another_width_is_wrapped_again(tmp_path: Path) -> None:
    on = desk(tmp_path)

    async def resize() -> None:
        async with app.run_test(size=(150, 40)) as pilot:
            pane = app.board.section_pane
            before = pane.wrap("word " * 100)
            await pilot.resize_terminal(120, 40)
            pane.show(before, ())
            assert pane.length == len(pane.wrap("word " * 100).lines) > len(before.lines)

    app = Picker(begun(on), on, "x")
    asyncio.run(resize())


def _shown_section(app: Picker) -> str:
    pane = app.board.section_pane
    return "\n".join(pane.line(index, 80).text for index in range(pane.length))


@pytest.mark.sample(every=2)
@pytest.mark.parametrize(
    ("key", "name"), [("e", "edit"), ("o", "browse"), ("s", "save"), ("q", "save")]
)
def test_a_failure_is_reported_and_loses_nothing(key: str, name: str, tmp_path: Path) -> None:
    on = desk(tmp_path)
    with mock.patch.object(type(on), name, side_effect=UsageError("It is broken.", "Mend it.")):
        seen = play(on, ["shift+down", key])
    assert (story_names(seen.app.picking.history.marks), seen.left) == (["12", "11"], None)
    assert seen.screen.splitlines()[-2].startswith("It is broken. Mend it.")


def test_a_failure_longer_than_a_line_is_shown_completely(tmp_path: Path) -> None:
    on = desk(tmp_path)
    with mock.patch.object(
        type(on),
        "edit",
        side_effect=UsageError("It is broken.", f"The editor's text is in {'x' * 60}."),
    ):
        seen = play(on, ["e"])
    assert "It is broken.\n" in seen.screen
    assert f"The editor's text is in {'x' * 58}" in " ".join(seen.screen.replace("\n", "").split())


def test_an_unreadable_section_is_reported_and_no_words_are_written(tmp_path: Path) -> None:
    on = desk(tmp_path)
    with mock.patch.object(type(on), "preview", side_effect=DigestError("No section.")):
        assert "No section." in play(on, ["e"]).screen


def test_a_window_in_which_nothing_was_merged_says_so_and_no_key_fails(tmp_path: Path) -> None:
    name = update_edition(snapshot(), Request(), shipped(), tmp_path).digest.edition
    on = EditionDesk(tmp_path / name / "pull_requests.json", shipped(), tmp_path)
    seen = play(on, ["space", "plus", "u", "e", "o", "K", "end", "enter"])
    assert seen.screen.splitlines()[1].startswith("Nothing was merged.")
    assert seen.screen.splitlines()[-2].startswith("There is no row to read.")


def opened(keys: Sequence[str], tmp_path: Path) -> list[str]:
    with mock.patch.object(webbrowser, "open", return_value=True) as browser:
        play(desk(tmp_path), keys)
    return [call.args[0] for call in browser.call_args_list]


def test_o_opens_every_pull_request_of_a_story(tmp_path: Path) -> None:
    assert opened(["down", "plus", "o"], tmp_path) == [
        "https://github.com/backstage/backstage/pull/11",
        "https://github.com/backstage/backstage/pull/12",
    ]


def test_without_a_match_no_key_opens_anything(tmp_path: Path) -> None:
    assert opened(["slash", "x", "x", "enter", "o", "enter"], tmp_path) == []


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Picker, App),
        (Board, Widget),
        (CutLines, Widget),
        (Pane, Widget),
        (ListPane, Widget),
        (SectionPane, Widget),
        (TextScreen, ModalScreen),
    ],
)
def test_no_name_of_ours_hides_a_name_of_textual(ours: type, theirs: Callable[[], object]) -> None:
    source = inspect.getsource(ours)
    named = re.findall(r"    def (?!on_|action_|__)(\w+)", source) + re.findall(
        r"self\.(\w+)(?:, self\.\w+)*(?::| =)", source
    )
    named += re.findall(r"self\.(_\w+)", source)
    assert named
    assert set(named) & set(dir(theirs())) <= {
        "compose",
        "render",
        "render_line",
        "render_lines",
        "panic",
        "check_action",
        "_filters",
    }
