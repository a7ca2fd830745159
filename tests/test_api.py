"""Requests to GitHub, and their retries."""

import logging
import re
import socket
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from digest import __version__
from digest.github.client import GitHub, Question
from digest.github.connection import address
from digest.github.faults import Answer, Withheld
from digest.github.graphql_answers import Shape
from digest.settings import GitHub as GitHubSettings
from tests.scripted import (
    NINE,
    TOKEN,
    WORLD,
    FakeTime,
    FakeWatch,
    Hello,
    ask,
    client,
    fails,
    graphql,
    reply,
    scripted,
)

pytestmark = pytest.mark.slow

SOON = str(int((NINE + timedelta(seconds=30)).timestamp()))
WELL = reply(200, {"data": {"hello": "world"}})
TROUBLE = reply(502, "<html>Bad Gateway</html>")
PAUSES = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Reserve a port of loopback without a server."""
    with socket.socket() as mouth:
        mouth.bind(("127.0.0.1", 0))
        yield mouth.getsockname()[1]


def test_a_request_has_query_variables_token_and_user_agent() -> None:
    with scripted(WELL) as script:
        github = client(script.url)
        assert ask(github) == WORLD
    assert script.asked == [{"path": "/graphql", "query": "query { hello }", "variables": {"a": 1}}]
    assert script.headers[0]["authorization"] == f"token {TOKEN}"
    assert script.headers[0]["user-agent"] == f"merged-last-week/{__version__}"
    assert github.requests == 1


def test_an_enterprise_server_has_graphql_next_to_rest() -> None:
    with scripted(WELL) as script:
        ask(client(f"{script.url}/api/v3"))
    assert script.asked[0]["path"] == "/api/graphql"


def test_the_client_waits_until_trouble_ends_and_shows_the_wait() -> None:
    time, watch = FakeTime(), FakeWatch()
    with scripted(TROUBLE, TROUBLE, WELL) as script:
        assert ask(client(script.url, time, watch)) == WORLD
    words = "GitHub is having problems: it answered 502."
    assert watch.waits == [(words, 1.0), (words, 2.0)]


def test_the_client_waits_for_a_limit_that_ends_soon() -> None:
    time, watch = FakeTime(), FakeWatch()
    limited = reply(403, {"message": "x"}, X_RateLimit_Remaining="0", X_RateLimit_Reset=SOON)
    with scripted(limited, WELL) as script:
        assert ask(client(script.url, time, watch)) == WORLD
    assert watch.waits == [("GitHub's rate limit is used up until 09:00:31 UTC.", 31.0)]


def test_a_reset_in_the_past_ends_the_retries() -> None:
    past = str(int((NINE - timedelta(hours=1)).timestamp()))
    time = FakeTime()
    with scripted(reply(429, "", X_RateLimit_Remaining="0", X_RateLimit_Reset=past)) as script:
        assert fails(client(script.url, time)).exit_code == 3
    assert time.pauses == [1.0, 1.0, 1.0]


def test_the_time_of_failed_tries_counts_towards_the_patience() -> None:
    """Each try reads the clock twice, 15 s apart, so 120 s end before the fifth pause."""
    time = FakeTime(each=15)
    with scripted(TROUBLE) as script:
        error = fails(client(script.url, time, patience=80))
    assert error.message == "GitHub is having problems: it answered 502. digest tried 5 times."
    assert time.pauses == PAUSES[:4]


def test_all_requests_share_one_patience() -> None:
    time = FakeTime()
    with scripted(TROUBLE, TROUBLE, WELL, TROUBLE) as script:
        github = client(script.url, time, patience=4)
        ask(github)
        fails(github)
    assert time.pauses == [1.0, 2.0, 1.0]


def test_without_patience_there_is_no_retry() -> None:
    time = FakeTime()
    with scripted(TROUBLE) as script:
        assert (
            fails(client(script.url, time, patience=0)).message
            == "GitHub is having problems: it answered 502."
        )
    assert time.pauses == []


def test_a_server_without_an_answer_is_a_time_out() -> None:
    with scripted(None) as script:
        error = fails(client(script.url, timeout=1, patience=0))
    assert (error.exit_code, error.message) == (3, "127.0.0.1 did not answer in time.")


def test_without_a_network_there_is_one_retry(closed_port: int) -> None:
    time = FakeTime()
    error = fails(client(f"http://127.0.0.1:{closed_port}", time))
    assert (error.exit_code, error.message) == (
        3,
        "127.0.0.1 cannot be reached: connection refused. digest tried 2 times.",
    )
    assert time.pauses == [1.0]


def test_an_unreachable_proxy_is_named(closed_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name)
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port}")
    error = fails(client("http://127.0.0.1:1"))
    assert (error.exit_code, error.message, error.hint) == (
        3,
        (
            f"The proxy for 127.0.0.1 cannot be reached or refused the connection: "
            f"http://127.0.0.1:{closed_port}: connection refused. digest tried 2 times."
        ),
        "Check HTTPS_PROXY and NO_PROXY.",
    )


def test_an_insecure_connection_is_not_retried() -> None:
    with scripted(WELL) as script:
        error = fails(client(script.url.replace("http:", "https:")))
    assert (error.exit_code, error.message) == (
        1,
        "A secure connection to 127.0.0.1 failed: wrong version number.",
    )


def test_a_client_reports_its_cost() -> None:
    time = FakeTime()
    with scripted(WELL) as script:
        github = client(script.url, time)
        ask(github)
        assert github.cost == "1 request, 0 s"
        time.passed = 3.6
        ask(github)
    assert github.cost == "2 requests, 4 s"


def test_a_field_withheld_below_the_root_is_reported_and_the_rest_is_kept() -> None:
    saml = {
        "type": "FORBIDDEN",
        "path": ["repository", "x", 0],
        "message": "Resource protected by SAML enforcement.",
    }
    with scripted(graphql(saml, saml, data={"hello": "world"})) as script:
        answer = ask(client(script.url))
    withheld = Withheld(
        ("repository", "x", 0), "Resource protected by SAML enforcement", "single sign-on"
    )
    assert answer == Answer(Hello(hello="world"), (withheld, withheld))


class Two(Shape):
    f0: dict[str, int]
    f1: dict[str, int] | None


@pytest.mark.parametrize("kind", ["NOT_FOUND", "FORBIDDEN"])
def test_a_field_withheld_at_the_root_is_allowed_only_for_separate_fields(
    kind: str,
) -> None:
    withheld = {"type": kind, "path": ["f1"], "message": "Made up for tests."}
    with scripted(graphql(withheld, data={"f0": {"x": 1}, "f1": None})) as script:
        question = Question("query { f0 f1 }", Two, partial_ok=True)
        answer = client(script.url).ask(question, "two things")
        error = fails(client(script.url))
    kinds = {"NOT_FOUND": "not found", "FORBIDDEN": "forbidden"}
    withheld_part = Withheld(("f1",), "Made up for tests", kinds[kind])
    assert answer == Answer(Two(f0={"x": 1}, f1=None), (withheld_part,))
    assert error.exit_code == 1


@pytest.mark.parametrize(
    "answer",
    [
        reply(400, {"message": f"no {TOKEN} here"}),
        reply(502, f"<p>{TOKEN}</p>"),
        b"",
        reply(301, ""),
    ],
)
def test_no_message_log_or_traceback_has_the_token(
    answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    watch = FakeWatch()
    with caplog.at_level(logging.DEBUG), scripted(answer) as script:
        github = client(script.url, watch=watch, patience=1)
        error = fails(github)
    texts = [
        caplog.text,
        *traceback.format_exception(error),
        repr(github),
        repr(watch),
        error.message,
        error.hint,
    ]
    assert TOKEN not in "".join(texts)
    assert script.headers[0]["authorization"] == f"token {TOKEN}"


def test_the_default_clock_is_the_real_one() -> None:
    with scripted(reply(429, "", Retry_After="60")) as script:
        settings = GitHubSettings(
            timeout_seconds=5, max_wait_seconds=0, max_listed=500, write_pause_seconds=0
        )
        before = datetime.now(UTC) + timedelta(seconds=60)
        error = fails(GitHub(address({"GITHUB_API_URL": script.url}), TOKEN, settings, FakeWatch()))
        after = datetime.now(UTC) + timedelta(seconds=60)
    said = re.search(r"until (?:(\S+) )?(\S+) UTC", error.message)
    assert said
    days = (
        [said[1]] if said[1] else [before.date(), after.date()]
    )  # a midnight may lie between them
    moments = [datetime.fromisoformat(f"{day}T{said[2]}Z") for day in days]
    assert any(before - timedelta(seconds=1) <= moment <= after for moment in moments)
