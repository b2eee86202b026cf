"""The records of recognised evidence: codes, a message of the Activation page, a licence report, keys."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Licence:
    """What a pasted slmgr or Get-CimInstance report says; a field is None if the report does not say it.

    `status` and `channel` are spelt like in the English output of slmgr /dli: Licensed, RETAIL, OEM_DM.
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
    """Everything that was recognised in one text."""

    codes: tuple[str, ...] = ()
    state: str | None = None
    licence: Licence | None = None
    windows: str = ""
    secret: bool = False
    public_key: str | None = None  # the edition of a public key in the text


NO_EVIDENCE = Evidence()
