"""A newsletter's repository in REST, reads and writes; README.md has the sources."""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from digest.model import Person
from tests.standin import newsletter_views as views
from tests.standin import rest_views
from tests.standin.newsletter import ROBOT, Newsletter, Pull
from tests.standin.paging import Parameters, know, link, span
from tests.standin.search import NotUnderstoodError

LONGEST_BODY = 65536
LONGEST_TITLE = 256
NOT_YOURS = "Resource not accessible by integration"
NOT_PERMITTED = "GitHub Actions is not permitted to create or approve pull requests."
NO_DRAFTS = "Draft pull requests are not supported in this repository."
NO_NEW_LABELS = "You do not have permission to create labels on this repository."

Reply = tuple[int, object, dict[str, str]]
Body = Mapping[str, Any]


class RefusedError(Exception):
    """GitHub refuses a request with a status, a message and the entries of `errors`."""

    def __init__(self, status: int, message: str, *errors: object) -> None:
        super().__init__(message)
        document = {"message": message, "status": str(int(status))} | (
            {"errors": list(errors)} if errors else {}
        )
        self.reply: Reply = (status, document, {})


def answer(newsletter: Newsletter, api: str, asked: tuple[str, str, Parameters, Body]) -> Reply:
    """Return GitHub's answer.

    `asked` has the method, the path after the repository's name, its parameters, the JSON.
    """
    method, path, parameters, body = asked
    reads: Sequence[tuple[str, str, Callable[..., Reply]]] = [
        ("GET", r"", _repository),
        ("GET", r"/git/blobs/(\w+)", _blob),
        ("GET", r"/commits", _commits),
        ("GET", r"/compare/([^/]+)\.\.\.([^/]+)", _compare),
        ("GET", r"/pulls", _listed),
        ("GET", r"/pulls/(\d+)", _pull),
        ("GET", r"/issues/(\d+)/events", _events),
    ]
    writes: Sequence[tuple[str, str, Callable[..., Reply]]] = [
        ("POST", r"/git/refs", _create_ref),
        ("POST", r"/pulls", _open),
        ("PATCH", r"/pulls/(\d+)", _change),
        ("POST", r"/issues/(\d+)/labels", _label),
        ("POST", r"/issues/(\d+)/assignees", _assign),
        ("POST", r"/pulls/(\d+)/requested_reviewers", _ask_for_review),
    ]
    for routes, given in ((reads, parameters), (writes, body)):
        for known, pattern, route in routes:
            if known == method and (match := re.fullmatch(pattern, path)):
                try:
                    return route(newsletter, api, given, *match.groups())
                except RefusedError as error:
                    return error.reply
    raise NotUnderstoodError(f"{method} {path} of {newsletter.name}")


def _repository(newsletter: Newsletter, api: str, asked: Parameters) -> Reply:
    know(asked)
    return HTTPStatus.OK, views.repository(newsletter, api), {}


def _blob(newsletter: Newsletter, _api: str, asked: Parameters, oid: str) -> Reply:
    know(asked)
    if oid not in newsletter.git.blobs:
        raise RefusedError(HTTPStatus.NOT_FOUND, "Not Found")
    content = newsletter.git.blobs[oid]
    # GitHub ends every line, the last one too.
    encoded = base64.encodebytes(content).decode()
    return (
        HTTPStatus.OK,
        {"sha": oid, "size": len(content), "encoding": "base64", "content": encoded},
        {},
    )


def _commits(newsletter: Newsletter, api: str, asked: Parameters) -> Reply:
    know(asked, "sha", "per_page", "page")
    found = newsletter.git.log(asked.get("sha", "HEAD"))
    if not found:
        raise RefusedError(HTTPStatus.NOT_FOUND, "Not Found")
    first, last = span(asked)
    page = [views.commit(newsletter, api, one) for one in found[first:last]]
    here = f"{api}/repos/{newsletter.name}/commits"
    return HTTPStatus.OK, page, link(here, asked, has_next=last < len(found))


