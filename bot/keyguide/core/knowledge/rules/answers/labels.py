"""Rules for the labels of Windows: everywhere as Microsoft writes them, and never in two spellings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from difflib import get_close_matches

from keyguide.core.knowledge.folder_content import ELSEWHERE, ERRORS, EVIDENCE, LABELS, Files
from keyguide.core.knowledge.problem import KeyPath, Problem

_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_CODE = re.compile(r"`[^`\n]*`")
_PATH_SIGN = re.compile(r"\s+>\s+")
_NOT_SHOWN = frozenset(("asks", "notes"))  # nor a list `says`, which holds the words of people or of Windows
_NEAR = 0.93  # similarity from which one label is taken for a misspelling of another

_ENGLISH = "/en.yaml"

Text = tuple[str, KeyPath, str]  # the file, the place in it, and the text


def check_labels(files: Files) -> Iterator[Problem]:
    """Report bold labels in another spelling than Microsoft's, or than elsewhere, and wrong wordings."""
    correct = {_squash(label.label): set[str]() for label in files.labels}
    for label in files.labels:
        correct[_squash(label.label)].add(label.label)
    wrong = {wording.casefold(): label.label for label in files.labels for wording in label.not_}
    wordings = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, wrong)) or '(?!)'})(?!\w)")
    yield from _check_list(files)
    spellings: dict[str, str] = {}
    for file, path, text in _list_texts(files):
        for spelling in _list_bold(text):
            if problem := _explain(spelling, correct) or _explain_second(spelling, correct, spellings):
                yield Problem(file, path, problem)
        prose = " ".join(_CODE.sub(" ", text).split()).casefold()
        for wording in wordings.findall(prose):
            yield Problem(file, path, f'Microsoft says **{wrong[wording]}**, not "{wording}"')


def _check_list(files: Files) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, label in enumerate(files.labels):
        if label.label in seen:
            yield Problem(LABELS, (number, "label"), f"the label `{label.label}` is listed twice")
        seen.add(label.label)


def _explain(spelling: str, correct: Mapping[str, set[str]]) -> str:
    """Explain why a spelling is not Microsoft's; empty if it is, or if it is of no label in the list."""
    squashed = _squash(spelling)
    if squashed in correct:
        right = " or ".join(f"**{label}**" for label in sorted(correct[squashed]))
        return "" if spelling in correct[squashed] else f"Microsoft writes {right}, not **{spelling}**"
    if near := get_close_matches(squashed, correct, n=1, cutoff=_NEAR):
        right = min(correct[near[0]])
        return f"**{spelling}** is almost **{right}**: write it so, or add the label to {LABELS}"
    return ""


def _explain_second(spelling: str, correct: Mapping[str, set[str]], spellings: dict[str, str]) -> str:
    """Explain that a label that is not in the list was spelled in another way before.

    The case of the first letter makes no difference: it may be an ordinary word that is stressed.
    """
    if _squash(spelling) in correct:
        return ""
    plain = spelling[:1].lower() + spelling[1:]
    first = spellings.setdefault(_squash(spelling), plain)
    return "" if first == plain else f"**{spelling}** is spelled **{first}** elsewhere"


def _list_bold(text: str) -> Iterator[str]:
    """Yield each bold text, in one line; a path of several labels as its parts."""
    for match in _BOLD.finditer(_CODE.sub(" ", text)):
        yield from (part for part in _PATH_SIGN.split(" ".join(match[1].split())) if _squash(part))


def _squash(text: str) -> str:
    """Leave only the letters and digits, in lower case; a command such as /privacy is no label."""
    return "" if text.startswith("/") else "".join(sign for sign in text.casefold() if sign.isalnum())


def _list_texts(files: Files) -> Iterator[Text]:
    """Yield every text in which labels of Windows may occur."""
    parts = (
        *((file, (), group) for file, group in files.groups.items()),
        *((file, (), flow) for file, flow in files.flows.items()),
        (ERRORS, (), files.errors),
        (EVIDENCE, (), files.recognition),
        *((ELSEWHERE, (number, "says"), group.says) for number, group in enumerate(files.elsewhere)),
        *((file, (), phrases) for file, phrases in files.phrases.items() if file.endswith(_ENGLISH)),
    )
    for file, path, part in parts:
        yield from ((file, place, text) for place, text in _walk(part, path))


def _walk(part: object, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Yield every text of ours inside a record, with its place in the file."""
    if isinstance(part, str):
        yield path, part
    for key, value in _list_children(part):
        is_ours = key not in _NOT_SHOWN and not (key == "says" and isinstance(value, tuple))
        if is_ours:
            yield from _walk(value, (*path, key))


def _list_children(part: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(part, Mapping):
        return part.items()
    if isinstance(part, tuple):
        return enumerate(part)
    return [(field.name, getattr(part, field.name)) for field in fields(part)] if is_dataclass(part) else ()
