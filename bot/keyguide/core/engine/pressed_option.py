"""Handle a pressed option: its pick leads to a page, to a step, or back to the current position."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator
from dataclasses import replace

from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.engine.forget_picture import take_back_reading
from keyguide.core.engine.pages import article_parts, make_replies
from keyguide.core.model.content.flow import HUMAN, Choice
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Reply, Role, Verdict

_MAX_TRIED = 6  # pages that did not help; after so many, it is time for a human
_MENUS = {
    "menu": make_replies.make_menu_reply,
    "thanks": make_replies.make_thanks_reply,
    "human": make_replies.make_human_reply,
}


def press(context: Context, pick: str) -> TurnResult:
    """Do what a pick asks for, or answer politely if the pick is outdated."""
    parts = _lead_to_successor(context, pick.split("/"))
    return (
        _navigate(context, parts)
        or _show_current(context, parts)
        or _unfold(context, parts)
        or _handle_other_pick(context, parts)
        or answer_stale(context)
    )


def _lead_to_successor(context: Context, parts: list[str]) -> list[str]:
    """Replace a page that was retired since the option was shown by its successor."""
    match parts:
        case ["go" | "more" | "stuck" | "good" | "bad" as action, page_id, *rest]:
            return [action, context.knowledge.successors.get(page_id, page_id), *rest]
        case ["win", version, page_id]:
            return ["win", version, context.knowledge.successors.get(page_id, page_id)]
        case _:
            return parts


def _navigate(context: Context, parts: list[str]) -> TurnResult | None:
    """Go where a pick leads, or return None if it leads to no position in the knowledge."""
    knowledge = context.knowledge
    match parts:
        case ["go", target] if knowledge.find_title(target):
            return enter(context, target)
        case ["say", flow, step, choice] if knowledge.find_next_position(f"{flow}/{step}", choice):
            return answer_step(context, f"{flow}/{step}", choice)
        case ["back", flow, step] if knowledge.find_step(f"{flow}/{step}"):
            return show_position(rewind(context, f"{flow}/{step}"))
        case ["how", flow, step] if f"{flow}/{step}" == context.find_open_step():
            return context.conversation, make_replies.make_step_reply(
                context, f"{flow}/{step}", explained=True
            )
        case ["win", "10" | "11" as version, article_id] if article_id in knowledge.articles:
            return enter(_update(context, context.conversation.add_facts(windows=version)), article_id)
        case _:
            return None


def _show_current(context: Context, parts: list[str]) -> TurnResult | None:
    """Show the current position again, or return None if the pick does not ask for it."""
    match parts:
        case ["start"]:
            if context.find_open_step():
                return show_position(context)
            return context.conversation, make_replies.make_menu_reply(context)
        case ["resume"] if context.find_open_step():
            return show_position(context)
        case ["back"]:
            conversation, reply = press(context, "start")
            return conversation, replace(reply, notice=context.phrases.talk.nothing_to_go_back)
        case _:
            return None


def _unfold(context: Context, parts: list[str]) -> TurnResult | None:
    """Show a folded part of a page, or return None if the pick does not ask for one."""
    match parts:
        case ["more", page_id, name]:
            return show_detail(context, page_id, name)
        case ["stuck", page_id] if context.find_title(page_id):
            return help_further(context, page_id)
        case _:
            return None


def _handle_other_pick(context: Context, parts: list[str]) -> TurnResult | None:
    """Handle verdicts, menus and the hand-over, or return None for any other pick."""
    match parts:
        case ["good" | "bad" as verdict, page_id] if context.find_title(page_id):
            return take_verdict(context, page_id, good=verdict == "good")
        case ["again"]:
            return show_again(context)
        case ["read", "no" | "other" as mistake]:
            return take_back_reading(context, mistake)
        case ["topics", *group]:
            return context.conversation, make_replies.make_topics_reply(context, "/".join(group))
        case ["menu" | "thanks" | "human" as page]:
            return context.conversation, _MENUS[page](context)
        case _:
            return None


def show_again(context: Context) -> TurnResult:
    """Show the last page again, or the current position if the conversation does not hold a page."""
    page = make_replies.make_page_reply(context, context.conversation.subject)
    return (context.conversation, page) if page else show_position(context)


def answer_stale(context: Context) -> TurnResult:
    """Answer an outdated option: show the open step, or the menu if no step is open."""
    conversation, reply = press(context, "start")
    return conversation, replace(reply, notice=context.phrases.talk.stale)


def enter(context: Context, target: str) -> TurnResult:
    """Open a flow at the first step that is not known, the same flow again at its first; or show a page."""
    if target in context.knowledge.flows:
        conversation = replace(context.conversation, flow=target, answers={}, subject=target)
        starts_over = context.conversation.flow == target and bool(context.conversation.answers)
        opened = _update(context, conversation)
        return show_position(opened) if starts_over else _show_skipped(opened)
    reply = make_replies.make_page_reply(context, target)
    assert reply is not None and reply.subject  # noqa: PT018, S101 -- callers pass the id of an existing page
    return replace(context.conversation, subject=reply.subject), reply


def show_position(context: Context) -> TurnResult:
    """Show the position where the answers lead, or the menu if no flow is open."""
    position = context.find_position()
    if context.knowledge.find_step(position):
        conversation = replace(context.conversation, subject=position.partition("/")[0])
        return conversation, make_replies.make_step_reply(_update(context, conversation), position)
    if position == HUMAN:
        return context.conversation, make_replies.make_human_reply(context)
    if context.knowledge.find_title(position):
        return enter(context, position)
    return context.conversation, make_replies.make_menu_reply(context)


def answer_step(context: Context, position: str, choice_id: str) -> TurnResult:
    """Record an answer to a step: the open one, an earlier one again, or that of an old button."""
    flow_id = position.partition("/")[0]
    if position not in context.knowledge.walk(context.conversation.flow, context.conversation.answers):
        if position != context.knowledge.find_first_position(flow_id):
            return answer_stale(context)
        context = _update(context, replace(context.conversation, flow=flow_id, answers={}))
    context = rewind(context, position)
    next_place = context.knowledge.find_next_position(position, choice_id)
    if next_place in context.list_answered_steps():
        return show_position(rewind(context, next_place))
    step = context.knowledge.find_step(position)
    choice = step.find_choice(choice_id) if step else None
    conversation = _answer(context.conversation, position, choice_id)
    conversation = conversation.add_facts(**dict(list_facts(choice) if choice else ()))
    return _show_skipped(_update(context, conversation))


def _show_skipped(context: Context) -> TurnResult:
    """Show the first step whose answer is not known, and say which answers were taken from what was said."""
    before = set(context.conversation.answers)
    context = skip_known_steps(context)
    labels = [
        choice.label
        for position, choice_id in context.conversation.answers.items()
        if position not in before
        and (step := context.knowledge.find_step(position))
        and (choice := step.find_choice(choice_id))
    ]
    conversation, reply = show_position(context)
    return conversation, _say_what_was_known(context, reply, labels) if labels else reply


def _say_what_was_known(context: Context, reply: Reply, labels: list[str]) -> Reply:
    """Say above a reply which answers were taken from what was said; the way back then changes them."""
    notice = context.phrases.talk.you_said.format(answers="; ".join(labels))
    change = context.phrases.buttons.change
    options = (
        replace(option, label=change) if option.role is Role.BACK else option for option in reply.options
    )
    return replace(reply, notice=f"{notice}\n\n{reply.notice}".strip(), options=tuple(options))


def list_facts(choice: Choice) -> ItemsView[str, str]:
    """List what a choice states of the person's case."""
    return {**choice.facts, **({"windows": choice.windows} if choice.windows else {})}.items()


