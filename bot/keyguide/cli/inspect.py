"""Commands that check, train and draw the knowledge: `check`, `schema`, `learn` and `draw`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from keyguide.cli.options import Commands, Options
from keyguide.desk.check_folder import build_schemas, check_folder
from keyguide.errors import SettingsError
from keyguide.pictures.flow_mermaid import draw_mermaid
from keyguide.pictures.flow_svg import draw_svg
from keyguide.runtime.open_knowledge import open_configured_knowledge, train_knowledge
from keyguide.runtime.settings import Settings


def _add_check(commands: Commands) -> None:
    parser = commands.add_parser(
        "check", help="check a knowledge folder and report every problem",
        description="Read a knowledge folder and report all problems at once, with file, line and column "
        "(exit status 1). If there are none, print what the folder contains.",
    )  # fmt: skip
    parser.add_argument("folder", nargs="?", type=Path, help="the folder (default: the configured one)")
    parser.set_defaults(run=_run_check)


def _run_check(options: Options, settings: Settings) -> int:
    is_valid, report = check_folder(options.folder or settings.knowledge)
    print(report)
    return 0 if is_valid else 1


def _add_schema(commands: Commands) -> None:
    parser = commands.add_parser(
        "schema", help="print the JSON Schema of the knowledge files",
        description="Print the JSON Schema of the knowledge files, for editors to complete and check them.",
    )  # fmt: skip
    parser.add_argument("name", nargs="?", help=f"one of {', '.join(sorted(build_schemas()))} (default: all)")
    parser.add_argument(
        "--write", metavar="FOLDER", type=Path, help="write one file per schema to this folder instead"
    )
    parser.set_defaults(run=_run_schema)


def _run_schema(options: Options, _settings: Settings) -> int:
    schemas = build_schemas()
    if options.name and options.name not in schemas:
        raise SettingsError(f"there is no schema {options.name!r}; choose from {', '.join(sorted(schemas))}")
    if options.write:
        try:
            options.write.mkdir(parents=True, exist_ok=True)
            for name, text in schemas.items():
                (options.write / f"{name}.json").write_text(text, encoding="utf-8")
        except OSError as error:
            raise SettingsError(f"{options.write}: {error.strerror}") from None
        return 0
    print(
        schemas[options.name]
        if options.name
        else json.dumps({name: json.loads(text) for name, text in schemas.items()}, indent=2)
    )
    return 0


def _add_learn(commands: Commands) -> None:
    parser = commands.add_parser(
        "learn", help="train on the examples ahead of time, so that the next start is quick",
        description="Check the knowledge, train the search index on its examples and cache the index "
        "(KEYGUIDE_CACHE). Every command does this by itself if the knowledge has changed; this command does "
        "nothing else.",
    )  # fmt: skip
    parser.set_defaults(run=_run_learn)


def _run_learn(_options: Options, settings: Settings) -> int:
    knowledge = train_knowledge(settings)
    print(f"trained: {knowledge.version}, cached in {settings.cache}")
    return 0


def _add_draw(commands: Commands) -> None:
    parser = commands.add_parser(
        "draw", help="print a flow as a picture: Mermaid text, or SVG",
        description="Print a flow as Mermaid text, which GitHub and many editors show as a picture, or as "
        "an SVG picture.",
    )  # fmt: skip
    parser.add_argument("flow", nargs="?", help="the id of a flow (default: all flows)")
    parser.add_argument("--svg", action="store_true", help="print one flow as SVG")
    parser.set_defaults(run=_run_draw)


def _run_draw(options: Options, settings: Settings) -> int:
    knowledge = open_configured_knowledge(settings)
    if options.flow and options.flow not in knowledge.flows:
        raise SettingsError(
            f"there is no flow {options.flow!r}; choose from {', '.join(sorted(knowledge.flows))}"
        )
    if options.svg:
        if not options.flow:
            raise SettingsError(
                f"name one flow to draw as SVG; choose from {', '.join(sorted(knowledge.flows))}"
            )
        print(draw_svg(knowledge, knowledge.flows[options.flow]), end="")
        return 0
    chosen = [knowledge.flows[options.flow]] if options.flow else list(knowledge.flows.values())
    print("\n".join(draw_mermaid(knowledge, flow) for flow in chosen), end="")
    return 0


COMMANDS: dict[str, Callable[[Commands], None]] = {
    "check": _add_check,
    "schema": _add_schema,
    "draw": _add_draw,
    "learn": _add_learn,
}
