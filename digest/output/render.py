"""Renders a digest by a template or as JSON.

Text in the output of a template is escaped unless it is Markdown already. docs/templates.md
documents the names that a template can use.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from pathlib import Path
from types import CodeType
from typing import Any, Literal

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, TypeAdapter

from digest import text, windows
from digest.compose import people
from digest.compose.overview import overview
from digest.errors import UsageError
from digest.files import settings_files
from digest.model import DIGEST_SCHEMA, Digest, Markdown
from digest.model.facts import snapshot_chunks
from digest.settings import Settings


def digest_data(digest: Digest, names: Collection[str] | None = None) -> dict[str, Any]:
    """The digest as plain data; `names` are the fields that are needed, None for all."""
    every = [field.name for field in fields(digest)]
    return {
        name: plain_data(getattr(digest, name)) for name in every if names is None or name in names
    }


def plain_data(value: Any) -> Any:
    """A value without methods of ours: a template in a sandbox could call them.

    Text that is safe Markdown stays marked as such, and times are ISO 8601.
    """
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, date):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {str(key): plain_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain_data(item) for item in value]
    return {name: plain_data(item) for name, item in _named_values(value)}


def _named_values(value: Any) -> Iterator[tuple[str, Any]]:
    """The fields of a dataclass or a model, with facts that a later digest saved."""
    if is_dataclass(value):
        yield from ((field.name, getattr(value, field.name)) for field in fields(value))
    elif isinstance(value, BaseModel):
        yield from value
    else:
        raise TypeError(f"a template cannot have a {type(value).__name__}")


ENDING = ".md.j2"
LIST = "list"
SHIPPED = ("section", LIST)
SEE_NAMES = "docs/templates.md lists the names that a template can use."
# A class in a message of Jinja or Python, such as 'digest.model.computed.Story object'.
CLASS = re.compile(
    r"'(?:\w+\.)*(\w+)(?: object'|' object)|\b(?:\w+\.)*(\w+) object(?= has no element)"
    r"|object of type '(\w+)'|'(None)'(?= has no)"
    r"|(?<!has no )(?:\btype )?[\"']?\b(Markdown|NoneType|bool|dict|float|int|list|str|tuple)\b"
    r"[\"']?"
)
LONGEST_MESSAGE = 200  # terminal cells
PLAIN_CLASSES = {
    **dict.fromkeys(["None", "NoneType"], "an unknown value"),
    **dict.fromkeys(["str", "Markdown"], "a text"),
    **dict.fromkeys(["int", "float"], "a number"),
    "bool": "true or false",
    **dict.fromkeys(["tuple", "list"], "a list"),
    **dict.fromkeys(["dict", "mappingproxy"], "a table"),
}
# The template of the newsletter's page, and a placeholder for its section. No title can contain the
# placeholder.
EDITION = f"edition{ENDING}"
SECTION = Markdown("\0section\0")
# Compiling takes longer than rendering, and its result depends on the template alone.
_COMPILED: dict[str, CodeType] = {}


def section(digest: Digest, settings: Settings) -> str:
    """The section in Markdown, by the packaged template."""
    return _render(settings_files.text(f"templates/section{ENDING}"), digest, settings)


def worksheet(digest: Digest, settings: Settings) -> str:
    """The editor's worksheet in Markdown."""
    return _render(settings_files.text(f"templates/worksheet{ENDING}"), digest, settings)


def split_page(digest: Digest, settings: Settings, template: Path) -> tuple[str, str] | None:
    """The text before and after the section on the newsletter's page; None without a template.

    Raises UsageError if the template fails or does not print `section` exactly once.
    """
    if not template.is_file():
        return None
    for path, kind in ((template.parent, "folder"), (template, "file")):
        if path.is_symlink():
            raise UsageError(
                f"{path} is a symbolic link, so it is not used.", f"Replace it with a {kind}."
            )
    before, *after = _own(template, digest, settings, section=SECTION).split(SECTION)
    if len(after) != 1:
        raise UsageError(f"{template} must print {{{{ section }}}} once.")
    return before, after[0]


def packaged_template(name: str, digest: Digest, settings: Settings, **more: Any) -> str:
    """The digest by a packaged template, with `more` as further names in the template."""
    return _render(settings_files.text(f"templates/{name}{ENDING}"), digest, settings, **more)


def by_name(digest: Digest, settings: Settings, name: str, folder: Path, section: str) -> str:
    """The digest by a file, by `templates/NAME.md.j2` in `folder` or by a packaged template.

    `section` is the finished text with the person's words, which templates can print. For the name
    "list", the digest and the section are those of the layout "list".

    Raises UsageError, with the line of the template, if reading or rendering fails.
    """
    for path in (Path(name), folder / "templates" / f"{name}{ENDING}"):
        if path.is_file():
            return _own(path, digest, settings, section=Markdown(section))
    if name in SHIPPED:
        return section
    hint = f"Use {' or '.join(SHIPPED)}, the path of a file, or create {path}."
    raise UsageError(f"There is no template {name!r}.", hint)


