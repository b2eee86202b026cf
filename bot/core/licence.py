"""Licence reports that people paste: slmgr, Get-CimInstance and wmic, in whatever shape they arrive."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.core.codes import find_codes
from bot.core.evidence import Licence
from bot.core.report import (
    CHANNEL_WORDS,
    CHANNELS,
    EXPIRY,
    LABELS,
    OFFICE_ID,
    STATUS_WORDS,
    STATUSES,
    WINDOWS_ID,
    folded,
)

LOOKED_AT = 100_000  # characters; slmgr /dlv all is long
NOTHING_READ = Licence()

_Line = tuple[str, str]  # a label, empty where the line has none, and what it says


@dataclass(frozen=True, slots=True)
class _Block:
    """What a report says of one product."""

    fields: Mapping[str, str]
    text: str

    @property
    def is_windows(self) -> bool:
        """Whether it names Windows as its product."""
        named = self.fields.get("name", "") + self.fields.get("description", "")
        return WINDOWS_ID in self.text.lower() or "windows" in named.lower() or "Windows(R)" in self.text

    @property
    def is_other(self) -> bool:
        """Whether it is a report of Office."""
        named = (self.fields.get("name", ""), self.fields.get("description", ""))
        return OFFICE_ID in self.text.lower() or any(name.lower().startswith("office") for name in named)

    @property
    def is_extra(self) -> bool:
        """Whether it is only an add-on, such as the paid updates of Windows 10."""
        name = self.fields.get("name", "").lower()
        return "add-on" in name or "addon" in name or "-esu-" in name
