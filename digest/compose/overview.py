"""Collects counts, people, first contributions and searches for the worksheet."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from urllib.parse import quote_plus

from digest import text, windows
from digest.compose import lead, people, workdays
from digest.model import (
    Candidate,
    Community,
    Digest,
    Markdown,
    PullRequest,
    Repository,
    Snapshot,
    folded,
)
from digest.settings import Settings

# A place for names that are safe already, in words that are not; no title contains it.
NAMES = "\ue000"


@dataclass(frozen=True)
class Contributor:
    """A person's byline and their pull requests in the window.

    `login` is None if the byline has it, if it is unknown, and for people who stay anonymous.
    """

    byline: Markdown
    login: str | None
    pull_requests: tuple[PullRequest, ...]


@dataclass(frozen=True)
class Overview:
    """The parts of the worksheet that the digest does not contain.

    `searches` are links to searches on GitHub. `company_settings` are lines for digest.toml for
    people in the section without a company. `candidates` are those that are not in a story.
    `notices` are all warnings and notices, without the lines that `company_settings` has.
    """

    counts: tuple[str, ...]
    background: tuple[str, ...]
    searches: tuple[Markdown, ...]
    people: tuple[Contributor, ...]
    company_settings: Markdown | None
    candidates: tuple[Candidate, ...]
    notices: tuple[str, ...]


def overview(digest: Digest, settings: Settings) -> Overview:
    """The overview of a digest."""
    by_people = [
        pull for pull in digest.pull_requests if not people.is_bot(pull.author, settings.bots)
    ]
    searches = [github_search(repository, digest) for repository in digest.repositories]
    covered = {key for story in digest.stories for key in story.pull_requests}
    company_settings = _company_settings(
        [pull for pull in by_people if pull.key in covered | _welcomed(digest)], settings
    )
    notices = [notice.splitlines() for notice in digest.notices]
    return Overview(
        counts=tuple(_counts(digest)),
        background=background_lines(digest, settings),
        searches=tuple(text.link(text.inline(query), url) for query, url in searches),
        people=_contributors(by_people, settings),
        company_settings=company_settings,
        candidates=tuple(
            candidate
            for candidate in digest.candidates
            if covered.isdisjoint(candidate.pull_requests)
        ),
        notices=(
            *digest.warnings,
            *(lines[0] if company_settings else " ".join(lines) for lines in notices),
            *digest.skipped_rules,
        ),
    )


def _welcomed(digest: Digest) -> set[str]:
    """The keys of the first contributions that the section names."""
    return set(digest.first_contributions or ()) if digest.closing else set()


def background_lines(digest: Digest, settings: Settings) -> tuple[str, ...]:
    """Lines about the trend, working days, first contributions and the community share.

    They are plain text. A line is left out if the settings switch it off or there is too little
    to compare.
    """
    return (
        *([lead.trend_line(digest.trend, digest.window)] if digest.trend else []),
        *workdays.working_day_lines(digest.working_days, digest.window),
        summary_line(digest, settings),
        *(share_lines(digest.community) if digest.community else ()),
    )


def merged_line(digest: Digest) -> str:
    """The count, and the shares of people and bots in it."""
    if not digest.count:
        return "0 merged"
    return f"{digest.count:,} merged: {digest.by_people:,} by people, {digest.by_bots:,} by bots"


def _counts(digest: Digest) -> Iterator[str]:
    yield merged_line(digest)
    for repository in digest.repositories:
        if repository.search_count is not None and repository.search_count_any_base is not None:
            branch = "all branches" if repository.base == "*" else repository.base
            others = repository.search_count_any_base - repository.search_count
            yield (
                f"{repository.name}: {repository.search_count:,} into {branch}, "
                f"{others:,} into other branches"
            )
    # The first edition of a folder knows no count of the windows before.
    if earlier := [*dropwhile(lambda one: one.count is None, digest.earlier_counts or ())]:
        counts = ("unknown" if one.count is None else f"{one.count:,}" for one in earlier)
        yield f"Counts since {windows.short_date(earlier[0].start.date())}: {', '.join(counts)}"


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
        Contributor(
            _byline(theirs[0], settings, in_code=True),
            people.further_login(theirs[0].author, settings),
            tuple(theirs),
        )
        for theirs in by_author.values()
    ]
    return tuple(
        sorted(
            contributors, key=lambda person: (-len(person.pull_requests), person.byline.casefold())
        )
    )


def _byline(pull: PullRequest, settings: Settings, *, in_code: bool = False) -> Markdown:
    return people.byline(pull.author, settings, people.site_of(pull), in_code=in_code)


def _company_settings(pulls: Sequence[PullRequest], settings: Settings) -> Markdown | None:
    lines = people.company_settings([pull.author for pull in pulls if pull.author], settings)
    return Markdown(f"```toml\n{lines}\n```") if lines and "`" not in lines else None


def community_share(snapshot: Snapshot, settings: Settings) -> Community | None:
    """Pull requests by the team and by others; None if the settings name no team.

    Bots do not count.
    """
    if not settings.team:
        return None
    team = folded(settings.team)
    authors = [
        pull.author
        for pull in snapshot.pull_requests
        if not people.is_bot(pull.author, settings.bots)
    ]
    companies = [people.employer(author, settings) if author else None for author in authors]
    sides = Counter(
        None if company is None else company.casefold() in team for company in companies
    )
    return Community(
        team=settings.team, by_team=sides[True], by_others=sides[False], unknown=sides[None]
    )


def share_lines(share: Community) -> tuple[str, ...]:
    """The share in one sentence, and the counts behind it in another."""
    team, known = text.join_words(share.team), share.by_team + share.by_others
    counts = (
        f"{share.by_team:,} by {team}, {share.by_others:,} by others, "
        f"{share.unknown:,} by people whose company is unknown"
    )
    of_known = f"{share.by_others:,} of {known:,} pull requests by people whose company is known"
    percent = f"{share.by_others / known:.0%} ({of_known})" if known else "unknown"
    return f"Community share: {percent}.", f"{counts}. Bots are not included."


def find_newcomers(
    snapshot: Snapshot, settings: Settings, anonymous: Collection[str] = ()
) -> tuple[PullRequest, ...] | None:
    """The first contributions, oldest merge first; None if unknown.

    They are without bots and without people whose login is in `anonymous`, in any case.
    """
    if snapshot.first_contributions is None:
        return None
    skipped = folded(anonymous)
    return tuple(
        pull
        for pull in snapshot.pull_requests
        if pull.key in snapshot.first_contributions
        and not people.is_bot(pull.author, settings.bots)
        and ((pull.author and pull.author.login) or "").casefold() not in skipped
    )


def closing_line(new: Sequence[PullRequest] | None, settings: Settings) -> Markdown | None:
    """The last line of the section, "First contributions by …".

    None if it is switched off or there are no first contributions. People without a name are only
    counted, unless the section shows logins.
    """
    if not settings.first_contributions or not new:
        return None
    names = text.join_words(_names(new, settings))
    line = text.inline(settings.wording.newcomers.format(names=NAMES))
    return Markdown(line.replace(NAMES, names))


def summary_line(digest: Digest, settings: Settings) -> str:
    """A line for the editor: the name and pull request of each first contribution."""
    if digest.first_contributions is None:
        return "First contributions: unknown."
    several = len(digest.repositories) > 1
    entries = [
        f"{people.plain_name(pull.author, settings, in_code=True)} "
        f"({pull.key if several else f'#{pull.number}'})"
        for pull in digest.pull_requests
        if pull.key in digest.first_contributions
    ]
    return f"First contributions: {text.plain(text.join_words(entries)) or 'none'}."


def _names(pulls: Sequence[PullRequest], settings: Settings) -> list[Markdown]:
    # The same login in two repositories is one person; the same name on two logins is two people.
    by_person = {(pull.author and pull.author.login) or pull.key: pull for pull in pulls}
    named = [
        _byline(pull, settings)
        for pull in by_person.values()
        if not people.plain_byline(pull.author, settings).startswith(people.NO_NAME)
    ]
    unnamed = len(by_person) - len(named)
    if not unnamed:
        return named
    if not named:
        return [Markdown("one person" if unnamed == 1 else f"{unnamed} people")]
    return [*named, Markdown("one more" if unnamed == 1 else f"{unnamed} more")]
