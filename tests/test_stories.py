"""The drafted pull requests, and their words."""

import pytest

from digest import settings
from digest.compose.candidates import rank_candidates
from digest.compose.edition import find_candidates, with_drafts
from digest.compose.pictures import Album
from digest.compose.stories import StoryTexts, write_stories
from digest.files import settings_files
from digest.model import Mark, Markdown, Marks, Person, PullRequest, Story
from digest.settings import ReasonRule, Settings
from tests import composing, history, titles
from tests.builders import changed_file, key, pull, repository, snapshot, window
from tests.golden import assert_golden
from tests.shipped import shipped

URL = "https://github.com/backstage/backstage/pull"
CAN_DO = "TODO: in one sentence, what can readers do with it?"


AT_ENGINES = Person(login="ada", name="Ada Lovelace", company="Engines")


def story_texts(marks: Marks, *pulls: PullRequest, settings: Settings | None = None) -> StoryTexts:
    candidates = rank_candidates(pulls, shipped()).ranked
    album = Album({one.key: one for one in pulls}, (), settings or shipped())
    return write_stories(marks, album, candidates, settings or shipped(), [repository()])


def drafted(*pulls: PullRequest) -> StoryTexts:
    return story_texts(composing.drafts(snapshot(*pulls), shipped(), Marks()).marks, *pulls)


def numbers(*pulls: PullRequest) -> list[str]:
    return [
        key.partition("#")[2] for story in drafted(*pulls).stories for key in story.pull_requests
    ]


def plugin(number: int, lines: int, folder: str = "brass-band", **facts: object) -> PullRequest:
    return pull(
        number,
        files=(changed_file(f"plugins/{folder}/package.json", "added", additions=lines),),
        **facts,
    )


def change(number: int, lines: int, **facts: object) -> PullRequest:
    return pull(number, files=(changed_file("a.ts", additions=lines),), **facts)


def words(title: str, **facts: object) -> tuple[str, str]:
    """The heading and the first paragraph, with the link's address left out."""
    (story,) = story_texts(Marks(stories=(mark(7),)), pull(7, title=title, **facts)).stories
    return story.heading, story.paragraphs[0].replace(f"]({URL}/7)", "]")


def test_edition_26_drafts_exactly_the_editors_two_stories() -> None:
    pulls = history.in_window(window())
    companies = {5299: "Spotify", 5392: "Spotify"}
    known = [
        one.model_copy(
            update={"author": one.author.model_copy(update={"company": companies[one.number]})}
        )
        if one.author and one.number in companies
        else one
        for one in pulls
    ]
    manager, shortcuts = "the GitHub Release Manager plugin", "the Shortcuts plugin for the Sidebar"
    assert drafted(*known) == StoryTexts(
        stories=(
            Story(
                pull_requests=("backstage/backstage#5299",),
                heading=Markdown("GitHub Release Manager plugin"),
                paragraphs=(
                    Markdown(
                        f"Erik Engervall from Spotify added {manager} in [#5299]({URL}/5299). {CAN_DO}"
                    ),
                ),
                quote=None,
                reasons=("adds plugin git-release-manager", "11,071 lines in 131 files"),
            ),
            Story(
                pull_requests=("backstage/backstage#5392",),
                heading=Markdown("Shortcuts plugin for the Sidebar"),
                paragraphs=(
                    Markdown(
                        f"Marcus Eide from Spotify added {shortcuts} in [#5392]({URL}/5392). {CAN_DO}"
                    ),
                ),
                quote=None,
                reasons=("adds plugin shortcuts", "1,578 lines in 29 files"),
            ),
        ),
        notices=(),
    )


def test_all_new_plugins_are_drafted_largest_first() -> None:
    assert numbers(plugin(1, 10), change(2, 900), plugin(3, 20)) == ["3", "1"]


