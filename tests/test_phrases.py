"""Every fixed sentence is said somewhere, and every word of the program lives in the knowledge."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from keyguide.core.engine import server_answers
from keyguide.core.model.content.article import Certainty
from keyguide.core.phrases.discord import CommandLabel
from keyguide.core.phrases.phrases import Phrases
from keyguide.insight.usage import Ending
from keyguide.vision.unread_picture import Problem

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

PACKAGE = Path(__file__).parents[1] / "bot" / "keyguide"


def list_parts(part: type = Phrases) -> dict[str, dict[str, Any]]:
    """Return the fields of the phrases and of all their parts, with their types."""
    hints = get_type_hints(part)
    found = {part.__name__: hints}
    for kind in hints.values():
        if is_dataclass(kind) and kind is not CommandLabel:
            found |= list_parts(kind)  # type: ignore[arg-type]
    return found


PARTS = list_parts()
# What is looked up by a name that comes from elsewhere, such as a certainty's sentence.
_WRONG = re.compile(r'yield "(\w+)"')
NAMED_ELSEWHERE = {
    "PicturePhrases": tuple(Problem),
    "EnginePhrases": get_args(Certainty),
    "DeskPhrases": (
        *(ending.value for ending in Ending),
        *(f"{ending.value}_means" for ending in Ending),
        *("said_good", "said_bad", "said_again"),
    ),
    "OwnAnswerPhrases": tuple(_WRONG.findall(Path(server_answers.__file__).read_text(encoding="utf-8"))),
}


TEMPLATE_NAMES = {
    "desk": "DeskPhrases",
    "human": "HumanPhrases",
    "web": "WebPhrases",
}  # what the templates of the web call them


def list_said_by_templates() -> set[tuple[str, str]]:
    """List the phrases that the templates of the web show, such as `{{ desk.verified }}`."""
    texts = [path.read_text(encoding="utf-8") for path in (PACKAGE / "faces/web/templates").rglob("*.html")]
    uses = re.findall(rf"\b({'|'.join(TEMPLATE_NAMES)})\.(\w+)", "".join(texts))
    return {(TEMPLATE_NAMES[name], field) for name, field in uses}


class Uses:
    """The phrases that modules take, found by following each from `Phrases` down to the sentence.

    Only types that the program writes down are followed: of arguments, of what functions return and of
    attributes. A name alone proves nothing, since `title` or `find` is called so elsewhere, too.
    """

    def __init__(self, modules: Iterable[str]) -> None:
        self.found: set[tuple[str, str]] = set()
        trees = [ast.parse(text) for text in modules]
        walked = [[*ast.walk(tree)] for tree in trees]
        returned = [dict(_list_returned(nodes)) for nodes in walked]
        public = {name: part for here in returned for name, part in here.items() if name[0] != "_"}
        self._attributes = {name: part for nodes in walked for name, part in _list_attributes(nodes)}
        for tree, nodes, here in zip(trees, walked, returned, strict=True):
            self._returned = public | here
            self._constants = {*_list_constants(nodes)}
            self._read_scope(tree, {})

    def _read_scope(self, scope: ast.AST, outer: Mapping[str, str]) -> None:
        nodes = [*_walk_scope(scope)]
        arguments = (node for node in nodes if isinstance(node, ast.arg))
        known = {**outer, **{argument.arg: _name_part(argument.annotation) for argument in arguments}}
        bindings = [binding for node in nodes for binding in _list_bindings(node)]
        for target, value in bindings * 2:  # a comprehension stands before what it names
            if isinstance(target, ast.Name) and (part := self._follow(value, known)):
                known[target.id] = part
        for node in nodes:
            if isinstance(node, ast.expr):
                self._follow(node, known)
            if isinstance(node, FUNCTIONS):
                self._read_scope(node, known)

    def _follow(self, node: ast.expr, known: Mapping[str, str]) -> str:
        """Return the part of the phrases that an expression is, and note what is taken of it."""
        if isinstance(node, ast.Name):
            return known.get(node.id, "")
        if isinstance(node, ast.Await | ast.Subscript | ast.NamedExpr):
            return self._follow(node.value, known)
        if isinstance(node, ast.Attribute):
            part = self._follow(node.value, known)
            return self._take(part, node.attr) if part else self._attributes.get(node.attr, "")
        return self._follow_call(node, known) if isinstance(node, ast.Call) else ""

    def _follow_call(self, node: ast.Call, known: Mapping[str, str]) -> str:
        name = getattr(node.func, "attr", "") or getattr(node.func, "id", "")
        parts = [self._follow(argument, known) for argument in node.args]
        if name in {"getattr", "fields"} and parts[0]:
            for word in (*self._constants, *NAMED_ELSEWHERE.get(parts[0], ())):
                self._take(parts[0], word)
        if name in {"values", "items", "get"} and isinstance(node.func, ast.Attribute):
            return self._follow(node.func.value, known)
        return parts[0] if name == "replace" and parts else self._returned.get(name, "")

    def _take(self, part: str, name: str) -> str:
        if name not in PARTS[part]:
            return ""
        self.found.add((part, name))
        kind = getattr(PARTS[part][name], "__name__", "")
        return kind if kind in PARTS else ""


def _name_part(annotation: ast.expr | None) -> str:
    """Return the part of the phrases that an annotation names, such as `tuple[str, Phrases]`."""
    words = re.findall(r"\w+", ast.unparse(annotation)) if annotation else []
    return next((word for word in words if word in PARTS), "")


def _list_returned(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (part := _name_part(node.returns)):
            yield node.name, part


def _list_attributes(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, ast.AnnAssign) and (part := _name_part(node.annotation)):
            yield ast.unparse(node.target), part


def _list_constants(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the texts in a module, and the names that its templates fill in."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (node.value, *re.findall(r"\$(\w+)", node.value))


def _walk_scope(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands in a function, but not in the functions inside it."""
    for node in ast.iter_child_nodes(scope):
        yield node
        if not isinstance(node, FUNCTIONS):
            yield from _walk_scope(node)


