"""The body of a draft: its parts, such as changes and boxes to tick, and the list that each run replaces. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from digest import text
from digest.compose import keys, people
from digest.compose.overview import github_search
from digest.model import Digest, Markdown, PullRequest
from digest.publishing.boxes import KEY, Boxes, TakenTicks, box_line, find_toggled, list_end
from digest.publishing.join import PreviousDraft
from digest.publishing.markers import BEGIN, END, find_markers
from digest.settings import Settings

MOST = 60_000
CANDIDATES = 15
MOST_LINES = 20
SINCE = re.compile(r"^<!-- digest:since -->.*?^<!-- digest:since-end -->", re.DOTALL | re.MULTILINE)
LIST = re.compile(r"^<!-- digest:list=.*?-->", re.MULTILINE)
# A sentence in which GitHub finds nothing: no sign, no address, no number after a hyphen, no
# commit.
HARMLESS = re.compile(r"(?!.*(?:\.\w|-\d|\b[0-9a-fA-F]{7,40}\b))[\w ,.;:()'’–-]+")


NO_LIST = (
    "The draft's description has no place for the list, so it stays as it is. "
    f"To have the list: the line {BEGIN} once, and below it {END} once."
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that a body tells apart from its digest.

    `changes` are lines since the last run, `kept` the names of stories with a person's words,
    `path` is the text's file and `worksheet` that of everything merged. `number` is the new list's;
    `ticked` are the boxes to show ticked, `written` those that digest itself has ticked. `room` is
    how many characters the body may have.
    """

    changes: tuple[str, ...]
    kept: tuple[str, ...]
    path: str
    worksheet: str
    previous_draft: PreviousDraft | None
    number: int
    ticked: AbstractSet[str]
    written: AbstractSet[str]
    room: int = MOST


@dataclass(frozen=True)
class Detail:
    """How much a body tells, since GitHub takes only so much: reasons or not, cells of a title, boxes in the fold."""

    reasons: bool
    title: int
    folded: int


DETAILS = (
    *(Detail(reasons=True, title=120, folded=most) for most in (1000, 300, 200, 150, 100, 50, 0)),
    Detail(reasons=False, title=60, folded=0),
    Detail(reasons=False, title=20, folded=0),
)


@dataclass(frozen=True)
class BodyParts:
    """The parts of a body, each line safe in Markdown; `hidden` is how many boxes are left out."""

    begin: Markdown
    end: Markdown
    lead: Markdown
    changes: tuple[Markdown, ...]
    kept: Markdown
    path: Markdown
    worksheet: Markdown
    join_box: Markdown | None
    stories: tuple[Markdown, ...]
    candidates: tuple[Markdown, ...]
    folded: tuple[Markdown, ...]
    hidden: int
    bots: int
    searches: tuple[Markdown, ...]
    notices: tuple[Markdown, ...]


def body_parts(digest: Digest, settings: Settings, report: Report, detail: Detail) -> BodyParts:
    """The parts of a draft's body in this detail."""
    lines = _Lines(digest, settings, report, detail)
    stories = _story_names(digest)
    in_stories = {key for name in stories for key in name.split("+")}
    ranked = [
        one.pull_requests for one in digest.candidates if in_stories.isdisjoint(one.pull_requests)
    ]
    best = ranked[: max(0, CANDIDATES - len(stories))]
    named = in_stories | {key for names in best for key in names}
    by_people = {
        one.key for one in digest.pull_requests if not people.is_bot(one.author, settings.bots)
    }
    rest = [
        key for group in digest.groups for key in group.pull_requests if key in by_people - named
    ]
    searches = [github_search(one, digest) for one in digest.repositories]
    return BodyParts(
        begin=Markdown(BEGIN),
        end=Markdown(f"{list_end(report.number, report.written)}\n{END}"),
        lead=digest.lead if HARMLESS.fullmatch(digest.lead) else text.quiet(digest.lead),
        changes=tuple(_some(report.changes)),
        kept=Markdown(text.listed([text.quiet(_called(name)) for name in report.kept])),
        path=text.quiet(report.path),
        worksheet=text.quiet(report.worksheet),
        join_box=_join_box(report),
        stories=tuple(lines.of(name) for name in stories),
        candidates=tuple(lines.of("+".join(names)) for names in best),
        folded=tuple(lines.of(key) for key in rest[: detail.folded]),
        hidden=max(0, len(rest) - detail.folded),
        bots=digest.by_bots,
        searches=tuple(text.redirected(text.quiet(words), url) for words, url in searches),
        notices=tuple(_some((*digest.warnings, *(one.splitlines()[0] for one in digest.notices)))),
    )


