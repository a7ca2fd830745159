"""Chooses the stories of a draft, writes those that are marked, and finds those in a text."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from digest import text
from digest.compose import people, pictures, titles, verbs
from digest.compose.blocks import Block, covered_stories, plain_words
from digest.compose.candidates import Candidates
from digest.model import Candidate, Layout, Mark, Markdown, Marks, PullRequest, Repository, Story
from digest.settings import Settings
from digest.text import descriptions

BEST_OTHERS = {0: 3, 1: 1}
STORY_LEVEL = 3
USE_TODO = "TODO: in one sentence, what can readers do with it?"
EFFECT_TODO = "TODO: say what it does."
ACT_TODO = "TODO: say who did what in"
HEADING_TODO = "TODO: heading"
QUOTE_TODO = "TODO: rewrite or delete. From the pull request:"


@dataclass(frozen=True)
class StoryTexts:
    """The stories in the order of their marks, and notices."""

    stories: tuple[Story, ...]
    notices: tuple[str, ...]


def choose_stories(
    candidates: Candidates,
    pulls: Mapping[str, PullRequest],
    settings: Settings,
    known: AbstractSet[str] | None = None,
    firsts: Collection[str] | None = None,
) -> tuple[tuple[str, ...], ...]:
    """The candidates to draft as stories, best first: those with a reason with `draft = true`.

    A first draft (`known` is None) with none of these takes the best three other candidates, and
    with a single one the best other candidate. A later draft skips candidates in `known`. Those
    in `candidates.undrafted` are never drafted. `firsts` are the keys of first contributions; None
    means unknown.
    """

    def has_draft_rule(candidate: Candidate) -> bool:
        of = [pulls[key] for key in candidate.pull_requests]
        return titles.match_draft_rule(of, settings, firsts) is not None

    ranked = [
        candidate
        for candidate in candidates.ranked
        if not candidates.undrafted >= {*candidate.pull_requests}
    ]
    by_rule = [candidate for candidate in ranked if has_draft_rule(candidate)]
    if known is not None:
        return tuple(
            candidate.pull_requests
            for candidate in by_rule
            if not known >= {*candidate.pull_requests}
        )
    others = [candidate for candidate in ranked if candidate not in by_rule]
    chosen = by_rule + others[: BEST_OTHERS.get(len(by_rule), 0)]
    return tuple(candidate.pull_requests for candidate in ranked if candidate in chosen)


def write_stories(
    marks: Marks,
    album: pictures.Album,
    candidates: Sequence[Candidate],
    settings: Settings,
    repositories: Sequence[Repository],
) -> StoryTexts:
    """The stories that are marked and not removed, with the editor's heading and text if given.

    A link shows the repository unless the edition has only this one. A story about a pull request
    that is not in the album consists of TODOs.
    """
    pulls = album.pulls
    shown = marks.stories_in(settings.layout)
    authors = [
        pulls[key].author
        for mark in shown
        if mark.text is None
        for key in mark.pull_requests
        if key in pulls
    ]
    writer = _StoryWriter(album, settings, repositories)
    reasons = {
        key: candidate.reasons for candidate in candidates for key in candidate.pull_requests
    }
    unknown = (key for mark in shown for key in mark.pull_requests if key not in pulls)
    unknown_notices = [
        f"{key} is marked, but digest has no facts about it. Write its text yourself."
        for key in unknown
    ]
    stories = tuple(writer.story(mark, reasons) for mark in shown)
    return StoryTexts(
        stories,
        (*unknown_notices, *people.company_notices(authors, settings), *album.notices(shown)),
    )


class _StoryWriter:
    """Writes stories with the facts and settings that they share."""

    def __init__(
        self, album: pictures.Album, settings: Settings, repositories: Sequence[Repository]
    ) -> None:
        self.album = album
        self.pulls = album.pulls
        self.settings = settings
        self.repositories = {repository.name: repository.url for repository in repositories}

    def story(self, mark: Mark, reasons: Mapping[str, tuple[str, ...]]) -> Story:
        """The story of a mark."""
        known = [self.pulls[key] for key in mark.pull_requests if key in self.pulls]
        quoted = [_summary(pull) for pull in known if mark.text is None]
        quote = next((paragraph for paragraph in quoted if paragraph), None)
        shown, further = self.album.pictures_of(mark)
        drafted = titles.story_heading(known[0], self.settings) if known else HEADING_TODO
        return Story(
            pull_requests=mark.pull_requests,
            heading=mark.heading or drafted,
            paragraphs=self._editor_text(mark, mark.text)
            if mark.text
            else tuple(map(self._paragraph, mark.pull_requests)),
            quote=text.inline(f"{QUOTE_TODO} {quote}") if quote else None,
            pictures=shown,
            further_pictures=further,
            reasons=tuple(
                dict.fromkeys(
                    reason for key in mark.pull_requests for reason in reasons.get(key, ())
                )
            ),
        )

    def _editor_text(self, mark: Mark, markdown: str) -> tuple[Markdown, ...]:
        """The editor's paragraphs, and links to the pull requests that these do not link."""
        unlinked = [key for key in mark.pull_requests if not _is_linked(key, markdown)]
        more = Markdown(f"More in {text.join_words([self._link(key) for key in unlinked])}.")
        return (*map(Markdown, re.split(r"\n\s*\n", markdown)), *([more] if unlinked else []))

    def _paragraph(self, key: str) -> Markdown:
        """A sentence about the pull request, and a TODO for the rest."""
        pull, link = self.pulls.get(key), self._link(key)
        if pull is None:
            return Markdown(f"{ACT_TODO} {link}.")
        byline = people.byline(pull.author, self.settings, people.site_of(pull))
        named, is_plugin = titles.name_in_section(pull, self.settings)
        done = f"added the {named}" if is_plugin else verbs.in_past_tense(titles.bare_title(pull))
        if done is None:
            return Markdown(f"{byline} contributed {link}. {EFFECT_TODO}")
        return Markdown(f"{byline} {text.inline(done)} in {link}. {USE_TODO}")

    def _link(self, key: str) -> Markdown:
        return link_pull_request(key, self.pulls, self.repositories)


