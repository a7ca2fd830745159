"""A short soak, always with the same seed; `make soak` draws another one each time."""

from digest.github.treatments import TREATMENTS
from tests.bad_days import LONG, NOWHERE, SHORT, SHOWN
from tests.soak import draw, soak

# No run of this seed uses the closed port, which the tests may not ask.
RUNS, SEED = 30, 38


def test_thirty_runs_with_a_random_fault_end_as_the_table_says() -> None:
    ended = list(soak(RUNS, SEED))
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
