"""What the body of a draft pull request tells: what happened, the boxes to tick, and what is not among them; pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from digest import text
from digest.compose import keys, people
from digest.compose.overview import search
from digest.model import Digest, Markdown, PullRequest
from digest.publishing import boxes
from digest.publishing.both import BOX
from digest.publishing.frame import framed
from digest.publishing.page import BEGIN, END
from digest.settings import Settings

MOST = 60_000
CANDIDATES = 15
MOST_LINES = 20
SINCE = re.compile(r"^<!-- digest:since -->.*?^<!-- digest:since-end -->", re.DOTALL | re.MULTILINE)
LIST = re.compile(r"^<!-- digest:list=.*?-->", re.MULTILINE)
# A sentence in which GitHub finds nothing: no sign of its own, no address, no number behind a hyphen, no commit.
HARMLESS = re.compile(r"(?!.*(?:\.\w|-\d|\b[0-9a-fA-F]{7,40}\b))[\w ,.;:()'’–-]+")


@dataclass(frozen=True)
class EarlierDraft:
    """The draft of the week before, still open in the newsletter's own repository; `told`: here too."""

    edition: str
    number: int
    url: str
    told: bool


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a body tells of the run beside its digest.

    `happened` are lines since the last run, `kept` the names of stories whose words are a person's, `path` is the
    text's file and `worksheet` that of everything merged. `number` is the new list's; `ticked` are the boxes to show
    ticked, `written` those that digest itself has ticked. `room` is how many characters the body may have.
    """

    happened: tuple[str, ...]
    kept: tuple[str, ...]
    path: str
    worksheet: str
    earlier: EarlierDraft | None
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
class Body:
    """The parts of a body, each line safe to stand in it; `hidden` is how many boxes are left out."""

    begin: Markdown
    end: Markdown
    lead: Markdown
    happened: tuple[Markdown, ...]
    kept: Markdown
    path: Markdown
    worksheet: Markdown
    both: Markdown | None
    told: tuple[Markdown, ...]
    candidates: tuple[Markdown, ...]
    folded: tuple[Markdown, ...]
    hidden: int
    bots: int
    searches: tuple[Markdown, ...]
    notices: tuple[Markdown, ...]


def body(digest: Digest, settings: Settings, report: Report, detail: Detail) -> Body:
    """The parts of a draft's body, with as much detail as is asked for."""
    lines = _Lines(digest, settings, report, detail)
    told = ["+".join(story.pull_requests) for story in digest.stories if story.pull_requests]
    in_stories = {key for name in told for key in name.split("+")}
    ranked = [one.pull_requests for one in digest.suggestions if in_stories.isdisjoint(one.pull_requests)]
    best = ranked[: max(0, CANDIDATES - len(told))]
    named = in_stories | {key for names in best for key in names}
    by_people = {one.key for one in digest.pull_requests if not people.is_bot(one.author, settings.bots)}
    rest = [key for group in digest.groups for key in group.pull_requests if key in by_people - named]
    searches = [search(one, digest) for one in digest.repositories]
    return Body(
        begin=Markdown(BEGIN),
        end=Markdown(f"{boxes.ending(report.number, report.written)}\n{END}"),
        lead=digest.lead if HARMLESS.fullmatch(digest.lead) else text.quiet(digest.lead),
        happened=tuple(_some(report.happened)),
        kept=Markdown(text.listed([text.quiet(_called(name)) for name in report.kept])),
        path=text.quiet(report.path),
        worksheet=text.quiet(report.worksheet),
        both=_both(report),
        told=tuple(lines.of(name) for name in told),
        candidates=tuple(lines.of("+".join(names)) for names in best),
        folded=tuple(lines.of(key) for key in rest[: detail.folded]),
        hidden=max(0, len(rest) - detail.folded),
        bots=digest.by_bots,
        searches=tuple(text.redirected(text.quiet(words), url) for words, url in searches),
        notices=tuple(_some((*digest.warnings, *(one.splitlines()[0] for one in digest.notices)))),
    )


def replace(current: str, fresh: str) -> str | None:
    """A body with a fresh list in the place of the one that it has.

    None where a person took the markers out or doubled them: nobody can tell then which words are theirs.
    """
    frame = framed(current)
    if frame is None:
        return None
    line_end = "\r\n" if "\r\n" in current else "\n"
    return frame.above + fresh.strip().replace("\n", line_end) + frame.below


def room(current: str) -> int:
    """How many characters a list may have beside what a person wrote around it."""
    frame = framed(current)
    return MOST - (len(frame.above) + len(frame.below) if frame else 0)


def is_same(current: str, fresh: str) -> bool:
    """Whether the list in a body differs from a fresh one in nothing but its number and what happened since."""
    put_in = replace(current, fresh)
    return put_in is not None and _lasting(current) == _lasting(put_in)


def _lasting(of: str) -> str:
    return re.sub(r"\n{2,}", "\n\n", LIST.sub("", SINCE.sub("", of.replace("\r\n", "\n"))))


class _Lines:
    """The line of each box: number, title, author, reasons."""

    def __init__(self, digest: Digest, settings: Settings, report: Report, detail: Detail) -> None:
        self.pulls: Mapping[str, PullRequest] = {one.key: one for one in (*digest.others, *digest.pull_requests)}
        self.reasons = {key: one.reasons for one in digest.suggestions for key in one.pull_requests}
        self.settings, self.report, self.detail = settings, report, detail
        self.is_single = len(digest.repositories) == 1

    def of(self, name: str) -> Markdown:
        """The line of a box by its name."""
        begins = boxes.line(name, is_ticked=name in self.report.ticked)
        told = " and ".join(self._told(key) for key in name.split("+"))
        reasons = dict.fromkeys(one for key in name.split("+") for one in self.reasons.get(key, ()))
        because = f" · {text.quiet(text.cut(' · '.join(reasons), 200))}" if reasons and self.detail.reasons else ""
        return Markdown(f"{begins} {told}{because}")

    def _told(self, key: str) -> str:
        pull = self.pulls.get(key)
        label = text.quiet(keys.short([key], () if self.is_single else [*self.pulls]))
        if pull is None:
            return label
        title = text.quiet(text.cut(text.plain(pull.title), self.detail.title))
        return f"{text.redirected(label, pull.url)} {title} · {text.quiet(people.named(pull.author, self.settings))}"


def _both(report: Report) -> Markdown | None:
    if report.earlier is None:
        return None
    name = f"{BOX}{report.earlier.edition}"
    box = boxes.line(name, is_ticked=name in report.ticked)
    edition, number = report.earlier.edition, report.earlier.number
    return Markdown(f"{box} Tell both weeks here: the draft of {edition} is still open, #{number}.")


def _some(lines: Iterable[str]) -> Iterator[Markdown]:
    every = list(lines)
    for line in every[:MOST_LINES]:
        yield text.quiet(text.cut(text.plain(line), 300))
    if len(every) > MOST_LINES:
        yield Markdown(f"and {len(every) - MOST_LINES:,} more")


def _called(name: str) -> str:
    return f"#{name.rpartition('#')[2]}" if re.fullmatch(boxes.KEY, name) else name
