"""The entry point: run the command that was typed, and turn every foreseen error into a line and a status."""

from __future__ import annotations

import os

# Answers are many small products: on a busy machine threads for them cost far more than they save.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from typing import TextIO

import click

from keyguide.cli.options import print_notice
from keyguide.cli.program import run_program
from keyguide.errors import KeyguideError, SettingsError

_INTERRUPTED = 130  # what shells expect of a program that Ctrl-C ended


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 well, 1 something was found wrong, 2 asked wrongly."""
    _replace_unprintable(sys.stdin, sys.stdout, sys.stderr)
    try:
        return run_program(sys.argv[1:] if arguments is None else arguments)
    except click.UsageError as error:
        return _explain_usage(error)
    except KeyguideError as error:
        print_notice(str(error))
        return 2 if isinstance(error, SettingsError) else 1
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            print(file=sys.stderr)  # so that the prompt of the shell is not behind the ^C
        return _INTERRUPTED
    except BrokenPipeError:  # the reader of our output has closed it
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _replace_unprintable(*streams: TextIO) -> None:
    """Print a question mark, and no traceback, for a character that a pipe or terminal cannot encode."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _explain_usage(error: click.UsageError) -> int:
    """Print what was typed wrongly, how the command is used, and where its help is."""
    print_notice(error.format_message())
    if error.ctx:
        print(f"{error.ctx.get_usage()}\nSee {error.ctx.command_path} --help.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main())
