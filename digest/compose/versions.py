"""The versions of a section that a merge compares. Pure."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from digest.compose.blocks import Block, union
from digest.model.edition_files import SECTION


@dataclass(frozen=True)
class SectionFacts:
    """The facts around a section: the number of merged pull requests, and its file for messages.

    `moved` are the items of a list that a person moves in this run, as keys in lower case.
    """

    count: int | None = None
    file: str = SECTION
    moved: AbstractSet[str] = frozenset()


NO_FACTS = SectionFacts()


@dataclass(frozen=True)
class SectionVersions:
    """The blocks of the current section, of the last render and of the new render.

    `base`, the last render, is empty if it is lost. `requested` and `deleted` are the names of
    stories that a person requested or deleted. `base_groups` and `groups` are the groups of a list
    in the renders, and `closing` the blocks of the new render after these.
    """

    current: tuple[Block, ...]
    base: tuple[Block, ...]
    rendered: tuple[Block, ...]
    requested: AbstractSet[str]
    deleted: AbstractSet[str]
    facts: SectionFacts = NO_FACTS
    base_groups: tuple[Block, ...] = ()
    groups: tuple[Block, ...] = ()
    closing: tuple[Block, ...] = ()

    @property
    def stories(self) -> tuple[Block, ...]:
        """The stories of both renders, without heading and lead."""
        return (*self.base[1:], *self.rendered[1:])

    @property
    def story_names(self) -> frozenset[str]:
        """The names of these stories."""
        return union(story.names for story in self.stories)

    def places_of(self, stories: Iterable[Block], blocks: Sequence[Block]) -> list[int]:
        """The index of each story in `blocks`: its block by digest, or the first that covers it.

        Only blocks on the level of the story count, not mentions in the lead or elsewhere.
        """
        by_digest, indexes = {story.normalized for story in self.stories}, []
        for story in stories:
            places = [
                index
                for index, block in enumerate(blocks)
                if block.level == story.level and block.covered & story.names
            ]
            indexes += sorted(places, key=lambda index: blocks[index].normalized not in by_digest)[
                :1
            ]
        return indexes

    def lead_places(self, blocks: Sequence[Block]) -> list[int]:
        """Possible indexes of heading and lead, best first; by heading, or before all stories."""
        headings = {
            block.heading for block in (*self.base[:1], *self.rendered[:1]) if block.heading
        }
        before = blocks[: min(self.places_of(self.stories, blocks), default=len(blocks))]
        return [
            *(index for index, block in enumerate(blocks) if block.heading in headings),
            *(index for index, block in enumerate(before) if block.level),
            # Text without a heading is part of the block before it, if there is one.
            *(i for i, block in enumerate(before[:1]) if block.normalized and not block.group),
        ]
