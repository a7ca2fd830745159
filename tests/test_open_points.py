"""The open points of `digest check` in the body of a draft."""

from pathlib import Path

import pytest

from tests.publishing import BRANCH, PAGE, TO, Place, draft, operation, publish, published

pytestmark = pytest.mark.slow

POINT = "“TODO: in one sentence, what can readers do with it?” is still in the text."
HEAD = "**{} in the text** (`digest check`)"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    with published(monkeypatch, tmp_path) as found:
        draft()
        yield found


def points(place: Place) -> list[str]:
    """The heading and the list of the open points in the body."""
    lines = place[1].pulls[0].body.splitlines()
    start = next((at for at, line in enumerate(lines) if "open point" in line), len(lines))
    found = [line for line in lines[start : start + 20] if line]
    return found[: next((at for at, line in enumerate(found[1:], 1) if line[0] != "-"), None)]


def test_the_body_lists_the_open_points_with_their_lines(place: Place) -> None:
    publish()
    url = f"https://github.com/{TO}/blob/{BRANCH}/{PAGE}?plain=1#L"
    cure = "Replace it with your words, or delete it."
    assert points(place) == [
        HEAD.format("2 open points"),
        f"- [line 7]({url}7), [line 11]({url}11): {POINT} {cure}",
    ]


def test_a_fix_is_not_repeated_for_another_reason(place: Place) -> None:
    section = Path("editions/2021-W19/section.md")
    section.write_text(section.read_text() + "\nTODO: one more\n")
    publish()
    url = f"https://github.com/{TO}/blob/{BRANCH}/{PAGE}?plain=1#L"
    assert points(place)[-1] == f"- [line 13]({url}13): “TODO: one more” is still in the text."


def test_lines_are_those_of_the_page(place: Place) -> None:
    Path("templates").mkdir()
    Path("templates/edition.md.j2").write_text(
        "---\ntitle: x\n---\n\n{{ section }}\n\nTODO: mine\n"
    )
    publish()
    page = place[1].text(BRANCH, PAGE).splitlines()
    numbers = [int(end.split(")")[0]) for end in "".join(points(place)).split("#L")[1:]]
    assert len(numbers) == 2
    assert all("TODO: in one" in page[number - 1] for number in numbers)


def test_a_finished_text_has_no_open_points(place: Place) -> None:
    publish()
    section = Path("editions/2021-W19/section.md")
    section.write_text(section.read_text().replace("TODO: in one sentence, ", ""))
    assert operation(publish()) == "updated"
    assert points(place) == []


def test_a_rule_that_is_switched_off_on_disk_is_off_in_the_draft(place: Place) -> None:
    publish()
    marks = Path("editions/2021-W19/marks.toml")
    marks.write_text('ignore = ["todo"]\n' + marks.read_text())
    publish()
    assert points(place) == []
    assert 'ignore = ["todo"]' in place[1].text(BRANCH, ".digest/2021-W19/marks.toml")
