"""Look for inputs that break something: `task fuzz`, or `task fuzz --seconds 600 --seed 7 readers engine`.

Each part gets its seconds. Inputs are made from what people really write, with pieces of keys, codes, markup
and odd characters, and changed at random; the seed makes a run repeatable. A finding is an exception, a
promise that is broken (a key that stays, a mask that masks again) or a 500, and is printed with its input.
The exit status is 1 if there is one.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from fuzz_web import fuzz_interactions, fuzz_web

from keyguide.core.engine.respond import respond
from keyguide.core.evidence.activation_page import find_state
from keyguide.core.evidence.codes import find_codes, find_malformed_codes
from keyguide.core.evidence.licence.report import read_licence
from keyguide.core.evidence.mentioned_facts import find_facts
from keyguide.core.evidence.secrets import mask
from keyguide.core.finding.normalise import tokenise
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.conversation import Conversation
from keyguide.core.model.turn import Reply, Turn
from keyguide.desk.importing.parse_guide import GuideError, read_guide
from keyguide.faces.discord.cards.draw import DrawOptions, draw_cards
from keyguide.faces.discord.cards.markdown import join_broken_lines, split_into_pages
from keyguide.faces.web.html.markdown import render_markdown
from keyguide.load.folder import read_folder
from keyguide.load.knowledge import open_knowledge
from keyguide.load.strict_yaml import read_yaml
from keyguide.runtime.configuration.settings import read_settings

KEY = "BX7RT-4WQ2M-KH9VF-Y3PCN-68DJG"  # right in form, and nobody's
PIECES = (
    KEY, KEY.lower(), KEY.replace("-", " "), "0xC004F211", "0x", "123456-" * 8, "Partial Product Key: 3V66T",
    "License Status: Licensed", "Windows isn't activated", "<script>", "</", "[a](javascript:x)", "`" * 5,
    "**", "\u202e", "\u200b", "\ufdfa", "\U0001d54f", "\x00", "\ud800", "ﬀ", "İ", "٣", "🔑",
    "- ", "\n\n", ": ",
    "{", "!!python", "&a *a", "'", '"', "%20", "../", "@everyone", "<@&1>", "say/not-activated/x/y",
    "go/link-how", "more/link-how/fails",
)  # fmt: skip
_SMALL = Path(__file__).parents[1] / "tests" / "small"


@dataclass(slots=True)
class Mutator:
    """Makes texts from other texts."""

    chance: Random
    seeds: tuple[str, ...]

    def make(self) -> str:
        """Make a text."""
        text = self.chance.choice(self.seeds)
        for _ in range(self.chance.randint(0, 6)):
            text = self._change(text)
        return text[:20_000]

    def _change(self, text: str) -> str:
        at, piece = (
            self.chance.randint(0, len(text)),
            self.chance.choice((*PIECES, self.chance.choice(self.seeds))),
        )
        match self.chance.randint(0, 5):
            case 0:
                return text[:at] + text[at + self.chance.randint(1, 9) :]
            case 1:
                return (text[:at] + piece) * self.chance.choice((1, 1, 2, 50)) + text[at:]
            case 2:
                return text[:at] + chr(
                    self.chance.choice((self.chance.randint(0, 255), self.chance.randint(0, 0xFFFF)))
                )
            case 3:
                return text.swapcase()
            case _:
                return text[:at] + piece + text[at:]


@dataclass(slots=True)
class Run:
    """One part: how much was tried, and what was found."""

    mutator: Mutator
    knowledge: Knowledge
    tried: int = 0
    findings: list[str] = field(default_factory=list)

    def attempt(self, what: str, text: str, work: Callable[[], object]) -> None:
        """Do something with a text; keep it if an exception comes of it."""
        self.tried += 1
        try:
            work()
        except Exception as error:  # noqa: BLE001 -- every exception is a finding
            self.findings.append(f"{what}: {type(error).__name__}: {error}: {text[:200]!r}")

    def demand(self, what: str, text: str, *, holds: bool) -> None:
        """Keep a text if something does not hold of it."""
        if not holds:
            self.findings.append(f"{what}: {text[:300]!r}")


def fuzz_readers(run: Run) -> None:
    """Let every reader read one text."""
    text, knowledge = run.mutator.make(), run.knowledge
    readers: dict[str, Callable[[], object]] = {
        "codes": lambda: (find_codes(text, knowledge.errors), find_malformed_codes(text)),
        "licence": lambda: read_licence(text),
        "state": lambda: find_state(text, knowledge.states),
        "facts": lambda: find_facts(text, knowledge.mentions),
        "words": lambda: tokenise(text),
        "web markdown": lambda: render_markdown(text),
        "Discord markdown": lambda: split_into_pages([join_broken_lines(text)]),
        "yaml": lambda: read_yaml(text.encode("utf-8", "replace").decode()),  # as from a file
    }
    for what, work in readers.items():
        run.attempt(what, text, work)
    once = mask(text, knowledge.public_keys).text
    run.tried += 1
    run.demand("a key stays", text, holds=KEY not in once)
    run.demand("masking again finds more", text, holds=mask(once, knowledge.public_keys).text == once)


def fuzz_engine(run: Run) -> None:
    """Let somebody press and write twelve times, and draw every answer."""
    chance, knowledge = run.mutator.chance, run.knowledge
    talk, picks = Conversation("fuzz"), ["start"]
    for _ in range(12):
        text = run.mutator.make() if chance.choice((True, False)) else ""
        pick = "" if text else chance.choice((*picks, run.mutator.make()[:100]))
        turn = Turn("fuzz", text, pick, "fuzz", chance.choice(("en", "de", "xx")))

        def answer(turn: Turn = turn) -> None:
            nonlocal talk, picks
            talk, reply = respond(knowledge, talk, turn)
            picks = [one.pick for one in (*reply.options, *reply.details)] or ["menu"]
            check_reply(run, knowledge, turn, reply)

        run.attempt("engine", text or pick, answer)


def check_reply(run: Run, knowledge: Knowledge, turn: Turn, reply: Reply) -> None:
    """Draw a reply, and hold it to what is promised of every reply."""
    told = f"{reply.title}\n{reply.body}\n{reply.notice}"
    run.demand("a key is shown", turn.text or turn.pick, holds=KEY not in told)
    draw_cards(reply, DrawOptions(knowledge.choose_phrases(turn.locale)))
    render_markdown(reply.body)


def fuzz_files(run: Run) -> None:
    """Change one file of a small knowledge folder, and load it; import a changed guide."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "knowledge"
        shutil.copytree(_SMALL, folder)
        file = run.mutator.chance.choice(sorted(folder.rglob("*.yaml")))
        changer = Mutator(run.mutator.chance, (file.read_text(encoding="utf-8"),))
        text = changer.make()
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        run.attempt(f"load {file.name}", text, lambda: read_folder(folder))
        guide = Path(place) / run.mutator.chance.choice(("guide.md", "guide.html"))
        guide.write_bytes(run.mutator.make().encode("utf-8", "surrogatepass"))

        def import_it() -> None:
            with suppress(GuideError):
                read_guide(guide)

        run.attempt("import", guide.name, import_it)


