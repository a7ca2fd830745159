"""How well `digest check` finds slips in published editions, and that it finds nothing else."""

import random
from collections import Counter

import pytest

from digest.model.computed import Finding
from tests import slips, sweep

ROUNDS = sweep.count(1, whole=3)
MADE = sweep.count(159, whole=472)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def editions() -> list[slips.Rebuilt]:
    """The rebuilt editions."""
    return list(slips.rebuilt_editions())


def test_seventeen_editions_have_facts(editions: list[slips.Rebuilt]) -> None:
    assert [one.edition for one in editions] == [3, 4, 5, 6, 7, 8, *range(10, 20), 26]
    assert sum(one.text.count("### ") for one in editions) == 43


def test_a_finished_edition_has_no_finding_but_those_about_reverts(
    editions: list[slips.Rebuilt],
) -> None:
    found = [(one.edition, finding) for one in editions for finding in one.findings()]
    assert [pair for pair in found if pair[1].rule != "reverted-link"] == []


def test_a_published_count_that_differs_from_the_facts_is_found(
    editions: list[slips.Rebuilt],
) -> None:
    for one in editions:
        count = one.facts.digest.count
        text = one.text.replace(f"{count} pull", f"{one.claimed} pull", 1)
        found = [finding.rule for finding in one.findings(text) if finding.rule == "numbers"]
        right = {count, one.facts.digest.by_people, one.facts.digest.by_bots}
        assert found == ([] if one.claimed in right else ["numbers"])


def test_precision_and_recall_of_seeded_slips(
    editions: list[slips.Rebuilt],
) -> None:
    chance = random.Random(19)  # noqa: S311 (a seed, not a secret)
    made: Counter[str] = Counter()
    found: Counter[str] = Counter()
    right = wrong = 0
    for one in editions:
        before = Counter(map(_name, one.findings()))
        for slip, rules in slips.SLIPS.items():
            for _ in range(ROUNDS):
                text = slip(one.text, chance)
                if text is None:
                    continue
                new = list((Counter(map(_name, one.findings(text))) - before).elements())
                if slip is slips.wrong_number and one.knows_all(text):
                    continue  # the number of another pull request of the window
                made[slip.__name__] += 1
                hits = [rule for rule, _ in new if rule in rules]
                found[slip.__name__] += bool(hits)
                related = rules | _consequences(slip.__name__)
                right += sum(rule in related for rule, _ in new)
                wrong += sum(rule not in related for rule, _ in new)
    assert (sum(made.values()), right > sum(made.values()), wrong) == (MADE, True, 0)
    missed = {name: count - found[name] for name, count in made.items() if count != found[name]}
    assert missed == {}


def _name(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.reason


def _consequences(slip: str) -> frozenset[str]:
    """The rules that rightly find more in the same slip."""
    return {
        "wrong_target": frozenset({"unknown-link"}),
        "bare_number": frozenset({"unlinked-story"}),
        "unclosed": frozenset({"unlinked-story", "heading-twice"}),
    }.get(slip, frozenset())
