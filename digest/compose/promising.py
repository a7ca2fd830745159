"""Which pull requests to look at first where not all can be: by what is known before anything is read of them."""

import re
from collections.abc import Sequence

from digest.compose.people import is_bot
from digest.model import PullRequest
from digest.settings import Settings


def rank_by_title(pull_requests: Sequence[PullRequest], settings: Settings) -> tuple[PullRequest, ...]:
    """People's pull requests, the likeliest story first by their titles; among equals the order stays."""
    people = [pull for pull in pull_requests if not is_bot(pull.author, settings.bots)]
    return tuple(sorted(people, key=lambda pull: _rank(pull.title.strip(), settings)))


def _rank(title: str, settings: Settings) -> tuple[bool, int]:
    first = settings.without_token.read_first
    place = next((place for place, pattern in enumerate(first) if re.search(pattern, title)), len(first))
    return any(re.search(pattern, title) for pattern in settings.without_token.read_last), place
