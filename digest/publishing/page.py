"""A page of the newsletter with the section in it: the whole file, or what stands between two markers."""

import re
from dataclasses import dataclass

from digest.errors import UsageError

BEGIN, END = "<!-- digest:begin -->", "<!-- digest:end -->"
# At a line's start only: elsewhere in a line it may be a title that holds the words, or a person who writes of them.
BEGINS = re.compile(r"^[ \t]*<!--[ \t]*digest:begin[ \t]*-->", re.MULTILINE)
ENDS = re.compile(r"^[ \t]*<!--[ \t]*digest:end[ \t]*-->", re.MULTILINE)
BLANK = " \t\r\n"


@dataclass(frozen=True)
class Page:
    """A file around its section, byte for byte; `section` is None where none was put in yet."""

    before: str
    section: str | None
    after: str

    def text(self, section: str) -> str:
        """The file with this section, whose last line ends as the section's does."""
        if not self.before and not self.after:
            return section
        return f"{self.before}{section.strip(BLANK)}{self.after}"


def read(text: str, path: str, *, is_ours: bool) -> Page:
    """A file as it stands. One that digest made itself (`is_ours`) is the section as a whole if it has no markers.

    Raises UsageError, which names `path`, for markers that are missing, doubled or in the wrong order.
    """
    begins, ends = list(BEGINS.finditer(text)), list(ENDS.finditer(text))
    if not begins and not ends and is_ours:
        return Page("", text, "")
    if not begins:
        raise UsageError(
            f"{path} is there already and does not say where the section goes.",
            f"Put the line {BEGIN} where it belongs; digest adds the other one.",
        )
    if len(begins) > 1 or len(ends) > 1 or (ends and ends[0].start() < begins[0].end()):
        raise UsageError(f"{path} must have {BEGIN} once and {END} once, after it.", "Mend the file by hand.")
    line_end = "\r\n" if "\r\n" in text else "\n"
    head = text[: begins[0].end()]
    if not ends:
        rest = text[begins[0].end() :]
        return Page(f"{head}{line_end * 2}", None, f"{line_end * 2}{END}{rest or line_end}")
    between, tail = text[begins[0].end() : ends[0].start()], text[ends[0].start() :]
    section = between.strip(BLANK)
    if not section:
        return Page(f"{head}{line_end * 2}", None, f"{line_end * 2}{tail}")
    start = between.index(section)
    space, rest = between[:start], between[start + len(section) :]
    return Page(head + space, f"{section}{line_end}", rest + tail)


def around(before: str, after: str, path: str) -> Page:
    """A new file made of what stands before and after the section; it gets the markers that it lacks.

    Raises UsageError as `read` does.
    """
    if not BEGINS.search(before):
        before = f"{before.rstrip(BLANK)}\n\n{BEGIN}\n\n" if before.strip(BLANK) else f"{BEGIN}\n\n"
    if not ENDS.search(after):
        after = f"\n\n{END}\n\n{after.strip(BLANK)}\n" if after.strip(BLANK) else f"\n\n{END}\n"
    return read(f"{before.rstrip(BLANK)}\n\n{after.lstrip(BLANK)}", path, is_ours=False)
