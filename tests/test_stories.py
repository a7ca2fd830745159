"""Which pull requests are drafted, and their words."""

import pytest

from digest.compose.stories import Drafted, draft
from digest.compose.suggestions import suggest
from digest.model import Markdown, Person, PullRequest, Story
from tests import history, titles
from tests.builders import changed_file, pull, window
from tests.shipped import shipped

URL = "https://github.com/backstage/backstage/pull"
CAN_DO = "TODO: in one sentence, what can readers do with it?"


def drafted(*pulls: PullRequest) -> Drafted:
    return draft(suggest(pulls, shipped()).suggestions, pulls, shipped())


def numbers(*pulls: PullRequest) -> list[str]:
    return [key.partition("#")[2] for story in drafted(*pulls).stories for key in story.pull_requests]


def plugin(number: int, lines: int, folder: str = "brass-band", **facts: object) -> PullRequest:
    return pull(number, files=(changed_file(f"plugins/{folder}/package.json", "added", additions=lines),), **facts)


def change(number: int, lines: int, **facts: object) -> PullRequest:
    return pull(number, files=(changed_file("a.ts", additions=lines),), **facts)


def words(title: str, **facts: object) -> tuple[str, str]:
    """The heading and the first paragraph, with the link's address left out."""
    (story,) = drafted(pull(7, title=title, **facts)).stories
    return story.heading, story.paragraphs[0].replace(f"]({URL}/7)", "]")


def test_edition_26_drafts_exactly_the_editors_two() -> None:
    pulls = history.in_window(window())
    companies = {5299: "Spotify", 5392: "Spotify"}
    known = [
        one.model_copy(update={"author": one.author.model_copy(update={"company": companies[one.number]})})
        if one.author and one.number in companies
        else one
        for one in pulls
    ]
    manager, shortcuts = "the GitHub Release Manager plugin", "the Shortcuts plugin for the Sidebar"
    assert drafted(*known) == Drafted(
        stories=(
            Story(
                pull_requests=("backstage/backstage#5299",),
                heading=Markdown("GitHub Release Manager plugin"),
                paragraphs=(Markdown(f"Erik Engervall from Spotify added {manager} in [#5299]({URL}/5299). {CAN_DO}"),),
                quote=None,
                reasons=("adds plugin git-release-manager", "11,071 lines in 131 files"),
            ),
            Story(
                pull_requests=("backstage/backstage#5392",),
                heading=Markdown("Shortcuts plugin for the Sidebar"),
                paragraphs=(Markdown(f"Marcus Eide from Spotify added {shortcuts} in [#5392]({URL}/5392). {CAN_DO}"),),
                quote=None,
                reasons=("adds plugin shortcuts", "1,578 lines in 29 files"),
            ),
        ),
        notices=(),
    )


def test_all_new_plugins_are_drafted_largest_first() -> None:
    assert numbers(plugin(1, 10), change(2, 900), plugin(3, 20)) == ["3", "1"]


def test_at_most_five_are_drafted_and_the_rest_is_said() -> None:
    told = drafted(*(plugin(number, number) for number in range(1, 8)))
    assert [story.pull_requests[0].partition("#")[2] for story in told.stories] == ["7", "6", "5", "4", "3"]
    assert told.notices == ("7 pull requests ask for a story; the 5 largest are drafted, not #2, #1.",)


def test_beside_a_single_plugin_stands_the_best_other_suggestion() -> None:
    assert numbers(plugin(1, 10), change(2, 5), change(3, 90)) == ["3", "1"]


def test_without_a_plugin_the_three_best_suggestions_are_drafted() -> None:
    assert numbers(*(change(number, number) for number in range(1, 6))) == ["5", "4", "3"]
    assert numbers(change(1, 1)) == ["1"]
    assert numbers() == []


def test_a_plugin_by_a_bot_is_no_story() -> None:
    assert numbers(plugin(1, 10, author=Person(login="tool", is_bot=True))) == []


@pytest.mark.parametrize(
    ("title", "folder", "heading", "sentence"),
    [
        ("Add a welcome page", "welcome", "Welcome page plugin", "added the welcome page plugin"),
        ("[Plugin] Migrate Tech Radar", "tech-radar", "Tech Radar plugin", "added the Tech Radar plugin"),
        ("add new relic plugin", "newrelic", "New Relic plugin", "added the New Relic plugin"),
        (
            "Create @backstage/plugin-catalog-react package",
            "catalog-react",
            "Catalog react plugin",
            "added the Catalog react plugin",
        ),
        ("Initial version of new Kafka plugin", "kafka", "Kafka plugin", "added the Kafka plugin"),
        ("feat: add brass plugin (#12)", "brass", "Brass plugin", "added the brass plugin"),
        (
            "Play brass, wood and strings all together in one hall",
            "orchestra",
            "Orchestra plugin",
            "added the Orchestra plugin",
        ),
    ],
)
def test_a_new_plugin_is_called_by_its_title_else_by_its_folder(
    title: str, folder: str, heading: str, sentence: str
) -> None:
    (story,) = drafted(plugin(7, 1, folder, title=title)).stories
    assert (story.heading, story.paragraphs) == (heading, (f"Ada Lovelace {sentence} in [#7]({URL}/7). {CAN_DO}",))


