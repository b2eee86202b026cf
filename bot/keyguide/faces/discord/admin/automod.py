"""Install the AutoMod rule that makes Discord block product keys before even the bot can read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import discord
from discord import AutoModRuleEventType, AutoModRuleTriggerType, AutoModTrigger

from keyguide.core.evidence.lookalike_characters import KEY_CHARACTER, KEY_GROUP
from keyguide.core.phrases.discord_servers import SetupPhrases

MOST_ALLOWED, LONGEST_ALLOWED = 100, 60  # entries of an allow list, and characters of one

# Discord runs these in Rust's regex crate: no lookaround, and always linear time.
_GROUP = f"{KEY_CHARACTER}{{{KEY_GROUP}}}"
_DASH = "[ _\u2010-\u2015\u2212./|,:-]{1,5}"
_LINE = "[\\s\u2010-\u2015\u2212_-]{1,5}"

PATTERNS = (
    rf"(?i)\b{_GROUP}(?:{_DASH}{_GROUP}){{4}}\b",  # in groups, with any separator
    rf"(?i)\b{_GROUP}(?:{_LINE}{_GROUP}){{4}}\b",  # one group per line
    rf"(?i)\b{KEY_CHARACTER}{{25}}\b",  # without separators
    rf"(?i)\b(?:{KEY_CHARACTER}[ .-]){{24}}{KEY_CHARACTER}\b",  # character by character
    r"\b[0-9]{6}(?:[ -][0-9]{6}){7}\b",  # a BitLocker recovery key
)

# Placeholders that people write instead of a key; an allow list has no repetition except the star.
_PLACEHOLDERS = ("XXXXX-XXXXX-XXXXX-XXXXX-XXXXX", "*XXXXX-XXXXX-XXXXX-XXXXX-*", "*-XXXXX-XXXXX-XXXXX-XXXXX*")


def list_allowed_keys(public: Iterable[str]) -> list[str]:
    """List what the rule lets through: placeholders, and the keys that Microsoft publishes, with dashes."""
    dashed = (
        "-".join(key[start : start + KEY_GROUP] for start in range(0, len(key), KEY_GROUP))
        for key in sorted(public)
    )
    return [*_PLACEHOLDERS, *dashed][:MOST_ALLOWED]


def build_trigger(public: Mapping[str, str]) -> AutoModTrigger:
    """Build the trigger of the rule."""
    return AutoModTrigger(
        type=AutoModRuleTriggerType.keyword,
        regex_patterns=list(PATTERNS),
        allow_list=list_allowed_keys(public),
    )


async def install_rule(
    guild: discord.Guild, bot_id: int, words: SetupPhrases, public: Mapping[str, str]
) -> str:
    """Create the rule, or update it if the bot made one before; return a sentence about the result."""
    action = discord.AutoModRuleAction(custom_message=words.rule_block)
    try:
        own_rules = [rule for rule in await guild.fetch_automod_rules() if rule.creator_id == bot_id]
        if own_rules:
            await own_rules[0].edit(trigger=build_trigger(public), actions=[action], enabled=True)
        else:
            await guild.create_automod_rule(
                name=words.rule_name,
                event_type=AutoModRuleEventType.message_send,
                trigger=build_trigger(public),
                actions=[action],
                enabled=True,
            )
    except discord.Forbidden:
        return words.rule_refused
    except discord.HTTPException as error:
        return words.rule_full.format(reason=" ".join(error.text.split())[:300])
    return words.rule_made
