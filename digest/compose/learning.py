"""Proposes group rules and other settings from a sample of a project's pull requests."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from digest.compose import areas, grouping, people
from digest.compose.people import is_bot
from digest.model import PullRequest
from digest.settings import GroupRule, Match, Settings, Subject, rules

Table = Mapping[str, Any]
Style = Literal["name", "name-login", "login"]
# The least share of pull requests with a label or prefix. The fewest pull requests of a bot, and
# the fewest labels of a family.
WORTH_A_RULE = 0.05
FEWEST = 3
# The least share of pull requests that must have a label of a category in release.yml.
CATEGORIES_IN_USE = 0.2
# The least share of a bot's titles that begin alike.
ALIKE = 0.8
# The shares of pull requests whose author has no name, or has a company.
MOST_NAMELESS, MANY_NAMELESS, FEW_COMPANIES = 0.6, 0.2, 0.1
# Prefixes of labels that do not name a part of the code, such as "status: blocked" or "P-high".
NO_TOPIC = re.compile(
    r"[b-np-z]|status|state|prio|priority|size|semver|difficulty|severity|sev|level|effort"
    r"|needs?|triage|review|resolution|release|version|backport|merge|milestone|stage|waiting"
    r"|blocked|type|kind|category|cla|do-not-merge|lgtm|good|help|first|meta|impact",
    re.IGNORECASE,
)
FAMILY = re.compile(r"(?P<start>[A-Za-z][\w .-]*?(?:\s*[:/]\s*)|[A-Za-z]-)(?P<name>\S.*)")
KINDS: Mapping[str, str] = {
    "Fixes": r"bugs?|bug[ -]?fix(es)?|fix(es)?|regressions?|defects?",
    "Features": r"features?|new[ -]features?|feature[ -]requests?|enhancements?|improvements?",
    "Performance": r"perf|performance",
    "Documentation": r"docs?|documentation",
    "Dependencies": r"dependencies|deps|dependency[ -]updates?",
    "Releases and chores": r"chores?|internal|maintenance|refactor(ing)?|clean[ -]?up|tests?"
    r"|testing|code[ -]quality|ci|build|infrastructure|tooling|release",
}
PREFIX = re.compile(r"\[?(?:[\w.-]+/)*([\w.-]{2,30})(?:\(.*?\))?!?(?:\]|: )")
BOT_LIKE = re.compile(
    r"(^|[-_])(bot|robot|ci|automation|automated|actions?|sync|updater|releaser?)($|[-_\d])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Evidence:
    """The newest merged pull requests, the repository's labels, and `.github/release.yml`."""

    pull_requests: Sequence[PullRequest]
    labels: Sequence[str] = ()
    release_notes: str | None = None


@dataclass(frozen=True)
class Proposal:
    """A group rule as a table of the settings, and the share of pull requests that it covers."""

    table: Table
    share: float


@dataclass(frozen=True)
class Learned:
    """The proposed settings, and the findings in words.

    `people` is the style that fits, None for the default one. `before` and `after` are the shares
    of people's pull requests in `rest_groups`, without and with these rules.
    """

    proposals: tuple[Proposal, ...]
    group_order: tuple[str, ...]
    default_group: str
    rest_groups: tuple[str, ...]
    bots: tuple[str, ...]
    people: Style | None
    findings: tuple[str, ...]
    before: float
    after: float


def learn_settings(evidence: Evidence, preset: Sequence[Table], settings: Settings) -> Learned:
    """Settings for a project. `preset` are the tables of the built-in rules that they extend."""
    pulls = evidence.pull_requests
    bots = find_bots(pulls, settings)
    settings = settings.model_copy(update={"bots": (*settings.bots, *bots)})
    own = [pull for pull in pulls if not is_bot(pull.author, settings.bots)]
    globs = areas.learn_areas([path for pull in pulls if (path := areas.main_path(pull))])
    categories, rest = read_categories(evidence.release_notes or "", own)
    kinds = find_kinds(own, {str(table["name"]) for table in categories})
    topics = find_topics(evidence.labels, own)
    tables = [*categories, *_extended(preset, kinds, topics, globs)]
    names = dict.fromkeys(str(table["name"]) for table in categories)
    learned = settings.model_copy(
        update={
            "groups": tuple(GroupRule.model_validate(table) for table in tables),
            "default_group": rest or settings.default_group,
        }
    )
    style = fitting_style(own)
    findings = {
        "Areas": _shares({", ".join(globs): _matching({"path": globs}, own) if globs else 0}, own),
        "Groups of .github/release.yml": ", ".join(names),
        "Labels": _shares(
            {
                label: _matching({"label": label}, own)
                for table in (*kinds, *topics)
                for label in _globs(table)
            },
            own,
        ),
        "Prefixes": _shares(_prefixes(own), own),
        "Bots": ", ".join(bots),
        "People": _reason(style, own),
    }
    return Learned(
        proposals=_with_shares(tables, learned, globs, pulls),
        group_order=(*names, *(name for name in settings.group_order if name not in names)),
        default_group=learned.default_group,
        rest_groups=learned.rest_groups,
        bots=bots,
        people=style,
        findings=tuple(f"{name}: {words}" for name, words in findings.items() if words),
        before=_rest_share(own, settings, globs),
        after=_rest_share(own, learned, globs),
    )


