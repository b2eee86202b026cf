"""The desk as HTML: an overview, a page for each flow, a search, and a page for each answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from urllib.parse import quote, urlencode

from bot.core.article import Article, ErrorCode
from bot.core.flow import Flow
from bot.core.knowledge import Knowledge
from bot.core.ledger import Ending, Passed, Worth
from bot.core.phrases import Phrases
from bot.core.picture import Notes, svg
from bot.core.review import KEPT, Overdue, days_since
from bot.faces.web import charts, document
from bot.faces.web.assets import address
from bot.faces.web.charts import Part
from bot.faces.web.desk_data import PERIODS, Asked, Counted, Missing, least
from bot.faces.web.prose import link, plain, prose

_MOST_MISSING = 20
_MOST_WAYS = 5


def framed(phrases: Phrases, lang: str, heading: str, body: str, *, lock: bool = False) -> str:
    """Return a whole page of the desk around its body."""
    desk = phrases.desk
    ways = (("/desk", desk.overview), ("/desk/articles", desk.articles))
    items = "".join(f'<li><a href="{where}">{plain(label)}</a></li>' for where, label in ways)
    leave = (
        f'<form method="post" action="/desk/leave"><button>{plain(desk.leave)}</button></form>'
        if lock
        else ""
    )
    styled = f'<link rel="stylesheet" href="{address("desk.css")}">'
    inside = (
        f'{styled}{document.header(phrases)}<main class="desk">'
        f'<nav aria-label="{plain(desk.title)}"><ul>{items}</ul>{leave}</nav>'
        f"<h1>{plain(heading)}</h1>{body}</main>"
    )
    return document.shell(inside, f"{heading} · {desk.title} · {phrases.web.name}", lang)


def locked(phrases: Phrases, lang: str, *, told: str = "") -> str:
    """Return the page that asks for the token."""
    desk = phrases.desk
    styled = f'<link rel="stylesheet" href="{address("desk.css")}">'
    form = (
        f'<form class="lock" method="post" action="/desk/enter"><p>{plain(desk.locked)}</p>'
        f'<label for="token">{plain(desk.token)}</label> '
        f'<input id="token" name="token" type="password" autocomplete="current-password" required> '
        f"<button>{plain(desk.enter)}</button></form>"
    )
    wrong = f'<p class="told" role="alert">{plain(told)}</p>' if told else ""
    inside = f"<h1>{plain(desk.locked_title)}</h1>{wrong}{form}"
    body = f'{styled}{document.header(phrases)}<main class="desk">{inside}</main>'
    return document.shell(body, f"{desk.locked_title} · {phrases.web.name}", lang)


def overview(counted: Counted, want: Asked, knowledge: Knowledge, phrases: Phrases, *, keeps: bool) -> str:
    """Return the body of the overview."""
    desk = phrases.desk
    query = urlencode({"place": want.place, "days": want.days})
    total = sum(counted.endings.values())
    counts = "".join(_counts(counted, phrases)) if total else f"<p>{plain(desk.nothing)}</p>"
    parts = (
        f"<p>{plain(desk.intro)}</p>",
        search_box("", phrases),
        _filter(counted.places, want, phrases, "/desk"),
        counts,
        _section("flows", desk.leavers, _flows(knowledge, counted.passed, query, phrases)),
        _section("least", desk.least, _least(counted.worths, knowledge, phrases))
        if least(counted.worths)
        else "",
        _section("gaps", desk.gaps, _gaps(counted.missing, knowledge, phrases, query, keeps=keeps)),
        _section("overdue", desk.overdue, _overdue(counted.overdue, phrases)),
        f'<p><a class="button" href="/desk/ledger.csv?{plain(query)}">{plain(desk.export)}</a></p>',
    )
    return "\n".join(part for part in parts if part)


def _section(id: str, heading: str, body: str) -> str:
    return f'<section aria-labelledby="{id}"><h2 id="{id}">{plain(heading)}</h2>{body}</section>'


def search_box(text: str, phrases: Phrases) -> str:
    """Return the form that searches all answers."""
    desk = phrases.desk
    return (
        '<form class="find" role="search" method="get" action="/desk/articles">'
        f'<label for="q">{plain(desk.search)}</label> '
        f'<input id="q" name="q" type="search" maxlength="200" value="{plain(text)}"> '
        f"<button>{plain(desk.find)}</button></form>"
    )


def _filter(places: Sequence[str], want: Asked, phrases: Phrases, where: str) -> str:
    desk = phrases.desk
    known = places if want.place in {"", *places} else (*places, want.place)
    servers = _options([("", desk.everywhere), *((place, place) for place in known)], want.place)
    periods = _options([(str(days), desk.days.format(days=days)) for days in PERIODS], str(want.days))
    return (
        f'<form class="filter" method="get" action="{plain(where)}">'
        f'<label for="place">{plain(desk.server)}</label> <select id="place" name="place">{servers}</select> '
        f'<label for="days">{plain(desk.period)}</label> <select id="days" name="days">{periods}</select> '
        f"<button>{plain(desk.show)}</button></form>"
    )


def _options(choices: Iterable[tuple[str, str]], chosen: str) -> str:
    return "".join(
        f'<option value="{plain(value)}"{" selected" if value == chosen else ""}>{plain(label)}</option>'
        for value, label in choices
    )


def _parts(phrases: Phrases) -> list[Part]:
    return [Part(how.value, getattr(phrases.desk, how.value)) for how in Ending]


def _counts(counted: Counted, phrases: Phrases) -> Iterable[str]:
    desk, parts = phrases.desk, _parts(phrases)
    pairs = [(part, counted.endings[Ending(part.name)]) for part in parts]
    rows = [(part.label, str(count)) for part, count in pairs]
    told = _folded(phrases, _table((desk.ending, desk.conversations), rows))
    yield _section("endings", desk.endings, charts.bars("chart-endings", desk.endings, pairs) + told)
    days = {day.isoformat(): [one[Ending(part.name)] for part in parts] for day, one in counted.days.items()}
    daily = [(day, *map(str, counts)) for day, counts in days.items() if sum(counts)]
    told = _folded(phrases, _table((desk.day, *(part.label for part in parts)), daily))
    yield _section("daily", desk.daily, charts.columns("chart-daily", desk.daily, parts, days) + told)


def _folded(phrases: Phrases, table: str) -> str:
    return f"<details><summary>{plain(phrases.desk.as_table)}</summary>{table}</details>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of texts."""
    return _raw_table(head, ([plain(cell) for cell in row] for row in rows))


