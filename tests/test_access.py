"""The address of GitHub's API, and the token for it."""

import os
from pathlib import Path

import pytest

from digest.errors import DigestError, UsageError
from digest.github.connection import Address, address, find_token


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, Address("https://api.github.com", "github.com")),
        ({"GITHUB_API_URL": ""}, Address("https://api.github.com", "github.com")),
        (
            {
                "GITHUB_API_URL": "https://api.github.com",
                "GITHUB_GRAPHQL_URL": "https://api.github.com/graphql",
            },
            Address("https://api.github.com", "github.com"),
        ),
        (
            {
                "GITHUB_API_URL": "https://ghe.example.com/api/v3/",
                "GITHUB_GRAPHQL_URL": "https://ghe.example.com/api/graphql",
            },
            Address("https://ghe.example.com/api/v3", "ghe.example.com"),
        ),
        (
            {"GITHUB_API_URL": "https://api.sub.ghe.com"},
            Address("https://api.sub.ghe.com", "sub.ghe.com"),
        ),
        ({"GH_HOST": "github.com"}, Address("https://api.github.com", "github.com")),
        (
            {"GH_HOST": "GHE.example.com"},
            Address("https://ghe.example.com/api/v3", "ghe.example.com"),
        ),
        ({"GH_HOST": "sub.ghe.com"}, Address("https://api.sub.ghe.com", "sub.ghe.com")),
        (
            {
                "GH_HOST": "ghe.example.com",
                "GITHUB_GRAPHQL_URL": "https://ghe.example.com/api/graphql",
            },
            Address("https://ghe.example.com/api/v3", "ghe.example.com"),
        ),
        (
            {"GH_HOST": "ghe.example.com", "GITHUB_API_URL": "https://ghe.example.com/api/v3"},
            Address("https://ghe.example.com/api/v3", "ghe.example.com"),
        ),
        (
            {"GITHUB_API_URL": "http://127.0.0.1:8000"},
            Address("http://127.0.0.1:8000", "127.0.0.1"),
        ),
    ],
)
def test_the_address_comes_from_github_api_url(environ: dict[str, str], expected: Address) -> None:
    assert address(environ) == expected


