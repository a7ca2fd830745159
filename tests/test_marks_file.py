"""The file of an edition's decisions: parsing, and writing that keeps a person's layout."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.compose.keys import RepositoryNames
from digest.compose.marks import (
    add_story,
    parse_marks,
    remove_stories,
    set_heading_and_lead,
    writer,
)
from digest.compose.marks import dump_marks as dump_marks_file
from digest.compose.marks.parser import comments_of
from digest.errors import DigestError, UsageError
from digest.model import Mark, Marks
from tests.builders import key

BACKSTAGE = RepositoryNames(("backstage/backstage",), {"spotify/backstage": "backstage/backstage"})
NAME = "editions/2021-W19/marks.toml"
BY_HAND = '''\
# Mine.
lead = "A quiet one." # for now

# About doors.
[[stories]] # first
pull_requests = [
  5, # the door
  "#6",
]
by = "digest"   # drafted

[[stories]]
pull_requests = 7
removed = true # not yet

# About windows:
#   two of them.
[[stories]]
text = """
# Not a comment, nor a story:
[[stories]]
"""
heading = 'Windows'
pull_requests = ["https://github.com/Backstage/backstage/pull/8/files", "ada/engine#1"]
# The end.
'''


READ = Marks(
    lead="A quiet one.",
    stories=(
        Mark(pull_requests=(key(5), key(6)), by="digest"),
        Mark(pull_requests=(key(7),), removed=True),
        Mark(
            pull_requests=(key(8), "ada/engine#1"),
            heading="Windows",
            text="# Not a comment, nor a story:\n[[stories]]",
        ),
    ),
)


def dump_marks(text: str | None, marks: Marks, names: RepositoryNames | None = None) -> str:
    return dump_marks_file(text, marks, names).text


def changed(before: str, *replaced: tuple[str, str]) -> str:
    """Return the text with each first piece, which occurs once, replaced by the second."""
    for old, new in replaced:
        assert before.count(old) == 1
        before = before.replace(old, new)
    return before


def test_a_file_by_hand_is_read_in_all_its_forms() -> None:
    assert parse_marks(BY_HAND, NAME, BACKSTAGE) == READ
    assert parse_marks(BY_HAND.replace("\n", "\r\n"), NAME, BACKSTAGE) == READ


def test_old_names_of_a_repository_are_known() -> None:
    text = '[[stories]]\npull_requests = ["Spotify/Backstage#5"]\n'
    assert parse_marks(text, NAME, BACKSTAGE).stories == (Mark(pull_requests=(key(5),)),)


def test_an_empty_file_has_no_decision() -> None:
    assert parse_marks("", NAME) == parse_marks("# Nothing yet.\n", NAME) == Marks()


def test_writing_the_parsed_marks_changes_no_byte() -> None:
    for text in (
        BY_HAND,
        BY_HAND.replace("\n", "\r\n"),
        BY_HAND.rstrip("\n"),
        "",
        BY_HAND.replace("\n", "\r\n", 3),
    ):
        assert dump_marks(text, parse_marks(text, NAME, BACKSTAGE), BACKSTAGE) == text


def test_a_new_file_begins_with_an_explanation() -> None:
    made = add_story(Marks(), [key(5)], "digest").marks
    made = add_story(
        made,
        [key(6), "ada/engine#1"],
        "person",
        heading='The "door"',
        text='Doors.\n\nThey """open""" C:\\.',
    ).marks
    made = set_heading_and_lead(
        remove_stories(made, [key(7)]).marks, heading="Merged", lead="Só\nmany"
    ).marks
    text = dump_marks(None, made)
    assert (
        text
        == '''\
# The stories of this edition, in the order of the section. digest adds to this file and never
# deletes your text. Each [[stories]] can have a heading, a text (Markdown) and pictures.
# `removed = true` keeps a story out of the section. Put a heading and a lead for the whole section
# above the stories.

heading = "Merged"
lead = """
Só
many
"""

[[stories]]
pull_requests = ["backstage/backstage#5"]
by = "digest"

[[stories]]
pull_requests = ["backstage/backstage#6", "ada/engine#1"]
by = "person"
heading = "The \\"door\\""
text = """
Doors.

