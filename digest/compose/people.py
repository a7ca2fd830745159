"""People: who is a bot, and how a person is named in a section."""

import re
from collections.abc import Sequence

from digest.model import Person


def is_bot(person: Person | None, patterns: Sequence[str]) -> bool:
    """Tell whether a person is a bot: by the account's type, then by the patterns (`*` stands for anything).

    A pattern is compared with the login in any case; with the name only where no login is known
    (a git history has names, "dependabot[bot]" among them). Nobody is no bot.
    """
    if person is None:
        return False
    known_as = person.login if person.login is not None else person.name
    return person.is_bot or any(_fits(pattern, known_as or "") for pattern in patterns)


def _fits(pattern: str, text: str) -> bool:
    # Not fnmatch: to it, the brackets of "*[bot]" are a choice of letters.
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text, re.IGNORECASE | re.DOTALL) is not None
