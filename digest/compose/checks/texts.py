"""The rules that need no facts: they read the text alone."""

import difflib
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from digest.compose.checks.document import Link
from digest.compose.checks.subject import CheckSubject, Problem
from digest.compose.pictures import DESCRIBE, is_filler
from digest.text import cut, find_todos, plain

LONGEST_QUOTE = 60
FENCED = re.compile(
    r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE
)
# The names of pull requests in the label of a link, and the words that may be around them.
NAMED = re.compile(
    r"//[^/\s]+/(?P<linked>[\w.-]+/[\w.-]+)/(?:pull|issues)/(?P<path>\d{1,9})(?!\d)[/\w#?=-]*"
    r"|(?:(?<![\w.-])(?P<repository>[\w.-]+/[\w.-]+))?#(?P<number>\d{1,9})(?!\d)"
    r"|\b(?:GH-|PRs?\s+|pull(?:\s+requests?)?\s+)(?P<word>\d{1,9})\b",
    re.IGNORECASE,
)
FILLER = re.compile(
    r"https?:|\b(?:and|in|see|via|prs?|pull|requests?|issues?)\b|[\s\W_]", re.IGNORECASE
)
AT_END = re.compile(r"\(#\d+\)\W*$")
TARGET = re.compile(
    r"//[^/]+/(?P<repository>[\w.-]+/[\w.-]+)/(?:pull|issues)/(?P<number>\d{1,9})\b", re.IGNORECASE
)
PROFILE = re.compile(r"https?://[\w.-]*github[\w.-]*/[\w-]+/?", re.IGNORECASE)
OPENING = re.compile(r"(?<![\w*_~])(?:\*{1,3}|_{1,3}|~~)(?=[^\W_]|[\"'“(\[])")
CLOSING = re.compile(r"(?<=[\w.!?\"'”’)])(?:\*\*|__|~~)(?![\w*_~])")
INTERVAL = re.compile(r"\[\s*[\d.∞-]+\s*[,;]")


def find_open_todos(subject: CheckSubject) -> Iterator[Problem]:
    """TODOs that digest wrote, each with its words."""
    text = FENCED.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), subject.document.text)
    for start, _ in find_todos(text):
        words = re.split(r"\n|\]\(\S*\)", text[start:], maxsplit=1)[0]
        line = text.count("\n", 0, start) + 1
        yield (
            line,
            f"{_quote(words)} is still in the text.",
            "Replace it with your words, or delete it.",
        )


def find_wrong_labels(subject: CheckSubject) -> Iterator[Problem]:
    """Links whose label names another pull request than the one they lead to."""
    for link in subject.document.links:
        target = TARGET.search(link.target)
        if not target or (named := _named_in_label(link)) is None:
            continue
        number, repository = int(target["number"]), target["repository"]
        fits = [where in ("", repository.lower()) for where, other in named if int(other) == number]
        if any(fits):
            continue
        if subject.facts:
            pull = subject.facts.pulls.get(subject.facts.key(repository, str(number)))
            if pull and AT_END.search(link.label) and pull.title in link.label:
                continue
        shown = f"{repository if fits else ''}#{number}"
        yield (
            link.line,
            f"The label is {_quote(link.label)}, but the link leads to {shown}.",
            "Correct the label or the link.",
        )


def _named_in_label(link: Link) -> list[tuple[str, str]] | None:
    """The repository ("" if missing) and number of each pull request; None for a label in words."""
    if re.fullmatch(r"\d{1,9}", link.label):
        return [("", link.label)]
    named = [
        (
            (found["linked"] or found["repository"] or "").lower(),
            found["path"] or found["number"] or found["word"],
        )
        for found in NAMED.finditer(link.label)
    ]
    is_reference = not FILLER.sub("", NAMED.sub("", link.label)) or AT_END.search(link.label)
    return named if named and is_reference else None


def find_unlinked_stories(subject: CheckSubject) -> Iterator[Problem]:
    """Stories without a link; a link to a person's profile is not enough."""
    if subject.facts and subject.facts.digest.layout != "stories":
        # The headings of a list are groups, also those of a person.
        return
    for heading, end in subject.stories():
        links = (link for link in subject.document.links if heading.line <= link.line < end)
        if all(link.label.startswith("@") or PROFILE.fullmatch(link.target) for link in links):
            yield (
                heading.line,
                f"The story {_quote(heading.text)} has no link.",
                "Link the pull request, such as [#5551](https://github.com/owner/name/pull/5551).",
            )


