"""Untrusted text -> safe text: plain for terminals, inline Markdown for sections, links, cut lines.

Pure.
What counts as Markdown here: CommonMark 0.31, GitHub's extensions, and what linkify-it links by
itself.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, count
from urllib.parse import quote

from digest.model import Markdown

# Text that is plain holds no control characters, so these three can stand in for what is settled
# already.
CODE, OPEN, CLOSE = "\0", "\1", "\2"

DROPPED = (
    (r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f", "controls; those left out are white space"),
    (
        r"\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0",
        "invisible letters, marks, hyphens",
    ),
    (
        r"\u200b\u200c\u2060-\u2065\u206a-\u206f\ufeff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a",
        "zero-width",
    ),
    (
        r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069",
        "bidirectional: they show a text in another order",
    ),
    (
        r"\ufe00-\ufe0d\U000e0000-\U000e0fff",
        "tags and selectors, which can carry a hidden text; U+FE0F is emoji's",
    ),
    (r"\ud800-\udfff", "lone surrogates, which no file can hold"),
    (r"\ufdd0-\ufdef\ufff0-\ufffc\ufffe\uffff", "no characters"),
    (
        "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17)),
        "no characters of the other planes",
    ),
)
EMOJI = r"\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
INVISIBLE = re.compile(
    f"[{''.join(characters for characters, _ in DROPPED)}]"
    rf"|(?<![{EMOJI}])\u200d|\u200d(?![{EMOJI}])"  # the zero-width joiner stays where it joins emoji
)

# GitHub looks for addresses after the text nodes are joined, remark-gfm too: `a\@b.com` and
# `https\://…` are linked all the same, and so is a bare `www.`. A code span is the one form that
# every parser leaves alone.
ADDRESS = (
    r"(?i:(?:https?|ftp)://|www\.|(?:mailto|xmpp):[^\s`<>\[\]@]*@)[^\s`<>\[\]]*[^\s`<>\[\]().,:;!?'\"*_~]"
    r"|(?i:www)\."
    r"|(?<![\w.+-])[\w.+-]+@[\w.-]*\.[\w-]*[^\W\d_]"
)
STANDS_AS_CODE = re.compile(
    rf"(?<!`)(?P<fence>`+)(?!`)(?P<code>.*?[^`])(?P=fence)(?!`)|(?:{ADDRESS})"
)

# A flat pair of brackets is text, since no section defines a link of that name. Not so before "(",
# after "!", as a footnote [^1], as an alert [!NOTE] or a task's box, and at a line's start as the
# definition of a link.
PAIR = re.compile(r"(?!^\[[^\[\]]*\]:|^\[[xX]\](?:\s|$))(?<!!)\[(?![\^! ])([^\[\]]*)\](?!\()")

# Prettier up to 3.8 escapes an underscore beside Chinese, Japanese and Korean letters, so they are
# no LETTER.
LETTER = r"[^\W_\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U0001aff0-\U0003ffff]"
COUNTRY = (
    "a[cdefgilmnoqrstuwxz]|b[abdefghijmnorstvwyz]|c[acdfghiklmnoruvwxyz]|d[ejkmoz]|e[cegrstu]|f[ijkmor]"
    "|g[abdefghilmnpqrstuwy]|h[kmnrtu]|i[delmnoqrst]|j[emop]|k[eghimnprwyz]|l[abcikrstuvy]|m[acdeghklmnopqrstuvwxyz]"
    "|n[acefgilopruz]|om|p[aefghklmnrstwy]|qa|r[eosuw]|s[abcdeghijklmnortuvxyz]|t[cdfghjklmnortvwz]|u[agksyz]"
    "|v[aceginu]|w[fs]|y[et]|z[amw]"
)
TOP_LEVEL = rf"{COUNTRY}|biz|com|edu|gov|net|org|pro|web|xxx|aero|asia|coop|info|museum|name|shop|рф|xn--[a-z0-9-]+"

# Where a backslash is needed: it goes before the last character that matches. `^` is the start of
# the text, which may stand at the start of a line.
ESCAPED = (
    (
        r"\\(?!\s|[^\W_])",
        "a backslash that would escape what follows, or break the line at its end",
    ),
    (r"[*`\[\]]", "emphasis, half a code span, links and pictures"),
    (rf"(?<!{LETTER})_|_(?!{LETTER})", "emphasis; within a word an underscore is text"),
    (r"(?<=\S)~|~(?=~)", "the end of a strike-through, without which none begins; a fence"),
    (
        rf"\$(?=[^${CODE}]*[${CODE}])",
        "math; a single dollar is text, unless code that may hold another follows",
    ),
    (r"<(?=[A-Za-z/!?]|[^\s<>]*@)", "HTML, an autolink"),
    (r"&(?=#?[A-Za-z0-9]+;)", "an entity"),
    (
        rf"(?<=\S)\.(?=(?i:{TOP_LEVEL})(?![^\W_]))",
        "a bare host, which linkify-it links: README.md is one in Moldova",
    ),
    (r"(?<=\S)@(?=\d+\.\d+\.\d+\.\d)", "an address at a number, which only linkify-it links"),
    (r"(?<=/)/(?=\S)", "a host after //, which linkify-it links"),
    (r"^#(?=#{0,5}(?:\s|$))|(?<=\s)#(?=#*$)", "a heading, and the # that may close one"),
    (r"^>", "a quotation"),
    (r"^[-+](?=\s|$)|^\d{1,9}[.)](?=\s|$)", "a list"),
    (r"^[-=:|](?=[-=:|\s]*$)", "a rule, the line under a heading or under a table's head"),
)
NEEDS_BACKSLASH = re.compile("|".join(pattern for pattern, _ in ESCAPED))


def plain(untrusted: str) -> str:
    """The text on one line: white space collapsed, nothing in it that is invisible or steers a terminal."""
    return " ".join(INVISIBLE.sub("", untrusted).split())


def lines(untrusted: str) -> list[str]:
    """The text line by line with its indents, nothing in it that is invisible or steers a terminal."""
    shown = (INVISIBLE.sub("", line.expandtabs(4)) for line in untrusted.splitlines())
    return ["".join(" " if one.isspace() else one for one in line).rstrip() for line in shown]


def inline(untrusted: str) -> Markdown:
    """The plain text as Markdown that reads the same anywhere in a line, at its start and in a link's text too.

    Balanced code spans stay code. A space or punctuation, but neither "(" nor a backtick, may
    follow directly.
    """
    codes: list[str] = []

    def set_aside(match: re.Match[str]) -> str:
        content = match["code"] or match[0]
        if content.isspace():
            return match[0]
        codes.append(content.strip())
        return CODE

    text = STANDS_AS_CODE.sub(set_aside, plain(untrusted))
    text = PAIR.sub(rf"{OPEN}\1{CLOSE}", text)
    text = NEEDS_BACKSLASH.sub(lambda match: rf"{match[0][:-1]}\{match[0][-1]}", text)
    text = text.replace(OPEN, "[").replace(CLOSE, "]")
    ready = iter(codes)
    return Markdown(
        re.sub(f"{CODE}+", lambda match: _code_span("".join(next(ready) for _ in match[0])), text)
    )


def listed(parts: Sequence[str]) -> str:
    """Parts of a sentence: "a", "a and b", "a, b and c".

    Markdown of Markdown, once the caller says so.
    """
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def picture(alt: Markdown, file: str) -> Markdown:
    """A picture from a file beside the section, or from a URL; the target cannot break out."""
    where = file if re.match(r"https?://|\.{0,2}/", file, re.IGNORECASE) else f"./{file}"
    return Markdown(f"![{alt}]({_target(where)})")


def link(text: Markdown, url: str) -> Markdown:
    """A link to an http or https URL whose target cannot break out.

    For any other URL the text alone.
    A snapshot that somebody wrote may hold any URL, and a section without one link beats no
    section.
    """
    if not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
        return text
    return Markdown(f"[{text}]({_target(url)})")


def quiet(untrusted: str) -> Markdown:
    """The plain text as a code span, for what GitHub shows beside the project: bodies, comments, summaries.

    Nothing in it is a name that is pinged, a number or an address that links back, or a word that
    closes an issue.
    """
    return Markdown(_code_span(plain(untrusted) or "–"))


def redirected(label: Markdown, url: str) -> Markdown:
    """A link that leaves no trace at the other end: through redirect.github.com, which knows github.com alone.

    For any other host the label alone.
    """
    found = re.fullmatch(r"https://github\.com/(.*)", url, re.IGNORECASE | re.DOTALL)
    return link(label, f"https://redirect.github.com/{found[1]}") if found else label


def matches_glob(pattern: str, value: str) -> bool:
    """Whether the whole value is what the pattern says, in any case.

    `*` matches anything, also nothing.
    """
    # Not fnmatch: to it, the brackets of "*[bot]" are a choice of letters.
    wanted = ".*".join(map(re.escape, pattern.split("*")))
    return re.fullmatch(wanted, value, re.IGNORECASE | re.DOTALL) is not None


def width(text: str) -> int:
    """The number of terminal cells of a plain text."""
    return len(text) if text.isascii() else sum(_cells(text))


def cut(text: str, cells: int) -> str:
    """At most so many terminal cells of a plain text, ending with "…" where it was cut.

    The cut falls between words where that costs at most a third of the width.
    """
    if width(text) <= cells:
        return text
    if cells < 1:
        return ""
    reached = list(accumulate(_cells(text)))
    kept = text[: bisect_right(reached, cells - 1)]
    words = kept if text[len(kept)] == " " else kept.rpartition(" ")[0].rstrip()
    is_long_enough = words and reached[len(words) - 1] * 3 >= cells * 2
    return (words if is_long_enough else kept.rstrip()) + "…"


def fit(text: str, cells: int) -> str:
    """A plain text in exactly so many terminal cells: cut, or with spaces behind it."""
    shown = cut(text, cells)
    return shown + " " * (cells - width(shown))


def _target(url: str) -> str:
    # Without ";" no entity can stand in a target, without brackets and blanks it cannot end early.
    return quote(url, safe="%/:?#@!$&+,=", errors="replace")


def _code_span(code: str) -> str:
    """A code span as Prettier writes it: the shortest fence that the code does not hold."""
    runs = {len(run) for run in re.findall("`+", code)}
    fence = "`" * next(length for length in count(1) if length not in runs)
    pad = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{fence}{pad}{code}{pad}{fence}"


def _cells(text: str) -> Iterator[int]:
    """The cells of each character.

    Those that join the character before them have none of their own.
    """
    before, cells = "", 0
    for character in text:
        if before == "\u200d" or (before and character in SKIN_TONES):
            cells = 0
        elif character == "\ufe0f":  # makes an emoji of the character before it, and so wide
            cells = 1 if cells == 1 else 0
        elif (
            character == "\u200d"
            or "\u1160" <= character <= "\u11ff"
            or unicodedata.category(character) in {"Mn", "Me", "Mc"}
        ):
            cells = 0
        else:
            cells = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        yield cells
        before = character
