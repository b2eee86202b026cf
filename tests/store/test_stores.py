"""One body of tests for every store: in memory, SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from keyguide.core.model.conversation import Conversation
from keyguide.count_ledger import count_ledger
from keyguide.store.open_store import open_store
from keyguide.store.protocols import LedgerEntry, MissedQuestion, Store

ANN = Conversation(
    who="discord:1",
    flow="cannot-link",
    answers={"cannot-link/zeta": "no", "cannot-link/alpha": "not-active"},
    facts={"windows": "11", "code": "0xC004F211"},
    subject="error-0xc004f211",
    tried=("run-troubleshooter", "link-account"),
    offered=("go/link-how", "menu"),
)
BEN = Conversation(who="discord:2", subject="menu")
NOTHING = {"conversation": [], "ledger": [], "missed": [], "note": [], "session": []}


def line(
    when: datetime, who: str = "discord:1", place: str = "terminal", subject: str = "link"
) -> LedgerEntry:
    return LedgerEntry(when, who, place, "article", subject, "activated", "link-account", "bad")


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    match request.param:
        case "memory":
            return ":memory:"
        case "sqlite":
            return str(tmp_path / "keyguide.db")
        case _:
            return str(request.getfixturevalue("postgres"))


@pytest.fixture
async def store(address: str) -> AsyncIterator[Store]:
    opened = await open_store(address)
    yield opened
    await opened.close()


async def test_somebody_new_has_a_fresh_conversation(store: Store) -> None:
    assert await store.load("discord:404") == Conversation("discord:404")


async def test_a_conversation_comes_back_as_it_was_saved(store: Store) -> None:
    await store.save(ANN)

    assert await store.load(ANN.who) == ANN


async def test_answers_come_back_in_the_order_they_were_given(store: Store) -> None:
    await store.save(ANN)

    assert list((await store.load(ANN.who)).answers) == ["cannot-link/zeta", "cannot-link/alpha"]


async def test_a_later_save_takes_the_place_of_the_earlier_one(store: Store) -> None:
    await store.save(ANN)
    later = (await store.load(ANN.who)).add_facts(windows="10")
    await store.save(later)

    assert await store.load(ANN.who) == later


async def test_people_are_kept_apart(store: Store) -> None:
    await store.save(ANN)
    await store.save(BEN)

    assert await store.load(ANN.who) == ANN
    assert await store.load(BEN.who) == BEN


@pytest.mark.parametrize(
    "text",
    [
        "it's",
        'say "no"',
        "a\nb",
        "naïve 🔑 ключ",
        "%_?$1",
        "'; DROP TABLE conversation; --",
        "\x00",
        "\ud800",
    ],
    ids=["quote", "quotes", "line break", "not ascii", "wildcards", "hostile", "nul", "half a character"],
)
async def test_any_text_among_answers_and_facts_comes_back(store: Store, text: str) -> None:
    talk = Conversation("discord:1", answers={text: text}, facts={text: text}, tried=(text,), offered=(text,))
    await store.save(talk)

    assert await store.load("discord:1") == talk


async def test_a_name_that_looks_like_a_statement_is_only_a_name(store: Store) -> None:
    await store.save(ANN)
    await store.record(line(datetime(2025, 1, 1, tzinfo=UTC), who="x' OR '1'='1"))
    gone = await store.forget("x' OR '1'='1")

    assert gone == 1
    assert await store.load(ANN.who) == ANN


async def test_the_ledger_is_told_oldest_first(store: Store, noon: datetime) -> None:
    second, first, third = (line(noon + timedelta(hours=hour)) for hour in (2, 1, 3))
    for each in (second, first, third):
        await store.record(each)

    assert await store.list_entries(noon) == [first, second, third]


async def test_lines_of_one_moment_are_told_in_the_order_they_came(store: Store, noon: datetime) -> None:
    lines = [line(noon, subject=subject) for subject in ("c", "a", "b")]
    for each in lines:
        await store.record(each)

    assert await store.list_entries(noon) == lines


async def test_a_line_and_the_conversation_that_goes_with_it_are_kept_together(
    store: Store, noon: datetime
) -> None:
    await store.record(line(noon, who=ANN.who), ANN)

    assert await store.load(ANN.who) == ANN
    assert len(await store.list_entries(noon)) == 1


async def test_the_ledger_is_told_from_the_moment_asked_for_on(store: Store, noon: datetime) -> None:
    tick = timedelta(microseconds=1)
    for each in (line(noon - tick), line(noon), line(noon + tick)):
        await store.record(each)

    assert await store.list_entries(noon) == [line(noon), line(noon + tick)]


async def test_the_ledger_of_one_place_leaves_the_others_out(store: Store, noon: datetime) -> None:
    here, there = line(noon, place="guild:1"), line(noon, place="guild:2")
    for each in (here, there):
        await store.record(each)

    assert await store.list_entries(noon, "guild:1") == [here]
    assert await store.list_entries(noon, "nowhere") == []


async def test_moments_mean_the_same_in_every_time_zone(store: Store, noon: datetime) -> None:
    kabul = timezone(timedelta(hours=4, minutes=30))
    await store.record(line(noon.astimezone(kabul)))

    assert await store.list_entries(noon.astimezone(timezone(timedelta(hours=-8)))) == [line(noon)]
    assert await store.list_entries((noon + timedelta(seconds=1)).astimezone(kabul)) == []


async def test_an_export_holds_every_column_that_is_told_to_people(store: Store, noon: datetime) -> None:
    await store.save(ANN)
    await store.record(line(noon))
    await store.set_note("pleas:1", ANN.who, "7")
    await store.keep_miss(missed(noon), ANN.who)
    await count_ledger(store, 1)
    exported = await store.export(ANN.who)

    told = store.describe()
    for table in ("daily_count", "erased"):  # they name nobody, so they are nobody's to hand out
        del told[table]
    columns = {table: [name for name, _ in columns] for table, columns in told.items()}
    assert {table: list(rows[0]) for table, rows in exported.items()} == columns


async def test_an_export_is_plain_data_that_says_what_was_kept(store: Store, noon: datetime) -> None:
    await store.save(ANN)
    await store.record(line(noon))
    exported = json.loads(json.dumps(await store.export(ANN.who)))
    saved, at = exported["conversation"][0].pop("saved"), exported["ledger"][0].pop("at")

    assert datetime.fromisoformat(saved).utcoffset() == timedelta(0)
    assert datetime.fromisoformat(at) == noon
    assert exported["conversation"] == [
        {
            "who": "discord:1",
            "flow": "cannot-link",
            "answers": {"cannot-link/zeta": "no", "cannot-link/alpha": "not-active"},
            "facts": {"windows": "11", "code": "0xC004F211"},
            "subject": "error-0xc004f211",
            "tried": ["run-troubleshooter", "link-account"],
            "offered": ["go/link-how", "menu"],
            "version": 1,
        }
    ]
    assert exported["ledger"] == [
        {
            "id": 1,
            "who": "discord:1",
            "place": "terminal",
            "kind": "article",
            "subject": "link",
            "step": "activated",
            "judged": "link-account",
            "verdict": "bad",
            "counted": 0,
        }
    ]


async def test_an_export_holds_nothing_of_anybody_else(store: Store, noon: datetime) -> None:
    await store.save(ANN)
    await store.record(line(noon))

    assert await store.export("discord:2") == NOTHING


async def test_forgetting_erases_all_of_one_person_and_says_how_much(store: Store, noon: datetime) -> None:
    await store.save(ANN)
    await store.record(line(noon))
    await store.record(line(noon))
    gone = await store.forget(ANN.who)

    assert gone == 3
    assert await store.load(ANN.who) == Conversation(ANN.who)
    assert await store.export(ANN.who) == NOTHING
    assert await store.forget(ANN.who) == 0


async def test_forgetting_one_person_leaves_everybody_else(store: Store, noon: datetime) -> None:
    for talk in (ANN, BEN):
        await store.save(talk)
        await store.record(line(noon, who=talk.who))
    await store.forget(ANN.who)

    assert await store.load(BEN.who) == BEN
    assert await store.list_entries(noon) == [line(noon, who=BEN.who)]


async def test_many_at_once_lose_nothing(store: Store, noon: datetime) -> None:
    people = [Conversation(f"discord:{number}", subject="link") for number in range(40)]
    await asyncio.gather(*(store.save(talk) for talk in people), *(store.record(line(noon)) for _ in people))
    await asyncio.gather(
        store.forget("discord:0"), store.save(Conversation("discord:77")), store.forget("discord:39")
    )

    assert await asyncio.gather(*(store.load(talk.who) for talk in people[2:39])) == people[2:39]
    assert len(await store.list_entries(noon)) == 40


def missed(when: datetime, place: str = "terminal", text: str = "why is the sky blue") -> MissedQuestion:
    return MissedQuestion(when, place, "miss", text)


async def test_questions_without_an_answer_are_told_oldest_first(store: Store, noon: datetime) -> None:
    second, first = missed(noon + timedelta(hours=2)), missed(noon + timedelta(hours=1), text="naïve 🔑 'x'")
    for each in (second, first):
        await store.keep_miss(each)

    assert await store.list_misses(noon) == [first, second]
    assert await store.list_misses(noon + timedelta(hours=2)) == [second]


async def test_questions_of_one_place_leave_the_others_out(store: Store, noon: datetime) -> None:
    here, there = missed(noon, "guild:1"), missed(noon, "guild:2")
    for each in (here, there):
        await store.keep_miss(each)

    assert await store.list_misses(noon, "guild:1") == [here]


async def test_questions_that_are_too_old_are_erased(store: Store, noon: datetime) -> None:
    tick = timedelta(microseconds=1)
    for each in (missed(noon - tick), missed(noon)):
        await store.keep_miss(each)
    gone = await store.drop_misses(noon)

    assert gone == 1
    assert await store.list_misses(noon - timedelta(days=400)) == [missed(noon)]
    assert await store.drop_misses(noon) == 0


async def test_a_note_comes_back_and_a_later_one_takes_its_place(store: Store) -> None:
    await store.set_note("guild:1", "language", "en")
    await store.set_note("guild:1", "language", "de")

    assert await store.get_note("guild:1", "language") == "de"
    assert await store.get_note("guild:1", "guard") is None
    assert await store.get_note("guild:2", "language") is None


async def test_the_notes_of_a_place_are_told_by_name(store: Store) -> None:
    for place, name in (("guild:1", "b"), ("guild:1", "a"), ("guild:2", "c")):
        await store.set_note(place, name, f"{name}'s 🔑")

    assert await store.list_notes("guild:1") == {"a": "a's 🔑", "b": "b's 🔑"}
    assert await store.list_notes("nowhere") == {}
    several = await store.list_notes_of("guild:1", "nowhere", "guild:2")
    assert several == {"guild:1": {"a": "a's 🔑", "b": "b's 🔑"}, "nowhere": {}, "guild:2": {"c": "c's 🔑"}}


async def test_of_many_that_claim_a_note_at_once_one_gets_it(store: Store) -> None:
    claims = [store.claim_note("pleas:1", "discord:1", str(number)) for number in range(20)]
    won = await asyncio.gather(*claims)

    assert won.count(True) == 1
    assert await store.get_note("pleas:1", "discord:1") == str(won.index(True))


async def test_of_many_that_change_a_note_at_once_one_does(store: Store) -> None:
    await store.set_note("queue:1", "discord:1", "open")
    changed = await asyncio.gather(
        *(store.change_note("queue:1", "discord:1", "open", f"helper {number}") for number in range(8))
    )
    late = await store.change_note("queue:1", "discord:1", "open", "late")
    absent = await store.change_note("queue:1", "discord:2", "open", "late")

    value = await store.get_note("queue:1", "discord:1")
    assert (changed.count(True), late, absent) == (1, False, False)
    assert value == f"helper {changed.index(True)}"


async def test_a_note_is_dropped_only_with_the_value_that_was_meant(store: Store) -> None:
    await store.set_note("pleas:1", "discord:1", "7")
    gone = [await store.drop_note("pleas:1", "discord:1", value) for value in ("8", "7", "7")]
    await store.set_note("pleas:1", "discord:1", "9")

    assert gone == [False, True, False]
    assert await store.drop_note("pleas:1", "discord:1")
    assert not await store.drop_note("pleas:1", "discord:1")


async def test_dropping_the_notes_of_a_place_leaves_the_others(store: Store) -> None:
    for place in ("guild:1", "guild:2"):
        await store.set_note(place, "language", "de")
        await store.set_note(place, "guard", "off")

    assert await store.drop_notes("guild:1") == 2
    assert await store.list_notes("guild:1") == {}
    assert len(await store.list_notes("guild:2")) == 2


async def test_a_note_named_after_a_person_is_theirs_to_have_and_to_erase(store: Store) -> None:
    await store.set_note("pleas:1", ANN.who, "7")
    await store.set_note("pleas:1", BEN.who, "8")
    exported = await store.export(ANN.who)

    assert exported["note"] == [{"place": "pleas:1", "name": ANN.who, "value": "7"}]
    assert await store.forget(ANN.who) == 1
    assert await store.list_notes("pleas:1") == {BEN.who: "8"}


async def test_forgetting_a_place_erases_all_of_it_and_nothing_else(store: Store, noon: datetime) -> None:
    for place in ("guild:1", "guild:2"):
        await store.record(line(noon, place=place))
        await store.keep_miss(missed(noon, place))
        await store.set_note(place, "language", "de")
    gone = await store.forget_place("guild:1")

    assert gone == 3
    assert await store.list_entries(noon) == [line(noon, place="guild:2")]
    assert await store.list_misses(noon - timedelta(days=400)) == [missed(noon, "guild:2")]
    assert await store.list_notes("guild:1") == {}
    assert await store.list_notes("guild:2") == {"language": "de"}


async def test_everything_kept_is_told_with_a_reason(store: Store) -> None:
    told = store.describe()

    assert {"conversation", "ledger", "missed", "note"} <= set(told)
    assert all(reason for columns in told.values() for _, reason in columns)


async def test_closing_again_does_no_harm(store: Store) -> None:
    await store.close()

    await store.close()
