"""Finds times when a base branch had another name and later got its name back.

The counts for the base lack the merges of these times. Merges into another branch look the same. So
a branch is another one if it still exists, was merged itself, or was used while the base was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from digest.github import searches
from digest.github.queries import read_query
from digest.github.survey_answers import BaseNode, BasesAnswer, LastMergesAnswer
from digest.github.treatments import TREATMENTS
from digest.model import same_name
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
class _Stretch:
    """The merges among which another name is looked for, as base and moment.

    `merged` are the branches that were merged themselves.
    """

    names: BaseNames
    spans: Spans
    merges: Sequence[tuple[str | None, datetime]] = field(repr=False)
    merged: frozenset[str]

    def is_without_base(self, moment: datetime) -> bool:
        """Whether the base has no merges in the span of a moment."""
        windows = [*self.spans.earlier, self.spans.window]
        span = next((one for one in windows if one.start <= moment < one.end), None)
        inside = [base for base, when in self.merges if span and span.start <= when < span.end]
        return not any(base in self.names.names for base in inside)

    def suspects(self) -> list[str]:
        """The branches that may be another name, the most used first."""
        moments: dict[str, list[datetime]] = {}
        for base, moment in self.merges:
            moments.setdefault(base or "", []).append(moment)
        ours = [moment for name in self.names.names for moment in moments.pop(name, ())]
        return [
            base
            for base, theirs in sorted(moments.items(), key=lambda one: -len(one[1]))
            if base
            and base not in self.merged
            and not any(min(theirs) < moment < max(theirs) for moment in ours)
            and (len(theirs) > 1 or self.is_without_base(theirs[0]))
        ]


def find_returns(
    fetch: RepositoryFetch, survey: Survey, names: BaseNames, spans: Spans
) -> BaseNames:
    """The names; counts that may lack merges under another name of the base are unknown."""
    if searches.ANY_BRANCH in names.names or names.gaps:
        return names
    every = spans.series(survey.controls, None)
    lacking = _lacking(names.series, every) if names.series and every else []
    nodes = _read_branches(fetch, names, every, spans, lacking)
    stretch = _Stretch(
        names,
        spans,
        [
            *(
                (node.base_ref_name, node.merged_at)
                for node in nodes or ()
                if node.merged_at and node.merged_at < spans.window.start
            ),
            *((pull.base, pull.merged_at) for pull in spans.pulls),
        ],
        _merged_branches(fetch, nodes or ()),
    )
    suspects = [base for base in stretch.suspects() if base != survey.default_branch]
    found = [base for base in suspects[:MOST_NAMES] if _may_be_a_name(fetch, stretch, base)]
    if nodes is not None and not found:
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


def _read_branches(
    fetch: RepositoryFetch,
    names: BaseNames,
    every: Series | None,
    spans: Spans,
    lacking: Sequence[int],
) -> list[BaseNode] | None:
    """The branches of the merges in the places that lack some, None if they cannot be read.

    They include those of the window if one page can show them too. If the merges are too many for
    one page, the result has those of the place that lacks most, if that is half of it.
    """
    own, heads = names.series, {pull.head for pull in spans.pulls}
    is_merged = any(pull.base in heads for pull in spans.pulls if pull.base not in names.names)
    if not (own and every and (lacking or is_merged)):
        return []
    spread = [*range(min(lacking, default=spans.last), spans.last + 1)]
    places = [place for place in spread if place <= max(lacking, default=spans.last)]
    if every.total(spread) - every.counts[0] <= EVIDENCE:
        places = spread
    elif every.total(places) - every.counts[0] > EVIDENCE:
        worst = max(places, key=lambda place: every.counts[place] - own.counts[place])
        if 2 * own.counts[worst] > every.counts[worst]:
            return []
        places = [worst]
    expected = min(every.total(places) - every.counts[0], EVIDENCE)
    text = searches.merged_in(fetch.repository, spans.hull(places))
    answer = ask_evidence(fetch, Query(read_query("bases"), BasesAnswer), {"text": text})
    nodes = (answer and answer.search.nodes) or ()
    return [node for node in nodes if node] if len(nodes) >= expected else None


def _merged_branches(fetch: RepositoryFetch, nodes: Iterable[BaseNode]) -> frozenset[str]:
    """The branches of the repository that were merged; a fork may use any name."""
    owner = fetch.variables["owner"]
    return frozenset(
        node.head_ref_name
        for node in nodes
        if node.head_repository_owner and same_name(node.head_repository_owner.login, owner)
    )


def _may_be_a_name(fetch: RepositoryFetch, stretch: _Stretch, base: str) -> bool:
    """Whether a branch no longer exists and was used only while the base was not."""
    variables = {**fetch.variables, "base": base, "branch": f"refs/heads/{base}"}
    answer = ask_evidence(fetch, Query(read_query("last_merges"), LastMergesAnswer), variables)
    found = answer.repository if answer else None
    if found is None:
        return True
    if found.branch:
        return False
    moments = [moment for name, moment in stretch.merges if name == base]
    moments += found.pull_requests.moments
    counting = {
        f"overlap{place}": searches.merged_between(
            fetch.repository, min(moments), max(moments), name
        )
        for place, name in enumerate(stretch.names.names)
    }
    fetch.count(counting)
    return sum(fetch.counts.pop(alias, 0) for alias in counting) == 0