def _update(context: Context, conversation: Conversation) -> Context:
    return replace(context, conversation=conversation)


def _answer(conversation: Conversation, position: str, choice_id: str) -> Conversation:
    return replace(conversation, answers={**conversation.answers, position: choice_id})


def skip_known_steps(context: Context) -> Context:
    """Answer the open steps whose answer is known from what was said before; "back" still shows them."""
    while choice := _find_known_choice(context):
        context = _update(context, _answer(context.conversation, context.find_open_step(), choice.id))
    return context


def _find_known_choice(context: Context) -> Choice | None:
    """Find the one choice of the open step that states most of what is known; changing facts do not count."""
    step = context.knowledge.find_step(context.find_open_step())
    lasting = {name: value for name, value in context.conversation.facts.items() if _lasts(context, name)}
    known = context.knowledge.broaden_facts(lasting)
    fitting = (
        [choice for choice in step.choices if (facts := list_facts(choice)) and facts <= known.items()]
        if step
        else []
    )
    most = max((len(list_facts(choice)) for choice in fitting), default=0)
    best = [choice for choice in fitting if len(list_facts(choice)) == most]
    return best[0] if len(best) == 1 else None


def _lasts(context: Context, name: str) -> bool:
    fact = context.knowledge.facts.get(name)
    return fact is not None and not fact.changes


