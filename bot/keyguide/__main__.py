"""The front door: reads settings, wires the rooms together by hand, and runs the command asked for."""

from __future__ import annotations

import os

# Answers are many small products: on a busy machine threads for them cost far more than they save.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib.metadata import version
from io import TextIOWrapper
from typing import NoReturn, TextIO

from keyguide.cli import desk, doctor, inspect, serve, talk
from keyguide.cli.options import Commands, Options
from keyguide.errors import KeyguideError, SettingsError
from keyguide.runtime.former_name import describe_former_name
from keyguide.runtime.log import start_logging
from keyguide.runtime.settings import read_settings


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line, with the word that was probably meant."""

    def error(self, message: str) -> NoReturn:
        raise SettingsError(f"{message}; see {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 well, 1 something was found wrong, 2 asked wrongly."""
    _replace_unprintable(sys.stdin, sys.stdout, sys.stderr)
    try:
        options = _parse_arguments(sys.argv[1:] if arguments is None else arguments)
        settings = read_settings(os.environ)
        start_logging(settings.log, settings.log_format)
        for line in describe_former_name(os.environ, settings.database, settings.cache):
            print(f"keyguide: {line}", file=sys.stderr)
        return int(options.run(options, settings))
    except SettingsError as error:
        return _print_error(error, 2)
    except KeyguideError as error:
        return _print_error(error, 1)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has heard enough
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _replace_unprintable(*streams: TextIO) -> None:
    """Let a sign that somebody's pipe or terminal cannot carry become a question mark, and no traceback."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _print_error(error: KeyguideError, status: int) -> int:
    for line in str(error).splitlines():
        print(f"keyguide: {line}", file=sys.stderr)
    return status


def _parse_arguments(arguments: Sequence[str]) -> Options:
    parser = _Parser(
        prog="keyguide",
        description="A support assistant for Windows activation and for linking a Windows licence to a "
        "Microsoft account.",
        epilog="Settings are environment variables; the README lists them.",
    )
    parser.add_argument("--version", action="version", version=f"keyguide {version('keyguide')}")
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    for add in COMMANDS.values():
        add(commands)
    word = next((word for word in arguments if not word.startswith("-")), "")
    if word and word not in COMMANDS:
        close = get_close_matches(word, COMMANDS, 1)
        hint = f"; did you mean {close[0]}?" if close else "."
        raise SettingsError(f"there is no command {word!r}{hint} See keyguide --help")
    options = parser.parse_args(arguments)
    if not hasattr(options, "run"):
        parser.print_help()
        raise SystemExit(2)
    return options


COMMANDS: dict[str, Callable[[Commands], None]] = {
    **talk.COMMANDS,
    **inspect.COMMANDS,
    **serve.COMMANDS,
    **desk.COMMANDS,
    **doctor.COMMANDS,
}

if __name__ == "__main__":
    raise SystemExit(main())
