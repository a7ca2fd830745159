"""The GraphQL queries, one operation a file; fragments that several share are files too."""

import json
from functools import cache
from importlib.resources import files


@cache
def read_query(*names: str) -> str:
    """The text of the named .graphql files as one document; the operation's file is the last."""
    folder = files(__name__)
    return "".join(folder.joinpath(f"{name}.graphql").read_text(encoding="utf-8") for name in names)


def repository_field(repository: str) -> str:
    """The root field of a repository "owner/name", for a query that is put together from parts."""
    owner, _, name = repository.partition("/")
    return f"repository(owner: {json.dumps(owner)}, name: {json.dumps(name)})"
