"""What only the told pull requests need: the texts of their changesets, and pull requests from elsewhere."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digest.errors import DigestError
from digest.github import answers
from digest.github.answers import Node
from digest.github.client import GitHub, Question
from digest.github.faults import not_found
from digest.github.queries import read
from digest.github.treatments import TooHeavyError
from digest.model import Changeset, PullRequest, Snapshot
from digest.sources.reading import Size

FACTS = read("pull_request")
ALIVE = read("alive")
LATER = "Run the same command later."
TOO_HEAVY: Node = {}
CHANGESET = re.compile(r"\.changeset/(?!README\.md$)[^/]+\.md")
# A changeset begins with its packages: ---, lines such as '@backstage/core': minor, ---.
FRONT_MATTER = re.compile(r"\s*---\s*\n(?P<bumps>.*?)^---\s*$(?P<summary>.*)", re.DOTALL | re.MULTILINE)
BUMP = re.compile(r"""^\s*['"]?(?P<package>[^'"\s:]+)['"]?\s*:\s*(?P<bump>\w+)\s*$""", re.MULTILINE)
MOST_TEXTS = 60


@dataclass(frozen=True)
class Alone:
    """Single pull requests, and why others of them are not there."""

    pulls: tuple[PullRequest, ...]
    failed: tuple[DigestError, ...] = ()


def with_changesets(github: GitHub, snapshot: Snapshot, keys: Iterable[str]) -> Snapshot:
    """The snapshot with the changesets of the named pull requests; costs one request, none where there are none.

    A text that GitHub does not give leaves its pull request's changesets unknown (None); one that is too heavy for it
    even alone is a notice.
    """
    wanted = set(keys)
    paths = {
        pull.key: _added(pull) for pull in snapshot.pull_requests if pull.key in wanted and pull.changesets is None
    }
    asked = [(pull, path) for pull in snapshot.pull_requests for path in paths.get(pull.key) or ()][:MOST_TEXTS]
    about = " and ".join(dict.fromkeys(pull.repository for pull, _ in asked))
    given = _given(github, "query Changesets", [_blob(pull, path) for pull, path in asked], about)
    texts: dict[str, dict[str, str | None]] = {}
    heavy = []
    for (pull, path), found in zip(asked, given, strict=True):
        if found is TOO_HEAVY:
            heavy.append(f"{path} of {pull.key} is too heavy for GitHub to answer, so it is unknown.")
        texts.setdefault(pull.key, {})[path] = ((found or {}).get("object") or {}).get("text")
    pulls = tuple(
        pull.model_copy(update={"changesets": _changesets(paths[pull.key], texts.get(pull.key, {}))})
        if pull.key in paths
        else pull
        for pull in snapshot.pull_requests
    )
    return snapshot.model_copy(update={"pull_requests": pulls, "notices": (*snapshot.notices, *heavy)})


def alone(github: GitHub, keys: Sequence[str]) -> Alone:
    """Single merged pull requests of any repository, by `owner/name#n`, in one request.

    Numbers that nobody knows are left out; a repository that nobody knows leaves the others alone.
    """
    given = _given(github, f"{FACTS}query Alone", [_single(key) for key in keys], " and ".join(keys))
    found = list(zip(keys, given, strict=True))
    pulls = tuple(
        answers.pull_request(one["pullRequest"], one["nameWithOwner"])
        for _, one in found
        if one and one["pullRequest"] and one["pullRequest"]["mergedAt"]
    )
    heavy = [
        TooHeavyError(f"{key} is too heavy for GitHub to answer.", LATER) for key, one in found if one is TOO_HEAVY
    ]
    unknown = dict.fromkeys(key.rpartition("#")[0] for key, one in found if one is None)
    return Alone(pulls, (*map(not_found, unknown), *heavy))


def _given(github: GitHub, query: str, fields: Sequence[str], about: str) -> list[Node | None]:
    """What GitHub gives for each of these fields of a query, None where it withholds it.

    Where they are too heavy together, half of them are asked for, and so on; TOO_HEAVY stands for a single one which
    GitHub fails to answer while it answers other questions.
    """
    given: list[Node | None] = []
    size = Size(len(fields))

    def question() -> Question:
        batch = "\n".join(f"  f{place}: {field}" for place, field in enumerate(fields[len(given) :][: size.now]))
        return Question(f"{query} {{\n{batch}\n}}\n", lighter=lighter, apart=True)

    def lighter() -> Question | None:
        return question() if size.halve(len(fields) - len(given)) else None

    while left := len(fields) - len(given):
        try:
            data = github.ask(question(), about).data
            given += [data.get(f"f{place}") for place in range(min(size.now, left))]
        except TooHeavyError:
            if min(size.now, left) > 1:
                raise
            github.ask(Question(ALIVE), about)
            given.append(TOO_HEAVY)
    return given


def _blob(pull: PullRequest, path: str) -> str:
    return (
        f"{_repository(pull.repository)} {{ object(expression: {json.dumps(f'{pull.merge_commit}:{path}')}) "
        "{ ... on Blob { text } } }"
    )


def _single(key: str) -> str:
    name, _, number = key.rpartition("#")
    return f"{_repository(name)} {{ nameWithOwner pullRequest(number: {int(number)}) {{ ...PullRequestFacts }} }}"


def _added(pull: PullRequest) -> tuple[str, ...] | None:
    if pull.files is None or pull.merge_commit is None:
        return None
    return tuple(file.path for file in pull.files if file.status == "added" and CHANGESET.fullmatch(file.path))


def _repository(name: str) -> str:
    owner, _, repository = name.partition("/")
    return f"repository(owner: {json.dumps(owner)}, name: {json.dumps(repository)})"


def _changesets(paths: tuple[str, ...] | None, texts: Mapping[str, str | None]) -> tuple[Changeset, ...] | None:
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
