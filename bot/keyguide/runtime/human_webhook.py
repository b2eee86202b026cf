"""Pass a call for a human on to the operator's webhook: masked, signed, and tried again for a while.

A person waits only a few seconds for the first try; further ones go on behind their back, and they are told
so. Nothing is stored: what is not delivered when the program ends is lost, and the log says how many.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from http import HTTPStatus
from secrets import choice, token_hex

import aiohttp

from keyguide.core.engine.pages.who_can_help import write_summary
from keyguide.core.evidence.secrets import mask
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.turn import Handoff, Reply
from keyguide.core.phrases.human import HumanPhrases

Clock = Callable[[], datetime]

log = logging.getLogger(__name__)

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_MAX_PENDING = 50  # calls that are being passed on; more at once are no calls of people
_MAX_RETRY_AFTER = 600  # seconds; a server that asks for more is asked again after that
_SAME_CALL = timedelta(minutes=10)  # in which a second press is no second call
_MAX_REMEMBERED = 1_000
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # without letters that look alike
_TRY_AGAIN = frozenset(
    (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
)  # besides all 5xx


class Outcome(StrEnum):
    """What became of a call so far."""

    PASSED = "passed"
    TRYING = "trying"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class HumanCall:
    """What is passed on: the face, the line that the person wrote, masked, and what is known."""

    place: str
    message: str
    summary: str
    answers: Sequence[tuple[str, str]] = ()
    facts: Sequence[tuple[str, str]] = ()
    tried: Sequence[str] = ()
    read: str = ""


@dataclass(frozen=True, slots=True)
class PassedCall:
    """The number by which a person and a helper mean the same call, and what became of it."""

    reference: str
    outcome: Outcome


def _get_now() -> datetime:
    return datetime.now(UTC)


def ignore_result(_result: str) -> None:
    """Count nothing: the default listener."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many seconds to wait before each try, and how many a person waits for the first one."""

    waits: Sequence[float] = (0, 2, 10, 30, 90, 300, 480)  # a quarter of an hour in all
    patience: float = 3.0


_PACE = Pace()


class HumanWebhook:
    """Passes calls on to one address."""

    def __init__(
        self,
        address: str,
        secret: str,
        clock: Clock = _get_now,
        listener: Callable[[str], None] = ignore_result,
        pace: Pace = _PACE,
    ) -> None:
        """Take the address and the secret that signs; the listener gets `passed` or `failed` of each call."""
        self._address, self._secret = address, secret
        self._clock, self._listener = clock, listener
        self._pace = pace
        self._session: aiohttp.ClientSession | None = None
        self._pending: set[asyncio.Task[bool]] = set()
        self._recent: OrderedDict[str, tuple[float, str, asyncio.Task[bool]]] = OrderedDict()

    async def pass_on(self, who: str, call: HumanCall) -> PassedCall:
        """Pass a call on, unless this person's last one is still fresh; wait for the first try only."""
        now = self._clock().timestamp()
        known = self._recent.get(who)
        if known and now - known[0] < _SAME_CALL.total_seconds() and not _has_failed(known[2]):
            return await self._await_first_try(known[1], known[2])
        if len(self._pending) >= _MAX_PENDING:
            self._listener(Outcome.FAILED)
            return PassedCall("", Outcome.FAILED)
        reference = "".join(choice(_ALPHABET) for _ in range(6))
        body = json.dumps(self._build_message(call, reference), ensure_ascii=False).encode()
        task = asyncio.create_task(self._deliver(f"call_{token_hex(12)}", body))
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)
        self._recent[who] = now, reference, task
        while len(self._recent) > _MAX_REMEMBERED:
            self._recent.popitem(last=False)
        return await self._await_first_try(reference, task)

    async def close(self) -> None:
        """Give up what is not delivered, and say how many calls that were."""
        if self._pending:
            log.error("calls for a human that were not passed on before the end: %s", len(self._pending))
        for task in self._pending:
            task.cancel()
        await asyncio.gather(*self._pending, return_exceptions=True)
        if self._session:
            await self._session.close()

    async def _await_first_try(self, reference: str, task: asyncio.Task[bool]) -> PassedCall:
        await asyncio.wait({task}, timeout=self._pace.patience)
        if not task.done():
            return PassedCall(reference, Outcome.TRYING)
        return PassedCall(reference, Outcome.FAILED if _has_failed(task) else Outcome.PASSED)

    def _build_message(self, call: HumanCall, reference: str) -> dict[str, object]:
        return {
            "type": "human.asked",
            "timestamp": self._clock().isoformat(),
            "text": "\n\n".join(part for part in (f"[{reference}] {call.message}", call.summary) if part),
            "data": {
                "reference": reference,
                "place": call.place,
                "message": call.message,
                "answers": [{"question": question, "answer": answer} for question, answer in call.answers],
                "facts": [{"name": name, "value": value} for name, value in call.facts],
                "read": call.read,
                "tried": list(call.tried),
            },
        }

    async def _deliver(self, call_id: str, body: bytes) -> bool:
        """Try until the server takes the call or refuses it for good; return whether it took it."""
        asked_to_wait = 0.0
        for wait in self._pace.waits:
            await asyncio.sleep(max(wait, asked_to_wait))
            status, asked_to_wait = await self._post(call_id, body)
            if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
                self._listener(Outcome.PASSED)
                return True
            if status and status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _TRY_AGAIN:
                log.error("KEYGUIDE_HUMAN_WEBHOOK refused a call for a human (HTTP %s)", status)
                break
        else:
            log.error("KEYGUIDE_HUMAN_WEBHOOK took no call in %s tries; it is lost", len(self._pace.waits))
        self._listener(Outcome.FAILED)
        return False

    async def _post(self, call_id: str, body: bytes) -> tuple[int, float]:
        """Post once; return the status, 0 if there is no answer, and the seconds that the server asks for."""
        self._session = self._session or aiohttp.ClientSession(timeout=_TIMEOUT)
        moment = str(int(self._clock().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": call_id,
            "webhook-timestamp": moment,
            "webhook-signature": sign(self._secret, call_id, moment, body),
        }
        try:
            async with self._session.post(
                self._address, data=body, headers=headers, allow_redirects=False
            ) as response:
                asked = response.headers.get("Retry-After", "")
                return response.status, min(int(asked), _MAX_RETRY_AFTER) if asked.isdecimal() else 0
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("KEYGUIDE_HUMAN_WEBHOOK does not answer (%s)", type(error).__name__)
            return 0, 0


def make_call(knowledge: Knowledge, phrases: HumanPhrases, reply: Reply, place: str, line: str) -> HumanCall:
    """Make a call of a reply that hands over, and of what the person wrote to the helper, masked."""
    handoff = reply.handoff or Handoff()
    message = mask(line, knowledge.public_keys).text
    summary = write_summary(phrases, handoff)
    return HumanCall(place, message, summary, handoff.answers, handoff.facts, handoff.tried, handoff.read)


def sign(secret: str, call_id: str, moment: str, body: bytes) -> str:
    """Sign a message as the Standard Webhooks do; the key is the secret as it is written."""
    signed = b".".join((call_id.encode(), moment.encode(), body))
    return f"v1,{b64encode(hmac.digest(secret.encode(), signed, sha256)).decode()}"


def _has_failed(task: asyncio.Task[bool]) -> bool:
    return task.done() and (task.cancelled() or not task.result())
