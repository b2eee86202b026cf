"""Every answer is short: nobody needs more than 45 seconds to read its first view aloud."""

from __future__ import annotations

import re

import pytest

from keyguide.core.engine.respond import respond
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Reply, Turn

WORDS_PER_MINUTE, SECONDS = 150, 45
CODE = re.compile(r"\b0x[0-9A-F]{8}\b")
ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:/[\w./-]*)?")


def say(text: str) -> list[str]:
    """List the words that somebody says who reads a text aloud: every sign of a code, too."""
    text = re.sub(r"[*`#>]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text))
    text = CODE.sub(lambda code: " ".join(code[0]), text)
    text = ADDRESS.sub(lambda found: re.sub(r"([./-])", r" \1 ", found[0]), text)
    text = text.replace("ms-settings:", "m s settings : ")
    return [word for word in text.split() if re.search(r"[\w./:+-]", word)]


def measure(reply: Reply) -> float:
    """Measure the seconds that the title and the body take; nobody reads the small line below aloud."""
    return len(say(f"{reply.title}\n{reply.body}")) * 60 / WORDS_PER_MINUTE


def test_codes_and_addresses_take_as_long_as_they_are_said() -> None:
    assert say("**Code** `0xC004F211`.") == ["Code", *"0xC004F21", "1."]
    assert say("open [the page](https://a.example/b) at a.example/b") == [
        *("open", "the", "page", "at"),
        *("a", ".", "example", "/", "b"),
    ]


@pytest.mark.slow
def test_no_article_and_no_code_takes_longer(real: Knowledge) -> None:
    pages = [*real.articles, *(error.id for error in real.errors.values())]
    replies = (respond(real, Conversation("ann"), Turn("ann", pick=f"go/{page}"))[1] for page in pages)

    assert {reply.subject: took for reply in replies if (took := measure(reply)) > SECONDS} == {}