def link_pull_request(
    key: str, pulls: Mapping[str, PullRequest], repositories: Mapping[str, str]
) -> Markdown:
    """The link to a pull request; `repositories` are the addresses of an edition's own, by name.

    It shows the repository unless the edition has only this one.
    """
    repository, _, number = key.rpartition("#")
    label = Markdown(f"#{number}") if [*repositories] == [repository] else text.inline(key)
    if key in pulls:
        return text.link(label, pulls[key].url)
    # Another repository is on the same host, which may be a company's own GitHub.
    name, url = next(iter(repositories.items()), ("", "https://github.com/"))
    return text.link(label, f"{url.removesuffix(name)}{repository}/pull/{number}")


def _summary(pull: PullRequest) -> str | None:
    """The summary of a changeset, which is written for readers, or the description."""
    texts = (*(changeset.summary for changeset in pull.changesets or ()), pull.body or "")
    return next(
        (paragraph for markdown in texts if (paragraph := descriptions.first_paragraph(markdown))),
        None,
    )


def _is_linked(key: str, markdown: str) -> bool:
    repository, _, number = key.rpartition("#")
    return (
        re.search(rf"/{re.escape(repository)}/pull/{number}(?!\d)", markdown, re.IGNORECASE)
        is not None
    )


def marks_in_text(
    decided: Marks, blocks: Sequence[Block], known: Iterable[str], layout: Layout = "stories"
) -> Marks:
    """The marks of exactly those stories that the text covers.

    Marked stories come first, in the order of the marks, with those of their pull requests that the
    text covers. Then come other pull requests in the text, if they are removed or `known`, the keys
    of the edition.
    """
    covered = covered_stories(blocks)
    headings = {plain_words(name) for name in covered}
    if layout != "stories":
        stories = (mark for mark in decided.stories if mark.is_story(layout))
        shown = filter(None, (_in_text(mark, covered, headings) for mark in stories))
        return decided.model_copy(update={"stories": (*shown, *_items(decided, layout))})
    marked = list(filter(None, (_in_text(mark, covered, headings) for mark in decided.stories)))
    taken = {key.lower() for mark in marked for key in mark.pull_requests}
    removed = [mark for mark in decided.stories if mark.removed]
    names = [*known, *(key for mark in removed for key in mark.pull_requests)]
    every = {key.lower(): key for key in names}
    others: list[Mark] = []
    for block in blocks:
        new = _other_stories(block, taken, every, removed)
        taken |= {key.lower() for mark in new for key in mark.pull_requests}
        others += new
    return decided.model_copy(update={"stories": (*marked, *others)})


def _items(decided: Marks, layout: Layout) -> list[Mark]:
    return [mark for mark in decided.stories if not mark.is_story(layout)]


def _in_text(mark: Mark, covered: frozenset[str], headings: set[str]) -> Mark | None:
    """The mark with those of its pull requests that the text covers; None without any."""
    if mark.removed:
        return None
    if not mark.pull_requests:
        is_there = plain_words(mark.heading or HEADING_TODO) in headings
        return mark if is_there else None
    keys = tuple(key for key in mark.pull_requests if key.lower() in covered)
    if keys == mark.pull_requests:
        return mark
    return mark.model_copy(update={"pull_requests": keys}) if keys else None


def _other_stories(
    block: Block, taken: set[str], every: Mapping[str, str], removed: Sequence[Mark]
) -> list[Mark]:
    """The pull requests of a block that no mark has: one story, or mentions in another one."""
    keys = tuple(every[name] for name in sorted(block.keys - taken) if name in every)
    if not keys or block.level != STORY_LEVEL or not block.keys.isdisjoint(taken):
        return [Mark(pull_requests=(key,)) for key in keys]
    before = next((mark for mark in removed if mark.pull_requests == keys), None)
    heading = (before.heading if before else None) or block.heading
    own = before or Mark(pull_requests=keys)
    return [own.model_copy(update={"heading": heading, "removed": False})]
