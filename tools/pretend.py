"""Fills a memory with pretend conversations of two months, so that the desk has something to show."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.turn import Turn
from keyguide.desk.scoring.question_scores import list_golden_questions
from keyguide.load.folder import read_folder
from keyguide.load.knowledge import open_knowledge
from keyguide.runtime.configuration.settings import find_packaged_knowledge
from keyguide.store.open_store import open_store
from keyguide.store.protocols import Store

CONVERSATIONS, DAYS = 520, 58  # so that there is a period before the last 30 days
PLACES = ("guild:1100220033004400550", "guild:2200330044005500660", "web")


async def fill_database(database: Path, cache: Path | None = None) -> None:
    """Fill a database file."""
    knowledge = open_knowledge(find_packaged_knowledge(), cache)
    store = await open_store(str(database))
    await fill(store, knowledge, PLACES)
    await store.close()


async def fill(store: Store, knowledge: Knowledge, places: Sequence[str]) -> None:
    """Let people who are not there ask golden questions and press whatever they are offered."""
    chance = random.Random(11)  # noqa: S311 -- always the same people
    flows = [ask for flow in knowledge.flows.values() for ask in flow.asks[:3]]
    asks = [one.text for one in list_golden_questions(read_folder(find_packaged_knowledge()).files.golden)]
    moment = datetime.now(UTC) - timedelta(days=DAYS)
    assistant = Assistant(knowledge, store, lambda: moment, keep_misses=True)
    for number in range(CONVERSATIONS):
        moment = datetime.now(UTC) - timedelta(
            days=DAYS * (1 - number / CONVERSATIONS), minutes=chance.randint(0, 600)
        )
        who, place = f"pretend:{number}", chance.choice(places)
        text = chance.choice(flows if chance.random() < 0.4 else asks)  # noqa: PLR2004
        reply = await assistant.reply(Turn(who, text=text, place=place))
        while reply.options and chance.random() < 0.75:  # noqa: PLR2004
            moment += timedelta(seconds=20)
            reply = await assistant.reply(Turn(who, pick=chance.choice(reply.options).pick, place=place))


if __name__ == "__main__":
    asyncio.run(fill_database(Path(sys.argv[1])))
