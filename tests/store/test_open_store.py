"""Which store an address opens, and what is said of one that opens none."""

# ruff: noqa: ASYNC240 -- a test may block its own loop

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from keyguide.errors import StoreError
from keyguide.store.memory import MemoryStore
from keyguide.store.open_store import open_store
from keyguide.store.sqlite.store import SqliteStore


@pytest.mark.parametrize("address", [":memory:", "sqlite:///:memory:"])
async def test_memory_keeps_nothing_on_disk(address: str) -> None:
    assert isinstance(await open_store(address), MemoryStore)


@pytest.mark.parametrize("before", ["", "sqlite:///", "SQLite:///"], ids=["a path", "an address", "capitals"])
async def test_a_file_is_opened_with_sqlite(tmp_path: Path, before: str) -> None:
    store = await open_store(f"{before}{tmp_path / 'a folder' / 'keyguide.db'}")
    await store.close()

    assert isinstance(store, SqliteStore)
    assert (tmp_path / "a folder" / "keyguide.db").is_file()


async def test_a_relative_path_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    await (await open_store("sqlite:///keyguide.db")).close()

    assert (tmp_path / "keyguide.db").is_file()


async def test_the_tilde_means_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    await (await open_store("~/keyguide.db")).close()

    assert (tmp_path / "keyguide.db").is_file()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "  ",
        "sqlite://",
        "sqlite:///",
        "sqlite:keyguide.db",
        "a\0b",
        "mysql://ann:sesame@host/db",
        "postgresql+asyncpg://ann:sesame@host/db",
        "postgresql:ann:sesame@host/db",
        "ann:sesame@host/db",
        "redis://:sesame@host",
        "~nobody-of-this-name/keyguide.db",
    ],
)
async def test_any_other_address_is_refused_in_one_line_without_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError) as told:
        await open_store(address)

    assert "sesame" not in str(told.value)
    assert "\n" not in str(told.value)
    assert list(tmp_path.iterdir()) == []


async def test_without_the_extra_postgres_is_refused_with_the_command_that_helps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    for module in ("keyguide.store.postgres.store", "keyguide.store.postgres.migration"):
        monkeypatch.delitem(sys.modules, module, raising=False)

    with pytest.raises(StoreError, match=r'pip install "\.\[postgres\]"'):
        await open_store("postgresql://ann:sesame@host/db")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "PostgreSQL"])
async def test_a_postgres_address_is_opened_with_postgres(postgres: str, scheme: str) -> None:
    store = await open_store(scheme + postgres.removeprefix("postgresql"))
    await store.close()

    assert type(store).__name__ == "PostgresStore"
