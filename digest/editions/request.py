"""The options of one run, and the changes that they make to an edition's marks. Pure."""

import difflib
import shlex
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digest import text
from digest.compose import marks
from digest.compose.keys import RepositoryNames, parse_key, repository_of
from digest.errors import UsageError
from digest.model import Layout, Marks, Snapshot
from digest.windows import WindowRequest

if TYPE_CHECKING:
    from pathlib import Path

NO_FILES = "-"


@dataclass(frozen=True, kw_only=True)
class Request:
    """The options of a run. `stories` are as typed: a number, `a+b`, `owner/name#n` or a URL.

    `snapshots` are files instead of GitHub. `output` is the folder of the editions, "-" for no
    files. `file` is a text to check, "-" for standard input. `decisions` are marks from the picker
    or from a draft pull request, with `messages` about them. They replace the edition's own marks.
    """

    window: WindowRequest = field(default_factory=WindowRequest)
    repositories: tuple[str, ...] = ()
    snapshots: tuple[str, ...] = ()
    edition: str | None = None
    output: str | None = None
    config: "Path | None" = None
    as_json: bool = False
    strict: bool = False
    pictures: bool = True
    template: str | None = None
    format: str | None = None
    copy: bool = False
    file: str | None = None
    section_heading: str | None = None
    section_lead: str | None = None
    stories: tuple[str, ...] = ()
    heading: str | None = None
    text: str | None = None
    first: bool = False
    after: str | None = None
    remove: bool = False
    decisions: Marks | None = None
    messages: tuple[str, ...] = ()

    @property
    def given_files(self) -> tuple[str, ...]:
        """The options --config and --output as given, for commands in messages."""
        output = None if self.output == NO_FILES else self.output
        options = {"--config": self.config, "--output": output}
        return tuple(
            word for name, value in options.items() if value for word in (name, str(value))
        )

    def command(self, name: str, *words: str) -> str:
        """A command of digest for the same settings file and the same folder."""
        return shlex.join(["digest", name, *words, *self.given_files])

    def layout(self, before: Marks) -> Layout | None:
        """The layout in the marks of the edition; None means the layout in the settings."""
        return (before if self.decisions is None else self.decisions).layout

    def apply(
        self,
        before: Marks,
        snapshot: Snapshot,
        names: RepositoryNames,
        layout: Layout = "stories",
    ) -> marks.MarksChange:
        """The marks after this request. Raises UsageError for an unknown number."""
        decided = before if self.decisions is None else self.decisions
        change = marks.set_heading_and_lead(
            decided, heading=self.section_heading, lead=self.section_lead
        )
        messages = [*self.messages, change.message]
        if not self.pictures:
            change = marks.without_pictures(change.marks)
            messages.append("" if self.output == NO_FILES else change.message)
        after = self.after and _parse_story(self.after, names, snapshot, before)[0]
        stories = [_parse_story(story, names, snapshot, before) for story in self.stories]
        if not stories and (self.heading or self.text):
            stories = [()]
        for keys in stories:
            change = self._change_story(change.marks, keys, after or None, layout)
            messages.append(change.message)
            if keys and (self.first or after):
                # The next story comes below this one.
                after = keys[0]
        return marks.MarksChange(change.marks, " ".join(filter(None, messages)))

    def keys(self, names: RepositoryNames) -> list[str]:
        """The pull requests that are named and can be read; `apply` reports the others."""
        keys = []
        for word in "+".join(self.stories).split("+"):
            with suppress(ValueError):
                keys.append(parse_key(word, names))
        return keys

    def _change_story(
        self, decided: Marks, keys: tuple[str, ...], after: str | None, layout: Layout
    ) -> marks.MarksChange:
        if layout == "list" and (self.first or after):
            raise UsageError(
                "This edition has the layout list, so it has no stories to move.",
                "Move items in section.md or with digest pick; later runs keep the order.",
            )
        is_story = any(
            mark.is_story(layout) and not {*keys}.isdisjoint(mark.pull_requests)
            for mark in decided.stories
        )
        if self.remove and keys and layout != "stories" and not is_story:
            return marks.leave_out(decided, keys)
        if layout == "list":
            return marks.add_item(decided, keys, heading=self.heading, text=self.text)
        if self.remove:
            return marks.remove_stories(decided, keys, None if keys else self.heading)
        return marks.add_story(
            decided,
            keys,
            "person",
            heading=self.heading,
            text=self.text,
            first=self.first and not after,
            after=after,
        )


def requested_stories(before: Marks, after: Marks) -> frozenset[str]:
    """The stories and list items to add in this run even if a person deleted them from the text.

    These are the stories that this run asks for, and the items that it puts back.
    """
    old = [mark for mark in before.stories if not mark.removed]
    new = [mark for mark in after.stories if not mark.removed and mark not in old]
    back = {*before.left_out_keys} - {*after.left_out_keys}
    names = (name for mark in new for name in mark.pull_requests or (mark.heading or "",))
    return frozenset(names) | back


def _parse_story(
    words: str, names: RepositoryNames, snapshot: Snapshot, decided: Marks
) -> tuple[str, ...]:
    keys = []
    for word in words.split("+"):
        try:
            keys.append(parse_key(word, names))
        except ValueError as error:
            raise UsageError(f"{word!r} {error}.") from None
    known = {pull.key for pull in (*snapshot.pull_requests, *snapshot.uncounted_pull_requests)}
    known |= {key for mark in decided.stories for key in mark.pull_requests}
    complete = [one.name for one in snapshot.repositories if one.was_read]
    for key in keys:
        # digest knows every pull request of the edition's repositories. In others, any number may
        # exist.
        if repository_of(key) in complete and key not in known:
            raise UsageError(f"{key} was not merged in this window.", _nearest(key, snapshot))
    return tuple(keys)


def _nearest(key: str, snapshot: Snapshot) -> str:
    pulls = {
        str(pull.number): pull
        for pull in snapshot.pull_requests
        if pull.repository == repository_of(key)
    }
    near = difflib.get_close_matches(key.rpartition("#")[2], pulls, n=3, cutoff=0.5)
    if not near:
        return "The worksheet lists the pull requests that were."
    of = repository_of(key) if len(snapshot.repositories) > 1 else ""
    titles = {number: text.cut(text.plain(pulls[number].title), 50) for number in near}
    return f"Did you mean {' or '.join(f'{of}#{one} ({titles[one]})' for one in near)}?"
