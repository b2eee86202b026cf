"""The words around servers and helpers fit where Discord shows them, in every language."""

from __future__ import annotations

import pytest

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.phrases.server import ServerPhrases

LABEL, BUTTON, HINT = 45, 80, 150


@pytest.fixture(params=["en", "de"])
def words(request: pytest.FixtureRequest, real: Knowledge) -> ServerPhrases:
    return real.phrases[request.param].server


def test_the_modal_fits(words: ServerPhrases) -> None:
    assert len(words.plea.title) <= LABEL
    assert len(words.plea.label) <= LABEL
    assert len(words.plea.hint) <= 100


def test_everything_to_press_fits(words: ServerPhrases) -> None:
    setup, plea, privacy = words.setup, words.plea, words.privacy
    labels = [setup.private, setup.public, setup.guard_on, setup.guard_off, setup.rule, setup.reload]
    labels += [plea.call, plea.claim, plea.resolve, plea.fixed, plea.stuck]
    labels += [privacy.export, privacy.delete, privacy.yes, privacy.no]

    assert max(map(len, labels)) <= BUTTON
    assert len(set(labels)) == len(labels)


def test_what_stands_in_a_select_fits(words: ServerPhrases) -> None:
    setup = words.setup
    hints = [setup.choose_channel, setup.choose_role, setup.choose_channels, words.plea.which]

    assert max(map(len, hints)) <= HINT
    assert len(setup.language_any) <= 100


def test_a_threads_name_has_room_for_the_person(words: ServerPhrases) -> None:
    assert "{name}" in words.plea.thread
    assert len(words.plea.thread) <= 60


def test_the_words_for_a_leaked_key_say_no_more_than_fits(words: ServerPhrases) -> None:
    assert max(len(words.guard.deleted), len(words.guard.seen)) <= 1_000
