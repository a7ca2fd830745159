"""Runs a command in a terminal and draws its screen.

Run it as `python scripts/picture.py OUT.svg COLUMNS COMMAND...`.
"""

import os
import pty
import re
import shlex
import struct
import sys
import termios
from fcntl import ioctl
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

ROWS = 50


def screen(command: list[str], columns: int) -> str:
    """The output of the command in a terminal, with control sequences."""
    child, terminal = pty.fork()
    if child == 0:
        # Set the size before the command reads it.
        ioctl(sys.stdout.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
        os.environ["TERM"] = "xterm-256color"
        os.execvp(command[0], command)  # noqa: S606 (the caller's command needs no shell)
    parts: list[bytes] = []
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # Linux reports EIO when the child has ended
            break
        if not part:
            break
        parts.append(part)
    _, status = os.waitpid(child, 0)
    if status:
        sys.exit(f"{shlex.join(command)} failed:\n{b''.join(parts).decode()}")
    return b"".join(parts).decode().replace("\r\n", "\n")


def main() -> None:
    """Draw the picture. Exits with a message if the command fails."""
    out, columns, *command = sys.argv[1:]
    shown = Path(command[0]).name + " " + shlex.join(command[1:])
    console = Console(record=True, width=int(columns), file=open(os.devnull, "w"))  # noqa: SIM115, PTH123 (open until the script ends)
    console.print(Text(f"$ {shown}", style="bold"))
    console.print(Text.from_ansi(screen(command, int(columns))))
    save(console.export_svg(title="digest", theme=MONOKAI), Path(out))


def save(svg: str, file: Path) -> None:
    """Write a picture by rich."""
    file.write_text(cleaned(svg), encoding="utf-8")


def cleaned(svg: str) -> str:
    """A picture by rich without the fonts that it would download."""
    without_fonts = "\n".join(_without_font_faces(svg.splitlines()))
    # Every system has a monospaced font.
    text = re.sub(r"Fira Code(, ?monospace)?", "ui-monospace, monospace", without_fonts)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _without_font_faces(lines: list[str]) -> list[str]:
    kept, inside = [], False
    for line in lines:
        inside = inside or "@font-face" in line
        if not inside:
            kept.append(line)
        if inside and "}" in line:
            inside = False
    return kept


if __name__ == "__main__":
    main()
