"""The cost of each request in the log of -v."""

import pytest

from digest.github.costs import Meter


def headers(resource: str, used: int | str, remaining: int = 4000) -> dict[str, str]:
    return {
        "x-ratelimit-limit": "5000",
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-reset": "4102444800",
        "x-ratelimit-resource": resource,
        "x-ratelimit-used": str(used),
    }


def costs(*replies: dict[str, str]) -> list[str]:
    meter = Meter()
    return [str(meter.read(one)).partition(", 4,000")[0] for one in replies]


def test_a_cost_is_the_growth_of_githubs_count_for_the_same_limit() -> None:
    assert costs(
        headers("graphql", 1),
        headers("core", 700),
        headers("graphql", 13),
        headers("core", 702),
    ) == ["cost 1", "cost 1", "cost 12", "cost 2"]


def test_the_first_cost_of_graphql_may_be_more_than_one() -> None:
    first = headers("graphql", 40)
    assert costs(first, headers("graphql", 45), headers("graphql", 3)) == [
        "cost 1 or more",
        "cost 5",
        "cost 1 or more",  # the count began again
    ]


@pytest.mark.parametrize("used", ["", "many"])
def test_without_a_count_the_rest_of_the_limit_decides(used: str) -> None:
    assert costs(headers("graphql", used, 4007), headers("graphql", used)) == [
        "cost 1 or more, 4,007 of 5,000 graphql left",
        "cost 7",
    ]


def test_a_reply_without_a_limit_has_no_cost() -> None:
    assert costs({}) == ["None"]
