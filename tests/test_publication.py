"""What is decided about a draft pull request without asking anybody: paths, pages, facts, marks, the plan."""

from dataclasses import replace

import pytest

from digest import text
from digest.compose import joining, marks
from digest.errors import DigestError, UsageError
from digest.model import Changeset, Mark, Marks, Repository, Snapshot
from digest.model.newsletter import Blob, Draft, Newsletter, Plan, branch_of, edition_of, oid
from digest.publishing.join import (
    append_marks,
    append_section,
    edition_before,
    join_marks,
    join_sections,
    last_week,
    with_covered,
)
from digest.publishing.markers import new_page, read_page
from digest.publishing.paths import fill_path
from digest.publishing.plan import make_plan
from digest.publishing.published_facts import describe_changes, is_same, without_private
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
def test_a_path_is_filled_with_values_that_stay_the_same_in_every_run(
    pattern: str, path: str
) -> None:
    assert fill_path(pattern, shipped(), W19) == path


def test_the_year_of_a_week_is_its_iso_year_and_the_date_is_the_day_after() -> None:
    assert fill_path("{year}-{week}-{date}", shipped(), week("2020-W53")) == "2020-53-2021-01-04"


def test_a_month_has_its_own_year() -> None:
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
def test_a_path_that_leads_elsewhere_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError):
        fill_path(pattern, shipped(), W19)


def test_a_branch_tells_its_edition() -> None:
    assert [
        edition_of(one) for one in (branch_of("2021-W19"), "digest/2021-07", "digest/x", "main")
    ] == [
        "2021-W19",
        "2021-07",
        None,
        None,
    ]


def test_a_file_of_digests_own_is_the_section() -> None:
    ours = read_page(SECTION, "x.md", is_ours=True)
    assert (ours.section, ours.text("new\n")) == (SECTION, "new\n")


def test_the_first_marker_alone_is_enough_and_digest_adds_the_other() -> None:
    there = read_page("# News\n\n<!-- digest:begin -->\n\nBye\n", "x.md", is_ours=False)
    assert there.section is None
    assert there.text(SECTION) == (
        f"# News\n\n<!-- digest:begin -->\n\n{SECTION}\n<!-- digest:end -->\n\nBye\n"
    )


def test_what_stands_between_the_markers_is_the_section_and_the_rest_stays_byte_for_byte() -> None:
    crlf = SECTION.replace("\n", "\r\n")
    text = f"# News\r\n<!--digest:begin-->\r\n\r\n\r\n{crlf}<!-- digest:end -->Bye\r\n"
    there = read_page(text, "x.md", is_ours=False)
    assert there.section is not None
    assert there.section.replace("\r\n", "\n") == SECTION
    assert there.text(there.section) == text


def test_an_empty_place_between_the_markers_is_filled() -> None:
    there = read_page("<!-- digest:begin -->\n<!-- digest:end -->\n", "x.md", is_ours=False)
    assert there.section is None
    assert there.text(SECTION) == f"<!-- digest:begin -->\n\n{SECTION}\n<!-- digest:end -->\n"


@pytest.mark.parametrize("title", ["Docs <!-- digest:end --> more", "`<!-- digest:begin -->` more"])
def test_a_title_is_no_marker(title: str) -> None:
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
def test_markers_that_are_missing_doubled_or_turned_round_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"x\.md"):
        read_page(text, "x.md", is_ours=False)


def test_a_template_gets_the_markers_that_it_lacks() -> None:
    made = new_page("---\ntitle: News\n---\n\n", "\n\nBye\n", "x.md")
    assert made.text(SECTION) == (
        f"---\ntitle: News\n---\n\n<!-- digest:begin -->\n\n{SECTION}\n<!-- digest:end -->\n\nBye\n"
    )
    own = new_page("A\n<!-- digest:begin -->\n", "\n<!-- digest:end -->\nB\n", "x.md")
    assert own.text(SECTION) == f"A\n<!-- digest:begin -->\n\n{SECTION}\n<!-- digest:end -->\nB\n"
    assert (
        new_page("", "", "x.md").text(SECTION)
        == f"<!-- digest:begin -->\n\n{SECTION}\n<!-- digest:end -->\n"
    )


def of(repository: Repository, text: str) -> Snapshot:
    changeset = Changeset(path=".changeset/a.md", bumps={"a": "minor"}, summary=text)
    one = pull(1, repository=repository.name, body=text, changesets=(changeset,))
    return snapshot(one, repositories=(repository,))


