"""The pictures of stories, their file names, and the text for a missing one.

All descriptions here are made up for tests.
"""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from digest import text
from digest.compose import joining
from digest.compose.pictures import Album, MissingPicture, is_filler, join_pictures
from digest.model import Mark, Marks, Picture, PullRequest, Snapshot
from digest.output import render
from digest.text.descriptions import Image, images
from tests import composing, hostile
from tests.builders import changed_file, pull, snapshot
from tests.reading import leaves
from tests.shipped import shipped

ASSETS = "https://github.com/user-attachments/assets"
ONE, TWO, THREE = (f"{ASSETS}/{name}" for name in ("one", "two", "three"))
BODY = f"""Made up for tests: the doorbell rings, and everybody hears it.

![The doorbell beside the door]({ONE})

| before | after |
| --- | --- |
| ![Screenshot 2021-05-12 at 10.21.33]({TWO}) | <img width="300" alt="" src="{THREE}"> |

`![no picture](https://example.com/code.png)` ![a badge](https://img.shields.io/x.png) ![relative](./door.png)
"""
DOORBELL = pull(
    7,
    title="Add a doorbell plugin",
    body=BODY,
    files=(changed_file("plugins/bell/package.json", "added", 90),),
)
KEY = DOORBELL.key
MARK = Mark(pull_requests=(KEY,))
SAVED = tuple(
    Picture(pull_request=KEY, url=url, file=f"doorbell-plugin-{place}.png")
    for place, url in enumerate((ONE, TWO, THREE), start=1)
)


def album(*pulls: PullRequest, saved: tuple[Picture, ...] = (), save: bool = True) -> Album:
    settings = shipped() if save else shipped().without_pictures()
    return Album({one.key: one for one in pulls or (DOORBELL,)}, saved, settings)


def names(wanted: tuple[MissingPicture, ...]) -> list[str]:
    return [one.names[0] for one in wanted]


def wanted(*pulls: PullRequest, saved: tuple[Picture, ...] = ()) -> tuple[MissingPicture, ...]:
    return album(*pulls, saved=saved).missing_pictures(
        [Mark(pull_requests=(one.key,)) for one in pulls]
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "![*A* `door` & a bell](https://a.example/x.png)",
            [Image("https://a.example/x.png", "A door & a bell")],
        ),
        ("![a][b]\n\n[b]: https://a.example/x.png", [Image("https://a.example/x.png", "a")]),
        (
            "[![a](https://a.example/x.png)](https://b.example)",
            [Image("https://a.example/x.png", "a")],
        ),
        (
            "<img alt='a &amp; b' src=https://a.example/x.png>",
            [Image("https://a.example/x.png", "a & b")],
        ),
        (
            "<p>\n<IMG\n SRC='https://a.example/x.png?a=1&amp;b=2'/></p>",
            [Image("https://a.example/x.png?a=1&b=2", "")],
        ),
        ('<img src="a.png" src="b.png">', [Image("a.png", "")]),
        ("<img alt='a\u202e\nb' src='a.png'>", [Image("a.png", "a b")]),
        ("![a](a.png) ![b](a.png) <img src='b.png'>", [Image("a.png", "a"), Image("b.png", "")]),
        ("<!-- <img src='a.png'> -->\n\n```\n![a](a.png)\n```\n\n    ![a](a.png)\n", []),
        ("<!-- not ended\n\n<img src='a.png'>", []),
        ("<div>\n<![foo[x]]> <img src='a.png'>\n<![ x>\n</div>", [Image("a.png", "")]),
        ("<div><![if x\n</div>", []),
        ("<div>\n<<!x>![a](b) <<!-- x -->![a](b) <img src='a.png'>\n</div>", [Image("a.png", "")]),
        (f"![b](b.png) <img alt='&#{'9' * 5000};' src='a.png'>", [Image("b.png", "b")]),
        ("<img>, <img src>, <img src=''> and <imgx src='a.png'>", []),
    ],
)
def test_images_are_read_from_markdown_and_html(body: str, expected: list[Image]) -> None:
    assert list(images(body)) == expected


