"""Measures how much longer `digest --help` takes than that of a minimal Typer app."""

import statistics
import subprocess
import sys
import time

RUNS = 15
AT_MOST = 0.100
OURS = "from digest.cli import main; main()"
SMALLEST = "import typer; app = typer.Typer(); app.command()(lambda: None); app()"


def main() -> int:
    """Print the medians and their difference; returns 1 if it is above the budget."""
    # In turns, so that a busy moment of the machine affects both.
    taken = [(_seconds(OURS), _seconds(SMALLEST)) for _ in range(RUNS + 1)][1:]
    ours, smallest = (statistics.median(side) for side in zip(*taken, strict=True))
    more = ours - smallest
    print(
        f"digest --help: {ours * 1000:.0f} ms, a minimal Typer app: {smallest * 1000:.0f} ms; "
        f"{more * 1000:+.0f} ms (at most {AT_MOST * 1000:+.0f}; medians of {RUNS} runs)"
    )
    return 1 if more > AT_MOST else 0


def _seconds(code: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, "--help"], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main())
