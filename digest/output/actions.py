"""The outputs and the summary of a step of GitHub Actions.

`python -m digest.output.actions` writes both for the output of `digest week --json` on stdin.
"""

import json
import os
import re
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from digest import text


def write_outputs(environ: Mapping[str, str], outputs: Mapping[str, object]) -> None:
    """Append the outputs to the file of the step, if there is one. An empty one is left out."""
    if file := environ.get("GITHUB_OUTPUT"):
        with Path(file).open("a", encoding="utf-8", newline="\n") as output:
            output.writelines(
                _output(name, str(value))
                for name, value in outputs.items()
                if value not in ("", None)
            )


def section_outputs(section: str, count: int) -> dict[str, object]:
    """The outputs about a section; all are empty without one."""
    if not section:
        return {}
    return {
        "section": section.rstrip(),
        "count": count,
        "open-points": len(text.find_todos(section)),
    }


def write_summary(environ: Mapping[str, str], section: str, count: int, link: str = "") -> None:
    """Append the section, ready to copy, to the summary of the step, if there is one.

    It is code there, so it contains no links, mentions and HTML.
    """
    file = environ.get("GITHUB_STEP_SUMMARY")
    if not file or not section:
        return
    longest = max((len(fence) for fence in re.findall("`{3,}", section)), default=2)
    fence = "`" * (longest + 1)
    todos = len(text.find_todos(section))
    left = f"{todos or 'No'} TODO{'' if todos == 1 else 's'} left"
    facts = " · ".join([*([link] if link else []), f"{count:,} merged", left])
    with Path(file).open("a", encoding="utf-8", newline="\n") as summary:
        summary.write(f"{facts}\n\n{fence}markdown\n{section.rstrip()}\n{fence}\n")


def _output(name: str, value: str) -> str:
    # No line of a text can be the hash of the whole text, so none of them ends the output.
    end = sha256(value.encode()).hexdigest()
    return f"{name}<<{end}\n{value}\n{end}\n"


def main() -> None:
    """Write the outputs and the summary of a drafted digest."""
    digest = json.load(sys.stdin)
    section, count = digest["section"], digest["count"]
    write_outputs(os.environ, section_outputs(section, count))
    write_summary(os.environ, section, count)


if __name__ == "__main__":
    main()
