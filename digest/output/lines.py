"""A line on the screen: its console, its width, and where it is broken."""

import re
import sys
from textwrap import wrap

from rich.console import Console
from rich.text import Text

from digest import text
from digest.output import streams

# The width of lines for a pipe or a log, which has no width.
UNSEEN_WIDTH = 120
# The blanks and the sign of a list before the words of a line.
INDENT = re.compile(r"^ *(?:[-*+] +|\d{1,9}[.)] +)?")


def open_console() -> Console:
    """The screen on stderr. It shows each text as it is."""
    # Titles such as "[docs] Fix" look like rich's markup, and they are untrusted.
    width = None if sys.stderr.isatty() else UNSEEN_WIDTH
    return Console(
        stderr=True,
        markup=False,
        emoji=False,
        highlight=False,
        width=width,
        quiet=streams.is_quiet(),
    )


def print_line(screen: Console, line: Text) -> None:
    """Print a line, broken between words on a terminal."""
    for part in wrap_line(line.plain, screen.width) if screen.is_terminal else [line.plain]:
        screen.print(Text(part, style=line.style), soft_wrap=True)


def wrap_line(line: str, width: int, indent: str = "") -> list[str]:
    """A line in parts that fit; each other part begins with its indent or as a quotation.

    A long path or URL stays whole, so that a person can copy it.
    """
    if text.width(line) <= width:
        return [line]
    if not indent:
        indent = "> " if line.startswith("> ") else " " * (len(line) - len(INDENT.sub("", line)))
    return wrap(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
