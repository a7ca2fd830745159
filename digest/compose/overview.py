"""What an editor's worksheet tells beside the lists: counts, people, and the searches behind them."""

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
    """A person as the section would name them, and their pull requests in the window."""

    byline: Markdown
    pull_requests: tuple[PullRequest, ...]


@dataclass(frozen=True)
class Overview:
    """What the worksheet adds to the digest. `candidates` are the candidates that no story tells.

    `searches` are links to GitHub's own list. `company_settings` is a block of settings for people without
    a company.
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
    told = {key for story in digest.stories for key in story.pull_requests}
    return Overview(
        counts=tuple(_counts(digest)),
        background=background_lines(digest),
        searches=tuple(text.link(text.inline(words), url) for words, url in searches),
        people=_contributors(by_people, settings),
        company_settings=_to_paste(by_people, settings),
        candidates=tuple(one for one in digest.candidates if not told.intersection(one.pull_requests)),
    )


def background_lines(digest: Digest) -> tuple[str, ...]:
    """The windows before, the working days of every configured country, who is new, the community's share.

    Plain text, with names as profiles give them; what the settings do not ask for, or nothing
    compares with, has no line.
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
        if repository.found is not None and repository.unfiltered is not None:
            branch = "all branches" if repository.base == "*" else repository.base
            others = repository.unfiltered - repository.found
            yield f"{repository.name}: {repository.found:,} into {branch}, {others:,} into other branches"
    for earlier in digest.earlier_counts or ():
        count = "unknown" if earlier.count is None else f"{earlier.count:,}"
        yield f"{windows.day_range(earlier.start, earlier.end)}: {count}"


def github_search(repository: Repository, digest: Digest) -> tuple[str, str]:
    """GitHub's own list of the window, for readers who want to count: its words, and its URL."""
    first, last = windows.first_day(digest.window), windows.last_day(digest.window)
    branch = "" if repository.base == "*" else f" base:{repository.base}"
    query = f"is:pr is:merged merged:{first}..{last}{branch}"
    return f"{repository.name}: {query}", f"{repository.url}/pulls?q={quote_plus(query)}"


def _contributors(pulls: Sequence[PullRequest], settings: Settings) -> tuple[Contributor, ...]:
    of: defaultdict[str, list[PullRequest]] = defaultdict(list)
    for pull in pulls:
        author = pull.author
        of[(author and (author.login or author.name)) or ""].append(pull)
    contributors = [
        Contributor(people.byline(theirs[0].author, settings), tuple(theirs))
        for theirs in of.values()
    ]
    return tuple(
        sorted(contributors, key=lambda one: (-len(one.pull_requests), one.byline.casefold()))
    )


def _to_paste(pulls: Sequence[PullRequest], settings: Settings) -> Markdown | None:
    lines = people.company_settings([pull.author for pull in pulls if pull.author], settings)
    return Markdown(f"```toml\n{lines}\n```") if lines and "`" not in lines else None
