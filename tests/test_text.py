"""Untrusted text: a reader sees exactly the title."""

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rich.cells import cell_len

from digest.model import Markdown
from digest.text import cut, fit, inline, link, plain, width
from tests import history, hostile
from tests.prettier_titles import PLACES
from tests.reading import CODE_ONLY, READER, codes, leaves, place, read, without_fences
from tests.sweep import sample

FACTS = sorted({pull.title for pull in history.pull_requests()})
# cmark-gfm and remark-gfm look for these patterns in the text after its escapes are resolved.
ADDRESS = re.compile(
    r"(?i)(https?|ftp)://\w|www\.|[\w.+-]+@[\w-]+\.([\w-]+\.)*[a-z]|(mailto|xmpp):[\w.+-]*@\w"
)

UNCHANGED = (
    "R&D",
    "AT&T and Q&A",
    "b > a, Plugin -> app, y => z",
    "Use snake_case and NODE_ENV",
    r"Fix paths such as C:\dir\file and \ alone",
    "#5299 is fine, and so is C#",
    "#1471 - Add Starring on entity pages",
    "3715",
    "404 page",
    "v1.2.3 (beta)",
    "+1 for -x and --flag",
    "[cli] Add CODEOWNERS support",
    "[Plugin] a [b] c[0] and string[]",
    "[a `code` b] c",
    "chore(deps): bump @octokit/rest from 18.0.0 to 18.0.5",
    "bump lodash@4.17.21",
    "README: add $5",
    "About ~5 minutes",
    "Safari | Chrome: 50% = half!",
    'Say "hi", don\'t panic…',
    "Node.js and config.d.ts",
    "and/or // or: neither",
    "Fix Config Schema for `app.listen` and `*`",
    "お早う -> おはよう 🚢",
)

WRITTEN = (
    ("[plugin]: Shortcuts plugin", r"\[plugin\]: Shortcuts plugin"),
    ("[x] Done", r"\[x\] Done"),
    ("[ ] To do", r"\[ \] To do"),
    ("[a](b) ![c](d)", r"\[a\](b) !\[c\](d)"),
    ("![a]", r"!\[a\]"),
    ("[^1] [!NOTE]", r"\[^1\] \[!NOTE\]"),
    ("[[docs] Fix", r"\[[docs] Fix"),
    ("# Heading #", r"\# Heading \#"),
    ("> Quotation", r"\> Quotation"),
    ("- Item", r"\- Item"),
    ("+ Item", r"\+ Item"),
    ("12. Item", r"12\. Item"),
    ("12) Item", r"12\) Item"),
    ("---", r"\---"),
    ("===", r"\==="),
    ("|-|-|", r"\|-|-|"),
    ("~~~ ~~gone~~", r"\~\~\~ \~\~gone\~\~"),
    ("Ignore *.iml and __dirname", r"Ignore \*.iml and \_\_dirname"),
    ("a__b", r"a\_\_b"),
    ("お_は", r"お\_は"),
    ("get<T>, </a>, <!--, <1@b>", r"get\<T>, \</a>, \<!--, \<1@b>"),
    ("a < b, <3, x <= y, x<5", r"a \< b, \<3, x \<= y, x\<5"),
    ("Use {app,backend}.baseUrl in `{a}`", r"Use \{app,backend\}.baseUrl in `{a}`"),
    ("{{ x }} ${x} a { b } c", r"\{\{ x \}\} $\{x\} a \{ b \} c"),
    ("{% x %} {%- x -%} 5%", r"\{\% x \%\} \{\%- x -\%\} 5%"),
    ("{# a comment #}", r"\{\# a comment #\}"),
    ("{{< figure >}} {{% note %}}", r"\{\{\< figure >\}\} \{\{\% note \%\}\}"),
    ("&amp; &#35;", r"\&amp; \&#35;"),
    ("$include which replaces $data", r"\$include which replaces $data"),
    ("$ and `$`", r"\$ and `$`"),
    (r"a\*b \# \\", r"a\\\*b \\# \\\\"),
    ("Ends in \\", r"Ends in \\"),
    ("Update README.md", r"Update README\.md"),
    ("//localhost/a", r"/\/localhost/a"),
    ("a@1.2.3.4", r"a\@1.2.3.4"),
    ("See https://example.com/a_b. And", "See `https://example.com/a_b`. And"),
    ("www.example.com, www.", "`www.example.com`, `www.`"),
    ("mailto:a@localhost", "`mailto:a@localhost`"),
    ("Mail somebody@example.com!", "Mail `somebody@example.com`!"),
    ("``code`` and `` `a` ``", "`code` and `` `a` ``"),
    ("` padded ` and `half", r"`padded` and \`half"),
    ("`a`https://example.com", "`ahttps://example.com`"),
    ("` `", r"\` \`"),
)


