"""The body of a draft pull request: its texts, and that it notifies only people in this draft."""

import re

import pytest
from markdown_it import MarkdownIt

from digest.model import Marks, Person, PullRequest
from digest.publishing import body
from digest.publishing.body import has_same_list, replace_list, room_for_list
from digest.publishing.boxes import LINE, read_boxes
from digest.publishing.draft import render_body
from digest.publishing.markers import BEGIN
from digest.text import quiet
from tests import composing, history, hostile
from tests.builders import REPOSITORY, pull, snapshot
from tests.golden import assert_golden
from tests.golden_body import GOLDEN, body_facts, text
from tests.shipped import shipped
from tests.sweep import sample

READER = MarkdownIt("gfm-like")
# Text outside code that GitHub reads as a name, a reference, an address or a closing word.
QUIET = (
    "https://redirect.github.com/",
    "https://github.com/acme/newsletter/edit/digest/2021-W19/",
    "https://github.com/acme/newsletter/blob/digest/2021-W19/",
)
LOUD = re.compile(
    r"(?<![\w`])@[\w-]|#\d|https?://|www\.|\b[0-9a-f]{7,40}\b|\bgh-\d",
    re.IGNORECASE,
)


def of(*pulls: PullRequest, **facts: object) -> str:
    digest = composing.compose(snapshot(*pulls), shipped(), None)
    return render_body(digest, shipped(), body_facts(digest, **facts))


def test_the_body_of_edition_26s_week() -> None:
    assert_golden(GOLDEN, text())


def titles() -> list[str]:
    return [*(merged.title for merged in history.pull_requests()), *hostile.TITLES]


def heard(document: str) -> list[str]:
    """All that GitHub would act on: text outside code, and links to other repositories.

    Links through the redirect leave no trace in a repository.
    """
    found = []
    within = 0
    for token in READER.parse(document):
        if token.type == "html_block":
            # Only our own HTML is allowed: comments, and the fold.
            rest = re.sub(r"<!-- digest:[^<>]*-->|</?(?:details|summary)>", "", token.content)
            found += [rest] if re.search(r"[<>@#]", rest) else []
        for leaf in token.children or ():
            if leaf.type == "link_open" and not str(leaf.attrs["href"]).startswith(QUIET):
                found.append(str(leaf.attrs["href"]))
            within += leaf.nesting if leaf.type in {"link_open", "link_close"} else 0
            if leaf.type == "text":
                found += LOUD.findall(leaf.content)
            if leaf.type == "html_inline" and not re.fullmatch(
                r"<!-- digest:[^<>]*-->", leaf.content
            ):
                found.append(leaf.content)
    return found


@pytest.mark.slow
def test_titles_and_names_do_not_notify_people() -> None:
    every = sample(titles(), every=24)
    for start in range(0, len(every), 40):
        some = every[start : start + 40]
        pulls = [
            pull(number, title=title, author=Person(login="ada", name=title), additions=number)
            for number, title in enumerate(some, start=1)
        ]
        document = of(*pulls, changes=tuple(some[:5]), edited=(some[0],), path="a.md")
        assert heard(document) == []
        assert read_boxes(document).names == {f"{REPOSITORY}#{merged.number}" for merged in pulls}
        assert document.count("- [ ] ") + document.count("- [x] ") >= len(pulls)


def test_loud_text_is_found() -> None:
    """The test above can fail."""
    loud = "by @ada fixes #12\n\nhttps://github.com/a/b/pull/1\n\n<b>x</b>\n\n[x](https://github.com/a/b)\n"
    assert len(heard(loud)) >= 5


def test_every_box_is_a_list_item_on_a_separate_line() -> None:
    hostile_ones = [
        pull(number, title=title) for number, title in enumerate(hostile.TITLES, start=1)
    ]
    document = of(*hostile_ones)
    items = [token for token in READER.parse(document) if token.type == "list_item_open"]
    lines = [line for line in document.splitlines() if LINE.match(line)]
    assert len(lines) == len(hostile_ones)
    assert len(
        [item for item in items if item.map and LINE.match(document.splitlines()[item.map[0]])]
    ) == len(lines)


def test_fifteen_boxes_are_open_and_the_rest_is_folded() -> None:
    document = of(*(pull(number, additions=number) for number in range(1, 41)))
    before, fold = document.split("<details><summary>25 more by people</summary>")
    assert len(re.findall(r"^- \[", before, re.MULTILINE)) == 15
    assert len(re.findall(r"^- \[", fold, re.MULTILINE)) == 25


def test_bots_are_counted_on_one_line() -> None:
    document = of(pull(1), pull(2, author=Person(login="dependabot[bot]", is_bot=True)))
    assert "Counted but not listed: 1 by bots." in document
    assert read_boxes(document).names == {f"{REPOSITORY}#1"}


@pytest.mark.sample(every=2)
@pytest.mark.slow
@pytest.mark.parametrize("count", [400, 2000])
def test_a_body_fits_into_githubs_limit_and_counts_the_hidden_boxes(count: int) -> None:
    document = of(
        *(pull(number, title=f"{'Long words ' * 12}{number}") for number in range(1, count + 1))
    )
    assert len(document) <= body.MAX_LENGTH
    shown = len(read_boxes(document).names)
    assert (
        f"{count - shown} more do not fit here. All of them are in [`.digest/2021-W19/worksheet.md`]"
        in document
    )


