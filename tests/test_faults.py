"""Each fault of GitHub: its message, the exit code, and the retries."""

from datetime import timedelta

import pytest

from tests.scripted import (
    NINE,
    WORLD,
    FakeTime,
    FakeWatch,
    ask,
    client,
    fails,
    graphql,
    reply,
    scripted,
)

RESET = str(int((NINE + timedelta(minutes=40)).timestamp()))
TROUBLE = reply(502, "<html>Bad Gateway</html>")
PAUSES = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
SLOW = "Run the command again then."
LATER = "Run the command again later."
SEVEN = " digest tried 7 times."
REPORT = "If the reason is not one of your settings, please report this."
SLOW_DOWN = "You have exceeded a secondary rate limit."
NETWORK = "Check HTTPS_PROXY and NO_PROXY, or ask the people who run your network."
OTHER = "The answer differs from GitHub's documentation: {}. digest tried 2 times."
SHAPE = (
    "A proxy or an old server may have sent it. If GITHUB_API_URL is set, check it. "
    "Otherwise please report this."
)

FAULTS = {
    "a token that expired": (
        reply(401, {"message": "Bad credentials"}),
        1,
        "GitHub rejected the token: 401 Bad credentials.",
        "It may have expired or been revoked. Run gh auth login, or set a new token.",
        [],
    ),
    "a token that may not": (
        reply(403, {"message": "Resource not accessible by personal access token"}),
        1,
        (
            "The token may not read backstage/backstage: "
            "403 Resource not accessible by personal access token."
        ),
        "Give it read access to pull requests and contents of that repository.",
        [],
    ),
    "a token that may not, said by GraphQL": (
        graphql(
            {
                "type": "FORBIDDEN",
                "path": ["repository"],
                "message": "Resource not accessible by integration",
            }
        ),
        1,
        "The token may not read backstage/backstage: Resource not accessible by integration.",
        "Give it read access to pull requests and contents of that repository.",
        [],
    ),
    "a token without single sign-on": (
        graphql(
            {
                "type": "FORBIDDEN",
                "path": ["repository"],
                "message": "Resource protected by SAML enforcement.",
            }
        ),
        1,
        (
            "The organization of backstage/backstage requires single sign-on (SAML) for the token: "
            "Resource protected by SAML enforcement."
        ),
        "Authorize the token for it: on GitHub open Settings, your tokens, Configure SSO.",
        [],
    ),
    "a path that is not there": (
        reply(404, {"message": "Not Found"}),
        1,
        "GitHub could not find backstage/backstage, or the token may not read it.",
        "Check the spelling. A private repository needs a token that may read it.",
        [],
    ),
    "a repository that is not there": (
        graphql(
            {"type": "NOT_FOUND", "path": ["repository"], "message": "Could not resolve"},
            data={"a": None},
        ),
        1,
        "GitHub could not find backstage/backstage, or the token may not read it.",
        "Check the spelling. A private repository needs a token that may read it.",
        [],
    ),
    "the primary limit": (
        reply(
            403,
            {"message": "API rate limit exceeded"},
            X_RateLimit_Remaining="0",
            X_RateLimit_Reset=RESET,
        ),
        3,
        "GitHub's rate limit is used up until 09:40:01 UTC.",
        SLOW,
        [],
    ),
    "the primary limit, said by GraphQL": (
        graphql(
            {"type": "RATE_LIMITED", "message": "API rate limit exceeded"}, X_RateLimit_Reset=RESET
        ),
        3,
        "GitHub's rate limit is used up until 09:40:01 UTC.",
        SLOW,
        [],
    ),
    "a primary limit that names no time": (
        graphql({"type": "RATE_LIMITED", "message": "API rate limit exceeded"}),
        3,
        "GitHub's rate limit is used up for up to an hour.",
        SLOW,
        [],
    ),
    "a secondary limit that lasts": (
        reply(403, {"message": "You have exceeded a secondary rate limit."}, Retry_After="600"),
        3,
        "GitHub asked digest to slow down until 09:10:00 UTC.",
        SLOW,
        [],
    ),
    "a secondary limit that names no time": (
        reply(403, {"message": "You have exceeded a secondary rate limit."}),
        3,
        "GitHub asked digest to slow down until 09:03:00 UTC. digest tried 3 times.",
        SLOW,
        [60.0, 60.0],
    ),
    "a secondary limit in an answer that went well": (
        graphql(
            {"type": "RATE_LIMITED", "message": "You have exceeded a secondary rate limit."},
            Retry_After="121",
        ),
        3,
        "GitHub asked digest to slow down until 09:02:01 UTC.",
        SLOW,
        [],
    ),
    "too many requests": (
        reply(429, "slow down", Retry_After="3600"),
        3,
        "GitHub asked digest to slow down until 10:00:00 UTC.",
        SLOW,
        [],
    ),
    "a time that nobody can wait for": (
        reply(429, "slow down", Retry_After="9" * 19),
        3,
        "GitHub asked digest to slow down until 2021-05-18 09:00:00 UTC.",
        SLOW,
        [],
    ),
    "a page that is too heavy": (
        graphql(
            {"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits exceeded."},
            data={"a": {}},
        ),
        3,
        "A page of pull requests was too much for GitHub: Resource limits exceeded.",
        "Run the command again, or choose a shorter window.",
        [],
    ),
    "a server in trouble": (
        TROUBLE,
        3,
        f"GitHub is having problems: it answered 502.{SEVEN}",
        LATER,
        PAUSES,
    ),
    "a server in trouble without words": (
        reply(500, {}),
        3,
        f"GitHub is having problems: it answered 500.{SEVEN}",
        LATER,
        PAUSES,
    ),
    "a server that says why": (
        reply(503, {"message": "No server is available"}),
        3,
        f"GitHub is having problems: it answered 503 No server is available.{SEVEN}",
        LATER,
        PAUSES,
    ),
    "a time-out of GitHub's own": (
        graphql({"message": "Something went wrong while executing your query."}),
        3,
        f"GitHub is having problems: Something went wrong while executing your query.{SEVEN}",
        LATER,
        PAUSES,
    ),
    "a web page": (
        reply(200, "<html>Sign in to the hotel</html>"),
        3,
        f"GitHub's answer could not be read: it is a web page.{SEVEN}",
        LATER,
        PAUSES,
    ),
    "an answer cut short": (
        reply(200, '{"data": {"hello": "wo'),
        3,
        f"GitHub's answer could not be read: it is not valid JSON.{SEVEN}",
        LATER,
        PAUSES,
    ),
    "an empty answer": (
        reply(200, ""),
        3,
        f"GitHub's answer could not be read: it is empty.{SEVEN}",
        LATER,
        PAUSES,
    ),
    "headers that make no sense": (
        reply(200, {"data": {}}, X_RateLimit_Remaining="4999, 0", X_RateLimit_Limit="5000"),
        3,
        f"GitHub's answer could not be read: its headers are not valid.{SEVEN}",
        LATER,
        PAUSES,
    ),
    "an answer without data": (
        reply(200, {"data": None}),
        3,
        f"GitHub's answer could not be read: it has no data.{SEVEN}",
        LATER,
        PAUSES,
    ),
    "a body shorter than it says": (
        b'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"data"',
        3,
        f"The connection to 127.0.0.1 was lost.{SEVEN}",
        LATER,
        PAUSES,
    ),
    "a connection that drops": (
        b"",
        3,
        f"The connection to 127.0.0.1 was lost.{SEVEN}",
        LATER,
        PAUSES,
    ),
    "a question that is not understood": (
        graphql({"type": "undefinedField", "message": "Field 'x' doesn't exist on type 'Query'"}),
        1,
        "GitHub rejected the request: Field 'x' doesn't exist on type 'Query'.",
        "If GITHUB_API_URL is set, check it. Otherwise please report this.",
        [],
    ),
    "a status that nobody foresaw": (
        reply(422, {"message": "x" * 300}),
        1,
        f"GitHub rejected the request: 422 {'x' * 199}….",
        REPORT,
        [],
    ),
    "a status that nobody foresaw, with the number of the request": (
        reply(418, {"message": "A teapot."}, X_GitHub_Request_Id="AB12:34"),
        1,
        "GitHub rejected the request: 418 A teapot.",
        (
            "If GITHUB_API_URL is set, check it. Otherwise please report this. "
            "Its x-github-request-id is AB12:34."
        ),
        [],
    ),
    "a refusal with its reason as a field and a code": (
        reply(
            422,
            {
                "message": "Validation Failed",
                "errors": [{"resource": "Search", "field": "q", "code": "missing_field"}],
            },
        ),
        1,
        "GitHub rejected the request: 422 Validation Failed: Search.q missing field.",
        REPORT,
        [],
    ),
    "a refusal with its reason as a message": (
        reply(
            422,
            {
                "message": "Validation Failed",
                "errors": [{"resource": "PullRequest", "code": "custom", "message": "No commits."}],
            },
        ),
        1,
        "GitHub rejected the request: 422 Validation Failed: No commits.",
        REPORT,
        [],
    ),
    "a refusal with its reasons as plain texts": (
        reply(422, {"message": "Validation Failed", "errors": ["One.", "Two."]}),
        1,
        "GitHub rejected the request: 422 Validation Failed: One; Two.",
        REPORT,
        [],
    ),
    "a refusal with its reason as one text": (
        reply(422, {"message": "Unprocessable", "errors": "Only one."}),
        1,
        "GitHub rejected the request: 422 Unprocessable: Only one.",
        REPORT,
        [],
    ),
    "a secondary limit with status 200": (
        reply(200, {"message": SLOW_DOWN, "documentation_url": "https://docs"}, Retry_After="600"),
        3,
        "GitHub asked digest to slow down until 09:10:00 UTC.",
        SLOW,
        [],
    ),
    "a secondary limit with status 200, as an error without a type": (
        graphql({"message": SLOW_DOWN}, Retry_After="600"),
        3,
        "GitHub asked digest to slow down until 09:10:00 UTC.",
        SLOW,
        [],
    ),
    "a limit by GraphQL while requests remain": (
        graphql(
            {"type": "RATE_LIMITED", "message": "API rate limit exceeded"},
            X_RateLimit_Remaining="4000",
            X_RateLimit_Limit="5000",
            X_RateLimit_Reset=RESET,
            Retry_After="300",
        ),
        3,
        "GitHub asked digest to slow down until 09:05:00 UTC.",
        SLOW,
        [],
    ),
    "a burst of refusals without a word": (
        reply(403, ""),
        3,
        f"GitHub refused the request without a reason: 403.{SEVEN}",
        "Run the command again later. If this continues, check what your token may access.",
        PAUSES,
    ),
    "a token that may not, at the last request of the hour": (
        reply(
            403,
            {"message": "Resource not accessible by integration"},
            X_RateLimit_Remaining="0",
            X_RateLimit_Limit="5000",
            X_RateLimit_Reset=RESET,
        ),
        1,
        ("The token may not read backstage/backstage: 403 Resource not accessible by integration."),
        "Give it read access to pull requests and contents of that repository.",
        [],
    ),
    "a gateway's page in GitHub's place": (
        reply(401, "<html>Sign in to the network</html>"),
        1,
        "A proxy or gateway refused the request in GitHub's place: 401.",
        NETWORK,
        [],
    ),
    "a gateway that speaks JSON": (
        reply(401, {"message": "No API key found in request"}),
        1,
        (
            "A proxy or gateway refused the request in GitHub's place: "
            "401 No API key found in request."
        ),
        NETWORK,
        [],
    ),
    "a gateway's page for a missing path": (
        reply(404, "<html>nginx</html>"),
        1,
        "A proxy or gateway refused the request in GitHub's place: 404.",
        NETWORK,
        [],
    ),
    "a page of GitHub's own": (
        reply(401, "<html>Whoa there</html>", X_GitHub_Request_Id="AB12:34"),
        1,
        "GitHub rejected the token: 401.",
        "It may have expired or been revoked. Run gh auth login, or set a new token.",
        [],
    ),
    "a repository that was taken down": (
        reply(451, {"message": "Repository access blocked"}),
        1,
        "GitHub no longer shows backstage/backstage: 451 Repository access blocked.",
        "Open its page on GitHub to see why.",
        [],
    ),
    "a server that names the time": (
        reply(503, {"message": "Maintenance"}, Retry_After="40"),
        3,
        "GitHub is having problems: it answered 503 Maintenance. digest tried 4 times.",
        LATER,
        [40.0, 40.0, 40.0],
    ),
    "a wait as a date, measured by GitHub's clock": (
        reply(
            429,
            "",
            Date="Mon, 17 May 2021 08:00:00 GMT",
            Retry_After="Mon, 17 May 2021 08:10:00 GMT",
        ),
        3,
        "GitHub asked digest to slow down until 08:10:00 UTC.",
        SLOW,
        [],
    ),
    "a reset, measured by GitHub's clock": (
        reply(
            403,
            {"message": "API rate limit exceeded"},
            Date="Mon, 17 May 2021 09:39:30 GMT",
            X_RateLimit_Remaining="0",
            X_RateLimit_Limit="5000",
            X_RateLimit_Reset=RESET,
        ),
        3,
        "GitHub's rate limit is used up until 09:40:01 UTC. digest tried 4 times.",
        SLOW,
        [31.0, 31.0, 31.0],
    ),
    "an empty object": (reply(200, {}), 1, OTHER.format("it has no data"), SHAPE, [1.0]),
    "a list": (reply(200, []), 1, OTHER.format("it is not an object"), SHAPE, [1.0]),
    "null": (reply(200, None), 1, OTHER.format("it is not an object"), SHAPE, [1.0]),
    "a field that is missing": (
        reply(200, {"data": {}}),
        1,
        OTHER.format("hello is missing"),
        SHAPE,
        [1.0],
    ),
    "a field of another type": (
        reply(200, {"data": {"hello": 5}}),
        1,
        OTHER.format("hello must be a string"),
        SHAPE,
        [1.0],
    ),
    "errors of another shape": (
        reply(200, {"data": None, "errors": {"0": "x"}}),
        3,
        f"GitHub's answer could not be read: it has no data.{SEVEN}",
        LATER,
        PAUSES,
    ),
    "errors as plain texts": (
        reply(200, {"errors": ["The made-up gateway is closed.", "Go away"]}),
        1,
        OTHER.format("it has no data: The made-up gateway is closed; Go away"),
        SHAPE,
        [1.0],
    ),
    "a refusal with reasons of an unknown form": (
        reply(422, {"message": "Validation Failed", "errors": {"base": ["is made up"]}}),
        1,
        'GitHub rejected the request: 422 Validation Failed: {"base": ["is made up"]}.',
        REPORT,
        [],
    ),
    "nothing, with the status that says so": (
        reply(204, ""),
        3,
        f"GitHub's answer could not be read: it is empty.{SEVEN}",
        LATER,
        PAUSES,
    ),
    "a limit whose end has passed": (
        reply(429, "", Retry_After="0"),
        3,
        "GitHub asked digest to slow down until 09:00:07 UTC. digest tried 4 times.",
        SLOW,
        [1.0, 2.0, 4.0],
    ),
    "a date at the end of time": (
        reply(429, "", Date="Fri, 31 Dec 9999 23:59:59 GMT", Retry_After="1800"),
        3,
        "GitHub asked digest to slow down until 09:30:00 UTC.",
        SLOW,
        [],
    ),
    "words that steer a terminal": (
        reply(401, {"message": "Bad\x1b[31m\ncredentials"}),
        1,
        "GitHub rejected the token: 401 Bad[31m credentials.",
        "It may have expired or been revoked. Run gh auth login, or set a new token.",
        [],
    ),
    "another host": (
        reply(301, "", Location="http://192.0.2.1/graphql"),
        1,
        "{url} redirects to another address.",
        "Set GITHUB_API_URL to the address of GitHub's API.",
        [],
    ),
}


@pytest.mark.parametrize(
    ("answer", "code", "message", "hint", "pauses"), FAULTS.values(), ids=FAULTS
)
def test_each_fault_has_one_line_a_hint_an_exit_code_and_known_pauses(
    answer: bytes, code: int, message: str, hint: str, pauses: list[float]
) -> None:
    time, watch = FakeTime(), FakeWatch()
    with scripted(answer) as script:
        github = client(script.url, time, watch)
        error = fails(github)
    assert (error.exit_code, error.message, error.hint) == (
        code,
        message.replace("{url}", script.url),
        hint,
    )
    assert time.pauses == pauses == [seconds for _, seconds in watch.waits]
    assert github.requests == len(script.asked) == len(pauses) + 1


def test_data_with_the_status_of_a_changed_answer_is_read() -> None:
    """Some proxies write 203 instead of 200."""
    with scripted(reply(203, {"data": {"hello": "world"}})) as script:
        assert ask(client(script.url)) == WORLD
