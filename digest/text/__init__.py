"""Makes untrusted text safe: plain text for terminals, and Markdown for sections.

Markdown is CommonMark 0.31 with GitHub's extensions, and the addresses that linkify-it links.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate, count
from urllib.parse import quote

from digest.model import Markdown

# Plain text has no control characters, so these three can replace the parts that are done.
CODE, OPEN, CLOSE = "\0", "\1", "\2"

DROPPED = (
    (r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f", "control characters that are not white space"),
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
        "bidirectional controls: they change the visible order of a text",
    ),
    (
        r"\ufe00-\ufe0d\U000e0000-\U000e0fff",
        "tags and selectors, which can hide a text; emoji need U+FE0F",
    ),
    (r"\ud800-\udfff", "lone surrogates, which files cannot hold"),
    (r"\ufdd0-\ufdef\ufff0-\ufffc\ufffe\uffff", "not characters"),
    (
        "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17)),
        "not characters, in the other planes",
    ),
)
EMOJI = r"\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
INVISIBLE = re.compile(
    f"[{''.join(characters for characters, _ in DROPPED)}]"
    rf"|(?<![{EMOJI}])\u200d|\u200d(?![{EMOJI}])"  # the zero-width joiner stays between emoji
)

# GitHub and remark-gfm look for addresses after they remove backslashes. So they still link
# `a\@b.com`, `https\://…` and a bare `www.`. Only a code span works in every parser.
ADDRESS = (
    r"(?i:(?:https?|ftp)://|www\.|(?:mailto|xmpp):[^\s`<>\[\]@]{0,254}@)"
    r"[^\s`<>\[\]]*[^\s`<>\[\]().,:;!?'\"*_~]"
    r"|(?i:www)\."
    r"|(?<![\w.+-])[\w.+-]+@[\w.-]*\.[\w-]*[^\W\d_]"
)
KEPT_AS_CODE = re.compile(
    rf"(?<!`)(?P<fence>`+)(?!`)(?P<code>.*?[^`])(?P=fence)(?!`)|(?:{ADDRESS})"
)

# A pair of brackets is plain text, because sections define no links by name. The exceptions are a
# pair before "(" or after "!", a footnote [^1], an alert [!NOTE], a task's box, and the definition
# of a link at the start of a line.
PAIR = re.compile(r"(?!^\[[^\[\]]*\]:|^\[[xX]\](?:\s|$))(?<!!)\[(?![\^! ])([^\[\]]*)\](?!\()")

# Prettier up to 3.8 escapes an underscore next to Chinese, Japanese and Korean letters, so LETTER
# does not include them.
LETTER = (
    r"[^\W_\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
    r"\U0001aff0-\U0003ffff]"
)
COUNTRY = (
    "a[cdefgilmnoqrstuwxz]|b[abdefghijmnorstvwyz]|c[acdfghiklmnoruvwxyz]|d[ejkmoz]|e[cegrstu]"
    "|f[ijkmor]|g[abdefghilmnpqrstuwy]|h[kmnrtu]|i[delmnoqrst]|j[emop]|k[eghimnprwyz]|l[abcikrstuvy]"
    "|m[acdeghklmnopqrstuvwxyz]|n[acefgilopruz]|om|p[aefghklmnrstwy]|qa|r[eosuw]|s[abcdeghijklmnortuvxyz]|t[cdfghjklmnortvwz]"
    "|u[agksyz]|v[aceginu]|w[fs]|y[et]|z[amw]"
)
TOP_LEVEL = (
    rf"{COUNTRY}|biz|com|edu|gov|net|org|pro|web|xxx|aero|asia|coop|info|museum|name|shop|рф"
    r"|xn--[a-z0-9-]+"
)

# These patterns need a backslash before their last character. `^` is the start of the text, which
# may be the start of a line.
ESCAPED = (
    (
        r"\\(?!\s|[^\W_])",
        "a backslash that would escape the next character or break the line",
    ),
    (r"[*`\[\]]", "emphasis, half a code span, links and pictures"),
    (rf"(?<!{LETTER})_|_(?!{LETTER})", "emphasis; within a word an underscore is text"),
    (r"(?<=\S)~|~(?=~)", "the end of a strike-through, which every strike-through needs; a fence"),
    (
        rf"\$(?=[^${CODE}]*[${CODE}])",
        "math; a single dollar is text unless code, which may contain another, follows",
    ),
    (r"[<{}]", "HTML, an autolink; in pages that are MDX, also JSX and expressions"),
    (r"(?<={)[%#]|%(?=})", "a tag or a comment of Liquid, which does not know backslashes"),
    (r"&(?=#?[A-Za-z0-9]+;)", "an entity"),
    (
        rf"(?<=\S)\.(?=(?i:{TOP_LEVEL})(?![^\W_]))",
        "a bare host, which linkify-it links: README.md could be in Moldova",
    ),
    (
        r"(?<=\S)@(?=\d+\.\d+\.\d+\.\d)",
        "an address with a number as its host, which only linkify-it links",
    ),
    (r"(?<=/)/(?=\S)", "a host after //, which linkify-it links"),
    (r"^#(?=#{0,5}(?:\s|$))|(?<=\s)#(?=#*$)", "a heading, and the # that may close one"),
    (r"^>", "a quotation"),
    (r"^[-+](?=\s|$)|^\d{1,9}[.)](?=\s|$)", "a list"),
    (r"^[-=:|](?=[-=:|\s]*$)", "a rule, or the line under a heading or a table's header"),
)
NEEDS_BACKSLASH = re.compile("|".join(pattern for pattern, _ in ESCAPED))


# GitHub acts on these outside code: a mention, a reference, a commit, a word that closes an issue.
HEARD = re.compile(
    r"(?<![\w./@#+-])[\w./+-]*[@#][\w./@#+-]*\w|(?<!\w)\w+://"
    r"|\b(?:[A-Z]+|gh)-\d+\b|\b[0-9a-fA-F]{7,40}\b",
    re.ASCII,
)
CLOSING = re.compile(
    rf"\b(?i:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?\s+(?={HEARD.pattern})", re.ASCII
)


def plain(untrusted: str) -> str:
    """The text on one line, without invisible characters and terminal controls."""
    return " ".join(INVISIBLE.sub("", untrusted).split())


def lines(untrusted: str) -> list[str]:
    """The lines of the text with indents, without invisible characters and terminal controls."""
    visible = (INVISIBLE.sub("", line.expandtabs(4)) for line in untrusted.splitlines())
    return [re.sub(r"\s", " ", line).rstrip() for line in visible]


# The picker renders the same titles after each key.
@lru_cache(maxsize=4096)
def inline(untrusted: str) -> Markdown:
    """The plain text as Markdown for any place in a line, also its start or the text of a link.

    Balanced code spans stay code. The character after it must not be "(" or a backtick.
    """
    codes: list[str] = []

    def replace_code(match: re.Match[str]) -> str:
        content = match["code"] or match[0]
        if content.isspace():
            return match[0]
        codes.append(content.strip())
        return CODE

    text = KEPT_AS_CODE.sub(replace_code, plain(untrusted))
    text = PAIR.sub(rf"{OPEN}\1{CLOSE}", text)
    text = NEEDS_BACKSLASH.sub(lambda match: rf"{match[0][:-1]}\{match[0][-1]}", text)
    text = text.replace(OPEN, "[").replace(CLOSE, "]")
    remaining = iter(codes)
    return Markdown(
        re.sub(f"{CODE}+", lambda match: _fenced("".join(next(remaining) for _ in match[0])), text)
    )


def join_words(parts: Sequence[str]) -> str:
    """A list for a sentence: "a", "a and b", "a, b and c".

    If the parts are Markdown, the result is also safe as Markdown.
    """
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def picture(alt: Markdown, file: str) -> Markdown:
    """A picture from a file next to the section, or from a URL."""
    target = file if re.match(r"https?://|\.{0,2}/", file, re.IGNORECASE) else f"./{file}"
    return Markdown(f"![{alt}]({_target(target)})")


def link(text: Markdown, url: str) -> Markdown:
    """A link to an http or https URL; only the text for any other URL.

    A snapshot may contain any URL, and a section without a link is better than an error.
    """
    if not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
        return text
    return Markdown(f"[{text}]({_target(url)})")


def code_span(untrusted: str) -> Markdown:
    """The plain text as a code span.

    In bodies, comments and summaries on GitHub, it then mentions no one, links to nothing, and
    closes no issue.
    """
    return Markdown(_fenced(plain(untrusted) or "–"))


def quiet(untrusted: str) -> Markdown:
    """The plain text as Markdown for bodies and comments on GitHub, with code where it is needed.

    Words that would mention a person, link to anything or close an issue there are code.
    """
    words = plain(untrusted)
    outside = KEPT_AS_CODE.sub(" ", words)
    if CLOSING.search(outside) or ("`" in words and HEARD.search(outside)):
        return code_span(words)
    return inline(words if "`" in words else HEARD.sub(lambda word: f"`{word[0]}`", words))


def redirect_link(label: Markdown, url: str) -> Markdown:
    """A link that creates no reference on the linked page, through redirect.github.com.

    This works for github.com only; for any other host, the result is the label.
    """
    match = re.fullmatch(r"https://github\.com/(.*)", url, re.IGNORECASE | re.DOTALL)
    return link(label, f"https://redirect.github.com/{match[1]}") if match else label


def matches_glob(pattern: str, value: str) -> bool:
    """Whether the pattern matches the whole value, ignoring case. `*` matches any text."""
    return _glob(pattern).fullmatch(value) is not None


@cache
def _glob(pattern: str) -> re.Pattern[str]:
    # fnmatch would read the brackets in "*[bot]" as a choice of letters.
    regex = ".*".join(map(re.escape, pattern.split("*")))
    return re.compile(regex, re.IGNORECASE | re.DOTALL)


def width(text: str) -> int:
    """The number of terminal cells that a plain text takes."""
    return len(text) if text.isascii() else sum(_cells(text))


def cut(text: str, cells: int) -> str:
    """A plain text in at most this many terminal cells; a shortened text ends with "…".

    It is cut between words if this costs at most a third of the width.
    """
    if width(text) <= cells:
        return text
    if cells < 1:
        return ""
    reached = list(accumulate(_cells(text)))
    kept = text[: bisect_right(reached, cells - 1)]
    words = kept if text[len(kept)] == " " else kept.rpartition(" ")[0].rstrip()
    is_long_enough = words and reached[len(words) - 1] * 3 >= cells * 2
    return (words if is_long_enough else kept).rstrip(" ·") + "…"


def fit(text: str, cells: int) -> str:
    """A plain text in exactly this many terminal cells: cut, or padded with spaces."""
    shown = cut(text, cells)
    return shown + " " * (cells - width(shown))


def _target(url: str) -> str:
    # Without ";" a target contains no entities; without brackets and spaces it cannot end early.
    return quote(url, safe="%/:?#@!$&+,=", errors="replace")


def _fenced(code: str) -> str:
    """A code span as Prettier writes it, with the shortest fence that the code does not contain."""
    runs = {len(run) for run in re.findall("`+", code)}
    fence = "`" * next(length for length in count(1) if length not in runs)
    pad = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{fence}{pad}{code}{pad}{fence}"


def _cells(text: str) -> Iterator[int]:
    """The cells of each character; 0 for one that joins the character before it."""
    before, cells = "", 0
    for character in text:
        if before == "\u200d" or (before and character in SKIN_TONES):
            cells = 0
        elif character == "\ufe0f":  # turns the character before it into a wide emoji
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


# digest writes a TODO at the start of a block, of a sentence or of a picture's description, and for
# the author of an item. Elsewhere, and within a heading, "TODO" is a word of a title.
_MARKER = re.compile(
    r"^#{1,6} +(?!TODO:).*"
    r"|(?:^[ \t>#*+-]*|[.!?]\s+|!\[|\)\) by (?:[^\n]{0,200}(?: and |, ))?)(?P<todo>TODO)(?=:)",
    re.MULTILINE,
)


def find_todos(markdown: str) -> list[tuple[int, int]]:
    """The start and end of each TODO marker in a section or in one of its lines."""
    return [found.span("todo") for found in _MARKER.finditer(markdown) if found["todo"]]
