"""The screen, whole, as an editor sees it."""

import io
import re
import sys
from datetime import UTC, datetime

import pytest
from rich.cells import cell_len

from digest.editions.draft import nothing_new
from digest.model import EarlierCount, Person
from digest.output import render, streams, terminal
from digest.output.progress import FetchingScreen
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
        patch.setattr("digest.output.lines.UNSEEN_WIDTH", width)
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
        "\n"
        "In the section\n"
        "  1  #7  Doors plugin                Grace Hopper  1,200 lines  adds plugin…\n"
        "  2  #8  Fix the bell of the front…  Ada Lovelace      3 lines\n"
        "\n"
        "Next candidates (digest mark N)\n"
        "     #9  支持 多种 语言 的 门铃 和 更多 的 东西 在…    TODO: name (z)  0 lines"
    )


def test_a_narrow_screen_has_no_sizes() -> None:
    assert "lines" not in screen(PLUGIN, SMALL, width=40)
    assert "1,200 lines" in screen(PLUGIN, SMALL, width=80)


def test_skipped_rules_are_not_on_the_screen_but_in_the_worksheet() -> None:
    unknown = pull(7, title="Add doors", files=None, labels=None)
    digest = compose(snapshot(unknown), shipped(), None)
    assert digest.skipped_rules
    assert "skipped" not in screen(unknown)
    assert all(line in render.worksheet(digest, shipped()) for line in digest.skipped_rules)


def test_a_notice_with_settings_to_paste_is_one_line_if_there_is_a_worksheet() -> None:
    nameless = pull(7, title="Add doors", author=Person(login="ada", name="Ada Lovelace"))
    digest = compose(snapshot(nameless), shipped(), None)
    lines = [line.plain for line in terminal.summary(digest, "", shipped())]
    assert lines[-1] == (
        "The company of Ada Lovelace is unknown. The worksheet has settings to add."
    )
    whole = terminal.summary(digest, "", shipped(), has_worksheet=False)
    assert [line.plain for line in whole][-2:] == ["[digest.profiles.ada]", 'company = ""']


def test_only_a_week_with_days_off_has_a_line_about_working_days() -> None:
    calendar = shipped().calendar.model_copy(update={"country": ("SE",)})
    settings = shipped().model_copy(update={"calendar": calendar})
    for name, lines in [
        ("2021-W19", ["3 working days in Sweden: Thu 13 Ascension Day, Fri 14 bridge day."]),
        ("2021-W20", []),
    ]:
        digest = compose(snapshot(window=week(name)), settings, None)
        shown = [line.plain for line in terminal.summary(digest, "", settings)]
        assert [text for text in shown if "working days" in text] == lines


def test_the_changes_since_the_last_run_are_below_the_counts() -> None:
    digest = compose(snapshot(PLUGIN), shipped(), None)
    lines = terminal.summary(digest, "", shipped(), ["+1 merged: #7"])
    assert [line.plain for line in lines][1:3] == [
        "1 merged: 1 by people, 0 by bots.",
        "+1 merged: #7",
    ]


@pytest.mark.parametrize(
    ("since", "line"),
    [
        ("2021-05-17T07:12:00Z", "Nothing new since 09:12."),
        ("2021-05-16T23:30:00Z", "Nothing new since 01:30."),
        ("2021-05-16T07:12:00Z", "Nothing new since 16 May, 09:12."),
    ],
)
def test_the_time_of_the_last_run_is_in_the_editors_zone(since: str, line: str) -> None:
    at = datetime(2021, 5, 17, 9, tzinfo=UTC)
    assert nothing_new(datetime.fromisoformat(since), at, "Europe/Stockholm") == line


def test_a_long_address_stays_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Screen()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    address = f"https://github.com/backstage/{'a' * 60}"
    terminal.show([terminal.hint(f"Open the page of it at {address} in a browser.")])
    assert address in stream.getvalue()


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


def test_longer_windows_are_compared_with_spans_of_their_length() -> None:
    earlier = (EarlierCount(start=week("2021-W16").start, end=week("2021-W17").end, count=5),)
    two_weeks = week("2021-W18").model_copy(update={"end": week("2021-W19").end})
    assert "The 1 two-week spans before: 5 to 5." in screen(
        SMALL, window=two_weeks, earlier_counts=earlier
    )


def test_a_wait_is_shown_with_its_reason_and_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    with FetchingScreen("backstage/backstage") as watch:
        watch.progress(3, 32)
        watch.waiting("GitHub did not answer.", 7)
    seen = capsys.readouterr()
    assert seen.out == ""
    assert re.fullmatch(
        r"GitHub did not answer\. Waiting 7 s, until \d\d:\d\d:\d\d UTC\.\n", seen.err
    )


def test_a_reason_that_repeats_is_printed_once(capsys: pytest.CaptureFixture[str]) -> None:
    with FetchingScreen("backstage/backstage") as watch:
        for reason, seconds in (("No answer.", 1), ("No answer.", 2), ("A limit.", 4)):
            watch.waiting(reason, seconds)
    seen = [line.partition(", until")[0] for line in capsys.readouterr().err.splitlines()]
    assert seen == ["No answer. Waiting 1 s", "Waiting 2 s", "A limit. Waiting 4 s"]