def test_at_most_five_are_drafted_and_the_rest_is_reported() -> None:
    changed = composing.drafts(
        snapshot(*(plugin(number, number) for number in range(1, 8))), shipped(), Marks()
    )
    assert changed.marks.stories == tuple(
        Mark(pull_requests=(key(number),), by="digest") for number in (7, 6, 5, 4, 3)
    )
    assert changed.notices == ("Drafts have at most 5 stories. Not drafted: #2 and #1.",)


def test_a_single_plugin_is_drafted_with_the_best_other_candidate() -> None:
    assert numbers(plugin(1, 10), change(2, 5), change(3, 90)) == ["3", "1"]


def test_without_a_plugin_the_three_best_candidates_are_drafted() -> None:
    assert numbers(*(change(number, number) for number in range(1, 6))) == ["5", "4", "3"]
    assert numbers(change(1, 1)) == ["1"]
    assert numbers() == []


def test_a_plugin_by_a_bot_is_not_a_story() -> None:
    assert numbers(plugin(1, 10, author=Person(login="tool", is_bot=True))) == []


def test_upkeep_is_never_drafted_even_where_nothing_else_was_merged() -> None:
    """A reason with `draft = true` does not change that, and neither does a later draft."""
    upkeep = [
        plugin(1, 90, title="refactor: move the brass into a plugin"),
        change(2, 80, title="Bump brass from 1.0 to 2.0"),
        change(3, 70, title='Revert "Add doors"'),
        change(4, 60, title="docs(brass): describe the brass"),
        pull(5, files=(changed_file("docs/brass.md", additions=50),)),
    ]
    assert numbers(*upkeep) == []
    assert numbers(*upkeep, change(6, 1)) == ["6"]
    facts = snapshot(*upkeep)
    later = with_drafts(Marks(), find_candidates(facts, shipped(), {}), facts, shipped(), set())
    assert later.marks == Marks()


def test_a_reason_that_ranks_first_drafts_upkeep_too() -> None:
    notes = {
        "words": "release note",
        "any": [{"path": "notes/**"}],
        "draft": True,
        "first": True,
    }
    settings = shipped().model_copy(update={"reasons": (ReasonRule.model_validate(notes),)})
    note = pull(1, title="docs: doors", files=(changed_file("notes/doors.md"),))
    facts = snapshot(note, change(2, 90), change(3, 80), plugin(4, 70))
    drafts = composing.drafts(facts, settings, Marks()).marks
    assert [one.pull_requests for one in drafts.stories] == [(key(1),), (key(2),)]


