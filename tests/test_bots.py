"""Bots: accounts of machines that GitHub calls users, and people whose names look like theirs."""

import pytest

from digest.compose.people import is_bot
from digest.files import settings_files
from digest.model import Person
from digest.settings import Layer
from tests.shipped import shipped


@pytest.mark.parametrize(
    "login",
    [
        "allcontributors",
        "allcontributors[bot]",
        "backstage-service",
        "bors",
        "bors-servo",
        "crowdin-bot",
        "dependabot",
        "dependabot-preview",
        "dependabot-support",
        "github-actions",
        "imgbot",
        "ImgBotApp",
        "k8s-ci-robot",
        "mergify",
        "mergify[bot]",
        "my-bot",
        "mybot",
        "pre-commit-ci",
        "pre-commit-ci[bot]",
        "renovate",
        "renovate-bot",
        "renovate-sh-app",
        "rustbot",
        "servo-wpt-sync",
        "weblate",
    ],
)
def test_accounts_of_machines_are_bots(login: str) -> None:
    assert is_bot(Person(login=login), shipped().bots)
    assert is_bot(Person(login=login.upper()), shipped().bots)


@pytest.mark.parametrize(
    "login", ["ada", "jane-talbot", "Abbot", "mcabot", "robotnik", "botond", "borse", "crowdy"]
)
def test_people_are_not_bots(login: str) -> None:
    assert not is_bot(Person(login=login), shipped().bots)


def test_without_a_login_the_name_decides() -> None:
    names = ["Renovate Bot", "Jane Talbot", "Yann Le Bot"]
    assert [is_bot(Person(name=name), shipped().bots) for name in names] == [True, False, False]


def test_githubs_own_word_for_a_bot_needs_no_pattern() -> None:
    assert is_bot(Person(login="jane-talbot", is_bot=True), shipped().bots)


@pytest.mark.parametrize("more", ['["acme-release", "!robobot"]', '"acme-release"'])
def test_more_bots_and_people_can_be_named(more: str) -> None:
    text = f"[digest]\nmore_bots = {more}\n"
    bots = settings_files.load(Layer("digest.toml", text)).settings.bots
    logins = ["acme-release", "rustbot", "robobot", "ada"]
    robobot = "!robobot" not in more
    assert [is_bot(Person(login=login), bots) for login in logins] == [True, True, robobot, False]


def test_a_list_of_bots_of_ones_own_replaces_the_list() -> None:
    text = '[digest]\nbots = "acme"\n'
    assert settings_files.load(Layer("digest.toml", text)).settings.bots == ("acme",)
