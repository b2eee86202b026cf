"""A PostgreSQL database through its life: made, brought forward, refused, failing and shared."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import datetime
from urllib.parse import urlsplit

import pytest

asyncpg = pytest.importorskip("asyncpg", reason="the extra [postgres] is not installed")

from keyguide.core.model.conversation import Conversation  # noqa: E402
from keyguide.errors import StoreError  # noqa: E402
from keyguide.store.postgres.migration import migrate  # noqa: E402
from keyguide.store.postgres.store import PostgresStore, open_postgres  # noqa: E402
from keyguide.store.protocols import LedgerEntry  # noqa: E402
from keyguide.store.schema import MIGRATIONS, Migration  # noqa: E402

ANN = Conversation("discord:1", flow="cannot-link", answers={"cannot-link/activated": "no"})

# What version 1 wrote, kept as text: it must not change when the steps do.
VERSION_1 = """
    CREATE SCHEMA keyguide;
    CREATE TABLE keyguide.kept_version (number INTEGER NOT NULL);
    INSERT INTO keyguide.kept_version VALUES (1);
    CREATE TABLE keyguide.conversation (who TEXT PRIMARY KEY, flow TEXT NOT NULL, answers TEXT NOT NULL,
        facts TEXT NOT NULL, subject TEXT NOT NULL, tried TEXT NOT NULL, saved TIMESTAMPTZ NOT NULL);
    INSERT INTO keyguide.conversation VALUES ('discord:1', 'cannot-link',
        '{"cannot-link/activated": "no"}', '{}', '', '[]', '2025-01-01T00:00:00Z');
"""
NO = """
    CREATE FUNCTION keyguide.no() RETURNS trigger LANGUAGE plpgsql
        AS 'BEGIN RAISE EXCEPTION ''not today''; END';
    CREATE TRIGGER no BEFORE UPDATE ON keyguide.conversation FOR EACH ROW EXECUTE FUNCTION keyguide.no();
    CREATE TRIGGER no BEFORE DELETE ON keyguide.ledger FOR EACH ROW EXECUTE FUNCTION keyguide.no();
