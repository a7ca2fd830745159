"""docs/commands.md ends with every option of every command, read from the program."""

from scripts.make_commands import BEGIN, PAGE, page
from tests.golden import assert_golden
from tests.golden_help import NAMES


def test_the_page_is_made_from_the_program() -> None:
    assert_golden(PAGE, page(PAGE.read_text("utf-8")))


def test_the_text_by_people_stays() -> None:
    made = page(f"# Title\n\nBy a person.\n\n{BEGIN}\nold\n")
    assert made.startswith(f"# Title\n\nBy a person.\n\n{BEGIN}\n## Every option\n")
    assert "old\n" not in made.splitlines()
    assert page(made) == made


def test_every_command_has_a_heading_and_its_options() -> None:
    parts = page("").split("\n### ")[1:]
    names = [part.partition("\n")[0].strip("`") for part in parts]
    assert ["digest", *sorted(names)] == NAMES
    week = parts[names.index("week")]
    assert "| `--weeks N` | The last N complete weeks, or the N weeks up to --week. |" in week
    assert "\n```\ndigest week --repo backstage/backstage\n" in week
