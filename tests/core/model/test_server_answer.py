"""A server's own answers, as they are kept in its notes."""

from __future__ import annotations

from keyguide.core.model.server_answer import OwnAnswer, parse_own_answers


def test_a_note_that_another_version_wrote_is_left_out() -> None:
    notes = {
        "rules": '{"title": "Rules", "text": "Be kind.", "asks": ["what are the rules"]}',
        "no-json": "{",
        "no-title": '{"text": "x", "asks": []}',
        "a-list": "[]",
    }

    assert list(parse_own_answers(notes)) == [
        OwnAnswer("rules", "Rules", "Be kind.", ("what are the rules",))
    ]
