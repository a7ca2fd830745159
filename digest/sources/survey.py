"""The survey of a repository: it decides between list and search, and reads counts."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Literal

from digest.errors import DigestError, UsageError
from digest.github import searches
from digest.github.client import Question
from digest.github.queries import read_query
from digest.github.survey_answers import SurveyAnswer, SurveyedRepository
from digest.github.treatments import TooHeavyError
from digest.model import Window, same_name
from digest.sources.repository_fetch import Query, RepositoryFetch

Way = Literal["list", "search"]
# The counts of searches by alias: "found" for the window, "earlier0" for the first earlier window,
# "before" for everything before that, and "after" for everything after the window.
Counts = Mapping[str, int]

# Counts need a branch, but the default branch is known only from the answer. So both are counted.
USUAL_BRANCHES = ("main", "master")


@dataclass(frozen=True)
class Survey:
    """The facts that decide how to list a repository, and its counts by branch.

    `is_quiet`: nothing was updated since the window's start. `unfiltered` and `controls` count
    pull requests of every branch. `counts` is empty if search is blind.
    """

    name: str
    node_id: str
    url: str
    private: bool
    default_branch: str | None
    is_quiet: bool
    updated: int
    unfiltered: int
    counts: Mapping[str, Counts]
    controls: Counts


def survey_repository(
    fetch: RepositoryFetch, base: str, window: Window, earlier: Sequence[Window]
) -> Survey:
    """The survey of a repository; a renamed one is surveyed again, as search needs the new name."""
    branches = (base,) if base else USUAL_BRANCHES
    while True:
        name_with_owner = fetch.repository
        counting = {
            f"{alias}_of{place}": text
            for place, branch in enumerate(branches)
            for alias, text in count_searches(name_with_owner, branch, window, earlier).items()
        }
        controls = count_searches(name_with_owner, searches.ANY_BRANCH, window, earlier)
        counting |= {
            f"{alias}_any": text
            for alias, text in controls.items()
            if base != searches.ANY_BRANCH and alias not in ("found", "after")
        }
        variables = {
            **fetch.variables,
            "branch": f"refs/heads/{base}",
            "isNamed": base not in ("", searches.ANY_BRANCH),
            "merged": searches.merged(name_with_owner),
            "updated": searches.updated_since(name_with_owner, window.start),
            "unfiltered": searches.merged_in(name_with_owner, window),
        }
        data = _ask(fetch, variables, counting, partial(_blindness, name_with_owner))
        facts = data.repository
        if facts is None:
            raise fetch.error_of_null()
        if not base and facts.default_branch_ref is None:
            raise _no_default_branch(fetch, facts)
        is_unnamed = variables["isNamed"] and facts.named is None
        if is_unnamed and facts.default_branch_ref and not fetch.reason_for("repository", "named"):
            raise _no_branch(facts.name_with_owner, base, facts.default_branch_ref.name)
        fetch.repository = facts.name_with_owner
        if same_name(name_with_owner, fetch.repository):
            fetch.merged = facts.pull_requests.total_count
            fetch.is_blind = _blindness(name_with_owner, data) is not None
            fetch.unsearchable = max(fetch.merged - data.merged.issue_count, 0)
            fetch.count_rest()
            return _as_survey(fetch, data, facts, branches, window)


def _ask(
    fetch: RepositoryFetch,
    variables: Mapping[str, object],
    counting: Mapping[str, str],
    validate: Callable[[SurveyAnswer], str | None],
) -> SurveyAnswer:
    """The answer of the survey, without the newest pull request if GitHub fails for it."""
    query = Query(read_query("survey"), SurveyAnswer)
    try:
        return fetch.page(query, {**variables, "newest": True}, counting, validate)
    except TooHeavyError as error:
        # One failure may pass, so the run does not give up a fact for it.
        if error.tries == 1:
            raise
        rest = {**variables, "newest": False}
        with suppress(TooHeavyError):
            return fetch.ask(
                Question(query.text, query.shape, rest, validate=validate, is_probe=True)
            )
        raise error from None


def _no_branch(repository: str, base: str, default: str) -> UsageError:
    return UsageError(
        f"{repository} has no branch {base!r}; its default branch is {default!r}.",
        'Set `base` to an existing branch, to "" for the default branch, or to "*" for all.',
    )


def _no_default_branch(fetch: RepositoryFetch, facts: SurveyedRepository) -> DigestError:
    """The error for a default branch that is withheld, not returned, or does not exist."""
    name, merged = facts.name_with_owner, facts.pull_requests.total_count
    if reason := fetch.reason_for("repository", "defaultBranchRef"):
        return DigestError(
            f"The token may not read the branches of {name}: {reason.message}.",
            "Give it read access to contents of that repository, or set `base` to a branch.",
        )
    if merged:
        return DigestError(
            f"GitHub did not return the default branch of {name}, "
            f"although {merged:,} pull requests were merged there.",
            'Set `base` to a branch, or to "*" for all.',
        )
    return DigestError(f"{name} is empty. It has no branch yet, so nothing was merged.")


def _blindness(repository: str, data: SurveyAnswer) -> str | None:
    """The fault of a search that finds nothing, although the list counts merges."""
    facts = data.repository
    # Search knows no old names.
    exists = (
        facts and facts.pull_requests.total_count and same_name(repository, facts.name_with_owner)
    )
    return "blind search" if exists and data.merged.issue_count == 0 else None


def _as_survey(
    fetch: RepositoryFetch,
    data: SurveyAnswer,
    facts: SurveyedRepository,
    branches: Sequence[str],
    window: Window,
) -> Survey:
    newest = [node.updated_at for node in facts.pull_requests.nodes or () if node]
    counts = {branch: _counts(fetch, f"_of{place}") for place, branch in enumerate(branches)}
    return Survey(
        name=facts.name_with_owner,
        node_id=facts.id,
        url=facts.url,
        private=facts.is_private,
        default_branch=facts.default_branch_ref.name if facts.default_branch_ref else None,
        is_quiet=fetch.merged == 0 or (bool(newest) and newest[0] < window.start),
        updated=data.updated.issue_count,
        unfiltered=data.unfiltered.issue_count,
        counts={} if fetch.is_blind else counts,
        controls={} if fetch.is_blind else _counts(fetch, "_any"),
    )


def _counts(fetch: RepositoryFetch, suffix: str) -> Counts:
    return {
        alias.removesuffix(suffix): count
        for alias, count in fetch.counts.items()
        if alias.endswith(suffix)
    }


def choose_way(fetch: RepositoryFetch, survey: Survey, list_up_to: int) -> tuple[Way, str]:
    """The choice of list or search by the updates since the window's start, and its reason."""
    if fetch.is_blind:
        return "list", "GitHub's search finds no pull request of this repository"
    pulls = "merged pull request was" if survey.updated == 1 else "merged pull requests were"
    updated = f"{survey.updated:,} {pulls} updated since the window's start"
    if survey.updated <= list_up_to:
        return "list", f"{updated}, and the list is used for up to {list_up_to:,}"
    return "search", f"{updated}, and search is used for more than {list_up_to:,}"


def is_empty(fetch: RepositoryFetch, survey: Survey, chosen: Way) -> bool:
    """Whether the window is certainly empty: by the list's newest entry, or by search.

    digest trusts search if it counts as many pull requests as the list.
    """
    by_search = chosen == "search" and not fetch.unsearchable and not fetch.is_blind
    return survey.is_quiet or (by_search and survey.unfiltered == 0)


def count_searches(
    repository: str, branch: str, window: Window, earlier: Sequence[Window]
) -> dict[str, str]:
    """The searches to count, by alias: the window, the earlier ones, and all before and after."""
    spans = {"found": window} | {f"earlier{place}": span for place, span in enumerate(earlier)}
    counting = {
        alias: searches.merged_in(repository, span, branch) for alias, span in spans.items()
    }
    start = earlier[0].start if earlier else window.start
    return counting | {
        "before": searches.merged_before(repository, start, branch),
        "after": searches.merged_since(repository, window.end, branch),
    }
