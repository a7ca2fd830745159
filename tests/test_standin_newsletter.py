"""The fake GitHub's newsletter accepts and refuses writes as GitHub does, with the same messages."""

import base64
from dataclasses import replace
from typing import Any

import pytest
import requests

from tests.standin import TOKEN, Fault, Newsletter, Repo, StandIn, World

NOWHERE = World(())
HERE = "/repos/acme/newsletter"
BOX = "- [ ] <!-- digest:pr=o/r#7 --> `Add x`"
COMMIT = """mutation Write($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid url } } }"""
NOT_YOURS = "Resource not accessible by integration"


def send(
    github: StandIn, method: str, path: str, body: Any = None, *, token: str | None = TOKEN
) -> requests.Response:
    headers = {"Authorization": f"token {token}"} if token else {}
    return requests.request(method, f"{github.url}{path}", json=body, headers=headers, timeout=5)


def ask(github: StandIn, fields: str) -> Any:
    query = f'{{ repository(owner: "acme", name: "newsletter") {{ {fields} }} }}'
    return send(github, "POST", "/graphql", {"query": query}).json()


def commit(
    github: StandIn, head: str, *, branch: str = "draft", delete: tuple[str, ...] = (), **files: str
) -> requests.Response:
    added = [
        {"path": path, "contents": base64.b64encode(text.encode()).decode()}
        for path, text in files.items()
    ]
    commit_input = {
        "branch": {"repositoryNameWithOwner": "acme/newsletter", "branchName": branch},
        "expectedHeadOid": head,
        "message": {"headline": "Draft", "body": "Made up for tests."},
        "fileChanges": {"additions": added, "deletions": [{"path": path} for path in delete]},
    }
    return send(github, "POST", "/graphql", {"query": COMMIT, "variables": {"input": commit_input}})


def create(github: StandIn, newsletter: Newsletter, branch: str = "draft") -> requests.Response:
    body = {"ref": f"refs/heads/{branch}", "sha": newsletter.head("main")}
    return send(github, "POST", f"{HERE}/git/refs", body)


def open_one(github: StandIn, **facts: Any) -> requests.Response:
    usual = {"title": "Draft", "head": "draft", "base": "main", "body": BOX, "draft": True}
    return send(github, "POST", f"{HERE}/pulls", usual | facts)


def drafted(**rules: Any) -> Newsletter:
    """Return a newsletter with a branch called draft."""
    newsletter = Newsletter({"a": "main"}, **rules)
    newsletter.create_branch("draft", {"a": "draft", "b": "new"})
    return newsletter


def test_branch_commit_draft_and_label_are_written() -> None:
    newsletter = Newsletter({"a": "1"})
    with StandIn(NOWHERE, newsletters=[newsletter]) as github:
        made = create(github, newsletter).json()
        assert made["object"]["sha"] == newsletter.head("main")
        answer = commit(github, newsletter.head("draft"), delete=("a",), b="ü\n").json()
        oid = newsletter.head("draft")
        url = f"https://github.com/acme/newsletter/commit/{oid}"
        assert answer == {"data": {"createCommitOnBranch": {"commit": {"oid": oid, "url": url}}}}
        opened = open_one(github)
        assert (opened.status_code, opened.json()["number"], opened.json()["draft"]) == (
            201,
            1,
            True,
        )
        labelled = send(github, "POST", f"{HERE}/issues/1/labels", {"labels": ["digest"]})
        assert [label["name"] for label in labelled.json()] == ["digest"]
        changed = send(github, "PATCH", f"{HERE}/pulls/1", {"body": "other"})
        assert (changed.status_code, changed.json()["body"], changed.json()["head"]["sha"]) == (
            200,
            "other",
            oid,
        )
    assert newsletter.files("draft") == {"b": "ü\n".encode()}
    assert newsletter.files() == {"a": b"1"}
    assert newsletter.git.at("draft").message == "Draft\n\nMade up for tests."
    pull = newsletter.pull(1)
    assert (pull.draft, pull.state, pull.labels, pull.author) == (
        True,
        "open",
        ("digest",),
        "github-actions[bot]",
    )
    assert newsletter.writes == [
        "branch draft",
        "commit draft a b",
        "open #1 draft as a draft",
        "label #1 digest",
        "change #1 body",
    ]


def test_oids_are_the_same_in_every_run() -> None:
    assert drafted().git.branches == drafted().git.branches
    assert len(set(drafted().git.branches.values())) == 2


