"""Documents of the REST API in another shape: a missing optional field is unknown, others are one line."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from github.Issue import Issue
from github.Repository import Repository

from digest.errors import DigestError
from digest.github import newsletter_documents, rest_documents
from digest.github.rest_documents import (
    OtherShapeError,
    complete_object,
    pull_request_object,
    read_document,
)
from digest.github.writing import LostError
from tests.fetching import FULL, many, numbers, read_without_token, world
from tests.scripted import client, reply, scripted
from tests.standin import Fault, StandIn, rest_views
from tests.standin.world import Repo

REPO = Repo(pulls=(FULL,))
API = "https://api.github.com"
HINT = (
    "A proxy or an old server may have sent it. If GITHUB_API_URL is set, check it. "
    "Otherwise please report this."
)
ITEM = rest_views.found(API, REPO, FULL)
PULL = rest_views.pull_request(API, REPO, FULL) | {
    "head": {"ref": "digest/2021-W19", "repo": {"full_name": "acme/newsletter"}},
    "state": "open",
    "merged_at": None,
    "draft": True,
}
FILE = rest_views.files(FULL.files or ())[0]
RESULTS = {"total_count": 1, "incomplete_results": False, "items": [ITEM]}
EVENT = {"event": "labeled", "label": {"name": "newsletter"}}
# A valid document for each reader.
READERS: Mapping[str, tuple[Callable[[Any], object], Any]] = {
    "repository": (rest_documents.repository, rest_views.repository(API, REPO)),
    "search": (rest_documents.search_results, RESULTS),
    "details": (rest_documents.details, PULL),
    "base": (rest_documents.base, PULL),
    "branch": (rest_documents.branch, {"name": "main"}),
    "files": (rest_documents.changed_files, [FILE]),
    "person": (rest_documents.person, {"login": "ada", "type": "User"}),
    "merges": (rest_documents.merges, [PULL]),
    "draft": (newsletter_documents.draft, PULL),
    "drafts": (newsletter_documents.drafts, [PULL]),
    "opened": (
        lambda document: newsletter_documents.opened_draft(pull_request_object(document)),
        PULL,
    ),
    "labels": (newsletter_documents.added_labels, [EVENT]),
    "commits": (
        newsletter_documents.commits,
        [{"sha": "0" * 40, "commit": {"message": "Digest of 2021-W19"}}],
    ),
    "compared": (
        newsletter_documents.compared_files,
        {"files": [{"filename": "b.md", "status": "renamed", "previous_filename": "a.md"}]},
    ),
    "assignees": (
        lambda document: newsletter_documents.assignees(complete_object(Issue, document)),
        {"assignees": [{"login": "ada"}]},
    ),
    "blob": (newsletter_documents.blob, {"content": "", "encoding": "base64"}),
}
VALUES: tuple[Any, ...] = (
    None,
    {},
    [],
    "made up",
    5,
    True,
    [None],
    [5],
    {"url": None},
    "not a date",
)


def _read(reader: str, document: Any) -> object:
    """The values, or the reason why there are none; anything else is a mistake."""
    try:
        return read_document(READERS[reader][0], document)
    except OtherShapeError as error:
        return str(error)


@pytest.mark.parametrize("reader", READERS)
def test_a_valid_document_is_read(reader: str) -> None:
    assert not isinstance(read_document(*READERS[reader]), OtherShapeError)


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("reader", READERS)
def test_any_other_document_is_one_line(reader: str, value: object) -> None:
    assert "\n" not in str(_read(reader, value))


@pytest.mark.sample(every=3)
@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("reader", READERS)
def test_any_field_may_be_missing_or_of_another_type(reader: str, value: object) -> None:
    _, document = READERS[reader]
    for spoilt in _spoilt(document, value):
        _read(reader, spoilt)


@pytest.mark.parametrize("count", [True, -1, "1", None])
def test_a_count_that_is_not_one_is_another_shape(count: object) -> None:
    with pytest.raises(OtherShapeError, match="total_count is missing or not a count"):
        rest_documents.search_results(RESULTS | {"total_count": count, "items": []})


def _spoilt(document: Any, value: object) -> list[Any]:
    """The document with one field, at any depth, left out or replaced by a value."""
    if isinstance(document, list):
        return [[other] for one in document for other in (value, *_spoilt(one, value))]
    if not isinstance(document, dict):
        return []
    found = []
    for name, inner in document.items():
        rest = {other: kept for other, kept in document.items() if other != name}
        found += [rest, rest | {name: value}]
        found += [rest | {name: other} for other in _spoilt(inner, value)]
    return found


def test_a_field_that_an_old_server_omits_is_unknown() -> None:
    item = {name: value for name, value in ITEM.items() if name != "reactions"}
    (found,) = rest_documents.search_results(RESULTS | {"items": [item]}).pulls
    assert found.reactions is None
    pull = {name: value for name, value in PULL.items() if name not in {"draft", "merged_at"}}
    listed = newsletter_documents.draft(pull).draft
    assert (listed.is_draft, listed.state) == (False, "open")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pull_request": {}}, "pull_request.merged_at is missing"),
        ({"pull_request": {"merged_at": "12 May"}}, "a field has the value '12 May'"),
        ({"number": None}, "number is missing"),
        ({"labels": 5}, "a field has the value '5'"),
    ],
)
def test_a_search_result_in_another_shape_is_one_line(change: dict[str, Any], words: str) -> None:
    with StandIn(world(FULL)) as github:
        body = RESULTS | {"items": [ITEM | change]}
        github.faults.append(Fault("/search/issues", body=body, times=2))
        with pytest.raises(DigestError) as caught:
            read_without_token(github)
    assert (caught.value.exit_code, caught.value.message, caught.value.hint) == (
        1,
        f"The answer differs from GitHub's documentation: {words}. digest tried 2 times.",
        HINT,
    )


@pytest.mark.parametrize("body", ["{}", "[]", "null", "5"])
def test_a_repository_in_another_shape_is_one_line(body: str) -> None:
    with StandIn(world(FULL)) as github:
        github.faults.append(Fault("/repos/backstage/backstage", body=body, times=2))
        with pytest.raises(DigestError, match="differs from GitHub's documentation"):
            read_without_token(github)


def test_files_in_another_shape_leave_the_count_whole() -> None:
    with StandIn(world(*many(2))) as github:
        path = "/repos/backstage/backstage/pulls/1/files"
        github.faults.append(Fault(path, body="{}", times=2))
        snapshot = read_without_token(github).snapshot
    assert (numbers(snapshot), snapshot.complete) == ([1, 2], True)


def test_no_object_of_pygithub_sends_a_request() -> None:
    """PyGithub would send a request for a label without a name."""
    words = _read("search", RESULTS | {"items": [ITEM | {"labels": [{"color": "red"}]}]})
    assert words == "a field is missing"


def _open(repository: Repository) -> object:
    return newsletter_documents.opened_draft(repository.create_pull("a", "b", draft=True))


def _assign(repository: Repository) -> object:
    issue = repository.get_issue(1)
    issue.add_to_assignees("ada")
    return newsletter_documents.assignees(issue)


@pytest.mark.parametrize("document", [[], '"made up"', 5, {}, PULL | {"number": "five"}])
def test_an_unusable_answer_to_a_write_leaves_its_result_unknown(document: object) -> None:
    with scripted(reply(201, document)) as script, pytest.raises(LostError) as caught:
        client(script.url).write("made-up/newsletter", _open)
    assert "differs from GitHub's documentation" in caught.value.message
    assert [one["path"] for one in script.asked] == ["/repos/made-up/newsletter/pulls"]


@pytest.mark.parametrize("people", [[], [{"id": 5}], [{"login": None}]])
def test_a_person_whom_the_answer_does_not_name_is_not_asked_for(people: object) -> None:
    with scripted(reply(201, {"assignees": people})) as script:
        assert client(script.url).write("made-up/newsletter", _assign) == ()
    assert [one["path"] for one in script.asked] == ["/repos/made-up/newsletter/issues/1/assignees"]


def test_a_missing_field_is_never_requested_after_a_write() -> None:
    def read(repository: Repository) -> str | None:
        issue = repository.get_issue(1)
        issue.add_to_assignees("ada")
        return issue.assignees[0].name

    person = {"url": "https://api.github.com/users/ada"}
    with scripted(reply(201, {"assignees": [person]})) as script:
        with pytest.raises(LostError, match="a field is missing"):
            client(script.url).write("made-up/newsletter", read)
        assert len(script.asked) == 1
