"""Commands for knowledge writers: `test`, `score`, `import`, `gaps` and `links`."""

from __future__ import annotations

import asyncio
import os
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click

from keyguide.assistant import MISSES_KEPT_FOR
from keyguide.cli.options import INPUT_FILE, command
from keyguide.core.knowledge.folder_content import build_training_data
from keyguide.desk import draft_answers, reach_sources
from keyguide.desk.broken_links import update_broken_links, write_broken_links
from keyguide.desk.importing.import_guides import import_guides
from keyguide.desk.scoring import conversation_report, golden_dialogues, question_scores
from keyguide.desk.scoring.baseline_searches import build_baselines
from keyguide.errors import SettingsError
from keyguide.insight.overdue_answers import find_overdue
from keyguide.insight.unanswered_groups import find_gaps
from keyguide.load.folder import read_folder
from keyguide.runtime.configuration.settings import Settings
from keyguide.runtime.open_knowledge import open_configured_knowledge
from keyguide.store.open_store import open_store
from keyguide.store.protocols import MissedQuestion, get_now

_GUIDE_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_out_option = click.option(
    "--out", metavar="FOLDER", type=Path, default="drafts", show_default=True, help="Write to this folder."
)


@command("test", uses_local_folder=True)
@click.option("--dialogues", "only_dialogues", is_flag=True, help="Run only the dialogues.")
@click.option("--misses", is_flag=True, help="Also list every conversation with an unexpected reply.")
def test_knowledge(settings: Settings, *, only_dialogues: bool, misses: bool) -> int:
    """Run the golden questions, conversations and dialogues against the knowledge.

    Run every golden dialogue (exit status 1 if one fails), ask every golden question, and hold every golden
    conversation (exit status 1 if they went better when they were last measured). List the steps and choices
    of the flows that no dialogue visits.
    """
    knowledge = open_configured_knowledge(settings)
    contents = read_folder(settings.knowledge)
    results = list(golden_dialogues.run_dialogues(knowledge, settings.knowledge, contents))
    drops: list[str] = []
    if not only_dialogues:
        questions = question_scores.list_golden_questions(contents.files.golden)
        scores = question_scores.score_questions(question_scores.make_engine_answerer(knowledge), questions)
        print(golden_dialogues.format_scoreboard(scores))
        held = list(conversation_report.hold_conversations(knowledge, settings.knowledge, contents))
        drops = list(conversation_report.list_drops(held, contents.files.golden))
        print(conversation_report.format_report(held, drops, misses=misses))
    print(golden_dialogues.format_report(knowledge, results))
    return 1 if drops or any(result.is_failed for result in results) else 0


@command("score", uses_local_folder=True)
@click.argument("file", type=INPUT_FILE)
@click.option(
    "--against", metavar="NAMES", default="", help="Compare with plain searches: any of bm25,rapidfuzz,fts5."
)
def score_file(settings: Settings, file: TextIO, against: str) -> int:
    """Measure how well a file of practice questions is answered.

    Ask every question of a file of JSON lines (q, topics, class, origin; - reads stdin) and print the
    results as shares. Of the questions that belong to us: answered at once (first), answer shown or offered
    (shown), answered with a wrong article (wrong). Of the questions that do not belong to us: answered
    nevertheless (false). Of the questions to refuse: refused (refused).
    """
    questions = question_scores.read_questions(file.name, file)
    knowledge = open_configured_knowledge(settings)
    answerers = {"keyguide": question_scores.make_engine_answerer(knowledge)}
    if against:
        examples = build_training_data(read_folder(settings.knowledge).files).examples
        refusals = frozenset(name for name, article in knowledge.articles.items() if article.refuses)
        answerers |= build_baselines(against.split(","), examples, refusals)
    scores = {name: question_scores.score_questions(answer, questions) for name, answer in answerers.items()}
    print(question_scores.format_comparison(scores))
    return 0


@command("import", uses_local_folder=True)
@click.argument("guides", metavar="GUIDE...", nargs=-1, required=True, type=_GUIDE_FILE)
@_out_option
@click.option("--url", default="", help="The address of the guide, if the file does not contain it.")
def import_drafts(settings: Settings, guides: tuple[Path, ...], out: Path, url: str) -> int:
    """Turn web guides into draft articles.

    Turn guides (Markdown or HTML, as saved from the web) into draft articles without their advertising.
    FOLDER has the layout of a knowledge folder: the drafts are written to articles/<guide>.yaml, and the
    pages and screenshots that they link to are added to sources.yaml.

    With --out knowledge they are in place, and still not served: a draft is only served after a person has
    removed its `status: draft`. Several copies of one guide are merged; their differences are printed and
    written into the notes.
    """
    if url and not url.startswith("https://"):
        raise SettingsError("--url: the address must begin with https://")
    today = get_now().date().isoformat()
    print(import_guides(guides, out, settings.knowledge, url, today))
    return 0


@command("gaps", uses_local_folder=True)
@_out_option
def draft_gaps(settings: Settings, out: Path) -> int:
    """Turn questions without an answer into drafts.

    Group the questions of the last 30 days that got no answer, print the groups, and write a file of drafts
    (articles/gaps-<day>.yaml in FOLDER). Each draft has example questions and the nearest articles, for a
    writer to edit and propose. Questions are only stored with KEYGUIDE_KEEP_MISSES=on.
    """
    now = get_now()
    misses = asyncio.run(_read_misses(settings.database, now - MISSES_KEPT_FOR))
    if not misses:
        hint = "" if settings.keep_misses else "; they are only stored with KEYGUIDE_KEEP_MISSES=on"
        print(f"No questions without an answer in the last {MISSES_KEPT_FOR.days} days{hint}.")
        return 0
    knowledge = open_configured_knowledge(settings)
    groups = find_gaps(knowledge, misses)
    files = read_folder(settings.knowledge).files
    path = draft_answers.write_drafts(groups, knowledge, files, out, now.date())
    print(f"{draft_answers.format_gaps(groups, knowledge)}\n{path}: {len(groups)} drafts")
    return 0


async def _read_misses(address: str, since: datetime) -> list[MissedQuestion]:
    store = await open_store(address)
    try:
        return await store.list_misses(since)
    finally:
        await store.close()


@command("links", uses_local_folder=True)
@click.option("--online/--no-online", default=None, help="Request the pages, or do not.")
def check_links(settings: Settings, *, online: bool | None) -> int:
    """Check that sources are still available, and list what is overdue for review.

    Request every page of sources.yaml, a few at a time, and list those that are not available (exit
    status 1). Then list the answers that are due for another review. If the variable CI is set, no
    page is requested unless --online is given.

    What is not available is written to broken-links.yaml in the knowledge folder. An answer none of whose
    sources was found on two days counts less from then on, and its readers are told. If no page at all
    answers, nothing is written, because then it is the network.
    """
    knowledge, today = open_configured_knowledge(settings), get_now().date()
    requests = "CI" not in os.environ if online is None else online
    checks = asyncio.run(reach_sources.check_pages(knowledge.sources.values())) if requests else []
    if any(check.status for check in checks):
        broken = update_broken_links(checks, knowledge.broken_links, today)
        write_broken_links(settings.knowledge, broken)
    print(reach_sources.format_report(checks, find_overdue(knowledge, today), online=requests))
    return 1 if any(not check.is_available and not check.is_unclear for check in checks) else 0


COMMANDS = {
    "test": test_knowledge,
    "score": score_file,
    "import": import_drafts,
    "gaps": draft_gaps,
    "links": check_links,
}
