"""A random editor of lists, with the rules of a person and not those of the merge.

It works on lines and on nothing that digest parses. Each edit leaves words that are its own, so
that a test can ask whether they survived.
"""

import random
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LINK = re.compile(r"\[#(\d+)\]\(")
URL = "https://github.com/backstage/backstage/pull"
NEWS = "New title"


@dataclass
class Editor:
    """A text in the hands of a person; `words` are the lines that only the person wrote."""

    seed: random.Random
    lines: list[str]
    words: list[str] = field(default_factory=list)
    count: int = 0

    def edit(self) -> None:
        """Make one edit."""
        edits: list[Callable[[], None]] = [
            self.reword,
            self.delete,
            self.move,
            self.join,
            self.add_item,
            self.add_paragraph,
            self.add_group,
            self.rename_group,
            self.continue_item,
            self.add_code,
            self.nest,
            self.change_markers,
            self.loosen,
            self.drop_group,
            self.unlink,
            self.open_comment,
        ]
        self.seed.choice(edits)()

    def own(self, words: str) -> str:
        """A line that is nowhere else."""
        self.count += 1
        line = f"{words} w{self.count}x{self.seed.randrange(10**6)}"
        self.words.append(line)
        return line

    def items(self) -> list[int]:
        """The lines that look like an item of digest or of this person."""
        return [at for at, line in enumerate(self.lines) if re.match(r"([-*+]|\d+\.) ", line)]

    def pick(self) -> int | None:
        """The index of an item."""
        return self.seed.choice(self.items()) if self.items() else None

    def reword(self) -> None:
        """Give an item other words, and keep its links."""
        if (at := self.pick()) is not None:
            links = re.findall(r"\[#\d+\]\([^)]*\)", self.lines[at])
            marker = re.match(r"(?:[-*+]|\d+\.) ", self.lines[at])
            self._forget(self.lines[at])
            words = self.own("My words")
            self.lines[at] = f"{marker[0] if marker else '- '}{words} {' '.join(links)}".rstrip()

    def delete(self) -> None:
        """Delete an item."""
        if (at := self.pick()) is not None:
            self._forget(self.lines.pop(at))

    def move(self) -> None:
        """Move an item next to any other line that is an item, or to the end."""
        if (at := self.pick()) is not None:
            line = self.lines.pop(at)
            to = self.pick()
            self.lines.insert(len(self.lines) if to is None else to, line)

    def join(self) -> None:
        """Put the links of two items on one line, and delete the other."""
        both = self.items()
        if len(both) > 1:
            one, other = self.seed.sample(both, 2)
            links = " ".join(re.findall(r"\[#\d+\]\([^)]*\)", self.lines[other]))
            self.lines[one] = f"{self.lines[one]} and {self.own('joined')} {links}".rstrip()
            self._forget(self.lines[other], but=self.lines[one])
            del self.lines[other]

    def add_item(self) -> None:
        """Add an item without a link."""
        if (at := self.pick()) is not None:
            self.lines.insert(at, f"- {self.own('My item')}")

    def add_paragraph(self) -> None:
        """Add a paragraph below any heading."""
        heads = [at for at, line in enumerate(self.lines) if line.startswith("#")]
        if heads:
            at = self.seed.choice(heads) + 1
            self.lines[at:at] = ["", self.own("A paragraph")]

    def add_group(self) -> None:
        """Add a heading with an item at the end."""
        self.lines += ["", f"### {self.own('My group')}", "", f"- {self.own('My item')}"]

    def rename_group(self) -> None:
        """Rename a group."""
        heads = [at for at, line in enumerate(self.lines) if line.startswith("### ")]
        if heads:
            at = self.seed.choice(heads)
            self._forget(self.lines[at])
            self.lines[at] = f"### {self.own('Renamed')}"

    def continue_item(self) -> None:
        """Continue an item on a second line."""
        if (at := self.pick()) is not None:
            self.lines.insert(at + 1, f"  {self.own('continued')}")

    def add_code(self) -> None:
        """Put code below an item."""
        if (at := self.pick()) is not None:
            code = self.own("- [#1](https://example.com) code")
            self.lines[at + 1 : at + 1] = ["", "  ```", f"  {code}", "  ```", ""]

    def nest(self) -> None:
        """Nest an item of the person's own below an item."""
        if (at := self.pick()) is not None:
            self.lines.insert(at + 1, f"  - {self.own('nested')}")

    def change_markers(self) -> None:
        """Write every item with another marker."""
        marker = self.seed.choice(["*", "+", "1."])
        self.lines = [re.sub(r"^[-*+] ", f"{marker} ", line) for line in self.lines]

    def loosen(self) -> None:
        """Put blank lines between the items."""
        loose: list[str] = []
        for line in self.lines:
            if loose and re.match(r"[-*+] ", line) and re.match(r"[-*+] ", loose[-1]):
                loose.append("")
            loose.append(line)
        self.lines = loose

    def drop_group(self) -> None:
        """Delete the heading of a group and leave its items."""
        heads = [at for at, line in enumerate(self.lines) if line.startswith("### ")]
        if heads:
            self._forget(self.lines.pop(self.seed.choice(heads)))

    def open_comment(self) -> None:
        """Write a comment anywhere, also above the lead, now and then without its end."""
        at = self.seed.choice([0, self.seed.randrange(len(self.lines) + 1)])
        end = " -->" if self.seed.random() < 0.7 else ""
        self.lines[at:at] = ["", f"<!-- {self.own('comment')}{end}", ""]

    def unlink(self) -> None:
        """Write the number of an item as text."""
        if (at := self.pick()) is not None and LINK.search(self.lines[at]):
            self.lines[at] = re.sub(r"\[(#\d+)\]\([^)]*\)", r"\1", self.lines[at])

    def _forget(self, line: str, but: str = "") -> None:
        """Drop the words that the person deletes."""
        self.words = [word for word in self.words if word not in line or word in but]


