"""A form that is submitted while the store is frozen: its member is told in time that it was not kept."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from tests.store.proxy import Proxy

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.faces.discord.connection import do_once, sending
from keyguide.faces.discord.endpoint import face
from keyguide.faces.discord.servers.server_settings import load_server_settings, save_server_settings
from keyguide.insight.helper_solutions import SOLUTIONS

sockets: Any = sys.modules["discord_sockets"]

pytestmark = pytest.mark.slow

GUILD, ANN = int(sockets.GUILD), sockets.ANN["id"]
MANAGER = str(1 << 5)
DEFERRED = {5, 6}
HOURS = "Mon-Fri 18-23"
FAILED, NOTICE = "Something went wrong on my side", "I cannot remember anything just now"
NOBODY_CALLED = "I could not open a thread there, so nobody was called."
FORMS: dict[str, tuple[str, dict[str, Any], str]] = {  # the id of each, what is filled in, and what is told
    "a call for helpers": (f"plea:{GUILD}", {"sentence": "help"}, NOBODY_CALLED),
    "a code": ("m:code:", {"code": "0xC004F211"}, NOTICE),
    "another helper": (f"m:handover:{ANN}", {"helper": ["7"]}, FAILED),
    "hours": ("m:hours:", {"hours": HOURS}, FAILED),
    "an answer": ("m:own:one", {"title": "Refunds", "asks": "can i get a refund", "text": "Ask us."}, FAILED),
    "what fixed it": (f"m:solved:{ANN}", {"fix": "another key"}, FAILED),
}


def make_field(name: str, given: str | list[str]) -> dict[str, Any]:
    """Make a field of a form, in which somebody wrote or chose something."""
    told = {"value": given} if isinstance(given, str) else {"values": given}
    return {"type": 18, "component": {"type": 4, "custom_id": name, **told}}


@dataclass(slots=True)
class Served:
    """A web process whose PostgreSQL a test can freeze."""

    way: Proxy
    fake: Any
    endpoint: Any

    async def submit(self, form: str) -> str:
        """Submit a form, and return all that its member is told."""
        id, fields, _ = FORMS[form]
        data = {"custom_id": id, "components": [make_field(*field) for field in fields.items()],
                "resolved": {"members": {"7": {"roles": [], "permissions": MANAGER}}}}  # fmt: skip
        thread = {"id": sockets.THREAD, "type": 12, "guild_id": sockets.GUILD, "parent_id": sockets.CHANNEL}
        payload = sockets.interaction(
            5, data, sockets.ANN, message=sockets.message({}, flags=1 << 15), permissions=MANAGER,
            channel={**sockets._thread("Help"), **thread}, channel_id=sockets.THREAD,  # noqa: SLF001
        )  # fmt: skip
        status, body, _ = await self.endpoint.poster.interact(payload)
        assert status == 200, body
        shown = json.loads(body)
        if shown["type"] in DEFERRED:
            await self.fake.until(lambda sent: any(payload["token"] in one.path for one in sent))
            (shown,) = [{"data": one.body} for one in self.fake.requests if payload["token"] in one.path]
        return sockets.text(shown["data"])


@pytest.fixture
async def served(
    postgres: str, fake: Any, knowledge: Knowledge, open_endpoint: Any, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Served]:
    """Open the endpoint with helpers, and every patience a fifth of what it is."""
    opened = pytest.importorskip("keyguide.store.postgres.store")
    for module, name, seconds in (
        *((opened, "PATIENCE", 0.8), (opened, "_PAUSE_SECONDS", 0.2), (do_once, "PATIENCE", 0.2)),
        *((sending, "DEFER_AFTER", 0.3), (face, "_PATIENCE", 0.6)),
    ):
        monkeypatch.setattr(module, name, seconds)
    way = Proxy(postgres)
    store = await opened.open_postgres(await way.start())
    assistant = Assistant(knowledge, store)
    await save_server_settings(assistant, GUILD, helper_channel=sockets.CHANNEL, helper_role=sockets.HELPERS)
    async with aiohttp.ClientSession() as session:
        endpoint = await open_endpoint(fake, assistant, session)
        await endpoint.poster.interact(
            sockets.interaction(2, {"id": "1", "name": "topics", "type": 1}, sockets.ANN)
        )
        yield Served(way, fake, endpoint)
        await endpoint.page.close()
        await endpoint.face.close()
    await store.close()
    await way.stop()


@pytest.mark.parametrize("form", FORMS)
async def test_its_member_is_told_in_time_that_it_is_not_kept(served: Served, form: str) -> None:
    served.way.freeze()
    told = await served.submit(form)
    served.way.resume()

    assert FORMS[form][2] in told


async def test_what_is_submitted_again_once_the_store_answers_is_kept(served: Served) -> None:
    served.way.freeze()
    first = [await served.submit("hours"), await served.submit("what fixed it")]
    served.way.resume()
    await asyncio.sleep(0.3)  # until the store is tried again
    again = [await served.submit("hours"), await served.submit("what fixed it")]
    assistant = served.endpoint.assistant

    assert all(FAILED in told for told in first)
    assert not any(FAILED in told for told in again)
    assert (await load_server_settings(assistant, GUILD)).hours == HOURS
    assert len(await assistant.notes.list_notes(SOLUTIONS)) == 1