"""


@pytest.fixture
async def store(postgres: str) -> AsyncIterator[PostgresStore]:
    opened = await open_postgres(postgres)
    yield opened
    await opened.close()


async def ask(address: str, question: str) -> list[tuple[object, ...]]:
    db = await asyncpg.connect(address)
    rows = [tuple(row) for row in await db.fetch(question)]
    await db.close()
    return rows


async def run(address: str, script: str) -> None:
    db = await asyncpg.connect(address)
    await db.execute(script)
    await db.close()


async def shape(address: str) -> list[tuple[object, ...]]:
    columns = "SELECT table_name, column_name, data_type FROM information_schema.columns"
    indexes = "SELECT tablename, indexname, indexdef FROM pg_indexes"
    return [
        *await ask(
            address, f"{columns} WHERE table_schema = 'keyguide' ORDER BY table_name, ordinal_position"
        ),
        *await ask(address, f"{indexes} WHERE schemaname = 'keyguide' ORDER BY indexname"),
    ]


async def opened_and_closed(address: str) -> None:
    await (await open_postgres(address)).close()


async def test_what_was_saved_is_there_after_connecting_again(postgres: str) -> None:
    first = await open_postgres(postgres)
    await first.save(ANN)
    await first.close()
    second = await open_postgres(postgres)
    loaded = await second.load(ANN.who)
    await second.close()

    assert loaded == ANN


async def test_the_clock_says_when_a_conversation_was_saved(postgres: str, noon: datetime) -> None:
    store = await open_postgres(postgres, clock=lambda: noon)
    await store.save(ANN)
    exported = await store.export(ANN.who)
    await store.close()

    assert datetime.fromisoformat(exported["conversation"][0]["saved"]) == noon


async def test_what_people_are_told_is_what_the_database_holds(store: PostgresStore, postgres: str) -> None:
    real: dict[object, list[object]] = {}
    for table, column, *_ in await shape(postgres):
        real.setdefault(table, []).append(column)
    told = {table: [name for name, _ in columns] for table, columns in store.describe().items()}

    assert {table: real[table][: len(told[table])] for table in told} == told
    assert set(real) - set(told) == {"kept_version"}


async def test_an_older_database_is_brought_forward_with_all_that_was_in_it(postgres: str) -> None:
    await opened_and_closed(postgres)
    fresh = await shape(postgres)
    await run(postgres, f"DROP SCHEMA keyguide CASCADE; {VERSION_1}")
    store = await open_postgres(postgres)
    loaded = await store.load("discord:1")
    await store.save(loaded)
    await store.close()

    assert loaded == ANN
    assert await shape(postgres) == fresh
    assert await ask(postgres, "SELECT number FROM keyguide.kept_version") == [(len(MIGRATIONS),)]


async def test_a_database_of_the_former_name_is_renamed_with_all_that_was_in_it(postgres: str) -> None:
    await opened_and_closed(postgres)
    fresh = await shape(postgres)
    await run(postgres, "DROP SCHEMA keyguide CASCADE")
    await run(postgres, VERSION_1.replace("keyguide", "latchkey"))
    store = await open_postgres(postgres)
    loaded = await store.load("discord:1")
    await store.close()

    assert loaded == ANN
    assert await shape(postgres) == fresh
    assert await ask(postgres, "SELECT to_regnamespace('latchkey')") == [(None,)]


async def test_an_older_database_is_copied_before_it_is_touched(postgres: str) -> None:
    await run(postgres, VERSION_1)
    await opened_and_closed(postgres)

    assert await ask(postgres, "SELECT number FROM keyguide_backup_v1.kept_version") == [(1,)]
    assert await ask(postgres, "SELECT who FROM keyguide_backup_v1.conversation") == [("discord:1",)]


async def test_an_older_backup_is_never_written_over(postgres: str) -> None:
    await run(postgres, f"{VERSION_1}; CREATE SCHEMA keyguide_backup_v1")
    await opened_and_closed(postgres)
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = "

    assert await ask(postgres, f"{tables}'keyguide_backup_v1'") == []
    assert len(await ask(postgres, f"{tables}'keyguide_backup_v1_2'")) == 2


async def test_a_new_database_and_one_that_is_up_to_date_need_no_backup(postgres: str) -> None:
    await opened_and_closed(postgres)
    await opened_and_closed(postgres)

    assert await ask(postgres, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'keyguide_backup%'") == []


async def test_a_step_that_fails_leaves_the_database_as_it_was(postgres: str) -> None:
    await opened_and_closed(postgres)
    before = await shape(postgres)
    broken = Migration(
        "Broken.", statements=("CREATE TABLE half (done TEXT)", "CREATE TABLE ledger (twice TEXT)")
    )
    db = await asyncpg.connect(postgres, server_settings={"search_path": "keyguide"})
    with pytest.raises(asyncpg.DuplicateTableError):
        await migrate(db, "here", (*MIGRATIONS, broken))
    await db.close()

    assert await shape(postgres) == before
    assert await ask(postgres, "SELECT number FROM keyguide.kept_version") == [(len(MIGRATIONS),)]
    assert await ask(postgres, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'keyguide_backup%'") == []


async def test_a_database_of_a_newer_keyguide_is_refused_and_not_touched(postgres: str) -> None:
    await opened_and_closed(postgres)
    await run(postgres, "UPDATE keyguide.kept_version SET number = 99")
    with pytest.raises(StoreError, match="newer Keyguide wrote it"):
        await open_postgres(postgres)

    assert await ask(postgres, "SELECT number FROM keyguide.kept_version") == [(99,)]


@pytest.mark.parametrize("start", ["", VERSION_1], ids=["an empty database", "an older database"])
async def test_several_that_start_at_once_bring_it_forward_only_once(postgres: str, start: str) -> None:
    await run(postgres, start or "SELECT 1")
    await asyncio.gather(*(opened_and_closed(postgres) for _ in range(6)))
    backups = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'keyguide_backup%'"

    assert await ask(postgres, "SELECT number FROM keyguide.kept_version") == [(len(MIGRATIONS),)]
    assert len(await ask(postgres, backups)) == bool(start)


async def test_a_schema_made_by_somebody_else_needs_no_right_to_make_one(postgres: str) -> None:
    await run(
        postgres,
        "DROP ROLE IF EXISTS keyguide_tester; CREATE ROLE keyguide_tester LOGIN PASSWORD 'sesame';"
        "CREATE SCHEMA keyguide AUTHORIZATION keyguide_tester",
    )
    parts = urlsplit(postgres)
    guest = parts._replace(netloc=f"keyguide_tester:sesame@{parts.hostname}:{parts.port or 5432}").geturl()
    store = await open_postgres(guest)
    await store.save(ANN)
    loaded = await store.load(ANN.who)
    await store.close()
    await run(postgres, "DROP OWNED BY keyguide_tester; DROP ROLE keyguide_tester")

    assert loaded == ANN


async def test_a_save_that_fails_leaves_the_conversation_that_was_there(
    store: PostgresStore, postgres: str
) -> None:
    await store.save(ANN)
    await run(postgres, NO)
    with pytest.raises(StoreError, match="not today"):
        await store.save(Conversation(ANN.who, version=1))

    assert await store.load(ANN.who) == ANN


async def test_forgetting_that_fails_half_way_erases_nothing(
    store: PostgresStore, postgres: str, noon: datetime
) -> None:
    entry = LedgerEntry(noon, ANN.who, "terminal", "menu")
    await store.save(ANN)
    await store.record(entry)
    await run(postgres, NO)
    with pytest.raises(StoreError, match="not today"):
        await store.forget(ANN.who)

    assert await store.load(ANN.who) == ANN
    assert await store.list_entries(noon) == [entry]


async def test_a_damaged_conversation_is_told_and_kept(store: PostgresStore, postgres: str) -> None:
    await store.save(ANN)
    await run(postgres, "UPDATE keyguide.conversation SET facts = '{\"half'")
    with pytest.raises(StoreError, match="damaged"):
        await store.load(ANN.who)
    exported = await store.export(ANN.who)

    assert exported["conversation"][0]["facts"] == '{"half'


async def test_a_cut_connection_is_replaced(store: PostgresStore, postgres: str) -> None:
    await store.save(ANN)
    await ask(
        postgres,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'keyguide' AND datname = current_database()",
    )
    await asyncio.gather(store.load(ANN.who), return_exceptions=True)  # may fail where the cut came just now

    assert await store.load(ANN.who) == ANN


@pytest.mark.parametrize("name", ["\x00", "\ud800"], ids=["nul", "half a character"])
async def test_a_name_that_is_no_text_is_told_without_it(store: PostgresStore, name: str) -> None:
    with pytest.raises(StoreError) as told:
        await store.save(Conversation(f"secret{name}"))

    assert "secret" not in str(told.value)


async def test_a_closed_store_says_so(postgres: str) -> None:
    store = await open_postgres(postgres)
    await store.close()

    with pytest.raises(StoreError):
        await store.load("discord:1")


async def test_a_server_that_went_silent_does_not_keep_keyguide_from_ending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Silent:
        ended = False

        async def close(self) -> None:
            await asyncio.Event().wait()

        def terminate(self) -> None:
            self.ended = True

    monkeypatch.setattr("keyguide.store.postgres.store.CLOSE_SECONDS", 0)
    pool = Silent()
    await PostgresStore(pool, "here").close()

    assert pool.ended


async def test_a_server_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyguide.store.postgres.store.TIMEOUT", 0.05)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(StoreError, match="no answer in time"),
    ):
        await open_postgres(f"postgresql://ann:sesame@127.0.0.1:{silent.getsockname()[1]}/db")


@pytest.mark.parametrize("change", ["wrong password", "no such database", "nobody listens"])
async def test_a_server_that_cannot_be_used_is_told_without_the_password(postgres: str, change: str) -> None:
    parts = urlsplit(postgres)
    user, host, port = parts.username, parts.hostname, parts.port or 5432
    address = {
        "wrong password": f"postgresql://{user}:sesame@{host}:{port}{parts.path}",
        "no such database": parts._replace(path="/nothing_here").geturl(),
        "nobody listens": f"postgresql://{user}:sesame@{host}:1{parts.path}",
    }[change]
    with pytest.raises(StoreError) as told:
        await open_postgres(address)

    _says_no_password(told.value, "sesame", parts.password)
    assert f"postgresql://{host}" in str(told.value)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ann:ses/ame@host/db",
        "postgresql://ann:ses#ame@host/db",
        "postgresql://ann:ses?ame@host/db",
        "postgresql://ann:12/ame@host/db",
        "postgresql://ann:12?ses@host/db",
        "postgresql://ann:x@ses/ame@host/db",
        "postgresql://[ses]ame@host/db",
        "postgresql://ann:sesame@host:many/db",
        "postgresql://ann:sesame@host:99999/db",
        "postgresql://ann:sesame@h..t/db",
        "postgresql://ann:sesame@127.0.0.1:1/db?sslmode=sesame",
        "postgresql://ann@127.0.0.1:1/db?password=sesame",
        "postgresql://ann:sesame@\udc80/db",
    ],
)
async def test_an_address_that_cannot_be_used_is_told_without_the_password(address: str) -> None:
    with pytest.raises(StoreError) as told:
        await open_postgres(address)

    _says_no_password(told.value, "ses", "ame", "12/", "12?")
    assert "\n" not in str(told.value)


def _says_no_password(error: BaseException, *secrets: str | None) -> None:
    """Look in the text, and in the errors behind it that a traceback would print."""
    text = f"{error}{error.__cause__ or ''}{'' if error.__suppress_context__ else error.__context__ or ''}"
    assert not [secret for secret in secrets if secret and secret in text.replace("name", "")]
