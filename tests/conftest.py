"""Fixtures for all tests: a small valid knowledge folder, the real one, a clock and a database."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from keyguide.core.engine.respond import respond
from keyguide.core.finding.index import Decision, SearchResult
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Reply, Turn
from keyguide.load.folder import FolderContents, read_folder
from keyguide.load.knowledge import open_knowledge

HERE = Path(__file__).parent
REAL = HERE.parent / "knowledge"
MARK = "▸"  # precedes the place that a problem must name


def pytest_configure() -> None:
    """Take away whatever this machine sets, for the tests and for all programs that they start.

    No program may fetch a sentence model, and each must hand over its output without help from Python.
    Python may keep what it compiles: else each of these programs compiles all of ours anew.
    """
    for name in [*os.environ]:
        if name.startswith(("KEYGUIDE_", "DISCORD_TOKEN")) and not name.startswith("KEYGUIDE_TEST_"):
            del os.environ[name]
    os.environ.pop("PYTHONUNBUFFERED", None)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["KEYGUIDE_VECTORS"] = "off"
    os.environ |= {"HF_ENDPOINT": "http://127.0.0.1:9", "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}


@pytest.hookimpl(tryfirst=True)  # before pytest deselects tests by -m
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that needs the real knowledge as slow, since training on it takes over ten seconds.

    What starts programs comes first, then what needs the real knowledge: several processes that share the
    tests then end at about the same time.
    """
    starting = {item for item in items if item.get_closest_marker("slow")}
    reading = {item for item in items if "real" in getattr(item, "fixturenames", ())}
    for item in reading:
        item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: 0 if item in starting else 1 if item in reading else 2)


@pytest.hookimpl(wrapper=True, trylast=True)  # so that pytest-cov has done its part before
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Do not measure a test that is marked so.

    If several processes share the tests, pytest-cov begins to measure twice in each of them, and for such a
    test it ends only one of the two. So what is left of it is taken away here.
    """
    if not item.get_closest_marker("no_cover"):
        return (yield)
    left = sys.gettrace()
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(left)


@dataclass(frozen=True, slots=True)
class Folder:
    """A knowledge folder that belongs to one test."""

    path: Path

    def write(self, file: str, text: str) -> str:
        """Write a whole file; return the place of the mark in it, as file:line:column."""
        before, _, after = text.partition(MARK)
        target = self.path / file
        target.parent.mkdir(exist_ok=True)
        target.write_text(before + after, encoding="utf-8")
        return f"{file}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"

    def change(self, file: str, old: str, new: str) -> str:
        """Replace the single occurrence of `old` in a file; return the place of the mark."""
        text = (self.path / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{file} contains {old!r} {text.count(old)} times"
        return self.write(file, text.replace(old, new))

    def list_problems(self) -> list[str]:
        """List every problem in the folder, as a writer sees it."""
        return [str(mistake) for mistake in read_folder(self.path).mistakes]


def _copy_small_folder(target: Path) -> Path:
    shutil.copytree(HERE / "small", target)
    (target / "phrases").mkdir()
    shutil.copy(REAL / "phrases" / "en.yaml", target / "phrases")
    (target / "pictures").mkdir()
    shutil.copy(REAL / "pictures" / "link-11.png", target / "pictures")
    return target


@pytest.fixture(scope="session")
def copy_small_knowledge() -> Callable[[Path], Path]:
    """Copy the small knowledge to a path, for a program to open."""
    return _copy_small_folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A small valid knowledge folder, which a test may change."""
    return Folder(_copy_small_folder(tmp_path / "knowledge"))


