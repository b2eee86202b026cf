"""The page around a conversation: head, header, the box to write in, and what is said of errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from string import Template

from bot.core.phrases import Phrases
from bot.faces.web.assets import address
from bot.faces.web.page import Exchange, exchange
from bot.faces.web.prose import plain

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
$told<div id="talk" role="log" aria-live="polite" aria-label="$conversation"
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
<h1>$says</h1>
<p><a class="button" href="/">$home</a></p>
</main>
""")


def shell(body: str, title: str, lang: str = "en", *, script: bool = False) -> str:
    """Return a whole document around a body; the desk uses it, too."""
    tag = f'<script src="{address("page.js")}" defer></script>\n' if script else ""
    return _SHELL.substitute(
        body=body, title=plain(title), lang=plain(lang), script=tag,
        icon=address("icon.svg"), style=address("page.css"),
    )  # fmt: skip


def header(phrases: Phrases) -> str:
    """Return the line at the top of every page."""
    web = phrases.web
    return _HEADER.substitute(icon=address("icon.svg"), name=plain(web.name), tagline=plain(web.tagline))


def chat(exchanges: Sequence[Exchange], phrases: Phrases, lang: str, *, known: bool, told: str = "") -> str:
    """Return the conversation; where it is not known any more, one answer stands for it."""
    *past, last = exchanges
    drawn = "".join(exchange(one, phrases, past=True) for one in past)
    words = {one.name: plain(getattr(phrases.web, one.name)) for one in fields(phrases.web)}
    body = _CHAT.substitute(
        words,
        header=header(phrases),
        told=f'<p class="told" role="status">{plain(told)}</p>\n' if told else "",
        exchanges=drawn + exchange(last, phrases, fresh=known),
        derived="" if known else " data-derived",
    )
    return shell(body, f"{last.reply.title} · {phrases.web.name}", lang, script=True)


def error(says: str, phrases: Phrases, lang: str) -> str:
    """Return a page that says what went wrong, with a way back."""
    body = _ERROR.substitute(header=header(phrases), says=plain(says), home=plain(phrases.web.home))
    return shell(body, f"{says} · {phrases.web.name}", lang)
