"""The sentences of the Discord face for server administrators, and for help requests."""

from __future__ import annotations

from dataclasses import dataclass

from keyguide.core.phrases.help_requests import HelpRequestPhrases, PanelPhrases, QueuePhrases


@dataclass(frozen=True, slots=True)
class SetupPhrases:
    """The settings of a server; words in {braces} are filled in."""

    title: str
    body: str
    helper_channel: str
    helper_role: str
    answering: str
    answering_off: str
    language: str
    language_any: str
    choose_channel: str
    choose_role: str
    choose_channels: str
    private: str
    public: str
    guard_on: str
    guard_off: str
    rule: str
    desk: str
    channels: str
    check: str
    panel: str
    panel_posted: str
    panel_refused: str
    reload: str
    reloaded: str
    reload_off: str
    rule_name: str
    rule_block: str
    rule_made: str
    rule_refused: str
    rule_full: str
    not_allowed: str
    not_here: str


@dataclass(frozen=True, slots=True)
class DoctorPhrases:
    """The diagnosis of /doctor: for each missing permission, what does not work without it."""

    title: str
    body: str
    fine: str
    lacks: str
    many: str
    means: str
    helpers_none: str
    helpers_silent: str
    helpers_hidden: str
    content_off: str
    view_channel: str
    send_messages: str
    send_messages_in_threads: str
    read_message_history: str
    attach_files: str
    create_private_threads: str
    manage_messages: str
    manage_threads: str


@dataclass(frozen=True, slots=True)
class InsightsPhrases:
    """The statistics of what people asked in a server."""

    title: str
    none: str
    asked: str
    ending: str
    change: str
    most: str
    own: str
    most_line: str
    missed: str
    missed_line: str
    missed_none: str
    missed_off: str


@dataclass(frozen=True, slots=True)
class PrivacyPhrases:
    """What is stored about a person, with its export and deletion."""

    title: str
    body: str
    notes: str
    fields: str
    export: str
    exported: str
    delete: str
    sure: str
    yes: str
    no: str
    deleted: str
    blocked: str
    kept: str


@dataclass(frozen=True, slots=True)
class DeskSetupPhrases:
    """The settings of the helpers' work; the lists name the choices of a select in their order."""

    title: str
    log_channel: str
    choose_channel: str
    remind: tuple[str, ...]
    close: tuple[str, ...]
    limit: tuple[str, ...]
    hours: str
    hours_none: str
    hours_set: str
    hours_label: str
    hours_hint: str
    hours_wrong: str
    blocked: str
    blocked_none: str
    block: str
    unblock: str
    back: str


@dataclass(frozen=True, slots=True)
class CheckPhrases:
    """What is well and what is not about calling the helpers, and a test of it."""

    title: str
    none: str
    channel_gone: str
    role_gone: str
    opens: str
    opens_not: str
    seen: str
    hidden: str
    nobody: str
    rings: str
    rings_not: str
    role_blind: str
    test: str
    test_thread: str
    test_line: str
    test_remove: str
    test_removed: str
    test_rang: str
    test_silent: str
    test_nowhere: str
    test_failed: str
    back: str


@dataclass(frozen=True, slots=True)
class ChannelPhrases:
    """The settings of single channels; the lists name the choices of a select in their order."""

    title: str
    body: str
    choose: str
    modes: tuple[str, ...]
    cooldowns: tuple[str, ...]
    posts: tuple[str, ...]
    tag: str
    no_tag: str
    back: str


@dataclass(frozen=True, slots=True)
class OwnAnswerPhrases:
    """The answers that a server writes for itself, and what can be wrong with one."""

    title: str
    body: str
    choose: str
    add: str
    edit: str
    delete: str
    back: str
    export: str
    exported: str
    asks: str
    form_title: str
    form_asks: str
    form_asks_hint: str
    form_text: str
    form_text_hint: str
    saved: str
    deleted: str
    not_saved: str
    wrong_title: str
    wrong_text: str
    wrong_secret: str
    wrong_markup: str
    wrong_asks: str
    wrong_twice: str
    wrong_refused: str
    wrong_known: str
    wrong_full: str


@dataclass(frozen=True, slots=True)
class GreetingPhrases:
    """What whoever adds the bot to a server is told."""

    body: str


@dataclass(frozen=True, slots=True)
class LogPhrases:
    """What the log channel of a server says."""

    deleted: str
    opened: str
    closed: str
    ended: str


@dataclass(frozen=True, slots=True)
class GuardPhrases:
    """The reply to somebody whose message contained a key."""

    deleted: str
    seen: str


@dataclass(frozen=True, slots=True)
class ServerPhrases:
    """All sentences for and about a Discord server."""

    setup: SetupPhrases
    doctor: DoctorPhrases
    insights: InsightsPhrases
    privacy: PrivacyPhrases
    plea: HelpRequestPhrases
    queue: QueuePhrases
    desk_setup: DeskSetupPhrases
    panel: PanelPhrases
    check: CheckPhrases
    channels: ChannelPhrases
    own_answer: OwnAnswerPhrases
    greeting: GreetingPhrases
    log: LogPhrases
    guard: GuardPhrases
