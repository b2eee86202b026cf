"""Render a reply as HTML: escape every value, and take every label from the phrases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from keyguide.core.model.article import Source
from keyguide.core.model.turn import Handoff, Kind, Option, Reply
from keyguide.core.phrases.all import Phrases
from keyguide.faces.web.html.markdown import (
    escape_html,
    render_hidden,
    render_line,
    render_link,
    render_markdown,
)

MAX_SHOWN_CHARACTERS = 1_200  # of a message that is shown back


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message of a person, with its secrets masked, and the reply to it."""

    id: str
    message: str
    reply: Reply


def render_exchange(shown: Exchange, phrases: Phrases, *, past: bool = False, fresh: bool = False) -> str:
    """Render an exchange; a past one folds its options, a fresh one takes the focus."""
    reply, name = shown.reply, f"answer-{escape_html(shown.id)}"
    focus = " autofocus" if fresh else ""
    above, heading, body = _split_heading(reply)
    parts = (
        f'<div class="notice" role="note">{_render_text(reply.notice, phrases)}</div>'
        if reply.notice
        else "",
        f'<p class="progress">{escape_html(above)}</p>' if above else "",
        f'<h2 id="{name}" tabindex="-1"{focus}>{heading}</h2>',
        f'<div class="body">{_render_text(body, phrases)}</div>' if body else "",
        _render_handoff(reply.handoff, phrases) if reply.handoff else "",
        _render_sources(reply.sources, phrases) if reply.sources else "",
        f'<p class="footing">{escape_html(reply.footing)}</p>' if reply.footing else "",
        _render_options(reply, phrases, past=past) if reply.options else "",
    )
    answer = "\n".join(part for part in parts if part)
    return (
        f'<div class="exchange" data-id="{escape_html(shown.id)}" data-kind="{escape_html(reply.kind)}">\n'
        f"{_render_message(shown.message, phrases)}"
        f'<article class="reply" aria-labelledby="{name}">\n{answer}\n</article>\n</div>\n'
    )


def _split_heading(reply: Reply) -> tuple[str, str, str]:
    """Split a reply into the line above the heading, the heading as HTML, and the body.

    If the reply is a step, its question is the heading: it is new, and a screen reader should read it first.
    """
    if reply.kind is not Kind.STEP:
        return reply.progress, escape_html(reply.title), reply.body
    question, _, rest = reply.body.partition("\n\n")
    return f"{reply.title} · {reply.progress}", render_line(question), rest


def _render_text(text: str, phrases: Phrases) -> str:
    return render_markdown(text, phrases.web.new_tab)


def _render_message(message: str, phrases: Phrases) -> str:
    if not message.strip():
        return ""
    short = message if len(message) <= MAX_SHOWN_CHARACTERS else f"{message[:MAX_SHOWN_CHARACTERS]} …"
    return f'<p class="said">{render_hidden(f"{phrases.web.you} ")}{escape_html(short.strip())}</p>\n'


def _render_sources(sources: Sequence[Source], phrases: Phrases) -> str:
    items = "".join(
        f"<li>{render_link(source.title, source.url, phrases.web.new_tab)}</li>" for source in sources
    )
    return f'<div class="sources"><h3>{escape_html(phrases.web.sources)}</h3><ul>{items}</ul></div>'


def _render_handoff(handoff: Handoff, phrases: Phrases) -> str:
    """Render the summary that a person can show to a helper; return an empty text if it has no content."""
    web = phrases.web
    parts = (
        _render_pairs(web.answered, handoff.answers),
        _render_pairs(web.known, handoff.facts),
        f"<h4>{escape_html(web.tried)}</h4><ul>{_render_items(handoff.tried)}</ul>" if handoff.tried else "",
    )
    summary = "".join(parts)
    return (
        f'<section class="handoff"><h3>{escape_html(web.handoff)}</h3>{summary}</section>' if summary else ""
    )


def _render_pairs(title: str, pairs: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{render_line(name)}</dt><dd>{escape_html(value)}</dd>" for name, value in pairs)
    return f"<h4>{escape_html(title)}</h4><dl>{rows}</dl>" if rows else ""


def _render_items(texts: Iterable[str]) -> str:
    return "".join(f"<li>{escape_html(text)}</li>" for text in texts)


def _render_options(reply: Reply, phrases: Phrases, *, past: bool) -> str:
    """Render the options, grouped by style; each button posts its pick without a script."""
    groups = groupby(reply.options, key=lambda option: _find_style(option, phrases))
    drawn = "".join(
        _render_group(look, options, _render_heading(look, reply, phrases)) for look, options in groups
    )
    form = _render_form(drawn, phrases)
    summary = f"<summary>{escape_html(phrases.web.others)}</summary>"
    return f'<details class="past">{summary}{form}</details>' if past else form


def _render_form(drawn: str, phrases: Phrases) -> str:
    legend = f'<legend class="unseen">{escape_html(phrases.web.pick_one)}</legend>'
    return f'<form class="options" method="post" action="/"><fieldset>{legend}{drawn}</fieldset></form>'


def _render_heading(look: str, reply: Reply, phrases: Phrases) -> str:
    # For other kinds of reply the title says it.
    also = phrases.web.also if reply.kind in {Kind.ARTICLE, Kind.REFUSAL} else ""
    text = {"way": also, "verdict": phrases.web.helped}.get(look, "")
    return f"<h3>{escape_html(text)}</h3>" if text else ""


def _render_group(look: str, options: Iterable[Option], heading: str) -> str:
    buttons = "".join(_render_button(option) for option in options)
    return f'<div class="group {look}">{heading}{buttons}</div>'


def _render_button(option: Option) -> str:
    return f'<button name="pick" value="{escape_html(option.pick)}">{escape_html(option.label)}</button>'


def _find_style(option: Option, phrases: Phrases) -> str:
    """Find the style of an option by the fixed labels and by what it opens, never by its pick."""
    buttons = phrases.buttons
    looks = {
        "onward": (buttons.walk, buttons.resume),
        "switch": (buttons.windows_10, buttons.windows_11),
        "verdict": (buttons.fixed, buttons.stuck),
        "hint": (buttons.how,),
        "move": (buttons.back, buttons.restart, buttons.topics, buttons.human, buttons.menu),
    }
    fixed = next((look for look, labels in looks.items() if option.label in labels), "")
    return fixed or ("way" if option.about else "choice")
