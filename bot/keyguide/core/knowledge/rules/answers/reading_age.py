"""Rules for how easily our texts read: the age from which people read them with ease."""

from __future__ import annotations

import re
from collections.abc import Iterator

from keyguide.core.knowledge.folder_content import ERRORS, EVIDENCE, Files
from keyguide.core.knowledge.problem import KeyPath, Problem
from keyguide.core.knowledge.rules.answers.articles import list_parts
from keyguide.core.model.content.article import Article

MAX_AGE = 12.0
_MIN_WORDS = 10  # in fewer words, one long word decides: "Nothing." alone would be a text for people of 13
_AGE_OF_FIRST_GRADE = 5  # a grade is a year of school, which children of this age plus one begin with
_QUOTED = re.compile(r"`[^`]*`|\*\*.+?\*\*|“[^”]*”|\"[^\"]*\"", re.DOTALL)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n\s*\n|\n\s*(?:-|\d+\.) ")
_WORD = re.compile(r"[^\W_][\w’'-]*")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(r"[^aeiouy]e$|[^aeioutd]ed$|[^aeiouysxzcgh]es$")
_SPOKEN_END = re.compile(r"[^aeiouy]le$")


def check_reading(files: Files) -> Iterator[Problem]:
    """Report texts that are harder to read than people of MAX_AGE find easy."""
    for file, path, text in _list_texts(files):
        if problem := _explain(text):
            yield Problem(file, path, problem)


def _list_texts(files: Files) -> Iterator[tuple[str, KeyPath, str]]:
    """List every text of ours that explains something to people, with its place."""
    for file, number, article in files.list_articles():
        if article.is_served:
            yield from ((file, ("articles", number, *path), text) for path, text in _list_parts(article))
    for number, error in enumerate(files.errors.codes):
        yield ERRORS, ("codes", number, "means"), error.means
        yield ERRORS, ("codes", number, "fix"), error.fix
    for number, family in enumerate(files.errors.families):
        yield ERRORS, ("families", number, "says"), family.says
    for number, reading in enumerate(files.recognition.readings):
        yield EVIDENCE, ("readings", number, "says"), reading.says
    for file, flow in files.flows.items():
        for number, step in enumerate(flow.steps):
            yield file, ("steps", number, "ask"), f"{step.ask}\n\n{step.how}"


def _list_parts(article: Article) -> Iterator[tuple[KeyPath, str]]:
    """List the parts of an article; its steps are one text, because nobody reads one of them alone."""
    parts = dict(list_parts(article))
    yield from ((path, text) for path, text in parts.items() if path[0] != "steps")
    yield ("steps",), "\n\n".join(text for path, text in parts.items() if path[0] == "steps")


def _explain(text: str) -> str:
    """Explain that a text is too hard to read; empty if it is not, or if it is too short to say."""
    age = round(measure_age(text), 1)
    if age <= MAX_AGE or len(_WORD.findall(text)) < _MIN_WORDS:
        return ""
    return (
        f"this reads like a text for people of {age}, at most {MAX_AGE:.0f} is allowed: "
        "shorter sentences and shorter words help"
    )


def measure_age(text: str) -> float:
    """Measure the age from which people read a text with ease, by the formula of Flesch and Kincaid.

    Labels, commands and titles in quotation marks count as one short word each: a writer cannot change them.
    """
    prose = _LINK.sub(r"\1", _QUOTED.sub("this", text))
    sentences = [sentence for sentence in _SENTENCE_END.split(prose) if _WORD.search(sentence)]
    words = _WORD.findall(prose)
    if not words:
        return 0.0
    syllables = sum(map(count_syllables, words))
    grade = 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
    return grade + _AGE_OF_FIRST_GRADE


def count_syllables(word: str) -> int:
    """Count the groups of vowels in a word without its silent ending; "PC" and "2026" count as one."""
    plain = word.lower().replace("’", "'").removesuffix("'s")
    silent = bool(_SILENT_END.search(plain)) and not _SPOKEN_END.search(plain)
    return max(1, len(_VOWELS.findall(plain)) - silent)
