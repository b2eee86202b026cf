"""What keeps the page safe on the open internet: headers, whose form it is, who asks, and how fast."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from hashlib import sha256
from re import fullmatch
from secrets import token_urlsafe
from urllib.parse import urlsplit

from aiohttp import web

MAX_BODY_BYTES = 256 * 1024  # bytes; 20,000 characters of any script fit, percent-encoded too
COOKIE = "keyguide"
_COOKIE_DAYS = 30

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # not no-referrer: with it browsers post forms without their origin
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Server": "Keyguide",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors "
)


def build_headers(embed: tuple[str, ...]) -> dict[str, str]:
    """Return what every answer carries; only the named sites may show a page in a frame."""
    policy = {"Content-Security-Policy": _POLICY + (" ".join(embed) or "'none'")}
    return _HEADERS | policy | ({} if embed else {"X-Frame-Options": "DENY"})


def is_foreign(request: web.Request) -> bool:
    """Whether a browser says that another site made this request."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    try:
        return origin is not None and urlsplit(origin).netloc != request.host
    except ValueError:  # such as http://[
        return True


def is_https(request: web.Request) -> bool:
    """Whether the browser came by https, to us or to the proxy in front; a lie harms only who tells it."""
    return request.secure or request.headers.get("X-Forwarded-Proto", "").lower() == "https"


def find_client_address(request: web.Request, *, proxy: bool) -> str:
    """Return where a request comes from; of IPv6 only the network, for one visitor has all of it."""
    said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() if proxy else ""
    try:
        place = ipaddress.ip_address(said or request.remote or "")
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((place, 64), strict=False)) if place.version == 6 else str(place)  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser, known by a random cookie; who finds the database finds no cookie in it."""

    token: str

    @property
    def who(self) -> str:
        """How this visitor is called everywhere behind the page."""
        return f"web:{sha256(self.token.encode()).hexdigest()[:32]}"


def find_visitor(request: web.Request) -> Visitor | None:
    """Return who asks, None where no cookie of ours tells."""
    token = request.cookies.get(COOKIE, "")
    return Visitor(token) if fullmatch(r"[A-Za-z0-9_-]{32}", token) else None


def create_visitor() -> Visitor:
    """Return a visitor whom nobody can guess."""
    return Visitor(token_urlsafe(24))


def make_cookie(who: Visitor | None, *, https: bool, framed: bool) -> str:
    """Return the Set-Cookie header that makes a browser known, or forgets it.

    Written by hand because http.cookies of Python 3.11 does not know Partitioned, without which
    browsers keep no cookie of a page in another site's frame.
    """
    value, age = (who.token, _COOKIE_DAYS * 86_400) if who else ("", 0)
    site = "SameSite=None; Secure; Partitioned" if framed and https else "SameSite=Lax"
    more = "; Secure" if https and not framed else ""
    return f"{COOKIE}={value}; Path=/; Max-Age={age}; HttpOnly; {site}{more}"
