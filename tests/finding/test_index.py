"""Finding: what people ask is found by the examples, what is strange is not, and any text is judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyguide.core.finding import train
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
    found = finder.find("is it cold and sunny where you are")

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


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_examples_teach_nothing_and_break_nothing(count: int) -> None:
    finder = Finder(train_index(TrainingData(EXAMPLES[:count], {}, ()), WORDS), WORDS)

    assert finder.find("how do i link my licence") == SearchResult(Decision.MISS)


@pytest.mark.parametrize(
    "labels",
    [("link",), ("link", "key"), ("elsewhere/weather",), ("link", "elsewhere/weather")],
    ids=["one answer", "two answers", "nothing of ours", "one of each"],
)
@pytest.mark.parametrize("count", [3, 4, 5])
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


def test_of_very_many_examples_each_label_contributes_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "_MAX_EXAMPLES", 10)
    rare = Example("a certificate on a sticker", "sticker")

    index = train_index(TrainingData((*EXAMPLES, rare), {}, ()), WORDS)

    assert index.near
    assert index.near.weights.steps.shape == (10, 5)  # a column for each label, and one for being in scope
    assert Finder(index, WORDS).find("a certificate on a sticker").top == "sticker"
    assert [Finder(index, WORDS).find(ASKS[label][0]).top for label in ("link", "key")] == ["link", "key"]


def test_sentence_vectors_are_used_if_there_are_any() -> None:
    seen: list[str] = []

    def embed(texts: Sequence[str]) -> Floats:
        seen.extend(texts)
        return np.stack([lettered(text) for text in texts])

    finder = Finder(train_index(LORE, WORDS, embed), WORDS, embed)

    assert finder.find("link my licence").top == "link"
    assert {*(example.text for example in EXAMPLES), "link my licence"} <= {*seen}


def test_training_reports_how_far_it_is() -> None:
    shares: list[float] = []

    train_index(LORE, WORDS, report=shares.append)

    assert shares == sorted({*shares})
    assert 0 < shares[0] < shares[-1] < 1


def test_labels_can_be_ranked_without_a_confidence() -> None:
    finder = Finder(train_index(replace(LORE, is_for_ranking=True), WORDS), WORDS)

    ranking = finder.classify("link my lisence")

    assert ranking[0][0] == "link"
    assert sum(share for _, share in ranking) == pytest.approx(1)


def test_ranking_among_some_labels_leaves_the_others_out(finder: Finder) -> None:
    assert [label for label, _ in finder.classify("link my licence", ("key",))] == ["key"]
    assert finder.classify("link my licence", ("unknown",)) == ()
    assert finder.classify_with_familiarity("0xC004F211") == ((), 0.0)


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


def test_to_refuse_one_must_be_right_at_least_seven_times_in_eight(finder: Finder) -> None:
    thresholds, found = finder.index.confidence.thresholds, finder.find(ASKS["key"][0])

    assert thresholds.refusal == max(7 / 8, thresholds.first_is_right)
    assert found.may_refuse is (found.confidence >= thresholds.refusal)


def test_for_one_turn_a_text_is_scored_once_and_a_finder_itself_remembers_nothing() -> None:
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> Floats:
        asked.extend(texts)
        return np.zeros((len(texts), 2), np.float32)

    finder = Finder(train_index(LORE, WORDS, embed), WORDS, embed)
    asked.clear()
    for_one_turn = finder.remember_scores({})

    found = for_one_turn.find("link my account")
    assert for_one_turn.classify("link my account")[0][0] == found.top
    assert asked == ["link my account"]
    assert finder.find("link my account") == found
    assert finder.scored is None
