"""Read the settings once, from a given mapping, and report all problems with them at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from keyguide.errors import SettingsError
from keyguide.runtime.configuration.former_name import choose_existing
from keyguide.runtime.configuration.parsers import (
    make_choice_parser,
    make_number_parser,
    make_text_parser,
    make_url_parser,
    parse_colour,
    parse_edit_url,
    parse_folder,
    parse_id,
    parse_ids,
    parse_origins,
    parse_prefix,
    parse_public_key,
    parse_shards,
    parse_switch,
    parse_token,
)

PREFIX = "KEYGUIDE_"


@dataclass(frozen=True, slots=True)
class Setting:
    """How to read one setting: its variable, its meaning, its default as shown, and its parser."""

    variable: str
    means: str
    default_text: str
    read: Callable[[str], Any] = str
    secret: bool = False  # a secret can also come from a file, and is never shown


SETTINGS: dict[str, Setting] = {
    "knowledge": Setting(
        "KEYGUIDE_KNOWLEDGE", "the knowledge folder", "the one that came with the program", Path
    ),
    "database": Setting(
        "KEYGUIDE_DATABASE",
        "where conversations are remembered: a file, `postgresql://…` or `:memory:`",
        "`keyguide.db` in the user's data folder",
        secret=True,
    ),
    "cache": Setting(
        "KEYGUIDE_CACHE", "where what was learnt is kept between starts", "the user's cache folder", Path
    ),
    "vectors": Setting(
        "KEYGUIDE_VECTORS", "sentence vectors (extra `semantic`): off, a model folder, or auto (the model "
        "is fetched once)", "`auto`",
    ),
    "log": Setting(
        "KEYGUIDE_LOG", "how much is logged: debug, info, warning or error", "`warning`",
        make_choice_parser("debug", "info", "warning", "error"),
    ),
    "log_format": Setting(
        "KEYGUIDE_LOG_FORMAT", "how: text or json", "`text`", make_choice_parser("text", "json")
    ),
    "host": Setting("KEYGUIDE_HOST", "the address on which the web page is open", "`127.0.0.1`"),
    "port": Setting("KEYGUIDE_PORT", "its port; 0 takes a free one", "`8080`", make_number_parser(0, 65535)),
    "rate": Setting(
        "KEYGUIDE_RATE", "messages a minute that the web page takes from one visitor; 0 is no limit", "`60`",
        make_number_parser(0, 1_000_000),
    ),
    "embed": Setting(
        "KEYGUIDE_EMBED", "sites that may show the web page in a frame, as https://site.example", "none",
        parse_origins,
    ),
    "proxy": Setting(
        "KEYGUIDE_PROXY", "on where a reverse proxy stands in front of the web page: visitors are told apart "
        "by the last address in X-Forwarded-For", "`off`", parse_switch,
    ),
    "name": Setting(
        "KEYGUIDE_NAME", "what the web page calls the assistant", "`Keyguide`", make_text_parser(40)
    ),
    "colour": Setting(
        "KEYGUIDE_COLOUR", "the colour of the web page, as #1b6661; its shades are made so that text in them "
        "can be read", "its own green", parse_colour,
    ),
    "footer": Setting(
        "KEYGUIDE_FOOTER", "a line at the foot of every web page, with links as `[Imprint](https://site.example)`",
        "none", make_text_parser(500),
    ),
    "templates": Setting(
        "KEYGUIDE_TEMPLATES", "a folder with templates that replace those of the web page with the same name",
        "none", parse_folder,
    ),
    "keep_misses": Setting(
        "KEYGUIDE_KEEP_MISSES", "on to keep the words of questions that found no answer, masked, without who "
        "asked, for 30 days", "`off`", parse_switch,
    ),
    "keep_days": Setting(
        "KEYGUIDE_KEEP_DAYS", "days after which conversations, the ledger and kept questions are erased",
        "`30`", make_number_parser(1, 3650),
    ),
    "desk_token": Setting(
        "KEYGUIDE_DESK_TOKEN",
        "what opens the desk; if it is not set, one is made at each start and printed as a link",
        "made at each start",
        parse_token, secret=True,
    ),
    "edit_url": Setting(
        "KEYGUIDE_EDIT_URL", "where the knowledge is edited, as https://forge.example/{file}#L{line}; "
        "the desk links each answer to it", "none", parse_edit_url,
    ),
    "scoreboard": Setting(
        "KEYGUIDE_SCOREBOARD", "on to show everybody at `/scoreboard` how many were helped", "`off`",
        parse_switch,
    ),
    "human_webhook": Setting(
        "KEYGUIDE_HUMAN_WEBHOOK", "an address to which the web page and the terminal pass calls for a human, "
        "masked and signed", "none: nobody can be called there", make_url_parser("https", "http"),
        secret=True,
    ),
    "human_secret": Setting(
        "KEYGUIDE_HUMAN_SECRET", "what signs them, at least 16 characters", "none", parse_token, secret=True,
    ),
    "discord_token": Setting(
        "DISCORD_TOKEN", "the token of your Discord bot", "none: Discord stays closed", secret=True
    ),
    "discord_public_key": Setting(
        "KEYGUIDE_DISCORD_PUBLIC_KEY", "the public key of your Discord application (General Information): "
        "the web page then answers interactions at `/discord/interactions`", "none: they come by the gateway",
        parse_public_key,
    ),
    "shards": Setting(
        "KEYGUIDE_SHARDS", "the shards of the bot that this process runs, as `0-3/16`; `auto` runs as many "
        "as Discord recommends", "none: the whole bot in one connection", parse_shards,
    ),
    "message_content": Setting(
        "KEYGUIDE_MESSAGE_CONTENT", "on where the bot may read messages that are not for it: text commands, "
        "and answers of its own accord (switch on Message Content Intent in the portal, too)", "`off`",
        parse_switch,
    ),
    "prefix": Setting("KEYGUIDE_PREFIX", "what text commands begin with", "`!`", parse_prefix),
    "dev_server": Setting(
        "KEYGUIDE_DEV_SERVER", "the id of a server where commands change at once", "none", parse_id
    ),
    "operators": Setting(
        "KEYGUIDE_OPERATORS", "the ids of the Discord accounts that may reload the knowledge from `/setup`",
        "none", parse_ids,
    ),
    "discord_api": Setting(
        "KEYGUIDE_DISCORD_API", "another base for Discord's REST API, such as a proxy", "Discord's own",
        make_url_parser("https", "http"),
    ),
    "discord_gateway": Setting(
        "KEYGUIDE_DISCORD_GATEWAY", "another gateway of Discord", "Discord's own",
        make_url_parser("wss", "ws"),
    ),
    "watch": Setting(
        "KEYGUIDE_WATCH", "on to take up the knowledge folder whenever it changes; SIGHUP does it once",
        "`off`",
        parse_switch,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of an operator. The table in docs/settings.md lists them, and a test compares the two."""

    knowledge: Path
    cache: Path
    database: str = field(repr=False)
    vectors: str = "auto"
    log: str = "warning"
    log_format: str = "text"
    host: str = "127.0.0.1"
    port: int = 8080
    rate: int = 60
    embed: tuple[str, ...] = ()
    proxy: bool = False
    name: str = ""
    colour: str = ""
    footer: str = ""
    templates: Path | None = None
    keep_misses: bool = False
    keep_days: int = 30
    desk_token: str = field(default="", repr=False)
    edit_url: str = ""
    scoreboard: bool = False
    human_webhook: str = field(default="", repr=False)
    human_secret: str = field(default="", repr=False)
    discord_token: str = field(default="", repr=False)
    discord_public_key: str = ""
    shards: tuple[int, ...] | None = None
    message_content: bool = False
    prefix: str = "!"
    dev_server: int = 0
    operators: frozenset[int] = frozenset()
    discord_api: str = ""
    discord_gateway: str = ""
    watch: bool = False


