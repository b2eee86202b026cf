"""Draws pictures of Windows' screens that people might post, in good and in bad shape, to read them.

They are drawn with headless Chromium, and nobody keeps them: `task bench-vision` draws over 300.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image, ImageFilter
from playwright.sync_api import Browser

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
KEY_CHARACTERS = "BCDFGHJKMNPQRTVWXY2346789"
BLOCKED = (
    "We can't activate Windows on this device as we can't connect to your organization's activation server."
)
BLOCKED += " Make sure you're connected to your organization's network and try again."
INVALID = (
    "We can't activate Windows on this device because you don't have a valid digital license or product key."
)
INVALID += " If you think you do have a valid license or key, select Troubleshoot below."
STATES: dict[str, dict[str, Any]] = {
    "A": {
        "message": "Windows is activated with a digital license linked to your Microsoft account",
        "active": True,
    },
    "B": {"message": "Windows is activated with a digital license", "active": True},
    "C": {"message": "Windows is activated using a product key", "active": True},
    "D": {"message": "Windows is activated using your organization's activation service", "active": True},
    "E": {"message": "Windows is not activated"},
    "F": {"message": "Windows reported that the hardware of your device has changed.", "code": "0xC004F211"},
    "G": {"message": "Windows reported that no product key was found on your device.", "code": "0xC004F213"},
    "H": {"message": BLOCKED, "code": "0xC004F074"},
    "I": {"message": INVALID, "code": "0x803F7001"},
    "J": {
        "message": "Please sign in to your work or school account to verify your information.",
        "place": "toast",
    },
    "K": {
        "message": "You need to activate Windows in Settings.",
        "title": "Your Windows license will expire soon",
        "place": "dialog",
    },
    "L": {"message": "Go to Settings to activate Windows.", "place": "watermark"},
    "M": {
        "title": "Windows can't be activated on your device",
        "message": "I changed hardware on this device recently",
        "place": "dialog",
    },
    "N": {
        "title": "Unable to activate Windows",
        "message": "We can't find any devices linked to your Microsoft account that can be used for"
        " reactivating.",
        "place": "dialog",
    },
    "O": {
        "title": "Windows Setup",
        "message": "The product key entered does not match any of the Windows images available for"
        " installation. Enter a different product key.",
        "place": "dialog",
    },
}
ENGLISH = {
    "page": "Activation", "edition": "Edition", "state": "Activation state", "active": "Active",
    "inactive": "Not active", "code": "Error code:", "fix": "Fix problems with activation",
    "troubleshoot": "Troubleshoot", "change": "Change product key", "press": "Change",
    "account": "Add a Microsoft account", "add": "Add an account", "close": "Close",
}  # fmt: skip
GERMAN = ENGLISH | {
    "page": "Aktivierung", "state": "Aktivierungsstatus", "active": "Aktiv", "inactive": "Nicht aktiv",
    "code": "Fehlercode:", "fix": "Probleme mit der Aktivierung beheben", "troubleshoot": "Problembehandlung",
    "change": "Product Key ändern", "press": "Ändern", "account": "Microsoft-Konto hinzufügen",
    "add": "Konto hinzufügen",
}  # fmt: skip
SPANISH = ENGLISH | {
    "page": "Activación", "edition": "Edición", "state": "Estado de activación", "inactive": "No activo",
    "code": "Código de error:", "change": "Cambiar clave de producto", "troubleshoot": "Solucionar problemas",
}  # fmt: skip
PORTUGUESE = ENGLISH | {
    "page": "Ativação", "edition": "Edição", "state": "Estado de ativação", "inactive": "Não ativo",
    "code": "Código de erro:", "change": "Alterar a chave do produto", "troubleshoot": "Solução de problemas",
}  # fmt: skip
FRENCH = ENGLISH | {
    "page": "Activation", "edition": "Édition", "state": "État de l'activation", "inactive": "Non actif",
    "code": "Code d'erreur :", "change": "Changer la clé",
    "troubleshoot": "Résoudre les problèmes",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A picture to draw, and what should be read in it."""

    name: str
    values: dict[str, Any] = field(hash=False)
    state: str = ""
    code: str = ""
    secret: bool = False
    shape: str = "plain"


def list_cases(codes: list[str], seed: int = 7) -> list[Case]:
    """List all cases: every state and shape, codes in five languages, and product keys."""
    chance = random.Random(seed)  # noqa: S311 -- always the same pictures
    return [*_list_states(), *_list_codes(codes, chance), *_list_keys(chance)]


