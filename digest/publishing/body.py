"""The body of a draft: its parts, and the list that each run replaces. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from digest import text
from digest.compose import keys, people
from digest.compose.blocks import split_blocks
from digest.compose.overview import github_search
from digest.model import Digest, Markdown, PullRequest
from digest.model.computed import Finding
from digest.publishing.boxes import KEY, Boxes, TickRecord, box_line, find_toggles, list_end
from digest.publishing.join import PreviousDraft
from digest.publishing.markers import BEGIN, END, find_markers
from digest.publishing.open_points import open_point_lines, page_url
from digest.settings import Settings

MAX_LENGTH = 60_000
MAX_OPEN_BOXES = 15
MAX_LINES = 20
SINCE = re.compile(
    r"^<!-- digest:since -->(?:(?!^<!-- digest:since -->).)*?^<!-- digest:since-end -->",
    re.DOTALL | re.MULTILINE,
)
LIST = re.compile(r"^<!-- digest:list=.*?-->", re.MULTILINE)
# A person's Markdown that is a plain sentence, and that GitHub links nothing in: it has no sign, no
# address, no number after a hyphen and no commit.
HARMLESS = re.compile(r"(?!.*(?:\.\w|-\d|\b[0-9a-fA-F]{7,40}\b))[\w ,.;:!?\"()'’–-]+")

NO_LIST = (
    "The draft's description has no markers for the list, so digest did not change it. "
    f"To get the list back, add the lines {BEGIN} and {END}, once each and in this order."
)


@dataclass(frozen=True, kw_only=True)
class BodyFacts:
    """The facts that a body shows in addition to its digest.

    `changes` are lines about the time since the last run, `edited` the names of stories with a
    person's words. `branch` is the edition's branch in the repository with the page `url`; there
    `path` is the page of the `section` and `worksheet` the list of everything merged. `number` is
    the number of the new list, `ticked` the boxes that it shows ticked, `digest_ticks` those that
    digest ticks. `room` is the highest number of characters. `points` are what `digest check` finds
    in the text.
    """

    changes: tuple[str, ...]
    edited: tuple[str, ...]
    url: str
    branch: str
    path: str
    worksheet: str
    section: str
    previous_draft: PreviousDraft | None
    number: int
    ticked: AbstractSet[str]
    digest_ticks: AbstractSet[str]
    room: int = MAX_LENGTH
    points: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Detail:
    """The detail of a body: reasons or not, the cells of a title, the number of folded boxes."""

    reasons: bool
    title: int
    folded: int


# GitHub limits a body, so a long one gets less detail.
DETAILS = (
    *(Detail(reasons=True, title=120, folded=most) for most in (1000, 300, 200, 150, 100, 50, 0)),
    Detail(reasons=False, title=60, folded=0),
    Detail(reasons=False, title=20, folded=0),
)


@dataclass(frozen=True)
class BodyParts:
    """The parts of a body, each line safe in Markdown; `hidden` counts the boxes left out.

    `folded` are the items of a list, or in other layouts the other pull requests by people.
    `left_out` are those that a list could have.
    """

    begin: Markdown
    end: Markdown
    lead: Markdown
    changes: tuple[Markdown, ...]
    edited: Markdown
    points: tuple[Markdown, ...]
    points_count: int
    text: Markdown
    worksheet: Markdown
    join_box: Markdown | None
    stories: tuple[Markdown, ...]
    candidates: tuple[Markdown, ...]
    folded: tuple[Markdown, ...]
    folded_name: str
    left_out: tuple[Markdown, ...]
    hidden: int
    bots: int
    searches: tuple[Markdown, ...]
    notices: tuple[Markdown, ...]


def body_parts(digest: Digest, settings: Settings, facts: BodyFacts, detail: Detail) -> BodyParts:
    """The parts of a draft's body in this detail."""
    lines = _BoxLines(digest, settings, facts, detail)
    boxes = _box_names(digest, settings)
    shown, hidden = boxes.folded[: detail.folded], boxes.folded[detail.folded :]
    left_out = boxes.left_out[: detail.folded or MAX_LINES]
    ticks = facts.digest_ticks - {*hidden}
    searches = [github_search(repository, digest) for repository in digest.repositories]
    notices = (
        *digest.warnings,
        *(notice.splitlines()[0] for notice in digest.notices),
        *digest.skipped_rules,
    )
    return BodyParts(
        begin=Markdown(BEGIN),
        end=Markdown(f"{list_end(facts.number, ticks)}\n{END}"),
        lead=_lead(facts.section, digest.lead),
        changes=tuple(_quiet_lines(facts.changes)),
        edited=Markdown(
            text.join_words([text.code_span(_story_label(name)) for name in facts.edited])
        ),
        points=open_point_lines(facts.points, page_url(facts.url, facts.branch, facts.path)),
        points_count=len(facts.points),
        text=_file_link(facts, "edit", facts.path),
        worksheet=_file_link(facts, "blob", facts.worksheet),
        join_box=_join_box(facts),
        stories=tuple(map(lines.format, boxes.stories)),
        candidates=tuple(map(lines.format, boxes.candidates)),
        folded=tuple(map(lines.format, shown)),
        folded_name=f"{len(shown)} {'in the list' if boxes.is_list else 'more by people'}",
        left_out=tuple(map(lines.format, left_out)),
        hidden=len(hidden) + len(boxes.left_out) - len(left_out),
        bots=digest.by_bots,
        searches=tuple(text.redirect_link(text.code_span(query), url) for query, url in searches),
        notices=tuple(_quiet_lines(notices)),
    )


