"""The command `completion`: print the script that lets a shell complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from keyguide.cli.options import command
from keyguide.cli.program import COMPLETION_VARIABLE, NAME, program
from keyguide.runtime.configuration.settings import Settings

_SHELLS = ("bash", "zsh", "fish")


@command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
def print_completion(_settings: Settings, shell: str) -> int:
    """Print a script that completes commands and options in your shell, for the file it reads at its start.

    \b
    bash:  keyguide completion bash >> ~/.bashrc
    zsh:   keyguide completion zsh >> ~/.zshrc   (below compinit)
    fish:  keyguide completion fish > ~/.config/fish/completions/keyguide.fish

    Then open a new terminal. The script asks the program itself, so it stays right after an upgrade.
    """
    complete = get_completion_class(shell)
    assert complete is not None  # noqa: S101 -- for mypy; click knows these three
    print(complete(program, {}, NAME, COMPLETION_VARIABLE).source())
    return 0


COMMANDS = {"completion": print_completion}
