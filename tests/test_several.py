"""Several repositories in one edition, and runs without a token, from the command line to the folder."""

import json
from pathlib import Path
from typing import Any

import pytest

from digest.editions import gather
from digest.output.progress import FetchingScreen
from digest.settings import RepositorySettings
from tests.builders import REPOSITORY, changed_file, pull, repository, snapshot, week
from tests.cli import Seen, run
from tests.shipped import shipped
from tests.standin import TOKEN, Fault, Repo, StandIn, World

OTHER = "made-up/other"
PLUGIN = changed_file("plugins/made-up/package.json", "added", 300)
THERE = World(
    (
        Repo(
            pulls=(
                pull(5, title="Add the made-up plugin", files=(PLUGIN,)),
                pull(6, title="Fix it"),
            )
        ),
        Repo(
            OTHER,
            (
                pull(5, repository=OTHER, node_id="PR_made_up_5", title="Show more", base="main"),
                pull(7, repository=OTHER, node_id="PR_made_up_7", base="next"),
            ),
            default_branch="main",
        ),
    )
)


pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("empty_folder")]


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Serve a fake GitHub, and set the environment for it, with a token."""
    with StandIn(THERE) as standin:
        monkeypatch.setenv("GITHUB_API_URL", standin.url)
        monkeypatch.setenv("GH_TOKEN", TOKEN)
        yield standin


@pytest.fixture
def _impatient(empty_folder: Path) -> None:
    """Trouble is not waited for."""
    (empty_folder / "digest.toml").write_text("[digest.github]\nmax_wait_seconds = 0\n")


def both(*words: str) -> Seen:
    return run("week", "--repo", REPOSITORY, "--repo", OTHER, "--output", "-", *words)


def test_two_repositories_are_one_list_and_one_count(github: StandIn) -> None:
    printed = json.loads(both("--json").out)
    assert (printed["count"], printed["complete"]) == (3, True)
    assert [(one["name"], one["base"], one["search_count"]) for one in printed["repositories"]] == [
        (REPOSITORY, "master", 2),
        (OTHER, "main", 1),
    ]
    listed = [f"{one['repository']}#{one['number']}" for one in printed["pull_requests"]]
    assert listed == [f"{REPOSITORY}#5", f"{REPOSITORY}#6", f"{OTHER}#5"]
    assert len(printed["earlier_counts"]) == 12


def test_each_pull_request_is_labelled_on_the_screen_and_in_links(github: StandIn) -> None:
    seen = both()
    assert f"[{REPOSITORY}#5](https://github.com/{REPOSITORY}/pull/5)" in seen.out
    assert f"[{OTHER}#5](https://github.com/{OTHER}/pull/5)" in seen.out or f"{OTHER}#5" in seen.err
    assert seen.err.startswith(
        f"{REPOSITORY} + {OTHER} · 10–16 May 2021 (2021-W19, UTC) · 8 requests"
    )
    assert f"1 more was merged into a branch of {OTHER} other than main." in seen.err
    assert f"--repo {REPOSITORY} --repo {OTHER}" in seen.err


def test_a_single_repository_has_no_label(github: StandIn) -> None:
    assert (
        f"[#5](https://github.com/{OTHER}/pull/5)"
        in run("week", "--repo", OTHER, "--output", "-").out
    )


def test_the_settings_name_repositories_with_bases_and_groups(github: StandIn) -> None:
    Path("digest.toml").write_text(
        f'[digest]\nrepository = "{REPOSITORY}"\n'
        f'[[digest.repositories]]\nname = "{OTHER}"\nbase = "next"\n'
        'groups = [{ name = "Elsewhere", any = [{ bot = false }] }]\n'
    )
    printed = json.loads(run("week", "--json").out)
    groups = {group["name"]: group["pull_requests"] for group in printed["groups"]}
    assert groups["Elsewhere"] == [f"{OTHER}#7"]
    assert sorted(groups["New plugins and packages"] + groups["Fixes"]) == [
        f"{REPOSITORY}#5",
        f"{REPOSITORY}#6",
    ]
    assert [one["base"] for one in printed["repositories"]] == ["master", "next"]


def test_a_repository_counts_once_however_often_it_is_typed() -> None:
    settings = shipped().model_copy(
        update={
            "repository": "A/b",
            "repositories": (
                RepositorySettings(name="c/d"),
                RepositorySettings(name="a/B", base="x"),
            ),
        }
    )
    assert settings.repository_names == ("A/b", "c/d")
    assert [settings.base_of(name) for name in ("a/b", "C/D", "e/f")] == ["x", "", ""]


@pytest.mark.usefixtures("_impatient")
def test_a_failing_repository_does_not_stop_the_others_and_only_strict_fails(
    github: StandIn,
) -> None:
    for words, code in (((), 0), (("--strict",), 1)):
        github.faults.append(Fault(status=502))
        seen = both("--json", *words)
        printed = json.loads(seen.out)
        assert (seen.code, printed["complete"], printed["count"]) == (code, False, 1)
        assert printed["repositories"][0]["listed_by"] == "nothing"
        missing = f"{REPOSITORY}: The repository could not be read, so its pull requests are missing. GitHub is having problems:"
        assert any(notice.startswith(missing) for notice in printed["notices"])


@pytest.mark.usefixtures("_impatient")
def test_an_edition_is_complete_again_when_the_failing_one_works(github: StandIn) -> None:
    github.faults.append(Fault(status=502))
    run("week", "--repo", REPOSITORY, "--repo", OTHER)
    assert json.loads(Path("editions/2021-W19/pull_requests.json").read_text())["complete"] is False
    assert run("week", "--repo", REPOSITORY, "--repo", OTHER).code == 0
    assert json.loads(Path("editions/2021-W19/pull_requests.json").read_text())["complete"] is True


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize(
    "alone", [(), (Fault("Alone", status=502),)], ids=["asked for alone", "remembered"]
)
def test_a_story_of_the_failing_one_keeps_its_words(
    github: StandIn, alone: tuple[Fault, ...]
) -> None:
    section = Path("editions/2021-W19/section.md")
    command = ("week", "--repo", REPOSITORY, "--repo", OTHER)
    run(*command, "--highlight", f"{OTHER}#5")
    before = section.read_text()
    assert f"[{OTHER}#5](https://github.com/{OTHER}/pull/5)" in before
    github.faults += [Fault("Survey", status=502, passes=1), *alone]
    seen = run(*command)
    assert (seen.code, section.read_text().partition("###")[2]) == (0, before.partition("###")[2])
    assert "not merged in this window" not in seen.err
    assert "its pull requests are missing" in seen.err
    run(*command)
    assert section.read_text() == before


@pytest.mark.usefixtures("_impatient")
def test_a_story_of_the_failing_one_is_found_in_any_case(github: StandIn) -> None:
    """GitHub gives the spelling of a repository, but not when it fails.

    The typed spelling is the only one then.
    """
    run("week", "--repo", REPOSITORY, "--repo", OTHER, "--highlight", f"{OTHER}#5")
    before = Path("editions/2021-W19/section.md").read_text()
    github.faults += [Fault("Survey", status=502, passes=1), Fault("Alone", status=502)]
    seen = run("week", "--repo", REPOSITORY, "--repo", OTHER.title())
    assert (seen.code, "nothing is known" in seen.err) == (0, False)
    assert "its pull requests are missing" in seen.err
    run("week", "--repo", REPOSITORY, "--repo", OTHER)
    assert Path("editions/2021-W19/section.md").read_text() == before


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize(
    ("faults", "code"),
    [
        ([Fault(status=502)] * 2, 3),
        ([Fault(status=401), Fault(status=401)], 1),
        ([Fault(status=404), Fault(status=404)], 1),
        ([Fault(status=404), Fault(status=502)], 3),
    ],
)
def test_without_any_answer_it_fails_and_writes_nothing(
    github: StandIn, faults: list[Fault], code: int
) -> None:
    github.faults += faults
    seen = both()
    assert (seen.code, seen.out, seen.err.count("\n")) == (code, "", 1)
    assert not Path("editions").exists()


def test_a_repository_under_two_names_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with StandIn(World(THERE.repos, {"old/name": REPOSITORY})) as standin:
        monkeypatch.setenv("GITHUB_API_URL", standin.url)
        monkeypatch.setenv("GH_TOKEN", TOKEN)
        seen = run("week", "--repo", "old/name", "--repo", REPOSITORY)
    assert (seen.code, seen.err) == (
        2,
        f"digest: {REPOSITORY} is listed twice, so its pull requests would count twice. List it once.\n",
    )


def test_the_progress_bar_continues_from_repository_to_repository() -> None:
    with FetchingScreen("a/a") as watch:
        steps = []
        for name, total in (("a/a", 3), ("b/b", 2)):
            watch.begin(f"Reading {name}")
            watch.progress(total, total)
            task = watch._bar.tasks[0]  # noqa: SLF001 (what a person would see)
            steps.append((task.description, task.completed, task.total))
    assert steps == [("Reading a/a", 3, 3), ("Reading b/b", 5, 5)]


def test_saved_snapshots_are_joined() -> None:
    for name in (REPOSITORY, OTHER):
        file = Path(f"{name.replace('/', '-')}.json")
        file.write_text(snapshot(pull(5, repository=name, additions=3)).model_dump_json())
    files = ["--from", "backstage-backstage.json", "--from", "made-up-other.json"]
    seen = run("week", *files, "--json", "--output", "-")
    assert json.loads(seen.out)["count"] == 2
    assert "from backstage-backstage.json and made-up-other.json" in seen.err
    part = run(
        "week", *files, "--since", "2021-05-12", "--until", "2021-05-12", "--json", "--output", "-"
    )
    assert json.loads(part.out)["window"]["start"] == "2021-05-12T00:00:00Z"
    assert run("week", *files, "--repo", "octo/cat").err == (
        "digest: backstage-backstage.json and made-up-other.json are about "
        "backstage/backstage and made-up/other, not about octo/cat. Omit --repo.\n"
    )


def test_saved_snapshots_of_different_windows_are_refused() -> None:
    Path("a.json").write_text(snapshot(repositories=(repository("a/a"),)).model_dump_json())
    Path("b.json").write_text(
        snapshot(repositories=(repository("b/b"),), window=week("2021-W18")).model_dump_json()
    )
    seen = run("week", "--from", "a.json", "--from", "b.json")
    assert (seen.code, seen.out) == (2, "")
    assert seen.err.startswith("digest: The snapshots have different windows:")


def test_init_saves_several_repositories() -> None:
    run("init", "--repo", "a/b", "--repo", "c/d")
    assert Path("digest.toml").read_text() == (
        "# Settings of digest. To list all settings with comments: digest config\n\n"
        '[[digest.repositories]]\nname = "a/b"\n\n[[digest.repositories]]\nname = "c/d"\n'
    )
    assert (
        "[[digest.repositories]] # 2 repositories from digest.toml"
        in run("config").out.splitlines()
    )


def test_without_a_token_a_week_is_still_drafted(
    github: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GH_TOKEN")
    seen = run("week", "--repo", REPOSITORY, "--output", "-")
    assert seen.code == 0
    assert "2 pull requests were merged last week." in seen.out
    assert "Without a token GitHub allows 60 requests an hour, so these are unknown" in seen.err
    assert "gh auth login" in seen.err
    assert "GH_TOKEN" in seen.err
    assert all(request.method == "GET" for request in github.requests)


def test_texts_and_newcomers_come_from_every_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    """A story comes from a third one, which is not counted."""
    adds = changed_file(".changeset/made-up.md", "added", 5)
    commits = {REPOSITORY: "a" * 40, OTHER: "b" * 40}
    repos = [
        Repo(
            name,
            (
                pull(
                    place,
                    repository=name,
                    node_id=f"PR_made_up_{place}",
                    files=(adds,),
                    merge_commit=commit,
                ),
            ),
        )
        for place, (name, commit) in enumerate(commits.items(), 1)
    ]
    third = Repo("made-up/third", (pull(9, repository="made-up/third", node_id="PR_made_up_9"),))
    with StandIn(World((*repos, third))) as standin:
        monkeypatch.setenv("GITHUB_API_URL", standin.url)
        monkeypatch.setenv("GH_TOKEN", TOKEN)
        printed = json.loads(both("--json", "--highlight", "made-up/third#9").out)
    assert [[one["path"] for one in pulls["changesets"]] for pulls in printed["pull_requests"]] == [
        [adds.path]
    ] * 2
    assert sorted(printed["first_contributions"]) == [f"{REPOSITORY}#1", f"{OTHER}#2"]
    assert (printed["count"], [one["number"] for one in printed["uncounted_pull_requests"]]) == (
        2,
        [9],
    )
    assert [request.operation for request in standin.requests][-2:] == [
        "FirstContributions",
        "Alone",
    ]


def test_a_misspelt_repository_of_one_story_is_named_and_the_other_stories_are_written(
    github: StandIn,
) -> None:
    seen = run(
        "week", "--repo", REPOSITORY, "--highlight", "mis/spelt#9", "--highlight", f"{OTHER}#5"
    )
    assert seen.code == 0
    assert "GitHub could not find mis/spelt, or the token may not read it.\n" in seen.err
    assert (
        "mis/spelt#9 is marked, but digest has no facts about it. Write its text yourself.\n"
        in seen.err
    )
    facts = json.loads(Path("editions/2021-W19/pull_requests.json").read_text())
    assert ([one["number"] for one in facts["uncounted_pull_requests"]], facts["complete"]) == (
        [5],
        True,
    )
    assert [request.operation for request in github.requests].count("Alone") == 1


@pytest.mark.usefixtures("github")
def test_a_misspelt_repository_cannot_be_marked() -> None:
    run("week", "--repo", REPOSITORY)
    before = Path("editions/2021-W19/marks.toml").read_bytes()
    seen = run("mark", f"{OTHER}#5", "mis/spelt#9")
    assert (seen.code, seen.out) == (1, "")
    assert seen.err.startswith(
        "digest: GitHub could not find mis/spelt, or the token may not read it. Check the spelling."
    )
    assert Path("editions/2021-W19/marks.toml").read_bytes() == before


def test_without_a_token_there_are_no_texts_and_no_newcomers(
    github: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GH_TOKEN")
    seen = run("week", "--repo", REPOSITORY, "--json", "--highlight", f"{OTHER}#5", "--output", "-")
    printed = json.loads(seen.out)
    assert (seen.code, printed["first_contributions"], printed["uncounted_pull_requests"]) == (
        0,
        None,
        [],
    )
    assert {one["changesets"] for one in printed["pull_requests"]} == {None}
    assert "changeset texts and first contributions" in seen.err
    assert (
        f"{OTHER}#5 is marked, but digest has no facts about it. Write its text yourself."
        in seen.err
    )


def test_without_a_token_an_exhausted_hour_is_exit_3(
    github: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GH_TOKEN")
    over = {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": "4102444800",
        "x-ratelimit-limit": "60",
    }
    github.faults.append(Fault(status=403, headers=over))
    seen = run("week", "--repo", REPOSITORY)
    assert (seen.code, seen.out) == (3, "")
    assert "GitHub's rate limit is used up until " in seen.err


def test_options_keep_the_typed_order_of_repositories() -> None:
    assert gather._repositories(("b/b", "a/a", "b/b"), shipped()) == ("b/b", "a/a")  # noqa: SLF001 (the order that everything else follows)


def test_without_a_token_a_second_run_keeps_the_facts_of_the_first(
    github: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GH_TOKEN")
    run("week", "--repo", REPOSITORY)
    facts_file = Path("editions/2021-W19/pull_requests.json")
    before = facts_file.read_bytes()
    asked = len(github.requests)
    assert run("week", "--repo", REPOSITORY).code == 0
    assert facts_file.read_bytes() == before
    assert [request.operation for request in github.requests[asked:]] == [
        f"/repos/{REPOSITORY}",
        "/search/issues",
        "/search/issues",
    ]
    facts_file.write_text('{"window": {}, "repositories": []}')
    assert run("week", "--repo", REPOSITORY).code == 0
