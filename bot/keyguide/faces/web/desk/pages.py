"""Render the pages of the desk: an overview, a search, and a page for each flow and answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from urllib.parse import quote, urlencode

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.article import Article, ErrorCode
from keyguide.core.model.flow import Flow
from keyguide.core.phrases.all import Phrases
from keyguide.faces.web.assets import make_asset_url
from keyguide.faces.web.desk import charts
from keyguide.faces.web.desk.charts import Series
from keyguide.faces.web.desk.statistics import (
    PERIODS,
    DeskQuery,
    DeskStatistics,
    UnansweredGroup,
    find_least_helpful,
)
from keyguide.faces.web.html import layout
from keyguide.faces.web.html.markdown import escape_html, render_link, render_markdown
from keyguide.insight.overdue import MAX_REVIEW_AGE, OverdueAnswer, count_days_since
from keyguide.insight.usage import AnswerStats, Ending, StepStats
from keyguide.pictures.flow_svg import FlowNotes, draw_svg

_MAX_UNANSWERED = 20
_MAX_WORDINGS = 5


def render_desk_page(phrases: Phrases, lang: str, heading: str, body: str, *, logged_in: bool = False) -> str:
    """Render a whole page of the desk around its body, with a button to log out if `logged_in`."""
    desk = phrases.desk
    ways = (("/desk", desk.overview), ("/desk/articles", desk.articles))
    items = "".join(f'<li><a href="{where}">{escape_html(label)}</a></li>' for where, label in ways)
    leave = (
        f'<form method="post" action="/desk/leave"><button>{escape_html(desk.leave)}</button></form>'
        if logged_in
        else ""
    )
    styled = f'<link rel="stylesheet" href="{make_asset_url("desk.css")}">'
    inside = (
        f'{styled}{layout.render_header(phrases)}<main class="desk">'
        f'<nav aria-label="{escape_html(desk.title)}"><ul>{items}</ul>{leave}</nav>'
        f"<h1>{escape_html(heading)}</h1>{body}</main>"
    )
    return layout.render_document(inside, f"{heading} · {desk.title} · {phrases.web.name}", lang)


def render_login(phrases: Phrases, lang: str, *, problem: str = "") -> str:
    """Render the page that asks for the token."""
    desk = phrases.desk
    styled = f'<link rel="stylesheet" href="{make_asset_url("desk.css")}">'
    form = (
        f'<form class="lock" method="post" action="/desk/enter"><p>{escape_html(desk.locked)}</p>'
        f'<label for="token">{escape_html(desk.token)}</label> '
        f'<input id="token" name="token" type="password" autocomplete="current-password" required> '
        f"<button>{escape_html(desk.enter)}</button></form>"
    )
    wrong = f'<p class="told" role="alert">{escape_html(problem)}</p>' if problem else ""
    inside = f"<h1>{escape_html(desk.locked_title)}</h1>{wrong}{form}"
    body = f'{styled}{layout.render_header(phrases)}<main class="desk">{inside}</main>'
    return layout.render_document(body, f"{desk.locked_title} · {phrases.web.name}", lang)


def render_overview(
    counted: DeskStatistics, want: DeskQuery, knowledge: Knowledge, phrases: Phrases, *, keeps: bool
) -> str:
    """Render the body of the overview."""
    desk = phrases.desk
    query = urlencode({"place": want.place, "days": want.days})
    total = sum(counted.endings.values())
    counts = "".join(_render_counts(counted, phrases)) if total else f"<p>{escape_html(desk.nothing)}</p>"
    parts = (
        f"<p>{escape_html(desk.intro)}</p>",
        render_search_box("", phrases),
        _render_filter(counted.places, want, phrases, "/desk"),
        counts,
        _render_section("flows", desk.leavers, _render_flows(knowledge, counted.step_stats, query, phrases)),
        _render_section("least", desk.least, _render_least_helpful(counted.answer_stats, knowledge, phrases))
        if find_least_helpful(counted.answer_stats)
        else "",
        _render_section(
            "gaps", desk.gaps, _render_unanswered(counted.unanswered, knowledge, phrases, query, keeps=keeps)
        ),
        _render_section("overdue", desk.overdue, _render_overdue(counted.overdue, phrases)),
        f'<p><a class="button" href="/desk/ledger.csv?{escape_html(query)}">'
        f"{escape_html(desk.export)}</a></p>",
    )
    return "\n".join(part for part in parts if part)


def _render_section(section_id: str, heading: str, body: str) -> str:
    title = f'<h2 id="{section_id}">{escape_html(heading)}</h2>'
    return f'<section aria-labelledby="{section_id}">{title}{body}</section>'


def render_search_box(text: str, phrases: Phrases) -> str:
    """Render the form that searches all answers."""
    desk = phrases.desk
    return (
        '<form class="find" role="search" method="get" action="/desk/articles">'
        f'<label for="q">{escape_html(desk.search)}</label> '
        f'<input id="q" name="q" type="search" maxlength="200" value="{escape_html(text)}"> '
        f"<button>{escape_html(desk.find)}</button></form>"
    )


def _render_filter(places: Sequence[str], want: DeskQuery, phrases: Phrases, where: str) -> str:
    desk = phrases.desk
    known = places if want.place in {"", *places} else (*places, want.place)
    servers = _render_options([("", desk.everywhere), *((place, place) for place in known)], want.place)
    periods = _render_options([(str(days), desk.days.format(days=days)) for days in PERIODS], str(want.days))
    return (
        f'<form class="filter" method="get" action="{escape_html(where)}">'
        f'<label for="place">{escape_html(desk.server)}</label> '
        f'<select id="place" name="place">{servers}</select> '
        f'<label for="days">{escape_html(desk.period)}</label> '
        f'<select id="days" name="days">{periods}</select> '
        f"<button>{escape_html(desk.show)}</button></form>"
    )


def _render_options(choices: Iterable[tuple[str, str]], chosen: str) -> str:
    return "".join(
        f'<option value="{escape_html(value)}"{" selected" if value == chosen else ""}>'
        f"{escape_html(label)}</option>"
        for value, label in choices
    )


def _list_series(phrases: Phrases) -> list[Series]:
    return [Series(how.value, getattr(phrases.desk, how.value)) for how in Ending]


def _render_counts(counted: DeskStatistics, phrases: Phrases) -> Iterable[str]:
    desk, parts = phrases.desk, _list_series(phrases)
    pairs = [(part, counted.endings[Ending(part.name)]) for part in parts]
    rows = [(part.label, str(count)) for part, count in pairs]
    told = _render_details(phrases, _render_table((desk.ending, desk.conversations), rows))
    yield _render_section(
        "endings", desk.endings, charts.draw_bar_chart("chart-endings", desk.endings, pairs) + told
    )
    days = {day.isoformat(): [one[Ending(part.name)] for part in parts] for day, one in counted.days.items()}
    daily = [(day, *map(str, counts)) for day, counts in days.items() if sum(counts)]
    told = _render_details(phrases, _render_table((desk.day, *(part.label for part in parts)), daily))
    yield _render_section(
        "daily", desk.daily, charts.draw_column_chart("chart-daily", desk.daily, parts, days) + told
    )


def _render_details(phrases: Phrases, table: str) -> str:
    return f"<details><summary>{escape_html(phrases.desk.as_table)}</summary>{table}</details>"


def _render_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Render a table of texts, which are escaped."""
    return _render_html_table(head, ([escape_html(cell) for cell in row] for row in rows))


