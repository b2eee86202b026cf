"""Write a sentence model of a few words, with two layers and weights by chance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
WORDS = [*MARKS, "link", "my", "licence", "key", "windows", "error", "account", "##s", "!"]
LENGTH, WIDE, LAYERS = 96, 192, 2
_DENSE = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"]


def write_model(folder: Path, seed: int = 7) -> Path:
    """Write the two files of a model into a folder, and return the folder."""
    numpy = pytest.importorskip("safetensors.numpy", reason="the extra `semantic` is not installed")
    chance = np.random.default_rng(seed)

    def make(*shape: int) -> np.ndarray:
        return (chance.normal(size=shape) * 0.2).astype(np.float32)

    tensors = {
        "embeddings.word_embeddings.weight": make(len(WORDS), LENGTH),
        "embeddings.position_embeddings.weight": make(256, LENGTH),
        "embeddings.token_type_embeddings.weight": make(2, LENGTH),
        "embeddings.LayerNorm.weight": 1 + make(LENGTH),
        "embeddings.LayerNorm.bias": make(LENGTH),
    }
    for number in range(LAYERS):
        shapes = dict.fromkeys(_DENSE, (LENGTH, LENGTH))
        shapes |= {"intermediate.dense": (WIDE, LENGTH), "output.dense": (LENGTH, WIDE)}
        for name, shape in shapes.items():
            tensors[f"encoder.layer.{number}.{name}.weight"] = make(*shape)
            tensors[f"encoder.layer.{number}.{name}.bias"] = make(shape[0])
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            tensors[f"encoder.layer.{number}.{name}.weight"] = 1 + make(LENGTH)
            tensors[f"encoder.layer.{number}.{name}.bias"] = make(LENGTH)
    numpy.save_file(tensors, folder / "model.safetensors")
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    return folder