def _lead(section: str, drafted: Markdown) -> Markdown:
    """The first paragraph of the section, else the drafted lead; code if GitHub would act on it."""
    head = next((block.content for block in split_blocks(section)[:1] if block.level), "")
    words = head.partition("\n")[2]
    paragraph = text.plain(re.split(r"\n[ \t]*\r?\n", words.strip())[0]) or drafted
    return Markdown(paragraph) if HARMLESS.fullmatch(paragraph) else text.code_span(paragraph)


def find_digest_ticks(digest: Digest, previous_draft: PreviousDraft | None) -> frozenset[str]:
    """The boxes that digest ticks: the stories, and the previous draft if it is joined.

    In the layout "list" these are the items.
    """
    joined = {previous_draft.box} if previous_draft and previous_draft.is_joined else set()
    items = _item_names(digest) if digest.layout == "list" else []
    return frozenset((*_story_names(digest), *items)) | joined


def keep_new_ticks(facts: BodyFacts, current: Boxes, known: Boxes, room: int) -> BodyFacts:
    """The facts for a list that replaces the `current` one, in at most `room` characters.

    If a person toggled a box since the run read the `known` boxes, the new list shows it toggled,
    so that the next run applies it.
    """
    since = find_toggles(current, TickRecord(list=known.number, ticked=tuple(known.ticked)))
    ticked = (facts.digest_ticks | since.on) - since.off
    return replace(facts, number=max(current.number + 1, facts.number), ticked=ticked, room=room)


def replace_list(current: str, fresh: str) -> str | None:
    """A body with a fresh list instead of the current one.

    None if a person deleted or doubled a marker: then digest cannot know which text is theirs.
    """
    marked = find_markers(current)
    if marked is None:
        return None
    line_end = "\r\n" if "\r\n" in current else "\n"
    return marked.above + fresh.strip().replace("\n", line_end) + marked.below


def room_for_list(current: str) -> int:
    """The number of characters that a list may have, next to the text of a person around it."""
    marked = find_markers(current)
    return MAX_LENGTH - (len(marked.above) + len(marked.below) if marked else 0)


def has_same_list(current: str, fresh: str) -> bool:
    """Whether a body's list equals a fresh one, apart from its number and reported changes."""
    replaced = replace_list(current, fresh)
    return replaced is not None and _lasting_text(current) == _lasting_text(replaced)


def explain_missing_list(current: str) -> tuple[str, ...]:
    """A message if a person's body has no place for the list."""
    return () if not current.strip() or find_markers(current) else (NO_LIST,)


def _story_names(digest: Digest) -> list[str]:
    return ["+".join(story.pull_requests) for story in digest.stories if story.pull_requests]


def _item_names(digest: Digest) -> list[str]:
    items = (item for group in digest.listed_groups for item in group.listed_items)
    return ["+".join(item.pull_requests) for item in items]


@dataclass(frozen=True)
class _BoxNames:
    """The names of the boxes of a body, by the part that shows them."""

    stories: list[str]
    candidates: list[str]
    folded: list[str]
    left_out: list[str]
    is_list: bool = False


def _box_names(digest: Digest, settings: Settings) -> _BoxNames:
    """The boxes of a digest: all pull requests but those of bots."""
    by_people = {
        pull.key for pull in digest.pull_requests if not people.is_bot(pull.author, settings.bots)
    }
    every = [key for group in digest.groups for key in group.pull_requests if key in by_people]
    items = _item_names(digest)
    in_items = {key for name in items for key in name.split("+")}
    if digest.layout == "list":
        left_out = [key for key in every if key not in in_items]
        return _BoxNames([], [], items, left_out, is_list=True)
    stories = _story_names(digest)
    in_stories = {key for name in stories for key in name.split("+")}
    left_out = []
    if digest.layout != "stories":
        left_out = [key for key in every if key in digest.left_out and key not in in_stories]
    listed = in_stories | {*left_out}
    waiting = [
        candidate.pull_requests
        for candidate in digest.candidates
        if listed.isdisjoint(candidate.pull_requests)
    ]
    best = waiting[: max(0, MAX_OPEN_BOXES - len(stories))]
    listed |= {key for names in best for key in names}
    rest = [key for key in every if key not in listed]
    return _BoxNames(stories, ["+".join(names) for names in best], rest, left_out)


