"""The pure decisions about a draft pull request: paths, pages, facts, marks, the plan."""

from dataclasses import replace

import pytest

from digest import text
from digest.compose import joining, marks
from digest.compose.keys import describe_changes
from digest.errors import DigestError, UsageError
from digest.model import Changeset, Mark, Marks, Repository, Snapshot
from digest.model.newsletter import Blob, Draft, Newsletter, Plan, branch_of, edition_of, oid
from digest.publishing.join import (
    add_covered_weeks,
    append_marks,
    append_section,
    join_marks,
    join_sections,
    narrow_to_last_week,
    previous_edition,
)
from digest.publishing.markers import new_page, read_page
from digest.publishing.paths import fill_path
from digest.publishing.plan import closed_plan, has_same_facts, make_plan, remove_private
from tests.builders import REPOSITORY, key, pull, snapshot, week, window
from tests.shipped import shipped

W18, W19 = week("2021-W18"), week("2021-W19")
SECTION = "## Merged last week\n\n32 pull requests were merged last week.\n"


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("content/{edition}.md", "content/2021-W19.md"),
        ("posts/{date}-{slug}.md", "posts/2021-05-17-merged-2021-w19.md"),
        ("{year}/{week}.md", "2021/19.md"),
        ("newsletter.md", "newsletter.md"),
    ],
)
def test_a_path_contains_the_values_of_the_edition(pattern: str, path: str) -> None:
    assert fill_path(pattern, shipped(), W19) == path


def test_a_week_has_its_iso_year_and_the_date_is_the_day_after() -> None:
    assert fill_path("{year}-{week}-{date}", shipped(), week("2020-W53")) == "2020-53-2021-01-04"


def test_a_month_has_its_calendar_year() -> None:
    january = window("2021-01-01", "2021-02-01", kind="month")
    assert fill_path("{edition}/{year}", shipped(), january) == "2021-01/2021"


@pytest.mark.parametrize(
    "pattern",
    [
        "content/{no}.md",
        "/content/x.md",
        "../x.md",
        "a//b.md",
        "content/",
        " ",
        "a\\b",
        ".git/config",
        ".github/workflows/x.yml",
        ".digest/x.md",
        "{edition",
    ],
)
def test_a_path_outside_the_newsletters_text_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError):
        fill_path(pattern, shipped(), W19)


def test_the_name_of_a_branch_contains_its_edition() -> None:
    assert [
        edition_of(branch)
        for branch in (branch_of("2021-W19"), "digest/2021-07", "digest/x", "main")
    ] == [
        "2021-W19",
        "2021-07",
        None,
        None,
    ]


def test_a_file_that_digest_made_is_all_section() -> None:
    ours = read_page(SECTION, "x.md", is_ours=True)
    assert (ours.section, ours.text("new\n")) == (SECTION, "new\n")


def test_digest_adds_the_second_marker() -> None:
    page = read_page("# News\n\n<!-- digest:begin -->\n\nBye\n", "x.md", is_ours=False)
    assert page.section is None
    assert page.text(SECTION) == (
        f"# News\n\n<!-- digest:begin -->\n\n{SECTION}\n<!-- digest:end -->\n\nBye\n"
    )


def test_the_text_outside_the_markers_stays_byte_for_byte() -> None:
    crlf = SECTION.replace("\n", "\r\n")
    text = f"# News\r\n<!--digest:begin-->\r\n\r\n\r\n{crlf}<!-- digest:end -->Bye\r\n"
    page = read_page(text, "x.md", is_ours=False)
    assert page.section is not None
    assert page.section.replace("\r\n", "\n") == SECTION
    assert page.text(page.section) == text


def test_an_empty_place_between_the_markers_is_filled() -> None:
    page = read_page("<!-- digest:begin -->\n<!-- digest:end -->\n", "x.md", is_ours=False)
    assert page.section is None
    assert page.text(SECTION) == f"<!-- digest:begin -->\n\n{SECTION}\n<!-- digest:end -->\n"


@pytest.mark.parametrize("title", ["Docs <!-- digest:end --> more", "`<!-- digest:begin -->` more"])
def test_a_title_is_not_a_marker(title: str) -> None:
    section = f"## Merged last week\n\n### {text.inline(title)}\n\nWords.\n"
    whole = read_page("<!-- digest:begin -->\n", "x.md", is_ours=False).text(section)
    assert read_page(whole, "x.md", is_ours=False).section == section


@pytest.mark.parametrize(
    "text",
    [
        "no marker\n",
        "<!-- digest:end -->\n",
        "<!-- digest:begin -->\n<!-- digest:begin -->\n",
        "<!-- digest:begin -->\n<!-- digest:end -->\n<!-- digest:end -->\n",
        "<!-- digest:end -->\n<!-- digest:begin -->\n",
    ],
)
def test_missing_doubled_or_swapped_markers_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"x\.md"):
        read_page(text, "x.md", is_ours=False)


