"""Make replies from the knowledge: an article, an error page, a step or a menu, with its options."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from keyguide.core.engine.context import Context
from keyguide.core.engine.pages.article_parts import (
    build_first_view,
    choose_picture,
    make_details,
    make_error_details,
)
from keyguide.core.engine.pages.handoff import build_handoff
from keyguide.core.knowledge.stale_answers import Doubt
from keyguide.core.model.content.article import Article, Certainty, ErrorCode
from keyguide.core.model.content.flow import HUMAN, Choice, measure_depth
from keyguide.core.model.turn import Kind, Option, Reply, Role, Verdict
from keyguide.core.phrases.phrases import Phrases

_WEAK: frozenset[Certainty] = frozenset(("unverified", "disputed"))
_MAX_NEXT_OPTIONS = 7  # further pages under an answer, before the fixed options
# The right page is among so many in 95 of 100 held-out texts with vectors, and in 92 by words.
# With three it would be in 92 and 85.
_MAX_SUGGESTIONS = 4
_MAX_PAGES = {Kind.ARTICLE: _MAX_NEXT_OPTIONS, Kind.SUGGEST: _MAX_SUGGESTIONS}


def make_open_option(context: Context, target: str) -> Option | None:
    """Make the option that opens an article, an error page or a flow, or return None if the id is unknown."""
    title = context.knowledge.find_title(target)
    return Option(title, f"go/{target}", target) if title else None


def offer_first(context: Context, reply: Reply, targets: Iterable[str]) -> Reply:
    """Put the options that open some pages before all others but the choices of a step."""
    there = {option.about: option for option in reply.options}
    first = {option.about: there.get(option.about, option) for option in _make_open_options(context, targets)}
    choices = tuple(option for option in reply.options if option.role is Role.CHOICE)
    others = [option for option in reply.options[len(choices) :] if option.about not in first]
    if reply.kind in _MAX_PAGES:
        pages = [option for option in others if option.about and option.role is Role.PAGE]
        too_many = pages[max(0, _MAX_PAGES[reply.kind] - len(first)) :]
        others = [option for option in others if option not in too_many]
    return replace(reply, options=(*choices, *first.values(), *others))


def _make_open_options(context: Context, targets: Iterable[str]) -> Iterator[Option]:
    for target in dict.fromkeys(targets):
        if option := make_open_option(context, target):
            yield option


def _make_resume_options(context: Context) -> tuple[Option, ...]:
    resume = Option(context.phrases.buttons.resume, "resume", role=Role.RESUME)
    return (resume,) if context.find_open_step() else ()


def make_verdict_options(phrases: Phrases, subject: str) -> tuple[Option, ...]:
    """Make the options that say whether an answer helped."""
    return (
        Option(phrases.buttons.fixed, f"good/{subject}", role=Role.VERDICT),
        Option(phrases.buttons.stuck, f"stuck/{subject}", role=Role.VERDICT),
    )


def make_closing_options(phrases: Phrases) -> tuple[Option, ...]:
    """Make the options under every reply: a human and the menu."""
    return make_human_option(phrases), Option(phrases.buttons.menu, "menu", role=Role.MOVE)


def make_human_option(phrases: Phrases) -> Option:
    """Make the option that hands over to a human."""
    return Option(phrases.buttons.human, HUMAN, role=Role.HUMAN)


def choose_variant(context: Context, target: str) -> str:
    """Choose the article for this person's Windows version: the given one, unless it names a better one."""
    if not (article := context.knowledge.articles.get(target)):
        return target
    better = {"10": article.instead.win10, "11": article.instead.win11}
    return better.get(context.conversation.facts.get("windows", ""), "") or target


def make_article_reply(context: Context, article_id: str, also: Iterable[str] = ()) -> Reply:
    """Make the reply that shows an article, in the variant for this person's Windows version."""
    windows = context.conversation.facts.get("windows", "")
    article = context.knowledge.articles[choose_variant(context, article_id)]
    return Reply(
        kind=Kind.REFUSAL if article.refuses else Kind.ARTICLE,
        subject=article.id,
        title=article.title,
        body=build_first_view(context.phrases, article, windows),
        picture=choose_picture(context, article.picture),
        details=tuple(make_details(context, article)),
        options=(
            *_make_windows_options(context, article, windows),
            *_make_next_options(context, article.id, (*article.see, *also), judged=not article.refuses),
        ),
        sources=tuple(context.knowledge.sources[source] for source in article.sources),
        footing=_format_footing(context, article),
    )


