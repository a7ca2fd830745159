"""Renders the finished text as HTML for mail tools and content management systems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from digest.text import descriptions


@dataclass(frozen=True)
class WebPlace:
    """The web addresses of an edition: the folders of its pictures and of its page.

    None if that is unknown.
    """

    pictures: str | None = None
    page: str | None = None


@dataclass(frozen=True)
class HtmlText:
    """A text as HTML. `pictures` and `links` are relative ones that have no address on the web."""

    html: str
    pictures: tuple[str, ...]
    links: tuple[str, ...]


def to_html(markdown: str, place: WebPlace) -> HtmlText:
    """Markdown as HTML with absolute links.

    HTML tags in the text are shown as text, except for pictures; comments are left out.
    """
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.add_render_rule("html_block", _safe_html)
    parser.add_render_rule("html_inline", _safe_html)
    tokens = parser.parse(markdown)
    links = _Links(place)
    for token in tokens:
        for part in (token, *(token.children or ())):
            links.complete(part)
            # GitHub uses <del>, and some mail tools drop <s>.
            part.tag = "del" if part.tag == "s" else part.tag
    html = parser.renderer.render(tokens, parser.options, {"links": links})
    return HtmlText(html, tuple(links.pictures), tuple(links.links))


@dataclass
class _Links:
    place: WebPlace
    pictures: dict[str, None] = field(default_factory=dict)
    links: dict[str, None] = field(default_factory=dict)

    def complete(self, token: Token) -> None:
        """Make the address of a link or a picture absolute."""
        if token.type == "image":
            token.attrs["src"] = self.picture(str(token.attrs["src"]))
        elif token.type == "link_open":
            target = str(token.attrs["href"])
            if not target.startswith("#"):
                token.attrs["href"] = self._absolute(target, self.place.page, self.links)

    def picture(self, target: str) -> str:
        """The address of a picture."""
        return self._absolute(target, self.place.pictures, self.pictures)

    def _absolute(self, target: str, folder: str | None, without: dict[str, None]) -> str:
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            return f"https:{target}" if not parts.scheme else target
        if folder is None:
            without[target] = None
            return target
        return urljoin(folder, target)


def _scheme(url: str) -> str | None:
    """The scheme of an address; None for an invalid host."""
    try:
        return urlsplit(url).scheme.lower()
    except ValueError:
        return None


def _safe_html(
    _: object, tokens: Sequence[Token], index: int, _options: object, env: Mapping[str, Any]
) -> str:
    token = tokens[index]
    visible = descriptions.COMMENT.sub("", token.content)
    images = [
        f'<img src="{escape(quote(env["links"].picture(image.url), safe="%/:?#@!$&+,=;~"))}" '
        f'alt="{escape(image.alt)}" />'
        for image in descriptions.token_images(token)
        if _scheme(image.url) in {"", "http", "https"}
    ]
    if images:
        end = "\n" if token.type == "html_block" else ""
        return "".join(f"<p>{image}</p>{end}" if end else image for image in images)
    if not visible.strip():
        return ""
    text = escape(visible.strip("\n"), quote=False)
    return f"<p>{text}</p>\n" if token.type == "html_block" else text
