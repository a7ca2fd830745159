"""Makes the last part of docs/commands.md, every option of every command, from the program.

`make golden` runs it. A test renders the part again and compares.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.main import get_group

from digest.cli import app

PAGE = Path(__file__).resolve().parent.parent / "docs" / "commands.md"
BEGIN = "<!-- `make golden` writes the rest of this page from the program. -->\n"


def main() -> None:
    """Write the page: its text by people stays, the rest is made."""
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")


def page(text: str) -> str:
    """The page with the part that is made from the program."""
    by_people = text.partition(BEGIN)[0].rstrip("\n")
    commands = get_group(app).commands
    parts = "\n".join(_command(name, command) for name, command in commands.items())
    return f"{by_people}\n\n{BEGIN}\n## Every option\n\nEvery command also has `--help`.\n\n{parts}"


def _command(name: str, command: Any) -> str:
    context = typer.Context(command, info_name=f"digest {name}")
    params = [one for one in command.get_params(context) if one.name != "help"]
    table = "\n".join(["| option | meaning |", "| --- | --- |", *map(_row, params)])
    examples = "\n".join(_examples(command.epilog or ""))
    shown = f"\n```\n{examples}\n```\n" if examples else ""
    text = inspect.cleandoc(command.help or "")
    return f"### `{name}`\n\n{text}\n\n{table}\n{shown}"


def _row(param: Any) -> str:
    meaning = (param.help or "").replace("|", r"\|")
    if param.param_type_name == "argument":
        return f"| {param.metavar or (param.name or '').upper()} | {meaning} |"
    value = "" if param.is_flag else f" {param.metavar or param.type.name.upper()}"
    *short, last = sorted(param.opts, key=len)
    names = ", ".join(f"`{name}`" for name in [*short, f"{last}{value}"])
    return f"| {names} | {meaning} |"


def _examples(epilog: str) -> Iterator[str]:
    lines = (line.strip() for line in epilog.splitlines())
    return (line for line in lines if line.startswith("digest "))


if __name__ == "__main__":
    main()
