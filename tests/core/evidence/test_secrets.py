"""No secret survives masking, however it is spelt, and what is no secret stays."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguide.core.evidence.secrets import HIDDEN_DIGITS, HIDDEN_KEY, MaskedText, mask

SIGNS = "BCDFGHJKMNPQRTVWXY2346789"
KEY = "BCDFG-HJKMP-QRTVW-XY234-6789N"  # nobody's: the alphabet in its order
OTHER = "N9876-432YX-WVTRQ-PMKJH-GFDCB"
OPEN = "VK7JG-NPHTM-C97JM-9MPGT-3V66T"  # published by Microsoft
PUBLIC = {OPEN.replace("-", ""): "Pro"}
HIDDEN = f"{HIDDEN_KEY}6789N"
SIX = "123456-234567-345678-456789-567890-678901-789012-890123"
ELEVENS = "-".join(f"{11 * number:06}" for number in range(11_111, 19_000, 1_000))  # as every recovery key is
MISREAD = "QDBFK-KMKDH-YGCVY-JNZVC-BDKCD"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
SEVEN = " ".join(f"{number}234567" for number in range(1, 10))


def _spelt(between: str) -> str:
    return KEY.replace("-", between)


def _number(after: str, before: str = "") -> str:
    return "\n".join(f"{before}{number}{after} {group}" for number, group in enumerate(KEY.split("-"), 1))


def _group(text: str, *ends: int) -> str:
    return " ".join(text[start:end] for start, end in pairwise((0, *ends, len(text))))


def _wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


SECRETS = {
    "hyphens": (KEY, HIDDEN),
    "small letters": (f"my key is {KEY.lower()} thx", f"my key is {HIDDEN} thx"),
    "nothing between": (_spelt(""), HIDDEN),
    "blanks": (_spelt(" "), HIDDEN),
    "Arabic digits": (KEY.translate({ord("2"): "\u0662", ord("4"): "\u0664"}), HIDDEN),
    "Devanagari digits": (KEY.translate({ord("3"): "\u0969", ord("4"): "\u096a"}), HIDDEN),
    "en-dashes": (_spelt("\u2013"), HIDDEN),
    "hyphens and blanks": (_spelt(" - "), HIDDEN),
    "underscores": (_spelt("_"), HIDDEN),
    "dots": (_spelt("."), HIDDEN),
    "commas": (_spelt(", "), HIDDEN),
    "lines": (_spelt("\n"), HIDDEN),
    "quoted lines": ("> " + _spelt("-\r\n> "), f"> {HIDDEN}"),
    "spoiler": (f"||{KEY}||", f"||{HIDDEN}||"),
    "a spoiler for each group": ("||" + _spelt("|| ||") + "||", f"||{HIDDEN}||"),
    "backticks": ("`" + _spelt("`-`") + "`", f"`{HIDDEN}`"),
    "invisible marks": ("\u200b".join(KEY), HIDDEN),
    "struck through": ("\u0336".join(KEY), HIDDEN),
    "full width": (_wide(KEY), HIDDEN),
    "other alphabets": (KEY.replace("B", "\u0412").replace("H", "\u041d").replace("T", "\u03a4"), HIDDEN),
    "sign by sign": (" ".join(_spelt("")), HIDDEN),
    "other groups": ("BCDFGHJ KMPQR-TVWX Y23467-89N", HIDDEN),
    "after a colon": (f"key:{KEY}", f"key:{HIDDEN}"),
    "after an equals sign, solid": (f"key={_spelt('')};", f"key={HIDDEN};"),
    "in brackets": (f"({KEY})", f"({HIDDEN})"),
    "in quotes": (f'"{_spelt("")}"', f'"{HIDDEN}"'),
    "stuck to a word": (f"mykey{KEY}please", f"mykey{HIDDEN}please"),
    "stuck to a chinese word": (f"\u5bc6\u94a5{KEY}", f"\u5bc6\u94a5{HIDDEN}"),
    "capitals in small letters": (f"mykeyis{_spelt('')}", f"mykeyis{HIDDEN}"),
    "small letters in small letters": (f"this-one-is-a{_spelt('').lower()}ok", f"this-one-is-a{HIDDEN}ok"),
    "after an escaped line end": (f"\\n{KEY}", f"\\n{HIDDEN}"),
    "in a link": (f"https://example.org/?key={KEY}&x=1", f"https://example.org/?key={HIDDEN}&x=1"),
    "slmgr's own line": (
        f"Installed product key {KEY} successfully.",
        f"Installed product key {HIDDEN} successfully.",
    ),
    "after a word of the same letters": (f"pw {KEY}", f"pw {HIDDEN}"),
    "two": (f"{KEY} or {OTHER}", f"{HIDDEN} or {HIDDEN_KEY}GFDCB"),
    "two without a word between": (f"{KEY} {OTHER}", f"{HIDDEN_KEY}GFDCB"),
    "two written as one word": (_spelt("") + OTHER.replace("-", ""), f"{HIDDEN_KEY}GFDCB"),
    "next to a public one": (f"{OPEN} {KEY}", f"{OPEN} {HIDDEN}"),
    "after a placeholder": (f"*****-*****-*****-*****-{KEY}", f"*****-*****-*****-*****-{HIDDEN}"),
    "a code of the store": ("A1B2C-D3E4F-G5H6I-J7K8L-M9N0P", f"{HIDDEN_KEY}M9N0P"),
    "a code with blanks": ("A1B2C D3E4F G5H6I J7K8L M9N0P", f"{HIDDEN_KEY}M9N0P"),
    "a code with few digits": ("ABCDE-FGHI1-JKLMO-PQRS2-TUVWX", f"{HIDDEN_KEY}TUVWX"),
    "bitlocker": (f"recovery key: {SIX}", f"recovery key: {HIDDEN_DIGITS}"),
    "bitlocker with blanks": (SIX.replace("-", " "), HIDDEN_DIGITS),
    "bitlocker over two lines": (SIX.replace("456789-", "456789-\n> "), HIDDEN_DIGITS),
    "bitlocker as one number": (SIX.replace("-", ""), HIDDEN_DIGITS),
    "installation id": (
        f"Installation ID: {SEVEN.replace(' ', '')}\nnext",
        f"Installation ID: {HIDDEN_DIGITS}\nnext",
    ),
    "installation id in groups": (SEVEN, HIDDEN_DIGITS),
    "installation id in labelled groups": (
        " ".join(f"{letter}: {group}" for letter, group in zip("ABCDEFGHI", SEVEN.split(), strict=True)),
        f"A: {HIDDEN_DIGITS}",
    ),
    "installation id in two parts": (
        SEVEN.replace(" ", "")[:40] + "\n" + SEVEN.replace(" ", "")[40:],
        HIDDEN_DIGITS,
    ),
    "older installation id": (f"{SIX}-901234", HIDDEN_DIGITS),
    "oldest installation id": (f"{SIX}-12", HIDDEN_DIGITS),
    "numbered groups": (_number(")"), f"1) {HIDDEN}"),
    "named groups": (_number(":", "group "), f"group 1: {HIDDEN}"),
    "lettered groups": (
        "\n".join(f"{letter}. {group}" for letter, group in zip("ABCDE", KEY.split("-"), strict=True)),
        f"A. {HIDDEN}",
    ),
    "groups in lines of HTML": (KEY.replace("-", "<br>"), HIDDEN),
    "groups in lines of XHTML": (KEY.replace("-", "<br />\n"), HIDDEN),
    "groups in a link": (KEY.replace("-", "%20"), HIDDEN),
    "dashes as entities": (KEY.replace("-", "&#45;"), HIDDEN),
    "blanks as entities": (KEY.replace("-", "&nbsp;"), HIDDEN),
    "one sign misread": (KEY.replace("2", "Z", 1), HIDDEN),
    "one sign misread in small letters": (KEY.replace("2", "o", 1).lower(), HIDDEN),
    "one sign misread between blanks": (KEY.replace("2", "I", 1).replace("-", " "), HIDDEN),
    "one sign misread, no digit": (MISREAD, f"{HIDDEN_KEY}{MISREAD[-5:]}"),
    "one sign misread without dashes": (KEY.replace("2", "0", 1).replace("-", ""), HIDDEN),
    "arabic digits": (KEY.translate(ARABIC), HIDDEN),
    "bitlocker in arabic digits": (SIX.translate(ARABIC), HIDDEN_DIGITS),
    "bitlocker in numbered groups": (
        " ".join(f"{number}. {group}" for number, group in enumerate(SIX.split("-"), 1)),
        f"1. {HIDDEN_DIGITS}",
    ),
    "bitlocker in groups of four": (
        " ".join(SIX.replace("-", "")[start : start + 4] for start in range(0, 48, 4)),
        HIDDEN_DIGITS,
    ),
    "bitlocker digit by digit": (" ".join(ELEVENS.replace("-", "")), HIDDEN_DIGITS),
    "bitlocker in uneven groups": (_group(ELEVENS.replace("-", ""), 5, 11, 23, 27, 38), HIDDEN_DIGITS),
    "confirmation id": (f"cid {SIX}.", f"cid {HIDDEN_DIGITS}."),
}

HARMLESS = {
    "nothing": "",
    "years": "2000, 2001, 2002, 2003, 2004, 2005, 2006, 2007, 2008, 2009, 2011, 2012",
    "zeros": "0, " * 48,
    "lottery": " ".join(f"{number:02}" for number in range(10, 34)),
    "hexadecimal numbers": "23CB5 23CB7 23CC7 23CC8 23CC9",
    "five words of five": "there would never after hours",
    "a numbered list": "1) press 2) start 3) right 4) there 5) again",
    "a percentage": "100%20 of 50% and 1 < 2 & 3 > 1; a&b;",
    "placeholder": "XXXXX-XXXXX-XXXXX-XXXXX-XXXXX",
    "placeholder in letters": "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE",
    "placeholder of the alphabet": "BBBBB-CCCCC-DDDDD-FFFFF-GGGGG",
    "hidden but for its end": "XXXXX-XXXXX-XXXXX-XXXXX-6789N",
    "hidden but for both ends": "BCDFG-XXXXX-XXXXX-XXXXX-6789N",
    "masked already": HIDDEN,
    "masked twice": f"{HIDDEN} {HIDDEN_KEY}BCDFG",
    "last five": "Partial Product Key: 6789N",
    "guid": "4de7cb65-cdf1-4de9-8ae8-e3cce27b9f2c",
    "extended pid": "03612-03308-000-000000-00-2052-22000.0000-0362022",
    "product id": "Product ID: 00330-80000-00000-AA584 which is Build 26100",
    "product id between words of five": "Build: 00330-80000-00000-AA584. Which edition",
    "md5": "d41d8cd98f00b204e9800998ecf8427e",
    "hash without vowels": "bcdf2346789bcdf2346789bcdf234",
    "sha-256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "long identifier": "bcdfghjkmpqrtvwxy2346789npqx" + "a1e0o5" * 4,
    "four groups": "BCDFG-HJKMP-QRTVW-XY234",
    "twenty-four signs": KEY[:-1],
    "prose": "there would never after hours be words without vowels; win10 setup error 12345 again",
    "slug": "win10-error-after-clean-setup",
    "link": "https://learn.microsoft.com/en-us/windows-server/get-started/kms-client-activation-keys",
    "code": "for sign in SIGNS: yield SIGN_TABLE[sign] << 4 & 0x7FFF",
    "hardware": "rtx 4090, ddr5 32gb, nvme wd 2tb, b650m, pc via 7800x3d",
    "error code": "0xC004F211 and 0x80070005",
    "phone": "+49 30 123456 789012",
    "times": "2026-03-20 12:44:15 2026-03-21 12:44:15 2026-03-22 12:44:15 2026-03-23",
    "seven groups of six": SIX[:-7],
    "eight groups of seven": SEVEN[:-8],
    "five numbers": "12345-23456-34567-45678-56789",
    "digits of the alphabet": "23467-89234-67892-34678-92346",
    "long number": "1234567890" * 4,
    "cyrillic": "\u0412\u0421\u041d\u041a\u041c" * 5 + " \u0440\u0443\u0441",
}


@pytest.mark.parametrize(("text", "masked"), list(SECRETS.values()), ids=SECRETS)
def test_a_secret_is_masked_however_it_is_spelt(text: str, masked: str) -> None:
    result = mask(text, PUBLIC)

    assert (result.text, result.secret) == (masked, True)


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_is_no_secret_stays_as_it_is(text: str) -> None:
    assert mask(text, PUBLIC) == MaskedText(text)


@pytest.mark.parametrize(
    "text",
    [
        OPEN,
        OPEN.lower(),
        OPEN.replace("-", ""),
        f"slmgr /ipk {OPEN}",
        f"key{OPEN}",
        f"{OPEN}, {OPEN.lower()}",
    ],
    ids=["as published", "small", "solid", "in a command", "stuck", "twice"],
)
def test_a_public_key_stays_and_is_told_once(text: str) -> None:
    assert mask(text, PUBLIC) == MaskedText(text, public=tuple(PUBLIC))


def test_of_a_public_and_a_private_key_the_private_one_is_masked() -> None:
    result = mask(f"not {KEY} but {OPEN}", PUBLIC)

    assert result == MaskedText(f"not {HIDDEN} but {OPEN}", secret=True, public=tuple(PUBLIC))


def test_no_key_is_public_unless_it_is_named() -> None:
    assert mask(OPEN, {}) == MaskedText(f"{HIDDEN_KEY}3V66T", secret=True)


def test_what_is_left_of_one_key_does_not_begin_another() -> None:
    text = f"{' '.join(KEY)}-{OTHER[:23]}pls"

    masked = mask(text, PUBLIC)

    assert mask(masked.text, PUBLIC).text == masked.text


def _is_key(key: str) -> bool:
    counts = Counter(key)
    return len(counts) >= 8 and max(counts.values()) < 10 and not key.isdigit()


KEYS = st.text(SIGNS, min_size=25, max_size=25).filter(_is_key)
BETWEEN = st.sampled_from(
    (
        "-",
        " ",
        "",
        "\u2013",
        "_",
        ".",
        "\n",
        "\r\n> ",
        "||",
        "`",
        "` `",
        "\u200b",
        "-\u200d",
        " - ",
        "\u2060-",
        "|| ||",
    )
)
DRESSES: st.SearchStrategy[Callable[[str], str]] = st.sampled_from((str.upper, str.lower, str.title, _wide))
AROUND = st.sampled_from(
    ("", "key: ", "my key is ", "(", '"', "\n", "> ", "\u5bc6\u94a5", "Key=", "thanks: ", ".", "!")
)


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a key and one of the many ways to write it in a message."""
    key = draw(KEYS)
    groups = [draw(DRESSES)(key[at : at + 5]) for at in range(0, 25, 5)]
    spelt = groups[0] + "".join(draw(BETWEEN) + group for group in groups[1:])
    return key, draw(AROUND) + spelt + draw(st.sampled_from(("", " thanks", ")", '"', "\n", ".", "||")))


