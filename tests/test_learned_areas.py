"""Areas in editions: learned from the window and the editions before, and kept for good."""

from datetime import timedelta
from pathlib import Path

from digest.editions.folder import update_edition
from digest.editions.request import Request
from digest.files import snapshots
from digest.files.settings_files import load
from digest.model import PullRequest, Snapshot, Window
from digest.settings import Layer
from tests.builders import changed_file, pull, repository, snapshot, week
from tests.shipped import shipped

SPREAD = {"a": 2, "b": 2, "c": 2, "d": 2, "e": 2}
W18, W19 = week("2021-W18"), week("2021-W19")


def changes(window: Window, folder: str, first: int = 1, **sizes: int) -> list[PullRequest]:
    """So many pull requests in each folder inside a folder."""
    names = [name for name, size in sizes.items() for _ in range(size)]
    return [
        pull(
            number,
            title=f"Hello {number}",
            files=(changed_file(f"{folder}/{name}/x.py"),),
            merged_at=window.start + timedelta(hours=number),
        )
        for number, name in enumerate(names, start=first)
    ]


def facts(window: Window, *pulls: PullRequest) -> Snapshot:
    return snapshot(*pulls, window=window, fetched_at=window.end + timedelta(hours=9))


def areas_in(folder: Path, edition: str) -> tuple[str, ...] | None:
    (one,) = snapshots.read_snapshot(str(folder / edition / "pull_requests.json")).repositories
    return one.areas


def draft(folder: Path, given: Snapshot) -> list[str]:
    """The names of the groups of an edition after a run."""
    new = update_edition(given, Request(), shipped(), folder)
    return [group.name for group in new.digest.groups]


def test_areas_of_the_window_become_groups_and_are_saved(tmp_path: Path) -> None:
    assert draft(tmp_path, facts(W19, *changes(W19, "src", **SPREAD))) == ["A", "B", "C", "D", "E"]
    assert areas_in(tmp_path, "2021-W19") == ("src/{area}/**",)


def test_a_small_week_uses_the_areas_of_the_editions_before(tmp_path: Path) -> None:
    few = facts(W19, *changes(W19, "src", 50, a=2, b=1))
    assert draft(tmp_path / "alone", few) == ["Other changes"]
    draft(tmp_path, facts(W18, *changes(W18, "src", **SPREAD)))
    assert draft(tmp_path, few) == ["A", "Elsewhere in the code"]


def test_areas_are_learned_from_several_editions_together(tmp_path: Path) -> None:
    first = facts(W18, *changes(W18, "src", a=1, b=1, c=1))
    assert draft(tmp_path, first) == ["Other changes"]
    assert areas_in(tmp_path, "2021-W18") is None
    second = facts(W19, *changes(W19, "src", 50, d=2, e=1))
    assert draft(tmp_path, second) == ["D", "Elsewhere in the code"]


def test_the_learned_areas_of_an_edition_never_change(tmp_path: Path) -> None:
    first = facts(W19, *changes(W19, "src", **SPREAD))
    draft(tmp_path, first)
    other = facts(W19, *changes(W19, "lib", **SPREAD))
    assert draft(tmp_path, other) == ["Other changes"]
    assert areas_in(tmp_path, "2021-W19") == ("src/{area}/**",)
    # An edition that is drafted later, for an earlier week, teaches this one nothing either.
    draft(tmp_path, facts(W18, *changes(W18, "lib", 50, **SPREAD)))
    assert draft(tmp_path, other) == ["Other changes"]


def test_a_repository_in_other_letters_keeps_its_areas(tmp_path: Path) -> None:
    draft(tmp_path, facts(W19, *changes(W19, "src", **SPREAD)))
    name = "Backstage/backstage"
    pulls = [one.model_copy(update={"repository": name}) for one in changes(W19, "lib", **SPREAD)]
    renamed = facts(W19, *pulls).model_copy(update={"repositories": (repository(name),)})
    draft(tmp_path, renamed)
    assert areas_in(tmp_path, "2021-W19") == ("src/{area}/**",)


def test_rules_without_areas_learn_nothing(tmp_path: Path) -> None:
    settings = load(Layer("digest.toml", '[digest]\npreset = "backstage"\n')).settings
    update_edition(facts(W19, *changes(W19, "src", **SPREAD)), Request(), settings, tmp_path)
    assert areas_in(tmp_path, "2021-W19") is None


def test_unknown_files_teach_nothing(tmp_path: Path) -> None:
    pulls = [one.model_copy(update={"files": None}) for one in changes(W19, "src", **SPREAD)]
    assert draft(tmp_path, facts(W19, *pulls)) == ["Other changes"]
    assert areas_in(tmp_path, "2021-W19") is None
