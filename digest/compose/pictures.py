"""Chooses the pictures that a story shows, and names their files."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from urllib.parse import unquote

from digest import text
from digest.compose import keys, titles
from digest.model import Mark, Markdown, Picture, PullRequest
from digest.settings import Settings
from digest.text import descriptions
from digest.text.descriptions import Image

DESCRIBE = Markdown("TODO: describe the picture")
NOT_SAVED = Markdown("a picture that is not saved")
LONGEST_SLUG = 60
# urlsplit raises an error for invalid hosts.
ADDRESS = re.compile(r"https?://(?:[^/?#]*@)?([^/?#]*).*", re.IGNORECASE | re.DOTALL)
# Texts that describe nothing: an empty one, a word for any picture, a program's name and time
# ("Screenshot 2021-05-12 at 10.21.33", in any language), or a file name, also without its ending
# ("IMG_1234", but neither "OAuth2" nor "dark-mode").
FILLER = re.compile(
    r"\W*"
    r"|(?:(?:an?|the|my|this) )?(?:alt(?:[ -]?text)?|attachment|(?:animated )?gif|ima?ge?|photo"
    r"|pic|picture|preview"
    r"|screen ?(?:shot|grab|cast|recording|capture)s?|snip|thumbnail|unknown|unnamed"
    r"|untitled(?: design)?"
    r"|pasted (?:graphic|image))[\W\d]*"
    r"|(?:[\w’']+ ){0,4}\w*\d{4}-\d\d-\d\d(?=(?:\D*\d){4})(?:[\W\d_]|[^\W\d_]{1,4}(?![^\W\d_]))*"
    r"|.*\.(?:avif|bmp|gif|heic|jpe?g|mov|mp4|png|svg|tiff?|webm|webp)"
    r"|(?:[^\s_]*_|(?:[^\s\d]*\d){3})\S*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class MissingPicture:
    """A picture that is not saved yet.

    `names` are possible file names without the ending, the best first. `is_shown`: its story shows
    it. `was_tried`: an earlier run could not download it.
    """

    pull_request: str
    url: str
    names: tuple[str, ...]
    is_shown: bool
    was_tried: bool


class Album:
    """The pictures in the descriptions of pull requests, with the record of each download."""

    def __init__(
        self, pulls: Mapping[str, PullRequest], saved: Sequence[Picture], settings: Settings
    ) -> None:
        self.pulls = pulls
        self._settings = settings
        self._saved = {(picture.pull_request, picture.url): picture for picture in saved}
        self._saves_pictures = settings.pictures.save

    def with_saved(self, saved: Sequence[Picture]) -> "Album":
        """The same pull requests with these records of downloads."""
        return Album(self.pulls, saved, self._settings)

    def pictures_of(self, mark: Mark) -> tuple[tuple[Markdown, ...], tuple[Markdown, ...]]:
        """The pictures that a story shows, and the names or links of its further pictures."""
        images = list(self._images(mark))
        if mark.pictures is not None:
            alts = {file: image.alt for key, image in images if (file := self._file(key, image))}
            files = [file.removeprefix("./") for file in mark.pictures]
            shown = tuple(text.picture(alt_text(alts.get(file, "")), file) for file in files)
            others = [(key, image) for key, image in images if self._file(key, image) not in files]
        else:
            first = [] if _illustrates(mark) else images[:1]
            shown, others = tuple(self._shown(*image) for image in first), images[len(first) :]
        return shown, tuple(self._name_or_link(*image) for image in others)

    def missing_pictures(self, marks: Sequence[Mark]) -> tuple[MissingPicture, ...]:
        """The pictures of these stories that are not saved, the shown ones first."""
        if not self._saves_pictures:
            return ()
        taken = {record.file.partition(".")[0] for record in self._saved.values() if record.file}
        missing: dict[tuple[str, str], MissingPicture] = {}
        for mark in _marks_with_pictures(marks):
            shows = mark.pictures is None and not _illustrates(mark)
            chosen = {file.removeprefix("./").partition(".")[0] for file in mark.pictures or ()}
            for place, (key, image) in enumerate(self._images(mark)):
                record = self._saved.get((key, image.url))
                if (record and record.file) or (key, image.url) in missing:
                    continue
                names = self._names(key, image, taken)
                taken.add(names[0])
                is_shown = (shows and place == 0) or not chosen.isdisjoint(names)
                missing[key, image.url] = MissingPicture(
                    key, image.url, names, is_shown, record is not None
                )
        return tuple(sorted(missing.values(), key=lambda picture: not picture.is_shown))

    def notices(self, marks: Sequence[Mark]) -> Iterator[str]:
        """Notices about pictures that could not be saved or are over the limit."""
        failed: dict[str, list[str]] = {}
        for key in dict.fromkeys(
            key
            for mark in _marks_with_pictures(marks)
            for key in mark.pull_requests
            if key in self.pulls
        ):
            limit, count = (
                self._settings.pictures.max_per_pull_request,
                len(_web_images(self.pulls[key])),
            )
            if count > limit and self._saves_pictures:
                name = keys.format_keys([key], tuple(self.pulls))
                yield f"{name} has {count} pictures; digest uses the first {limit}."
            for image in self._of(key):
                record = self._saved.get((key, image.url))
                if record and record.problem:
                    failed.setdefault(record.problem, []).append(key)
        for problem, pull_keys in failed.items():
            of = keys.format_keys(tuple(dict.fromkeys(pull_keys)), tuple(self.pulls))
            pictures, link = (
                ("A picture", "link is")
                if len(pull_keys) == 1
                else (f"{len(pull_keys)} pictures", "links are")
            )
            yield (
                f"{pictures} of {of} could not be saved: {problem}. "
                f"The {link} in the section or the worksheet."
            )

    def _images(self, mark: Mark) -> Iterator[tuple[str, Image]]:
        for key in mark.pull_requests:
            for image in self._of(key):
                yield key, image

    def _of(self, key: str) -> Sequence[Image]:
        """The pictures of a pull request that are saved or can be saved."""
        if key not in self.pulls:
            return ()
        images = _web_images(self.pulls[key])[: self._settings.pictures.max_per_pull_request]
        return [image for image in images if self._saves_pictures or self._file(key, image)]

    def _file(self, key: str, image: Image) -> str | None:
        record = self._saved.get((key, image.url))
        return record.file if record else None

    def _shown(self, key: str, image: Image) -> Markdown:
        file = self._file(key, image)
        if file:
            return text.picture(alt_text(image.alt), file)
        # A description may contain any address, so the text shows the host.
        host = ADDRESS.sub(r"\1", image.url)
        return Markdown(
            f"TODO: add {text.link(Markdown('the picture'), image.url)} "
            f"from {text.code_span(host)}."
        )

    def _name_or_link(self, key: str, image: Image) -> Markdown:
        file = self._file(key, image)
        return text.inline(f"`{file}`") if file else text.link(NOT_SAVED, image.url)

    def _names(self, key: str, image: Image, taken: AbstractSet[str]) -> tuple[str, ...]:
        """Free names that describe the picture, the best first."""
        pull = self.pulls[key]
        slug = _slug(titles.story_heading(pull, self._settings)) or "pull-request"
        place = [web_image.url for web_image in _web_images(pull)].index(image.url) + 1
        numbered = [f"{slug}-{place}", f"{slug}-{pull.number}-{place}"]
        names = (*numbered, *(f"{numbered[-1]}-{suffix}" for suffix in range(2, len(taken) + 9)))
        return tuple(name for name in names if name not in taken)


def join_pictures(before: Sequence[Picture], now: Sequence[Picture]) -> tuple[Picture, ...]:
    """The new records, except that a saved file is kept if the new record has none.

    If two pictures claim the same file, the new record wins.
    """
    files = {picture.file: (picture.pull_request, picture.url) for picture in now if picture.file}
    known = {(picture.pull_request, picture.url): picture for picture in before}
    known = {
        name: picture
        for name, picture in known.items()
        if files.get(picture.file or "", name) == name
    }
    for picture in now:
        name = (picture.pull_request, picture.url)
        if picture.file or name not in known or known[name].file is None:
            known[name] = picture
    return tuple(known.values())


def is_filler(alt: str) -> bool:
    """Whether a picture's text describes nothing: a generic word, a time or a file name."""
    return FILLER.fullmatch(alt.strip()) is not None


