"""The words in which GitHub explains an error or a refusal; pure."""

import json
from collections.abc import Mapping
from typing import Any, TypeGuard

from digest import text
from digest.github.redaction import hide_credentials

LONGEST_MESSAGE = 200


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a value is a list."""
    return isinstance(value, list)


def message_of(body: Mapping[str, Any]) -> str:
    """The message of a refusal or an error."""
    return _clean(body.get("message")) or "no reason given"


def _clean(words: object) -> str:
    return shorten(hide_credentials(text.plain(str(words or ""))).rstrip("."))


def shorten(words: str) -> str:
    """The words, cut if they are too long for one line."""
    return words if len(words) <= LONGEST_MESSAGE else words[: LONGEST_MESSAGE - 1] + "…"


def errors_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The errors that are objects, as GraphQL lists them."""
    listed = body.get("errors")
    return [error for error in listed if isinstance(error, dict)] if is_list(listed) else []


def reasons_of(body: object) -> str:
    """The reasons that REST lists under "errors": texts, messages, or fields with a code."""
    listed = body.get("errors") if isinstance(body, dict) else None
    reasons = listed if is_list(listed) else [listed]
    known = dict.fromkeys(filter(None, map(_reason, reasons)))
    return shorten("; ".join(known)) if known or not any(reasons) else _clean(json.dumps(listed))


def _reason(error: object) -> str:
    if not isinstance(error, dict):
        return _clean(error) if isinstance(error, str) else ""
    if error.get("message"):
        return _clean(error["message"])
    place = ".".join(_clean(error[name]) for name in ("resource", "field") if error.get(name))
    return " ".join(filter(None, (place, _clean(error.get("code")).replace("_", " "))))