def rewind(context: Context, position: str) -> Context:
    """Remove the answers from a step on; if the step is not on the path, start its flow anew."""
    conversation = context.conversation
    path = [*context.knowledge.walk(conversation.flow, conversation.answers)]
    if position not in path:
        return _update(context, replace(conversation, flow=position.partition("/")[0], answers={}))
    earlier = path[: path.index(position)]
    answers = {step: conversation.answers[step] for step in earlier if step in conversation.answers}
    return _update(context, replace(conversation, answers=answers))


def show_detail(context: Context, page_id: str, name: str) -> TurnResult | None:
    """Show one folded part of a page, or return None if there is no such page or part."""
    reply = make_replies.make_page_reply(context, page_id)
    detail = article_parts.find_detail(reply, name) if reply else None
    if reply is None or detail is None:
        return None
    aspect = name if name in context.knowledge.aspects else ""
    conversation = replace(context.conversation, subject=page_id)
    return conversation, replace(article_parts.unfold(context, reply, detail), aspect=aspect)


def help_further(context: Context, page_id: str) -> TurnResult:
    """Unfold what to do if a page does not help; somebody who was told that already is led on."""
    shown = show_detail(context, page_id, "fails") if page_id not in context.conversation.tried else None
    if shown is None:
        return take_verdict(context, page_id, good=False)
    conversation, reply = shown
    conversation = replace(conversation, tried=_add_tried(conversation, page_id))
    return conversation, replace(reply, judged=Verdict(page_id, "bad"))


def _add_tried(conversation: Conversation, page_id: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*conversation.tried, page_id)))[-_MAX_TRIED:]


def take_verdict(context: Context, page_id: str, *, good: bool) -> TurnResult:
    """Handle "That fixed it" or "Still stuck"; the latter leads on to a page that was not tried yet."""
    judged = Verdict(page_id, "good" if good else "bad")
    phrases = context.phrases.talk
    if good:
        conversation = replace(context.conversation, flow="", answers={}, tried=(), subject="")
        return conversation, make_replies.make_fixed_reply(context, judged)
    tried = _add_tried(context.conversation, page_id)
    context = _update(context, replace(context.conversation, tried=tried))
    # a full list would drop its first page, and lead there again: then it is time for a human
    next_page = next(_find_untried(context, page_id), "") if len(tried) < _MAX_TRIED else ""
    if not next_page:
        reply = make_replies.make_human_reply(context)
        notice = f"{phrases.nothing_left_body.strip()}\n\n{reply.notice}"
        return context.conversation, replace(reply, notice=notice, judged=judged)
    if next_page in context.knowledge.flows:
        context = _update(context, replace(context.conversation, tried=(*tried, next_page)))
    conversation, reply = enter(context, next_page)
    notice = f"{phrases.stuck_title}. {phrases.stuck_body}"
    return conversation, replace(reply, notice=notice, judged=judged)


def _find_untried(context: Context, page_id: str) -> Iterator[str]:
    """Yield what may help next: what the page refers to, then what the pages tried before refer to."""
    knowledge, tried = context.knowledge, context.conversation.tried
    done = {*tried, *(position.partition("/")[0] for position in context.list_answered_steps())}
    for tried_id in (page_id, *reversed(tried)):
        page = knowledge.find_page(tried_id)
        for reference in page.see if page else ():
            target = make_replies.choose_variant(context, reference)
            if target not in done and target != knowledge.recognition.human:
                yield target