def find_bots(pulls: Sequence[PullRequest], settings: Settings) -> tuple[str, ...]:
    """Logins that look like bots', with several pull requests of almost the same title."""
    titles: defaultdict[str, list[str]] = defaultdict(list)
    for pull in pulls:
        if pull.author and pull.author.login and not is_bot(pull.author, settings.bots):
            titles[pull.author.login].append(" ".join(pull.title.casefold().split()[:2]))
    return tuple(
        login
        for login, begins in sorted(titles.items())
        if len(begins) >= FEWEST
        and BOT_LIKE.search(login)
        and Counter(begins).most_common(1)[0][1] >= ALIKE * len(begins)
    )


def read_categories(
    release_notes: str, pulls: Sequence[PullRequest]
) -> tuple[list[Table], str | None]:
    """Rules for the categories of a release.yml, and the title of the one for all other labels.

    There are none if few pull requests have these labels.
    """
    found: list[tuple[str, list[str]]] = []
    _, _, listed = release_notes.partition("categories:")
    for part in re.split(r"(?m)^\s*-\s+title:", listed)[1:]:
        title, _, others = part.partition("\n")
        _, _, labels = others.partition("labels:")
        labels = re.split(r"(?m)^\s*(?!-)\w+:", labels)[0]
        found.append((_unquoted(title), _yaml_list(labels)))
    rest = next((title for title, labels in found if "*" in labels), None)
    named = [(title, labels) for title, labels in found if labels and "*" not in labels]
    tables: list[Table] = [
        {"name": title, "any": [{"label": labels}]} for title, labels in named if title
    ]
    covered = sum(any(_has(pull, labels) for _, labels in named) for pull in pulls)
    if not pulls or covered < CATEGORIES_IN_USE * len(pulls):
        return [], None
    return tables, rest


def find_kinds(pulls: Sequence[PullRequest], taken: set[str]) -> list[Table]:
    """Rules for labels that name a kind of change, such as "bug"; `taken` are groups that exist."""
    tables: list[Table] = []
    for name, words in KINDS.items():
        pattern = re.compile(rf"(.*[:/]\s*|[A-Za-z]-)?({words})", re.IGNORECASE)
        labels = sorted({label for label in _labels_of(pulls) if pattern.fullmatch(label)})
        if name not in taken and _is_worth(sum(_has(pull, labels) for pull in pulls), pulls):
            tables.append({"name": name, "any": [{"label": labels}]})
    return tables


def find_topics(labels: Sequence[str], pulls: Sequence[PullRequest]) -> list[Table]:
    """A rule for families of labels that name parts of the project, such as "topic:search"."""
    used = _labels_of(pulls)
    families: defaultdict[str, set[str]] = defaultdict(set)
    for label in (*labels, *used):
        family = FAMILY.fullmatch(label)
        if family and not NO_TOPIC.fullmatch(family["start"].strip(" :/-")):
            families[family["start"]].add(family["name"])
    globs = [
        f"{start}{{topic}}"
        for start, names in sorted(families.items())
        if len(names) >= FEWEST
        and sum(f"{start}{name}" in used for name in names) > 1
        and _is_worth(_matching({"label": f"{start}{{topic}}"}, pulls), pulls)
    ]
    rule = {"name": "{topic}", "min_pull_requests": 2, "any": [{"label": globs}]}
    return [rule] if globs else []


def fitting_style(pulls: Sequence[PullRequest]) -> Style | None:
    """The style for the people: logins if many have no name, names if few have a company."""
    share = _nameless(pulls)
    if share >= MOST_NAMELESS:
        return "login"
    if share >= MANY_NAMELESS:
        return "name-login"
    known = [pull.author for pull in pulls if pull.author]
    companies = sum(people.company(person.company) is not None for person in known)
    return "name" if known and companies < FEW_COMPANIES * len(known) else None


