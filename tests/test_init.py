"""`digest init`: the file that it writes with and without facts from GitHub."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.editions import learn
from digest.editions.setup import remote_repository
from digest.files import settings_files
from digest.github import client
from digest.model import Person, PullRequest, name_in_url
from tests.builders import changed_file, pull
from tests.cli import refused, run
from tests.fetching import world
from tests.scripted import FakeTime
from tests.standin import TOKEN, Fault, StandIn

pytestmark = pytest.mark.usefixtures("empty_folder")
NOW = datetime(2021, 5, 17, 9, tzinfo=UTC)
SHORT = (
    "# Settings of digest. To list all settings with comments: digest config\n"
    "\n"
    "[digest]\n"
    'repository = "backstage/backstage"\n'
)
NO_TOKEN = (
    "Without a token, digest cannot learn rules from the repository.\n"
    "So digest.toml has no rules, and digest uses the built-in groups.\n"
    "To learn rules, get a token (gh auth login or GH_TOKEN), delete digest.toml and run digest init again.\n"
    "Wrote digest.toml. Next: digest week\n"
)
REST = "Other changes and Elsewhere in the code"
INIT = ("init", "--repo", "backstage/backstage")


def merged(count: int, ago: timedelta = timedelta(0), **facts: object) -> list[PullRequest]:
    return [
        pull(
            number,
            title=f"Hello {number}",
            labels=(f"topic:{'abc'[number % 3]}",),
            files=(changed_file(f"src/{'vwxyz'[number % 5]}/a.py"),),
            merged_at=NOW - ago - timedelta(minutes=200 - number),
            **facts,
        )
        for number in range(1, count + 1)
    ]


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """GitHub with 120 pull requests, of which 100 are read."""
    there = world(*merged(120), labels=("topic:d", "S-waiting"))
    monkeypatch.setattr(learn, "now", lambda: NOW)
    with StandIn(there) as github:
        monkeypatch.setenv("GITHUB_API_URL", github.url)
        monkeypatch.setenv("GH_TOKEN", TOKEN)
        yield github


@pytest.mark.sample(every=4)
@pytest.mark.parametrize("name", ["title", "author", "updatedAt", "id"])
@pytest.mark.parametrize("lost", [120, 90])
def test_a_pull_request_for_which_github_fails_is_left_out(
    github: StandIn, name: str, lost: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "Clock", lambda: FakeTime().clock())
    github.broken[lost] = (name, (502, {"message": "Server Error"}))
    seen = run(*INIT)
    assert (seen.code, seen.err.splitlines()[-1]) == (0, "Wrote digest.toml. Next: digest week")
    assert "Areas: src/{area}/** 100%" in seen.err
    missing = f"GitHub fails to return #{lost}, so it is missing."
    assert (missing in seen.err.splitlines()) == (name != "author")


def test_the_file_has_rules_with_the_share_that_each_decides(github: StandIn) -> None:
    seen = run(*INIT, "--no-pictures", "--zone", "Europe/Stockholm")
    assert (seen.code, seen.out) == (0, "")
    lines = seen.err.splitlines()
    assert lines[0].startswith("Read the newest 100 pull requests and 2 labels (5 requests, ")
    assert lines[1:] == [
        "Areas: src/{area}/** 100%",
        "Labels: topic:{topic} 100%",
        'People: "name" fits, because few have a company in their profile',
        f"Share of people's pull requests in {REST}: 0% with the built-in groups, 0% with these.",
        "Wrote digest.toml. Next: digest week",
    ]
    text = Path("digest.toml").read_text("utf-8")
    head, _, rules = text.partition("\n# The groups, learned from the newest 100 pull requests.")
    assert head.startswith(
        SHORT + 'zone = "Europe/Stockholm"\npreset = "general"\npeople = "name"\n'
    )
    assert head.endswith("\n[digest.pictures]\nsave = false\n")
    assert (
        "\n# Decides the group of 100% of them.\n[[digest.groups]]\n"
        'name = "{topic}"\nmin_pull_requests = 2\nany = [{ label = ["topic:{topic}"] }]\n'
    ) in rules
    assert (
        "\n# Decides the group of none of them.\n[[digest.groups]]\n"
        'name = "{area}"\nmin_pull_requests = 2\noverflow_group = "Elsewhere in the code"\n'
        'any = [{ path = ["src/{area}/**"] }]\n'
    ) in rules
    operations = [request.operation for request in github.requests]
    assert operations == ["Sample", "Files", "Files", "Files", "Files"]


def test_the_rules_are_those_of_the_preset_and_the_learned_ones(github: StandIn) -> None:
    assert run(*INIT).code == 0
    own = settings_files.find(None, Path()).loaded.settings.groups
    preset = settings_files.load().settings.groups
    assert [rule for rule in preset if rule not in own] == [
        rule for rule in preset if any(condition.area for condition in rule.any)
    ]
    assert [rule.name for rule in own if rule not in preset] == ["{topic}", "{area}"]
    assert github.requests


@pytest.mark.parametrize(
    ("authors", "style"),
    [
        ([{"name": "Ada Lovelace", "company": "Acme"}], "name-company"),
        ([{"name": "Ada Lovelace"}], "name"),
        ([{"name": "Ada Lovelace", "company": "Acme"}] * 2 + [{}], "name-login"),
        ([{}], "login"),
    ],
)
def test_the_file_has_the_style_of_names_that_fits_the_profiles(
    github: StandIn, authors: list[dict[str, Any]], style: str
) -> None:
    """The usual style needs no line."""
    pulls = [
        pull(number, author=Person(login=f"ada{number}", **one), merged_at=NOW - timedelta(hours=1))
        for number, one in enumerate(authors, start=1)
    ]
    github.world = world(*pulls)
    assert run(*INIT).code == 0
    assert settings_files.find(None, Path()).loaded.settings.people == style
    text = Path("digest.toml").read_text("utf-8")
    assert (f'people = "{style}"\n' in text) == (style != "name-company")


def test_an_old_pull_request_and_another_branch_teach_nothing(
    monkeypatch: pytest.MonkeyPatch, github: StandIn
) -> None:
    old = merged(5, timedelta(weeks=8))
    github.world = world(*old, pull(9, base="next"))
    assert run(*INIT).err.splitlines() == [
        "Nothing was merged in the last 8 weeks.",
        "So digest.toml has no rules, and digest uses the built-in groups.",
        "Wrote digest.toml. Next: digest week",
    ]
    assert Path("digest.toml").read_text("utf-8") == SHORT


def test_without_learning_github_is_not_asked(github: StandIn) -> None:
    assert run(*INIT, "--no-learn").err == "Wrote digest.toml. Next: digest week\n"
    assert (Path("digest.toml").read_text("utf-8"), github.requests) == (SHORT, [])


def test_without_a_token_the_file_is_short_and_the_screen_says_why() -> None:
    assert run(*INIT).err == NO_TOKEN
    assert Path("digest.toml").read_text("utf-8") == SHORT


def test_without_the_network_the_file_is_short_and_the_screen_says_why(github: StandIn) -> None:
    github.faults += [Fault(status=401, body={"message": "Bad credentials"})]
    seen = run(*INIT)
    assert seen.code == 0
    why, *others = seen.err.splitlines()
    assert "token" in why
    assert others == [
        "So digest.toml has no rules, and digest uses the built-in groups.",
        "Wrote digest.toml. Next: digest week",
    ]
    assert Path("digest.toml").read_text("utf-8") == SHORT


def test_an_existing_file_stays_and_no_request_is_sent(github: StandIn) -> None:
    Path("digest.toml").write_text("[digest]\n")
    assert refused(*INIT).startswith("digest: digest.toml already exists")
    assert (Path("digest.toml").read_text(), github.requests) == ("[digest]\n", [])


def test_labels_and_groups_with_odd_names_make_a_file_that_loads(github: StandIn) -> None:
    odd = ["bell \a", 'quote "', "back\\slash '", "new\nline", "\N{BUG} bugs"]
    notes = "categories:\n" + "".join(
        f"  - title: {name!r}\n    labels:\n      - {name!r}\n" for name in odd
    )
    pulls = [one.model_copy(update={"labels": tuple(odd)}) for one in merged(6)]
    github.world = world(*pulls, labels=tuple(odd), texts={".github/release.yml": notes})
    assert run(*INIT).code == 0
    assert settings_files.find(None, Path()).loaded.settings.groups[0].name == "bell \\x07"


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/backstage/backstage",
        "https://github.com/backstage/backstage.git",
        "https://github.com/backstage/backstage/pull/5?x=y#z",
        "https://user:word@github.example.com:8443/backstage/backstage/",
        "git@github.com:backstage/backstage.git",
        "ssh://git@github.com/backstage/backstage.git",
        "git://github.com/backstage/backstage",
    ],
)
def test_a_repository_may_be_named_by_its_url(url: str) -> None:
    assert run("init", "--no-learn", "--repo", url).code == 0
    assert Path("digest.toml").read_text("utf-8") == SHORT


@pytest.mark.parametrize("written", ["a/b", "a", "", "https://github.com/a", "a:b/c", "../a/b"])
def test_other_words_are_not_read_as_urls(written: str) -> None:
    assert name_in_url(written) == written


@pytest.mark.parametrize(
    ("remotes", "name"),
    [
        ({"origin": "git@github.com:ada/fork.git"}, "ada/fork"),
        (
            {"origin": "git@github.com:ada/fork.git", "upstream": "https://github.com/a/b.git"},
            "a/b",
        ),
        ({"other": "https://github.com/a/b"}, None),
        ({"origin": "/srv/git/a"}, None),
    ],
)
def test_inside_a_clone_its_remote_is_offered(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    remotes: dict[str, str],
    name: str | None,
) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "init", "-q", clone], check=True)
    for remote, url in remotes.items():
        subprocess.run(["git", "remote", "add", remote, url], cwd=clone, check=True)
    inside = clone / "inside"
    inside.mkdir()
    assert remote_repository(inside) == name
    monkeypatch.chdir(inside)
    offer = f"To use the repository of this clone: digest init --repo {name}"
    usual = "Give one: digest init --repo owner/name"
    assert refused("init") == f"digest: No repository was given. {offer if name else usual}"
