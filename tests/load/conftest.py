"""A sentence model that is made here: the real loading code takes it for any other."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

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
