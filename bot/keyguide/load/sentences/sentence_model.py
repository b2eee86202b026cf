"""Compute the sentence vectors of a small BERT model, such as all-MiniLM-L6-v2, with numpy alone.

docs/decisions/0009-vectors-by-numpy.md compares it with onnxruntime.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from safetensors import safe_open

from keyguide.core.finding.features import Floats, Ints
from keyguide.load.sentences.wordpiece import WordPieces, read_vocabulary

WEIGHTS, VOCABULARY = "model.safetensors", "vocab.txt"
_MAX_CHARACTERS = 1_000  # the model reads only the first few hundred words
_HEADS = 12
_EPSILON = np.float32(1e-12)
_BATCH_PIECES = 256  # of all texts in a batch; more of them are not quicker
# Columns of a matrix that are multiplied at once: OpenBLAS multiplies matrices of that size without copying
# them first, which halves the time for a single text.
_BLOCK = 32


class _Dense(NamedTuple):
    """A linear layer; its weights are cut into blocks of columns."""

    blocks: Floats
    bias: Floats

    def __call__(self, rows: Floats) -> Floats:
        product = np.matmul(rows, self.blocks)
        joined: Floats = product.transpose(1, 0, 2).reshape(len(rows), -1)
        joined += self.bias
        return joined


class _Norm(NamedTuple):
    """A layer that brings every row to mean 0 and variance 1, and then scales it."""

    weight: Floats
    bias: Floats

    def __call__(self, rows: Floats) -> Floats:
        centred: Floats = rows - rows.mean(-1, keepdims=True)
        centred /= np.sqrt((centred * centred).mean(-1, keepdims=True) + _EPSILON)
        centred *= self.weight
        centred += self.bias
        return centred


class _Layer(NamedTuple):
    """One of the equal layers of the model."""

    attention: _Dense  # query, key and value in one
    joined: _Dense
    first_norm: _Norm
    wide: _Dense
    narrow: _Dense
    second_norm: _Norm

    def __call__(self, rows: Floats, texts: int) -> Floats:
        rows = self.first_norm(rows + self.joined(_attend(self.attention(rows), texts)))
        return self.second_norm(rows + self.narrow(_activate(self.wide(rows))))


@dataclass(frozen=True, slots=True, eq=False)
class SentenceModel:
    """A sentence model with its vocabulary, and a fingerprint that another training would change."""

    pieces: WordPieces
    words: Floats  # the row of each piece
    positions: Floats
    norm: _Norm
    layers: tuple[_Layer, ...]
    fingerprint: str

    def embed(self, texts: Sequence[str]) -> Floats:
        """Compute a row of length 1 for each text."""
        by_length = defaultdict[int, list[tuple[int, list[int]]]](list)  # so that nothing has to be padded
        for number, text in enumerate(texts):
            pieces = self.pieces.encode(text[:_MAX_CHARACTERS])
            by_length[len(pieces)].append((number, pieces))
        rows = np.empty((len(texts), self.positions.shape[1]), np.float32)
        for length, group in by_length.items():
            size = max(1, _BATCH_PIECES // length)
            for batch in (group[at : at + size] for at in range(0, len(group), size)):
                numbers, encoded = zip(*batch, strict=True)
                rows[list(numbers)] = self._embed_pieces(np.array(encoded))
        return rows

    def _embed_pieces(self, encoded: Ints) -> Floats:
        """Compute a row for each text, given the same number of pieces for all of them."""
        texts, length = encoded.shape
        pieces = self.words[encoded].astype(np.float32) + self.positions[:length]
        rows = self.norm(pieces.reshape(texts * length, -1))
        for layer in self.layers:
            rows = layer(rows, texts)
        means: Floats = rows.reshape(texts, length, -1).mean(axis=1)
        means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), _EPSILON)
        return means


def _attend(joined: Floats, texts: int) -> Floats:
    """Let every piece take in the others of its text, by how much its query is like their keys."""
    size = joined.shape[1] // 3 // _HEADS
    split = joined.reshape(texts, len(joined) // texts, 3, _HEADS, size)
    query, key, value = split.transpose(2, 0, 3, 1, 4)
    shares = (query @ key.swapaxes(-1, -2)) * np.float32(size**-0.5)
    shares = np.exp(shares - shares.max(-1, keepdims=True))
    shares /= shares.sum(-1, keepdims=True)
    taken: Floats = (shares @ value).transpose(0, 2, 1, 3).reshape(len(joined), -1)
    return taken


def _activate(rows: Floats) -> Floats:
    """Compute the function GELU by its usual approximation; numpy has no error function for the exact one."""
    inner = rows * rows
    inner *= np.float32(0.044715)
    inner += 1
    inner *= rows
    inner *= np.float32((2 / np.pi) ** 0.5)
    activated: Floats = np.tanh(inner, out=inner)
    activated += 1
    activated *= rows
    activated *= np.float32(0.5)
    return activated


def open_sentence_model(folder: Path) -> SentenceModel:
    """Open the model in a folder; raise FileNotFoundError if its two files are not there."""
    missing = [name for name in (WEIGHTS, VOCABULARY) if not (folder / name).is_file()]
    if missing:
        raise FileNotFoundError(f"{folder} contains no {' and no '.join(missing)}")
    with safe_open(folder / WEIGHTS, framework="np") as file:
        return _build_model(file, read_vocabulary(folder / VOCABULARY))


def _build_model(file: Any, pieces: WordPieces) -> SentenceModel:
    """Build a model of the tensors in an open file."""
    tensor = file.get_tensor
    layers = 1 + max(int(name.split(".")[2]) for name in file.keys() if name.startswith("encoder.layer."))  # noqa: SIM118 -- no mapping
    biases = sorted(name for name in file.keys() if name.endswith(".bias"))  # noqa: SIM118
    return SentenceModel(
        pieces=pieces,
        # half the memory, at a difference of less than a millionth in the result
        words=tensor("embeddings.word_embeddings.weight").astype(np.float16),
        positions=tensor("embeddings.position_embeddings.weight")
        + tensor("embeddings.token_type_embeddings.weight")[0],
        norm=_read_norm(tensor, "embeddings.LayerNorm"),
        layers=tuple(_read_layer(tensor, f"encoder.layer.{number}") for number in range(layers)),
        # the biases are a thousandth of the weights, and no training leaves them as they are
        fingerprint=sha256(b"".join(tensor(name).tobytes() for name in biases)).hexdigest()[:12],
    )


def _read_layer(tensor: Any, name: str) -> _Layer:
    attention = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
    return _Layer(
        attention=_read_dense(tensor, *attention),
        joined=_read_dense(tensor, f"{name}.attention.output.dense"),
        first_norm=_read_norm(tensor, f"{name}.attention.output.LayerNorm"),
        wide=_read_dense(tensor, f"{name}.intermediate.dense"),
        narrow=_read_dense(tensor, f"{name}.output.dense"),
        second_norm=_read_norm(tensor, f"{name}.output.LayerNorm"),
    )


def _read_dense(tensor: Any, *names: str) -> _Dense:
    weights = np.concatenate([tensor(f"{name}.weight") for name in names])  # a row for each output
    blocks = weights.reshape(-1, _BLOCK, weights.shape[1]).transpose(0, 2, 1)
    return _Dense(np.ascontiguousarray(blocks), np.concatenate([tensor(f"{name}.bias") for name in names]))


def _read_norm(tensor: Any, name: str) -> _Norm:
    return _Norm(tensor(f"{name}.weight"), tensor(f"{name}.bias"))
