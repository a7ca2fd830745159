"""Answer GraphQL: graphql-core executes the trimmed schema over a World within GitHub's limits."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from digest.model import PullRequest
from tests.standin import limits, made_up, newsletter_graphql, search, views
from tests.standin.newsletter import Newsletter
from tests.standin.search import NotUnderstoodError
from tests.standin.world import Repo, World

SCHEMA = Path(__file__).with_name("schema.graphql")
TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"')
POINTS = 5000
RESET = datetime(2021, 5, 17, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Query:
    """A parsed request; `operation` is the name of its operation."""

    text: str
    document: DocumentNode
    operation: str | None
    variables: Mapping[str, Any]


@cache
def schema() -> GraphQLSchema:
    """Return the trimmed schema."""
    return build_schema(SCHEMA.read_text("utf-8"))


@cache
def _parsed(text: str) -> tuple[DocumentNode, str | None, tuple[GraphQLError, ...]]:
    document = parse(text)
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    name = operations[0].name if operations else None
    # The schema allows any text for a text.
    return document, name.value if name else None, _mistakes(TEXT.sub('""', text))


@cache
def _mistakes(text: str) -> tuple[GraphQLError, ...]:
    return tuple(validate(schema(), parse(text)))


def read(body: Mapping[str, Any]) -> Query:
    """Return the query in a request's JSON.

    Raises NotUnderstoodError if the trimmed schema does not allow it.
    """
    text = body.get("query")
    if not text:
        raise NotUnderstoodError("a request without a query")
    try:
        document, operation, wrong = _parsed(text)
    except GraphQLError as error:
        raise NotUnderstoodError(error.message) from None
    if wrong:
        raise NotUnderstoodError(f"{operation}: {wrong[0].message}")
    return Query(text, document, operation, body.get("variables") or {})


def mutation(body: Mapping[str, Any]) -> str | None:
    """Return the name of a request's mutation; None for a query."""
    document = _parsed(body["query"])[0]
    for one in document.definitions:
        if isinstance(one, OperationDefinitionNode) and one.operation is OperationType.MUTATION:
            return next(
                field.name.value
                for field in one.selection_set.selections
                if isinstance(field, FieldNode)
            )
    return None


def answer(
    world: World, query: Query, used: int, newsletters: Sequence[Newsletter] = ()
) -> dict[str, Any]:
    """GitHub's answer as JSON; `used` is the number of points already spent this hour.

    A world never changes, so its answers are kept, except for points. Answers about newsletters are
    not kept, because newsletters change.
    """
    key = f"{query.text} {json.dumps(query.variables, sort_keys=True)}"
    if any(one.name.partition("/")[2].lower() in key.lower() for one in newsletters):
        return _executed(world, query, used, newsletters)
    if key not in world.answers:
        world.answers[key] = _executed(world, query, used, ())
    kept = world.answers[key]
    points = (kept.get("data") or {}).get("rateLimit")
    if not points:
        return kept
    now = {"used": used, "remaining": POINTS - used}
    left = points | {name: value for name, value in now.items() if name in points}
    return kept | {"data": kept["data"] | {"rateLimit": left}}


def fields_read(world: World, query: Query) -> frozenset[tuple[int, str]]:
    """The fields of pull requests that the answer reads, each with the pull request's number."""
    found: set[tuple[int, str]] = set()
    execute_sync(
        schema(),
        query.document,
        _Root(world, 0, ()),
        context_value=found,
        variable_values=dict(query.variables),
        field_resolver=_recorded,
        type_resolver=lambda value, *_: value["__typename"],
    )
    return frozenset(found)


def _recorded(source: Any, info: Any, **arguments: Any) -> Any:
    if type(source) is dict and source.get("__typename") == "PullRequest":
        info.context.add((source["number"], info.field_name))
    return _field(source, info, **arguments)


def _executed(
    world: World, query: Query, used: int, newsletters: Sequence[Newsletter]
) -> dict[str, Any]:
    refused = limits.broken(query.document, query.variables)
    if refused:
        return {"errors": [_error(one) for one in refused]}
    result = execute_sync(
        schema(),
        query.document,
        _Root(world, used, newsletters),
        variable_values=dict(query.variables),
        field_resolver=_field,
        type_resolver=lambda value, *_: value["__typename"],
    )
    for error in result.errors or ():
        if isinstance(error.original_error, NotUnderstoodError):
            raise error.original_error
    errors = {"errors": [_error(one) for one in result.errors]} if result.errors else {}
    return {"data": result.data} | errors


def _error(error: GraphQLError) -> dict[str, Any]:
    formatted: dict[str, Any] = {**error.formatted}
    # GitHub puts the type next to the message, not under extensions.
    extensions = formatted.pop("extensions", None) or {}
    return {**extensions, **formatted}


