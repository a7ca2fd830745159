"""The GraphQL queries: one file for each operation and each shared fragment."""

import json
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
