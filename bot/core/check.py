"""Every rule a knowledge base must obey, told all at once."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.files import Files
from bot.core.problem import Problem
from bot.core.rules.articles import (
    check_articles,
    check_errors,
    check_sources,
    collect_known_ids,
    find_unreachable,
)
from bot.core.rules.claims import find_contradictions
from bot.core.rules.flows import check_flows
from bot.core.rules.others import check_elsewhere, check_evidence, check_golden_tests, check_phrases


def find_problems(files: Files) -> Iterator[Problem]:
    """Yield everything that is wrong with the knowledge, file by file and between the files."""
    all = collect_known_ids(files)
    yield from check_articles(files, all)
    yield from check_errors(files, all)
    yield from check_sources(files)
    yield from check_flows(files, all)
    yield from check_evidence(files, all)
    yield from check_elsewhere(files, all)
    yield from check_phrases(files)
    yield from check_golden_tests(files, all)
    yield from find_contradictions(files)
    yield from find_unreachable(files, all)
