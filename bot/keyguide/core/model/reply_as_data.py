"""Dump a reply as plain data: the output format of `keyguide ask`, which other programs read."""

from __future__ import annotations

from typing import Any

from keyguide.core.model.content.picture import Picture
from keyguide.core.model.evidence import Evidence
from keyguide.core.model.turn import Reply


def dump_summary(reply: Reply) -> dict[str, Any]:
    """Dump the parts of a reply that a scoring program needs."""
    return {
        "kind": reply.kind.value,
        "subject": reply.subject,
        "offers": list(reply.offers),
        "step": f"{reply.subject}/{reply.step}" if reply.step else None,
        "act": reply.act or None,
        "aspect": reply.aspect or None,
        "facts": dict(reply.facts),
        "secret": reply.evidence.secret,
        "evidence": _dump_evidence(reply.evidence),
    }


def dump_reply(reply: Reply) -> dict[str, Any]:
    """Dump everything of a reply that a face would show."""
    return dump_summary(reply) | {
        "notice": reply.notice,
        "title": reply.title,
        "progress": reply.progress,
        "body": reply.body,
        "picture": _dump_picture(reply.picture) if reply.picture else None,
        "details": [
            {"title": detail.title, "text": detail.text, "pick": detail.pick} for detail in reply.details
        ],
        "options": [{"label": option.label, "pick": option.pick} for option in reply.options],
        "sources": [{"title": source.title, "url": source.url} for source in reply.sources],
        "footing": reply.footing,
    }


def _dump_picture(picture: Picture) -> dict[str, str]:
    return {"id": picture.id, "alt": picture.alt, "file": f"pictures/{picture.file_name}"}


def _dump_evidence(evidence: Evidence) -> dict[str, Any]:
    licence = evidence.licence
    return {
        "code": evidence.codes[0] if evidence.codes else None,
        "state": evidence.state,
        "licence": {"channel": licence.channel, "status": licence.status} if licence else None,
    }
