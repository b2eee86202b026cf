"""Define what all commands share: options that replace a setting for one run, and the resulting settings."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from keyguide.runtime.configuration.former_name import describe_former_name
from keyguide.runtime.configuration.settings import SETTINGS, Settings, read_settings
from keyguide.runtime.log import start_logging

INPUT_FILE = click.File(encoding="utf-8", errors="surrogateescape")
_LOCAL_KNOWLEDGE = Path("knowledge")


def keep_setting(setting: str) -> Callable[[click.Context, click.Parameter, str | None], None]:
    """Make a callback that keeps what was typed as the value of a setting, if the setting allows it."""
    way = SETTINGS[setting]

    def keep(context: click.Context, _parameter: click.Parameter, text: str | None) -> None:
        if text is None:
            return
        try:
            way.read(text)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
        context.ensure_object(dict)[way.variable] = text

    return keep


def _make_option(setting: str, *names: str, **details: Any) -> Callable[[Any], Any]:
    return click.option(*names, expose_value=False, callback=keep_setting(setting), **details)


knowledge_option = _make_option(
    "knowledge", "--knowledge", metavar="FOLDER", type=click.Path(), help="Use this knowledge folder."
)
verbose_option = _make_option("log", "-v", "--verbose", flag_value="info", help="Log to stderr what happens.")
host_option = _make_option("host", "--host", metavar="ADDRESS", help="Open the web page on this address.")
port_option = _make_option("port", "--port", metavar="PORT", help="And on this port; 0 takes a free one.")


class _Command(click.Command):
    """A command whose every usage error knows its command, so that the usage can be shown."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise


def command(name: str, *, uses_local_folder: bool = False) -> Callable[[Callable[..., int]], click.Command]:
    """Make a command of a function that takes the settings first and returns the exit status.

    With `uses_local_folder` the command uses ./knowledge if it is there and no other folder is named, and
    says on stderr which folder it used.
    """

    def decorate(function: Callable[..., int]) -> click.Command:
        @click.pass_context
        @functools.wraps(function)
        def run(context: click.Context, /, **values: Any) -> int:
            settings = _read_settings(context.ensure_object(dict), uses_local_folder=uses_local_folder)
            return function(settings, **values)

        return click.command(name, cls=_Command)(knowledge_option(verbose_option(run)))

    return decorate


def _read_settings(typed: dict[str, str], *, uses_local_folder: bool) -> Settings:
    """Read the settings from the environment and the options, and start logging."""
    variables = {**os.environ, **typed}
    if uses_local_folder and not variables.get("KEYGUIDE_KNOWLEDGE") and _LOCAL_KNOWLEDGE.is_dir():
        variables["KEYGUIDE_KNOWLEDGE"] = str(_LOCAL_KNOWLEDGE)
    settings = read_settings(variables)
    start_logging(settings.log, settings.log_format)
    for line in describe_former_name(os.environ, settings.database, settings.cache):
        print_notice(line)
    if uses_local_folder:
        print_notice(f"the knowledge folder is {settings.knowledge.absolute()}")
    return settings


def print_notice(text: str) -> None:
    """Print lines for whoever runs the program, on stderr, so that they never mix with an answer."""
    for line in text.splitlines():
        print(f"keyguide: {line}", file=sys.stderr)