def _render_html_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Render a table whose cells are HTML already."""
    heads = "".join(f'<th scope="col">{escape_html(name)}</th>' for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _link_answer(answer_id: str, title: str) -> str:
    return f'<a href="/desk/article/{quote(answer_id, safe="")}">{escape_html(title)}</a>'


def _render_least_helpful(worths: Sequence[AnswerStats], knowledge: Knowledge, phrases: Phrases) -> str:
    desk = phrases.desk
    rows = [
        (
            _link_answer(one.subject, knowledge.find_title(one.subject) or one.subject),
            *map(str, (one.shown, one.good, one.bad)),
        )
        for one in find_least_helpful(worths)
    ]
    return f"<p>{escape_html(desk.least_note)}</p>" + _render_html_table(
        (desk.answer, desk.shown, desk.good, desk.bad), rows
    )


def _render_flows(knowledge: Knowledge, passed: Mapping[str, StepStats], query: str, phrases: Phrases) -> str:
    desk = phrases.desk
    rows = []
    for flow in knowledge.flows.values():
        address = f"/desk/flow/{quote(flow.id, safe='')}?{escape_html(query)}"
        way = f'<a href="{address}">{escape_html(flow.title)}</a>'
        steps = [passed[f"{flow.id}/{step.id}"] for step in flow.steps if f"{flow.id}/{step.id}" in passed]
        came = max((step.asked for step in steps), default=0)
        rows.append((way, str(came), str(sum(step.left for step in steps))))
    return _render_html_table((desk.flow, desk.came, desk.left_there), rows)


def _render_unanswered(
    missing: Sequence[UnansweredGroup], knowledge: Knowledge, phrases: Phrases, query: str, *, keeps: bool
) -> str:
    desk = phrases.desk
    if not missing:
        return f"<p>{escape_html(desk.gaps_none if keeps else desk.gaps_off)}</p>"
    rows = [
        (
            str(one.times),
            "<br>".join(map(escape_html, one.wordings[:_MAX_WORDINGS])),
            ", ".join(_link_answer_or_flow(answer_id, knowledge) for answer_id in one.nearest),
        )
        for one in missing[:_MAX_UNANSWERED]
    ]
    table = _render_html_table((desk.times, desk.question, desk.nearest), rows)
    address = f"/desk/gaps.csv?{escape_html(query)}"
    return f'{table}<p><a class="button" href="{address}">{escape_html(desk.export_gaps)}</a></p>'


def _link_answer_or_flow(answer_id: str, knowledge: Knowledge) -> str:
    title = knowledge.find_title(answer_id) or answer_id
    return (
        f'<a href="/desk/flow/{quote(answer_id, safe="")}">{escape_html(title)}</a>'
        if answer_id in knowledge.flows
        else _link_answer(answer_id, title)
    )


def _render_overdue(due: Sequence[OverdueAnswer], phrases: Phrases) -> str:
    desk = phrases.desk
    if not due:
        return f"<p>{escape_html(desk.overdue_none)}</p>"
    rows = [
        (
            _link_answer(one.id, one.title),
            escape_html(f"{one.verified} ({desk.days_ago.format(days=one.days)})"),
        )
        for one in due
    ]
    return _render_html_table((desk.answer, desk.verified), rows)


def render_flow(
    flow: Flow, counted: DeskStatistics, want: DeskQuery, knowledge: Knowledge, phrases: Phrases
) -> str:
    """Render the body of the page of a flow: its picture, and how many people left at each step."""
    desk = phrases.desk
    found = [(step, counted.step_stats.get(f"{flow.id}/{step.id}", StepStats())) for step in flow.steps]
    lines = {
        step.id: desk.step_note.format(asked=one.asked, left=one.left, share=round(100 * one.left_share))
        for step, one in found
        if one.asked
    }
    picture = draw_svg(knowledge, flow, FlowNotes(lines, {step.id: one.left_share for step, one in found}))
    rows = [(step.ask.strip(), str(one.asked), str(one.left)) for step, one in found]
    return (
        _render_filter(counted.places, want, phrases, f"/desk/flow/{quote(flow.id, safe='')}")
        + f'<div class="picture" role="region" aria-label="{escape_html(desk.leavers)}" tabindex="0">'
        + f"{picture}</div>"
        + _render_details(phrases, _render_table((desk.question, desk.came, desk.left_there), rows))
    )


def render_search_results(
    found: Sequence[str], text: str, knowledge: Knowledge, phrases: Phrases, today: date
) -> str:
    """Render the body of the search page."""
    desk = phrases.desk
    rows = []
    for answer_id in found:
        page = knowledge.articles.get(answer_id) or knowledge.find_error(answer_id)
        if page:
            rows.append(
                (
                    _link_answer(answer_id, knowledge.find_title(answer_id) or answer_id),
                    escape_html(page.verified),
                    escape_html(_mark_overdue(page, phrases, today)),
                )
            )
    count = f'<p role="status">{escape_html(desk.found.format(count=len(rows)))}</p>'
    return (
        render_search_box(text, phrases)
        + count
        + _render_html_table((desk.answer, desk.verified, desk.overdue), rows)
    )


def _mark_overdue(page: Article | ErrorCode, phrases: Phrases, today: date) -> str:
    return phrases.desk.due if count_days_since(page, today) > MAX_REVIEW_AGE.days else ""


def render_answer(
    page: Article | ErrorCode, worth: AnswerStats | None, knowledge: Knowledge, phrases: Phrases, today: date
) -> str:
    """Render the body of the page of an answer: its text, and what keepers know about it."""
    desk = phrases.desk
    days = count_days_since(page, today)
    facts = [
        ("id", page.id),
        (
            desk.verified,
            f"{page.verified} ({desk.days_ago.format(days=days)}) "
            f"{_mark_overdue(page, phrases, today)}".strip(),
        ),
        (desk.certainty, page.certainty),
    ]
    if worth:
        facts += [(desk.shown, str(worth.shown)), (desk.good, str(worth.good)), (desk.bad, str(worth.bad))]
    listed = "".join(f"<dt>{escape_html(name)}</dt><dd>{escape_html(value)}</dd>" for name, value in facts)
    sources = [knowledge.sources[name] for name in page.sources if name in knowledge.sources]
    links = [render_link(source.title, source.url, phrases.web.new_tab) for source in sources]
    asks = [escape_html(ask) for ask in page.asks] if isinstance(page, Article) else []
    parts = (
        f"<dl>{listed}</dl>",
        _render_section("text", desk.page_known, f'<div class="body">{_render_text(page, phrases)}</div>'),
        _render_section("asks", desk.asks, _render_list(asks)) if asks else "",
        _render_section(
            "leads",
            desk.leads_to,
            _render_list(_link_answer_or_flow(answer_id, knowledge) for answer_id in page.see),
        )
        if page.see
        else "",
        _render_section("sources", desk.sources, _render_list(links)),
        _render_section("notes", desk.notes, f"<p>{escape_html(page.notes)}</p>") if page.notes else "",
    )
    return "\n".join(part for part in parts if part)


def _render_list(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _render_text(page: Article | ErrorCode, phrases: Phrases) -> str:
    talk = phrases.talk
    heads: tuple[tuple[str, str], ...]
    if isinstance(page, ErrorCode):
        said = talk.error_message.format(message=page.message) if page.message else ""
        heads = ((talk.error_means, page.means), (talk.error_fix, page.fix))
    else:
        said = page.body
        heads = (
            *((talk.on_windows_11, page.win11), (talk.on_windows_10, page.win10)),
            *((talk.if_it_fails, page.fails), (talk.what_not_to_do, page.avoid)),
        )
    parts = [said.strip(), *(f"**{head}**\n{text.strip()}" for head, text in heads if text)]
    return render_markdown("\n\n".join(part for part in parts if part), phrases.web.new_tab)
