"""Reads changeset texts, single pull requests and identities, each in its own field of a query.

It needs a token.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Generic, Literal, TypeVar

from digest.errors import DigestError
from digest.github import graphql_nodes
from digest.github.client import GitHub, Question, Watch, client_with_token
from digest.github.faults import Withheld, withheld_error
from digest.github.graphql_answers import (
    ChangesetsAnswer,
    Selected,
    SingleRepository,
    SinglesAnswer,
)
from digest.github.queries import read_query, repository_field
from digest.github.survey_answers import IdentitiesAnswer, IdentityNode
from digest.github.treatments import TooHeavyError
from digest.model import Changeset, PullRequest, Snapshot
from digest.settings import Settings
from digest.sources import Identity
from digest.sources.repository_fetch import Size, ask_alive, ask_shrinking

LATER = "Run the command again later."
TOO_HEAVY: Final = "too heavy"
Node = TypeVar("Node")
CHANGESET = re.compile(r"\.changeset/(?!README\.md$)[^/]+\.md")
FENCE = "---"
BUMP = re.compile(r"""\s*['"]?(?P<package>[^'"\s:]+)['"]?\s*:\s*(?P<bump>\w+)\s*""")
MOST_TEXTS = 60


@dataclass(frozen=True)
class SinglePullRequests:
    """Single pull requests, and the errors for those that could not be read."""

    pulls: tuple[PullRequest, ...]
    failed: tuple[DigestError, ...] = ()


@dataclass(frozen=True)
class Blob:
    """A file of a repository at a commit."""

    repository: str
    commit: str
    path: str

    @property
    def field(self) -> str:
        """The field for its text, in the repository."""
        expression = json.dumps(f"{self.commit}:{self.path}")
        return f"object(expression: {expression}) {{ ... on Blob {{ text }} }}"


# None: GitHub has no text for it.
Texts = Mapping[Blob, str | None]
NO_TEXTS: Final[Texts] = MappingProxyType({})


def with_story_facts(
    github: GitHub,
    snapshot: Snapshot,
    settings: Settings,
    marked: Sequence[str],
    texts: Texts = NO_TEXTS,
) -> Snapshot:
    """The snapshot with the facts for stories, as Source promises it; a fault is a notice.

    `texts` are those that were read already.
    """
    ranked = _ranked(snapshot.pull_requests, settings)
    elsewhere = sorted(set(marked) - {pull.key for pull in snapshot.pull_requests})
    try:
        snapshot = with_changesets(github, snapshot, [*marked, *ranked], texts)
        found = single_pull_requests(github, elsewhere)
        notices = (error.message for error in found.failed)
        return snapshot.model_copy(
            update={
                "uncounted_pull_requests": found.pulls,
                "notices": (*snapshot.notices, *notices),
            }
        )
    except DigestError as error:
        notice = f"The texts for stories could not be read: {error.message}"
        return snapshot.model_copy(update={"notices": (*snapshot.notices, notice)})


def fetch_single(keys: Sequence[str], settings: Settings, watch: Watch) -> tuple[PullRequest, ...]:
    """Single pull requests from GitHub; empty without a token.

    Raises DigestError if one cannot be read.
    """
    github = client_with_token(settings.github, watch)
    if github is None:
        return ()
    found = single_pull_requests(github, keys)
    if found.failed:
        raise found.failed[0]
    return found.pulls


def _ranked(pulls: Sequence[PullRequest], settings: Settings) -> list[str]:
    # A run loads it while GitHub answers.
    from digest.compose import candidates

    return [pull.key for pull in candidates.rank_by_size(pulls, settings)]


def candidate_blobs(pulls: Sequence[PullRequest], settings: Settings) -> list[Blob]:
    """The changesets of the pull requests of a repository that may become stories."""
    adding = [pull for pull in pulls if _added_changesets(pull)]
    ranked = set(_ranked(adding, settings))
    blobs = [
        blob for pull in adding if pull.key in ranked for blob in _added_changesets(pull) or ()
    ]
    return blobs[:MOST_TEXTS]


def with_changesets(
    github: GitHub, snapshot: Snapshot, keys: Iterable[str], known: Texts = NO_TEXTS
) -> Snapshot:
    """The snapshot with the changesets of the pull requests `keys`, by one request.

    The texts in `known` need none. If GitHub does not return a text, the changesets of its pull
    request are unknown (None). A text that is too heavy for GitHub also becomes a notice.
    """
    selected = set(keys)
    added = {
        pull.key: _added_changesets(pull)
        for pull in snapshot.pull_requests
        if pull.key in selected and pull.changesets is None
    }
    blobs = [(key, blob) for key, some in added.items() for blob in some or ()][:MOST_TEXTS]
    texts = {blob: known.get(blob) for _, blob in blobs}
    unread = [(key, blob) for key, blob in blobs if blob not in known]
    about = " and ".join(dict.fromkeys(blob.repository for _, blob in unread))
    fields = [f"{repository_field(blob.repository)} {{ {blob.field} }}" for _, blob in unread]
    query = _Fields("query Changesets", ChangesetsAnswer, lambda answer: answer.parts)
    results = _read_fields(github, query, fields, about)
    notices = []
    for (key, blob), result in zip(unread, results, strict=True):
        if isinstance(result, Withheld):
            notices.append(f"Changesets of {blob.repository} are unknown: {result.message}.")
        elif result == TOO_HEAVY:
            notices.append(f"{blob.path} of {key} is unknown: it was too much for GitHub.")
        elif result and result.object:
            texts[blob] = result.object.text
    pulls = tuple(
        pull.model_copy(update={"changesets": _changesets(added[pull.key], texts)})
        if pull.key in added
        else pull
        for pull in snapshot.pull_requests
    )
    return snapshot.model_copy(
        update={"pull_requests": pulls, "notices": (*snapshot.notices, *dict.fromkeys(notices))}
    )


def single_pull_requests(github: GitHub, keys: Sequence[str]) -> SinglePullRequests:
    """Single merged pull requests of any repository, by `owner/name#n`, in one request.

    Unknown numbers are left out. An unknown repository is an error and leaves the others valid.
    """
    fields = [_pull_request_field(key) for key in keys]
    query = _Fields(
        read_query("pull_request") + "query Alone", SinglesAnswer, lambda answer: answer.parts
    )
    nodes = _read_fields(github, query, fields, " and ".join(keys))
    results = list(zip(keys, nodes, strict=True))
    pulls = (
        graphql_nodes.pull_request(node.pull_request, node.name_with_owner)
        for _, node in results
        if isinstance(node, SingleRepository) and node.pull_request
    )
    heavy = [
        TooHeavyError(f"{key} was too much for GitHub.", LATER)
        for key, node in results
        if node == TOO_HEAVY
    ]
    reasons = {
        key.rpartition("#")[0]: node if isinstance(node, Withheld) else None
        for key, node in results
        if node is None or isinstance(node, Withheld)
    }
    unknown = [withheld_error(reason, name) for name, reason in reasons.items()]
    return SinglePullRequests(tuple(filter(None, pulls)), (*unknown, *heavy))


@dataclass(frozen=True)
class _Fields(Generic[Selected, Node]):
    """The head of a query for independent fields, the type of its answer, and the parts of it."""

    head: str
    shape: type[Selected]
    parts: Callable[[Selected], Mapping[str, Node | None]]


def identify(github: GitHub, repositories: Sequence[str]) -> Mapping[str, Identity]:
    """The current name and the id of repositories, by the requested name, in one request.

    Unknown ones are left out. Raises DigestError.
    """
    fields = [f"{repository_field(name)} {{ id nameWithOwner }}" for name in repositories]
    query = _Fields("query Identify", IdentitiesAnswer, lambda answer: answer.parts)
    nodes = _read_fields(github, query, fields, " and ".join(repositories))
    return {
        name: Identity(node.name_with_owner, node.id)
        for name, node in zip(repositories, nodes, strict=True)
        if isinstance(node, IdentityNode)
    }


def _read_fields(
    github: GitHub, query: _Fields[Selected, Node], fields: Sequence[str], about: str
) -> list[Node | Withheld | Literal["too heavy"] | None]:
    """GitHub's answer for each of the fields of a query.

    Withheld or None if GitHub withholds it, with or without a reason. TOO_HEAVY if GitHub fails to
    answer for a single field but answers other questions.
    """
    nodes: list[Node | Withheld | Literal["too heavy"] | None] = []
    withheld: dict[str | int, Withheld] = {}
    size = Size(len(fields))

    def question(most: int) -> Question[Selected]:
        batch = "\n".join(
            f"  f{place}: {field}" for place, field in enumerate(fields[len(nodes) :][:most])
        )
        return Question(f"{query.head} {{\n{batch}\n}}\n", query.shape, partial_ok=True)

    def ask(question: Question[Selected]) -> Selected:
        answer = github.ask(question, about)
        withheld.clear()
        # A missing file or number is unknown; a missing repository is named anyway.
        withheld.update(
            {part.path[0]: part for part in answer.withheld if part.kind != "not found"}
        )
        return answer.data

    def is_alive() -> None:
        ask_alive(github, about)

    while left := len(fields) - len(nodes):
        count, data = ask_shrinking(ask, is_alive, question, size, left)
        if data is None:
            nodes.append(TOO_HEAVY)
        else:
            found = query.parts(data)
            aliases = [f"f{place}" for place in range(count)]
            nodes += [withheld.get(alias) or found.get(alias) for alias in aliases]
    return nodes


def _pull_request_field(key: str) -> str:
    name, _, number = key.rpartition("#")
    return (
        f"{repository_field(name)} "
        f"{{ nameWithOwner pullRequest(number: {int(number)}) {{ ...PullRequestFacts }} }}"
    )


def _added_changesets(pull: PullRequest) -> tuple[Blob, ...] | None:
    if pull.files is None or pull.merge_commit is None:
        return None
    return tuple(
        Blob(pull.repository, pull.merge_commit, file.path)
        for file in pull.files
        if file.status == "added" and CHANGESET.fullmatch(file.path)
    )


def _changesets(blobs: tuple[Blob, ...] | None, texts: Texts) -> tuple[Changeset, ...] | None:
    if blobs is None:
        return None
    found = [(blob.path, texts.get(blob)) for blob in blobs]
    if any(text is None for _, text in found):
        return None
    return tuple(parse_changeset(path, text or "") for path, text in found)


def parse_changeset(path: str, text: str) -> Changeset:
    """A changeset, which begins with its packages: ---, lines such as 'a': minor, ---."""
    lines = text.replace("\r\n", "\n").strip().split("\n")
    fences = [place for place, line in enumerate(lines) if line.rstrip() == FENCE][:2]
    if len(fences) == 1 or fences[:1] != [0]:
        return Changeset(path=path, bumps={}, summary="\n".join(lines))
    bumps = filter(None, map(BUMP.fullmatch, lines[1 : fences[1]]))
    return Changeset(
        path=path,
        bumps={found["package"]: found["bump"] for found in bumps},
        summary="\n".join(lines[fences[1] + 1 :]).strip(),
    )
