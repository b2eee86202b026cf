"""A reply as HTML: what is shown, in which order, and that no field can break out of its place."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.article import Source
from keyguide.core.model.turn import Handoff, Kind, Option, Reply
from keyguide.core.phrases.phrases import Phrases
from keyguide.faces.web.brand import Brand
from keyguide.faces.web.html.exchange import MAX_SHOWN_CHARACTERS, Exchange, view_exchange
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
    view = view_exchange(Exchange("one", said, reply), phrases, **how)
    return TEMPLATES.render("exchange.html", "en", phrases, {"shown": view})


FIELDS = {
    "said": lambda evil: ("message", evil),
    "title": lambda evil: ("reply", replace(PLAIN, title=evil)),
    "body": lambda evil: ("reply", replace(PLAIN, body=evil)),
    "question": lambda evil: ("reply", replace(PLAIN, kind=Kind.STEP, body=evil)),
    "progress": lambda evil: ("reply", replace(PLAIN, progress=evil)),
    "notice": lambda evil: ("reply", replace(PLAIN, notice=evil)),
    "footing": lambda evil: ("reply", replace(PLAIN, footing=evil)),
    "label": lambda evil: ("reply", replace(PLAIN, options=(Option(evil, "menu"),))),
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
    view = view_exchange(Exchange(**parts), phrases, fresh=True)
    values = {"exchanges": [view], "known": True, "forgotten": False, "keeps_misses": False}
    page = Page(TEMPLATES.render("chat.html", "en", phrases, values))

    assert page.tags.count("script") == 1
    assert not {"svg", "base", "iframe", "object"} & set(page.tags)
    assert page.tags.count("img") == 1
    assert page.tags.count("textarea") == 1
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert not [value for _, value in page.attributes if value.lower().startswith("javascript:")]
    assert all(value in {"/", "/forget"} for name, value in page.attributes if name == "action")


@pytest.mark.parametrize("evil", ATTACKS)
def test_what_was_written_is_shown_as_it_was_written(phrases: Phrases, evil: str) -> None:
    assert evil.strip() in Page(shown(phrases, PLAIN, evil)).text


def test_an_answer_stands_in_the_order_in_which_it_is_read(phrases: Phrases) -> None:
    reply = Reply(
        Kind.ARTICLE, "The title", "The body", progress="the progress", notice="The notice",
        options=(Option("Press", "menu"),), sources=(Source("s", "The source", "https://a.example"),),
        footing="The footing", handoff=Handoff(facts=(("Known", "The fact"),)),
    )  # fmt: skip
    text = Page(shown(phrases, reply, "The question")).text
    parts = ["The question", "The notice", "the progress", "The title", "The body", "The fact", "The source",
             "The footing", "Press"]  # fmt: skip

    assert sorted(parts, key=text.index) == parts


def test_a_step_is_headed_by_its_question(phrases: Phrases) -> None:
    reply = Reply(
        Kind.STEP, "Is it linked?", "What does `slmgr` say?\n\n**How**\nLook.", progress="Question 1"
    )
    html = shown(phrases, reply)

    assert ">What does <code>slmgr</code> say?</h2>" in html
    assert '<p class="progress">Is it linked? · Question 1</p>' in html
    assert "<h3>How</h3>" in html


def test_every_option_is_a_button_that_posts_its_pick(phrases: Phrases) -> None:
    html = shown(phrases, replace(PLAIN, options=(Option("Linked", "say/flow/step/linked"),)))

    assert '<form class="options" method="post" action="/">' in html
    assert '<button name="pick" value="say/flow/step/linked">Linked</button>' in html


def test_options_stay_in_their_order_and_look_alike_by_what_they_do(phrases: Phrases) -> None:
    buttons = phrases.buttons
    options = (
        Option(buttons.windows_10, "w"), Option(buttons.walk, "x", "flow"), Option("One", "y", "article"),
        Option(buttons.fixed, "good"), Option(buttons.stuck, "bad"), Option(buttons.menu, "menu"),
    )  # fmt: skip
    page = Page(shown(phrases, replace(PLAIN, options=options)))
    looks = [value for name, value in page.attributes if name == "class" and value.startswith("group ")]

    assert [value for name, value in page.attributes if name == "value"] == [
        option.pick for option in options
    ]
    assert looks == ["group switch", "group onward", "group way", "group verdict", "group move"]
    assert phrases.web.helped in page.text


def test_the_ways_of_a_menu_have_no_heading_of_their_own(phrases: Phrases) -> None:
    ways = (Option("An article", "y", "article"),)

    assert phrases.web.also in shown(phrases, replace(PLAIN, options=ways))
    assert phrases.web.also not in shown(phrases, replace(PLAIN, kind=Kind.MENU, options=ways))


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
