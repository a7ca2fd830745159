"""Writes tests/golden/body.md: the body of the draft pull request of edition 26's week."""

from dataclasses import replace
from pathlib import Path

from digest.files import snapshots
from digest.model import Digest
from digest.output import render
from digest.publishing.body import BodyFacts
from digest.publishing.draft import render_body
from digest.publishing.join import PreviousDraft
from tests import composing
from tests.builders import REPOSITORY
from tests.shipped import shipped

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden" / "body.md"


def body_facts(digest: Digest, **facts: object) -> BodyFacts:
    """The facts of an ordinary run, replaced by these."""
    stories = frozenset("+".join(story.pull_requests) for story in digest.stories)
    usual = BodyFacts(
        changes=(),
        edited=(),
        url="https://github.com/acme/newsletter",
        branch="digest/2021-W19",
        path="content/2021-W19.md",
        worksheet=".digest/2021-W19/worksheet.md",
        section="",
        previous_draft=None,
        number=1,
        ticked=stories,
        digest_ticks=stories,
    )
    return replace(usual, **facts)  # type: ignore[arg-type]


def text() -> str:
    """The body with one new pull request, while the draft of the week before is open."""
    facts = snapshots.read_snapshot(str(ROOT / "examples" / "backstage-2021-W19.json"))
    digest = composing.compose(facts, shipped())
    given = body_facts(
        digest,
        changes=("+1 merged: #5551",),
        edited=(f"{REPOSITORY}#5392",),
        section=render.section(digest, shipped()).replace(
            "Shortcuts plugin for the Sidebar\n", "Shortcuts for the Sidebar\n", 1
        ),
        previous_draft=PreviousDraft(
            "2021-W18", 11, "https://github.com/acme/newsletter/pull/11", is_joined=False
        ),
        number=2,
    )
    return render_body(digest, shipped(), given)


if __name__ == "__main__":
    GOLDEN.write_text(text(), "utf-8")