def _compare(newsletter: Newsletter, api: str, asked: Parameters, base: str, head: str) -> Reply:
    know(asked)
    git = newsletter.git
    if not (git.find(base) and git.find(head)):
        raise RefusedError(HTTPStatus.NOT_FOUND, "Not Found")
    return HTTPStatus.OK, views.comparison(newsletter, base, head), {}


def _listed(newsletter: Newsletter, api: str, asked: Parameters) -> Reply:
    know(asked, "head", "state", "base", "per_page", "page")
    owner, colon, head = asked.get("head", "").partition(":")
    if "head" in asked and not colon:
        raise NotUnderstoodError(f"a head without its owner: {asked['head']}")
    state = asked.get("state", "open")
    found = [
        pull
        for pull in reversed(newsletter.pulls)
        if state in ("all", pull.state)
        and ("head" not in asked or (owner, head) == (newsletter.owner, pull.head))
        and asked.get("base", pull.base) == pull.base
    ]
    first, last = span(asked)
    page = [views.listed(newsletter, api, pull) for pull in found[first:last]]
    return (
        HTTPStatus.OK,
        page,
        link(
            f"{api}/repos/{newsletter.name}/pulls",
            asked,
            has_next=last < len(found),
            total=len(found),
        ),
    )


def _pull(newsletter: Newsletter, api: str, asked: Parameters, number: str) -> Reply:
    know(asked)
    return HTTPStatus.OK, views.pull(newsletter, api, _known(newsletter, number)), {}


def _create_ref(newsletter: Newsletter, api: str, body: Body) -> Reply:
    _know(body, "ref", "sha")
    _need(newsletter.can_write_contents)
    branch = body["ref"].removeprefix("refs/heads/")
    if branch == body["ref"]:
        raise NotUnderstoodError(f"a ref that is no branch: {branch}")
    if body["sha"] not in newsletter.git.commits:
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, "Object does not exist")
    if branch in newsletter.git.branches:
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, "Reference already exists")
    if newsletter.is_protected(branch):
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, "Reference update failed")
    newsletter.git.branches[branch] = body["sha"]
    newsletter.writes.append(f"branch {branch}")
    return HTTPStatus.CREATED, views.ref(newsletter, api, branch), {}


def _open(newsletter: Newsletter, api: str, body: Body) -> Reply:
    _know(body, "title", "head", "base", "body", "draft", "maintainer_can_modify")
    _need(newsletter.can_write_pull_requests)
    head, base, draft = (
        body["head"].removeprefix(f"{newsletter.owner}:"),
        body["base"],
        body.get("draft", False),
    )
    if not newsletter.can_create_pull_requests:
        raise RefusedError(HTTPStatus.FORBIDDEN, NOT_PERMITTED)
    _check_words(body)
    for name, field in ((base, "base"), (head, "head")):
        if name not in newsletter.git.branches:
            raise _invalid({"resource": "PullRequest", "field": field, "code": "invalid"})
    if draft and not newsletter.has_drafts:
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, NO_DRAFTS)
    if any((pull.head, pull.base, pull.state) == (head, base, "open") for pull in newsletter.pulls):
        raise _custom(f"A pull request already exists for {newsletter.owner}:{head}.")
    if not newsletter.git.compare(newsletter.head(base), newsletter.head(head))[0]:
        raise _custom(f"No commits between {base} and {head}")
    made = newsletter.opened(
        head=head,
        base=base,
        title=body["title"],
        body=body.get("body") or "",
        draft=draft,
        author=ROBOT,
    )
    newsletter.writes.append(f"open #{made.number} {head}" + (" as a draft" if draft else ""))
    return HTTPStatus.CREATED, views.pull(newsletter, api, made), {}


def _change(newsletter: Newsletter, api: str, body: Body, number: str) -> Reply:
    _know(body, "title", "body", "state")
    known = _known(newsletter, number)
    _need(newsletter.can_write_pull_requests)
    _check_words(body)
    if body.get("state") == "open" and known.head not in newsletter.git.branches:
        raise _custom(f"state cannot be changed. The {known.head} branch has been deleted.")
    changed = newsletter.changed(
        known.number, **{name: value or "" for name, value in body.items()}
    )
    newsletter.writes.append(f"change #{number} {' '.join(sorted(body))}")
    return HTTPStatus.OK, views.pull(newsletter, api, changed), {}


