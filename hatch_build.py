"""Train the index while the package is built, so that the first start of an installation is quick."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_TRAIN = """
import sys
from pathlib import Path
from keyguide.load.knowledge import open_knowledge
open_knowledge(Path("knowledge"), Path(sys.argv[1]))
"""
# With the model of whoever builds, or the vectors that are kept in the knowledge folder; it fetches nothing.
_TRAIN_WITH_VECTORS = """
import os, sys
from pathlib import Path
from keyguide.load.knowledge import open_knowledge
from keyguide.load.sentences.open_vectors import get_model_folder, open_known_vectors, open_vectors
from keyguide.runtime.configuration.settings import read_settings
knowledge, index, settings = Path("knowledge"), Path(sys.argv[1]), read_settings(os.environ)
if settings.vectors != "off":
    cached = str(get_model_folder(settings.cache))
    folder = cached if settings.vectors in {"auto", "download"} else settings.vectors
    vectors = open_vectors(folder, settings.cache, knowledge)
    vectors = vectors if vectors.embed else open_known_vectors(knowledge)
    if vectors.fingerprint:
        open_knowledge(knowledge, index, vectors)
"""


class TrainIndex(BuildHookInterface):
    """Add the trained index to a wheel, beside the knowledge that it was trained on."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Train in another process; an editable installation trains at its first start instead."""
        if version != "standard":
            return
        root, index = Path(self.root), Path(self.root, "build", "index")
        if _is_outdated(index, root):
            shutil.rmtree(index, ignore_errors=True)
        _run(_TRAIN, index, root)  # which trains only what is missing
        if index.is_dir():
            if not _run(_TRAIN_WITH_VECTORS, index, root):
                self.app.display_warning(
                    "There is no index with sentence vectors; the first start will train it."
                )
            build_data["force_include"][str(index)] = "keyguide/index"
        else:
            self.app.display_warning("The index could not be trained now; the first start will train it.")


def _run(program: str, index: Path, root: Path) -> bool:
    """Run a program that trains, and return whether it succeeded."""
    # pip hands the requirements of the build on in PYTHONPATH
    path = os.pathsep.join(filter(None, (str(root / "bot"), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-c", program, str(index)]
    environment = {**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"}
    ended = subprocess.run(command, check=False, cwd=root, env=environment)  # noqa: S603 -- our own program
    return ended.returncode == 0


def _is_outdated(index: Path, root: Path) -> bool:
    """Check whether the program or the knowledge changed since the training; pip builds twice in a row."""
    trained = [path.stat().st_mtime for path in index.glob("*.npz")]
    sources = [*root.joinpath("bot").rglob("*.py"), *root.joinpath("knowledge").rglob("*.yaml")]
    sources += root.joinpath("knowledge").glob("*.xz")
    return not trained or min(trained) < max(path.stat().st_mtime for path in sources)
