"""What can go wrong on the way, as values: `standin.faults.append(Fault(status=502))` hits the next request."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One request goes wrong; the first fault that fits the request is used up.

    `operation`: only a request of that GraphQL operation or mutation, or of a path, or one such as
    "POST /repos/o/r/pulls". `status`, `headers`, `body` (text, or anything that becomes JSON): the
    answer instead of GitHub's. `errors` and `nulls`: GitHub's answer with these GraphQL errors
    beside it, and null at dotted paths such as "nodes.3.files". `cut`: the answer breaks off in the
    middle, though it says it is whole. `drop`: the connection is gone before any answer. `delay`:
    seconds to wait first; on its own, the answer is right but late. `blind`: search sees nothing.
    `lags`: search does not know so many of the newest merges. `renames_branch`: the default branch
    has a new name, and nothing was merged since. `moves_branch`: another branch is the default, and
    the old one still exists. `renames_repository`: it has a new name, and the old one leads there.
    `touches`: this pull request is updated just before the answer, so that it moves to the list's
    front. `before`: what somebody else does just before GitHub does what is asked. `after`: GitHub
    does what is asked, and only its answer is lost or replaced; without it, nothing is done where
    the answer is lost or replaced. It hits the next `times` requests that fit, after `passes` of
    them went well.
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
    renames_repository: bool = False
    touches: int | None = None
    before: Callable[[], object] = lambda: None
    after: bool = False
    times: int = 1
    passes: int = 0

    @property
    def replaces_answer(self) -> bool:
        """Whether GitHub's own answer is not to be seen."""
        return self.status is not None or self.body is not None

    def content(self) -> bytes:
        """The bytes of `body`."""
        return (self.body if isinstance(self.body, str) else json.dumps(self.body or {})).encode(
            "utf-8"
        )

    def spoil(self, answer: Any) -> Any:
        """GraphQL's answer with nulls and errors put in; what REST answers is left as it is."""
        if not (self.nulls or self.errors):
            return answer
        for path in self.nulls:
            _put_null(answer["data"], path.split("."))
        errors = [*answer.get("errors", ()), *self.errors]
        return answer | ({"errors": errors} if errors else {})


def take(faults: list[Fault], names: Collection[str | None]) -> Fault | None:
    """Take the first fault that fits a request of these names out of the list.

    None if none does.
    """
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
