"""`digest publish` against a newsletter's repository: every state in which the draft pull request may be."""

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
    operation,
    publish,
    published,
)
from tests.standin import Fault, Newsletter


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """An empty newsletter, and an edition on disk that is ready to be published."""
    with published(monkeypatch, tmp_path) as there:
        draft()
        yield there


def kept(name: str) -> str:
    return f".digest/2021-W19/{name}"


def test_a_new_edition_gets_a_branch_one_commit_and_a_draft(place: Place) -> None:
    _, there = place
    seen = publish()
    assert seen.out == f"operation=created\npull_request=1\nurl=https://github.com/{TO}/pull/1\n"
    made = there.pull(1)
    assert (made.title, made.draft, made.head, made.base, made.labels) == (
        "Merged last week (2021-W19)",
        True,
        BRANCH,
        "main",
        ("digest",),
    )
    section = Path("editions/2021-W19/section.md").read_text("utf-8")
    assert sorted(there.files(BRANCH)) == sorted(
        [
            ".gitattributes",
            PAGE,
            *(
                kept(name)
                for name in ("marks.toml", "pull_requests.json", "rendered.md", "worksheet.md")
            ),
        ]
    )
    assert there.text(BRANCH, PAGE) == there.text(BRANCH, kept("rendered.md")) == section
    assert there.text(BRANCH, ".gitattributes") == ".digest/** linguist-generated=true\n"
    assert len(there.writes) == 4


def test_an_unchanged_edition_is_not_written_at_all(place: Place) -> None:
    _, there = place
    publish()
    before = list(there.writes)
    assert operation(publish()) == "unchanged"
    assert operation(publish()) == "unchanged"
    assert there.writes == before


def test_what_came_in_meanwhile_is_brought_into_the_draft(place: Place) -> None:
    _, there = place
    publish()
    draft(MORE)
    assert operation(publish()) == "updated"
    assert "5 pull requests were merged" in there.text(BRANCH, PAGE)
    assert "5570" in there.pull(1).body
    assert len(there.pulls) == 1
    assert operation(publish()) == "unchanged"


def test_comments_alone_are_no_reason_to_write(place: Place) -> None:
    _, there = place
    publish()
    before = list(there.writes)
    draft(
        WEEK.model_copy(
            update={
                "pull_requests": tuple(
                    one.model_copy(update={"comments": 50}) for one in WEEK.pull_requests
                )
            }
        )
    )
    assert operation(publish()) == "unchanged"
    assert there.writes == before


def test_a_persons_words_on_the_branch_stay_and_the_rest_is_renewed(place: Place) -> None:
    _, there = place
    publish()
    text = there.text(BRANCH, PAGE)
    there.edit(
        BRANCH,
        PAGE,
        text.replace("TODO: in one sentence, what can readers do with it?", "It cuts releases.", 1),
    )
    draft(MORE)
    assert operation(publish()) == "updated"
    after = there.text(BRANCH, PAGE)
    assert "It cuts releases." in after
    assert "5 pull requests were merged" in after
    assert "It cuts releases." not in there.text(BRANCH, kept("rendered.md"))


def test_a_story_that_was_deleted_on_the_branch_stays_deleted(place: Place) -> None:
    _, there = place
    publish()
    text = there.text(BRANCH, PAGE)
    there.edit(BRANCH, PAGE, text[: text.index("### Shortcuts")].rstrip() + "\n")
    draft(MORE)
    assert operation(publish()) == "updated"
    assert "5392" not in there.text(BRANCH, PAGE)
    assert "- [ ] <!-- digest:pr=backstage/backstage#5392 -->" in there.pull(1).body


def test_marks_that_were_edited_on_the_branch_count(place: Place) -> None:
    _, there = place
    publish()
    marks = there.text(BRANCH, kept("marks.toml"))
    there.edit(BRANCH, kept("marks.toml"), f"{marks}\n[[stories]]\npull_requests = [5551]\n")
    assert operation(publish()) == "updated"
    assert "5551" in there.text(BRANCH, PAGE)


def test_a_mistake_in_the_marks_on_the_branch_is_said_and_nothing_is_written(place: Place) -> None:
    _, there = place
    publish()
    before = list(there.writes)
    there.edit(BRANCH, kept("marks.toml"), "stories = 3\n")
    seen = publish()
    assert seen.code == 2
    assert f"{kept('marks.toml')} on {BRANCH}, line 1" in seen.err
    assert there.writes == before


