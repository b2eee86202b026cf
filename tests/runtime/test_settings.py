"""Settings: read once from what is handed in; everything wrong is told at once, and no secret is shown."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest

from keyguide.errors import SettingsError
from keyguide.runtime.configuration import settings as room
from keyguide.runtime.configuration.settings import SETTINGS, Settings, find_packaged_knowledge, read_settings

HOME = {"HOME": "/home/ann"}
ADDRESS = "postgresql://ann:s3cret-word@db.example/keyguide"


def wrongs(variables: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(variables)
    return str(caught.value).splitlines()


def test_nothing_set_is_a_working_program() -> None:
    settings = read_settings(HOME)

    assert settings.knowledge.is_dir()
    assert (settings.log, settings.log_format) == ("warning", "text")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has its own folders")
def test_files_are_kept_where_the_system_likes_them() -> None:
    settings = read_settings(HOME)

    assert settings.cache == Path("/home/ann/.cache/keyguide")
    assert settings.database == "/home/ann/.local/share/keyguide/keyguide.db"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has its own folders")
def test_the_folders_of_the_desktop_are_respected() -> None:
    settings = read_settings({**HOME, "XDG_CACHE_HOME": "/c", "XDG_DATA_HOME": "/d"})

    assert (settings.cache, settings.database) == (Path("/c/keyguide"), "/d/keyguide/keyguide.db")


def test_without_a_home_the_system_is_asked() -> None:
    assert str(Path.home()) in str(read_settings({}).cache)


def test_an_account_without_any_home_is_told_which_paths_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_none() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", find_none)
    with pytest.raises(SettingsError) as told:
        read_settings({})
    named = read_settings({"KEYGUIDE_CACHE": "/data/cache", "KEYGUIDE_DATABASE": "/data/keyguide.db"})

    assert str(told.value).splitlines() == [
        "KEYGUIDE_CACHE: there is no home folder here; set a path",
        "KEYGUIDE_DATABASE: there is no home folder here; set a path",
    ]
    assert named.cache == Path("/data/cache")


def test_windows_has_one_folder_for_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room.sys, "platform", "win32")

    settings = read_settings({"LOCALAPPDATA": "/Users/ann/AppData/Local"})

    assert settings.cache == Path("/Users/ann/AppData/Local/keyguide")


def test_windows_without_that_folder_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room.sys, "platform", "win32")

    assert read_settings(HOME).cache == Path("/home/ann/.cache/keyguide")


def test_what_is_set_is_taken() -> None:
    variables = {
        "KEYGUIDE_KNOWLEDGE": "k",
        "KEYGUIDE_CACHE": "c",
        "KEYGUIDE_DATABASE": ":memory:",
        "KEYGUIDE_LOG": "DEBUG",
        "KEYGUIDE_LOG_FORMAT": "json",
    }

    settings = read_settings(variables)

    assert (settings.knowledge, settings.cache, settings.database) == (Path("k"), Path("c"), ":memory:")
    assert (settings.log, settings.log_format) == ("debug", "json")


@pytest.mark.parametrize(
    ("variable", "value", "name", "read"),
    [
        ("KEYGUIDE_PORT", "0", "port", 0),
        ("KEYGUIDE_RATE", "120", "rate", 120),
        ("KEYGUIDE_PROXY", "ON", "proxy", True),
        ("KEYGUIDE_KEEP_MISSES", "off", "keep_misses", False),
        (
            "KEYGUIDE_EMBED",
            "https://a.example, http://b.example:81",
            "embed",
            ("https://a.example", "http://b.example:81"),
        ),
        ("KEYGUIDE_DESK_TOKEN", "a-long-enough-token", "desk_token", "a-long-enough-token"),
        ("KEYGUIDE_NAME", "Example's help", "name", "Example's help"),
        ("KEYGUIDE_COLOUR", "#1B66AA", "colour", "#1b66aa"),
        ("KEYGUIDE_FOOTER", "[Imprint](https://a.example)", "footer", "[Imprint](https://a.example)"),
        ("KEYGUIDE_TEMPLATES", ".", "templates", Path()),
        ("KEYGUIDE_DISCORD_API", "http://proxy.example:80/api", "discord_api", "http://proxy.example:80/api"),
        ("KEYGUIDE_DEV_SERVER", "123456789012345678", "dev_server", 123456789012345678),
        ("KEYGUIDE_DISCORD_PUBLIC_KEY", "AB" * 32, "discord_public_key", "ab" * 32),
        ("KEYGUIDE_PREFIX", "!k", "prefix", "!k"),
    ],
)
def test_a_value_is_read_as_what_it_means(variable: str, value: str, name: str, read: object) -> None:
    assert getattr(read_settings({**HOME, variable: value}), name) == read


@pytest.mark.parametrize("variable", sorted(way.variable for way in SETTINGS.values()))
def test_an_empty_variable_counts_as_not_set(variable: str) -> None:
    assert read_settings({**HOME, variable: ""}) == read_settings(HOME)


def test_variables_of_others_and_of_tests_are_left_alone() -> None:
    assert read_settings(
        {**HOME, "KEYGUIDES": "1", "KEYGUIDE_TEST_DATABASE": "x", "PATH": "y"}
    ) == read_settings(HOME)


@pytest.mark.parametrize(
    ("variable", "told"),
    [
        ("KEYGUIDE_LOGG", "KEYGUIDE_LOGG: there is no such setting; did you mean KEYGUIDE_LOG?"),
        ("KEYGUIDE_DATABSE", "KEYGUIDE_DATABSE: there is no such setting; did you mean KEYGUIDE_DATABASE?"),
        ("KEYGUIDE_XYZZYXYZZY", "KEYGUIDE_XYZZYXYZZY: there is no such setting"),
        ("KEYGUIDE_LOG_FILE", "KEYGUIDE_LOG_FILE: there is no such setting"),
    ],
    ids=["misspelt", "a letter lost", "invented", "a file of what is no secret"],
)
def test_an_unknown_setting_is_told_with_what_was_probably_meant(variable: str, told: str) -> None:
    (line,) = wrongs({**HOME, variable: "x"})

    assert line.startswith(told)


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("KEYGUIDE_LOG", "loud", "KEYGUIDE_LOG: use debug, info, warning or error"),
        ("KEYGUIDE_LOG_FORMAT", "xml", "KEYGUIDE_LOG_FORMAT: use text or json"),
        ("KEYGUIDE_PORT", "web", "KEYGUIDE_PORT: use a number from 0 to 65535"),
        ("KEYGUIDE_PORT", "65536", "KEYGUIDE_PORT: use a number from 0 to 65535"),
        ("KEYGUIDE_PORT", "1" * 10_000, "KEYGUIDE_PORT: use a number from 0 to 65535"),
        ("KEYGUIDE_NAME", "x" * 41, "KEYGUIDE_NAME: use one line of at most 40 characters"),
        ("KEYGUIDE_FOOTER", "a\nb", "KEYGUIDE_FOOTER: use one line of at most 500 characters"),
        ("KEYGUIDE_COLOUR", "red", "KEYGUIDE_COLOUR: 'red' is not a colour; write it as #1b6661"),
        ("KEYGUIDE_TEMPLATES", "nowhere", "KEYGUIDE_TEMPLATES: there is no folder nowhere"),
        ("KEYGUIDE_PROXY", "perhaps", "KEYGUIDE_PROXY: use on or off"),
        (
            "KEYGUIDE_EMBED",
            "moon",
            "KEYGUIDE_EMBED: 'moon' is not an origin; write it as https://community.example",
        ),
        (
            "KEYGUIDE_EMBED",
            "https://a.example/path",
            "KEYGUIDE_EMBED: 'https://a.example/path' is not an origin; write it as https://community.example",
        ),
        (
            "KEYGUIDE_EMBED",
            "https://a.example;",
            "KEYGUIDE_EMBED: 'https://a.example;' contains characters that a web address cannot have",
        ),
        ("KEYGUIDE_DESK_TOKEN", "short", "KEYGUIDE_DESK_TOKEN: use at least 16 printable ASCII characters"),
        (
            "KEYGUIDE_DISCORD_API",
            "discord",
            "KEYGUIDE_DISCORD_API: 'discord' is not an address; write it as https://host.example",
        ),
        (
            "KEYGUIDE_DISCORD_GATEWAY",
            "https://a.example",
            "KEYGUIDE_DISCORD_GATEWAY: 'https://a.example' is not an address; write it as wss://host.example",
        ),
        (
            "KEYGUIDE_DEV_SERVER",
            "my server",
            "KEYGUIDE_DEV_SERVER: use a Discord id: digits only (Developer Mode > Copy ID)",
        ),
        (
            "KEYGUIDE_DISCORD_PUBLIC_KEY",
            "ab" * 31,
            "KEYGUIDE_DISCORD_PUBLIC_KEY: use the 64 hexadecimal digits under General Information in the "
            "developer portal",
        ),
        ("KEYGUIDE_PREFIX", "hey bot", "KEYGUIDE_PREFIX: use one to five characters without a space"),
    ],
)
def test_a_wrong_value_is_told(variable: str, value: str, told: str) -> None:
    assert wrongs({**HOME, variable: value}) == [told]


def test_everything_wrong_is_told_at_once() -> None:
    told = wrongs({**HOME, "KEYGUIDE_LOG": "loud", "KEYGUIDE_LOG_FORMAT": "xml", "KEYGUIDE_LOGG": "x"})

    assert len(told) == 3


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "address").write_text(f"{ADDRESS}\n", encoding="utf-8")

    settings = read_settings({**HOME, "KEYGUIDE_DATABASE_FILE": str(tmp_path / "address")})

    assert settings.database == ADDRESS


def test_a_secret_comes_from_one_place_only(tmp_path: Path) -> None:
    (tmp_path / "address").write_text(ADDRESS, encoding="utf-8")

    told = wrongs({**HOME, "KEYGUIDE_DATABASE": ADDRESS, "KEYGUIDE_DATABASE_FILE": str(tmp_path / "address")})

    assert told == ["KEYGUIDE_DATABASE: set either it or KEYGUIDE_DATABASE_FILE, not both"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "No such file or directory"), (b"\xff\xfe", "it is not text in UTF-8")],
    ids=["not there", "not text"],
)
def test_a_file_that_cannot_be_read_is_told_without_what_is_in_it(
    tmp_path: Path, content: bytes | None, reason: str
) -> None:
    file = tmp_path / "address"
    if content is not None:
        file.write_bytes(content)

    told = wrongs({**HOME, "KEYGUIDE_DATABASE_FILE": str(file)})

    where = f"the file {file} of KEYGUIDE_DATABASE_FILE"
    assert told == [f"KEYGUIDE_DATABASE: {where} cannot be read: {reason}"]


def test_no_secret_is_shown() -> None:
    settings = read_settings({**HOME, "KEYGUIDE_DATABASE": ADDRESS})

    assert settings.database == ADDRESS
    assert "s3cret-word" not in repr(settings)


def test_every_secret_setting_stays_out_of_the_repr() -> None:
    shown = {field.name for field in dataclasses.fields(Settings) if field.repr}

    assert not shown & {name for name, way in SETTINGS.items() if way.secret}


def test_every_setting_can_be_set() -> None:
    assert {field.name for field in dataclasses.fields(Settings)} == {*SETTINGS}


def test_an_installed_program_finds_the_knowledge_inside_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keyguide" / "knowledge").mkdir(parents=True)
    monkeypatch.setattr(
        room, "__file__", str(tmp_path / "keyguide" / "runtime" / "configuration" / "settings.py")
    )

    assert find_packaged_knowledge() == tmp_path / "keyguide" / "knowledge"


def test_a_checkout_finds_the_knowledge_beside_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        room, "__file__", str(tmp_path / "bot" / "keyguide" / "runtime" / "configuration" / "settings.py")
    )

    assert find_packaged_knowledge() == tmp_path / "knowledge"


def test_a_webhook_for_humans_needs_what_signs_it() -> None:
    with pytest.raises(SettingsError, match="KEYGUIDE_HUMAN_WEBHOOK: set KEYGUIDE_HUMAN_SECRET, too"):
        read_settings({"KEYGUIDE_HUMAN_WEBHOOK": "https://desk.example/calls"})


def test_the_webhook_for_humans_stays_out_of_what_is_shown() -> None:
    variables = {
        "KEYGUIDE_HUMAN_WEBHOOK": "https://desk.example/a-token",
        "KEYGUIDE_HUMAN_SECRET": "another-long-secret",
    }

    settings = read_settings(variables)

    assert settings.human_webhook == "https://desk.example/a-token"
    assert "a-token" not in repr(settings)
    assert "another-long-secret" not in repr(settings)


@pytest.mark.parametrize(
    "raw", ["https://forge.example/{file}", "https://forge.example/blob/main/{file}#L{line}"]
)
def test_the_address_where_knowledge_is_edited_names_the_file(raw: str) -> None:
    assert read_settings({"KEYGUIDE_EDIT_URL": raw}).edit_url == raw


@pytest.mark.parametrize(
    "raw",
    [
        "https://forge.example/",
        "ftp://a.example/{file}",
        "{file}",
        "https://a.example/{file}{x}",
        "https://a/{",
    ],
)
def test_an_address_without_a_file_is_refused(raw: str) -> None:
    with pytest.raises(SettingsError, match=r"KEYGUIDE_EDIT_URL: .* is not such an address"):
        read_settings({"KEYGUIDE_EDIT_URL": raw})
