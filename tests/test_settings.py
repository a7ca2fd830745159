"""Settings: layers, origins, and mistakes in plain words."""

import json
import tomllib

import pytest

from digest import settings
from digest.errors import UsageError
from digest.files import settings_files
from digest.model import Frozen
from digest.settings.tables import RENAMED

SHIPPED = settings.Layer("shipped", settings_files.text("config.toml"))


def load(text: str) -> settings.Loaded:
    return settings.load([SHIPPED, settings.Layer("digest.toml", text)])


def refusal(text: str) -> str:
    with pytest.raises(UsageError) as raised:
        load(text)
    return raised.value.message


def test_a_persons_file_wins_key_by_key() -> None:
    loaded = load('[digest]\nzone = "Europe/Stockholm"\n[digest.github]\ntimeout_seconds = 5\n')
    assert (loaded.settings.zone, loaded.settings.github.timeout_seconds) == ("Europe/Stockholm", 5)
    assert (
        loaded.settings.github.max_wait_seconds
        == settings.load([SHIPPED]).settings.github.max_wait_seconds
    )
    assert loaded.origins["zone"] == "digest.toml"
    assert loaded.origins["github.timeout_seconds"] == "digest.toml"
    assert loaded.origins["github.max_wait_seconds"] == "shipped"


def test_a_list_of_rules_replaces_the_whole_shipped_list() -> None:
    loaded = load('[[digest.groups]]\nname = "Bots"\nany = [{ bot = true }]\n')
    assert [rule.name for rule in loaded.settings.groups] == ["Bots"]


