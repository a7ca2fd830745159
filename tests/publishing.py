"""A newsletter's repository and an edition from invented facts, for tests of `digest publish`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from digest.model import Snapshot
from tests.builders import changed_file, pull, snapshot
from tests.cli import Seen, run
from tests.kept_files import make_once
from tests.standin import TOKEN, Newsletter, StandIn

TO = "acme/newsletter"
BRANCH = "digest/2021-W19"
PAGE = "content/2021-W19.md"
SETTINGS = """[digest]
repository = "backstage/backstage"

[digest.github]
write_pause_seconds = 0
max_wait_seconds = 1
timeout_seconds = 5
"""
SHORTCUTS = pull(
    5392,
    title="Add shortcuts plugin",
    files=(changed_file("plugins/shortcuts/package.json", "added", 500),),
)
RELEASES = pull(
    5299,
    title="Add release manager plugin",
    files=(changed_file("plugins/releases/package.json", "added", 900),),
)
CACHE = pull(
    5551, title="Add a cache", files=(changed_file("packages/backend/cache.ts", "added", 300),)
)
TYPO = pull(5560, title="Fix a typo", files=(changed_file("docs/a.md", "modified", 1),))
WEEK = snapshot(SHORTCUTS, RELEASES, CACHE, TYPO)
MORE = snapshot(SHORTCUTS, RELEASES, CACHE, TYPO, pull(5570, title="Add one more thing"))
Place = tuple[StandIn, Newsletter]


@contextmanager
def published(
    monkeypatch: pytest.MonkeyPatch, folder: Path, newsletter: Newsletter | None = None
) -> Iterator[tuple[StandIn, Newsletter]]:
    """The fake GitHub with a newsletter's repository, and a folder with settings that use it."""
    newsletter = newsletter or Newsletter(name=TO)
    monkeypatch.chdir(folder)
    Path("digest.toml").write_text(SETTINGS, encoding="utf-8")
    with StandIn(newsletters=(newsletter,)) as github:
        monkeypatch.setenv("GITHUB_API_URL", github.url)
        monkeypatch.setenv("GH_TOKEN", TOKEN)
        yield github, newsletter


def draft(facts: Snapshot = WEEK, *more: str) -> Seen:
    """Draft an edition from invented facts on disk."""
    Path("facts.json").write_text(facts.model_dump_json(), encoding="utf-8")
    result = run("week", "--from", "facts.json", *more)
    assert result.code == 0, result.err
    return result


def drafted() -> None:
    """Draft the edition of WEEK in a folder that has none, as `draft` does."""
    make_once("publishing", Path.cwd(), draft)


def publish(*more: str, **also: Any) -> Seen:
    """Publish the newest edition, with the result as JSON."""
    return run("publish", "--to", TO, "--json", *more, **also)


def operation(result: Seen) -> str:
    """The `operation` in the output of a run."""
    assert result.code == 0, result.err
    value: str = json.loads(result.out)["operation"]
    return value