class _Root:
    """The fields of Query and Mutation; graphql-core calls each with its arguments."""

    def __init__(self, world: World, used: int, newsletters: Sequence[Newsletter]) -> None:
        self._world = world
        self._used = used
        self._newsletters = newsletters

    def createCommitOnBranch(self, _info: object, input: Mapping[str, Any]) -> dict[str, Any]:  # noqa: A002, N802
        return newsletter_graphql.commit(self._newsletters, input)

    def repository(self, _info: object, owner: str, name: str, **options: bool) -> dict[str, Any]:
        asked = f"{owner}/{name}"
        for newsletter in self._newsletters:
            if newsletter.name.lower() == asked.lower():
                return newsletter_graphql.repository(newsletter)
        repo = self._world.repo(asked)
        is_renamed = repo is not None and repo.name.lower() != asked.lower()
        if repo is None or (is_renamed and not options["followRenames"]):
            raise _not_found(f"Could not resolve to a Repository with the name '{asked}'.")
        return views.repository(repo) | {
            "pullRequests": lambda _info, **wanted: _pull_requests(repo, **wanted),
            "pullRequest": lambda _info, number: _pull_request(repo, number),
            "labels": views.listed_labels(repo.labels),
            "object": lambda _info, expression: _blob(repo, expression),
        }

    def search(self, _info: object, query: str, **asked: Any) -> dict[str, Any]:
        first, after = asked.get("first"), asked.get("after")
        found = search.find(self._world, query, after, only_count=not first)
        shown = views.connection(found.pulls, lambda pull: _whole(found.repo, pull), first, after)
        return shown | {"issueCount": found.count}

    def node(self, _info: object, id: str) -> dict[str, Any] | GraphQLError:  # noqa: A002
        if id not in self._world.nodes:
            return _not_found(f"Could not resolve to a node with the global id of '{id}'.")
        return views.pull_request(*self._world.nodes[id])

    def nodes(self, info: object, ids: Sequence[str]) -> list[dict[str, Any] | GraphQLError]:
        return [self.node(info, one) for one in ids]

    def rateLimit(self, _info: object) -> dict[str, Any]:  # noqa: N802
        spent = {
            "cost": 1,
            "nodeCount": 0,
            "used": self._used,
            "limit": POINTS,
            "remaining": POINTS - self._used,
        }
        return spent | {"resetAt": views.moment(RESET)}


def _field(source: Any, info: Any, **arguments: Any) -> Any:
    """As graphql-core resolves by itself, in half of the time: a source is a dict or the root."""
    name = info.field_name
    value = source.get(name) if type(source) is dict else getattr(source, name, None)
    return value(info, **arguments) if callable(value) else value


def _not_found(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"type": "NOT_FOUND"})


def _whole(repo: Repo | None, pull: PullRequest) -> dict[str, Any] | None:
    is_shown = repo and pull.number not in repo.withheld
    return views.pull_request(repo, pull) if repo and is_shown else None


def _pull_request(repo: Repo, number: int) -> dict[str, Any]:
    pull = next((pull for pull in repo.pulls if pull.number == number), None)
    if pull is None:
        raise _not_found(f"Could not resolve to a PullRequest with the number of {number}.")
    return views.pull_request(repo, pull)


def _blob(repo: Repo, expression: str) -> dict[str, Any] | None:
    """Return a file that a pull request added, at its merge commit; only changesets have a text."""
    commit, _, path = expression.partition(":")
    if commit == "HEAD":
        return _as_blob(path, repo.texts[path]) if path in repo.texts else None
    pull = next((pull for pull in repo.pulls if pull.merge_commit == commit), None)
    added = {file.path for file in (pull and pull.files) or () if file.status == "added"}
    if pull is None or path not in added:
        return None
    text = made_up.changeset(pull) if path.startswith(".changeset/") else None
    return _as_blob(path, text)


def _as_blob(path: str, text: str | None) -> dict[str, Any]:
    return {
        "__typename": "Blob",
        "id": f"BLOB_{path}",
        "oid": "0" * 40,
        "byteSize": len(text or ""),
    } | {
        "isBinary": False,
        "isTruncated": False,
        "text": text,
    }


def _pull_requests(repo: Repo, **wanted: Any) -> dict[str, Any]:
    base, order = (
        wanted.get("baseRefName"),
        wanted.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"},
    )
    if "MERGED" not in (wanted.get("states") or ["MERGED"]):
        return views.connection((), dict, wanted.get("first"), wanted.get("after"))
    pulls = [pull for pull in _ordered(repo, **order) if base in (None, pull.base)]
    page = views.connection(
        pulls, lambda pull: _whole(repo, pull), wanted.get("first"), wanted.get("after")
    )
    counted = (
        sum(count.count for count in repo.counts) if base in (None, repo.default_branch) else 0
    )
    return page | {"totalCount": len(pulls) + counted}


def _ordered(repo: Repo, field: str, direction: str) -> Sequence[PullRequest]:
    if field == "COMMENTS":
        raise NotUnderstoodError("a list ordered by comments")
    by_number = sorted(repo.pulls, key=lambda pull: pull.number)
    pulls = by_number if field == "CREATED_AT" else repo.by_update[::-1]
    return pulls if direction == "ASC" else pulls[::-1]