FRAGMENTS = (
    *(
        "<",
        "<!",
        "<![",
        "!",
        "![a](https://[x/y.png)",
        "<!--",
        "-->",
        "]]>",
        ">",
        "<img ",
        " src=",
        " alt=",
        "'",
        '"',
    ),
    *(
        "https://",
        "[",
        "]",
        "(",
        ")",
        "\n",
        "\n\n",
        "<div>\n",
        "</div>",
        "<?",
        "<script>",
        "&#x",
        f"&#{'9' * 5000};",
        "\0",
    ),
    *("℀", "@", ":", "//", "%", "`", "    ", "DOCTYPE", "CDATA[", "if x", "="),
)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join))
def test_no_text_of_a_description_ends_a_run(body: str) -> None:
    pictures = album(pull(7, body=body))
    pictures.pictures_of(MARK)
    pictures.missing_pictures([MARK])


def test_the_first_picture_is_shown_and_the_others_are_named() -> None:
    assert album(saved=SAVED).pictures_of(MARK) == (
        ("![The doorbell beside the door](./doorbell-plugin-1.png)",),
        ("`doorbell-plugin-2.png`", "`doorbell-plugin-3.png`"),
    )


def test_a_picture_that_is_not_saved_is_shown_as_a_link() -> None:
    shown, further = album(saved=SAVED[1:2]).pictures_of(MARK)
    assert shown == (f"TODO: add [the picture]({ONE}) from `github.com`.",)
    assert further == ("`doorbell-plugin-2.png`", f"[a picture that is not saved]({THREE})")


def test_a_link_cannot_imitate_that_of_another_picture() -> None:
    body = "![x](https://github.com@evil.example/(a)_%0a.png)"
    (shown,), _ = album(pull(7, body=body)).pictures_of(MARK)
    assert shown.startswith("TODO: add [the picture](https://github.com@evil.example/")
    assert shown.endswith(" from `evil.example`.")


@pytest.mark.parametrize("host", ["[foo", "℀.com", "", ":x", "%", "a b", "\u202e", "["])
def test_a_broken_address_is_shown_as_it_is(host: str) -> None:
    body = f"<img alt='x' src='https://{host}/a.png'>"
    (shown,), _ = album(pull(7, body=body)).pictures_of(MARK)
    assert shown.startswith("TODO: add ")
    assert shown.endswith(f" from `{text.plain(host) or '–'}`.")


def test_without_new_pictures_only_saved_ones_are_shown() -> None:
    assert album(save=False).pictures_of(MARK) == ((), ())
    assert album(saved=SAVED[1:], save=False).pictures_of(MARK) == (
        ("![TODO: describe the picture](./doorbell-plugin-2.png)",),
        ("`doorbell-plugin-3.png`",),
    )
    assert album(save=False).missing_pictures([MARK]) == ()


def test_a_person_chooses_the_pictures_and_may_choose_none() -> None:
    mark = MARK.model_copy(
        update={"pictures": ("doorbell-plugin-3.png", "mine.png", "doorbell-plugin-1.png")}
    )
    assert album(saved=SAVED).pictures_of(mark) == (
        (
            "![TODO: describe the picture](./doorbell-plugin-3.png)",
            "![TODO: describe the picture](./mine.png)",
            "![The doorbell beside the door](./doorbell-plugin-1.png)",
        ),
        ("`doorbell-plugin-2.png`",),
    )
    none = MARK.model_copy(update={"pictures": ()})
    assert album(saved=SAVED).pictures_of(none)[0] == ()
    assert album().missing_pictures([none]) == ()


def test_a_persons_text_with_a_picture_gets_no_other() -> None:
    mark = MARK.model_copy(update={"text": "It rings.\n\n![mine](./mine.png)"})
    assert album(saved=SAVED).pictures_of(mark)[0] == ()
    plain = MARK.model_copy(update={"text": "It rings."})
    assert len(album(saved=SAVED).pictures_of(plain)[0]) == 1


def test_file_names_describe_the_picture_and_shown_ones_are_first() -> None:
    cache = pull(
        8, title="Add a storage-agnostic cache", body=f"![a]({ASSETS}/four) ![b]({ASSETS}/five)"
    )
    several = wanted(DOORBELL, cache)
    assert names(several) == [
        "doorbell-plugin-1",
        "storage-agnostic-cache-1",
        "doorbell-plugin-2",
        "doorbell-plugin-3",
        "storage-agnostic-cache-2",
    ]
    assert [one.is_shown for one in several] == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        (
            "Add the Käse-Brötchen's “Überraschung”, déjà vu",
            "kase-brotchens-uberraschung-deja-vu-1",
        ),
        ("支持多种语言的门铃", "pull-request-1"),
        ("../../etc/passwd\\..\\NUL\0.png", "etc-passwd-nul-png-1"),
        (
            "Add " + "a very long word and " * 9,
            "very-long-word-and-a-very-long-word-and-a-very-long-word-and-1",
        ),
        ("x" * 200, "x" * 60 + "-1"),
    ],
)
def test_a_file_name_is_short_and_has_plain_letters(title: str, name: str) -> None:
    assert names(wanted(pull(7, title=title, body=f"![a]({ONE})"))) == [name]


