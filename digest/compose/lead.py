"""The section's heading and the sentence with the count. The words are settings; here is which of them fit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from digest import text, windows
from digest.model import Markdown, Window
from digest.settings import Settings, Wording


@dataclass(frozen=True, kw_only=True)
class Case:
    """One kind of week: when it is that kind, and its sentence."""

    fits: Callable[[int], bool]
    sentence: Callable[[Wording], str]


# The first that fits speaks; the last always fits.
CASES = (
    Case(fits=lambda count: count == 0, sentence=lambda wording: wording.none),
    Case(fits=lambda count: count == 1, sentence=lambda wording: wording.one),
    Case(fits=lambda _: True, sentence=lambda wording: wording.plain),
)


def heading(settings: Settings, window: Window, at: datetime, *, decided: str | None = None) -> Markdown:
    """The section's heading, "Merged last week"; `at` tells whether the window still runs.

    What an editor decided stands in place of the setting; `{when}` is filled in either.
    """
    return text.inline((decided or settings.heading).replace("{when}", windows.words(window, at)))


def lead(  # noqa: PLR0913 (what the sentence is made from)
    settings: Settings, window: Window, count: int, stories: int, at: datetime, *, decided: str | None = None
) -> Markdown:
    """The sentence with the count, and what follows below it: highlights, one of them, or nothing.

    What an editor decided is the whole of it, in Markdown; `{n}` and `{when}` are filled in.
    """
    number, when = f"{count:,}", windows.words(window, at)
    if decided:
        return Markdown(decided.replace("{n}", number).replace("{when}", when))
    case = next(case for case in CASES if case.fits(count))
    sentence = case.sentence(settings.wording).format(n=number, when=when)
    return text.inline(f"{sentence} {_announces(settings.wording, count, stories)}".strip())


def _announces(wording: Wording, count: int, stories: int) -> str:
    # Where only one was merged, it is not one of several.
    if stories == 0 or count <= 1:
        return ""
    return wording.highlight if stories == 1 else wording.highlights