def _own(path: Path, digest: Digest, settings: Settings, **more: Any) -> str:
    try:
        template = path.read_text(encoding="utf-8")
        return _render(template, digest, settings, path.parent, **more)
    except TemplateSyntaxError as error:
        raise UsageError(
            f"{path}, line {error.lineno}: {(error.message or '').rstrip('.')}."
        ) from None
    except TemplateNotFound as error:
        raise UsageError(f"{path}, line {_line(error)}: {error.message}.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text.") from None
    except (
        TemplateError,
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        hint = SEE_NAMES if isinstance(error, UndefinedError) else ""
        raise UsageError(f"{path}, line {_line(error)}: {_explain(error)}.", hint) from None


def _line(error: Exception) -> int | str:
    # Jinja puts the lines of the template into the traceback under this file name.
    line: int | str = "?"
    step = error.__traceback__
    while step:
        if step.tb_frame.f_code.co_filename == "<template>":
            line = step.tb_lineno
        step = step.tb_next
    return line


def _explain(error: Exception) -> str:
    """The message of Jinja or Python, with plain words for the classes in it."""
    message = CLASS.sub(lambda found: _plain_class(found[found.lastindex or 0]), str(error))
    # A value in a message can be as long as the section.
    return text.cut(message.replace("has no attribute", "has no").rstrip("."), LONGEST_MESSAGE)


def _plain_class(name: str) -> str:
    """A class as a noun with its article: "a pull request"."""
    noun = " ".join(re.findall(r"[A-Z][a-z]*", name)).lower() or name
    return PLAIN_CLASSES.get(name, f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}")


def _render(
    template: str, digest: Digest, settings: Settings, /, folder: Path | None = None, **more: Any
) -> str:
    """A template's output; `folder` is the folder of a template that is not packaged."""
    environment = _environment(digest, settings, folder)
    if template not in _COMPILED:
        _COMPILED[template] = environment.compile(template)
    compiled = environment.template_class.from_code(
        environment, _COMPILED[template], environment.make_globals(None)
    )
    # A packaged template gets only the values that it names: the section is rendered after each key
    # of the picker, and the overview is slow to compute.
    is_shipped = folder is None
    named = set(re.findall(r"digest\.(\w+)", template)) if is_shipped else None
    pulls = (*digest.uncounted_pull_requests, *digest.pull_requests)
    data: dict[str, object] = {
        "digest": digest_data(digest, named),
        "wording": settings.wording,
        "span": windows.label(digest.window),
        **more,
    }
    if not is_shipped or "pulls" in template:
        data["pulls"] = {pull.key: pull for pull in pulls}
    if "overview" in template or not is_shipped:
        data["overview"] = overview(digest, settings)
    return compiled.render({name: plain_data(value) for name, value in data.items()})


class _TemplateFolder(BaseLoader):
    """Loads templates for include and import from one folder only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def get_source(
        self,
        environment: Environment,  # noqa: ARG002 (Jinja's interface)
        template: str,
    ) -> tuple[str, str, Callable[[], bool]]:
        """The text of a template. Raises TemplateNotFound, also for a link out of the folder."""
        path = (self._folder / template).resolve()
        if not (path.is_relative_to(self._folder) and path.is_file()):
            raise TemplateNotFound(
                template, f"there is no template {template!r} in {self._folder.name}"
            )
        return path.read_text(encoding="utf-8"), str(path), lambda: True


def _environment(
    digest: Digest, settings: Settings, folder: Path | None
) -> ImmutableSandboxedEnvironment:
    # Jinja's autoescape covers HTML only, so finalize escapes text for Markdown.
    environment = ImmutableSandboxedEnvironment(
        loader=_TemplateFolder(folder) if folder else BaseLoader(),
        autoescape=False,
        finalize=_safe,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals = {"range": environment.globals["range"]}
    single = len(digest.repositories) == 1
    pulls = {pull.key: pull for pull in (*digest.uncounted_pull_requests, *digest.pull_requests)}

    def link(pull: Any) -> Markdown:
        key, pull = _key(pull, "link")
        label = text.inline(f"#{pull['number']}" if single else key)
        return text.link(label, str(pull["url"]))

    def who(pull: Any, *, in_code: bool = False) -> Markdown:
        known = pulls[_key(pull, "who")[0]]
        return people.byline(known.author, settings, people.site_of(known), in_code=in_code)

    def numbers(story: Any) -> str:
        if not (isinstance(story, Mapping) and "pull_requests" in story):
            raise ValueError("numbers takes a story or a candidate")
        keys = story["pull_requests"]
        return "+".join(key.rpartition("#")[2] if single else key for key in keys)

    environment.filters.update(link=link, who=who, numbers=numbers, code=_code)
    return environment


def _key(pull: Any, name: str) -> tuple[str, Mapping[str, Any]]:
    """The key of a pull request that a filter got, and the pull request."""
    if not (isinstance(pull, Mapping) and {"repository", "number", "url"} <= set(pull)):
        raise ValueError(f"{name} takes a pull request")
    return f"{pull['repository']}#{pull['number']}", pull


def _code(words: str) -> Markdown:
    return text.inline(f"`{words}`")


def _safe(value: Any) -> Any:
    if isinstance(value, Markdown | int):
        return value
    if isinstance(value, list):
        # Python prints an unknown name in a list as "Undefined"; this raises its error.
        "".join(map(str, value))
    return text.inline(str(value))


@dataclass(frozen=True, kw_only=True)
class DigestDocument(Digest):
    """The output of `--json`: the digest, its schema version and the section in Markdown."""

    schema_version: Literal[1] = DIGEST_SCHEMA
    section: str


def to_json(digest: Digest, section: str) -> Iterator[str]:
    """Indented JSON with a final newline, in pieces. Times are ISO 8601 with an offset."""
    values = {field.name: getattr(digest, field.name) for field in fields(digest)}
    document = DigestDocument(**values | {"pull_requests": ()}, section=section)
    return snapshot_chunks(
        TypeAdapter(DigestDocument).dump_json(document, indent=2).decode(), digest.pull_requests
    )


def digest_schema() -> dict[str, Any]:
    """The JSON Schema of the output of `--json`."""
    return TypeAdapter(DigestDocument).json_schema(mode="serialization")
