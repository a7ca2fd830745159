"""Who is a bot, and how people are named."""

import pytest

from digest.compose.people import is_bot
from digest.model import Person

PATTERNS = ("*[bot]", "imgbotapp", "backstage-service", "Backstage Service Account")


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (None, False),
        (Person(), False),
        (Person(login="erikengervall", name="Erik Engervall"), False),
        (Person(login="renovate", is_bot=True), True),
        (Person(login="dependabot[bot]"), True),
        (Person(login="bot"), False),
        (Person(login="ImgBotApp"), True),
        (Person(name="backstage service account"), True),
        (Person(name="dependabot[bot]"), True),
        (Person(login="somebody", name="Backstage Service Account"), False),
    ],
)
def test_bots_are_known_by_type_then_login_then_name(person: Person | None, expected: bool) -> None:
    """The account's type comes first; a name counts only where no login is known."""
    assert is_bot(person, PATTERNS) is expected
