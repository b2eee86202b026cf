"""Take a text as an answer to the open step: by evidence, words, facts or meaning; else ask it again."""

from __future__ import annotations

import re
from dataclasses import replace

from keyguide.core.engine.answers.likely_pages import list_likely
from keyguide.core.engine.answers.speech_acts import answer_act_in_step, explain_step, note_facts, tell_later
from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.engine.incoming_text import ParsedMessage
from keyguide.core.engine.intents import YES_OR_NO, Intent, find_intent, is_question
from keyguide.core.engine.match_choice import choose_by_evidence, choose_by_facts, choose_by_text
from keyguide.core.engine.pages import make_replies
from keyguide.core.engine.pressed_option import list_facts, press
from keyguide.core.finding.index import Decision
from keyguide.core.finding.normalise import normalise_all
from keyguide.core.model.content.flow import Choice, Step

_SURE_STEP, _SURE_CHOICE = 0.3, 0.45  # share of the step among all steps, and of a choice in the step
_LIKELY_STEP, _LIKELY_CHOICE = 0.02, 0.6
_LIKE_ANSWER, _CLEAR_CHOICE = 0.2, 0.75  # share of the best choice of any step, and of a choice in the step
_SURE_CORRECTION, _SURE_OTHER_FLOW = 0.35, 0.8  # share of a choice of an earlier step, or of another flow
_SURE_TOPIC = 0.8  # confidence from which a statement is another topic and no answer to the step
_CERTAIN_TOPIC = 0.95  # confidence from which even "where is that" or "no clue" is about another topic
_MIN_STORY_WORDS = 9  # from which a statement about something else is no answer to the step
_NO_ANSWERS = frozenset((  # acts that are never an answer to a step, whatever they sound like
    "greeting", "plea", "thanks", "goodbye", "insult", "bot", "wrong", "repeating", "human", "back",
    "restart", "resume", "repeat", "simpler", "shorter", "source", "link", "menu",
))  # fmt: skip
_ON_THE_WAY = frozenset(("where", "not-there", "why"))  # aspects that ask about the step itself
_ON_THE_PAGE = frozenset(("how-long", "cost", "restart"))  # the page at the end tells these
_ASKS_FOR_MEANING = re.compile(
    r"\W*(?:(?:and|but|so|ok|sorry|hm+)\W+)?(?:what(?:s| is| are| does)|how (?:do|can) i)\b", re.IGNORECASE
)
_MAX_ASKED_WORDS = 3
_SHARE_IF_LED, _SHARE_IF_CLOSE = 0.45, 0.3  # of a choice that leads to what the text is about
_LIKELY_PAGE, _MAX_LIKELY = 0.15, 2  # share of a page to be offered beside the step that is asked again
_SURE_OTHER_STEP = 0.5  # share of an answer to any step from which its facts count as stated
Ranking = tuple[tuple[str, float], ...]  # "flow/step/choice" with shares, best first


def answer_open_step(context: Context, parsed: ParsedMessage) -> TurnResult | None:
    """Answer the open step with a text, or return None if the text is no answer to it."""
    step = context.knowledge.find_step(context.find_open_step())
    if step is None:
        return None
    pick = _find_named_pick(context, step, parsed)
    return press(context, pick) if pick else _answer_by_meaning(context, step, parsed)


def _answer_by_meaning(context: Context, step: Step, parsed: ParsedMessage) -> TurnResult | None:
    """Answer the open step with what a text means, or return None if it clearly asks something else."""
    intent = find_intent(context.knowledge, parsed.message.question)
    if intent.act == "solved" and parsed.denies_success():
        intent = Intent(rest=parsed.message.question)
    if pick := _find_meant_pick(context, step, parsed, intent):
        return press(context, pick)
    asks_besides = intent.act and is_question(intent.rest)  # "sorry, quick question: what is ..."
    if asks_besides or _tells_besides(context, intent) or _has_evidence(parsed):
        return None
    if intent.act and (answer := answer_act_in_step(context, intent.act)):
        return answer[0], replace(answer[1], act=intent.act)
    if not is_question(parsed.message.question):
        context, facts = _add_meant_facts(context, parsed)
        if facts:
            return note_facts(context, facts)
    return _answer_question(context, step, parsed, intent)