They ""\\"open""\\" C:\\\\.
"""

[[stories]]
pull_requests = ["backstage/backstage#7"]
by = "person"
removed = true
'''
    )
    assert parse_marks(text, NAME) == made


def test_a_change_of_one_story_changes_only_its_lines() -> None:
    worded = add_story(READ, [key(5)], "person", heading="Doors").marks
    assert dump_marks(BY_HAND, worded, BACKSTAGE) == changed(
        BY_HAND, ('by = "digest"   # drafted\n', 'by = "person"   # drafted\nheading = "Doors"\n')
    )
    back = add_story(READ, [key(7)], "person").marks
    assert dump_marks(BY_HAND, back, BACKSTAGE) == changed(
        BY_HAND, ("removed = true # not yet", "# not yet")
    )


def test_the_sections_words_are_above_the_stories() -> None:
    decided = set_heading_and_lead(READ, heading="Merged", lead="").marks
    assert dump_marks(BY_HAND, decided, BACKSTAGE) == changed(
        BY_HAND, ('lead = "A quiet one." # for now\n', 'heading = "Merged"\n# for now\n')
    )
    bare = '[[stories]]\npull_requests = ["a/b#1"]\n'
    assert (
        dump_marks(bare, set_heading_and_lead(parse_marks(bare, NAME), lead="Few.").marks)
        == f'lead = "Few."\n\n{bare}'
    )


@pytest.mark.parametrize(
    ("written", "pictures"),
    [
        ('"a.png"', ("a.png",)),
        ('["a.png", " b.png ", ""]', ("a.png", "b.png")),
        ("[]", ()),
        ('""', ()),
    ],
)
def test_pictures_are_one_file_or_several(written: str, pictures: tuple[str, ...]) -> None:
    (mark,) = parse_marks(
        f"[[stories]]\npull_requests = 5\npictures = {written}\n", NAME, BACKSTAGE
    ).stories
    assert mark.pictures == pictures


def test_an_empty_list_of_pictures_is_a_decision_and_is_written() -> None:
    marks = Marks(
        stories=(Mark(pull_requests=(key(5),), pictures=()), Mark(pull_requests=(key(6),)))
    )
    text = dump_marks(None, marks)
    assert text.endswith(
        f'\n[[stories]]\npull_requests = ["{key(5)}"]\nby = "person"\npictures = []\n\n[[stories]]\n'
        f'pull_requests = ["{key(6)}"]\nby = "person"\n'
    )
    assert parse_marks(text, NAME) == marks
    chosen = marks.model_copy(
        update={"stories": (marks.stories[0].model_copy(update={"pictures": ("a.png",)}),)}
    )
    assert 'pictures = ["a.png"]\n' in dump_marks(text, chosen)
    assert (
        dump_marks(
            dump_marks(text, chosen), marks.model_copy(update={"stories": marks.stories[:1]})
        ).count("pictures = []")
        == 1
    )


def test_a_moved_story_keeps_its_comments() -> None:
    head, doors, seven, windows = BY_HAND.partition("# About doors.")[0], *BY_HAND_BLOCKS
    moved = add_story(READ, ["ada/engine#1"], "person", first=True).marks
    assert (
        dump_marks(BY_HAND, moved, BACKSTAGE)
        == f"{head}{windows}\n{doors}{seven}".rstrip("\n") + "\n"
    )


BY_HAND_BLOCKS = (
    BY_HAND[BY_HAND.index("# About doors.") : BY_HAND.index("[[stories]]\npull_requests = 7")],
    BY_HAND[BY_HAND.index("[[stories]]\npull_requests = 7") : BY_HAND.index("# About windows:")],
    BY_HAND[BY_HAND.index("# About windows:") :],
)


def test_joining_and_splitting_keep_the_list_and_the_comments() -> None:
    """The comments of a removed story move to the one with its pull request."""
    joined = add_story(READ, [key(5), key(6), key(7)], "person").marks
    assert dump_marks(BY_HAND, joined, BACKSTAGE) == changed(
        BY_HAND,
        ("# About doors.\n", "# not yet\n# About doors.\n"),
        ('  "#6",\n', f'  "#6",\n  "{key(7)}",\n'),
        ('by = "digest"', 'by = "person"'),
        ("[[stories]]\npull_requests = 7\nremoved = true # not yet\n\n", ""),
    )
    split = remove_stories(READ, [key(6)]).marks
    gone = f'[[stories]]\npull_requests = ["{key(6)}"]\nby = "person"\nremoved = true\n\n'
    assert dump_marks(BY_HAND, split, BACKSTAGE) == changed(
        BY_HAND,
        ('  "#6",\n', ""),
        ("[[stories]]\npull_requests = 7", f"{gone}[[stories]]\npull_requests = 7"),
    )


def test_the_comments_above_a_removed_story_are_kept() -> None:
    text = '[[stories]]\npull_requests = ["a/b#1"]\n\n# Two.\n[[stories]]\npull_requests = ["a/b#2"] # it\n'
    joined = add_story(parse_marks(text, NAME), ["a/b#1", "a/b#2"], "person").marks
    assert (
        dump_marks(text, joined)
        == '# Two.\n# it\n[[stories]]\npull_requests = ["a/b#1", "a/b#2"]\n'
    )


def test_in_another_order_each_pull_request_keeps_its_form_and_comment() -> None:
    first, *rest = READ.stories
    other = Marks(
        lead=READ.lead,
        stories=(first.model_copy(update={"pull_requests": (key(6), key(5))}), *rest),
    )
    assert dump_marks(BY_HAND, other, BACKSTAGE) == changed(
        BY_HAND, ('[\n  5, # the door\n  "#6",\n]', '[\n  "#6",\n  5, # the door\n]')
    )


LIST_OF_THREE = """\
[[stories]]
pull_requests = [ # all doors
  # The first.
  5, # front
  "#6" , # back
  7 # side
  # The end.
] # doors
"""


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (
            (5, 6, 7, 8),
            (("7 # side\n", f'7, # side\n  "{key(8)}",\n'),),
        ),
        ((6, 7), (("  5, # front\n", "  # front\n"),)),
        ((5, 7), (('  "#6" , # back\n', "  # back\n"),)),
        ((5, 6), (("  7 # side\n", "  # side\n"),)),
        (
            (7,),
            (('  5, # front\n  "#6" , # back\n', "  # front\n  # back\n"),),
        ),
    ],
)
def test_a_list_with_comments_changes_only_where_it_must(
    numbers: tuple[int, ...], expected: tuple[tuple[str, str], ...]
) -> None:
    marks = Marks(stories=(Mark(pull_requests=tuple(map(key, numbers))),))
    new = dump_marks_file(LIST_OF_THREE, marks, BACKSTAGE)
    assert (new.text, new.notices) == (changed(LIST_OF_THREE, *expected), ())


def test_comments_that_cannot_stay_in_a_list_are_above_it_and_the_run_reports_it() -> None:
    text = '[[stories]]\npull_requests = [5, # front\n  "#6", 7] # doors\npictures = ["a.png"]\n'
    marks = Marks(stories=(Mark(pull_requests=(key(5), key(7), key(8)), pictures=("a.png",)),))
    new = dump_marks_file(text, marks, BACKSTAGE)
    assert new.text == (
        f'[[stories]]\n# front\npull_requests = [5, 7, "{key(8)}"] # doors\npictures = ["a.png"]\n'
    )
    (notice,) = new.notices
    assert notice == (
        "digest moved the comments in the list pull_requests of #5, #7 and #8 above the list in "
        "marks.toml, because the list is now on one line."
    )


LISTS = (
    "[{0}, {1}, {2}]",
    "[{0}, {1}, {2},] # all",
    "[ {0}\n  , {1} # one\n  , {2} # two\n]",
    "[\n  {0},\n  {1}, {2}, # two\n]",
    "[\n\t{0}, # ]\n\n\t# [ {1}\n\t{1},{2}# x\n]",
    "[ # begin\n  {0},\n  # {1}\n  {1}, # one\n  {2} # two\n] # end",
    "[\n  {0}, # zero\n  {1}, # one\n  {2}, # two\n  # last\n]",
    "[\n# first\n{0}, # \"quoted\", 'too'\n{1},\n{2}\n]# end",
    "[{0}, # zero\n{1}, # one\n{2}] # two",
    "[\n  {0}, {1}, {2} # three\n]",
)


@pytest.mark.parametrize("layout", LISTS)
@pytest.mark.parametrize("forms", [("5", '"#6"', "'7'"), ('"backstage/backstage#5"', "6", "7")])
@pytest.mark.parametrize("name", ["pull_requests", '"pull_requests"', '"pull\\u005frequests"'])
def test_no_change_of_a_list_loses_a_comment_or_breaks_the_file(
    layout: str, forms: tuple[str, ...], name: str
) -> None:
    text = f"# Mine.\n[[stories]]\n{name} = {layout.format(*forms)}\nheading = 'Doors' # x\n"
    for numbers in [(5,), (6,), (7,), (5, 6), (7, 5), (6, 7, 8), (8, 5, 6, 7), (9, 8), (7, 6, 5)]:
        marks = Marks(
            stories=(Mark(pull_requests=tuple(map(key, numbers)), heading="Doors"),),
        )
        new = dump_marks(text, marks, BACKSTAGE)
        assert parse_marks(new, NAME, BACKSTAGE) == marks
        assert sorted(comments_of(new)) == sorted(comments_of(text))
        assert dump_marks(new, marks, BACKSTAGE) == new


def test_a_deleted_list_leaves_its_comments() -> None:
    text = "[[stories]]\nheading = 'x'\npictures = [ # two\n 'a.png', # door\n]\n# The end.\n"
    marks = Marks(stories=(Mark(heading="x"),))
    assert dump_marks(text, marks) == "[[stories]]\nheading = 'x'\n# two\n# door\n# The end.\n"
    assert dump_marks(text, Marks()) == "# two\n# door\n# The end.\n"


def test_a_loss_is_an_error_and_not_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "one_line_list", lambda *_: "[5")
    monkeypatch.setattr(writer, "edit_list", lambda *_: "[5] # front")
    text = "[[stories]]\npull_requests = [5, 6] # doors\n"
    with pytest.raises(DigestError, match="cannot change the marks file"):
        dump_marks(text, Marks(stories=(Mark(pull_requests=(key(5),)),)), BACKSTAGE)


def test_marks_are_parsed_and_written_in_time_that_grows_with_their_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The time grew with the square of the marks: 6 s for 400."""
    marks = Marks(stories=tuple(Mark(pull_requests=(key(n),)) for n in range(1, 501)))
    text = dump_marks(None, marks)
    sizes: list[int] = []
    parse = tomllib.loads

    def count(toml: str) -> dict[str, object]:
        sizes.append(len(toml))
        return parse(toml)

    monkeypatch.setattr(tomllib, "loads", count)
    assert parse_marks(text, NAME) == marks
    more = add_story(marks, [key(5), key(501)], "person", heading="Doors").marks
    assert parse_marks(dump_marks(text, more), NAME) == more
    assert sum(sizes) < 5 * len(text)


