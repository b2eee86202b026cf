"""Fills a memory with pretend conversations of two months, so that the desk has something to show."""

from __future__ import annotations

import asyncio
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from keyguide.assistant import Assistant
from keyguide.core.model.turn import Turn
from keyguide.desk.scoring.question_scores import list_golden_questions
from keyguide.load.folder import read_folder
from keyguide.load.knowledge import open_knowledge
from keyguide.runtime.settings import find_packaged_knowledge
from keyguide.store.open_store import open_store

CONVERSATIONS, DAYS = 520, 58  # so that there is a period before the last 30 days
PLACES = ("guild:1100220033004400550", "guild:2200330044005500660", "web")


async def fill(database: Path, cache: Path | None = None) -> None:
    """Let people who are not there ask golden questions and press whatever they are offered."""
    chance = random.Random(11)  # noqa: S311 -- always the same people
    folder = find_packaged_knowledge()
    knowledge = open_knowledge(folder, cache)
    flows = [ask for flow in knowledge.flows.values() for ask in flow.asks[:3]]
    asks = [one.text for one in list_golden_questions(read_folder(folder).files.golden)]
    moment = datetime.now(UTC) - timedelta(days=DAYS)
    store = await open_store(str(database))
    assistant = Assistant(knowledge, store, lambda: moment, keep_misses=True)
    for number in range(CONVERSATIONS):
        moment = datetime.now(UTC) - timedelta(
            days=DAYS * (1 - number / CONVERSATIONS), minutes=chance.randint(0, 600)
        )
        who, place = f"pretend:{number}", chance.choice(PLACES)
        text = chance.choice(flows if chance.random() < 0.4 else asks)  # noqa: PLR2004
        reply = await assistant.reply(Turn(who, text=text, place=place))
        while reply.options and chance.random() < 0.75:  # noqa: PLR2004
            moment += timedelta(seconds=20)
            reply = await assistant.reply(Turn(who, pick=chance.choice(reply.options).pick, place=place))
    await store.close()


if __name__ == "__main__":
    asyncio.run(fill(Path(sys.argv[1])))
