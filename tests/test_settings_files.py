"""The settings file in force, and the message about an unreadable one."""

from pathlib import Path

import pytest

from digest.errors import UsageError
from digest.files import settings_files


def put(path: Path, text: str = '[digest]\nzone = "Asia/Tokyo"\n') -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_apply(tmp_path: Path) -> None:
    found = settings_files.find(None, tmp_path)
    assert (found.file, found.loaded.settings.zone, found.output) == (None, "UTC", Path("editions"))


def test_a_digest_toml_in_the_folder_counts(tmp_path: Path) -> None:
    put(tmp_path / "config.toml", '[digest]\nzone = "Asia/Seoul"\n')
    put(tmp_path / "digest.toml")
    assert settings_files.find(None, tmp_path).loaded.settings.zone == "Asia/Tokyo"


def test_a_digest_toml_of_a_parent_counts_up_to_the_repositorys_root(tmp_path: Path) -> None:
    put(tmp_path / "digest.toml")
    inside = tmp_path / "newsletter" / "content"
    inside.mkdir(parents=True)
    assert settings_files.find(None, inside).file == tmp_path / "digest.toml"
    (tmp_path / "newsletter" / ".git").mkdir()
    assert settings_files.find(None, inside).file is None


def test_editions_are_next_to_the_file_that_names_their_folder(tmp_path: Path) -> None:
    put(tmp_path / "digest.toml", '[digest]\noutput = "news"\n')
    inside = tmp_path / "content"
    inside.mkdir()
    assert settings_files.find(None, inside).output == tmp_path / "news"


def test_a_config_toml_counts_only_with_a_table_for_digest(tmp_path: Path) -> None:
    put(tmp_path / "config.toml", 'baseURL = "https://example.org"\n')
    assert settings_files.find(None, tmp_path).file is None
    put(tmp_path / "config.toml")
    assert settings_files.find(None, tmp_path).loaded.settings.zone == "Asia/Tokyo"


def test_a_broken_config_toml_of_a_site_builder_is_ignored(tmp_path: Path) -> None:
    put(tmp_path / "config.toml", "[[[")
    assert settings_files.find(None, tmp_path).file is None


def test_the_shipped_file_does_not_count_as_a_persons_settings(tmp_path: Path) -> None:
    put(tmp_path / "config.toml", settings_files.text("config.toml"))
    assert settings_files.find(None, tmp_path).file is None


@pytest.mark.parametrize("name", ["digest.toml", "config.toml"])
def test_settings_may_begin_with_a_byte_order_mark(tmp_path: Path, name: str) -> None:
    put(tmp_path / name, '\ufeff[digest]\nzone = "Europe/Stockholm"\n')
    assert settings_files.find(None, tmp_path).loaded.settings.zone == "Europe/Stockholm"
    assert settings_files.find(tmp_path / name, tmp_path).file == tmp_path / name


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There is no settings file {path}."),
        (b"\xff\xfe", "The settings file {path} is not UTF-8 text."),
        ("folder", "The settings file {path} cannot be read: Is a directory."),
    ],
)
def test_an_unreadable_file_is_named(
    tmp_path: Path, content: bytes | str | None, message: str
) -> None:
    path = tmp_path / "my.toml"
    if content == "folder":
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    with pytest.raises(UsageError) as raised:
        settings_files.find(path, tmp_path)
    assert raised.value.message == message.format(path=path)


@pytest.mark.parametrize(
    ("country", "words"),
    [
        ("Sweden", "calendar.country: 'Sweden' is not a known country."),
        ("SE-XX", "calendar.country = 'SE-XX': "),
    ],
)
def test_an_unknown_country_names_the_file(tmp_path: Path, country: str, words: str) -> None:
    file = put(tmp_path / "my.toml", f'[digest.calendar]\ncountry = "{country}"\n')
    with pytest.raises(UsageError) as caught:
        settings_files.find(file, tmp_path)
    assert caught.value.message.startswith(f"{file}: {words}")


def test_a_file_may_name_its_schema(tmp_path: Path) -> None:
    schema = '"$schema" = "https://example.com/settings.json"\n'
    put(tmp_path / "digest.toml", f'{schema}[digest]\nzone = "Asia/Tokyo"\n')
    assert settings_files.find(None, tmp_path).loaded.settings.zone == "Asia/Tokyo"
    put(tmp_path / "digest.toml", f'{schema}zone = "UTC"\n')
    with pytest.raises(UsageError, match="move 'zone' there"):
        settings_files.find(None, tmp_path)
