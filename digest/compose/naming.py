"""What a pull request is called in a section: by its title or, where it adds a plugin, by the plugin's name."""

import re
from collections.abc import Mapping, Sequence

from digest import text
from digest.compose import matching, titles
from digest.compose.people import is_bot
from digest.model import PullRequest
from digest.settings import Settings, Subject


def heading(pull: PullRequest, settings: Settings) -> str:
    """The drafted heading of its story, in plain text."""
    return titles.heading(called(pull, settings)[0])


def called(pull: PullRequest, settings: Settings) -> tuple[str, bool]:
    """What a pull request is called in a heading, and whether that is the name of a plugin that it adds."""
    folder = (asks_for_a_story([pull], settings) or {}).get("plugin")
    title = bare(pull)
    if folder:
        return titles.plugin_name(title, _in_words(folder, settings.names)), True
    return titles.name(title), False


def bare(pull: PullRequest) -> str:
    """Its title in plain text without prefixes, references and full stop."""
    return titles.bare(text.plain(pull.title), pull.head, pull.author.login if pull.author else None)


def asks_for_a_story(pulls: Sequence[PullRequest], settings: Settings) -> Mapping[str, str] | None:
    """What the first reason with `draft = true` captures that matches one of these; None where none does."""
    for pull in pulls:
        subject = Subject(pull_request=pull, is_bot=is_bot(pull.author, settings.bots))
        for rule in settings.reasons:
            if rule.draft and (match := matching.match(rule, subject)):
                return match.captures
    return None


def _in_words(folder: str, names: Mapping[str, str]) -> str:
    """A folder's name in words, spelled as the settings do; a name that says less, such as a group's, is not taken."""
    plain = text.plain(folder.replace("_", "-").replace("-", " "))
    named = names.get(folder.casefold(), "")
    spelled = re.sub(r"\W", "", named).casefold() == re.sub(r"\W", "", plain).casefold()
    return named if spelled else plain[:1].upper() + plain[1:]
