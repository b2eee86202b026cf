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


class TrainIndex(BuildHookInterface):
    """Add the trained index to a wheel, beside the knowledge that it was trained on."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Train in another process; an editable installation trains at its first start instead."""
        if version != "standard":
            return
        root, index = Path(self.root), Path(self.root, "build", "index")
        if _is_outdated(index, root):
            shutil.rmtree(index, ignore_errors=True)
            _train(index, root)
        if index.is_dir():
            build_data["force_include"][str(index)] = "keyguide/index"
        else:
            self.app.display_warning("The index could not be trained now; the first start will train it.")


def _train(index: Path, root: Path) -> None:
    # pip hands the requirements of the build on in PYTHONPATH
    path = os.pathsep.join(filter(None, (str(root / "bot"), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-c", _TRAIN, str(index)]
    environment = {**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"}
    subprocess.run(command, check=False, cwd=root, env=environment)  # noqa: S603 -- our own program


def _is_outdated(index: Path, root: Path) -> bool:
    """Check whether the program or the knowledge changed since the training; pip builds twice in a row."""
    trained = [path.stat().st_mtime for path in index.glob("*.npz")]
    sources = [*root.joinpath("bot").rglob("*.py"), *root.joinpath("knowledge").rglob("*.yaml")]
    return not trained or min(trained) < max(path.stat().st_mtime for path in sources)
