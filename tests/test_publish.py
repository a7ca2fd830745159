"""`digest publish` against a newsletter's repository, in every state of the draft."""

import json
from pathlib import Path

import pytest

from tests.builders import pull, repository, snapshot
from tests.cli import run
from tests.publishing import (
    BRANCH,
    MORE,
    PAGE,
    TO,
    WEEK,
    Place,
    draft,
    drafted,
    operation,
    publish,
    published,
)
from tests.standin import Fault, Newsletter

pytestmark = pytest.mark.slow


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """An empty newsletter, and an edition on disk that is ready to publish."""
    with published(monkeypatch, tmp_path) as newsletter:
        drafted()
        yield newsletter


def data_path(name: str) -> str:
    return f".digest/2021-W19/{name}"


def test_a_new_edition_gets_a_branch_one_commit_and_a_draft(place: Place) -> None:
    _, newsletter = place
    result = publish()
    assert json.loads(result.out) == {
        "operation": "created",
        "pull_request": 1,
        "url": f"https://github.com/{TO}/pull/1",
    }
    opened = newsletter.pull(1)
    assert (opened.title, opened.draft, opened.head, opened.base, opened.labels) == (
        "Merged last week (2021-W19)",
        True,
        BRANCH,
        "main",
        ("digest",),
    )
    section = Path("editions/2021-W19/section.md").read_text("utf-8")
    assert sorted(newsletter.files(BRANCH)) == sorted(
        [
            ".gitattributes",
            PAGE,
            *(
                data_path(name)
                for name in ("marks.toml", "pull_requests.json", "rendered.md", "worksheet.md")
            ),
        ]
    )
    assert (
        newsletter.text(BRANCH, PAGE)
        == newsletter.text(BRANCH, data_path("rendered.md"))
        == section
    )
    assert newsletter.text(BRANCH, ".gitattributes") == ".digest/** linguist-generated=true\n"
    assert len(newsletter.writes) == 4


def test_an_unchanged_edition_writes_nothing(place: Place) -> None:
    _, newsletter = place
    publish()
    before = list(newsletter.writes)
    assert operation(publish()) == "unchanged"
    assert operation(publish()) == "unchanged"
    assert newsletter.writes == before


def test_new_pull_requests_are_added_to_the_draft(place: Place) -> None:
    _, newsletter = place
    publish()
    draft(MORE)
    assert operation(publish()) == "updated"
    assert "5 pull requests were merged" in newsletter.text(BRANCH, PAGE)
    assert "5570" in newsletter.pull(1).body
    assert len(newsletter.pulls) == 1
    assert operation(publish()) == "unchanged"


def test_new_comments_alone_write_nothing(place: Place) -> None:
    _, newsletter = place
    publish()
    before = list(newsletter.writes)
    draft(
        WEEK.model_copy(
            update={
                "pull_requests": tuple(
                    pull.model_copy(update={"comments": 50}) for pull in WEEK.pull_requests
                )
            }
        )
    )
    assert operation(publish()) == "unchanged"
    assert newsletter.writes == before


def test_a_persons_words_on_the_branch_stay_and_the_rest_is_updated(place: Place) -> None:
    _, newsletter = place
    publish()
    text = newsletter.text(BRANCH, PAGE)
    newsletter.edit(
        BRANCH,
        PAGE,
        text.replace("TODO: in one sentence, what can readers do with it?", "It cuts releases.", 1),
    )
    draft(MORE)
    assert operation(publish()) == "updated"
    after = newsletter.text(BRANCH, PAGE)
    assert "It cuts releases." in after
    assert "5 pull requests were merged" in after
    assert "It cuts releases." not in newsletter.text(BRANCH, data_path("rendered.md"))


def test_a_story_deleted_on_the_branch_stays_deleted(place: Place) -> None:
    _, newsletter = place
    publish()
    text = newsletter.text(BRANCH, PAGE)
    newsletter.edit(BRANCH, PAGE, text[: text.index("### Shortcuts")].rstrip() + "\n")
    draft(MORE)
    assert operation(publish()) == "updated"
    assert "5392" not in newsletter.text(BRANCH, PAGE)
    assert "- [ ] <!-- digest:pr=backstage/backstage#5392 -->" in newsletter.pull(1).body


