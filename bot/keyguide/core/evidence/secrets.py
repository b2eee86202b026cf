"""Find product keys and other secrets in any spelling, and mask them before anything else reads the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from keyguide.core.evidence.lookalike_characters import DASHES, KEY_CHARACTER, KEY_GROUP, LOOK_ALIKES
from keyguide.core.evidence.misspelt_secrets import (
    find_misread_keys,
    find_numbered_secrets,
    find_spaced_recovery_keys,
)

MAX_TEXT_LENGTH = 20_000  # characters of one message that are read; nobody types more

HIDDEN_KEY = "*****-*****-*****-*****-"  # the last five characters follow, because they are not secret
HIDDEN_DIGITS = "[\u2026]"


@dataclass(frozen=True, slots=True)
class MaskedText:
    """A text with its secrets masked, and the public keys that it still contains, without hyphens."""

    text: str
    secret: bool = False
    public: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _StrippedText:
    """A text in simplified characters: ASCII letters and digits, blanks, dashes, slashes and separators.

    A slash stands for any other punctuation, and a separator for a letter of another script. Invisible
    characters are removed, so `places` holds the place of each character in the original text.
    """

    characters: str
    uppercase: str
    places: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Span:
    """The place of a secret in a stripped text; `key` holds its letters and digits if it is a key."""

    start: int
    end: int
    key: str = ""


_SEPARATOR = "\0"
# What programs write for a line end, a blank or a dash; and any tag.
_MARKUP = re.compile(r"</?[A-Za-z]{1,10} ?/?>|%(?:20|2[Dd]|0[AaDd])|&(?:#x?[0-9A-Fa-f]{1,5}|[A-Za-z]{2,6});")
_MAYBE_MARKUP = re.compile("[<%&]")
_PUNCTUATION = dict.fromkeys(map(ord, " -/"))  # what people write between the characters of a key
_INVISIBLE = ("Cf", "Mn", "Me")
_GAP, _BREAK = "[ /-]{0,12}", "[ /-]{1,12}"
_START, _END = "(?<![0-9A-Z])", "(?![0-9A-Z])"
# 25 characters with anything between them, from the start of a word to the end of a word ...
_SPACED_KEY = re.compile(rf"{_START}(?=({KEY_CHARACTER}(?:{_GAP}{KEY_CHARACTER}){{24}}){_END})")
# ... or five groups glued to other letters, or 25 capitals glued to small letters.
_GROUPED_KEY = re.compile(rf"(?=({KEY_CHARACTER}{{5}}(?:{_BREAK}{KEY_CHARACTER}{{5}}){{4}}))")
_CAPITAL_KEY = re.compile(rf"{_START}({KEY_CHARACTER}{{25}}){_END}")
_LONG_WORD = re.compile(rf"{_START}[0-9A-Z]{{26,}}{_END}")
_KEY_RUN = re.compile(rf"({KEY_CHARACTER}{{25,}})")
# Keys of Office and codes of the Store may contain other letters, so they must be grouped like a key.
_GROUPED_CODE = re.compile(
    rf"{_START}(?=([0-9A-Z]{{5}}(?P<break> ?- ?| )(?:[0-9A-Z]{{5}}(?P=break)){{3}}[0-9A-Z]{{5}}){_END})"
)
_MIN_DISTINCT = 8  # different characters in a key
_MAX_CHAR_SHARE = 0.4  # of a key; every character must stay below it
_MIN_EMBEDDED_DIGITS, _MAX_EMBEDDED_RUN, _MAX_EMBEDDING_WORD = 3, 30, 45
_MIN_DIGIT_GROUPS = 2  # groups of a code that contain digits
_MIN_MIXED_GROUPS = 4  # groups of a code that mix digits with letters

_DIGIT_GAP = f"{_GAP}(?:[A-I][ /-]{{1,6}})?"  # Windows labels the groups of an installation id A to I
_DIGITS = (
    re.compile(rf"(?<![0-9])([0-9]{{6}}(?:{_DIGIT_GAP}[0-9]{{6}}){{7,}}(?:[ -]?[0-9]{{2}})?)(?![0-9])"),
    re.compile(rf"(?<![0-9])([0-9]{{7}}(?:{_DIGIT_GAP}[0-9]{{7}}){{8,}})(?![0-9])"),
)
_UNEVEN_DIGITS = tuple(
    re.compile(rf"(?<![0-9])(?=([0-9]{{4,63}}(?:{_BREAK}[0-9]{{4,63}}){{{breaks}}})(?![0-9]))")
    for breaks in (0, 1, 2)
)
_ID_LENGTHS = (48, 50, 54, 63)


def mask(text: str, public_keys: Mapping[str, str]) -> MaskedText:
    """Mask every secret in a text; `public_keys` holds the keys that are not secret, without hyphens."""
    stripped = _strip_text(text)
    keys = [*_find_windows_keys(stripped)]
    known = [span for span in keys if span.key in public_keys]
    private = _blank_out(stripped, known) if known else stripped
    secrets = [
        *(_find_windows_keys(private) if known else keys),
        *_find_grouped_keys(private),
        *_find_id_numbers(private),
        *_find_rare_spellings(private),
    ]
    if not secrets:
        return MaskedText(text, public=tuple(dict.fromkeys(span.key for span in known)))
    # The five characters that stay can be the first five of another key, so search again.
    masked = mask(_replace_spans(text, stripped, _merge_spans(secrets)), public_keys)
    return replace(masked, secret=True)


def _strip_text(text: str) -> _StrippedText:
    if _MAYBE_MARKUP.search(text):
        text = _MARKUP.sub(lambda match: "/" * len(match[0]), text)
    if text.isascii():  # nothing is invisible; this is five times as fast
        characters = text.translate(_SIMPLIFIED_ASCII)
        return _StrippedText(characters, characters.upper(), range(len(text)))
    simplified = {character: _simplify_char(character) for character in set(text)}
    marks = [simplified[character] for character in text]
    characters = "".join(marks)
    if len(characters) == len(text):  # nothing is invisible
        return _StrippedText(characters, characters.upper(), range(len(text)))
    return _StrippedText(characters, characters.upper(), [place for place, mark in enumerate(marks) if mark])


@lru_cache(maxsize=4096)
def _simplify_char(character: str) -> str:
    """Simplify a character as `_StrippedText` describes; empty if it is invisible."""
    if "\u3400" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7a3":  # Chinese and Korean, quickly
        return _SEPARATOR
    character = LOOK_ALIKES.get(character) or unicodedata.normalize("NFKC", character)[:1]
    if (digit := unicodedata.decimal(character, None)) is not None:  # of any alphabet
        return str(digit)
    if character.isalnum():
        return character if character.isascii() else _SEPARATOR
    if unicodedata.category(character) in _INVISIBLE:
        return ""
    if character.isspace() and character not in "\r\n":
        return " "
    return "-" if character in DASHES else "/"


_SIMPLIFIED_ASCII = {code: _simplify_char(chr(code)) for code in range(128)}


def _blank_out(stripped: _StrippedText, spans: Iterable[_Span]) -> _StrippedText:
    """Replace spans by separators, so that nothing is found in them or across them."""
    characters = list(stripped.characters)
    for span in spans:
        characters[span.start : span.end] = _SEPARATOR * (span.end - span.start)
    blanked = "".join(characters)
    return replace(stripped, characters=blanked, uppercase=blanked.upper())


def _find_windows_keys(stripped: _StrippedText) -> Iterator[_Span]:
    """Find everything that consists of the characters of a Windows key and looks like one."""
    matches = [
        *_SPACED_KEY.finditer(stripped.uppercase),
        *_GROUPED_KEY.finditer(stripped.uppercase),
        *_CAPITAL_KEY.finditer(stripped.characters),
    ]
    spans = {_make_span(match) for match in matches if len(set(match[1])) >= _MIN_DISTINCT}
    for word in _LONG_WORD.finditer(stripped.uppercase):
        spans.update(_find_embedded_keys(stripped, word))
    yield from (span for span in sorted(spans, key=_get_start) if _is_varied(span.key))


def _find_embedded_keys(stripped: _StrippedText, word: re.Match[str]) -> Iterator[_Span]:
    """Find a key glued to other letters, or several keys in one word; a hexadecimal hash is not a key."""
    for match in _KEY_RUN.finditer(stripped.uppercase, word.start(), word.end()):
        span = _make_span(match)
        is_whole_word = match[1] == word[0]
        is_short = len(match[1]) <= _MAX_EMBEDDED_RUN and len(word[0]) <= _MAX_EMBEDDING_WORD
        if not (is_whole_word or is_short):
            continue
        if sum(map(str.isdigit, span.key)) >= _MIN_EMBEDDED_DIGITS and re.search("[G-Z]", span.key):
            yield span


def _find_grouped_keys(stripped: _StrippedText) -> Iterator[_Span]:
    """Find everything that is grouped like a key: five groups of five letters and digits."""
    for match in _GROUPED_CODE.finditer(stripped.uppercase):
        if match[1].replace("-", "").replace(" ", "").isalpha():  # five long words, as in any text
            continue
        span = _make_span(match)
        starts = range(0, len(span.key), KEY_GROUP)
        groups = [span.key[start : start + KEY_GROUP] for start in starts]
        with_digits = [group for group in groups if not group.isalpha()]
        mixed = [group for group in with_digits if not group.isdigit()]
        if not re.search("[G-Z]", span.key):  # hexadecimal numbers
            continue
        has_dashes = "-" in match["break"] and len(with_digits) >= _MIN_DIGIT_GROUPS
        if _is_varied(span.key) and (has_dashes or len(mixed) >= _MIN_MIXED_GROUPS):
            yield span


def _find_id_numbers(stripped: _StrippedText) -> Iterator[_Span]:
    """Find BitLocker recovery keys, installation ids and confirmation ids."""
    for pattern in _DIGITS:
        spans = (_make_span(match) for match in pattern.finditer(stripped.uppercase) if _is_grouped(match[1]))
        yield from (replace(span, key="") for span in spans)
    for pattern in _UNEVEN_DIGITS:
        spans = (_make_span(match) for match in pattern.finditer(stripped.uppercase))
        yield from (replace(span, key="") for span in spans if len(span.key) in _ID_LENGTHS)


def _find_rare_spellings(stripped: _StrippedText) -> Iterator[_Span]:
    """Find numbered groups, misread signs and recovery keys in uneven groups."""
    spellings = (
        *find_numbered_secrets(stripped.uppercase),
        *find_misread_keys(stripped.characters),
        *find_spaced_recovery_keys(stripped.uppercase),
    )
    spans = (_Span(spelling.start, spelling.end, spelling.key) for spelling in spellings)
    yield from (span for span in spans if not span.key or _is_varied(span.key))


def _is_grouped(digits: str) -> bool:
    """Check whether the digits are in groups, and not just one long number."""
    groups = re.findall("[0-9]+", digits)
    return len(groups) > 1 and max(map(len, groups)) <= max(_ID_LENGTHS)


def _make_span(match: re.Match[str]) -> _Span:
    return _Span(match.start(1), match.end(1), match[1].translate(_PUNCTUATION))


def _get_start(span: _Span) -> int:
    return span.start


def _is_varied(key: str) -> bool:
    """Check whether this may be a key, and not a placeholder such as XXXXX-XXXXX-XXXXX-XXXXX-3V66T."""
    if len(set(key)) < _MIN_DISTINCT or key.isdigit():
        return False
    return max(map(key.count, set(key))) < _MAX_CHAR_SHARE * len(key)


def _merge_spans(spans: Iterable[_Span]) -> list[_Span]:
    """Merge spans that overlap, because any of them may be the key."""
    merged: list[_Span] = []
    for span in sorted(spans, key=_get_start):
        last = merged[-1] if merged else None
        if last is None or span.start >= last.end:
            merged.append(span)
        elif span.end > last.end:
            merged[-1] = _Span(last.start, span.end, span.key)
    return merged


def _replace_spans(text: str, stripped: _StrippedText, spans: Iterable[_Span]) -> str:
    pieces, done = [], 0
    for span in spans:
        replacement = HIDDEN_KEY + span.key[-KEY_GROUP:] if span.key else HIDDEN_DIGITS
        pieces += [text[done : stripped.places[span.start]], replacement]
        done = stripped.places[span.end - 1] + 1
    return "".join((*pieces, text[done:]))
