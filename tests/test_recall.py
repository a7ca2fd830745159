"""The share of editors' stories among the candidates; the minimum stays."""

import pytest

from bench import recall
from tests.shipped import shipped


def test_fifteen_editions_have_stories_of_their_window() -> None:
    assert [case.edition for case in recall.cases()] == [3, 4, 5, 6, 7, 8, 10, *range(12, 20)]
    assert sum(len(case.picks) for case in recall.cases()) == 42


def test_the_rank_finds_the_editors_stories() -> None:
    """Recall at 5, 10 and 15, mean average precision.

    No rule moves the rank, so none is tuned to these editions.
    """
    measured = recall.figures(recall.ranked)
    assert all(one >= floor for one, floor in zip(measured, recall.FLOORS, strict=True))
    assert measured == pytest.approx((0.7822, 0.8544, 0.9067, 0.7151), abs=5e-5)


@pytest.mark.slow
def test_the_only_pick_that_is_not_a_candidate_is_a_release() -> None:
    """Edition 5 has a story about a release, #2756, and releases are never candidates."""
    lost = {
        key
        for case in recall.cases()
        for key in case.picks - {*recall.offered(case.pull_requests, shipped())}
    }
    assert lost == {"backstage/backstage#2756"}
    assert recall.figures(recall.offered) == pytest.approx(
        (0.7822, 0.8322, 0.8844, 0.7068), abs=5e-5
    )


def test_figures_are_means_over_the_editions(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one edition, both picks are at places 2 and 6, in the other there are none."""
    some = recall.Case(1, (), frozenset({"b", "f"}))
    monkeypatch.setattr(recall, "cases", lambda: [some, recall.Case(2, (), frozenset({"z"}))])
    assert recall.figures(lambda *_: list("abcdef")) == pytest.approx(
        (0.5 / 2, 1 / 2, 1 / 2, (1 / 2 + 2 / 6) / 2 / 2)
    )


@pytest.mark.parametrize(
    ("project", "editions", "picks"), [("rust-lang/cargo", 17, 95), ("bevyengine/bevy", 17, 91)]
)
def test_windows_of_other_projects_have_picks(project: str, editions: int, picks: int) -> None:
    found = recall.project_cases()[project]
    assert (len(found), sum(len(case.picks) for case in found)) == (editions, picks)
    assert all(case.picks <= {pull.key for pull in case.pull_requests} for case in found)


@pytest.mark.parametrize("project", recall.PROJECT_FLOORS)
def test_the_rank_is_better_than_the_largest_first(project: str) -> None:
    editions = recall.project_cases()[project]
    measured, baseline = (
        recall.figures(order, editions) for order in (recall.ranked, recall.largest)
    )
    floors = recall.PROJECT_FLOORS[project]
    assert all(one >= floor for one, floor in zip(measured, floors, strict=True))
    assert all(one >= other for one, other in zip(measured, baseline, strict=True))


@pytest.mark.slow
def test_make_bench_prints_the_figures_of_every_project(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert recall.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:5] == [
        "Candidates, the mean over the editions of each project",
        "backstage/backstage, 15 editions",
        (
            "  by rank        recall 0.782 at 5 · 0.854 at 10 · 0.907 at 15, MAP 0.715 "
            "(at least recall 0.770 at 5 · 0.850 at 10 · 0.900 at 15, MAP 0.700)"
        ),
        "  offered        recall 0.782 at 5 · 0.832 at 10 · 0.884 at 15, MAP 0.707",
        "  largest first  recall 0.777 at 5 · 0.854 at 10 · 0.907 at 15, MAP 0.701",
    ]
    assert [line for line in lines[5:] if line.endswith("editions")] == [
        "rust-lang/cargo, 17 editions",
        "bevyengine/bevy, 17 editions",
    ]


def test_a_figure_below_its_floor_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recall, "cases", lambda: [recall.Case(1, (), frozenset({"z"}))])
    monkeypatch.setattr(recall, "project_cases", dict)
    assert recall.main() == 1
