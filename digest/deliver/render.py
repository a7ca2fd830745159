"""Digest + template -> text. Whatever a template prints is Markdown already, or is made safe here."""

from typing import Any

from jinja2 import BaseLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from digest import packaged, text
from digest.model import Digest, Markdown


def section(digest: Digest) -> str:
    """The section in Markdown, as the shipped template writes it."""
    template = _environment().from_string(packaged.text("templates/section.md.j2"))
    return template.render(digest=digest)


def _environment() -> ImmutableSandboxedEnvironment:
    # HTML's autoescape does nothing for Markdown, so finalize is what stands between a title and the page.
    return ImmutableSandboxedEnvironment(
        loader=BaseLoader(),
        autoescape=False,
        finalize=_safe,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _safe(value: Any) -> Any:
    if isinstance(value, Markdown | int):
        return value
    return text.inline(str(value))