def make_error_reply(context: Context, code: ErrorCode, also: Iterable[str] = ()) -> Reply:
    """Make the reply that shows the page of an error code; what Windows says with it is folded away."""
    return Reply(
        kind=Kind.ARTICLE,
        subject=code.id,
        title=code.name,
        body=f"{code.means.strip()}\n\n{code.fix.strip()}",
        details=tuple(make_error_details(context, code)),
        options=_make_next_options(context, code.id, (*code.see, *also)),
        sources=tuple(context.knowledge.sources[source] for source in code.sources),
        footing=_format_footing(context, code),
    )


def make_page_reply(context: Context, page_id: str, also: Iterable[str] = ()) -> Reply | None:
    """Make the reply that shows an article or an error page, or return None if the id is neither."""
    if page_id in context.knowledge.articles:
        return make_article_reply(context, page_id, also)
    code = context.knowledge.find_error(page_id)
    return make_error_reply(context, code, also) if code else None


def _make_windows_options(context: Context, article: Article, windows: str) -> Iterator[Option]:
    """Make the options that show the same answer for the other Windows version."""
    buttons = context.phrases.buttons
    for version, label, other in (
        ("11", buttons.windows_11, article.instead.win11),
        ("10", buttons.windows_10, article.instead.win10),
    ):
        if other or (article.has_variants and windows != version):
            yield Option(label, f"win/{version}/{article.id}", other, Role.WINDOWS)


def _make_next_options(
    context: Context, page_id: str, references: Iterable[str], *, judged: bool = True
) -> tuple[Option, ...]:
    """Make the options under a page: resume, a flow, further pages, the verdicts if any, and the closing."""
    buttons, flows = context.phrases.buttons, context.knowledge.flows
    targets = [target for target in dict.fromkeys(references) if target != page_id]
    flow = next((target for target in targets if target in flows), None)
    options = list(_make_resume_options(context))
    if flow:
        options.append(Option(buttons.walk, f"go/{flow}", flow, Role.WALK))
    others = [target for target in targets if target != flow]
    options += _make_open_options(context, others[:_MAX_NEXT_OPTIONS])
    if judged:
        options += make_verdict_options(context.phrases, page_id)
    if context.find_position() == page_id:
        back = f"back/{context.list_answered_steps()[-1]}"
        options.append(Option(buttons.back, back, role=Role.BACK))
    return (*options, *make_closing_options(context.phrases))


