"""Titles in the past tense: "fix X and add Y" becomes "fixed X and added Y".

Wrong words about a person are worse than none, so a title that cannot be read for sure gives
nothing.
"""

import re
from itertools import pairwise

from digest.compose.verbs import (
    JOINED,
    NOT_OPENING,
    NOUNS_TOO,
    PARTICLES,
    PHRASES,
    RATHER_VERBS,
    Form,
    parse_verb,
)

# A verb that is followed by one of these has no object.
NO_OBJECT = set(
    """+ - -> / & after again all-over also and are as at based because before being but by during everywhere fails for
    from has have if in inside instead into is n not now of off on once or over properly regarding should since so than
    that then though through to towards under until via was were when where while with within without work
    works""".split()
)
CONJUNCTIONS = {"&", "+", "/", "and", "but", "or", "then"}
DETERMINERS = set(
    "a all an any both each every it its more some that the their them these this those".split()
)
# From here on a base form follows the clause before it, not the title's first verb.
CLAUSES = {
    "because",
    "how",
    "if",
    "since",
    "so",
    "that",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
}
# "Fix X fails" is two sentences, unless a clause begins in between.
FINITE = {
    "are",
    "can't",
    "doesn't",
    "fails",
    "gives",
    "has",
    "have",
    "is",
    "isn't",
    "should",
    "was",
    "were",
}
FIRST_PERSON = {"i", "i'm", "me", "my", "our", "us", "we"}
# These may be followed by "that" and a whole clause.
SAYING = {"clarified", "ensured", "mentioned", "validated", "verified"}
# What these are said to do "when" something happens is what the software does.
ONCE = {"created", "deleted", "deployed", "installed", "ran", "rebuilt"}
STATES = {"mandatory", "optional", "private", "public", "required"}


def in_past_tense(text: str) -> str | None:
    """A bare title that begins with a known verb and its object, as an act of a person: "made X configurable".

    None where it cannot be read for sure.
    """
    words = text.split()
    opened = opening_verb(words)
    if opened is None:
        return None
    past, form, used = opened
    rest = words[used:]
    if past == "reverted" and rest and rest[0].startswith('"'):
        return " ".join([past, *rest])
    if _is_unclear(text, words):
        return None
    while rest and rest[0].casefold() in PARTICLES:
        past, rest = f"{past} {rest[0].casefold()}", rest[1:]
    if second := _second_verb(rest, form):
        past, rest = f"{past} {second[0]}", rest[second[1] :]
    agreed = (
        _in_the_past(past, rest, form)
        if _is_object(past, rest) and not _is_behaviour(past, rest)
        else None
    )
    return " ".join([past, *agreed]) if agreed else None


def opening_verb(words: list[str]) -> tuple[str, Form, int] | None:
    """The past tense of what a title opens with, the form it stands in, and how many words that takes."""
    first = words[0].casefold() if words else ""
    known = parse_verb(first)
    base, form = (known.base, known.form) if known else (first, "base")
    for length in (3, 2):
        phrase = " ".join([base, *words[1:length]]).casefold()
        if len(words) > length and phrase in PHRASES:
            return PHRASES[phrase], form, len(phrase.split())
    if first in JOINED:
        return JOINED[first], "base", 1
    return (known.past, known.form, 1) if known else None


def _is_unclear(text: str, words: list[str]) -> bool:
    """Several sentences, a label or an arrow, a cut end, the author's own voice."""
    if re.search(r"[.!?]\s+\S|\?| [-–—|]+ |;|[-=]>|(?:…|\.\.\.)$", text):
        return True
    return any(word.strip(",.").casefold() in FIRST_PERSON for word in words)


def _second_verb(rest: list[str], form: Form) -> tuple[str, int] | None:
    # "Refactor and test X": a conjunction and a verb in the same form right after the first.
    opened = opening_verb(rest[1:])
    if opened is None or opened[1] != form or rest[0].casefold() not in {"and", "&", "+", "or"}:
        return None
    joined = "and" if rest[0] in {"&", "+"} else rest[0].casefold()
    return f"{joined} {opened[0]}", 1 + opened[2]


def _is_object(past: str, rest: list[str]) -> bool:
    if not rest:
        return False
    first = rest[0].strip(",")
    known = parse_verb(first)
    if first == "that" and past in SAYING:
        return True
    if first.casefold() in NO_OBJECT or re.fullmatch(r"#\d+\W*", first):
        return False
    if known and (known.past == past or (known.form == "base" and known.base not in NOUNS_TOO)):
        return False
    # "Make public" lacks what was made so.
    return past != "made" or (
        len(rest) > 1 and first not in STATES and not re.fullmatch("[a-z]+[ai]ble", first)
    )


def _is_behaviour(past: str, rest: list[str]) -> bool:
    """Whether the title tells what the software does: "fix tabs are gone", "create a release when a tag is made"."""
    whole = [word.casefold() for word in rest]
    if past == "fixed":
        return any(word in FINITE and not _in_a_clause(whole[:at]) for at, word in enumerate(whole))
    return past in ONCE and bool({"when", "if"} & set(whole))


def _in_the_past(past: str, rest: list[str], form: Form) -> list[str] | None:
    """Verbs after a conjunction follow the first; None where a word may be a verb or a noun."""
    told: list[str] = []
    for at, word in enumerate(rest):
        joined = at > 0 and (rest[at - 1].casefold() in CONJUNCTIONS or rest[at - 1].endswith(","))
        after = rest[at + 1].casefold() if at + 1 < len(rest) else ""
        known = parse_verb(word)
        if not joined or not after or _in_a_clause(rest[:at]):
            told.append(word)
        elif known is None or known.form not in {"base", form} - {"past"}:
            if word in NOT_OPENING:
                return None
            told.append(word)
        elif known.base in NOUNS_TOO and word[0].isupper():
            told.append(word)
        elif _is_surely_a_verb(known.base, after) and (
            past not in {"let", "made"} or "," in "".join(rest[:at])
        ):
            told.append(known.past)
        else:
            return None
    return told


def _is_surely_a_verb(base: str, after: str) -> bool:
    if base == "use" and after == "to":
        return False  # "used to" would say something else
    if base not in NOUNS_TOO or after in DETERMINERS or base in {"bump", "run", "use"}:
        return True
    return base in RATHER_VERBS and after not in NO_OBJECT


def _in_a_clause(before: list[str]) -> bool:
    infinitive = any(
        one == "to" and (parse_verb(two) or two in NOT_OPENING) for one, two in pairwise(before)
    )
    return infinitive or any(word.casefold() in CLAUSES for word in before)
