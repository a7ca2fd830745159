"""The keys of the picker."""

from typing import NamedTuple


class Key(NamedTuple):
    """A key, with its Textual codes and its action.

    `word` describes it in the help line; "" keeps it out of there.
    """

    codes: str
    name: str
    description: str
    word: str
    action: str


# In the order of importance: a narrow help line has the first ones only.
KEYS = (
    Key(
        "space",
        "Space",
        "make it a story, or remove the story; leave an item out, or put it back",
        "mark",
        "mark",
    ),
    Key(
        "plus",
        "+",
        "join with the story or item above; a candidate joins the last story",
        "join",
        "join",
    ),
    Key("h", "h", "make an item of a list a story", "", "highlight"),
    Key("slash", "/", "filter by words; Enter keeps the filter, Esc clears it", "filter", "filter"),
    Key("enter", "Enter", "read the description", "read", "read"),
    Key("e", "e", "edit the story or item in your $EDITOR", "write", "write"),
    Key("u", "u", "undo the last change", "undo", "undo"),
    Key("q,ctrl+q", "q", "save and leave", "leave", "leave"),
    Key("shift+up,K", "Shift+↑ or K", "move the story or item up", "up", "move(-1)"),
    Key("shift+down,J", "Shift+↓ or J", "move the story or item down", "down", "move(1)"),
    Key("s", "s", "save and continue", "save", "save"),
    Key("o", "o", "open in the browser", "browser", "browse"),
    Key("p", "p", "hide or show the section", "", "preview"),
    Key("left_square_bracket", "[", "scroll the section up", "", "scroll_section(-3)"),
    Key("right_square_bracket", "]", "scroll the section down", "", "scroll_section(3)"),
    Key("ctrl+c", "Ctrl+C", "leave without saving", "", "abandon"),
    Key("question_mark", "?", "show all keys", "keys", "keys"),
)


def help_line(width: int) -> str:
    """The most important keys that fit into this width."""
    shown = [f"{key.name.partition(' or ')[0]} {key.word}" for key in KEYS if key.word]
    last, first = shown[-1], shown[:-1]
    while first and len("  ".join([*first, last])) > width:
        first.pop()
    return "  ".join([*first, last])


def key_lines() -> list[str]:
    """A line for each key."""
    width = max(len(key.name) for key in KEYS)
    return [f"{key.name:<{width}}  {key.description}" for key in KEYS]