def test_what_a_private_repository_says_of_its_pull_requests_is_published_nowhere_else() -> None:
    public = snapshot(pull(1)).repositories[0].model_copy(update={"private": False})
    for private_or_unknown in (True, None):
        facts_of = of(
            public.model_copy(update={"private": private_or_unknown}), "Made up: a secret."
        )
        told = without_private(facts_of, "acme/newsletter")
        assert "secret" not in told.model_dump_json()
        assert told.pull_requests[0].changesets is not None
        assert told.pull_requests[0].changesets[0].bumps == {"a": "minor"}
        assert without_private(facts_of, REPOSITORY.upper()) == facts_of
        one = facts_of.pull_requests[0].model_copy(
            update={"fact_of_a_later_digest": "Made up: a secret."}
        )
        later = facts_of.model_copy(
            update={"summary": "Made up: a secret.", "pull_requests": (one,)}
        )
        assert "secret" in later.model_dump_json()
        assert "secret" not in without_private(later, "acme/newsletter").model_dump_json()
    shown = of(public, "Made up: no secret.")
    assert without_private(shown, "acme/newsletter") == shown
    foreign = shown.model_copy(
        update={"uncounted_pull_requests": (pull(9, repository="other/one", body="Made up."),)}
    )
    assert without_private(foreign, "acme/newsletter").uncounted_pull_requests[0].body is None


def test_facts_are_the_same_whatever_readers_commented() -> None:
    one = snapshot(pull(1, comments=3, reactions=1))
    other = snapshot(pull(1, comments=4), fetched_at=one.fetched_at.replace(year=2022))
    assert is_same(one, other)
    assert is_same(one, one.model_copy(update={"fact_of_a_later_digest": 1}))
    assert not is_same(one, snapshot(pull(1, title="Another")))
    assert not is_same(one, snapshot(pull(1, comments=3), pull(2)))


def weeks() -> tuple[Snapshot, Snapshot]:
    earlier = snapshot(
        pull(1, merged_at=W18.start), window=W18, first_contributions=(f"{REPOSITORY}#1",)
    )
    later = snapshot(pull(2, merged_at=W19.start), window=W19, first_contributions=())
    return earlier, later


def test_two_weeks_become_one_window_that_says_so() -> None:
    earlier, later = weeks()
    both_weeks = joining.join_windows(earlier, later)
    assert [one.number for one in both_weeks.pull_requests] == [1, 2]
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


def test_a_draft_that_covers_two_weeks_goes_on_to_cover_them() -> None:
    earlier, later = weeks()
    both_weeks = joining.join_windows(earlier, later)
    more = snapshot(
        pull(2, merged_at=W19.start),
        pull(3, merged_at=W19.start),
        window=W19,
        first_contributions=(),
    )
    assert [one.number for one in with_covered(more, both_weeks).pull_requests] == [1, 2, 3]
    assert with_covered(more, None) == more
    assert with_covered(more, later) == more
    assert last_week(both_weeks).pull_requests == later.pull_requests


def test_the_week_before_a_window_has_an_edition_a_month_has_none() -> None:
    assert edition_before(W19) == "2021-W18"
    assert edition_before(week("2021-W01")) == "2020-W53"
    assert edition_before(window("2021-05-01", "2021-06-01", kind="month")) is None


def told(*numbers: int, by: str = "digest", **words: object) -> Mark:
    return Mark.model_validate({"pull_requests": [key(one) for one in numbers], "by": by, **words})


def test_the_stories_of_the_week_before_come_behind_ours() -> None:
    ours = Marks(stories=(told(2),))
    earlier = Marks(
        stories=(told(1, by="person", text="Mine."), told(7, by="person", removed=True), told(2))
    )
    moved = append_marks(ours, earlier).marks
    assert moved.stories == (
        told(2),
        told(1, by="person", text="Mine."),
        told(7, by="person", removed=True),
    )


LINK = "[#{n}](https://github.com/backstage/backstage/pull/{n})"


def story(number: int, words: str) -> str:
    return f"### Story {number}\n\n{words} {LINK.format(n=number)}.\n"


def test_the_words_that_a_person_wrote_in_the_week_before_come_along() -> None:
    rendered = f"{SECTION}\n{story(1, 'Drafted')}\n{story(3, 'Drafted')}"
    edited = f"## My heading\n\nMy lead.\n\n{story(1, 'My words')}\n{story(3, 'Drafted')}"
    ours = f"{SECTION}\n{story(2, 'Drafted')}"
    assert append_section(ours, edited, rendered) == f"{ours}\n{story(1, 'My words')}"
    assert append_section(ours, rendered, rendered) == ours


def test_what_was_changed_on_disk_since_the_last_publishing_comes_into_the_draft() -> None:
    base = f"{SECTION}\n{story(1, 'Drafted')}\n{story(2, 'Drafted')}"
    draft = base.replace(story(1, "Drafted"), story(1, "Theirs"))
    here = base.replace(story(2, "Drafted"), story(2, "Mine"))
    assert join_sections(draft, here, base) == (
        f"{SECTION}\n{story(1, 'Theirs')}\n{story(2, 'Mine')}"
    )
    assert join_sections(draft, base, base) == draft
    assert join_sections(None, here, base) is None


