"""What discord.py says, and what of it an operator sees."""

from __future__ import annotations

import logging

import discord
import pytest

from keyguide.faces.discord.connection.library_log import (
    AutocompleteFilter,
    EndpointFilter,
    ReconnectFilter,
    install_log_filters,
)


class Gone:
    """Discord's answer to something that came too late."""

    status = 404
    reason = "Not Found"


def record(text: str, *values: object, error: Exception | None = None) -> logging.LogRecord:
    return logging.LogRecord(
        "discord", 40, "", 1, text, values, (type(error), error, None) if error else None
    )


def test_a_broken_connection_is_one_line() -> None:
    told = record("Attempting a reconnect in %.2fs", 1.5, error=OSError("no\nroute"))

    assert ReconnectFilter().filter(told)
    assert told.getMessage() == "the connection to the gateway broke (no route); trying again in 1.50 s"
    assert told.exc_info is None


def test_everything_else_stays_as_it_is() -> None:
    told = record("Something else %d%%", 5, error=ValueError("x"))

    assert ReconnectFilter().filter(told)
    assert told.getMessage() == "Something else 5%"
    assert told.exc_info is not None


@pytest.mark.parametrize(
    ("text", "error", "kept"),
    [
        ("Ignoring exception in autocomplete for %r", discord.NotFound(Gone(), "late"), False),  # type: ignore[arg-type]
        ("Ignoring exception in autocomplete for %r", ValueError("a mistake"), True),
        ("Ignoring exception in command %r", discord.NotFound(Gone(), "late"), True),  # type: ignore[arg-type]
        ("Ignoring exception in autocomplete for %r", None, True),
    ],
    ids=["typed on", "a mistake", "a command", "no error"],
)
def test_who_typed_on_is_no_trouble(text: str, error: Exception | None, kept: bool) -> None:  # noqa: FBT001
    assert AutocompleteFilter().filter(record(text, "ask", error=error)) is kept


def test_that_interactions_go_to_an_endpoint_is_no_warning() -> None:
    told = record("Application has an interaction endpoint URL set, this means registered components ...")

    assert not EndpointFilter().filter(told)
    assert EndpointFilter().filter(record("Something else"))


def test_quieting_twice_is_as_well_as_once() -> None:
    logger = logging.getLogger("discord.client")
    install_log_filters()
    before = list(logger.filters)
    install_log_filters()

    assert logger.filters == before
    assert not discord.VoiceClient.warn_nacl
