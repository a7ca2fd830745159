"""Errors with a message, a hint, and an exit code for the user."""

from collections.abc import Mapping
from typing import Any, Final

# pydantic's own messages are for programmers, so these replace them, by pydantic's error type.
_VALIDATION_MESSAGES: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "extra_forbidden": "is not a known key",
    "string_type": "must be a string",
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
    "datetime_type": "must be a date and time such as 2021-05-10T00:00:00Z",
    "datetime_parsing": "must be a date and time such as 2021-05-10T00:00:00Z",
    "datetime_from_date_parsing": "must be a date and time such as 2021-05-10T00:00:00Z",
    "timezone_aware": "must have a UTC offset, such as 2021-05-10T00:00:00Z",
    "json_invalid": "is nested too deeply, or contains invalid characters",
}


def explain_validation_error(detail: Mapping[str, Any]) -> str:
    """The problem with a value, in plain words that follow the value's name.

    `detail` is one of the errors of a pydantic ValidationError.
    """
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    message = _VALIDATION_MESSAGES.get(detail["type"], "is not valid")
    return message.format(**detail.get("ctx", {}))


class DigestError(Exception):
    """A failure with exit code 1.

    `message` is one line that says what happened and why. `hint` says what to do next.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(DigestError):
    """An option, a setting, or a user's file is not valid; exit code 2."""

    exit_code = 2


class TryLaterError(DigestError):
    """A rate limit, or a problem of GitHub or the network; exit code 3.

    The same command works later.
    """

    exit_code = 3
