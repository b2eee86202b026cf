"""The command `review`: what is due for review, one answer as its reviewer needs it, and the mark."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from difflib import get_close_matches

import click

from keyguide.cli.options import command, print_notice
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.article import Article, ErrorCode
from keyguide.core.model.daily_counts import EVERYWHERE, DailyCount
from keyguide.count_ledger import count_ledger
from keyguide.desk.mark_reviewed import mark_reviewed
from keyguide.desk.review import dump_item, format_item, format_list
from keyguide.errors import SettingsError, StoreError
from keyguide.insight.review_order import USAGE_DAYS, find_due, make_item
from keyguide.insight.usage import rank_answers
from keyguide.runtime.configuration.settings import Settings
from keyguide.runtime.open_knowledge import open_configured_knowledge
from keyguide.store.open_store import open_store
from keyguide.store.protocols import get_now

_MAX_BATCHES = 100  # of lines that are counted first; while the program runs, few are not counted yet


@command("review", uses_local_folder=True)
@click.argument("answer", required=False)
@click.option("--json", "as_data", is_flag=True, help="Print it as data.")
@click.option("--done", is_flag=True, help="Write today's date into the file: the answer was reviewed.")
def review(settings: Settings, answer: str | None, *, as_data: bool, done: bool) -> int:
    """List the answers that are due for review, or show one of them.

    An answer is due if its review date has passed, if it is marked as stale, or if one of its sources was not
    found (see keyguide links). Those that were shown most often in the last 90 days come first.

    ANSWER is the id of an article or the page of a code, such as error-0xc004f211. Its whole text is shown
    with its sources, the notes of its writers and how it does. With --done, its file gets today's date as
    `verified`, and nothing else in it changes, except that a stale article is a reviewed one again.
    """
    if done and not answer:
        raise click.UsageError("Name the answer that was reviewed.", click.get_current_context())
    knowledge, now = open_configured_knowledge(settings), get_now()
    page = _find_page(knowledge, answer) if answer else None
    if page and done:
        path = mark_reviewed(settings.knowledge, page.id, now.date())
        print(f"{path}: {page.id} was reviewed on {now.date().isoformat()}")
        return 0
    counts = asyncio.run(_read_counts(settings.database, now - timedelta(days=USAGE_DAYS)))
    if page:
        usage = {stats.subject: stats for stats in rank_answers(counts)}
        item = make_item(knowledge, page, usage, now.date())
        print(json.dumps(dump_item(item), indent=2) if as_data else format_item(knowledge, item))
        return 0
    due = find_due(knowledge, counts, now.date())
    print(json.dumps([dump_item(item) for item in due], indent=2) if as_data else format_list(due))
    return 0


def _find_page(knowledge: Knowledge, name: str) -> Article | ErrorCode:
    page_id = name.lower().replace("error-0x", "0x")
    page = knowledge.find_page(f"error-{page_id}" if page_id.startswith("0x") else name)
    if page:
        return page
    if successor := knowledge.successors.get(name):
        raise SettingsError(f"{name!r} is retired; people are led to {successor}")
    near = get_close_matches(name, [*knowledge.articles], n=1)
    raise SettingsError(f"there is no answer {name!r}" + (f"; did you mean {near[0]}?" if near else ""))


async def _read_counts(address: str, since: datetime) -> Sequence[DailyCount]:
    """Read the sums of the ledger; without them, say so and go on, because an answer is due all the same."""
    try:
        store = await open_store(address)
        try:
            await count_ledger(store, _MAX_BATCHES)
            return await store.sum_counts(since.date(), EVERYWHERE)
        finally:
            await store.close()
    except StoreError as error:
        print_notice(f"how often answers were shown is not known: {error}")
        return []


COMMANDS = {"review": review}
