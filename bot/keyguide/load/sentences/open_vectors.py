"""Open sentence vectors if the extra is installed and a model is there; otherwise go on without them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from keyguide.core.finding.features import Floats
from keyguide.core.finding.index import Embedder
from keyguide.core.finding.train import ProgressReport, TrainingData
from keyguide.errors import KeyguideError
from keyguide.load.sentences.example_vectors import FILE_NAME, KnownVectors
from keyguide.load.sentences.fetch_model import DIGESTS, MODEL, fetch_model

_RETRY_SECONDS = 24 * 60 * 60  # after a model could not be fetched
_REMEMBERED = 4  # texts: a reply asks several indexes about the same one

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Vectors:
    """How to embed texts, with a fingerprint of the model; or why there are no vectors."""

    embed: Embedder | None  # what people write
    fingerprint: str
    description: str
    embed_examples: Embedder | None = None  # which are mostly known already
    is_of_words: bool = False  # then they only help to find answers, because acts and choices lose by them

    def serve(self, data: TrainingData) -> bool:
        """Check whether the vectors help with what is found by these data."""
        return not (self.is_of_words and data.is_for_ranking)


def open_vectors(
    setting: str, cache: Path, knowledge: Path | None = None, report: ProgressReport = lambda share: None
) -> Vectors:
    """Open the vectors of a setting: off, a model folder, or auto, which fetches a model that is not there.

    After a failure auto tries again a day later, and `download` at once. If there is no model, or it cannot
    be opened, the result says why and has no `embed`. The knowledge folder may have vectors of its examples.
    """
    if setting == "off":
        return Vectors(None, "", "sentence vectors are switched off")
    try:
        from keyguide.load.sentences.sentence_model import open_sentence_model  # noqa: PLC0415 -- needs the extra

        model = open_sentence_model(_find_model(setting, cache, report))
    except ModuleNotFoundError:
        return Vectors(None, "", 'no sentence vectors: pip install ".[semantic]" in a checkout adds them')
    except KeyguideError:
        raise  # the start was stopped
    except Exception as error:  # noqa: BLE001 -- a file of another program fails in a hundred ways
        return Vectors(None, "", f"no sentence vectors: {_get_first_line(error)}")
    description = f"sentence vectors of {model.positions.shape[1]} numbers from {MODEL}"
    known = KnownVectors(knowledge / FILE_NAME) if knowledge else None
    embed_examples = known.prefer(model.embed, model.fingerprint) if known else model.embed
    return Vectors(_remember(model.embed), model.fingerprint, description, embed_examples)


def open_known_vectors(knowledge: Path) -> Vectors:
    """Open the vectors of the examples alone, for training where there is no model."""
    known = KnownVectors(knowledge / FILE_NAME)
    return Vectors(None, known.fingerprint, "the vectors of the examples", known.embed)


def get_model_folder(cache: Path) -> Path:
    """Return the folder in the cache for the model that is fetched."""
    return cache / "models" / MODEL.rpartition("/")[2]


def _find_model(setting: str, cache: Path, report: ProgressReport) -> Path:
    """Return the folder of the model, which may have to be fetched; raise OSError if it cannot be."""
    if setting not in {"auto", "download"}:
        return Path(setting)
    folder = get_model_folder(cache)
    if all((folder / file).is_file() for file in DIGESTS):
        return folder
    failure = folder.with_suffix(".failed")
    if setting == "auto" and (reason := _read_failure(failure)):
        raise ConnectionError(f"the model could not be fetched, and is tried again after a day: {reason}")
    _log.info("fetching the sentence model %s", MODEL)
    try:
        fetch_model(folder, report)
    except OSError as error:
        reason = f"the model cannot be fetched: {_get_first_line(error)}"
        _log.warning("finding by words alone, because %s", reason)
        with suppress(OSError):
            failure.write_text(_get_first_line(error), encoding="utf-8")
        raise ConnectionError(reason) from error
    failure.unlink(missing_ok=True)
    return folder


def _read_failure(failure: Path) -> str:
    """Return why the model could not be fetched, or an empty string if that was not within a day."""
    with suppress(OSError):
        if time.time() - failure.stat().st_mtime < _RETRY_SECONDS:
            return failure.read_text(encoding="utf-8")
    return ""


def _remember(embed: Callable[[Sequence[str]], Floats]) -> Embedder:
    """Make an embedder that remembers the last single texts, by their digest and never by their words."""
    last: dict[bytes, Floats] = {}

    def embed_remembered(texts: Sequence[str]) -> Floats:
        if len(texts) != 1:
            return embed(texts)
        digest = sha256(texts[0].encode("utf-8", "surrogatepass")).digest()
        rows = last.get(digest)
        if rows is None:
            rows = last[digest] = embed(texts)
            for old in [*last][:-_REMEMBERED]:
                last.pop(old, None)
        return rows

    return embed_remembered


def _get_first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
