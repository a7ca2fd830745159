"""The body of the draft pull request of edition 26's week, as a golden text.

`make golden` writes tests/golden/body.md; look at the difference before it is committed.
"""

from dataclasses import replace
from pathlib import Path

from digest.files import snapshots
from digest.model import Digest
from digest.publishing.body import Report
from digest.publishing.draft import render_body
from digest.publishing.join import PreviousDraft
from tests import composing
from tests.builders import REPOSITORY
from tests.shipped import shipped

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden" / "body.md"


def report(digest: Digest, **facts: object) -> Report:
    """What an ordinary run tells in the body, but for these facts."""
    told = frozenset("+".join(story.pull_requests) for story in digest.stories)
    usual = Report(
        changes=(),
        kept=(),
        path="content/2021-W19.md",
        worksheet=".digest/2021-W19/worksheet.md",
        previous_draft=None,
        number=1,
        ticked=told,
        written=told,
    )
    return replace(usual, **facts)  # type: ignore[arg-type]


def text() -> str:
    """The body after one more pull request came in, with a draft of the week before."""
    facts = snapshots.read(str(ROOT / "examples" / "backstage-2021-W19.json"))
    digest = composing.compose(facts, shipped())
    given = report(
        digest,
        changes=("1 came in: #5551.",),
        kept=(f"{REPOSITORY}#5392",),
        previous_draft=PreviousDraft(
            "2021-W18", 11, "https://github.com/acme/newsletter/pull/11", is_joined=False
        ),
        number=2,
    )
    return render_body(digest, shipped(), given)


if __name__ == "__main__":
    GOLDEN.write_text(text(), "utf-8")
