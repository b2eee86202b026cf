"""A reply as HTML. Everything is escaped on its way in; what a person reads comes from the phrases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.core.article import Source
from bot.core.phrases import Phrases
from bot.core.turn import Handoff, Kind, Option, Reply
from bot.faces.web.prose import line, link, plain, prose, unseen

MOST_SAID = 1_200  # characters of a message that are shown back


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a person said, with its secrets masked, and what was answered."""

    id: str
    said: str
    reply: Reply


def exchange(shown: Exchange, phrases: Phrases, *, past: bool = False, fresh: bool = False) -> str:
    """Return one exchange; a past one folds its options away, a fresh one takes the focus."""
    reply, name = shown.reply, f"answer-{plain(shown.id)}"
    focus = " autofocus" if fresh else ""
    above, heading, body = _headed(reply)
    parts = (
        f'<div class="notice" role="note">{_text(reply.notice, phrases)}</div>' if reply.notice else "",
        f'<p class="progress">{plain(above)}</p>' if above else "",
        f'<h2 id="{name}" tabindex="-1"{focus}>{heading}</h2>',
        f'<div class="body">{_text(body, phrases)}</div>' if body else "",
        _handoff(reply.handoff, phrases) if reply.handoff else "",
        _sources(reply.sources, phrases) if reply.sources else "",
        f'<p class="footing">{plain(reply.footing)}</p>' if reply.footing else "",
        _options(reply, phrases, past=past) if reply.options else "",
    )
    answer = "\n".join(part for part in parts if part)
    return (
        f'<div class="exchange" data-id="{plain(shown.id)}" data-kind="{plain(reply.kind)}">\n'
        f"{_said(shown.said, phrases)}"
        f'<article class="reply" aria-labelledby="{name}">\n{answer}\n</article>\n</div>\n'
    )


def _headed(reply: Reply) -> tuple[str, str, str]:
    """Return what stands above the heading, the heading as HTML, and the body.

    A step is headed by its question: that is what is new, and what a screen reader should say first.
    """
    if reply.kind is not Kind.STEP:
        return reply.progress, plain(reply.title), reply.body
    question, _, rest = reply.body.partition("\n\n")
    return f"{reply.title} · {reply.progress}", line(question), rest


def _text(text: str, phrases: Phrases) -> str:
    return prose(text, phrases.web.new_tab)


def _said(said: str, phrases: Phrases) -> str:
    if not said.strip():
        return ""
    short = said if len(said) <= MOST_SAID else f"{said[:MOST_SAID]} …"
    return f'<p class="said">{unseen(f"{phrases.web.you} ")}{plain(short.strip())}</p>\n'


def _sources(sources: Sequence[Source], phrases: Phrases) -> str:
    items = "".join(f"<li>{link(one.title, one.url, phrases.web.new_tab)}</li>" for one in sources)
    return f'<div class="sources"><h3>{plain(phrases.web.sources)}</h3><ul>{items}</ul></div>'


def _handoff(handoff: Handoff, phrases: Phrases) -> str:
    """Return the summary that a person can show to whoever helps."""
    web = phrases.web
    parts = (
        _pairs(web.answered, handoff.answers),
        _pairs(web.known, handoff.facts),
        f"<h4>{plain(web.tried)}</h4><ul>{_items(handoff.tried)}</ul>" if handoff.tried else "",
    )
    summary = "".join(parts)
    return f'<section class="handoff"><h3>{plain(web.handoff)}</h3>{summary}</section>' if summary else ""


def _pairs(title: str, pairs: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{line(name)}</dt><dd>{plain(value)}</dd>" for name, value in pairs)
    return f"<h4>{plain(title)}</h4><dl>{rows}</dl>" if rows else ""


def _items(texts: Iterable[str]) -> str:
    return "".join(f"<li>{plain(text)}</li>" for text in texts)


def _options(reply: Reply, phrases: Phrases, *, past: bool) -> str:
    """Return the options, those of one look together; each posts its pick and needs no script for it."""
    groups = groupby(reply.options, key=lambda option: _look(option, phrases))
    drawn = "".join(_group(look, options, _heading(look, reply, phrases)) for look, options in groups)
    form = _form(drawn, phrases)
    summary = f"<summary>{plain(phrases.web.others)}</summary>"
    return f'<details class="past">{summary}{form}</details>' if past else form


def _form(drawn: str, phrases: Phrases) -> str:
    legend = f'<legend class="unseen">{plain(phrases.web.pick_one)}</legend>'
    return f'<form class="options" method="post" action="/"><fieldset>{legend}{drawn}</fieldset></form>'


def _heading(look: str, reply: Reply, phrases: Phrases) -> str:
    also = (
        phrases.web.also if reply.kind in {Kind.ARTICLE, Kind.REFUSAL} else ""
    )  # elsewhere the title says it
    text = {"way": also, "verdict": phrases.web.helped}.get(look, "")
    return f"<h3>{plain(text)}</h3>" if text else ""


def _group(look: str, options: Iterable[Option], heading: str) -> str:
    buttons = "".join(_button(option) for option in options)
    return f'<div class="group {look}">{heading}{buttons}</div>'


def _button(option: Option) -> str:
    return f'<button name="pick" value="{plain(option.pick)}">{plain(option.label)}</button>'


def _look(option: Option, phrases: Phrases) -> str:
    """Return how an option looks: told by the fixed labels and by what it opens, never by its pick."""
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