def _tells_besides(context: Context, intent: Intent) -> bool:
    """Check whether somebody announces a question and says at once what it is about."""
    announces = intent.act == "opener" and bool(intent.rest)
    return announces and context.knowledge.finder.find(intent.rest).is_sure(_CERTAIN_TOPIC)


def _add_meant_facts(context: Context, parsed: ParsedMessage) -> tuple[Context, dict[str, str]]:
    """Add what a text states as an answer to another step of the flow, unless it states facts literally."""
    facts = parsed.message.facts
    ranking = context.knowledge.choices.classify(parsed.message.question)
    is_of_flow = ranking and ranking[0][0].startswith(f"{context.find_open_flow()}/")
    if facts or not is_of_flow:
        return context, facts
    meant = _find_meant_facts(context, ranking)
    return replace(context, conversation=context.conversation.add_facts(**meant)), meant


def _answer_question(
    context: Context, step: Step, parsed: ParsedMessage, intent: Intent
) -> TurnResult | None:
    """Ask the open step again, with a word about what was asked; None if the text leaves the step."""
    if intent.aspect and context.find_last_page():
        return None  # it is about the page that was shown meanwhile
    asks_for_meaning = _asks_for_meaning(context, step, parsed)
    is_about_step = intent.aspect in _ON_THE_WAY or asks_for_meaning
    stays = is_about_step and not parsed.is_sure_topic(_CERTAIN_TOPIC)
    if not stays and _leaves_step(context, parsed, intent):
        return None
    if intent.aspect in _ON_THE_PAGE:
        return tell_later(context)
    conversation, reply = explain_step(context, "unsure" if step.how and asks_for_meaning else intent.act)
    likely = [page for page in list_likely(context, parsed, _LIKELY_PAGE) if page != context.find_open_flow()]
    return conversation, make_replies.offer_first(context, reply, likely[:_MAX_LIKELY])


def _find_named_pick(context: Context, step: Step, parsed: ParsedMessage) -> str:
    """Find the pick that a text names as it is written: a choice of the step, or a correction."""
    choice = choose_by_evidence(step, parsed.list_evidence())
    if choice is None and (correction := _find_correction(context, step, parsed.message.facts)):
        return correction
    choice = choice or choose_by_text(context.knowledge, step, parsed.message.question)
    return f"say/{context.find_open_step()}/{choice.id}" if choice else ""


def _find_meant_pick(context: Context, step: Step, parsed: ParsedMessage, intent: Intent) -> str:
    """Find the pick that a text means: a choice of the step, a correction, or a call for a human."""
    text, facts = parsed.message.question, parsed.message.facts
    is_statement = not is_question(text) and not _has_evidence(parsed)
    choice = _choose_by_statement(context, step, parsed, intent) if is_statement else None
    if choice is None and intent.act == "solved":
        choice = _choose_what_settles(context, step)
    if choice:
        return f"say/{context.find_open_step()}/{choice.id}"
    if is_statement and _is_stuck(context, parsed):
        return "human"
    may_correct = is_statement and not intent.act and not facts
    return _find_correction_by_meaning(context, text) if may_correct else ""


def _choose_by_statement(
    context: Context, step: Step, parsed: ParsedMessage, intent: Intent
) -> Choice | None:
    """Choose by what a statement says: by its facts, by its "yes" or "no", or else by what it means."""
    choice = choose_by_facts(context.knowledge, step, parsed.message.facts)
    said = "yes" if not intent.act and parsed.words[:1] == ["yes"] else intent.act  # "no clue" is no answer
    if choice is None and said in YES_OR_NO:
        choice = choose_by_text(context.knowledge, step, said)
    if choice or (intent.act in _NO_ANSWERS and not intent.rest):
        return choice
    if intent.act in _NO_ANSWERS:
        return _choose_beside_act(context, parsed)
    return _choose_by_meaning(context, step, parsed)


