"""The boxes in a draft's body: digest separates its own ticks from a person's and loses none."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.publishing.boxes import (
    Boxes,
    TickRecord,
    Toggles,
    box_keys,
    box_line,
    dump_tick_record,
    find_toggles,
    list_end,
    parse_tick_record,
    read_boxes,
)
from digest.publishing.markers import BEGIN, END

A, B, C = (f"backstage/backstage#{number}" for number in (1, 2, 3))
BOTH = "both=2021-W18"


def listed(
    number: int, ticked: set[str], digest_ticks: set[str], names: tuple[str, ...] = (A, B, C, BOTH)
) -> str:
    lines = [f"{box_line(name, is_ticked=name in ticked)} `x`" for name in names]
    return "\n".join(["Hello", "", *lines, "", list_end(number, digest_ticks), ""])


def test_written_boxes_are_read_back() -> None:
    body = listed(3, {A, BOTH}, {A})
    assert "- [x] <!-- digest:pr=backstage/backstage#1 --> `x`" in body
    assert f"- [x] <!-- digest:{BOTH} --> `x`" in body
    expected = Boxes(3, frozenset({A, B, C, BOTH}), frozenset({A, BOTH}), frozenset({A}))
    assert read_boxes(body) == expected
    assert read_boxes(body.replace("\n", "\r\n")) == expected
    assert read_boxes(body.replace("- [x]", " * [X]")) == expected


def test_a_story_of_several_pull_requests_has_one_box() -> None:
    assert read_boxes(listed(1, {f"{A}+{B}"}, set(), (f"{A}+{B}",))).ticked == {f"{A}+{B}"}
    assert box_keys(f"{A}+{B}", {A, B}) == (A, B)


def test_only_boxes_of_the_editions_pull_requests_count() -> None:
    assert box_keys(f"{A}+{C}", {A, B}) is None
    assert box_keys(BOTH, {A, B}) is None


def test_text_that_looks_like_a_box_is_text() -> None:
    body = "\n".join(
        [
            f"`- [x] <!-- digest:pr={A} -->`",
            f"Text - [x] <!-- digest:pr={A} -->",
            f"- [ ] `- [x] <!-- digest:pr={A} -->`",
            f"- [x] see <!-- digest:pr={A} -->",
            f"    - [x] <!-- digest:pr={A} -->",
            "- [x] <!-- digest:pr=no#1 -->",
            "- [x] <!-- digest:pr=a/b#0 -->",
            "- [x] <!-- digest:pr=a/b#1 --><!-- digest:pr=a/b#2 -->",
            "```",
            f"- [x] <!-- digest:pr={B} -->",
            "~~~",
            list_end(9, {A}),
            "```",
            f"- [ ] <!-- digest:pr={C} -->",
        ]
    )
    assert read_boxes(body) == Boxes(0, frozenset({"a/b#1", C}), frozenset({"a/b#1"}))


def test_inline_code_does_not_open_a_fence() -> None:
    assert read_boxes(f"```digest``` made this\n\n{listed(1, {A}, {A})}").names == {A, B, C, BOTH}


def test_a_line_copied_from_the_list_is_not_a_box() -> None:
    lists = f"{BEGIN}\n{listed(2, set(), {A})}\n{END}\n"
    around = f"{box_line(A, is_ticked=True)}\n\n{lists}\n{box_line(B, is_ticked=True)}\n\n{list_end(1, {B})}\n"
    assert (
        read_boxes(around)
        == read_boxes(lists)
        == Boxes(2, frozenset({A, B, C, BOTH}), digest_ticks=frozenset({A}))
    )


@pytest.mark.parametrize("name", ["a/b--c#1", "a/b---c#1", "a/b----#1+a/--#2"])
def test_comments_contain_no_double_hyphen_of_a_name(name: str) -> None:
    body = f"{box_line(name, is_ticked=True)} `x`\n\n{list_end(1, [name])}\n"
    assert re.findall(r"<!--(?:(?!-->).)*--(?!>)", body) == []
    assert read_boxes(body) == Boxes(1, *[frozenset({name})] * 3)


def test_of_two_boxes_with_one_name_the_first_counts() -> None:
    body = f"{box_line(A, is_ticked=False)}\n{box_line(A, is_ticked=True)}\n{list_end(1, ())}\n"
    assert read_boxes(body).ticked == frozenset()


def test_toggles_are_the_differences_from_digests_own_ticks() -> None:
    now = read_boxes(listed(2, {B, BOTH}, {A}))
    assert find_toggles(now, None) == Toggles(frozenset({B, BOTH}), frozenset({A}))


def test_applied_ticks_are_not_toggles() -> None:
    now = read_boxes(listed(2, {B}, {A}))
    record = parse_tick_record(dump_tick_record(now, None))
    assert record == TickRecord(list=2, ticked=(B,))
    assert not find_toggles(now, record)
    assert find_toggles(read_boxes(listed(2, {A, B}, {A})), record) == Toggles(frozenset({A}))
    assert find_toggles(read_boxes(listed(3, {A, B}, {B})), record) == Toggles(frozenset({A}))


def test_a_deleted_line_decides_nothing() -> None:
    assert not find_toggles(read_boxes(listed(2, set(), {A}, (B, C))), None)


def test_a_line_that_returns_unticked_is_an_untick() -> None:
    without = read_boxes(listed(2, {B}, {A}, (B, C)))
    record = parse_tick_record(dump_tick_record(without, None))
    assert find_toggles(read_boxes(listed(2, {B}, {A})), record) == Toggles(off=frozenset({A}))


def test_without_the_comment_of_the_list_every_tick_is_a_persons() -> None:
    body = listed(2, {A, B}, {A}).replace(list_end(2, {A}), "")
    assert find_toggles(read_boxes(body), None) == Toggles(frozenset({A, B}))
    assert find_toggles(read_boxes(body), TickRecord(list=2, ticked=(A,))) == Toggles(
        frozenset({B})
    )


def test_an_unreadable_tick_record_is_ignored() -> None:
    assert [
        parse_tick_record(text) for text in (None, "", "[", "{}", '{"list": "x", "ticked": []}')
    ] == [None] * 5


NAMES = (A, B, C)


class Draft:
    """A draft that people and jobs edit.

    `stories` are the stories after the jobs, `decided` those that people want.
    """

    def __init__(self) -> None:
        self.stories = {A}
        self.decided = {A}
        self.unread: dict[str, bool] = {}
        self.body = listed(1, self.stories, self.stories, NAMES)
        self.record: TickRecord | None = None

    def flip(self, name: str) -> None:
        """Toggle a box as a person.

        A job cannot see a toggle that a person took back before the job read the list.
        """
        was = name in read_boxes(self.body).ticked
        if name in self.unread:
            meant = self.unread.pop(name)
        else:
            self.unread[name], meant = name in self.decided, not was
        self.decided = self.decided | {name} if meant else self.decided - {name}
        self.body = self.body.replace(
            box_line(name, is_ticked=was), box_line(name, is_ticked=not was)
        )

    def delete(self, name: str) -> None:
        """A person deletes a story from the text; the next scheduled run updates the list."""
        if name in self.stories & self.decided and not self.unread:
            self.stories.discard(name)
            self.decided.discard(name)

    def apply(self) -> None:
        """A job applies the ticks."""
        self.unread.clear()
        now = read_boxes(self.body)
        if changed := find_toggles(now, self.record):
            self.stories = (self.stories | changed.on) - changed.off
            self.record = parse_tick_record(dump_tick_record(now, self.record))

    def schedule(self, meanwhile: str | None) -> None:
        """The scheduled job writes a new list, while a person may toggle another box."""
        self.apply()
        known = read_boxes(self.body)
        if meanwhile:
            self.flip(meanwhile)
        since = find_toggles(
            read_boxes(self.body), parse_tick_record(dump_tick_record(known, self.record))
        )
        ticked = (self.stories | since.on) - since.off
        self.body = listed(known.number + 1, ticked, self.stories, NAMES)
        # A box that the new list shows as toggled starts again from that state.
        self.unread = {
            name: was
            for name, was in self.unread.items()
            if (name in ticked) != (name in self.stories)
        }


EVENTS = st.sampled_from(["tick", "job", "schedule", "delete", "race"])


@given(st.lists(st.tuples(EVENTS, st.sampled_from(NAMES)), max_size=12))
def test_no_tick_is_lost_or_applied_twice(events: list[tuple[str, str]]) -> None:
    """People toggle boxes and delete stories, jobs run in any order: the last decision counts."""
    draft = Draft()
    for event, name in events:
        match event:
            case "tick":
                draft.flip(name)
            case "delete":
                draft.delete(name)
            case "job":
                draft.apply()
            case _:
                draft.schedule(name if event == "race" else None)
    draft.apply()
    assert draft.stories == draft.decided
