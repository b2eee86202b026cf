"""The settings of the desk: a token that cannot be guessed, and keeping misses only where it was chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyguide.errors import SettingsError
from keyguide.runtime.configuration.settings import read_settings

TOKEN = "0123456789abcdef"  # noqa: S105


def test_without_a_setting_nothing_is_kept_and_there_is_no_token() -> None:
    settings = read_settings({})

    assert (settings.keep_misses, settings.desk_token) == (False, "")


def test_keeping_misses_is_turned_on() -> None:
    assert read_settings({"KEYGUIDE_KEEP_MISSES": "on"}).keep_misses


def test_the_token_can_come_from_a_file_and_is_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")

    settings = read_settings({"KEYGUIDE_DESK_TOKEN_FILE": str(file)})

    assert settings.desk_token == TOKEN
    assert TOKEN not in repr(settings)


@pytest.mark.parametrize("token", ["short", "schl\u00fcssel-der-lang-genug-ist", "with\ta tab in the middle"])
def test_a_token_that_can_be_guessed_or_not_be_sent_is_refused_without_repeating_it(token: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({"KEYGUIDE_DESK_TOKEN": token})

    assert str(caught.value) == "KEYGUIDE_DESK_TOKEN: use at least 16 printable ASCII characters"