def _choose_what_settles(context: Context, step: Step) -> Choice | None:
    """Choose what states that the matter is settled, if the flow asks on after that."""
    flow = context.find_open_flow()
    going_on = (choice for choice in step.choices if context.knowledge.find_step(f"{flow}/{choice.go}"))
    return next((choice for choice in going_on if _is_settling(context, choice)), None)


def _is_settling(context: Context, choice: Choice) -> bool:
    """Check whether a choice states that the matter is settled, such as that Windows is activated now."""
    known = context.knowledge.facts
    return any(
        value.solves
        for name, chosen in choice.facts.items()
        for value in (known[name].values if name in known else ())
        if value.id == chosen
    )


def _has_evidence(parsed: ParsedMessage) -> bool:
    return bool(parsed.list_evidence() or parsed.message.evidence.secret)


def _is_stuck(context: Context, parsed: ParsedMessage) -> bool:
    """Check whether somebody says that they are still stuck, where no choice of the step says so."""
    phrases = (*context.knowledge.commands.stuck, context.phrases.buttons.stuck)
    return " ".join(parsed.words) in normalise_all(context.knowledge.words, phrases)


def _leaves_step(context: Context, parsed: ParsedMessage, intent: Intent) -> bool:
    """Check whether a text is a question of its own, and not about what the step will lead to."""
    result = parsed.result
    if intent.aspect in _ON_THE_PAGE and not parsed.is_sure_topic():
        return False
    if is_question(parsed.message.question):
        return result.decision is not Decision.MISS
    if result.decision is Decision.ELSEWHERE and result.elsewhere and not intent.belongs:
        return len(parsed.words) >= _MIN_STORY_WORDS
    bar = _CERTAIN_TOPIC if intent.belongs else _SURE_TOPIC
    return parsed.is_sure_topic(bar) and not _speaks_of_page(context, parsed)


def _speaks_of_page(context: Context, parsed: ParsedMessage) -> bool:
    """Check whether a text is about the page just shown: a statement about that answers the step again."""
    top = parsed.result.top
    return bool(top) and top == context.find_last_page() and not context.knowledge.is_refusal(top)


def _asks_for_meaning(context: Context, step: Step, parsed: ParsedMessage) -> bool:
    """Check whether a text asks what a word of the step means: "what does administrator mean"."""
    normalise_words = context.knowledge.words.normalise_words
    if not (start := _ASKS_FOR_MEANING.match(parsed.message.question)):
        return False
    read = normalise_words(" ".join((step.ask, step.how, *(choice.label for choice in step.choices))))
    after = normalise_words(parsed.message.question[start.end() :])
    asked = {word for word in after if word not in context.knowledge.fillers}
    return bool(asked & set(read)) and len(asked) <= _MAX_ASKED_WORDS


def _choose_by_meaning(context: Context, step: Step, parsed: ParsedMessage) -> Choice | None:
    """Choose by what the text means, learnt from examples of answers.

    A text that is most like answers to this very step answers it, whatever else it could be about. A text
    that is like answers to any step, or is not surely about another topic, answers it if one choice of this
    step fits much better than the others.
    """
    text = parsed.message.question
    ranking = context.knowledge.choices.classify(text)
    total, within = _rank_within(context, text, ranking)
    if not within:
        return None
    choice, share = within[0]
    if led := _choose_by_destination(within, parsed):
        return led
    sounds_like_answer = ranking[0][1] >= _LIKE_ANSWER and share >= _CLEAR_CHOICE
    is_topic = parsed.is_sure_topic() and not _speaks_of_page(context, parsed)
    is_possible = total >= _LIKELY_STEP and share >= _LIKELY_CHOICE and not is_topic
    is_certain = total >= _SURE_STEP and share >= _SURE_CHOICE
    fits = is_certain or is_possible or sounds_like_answer
    return choice if fits else choose_by_facts(context.knowledge, step, _find_meant_facts(context, ranking))


