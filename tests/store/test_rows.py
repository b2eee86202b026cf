"""Whatever a conversation holds, its row holds too."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from keyguide.core.model.conversation import Conversation
from keyguide.store.rows import build_conversation_row, parse_conversation_row

ANY_TEXT = st.text(st.characters())  # half characters and NUL among them
WORDS = st.dictionaries(ANY_TEXT, ANY_TEXT)
TALKS = st.builds(
    Conversation,
    ANY_TEXT,
    ANY_TEXT,
    answers=WORDS,
    facts=WORDS,
    subject=ANY_TEXT,
    tried=st.lists(ANY_TEXT).map(tuple),
)


@given(TALKS)
def test_any_conversation_comes_back_from_its_row(talk: Conversation) -> None:
    back = parse_conversation_row(build_conversation_row(talk, datetime(2025, 3, 1, tzinfo=UTC)))

    assert back == talk
    assert list(back.answers) == list(talk.answers)
