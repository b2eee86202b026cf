"""The labels and values in licence reports of slmgr, Get-CimInstance and wmic, if we are sure of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

MINUTES_A_DAY = 1440
NOT_SET = 4294967295  # how Windows writes that a number has no value


def fold_label(text: str) -> str:
    """Reduce a label to lower-case letters and digits, so that LicenseStatus equals License Status."""
    folded = "".join(character for character in text.casefold() if character.isalnum())
    return folded.replace("licence", "license")


def _index_by_label(labels: Mapping[str, Iterable[str]]) -> Mapping[str, str]:
    return MappingProxyType({fold_label(name): value for value, names in labels.items() for name in names})


WINDOWS_ID = "55c92734-d682-4d71-983e-d6ec3f16059f"
OFFICE_ID = "0ff1ce15-a989-479d-af46-f275c6370663"

# The fields of a report, and the labels that they have in different tools and languages.
LABELS = _index_by_label(
    {
        "name": ("Name", "Nom", "Nombre", "Nome", "\u0418\u043c\u044f", "\u540d\u79f0", "\u540d\u7a31"),
        "description": (
            "Description",
            "Beschreibung",
            "Descripci\u00f3n",
            "Descrizione",
            "Descri\u00e7\u00e3o",
        ),
        "application": ("Application ID",),
        "channel": ("Product Key Channel",),
        "partial_key": ("Partial Product Key",),
        "notice": ("Notification Reason",),
        "reason": ("License Status Reason",),
        "left": (
            "Volume activation expiration",
            "Timebased activation expiration",
            "Automatic VM activation expiration",
            "Time remaining",
        ),
        "minutes": ("Grace Period Remaining",),
        "kms_host": ("Registered KMS machine name", "KeyManagementServiceMachine"),
        "kms_found": ("KMS machine name from DNS", "DiscoveredKeyManagementServiceMachineName"),
        "status": (
            "License Status",
            "Lizenzstatus",
            "\u00c9tat de la licence",
            "Statut de la licence",
            "Estado de la licencia",
            "Estado de licencia",
            "Stato licenza",
            "Stato della licenza",
            "Status da licen\u00e7a",
            "Estado da licen\u00e7a",
            "Licentiestatus",
            "Stan licencji",
            "\u0421\u043e\u0441\u0442\u043e\u044f\u043d\u0438\u0435 "
            "\u043b\u0438\u0446\u0435\u043d\u0437\u0438\u0438",
            "\u8bb8\u53ef\u8bc1\u72b6\u6001",
            "\u6388\u6b0a\u72c0\u614b",
        ),
    }
)

STATUSES = (
    "Unlicensed",
    "Licensed",
    "Initial grace period",
    "Additional grace period",
    "Non-genuine grace period",
    "Notification",
    "Extended grace period",
)  # the index of each is its number in LicenseStatus

# The other wordings of each status.
STATUS_WORDS = _index_by_label(
    {
        "Unlicensed": (
            "Nicht lizenziert",
            "Sans licence",
            "Sin licencia",
            "Senza licenza",
            "N\u00e3o licenciado",
            "Sem licen\u00e7a",
            "\u041d\u0435 \u0438\u043c\u0435\u0435\u0442 \u043b\u0438\u0446\u0435\u043d\u0437\u0438\u0438",
            "\u672a\u6388\u6743",
        ),
        "Licensed": (
            "Lizenziert",
            "Avec licence",
            "Sous licence",
            "Con licencia",
            "Con licenza",
            "Licenciado",
            "Com licen\u00e7a",
            "\u0418\u043c\u0435\u0435\u0442 \u043b\u0438\u0446\u0435\u043d\u0437\u0438\u044e",
            "\u5df2\u6388\u6743",
            "\u5df2\u6388\u6b0a",
        ),
        "Initial grace period": ("OOBGrace",),
        "Additional grace period": ("OOTGrace",),
        "Non-genuine grace period": ("NonGenuineGrace",),
        "Extended grace period": ("ExtendedGrace",),
        "Notification": (
            "Benachrichtigung",
            "Notificaci\u00f3n",
            "Notifica",
            "Notifica\u00e7\u00e3o",
            "\u0423\u0432\u0435\u0434\u043e\u043c\u043b\u0435\u043d\u0438\u0435",
            "\u901a\u77e5",
        ),
    }
)

# Channels as slmgr spells them in a description, and the other spellings of a key's channel.
CHANNELS = (
    *("RETAIL", "OEM_COA_NSLP", "OEM_COA_SLP", "OEM_SLP", "OEM_DM", "OEM"),
    *("VOLUME_KMSCLIENT", "VOLUME_MAK", "VOLUME_KMS", "TIMEBASED_EVAL", "TIMEBASED_SUB"),
    "VIRTUAL_MACHINE_ACTIVATION",
)
CHANNEL_WORDS = MappingProxyType(
    {
        "retail": "RETAIL",
        "oem:dm": "OEM_DM",
        "oem:slp": "OEM_SLP",
        "oem:coa": "OEM_COA_SLP",
        "oem:nonslp": "OEM_COA_NSLP",
        "volume:gvlk": "VOLUME_KMSCLIENT",
        "volume:mak": "VOLUME_MAK",
        "volume:csvlk": "VOLUME_KMS",
        "retail:tb:eval": "TIMEBASED_EVAL",
        "eval": "TIMEBASED_EVAL",
    }
)

# The sentences of slmgr /xpr, with the status and the channel that each reports.
EXPIRY_SENTENCES: tuple[tuple[re.Pattern[str], str, str | None], ...] = tuple(
    (re.compile(sentence, re.IGNORECASE), status, channel)
    for sentence, status, channel in (
        (r"(?<!if )(?<!whether )the (?:machine|product) is permanently activated", "Licensed", None),
        (r"\bder computer ist dauerhaft aktiviert", "Licensed", None),
        (r"\bil computer \u00e8 attivato definitivamente", "Licensed", None),
        (r"\u8ba1\u7b97\u673a\u5df2\u6c38\u4e45\u6fc0\u6d3b", "Licensed", None),
        (r"\bvolume activation will expire [0-9]", "Licensed", "VOLUME_KMSCLIENT"),
        (r"\btimebased activation will expire [0-9]", "Licensed", "TIMEBASED_EVAL"),
        (r"\bautomatic vm activation will expire [0-9]", "Licensed", None),
        (r"\bwindows is in notification mode", "Notification", None),
        (r"\bwindows befindet sich im benachrichtigungsmodus", "Notification", None),
        *((rf"\b{status} ends [0-9]", status, None) for status in STATUSES if status.endswith("period")),
        (r"edition:\s{1,20}unlicensed", "Unlicensed", None),
    )
)
