"""A small model hub on this machine, which hands out the files of one model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from keyguide.load.sentences.fetch_model import MODEL


class Hub(ThreadingHTTPServer):
    """The hub; `asked` names the files that somebody wanted."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.files = {f"/{MODEL}/resolve/main/{path.name}": path.read_bytes() for path in folder.iterdir()}
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Visit(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        self.server.asked.append(self.path.rpartition("/")[2])
        content = self.server.files.get(self.path)
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def open_hub(folder: Path) -> Iterator[Hub]:
    """Serve the model of a folder while the block runs."""
    with Hub(folder) as hub:
        thread = Thread(target=hub.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield hub
        finally:
            hub.shutdown()
            thread.join()
