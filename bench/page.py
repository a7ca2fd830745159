"""Writes the results of one comparison into its page, so that no figure is copied by hand."""

import os
import platform
import re
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

BEGIN, END = (
    "<!-- Written by `make bench`, from here -->\n",
    "<!-- Written by `make bench`, to here -->\n",
)


def fill_page(page: str, table: str, measured: str) -> str:
    """The page with a new table and a new sentence about the measurement.

    Raises ValueError if the page does not have the two comments around them.
    """
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"The page needs these two lines around the table: {BEGIN}{END}")
    return f"{head}{begin}\n{table.strip()}\n\n{measured}\n\n{end}{tail}"


def describe_run(path: str) -> str:
    """A sentence with the machine of a run and the versions of the programs on `path`."""
    versions = {
        "Python": platform.python_version(),
        "PyGithub": metadata.version("PyGithub"),
        "github-activity": _activity_version(path),
        "gh": _gh_version(path),
    }
    *first, last = [f"{name} {version}" for name, version in versions.items() if version]
    return f"Measured in one run on {os.cpu_count()} cores, with {', '.join(first)} and {last}."


def _activity_version(path: str) -> str | None:
    # Only the Python that it is installed with knows its version.
    code = "from importlib.metadata import version; print(version('github-activity'))"
    found = shutil.which("github-activity", path=path)
    return _version_from([str(Path(found).with_name("python")), "-c", code]) if found else None


def _gh_version(path: str) -> str | None:
    found = shutil.which("gh", path=path)
    return _version_from([found, "--version"]) if found else None


def _version_from(command: list[str]) -> str | None:
    try:
        out = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=30
        ).stdout
    except OSError:
        return None
    number = re.search(r"\d+(\.\d+)+", out)
    return number[0] if number else None
