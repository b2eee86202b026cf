"""Draw a flow as Mermaid text, which GitHub, editors and web pages turn into a picture."""

from __future__ import annotations

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.flow import Flow


def draw_mermaid(knowledge: Knowledge, flow: Flow) -> str:
    """Draw a flow as a Mermaid graph: steps as boxes, ends as rounded boxes, choices as arrows."""
    steps = {step.id: f"s{number}" for number, step in enumerate(flow.steps)}
    ends: dict[str, str] = {}
    lines = [f'  {steps[step.id]}["{_quote(step.ask)}"]' for step in flow.steps]
    for step in flow.steps:
        for choice in step.choices:
            target = steps.get(choice.go) or ends.setdefault(choice.go, f"e{len(ends)}")
            lines.append(f'  {steps[step.id]} -->|"{_quote(choice.label)}"| {target}')
    lines += [f'  {name}(["{_quote(knowledge.find_title(end) or end)}"])' for end, name in ends.items()]
    return "\n".join([f"%% {flow.id}: {flow.title}", "flowchart TD", *lines]) + "\n"


def _quote(text: str) -> str:
    """Put a text on one line and replace the characters that would end a Mermaid label."""
    return " ".join(text.split()).replace('"', "#quot;").replace("`", "'")