def test_marks_edited_on_the_branch_are_applied(place: Place) -> None:
    _, newsletter = place
    publish()
    marks = newsletter.text(BRANCH, data_path("marks.toml"))
    newsletter.edit(
        BRANCH, data_path("marks.toml"), f"{marks}\n[[stories]]\npull_requests = [5551]\n"
    )
    assert operation(publish()) == "updated"
    assert "5551" in newsletter.text(BRANCH, PAGE)


def test_a_mistake_in_the_marks_on_the_branch_is_reported_and_nothing_is_written(
    place: Place,
) -> None:
    _, newsletter = place
    publish()
    before = list(newsletter.writes)
    newsletter.edit(BRANCH, data_path("marks.toml"), "stories = 3\n")
    result = publish()
    assert result.code == 2
    assert f"{data_path('marks.toml')} on {BRANCH}, line 1" in result.err
    assert newsletter.writes == before


def test_a_commit_at_the_same_moment_is_not_lost(place: Place) -> None:
    github, newsletter = place
    publish()
    draft(MORE)

    def race() -> None:
        text = newsletter.text(BRANCH, PAGE)
        newsletter.edit(
            BRANCH,
            PAGE,
            text.replace("TODO: in one sentence, what can readers do with it?", "Quick.", 1),
        )

    github.faults.append(Fault(operation="Commit", before=race))
    assert operation(publish()) == "updated"
    assert "Quick." in newsletter.text(BRANCH, PAGE)
    assert "5 pull requests were merged" in newsletter.text(BRANCH, PAGE)


def test_publish_gives_up_after_three_tries(place: Place) -> None:
    github, newsletter = place
    publish()
    draft(MORE)
    github.faults.append(
        Fault(
            operation="Commit",
            before=lambda: newsletter.edit(BRANCH, "x.md", str(len(github.requests))),
            times=9,
        )
    )
    result = publish()
    assert result.code == 3
    assert result.err.endswith(
        "Another person or run changed the draft at the same time. Run the command again.\n"
    )
    assert "4 pull requests were merged" in newsletter.text(BRANCH, PAGE)


@pytest.mark.sample(every=2)
@pytest.mark.parametrize("how", ["close", "merge"])
def test_a_closed_or_merged_pull_request_is_not_written(place: Place, how: str) -> None:
    _, newsletter = place
    publish()
    getattr(newsletter, how)(1)
    before = list(newsletter.writes)
    draft(MORE)
    result = publish()
    assert operation(result) == {"close": "closed", "merge": "merged"}[how]
    assert "so nothing was written" in result.err
    assert newsletter.writes == before
    newsletter.delete_branch(BRANCH)
    assert operation(publish()) == {"close": "closed", "merge": "merged"}[how]
    assert newsletter.writes == before


def test_a_pull_request_ready_for_review_is_updated_and_stays_ready(place: Place) -> None:
    _, newsletter = place
    publish()
    newsletter.ready(1)
    draft(MORE)
    assert operation(publish()) == "updated"
    assert not newsletter.pull(1).draft


def test_a_branch_without_a_pull_request_gets_one(place: Place) -> None:
    _, newsletter = place
    newsletter.can_create_pull_requests = False
    result = publish()
    assert operation(result) == "branch-only"
    assert (
        f'"url": "https://github.com/{TO}/compare/main...digest/2021-W19?expand=1&title=Merged%20last%20week'
        in result.out
    )
    assert "Allow GitHub Actions to create and approve pull requests" in result.err
    assert f"Open it yourself: https://github.com/{TO}/compare/main...{BRANCH}?" in result.err
    assert not newsletter.pulls
    newsletter.can_create_pull_requests = True
    assert operation(publish()) == "created"
    assert len(newsletter.pulls) == 1


def test_a_plan_without_drafts_gets_an_ordinary_pull_request(place: Place) -> None:
    _, newsletter = place
    newsletter.has_drafts = False
    result = publish()
    assert operation(result) == "created"
    assert (newsletter.pull(1).title, newsletter.pull(1).draft) == (
        "Draft: Merged last week (2021-W19)",
        False,
    )
    assert "has no drafts, so digest opened an ordinary pull request." in result.err


def test_a_branch_that_digest_did_not_make_stays_unchanged(place: Place) -> None:
    _, newsletter = place
    head = newsletter.create_branch(BRANCH, {"x.md": "theirs"})
    result = publish()
    assert result.code == 1
    assert f"digest did not create the branch {BRANCH} of {TO}" in result.err
    assert newsletter.writes == []
    assert newsletter.head(BRANCH) == head


def test_a_branch_without_commits_is_used(place: Place) -> None:
    _, newsletter = place
    newsletter.create_branch(BRANCH)
    assert operation(publish()) == "created"