def _nameless(pulls: Sequence[PullRequest]) -> float:
    known = [pull.author for pull in pulls if pull.author]
    return sum(people.display_name(one) is None for one in known) / max(len(known), 1)


def _reason(style: Style | None, pulls: Sequence[PullRequest]) -> str:
    if style is None:
        return ""
    why = "few have a company" if style == "name" else f"{_nameless(pulls):.0%} have no name"
    return f'"{style}" fits, because {why} in their profile'


def _extended(
    preset: Sequence[Table], kinds: Sequence[Table], topics: Sequence[Table], globs: Sequence[str]
) -> list[Table]:
    """The rules of a preset with the labels of the project, and its areas in the place of theirs.

    Labels of kinds come after the types of titles, and before everything else.
    """
    typed = next(place for place, table in enumerate(preset) if "path" in table["any"][0])
    tables: list[Table] = [*preset[:typed], *kinds]
    for table in preset[typed:]:
        if table["any"] != [{"area": True}]:
            tables.append(table)
            continue
        # Without areas in the sample digest may still learn some later.
        paths: Table = {**table, "any": [{"path": list(globs)}]} if globs else table
        tables += [*topics, paths]
    return tables


def _with_shares(
    tables: Sequence[Table],
    settings: Settings,
    globs: tuple[str, ...],
    pulls: Sequence[PullRequest],
) -> tuple[Proposal, ...]:
    covered: Counter[int] = Counter()
    for pull in pulls:
        bot = is_bot(pull.author, settings.bots)
        subject = Subject(pull_request=pull, is_bot=bot, areas=globs)
        outcomes = (rules.evaluate_rule(rule, subject) for rule in settings.groups)
        covered[next((i for i, one in enumerate(outcomes) if isinstance(one, Match)), -1)] += 1
    return tuple(
        Proposal(table, covered[place] / max(len(pulls), 1)) for place, table in enumerate(tables)
    )


def _rest_share(pulls: Sequence[PullRequest], settings: Settings, globs: tuple[str, ...]) -> float:
    known = {pull.repository: globs for pull in pulls}
    grouped = grouping.group_pull_requests(pulls, settings, known).groups
    rest = sum(one.count for one in grouped if one.name in settings.rest_groups)
    return rest / max(len(pulls), 1)


def _matching(condition: Table, pulls: Sequence[PullRequest]) -> int:
    """The number of pull requests that a condition matches."""
    rule = GroupRule.model_validate({"name": "Any", "any": [condition]})
    return sum(rules.match_rule(rule, Subject(pull_request=pull)) is not None for pull in pulls)


def _prefixes(pulls: Sequence[PullRequest]) -> Mapping[str, int]:
    """The commonest words before a colon or in brackets, with the number of titles."""
    matches = (PREFIX.match(pull.title) for pull in pulls)
    counts = Counter(match[1].casefold() for match in matches if match)
    return {prefix: count for prefix, count in counts.most_common(8) if _is_worth(count, pulls)}


def _labels_of(pulls: Sequence[PullRequest]) -> frozenset[str]:
    return frozenset(label for pull in pulls for label in pull.labels or ())


def _has(pull: PullRequest, labels: Sequence[str]) -> bool:
    # GitHub compares labels in any case.
    wanted = {label.casefold() for label in labels}
    return any(label.casefold() in wanted for label in pull.labels or ())


def _is_worth(count: int, pulls: Sequence[PullRequest]) -> bool:
    return count >= max(WORTH_A_RULE * len(pulls), 2)


def _globs(table: Table) -> Sequence[str]:
    labels: Sequence[str] = table["any"][0]["label"]
    return labels


def _shares(counts: Mapping[str, int], pulls: Sequence[PullRequest]) -> str:
    return ", ".join(
        f"{name} {count / len(pulls):.0%}" for name, count in counts.items() if name and count
    )


def _yaml_list(text: str) -> list[str]:
    """The texts of a list in YAML, in lines or in brackets."""
    inline = re.match(r"\s*\[(.*?)\]", text, re.DOTALL)
    items = inline[1].split(",") if inline else re.findall(r"(?m)^\s*-\s*(.+)$", text)
    return [item for item in map(_unquoted, items) if item]


def _unquoted(text: str) -> str:
    bare = text.strip()
    quoted = re.match(r"""(["'])(.*?)\1""", bare)
    return quoted[2] if quoted else re.sub(r"\s+#.*", "", bare).strip()
