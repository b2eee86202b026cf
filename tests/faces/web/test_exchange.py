"""A reply as HTML: what is shown, in which order, and that no field can break out of its place."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.article import Source
from keyguide.core.model.evidence import Evidence
from keyguide.core.model.turn import Detail, Handoff, Kind, Option, Reply, Role
from keyguide.core.phrases.phrases import Phrases
from keyguide.faces.web.brand import Brand
from keyguide.faces.web.html.question_and_reply import MAX_SHOWN_CHARACTERS, Exchange, view_exchange
from keyguide.faces.web.html.templates import Templates

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg/onload=alert(1)>",
    "' autofocus onfocus=alert(1) x='",
    "</textarea></form><form action=//evil.example>",
    "${IFS}$name $$",
    "[x](javascript:alert(1))",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\u2028</title><base href=//evil.example>",
)  # fmt: skip

PLAIN = Reply(Kind.ARTICLE, "Title", "Body")


class Page(HTMLParser):
    """What a browser would make of a page: its tags, its handlers, its texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def phrases(small_knowledge: Knowledge) -> Phrases:
    return small_knowledge.choose_phrases("en")


TEMPLATES = Templates(Brand())


def shown(phrases: Phrases, reply: Reply, said: str = "", **how: bool) -> str:
    view = view_exchange(Exchange("one", said, reply), **how)
    return TEMPLATES.render("exchange.html", "en", phrases, {"shown": view, "can_call": False})


FIELDS = {
    "said": lambda evil: ("message", evil),
    "title": lambda evil: ("reply", replace(PLAIN, title=evil)),
    "body": lambda evil: ("reply", replace(PLAIN, body=evil)),
    "question": lambda evil: ("reply", replace(PLAIN, kind=Kind.STEP, body=evil)),
    "progress": lambda evil: ("reply", replace(PLAIN, progress=evil)),
    "notice": lambda evil: ("reply", replace(PLAIN, notice=evil)),
    "footing": lambda evil: ("reply", replace(PLAIN, footing=evil)),
    "label": lambda evil: ("reply", replace(PLAIN, options=(Option(evil, "menu"),))),
    "hint": lambda evil: ("reply", replace(PLAIN, options=(Option("A", "a", role=Role.CHOICE, hint=evil),))),
    "tab": lambda evil: ("reply", replace(PLAIN, options=(Option(evil, "w", role=Role.WINDOWS),))),
    "detail title": lambda evil: ("reply", replace(PLAIN, details=(Detail(evil, "Text", "more"),))),
    "detail text": lambda evil: ("reply", replace(PLAIN, details=(Detail("Title", evil, "more"),))),
    "pick": lambda evil: ("reply", replace(PLAIN, options=(Option("Menu", evil),))),
    "source title": lambda evil: ("reply", replace(PLAIN, sources=(Source("s", evil, "https://a.example"),))),
    "source url": lambda evil: ("reply", replace(PLAIN, sources=(Source("s", "A", evil),))),
    "https source url": lambda evil: ("reply", replace(PLAIN, sources=(Source("s", "A", f"https://{evil}"),))),
    "handoff answers": lambda evil: ("reply", replace(PLAIN, handoff=Handoff(answers=((evil, evil),)))),
    "handoff facts": lambda evil: ("reply", replace(PLAIN, handoff=Handoff(facts=((evil, evil),)))),
    "handoff tried": lambda evil: ("reply", replace(PLAIN, handoff=Handoff(tried=(evil,)))),
    "id": lambda evil: ("id", evil),
}  # fmt: skip


@pytest.mark.parametrize("evil", ATTACKS)
@pytest.mark.parametrize("field", FIELDS)
def test_no_field_can_break_out_of_its_place(phrases: Phrases, field: str, evil: str) -> None:
    name, value = FIELDS[field](evil)
    parts = {"id": "one", "message": "", "reply": PLAIN, name: value}
    view = view_exchange(Exchange(**parts), fresh=True)
    values = {
        "exchanges": [view],
        "can_call": True,
        "reads_pictures": True,
        "known": True,
        "untouched": True,
        "forgotten": False,
        "keeps_misses": False,
    }
    page = Page(TEMPLATES.render("chat.html", "en", phrases, values))

    assert page.tags.count("script") == 1
    assert not {"svg", "base", "iframe", "object"} & set(page.tags)
    assert page.tags.count("img") == 1
    assert page.tags.count("textarea") == 1
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert not [value for _, value in page.attributes if value.lower().startswith("javascript:")]
    assert all(
        value in {"/", "/pictures", "/forget", "/human"}
        for name, value in page.attributes
        if name == "action"
    )


