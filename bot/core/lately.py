"""What was worked out of a text lately, so that words which many people use are worked out once."""

from __future__ import annotations

from hashlib import blake2b
from typing import Generic, TypeVar

Result = TypeVar("Result")

MAX_ENTRIES = 1_000  # texts; the oldest are forgotten first


class ReplyCache(Generic[Result]):
    """Results by the digest of their text: what people wrote is never kept, not even in memory."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._results: dict[bytes, Result] = {}

    def get(self, text: str) -> Result | None:
        """Return what came of the same text, None where that is not known any more."""
        return self._results.get(_compute_digest(text))

    def put(self, text: str, result: Result) -> None:
        """Keep what came of a text; it must hold none of its words."""
        if len(self._results) >= MAX_ENTRIES:
            del self._results[next(iter(self._results))]
        self._results[_compute_digest(text)] = result


def _compute_digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
