"""Run the command line in this process, as a person at the keyboard sees it."""

import io
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from unittest import mock

import pytest
import typer.main

from digest import cli
from digest.editions import gather

EXAMPLE = str(Path(__file__).parents[1] / "examples" / "backstage-2021-W19.json")
# Building the command line is slow, and its options are the same in every run.
built = cache(typer.main.get_command)
MONDAY = datetime(2021, 5, 17, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Seen:
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str


def run(*words: str, stdin: str = "", now: datetime = MONDAY) -> Seen:
    """Run `digest` with these words at the moment `now`."""
    out, err = io.StringIO(), io.StringIO()
    typed = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
    with (
        mock.patch.multiple(sys, argv=["digest", *words], stdin=typed, stdout=out, stderr=err),
        mock.patch.object(gather, "now", return_value=now),
        mock.patch.object(typer.main, "get_command", built),
        pytest.raises(SystemExit) as left,
    ):
        cli.main()
    return Seen(int(left.value.code or 0), out.getvalue(), err.getvalue())


def refused(*words: str) -> str:
    """Return the one line with which `digest` refuses these words."""
    seen = run(*words)
    assert (seen.code, seen.out, seen.err.count("\n")) == (2, "", 1)
    return seen.err.strip()
