"""Read licence reports of slmgr, Get-CimInstance and wmic, in any format in which people paste them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import astuple, replace
from typing import TypeVar

from keyguide.core.evidence.codes import find_codes
from keyguide.core.evidence.licence import report_words
from keyguide.core.evidence.licence.blocks import ProductReport, split_products
from keyguide.core.evidence.lookalike_characters import KEY_CHARACTER, KEY_GROUP
from keyguide.core.model.evidence import Licence

EMPTY_LICENCE = Licence()

_Fact = TypeVar("_Fact")

_CHANNEL = re.compile(
    "|".join(
        re.escape(name).replace("_", "[_-]") for name in sorted(report_words.CHANNELS, key=len, reverse=True)
    )
)
_KEY_END = re.compile(rf"({KEY_CHARACTER}{{{KEY_GROUP}}})\b", re.IGNORECASE)
_NUMBER = re.compile(r"\s{0,20}([0-6])(?![0-9A-Za-z.])")
_DAYS = re.compile(
    r"[ (\uff08]([0-9]{1,6}) ?(?:day|tag|jour|d\u00eda|dia|giorn|\u0434\u043d|\u0434\u0435\u043d|\u5929)",
    re.IGNORECASE,
)
_MAX_LINES = 500  # a report about every product of a PC has about as many
_HOST = re.compile(r"([\w.-]{1,253})(?::[0-9]{1,5})?", re.ASCII)
_NO_KEY = re.compile(r"error:\s{0,3}product key not found|this license is not in use", re.IGNORECASE)
# Every report has several lines or contains one of these: a label, the full name of Windows, or a word of
# the sentences of slmgr /xpr.
_MAY_BE_REPORT = re.compile(
    "[:=\uff1a\u00ae]|Windows\\(R\\)|permanently|dauerhaft|definitivamente|\u6c38\u4e45"
    "|expire|notification mode|benachrichtigungsmodus|ends|license is not",
    re.IGNORECASE,
)


def read_licence(text: str) -> Licence | None:
    """Read what a pasted report says about Windows, or return None if the text is not a report."""
    if not _MAY_BE_REPORT.search(text) and len(text.splitlines()) <= 1:
        return None  # most questions end here; parsing them would cost more than finding their answer
    beginning = "\n".join(text.splitlines()[:_MAX_LINES])
    products = (product for product in split_products(beginning) if not product.is_office)
    licences = [(product, _read_product(product)) for product in products]
    candidates = [(product, licence) for product, licence in licences if licence != EMPTY_LICENCE]
    return max(candidates, key=_rank_candidate)[1] if candidates else None


def _rank_candidate(candidate: tuple[ProductReport, Licence]) -> tuple[bool, bool, bool, int]:
    """Rank a product: the Windows product that has a key installed is the one in use, so it comes first."""
    product, licence = candidate
    facts = sum(fact is not None for fact in astuple(licence))
    return licence.partial_key is not None, product.is_windows, not product.is_extra, facts


def _read_product(product: ProductReport) -> Licence:
    licence = _read_by_label(product)
    if product.has_windows_name:
        licence = _read_by_value(product, licence)
    if licence.partial_key is None:
        is_empty = product.is_windows and product.fields.get("partial_key") == ""
        licence = replace(licence, no_key=is_empty or _NO_KEY.search(product.text) is not None)
    return licence


def _read_by_label(product: ProductReport) -> Licence:
    fields = product.fields
    status, channel = _read_expiry(product.text)
    notice = "Notification" if fields.get("notice") else None
    return Licence(
        channel=_read_channel(fields.get("description", ""))
        or _read_channel(fields.get("channel", ""))
        or channel,
        status=_read_status(fields.get("status", "")) or status or notice,
        reason=_read_reason(fields.get("notice", "")) or _read_reason(fields.get("reason", "")),
        partial_key=_read_partial_key(fields.get("partial_key", "")),
        days_left=_read_days(fields.get("left", "")) or _read_minutes(fields.get("minutes", "")),
        kms_host=_read_host(fields.get("kms_host", "")) or _read_host(fields.get("kms_found", "")),
    )


def _read_by_value(product: ProductReport, licence: Licence) -> Licence:
    """Complete a licence with the values whose labels are in a language that we do not know."""
    others, lines = product.others, product.text.splitlines()
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
    """Read the status and channel from a sentence of slmgr /xpr, if the text contains one."""
    for sentence, status, channel in report_words.EXPIRY_SENTENCES:
        if sentence.search(text):
            return status, channel
    return None, None


def _read_channel(text: str) -> str | None:
    """Read the channel from a description, or from the spelling that newer tools use for a key's channel."""
    lower = text.lower()
    if channel := report_words.CHANNEL_WORDS.get(lower.strip(" .")):
        return channel
    match = _CHANNEL.search(text) if "windows" in lower or "channel" in lower else None
    return match[0].replace("-", "_") if match else None


def _read_status(text: str) -> str | None:
    if number := _NUMBER.match(text):
        return report_words.STATUSES[int(number[1])]
    return _read_status_words(text)


def _read_status_words(text: str) -> str | None:
    folded = report_words.fold_label(text)
    english = (
        status for status in report_words.STATUSES if folded.startswith(report_words.fold_label(status))
    )
    return report_words.STATUS_WORDS.get(folded) or next(english, None)


def _read_reason(text: str) -> str | None:
    return next(iter(find_codes(text)), None)


def _read_partial_key(text: str) -> str | None:
    key = _KEY_END.match(text)
    return key[1].upper() if key and len(set(key[1])) > 1 else None


def _read_days(text: str) -> int | None:
    days = _DAYS.search(text)
    return int(days[1]) if days else None


def _read_minutes(text: str) -> int | None:
    minutes = int(text) if text.isdecimal() and len(text) <= len(str(report_words.NOT_SET)) else 0
    return math.ceil(minutes / report_words.MINUTES_A_DAY) if 0 < minutes < report_words.NOT_SET else None


def _read_host(text: str) -> str | None:
    host = _HOST.fullmatch(text)
    return host[1] if host else None
