"""The markers around digest's text: the section in a page, and the list in a draft's body. Pure.

All text outside the markers is a person's.
"""

import re
from dataclasses import dataclass

from digest.errors import UsageError

BEGIN, END = "<!-- digest:begin -->", "<!-- digest:end -->"
# Only at the start of a line: elsewhere it may be part of a title, or a person's text about the
# markers.
BEGINS = re.compile(r"^[ \t]*<!--[ \t]*digest:begin[ \t]*-->", re.MULTILINE)
ENDS = re.compile(r"^[ \t]*<!--[ \t]*digest:end[ \t]*-->", re.MULTILINE)
BLANK = " \t\r\n"


@dataclass(frozen=True)
class MarkedBody:
    """The three parts of a draft's body, byte for byte; `inside` includes both markers."""

    above: str
    inside: str
    below: str


def find_markers(body: str) -> MarkedBody | None:
    """The three parts of a body.

    None if a person deleted or doubled a marker, or put the end before the beginning.
    """
    begins, ends = list(BEGINS.finditer(body)), list(ENDS.finditer(body))
    if len(begins) != 1 or len(ends) != 1 or ends[0].start() < begins[0].end():
        return None
    start, end = begins[0].start(), ends[0].end()
    return MarkedBody(body[:start], body[start:end], body[end:])


@dataclass(frozen=True)
class SectionPage:
    """A file of the newsletter, byte for byte: its section, and the text before and after it.

    `section` is None if the file has no section yet.
    """

    before: str
    section: str | None
    after: str

    def text(self, section: str) -> str:
        """The text of the file with this section."""
        if not self.before and not self.after:
            return section
        return f"{self.before}{section.strip(BLANK)}{self.after}"


def read_page(text: str, path: str, *, is_ours: bool) -> SectionPage:
    """The file with this text; without markers, a file that digest made (`is_ours`) is all section.

    Raises UsageError, which names `path`, if markers are missing, doubled or in the wrong order.
    """
    begins, ends = list(BEGINS.finditer(text)), list(ENDS.finditer(text))
    if not begins and not ends and is_ours:
        return SectionPage("", text, "")
    if not begins:
        raise UsageError(
            f"{path} already exists and has no marker for the section.",
            f"Add the line {BEGIN} to it where the section belongs; digest adds {END}.",
        )
    if len(begins) > 1 or len(ends) > 1 or (ends and ends[0].start() < begins[0].end()):
        raise UsageError(
            f"{path} must have the line {BEGIN} once and, below it, {END} once.",
            "Correct the file by hand, and run the same command again.",
        )
    line_end = "\r\n" if "\r\n" in text else "\n"
    head = text[: begins[0].end()]
    if not ends:
        rest = text[begins[0].end() :]
        return SectionPage(f"{head}{line_end * 2}", None, f"{line_end * 2}{END}{rest or line_end}")
    between, tail = text[begins[0].end() : ends[0].start()], text[ends[0].start() :]
    section = between.strip(BLANK)
    if not section:
        return SectionPage(f"{head}{line_end * 2}", None, f"{line_end * 2}{tail}")
    start = between.index(section)
    space, rest = between[:start], between[start + len(section) :]
    return SectionPage(head + space, f"{section}{line_end}", rest + tail)


def new_page(before: str, after: str, path: str) -> SectionPage:
    """A new file from the texts before and after the section; missing markers are added.

    Raises UsageError as `read_page` does.
    """
    if not BEGINS.search(before):
        before = f"{before.rstrip(BLANK)}\n\n{BEGIN}\n\n" if before.strip(BLANK) else f"{BEGIN}\n\n"
    if not ENDS.search(after):
        after = f"\n\n{END}\n\n{after.strip(BLANK)}\n" if after.strip(BLANK) else f"\n\n{END}\n"
    return read_page(f"{before.rstrip(BLANK)}\n\n{after.lstrip(BLANK)}", path, is_ours=False)
