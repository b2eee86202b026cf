"""Options that every command shares: the knowledge folder, how much is logged, where the page is open."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keyguide.cli import serve
from keyguide.cli.writing import knowledge_commands
from keyguide.runtime.configuration.settings import Settings, find_packaged_knowledge

Run = Callable[..., tuple[int, str, str]]
WRITERS_COMMANDS = ["check", "test", "draw", "learn", "score -", "links", "gaps"]


@pytest.fixture
def local(folder: Any) -> Path:
    """A knowledge folder in the current one, as a writer has it in a checkout."""
    shutil.copytree(folder.path, "knowledge")
    return Path("knowledge").absolute()


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """Do nothing but keep the settings that `keyguide check` and `keyguide web` were run with."""
    kept: list[Settings] = []

    def keep(folder: Path) -> tuple[bool, str]:
        return True, f"checked {folder}"

    async def keep_all(settings: Settings, _deadline: object) -> bool:
        kept.append(settings)
        return True

    monkeypatch.setattr(knowledge_commands, "check_folder", keep)
    monkeypatch.setattr(serve, "_open_all", keep_all)
    monkeypatch.setattr(serve, "_open_web", keep_all)
    return kept


@pytest.mark.parametrize("command", WRITERS_COMMANDS)
def test_writers_commands_use_the_folder_where_one_stands_and_say_so(
    run: Run, local: Path, command: str
) -> None:
    status, _, err = run(*command.split(), KEYGUIDE_KNOWLEDGE="", CI="true")

    assert (status, err) == (0, f"keyguide: the knowledge folder is {local}\n")


def test_without_a_folder_one_stands_in_the_one_of_the_program_is_used(
    run: Run, used: list[Settings]
) -> None:
    _, out, err = run("check", KEYGUIDE_KNOWLEDGE="")

    assert out == f"checked {find_packaged_knowledge()}\n"
    assert err == f"keyguide: the knowledge folder is {find_packaged_knowledge()}\n"


@pytest.mark.usefixtures("local")
@pytest.mark.parametrize(
    "arguments",
    [["check", "other"], ["check", "--knowledge", "other"], ["--knowledge", "other", "check"]],
    ids=" ".join,
)
def test_a_folder_that_is_named_comes_first(run: Run, used: list[Settings], arguments: list[str]) -> None:
    assert run(*arguments)[1] == "checked other\n"


@pytest.mark.usefixtures("local")
def test_a_folder_that_is_set_comes_before_the_one_where_one_stands(
    run: Run, folder: Any, used: list[Settings]
) -> None:
    assert run("check")[1] == f"checked {folder.path}\n"


def test_other_commands_answer_from_a_folder_that_is_named(run: Run, folder: Any) -> None:
    named = folder.path.rename(folder.path.with_name("named"))

    status, out, err = run("ask", "--knowledge", str(named), "0xC004F211")

    assert (status, err) == (0, "")
    assert out.startswith("## 0xC004F211")


@pytest.mark.parametrize("arguments", [["-v", "check"], ["check", "-v"], ["check", "--verbose"]])
def test_verbose_logs_what_happens(run: Run, arguments: list[str]) -> None:
    run(*arguments)

    assert logging.getLogger().level == logging.INFO


@pytest.mark.parametrize("command", ["web", "run"])
def test_the_page_opens_where_it_is_told_to(run: Run, used: list[Settings], command: str) -> None:
    status, _, _ = run(command, "--host", "::1", "--port", "9000")

    assert (status, used[0].host, used[0].port) == (0, "::1", 9000)


@pytest.mark.parametrize("port", ["moon", "65536"])
def test_a_port_that_is_none_is_told_by_the_name_that_was_typed(run: Run, port: str) -> None:
    status, _, err = run("web", "--port", port)

    assert status == 2
    assert err.startswith("keyguide: Invalid value for '--port': use a number from 0 to 65535\nUsage: ")


def test_a_database_of_the_former_name_is_told_at_every_command(run: Run, tmp_path: Path) -> None:
    (tmp_path / "latchkey.db").touch()

    _, _, err = run("invite", "42", KEYGUIDE_DATABASE=str(tmp_path / "latchkey.db"))

    assert err.startswith(f"keyguide: {tmp_path / 'latchkey.db'}: still has the former name")
