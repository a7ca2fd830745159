"""Parses, changes and writes marks: an editor's decisions about the stories of an edition."""

from digest.compose.marks.changes import (
    MarksChange,
    add_story,
    keys_outside,
    moved_keys,
    remove_stories,
    reword_story,
    set_heading_and_lead,
    with_drafts,
    without_pictures,
)
from digest.compose.marks.items import (
    add_item,
    join_items,
    leave_out,
    move_items,
    put_back,
    reword_item,
    with_item_decisions,
)
from digest.compose.marks.messages import TEXT_TO_COPY, describe_changes, without_removals
from digest.compose.marks.parser import parse_marks
from digest.compose.marks.writer import dump_marks

__all__ = [
    "TEXT_TO_COPY",
    "MarksChange",
    "add_item",
    "add_story",
    "describe_changes",
    "dump_marks",
    "join_items",
    "keys_outside",
    "leave_out",
    "move_items",
    "moved_keys",
    "parse_marks",
    "put_back",
    "remove_stories",
    "reword_item",
    "reword_story",
    "set_heading_and_lead",
    "with_drafts",
    "with_item_decisions",
    "without_pictures",
    "without_removals",
]