def _choose_beside_act(context: Context, parsed: ParsedMessage) -> Choice | None:
    """Choose by what a text means that thanks or says goodbye as well, if it is most like an answer."""
    text = parsed.message.question
    total, within = _rank_within(context, text, context.knowledge.choices.classify(text))
    is_certain = total >= _SURE_STEP and within and within[0][1] >= _SURE_CHOICE
    return within[0][0] if is_certain else None


def _rank_within(context: Context, text: str, ranking: Ranking) -> tuple[float, list[tuple[Choice, float]]]:
    """Return the share of the open step among all, and its choices with their shares of that, best first."""
    position = context.find_open_step()
    step = context.knowledge.find_step(position)
    labels = [label for label, _ in ranking if label.startswith(f"{position}/")]
    if step is None or not labels:
        return 0.0, []
    total = sum(share for label, share in ranking if label in labels)
    within = context.knowledge.choices.classify(text, labels)
    chosen = [(step.find_choice(label.rpartition("/")[2]), share) for label, share in within]
    return total, [(choice, share) for choice, share in chosen if choice]


def _choose_by_destination(within: list[tuple[Choice, float]], parsed: ParsedMessage) -> Choice | None:
    """Choose what leads to the very page that the text is about, if it may be meant as well."""
    if parsed.result.decision not in {Decision.ANSWER, Decision.SUGGEST}:
        return None
    leading = [(choice, share) for choice, share in within if choice.go == parsed.result.top]
    choice, share = leading[0] if leading else (None, 0.0)
    is_close = parsed.is_sure_topic(_CERTAIN_TOPIC) and share >= within[0][1] / 2
    return choice if share >= (_SHARE_IF_CLOSE if is_close else _SHARE_IF_LED) else None


def _find_meant_facts(context: Context, ranking: Ranking) -> dict[str, str]:
    """Find the lasting facts that the likeliest answer to any step states; empty if none is likely."""
    label, share = ranking[0] if ranking else ("", 0.0)
    position, _, choice_id = label.rpartition("/")
    step = context.knowledge.find_step(position)
    choice = step.find_choice(choice_id) if step and share >= _SURE_OTHER_STEP else None
    known = context.knowledge.facts
    stated = list_facts(choice) if choice else ()
    return {name: value for name, value in stated if name in known and not known[name].changes}


def _find_correction_by_meaning(context: Context, text: str) -> str:
    """Find the pick that answers an earlier step of this flow again, or the first of another flow."""
    ranking = context.knowledge.choices.classify(text)
    if is_question(text) or not ranking or ranking[0][1] < _SURE_CORRECTION:
        return ""
    label, share = ranking[0]
    position, _, choice = label.rpartition("/")
    answered = context.list_answered_steps()
    if position in answered:
        return f"say/{label}" if context.conversation.answers[position] != choice else ""
    flow = context.knowledge.flows[position.partition("/")[0]]
    # the later steps of another flow are answered in words that fit anything, such as "yes i did"
    is_first = position == f"{flow.id}/{flow.first_step}"
    is_other = is_first and not answered and flow.id != context.find_open_flow()
    return f"say/{label}" if is_other and share >= _SURE_OTHER_FLOW else ""


def _find_correction(context: Context, step: Step, facts: dict[str, str]) -> str:
    """Find the pick that answers an earlier step otherwise, if a text states another fact."""
    if any(set(choice.facts) & set(facts) for choice in step.choices):
        return ""  # it answers the open step
    for position in reversed(context.list_answered_steps()):
        earlier = context.knowledge.find_step(position)
        choice = choose_by_facts(context.knowledge, earlier, facts) if earlier else None
        if choice and choice.id != context.conversation.answers[position]:
            return f"say/{position}/{choice.id}"
    return ""
