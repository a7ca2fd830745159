"""Two weeks told in one draft: what the earlier draft decided and what a person wrote in it comes along."""

from datetime import timedelta

from digest import windows
from digest.compose import marks
from digest.compose.blocks import rendered_blocks, split_blocks
from digest.compose.marks import MarksChange
from digest.model import Marks, Window

BOX = "both="


def edition_before(window: Window) -> str | None:
    """The edition whose window ends where this one begins; None for a month, whose weeks are told apart."""
    if window.kind == "month":
        return None
    ends = window.model_copy(update={"end": window.start, "start": window.start - timedelta(days=1), "kind": "days"})
    return windows.edition_name(ends)


def decided(ours: Marks, earlier: Marks) -> MarksChange:
    """Our decisions with the stories of the earlier draft behind them, and what it left out."""
    says: list[str] = []
    known = {key for mark in ours.stories for key in mark.pull_requests}
    for mark in earlier.stories:
        if not known.isdisjoint(mark.pull_requests):
            continue
        if mark.removed:
            step = marks.remove_stories(ours, mark.pull_requests)
        else:
            step = marks.add_story(
                ours, mark.pull_requests, mark.by, heading=mark.heading, text=mark.text, pictures=mark.pictures
            )
            says.append(step.message)
        ours = step.marks
    return MarksChange(ours, " ".join(says))


def moved(section: str, earlier: str, rendered: str) -> str:
    """Our section with the blocks behind it that a person wrote or changed in the earlier one; its lead stays there."""
    untouched = {block.words for block in rendered_blocks(rendered)} | {block.words for block in split_blocks(section)}
    written = [block.content for block in split_blocks(earlier)[1:] if block.words not in untouched]
    return "\n\n".join([section.rstrip(), *written]) + "\n" if written else section
