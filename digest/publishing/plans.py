"""A plan in words and with its diff: what `digest publish --dry-run` prints."""

import difflib
from collections.abc import Iterator

from digest.github.newsletter_writer import Words
from digest.model.edition_files import FACTS, RENDERED, WORKSHEET
from digest.model.newsletter import Newsletter, Plan
from digest.text import INVISIBLE

# digest makes them anew each time, so their lines would only hide the others.
MADE = (FACTS, RENDERED, WORKSHEET)


def described(plan: Plan, newsletter: Newsletter, words: Words, body: str | None) -> str:
    """What carrying the plan out would write; `body` is the new one of an open pull request, None where it stays."""
    lines = [*_steps(plan, newsletter, words, body), *plan.says]
    if plan.opens or body is not None:
        lines += ["", "The pull request's body:", "", *(words.body if plan.opens else body or "").splitlines()]
    for path in sorted(plan.files):
        lines += _diff(path, newsletter.text(path) or "", plan.files[path])
    return "".join(f"{INVISIBLE.sub('', line)}\n" for line in lines)


def _steps(plan: Plan, newsletter: Newsletter, words: Words, body: str | None) -> Iterator[str]:
    yield f"{newsletter.repository}, branch {newsletter.branch}: nothing is written, since this is a dry run."
    if plan.branch_at:
        yield f"It would make the branch at {plan.branch_at[:7]} of {newsletter.default_branch}."
    if plan.files:
        yield f"It would commit {_counted(len(plan.files), 'file')}: {words.message}"
    if plan.opens:
        yield f"It would open a draft pull request: {words.title}"
    if body is not None:
        yield "It would bring the list in the pull request's body up to date."
    if plan.labels:
        yield f"It would put the label {words.label!r} on the pull request."
    elif plan.operation == "unchanged":
        yield "There is nothing to do."


def _diff(path: str, before: str, content: bytes) -> Iterator[str]:
    try:
        after = content.decode()
    except UnicodeDecodeError:
        yield f"\n{path}: {_counted(len(content), 'byte')}"
        return
    if path.rpartition("/")[2] in MADE:
        yield f"\n{path}: {_counted(after.count(chr(10)), 'line')}, before {before.count(chr(10)):,}"
        return
    yield ""
    old, new = before.splitlines(), after.splitlines()
    yield from difflib.unified_diff(old, new, f"a/{path}" if before else "/dev/null", f"b/{path}", lineterm="")


def _counted(number: int, of: str) -> str:
    return f"{number:,} {of}{'' if number == 1 else 's'}"