def test_missing_markers_are_added_to_a_template() -> None:
    plan = new_page("---\ntitle: News\n---\n\n", "\n\nBye\n", "x.md")
    assert plan.text(SECTION) == (
        f"---\ntitle: News\n---\n\n<!-- digest:begin -->\n\n{SECTION}\n<!-- digest:end -->\n\nBye\n"
    )
    own = new_page("A\n<!-- digest:begin -->\n", "\n<!-- digest:end -->\nB\n", "x.md")
    assert own.text(SECTION) == f"A\n<!-- digest:begin -->\n\n{SECTION}\n<!-- digest:end -->\nB\n"
    assert (
        new_page("", "", "x.md").text(SECTION)
        == f"<!-- digest:begin -->\n\n{SECTION}\n<!-- digest:end -->\n"
    )


MDX = "{/* digest:begin */}\n\n" + SECTION + "\n{/* digest:end */}\n"


def test_the_markers_of_an_mdx_page_are_javascript_comments() -> None:
    assert new_page("", "", "x.mdx").text(SECTION) == MDX
    page = read_page("# News\n\n{/* digest:begin */}\n", "x.MDX", is_ours=False)
    assert page.text(SECTION) == f"# News\n\n{MDX}"
    crlf = f"# News\r\n{MDX.replace(chr(10), chr(13) + chr(10))}"
    again = read_page(crlf, "x.mdx", is_ours=False)
    assert again.section is not None
    assert again.section.replace("\r\n", "\n") == SECTION
    assert again.text(again.section) == crlf
    with pytest.raises(UsageError) as missing:
        read_page("# News\n", "x.mdx", is_ours=False)
    assert "{/* digest:begin */}" in missing.value.hint


def test_an_mdx_page_may_use_the_markers_of_markdown() -> None:
    page = read_page("<!-- digest:begin -->\n\nBye\n", "x.mdx", is_ours=False)
    whole = page.text(SECTION)
    assert whole == f"<!-- digest:begin -->\n\n{SECTION}\n<!-- digest:end -->\n\nBye\n"
    assert read_page(whole, "x.mdx", is_ours=False).section == SECTION
    mixed = MDX.replace("{/* digest:begin */}", "<!-- digest:begin -->")
    assert read_page(mixed, "x.mdx", is_ours=False).section == SECTION


def test_the_markers_of_mdx_are_text_in_markdown() -> None:
    with pytest.raises(UsageError):
        read_page(MDX, "x.md", is_ours=False)


def test_a_name_at_the_start_of_a_line_is_not_a_marker_of_mdx() -> None:
    section = f"{SECTION}\n### Story\n\n{{/* digest:end */}} added a story.\n"
    whole = new_page("", "", "x.mdx").text(section)
    assert read_page(whole, "x.mdx", is_ours=False).section == section


def of(repository: Repository, text: str) -> Snapshot:
    changeset = Changeset(path=".changeset/a.md", bumps={"a": "minor"}, summary=text)
    one = pull(1, repository=repository.name, body=text, changesets=(changeset,))
    return snapshot(one, repositories=(repository,))


def test_texts_of_a_private_repository_are_published_only_in_that_repository() -> None:
    public = snapshot(pull(1)).repositories[0].model_copy(update={"private": False})
    for private_or_unknown in (True, None):
        facts_of = of(
            public.model_copy(update={"private": private_or_unknown}), "Made up: a secret."
        )
        published = remove_private(facts_of, "acme/newsletter")
        assert "secret" not in published.model_dump_json()
        assert published.pull_requests[0].changesets is not None
        assert published.pull_requests[0].changesets[0].bumps == {"a": "minor"}
        assert remove_private(facts_of, REPOSITORY.upper()) == facts_of
        one = facts_of.pull_requests[0].model_copy(
            update={"fact_of_a_later_digest": "Made up: a secret."}
        )
        later = facts_of.model_copy(
            update={"summary": "Made up: a secret.", "pull_requests": (one,)}
        )
        assert "secret" in later.model_dump_json()
        assert "secret" not in remove_private(later, "acme/newsletter").model_dump_json()
    shown = of(public, "Made up: no secret.")
    assert remove_private(shown, "acme/newsletter") == shown
    foreign = shown.model_copy(
        update={"uncounted_pull_requests": (pull(9, repository="other/one", body="Made up."),)}
    )
    assert remove_private(foreign, "acme/newsletter").uncounted_pull_requests[0].body is None