def written_boxes(digest: Digest, previous_draft: PreviousDraft | None) -> frozenset[str]:
    """The boxes that digest itself ticks: those of the stories, and the one that joined the previous draft."""
    joined = {previous_draft.box} if previous_draft and previous_draft.is_joined else set()
    return frozenset(_story_names(digest)) | joined


def with_boxes(report: Report, current: Boxes, known: Boxes, room: int) -> Report:
    """The report for a list that replaces the `current` one, of at most so many characters with the rest.

    A box that a person toggled since the run read the `known` boxes stays so, for the next run to
    take over.
    """
    since = find_toggled(current, TakenTicks(list=known.number, ticked=tuple(known.ticked)))
    number = max(current.number + 1, report.number)
    return replace(report, number=number, ticked=(report.written | since.on) - since.off, room=room)


def replace_list(current: str, fresh: str) -> str | None:
    """A body with a fresh list in the place of the one that it has.

    None where a person took the markers out or doubled them: it is unknown then which words are
    theirs.
    """
    marked = find_markers(current)
    if marked is None:
        return None
    line_end = "\r\n" if "\r\n" in current else "\n"
    return marked.above + fresh.strip().replace("\n", line_end) + marked.below


def room_for_list(current: str) -> int:
    """How many characters a list may have, given what a person wrote around it."""
    marked = find_markers(current)
    return MOST - (len(marked.above) + len(marked.below) if marked else 0)


def has_same_list(current: str, fresh: str) -> bool:
    """Whether the list in a body equals a fresh one in all but its number and the changes since the last run."""
    replaced = replace_list(current, fresh)
    return replaced is not None and _lasting(current) == _lasting(replaced)


def missing_list(current: str) -> tuple[str, ...]:
    """A message where a person's body has no place for the list."""
    return () if not current.strip() or find_markers(current) else (NO_LIST,)


def _story_names(digest: Digest) -> list[str]:
    return ["+".join(story.pull_requests) for story in digest.stories if story.pull_requests]


def _lasting(body: str) -> str:
    return re.sub(r"\n{2,}", "\n\n", LIST.sub("", SINCE.sub("", body.replace("\r\n", "\n"))))


class _Lines:
    """The line of each box: number, title, author, reasons."""

    def __init__(self, digest: Digest, settings: Settings, report: Report, detail: Detail) -> None:
        self.pulls: Mapping[str, PullRequest] = {
            one.key: one for one in (*digest.others, *digest.pull_requests)
        }
        self.reasons = {key: one.reasons for one in digest.candidates for key in one.pull_requests}
        self.settings, self.report, self.detail = settings, report, detail
        self.is_single = len(digest.repositories) == 1

    def of(self, name: str) -> Markdown:
        """The line of a box by its name."""
        box = box_line(name, is_ticked=name in self.report.ticked)
        titles = " and ".join(self._title(key) for key in name.split("+"))
        reasons = dict.fromkeys(one for key in name.split("+") for one in self.reasons.get(key, ()))
        because = (
            f" · {text.quiet(text.cut(' · '.join(reasons), 200))}"
            if reasons and self.detail.reasons
            else ""
        )
        return Markdown(f"{box} {titles}{because}")

    def _title(self, key: str) -> str:
        pull = self.pulls.get(key)
        label = text.quiet(keys.format_keys([key], () if self.is_single else [*self.pulls]))
        if pull is None:
            return label
        title = text.quiet(text.cut(text.plain(pull.title), self.detail.title))
        return f"{text.redirected(label, pull.url)} {title} · {text.quiet(people.plain_byline(pull.author, self.settings))}"


def _join_box(report: Report) -> Markdown | None:
    draft = report.previous_draft
    if draft is None:
        return None
    box = box_line(draft.box, is_ticked=draft.box in report.ticked)
    return Markdown(
        f"{box} Tell both weeks here: the draft of {draft.edition} is still open, #{draft.number}."
    )


def _some(lines: Iterable[str]) -> Iterator[Markdown]:
    every = list(lines)
    for line in every[:MOST_LINES]:
        yield text.quiet(text.cut(text.plain(line), 300))
    if len(every) > MOST_LINES:
        yield Markdown(f"and {len(every) - MOST_LINES:,} more")


def _called(name: str) -> str:
    return f"#{name.rpartition('#')[2]}" if re.fullmatch(KEY, name) else name
