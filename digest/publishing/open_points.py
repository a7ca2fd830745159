"""The findings of `digest check` in a draft, for its body and the workflow's summary. Pure."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING
from urllib.parse import quote

from digest import text
from digest.compose.checks import (
    CheckFacts,
    CheckSubject,
    check_section,
    findings_by_advice,
    read_document,
)
from digest.model import Markdown
from digest.model.computed import Finding
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.editions.update import EditionUpdate

MAX_LINES = 20
LONGEST = 300


def find_open_points(
    page: str, new: "EditionUpdate", settings: Settings, elsewhere: AbstractSet[str]
) -> tuple[Finding, ...]:
    """The findings in the text of a page, with its lines; those about the facts are left out.

    `elsewhere` are the pull requests of other editions. The pictures of the page are elsewhere too,
    so no file is missing.
    """
    facts = CheckFacts(
        digest=new.digest,
        settings=settings,
        names=new.saved.repositories,
        now=new.digest.fetched_at,
        elsewhere=elsewhere,
    )
    ignore = {*settings.check.ignore, *new.marks.ignore}
    findings = check_section(CheckSubject(read_document(page), facts), ignore)
    return tuple(finding for finding in findings if finding.line is not None)


def open_point_lines(points: Sequence[Finding], page_url: str) -> tuple[Markdown, ...]:
    """A line for each reason and fix, with links to its places; the last one may count the rest."""

    def place(point: Finding) -> Markdown:
        return text.link(Markdown(f"line {point.line}"), f"{page_url}?plain=1#L{point.line}")

    lines = [
        Markdown(f"{', '.join(map(place, same))}: {text.quiet(text.cut(advice, LONGEST))}")
        for advice, same in findings_by_advice(points[:MAX_LINES])
    ]
    if len(points) > MAX_LINES:
        lines.append(Markdown(f"and {len(points) - MAX_LINES:,} more"))
    return tuple(lines)


def page_url(url: str, branch: str, path: str, view: str = "blob") -> str:
    """The address to read a page on a branch of the repository at `url`; `view` "edit" edits it."""
    return f"{url}/{view}/{quote(branch)}/{quote(path)}"
