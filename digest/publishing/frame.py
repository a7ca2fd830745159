"""A body in three: digest's list between its two markers, and a person's words above and below it."""

from dataclasses import dataclass

from digest.publishing.page import BEGINS, ENDS


@dataclass(frozen=True)
class Frame:
    """A body byte for byte; `inside` begins and ends with the markers."""

    above: str
    inside: str
    below: str


def framed(body: str) -> Frame | None:
    """The body in three; None where a person took a marker out, doubled it, or put the end before the beginning."""
    begins, ends = list(BEGINS.finditer(body)), list(ENDS.finditer(body))
    if len(begins) != 1 or len(ends) != 1 or ends[0].start() < begins[0].end():
        return None
    start, end = begins[0].start(), ends[0].end()
    return Frame(body[:start], body[start:end], body[end:])