def _list_states() -> Iterator[Case]:
    for state, values in STATES.items():
        for look in ("win11", "win10"):
            for dark in (False, True):
                for number, shape in enumerate(SHAPES):
                    # each shape for half of the looks, so that all meet but the number stays bearable
                    if (number + (look == "win10") + dark) % 2 == 0:
                        yield Case(
                            f"{state}-{look}-{'dark' if dark else 'light'}-{shape}",
                            values | {"look": look, "dark": dark},
                            state,
                            values.get("code", ""),
                            shape=shape,
                        )


def _list_codes(codes: list[str], chance: random.Random) -> Iterator[Case]:
    languages = (ENGLISH, GERMAN, SPANISH, PORTUGUESE, FRENCH)
    for number, code in enumerate(codes):
        words = languages[number % len(languages)]
        for shape in chance.sample([*SHAPES], 2):
            look, dark = chance.choice(("win11", "win10")), chance.random() < 0.5  # noqa: PLR2004
            shown = chance.choice((code, code.lower().replace("0x", "0x")))
            values = {"message": "", "code": shown, "words": words, "look": look, "dark": dark}
            state = "E" if words is ENGLISH and look == "win11" else ""
            yield Case(f"{code}-{number % len(languages)}-{shape}", values, state, code, shape=shape)


def _list_keys(chance: random.Random) -> Iterator[Case]:
    for number in range(4):
        for shape in SHAPES:
            key = "-".join("".join(chance.choices(KEY_CHARACTERS, k=5)) for _ in range(5))
            values = {
                "key": key,
                "place": "key",
                "size": chance.choice((14, 15, 18)),
                "dark": bool(number % 2),
            }
            yield Case(f"key-{number}-{shape}", values, secret=True, shape=shape)


def draw(browser: Browser, case: Case) -> bytes:
    """Draw one case in its shape, as a PNG or JPEG file."""
    scale = {"scale150": 1.5, "scale200": 2.0}.get(case.shape, 1.0)
    page = browser.new_page(viewport={"width": 1000, "height": 640}, device_scale_factor=scale)
    page.set_content(render(case))
    content = page.screenshot()
    page.close()
    return SHAPES[case.shape](Image.open(BytesIO(content)).convert("RGB"), case.name)


def render(case: Case) -> str:
    """Render the page of a case."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "drawings"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    usual: dict[str, Any] = {
        "look": "win11", "dark": False, "place": "settings", "path": "System > Activation", "active": False,
        "edition": "Windows 11 Pro", "title": "", "code": "", "message": "", "words": ENGLISH, "width": 420,
    }  # fmt: skip
    if case.values.get("look") == "win10":
        usual |= {"edition": "Windows 10 Home", "width": 380}
    return environment.get_template("screens/screen.html").render(usual | case.values)


def _save(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _crop(image: Image.Image, name: str) -> bytes:
    """Cut off the left column and the bottom, as people do who show only what matters."""
    width, height = image.size
    left = 0.23 if "-light" in name or "-dark" in name or name.startswith("0x") else 0.1
    keep_bottom = name.startswith(("J-", "L-"))
    return _save(image.crop((round(width * left), 0, width, height if keep_bottom else round(height * 0.82))))


def _photograph(image: Image.Image, name: str) -> bytes:
    """Make a picture look like a phone's photo of a monitor: tilted, blurred, noisy, with a glow."""
    chance = random.Random(name)  # noqa: S311
    big = image.resize((image.width * 3 // 2, image.height * 3 // 2), Image.Resampling.BICUBIC)
    width, height = big.size
    tilt = [chance.uniform(0, 0.035) for _ in range(8)]
    quad = (
        -width * tilt[0], -height * tilt[1], -width * tilt[2], height * (1 + tilt[3]),
        width * (1 + tilt[4]), height * (1 + tilt[5]), width * (1 + tilt[6]), -height * tilt[7],
    )  # fmt: skip
    tilted = big.transform(
        big.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor=(30, 30, 30)
    )
    blurred = tilted.filter(ImageFilter.GaussianBlur(0.9))
    noise = Image.effect_noise(blurred.size, 22).convert("RGB")
    noisy = Image.blend(blurred, noise, 0.12)
    glow = Image.linear_gradient("L").resize(noisy.size).point(lambda value: value // 5)
    bright = Image.composite(Image.new("RGB", noisy.size, "white"), noisy, glow)
    return _save(bright, "JPEG", quality=70)


SHAPES: dict[str, Callable[[Image.Image, str], bytes]] = {
    "plain": lambda image, _name: _save(image),
    "scale150": lambda image, _name: _save(image),
    "scale200": lambda image, _name: _save(image),
    "jpeg30": lambda image, _name: _save(image, "JPEG", quality=30),
    "half": lambda image, _name: _save(
        image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)
    ),
    "crop": _crop,
    "photo": _photograph,
}


def shorten(case: Case, shape: str) -> Case:
    """Make the same case in another shape."""
    return replace(case, shape=shape)
