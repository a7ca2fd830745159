"""What a merge says: each block that digest would write otherwise than the text has it, and what is odd there."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from digest.compose.keys import repository, short
from digest.compose.section import KEY, Block, Versions, lead_places, told, union
from digest.text import cut, plain

LONGEST = 200  # terminal cells of a new text within a line
NUMBER = re.compile(r"\d+(?:,\d+)*")


def said(blocks: Sequence[Block], versions: Versions) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lines on a merge that came to `blocks`, and whole the new blocks that a person's words keep out."""
    standing = {block.words for block in blocks}
    lines = {}
    for at, block in enumerate(versions.new):
        line = _of_story(block, blocks, versions) if at else _of_lead(block, blocks, versions)
        if line and block.words not in standing:
            lines[block.words] = line
    return (*lines.values(), *_unmarked(blocks, versions), *_twice(blocks, versions)), tuple(lines)


def _of_lead(new: Block, blocks: Sequence[Block], versions: Versions) -> str | None:
    places, old = lead_places(blocks, versions), versions.old[0].words if versions.old else ""
    if not places or new.words == old:
        return None
    text = blocks[places[0]].words
    before, after, standing = (NUMBER.findall(words) for words in (old, new.words, text))
    pairs = zip(before, after, strict=True) if len(before) == len(after) else ()
    stale = " and ".join(f"{was}, now {count}" for was, count in pairs if was != count and was in standing)
    only_counts = NUMBER.sub("", old) == NUMBER.sub("", new.words)
    if not stale and (only_counts or not old) and set(after) <= set(standing):
        return None
    if stale:
        return f"The text says {stale}" + ("." if only_counts else f"; {_change(new.words, old)}")
    return f"Your words in heading and lead stay; {_change(new.words, old or text)}"


def _of_story(story: Block, blocks: Sequence[Block], versions: Versions) -> str | None:
    before = [one for one in versions.old[1:] if one.names & story.names]
    missing, label = story.names - told(blocks), _label(story.names, versions)
    if not missing and not before:
        return f"Told in the text already: {label}." if versions.old or story.names & versions.asked else None
    if not missing or (missing < story.names and story.names in [one.names for one in before]):
        same = story.words in [one.words for one in before]
        return None if same else f"Your words on {label} stay; {_change(story.words, *(one.words for one in before))}"
    if not versions.old and not story.names & versions.asked:
        return f"rendered.md is lost, so every word counts as yours. Not put in: {label}."
    if missing <= versions.gone:
        return None
    others = story.names - missing or story.names & versions.gone
    out, known = _label(missing - others, versions), _label(others, versions)
    return f"Not put in: {out}, since you told or deleted {known}; {_change(story.words)}"


def _unmarked(blocks: Sequence[Block], versions: Versions) -> tuple[str, ...]:
    untouched, marked = {block.words for block in versions.now}, union(block.names for block in versions.new)
    edited = [one for one in versions.old[1:] if one.words not in untouched and one.names & told(blocks)]
    left = [_label(one.names, versions) for one in edited if not one.names & marked]
    return tuple(f"The mark of {label} is gone; your words on it stay." for label in left)


def _twice(blocks: Sequence[Block], versions: Versions) -> tuple[str, ...]:
    lead = lead_places(blocks, versions)[:1]
    stories = [block.told for at, block in enumerate(blocks) if at not in lead]
    known = union(story.names for story in versions.stories)
    twice = {name for name in known if sum(name in names for names in stories) > 1}
    return (f"Told in more than one block: {_label(twice, versions)}.",) if twice else ()


def _change(new: str, *old: str) -> str:
    """What a new text says that the old one did not, on one line."""
    ours, theirs = new.split("\n"), "\n".join(old).split("\n")
    more = " ".join(line for line in ours if line not in theirs)
    less = " ".join(line for line in theirs if line not in ours)
    return f"digest would now {'write' if more else 'drop'}: {cut(plain(more or less), LONGEST)}"


def _label(names: AbstractSet[str], versions: Versions) -> str:
    """Pull requests as `#n`, with their repository where the stories are of several; one without by its heading."""
    shown = sorted(names, key=lambda name: (len(name), name))
    known = union(story.names for story in versions.stories) | names
    several = len({repository(name) for name in known if KEY.fullmatch(name)}) > 1
    return " and ".join((name if several else short([name])) if KEY.fullmatch(name) else f'"{name}"' for name in shown)