def test_one_value_means_a_list_of_one() -> None:
    loaded = load('[[digest.groups]]\nname = "Docs"\nany = [{ path = "docs/**" }]\n')
    assert loaded.settings.groups[0].any[0].path == ("docs/**",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[digest]\nzoen = 1\n",
            "digest.toml: `zoen` is not a known setting. Did you mean `zone`?",
        ),
        (
            "[digest.gitub]\nx = 1\n",
            "digest.toml: `gitub` is not a known setting. Did you mean `github`?",
        ),
        ("[digest.github]\nretrys = 1\n", "digest.toml: `github.retrys` is not a known setting"),
        (
            "[digest.github]\ntimeout_seconds = 0\n",
            "digest.toml: github.timeout_seconds = 0 must be 1 or more",
        ),
        (
            '[digest]\nrepository = "backstage"\n',
            "digest.toml: repository = 'backstage' must be owner/name, such as backstage/backstage",
        ),
        (
            '[digest]\nheading = "Merged {wen}"\n',
            "digest.toml: heading = 'Merged {wen}' may contain {when}, but not {wen}",
        ),
        (
            '[digest]\nheading = "Merged {"\n',
            "digest.toml: heading = 'Merged {' has an unmatched brace",
        ),
        (
            '[digest.wording]\nnone = "{when} } nothing"\n',
            "digest.toml: wording.none = '{when} } nothing' has an unmatched brace",
        ),
        (
            '[digest.wording]\nplain = "{m} merged"\n',
            "digest.toml: wording.plain = '{m} merged' may contain {n}, {when} and {across}, but not {m}",
        ),
        (
            '[[digest.groups]]\nname = "x"\nany = [{ pth = "a" }]\n',
            "digest.toml: groups, entry 1, any, entry 1: `pth` is not a known setting. Did you mean `path`?",
        ),
        (
            '[[digest.groups]]\nname = "{area}"\nany = [{ path = "docs/**" }]\n',
            "digest.toml: groups, entry 1: no condition of the rule captures {area}",
        ),
        (
            '[digest.profiles.ada]\ncompagny = "Engines"\n',
            "digest.toml: `profiles.ada.compagny` is not a known setting. Did you mean `company`?",
        ),
        (
            '[digest.repository_aliases]\nold = "ada/engine"\n',
            "digest.toml: repository_aliases.old = 'old' must be owner/name, such as backstage/backstage",
        ),
        (
            '[[digest.groups]]\nname = "{a-b}"\nany = [{ path = "docs/{a-b}/**" }]\n',
            ("digest.toml: groups, entry 1: no condition of the rule captures {a-b}"),
        ),
        (
            '[[digest.groups]]\nname = "x"\n',
            "digest.toml: groups, entry 1: needs conditions under any or all",
        ),
        (
            '[[digest.groups]]\nname = "x"\nany = [{}]\n',
            "digest.toml: groups, entry 1, any, entry 1: needs at least one key",
        ),
        (
            '[[digest.groups]]\nname = "x"\nany = [{ status = "added" }]\n',
            "digest.toml: groups, entry 1, any, entry 1: status needs path or only",
        ),
        (
            "[[digest.groups]]\nany = [{ bot = true }]\n",
            "digest.toml: groups, entry 1: name is missing",
        ),
        (
            "[digest\n",
            "digest.toml is not valid TOML: Expected ']' at the end of a table declaration (at line 1, column 8)",
        ),
        (
            "[digest]\nzone = 'Europe/Stokholm'\nbase = 1\n",
            (
                "digest.toml: base = 1 must be a string; "
                "zone = 'Europe/Stokholm' is not a known time zone. Did you mean Europe/Stockholm?"
            ),
        ),
        ("[digest]\nbots = 1\n", "digest.toml: bots = 1 must be a string or a list of strings"),
        ("[digest]\nbots = [1]\n", "digest.toml: bots, entry 1 = 1 must be a string"),
        ("[digest]\ngroups = 1\n", "digest.toml: groups = 1 must be a list"),
        ("[digest]\ngroups = [1]\n", "digest.toml: groups, entry 1 = 1 must be a table"),
        ("[digest]\ngithub = 1\n", "digest.toml: github = 1 must be a table"),
        ("[digest]\ndisplay_names = 1\n", "digest.toml: display_names = 1 must be a table"),
        (
            "[digest.github]\ntimeout_seconds = 'x'\n",
            "digest.toml: github.timeout_seconds = 'x' must be a whole number",
        ),
        (
            "[digest.github]\ntimeout_seconds = 1.5\n",
            "digest.toml: github.timeout_seconds = 1.5 must be a whole number",
        ),
        (
            "[digest.github]\ntimeout_seconds = []\n",
            "digest.toml: github.timeout_seconds = [] must be a whole number",
        ),
        (
            "zone = 'UTC'\nbase = ''\n",
            "digest.toml: all settings belong under [digest]; move 'zone' and 'base' there",
        ),
        (
            '[[digest.groups]]\nname = "x"\nany = [{ path = "a", status = "new" }]\n',
            (
                "digest.toml: groups, entry 1, any, entry 1: status = 'new' "
                "must be 'added', 'modified', 'removed', 'renamed', 'copied' or 'changed'"
            ),
        ),
        (
            '[digest]\npeople = "logins"\n',
            (
                "digest.toml: people = 'logins' "
                "must be 'name-company', 'name', 'name-login' or 'login'"
            ),
        ),
        ("digest = 1\n", "digest.toml: digest must be a table, [digest]"),
        (
            "zone = 'UTC'\n",
            "digest.toml: all settings belong under [digest]; move 'zone' there",
        ),
    ],
)
def test_a_mistake_is_named_with_its_key_value_and_the_nearest_name(
    text: str, message: str
) -> None:
    assert refusal(text) == message


@pytest.mark.parametrize(
    "base", ["", "*", "main", "release/v1.2", "feat#1", "größe", "a@b", "user/it-s_fine"]
)
def test_a_base_is_a_branch_or_all_or_the_default_one(base: str) -> None:
    assert load(f"[digest]\nbase = '{base}'\n").settings.base == base


