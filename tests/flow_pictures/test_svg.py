"""A flow as SVG: whole XML, everything in words too, and nothing in a text can become a tag."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET  # of what we wrote ourselves

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.flow import Choice, Flow, Step
from keyguide.flow_pictures.svg import FlowNotes, draw_svg

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: ET.Element, kind: str) -> list[str]:
    return [node.text or "" for node in picture.iter(f"{SVG}text") if node.get("class") == kind]


def drawn(knowledge: Knowledge, flow: Flow, notes: FlowNotes | None = None) -> ET.Element:
    return ET.fromstring(draw_svg(knowledge, flow, notes))  # noqa: S314


def test_a_picture_has_a_title_and_tells_everything_in_words(knowledge: Knowledge) -> None:
    flow = knowledge.flows["is-it-linked"]

    picture = drawn(knowledge, flow)

    told = picture.findtext(f"{SVG}desc") or ""
    assert picture.findtext(f"{SVG}title") == flow.title
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby") == "flow-is-it-linked-title flow-is-it-linked-desc"
    for step in flow.steps:
        assert step.ask in told
        assert all(choice.label in told for choice in step.choices)


def test_every_question_choice_and_end_is_written(knowledge: Knowledge) -> None:
    picture = drawn(knowledge, knowledge.flows["is-it-linked"])

    assert "What does the Activation page say?" in " ".join(texts(picture, "ask"))
    assert "Digital licence, linked" in texts(picture, "choice")
    ends = " ".join(texts(picture, "end"))
    assert knowledge.articles["link-how"].title in ends
    assert knowledge.choose_phrases("en").buttons.human in ends


def test_arrows_have_tips_where_they_arrive(knowledge: Knowledge) -> None:
    arrows = [
        node
        for node in drawn(knowledge, knowledge.flows["is-it-linked"]).iter(f"{SVG}path")
        if (node.get("class") or "").startswith("arrow ")
    ]

    assert [node.get("marker-end") for node in arrows] == ["url(#flow-is-it-linked-tip-1)"]


def test_every_step_has_arrows_of_one_colour_with_a_rim_that_parts_them(knowledge: Knowledge) -> None:
    ways = {"a": "two", "b": "three"}
    steps = [Step("one", "One?", tuple(Choice(id, id, go) for id, go in ways.items()))]
    steps += [Step(id, id, (Choice("a", "a", "human"), Choice("b", "b", "human"))) for id in ways.values()]
    picture = drawn(knowledge, Flow("trial", "Trial", tuple(steps)))

    paths = [(node.get("class") or "").split() for node in picture.iter(f"{SVG}path")]
    assert [names for names in paths if names[0] in {"rim", "arrow"}] == [
        *(["rim"], ["arrow", "c1"]),
        *(["rim"], ["arrow", "c2"]),
    ]


def test_a_note_is_written_under_its_step_with_its_share(knowledge: Knowledge) -> None:
    notes = FlowNotes({"signed-in": "4 came, 1 left"}, {"signed-in": 0.25})

    picture = drawn(knowledge, knowledge.flows["is-it-linked"], notes)

    shares = [node for node in picture.iter(f"{SVG}rect") if node.get("class") == "share"]
    assert texts(picture, "note") == ["4 came, 1 left"]
    assert [node.get("width") for node in shares] == ["74.8"]
    assert "(4 came, 1 left)" in (picture.findtext(f"{SVG}desc") or "")


def test_no_text_becomes_a_tag(knowledge: Knowledge) -> None:
    nasty = '</text><script>alert("1")</script>&amp;'
    step = Step("one", nasty, (Choice("a", nasty, "human"), Choice("b", "b", "gone")))
    flow = Flow("trial", nasty, (step,))

    picture = drawn(replace(knowledge, flows={"trial": flow}), flow)

    assert not list(picture.iter(f"{SVG}script"))
    assert picture.findtext(f"{SVG}title") == nasty


def test_an_arrow_between_points_that_lie_together_is_still_a_line(knowledge: Knowledge) -> None:
    steps = (
        Step("one", "One?", (Choice("a", "a", "two"), Choice("b", "b", "human"))),
        Step("two", "Two?", (Choice("a", "a", "human"), Choice("b", "b", "human"))),
    )

    picture = draw_svg(knowledge, Flow("trial", "Trial", steps))

    assert "nan" not in picture


def test_every_flow_of_the_knowledge_is_whole_xml(real: Knowledge) -> None:
    for flow in real.flows.values():
        assert drawn(real, flow).tag == f"{SVG}svg"
