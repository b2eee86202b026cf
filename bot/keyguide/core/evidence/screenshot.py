"""Read what a picture of a screen shows: a message of Windows, error codes, a product key.

A program that reads letters loses blanks, mistakes a few letters, and splits a sentence where two columns
stand side by side. So messages are compared without blanks, piece by piece, in two orders of the lines. A
code counts only if two readings of it agree, since a wrong digit makes another code of it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from keyguide.core.evidence.codes import find_codes
from keyguide.core.evidence.secrets import HIDDEN_KEY, mask
from keyguide.core.model.content.recognition import ActivationState
from keyguide.core.model.screenshot import Screen, ScreenLine, ScreenReading

_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_PIECE = 6  # letters of a message that are compared at once
_MIN_SHARE = 0.75  # of the pieces of a message that must be found ...
_SHORT = 24  # ... but all of them if it has fewer letters
_SHIFT = 45  # letters of another column that may stand in the middle of a message
_ROW, _GAP, _INDENT = 0.6, 0.8, 1.2  # parts of the height of a line: in one row, right below, as far left
_MIN_ALIKE, _MAX_ALIKE = 0.6, 1.7  # heights of two lines of one paragraph
_LAST_STATES = frozenset("L")  # the watermark of the desktop, which is seen behind everything else
_NOT_ACTIVE, _NOT_ACTIVE_LABELS = "E", ("activationstate", "notactive")
_LIKE_KEY = re.compile(r"[0-9A-Z]{4,6}(?:\s?[-\u2010-\u2015_.~]\s?[0-9A-Z]{3,6}){2,}")
_LONG_CAPITALS = re.compile(r"[0-9A-Z]{20,}")
_MIN_KEY, _MIN_DISTINCT, _MIN_MIXED = 14, 8, 2  # characters, and groups of both letters and digits


def read_screens(
    screens: Iterable[Screen],
    states: Sequence[ActivationState],
    errors: Container[str],
    public_keys: Mapping[str, str],
) -> ScreenReading:
    """Read what some pictures show together."""
    codes: dict[str, None] = {}
    doubtful: dict[str, None] = {}
    shown: list[tuple[int, ActivationState, str]] = []
    texts: list[str] = []
    secret = False
    for screen in screens:
        sure, unsure = _find_codes(screen, errors)
        codes |= dict.fromkeys(sure)
        doubtful |= dict.fromkeys(unsure)
        shown += _find_states(screen, states)
        text, has_secret = _mask_screen(screen, public_keys)
        texts.append(text)
        secret = secret or has_secret
    best = max(shown, key=lambda found: found[0], default=None)
    return ScreenReading(
        text="\n".join(texts),
        state=best[1].id if best else "",
        message=best[2] if best else "",
        codes=tuple(codes),
        doubtful=tuple(code for code in doubtful if code not in codes),
        secret=secret,
    )


def _find_codes(screen: Screen, errors: Container[str]) -> tuple[list[str], list[str]]:
    """Find the codes that two readings of a line agree on, and those of all other lines."""
    sure: list[str] = []
    unsure: list[str] = []
    for line in screen:
        first, second = find_codes(line.text, errors), find_codes(line.again, errors)
        sure += [code for code in first if code in second]
        unsure += [code for code in (*first, *second) if code not in first or code not in second]
    for row in _join_rows(screen):  # a code may be split into two lines side by side
        unsure += [code for code in find_codes(row, errors) if code not in sure]
    return sure, unsure


def _find_states(
    screen: Screen, states: Sequence[ActivationState]
) -> Iterator[tuple[int, ActivationState, str]]:
    """Yield each state whose message is shown, with the number of its letters that were found."""
    orders = [_squash(" ".join(order)) for order in (_join_rows(screen), _join_paragraphs(screen))]
    found = False
    for state in states:
        letters = max(_count_letters(_squash(message), text) for message in state.says for text in orders)
        if letters:
            found = True
            yield (0 if state.id in _LAST_STATES else letters), state, state.says[0]
    if not found and all(label in orders[0] for label in _NOT_ACTIVE_LABELS):
        yield from ((1, state, state.says[0]) for state in states if state.id == _NOT_ACTIVE)


def _count_letters(message: str, text: str) -> int:
    """Count the letters of a message that a text has in about their places; 0 if they are too few."""
    pieces = [message[start : start + _PIECE] for start in range(0, len(message) - _PIECE + 1, _PIECE)]
    if len(message) < _SHORT:
        return len(message) if message in text else 0
    needed = _MIN_SHARE * len(pieces)
    places = [[match.start() for match in re.finditer(re.escape(piece), text)] for piece in pieces]
    most = 0
    for number, starts in enumerate(places[: int(len(pieces) - needed) + 1]):
        for start in starts:
            most = max(most, _count_pieces(places, start - number * _PIECE))
    return most * _PIECE if most >= needed else 0


def _count_pieces(places: Sequence[Sequence[int]], start: int) -> int:
    """Count the pieces that follow from a place on, each at most so much later than it should."""
    return sum(
        any(start + number * _PIECE - 2 <= place <= start + number * _PIECE + _SHIFT for place in found)
        for number, found in enumerate(places)
    )


def _mask_screen(screen: Screen, public_keys: Mapping[str, str]) -> tuple[str, bool]:
    """Return the text of a screen with every key masked, even one that was read badly."""
    rows: list[str] = []
    secret = False
    for row in _join_rows(screen):
        masked = mask(row, public_keys)
        secret = secret or masked.secret
        if not masked.public and _is_like_key(masked.text):
            rows.append(HIDDEN_KEY)
            secret = True
        else:
            rows.append(masked.text)
    whole = mask("\n".join(rows), public_keys)
    return whole.text, secret or whole.secret


def _is_like_key(text: str) -> bool:
    """Check whether a text has what looks like a key of which a group or a hyphen was read badly."""
    for match in (*_LIKE_KEY.finditer(text), *_LONG_CAPITALS.finditer(text)):
        characters = [character for character in match[0] if character.isalnum()]
        groups = re.findall(r"[0-9A-Z]{1,5}", match[0])  # a word and a number, as in KB-5034441, are no key
        is_mixed = sum(not group.isdigit() and not group.isalpha() for group in groups) >= _MIN_MIXED
        if len(characters) >= _MIN_KEY and len(set(characters)) >= _MIN_DISTINCT and is_mixed:
            return True
    return False


def _join_rows(screen: Screen) -> list[str]:
    """Join the lines that stand side by side, from left to right; the rows go from top to bottom."""
    rows: list[list[ScreenLine]] = []
    for line in sorted(screen, key=_find_middle):
        last = rows[-1][-1] if rows else None
        if last and _find_middle(line) - _find_middle(last) < _ROW * min(_measure(line), _measure(last)):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [" ".join(line.text for line in sorted(row, key=lambda line: line.left)) for row in rows]


def _join_paragraphs(screen: Screen) -> list[str]:
    """Join the lines that stand right below one another, as the lines of a column do."""
    paragraphs: list[list[ScreenLine]] = []
    for line in sorted(screen, key=lambda line: line.top):
        above = [paragraph for paragraph in paragraphs if _continues(paragraph[-1], line)]
        if above:
            max(above, key=lambda paragraph: paragraph[-1].bottom).append(line)
        else:
            paragraphs.append([line])
    return [" ".join(line.text for line in paragraph) for paragraph in paragraphs]


def _continues(above: ScreenLine, line: ScreenLine) -> bool:
    height = _measure(above)
    gap = line.top - above.bottom
    is_alike = _MIN_ALIKE < _measure(line) / height < _MAX_ALIKE
    return (
        is_alike and -_ROW * height < gap < _GAP * height and abs(line.left - above.left) < _INDENT * height
    )


def _find_middle(line: ScreenLine) -> float:
    return (line.top + line.bottom) / 2


def _measure(line: ScreenLine) -> float:
    return max(1.0, line.bottom - line.top)


def _squash(text: str) -> str:
    """Return the letters and digits of a text, without blanks and marks."""
    return _NOT_LETTERS.sub(
        "", text.lower().replace("licence", "license").replace("organisation", "organization")
    )
