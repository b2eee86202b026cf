"""Pasted licence reports taken apart: the lines put together again, and the products that they tell of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.core import report

LOOKED_AT = 100_000  # characters; slmgr /dlv all is long


@dataclass(frozen=True, slots=True)
class _Said:
    """One line of a report: its label, empty where it has none, and what follows."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Block:
    """What a report says of one product: by field, under labels that we do not know, and all of it."""

    fields: Mapping[str, str]
    others: tuple[str, ...]
    text: str

    @property
    def named(self) -> str:
        """What the product is called, in small letters."""
        return f"{self.fields.get('name', '')} {self.fields.get('description', '')}".lower()

    @property
    def names_windows(self) -> bool:
        """Whether it calls the product by Windows' full name."""
        return "windows" in self.named or "Windows(R)" in self.text or "Windows\u00ae" in self.text

    @property
    def is_windows(self) -> bool:
        """Whether it is about Windows, as far as it tells."""
        return self.names_windows or report.WINDOWS_ID in self.text.lower()

    @property
    def is_office(self) -> bool:
        """Whether it names Office."""
        return "office" in self.named or report.OFFICE_ID in self.text.lower()

    @property
    def is_extra(self) -> bool:
        """Whether it is only an add-on, such as the paid updates of Windows 10."""
        return "add-on" in self.named or "-esu" in self.named


_DRESS = re.compile(r"^(?:[ \t]{0,8}>){1,5} ?|```[a-z]{0,20}|`|\*\*|\|\|", re.MULTILINE)
_OSPP = re.compile(
    r"^\s{0,20}(?:(?:PRODUCT ID|SKU ID|LICENSE NAME|LICENSE DESCRIPTION|BETA EXPIRATION|ERROR CODE"
    r"|ERROR DESCRIPTION|Last 5 characters of installed product key)\s{0,20}:"
    r"|LICENSE STATUS\s{0,20}:\s{0,20}---)"
)
# Several fields on one line: the places where the next one begins.
_NEXT_FIELD = re.compile(
    r"(?<=[ \t.,;])(?=(?:"
    r"Licen[sc]e ?Status(?: ?Reason)?|Notification Reason|Partial ?Product ?Key|Product ?Key ?Channel"
    r"|Description|Time remaining|(?:Volume|Timebased) activation expiration"
    r"|(?-i:Name)(?=[ \t]{0,40}[:=][ \t]{0,40}(?:Windows|Office))"
    r")[ \t]{0,40}[:=])",
    re.IGNORECASE,
)
_SHORTEST_LABEL, _LONGEST_LABEL = 2, 60
_WRAPPED, _UNWRAPPED = 60, 400  # a line so long may go on in the next; no longer than this together
_INDENTED = " " * 10  # how Format-List goes on with a value
_FEWEST_COLUMNS = 2


def blocks(text: str) -> Iterator[Block]:
    """Yield every product that a pasted text tells of, other text included."""
    lines = _DRESS.sub("", text[:LOOKED_AT]).replace("\uff1a", ":").splitlines()
    kept = (part for line in lines if not _OSPP.match(line) for part in _NEXT_FIELD.split(line))
    yield from _products(_said(_unwrapped(kept)))


def _unwrapped(lines: Iterable[str]) -> Iterator[str]:
    """Put lines together again that a console broke at its 80th column."""
    whole = ""
    for line in lines:
        long = _WRAPPED <= len(whole) < _UNWRAPPED or (line.startswith(_INDENTED) and len(whole) < _UNWRAPPED)
        if long and line.strip() and _split(whole).label and not _split(line).label:
            whole += line.strip()
        else:
            yield whole
            whole = line
    yield whole


def _said(lines: Iterable[str]) -> Iterator[_Said]:
    columns: tuple[tuple[int, str], ...] = ()
    for line in lines:
        if not line.strip():
            columns = ()
        elif columns:
            yield from _row(columns, line)
        else:
            columns = _columns(line)
            yield _split(line)


def _split(line: str) -> _Said:
    label, mark, value = min(line.partition(":"), line.partition("="), key=_first)
    label = label.strip(" \t-*\u2022")
    fits = mark and _SHORTEST_LABEL <= len(label) <= _LONGEST_LABEL and "  " not in label
    return _Said(label, value.strip()) if fits else _Said("", line.strip())


def _first(parts: tuple[str, str, str]) -> int:
    return len(parts[0])


def _columns(line: str) -> tuple[tuple[int, str], ...]:
    """Return where the columns of a table begin, if this is its head."""
    words = tuple((match.start(), match[0]) for match in re.finditer(r"[A-Za-z]+", line))
    known = [word for _, word in words if report.folded(word) in report.LABELS]
    return words if len(known) == len(words) >= _FEWEST_COLUMNS else ()


def _row(columns: tuple[tuple[int, str], ...], line: str) -> Iterator[_Said]:
    if not line.strip(" -"):
        return
    starts = [0, *(start for start, _ in columns[1:]), len(line)]
    for (_, label), start, end in zip(columns, starts, starts[1:], strict=False):
        yield _Said(label, line[start:end].strip())


def _products(lines: Iterable[_Said]) -> Iterator[Block]:
    """Yield the products of a report; the next one begins where a label comes again."""
    block: list[_Said] = []
    labels: set[str] = set()
    for line in lines:
        label = report.folded(line.label)
        if label in labels:
            yield _block(block)
            block, labels = [], set()
        block.append(line)
        labels |= {label} - {""}
    yield _block(block)


def _block(lines: list[_Said]) -> Block:
    fields, others = {}, []
    for line in lines:
        field = report.LABELS.get(report.folded(line.label))
        if field:
            fields[field] = line.value
        elif line.label and not line.label.lower().startswith("error"):
            others.append(line.value)
    text = "\n".join(f"{line.label}: {line.value}" if line.label else line.value for line in lines)
    return Block(fields, tuple(others), text)
