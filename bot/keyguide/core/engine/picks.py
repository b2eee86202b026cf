"""What happens when an option is pressed: a pick leads to a page, a step, or back to where one stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from keyguide.core.engine import replies
from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.model.flow import HUMAN
from keyguide.core.model.turn import Verdict

_MAX_TRIED = 6  # pages that did not help; nobody should have to press on longer to reach a human


def press(stage: Context, pick: str) -> TurnResult:
    """Do what an option says; what no longer fits is answered politely."""
    parts = pick.split("/")
    return (
        _navigate(stage, parts)
        or _stay(stage, parts)
        or _handle_other_pick(stage, parts)
        or answer_stale(stage)
    )


def _navigate(stage: Context, parts: list[str]) -> TurnResult | None:
    """Go where an option leads in the knowledge."""
    knowledge = stage.knowledge
    match parts:
        case ["go", id] if knowledge.find_title(id):
            return enter(stage, id)
        case ["say", flow, step, choice] if knowledge.find_next_place(f"{flow}/{step}", choice):
            return answer_step(stage, f"{flow}/{step}", choice)
        case ["back", flow, step] if knowledge.find_step(f"{flow}/{step}"):
            return show_place(rewind(stage, f"{flow}/{step}"))
        case ["how", flow, step] if f"{flow}/{step}" == stage.find_open_step():
            return stage.talk, replies.make_step_reply(stage, f"{flow}/{step}", explained=True)
        case ["win", "10" | "11" as version, id] if id in knowledge.articles:
            return enter(replace(stage, talk=stage.talk.learn(windows=version)), id)
        case _:
            return None


def _stay(stage: Context, parts: list[str]) -> TurnResult | None:
    """Show the place where the person is, once more."""
    match parts:
        case ["start"]:
            return (
                show_place(stage) if stage.find_open_step() else (stage.talk, replies.make_menu_reply(stage))
            )
        case ["resume"] if stage.find_open_step():
            return show_place(stage)
        case ["back"]:
            talk, reply = press(stage, "start")
            return talk, replace(reply, notice=stage.phrases.talk.nothing_to_go_back)
        case _:
            return None


def _handle_other_pick(stage: Context, parts: list[str]) -> TurnResult | None:
    """Do what an option asks for that leads nowhere in particular."""
    match parts:
        case ["good" | "bad" as verdict, id] if stage.knowledge.find_title(id):
            return take_verdict(stage, id, good=verdict == "good")
        case ["again"]:
            return show_again(stage)
        case ["topics", *group]:
            return stage.talk, replies.make_topics_reply(stage, "/".join(group))
        case ["menu" | "thanks" | "human" as page]:
            shown = {
                "menu": replies.make_menu_reply,
                "thanks": replies.make_thanks_reply,
                "human": replies.make_human_reply,
            }[page]
            return stage.talk, shown(stage)
        case _:
            return None


def show_again(stage: Context) -> TurnResult:
    """Show what the person saw last once more, as far as the conversation tells."""
    page = replies.make_page_reply(stage, stage.talk.subject)
    return (stage.talk, page) if page else show_place(stage)


def answer_stale(stage: Context) -> TurnResult:
    """Answer a button that leads nowhere any more: with the current step, else with a new start."""
    talk, reply = (
        show_place(stage) if stage.find_open_step() else (stage.talk, replies.make_menu_reply(stage))
    )
    return talk, replace(reply, notice=stage.phrases.talk.stale)


def enter(stage: Context, id: str) -> TurnResult:
    """Open a flow at its beginning, or show a page."""
    if id in stage.knowledge.flows:
        return show_place(replace(stage, talk=replace(stage.talk, flow=id, answers={}, subject=id)))
    reply = replies.make_page_reply(stage, id)
    assert reply is not None and reply.subject  # noqa: PT018, S101 -- callers hold the id of a page
    return replace(stage.talk, subject=reply.subject), reply


def show_place(stage: Context) -> TurnResult:
    """Show the place where the answers have led."""
    place = stage.find_place()
    if stage.knowledge.find_step(place):
        talk = replace(stage.talk, subject=place.partition("/")[0])
        return talk, replies.make_step_reply(replace(stage, talk=talk), place)
    if place == HUMAN:
        return stage.talk, replies.make_human_reply(stage)
    if stage.knowledge.find_title(place):
        return enter(stage, place)
    return stage.talk, replies.make_menu_reply(stage)


def answer_step(stage: Context, place: str, choice_id: str) -> TurnResult:
    """Take an answer to a step: the current one, an earlier one again, or an old button's."""
    flow_id = place.partition("/")[0]
    if place not in stage.knowledge.walk(stage.talk.flow, stage.talk.answers):
        if place != stage.knowledge.find_entrance(flow_id):
            return answer_stale(stage)
        stage = replace(stage, talk=replace(stage.talk, flow=flow_id, answers={}))
    stage = rewind(stage, place)
    onward = stage.knowledge.find_next_place(place, choice_id)
    if onward in stage.list_answered_steps():
        return show_place(rewind(stage, onward))
    step = stage.knowledge.find_step(place)
    choice = step.find_choice(choice_id) if step else None
    talk = replace(stage.talk, answers={**stage.talk.answers, place: choice_id})
    return show_place(
        skip_known_step(replace(stage, talk=talk.learn(windows=choice.windows if choice else "")))
    )


