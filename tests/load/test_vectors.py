"""Sentence vectors: the real loading code on a tiny model that this test makes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.load.folder import read_folder
from bot.load.opening import knowledge_of
from bot.load.vectors import open_vectors

WORDS = [
    "[PAD]",
    "[UNK]",
    "link",
    "my",
    "licence",
    "key",
    "windows",
    "error",
    "motherboard",
    "account",
    "watermark",
]
LENGTH = 16


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a sentence model of eleven words: an embedding table, and nothing else."""
    pytest.importorskip("onnx", reason="onnx is not installed: the tiny model cannot be made")
    tokenizers = pytest.importorskip("tokenizers", reason="the extra `semantic` is not installed")
    folder = tmp_path_factory.mktemp("model")
    _write_graph(folder / "model.onnx")
    tokenizer = tokenizers.Tokenizer(
        tokenizers.models.WordLevel({w: n for n, w in enumerate(WORDS)}, "[UNK]")
    )
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "config.json": {"pad_token_id": 0},
        "tokenizer_config.json": {"model_max_length": 64, "pad_token": "[PAD]", "unk_token": "[UNK]"},
        "special_tokens_map.json": {"pad_token": "[PAD]", "unk_token": "[UNK]"},
    }
    for name, content in settings.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def _write_graph(path: Path) -> None:
    from onnx import TensorProto, checker, helper, numpy_helper, save  # noqa: PLC0415

    table = np.random.default_rng(7).normal(size=(len(WORDS), LENGTH)).astype(np.float32)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "words"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "words", LENGTH])
    node = helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])
    graph = helper.make_graph([node], "tiny", inputs, [output], [numpy_helper.from_array(table, "table")])
    tiny = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(tiny)
    save(tiny, str(path))


def test_a_model_folder_is_opened_without_any_network(model: Path, tmp_path: Path) -> None:
    vectors = open_vectors(str(model), tmp_path)

    assert vectors.embed is not None
    assert vectors.says.startswith(f"sentence vectors of {LENGTH} numbers")
    assert vectors.mark


def test_the_same_text_is_the_same_vector_and_another_is_not(model: Path, tmp_path: Path) -> None:
    embed = open_vectors(str(model), tmp_path).embed
    assert embed is not None

    once, again, other = embed(["link my licence", "link my licence", "motherboard error"])

    assert np.array_equal(once, again)
    assert float(once @ other) < float(once @ again)


@pytest.mark.parametrize(
    "text", ["", "\ud800", "x" * 100_000], ids=["nothing", "half a character", "very long"]
)
def test_any_text_has_a_vector(model: Path, tmp_path: Path, text: str) -> None:
    embed = open_vectors(str(model), tmp_path).embed
    assert embed is not None

    assert embed([text]).shape == (1, LENGTH)


def test_a_text_has_the_same_vector_alone_and_among_many(model: Path, tmp_path: Path) -> None:
    embed = open_vectors(str(model), tmp_path).embed
    assert embed is not None
    texts = ["link my windows licence", "key", *["my account " * n for n in range(1, 40)], "watermark"]

    together = embed(texts)

    assert np.allclose(together, [embed([text])[0] for text in texts], atol=1e-6)


def test_the_knowledge_finds_with_vectors_and_keeps_them_apart_in_the_cache(
    model: Path, tmp_path: Path, folder: Any
) -> None:
    draught, cache = read_folder(folder.path), tmp_path / "cache"
    vectors = open_vectors(str(model), cache)

    plain = knowledge_of(draught, cache)
    learnt = knowledge_of(draught, cache, vectors)
    again = knowledge_of(draught, cache, vectors)

    assert len(list(cache.glob("index-*.npz"))) == 2
    assert plain.finder.index.support.vectors.size == 0
    assert learnt.finder.index.support.vectors.shape[1] == LENGTH
    assert learnt.finder.find("link my licence") == again.finder.find("link my licence")


def test_without_a_model_it_is_quietly_absent(tmp_path: Path) -> None:
    vectors = open_vectors("auto", tmp_path)

    assert vectors.embed is None
    assert "LATCHKEY_VECTORS=download" in vectors.says


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    vectors = open_vectors(str(tmp_path), tmp_path)

    assert vectors.embed is None
    assert "holds no model.onnx" in vectors.says


def test_switched_off_nothing_is_loaded(tmp_path: Path) -> None:
    assert open_vectors("off", tmp_path).says == "sentence vectors are switched off"


def test_without_the_extra_it_says_how_to_add_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastembed", None)

    vectors = open_vectors("auto", tmp_path)

    assert vectors.embed is None
    assert 'pip install "latchkey[semantic]"' in vectors.says
