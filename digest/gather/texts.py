"""What only the told pull requests need: the texts of their changesets, and pull requests from elsewhere."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from digest.api.client import GitHub, Question
from digest.api.queries import read
from digest.gather import answers
from digest.model import Changeset, PullRequest, Snapshot

FACTS = read("pull_request")
CHANGESET = re.compile(r"\.changeset/(?!README\.md$)[^/]+\.md")
# A changeset begins with its packages: ---, lines such as '@backstage/core': minor, ---.
FRONT_MATTER = re.compile(r"\s*---\s*\n(?P<bumps>.*?)^---\s*$(?P<summary>.*)", re.DOTALL | re.MULTILINE)
BUMP = re.compile(r"""^\s*['"]?(?P<package>[^'"\s:]+)['"]?\s*:\s*(?P<bump>\w+)\s*$""", re.MULTILINE)
MOST_TEXTS = 60


def with_changesets(github: GitHub, snapshot: Snapshot, keys: Iterable[str]) -> Snapshot:
    """The snapshot with the changesets of the named pull requests; costs one request, none where there are none.

    A text that GitHub does not give leaves its pull request's changesets unknown (None).
    """
    wanted = set(keys)
    paths = {
        pull.key: _added(pull) for pull in snapshot.pull_requests if pull.key in wanted and pull.changesets is None
    }
    texts = _texts(github, snapshot.pull_requests, paths)
    pulls = tuple(
        pull.model_copy(update={"changesets": _changesets(paths[pull.key], texts.get(pull.key, {}))})
        if pull.key in paths
        else pull
        for pull in snapshot.pull_requests
    )
    return snapshot.model_copy(update={"pull_requests": pulls})


def alone(github: GitHub, keys: Sequence[str]) -> tuple[PullRequest, ...]:
    """Single merged pull requests of any repository, by `owner/name#n`, in one request; those unknown are left out."""
    if not keys:
        return ()
    fields = []
    for place, key in enumerate(keys):
        name, _, number = key.rpartition("#")
        asked = f"pullRequest(number: {int(number)}) {{ ...PullRequestFacts }}"
        fields.append(f"  one{place}: {_repository(name)} {{ nameWithOwner {asked} }}\n")
    data = github.ask(Question(f"{FACTS}query Alone {{\n{''.join(fields)}}}\n"), " and ".join(keys)).data
    found = [data[f"one{place}"] for place in range(len(keys))]
    return tuple(
        answers.pull_request(one["pullRequest"], one["nameWithOwner"])
        for one in found
        if one and one["pullRequest"] and one["pullRequest"]["mergedAt"]
    )


def _added(pull: PullRequest) -> tuple[str, ...] | None:
    if pull.files is None or pull.merge_commit is None:
        return None
    return tuple(file.path for file in pull.files if file.status == "added" and CHANGESET.fullmatch(file.path))


def _texts(
    github: GitHub, pulls: Sequence[PullRequest], paths: Mapping[str, tuple[str, ...] | None]
) -> Mapping[str, Mapping[str, str | None]]:
    asked = [(pull, path) for pull in pulls for path in paths.get(pull.key) or ()][:MOST_TEXTS]
    if not asked:
        return {}
    fields = [
        f"  text{place}: {_repository(pull.repository)} {{ object(expression: "
        f"{json.dumps(f'{pull.merge_commit}:{path}')}) {{ ... on Blob {{ text }} }} }}\n"
        for place, (pull, path) in enumerate(asked)
    ]
    data = github.ask(Question(f"query Changesets {{\n{''.join(fields)}}}\n"), asked[0][0].repository).data
    texts: dict[str, dict[str, str | None]] = {}
    for place, (pull, path) in enumerate(asked):
        found: Any = data[f"text{place}"]
        texts.setdefault(pull.key, {})[path] = ((found or {}).get("object") or {}).get("text")
    return texts


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
