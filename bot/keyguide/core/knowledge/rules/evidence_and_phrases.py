"""Rules for evidence, elsewhere, phrases and golden tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from keyguide.core.evidence.characters import KEY_CHARACTER, KEY_GROUP
from keyguide.core.evidence.licence_words import CHANNELS, STATUSES
from keyguide.core.knowledge.files import ELSEWHERE, EVIDENCE, NO_ERRORS, Files
from keyguide.core.knowledge.problem import KeyPath, Problem
from keyguide.core.knowledge.rules.articles import CODE, KnownIds, check_see
from keyguide.core.knowledge.rules.texts import MAX_LABEL, check_id, check_label, check_text
from keyguide.core.model.golden_tests import DialogueLine, Question
from keyguide.core.model.recognition import LicenceReading
from keyguide.core.model.turn import Kind

_KEY_PART = f"{KEY_CHARACTER}{{{KEY_GROUP}}}"
_PUBLIC_KEY = re.compile(f"({_KEY_PART}-){{4}}{_KEY_PART}")
_BRACES = re.compile(r"\{(\w*)\}")


def check_evidence(files: Files, all: KnownIds) -> Iterator[Problem]:
    """Tell what is wrong in evidence.yaml."""
    for part in ("secret", "public_key", "human"):
        id = getattr(files.shown, part)
        if id not in all.articles | all.broken and files.shown != Files().shown:
            yield Problem(EVIDENCE, (part,), f"`{id}` is no article")
    for part, told in (
        ("states", _check_states),
        ("readings", _check_readings),
        ("public_keys", _check_public_keys),
    ):
        for at, path, text in told(files, all):
            yield Problem(EVIDENCE, (part, at, *path), text)


def _check_states(files: Files, all: KnownIds) -> Iterator[tuple[int, KeyPath, str]]:
    for at, state in enumerate(files.shown.states):
        if lost := all.explain_missing(state.go):
            yield at, ("go",), f"goes to {lost}"
        if not state.says:
            yield at, (), "a state needs its message"


def _check_readings(files: Files, all: KnownIds) -> Iterator[tuple[int, KeyPath, str]]:
    for at, reading in enumerate(files.shown.readings):
        yield from ((at, path, text) for path, text in _check_reading(reading, all))


def _check_public_keys(files: Files, _all: KnownIds) -> Iterator[tuple[int, KeyPath, str]]:
    for at, public in enumerate(files.shown.public_keys):
        if not _PUBLIC_KEY.fullmatch(public.key):
            yield at, ("key",), "this is no product key"


def _check_reading(reading: LicenceReading, all: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    yield from ((("id",), text) for text in check_id(reading.id))
    yield from ((("says",), text) for text in check_text(reading.says, all.links, all.public))
    if lost := all.explain_missing(reading.go):
        yield ("go",), f"goes to {lost}"
    yield from check_see(reading.see, all)
    for part, allowed in (("status", STATUSES), ("channels", CHANNELS)):
        for at, word in enumerate(getattr(reading, part)):
            if word not in allowed:
                yield (part, at), f"`{word}` is none of: {', '.join(allowed)}"
    yield from ((("reasons", at), f"`{code}` is no code: write it as 0xC004F211")
                for at, code in enumerate(reading.reasons) if not CODE.fullmatch(code))  # fmt: skip


def check_elsewhere(files: Files, all: KnownIds) -> Iterator[Problem]:
    """Tell what is wrong with what is not ours."""
    for number, group in enumerate(files.elsewhere):
        yield from (Problem(ELSEWHERE, (number, "id"), text) for text in check_id(group.id))
        yield from (Problem(ELSEWHERE, (number, "title"), text) for text in check_label(group.title))
        yield from (
            Problem(ELSEWHERE, (number, "says"), text)
            for text in check_text(group.says, all.links, all.public)
        )
        for at, code in enumerate(group.codes):
            if not CODE.fullmatch(code):
                yield Problem(
                    ELSEWHERE, (number, "codes", at), f"`{code}` is no code: write it as 0x80070643"
                )


def check_phrases(files: Files) -> Iterator[Problem]:
    """Tell what is wrong with the fixed sentences, each language held against English."""
    english = files.phrases.get("phrases/en.yaml")
    if english is None and files.errors != NO_ERRORS:
        yield Problem(
            "phrases/en.yaml",
            (),
            "the English phrases are missing or wrong; every other language leans on them",
        )
    for file, phrases in files.phrases.items():
        said = dict(_list_sentences(phrases, ()))
        yield from (
            Problem(file, path, "this text is empty") for path, text in said.items() if not text.strip()
        )
        for path, text in said.items():
            if path[0] == "buttons" and len(text) > MAX_LABEL:
                yield Problem(file, path, f"a button shows at most {MAX_LABEL} characters")
        if len(phrases.months) != 12:  # noqa: PLR2004 -- a year
            yield Problem(file, ("months",), f"a year has 12 months, not {len(phrases.months)}")
        for path, text in _list_sentences(english, ()) if english else ():
            if path in said and set(_BRACES.findall(said[path])) != set(_BRACES.findall(text)):
                yield Problem(file, path, "the words in {braces} differ from the English ones")


def _list_sentences(part: object, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(part, str):
        yield path, part
    elif is_dataclass(part):
        for field in fields(part):
            yield from _list_sentences(getattr(part, field.name), (*path, field.name))


def check_golden_tests(files: Files, all: KnownIds) -> Iterator[Problem]:
    """Tell which golden tests name what does not exist."""
    for file, golden in files.golden.items():
        for number, question in enumerate(golden.questions):
            for at, topic in enumerate(question.topics):
                if lost := all.explain_missing(topic):
                    yield Problem(file, ("questions", number, "topics", at), lost)
            if text := _check_topics(question):
                yield Problem(file, ("questions", number), text)
        for number, dialogue in enumerate(golden.dialogues):
            for at, line in enumerate(dialogue.lines):
                yield from (
                    Problem(file, ("dialogues", number, "lines", at), text) for text in _check_line(line, all)
                )


def _check_topics(question: Question) -> str:
    """Return what is wrong with the topics of a golden question, nothing where they fit its kind."""
    ours = question.kind in {"in", "refuse"}
    if ours and not question.topics:
        return "a question that is ours needs its topics"
    if question.topics and not ours:
        return f"a question that is not ours ({question.kind}) has no topics"
    return ""


def _check_line(line: DialogueLine, all: KnownIds) -> Iterator[str]:
    if bool(line.say) == bool(line.press):
        yield "a line has either `say` or `press`"
    if line.kind and line.kind not in set(Kind):
        yield f"`{line.kind}` is no kind of reply: {', '.join(Kind)}"
    yield from (lost for id in (line.subject, *line.offers) if id and (lost := all.explain_missing(id)))
