"""Rules for evidence, questions that belong elsewhere, phrases and golden tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from keyguide.core.evidence.licence.report_words import CHANNELS, STATUSES
from keyguide.core.evidence.lookalike_characters import KEY_CHARACTER, KEY_GROUP
from keyguide.core.knowledge.folder_content import (
    ELSEWHERE,
    EVIDENCE,
    NO_ERRORS,
    NO_EVIDENCE_RULES,
    WORDS,
    Files,
)
from keyguide.core.knowledge.problem import KeyPath, Problem
from keyguide.core.knowledge.rules.answers.articles import CODE, KnownIds, check_see
from keyguide.core.knowledge.rules.answers.single_text import MAX_LABEL, check_id, check_label, check_text
from keyguide.core.model.content.golden_tests import DialogueLine, GoldenTests, Question
from keyguide.core.model.content.recognition import LicenceReading
from keyguide.core.model.turn import Kind
from keyguide.core.phrases.phrases import Phrases

_KEY_GROUP = f"{KEY_CHARACTER}{{{KEY_GROUP}}}"
_PUBLIC_KEY = re.compile(f"({_KEY_GROUP}-){{4}}{_KEY_GROUP}")
_ENGLISH = "phrases/en.yaml"
_BRACES = re.compile(r"\{(\w*)\}")


def check_evidence(files: Files, known: KnownIds) -> Iterator[Problem]:
    """Report problems in evidence.yaml."""
    for key in ("secret", "public_key", "human"):
        target = getattr(files.recognition, key)
        if target not in known.articles | known.broken and files.recognition != NO_EVIDENCE_RULES:
            yield Problem(EVIDENCE, (key,), f"`{target}` is not an article")
    for key, check in (
        ("states", _check_states),
        ("readings", _check_readings),
        ("public_keys", _check_public_keys),
    ):
        for number, path, text in check(files, known):
            yield Problem(EVIDENCE, (key, number, *path), text)


def _check_states(files: Files, known: KnownIds) -> Iterator[tuple[int, KeyPath, str]]:
    for number, state in enumerate(files.recognition.states):
        if problem := known.explain_missing(state.go):
            yield number, ("go",), problem
        if not state.says:
            yield number, (), "a state needs a message"


def _check_readings(files: Files, known: KnownIds) -> Iterator[tuple[int, KeyPath, str]]:
    for number, reading in enumerate(files.recognition.readings):
        yield from ((number, path, text) for path, text in _check_reading(reading, known))


def _check_public_keys(files: Files, _known: KnownIds) -> Iterator[tuple[int, KeyPath, str]]:
    for number, public in enumerate(files.recognition.public_keys):
        if not _PUBLIC_KEY.fullmatch(public.key):
            yield number, ("key",), "this is not a product key"


def _check_reading(reading: LicenceReading, known: KnownIds) -> Iterator[tuple[KeyPath, str]]:
    yield from ((("id",), text) for text in check_id(reading.id))
    yield from ((("says",), text) for text in check_text(reading.says, known.links, known.public_keys))
    if problem := known.explain_missing(reading.go):
        yield ("go",), problem
    yield from check_see(reading.see, known)
    for key, values, allowed in (
        ("status", reading.status, STATUSES),
        ("channels", reading.channels, CHANNELS),
    ):
        for number, value in enumerate(values):
            if value not in allowed:
                yield (key, number), f"`{value}` is not one of: {', '.join(allowed)}"
    for number, code in enumerate(reading.reasons):
        if not CODE.fullmatch(code):
            yield ("reasons", number), f"`{code}` is not an error code: write it as 0xC004F211"


def check_elsewhere(files: Files, known: KnownIds) -> Iterator[Problem]:
    """Report problems of the groups of questions that belong elsewhere."""
    for number, group in enumerate(files.elsewhere):
        yield from (Problem(ELSEWHERE, (number, "id"), text) for text in check_id(group.id))
        yield from (Problem(ELSEWHERE, (number, "title"), text) for text in check_label(group.title))
        yield from (
            Problem(ELSEWHERE, (number, "says"), text)
            for text in check_text(group.says, known.links, known.public_keys)
        )
        for code_number, code in enumerate(group.codes):
            if not CODE.fullmatch(code):
                text = f"`{code}` is not an error code: write it as 0x80070643"
                yield Problem(ELSEWHERE, (number, "codes", code_number), text)


def check_languages(files: Files, known: KnownIds) -> Iterator[Problem]:
    """Report problems of what we say in languages that we do not answer in."""
    for number, language in enumerate(files.words.languages):
        path = ("languages", number)
        yield from (Problem(WORDS, (*path, "title"), text) for text in check_label(language.title))
        yield from (
            Problem(WORDS, (*path, "says"), text)
            for text in check_text(language.says, known.links, known.public_keys)
        )


def check_phrases(files: Files) -> Iterator[Problem]:
    """Report problems of the phrases, each language compared with English."""
    english = files.phrases.get(_ENGLISH)
    if english is None and files.errors != NO_ERRORS:
        yield Problem(
            _ENGLISH,
            (),
            "the English phrases are missing or wrong; every other language is compared with them",
        )
    for file, phrases in files.phrases.items():
        yield from (Problem(file, path, text) for path, text in _check_language(phrases, english))


def _check_language(phrases: Phrases, english: Phrases | None) -> Iterator[tuple[KeyPath, str]]:
    sentences = dict(_list_sentences(phrases, ()))
    for path, text in sentences.items():
        if not text.strip():
            yield path, "this text is empty"
        if path[0] == "buttons" and len(text) > MAX_LABEL:
            yield path, f"a button shows at most {MAX_LABEL} characters"
    if len(phrases.months) != 12:  # noqa: PLR2004 -- a year
        yield ("months",), f"a year has 12 months, not {len(phrases.months)}"
    for path, text in _list_sentences(english, ()):
        if path in sentences and _list_fields(sentences[path]) != _list_fields(text):
            yield path, "the words in {braces} differ from the English ones"


def _list_fields(sentence: str) -> set[str]:
    return set(_BRACES.findall(sentence))


def _list_sentences(section: object, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(section, str):
        yield path, section
    elif is_dataclass(section):
        for field in fields(section):
            yield from _list_sentences(getattr(section, field.name), (*path, field.name))


def check_golden_tests(files: Files, known: KnownIds) -> Iterator[Problem]:
    """Report golden tests that name what does not exist, or that contradict themselves."""
    for file, golden in files.golden.items():
        for number, question in enumerate(golden.questions):
            for topic_number, topic in enumerate(question.topics):
                if problem := known.explain_missing(topic):
                    yield Problem(file, ("questions", number, "topics", topic_number), problem)
            if problem := _check_topics(question):
                yield Problem(file, ("questions", number), problem)
        for path, line in _list_lines(golden):
            yield from (Problem(file, path, text) for text in _check_line(line, known))


def _list_lines(golden: GoldenTests) -> Iterator[tuple[KeyPath, DialogueLine]]:
    for key, dialogues in (("dialogues", golden.dialogues), ("not_yet", golden.not_yet)):
        for number, dialogue in enumerate(dialogues):
            for line_number, line in enumerate(dialogue.lines):
                yield (key, number, "lines", line_number), line


def _check_topics(question: Question) -> str:
    """Explain what is wrong with the topics of a golden question; empty if they fit its kind."""
    is_ours = question.kind in {"in", "refuse"}
    if is_ours and not question.topics:
        return f"a question of kind `{question.kind}` needs topics"
    if question.topics and not is_ours:
        return f"a question of kind `{question.kind}` must not have topics, because it is not ours"
    return ""


def _check_line(line: DialogueLine, known: KnownIds) -> Iterator[str]:
    if bool(line.say) == bool(line.press):
        yield "a line needs either `say` or `press`"
    if line.kind and line.kind not in set(Kind):
        yield f"`{line.kind}` is not a kind of reply: {', '.join(Kind)}"
    for target in (line.subject, *line.offers):
        if target and (problem := known.explain_missing(target)):
            yield problem
