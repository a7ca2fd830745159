"""Record the cassettes again: `python -m tests.record_cassettes`.

The answers come from the fake GitHub. With DIGEST_RECORD=github and a token in GH_TOKEN, they come
from the real GitHub if it can give the case.
"""

import os
from pathlib import Path

from digest.github.connection import GITHUB
from tests.recorded import DIALOGUES, WEEKS, Case, Dialogue
from tests.recording import CASSETTES, cassettes


def main() -> None:
    """Replace each cassette by the requests and answers of its case."""
    token = os.environ.get("GH_TOKEN", "") if os.environ.get("DIGEST_RECORD") == "github" else None
    for case in (*WEEKS, *DIALOGUES):
        if token is None or isinstance(case, Dialogue):
            from_standin(case)
        elif case.fault is None:
            record(case, GITHUB, token)


def from_standin(case: Case | Dialogue, folder: Path = CASSETTES) -> None:
    """Record one case from the fake GitHub.

    Dialogues always come from it, because tests must not write to a real newsletter.
    """
    with case.standin() as github:
        record(case, github.url, github.token, folder)


def record(case: Case | Dialogue, api: str, token: str, folder: Path = CASSETTES) -> None:
    """Record one case from the API at the URL `api`; some of them end in an error."""
    (folder / f"{case.name}.yaml").unlink(missing_ok=True)
    with cassettes(mode="once", folder=folder).use_cassette(case.name):
        case.play(api, token)


if __name__ == "__main__":
    main()
