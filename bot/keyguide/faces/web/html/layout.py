"""Render the page around a conversation, with its head, header and input, and the error page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from string import Template

from keyguide.core.phrases.all import Phrases
from keyguide.faces.web.assets import make_asset_url
from keyguide.faces.web.html.exchange import Exchange, render_exchange
from keyguide.faces.web.html.markdown import escape_html

_SHELL = Template("""\
<!doctype html>
<html lang="$lang">
<head>
<meta charset="utf-8">
<title>$title</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="$icon" type="image/svg+xml">
<link rel="stylesheet" href="$style">
$script</head>
<body>
$body
</body>
</html>
""")

_HEADER = Template("""\
<header>
<a class="brand" href="/"><img src="$icon" alt="" width="36" height="36"><span>$name</span></a>
<p>$tagline</p>
</header>
""")

_CHAT = Template("""\
<a class="skip" href="#text">$skip</a>
$header<main>
<h1 class="unseen">$name</h1>
$notice<div id="talk" role="log" aria-live="polite" aria-label="$conversation"
 data-offline="$offline" data-others="$others"$derived>
$exchanges</div>
<p id="typing" role="status" data-says="$typing"></p>
<p id="trouble" role="alert"></p>
<form id="forget" method="post" action="/forget">
<p>$privacy <button>$forget</button></p>
</form>
</main>
<footer>
<form id="ask" method="post" action="/">
<label for="text">$question</label>
<div class="line">
<textarea id="text" name="text" rows="1" maxlength="20000" placeholder="$hint"
 autocomplete="off" enterkeyhint="send"></textarea>
<button>$send</button>
</div>
</form>
</footer>
""")

_ERROR = Template("""\
$header<main class="alone">
<h1>$message</h1>
<p><a class="button" href="/">$home</a></p>
</main>
""")


def render_document(body: str, title: str, lang: str = "en", *, script: bool = False) -> str:
    """Render a whole document around a body, for the chat, the API page and the desk."""
    tag = f'<script src="{make_asset_url("page.js")}" defer></script>\n' if script else ""
    return _SHELL.substitute(
        body=body, title=escape_html(title), lang=escape_html(lang), script=tag,
        icon=make_asset_url("icon.svg"), style=make_asset_url("page.css"),
    )  # fmt: skip


def render_header(phrases: Phrases) -> str:
    """Render the header of every page."""
    web = phrases.web
    return _HEADER.substitute(
        icon=make_asset_url("icon.svg"), name=escape_html(web.name), tagline=escape_html(web.tagline)
    )


def render_chat(
    exchanges: Sequence[Exchange], phrases: Phrases, lang: str, *, known: bool, notice: str = ""
) -> str:
    """Render the conversation; if it is not `known` any more, the only exchange is the current reply."""
    *past, last = exchanges
    drawn = "".join(render_exchange(exchange, phrases, past=True) for exchange in past)
    words = {field.name: escape_html(getattr(phrases.web, field.name)) for field in fields(phrases.web)}
    body = _CHAT.substitute(
        words,
        header=render_header(phrases),
        notice=f'<p class="told" role="status">{escape_html(notice)}</p>\n' if notice else "",
        exchanges=drawn + render_exchange(last, phrases, fresh=known),
        derived="" if known else " data-derived",
    )
    return render_document(body, f"{last.reply.title} · {phrases.web.name}", lang, script=True)


def render_error(message: str, phrases: Phrases, lang: str) -> str:
    """Render a page with an error message and a link to the start page."""
    body = _ERROR.substitute(
        header=render_header(phrases), message=escape_html(message), home=escape_html(phrases.web.home)
    )
    return render_document(body, f"{message} · {phrases.web.name}", lang)