def test_decisions_on_disk_since_the_last_publishing_are_the_later_ones() -> None:
    base = Marks(stories=(told(1), told(2)))
    draft = Marks(stories=(told(1), told(2), told(5, by="person")))
    here = Marks(
        lead="My lead.",
        stories=(told(1), told(3, by="person", heading="Mine"), told(2, by="person", removed=True)),
    )
    decided = join_marks(draft, here, base)
    assert decided.marks == Marks(
        lead="My lead.",
        stories=(
            told(1),
            told(3, by="person", heading="Mine"),
            told(2, by="person", removed=True),
            told(5, by="person"),
        ),
    )
    assert join_marks(draft, base, base) == marks.MarksChange(draft, "")


def test_a_tick_in_the_draft_is_not_undone_by_older_marks_on_disk() -> None:
    here = Marks(stories=(told(1, by="person"),))
    unticked = Marks(stories=(told(1, by="person", removed=True),))
    assert join_marks(unticked, here, here).marks == unticked


def test_what_came_in_since_the_last_run_is_named() -> None:
    before, now = snapshot(pull(1), pull(2)), snapshot(pull(1), pull(3))
    assert describe_changes(before, now) == ["1 came in: #3.", "1 are not counted any more: #2."]
    assert describe_changes(None, now) == []
    many = snapshot(pull(1), *(pull(number) for number in range(3, 15)))
    assert describe_changes(snapshot(pull(1)), many)[0].startswith("12 came in: #3, ")


DRAFT = Draft(
    number=4, url="https://x/4", branch="digest/2021-W19", state="open", is_draft=True, body=""
)
THERE = Newsletter(
    repository="acme/newsletter",
    url="https://github.com/acme/newsletter",
    default_branch="main",
    default_head="d" * 40,
    branch="digest/2021-W19",
    head=None,
)
FILES = {"content/2021-W19.md": b"a", ".digest/2021-W19/marks.toml": b"b"}
STANDS = {path: Blob(oid(content), content.decode()) for path, content in FILES.items()}
PUBLISHED = replace(THERE, head="e" * 40, own_commits=1, draft=DRAFT, files=STANDS)


def test_gits_name_for_a_content() -> None:
    assert oid(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_a_new_edition_gets_a_branch_its_files_and_a_draft() -> None:
    assert make_plan(THERE, "2021-W19", FILES, updates_body=False) == Plan(
        operation="created", head="d" * 40, branch_at="d" * 40, files=FILES, opens=True
    )


def test_a_branch_without_a_pull_request_gets_one() -> None:
    alone = replace(PUBLISHED, draft=None)
    assert make_plan(alone, "2021-W19", FILES, updates_body=False) == Plan(
        operation="created", head="e" * 40, opens=True
    )
    unborn = replace(alone, own_commits=0, files={})
    assert make_plan(unborn, "2021-W19", FILES, updates_body=False).files == FILES


def test_what_stands_there_is_not_written_again() -> None:
    assert make_plan(PUBLISHED, "2021-W19", FILES, updates_body=False) == Plan(
        operation="unchanged", head="e" * 40
    )
    changed = {**FILES, "content/2021-W19.md": b"new"}
    assert make_plan(PUBLISHED, "2021-W19", changed, updates_body=True) == Plan(
        operation="updated", head="e" * 40, files={"content/2021-W19.md": b"new"}, updates_body=True
    )


def test_what_is_ready_for_review_stays_so() -> None:
    ready = replace(PUBLISHED, draft=replace(DRAFT, is_draft=False))
    assert make_plan(ready, "2021-W19", FILES, updates_body=False).messages == (
        "It is ready for review, and stays so.",
    )


@pytest.mark.parametrize("state", ["closed", "merged"])
def test_nothing_is_done_once_a_pull_request_is_closed_or_merged(state: str) -> None:
    over = replace(
        PUBLISHED, draft=replace(DRAFT, state="merged" if state == "merged" else "closed")
    )
    made = make_plan(over, "2021-W19", {"x": b"y"}, updates_body=True)
    assert (made.operation, made.files, made.opens, made.updates_body) == (state, {}, False, False)
    assert f"was {state}" in made.messages[0]


def test_somebody_elses_branch_of_that_name_stays_untouched() -> None:
    theirs = replace(THERE, head="e" * 40, own_commits=2, files={"x.md": Blob("0" * 40, "x")})
    with pytest.raises(DigestError, match="not digest's"):
        make_plan(theirs, "2021-W19", FILES, updates_body=False)
