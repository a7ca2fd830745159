"""The one table that says how each fault of GitHub and of the network is treated.

Docs/faults.md prints it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from digest.errors import DigestError, TryLaterError

# Seconds before each further try; all pauses of a run share the patience of the settings.
PATIENTLY = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
BRIEFLY = (1.0, 2.0, 4.0)
ONCE = (1.0,)
NEVER: tuple[float, ...] = ()


class TooHeavyError(TryLaterError):
    """GitHub does not manage to answer what was asked; it may answer a smaller page."""


@dataclass(frozen=True)
class Treatment:
    """How a kind of fault is treated: the error that it ends in, and the pauses before trying again.

    `raises` None: the run goes on and says what it does not know. `sign` is how the fault shows
    itself. `waits_for_reset`: GitHub says when the limit ends; that is waited for if it fits the
    patience.
    """

    raises: type[DigestError] | None
    pauses: tuple[float, ...]
    message: str
    hint: str = ""
    sign: str = ""
    waits_for_reset: bool = False

    @property
    def retries_smaller(self) -> bool:
        """Whether a smaller page is asked for instead."""
        return self.raises is TooHeavyError


TREATMENTS: Mapping[str, Treatment] = {
    "bad token": Treatment(
        DigestError,
        NEVER,
        "GitHub refused the token: {words}.",
        "It may have expired or been revoked. Run: gh auth login. Or put a new token into GH_TOKEN.",
        sign="401",
    ),
    "single sign-on": Treatment(
        DigestError,
        NEVER,
        "The organization of {about} wants single sign-on (SAML) for the token: {words}.",
        "Authorize the token for the organization: on GitHub under Settings, your tokens, Configure SSO.",
        sign="403, or GraphQL's `FORBIDDEN`, with words on SAML",
    ),
    "forbidden": Treatment(
        DigestError,
        NEVER,
        "GitHub does not let this token read {about}: {words}.",
        "The token needs to read pull requests and contents of that repository.",
        sign="403 that is no limit; GraphQL's `FORBIDDEN` or `INSUFFICIENT_SCOPES`",
    ),
    "not found": Treatment(
        DigestError,
        NEVER,
        "GitHub knows no {about}, or does not show it to this token.",
        "Is it misspelt? If it is private, the token must be allowed to read it.",
        sign="404; GraphQL's `NOT_FOUND`, or null, in place of the repository",
    ),
    "primary limit": Treatment(
        TryLaterError,
        NEVER,
        "GitHub's rate limit is used up {until}.",
        "Run the same command again after that.",
        sign="403 or 429 with `x-ratelimit-remaining: 0`; GraphQL's `RATE_LIMITED`",
        waits_for_reset=True,
    ),
    "secondary limit": Treatment(
        TryLaterError,
        NEVER,
        "GitHub asks to slow down {until}.",
        "Run the same command again after that.",
        sign="any other 429; 403 with `retry-after` or words on a secondary limit; where it names no time, 60 s",
        waits_for_reset=True,
    ),
    "too heavy": Treatment(
        TooHeavyError,
        NEVER,
        "GitHub found a page of pull requests too heavy to answer: {words}.",
        "Try again, or ask for a shorter window.",
        sign="GraphQL's `RESOURCE_LIMITS_EXCEEDED` or `MAX_NODE_LIMIT_EXCEEDED`, with or without partial data",
    ),
    "gave up": Treatment(
        TooHeavyError,
        PATIENTLY,
        "GitHub has trouble: {words}.",
        "Run the same command later.",
        sign='502, 504; GraphQL\'s "Something went wrong while executing your query"',
    ),
    "time-out": Treatment(
        TooHeavyError,
        PATIENTLY,
        "{host} did not answer in time.",
        "Run the same command later, or raise timeout under [digest.github].",
        sign="no answer for as long as the setting `timeout` says",
    ),
    "trouble": Treatment(
        TryLaterError,
        PATIENTLY,
        "GitHub has trouble: {words}.",
        "Run the same command later.",
        sign="any other 5xx; GraphQL's `INTERNAL` or `SERVICE_UNAVAILABLE`",
    ),
    "garbled": Treatment(
        TryLaterError,
        PATIENTLY,
        "GitHub's answer is not whole JSON: {words}.",
        "Run the same command later.",
        sign="200 with a web page, with nothing, with JSON that is cut or invalid, or without data",
    ),
    "dropped": Treatment(
        TryLaterError,
        PATIENTLY,
        "The connection to {host} broke off.",
        "Run the same command later.",
        sign="the connection ends before the answer is whole",
    ),
    "unreachable": Treatment(
        TryLaterError,
        ONCE,
        "{host} cannot be reached.",
        "Is there a network? Run the same command when there is.",
        sign="no name, no route, nobody listening",
    ),
    "proxy": Treatment(
        TryLaterError,
        ONCE,
        "The proxy on the way to {host} cannot be reached or refuses.",
        "Look at HTTPS_PROXY and NO_PROXY.",
        sign="the proxy's own answer, or none",
    ),
    "certificate": Treatment(
        DigestError,
        NEVER,
        "No secure connection to {host} could be made.",
        "Where a company signs its own certificates, set REQUESTS_CA_BUNDLE to the file that holds them.",
        sign="TLS is refused",
    ),
    "redirected": Treatment(
        DigestError,
        NEVER,
        "{host} sends requests on to another address.",
        "Set GITHUB_API_URL to the address of GitHub's API itself.",
        sign="a redirection to another host",
    ),
    "refused": Treatment(
        DigestError,
        NEVER,
        "GitHub did not take the request: {words}.",
        "Does GITHUB_API_URL lead to a current GitHub? If so, please report this.",
        sign="any other 4xx, any other error of GraphQL's",
    ),
    "empty entries": Treatment(
        None,
        ONCE,
        "GitHub left entries in its answer empty.",
        sign="null in a page, without a word why",
    ),
    "moving list": Treatment(
        None,
        BRIEFLY,
        "The pull requests moved while they were read.",
        sign="the list's front or its length changed during the walk",
    ),
    "counts disagree": Treatment(
        None,
        ONCE,
        "GitHub's search counts more than it gives.",
        sign="a count above what was listed, what search shows, or the sum of its parts",
    ),
    "blind search": Treatment(
        None,
        ONCE,
        "GitHub's search sees nothing here.",
        sign="the control question, which cannot be zero, is zero",
    ),
}

# What means something else where no token was sent: {said} are the words of the same fault above,
# {token_advice} the ways to a token.
WITHOUT_TOKEN: Mapping[str, Treatment] = {
    "bad token": Treatment(
        DigestError, NEVER, "GitHub does not answer without a token there.", "Run: {token_advice}."
    ),
    "forbidden": Treatment(
        DigestError, NEVER, "GitHub does not show {about} without a token.", "Run: {token_advice}."
    ),
    "not found": Treatment(
        DigestError,
        NEVER,
        "GitHub knows no {about}, or does not show it without a token.",
        "Is it misspelt? If it is private, a token is needed: {token_advice}.",
    ),
    "primary limit": Treatment(
        TryLaterError,
        NEVER,
        "{said} Without a token it is a low one.",
        "Run the same command again after that, or right now with a token: {token_advice}.",
    ),
}

# The types of GraphQL's errors, the weightiest first: with several errors the first of these
# counts.
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
# Errors of these types below a root field leave the rest of the answer whole; at it, where its
# fields stand apart.
PARTIAL = ("NOT_FOUND", "FORBIDDEN")
