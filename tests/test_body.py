"""The body of a draft pull request: what an editor reads there, and how quiet it is."""

import re

import pytest
from markdown_it import MarkdownIt

from digest.model import Marks, Person, PullRequest
from digest.publishing import body
from digest.publishing.body import has_same_list, replace_list, room_for_list
from digest.publishing.boxes import LINE, read_boxes
from digest.publishing.draft import render_body
from digest.publishing.markers import BEGIN
from tests import composing, history, hostile
from tests.builders import REPOSITORY, pull, snapshot
from tests.golden import assert_golden
from tests.golden_body import GOLDEN, report, text
from tests.shipped import shipped

READER = MarkdownIt("gfm-like")
# What GitHub makes a name, a reference, an address or a closing word of, where it is no code.
LOUD = re.compile(
    r"(?<![\w`])@[\w-]|#\d|https?://|www\.|\b[0-9a-f]{7,40}\b|\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b[: ]",
    re.IGNORECASE,
)


def of(*pulls: PullRequest, **facts: object) -> str:
    digest = composing.compose(snapshot(*pulls), shipped(), None)
    return render_body(digest, shipped(), report(digest, **facts))


def test_the_body_of_edition_26s_week() -> None:
    assert_golden(GOLDEN, text())


def titles() -> list[str]:
    return [*(one.title for one in history.pull_requests()), *hostile.TITLES]


def heard(document: str) -> list[str]:
    """All that GitHub would act upon: text that is no code, and links that do not go through the redirect."""
    found = []
    within = 0
    for token in READER.parse(document):
        if token.type == "html_block":
            # Ours alone: comments, and the fold.
            rest = re.sub(r"<!-- digest:[^<>]*-->|</?(?:details|summary)>", "", token.content)
            found += [rest] if re.search(r"[<>@#]", rest) else []
        for leaf in token.children or ():
            if leaf.type == "link_open" and not str(leaf.attrs["href"]).startswith(
                "https://redirect.github.com/"
            ):
                found.append(str(leaf.attrs["href"]))
            within += leaf.nesting if leaf.type in {"link_open", "link_close"} else 0
            if leaf.type == "text":
                found += LOUD.findall(leaf.content)
            if leaf.type == "html_inline" and not re.fullmatch(
                r"<!-- digest:[^<>]*-->", leaf.content
            ):
                found.append(leaf.content)
    return found


def test_no_title_and_no_name_is_heard_outside() -> None:
    every = titles()
    for start in range(0, len(every), 40):
        some = every[start : start + 40]
        pulls = [
            pull(number, title=title, author=Person(login="ada", name=title), additions=number)
            for number, title in enumerate(some, start=1)
        ]
        document = of(*pulls, changes=tuple(some[:5]), kept=(some[0],), path="a.md")
        assert heard(document) == []
        assert read_boxes(document).names == {f"{REPOSITORY}#{one.number}" for one in pulls}
        assert document.count("- [ ] ") + document.count("- [x] ") >= len(pulls)


def test_what_would_be_heard_is_found() -> None:
    """The test above can fail."""
    loud = "by @ada fixes #12\n\nhttps://github.com/a/b/pull/1\n\n<b>x</b>\n\n[x](https://github.com/a/b)\n"
    assert len(heard(loud)) >= 5


def test_every_box_is_an_item_of_a_list_of_its_own_line() -> None:
    hostile_ones = [
        pull(number, title=title) for number, title in enumerate(hostile.TITLES, start=1)
    ]
    document = of(*hostile_ones)
    items = [token for token in READER.parse(document) if token.type == "list_item_open"]
    lines = [line for line in document.splitlines() if LINE.match(line)]
    assert len(lines) == len(hostile_ones)
    assert len(
        [one for one in items if one.map and LINE.match(document.splitlines()[one.map[0]])]
    ) == len(lines)


def test_the_best_fifteen_stand_open_and_the_rest_is_folded() -> None:
    document = of(*(pull(number, additions=number) for number in range(1, 41)))
    before, fold = document.split("<details><summary>25 more by people</summary>")
    assert len(re.findall(r"^- \[", before, re.MULTILINE)) == 15
    assert len(re.findall(r"^- \[", fold, re.MULTILINE)) == 25


def test_bots_are_one_line() -> None:
    document = of(pull(1), pull(2, author=Person(login="dependabot[bot]", is_bot=True)))
    assert "1 by bots are counted and not listed." in document
    assert read_boxes(document).names == {f"{REPOSITORY}#1"}


@pytest.mark.parametrize("count", [400, 2000])
def test_a_body_is_never_longer_than_github_takes_and_says_what_has_no_room(count: int) -> None:
    document = of(
        *(pull(number, title=f"{'Long words ' * 12}{number}") for number in range(1, count + 1))
    )
    assert len(document) <= body.MOST
    shown = len(read_boxes(document).names)
    assert (
        f"{count - shown} more have no room here; all of them are in `.digest/2021-W19/worksheet.md`."
        in document
    )


def test_another_host_gets_no_links() -> None:
    there = pull(1, url="https://github.example.com/backstage/backstage/pull/1")
    assert heard(of(there)) == []
    assert "`#1` `" in of(there)


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
def test_a_title_cannot_end_the_list_or_begin_another(title: str) -> None:
    pulls = (pull(1, title=title), *map(pull, range(2, 6)))
    current, fresh = of(*pulls), of(*pulls, number=2)
    assert replace_list(f"Hello\n{current}", fresh) == f"Hello\n{fresh.strip()}\n"
    assert read_boxes(fresh).number == 2
    assert has_same_list(current, fresh)
    assert not has_same_list(current, of(pull(1, title=f"{title}!"), *pulls[1:]))


def test_a_person_may_write_of_the_markers() -> None:
    words = "Please leave `<!-- digest:begin -->` alone.\n\nA person's words.\n\n"
    assert replace_list(words + of(pull(1)), of(pull(2))) == f"{words}{of(pull(2)).strip()}\n"


def test_a_body_with_a_marker_twice_is_a_persons() -> None:
    assert replace_list(f"{BEGIN}\n\nA person's words.\n\n{of(pull(1))}", of(pull(2))) is None


def test_a_list_takes_no_more_room_than_a_persons_words_leave() -> None:
    pulls = [pull(number, title=f"{'Long words ' * 12}{number}") for number in range(1, 400)]
    current = f"{'Made up words. ' * 1000}\n\n{of(*pulls)}"
    renewed = replace_list(current, of(*pulls, room=room_for_list(current)))
    assert renewed is not None
    assert len(current) > 65_536 > body.MOST >= len(renewed)


@pytest.mark.parametrize(
    "lead", ["Thanks @everybody, made up.", "This fixes #12.", "See www.example.com", "On GH-12."]
)
def test_an_editors_first_sentence_is_not_heard_either(lead: str) -> None:
    digest = composing.compose(snapshot(pull(1)), shipped(), None, Marks(lead=lead))
    document = render_body(digest, shipped(), report(digest))
    assert f"`{lead}`" in document
    assert heard(document) == []


def test_a_list_is_the_same_whatever_its_number_and_what_happened_since() -> None:
    current = of(pull(1))
    assert has_same_list(current, of(pull(1), number=7, changes=("x",)))
    assert has_same_list(current.replace("\n", "\r\n"), of(pull(1), number=7))
    assert not has_same_list(current, of(pull(1), pull(2)))
    assert not has_same_list(current, of(pull(1), ticked=frozenset()))
    assert not has_same_list("theirs", current)
