"""Describes the result of `digest publish` in one sentence. Pure."""

from collections.abc import Mapping

from digest.model.newsletter import Operation, Outcome
from digest.text import find_todos

# The other operations explain themselves in their messages.
SENTENCES: Mapping[Operation, str] = {
    "created": "Opened draft pull request {name}.",
    "updated": "Updated pull request {name}.",
    "unchanged": "Nothing to update in pull request {name}.",
}


def describe_outcome(outcome: Outcome, edition: str, section: str) -> tuple[str, ...]:
    """The result of a run and the TODOs that its section has left, as one line or none."""
    if outcome.operation not in SENTENCES:
        return ()
    number = f"#{outcome.number}" if outcome.number else f"of {edition}"
    name = f"{number}: {outcome.url}" if outcome.url else number
    todos = len(find_todos(section))
    left = f" {todos} TODO{'' if todos == 1 else 's'} left." if todos else ""
    return (f"{SENTENCES[outcome.operation].format(name=name)}{left}",)
