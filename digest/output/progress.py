"""The progress of a run on the terminal."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Self

from rich.console import RenderableType
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
)
from rich.text import Text

from digest import text
from digest.output import streams
from digest.output.lines import open_console, print_line


class _EndColumn(ProgressColumn):
    """A bar, or a spinner while the end is unknown."""

    def __init__(self) -> None:
        super().__init__()
        self._bar, self._spinner = BarColumn(bar_width=24), SpinnerColumn()

    def render(self, task: Task) -> RenderableType:
        """The bar or the spinner of a task."""
        return (self._spinner if task.total is None else self._bar).render(task)


class _Bar(Progress):
    """A progress bar below a line about the current wait, if there is one."""

    wait = ""
    until = datetime.min.replace(tzinfo=UTC)

    def get_renderables(self) -> Iterator[RenderableType]:
        """The line and the bar; called several times a second."""
        if datetime.now(UTC) < self.until:
            yield Text(self.wait)
        yield from super().get_renderables()


class FetchingScreen:
    """A progress bar, on a terminal only.

    A title begins with its verb. Without one the bar appears at the first `begin`. Until its end is
    known, it is a spinner without a count. The bar shows a wait until it ends; without a bar each
    wait is printed.
    """

    def __init__(self, title: str = "") -> None:
        self._screen = screen = open_console()
        # The lines of -v would break the bar.
        self._is_drawn = (
            screen.is_terminal and not screen.is_dumb_terminal and not streams.is_verbose()
        )
        self._bar = _Bar(
            TextColumn("{task.description}", markup=False),
            _EndColumn(),
            TextColumn("{task.fields[count]}"),
            console=screen,
            transient=True,
            disable=not self._is_drawn,
        )
        self._task = self._bar.add_task(text.plain(title), total=None, count="")
        self._before = self._done = 0
        self._title, self._reason = title, ""

    def __enter__(self) -> Self:
        if self._title:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def begin(self, title: str) -> None:
        """Continue with another repository."""
        self._before = self._done
        self._bar.update(self._task, description=text.plain(title), total=None, count="")
        self._bar.start()

    def progress(self, done: int, total: int | None) -> None:
        """Show the progress of this repository. The bar adds it to that of the earlier ones."""
        self._done = self._before + done
        overall = None if total is None else self._before + total
        count = "" if overall is None else f"{self._done:,} of {overall:,}"
        self._bar.update(self._task, completed=self._done, total=overall, count=count)

    def waiting(self, reason: str, seconds: float) -> None:
        """Show the reason and the end of a wait. A repeated reason is not printed again."""
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        line = f"Waiting {seconds:.0f} s, until {until:%H:%M:%S} UTC."
        if self._is_drawn or reason != self._reason:
            line = f"{text.plain(reason)} {line}"
        self._reason = reason
        if self._is_drawn:
            self._bar.wait, self._bar.until = line, until
            self._bar.start()
            self._bar.refresh()
        else:
            print_line(self._screen, Text(line))
