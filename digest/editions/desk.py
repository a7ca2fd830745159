"""What `digest pick` does for its screen: the section as it would be, saving, the person's editor and browser."""

import webbrowser
from dataclasses import replace
from functools import partial
from pathlib import Path

from digest.compose import edition, marks, merge
from digest.editions import decisions, editor, picturing, place, remembering
from digest.editions.renewing import Updated
from digest.editions.update import deliver, update
from digest.errors import DigestError
from digest.files import snapshots as saved
from digest.model import Marks, Snapshot
from digest.output import render
from digest.picker.desk import Preview, SaveResult
from digest.picker.history import History
from digest.settings import Settings


class EditionDesk:
    """A saved edition on the desk: read once, and again on every saving. `last` is what was saved last."""

    def __init__(self, facts: Path, settings: Settings, output: Path) -> None:
        self._facts, self.settings, self._output = facts, settings, output
        self._there = Marks()
        self.last: Updated | None = None
        self._said: list[str] = []
        self._offered: list[str] = []
        self._read(update(self._snapshot(), settings, output, self._seen, write=False))
        self._opened = self.marks

    def preview(self, decided: Marks) -> Preview:
        """The section as these marks would make it, from what was read last."""
        now = remembering.with_pictures_there(self._now, self._place)
        digest = edition.retell(self.digest, now, self.settings, self._place.previous(now), decided)
        rendered = render.section(digest, self.settings)
        there, fresh = self._place.there, decisions.fresh(self._there, decided)
        merged = merge.merge_section(there.section, rendered, there.rendered, fresh)
        return Preview(merged.text, digest.stories, merged.edited)

    def save(self, history: History) -> SaveResult:
        """Write the decisions onto what is there now, whoever changed it meanwhile. Raises DigestError."""

        def change(decided: Marks, snapshot: Snapshot) -> marks.MarksChange:
            self._now = snapshot
            # Before the first saving, what was saved is what was read with the drafts that digest adds.
            return history.apply_to(history.saved_marks if decided == self._there else decided)

        updated = update(self._snapshot(), self.settings, self._output, change)
        self._said += updated.says
        self._offered += updated.offered
        self.last = updated
        self._read(updated)
        says = " ".join(updated.says) or "Everything is as it was."
        return SaveResult(history.after_saving(updated.marks), f"Saved. {says}" if updated.says else "Saved.")

    def edit(self, words: str) -> str:
        """The words as the person's own editor leaves them. Raises UsageError when there is none, or it fails."""
        return editor.edit(words)

    def browse(self, url: str) -> None:
        """Show a page in the browser. Raises DigestError when there is none, or it is no web page."""
        if not url.startswith(("https://", "http://")):
            raise DigestError(f"{url} is no web address.")
        if not webbrowser.open(url):
            raise DigestError("No browser could be started.", f"The address: {url}")

    def deliver(self) -> None:
        """Bring the pictures of new stories, and print the section and what changed since the beginning."""
        if self.last is None:
            return
        # Not on the screen, which would stand still meanwhile.
        new = decisions.fresh(self._opened, self.marks)
        bringing = partial(picturing.bringing, settings=self.settings, only=new)
        last = update(self._snapshot(), self.settings, self._output, bringing=bringing)
        says = (marks.describe_changes(self._opened, last.marks), *dict.fromkeys((*self._said, *last.says)))
        whole = replace(last, says=tuple(filter(None, says)), offered=tuple(dict.fromkeys(self._offered)))
        deliver(whole, f"from {self._facts}", self._output, as_json=False)

    def _snapshot(self) -> Snapshot:
        return saved.read(str(self._facts))

    def _seen(self, decided: Marks, snapshot: Snapshot) -> marks.MarksChange:
        self._there, self._now = decided, snapshot
        return marks.MarksChange(decided, "")

    def _read(self, updated: Updated) -> None:
        self.digest, self.marks = updated.digest, updated.marks
        self._place = place.find(self._now, self.settings, self._output, self._output)
        if self.last is not None:
            self._there = updated.marks
