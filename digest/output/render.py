"""Digest + template -> text. Whatever a template prints is Markdown already, or is made safe here.

docs/templates.md documents what a template may use; a test holds it to this file.
"""

from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from digest import text, windows
from digest.compose import people
from digest.compose.overview import overview
from digest.errors import UsageError
from digest.files import packaged
from digest.model import Candidate, Digest, Markdown, PullRequest, Story
from digest.settings import Settings

ENDING = ".md.j2"
SHIPPED = ("section", "list")
# The newsletter's own page, and what stands in it for the section until that is there: no title can
# hold it.
EDITION = f"edition{ENDING}"
SECTION = Markdown("\0section\0")
# Compiling takes longer than rendering; what comes of it depends on the template alone.
_COMPILED: dict[str, CodeType] = {}


def section(digest: Digest, settings: Settings) -> str:
    """The section in Markdown, as the shipped template writes it."""
    return _render(packaged.text(f"templates/section{ENDING}"), digest, settings)


def worksheet(digest: Digest, settings: Settings) -> str:
    """The editor's worksheet in Markdown."""
    return _render(packaged.text(f"templates/worksheet{ENDING}"), digest, settings)


def around(digest: Digest, settings: Settings, template: Path) -> tuple[str, str] | None:
    """What stands before and after the section in a newsletter's own page, by its template.

    None where there is none.
    Raises UsageError when the template does not print `section` once, or cannot be rendered.
    """
    if not template.is_file():
        return None
    before, *after = _own(template, digest, settings, section=SECTION).split(SECTION)
    if len(after) != 1:
        raise UsageError(f"{template} must print {{{{ section }}}} once.")
    return before, after[0]


def packaged_template(name: str, digest: Digest, settings: Settings, **more: object) -> str:
    """The digest by a packaged template, which also knows what is in `more`."""
    return _render(packaged.text(f"templates/{name}{ENDING}"), digest, settings, **more)


def by_name(digest: Digest, settings: Settings, name: str, folder: Path) -> str:
    """The digest by another template: a file, `templates/NAME.md.j2` in `folder`, or a shipped one such as `list`.

    Raises UsageError that names the template's line when it cannot be read or rendered.
    """
    for path in (Path(name), folder / "templates" / f"{name}{ENDING}"):
        if path.is_file():
            return _own(path, digest, settings)
    if name in SHIPPED:
        return _render(packaged.text(f"templates/{name}{ENDING}"), digest, settings)
    place = folder / "templates" / f"{name}{ENDING}"
    hint = f"Name a file, put it at {place}, or take a shipped one: {' or '.join(SHIPPED)}."
    raise UsageError(f"There is no template {name!r}.", hint)


def _own(path: Path, digest: Digest, settings: Settings, **more: object) -> str:
    try:
        return _render(path.read_text(encoding="utf-8"), digest, settings, **more)
    except TemplateSyntaxError as error:
        raise UsageError(
            f"{path}, line {error.lineno}: {(error.message or '').rstrip('.')}."
        ) from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text.") from None
    except (
        TemplateError,
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        raise UsageError(f"{path}, line {_line(error)}: {str(error).rstrip('.')}.") from None


def _line(error: Exception) -> int | str:
    # Jinja rewrites the traceback, so that the template's own lines stand in it under this name.
    line: int | str = "?"
    step = error.__traceback__
    while step:
        if step.tb_frame.f_code.co_filename == "<template>":
            line = step.tb_lineno
        step = step.tb_next
    return line


def _render(template: str, digest: Digest, settings: Settings, **more: object) -> str:
    environment = _environment(digest, settings)
    if template not in _COMPILED:
        _COMPILED[template] = environment.compile(template)
    compiled = environment.template_class.from_code(
        environment, _COMPILED[template], environment.make_globals(None)
    )
    return compiled.render(
        digest=digest,
        pulls={pull.key: pull for pull in (*digest.others, *digest.pull_requests)},
        # It costs more than all the rest, and a section has none.
        overview=overview(digest, settings) if "overview" in template else None,
        wording=settings.wording,
        span=windows.label(digest.window),
        **more,
    )


def _environment(digest: Digest, settings: Settings) -> ImmutableSandboxedEnvironment:
    # HTML's autoescape does nothing for Markdown, so finalize is what stands between a title and
    # the page.
    environment = ImmutableSandboxedEnvironment(
        loader=BaseLoader(),
        autoescape=False,
        finalize=_safe,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    single = len(digest.repositories) == 1

    def link(pull: PullRequest) -> Markdown:
        label = text.inline(f"#{pull.number}" if single else pull.key)
        return text.link(label, pull.url)

    def who(pull: PullRequest) -> Markdown:
        return people.byline(pull.author, settings)

    def numbers(story: Story | Candidate) -> str:
        return "+".join(key.rpartition("#")[2] if single else key for key in story.pull_requests)

    environment.filters.update(link=link, who=who, numbers=numbers, code=_code)
    return environment


def _code(words: str) -> Markdown:
    return text.inline(f"`{words}`")


def _safe(value: Any) -> Any:
    if isinstance(value, Markdown | int):
        return value
    return text.inline(str(value))
