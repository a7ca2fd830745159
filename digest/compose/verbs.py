"""Lists the verbs that titles begin with, and finds the form and past tense of a word.

Verbs about software ("show older messages", "ignore empty files") and words that are mostly nouns
("filter", "log", "test") are left out on purpose.
"""

from dataclasses import dataclass
from typing import Literal

Form = Literal["base", "past", "third", "gerund"]

REGULAR = """
    adapt add address adjust adopt align allow announce append apply automate backport bump
    bypass cache centralize change clarify clean combine compile configure connect consolidate
    convert copy correct create customise customize decouple deduplicate define delete deploy
    deprecate derive disable disallow document downgrade edit enable enforce enhance ensure
    exclude expand explore export expose extend extract finalize fix flatten force forward
    generalise generalize handle harden hoist hook implement import improve include increase
    initialize inject inline install integrate introduce limit link lower mark mention merge
    migrate minimize modernize modify move narrow normalize optimize order organise organize
    paginate pass polish port prepare prevent promote provide publish raise re-add re-enable
    re-order rearrange reduce refactor refine reformat refresh regenerate reinstate release
    relocate remove rename reorder reorganize rephrase replace require resolve restore restrict
    restructure reuse revert revise rework sanitize simplify sort standardize standarize start
    streamline supply suppress switch sync synchronize tidy tighten toggle translate trim
    truncate try tune turn tweak uncomment unify update upgrade upload use validate verify wire
""".split()
# These double the last letter before -ed and -ing.
DOUBLED = set(
    """drop embed forbid let permit pin prefer put reset run set ship split stop strip swap trim
    unplug wrap""".split()
)
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
    "setup": "set up",
    "support": "added support for",
}
# These are also nouns or adjectives in the middle of a title.
NOUNS_TOO = set(
    """bump cache change copy correct deploy document edit export fix forward hook import limit link
    mark mock order pass patch pin polish port refactor refresh release reset revert rework run
    set sort split start supply support switch sync toggle trim try tune turn tweak update
    upgrade upload use wire wrap write""".split()
)
# Of these, the ones that are verbs if an object follows.
RATHER_VERBS = {"bump", "change", "fix", "run", "tweak", "update", "use", "write"}
# Verbs that cannot open a sentence here, and make a title unclear after "and".
NOT_OPENING = set(
    """access avoid build call capture check close delay display fail filter get hide ignore keep
    list load log open persist read register render return send show skip slim store take test
    throw treat""".split()
)
# Forms that describe a thing at the start of a title: "limited support", "running costs".
ADJECTIVES = set(
    """caching combined editing embedded expanded extended handling limited linked linking mocking
    provided reduced required restricted running setting sorted sorting starting wiring
    writing""".split()
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


def _forms(base: str) -> dict[Form, str]:
    stem = base + base[-1] if base in DOUBLED else base
    if base.endswith("e"):
        past, gerund, third = base + "d", base[:-1] + "ing", base + "s"
    elif base.endswith("y") and base[-2] not in "aeiou":
        past, gerund, third = base[:-1] + "ied", base + "ing", base[:-1] + "ies"
    else:
        past, gerund = stem + "ed", stem + "ing"
        third = base + ("es" if base.endswith(("s", "x", "ch", "sh")) else "s")
    return {"base": base, "gerund": gerund, "third": third, "past": IRREGULAR.get(base, past)}


_FORMS: dict[str, Verb] = {}
for _base in dict.fromkeys([*REGULAR, *DOUBLED, *IRREGULAR]):
    _each = _forms(_base)
    # The base comes last, because "set" is usually an imperative.
    for _form in ("past", "third", "gerund", "base"):
        if _each[_form] not in ADJECTIVES:
            _FORMS[_each[_form]] = Verb(_base, _form, _each["past"])
