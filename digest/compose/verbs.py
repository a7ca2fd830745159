"""Lists the verbs that titles begin with, and finds the form and past tense of a word.

Some verbs about software ("show older messages") and words that are mostly nouns ("filter", "log",
"test") are left out on purpose.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Form = Literal["base", "past", "third", "gerund"]

REGULAR = """
    adapt add address adjust adopt align allow announce append apply automate avoid backport
    bump bypass cache centralize change clarify clean combine compile configure connect
    consolidate convert copy correct cover create customise customize decouple deduplicate
    define delete deploy deprecate derive detect disable disallow document downgrade edit enable
    enforce enhance ensure exclude expand explore export expose extend extract fetch finalize
    fix flatten force forward generalise generalize handle harden hoist honor honour hook ignore
    implement import improve include increase initialize inject inline install integrate
    introduce limit link lower mark mention merge migrate minimize modernize modify move narrow
    normalize offer optimize order organise organize paginate parallelize pass polish port
    prepare preserve prevent promote propagate provide publish raise re-add re-enable re-order
    rearrange reduce refactor refine reformat refresh regenerate reinstate release
    relocate remove rename render reorder reorganize rephrase replace require resolve respect
    restore restrict restructure reuse revert revise rework sanitize serialize simplify sort
    specify stabilise stabilize standardize standarize start streamline supply suppress
    switch sync synchronize tidy tighten toggle track translate trim truncate try tune turn
    tweak uncomment unify update upgrade upload use validate verify warn wire