def assert_is_only_text(title: str) -> None:
    """In each place the title reads as itself, its code is still code, and the rest has no effect."""
    safe, words = inline(title), without_fences(title)
    assert bool(safe) == bool(plain(title))
    for before, after in PLACES.values() if safe else ():
        blocks, beside, text = place(before, after)
        assert read(f"{before}{safe}{after}") == (
            blocks,
            beside,
            text.replace("TITLE", words),
        )
    shown = codes(READER, safe)
    assert [
        code for code in codes(CODE_ONLY, plain(title)) if not any(code in span for span in shown)
    ] == []
    assert [
        leaf.content
        for leaf in leaves(READER, safe)
        if leaf.type == "text" and ADDRESS.search(leaf.content)
    ] == []


@pytest.mark.parametrize("title", hostile.TITLES)
def test_a_hostile_title_is_only_text(title: str) -> None:
    assert_is_only_text(title)


@pytest.mark.slow
@given(hostile.titles())
def test_any_title_is_only_text(title: str) -> None:
    assert_is_only_text(title)


@pytest.mark.slow
def test_every_title_of_the_facts_is_only_text() -> None:
    for title in sample(FACTS, every=8):
        assert_is_only_text(title)


def test_few_titles_of_the_facts_need_a_backslash() -> None:
    """At most 3.5 in 100; without hosts and files such as README.md, and braces, at most 1."""
    with_backslash = [inline(title) for title in FACTS if "\\" in inline(title)]
    assert len(with_backslash) <= len(FACTS) * 0.035
    others = [re.sub(r"\\([.{}<])", r"\1", title) for title in with_backslash]
    assert len([title for title in others if "\\" in title]) <= len(FACTS) * 0.01


TEMPLATE_CODE = re.compile(r"\{[{%#]|[%}]\}")
# In MDX, a brace or "<" without a backslash begins an expression or an element.
MDX_CODE = re.compile(r"(?<!\\)(?:\\\\)*[{}<]")


def outside_code(markdown: str) -> str:
    """The Markdown of a line without its code spans, in which nothing can be escaped."""
    return re.sub(r"(?<![`\\])(`+)(?!`).*?[^`]\1(?!`)", "", markdown)


@pytest.mark.parametrize("title", hostile.TITLES)
def test_a_title_is_not_code_in_liquid_or_mdx(title: str) -> None:
    words = outside_code(inline(title))
    assert (TEMPLATE_CODE.findall(words), MDX_CODE.findall(words)) == ([], [])


@hypothesis_settings(max_examples=200)
@given(hostile.titles())
def test_no_title_is_code_of_liquid_or_mdx(title: str) -> None:
    words = outside_code(inline(title))
    assert (TEMPLATE_CODE.findall(words), MDX_CODE.findall(words)) == ([], [])


def test_no_title_of_the_facts_is_code_of_liquid_or_mdx() -> None:
    words = [outside_code(inline(title)) for title in FACTS]
    assert [one for one in words if TEMPLATE_CODE.search(one) or MDX_CODE.search(one)] == []


@pytest.mark.parametrize("title", UNCHANGED)
def test_text_that_no_parser_reads_as_markup_stays_as_it_is(title: str) -> None:
    assert inline(title) == title


@pytest.mark.parametrize(("title", "markdown"), WRITTEN)
def test_only_markup_is_escaped(title: str, markdown: str) -> None:
    assert inline(title) == markdown


@pytest.mark.parametrize(
    "nothing", ["", " ", "\n\t\r\n", "\x00\x1b\u200b\u202e\ufeff", " \ud800 \u200d "]
)
def test_blanks_and_invisible_characters_become_an_empty_text(nothing: str) -> None:
    assert (plain(nothing), inline(nothing)) == ("", "")


@pytest.mark.parametrize(
    ("untrusted", "expected"),
    [
        ("two\n lines\tand\u00a0blanks\u3000 ", "two lines and blanks"),
        ("next\x85line\u2028and\u2029paragraph\x0b\x0c\x1cfeed", "next line and paragraph feed"),
        ("\x1b[31mred\x1b[0m \x9b1m \x07\x7f\x00", "[31mred[0m 1m"),
        ("zero\u200bwidth\u200c\u2060\ufeff so\xadft \u3164\u115f", "zerowidth soft"),
        ("a\u202eb\u202cc\u2066d\u2069\u200e\u200f\u061ce", "abcde"),
        ("a\ud800b\udfffc\ufffed\uffffe\ufdd0f\U0001fffeg\U0010ffffh", "abcdefgh"),
        ("a\U000e0041\U000e0100\ufe01b", "ab"),
        (
            "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 a\u200db\u200d👩 👩\u200dc",
            "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 ab👩 👩c",
        ),
        ("naïve Ö 日本語 한국어 🇸🇪 \ufffd \ue000", "naïve Ö 日本語 한국어 🇸🇪 \ufffd \ue000"),
    ],
)
def test_plain_text_is_one_line_of_visible_characters(untrusted: str, expected: str) -> None:
    assert plain(untrusted) == expected


