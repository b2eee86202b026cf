"""People who walk through diagnoses while the processes that answer them are killed; part of `kill.py`."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from load_parts import OK, PATH, Answer, Discord, Line, WebProcess, list_choices, name_command
from on_discord import sockets
from presses import Press

REPLAY = 409
MAX_AGE = 50.0  # seconds; a signed request that is older than a minute is refused for that
WRONG = "Something went wrong on my side", "cannot be read any more"
TOO_FAST = "Please wait a few seconds and try again."
TOLD = "I cannot remember anything just now"


@dataclass(slots=True)
class Sent:
    """An interaction as it was signed, to be sent again as it is."""

    payload: Any
    body: bytes
    headers: dict[str, str]
    when: float = field(default_factory=time.monotonic)

    @property
    def is_fresh(self) -> bool:
        """Whether it would not be refused for its age alone."""
        return time.monotonic() - self.when < MAX_AGE


@dataclass(slots=True)
class Person:
    """Somebody who walks through one diagnosis, with all that they pressed and saw."""

    user: dict[str, Any]
    flow: str
    chance: Random
    presses: list[Press] = field(default_factory=list)
    last: Sent | None = None  # what was answered last, and is remembered
    is_told: bool = False  # that something is not remembered: from then on, only twice would be wrong

    @property
    def path(self) -> tuple[str, ...]:
        """What was pressed and answered so far."""
        return self.flow, *(press.pick for press in self.presses if press.shown is not None)


@dataclass(slots=True)
class Crowd:
    """Everybody who talks, and what came of it."""

    discord: Discord
    flows: Sequence[str]
    pause: float  # seconds between two presses of one person, on average
    find_process: Callable[[], Awaitable[WebProcess]]  # one that is up
    chance: Random = field(default_factory=lambda: Random(17))  # noqa: S311 -- nothing secret
    people: list[Person] = field(default_factory=list)
    seen: dict[tuple[str, ...], str] = field(default_factory=dict)  # what is shown after a path
    statuses: Counter[int] = field(default_factory=Counter)  # 0 where the connection broke
    replayed: int = 0  # answered interactions that were sent again
    twice: int = 0  # and answered again
    told: int = 0  # answers with the line that they are not remembered
    broken: int = 0  # answers that were wrong, or not what others saw after the same presses
    is_over: bool = False

    async def talk(self) -> None:
        """Walk through one diagnosis after the other, each as somebody new, until it is over."""
        await asyncio.sleep(self.chance.uniform(0, 2 * self.pause))
        while not self.is_over:
            number = len(self.people)
            chance = Random(number)  # noqa: S311 -- nothing secret
            person = Person(self.discord.make_person(), self.flows[number % len(self.flows)], chance)
            self.people.append(person)
            await self._walk(person)

    async def _walk(self, person: Person) -> None:
        """Walk through a diagnosis to its end, however often no answer comes."""
        answer = await self._do(person, "", 2, name_command("diagnose", trouble=person.flow))
        while choices := list_choices(answer):
            await asyncio.sleep(self.chance.uniform(0, 2 * self.pause))
            pick, data = person.chance.choice(choices)
            message = sockets.message(answer["data"], flags=1 << 15)
            answer = await self._do(person, pick, 3, data, message=message)

    async def _do(self, person: Person, pick: str, kind: int, data: Any, **more: Any) -> Answer:
        """Do something, each time as another interaction, until it is answered; check the answer."""
        while True:
            press = Press(pick)
            person.presses.append(press)
            payload = sockets.interaction(kind, data, person.user, **more)
            await self.find_process()  # before it is signed, because a signature grows old
            sent = Sent(payload, *self.discord.sign(payload))
            answer = await self._send(sent) or await self._send_again(person, sent)
            if answer is not None and TOO_FAST in json.dumps(answer):
                await asyncio.sleep(3.0)
            elif answer is not None:
                self._check(person, press, answer)
                person.last = None if press.shown is None else sent
                return answer

    async def _send_again(self, person: Person, sent: Sent) -> Answer | None:
        """Send once more what was not answered, after what was answered before it, which must be refused."""
        if person.last and person.last.is_fresh:
            self.replayed += 1
            self.twice += await self._send(person.last) is not None
        return await self._send(sent) if sent.is_fresh else None

    async def _send(self, sent: Sent) -> Answer | None:
        """Post to a process that is up; return the answer if one arrives."""
        process = await self.find_process()
        following, line = self.discord.server.expect(sent.payload["token"]), Line(process)
        status, body = 0, b""
        with suppress(OSError, asyncio.IncompleteReadError):  # it is killed
            await line.open()
            with closing(line):
                status, body = await line.send("POST", PATH, sent.body, sent.headers)
        self.statuses[status] += 1
        if status != OK:
            return None
        answer: Answer = json.loads(body)
        if answer["type"] not in {5, 6}:
            return answer
        end = asyncio.create_task(process.program.wait())  # it announced an answer, and may be killed before
        await asyncio.wait({following, end}, return_when=asyncio.FIRST_COMPLETED)
        end.cancel()
        return {"type": 4, "data": following.result()} if following.done() else None

    def _check(self, person: Person, press: Press, answer: Answer) -> None:
        """Note what an answer showed, and check that it is right, and what others saw before."""
        words, shown = json.dumps(answer), name_shown(answer)
        if TOLD in words:
            person.is_told = True
            self.told += 1
        else:
            press.shown = shown
        right = answer["type"] in {4, 7} and not any(wrong in words for wrong in WRONG)
        same = person.is_told or self.seen.setdefault(person.path, shown) == shown
        self.broken += not (right and same)


def name_shown(answer: Answer) -> str:
    """Name the question that an answer shows as "flow/step", nothing if it shows none."""
    picks = [pick for pick, _ in list_choices(answer)]
    return "/".join(picks[0].split("/")[1:3]) if picks else ""