@dataclass
class Facts:
    """The draft by digest: the groups with the numbers and titles of their pull requests."""

    seed: random.Random
    has_stories: bool = False
    groups: dict[str, dict[int, str]] = field(default_factory=dict)
    stories: list[int] = field(default_factory=list)
    last: int = 0

    def change(self) -> None:
        """A new run: new pull requests, new titles, another group."""
        for _ in range(self.seed.randint(0, 3)):
            self.last += 1
            group = self.seed.choice(["Features", "Fixes", "Docs", "Core", "Ünïcode & more"])
            self.groups.setdefault(group, {})[self.last] = f"Change {self.last}"
        every = [(group, number) for group, of in self.groups.items() for number in of]
        if every and self.seed.random() < 0.5:
            group, number = self.seed.choice(every)
            self.groups[group][number] = f"{NEWS} {number}, see #{self.seed.randint(1, self.last)}"
        if every and self.seed.random() < 0.2:
            group, number = self.seed.choice(every)
            title = self.groups[group].pop(number)
            self.groups.setdefault(self.seed.choice(["Features", "Fixes"]), {})[number] = title

        if every and self.has_stories and self.seed.random() < 0.4:
            number = self.seed.choice(every)[1]
            self.stories = [one for one in self.stories if one != number] or self.stories
            self.stories += [number] if number not in self.stories else []

    def numbers(self) -> set[int]:
        """All pull requests."""
        return {number for of in self.groups.values() for number in of}

    def render(self, left_out: set[int]) -> str:
        """The list without those that are left out."""
        parts = [f"## Merged last week\n\n{len(self.numbers())} pull requests were merged.\n"]
        parts += [
            f"\n### Story about thing {number}\n\nAda made [#{number}]({URL}/{number}). Long {number}.\n"
            for number in self.stories
        ]
        for group in ("Features", "Fixes", "Docs", "Core", "Ünïcode & more"):
            lines = [
                f"- {title} ([#{number}]({URL}/{number})) by Ada\n"
                for number, title in self.groups.get(group, {}).items()
                if number not in left_out and number not in self.stories
            ]
            if lines:
                parts.append(f"\n### {group}\n\n{''.join(lines)}")
        layout = "stories-and-list" if self.has_stories else "list"
        return "".join(parts) + f"\n<!-- digest:layout={layout} -->\n"
