"""The verbs that titles begin with, and the act of a person that a title becomes."""

import pytest
from lemminflect import getInflection

from digest.compose import verbs
from digest.compose.verbs import Form, gerund, in_past_tense, parse_verb

# A person does not unbreak, but fix. "Go" and "be" are verbs of phrases only.
OUR_OWN = {"unbreak"}
BASES = sorted({*verbs.REGULAR, *verbs.DOUBLED, *verbs.IRREGULAR} - OUR_OWN)
# Verbs that follow "don't" in titles; most of them are not in the list.
AFTER_NEGATIONS = """
    abort add agree allow apply ask assume begin block break build cache call change check clean
    clear click close collapse commit compile consider copy count crash create cut delete depend die
    drop echo emit enforce enter escape exit expect fail fetch filter flush force format forget get
    give grab hang hide hit hoist include inherit install invalidate join keep kill lie link list
    load lock log look lose make map match merge move mutate need offer omit open override
    overwrite panic parse pass plan plot poll print prompt publish push put quit quote race read
    redirect reflect refuse register rely remove render request require reset respond restart retry
    return reuse rewrite run save scan scrape see send set ship show shrink shut skip sleep snap sort
    spawn split spin start steal stop store strip swap swallow sync tag take test throw tie touch
    track traffic trap treat trigger trim trust try turn type underline update use validate wait warn
    wrap write yield
""".split()


@pytest.mark.parametrize(("form", "tag"), [("past", "VBD"), ("gerund", "VBG"), ("third", "VBZ")])
def test_each_form_of_a_verb_is_in_the_dictionary(form: Form, tag: str) -> None:
    """The library knows the forms of English verbs, and derives those of unknown ones."""
    ours = {base: verbs.verb_forms(base)[form] for base in BASES}
    known = {base: getInflection(base, tag) for base in BASES}
    assert {base: ours[base] for base in BASES if ours[base] not in known[base]} == {}


def test_phrases_begin_with_a_past_tense() -> None:
    phrases = {**verbs.PHRASES, "impl": verbs.JOINED["impl"]}
    past = {
        phrase: {*getInflection(phrase.split()[0].replace("impl", "implement"), "VBD")}
        for phrase in phrases
    }
    assert [phrase for phrase, done in phrases.items() if done.split()[0] not in past[phrase]] == []


def test_a_gerund_of_any_verb_is_in_the_dictionary() -> None:
    wrong = {verb: gerund(verb) for verb in AFTER_NEGATIONS}
    assert {
        verb: ours for verb, ours in wrong.items() if ours not in getInflection(verb, "VBG")
    } == {}


def test_two_verbs_share_no_form() -> None:
    """Otherwise a form would have the past tense of another verb."""
    forms: dict[str, set[str]] = {}
    for base in BASES:
        for form in verbs.verb_forms(base).values():
            forms.setdefault(form, set()).add(base)
    assert {form: bases for form, bases in forms.items() if len(bases) > 1} == {}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Reformat the doors", "reformatted the doors"),
        ("Stabilize doors", "stabilized doors"),
        ("Simplify doors", "simplified doors"),
        ("Respect the config in doors", "respected the config in doors"),
        ("Ignore closed doors", "ignored closed doors"),
        ("Emit a warning for doors", "emitted a warning for doors"),
        ("Warn about open doors", "warned about open doors"),
        ("warning about open doors", None),
        ("Detect open doors", "detected open doors"),
        ("Fix doors and ignore windows", "fixed doors and ignored windows"),
        ("Render doors", "rendered doors"),
        ("Render Markdown in doors", "rendered Markdown in doors"),
        ("Render recovery", None),
        ("Render pass fixes for doors", None),
        ("Offer a door", "offered a door"),
        ("Offer page", None),
        ("Track `Door::open` calls", "tracked `Door::open` calls"),
        ("Tracking of doors", None),
        ("impl Clone for Door", "implemented Clone for Door"),
        ("Properly handle doors", "properly handled doors"),
        ("automatically make doors open", "automatically made doors open"),
        ("Also fix the bell", "also fixed the bell"),
        ("Nightly build fixes", None),
        ("Apply doors", "applied doors"),
        ("Early return from doors", None),
        ("Don't panic on open doors", "stopped panicking on open doors"),
        ("don’t require a key", "stopped requiring a key"),
        ("Do not let doors fall", "stopped letting doors fall"),
        ("Never open twice", "stopped opening twice"),
        ("No longer use doors", "stopped using doors"),
        ("Don't be so loud", None),
        ("Don't crash", None),
        ("Don't crash and log the door", None),
        ("Don't trust my door", None),
        ("Fix doors and don't crash", None),
        ("Avoid opening doors, and print the number", None),
    ],
)
def test_a_title_becomes_the_act_of_a_person(title: str, expected: str | None) -> None:
    assert in_past_tense(title) == expected


def test_a_form_that_is_mostly_a_noun_or_adjective_is_not_read_as_a_verb() -> None:
    words = ["warning", "tracking", "rendered", "ignored", "offers", "limited"]
    assert [word for word in words if parse_verb(word)] == []
