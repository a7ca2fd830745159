"""What an editor may want to know behind the count, in lines of words; pure."""

from digest.compose import community, newcomers, trend, workdays
from digest.model import Digest


def lines(digest: Digest) -> tuple[str, ...]:
    """The windows before, the working days of every configured country, who is new, the community's share.

    Plain text, names in it as their profiles give them; what nobody asked for or can compare has no line.
    """
    return (
        *([trend.line(digest.trend, digest.window)] if digest.trend else []),
        *workdays.lines(digest.working_days, digest.window),
        newcomers.summary_line(digest),
        *(community.lines(digest.community) if digest.community else ()),
    )