def _lasting_text(body: str) -> str:
    return re.sub(r"\n{2,}", "\n\n", LIST.sub("", SINCE.sub("", body.replace("\r\n", "\n"))))


class _BoxLines:
    """The line of each box: number, the story's heading or the title, author, reasons."""

    def __init__(
        self, digest: Digest, settings: Settings, facts: BodyFacts, detail: Detail
    ) -> None:
        self.pulls: Mapping[str, PullRequest] = {
            pull.key: pull for pull in (*digest.uncounted_pull_requests, *digest.pull_requests)
        }
        self.reasons = {
            key: candidate.reasons
            for candidate in digest.candidates
            for key in candidate.pull_requests
        }
        self.headings = _headings(digest, facts.section)
        self.settings, self.facts, self.detail = settings, facts, detail
        self.is_single = len(digest.repositories) == 1

    def format(self, name: str) -> Markdown:
        """The line of the box with this name."""
        box = box_line(name, is_ticked=name in self.facts.ticked)
        titles = " and ".join(self._title(key) for key in name.split("+"))
        if heading := self.headings.get(name.lower()):
            numbers = " and ".join(self._number(key) for key in name.split("+"))
            bold = f"**{text.quiet(text.cut(heading, self.detail.title))}**"
            titles = " · ".join([f"{numbers} {bold}", *self._authors(name)])
        reasons = dict.fromkeys(
            reason for key in name.split("+") for reason in self.reasons.get(key, ())
        )
        because = (
            f" · {text.quiet(text.cut(' · '.join(reasons), 200))}"
            if reasons and self.detail.reasons
            else ""
        )
        return Markdown(f"{box} {titles}{because}")

    def _title(self, key: str) -> str:
        pull = self.pulls.get(key)
        if pull is None:
            return self._number(key)
        title = text.quiet(text.cut(text.plain(pull.title), self.detail.title))
        return " · ".join([f"{self._number(key)} {title}", *self._authors(key)])

    def _number(self, key: str) -> Markdown:
        pull = self.pulls.get(key)
        label = text.code_span(keys.format_keys([key], () if self.is_single else [*self.pulls]))
        return text.redirect_link(label, pull.url) if pull else label

    def _authors(self, name: str) -> list[Markdown]:
        """The bylines of a box's pull requests, joined, or nothing."""
        known = [self.pulls[key] for key in name.split("+") if key in self.pulls]
        bylines = (people.plain_byline(one.author, self.settings, in_code=True) for one in known)
        named = [*dict.fromkeys(map(text.quiet, bylines))]
        return [Markdown(text.join_words(named))] if named else []


def _headings(digest: Digest, section: str) -> Mapping[str, str]:
    """The heading of each story by its box: the one in the section, else the drafted one."""
    written = {
        "+".join(sorted(block.keys)): block.heading
        for block in split_blocks(section)
        if block.level and block.keys
    }
    return {
        "+".join(story.pull_requests).lower(): written.get(
            "+".join(sorted(key.lower() for key in story.pull_requests)), story.heading
        )
        for story in digest.stories
    }


def _file_link(facts: BodyFacts, view: str, path: str) -> Markdown:
    return text.link(text.code_span(path), page_url(facts.url, facts.branch, path, view))


def _join_box(facts: BodyFacts) -> Markdown | None:
    draft = facts.previous_draft
    if draft is None:
        return None
    box = box_line(draft.box, is_ticked=draft.box in facts.ticked)
    other = f"the draft of {draft.edition} (#{draft.number})"
    return Markdown(f"{box} Cover both weeks here: {other} is still open.")


def _quiet_lines(lines: Iterable[str]) -> Iterator[Markdown]:
    every = list(lines)
    for line in every[:MAX_LINES]:
        yield text.quiet(text.cut(text.plain(line), 300))
    if len(every) > MAX_LINES:
        yield Markdown(f"and {len(every) - MAX_LINES:,} more")


def _story_label(name: str) -> str:
    return f"#{name.rpartition('#')[2]}" if re.fullmatch(KEY, name) else name
