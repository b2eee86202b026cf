"""Sources that are not found are written down with the day since when, and forgotten once they are back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from keyguide.core.model.content.article import BrokenLink, Source
from keyguide.desk.broken_links import update_broken_links, write_broken_links
from keyguide.desk.reach_sources import PageCheck
from keyguide.errors import KeyguideError
from keyguide.load.folder import read_folder

DAY = date(2026, 11, 27)
HELP = Source("ms-help", "Help", "https://example.com/help")
BEFORE = BrokenLink("ms-help", "2026-11-20", "2026-11-20", "status 404")


def test_a_page_that_is_not_found_is_missing_since_today() -> None:
    (link,) = update_broken_links([PageCheck(HELP, 404)], {}, DAY)

    assert link == BrokenLink("ms-help", "2026-11-27", "2026-11-27", "status 404")
    assert not link.has_lasted


def test_a_page_that_is_still_not_found_keeps_its_first_day() -> None:
    (link,) = update_broken_links([PageCheck(HELP, 0, "no answer in time")], {"ms-help": BEFORE}, DAY)

    assert link == replace(BEFORE, checked="2026-11-27", reason="no answer in time")
    assert link.has_lasted


def test_a_page_that_is_back_is_forgotten() -> None:
    assert update_broken_links([PageCheck(HELP, 200)], {"ms-help": BEFORE}, DAY) == []


def test_a_page_that_refuses_programs_stays_as_it_was() -> None:
    assert update_broken_links([PageCheck(HELP, 403)], {"ms-help": BEFORE}, DAY) == [BEFORE]
    assert update_broken_links([PageCheck(HELP, 403)], {}, DAY) == []


def test_what_is_written_is_read_at_the_next_start(folder: Any) -> None:
    write_broken_links(folder.path, [BEFORE])

    assert folder.list_problems() == []
    assert read_folder(folder.path).files.broken_links == (BEFORE,)


def test_an_empty_list_leaves_no_file(folder: Any) -> None:
    write_broken_links(folder.path, [BEFORE])
    write_broken_links(folder.path, [])

    assert not (folder.path / "broken-links.yaml").exists()
    write_broken_links(folder.path, [])  # nor does it need one


def test_a_file_that_cannot_be_removed_is_reported(tmp_path: Path) -> None:
    (tmp_path / "broken-links.yaml").mkdir()

    with pytest.raises(KeyguideError, match=r"broken-links\.yaml: "):
        write_broken_links(tmp_path, [])