""".split()
# These double the last letter before -ed and -ing.
DOUBLED = set(
    """drop embed emit forbid let omit permit pin prefer put reformat reset run set ship skip split
    stop strip submit swap trim unplug wrap""".split()
)
# So do these, which open no title here, and all verbs as short as "get".
DOUBLED_GERUNDS = {"begin", "commit", "debug", "defer", "forget", "format", "overlap", "refer"}
IRREGULAR = {
    "bring": "brought",
    "forbid": "forbade",
    "give": "gave",
    "let": "let",
    "make": "made",
    "put": "put",
    "rebuild": "rebuilt",
    "rethink": "rethought",
    "reset": "reset",
    "rewrite": "rewrote",
    "run": "ran",
    "set": "set",
    "speed": "sped",
    "split": "split",
    "unbreak": "fixed",
    "write": "wrote",
}
# Phrases whose meaning or past tense does not follow from the first word alone.
PHRASES = {
    "allow for": "allowed for",
    "break out": "broke out",
    "build a": "built a",
    "build an": "built an",
    "build out": "built out",
    "build the": "built the",
    "deal with": "dealt with",
    "factor out": "factored out",
    "fix for": "fixed",
    "flesh out": "fleshed out",
    "get rid of": "got rid of",
    "lift out": "lifted out",
    "link to": "linked to",
    "lock down": "locked down",
    "prepare for": "prepared for",
    "pull out": "pulled out",
    "revert to": "reverted to",
    "roll back": "rolled back",
    "stand up": "stood up",
    "switch from": "switched from",
    "switch to": "switched to",
    "upgrade to": "upgraded to",
    "work around": "worked around",
}
# Two words written as one.
JOINED = {
    "cleanup": "cleaned up",
    "fixup": "fixed up",
    "impl": "implemented",
    "setup": "set up",
    "support": "added support for",
}
# These are also nouns or adjectives in the middle of a title.
NOUNS_TOO = set(
    """bump cache change copy correct cover deploy document edit export fix forward hook import
    limit link mark mock offer order pass patch pin polish port refactor refresh release render
    reset revert rework run set sort split start supply support switch sync toggle track trim try
    tune turn tweak update upgrade upload use wire wrap write""".split()
)
# Of these, the ones that are verbs if an object follows.
RATHER_VERBS = {"bump", "change", "fix", "run", "tweak", "update", "use", "write"}
# Verbs that cannot open a sentence here, and make a title unclear after "and".
NOT_OPENING = set(
    """access build call capture check choose close compute delay display exit fail filter find get
    hide indicate keep list load log open parse persist print read recover register respond retry
    return send show slim store take test throw treat wait""".split()
)
# Forms that describe a thing at the start of a title: "limited support", "running costs".
ADJECTIVES = set(
    """caching combined covers detected editing embedded expanded extended handling ignored limited
    linked linking mocking offering offers provided reduced rendered rendering renders required
    restricted running setting sorted sorting starting tracked tracking tracks warning wiring
    writing""".split()
)
# These open titles as nouns, too: "Render recovery". A certain object shows that they are verbs.
NOUNS_AT_THE_START = {"covered", "offered", "rendered", "tracked"}
NEVER_STOPPED = {"always", "be", "even", "ever", "have", "just", "only"}
PREPOSITIONS = {"as", "at", "by", "from", "in", "inside", "into", "on", "with"}
# "Don't panic" and "no longer panic" become "stopped panicking".
NEGATIONS = re.compile(r"(?:don['’]?t|do not|never|no longer)\s+(?P<verb>[a-z]+)\b", re.IGNORECASE)
ADVERBS = re.compile(
    r"(?P<adverb>(?!(?:actual|app|assemb|dai|ear|fami|friend|month|multip|night|on|re|rep|supp|week)ly\b)[a-z]+ly|also)\s+(?=\S)",
    re.IGNORECASE,
)
PARTICLES = {"apart", "around", "away", "back", "down", "off", "out", "over", "up"}


@dataclass(frozen=True)
class Verb:
    """A verb: its base form, its form in the text, and its past tense."""

    base: str
    form: Form
    past: str


def parse_verb(word: str) -> Verb | None:
    """The verb that a word is a form of, in any case; None for an unknown word."""
    return _FORMS.get(word.casefold())


def verb_forms(base: str) -> dict[Form, str]:
    """The forms of a verb in the lists; only its past tense may be irregular."""
    if base.endswith("e"):
        past, third = base + "d", base + "s"
    elif base.endswith("y") and base[-2] not in "aeiou":
        past, third = base[:-1] + "ied", base[:-1] + "ies"
    else:
        past = _stem(base) + "ed"
        third = base + ("es" if base.endswith(("s", "x", "ch", "sh")) else "s")
    past = IRREGULAR.get(base, past)
    return {"base": base, "gerund": gerund(base), "third": third, "past": past}


def gerund(base: str) -> str:
    """The form with -ing of any verb: "stop" gives "stopping"."""
    if base.endswith("ie"):
        return f"{base[:-2]}ying"
    is_silent = base.endswith("e") and not base.endswith(("ee", "oe", "ye")) and base != "be"
    return f"{base[:-1] if is_silent else _stem(base)}ing"


def _stem(base: str) -> str:
    """A verb as it is before -ed and -ing: "stopp", "panick"."""
    is_short = re.fullmatch(r"(?:qu|[^aeiou])*[aeiou][bdgklmnprt]", base)
    if is_short or base in DOUBLED or base in DOUBLED_GERUNDS:
        return base + base[-1]
    return f"{base}k" if base.endswith("ic") else base


_FORMS: dict[str, Verb] = {}
for _base in dict.fromkeys([*REGULAR, *DOUBLED, *IRREGULAR]):
    _each = verb_forms(_base)
    # The base comes last, because "set" is usually an imperative.
    for _form in ("past", "third", "gerund", "base"):
        if _each[_form] not in ADJECTIVES:
            _FORMS[_each[_form]] = Verb(_base, _form, _each["past"])


# A verb before one of these words has no object.
NO_OBJECT = set(
    """+ - -> / & after again all-over also and are as at based because before being but by during
    everywhere fails for from has have if in inside instead into is n not now of off on once or
    over properly regarding should since so than that then though through to towards under until
    via was were when where while with within without work works""".split()
)
CONJUNCTIONS = {"&", "+", "/", "and", "but", "or", "then"}
DETERMINERS = set(
    "a all an any both each every it its more some that the their them these this those".split()
)
# After one of these words, a verb belongs to the clause, not to the first verb of the title.
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
# "Create X when Y" describes the software, not what the person did.
ONCE = {"created", "deleted", "deployed", "installed", "ran", "rebuilt"}
STATES = {"mandatory", "optional", "private", "public", "required"}


def in_past_tense(text: str) -> str | None:
    """A bare title as the act of a person, "made X configurable"; None if it is unclear.

    "Properly handle X" becomes "properly handled X", and "don't use X" "stopped using X".
    """
    if negation := NEGATIONS.match(text):
        return _stopped(negation["verb"].casefold(), text[negation.end() :], text)
    if adverb := ADVERBS.match(text):
        done = in_past_tense(text[adverb.end() :])
        return done and f"{adverb['adverb'].casefold()} {done}"
    words = text.split()
    found = opening_verb(words)
    if found is None:
        return None
    past, form, used = found
    rest = words[used:]
    if past == "reverted" and rest and rest[0].startswith('"'):
        return " ".join([past, *rest])
    if _is_unclear(text, words):
        return None
    while rest and rest[0].casefold() in PARTICLES:
        past, rest = f"{past} {rest[0].casefold()}", rest[1:]
    if second := _second_verb(rest, form):
        past, rest = f"{past} {second[0]}", rest[second[1] :]
    changed = (
        _in_the_past(past, rest, form)
        if _is_object(past, rest) and not _is_behaviour(past, rest)
        else None
    )
    return " ".join([past, *changed]) if changed else None


def _stopped(verb: str, rest: str, text: str) -> str | None:
    words = rest.split()
    joined = any(
        (first.casefold() in CONJUNCTIONS or first.endswith(",")) and _may_be_verb(second)
        for first, second in pairwise(words)
    )
    if joined or verb in NEVER_STOPPED or not words or _is_unclear(text, text.split()):
        return None
    return f"stopped {gerund(verb)} {' '.join(words)}"


def _may_be_verb(word: str) -> bool:
    return bool(parse_verb(word)) or word in NOT_OPENING or NEGATIONS.match(f"{word} x") is not None


def opening_verb(words: list[str]) -> tuple[str, Form, int] | None:
    """The past tense of the opening verb, its form in the title, and its number of words."""
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
    """Whether a title has several sentences, a label, an arrow, a cut end or "I" and "we"."""
    if re.search(r"[.!?]\s+\S|\?| [-–—|]+ |;|[-=]>|(?:…|\.\.\.)$", text):
        return True
    return any(word.strip(",.").casefold() in FIRST_PERSON for word in words)


def _second_verb(rest: list[str], form: Form) -> tuple[str, int] | None:
    # "Refactor and test X": a conjunction and a verb in the same form right after the first.
    found = opening_verb(rest[1:])
    if found is None or found[1] != form or rest[0].casefold() not in {"and", "&", "+", "or"}:
        return None
    joined = "and" if rest[0] in {"&", "+"} else rest[0].casefold()
    return f"{joined} {found[0]}", 1 + found[2]


def _is_object(past: str, rest: list[str]) -> bool:
    if not rest:
        return False
    first = rest[0].strip(",")
    known = parse_verb(first)
    if not _is_verb_at_the_start(past, rest):
        return False
    if first == "that" and past in SAYING:
        return True
    if first.casefold() in NO_OBJECT or re.fullmatch(r"#\d+\W*", first):
        return False
    if known and (known.past == past or (known.form == "base" and known.base not in NOUNS_TOO)):
        return False
    # "Make public" has no object.
    return past != "made" or (
        len(rest) > 1 and first not in STATES and not re.fullmatch("[a-z]+[ai]ble", first)
    )


def _is_verb_at_the_start(past: str, rest: list[str]) -> bool:
    if past not in NOUNS_AT_THE_START:
        return True
    first, after = rest[0].strip(","), (rest[1].casefold() if len(rest) > 1 else "")
    is_plain_noun = re.fullmatch(r"[A-Za-z]+", first) and not re.search("[^s]s$", first)
    return first.casefold() in DETERMINERS or not is_plain_noun or after in PREPOSITIONS


def _is_behaviour(past: str, rest: list[str]) -> bool:
    """Whether a title describes the software: "fix tabs are gone", "create X when Y"."""
    whole = [word.casefold() for word in rest]
    if past == "fixed":
        return any(word in FINITE and not _in_a_clause(whole[:at]) for at, word in enumerate(whole))
    return past in ONCE and bool({"when", "if"} & set(whole))


def _in_the_past(past: str, rest: list[str], form: Form) -> list[str] | None:
    """The words with the verbs after conjunctions in the past; None if one may be a noun."""
    changed: list[str] = []
    for at, word in enumerate(rest):
        joined = at > 0 and (rest[at - 1].casefold() in CONJUNCTIONS or rest[at - 1].endswith(","))
        after = rest[at + 1].casefold() if at + 1 < len(rest) else ""
        known = parse_verb(word)
        if not joined or not after or _in_a_clause(rest[:at]):
            changed.append(word)
        elif known is None or known.form not in {"base", form} - {"past"}:
            if word in NOT_OPENING or NEGATIONS.match(f"{word} x"):
                return None
            changed.append(word)
        elif known.base in NOUNS_TOO and word[0].isupper():
            changed.append(word)
        elif _is_surely_a_verb(known.base, after) and (
            past not in {"let", "made"} or "," in "".join(rest[:at])
        ):
            changed.append(known.past)
        else:
            return None
    return changed


def _is_surely_a_verb(base: str, after: str) -> bool:
    if base == "use" and after == "to":
        return False  # "used to" means something else
    if base not in NOUNS_TOO or after in DETERMINERS or base in {"bump", "run", "use"}:
        return True
    return base in RATHER_VERBS and after not in NO_OBJECT


def _in_a_clause(before: list[str]) -> bool:
    infinitive = any(
        first == "to" and (parse_verb(second) or second in NOT_OPENING)
        for first, second in pairwise(before)
    )
    return infinitive or any(word.casefold() in CLAUSES for word in before)
