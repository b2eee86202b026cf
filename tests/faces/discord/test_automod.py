"""The rule that Discord itself enforces: within its limits, in its flavour, and no wider than it must be."""

from __future__ import annotations

import jsonschema_rs
import pytest

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.faces.discord.admin.automod import LONGEST_ALLOWED, MOST_ALLOWED, PATTERNS, list_allowed_keys

KEY = "BCDFG-HJKMP-QRTVW-XY234-6789B"


def stops(text: str) -> bool:
    """Whether Rust's regex crate, which Discord uses, finds any of the patterns there."""
    return any(
        jsonschema_rs.validator_for(
            {"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions()
        ).is_valid(text)
        for pattern in PATTERNS
    )


def test_the_rule_fits_into_what_discord_takes(real: Knowledge) -> None:
    assert len(PATTERNS) <= 10
    assert max(map(len, PATTERNS)) <= 260
    assert len(list_allowed_keys(real.public_keys)) <= MOST_ALLOWED
    assert max(map(len, list_allowed_keys(real.public_keys))) <= LONGEST_ALLOWED


def test_what_is_told_to_those_who_are_stopped_fits_in_every_language(real: Knowledge) -> None:
    assert max(len(words.server.setup.rule_block) for words in real.phrases.values()) <= 150


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"my key is {KEY.lower()}, why?",
        KEY.replace("-", " "),
        KEY.replace("-", " - "),
        KEY.replace("-", "\u2013"),
        KEY.replace("-", "\n"),
        KEY.replace("-", ""),
        " ".join(KEY.replace("-", "")),
        "123456-234567-345678-456789-567890-678901-789012-890123",
    ],
    ids=["plain", "small", "blanks", "spaced", "dashes", "lines", "one word", "signs", "recovery key"],
)
def test_a_key_is_stopped(text: str) -> None:
    assert stops(text)


@pytest.mark.parametrize(
    "text",
    [
        "0xC004F211 after I changed my motherboard",
        "Partial Product Key: 3V66T",
        "00330-80000-00000-AA123",
        "f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "what is a product key and where do I find mine?",
        "BCDFG-HJKMP-QRTVW-XY234",
    ],
    ids=["code", "partial key", "product id", "uuid", "question", "four groups"],
)
def test_what_is_no_key_is_not_stopped(text: str) -> None:
    assert not stops(text)


def test_every_public_key_is_let_through_as_it_is_written(real: Knowledge) -> None:
    written = {entry.replace("-", "") for entry in list_allowed_keys(real.public_keys)}

    assert set(real.public_keys) <= written