@pytest.mark.parametrize(
    ("title", "folder", "heading", "sentence"),
    [
        ("Add a welcome page", "welcome", "Welcome page plugin", "added the welcome page plugin"),
        (
            "[Plugin] Migrate Tech Radar",
            "tech-radar",
            "Tech Radar plugin",
            "added the Tech Radar plugin",
        ),
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
def test_a_new_plugin_has_the_name_of_its_title_or_else_of_its_folder(
    title: str, folder: str, heading: str, sentence: str
) -> None:
    (story,) = drafted(plugin(7, 1, folder, title=title)).stories
    assert (story.heading, story.paragraphs) == (
        heading,
        (f"Ada Lovelace {sentence} in [#7]({URL}/7). {CAN_DO}",),
    )


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
        (
            "Refactor and simplify doors",
            "Refactor and simplify doors",
            "refactored and simplified doors",
        ),
        (
            "Add doors, Export Hall and Update Room",
            "Doors, Export Hall and Update Room",
            "added doors, Export Hall and Update Room",
        ),
        ("add doors and build halls", "Add doors and build halls", None),
        ("add doors and show halls", "Add doors and show halls", None),
        ("add doors, fix halls", "Add doors, fix halls", "added doors, fixed halls"),
        (
            "Add the old github keys as revoked",
            "Add the old github keys as revoked",
            "added the old github keys as revoked",
        ),
        (
            "Introduce doors instead of walls",
            "Introduce doors instead of walls",
            "introduced doors instead of walls",
        ),
        ("Add the door back", "Add the door back", "added the door back"),
        (
            "Add a bell if doors are closed",
            "Add a bell if doors are closed",
            "added a bell if doors are closed",
        ),
        ("Add doors such as gates", "Doors such as gates", "added doors such as gates"),
        ("make doors open and use halls", "Make doors open and use halls", None),
        ("build halls and document doors", "Build halls and document doors", None),
        (
            "fix doors to open and add halls",
            "Fix doors to open and add halls",
            "fixed doors to open and add halls",
        ),
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
def test_a_title_gives_a_heading_and_a_sentence_with_its_verb(
    title: str, heading: str, sentence: str | None
) -> None:
    """A title without a certain verb or without an object gets a neutral sentence."""
    rest = (
        f"{sentence} in [#7]. {CAN_DO}" if sentence else "contributed [#7]. TODO: say what it does."
    )
    assert words(title, head="ada/open-the-door") == (heading, f"Ada Lovelace {rest}")


def test_a_long_heading_is_cut_at_a_word() -> None:
    heading, sentence = words("Improve " + "brass " * 20)
    assert heading == "Improve " + "brass " * 10 + "…"
    assert sentence == "Ada Lovelace improved " + "brass " * 20 + f"in [#7]. {CAN_DO}"


LONG = "the brass of the band that plays"


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        (
            f"Improve {LONG} on `doors and windows of the hall` in the evening",
            f"Improve {LONG} …",
        ),
        (
            f"Improve `{LONG} on doors and windows and in the hall` in the evening",
            f"Improve `{LONG} on doors and windows and in the hall` …",
        ),
        (
            f'Rename "{LONG} on doors and windows of the hall"',
            f'Rename "{LONG} on doors and windows of the hall"',
        ),
        (
            f"Rename “{LONG} on doors and windows of the hall” in the evening",
            f"Rename “{LONG} on doors and windows of the hall” …",
        ),
        (
            f'Revert "Call it "brass" and improve {LONG} on doors and windows"',
            f'Revert "Call it "brass" and improve {LONG} on doors and windows"',
        ),
        (
            f"Don't improve {LONG} on doors, it's too loud for the windows of the hall",
            f"Don't improve {LONG} on doors, it's too loud …",
        ),
        (f"Improve {LONG} with trumpets and with the very loud", f"Improve {LONG} with trumpets …"),
        ("X" * 90, "X" * 90),
        (f"{'X' * 90} and more", f"{'X' * 90} …"),
        (
            f'Revert "Improve {LONG} on doors and windows of the very lo',
            f'Revert "Improve {LONG} on doors and windows of the very lo',
        ),
    ],
)
def test_a_heading_is_cut_outside_of_code_and_quotations(title: str, heading: str) -> None:
    assert words(title)[0] == heading


def test_paragraphs_are_escaped_and_headings_stay_plain() -> None:
    facts = {"author": Person(login="x", name="Ada *L* <b>")}
    assert words("Add <script> [x](http://y) `code`", **facts) == (
        "<script> [x](http://y) `code`",
        rf"Ada \*L\* \<b> added \<script> \[x\](`http://y`) `code` in [#7]. {CAN_DO}",
    )


def test_the_description_is_quoted_for_its_editor() -> None:
    (story,) = drafted(pull(1, body="## What\n\nMade up for tests: it *opens* the [door].")).stories
    assert (
        story.quote
        == "TODO: rewrite or delete. From the pull request: Made up for tests: it opens the [door]."
    )


@pytest.mark.parametrize("body", [None, "", "<!-- Describe your change. -->"])
def test_an_empty_description_is_not_quoted(body: str | None) -> None:
    (story,) = drafted(pull(1, body=body)).stories
    assert story.quote is None


