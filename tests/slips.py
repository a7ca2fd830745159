"""Published editions rebuilt as Markdown from facts, and the slips that real newsletters have."""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from bench.recall import WEEKS
from digest.compose.checks import CheckFacts, CheckSubject, check_section, read_document
from digest.compose.keys import RepositoryNames
from digest.model import Snapshot, Window
from digest.model.computed import Finding
from tests import history
from tests.builders import REPOSITORY, repository
from tests.composing import compose
from tests.shipped import shipped

URL = f"https://github.com/{REPOSITORY}/pull/"
LINK = re.compile(rf"\[#(\d+)\]\({re.escape(URL)}(\d+)\)")


@dataclass(frozen=True)
class Rebuilt:
    """An edition as an editor would have finished it, with the facts of its window."""

    edition: int
    claimed: int
    text: str
    facts: CheckFacts
    pictures: frozenset[str]

    def knows_all(self, text: str) -> bool:
        """Whether the facts have all pull requests that this text links to."""
        return all(f"{REPOSITORY}#{found[2]}" in self.facts.keys for found in LINK.finditer(text))

    def findings(self, text: str | None = None) -> tuple[Finding, ...]:
        """The findings in this text, or in the rebuilt one."""
        document = read_document(self.text if text is None else text)
        return check_section(CheckSubject(document, self.facts, self.pictures))


def rebuilt_editions() -> Iterator[Rebuilt]:
    """The editions with facts for all their weeks."""
    for edition in history.editions():
        weeks = edition.window_weeks or WEEKS.get(edition.edition)
        monday = datetime.combine(
            edition.date - timedelta(days=edition.date.weekday()), time(), UTC
        )
        if not weeks:
            continue
        window = Window(start=monday - timedelta(weeks=weeks), end=monday, zone="UTC", kind="weeks")
        pulls = history.in_window(window)
        counted = {pull.number for pull in pulls}
        if not pulls:
            continue
        snapshot = Snapshot(
            repositories=(repository(),),
            window=window,
            fetched_at=monday,
            complete=True,
            pull_requests=pulls,
            # An editor may write about anything; digest has facts only about marked pull requests.
            uncounted_pull_requests=tuple(
                pull
                for pull in history.pull_requests()
                if pull.number not in counted
                and any(pull.number in one.pull_requests for one in edition.highlights)
            ),
        )
        digest = compose(snapshot, shipped())
        facts = CheckFacts(
            digest=digest,
            settings=shipped(),
            names=RepositoryNames((REPOSITORY,), {}),
            now=monday,
        )
        text, pictures = _text(edition, digest.heading, len(pulls), facts)
        yield Rebuilt(edition.edition, edition.claimed_count, text, facts, pictures)


def _text(
    edition: history.Edition, heading: str, count: int, facts: CheckFacts
) -> tuple[str, frozenset[str]]:
    parts = [f"## {heading}", f"{count} pull requests were merged. Here are the highlights."]
    pictures = set()
    for place, story in enumerate(edition.highlights, 1):
        known = [
            pull
            for number in story.pull_requests
            if (pull := facts.pulls.get(f"{REPOSITORY}#{number}"))
        ]
        if not known:
            continue
        links = " and ".join(f"[#{pull.number}]({URL}{pull.number})" for pull in known)
        parts += [f"### Story {place}", f"Ada Lovelace **built** this in {links}. It is *new*."]
        if story.has_image:
            pictures.add(f"story-{place}-1.png")
            parts.append(f"![The new page of story {place}](./story-{place}-1.png)")
    return "\n\n".join(parts) + "\n", frozenset(pictures)


Slip = Callable[[str, random.Random], str | None]


def _other(number: str, chance: random.Random) -> str:
    """A number with two digits changed places, or one of them dropped, doubled or changed."""
    place = chance.randrange(len(number) - 1)
    return chance.choice(
        [
            number[:place] + number[place + 1 :],
            number[:place] + number[place] + number[place:],
            number[:place] + number[place + 1] + number[place] + number[place + 2 :],
            number[:place] + str((int(number[place]) + 3) % 9 + 1) + number[place + 1 :],
        ]
    )


