"""Error codes are found however people type them, and nothing else is taken for one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguide.core.evidence.codes import MAX_CODES, find_codes, find_malformed_codes, find_similar_codes

KNOWN = ("0xC004F211", "0xC004F213", "0xC004F210", "0xC004F034", "0x80070005", "0x8007232B")
FAMILIES = (
    "C004",
    "C0EA",
    "8007",
    "8008",
    "8009",
    "8004",
    "8019",
    "803F",
    "8024",
    "800F",
    "87E1",
    "D000",
    "4004",
)

SPELLINGS = {
    "plain": ("0xC004F211", "0xC004F211"),
    "capital x": ("0XC004F211", "0xC004F211"),
    "small letters": ("what is 0xc004f211 and how do i fix it", "0xC004F211"),
    "letter o for the first zero": ("oxc004f213", "0xC004F213"),
    "capital o for the first zero": ("Oxc004f213 again", "0xC004F213"),
    "multiplication sign": ("0\u00d7C004F211", "0xC004F211"),
    "cyrillic x and c": ("0\u0445\u0421004F211", "0xC004F211"),
    "cyrillic e and a": ("0xC0\u0415\u0410000A", "0xC0EA000A"),
    "greek x": ("0\u03c7C004F211", "0xC004F211"),
    "full width": ("\uff10\uff58\uff23\uff10\uff10\uff14\uff26\uff12\uff11\uff11", "0xC004F211"),
    "invisible marks": ("0x\u200bC004\u200bF211", "0xC004F211"),
    "without 0x": ("Error C004F211", "0xC004F211"),
    "without the zero": ("xC004F211", "0xC004F211"),
    "blanks": ("0x C004 F211", "0xC004F211"),
    "one blank": ("0xC004 F211", "0xC004F211"),
    "hyphen": ("0xC004-F211", "0xC004F211"),
    "non-breaking hyphen": ("0xC004\u2011F211", "0xC004F211"),
    "broken over two lines": ("0xC004\nF211", "0xC004F211"),
    "l for 1": ("0xc004f2l1", "0xC004F211"),
    "I for 1": ("0xC004F2I1", "0xC004F211"),
    "O for 0": ("0xC0O4F211", "0xC004F211"),
    "O for 0 without 0x": ("C0O4F211", "0xC004F211"),
    "signed decimal": ("-1073422829", "0xC004DE13"),
    "signed decimal with a real minus": ("result \u22122147024891", "0x80070005"),
    "unsigned decimal": ("LicenseStatusReason : 3221549076", "0xC004F014"),
    "unsigned decimal of another family": ("error 2147942405", "0x80070005"),
    "success family in decimal": ("1074065420", "0x4004F00C"),
    "trailing dot": ("Notification Reason: 0xC004F034.", "0xC004F034"),
    "brackets": ("(0xC004F034)", "0xC004F034"),
    "event log": ("hr=0x803F7001", "0x803F7001"),
    "markdown": ("**`0xC004F074`**", "0xC004F074"),
    "stuck to a word before": ("error0xC004F074", "0xC004F074"),
    "stuck to a word behind": ("0xC004F074when i activate", "0xC004F074"),
    "stuck to chinese": ("\u9519\u8bef0xC004F210", "0xC004F210"),
    "digits only": ("80070005", "0x80070005"),
    "digits only in a sentence": ("Error 80070005 when i press activate", "0x80070005"),
    "digits and a trailing dot": ("Error code: 80070005.", "0x80070005"),
    "unknown but marked": ("bluescreen 0x0000007B", "0x0000007B"),
    "hyphen before": ("Fehler-C004F211", "0xC004F211"),
    "inside a link": ("https://example.org/errors/0xc004f213-fix", "0xC004F213"),
    "update family": ("0x80240034", "0x80240034"),
    "account family": ("80860004 when i sign in", "0x80860004"),
}

NOT_CODES = {
    "guid": "4de7cb65-cdf1-4de9-8ae8-e3cce27b9f2c",
    "guid that begins like a code": "c004f211-cdf1-4de9-8ae8-e3cce27b9f2c",
    "guid that ends in digits": "12345678-1234-1234-8007-000580070005",
    "md5": "c004f211d41d8cd98f00b204e9800998",
    "hash that holds one": "d41d8cd98f00b204c004f211ecf8427e",
    "extended pid": "03612-03308-000-000000-00-2052-22000.0000-0362022",
    "product id": "00330-80000-00000-AA584",
    "version": "10.0.26100.8036",
    "kb number": "KB5034441 fails",
    "phone number": "call me at 80070005",
    "phone number of ten digits": "phone 2147942405",
    "order number": "my order 80071234 never came",
    "phone with a plus": "+80070005",
    "phone with hyphens": "214-794-2405",
    "date": "20241231",
    "seven digits": "0xC004F21",
    "nine digits": "0xC004F2111",
    "bare nine digits": "C004F2111",
    "small arguments": "slui.exe 0x2a",
    "bare code of no family": "DEADBEEF",
    "letters for digits in no family": "0xlOlOlOlO",
    "a word of hex letters": "0x the facade, x faced it",
    "a number too big": "7516517399",
    "a number too small": "-7516517399",
    "decimal of no family": "1234567890",
    "part of a longer number": "9980070005",
    "decimal part of a number": "1.80070005",
    "bare and split": "8007 0005",
    "letters for nearly all digits": "coo4fill",
    "split and strange": "0x1234 5678",
    "letters for digits and a word": "0xC0O4F211abc",
    "nothing": "",
}


@pytest.mark.parametrize(("text", "code"), SPELLINGS.values(), ids=SPELLINGS)
def test_a_code_is_found_in_any_spelling(text: str, code: str) -> None:
    assert find_codes(text) == (code,)


@pytest.mark.parametrize("text", NOT_CODES.values(), ids=NOT_CODES)
def test_what_is_no_code_is_left_alone(text: str) -> None:
    assert find_codes(text, KNOWN) == ()


def test_codes_come_in_their_order_and_each_once() -> None:
    text = "0xC004F210 then 0xC004E002, c004f210 again; run slui.exe 0x2a 0xC004E015"

    assert find_codes(text) == ("0xC004F210", "0xC004E002", "0xC004E015")


def test_a_bare_code_in_two_halves_counts_only_when_it_is_known() -> None:
    assert find_codes("it says C004 F211", KNOWN) == ("0xC004F211",)
    assert find_codes("it says C004 F2FF", KNOWN) == ()


def test_letters_for_digits_are_read_where_the_code_is_known() -> None:
    assert find_codes("0xl2345678", ("0x12345678",)) == ("0x12345678",)


def test_at_most_twenty_codes_are_told() -> None:
    text = " ".join(f"0xC004F{number:03X}" for number in range(100))

    assert find_codes(text) == tuple(f"0xC004F{number:03X}" for number in range(MAX_CODES))


@pytest.mark.parametrize(
    ("text", "tries"),
    [
        ("0xC004F21", ("0xC004F21",)),
        ("oxc004f2l", ("0xC004F21",)),
        ("0xC004F2111 and 0xC004F2111", ("0xC004F2111",)),
        ("0xC004F211", ()),
        ("0xC0", ()),
        ("0xC004F2110000", ()),
        ("0xdecade", ()),
        ("run it at 0xface1234, please", ()),
    ],
    ids=[
        "a digit missing",
        "letters for digits",
        "a digit more",
        "whole",
        "short",
        "long",
        "a word",
        "eight",
    ],
)
def test_a_malformed_code_is_told_as_a_try(text: str, tries: tuple[str, ...]) -> None:
    assert find_malformed_codes(text) == tries


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("0xC004F231", ("0xC004F213", "0xC004F211")),
        ("0xC004F21", ("0xC004F210", "0xC004F211", "0xC004F213")),
        ("0xC004F0344", ("0xC004F034",)),
        ("0x80072B32", ()),
        ("0xC004F2", ()),
        ("0x8007000", ("0x80070005",)),
        ("0x80070050", ("0x80070005",)),
        ("0xC004F211", ("0xC004F210", "0xC004F213")),
    ],
    ids=["swapped first", "missing", "extra", "far", "two missing", "end missing", "swap", "never itself"],
)
def test_known_codes_one_slip_away_are_told(said: str, meant: tuple[str, ...]) -> None:
    assert find_similar_codes(said, KNOWN) == meant


def test_at_most_three_slips_are_told_in_an_order_that_never_changes() -> None:
    known = {f"0xC004F21{digit}" for digit in "0123456789"}

    assert find_similar_codes("0xC004F21A", known) == ("0xC004F210", "0xC004F211", "0xC004F212")


@given(st.sampled_from(FAMILIES), st.integers(0, 0xFFFF), st.sampled_from(("0x", "0X", "Ox", "0\u0445", "x")))
def test_every_code_of_a_family_is_found_however_it_is_marked(family: str, rest: int, mark: str) -> None:
    code = f"{family}{rest:04X}"

    assert find_codes(f"it says {mark}{code}, help") == (f"0x{code}",)


@given(st.sampled_from(FAMILIES), st.integers(0, 0xFFFF))
def test_every_code_of_a_family_is_found_as_a_number(family: str, rest: int) -> None:
    number = int(f"{family}{rest:04X}", 16)
    signed = number - 2**32 if number >= 2**31 else number

    assert find_codes(f"it returned {number}") == find_codes(f"it returned {signed}") == (f"0x{number:08X}",)


@given(st.text(alphabet="0123456789abcdefxoilCF48 -:\n\u0445", max_size=200))
def test_any_text_gives_well_formed_codes_or_none(text: str) -> None:
    found = (*find_codes(text, KNOWN), *find_malformed_codes(text))

    assert all(re.fullmatch("0x[0-9A-F]{6,10}", code) for code in found)
    assert all(len(code) == 10 for code in find_codes(text, KNOWN))


@pytest.mark.parametrize(
    "piece",
    ["0x", "0", "c004", "x ", "0xC004F21 ", "4de7cb65-", "-1073418733", "0x C004-", "oil"],
    ids=repr,
)
def test_hostile_text_gives_no_more_than_twenty(piece: str) -> None:
    text = (piece * 100_000)[:100_000]

    assert len(find_codes(text, KNOWN)) <= MAX_CODES
    assert len(find_malformed_codes(text)) <= MAX_CODES
