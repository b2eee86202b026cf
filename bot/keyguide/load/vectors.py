"""Open sentence vectors if the extra is installed and a model is there; otherwise go on without them."""

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
_MAX_CHARACTERS = 1_000  # the model reads only the first few hundred words
_BATCH_SIZE = 16  # texts; larger batches take longer, because each is padded to its longest text
_EPSILON = 1e-12
_TIMEOUT = "5"  # seconds that a start may wait for an answer when it downloads a model

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Vectors:
    """How to embed texts, with a fingerprint of the model; or why there are no vectors."""

    embed: Embedder | None
    fingerprint: str
    description: str


def open_vectors(setting: str, cache: Path) -> Vectors:
    """Open the vectors of a setting: off, a model folder, auto (a model fetched before) or download.

    If there is no model, or it cannot be opened, the result says why and has no `embed`.
    """
    if setting == "off":
        return Vectors(None, "", "sentence vectors are switched off")
    try:
        model = _open_model(setting, cache / "models")
        probe = _embed_texts(model, ["which model is this?"])[0]
    except ModuleNotFoundError:
        return Vectors(None, "", 'no sentence vectors: pip install ".[semantic]" in a checkout adds them')
    except Exception as error:  # noqa: BLE001 -- onnxruntime, tokenizers and a download fail in a hundred ways
        _log.info("no sentence vectors: %s", error)
        advice = "no model was fetched yet; KEYGUIDE_VECTORS=download fetches one, or name a folder"
        reason = advice if setting == "auto" else _get_first_line(error)
        return Vectors(None, "", f"no sentence vectors: {reason}")
    description = f"sentence vectors of {len(probe)} numbers from {MODEL}"
    return Vectors(lambda texts: _embed_texts(model, texts), _compute_fingerprint(probe), description)


def _open_model(setting: str, cache: Path) -> Any:
    os.environ.setdefault("HF_HUB_ETAG_TIMEOUT", _TIMEOUT)
    os.environ.setdefault("HF_HUB_DOWNLOAD_TIMEOUT", _TIMEOUT)
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # nobody needs to know what an operator runs
    from fastembed import TextEmbedding  # noqa: PLC0415 -- an extra, and slow to import
    from loguru import logger  # noqa: PLC0415 -- fastembed logs with it what we report ourselves

    logger.disable("fastembed")
    if setting == "download":
        models = {info["model"]: info for info in TextEmbedding.list_supported_models()}
        _download_model(models[MODEL], cache)
    if setting in {"auto", "download"}:
        return TextEmbedding(MODEL, cache_dir=str(cache), local_files_only=True)
    if not (Path(setting) / "model.onnx").is_file():
        raise FileNotFoundError(f"{setting} contains no model.onnx")
    return TextEmbedding(MODEL, specific_model_path=setting)


def _download_model(info: dict[str, Any], cache: Path) -> None:
    """Download the model to where fastembed looks, because fastembed would try for most of a minute."""
    from huggingface_hub import snapshot_download  # noqa: PLC0415 -- an extra, and slow to import
    from huggingface_hub.utils.tqdm import disable_progress_bars  # noqa: PLC0415

    disable_progress_bars()  # they would fill the log
    files = ["*.json", info["model_file"], *info.get("additional_files", [])]
    try:
        snapshot_download(info["sources"]["hf"], cache_dir=cache, allow_patterns=files)
    except Exception as error:
        raise ConnectionError(f"{MODEL} cannot be fetched ({_get_first_line(error)})") from error


def _embed_texts(model: Any, texts: Sequence[str]) -> Floats:
    """Compute a row of length 1 for each text."""
    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))  # so that little is padded
    clean = [texts[number][:_MAX_CHARACTERS].encode("utf-8", "replace").decode() for number in order]
    embedded: Floats = np.stack([*model.embed(clean, batch_size=_BATCH_SIZE)]).astype(np.float32)
    rows = np.empty_like(embedded)
    rows[order] = embedded / np.maximum(np.linalg.norm(embedded, axis=1, keepdims=True), _EPSILON)
    return rows


def _compute_fingerprint(probe: Floats) -> str:
    """Compute a digest of a probe to identify the model, because the same weights may lie anywhere."""
    return sha256(np.round(probe, 3).tobytes()).hexdigest()[:12]


def _get_first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
