"""Makes docs/faults.md from the table of faults in digest/github/treatments.py."""

from collections.abc import Mapping
from pathlib import Path

from digest.github.connection import token_advice
from digest.github.treatments import BRIEFLY, ONCE, PATIENTLY, TREATMENTS, WITHOUT_TOKEN, Treatment

PAGE = Path(__file__).resolve().parent.parent / "docs" / "faults.md"
HEADER = (
    "Fault | How it shows | Reaction | If it continues | Survivable",
    "--- | --- | --- | --- | ---",
)
PAUSES = {PATIENTLY: "up to 7 retries", BRIEFLY: "up to 3 retries", ONCE: "one retry"}


def page() -> str:
    """The text of the page."""
    rows = "\n".join(f"| {row} |" for row in (*HEADER, *(_row(*one) for one in TREATMENTS.items())))
    return f"""# Faults

After reading this page you can look up what `digest` does when GitHub or the network fails, and what
each message means. `make golden` writes this page from the table in `digest/github/treatments.py`, and
a test checks it.

Each run has a time budget for all pauses and failed requests: the setting `max_wait_seconds` under
`[digest.github]`, two minutes by default. `digest` shows each pause with its reason and its end. If a
rate limit ends after the budget, the run stops at once with exit code 3. It prints the end of the
limit and writes nothing.

{rows}

{_notes()}

**Survivable** means that the fault does not change the result: the exit code is 0, and the files have
the same bytes. *With a notice* means that the run continues, and a notice reports what `digest` found
or what is unknown. After any other fault the run ends with exit code 1 or 3, and leaves no
half-written file.

If pull requests may be missing, the run reports `complete: false` and does not compare the count.
With `--strict` the exit code is then 1. Files, labels, names, first contributions, changeset texts
and stories of other repositories do not affect the count. If they are unknown, the run ends with 0
and a notice. If search stays blind or its index is behind, `digest` reads the list, so only the
counts of search are unknown. `make soak` tests this with a random fault in each of 500 runs.

`digest` repeats only requests that read. If it does not know the result of a write, it never repeats
the write.

## Messages

If a fault continues, `digest` prints one of these messages with the next step:

{_messages(TREATMENTS)}

Without a token, some messages are different:

{_messages(WITHOUT_TOKEN)}
"""


def _notes() -> str:
    """Explanations of the steps in the table."""
    return f"""\
{_pauses()}
* *a smaller page*: `digest` requests half as many pull requests at a time for the rest of the run. It
  reads the counts of the failed request separately. If GitHub fails for one pull request but answers
  other requests, a notice names that pull request. Its files or its changeset are then unknown. If
  the list or a search fails for it, `digest` finds the field that GitHub fails on, and reads the pull
  request without that field: "Some facts of #7 are unknown, because GitHub fails to return them:
  author." The count stays complete. If `digest` cannot do without the field, such as the title, the
  run is not complete: "GitHub fails to return #7, so it is missing."
* *wait for the limit*: at most three times, if the limit ends within the time budget
* If an answer has the header `retry-after`, `digest` waits that long before a retry of any fault, at
  most three times. It is a number of seconds or a date. Waits until a date, such as the reset of a
  limit, are measured by the `Date` header of GitHub's answers, so a wrong clock does no harm."""


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
    """Whether one such fault, within the time budget, does not change the result of a run."""
    return bool(treatment.pauses) or treatment.retries_smaller or treatment.waits_for_reset


def is_notice(treatment: Treatment) -> bool:
    """Whether the run continues at once and only reports the fault."""
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
        "numbers": "#7",
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
