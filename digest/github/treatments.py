"""The table of faults: how digest treats each fault of GitHub and of the network.

docs/faults.md prints it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from digest.errors import DigestError, TryLaterError

# Seconds before each retry. All pauses of a run share the budget of `max_wait_seconds`.
PATIENTLY = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
BRIEFLY = (1.0, 2.0, 4.0)
ONCE = (1.0,)
NEVER: tuple[float, ...] = ()


class TooHeavyError(TryLaterError):
    """GitHub failed to answer a question; it may answer a smaller one without a broken part.

    `tries` is the number of times that the question was asked.
    """

    tries = 1


@dataclass(frozen=True)
class Treatment:
    """The treatment of a kind of fault: the pauses before its retries, and the final error.

    `raises` is None if the run continues and reports what is unknown. `sign` describes how to
    recognise the fault. `waits_for_reset`: GitHub reports when the limit ends, and digest waits for
    that if the time budget allows it.
    """

    raises: type[DigestError] | None
    pauses: tuple[float, ...]
    message: str
    hint: str = ""
    sign: str = ""
    waits_for_reset: bool = False

    @property
    def retries_smaller(self) -> bool:
        """Whether the retry requests a smaller page."""
        return self.raises is TooHeavyError


TREATMENTS: Mapping[str, Treatment] = {
    "bad token": Treatment(
        DigestError,
        NEVER,
        "GitHub rejected the token: {words}.",
        "It may have expired or been revoked. Run gh auth login, or set a new token.",
        sign="401",
    ),
    "single sign-on": Treatment(
        DigestError,
        NEVER,
        "The organization of {about} requires single sign-on (SAML) for the token: {words}.",
        "Authorize the token for it: on GitHub open Settings, your tokens, Configure SSO.",
        sign="403, or GraphQL's `FORBIDDEN`, with a message about SAML",
    ),
    "forbidden": Treatment(
        DigestError,
        NEVER,
        "The token may not read {about}: {words}.",
        "Give it read access to pull requests and contents of that repository.",
        sign=(
            "403 with a message that is not about a limit; GraphQL's `FORBIDDEN` or "
            "`INSUFFICIENT_SCOPES`"
        ),
    ),
    "not found": Treatment(
        DigestError,
        NEVER,
        "GitHub could not find {about}, or the token may not read it.",
        "Check the spelling. A private repository needs a token that may read it.",
        sign="404; GraphQL's `NOT_FOUND`, or null, instead of the repository",
    ),
    "gone": Treatment(
        DigestError,
        NEVER,
        "GitHub no longer shows {about}: {words}.",
        "Open its page on GitHub to see why.",
        sign="410 or 451",
    ),
    "gateway": Treatment(
        DigestError,
        NEVER,
        "A proxy or gateway refused the request in GitHub's place: {words}.",
        "Check HTTPS_PROXY and NO_PROXY, or ask the people who run your network.",
        sign=(
            "401 or another 4xx without `x-github-request-id` and without the wording of "
            "GitHub's errors"
        ),
    ),
    "refusal without a reason": Treatment(
        TryLaterError,
        PATIENTLY,
        "GitHub refused the request without a reason: {words}.",
        "Run the command again later. If this continues, check what your token may access.",
        sign="403 without a message",
    ),
    "primary limit": Treatment(
        TryLaterError,
        NEVER,
        "GitHub's rate limit is used up {until}.",
        "Run the command again then.",
        sign=(
            "403 or 429 with `x-ratelimit-remaining: 0` and no message about permissions; "
            "GraphQL's `RATE_LIMITED`"
        ),
        waits_for_reset=True,
    ),
    "secondary limit": Treatment(
        TryLaterError,
        NEVER,
        "GitHub asked digest to slow down {until}.",
        "Run the command again then.",
        sign=(
            "a message about a secondary limit with 200, 403 or 429; any other 429; 403 with "
            "`retry-after`; GraphQL's `RATE_LIMITED` with `retry-after` while requests remain; "
            "60 s if it names no time"
        ),
        waits_for_reset=True,
    ),
    "too heavy": Treatment(
        TooHeavyError,
        NEVER,
        "A page of pull requests was too much for GitHub: {words}.",
        "Run the command again, or choose a shorter window.",
        sign=(
            "GraphQL's `RESOURCE_LIMITS_EXCEEDED` or `MAX_NODE_LIMIT_EXCEEDED`, "
            "with or without partial data"
        ),
    ),
    "server error": Treatment(
        TooHeavyError,
        PATIENTLY,
        "GitHub is having problems: {words}.",
        "Run the command again later.",
        sign=(
            "500, 502, 504; GraphQL's `INTERNAL` or "
            '"Something went wrong while executing your query"'
        ),
    ),
    "time-out": Treatment(
        TooHeavyError,
        PATIENTLY,
        "{host} did not answer in time.",
        "Run the command again later, or raise timeout_seconds under [digest.github].",
        sign="no answer within the time of the setting `timeout_seconds`",
    ),
    "unavailable": Treatment(
        TooHeavyError,
        PATIENTLY,
        "GitHub is having problems: {words}.",
        "Run the command again later.",
        sign="any other 5xx; GraphQL's `SERVICE_UNAVAILABLE`",
    ),
    "unreadable answer": Treatment(
        TooHeavyError,
        PATIENTLY,
        "GitHub's answer could not be read: {words}.",
        "Run the command again later.",
        sign="200 with a web page, without content, with cut or invalid JSON, or without data",
    ),
    "unexpected answer": Treatment(
        DigestError,
        ONCE,
        "The answer differs from GitHub's documentation: {words}.",
        "A proxy or an old server may have sent it. If GITHUB_API_URL is set, check it. "
        "Otherwise please report this.",
        sign=(
            "200 with JSON that lacks documented fields, has null in a field that is never null, "
            "or has a value of another type"
        ),
    ),
    "oversized": Treatment(
        TooHeavyError,
        NEVER,
        "The answer of {host} is too large: {words}.",
        "Run the command again, or choose a shorter window.",
        sign="an answer that is longer than 64 MB when it is unpacked",
    ),
    "dropped": Treatment(
        TooHeavyError,
        PATIENTLY,
        "The connection to {host} was lost.",
        "Run the command again later.",
        sign="the connection ends before the answer is complete",
    ),
    "unreachable": Treatment(
        TryLaterError,
        ONCE,
        "{host} cannot be reached: {words}.",
        "Check the network connection, and run the command again.",
        sign="no route or a closed port",
    ),
    "unknown name": Treatment(
        TryLaterError,
        PATIENTLY,
        "The address of {host} could not be looked up: {words}.",
        "Check the network connection and the spelling of the name, and run the command again.",
        sign="no address for the name of the host",
    ),
    "proxy": Treatment(
        TryLaterError,
        ONCE,
        "The proxy for {host} cannot be reached or refused the connection: {words}.",
        "Check HTTPS_PROXY and NO_PROXY.",
        sign="an error from the proxy, or no answer from it",
    ),
    "proxy setting": Treatment(
        DigestError,
        NEVER,
        "The proxy for {host} cannot be used: {words}.",
        "Check HTTPS_PROXY, ALL_PROXY and NO_PROXY. Write a proxy like "
        "http://proxy.example.com:3128.",
        sign="an address of a proxy that is not valid; a SOCKS proxy without the package PySocks",
    ),
    "certificate": Treatment(
        DigestError,
        NEVER,
        "A secure connection to {host} failed: {words}.",
        "If your company signs its own certificates, set REQUESTS_CA_BUNDLE to the file that "
        "contains them.",
        sign="TLS fails",
    ),
    "certificate file": Treatment(
        DigestError,
        NEVER,
        "The certificates for {host} could not be read: {words}.",
        "Set REQUESTS_CA_BUNDLE to a file with certificates in PEM format, or unset it.",
        sign="the file in REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE is missing or has no certificates",
    ),
    "bad address": Treatment(
        DigestError,
        NEVER,
        "{host} is not a valid address for requests: {words}.",
        "Check GITHUB_API_URL and GH_HOST.",
        sign="an address that cannot be parsed",
    ),
    "redirected": Treatment(
        DigestError,
        NEVER,
        "{host} redirects to another address.",
        "Set GITHUB_API_URL to the address of GitHub's API.",
        sign="a redirect to another host",
    ),
    "refused": Treatment(
        DigestError,
        NEVER,
        "GitHub rejected the request: {words}.",
        "If GITHUB_API_URL is set, check it. Otherwise please report this.",
        sign="any other 4xx, any other GraphQL error",
    ),
    "invalid request": Treatment(
        DigestError,
        NEVER,
        "GitHub rejected the request: {words}.",
        "If the reason is not one of your settings, please report this.",
        sign="422; the reason may be in `message` or in `errors`",
    ),
    "empty entries": Treatment(
        None,
        ONCE,
        "GitHub's answer has empty entries.",
        sign="null in a page, without an error",
    ),
    "lost place": Treatment(
        None,
        ONCE,
        "GitHub did not return the place of the next page, so pull requests may be missing.",
        sign="a page that is not the last one, without the cursor of the next one",
    ),
    "moving list": Treatment(
        None,
        BRIEFLY,
        "The list of pull requests changed while it was read.",
        sign="the first entry or the length of the list changed while it was read",
    ),
    "counts disagree": Treatment(
        None,
        ONCE,
        "GitHub's search counts more pull requests than it lists.",
        sign="a count above the list, above the results of search, or above the sum of its parts",
    ),
    "blind search": Treatment(
        None,
        ONCE,
        "GitHub's search finds nothing in this repository.",
        sign="a control search that must find something finds nothing",
    ),
    "lagging search": Treatment(
        None,
        NEVER,
        "GitHub's search finds only {found:,} of the {listed:,} pull requests {listed_by}, because "
        "its index is behind. Its counts of this and of earlier windows are unknown.",
        sign="search finds fewer merged pull requests than the list has, ever or in the window",
    ),
    "renamed branch": Treatment(
        None,
        NEVER,
        "{base} was called {old} before. Pull requests that were merged into {old} count too.",
        sign=(
            "a base has fewer merges than all branches together, and another branch had most of "
            "them until the first merge into the base"
        ),
    ),
    "unclear branch": Treatment(
        None,
        NEVER,
        "Pull requests were merged into {old}, which may be an earlier name of {base}. "
        "Some may be missing.",
        sign=(
            "the same, but it is unclear whether the two are one branch; or a branch that no "
            "longer exists had merges only while the base had none"
        ),
    ),
    "renamed repository": Treatment(
        None,
        NEVER,
        "{requested} was renamed to {name}. Use the new name.",
        sign="GitHub answers with another name than the requested one",
    ),
    "unknown facts": Treatment(
        None,
        NEVER,
        "The changed files of {numbers} are unknown: GitHub did not return all of them.",
        sign=(
            "fewer files, labels or texts of a pull request than GitHub counts, or null for them; "
            "a field that GitHub fails on each time"
        ),
    ),
}

# Faults with another meaning if no token was sent. {message} is the message of the same fault
# above, {words} GitHub's reason, {token_advice} the ways to get a token.
WITHOUT_TOKEN: Mapping[str, Treatment] = {
    "bad token": Treatment(
        DigestError, NEVER, "GitHub requires a token here.", "Run {token_advice}."
    ),
    "forbidden": Treatment(
        DigestError,
        NEVER,
        "GitHub does not show {about} without a token: {words}.",
        "Run {token_advice}.",
    ),
    "not found": Treatment(
        DigestError,
        NEVER,
        "GitHub could not find {about}, or does not show it without a token.",
        "Check the spelling. If it is private, run {token_advice} that may read it.",
    ),
    "primary limit": Treatment(
        TryLaterError,
        NEVER,
        "{message} The limit is low without a token.",
        "Run the command again then. To raise the limit, run {token_advice} without permissions.",
    ),
}

# The types of GraphQL's errors, the most important first; it decides if there are several errors.
# https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
GRAPHQL_TYPES: Mapping[str, str] = {
    "RATE_LIMITED": "primary limit",
    "RATE_LIMIT": "primary limit",
    "RESOURCE_LIMITS_EXCEEDED": "too heavy",
    "MAX_NODE_LIMIT_EXCEEDED": "too heavy",
    "NOT_FOUND": "not found",
    "FORBIDDEN": "forbidden",
    "INSUFFICIENT_SCOPES": "forbidden",
    "SERVICE_UNAVAILABLE": "unavailable",
    "INTERNAL": "server error",
}
# Errors of these types below a root field leave the rest of the answer valid. Errors at a root
# field do so only if the root fields are independent.
PARTIAL = ("NOT_FOUND", "FORBIDDEN")
