"""Replies made of knowledge: an article, an error page, a step, a menu, and what can be pressed there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from keyguide.core.engine.context import Context
from keyguide.core.model.article import Article, Certainty, ErrorCode
from keyguide.core.model.flow import measure_depth
from keyguide.core.model.turn import Handoff, Kind, Option, Reply
from keyguide.core.phrases.all import Phrases

_MAX_NEXT_OPTIONS = 5  # ways on under an answer, before the fixed ones


def make_open_option(stage: Context, id: str) -> Option | None:
    """Return the option that opens an article, error page or flow."""
    title = stage.knowledge.find_title(id)
    return Option(title, f"go/{id}", id) if title else None


def _make_open_options(stage: Context, ids: Iterable[str]) -> Iterator[Option]:
    for id in dict.fromkeys(ids):
        if option := make_open_option(stage, id):
            yield option


def make_closing_options(stage: Context) -> tuple[Option, ...]:
    """Return what can be pressed under everything."""
    buttons = stage.phrases.buttons
    return Option(buttons.human, "human"), Option(buttons.menu, "menu")


def choose_variant(stage: Context, id: str) -> str:
    """Return the article that serves best on this person's Windows: mostly the one that was asked for."""
    if not (asked := stage.knowledge.articles.get(id)):
        return id
    better = {"10": asked.instead.win10, "11": asked.instead.win11}
    return better.get(stage.talk.facts.get("windows", ""), "") or id


def make_article_reply(stage: Context, id: str, also: Iterable[str] = ()) -> Reply:
    """Return an article, in the variant that fits what is known of the person."""
    windows = stage.talk.facts.get("windows", "")
    shown = stage.knowledge.articles[choose_variant(stage, id)]
    return Reply(
        kind=Kind.REFUSAL if shown.refuses else Kind.ARTICLE,
        subject=shown.id,
        title=shown.title,
        body=_build_body(stage.phrases, shown, windows),
        options=(
            *_make_windows_options(stage, shown, windows),
            *_make_next_options(stage, shown.id, (*shown.see, *also)),
        ),
        sources=tuple(stage.knowledge.sources[source] for source in shown.sources),
        footing=_format_footing(stage.phrases, shown.certainty, shown.verified),
    )


def make_error_reply(stage: Context, code: ErrorCode, also: Iterable[str] = ()) -> Reply:
    """Return the page of an error code."""
    talk = stage.phrases.talk
    parts = (
        talk.error_message.format(message=code.message) if code.message else "",
        f"**{talk.error_means}**\n{code.means.strip()}",
        f"**{talk.error_fix}**\n{code.fix.strip()}",
    )
    return Reply(
        kind=Kind.ARTICLE,
        subject=code.id,
        title=code.name,
        body="\n\n".join(part for part in parts if part),
        options=_make_next_options(stage, code.id, (*code.see, *also)),
        sources=tuple(stage.knowledge.sources[source] for source in code.sources),
        footing=_format_footing(stage.phrases, code.certainty, code.verified),
    )


def make_page_reply(stage: Context, id: str, also: Iterable[str] = ()) -> Reply | None:
    """Return an article or an error page by its id, None where there is neither."""
    if id in stage.knowledge.articles:
        return make_article_reply(stage, id, also)
    code = stage.knowledge.find_error(id)
    return make_error_reply(stage, code, also) if code else None


def _build_body(phrases: Phrases, shown: Article, windows: str) -> str:
    talk = phrases.talk
    variants = (("11", talk.on_windows_11, shown.win11), ("10", talk.on_windows_10, shown.win10))
    fitting = [(head, text) for version, head, text in variants if text and windows in ("", version)]
    if not fitting:
        fitting = [(head, text) for _, head, text in variants if text]
    ends = ((talk.if_it_fails, shown.fails), (talk.what_not_to_do, shown.avoid))
    headed = (f"**{head}**\n{text.strip()}" for head, text in (*fitting, *ends) if text)
    return "\n\n".join((shown.body.strip(), *headed))


def _make_windows_options(stage: Context, shown: Article, windows: str) -> Iterator[Option]:
    """Yield what turns an answer to the other Windows."""
    buttons = stage.phrases.buttons
    for version, label, other in (
        ("11", buttons.windows_11, shown.instead.win11),
        ("10", buttons.windows_10, shown.instead.win10),
    ):
        if other or (shown.has_variants and windows != version):
            yield Option(label, f"win/{version}/{shown.id}", other)


def _make_next_options(stage: Context, id: str, ways: Iterable[str]) -> tuple[Option, ...]:
    """Return what a person would press next, the flow that goes deeper first."""
    buttons, flows = stage.phrases.buttons, stage.knowledge.flows
    ids = [way for way in dict.fromkeys(ways) if way != id]
    deeper = next((way for way in ids if way in flows), None)
    options: list[Option] = []
    if stage.find_open_step():
        options.append(Option(buttons.resume, "resume"))
    if deeper:
        options.append(Option(buttons.walk, f"go/{deeper}", deeper))
    options += _make_open_options(stage, [way for way in ids if way != deeper][:_MAX_NEXT_OPTIONS])
    options += [Option(buttons.fixed, f"good/{id}"), Option(buttons.stuck, f"bad/{id}")]
    if stage.find_place() == id:
        options.append(Option(buttons.back, f"back/{stage.list_answered_steps()[-1]}"))
    return (*options, *make_closing_options(stage))


def _format_footing(phrases: Phrases, certainty: Certainty, verified: str) -> str:
    day = date.fromisoformat(verified)
    said = f"{day.day} {phrases.months[day.month - 1]} {day.year}"
    return f"{getattr(phrases.talk, certainty)} {phrases.talk.verified.format(date=said)}"


