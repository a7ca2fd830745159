"""Makes examples/backstage-2021-W19.json, the demo's snapshot, from the facts in tests/facts.

Unknown facts are null.
"""

from datetime import timedelta
from pathlib import Path

from digest.model import EarlierCount, PullRequest, Repository, Snapshot
from tests import history
from tests.builders import week

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "backstage-2021-W19.json"
WINDOW = week("2021-W19")
# Entered by hand: both people are public about it, and edition 26 of Backstage Weekly names it.
COMPANIES = {5299: "Spotify", 5392: "Spotify"}


def example() -> str:
    """The snapshot as the file's text: JSON, indented by two, with a newline at the end."""
    snapshot = Snapshot(
        repositories=(_repository(),),
        window=WINDOW,
        # The time of the reading is unknown, but the window was over.
        fetched_at=WINDOW.end,
        complete=True,
        pull_requests=tuple(_with_company(pull) for pull in history.in_window(WINDOW)),
        earlier_counts=tuple(_earlier_count(weeks) for weeks in range(12, 0, -1)),
    )
    return snapshot.model_dump_json(indent=2) + "\n"


def _repository() -> Repository:
    return Repository(
        name=history.REPOSITORY,
        url=f"https://github.com/{history.REPOSITORY}",
        default_branch=history.DEFAULT_BRANCH,
        base=history.DEFAULT_BRANCH,
        private=False,
        listed_by="list",
        listing_reason="this example was made from the public git history",
    )


def _with_company(pull_request: PullRequest) -> PullRequest:
    company = COMPANIES.get(pull_request.number)
    if company is None or pull_request.author is None:
        return pull_request
    return pull_request.model_copy(
        update={"author": pull_request.author.model_copy(update={"company": company})}
    )


def _earlier_count(weeks_before: int) -> EarlierCount:
    start = WINDOW.start - timedelta(weeks=weeks_before)
    return EarlierCount(
        start=start,
        end=start + timedelta(weeks=1),
        count=history.weekly_counts()[history.week_of(start)].merged,
    )


if __name__ == "__main__":
    EXAMPLE.parent.mkdir(exist_ok=True)
    EXAMPLE.write_text(example(), "utf-8")
