"""The pictures of answers: each belongs to its drawing, and has the labels of the articles."""

from __future__ import annotations

import importlib.util
import re
import sys
from html import unescape
from pathlib import Path
from types import ModuleType

import pytest

from keyguide.core.knowledge.folder_content import Files
from keyguide.core.knowledge.rules.answers.pictures import MAX_BYTES
from keyguide.load.folder import FolderContents

ROOT = Path(__file__).parent.parent
KNOWLEDGE = ROOT / "knowledge"
NAMES = [path.stem for path in sorted((KNOWLEDGE / "pictures").glob("*.png"))]


@pytest.fixture(scope="module")
def drawing() -> ModuleType:
    """The program that draws the pictures."""
    pytest.importorskip("PIL", reason="Pillow is not installed, so no picture can be looked into")
    pytest.importorskip("playwright", reason="playwright is not installed, so no picture can be drawn")
    path = ROOT / "tools" / "pictures.py"
    spec = importlib.util.spec_from_file_location("pictures_tool", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def files(real_contents: FolderContents) -> Files:
    return real_contents.files


def test_there_is_a_picture_of_every_drawing(drawing: ModuleType) -> None:
    assert drawing.list_drawings() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_was_made_from_its_drawing_as_it_is_now(drawing: ModuleType, name: str) -> None:
    noted = drawing.read_note(KNOWLEDGE / "pictures" / f"{name}.png")

    assert noted == drawing.name_drawing(name), "draw it again: task pictures"


@pytest.mark.parametrize("name", NAMES)
def test_the_words_name_every_marked_place_with_its_number(
    drawing: ModuleType, files: Files, name: str
) -> None:
    alts = {caption.id: " ".join(caption.alt.split()) for caption in files.captions}
    marks = find_marks(drawing.render_drawing(name))

    assert [number for number, _ in marks] == [str(number) for number in range(1, len(marks) + 1)]
    assert [
        label for number, label in marks if f"{number}: " not in alts[name] or label not in alts[name]
    ] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_labels_are_those_of_the_knowledge(drawing: ModuleType, files: Files, name: str) -> None:
    texts = [text for _, _, article in files.list_articles() for text in article.list_texts()]
    texts += [step.how for flow in files.flows.values() for step in flow.steps]
    words = " ".join(" ".join(texts).split())
    own = re.compile(
        r"ALEX|@example\.com|^XXXXX|Error code: 0xC004F211"
    )  # examples of what only one person sees

    labels = [label for _, label in find_marks(drawing.render_drawing(name)) if not own.search(label)]

    assert [label for label in labels if label not in words] == []


def find_marks(page: str) -> list[tuple[str, str]]:
    """Find the numbers of a drawing and what they mark."""
    found = re.findall(r'<span class="number">(\d)</span><span class="mark [^"]*">([^<]*)</span>', page)
    return [(number, unescape(label)) for number, label in found]


@pytest.mark.slow
def test_a_picture_drawn_again_says_what_it_was_made_from_and_is_light(
    drawing: ModuleType, tmp_path: Path
) -> None:
    if not Path(drawing.CHROMIUM).exists():
        pytest.skip(f"there is no Chromium at {drawing.CHROMIUM}: apt-get install chromium")

    drawing.draw_all(["link-11"], tmp_path)

    again = tmp_path / "link-11.png"
    assert drawing.read_note(again) == drawing.name_drawing("link-11")
    assert len(again.read_bytes()) < MAX_BYTES