def test_graphql_describes_the_repository() -> None:
    newsletter = drafted()
    fields = """nameWithOwner isPrivate viewerPermission
      defaultBranchRef { name target { oid } compare(headRef: "draft") { aheadBy behindBy } }
      ref(qualifiedName: "refs/heads/draft") { name target { oid } }
      none: ref(qualifiedName: "refs/heads/none") { name }
      file: object(expression: "draft:b") { oid ... on Blob { byteSize isBinary isTruncated text } }
      missing: object(expression: "main:b") { oid }"""
    newsletter.edit("main", "a", "2")
    with StandIn(NOWHERE, newsletters=[newsletter]) as github:
        answer = ask(github, fields)["data"]["repository"]
    main, draft = newsletter.head("main"), newsletter.head("draft")
    blob = {"byteSize": 3, "isBinary": False, "isTruncated": False, "text": "new"}
    assert answer == {
        "nameWithOwner": "acme/newsletter",
        "isPrivate": False,
        "viewerPermission": "WRITE",
        "defaultBranchRef": {
            "name": "main",
            "target": {"oid": main},
            "compare": {"aheadBy": 1, "behindBy": 1},
        },
        "ref": {"name": "draft", "target": {"oid": draft}},
        "none": None,
        "file": {"oid": "3e5126c4e761fd09582fc517918a1601b218dff0", **blob},
        "missing": None,
    }


def test_a_large_or_binary_file_has_no_complete_text_but_a_blob() -> None:
    large = "x" * 512_001
    newsletter = Newsletter({"large": large, "picture": b"\x89PNG\0"})
    fields = " ".join(
        f'{name}: object(expression: "{newsletter.head("main")}:{name}") '
        "{ oid ... on Blob { byteSize isBinary isTruncated text } }"
        for name in ("large", "picture")
    )
    with StandIn(NOWHERE, newsletters=[newsletter]) as github:
        answer = ask(github, fields)["data"]["repository"]
        blob = send(github, "GET", f"{HERE}/git/blobs/{answer['large']['oid']}").json()
    assert (
        answer["large"]["isTruncated"],
        answer["large"]["byteSize"],
        len(answer["large"]["text"]),
    ) == (
        True,
        512_001,
        512_000,
    )
    assert (answer["picture"]["isBinary"], answer["picture"]["text"]) == (True, None)
    assert base64.b64decode(blob["content"]).decode() == large


def test_pull_requests_are_found_by_branch_and_have_pages() -> None:
    newsletter = drafted()
    for _ in range(3):
        newsletter.close(newsletter.open_pull_request("draft"))
    newsletter.open_pull_request("draft", body=BOX, draft=True)
    path = f"{HERE}/pulls?head=acme:draft&state=all&per_page=3"
    with StandIn(NOWHERE, newsletters=[newsletter]) as github:
        first = send(github, "GET", path)
        second = requests.get(
            first.links["next"]["url"], headers={"Authorization": f"token {TOKEN}"}, timeout=5
        )
        still_open = send(
            github, "GET", f"{HERE}/pulls?head=acme:draft&state=open&base=main"
        ).json()
        nobodys = send(github, "GET", f"{HERE}/pulls?head=other:draft&state=all").json()
        one = send(github, "GET", f"{HERE}/pulls/4").json()
        assert send(github, "GET", f"{HERE}/pulls/9").status_code == 404
    assert [[pull["number"] for pull in page.json()] for page in (first, second)] == [
        [4, 3, 2],
        [1],
    ]
    assert ([pull["number"] for pull in still_open], nobodys) == ([4], [])
    assert (one["body"], one["draft"], one["merged"], one["state"]) == (BOX, True, False, "open")
    assert (one["head"]["label"], one["head"]["sha"], one["base"]["ref"]) == (
        "acme:draft",
        newsletter.head("draft"),
        "main",
    )


