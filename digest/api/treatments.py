"""The one table that says how each fault of GitHub and of the network is treated."""

from collections.abc import Mapping
from dataclasses import dataclass

from digest.errors import DigestError, TryLaterError

# Seconds before each further try.
PATIENTLY = (1.0, 2.0, 4.0, 8.0, 16.0)
ONCE = (1.0,)
NEVER: tuple[float, ...] = ()


@dataclass(frozen=True)
class Treatment:
    """How a kind of fault is treated: the error that it ends in, and the pauses before trying again."""

    raises: type[DigestError]
    pauses: tuple[float, ...]
    message: str
    hint: str = ""


TREATMENTS: Mapping[str, Treatment] = {
    "bad token": Treatment(
        DigestError,
        NEVER,
        "GitHub refused the token: {words}.",
        "It may have expired or been revoked. Run: gh auth login. Or put a new token into GH_TOKEN.",
    ),
    "single sign-on": Treatment(
        DigestError,
        NEVER,
        "The organization of {about} wants single sign-on (SAML) for the token: {words}.",
        "Authorize the token for the organization: on GitHub under Settings, your tokens, Configure SSO.",
    ),
    "forbidden": Treatment(
        DigestError,
        NEVER,
        "GitHub does not let this token read {about}: {words}.",
        "The token needs to read pull requests and contents of that repository.",
    ),
    "not found": Treatment(
        DigestError,
        NEVER,
        "GitHub knows no {about}, or does not show it to this token.",
        "Is it misspelt? If it is private, the token must be allowed to read it.",
    ),
    "primary limit": Treatment(
        TryLaterError, NEVER, "GitHub's rate limit is used up {until}.", "Run the same command again after that."
    ),
    "secondary limit": Treatment(
        TryLaterError, NEVER, "GitHub asks to slow down {until}.", "Run the same command again after that."
    ),
    "too heavy": Treatment(
        TryLaterError,
        NEVER,
        "GitHub found a page of pull requests too heavy to answer: {words}.",
        "Try again, or ask for a shorter window.",
    ),
    "trouble": Treatment(TryLaterError, PATIENTLY, "GitHub has trouble: {words}.", "Run the same command later."),
    "garbled": Treatment(
        TryLaterError, PATIENTLY, "GitHub's answer is not whole JSON: {words}.", "Run the same command later."
    ),
    "refused": Treatment(
        DigestError,
        NEVER,
        "GitHub did not take the request: {words}.",
        "Does GITHUB_API_URL lead to a current GitHub? If so, please report this.",
    ),
    "time-out": Treatment(
        TryLaterError,
        PATIENTLY,
        "{host} did not answer in time.",
        "Run the same command later, or raise timeout under [digest.github].",
    ),
    "dropped": Treatment(
        TryLaterError, PATIENTLY, "The connection to {host} broke off.", "Run the same command later."
    ),
    "unreachable": Treatment(
        TryLaterError, ONCE, "{host} cannot be reached.", "Is there a network? Run the same command when there is."
    ),
    "proxy": Treatment(
        TryLaterError,
        ONCE,
        "The proxy on the way to {host} cannot be reached or refuses.",
        "Look at HTTPS_PROXY and NO_PROXY.",
    ),
    "redirected": Treatment(
        DigestError,
        NEVER,
        "{host} sends requests on to another address.",
        "Set GITHUB_API_URL to the address of GitHub's API itself.",
    ),
    "certificate": Treatment(
        DigestError,
        NEVER,
        "No secure connection to {host} could be made.",
        "Where a company signs its own certificates, set REQUESTS_CA_BUNDLE to the file that holds them.",
    ),
}

CURES = "gh auth login, or put a fine-grained token without any permission into GH_TOKEN"
# What means something else where no token was sent; {said} are the words of the same fault above.
WITHOUT_TOKEN: Mapping[str, Treatment] = {
    "bad token": Treatment(DigestError, NEVER, "GitHub does not answer without a token there.", f"Run: {CURES}."),
    "forbidden": Treatment(DigestError, NEVER, "GitHub does not show {about} without a token.", f"Run: {CURES}."),
    "not found": Treatment(
        DigestError,
        NEVER,
        "GitHub knows no {about}, or does not show it without a token.",
        f"Is it misspelt? If it is private, a token is needed: {CURES}.",
    ),
    "primary limit": Treatment(
        TryLaterError,
        NEVER,
        "{said} Without a token it is a low one.",
        f"Run the same command again after that, or right now with a token: {CURES}.",
    ),
}

# The types of GraphQL's errors, the weightiest first: with several errors the first of these counts.
# https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
GRAPHQL_TYPES: Mapping[str, str] = {
    "RATE_LIMITED": "primary limit",
    "RATE_LIMIT": "primary limit",
    "RESOURCE_LIMITS_EXCEEDED": "too heavy",
    "MAX_NODE_LIMIT_EXCEEDED": "too heavy",
    "NOT_FOUND": "not found",
    "FORBIDDEN": "forbidden",
    "INSUFFICIENT_SCOPES": "forbidden",
    "SERVICE_UNAVAILABLE": "trouble",
    "INTERNAL": "trouble",
}
# Errors of these types below a root field leave the rest of the answer whole.
PARTIAL = ("NOT_FOUND", "FORBIDDEN")
