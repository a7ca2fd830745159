"""The decisions of one session, so that each can be undone or applied to other marks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from digest.compose.marks import TEXT_TO_COPY, MarksChange
from digest.errors import UsageError
from digest.model import Marks

# A decision of an editor, which can be applied to any marks.
Decision = Callable[[Marks], MarksChange]


@dataclass(frozen=True)
class Step:
    """A decision, and the marks after it."""

    decision: Decision
    marks: Marks


@dataclass(frozen=True)
class History:
    """The marks at the start and all decisions since then.

    `saved_steps` are the steps at the last save.
    """

    base: Marks
    steps: tuple[Step, ...] = ()
    saved_steps: tuple[Step, ...] = ()

    @property
    def marks(self) -> Marks:
        """The marks after all decisions."""
        return self.steps[-1].marks if self.steps else self.base

    @property
    def saved_marks(self) -> Marks:
        """The marks as last saved or read."""
        return self.saved_steps[-1].marks if self.saved_steps else self.base

    @property
    def unsaved(self) -> int:
        """The number of unsaved changes: new decisions, and saved ones that were undone."""
        if self.marks == self.saved_marks:
            return 0
        return len(self.steps) + len(self.saved_steps) - 2 * self._in_common

    def with_decision(self, decision: Decision) -> tuple[Self, str]:
        """The history with this decision and its message; the same history if nothing changes.

        Raises UsageError if the decision does not fit.
        """
        changed = decision(self.marks)
        if changed.marks == self.marks:
            return self, changed.message
        return replace(self, steps=(*self.steps, Step(decision, changed.marks))), changed.message

    def without_last(self) -> Self:
        """The history without its last decision."""
        return replace(self, steps=self.steps[:-1])

    def apply_to(self, marks: Marks) -> MarksChange:
        """Apply the unsaved decisions to the marks that are in the file now.

        If another person changed the file, the message names each decision that no longer fits.
        """
        if marks == self.saved_marks:
            return MarksChange(self.marks, "")
        messages = ["The marks changed in the meantime. digest added your decisions to them."]
        if len(self.saved_steps) > self._in_common:
            messages.append("Decisions that you saved and then undid are still in the file.")
        for step in self.steps[self._in_common :]:
            try:
                changed = step.decision(marks)
            except UsageError as error:
                messages.append(f"Skipped: {error.message}")
                continue
            marks = changed.marks
            messages += [changed.message] if TEXT_TO_COPY in changed.message else []
        return MarksChange(marks, "\n".join(messages))

    def after_saving(self, marks: Marks) -> Self:
        """The history after `marks` were saved; a new one if they differ from its own."""
        return replace(self, saved_steps=self.steps) if marks == self.marks else type(self)(marks)

    @property
    def _in_common(self) -> int:
        shortest = min(len(self.steps), len(self.saved_steps))
        pairs = zip(self.steps, self.saved_steps, strict=False)
        different = (place for place, (new, old) in enumerate(pairs) if new is not old)
        return next(different, shortest)