@pytest.mark.parametrize(
    ("rules", "facts", "status", "words"),
    [
        ({"can_write_pull_requests": False}, {}, 403, NOT_YOURS),
        (
            {"can_create_pull_requests": False},
            {},
            403,
            "GitHub Actions is not permitted to create or approve pull requests.",
        ),
        (
            {"has_drafts": False},
            {},
            422,
            "Draft pull requests are not supported in this repository.",
        ),
        ({}, {"head": "main"}, 422, "No commits between main and main"),
        ({}, {"head": "none"}, 422, "head"),
        ({}, {"head": "taken"}, 422, "A pull request already exists for acme:taken."),
        ({}, {"body": "x" * 65_537}, 422, "body is too long (maximum is 65536 characters)"),
    ],
)
def test_a_pull_request_is_refused_in_githubs_words(
    rules: dict[str, Any], facts: dict[str, Any], status: int, words: str
) -> None:
    newsletter = drafted(**rules)
    newsletter.create_branch("taken", {"c": "1"})
    newsletter.open_pull_request("taken")
    with StandIn(NOWHERE, newsletters=[newsletter]) as github:
        answer = open_one(github, **facts)
    refusal = answer.json()
    found = [
        refusal["message"],
        *(error.get("message") or error["field"] for error in refusal.get("errors", ())),
    ]
    assert (answer.status_code, found[-1]) == (status, words)
    assert newsletter.writes == []


@pytest.mark.parametrize(
    ("rules", "branch", "status", "words"),
    [
        ({}, "draft", 422, "Reference already exists"),
        ({"can_write_contents": False}, "new", 403, NOT_YOURS),
        ({"protected": ["digest/*"]}, "digest/2021-W19", 422, "Reference update failed"),
    ],
)
def test_a_branch_is_refused_in_githubs_words(
    rules: dict[str, Any], branch: str, status: int, words: str
) -> None:
    newsletter = drafted(**rules)
    with StandIn(NOWHERE, newsletters=[newsletter]) as github:
        answer = create(github, newsletter, branch)
    assert (answer.status_code, answer.json()["message"], newsletter.writes) == (status, words, [])


@pytest.mark.parametrize(
    ("rules", "branch", "kind", "words"),
    [
        ({"can_write_contents": False}, "draft", "FORBIDDEN", NOT_YOURS),
        (
            {"protected": ["dr*"]},
            "draft",
            "UNPROCESSABLE",
            "Changes must be made through a pull request.",
        ),
        ({}, "none", "NOT_FOUND", "Could not resolve to a Ref with the name 'none'."),
    ],
)
def test_a_commit_is_refused_in_githubs_words(
    rules: dict[str, Any], branch: str, kind: str, words: str
) -> None:
    newsletter = drafted(**rules)
    with StandIn(NOWHERE, newsletters=[newsletter]) as github:
        answer = commit(github, newsletter.head("draft"), branch=branch, c="1")
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["type"], error["path"]) == (
        200,
        kind,
        ["createCommitOnBranch"],
    )
    assert words in error["message"]
    assert answer.json()["data"] == {"createCommitOnBranch": None}
    assert newsletter.writes == []


def test_a_stale_head_writes_nothing() -> None:
    newsletter = drafted()
    old = newsletter.head("draft")
    new = newsletter.edit("draft", "a", "a person's")
    with StandIn(NOWHERE, newsletters=[newsletter]) as github:
        (error,) = commit(github, old, a="lost", c="lost").json()["errors"]
        (gone,) = commit(github, new, delete=("none",), c="lost").json()["errors"]
        (unknown,) = commit(github, "0" * 40, c="lost").json()["errors"]
    assert (error["type"], error["message"]) == (
        "STALE_DATA",
        f'Expected branch to point to "{old}" but it did not.  Pull and try again.',
    )
    assert (
        gone["message"]
        == f"A path was requested for deletion which does not exist as of commit oid `{new}`"
    )
    assert unknown["message"] == f"No commit exists with specified expectedHeadOid '{'0' * 40}'."
    assert newsletter.files("draft") == {"a": b"a person's", "b": b"new"}
    assert newsletter.writes == []


def test_labels_need_the_right_to_create_them() -> None:
    newsletter = drafted(can_create_labels=False, labels=["known"])
    newsletter.open_pull_request("draft")
    with StandIn(NOWHERE, newsletters=[newsletter]) as github:
        path = f"{HERE}/issues/1/labels"
        assert send(github, "POST", path, {"labels": ["known"]}).status_code == 200
        refused = send(github, "POST", path, {"labels": ["new"]})
        newsletter.can_label = False
        forbidden = send(github, "POST", path, {"labels": ["known"]})
    assert (refused.status_code, refused.json()["message"]) == (
        403,
        "You do not have permission to create labels on this repository.",
    )
    assert (forbidden.status_code, forbidden.json()["message"]) == (403, NOT_YOURS)
    assert newsletter.writes == ["label #1 known"]


