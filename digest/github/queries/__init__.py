"""The GraphQL queries: one file for each operation and each shared fragment."""

import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files


@cache
def read_query(*names: str) -> str:
    """The named .graphql files as one document; the last one has the operation."""
    folder = files(__name__)
    return "".join(folder.joinpath(f"{name}.graphql").read_text(encoding="utf-8") for name in names)


def repository_field(repository: str) -> str:
    """The root field for a repository "owner/name", for a query that is built from parts."""
    owner, _, name = repository.partition("/")
    return f"repository(owner: {json.dumps(owner)}, name: {json.dumps(name)})"


def with_fields(document: str, fields: Iterable[str]) -> str:
    """The query, whose operation is its last part, with further root fields."""
    head, brace, tail = document.rpartition("}")
    return "".join([head, *(f"  {field}\n" for field in fields), brace, tail])


def further_files_field(node_id: str, after: str) -> str:
    """The root field for a further page of the files of a pull request, after a cursor."""
    page = f"files(first: 100, after: {json.dumps(after)}) {{ ...FilesPage }}"
    return f"node(id: {json.dumps(node_id)}) {{ ... on PullRequest {{ id {page} }} }}"