def _raw_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of HTML."""
    heads = "".join(f'<th scope="col">{plain(name)}</th>' for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _opened(id: str, title: str) -> str:
    return f'<a href="/desk/article/{quote(id, safe="")}">{plain(title)}</a>'


def _least(worths: Sequence[Worth], knowledge: Knowledge, phrases: Phrases) -> str:
    desk = phrases.desk
    rows = [
        (
            _opened(one.subject, knowledge.title(one.subject) or one.subject),
            *map(str, (one.shown, one.good, one.bad)),
        )
        for one in least(worths)
    ]
    return f"<p>{plain(desk.least_note)}</p>" + _raw_table(
        (desk.answer, desk.shown, desk.good, desk.bad), rows
    )


def _flows(knowledge: Knowledge, passed: Mapping[str, Passed], query: str, phrases: Phrases) -> str:
    desk = phrases.desk
    rows = []
    for flow in knowledge.flows.values():
        way = f'<a href="/desk/flow/{quote(flow.id, safe="")}?{plain(query)}">{plain(flow.title)}</a>'
        steps = [passed[f"{flow.id}/{step.id}"] for step in flow.steps if f"{flow.id}/{step.id}" in passed]
        came = max((step.asked for step in steps), default=0)
        rows.append((way, str(came), str(sum(step.left for step in steps))))
    return _raw_table((desk.flow, desk.came, desk.left_there), rows)


def _gaps(
    missing: Sequence[Missing], knowledge: Knowledge, phrases: Phrases, query: str, *, keeps: bool
) -> str:
    desk = phrases.desk
    if not missing:
        return f"<p>{plain(desk.gaps_none if keeps else desk.gaps_off)}</p>"
    rows = [
        (
            str(one.times),
            "<br>".join(map(plain, one.ways[:_MOST_WAYS])),
            ", ".join(_opened_or_flow(id, knowledge) for id in one.nearest),
        )
        for one in missing[:_MOST_MISSING]
    ]
    table = _raw_table((desk.times, desk.question, desk.nearest), rows)
    return (
        f'{table}<p><a class="button" href="/desk/gaps.csv?{plain(query)}">{plain(desk.export_gaps)}</a></p>'
    )


def _opened_or_flow(id: str, knowledge: Knowledge) -> str:
    title = knowledge.title(id) or id
    return (
        f'<a href="/desk/flow/{quote(id, safe="")}">{plain(title)}</a>'
        if id in knowledge.flows
        else _opened(id, title)
    )


def _overdue(due: Sequence[Overdue], phrases: Phrases) -> str:
    desk = phrases.desk
    if not due:
        return f"<p>{plain(desk.overdue_none)}</p>"
    rows = [
        (_opened(one.id, one.title), plain(f"{one.verified} ({desk.days_ago.format(days=one.days)})"))
        for one in due
    ]
    return _raw_table((desk.answer, desk.verified), rows)


def flow_page(flow: Flow, counted: Counted, want: Asked, knowledge: Knowledge, phrases: Phrases) -> str:
    """Return the body of a flow's page: its picture, with where people leave it."""
    desk = phrases.desk
    found = [(step, counted.passed.get(f"{flow.id}/{step.id}", Passed())) for step in flow.steps]
    lines = {
        step.id: desk.step_note.format(asked=one.asked, left=one.left, share=round(100 * one.share))
        for step, one in found
        if one.asked
    }
    picture = svg(knowledge, flow, Notes(lines, {step.id: one.share for step, one in found}))
    rows = [(step.ask.strip(), str(one.asked), str(one.left)) for step, one in found]
    return (
        _filter(counted.places, want, phrases, f"/desk/flow/{quote(flow.id, safe='')}")
        + f'<div class="picture" role="region" aria-label="{plain(desk.leavers)}" tabindex="0">'
        + f"{picture}</div>"
        + _folded(phrases, _table((desk.question, desk.came, desk.left_there), rows))
    )


