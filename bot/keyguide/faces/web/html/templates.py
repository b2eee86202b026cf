"""Render the templates of the pages; those in the operator's folder replace ours by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)

from keyguide.core.engine.pages.who_can_help import write_summary
from keyguide.core.model.turn import Handoff
from keyguide.core.phrases.human import HumanPhrases
from keyguide.core.phrases.phrases import Phrases
from keyguide.errors import KeyguideError
from keyguide.faces.web.brand import Brand, make_shades
from keyguide.faces.web.html.markdown import is_safe_address, render_line, render_markdown

_HERE = Path(__file__).parents[1]
_STATIC, _TEMPLATES = _HERE / "static", _HERE / "templates"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_MADE_FILES = ("brand.css", "icon.svg")  # static files that depend on the brand
_STYLESHEETS = ("page.css", "brand.css")  # of every page
_PREFIX = "original"  # where a template of the operator finds the one that it replaces


class Templates:
    """The templates, and the static files that they link to."""

    def __init__(self, brand: Brand) -> None:
        """Load the templates; raise KeyguideError if one of the operator's cannot be used."""
        ours = FileSystemLoader(_TEMPLATES)
        theirs = FileSystemLoader(brand.templates) if brand.templates else None
        self._brand = brand
        self._environment = make_environment([theirs, ours] if theirs else [ours], ours)
        self._environment.globals |= {"brand": brand, "asset_url": self.make_asset_url}
        try:
            for name in theirs.list_templates() if theirs else ():
                if Path(name).suffix in {".html", ".css", ".svg"}:
                    self._environment.get_template(name)
            self.assets = dict(self._read_assets())
        except (TemplateError, UnicodeDecodeError) as error:
            raise KeyguideError(f"{brand.templates}: {_describe(error)}") from None
        self._environment.globals["stylesheets"] = [name for name in _STYLESHEETS if self.assets[name][0]]

    def _read_assets(self) -> Iterator[tuple[str, tuple[bytes, str]]]:
        """Read the bytes and the media type of each static file."""
        shades = make_shades(self._brand.colour) if self._brand.colour else {}
        for name in _MADE_FILES:
            text = self._environment.get_template(name).render(shades=shades)
            yield name, (text.strip().encode(), _TYPES[Path(name).suffix])
        for file in sorted(_STATIC.iterdir()):
            if file.suffix in _TYPES:
                yield file.name, (file.read_bytes(), _TYPES[file.suffix])

    def make_asset_url(self, name: str) -> str:
        """Make the address of a static file; it changes with the file, so browsers may cache it for ever."""
        return f"/static/{name}?v={sha256(self.assets[name][0]).hexdigest()[:12]}"

    def render(self, template: str, lang: str, phrases: Phrases, values: Mapping[str, object]) -> str:
        """Render a template with the phrases of a language; every value is escaped."""
        words = {
            "web": phrases.web,
            "desk": phrases.desk,
            "human": phrases.human,
            "name": self._brand.name or phrases.web.name,
        }
        return self._environment.get_template(template).render(words | {"lang": lang} | dict(values))


def make_environment(loaders: list[BaseLoader], ours: BaseLoader) -> Environment:
    """Make what renders templates: it escapes every value, and asks one loader after the other."""
    environment = Environment(
        loader=ChoiceLoader([*loaders, PrefixLoader({_PREFIX: ours})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "markdown": render_markdown,
        "line": render_line,
        "summary": _write_summary,
        "combine": _combine,
    }
    environment.tests["https"] = is_safe_address
    return environment


def _combine(values: Mapping[str, object], others: Mapping[str, object]) -> dict[str, object]:
    return {**values, **others}


def _write_summary(handoff: Handoff, phrases: HumanPhrases) -> str:
    return write_summary(phrases, handoff)


def _describe(error: Exception) -> str:
    if isinstance(error, TemplateSyntaxError):
        return f"{error.name}:{error.lineno}: {error.message}"
    return str(error)