def read_settings(variables: Mapping[str, str]) -> Settings:
    """Read all settings, or raise SettingsError with every problem if there is any."""
    problems = list(_find_unknown(variables))
    values: dict[str, Any] = {}
    for name, setting in SETTINGS.items():
        try:
            if (raw := _read_raw(variables, setting)) is not None:
                values[name] = setting.read(raw)
        except (ValueError, OSError) as error:
            problems.append(f"{setting.variable}: {error}")
    for name, build in _DEFAULTS.items():
        if name not in values:
            try:
                values[name] = build(variables)
            except RuntimeError:
                problems.append(f"{SETTINGS[name].variable}: there is no home folder here; set a path")
    problems += _find_missing(values)
    if problems:
        raise SettingsError("\n".join(problems))
    return Settings(**values)


def _find_unknown(variables: Mapping[str, str]) -> Iterator[str]:
    known = [setting.variable for setting in SETTINGS.values()]
    known += [f"{setting.variable}_FILE" for setting in SETTINGS.values() if setting.secret]
    for variable in variables:
        if (
            variable.startswith(PREFIX)
            and variable not in known
            and not variable.startswith(PREFIX + "TEST_")
        ):
            close = get_close_matches(variable, known, 1)
            yield f"{variable}: there is no such setting" + (f"; did you mean {close[0]}?" if close else "")