def alt_text(alt: str) -> Markdown:
    """A picture's text in Markdown, or a TODO if it describes nothing."""
    # Code is not visible in such a text, and it confuses some parsers.
    plain = alt.replace("`", "")
    return DESCRIBE if is_filler(plain) else text.inline(plain)


def _web_images(pull: PullRequest) -> tuple[Image, ...]:
    # GitHub does not show pictures with relative addresses in a description.
    return tuple(
        image for image in descriptions.images(pull.body or "") if ADDRESS.fullmatch(image.url)
    )


def _illustrates(mark: Mark) -> bool:
    """Whether the editor's text of the story contains a picture."""
    return mark.text is not None and bool(descriptions.images(mark.text))


def _marks_with_pictures(marks: Sequence[Mark]) -> Iterator[Mark]:
    """The marks of stories in the section that may show pictures."""
    return (mark for mark in marks if not mark.removed and mark.pictures != ())


def _slug(heading: str) -> str:
    """A heading as part of a file name: lower-case ASCII, digits and dashes, cut at a word."""
    letters = unicodedata.normalize("NFKD", heading.replace("'", "").replace("’", "")).encode(
        "ascii", "ignore"
    )
    slug = "-".join(re.findall(r"[a-z0-9]+", letters.decode().lower()))
    if len(slug) <= LONGEST_SLUG:
        return slug
    cut = slug[: LONGEST_SLUG + 1].rpartition("-")[0] or slug[:LONGEST_SLUG]
    return cut.strip("-")


LOCAL_LINK = "."
# A picture's text may contain brackets, so only its target is matched. Links to pictures match too.
FILE = r"/(?P<name>[^()\s/]+\.(?:png|jpe?g|gif|webp))(?=\)|\s+[\"'(])"


def linked_pictures(section: str, link: str = LOCAL_LINK) -> tuple[str, ...]:
    """The file names of the pictures in a section, in order, for links that begin with `link`."""
    return tuple(dict.fromkeys(unquote(found["name"]) for found in _links(link).finditer(section)))


def relink_pictures(section: str, link: str) -> str:
    """A section from disk whose links to pictures begin with `link`."""
    return _links(LOCAL_LINK).sub(lambda found: f"]({link}/{found['name']}", section)


def localize_pictures(section: str, link: str) -> str:
    """The opposite of `relink_pictures`: a section as it is on disk."""
    return _links(link).sub(lambda found: f"]({LOCAL_LINK}/{found['name']}", section)


def _links(link: str) -> re.Pattern[str]:
    return re.compile(rf"\]\({re.escape(link)}{FILE}", re.ASCII | re.IGNORECASE)
