"""Puts what one run of the comparison found into its page, so that no figure is ever copied by hand."""

import os
import platform
import re
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

BEGIN, END = (
    "<!-- What `make bench` writes begins here. -->\n",
    "<!-- What `make bench` writes ends here. -->\n",
)


def filled(page: str, table: str, measured: str) -> str:
    """The page with a table and a sentence on how it was measured in the place of the last ones.

    Raises ValueError for a page without the marks between which they stand.
    """
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(
            f"The page needs these two lines, and the table goes in between: {BEGIN}{END}"
        )
    return f"{head}{begin}\n{table.strip()}\n\n{measured}\n\n{end}{tail}"


def measured(path: str) -> str:
    """On what a run was measured, and which versions took part of those programs that stand on this search path."""
    version = {
        "Python": platform.python_version(),
        "PyGithub": metadata.version("PyGithub"),
        "github-activity": _activity(path),
        "gh": _gh(path),
    }
    *first, last = [f"{name} {known}" for name, known in version.items() if known]
    return f"Measured in one run on {os.cpu_count()} cores, with {', '.join(first)} and {last}."


def _activity(path: str) -> str | None:
    """It tells its version to the Python that it is installed with only."""
    asks = "from importlib.metadata import version; print(version('github-activity'))"
    found = shutil.which("github-activity", path=path)
    return _said([str(Path(found).with_name("python")), "-c", asks]) if found else None


def _gh(path: str) -> str | None:
    found = shutil.which("gh", path=path)
    return _said([found, "--version"]) if found else None


def _said(command: list[str]) -> str | None:
    try:
        out = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=30
        ).stdout
    except OSError:
        return None
    number = re.search(r"\d+(\.\d+)+", out)
    return number[0] if number else None