@pytest.mark.parametrize("evil", ATTACKS)
def test_what_was_written_is_shown_as_it_was_written(phrases: Phrases, evil: str) -> None:
    assert evil.strip() in Page(shown(phrases, PLAIN, evil)).text


def test_an_answer_stands_in_the_order_in_which_it_is_read(phrases: Phrases) -> None:
    reply = Reply(
        Kind.ARTICLE, "The title", "The body", progress="the progress", notice="The notice",
        details=(Detail("If it fails", "The detail", "more"),),
        options=(
            Option("The menu", "menu", role=Role.MOVE), Option("A human", "human", role=Role.HUMAN),
            Option("Another page", "go/a", "a"), Option("Walk", "go/f", "f", Role.WALK),
            Option("Fixed", "good/a", role=Role.VERDICT), Option("Windows 10", "win/10/a", role=Role.WINDOWS),
        ),
        sources=(Source("s", "The source", "https://a.example"),),
        footing="The footing", handoff=Handoff(facts=(("Known", "The fact"),)),
    )  # fmt: skip
    text = Page(shown(phrases, reply, "The question")).text
    parts = ["The question", "The notice", "Windows 10", "the progress", "The title", "The body", "The fact",
             "Fixed", "Walk", "A human", "If it fails", "The detail", phrases.web.more, "Another page",
             "The menu", "The source", "The footing"]  # fmt: skip

    assert sorted(parts, key=text.index) == parts


def test_a_step_is_headed_by_its_question(phrases: Phrases) -> None:
    reply = Reply(
        Kind.STEP, "Is it linked?", "What does `slmgr` say?\n\n**How**\nLook.", progress="Question 1"
    )
    html = shown(phrases, reply)

    assert ">slmgr</code> say?</h2>" in html
    assert '<p class="progress">Is it linked? · Question 1</p>' in html
    assert "<h3>How</h3>" in html


def test_every_option_is_a_button_that_posts_its_pick(phrases: Phrases) -> None:
    html = shown(
        phrases, replace(PLAIN, options=(Option("Linked", "say/flow/step/linked", role=Role.CHOICE),))
    )

    assert '<form class="options" method="post" action="/">' in html
    assert '<button name="pick" value="say/flow/step/linked" class="choice">' in html


def look(phrases: Phrases, reply: Reply) -> list[tuple[str, str]]:
    """How the buttons of a reply are grouped: the look of the group, and the pick of each button."""
    group, seen = "", []
    for name, value in Page(shown(phrases, reply)).attributes:
        if name == "class" and value.startswith(("group", "tabs", "more")):
            group = value.removeprefix("group ")
        if name == "value":
            seen.append((group, value))
    return seen


ROLES = tuple(Option(f"Label of {role}", role, role=role) for role in Role)


def test_an_answer_has_its_verdicts_and_the_walk_below_it_and_folds_further_pages(phrases: Phrases) -> None:
    assert look(phrases, replace(PLAIN, options=ROLES)) == [
        ("tabs", "reading"), ("tabs", "windows"), ("list", "choice"), ("next", "verdict"), ("next", "walk"),
        ("next", "resume"), ("out", "back"), ("out", "how"), ("out", "human"), ("pages", "page"),
        ("out", "move"),
    ]  # fmt: skip


def test_a_step_has_its_choices_and_the_ways_out(phrases: Phrases) -> None:
    options = tuple(
        Option("Label", role, role=role) for role in (Role.MOVE, Role.HUMAN, Role.HOW, Role.BACK, Role.CHOICE)
    )

    assert look(phrases, replace(PLAIN, kind=Kind.STEP, options=options)) == [
        ("list", "choice"), ("out", "back"), ("out", "how"), ("out", "human"), ("out", "move"),
    ]  # fmt: skip


def test_the_pages_of_a_menu_are_what_it_is_for(phrases: Phrases) -> None:
    pages = tuple(Option("A page", f"go/{number}", "page") for number in range(9))
    menu = replace(PLAIN, kind=Kind.MENU, options=(*pages, Option("Topics", "topics", role=Role.MOVE)))

    assert [group for group, _ in look(phrases, menu)] == ["list"] * 9 + ["out"]
    assert "<details" not in shown(phrases, menu)