def test_no_two_pictures_have_the_same_file_name() -> None:
    pulls = [
        pull(number, title="Add doors", body=f"![a]({ASSETS}/{number})") for number in (7, 8, 9)
    ]
    assert names(wanted(*pulls)) == ["doors-1", "doors-8-1", "doors-9-1"]
    of_seven = Picture(pull_request=pulls[0].key, url=f"{ASSETS}/7", file="doors-1.gif")
    assert names(wanted(*pulls[1:], saved=(of_seven,))) == ["doors-8-1", "doors-9-1"]


def test_a_saved_picture_is_not_requested_and_a_missing_one_is_requested_again() -> None:
    failed = Picture(pull_request=KEY, url=TWO, problem="it is gone")
    left = wanted(DOORBELL, saved=(SAVED[0], failed))
    assert [(one.url, one.was_tried) for one in left] == [(TWO, True), (THREE, False)]
    assert names(left) == ["doorbell-plugin-2", "doorbell-plugin-3"]


def test_joined_stories_keep_the_names_and_show_the_first_picture_of_all() -> None:
    cache = pull(8, title="Add a cache", body=f"![A cache]({ASSETS}/four)")
    both = Mark(pull_requests=(pull(9).key, cache.key, KEY))
    pictures = album(
        cache,
        DOORBELL,
        saved=(Picture(pull_request=cache.key, url=f"{ASSETS}/four", file="cache-1.gif"),),
    )
    assert pictures.pictures_of(both)[0] == ("![A cache](./cache-1.gif)",)
    assert names(pictures.missing_pictures([both])) == [
        f"doorbell-plugin-{place}" for place in (1, 2, 3)
    ]


def test_only_some_pictures_of_a_full_description_are_fetched_and_that_is_reported() -> None:
    full = pull(7, body="\n".join(f"![a]({ASSETS}/{number})" for number in range(14)))
    pictures = album(full)
    assert len(pictures.missing_pictures([MARK])) == 10
    assert list(pictures.notices([MARK])) == ["#7 has 14 pictures; digest uses the first 10."]


def test_missing_pictures_are_reported_once_for_each_reason() -> None:
    other = pull(8, body=f"![a]({ONE})")
    failed = (
        *(
            Picture(pull_request=KEY, url=url, problem="github.com could not be reached")
            for url in (ONE, TWO)
        ),
        Picture(pull_request=KEY, url=THREE, problem="it is gone"),
        Picture(pull_request=other.key, url=ONE, problem="github.com could not be reached"),
    )
    assert list(
        album(DOORBELL, other, saved=failed).notices([MARK, Mark(pull_requests=(other.key,))])
    ) == [
        f"{problem} in the section or the worksheet."
        for problem in (
            "3 pictures of #7 and #8 could not be saved: github.com could not be reached. The links are",
            "A picture of #7 could not be saved: it is gone. The link is",
        )
    ]


def test_a_saved_file_is_not_forgotten_when_a_later_run_fails() -> None:
    failed = Picture(pull_request=KEY, url=ONE, problem="it is gone")
    again = Picture(pull_request=KEY, url=ONE, problem="it is gone for good")
    assert join_pictures((SAVED[0],), (failed,)) == (SAVED[0],)
    assert join_pictures((failed,), (again,)) == (again,)
    assert join_pictures((failed,), SAVED[:2]) == SAVED[:2]


def test_a_file_shows_one_picture() -> None:
    other = Picture(pull_request=KEY, url=TWO, file=SAVED[0].file)
    assert join_pictures(SAVED[:1], (other,)) == (other,)
    assert join_pictures(SAVED[:1], SAVED[:1]) == SAVED[:1]


