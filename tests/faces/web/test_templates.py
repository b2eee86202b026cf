"""The templates: each escapes what it shows, nothing else makes HTML, and an operator can replace them."""

from __future__ import annotations

import ast
import re
from collections.abc import Awaitable, Callable
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from jinja2 import Environment, nodes

import keyguide.faces.web
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.content.article import Source
from keyguide.core.model.turn import Detail, Handoff, Kind, Option, Reply, Role
from keyguide.core.phrases.phrases import Phrases
from keyguide.errors import KeyguideError
from keyguide.faces.web.brand import Brand
from keyguide.faces.web.html.question_and_reply import Exchange, view_exchange
from keyguide.faces.web.html.templates import Templates
from keyguide.faces.web.web_context import WEB_CONTEXT
from keyguide.store.memory import MemoryStore
from keyguide.store.protocols import LedgerEntry, MissedQuestion, get_now

Client = TestClient[Any, Any]
Opening = Callable[..., Awaitable[Client]]

PACKAGE = Path(keyguide.faces.web.__file__).parent
TEMPLATES = sorted(file for file in (PACKAGE / "templates").rglob("*") if file.is_file())
CODE = sorted(PACKAGE.rglob("*.py"))
TOKEN = "a-token-that-nobody-guesses"  # noqa: S105
EVIL = "\"'><script>alert(1)</script><b onclick=alert(1)>"


