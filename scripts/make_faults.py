"""Makes docs/faults.md from the table of faults in digest/github/treatments.py."""

from collections.abc import Mapping
from pathlib import Path

from digest.github.connection import token_advice
from digest.github.treatments import BRIEFLY, ONCE, PATIENTLY, TREATMENTS, WITHOUT_TOKEN, Treatment

PAGE = Path(__file__).resolve().parent.parent / "docs" / "faults.md"
HEADER = (
    "Fault | How it shows | What digest does | If it lasts | Survivable",
    "--- | --- | --- | --- | ---",
)
PAUSES = {PATIENTLY: "up to 7 retries", BRIEFLY: "up to 3 retries", ONCE: "one retry"}


def page() -> str:
    """The text of the page."""
    rows = "\n".join(f"| {row} |" for row in (*HEADER, *(_row(*one) for one in TREATMENTS.items())))
    return f"""# Faults

GitHub and networks have bad days. This page lists each fault, and how digest treats it. It is made from the table in
`digest/github/treatments.py`, and a test compares both.

All pauses of a run, and the time of failed requests, share one time budget: the setting `max_wait_seconds` under
`[digest.github]`, two minutes by default. digest shows each pause with its reason and its end. If a rate limit ends
later than the budget, the run stops at once with exit code 3, prints when the limit ends, and writes nothing.

{rows}

{_pauses()}
* *a smaller page*: half as many pull requests per request, for the rest of the run. Counts that the request included
  are read separately. If GitHub cannot answer for a single pull request but answers other questions, a notice names
  it, and its files or its changeset are unknown.
* *wait for the limit*: at most three times, if it ends within the time budget

A fault is **survivable** if the run ends as without it: exit code 0 and the same bytes. After one that is survivable
*with a notice* the run goes on, and the notice says what was found or what is unknown. After any other fault the run
ends with exit code 1 or 3, and no file is half-written.

If pull requests may be missing, the run reports `complete: false`, compares the count with nothing, and `--strict`
turns that into exit code 1. Files, labels, names, first contributions, changeset texts and stories of other
repositories do not affect the count. If they are unknown, the run ends with 0 and a notice. If search stays blind or
its index is behind, only its counts are unknown, because digest reads the list instead. `make soak` tests this with a
random fault in each of 500 runs.

digest repeats only requests that read. It never repeats a write whose result it does not know.

## Messages

digest prints these messages, each with the next step, if a fault lasts:

{_messages(TREATMENTS)}

Some are different without a token:

{_messages(WITHOUT_TOKEN)}
"""


def _pauses() -> str:
    lines = [
        f"* *{words}*: after {' s, '.join(f'{pause:.0f}' for pause in pauses)} s"
        for pauses, words in PAUSES.items()
    ]
    return "\n".join(lines)


def _row(kind: str, treatment: Treatment) -> str:
    return " | ".join(
        [kind, treatment.sign, _steps(treatment), _end(treatment), _survivable(treatment)]
    )


def _steps(treatment: Treatment) -> str:
    steps = ["a smaller page"] if treatment.retries_smaller else []
    steps += [PAUSES[treatment.pauses]] if treatment.pauses else []
    steps += ["wait for the limit"] if treatment.waits_for_reset else []
    return "; ".join(steps) or "–"


def _end(treatment: Treatment) -> str:
    return (
        "the run continues, with a notice"
        if treatment.raises is None
        else f"exit code {treatment.raises.exit_code}"
    )


def is_survivable(treatment: Treatment) -> bool:
    """Whether a run that meets the fault once, within its time budget, ends as without it."""
    return bool(treatment.pauses) or treatment.retries_smaller or treatment.waits_for_reset


def is_notice(treatment: Treatment) -> bool:
    """Whether the run goes on at once and only says what it found."""
    return treatment.raises is None and not treatment.pauses


def _survivable(treatment: Treatment) -> str:
    if is_notice(treatment):
        return "with a notice"
    if not is_survivable(treatment):
        return "no"
    return "within the time budget" if treatment.waits_for_reset else "yes"


def _messages(table: Mapping[str, Treatment]) -> str:
    places: dict[str, object] = {
        "words": "…",
        "about": "owner/name",
        "host": "api.github.com",
        "until": "until 09:40:01 UTC",
        "found": 31,
        "listed": 32,
        "listed_by": "that were ever merged",
        "base": "main",
        "old": "master",
        "requested": "old-owner/name",
        "name": "owner/name",
        "number": 7,
    }
    lines = []
    for kind, treatment in table.items():
        message = TREATMENTS[kind].message.format(**places)
        whole = f"{treatment.message} {treatment.hint}".strip()
        lines.append(
            f"* **{kind}**: {whole.format(**places, message=message, token_advice=token_advice('github.com'))}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