def test_a_person_edits_ticks_and_merges() -> None:
    newsletter = drafted()
    number = newsletter.open_pull_request(
        "draft", body=f"{BOX}\n- [ ] <!-- digest:both -->\n", draft=True
    )
    newsletter.tick(number, "o/r#7", crlf=False)
    assert (
        newsletter.pull(number).body == f"{BOX.replace('[ ]', '[x]')}\n- [ ] <!-- digest:both -->\n"
    )
    newsletter.untick(number, "o/r#7")
    newsletter.tick(number, "both")
    assert newsletter.pull(number).body == f"{BOX}\r\n- [x] <!-- digest:both -->\r\n"
    with pytest.raises(AssertionError, match="no box"):
        newsletter.tick(number, "o/r#70")
    newsletter.edit("main", "c", "meanwhile")
    newsletter.remove("draft", "b")
    newsletter.ready(number)
    assert (newsletter.pull(number).draft, newsletter.pull(number).state) == (False, "open")
    oid = newsletter.merge(number, delete_branch=True)
    assert newsletter.files() == {"a": b"draft", "c": b"meanwhile"}
    pull = newsletter.pull(number)
    assert (pull.merged, pull.state, pull.merge_commit) == (True, "closed", oid)
    assert newsletter.writes == []


def test_a_deleted_branch_closes_its_pull_request() -> None:
    newsletter = drafted()
    number = newsletter.open_pull_request("draft")
    head = newsletter.head("draft")
    newsletter.delete_branch("draft")
    assert (newsletter.pull(number).state, newsletter.pull(number).head_oid) == ("closed", head)


def test_writes_need_a_token() -> None:
    """Without a token, a public repository can be read and a private one is not found."""
    newsletter = drafted()
    with StandIn(NOWHERE, newsletters=[newsletter]) as github:
        assert send(github, "GET", HERE, token=None).json()["permissions"]["push"] is True
        assert send(github, "POST", f"{HERE}/pulls", {}, token=None).status_code == 401
        assert send(github, "PATCH", f"{HERE}/pulls/1", {}, token="another").status_code == 401
        newsletter.private = True
        assert send(github, "GET", HERE, token=None).status_code == 404
        assert send(github, "GET", HERE).json()["private"] is True
    assert newsletter.writes == []


@pytest.mark.parametrize(
    "lost", [Fault(drop=True), Fault(status=502), Fault(status=403, body={"message": "secondary"})]
)
def test_a_fault_comes_before_or_after_the_write(lost: Fault) -> None:
    """A limit comes before the write; an answer may also be lost after it."""
    newsletter = Newsletter()
    for after in (False, True):
        with StandIn(NOWHERE, newsletters=[newsletter]) as github:
            github.faults.append(replace(lost, operation=f"POST {HERE}/git/refs", after=after))
            assert send(github, "GET", HERE).status_code == 200
            if lost.drop:
                with pytest.raises(requests.ConnectionError):
                    create(github, newsletter)
            else:
                assert create(github, newsletter).status_code == lost.status
            assert newsletter.writes == (["branch draft"] if after else [])


def test_another_commit_may_come_first() -> None:
    newsletter = drafted()
    head = newsletter.head("draft")
    with StandIn(NOWHERE, newsletters=[newsletter]) as github:
        github.faults.append(
            Fault("createCommitOnBranch", before=lambda: newsletter.edit("draft", "a", "quicker"))
        )
        (error,) = commit(github, head, c="1").json()["errors"]
        assert error["type"] == "STALE_DATA"
        assert "data" in commit(github, newsletter.head("draft"), c="1").json()
    assert newsletter.files("draft") == {"a": b"quicker", "b": b"new", "c": b"1"}


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", f"{HERE}/issues"), ("GET", f"{HERE}/pulls?sort=updated"), ("DELETE", HERE)],
)
def test_an_unknown_request_fails_the_test(method: str, path: str) -> None:
    with (
        pytest.raises(AssertionError, match="did not understand"),
        StandIn(NOWHERE, newsletters=[Newsletter()]) as github,
    ):
        assert send(github, method, path).status_code == 500


def test_a_name_belongs_to_one_repository() -> None:
    with pytest.raises(ValueError, match="acme/newsletter"):
        StandIn(World((Repo("acme/newsletter"),)), newsletters=[Newsletter()])
