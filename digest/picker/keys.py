"""The keys of the picker: each with its action, its description and its word for the help line."""

from typing import NamedTuple


class Key(NamedTuple):
    """A key: as Textual and as a person calls it, what it does, a word for the help line, or "", and its action."""

    codes: str
    name: str
    does: str
    word: str
    action: str


# The most needed first: a narrow help line has only those.
KEYS = (
    Key("space", "Space", "make it a story, or take the story out", "mark", "mark"),
    Key("plus", "+", "join with the story above (a candidate: the last)", "join", "join"),
    Key("slash", "/", "filter by words; Enter keeps the filter, Esc clears it", "filter", "filter"),
    Key("enter", "Enter", "read the description", "read", "read"),
    Key("e", "e", "write the story's heading and text in your $EDITOR", "write", "write"),
    Key("u", "u", "undo, step by step", "undo", "undo"),
    Key("q,ctrl+q", "q", "save and leave", "leave", "leave"),
    Key("shift+up,K", "Shift+↑ or K", "move the story up", "up", "move(-1)"),
    Key("shift+down,J", "Shift+↓ or J", "move the story down", "down", "move(1)"),
    Key("s", "s", "save and go on", "save", "save"),
    Key("o", "o", "open in the browser", "browser", "browse"),
    Key("p", "p", "hide the section, or show it", "", "preview"),
    Key("left_square_bracket", "[", "scroll the section up", "", "scroll_section(-3)"),
    Key("right_square_bracket", "]", "scroll the section down", "", "scroll_section(3)"),
    Key("ctrl+c", "Ctrl+C", "leave without saving", "", "abandon"),
    Key("question_mark", "?", "all keys", "keys", "keys"),
)


def help_line(width: int) -> str:
    """The keys that are needed most, as many as fit in so many cells."""
    shown = [f"{key.name.partition(' or ')[0]} {key.word}" for key in KEYS if key.word]
    last, first = shown[-1], shown[:-1]
    while first and len("  ".join([*first, last])) > width:
        first.pop()
    return "  ".join([*first, last])


def key_lines() -> list[str]:
    """Every key and its description, a line each."""
    width = max(len(key.name) for key in KEYS)
    return [f"{key.name:<{width}}  {key.does}" for key in KEYS]
