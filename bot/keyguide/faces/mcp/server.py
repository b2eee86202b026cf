"""Open the tools to other programs: over standard input and output, or over HTTP on one address."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from inspect import getdoc

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp_types import ToolAnnotations

from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.errors import KeyguideError
from keyguide.faces.mcp.tools import Tools

PATH = "/mcp"
_INSTRUCTIONS = (
    "Reviewed answers about activating Windows 10 and 11 and linking the licence to a Microsoft account. "
    "Take answers only from these tools, name their sources and the date of `verified`, and say that you do "
    "not know if the kind of a result is `miss`. Never ask for a product key, and never repeat one. "
    "The diagnoses: {flows}."
)
_ONLY_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


def build_server(knowledge: Knowledge) -> MCPServer:
    """Build the server with its four tools."""
    flows = "; ".join(f"{flow.id} ({flow.title})" for flow in knowledge.flows.values())
    server = MCPServer(
        "keyguide",
        title="Keyguide",
        instructions=_INSTRUCTIONS.format(flows=flows),
        version=version("keyguide"),
        log_level="WARNING",
    )
    tools = Tools(knowledge)
    for tool in (tools.ask, tools.read_answer, tools.read_evidence, tools.walk_diagnosis):
        server.add_tool(tool, description=getdoc(tool), annotations=_ONLY_READS)
    return server


async def serve_pipe(knowledge: Knowledge) -> None:
    """Serve the program that started this one, until it closes standard input."""
    await build_server(knowledge).run_stdio_async()


class _Server(uvicorn.Server):
    """A server that leaves the signals to the program, which would otherwise end by them."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve_http(
    knowledge: Knowledge, address: tuple[str, int], announce: Callable[[str], None], stop: asyncio.Event
) -> None:
    """Serve programs over HTTP until stopped; raise KeyguideError if the address cannot be used.

    Nothing is kept between requests, so any number of processes may serve behind one address.
    """
    app = build_server(knowledge).streamable_http_app(
        streamable_http_path=PATH, stateless_http=True, json_response=True, host=address[0]
    )
    with _listen(*address) as listening:
        host, port = listening.getsockname()[:2]
        announce(f"mcp: http://{f'[{host}]' if ':' in host else host}:{port}{PATH}")
        server = _Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="on"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        server.should_exit = True
        await serving


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            text = f"{host}:{port} is taken by another program; end that one, or use --port"
        else:
            text = f"cannot listen on {host}:{port}: {error.strerror or error}; check --host and --port"
        raise KeyguideError(text) from None