def test_a_refusal_shows_three_ways_on(phrases: Phrases) -> None:
    pages = tuple(Option("A page", f"go/{number}", "page") for number in range(5))
    refusal = replace(PLAIN, kind=Kind.REFUSAL, options=pages)

    assert [group for group, _ in look(phrases, refusal)] == ["list"] * 3 + ["pages"] * 2


def test_a_label_says_nothing_about_where_its_option_stands(phrases: Phrases) -> None:
    options = (Option(phrases.buttons.fixed, "a", role=Role.MOVE), Option(phrases.buttons.menu, "b"))

    assert look(phrases, replace(PLAIN, options=options)) == [("list", "b"), ("out", "a")]


def test_parts_of_an_answer_are_folded_each_and_the_later_ones_together(phrases: Phrases) -> None:
    details = tuple(Detail(f"Part {number}", "Text", "more") for number in range(7))
    html = shown(phrases, replace(PLAIN, details=details))
    before, more, after = html.partition('<details class="more">')

    assert [before.count("<details>"), after.count("<details>")] == [5, 2]
    assert f"<summary>{phrases.web.more}</summary>" in more + after
    assert "open" not in {name for name, _ in Page(html).attributes}


def test_the_hint_of_a_choice_describes_it_and_is_no_part_of_its_name(phrases: Phrases) -> None:
    options = (Option("Linked", "a", role=Role.CHOICE, hint="Windows is activated"),)
    html = shown(phrases, replace(PLAIN, options=options))

    assert 'aria-describedby="hint-one-list1"' in html
    assert '<small id="hint-one-list1" aria-hidden="true">Windows is activated</small>' in html


def test_only_a_secret_is_a_warning(phrases: Phrases) -> None:
    reading = replace(PLAIN, notice="I read this.")
    secret = replace(reading, evidence=Evidence(secret=True))

    assert "warning" not in shown(phrases, reading)
    assert 'class="notice warning"' in shown(phrases, secret)


def test_a_past_answer_folds_its_options_away(phrases: Phrases) -> None:
    reply = replace(PLAIN, options=(Option("Press", "menu"),))

    assert '<details class="past"><summary>' in shown(phrases, reply, past=True)
    assert "<details" not in shown(phrases, reply)
    assert "<details" not in shown(phrases, PLAIN, past=True)


def test_a_fresh_answer_takes_the_focus(phrases: Phrases) -> None:
    assert "autofocus" in shown(phrases, PLAIN, fresh=True)
    assert "autofocus" not in shown(phrases, PLAIN)


def test_only_the_beginning_of_a_long_message_is_shown_back(phrases: Phrases) -> None:
    text = Page(shown(phrases, PLAIN, "x" * 30_000)).text

    assert text.count("x") == MAX_SHOWN_CHARACTERS


def test_an_empty_message_and_an_empty_summary_leave_nothing_behind(phrases: Phrases) -> None:
    html = shown(phrases, replace(PLAIN, handoff=Handoff()), "  ")

    assert 'class="said"' not in html
    assert "handoff" not in html


def test_a_source_that_is_no_https_address_is_shown_and_no_link(phrases: Phrases) -> None:
    html = shown(phrases, replace(PLAIN, sources=(Source("s", "Old page", "http://a.example"),)))

    assert "Old page (http://a.example)" in html
    assert "<a " not in html


def test_an_answer_without_sources_shows_no_line_for_them(phrases: Phrases) -> None:
    assert 'class="sources"' not in shown(phrases, PLAIN)
    assert '<p class="sources">' in shown(phrases, replace(PLAIN, footing="Last verified today."))


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
@pytest.mark.parametrize("lang", ["en", "de"])
def test_every_reply_of_the_real_knowledge_can_be_shown(real: Knowledge, every_reply: Any, lang: str) -> None:
    phrases = real.choose_phrases(lang)
    for reply in every_reply(real, lang):
        page = Page(shown(phrases, reply, "said"))
        picks = [value for name, value in page.attributes if name == "value"]

        assert sorted(picks) == sorted(option.pick for option in reply.options), reply.title
        assert all(detail.title in page.text for detail in reply.details)
