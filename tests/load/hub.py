"""A small model hub on this machine: it tells what a model consists of, and hands out its files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

COMMIT = "a" * 40


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


class Hub(ThreadingHTTPServer):
    """The hub of one model; `handed` names the files that were fetched."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.files = {path.name: path.read_bytes() for path in folder.iterdir()}
        self.handed: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        name = path.rpartition("/")[2]
        if path.startswith("/api/models/"):
            listed = self._tree() if "/tree/" in path else self._told()
            return 200, {"Content-Type": "application/json"}, json.dumps(listed).encode()
        if name not in self.files:
            return 404, {"X-Error-Code": "EntryNotFound"}, b""
        content = self.files[name]
        return 200, {"ETag": f'"{_digest(content)}"', "X-Repo-Commit": COMMIT}, content

    def _told(self) -> dict[str, object]:
        return {"id": "some/model", "sha": COMMIT, "siblings": [{"rfilename": name} for name in self.files]}

    def _tree(self) -> list[dict[str, object]]:
        return [
            {"type": "file", "path": name, "size": len(content), "oid": _digest(content)}
            for name, content in self.files.items()
        ]


class _Visit(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        content = self._answer()
        self.wfile.write(content)
        self.server.handed.append(self.path.rpartition("/")[2])

    def _answer(self) -> bytes:
        status, headers, content = self.server.answer(self.path.partition("?")[0])
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        return content

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def open_hub(folder: Path) -> Iterator[Hub]:
    """Serve the model of a folder while the block runs."""
    with Hub(folder) as hub:
        thread = Thread(target=hub.serve_forever)
        thread.start()
        try:
            yield hub
        finally:
            hub.shutdown()
            thread.join()