@pytest.mark.parametrize(
    "base",
    [
        "a b",
        "main is:open",
        'main"',
        "main'",
        "a:b",
        "a\tb",
        "a\u0007",
        "main*",
        "-a",
        "/a",
        "a..b",
        "a.lock",
        "a/",
        "\u00a0",
    ],
)
def test_a_base_that_could_change_a_search_is_refused(base: str) -> None:
    assert "must be the name of one branch" in refusal(f"[digest]\nbase = {json.dumps(base)}\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[digest.without_token]\nkeep = 1\n",
            "digest.toml: `without_token.keep` is now called `reserve_requests`",
        ),
        (
            '[digest]\ncatch_all = "Rest"\n',
            "digest.toml: `catch_all` is now called `default_group`",
        ),
        (
            "[digest.profiles.ada]\nleft_out = true\n",
            "digest.toml: `profiles.ada.left_out` is now called `anonymous`",
        ),
        (
            '[digest.people.ada]\ncompany = "X"\n',
            "digest.toml: the table `people` is now called `profiles`",
        ),
        (
            '[[digest.groups]]\nname = "x"\nany = [{ bot = true }]\nat_most = 2\n',
            "digest.toml: groups, entry 1: `at_most` is now called `max_names`",
        ),
        (
            (
                '[[digest.repositories]]\nname = "a/b"\n'
                '[[digest.repositories.groups]]\nname = "x"\nany = [{ bot = true }]\nat_most = 2\n'
            ),
            "digest.toml: repositories, entry 1, groups, entry 1: `at_most` is now called `max_names`",
        ),
    ],
)
def test_an_old_name_of_a_setting_is_refused_with_the_new_one(text: str, message: str) -> None:
    assert refusal(text) == message


@pytest.mark.parametrize("table", RENAMED)
def test_an_old_name_is_free_and_its_new_name_exists(table: type[Frozen]) -> None:
    assert not RENAMED[table].keys() & table.model_fields.keys()
    assert set(RENAMED[table].values()) <= table.model_fields.keys()


def test_an_invalid_regular_expression_is_refused() -> None:
    assert (
        "groups, entry 1, any, entry 1: title = '(' is not a valid regular expression: "
        in refusal('[[digest.groups]]\nname = "x"\nany = [{ title = "(" }]\n')
    )


def test_a_reason_has_no_areas() -> None:
    text = '[[digest.reasons]]\nwords = "x"\nany = [{ area = true }]\n'
    assert refusal(text).endswith(": area is only for groups")


@pytest.mark.parametrize("name", ["general", "by-area", "conventional", "backstage"])
def test_a_preset_is_between_the_defaults_and_a_persons_file(name: str) -> None:
    text = f'[digest]\npreset = "{name}"\ndefault_group = "Else"\n'
    loaded = settings_files.load(settings.Layer("digest.toml", text))
    assert (loaded.settings.preset, loaded.settings.default_group) == (name, "Else")
    origins = {key: loaded.origins[key] for key in ("groups", "preset", "default_group", "zone")}
    assert origins == {
        "groups": f"preset {name}",
        "preset": "digest.toml",
        "default_group": "digest.toml",
        "zone": "shipped",
    }


@pytest.mark.parametrize("value", ['"nothing"', "1", "[]"])
def test_an_unknown_preset_is_a_mistake(value: str) -> None:
    with pytest.raises(UsageError, match=r"digest\.toml: preset = .*general"):
        settings_files.load(settings.Layer("digest.toml", f"[digest]\npreset = {value}\n"))


def test_all_mistakes_are_named_at_once() -> None:
    assert refusal("[digest]\nzoen = 1\nbase = 2\n").split("; ") == [
        "digest.toml: base = 2 must be a string",
        "`zoen` is not a known setting. Did you mean `zone`?",
    ]


def test_the_shipped_file_explains_every_setting() -> None:
    """config.toml is the manual: each key has a comment above it or above its group of lines."""
    lines = SHIPPED.text.splitlines()
    bare = [
        line
        for above, line in zip(["", *lines], lines, strict=False)
        if line.startswith("[digest") and not above.startswith("#")
    ]
    assert bare == ["[digest]"]
    in_presets = {"groups"}
    assert {*tomllib.loads(SHIPPED.text)["digest"], *in_presets} == {
        *settings.Settings.model_fields
    }


@pytest.mark.parametrize("other", ["first", "draft"])
def test_a_reason_cannot_rank_last_and_lead(other: str) -> None:
    rule = (
        f'[[digest.reasons]]\nwords = "x"\nany = [{{ bot = true }}]\nlast = true\n{other} = true\n'
    )
    assert refusal(rule).endswith(": last cannot be combined with first or draft")


def test_a_style_of_names_and_profiles_may_be_in_one_file() -> None:
    new = load('[digest]\npeople = "login"\n[digest.profiles.ada]\nanonymous = true\n')
    assert new.settings.people == "login"
    assert new.settings.profiles["ada"].anonymous
