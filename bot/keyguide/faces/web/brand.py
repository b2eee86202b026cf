"""Hold how an operator wants the pages to look, and compute the shades of the colour of a brand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Rgb = tuple[float, float, float]

_BLACK, _WHITE = "#000000", "#ffffff"
_GROUNDS = {"light": "#f5f1e8", "dark": "#1a2324"}  # --ground and --paper of page.css: the hardest to read on
_TEXT_CONTRAST = 4.5  # WCAG 2 AA
_STRONG_CONTRAST = 7.0  # WCAG 2 AAA


@dataclass(frozen=True, slots=True)
class Brand:
    """The name, colour, footer and templates of an operator; what is empty stays as it is."""

    name: str = ""
    colour: str = ""  # as #rrggbb
    footer: str = ""
    templates: Path | None = None


def make_shades(colour: str) -> Mapping[str, Mapping[str, str]]:
    """Make the shades for the light and the dark scheme; text in them can be read, whatever the colour."""
    light_tint, dark_tint = _mix(colour, _WHITE, 0.88), _mix(colour, _GROUNDS["dark"], 0.8)
    light_key = _find_readable(colour, _BLACK, _TEXT_CONTRAST, (light_tint, _GROUNDS["light"]))
    dark_key = _find_readable(colour, _WHITE, _TEXT_CONTRAST, (dark_tint, _GROUNDS["dark"]))
    return {
        "light": {
            "key": light_key,
            "key-deep": _mix(light_key, _BLACK, 0.25),
            "on-key": _WHITE,
            "tint": light_tint,
            "tint-ink": _find_readable(light_key, _BLACK, _STRONG_CONTRAST, (light_tint,)),
        },
        "dark": {
            "key": dark_key,
            "key-deep": _mix(dark_key, _WHITE, 0.3),
            "on-key": _find_readable(colour, _BLACK, _TEXT_CONTRAST, (dark_key,)),
            "tint": dark_tint,
            "tint-ink": _find_readable(dark_key, _WHITE, _STRONG_CONTRAST, (dark_tint,)),
        },
    }


def compute_contrast(colour: str, other: str) -> float:
    """Compute the contrast of two colours as WCAG 2 does, from 1 to 21."""
    darker, lighter = sorted((_compute_luminance(colour), _compute_luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _find_readable(colour: str, towards: str, contrast: float, grounds: tuple[str, ...]) -> str:
    """Find the first shade from a colour towards black or white that can be read on all the grounds."""
    shades = (_mix(colour, towards, step / 50) for step in range(50))
    readable = (shade for shade in shades if all(compute_contrast(shade, one) >= contrast for one in grounds))
    return next(readable, towards)


def _mix(colour: str, other: str, share: float) -> str:
    """Mix two colours; the share is that of the other one."""
    mixed = (one + (two - one) * share for one, two in zip(_parse(colour), _parse(other), strict=True))
    return "#" + "".join(f"{round(255 * part):02x}" for part in mixed)


def _compute_luminance(colour: str) -> float:
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parse(colour))  # noqa: PLR2004 -- WCAG 2
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def _parse(colour: str) -> Rgb:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red / 255, green / 255, blue / 255
