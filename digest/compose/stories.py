"""Stories: which pull requests the first draft tells, and their words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digest import text
from digest.compose import deeds, descriptions, people, rules, titles
from digest.compose.people import is_bot
from digest.model import Markdown, PullRequest, Story, Suggestion
from digest.settings import Settings

MOST_DRAFTED = 5
WITHOUT_ANY = 3
WHAT_READERS_CAN_DO = "TODO: in one sentence, what can readers do with it?"
WHAT_IT_DOES = "TODO: say what it does."
RETELL = "TODO: retell or delete. From the pull request:"


@dataclass(frozen=True)
class Drafted:
    """The stories of the first draft, largest first, and what their editor should know."""

    stories: tuple[Story, ...]
    notices: tuple[str, ...]


def draft(suggestions: Sequence[Suggestion], pull_requests: Sequence[PullRequest], settings: Settings) -> Drafted:
    """Draft what a reason with `draft = true` matches, at most five, beside a single one the best other suggestion.

    Where there is none, the three best suggestions. `suggestions` come in the order of their rank.
    """
    pulls = {pull.key: pull for pull in pull_requests}
    plugins = {one: _draft_match(one, pulls, settings) for one in suggestions}
    wanted = [one for one in suggestions if plugins[one] is not None]
    others = [one for one in suggestions if plugins[one] is None]
    chosen = wanted[:MOST_DRAFTED] + others[: {0: WITHOUT_ANY, 1: 1}.get(len(wanted), 0)]
    ranked = [one for one in suggestions if one in chosen]
    told = [[pulls[key] for key in one.pull_requests] for one in ranked]
    stories = tuple(
        _story(story, one, (plugins[one] or {}).get("plugin"), settings)
        for story, one in zip(told, ranked, strict=True)
    )
    return Drafted(stories, (*_too_many(wanted), *people.handle_notices(pull.author for one in told for pull in one)))


def _draft_match(
    suggestion: Suggestion, pulls: Mapping[str, PullRequest], settings: Settings
) -> Mapping[str, str] | None:
    for pull in (pulls[key] for key in suggestion.pull_requests):
        for rule in settings.reasons:
            if rule.draft and (match := rules.match(rule, pull, is_bot(pull.author, settings.bots))):
                return match.captures
    return None


def _too_many(wanted: Sequence[Suggestion]) -> tuple[str, ...]:
    if len(wanted) <= MOST_DRAFTED:
        return ()
    left_out = ", ".join(f"#{key.rpartition('#')[2]}" for one in wanted[MOST_DRAFTED:] for key in one.pull_requests)
    return (f"{len(wanted)} pull requests ask for a story; the {MOST_DRAFTED} largest are drafted, not {left_out}.",)


def _story(told: Sequence[PullRequest], suggestion: Suggestion, folder: str | None, settings: Settings) -> Story:
    first = told[0]
    bare = _bare(first)
    named = titles.plugin_name(bare, _in_words(folder, settings.names)) if folder else titles.name(bare)
    quoted = descriptions.first_paragraph(first.body) if first.body else None
    return Story(
        pull_requests=suggestion.pull_requests,
        heading=titles.heading(named),
        paragraphs=tuple(_paragraph(pull, named if folder else None) for pull in told),
        quote=text.inline(f"{RETELL} {quoted}") if quoted else None,
        reasons=suggestion.reasons,
    )


def _paragraph(pull: PullRequest, plugin: str | None) -> Markdown:
    """Who did what in which pull request, and what is still to be written."""
    who = people.who(pull.author)
    link = text.link(Markdown(f"#{pull.number}"), pull.url)
    done = f"added the {plugin}" if plugin else deeds.deed(_bare(pull))
    if done is None:
        return Markdown(f"{who} contributed {link}. {WHAT_IT_DOES}")
    return Markdown(f"{who} {text.inline(done)} in {link}. {WHAT_READERS_CAN_DO}")


def _bare(pull: PullRequest) -> str:
    return titles.bare(text.plain(pull.title), pull.head, pull.author.login if pull.author else None)


def _in_words(folder: str, names: Mapping[str, str]) -> str:
    """A folder's name in words, spelled as the settings do; a name that says less, such as a group's, is not taken."""
    plain = text.plain(folder.replace("_", "-").replace("-", " "))
    named = names.get(folder.casefold(), "")
    spelled = re.sub(r"\W", "", named).casefold() == re.sub(r"\W", "", plain).casefold()
    return named if spelled else plain[:1].upper() + plain[1:]
