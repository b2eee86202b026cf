"""The rule with which Discord itself stops product keys, before anybody reads them: us included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import discord
from discord import AutoModRuleEventType, AutoModRuleTriggerType, AutoModTrigger

from keyguide.core.evidence.characters import KEY_CHARACTER, KEY_GROUP
from keyguide.core.phrases.server import SetupPhrases

MOST_ALLOWED, LONGEST_ALLOWED = 100, 60  # entries of an allow list, and characters of one

# Discord runs these in Rust's regex crate: no looking ahead or behind, and never more than linear time.
_GROUP = f"{KEY_CHARACTER}{{{KEY_GROUP}}}"
_DASH = "[ _\u2010-\u2015\u2212./|,:-]{1,5}"
_LINE = "[\\s\u2010-\u2015\u2212_-]{1,5}"

PATTERNS = (
    rf"(?i)\b{_GROUP}(?:{_DASH}{_GROUP}){{4}}\b",  # in groups, however they are set apart
    rf"(?i)\b{_GROUP}(?:{_LINE}{_GROUP}){{4}}\b",  # a group on each line
    rf"(?i)\b{KEY_CHARACTER}{{25}}\b",  # in one word
    rf"(?i)\b(?:{KEY_CHARACTER}[ .-]){{24}}{KEY_CHARACTER}\b",  # sign by sign
    r"\b[0-9]{6}(?:[ -][0-9]{6}){7}\b",  # a BitLocker recovery key
)

# What people write to show where a key goes; an allow list knows no repetition but the star.
_PLACEHOLDERS = ("XXXXX-XXXXX-XXXXX-XXXXX-XXXXX", "*XXXXX-XXXXX-XXXXX-XXXXX-*", "*-XXXXX-XXXXX-XXXXX-XXXXX*")


def list_allowed_keys(public: Iterable[str]) -> list[str]:
    """Return what is let through: the keys that Microsoft publishes, as people write them."""
    dashed = (
        "-".join(key[at : at + KEY_GROUP] for at in range(0, len(key), KEY_GROUP)) for key in sorted(public)
    )
    return [*_PLACEHOLDERS, *dashed][:MOST_ALLOWED]


def build_trigger(public: Mapping[str, str]) -> AutoModTrigger:
    """Return what the rule looks for."""
    return AutoModTrigger(
        type=AutoModRuleTriggerType.keyword,
        regex_patterns=list(PATTERNS),
        allow_list=list_allowed_keys(public),
    )


async def install_rule(guild: discord.Guild, words: SetupPhrases, public: Mapping[str, str]) -> str:
    """Make the rule, or bring the one that we made before up to date; return in a sentence how that went."""
    action = discord.AutoModRuleAction(custom_message=words.rule_block)
    try:
        ours = [rule for rule in await guild.fetch_automod_rules() if rule.creator_id == guild.me.id]
        if ours:
            await ours[0].edit(trigger=build_trigger(public), actions=[action], enabled=True)
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
