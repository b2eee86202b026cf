"""Sentence vectors, where the extra is installed and a model is at hand; quietly none otherwise."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from bot.core.features import Floats

MODEL = "sentence-transformers/all-MiniLM-L6-v2"
_LONGEST = 1_000  # characters; the model reads no further than some hundred words
_PATIENCE = "5"  # seconds that a download may keep a start waiting for an answer

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Vectors:
    """How a text becomes a vector, and a mark that changes with the model; or why there is none."""

    embed: Callable[[str], Floats] | None
    mark: str
    says: str


def open_vectors(chosen: str, cache: Path) -> Vectors:
    """Return what the setting asks for: off, a model folder, auto (one fetched before) or download."""
    if chosen == "off":
        return Vectors(None, "", "sentence vectors are switched off")
    try:
        model = _opened(chosen, cache / "models")
        length = len(_vector(model, "a first look"))
    except ModuleNotFoundError:
        return Vectors(None, "", 'no sentence vectors: pip install "latchkey[semantic]" adds them')
    except Exception as error:  # noqa: BLE001 -- onnxruntime, tokenizers and a download fail in a hundred ways
        _log.info("no sentence vectors: %s", error)
        why = "no model was fetched yet; LATCHKEY_VECTORS=download fetches one, or name a folder"
        return Vectors(None, "", f"no sentence vectors: {why if chosen == 'auto' else _first_line(error)}")
    return Vectors(
        lambda text: _vector(model, text), _mark(model), f"sentence vectors of {length} numbers from {MODEL}"
    )


def _opened(chosen: str, cache: Path) -> Any:
    os.environ.setdefault("HF_HUB_ETAG_TIMEOUT", _PATIENCE)
    os.environ.setdefault("HF_HUB_DOWNLOAD_TIMEOUT", _PATIENCE)
    from fastembed import TextEmbedding  # noqa: PLC0415 -- an extra, and slow to import
    from loguru import logger  # noqa: PLC0415 -- fastembed's own, which otherwise prints every retry

    logger.disable("fastembed")
    if chosen in {"auto", "download"}:
        return TextEmbedding(MODEL, cache_dir=str(cache), local_files_only=chosen == "auto")
    if not (Path(chosen) / "model.onnx").is_file():
        raise FileNotFoundError(f"{chosen} holds no model.onnx")
    return TextEmbedding(MODEL, specific_model_path=chosen)


def _vector(model: Any, text: str) -> Floats:
    clean = text[:_LONGEST].encode("utf-8", "replace").decode()
    vector = np.asarray(next(iter(model.embed([clean]))), np.float32)
    return vector / np.float32(float(np.linalg.norm(vector)) or 1.0)


def _mark(model: Any) -> str:
    """Return what tells this model from another: a digest of a probe; the same weights may lie anywhere."""
    probe = np.round(_vector(model, "which model is this?"), 3)
    return sha256(probe.tobytes()).hexdigest()[:12]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
