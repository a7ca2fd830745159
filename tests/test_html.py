"""`digest render --format html`: the finished text for mail tools and content management systems."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from digest.model import Person
from digest.output import render
from digest.output.html import WebPlace, to_html
from tests import hostile
from tests.builders import pull, snapshot
from tests.cli import EXAMPLE, refused, run
from tests.composing import compose
from tests.shipped import shipped

PLACE = WebPlace("https://acme.dev/img/2021-W19/", "https://github.com/acme/news/blob/HEAD/a/b.md")
ALLOWED = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
}
PLAIN = frozenset(
    "blockquote br code del em h1 h2 h3 h4 hr li p pre strong table tbody td th thead tr ul".split()
)


class Sanitiser(HTMLParser):
    """Reads HTML as a strict mail tool does: `refused` is what it would take out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.refused += [tag] if tag not in {*ALLOWED, *PLAIN} else []
        for name, value in attrs:
            if name not in ALLOWED.get(tag, set()):
                self.refused.append(f"{tag} {name}")
            if name in {"href", "src"} and not (value or "").startswith(
                ("https://", "http://", "#")
            ):
                self.refused.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.refused.append(data)


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("## A *b*\n\n**c** `<d>`", "<h2>A <em>b</em></h2>\n<p><strong>c</strong> <code>&lt;d&gt;</code></p>\n"),
        ("a \\<b> & c", "<p>a &lt;b&gt; &amp; c</p>\n"),
        ("a <b onclick=x>c</b>", "<p>a &lt;b onclick=x&gt;c&lt;/b&gt;</p>\n"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>\n"),
        ("a<!-- note -->\n\n<!-- digest:begin -->\n\nb", "<p>a</p>\n<p>b</p>\n"),
        ("![a door](./door-1.png)", '<p><img src="https://acme.dev/img/2021-W19/door-1.png" alt="a door" /></p>\n'),
        ("![x](/up/x.png)", '<p><img src="https://acme.dev/up/x.png" alt="x" /></p>\n'),
        ('a <img src="./x y.png" alt="&quot;b" width="9">', '<p>a <img src="https://acme.dev/img/2021-W19/x%20y.png" alt="&quot;b" /></p>\n'),
        ("[x](../c.md) [y](#z) [w](//a.b/c)", '<p><a href="https://github.com/acme/news/blob/HEAD/c.md">x</a> <a href="#z">y</a> <a href="https://a.b/c">w</a></p>\n'),
        ("[x](javascript:alert)", "<p>[x](javascript:alert)</p>\n"),
        ('<img src="javascript:x">', "<p>&lt;img src=&quot;javascript:x&quot;&gt;</p>\n".replace("&quot;", '"')),
        ("~~a~~", "<p><del>a</del></p>\n"),
        ("| a |\n| - |\n| b |", "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>b</td>\n</tr>\n</tbody>\n</table>\n"),
    ],
)  # fmt: skip
def test_markdown_becomes_clean_html_with_absolute_links(markdown: str, html: str) -> None:
    assert to_html(markdown, PLACE).html == html


def test_addresses_that_are_unknown_are_reported_once_each() -> None:
    page = to_html("![a](./a.png) ![a](./a.png) ![b](https://x.y/b.png)\n\n[c](c.md)", WebPlace())
    assert (page.pictures, page.links) == (("./a.png",), ("c.md",))
    assert '<img src="./a.png" alt="a" />' in page.html


def test_no_title_becomes_html_that_a_mail_tool_removes() -> None:
    pulls = [
        pull(number, title=title, author=Person(login="x", name=title), body=title)
        for number, title in enumerate(hostile.TITLES, 1)
    ]
    section = render.section(compose(snapshot(*pulls), shipped()), shipped())
    listed = render.by_name(
        compose(snapshot(*pulls), shipped()), shipped(), "list", Path(), section
    )
    for text in (section, listed):
        assert Sanitiser(to_html(text, PLACE).html).refused == []


@pytest.fixture
def edition(empty_folder: Path) -> Path:
    """The edition of the example in the working folder, with words of an editor."""
    run("week", "--from", EXAMPLE)
    section = empty_folder / "editions" / "2021-W19" / "section.md"
    text = section.read_text("utf-8")
    section.write_text(
        text.replace("TODO: in one sentence, what can readers do with it?", "It *works*."), "utf-8"
    )
    return section


def test_the_finished_text_is_printed_as_html_and_nothing_is_written(edition: Path) -> None:
    before = {path: path.read_bytes() for path in edition.parent.iterdir()}
    seen = run("render", "--format", "html")
    assert seen.code == 0
    assert seen.out.startswith("<h2>Merged last week</h2>\n<p>Only 32 pull requests")
    assert seen.out.count("It <em>works</em>.") == 2
    assert Sanitiser(seen.out).refused == []
    assert "TODO" not in seen.out + seen.err
    assert {path: path.read_bytes() for path in edition.parent.iterdir()} == before


def test_markdown_and_the_section_template_print_the_words_of_the_editor(edition: Path) -> None:
    text = edition.read_text("utf-8")
    assert run("render", "--format", "markdown").out == text
    assert run("render", "--template", "section").out == text
    Path("mine.md.j2").write_text("{{ section }}", "utf-8")
    assert "It <em>works</em>." in run("render", "--template", "mine.md.j2", "--format", "html").out


def test_pictures_without_an_address_are_reported(edition: Path) -> None:
    with edition.open("a", encoding="utf-8") as file:
        file.write("\n![a door](./door-1.png)\n")
    assert run("render", "--format", "html").err == (
        "./door-1.png has no address on the web. Upload it to your tool, or set pictures_link "
        "under [digest.publish].\n"
    )
    Path("digest.toml").write_text(
        '[digest.publish]\npictures_link = "https://acme.dev/{edition}"\n'
    )
    seen = run("render", "--format", "html")
    assert '<img src="https://acme.dev/2021-W19/door-1.png" alt="a door" />' in seen.out
    assert seen.err == ""


def test_pictures_are_linked_to_the_newsletter_after_the_first_publish(edition: Path) -> None:
    with edition.open("a", encoding="utf-8") as file:
        file.write("\n![a door](./door-1.png) [more](./more.md)\n")
    Path("digest.toml").write_text('[digest.publish]\nto = "acme/newsletter"\n')
    assert "no address" in run("render", "--format", "html").err
    published = edition.parent / "published"
    published.mkdir()
    (published / "section.md").write_text("x")
    seen = run("render", "--format", "html")
    assert 'src="https://github.com/acme/newsletter/raw/HEAD/content/door-1.png"' in seen.out
    assert 'href="https://github.com/acme/newsletter/blob/HEAD/content/more.md"' in seen.out
    assert seen.err == (
        "The pictures are linked to acme/newsletter, where they appear when the draft is merged.\n"
    )


def test_an_unfinished_text_ends_with_the_number_of_todos(edition: Path) -> None:
    edition.write_text(edition.read_text("utf-8") + "\nTODO: more\n", "utf-8")
    assert run("render", "--format", "html").err == "1 TODO left: digest check\n"


def test_json_is_neither_a_format_nor_a_template(edition: Path) -> None:
    assert refused("render", "--json", "--format", "html").startswith(
        "digest: --json cannot be combined with"
    )
    assert "'pdf'" in refused("render", "--format", "pdf")