class Page(HTMLParser):
    """What a browser would make of a page: its tags, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def check(self) -> None:
        """Check that nothing of EVIL became a tag or an attribute."""
        assert all("src" in attributes for tag, attributes in self.tags if tag == "script")
        assert "b" not in {tag for tag, _ in self.tags}
        assert not [name for _, attributes in self.tags for name in attributes if name.startswith("on")]
        assert EVIL in self.text


# What makes HTML


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(PACKAGE / "templates")))
def test_no_template_leaves_anything_unescaped(file: Path) -> None:
    tree = Environment(autoescape=True).parse(file.read_text(encoding="utf-8"))

    assert not {"safe", "tojson"} & {found.name for found in tree.find_all(nodes.Filter)}
    assert [*tree.find_all((nodes.MarkSafe, nodes.MarkSafeIfAutoescape, nodes.EvalContextModifier))] == []


@pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_no_line_of_python_holds_a_tag(file: Path) -> None:
    assert re.findall(r"</?[A-Za-z!][^\n]*", file.read_text(encoding="utf-8")) == []


def test_only_markdown_and_the_picture_of_a_flow_are_marked_as_html() -> None:
    calls = [
        file.name
        for file in CODE
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Markup"
    ]

    assert calls == ["overview.py", "markdown.py"]


# What is hostile stays text


def _poison(record: Any) -> Any:
    """Replace every text in a record by a hostile one."""
    if isinstance(record, str):
        return EVIL
    if is_dataclass(record) and not isinstance(record, type):
        return replace(
            record, **{field.name: _poison(getattr(record, field.name)) for field in fields(record)}
        )
    return tuple(map(_poison, record)) if isinstance(record, tuple) else record


@pytest.fixture(scope="module")
def hostile(small_knowledge: Knowledge) -> Knowledge:
    """The small knowledge, but every phrase and every text that a page shows is hostile."""
    phrases = {lang: _poison(phrases) for lang, phrases in small_knowledge.phrases.items()}
    articles = {
        id: replace(one, title=EVIL, answer=EVIL, steps=(EVIL,), fails=EVIL, notes=EVIL, asks=(EVIL,))
        for id, one in small_knowledge.articles.items()
    }
    errors = {code: replace(one, title=EVIL, means=EVIL) for code, one in small_knowledge.errors.items()}
    sources = {id: Source(id, EVIL, f"https://{EVIL}") for id in small_knowledge.sources}
    flows = {
        id: replace(one, title=EVIL, steps=_spoil_steps(one)) for id, one in small_knowledge.flows.items()
    }
    return replace(
        small_knowledge, phrases=phrases, articles=articles, errors=errors, sources=sources, flows=flows
    )


def _spoil_steps(flow: Any) -> tuple[Any, ...]:
    return tuple(
        replace(
            step, ask=f"{EVIL} {step.id}", choices=tuple(replace(one, label=EVIL) for one in step.choices)
        )
        for step in flow.steps
    )


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?forgotten",
        "/api",
        "/nowhere",
        "/desk",
        "/desk/articles",
        "/desk/article/link-how",
        "/desk/article/error-0xc004f034",
        "/desk/flow/is-it-linked",
        "/desk?key=wrong",
    ],
)
async def test_hostile_words_stay_words_on_every_page(
    opened: Opening, store: MemoryStore, hostile: Knowledge, path: str
) -> None:
    client = await opened(misses=True, desk_token=TOKEN, brand=Brand(EVIL, footer=EVIL))
    await client.get("/desk", params={"key": TOKEN})
    client.server.app[WEB_CONTEXT].assistant.use_knowledge(hostile)  # type: ignore[attr-defined]
    entry = LedgerEntry(get_now(), "web:1", EVIL, "article", "link-how", "", "link-how", "bad")
    await store.record(entry)
    await store.record(replace(entry, kind="step", subject="is-it-linked", step="page-says", verdict=""))
    await store.keep_miss(MissedQuestion(get_now(), EVIL, "miss", EVIL))

    async with client.get(path) as response:
        Page(await response.text()).check()


def test_hostile_words_stay_words_in_an_exchange(hostile: Knowledge) -> None:
    phrases = hostile.choose_phrases("en")
    reply = Reply(
        Kind.STEP, EVIL, f"{EVIL}\n\n{EVIL}", progress=EVIL, notice=EVIL, footing=EVIL,
        options=(Option(EVIL, EVIL), Option(EVIL, EVIL, role=Role.CHOICE, hint=EVIL)),
        details=(Detail(EVIL, EVIL, EVIL),), sources=(Source("s", EVIL, EVIL), Source("s", EVIL, f"https://{EVIL}")),
        handoff=Handoff(((EVIL, EVIL),), ((EVIL, EVIL),), (EVIL,)),
    )  # fmt: skip
    for past in (True, False):
        view = view_exchange(Exchange(EVIL, EVIL, reply), past=past)
        html = Templates(Brand()).render("exchange.html", "en", phrases, {"shown": view, "can_call": True})

        assert "script" not in {tag for tag, _ in Page(html).tags}
        Page(html).check()


# The templates of an operator


@pytest.fixture
def phrases(small_knowledge: Knowledge) -> Phrases:
    return small_knowledge.choose_phrases("en")


def test_a_template_of_the_operator_replaces_ours_and_escapes_too(tmp_path: Path, phrases: Phrases) -> None:
    (tmp_path / "error.html").write_text("<p>Sorry: {{ message }}</p>")

    html = Templates(Brand(templates=tmp_path)).render("error.html", "en", phrases, {"message": "<b>"})

    assert html == "<p>Sorry: &lt;b&gt;</p>"


def test_a_template_of_the_operator_may_extend_the_one_that_it_replaces(
    tmp_path: Path, phrases: Phrases
) -> None:
    (tmp_path / "shell.html").write_text(
        '{% extends "original/shell.html" %}{% block header %}<header>Ours</header>{% endblock %}'
    )

    html = Templates(Brand(templates=tmp_path)).render("error.html", "en", phrases, {"message": "Gone"})

    assert "<header>Ours</header>" in html
    assert "<h1>Gone</h1>" in html


def test_an_icon_of_the_operator_has_an_address_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "icon.svg").write_text("<svg/>")
    theirs, ours = Templates(Brand(templates=tmp_path)), Templates(Brand())

    assert theirs.assets["icon.svg"] == (b"<svg/>", "image/svg+xml")
    assert theirs.make_asset_url("icon.svg") != ours.make_asset_url("icon.svg")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("error.html", b"<h1>\n{% if %}", "error.html:2: "),
        ("desk/answers.html", b"{{ 1 | nothing }}", "desk/answers.html:1: No filter named 'nothing'"),
        ("icon.svg", b"{{ colours }}", "'colours' is undefined"),
        ("chat.html", b"\xff", "can't decode byte"),
    ],
    ids=["no condition", "an unknown filter", "an unknown name", "not UTF-8"],
)
def test_a_template_that_cannot_be_used_is_one_clear_line(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)

    with pytest.raises(KeyguideError) as caught:
        Templates(Brand(templates=tmp_path))

    assert str(caught.value).startswith(f"{tmp_path}: ")
    assert says in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("{% if %}")

    assert Templates(Brand(templates=tmp_path)).assets
