"""No edit of a person and no render of digest loses or repeats a story."""

import re
import subprocess
from collections import Counter
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from digest.compose.merge import MergedSection, merge_section
from tests.sweep import count

Merge = Callable[[str | None, str, str | None, AbstractSet[str]], MergedSection]
REPOSITORY = "backstage/backstage"


# A render has a count and stories. Each story has pull requests and the version of its words.
Stories = list[tuple[tuple[int, ...], int]]


def render(count: int, stories: Stories) -> str:
    """Return a section as digest writes it."""
    blocks = [f"## Merged last week\n\n{count} pull requests were merged last week.\n"]
    for numbers, version in stories:
        links = "\n\n".join(
            f"Ada made [#{n}](https://github.com/{REPOSITORY}/pull/{n})." for n in numbers
        )
        blocks.append(f"### Story {numbers[0]}\n\n{links}\n\n> TODO, version {version}\n")
    return "\n".join(blocks)


def next_stories(data: st.DataObject, stories: Stories, numbers: list[int]) -> Stories:
    """Return the stories of a later run: some removed, joined, split, moved, and new ones anywhere."""
    after: Stories = []
    for numbers_of_story, version in stories:
        match data.draw(st.sampled_from(["same"] * 4 + ["new words", "gone", "parted", "joined"])):
            case "same":
                after.append((numbers_of_story, version))
            case "new words":
                after.append((numbers_of_story, version + 1))
            case "parted":
                after += [((number,), version) for number in numbers_of_story]
            case "joined" if after:
                last, older = after.pop()
                after.append((last + numbers_of_story, max(version, older)))
    for _ in range(data.draw(st.integers(0, 2))):
        numbers.append(len(numbers) + 1)
        after.insert(data.draw(st.integers(0, len(after))), ((numbers[-1],), 1))
    return data.draw(st.permutations(after)) if data.draw(st.booleans()) else after


# The edits of a person. These functions find the blocks in another way than digest does.
def pieces(text: str) -> list[str]:
    return [piece for piece in re.split(r"(?m)^(?=#{1,3} )", text) if piece]


def words(piece: str) -> str:
    return "\n".join(line.rstrip() for line in piece.strip().splitlines())


def linked_numbers(*texts: str) -> set[int]:
    return {int(number) for text in texts for number in re.findall(r"/pull/(\d+)", text)}


def edited(data: st.DataObject, text: str, numbers: list[int], edit: int) -> str:
    """Return a section after one edit of a person; `edit` makes its words unique."""
    deed = data.draw(st.sampled_from([*TO_BLOCKS, *TO_ALL]))
    if deed in TO_ALL:
        return TO_ALL[deed](text)
    blocks = pieces(text) or ["\n"]
    at, other = (data.draw(st.integers(0, len(blocks) - 1)) for _ in range(2))
    number = data.draw(st.sampled_from([*numbers, len(numbers) + 1]))
    result = [*blocks[:at], *TO_BLOCKS[deed](blocks[at], edit, number), *blocks[at + 1 :]]
    if deed == "move":
        result.insert(other, result.pop(at))
    return "".join(block if block.endswith("\n") else f"{block}\n\n" for block in result)


# The edits of one block; some link a pull request, covered or not.
TO_BLOCKS: dict[str, Callable[[str, int, int], list[str]]] = {
    "edit": lambda block, edit, _: [re.sub(r"\.?$", f", edited {edit}.", block.rstrip()) + "\n\n"],
    "paragraph": lambda block, edit, _: [f"{block.rstrip()}\n\nOwn paragraph {edit}.\n\n"],
    "rename": lambda block, edit, _: [
        re.sub(r"\A#.*", f"{'#' * (1 + edit % 3)} Renamed {edit}", block)
    ],
    "delete": lambda *_: [],
    "copy": lambda block, *_: [block, block],
    "move": lambda block, *_: [block],
    "join": lambda block, edit, _: [re.sub(r"\A#.*\s*", f"Joined {edit}. ", block)],
    "split": lambda block, edit, _: [f"\n\n### Part {edit}\n\n".join(block.rsplit("\n\n", 1))],
    "own words": lambda block, edit, _: [f"### Own {edit}\n\nOwn words {edit}.\n\n", block],
    "own story": lambda block, edit, number: [
        f"### Own {edit}\n\nSee https://redirect.github.com/{REPOSITORY.upper()}/pull/{number}/files.\n\n",
        block,
    ],
}
TO_ALL: dict[str, Callable[[str], str]] = {
    "crlf": lambda text: re.sub(r"\r?\n", "\r\n", text),
    "lf": lambda text: text.replace("\r\n", "\n"),
    "trailing spaces": lambda text: re.sub(r"(?<=\.)(?=\r?\n)", "  ", text),
    "no last line end": str.rstrip,
    "blank lines": lambda text: f"\n{text}\n\n",
    "above": lambda text: f"Own words above.\n\n{text}",
}