def test_who_commits_at_the_same_moment_loses_nothing(place: Place) -> None:
    github, there = place
    publish()
    draft(MORE)

    def race() -> None:
        text = there.text(BRANCH, PAGE)
        there.edit(
            BRANCH,
            PAGE,
            text.replace("TODO: in one sentence, what can readers do with it?", "Quick.", 1),
        )

    github.faults.append(Fault(operation="Commit", before=race))
    assert operation(publish()) == "updated"
    assert "Quick." in there.text(BRANCH, PAGE)
    assert "5 pull requests were merged" in there.text(BRANCH, PAGE)


def test_after_three_tries_it_gives_up_and_says_so(place: Place) -> None:
    github, there = place
    publish()
    draft(MORE)
    github.faults.append(
        Fault(
            operation="Commit",
            before=lambda: there.edit(BRANCH, "x.md", str(len(github.requests))),
            times=9,
        )
    )
    seen = publish()
    assert seen.code == 3
    assert seen.err.endswith(
        "Somebody else wrote to the draft at the same time. Run the same command again.\n"
    )
    assert "4 pull requests were merged" in there.text(BRANCH, PAGE)


@pytest.mark.parametrize("how", ["close", "merge"])
def test_once_it_is_closed_or_merged_nothing_is_written(place: Place, how: str) -> None:
    _, there = place
    publish()
    getattr(there, how)(1)
    before = list(there.writes)
    draft(MORE)
    seen = publish()
    assert operation(seen) == {"close": "closed", "merge": "merged"}[how]
    assert "so nothing is written" in seen.err
    assert there.writes == before
    there.delete_branch(BRANCH)
    assert operation(publish()) == {"close": "closed", "merge": "merged"}[how]
    assert there.writes == before


def test_what_is_ready_for_review_stays_so_and_is_brought_up_to_date(place: Place) -> None:
    _, there = place
    publish()
    there.ready(1)
    draft(MORE)
    assert operation(publish()) == "updated"
    assert not there.pull(1).draft


def test_a_branch_without_a_pull_request_gets_one(place: Place) -> None:
    _, there = place
    there.can_create_pull_requests = False
    seen = publish()
    assert operation(seen) == "branch-only"
    assert (
        f"url=https://github.com/{TO}/compare/main...digest/2021-W19?expand=1&title=Merged%20last%20week"
        in seen.out
    )
    assert "Allow GitHub Actions to create and approve pull requests" in seen.err
    assert not there.pulls
    there.can_create_pull_requests = True
    assert operation(publish()) == "created"
    assert len(there.pulls) == 1


def test_where_there_are_no_drafts_it_is_an_ordinary_pull_request(place: Place) -> None:
    _, there = place
    there.has_drafts = False
    seen = publish()
    assert operation(seen) == "created"
    assert (there.pull(1).title, there.pull(1).draft) == (
        "Draft: Merged last week (2021-W19)",
        False,
    )
    assert "no drafts" in seen.err


def test_somebody_elses_branch_of_that_name_stays_as_it_is(place: Place) -> None:
    _, there = place
    head = there.create_branch(BRANCH, {"x.md": "theirs"})
    seen = publish()
    assert seen.code == 1
    assert "not digest's" in seen.err
    assert there.writes == []
    assert there.head(BRANCH) == head


def test_a_branch_that_was_only_made_is_gone_on_with(place: Place) -> None:
    _, there = place
    there.create_branch(BRANCH)
    assert operation(publish()) == "created"


def test_a_protected_branch_is_named_with_its_cure(place: Place) -> None:
    _, there = place
    there.protected = ("digest/*",)
    seen = publish()
    assert seen.code == 1
    assert f"The branch {BRANCH} of {TO} is protected" in seen.err
    assert there.writes == []


def test_a_token_that_may_not_write_is_told_what_it_needs(place: Place) -> None:
    _, there = place
    there.can_write_contents = False
    seen = publish()
    assert seen.code == 1
    assert "contents: write and pull-requests: write" in seen.err
    there.can_write_contents = True
    there.can_write_pull_requests = False
    assert "contents: write and pull-requests: write" in publish().err
    there.can_write_pull_requests = True
    assert operation(publish()) == "created"


def test_a_label_that_cannot_be_put_on_is_no_failure(place: Place) -> None:
    _, there = place
    there.can_label = False
    seen = publish()
    assert operation(seen) == "created"
    assert "label 'digest'" in seen.err


