"""Split a pasted licence report into products, after rejoining the lines that a console wrapped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from keyguide.core.evidence.licence import report_words

MAX_TEXT_LENGTH = 100_000  # characters; slmgr /dlv all is long


@dataclass(frozen=True, slots=True)
class _LabelledValue:
    """One line of a report: its label, empty if it has none, and its value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ProductReport:
    """The report of one product: its known fields, the values with unknown labels, and the whole text."""

    fields: Mapping[str, str]
    others: tuple[str, ...]
    text: str

    @property
    def product_name(self) -> str:
        """The name and description of the product, in lower case."""
        return f"{self.fields.get('name', '')} {self.fields.get('description', '')}".lower()

    @property
    def has_windows_name(self) -> bool:
        """Whether it contains the full name of Windows."""
        return "windows" in self.product_name or "Windows(R)" in self.text or "Windows\u00ae" in self.text

    @property
    def is_windows(self) -> bool:
        """Whether it is about Windows, by its name or by the id of Windows."""
        return self.has_windows_name or report_words.WINDOWS_ID in self.text.lower()

    @property
    def is_office(self) -> bool:
        """Whether it is about Office, by its name or by the id of Office."""
        return "office" in self.product_name or report_words.OFFICE_ID in self.text.lower()

    @property
    def is_extra(self) -> bool:
        """Whether it is only an add-on, such as the paid updates of Windows 10."""
        return "add-on" in self.product_name or "-esu" in self.product_name


_MARKUP = re.compile(r"^(?:[ \t]{0,8}>){1,5} ?|```[a-z]{0,20}|`|\*\*|\|\|", re.MULTILINE)
_OSPP_LINE = re.compile(
    r"^\s{0,20}(?:(?:PRODUCT ID|SKU ID|LICENSE NAME|LICENSE DESCRIPTION|BETA EXPIRATION|ERROR CODE"
    r"|ERROR DESCRIPTION|Last 5 characters of installed product key)\s{0,20}:"
    r"|LICENSE STATUS\s{0,20}:\s{0,20}---)"
)
# The places where another field begins on the same line.
_NEXT_FIELD = re.compile(
    r"(?<=[ \t.,;])(?=(?:"
    r"Licen[sc]e ?Status(?: ?Reason)?|Notification Reason|Partial ?Product ?Key|Product ?Key ?Channel"
    r"|Description|Time remaining|(?:Volume|Timebased) activation expiration"
    r"|(?-i:Name)(?=[ \t]{0,40}[:=][ \t]{0,40}(?:Windows|Office))"
    r")[ \t]{0,40}[:=])",
    re.IGNORECASE,
)
_MIN_LABEL, _MAX_LABEL = 2, 60
_MIN_WRAPPED = 60  # characters; a line of this length may be wrapped
_MAX_JOINED = 400  # characters; a line of this length is complete
_INDENT = " " * 10  # before the next line of a value that Format-List wrapped
_MIN_COLUMNS = 2


def split_products(text: str) -> Iterator[ProductReport]:
    """Split a pasted text into the products that it reports; other text may surround them."""
    lines = _MARKUP.sub("", text[:MAX_TEXT_LENGTH]).replace("\uff1a", ":").splitlines()
    relevant = (line for line in lines if not _OSPP_LINE.match(line))
    single_fields = (part for line in relevant for part in _NEXT_FIELD.split(line))
    yield from _group_lines(_read_lines(_join_wrapped_lines(single_fields)))


def _join_wrapped_lines(lines: Iterable[str]) -> Iterator[str]:
    """Rejoin lines that a console wrapped at its 80th column."""
    joined = ""
    for line in lines:
        may_continue = len(joined) < _MAX_JOINED and (len(joined) >= _MIN_WRAPPED or line.startswith(_INDENT))
        if may_continue and line.strip() and _split_line(joined).label and not _split_line(line).label:
            joined += line.strip()
        else:
            yield joined
            joined = line
    yield joined


def _read_lines(lines: Iterable[str]) -> Iterator[_LabelledValue]:
    columns: tuple[tuple[int, str], ...] = ()
    for line in lines:
        if not line.strip():
            columns = ()
        elif columns:
            yield from _split_row(columns, line)
        else:
            columns = _read_columns(line)
            yield _split_line(line)


def _split_line(line: str) -> _LabelledValue:
    label, separator, value = min(line.partition(":"), line.partition("="), key=_measure_label)
    label = label.strip(" \t-*\u2022")
    is_label = separator and _MIN_LABEL <= len(label) <= _MAX_LABEL and "  " not in label
    return _LabelledValue(label, value.strip()) if is_label else _LabelledValue("", line.strip())


def _measure_label(parts: tuple[str, str, str]) -> int:
    return len(parts[0])


def _read_columns(line: str) -> tuple[tuple[int, str], ...]:
    """Find the start and label of each column if a line is the head of a table; empty if it is not."""
    words = tuple((match.start(), match[0]) for match in re.finditer(r"[A-Za-z]+", line))
    known = [word for _, word in words if report_words.fold_label(word) in report_words.LABELS]
    return words if len(known) == len(words) >= _MIN_COLUMNS else ()


def _split_row(columns: tuple[tuple[int, str], ...], line: str) -> Iterator[_LabelledValue]:
    if not line.strip(" -"):
        return
    starts = [0, *(start for start, _ in columns[1:]), len(line)]
    for (_, label), start, end in zip(columns, starts, starts[1:], strict=False):
        yield _LabelledValue(label, line[start:end].strip())


def _group_lines(lines: Iterable[_LabelledValue]) -> Iterator[ProductReport]:
    """Group lines into products; when a label is repeated, the next product begins."""
    block: list[_LabelledValue] = []
    labels: set[str] = set()
    for line in lines:
        label = report_words.fold_label(line.label)
        if label in labels:
            yield _build_product(block)
            block, labels = [], set()
        block.append(line)
        labels |= {label} - {""}
    yield _build_product(block)


def _build_product(lines: list[_LabelledValue]) -> ProductReport:
    fields, others = {}, []
    for line in lines:
        field = report_words.LABELS.get(report_words.fold_label(line.label))
        if field:
            fields[field] = line.value
        elif line.label and not line.label.lower().startswith("error"):
            others.append(line.value)
    text = "\n".join(f"{line.label}: {line.value}" if line.label else line.value for line in lines)
    return ProductReport(fields, tuple(others), text)
