"""A changed golden file shows its differences and the command that writes it."""

from pathlib import Path

import pytest

from scripts import golden
from tests.golden import ROOT, assert_golden, differences, read, write


def test_a_difference_is_shown_with_the_command_that_accepts_it() -> None:
    page = ROOT / "docs" / "faults.md"
    there = page.read_text("utf-8")
    assert_golden(page, there)
    with pytest.raises(AssertionError) as raised:
        assert_golden(page, there.replace("# Faults", "# Another title", 1))
    assert str(raised.value).splitlines()[0] == "docs differs."
    assert "-# Faults\n+# Another title\n" in str(raised.value)
    assert str(raised.value).splitlines()[-1] == "If the change is wanted: make golden"


@pytest.mark.parametrize(
    ("there", "today", "shown"),
    [
        ("a\n", "a\n", []),
        ("a\n", "a\r\n", ["--- x", "+++ x, today", "@@ -1 +1 @@", "-a", "+a\r"]),
        ("a\n", "a", ["--- x", "+++ x, today", "@@ -1 +1 @@", "-a", "'+a'"]),
        ("", None, ["x is empty, and not made"]),
        (None, "", ["x is empty, and missing"]),
        (None, "a\n", ["--- x", "+++ x, today", "@@ -0,0 +1 @@", "+a"]),
    ],
)
def test_every_difference_has_a_line(
    there: str | None, today: str | None, shown: list[str]
) -> None:
    def texts(text: str | None) -> dict[str, str]:
        return {} if text is None else {"x": text}

    assert [line.rstrip("\n") for line in differences(texts(there), texts(today))] == shown


def test_a_folder_contains_only_the_written_texts(tmp_path: Path) -> None:
    write(tmp_path / "a", {"old.txt": "old\n"})
    write(tmp_path / "a", {"b/new.txt": "new\r\n"})
    assert read(tmp_path / "a") == {"b/new.txt": "new\r\n"}


def test_make_golden_runs_every_maker() -> None:
    makers = {f"scripts.{path.stem}" for path in (ROOT / "scripts").glob("make_*.py")}
    # These makers need a folder of public facts as an argument.
    need_facts = {f"scripts.make_{name}" for name in ("facts", "covered")}
    assert makers - need_facts <= set(golden.MAKERS)
