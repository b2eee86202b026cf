"""What a reply offers."""

from __future__ import annotations

from keyguide.core.model.turn import Kind, Option, Reply


def test_a_reply_offers_what_its_options_open_each_once_and_in_order() -> None:
    options = (
        Option("Walk", "go/flow", "flow"),
        Option("Read", "go/article", "article"),
        Option("Walk again", "go/flow", "flow"),
        Option("Menu", "menu"),
    )

    reply = Reply(Kind.MENU, "Menu", options=options)

    assert reply.offers == ("flow", "article")
