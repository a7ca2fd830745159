"""What an editor asks of the stories, from words on the command line to changed marks."""

import difflib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from digest import text
from digest.compose import marks
from digest.compose.keys import RepositoryNames, parse_key, repository_of
from digest.errors import UsageError
from digest.model import Marks, Snapshot
from digest.settings import Settings

# What a person asks of the marks: it gets them and the facts, and gives them back changed.
Change = Callable[[Marks, Snapshot], marks.MarksChange]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What to change: `stories` as typed, each a number, `a+b`, `owner/name#n` or a URL, and what becomes of them."""

    stories: Sequence[str] = ()
    heading: str | None = None
    text: str | None = None
    first: bool = False
    after: str | None = None
    remove: bool = False
    section_heading: str | None = None
    section_lead: str | None = None

    def change(self, settings: Settings) -> Change:
        """The wish as a change of an edition's marks. The change raises UsageError for a number that nobody knows."""

        def changed(decided: Marks, snapshot: Snapshot) -> marks.MarksChange:
            step = marks.set_heading_and_lead(decided, heading=self.section_heading, lead=self.section_lead)
            says = [step.message]
            known = RepositoryNames([one.name for one in snapshot.repositories], settings.repository_aliases)
            after = self.after and _keys(self.after, known, snapshot, decided)[0]
            told = [_keys(story, known, snapshot, decided) for story in self.stories]
            if not told and (self.heading or self.text):
                told = [()]
            for keys in told:
                step = self._story(step.marks, keys, after)
                says.append(step.message)
            return marks.MarksChange(step.marks, " ".join(one for one in says if one))

        return changed

    def keys(self, snapshot: Snapshot, settings: Settings) -> list[str]:
        """The pull requests that are named and can be read; the change says what is wrong with the others."""
        known = RepositoryNames([one.name for one in snapshot.repositories], settings.repository_aliases)
        keys = []
        for word in "+".join(self.stories).split("+"):
            with suppress(ValueError):
                keys.append(parse_key(word, known))
        return keys

    def _story(self, decided: Marks, keys: tuple[str, ...], after: str | None) -> marks.MarksChange:
        if self.remove:
            return marks.remove_stories(decided, keys, None if keys else self.heading)
        return marks.add_story(
            decided, keys, "person", heading=self.heading, text=self.text, first=self.first, after=after or None
        )


def _keys(words: str, known: RepositoryNames, snapshot: Snapshot, decided: Marks) -> tuple[str, ...]:
    keys = []
    for word in words.split("+"):
        try:
            keys.append(parse_key(word, known))
        except ValueError as error:
            raise UsageError(f"{word!r} {error}.") from None
    there = {pull.key for pull in (*snapshot.pull_requests, *snapshot.others)}
    whole = [one.name for one in snapshot.repositories if one.was_read]
    marked = {key for mark in decided.stories for key in mark.pull_requests}
    for key in keys:
        # Of the edition's own repositories the window is known whole; another repository's may be anything.
        if repository_of(key) in whole and key not in there | marked:
            raise UsageError(f"{key} was not merged in this window.", _nearest(key, snapshot))
    return tuple(keys)


def _nearest(key: str, snapshot: Snapshot) -> str:
    pulls = {str(pull.number): pull for pull in snapshot.pull_requests if pull.repository == repository_of(key)}
    near = difflib.get_close_matches(key.rpartition("#")[2], pulls, n=3, cutoff=0.5)
    if not near:
        return "The worksheet lists everything that was."
    of = repository_of(key) if len(snapshot.repositories) > 1 else ""
    return (
        "Did you mean "
        + " or ".join(f"{of}#{one} ({text.cut(text.plain(pulls[one].title), 50)})" for one in near)
        + "?"
    )
