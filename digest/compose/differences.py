"""The differences between a person's text and the new render, as messages. Pure."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from digest.compose.blocks import KEY, Block, covered_stories, union
from digest.compose.keys import format_keys, repository_of
from digest.compose.numbers import StaleNumber, find_stale_numbers
from digest.compose.versions import SectionVersions
from digest.text import cut, plain

LONGEST_CHANGE = 200  # terminal cells
NUMBER = re.compile(r"\d+(?:,\d+)*")


def find_changes(blocks: Sequence[Block], versions: SectionVersions) -> dict[Block, str]:
    """Each new block that differs from a person's text, with a message about it."""
    present = {block.normalized for block in blocks}
    messages: dict[Block, str] = {}
    for index, block in enumerate(versions.rendered):
        if not index:
            message = _change_of_lead(block, blocks, versions)
        elif block.normalized not in present:
            message = _change_of_story(block, blocks, versions)
        else:
            message = None
        if message:
            messages[block] = message
    return messages


def _change_of_lead(new: Block, blocks: Sequence[Block], versions: SectionVersions) -> str | None:
    places, old = versions.lead_places(blocks), versions.base[0].normalized if versions.base else ""
    if not places:
        return None
    texts = [blocks[place].normalized for place in dict.fromkeys(places)]
    drafts = [draft for draft in (old, new.normalized) if draft]
    stale = find_stale_numbers("\n\n".join(texts), drafts, versions.facts.count)
    difference = ""
    if new.normalized not in (old, *texts) and _has_news(new, old, texts[0], is_stale=bool(stale)):
        difference = _difference(new.normalized, old or texts[0])
    if stale:
        numbers = " ".join(_stale_message(number, versions) for number in stale)
        return f"{numbers} {difference}".strip()
    return f"Your heading and lead were kept. {difference}" if difference else None


def _has_news(new: Block, old: str, text: str, *, is_stale: bool) -> bool:
    """Whether a new lead differs in more than numbers that the text has or that are reported."""
    has_all_numbers = {*NUMBER.findall(new.normalized)} <= {*NUMBER.findall(text)}
    if NUMBER.sub("", old) == NUMBER.sub("", new.normalized):
        return not (is_stale or has_all_numbers)
    return bool(old) or not (is_stale or has_all_numbers)


def _change_of_story(
    story: Block, blocks: Sequence[Block], versions: SectionVersions
) -> str | None:
    before = [old for old in versions.base[1:] if old.names & story.names]
    missing, label = story.names - covered_stories(blocks), _label(story.names, versions)
    if not missing and not before:
        is_expected = versions.base or story.names & versions.requested
        return f"The text already covers {label}." if is_expected else None
    if not missing or (missing < story.names and story.names in [old.names for old in before]):
        # The first one is the draft that the person edited.
        if story.normalized == before[0].normalized:
            return None
        drafts = [old.normalized for old in before if old.normalized != story.normalized]
        return f"Your text for {label} was kept. {_difference(story.normalized, *drafts)}"
    if not versions.base and not story.names & versions.requested:
        return f"rendered.md is missing, so all text counts as yours. Not added: {label}."
    if missing <= versions.deleted:
        return None
    others = story.names - missing or story.names & versions.deleted
    left_out, known = _label(missing - others, versions), _label(others, versions)
    reason = f"because you wrote or deleted {known}"
    return f"Not added: {left_out}, {reason}. {_difference(story.normalized)}"


def find_unmarked(blocks: Sequence[Block], versions: SectionVersions) -> list[Block]:
    """The stories that are no longer marked, and whose words a person edited."""
    unedited = {block.normalized for block in versions.current}
    marked = union(block.names for block in versions.rendered)
    covered = covered_stories(blocks)
    return [
        old
        for old in versions.base[1:]
        if old.normalized not in unedited and old.names & covered and not old.names & marked
    ]


def unmarked_notice(story: Block, versions: SectionVersions) -> str:
    """The notice about a story that is no longer marked, with the next step."""
    is_single = len(story.names) == 1
    return (
        f"{_label(story.names, versions)} {'is' if is_single else 'are'} no longer marked. "
        f"Your text for {'it' if is_single else 'them'} was kept. "
        f"To remove it, delete the block in {versions.facts.file}."
    )


def _stale_message(number: StaleNumber, versions: SectionVersions) -> str:
    is_count = versions.facts.count is not None and number.current == f"{versions.facts.count:,}"
    current = "the count" if is_count else "the current number"
    return f"The text says {number.written}, but {current} is {number.current}."


def duplicate_notices(blocks: Sequence[Block], versions: SectionVersions) -> list[str]:
    """A notice if several blocks cover the same story."""
    lead = versions.lead_places(blocks)[:1]
    stories = [block.covered for index, block in enumerate(blocks) if index not in lead]
    twice = {name for name in versions.story_names if sum(name in names for names in stories) > 1}
    if not twice:
        return []
    verb = "appears" if len(twice) == 1 else "appear"
    return [f"{_label(twice, versions)} {verb} in more than one block."]


def _difference(new: str, *old: str) -> str:
    """The lines that a new text adds or, without any, those that it drops, as one line."""
    new_lines, old_lines = new.split("\n"), "\n".join(old).split("\n")
    added = " ".join(line for line in new_lines if line not in old_lines)
    dropped = " ".join(line for line in old_lines if line not in new_lines)
    verb = "adds" if added else "drops"
    return f"The new draft {verb}: {cut(plain(added or dropped), LONGEST_CHANGE)}"


def _label(names: AbstractSet[str], versions: SectionVersions) -> str:
    """The pull requests as `#n`, with the repository if there are several, or the heading."""
    shown = sorted(names, key=lambda name: (len(name), name))
    all_names = versions.story_names | names
    several = len({repository_of(name) for name in all_names if KEY.fullmatch(name)}) > 1
    return " and ".join(
        (name if several else format_keys([name])) if KEY.fullmatch(name) else f'"{name}"'
        for name in shown
    )