@pytest.mark.parametrize(
    ("title", "heading", "sentence"),
    [
        (
            "[Fixes #5536] Make CatalogTable configurable",
            "Make CatalogTable configurable",
            "made CatalogTable configurable",
        ),
        ("fix(core): adjust the door.", "Adjust the door", "adjusted the door"),
        ("Feat: bumps the brass to 2 (fixes #12)", "Bumps the brass to 2", "bumped the brass to 2"),
        ("Adding support for doors, closes #3", "Support for doors", "added support for doors"),
        ("support doors", "Support doors", "added support for doors"),
        ("packages/cli: add an option #12", "Option", "added an option"),
        ("fix doors and add windows", "Fix doors and add windows", "fixed doors and added windows"),
        ("Refactor and simplify doors", "Refactor and simplify doors", "refactored and simplified doors"),
        (
            "Add doors, Export Hall and Update Room",
            "Doors, Export Hall and Update Room",
            "added doors, Export Hall and Update Room",
        ),
        ("add doors and build halls", "Doors and build halls", None),
        ("add doors and show halls", "Doors and show halls", None),
        ("make doors open and use halls", "Make doors open and use halls", None),
        ("build halls and document doors", "Build halls and document doors", None),
        ("fix doors to open and add halls", "Fix doors to open and add halls", "fixed doors to open and add halls"),
        ("create a door when a hall opens", "Create a door when a hall opens", None),
        ("get rid of doors", "Get rid of doors", "got rid of doors"),
        ("Ada/open the door", "Open the door", None),
        ("fix: the door is broken", "Door is broken", None),
        ("fix the door is broken", "Fix the door is broken", None),
        ("Fixes in the door", "Fixes in the door", None),
        ("Add added doors", "Added doors", None),
        ("make public", "Make public", None),
        ("Bump to 2.0", "Bump to 2.0", None),
        ("Update my door", "Update my door", None),
        ("Update the door - and more", "Update the door - and more", None),
        ("Update the very long do…", "Update the very long do…", None),
        ('Revert "Add a door"', 'Revert "Add a door"', 'reverted "Add a door"'),
        ("UI -> UX", "UI -> UX", None),
        ("fix #12", "Fix #12", None),
    ],
)
def test_a_title_gives_a_heading_and_a_sentence_with_its_own_verb(
    title: str, heading: str, sentence: str | None
) -> None:
    """A title that begins with no verb for sure, or lacks its object, says nothing about what somebody did."""
    told = f"{sentence} in [#7]. {CAN_DO}" if sentence else "contributed [#7]. TODO: say what it does."
    assert words(title, head="ada/open-the-door") == (heading, f"Ada Lovelace {told}")


def test_a_long_heading_is_cut_at_a_word() -> None:
    heading, sentence = words("Improve " + "brass " * 20)
    assert heading == "Improve " + "brass " * 10 + "…"
    assert sentence == "Ada Lovelace improved " + "brass " * 20 + f"in [#7]. {CAN_DO}"


def test_paragraphs_are_made_safe_and_headings_stay_plain() -> None:
    facts = {"author": Person(login="x", name="Ada *L* <b>")}
    assert words("Add <script> [x](http://y) `code`", **facts) == (
        "<script> [x](http://y) `code`",
        rf"Ada \*L\* \<b> added \<script> \[x\](`http://y`) `code` in [#7]. {CAN_DO}",
    )


def test_the_description_is_quoted_for_its_editor() -> None:
    (story,) = drafted(pull(1, body="## What\n\nMade up for tests: it *opens* the [door].")).stories
    assert story.quote == "TODO: retell or delete. From the pull request: Made up for tests: it opens the [door]."


@pytest.mark.parametrize("body", [None, "", "<!-- Describe your change. -->"])
def test_nothing_is_quoted_where_nothing_was_written(body: str | None) -> None:
    (story,) = drafted(pull(1, body=body)).stories
    assert story.quote is None


def test_a_company_given_as_a_handle_is_said_for_the_people_of_the_stories() -> None:
    told = drafted(change(1, 1, author=Person(login="ada", name="Ada Lovelace", company="@engines")))
    assert told.stories[0].paragraphs[0].startswith("Ada Lovelace from engines changed ")
    assert told.notices == ("The profile of Ada Lovelace gives the company as @engines, so it stands as 'engines'.",)


def test_every_persons_title_in_the_facts_reads_as_it_was_read() -> None:
    """The golden file was read by a person; `python -m tests.titles` writes it anew."""
    assert titles.rows() == titles.GOLDEN.read_text("utf-8").splitlines()


def test_most_titles_get_a_sentence_with_their_own_verb() -> None:
    sentences = [row.rpartition("\t")[2] for row in titles.rows()[1:]]
    own = [sentence for sentence in sentences if not sentence.startswith("{Who} contributed ")]
    assert len(sentences) == 2799
    assert len(own) / len(sentences) >= 0.6
