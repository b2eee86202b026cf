"""Error codes as people type them: found in any spelling, and compared with the ones we know."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

from keyguide.core.evidence.characters import BLANKS, DASHES, INVISIBLE, LOOK_ALIKES

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

# One pass over the text; a GUID is eaten whole, so that nothing inside it is taken for a code.
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
_CODE_DIGITS = 8  # digits of a code
_UINT32_RANGE = 2**32
_MIN_DECIMAL_DIGITS = 3  # that a bare code with letters for digits must have left, so that no word is one
_MIN_MALFORMED_DIGITS = 2
_LOOKBEHIND_LENGTH = 30  # characters before a bare number that tell what it counts
_OTHER_NUMBER = re.compile(
    r"\b(?:call|phone|tel|fax|mobile|whatsapp|order|ticket|case|invoice|serial|account|build|sn|pin)\b"
    r"(?!.*(?:err|code|hresult|0x))",
    re.DOTALL,
)


def find_codes(text: str, known: Container[str] = ()) -> tuple[str, ...]:
    """Return every error code in the text, spelt 0xC004F211, in order and each once."""
    found: dict[str, None] = {}
    for code in _scan_codes(_fold_text(text), known):
        found.setdefault(code)
        if len(found) == MAX_CODES:
            break
    return tuple(found)


def find_malformed_codes(text: str) -> tuple[str, ...]:
    """Return what clearly tries to be a code and has too few or too many digits, spelt like a code."""
    tries = (match["digits"] for match in _MALFORMED_CODE.finditer(_fold_text(text)))
    wrong = (
        digits
        for digits in tries
        if len(digits) != _CODE_DIGITS and _count_decimal_digits(digits) >= _MIN_MALFORMED_DIGITS
    )
    return tuple(dict.fromkeys(_format_code(digits) for digits in wrong))[:MAX_CODES]


def find_similar_codes(code: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known codes that are one slip of the finger away, two swapped digits first."""
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
        case "split":  # C004 F211 could be anything, so only a known code with a letter will do
            code = _format_code(match["split"])
            return code if code in known and not code[2:].isdecimal() else None
        case "decimal":
            return _read_decimal(match)
        case _:
            return None


def _read_prefixed(match: re.Match[str], known: Container[str]) -> str | None:
    """Any code may follow 0x, but one that is split or has letters for digits must look familiar."""
    said = match["marked"]
    code = _format_code(said)
    if code[2:].lower() == said:
        return code
    glued = not _is_hex(said) and match.string[match.end() : match.end() + 1].isalnum()
    return code if not glued and (_has_known_family(code) or code in known) else None


def _read_bare(match: re.Match[str]) -> str | None:
    said = match["bare"]
    code = _format_code(said)
    if not _has_known_family(code) or (said.isdecimal() and _is_other_number(match)):
        return None
    return code if _is_hex(said) or _count_decimal_digits(said) >= _MIN_DECIMAL_DIGITS else None


def _read_decimal(match: re.Match[str]) -> str | None:
    number = int(match["decimal"])
    code = f"0x{number % _UINT32_RANGE:08X}"
    fits = -_UINT32_RANGE // 2 <= number < _UINT32_RANGE
    return code if fits and _has_known_family(code) and not _is_other_number(match) else None


def _is_other_number(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - _LOOKBEHIND_LENGTH) : match.start()]
    return _OTHER_NUMBER.search(before) is not None


def _has_known_family(code: str) -> bool:
    return code.startswith(_FAMILIES, 2)


def _is_hex(said: str) -> bool:
    return not any(letter in said for letter in "oil")


def _count_decimal_digits(said: str) -> int:
    return sum(sign.isdecimal() for sign in said)


def _format_code(said: str) -> str:
    digits = "".join(sign for sign in said.translate(_LETTERS_FOR_DIGITS) if sign.isalnum())
    return f"0x{digits.upper()}"


def _fold_text(text: str) -> str:
    return text.translate(_FOLD_TABLE).lower()


def _rank_difference(said: str, meant: str) -> int:
    """Return how bad the one slip between them is, 0 where there is none or more than one."""
    if len(said) == len(meant):
        off = [at for at, (one, other) in enumerate(zip(said, meant, strict=True)) if one != other]
        if len(off) == 1:
            return 2
        swapped = bool(off) and _swap(said, off[0]) == meant
        return 1 if swapped else 0
    short, long = sorted((said, meant), key=len)
    return 2 if any(long[:at] + long[at + 1 :] == short for at in range(len(long))) else 0


def _swap(said: str, at: int) -> str:
    return said[:at] + said[at + 1 : at + 2] + said[at] + said[at + 2 :]
