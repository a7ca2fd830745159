"""What is said of the edition before."""

import pytest

from digest.compose.rhythm import follows
from digest.model import EarlierCount, Window
from tests.builders import pull, snapshot, week, window

THIS = snapshot(
    pull(1),
    pull(2),
    earlier_counts=tuple(
        EarlierCount(start=week(name).start, end=week(name).end, count=count)
        for name, count in [("2021-W16", 60), ("2021-W17", 60), ("2021-W18", 43)]
    ),
)


@pytest.mark.parametrize(
    ("previous", "says"),
    [
        (None, None),
        (week("2021-W18"), None),
        (
            week("2021-W17"),
            (
                "Your last edition ended on 2 May; the 43 merged 3–9 May are in no edition. "
                "All in one: digest week --since-last (45)"
            ),
        ),
        (
            week("2021-W16"),
            (
                "Your last edition ended on 25 April; the 103 merged 26 Apr – 9 May are in no edition. "
                "All in one: digest week --since-last (105)"
            ),
        ),
        (
            window("2021-04-29", "2021-05-05", kind="days"),
            (
                "Your last edition ended on 4 May; what was merged 5–9 May is in no edition. "
                "All in one: digest week --since-last"
            ),
        ),
        (
            window("2021-05-06", "2021-05-13", kind="days"),
            "Your last edition ended on 12 May, so 10–12 May is in both.",
        ),
    ],
)
def test_a_gap_or_an_overlap_is_said(previous: Window | None, says: str | None) -> None:
    assert follows(THIS, previous) == says


def test_an_unknown_count_is_not_guessed() -> None:
    unknown = tuple(one.model_copy(update={"count": None}) for one in THIS.earlier_counts or ())
    says = follows(THIS.model_copy(update={"earlier_counts": unknown}), week("2021-W17"))
    assert says is not None
    assert "what was merged 3–9 May is in no edition" in says


def test_a_month_after_a_gap_offers_no_week() -> None:
    july = snapshot(window=window("2021-07-01", "2021-08-01", kind="month"))
    says = follows(july, window("2021-05-01", "2021-06-01", kind="month"))
    assert says == "Your last edition ended on 31 May; what was merged 1–30 Jun is in no edition."