def test_the_error_for_a_protected_branch_names_the_next_step(place: Place) -> None:
    _, newsletter = place
    newsletter.protected = ("digest/*",)
    result = publish()
    assert result.code == 1
    assert f"The branch {BRANCH} of {TO} is protected" in result.err
    assert newsletter.writes == []


def test_the_error_for_a_token_names_the_missing_permissions(place: Place) -> None:
    _, newsletter = place
    newsletter.can_write_contents = False
    result = publish()
    assert result.code == 1
    assert "contents: write and pull-requests: write" in result.err
    newsletter.can_write_contents = True
    newsletter.can_write_pull_requests = False
    assert "contents: write and pull-requests: write" in publish().err
    newsletter.can_write_pull_requests = True
    assert operation(publish()) == "created"


def test_a_label_that_cannot_be_added_is_a_notice(place: Place) -> None:
    _, newsletter = place
    newsletter.can_label = False
    result = publish()
    assert operation(result) == "created"
    assert "label 'digest'" in result.err


def test_a_missing_label_is_added_by_the_next_run_and_a_removed_one_stays_removed(
    place: Place,
) -> None:
    github, newsletter = place
    labels = "POST /repos/acme/newsletter/issues/1/labels"
    github.faults.append(
        Fault(labels, status=429, headers={"retry-after": "3000"}, body={"message": "slow down"})
    )
    assert operation(publish()) == "created"
    assert newsletter.pull(1).labels == ()
    assert "Would add the label 'digest' to the pull request." in publish("--dry-run").out
    assert operation(publish()) == "unchanged"
    assert newsletter.pull(1).labels == ("digest",)
    newsletter.unlabel(1, "digest")
    before = list(newsletter.writes)
    assert operation(publish()) == "unchanged"
    assert (newsletter.pull(1).labels, newsletter.writes) == ((), before)


@pytest.mark.sample(every=3)
@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_failed_lookup_of_the_label_is_a_notice(place: Place, status: int) -> None:
    github, newsletter = place
    newsletter.can_create_labels = False
    assert operation(publish()) == "created"
    draft(MORE)
    lookup = "GET /repos/acme/newsletter/issues/1/events"
    refusal = {"message": "Resource not accessible by integration"}
    github.faults.append(Fault(lookup, status=status, body=refusal, times=9))
    result = publish()
    assert operation(result) == "updated"
    assert "5 pull requests were merged" in newsletter.text(BRANCH, PAGE)
    assert newsletter.pull(1).labels == ()
    assert (
        "digest did not add the label 'digest', because it could not check whether a person "
        "removed it: "
    ) in result.err
    assert "To let it check, give the token issues: read." in result.err


@pytest.mark.parametrize("ref", ["defaultBranchRef", "ref"])
def test_a_missing_commit_in_githubs_answer_is_one_line(place: Place, ref: str) -> None:
    github, newsletter = place
    publish()
    before = list(newsletter.writes)
    github.faults.append(Fault("Newsletter", nulls=[f"repository.{ref}.target"]))
    result = publish()
    branch = BRANCH if ref == "ref" else "main"
    assert result.code == 3
    assert result.err == (
        f"digest: GitHub did not return the last commit of the branch {branch} of {TO}. "
        "Run the command again.\n"
    )
    assert newsletter.writes == before


@pytest.mark.parametrize("null", ["defaultBranchRef", "defaultBranchRef.compare"])
def test_an_unknown_number_of_commits_does_not_stop_an_update(place: Place, null: str) -> None:
    github, _ = place
    publish()
    draft(MORE)
    github.faults.append(Fault("Files", nulls=[f"repository.{null}"]))
    assert operation(publish()) == "updated"


def test_an_unknown_number_of_commits_protects_a_branch_that_digest_did_not_make(
    place: Place,
) -> None:
    github, newsletter = place
    newsletter.create_branch(BRANCH, {"x.md": "theirs"})
    github.faults.append(Fault("Files", nulls=["repository.defaultBranchRef.compare"]))
    result = publish()
    assert (result.code, newsletter.writes) == (1, [])
    assert f"digest did not create the branch {BRANCH} of {TO}" in result.err


@pytest.mark.parametrize(
    ("operation_name", "part"),
    [("Newsletter", "repository"), ("BranchFiles", "head"), ("BranchFiles", "base")],
)
def test_a_repository_that_disappears_is_one_line(
    place: Place, operation_name: str, part: str
) -> None:
    github, _ = place
    github.faults.append(Fault(operation_name, nulls=[part], times=9))
    result = publish()
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert TO in result.err


