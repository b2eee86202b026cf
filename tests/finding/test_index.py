"""Finding: what people ask is found by the examples, what is strange is not, and any text is judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyguide.core.finding import learners
from keyguide.core.finding.features import Floats
from keyguide.core.finding.index import Decision, Example, Finder, SearchResult
from keyguide.core.finding.normalise import build_vocabulary
from keyguide.core.finding.train import TrainingData, Trial, train_index

WORDS = build_vocabulary({"licence": ["license", "lisence"]})
ASKS = {
    "link": [
        "how do i link my licence to my account",
        "connect windows to my microsoft account",
        "link the licence",
        "where do i link it",
        "attach my licence to the account",
        "is there a way to link my licence",
    ],
    "key": [
        "where do i find my product key",
        "i lost the product key",
        "show me my key",
        "which key do i have",
        "the key is gone",
        "how can i see the product key",
    ],
    "elsewhere/weather": [
        "will it rain tomorrow",
        "how cold is it outside",
        "is it sunny in spain",
        "what is the weather like",
        "do i need an umbrella",
        "snow in the mountains",
    ],
}
EXAMPLES = tuple(Example(text, label) for label, texts in ASKS.items() for text in texts)
LORE = TrainingData(
    EXAMPLES, {"link": frozenset(("key",))}, (Trial("link my licence please", frozenset(("link",))),)
)


def lettered(text: str) -> Floats:
    """Stand in for a sentence model: a vector of which letters a text has."""
    counts = np.array([text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"], np.float32)
    return counts / np.float32(np.linalg.norm(counts) or 1)


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder(train_index(LORE, WORDS), WORDS)


@pytest.mark.parametrize("label", ["link", "key"])
def test_what_was_learnt_is_found(finder: Finder, label: str) -> None:
    found = [finder.find(text) for text in ASKS[label]]

    assert {one.top for one in found} == {label}
    assert all(one.decision in {Decision.ANSWER, Decision.SUGGEST} for one in found)


@pytest.mark.parametrize(("text", "top"), [("link my lisence", "link"), ("my product key is lost", "key")])
def test_other_words_for_the_same_are_found(finder: Finder, text: str, top: str) -> None:
    assert finder.find(text).top == top


def test_what_is_not_ours_is_sent_on(finder: Finder) -> None:
    found = finder.find("will it be sunny and cold tomorrow")

    assert (found.decision, found.elsewhere) == (Decision.ELSEWHERE, "weather")


@pytest.mark.parametrize(
    "text", ["", "!?", "0xC004F211", "c004f211 0x80070005"], ids=["nothing", "signs", "a code", "codes"]
)
def test_a_text_without_words_finds_nothing(finder: Finder, text: str) -> None:
    assert finder.find(text) == SearchResult(Decision.MISS)


def test_what_is_found_names_only_answers_of_ours(finder: Finder) -> None:
    found = finder.find("link")

    assert {*found.labels} == {"link", "key"}


def test_nothing_found_has_no_best() -> None:
    assert SearchResult(Decision.MISS).top == ""


def test_the_same_lessons_teach_the_same(finder: Finder) -> None:
    again = Finder(train_index(LORE, WORDS), WORDS)

    assert [again.find(text) for texts in ASKS.values() for text in texts] == [
        finder.find(text) for texts in ASKS.values() for text in texts
    ]


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_examples_teach_nothing_and_break_nothing(count: int) -> None:
    finder = Finder(train_index(TrainingData(EXAMPLES[:count], {}, ()), WORDS), WORDS)

    assert finder.find("how do i link my licence") == SearchResult(Decision.MISS)


@pytest.mark.parametrize(
    "labels",
    [("link",), ("link", "key"), ("elsewhere/weather",), ("link", "elsewhere/weather")],
    ids=["one answer", "two answers", "nothing of ours", "one of each"],
)
@pytest.mark.parametrize("count", [2, 3, 4])
def test_few_examples_are_learnt_as_well(labels: tuple[str, ...], count: int) -> None:
    examples = [Example(text, label) for label in labels for text in ASKS[label]]
    some = tuple(examples[:: max(1, len(examples) // count)][:count])

    found = Finder(train_index(TrainingData(some, {}, ()), WORDS), WORDS).find(some[0].text)

    assert found.decision in Decision


def test_an_example_without_a_word_is_passed_over() -> None:
    finder = Finder(
        train_index(TrainingData((*EXAMPLES, Example("???", "key")), {}, (Trial("!", frozenset()),)), WORDS),
        WORDS,
    )

    assert finder.find("how do i link my licence").top == "link"


def test_very_many_examples_are_learnt_a_cheaper_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learners, "_MAX_KERNEL_SIZE", 10)

    finder = Finder(train_index(LORE, WORDS), WORDS)

    assert [finder.find(texts[0]).top for label, texts in ASKS.items() if label in {"link", "key"}] == [
        "link",
        "key",
    ]


def test_very_many_examples_may_leave_a_label_without_any_in_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learners, "_MAX_KERNEL_SIZE", 10)
    lonely = (*EXAMPLES, Example("a certificate on a sticker", "sticker"))

    finder = Finder(train_index(TrainingData(lonely, {}, ()), WORDS), WORDS)

    assert finder.find("a certificate on a sticker").top == "sticker"


@pytest.mark.parametrize("solvable", [6_000, 10], ids=["few", "very many"])
def test_sentence_vectors_help_where_there_are_any(monkeypatch: pytest.MonkeyPatch, solvable: int) -> None:
    monkeypatch.setattr(learners, "_MAX_KERNEL_SIZE", solvable)
    seen: list[str] = []

    def embed(texts: Sequence[str]) -> Floats:
        seen.extend(texts)
        return np.stack([lettered(text) for text in texts])

    finder = Finder(train_index(LORE, WORDS, embed), WORDS, embed)

    assert finder.find("link my licence").top == "link"
    assert {*(example.text for example in EXAMPLES), "link my licence"} <= {*seen}


Judge = Callable[[str], SearchResult]


@pytest.fixture(scope="module")
def judge(finder: Finder) -> Judge:
    return finder.find


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters()))
def test_any_text_is_judged(judge: Judge, text: str) -> None:
    found = judge(text)

    assert 0 <= found.confidence <= 1
    assert found.decision in Decision


@pytest.mark.parametrize("text", ["licence " * 50_000, "x" * 300_000, " ".join(map(str, range(50_000)))])
def test_a_very_long_text_is_judged(judge: Judge, text: str) -> None:
    assert judge(text).decision in Decision


def test_to_refuse_one_must_be_sure_at_least_two_times_in_three(finder: Finder) -> None:
    bars, asked = finder.index.thresholds, finder.find(ASKS["key"][0])

    assert bars.refusal == max(2 / 3, bars.right)
    assert asked.may_refuse is (asked.confidence >= bars.refusal)
