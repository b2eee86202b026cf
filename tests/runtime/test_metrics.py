"""What is counted: every name that the documents promise, and labels that come from short lists."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from keyguide.assistant import AnsweredTurn
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.evidence import Evidence
from keyguide.core.model.turn import Kind, Reply, Turn
from keyguide.runtime.metrics import Metrics, find_abandoned_step

STEP = "is-it-linked/page-says"
NEXT = {STEP: "digital"}


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def talk(flow: str = "", answers: Mapping[str, str] | None = None) -> Conversation:
    return Conversation("ann", flow=flow, answers=answers or {})


def answered(knowledge: Knowledge, reply: Reply, before: Conversation, after: Conversation) -> AnsweredTurn:
    return AnsweredTurn(knowledge, Turn("ann"), before, after, reply)


def lines(metrics: Metrics) -> list[str]:
    return metrics.render_metrics("v1").decode().splitlines()


def test_an_answer_is_counted_by_kind_and_step(metrics: Metrics, knowledge: Knowledge) -> None:
    step = Reply(Kind.STEP, "T", subject="is-it-linked", step="page-says")
    metrics.count_answer(answered(knowledge, step, talk(), talk("is-it-linked")))

    assert 'keyguide_answers_total{kind="step"} 1.0' in lines(metrics)
    assert 'keyguide_flow_steps_total{flow="is-it-linked",step="page-says"} 1.0' in lines(metrics)


def test_a_masked_secret_is_counted(metrics: Metrics, knowledge: Knowledge) -> None:
    reply = Reply(Kind.ARTICLE, "T", evidence=Evidence(secret=True))
    metrics.count_answer(answered(knowledge, reply, talk(), talk()))

    assert "keyguide_masked_secrets_total 1.0" in lines(metrics)


LEAVING = {
    "to another flow": (talk("is-it-linked"), talk("changed-parts"), STEP),
    "because it is fixed": (talk("is-it-linked"), talk(), STEP),
    "deeper in": (talk("is-it-linked", NEXT), talk(), "is-it-linked/signed-in"),
    "by answering": (talk("is-it-linked"), talk("is-it-linked", NEXT), ""),
    "by going back": (talk("is-it-linked", NEXT), talk("is-it-linked"), ""),
    "by looking something up": (talk("is-it-linked"), talk("is-it-linked"), ""),
    "at its end": (talk("is-it-linked", {STEP: "linked"}), talk("changed-parts"), ""),
    "by beginning": (talk(), talk("is-it-linked"), ""),
    "a flow that is gone": (talk("gone"), talk(), ""),
}


@pytest.mark.parametrize("way", LEAVING)
def test_a_question_is_left_when_something_else_is_taken_up(knowledge: Knowledge, way: str) -> None:
    before, after, place = LEAVING[way]

    assert find_abandoned_step(answered(knowledge, Reply(Kind.MENU, "T"), before, after)) == place


def test_who_leaves_is_counted_where_they_stood(metrics: Metrics, knowledge: Knowledge) -> None:
    metrics.count_answer(answered(knowledge, Reply(Kind.MENU, "T"), talk("is-it-linked"), talk()))

    assert 'keyguide_flow_leavers_total{flow="is-it-linked",step="page-says"} 1.0' in lines(metrics)


def test_what_faces_tell_is_counted(metrics: Metrics) -> None:
    metrics.count_interaction("ask", "answered")
    metrics.record_delay("discord", 0.2)
    metrics.count_rate_limited("web")
    metrics.set_gateway(3, up=True, latency=0.04)

    assert {
        'keyguide_interactions_total{command="ask",result="answered"} 1.0',
        'keyguide_acknowledge_seconds_count{face="discord"} 1.0',
        'keyguide_rate_limited_total{face="web"} 1.0',
        'keyguide_gateway_up{shard="3"} 1.0',
        'keyguide_gateway_latency_seconds{shard="3"} 0.04',
    } <= set(lines(metrics))


def test_only_the_knowledge_in_use_is_named(metrics: Metrics) -> None:
    metrics.render_metrics("old")
    versions = [line for line in metrics.render_metrics("new").decode().splitlines() if "_info{" in line]

    assert [line for line in versions if line.startswith("keyguide_")] == [
        'keyguide_knowledge_info{version="new"} 1.0'
    ]


def test_two_programs_in_one_process_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.count_rate_limited("web")

    assert not [line for line in lines(second) if line.startswith("keyguide_rate_limited_total{")]