def _events(newsletter: Newsletter, _api: str, asked: Parameters, number: str) -> Reply:
    """Return only the events of added labels."""
    know(asked, "per_page")
    mine = [name for one, name in newsletter.labelled if one == _known(newsletter, number).number]
    return HTTPStatus.OK, [{"event": "labeled", "label": views.label(name)} for name in mine], {}


def _label(newsletter: Newsletter, _api: str, body: Body, number: str) -> Reply:
    _know(body, "labels")
    known = _known(newsletter, number)
    _need(newsletter.can_write_pull_requests and newsletter.can_label)
    new = [name for name in body["labels"] if name not in newsletter.labels]
    if new and not newsletter.can_create_labels:
        entry = {"resource": "Repository", "field": "label", "code": "unauthorized"}
        raise RefusedError(HTTPStatus.FORBIDDEN, NO_NEW_LABELS, entry)
    newsletter.labels += new
    labels = tuple(dict.fromkeys([*known.labels, *body["labels"]]))
    newsletter.changed(known.number, labels=labels)
    newsletter.labelled += [(known.number, name) for name in body["labels"]]
    newsletter.writes.append(f"label #{number} {' '.join(body['labels'])}")
    return HTTPStatus.OK, [views.label(name) for name in labels], {}


def _assign(newsletter: Newsletter, api: str, body: Body, number: str) -> Reply:
    """GitHub leaves out people without access, and reports no error."""
    _know(body, "assignees")
    known = _known(newsletter, number)
    _need(newsletter.can_write_pull_requests)
    able = [name for name in body["assignees"] if name in newsletter.people]
    newsletter.writes += [f"assign #{number} {name}" for name in able]
    people = [rest_views.account(api, Person(login=name)) for name in able]
    return HTTPStatus.CREATED, views.pull(newsletter, api, known) | {"assignees": people}, {}


def _ask_for_review(newsletter: Newsletter, api: str, body: Body, number: str) -> Reply:
    _know(body, "reviewers", "team_reviewers")
    known = _known(newsletter, number)
    _need(newsletter.can_write_pull_requests)
    names = [*body.get("reviewers", ()), *body.get("team_reviewers", ())]
    if not {*names} <= {*newsletter.people}:
        raise RefusedError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Reviews may only be requested from collaborators. One or more of the users or teams "
            f"you specified is not a collaborator of the {newsletter.name} repository.",
        )
    newsletter.writes += [f"review #{number} {name}" for name in names]
    return HTTPStatus.CREATED, views.pull(newsletter, api, known), {}


def _known(newsletter: Newsletter, number: str) -> Pull:
    found = next((pull for pull in newsletter.pulls if pull.number == int(number)), None)
    if found is None:
        raise RefusedError(HTTPStatus.NOT_FOUND, "Not Found")
    return found


def _need(permission: bool) -> None:  # noqa: FBT001
    if not permission:
        raise RefusedError(HTTPStatus.FORBIDDEN, NOT_YOURS)


def _check_words(body: Body) -> None:
    for field, longest in (("title", LONGEST_TITLE), ("body", LONGEST_BODY)):
        if len(body.get(field) or "") > longest:
            words = f"{field} is too long (maximum is {longest} characters)"
            raise _invalid(
                {"resource": "Issue", "code": "custom", "field": field, "message": words}
            )


def _custom(message: str) -> RefusedError:
    return _invalid({"resource": "PullRequest", "code": "custom", "message": message})


def _invalid(error: object) -> RefusedError:
    return RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, "Validation Failed", error)


def _know(body: Body, *names: str) -> None:
    if strange := set(body) - set(names):
        raise NotUnderstoodError(f"the fields {sorted(strange)}")
