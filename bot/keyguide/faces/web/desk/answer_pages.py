"""Show all answers, grouped or sorted or as a search ranks them, and each with what keepers know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from aiohttp import web

from keyguide.core.engine.respond import respond
from keyguide.core.evidence.codes import find_codes
from keyguide.core.finding.index import Decision
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.knowledge.stale_answers import count_days_since
from keyguide.core.model.content.article import Article, ErrorCode
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Turn
from keyguide.faces.web.desk.filters import PERIODS, parse_query, read_value
from keyguide.faces.web.desk.overview import make_desk_page
from keyguide.faces.web.desk.server_answers import OwnRow, list_own_rows
from keyguide.faces.web.desk.statistics import DeskStatistics, compute_statistics
from keyguide.faces.web.web_context import WEB_CONTEXT, choose_language
from keyguide.insight.usage import AnswerStats

_MAX_RESULTS = 60


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer in a list, with its figures."""

    answer: Article | ErrorCode
    title: str
    stats: AnswerStats
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """The answers that stand together under one title; a sorted list is one group without a title."""

    title: str
    rows: Sequence[AnswerRow]


_SORTS: dict[str, Callable[[AnswerRow], tuple[object, ...]]] = {
    "title": lambda row: (row.title.lower(),),
    "shown": lambda row: (-row.stats.shown, row.title.lower()),
    "good": lambda row: (-row.stats.good, row.title.lower()),
    "bad": lambda row: (-row.stats.bad, -row.stats.bad_share, row.title.lower()),
    "verified": lambda row: (row.answer.verified, row.title.lower()),
}


async def show_articles(request: web.Request) -> web.StreamResponse:
    """Show the answers: by topic, sorted by a column, or as a search ranks them."""
    assistant, query = request.app[WEB_CONTEXT].assistant, parse_query(request.query)
    text, sort = read_value(request.query, "q"), read_value(request.query, "sort")
    knowledge, desk = assistant.knowledge, choose_language(request)[1].desk
    statistics = await compute_statistics(assistant, query)
    if text.strip():
        found = _make_rows(knowledge, search_answers(knowledge, text), statistics)
        groups, own = [AnswerGroup("", found)], list[OwnRow]()
    else:
        groups = list(_group_answers(knowledge, desk.codes, statistics))
        own = await list_own_rows(assistant, statistics, query.place)
    if order := _SORTS.get(sort):
        rows = (row for group in groups for row in group.rows)
        groups = [AnswerGroup("", sorted(rows, key=order))]
    return make_desk_page(
        request,
        "desk/answers.html",
        text=text,
        sort=sort if sort in _SORTS else "",
        groups=groups,
        own=own,
        count=sum(len(group.rows) for group in groups),
        query=query,
        periods=PERIODS,
        statistics=statistics,
    )


def _group_answers(knowledge: Knowledge, codes: str, statistics: DeskStatistics) -> Iterable[AnswerGroup]:
    for group in knowledge.groups:
        ids = [article.id for article in group.articles if article.id in knowledge.articles]
        if ids:
            yield AnswerGroup(group.title, _make_rows(knowledge, ids, statistics))
    errors = [error.id for error in knowledge.errors.values()]
    yield AnswerGroup(codes, _make_rows(knowledge, errors, statistics))


def _make_rows(knowledge: Knowledge, ids: Iterable[str], statistics: DeskStatistics) -> list[AnswerRow]:
    return [
        AnswerRow(page, knowledge.find_title(id) or id, statistics.find_stats(id), statistics.is_overdue(id))
        for id in ids
        if (page := knowledge.find_page(id))
    ]


def search_answers(knowledge: Knowledge, text: str) -> list[str]:
    """Search as people are answered: codes first, then what the finder ranks, then what has all the words."""
    codes = [knowledge.errors[code].id for code in find_codes(text) if code in knowledge.errors]
    result = knowledge.finder.find(text)
    ranked = result.labels if result.decision in {Decision.ANSWER, Decision.SUGGEST} else ()
    found = [id for id in (*codes, *ranked, *_match_words(knowledge, text)) if knowledge.find_page(id)]
    return [*dict.fromkeys(found)][:_MAX_RESULTS]


def _match_words(knowledge: Knowledge, text: str) -> list[str]:
    """Find the answers that have all words of a text, those with all of them in the title first."""
    words = set(knowledge.words.normalise_words(text))
    if not words:
        return []

    def has_words(page: str) -> bool:
        return words <= set(knowledge.words.normalise_words(page))

    matches = [id for id, page in _list_texts(knowledge) if has_words(page)]
    return sorted(matches, key=lambda id: not has_words(knowledge.find_title(id) or ""))


def _list_texts(knowledge: Knowledge) -> Iterable[tuple[str, str]]:
    for article in knowledge.articles.values():
        yield article.id, " ".join((article.id, *article.list_texts(), *article.asks))
    for error in knowledge.errors.values():
        yield error.id, f"{error.code} {error.title} {error.message} {error.means} {error.fix}"


async def show_article(request: web.Request) -> web.StreamResponse:
    """Show an article or an error code: its text, and what keepers know about it."""
    assistant, query = request.app[WEB_CONTEXT].assistant, parse_query(request.query)
    knowledge, today = assistant.knowledge, assistant.read_clock().date()
    answer = knowledge.find_page(request.match_info["id"])
    if answer is None:
        raise web.HTTPNotFound
    statistics = await compute_statistics(assistant, query)
    return make_desk_page(
        request,
        "desk/answer.html",
        answer=answer,
        text=_compose_text(knowledge, answer.id, choose_language(request)[0]),
        days=count_days_since(answer, today),
        is_overdue=statistics.is_overdue(answer.id),
        stats=statistics.find_stats(answer.id),
        sources=[knowledge.sources[id] for id in answer.sources if id in knowledge.sources],
        query=query,
    )


def _compose_text(knowledge: Knowledge, answer_id: str, locale: str) -> str:
    """Compose the whole text of an answer as Markdown: the first view, and all that is folded away."""
    _, reply = respond(knowledge, Conversation("desk"), Turn("desk", pick=f"go/{answer_id}", locale=locale))
    return "\n\n".join((reply.body, *(f"**{detail.title}**\n\n{detail.text}" for detail in reply.details)))
