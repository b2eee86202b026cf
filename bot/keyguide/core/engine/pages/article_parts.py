"""Lay an article out: its first view with numbered steps, and the parts that unfold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from keyguide.core.engine.context import Context
from keyguide.core.model.content.article import Article, ErrorCode, Variants
from keyguide.core.model.content.picture import Picture
from keyguide.core.model.turn import Detail, Option, Reply, Role
from keyguide.core.phrases.phrases import Phrases


def build_first_view(phrases: Phrases, article: Article, windows: str) -> str:
    """Join the answer with its numbered steps: for the person's Windows version, or both if it is unknown."""
    parts = article.answer.strip(), _format_steps(phrases, article, windows)
    return "\n\n".join(part for part in parts if part)


def _format_steps(phrases: Phrases, article: Article, windows: str) -> str:
    return "\n".join(
        f"{number}. {_format_step(phrases, step, windows)}" for number, step in enumerate(article.steps, 1)
    )


def _format_step(phrases: Phrases, step: str | Variants, windows: str) -> str:
    if not isinstance(step, Variants):
        return step.strip()
    by_version = {"10": step.win10.strip(), "11": step.win11.strip()}
    return by_version.get(windows) or _join_variants(phrases, by_version["11"], by_version["10"])


def _join_variants(phrases: Phrases, win11: str, win10: str) -> str:
    """Join two texts for two versions: the words that differ for Windows 10 follow in brackets."""
    words, others = win11.removesuffix(".").split(" "), win10.removesuffix(".").split(" ")
    start = _count_common(words, others)
    end = _count_common(words[start:][::-1], others[start:][::-1])
    own, other = (" ".join(each[start : len(each) - end]) for each in (words, others))
    cuts_mark = own.count("**") % 2 or own.count("`") % 2
    if not start or not own or not other or cuts_mark:
        own, other, start, end = " ".join(words), " ".join(others), 0, 0
    note = phrases.talk.other_windows.format(text=other)
    joined = " ".join((*words[:start], own, f"({note})", *words[len(words) - end :]))
    return joined if joined.endswith(("?", "!")) else f"{joined}."


def _count_common(words: Sequence[str], others: Sequence[str]) -> int:
    """Count the words that two texts have in common at their beginning."""
    pairs = zip(words, others, strict=False)
    return len([*takewhile(lambda pair: pair[0] == pair[1], pairs)])


def choose_picture(context: Context, picture: str | Variants) -> Picture | None:
    """Choose the picture for the person's Windows version, or return None if there is none to show."""
    windows = context.conversation.facts.get("windows", "")
    picture_id = picture.choose(windows) if isinstance(picture, Variants) else picture
    return context.knowledge.pictures.get(picture_id)


def make_details(context: Context, article: Article) -> Iterator[Detail]:
    """Make the parts of an article that are folded away, in the order in which people ask for them."""
    headings, aspects = context.phrases.talk, context.knowledge.aspects
    parts = {
        "fails": (headings.if_it_fails, article.fails),
        "need": (headings.what_you_need, article.need),
        "avoid": (headings.what_not_to_do, article.avoid),
        "why": (headings.why_so, article.why or article.aspects.get("why", "")),
        "not-this": (headings.not_this_if, article.not_this_if),
        **{
            name: (aspects[name].title, text)
            for name, text in article.aspects.items()
            if name in aspects and name != "why"
        },
    }
    for name, (title, text) in parts.items():
        if text.strip():
            yield Detail(title, text.strip(), f"more/{article.id}/{name}")


def make_error_details(context: Context, code: ErrorCode) -> Iterator[Detail]:
    """Make the part of an error page that is folded away: the sentence that Windows shows with the code."""
    if code.message:
        title = context.phrases.talk.what_windows_says
        yield Detail(title, code.message.strip(), f"more/{code.id}/message")


def fold_answer(context: Context, reply: Reply) -> Reply:
    """Fold the answer of an article away, if the notice above says the same of this PC; its steps stay."""
    article = context.knowledge.articles.get(reply.subject or "")
    if article is None or not article.steps:
        return reply
    steps = _format_steps(context.phrases, article, context.conversation.facts.get("windows", ""))
    answer = Detail(context.phrases.talk.in_short, article.answer.strip(), f"go/{article.id}")
    return replace(reply, body=steps, details=(answer, *reply.details))


def find_detail(reply: Reply, name: str) -> Detail | None:
    """Find a folded part of a page by its name, such as "fails" or an aspect."""
    return next((detail for detail in reply.details if detail.pick.endswith(f"/{name}")), None)


def unfold(context: Context, reply: Reply, detail: Detail) -> Reply:
    """Make the reply that shows one folded part of a page in place of its answer.

    The pages that the part mentions come first, and the last option leads back to the page.
    """
    knowledge = context.knowledge
    mentioned = [
        Option(knowledge.find_title(page) or page, f"go/{page}", page)
        for page in knowledge.find_mentioned(detail.text)
    ]
    others = [option for option in reply.options if option not in mentioned]
    offered = {option.pick for option in others}
    pages = [option for option in mentioned if option.pick not in offered]
    options = (*pages, *others, Option(reply.title, f"go/{reply.subject}", role=Role.BACK))
    return replace(
        reply, title=detail.title, body=detail.text, notice=reply.title, picture=None, options=options
    )