@dataclass(frozen=True, slots=True)
class SetFinder:
    """A stand-in that finds only what the test specifies."""

    finds: Mapping[str, SearchResult] = field(default_factory=dict)

    def find(self, text: str, without: frozenset[str] = frozenset()) -> SearchResult:
        found = self.finds.get(text, SearchResult(Decision.MISS))
        return (
            self.finds.get(f"{text}, beside", SearchResult(Decision.MISS)) if found.top in without else found
        )

    def remember_scores(self, read: object) -> SetFinder:
        return self

    def classify(self, text: str) -> tuple[tuple[str, float], ...]:
        """Give each label that the test specifies twice the share of the next."""
        return tuple((label, 0.5 ** (place + 1)) for place, label in enumerate(self.find(text).labels))


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small knowledge folder, for those who only read it."""
    return _copy_small_folder(tmp_path_factory.mktemp("small") / "knowledge")


@pytest.fixture(scope="session")
def small_knowledge(small_folder: Path) -> Knowledge:
    """The small knowledge, with a finder trained on its few examples."""
    return open_knowledge(small_folder)


Finding = Callable[..., Knowledge]


@pytest.fixture(scope="session")
def finding(small_knowledge: Knowledge) -> Finding:
    """Make the small knowledge with a finder that finds exactly what the test specifies."""

    def make(**finds: SearchResult) -> Knowledge:
        texts = {text.replace("_", " "): result for text, result in finds.items()}
        return replace(small_knowledge, finder=SetFinder(texts))  # type: ignore[arg-type]  # a stand-in

    return make


@pytest.fixture(scope="session")
def knowledge(finding: Finding) -> Knowledge:
    """The small knowledge, with a finder that finds nothing, to test all other ways to an answer."""
    return finding()


@dataclass(slots=True)
class Person:
    """Somebody who uses the engine, with their conversation and the last reply."""

    knowledge: Knowledge
    conversation: Conversation = field(default_factory=lambda: Conversation("ann"))
    reply: Reply | None = None
    locale: str = "en"
    earlier: tuple[str, ...] = ()

    def says(self, text: str) -> Reply:
        reply = self._takes(Turn("ann", text=text, locale=self.locale, earlier=self.earlier))
        self.earlier = (*self.earlier, text)[-3:]
        return reply

    def picks(self, pick: str) -> Reply:
        return self._takes(Turn("ann", pick=pick, locale=self.locale))

    def presses(self, label: str) -> Reply:
        assert self.reply is not None
        (pick,) = {option.pick for option in self.reply.options if option.label == label}
        return self.picks(pick)

    def _takes(self, turn: Turn) -> Reply:
        self.conversation, self.reply = respond(self.knowledge, self.conversation, turn)
        return self.reply


@pytest.fixture
def person(knowledge: Knowledge) -> Person:
    """Somebody new, who uses the small knowledge."""
    return Person(knowledge)


@pytest.fixture(scope="session")
def meet() -> Callable[..., Person]:
    """Make somebody who uses a knowledge that the test chooses."""
    return Person


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder for the whole run, so that the real knowledge is trained on only once.

    If several processes share the tests, each has a folder of its own in that of the run. What a build of
    this tree has trained already may be in the folder that KEYGUIDE_TEST_INDEXES names.
    """
    folder = tmp_path_factory.getbasetemp()
    cache = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "cache"
    cache.mkdir(exist_ok=True)
    with _only_one_process(cache):
        ready = Path(os.environ.get("KEYGUIDE_TEST_INDEXES", cache))
        for file in (*ready.glob("index-*.npz"), *ready.glob("checked-*")):
            if not (cache / file.name).exists():
                shutil.copy(file, cache)
    return cache


@contextmanager
def _only_one_process(cache: Path) -> Iterator[None]:
    """Let one process of the run use the cache, and the others wait."""
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def real_folder() -> Path:
    return REAL


@pytest.fixture(scope="session")
def real_contents() -> FolderContents:
    """What stands in the files of the real knowledge, read once: that takes a second."""
    return read_folder(REAL)


@pytest.fixture(scope="session")
def real(cache: Path) -> Knowledge:
    """The knowledge that comes with the program; one process trains on it, others wait for that."""
    with _only_one_process(cache):
        return open_knowledge(REAL, cache)


class Clock:
    """A clock that a test sets, and that advances by `step` whenever it is read."""

    def __init__(self) -> None:
        self.now, self.step = 1_000.0, 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    """The address of a database made for this run, on the server that KEYGUIDE_TEST_DATABASE names."""
    server = os.environ.get("KEYGUIDE_TEST_DATABASE")
    if not server:
        pytest.skip("KEYGUIDE_TEST_DATABASE names no PostgreSQL server; .ci/postgres starts one")
    name = f"keyguide_test_{os.getpid()}"
    asyncio.run(_run(server, f"CREATE DATABASE {name}"))
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    asyncio.run(_run(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def postgres(postgres_database: str) -> str:
    """The address of that database, emptied."""
    asyncio.run(_empty(postgres_database))
    return postgres_database


async def _run(address: str, statement: str) -> None:
    asyncpg = pytest.importorskip("asyncpg")
    db = await asyncpg.connect(address)
    await db.execute(statement)
    await db.close()


async def _empty(address: str) -> None:
    asyncpg = pytest.importorskip("asyncpg")
    db = await asyncpg.connect(address)
    for row in await db.fetch("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'keyguide%'"):
        await db.execute(f"DROP SCHEMA {row[0]} CASCADE")
    await db.close()