def test_an_unclear_company_of_a_storys_author_is_reported() -> None:
    """The company is a handle or unknown, and other people's are not reported."""
    handle = drafted(
        change(1, 1, author=Person(login="ada", name="Ada Lovelace", company="@engines"))
    )
    assert handle.stories[0].paragraphs[0].startswith("Ada Lovelace from engines changed ")
    assert handle.notices == (
        "The profile of Ada Lovelace gives the company as @engines, but the text has 'engines'.",
    )
    others = [change(number, 1, author=Person(login=f"nobody{number}")) for number in range(2, 6)]
    assert (
        drafted(
            change(1, 9), *(plugin(number, 9, author=AT_ENGINES) for number in (8, 9)), *others
        ).notices
        == ()
    )
    (notice,) = drafted(plugin(8, 9, author=AT_ENGINES), change(1, 9), *others).notices
    assert notice == (
        'The company of Ada Lovelace is unknown.\nAdd it to digest.toml (use "" for none):\n'
        '[digest.profiles.ada]\ncompany = ""'
    )


def mark(*numbers: int, **facts: object) -> Mark:
    return Mark.model_validate({"pull_requests": [key(number) for number in numbers], **facts})


def test_heading_and_text_of_a_mark_replace_the_draft() -> None:
    text = f"Doors [open]({URL}/7/files) now.\n \n* all of them\n* *really*"
    one = change(
        7, 1, title="Add doors", body="Made up for tests: it opens doors.", author=AT_ENGINES
    )
    assert story_texts(
        Marks(stories=(mark(7, heading="Open *doors*", text=text, pictures=("a b.png",)),)), one
    ) == StoryTexts(
        (
            Story(
                pull_requests=(key(7),),
                heading="Open *doors*",
                paragraphs=(
                    Markdown(f"Doors [open]({URL}/7/files) now."),
                    Markdown("* all of them\n* *really*"),
                ),
                pictures=(Markdown("![TODO: describe the picture](./a%20b.png)"),),
                reasons=("1 line in 1 file",),
            ),
        ),
        (),
    )
    headed = story_texts(Marks(stories=(mark(7, heading="Open"),)), one).stories[0]
    assert (headed.heading, headed.paragraphs) == ("Open", drafted(one).stories[0].paragraphs)
    worded = story_texts(Marks(stories=(mark(7, text="They open."),)), one).stories[0]
    assert (worded.heading, worded.quote) == ("Doors", None)


def test_a_text_without_links_to_pull_requests_gets_them_at_its_end() -> None:
    """A story without a link is a slip, and looks like a person's own paragraph."""
    text = f"Made by hand, see {URL}/77 and {URL}/9."
    (story,) = story_texts(
        Marks(stories=(mark(7, 8, 9, text=text),)), change(7, 1), change(8, 2), change(9, 3)
    ).stories
    assert story.paragraphs == (text, f"More in [#7]({URL}/7) and [#8]({URL}/8).")


def test_several_pull_requests_have_one_heading_and_a_paragraph_each() -> None:
    pulls = (
        plugin(7, 9, title="Add the doors plugin"),
        change(8, 1, title="Fix the bell", author=AT_ENGINES),
    )
    (story,) = story_texts(Marks(stories=(mark(8, 7),)), *pulls).stories
    assert story == Story(
        pull_requests=(key(8), key(7)),
        heading="Fix the bell",
        paragraphs=(
            Markdown(f"Ada Lovelace from Engines fixed the bell in [#8]({URL}/8). {CAN_DO}"),
            Markdown(f"Ada Lovelace added the doors plugin in [#7]({URL}/7). {CAN_DO}"),
        ),
        reasons=("1 line in 1 file", "adds plugin brass-band", "9 lines in 1 file"),
    )


