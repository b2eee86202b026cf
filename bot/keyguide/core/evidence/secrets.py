"""Product keys and other secrets: found in any spelling and masked before anybody else reads them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from keyguide.core.evidence.characters import DASHES, KEY_CHARACTER, KEY_GROUP, LOOK_ALIKES

MAX_TEXT_LENGTH = 20_000  # characters of one message that are read; nobody types more

HIDDEN_KEY = "*****-*****-*****-*****-"  # its last five characters follow: they are nobody's secret
HIDDEN_DIGITS = "[\u2026]"


@dataclass(frozen=True, slots=True)
class MaskedText:
    """A text without its secrets, and the public keys that were left standing, without their hyphens."""

    text: str
    secret: bool = False
    public: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _StrippedText:
    """A text undressed: letters and digits, blanks, dashes, slashes for other marks, walls for other scripts.

    `places` tells where each sign stands in the text; marks that nobody sees are gone.
    """

    signs: str
    uppercase: str  # the signs in capitals
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Span:
    """Where something stands among the bare signs; `key` is its letters and digits where it is a key."""

    start: int
    end: int
    key: str = ""


_SEPARATOR = "\0"
_MARKS = dict.fromkeys(map(ord, " -/"))  # all that is set between the signs of a key
_INVISIBLE = ("Cf", "Mn", "Me")
_GAP, _BREAK = "[ /-]{0,12}", "[ /-]{1,12}"
_START, _END = "(?<![0-9A-Z])", "(?![0-9A-Z])"
# 25 signs however they are set apart, from the start of a word to the end of one ...
_SPACED_KEY = re.compile(rf"{_START}(?=({KEY_CHARACTER}(?:{_GAP}{KEY_CHARACTER}){{24}}){_END})")
# ... or five groups with other letters stuck to them, or 25 capitals stuck to small letters.
_GROUPED_KEY = re.compile(rf"(?=({KEY_CHARACTER}{{5}}(?:{_BREAK}{KEY_CHARACTER}{{5}}){{4}}))")
_CAPITAL_KEY = re.compile(rf"{_START}({KEY_CHARACTER}{{25}}){_END}")
_LONG_WORD = re.compile(rf"{_START}[0-9A-Z]{{26,}}{_END}")
_KEY_RUN = re.compile(rf"({KEY_CHARACTER}{{25,}})")
# Keys of Office and codes of the Store may hold other letters, so they must at least be written like one.
_GROUPED_CODE = re.compile(
    rf"{_START}(?=([0-9A-Z]{{5}}(?P<break> ?- ?| )(?:[0-9A-Z]{{5}}(?P=break)){{3}}[0-9A-Z]{{5}}){_END})"
)
_MIN_DISTINCT, _MAX_CHAR_SHARE = 8, 0.4  # different signs that a key has; a share of it that no sign reaches
_MIN_EMBEDDED_DIGITS, _MAX_EMBEDDED_RUN, _MAX_EMBEDDING_WORD = 3, 30, 45
_MIN_DIGIT_GROUPS, _MIN_MIXED_GROUPS = 2, 4  # groups of a code that hold digits; that mix them with letters

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


def mask(text: str, public: Mapping[str, str]) -> MaskedText:
    """Return the text with every secret masked; `public` holds the keys that are none, without hyphens."""
    bare = _strip_text(text)
    keys = [*_find_windows_keys(bare)]
    known = [span for span in keys if span.key in public]
    private = _blank_out(bare, known) if known else bare
    secrets = [
        *(_find_windows_keys(private) if known else keys),
        *_find_grouped_keys(private),
        *_find_id_numbers(private),
    ]
    if not secrets:
        return MaskedText(text, public=tuple(dict.fromkeys(span.key for span in known)))
    # The five characters that stay can be the first five of the next key, so look once more.
    again = mask(_replace_spans(text, bare, _merge_spans(secrets)), public)
    return replace(again, secret=True)


def _strip_text(text: str) -> _StrippedText:
    plain = {mark: _simplify_char(mark) for mark in set(text)}
    seen = [(plain[mark], place) for place, mark in enumerate(text) if plain[mark]]
    signs = "".join(sign for sign, _ in seen)
    return _StrippedText(signs, signs.upper(), tuple(place for _, place in seen))


@lru_cache(maxsize=4096)
def _simplify_char(mark: str) -> str:
    mark = LOOK_ALIKES.get(mark) or unicodedata.normalize("NFKC", mark)[:1]
    if (digit := unicodedata.decimal(mark, None)) is not None:  # of any alphabet
        return str(digit)
    if mark.isalnum():
        return mark if mark.isascii() else _SEPARATOR
    if unicodedata.category(mark) in _INVISIBLE:
        return ""
    return " " if mark.isspace() and mark not in "\r\n" else "-" if mark in DASHES else "/"


def _blank_out(bare: _StrippedText, spans: Iterable[_Span]) -> _StrippedText:
    """Put walls where the spans are, so that nothing is found in them or across them."""
    signs = list(bare.signs)
    for span in spans:
        signs[span.start : span.end] = _SEPARATOR * (span.end - span.start)
    blind = "".join(signs)
    return replace(bare, signs=blind, uppercase=blind.upper())


def _find_windows_keys(bare: _StrippedText) -> Iterator[_Span]:
    """Yield all that has the signs of a Windows key."""
    found = [
        *_SPACED_KEY.finditer(bare.uppercase),
        *_GROUPED_KEY.finditer(bare.uppercase),
        *_CAPITAL_KEY.finditer(bare.signs),
    ]
    spans = {_make_span(match) for match in found if len(set(match[1])) >= _MIN_DISTINCT}
    buried = {
        span for word in _LONG_WORD.finditer(bare.uppercase) for span in _find_embedded_keys(bare, word)
    }
    yield from (span for span in sorted(spans | buried, key=_get_start) if _is_varied(span.key))


def _find_embedded_keys(bare: _StrippedText, word: re.Match[str]) -> Iterator[_Span]:
    """Yield the key that other letters hide, or keys written as one word; a hash in hexadecimal is none."""
    for match in _KEY_RUN.finditer(bare.uppercase, word.start(), word.end()):
        span = _make_span(match)
        fits = match[1] == word[0] or (
            len(match[1]) <= _MAX_EMBEDDED_RUN and len(word[0]) <= _MAX_EMBEDDING_WORD
        )
        if fits and sum(map(str.isdigit, span.key)) >= _MIN_EMBEDDED_DIGITS and re.search("[G-Z]", span.key):
            yield span


def _find_grouped_keys(bare: _StrippedText) -> Iterator[_Span]:
    """Yield all that is written like a key: five groups of five, letters and digits."""
    for match in _GROUPED_CODE.finditer(bare.uppercase):
        if match[1].replace("-", "").replace(" ", "").isalpha():  # five long words, as in any text
            continue
        span = _make_span(match)
        groups = [span.key[at : at + KEY_GROUP] for at in range(0, len(span.key), KEY_GROUP)]
        with_digits = [group for group in groups if not group.isalpha()]
        mixed = [group for group in with_digits if not group.isdigit()]
        dashed = "-" in match["break"] and len(with_digits) >= _MIN_DIGIT_GROUPS
        if _is_varied(span.key) and (dashed or len(mixed) >= _MIN_MIXED_GROUPS):
            yield span


def _find_id_numbers(bare: _StrippedText) -> Iterator[_Span]:
    """Yield BitLocker recovery keys, installation ids and confirmation ids."""
    for even in _DIGITS:
        spans = (_make_span(match) for match in even.finditer(bare.uppercase) if _is_grouped(match[1]))
        yield from (replace(span, key="") for span in spans)
    for uneven in _UNEVEN_DIGITS:
        spans = (_make_span(match) for match in uneven.finditer(bare.uppercase))
        yield from (replace(span, key="") for span in spans if len(span.key) in _ID_LENGTHS)


def _is_grouped(digits: str) -> bool:
    """Whether the digits are set apart anywhere, and not just a long number."""
    groups = re.findall("[0-9]+", digits)
    return len(groups) > 1 and max(map(len, groups)) <= max(_ID_LENGTHS)


def _make_span(match: re.Match[str]) -> _Span:
    return _Span(match.start(1), match.end(1), match[1].translate(_MARKS))


def _get_start(span: _Span) -> int:
    return span.start


def _is_varied(key: str) -> bool:
    """Whether this can be a key and is no placeholder such as XXXXX-XXXXX-XXXXX-XXXXX-3V66T."""
    if len(set(key)) < _MIN_DISTINCT or key.isdigit():
        return False
    return max(Counter(key).values()) < _MAX_CHAR_SHARE * len(key)


def _merge_spans(spans: Iterable[_Span]) -> list[_Span]:
    """Make one of the spans that overlap: whichever of them is the key, it must go."""
    joined: list[_Span] = []
    for span in sorted(spans, key=_get_start):
        last = joined[-1] if joined else None
        if last is None or span.start >= last.end:
            joined.append(span)
        elif span.end > last.end:
            joined[-1] = replace(span, start=last.start)
    return joined


def _replace_spans(text: str, bare: _StrippedText, spans: Iterable[_Span]) -> str:
    pieces, done = [], 0
    for span in spans:
        instead = HIDDEN_KEY + span.key[-KEY_GROUP:] if span.key else HIDDEN_DIGITS
        pieces += [text[done : bare.places[span.start]], instead]
        done = bare.places[span.end - 1] + 1
    return "".join((*pieces, text[done:]))
