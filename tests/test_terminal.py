"""The screen, whole, as an editor sees it."""

import io
import re
import sys

import pytest
from rich.cells import cell_len

from digest.model import EarlierCount, Person
from digest.output import terminal
from tests.builders import changed_file, pull, snapshot, week
from tests.composing import compose
from tests.shipped import shipped

PLUGIN = pull(
    7,
    title="plugins: add the Doors",
    files=(changed_file("plugins/doors/package.json", "added", 1200),),
    author=Person(login="x", name="Grace Hopper", company="Navy"),
)
SMALL = pull(
    8,
    title="Fix the bell of the front door that rings whenever nobody is there",
    author=Person(login="ada", name="Ada Lovelace", company="Engines"),
    files=(changed_file("plugins/bell/index.ts", additions=3),),
)
WIDE = pull(9, title="支持 多种 语言 的 门铃 和 更多 的 东西 在 这里", author=Person(login="z"))
BOT = pull(10, title="Bump bells", author=Person(login="dependabot", is_bot=True))


def screen(*pulls: object, width: int = 80, **facts: object) -> str:
    digest = compose(snapshot(*pulls, **facts), shipped(), None)  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(terminal, "UNSEEN_WIDTH", width)
        return "\n".join(
            line.plain for line in terminal.summary(digest, "3 requests, 1 s", shipped())
        )


def test_the_screen_shows_counts_stories_and_the_next_step() -> None:
    counts = tuple(
        EarlierCount(start=week(name).start, end=week(name).end, count=count)
        for name, count in [("2021-W17", 39), ("2021-W18", 1079)]
    )
    assert screen(PLUGIN, SMALL, WIDE, BOT, earlier_counts=counts) == (
        "backstage/backstage · 10–16 May 2021 (2021-W19, UTC) · 3 requests, 1 s\n"
        "4 merged: 3 by people, 1 by bots. The 2 weeks before: 39 to 1,079.\n"
        "By group: New plugins and packages 1 · Fixes 1 · Dependencies 1 · Other changes 1\n"
        "\n"
        "In the section\n"
        "  1  #7  Doors plugin                  Grace Hopper  adds plugin doors · 1,200…\n"
        "  2  #8  Fix the bell of the front…    Ada Lovelace  3 lines in 1 file\n"
        "\n"
        "Next candidates (digest mark N)\n"
        "     #9  支持 多种 语言 的 门铃 和 更多 的…   TODO: name (z)  0 lines in 0 files"
    )


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_no_row_of_a_story_is_wider_than_the_terminal(width: int) -> None:
    rows = [
        line
        for line in screen(PLUGIN, SMALL, WIDE, width=width).splitlines()
        if re.match(r"  [ \d]  #", line)
    ]
    assert len(rows) == 3
    assert all(cell_len(row) <= width for row in rows)


def test_unknown_counts_are_not_shown() -> None:
    unknown = (EarlierCount(start=week("2021-W18").start, end=week("2021-W18").end, count=None),)
    assert "before" not in screen(SMALL, earlier_counts=unknown)


def test_longer_windows_are_compared_with_windows() -> None:
    earlier = (EarlierCount(start=week("2021-W16").start, end=week("2021-W17").end, count=5),)
    two_weeks = week("2021-W18").model_copy(update={"end": week("2021-W19").end})
    assert "The 1 windows before: 5 to 5." in screen(
        SMALL, window=two_weeks, earlier_counts=earlier
    )


def test_a_wait_is_shown_with_its_reason_and_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.FetchingScreen("backstage/backstage") as watch:
        watch.progress(3, 32)
        watch.waiting("GitHub did not answer.", 7)
    seen = capsys.readouterr()
    assert seen.out == ""
    assert re.fullmatch(
        r"GitHub did not answer\. Waiting 7 s, until \d\d:\d\d:\d\d UTC\.\n", seen.err
    )


class Screen(io.StringIO):
    """A terminal that records its output."""

    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, drawn in [(Screen(), True), (io.StringIO(), False)]:
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setenv("TERM", "xterm")
        with terminal.FetchingScreen("backstage/backstage") as watch:
            watch.progress(3, 32)
        assert ("3/32" in stream.getvalue()) is drawn
