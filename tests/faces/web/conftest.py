"""What the tests of the web page share: a real server in a thread of its own, and clients that talk to it."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from jinja2 import FileSystemBytecodeCache

from keyguide.assistant import Assistant
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.faces.web.app import WebFace, build_application
from keyguide.faces.web.html import templates
from keyguide.faces.web.web_context import WebContext, WebOptions
from keyguide.runtime.health import Health
from keyguide.runtime.human_webhook import HumanWebhook
from keyguide.runtime.metrics import Metrics
from keyguide.store.memory import MemoryStore
from keyguide.store.open_store import open_store
from keyguide.store.protocols import Store

Client = TestClient[Any, Any]
Opening = Callable[..., Awaitable[Client]]


@pytest.fixture(scope="session", autouse=True)
def _compile_templates_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compile the templates once for all the web faces of a run, instead of once for each."""
    compiled = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    make = templates.make_environment

    def make_with_cache(*loaders: Any) -> Any:
        environment = make(*loaders)
        environment.bytecode_cache = compiled
        return environment

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(templates, "make_environment", make_with_cache)
        yield


@dataclass(slots=True)
class Served:
    """The web face on a real socket, with a memory on disk; it can be stopped and started again."""

    knowledge: Knowledge
    database: Path
    port: int
    site: dict[str, Any] = field(default_factory=dict)
    webhook: str = ""  # to which calls for a human are passed on
    _stop: Callable[[], None] = lambda: None
    _thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)))
        self._thread.start()
        assert ready.wait(20), "the server did not start"

    def stop(self) -> None:
        self._stop()
        if self._thread:
            self._thread.join(20)

    def restart(self) -> None:
        self.stop()
        self.start()

    async def _serve(self, ready: threading.Event) -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        self._stop = lambda: loop.call_soon_threadsafe(stop.set)
        store = await open_store(str(self.database))
        metrics = Metrics()
        site = WebOptions(port=self.port, **{"rate": 0, **self.site})
        assistant = Assistant(self.knowledge, store, listener=metrics.count_answer)
        human = HumanWebhook(self.webhook, "a-secret-for-the-tests") if self.webhook else None
        face = WebFace(site, assistant, metrics, Health(), human)
        await face.open()
        ready.set()
        await stop.wait()
        await face.close()
        if human:
            await human.close()
        await store.close()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def serving(knowledge: Knowledge, folder: Path, webhook: str = "", **site: Any) -> Iterator[Served]:
    served = Served(knowledge, folder / "keyguide.db", free_port(), site, webhook)
    served.start()
    try:
        yield served
    finally:
        served.stop()


@pytest.fixture
def served(small_knowledge: Knowledge, tmp_path: Path) -> Iterator[Served]:
    with serving(small_knowledge, tmp_path, desk_token="a-token-for-the-tests") as one:
        yield one


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
async def opened(small_knowledge: Knowledge, store: Store) -> AsyncIterator[Opening]:
    """Open applications in the loop of this test, each with a client."""
    async with AsyncExitStack() as stack:

        async def make(
            health: Health | None = None,
            human: HumanWebhook | None = None,
            *,
            misses: bool = False,
            **site: Any,
        ) -> Client:
            metrics = Metrics()
            assistant = Assistant(small_knowledge, store, listener=metrics.count_answer, keep_misses=misses)
            options = WebOptions(**{"rate": 0, **site})
            parts = WebContext(options, assistant, metrics, health or Health(), human)
            server = await stack.enter_async_context(TestServer(build_application(parts)))
            return await stack.enter_async_context(TestClient(server))

        yield make


@pytest.fixture
async def client(opened: Opening) -> Client:
    return await opened()


CHROMIUM = Path(os.environ.get("KEYGUIDE_TEST_CHROMIUM", "/usr/bin/chromium"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium; closed with the module, because it and asyncio tests cannot share a thread."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"there is no Chromium at {CHROMIUM}: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()
