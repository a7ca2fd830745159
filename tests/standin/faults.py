"""Faults as values: `standin.faults.append(Fault(status=502))` hits the next request."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Fault:
    """A fault of one request; the first fault that fits a request is used up.

    `operation`: only requests of this GraphQL operation or mutation, of this path, or such as "POST
    /repos/o/r/pulls". `status`, `headers`, `body` (text or JSON): the answer instead of GitHub's.
    `errors` and `nulls`: added to GitHub's answer: GraphQL errors, and null at dotted paths such as
    "nodes.3.files". `cut`: the answer stops in the middle, despite its length. `drop`: the
    connection closes before any answer. `delay`: seconds to wait before the answer. `blind`: search
    finds nothing. `lags`: search does not know this many of the newest merges. `renames_branch`:
    the default branch has a new name, and nothing was merged since. `moves_branch`: another branch
    is the default, and the old one still exists. `renames_back`: the default branch had another name
    during this many of the newest merges. `renames_repository`: it has a new name, and the
    old one leads there. `breaks`: GitHub always fails for this field of the pull request with this
    number. `touches`: this pull request is updated just before the answer, which moves
    it to the front of the list. `before`: an action of another person just before GitHub acts.
    `after`: GitHub acts, and only its answer is lost or replaced; by default, it does not act if
    the answer is lost or replaced. The fault lets `passes` requests pass, then hits `times`
    requests.
    """

    operation: str | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    errors: Sequence[Mapping[str, Any]] = ()
    nulls: Sequence[str] = ()
    cut: bool = False
    drop: bool = False
    delay: float = 0.0
    blind: bool = False
    lags: int = 0
    renames_branch: bool = False
    moves_branch: bool = False
    renames_back: int = 0
    renames_repository: bool = False
    breaks: tuple[int, str] | None = None
    touches: int | None = None
    before: Callable[[], object] = lambda: None
    after: bool = False
    times: int = 1
    passes: int = 0

    @property
    def replaces_answer(self) -> bool:
        """Whether another answer is sent instead of GitHub's."""
        return self.status is not None or self.body is not None

    def content(self) -> bytes:
        """Return the bytes of `body`."""
        return (self.body if isinstance(self.body, str) else json.dumps(self.body or {})).encode(
            "utf-8"
        )

    def spoil(self, answer: Any) -> Any:
        """Return GraphQL's answer with the nulls and errors; an answer of REST stays as it is."""
        if not (self.nulls or self.errors):
            return answer
        answer = deepcopy(answer)
        for path in self.nulls:
            _put_null(answer["data"], path.split("."))
        errors = [*answer.get("errors", ()), *self.errors]
        return answer | ({"errors": errors} if errors else {})


def take(faults: list[Fault], names: Collection[str | None]) -> Fault | None:
    """Remove the first fault that fits a request of these names, and return it or None."""
    for place, fault in enumerate(faults):
        if fault.operation is None or fault.operation in names:
            if fault.passes:
                faults[place] = replace(fault, passes=fault.passes - 1)
                return None
            faults[place : place + 1] = (
                [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
            )
            return fault
    return None


def _put_null(data: Any, path: list[str]) -> None:
    *way, last = (int(step) if step.isdecimal() else step for step in path)
    for step in way:
        data = data[step]
    data[last] = None
