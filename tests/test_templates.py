"""An editor's template, the shipped list, and the promises of docs/templates.md."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.files import snapshots
from digest.output.render import digest_data
from tests import composing
from tests.builders import REPOSITORY, pull, snapshot
from tests.cli import EXAMPLE, Seen, run
from tests.kept_files import make_once
from tests.shipped import shipped

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
DOCS = (ROOT / "docs" / "templates.md").read_text("utf-8")


@pytest.fixture(autouse=True)
def drafted(empty_folder: Path) -> None:
    """Draft an edition in an empty folder."""
    (empty_folder / "digest.toml").write_text('[digest]\nrepository = "backstage/backstage"\n')
    make_once("templates", empty_folder, lambda: run("week", "--from", EXAMPLE))


def rendered(template: str) -> Seen:
    Path("templates").mkdir(exist_ok=True)
    Path("templates/mine.md.j2").write_text(template)
    return run("render", "--template", "mine")


def test_the_shipped_list_is_the_section_in_the_layout_list() -> None:
    seen = run("render", "--template", "list")
    Path("digest.toml").write_text(
        '[digest]\nrepository = "backstage/backstage"\nlayout = "list"\noutput = "lists"\n'
    )
    run("week", "--from", EXAMPLE)
    section = Path("lists/2021-W19/section.md")
    assert seen.out == section.read_text("utf-8")
    assert seen.err == ""
    assert len(re.findall(r"^- .* by ", seen.out, re.MULTILINE)) == 18
    section.write_text(seen.out.replace("export types", "Types for plugins"), encoding="utf-8")
    assert "- Types for plugins (" in run("render", "--template", "list").out


@pytest.mark.parametrize(
    ("style", "who"),
    [
        ("name-company", "Erik Engervall from Spotify"),
        ("name-login", "Erik Engervall ([@erikengervall](https://github.com/erikengervall))"),
        ("login", "[@erikengervall](https://github.com/erikengervall)"),
    ],
)
def test_the_shipped_list_and_the_section_name_people_in_the_style_of_the_setting(
    style: str, who: str
) -> None:
    Path("digest.toml").write_text(f'[digest]\nrepository = "{REPOSITORY}"\npeople = "{style}"\n')
    number = f"[#5299](https://github.com/{REPOSITORY}/pull/5299)"
    title = "add GitHub Release Manager"
    assert f"- {title} ({number}) by {who}\n" in run("render", "--template", "list").out
    run("render")
    section = Path("editions/2021-W19/section.md").read_text("utf-8")
    assert f"{who} added the GitHub Release Manager plugin in {number}." in section


def test_a_persons_template_prints_and_writes_no_file() -> None:
    before = {path: path.read_bytes() for path in Path("editions").rglob("*.*")}
    assert (
        rendered("{{ digest.count }} in {{ span }}\n").out
        == "32 in 10–16 May 2021 (2021-W19, UTC)\n"
    )
    assert {path: path.read_bytes() for path in Path("editions").rglob("*.*")} == before


def test_a_template_may_be_named_by_its_file() -> None:
    Path("my.j2").write_text("{{ digest.by_bots }}")
    assert run("render", "--template", "my.j2").out == "11"


def test_the_output_of_a_template_is_escaped() -> None:
    hostile = snapshot(pull(1, title="<b>*x*</b>"))
    Path("facts.json").write_text(hostile.model_dump_json())
    run("week", "--from", "facts.json")
    assert rendered("{{ digest.pull_requests[0].title }}").out == r"\<b>\*x\*\</b>"


@pytest.mark.sample(every=6)
@pytest.mark.parametrize(
    ("template", "says"),
    [
        (
            "a\n{% if %}",
            "templates/mine.md.j2, line 2: Expected an expression, got 'end of statement block'.",
        ),
        (
            "a\n\n{{ digest.cuont }}",
            "templates/mine.md.j2, line 3: a table has no 'cuont'. docs/templates.md lists the names ",
        ),
        ("{{ nothing }}", "templates/mine.md.j2, line 1: 'nothing' is undefined. docs/"),
        (
            '{{ digest.pull_requests | map(attribute="titel") | list }}',
            "templates/mine.md.j2, line 1: a table has no 'titel'.",
        ),
        (
            "{{ digest.pull_requests[0].titel }}",
            "templates/mine.md.j2, line 1: a table has no 'titel'.",
        ),
        (
            "{{ digest.pull_requests[0].milestone.x }}",
            "templates/mine.md.j2, line 1: an unknown value has no 'x'.",
        ),
        ("{{ span.x }}", "templates/mine.md.j2, line 1: a text has no 'x'."),
        (
            "{{ digest.stories[9] }}",
            "templates/mine.md.j2, line 1: a list has no element 9.",
        ),
        (
            "{{ digest.pull_requests | numbers }}",
            "templates/mine.md.j2, line 1: numbers takes a story or a candidate.",
        ),
        (
            "{{ digest.lead + 1 }}",
            "templates/mine.md.j2, line 1: can only concatenate a text (not a number) to a text.",
        ),
        (
            "{{ 1 + digest.lead }}",
            "templates/mine.md.j2, line 1: unsupported operand type(s) for +: a number and a text.",
        ),
        ("{{ digest.lead | round }}", "templates/mine.md.j2, line 1: a text doesn't define "),
        (
            "{{ digest.stories | sort }}",
            "templates/mine.md.j2, line 1: '<' not supported between instances of a table and a table.",
        ),
        ("{{ {}[digest.stories] }}", "templates/mine.md.j2, line 1: a table has no element [{"),
        (
            "{% include 'x' %}",
            "templates/mine.md.j2, line 1: there is no template 'x' in templates.",
        ),
        ("a\n{{ 1 / 0 }}", "templates/mine.md.j2, line 2: division by zero."),
        (
            "{{ digest.__class__.__mro__ }}",
            "templates/mine.md.j2, line 1: access to attribute '__class__' of a table is unsafe.",
        ),
        (
            "{{ digest | upside_down }}",
            "templates/mine.md.j2, line 1: No filter named 'upside_down'.",
        ),
    ],
)
def test_a_mistake_in_a_template_is_named_with_its_line(template: str, says: str) -> None:
    seen = rendered(template)
    assert (seen.code, seen.out) == (2, "")
    assert seen.err.startswith(f"digest: {says}")
    assert seen.err.count("\n") == 1


def test_an_unknown_template_is_one_line() -> None:
    seen = run("render", "--template", "nope")
    assert (seen.code, seen.out) == (2, "")
    assert seen.err.startswith("digest: There is no template 'nope'.")


@pytest.mark.parametrize("example", re.findall(r"```jinja\n(.*?)```", DOCS, re.DOTALL))
def test_the_examples_of_the_documentation_work(example: str) -> None:
    seen = rendered(example)
    assert (seen.code, bool(seen.out.strip())) == (0, True), seen.err


def test_every_documented_variable_and_filter_exists() -> None:
    names = re.findall(r"^\| `(\w[\w.]*)` \|", DOCS, re.MULTILINE)
    assert {"digest", "pulls", "overview", "wording", "span"} <= {
        name.partition(".")[0] for name in names
    }
    seen = rendered("".join(f"{name}: {{{{ {name} is defined }}}}\n" for name in names))
    assert seen.out.splitlines() == [f"{name}: True" for name in names]
    filters = re.findall(r"^\| `\w* ?\\\| (\w+)` \|", DOCS, re.MULTILINE)
    assert set(filters) == {"link", "who", "numbers", "code"}


ESCAPES = (
    '{{ digest.pull_requests[0].parse_raw("x", proto="pickle", allow_pickle=True) }}',
    "{{ digest.pull_requests[0].model_dump() }}",
    "{{ digest.pull_requests[0].__class__.__mro__ }}",
    "{{ digest.__init__.__globals__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ digest.stories.append(1) }}",
    "{{ digest.update(a=1) }}",
    "{{ '{0.__class__}'.format(digest) }}",
    "{{ ('%c' % 46) | attr('__class__') }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ lipsum.__globals__['os'] }}",
    "{{ joiner }}",
    "{{ namespace(a=1) }}",
    "{{ self._TemplateReference__context }}",
    "{% include '../secret.txt' %}",
    "{% include '/etc/hostname' %}",
    "{% import 'link.md.j2' as x %}",
    "{% extends 'mine.md.j2' %}",
    "{% include 'mine.md.j2' %}",
    "{% from '../secret.txt' import x %}",
    "{% include 'sub/../../secret.txt' %}",
    "{{ ('{0.__class__}' | attr('format'))(digest) }}",
    "{{ '{x.__class__}'.format_map({'x': digest}) }}",
    "{{ digest.items | attr('__self__') }}",
    "{{ digest.pull_requests | sum(attribute='__class__') }}",
    "{% macro a() %}{% endmacro %}{{ a._func }}",
    "{% for x in [1] %}{{ loop.cycle.__globals__ }}{% endfor %}",
    "{{ digest.window.start.tzinfo }}",
    "{{ range(10 ** 9) }}",
)


@pytest.mark.sample(every=6)
@pytest.mark.unix
@pytest.mark.parametrize("template", ESCAPES)
def test_no_known_way_out_of_the_sandbox_leads_anywhere(template: str, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("A secret.", encoding="utf-8")
    (tmp_path / "templates").mkdir(exist_ok=True)
    (tmp_path / "templates" / "link.md.j2").symlink_to(tmp_path / "secret.txt")
    seen = rendered(template)
    assert (seen.code, seen.out, "secret" in seen.err.replace("secret.txt", "")) == (2, "", False)
    assert seen.err.count("\n") == 1


def test_a_template_includes_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir(exist_ok=True)
    (tmp_path / "templates" / "count.j2").write_text("{{ digest.count }}", encoding="utf-8")
    assert rendered("{% include 'count.j2' %} merged").out == "32 merged"


def test_a_template_prints_the_finished_text_with_the_words_of_a_person() -> None:
    section = next(Path("editions").glob("*/section.md"))
    section.write_text(section.read_text("utf-8") + "\nMine.\n", encoding="utf-8")
    assert rendered("{{ section }}").out.endswith("\nMine.\n")


def test_no_value_in_a_template_has_a_method_of_ours() -> None:
    plain = {name for kind in (str, dict, list, int, float) for name in dir(kind)}

    def strange(value: object) -> Iterator[str]:
        yield from {name for name in dir(value) if name[0] != "_"} - plain
        items = value.values() if isinstance(value, dict) else value
        for item in items if isinstance(items, list | type({}.values())) else ():
            yield from strange(item)

    data = digest_data(composing.compose(snapshots.read_snapshot(EXAMPLE), shipped()))
    assert set(strange(data)) == set()