def test_a_file_without_text_in_graphql_is_read_by_its_oid(place: Place) -> None:
    github, newsletter = place
    publish()
    before = list(newsletter.writes)
    nulls = [f"head.f{place}.{field}" for place in (1, 2) for field in ("text", "isBinary")]
    github.faults.append(Fault("BranchFiles", nulls=nulls))
    assert operation(publish()) == "unchanged"
    assert newsletter.writes == before
    assert sum("/git/blobs/" in str(request) for request in github.requests) == 2


WRITES = ("POST /repos/acme/newsletter/git/refs", "Commit", "POST /repos/acme/newsletter/pulls")


@pytest.mark.sample(every=3)
@pytest.mark.parametrize("write", WRITES)
def test_a_limit_in_the_middle_stops_the_run_and_the_next_one_finishes(
    place: Place, write: str
) -> None:
    github, newsletter = place
    limit = Fault(
        operation=write, status=429, headers={"retry-after": "3000"}, body={"message": "slow down"}
    )
    github.faults.append(limit)
    result = publish()
    assert result.code == 3
    assert operation(publish()) == "created"
    assert operation(publish()) == "unchanged"
    assert len(newsletter.pulls) == 1


@pytest.mark.sample(every=3)
@pytest.mark.parametrize("write", WRITES)
def test_a_write_with_a_lost_answer_is_not_repeated(place: Place, write: str) -> None:
    github, newsletter = place
    github.faults.append(Fault(operation=write, after=True, drop=True))
    assert operation(publish()) == "created"
    assert operation(publish()) == "unchanged"
    assert len(newsletter.pulls) == 1
    assert len(set(newsletter.writes)) == len(newsletter.writes)


def test_a_dry_run_prints_the_plan_and_writes_nothing(place: Place) -> None:
    _, newsletter = place
    result = publish("--dry-run")
    assert result.code == 0
    assert result.out.startswith(f"{TO}, branch {BRANCH}: dry run, nothing is written.\n")
    assert f"+++ b/{PAGE}" in result.out
    assert "+## Merged last week" in result.out
    assert "- [x] <!-- digest:pr=backstage/backstage#5392 -->" in result.out
    assert newsletter.writes == []
    publish()
    assert publish("--dry-run").out.endswith("Nothing to do.\n")


def test_the_section_goes_between_the_markers_of_an_existing_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    files = {"news.md": "# News\n\n<!-- digest:begin -->\n\nBye.\n"}
    with published(monkeypatch, tmp_path, Newsletter(files, name=TO)) as (_, newsletter):
        section = draft().out
        assert operation(publish("--path", "news.md")) == "created"
        page = f"# News\n\n<!-- digest:begin -->\n\n{section}\n<!-- digest:end -->\n\nBye.\n"
        assert newsletter.text(BRANCH, "news.md") == page
        newsletter.edit(BRANCH, "news.md", page.replace("Bye.", "See you."))
        draft(MORE)
        assert operation(publish("--path", "news.md")) == "updated"
        assert newsletter.text(BRANCH, "news.md").endswith("<!-- digest:end -->\n\nSee you.\n")
        assert "5 pull requests" in newsletter.text(BRANCH, "news.md")


