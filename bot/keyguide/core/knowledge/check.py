"""Every rule a knowledge base must obey, told all at once."""

from __future__ import annotations

from collections.abc import Iterator

from keyguide.core.knowledge.files import Files
from keyguide.core.knowledge.problem import Problem
from keyguide.core.knowledge.rules.articles import (
    check_articles,
    check_errors,
    check_sources,
    collect_known_ids,
    find_unreachable,
)
from keyguide.core.knowledge.rules.claims import find_contradictions
from keyguide.core.knowledge.rules.evidence_and_phrases import (
    check_elsewhere,
    check_evidence,
    check_golden_tests,
    check_phrases,
)
from keyguide.core.knowledge.rules.flows import check_flows


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
