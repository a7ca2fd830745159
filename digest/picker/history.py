"""The decisions of one session, one by one, so that each can be undone or made on other marks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from digest.compose.marks import TEXT_TO_COPY, MarksChange
from digest.errors import UsageError
from digest.model import Marks

# One decision of an editor, to be made on any marks.
Decision = Callable[[Marks], MarksChange]


@dataclass(frozen=True)
class Step:
    """A decision, and the marks after it."""

    decision: Decision
    marks: Marks


@dataclass(frozen=True)
class History:
    """The marks at the beginning and each decision since.

    `saved_steps` are those at the last saving.
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
        """The marks as they were last saved, or read."""
        return self.saved_steps[-1].marks if self.saved_steps else self.base

    @property
    def unsaved(self) -> int:
        """How many decisions are to be saved, with those that were undone after they had been saved."""
        if self.marks == self.saved_marks:
            return 0
        return len(self.steps) + len(self.saved_steps) - 2 * self._in_common

    def with_decision(self, decision: Decision) -> tuple[Self, str]:
        """The history with one more decision, and the message about it.

        The same history where it changes nothing.
        Raises UsageError for a decision that cannot be made.
        """
        changed = decision(self.marks)
        if changed.marks == self.marks:
            return self, changed.message
        return replace(self, steps=(*self.steps, Step(decision, changed.marks))), changed.message

    def without_last(self) -> Self:
        """The history without its last decision."""
        return replace(self, steps=self.steps[:-1])

    def apply_to(self, marks: Marks) -> MarksChange:
        """Make the decisions since the last saving on the marks as they are in the file now.

        These are `saved_marks`, unless somebody else changed them meanwhile; then the message names
        each decision that no longer fits.
        """
        if marks == self.saved_marks:
            return MarksChange(self.marks, "")
        messages = [
            "The marks were changed meanwhile; your decisions were made on what is there now."
        ]
        if len(self.saved_steps) > self._in_common:
            messages.append("What you had saved before and then undone stays.")
        for step in self.steps[self._in_common :]:
            try:
                changed = step.decision(marks)
            except UsageError as error:
                messages.append(f"Not done: {error.message}")
                continue
            marks = changed.marks
            messages += [changed.message] if TEXT_TO_COPY in changed.message else []
        return MarksChange(marks, "\n".join(messages))

    def after_saving(self, marks: Marks) -> Self:
        """The history once `marks` were saved; where they are not its own, a new one."""
        return replace(self, saved_steps=self.steps) if marks == self.marks else type(self)(marks)

    @property
    def _in_common(self) -> int:
        shortest = min(len(self.steps), len(self.saved_steps))
        pairs = zip(self.steps, self.saved_steps, strict=False)
        return next((at for at, (one, two) in enumerate(pairs) if one is not two), shortest)