def _list_bindings(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _pair(target, node.value)
    elif isinstance(node, ast.NamedExpr):
        yield node.target, node.value
    elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
        yield from _pair(node.target, node.iter)


def _pair(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(target, ast.Tuple):
        values = value.elts if isinstance(value, ast.Tuple) else [value] * len(target.elts)
        yield from zip(target.elts, values, strict=False)
    else:
        yield target, value


def list_sentences() -> set[tuple[str, str]]:
    """Return every sentence as its part and its name."""
    return {(part, name) for part, kinds in PARTS.items() for name in kinds}


@pytest.mark.no_cover  # it would take twice as long, and runs no line of the package
def test_every_fixed_sentence_is_said_somewhere() -> None:
    modules = (path for path in PACKAGE.rglob("*.py") if path.parent.name != "phrases")
    said = Uses(path.read_text(encoding="utf-8") for path in modules).found

    assert sorted(list_sentences() - said - list_said_by_templates()) == []


@pytest.mark.parametrize(
    "module",
    [
        "def show(article: Article) -> str:\n    return article.title",
        "def show(words: InsightsPhrases) -> str:\n    return words.title",
        "title = 'title'",
        "def show(phrases: Phrases) -> object:\n    return phrases.server.setup",
        "def show(words: InsightsPhrases, name: str) -> str:\n    return getattr(words, name) + 'title'",
        "def _get() -> SetupPhrases: ...\ndef show() -> str:\n    return _get().body",
    ],
    ids=[
        "another thing's",
        "another part's",
        "a text",
        "only the part",
        "another part's by name",
        "another sentence",
    ],
)
def test_a_sentence_that_only_shares_its_name_with_something_is_not_said(module: str) -> None:
    assert ("SetupPhrases", "title") not in Uses([module]).found


@pytest.mark.parametrize(
    "module",
    [
        "def show(words: SetupPhrases) -> str:\n    return words.title",
        "def get(x: int) -> Phrases: ...\ndef show() -> str:\n    return get(1).server.setup.title",
        "def get(x: int) -> tuple[str, Phrases]: ...\ndef show():\n    lang, all = get(1)\n    w = all.server"
        "\n    return [w.setup.title for x in lang]",
        "def show(all: Mapping[str, Phrases]):\n    return [one.server.setup.title for one in all.values()]",
        "class Look:\n    words: Phrases\ndef show(look):\n    return lambda: look.words.server.setup.title",
        "def show(words: SetupPhrases, name: str):\n    return {'x': 'title'}, getattr(words, name)",
    ],
    ids=["an argument", "returned", "a tuple", "a table", "an attribute", "by name"],
)
def test_a_sentence_that_is_taken_from_its_part_is_said(module: str) -> None:
    assert ("SetupPhrases", "title") in Uses([module]).found
