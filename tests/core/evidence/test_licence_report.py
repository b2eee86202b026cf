"""Licence reports are read in every shape they are pasted in, and prose is no report."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguide.core.evidence.licence import report as room
from keyguide.core.evidence.licence import report_words
from keyguide.core.evidence.licence.report import read_licence
from keyguide.core.model.evidence import Licence

SAMPLES = Path(__file__).parents[4] / "shared" / "facts" / "slmgr_samples"
WINDOWS_ID = "55c92734-d682-4d71-983e-d6ec3f16059f"

DLI = """Name: Windows(R), Core edition
Description: Windows(R) Operating System, OEM_DM channel
Partial Product Key: QWXYB
License Status: Licensed"""
DLV = f"""Software licensing service version: 10.0.26100.1

Name: Windows(R), Professional edition
Description: Windows(R) Operating System, RETAIL channel
Activation ID: 11111111-2222-3333-4444-555555555555
Application ID: {WINDOWS_ID}
Extended PID: 03612-03308-000-000000-00-1031-26100.0000-0012026
Product Key Channel: Retail
Installation ID: [\u2026]
Use License URL: https://activation.example/SLActivateProduct.asmx
Partial Product Key: 3V66T
License Status: Notification
Notification Reason: 0xC004F034.
Remaining Windows rearm count: 1000
Remaining SKU rearm count: 1000
Trusted time: 20/03/2026 12:44:15"""
KMS = """Name: Windows(R), Enterprise edition
Description: Windows(R) Operating System, VOLUME_KMSCLIENT channel
Partial Product Key: 2YT43
License Status: Licensed
Volume activation expiration: 12961 minute(s) (10 day(s))
Configured Activation Type: All

Most recent activation information:
Key Management Service client information
    Client Machine ID (CMID): 11111111-2222-3333-4444-555555555555
    Registered KMS machine name: kms.corp.example:1688
    KMS machine IP address: 10.0.0.10
    KMS machine extended PID: 06401-00206-491-411285-03-1031-9600.0000-0802017
    Activation interval: 120 minutes
    KMS host caching is enabled"""
OFFICE = """Name: Office 16, Office16ProPlusVL_KMS_Client edition
Description: Office 16, VOLUME_KMSCLIENT channel
Partial Product Key: WFG99
License Status: Licensed"""
CIM = """
Name                 : Windows(R), Professional edition
Description          : Windows(R) Operating System, VOLUME_MAK channel
LicenseStatus        : 5
LicenseStatusReason  : 3221549108
ProductKeyChannel    : Volume:MAK
PartialProductKey    : BCDFG
GracePeriodRemaining : 0
"""
TABLE = """Name                             LicenseStatus PartialProductKey ProductKeyChannel
----                             ------------- ----------------- -----------------
Office 16, Office16Retail                    1 WFG99             Retail

