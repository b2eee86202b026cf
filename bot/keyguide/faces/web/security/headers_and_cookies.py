"""Protect the page on the open internet: security headers, origin checks, addresses and cookies."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from hashlib import sha256
from re import fullmatch
from secrets import token_hex, token_urlsafe
from urllib.parse import urlsplit

from aiohttp import web

MAX_BODY_BYTES = 256 * 1024  # 20,000 characters of any script fit, percent-encoded too
UPLOADS = "/pictures"  # the only address that takes more
MAX_UPLOAD_BYTES = 36_000_000  # four pictures of 8 MB, and the words
COOKIE = "keyguide"
REQUEST_HEADER = "X-Request-Id"
_COOKIE_DAYS = 30

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer browsers would post forms without their origin
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
    """Build the headers of every response; only the given sites may show the page in a frame."""
    policy = {"Content-Security-Policy": _POLICY + (" ".join(embed) or "'none'")}
    return _HEADERS | policy | ({} if embed else {"X-Frame-Options": "DENY"})


def is_foreign(request: web.Request) -> bool:
    """Check whether the browser reports that another site made this request."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    try:
        return origin is not None and urlsplit(origin).netloc != request.host
    except ValueError:  # such as http://[
        return True


def is_https(request: web.Request) -> bool:
    """Check whether the browser used https, to us or to a proxy; a forged header affects only its sender."""
    return request.secure or request.headers.get("X-Forwarded-Proto", "").lower() == "https"


def find_request_id(request: web.Request, *, proxy: bool) -> str:
    """Find the id that a proxy gave a request, or make one; never take what a visitor may have written."""
    given = request.headers.get(REQUEST_HEADER, "") if proxy else ""
    return given if fullmatch("[0-9A-Fa-f-]{16,40}", given) else token_hex(8)


def find_client_address(request: web.Request, *, proxy: bool) -> str:
    """Find the address of a client; for IPv6 only the network, because one visitor has a whole network."""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() if proxy else ""
    try:
        address = ipaddress.ip_address(_strip_port(forwarded or request.remote or ""))
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:  # as a server writes IPv4 that listens for both
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _strip_port(address: str) -> str:
    """Strip the port that some proxies add, and the brackets that it needs around IPv6."""
    if match := fullmatch(r"\[([^\]]*)\](?::[0-9]+)?", address):
        return match[1]
    return address.partition(":")[0] if address.count(":") == 1 else address


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser, identified by a random cookie; the database contains only a hash of the cookie."""

    token: str

    @property
    def who(self) -> str:
        """The name of this visitor in the store and in memory: a hash of the cookie."""
        return f"web:{sha256(self.token.encode()).hexdigest()[:32]}"


def find_visitor(request: web.Request) -> Visitor | None:
    """Find the visitor by the cookie; return None if there is no valid one."""
    token = request.cookies.get(COOKIE, "")
    return Visitor(token) if fullmatch(r"[A-Za-z0-9_-]{32}", token) else None


def create_visitor() -> Visitor:
    """Create a visitor with a random cookie that nobody can guess."""
    return Visitor(token_urlsafe(24))


def make_cookie(visitor: Visitor | None, *, https: bool, framed: bool) -> str:
    """Make the Set-Cookie header that sets the cookie of a visitor, or deletes it if there is none.

    Do it by hand, because http.cookies of Python 3.11 does not support Partitioned: without that, browsers
    do not keep the cookie of a page in another site's frame.
    """
    value, age = (visitor.token, _COOKIE_DAYS * 86_400) if visitor else ("", 0)
    site = "SameSite=None; Secure; Partitioned" if framed and https else "SameSite=Lax"
    secure = "; Secure" if https and not framed else ""
    return f"{COOKIE}={value}; Path=/; Max-Age={age}; HttpOnly; {site}{secure}"
