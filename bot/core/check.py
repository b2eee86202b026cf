"""Every rule a knowledge base must obey, told all at once."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.files import Files
from bot.core.problem import Problem
from bot.core.rules.articles import article_problems, error_problems, known, source_problems, unreachable
from bot.core.rules.claims import contradictions
from bot.core.rules.flows import flow_problems
from bot.core.rules.others import elsewhere_problems, golden_problems, phrase_problems, shown_problems


def problems(files: Files) -> Iterator[Problem]:
    """Yield everything that is wrong with the knowledge, file by file and between the files."""
    all = known(files)
    yield from article_problems(files, all)
    yield from error_problems(files, all)
    yield from source_problems(files)
    yield from flow_problems(files, all)
    yield from shown_problems(files, all)
    yield from elsewhere_problems(files, all)
    yield from phrase_problems(files)
    yield from golden_problems(files, all)
    yield from contradictions(files)
    yield from unreachable(files, all)
