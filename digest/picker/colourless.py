"""A screen without any colour, for whoever sets NO_COLOR."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter


class Colourless(LineFilter):
    """Leaves bold, dim, italic, underlined and reversed, and takes every colour away, greys included."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 (Textual's own)
        """The segments without their colours."""
        return [Segment(words, style and style.without_color, control) for words, style, control in segments]