def test_another_host_gets_no_links() -> None:
    foreign = pull(1, url="https://github.example.com/backstage/backstage/pull/1")
    assert heard(of(foreign)) == []
    assert "--> `#1` **Change number 1**" in of(foreign)


def test_a_persons_words_around_the_list_stay() -> None:
    fresh = of(pull(1))
    current = f"Hello\r\n\r\n{fresh.replace(chr(10), chr(13) + chr(10))}\r\nBye"
    other = of(pull(1), number=2)
    assert (
        replace_list(current, other)
        == f"Hello\r\n\r\n{other.strip().replace(chr(10), chr(13) + chr(10))}\r\n\r\nBye"
    )
    assert replace_list("Hello", other) is None
    assert replace_list("<!-- digest:end --><!-- digest:begin -->", other) is None


@pytest.mark.parametrize(
    "title",
    [
        "Docs <!-- digest:end --> more",
        "<!-- digest:begin -->",
        "<!-- digest:since --> <!-- digest:since-end -->",
        "<!-- digest:list=9 backstage/backstage#1 -->",
    ],
)
def test_a_title_cannot_end_the_list_or_start_another(title: str) -> None:
    pulls = (pull(1, title=title), *map(pull, range(2, 6)))
    current, fresh = of(*pulls), of(*pulls, number=2)
    assert replace_list(f"Hello\n{current}", fresh) == f"Hello\n{fresh.strip()}\n"
    assert read_boxes(fresh).number == 2
    assert has_same_list(current, fresh)
    assert not has_same_list(current, of(pull(1, title=f"{title} more"), *pulls[1:]))


def test_a_person_may_write_about_the_markers() -> None:
    words = "Please leave `<!-- digest:begin -->` alone.\n\nA person's words.\n\n"
    assert replace_list(words + of(pull(1)), of(pull(2))) == f"{words}{of(pull(2)).strip()}\n"


def test_a_body_with_a_doubled_marker_stays_unchanged() -> None:
    assert replace_list(f"{BEGIN}\n\nA person's words.\n\n{of(pull(1))}", of(pull(2))) is None


@pytest.mark.slow
def test_a_list_fits_next_to_a_persons_words() -> None:
    pulls = [pull(number, title=f"{'Long words ' * 12}{number}") for number in range(1, 400)]
    current = f"{'Made up words. ' * 1000}\n\n{of(*pulls)}"
    renewed = replace_list(current, of(*pulls, room=room_for_list(current)))
    assert renewed is not None
    assert len(current) > 65_536 > body.MAX_LENGTH >= len(renewed)


@pytest.mark.parametrize(
    "lead", ["Thanks @everybody, made up.", "This fixes #12.", "See www.example.com", "On GH-12."]
)
def test_an_editors_lead_does_not_notify_people(lead: str) -> None:
    digest = composing.compose(snapshot(pull(1)), shipped(), None, Marks(lead=lead))
    document = render_body(digest, shipped(), body_facts(digest))
    assert f"`{lead}`" in document
    assert heard(document) == []


def test_the_number_and_recent_changes_do_not_change_a_list() -> None:
    current = of(pull(1))
    assert has_same_list(current, of(pull(1), number=7, changes=("x",)))
    assert has_same_list(current.replace("\n", "\r\n"), of(pull(1), number=7))
    assert not has_same_list(current, of(pull(1), pull(2)))
    assert not has_same_list(current, of(pull(1), ticked=frozenset()))
    assert not has_same_list("theirs", current)


def section(lead: str, *stories: str) -> str:
    return "\n\n".join(["## Merged last week", lead, *stories]) + "\n"


def first_line(document: str) -> str:
    return document.split("\n")[2]


@pytest.mark.parametrize(
    ("lead", "shown"),
    [
        ("A quiet week: one change!", "A quiet week: one change!"),
        ("Two lines\nof one sentence.", "Two lines of one sentence."),
        ("Read [more](https://x.org).\n\nSecond.", "`Read [more](https://x.org).`"),
        ("", "One pull request was merged last week."),
    ],
)
def test_the_lead_is_the_first_paragraph_of_the_text(lead: str, shown: str) -> None:
    assert first_line(of(pull(1), section=section(lead))) == shown


def test_a_story_has_the_heading_of_the_text() -> None:
    story = "### My words for `it`\n\nSee [#1](https://github.com/backstage/backstage/pull/1)."
    document = of(pull(1, title="Add a bell"), section=section("One.", story))
    assert "/pull/1) **My words for `it`** · Ada Lovelace" in document
    assert "/pull/1) **Bell** · Ada Lovelace" in of(pull(1, title="Add a bell"))


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Add a cache", "Add a cache"),
        ("bump @x/y from 1.0.1 to 1.1.0", "bump `@x/y` from 1.0.1 to 1.1.0"),
        ("see (#12), please", "see (`#12`), please"),
        ("Revert deadbeef1 by x/y@deadbee", "Revert `deadbeef1` by `x/y@deadbee`"),
        ("Fix the docs", "Fix the docs"),
        ("Fixes #12", "`Fixes #12`"),
        ("Close: x/y#12 at last", "`Close: x/y#12 at last`"),
        ("Use `a` in #12", "``Use `a` in #12``"),
        ("Use *a* and `b`", "Use \\*a\\* and `b`"),
        ("On GH-12 with utf-8", "On `GH-12` with utf-8"),
    ],
)
def test_only_words_that_github_acts_on_are_code(words: str, shown: str) -> None:
    assert quiet(words) == shown
    assert heard(quiet(words)) == []
