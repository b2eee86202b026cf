"""Licence reports that people paste: slmgr, Get-CimInstance and wmic, in whatever shape they arrive."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import astuple, replace
from typing import TypeVar

from keyguide.core.evidence import licence_words
from keyguide.core.evidence.characters import KEY_CHARACTER, KEY_GROUP
from keyguide.core.evidence.codes import find_codes
from keyguide.core.evidence.licence_blocks import ProductReport, split_products
from keyguide.core.model.evidence import Licence

EMPTY_LICENCE = Licence()

_Fact = TypeVar("_Fact")

_CHANNEL = re.compile(
    "|".join(
        re.escape(name).replace("_", "[_-]") for name in sorted(licence_words.CHANNELS, key=len, reverse=True)
    )
)
_KEY_END = re.compile(rf"({KEY_CHARACTER}{{{KEY_GROUP}}})\b", re.IGNORECASE)
_NUMBER = re.compile(r"\s{0,20}([0-6])(?![0-9A-Za-z.])")
_DAYS = re.compile(
    r"[ (\uff08]([0-9]{1,6}) ?(?:day|tag|jour|d\u00eda|dia|giorn|\u0434\u043d|\u0434\u0435\u043d|\u5929)",
    re.IGNORECASE,
)
_HOST = re.compile(r"([\w.-]{1,253})(?::[0-9]{1,5})?", re.ASCII)
_NO_KEY = re.compile(r"error:\s{0,3}product key not found|this license is not in use", re.IGNORECASE)
# What every report holds: a label, a second line, Windows' full name, or a word of the sentences it may be.
_MAY_BE_REPORT = re.compile(
    "[:=\uff1a\u00ae]|Windows\\(R\\)|permanently|dauerhaft|definitivamente|\u6c38\u4e45"
    "|expire|notification mode|benachrichtigungsmodus|ends|license is not",
    re.IGNORECASE,
)


def read_licence(text: str) -> Licence | None:
    """Return what a pasted report says of Windows, or None where the text is no report."""
    if not _MAY_BE_REPORT.search(text) and len(text.splitlines()) <= 1:
        return None  # as most questions are; taking them apart would cost more than finding their answer
    ours = (block for block in split_products(text) if not block.is_office)
    read = [(block, licence) for block in ours if (licence := _read_product(block)) != EMPTY_LICENCE]
    return max(read, key=_rank_product)[1] if read else None


def _rank_product(read: tuple[ProductReport, Licence]) -> tuple[bool, bool, bool, int]:
    """Of several products, the Windows that has a key is the one in use."""
    block, licence = read
    facts = sum(fact is not None for fact in astuple(licence))
    return licence.partial_key is not None, block.is_windows, not block.is_extra, facts


def _read_product(block: ProductReport) -> Licence:
    licence = _read_by_label(block)
    if block.has_windows_name:
        licence = _read_by_value(block, licence)
    if licence.partial_key is None:
        empty = block.is_windows and block.fields.get("partial_key") == ""
        licence = replace(licence, no_key=empty or _NO_KEY.search(block.text) is not None)
    return licence


def _read_by_label(block: ProductReport) -> Licence:
    fields = block.fields
    status, channel = _read_expiry(block.text)
    named = _read_channel(fields.get("description", "")) or _read_channel(fields.get("channel", ""))
    notice = "Notification" if fields.get("notice") else None
    return Licence(
        channel=named or channel,
        status=_read_status(fields.get("status", "")) or status or notice,
        reason=_read_reason(fields.get("notice", "")) or _read_reason(fields.get("reason", "")),
        partial_key=_read_partial_key(fields.get("partial_key", "")),
        days_left=_read_days(fields.get("left", "")) or _read_minutes(fields.get("minutes", "")),
        kms_host=_read_host(fields.get("kms_host", "")) or _read_host(fields.get("kms_found", "")),
    )


def _read_by_value(block: ProductReport, licence: Licence) -> Licence:
    """Fill in what stands under the labels of a Windows in another language."""
    others, lines = block.others, block.text.splitlines()
    keys = (other for other in others if _KEY_END.fullmatch(other) and other.isupper())
    codes = (other for other in others if other.lower().startswith("0x"))
    return replace(
        licence,
        channel=licence.channel or _take_first(map(_read_channel, (*others, *lines))),
        status=licence.status or _take_first(map(_read_status_words, others)),
        reason=licence.reason
        or (None if licence.status == "Licensed" else _take_first(map(_read_reason, codes))),
        partial_key=licence.partial_key or _take_first(map(_read_partial_key, keys)),
        days_left=licence.days_left or _take_first(map(_read_days, others)),
    )


def _take_first(facts: Iterable[_Fact | None]) -> _Fact | None:
    return next((fact for fact in facts if fact is not None), None)


def _read_expiry(text: str) -> tuple[str | None, str | None]:
    """Return the status and channel that a sentence of slmgr /xpr tells."""
    told = (
        (status, channel)
        for sentence, status, channel in licence_words.EXPIRY_SENTENCES
        if sentence.search(text)
    )
    return next(told, (None, None))


def _read_channel(said: str) -> str | None:
    """Read the channel of a description, or a key's channel as the newer tools spell it."""
    spelt = licence_words.CHANNEL_WORDS.get(said.lower().strip(" ."))
    named = _CHANNEL.search(said) if "windows" in said.lower() or "channel" in said.lower() else None
    return spelt or (named[0].replace("-", "_") if named else None)


def _read_status(said: str) -> str | None:
    if number := _NUMBER.match(said):
        return licence_words.STATUSES[int(number[1])]
    return _read_status_words(said)


def _read_status_words(said: str) -> str | None:
    plain = licence_words.fold_label(said)
    english = (
        status for status in licence_words.STATUSES if plain.startswith(licence_words.fold_label(status))
    )
    return licence_words.STATUS_WORDS.get(plain) or next(english, None)


def _read_reason(said: str) -> str | None:
    return next(iter(find_codes(said)), None)


def _read_partial_key(said: str) -> str | None:
    key = _KEY_END.match(said)
    return key[1].upper() if key and len(set(key[1])) > 1 else None


def _read_days(said: str) -> int | None:
    days = _DAYS.search(said)
    return int(days[1]) if days else None


def _read_minutes(said: str) -> int | None:
    minutes = int(said) if said.isdecimal() and len(said) <= len(str(licence_words.NOT_SET)) else 0
    return math.ceil(minutes / licence_words.MINUTES_A_DAY) if 0 < minutes < licence_words.NOT_SET else None


def _read_host(said: str) -> str | None:
    host = _HOST.fullmatch(said)
    return host[1] if host else None
