"""The boxes in a draft's body: what a person ticked is told from what digest ticked, and no tick is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.publishing.boxes import (
    Boxes,
    TakenTicks,
    Toggled,
    box_keys,
    box_line,
    dump_ticks,
    find_toggled,
    list_end,
    parse_ticks,
    read_boxes,
)
from digest.publishing.markers import BEGIN, END

A, B, C = (f"backstage/backstage#{number}" for number in (1, 2, 3))
BOTH = "both=2021-W18"


def listed(
    number: int, ticked: set[str], written: set[str], names: tuple[str, ...] = (A, B, C, BOTH)
) -> str:
    lines = [f"{box_line(name, is_ticked=name in ticked)} `x`" for name in names]
    return "\n".join(["Hello", "", *lines, "", list_end(number, written), ""])


def test_boxes_are_read_as_they_were_written() -> None:
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


def test_what_only_looks_like_a_box_is_text() -> None:
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


def test_code_within_a_line_opens_no_fence() -> None:
    assert read_boxes(f"```digest``` made this\n\n{listed(1, {A}, {A})}").names == {A, B, C, BOTH}


def test_a_line_that_a_person_copied_out_of_the_list_is_no_box() -> None:
    lists = f"{BEGIN}\n{listed(2, set(), {A})}\n{END}\n"
    around = f"{box_line(A, is_ticked=True)}\n\n{lists}\n{box_line(B, is_ticked=True)}\n\n{list_end(1, {B})}\n"
    assert (
        read_boxes(around)
        == read_boxes(lists)
        == Boxes(2, frozenset({A, B, C, BOTH}), written=frozenset({A}))
    )


@pytest.mark.parametrize("name", ["a/b--c#1", "a/b---c#1", "a/b----#1+a/--#2"])
def test_two_hyphens_in_a_name_do_not_stand_in_a_comment(name: str) -> None:
    body = f"{box_line(name, is_ticked=True)} `x`\n\n{list_end(1, [name])}\n"
    assert re.findall(r"<!--(?:(?!-->).)*--(?!>)", body) == []
    assert read_boxes(body) == Boxes(1, *[frozenset({name})] * 3)


def test_of_two_boxes_with_one_name_the_first_counts() -> None:
    body = f"{box_line(A, is_ticked=False)}\n{box_line(A, is_ticked=True)}\n{list_end(1, ())}\n"
    assert read_boxes(body).ticked == frozenset()


def test_a_change_is_what_differs_from_what_digest_had_ticked() -> None:
    now = read_boxes(listed(2, {B, BOTH}, {A}))
    assert find_toggled(now, None) == Toggled(frozenset({B, BOTH}), frozenset({A}))


def test_what_was_taken_over_is_no_change_any_more() -> None:
    now = read_boxes(listed(2, {B}, {A}))
    taken = parse_ticks(dump_ticks(now, None))
    assert taken == TakenTicks(list=2, ticked=(B,))
    assert not find_toggled(now, taken)
    assert find_toggled(read_boxes(listed(2, {A, B}, {A})), taken) == Toggled(frozenset({A}))
    assert find_toggled(read_boxes(listed(3, {A, B}, {B})), taken) == Toggled(frozenset({A}))


def test_a_line_that_a_person_deleted_is_no_decision() -> None:
    assert not find_toggled(read_boxes(listed(2, set(), {A}, (B, C))), None)


def test_a_line_that_comes_back_unticked_is_an_untick() -> None:
    without = read_boxes(listed(2, {B}, {A}, (B, C)))
    taken = parse_ticks(dump_ticks(without, None))
    assert find_toggled(read_boxes(listed(2, {B}, {A})), taken) == Toggled(off=frozenset({A}))


def test_without_the_lists_comment_every_tick_is_a_persons() -> None:
    body = listed(2, {A, B}, {A}).replace(list_end(2, {A}), "")
    assert find_toggled(read_boxes(body), None) == Toggled(frozenset({A, B}))
    assert find_toggled(read_boxes(body), TakenTicks(list=2, ticked=(A,))) == Toggled(
        frozenset({B})
    )


def test_a_file_that_nobody_can_read_counts_as_none() -> None:
    assert [parse_ticks(text) for text in (None, "", "[", "{}", '{"list": "x", "ticked": []}')] == [
        None
    ] * 5


NAMES = (A, B, C)


class Draft:
    """A draft that people and jobs work on.

    `told` is what the jobs made of it, `decided` what people meant.
    """

    def __init__(self) -> None:
        self.told = {A}
        self.decided = {A}
        self.unread: dict[str, bool] = {}
        self.body = listed(1, self.told, self.told, NAMES)
        self.taken: TakenTicks | None = None

    def flip(self, name: str) -> None:
        """A person toggles a box.

        Back before any job has read it, it was never toggled, for all that a job sees.
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
        """A person deletes a story from the text.

        The list says so only after the next scheduled run.
        """
        if name in self.told & self.decided and not self.unread:
            self.told.discard(name)
            self.decided.discard(name)

    def take(self) -> None:
        """A job takes the ticks over."""
        self.unread.clear()
        now = read_boxes(self.body)
        if changed := find_toggled(now, self.taken):
            self.told = (self.told | changed.on) - changed.off
            self.taken = parse_ticks(dump_ticks(now, self.taken))

    def schedule(self, meanwhile: str | None) -> None:
        """The scheduled job writes the list anew, while a person may toggle one more box."""
        self.take()
        seen = read_boxes(self.body)
        if meanwhile:
            self.flip(meanwhile)
        since = find_toggled(read_boxes(self.body), parse_ticks(dump_ticks(seen, self.taken)))
        ticked = (self.told | since.on) - since.off
        self.body = listed(seen.number + 1, ticked, self.told, NAMES)
        # A box that the list shows as it was toggled anyway begins anew.
        self.unread = {
            name: was
            for name, was in self.unread.items()
            if (name in ticked) != (name in self.told)
        }


EVENTS = st.sampled_from(["tick", "job", "schedule", "delete", "race"])


@given(st.lists(st.tuples(EVENTS, st.sampled_from(NAMES)), max_size=12))
def test_no_tick_is_lost_and_none_is_taken_twice(events: list[tuple[str, str]]) -> None:
    """People toggle boxes and delete stories, the two jobs run in any order: the last decision on each story holds."""
    draft = Draft()
    for event, name in events:
        match event:
            case "tick":
                draft.flip(name)
            case "delete":
                draft.delete(name)
            case "job":
                draft.take()
            case _:
                draft.schedule(name if event == "race" else None)
    draft.take()
    assert draft.told == draft.decided
