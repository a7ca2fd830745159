"""A made-up web of pictures: the picture at each address, and the requests."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest import mock

from digest.editions import pictures as edition_pictures
from digest.pictures.downloads import Fetched, Missing

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR made up for tests: "


@dataclass
class FakeWeb:
    """Replaces Downloads: an address outside `pictures` has no picture."""

    pictures: Mapping[str, bytes | Missing]
    asked: list[str] = field(default_factory=list)

    def fetch(self, url: str) -> Fetched | Missing:
        """Return the picture at an address."""
        self.asked.append(url)
        found = self.pictures.get(url, Missing("github.com could not be reached"))
        return found if isinstance(found, Missing) else Fetched(found, "png")


@contextmanager
def web(pictures: Mapping[str, bytes | Missing]) -> Iterator[FakeWeb]:
    """Replace the web by one with these pictures while the block lasts."""
    there = FakeWeb(pictures)
    with mock.patch.object(edition_pictures, "downloads", return_value=there):
        yield there
