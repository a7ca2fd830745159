"""Finds the pull requests of a window that others of the window revert.

A revert names the other one by number, by commit or by title. A number decides, and a title counts
only if no number contradicts it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from digest.model import PullRequest

Pair = tuple[PullRequest, PullRequest]
# How often a title is reverted ("Reapply" counts twice), and the innermost title.
Peeled = tuple[int, str]

CLOSING = {'"': '"', "“": "”", "'": "'", "‘": "’", "`": "`", "«": "»", "„": "“"}  # noqa: RUF001
# Quoted by GitHub's button and by git revert: Revert "Add a door (#12)", Reapply "Add a door".
QUOTED = re.compile(r"""(?:^|\s)(?P<verb>revert|reapply)[ ](?P<quote>["“'‘`«„])""", re.IGNORECASE)  # noqa: RUF001
# revert: feat: add a door · revert(doors): add a door
TYPED = re.compile(r"revert(?:\([^()]{0,60}\))?!?:[ ]{0,4}(?P<rest>\S.*)", re.IGNORECASE)
# [docs] Revert #12 · fix: revert PR 12 · Revert add a door
BARE = re.compile(
    r"(?:\[[^][]{0,40}\][ ]?)?(?:[\w-]{1,30}(?:\([^()]{0,60}\))?!?:[ ]{1,4})?"
    r"revert(?:s|ing)?(?: of)?[ ](?P<rest>\S.*)",
    re.IGNORECASE,
)
# ⏪ revert: add a door · :rewind: revert: add a door
LEADING_SIGN = re.compile(r"""(?::[\w+-]{1,40}:|[^\w\s"“'‘`«„\[(]{1,8})[ ]{1,4}""")  # noqa: RUF001
# Reverted the door · ✨ reverting · ci: revert
REVERT = re.compile(r"(?:\W*|[^\s:]+: +)revert(?:s|ed|ing)?\b", re.IGNORECASE)
TYPE = re.compile(r"[\w-]{1,30}(?:\([^()]{0,60}\))?!?:[ ]{1,4}(?=\S)")
OWN_NUMBER = re.compile(
    r"[ ]?\((?:(?P<repository>[\w.-]{1,100}/[\w.-]{1,100})?#|GH-)(?P<number>\d{1,9})\)$"
)
AFTER_QUOTE = re.compile(r"""["”'’`»][ ]?\(#(?P<number>\d{1,9})\)$""")
MERGE = re.compile(
    r"(?:merged? (?:pull request|pr)|(?:auto|rollup) merge of)[ ]#(?P<number>\d{1,9})\b",
    re.IGNORECASE,
)
PART_OF = re.compile(r"parts? of\b|partial", re.IGNORECASE)
CUT = re.compile(r"(?:…|\.\.\.)$")
SHORTEST_CUT = 20
LONGEST_TITLE = 1000
LONGEST_LINE = 1000
DEEPEST = 20
# A line of a description: This reverts commit 0123abc. · Reverts owner/name#12 · **Reverts** #12
LINE = re.compile(
    r"[ \t]{0,8}(?:(?:[-*+]|#{1,6}|\d{1,3}[.)])[ \t]{1,4})?"
    r"(?:this (?:(?:pr|pull request|change|commit|patch) )?(?:is (?:an? |the )?)?)?"
    r"[*_]{0,2}revert(?:s|ed|ing)?(?: of)?:?[*_]{0,2}:?[ \t]{1,4}(?P<rest>.+)",
    re.IGNORECASE,
)
WRAPPERS = str.maketrans(dict.fromkeys("`[]()<>*", " "))
REFERENCE = re.compile(
    r"[ \t,&+]{0,8}(?:and[ \t]{1,4})?"
    # "the changes in 5 files" names no pull request.
    r"(?:(?:the )?changes? (?:made |introduced )?(?:in|of|from|by)[ \t]{1,4}(?!\d{1,9}\b))?"
    r"(?:(?:the|commits?|prs?|pull requests?)[ \t]{1,4}){0,2}(?:"
    r"(?:https?://[^/\s]{1,200}|(?:www\.)?github\.com)/(?P<linked>[\w.-]{1,100}/[\w.-]{1,100})"
    r"/(?:pull/(?P<pull>\d{1,9})|commit/(?P<linked_commit>[0-9a-f]{7,40}))\S*"
    r"|(?:(?P<repository>[\w.-]{1,100}/[\w.-]{1,100})?#|GH-)(?P<number>\d{1,9})(?![0-9A-Za-z])"
    r"|(?P<bare>\d{1,9})(?=[ \t]*(?:[.,;&+]|and\b|$))"
    r"|(?P<commit>[0-9a-f]{7,40})\b"
    r")",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Claim:
    """The pull requests that a pull request claims to revert.

    `keys` and `commits` are from its description, `title_keys` and `titles` from its title.
    `described`: a title may also omit the type of the original, such as "feat:".
    """

    keys: frozenset[str]
    commits: frozenset[str]
    title_keys: frozenset[str]
    titles: tuple[Peeled, ...]
    described: bool = False

    def matching(self, earlier: Sequence[PullRequest]) -> list[PullRequest]:
        """Those of `earlier`, the newest first, that are reverted."""
        by_commit = [pull for pull in earlier if self._has_commit(pull)]
        if self.keys or by_commit:
            return [pull for pull in earlier if _folded(pull.key) in self.keys or pull in by_commit]
        if by_number := [pull for pull in earlier if _folded(pull.key) in self.title_keys]:
            return by_number
        return next(([pull] for pull in earlier if self._has_title(pull)), [])

    def _has_commit(self, pull: PullRequest) -> bool:
        commit = (pull.merge_commit or "").lower()
        return any(commit.startswith(named) for named in self.commits)

    def _has_title(self, pull: PullRequest) -> bool:
        forms = _forms(pull.title, described=self.described)
        forms |= {(depth, _without_number(title)) for depth, title in forms}
        return any(
            depth == target_depth and (title == target or _continues(title, target))
            for target_depth, target in self.titles
            for depth, title in forms
        )


def reverted_pairs(pull_requests: Sequence[PullRequest]) -> tuple[Pair, ...]:
    """Pairs of a pull request and its revert in the window, ordered by the time of the revert.

    The revert of a revert restores the original, so only the two reverts are a pair.
    """
    pairs: list[Pair] = []
    paired: set[str] = set()
    by_merge = sorted(pull_requests, key=lambda pull: (pull.merged_at, pull.number))
    # Newest first, so that the revert of a revert restores the original.
    for index, revert in reversed(list(enumerate(by_merge))):
        claim = None if revert.key in paired else read_claim(revert)
        if claim is None:
            continue
        earlier = [
            pull
            for pull in reversed(by_merge[:index])
            if pull.key not in paired and pull.repository == revert.repository
        ]
        found = claim.matching(earlier)
        pairs[:0] = [(pull, revert) for pull in reversed(found)]
        paired |= {pull.key for pull in (*found, revert) if found}
    return tuple(pairs)


def is_revert(pull: PullRequest) -> bool:
    """Whether a pull request claims to revert something, even if it does not name it."""
    return REVERT.match(pull.title.strip()) is not None or read_claim(pull) is not None


def read_claim(pull: PullRequest) -> Claim | None:
    """The claim of a pull request; None if it does not claim to revert another one."""
    title = _without_own_number(_tidy(pull.title), pull)
    inner = _inner(title)
    references = [*_references(pull), *_commits_in_title(title, inner)]
    if inner is None and not references:
        return None
    own = {_folded(pull.key)}
    keys = {_folded(key) for key, _ in references if key} - own
    commits = {commit.lower() for _, commit in references if commit}
    if inner is None:
        return Claim(frozenset(keys), frozenset(commits), frozenset(), ())
    is_reapply = _is_reapply(title)
    numbers = set() if is_reapply else {_folded(key) for key in _keys_in_title(pull, inner)} - own
    depth, heart = _peel(inner)
    depth += is_reapply
    # The number in a title can be that of an issue. Then the titles are equal with it.
    hearts = [heart] if numbers else [heart, _without_number(heart)]
    return Claim(
        keys=frozenset(keys),
        commits=frozenset(commits),
        title_keys=frozenset(numbers),
        titles=tuple((depth, heart) for heart in dict.fromkeys(hearts) if heart),
        described=TYPED.match(title) is not None,
    )


def _inner(title: str) -> str | None:
    """The title that a title reverts, None if it reverts none."""
    if quoted := QUOTED.search(title):
        return _unquote(title, quoted)
    title = LEADING_SIGN.sub("", title, count=1) if LEADING_SIGN.match(title) else title
    if match := TYPED.match(title) or BARE.match(title):
        return None if PART_OF.match(match["rest"]) else _plain_inner(match["rest"])
    return None


def _plain_inner(rest: str) -> str:
    quoted = rest[0] in CLOSING and rest.endswith(CLOSING[rest[0]])
    return rest[1:-1].strip() if quoted and len(rest) > 1 else rest


def _unquote(title: str, quoted: re.Match[str]) -> str:
    rest = title[quoted.end() :]
    end = rest.rfind(CLOSING[quoted["quote"]])
    return (rest[:end] if end >= 0 else rest).strip()


def _is_reapply(title: str) -> bool:
    quoted = QUOTED.search(title)
    return quoted is not None and quoted["verb"].lower() == "reapply"


def _peel(title: str) -> Peeled:
    """The number of times that a title is reverted, and the innermost title."""
    depth = 0
    while depth < DEEPEST:
        if (quoted := QUOTED.match(title)) is not None:
            depth += 2 if quoted["verb"].lower() == "reapply" else 1
            title = _unquote(title, quoted)
        elif (typed := TYPED.match(title)) is not None:
            depth += 1
            title = _plain_inner(typed["rest"])
        else:
            break
    return depth, title.casefold()


def _forms(title: str, *, described: bool) -> set[Peeled]:
    """The forms in which another title may quote a title."""
    tidy = _tidy(title)
    forms = {_peel(tidy), (0, tidy.casefold())}
    if (quoted := QUOTED.search(tidy)) and quoted.start():
        forms.add(_peel(tidy[quoted.start() :].strip()))
    if described:
        forms.add((0, TYPE.sub("", tidy, count=1).casefold()))
    return forms


def _continues(title: str, target: str) -> bool:
    """Whether a title begins with a target that is cut, as GitHub cuts long titles."""
    begin = CUT.sub("", target).rstrip()
    return begin != target and len(begin) >= SHORTEST_CUT and title.startswith(begin)


def _keys_in_title(pull: PullRequest, inner: str) -> Iterator[str]:
    is_quoted = QUOTED.match(inner) is not None
    merge = None if is_quoted else MERGE.match(inner)
    if found := merge or (AFTER_QUOTE.search(inner) if is_quoted else OWN_NUMBER.search(inner)):
        yield f"{found.groupdict().get('repository') or pull.repository}#{found['number']}"
    if not QUOTED.search(pull.title) and (named := REFERENCE.match(inner)):
        key, _ = _reference(named, pull.repository)
        if key:
            yield key


def _commits_in_title(title: str, inner: str | None) -> Iterator[tuple[None, str]]:
    """The commit that a title without quotes claims to revert: "Revert 0123abc"."""
    named = REFERENCE.match(inner) if inner and not QUOTED.search(title) else None
    if named and named["commit"]:
        yield None, named["commit"]


def _references(pull: PullRequest) -> Iterator[tuple[str | None, str | None]]:
    """The keys and commits that the description claims to revert."""
    body = pull.body or ""
    # Few descriptions contain the word, and a plain search is much faster.
    if "revert" not in body.lower():
        return
    for line in body.splitlines():
        match = LINE.match(line[:LONGEST_LINE])
        if match is None or "partial" in line.lower():
            continue
        rest = match["rest"].translate(WRAPPERS)
        place = 0
        while found := REFERENCE.match(rest, place):
            yield _reference(found, pull.repository)
            place = found.end()


def _reference(found: re.Match[str], repository: str) -> tuple[str | None, str | None]:
    number = found["pull"] or found["number"] or found["bare"]
    name = found["linked"] or found["repository"] or repository
    commit = found["linked_commit"] or found["commit"]
    return f"{name}#{int(number)}" if number else None, commit


def _without_own_number(title: str, pull: PullRequest) -> str:
    """A title without the number of the pull request, which squashed commits end with."""
    found = OWN_NUMBER.search(title)
    is_own = found and int(found["number"]) == pull.number and not found["repository"]
    return title[: found.start()] if found and is_own else title


def _without_number(title: str) -> str:
    return OWN_NUMBER.sub("", title).rstrip()


def _tidy(title: str) -> str:
    return " ".join(title[:LONGEST_TITLE].split())


def _folded(key: str) -> str:
    return key.casefold()
