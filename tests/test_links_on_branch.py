"""`digest publish` refuses a symbolic link on the branch by name, and writes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.publishing import BRANCH, PAGE, TO, Place, drafted, operation, publish, published
from tests.standin import Newsletter

pytestmark = pytest.mark.slow


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Place]:
    """A newsletter with one page, and an edition on disk that is ready to publish."""
    files = {"digest.toml": "", "pages/a.md": "A page.\n"}
    with published(monkeypatch, tmp_path, Newsletter(files, name=TO)) as newsletter:
        drafted()
        yield newsletter


def refused(link: str, branch: str, *more: str) -> None:
    """Assert that a run names the link and writes nothing."""
    result = publish(*more)
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        f"digest: {link} on the branch {branch} is a symbolic link. digest does not publish links, "
        "so it published nothing. Replace the link with the file.\n"
    )


@pytest.mark.sample(every=3)
@pytest.mark.parametrize("more", [(), ("--dry-run",)])
@pytest.mark.parametrize(
    "link",
    [
        PAGE,
        "content",
        ".digest",
        ".digest/2021-W19",
        ".digest/2021-W19/marks.toml",
        ".digest/2021-W19/rendered.md",
        ".digest/2021-W19/boxes.json",
        ".gitattributes",
    ],
)
def test_a_link_on_the_branch_is_refused(place: Place, link: str, more: tuple[str, ...]) -> None:
    _, newsletter = place
    assert operation(publish()) == "created"
    newsletter.link(BRANCH, link, "pages/a.md")
    files, writes = newsletter.files(BRANCH), [*newsletter.writes]
    refused(link, BRANCH, *more)
    assert (newsletter.files(BRANCH), newsletter.writes) == (files, writes)


@pytest.mark.parametrize("link", [PAGE, "content"])
def test_a_link_on_the_default_branch_is_refused_before_there_is_a_draft(
    place: Place, link: str
) -> None:
    _, newsletter = place
    newsletter.link("main", link, "pages")
    refused(link, "main")
    assert newsletter.writes == []


def test_a_page_that_was_renamed_to_a_link_is_refused(place: Place) -> None:
    _, newsletter = place
    assert operation(publish()) == "created"
    newsletter.move(BRANCH, {PAGE: "pages/b.md"})
    newsletter.link(BRANCH, "pages/b.md", newsletter.text(BRANCH, "pages/b.md"))
    refused("pages/b.md", BRANCH)


def test_other_links_in_the_repository_do_not_matter(place: Place) -> None:
    _, newsletter = place
    newsletter.link("main", "README.md", "pages/a.md")
    newsletter.link("main", "content/latest.md", "../pages/a.md")
    assert operation(publish()) == "created"
    assert operation(publish()) == "unchanged"