class Screen(io.StringIO):
    """A terminal that records its output."""

    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, drawn in [(Screen(), True), (io.StringIO(), False)]:
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setenv("TERM", "xterm")
        with FetchingScreen("backstage/backstage") as watch:
            watch.progress(3, 32)
        assert ("3 of 32" in stream.getvalue()) is drawn


def test_a_terminal_has_one_line_for_all_waits_while_they_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = Screen()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with FetchingScreen("Reading a/a") as watch:
        for seconds in (60, 120):
            watch.waiting("No answer.", seconds)
        assert "No answer. Waiting 60 s" in stream.getvalue()
        shown = [str(one) for one in watch._bar.get_renderables()]  # noqa: SLF001 (what a person would see)
        assert (len(shown), shown[0].partition(",")[0]) == (2, "No answer. Waiting 120 s")
        watch.waiting("No answer.", 0)
        assert len([*watch._bar.get_renderables()]) == 1  # noqa: SLF001 (as above)


def test_a_terminal_without_a_bar_prints_each_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Screen()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "dumb")
    with FetchingScreen("Reading a/a") as watch:
        watch.waiting("No answer.", 7)
    assert "No answer. Waiting 7 s, until " in stream.getvalue()


def test_an_error_breaks_between_words_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    for stream, end in [(Screen(), "\n"), (io.StringIO(), " ")]:
        monkeypatch.setattr(sys, "stderr", stream)
        assert streams.print_error("No such command 'weak'.", "See: digest --help", 2) == 2
        assert stream.getvalue() == f"digest: No such command 'weak'. See:{end}digest --help\n"


def test_a_wait_without_a_bar_breaks_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Screen()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "dumb")
    reason = "GitHub is having problems: it did not answer the question of digest"
    with FetchingScreen("Reading a/a") as watch:
        watch.waiting(f"{reason}.", 7)
    assert stream.getvalue().startswith(f"{reason}. Waiting 7\ns, until ")


def test_a_bar_never_shows_without_its_title(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Screen()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with FetchingScreen() as watch:
        watch.begin("Reading a/a")
    assert stream.getvalue().removeprefix("\x1b[?25l").startswith("Reading a/a ")


def test_lines_for_stdout_break_between_words_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = f"section.md:7: {'word ' * 20}https://example.com/{'x' * 90} [todo]"
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert terminal.fit_stdout([line], "  ") == [line]
    monkeypatch.setattr(sys, "stdout", Screen())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    first, *more = terminal.fit_stdout([line], "  ")
    assert first.startswith("section.md:7: word word")
    assert len(first) <= 80
    assert all(part.startswith("  ") for part in more)
    assert " ".join(part.strip() for part in (first, *more)) == line


def test_a_section_on_a_terminal_breaks_only_long_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    short = "## Merged\n\n    code  with  spaces\n\n"
    link = f"[#1](https://example.com/{'x' * 60})"
    section = f"{short}Ada added the Doors plugin to the house in {link}. TODO: say it.\n"
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert terminal.fit_text(section) == section
    monkeypatch.setattr(sys, "stdout", Screen())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    assert terminal.fit_text(section) == (
        f"{short}Ada added the Doors plugin to the house in\n{link}.\nTODO: say it.\n"
    )
    assert terminal.fit_text(f"> Rewrite it: {link}") == f"> Rewrite it:\n> {link}"
    assert terminal.fit_text(f"- Add the Doors plugin ({link}) by Ada") == (
        f"- Add the Doors plugin\n  ({link})\n  by Ada"
    )


def test_a_list_and_a_text_to_paste_keep_their_indents(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = shipped().with_layout("list")
    digest = compose(snapshot(PLUGIN, SMALL), settings, None)
    lines = [line.plain for line in terminal.summary(digest, "", settings)]
    assert lines[lines.index("In the list") + 1].startswith("  New plugins")
    steps = terminal.next_steps("", ["New text that you can paste:\n\n- a\n  - b\n"], None)
    assert [line.plain for line in steps][3:5] == ["- a", "  - b"]
    stream = Screen()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "20")
    terminal.show([terminal.Line("  Features 3 · Fixes 10")])
    assert stream.getvalue() == "  Features 3 · Fixes\n  10\n"


def test_the_screen_begins_with_one_blank_line_below_the_section(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdout", Screen())
    for lines in ("Done.",), ("", "Done."):
        stream = Screen()
        monkeypatch.setattr(sys, "stderr", stream)
        terminal.show(terminal.hint(line) for line in lines)
        assert stream.getvalue() == "\nDone.\n"
    stream = Screen()
    monkeypatch.setattr(sys, "stderr", stream)
    terminal.show([terminal.hint("Done.")], is_below=False)
    assert stream.getvalue() == "Done.\n"
