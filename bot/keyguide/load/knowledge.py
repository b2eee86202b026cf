"""Open a knowledge folder: read and check it, and join it with the indexes of its examples."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from keyguide.core.finding.index import Finder
from keyguide.core.knowledge.folder_content import assemble, build_all_training_data, collect_vocabulary
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.errors import KnowledgeError
from keyguide.load.checked_content import find_new_problems, remember_as_checked
from keyguide.load.folder import FolderContents, read_folder
from keyguide.load.open_indexes import (
    IndexTrainer,
    list_kept_folders,
    load_or_train_indexes,
    train_here,
)
from keyguide.load.sentences.open_vectors import Vectors
from keyguide.load.sentences.word_vectors import fall_back_on_words

NO_VECTORS = Vectors(None, "", "")


def open_knowledge(
    folder: Path,
    cache: Path | None = None,
    vectors: Vectors = NO_VECTORS,
    train: IndexTrainer = train_here,
) -> Knowledge:
    """Open the knowledge of a folder, or raise KnowledgeError with all mistakes if there are any.

    Without sentence vectors, the word vectors in the folder take their place.
    """
    contents = read_folder(folder, partial(find_new_problems, list_kept_folders(cache)))
    if contents.mistakes:
        raise KnowledgeError("\n".join(f"{folder}/{mistake}" for mistake in contents.mistakes))
    vectors = fall_back_on_words(vectors, folder, collect_vocabulary(contents.files))
    knowledge = build_knowledge(contents, cache, vectors, train)
    if cache:
        remember_as_checked(cache, knowledge.version)
    return knowledge


def build_knowledge(
    contents: FolderContents,
    cache: Path | None = None,
    vectors: Vectors = NO_VECTORS,
    train: IndexTrainer = train_here,
) -> Knowledge:
    """Build the knowledge from files that were checked."""
    vocabulary, data = collect_vocabulary(contents.files), build_all_training_data(contents.files)
    indexes = load_or_train_indexes(data, vocabulary, vectors, cache, train)
    finder, intents, choices = (
        Finder(index, vocabulary, vectors.embed if vectors.serve(part) else None)
        for index, part in zip(indexes, data, strict=True)
    )
    knowledge = assemble(contents.files, finder, intents, choices)
    return replace(knowledge, places=contents.places)
