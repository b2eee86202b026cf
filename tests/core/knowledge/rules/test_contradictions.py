"""Contradictions: two things that claim the same are told, at the later one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("file", "old", "new", "text"),
    [
        pytest.param(
            "asks/help.yaml",
            "- i posted my key by mistake",
            "- ▸Phone number of Microsoft?",
            "the same question is an example of `contact-support`",
            id="a question of two articles",
        ),
        pytest.param(
            "asks/linking.yaml",
            "- attach the key to my account",
            "- attach it\n    - ▸how do I link my lisence",
            "the same question is an example of `link-how`",
            id="a question that means the same in other words",
        ),
        pytest.param(
            "asks/help.yaml",
            "- gimme a crack",
            "- ▸help after a new part",
            "the same question is an example of `changed-parts`",
            id="a question of an article and a flow",
        ),
        pytest.param(
            "elsewhere.yaml",
            "is it sunny in spain",
            "▸gimme a crack",
            "the same question is an example of `no-cracks`",
            id="a question that is ours and is not",
        ),
        pytest.param(
            "aspects.yaml",
            'asks: ["how long does it take"',
            'asks: [▸Thx, "how long does it take"',
            "the same words are an example of `thanks` in acts.yaml",
            id="words of an act and an aspect",
        ),
        pytest.param(
            "errors.yaml",
            "families:",
            "  - {code: ▸0xC004F211, message: '', means: So it is., fix: Again., "
            "see: [],\n     sources: [ms-errors],"
            "     verified: 2026-11-20, certainty: official}\nfamilies:",
            "the code 0xC004F211 is already claimed by another entry of errors.yaml",
            id="a code twice",
        ),
        pytest.param(
            "elsewhere.yaml",
            '"0x80070643"',
            '▸"0xC004F211"',
            "the code 0xC004F211 is already claimed by another entry of errors.yaml",
            id="a code that is ours and is not",
        ),
        pytest.param(
            "errors.yaml",
            "{prefix: 0xC004F,",
            "{prefix: ▸0xC004,",
            "the code 0xC004… is already claimed by another family",
            id="a family twice",
        ),
        pytest.param(
            "evidence.yaml",
            "says: [We cannot activate Windows on this device as the hardware changed]",
            "says: [▸Windows is ACTIVATED with a digital license.]",
            "the same message belongs to state B",
            id="a message of two states",
        ),
        pytest.param(
            "words.yaml",
            "mainboard: [motherboard, mobo]",
            "mainboard: [motherboard, ▸w10]",
            "`w10` already stands for `windows 10`",
            id="a word that stands for two",
        ),
        pytest.param(
            "words.yaml",
            "mainboard: [motherboard, mobo]",
            "mainboard: [motherboard, ▸licence]",
            "`licence` already stands for `licence`",
            id="a word that others stand for",
        ),
        pytest.param(
            "elsewhere.yaml",
            "id: weather",
            "id: ▸office",
            "the id `group office` is already taken by another one in elsewhere.yaml",
            id="two groups of one id",
        ),
        pytest.param(
            "sources.yaml",
            "- {id: ms-errors,",
            "- {id: ▸ms-help, title: x, url: 'https://example.com/x'}\n- {id: ms-errors,",
            "the id `source ms-help` is already taken by another one in sources.yaml",
            id="two sources of one id",
        ),
        pytest.param(
            "evidence.yaml",
            "- id: E",
            "- id: ▸B",
            "the id `state B` is already taken by another one in evidence.yaml",
            id="two states of one id",
        ),
        pytest.param(
            "evidence.yaml",
            "- id: unlicensed",
            "- id: ▸bare",
            "the id `reading bare` is already taken by another one in evidence.yaml",
            id="two readings of one id",
        ),
        pytest.param(
            "articles/help.yaml",
            "  - id: no-cracks",
            "  - {id: ▸generic-keys, title: No, answer: No., sources: [ms-help], verified: 2026-11-20,\n"
            "     certainty: official, aspects: {how-long: No.}}\n  - id: no-cracks",
            "the id `generic-keys` is already taken by an article in articles/help.yaml",
            id="two articles of one id",
        ),
        pytest.param(
            "articles/help.yaml",
            "id: no-cracks",
            "id: no-cracks\n    title: Nope\n    answer: No.\n    aspects: {how-long: No.}\n"
            "    sources: [ms-help]\n    verified: 2026-11-20\n    certainty: official\n  - id: ▸no-cracks",
            "the id `no-cracks` is already taken by an article in articles/help.yaml",
            id="an article twice",
        ),
    ],
)
def test_a_contradiction_is_told_with_its_place(
    refused: Callable[..., None], file: str, old: str, new: str, text: str
) -> None:
    refused(file, old, new, text)


def test_a_flow_cannot_take_the_id_of_an_article(folder: Any) -> None:
    choices = "[{id: a, label: A, go: human}, {id: other, label: B, go: link-how}]"
    place = folder.write(
        "flows/twin.yaml",
        f"id: ▸no-cracks\ntitle: Twin\nsteps:\n  - {{id: s, ask: What?, choices: {choices}}}\n",
    )

    assert folder.list_problems() == [
        f"{place}: the id `no-cracks` is already taken by an article in articles/help.yaml"
    ]
