"""Messages of the Activation page are recognised whole, shortened or retold, and questions are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguide.core.evidence.activation_page import find_state, index_wordings
from keyguide.core.model.content.recognition import ActivationState


def _state(id: str, *says: str) -> ActivationState:
    return ActivationState(id, says, "somewhere")


NO_SERVER = (
    "We can't activate Windows on this device as we can't connect to your organization's activation server. "
    "Make sure you're connected to your organization's network and try again. "
    "If you continue having problems with activation, contact your organization's support person. "
    "Error code: 0xC004F074."
)
STATES = (
    _state("linked", "Windows is activated with a digital license linked to your Microsoft account"),
    _state("digital", "Windows is activated with a digital license"),
    _state("activated", "Windows is activated", "Windows is activated using a product key"),
    _state("fragment", "activated with a product key", "no license was found on this very device"),
    _state("company", "Windows is activated using your organization's activation service"),
    _state("not", "Windows is not activated", "Not active"),
    _state(
        "hardware", "Windows reported that the hardware of your device has changed. Error code: 0xC004F211"
    ),
    _state("no-key", "Windows reported that no product key was found on your device. Error code: 0xC004F213"),
    _state("no-server", NO_SERVER),
    _state(
        "no-license",
        "We can't activate Windows on this device because you don't have a valid digital license "
        "or product key",
    ),
    _state(
        "sign-in",
        "Please sign in to your work or school account to verify your information.",
        "Your account requires authentication",
    ),
    _state("expires", "Your Windows license will expire soon"),
    _state("watermark", "Activate Windows", "Go to Settings to activate Windows."),
    _state("troubleshooter", "Windows can't be activated on your device"),
    _state(
        "two-a", "The first half of it is quite another one than there. But its second half is one in both."
    ),
    _state(
        "two-b",
        "Something else stands here that nobody would ever mistake. But its second half is one in both.",
    ),
    _state("blank", "..."),
)
FOLDED = index_wordings(STATES)

SHOWN = {
    "whole": ("Windows is activated with a digital license linked to your Microsoft account", "linked", ""),
    "british": (
        "Windows is activated with a digital licence linked to your Microsoft account.",
        "linked",
        "",
    ),
    "shouted": ("WINDOWS IS ACTIVATED WITH A DIGITAL LICENSE", "digital", ""),
    "shortest": ("Windows is activated", "activated", ""),
    "not": ("Windows is not activated", "not", ""),
    "not, retold": ("windows isnt activated", "not", ""),
    "not, curly": ("Windows isn\u2019t activated!", "not", ""),
    "not, after something": (
        "after changing the board windows is not activated",
        "not",
        "after changing the board",
    ),
    "label": ("Activation state: Not active", "not", "Activation state"),
    "company": ("windows is activated using your organisation\u2019s activation service", "company", ""),
    "by key": ("Windows is activated using a product key", "activated", ""),
    "hyphen": (
        "Windows is activated with a digital license linked to your Microsoft-account",
        "linked",
        "",
    ),
    "quoted and broken": (
        "> **Windows** is activated\r\n> with a digital\r\n> license. how do i link?",
        "digital",
        "how do i link?",
    ),
    "without its beginning": (
        "activated with a digital license linked to your microsoft account",
        "linked",
        "",
    ),
    "retold": (
        'it says "activated with a digital license linked to my microsoft account" so im good?',
        "linked",
        "it says so im good?",
    ),
    "retold with its": ("its activated with a digital license", "digital", ""),
    "retold without article": ("windows is activated with digital license, what now", "digital", "what now"),
    "retold with another article": (
        "windows is activated with a digital license linked to a microsoft account",
        "linked",
        "a microsoft account",
    ),
    "digital but not linked": (
        "Windows is activated with a digital license but not linked to your Microsoft account",
        "digital",
        "but not linked to your Microsoft account",
    ),
    "cut short": ("windows is activated using your organizations", "company", ""),
    "only a sentence": (
        f"{NO_SERVER.partition('. ')[0]}. help",
        "no-server",
        "help",
    ),
    "whole with its code": (NO_SERVER.replace(" ", "\n"), "no-server", ""),
    "can not": (
        "we cannot activate windows on this device because you dont have a valid digital licence "
        "or product key",
        "no-license",
        "",
    ),
    "hardware": (
        "Windows reported that the hardware of your device has changed",
        "hardware",
        "",
    ),
    "no key": (
        "Says: Windows reported that no product key was found on your device. Error code: 0xC004F213. help!",
        "no-key",
        "Says help!",
    ),
    "sign in": ("your account requires authentication", "sign-in", ""),
    "expires": ("my windows license will expire soon popup", "expires", "popup"),
    "watermark quoted": (
        'popping up with the "Activate Windows" prompt',
        "watermark",
        "popping up with prompt",
    ),
    "watermark on its line": ("Activate Windows\nit is in the corner", "watermark", "it is in the corner"),
    "in a code fence": ("```\nWindows is not activated\n```", "not", ""),
    "a message that is asked about": (
        "how do i fix no license was found on this very device?",
        "fragment",
        "how do i fix ?",
    ),
    "cannot be activated": ("Windows cannot be activated on my device", "troubleshooter", ""),
}

NOT_SHOWN = {
    "nothing": "",
    "is it": "is windows activated with a digital license?",
    "can it": "can windows be activated with a digital license linked to my account",
    "how": "how to get windows activated with a digital license linked to my account",
    "it was": "it was activated with a digital license before",
    "a fragment that is asked for": "is windows activated with a product key",
    "if": "how do i know if windows is activated",
    "whether": "tell me whether windows is activated with a digital license",
    "once": "i will link it once windows is activated",
    "denied": "it does not say windows is activated",
    "denied without its beginning": "it is not activated with a digital license",
    "done by a person": "i activated with a product key yesterday and it is activated using a key",
    "a wish in two words": "activate windows",
    "a wish in capitals": "Activate Windows for me",
    "prose": "my windows 10 was activated and i want to move it to a new computer",
    "part that goes astray": "Windows reported that the hardware of your keyboard has been seen, is that bad",
    "another product": "my office license will expire soon",
    "sentence of two messages": "But its second half is one in both.",
}


@pytest.mark.parametrize(("text", "id", "rest"), SHOWN.values(), ids=SHOWN)
def test_a_message_is_recognised_and_the_rest_is_kept(text: str, id: str, rest: str) -> None:
    found = find_state(text, FOLDED)

    assert found is not None
    assert (found.id, found.rest) == (id, rest)


@pytest.mark.parametrize("text", NOT_SHOWN.values(), ids=NOT_SHOWN)
def test_a_question_or_a_wish_is_no_message(text: str) -> None:
    assert find_state(text, FOLDED) is None


def test_the_longest_message_wins_whatever_the_order() -> None:
    turned = index_wordings(tuple(reversed(STATES)))
    text = "Windows is activated with a digital license linked to your Microsoft account"

    found = find_state(text, turned)

    assert found is not None
    assert found.id == "linked"


def test_of_two_messages_the_longer_is_told() -> None:
    found = find_state("first: Windows is not activated. then: Your Windows license will expire soon", FOLDED)

    assert found is not None
    assert (found.id, found.rest) == ("expires", "first: Windows is not activated. then")


def test_no_messages_find_nothing() -> None:
    assert find_state("Windows is activated", index_wordings(())) is None


def test_only_the_top_of_a_long_text_is_read() -> None:
    assert find_state("word " * 4_000 + "Windows is not activated", FOLDED) is None


MESSAGES = [(state.id, says) for state in STATES[:14] for says in state.says if len(says.split()) > 2]


@given(
    st.sampled_from(MESSAGES),
    st.sampled_from((" ", "\n", "\n> ", "  ", "\r\n")),
    st.sampled_from((".", "", "!")),
)
def test_every_message_is_recognised_however_its_lines_are_broken(
    message: tuple[str, str], between: str, end: str
) -> None:
    id, says = message

    found = find_state(f"> {between.join(says.lower().rstrip('.').split())}{end}", FOLDED)

    assert found is not None
    assert (found.id, found.rest.strip("!")) == (id, "")


WORDS = sorted({word for _, says in MESSAGES for word in says.split()} | {"not", "if", "is", "?", ".", "\n"})


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_any_words_give_a_known_message_or_none(text: str) -> None:
    found = find_state(text, FOLDED)

    assert found is None or found.id in {state.id for state in STATES}


@given(st.lists(st.sampled_from(("Windows", "is", "not", "activated", "using")), max_size=12).map(" ".join))
def test_not_activated_is_never_read_as_activated(text: str) -> None:
    found = find_state(text.replace("is activated", "is not activated"), FOLDED)

    assert found is None or found.id == "not"


@pytest.mark.parametrize(
    ("piece", "id"),
    [
        ("Windows is not ", None),
        ("a digital license ", None),
        ("windows is activated with a digital license linked to you ", "linked"),
        ("if windows is activated ", None),
        ("*_`", None),
        ("a", None),
        ("it's ", None),
    ],
    ids=repr,
)
def test_hostile_text_is_read_all_the_same(piece: str, id: str | None) -> None:
    found = find_state((piece * 100_000)[:100_000], FOLDED)

    assert (found.id if found else None) == id
