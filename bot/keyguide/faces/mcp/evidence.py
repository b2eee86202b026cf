"""Tell what a pasted text shows: codes, a message of the Activation page, a licence report, secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, Field

from keyguide.core.engine.incoming_text import find_reading, read_message
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.evidence import Evidence
from keyguide.faces.mcp.results import PageLink, Proof, link_pages, make_proof


class FindingOut(Proof):
    """One thing that a text shows, and what it means."""

    kind: Literal["code", "activation page", "licence report", "public key"]
    found: str = Field(description="The code, the message, or the channel and status of the report.")
    means: str = Field(description="What it means, in Markdown; empty if that is not known.")
    answer: PageLink | None = Field(description="The answer or diagnosis to go on with.")


class EvidenceOut(BaseModel):
    """What a text shows, without a guess."""

    findings: list[FindingOut] = Field(description="Empty if the text shows nothing that is known.")
    windows: str = Field(description="10 or 11 if the text names the version of Windows, else empty.")
    secret: bool = Field(description="Whether the text held a product key or another secret.")
    masked_text: str = Field(description="The text with its secrets masked: show and keep only this one.")


def read_evidence(knowledge: Knowledge, text: str) -> EvidenceOut:
    """Read what a text shows."""
    message = read_message(knowledge, text)
    return EvidenceOut(
        findings=list(_list_findings(knowledge, message.evidence)),
        windows=message.evidence.windows,
        secret=message.evidence.secret,
        masked_text=message.text,
    )


def _list_findings(knowledge: Knowledge, evidence: Evidence) -> Iterator[FindingOut]:
    for code in evidence.codes:
        yield _explain_code(knowledge, code)
    if state := knowledge.find_state(evidence.state):
        yield _make_finding(knowledge, "activation page", state.says[0], "", state.go)
    if evidence.licence:
        reading = find_reading(knowledge, evidence.licence)
        parts = [part for part in (evidence.licence.channel, evidence.licence.status) if part]
        says, go = (reading.says, reading.go) if reading else ("", "")
        yield _make_finding(knowledge, "licence report", ", ".join(parts), says, go)
    if evidence.public_key:
        target = knowledge.recognition.public_key
        yield _make_finding(knowledge, "public key", evidence.public_key, "", target)


def _explain_code(knowledge: Knowledge, code: str) -> FindingOut:
    if error := knowledge.errors.get(code):
        return _make_finding(knowledge, "code", code, error.means, error.id)
    family = knowledge.find_family(code)
    says, see = (family.says, family.see) if family else ("", ())
    return _make_finding(knowledge, "code", code, says, see[0] if see else "")


def _make_finding(
    knowledge: Knowledge,
    kind: Literal["code", "activation page", "licence report", "public key"],
    found: str,
    means: str,
    target: str,
) -> FindingOut:
    page = knowledge.find_page(target)
    flow = knowledge.flows.get(target)
    leads = [choice.go for step in flow.steps for choice in step.choices] if flow else []
    pages = [page] if page else [end for id in dict.fromkeys(leads) if (end := knowledge.find_page(id))]
    return FindingOut(
        **dict(make_proof(knowledge, pages)),
        kind=kind,
        found=found,
        means=means.strip(),
        answer=next(link_pages(knowledge, (target,)), None),
    )
