"""Rules for how easily an answer reads: the age from which people read it with ease."""

from __future__ import annotations

import re
from collections.abc import Iterator

from keyguide.core.knowledge.folder_content import ERRORS, Files
from keyguide.core.knowledge.problem import Problem

MAX_AGE = 13.0
_AGE_OF_FIRST_GRADE = 5  # a grade is a year of school, which children of this age plus one begin with
_QUOTED = re.compile(r"`[^`\n]*`|\*\*.+?\*\*|“[^”]*”|\"[^\"\n]*\"", re.DOTALL)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n\s*\n|\n\s*(?:-|\d+\.) ")
_WORD = re.compile(r"[^\W_][\w’'-]*")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(r"[^aeiouy]e$|[^aeioutd]ed$|[^aeiouysxzcgh]es$")
_SPOKEN_END = re.compile(r"[^aeiouy]le$")


def check_reading(files: Files) -> Iterator[Problem]:
    """Report answers and meanings of codes that are harder to read than people of MAX_AGE find easy."""
    for file, number, article in files.list_articles():
        if article.is_served and (text := _explain(article.answer)):
            yield Problem(file, ("articles", number, "answer"), text)
    for number, error in enumerate(files.errors.codes):
        if text := _explain(error.means):
            yield Problem(ERRORS, ("codes", number, "means"), text)


def _explain(text: str) -> str:
    """Explain that a text is too hard to read; empty if it is not."""
    age = round(measure_age(text), 1)
    if age <= MAX_AGE:
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
