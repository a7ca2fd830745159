"""The markers around digest's text: the section in a page, and the list in a draft's body. Pure.

All text outside the markers is a person's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from digest.errors import UsageError

BEGIN, END = "<!-- digest:begin -->", "<!-- digest:end -->"
# An HTML comment is a syntax error in MDX.
MDX_BEGIN, MDX_END = "{/* digest:begin */}", "{/* digest:end */}"
# Only at the start of a line: elsewhere it may be part of a title, or a person's text about the
# markers.
BEGINS = re.compile(r"^[ \t]*<!--[ \t]*digest:begin[ \t]*-->", re.MULTILINE)
ENDS = re.compile(r"^[ \t]*<!--[ \t]*digest:end[ \t]*-->", re.MULTILINE)
# A person's name may contain braces and begin a line, but it is never the whole line.
MDX_BEGINS = re.compile(r"^[ \t]*\{/\*[ \t]*digest:begin[ \t]*\*/\}(?=[ \t]*\r?$)", re.MULTILINE)
MDX_ENDS = re.compile(r"^[ \t]*\{/\*[ \t]*digest:end[ \t]*\*/\}(?=[ \t]*\r?$)", re.MULTILINE)
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
    begins, ends = _find_begins(text, path), _find_ends(text, path)
    begin, end = _choose_markers(text, path)
    if not begins and not ends and is_ours:
        return SectionPage("", text, "")
    if not begins:
        raise UsageError(
            f"{path} already exists and has no marker for the section.",
            f"Add the line {begin} to it where the section belongs; digest adds {end}.",
        )
    if len(begins) > 1 or len(ends) > 1 or (ends and ends[0].start() < begins[0].end()):
        raise UsageError(
            f"{path} must have the line {begin} once and, below it, {end} once.",
            "Correct the file by hand, and run the command again.",
        )
    line_end = "\r\n" if "\r\n" in text else "\n"
    head = text[: begins[0].end()]
    if not ends:
        rest = text[begins[0].end() :]
        return SectionPage(f"{head}{line_end * 2}", None, f"{line_end * 2}{end}{rest or line_end}")
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
    begin, end = _choose_markers(f"{before}\n{after}", path)
    if not _find_begins(before, path):
        before = f"{before.rstrip(BLANK)}\n\n{begin}\n\n" if before.strip(BLANK) else f"{begin}\n\n"
    if not _find_ends(after, path):
        after = f"\n\n{end}\n\n{after.strip(BLANK)}\n" if after.strip(BLANK) else f"\n\n{end}\n"
    return read_page(f"{before.rstrip(BLANK)}\n\n{after.lstrip(BLANK)}", path, is_ours=False)


def _find_begins(text: str, path: str) -> Sequence[re.Match[str]]:
    return _find_lines(text, BEGINS, MDX_BEGINS, path)


def _find_ends(text: str, path: str) -> Sequence[re.Match[str]]:
    return _find_lines(text, ENDS, MDX_ENDS, path)


def _find_lines(
    text: str, html: re.Pattern[str], mdx: re.Pattern[str], path: str
) -> Sequence[re.Match[str]]:
    found = [*html.finditer(text), *(mdx.finditer(text) if _is_mdx(path) else ())]
    return sorted(found, key=lambda match: match.start())


def _choose_markers(text: str, path: str) -> tuple[str, str]:
    """The markers to add: the form of the file, or the form that it already uses."""
    uses_html = BEGINS.search(text) or ENDS.search(text)
    return (MDX_BEGIN, MDX_END) if _is_mdx(path) and not uses_html else (BEGIN, END)


def _is_mdx(path: str) -> bool:
    return path.lower().endswith(".mdx")
