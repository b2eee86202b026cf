"""A flow as Mermaid text."""

from __future__ import annotations

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.flow import Choice, Flow, Step
from keyguide.flow_pictures.mermaid import draw_mermaid


def test_a_flow_is_drawn_with_its_steps_choices_and_ends(knowledge: Knowledge) -> None:
    assert draw_mermaid(knowledge, knowledge.flows["changed-parts"]) == (
        "%% changed-parts: I changed parts\n"
        "flowchart TD\n"
        '  s0["What did you change?"]\n'
        '  s1["Who changed it?"]\n'
        '  s0 -->|"The mainboard"| s1\n'
        '  s0 -->|"The drive"| e0\n'
        '  s0 -->|"Another part"| e1\n'
        '  s1 -->|"I did"| e2\n'
        '  s1 -->|"A shop"| e1\n'
        '  s1 -->|"It was another part"| s0\n'
        '  e0(["Is my licence linked?"])\n'
        '  e1(["human"])\n'
        '  e2(["Link your licence"])\n'
    )


def test_words_cannot_break_out_of_the_picture(knowledge: Knowledge) -> None:
    hostile = 'Say "no"]\n  end; `run`'
    flow = Flow("f", "F", (Step("s", hostile, (Choice("a", hostile, "human"),)),))

    drawn = draw_mermaid(knowledge, flow)

    assert len(drawn.splitlines()) == 5
    assert drawn.count('"') == 6
