"""The answers by which GitHub or the network shows each fault of the table."""

from collections.abc import Mapping
from datetime import timedelta

from tests.scripted import NINE
from tests.standin import Fault


def _limit(seconds: int) -> Mapping[str, str]:
    reset = NINE + timedelta(seconds=seconds)
    return {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(reset.timestamp()))}


def _said(kind: str | None, words: str, data: object = None) -> Mapping[str, object]:
    return {"data": data, "errors": [{"message": words} | ({"type": kind} if kind else {})]}


SAML = "Resource protected by organization SAML enforcement."
SLOW_DOWN = "You have exceeded a secondary rate limit."
EXCEEDED = "Resource limits for this query exceeded."
WENT_WRONG = "Something went wrong while executing your query. This may be the result of a timeout."

# Limits that end within two minutes, and limits that last longer.
SHORT: Mapping[str, tuple[Fault, ...]] = {
    "primary limit": (
        Fault(status=403, headers=_limit(30)),
        Fault(status=429, headers=_limit(90)),
        Fault(body=_said("RATE_LIMITED", "API rate limit exceeded"), headers=_limit(60)),
    ),
    "secondary limit": (
        Fault(status=403, body={"message": SLOW_DOWN}, headers={"Retry-After": "5"}),
        Fault(status=403, body={"message": SLOW_DOWN}),
        Fault(status=429, headers={"Retry-After": "119"}),
        Fault(status=429),
        Fault(body=_said("RATE_LIMITED", SLOW_DOWN), headers={"Retry-After": "1"}),
        Fault(body={"message": SLOW_DOWN, "documentation_url": "https://docs.github.com"}),
        Fault(body=_said(None, SLOW_DOWN), headers={"Retry-After": "7"}),
        # The clock of this machine is an hour ahead of GitHub's.
        Fault(
            status=429,
            headers={
                "Date": "Mon, 17 May 2021 08:00:00 GMT",
                "Retry-After": "Mon, 17 May 2021 08:00:30 GMT",
            },
        ),
    ),
}
LONG: Mapping[str, tuple[Fault, ...]] = {
    "primary limit": (
        Fault(status=403, headers=_limit(1800)),
        Fault(body=_said("RATE_LIMITED", "API rate limit exceeded"), headers=_limit(3600)),
    ),
    "secondary limit": (Fault(status=403, headers={"Retry-After": "600"}),),
}
# The fake GitHub can show these faults. The others need an address that leads nowhere.
SHOWN: Mapping[str, tuple[Fault, ...]] = {
    "bad token": (Fault(status=401, body={"message": "Bad credentials"}),),
    "single sign-on": (
        Fault(status=403, body={"message": SAML}),
        Fault(body=_said("FORBIDDEN", SAML)),
    ),
    "forbidden": (
        Fault(status=403, body={"message": "Resource not accessible by integration"}),
        Fault(
            body=_said(
                "INSUFFICIENT_SCOPES", "Your token has not been granted the required scopes."
            )
        ),
        Fault(
            "Survey",
            nulls=["repository.defaultBranchRef"],
            errors=[
                {
                    "type": "FORBIDDEN",
                    "path": ["repository", "defaultBranchRef"],
                    "message": "Resource not accessible by personal access token",
                }
            ],
            times=9,
        ),
    ),
    "not found": (
        Fault(status=404, body={"message": "Not Found"}),
        Fault(body=_said("NOT_FOUND", "Could not resolve to a Repository.")),
    ),
    "gone": (
        Fault(status=451, body={"message": "Repository access blocked"}),
        Fault(status=410, body={"message": "Gone"}),
    ),
    "gateway": (
        Fault(status=401, body="<html>Sign in to the network</html>"),
        Fault(status=401, body={"message": "No API key found in request"}),
        Fault(status=403, body="<html>Blocked</html>"),
        Fault(status=404, body="<html>nginx</html>"),
    ),
    "refusal without a reason": (Fault(status=403), Fault(status=403, times=3)),
    "too heavy": (
        Fault(errors=_said("RESOURCE_LIMITS_EXCEEDED", EXCEEDED)["errors"]),  # type: ignore[arg-type]
        Fault(body=_said("RESOURCE_LIMITS_EXCEEDED", EXCEEDED)),
        Fault(body=_said("MAX_NODE_LIMIT_EXCEEDED", EXCEEDED)),
    ),
    "server error": (
        Fault(status=502, body="<html>Bad Gateway</html>"),
        Fault(status=504),
        Fault(body=_said(None, WENT_WRONG)),
        Fault(body=_said("INTERNAL", "Oh no")),
        Fault(status=500),
    ),
    "time-out": (Fault(delay=1.3),),
    "unavailable": (
        Fault(status=501),
        Fault(status=503),
        Fault(status=503, headers={"Retry-After": "20"}),
        Fault(body=_said("SERVICE_UNAVAILABLE", "Oh no")),
    ),
    "unreadable answer": (
        Fault(body="<html>Sign in to the hotel</html>"),
        Fault(body='{"data": {"repos'),
        Fault(body="{'data': 1}"),
        Fault(body=" "),
        Fault(body={"data": None}),
    ),
    "unexpected answer": (
        Fault(body="[]"),
        Fault(body="null"),
        Fault(body={"message": "It works!"}),
        Fault(body={"data": {"repository": 5, "nodes": 5, "search": 5, "f0": 5, "ever0": 5}}),
    ),
    "dropped": (Fault(drop=True), Fault(cut=True)),
    "redirected": (Fault(status=301, headers={"Location": "http://192.0.2.1/graphql"}),),
    "invalid request": (
        Fault(status=422, body={"message": "Unprocessable"}),
        Fault(status=422, body={"message": "Validation Failed", "errors": ["Made up."]}),
    ),
    "refused": (
        Fault(status=418, body={"message": "A teapot"}),
        Fault(body=_said("undefinedField", "Field 'x' doesn't exist on type 'Query'")),
    ),
    "empty entries": (
        Fault("Listed", nulls=["repository.pullRequests.nodes.3"]),
        Fault("Searched", nulls=["search.nodes.4"]),
        Fault("Files", nulls=["nodes.0"]),
        Fault("Files", nulls=["nodes.2.files"]),
    ),
    "lost place": (
        Fault("Listed", nulls=["repository.pullRequests.pageInfo.endCursor"]),
        Fault("Searched", nulls=["search.pageInfo.endCursor"]),
    ),
    "moving list": (Fault("Listed", touches=1, passes=1), Fault("Listed", touches=60, passes=1)),
    "counts disagree": (Fault("Searched", blind=True),),
    "blind search": (Fault("Survey", blind=True),),
    "lagging search": (Fault(lags=1), Fault(lags=30)),
    "renamed branch": (Fault(renames_branch=True),),
    "unclear branch": (Fault(moves_branch=True), Fault(renames_back=110)),
    "renamed repository": (Fault(renames_repository=True),),
    "unknown facts": (
        Fault("Files", nulls=["nodes.1.files.nodes.0"]),
        Fault("Files", nulls=["nodes.0.files.nodes"]),
        Fault("Listed", nulls=["repository.pullRequests.nodes.3.labels"]),
        Fault("Searched", nulls=["search.nodes.4.labels"]),
        Fault(breaks=(3, "author")),
        Fault(breaks=(40, "body")),
    ),
}
# Those of the table that are found in good answers, from the first request to the last.
FOUND = (
    "lagging search",
    "renamed branch",
    "unclear branch",
    "renamed repository",
    "unknown facts",
)
NOWHERE = (
    "unreachable",
    "unknown name",
    "proxy",
    "proxy setting",
    "certificate",
    "certificate file",
    "bad address",
    "oversized",
)
