"""Collects counts, people and searches for the worksheet."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus

from digest import text, windows
from digest.compose import community, newcomers, people, trend, workdays
from digest.model import Candidate, Digest, Markdown, PullRequest, Repository
from digest.settings import Settings


@dataclass(frozen=True)
class Contributor:
    """A person's byline and their pull requests in the window."""

    byline: Markdown
    pull_requests: tuple[PullRequest, ...]


@dataclass(frozen=True)
class Overview:
    """The parts of the worksheet that the digest does not contain.

    `searches` are links to searches on GitHub. `company_settings` are lines for digest.toml for
    people without a company. `candidates` are those that are not in a story.
    """

    counts: tuple[str, ...]
    background: tuple[str, ...]
    searches: tuple[Markdown, ...]
    people: tuple[Contributor, ...]
    company_settings: Markdown | None
    candidates: tuple[Candidate, ...]


def overview(digest: Digest, settings: Settings) -> Overview:
    """The overview of a digest."""
    by_people = [
        pull for pull in digest.pull_requests if not people.is_bot(pull.author, settings.bots)
    ]
    searches = [github_search(repository, digest) for repository in digest.repositories]
    covered = {key for story in digest.stories for key in story.pull_requests}
    return Overview(
        counts=tuple(_counts(digest)),
        background=background_lines(digest),
        searches=tuple(text.link(text.inline(query), url) for query, url in searches),
        people=_contributors(by_people, settings),
        company_settings=_company_settings(by_people, settings),
        candidates=tuple(
            candidate
            for candidate in digest.candidates
            if covered.isdisjoint(candidate.pull_requests)
        ),
    )


def background_lines(digest: Digest) -> tuple[str, ...]:
    """Lines about the trend, working days, first contributions and the community share.

    They are plain text. A line is left out if the settings switch it off or there is too little
    to compare.
    """
    return (
        *([trend.trend_line(digest.trend, digest.window)] if digest.trend else []),
        *workdays.working_day_lines(digest.working_days, digest.window),
        newcomers.summary_line(digest),
        *(community.share_lines(digest.community) if digest.community else ()),
    )


def _counts(digest: Digest) -> Iterator[str]:
    yield f"{digest.count:,} merged: {digest.by_people:,} by people, {digest.by_bots:,} by bots"
    for repository in digest.repositories:
        if repository.search_count is not None and repository.search_count_any_base is not None:
            branch = "all branches" if repository.base == "*" else repository.base
            others = repository.search_count_any_base - repository.search_count
            yield (
                f"{repository.name}: {repository.search_count:,} into {branch}, "
                f"{others:,} into other branches"
            )
    for earlier in digest.earlier_counts or ():
        count = "unknown" if earlier.count is None else f"{earlier.count:,}"
        yield f"{windows.day_range(earlier.start, earlier.end)}: {count}"


def github_search(repository: Repository, digest: Digest) -> tuple[str, str]:
    """A search on GitHub for the window: its text and its URL."""
    first, last = windows.first_day(digest.window), windows.last_day(digest.window)
    branch = "" if repository.base == "*" else f" base:{repository.base}"
    query = f"is:pr is:merged merged:{first}..{last}{branch}"
    return f"{repository.name}: {query}", f"{repository.url}/pulls?q={quote_plus(query)}"


def _contributors(pulls: Sequence[PullRequest], settings: Settings) -> tuple[Contributor, ...]:
    by_author: defaultdict[str, list[PullRequest]] = defaultdict(list)
    for pull in pulls:
        author = pull.author
        by_author[(author and (author.login or author.name)) or ""].append(pull)
    contributors = [
        Contributor(people.byline(theirs[0].author, settings), tuple(theirs))
        for theirs in by_author.values()
    ]
    return tuple(
        sorted(
            contributors, key=lambda person: (-len(person.pull_requests), person.byline.casefold())
        )
    )


def _company_settings(pulls: Sequence[PullRequest], settings: Settings) -> Markdown | None:
    lines = people.company_settings([pull.author for pull in pulls if pull.author], settings)
    return Markdown(f"```toml\n{lines}\n```") if lines and "`" not in lines else None
