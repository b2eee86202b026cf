"""Indexes between two starts: trained once, kept in small files, and never trusted if cut short."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from keyguide.core.finding.index import Example, Finder, Index
from keyguide.core.finding.normalise import build_vocabulary
from keyguide.core.finding.train import EMPTY_INDEX, TrainingData, train_index
from keyguide.load import open_indexes
from keyguide.load.index_file import dump_index, name_index, parse_index
from keyguide.load.knowledge import NO_VECTORS
from keyguide.load.open_indexes import load_or_train_indexes, train_here

WORDS = build_vocabulary({"licence": ["license"]})
TEXTS = {
    "link": ["how do i link my licence", "link the licence", "connect it to my account"],
    "key": ["where is the product key", "i lost my key", "show me the key"],
    "elsewhere/weather": ["will it rain", "is it cold outside", "snow in the mountains"],
}
DATA = TrainingData(tuple(Example(text, label) for label, texts in TEXTS.items() for text in texts), {}, ())
OTHER_DATA = TrainingData(DATA.examples[:6], {}, (), is_for_ranking=True)


class Trainer:
    """Trains as usual, and remembers what it was asked to train."""

    def __init__(self) -> None:
        self.trained: list[TrainingData] = []

    def __call__(self, all_data: list[TrainingData], *arguments: object) -> list[bytes]:
        self.trained += all_data
        return train_here(all_data, *arguments)  # type: ignore[arg-type, return-value]  # passed on as they are


@pytest.fixture
def trainer() -> Trainer:
    return Trainer()


def load(cache: Path | None, trainer: Trainer, *data: TrainingData) -> list[Index]:
    return load_or_train_indexes(data or (DATA, OTHER_DATA), WORDS, NO_VECTORS, cache, trainer)


def test_only_what_is_missing_is_trained(tmp_path: Path, trainer: Trainer) -> None:
    load(tmp_path, trainer, OTHER_DATA)
    load(tmp_path, trainer)
    load(tmp_path, trainer)

    assert trainer.trained == [OTHER_DATA, DATA]


def test_the_same_data_twice_is_trained_once(tmp_path: Path, trainer: Trainer) -> None:
    first, second = load(tmp_path, trainer, DATA, DATA)

    assert trainer.trained == [DATA]
    assert first is second


def test_an_index_that_was_shipped_is_used_before_the_cache(
    tmp_path: Path, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(tmp_path / "shipped", trainer)
    monkeypatch.setattr(open_indexes, "SHIPPED", tmp_path / "shipped")

    load(None, trainer)
    load(tmp_path / "cache", trainer)

    assert trainer.trained == [DATA, OTHER_DATA]
    assert not (tmp_path / "cache").exists()


def test_a_cache_that_cannot_be_written_is_reported_once(
    tmp_path: Path, trainer: Trainer, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")

    found = load(tmp_path / "file" / "cache", trainer)

    assert [index.labels for index in found] == [("elsewhere/weather", "key", "link"), ("key", "link")]
    assert trainer.trained == [DATA, OTHER_DATA]
    assert len(caplog.records) == 1
    assert "cannot be written" in caplog.text


def test_a_written_index_finds_the_same() -> None:
    before = train_index(DATA, WORDS)

    after = parse_index(dump_index(before))

    assert np.array_equal(before.weights.rows.steps, after.weights.rows.steps)
    for example in DATA.examples:
        found, expected = Finder(after, WORDS).find(example.text), Finder(before, WORDS).find(example.text)
        assert (found.decision, found.labels) == (expected.decision, expected.labels)
        assert found.confidence == pytest.approx(expected.confidence, abs=0.01)


def test_an_empty_index_can_be_written() -> None:
    assert parse_index(dump_index(EMPTY_INDEX)).labels == ()


@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.99], ids=["nothing", "a little", "half", "nearly all"])
def test_a_file_that_was_cut_short_is_no_index(part: float) -> None:
    content = dump_index(train_index(DATA, WORDS))

    with pytest.raises(ValueError, match="no index"):
        parse_index(content[: int(len(content) * part)])


def test_a_file_of_something_else_is_no_index() -> None:
    with pytest.raises(ValueError, match="no index"):
        parse_index(b"something else" * 1_000)


def test_whatever_an_index_is_trained_on_is_part_of_its_name() -> None:
    others = [
        name_index(OTHER_DATA, WORDS, ""),
        name_index(DATA, build_vocabulary({}), ""),
        name_index(DATA, WORDS, "a sentence model"),
    ]

    assert len({name_index(DATA, WORDS, ""), *others}) == 4
