"""The endpoint: what Discord posts is answered if it is signed and new, and only then."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from keyguide.assistant import Assistant
from keyguide.core.model.turn import Kind, Reply, Turn
from keyguide.errors import KeyguideError, StoreError
from keyguide.faces.discord.connection import do_once, sending
from keyguide.faces.discord.connection.login import ConnectionOptions
from keyguide.faces.discord.endpoint import face as room
from keyguide.faces.discord.endpoint.face import InteractionsFace
from keyguide.runtime.health import Health
from keyguide.runtime.metrics import Metrics

ANN = {"id": "1200000000000000300", "username": "ann", "discriminator": "0", "avatar": None}
PING = {"type": 1, "id": "1", "application_id": "1", "token": "t", "version": 1}
EPHEMERAL = 64


def slash(name: str, **options: str) -> dict[str, Any]:
    told = [{"name": option, "type": 3, "value": value} for option, value in options.items()]
    data = {"id": "1200000000000000400", "name": name, "type": 1, "options": told}
    made: dict[str, Any] = sys.modules["discord_sockets"].interaction(2, data, ANN)
    return made


def followups(fake: Any) -> list[Any]:
    return [one for one in fake.requests if "/webhooks/" in one.path]


async def until_followups(fake: Any, count: int) -> list[Any]:
    await fake.until(lambda _: len(followups(fake)) >= count)
    return followups(fake)


async def test_a_ping_is_answered_so_that_discord_accepts_the_address(endpoint: Any) -> None:
    status, body, kind = await endpoint.poster.interact(PING)

    assert (status, json.loads(body)) == (200, {"type": 1})
    assert kind.startswith("application/json")


@pytest.mark.parametrize("signature", ["0" * 128, "", "no hex" * 20, "ab"])
async def test_a_wrong_signature_is_refused(endpoint: Any, signature: str) -> None:
    status, body, _ = await endpoint.poster.interact(PING, signature=signature)

    assert (status, body) == (401, b"invalid request signature")


async def test_the_signature_is_over_the_raw_body_and_the_timestamp(endpoint: Any) -> None:
    body = json.dumps(PING).encode()
    stolen = endpoint.key.sign(str(int(time.time())).encode() + body).signature.hex()

    changed, _, _ = await endpoint.poster.interact(body + b" ", signature=stolen)
    moved, _, _ = await endpoint.poster.interact(body, signature=stolen, at=time.time() - 30)
    genuine, _, _ = await endpoint.poster.interact(body)

    assert (changed, moved, genuine) == (401, 401, 200)


@pytest.mark.parametrize("seconds", [-3_600, -90, 90], ids=["an hour ago", "90 s ago", "in 90 s"])
async def test_an_old_timestamp_is_refused_even_if_it_is_signed(
    endpoint: Any, seconds: int, caplog: pytest.LogCaptureFixture
) -> None:
    status, body, _ = await endpoint.poster.interact(slash("topics"), at=time.time() + seconds)

    assert (status, body) == (401, b"invalid request timestamp")
    assert "is the clock of this machine right?" in caplog.text


async def test_a_command_is_answered_in_the_response(endpoint: Any, fake: Any) -> None:
    status, body, _ = await endpoint.poster.interact(slash("ask", question="what is 0xC004F211"))
    answer = json.loads(body)

    assert (status, answer["type"]) == (200, 4)
    assert answer["data"]["flags"] & EPHEMERAL
    assert "0xC004F211" in sys.modules["discord_sockets"].text(answer["data"])
    assert [one for one in fake.requests if "/interactions/" in one.path] == []


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"type": "1"}', b'{"type": 2}', b'{"type": 3, "id": 7, "data": {}}', b"\xff"],
)
async def test_what_is_signed_but_makes_no_sense_is_refused(endpoint: Any, body: bytes) -> None:
    status, _, _ = await endpoint.poster.interact(body)

    assert status == 400


async def test_a_connection_that_discord_closes_early_is_no_failure(
    endpoint: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    async def breaks(self: web.Response, data: bytes = b"") -> None:
        raise ConnectionResetError("Cannot write to closing transport")

    monkeypatch.setattr(web.Response, "write_eof", breaks)
    with pytest.raises(aiohttp.ClientError):
        await endpoint.poster.interact(slash("topics"))
    await endpoint.face.client.wait_until_idle(10)

    assert "Discord closed the connection" in caplog.text
    assert [one.levelname for one in caplog.records if one.levelname == "ERROR"] == []


async def test_a_replay_is_refused_and_changes_nothing(endpoint: Any) -> None:
    payload = slash("ask", question="what is 0xC004F211")
    first, _, _ = await endpoint.poster.interact(payload)
    before = await endpoint.assistant.export("discord:1200000000000000300:server")

    again, body, _ = await endpoint.poster.interact(payload)

    assert (first, again, body) == (200, 409, b"this interaction was answered before")
    assert await endpoint.assistant.export("discord:1200000000000000300:server") == before


async def test_what_was_seen_is_erased_after_some_minutes(endpoint: Any) -> None:
    notes = endpoint.assistant.notes
    await notes.claim_note("seen", "1", "")
    await notes.claim_note("seen:1", "old", "")
    await endpoint.poster.interact(slash("topics"))

    assert await notes.list_notes("seen:1") == {}
    assert len(await notes.list_notes("seen")) == 1


async def test_while_the_store_is_away_a_command_is_not_refused_as_a_replay(
    endpoint: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> bool:
        raise StoreError("the disk is full")

    monkeypatch.setattr(endpoint.assistant.notes, "claim_note", fails)
    status, body, _ = await endpoint.poster.interact(slash("topics"))

    assert status == 200
    assert json.loads(body)["type"] == 4


async def test_while_the_store_is_frozen_discord_does_not_wait_for_it(
    endpoint: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs(*_: object) -> bool:
        await asyncio.Event().wait()
        return False

    monkeypatch.setattr(do_once, "PATIENCE", 0.01)
    monkeypatch.setattr(endpoint.assistant.notes, "claim_note", hangs)
    status, body, _ = await endpoint.poster.interact(slash("topics"))
    late, _, _ = await endpoint.poster.interact(slash("topics"), at=time.time() - 5)

    assert status == 200
    assert json.loads(body)["type"] == 4
    assert late == 409  # it may be a replay, and nobody waits for an answer any more


async def test_bad_signatures_from_one_address_are_paced_and_good_ones_are_not(endpoint: Any) -> None:
    statuses = [401]
    while statuses[-1] == 401 and len(statuses) < 2_000:  # a slow machine earns new turns meanwhile
        statuses.append((await endpoint.poster.interact(PING, signature="0" * 128))[0])
    good = [(await endpoint.poster.interact(PING))[0] for _ in range(10)]

    assert statuses[1] == 401
    assert statuses[-1] == 429
    assert set(good) == {200}


async def test_what_takes_long_is_deferred_and_follows(
    endpoint: Any, fake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = asyncio.Event()

    async def reply(self: Assistant, turn: Turn) -> Reply:
        await go_on.wait()
        return Reply(Kind.MENU, "At last")

    monkeypatch.setattr(Assistant, "reply", reply)
    monkeypatch.setattr(sending, "DEFER_AFTER", 0.05)
    status, body, _ = await endpoint.poster.interact(slash("topics"))
    deferred = json.loads(body)
    go_on.set()
    (sent,) = await until_followups(fake, 1)

    assert (status, deferred["type"]) == (200, 5)
    assert deferred["data"]["flags"] & EPHEMERAL
    assert (sent.method, sent.path.endswith("/messages/@original")) == ("PATCH", True)
    assert "At last" in sys.modules["discord_sockets"].text(sent.body)


async def test_a_followup_that_overtakes_the_response_is_sent_again(
    endpoint: Any, fake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def reply(self: Assistant, turn: Turn) -> Reply:
        return Reply(Kind.ARTICLE, "Long", "word " * 1_000)

    monkeypatch.setattr(Assistant, "reply", reply)
    payload = slash("topics")
    fake.faults.extend([(payload["token"], 404)] * 2)
    status, _, _ = await endpoint.poster.interact(payload)
    sent = await until_followups(fake, 3)

    assert status == 200
    assert [one.status for one in sent] == [404, 404, 200]


async def test_no_answer_in_time_is_told_and_what_comes_later_is_dropped(
    endpoint: Any, fake: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    go_on = asyncio.Event()

    async def reply(self: Assistant, turn: Turn) -> Reply:
        await go_on.wait()
        return Reply(Kind.MENU, "Too late")

    monkeypatch.setattr(Assistant, "reply", reply)
    monkeypatch.setattr(room, "_PATIENCE", 0.05)
    status, _, _ = await endpoint.poster.interact(slash("topics"))
    go_on.set()
    await endpoint.face.client.wait_until_idle(10)

    assert status == 504
    assert "was not answered within" in caplog.text
    assert "given up on an interaction before it was answered" in caplog.text
    assert followups(fake) == []


async def test_a_failure_is_told_to_the_person(
    endpoint: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(self: Assistant, turn: Turn) -> Reply:
        raise StoreError("the disk is full")

    monkeypatch.setattr(Assistant, "reply", fails)
    status, body, _ = await endpoint.poster.interact(slash("topics"))

    assert status == 200
    assert "Something went wrong on my side" in body.decode()
    assert "could not be answered" in caplog.text
    assert "Traceback" not in caplog.text


async def test_whoever_removes_the_app_is_forgotten(endpoint: Any) -> None:
    await endpoint.poster.interact(slash("diagnose", trouble="not-activated"))
    who = "discord:1200000000000000300:server"
    before = await endpoint.assistant.export(who)
    assert int(ANN["id"]) in endpoint.face.client.memory.languages
    event = {"type": "APPLICATION_DEAUTHORIZED", "timestamp": "2026-03-01T12:00:00", "data": {"user": ANN}}
    status, body, _ = await endpoint.poster.tell({"version": 1, "type": 1, "event": event})
    after = await endpoint.assistant.export(who)

    assert int(ANN["id"]) not in endpoint.face.client.memory.languages
    assert (status, body) == (204, b"")
    assert any(before.values())
    assert not any(after.values())


async def test_an_event_that_cannot_be_carried_out_is_asked_for_again(
    endpoint: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(self: Assistant, who: str) -> int:
        raise StoreError("the disk is full")

    monkeypatch.setattr(Assistant, "forget", fails)
    event = {"type": "APPLICATION_DEAUTHORIZED", "data": {"user": ANN}}
    status, _, _ = await endpoint.poster.tell({"type": 1, "event": event})

    assert status == 503


@pytest.mark.parametrize(
    "payload",
    [
        {"version": 1, "application_id": "1", "type": 0},
        {"version": 1, "application_id": "1", "type": 1, "event": {"type": "ENTITLEMENT_CREATE", "data": {}}},
    ],
    ids=["ping", "another event"],
)
async def test_other_events_are_accepted(endpoint: Any, payload: Any) -> None:
    status, body, _ = await endpoint.poster.tell(payload)

    assert (status, body) == (204, b"")


async def test_an_unsigned_event_is_refused(endpoint: Any) -> None:
    event = {"type": "APPLICATION_DEAUTHORIZED", "data": {"user": ANN}}
    status, _, _ = await endpoint.poster.tell({"type": 1, "event": event}, signature="0" * 128)

    assert status == 401


def make_face(real: Any, **options: str) -> InteractionsFace:
    return InteractionsFace(ConnectionOptions(**options), real, Metrics(), Health())


async def test_without_a_token_it_says_what_it_needs(assistant: Assistant) -> None:
    with pytest.raises(KeyguideError, match="set DISCORD_TOKEN"):
        await make_face(assistant, public_key="0" * 64).open()


async def test_without_the_extra_it_says_how_to_install_it(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "nacl"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "nacl", None)

    with pytest.raises(KeyguideError, match="interactions"):
        await make_face(assistant, token="a.b.c", public_key="0" * 64).open()
