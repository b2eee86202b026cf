"""Notes on the example questions, for writers who want to improve them; none of them is a mistake."""

from __future__ import annotations

from collections.abc import Iterator

from keyguide.core.finding.compare_examples import find_likenesses, find_uniform_labels
from keyguide.core.finding.index import ELSEWHERE as ELSEWHERE_LABEL
from keyguide.core.finding.index import Example
from keyguide.core.knowledge.folder_content import Files, collect_vocabulary
from keyguide.core.knowledge.problem import Problem
from keyguide.core.knowledge.rules.examples import list_placed_asks
from keyguide.core.model.shorten import shorten

_SHOWN = 60  # characters of the other example


def find_alike_examples(files: Files) -> Iterator[Problem]:
    """Note examples that resemble those of another page or hardly differ, and pages that lack variety."""
    placed = [*list_placed_asks(files)]
    examples = [each.example for each in placed]
    for found in find_likenesses(examples, collect_vocabulary(files)):
        one, other = placed[found.example], placed[found.nearest].example
        if found.is_copy:
            yield Problem(one.file, one.path, f"nearly the same as {_quote(other)}")
        elif not (_is_elsewhere(one.example) and _is_elsewhere(other)):  # it makes no difference there
            yield Problem(one.file, one.path, f"most like {_quote(other)}")
    for label, styles in find_uniform_labels(examples).items():
        first = next(each for each in placed if each.example.label == label)
        text = f"the examples of `{label}` are in {styles} styles only: vary length, capitals and questions"
        yield Problem(first.file, first.path[:-1], text)


def _is_elsewhere(example: Example) -> bool:
    return example.label.startswith(ELSEWHERE_LABEL)


def _quote(example: Example) -> str:
    return f'"{shorten(example.text, _SHOWN)}" of `{example.label}`'
