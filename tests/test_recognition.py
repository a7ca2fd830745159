"""A story that lost its link to the pull request is in the text all the same."""

import pytest

from digest.compose.merge import deleted_stories, merge_section

URL = "https://github.com/backstage/backstage/pull"
LEAD = "## Merged last week\n\n32 pull requests were merged last week. Here are the highlights.\n"
SHORTCUTS = f"""### Add shortcuts plugin

Tom Ander from Acme contributed [#5392]({URL}/5392). TODO: say what it does.

> TODO: rewrite or delete. From the pull request: Pins any page to the sidebar with one click.
"""
RELEASES = f"""### Add release manager plugin

Erik Eng from Spotify contributed [#5299]({URL}/5299). TODO: say what it does.

> TODO: rewrite or delete. From the pull request: Promotes release candidates on GitHub.
"""
CACHE = f"""### Add a cache to the backend

Ada Lovelace contributed [#5551]({URL}/5551). TODO: say what it does.
"""
BASE = f"{LEAD}\n{SHORTCUTS}\n{RELEASES}\n{CACHE}"
KEYS = frozenset({"backstage/backstage#5392"})
NOTHING = ()


def without_shortcuts(*blocks: str) -> str:
    return "\n".join([LEAD, *(blocks or ()), RELEASES, CACHE])


REWRITTEN = [
    pytest.param(
        "### Shortcuts\n\nTom made it quicker to move around (#5392).\n", id="number-as-text"
    ),
    pytest.param("### Shortcuts\n\nTom did it in PR 5392.\n", id="pr-and-number"),
    pytest.param(
        "### Shortcuts\n\nTom did it in backstage/backstage#5392.\n", id="repository-and-number"
    ),
    pytest.param("### Shortcuts\n\nTom: [#5392](https://example.com/a).\n", id="label-of-a-page"),
    pytest.param(
        "### New!\n\nSee https://github.com/backstage/backstage/issues/5392 by Tom.\n",
        id="link-to-the-issue",
    ),
    pytest.param(
        "### Add shortcuts plugin\n\nRead [the docs](https://example.com/docs).\n",
        id="same-heading-and-a-page",
    ),
    pytest.param(
        "### ADD  Shortcuts *Plugin*\n\nRead the docs.\n", id="same-heading-in-another-spelling"
    ),
    pytest.param(
        "### Your favorite pages\n\nTom Ander from Acme made it possible: the plugin pins any page "
        "to the sidebar with one click. [Try it](https://example.com/docs).\n",
        id="another-heading-and-most-words",
    ),
    pytest.param(
        "### Shortcuts for all of you\n\nTom Ander wrote a nice thing. "
        "[Read more](https://example.com/docs).\n",
        id="heading-and-text-edited-in-place",
    ),
    pytest.param(
        "### Shortcuts for everyone\n\nSee [our page](https://example.com/docs).\n",
        id="only-a-word-of-the-heading-in-place",
    ),
    pytest.param("**Add shortcuts plugin**\n\nTom did it.\n", id="heading-in-bold"),
    pytest.param(
        "Add shortcuts plugin\n--------------------\n\nTom did it.\n", id="underlined-heading"
    ),
    pytest.param("#### Add shortcuts plugin\n\nTom did it.\n", id="smaller-heading"),
]


@pytest.mark.parametrize("block", REWRITTEN)
def test_a_story_without_its_link_is_not_deleted(block: str) -> None:
    assert deleted_stories(without_shortcuts(block), BASE) == NOTHING


@pytest.mark.parametrize("block", REWRITTEN)
def test_a_story_without_its_link_is_not_added_twice(block: str) -> None:
    text = without_shortcuts(block)
    merged = merge_section(text, BASE, BASE, KEYS)
    assert merged.text == text
    assert merged.edited == KEYS


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_moved_story_is_recognised_by_most_of_its_words(place: int) -> None:
    block = (
        "### Pinned pages\n\nTom Ander from Acme pins any page to the sidebar with one click. "
        "See [the docs](https://example.com).\n"
    )
    others = [RELEASES, CACHE]
    others.insert(place, block)
    assert deleted_stories("\n".join([LEAD, *others]), BASE) == NOTHING


@pytest.mark.parametrize(
    "block",
    [
        pytest.param("", id="nothing"),
        pytest.param(
            "### Meetup in Stockholm\n\nCome and meet us in May. Everybody is welcome.\n",
            id="an-own-story-in-its-place",
        ),
        pytest.param(
            f"### Docs\n\nTom Ander from Acme pins a page to the sidebar: [#5400]({URL}/5400).\n",
            id="a-story-about-another-pull-request",
        ),
        pytest.param("### Issues\n\nWe closed #539 and #53920 too.\n", id="other-numbers"),
        pytest.param("### Code\n\nUse `#5392` in your config.\n", id="a-number-in-code"),
    ],
)
def test_a_story_is_deleted_even_if_a_person_writes_other_text_there(block: str) -> None:
    assert deleted_stories(without_shortcuts(block), BASE) == (KEYS,)


def test_two_stories_without_links_are_each_recognised() -> None:
    text = BASE.replace(f"[#5392]({URL}/5392)", "a pull request").replace(
        f"[#5299]({URL}/5299)", "a pull request"
    )
    assert deleted_stories(text, BASE) == NOTHING
    assert merge_section(text, BASE, BASE).edited == KEYS | {"backstage/backstage#5299"}


def test_of_two_stories_with_one_heading_the_words_decide_which_one_is_deleted() -> None:
    first = f"### Update docs\n\nAda explains search in [#1]({URL}/1).\n"
    second = f"### Update docs\n\nBob explains catalog filters in [#2]({URL}/2).\n"
    text = f"{LEAD}\n### Update docs\n\nBob explains catalog filters (soon more).\n"
    base = f"{LEAD}\n{first}\n{second}"
    assert deleted_stories(text, base) == (frozenset({"backstage/backstage#1"}),)


def test_a_line_with_the_heading_of_two_stories_is_ambiguous() -> None:
    stories = [f"### Update docs\n\nAda made [#{number}]({URL}/{number}).\n" for number in (1, 2)]
    base = "\n".join([LEAD, *stories])
    assert len(deleted_stories(f"{LEAD}\n**Update docs**\n", base)) == len(stories)


def test_a_number_of_two_repositories_is_ambiguous() -> None:
    stories = [
        f"### Story of {name}\n\n[#7](https://github.com/acme/{name}/pull/7)\n" for name in "ab"
    ]
    base = "\n".join([LEAD, *stories])
    assert len(deleted_stories(f"{LEAD}\n### New\n\nSee #7.\n", base)) == len(stories)
    assert deleted_stories(f"{LEAD}\n### New\n\nSee acme/a#7.\n", base) == (
        frozenset({"acme/b#7"}),
    )


def test_a_story_that_a_person_wrote_before_it_was_marked_is_not_added_twice() -> None:
    text = f"{LEAD}\n### Add shortcuts plugin\n\nTom wrote it.\n"
    base = LEAD
    merged = merge_section(text, f"{LEAD}\n{SHORTCUTS}", base, KEYS)
    assert merged.text == text
    assert merged.notices == ("The text already covers #5392.",)
