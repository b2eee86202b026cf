"""The commands for those who write and keep the knowledge: what each is called, takes and prints."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from keyguide.assistant import MISSES_KEPT
from keyguide.cli.options import Commands, Options, open_input
from keyguide.core.knowledge.files import build_training_data
from keyguide.desk import gaps, golden, links, scoring
from keyguide.desk.baselines import build_baselines
from keyguide.desk.importing.import_guides import import_guides
from keyguide.errors import SettingsError
from keyguide.insight.overdue import find_overdue
from keyguide.load.folder import read_folder
from keyguide.runtime.open_knowledge import open_configured_knowledge
from keyguide.runtime.settings import Settings
from keyguide.store.open_store import open_store
from keyguide.store.protocols import MissedQuestion, get_now


def _add_test(commands: Commands) -> None:
    parser = commands.add_parser(
        "test", help="hold the golden questions and dialogues against the knowledge",
        description="Hold every golden dialogue (exit status 1 where one fails) and ask every golden "
        "question; tell which steps and choices of the flows no dialogue visits.",
    )  # fmt: skip
    parser.add_argument("--dialogues", action="store_true", help="only the dialogues")
    parser.set_defaults(run=_run_test)


def _run_test(options: Options, settings: Settings) -> int:
    knowledge = open_configured_knowledge(settings)
    draught = read_folder(settings.knowledge)
    held = list(golden.run_dialogues(knowledge, settings.knowledge, draught))
    if not options.dialogues:
        asked = scoring.list_golden_questions(draught.files.golden)
        print(
            golden.format_scoreboard(scoring.score_questions(scoring.make_engine_answerer(knowledge), asked))
        )
    print(golden.format_report(knowledge, held))
    return 1 if any(one.failure for one in held) else 0


def _add_score(commands: Commands) -> None:
    parser = commands.add_parser(
        "score", help="measure how well a file of practice questions is answered",
        description="Ask every question of a file of JSON lines (q, topics, class, origin) and print how "
        "many were answered rightly: the share of our own questions answered at once (first), shown or "
        "offered (shown) and answered with the wrong article (wrong), of the others answered though they are "
        "not ours (false), and of those to refuse refused.",
    )  # fmt: skip
    parser.add_argument("file", help="the practice questions; - is standard input")
    beside = "the same with plain searches beside it: any of bm25,rapidfuzz,fts5"
    parser.add_argument("--against", metavar="NAMES", default="", help=beside)
    parser.set_defaults(run=_run_score)


def _run_score(options: Options, settings: Settings) -> int:
    with open_input(options.file) as lines:
        asked = scoring.read_questions(options.file, lines)
    knowledge = open_configured_knowledge(settings)
    ways = {"keyguide": scoring.make_engine_answerer(knowledge)}
    if options.against:
        learnt = build_training_data(read_folder(settings.knowledge).files).examples
        refusals = frozenset(id for id, article in knowledge.articles.items() if article.refuses)
        ways |= build_baselines(options.against.split(","), learnt, refusals)
    print(
        scoring.format_comparison(
            {name: scoring.score_questions(answer, asked) for name, answer in ways.items()}
        )
    )
    return 0


def _add_import(commands: Commands) -> None:
    parser = commands.add_parser(
        "import", help="turn web guides into draft articles",
        description="Turn guides (Markdown or HTML, as saved from the web) into draft articles without "
        "their advertising. FOLDER is laid out like a knowledge folder: the drafts become "
        "articles/<guide>.yaml, and the pages and screenshots that they name are added to its sources.yaml. "
        "With --out knowledge they are in place, and still not served: a draft is only served when a person "
        "took its `draft: true` away. Several copies of one guide become one; what they say differently is "
        "told and noted.",
    )  # fmt: skip
    parser.add_argument("guides", nargs="+", type=Path, metavar="GUIDE", help="a file of Markdown or HTML")
    parser.add_argument("--out", type=Path, default=Path("drafts"), metavar="FOLDER", help="default: drafts")
    parser.add_argument("--url", default="", help="where the guide is from, if it does not say so itself")
    parser.set_defaults(run=_run_import)


def _run_import(options: Options, settings: Settings) -> int:
    if options.url and not options.url.startswith("https://"):
        raise SettingsError("--url: name a page at https://")
    today = get_now().date().isoformat()
    print(import_guides(options.guides, options.out, settings.knowledge, options.url, today))
    return 0


def _add_gaps(commands: Commands) -> None:
    parser = commands.add_parser(
        "gaps", help="turn questions that found no answer into drafts",
        description="Group the questions of the last 30 days that found no answer, tell them, and write a "
        "file of drafts (articles/gaps-<day>.yaml in FOLDER): for each group example questions and the "
        "nearest articles, to be edited and proposed. Questions are only kept with KEYGUIDE_KEEP_MISSES=on.",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=Path("drafts"), metavar="FOLDER", help="default: drafts")
    parser.set_defaults(run=_run_gaps)


def _run_gaps(options: Options, settings: Settings) -> int:
    moment = get_now()
    misses = asyncio.run(_read_misses(settings.database, moment - MISSES_KEPT))
    if not misses:
        hint = "" if settings.keep_misses else "; they are only kept with KEYGUIDE_KEEP_MISSES=on"
        print(f"No questions without an answer in the last {MISSES_KEPT.days} days{hint}.")
        return 0
    knowledge = open_configured_knowledge(settings)
    found = gaps.find_gaps(knowledge, misses)
    path = gaps.write_drafts(
        found, knowledge, read_folder(settings.knowledge).files, options.out, moment.date()
    )
    print(f"{gaps.format_gaps(found)}\n{path}: {len(found)} drafts")
    return 0


async def _read_misses(address: str, since: datetime) -> list[MissedQuestion]:
    store = await open_store(address)
    try:
        return await store.list_misses(since)
    finally:
        await store.close()


def _add_links(commands: Commands) -> None:
    parser = commands.add_parser(
        "links", help="check that sources still answer, and tell what is overdue for review",
        description="Ask for every page of sources.yaml, politely and a few at a time, and tell those that "
        "do not answer (exit status 1); then tell the answers that were verified more than 180 days ago. "
        "Where the variable CI is set no page is asked for, unless --online says so.",
    )  # fmt: skip
    parser.add_argument(
        "--online", action=argparse.BooleanOptionalAction, help="ask for the pages, or do not"
    )
    parser.set_defaults(run=_run_links)


def _run_links(options: Options, settings: Settings) -> int:
    knowledge = open_configured_knowledge(settings)
    online = "CI" not in os.environ if options.online is None else options.online
    answers = asyncio.run(links.check_pages(knowledge.sources.values())) if online else []
    print(links.format_report(answers, find_overdue(knowledge, get_now().date()), online=online))
    return 1 if any(not answer.is_available and not answer.is_unclear for answer in answers) else 0


COMMANDS: dict[str, Callable[[Commands], None]] = {
    "test": _add_test,
    "score": _add_score,
    "import": _add_import,
    "gaps": _add_gaps,
    "links": _add_links,
}
