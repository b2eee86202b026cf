"""What a text shows without being asked: codes, an Activation-page message, a licence report, a secret."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Licence:
    """What a pasted slmgr or Get-CimInstance report says; None where it says nothing of it.

    `status` and `channel` are spelt as slmgr /dli writes them in English: Licensed, RETAIL, OEM_DM.
    """

    channel: str | None = None
    status: str | None = None
    reason: str | None = None
    partial_key: str | None = None
    no_key: bool = False
    days_left: int | None = None
    kms_host: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was recognised in one text."""

    codes: tuple[str, ...] = ()
    state: str | None = None
    licence: Licence | None = None
    windows: str = ""
    secret: bool = False
    public_key: str | None = None  # the edition that a public key in the text selects


NO_EVIDENCE = Evidence()
