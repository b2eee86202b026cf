"""The words around servers and helpers fit where Discord shows them, in every language."""

from __future__ import annotations

import pytest

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.phrases.discord_servers import ServerPhrases

LABEL, BUTTON, HINT = 45, 80, 150


@pytest.fixture(params=["en", "de"])
def words(request: pytest.FixtureRequest, real: Knowledge) -> ServerPhrases:
    return real.phrases[request.param].server


def test_the_modal_fits(words: ServerPhrases) -> None:
    assert len(words.plea.title) <= LABEL
    assert len(words.plea.label) <= LABEL
    assert len(words.plea.hint) <= 100


def test_every_other_modal_fits(words: ServerPhrases) -> None:
    plea, desk, panel, own = words.plea, words.desk_setup, words.panel, words.own_answer
    titles = [plea.fix_title, plea.hand_over, desk.hours_set, panel.code, own.title]
    labels = [plea.fix_label, plea.hand_over_to, desk.hours_label, panel.code_label]
    labels += [own.form_title, own.form_asks, own.form_text]
    hints = [plea.fix_hint, desk.hours_hint, panel.code_hint, own.form_asks_hint, own.form_text_hint]

    assert max(map(len, [*titles, *labels])) <= LABEL
    assert max(map(len, hints)) <= 100


def test_every_other_button_and_choice_fits(words: ServerPhrases) -> None:
    plea, desk, check, own = words.plea, words.desk_setup, words.check, words.own_answer
    labels = [
        plea.release,
        plea.hand_over,
        desk.hours_set,
        desk.back,
        check.test,
        check.test_remove,
        check.back,
    ]
    labels += [words.panel.start, words.panel.code, words.panel.human, words.channels.back]
    labels += [own.add, own.edit, own.delete, own.export, own.back]
    labels += [words.setup.desk, words.setup.channels, words.setup.check]
    choices = [*desk.remind, *desk.close, *desk.limit, *words.channels.modes, *words.channels.cooldowns]
    choices += [*words.channels.posts, words.channels.no_tag]
    hints = [words.queue.take, desk.choose_channel, desk.block, desk.unblock, words.channels.choose]
    hints += [own.choose, words.setup.panel]

    assert max(map(len, labels)) <= BUTTON
    assert max(map(len, choices)) <= 100
    assert max(map(len, hints)) <= HINT


def test_lines_about_who_helps_can_be_told_from_the_others(words: ServerPhrases) -> None:
    plea = words.plea
    endings = [pattern.rpartition("}")[2] for pattern in (plea.claimed, plea.released, plea.handed_over)]
    others = [plea.called, plea.resolved, plea.reopened, plea.asked, plea.title, plea.nothing]

    assert all(len(ending) > 5 for ending in endings)
    assert not any(other.endswith(tuple(endings)) for other in others)


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