def make_step_reply(stage: Context, place: str, *, explained: bool = False) -> Reply:
    """Return the step at "flow/step" as a question; explained, it also says how to find the answer."""
    flow_id, _, step_id = place.partition("/")
    flow, asked = stage.knowledge.flows[flow_id], stage.knowledge.find_step(place)
    assert asked is not None  # noqa: S101 -- callers hold a place of this knowledge
    buttons, talk = stage.phrases.buttons, stage.phrases.talk
    path = stage.list_answered_steps()
    answered = sum(place.startswith(f"{flow_id}/") for place in path)
    ahead = measure_depth(flow.build_graph(), step_id)
    options = [Option(choice.label, f"say/{place}/{choice.id}") for choice in asked.choices]
    if asked.how and not explained:
        options.append(Option(buttons.how, f"how/{place}"))
    if path:
        options += [
            Option(buttons.back, f"back/{path[-1]}"),
            Option(buttons.restart, f"go/{stage.talk.flow}"),
        ]
    return Reply(
        kind=Kind.STEP,
        subject=flow_id,
        step=step_id,
        title=flow.title,
        body=f"{asked.ask.strip()}\n\n**{talk.how_heading}**\n{asked.how.strip()}"
        if explained
        else asked.ask.strip(),
        progress=talk.progress.format(number=answered + 1, most=answered + ahead),
        options=(*options, *make_closing_options(stage)),
    )


def make_menu_reply(stage: Context) -> Reply:
    """Return the opening: the diagnoses, all topics, and a human."""
    buttons, talk = stage.phrases.buttons, stage.phrases.talk
    resume = (Option(buttons.resume, "resume"),) if stage.find_open_step() else ()
    flows = tuple(_make_open_options(stage, stage.knowledge.flows))
    ends = Option(buttons.topics, "topics"), Option(buttons.human, "human")
    return Reply(Kind.MENU, talk.menu_title, talk.menu_body.strip(), options=(*resume, *flows, *ends))


def make_thanks_reply(stage: Context) -> Reply:
    """Return a friendly word to who only thanks or says goodbye, with the same ways on as the opening."""
    talk = stage.phrases.talk
    return replace(make_menu_reply(stage), title=talk.thanks_title, body=talk.thanks_body)


def make_topics_reply(stage: Context, group_id: str = "") -> Reply:
    """Return all groups of articles, or the articles of one group."""
    talk = stage.phrases.talk
    for group in stage.knowledge.groups:
        if group.id == group_id:
            served = tuple(_make_open_options(stage, (article.id for article in group.articles)))
            back = Option(stage.phrases.buttons.topics, "topics")
            return Reply(
                Kind.MENU,
                group.title,
                talk.topics_body,
                options=(*served, back, *make_closing_options(stage)),
            )
    shelves = tuple(Option(group.title, f"topics/{group.id}") for group in stage.knowledge.groups)
    return Reply(
        Kind.MENU, talk.topics_title, talk.topics_body, options=(*shelves, *make_closing_options(stage))
    )


def make_suggestion_reply(stage: Context, title: str, body: str, ids: Iterable[str]) -> Reply:
    """Return at most three things that may be meant."""
    options = tuple(_make_open_options(stage, ids))[:3]
    resume = (Option(stage.phrases.buttons.resume, "resume"),) if stage.find_open_step() else ()
    return Reply(Kind.SUGGEST, title, body.strip(), options=(*options, *resume, *make_closing_options(stage)))


def make_miss_reply(stage: Context, title: str = "", body: str = "", ids: Iterable[str] = ()) -> Reply:
    """Return an honest miss, with what may help all the same."""
    talk = stage.phrases.talk
    resume = (Option(stage.phrases.buttons.resume, "resume"),) if stage.find_open_step() else ()
    options = (*resume, *_make_open_options(stage, ids), *make_closing_options(stage))
    return Reply(Kind.MISS, title or talk.miss_title, (body or talk.miss_body).strip(), options=options)


def make_elsewhere_reply(stage: Context, group_id: str, ids: Iterable[str] = ()) -> Reply:
    """Return a polite "not mine" that points on."""
    says = stage.knowledge.elsewhere[group_id].says.strip()
    resume = (Option(stage.phrases.buttons.resume, "resume"),) if stage.find_open_step() else ()
    options = (*resume, *_make_open_options(stage, ids), *make_closing_options(stage))
    return Reply(Kind.ELSEWHERE, stage.phrases.talk.elsewhere_title, says, options=options)


def make_human_reply(stage: Context) -> Reply:
    """Return the hand-over: the official ways to show, and what a helper is told."""
    reply = make_article_reply(stage, stage.knowledge.shown.human)
    menu_only = (Option(stage.phrases.buttons.menu, "menu"),)
    return replace(
        reply,
        title=stage.phrases.talk.human_title,
        notice=stage.phrases.talk.human_body.strip(),
        options=tuple(o for o in reply.options if o.about or o.pick == "resume") + menu_only,
        handoff=build_handoff(stage),
    )


def build_handoff(stage: Context) -> Handoff:
    """Gather what is known of the person's trouble, so that nobody has to ask again."""
    knowledge, told = stage.knowledge, stage.phrases.told
    answers = []
    for place in stage.list_answered_steps():
        asked = knowledge.find_step(place)
        choice = asked.find_choice(stage.talk.answers[place]) if asked else None
        if asked and choice:
            answers.append((asked.ask.strip(), choice.label))
    names = (("windows", told.windows), ("code", told.code), ("state", told.state),
             ("channel", told.channel), ("status", told.status))  # fmt: skip
    facts = tuple((name, stage.talk.facts[key]) for key, name in names if stage.talk.facts.get(key))
    tried = tuple(knowledge.find_title(id) or id for id in stage.talk.tried)
    return Handoff(tuple(answers), facts, tried)
