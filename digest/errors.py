"""What can go wrong, as the person at the keyboard sees it: one line, a hint, an exit code."""

from collections.abc import Mapping
from typing import Any, Final

# What a value must be, by the name that pydantic has for what it found; its own words are for
# programmers.
_VALIDATION_MESSAGES: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "string_type": "must be a text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "tuple_type": "must be a list",
    "too_short": "must not be empty",
    "model_type": "must be a table",
    "dict_type": "must be a table",
    "mapping_type": "must be a table",
    "greater_than_equal": "must be {ge} or more",
    "literal_error": "must be {expected}",
    "datetime_type": "must be a moment such as 2021-05-10T00:00:00Z",
    "datetime_parsing": "must be a moment such as 2021-05-10T00:00:00Z",
    "datetime_from_date_parsing": "must be a moment such as 2021-05-10T00:00:00Z",
    "timezone_aware": "must say its offset, such as 2021-05-10T00:00:00Z",
    "json_invalid": "is nested too deeply, or holds what no text can",
}


def explain_validation_error(detail: Mapping[str, Any]) -> str:
    """Say in plain words what is wrong with a value.

    `detail` is one of the errors of a pydantic ValidationError.
    """
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    return _VALIDATION_MESSAGES.get(detail["type"], "cannot be meant").format(
        **detail.get("ctx", {})
    )


class DigestError(Exception):
    """Something failed.

    `message` says what and why in one line, `hint` what to do next; exit code 1.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(DigestError):
    """An option, a setting or a file that a person wrote cannot be meant as it stands.

    Exit code 2.
    """

    exit_code = 2


class TryLaterError(DigestError):
    """A limit, GitHub's trouble or the network: the same command works later; exit code 3."""

    exit_code = 3
