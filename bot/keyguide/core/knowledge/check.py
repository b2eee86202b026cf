"""Check a knowledge base against every rule and report all problems at once."""

from __future__ import annotations

from collections.abc import Iterator

from keyguide.core.knowledge.folder_content import Files
from keyguide.core.knowledge.problem import Problem
from keyguide.core.knowledge.rules.acts_and_facts import check_dialogue
from keyguide.core.knowledge.rules.answers.articles import (
    check_articles,
    check_aspects,
    check_errors,
    check_sources,
    collect_known_ids,
    find_unreachable,
)
from keyguide.core.knowledge.rules.answers.labels import check_labels
from keyguide.core.knowledge.rules.answers.pictures import check_pictures
from keyguide.core.knowledge.rules.answers.reading_age import check_reading
from keyguide.core.knowledge.rules.answers.review_dates import check_life
from keyguide.core.knowledge.rules.answers.unknown_titles import check_mentions
from keyguide.core.knowledge.rules.contradictions import find_contradictions
from keyguide.core.knowledge.rules.evidence_and_phrases import (
    check_elsewhere,
    check_evidence,
    check_golden_tests,
    check_languages,
    check_phrases,
)
from keyguide.core.knowledge.rules.examples import check_examples
from keyguide.core.knowledge.rules.flows import check_flows
from keyguide.core.knowledge.rules.golden_conversations import check_conversations
from keyguide.core.knowledge.rules.golden_coverage import check_coverage


def find_problems(files: Files) -> Iterator[Problem]:
    """Check each file by itself, and then the files against one another."""
    known = collect_known_ids(files)
    yield from check_articles(files, known)
    yield from check_life(files, known)
    yield from check_aspects(files)
    yield from check_reading(files)
    yield from check_mentions(files)
    yield from check_errors(files, known)
    yield from check_sources(files)
    yield from check_flows(files, known)
    yield from check_pictures(files)
    yield from check_dialogue(files)
    yield from check_examples(files)
    yield from check_evidence(files, known)
    yield from check_elsewhere(files, known)
    yield from check_languages(files, known)
    yield from check_phrases(files)
    yield from check_labels(files)
    yield from check_golden_tests(files, known)
    yield from check_conversations(files, known)
    yield from check_coverage(files)
    yield from find_contradictions(files)
    yield from find_unreachable(files, known)
