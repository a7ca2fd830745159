"""Who had nothing merged before: two counting searches for each person, many of them in one request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.errors import DigestError
from digest.github import searches
from digest.github.client import Question
from digest.github.queries import read
from digest.model import PullRequest
from digest.sources.reading import Data, Reading

FIRSTS = read("firsts")


@dataclass(frozen=True)
class Firsts:
    """The keys of the first merged pull requests of people, None when nobody can tell; `notices` say why."""

    keys: tuple[str, ...] | None
    notices: tuple[str, ...] = ()


def firsts(reading: Reading, pulls: Sequence[PullRequest], start: datetime) -> Firsts:
    """Which of a window's pull requests, oldest merge first, are their author's first merged one since ever.

    Into whatever branch, as far as search sees. That a person had none before counts only where search sees one at
    all of theirs: it hides some accounts, and its index may lag. Bots are not asked for. Asked last, so that what
    was found stands even if GitHub does not answer this; where search is blind, it is not asked at all.
    """
    if reading.is_blind:
        return Firsts(None)
    earliest: dict[str, PullRequest] = {}
    for pull in pulls:
        if pull.author and pull.author.login and not pull.author.is_bot:
            earliest.setdefault(pull.author.login, pull)
    try:
        new, unseen = _asked(reading, list(earliest.items()), start)
    except DigestError as error:
        # All else is there by now, and is worth more than this.
        return Firsts(None, (f"Whose first contribution it is remains unknown: {error.message}",))
    numbers = ", ".join(f"#{pull.number}" for pull in unseen)
    notice = f"Whether {numbers} are first contributions is unknown: GitHub's search does not see their authors."
    if unseen and len(unseen) == len(earliest):
        return Firsts(None, (notice,))
    return Firsts(tuple(pull.key for pull in new), (notice,) if unseen else ())


def _asked(
    reading: Reading, people: Sequence[tuple[str, PullRequest]], start: datetime
) -> tuple[list[PullRequest], list[PullRequest]]:
    """The pull requests of those who are new, and of those whom search does not see at all."""
    new: list[PullRequest] = []
    unseen: list[PullRequest] = []
    waiting = list(people)
    size = reading.sizes.people

    def question() -> Question:
        counting: dict[str, str] = {}
        for place, (login, _) in enumerate(waiting[: size.now]):
            counting[f"before{place}"] = searches.merged_by(reading.repository, login, start)
            counting[f"ever{place}"] = searches.merged_by(reading.repository, login)
        return Question(searches.with_counts(FIRSTS, counting), {}, lighter, _sees_nobody)

    def lighter() -> Question | None:
        return question() if size.halve(len(waiting)) else None

    while waiting:
        data = reading.ask(question())
        for place, (_, pull) in enumerate(waiting[: size.now]):
            if data[f"before{place}"]["issueCount"] == 0:
                (new if data[f"ever{place}"]["issueCount"] else unseen).append(pull)
        del waiting[: size.now]
    return new, unseen


def _sees_nobody(data: Data) -> str | None:
    """The flaw of an answer in which nobody has merged anything, though each of them has just now."""
    ever = [found["issueCount"] for alias, found in data.items() if alias.startswith("ever")]
    return None if any(ever) else "blind search"
