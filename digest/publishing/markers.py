"""Two markers and the text between them, which is digest's: the section in a page, the list in a draft's body.

All text outside is a person's. Pure.
"""

import re
from dataclasses import dataclass

from digest.errors import UsageError

BEGIN, END = "<!-- digest:begin -->", "<!-- digest:end -->"
# At a line's start only: elsewhere it may be a title that holds the words, or a person who writes
# about them.
BEGINS = re.compile(r"^[ \t]*<!--[ \t]*digest:begin[ \t]*-->", re.MULTILINE)
ENDS = re.compile(r"^[ \t]*<!--[ \t]*digest:end[ \t]*-->", re.MULTILINE)
BLANK = " \t\r\n"


@dataclass(frozen=True)
class MarkedBody:
    """A draft's body in three, byte for byte; `inside` begins and ends with the markers."""

    above: str
    inside: str
    below: str


def find_markers(body: str) -> MarkedBody | None:
    """The body in three.

    None where a person took a marker out, doubled it, or put the end before the beginning.
    """
    begins, ends = list(BEGINS.finditer(body)), list(ENDS.finditer(body))
    if len(begins) != 1 or len(ends) != 1 or ends[0].start() < begins[0].end():
        return None
    start, end = begins[0].start(), ends[0].end()
    return MarkedBody(body[:start], body[start:end], body[end:])


@dataclass(frozen=True)
class SectionPage:
    """A file of the newsletter around its section, byte for byte.

    `section` is None before the first one.
    """

    before: str
    section: str | None
    after: str

    def text(self, section: str) -> str:
        """The file with this section, whose last line ends as the section's does."""
        if not self.before and not self.after:
            return section
        return f"{self.before}{section.strip(BLANK)}{self.after}"


def read_page(text: str, path: str, *, is_ours: bool) -> SectionPage:
    """The file with this text.

    One that digest made (`is_ours`) is the section as a whole if it has no markers.
    Raises UsageError, which names `path`, for markers that are missing, doubled or in the wrong
    order.
    """
    begins, ends = list(BEGINS.finditer(text)), list(ENDS.finditer(text))
    if not begins and not ends and is_ours:
        return SectionPage("", text, "")
    if not begins:
        raise UsageError(
            f"{path} is there already and does not say where the section goes.",
            f"Put the line {BEGIN} where it belongs; digest adds the other one.",
        )
    if len(begins) > 1 or len(ends) > 1 or (ends and ends[0].start() < begins[0].end()):
        raise UsageError(
            f"{path} must have {BEGIN} once and {END} once, after it.", "Mend the file by hand."
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
    """A new file from the texts before and after the section; it gets the markers that it lacks.

    Raises UsageError as `read_page` does.
    """
    if not BEGINS.search(before):
        before = f"{before.rstrip(BLANK)}\n\n{BEGIN}\n\n" if before.strip(BLANK) else f"{BEGIN}\n\n"
    if not ENDS.search(after):
        after = f"\n\n{END}\n\n{after.strip(BLANK)}\n" if after.strip(BLANK) else f"\n\n{END}\n"
    return read_page(f"{before.rstrip(BLANK)}\n\n{after.lstrip(BLANK)}", path, is_ours=False)
