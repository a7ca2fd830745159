"""Finds times when a base branch had another name and later got its name back.

The counts for the base lack the merges of these times. Merges into another branch look the same. So
a branch is another one if it still exists, was merged itself, or was used while the base was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from digest.github import searches
from digest.github.queries import read_query
from digest.github.survey_answers import BasesAnswer, LastMergesAnswer
from digest.github.treatments import TREATMENTS
from digest.sources.base_names import (
    EARLIER,
    EVIDENCE,
    MOST_NAMES,
    BaseNames,
    Series,
    Spans,
    ask_evidence,
)
from digest.sources.repository_fetch import Query, RepositoryFetch
from digest.sources.survey import Survey


@dataclass(frozen=True)
class Merge:
    """A merged pull request: its branches, and when it was merged."""

    base: str | None
    head: str | None
    moment: datetime


@dataclass(frozen=True)
class _Stretch:
    """The merges among which another name is looked for."""

    names: BaseNames
    spans: Spans
    merges: Sequence[Merge] = field(repr=False)

    def is_mostly_other(self, moment: datetime) -> bool:
        """Whether the base has at most half of the merges in the span of a moment."""
        windows = [*self.spans.earlier, self.spans.window]
        span = next(one for one in windows if one.start <= moment < one.end)
        inside = [one.base for one in self.merges if span.start <= one.moment < span.end]
        return 2 * sum(base in self.names.names for base in inside) <= len(inside)

    def suspects(self) -> list[str]:
        """The branches that may be another name, the most used first."""
        moments: dict[str, list[datetime]] = {}
        for one in self.merges:
            moments.setdefault(one.base or "", []).append(one.moment)
        ours = [moment for name in self.names.names for moment in moments.pop(name, ())]
        heads = {one.head for one in self.merges}
        return [
            base
            for base, theirs in sorted(moments.items(), key=lambda one: -len(one[1]))
            if base
            and base not in heads
            and not any(min(theirs) < moment < max(theirs) for moment in ours)
            and (len(theirs) > 1 or self.is_mostly_other(theirs[0]))
        ]


def find_returns(
    fetch: RepositoryFetch, survey: Survey, names: BaseNames, spans: Spans
) -> BaseNames:
    """The names; counts that may lack merges under another name of the base are unknown."""
    if searches.ANY_BRANCH in names.names or names.gaps:
        return names
    every = spans.series(survey.controls, None)
    lacking = _lacking(names.series, every) if names.series and every else []
    merges = [Merge(pull.base, pull.head, pull.merged_at) for pull in spans.pulls]
    before = _earlier_merges(fetch, names.series, every, spans, lacking)
    stretch = _Stretch(names, spans, [*(before or ()), *merges])
    suspects = [base for base in stretch.suspects() if base != survey.default_branch]
    found = [base for base in suspects[:MOST_NAMES] if _may_be_a_name(fetch, stretch, base)]
    if before is not None and not found:
        return names
    message = TREATMENTS["unclear branch"].message
    gaps = [
        message.format(old=base, base=names.names[0]) for base in found if spans.merged_into(base)
    ]
    notice = EARLIER.format(base=names.names[0])
    return replace(
        names,
        unknown=names.unknown.union(lacking),
        gaps=tuple(gaps),
        notices=names.notices if gaps else (*names.notices, notice),
    )


def _lacking(own: Series, every: Series) -> list[int]:
    """The places of earlier windows in which other branches have merges too."""
    places = range(1, len(own.counts) - 1)
    return [place for place in places if own.counts[place] < every.counts[place]]


def _earlier_merges(
    fetch: RepositoryFetch,
    own: Series | None,
    every: Series | None,
    spans: Spans,
    lacking: Sequence[int],
) -> list[Merge] | None:
    """The merges of the earlier windows that lack some, None if they cannot be read.

    If they are too many for one page, those of the window that lacks most, if that is half of it.
    """
    if not (own and every and lacking):
        return []
    places = lacking
    if sum(every.counts[min(places) : max(places) + 1]) > EVIDENCE:
        worst = max(lacking, key=lambda place: every.counts[place] - own.counts[place])
        if 2 * own.counts[worst] > every.counts[worst]:
            return []
        places = [worst]
    text = searches.merged_in(fetch.repository, spans.hull(places))
    answer = ask_evidence(fetch, Query(read_query("bases"), BasesAnswer), {"text": text})
    if answer is None:
        return None
    return [
        Merge(node.base_ref_name, node.head_ref_name, node.merged_at)
        for node in answer.search.nodes or ()
        if node and node.merged_at
    ]


def _may_be_a_name(fetch: RepositoryFetch, stretch: _Stretch, base: str) -> bool:
    """Whether a branch no longer exists and was used only while the base was not."""
    variables = {**fetch.variables, "base": base, "branch": f"refs/heads/{base}"}
    answer = ask_evidence(fetch, Query(read_query("last_merges"), LastMergesAnswer), variables)
    found = answer.repository if answer else None
    if found is None:
        return True
    if found.branch:
        return False
    moments = [one.moment for one in stretch.merges if one.base == base]
    moments += found.pull_requests.moments
    counting = {
        f"overlap{place}": searches.merged_between(
            fetch.repository, min(moments), max(moments), name
        )
        for place, name in enumerate(stretch.names.names)
    }
    fetch.count(counting)
    return sum(fetch.counts.pop(alias, 0) for alias in counting) == 0
