"""A form that is submitted while the store is frozen: its member is told in time that it was not kept."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import aiohttp
import pytest
from tests.store.proxy import Proxy

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.faces.discord.connection import do_once, sending
from keyguide.faces.discord.servers.server_settings import load_server_settings, save_server_settings
from keyguide.insight.helper_solutions import SOLUTIONS

sockets: Any = sys.modules["discord_sockets"]

pytestmark = pytest.mark.slow

GUILD, ANN = int(sockets.GUILD), sockets.ANN["id"]
MANAGER = str(1 << 5)
DEFERRED, FORM = {5, 6}, 9  # types of responses
THREAD = sockets.make_thread("Help")
PEOPLE = ({**sockets.ANN, "id": str(number)} for number in count(1400000000000000000))  # nobody twice
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
WRITTEN = "a call for helpers", "hours", "an answer", "what fixed it"
NEEDS_STORE = (
    *(f"w:claim:{ANN}", f"w:release:{ANN}", f"w:take:{sockets.THREAD}"),
    *("w:set:public", "w:page:desk", "w:queue:all"),
)
OPENS_FORM = (f"w:handover:{ANN}", f"w:resolve:{ANN}", "w:hours:", "w:panel:code")


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
        """Submit a form, and return what its member is told."""
        id, fields, _ = FORMS[form]
        data = {"custom_id": id, "components": [make_field(*field) for field in fields.items()],
                "resolved": {"members": {"7": {"roles": [], "permissions": MANAGER}}}}  # fmt: skip
        return sockets.text((await self.tell(5, data))["data"])

    async def press(self, id: str) -> dict[str, Any]:
        """Press a button or choose an entry, and return what is shown."""
        return await self.tell(3, {"custom_id": id, "component_type": 3, "values": [sockets.CHANNEL]})

    async def tell(self, kind: int, data: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Tell what somebody did with a message in a thread; return the response, or what follows it."""
        payload = sockets.interaction(
            kind, data, next(PEOPLE), message=sockets.message({}, flags=1 << 15), permissions=MANAGER,
            channel=THREAD, channel_id=sockets.THREAD, **more,
        )  # fmt: skip
        status, body, _ = await self.endpoint.poster.interact(payload)
        assert status == 200, body
        shown: dict[str, Any] = json.loads(body)
        if shown["type"] in DEFERRED:
            await self.fake.until(lambda sent: any(payload["token"] in one.path for one in sent))
            shown = {"data": next(one.body for one in self.fake.requests if payload["token"] in one.path)}
        return shown


@pytest.fixture
async def served(
    postgres: str, fake: Any, knowledge: Knowledge, open_endpoint: Any, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Served]:
    """Open the endpoint with helpers, and every patience but that of Discord a third of what it is.

    A machine that is busy with other tests may stand still for longer than a third of that.
    """
    opened = pytest.importorskip("keyguide.store.postgres.store")
    for module, name, seconds in (
        *((opened, "PATIENCE", 1.2), (opened, "_PAUSE_SECONDS", 0.2), (do_once, "PATIENCE", 0.2)),
        (sending, "DEFER_AFTER", 0.3),
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


async def test_members_are_told_in_time_that_a_form_is_not_kept(served: Served) -> None:
    served.way.freeze()
    told = await asyncio.gather(*map(served.submit, FORMS))
    served.way.resume()

    assert [form for form, said in zip(FORMS, told, strict=True) if FORMS[form][2] not in said] == []


async def test_what_a_member_wrote_into_a_form_that_is_not_kept_is_given_back(served: Served) -> None:
    written = [text for form in WRITTEN for text in FORMS[form][1].values()]
    served.way.freeze()
    await asyncio.gather(*map(served.submit, WRITTEN))
    served.way.resume()

    def is_given_back(sent: list[Any]) -> bool:
        told = "".join(sockets.text(one.body) for one in sent if "/webhooks/" in one.path)
        return all(f"```\n{text}\n```" in told for text in written)

    await served.fake.until(is_given_back)


async def test_whoever_presses_what_needs_the_store_is_told_that_it_failed(served: Served) -> None:
    served.way.freeze()
    shown = await asyncio.gather(*map(served.press, NEEDS_STORE))
    served.way.resume()
    told = [sockets.text(each["data"]) for each in shown]

    assert [id for id, said in zip(NEEDS_STORE, told, strict=True) if FAILED not in said] == []


async def test_whoever_uses_a_command_that_needs_the_store_is_told_that_it_failed(served: Served) -> None:
    commands = [{"id": "1", "name": name, "type": 1, "options": []} for name in ("insights", "queue")]
    served.way.freeze()
    shown = await asyncio.gather(*(served.tell(2, command, without=["message"]) for command in commands))
    served.way.resume()

    assert all(FAILED in sockets.text(each["data"]) for each in shown)


async def test_a_form_that_needs_no_store_is_opened_all_the_same(served: Served) -> None:
    served.way.freeze()
    shown = await asyncio.gather(*map(served.press, OPENS_FORM))
    served.way.resume()

    assert [each["type"] for each in shown] == [FORM] * len(OPENS_FORM)


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
