"""Validate each file against its dataclasses with pydantic, and write their JSON Schema."""

from __future__ import annotations

import json
from functools import cache
from types import GenericAlias
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from keyguide.core.knowledge.problem import KeyPath
from keyguide.core.model.content.acts_and_facts import Act, Aspect, Examples, Fact
from keyguide.core.model.content.article import BrokenLink, ErrorCatalogue, Group, Source, Variants
from keyguide.core.model.content.flow import Flow
from keyguide.core.model.content.golden_tests import GoldenTests
from keyguide.core.model.content.picture import Caption
from keyguide.core.model.content.recognition import ElsewhereGroup, EvidenceRules, Label, WordLists
from keyguide.core.phrases.phrases import Phrases
from keyguide.load.strict_yaml import Data


def _name_key(field: str) -> str:
    """Name the key of a field: a field that would be a word of Python has an underscore at its end."""
    return field.removesuffix("_")


_STRICT = ConfigDict(extra="forbid", alias_generator=_name_key)

SHAPES: dict[str, Any] = {
    "articles": Group,
    "flow": Flow,
    "errors": ErrorCatalogue,
    "evidence": EvidenceRules,
    "words": WordLists,
    "elsewhere": tuple[ElsewhereGroup, ...],
    "sources": tuple[Source, ...],
    "broken-links": tuple[BrokenLink, ...],
    "pictures": tuple[Caption, ...],
    "labels": tuple[Label, ...],
    "acts": tuple[Act, ...],
    "aspects": tuple[Aspect, ...],
    "facts": tuple[Fact, ...],
    "asks": Examples,
    "phrases": Phrases,
    "tests": GoldenTests,
}

_TEXT, _VARIANTS = "str", Variants.__name__  # the shapes that a step of an article may have

_NEW_KEYS = {"draft": ": write `status: draft` in place of `draft: true`"}  # of keys that are no longer known
_MESSAGES = {
    "missing": "this key is missing",
    "tuple_type": "this should be a list",
    "string_type": "this should be text",
    "dict_type": "this should be a mapping of keys to values",
    "dataclass_type": "this should be a mapping of keys to values",
    "bool_parsing": "this should be true or false",
}


class ShapeError(Exception):
    """Raised if the data of a file has the wrong shape; `errors` says where and how."""

    def __init__(self, errors: list[tuple[KeyPath, str]]) -> None:
        super().__init__(f"{len(errors)} mistakes")
        self.errors = errors


def parse_shape(name: str, data: Data) -> Any:
    """Parse data into the dataclass of a shape, or raise ShapeError with every mistake if it does not fit."""
    try:
        # wrapped in a tuple: pydantic ignores `config` on a bare dataclass
        return _make_adapter(name).validate_python([data])[0]
    except ValidationError as error:
        details = [detail for detail in error.errors() if not _is_of_other_shape(detail)]
        raise ShapeError([_describe_error(detail) for detail in details]) from None


def build_schema(name: str) -> str:
    """Build the JSON Schema of a shape as text."""
    schema = _make_adapter(name).json_schema()
    inner = {**schema["prefixItems"][0], "$defs": schema.get("$defs", {})}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"Keyguide {name}"}
    return json.dumps(_allow_scalars({**inner, **head}), indent=2, sort_keys=True) + "\n"


@cache  # making one takes longer than checking most files with it
def _make_adapter(name: str) -> TypeAdapter[Any]:
    wrapped: Any = GenericAlias(tuple, (SHAPES[name],))
    return TypeAdapter(wrapped, config=_STRICT)


def _is_of_other_shape(detail: ErrorDetails) -> bool:
    """Check whether an error is about the shape that was not meant, for a value that may have two shapes."""
    is_mapping, shape = isinstance(detail["input"], dict), detail["loc"][-1]
    return shape == (_TEXT if is_mapping else _VARIANTS)


def _describe_error(detail: ErrorDetails) -> tuple[KeyPath, str]:
    # pydantic adds the name of the shape to the place if a value may have two shapes
    path: KeyPath = tuple(part for part in detail["loc"][1:] if part not in {_TEXT, _VARIANTS})
    if detail["type"] in {"unexpected_keyword_argument", "extra_forbidden"}:
        return path, f"unknown key `{path[-1]}`{_NEW_KEYS.get(str(path[-1]), '')}"
    if detail["type"] == "missing":
        return path, f"the key `{path[-1]}` is missing"
    return path, _MESSAGES.get(detail["type"]) or detail["msg"].replace("Input should", "this should")


def _allow_scalars(schema: Any) -> Any:
    """Allow numbers and booleans for text, as editors must: 0xC004F211 is text to us, a number to YAML."""
    if isinstance(schema, dict):
        relaxed = {key: _allow_scalars(value) for key, value in schema.items()}
        if relaxed.get("type") == "string" and "enum" not in relaxed and "const" not in relaxed:
            relaxed["type"] = ["string", "number", "boolean"]
        return relaxed
    return [_allow_scalars(item) for item in schema] if isinstance(schema, list) else schema