def _find_missing(values: Mapping[str, Any]) -> Iterator[str]:
    """Find the settings that need another one."""
    if "human_webhook" in values and "human_secret" not in values:
        yield "KEYGUIDE_HUMAN_WEBHOOK: set KEYGUIDE_HUMAN_SECRET, too, which signs what is sent there"


def _read_raw(variables: Mapping[str, str], setting: Setting) -> str | None:
    """Read a value from the variable, or from the file that it names; return None if it is empty."""
    file = variables.get(f"{setting.variable}_FILE", "") if setting.secret else ""
    if file:
        if variables.get(setting.variable):
            raise ValueError(f"set either it or {setting.variable}_FILE, not both")
        return _read_secret(file, f"{setting.variable}_FILE")
    return variables.get(setting.variable) or None


def _read_secret(file: str, variable: str) -> str:
    """Read the file of a secret; an error tells nothing of what is in it."""
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except UnicodeDecodeError:
        reason = "it is not text in UTF-8"
    raise ValueError(f"the file {file} of {variable} cannot be read: {reason}")


def find_packaged_knowledge() -> Path:
    """Find the knowledge that came with the program: inside the package, or beside it in a checkout."""
    package = Path(__file__).parents[2]
    inside = package / "knowledge"
    return inside if inside.is_dir() else package.parents[1] / "knowledge"


def _find_user_folder(variables: Mapping[str, str], xdg: str, default: str) -> Path:
    """Find the folder for one kind of user files, by the convention of the system."""
    if sys.platform == "win32" and (local := variables.get("LOCALAPPDATA")):
        return Path(local) / "keyguide"
    if chosen := variables.get(xdg):
        return Path(chosen) / "keyguide"
    home = variables.get("HOME")
    return (Path(home) if home else Path.home()) / default / "keyguide"


def _find_database(variables: Mapping[str, str]) -> str:
    folder = _find_user_folder(variables, "XDG_DATA_HOME", ".local/share")
    return str(choose_existing(folder / "keyguide.db"))


_DEFAULTS: dict[str, Callable[[Mapping[str, str]], Any]] = {
    "knowledge": lambda _: find_packaged_knowledge(),
    "cache": lambda variables: _find_user_folder(variables, "XDG_CACHE_HOME", ".cache"),
    "database": _find_database,
}