def _format_footing(context: Context, answer: Article | ErrorCode) -> str:
    """Say how sure the answer is; whatever speaks against it by now takes the place of a good certainty."""
    phrases, doubt = context.phrases, context.find_doubt(answer)
    doubts = {
        Doubt.STALE: phrases.talk.doubt_stale,
        Doubt.UNSOURCED: phrases.talk.doubt_unsourced,
        Doubt.OVERDUE: phrases.talk.doubt_overdue,
    }
    sentences = [
        doubts[doubt] if doubt else "",
        getattr(phrases.talk, answer.certainty) if not doubt or answer.certainty in _WEAK else "",
        phrases.talk.verified.format(date=_format_day(phrases, answer.verified)),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _format_day(phrases: Phrases, text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {phrases.months[day.month - 1]} {day.year}"


def make_step_reply(context: Context, position: str, *, explained: bool = False) -> Reply:
    """Make the reply that asks the step at "flow/step"; if explained, it also says how to find the answer."""
    flow_id, _, step_id = position.partition("/")
    flow, step = context.knowledge.flows[flow_id], context.knowledge.find_step(position)
    assert step is not None  # noqa: S101 -- callers pass the position of an existing step
    buttons, phrases = context.phrases.buttons, context.phrases.talk
    path = context.list_answered_steps()
    answered = sum(position.startswith(f"{flow_id}/") for position in path)
    ahead = measure_depth(flow.build_graph(), step_id)
    options = [_make_choice_option(context, position, choice) for choice in step.choices]
    if step.how and not explained:
        options.append(Option(buttons.how, f"how/{position}", role=Role.HOW))
    if path:
        options.append(Option(buttons.back, f"back/{path[-1]}", role=Role.BACK))
        options.append(Option(buttons.restart, f"go/{context.conversation.flow}", role=Role.MOVE))
    explanation = f"\n\n**{phrases.how_heading}**\n{step.how.strip()}" if explained else ""
    return Reply(
        kind=Kind.STEP,
        subject=flow_id,
        step=step_id,
        title=flow.title,
        body=step.ask.strip() + explanation,
        picture=choose_picture(context, step.picture) if explained else None,
        progress=phrases.progress.format(number=answered + 1, most=answered + ahead),
        options=(*options, *make_closing_options(context.phrases)),
    )


def _make_choice_option(context: Context, position: str, choice: Choice) -> Option:
    shown = [state for state in context.knowledge.recognition.states if state.id in choice.shows]
    hint = shown[0].says[0] if len(shown) == 1 else ""
    return Option(choice.label, f"say/{position}/{choice.id}", role=Role.CHOICE, hint=hint)


def make_menu_reply(context: Context) -> Reply:
    """Make the menu: the flows, all topics, and a human; "resume" comes first if a step is open."""
    buttons, phrases = context.phrases.buttons, context.phrases.talk
    flows = tuple(_make_open_options(context, context.knowledge.flows))
    closing = Option(buttons.topics, "topics", role=Role.MOVE), make_human_option(context.phrases)
    options = (*_make_resume_options(context), *flows, *closing)
    return Reply(Kind.MENU, phrases.menu_title, phrases.menu_body.strip(), options=options)


def make_thanks_reply(context: Context) -> Reply:
    """Make a friendly reply to a person who only says thanks or goodbye, with the options of the menu."""
    phrases = context.phrases.talk
    return replace(make_menu_reply(context), title=phrases.thanks_title, body=phrases.thanks_body)


def make_fixed_reply(context: Context, judged: Verdict) -> Reply:
    """Make the one line for a person whose problem is solved, with the way to another question."""
    phrases, menu = context.phrases.talk, Option(context.phrases.buttons.menu, "menu", role=Role.MOVE)
    return Reply(Kind.MENU, phrases.fixed_title, phrases.fixed_body, options=(menu,), judged=judged)


def make_topics_reply(context: Context, group_id: str = "") -> Reply:
    """Make the list of one group's articles, or the list of all groups if there is no such group."""
    phrases, closing = context.phrases.talk, make_closing_options(context.phrases)
    for group in context.knowledge.groups:
        if group.id == group_id:
            articles = tuple(_make_open_options(context, (article.id for article in group.articles)))
            topics = Option(context.phrases.buttons.topics, "topics", role=Role.MOVE)
            options = (*articles, topics, *closing)
            return Reply(Kind.MENU, group.title, phrases.topics_body, options=options)
    groups = tuple(Option(group.title, f"topics/{group.id}") for group in context.knowledge.groups)
    return Reply(Kind.MENU, phrases.topics_title, phrases.topics_body, options=(*groups, *closing))


def make_suggestion_reply(context: Context, title: str, body: str, targets: Iterable[str]) -> Reply:
    """Make a reply that suggests a few pages that the person may mean."""
    suggestions = tuple(_make_open_options(context, targets))[:_MAX_SUGGESTIONS]
    options = (*suggestions, *_make_resume_options(context), *make_closing_options(context.phrases))
    return Reply(Kind.SUGGEST, title, body.strip(), options=options)


def make_miss_reply(context: Context, title: str = "", body: str = "", targets: Iterable[str] = ()) -> Reply:
    """Make a reply that admits a miss, with pages that may help all the same.

    Whoever was missed the last time, too, is offered a human first.
    """
    phrases = context.phrases.talk
    further = _make_open_options(context, targets)
    options = (*_make_resume_options(context), *further, *make_closing_options(context.phrases))
    text = body or phrases.miss_body
    if not body and _was_missed(context):
        options, text = tuple(sorted(options, key=_is_not_human)), phrases.second_miss_body
    return Reply(Kind.MISS, title or phrases.miss_title, text.strip(), options=options)


def _was_missed(context: Context) -> bool:
    """Check whether the last reply was a miss; only then a human is among what could be counted out."""
    return HUMAN in context.conversation.offered


def _is_not_human(option: Option) -> bool:
    return option.role is not Role.HUMAN


def make_elsewhere_reply(context: Context, group_id: str, targets: Iterable[str] = ()) -> Reply:
    """Make a reply that politely refers a question elsewhere, because it is not about our topic."""
    text = context.knowledge.elsewhere[group_id].says.strip()
    further = _make_open_options(context, targets)
    options = (*_make_resume_options(context), *further, *make_closing_options(context.phrases))
    return Reply(Kind.ELSEWHERE, context.phrases.talk.elsewhere_title, text, options=options)


def make_human_reply(context: Context) -> Reply:
    """Make the hand-over to a human: the official ways to get help, and a summary for the helper."""
    reply = make_article_reply(context, context.knowledge.recognition.human)
    kept = tuple(option for option in reply.options if option.about or option.pick == "resume")
    return replace(
        reply,
        title=context.phrases.talk.human_title,
        notice=context.phrases.talk.human_body.strip(),
        options=(*kept, Option(context.phrases.buttons.menu, "menu", role=Role.MOVE)),
        handoff=build_handoff(context),
    )
