"""The command that serves other programs by the Model Context Protocol."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

import click

from keyguide.cli.options import command, host_option, port_option
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.errors import KeyguideError
from keyguide.runtime import run
from keyguide.runtime.configuration.settings import Settings
from keyguide.runtime.open_knowledge import open_configured_knowledge


@command("mcp")
@click.option("--http", "over_http", is_flag=True, help="Serve over HTTP instead, on --host and --port.")
@host_option
@port_option
def serve_programs(settings: Settings, *, over_http: bool) -> int:
    """Let assistants and other programs ask, by the Model Context Protocol (MCP).

    A program that knows MCP starts this command itself and talks to it over standard input and output. With
    --http it serves any number of them on one address. Nothing that is asked is stored or counted.
    """
    try:
        from keyguide.faces.mcp import server  # noqa: PLC0415 -- the SDK is an extra
    except ModuleNotFoundError as error:
        if error.name not in {"mcp", "uvicorn"}:
            raise
        raise KeyguideError('MCP needs one more package: run pip install ".[mcp]" in a checkout') from None
    knowledge = open_configured_knowledge(settings)
    with suppress(KeyboardInterrupt):
        if over_http:
            asyncio.run(_serve_http(knowledge, settings))
        else:
            asyncio.run(server.serve_pipe(knowledge))
    return 0


async def _serve_http(knowledge: Knowledge, settings: Settings) -> None:
    from keyguide.faces.mcp.server import serve_http  # noqa: PLC0415 -- the SDK is an extra

    address = settings.host, settings.port
    await serve_http(knowledge, address, _print_status, run.stop_on_signals())


def _print_status(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


COMMANDS = {"mcp": serve_programs}