def skip_known_step(stage: Context) -> Context:
    """Answer a step that asks only which Windows it is, where that is known; going back still shows it."""
    place = stage.find_open_step()
    step = stage.knowledge.find_step(place)
    asked: dict[str, str] = {choice.windows: choice.id for choice in step.choices} if step else {}
    known = asked.get(stage.talk.facts.get("windows", ""))
    if not known or "" in asked:
        return stage
    return replace(stage, talk=replace(stage.talk, answers={**stage.talk.answers, place: known}))


def rewind(stage: Context, place: str) -> Context:
    """Return the stage as it was when that step was asked; a step that is not on the way begins its flow."""
    path = [*stage.knowledge.walk(stage.talk.flow, stage.talk.answers)]
    if place not in path:
        flow_id = place.partition("/")[0]
        return replace(stage, talk=replace(stage.talk, flow=flow_id, answers={}))
    kept = path[: path.index(place)]
    answers = {step: stage.talk.answers[step] for step in kept if step in stage.talk.answers}
    return replace(stage, talk=replace(stage.talk, answers=answers))


def take_verdict(stage: Context, id: str, *, good: bool) -> TurnResult:
    """Take "That fixed it" or "Still stuck": the latter leads on, and never to what was tried."""
    judged = Verdict(id, "good" if good else "bad")
    talk = stage.phrases.talk
    if good:
        after = replace(stage.talk, flow="", answers={}, tried=(), subject="")
        reply = replies.make_menu_reply(replace(stage, talk=after))
        return after, replace(reply, title=talk.fixed_title, body=talk.fixed_body, judged=judged)
    tried = tuple(dict.fromkeys((*stage.talk.tried, id)))[-_MAX_TRIED:]
    stage = replace(stage, talk=replace(stage.talk, tried=tried))
    # a full list would forget what came first, and lead there again: then it is time for a human
    onward = next(_find_untried(stage, id), "") if len(tried) < _MAX_TRIED else ""
    if not onward:
        reply = replies.make_human_reply(stage)
        return stage.talk, replace(
            reply, notice=f"{talk.nothing_left_body.strip()}\n\n{reply.notice}", judged=judged
        )
    if onward in stage.knowledge.flows:
        stage = replace(stage, talk=replace(stage.talk, tried=(*stage.talk.tried, onward)))
    after, reply = enter(stage, onward)
    notice = f"{talk.stuck_title}. {talk.stuck_body}"
    return after, replace(reply, notice=notice, judged=judged)


def _find_untried(stage: Context, id: str) -> Iterator[str]:
    """Yield what may help next: what the page leads to, then what the tried ones led to."""
    knowledge = stage.knowledge
    done = {*stage.talk.tried, *(place.partition("/")[0] for place in stage.list_answered_steps())}
    for page in (id, *reversed(stage.talk.tried)):
        found = knowledge.articles.get(page) or knowledge.find_error(page)
        for way in found.see if found else ():
            served = replies.choose_variant(stage, way)
            if served not in done and served != knowledge.shown.human:
                yield served
