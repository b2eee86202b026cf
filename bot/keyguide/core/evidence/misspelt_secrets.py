"""Find secrets in rarer spellings: numbered groups, one sign misread, a recovery key in uneven groups.

All texts here are simplified and in capitals, as `secrets` makes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from keyguide.core.evidence.lookalike_characters import KEY_CHARACTER, KEY_GROUP


@dataclass(frozen=True, slots=True)
class Spelling:
    """Where a secret stands in a text; `key` holds its letters and digits if it is a key."""

    start: int
    end: int
    key: str = ""


_MAX_MISREAD = 2  # signs of a key that no key of Windows has, such as an O for a 0
_KEY_LENGTH = 5 * KEY_GROUP
_START, _END = "(?<![0-9A-Z])", "(?![0-9A-Z])"
_LABEL_END = "[ /-]{1,6}"
_WORD = "(?:[A-Z]{3,10}[ /-]{0,3})?"  # such as "group"


def _number_groups(group: str, count: int) -> re.Pattern[str]:
    """Write a pattern of groups that are numbered: 1, 2, 3 or A, B, C; the first number may be missing."""
    later = "".join(
        rf"[ /-]{{1,12}}{_WORD}(?:{number}|{chr(64 + number)}){_LABEL_END}({group})"
        for number in range(2, count + 1)
    )
    return re.compile(rf"{_START}(?=({group}){later}{_END})")


_NUMBERED_KEY = _number_groups(f"{KEY_CHARACTER}{{5}}", 5)
_NUMBERED_DIGITS = (_number_groups("[0-9]{6}", 8), _number_groups("[0-9]{7}", 9))
_MISREAD_GROUPS = re.compile(
    rf"{_START}(?=([0-9A-Z]{{5}}(?P<break> ?- ?| )(?:[0-9A-Z]{{5}}(?P=break)){{3}}[0-9A-Z]{{5}}){_END})"
)
_MISREAD_WORD = re.compile(rf"{_START}([0-9A-Z]{{25}}){_END}")
_SPACED_DIGITS = re.compile(r"(?<![0-9])([0-9]{1,12}(?:[ /-]{1,3}[0-9]{1,12}){3,47})(?![0-9])")
_RECOVERY_GROUP, _RECOVERY_LENGTH, _RECOVERY_DIVISOR = 6, 48, 11  # each group is a multiple of eleven
_FOUR = 4
_MIN_DIGITS = 4  # different ones
_YEARS = range(1900, 2101)


def find_numbered_secrets(uppercase: str) -> Iterator[Spelling]:
    """Find keys and numbers whose groups are numbered, as "1) BCDFG 2) HJKMP" or "group 1: 123456"."""
    for match in _NUMBERED_KEY.finditer(uppercase):
        yield Spelling(match.start(1), match.end(5), "".join(match.groups()))
    for pattern in _NUMBERED_DIGITS:
        for match in pattern.finditer(uppercase):
            yield Spelling(match.start(1), match.end(len(match.groups())))


def find_misread_keys(text: str) -> Iterator[Spelling]:
    """Find keys in which one or two signs are such as no key has; a key in one word must be in capitals."""
    for match in (*_MISREAD_GROUPS.finditer(text.upper()), *_MISREAD_WORD.finditer(text)):
        key = re.sub("[ /-]", "", match[1])
        misread = len(re.sub(KEY_CHARACTER, "", key))
        allowed = _MAX_MISREAD if len(match[1]) > _KEY_LENGTH else 1
        if 0 < misread <= allowed and re.search("[G-Z]", key):  # otherwise they may be hexadecimal numbers
            yield Spelling(match.start(1), match.end(1), key)


def find_spaced_recovery_keys(uppercase: str) -> Iterator[Spelling]:
    """Find recovery keys of BitLocker however their digits are grouped, by the rule that all of them obey."""
    for match in _SPACED_DIGITS.finditer(uppercase):
        groups = re.findall("[0-9]+", match[1])
        digits = "".join(groups)
        if len(digits) != _RECOVERY_LENGTH or len(set(digits)) < _MIN_DIGITS:
            continue
        if _is_divisible(digits) or _is_in_fours(groups):
            yield Spelling(match.start(1), match.end(1))


def _is_in_fours(groups: list[str]) -> bool:
    """Check for twelve groups of four, and not years."""
    return {*map(len, groups)} == {_FOUR} and not all(int(group) in _YEARS for group in groups)


def _is_divisible(digits: str) -> bool:
    starts = range(0, len(digits), _RECOVERY_GROUP)
    return all(int(digits[start : start + _RECOVERY_GROUP]) % _RECOVERY_DIVISOR == 0 for start in starts)
