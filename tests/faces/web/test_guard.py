"""What keeps the page safe: whose form it is, who asks, how fast, and what the cookie and the headers say."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from keyguide.faces.web.security import headers_and_cookies
from keyguide.faces.web.security.headers_and_cookies import Visitor


def asked(remote: str = "203.0.113.9", **headers: str) -> headers_and_cookies.web.Request:
    names = {name.replace("_", "-"): value for name, value in {"Host": "help.example", **headers}.items()}
    return make_mocked_request("POST", "/", headers=names).clone(remote=remote)


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({"Sec_Fetch_Site": "same-origin"}, False),
        ({"Sec_Fetch_Site": "none"}, False),
        ({"Sec_Fetch_Site": "cross-site"}, True),
        ({"Sec_Fetch_Site": "same-site"}, True),
        ({"Origin": "https://help.example"}, False),
        ({"Origin": "https://evil.example"}, True),
        ({"Origin": "https://help.example.evil.example"}, True),
        ({"Origin": "https://help.example@evil.example"}, True),
        ({"Origin": "null"}, True),
        ({"Origin": "http://["}, True),
        ({}, False),
    ],
    ids=["same origin", "typed in", "other site", "sister site", "our name", "other name", "longer name",
         "name before @", "hidden origin", "no address at all", "no browser"],
)  # fmt: skip
def test_a_form_of_another_site_is_foreign(headers: dict[str, str], foreign: bool) -> None:  # noqa: FBT001
    assert headers_and_cookies.is_foreign(asked(**headers)) is foreign


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxy", "address"),
    [
        ("203.0.113.9", "198.51.100.1", False, "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1", True, "198.51.100.1"),
        ("10.0.0.2", "1.1.1.1, 198.51.100.1", True, "198.51.100.1"),
        ("10.0.0.2", "rubbish", True, "unknown"),
        ("10.0.0.2", "", True, "10.0.0.2"),
        ("2001:db8::1:2", "", False, "2001:db8::/64"),
        ("::ffff:203.0.113.9", "", False, "203.0.113.9"),
        ("10.0.0.2", "203.0.113.9:4711", True, "203.0.113.9"),
        ("10.0.0.2", "[2001:db8::1]:4711", True, "2001:db8::/64"),
        ("10.0.0.2", "[::ffff:203.0.113.9]", True, "203.0.113.9"),
        ("10.0.0.2", "[rubbish]:1", True, "unknown"),
    ],
    ids=[
        "no proxy, so no belief",
        "by a proxy",
        "only what the proxy added",
        "rubbish",
        "nothing said",
        "a network",
        "IPv4 written as IPv6",
        "with a port",
        "a network with a port",
        "IPv4 as IPv6 in brackets",
        "rubbish in brackets",
    ],
)
def test_a_visitor_is_told_apart_by_address(remote: str, forwarded: str, proxy: bool, address: str) -> None:  # noqa: FBT001
    assert (
        headers_and_cookies.find_client_address(asked(remote, X_Forwarded_For=forwarded), proxy=proxy)
        == address
    )


def test_who_a_visitor_is_does_not_tell_the_cookie() -> None:
    who = headers_and_cookies.create_visitor()

    assert who.who.startswith("web:")
    assert who.token not in who.who
    assert who.who == Visitor(who.token).who != headers_and_cookies.create_visitor().who


@pytest.mark.parametrize("token", ["", "short", "x" * 33, "x" * 31 + ";", "../" * 11, "é" * 32])
def test_a_cookie_that_is_not_ours_is_nobody(token: str) -> None:
    assert headers_and_cookies.find_visitor(asked(Cookie=f"keyguide={token}")) is None


@pytest.mark.parametrize(
    ("https", "framed", "says"),
    [
        (False, False, "SameSite=Lax"),
        (True, False, "SameSite=Lax; Secure"),
        (True, True, "SameSite=None; Secure; Partitioned"),
        (False, True, "SameSite=Lax"),
    ],
    ids=["http", "https", "in a frame", "in a frame over http"],
)
def test_a_cookie_is_as_strict_as_it_can_be(https: bool, framed: bool, says: str) -> None:  # noqa: FBT001
    cookie = headers_and_cookies.make_cookie(Visitor("x" * 32), https=https, framed=framed)

    assert cookie == f"keyguide={'x' * 32}; Path=/; Max-Age=2592000; HttpOnly; {says}"


def test_forgetting_takes_the_cookie_away() -> None:
    assert headers_and_cookies.make_cookie(None, https=False, framed=False).startswith(
        "keyguide=; Path=/; Max-Age=0;"
    )


@pytest.mark.parametrize(("proto", "secure"), [("https", True), ("http", False), ("", False)])
def test_a_proxy_can_tell_that_the_browser_came_by_https(proto: str, secure: bool) -> None:  # noqa: FBT001
    assert headers_and_cookies.is_https(asked(X_Forwarded_Proto=proto)) is secure


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = headers_and_cookies.build_headers(())["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_only_the_named_sites_may_frame_the_page() -> None:
    headers = headers_and_cookies.build_headers(("https://a.example", "https://b.example"))

    assert headers["Content-Security-Policy"].endswith("frame-ancestors https://a.example https://b.example")
    assert "X-Frame-Options" not in headers
