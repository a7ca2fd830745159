"""The desk of `digest pick`: a saved edition as the picker previews, saves and reports it."""

import webbrowser
from dataclasses import replace
from pathlib import Path

from digest.compose import edition, marks
from digest.editions import editor
from digest.editions.draft import edition_command, report
from digest.editions.folder import (
    read_edition,
    read_saved,
    retry_after_saves,
    save_update,
    update_edition,
)
from digest.editions.pictures import FolderPictures
from digest.editions.request import Request, fresh_stories
from digest.editions.saved_edition import SavedEdition
from digest.editions.update import EditionUpdate, SectionMerge, update
from digest.errors import DigestError
from digest.files import editions
from digest.model import Digest, Marks, Snapshot
from digest.picker.desk import Preview, SaveResult
from digest.picker.history import History
from digest.settings import Settings


class EditionDesk:
    """A saved edition; it is read at the beginning and again at every save.

    `last` is the update that was saved last.
    """

    def __init__(self, facts: Path, settings: Settings, output: Path) -> None:
        self._facts, self.settings, self._output = facts, settings, output
        self.last: EditionUpdate | None = None
        self._messages: list[str] = []
        self._withheld: list[str] = []
        saved, snapshot = self._read()
        self._update = update(saved, snapshot, Request(), settings)
        self._saved = saved
        self._before = saved.marks_without_deleted.marks
        self._opened = self.marks

    @property
    def digest(self) -> Digest:
        """The digest of what was read or saved last."""
        return self._update.digest

    @property
    def marks(self) -> Marks:
        """The marks that were read or saved last, with the stories that digest drafts."""
        return self._update.marks

    def preview(self, decided: Marks) -> Preview:
        """The section as these marks would make it, from what was read last."""
        new = self._update
        material = replace(new.material, drafted=marks.MarksChange(decided, ""))
        previous = self._saved.surroundings.previous
        settings = self.settings.with_layout(new.digest.layout)
        digest = edition.recompose(new.digest, new.snapshot, settings, material, previous)
        section = SectionMerge(self._saved, new.snapshot, settings, self._before, decided)
        shown, merged = section.merge(digest, material)
        covered = frozenset(key for story in shown.stories for key in story.pull_requests)
        return Preview(merged.text, digest.stories, merged.edited, covered)

    def save(self, history: History) -> SaveResult:
        """Write the decisions, also onto files that changed meanwhile.

        Raises DigestError.
        """
        return retry_after_saves(lambda: self._save(history))

    def _save(self, history: History) -> SaveResult:
        saved, snapshot = self._read()
        now = saved.marks_without_deleted.marks
        # Before the first save, the marks are those that were read, with digest's drafts.
        change = history.apply_to(history.saved_marks if now == self._before else now)
        request = Request(decisions=change.marks, messages=(change.message,))
        new = update(saved, snapshot, request, self.settings)
        save_update(new)
        self._messages += new.messages
        self._withheld += new.withheld
        texts = replace(
            saved.texts, marks=new.marks_text, section=new.section, rendered=new.rendered
        )
        self.last = self._update = new
        self._saved, self._before = replace(saved, texts=texts), new.marks
        messages = " ".join(new.messages)
        return SaveResult(history.after_saving(new.marks), f"Saved. {messages}".rstrip())

    def edit(self, words: str) -> str:
        """The words as the person's own editor leaves them. Raises UsageError for no editor."""
        return editor.edit(words)

    def browse(self, url: str) -> None:
        """Show a page in the browser. Raises DigestError for no browser or no web page."""
        if not url.startswith(("https://", "http://")):
            raise DigestError(f"{url} is not a web address.")
        if not webbrowser.open(url):
            raise DigestError("No browser could be started.", f"The address: {url}")

    def report(self, request: Request) -> None:
        """Load the pictures of new stories, and print the section and what changed."""
        if self.last is None:
            return
        # Not while the screen is shown, which would not react meanwhile.
        new = retry_after_saves(self._load_pictures)
        messages = (
            marks.describe_changes(self._opened, new.marks),
            *dict.fromkeys((*self._messages, *new.messages)),
        )
        withheld = tuple(dict.fromkeys(self._withheld))
        shown = replace(new, messages=tuple(filter(None, messages)), withheld=withheld)
        around = editions.find_editions(self._output)
        check = edition_command("check", request, new.digest, around)
        report(shown, f"from {self._facts}", self._output, self.settings, check=check)

    def _load_pictures(self) -> EditionUpdate:
        snapshot, facts = read_saved(self._facts)
        fresh = fresh_stories(self._opened, self.marks)
        load = FolderPictures(self._facts.parent, self.settings, fresh)
        return update_edition(snapshot, Request(), self.settings, self._output, load, facts=facts)

    def _read(self) -> tuple[SavedEdition, Snapshot]:
        snapshot, facts = read_saved(self._facts)
        around = editions.find_editions(self._output)
        return read_edition(snapshot, self.settings, self._output, around, facts), snapshot