@given(hostile.titles() | st.text())
def test_plain_text_stays_plain(untrusted: str) -> None:
    once = plain(untrusted)
    assert plain(once) == once
    assert {unicodedata.category(character) for character in once} & {
        "Cc",
        "Cs",
        "Zl",
        "Zp",
    } == set()


@pytest.mark.parametrize(
    ("url", "target"),
    [
        (
            "https://github.com/backstage/backstage/pull/5392",
            "https://github.com/backstage/backstage/pull/5392",
        ),
        ("HTTP://example.com/?q=a&b=%20#c", "HTTP://example.com/?q=a&b=%20#c"),
        ("https://example.com/a b\n(c)<d>[e]", "https://example.com/a%20b%0A%28c%29%3Cd%3E%5Be%5D"),
        ('https://example.com/) "title" \\', "https://example.com/%29%20%22title%22%20%5C"),
        ("https://example.com/&copy;\x00é\ud800", "https://example.com/&copy%3B%00%C3%A9?"),
    ],
)
def test_a_target_cannot_end_early(url: str, target: str) -> None:
    made = link(Markdown("#1"), url)
    assert made == f"[#1]({target})"
    assert [leaf.attrGet("href") for leaf in leaves(READER, made)] == [target, None, None]


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "data:text/html,x", "//example.com", "https://", " https://a.b"],
)
def test_only_web_addresses_are_linked(url: str) -> None:
    assert link(Markdown("#1"), url) == "#1"


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("Add a cache", 11, "Add a cache"),
        ("Add a storage-agnostic cache", 27, "Add a storage-agnostic…"),
        ("Add a storage-agnostic cache", 23, "Add a storage-agnostic…"),
        ("Add a storage-agnostic cache", 15, "Add a storage-…"),
        ("日本語のタイトル", 9, "日本語の…"),
        ("日本語のタイトル", 8, "日本語…"),
        ("🚢🚢🚢", 5, "🚢🚢…"),
        ("e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"),
        ("❤\ufe0f❤\ufe0f", 3, "❤\ufe0f…"),
        ("Features · Backend · CLI", 20, "Features · Backend…"),
        ("word", 1, "…"),
        ("word", 0, ""),
        ("", 0, ""),
    ],
)
def test_a_long_text_is_cut_to_its_cells(text: str, width: int, expected: str) -> None:
    assert cut(text, width) == expected


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("Add a cache …", 13),
        ("日本語", 6),
        ("e\u0301", 1),
        ("\u1112\u1161\u11ab", 2),
        ("\U0001f1f8\U0001f1ea", 2),
        ("❤\ufe0f ⌚\ufe0f", 5),
        ("\U0001f44d\U0001f3fd", 2),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", 2),
    ],
)
def test_a_text_has_as_many_cells_as_a_terminal_shows(text: str, cells: int) -> None:
    assert (width(text), cell_len(text)) == (cells, cells)


def test_titles_are_as_wide_as_rich_draws_them() -> None:
    titles = [plain(pull.title) for pull in history.pull_requests()]
    assert [title for title in titles if width(title) != cell_len(title)] == []


@pytest.mark.parametrize(
    ("cells", "expected"), [(5, "Doors"), (7, "Doors  "), (4, "Doo…"), (0, "")]
)
def test_a_text_is_fitted_with_spaces_or_by_a_cut(cells: int, expected: str) -> None:
    assert fit("Doors", cells) == expected


@given(st.text("ab日 ", max_size=30).map(plain), st.integers(0, 40))
def test_a_cut_text_fits_and_shows_the_cut(text: str, width: int) -> None:
    shown = cut(text, width)
    assert len(shown) + shown.count("日") <= width
    assert shown in {text, ""} or (shown.endswith("…") and text.startswith(shown[:-1]))


def test_the_surroundings_of_the_titles_differ() -> None:
    """A place that reads like another one would test nothing."""
    shapes = sorted(str(place(*around)) for around in PLACES.values())
    assert all(one != other for one, other in pairwise(shapes))
