"""Sentence vectors, where the extra is installed and a model is at hand; quietly none otherwise."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from keyguide.core.finding.features import Floats
from keyguide.core.finding.index import Embedder

MODEL = "sentence-transformers/all-MiniLM-L6-v2"
_MAX_CHARACTERS = 1_000  # characters; the model reads no further than some hundred words
_BATCH_SIZE = 16  # texts; larger parts take longer, as each is padded to its longest text
_EPSILON = 1e-12
_TIMEOUT = "5"  # seconds that a download may keep a start waiting for an answer

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Vectors:
    """How a text becomes a vector, and a mark that changes with the model; or why there is none."""

    embed: Embedder | None
    fingerprint: str
    description: str


def open_vectors(chosen: str, cache: Path) -> Vectors:
    """Return what the setting asks for: off, a model folder, auto (one fetched before) or download."""
    if chosen == "off":
        return Vectors(None, "", "sentence vectors are switched off")
    try:
        model = _open_model(chosen, cache / "models")
        probe = _embed_texts(model, ["which model is this?"])[0]
    except ModuleNotFoundError:
        return Vectors(None, "", 'no sentence vectors: pip install ".[semantic]" in a checkout adds them')
    except Exception as error:  # noqa: BLE001 -- onnxruntime, tokenizers and a download fail in a hundred ways
        _log.info("no sentence vectors: %s", error)
        why = "no model was fetched yet; KEYGUIDE_VECTORS=download fetches one, or name a folder"
        return Vectors(
            None, "", f"no sentence vectors: {why if chosen == 'auto' else _get_first_line(error)}"
        )
    said = f"sentence vectors of {len(probe)} numbers from {MODEL}"
    return Vectors(lambda texts: _embed_texts(model, texts), _compute_fingerprint(probe), said)


def _open_model(chosen: str, cache: Path) -> Any:
    os.environ.setdefault("HF_HUB_ETAG_TIMEOUT", _TIMEOUT)
    os.environ.setdefault("HF_HUB_DOWNLOAD_TIMEOUT", _TIMEOUT)
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # what an operator runs is nobody's business
    from fastembed import TextEmbedding  # noqa: PLC0415 -- an extra, and slow to import
    from loguru import logger  # noqa: PLC0415 -- fastembed's own, which otherwise prints what we tell

    logger.disable("fastembed")
    if chosen == "download":
        models = {known["model"]: known for known in TextEmbedding.list_supported_models()}
        _download_model(models[MODEL], cache)
    if chosen in {"auto", "download"}:
        return TextEmbedding(MODEL, cache_dir=str(cache), local_files_only=True)
    if not (Path(chosen) / "model.onnx").is_file():
        raise FileNotFoundError(f"{chosen} holds no model.onnx")
    return TextEmbedding(MODEL, specific_model_path=chosen)


def _download_model(known: dict[str, Any], cache: Path) -> None:
    """Bring the model to where fastembed looks for it, which itself would try for most of a minute."""
    from huggingface_hub import snapshot_download  # noqa: PLC0415 -- an extra, and slow to import
    from huggingface_hub.utils.tqdm import disable_progress_bars  # noqa: PLC0415

    disable_progress_bars()  # a log is no place for them
    files = ["*.json", known["model_file"], *known.get("additional_files", [])]
    try:
        snapshot_download(known["sources"]["hf"], cache_dir=cache, allow_patterns=files)
    except Exception as error:
        raise ConnectionError(f"{MODEL} cannot be fetched ({_get_first_line(error)})") from error


def _embed_texts(model: Any, texts: Sequence[str]) -> Floats:
    """Return a row of length 1 for each text."""
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))  # alike in length, little is padded
    clean = [texts[at][:_MAX_CHARACTERS].encode("utf-8", "replace").decode() for at in order]
    found: Floats = np.stack([*model.embed(clean, batch_size=_BATCH_SIZE)]).astype(np.float32)
    rows = np.empty_like(found)
    rows[order] = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), _EPSILON)
    return rows


def _compute_fingerprint(probe: Floats) -> str:
    """Return what tells this model from another: a digest of a probe; the same weights may lie anywhere."""
    return sha256(np.round(probe, 3).tobytes()).hexdigest()[:12]


def _get_first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
