"""A run loads only the packages that it needs, in the order of need, and ends at once."""

import subprocess
import sys

import pytest

CODE = """if True:
    import atexit, gc, sys
    from digest import cli

    atexit.register(lambda: print("@ the last collection has nothing to do:", gc.get_freeze_count() > 0))

    def report(words, names):
        print("@", words, [name for name in names.split() if name in sys.modules])

    from digest.editions import week
    from digest.github.connection import Address, connect

    connect(Address("http://127.0.0.1:1", "127.0.0.1"), None, 1)
    report("before a request", "cryptography filelock holidays jinja2 markdown_it textual")
    from digest.editions import draft
    report("in a run without a country", "holidays textual")
    for words in ("pick --help", "pick", "config", "week --from nothing"):
        sys.argv[1:] = words.split()
        try: cli.main()
        except SystemExit as left: report(f"{words} {left.code}", "textual")
    """


@pytest.mark.slow
def test_packages_are_loaded_only_when_they_are_needed() -> None:
    ran = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert [line for line in ran.stdout.splitlines() if line.startswith("@")] == [
        "@ before a request []",
        "@ in a run without a country []",
        "@ pick --help 0 []",
        "@ pick 2 []",
        "@ config 0 []",
        "@ week --from nothing 2 []",
        "@ the last collection has nothing to do: True",
    ]
