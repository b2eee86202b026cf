"""Check that a request comes from Discord: signed with the application's key, and a moment ago."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from keyguide.errors import KeyguideError

MAX_AGE = 60  # seconds; Discord waits for three, so an older request is of use to nobody but an attacker
_SIGNATURE, _TIMESTAMP = "X-Signature-Ed25519", "X-Signature-Timestamp"
_SIGNATURE_LENGTH, _MAX_TIMESTAMP_LENGTH = 128, 12  # characters

Clock = Callable[[], float]


class _Key(Protocol):
    def verify(self, smessage: bytes, signature: bytes) -> bytes: ...


class SignatureCheck:
    """Checks requests against the public key of the application."""

    def __init__(self, public_key: str, clock: Clock = time.time) -> None:
        """Load the key; raise KeyguideError if the library for it is missing."""
        self._key, self._error = _load_key(public_key)
        self._clock = clock

    def find_problem(self, headers: Mapping[str, str], body: bytes) -> str:
        """Return why a request must be refused, "" if it is Discord's and new."""
        signature, timestamp = headers.get(_SIGNATURE, ""), headers.get(_TIMESTAMP, "")
        if not self._is_signed(signature, timestamp, body):
            return "invalid request signature"
        if abs(self._clock() - read_timestamp(headers)) > MAX_AGE:
            return "invalid request timestamp"
        return ""

    def _is_signed(self, signature: str, timestamp: str, body: bytes) -> bool:
        if len(signature) != _SIGNATURE_LENGTH or not _is_number(timestamp):
            return False
        try:
            self._key.verify(timestamp.encode() + body, bytes.fromhex(signature))
        except (self._error, ValueError):
            return False
        return True


def read_timestamp(headers: Mapping[str, str]) -> int:
    """Read the moment when a checked request was signed, in seconds."""
    return int(headers[_TIMESTAMP])


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MAX_TIMESTAMP_LENGTH


def _load_key(public_key: str) -> tuple[_Key, type[Exception]]:
    try:
        from nacl.exceptions import BadSignatureError  # noqa: PLC0415 -- PyNaCl is an extra
        from nacl.signing import VerifyKey  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "nacl":
            raise
        raise KeyguideError(
            'checking signatures needs one more package: run pip install ".[interactions]" in a checkout'
        ) from None
    return VerifyKey(bytes.fromhex(public_key)), BadSignatureError
