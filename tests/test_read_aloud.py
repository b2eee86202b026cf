"""Every answer is short: nobody needs more than 45 seconds to read aloud all that its card shows at first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from discord import ui

from keyguide.core.engine.context import Context
from keyguide.core.engine.pages.make_replies import make_step_reply
from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.flow import HUMAN
from keyguide.core.model.content.recognition import LicenceReading
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Reply, Turn
from keyguide.faces.discord.cards.draw import DrawOptions, draw_cards

WORDS_PER_MINUTE, SECONDS = 150, 45
TODAY = date(2026, 11, 27)
CODE = re.compile(r"\b0x[0-9A-F]{8}\b")
ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:/[\w./-]*)?")


def say(text: str) -> list[str]:
    """List the words that somebody says who reads a text aloud: every sign of a code, too."""
    text = re.sub(r"^-# ", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text), flags=re.MULTILINE)
    text = CODE.sub(lambda code: " ".join(code[0]), re.sub(r"[*`#>]", "", text))
    text = ADDRESS.sub(lambda found: re.sub(r"([./-])", r" \1 ", found[0]), text)
    text = text.replace("ms-settings:", "m s settings : ")
    return [word for word in text.split() if re.search(r"[\w./:+-]", word)]


def measure(knowledge: Knowledge, reply: Reply) -> float:
    """Measure the seconds that all texts of a card take, from the notice on top down to the small line."""
    cards = draw_cards(reply, DrawOptions(knowledge.choose_phrases("en")))
    parts = [part for card in cards for part in card.walk_children() if isinstance(part, ui.TextDisplay)]
    return len(say("\n".join(part.content for part in parts))) * 60 / WORDS_PER_MINUTE


def list_replies(knowledge: Knowledge) -> Iterator[tuple[str, Reply]]:
    """List each reply that explains something: pages, questions, and what is said of pasted texts."""
    context = Context(knowledge, knowledge.choose_phrases("en"), Conversation("ann"))
    for position in (f"{flow.id}/{step.id}" for flow in knowledge.flows.values() for step in flow.steps):
        yield position, make_step_reply(context, position, explained=True)
    pages = [*knowledge.articles, *(error.id for error in knowledge.errors.values())]
    turns = {
        pick: Turn("ann", pick=pick) for pick in (*(f"go/{page}" for page in pages), "menu", "topics", HUMAN)
    }
    turns |= {state.id: Turn("ann", state.says[0]) for state in knowledge.recognition.states}
    turns |= {rule.id: Turn("ann", write_report(knowledge, rule)) for rule in knowledge.recognition.readings}
    for name, turn in turns.items():
        yield name, respond(knowledge, Conversation("ann"), replace(turn, today=TODAY))[1]


def write_report(knowledge: Knowledge, reading: LicenceReading) -> str:
    """Write a report as Windows does, with what a reading asks for."""
    public = knowledge.recognition.public_keys[0].key
    ending = {"public": public[-5:], "none": ""}.get(reading.key, "Q7K2M")
    label = "Notification Reason" if reading.status else "Grund"  # of a report in another language
    lines = (
        "Name: Windows(R), Professional edition",
        *(f"Description: Windows(R) Operating System, {channel} channel" for channel in reading.channels[:1]),
        f"Partial Product Key: {ending}" if ending else "Error: product key not found.",
        *(f"License Status: {status}" for status in reading.status[:1]),
        *(f"{label}: {reason}." for reason in reading.reasons[:1]),
    )
    return "\n".join(lines)


def test_codes_and_addresses_take_as_long_as_they_are_said() -> None:
    assert say("**Code** `0xC004F211`.") == ["Code", *"0xC004F21", "1."]
    assert say("open [the page](https://a.example/b) at a.example/b") == [
        *("open", "the", "page", "at"),
        *("a", ".", "example", "/", "b"),
    ]
    assert say(
        "> Read.\n## Title\n-# [Shop 1](https://a.example), [2](https://b.example) · Checked: today."
    ) == [
        *("Read.", "Title", "Shop", "1,", "2", "Checked:", "today."),
    ]


@pytest.mark.slow
def test_no_card_takes_longer(real: Knowledge) -> None:
    replies = dict(list_replies(real))
    readings = {rule.id for rule in real.recognition.readings if rule.says.strip() in replies[rule.id].notice}

    assert len(readings) == len(real.recognition.readings)  # each is measured
    assert {name: took for name, reply in replies.items() if (took := measure(real, reply)) > SECONDS} == {}