def find_repeated_headings(subject: CheckSubject) -> Iterator[Problem]:
    """Headings that an earlier line has already, below the same heading."""
    first: dict[tuple[int, int, str], int] = {}
    for heading in subject.document.headings:
        if not heading.text or heading.level > 3:  # noqa: PLR2004 (below a story)
            continue
        parent = 0 if heading.level == 3 and subject.facts else subject.parent(heading)  # noqa: PLR2004
        name = (heading.level, parent, heading.text.casefold())
        if name in first:
            yield (
                heading.line,
                f"The heading {_quote(heading.text)} is already in line {first[name]}.",
                "Delete one of the two, or give it another heading.",
            )
        first.setdefault(name, heading.line)


def local_target(target: str) -> str | None:
    """The path of a picture's file from the section; None for a picture on the web or a site."""
    try:
        parts = urlsplit(target)
    except ValueError:  # the host is invalid
        return None
    if parts.scheme or parts.netloc or target.startswith("/") or not parts.path:
        return None
    return unquote(parts.path).removeprefix("./")


def find_missing_pictures(subject: CheckSubject) -> Iterator[Problem]:
    """Pictures whose file does not exist."""
    if subject.pictures is None:
        return
    for picture in subject.document.pictures:
        path = local_target(picture.target)
        if not picture.target:
            yield picture.line, "A picture has no file.", "Name its file, or delete the picture."
        elif path is not None and path not in subject.pictures:
            near = difflib.get_close_matches(path, sorted(subject.pictures), n=1, cutoff=0.5)
            cure = f"Did you mean {near[0]}?" if near else "Add the file, or delete the picture."
            yield picture.line, f"The picture {path} does not exist.", cure


def find_undescribed_pictures(subject: CheckSubject) -> Iterator[Problem]:
    """Pictures without a useful description."""
    for picture in subject.document.pictures:
        if picture.alt.startswith(DESCRIBE.partition(":")[0] + ":"):
            continue  # the TODO is a finding already
        if is_filler(picture.alt):
            found = (
                f"{_quote(picture.alt)} does not describe" if picture.alt else "Nothing describes"
            )
            yield (
                picture.line,
                f"{found} the picture {cut(plain(unquote(picture.target)), LONGEST_QUOTE)}.",
                "Describe what the picture shows, between the brackets of ![…].",
            )


def find_unclosed(subject: CheckSubject) -> Iterator[Problem]:
    """Code, links, emphasis and comments that are not closed."""
    for broken in subject.document.broken:
        yield broken.line, f"The {broken.kind} is not closed.", "Add the line that closes it."
    for line, literal in subject.document.literal:
        for position, reason, cure in _unclosed_signs(literal):
            yield line + literal.count("\n", 0, position), reason, cure


def _unclosed_signs(literal: str) -> Iterator[tuple[int, str, str]]:
    for found in re.finditer("`+", literal):
        yield found.start(), f"The {found[0]} is not closed.", "Add the missing backtick."
    for found in OPENING.finditer(literal):
        sign, word = found[0], literal[found.end() :].split(maxsplit=1)[0]
        yield (
            found.start(),
            f"The {sign} before {_quote(word)} is not closed.",
            f"Add {sign} right after the last word, or write \\{sign[0]} to show the character.",
        )
    for found in CLOSING.finditer(literal):
        word = literal[: found.start()].rsplit(maxsplit=1)[-1]
        yield (
            found.start(),
            f"The {found[0]} after {_quote(word)} has no opening {found[0]}.",
            f"Add {found[0]} right before the first word.",
        )
    yield from _broken_links(literal)


def _broken_links(literal: str) -> Iterator[tuple[int, str, str]]:
    opened: list[int] = []
    for found in re.finditer(r"\[|\](?P<link>\(| \(https?:)?", literal):
        if found[0] == "[":
            opened.append(found.start())
            continue
        start = opened.pop() if opened else found.start()
        if found["link"]:
            words = literal[start:].split("\n", maxsplit=1)[0]
            yield start, f"{_quote(words)} is not a link.", "Write it as [label](address)."
    for start in opened:
        words = literal[start:].split("\n", maxsplit=1)[0]
        if not INTERVAL.match(words):
            yield (
                start,
                f"The [ in {_quote(words)} is not closed.",
                "Add ], or write \\[ to show the character.",
            )


def _quote(words: str) -> str:
    return f"“{cut(plain(words), LONGEST_QUOTE)}”"
