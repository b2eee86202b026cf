"""Keep the open help requests of a server: who waits, who helps, and what was done about it so far.

A request is a note named after the person who waits, and its helper is a note named after the helper, so
that both are exported and erased with them. The request holds a token instead of the helper: the helper is
whoever has the same token, and if nobody has it any more, the request waits again. Each change names the
value that it changes, so that of two helpers who press at once exactly one succeeds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from keyguide.assistant import Assistant
from keyguide.faces.discord.servers.note_names import (
    QUEUES,
    make_helping_place,
    make_person_name,
    make_queue_place,
    parse_person_name,
)

WAITING, REMINDED, WARNED = "waiting", "reminded", "warned"
_NOBODY = "-"


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """An open help request; `since` is the moment of the last change, and `stage` what was done last."""

    guild: int
    person: int
    thread: int
    opened: datetime
    since: datetime
    claim: str = _NOBODY
    stage: str = WAITING
    helper: int = 0

    @property
    def value(self) -> str:
        """What the note of the request holds."""
        moments = self.opened.isoformat(), self.since.isoformat()
        return " ".join((str(self.thread), *moments, self.claim, self.stage))


async def add_request(assistant: Assistant, guild: int, person: int, thread: int) -> bool:
    """Add a request if the person has none; return whether it was added."""
    moment = assistant.read_clock()
    request = HelpRequest(guild, person, thread, moment, moment)
    added = await assistant.notes.claim_note(make_queue_place(guild), make_person_name(person), request.value)
    await assistant.notes.set_note(QUEUES, str(guild), "open")
    return added


async def list_requests(assistant: Assistant, guild: int) -> list[HelpRequest]:
    """List the open requests of a server with their helpers, oldest first."""
    requests = await _read_requests(assistant, guild)
    found = [replace(request, helper=await _find_helper(assistant, request)) for request in requests]
    return sorted(found, key=lambda request: (request.opened, request.thread))


async def find_request(assistant: Assistant, guild: int, thread: int | None) -> HelpRequest | None:
    """Find the open request of a thread, with its helper."""
    for request in await _read_requests(assistant, guild):
        if request.thread == thread:
            return replace(request, helper=await _find_helper(assistant, request))
    return None


async def _read_requests(assistant: Assistant, guild: int) -> list[HelpRequest]:
    notes = await assistant.notes.list_notes(make_queue_place(guild))
    return [request for name, value in notes.items() if (request := _parse_request(guild, name, value))]


async def list_servers_with_requests(assistant: Assistant) -> list[int]:
    """List the servers that have, or had until lately, open requests."""
    return [int(guild) for guild in await assistant.notes.list_notes(QUEUES)]


async def drop_empty_queue(assistant: Assistant, guild: int) -> None:
    """Strike a server without requests off the list, unless one is added at this moment."""
    await assistant.notes.drop_note(QUEUES, str(guild))
    if await assistant.notes.list_notes(make_queue_place(guild)):
        await assistant.notes.set_note(QUEUES, str(guild), "open")


async def claim_request(assistant: Assistant, request: HelpRequest, helper: int) -> bool:
    """Make somebody the helper of a request, in place of the present one; return False if it has changed."""
    token = uuid4().hex[:12]
    if not await change_request(assistant, request, claim=token, stage=WAITING):
        return False
    place = make_helping_place(request.guild, request.thread)
    await assistant.notes.drop_notes(place)
    await assistant.notes.set_note(place, make_person_name(helper), token)
    return True


async def release_request(assistant: Assistant, request: HelpRequest) -> bool:
    """Let a request wait for another helper; return False if it has changed."""
    if not await change_request(assistant, request, claim=_NOBODY, stage=WAITING):
        return False
    await assistant.notes.drop_notes(make_helping_place(request.guild, request.thread))
    return True


async def change_request(
    assistant: Assistant, request: HelpRequest, *, stage: str, claim: str | None = None
) -> bool:
    """Change a request as it was read; return False if somebody else has changed it since."""
    moment = assistant.read_clock()
    new = replace(request, stage=stage, since=moment, claim=claim or request.claim)
    place, name = make_queue_place(request.guild), make_person_name(request.person)
    return await assistant.notes.change_note(place, name, request.value, new.value)


async def close_request(assistant: Assistant, guild: int, thread: int | None) -> HelpRequest | None:
    """Take a request from the queue; return it to exactly one caller."""
    request = await find_request(assistant, guild, thread)
    if request is None:
        return None
    name = make_person_name(request.person)
    if not await assistant.notes.drop_note(make_queue_place(guild), name):
        return None
    await assistant.notes.drop_notes(make_helping_place(guild, request.thread))
    return request


async def forget_requests(assistant: Assistant, guild: int) -> None:
    """Erase the requests of a server."""
    for request in await _read_requests(assistant, guild):
        await assistant.notes.drop_notes(make_helping_place(guild, request.thread))
    await assistant.notes.drop_notes(make_queue_place(guild))
    await assistant.notes.drop_note(QUEUES, str(guild))


async def _find_helper(assistant: Assistant, request: HelpRequest) -> int:
    if request.claim == _NOBODY:
        return 0
    helpers = await assistant.notes.list_notes(make_helping_place(request.guild, request.thread))
    names = (name for name, token in helpers.items() if token == request.claim)
    return parse_person_name(next(names, ""))


def _parse_request(guild: int, name: str, value: str) -> HelpRequest | None:
    person, parts = parse_person_name(name), value.split()
    if not person or len(parts) != 5:  # noqa: PLR2004 -- another version wrote it
        return None
    thread, opened, since, claim, stage = parts
    opened_at, since_at = datetime.fromisoformat(opened), datetime.fromisoformat(since)
    return HelpRequest(guild, person, int(thread), opened_at, since_at, claim, stage)
