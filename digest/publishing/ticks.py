"""Ticked and unticked boxes -> decisions about stories."""

from collections.abc import Set as AbstractSet

from digest.compose import marks
from digest.compose.marks import MarksChange
from digest.model import Marks
from digest.publishing.boxes import Toggled, keys_of


def decided(ours: Marks, toggled: Toggled, known: AbstractSet[str]) -> MarksChange:
    """The decisions after a person's ticks; only boxes of pull requests among `known`, those of the edition, count."""
    says: list[str] = []
    for name in sorted(toggled.on):
        keys = keys_of(name, known)
        if keys and not _is_told(ours, keys):
            step = marks.add_story(ours, keys, "person")
            ours, says = step.marks, [*says, f"Ticked: {step.message}"]
    for name in sorted(toggled.off):
        keys = keys_of(name, known)
        if keys:
            step = marks.remove_stories(ours, keys)
            ours, says = step.marks, [*says, f"Unticked: {step.message}"]
    return MarksChange(ours, " ".join(says))


def _is_told(ours: Marks, keys: tuple[str, ...]) -> bool:
    return any(not mark.removed and set(keys) <= set(mark.pull_requests) for mark in ours.stories)