def test_pictures_of_several_repositories_are_joined() -> None:
    elsewhere = pull(7, repository="ada/engine")
    picture = Picture(pull_request=elsewhere.key, url=ONE, file="engine-1.png")
    both = joining.join_snapshots(
        [snapshot(DOORBELL, pictures=SAVED), snapshot(elsewhere, pictures=(picture,))]
    )
    assert both.pictures == (*SAVED, picture)


@pytest.mark.parametrize(
    "alt",
    """|image|Image 12|an image|img|picture|Screenshot|screen shot|Screencast 3|alt text|gif|untitled|…|🎉
    |Screenshot 2021-05-12 at 10.21.33|Screen Shot 2021-05-12 at 10 21 33 AM|Bildschirmfoto 2021-05-12 um 10.21.33
    |Capture d’écran 2021-05-12 à 10.21.33|Captura de pantalla 2021-05-12 a las 10.21.33
    |Screenshot from 2021-05-12 10-21-33
    |Skärmavbild 2021-05-12 kl. 10.21.33|スクリーンショット 2021-05-12 10.21.33|Screenshot (12)
    |Screenshot_20210512-102133|IMG_1234|Pasted Graphic 1|Untitled design|Screenshot 2021-05-12
    |door_bell|doorbell.png|The new doorbell.GIF|a/b.jpeg|ezgif-1-2b3c""".split("|"),
)
def test_a_filler_is_not_a_description(alt: str) -> None:
    assert is_filler(alt.strip())


@pytest.mark.parametrize(
    "alt",
    [
        "The doorbell beside the door",
        "Before",
        "Sidebar",
        "A screenshot of the sidebar",
        "The image gallery",
        "The door since 2021-05-12, which everybody can open",
        "Version 2.0 of the door",
        "Roadmap 2021-05-12 v2",
        "Catalog 2021-05-12",
        "dark-mode",
        "Step-by-step",
        "OAuth2",
        "e2e",
    ],
)
def test_a_meaningful_text_is_kept(alt: str) -> None:
    assert not is_filler(alt)


@pytest.mark.sample(every=3)
@pytest.mark.parametrize("alt", hostile.TITLES)
def test_the_picture_has_exactly_its_alt_text(alt: str) -> None:
    body = f'<img alt="{html.escape(text.plain(alt))}" src="{ONE}">'
    (shown,), _ = album(
        pull(7, body=body), saved=(Picture(pull_request=KEY, url=ONE, file="a-1.png"),)
    ).pictures_of(MARK)
    said = text.plain(alt.replace("`", ""))
    for parser in ("commonmark", "gfm-like"):
        (image,) = leaves(MarkdownIt(parser), shown)
        assert (image.type, image.attrs["src"]) == ("image", "./a-1.png")
        seen = "".join(child.content for child in image.children or ())
        assert seen == ("TODO: describe the picture" if is_filler(said) else said)


def section_and_worksheet(facts: Snapshot, marks: Marks) -> str:
    digest = composing.compose(facts, shipped(), None, marks)
    return (
        render.section(digest, shipped())
        + render.worksheet(digest, shipped()).partition("## In the section")[2]
    )


def test_section_and_worksheet_describe_the_pictures() -> None:
    facts = snapshot(
        DOORBELL, pictures=(*SAVED[:2], Picture(pull_request=KEY, url=THREE, problem="it is gone"))
    )
    assert section_and_worksheet(facts, Marks(stories=(MARK,))).startswith(
        f"""## Merged last week

One pull request was merged last week.

### Doorbell plugin

Ada Lovelace added the doorbell plugin in [#7](https://github.com/backstage/backstage/pull/7). \
TODO: in one sentence, what can readers do with it?

> TODO: rewrite or delete. From the pull request: Made up for tests: the doorbell rings, and everybody hears it.

![The doorbell beside the door](./doorbell-plugin-1.png)


1. Doorbell plugin, [#7](https://github.com/backstage/backstage/pull/7) by Ada Lovelace

   Further pictures; to show one, add `pictures = ["…"]` to the story in `marks.toml`:

   - `doorbell-plugin-2.png`
   - [a picture that is not saved]({THREE})

## """
    )


def test_a_file_name_from_outside_cannot_leave_the_folder() -> None:
    for name in ("../x.png", "a/b.png", ".hidden.png", "x.svg", "x.png\n", "X.png", "x..png", ""):
        with pytest.raises(ValueError, match="pattern"):
            Picture(pull_request=KEY, url=ONE, file=name)
