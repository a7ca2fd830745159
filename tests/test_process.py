"""digest as a separate process: pipes, signals, full disks."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import digest
from digest import cli
from tests import forks
from tests.cli import EXAMPLE, run
from tests.standin import TOKEN, Fault, StandIn

pytestmark = [pytest.mark.slow, pytest.mark.unix]

MAIN = str(Path(digest.__file__).with_name("__main__.py"))
WORDS = ["week", "--from", EXAMPLE, "--output", "-"]
# A new process; `forked` is quicker.
DRAFT = [sys.executable, "-m", "digest", *WORDS]


def forked(*words: str) -> list[str]:
    """The command for digest with these words in a fork."""
    return [sys.executable, *forks.client(), MAIN, *words]


def test_a_closed_pipe_is_not_an_error() -> None:
    with subprocess.Popen(
        forked(*WORDS), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.sample(every=4)
@pytest.mark.parametrize(
    ("words", "stream", "code"),
    [
        (["--help"], "stdout", 0),
        (DRAFT[3:], "stdout", 0),
        (DRAFT[3:], "stderr", 0),
        (["weak"], "stderr", 2),
    ],
)
def test_a_pipe_that_was_closed_before_is_not_an_error_on_either_side(
    words: list[str], stream: str, code: int
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: writing}
    done = subprocess.run([*DRAFT[:3], *words], **streams, check=False, text=True)  # type: ignore[call-overload]
    os.close(writing)
    assert done.returncode == code
    assert "Error" not in (done.stderr or "")


@pytest.mark.sample(every=3)
@pytest.mark.parametrize(
    ("shell", "code", "line"),
    [
        (
            '"$@" >&-',
            1,
            "digest: Standard output is closed. To discard the output, send it to /dev/null.\n",
        ),
        (
            '"$@" --from - <&-',
            2,
            "digest: Standard input is closed. Pipe a snapshot into it, or give its file: --from FILE.\n",
        ),
        ('"$@" --from nowhere 2>&-', 2, ""),
    ],
)
def test_a_missing_file_is_one_line(tmp_path: Path, shell: str, code: int, line: str) -> None:
    done = subprocess.run(
        ["sh", "-c", shell, "sh", *DRAFT], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (code, "", line)


def test_a_working_folder_that_vanished_is_named(tmp_path: Path) -> None:
    vanish = "import os, sys; os.rmdir(os.getcwd()); os.execv(sys.executable, sys.argv[1:])"
    (tmp_path / "gone").mkdir()
    asked = [sys.executable, "-c", vanish, *DRAFT]
    done = subprocess.run(asked, cwd=tmp_path / "gone", check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "digest: The current folder no longer exists.\n"


def test_output_into_a_pipe_is_only_the_section_in_utf_8_without_colour() -> None:
    """Also if the terminal claims another encoding."""
    environ = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(DRAFT, capture_output=True, check=True, env=environ, encoding="utf-8")
    assert done.stdout.startswith("## Merged last week\n")
    assert done.stdout.endswith("?\n")
    assert "10–16 May 2021" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="only Linux has a device that is always full"
)
def test_a_full_disk_behind_stdout_is_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            forked(*WORDS), stdout=full, stderr=subprocess.PIPE, check=False, text=True
        )
    assert done.returncode == 1
    assert done.stderr == "digest: The output cannot be written: No space left on device.\n"


def test_an_interrupted_run_ends_with_130_and_leaves_no_file(tmp_path: Path) -> None:
    with StandIn() as github:
        github.faults.append(Fault(delay=30))
        environ = {**os.environ, "GITHUB_API_URL": github.url, "GH_TOKEN": TOKEN}
        asked = forked("week", "--repo", "backstage/backstage", "--week", "2021-W19")
        with subprocess.Popen(
            asked, cwd=tmp_path, env=environ, stdout=-1, stderr=-1, text=True
        ) as process:
            deadline = time.monotonic() + 20
            while not github.requests and time.monotonic() < deadline:
                time.sleep(0.02)
            # Python notices a signal late if it comes just before the wait for the answer.
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (
        130,
        "",
        "digest: Interrupted. No file was left half-written.\n",
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (
            FileNotFoundError(2, "No such file"),
            1,
            "digest: The current folder no longer exists.\n",
        ),
        (KeyboardInterrupt(), 130, "digest: Interrupted. No file was left half-written.\n"),
        (
            OSError(28, "No space left on device"),
            1,
            "digest: The output cannot be written: No space left on device.\n",
        ),
    ],
)
def test_an_unexpected_error_is_one_line(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, line: str
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "app", fail)
    seen = run("week")
    assert (seen.code, seen.out, seen.err) == (code, "", line)


def test_setting_up_with_a_wrong_program_names_the_required_python(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    script = Path(__file__).parents[1] / "scripts" / "set_up.sh"
    done = subprocess.run(
        ["sh", script, python], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"digest needs Python 3.11 or newer; {python} does not run.")
