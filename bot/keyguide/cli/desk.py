"""Commands for knowledge writers: `test`, `score`, `import`, `gaps` and `links`."""

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
        "test", help="run the golden questions and dialogues against the knowledge",
        description="Run every golden dialogue (exit status 1 if one fails) and ask every golden question. "
        "List the steps and choices of the flows that no dialogue visits.",
    )  # fmt: skip
    parser.add_argument("--dialogues", action="store_true", help="run only the dialogues")
    parser.set_defaults(run=_run_test)


def _run_test(options: Options, settings: Settings) -> int:
    knowledge = open_configured_knowledge(settings)
    contents = read_folder(settings.knowledge)
    results = list(golden.run_dialogues(knowledge, settings.knowledge, contents))
    if not options.dialogues:
        questions = scoring.list_golden_questions(contents.files.golden)
        scores = scoring.score_questions(scoring.make_engine_answerer(knowledge), questions)
        print(golden.format_scoreboard(scores))
    print(golden.format_report(knowledge, results))
    return 1 if any(result.failure for result in results) else 0


def _add_score(commands: Commands) -> None:
    parser = commands.add_parser(
        "score", help="measure how well a file of practice questions is answered",
        description="Ask every question of a file of JSON lines (q, topics, class, origin) and print the "
        "results as shares. Of the questions that belong to us: answered at once (first), answer shown or "
        "offered (shown), answered with a wrong article (wrong). Of the questions that do not belong to us: "
        "answered nevertheless (false). Of the questions to refuse: refused (refused).",
    )  # fmt: skip
    parser.add_argument("file", help="the practice questions; - reads standard input")
    against = "also score these plain searches for comparison: any of bm25,rapidfuzz,fts5"
    parser.add_argument("--against", metavar="NAMES", default="", help=against)
    parser.set_defaults(run=_run_score)


def _run_score(options: Options, settings: Settings) -> int:
    with open_input(options.file) as lines:
        questions = scoring.read_questions(options.file, lines)
    knowledge = open_configured_knowledge(settings)
    answerers = {"keyguide": scoring.make_engine_answerer(knowledge)}
    if options.against:
        examples = build_training_data(read_folder(settings.knowledge).files).examples
        refusals = frozenset(name for name, article in knowledge.articles.items() if article.refuses)
        answerers |= build_baselines(options.against.split(","), examples, refusals)
    scores = {name: scoring.score_questions(answer, questions) for name, answer in answerers.items()}
    print(scoring.format_comparison(scores))
    return 0


def _add_import(commands: Commands) -> None:
    parser = commands.add_parser(
        "import", help="turn web guides into draft articles",
        description="Turn guides (Markdown or HTML, as saved from the web) into draft articles without "
        "their advertising. FOLDER has the layout of a knowledge folder: the drafts are written to "
        "articles/<guide>.yaml, and the pages and screenshots that they link to are added to sources.yaml. "
        "With --out knowledge they are in place, and still not served: a draft is only served after a person "
        "has removed its `draft: true`. Several copies of one guide are merged; their differences are "
        "printed and written into the notes.",
    )  # fmt: skip
    parser.add_argument("guides", nargs="+", type=Path, metavar="GUIDE", help="a Markdown or HTML file")
    parser.add_argument("--out", type=Path, default=Path("drafts"), metavar="FOLDER", help="default: drafts")
    parser.add_argument("--url", default="", help="the address of the guide, if the file does not contain it")
    parser.set_defaults(run=_run_import)


def _run_import(options: Options, settings: Settings) -> int:
    if options.url and not options.url.startswith("https://"):
        raise SettingsError("--url: the address must begin with https://")
    today = get_now().date().isoformat()
    print(import_guides(options.guides, options.out, settings.knowledge, options.url, today))
    return 0


def _add_gaps(commands: Commands) -> None:
    parser = commands.add_parser(
        "gaps", help="turn questions without an answer into drafts",
        description="Group the questions of the last 30 days that got no answer, print the groups, and write "
        "a file of drafts (articles/gaps-<day>.yaml in FOLDER). Each draft has example questions and the "
        "nearest articles, for a writer to edit and propose. Questions are only stored with "
        "KEYGUIDE_KEEP_MISSES=on.",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=Path("drafts"), metavar="FOLDER", help="default: drafts")
    parser.set_defaults(run=_run_gaps)


def _run_gaps(options: Options, settings: Settings) -> int:
    now = get_now()
    misses = asyncio.run(_read_misses(settings.database, now - MISSES_KEPT))
    if not misses:
        hint = "" if settings.keep_misses else "; they are only stored with KEYGUIDE_KEEP_MISSES=on"
        print(f"No questions without an answer in the last {MISSES_KEPT.days} days{hint}.")
        return 0
    knowledge = open_configured_knowledge(settings)
    groups = gaps.find_gaps(knowledge, misses)
    files = read_folder(settings.knowledge).files
    path = gaps.write_drafts(groups, knowledge, files, options.out, now.date())
    print(f"{gaps.format_gaps(groups)}\n{path}: {len(groups)} drafts")
    return 0


async def _read_misses(address: str, since: datetime) -> list[MissedQuestion]:
    store = await open_store(address)
    try:
        return await store.list_misses(since)
    finally:
        await store.close()


def _add_links(commands: Commands) -> None:
    parser = commands.add_parser(
        "links", help="check that sources are still available, and list what is overdue for review",
        description="Request every page of sources.yaml, a few at a time, and list those that are not "
        "available (exit status 1). Then list the answers that were verified more than 180 days ago. "
        "If the variable CI is set, no page is requested unless --online is given.",
    )  # fmt: skip
    parser.add_argument(
        "--online", action=argparse.BooleanOptionalAction, help="request the pages, or do not"
    )
    parser.set_defaults(run=_run_links)


def _run_links(options: Options, settings: Settings) -> int:
    knowledge = open_configured_knowledge(settings)
    online = "CI" not in os.environ if options.online is None else options.online
    checks = asyncio.run(links.check_pages(knowledge.sources.values())) if online else []
    print(links.format_report(checks, find_overdue(knowledge, get_now().date()), online=online))
    return 1 if any(not check.is_available and not check.is_unclear for check in checks) else 0


COMMANDS: dict[str, Callable[[Commands], None]] = {
    "test": _add_test,
    "score": _add_score,
    "import": _add_import,
    "gaps": _add_gaps,
    "links": _add_links,
}
