"""Reports a run: the section or the JSON on stdout, everything else on stderr."""

import sys
from pathlib import Path

from digest.editions.update import EditionUpdate
from digest.output import document, terminal


def report(
    new: EditionUpdate, source: str, output: Path | None, *hints: str, as_json: bool = False
) -> None:
    """Print what came of a run; `source` says where the facts came from."""
    section = new.section
    sys.stdout.writelines(document.to_json(new.digest, section) if as_json else [section])
    sys.stdout.flush()
    folder = output / new.digest.edition if output else None
    offered = (f"To paste, if you like:\n\n{block}\n" for block in new.withheld)
    steps = terminal.next_steps(section, [*new.messages, *offered], folder)
    lines = [*terminal.summary(new.digest, source), *steps]
    terminal.show([*lines, *(terminal.hint(one) for one in hints)])
