"""The engine: a conversation and a turn in, a conversation and a reply out. No I/O, no clock, no waiting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.core import show
from bot.core.conversation import Conversation
from bot.core.flow import HUMAN
from bot.core.knowledge import Knowledge
from bot.core.read import read
from bot.core.show import Stage
from bot.core.turn import Judged, Reply, Turn

Answer = tuple[Conversation, Reply]

_MOST_TRIED = 6  # pages that did not help; nobody should have to press on longer to reach a human


def respond(knowledge: Knowledge, talk: Conversation, turn: Turn) -> Answer:
    """Take one turn: read what was pressed or written, and return what to remember and what to show."""
    stage = Stage(knowledge, knowledge.spoken(turn.locale), talk)
    circumstances, said = _circumstances(stage, turn), "" if turn.pick else turn.text
    if known := knowledge.lately.of(circumstances):
        after, reply = known
        return replace(after, who=talk.who), replace(reply, said=said) if said else reply
    after, reply = press(stage, turn.pick) if turn.pick else read(stage, turn.text, press)
    if reply.said == said and not reply.evidence.licence:  # else the reply may show what was pasted
        knowledge.lately.keep(circumstances, (replace(after, who=""), replace(reply, said="")))
    return after, reply


def _circumstances(stage: Stage, turn: Turn) -> str:
    """Return everything that the answer depends on: never who asks."""
    talk = stage.talk
    stands = talk.flow, talk.answers, talk.facts, talk.subject, talk.tried
    return repr((stage.phrases.language, turn.pick, turn.text, *stands))


def press(stage: Stage, pick: str) -> Answer:
    """Do what an option says; what no longer fits is answered politely."""
    parts = pick.split("/")
    return _moved(stage, parts) or _stayed(stage, parts) or _asked(stage, parts) or stale(stage)


def _moved(stage: Stage, parts: list[str]) -> Answer | None:
    """Go where an option leads in the knowledge."""
    knowledge = stage.knowledge
    match parts:
        case ["go", id] if knowledge.title(id):
            return enter(stage, id)
        case ["say", flow, step, choice] if knowledge.onward(f"{flow}/{step}", choice):
            return answer(stage, f"{flow}/{step}", choice)
        case ["back", flow, step] if knowledge.step(f"{flow}/{step}"):
            return stand(rewound(stage, f"{flow}/{step}"))
        case ["how", flow, step] if f"{flow}/{step}" == stage.standing():
            return stage.talk, show.step(stage, f"{flow}/{step}", explained=True)
        case ["win", "10" | "11" as version, id] if id in knowledge.articles:
            return enter(replace(stage, talk=stage.talk.learn(windows=version)), id)
        case _:
            return None


def _stayed(stage: Stage, parts: list[str]) -> Answer | None:
    """Show the place where the person is, once more."""
    match parts:
        case ["start"]:
            return stand(stage) if stage.standing() else (stage.talk, show.menu(stage))
        case ["resume"] if stage.standing():
            return stand(stage)
        case ["back"]:
            talk, reply = press(stage, "start")
            return talk, replace(reply, notice=stage.phrases.talk.nothing_to_go_back)
        case _:
            return None


def _asked(stage: Stage, parts: list[str]) -> Answer | None:
    """Do what an option asks for that leads nowhere in particular."""
    match parts:
        case ["good" | "bad" as verdict, id] if stage.knowledge.title(id):
            return judge(stage, id, good=verdict == "good")
        case ["again"]:
            return again(stage)
        case ["topics", *group]:
            return stage.talk, show.topics(stage, "/".join(group))
        case ["menu" | "thanks" | "human" as page]:
            shown = {"menu": show.menu, "thanks": show.thanks, "human": show.human}[page]
            return stage.talk, shown(stage)
        case _:
            return None


def again(stage: Stage) -> Answer:
    """Show what the person saw last once more, as far as the conversation tells."""
    page = show.page(stage, stage.talk.subject)
    return (stage.talk, page) if page else stand(stage)


def stale(stage: Stage) -> Answer:
    """Answer a button that leads nowhere any more: with the current step, else with a new start."""
    talk, reply = stand(stage) if stage.standing() else (stage.talk, show.menu(stage))
    return talk, replace(reply, notice=stage.phrases.talk.stale)


def enter(stage: Stage, id: str) -> Answer:
    """Open a flow at its beginning, or show a page."""
    if id in stage.knowledge.flows:
        return stand(replace(stage, talk=replace(stage.talk, flow=id, answers={}, subject=id)))
    reply = show.page(stage, id)
    assert reply is not None and reply.subject  # noqa: PT018, S101 -- callers hold the id of a page
    return replace(stage.talk, subject=reply.subject), reply


def stand(stage: Stage) -> Answer:
    """Show the place where the answers have led."""
    place = stage.place()
    if stage.knowledge.step(place):
        talk = replace(stage.talk, subject=place.partition("/")[0])
        return talk, show.step(replace(stage, talk=talk), place)
    if place == HUMAN:
        return stage.talk, show.human(stage)
    if stage.knowledge.title(place):
        return enter(stage, place)
    return stage.talk, show.menu(stage)


def answer(stage: Stage, place: str, choice_id: str) -> Answer:
    """Take an answer to a step: the current one, an earlier one again, or an old button's."""
    flow_id = place.partition("/")[0]
    if place not in stage.knowledge.walk(stage.talk.flow, stage.talk.answers):
        if place != stage.knowledge.entrance(flow_id):
            return stale(stage)
        stage = replace(stage, talk=replace(stage.talk, flow=flow_id, answers={}))
    stage = rewound(stage, place)
    onward = stage.knowledge.onward(place, choice_id)
    if onward in stage.path():
        return stand(rewound(stage, onward))
    step = stage.knowledge.step(place)
    choice = step.choice(choice_id) if step else None
    talk = replace(stage.talk, answers={**stage.talk.answers, place: choice_id})
    return stand(foreseen(replace(stage, talk=talk.learn(windows=choice.windows if choice else ""))))


