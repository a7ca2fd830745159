"""Marks: an editor's decisions about the stories of an edition. Read, written and changed; no word of them is lost."""

from digest.compose.marks.decisions import Changed, add, decide, outside, remove, with_drafts
from digest.compose.marks.reading import parse
from digest.compose.marks.words import reword, said
from digest.compose.marks.writing import dump

__all__ = ["Changed", "add", "decide", "dump", "outside", "parse", "remove", "reword", "said", "with_drafts"]
