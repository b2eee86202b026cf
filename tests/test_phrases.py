"""Every fixed sentence is said somewhere, and every word of the program lives in the knowledge."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_args

from keyguide.core.model.article import Certainty
from keyguide.core.phrases.all import Phrases
from keyguide.load.shape import parse_shape
from keyguide.load.strict_yaml import read_yaml

ROOT = Path(__file__).parents[1]


_NAME = re.compile(r"\$(\w+)|^\w+$")


def named_in_the_program() -> set[str]:
    """Return every attribute that the program reads, and every word that its templates and tables name."""
    names: set[str] = {*get_args(Certainty)}  # show.py takes the sentence that is called like the certainty
    for path in (path for path in (ROOT / "bot").rglob("*.py") if path.parent.name != "phrases"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                names.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.update(match[1] or match[0] for match in _NAME.finditer(node.value))
    return names


def phrase_names(part: object) -> Iterator[str]:
    for field in fields(part):  # type: ignore[arg-type]
        value = getattr(part, field.name)
        yield from phrase_names(value) if is_dataclass(value) else [field.name]


def english() -> Phrases:
    text = (ROOT / "knowledge" / "phrases" / "en.yaml").read_text(encoding="utf-8")
    phrases: Phrases = parse_shape("phrases", read_yaml(text).data or "")
    return phrases


def test_every_fixed_sentence_is_said_somewhere() -> None:
    assert sorted({*phrase_names(english())} - {"language"} - named_in_the_program()) == []
