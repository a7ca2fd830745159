"""GitHub Enterprise: another address, another token, and links to its own host."""

import json
import re
from dataclasses import replace

import pytest

from digest.github.connection import token_advice
from tests.builders import changed_file, pull
from tests.cli import run
from tests.fetching import world
from tests.standin import StandIn, World

HOST = "https://ghe.example.com"
NEW = pull(
    7,
    title="Add a made-up plugin",
    url=f"{HOST}/backstage/backstage/pull/7",
    files=(changed_file("plugins/made-up/package.json", "added", 5),),
)


pytestmark = pytest.mark.usefixtures("empty_folder")


def enterprise() -> World:
    (repo,) = world(NEW).repos
    return World((replace(repo, host=HOST),))


def test_a_week_of_an_enterprise_server_links_to_its_own_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with StandIn(enterprise()) as github:
        monkeypatch.setenv("GITHUB_API_URL", f"{github.url}/api/v3")
        monkeypatch.setenv("GITHUB_GRAPHQL_URL", f"{github.url}/api/graphql")
        monkeypatch.setenv("GH_ENTERPRISE_TOKEN", github.token)
        seen = run("week", "--repo", "backstage/backstage", "--json")
    assert {request.path for request in github.requests} == {"/api/graphql"}
    printed = json.loads(seen.out)
    assert set(re.findall(r"https?://[\w.]+", printed["section"])) == {HOST}
    assert (seen.code, printed["repositories"][0]["url"]) == (0, f"{HOST}/backstage/backstage")


def test_a_graphql_address_of_another_server_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GH_HOST", "ghe.example.com")
    monkeypatch.setenv("GITHUB_GRAPHQL_URL", "https://api.github.com/graphql")
    seen = run("week", "--repo", "backstage/backstage")
    assert (seen.code, seen.out) == (2, "")
    assert seen.err == (
        "digest: GITHUB_GRAPHQL_URL is https://api.github.com/graphql, but the API is at "
        "https://ghe.example.com/api/graphql. Set only GITHUB_API_URL. digest derives the other address from it.\n"
    )


def test_without_a_token_the_cures_name_the_host() -> None:
    assert token_advice("ghe.example.com") == (
        "gh auth login --hostname ghe.example.com, or set GH_ENTERPRISE_TOKEN to a "
        "fine-grained token"
    )
    assert token_advice("github.com") == ("gh auth login, or set GH_TOKEN to a fine-grained token")
