"""Compares the recorded weeks with GitHub's schema and with digest's typed answers, as Markdown.

The workflow that records from GitHub runs it. It replays each cassette: digest must read every
answer, send no other request, and end as the case describes. It exits with 1 if something differs.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vcr.errors import CannotOverwriteExistingCassetteException  # type: ignore[import-untyped]

from digest.github.connection import GITHUB
from tests.recorded import WEEKS, Case
from tests.recording import CASSETTES, Readable, cassettes
from tests.typed import mismatches


def main(folder: Path = CASSETTES) -> int:
    """Print a row for each cassette, then each difference; returns the exit code."""
    found: list[str] = []
    print("| cassette | server | answers | differences |\n| --- | --- | --- | --- |")
    for case in WEEKS:
        text = (folder / f"{case.name}.yaml").read_text("utf-8")
        interactions = Readable.deserialize(text)["interactions"]
        differing = [*schema_differences(interactions), *replay_differences(case, folder)]
        servers = ", ".join(sorted({_server(one) for one in interactions}))
        print(f"| `{case.name}` | {servers} | {len(interactions)} | {len(differing)} |")
        found += [f"{case.name}: {one}" for one in differing]
    print("".join(f"\n* {' '.join(one.split())}" for one in found))
    return 1 if found else 0


def schema_differences(interactions: list[Any]) -> Iterator[str]:
    """How the GraphQL answers differ from what the schema allows."""
    for one in interactions:
        if not one["request"]["uri"].endswith("/graphql"):
            continue
        request = json.loads(one["request"]["body"])
        answer = json.loads(one["response"]["body"]["string"])
        data = answer.get("data")
        # If GitHub refuses the whole query, there is no data.
        if isinstance(data, dict) and "errors" not in answer:
            yield from mismatches(request["query"], request.get("variables") or {}, data)


def replay_differences(case: Case, folder: Path = CASSETTES) -> Iterator[str]:
    """How digest fails with the recorded answers."""
    try:
        with cassettes(folder=folder).use_cassette(case.name) as cassette:
            drafted = case.play(GITHUB)
    except CannotOverwriteExistingCassetteException as error:
        yield f"digest asks for more than was recorded: {error}"
        return
    if not cassette.all_played:
        yield "digest asks for less than was recorded"
    refused = case.fault is not None or case.repository.startswith("made-up/")
    if drafted.seen.code and not refused:
        yield f"digest ended with {drafted.seen.code}: {drafted.seen.err.strip()}"
    if refused and not drafted.seen.code:
        yield "digest ended with 0, and should refuse"


def _server(interaction: Any) -> str:
    headers = {name.lower(): value for name, value in interaction["response"]["headers"].items()}
    return str(headers.get("server", ["unknown"])[0])


if __name__ == "__main__":
    raise SystemExit(main())
