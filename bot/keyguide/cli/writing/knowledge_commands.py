"""Commands that check, train and draw the knowledge: `check`, `schema`, `learn` and `draw`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from keyguide.cli.options import command, keep_setting
from keyguide.core.knowledge.folder_content import build_all_training_data, collect_vocabulary
from keyguide.desk.check_folder import build_schemas, check_folder, list_notes_on_examples
from keyguide.errors import SettingsError
from keyguide.flow_pictures.mermaid import draw_mermaid
from keyguide.flow_pictures.svg import draw_svg
from keyguide.load.folder import read_folder
from keyguide.load.sentences.example_vectors import (
    FILE_NAME,
    KnownVectors,
    dump_vectors,
    list_example_texts,
    list_texts,
)
from keyguide.load.sentences.word_vectors import EXAMPLES_FILE, WORDS_FILE, dump_word_vectors
from keyguide.load.shape import SHAPES
from keyguide.runtime.configuration.settings import Settings
from keyguide.runtime.open_knowledge import open_configured_knowledge, open_configured_vectors


@command("check", uses_local_folder=True)
@click.argument(
    "folder", required=False, type=click.Path(), expose_value=False, callback=keep_setting("knowledge")
)
@click.option("--examples", is_flag=True, help="Also list example questions that could be better.")
def check(settings: Settings, *, examples: bool) -> int:
    """Check a knowledge folder.

    Report all problems at once, with file, line and column (exit status 1). If there are none, print what
    the folder contains. FOLDER is by default ./knowledge, if it is there, and otherwise the configured one.

    With --examples also list example questions that are nearly the same or resemble those of another page,
    and pages whose examples are all written alike. These are notes for writers, and no problems.
    """
    is_valid, report = check_folder(settings.knowledge)
    print(report)
    if is_valid and examples:
        notes = list_notes_on_examples(settings.knowledge)
        print(*notes, f"{len(notes)} notes on examples", sep="\n")
    return 0 if is_valid else 1


@command("schema")
@click.argument("name", required=False, type=click.Choice(sorted(SHAPES)), metavar="[NAME]")
@click.option("--write", metavar="FOLDER", type=Path, help="Write one file per schema to this folder.")
def print_schema(_settings: Settings, name: str | None, write: Path | None) -> int:
    """Print the JSON Schema of one kind of knowledge file, or of all.

    With it, an editor completes and checks the files while you type.
    """
    schemas = build_schemas()
    if write:
        _write_schemas(write, schemas)
    elif name:
        print(schemas[name])
    else:
        print(json.dumps({kind: json.loads(text) for kind, text in schemas.items()}, indent=2))
    return 0


def _write_schemas(folder: Path, schemas: dict[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind, text in schemas.items():
            (folder / f"{kind}.json").write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{folder}: {error.strerror}") from None


@command("learn", uses_local_folder=True)
@click.option(
    "--write-vectors",
    is_flag=True,
    help=f"First write the vectors of all examples and of their words to {FILE_NAME}, {WORDS_FILE} and "
    f"{EXAMPLES_FILE} in the knowledge folder.",
)
def learn(settings: Settings, *, write_vectors: bool) -> int:
    """Train on the examples ahead of time, so that the next start is quick.

    Check the knowledge, train the search index on its examples and cache the index (KEYGUIDE_CACHE). Every
    command does this by itself if the knowledge has changed; this command does nothing else.

    With --write-vectors everybody who has this knowledge folder is spared computing them: the build of a
    package needs no model then, and a start only computes those of new examples. Whoever has no model finds
    by the vectors of words.
    """
    if write_vectors:
        _write_vectors(settings)
    knowledge = open_configured_knowledge(settings)
    print(f"trained: {knowledge.version}, cached in {settings.cache}")
    return 0


def _write_vectors(settings: Settings) -> None:
    """Write the vectors of all examples and golden questions, and those of words that are fitted to them."""
    vectors = open_configured_vectors(settings)
    if vectors.embed_examples is None:
        raise SettingsError(vectors.description)
    files = read_folder(settings.knowledge).files
    all_data = build_all_training_data(files)
    texts, examples = list_texts(all_data), list_example_texts(all_data)
    content = dump_vectors(texts, vectors.embed_examples, vectors.fingerprint)
    _write(settings.knowledge / FILE_NAME, content, f"the vectors of {len(texts)} texts")
    embed = KnownVectors(settings.knowledge / FILE_NAME).embed
    words, left_out = dump_word_vectors(examples, collect_vocabulary(files), embed(examples))
    _write(settings.knowledge / WORDS_FILE, words, "the vectors of their words")
    _write(settings.knowledge / EXAMPLES_FILE, left_out, "the sums of those")


def _write(path: Path, content: bytes, what: str) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
    print(f"wrote {what} to {path} ({len(content) / 1e6:.1f} MB)")


@command("draw", uses_local_folder=True)
@click.argument("flow", required=False)
@click.option("--svg", is_flag=True, help="Print one flow as SVG.")
def draw(settings: Settings, flow: str | None, *, svg: bool) -> int:
    """Print a flow, or all flows, as a picture.

    The picture is Mermaid text, which GitHub and many editors show, or SVG. FLOW is the id of a flow.
    """
    knowledge = open_configured_knowledge(settings)
    choices = f"choose from {', '.join(sorted(knowledge.flows))}"
    if flow and flow not in knowledge.flows:
        raise SettingsError(f"there is no flow {flow!r}; {choices}")
    if svg and not flow:
        raise SettingsError(f"name one flow to draw as SVG; {choices}")
    if svg and flow:
        print(draw_svg(knowledge, knowledge.flows[flow]), end="")
        return 0
    flows = [knowledge.flows[flow]] if flow else knowledge.flows.values()
    print("\n".join(draw_mermaid(knowledge, each) for each in flows), end="")
    return 0


COMMANDS = {"check": check, "schema": print_schema, "draw": draw, "learn": learn}
