"""Derives a name for a pull request from its title, or from the folder of the plugin it adds.

The names are plain text. The caller escapes them.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from digest import text
from digest.compose.people import is_bot
from digest.compose.verbs import (
    CONJUNCTIONS,
    NO_OBJECT,
    NOT_OPENING,
    NOUNS_TOO,
    PARTICLES,
    opening_verb,
    parse_verb,
)
from digest.model import PullRequest
from digest.settings import Settings, Subject, rules

LONGEST_HEADING = 70
# A heading is cut before code or a quotation only if this many characters remain.
SHORTEST_HEADING = 30
LONGEST_NAME = 8  # words
TYPES = """build chore ci deps docs enhancement feat feature fix perf plugin refactor style test
    tests""".split()
ADDING = {"add", "implement", "introduce"}
# Without the verb, "add X as Y" and "add X back" have another meaning.
KEEPS_VERB = set(
    """after again as back because before by everywhere if instead once since so unless until when
    where while""".split()
)
# Words before a name that are not part of it.
OPENERS = (
    *(
        "initial version of",
        "first version of",
        "skeleton for",
        "scaffold for",
        "prototype for",
        "start of",
    ),
    *("a", "an", "the", "new", "initial"),
)
# "A few fixes" and "a new and better way" keep their article.
KEEPS_OPENER = {"and", "bit", "bunch", "couple", "few", "little", "lot", "number", "or"}
# In "a link to X", X is part of the name; in "a plugin to X", it is the place.
LEADS_TO = set(
    "access changes link links path redirect reference references route switch updates".split()
)
INFINITIVES = set(
    "assist automatically be consume control detect help monitor perform serve track warn".split()
)
# A title cannot end with one of these words, so a suffix after them is kept.
DANGLING = set(
    """a an and as at by due fix fixes for from if in into issue of on or see than that the to when
    with""".split()
)

# A heading is never cut inside of these.
_WHOLE = re.compile(
    r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)|(?<!\w)\"(?:[^\"]|(?<=\s)\"|\"(?=\w))*\"(?!\w)"
    r"|“[^”]*”|«[^»]*»|\u2018[^\u2019]*\u2019|(?<!\w)'[^']*'(?!\w)"
)
_REVERT = re.compile(r'revert(?:s|ed)?:? ".*', re.IGNORECASE)

_CLOSES = r"(?:issue|refs?|see|close[sd]?|fix(?:e[sd])?|resolve[sd]?)[\s:]*"
_REFERENCE = rf"(?:{_CLOSES})?(?:[\w.-]+/[\w.-]+)?#\d+"
_PREFIXES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\[[^\[\]]*\]:?\s*(?=\S)",
        r"[^\s:()\[\]\"'`]+(?:\([^()]*\))?!?:(?:\s+|(?=\())(?=\S)",
        r"\([^()]*\):?\s+(?=\S)",
        rf"(?:{'|'.join(TYPES)})\([^()]*\)\s+(?=\S)",
        r"breaking change:\s+(?=\S)",
        r"issue\s+#?\d+:\s+(?=\S)",
        rf"{_REFERENCE}\s*[:,–-]\s+(?=\S)",
        r"#\d+\s+(?=\S)",
    )
]
_SUFFIXES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\s*\(\s*{_REFERENCE}(?:(?:\s*,\s*|\s+and\s+|\s+){_REFERENCE})*\s*\)$",
        rf"[\s,.;:–-]+{_CLOSES}#\d+$",
        r"[\s,;:–-]+#\d+$",
        r"(?<=[^.])[.!]$",
        r"[\s,;:–-]+$",
    )
]


def story_heading(pull: PullRequest, settings: Settings) -> str:
    """The drafted heading of its story, in plain text."""
    return as_heading(name_in_section(pull, settings)[0])


def name_in_section(pull: PullRequest, settings: Settings) -> tuple[str, bool]:
    """The name of a pull request in a heading, and whether it names a new plugin."""
    folder = (match_draft_rule([pull], settings) or {}).get("plugin")
    title = bare_title(pull)
    if folder:
        return plugin_name(title, _folder_in_words(folder, settings.display_names)), True
    return added_name(title), False


def bare_title(pull: PullRequest) -> str:
    """The title in plain text, without prefixes, references and full stop."""
    return strip_title(
        text.plain(pull.title), pull.head, pull.author.login if pull.author else None
    )


def match_draft_rule(
    pulls: Sequence[PullRequest], settings: Settings, firsts: Collection[str] | None = None
) -> Mapping[str, str] | None:
    """The captures of the first matching reason with `draft = true`; None if none matches.

    `firsts` are the keys of first contributions; None means unknown.
    """
    for pull in pulls:
        subject = Subject(
            pull_request=pull,
            is_bot=is_bot(pull.author, settings.bots),
            is_first=None if firsts is None else pull.key in firsts,
        )
        for rule in settings.reasons:
            if rule.draft and (match := rules.match_rule(rule, subject)):
                return match.captures
    return None


@lru_cache(maxsize=4096)
def strip_title(title: str, branch: str | None, login: str | None) -> str:
    """The title without prefixes ("fix(core):", "[docs]"), trailing references and full stop.

    Parts are kept if nothing else would remain.
    """
    text = _without_owner(" ".join(title.split()), branch, login)
    for pattern in _PREFIXES * 2:
        text = pattern.sub("", text, count=1) if pattern.match(text) else text
    text = text.lstrip(" -–:,") or text
    for pattern in _SUFFIXES * 2:
        shorter = pattern.sub("", text)
        text = shorter if shorter and shorter.split()[-1].casefold() not in DANGLING else text
    return text


def added_name(text: str) -> str:
    """The thing that a bare title adds: "add a new X" gives "X". Otherwise the title.

    "Add X to Y" stays as it is, because "X to Y" reads badly.
    """
    added = _added(text)
    return _without_openers(
        text if added is None or len(_thing(added)) < len(added) else " ".join(added)
    )


def plugin_name(text: str, folder: str) -> str:
    """The name of a new plugin from its title or, if that is a sentence, from its folder."""
    added = _added(text)
    name = _without_openers(text if added is None else " ".join(_thing(added)))
    # "Add new relic plugin" would lose "new".
    shortened = _squashed(folder) in _squashed(text) and _squashed(folder) not in _squashed(name)
    if shortened or len(name.split()) > LONGEST_NAME or _has_verb(name):
        name = folder
    return name if re.search(r"\bplugins?\b", name, re.IGNORECASE) else f"{name} plugin"


def as_heading(text: str) -> str:
    """A name as a heading: capitalized unless it begins with code, cut at a word with "…".

    Code, quotations and the title that a revert quotes stay whole, so it can be longer.
    """
    first = next(iter(text.split()), "")
    if re.fullmatch(r"[a-z]+(?:['’-][a-z]+)*[,:]?", first):
        text = text[0].upper() + text[1:]
    if len(text) <= LONGEST_HEADING:
        return text
    return _cut(text)


def _cut(text: str) -> str:
    whole = [match.span() for match in (*_WHOLE.finditer(text), *_REVERT.finditer(text))]
    spaces = [
        match.start()
        for match in re.finditer(r"\s", text)
        if not any(start < match.start() < end for start, end in whole)
    ]
    within = [at for at in spaces if SHORTEST_HEADING <= at <= LONGEST_HEADING]
    beyond = [at for at in spaces if at > LONGEST_HEADING]
    words = text[: max(within) if within else min(beyond, default=len(text))].split(" ")
    if " ".join(words) == text:
        return text
    while words[1:] and words[-1].casefold() in DANGLING:
        words.pop()
    return " ".join(words).rstrip(" ,;:–-") + " …"


def _without_owner(text: str, branch: str | None, login: str | None) -> str:
    # GitHub turns branch names into titles: "ada/fix-the-door" becomes "Ada/fix the door".
    owner = (branch or "").rpartition("/")[0]
    if owner and _squashed(text) == _squashed(branch or ""):
        end = next(at for at in range(len(text)) if _squashed(text[:at]) == _squashed(owner))
        rest = text[end:].lstrip(" /:_-")
        return f"{owner.capitalize()} {rest}" if parse_verb(owner) else rest
    owners = {(login or "").casefold(), owner.partition("/")[0].casefold()} - {""}
    first = re.match(r"([\w.-]+)[/ ](?=\S)", text)
    if first and first[1].casefold() in owners:
        return text[first.end() :]
    return re.sub(rf"^(?:{'|'.join(TYPES)})/(?:\d+/)?(?=[\w ]+$)", "", text, flags=re.IGNORECASE)


def _squashed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _added(text: str) -> list[str] | None:
    """The words after an opening "add" if they name a thing; None otherwise."""
    first, *rest = text.split() or [""]
    known = parse_verb(first)
    if known is None or known.base not in ADDING or not rest:
        return None
    if rest[0].casefold() in NO_OBJECT | PARTICLES | {"and", "but", "missing", "or"}:
        return None
    return None if _needs_verb(rest) else rest


def _needs_verb(rest: list[str]) -> bool:
    """Whether an object means something else without its "add": "X as Y", "X and remove Y"."""
    said = re.sub(r"\b(?:such as|as well as)\b", "", " ".join(rest[1:]).casefold())
    if KEEPS_VERB.intersection(re.findall(r"[\w-]+", said)):
        return True
    return any(
        (first.casefold() in CONJUNCTIONS or first.endswith(","))
        and second[:1].islower()
        and (parse_verb(second) or second in NOT_OPENING)
        for first, second in pairwise(rest[:-1])
    )


def _thing(added: list[str]) -> list[str]:
    """The X in "X to Y", or the whole if "to" belongs to X."""
    if "to" not in added[1:-1]:
        return added
    at = added.index("to", 1)
    infinitive = parse_verb(added[at + 1]) or added[at + 1] in NOT_OPENING | INFINITIVES
    is_part_of_name = (
        infinitive
        or added[at - 1].casefold() in LEADS_TO
        or {"how", "that", "which"} & set(added[:at])
    )
    return added if is_part_of_name else added[:at]


def _without_openers(text: str) -> str:
    for opener in OPENERS * 3:
        rest = text[len(opener) + 1 :]
        named = rest[:1].isupper() and text.startswith("New ")  # "New Relic"
        if (
            text.casefold().startswith(f"{opener} ")
            and rest.split()[0].casefold() not in KEEPS_OPENER
            and not named
        ):
            text = rest
    return text


def _has_verb(text: str) -> bool:
    # A capitalized word inside is part of a name: "GitHub Release Manager".
    words = text.split()
    if opening_verb(words) and words[0].casefold() not in NOUNS_TOO:
        return True
    verbs = (parse_verb(word) for word in re.findall(r"(?<![\w@/])[a-z]+|(?<=: )\w+", text))
    return any(
        verb and verb.form in {"base", "gerund"} and verb.base not in NOUNS_TOO for verb in verbs
    )


def _folder_in_words(folder: str, names: Mapping[str, str]) -> str:
    """A folder name in words, in the spelling of the settings if it is the same name."""
    plain = text.plain(folder.replace("_", "-").replace("-", " "))
    setting = names.get(folder.casefold(), "")
    is_same_name = re.sub(r"\W", "", setting).casefold() == re.sub(r"\W", "", plain).casefold()
    return setting if is_same_name else plain[:1].upper() + plain[1:]