def _undressed(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum())


@given(spellings())
def test_no_key_survives_however_it_is_spelt(spelling: tuple[str, str]) -> None:
    key, text = spelling

    result = mask(text, PUBLIC)

    assert result.secret
    assert key not in _undressed(result.text)
    assert key[:20] not in _undressed(result.text)


@given(spellings(), spellings(), st.sampled_from((" ", "\n", " or ", ", ", " / ")))
def test_no_key_survives_beside_another(one: tuple[str, str], two: tuple[str, str], between: str) -> None:
    result = mask(one[1] + between + two[1], PUBLIC)

    assert one[0] not in _undressed(result.text)
    assert two[0] not in _undressed(result.text)


@given(spellings(), st.sampled_from((f"{OPEN} ", f"{OPEN}\n", f"{OPEN.lower()} not ")))
def test_no_key_survives_beside_a_public_one(spelling: tuple[str, str], before: str) -> None:
    key, text = spelling

    result = mask(before + text, PUBLIC)

    assert key not in _undressed(result.text)
    assert result.public == tuple(PUBLIC)


PIECES = st.one_of(
    st.sampled_from(
        (*KEY.split("-"), *OTHER.split("-"), OPEN, KEY, HIDDEN, *SIX.split("-"), "pwt", "key", "*****")
    ),
    st.sampled_from((" ", "-", "", "\n", "||", "\u200b", "*")),
    st.text(SIGNS + SIGNS.lower() + "aeiou015- ", max_size=30),
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask(text, PUBLIC)

    again = mask(once.text, PUBLIC)

    assert again == MaskedText(once.text, public=once.public)


@given(st.text(max_size=300))
def test_a_text_without_a_secret_is_not_touched(text: str) -> None:
    result = mask(text, PUBLIC)

    assert result.secret == (result.text != text)


@given(st.lists(st.integers(0, 999_999), min_size=8, max_size=8), BETWEEN)
def test_no_recovery_key_survives(groups: list[int], between: str) -> None:
    text = between.join(f"{group:06}" for group in groups)

    assert mask(f"it is {text}", PUBLIC) == MaskedText(f"it is {HIDDEN_DIGITS}", secret=True)


@given(st.lists(st.integers(0, 9_999_999), min_size=9, max_size=9), BETWEEN)
def test_no_installation_id_survives(groups: list[int], between: str) -> None:
    text = between.join(f"{group:07}" for group in groups)

    assert mask(f"it is {text}", PUBLIC) == MaskedText(f"it is {HIDDEN_DIGITS}", secret=True)


HOSTILE = {
    "one sign": ("B ", False),
    "one letter in wide gaps": ("B" + " " * 12, False),
    "spelt keys": ("b c d f g h j k m n p q r t ", True),
    "keys in a row": (f"{KEY} ", True),
    "keys as one word": (KEY.replace("-", ""), True),
    "keys stuck to words": (f"pk{KEY}pwt ", True),
    "hash": ("d41d8cd98f00b204e9800998ecf8427e", False),
    "groups that break off": (f"{SIX[:-7]} 1234567 ", False),
    "long numbers": ("1" * 200 + "a ", False),
    "invisible": ("\u200b", False),
    "chinese": ("\u5bc6\u94a5", False),
    "stars": (HIDDEN_KEY, False),
}


@pytest.mark.slow
@pytest.mark.parametrize(("piece", "secret"), list(HOSTILE.values()), ids=HOSTILE)
def test_hostile_text_is_masked_all_the_same(piece: str, secret: bool) -> None:  # noqa: FBT001
    result = mask((piece * 100_000)[:100_000], PUBLIC)

    assert result.secret is secret
    assert KEY not in result.text
