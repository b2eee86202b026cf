"""Answer a text by what it is: an answer to the open step, evidence, an act, an aspect, or a question.

May import the rest of the engine; of the engine only `respond` and `answers` themselves import from here.
"""
