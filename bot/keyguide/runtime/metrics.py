"""Count what happens while Keyguide runs; every label comes from a short list, never from a person."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from keyguide.assistant import AnsweredTurn

MetricT = TypeVar("MetricT", Counter, Gauge, Histogram)

CONTENT_TYPE = CONTENT_TYPE_LATEST

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)  # Discord gives up after three


class Metrics:
    """The metrics of one program; faces report to it what only they can measure."""

    def __init__(self) -> None:
        """Create all metrics in a registry of their own."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._answers = self._make_counter("answers", "Answers given, by kind.", "kind")
        self._secrets = self._make_counter("masked_secrets", "Messages in which a secret was masked.")
        self._steps = self._make_counter("flow_steps", "Questions of a diagnosis asked.", "flow", "step")
        self._leavers = self._make_counter(
            "flow_leavers", "Questions of a diagnosis left unanswered for something else.", "flow", "step"
        )
        self._interactions = self._make_counter(
            "interactions", "Actions of people on a face.", "command", "result"
        )
        self._human_calls = self._make_counter(
            "human_calls", "Calls for a human to the webhook, by what became of them.", "result"
        )
        self._limited = self._make_counter("rate_limited", "Requests refused by the rate limit.", "face")
        self._acknowledge = Histogram(
            "keyguide_acknowledge_seconds", "Seconds until a person saw a first response.", ("face",),
            registry=self.registry, buckets=_BUCKETS,
        )  # fmt: skip
        self._gateway = self._make_gauge("gateway_up", "Whether Discord's gateway is connected.", "shard")
        self._latency = self._make_gauge(
            "gateway_latency_seconds", "Seconds of a heartbeat to Discord and back.", "shard"
        )
        self._knowledge = self._make_gauge(
            "knowledge_info", "The version of the knowledge in use.", "version"
        )

    def count_answer(self, answered: AnsweredTurn) -> None:
        """Count an answered turn; pass this method to Assistant as its listener."""
        reply = answered.reply
        _get_labelled(self._answers, reply.kind.value).inc()
        if reply.evidence.secret:
            self._secrets.inc()
        if reply.step:
            _get_labelled(self._steps, reply.subject or "", reply.step).inc()
        if place := find_abandoned_step(answered):
            flow, _, step = place.partition("/")
            _get_labelled(self._leavers, flow, step).inc()

    def count_interaction(self, command: str, result: str) -> None:
        """Count an action of a person; both words must come from the face's own short lists."""
        _get_labelled(self._interactions, command, result).inc()

    def count_human_call(self, result: str) -> None:
        """Count a call for a human that was passed on or not; the word comes from a short list."""
        _get_labelled(self._human_calls, result).inc()

    def record_delay(self, face: str, seconds: float) -> None:
        """Record how long a person waited for a first response."""
        _get_labelled(self._acknowledge, face).observe(seconds)

    def count_rate_limited(self, face: str) -> None:
        """Count a request that the rate limit refused."""
        _get_labelled(self._limited, face).inc()

    def set_gateway(self, shard: int, *, up: bool, latency: float = 0.0) -> None:
        """Record whether a shard is connected to the gateway, and the seconds of a heartbeat and back."""
        _get_labelled(self._gateway, str(shard)).set(up)
        _get_labelled(self._latency, str(shard)).set(latency)

    def render_metrics(self, version: str) -> bytes:
        """Render all metrics in the Prometheus format, with the version of the knowledge in use."""
        self._knowledge.clear()
        self._knowledge.labels(version).set(1)
        return generate_latest(self.registry)

    def _make_counter(self, name: str, description: str, *labels: str) -> Counter:
        return Counter(f"keyguide_{name}", description, labels, registry=self.registry)

    def _make_gauge(self, name: str, description: str, *labels: str) -> Gauge:
        return Gauge(f"keyguide_{name}", description, labels, registry=self.registry)


@lru_cache(maxsize=1_000)  # the library takes a lock and converts the labels to text on each look-up
def _get_labelled(metric: MetricT, *labels: str) -> MetricT:
    return metric.labels(*labels)


def find_abandoned_step(answered: AnsweredTurn) -> str:
    """Find the "flow/step" that this turn left without an answer; return an empty text if there is none."""
    before, after = answered.before, answered.after
    if before.flow == after.flow:  # after a step back or a look-up the question is still open
        return ""
    step = ["", *answered.knowledge.walk(before.flow, before.answers)][-1]
    return step if answered.knowledge.find_step(step) else ""