def foreseen(stage: Stage) -> Stage:
    """Answer a step that asks only which Windows it is, where that is known; going back still shows it."""
    place = stage.standing()
    step = stage.knowledge.step(place)
    asked: dict[str, str] = {choice.windows: choice.id for choice in step.choices} if step else {}
    known = asked.get(stage.talk.facts.get("windows", ""))
    if not known or "" in asked:
        return stage
    return replace(stage, talk=replace(stage.talk, answers={**stage.talk.answers, place: known}))


def rewound(stage: Stage, place: str) -> Stage:
    """Return the stage as it was when that step was asked; a step that is not on the way begins its flow."""
    path = [*stage.knowledge.walk(stage.talk.flow, stage.talk.answers)]
    if place not in path:
        flow_id = place.partition("/")[0]
        return replace(stage, talk=replace(stage.talk, flow=flow_id, answers={}))
    kept = path[: path.index(place)]
    answers = {step: stage.talk.answers[step] for step in kept if step in stage.talk.answers}
    return replace(stage, talk=replace(stage.talk, answers=answers))


def judge(stage: Stage, id: str, *, good: bool) -> Answer:
    """Take "That fixed it" or "Still stuck": the latter leads on, and never to what was tried."""
    judged = Judged(id, "good" if good else "bad")
    talk = stage.phrases.talk
    if good:
        after = replace(stage.talk, flow="", answers={}, tried=(), subject="")
        reply = show.menu(replace(stage, talk=after))
        return after, replace(reply, title=talk.fixed_title, body=talk.fixed_body, judged=judged)
    tried = tuple(dict.fromkeys((*stage.talk.tried, id)))[-_MOST_TRIED:]
    stage = replace(stage, talk=replace(stage.talk, tried=tried))
    # a full list would forget what came first, and lead there again: then it is time for a human
    onward = next(_untried(stage, id), "") if len(tried) < _MOST_TRIED else ""
    if not onward:
        reply = show.human(stage)
        return stage.talk, replace(
            reply, notice=f"{talk.nothing_left_body.strip()}\n\n{reply.notice}", judged=judged
        )
    if onward in stage.knowledge.flows:
        stage = replace(stage, talk=replace(stage.talk, tried=(*stage.talk.tried, onward)))
    after, reply = enter(stage, onward)
    notice = f"{talk.stuck_title}. {talk.stuck_body}"
    return after, replace(reply, notice=notice, judged=judged)


def _untried(stage: Stage, id: str) -> Iterator[str]:
    """Yield what may help next: what the page leads to, then what the tried ones led to."""
    knowledge = stage.knowledge
    done = {*stage.talk.tried, *(place.partition("/")[0] for place in stage.path())}
    for page in (id, *reversed(stage.talk.tried)):
        found = knowledge.articles.get(page) or knowledge.error(page)
        for way in found.see if found else ():
            served = show.served(stage, way)
            if served not in done and served != knowledge.shown.human:
                yield served
