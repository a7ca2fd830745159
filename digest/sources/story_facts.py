"""What only stories need: the texts of changesets, and single pull requests from elsewhere.

It takes a token.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digest.compose import candidates
from digest.errors import DigestError
from digest.github import graphql_nodes
from digest.github.client import GitHub, Question, Watch, client_with_token
from digest.github.faults import not_found
from digest.github.graphql_nodes import Node
from digest.github.queries import read_query, repository_field
from digest.github.treatments import TooHeavyError
from digest.model import Changeset, PullRequest, Snapshot
from digest.settings import Settings
from digest.sources.repository_fetch import Data, Size, ask_shrinking

FACTS = read_query("pull_request")
LATER = "Run the same command later."
TOO_HEAVY: Node = {}
CHANGESET = re.compile(r"\.changeset/(?!README\.md$)[^/]+\.md")
# A changeset begins with its packages: ---, lines such as '@backstage/core': minor, ---.
FRONT_MATTER = re.compile(
    r"\s*---\s*\n(?P<bumps>.*?)^---\s*$(?P<summary>.*)", re.DOTALL | re.MULTILINE
)
BUMP = re.compile(r"""^\s*['"]?(?P<package>[^'"\s:]+)['"]?\s*:\s*(?P<bump>\w+)\s*$""", re.MULTILINE)
MOST_TEXTS = 60


@dataclass(frozen=True)
class SinglePullRequests:
    """Single pull requests, and why others of them are not there."""

    pulls: tuple[PullRequest, ...]
    failed: tuple[DigestError, ...] = ()


def with_story_facts(
    github: GitHub, snapshot: Snapshot, settings: Settings, marked: Sequence[str]
) -> Snapshot:
    """The snapshot with the texts of marked pull requests and of candidates, and with the marked ones from elsewhere.

    The count stands without these, so a fault here is a notice.
    """
    ranked = [pull.key for pull in candidates.rank(snapshot.pull_requests, settings)]
    elsewhere = sorted(set(marked) - {pull.key for pull in snapshot.pull_requests})
    try:
        snapshot = with_changesets(github, snapshot, [*marked, *ranked])
        found = single_pull_requests(github, elsewhere)
        notices = (error.message for error in found.failed)
        return snapshot.model_copy(
            update={"others": found.pulls, "notices": (*snapshot.notices, *notices)}
        )
    except DigestError as error:
        notice = f"Texts for the stories could not be fetched: {error.message}"
        return snapshot.model_copy(update={"notices": (*snapshot.notices, notice)})


def fetch_single(keys: Sequence[str], settings: Settings, watch: Watch) -> tuple[PullRequest, ...]:
    """Single pull requests from GitHub, none where there is no token.

    Raises DigestError for one that is unknown.
    """
    github = client_with_token(settings.github, watch)
    if github is None:
        return ()
    found = single_pull_requests(github, keys)
    if found.failed:
        raise found.failed[0]
    return found.pulls


def with_changesets(github: GitHub, snapshot: Snapshot, keys: Iterable[str]) -> Snapshot:
    """The snapshot with the changesets of the named pull requests.

    Costs one request, none where there are none.
    A text that GitHub does not give leaves its pull request's changesets unknown (None); one that
    is too heavy for it even alone is a notice.
    """
    wanted = set(keys)
    paths = {
        pull.key: _added(pull)
        for pull in snapshot.pull_requests
        if pull.key in wanted and pull.changesets is None
    }
    asked = [(pull, path) for pull in snapshot.pull_requests for path in paths.get(pull.key) or ()][
        :MOST_TEXTS
    ]
    about = " and ".join(dict.fromkeys(pull.repository for pull, _ in asked))
    given = _given(github, "query Changesets", [_blob(pull, path) for pull, path in asked], about)
    texts: dict[str, dict[str, str | None]] = {}
    heavy = []
    for (pull, path), found in zip(asked, given, strict=True):
        if found is TOO_HEAVY:
            heavy.append(
                f"{path} of {pull.key} is too heavy for GitHub to answer, so it is unknown."
            )
        texts.setdefault(pull.key, {})[path] = ((found or {}).get("object") or {}).get("text")
    pulls = tuple(
        pull.model_copy(
            update={"changesets": _changesets(paths[pull.key], texts.get(pull.key, {}))}
        )
        if pull.key in paths
        else pull
        for pull in snapshot.pull_requests
    )
    return snapshot.model_copy(
        update={"pull_requests": pulls, "notices": (*snapshot.notices, *heavy)}
    )


def single_pull_requests(github: GitHub, keys: Sequence[str]) -> SinglePullRequests:
    """Single merged pull requests of any repository, by `owner/name#n`, in one request.

    Numbers that nobody knows are left out; a repository that nobody knows leaves the others alone.
    """
    given = _given(
        github, f"{FACTS}query Alone", [_single(key) for key in keys], " and ".join(keys)
    )
    found = list(zip(keys, given, strict=True))
    pulls = tuple(
        graphql_nodes.pull_request(one["pullRequest"], one["nameWithOwner"])
        for _, one in found
        if one and one["pullRequest"] and one["pullRequest"]["mergedAt"]
    )
    heavy = [
        TooHeavyError(f"{key} is too heavy for GitHub to answer.", LATER)
        for key, one in found
        if one is TOO_HEAVY
    ]
    unknown = dict.fromkeys(key.rpartition("#")[0] for key, one in found if one is None)
    return SinglePullRequests(pulls, (*map(not_found, unknown), *heavy))


def _given(github: GitHub, query: str, fields: Sequence[str], about: str) -> list[Node | None]:
    """What GitHub gives for each of these fields of a query, None where it withholds it.

    TOO_HEAVY stands for a single one that GitHub fails to answer while it answers other questions.
    """
    given: list[Node | None] = []
    size = Size(len(fields))

    def question(most: int) -> Question:
        batch = "\n".join(
            f"  f{place}: {field}" for place, field in enumerate(fields[len(given) :][:most])
        )
        return Question(f"{query} {{\n{batch}\n}}\n", partial_ok=True)

    def ask(question: Question) -> Data:
        return github.ask(question, about).data

    while left := len(fields) - len(given):
        asked, data = ask_shrinking(ask, question, size, left)
        given += [TOO_HEAVY] if data is None else [data.get(f"f{place}") for place in range(asked)]
    return given


def _blob(pull: PullRequest, path: str) -> str:
    return (
        f"{repository_field(pull.repository)} {{ object(expression: {json.dumps(f'{pull.merge_commit}:{path}')}) "
        "{ ... on Blob { text } } }"
    )


def _single(key: str) -> str:
    name, _, number = key.rpartition("#")
    return f"{repository_field(name)} {{ nameWithOwner pullRequest(number: {int(number)}) {{ ...PullRequestFacts }} }}"


def _added(pull: PullRequest) -> tuple[str, ...] | None:
    if pull.files is None or pull.merge_commit is None:
        return None
    return tuple(
        file.path
        for file in pull.files
        if file.status == "added" and CHANGESET.fullmatch(file.path)
    )


def _changesets(
    paths: tuple[str, ...] | None, texts: Mapping[str, str | None]
) -> tuple[Changeset, ...] | None:
    if paths is None:
        return None
    given = [(path, texts.get(path)) for path in paths]
    if any(text is None for _, text in given):
        return None
    return tuple(_changeset(path, text or "") for path, text in given)


def _changeset(path: str, text: str) -> Changeset:
    parts = FRONT_MATTER.fullmatch(text.replace("\r\n", "\n"))
    if parts is None:
        return Changeset(path=path, bumps={}, summary=text.strip())
    bumps = {found["package"]: found["bump"] for found in BUMP.finditer(parts["bumps"])}
    return Changeset(path=path, bumps=bumps, summary=parts["summary"].strip())
