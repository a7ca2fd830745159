"""The outputs and the summary of a step of GitHub Actions.

`python -m digest.output.actions` writes both for the output of `digest week --json` on stdin.
"""

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from digest import text
from digest.compose.checks import (
    CheckSubject,
    check_section,
    findings_by_advice,
    read_document,
)


def write_outputs(environ: Mapping[str, str], outputs: Mapping[str, object]) -> None:
    """Append the outputs to the file of the step, if there is one. An empty one is left out."""
    if file := environ.get("GITHUB_OUTPUT"):
        with Path(file).open("a", encoding="utf-8", newline="\n") as output:
            output.writelines(
                _output(name, str(value))
                for name, value in outputs.items()
                if value not in ("", None)
            )


def section_outputs(section: str, count: int, points: int) -> dict[str, object]:
    """The outputs about a section with this many open points; all are empty without one."""
    if not section:
        return {}
    return {
        "section": section.rstrip(),
        "count": count,
        "open-points": points,
    }


def write_summary(
    environ: Mapping[str, str],
    section: str,
    count: int,
    *,
    number: int,
    points: Sequence[str],
    link: str = "",
) -> None:
    """Append the open points and the section to the summary of the step, if there is one.

    `points` are lines about the open points, perhaps fewer than their `number`.
    The section is code there, ready to copy, so it contains no links, mentions and HTML.
    """
    file = environ.get("GITHUB_STEP_SUMMARY")
    if not file or not section:
        return
    longest = max((len(fence) for fence in re.findall("`{3,}", section)), default=2)
    fence = "`" * (longest + 1)
    left = f"{number or 'No'} open point{'' if number == 1 else 's'}"
    lines = "".join(f"- {point}\n" for point in points) + ("\n" if points else "")
    facts = " · ".join([*([link] if link else []), f"{count:,} merged", left])
    with Path(file).open("a", encoding="utf-8", newline="\n") as summary:
        summary.write(f"{facts}\n\n{lines}{fence}markdown\n{section.rstrip()}\n{fence}\n")


def _output(name: str, value: str) -> str:
    # No line of a text can be the hash of the whole text, so none of them ends the output.
    end = sha256(value.encode()).hexdigest()
    return f"{name}<<{end}\n{value}\n{end}\n"


def main() -> None:
    """Write the outputs and the summary of a drafted digest."""
    digest = json.load(sys.stdin)
    section, count = digest["section"], digest["count"]
    findings = check_section(CheckSubject(read_document(section)))
    points = [
        f"{', '.join(f'line {one.line}' for one in same)}: {text.code_span(advice)}"
        for advice, same in findings_by_advice(findings)
    ]
    write_outputs(os.environ, section_outputs(section, count, len(findings)))
    write_summary(os.environ, section, count, number=len(findings), points=points)


if __name__ == "__main__":
    main()
