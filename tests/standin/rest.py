"""Answer REST: the routes that digest and the PyGithub loop of bench/ use, and the primary limits.

The routes of a newsletter's repository are in newsletter_rest.py.
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from digest.model import Person, PullRequest
from tests.standin import made_up, newsletter_rest, rest_views, search
from tests.standin.newsletter import Newsletter
from tests.standin.paging import Parameters, know, link, span
from tests.standin.search import NotUnderstoodError
from tests.standin.world import Repo, World

NINE = datetime(2021, 5, 17, 9, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# For each resource a span, and the requests allowed in it without a token and with one.
ALLOWED = {"core": (HOUR, 60, 5000), "search": (MINUTE, 10, 30)}
MOST_FILES = 3000


@dataclass(frozen=True)
class Reply:
    """The status, JSON and headers of an answer."""

    status: int
    body: object
    headers: Mapping[str, str]


class Rest:
    """The REST API over a World; `now` is the clock of its limits."""

    def __init__(
        self,
        world: World,
        newsletters: Sequence[Newsletter] = (),
        now: Callable[[], datetime] = lambda: NINE,
    ) -> None:
        self.world = world
        self.newsletters = newsletters
        self.now = now
        self.used: dict[str, int] = {}
        self._resets: dict[str, datetime] = {}

    def answer(self, api: str, target: str, *, has_token: bool) -> Reply:
        """Return GitHub's answer to a GET of `target`; `api` is its own address."""
        return self._answer(api, ("GET", target, {}), has_token=has_token)

    def write(self, api: str, method: str, target: str, body: Mapping[str, Any]) -> Reply:
        """Execute a write with a token, and return GitHub's answer."""
        return self._answer(api, (method, target, body), has_token=True)

    def _answer(
        self, api: str, request: tuple[str, str, Mapping[str, Any]], *, has_token: bool
    ) -> Reply:
        method, target, body = request
        parts = urlsplit(target)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        resource = "search" if parts.path.startswith("/search/") else "core"
        allowed, limits = self._spend(resource, has_token=has_token)
        if not allowed:
            words = "API rate limit exceeded for 127.0.0.1. (But here's the good news: Authenticated requests …)"
            return Reply(HTTPStatus.FORBIDDEN, {"message": words}, limits)
        newsletter, path = self._newsletter(parts.path, has_token=has_token)
        if newsletter:
            status, said, more = newsletter_rest.answer(
                newsletter, api, (method, path, asked, body)
            )
        elif method == "GET":
            status, said, more = self._routed(api, parts.path, asked)
        else:
            raise NotUnderstoodError(f"{method} {target}")
        return Reply(status, said, limits | more)

    def _newsletter(self, path: str, *, has_token: bool) -> tuple[Newsletter | None, str]:
        """Return the newsletter of a path, and the path after its name.

        A private one is hidden without a token.
        """
        match = re.fullmatch(r"/repos/([^/]+/[^/]+)(.*)", path)
        name, rest = match.groups() if match else ("", "")
        known = (one for one in self.newsletters if one.name.lower() == name.lower())
        return next((one for one in known if has_token or not one.private), None), rest

    def _spend(self, resource: str, *, has_token: bool) -> tuple[bool, dict[str, str]]:
        span, *allowed = ALLOWED[resource]
        now = self.now()
        if now >= self._resets.get(resource, now):
            self._resets[resource], self.used[resource] = now + span, 0
        self.used[resource] += 1
        limit = allowed[has_token]
        headers = {
            "x-ratelimit-limit": str(limit),
            "x-ratelimit-remaining": str(max(limit - self.used[resource], 0)),
            "x-ratelimit-used": str(min(self.used[resource], limit)),
            "x-ratelimit-reset": str(int(self._resets[resource].timestamp())),
            "x-ratelimit-resource": resource,
        }
        return self.used[resource] <= limit, headers

    def _routed(self, api: str, path: str, asked: Parameters) -> tuple[int, object, dict[str, str]]:
        routes: list[tuple[str, Callable[..., tuple[int, object, dict[str, str]]]]] = [
            (r"/search/issues", self._search),
            (r"/users/([^/]+)", self._user),
            (r"/repositories/(\d+)", self._repository_by_id),
            (r"/repos/([^/]+/[^/]+)", self._repository),
            (r"/repos/([^/]+/[^/]+)/branches/(.+)", self._branch),
            (r"/repos/([^/]+/[^/]+)/pulls", self._pulls),
            (r"/repos/([^/]+/[^/]+)/pulls/(\d+)", self._pull),
            (r"/repos/([^/]+/[^/]+)/pulls/(\d+)/files", self._files),
        ]
        for pattern, route in routes:
            if match := re.fullmatch(pattern, path):
                return route(api, asked, *match.groups())
        raise NotUnderstoodError(f"GET {path}")

    def _search(self, api: str, asked: Parameters) -> tuple[int, object, dict[str, str]]:
        know(asked, "q", "sort", "order", "per_page", "page")
        order = f" sort:{asked['sort']}-{asked.get('order', 'desc')}" if "sort" in asked else ""
        found = search.find(self.world, asked["q"] + order, asked.get("page"))
        first, last = span(asked)
        if first >= search.SHOWN:
            return (
                HTTPStatus.UNPROCESSABLE_ENTITY,
                {"message": "Only the first 1000 search results are available"},
                {},
            )
        items = [
            rest_views.found(api, found.repo, pull)
            for pull in found.pulls[first:last]
            if found.repo
        ]
        body = {"total_count": found.count, "incomplete_results": False, "items": items}
        return (
            HTTPStatus.OK,
            body,
            link(f"{api}/search/issues", asked, has_next=last < len(found.pulls)),
        )

    def _repository(self, api: str, _: Parameters, name: str) -> tuple[int, object, dict[str, str]]:
        repo = self.world.repo(name)
        if repo is None:
            return _missing()
        if repo.name.lower() != name.lower():
            to = f"{api}/repositories/{self.world.repos.index(repo) + 1}"
            return (
                HTTPStatus.MOVED_PERMANENTLY,
                {"message": "Moved Permanently", "url": to},
                {"Location": to},
            )
        return HTTPStatus.OK, rest_views.repository(api, repo), {}

    def _repository_by_id(
        self, api: str, _: Parameters, place: str
    ) -> tuple[int, object, dict[str, str]]:
        return HTTPStatus.OK, rest_views.repository(api, self.world.repos[int(place) - 1]), {}

    def _branch(
        self, _api: str, _: Parameters, name: str, branch: str
    ) -> tuple[int, object, dict[str, str]]:
        repo = self._present(name)
        is_there = repo is not None and unquote(branch) in repo.branches
        return (HTTPStatus.OK, {"name": unquote(branch)}, {}) if is_there else _missing()

    def _pulls(self, api: str, asked: Parameters, name: str) -> tuple[int, object, dict[str, str]]:
        know(asked, "state", "per_page", "page")
        repo = self._present(name)
        pulls = sorted(repo.pulls if repo else (), key=lambda pull: -pull.number)
        first, last = span(asked)
        page = [rest_views.listed(api, repo, pull) for pull in pulls[first:last] if repo]
        return (
            HTTPStatus.OK,
            page,
            link(f"{api}/repos/{name}/pulls", asked, has_next=last < len(pulls)),
        )

    def _pull(
        self, api: str, _: Parameters, name: str, number: str
    ) -> tuple[int, object, dict[str, str]]:
        repo, pull = self._one(name, number)
        return (
            (HTTPStatus.OK, rest_views.pull_request(api, repo, pull), {})
            if repo and pull
            else _missing()
        )

    def _files(
        self, api: str, asked: Parameters, name: str, number: str
    ) -> tuple[int, object, dict[str, str]]:
        know(asked, "per_page", "page")
        _, pull = self._one(name, number)
        if pull is None or pull.files is None:
            return _missing()
        first, last = span(asked)
        shown = pull.files[:MOST_FILES]
        here = f"{api}/repos/{name}/pulls/{number}/files"
        return (
            HTTPStatus.OK,
            rest_views.files(shown[first:last]),
            link(here, asked, has_next=last < len(shown)),
        )

    def _user(self, api: str, _: Parameters, login: str) -> tuple[int, object, dict[str, str]]:
        for repo in self.world.repos:
            for person in _people(repo.pulls):
                if person.login and person.login.lower() == unquote(login).lower():
                    kind = repo.kinds.get(person.login, "User")
                    return HTTPStatus.OK, rest_views.profile(api, person, kind), {}
        return _missing()

    def _present(self, name: str) -> Repo | None:
        repo = self.world.repo(name)
        return repo if repo and repo.name.lower() == name.lower() else None

    def _one(self, name: str, number: str) -> tuple[Repo | None, PullRequest | None]:
        repo = self._present(name)
        return repo, next(
            (pull for pull in (repo.pulls if repo else ()) if pull.number == int(number)), None
        )


def _people(pulls: Sequence[PullRequest]) -> Sequence[Person]:
    people = (made_up.person(pull.author) for pull in pulls)
    return [one for one in people if one]


def _missing() -> tuple[int, Any, dict[str, str]]:
    return HTTPStatus.NOT_FOUND, {"message": "Not Found", "status": "404"}, {}
