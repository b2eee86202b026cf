"""Answer acts: thanks, "it worked", "the second one", "too long", "get me a person" and their like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate

from keyguide.core.engine.answers.questions_about_page import find_telling_words
from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.engine.pages import make_replies
from keyguide.core.engine.pressed_option import press
from keyguide.core.finding.normalise import tokenise
from keyguide.core.model.content.flow import HUMAN, UNKNOWN
from keyguide.core.model.turn import Kind, Option, Reply, Role

_ORDINALS = {"first": 0, "second": 1, "third": 2, "last": -1}
_ALWAYS_MEANT = frozenset(("bot", "goodbye", "thanks"))  # with a step open or not
_WEARY = frozenset(("did-that", "not-solved", "insult", "plea", "repeating", "wrong"))  # of questions
_OF_A_PAGE = frozenset(("source", "link", "repeat", "shorter"))  # shown in the middle of a flow
_LIKELY_FLOW = 0.27  # share among all flows from which a text is about a flow
_SURE_FLOW = 0.6  # share of all pages from which it is about a flow, and not about the last page
_COUNTED = ("go/", "say/")  # nobody counts the buttons that judge an answer or lead back
_MAX_BRIEF = 350  # characters of an answer in short


def answer_act(context: Context, act: str, rest: str = "") -> TurnResult:
    """Answer an act when no step of a flow is open, or when it leaves the flow."""
    page = context.find_last_page()
    if act == "walk":
        flow = _find_flow(context, page, rest)
        return press(context, f"go/{flow}" if flow else "menu")
    if act in _ORDINALS:
        return _choose_option(context, _ORDINALS[act])
    if act in _PICKS:
        conversation, reply = press(context, _PICKS[act](context, page))
    else:
        conversation, reply = context.conversation, _make_reply(context, act, page)
    return conversation, reply


def answer_act_in_step(context: Context, act: str) -> TurnResult | None:
    """Answer an act while a step waits for its answer; None if the act may be an answer to the step."""
    position = context.find_open_step()
    step = context.knowledge.find_step(position)
    if step is None or act in {"yes", "no", "not-solved", "did-that", "insist"}:
        return None
    if act in _ORDINALS and len(step.choices) > _ORDINALS[act]:
        return press(context, f"say/{position}/{step.choices[_ORDINALS[act]].id}")
    if act in {"back", "restart", "human", "menu"}:
        return press(context, _PICKS[act](context, ""))
    if act == "solved":
        return press(context, f"good/{context.conversation.flow}")
    if act in _ALWAYS_MEANT or (act in _OF_A_PAGE and context.find_last_page()):
        return answer_act(context, act)
    return explain_step(context, act)


def explain_step(context: Context, act: str = "") -> TurnResult:
    """Ask the open step again, in other words if there are any."""
    position = context.find_open_step()
    phrases = context.phrases.talk
    still_unsure = act == "unsure" and context.has_explained_step()
    if still_unsure and context.knowledge.find_next_position(position, UNKNOWN):
        return press(context, f"say/{position}/{UNKNOWN}")
    reply = make_replies.make_step_reply(context, position, explained=True)
    if act in _WEARY or still_unsure:
        return context.conversation, replace(_put_human_first(reply), notice=phrases.rather_human, act=act)
    notice = {"greeting": "", "unsure": "", "resume": "", "simpler": ""}.get(act, phrases.not_understood)
    return context.conversation, replace(reply, notice=notice, act=act)


def _put_human_first(reply: Reply) -> Reply:
    """Put the option that calls a human before all others but the choices of a step."""
    options = sorted(reply.options, key=lambda option: (option.role is not Role.CHOICE, option.pick != HUMAN))
    return replace(reply, options=tuple(options))


def tell_later(context: Context) -> TurnResult:
    """Say that the answer at the end of the flow tells what was asked, and ask the open step again."""
    return _repeat_step(context, context.phrases.talk.told_later)


def note_facts(context: Context, facts: dict[str, str]) -> TurnResult:
    """Say that what somebody mentioned is noted, and ask the open step again."""
    known = context.knowledge.facts
    labels = [value.label for name in facts for value in known[name].values if value.id == facts[name]]
    return _repeat_step(context, context.phrases.talk.noted.format(facts=", ".join(labels)))


def _repeat_step(context: Context, notice: str) -> TurnResult:
    reply = make_replies.make_step_reply(context, context.find_open_step())
    return context.conversation, replace(reply, notice=notice)


def _find_flow(context: Context, page: str, text: str) -> str:
    """Find the flow to walk through: what a text is about, or that of the last page; empty if neither."""
    shares = _rank_flows(context, text) if _names_matter(context, text) else {}
    of_page = _find_flow_of(context, page)
    best = max(shares, key=lambda flow: shares[flow], default="")
    bar = _SURE_FLOW if of_page else _LIKELY_FLOW * sum(shares.values())
    return best if best and shares[best] >= bar else of_page


def _names_matter(context: Context, text: str) -> bool:
    """Check whether a text says what it is about besides asking to be guided."""
    rest = text.casefold()
    for phrase in context.knowledge.acts["walk"].says:
        rest = rest.replace(phrase, " ")
    return bool(find_telling_words(context.knowledge, context.knowledge.words.normalise_words(rest)))


def _rank_flows(context: Context, text: str) -> dict[str, float]:
    """Add up for each flow the shares of the pages that lead to it."""
    shares: dict[str, float] = {}
    for label, share in context.knowledge.finder.classify(text) if tokenise(text) else ():
        if flow := _find_flow_of(context, label):
            shares[flow] = shares.get(flow, 0.0) + share
    return shares


def _find_flow_of(context: Context, page: str) -> str:
    """Find the flow beside a page, or the page itself if it is a flow; empty if there is none."""
    knowledge = context.knowledge
    article = knowledge.find_page(page)
    targets = article.see if article else (page,)
    return next((target for target in targets if target in knowledge.flows), "")


def _choose_option(context: Context, number: int) -> TurnResult:
    """Press the option of the last reply that somebody counts out."""
    offered = context.conversation.offered
    offered = tuple(pick for pick in offered if pick.startswith(_COUNTED)) or offered
    if not offered or number >= len(offered):
        return context.conversation, _make_reply(context, "opener", "")
    return press(context, offered[number])


def _pick_restart(context: Context, _page: str) -> str:
    return f"go/{context.conversation.flow}" if context.conversation.flow else "menu"


def _pick_back(context: Context, _page: str) -> str:
    path = context.list_answered_steps()
    return f"back/{path[-1]}" if path else "back"


_PICKS: dict[str, Callable[[Context, str], str]] = {
    "menu": lambda _context, _page: "menu",
    "human": lambda _context, _page: "human",
    "back": _pick_back,
    "restart": _pick_restart,
    "resume": lambda context, _page: "resume" if context.find_open_step() else "again",
    "repeat": lambda _context, _page: "again",
    "thanks": lambda _context, _page: "thanks",
    "goodbye": lambda _context, _page: "thanks",
    "solved": lambda _context, page: f"good/{page}" if page else "thanks",
    "not-solved": lambda _context, page: f"bad/{page}" if page else "menu",
    "did-that": lambda _context, page: f"bad/{page}" if page else "menu",
}


def _make_reply(context: Context, act: str, page: str) -> Reply:
    """Make the reply to an act that needs words of its own."""
    phrases = context.phrases.talk
    if page and act in {"simpler", "shorter"}:
        return _make_brief_reply(context, page)
    if page and act in {"source", "link"}:
        return _make_source_reply(context, page)
    title, body = {
        "greeting": (phrases.hello_title, phrases.hello_body),
        "bot": (phrases.bot_title, phrases.bot_body),
        "wrong": (phrases.sorry_title, phrases.sorry_body),
        "repeating": (phrases.sorry_title, phrases.sorry_body),
        "insult": (phrases.sorry_title, phrases.sorry_body),
    }.get(act, (phrases.listening_title, phrases.listening_body))
    reply = make_replies.make_menu_reply(context)
    human = Option(context.phrases.buttons.human, "human")
    options = (
        (human, *(option for option in reply.options if option.pick != "human"))
        if title == phrases.sorry_title
        else reply.options
    )
    return replace(reply, title=title, body=body.strip(), options=options)


def _make_brief_reply(context: Context, page: str) -> Reply:
    """Make the first sentences of a page alone, for somebody to whom it is too long or too difficult."""
    reply = make_replies.make_page_reply(context, page)
    assert reply is not None  # noqa: S101 -- the last page exists
    paragraphs = reply.body.split("\n\n")
    lengths = accumulate(map(len, paragraphs))
    kept = [part for part, length in zip(paragraphs, lengths, strict=True) if length <= _MAX_BRIEF]
    return replace(reply, body="\n\n".join(kept or paragraphs[:1]), notice=context.phrases.talk.in_short)


def _make_source_reply(context: Context, page: str) -> Reply:
    """Make the list of pages that an answer rests on."""
    reply = make_replies.make_page_reply(context, page)
    assert reply is not None  # noqa: S101 -- the last page exists
    body = "\n".join(f"- {source.title}: {source.url}" for source in reply.sources)
    return replace(reply, kind=Kind.ARTICLE, body=body)