def test_the_section_of_an_mdx_page_goes_between_javascript_comments(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    files = {"news.mdx": "# News\n\n{/* digest:begin */}\n\nBye.\n"}
    with published(monkeypatch, tmp_path, Newsletter(files, name=TO)) as (_, newsletter):
        section = draft().out
        assert operation(publish("--path", "news.mdx")) == "created"
        page = f"# News\n\n{{/* digest:begin */}}\n\n{section}\n{{/* digest:end */}}\n\nBye.\n"
        assert newsletter.text(BRANCH, "news.mdx") == page
        assert operation(publish("--path", "news.mdx")) == "unchanged"


@pytest.mark.parametrize("text", ["# News\n", "<!-- digest:begin -->\n<!-- digest:begin -->\n"])
def test_a_page_with_missing_or_doubled_markers_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    with published(monkeypatch, tmp_path, Newsletter({"news.md": text}, name=TO)) as (
        _,
        newsletter,
    ):
        draft()
        result = publish("--path", "news.md")
        assert (result.code, newsletter.writes) == (2, [])
        assert "news.md" in result.err


def test_a_new_page_comes_from_the_newsletters_own_template(place: Place) -> None:
    _, newsletter = place
    Path("templates").mkdir()
    Path("templates/edition.md.j2").write_text(
        "---\ntitle: {{ digest.heading }}\n---\n\n{{ section }}\n\nWritten by hand.\n",
        encoding="utf-8",
    )
    assert operation(publish()) == "created"
    text = newsletter.text(BRANCH, PAGE)
    assert text.startswith(
        "---\ntitle: Merged last week\n---\n\n<!-- digest:begin -->\n\n## Merged last week\n"
    )
    assert text.endswith("\n<!-- digest:end -->\n\nWritten by hand.\n")
    newsletter.edit(BRANCH, PAGE, text.replace("title: Merged last week", "title: Mine"))
    draft(MORE)
    assert operation(publish()) == "updated"
    assert newsletter.text(BRANCH, PAGE).startswith("---\ntitle: Mine\n---\n")
    assert "5 pull requests" in newsletter.text(BRANCH, PAGE)


def test_a_template_without_the_section_is_refused(place: Place) -> None:
    Path("templates").mkdir()
    Path("templates/edition.md.j2").write_text("---\n", encoding="utf-8")
    result = publish()
    assert result.code == 2
    assert "must print {{ section }} once" in result.err


def test_a_failure_to_save_the_published_state_on_disk_is_a_message(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, newsletter = place

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    result = publish()
    assert operation(result) == "created"
    assert "The draft is published, but digest could not save this" in result.err
    assert BRANCH in newsletter.git.branches


LATIN_1 = "Träume".encode("latin-1")


@pytest.mark.sample(every=3)
@pytest.mark.parametrize(
    "path", [PAGE, *(f".digest/2021-W19/{name}" for name in ("marks.toml", "rendered.md"))]
)
@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_a_text_on_the_branch_that_is_not_utf_8_stops_the_run_as_on_disk(
    place: Place, path: str, more: tuple[str, ...]
) -> None:
    _, newsletter = place
    publish()
    newsletter.edit(BRANCH, path, newsletter.files(BRANCH)[path] + LATIN_1)
    before = newsletter.files(BRANCH)
    result = publish(*more)
    assert (result.code, result.out) == (1, "")
    assert result.err.splitlines()[-1] == (
        f"digest: {path} on the branch {BRANCH} cannot be read: it is not UTF-8 text. "
        "Nothing was changed. Save it as UTF-8, and run the command again."
    )
    assert newsletter.files(BRANCH) == before


def test_a_text_on_disk_that_is_not_utf_8_stops_publish_too(place: Place) -> None:
    _, newsletter = place
    section = Path("editions/2021-W19/section.md")
    section.write_bytes(section.read_bytes() + LATIN_1)
    result = publish()
    assert (result.code, result.out) == (1, "")
    assert f"{section} cannot be read: it is not UTF-8 text." in result.err
    assert BRANCH not in newsletter.git.branches


def test_files_on_the_branch_keep_their_byte_order_mark(place: Place) -> None:
    _, newsletter = place
    publish()
    paths = [PAGE, ".digest/2021-W19/marks.toml"]
    for path in paths:
        newsletter.edit(BRANCH, path, b"\xef\xbb\xbf" + newsletter.files(BRANCH)[path])
    assert run("mark", "5560").code == 0
    assert operation(publish()) == "updated"
    files = newsletter.files(BRANCH)
    assert {path: files[path].count(b"\xef\xbb\xbf") for path in paths} == dict.fromkeys(paths, 1)
    assert all(files[path].startswith(b"\xef\xbb\xbf") for path in paths)
    assert b"#5560" in files[PAGE]
    assert b"#5560" in files[".digest/2021-W19/marks.toml"]


def test_other_attributes_that_are_not_utf_8_stay(place: Place) -> None:
    _, newsletter = place
    newsletter.edit("main", ".gitattributes", LATIN_1)
    assert operation(publish()) == "created"
    assert newsletter.files(BRANCH)[".gitattributes"] == LATIN_1


PICTURE = b"\x89PNG\r\n\x1a\n\0 made up for tests"


@pytest.mark.sample(every=3)
@pytest.mark.parametrize(
    ("settings", "file", "link"),
    [
        ("", "content/doors-1.png", "./doors-1.png"),
        (
            'pictures_path = "static/{edition}"\n',
            "static/2021-W19/doors-1.png",
            "../static/2021-W19/doors-1.png",
        ),
        (
            'pictures_path = "static/{edition}"\npictures_link = "/img/{edition}"\n',
            "static/2021-W19/doors-1.png",
            "/img/2021-W19/doors-1.png",
        ),
    ],
)
def test_pictures_go_next_to_the_text_or_to_the_folder_in_the_settings(
    place: Place, settings: str, file: str, link: str
) -> None:
    _, newsletter = place
    with Path("digest.toml").open("a") as settings_file:
        settings_file.write(f"[digest.publish]\n{settings}")
    folder = Path("editions/2021-W19")
    (folder / "doors-1.png").write_bytes(PICTURE)
    (folder / "not-shown.png").write_bytes(PICTURE)
    marks = (folder / "marks.toml").read_text("utf-8")
    shown = marks.replace('by = "digest"', 'by = "digest"\npictures = ["doors-1.png"]', 1)
    (folder / "marks.toml").write_text(shown, "utf-8")
    assert run("render").code == 0
    assert operation(publish()) == "created"
    assert newsletter.files(BRANCH)[file] == PICTURE
    assert f"![TODO: describe the picture]({link})" in newsletter.text(BRANCH, PAGE)
    assert not [path for path in newsletter.files(BRANCH) if "not-shown" in path]
    assert operation(publish()) == "unchanged"
    newsletter.edit(BRANCH, file, b"\x89PNG\0 a better one")
    assert operation(publish()) == "unchanged"


def test_existing_gitattributes_stay_unchanged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with published(
        monkeypatch, tmp_path, Newsletter({".gitattributes": "*.md text\n"}, name=TO)
    ) as (_, newsletter):
        draft()
        publish()
        assert newsletter.text(BRANCH, ".gitattributes") == "*.md text\n"


def test_descriptions_of_a_private_repository_are_not_published(place: Place) -> None:
    _, newsletter = place
    secret = repository().model_copy(update={"private": True})
    pulls = [
        pull.model_copy(update={"body": "Made up for tests: the secret plan of all."})
        for pull in WEEK.pull_requests
    ]
    draft(snapshot(*pulls, repositories=(secret,)))
    assert "secret plan" in Path("editions/2021-W19/section.md").read_text("utf-8")
    assert operation(publish()) == "created"
    assert not [
        path for path, content in newsletter.files(BRANCH).items() if b"secret plan" in content
    ]
    assert "secret plan" not in newsletter.pull(1).body
    assert operation(publish()) == "unchanged"


def test_an_empty_week_is_published_only_if_the_settings_allow_it(
    place: Place,
) -> None:
    _, newsletter = place
    draft(snapshot())
    result = publish()
    assert result.code == 1
    assert "allow_empty = true" in result.err
    assert newsletter.writes == []
    with Path("digest.toml").open("a") as settings:
        settings.write("[digest.publish]\nallow_empty = true\n")
    assert operation(publish()) == "created"
    assert "No pull requests were merged last week." in newsletter.text(BRANCH, PAGE)


def test_the_error_without_a_token_explains_how_to_get_one(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GH_TOKEN")
    result = publish()
    assert result.code == 1
    assert f"There is no token, so digest cannot write to {TO}." in result.err
    assert "may read and write Contents and Pull requests of that repository" in result.err


def test_the_step_summary_contains_the_section_as_code(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    publish()
    section = Path("editions/2021-W19/section.md").read_text("utf-8")
    page = f"https://github.com/{TO}/blob/{BRANCH}/{PAGE}?plain=1#L"
    todo = (
        "“TODO: in one sentence, what can readers do with it?” is still in the text. "
        "Replace it with your words, or delete it."
    )
    assert (tmp_path / "summary.md").read_text("utf-8") == (
        f"[The draft](https://github.com/{TO}/pull/1) · 4 merged · 2 open points\n\n"
        f"- [line 7]({page}7), [line 11]({page}11): {todo}\n\n"
        f"```markdown\n{section}```\n"
    )


def test_facts_of_more_than_half_a_megabyte_are_read_completely(place: Place) -> None:
    _, newsletter = place
    large = [pull(number, body="Made up. " * 1000) for number in range(1, 101)]
    draft(snapshot(*large))
    assert operation(publish()) == "created"
    assert len(newsletter.text(BRANCH, data_path("pull_requests.json"))) > 512_000
    assert (
        len(json.loads(newsletter.text(BRANCH, data_path("pull_requests.json")))["pull_requests"])
        == 100
    )
    assert operation(publish()) == "unchanged"
