"""The arithmetic of the sentence model, beside the same written plainly."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from tests.tiny_model import LAYERS, LENGTH, write_model

sentence_model = pytest.importorskip(
    "keyguide.load.sentences.sentence_model", reason="the extra is not installed"
)
HEADS = 12


def compute_plainly(model: Path, text: str) -> np.ndarray:
    """Compute the vector of a text as the paper says, piece by piece and head by head."""
    from safetensors.numpy import load_file  # noqa: PLC0415 -- an extra

    tensors = {name: tensor.astype(float) for name, tensor in load_file(model / "model.safetensors").items()}
    numbers = sentence_model.open_sentence_model(model).pieces.encode(text)

    def dense(name: str, rows: np.ndarray) -> np.ndarray:
        return rows @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"]

    def norm(name: str, rows: np.ndarray) -> np.ndarray:
        return np.array(
            [
                (row - row.mean()) / row.std() * tensors[f"{name}.weight"] + tensors[f"{name}.bias"]
                for row in rows
            ]
        )

    rows = tensors["embeddings.word_embeddings.weight"][numbers]
    rows = rows + tensors["embeddings.position_embeddings.weight"][: len(numbers)]
    rows = norm("embeddings.LayerNorm", rows + tensors["embeddings.token_type_embeddings.weight"][0])
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        parts = [dense(f"{layer}.attention.self.{part}", rows) for part in ("query", "key", "value")]
        taken = np.zeros_like(rows)
        for head in np.split(np.arange(LENGTH), HEADS):
            query, key, value = (part[:, head] for part in parts)
            shares = np.exp(query @ key.T / math.sqrt(len(head)))
            taken[:, head] = shares / shares.sum(axis=1, keepdims=True) @ value
        rows = norm(
            f"{layer}.attention.output.LayerNorm", rows + dense(f"{layer}.attention.output.dense", taken)
        )
        wide = dense(f"{layer}.intermediate.dense", rows)
        wide = np.vectorize(lambda x: x / 2 * (1 + math.erf(x / math.sqrt(2))))(wide)
        rows = norm(f"{layer}.output.LayerNorm", rows + dense(f"{layer}.output.dense", wide))
    mean = rows.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


@pytest.mark.parametrize("text", ["link my windows licence", "key", "", "error! " * 300])
def test_a_vector_is_what_the_paper_says(model: Path, text: str) -> None:
    (row,) = sentence_model.open_sentence_model(model).embed([text])

    assert float(row @ compute_plainly(model, text[:1_000])) > 0.9999


def test_another_training_has_another_fingerprint(model: Path, tmp_path: Path) -> None:
    other = write_model(tmp_path, seed=8)

    first, second, again = (sentence_model.open_sentence_model(each) for each in (model, other, model))

    assert first.fingerprint == again.fingerprint != second.fingerprint


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        (["vocab.txt"], "contains no vocab.txt"),
        (["model.safetensors", "vocab.txt"], "contains no model.safetensors and no vocab.txt"),
    ],
)
def test_what_is_missing_in_a_folder_is_told(tmp_path: Path, missing: list[str], told: str) -> None:
    write_model(tmp_path)
    for name in missing:
        (tmp_path / name).unlink()

    with pytest.raises(FileNotFoundError, match=told):
        sentence_model.open_sentence_model(tmp_path)
