"""What GitHub Actions reads of a run: lines of outputs, and the summary of the step."""

import re
from collections.abc import Mapping
from pathlib import Path

from digest.github.newsletter_writer import Done


def outputs(done: Done) -> str:
    """A run's outcome as lines for $GITHUB_OUTPUT, which a person can read as well."""
    lines = {"operation": done.operation, "pull_request": done.number, "url": done.url}
    # A line break would begin another output.
    return "".join(f"{name}={' '.join(str(value).split())}\n" for name, value in lines.items() if value)


def summarize(environ: Mapping[str, str], done: Done, section: str) -> None:
    """Append the section, ready to copy, to the summary of the workflow's step, where there is one.

    It stands as code, so that nothing in it is a link, a name that is pinged or HTML.
    """
    file = environ.get("GITHUB_STEP_SUMMARY")
    if not file or not section:
        return
    longest = max((len(run) for run in re.findall("`{3,}", section)), default=2)
    fence = "`" * (longest + 1)
    link = f"[{'The draft' if done.number else 'Open the draft'}]({done.url})\n\n" if done.url else ""
    with Path(file).open("a", encoding="utf-8") as summary:
        summary.write(f"{link}{fence}markdown\n{section.rstrip()}\n{fence}\n")
