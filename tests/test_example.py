"""The bundled snapshot of the demo."""

from digest.model import Snapshot
from scripts import make_example
from tests.golden import assert_golden


def test_example_is_made_from_the_facts() -> None:
    """Building the example again gives the committed bytes."""
    assert_golden(make_example.EXAMPLE, make_example.example())


def test_example_is_the_week_of_edition_26() -> None:
    """The example has the week's 32 pull requests and the counts of the 12 weeks before."""
    example = Snapshot.model_validate_json(make_example.EXAMPLE.read_bytes())
    assert len(example.pull_requests) == 32
    assert [earlier.count for earlier in example.earlier_counts or ()] == [
        66,
        62,
        79,
        64,
        58,
        58,
        47,
        39,
        56,
        45,
        60,
        43,
    ]


def test_example_has_only_two_employers() -> None:
    """It has only the companies of the two people whom the edition names with theirs."""
    example = Snapshot.model_validate_json(make_example.EXAMPLE.read_bytes())
    companies = {
        one.number: one.author.company
        for one in example.pull_requests
        if one.author and one.author.company
    }
    assert companies == {5299: "Spotify", 5392: "Spotify"}