def test_comments_and_reactions_do_not_change_the_facts() -> None:
    facts = snapshot(pull(1, comments=3, reactions=1))
    other = snapshot(pull(1, comments=4), fetched_at=facts.fetched_at.replace(year=2022))
    assert has_same_facts(facts, other)
    assert has_same_facts(facts, facts.model_copy(update={"fact_of_a_later_digest": 1}))
    assert not has_same_facts(facts, snapshot(pull(1, title="Another")))
    assert not has_same_facts(facts, snapshot(pull(1, comments=3), pull(2)))


def weeks() -> tuple[Snapshot, Snapshot]:
    earlier = snapshot(
        pull(1, merged_at=W18.start), window=W18, first_contributions=(f"{REPOSITORY}#1",)
    )
    later = snapshot(pull(2, merged_at=W19.start), window=W19, first_contributions=())
    return earlier, later


def test_two_weeks_are_joined_to_one_window() -> None:
    earlier, later = weeks()
    both_weeks = joining.join_windows(earlier, later)
    assert [merged.number for merged in both_weeks.pull_requests] == [1, 2]
    assert (both_weeks.window.start, both_weeks.window.end, both_weeks.window.kind) == (
        W18.start,
        W19.end,
        "weeks",
    )
    assert both_weeks.since_last
    assert both_weeks.first_contributions == (f"{REPOSITORY}#1",)
    with pytest.raises(UsageError):
        joining.join_windows(later, earlier)
    with pytest.raises(UsageError):
        joining.join_windows(earlier.model_copy(update={"repositories": of_another()}), later)


def of_another() -> tuple[Repository, ...]:
    return (snapshot(pull(1)).repositories[0].model_copy(update={"name": "other/one"}),)


def test_a_draft_of_two_weeks_keeps_both() -> None:
    earlier, later = weeks()
    both_weeks = joining.join_windows(earlier, later)
    more = snapshot(
        pull(2, merged_at=W19.start),
        pull(3, merged_at=W19.start),
        window=W19,
        first_contributions=(),
    )
    assert [merged.number for merged in add_covered_weeks(more, both_weeks).pull_requests] == [
        1,
        2,
        3,
    ]
    assert add_covered_weeks(more, None) == more
    assert add_covered_weeks(more, later) == more
    assert narrow_to_last_week(both_weeks).pull_requests == later.pull_requests


def test_a_week_has_a_previous_edition_and_a_month_has_none() -> None:
    assert previous_edition(W19) == "2021-W18"
    assert previous_edition(week("2021-W01")) == "2020-W53"
    assert previous_edition(window("2021-05-01", "2021-06-01", kind="month")) is None


def mark(*numbers: int, by: str = "digest", **words: object) -> Mark:
    keys = [key(number) for number in numbers]
    return Mark.model_validate({"pull_requests": keys, "by": by, **words})


def test_the_stories_of_the_previous_week_follow_ours() -> None:
    ours = Marks(stories=(mark(2),))
    earlier = Marks(
        stories=(mark(1, by="person", text="Mine."), mark(7, by="person", removed=True), mark(2))
    )
    moved = append_marks(ours, earlier).marks
    assert moved.stories == (
        mark(2),
        mark(1, by="person", text="Mine."),
        mark(7, by="person", removed=True),
    )


LINK = "[#{n}](https://github.com/backstage/backstage/pull/{n})"


def story(number: int, words: str) -> str:
    return f"### Story {number}\n\n{words} {LINK.format(n=number)}.\n"


def test_a_persons_words_in_the_previous_week_are_appended() -> None:
    rendered = f"{SECTION}\n{story(1, 'Drafted')}\n{story(3, 'Drafted')}"
    edited = f"## My heading\n\nMy lead.\n\n{story(1, 'My words')}\n{story(3, 'Drafted')}"
    ours = f"{SECTION}\n{story(2, 'Drafted')}"
    assert append_section(ours, edited, rendered) == f"{ours}\n{story(1, 'My words')}"
    assert append_section(ours, rendered, rendered) == ours


def test_edits_on_disk_since_the_last_publish_are_merged_into_the_draft() -> None:
    base = f"{SECTION}\n{story(1, 'Drafted')}\n{story(2, 'Drafted')}"
    draft = base.replace(story(1, "Drafted"), story(1, "Theirs"))
    here = base.replace(story(2, "Drafted"), story(2, "Mine"))
    assert join_sections(draft, here, base) == (
        f"{SECTION}\n{story(1, 'Theirs')}\n{story(2, 'Mine')}"
    )
    assert join_sections(draft, base, base) == draft
    assert join_sections(None, here, base) is None


