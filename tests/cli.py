"""Runs the command line in this process, as a person at the keyboard would see it."""

import io
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from unittest import mock

import pytest

from digest import cli
from digest.editions import draft

MONDAY = datetime(2021, 5, 17, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Seen:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


def run(*words: str, stdin: str = "", now: datetime = MONDAY) -> Seen:
    """Run `digest` with these words, `now` being the present moment."""
    out, err = io.StringIO(), io.StringIO()
    typed = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
    with (
        mock.patch.multiple(sys, argv=["digest", *words], stdin=typed, stdout=out, stderr=err),
        mock.patch.object(draft, "now", return_value=now),
        pytest.raises(SystemExit) as left,
    ):
        cli.main()
    return Seen(int(left.value.code or 0), out.getvalue(), err.getvalue())
