"""Record the cassettes anew: `python -m tests.record_cassettes`.

From the stand-in, or with DIGEST_RECORD=github and a token in GH_TOKEN from the real GitHub; REST is always
asked without a token.
"""

import contextlib
import os

from digest.errors import DigestError
from digest.github.connection import GITHUB
from tests import recorded_publish, recorded_rest
from tests.recorded import CASES, Case, fetch, standin
from tests.recording import CASSETTES, cassettes


def main() -> None:
    """Replace every cassette, each by what one reading of its case asks and is answered."""
    token = os.environ.get("GH_TOKEN", "") if os.environ.get("DIGEST_RECORD") == "github" else None
    for case in CASES:
        if token is None:
            record_from_standin(case)
        elif case.fault is None:
            record(case, GITHUB, token)
    for dialogue in recorded_publish.DIALOGUES:
        record_publish(dialogue)
    for case in recorded_rest.CASES:
        if token is None:
            with recorded_rest.standin(case) as github:
                record_rest(case, github.url)
        elif case.fault is None:
            record_rest(case, GITHUB)


def record_publish(dialogue: recorded_publish.Dialogue) -> None:
    """Record one dialogue of publishing, always from the stand-in: nobody's newsletter is for trying things out."""
    (CASSETTES / "publish" / f"{dialogue.name}.yaml").unlink(missing_ok=True)
    with recorded_publish.before(dialogue) as github, cassettes("publish", mode="once").use_cassette(dialogue.name):
        recorded_publish.speak(dialogue, github.url)


def record_rest(case: Case, api: str) -> None:
    """Record one case of the REST API, which needs no token."""
    (CASSETTES / "rest" / f"{case.name}.yaml").unlink(missing_ok=True)
    with cassettes("rest", mode="once").use_cassette(case.name), contextlib.suppress(DigestError):
        recorded_rest.fetch(case, api)


def record_from_standin(case: Case) -> None:
    """Record one case from the stand-in."""
    with standin(case) as github:
        record(case, github.url, github.token)


def record(case: Case, api: str, token: str) -> None:
    """Record one case; that it ends in an error is part of some cases."""
    (CASSETTES / "graphql" / f"{case.name}.yaml").unlink(missing_ok=True)
    with cassettes(mode="once").use_cassette(case.name), contextlib.suppress(DigestError):
        fetch(case, api, token)


if __name__ == "__main__":
    main()
