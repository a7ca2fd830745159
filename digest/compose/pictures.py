"""Pictures of stories: those of the descriptions, how their files are called, which of them a story shows."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from digest import text
from digest.compose import keys, titles
from digest.model import Mark, Markdown, Picture, PullRequest
from digest.settings import Settings
from digest.text import descriptions
from digest.text.descriptions import Image

DESCRIBE = Markdown("TODO: describe the picture")
NOT_SAVED = Markdown("a picture that is not saved")
LONGEST_SLUG = 60
# Not urlsplit, which raises an error for hosts that are none.
ADDRESS = re.compile(r"https?://(?:[^/?#]*@)?([^/?#]*).*", re.IGNORECASE | re.DOTALL)
# What people and their programs leave in the place of a text: nothing, a word for any picture, the
# program's name and the time ("Screenshot 2021-05-12 at 10.21.33", in any language), the name of a
# file, also without its ending ("IMG_1234", but neither "OAuth2" nor "dark-mode").
FILLER = re.compile(
    r"\W*"
    r"|(?:(?:an?|the|my|this) )?(?:alt(?:[ -]?text)?|attachment|(?:animated )?gif|ima?ge?|photo|pic|picture|preview"
    r"|screen ?(?:shot|grab|cast|recording|capture)s?|snip|thumbnail|unknown|unnamed|untitled(?: design)?"
    r"|pasted (?:graphic|image))[\W\d]*"
    r"|(?:[\w’']+ ){0,4}\w*\d{4}-\d\d-\d\d(?=(?:\D*\d){4})(?:[\W\d_]|[^\W\d_]{1,4}(?![^\W\d_]))*"
    r"|.*\.(?:avif|bmp|gif|heic|jpe?g|mov|mp4|png|svg|tiff?|webm|webp)"
    r"|(?:[^\s_]*_|(?:[^\s\d]*\d){3})\S*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class MissingPicture:
    """A picture that is not saved yet.

    `names` are what its file may be called, without the ending, the best first.
    `is_shown`: its story shows it, of itself or by a person's choice; `was_tried`: an earlier run
    could not have it.
    """

    pull_request: str
    url: str
    names: tuple[str, ...]
    is_shown: bool
    was_tried: bool


class Album:
    """Pull requests by key, and the pictures that their descriptions show with what became of each."""

    def __init__(
        self, pulls: Mapping[str, PullRequest], saved: Sequence[Picture], settings: Settings
    ) -> None:
        self.pulls = pulls
        self._settings = settings
        self._saved = {(one.pull_request, one.url): one for one in saved}
        self._are_wanted = settings.pictures.save

    def with_saved(self, saved: Sequence[Picture]) -> "Album":
        """The same pull requests with other records of what was saved."""
        return Album(self.pulls, saved, self._settings)

    def pictures_of(self, mark: Mark) -> tuple[tuple[Markdown, ...], tuple[Markdown, ...]]:
        """What a story shows, and what else there is: names of files, and links to what could not be saved."""
        images = list(self._images(mark))
        if mark.pictures is not None:
            alts = {file: image.alt for key, image in images if (file := self._file(key, image))}
            files = [file.removeprefix("./") for file in mark.pictures]
            shown = tuple(text.picture(alt_text(alts.get(file, "")), file) for file in files)
            others = [(key, image) for key, image in images if self._file(key, image) not in files]
        else:
            first = [] if _illustrates(mark) else images[:1]
            shown, others = tuple(self._shown(*one) for one in first), images[len(first) :]
        return shown, tuple(self._named(*one) for one in others)

    def missing_pictures(self, marks: Sequence[Mark]) -> tuple[MissingPicture, ...]:
        """The pictures that these stories are still to get, those that are shown first."""
        if not self._are_wanted:
            return ()
        taken = {one.file.partition(".")[0] for one in self._saved.values() if one.file}
        wanted: dict[tuple[str, str], MissingPicture] = {}
        for mark in _telling(marks):
            shows = mark.pictures is None and not _illustrates(mark)
            chosen = {file.removeprefix("./").partition(".")[0] for file in mark.pictures or ()}
            for place, (key, image) in enumerate(self._images(mark)):
                record = self._saved.get((key, image.url))
                if (record and record.file) or (key, image.url) in wanted:
                    continue
                names = self._names(key, image, taken)
                taken.add(names[0])
                is_shown = (shows and place == 0) or not chosen.isdisjoint(names)
                wanted[key, image.url] = MissingPicture(
                    key, image.url, names, is_shown, record is not None
                )
        return tuple(sorted(wanted.values(), key=lambda one: not one.is_shown))

    def notices(self, marks: Sequence[Mark]) -> Iterator[str]:
        """What an editor should know of the pictures of these stories: which could not be had, and why."""
        failed: dict[str, list[str]] = {}
        for key in dict.fromkeys(
            key for mark in _telling(marks) for key in mark.pull_requests if key in self.pulls
        ):
            most, there = self._settings.pictures.at_most, len(_on_the_web(self.pulls[key]))
            if there > most and self._are_wanted:
                yield f"{keys.format_keys([key], tuple(self.pulls))} shows {there} pictures; the first {most} are taken."
            for image in self._of(key):
                record = self._saved.get((key, image.url))
                if record and record.problem:
                    failed.setdefault(record.problem, []).append(key)
        for problem, several in failed.items():
            whose = keys.format_keys(tuple(dict.fromkeys(several)), tuple(self.pulls))
            what = "A picture" if len(several) == 1 else f"{len(several)} pictures"
            yield f"{what} of {whose} could not be saved: {problem}. The link is in the section, or in the worksheet."

    def _images(self, mark: Mark) -> Iterator[tuple[str, Image]]:
        for key in mark.pull_requests:
            for image in self._of(key):
                yield key, image

    def _of(self, key: str) -> Sequence[Image]:
        """The pictures of a pull request that are saved or wanted."""
        if key not in self.pulls:
            return ()
        images = _on_the_web(self.pulls[key])[: self._settings.pictures.at_most]
        return [image for image in images if self._are_wanted or self._file(key, image)]

    def _file(self, key: str, image: Image) -> str | None:
        record = self._saved.get((key, image.url))
        return record.file if record else None

    def _shown(self, key: str, image: Image) -> Markdown:
        file = self._file(key, image)
        if file:
            return text.picture(alt_text(image.alt), file)
        # Anybody can write any address into a description, so whose it is can be seen.
        host = ADDRESS.sub(r"\1", image.url)
        return Markdown(
            f"TODO: add {text.link(Markdown('the picture'), image.url)} from {text.quiet(host)}."
        )

    def _named(self, key: str, image: Image) -> Markdown:
        file = self._file(key, image)
        return text.inline(f"`{file}`") if file else text.link(NOT_SAVED, image.url)

    def _names(self, key: str, image: Image, taken: AbstractSet[str]) -> tuple[str, ...]:
        """Names that tell what the picture is of, and that no other picture has."""
        pull = self.pulls[key]
        slug = _slug(titles.story_heading(pull, self._settings)) or "pull-request"
        place = [one.url for one in _on_the_web(pull)].index(image.url) + 1
        of_it = [f"{slug}-{place}", f"{slug}-{pull.number}-{place}"]
        names = (*of_it, *(f"{of_it[-1]}-{again}" for again in range(2, len(taken) + 9)))
        return tuple(name for name in names if name not in taken)


def join_pictures(before: Sequence[Picture], now: Sequence[Picture]) -> tuple[Picture, ...]:
    """What became of each picture: what is known now, but a file that was there before does not go.

    A file shows one picture: which has it now.
    """
    files = {one.file: (one.pull_request, one.url) for one in now if one.file}
    known = {(one.pull_request, one.url): one for one in before}
    known = {name: one for name, one in known.items() if files.get(one.file or "", name) == name}
    for one in now:
        name = (one.pull_request, one.url)
        if one.file or name not in known or known[name].file is None:
            known[name] = one
    return tuple(known.values())


def is_filler(alt: str) -> bool:
    """Whether a picture's text says nothing of what is seen: a word for any picture, a time, a file's name."""
    return FILLER.fullmatch(alt.strip()) is not None


def alt_text(alt: str) -> Markdown:
    """A picture's text in Markdown: what it says in plain text, or that this is to be written."""
    # Nobody sees code in such a text, and some parsers lose their way in it.
    plain = alt.replace("`", "")
    return DESCRIBE if is_filler(plain) else text.inline(plain)


def _on_the_web(pull: PullRequest) -> tuple[Image, ...]:
    # GitHub shows no picture from an address that is relative: a pull request has no folder.
    return tuple(one for one in descriptions.images(pull.body or "") if ADDRESS.fullmatch(one.url))


def _illustrates(mark: Mark) -> bool:
    """Whether a person put a picture into the words that they gave the story."""
    return mark.text is not None and bool(descriptions.images(mark.text))


def _telling(marks: Sequence[Mark]) -> Iterator[Mark]:
    """The stories that are told and may show a picture."""
    return (mark for mark in marks if not mark.removed and mark.pictures != ())


def _slug(heading: str) -> str:
    """A heading as part of a file's name: small letters of ASCII, digits and dashes, cut at a word."""
    letters = unicodedata.normalize("NFKD", heading.replace("'", "").replace("’", "")).encode(
        "ascii", "ignore"
    )
    slug = "-".join(re.findall(r"[a-z0-9]+", letters.decode().lower()))
    if len(slug) <= LONGEST_SLUG:
        return slug
    cut = slug[: LONGEST_SLUG + 1].rpartition("-")[0] or slug[:LONGEST_SLUG]
    return cut.strip("-")
