"""Lead from retired articles to their successors, so that old ids, buttons and references still work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from keyguide.core.knowledge.folder_content import Files
from keyguide.core.model.content.acts_and_facts import Examples
from keyguide.core.model.content.article import Alternatives, Article, CodeFamily, ErrorCode, Group
from keyguide.core.model.content.flow import Choice, Flow, Step
from keyguide.core.model.content.golden_tests import GoldenTests
from keyguide.core.model.content.recognition import EvidenceRules, LicenceReading

Successors = Mapping[str, str]  # by the id of a retired article

_Page = TypeVar("_Page", Article, ErrorCode, CodeFamily, LicenceReading)


def find_successors(files: Files) -> dict[str, str]:
    """Map each retired article to the page that serves now; leave out those that lead in a circle."""
    articles = [article for _, _, article in files.list_articles()]
    direct = {article.id: article.successor for article in articles if article.status == "retired"}
    return {old: new for old in direct if (new := _follow(direct, old))}


def _follow(direct: Successors, old: str) -> str:
    seen = {old}
    while (old := direct.get(old, old)) in direct:
        if old in seen:
            return ""
        seen.add(old)
    return old


def replace_retired(files: Files) -> Files:
    """Replace every reference to a retired article by its successor, which also takes over its examples."""
    successors = find_successors(files)
    if not successors:
        return files
    return replace(
        files,
        successors=successors,
        groups={file: _replace_in_group(group, successors) for file, group in files.groups.items()},
        flows={file: _replace_in_flow(flow, successors) for file, flow in files.flows.items()},
        errors=replace(
            files.errors,
            codes=tuple(_replace_see(code, successors) for code in files.errors.codes),
            families=tuple(_replace_see(family, successors) for family in files.errors.families),
        ),
        recognition=_replace_in_evidence(files.recognition, successors),
        examples={file: _replace_in_examples(each, successors) for file, each in files.examples.items()},
        golden={file: _replace_in_tests(golden, successors) for file, golden in files.golden.items()},
    )


def _replace_see(page: _Page, successors: Successors) -> _Page:
    """Replace what a page refers to, and leave out what it then names twice."""
    return replace(page, see=tuple(dict.fromkeys(successors.get(target, target) for target in page.see)))


def _replace_in_group(group: Group, successors: Successors) -> Group:
    served = [article for article in group.articles if article.id not in successors]
    return replace(group, articles=tuple(_replace_in_article(article, successors) for article in served))


def _replace_in_article(article: Article, successors: Successors) -> Article:
    win10, win11 = (successors.get(other, other) for other in (article.instead.win10, article.instead.win11))
    led = _replace_see(replace(article, instead=Alternatives(win10, win11)), successors)
    return replace(led, see=tuple(target for target in led.see if target != article.id))


def _replace_in_flow(flow: Flow, successors: Successors) -> Flow:
    steps = {step.id for step in flow.steps}

    def replace_go(choice: Choice) -> Choice:
        return choice if choice.go in steps else replace(choice, go=successors.get(choice.go, choice.go))

    def replace_in_step(step: Step) -> Step:
        return replace(step, choices=tuple(map(replace_go, step.choices)))

    return replace(flow, steps=tuple(map(replace_in_step, flow.steps)))


def _replace_in_evidence(rules: EvidenceRules, successors: Successors) -> EvidenceRules:
    return replace(
        rules,
        secret=successors.get(rules.secret, rules.secret),
        public_key=successors.get(rules.public_key, rules.public_key),
        human=successors.get(rules.human, rules.human),
        states=tuple(replace(state, go=successors.get(state.go, state.go)) for state in rules.states),
        readings=tuple(
            _replace_see(replace(reading, go=successors.get(reading.go, reading.go)), successors)
            for reading in rules.readings
        ),
    )


def _replace_in_examples(examples: Examples, successors: Successors) -> Examples:
    topics: dict[str, tuple[str, ...]] = {}
    for page, asks in examples.topics.items():
        served = successors.get(page, page)
        topics[served] = (*topics.get(served, ()), *asks)
    return replace(examples, topics=topics)


def _replace_in_tests(golden: GoldenTests, successors: Successors) -> GoldenTests:
    return replace(
        golden,
        questions=tuple(
            replace(
                question,
                topics=tuple(dict.fromkeys(successors.get(topic, topic) for topic in question.topics)),
            )
            for question in golden.questions
        ),
    )
