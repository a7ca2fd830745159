"""Finds the earlier names of a base branch, so that a renamed branch keeps its counts.

Merged pull requests keep the name of the branch that they were merged into. So this
module compares the number for a branch with the number for all branches. If they differ and the
branch may have had another name, the number is unknown.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from digest.github import searches
from digest.github.queries import read_query
from digest.github.survey_answers import BasesAnswer, FirstMergesAnswer, LastMergesAnswer
from digest.github.treatments import TREATMENTS, TooHeavyError
from digest.model import PullRequest, Window
from digest.sources.repository_fetch import CountedAnswer, Query, RepositoryFetch, Size
from digest.sources.survey import Survey, count_searches

# A branch with at most a tenth of the merges may have been used along with the real base.
SMALL_SHARE = 10
MOST_NAMES = 3
# Pull requests whose bases or merges are read.
EVIDENCE = 100
EARLIER = "Some earlier counts are unknown, because {base} may have had another name then."


@dataclass(frozen=True)
class Series:
    """The counts of a branch: all before the earlier windows, these, oldest first, and the window.

    `after` is the count after the window.
    """

    counts: tuple[int, ...]
    after: int = 0

    def plus(self, other: "Series") -> "Series":
        """The counts of both together."""
        pairs = zip(self.counts, other.counts, strict=True)
        return Series(tuple(left + right for left, right in pairs), self.after + other.after)

    def total(self, places: Iterable[int]) -> int:
        """The sum of everything before and of the spans at these places."""
        return self.counts[0] + sum(self.counts[place] for place in places)


@dataclass(frozen=True)
class BaseNames:
    """The names that a base has had, and what follows from them.

    `series` has the counts of all names. `unknown` are the places of spans whose count is unknown,
    in it. `found` is the number that search counts in the window for all names.
    """

    names: tuple[str, ...]
    series: Series | None = None
    unknown: frozenset[int] = frozenset()
    found: int | None = None
    gaps: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    def select(self, pulls: Iterable[PullRequest]) -> list[PullRequest]:
        """The pull requests that were merged into the base under any of its names."""
        every = searches.ANY_BRANCH in self.names
        return [pull for pull in pulls if every or pull.base in self.names]


@dataclass(frozen=True)
class Doubt:
    """The places in a `Series` where a base may lack merges, and the number of these merges."""

    places: frozenset[int]
    missing: int


@dataclass(frozen=True)
class Spans:
    """The window that is read, the earlier ones, and the pull requests of every base."""

    window: Window
    earlier: Sequence[Window]
    pulls: Sequence[PullRequest] = field(repr=False)

    @property
    def last(self) -> int:
        """The place of the window in a series."""
        return len(self.earlier) + 1

    def series(self, counts: Mapping[str, int], base: str | None) -> Series | None:
        """The counts of a base, None if one is unknown; those in the window are by the list."""
        aliases = [f"earlier{place}" for place in range(len(self.earlier))]
        wanted = ["before", *aliases] + (["after"] if base else [])
        if any(alias not in counts for alias in wanted):
            return None
        inside = len(self.pulls) if base is None else len(self.merged_into(base))
        before = [counts[alias] for alias in ("before", *aliases)]
        return Series((*before, inside), counts.get("after", 0))

    def merged_into(self, base: str) -> list[datetime]:
        """When pull requests of the window were merged into a base."""
        return [pull.merged_at for pull in self.pulls if pull.base == base]

    def hull(self, places: Iterable[int]) -> Window:
        """The span from the first to the last of these places."""
        windows = [[*self.earlier, self.window][place - 1] for place in sorted(places)]
        return self.window.model_construct(
            start=windows[0].start, end=windows[-1].end, zone=self.window.zone, kind="days"
        )


def find_names(fetch: RepositoryFetch, survey: Survey, base: str, spans: Spans) -> BaseNames:
    """The names that a base has had, by the list and by search."""
    found = fetch.counts.get("found")
    if base == searches.ANY_BRANCH:
        return BaseNames((base,), spans.series({**fetch.counts, "before": 0}, None), found=found)
    own = None if fetch.is_blind else spans.series(fetch.counts, base)
    every = None if fetch.is_blind else spans.series(survey.controls, None)
    if own is None or every is None:
        return _by_the_list(fetch, survey, base, spans)
    names = BaseNames((base,), own, found=found)
    while names.series and (doubt := _doubt(own, names.series, every)).places:
        places = doubt.places
        old, theirs, found_theirs = _other_name(fetch, survey, names, spans, doubt)
        # If work went on in the default branch, this one was not there or not in use.
        if old in (None, survey.default_branch):
            return names
        if theirs is None:
            return _unclear(names, old, spans, places)
        dominates = theirs.total(places) > own.total(places)
        hands_over = dominates and _hands_over(fetch, names, (old, theirs), spans, places)
        if not (hands_over and len(names.names) < MOST_NAMES):
            was_in_use = own.counts[0] > 0 and not dominates
            return names if was_in_use else _unclear(names, old, spans, places)
        names = _with_name(names, old, theirs, found_theirs)
    return names


def _doubt(own: Series, together: Series, every: Series) -> Doubt:
    """The places where a base has less than all branches, and was not clearly in use before.

    A quiet span is believed only after much use under the current name, because an earlier name may
    have had another one after it.
    """
    places = set()
    for place in range(1, len(own.counts)):
        count, control = together.counts[place], every.counts[place]
        before, all_before = sum(own.counts[:place]), sum(every.counts[:place])
        is_known = any(together.counts[:place]) and SMALL_SHARE * count >= control
        in_use = is_known or (before and SMALL_SHARE * before >= all_before)
        if count < control and not in_use:
            places.add(place)
    missing = sum(every.counts[place] - together.counts[place] for place in places)
    return Doubt(frozenset(places), missing)


def _other_name(
    fetch: RepositoryFetch,
    survey: Survey,
    names: BaseNames,
    spans: Spans,
    doubt: Doubt,
) -> tuple[str | None, Series | None, int | None]:
    """The branch that may be an earlier name: most used in the doubtful spans, with its counts.

    A less used one that is in use later too is another branch. None if such branches have all
    merges that are missing in the base.
    """
    places, missing = doubt.places, doubt.missing
    for old in _candidates(fetch, survey, names, spans, doubt):
        theirs, found = _series_of(fetch, survey, old, spans)
        if theirs is None:
            return old, None, None
        is_small = names.series and theirs.total(places) <= names.series.total(places)
        is_used_later = any(theirs.counts[max(places) + 1 :]) or (
            max(places) < spans.last and theirs.after
        )
        if old == survey.default_branch or not (is_small and is_used_later):
            return old, theirs, found
        missing -= sum(theirs.counts[place] for place in places)
    nothing = Series(tuple(0 for _ in range(spans.last + 1)))
    return ("another branch" if missing > 0 and spans.last not in places else None), nothing, None


def _candidates(
    fetch: RepositoryFetch,
    survey: Survey,
    names: BaseNames,
    spans: Spans,
    doubt: Doubt,
) -> list[str]:
    """The branches that the pull requests of the doubtful spans were merged into."""
    for usual, counts in survey.counts.items():
        theirs = spans.series(counts, usual)
        # The counts of the usual branches are known already.
        inside = sum(theirs.counts[place] for place in doubt.places) if theirs else 0
        if usual not in names.names and 2 * inside > doubt.missing:
            return [usual]
    if spans.last in doubt.places:
        used = Counter(pull.base for pull in spans.pulls)
        if doubt.places == {spans.last}:
            used = Counter(
                {base: used[base] for base in used if not _runs_along(names, base, spans)}
            )
    else:
        text = searches.merged_in(fetch.repository, spans.hull(doubt.places))
        query = Query(read_query("bases"), BasesAnswer)
        found = ask_evidence(fetch, query, {"text": text})
        nodes = found.search.nodes if found else None
        used = Counter(node.base_ref_name for node in nodes or () if node)
    others = [base for base, _ in used.most_common() if base and base not in names.names]
    return others[:MOST_NAMES]


def ask_evidence(
    fetch: RepositoryFetch, query: Query[CountedAnswer], variables: Mapping[str, object]
) -> CountedAnswer | None:
    """The answer for up to EVIDENCE pull requests, fewer if that is too heavy; None if one is."""
    try:
        return fetch.page(query, variables, size=Size(EVIDENCE))
    except TooHeavyError:
        return None


def _series_of(
    fetch: RepositoryFetch, survey: Survey, base: str, spans: Spans
) -> tuple[Series | None, int | None]:
    """The counts of another branch, None if one is unknown, and what search finds in the window."""
    counting = count_searches(fetch.repository, base, spans.window, spans.earlier)
    counts = survey.counts.get(base)
    if counts is None:
        own, fetch.counts = fetch.counts, {}
        fetch.count(counting)
        counts, fetch.counts = fetch.counts, own
    return spans.series(counts, base), counts.get("found")


def _hands_over(
    fetch: RepositoryFetch,
    names: BaseNames,
    other: tuple[str, Series],
    spans: Spans,
    places: frozenset[int],
) -> bool:
    """Whether the other name got no merges after the first merge into the new one."""
    old, theirs = other
    end = max(places)
    if any(theirs.counts[end + 1 :]):
        return False
    if end < spans.last:
        return theirs.after == 0
    ours = [moment for name in names.names for moment in spans.merged_into(name)]
    if ours:
        last = max(spans.merged_into(old), default=None)
        return theirs.after == 0 and (last is None or last <= min(ours))
    variables = {**fetch.variables, "base": old, "branch": f"refs/heads/{old}"}
    query = Query(read_query("last_merges"), LastMergesAnswer)
    answer = ask_evidence(fetch, query, variables)
    found = answer.repository if answer else None
    is_used_since = names.series is not None and names.series.after > 0
    moments = [*found.pull_requests.moments, *spans.merged_into(old)] if found else []
    if found is None or not moments or (found.branch and not is_used_since):
        return False
    last = max(moments)
    start = spans.hull(places).start
    counting = {
        f"overlap{place}": searches.merged_between(fetch.repository, start, last, name)
        for place, name in enumerate(names.names)
    }
    fetch.count(counting)
    return sum(fetch.counts.pop(alias, 1) for alias in counting) == 0


def _with_name(names: BaseNames, old: str, theirs: Series, found: int | None) -> BaseNames:
    message = TREATMENTS["renamed branch"].message.format(base=names.names[0], old=old)
    known = names.found is not None and found is not None
    return replace(
        names,
        names=(*names.names, old),
        series=names.series.plus(theirs) if names.series else None,
        found=(names.found or 0) + (found or 0) if known else None,
        notices=(*names.notices, message),
    )


def _runs_along(names: BaseNames, other: str | None, spans: Spans) -> bool:
    """Whether another branch was used at the same time in the window, so that both are not one."""
    ours = [moment for name in names.names for moment in spans.merged_into(name)]
    theirs = spans.merged_into(other or "")
    return bool(ours and theirs) and max(theirs) >= min(ours)


def _unclear(names: BaseNames, old: str, spans: Spans, places: frozenset[int]) -> BaseNames:
    """The names with the doubtful counts unknown; in the window that is a gap."""
    message = TREATMENTS["unclear branch"].message.format(base=names.names[0], old=old)
    is_used = bool(spans.merged_into(old))
    is_gap = spans.last in places and is_used and not _runs_along(names, old, spans)
    return replace(
        names,
        unknown=places - {spans.last},
        gaps=(*names.gaps, message) if is_gap else names.gaps,
        notices=names.notices if is_gap else (*names.notices, EARLIER.format(base=names.names[0])),
    )


def _by_the_list(fetch: RepositoryFetch, survey: Survey, base: str, spans: Spans) -> BaseNames:
    """The names that the list shows, for a window whose counts by search are unknown.

    The branch was in use if something was merged into it before the window, and no other one has
    ten times as many merges in the window.
    """
    names = BaseNames((base,), found=fetch.counts.get("found"))
    own, every = len(spans.merged_into(base)), len(spans.pulls)
    if own == every:
        return names
    query = Query(read_query("first_merges"), FirstMergesAnswer)
    answer = ask_evidence(fetch, query, {**fetch.variables, "base": base})
    found = answer.repository if answer else None
    moments = found.pull_requests.moments if found else []
    was_in_use = any(moment < spans.window.start for moment in moments)
    if was_in_use and SMALL_SHARE * own >= every:
        return names
    used = Counter(pull.base for pull in spans.pulls if pull.base != base)
    old = used.most_common(1)[0][0]
    if old == survey.default_branch:
        return names
    message = TREATMENTS["unclear branch"].message.format(base=base, old=old)
    return replace(names, gaps=(message,))


def earlier_counts(names: BaseNames, earlier: Sequence[Window]) -> list[int | None]:
    """The count of each earlier window; None if it is unknown."""
    if names.series is None:
        return [None for _ in earlier]
    counts = enumerate(names.series.counts[1:-1], start=1)
    return [None if place in names.unknown else count for place, count in counts]