def _pick(text: str, chance: random.Random) -> re.Match[str] | None:
    found = list(LINK.finditer(text))
    return chance.choice(found) if found else None


def _replace(text: str, found: re.Match[str], new: str) -> str | None:
    return None if new == found[0] else text[: found.start()] + new + text[found.end() :]


def wrong_label(text: str, chance: random.Random) -> str | None:
    """The label has another number than the link."""
    found = _pick(text, chance)
    return found and _replace(text, found, f"[#{_other(found[1], chance)}]({URL}{found[2]})")


def wrong_target(text: str, chance: random.Random) -> str | None:
    """The link has another number than its label."""
    found = _pick(text, chance)
    return found and _replace(text, found, f"[#{found[1]}]({URL}{_other(found[2], chance)})")


def wrong_number(text: str, chance: random.Random) -> str | None:
    """Label and link have the same wrong number."""
    found = _pick(text, chance)
    if found is None:
        return None
    number = _other(found[1], chance)
    return _replace(text, found, f"[#{number}]({URL}{number})")


def bare_number(text: str, chance: random.Random) -> str | None:
    """A number without its link, and without its last digit."""
    found = _pick(text, chance)
    return found and _replace(text, found, f"#{found[1][:-1]}")


def wrong_total(text: str, chance: random.Random) -> str | None:
    """Another total."""
    found = re.search(r"\d+(?= pull requests were)", text)
    return found and _replace(text, found, str(int(found[0]) + chance.choice([-9, -1, 1, 12])))


def no_link(text: str, chance: random.Random) -> str | None:
    """A story without its links."""
    stories = text.split("\n### ")
    place = chance.randrange(1, len(stories)) if len(stories) > 1 else 0
    if not place:
        return None
    stories[place] = LINK.sub("a change", stories[place])
    return "\n### ".join(stories)


def wrong_picture(text: str, chance: random.Random) -> str | None:
    """Another file name."""
    found = re.search(r"\./story-\d+-1\.png", text)
    return found and _replace(
        text, found, found[0].replace("-1.png", chance.choice(["1.png", "-1.jpg"]))
    )


def no_description(text: str, chance: random.Random) -> str | None:
    """A picture without words, or with those of a program."""
    found = re.search(r"!\[The new page of story \d+\]", text)
    return found and _replace(text, found, chance.choice(["![]", "![image]", "![IMG_1234.png]"]))


def twice(text: str, chance: random.Random) -> str | None:
    """A story pasted again."""
    stories = text.split("\n### ")[1:]
    return f"{text}\n### {chance.choice(stories).strip()}\n" if stories else None


def unclosed(text: str, chance: random.Random) -> str | None:
    """A link, emphasis or code that does not close."""
    broken = [
        (") and [#", " and [#"),
        (").", "."),
        ("**built**", "**built"),
        ("*new*", "*new"),
        ("It is", "`It is"),
        ("It is", "```\nIt is"),
    ]
    usable = [pair for pair in broken if pair[0] in text]
    return text.replace(*chance.choice(usable), 1) if usable else None


def todo(text: str, chance: random.Random) -> str | None:
    """A TODO that no one replaced."""
    found = chance.choice([*re.finditer(r"It is \*new\*\.", text), None])
    return found and _replace(text, found, "TODO: in one sentence, what can readers do with it?")


# Each slip with the rules that may find it.
SLIPS: Mapping[Slip, frozenset[str]] = {
    wrong_label: frozenset({"link-label"}),
    wrong_target: frozenset({"link-label"}),
    wrong_number: frozenset({"unknown-link"}),
    bare_number: frozenset({"unknown-number"}),
    wrong_total: frozenset({"numbers"}),
    no_link: frozenset({"unlinked-story"}),
    wrong_picture: frozenset({"missing-picture"}),
    no_description: frozenset({"picture-text"}),
    twice: frozenset({"heading-twice"}),
    unclosed: frozenset({"unclosed"}),
    todo: frozenset({"todo"}),
}
