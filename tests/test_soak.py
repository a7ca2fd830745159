"""A short soak with a fixed seed; `make soak` uses another seed each time."""

import pytest

from digest.github.treatments import TREATMENTS
from tests.bad_days import LONG, NOWHERE, SHORT, SHOWN
from tests.kills import mistakes
from tests.soak import draw, soak
from tests.sweep import count

RUNS, SEED = count(5, 30), 26


@pytest.mark.slow
def test_runs_with_a_random_fault_end_as_the_table_says() -> None:
    # Tests may not reach for a closed port or a proxy; `make soak` does.
    ended = list(soak(RUNS, SEED, NOWHERE))
    assert [(seed, drawn, wrong) for seed, drawn, wrong in ended if wrong] == []
    assert len(ended) == RUNS


def test_every_fault_of_the_table_can_be_drawn() -> None:
    assert {*SHOWN, *SHORT, *NOWHERE} == set(TREATMENTS)
    assert (
        set(LONG)
        == set(SHORT)
        == {kind for kind, treatment in TREATMENTS.items() if treatment.waits_for_reset}
    )
    drawn = [draw(f"{SEED}:{number}") for number in range(500)]
    assert {one.kind for one in drawn} == set(TREATMENTS)
    assert 150 < sum(one.survivable for one in drawn) < 350


@pytest.mark.slow
@pytest.mark.parametrize("number", range(count(2, 6)))
def test_a_run_that_is_killed_before_any_write_loses_nothing(number: int) -> None:
    """An editor saves a file during about half of them."""
    assert mistakes(f"{SEED}:{number}") == []