Windows(R), Professional edition             1 3V66T             OEM:DM
"""
GERMAN = """Name: Windows(R), Professional edition
Beschreibung: Windows(R) Operating System, RETAIL channel
Teil des Product Keys: 3V66T
Lizenzstatus: Benachrichtigung
Benachrichtigungsgrund: 0xC004F034."""
CHINESE = """\u540d\u79f0: Windows(R), Enterprise edition
\u63cf\u8ff0: Windows(R) Operating System, VOLUME_KMSCLIENT channel
\u90e8\u5206\u4ea7\u54c1\u5bc6\u94a5: 2YT43
\u8bb8\u53ef\u8bc1\u72b6\u6001: \u5df2\u6388\u6743
\u6279\u91cf\u6fc0\u6d3b\u8fc7\u671f: 259197 \u5206\u949f(180\u5929\uff09"""

OEM = Licence("OEM_DM", "Licensed", None, "QWXYB")
NEVER = Licence("RETAIL", "Notification", "0xC004F034", "3V66T")
COMPANY = Licence("VOLUME_KMSCLIENT", "Licensed", None, "2YT43", days_left=10, kms_host="kms.corp.example")


def _dli(channel: str, status: str) -> str:
    return DLI.replace("OEM_DM", channel).replace("Licensed", status)


def _xpr(sentence: str) -> str:
    return f"Windows(R), Professional edition:\n    {sentence}"


REPORTS = {
    "dli": (DLI, OEM),
    "dlv": (DLV, NEVER),
    "kms client": (KMS, COMPANY),
    "windows line ends": (KMS.replace("\n", "\r\n"), COMPANY),
    "quoted": ("look:\n" + "\n".join(f"> {line}" for line in DLV.splitlines()) + "\nwhat now?", NEVER),
    "code fence": (f"here it is\n```yaml\n{DLI}\n```", OEM),
    "indented": ("\n".join(f"      {line}" for line in DLI.splitlines()), OEM),
    "bold": ("**License Status:** Licensed", Licence(status="Licensed")),
    "bullets": (
        "- License Status: Licensed\n- Partial Product Key: `QWXYB`",
        Licence(None, "Licensed", None, "QWXYB"),
    ),
    "dialog": (f"{'-' * 27}\nWindows Script Host\n{'-' * 27}\n{DLV}\n\n{'-' * 27}\nOK   \n{'-' * 27}", NEVER),
    "prompt": (
        f"C:\\Windows\\system32>cscript slmgr.vbs /dli\nMicrosoft (R) Windows Script Host\n\n{DLI}",
        OEM,
    ),
    "one line": (" ".join(DLI.splitlines()), OEM),
    "one line with dots": (
        "License Status: Notification. Notification Reason: 0xC004F009 (grace time expired). help",
        Licence(status="Notification", reason="0xC004F009"),
    ),
    "only the reason": (
        "Notification Reason: 0xC004F200 (non-genuine).",
        Licence(None, "Notification", "0xC004F200"),
    ),
    "only the key": ("Partial Product Key: qwxyb", Licence(partial_key="QWXYB")),
    "wrapped at 80": (
        "Name: Windows Server(R), ServerStandard edition\n"
        "Description: Windows Operating System - Windows Server(R), VOLUME_KMSCLIENT chan\nnel\n"
        "Partial Product Key: QWXYB",
        Licence("VOLUME_KMSCLIENT", None, None, "QWXYB"),
    ),
    "wrapped inside the channel": (
        "Description: Windows Operating System - Windows Server 2012 R2(R), VOLUME_KMSCL\nIENT channel\n"
        "License Status: Licensed",
        Licence("VOLUME_KMSCLIENT", "Licensed"),
    ),
    "wrapped on a phone": (
        "Name: Windows(R), Core edition\nDescription: Windows(R) Operating\nSystem, RETAIL channel",
        Licence("RETAIL"),
    ),
    "wrapped by Format-List": (
        "Description   : Windows(R) Operating\n                System, OEM_SLP channel\nLicenseStatus : 1",
        Licence("OEM_SLP", "Licensed"),
    ),
    "office first": (f"{OFFICE}\n\n{DLI}", OEM),
    "office last": (f"{DLI}\n\n{OFFICE}", OEM),
    "office by its application": (
        f"Application ID: 0ff1ce15-a989-479d-af46-f275c6370663\nPartial Product Key: WFG99\n\n"
        f"Application ID: {WINDOWS_ID}\nPartial Product Key: QWXYB",
        Licence(partial_key="QWXYB"),
    ),
    "every licence": (
        f"{DLI.replace('Partial Product Key: QWXYB', 'This license is not in use.')}\n\n{DLV}\n\n{OFFICE}",
        NEVER,
    ),
    "add-on first": (f"{DLI.replace('Core edition', 'Client-ESU-Year1 add-on')}\n\n{DLV}", NEVER),
    "ospp beside": (
        f"LICENSE NAME: Office 16, Office16 edition\nLICENSE STATUS:  ---LICENSED---\n"
        f"Last 5 characters of installed product key: WFG99\n{DLI}",
        OEM,
    ),
    "cim": (CIM, Licence("VOLUME_MAK", "Notification", "0xC004F034", "BCDFG")),
    "cim, nothing installed": (
        "Name : Windows(R), Professional edition\nLicenseStatus : 0\nLicenseStatusReason : 3221549076\n"
        "PartialProductKey :\nGracePeriodRemaining : 4294967295",
        Licence(None, "Unlicensed", "0xC004F014", no_key=True),
    ),
    "cim, days": (
        "LicenseStatus : 2\nGracePeriodRemaining : 1441",
        Licence(None, "Initial grace period", days_left=2),
    ),
    "cim, found kms": (
        "LicenseStatus : 3\nLicenseStatusReason : 1074065421\n"
        "DiscoveredKeyManagementServiceMachineName : kms.example\nKeyManagementServiceMachine :",
        Licence(None, "Additional grace period", "0x4004F00D", kms_host="kms.example"),
    ),
    "cim, hidden key": ("LicenseStatus : 1\nPartialProductKey : <REDACTED>", Licence(None, "Licensed")),
    "cim, crossed-out key": ("LicenseStatus : 1\nPartialProductKey : XXXXX", Licence(None, "Licensed")),
    "wmic": (
        f"\r\r\nApplicationID={WINDOWS_ID}\r\r\n"
        "Description=Windows(R) Operating System, TIMEBASED_EVAL channel\r\r\n"
        "LicenseStatus=6\r\r\nPartialProductKey=QWXYB\r\r\n",
        Licence("TIMEBASED_EVAL", "Extended grace period", None, "QWXYB"),
    ),
    "table": (TABLE.replace("\n\n", "\n"), Licence("OEM_DM", "Licensed", None, "3V66T")),
    "table in a quote": (
        "\n".join(f"> {line}" for line in TABLE.replace("\n\n", "\n").splitlines()) + "\n\nthanks",
        Licence("OEM_DM", "Licensed", None, "3V66T"),
    ),
    "spelt by name": ("LicenseStatus : OOTGrace", Licence(None, "Additional grace period")),
    "german": (GERMAN, NEVER),
    "german, wide colons": (GERMAN.replace(":", "\uff1a"), NEVER),
    "chinese": (CHINESE, Licence("VOLUME_KMSCLIENT", "Licensed", None, "2YT43", days_left=180)),
    "spanish line": ("Estado de la licencia: con licencia", Licence(status="Licensed")),
    "french line": ("\u00c9tat de la licence : avec licence", Licence(status="Licensed")),
    "russian line": (
        "\u0421\u043e\u0441\u0442\u043e\u044f\u043d\u0438\u0435 "
        "\u043b\u0438\u0446\u0435\u043d\u0437\u0438\u0438: "
        "\u0438\u043c\u0435\u0435\u0442 \u043b\u0438\u0446\u0435\u043d\u0437\u0438\u044e",
        Licence(status="Licensed"),
    ),
    "unknown language": (
        "Meno: Windows(R), Core edition\nPopis: Windows(R) Operating System, OEM_DM channel\n"
        "Kan\u00e1l: OEM:DM\nK\u013e\u00fa\u010d: QWXYB\nStav: whatever",
        Licence("OEM_DM", None, None, "QWXYB"),
    ),
    "xpr, for good": (_xpr("The machine is permanently activated."), Licence(status="Licensed")),
    "xpr, volume": (_xpr("Volume activation will expire 3/14/2027"), Licence("VOLUME_KMSCLIENT", "Licensed")),
    "xpr, timebased": (
        _xpr("Timebased activation will expire 3/14/2027"),
        Licence("TIMEBASED_EVAL", "Licensed"),
    ),
    "xpr, vm": (_xpr("Automatic VM activation will expire 3/14/2027"), Licence(status="Licensed")),
    "xpr, notification": (_xpr("Windows is in Notification mode"), Licence(status="Notification")),
    "xpr, grace": (_xpr("Additional grace period ends 3/14/2027"), Licence(status="Additional grace period")),
    "xpr, unlicensed": (_xpr("Unlicensed"), Licence(status="Unlicensed")),
    "xpr, german": (_xpr("Der Computer ist dauerhaft aktiviert."), Licence(status="Licensed")),
    "no key": ("Error: product key not found.", Licence(no_key=True)),
    "not in use": (
        "Name: Windows(R), Core edition\nThis license is not in use.\nLicense Status: Unlicensed",
        Licence(None, "Unlicensed", no_key=True),
    ),
    "grace": (
        f"{_dli('TIMEBASED_EVAL', 'Initial grace period')}\nTime remaining: 12960 minute(s) (9 day(s))",
        Licence("TIMEBASED_EVAL", "Initial grace period", None, "QWXYB", days_left=9),
    ),
    "kms from dns": (
        "License Status: Licensed\nKMS machine name from DNS: kms.example:1688",
        Licence(None, "Licensed", kms_host="kms.example"),
    ),
    "kms not there": (
        "License Status: Licensed\nKMS machine name from DNS: DNS auto-discovery: KMS name not available",
        Licence(None, "Licensed"),
    ),
    "extra server of keys": (
        _dli("VOLUME_KMS_2012-R2_C", "Licensed"),
        Licence("VOLUME_KMS", "Licensed", None, "QWXYB"),
    ),
    "channel with a hyphen": (
        _dli("VOLUME-KMSCLIENT", "Licensed"),
        Licence("VOLUME_KMSCLIENT", "Licensed", None, "QWXYB"),
    ),
}

PROSE = {
    "nothing": "",
    "no report": "my license status is bad, is retail transferable",
    "channel in prose": "is an OEM_DM channel key transferable, or only RETAIL?",
    "a question about xpr": "whats the command to see if windows is permanently activated",
    "a doubt about xpr": "how do i see whether the machine is permanently activated",
    "an unknown status": "License Status: no idea",
    "error dialog": "Error: 0xC004E015 On a computer running Windows non-core edition, run slui.exe",
    "event": f"slui.exe failed:\nhr=0x803F7001\nRuleId=31e71c49;AppId={WINDOWS_ID};Trigger=NetworkAvailable",
    "office by name": OFFICE,
    "ospp": "LICENSE NAME: Office 15, edition\nLICENSE STATUS:  ---LICENSED---\nERROR CODE: 0xC004C003",
    "a name": "Name: Bob\nDescription: my pc is slow\nError: yes",
    "a table of other things": "Name Description\nBob slow\n---- ----\n\nAnn fast",
    "key not found in prose": "it says the product key was not found",
}


@pytest.mark.parametrize(("text", "licence"), list(REPORTS.values()), ids=REPORTS)
def test_a_report_is_read_in_whatever_shape_it_is_pasted(text: str, licence: Licence) -> None:
    assert read_licence(text) == licence


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE)
def test_what_is_no_report_of_windows_is_not_read(text: str) -> None:
    assert read_licence(text) is None


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (0, "Unlicensed"),
        (1, "Licensed"),
        (2, "Initial grace period"),
        (3, "Additional grace period"),
        (4, "Non-genuine grace period"),
        (5, "Notification"),
        (6, "Extended grace period"),
    ],
)
def test_a_status_is_the_same_as_a_number_and_in_words(number: int, status: str) -> None:
    assert read_licence(f"LicenseStatus : {number}") == Licence(status=status)
    assert read_licence(f"License Status: {status} (whatever follows).") == Licence(status=status)


@pytest.mark.parametrize(
    ("spelt", "channel"),
    [
        ("Retail", "RETAIL"),
        ("OEM:DM", "OEM_DM"),
        ("OEM:SLP", "OEM_SLP"),
        ("OEM:NONSLP", "OEM_COA_NSLP"),
        ("Volume:GVLK", "VOLUME_KMSCLIENT"),
        ("Volume:MAK", "VOLUME_MAK"),
        ("Volume:CSVLK", "VOLUME_KMS"),
        ("Eval", "TIMEBASED_EVAL"),
        ("Retail:TB:Eval", "TIMEBASED_EVAL"),
    ],
)
def test_a_channel_is_spelt_as_slmgr_does(spelt: str, channel: str) -> None:
    assert read_licence(f"Product Key Channel: {spelt}") == Licence(channel=channel)


def _plain(line: str) -> str:
    return line


def _quoted(line: str) -> str:
    return f"> {line}"


def _indented(line: str) -> str:
    return f"   {line}  "


@given(
    st.sampled_from(("RETAIL", "OEM_DM", "OEM_SLP", "VOLUME_MAK", "VOLUME_KMSCLIENT", "TIMEBASED_EVAL")),
    st.sampled_from(("Licensed", "Unlicensed", "Extended grace period", "Non-genuine grace period")),
    st.text("BCDFGHJKMPQRTVWXY2346789N", min_size=5, max_size=5).filter(lambda key: len(set(key)) > 1),
    st.sampled_from((_plain, _quoted, _indented)),
    st.sampled_from(("\n", "\r\n", "\n\n")),
)
def test_what_slmgr_wrote_is_read_whatever_it_wears(
    channel: str, status: str, key: str, wear: Callable[[str], str], end: str
) -> None:
    report = _dli(channel, status).replace("QWXYB", key)

    read = read_licence(end.join(map(wear, report.splitlines())))

    assert read == Licence(channel, status, None, key)


PIECES = (
    *DLV.splitlines(),
    *KMS.splitlines(),
    *CIM.splitlines(),
    *TABLE.splitlines(),
    "",
    "> ",
    "```",
    ": =",
    "Name:",
)


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20)), max_size=30).map("\n".join))
def test_any_text_is_read_or_not_but_never_in_vain(text: str) -> None:
    licence = read_licence(text)

    assert licence is None or licence != Licence()


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
@pytest.mark.slow
@pytest.mark.parametrize(
    ("piece", "licence"),
    [
        ("a:b\n", None),
        (" ", None),
        ("> ", None),
        ("x\n", None),
        ("License Status: ", None),
        ("Name Description\n", None),
        (f"Description: {'y' * 60}\nzz\n", None),
        ("Windows(R), edition:" + " " * 50, None),
        ("License Status: Licensed\n", Licence(status="Licensed")),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_hostile_text_is_read_all_the_same(piece: str, licence: Licence | None) -> None:
    assert read_licence((piece * 100_000)[:100_000]) == licence


SAMPLE_READINGS = {
    "01": Licence("OEM_DM", "Licensed", None, "D692P"),
    "03": NEVER,
    "04": Licence(
        "VOLUME_KMSCLIENT", "Licensed", None, "MDVJX", days_left=177, kms_host="kms01.corp.example"
    ),
    "05": Licence(
        "VOLUME_KMSCLIENT", "Licensed", None, "R7VHC", days_left=174, kms_host="kms01.corp.example"
    ),
    "06": Licence("TIMEBASED_EVAL", "Initial grace period", None, "JCDDG", days_left=9),
    "08": Licence(None, "Notification", "0xC004F009"),
    "10": Licence(None, "Unlicensed", "0xC004F014"),
    "11": Licence("OEM_DM", "Licensed", None, "PR4BP"),
    "12": None,
    "14": None,
    "15": None,
    "16": Licence(status="Licensed"),
    "17": Licence("VOLUME_KMSCLIENT", "Licensed"),
    "18": Licence(status="Notification"),
}


@pytest.mark.parametrize(("number", "licence"), list(SAMPLE_READINGS.items()), ids=SAMPLE_READINGS)
def test_the_collected_samples_are_read(number: str, licence: Licence | None) -> None:
    if not SAMPLES.is_dir():
        pytest.skip(f"the collected samples are not there: {SAMPLES}")

    (sample,) = SAMPLES.glob(f"{number}_*.txt")

    assert read_licence(sample.read_text(encoding="utf-8")) == licence


SEVERAL = st.sampled_from(
    [
        *report_words.LABELS,
        *report_words.STATUSES,
        *report_words.STATUS_WORDS,
        *report_words.CHANNELS,
        *("The machine is permanently activated.", "Windows is in notification mode", "will expire 1.1.2027"),
        *("Volume activation will expire 1", "Initial grace period ends 2", "this license is not in use"),
        *("Der Computer ist dauerhaft aktiviert", "Error: product key not found", "Windows(R), Professional"),
        *(
            "3V66T",
            "0xC004F034",
            "how do i link it",
            "RETAIL channel",
            "Name",
            "\u8ba1\u7b97\u673a\u5df2\u6c38\u4e45\u6fc0\u6d3b",
        ),
    ]
)


@given(st.lists(SEVERAL, max_size=5), st.sampled_from([" ", ", ", ": ", "\n", " = ", "\u2028"]))
def test_what_is_passed_over_at_a_glance_is_no_report(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "_MAY_BE_REPORT", re.compile(""))  # read whatever it looks like
        read = read_licence(text)

    assert read_licence(text) == read


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
@pytest.mark.slow
@pytest.mark.parametrize("sentence", [sentence for sentence, _, _ in report_words.EXPIRY_SENTENCES])
@given(st.data())
def test_no_sentence_of_a_report_is_passed_over_at_a_glance(
    sentence: re.Pattern[str], data: st.DataObject
) -> None:
    said = data.draw(st.from_regex(sentence))

    assert room._MAY_BE_REPORT.search(said)  # noqa: SLF001 -- a new sentence must be known there too
