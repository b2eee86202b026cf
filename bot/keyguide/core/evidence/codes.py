"""Find error codes in any spelling, and compare unknown ones with the codes we know."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

from keyguide.core.evidence.lookalike_characters import BLANKS, DASHES, INVISIBLE, LOOK_ALIKES

MAX_CODES = 20
MAX_SIMILAR_CODES = 3

_FAMILIES = (
    *("C000", "C002", "C004", "C0EA", "D000", "4004", "87E1"),
    *("8004", "8007", "8008", "8009", "800F", "8019", "8024", "803F", "8086"),
)

_FOLD_TABLE = {
    **{ord(alike): letter for alike, letter in LOOK_ALIKES.items()},
    **dict.fromkeys(map(ord, BLANKS), " "),
    **dict.fromkeys(map(ord, DASHES.replace("_", "")), "-"),
    **dict.fromkeys(map(ord, INVISIBLE)),
    **{wide: chr(wide - 0xFEE0) for wide in (*range(0xFF10, 0xFF1B), *range(0xFF21, 0xFF5B))},
}

# One pass over the text; a GUID is matched as a whole, so that no part of it is taken for a code.
_TOKEN = re.compile(
    r"(?P<guid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"|(?:(?<![0-9])0x|(?<![0-9a-z])o?x)[\s:]{0,2}"
    r"(?P<marked>[0-9a-foil]{4}[\s-]?[0-9a-foil]{4})(?![0-9a-f])"
    r"|(?<![0-9a-z+])(?<![0-9][-./:])(?<![0-9a-f]{4}-)"
    r"(?P<bare>[0-9a-foil]{8})(?![0-9a-z])(?![-./:][0-9])(?!-[0-9a-f]{4})"
    r"|(?<![0-9a-z+-])(?P<split>[0-9a-f]{4}[ -][0-9a-f]{4})(?![0-9a-z-])"
    r"|(?<![0-9a-z.+])(?<![0-9][-/])(?P<decimal>-?[0-9]{9,10})(?![0-9a-z])(?![-./][0-9])"
)
_MALFORMED_CODE = re.compile(r"(?:(?<![0-9])0x|(?<![0-9a-z])ox)(?P<digits>[0-9a-foil]{6,10})(?![0-9a-z])")
_LETTERS_FOR_DIGITS = str.maketrans("oil", "011")
_CODE_DIGITS = 8
_UINT32_RANGE = 2**32
_MIN_DECIMAL_DIGITS = 3  # in a code without 0x and with letters for digits; a word has fewer
_MIN_MALFORMED_DIGITS = 2
_LOOKBEHIND_LENGTH = 30  # characters before a number that may say what number it is
_OTHER_NUMBER = re.compile(
    r"\b(?:call|phone|tel|fax|mobile|whatsapp|order|ticket|case|invoice|serial|account|build|sn|pin)\b"
    r"(?!.*(?:err|code|hresult|0x))",
    re.DOTALL,
)


def find_codes(text: str, known: Container[str] = ()) -> tuple[str, ...]:
    """Find every error code in a text, spelt like 0xC004F211, each once and in the order of the text."""
    codes: dict[str, None] = {}  # a set that keeps the order
    for code in _scan_codes(_fold_text(text), known):
        codes.setdefault(code)
        if len(codes) == MAX_CODES:
            break
    return tuple(codes)


def find_malformed_codes(text: str) -> tuple[str, ...]:
    """Find what is clearly meant as a code but has too few or too many digits, spelt like a code."""
    candidates = (match["digits"] for match in _MALFORMED_CODE.finditer(_fold_text(text)))
    malformed = (
        digits
        for digits in candidates
        if len(digits) != _CODE_DIGITS and _count_decimal_digits(digits) >= _MIN_MALFORMED_DIGITS
    )
    return tuple(dict.fromkeys(_format_code(digits) for digits in malformed))[:MAX_CODES]


def find_similar_codes(code: str, known: Iterable[str]) -> tuple[str, ...]:
    """Find the known codes that are one typing mistake away; those with two swapped digits come first."""
    ranked = {(rank, other) for other in known if (rank := _rank_difference(code.upper(), other.upper()))}
    return tuple(other for _, other in sorted(ranked))[:MAX_SIMILAR_CODES]


def _scan_codes(folded: str, known: Container[str]) -> Iterator[str]:
    for match in _TOKEN.finditer(folded):
        code = _read_match(match, known)
        if code is not None:
            yield code


def _read_match(match: re.Match[str], known: Container[str]) -> str | None:
    match match.lastgroup:
        case "marked":
            return _read_prefixed(match, known)
        case "bare":
            return _read_bare(match)
        case "split":  # C004 F211 could be anything, so we accept only a known code with a letter
            code = _format_code(match["split"])
            return code if code in known and not code[2:].isdecimal() else None
        case "decimal":
            return _read_decimal(match)
        case _:
            return None


def _read_prefixed(match: re.Match[str], known: Container[str]) -> str | None:
    """Read what follows 0x: any code, but if it is split or has letters for digits, it must look familiar."""
    digits = match["marked"]
    code = _format_code(digits)
    if code[2:].lower() == digits:
        return code
    is_glued = not _is_hex(digits) and match.string[match.end() : match.end() + 1].isalnum()
    return code if not is_glued and (_has_known_family(code) or code in known) else None


def _read_bare(match: re.Match[str]) -> str | None:
    digits = match["bare"]
    code = _format_code(digits)
    if not _has_known_family(code) or (digits.isdecimal() and _is_other_number(match)):
        return None
    return code if _is_hex(digits) or _count_decimal_digits(digits) >= _MIN_DECIMAL_DIGITS else None


def _read_decimal(match: re.Match[str]) -> str | None:
    number = int(match["decimal"])
    code = f"0x{number % _UINT32_RANGE:08X}"
    fits = -_UINT32_RANGE // 2 <= number < _UINT32_RANGE
    return code if fits and _has_known_family(code) and not _is_other_number(match) else None


def _is_other_number(match: re.Match[str]) -> bool:
    """Check whether the text before a number says that it is, for example, a phone number."""
    before = match.string[max(0, match.start() - _LOOKBEHIND_LENGTH) : match.start()]
    return _OTHER_NUMBER.search(before) is not None


def _has_known_family(code: str) -> bool:
    return code.startswith(_FAMILIES, 2)


def _is_hex(digits: str) -> bool:
    return not any(letter in digits for letter in "oil")


def _count_decimal_digits(digits: str) -> int:
    return sum(digit.isdecimal() for digit in digits)


def _format_code(digits: str) -> str:
    hex_digits = digits.translate(_LETTERS_FOR_DIGITS).upper()
    return "0x" + "".join(digit for digit in hex_digits if digit.isalnum())


def _fold_text(text: str) -> str:
    return text.translate(_FOLD_TABLE).lower()


def _rank_difference(code: str, other: str) -> int:
    """Rank two codes that are one typing mistake apart: 1 for a swap, 2 for any other; 0 if they are not."""
    if len(code) == len(other):
        different = [place for place in range(len(code)) if code[place] != other[place]]
        if len(different) == 1:
            return 2
        is_swap = bool(different) and _swap(code, different[0]) == other
        return 1 if is_swap else 0
    short, long = sorted((code, other), key=len)
    return 2 if any(long[:place] + long[place + 1 :] == short for place in range(len(long))) else 0


def _swap(code: str, place: int) -> str:
    """Swap the character at a place with the next one."""
    return code[:place] + code[place + 1 : place + 2] + code[place] + code[place + 2 :]
