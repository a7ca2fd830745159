"""The log of a job as the runner of GitHub Actions reads it: text, annotations, commands.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

import re

COMMAND = re.compile(r"\s*::([\w-]+)(?: ([^:]*))?::(.*)")
# The old form counts anywhere in a line.
OLD_COMMAND = re.compile(r"##\[([\w-]+)(?: ([^\]]*))?\](.*)")
ANNOTATIONS = ("error", "warning", "notice")
SIGNS = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


class Screen:
    """The log of a job.

    `text` is the whole log. `annotations` and `commands` are those that the runner finds in it.
    """

    def __init__(self) -> None:
        self.text = ""
        self.annotations: list[str] = []
        self.commands: list[str] = []

    def show(self, printed: str) -> None:
        """Read the log of one step; raise AssertionError if it leaves commands stopped."""
        self.text += printed
        word = None
        for line in printed.splitlines():
            match = COMMAND.match(line) or OLD_COMMAND.search(line)
            if word is not None:
                word = None if match and match[1] == word else word
            elif match and match[1] == "stop-commands":
                word = match[3]
            elif match:
                self._obey(match[1], match[2] or "", match[3])
        if word is not None:
            raise AssertionError("a step stopped the commands for good")

    def _obey(self, name: str, properties: str, message: str) -> None:
        if name not in ANNOTATIONS:
            self.commands.append(f"{name} {message}")
            return
        given = dict(one.split("=", 1) for one in properties.split(",") if one)
        self.annotations.append(f"{name} {_plain(given.get('title', ''))}: {_plain(message)}")


def _plain(text: str) -> str:
    for code, sign in SIGNS:
        text = text.replace(code, sign)
    return text
