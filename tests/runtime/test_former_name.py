"""The former name: nothing of it is lost, and one line says what to rename."""

from __future__ import annotations

from pathlib import Path

from keyguide.runtime.configuration.former_name import describe_former_name
from keyguide.runtime.configuration.settings import read_settings


def test_every_variable_of_the_former_name_is_told_with_its_new_name(tmp_path: Path) -> None:
    variables = {"LATCHKEY_PORT": "80", "LATCHKEY_DATABASE": "x.db"}

    assert list(describe_former_name(variables, ":memory:", tmp_path)) == [
        "LATCHKEY_PORT: this setting is called KEYGUIDE_PORT now and is ignored; rename it",
        "LATCHKEY_DATABASE: this setting is called KEYGUIDE_DATABASE now and is ignored; rename it",
    ]
    assert read_settings(variables).port == 8080


def test_a_database_of_the_former_name_is_used_and_told(tmp_path: Path) -> None:
    former = tmp_path / "latchkey" / "latchkey.db"
    former.parent.mkdir()
    former.touch()
    settings = read_settings({"XDG_DATA_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")})
    (line,) = describe_former_name({}, settings.database, settings.cache)

    assert settings.database == str(former)
    assert line.startswith(f"{former}: still has the former name")
    assert line.endswith(str(tmp_path / "keyguide" / "keyguide.db"))


def test_a_database_of_the_new_name_comes_first(tmp_path: Path) -> None:
    for name in ("latchkey", "keyguide"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.db").touch()
    settings = read_settings({"XDG_DATA_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")})

    assert settings.database == str(tmp_path / "keyguide" / "keyguide.db")
    assert list(describe_former_name({}, settings.database, settings.cache)) == []


def test_a_cache_of_the_former_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "latchkey").mkdir()

    (line,) = describe_former_name({}, ":memory:", tmp_path / "keyguide")

    assert line == f"{tmp_path / 'latchkey'}: the cache of the former name is not used any more; delete it"


def test_a_cache_of_the_former_name_is_not_told_again_once_there_is_a_new_one(tmp_path: Path) -> None:
    for name in ("latchkey", "keyguide"):
        (tmp_path / name).mkdir()

    assert list(describe_former_name({}, ":memory:", tmp_path / "keyguide")) == []