def test_a_story_from_another_repository_is_labelled_and_unknown_words_are_to_do() -> None:
    elsewhere = pull(3, title="Add doors", repository="ada/engine", author=AT_ENGINES)
    marks = Marks(stories=(Mark(pull_requests=("ada/engine#3", "ada/en_gine_#4", key(5))),))
    (story,), notices = story_texts(marks, elsewhere).stories, story_texts(marks, elsewhere).notices
    assert story.heading == "Doors"
    assert story.paragraphs == (
        f"Ada Lovelace from Engines added doors in [ada/engine#3](https://github.com/ada/engine/pull/3). {CAN_DO}",
        r"TODO: say who did what in [ada/en_gine\_#4](https://github.com/ada/en_gine_/pull/4).",
        f"TODO: say who did what in [#5]({URL}/5).",
    )
    assert notices == tuple(
        f"{one} is marked, but digest has no facts about it. Write its text yourself."
        for one in ("ada/en_gine_#4", key(5))
    )
    assert story_texts(Marks(stories=(mark(5),))).stories[0].heading == "TODO: heading"


def test_a_story_needs_no_pull_request_and_a_removed_one_is_not_a_story() -> None:
    party = Mark(heading="A party", text="On Friday.")
    assert story_texts(Marks(stories=(party, mark(7, removed=True))), change(7, 1)) == StoryTexts(
        (
            Story(
                pull_requests=(),
                heading="A party",
                paragraphs=(Markdown("On Friday."),),
                reasons=(),
            ),
        ),
        (),
    )


def test_a_reason_that_drafts_can_work_without_a_captured_name() -> None:
    mine = '[[digest.reasons]]\nwords = "for the newsletter"\nany = [{ label = "newsletter" }]\ndraft = true\n'
    ours = settings.load(
        [
            settings.Layer("config.toml", settings_files.text("config.toml")),
            settings.Layer("mine", mine),
        ]
    )
    facts = snapshot(
        change(1, 90), change(2, 1, labels=("newsletter",)), change(3, 50), change(4, 40)
    )
    marks = composing.drafts(facts, ours.settings, Marks()).marks
    assert {one.pull_requests for one in marks.stories} == {(key(2),), (key(1),)}


def test_later_drafts_add_only_new_pull_requests_that_deserve_a_story() -> None:
    first = snapshot(plugin(1, 10), change(2, 90))
    marks = composing.drafts(first, shipped(), Marks()).marks
    assert [one.pull_requests for one in marks.stories] == [(key(2),), (key(1),)]
    later = snapshot(plugin(1, 10), change(2, 90), plugin(3, 5), change(4, 900))
    changed = composing.drafts(later, shipped(), marks, known={key(1), key(2)})
    assert changed.marks.stories == (*marks.stories, Mark(pull_requests=(key(3),), by="digest"))
    assert changed.message == "Drafted #3."
    again = composing.drafts(
        later, shipped(), marks, known={one.key for one in later.pull_requests}
    )
    assert again.marks == marks


def test_an_edition_follows_its_marks_for_stories_heading_and_lead() -> None:
    marks = Marks(
        heading="Merged {when}",
        lead="*All* {n}, [here](x).",
        stories=(mark(2), mark(9), Mark(pull_requests=("ada/engine#3",))),
    )
    others = (change(9, 9), pull(3, repository="ada/engine"))
    digest = composing.compose(
        snapshot(plugin(1, 10), change(2, 5), uncounted_pull_requests=others),
        shipped(),
        None,
        marks,
    )
    assert (digest.heading, digest.lead, digest.count) == (
        "Merged last week",
        "*All* 2, [here](x).",
        2,
    )
    assert [story.pull_requests for story in digest.stories] == [
        (key(2),),
        (key(9),),
        ("ada/engine#3",),
    ]
    assert [notice for notice in digest.notices if "outside" in notice] == [
        "#9 was merged outside this window. It is in the section, but it is not counted."
    ]


@pytest.mark.slow
def test_every_persons_title_in_the_facts_reads_as_it_was_read() -> None:
    """The golden file was read by a person."""
    assert_golden(titles.GOLDEN, titles.text())


@pytest.mark.slow
def test_most_titles_get_a_sentence_with_their_own_verb() -> None:
    sentences = [row.rpartition("\t")[2] for row in titles.rows()[1:]]
    own = [sentence for sentence in sentences if not sentence.startswith("{Who} contributed ")]
    assert len(sentences) == 2799
    assert len(own) / len(sentences) >= 0.6
