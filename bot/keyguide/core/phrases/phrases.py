"""All fixed sentences by name, so that a missing or misspelt one is found when the knowledge is loaded."""

from __future__ import annotations

from dataclasses import dataclass

from keyguide.core.phrases.desk import DeskPhrases
from keyguide.core.phrases.discord import DiscordPhrases
from keyguide.core.phrases.discord_servers import ServerPhrases
from keyguide.core.phrases.human import HumanPhrases
from keyguide.core.phrases.sent_pictures import PicturePhrases
from keyguide.core.phrases.web import WebPhrases


@dataclass(frozen=True, slots=True)
class EnginePhrases:
    """The sentences of the engine around the answers; words in {braces} are filled in."""

    menu_title: str
    menu_body: str
    topics_title: str
    topics_body: str
    suggest_title: str
    suggest_body: str
    suggest_code_title: str
    suggest_code_body: str
    miss_title: str
    miss_body: str
    second_miss_body: str
    miss_code_title: str
    elsewhere_title: str
    human_title: str
    human_body: str
    fixed_title: str
    fixed_body: str
    hello_title: str
    hello_body: str
    listening_title: str
    listening_body: str
    bot_title: str
    bot_body: str
    sorry_title: str
    sorry_body: str
    no_more_title: str
    no_more_body: str
    aspect_missing: str
    in_short: str
    noted: str
    told_later: str
    you_said: str
    glad: str
    thanks_title: str
    thanks_body: str
    stuck_title: str
    stuck_body: str
    nothing_left_body: str
    stale: str
    nothing_to_go_back: str
    not_understood: str
    rather_human: str
    empty: str
    long_text: str
    not_remembered: str
    damaged: str
    read_licence: str
    licence_channel: str
    licence_status: str
    read_state: str
    also_asked: str
    public_key: str
    secret: str
    how_heading: str
    progress: str
    other_windows: str
    what_you_need: str
    if_it_fails: str
    what_not_to_do: str
    why_so: str
    not_this_if: str
    what_windows_says: str
    own_answer: str
    verified: str
    official: str
    confirmed: str
    reported: str
    unverified: str
    disputed: str
    doubt_stale: str
    doubt_unsourced: str
    doubt_overdue: str


@dataclass(frozen=True, slots=True)
class ButtonPhrases:
    """The labels of all buttons that are not choices of a step."""

    fixed: str
    stuck: str
    walk: str
    back: str
    change: str
    restart: str
    menu: str
    human: str
    resume: str
    how: str
    windows_10: str
    windows_11: str
    topics: str


@dataclass(frozen=True, slots=True)
class HandoffPhrases:
    """The names of the facts about a person when a human takes over."""

    windows: str
    code: str
    state: str
    channel: str
    status: str


@dataclass(frozen=True, slots=True)
class TerminalPhrases:
    """The sentences of the terminal face."""

    welcome: str
    prompt: str
    sources: str
    picture: str
    more: str
    pages: str
    no_such_number: str
    bye: str


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity, hence hashable
class Phrases:
    """All phrases of one language, as in phrases/*.yaml."""

    language: str
    months: tuple[str, ...]
    talk: EnginePhrases
    buttons: ButtonPhrases
    told: HandoffPhrases
    human: HumanPhrases
    pictures: PicturePhrases
    terminal: TerminalPhrases
    discord: DiscordPhrases
    web: WebPhrases
    desk: DeskPhrases
    server: ServerPhrases
