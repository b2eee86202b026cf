"""Define the program as a whole: its commands in groups, and its help.

It uses click, which completes commands in three shells and takes options between the words of a question.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version

import click
from click.shell_completion import CompletionItem, shell_complete

from keyguide.cli.options import knowledge_option, verbose_option

NAME = "keyguide"
COMPLETION_VARIABLE = "_KEYGUIDE_COMPLETE"  # a shell sets it to ask for completions


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: the module that has it, and its line in the help."""

    module: str
    line: str


GROUPS = {
    "Talk": {
        "chat": Entry("talk", "talk with the assistant in this terminal"),
        "ask": Entry("talk", "print the answer to one question or to a file of questions"),
        "read": Entry("read_pictures", "print what pictures of Windows' screens show"),
    },
    "Open it to others": {
        "run": Entry("serve", "open everything that is configured: Discord and the web page"),
        "web": Entry("serve", "open only the web page"),
        "mcp": Entry("mcp", "let assistants and other programs ask (Model Context Protocol)"),
        "invite": Entry("serve", "print the links that add the bot to Discord"),
    },
    "Write knowledge": {
        "check": Entry("writing.knowledge_commands", "report every mistake in a knowledge folder"),
        "test": Entry("writing.writer_commands", "try the golden questions, conversations and dialogues"),
        "draw": Entry("writing.knowledge_commands", "print a flow as a picture"),
        "score": Entry("writing.writer_commands", "measure how well a file of questions is answered"),
        "import": Entry("writing.writer_commands", "turn web guides into draft articles"),
        "gaps": Entry("writing.writer_commands", "turn questions that got no answer into drafts"),
        "links": Entry("writing.writer_commands", "check the links to sources and write down which are gone"),
        "review": Entry("writing.review", "list what is due for review, and mark what was reviewed"),
        "schema": Entry("writing.knowledge_commands", "print the JSON Schema of the knowledge files"),
    },
    "Keep it running": {
        "doctor": Entry("doctor", "report what this installation uses and what is broken"),
        "backup": Entry("store_commands", "write everything that is remembered to a file"),
        "restore": Entry("store_commands", "restore what backup wrote"),
        "export": Entry("store_commands", "print all that is kept about one person"),
        "forget": Entry("store_commands", "erase all that is kept about one person"),
        "learn": Entry(
            "writing.knowledge_commands", "train on the examples now so that the next start is quick"
        ),
        "completion": Entry("completion", "print a script that completes commands in your shell"),
    },
}
COMMANDS = {name: entry for group in GROUPS.values() for name, entry in group.items()}


class _Program(click.Group):
    """A group that imports a command when it is used, because importing all of them takes a second."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in COMMANDS:
            found: click.Command = import_module(f"keyguide.cli.{COMMANDS[name].module}").COMMANDS[name]
            return found
        if context.resilient_parsing:  # a shell completes what is half typed
            return None
        raise click.NoSuchCommand(name, possibilities=COMMANDS, ctx=context)

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(len(name) for name in COMMANDS)
        for title, entries in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), entry.line) for name, entry in entries.items()])
        click.Command.format_options(self, context, formatter)

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        options = click.Command.shell_complete(self, context, incomplete)
        names = [name for name in COMMANDS if name.startswith(incomplete)]
        return [CompletionItem(name, help=COMMANDS[name].line) for name in names] + options


@click.group(
    NAME,
    cls=_Program,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="See keyguide COMMAND --help for each command, and docs/settings.md for the settings.",
)
@knowledge_option
@verbose_option
@click.version_option(version(NAME), message="%(prog)s %(version)s")
def program() -> None:
    """Help people whose Windows is not activated, or who want to link its licence to a Microsoft account."""


def run_program(arguments: Sequence[str]) -> int:
    """Run the command of these arguments and return its exit status; raise click's errors as they are."""
    if instruction := os.environ.get(COMPLETION_VARIABLE):
        return shell_complete(program, {}, NAME, COMPLETION_VARIABLE, instruction)
    try:
        with program.make_context(NAME, list(arguments or ["--help"])) as context:
            return int(program.invoke(context))
    except click.exceptions.Exit as ended:
        return ended.exit_code if arguments else 2
