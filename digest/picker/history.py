"""The decisions of one sitting: what was decided, one by one, so that it can be undone or made on other marks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from digest.compose.marks import MarksChange
from digest.errors import UsageError
from digest.model import Marks

# One decision of an editor's about whatever marks there are.
Decision = Callable[[Marks], MarksChange]


@dataclass(frozen=True)
class Step:
    """A decision that was made, and the marks that came of it."""

    decision: Decision
    marks: Marks


@dataclass(frozen=True)
class History:
    """The marks at the beginning and each decision since; `kept` are those that were saved when last anything was."""

    base: Marks
    steps: tuple[Step, ...] = ()
    kept: tuple[Step, ...] = ()

    @property
    def now(self) -> Marks:
        """The marks after all decisions."""
        return self.steps[-1].marks if self.steps else self.base

    @property
    def saved(self) -> Marks:
        """The marks as they were last saved, or read."""
        return self.kept[-1].marks if self.kept else self.base

    @property
    def unsaved(self) -> int:
        """How many decisions are to be saved, those that were taken back after they had been saved included."""
        if self.now == self.saved:
            return 0
        return len(self.steps) + len(self.kept) - 2 * self._in_common

    def decided(self, decision: Decision) -> tuple[Self, str]:
        """The history with one more decision, and what it came to; as it was where that changes nothing.

        Raises UsageError for a decision that cannot be made.
        """
        changed = decision(self.now)
        if changed.marks == self.now:
            return self, changed.message
        return replace(self, steps=(*self.steps, Step(decision, changed.marks))), changed.message

    def undone(self) -> Self:
        """The history without its last decision."""
        return replace(self, steps=self.steps[:-1])

    def onto(self, marks: Marks) -> MarksChange:
        """The decisions since the last saving made on the marks as they are there now.

        These are `saved`, unless somebody else changed them meanwhile; then what does not fit any more is said.
        """
        if marks == self.saved:
            return MarksChange(self.now, "")
        says = ["The marks were changed meanwhile; your decisions were made on what is there now."]
        if len(self.kept) > self._in_common:
            says.append("What you had saved before and then undone stays.")
        for step in self.steps[self._in_common :]:
            try:
                changed = step.decision(marks)
            except UsageError as error:
                says.append(f"Not done: {error.message}")
                continue
            marks = changed.marks
            says += [changed.message] if "To paste" in changed.message else []
        return MarksChange(marks, "\n".join(says))

    def after_saving(self, marks: Marks) -> Self:
        """The history once `marks` were saved: undoing goes on where these are its own, and begins anew elsewhere."""
        return replace(self, kept=self.steps) if marks == self.now else type(self)(marks)

    @property
    def _in_common(self) -> int:
        pairs = zip(self.steps, self.kept, strict=False)
        return next((at for at, (one, two) in enumerate(pairs) if one is not two), min(len(self.steps), len(self.kept)))
