"""Learns settings from the repositories on GitHub, and writes them as lines of a settings file."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import tomlkit

from digest import text
from digest.compose import learning
from digest.compose.learning import Evidence, Learned, Proposal
from digest.errors import DigestError
from digest.files import settings_files
from digest.github.client import client_with_token
from digest.output.progress import FetchingScreen
from digest.settings import Settings
from digest.sources.sample import Sample, fetch_sample

# The built-in rules that learned ones extend.
PRESET = "general"
SHORT = "So digest.toml has no rules, and digest uses the built-in groups."


@dataclass(frozen=True)
class LearnedRules:
    """The learned settings, None if there are none, and the findings as lines."""

    findings: tuple[str, ...]
    learned: Learned | None = None
    sample: str = ""

    @property
    def values(self) -> Mapping[str, object]:
        """The settings, apart from rules, that differ from those of the preset."""
        learned = self.learned
        if learned is None:
            return {}
        usual = _preset()
        values: dict[str, object] = {"preset": PRESET}
        if learned.default_group != usual["default_group"]:
            values["default_group"] = learned.default_group
        if list(learned.group_order) != usual["group_order"]:
            values["group_order"] = list(learned.group_order)
        if learned.bots:
            values["more_bots"] = list(learned.bots)
        if learned.people:
            values["people"] = learned.people
        return values

    @property
    def rules_text(self) -> str:
        """The group rules as lines of a settings file, each with its share."""
        if self.learned is None:
            return ""
        return (
            f"\n# The groups, learned from {self.sample}. The first rule that matches decides.\n"
            "# `digest config` explains the keys.\n\n"
            + "\n".join(map(_rule_text, self.learned.proposals))
        )


def now() -> datetime:
    """The current time; tests replace it."""
    return datetime.now(UTC)


def learn_rules(repositories: Sequence[str], settings: Settings) -> LearnedRules:
    """The settings that fit the newest pull requests of the repositories.

    Without a token, the network or pull requests, the findings give the reason.
    """
    try:
        samples, cost = _fetch_samples(repositories, settings)
    except DigestError as error:
        return LearnedRules((f"{error.message} {error.hint or ''}".strip(), SHORT))
    if not samples:
        why = "Without a token, digest cannot learn rules from the repository."
        how = (
            "To learn rules, get a token (gh auth login or GH_TOKEN), delete digest.toml and run "
            "digest init again."
        )
        return LearnedRules((why, SHORT, how))
    pulls = [pull for sample in samples for pull in sample.pull_requests]
    if not pulls:
        return LearnedRules(("Nothing was merged in the last 8 weeks.", SHORT))
    evidence = Evidence(
        pulls,
        tuple(label for sample in samples for label in sample.labels),
        next((sample.release_notes for sample in samples if sample.release_notes), None),
    )
    learned = learning.learn_settings(evidence, _preset()["groups"], settings)
    noun = "pull request" if len(pulls) == 1 else "pull requests"
    of = f"the newest {len(pulls)} {noun}"
    rest = text.join_words(learned.rest_groups)
    shares = f"{learned.before:.0%} with the built-in groups, {learned.after:.0%} with these"
    lines = (
        f"Read {of} and {len(evidence.labels)} labels ({cost}).",
        *(gap for sample in samples for gap in sample.gaps),
        *learned.findings,
        f"Share of people's pull requests in {rest}: {shares}.",
    )
    return LearnedRules(tuple(map(text.plain, lines)), learned, of)


def _fetch_samples(repositories: Sequence[str], settings: Settings) -> tuple[list[Sample], str]:
    """The samples (none without a token) and the cost of the requests."""
    with FetchingScreen() as watch:
        github = client_with_token(settings.github, watch)
        if github is None:
            return [], ""
        samples = [
            fetch_sample(github, watch, name, settings.base_of(name), now())
            for name in repositories
        ]
        return samples, github.cost


def _preset() -> Mapping[str, Any]:
    table: Mapping[str, Any] = tomllib.loads(settings_files.text(f"presets/{PRESET}.toml"))[
        "digest"
    ]
    return table


def _rule_text(proposal: Proposal) -> str:
    share = f"{proposal.share:.0%}" if proposal.share else "none"
    lines = [f"# Decides the group of {share} of them.", "[[digest.groups]]"]
    for key, value in proposal.table.items():
        lines.append(f"{key} = {_conditions(value) if key in ('any', 'all') else _value(value)}")
    return "\n".join([*lines, ""])


def _conditions(conditions: Sequence[Mapping[str, Any]]) -> str:
    if len(conditions) == 1:
        return _value(conditions)
    return "\n".join(["[", *(f"  {_value(one)}," for one in conditions), "]"])


def _value(value: Any) -> str:
    """A value in TOML; patterns with backslashes as literal texts."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str) and "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    plain: str = tomlkit.item(value).as_string()
    return plain