def test_decisions_on_disk_since_the_last_publish_win() -> None:
    base = Marks(stories=(mark(1), mark(2)))
    draft = Marks(stories=(mark(1), mark(2), mark(5, by="person")))
    here = Marks(
        lead="My lead.",
        stories=(mark(1), mark(3, by="person", heading="Mine"), mark(2, by="person", removed=True)),
    )
    decided = join_marks(draft, here, base)
    assert decided.marks == Marks(
        lead="My lead.",
        stories=(
            mark(1),
            mark(3, by="person", heading="Mine"),
            mark(2, by="person", removed=True),
            mark(5, by="person"),
        ),
    )
    assert join_marks(draft, base, base) == marks.MarksChange(draft, "")


def test_older_marks_on_disk_do_not_undo_a_tick() -> None:
    here = Marks(stories=(mark(1, by="person"),))
    unticked = Marks(stories=(mark(1, by="person", removed=True),))
    assert join_marks(unticked, here, here).marks == unticked


def test_changes_since_the_last_run_are_listed() -> None:
    one, two, three, four = (pull(number).key for number in range(1, 5))
    assert describe_changes([one, two], [one, three, four]) == [
        "+2 merged: #3 and #4",
        "1 no longer counted: #2",
    ]
    assert describe_changes([one], [one]) == []
    assert describe_changes([one], ["a/b#7", one]) == ["+1 merged: a/b#7"]
    many = [pull(number).key for number in range(1, 14)]
    assert describe_changes([one], many) == [
        "+12 merged: #2, #3, #4, #5, #6, #7, #8, #9, #10 and #11, …"
    ]


DRAFT = Draft(
    number=4, url="https://x/4", branch="digest/2021-W19", state="open", is_draft=True, body=""
)
NEWSLETTER = Newsletter(
    repository="acme/newsletter",
    url="https://github.com/acme/newsletter",
    default_branch="main",
    default_head="d" * 40,
    branch="digest/2021-W19",
    head=None,
)
FILES = {"content/2021-W19.md": b"a", ".digest/2021-W19/marks.toml": b"b"}
BLOBS = {path: Blob(oid(content), content.decode()) for path, content in FILES.items()}
PUBLISHED = replace(NEWSLETTER, head="e" * 40, own_commits=1, draft=DRAFT, files=BLOBS)


def test_the_oid_is_gits_name_for_a_content() -> None:
    assert oid(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_a_new_edition_gets_a_branch_its_files_and_a_draft() -> None:
    assert make_plan(NEWSLETTER, "2021-W19", FILES, updates_body=False) == Plan(
        operation="created", head="d" * 40, branch_at="d" * 40, files=FILES, opens=True
    )


def test_a_branch_without_a_pull_request_gets_one() -> None:
    alone = replace(PUBLISHED, draft=None)
    assert make_plan(alone, "2021-W19", FILES, updates_body=False) == Plan(
        operation="created", head="e" * 40, opens=True
    )
    unborn = replace(alone, own_commits=0, files={})
    assert make_plan(unborn, "2021-W19", FILES, updates_body=False).files == FILES


def test_an_unchanged_file_is_not_written() -> None:
    assert make_plan(PUBLISHED, "2021-W19", FILES, updates_body=False) == Plan(
        operation="unchanged", head="e" * 40
    )
    changed = {**FILES, "content/2021-W19.md": b"new"}
    assert make_plan(PUBLISHED, "2021-W19", changed, updates_body=True) == Plan(
        operation="updated", head="e" * 40, files={"content/2021-W19.md": b"new"}, updates_body=True
    )


def test_a_pull_request_ready_for_review_stays_ready() -> None:
    ready = replace(PUBLISHED, draft=replace(DRAFT, is_draft=False))
    assert make_plan(ready, "2021-W19", FILES, updates_body=False).messages == (
        "The pull request stays ready for review.",
    )


@pytest.mark.parametrize("state", ["closed", "merged"])
def test_the_plan_for_a_closed_or_merged_pull_request_writes_nothing(state: str) -> None:
    over = replace(
        PUBLISHED, draft=replace(DRAFT, state="merged" if state == "merged" else "closed")
    )
    plan = closed_plan(over, "2021-W19")
    assert plan is not None
    assert (plan.operation, plan.files, plan.opens, plan.updates_body) == (state, {}, False, False)
    assert f"is {state}, so nothing was written." in plan.messages[0]


def test_a_branch_that_digest_did_not_make_is_refused() -> None:
    theirs = replace(NEWSLETTER, head="e" * 40, own_commits=2, files={"x.md": Blob("0" * 40, "x")})
    with pytest.raises(DigestError, match="did not create the branch"):
        make_plan(theirs, "2021-W19", FILES, updates_body=False)
