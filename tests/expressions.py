"""The expressions of a workflow, as far as ours use them: `${{ a.b || 'c' }}`. Anything else raises.

https://docs.github.com/actions/reference/workflows-and-actions/expressions
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(\|\||&&|==|!=|[(),])|([A-Za-z_][\w.-]*))")
STATUS = ("failure", "success", "always")

Contexts = Mapping[str, Any]
Functions = Mapping[str, Callable[..., Any]]


def fill(text: str, contexts: Contexts) -> str:
    """A text with the values of its expressions in it."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda match: shown(value(match[1], contexts, {})), text)


def holds(condition: str, contexts: Contexts, failed: bool) -> bool:  # noqa: FBT001
    """Whether a step or a job with this `if:` runs. One that asks for no status runs after success only."""
    status = {"failure": lambda: failed, "success": lambda: not failed, "always": lambda: True}
    asks = any(re.search(rf"\b{name}\(", condition) for name in STATUS)
    return (asks or not failed) and bool(value(condition, contexts, status))


def value(expression: str, contexts: Contexts, functions: Functions) -> Any:
    """The value of an expression; None is null."""
    reader = _Reader(expression, contexts, {"startsWith": _starts_with, **functions})
    return reader.whole()


def shown(found: Any) -> str:
    """A value as it stands in a text."""
    if found is None:
        return ""
    return str(found).lower() if isinstance(found, bool) else str(found)


def _starts_with(text: Any, start: Any) -> bool:
    return shown(text).casefold().startswith(shown(start).casefold())


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold()
    return _number(one) == _number(other)


def _number(found: Any) -> float:
    if isinstance(found, str) and found:
        try:
            return float(found)
        except ValueError:
            return math.nan
    return float(found or 0)


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, expression: str, contexts: Contexts, functions: Functions) -> None:
        self.contexts = contexts
        self.functions = functions
        self.words: list[str] = []
        place = 0
        while expression[place:].strip():
            match = TOKEN.match(expression, place)
            if not match:
                raise NotImplementedError(f"the expression {expression!r} from {expression[place:]!r} on")
            self.words.append(match[0].strip())
            place = match.end()

    def whole(self) -> Any:
        found = self._either()
        if self.words:
            raise NotImplementedError(f"an expression with {self.words} at its end")
        return found

    def _take(self, *wanted: str) -> str | None:
        return self.words.pop(0) if self.words and self.words[0] in wanted else None

    def _either(self) -> Any:
        found = self._both()
        while self._take("||"):
            other = self._both()
            found = found or other
        return found

    def _both(self) -> Any:
        found = self._compared()
        while self._take("&&"):
            other = self._compared()
            found = found and other
        return found

    def _compared(self) -> Any:
        found = self._one()
        while sign := self._take("==", "!="):
            found = _equal(found, self._one()) == (sign == "==")
        return found

    def _one(self) -> Any:
        if self._take("("):
            found = self._either()
            self._expect(")")
            return found
        word = self.words.pop(0)
        if word.startswith("'"):
            return word[1:-1].replace("''", "'")
        return self._called(word) if self._take("(") else self._found(word)

    def _called(self, name: str) -> Any:
        if name not in self.functions:
            raise NotImplementedError(f"the function {name}")
        given = []
        while not self._take(")"):
            given.append(self._either())
            self._take(",")
        return self.functions[name](*given)

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise NotImplementedError(f"an expression without {word}")

    def _found(self, path: str) -> Any:
        root, *steps = path.split(".")
        if root not in self.contexts:
            raise NotImplementedError(f"the context of {path}")
        found = self.contexts[root]
        for step in steps:
            found = found.get(step) if isinstance(found, Mapping) else None
        return found
