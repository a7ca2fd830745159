"""What starts a workflow, as GitHub tells it: cut to what ours look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.standin import Newsletter

SOURCE = "made-up-source"


@dataclass(frozen=True)
class Event:
    """What starts a workflow: its name and payload, what was typed, and the repository's variables."""

    name: Literal["schedule", "workflow_dispatch", "pull_request"]
    payload: Mapping[str, Any]
    inputs: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=lambda: {"DIGEST_SOURCE": SOURCE})


def schedule() -> Event:
    """A cron's event, which knows no repository."""
    return Event("schedule", {"schedule": "23 0 * * 1"})


def by_hand(newsletter: Newsletter, **inputs: str) -> Event:
    """Somebody's `gh workflow run`, with what was typed."""
    return Event("workflow_dispatch", {"inputs": inputs, "repository": _repository(newsletter)}, inputs)


def edited(newsletter: Newsletter, number: int, before: str | None, sender: str = "User") -> Event:
    """Somebody's edit of a pull request; `before` is the former body, None where it was the title that changed."""
    pull = newsletter.pull(number)
    told: dict[str, Any] = {
        "number": number,
        "state": pull.state,
        "title": pull.title,
        "body": pull.body,
        "draft": pull.draft,
    }
    told |= {end: {"ref": getattr(pull, end), "repo": _repository(newsletter)} for end in ("head", "base")}
    changes = {"title": {"from": "Old"}} if before is None else {"body": {"from": before}}
    payload = {"action": "edited", "number": number, "pull_request": told, "changes": changes}
    return Event(
        "pull_request",
        payload | {"repository": _repository(newsletter), "sender": {"login": "editor", "type": sender}},
    )


def _repository(newsletter: Newsletter) -> Mapping[str, Any]:
    return {"full_name": newsletter.name, "default_branch": newsletter.default_branch, "private": newsletter.private}