def check(run: Merge, now: str, rendered: str, base: str | None, asked: set[int]) -> str:
    """Merge, and check the result against the product's promises."""
    fresh = {f"{REPOSITORY}#{number}" for number in asked}
    merged = run(now, rendered, base, fresh)
    before, result, new, old = (
        pieces(now),
        pieces(merged.text),
        pieces(rendered),
        pieces(base or ""),
    )
    by_digest = {words(piece) for piece in (*new, *old)}

    persons = [piece.rstrip() for piece in before if words(piece) not in by_digest]
    assert not Counter(persons) - Counter(piece.rstrip() for piece in result), (
        "a person's block is lost or changed"
    )
    own = [piece for piece in persons if not linked_numbers(piece) & linked_numbers(*old)]
    assert [piece.rstrip() for piece in result if piece.rstrip() in own] == own, (
        "a person's own order is lost"
    )
    gone = linked_numbers(*old) - linked_numbers(now) - asked
    assert not gone & linked_numbers(merged.text), "a deleted story is back"
    for number in linked_numbers(merged.text):
        times, once = (
            sum(number in linked_numbers(piece) for piece in those) for those in (result, before)
        )
        assert times <= max(1, once), "a run tells a story twice"
    for story in new[1:]:
        known = linked_numbers(now) | (
            linked_numbers(*old) if base and not linked_numbers(story) & asked else gone
        )
        if (base or linked_numbers(story) & asked) and not linked_numbers(story) & known:
            assert [words(piece) for piece in result].count(words(story)) == 1, (
                "a new story is lost"
            )
    for story in old:
        heirs = (
            [piece for piece in new if linked_numbers(piece) & linked_numbers(story)]
            if linked_numbers(story)
            else new[:1]
        )
        stood = [words(piece) for piece in before].count(words(story))
        single = all(linked_numbers(heir) == linked_numbers(story) for heir in heirs)
        if single and stood:
            times = [words(piece) for piece in result].count(words(story))
            assert times == (words(story) in map(words, heirs)) * stood, (
                "an untouched block is lost or twice there"
            )
            assert all(words(heir) in map(words, result) for heir in heirs), (
                "an untouched block is not renewed"
            )

    assert run(merged.text, rendered, rendered, set()).text == merged.text, (
        "a run with nothing new changes bytes"
    )
    crashed = pieces(run(merged.text, rendered, base, fresh).text)
    assert Counter(map(words, crashed)) == Counter(map(words, result)), (
        "a run after a crash loses or adds a block"
    )
    if base:
        assert run(now, base, base, set()).text == now, (
            "a run with nothing new changes a person's bytes"
        )
    return merged.text


def every_edit_survives(run: Merge, examples: int) -> Callable[[], None]:
    """Return the property: some runs in a row, with any edits between them."""

    @settings(
        max_examples=examples, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(st.data())
    def rounds(data: st.DataObject) -> None:
        numbers: list[int] = []
        stories = next_stories(data, [], numbers)
        base: str | None = render(30, stories)
        text, edit = base or "", 0
        for merged_now in range(31, 31 + data.draw(st.integers(1, 3))):
            for _ in range(data.draw(st.integers(0, 4))):
                edit += 1
                text = edited(data, text, numbers, edit)
            if data.draw(
                st.booleans()
            ):  # the marks of deleted stories are removed before the render
                stories = [
                    (numbers_of_story, version)
                    for numbers_of_story, version in stories
                    if set(numbers_of_story) & linked_numbers(text)
                ]
            stories = next_stories(data, stories, numbers)
            asked = (
                set(data.draw(st.lists(st.sampled_from(numbers), max_size=2))) if numbers else set()
            )
            rendered = render(merged_now, stories)
            kept = None if data.draw(st.integers(0, 9)) == 0 else base
            text = check(run, text, rendered, kept, asked)
            base = (
                base if data.draw(st.integers(0, 9)) == 0 else rendered
            )  # else a crash between the two files

    return rounds


@pytest.mark.slow
def test_every_edit_survives_every_run() -> None:
    every_edit_survives(merge_section, examples=count(40, whole=150))()


@pytest.mark.sample(every=3)
@pytest.mark.slow
@pytest.mark.parametrize("side", ["--ours", "--theirs", "--union"])
def test_a_merge_of_lines_fails_the_property(side: str, tmp_path: Path) -> None:
    """Git's merge of lines loses something, whichever side wins a conflict."""
    with pytest.raises(AssertionError, match=r"lost|loses|twice"):
        every_edit_survives(merge_of_lines(side, tmp_path), examples=150)()


def test_a_new_story_below_edited_words_is_kept_unlike_in_a_merge_of_lines(
    tmp_path: Path,
) -> None:
    base, rendered = render(32, [((1,), 1)]), render(32, [((1,), 1), ((2,), 1)])
    now = base.replace("> TODO, version 1\n", "Everybody loves it.\n")
    both = rendered.replace("> TODO, version 1\n", "Everybody loves it.\n", 1)
    assert merge_section(now, rendered, base).text == both
    assert merge_of_lines("--ours", tmp_path)(now, rendered, base, frozenset()).text == now


def merge_of_lines(side: str, folder: Path) -> Merge:
    """Return a merge by `git merge-file` that takes `side` in conflicts."""

    def run(
        now: str | None, rendered: str, base: str | None, _: AbstractSet[str] = frozenset()
    ) -> MergedSection:
        if now is None or base is None:
            return MergedSection(now or rendered)
        for name, text in {"now": now, "base": base, "rendered": rendered}.items():
            (folder / name).write_bytes(text.encode())
        command = ["git", "merge-file", "-p", side, "now", "base", "rendered"]
        return MergedSection(
            subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout.decode()
        )

    return run