def test_a_label_that_a_run_did_not_come_to_is_put_on_by_the_next_and_one_that_was_taken_off_stays_off(
    place: Place,
) -> None:
    github, there = place
    labels = "POST /repos/acme/newsletter/issues/1/labels"
    github.faults.append(
        Fault(labels, status=429, headers={"retry-after": "3000"}, body={"message": "slow down"})
    )
    assert operation(publish()) == "created"
    assert there.pull(1).labels == ()
    assert "It would put the label 'digest' on the pull request." in publish("--dry-run").out
    assert operation(publish()) == "unchanged"
    assert there.pull(1).labels == ("digest",)
    there.unlabel(1, "digest")
    before = list(there.writes)
    assert operation(publish()) == "unchanged"
    assert (there.pull(1).labels, there.writes) == ((), before)


WRITES = ("POST /repos/acme/newsletter/git/refs", "Commit", "POST /repos/acme/newsletter/pulls")


@pytest.mark.parametrize("write", WRITES)
def test_a_limit_in_the_middle_stops_the_run_and_the_next_one_finishes(
    place: Place, write: str
) -> None:
    github, there = place
    limit = Fault(
        operation=write, status=429, headers={"retry-after": "3000"}, body={"message": "slow down"}
    )
    github.faults.append(limit)
    seen = publish()
    assert seen.code == 3
    assert operation(publish()) == "created"
    assert operation(publish()) == "unchanged"
    assert len(there.pulls) == 1


@pytest.mark.parametrize("write", WRITES)
def test_a_write_whose_answer_was_lost_is_not_done_twice(place: Place, write: str) -> None:
    github, there = place
    github.faults.append(Fault(operation=write, after=True, drop=True))
    assert operation(publish()) == "created"
    assert operation(publish()) == "unchanged"
    assert len(there.pulls) == 1
    assert len(set(there.writes)) == len(there.writes)


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(place: Place) -> None:
    _, there = place
    seen = publish("--dry-run")
    assert seen.code == 0
    assert seen.out.startswith(
        f"{TO}, branch {BRANCH}: nothing is written, since this is a dry run.\n"
    )
    assert f"+++ b/{PAGE}" in seen.out
    assert "+## Merged last week" in seen.out
    assert "- [x] <!-- digest:pr=backstage/backstage#5392 -->" in seen.out
    assert there.writes == []
    publish()
    assert publish("--dry-run").out.endswith("There is nothing to do.\n")


def test_the_section_goes_between_the_markers_of_a_page_that_is_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    files = {"news.md": "# News\n\n<!-- digest:begin -->\n\nBye.\n"}
    with published(monkeypatch, tmp_path, Newsletter(files, name=TO)) as (_, there):
        section = draft().out
        assert operation(publish("--path", "news.md")) == "created"
        page = f"# News\n\n<!-- digest:begin -->\n\n{section}\n<!-- digest:end -->\n\nBye.\n"
        assert there.text(BRANCH, "news.md") == page
        there.edit(BRANCH, "news.md", page.replace("Bye.", "See you."))
        draft(MORE)
        assert operation(publish("--path", "news.md")) == "updated"
        assert there.text(BRANCH, "news.md").endswith("<!-- digest:end -->\n\nSee you.\n")
        assert "5 pull requests" in there.text(BRANCH, "news.md")


@pytest.mark.parametrize("text", ["# News\n", "<!-- digest:begin -->\n<!-- digest:begin -->\n"])
def test_a_page_without_one_place_for_the_section_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    with published(monkeypatch, tmp_path, Newsletter({"news.md": text}, name=TO)) as (_, there):
        draft()
        seen = publish("--path", "news.md")
        assert (seen.code, there.writes) == (2, [])
        assert "news.md" in seen.err


def test_a_new_page_is_made_by_the_newsletters_own_template(place: Place) -> None:
    _, there = place
    Path("templates").mkdir()
    Path("templates/edition.md.j2").write_text(
        "---\ntitle: {{ digest.heading }}\n---\n\n{{ section }}\n\nWritten by hand.\n",
        encoding="utf-8",
    )
    assert operation(publish()) == "created"
    text = there.text(BRANCH, PAGE)
    assert text.startswith(
        "---\ntitle: Merged last week\n---\n\n<!-- digest:begin -->\n\n## Merged last week\n"
    )
    assert text.endswith("\n<!-- digest:end -->\n\nWritten by hand.\n")
    there.edit(BRANCH, PAGE, text.replace("title: Merged last week", "title: Mine"))
    draft(MORE)
    assert operation(publish()) == "updated"
    assert there.text(BRANCH, PAGE).startswith("---\ntitle: Mine\n---\n")
    assert "5 pull requests" in there.text(BRANCH, PAGE)


