"""Recognizes pull requests that keep a project going: chores, dependencies and documentation.

Readers seldom want a story about these, so they rank behind all others.
"""

import re

from digest.model import PullRequest

# A typed prefix: "chore(core)!: …", "[CI] …", "ci/cd: …", also after an emoji.
_PREFIX = r"\W*(?:{types})(?:\([^()]*\)|/[^\s:]+)?!?(?::|\])"
CHORE = re.compile(
    _PREFIX.format(types=r"chores?|refactor\w*|internal|minor|clean-?ups?|style|tests?|ci|build"),
    re.IGNORECASE,
)
REVERT = re.compile(r"(?:\W*|[^\s:]+: +)revert(?:s|ed|ing)?\b", re.IGNORECASE)
DOCUMENTATION = re.compile(_PREFIX.format(types="docs?|documentation|readme"), re.IGNORECASE)
_VERSION = r"\bto (?:\S+ )?v?\d+(?:\.[\dx]+)*(?![\w%])"
DEPENDENCIES = re.compile(
    r"\W*(?:\w+\()?deps(?:[-_]dev)?(?:\([^()]*\)|\))?!?(?::|\])"
    r"|(?:.*: +|.*\] *)?(?:manually )?(?:"
    r"bump(?:s|ed|ing)?\b(?!.*\b(?:time-?outs?|limits?)\b)"
    rf"|(?:upgrad|updat)(?:e[sd]?|ing)\b.*(?:\bdependenc(?:y|ies)\b|\block ?files?\b|{_VERSION}))",
    re.IGNORECASE,
)
# A deeper folder may contain the code that makes documentation.
DOCUMENTATION_FILE = re.compile(
    r"(?:docs?|documentation)/|.*\.(?:md|mdx|markdown|rst|adoc|asciidoc)$"
    r"|(?:.*/)?docs?/.*\.(?:css|gif|html|jpe?g|png|svg|txt|webp|ya?ml)$",
    re.IGNORECASE,
)
LOCK_FILE = re.compile(
    r"(?:.*/)?(?:[^/]+\.lock|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|bun\.lockb"
    r"|go\.sum|gradle\.lockfile|Package\.resolved)$"
)
# These list dependencies, but also other facts.
MANIFEST = re.compile(
    r"(?:.*/)?(?:package\.json|Cargo\.toml|pyproject\.toml|requirements[\w.-]*\.txt|go\.mod|Gemfile"
    r"|composer\.json|build\.gradle(?:\.kts)?|Package\.swift|Pipfile|pubspec\.yaml|mix\.exs)$"
)


def is_upkeep(pull: PullRequest) -> bool:
    """Whether it is a chore, a revert, dependency work or, by its files, documentation only."""
    title = pull.title.strip()
    if CHORE.match(title) or DEPENDENCIES.match(title) or REVERT.match(title):
        return True
    changed = [file.path for file in pull.files or ()]
    if not changed or len(changed) < (pull.changed_files or 0):
        return has_documentation_prefix(pull)
    locks = [path for path in changed if LOCK_FILE.match(path)]
    return all(map(DOCUMENTATION_FILE.match, changed)) or (
        bool(locks) and all(path in locks or MANIFEST.match(path) for path in changed)
    )


def has_documentation_prefix(pull: PullRequest) -> bool:
    """Whether the title begins with "docs:" or "[docs]". It may still change other files."""
    return DOCUMENTATION.match(pull.title.strip()) is not None