def answers(found: Sequence[str], text: str, knowledge: Knowledge, phrases: Phrases, today: date) -> str:
    """Return the body of the search page."""
    desk = phrases.desk
    rows = []
    for id in found:
        page = knowledge.articles.get(id) or knowledge.error(id)
        if page:
            rows.append(
                (
                    _opened(id, knowledge.title(id) or id),
                    plain(page.verified),
                    plain(_due(page, phrases, today)),
                )
            )
    count = f'<p role="status">{plain(desk.found.format(count=len(rows)))}</p>'
    return search_box(text, phrases) + count + _raw_table((desk.answer, desk.verified, desk.overdue), rows)


def _due(page: Article | ErrorCode, phrases: Phrases, today: date) -> str:
    return phrases.desk.due if days_since(page, today) > KEPT.days else ""


def answer(
    page: Article | ErrorCode, worth: Worth | None, knowledge: Knowledge, phrases: Phrases, today: date
) -> str:
    """Return the body of an answer's page: its text, and all that keepers know about it."""
    desk = phrases.desk
    days = days_since(page, today)
    facts = [
        ("id", page.id),
        (
            desk.verified,
            f"{page.verified} ({desk.days_ago.format(days=days)}) {_due(page, phrases, today)}".strip(),
        ),
        (desk.certainty, page.certainty),
    ]
    if worth:
        facts += [(desk.shown, str(worth.shown)), (desk.good, str(worth.good)), (desk.bad, str(worth.bad))]
    listed = "".join(f"<dt>{plain(name)}</dt><dd>{plain(value)}</dd>" for name, value in facts)
    sources = [knowledge.sources[id] for id in page.sources if id in knowledge.sources]
    links = [link(source.title, source.url, phrases.web.new_tab) for source in sources]
    asks = [plain(ask) for ask in page.asks] if isinstance(page, Article) else []
    parts = (
        f"<dl>{listed}</dl>",
        _section("text", desk.page_known, f'<div class="body">{_text(page, phrases)}</div>'),
        _section("asks", desk.asks, _listed(asks)) if asks else "",
        _section("leads", desk.leads_to, _listed(_opened_or_flow(id, knowledge) for id in page.see))
        if page.see
        else "",
        _section("sources", desk.sources, _listed(links)),
        _section("notes", desk.notes, f"<p>{plain(page.notes)}</p>") if page.notes else "",
    )
    return "\n".join(part for part in parts if part)


def _listed(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _text(page: Article | ErrorCode, phrases: Phrases) -> str:
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
    return prose("\n\n".join(part for part in parts if part), phrases.web.new_tab)
