"""Stories: the pull requests that a draft suggests, and the texts of those that are marked."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from digest import text
from digest.compose import past_tense, people, pictures, titles
from digest.model import Candidate, Mark, Markdown, Marks, PullRequest, Repository, Story
from digest.settings import Settings
from digest.text import descriptions

BEST_OTHERS = {0: 3, 1: 1}
WHAT_READERS_CAN_DO = "TODO: in one sentence, what can readers do with it?"
WHAT_IT_DOES = "TODO: say what it does."
WHO_DID_WHAT = "TODO: say who did what in"
NO_HEADING = "TODO: heading"
RETELL = "TODO: retell or delete. From the pull request:"


@dataclass(frozen=True)
class StoryTexts:
    """The stories in the order of their marks, and notices for the editor."""

    stories: tuple[Story, ...]
    notices: tuple[str, ...]


def choose_stories(
    candidates: Sequence[Candidate],
    pulls: Mapping[str, PullRequest],
    settings: Settings,
    known: AbstractSet[str] | None = None,
) -> tuple[tuple[str, ...], ...]:
    """Which candidates want to be stories, in the order of their rank: what a reason with `draft = true` matches.

    In a first draft (`known` None) the best other candidate stands beside a single one, the three
    best beside none. Later only what is not among `known`, the keys of the facts before.
    """

    def asks(one: Candidate) -> bool:
        return (
            titles.match_draft_rule([pulls[key] for key in one.pull_requests], settings) is not None
        )

    wanted = [one for one in candidates if asks(one)]
    if known is not None:
        return tuple(one.pull_requests for one in wanted if not known >= {*one.pull_requests})
    others = [one for one in candidates if one not in wanted]
    chosen = wanted + others[: BEST_OTHERS.get(len(wanted), 0)]
    return tuple(one.pull_requests for one in candidates if one in chosen)


def write_stories(
    marks: Marks,
    album: pictures.Album,
    candidates: Sequence[Candidate],
    settings: Settings,
    repositories: Sequence[Repository],
) -> StoryTexts:
    """The words of every story that is marked and not removed.

    A mark's own heading and text win over the draft.
    The album may hold more pull requests than the window. One is labelled with its repository
    unless the edition is of that one alone; of one that is not in the album, the words are to be
    written.
    """
    pulls = album.pulls
    told = [mark for mark in marks.stories if not mark.removed]
    authors = [
        pulls[key].author
        for mark in told
        if mark.text is None
        for key in mark.pull_requests
        if key in pulls
    ]
    writer = _StoryWriter(album, settings, repositories)
    reasons = {key: one.reasons for one in candidates for key in one.pull_requests}
    unknown = (key for mark in told for key in mark.pull_requests if key not in pulls)
    says = [f"{key} is marked, but nothing is known of it; its words are yours." for key in unknown]
    stories = tuple(writer.story(mark, reasons) for mark in told)
    return StoryTexts(
        stories, (*says, *people.company_notices(authors, settings), *album.notices(told))
    )


class _StoryWriter:
    """Puts stories into words, with the facts that all of them share."""

    def __init__(
        self, album: pictures.Album, settings: Settings, repositories: Sequence[Repository]
    ) -> None:
        self.album = album
        self.pulls = album.pulls
        self.settings = settings
        self.repositories = {one.name: one.url for one in repositories}

    def story(self, mark: Mark, reasons: Mapping[str, tuple[str, ...]]) -> Story:
        """A story as its mark wants it."""
        known = [self.pulls[key] for key in mark.pull_requests if key in self.pulls]
        quoted = [_in_its_own_words(pull) for pull in known if mark.text is None]
        quote = next((paragraph for paragraph in quoted if paragraph), None)
        shown, further = self.album.pictures_of(mark)
        drafted = titles.story_heading(known[0], self.settings) if known else NO_HEADING
        return Story(
            pull_requests=mark.pull_requests,
            heading=mark.heading or drafted,
            paragraphs=self._own(mark, mark.text)
            if mark.text
            else tuple(map(self._paragraph, mark.pull_requests)),
            quote=text.inline(f"{RETELL} {quote}") if quote else None,
            pictures=shown,
            further_pictures=further,
            reasons=tuple(
                dict.fromkeys(
                    reason for key in mark.pull_requests for reason in reasons.get(key, ())
                )
            ),
        )

    def _own(self, mark: Mark, words: str) -> tuple[Markdown, ...]:
        """A person's paragraphs as they are, and links to what they do not link, since no story is without."""
        linked = [key for key in mark.pull_requests if not _is_linked(key, words)]
        more = Markdown(f"More in {text.listed([self._link(key) for key in linked])}.")
        return (*map(Markdown, re.split(r"\n\s*\n", words)), *([more] if linked else []))

    def _paragraph(self, key: str) -> Markdown:
        """Who did what in which pull request, and what is still to be written."""
        pull, link = self.pulls.get(key), self._link(key)
        if pull is None:
            return Markdown(f"{WHO_DID_WHAT} {link}.")
        who = people.byline(pull.author, self.settings)
        named, is_plugin = titles.name_in_section(pull, self.settings)
        done = (
            f"added the {named}" if is_plugin else past_tense.in_past_tense(titles.bare_title(pull))
        )
        if done is None:
            return Markdown(f"{who} contributed {link}. {WHAT_IT_DOES}")
        return Markdown(f"{who} {text.inline(done)} in {link}. {WHAT_READERS_CAN_DO}")

    def _link(self, key: str) -> Markdown:
        repository, _, number = key.rpartition("#")
        label = Markdown(f"#{number}") if [*self.repositories] == [repository] else text.inline(key)
        if key in self.pulls:
            return text.link(label, self.pulls[key].url)
        # Of another repository, the address is as those of the edition are: it may be a company's
        # own GitHub.
        known = next(iter(self.repositories.items()), ("", "https://github.com/"))
        return text.link(label, f"{known[1].removesuffix(known[0])}{repository}/pull/{number}")


def _in_its_own_words(pull: PullRequest) -> str | None:
    """What a pull request says of itself: a changeset's summary is written for readers, a description for reviewers."""
    written = (*(one.summary for one in pull.changesets or ()), pull.body or "")
    return next(
        (paragraph for one in written if (paragraph := descriptions.first_paragraph(one))), None
    )


def _is_linked(key: str, words: str) -> bool:
    repository, _, number = key.rpartition("#")
    return (
        re.search(rf"/{re.escape(repository)}/pull/{number}(?!\d)", words, re.IGNORECASE)
        is not None
    )
