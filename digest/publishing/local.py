"""What an editor changed on their own disk since they published last, brought onto what stands in the draft."""

from collections.abc import Sequence

from digest.compose import marks, merge
from digest.compose.marks import MarksChange
from digest.model import Mark, Marks


def section(draft: str | None, local: str | None, base: str | None) -> str | None:
    """The draft's section with the words that were changed in the local one since `base`, its text at that time.

    Where both were changed, the draft's words stay.
    """
    if draft is None or local is None or local == base:
        return draft
    return merge.merge_section(draft, local, base).text


def decided(draft: Marks, local: Marks, base: Marks) -> MarksChange:
    """The draft's decisions with those that a person made in the local file since `base`, which are the later ones."""
    says: list[str] = []
    for mark in local.stories:
        if mark.by != "person" or mark in (*base.stories, *draft.stories):
            continue
        step = _taken_over(draft, mark, local.stories)
        draft, says = step.marks, [*says, step.message]
    changed = {
        name: getattr(local, name) or ""
        for name in ("heading", "lead")
        if getattr(local, name) not in (getattr(base, name), getattr(draft, name))
    }
    step = marks.set_heading_and_lead(draft, **changed)
    return MarksChange(step.marks, " ".join(filter(None, [*says, step.message])))


def _taken_over(draft: Marks, mark: Mark, order: Sequence[Mark]) -> MarksChange:
    if mark.removed:
        if not mark.pull_requests and all(one.heading != mark.heading for one in draft.stories):
            return MarksChange(draft, "")
        return marks.remove_stories(draft, mark.pull_requests, None if mark.pull_requests else mark.heading)
    told = [one for one in order if not one.removed]
    before = told[: told.index(mark)]
    known = {key for one in draft.stories if not one.removed for key in one.pull_requests}
    after = next((key for one in reversed(before) for key in one.pull_requests if key in known), None)
    return marks.add_story(
        draft,
        mark.pull_requests,
        "person",
        heading=mark.heading,
        text=mark.text,
        pictures=mark.pictures,
        first=not before,
        after=after if not {*mark.pull_requests} & known else None,
    )