PARTS: dict[str, Callable[[Run], None]] = {
    "readers": fuzz_readers,
    "engine": fuzz_engine,
    "files": fuzz_files,
}
SERVERS = {"web": fuzz_web, "interactions": fuzz_interactions}


def list_seeds(knowledge: Knowledge) -> Iterator[str]:
    """List what people write, and what we answer."""
    for page in (*knowledge.articles.values(), *knowledge.flows.values()):
        yield from (page.title, *page.asks[:20])
    yield from (error.name for error in knowledge.errors.values())
    yield from PIECES


def main() -> int:
    """Run the parts, and print what was tried and found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="*", default="all", choices=("all", *PARTS, *SERVERS))
    parser.add_argument("--seconds", type=float, default=20.0, help="for each part (20)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="to repeat a run")
    chosen = parser.parse_args()
    settings = read_settings({})
    knowledge = open_knowledge(settings.knowledge, settings.cache)
    findings = 0
    names = (*PARTS, *SERVERS) if "all" in chosen.part else chosen.part
    for name in names:
        run = Run(Mutator(Random(chosen.seed), tuple(list_seeds(knowledge))), knowledge)  # noqa: S311 -- repeatable
        if name in SERVERS:
            asyncio.run(SERVERS[name](run, chosen.seconds))
        else:
            end = time.perf_counter() + chosen.seconds
            while time.perf_counter() < end:
                PARTS[name](run)
        findings += len(run.findings)
        print(f"{name}: {run.tried:,} tried, {len(run.findings)} found (seed {chosen.seed})", flush=True)
        print("".join(f"  {finding}\n" for finding in run.findings[:20]), end="")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
