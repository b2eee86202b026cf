"""`keyguide doctor` as it is typed: what runs, what is broken, and the exit status of either."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

Examine = Callable[..., tuple[int, list[str]]]
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GhXyZ.abc"  # noqa: S105 -- nobody's


@pytest.fixture
def examine(run: Callable[..., tuple[int, str, str]]) -> Examine:
    """Run the doctor with the settings given; returns the status and its lines."""

    def examine_(**settings: str) -> tuple[int, list[str]]:
        status, out, _ = run("doctor", **settings)
        return status, out.splitlines()

    return examine_


def _line(lines: list[str], part: str) -> str:
    return next(line for line in lines if line[5:].startswith(f"{part}: "))


def test_a_sound_installation_is_told_part_by_part(examine: Examine, tmp_path: Path) -> None:
    status, lines = examine()

    assert status == 0
    assert [line[:3] for line in lines] == ["ok "] * 9
    assert f"{tmp_path / 'keyguide.db'} is writable" in _line(lines, "database")
    assert "No problems." in _line(lines, "knowledge")


def test_vectors_that_are_not_there_are_told_and_are_no_fault(
    examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "safetensors", None)
    monkeypatch.delitem(sys.modules, "keyguide.load.sentences.sentence_model", raising=False)

    status, lines = examine(KEYGUIDE_VECTORS="auto")

    assert status == 0
    assert "no sentence vectors" in _line(lines, "sentence vectors")


def test_a_model_folder_that_was_named_and_holds_none_is_a_fault(examine: Examine, tmp_path: Path) -> None:
    status, lines = examine(KEYGUIDE_VECTORS=str(tmp_path))

    assert status == 1
    assert _line(lines, "sentence vectors").startswith("BAD")


def test_knowledge_that_breaks_a_rule_is_counted(examine: Examine, folder: Any) -> None:
    folder.change("flows/is-it-linked.yaml", "title: Is my", "tittle: Is my")

    status, lines = examine()

    assert status == 1
    assert "see keyguide check" in _line(lines, "knowledge")


def test_a_knowledge_folder_that_is_not_there_is_told(examine: Examine, tmp_path: Path) -> None:
    status, lines = examine(KEYGUIDE_KNOWLEDGE=str(tmp_path / "nowhere"))

    assert status == 1
    assert "there is no such knowledge folder" in _line(lines, "knowledge")


def test_a_database_that_cannot_be_opened_is_told(examine: Examine, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database" * 100, encoding="utf-8")

    status, lines = examine(KEYGUIDE_DATABASE=str(tmp_path / "text.db"))

    assert status == 1
    assert _line(lines, "database").startswith("BAD")


def test_a_cache_that_cannot_be_written_is_told(examine: Examine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    status, lines = examine(KEYGUIDE_CACHE=str(tmp_path / "file"))

    assert status == 1
    assert _line(lines, "cache").startswith("BAD")


def test_a_cache_is_tried_out_and_nothing_is_left_in_it(examine: Examine, tmp_path: Path) -> None:
    _, lines = examine()

    assert _line(lines, "cache").endswith(f"{tmp_path / 'cache'} is writable")
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


@contextmanager
def _listening(answer: bytes) -> Iterator[str]:
    """Have a port on which some program gives one answer to everybody; yields its number."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield str(server.server_port)
        server.shutdown()
        thread.join()


def test_a_port_that_another_program_has_is_a_fault(examine: Examine) -> None:
    with _listening(b"hello") as port:
        status, lines = examine(KEYGUIDE_PORT=port)

    assert status == 1
    assert _line(lines, "web page").startswith("BAD")
    assert "set KEYGUIDE_PORT" in _line(lines, "web page")


def test_a_port_on_which_keyguide_runs_already_is_no_fault(examine: Examine) -> None:
    with _listening(b"keyguide_answers_total 1") as port:
        status, lines = examine(KEYGUIDE_PORT=port)

    assert status == 0
    assert f"Keyguide is open on http://127.0.0.1:{port}" in _line(lines, "web page")


def _hang_up(server: socket.socket) -> None:
    caller, _ = server.accept()
    caller.close()


def test_a_port_whose_program_talks_no_http_is_a_fault(examine: Examine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        hang_up = Thread(target=_hang_up, args=(taken,))
        hang_up.start()
        status, lines = examine(KEYGUIDE_PORT=port)
        hang_up.join()

    assert status == 1
    assert _line(lines, "web page").startswith("BAD")


def test_a_token_is_known_and_never_shown(examine: Examine) -> None:
    status, lines = examine(DISCORD_TOKEN=TOKEN)

    assert status == 0
    assert _line(lines, "Discord").endswith("a token is set")
    assert TOKEN not in "\n".join(lines)


def test_what_cannot_be_a_token_is_a_fault_and_never_shown(examine: Examine) -> None:
    status, lines = examine(DISCORD_TOKEN="top-secret")

    assert status == 1
    assert _line(lines, "Discord").startswith("BAD")
    assert "top-secret" not in "\n".join(lines)
