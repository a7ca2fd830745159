"""The merge of a list under random edits of a person, over several runs."""

import random
import re

import pytest

from digest.compose.merge import deleted_items, deleted_stories, merge_section
from tests.list_edits import Editor, Facts
from tests.sweep import sample


def numbers_in(text: str) -> set[int]:
    return {int(number) for number in re.findall(r"(?<![\w/])#(\d+)\b", text)}


def edit_and_merge(seed: int) -> None:
    """Some runs with edits in between; asserts the three promises after each."""
    chance = random.Random(seed)  # noqa: S311 (nothing secret)
    facts = Facts(chance, has_stories=seed % 2 == 1)
    for _ in range(4):
        facts.change()
    left_out: set[int] = set()
    text, base, words = None, None, list[str]()
    line_end = chance.choice(["\n", "\n", "\r\n"])
    for _ in range(4):
        if text is not None:
            editor = Editor(chance, text.replace("\r\n", "\n").split("\n"), words)
            for _ in range(chance.randint(0, 4)):
                editor.edit()
            text, words = line_end.join(editor.lines), editor.words
            facts.change()
        for names in deleted_stories(text, base):
            gone = {int(name.rpartition("#")[2]) for name in names}
            facts.stories = [number for number in facts.stories if number not in gone]
        left_out |= {int(key.rpartition("#")[2]) for key in deleted_items(text, base)}
        merged = merge_section(text, facts.render(left_out), base)
        for word in words:
            assert word in merged.text, (seed, word)
        visible = numbers_in(merged.text) | numbers_in(" ".join(merged.notices))
        assert facts.numbers() <= visible | left_out, seed
        again = merge_section(merged.text, facts.render(left_out), merged.base)
        assert again.text == merged.text, seed
        assert again.base == merged.base, seed
        text, base = merged.text, merged.base


def test_a_persons_words_and_all_pull_requests_survive_some_merges() -> None:
    for seed in range(5):
        edit_and_merge(seed)


@pytest.mark.slow
@pytest.mark.parametrize("first", sample(range(0, 400, 20), every=20))
def test_a_persons_words_and_all_pull_requests_survive_random_merges(first: int) -> None:
    for seed in range(first, first + 20):
        edit_and_merge(seed)