SHAPE = "GITHUB_API_URL may contain only a scheme, a host and a path."


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        (
            {"GITHUB_GRAPHQL_URL": "https://elsewhere.example/graphql"},
            (
                "GITHUB_GRAPHQL_URL is https://elsewhere.example/graphql, "
                "but the API is at https://api.github.com/graphql."
            ),
        ),
        (
            {"GH_HOST": "ghe.example.com", "GITHUB_GRAPHQL_URL": "https://api.github.com/graphql"},
            (
                "GITHUB_GRAPHQL_URL is https://api.github.com/graphql, "
                "but the API is at https://ghe.example.com/api/graphql."
            ),
        ),
        (
            {"GH_HOST": "ghe.example.com", "GITHUB_API_URL": "https://api.github.com"},
            "GH_HOST is ghe.example.com, but GITHUB_API_URL points to github.com.",
        ),
        ({"GH_HOST": "https://ghe.example.com"}, "GH_HOST is not a host name."),
        ({"GITHUB_API_URL": "api.github.com"}, SHAPE),
        ({"GITHUB_API_URL": "https://user:secret@api.github.com"}, SHAPE),
        ({"GITHUB_API_URL": "https://sec/ret@api.github.com"}, SHAPE),
        ({"GITHUB_API_URL": "https://api.github.com?a=b"}, SHAPE),
        (
            {"GITHUB_GRAPHQL_URL": "https://user:se/cret@api.github.com/graphql"},
            (
                "GITHUB_GRAPHQL_URL is https://[hidden]@api.github.com/graphql, "
                "but the API is at https://api.github.com/graphql."
            ),
        ),
        ({"GITHUB_API_URL": "https://[::1"}, "GITHUB_API_URL is not a URL."),
        ({"GITHUB_API_URL": "https://github.com:port"}, "GITHUB_API_URL is not a URL."),
        (
            {"GITHUB_API_URL": "http://ghe.example.com/api/v3"},
            "GITHUB_API_URL must start with https://, so that the token stays secret.",
        ),
    ],
)
def test_a_wrong_address_is_refused(environ: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        address(environ)
    assert caught.value.message == message


@pytest.fixture
def gh(tmp_path: Path) -> Path:
    """Return a folder for a `gh` of this test."""
    return tmp_path


def environ_with(gh: Path, script: str) -> dict[str, str]:
    program = gh / "gh"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return dict(os.environ) | {"PATH": f"{gh}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.unix
def test_a_token_in_the_environment_comes_before_that_of_gh(gh: Path) -> None:
    environ = environ_with(gh, "echo from-gh")
    assert find_token(environ, "github.com") == "from-gh"
    assert find_token(environ | {"GITHUB_TOKEN": "second"}, "github.com") == "second"
    assert (
        find_token(environ | {"GITHUB_TOKEN": "second", "GH_TOKEN": "first\n"}, "github.com")
        == "first"
    )
    assert (
        find_token(environ | {"GITHUB_TOKEN": "second", "GH_TOKEN": ""}, "github.com") == "second"
    )


OWN_HOSTS = ["ghe.example.com", "github.com.example.com", "notghe.com"]


@pytest.mark.unix
@pytest.mark.parametrize("host", OWN_HOSTS)
@pytest.mark.parametrize("actions", [{}, {"GITHUB_ACTIONS": "true"}])
def test_a_token_is_never_sent_to_another_host(
    gh: Path, host: str, actions: dict[str, str]
) -> None:
    """Neither those of the environment, nor by way of a gh that prefers them to what it stores."""
    environ = environ_with(gh, 'echo "$GH_TOKEN$GITHUB_TOKEN$GH_ENTERPRISE_TOKEN"') | actions
    environ |= {"GITHUB_SERVER_URL": "https://github.com"}
    assert find_token(environ | {"GH_TOKEN": "hosted", "GITHUB_TOKEN": "hosted"}, host) is None
    own = {"GH_ENTERPRISE_TOKEN": "own", "GITHUB_ENTERPRISE_TOKEN": "own"}
    assert find_token(environ | own, "github.com") is None
    assert find_token(environ | own, "sub.ghe.com") is None


@pytest.mark.unix
def test_each_kind_of_host_has_its_own_variables(gh: Path) -> None:
    environ = environ_with(gh, "exit 1") | {
        "GITHUB_ENTERPRISE_TOKEN": "own",
        "GITHUB_TOKEN": "hosted",
    }
    assert find_token(environ, "ghe.example.com") == "own"
    assert find_token(environ | {"GH_ENTERPRISE_TOKEN": "first"}, "ghe.example.com") == "first"
    assert find_token(environ, "github.com") == find_token(environ, "sub.ghe.com") == "hosted"


@pytest.mark.unix
@pytest.mark.parametrize("server", ["github.com", "sub.ghe.com", "ghe.example.com"])
def test_the_token_of_a_job_belongs_to_the_server_that_runs_it(gh: Path, server: str) -> None:
    environ = environ_with(gh, "exit 1") | {
        "GITHUB_ACTIONS": "true",
        "GITHUB_SERVER_URL": f"https://{server}",
        "GITHUB_TOKEN": "job",
    }
    hosts = ["github.com", "sub.ghe.com", "ghe.example.com", "other.example.com"]
    assert [host for host in hosts if find_token(environ, host) == "job"] == [server]
    name = "GH_TOKEN" if server != "ghe.example.com" else "GH_ENTERPRISE_TOKEN"
    assert find_token(environ | {name: "person"}, server) == "person"


def test_a_server_on_loopback_gets_the_token_of_any_variable() -> None:
    for name in ("GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"):
        assert find_token({name: "made-up"}, "127.0.0.1") == "made-up"


@pytest.mark.unix
def test_gh_is_asked_for_the_host(gh: Path) -> None:
    environ = environ_with(gh, 'IFS=/; echo "$*"')
    for host in ("github.com", "ghe.example.com"):
        assert find_token(environ, host) == f"auth/token/--hostname/{host}"


@pytest.mark.unix
@pytest.mark.parametrize(
    "script", ["exit 1", "echo made-up; exit 1", "true", "while :; do :; done"]
)
def test_a_gh_without_a_token_fails_quietly(
    gh: Path, script: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digest.github.connection.GH_PATIENCE", 0.2)
    environ = environ_with(gh, script)
    assert find_token(environ, "github.com") is None
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("token", ["made up", "made\nup", "mäde-up", "made\x00up"])
def test_a_broken_token_is_not_shown(token: str) -> None:
    with pytest.raises(DigestError) as caught:
        find_token({"GH_TOKEN": token}, "github.com")
    assert caught.value.message == (
        "The token from GH_TOKEN contains spaces, line breaks or special characters."
    )
