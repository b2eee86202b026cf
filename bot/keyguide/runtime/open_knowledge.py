"""Open the configured knowledge, the same for every command and face, and train its index in a subprocess."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from tempfile import TemporaryFile
from threading import Event, Thread

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from keyguide.core.finding.normalise import Vocabulary
from keyguide.core.finding.train import ProgressReport, TrainingData
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.errors import KnowledgeError
from keyguide.load.knowledge import open_knowledge
from keyguide.load.open_indexes import train_here
from keyguide.load.sentences.open_vectors import Vectors, open_vectors
from keyguide.load.sentences.word_vectors import fall_back_on_words
from keyguide.runtime.configuration.settings import Settings

_FEW_EXAMPLES = 500  # training on them takes less time than starting a process
_POLL_SECONDS = 0.1


async def open_in_thread(settings: Settings) -> Knowledge:
    """Open the configured knowledge without blocking the event loop; if cancelled, stop training at once."""
    stop = Event()
    try:
        return await asyncio.to_thread(open_configured_knowledge, settings, stop)
    finally:
        stop.set()


def open_configured_knowledge(settings: Settings, stop: Event | None = None) -> Knowledge:
    """Open the checked knowledge, or raise KnowledgeError with every mistake in it.

    If its index must be trained, another process does it, because training takes memory that a process never
    wholly gives back. Once `stop` is set, that process ends, and KnowledgeError is raised.
    """
    stop = stop or Event()
    vectors = open_configured_vectors(settings, stop)
    if vectors.embed is None:
        settings = replace(settings, vectors="off")  # so that nothing is fetched a second time
    train = partial(_train, settings, stop)
    return open_knowledge(settings.knowledge, settings.cache, vectors, train)


def open_configured_vectors(settings: Settings, stop: Event | None = None) -> Vectors:
    """Open the configured sentence vectors; show how far it is if their model has to be fetched.

    Once `stop` is set, fetching ends, and KnowledgeError is raised.
    """
    with show_progress(Console(stderr=True), "fetching the sentence model, once (90 MB)") as report:

        def report_or_stop(share: float) -> None:
            if stop and stop.is_set():
                raise KnowledgeError("fetching the sentence model was stopped")
            report(share)

        return open_vectors(settings.vectors, settings.cache, settings.knowledge, report_or_stop)


def _train(
    settings: Settings,
    stop: Event,
    all_data: Sequence[TrainingData],
    vocabulary: Vocabulary,
    vectors: Vectors,
) -> Sequence[bytes]:
    """Train in a subprocess if that pays; if the process fails, train here."""
    if sum(len(data.examples) for data in all_data) >= _FEW_EXAMPLES:
        order = pickle.dumps((all_data, vocabulary, settings.vectors, settings.cache, settings.knowledge))
        with suppress(OSError):  # such as no memory or no permission to start a process
            return _train_in_subprocess(order, stop)
    return train_here(all_data, vocabulary, vectors)


def _train_in_subprocess(order: bytes, stop: Event) -> Sequence[bytes]:
    """Train in a process that ends with this one, and return the files; raise OSError if it fails."""
    command = (sys.executable, "-m", __name__)
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    with (
        TemporaryFile() as output,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, env=environment) as process,  # noqa: S603 -- our own program
    ):
        try:
            assert process.stdin is not None  # noqa: S101 -- because it is a pipe
            process.stdin.write(order)
            process.stdin.flush()
            while process.poll() is None:
                if stop.wait(_POLL_SECONDS):
                    raise KnowledgeError("training was stopped")
        finally:
            process.kill()
            process.wait()  # after Ctrl-C, leaving the block waits for a moment only
        if process.returncode:
            raise OSError(f"training ended with status {process.returncode}")
        output.seek(0)
        files: Sequence[bytes] = pickle.load(output)  # noqa: S301 -- from our own process
        return files


def _carry_out_order() -> None:
    """Train as the parent process says on standard input, and write the files to standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which stops this process
    try:
        all_data, vocabulary, *way = pickle.load(sys.stdin.buffer)  # noqa: S301 -- from our own parent
    except (EOFError, pickle.UnpicklingError):
        sys.exit(1)  # the parent has ended before the whole order was written
    Thread(target=_end_with_parent, daemon=True).start()
    vectors = fall_back_on_words(open_vectors(*way), way[-1], vocabulary)
    with show_progress(Console(stderr=True), "training on new examples") as report:
        pickle.dump(train_here(all_data, vocabulary, vectors, report), sys.stdout.buffer)


def _end_with_parent() -> None:
    """End this process once the parent has closed the pipe, even if it was killed."""
    os.read(sys.stdin.fileno(), 1)  # a read of sys.stdin would hold a lock that Python needs to end
    os._exit(1)


@contextmanager
def show_progress(console: Console, work: str) -> Iterator[ProgressReport]:
    """Show a progress bar from the first report on, if the console is a terminal."""
    columns = TextColumn(f"keyguide: {work}"), BarColumn(), TaskProgressColumn()
    progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = progress.add_task("", total=1.0)
    with ExitStack() as shown:

        def report(share: float) -> None:
            if not progress.live.is_started:
                shown.enter_context(progress)
            progress.update(task, completed=share)

        yield report


if __name__ == "__main__":
    _carry_out_order()