def test_a_file_from_windows_keeps_its_line_ends() -> None:
    worded = add_story(READ, [key(9)], "person", text="One.\n\nTwo.").marks
    text = dump_marks(BY_HAND.replace("\n", "\r\n"), worded, BACKSTAGE)
    assert text == dump_marks(BY_HAND, worded, BACKSTAGE).replace("\n", "\r\n")
    assert parse_marks(text, NAME, BACKSTAGE) == worded


def test_stories_without_a_blank_line_between_them_stay_so() -> None:
    close = '[[stories]]\npull_requests = ["a/b#1"]\n[[stories]]\npull_requests = ["a/b#2"]'
    more = add_story(parse_marks(close, NAME), ["a/b#3"], "person").marks
    assert (
        dump_marks(close, more)
        == f'{close}\n\n[[stories]]\npull_requests = ["a/b#3"]\nby = "person"\n'
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "heading",
            "line 1: this is not valid TOML: expected '=' after a key in a key/value pair.",
        ),
        ('[[stories]]\ntext = """\nOpen', "line 3: this is not valid TOML: "),
        ("\nleed = 'x'\n", "line 2: unknown key 'leed'. Did you mean 'lead'?"),
        ("heading = 3\n", "line 1: heading = 3 should be a valid string."),
        ("lead = ['x']\n", "line 1: lead = ['x'] should be a valid string."),
        ("[[stories]]\nheading = 'x'\nauthor = 'ada'\n", "line 3: unknown key 'author'."),
        (
            "[[stories]]\nheading = 'x'\nby = 'ada'\n",
            "line 3: by = 'ada' should be 'digest' or 'person'.",
        ),
        (
            "[[stories]]\npull_requests = 5\n",
            "line 2: 5 needs a repository; write owner/name#5.",
        ),
        (
            "[[stories]]\n\npull_requests = ['5x']\n",
            "line 3: '5x' is not a pull request; write owner/name#5299 or its URL.",
        ),
        (
            "[[stories]]\npull_requests = [true, 'a/b5']\n",
            "line 2: 'a/b5' is not a pull request; write owner/name#5299 or its URL; line 2: True is not a pull request; ",
        ),
        (
            "[[stories]]\npull_requests = 'a/b#1'\n\n[[stories]]\npull_requests = ['a/b#1']\n",
            "line 5: a/b#1 is already in line 2.",
        ),
        ("# x\n[[stories]]\nby = 'digest'\n", "line 2: a story needs pull_requests or a heading."),
        (
            "stories = []\n",
            "line 1: each story needs its own line [[stories]].",
        ),
        ("stories = [{heading = 'x'}]\n", "line 1: each story needs its own line [[stories]]."),
        ("[stories]\nheading = 'x'\n", "line 1: each story needs its own line [[stories]]."),
        (
            "[[stories]]\nheading = 'x'\npictures = [3]\n",
            """line 3: pictures = [3] must be a list of files, such as ["doors-2.png"].""",
        ),
        (
            "leed = 'x'\n[[stories]]\nheading = 3\n",
            "line 1: unknown key 'leed'. Did you mean 'lead'?; line 3: heading = 3 should be a valid string.",
        ),
    ],
)
def test_a_broken_file_is_reported_with_line_and_reason(text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_marks(text, NAME)
    assert caught.value.message.startswith(f"{NAME}, {says}")
    assert caught.value.hint == "The file was not changed."


WORDS = st.none() | st.text(max_size=30)
KEYS = st.sampled_from(
    [f"{name}#{number}" for name in ("backstage/backstage", "ada/engine") for number in range(1, 7)]
)
STEPS = st.lists(
    st.tuples(st.sampled_from("add remove draft".split()), st.lists(KEYS, max_size=3), WORDS, WORDS)
)


def after_steps(marks: Marks, steps: list[tuple[str, list[str], str | None, str | None]]) -> Marks:
    for what, keys, heading, text in steps:
        if what == "remove":
            marks = remove_stories(marks, keys).marks
        elif keys or (heading or "").split():
            marks = add_story(
                marks, keys, "person" if what == "add" else "digest", heading=heading, text=text
            ).marks
        marks = set_heading_and_lead(marks, heading=heading, lead=text).marks
    return marks


@pytest.mark.slow
@settings(max_examples=50)
@given(STEPS, STEPS)
def test_every_decision_is_read_back(
    first: list[tuple[str, list[str], str | None, str | None]],
    second: list[tuple[str, list[str], str | None, str | None]],
) -> None:
    """Draw any words in any order of changes.

    A person's comments survive, and no pull request has two stories.
    """
    marks = after_steps(READ, first)
    text = dump_marks(BY_HAND, marks, BACKSTAGE)
    assert parse_marks(text, NAME, BACKSTAGE) == marks
    later = after_steps(marks, second)
    text = dump_marks(text, later, BACKSTAGE)
    assert parse_marks(text, NAME, BACKSTAGE) == later
    assert tomllib.loads(text)
    for comment in (
        "# Mine.",
        "# About doors.",
        "# drafted",
        "# not yet",
        "#   two of them.",
        "# The end.",
    ):
        assert comment in text
