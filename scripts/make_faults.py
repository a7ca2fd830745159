"""Make docs/faults.md, what is done about each fault, from the table in digest/github/treatments.py.

`make golden` runs it.
"""

from collections.abc import Mapping
from pathlib import Path

from digest.github.connection import token_advice
from digest.github.treatments import BRIEFLY, ONCE, PATIENTLY, TREATMENTS, WITHOUT_TOKEN, Treatment

PAGE = Path(__file__).resolve().parent.parent / "docs" / "faults.md"
HEADER = (
    "Fault | How it shows | What is done | If it stays | Survivable",
    "--- | --- | --- | --- | ---",
)
PAUSES = {PATIENTLY: "again and again", BRIEFLY: "again a few times", ONCE: "once more"}


def page() -> str:
    """The page as the file's text."""
    rows = "\n".join(f"| {row} |" for row in (*HEADER, *(_row(*one) for one in TREATMENTS.items())))
    return f"""# What is done about each fault

GitHub has bad days, and so have networks. Each fault below is treated as the one table in
`digest/github/treatments.py` says; this page is made from it, and a test holds it to it.

All pauses of a run, and the time of tries that failed, share one budget: the setting `patience` under
`[digest.github]`, two minutes if you do not change it. Each pause is shown with its reason and its end. A limit that
ends later than the budget ends the run at once, with exit code 3 and the time at which it ends. Nothing is written
then.

{rows}

{_pauses()}
* *a smaller page*: half as many pull requests at a time, for the rest of the run; counts that were carried along are
  asked for apart. A single pull request that GitHub cannot answer for, while it answers other questions, is named,
  and goes on without its files; so does one whose changeset is asked for
* *as long as GitHub says*: if that fits the budget, three times at most

**Survivable** is a fault after which a run ends as if it had not been: exit code 0, the same bytes. Any other ends with
exit code 1 or 3 and nothing half-written; a run that goes on and does not know everything says `complete: false`,
which `--strict` turns into exit code 1. Of a search that stays blind only the counts are unknown, since the list is
read in its place. What only first contributions, the texts of changesets and the stories from elsewhere need is asked
for last: of a fault there that stays, the count does not suffer, so the run ends 0 with a notice that says what is
unknown. `make soak` tries this out with a random fault in each of 500 runs.

What writes is never sent a second time unseen: only questions that read are repeated.

## In words

What a person reads when it stays, and what to do then:

{_in_words(TREATMENTS)}

Without a token some of them mean something else:

{_in_words(WITHOUT_TOKEN)}
"""


def _pauses() -> str:
    each = [
        f"* *{words}*: after {' s, '.join(f'{pause:.0f}' for pause in pauses)} s"
        for pauses, words in PAUSES.items()
    ]
    return "\n".join(each)


def _row(kind: str, treatment: Treatment) -> str:
    return " | ".join(
        [kind, treatment.sign, _done(treatment), _end(treatment), _survivable(treatment)]
    )


def _done(treatment: Treatment) -> str:
    steps = ["a smaller page"] if treatment.retries_smaller else []
    steps += [PAUSES[treatment.pauses]] if treatment.pauses else []
    steps += ["as long as GitHub says"] if treatment.waits_for_reset else []
    return "; ".join(steps) or "–"


def _end(treatment: Treatment) -> str:
    return (
        "goes on, and says so"
        if treatment.raises is None
        else f"exit code {treatment.raises.exit_code}"
    )


def is_survivable(treatment: Treatment) -> bool:
    """Whether a run that meets the fault once, for no longer than it can wait, ends as if it had not."""
    return bool(treatment.pauses) or treatment.retries_smaller or treatment.waits_for_reset


def _survivable(treatment: Treatment) -> str:
    if not is_survivable(treatment):
        return "no"
    return "if it ends within the budget" if treatment.waits_for_reset else "yes"


def _in_words(table: Mapping[str, Treatment]) -> str:
    places = {
        "words": "…",
        "about": "owner/name",
        "host": "api.github.com",
        "until": "until 09:40:01 UTC",
    }
    lines = []
    for kind, treatment in table.items():
        said = TREATMENTS[kind].message.format(**places)
        whole = f"{treatment.message} {treatment.hint}".strip()
        lines.append(
            f"* **{kind}**: {whole.format(**places, said=said, token_advice=token_advice('github.com'))}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
