"""Rules for pictures: each has its file and its words, is light, and is shown somewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from keyguide.core.knowledge.folder_content import PICTURES, Files
from keyguide.core.knowledge.problem import KeyPath, Problem
from keyguide.core.knowledge.rules.answers.single_text import check_id, check_text
from keyguide.core.model.content.article import Variants
from keyguide.core.model.content.picture import PNG_SIGNATURE, Caption, name_picture_file

MAX_BYTES = 60_000  # of a picture, so that it is soon there on a phone
MAX_ALT = 600  # characters; Discord takes 1,024, but somebody has to listen to it


def check_pictures(files: Files) -> Iterator[Problem]:
    """Report problems of pictures, of their files, and of the articles and steps that show them."""
    known = {caption.id for caption in files.captions}
    shown = set[str]()
    for file, path, picture_id in _list_references(files):
        shown.add(picture_id)
        if picture_id not in known | files.broken:
            yield Problem(file, path, f"the picture `{picture_id}` is not in {PICTURES}")
    times = Counter(caption.id for caption in files.captions)
    for number, caption in enumerate(files.captions):
        if times[caption.id] > 1:
            yield Problem(PICTURES, (number, "id"), f"the id `{caption.id}` is used twice")
        if caption.id not in shown:
            yield Problem(PICTURES, (number, "id"), "no article and no step shows this picture")
        for path, text in (*_check_caption(caption), *_check_file(files, caption)):
            yield Problem(PICTURES, (number, *path), text)
    for name in files.picture_files.keys() - {name_picture_file(picture_id) for picture_id in known}:
        yield Problem(PICTURES, (), f"pictures/{name} has no words here")
    yield from _find_pictures_without_explanation(files)


def _list_references(files: Files) -> Iterator[tuple[str, KeyPath, str]]:
    """Yield each place that names a picture, and the id that it names."""
    for file, number, article in files.list_articles():
        for path, picture_id in _split_variants(article.picture):
            yield file, ("articles", number, *path), picture_id
    for file, flow in files.flows.items():
        for number, step in enumerate(flow.steps):
            for path, picture_id in _split_variants(step.picture):
                yield file, ("steps", number, *path), picture_id


def _split_variants(picture: str | Variants) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(picture, Variants):
        yield ("picture", "win11"), picture.win11
        yield ("picture", "win10"), picture.win10
    elif picture:
        yield ("picture",), picture


def _check_caption(caption: Caption) -> Iterator[tuple[KeyPath, str]]:
    yield from ((("id",), text) for text in check_id(caption.id))
    if not caption.alt.strip():
        yield ("alt",), "this text is empty: say what the picture shows"
    if len(caption.alt) > MAX_ALT:
        yield ("alt",), f"this has {len(caption.alt)} characters, at most {MAX_ALT} are allowed"
    if "**" in caption.alt or "`" in caption.alt:
        yield ("alt",), "this is read out as it is: leave out ** and `"
    yield from ((("alt",), text) for text in check_text(caption.alt, frozenset(), {}))


def _check_file(files: Files, caption: Caption) -> Iterator[tuple[KeyPath, str]]:
    name = f"pictures/{name_picture_file(caption.id)}"
    picture = files.picture_files.get(name_picture_file(caption.id))
    if picture is None:
        yield ("id",), f"{name} is missing"
        return
    if not picture.content.startswith(PNG_SIGNATURE):
        yield ("id",), f"{name} is not a PNG file"
    if len(picture.content) > MAX_BYTES:
        size = len(picture.content) / 1000
        yield ("id",), f"{name} has {size:.0f} kB, at most {MAX_BYTES / 1000:.0f} are allowed"


def _find_pictures_without_explanation(files: Files) -> Iterator[Problem]:
    for file, flow in files.flows.items():
        for number, step in enumerate(flow.steps):
            if step.picture and not step.how:
                text = "a picture of a step is shown together with `how`, which is missing here"
                yield Problem(file, ("steps", number, "picture"), text)
