"""Take a text as an answer to the open step: by evidence, words, facts or meaning; else ask it again."""

from __future__ import annotations

import re
from dataclasses import replace

from keyguide.core.engine.answers.speech_acts import answer_act_in_step, explain_step, note_facts, tell_later
from keyguide.core.engine.context import Context, TurnResult
from keyguide.core.engine.incoming_text import ParsedMessage
from keyguide.core.engine.intents import Intent, find_intent, is_question
from keyguide.core.engine.match_choice import choose_by_evidence, choose_by_text
from keyguide.core.engine.pressed_option import press
from keyguide.core.finding.index import Decision
from keyguide.core.finding.normalise import normalise_all
from keyguide.core.model.content.flow import Choice, Step

_SURE_STEP, _SURE_CHOICE = 0.3, 0.45  # share of the step among all steps, and of a choice in the step
_LIKELY_STEP, _LIKELY_CHOICE = 0.02, 0.6
_LIKE_ANSWER, _CLEAR_CHOICE = 0.2, 0.75  # share of the best choice of any step, and of a choice in the step
_SURE_CORRECTION, _SURE_OTHER_FLOW = 0.35, 0.8  # share of a choice of an earlier step, or of another flow
_SURE_TOPIC = 0.8  # confidence from which a statement is another topic and no answer to the step
_CERTAIN_TOPIC = 0.95  # confidence from which even "where is that" is about another topic
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


def answer_open_step(context: Context, parsed: ParsedMessage, facts: dict[str, str]) -> TurnResult | None:
    """Answer the open step with a text, or return None if the text clearly asks something else."""
    step = context.knowledge.find_step(context.find_open_step())
    if step is None:
        return None
    intent = find_intent(context.knowledge, parsed.message.question)
    if pick := _find_pick(context, step, parsed, facts, intent):
        return press(context, pick)
    asks_besides = intent.act and is_question(intent.rest)  # "sorry, quick question: what is ..."
    if asks_besides or _has_evidence(parsed):
        return None
    if intent.act and (answer := answer_act_in_step(context, intent.act)):
        return answer[0], replace(answer[1], act=intent.act)
    if facts and not is_question(parsed.message.question):
        return note_facts(context, facts)
    return _answer_question(context, step, parsed, intent)


def _answer_question(
    context: Context, step: Step, parsed: ParsedMessage, intent: Intent
) -> TurnResult | None:
    """Ask the open step again, with a word about what was asked; None if the text leaves the step."""
    asks_for_meaning = _asks_for_meaning(context, step, parsed)
    is_about_step = intent.aspect in _ON_THE_WAY or asks_for_meaning
    stays = is_about_step and not parsed.is_sure_topic(_CERTAIN_TOPIC)
    if not stays and _leaves_step(context, parsed, intent):
        return None
    if intent.aspect in _ON_THE_PAGE:
        return tell_later(context)
    return explain_step(context, "unsure" if step.how and asks_for_meaning else "")


def _find_pick(
    context: Context, step: Step, parsed: ParsedMessage, facts: dict[str, str], intent: Intent
) -> str:
    """Find the pick that a text stands for: a choice of the step, a correction, or a call for a human."""
    text = parsed.message.question
    choice = choose_by_evidence(step, parsed.list_evidence())
    if choice is None and (correction := _find_correction(context, step, facts)):
        return correction
    choice = choice or choose_by_text(context.knowledge, step, text)
    is_statement = not is_question(text) and not _has_evidence(parsed)
    if choice is None and is_statement:
        choice = _choose_by_facts(step, facts)
    if choice is None and is_statement and intent.act not in _NO_ANSWERS:
        choice = _choose_by_meaning(context, step, text, parsed)
    if choice is None and intent.act == "solved":
        choice = _choose_what_settles(context, step)
    if choice:
        return f"say/{context.find_open_step()}/{choice.id}"
    if is_statement and _is_stuck(context, parsed):
        return "human"
    may_correct = is_statement and not intent.act and not facts
    return _find_correction_by_meaning(context, text) if may_correct else ""


def _choose_what_settles(context: Context, step: Step) -> Choice | None:
    """Choose what states that the matter is settled, if the flow asks on after that."""
    flow = context.conversation.flow
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
    return parsed.is_sure_topic(_SURE_TOPIC) and not _speaks_of_page(context, parsed)


def _speaks_of_page(context: Context, parsed: ParsedMessage) -> bool:
    """Check whether a text is about the page just shown: a statement about that answers the step again."""
    return bool(parsed.result.top) and parsed.result.top == context.find_last_page()


def _asks_for_meaning(context: Context, step: Step, parsed: ParsedMessage) -> bool:
    """Check whether a text asks what a word of the step means: "what does administrator mean"."""
    normalise_words = context.knowledge.words.normalise_words
    if not (start := _ASKS_FOR_MEANING.match(parsed.message.question)):
        return False
    read = normalise_words(" ".join((step.ask, step.how, *(choice.label for choice in step.choices))))
    after = normalise_words(parsed.message.question[start.end() :])
    asked = {word for word in after if word not in context.knowledge.fillers}
    return bool(asked & set(read)) and len(asked) <= _MAX_ASKED_WORDS


def _choose_by_facts(step: Step, facts: dict[str, str]) -> Choice | None:
    """Choose the one choice all of whose facts were mentioned."""
    fitting = [choice for choice in step.choices if choice.facts and choice.facts.items() <= facts.items()]
    return fitting[0] if len(fitting) == 1 else None


def _choose_by_meaning(context: Context, step: Step, text: str, parsed: ParsedMessage) -> Choice | None:
    """Choose by what the text means, learnt from examples of answers.

    A text that is most like answers to this very step answers it, whatever else it could be about. A text
    that is like answers to any step, or is not surely about another topic, answers it if one choice of this
    step fits much better than the others.
    """
    position = context.find_open_step()
    choices = context.knowledge.choices
    ranking = choices.classify(text)
    total = sum(share for label, share in ranking if label.startswith(f"{position}/"))
    if not total:
        return None
    labels = [label for label, _ in ranking if label.startswith(f"{position}/")]
    label, share = choices.classify(text, labels)[0]
    sounds_like_answer = ranking[0][1] >= _LIKE_ANSWER and share >= _CLEAR_CHOICE
    is_topic = parsed.is_sure_topic() and not _speaks_of_page(context, parsed)
    is_possible = total >= _LIKELY_STEP and share >= _LIKELY_CHOICE and not is_topic
    is_certain = total >= _SURE_STEP and share >= _SURE_CHOICE
    fits = is_certain or is_possible or sounds_like_answer
    return step.find_choice(label.rpartition("/")[2]) if fits else None


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
    is_first = (
        position == f"{flow.id}/{flow.first_step}"
    )  # any other step is answered in words such as "yes i did"
    is_other = is_first and not answered and flow.id != context.conversation.flow
    return f"say/{label}" if is_other and share >= _SURE_OTHER_FLOW else ""


def _find_correction(context: Context, step: Step, facts: dict[str, str]) -> str:
    """Find the pick that answers an earlier step otherwise, if a text states another fact."""
    if any(set(choice.facts) & set(facts) for choice in step.choices):
        return ""  # it answers the open step
    for position in reversed(context.list_answered_steps()):
        earlier = context.knowledge.find_step(position)
        choice = _choose_by_facts(earlier, facts) if earlier else None
        if choice and choice.id != context.conversation.answers[position]:
            return f"say/{position}/{choice.id}"
    return ""
