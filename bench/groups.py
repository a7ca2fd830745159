"""Measures the groups of five projects: the catch-all's share, the number, and their stability.

It groups each ISO week (UTC) as a run without settings does. The areas are learned from the week
and the editions before.
"""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from digest.compose import areas, grouping, learning
from digest.compose.learning import Evidence
from digest.compose.people import is_bot
from digest.editions.folder import REMEMBERED
from digest.files import settings_files
from digest.model import PullRequest
from digest.settings import GroupRule, Settings
from digest.sources.sample import OLDEST
from tests import history, projects

# The largest share of people's pull requests in the catch-all groups.
GOALS = {
    "backstage/backstage": 0.15,
    "bevyengine/bevy": 0.15,
    "cli/cli": 0.15,
    "orhun/git-cliff": 0.15,
    "rust-lang/cargo": 0.20,
}
AFTER_INIT = 0.12
# The first weeks have too little to learn from.
FIRST_WEEKS = 4


@dataclass(frozen=True)
class Measured:
    """The figures of a project over its weeks.

    `catch_all` is the share of people's pull requests in the groups for the rest. `elsewhere` is its
    part whose area is too rare.
    `groups` is the mean number of groups in a week, `most` the largest. `flips` are the weeks whose
    folders with areas differ from the week before, without the first weeks.
    """

    weeks: int
    catch_all: float
    elsewhere: float
    groups: float
    most: int
    flips: int


@cache
def all_pull_requests() -> Mapping[str, tuple[PullRequest, ...]]:
    """The pull requests of each project, oldest merge first."""
    return {history.REPOSITORY: history.pull_requests(), **projects.pull_requests()}


def weeks(pulls: Sequence[PullRequest]) -> list[list[PullRequest]]:
    """The pull requests of each ISO week (UTC) in which some were merged."""
    by_week: defaultdict[str, list[PullRequest]] = defaultdict(list)
    for pull in pulls:
        by_week[history.week_of(pull.merged_at)].append(pull)
    return [by_week[week] for week in sorted(by_week)]


def learn_weeks(pulls: Sequence[PullRequest]) -> list[tuple[str, ...]]:
    """The globs of the areas of each week; each week is an edition that knows the earlier ones."""
    found: list[tuple[str, ...]] = []
    paths: list[list[str]] = []
    for week in weeks(pulls):
        paths.append([path for pull in week if (path := areas.main_path(pull))])
        known = [path for some in paths[-REMEMBERED - 1 :] for path in some]
        found.append(areas.learn_areas(known, found[-1] if found else ()))
    return found


def folders(globs: Iterable[str]) -> set[str]:
    """The folders with areas."""
    return {glob.removesuffix("/**").rpartition("/")[0] for glob in globs}


def measure(pulls: Sequence[PullRequest], settings: Settings) -> Measured:
    """The figures of a project."""
    learned = learn_weeks(pulls)
    people: Counter[str] = Counter()
    sizes: list[int] = []
    for week, globs in zip(weeks(pulls), learned, strict=True):
        by_people = {pull.key for pull in week if not is_bot(pull.author, settings.bots)}
        grouped = grouping.group_pull_requests(week, settings, {week[0].repository: globs})
        sizes.append(len(grouped.groups))
        for one in grouped.groups:
            people[one.name] += len(by_people.intersection(one.pull_requests))
    default, *overflow = settings.rest_groups
    later = [folders(globs) for globs in learned[FIRST_WEEKS:]]
    return Measured(
        weeks=len(sizes),
        catch_all=sum(people[name] for name in (default, *overflow)) / people.total(),
        elsewhere=sum(people[name] for name in overflow) / people.total(),
        groups=sum(sizes) / len(sizes),
        most=max(sizes),
        flips=sum(one != other for one, other in pairwise(later)),
    )


def learned_settings(pulls: Sequence[PullRequest]) -> Settings:
    """The settings that `digest init` proposes at the end of the facts."""
    newest = [pull for pull in pulls if pull.merged_at >= pulls[-1].merged_at - OLDEST][-100:]
    usual = settings_files.load().settings
    preset = tomllib.loads(settings_files.text("presets/general.toml"))["digest"]["groups"]
    learned = learning.learn_settings(Evidence(newest), preset, usual)
    rules = [GroupRule.model_validate(one.table) for one in learned.proposals]
    return usual.model_copy(update={"groups": tuple(rules)})


def main() -> int:
    """Print the table; returns 1 if a project misses its goal."""
    usual = settings_files.load().settings
    failed = False
    print(
        "| project | settings | weeks | catch-all | of it elsewhere | groups a week | at most "
        "| changed folders |\n| --- | --- | --: | --: | --: | --: | --: | --: |"
    )
    for name, pulls in all_pull_requests().items():
        for label, settings, goal in (
            ("none", usual, GOALS[name]),
            ("of init", learned_settings(pulls), AFTER_INIT),
        ):
            got = measure(pulls, settings)
            failed |= got.catch_all > goal
            print(
                f"| {name} | {label} | {got.weeks} | {got.catch_all:.1%} | {got.elsewhere:.1%} "
                f"| {got.groups:.1f} | {got.most} | {got.flips} |"
            )
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
