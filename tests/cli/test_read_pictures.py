"""The command `read`, with real workers."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from keyguide.__main__ import main
from keyguide.cli import read_pictures
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.vision.reader import PictureReader, can_read_pictures

PICTURES = Path(__file__).parents[2] / "knowledge" / "pictures"


@pytest.mark.slow
@pytest.mark.skipif(not can_read_pictures(), reason='pip install ".[vision]" to test this')
def test_pictures_are_read_a_line_each(
    real: Knowledge,
    real_folder: Path,
    cache: Path,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KEYGUIDE_CACHE", str(cache))  # with the index of `real`
    monkeypatch.setattr(
        read_pictures, "PictureReader", partial(PictureReader, wall_seconds=120.0)
    )  # on a busy machine
    (tmp_path / "notes.png").write_text("no picture")
    files = [PICTURES / "not-active-11.png", tmp_path / "notes.png", tmp_path / "moon.png"]

    status = main(["--knowledge", str(real_folder), "read", "--json", *map(str, files)])

    first, second, third = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert status == 1
    assert (first["state"], first["code"], first["secret"]) == ("F", "0xC004F211", False)
    assert "kinds PNG, JPEG and WebP" in second["error"]
    assert third["error"] == "No such file or directory"


def test_without_the_extra_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(read_pictures, "can_read_pictures", lambda: False)

    status = main(["read", "x.png"])

    assert status == 2
    assert 'pip install ".[vision]"' in capsys.readouterr().err