def test_a_template_without_the_section_is_refused(place: Place) -> None:
    Path("templates").mkdir()
    Path("templates/edition.md.j2").write_text("---\n", encoding="utf-8")
    seen = publish()
    assert seen.code == 2
    assert "must print {{ section }} once" in seen.err


PICTURE = b"\x89PNG\0 made up for tests"


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
def test_pictures_go_beside_the_text_or_where_the_settings_say(
    place: Place, settings: str, file: str, link: str
) -> None:
    _, there = place
    with Path("digest.toml").open("a") as there_too:
        there_too.write(f"[digest.publish]\n{settings}")
    folder = Path("editions/2021-W19")
    (folder / "doors-1.png").write_bytes(PICTURE)
    (folder / "not-shown.png").write_bytes(PICTURE)
    marks = (folder / "marks.toml").read_text("utf-8")
    shown = marks.replace('by = "digest"', 'by = "digest"\npictures = ["doors-1.png"]', 1)
    (folder / "marks.toml").write_text(shown, "utf-8")
    assert run("render").code == 0
    assert operation(publish()) == "created"
    assert there.files(BRANCH)[file] == PICTURE
    assert f"![TODO: describe the picture]({link})" in there.text(BRANCH, PAGE)
    assert not [path for path in there.files(BRANCH) if "not-shown" in path]
    assert operation(publish()) == "unchanged"
    there.edit(BRANCH, file, b"\x89PNG\0 a better one")
    assert operation(publish()) == "unchanged"


def test_somebodys_gitattributes_stay_as_they_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with published(
        monkeypatch, tmp_path, Newsletter({".gitattributes": "*.md text\n"}, name=TO)
    ) as (_, there):
        draft()
        publish()
        assert there.text(BRANCH, ".gitattributes") == "*.md text\n"


def test_descriptions_of_a_private_repository_are_not_published(place: Place) -> None:
    _, there = place
    secret = repository().model_copy(update={"private": True})
    told = [
        one.model_copy(update={"body": "Made up for tests: the secret plan of all."})
        for one in WEEK.pull_requests
    ]
    draft(snapshot(*told, repositories=(secret,)))
    assert "secret plan" in Path("editions/2021-W19/section.md").read_text("utf-8")
    assert operation(publish()) == "created"
    assert not [path for path, content in there.files(BRANCH).items() if b"secret plan" in content]
    assert "secret plan" not in there.pull(1).body
    assert operation(publish()) == "unchanged"


def test_a_week_in_which_nothing_was_merged_is_published_only_where_that_is_allowed(
    place: Place,
) -> None:
    _, there = place
    draft(snapshot())
    seen = publish()
    assert seen.code == 1
    assert "allow_empty = true" in seen.err
    assert there.writes == []
    with Path("digest.toml").open("a") as settings:
        settings.write("[digest.publish]\nallow_empty = true\n")
    assert operation(publish()) == "created"
    assert "No pull requests were merged last week." in there.text(BRANCH, PAGE)


def test_without_a_token_it_says_how_to_get_one(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GH_TOKEN")
    seen = publish()
    assert seen.code == 1
    assert f"There is no token, so digest cannot write to {TO}." in seen.err
    assert "that may read and write Contents and Pull requests there" in seen.err


def test_the_summary_of_the_workflows_step_holds_the_section_as_code(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    publish()
    section = Path("editions/2021-W19/section.md").read_text("utf-8")
    assert (tmp_path / "summary.md").read_text("utf-8") == (
        f"[The draft](https://github.com/{TO}/pull/1)\n\n```markdown\n{section}```\n"
    )


def test_facts_of_more_than_half_a_megabyte_are_read_back_whole(place: Place) -> None:
    _, there = place
    large = [pull(number, body="Made up. " * 1000) for number in range(1, 101)]
    draft(snapshot(*large))
    assert operation(publish()) == "created"
    assert len(there.text(BRANCH, kept("pull_requests.json"))) > 512_000
    assert len(json.loads(there.text(BRANCH, kept("pull_requests.json")))["pull_requests"]) == 100
    assert operation(publish()) == "unchanged"
