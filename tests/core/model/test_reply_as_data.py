"""The contract of `keyguide ask`: a reply as plain data."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from keyguide.core.model.content.article import Source
from keyguide.core.model.content.picture import Picture, PictureFile
from keyguide.core.model.evidence import Evidence, Licence
from keyguide.core.model.reply_as_data import dump_reply, dump_summary
from keyguide.core.model.turn import Kind, Option, Reply

REPLY = Reply(
    kind=Kind.STEP,
    title="Is it linked?",
    body="What does it say?",
    subject="is-it-linked",
    step="page-says",
    progress="Question 1",
    notice="Masked.",
    options=(Option("Link", "go/link-how", "link-how"), Option("Menu", "menu")),
    sources=(Source("ms", "Microsoft", "https://example.com"),),
    footing="Official.",
    picture=Picture("page-11", "The page.", PictureFile("/somewhere/page-11.png", b"png")),
    facts={"windows": "10"},
    evidence=Evidence(("0xC004F211", "0xC004F034"), "A", Licence("RETAIL", "Licensed"), "10", secret=True),
)


def test_a_scoring_program_reads_exactly_this() -> None:
    assert dump_summary(REPLY) == {
        "kind": "step",
        "subject": "is-it-linked",
        "offers": ["link-how"],
        "step": "is-it-linked/page-says",
        "act": None,
        "aspect": None,
        "facts": {"windows": "10"},
        "secret": True,
        "evidence": {
            "code": "0xC004F211",
            "state": "A",
            "licence": {"channel": "RETAIL", "status": "Licensed"},
        },
    }


def test_what_is_absent_is_null() -> None:
    assert dump_summary(Reply(Kind.MISS, "No")) == {
        "kind": "miss",
        "subject": None,
        "offers": [],
        "step": None,
        "act": None,
        "aspect": None,
        "facts": {},
        "secret": False,
        "evidence": {"code": None, "state": None, "licence": None},
    }


def test_the_whole_reply_adds_what_a_face_would_show() -> None:
    assert dump_reply(REPLY) == dump_summary(REPLY) | {
        "notice": "Masked.",
        "title": "Is it linked?",
        "progress": "Question 1",
        "body": "What does it say?",
        "picture": {"id": "page-11", "alt": "The page.", "file": "pictures/page-11.png"},
        "details": [],
        "options": [{"label": "Link", "pick": "go/link-how"}, {"label": "Menu", "pick": "menu"}],
        "sources": [{"title": "Microsoft", "url": "https://example.com"}],
        "footing": "Official.",
    }


@pytest.mark.parametrize("form", [dump_summary, dump_reply])
def test_both_forms_are_json(form: Callable[[Reply], dict[str, Any]]) -> None:
    assert json.loads(json.dumps(form(REPLY))) == form(REPLY)
