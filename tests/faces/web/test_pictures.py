"""Pictures that are posted to the page: read, answered as words are, limited, and never kept."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient
from tests.faces.web.pretend_pictures import NoReader, PretendReader, make_picture

from keyguide.faces.web.conversation import upload
from keyguide.store.memory import MemoryStore
from keyguide.vision.reader import PictureReader, can_read_pictures

Client = TestClient[Any, Any]
Opening = Callable[..., Awaitable[Client]]

KEY = "BX7RT-4WQ2M-KH9VF-Y3PCN-68DJG"
PART = {"X-Keyguide": "part"}
BUSY = "I am reading too many pictures at the moment. Please type the code or the sentence."
CODE = make_picture("Error code: 0xC004F211")
REAL = Path(__file__).parents[3] / "knowledge" / "pictures" / "not-active-11.png"


@pytest.fixture
def reader() -> PretendReader:
    return PretendReader()


@pytest.fixture
async def client(opened: Opening, reader: PretendReader) -> Client:
    return await opened(picture_reader=reader)


def fill(*pictures: bytes, text: str = "") -> FormData:
    """Fill the form as a browser does: the words first, and an empty file if none was chosen."""
    form = FormData()
    form.add_field("text", text)
    for number, content in enumerate(pictures or [b""]):
        name = f"screen {number}.png" if pictures else ""
        form.add_field("picture", BytesIO(content), filename=name, content_type="image/png")
    return form


async def posted(client: Client, *pictures: bytes, text: str = "", **more: Any) -> str:
    async with client.post("/pictures", data=fill(*pictures, text=text), **more) as response:
        assert response.status == 200
        return await response.text()


def notice(html: str) -> str:
    return re.sub("<[^>]+>", "", re.findall(r'role="note">(.*?)</div>', html, re.DOTALL)[-1]).strip()


def heading(html: str) -> str:
    return re.findall(r"<h2[^>]*>(.*?)</h2>", html)[-1]


async def test_a_picture_is_answered_as_if_somebody_had_typed_what_it_says(client: Client) -> None:
    html = await posted(client, CODE)

    assert notice(html) == "I read: 0xC004F211. Is that right?"
    assert '<span class="words">(a picture)\n0xC004F211</span>' in html
    for label in ("Yes, that is right", "No, I type it", "That is another PC"):
        assert label in html


async def test_whether_it_was_read_rightly_is_answered_right_below_the_line_that_asks(client: Client) -> None:
    part = await posted(client, CODE, headers=PART)
    places = [part.index(text) for text in ("Is that right?", "No, I type it", "<h2")]

    assert places == sorted(places)
    assert part.count("No, I type it") == 1


async def test_a_picture_and_words_are_answered_together(client: Client) -> None:
    html = await posted(client, CODE, text="what does this mean, my key is " + KEY)

    assert "I read: 0xC004F211. Is that right?" in notice(html)
    assert KEY not in html


async def test_several_pictures_are_read_together(client: Client, reader: PretendReader) -> None:
    html = await posted(client, make_picture("nothing of use"), CODE)

    assert notice(html) == "I read: 0xC004F211. Is that right?"
    assert len(reader.seen) == 2


async def test_of_many_pictures_the_first_four_are_read_and_the_words_are_not_lost(
    client: Client, reader: PretendReader
) -> None:
    form = fill(*[CODE] * 6)
    form.add_field("pick", "")
    async with client.post("/pictures", data=form) as response:
        html = await response.text()

    assert len(reader.seen) == 4
    assert notice(html) == "I read: 0xC004F211. Is that right?"


async def test_words_alone_are_answered_by_the_same_form(client: Client, reader: PretendReader) -> None:
    assert heading(await posted(client, text="how do i link my licence")) == "Link your licence"
    assert reader.seen == []


async def test_a_bare_number_picks_in_the_same_form(client: Client) -> None:
    assert heading(await posted(client, text="2")) == "What does the Activation page say?"


async def test_a_reload_posts_no_picture_again(client: Client, reader: PretendReader) -> None:
    async with client.post("/pictures", data=fill(CODE), allow_redirects=False) as response:
        where = response.headers["Location"]
    async with client.get(where) as first, client.get(where) as second:
        pages = [await first.text(), await second.text()]

    assert response.status == 303
    assert ["I read: 0xC004F211" in page for page in pages] == [True, True]
    assert len(reader.seen) == 1


async def test_our_script_gets_the_new_exchange_alone(client: Client) -> None:
    assert (await posted(client, CODE, headers=PART)).startswith('<div class="exchange"')


async def test_a_key_in_a_picture_is_warned_about_and_kept_nowhere(
    client: Client, store: MemoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    html = await posted(client, make_picture(f"{KEY}\n0xC004F211"))
    (who,) = {entry.who for entry in await store.list_entries(datetime.min.replace(tzinfo=UTC))}
    kept = json.dumps(await store.export(who), default=str)

    assert "Your picture shows a product key" in html
    assert 'class="notice warning"' in html
    for text in (html, kept, caplog.text):
        assert "4WQ2M" not in text


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"GIF89a" + bytes(40), "only pictures of the kinds PNG, JPEG and WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "only pictures of the kinds PNG, JPEG and WebP"),
        (make_picture("") + bytes(8_000_000), "The picture is too large to send"),
        (make_picture("", 6_000, 6_000), "The picture has too many pixels"),
        (make_picture("", 0, 600), "The picture is damaged"),
        (make_picture("a cat"), "I know no message and no code in it"),
    ],
    ids=["a GIF that is called PNG", "SVG", "too heavy", "too many pixels", "no pixels", "nothing to find"],
)
async def test_a_picture_that_cannot_be_read_gets_one_kind_line(
    client: Client, content: bytes, line: str
) -> None:
    assert line in notice(await posted(client, content))


async def test_where_pictures_are_not_read_the_page_offers_no_upload_and_says_so_if_one_comes(
    opened: Opening,
) -> None:
    without = await opened(picture_reader=(reader := NoReader()))
    async with without.get("/") as response:
        page = await response.text()
    html = await posted(without, CODE)

    assert 'type="file"' not in page
    assert '<form id="ask" method="post" action="/">' in page
    assert "I cannot read pictures. Look in yours for a code" in notice(html)
    assert reader.seen == []


async def test_where_pictures_are_read_the_page_offers_an_upload(client: Client) -> None:
    async with client.get("/") as response:
        page = await response.text()

    assert 'action="/pictures" enctype="multipart/form-data"' in page
    assert re.search(r'<input id="picture" name="picture" type="file" accept="[^"]+" multiple>', page)


async def test_of_twenty_pictures_at_once_four_are_taken_and_the_page_answers_meanwhile(
    opened: Opening,
) -> None:
    reader = PretendReader(gate := asyncio.Event())
    client = await opened(picture_reader=reader)
    posts = {asyncio.create_task(posted(client, CODE)) for _ in range(20)}
    answered: set[asyncio.Task[str]] = set()
    while len(answered) < 16:
        done, posts = await asyncio.wait(posts, return_when=asyncio.FIRST_COMPLETED)
        answered |= done
    words = await posted(client, text="how do i link my licence")
    gate.set()

    assert {notice(page.result()) for page in answered} == {BUSY}
    assert heading(words) == "Link your licence"
    assert [notice(await page) for page in posts] == ["I read: 0xC004F211. Is that right?"] * 4


async def test_pictures_count_against_the_pace_as_words_do(opened: Opening) -> None:
    client = await opened(rate=2, picture_reader=PretendReader())
    statuses = []
    for _ in range(7):
        async with client.post("/pictures", data=fill(CODE), allow_redirects=False) as response:
            statuses.append(response.status)

    assert statuses[0] == 303
    assert statuses[-1] == 429


async def test_a_picture_from_the_form_of_another_site_is_not_taken(
    client: Client, reader: PretendReader
) -> None:
    headers = {"Origin": "https://evil.example"}
    async with client.post("/pictures", data=fill(CODE), headers=headers) as response:
        assert response.status == 403
    assert reader.seen == []


async def test_the_answer_to_a_picture_may_be_framed_as_the_conversation_may(opened: Opening) -> None:
    client = await opened(embed=("https://community.example",), picture_reader=PretendReader())
    async with client.post("/pictures", data=b"nothing", headers={"Content-Type": "text/plain"}) as response:
        assert response.status == 415
        assert "frame-ancestors https://community.example" in response.headers["Content-Security-Policy"]


BOUNDARY = {"Content-Type": "multipart/form-data; boundary=x"}
BOUNDARY_LINE = b"Content-Type: multipart/form-data; boundary=x\r\n"
FILE = b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a.png"\r\n\r\n'


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"text=hello", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (b"--x--\r\n", {"Content-Type": "multipart/form-data"}, 400),
        (b"nothing of the kind", BOUNDARY, 400),
        (FILE + CODE, BOUNDARY, 400),
        (b"--x\r\nno header", BOUNDARY, 400),
        (b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y--\r\n--x--\r\n", BOUNDARY, 400),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 50 + b"--x--\r\n", BOUNDARY, 400),
        (b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\r\n--x--\r\n', BOUNDARY, 400),
        (
            b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + b"x" * 400_000 + b"\r\n--x--\r\n",
            BOUNDARY,
            413,
        ),
        (b"--x--\r\n", BOUNDARY, 200),
        (FILE + CODE + b"\r\n--x--\r\n", BOUNDARY, 200),
    ],
    ids=["no form with files", "no boundary", "no part", "cut off", "cut off in a header", "a form in a form",
         "too many fields", "words that are none", "too many words", "empty", "a picture alone"],
)  # fmt: skip
async def test_a_broken_form_is_refused_and_a_whole_one_is_taken(
    client: Client, body: bytes, headers: dict[str, str], status: int
) -> None:
    async with client.post("/pictures", data=body, headers=headers) as response:
        assert response.status == status


async def test_a_form_that_says_to_be_too_large_is_not_even_read(client: Client) -> None:
    host, port = client.server.host, client.server.port
    link, writer = await asyncio.open_connection(host, port)
    writer.write(b"POST /pictures HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n")
    writer.write(b"Content-Length: 99000000\r\n\r\n--x\r\n")
    line = await link.readline()
    writer.close()

    assert b" 413 " in line


async def test_a_form_that_does_not_say_how_large_it_is_is_refused(client: Client) -> None:
    async def send() -> Any:
        yield b"--x--\r\n"

    async with client.post("/pictures", data=send(), headers=BOUNDARY) as response:
        assert response.status == 411


async def test_a_picture_that_does_not_arrive_is_refused_in_time(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "PART_SECONDS", 0.2)
    link, writer = await asyncio.open_connection(client.server.host, client.server.port)
    writer.write(b"POST /pictures HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n")
    writer.write(b"Content-Length: 9000\r\n\r\n" + FILE + CODE)
    line = await link.readline()
    writer.close()

    assert b" 408 " in line
    assert notice(await posted(client, CODE)) == "I read: 0xC004F211. Is that right?"


async def test_who_goes_away_while_sending_leaves_the_place_to_others_and_is_no_failure(
    client: Client, reader: PretendReader, caplog: pytest.LogCaptureFixture
) -> None:
    places = reader.places
    _, writer = await asyncio.open_connection(client.server.host, client.server.port)
    writer.write(b"POST /pictures HTTP/1.1\r\nHost: x\r\n" + BOUNDARY_LINE)
    writer.write(b"Content-Length: 900000\r\n\r\n" + FILE + CODE + bytes(200_000))
    async with asyncio.timeout(10):
        while reader.places == places:  # noqa: ASYNC110 -- the server tells nobody
            await asyncio.sleep(0)
        writer.transport.abort()
        while reader.places != places:  # noqa: ASYNC110
            await asyncio.sleep(0)

    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.slow
@pytest.mark.skipif(not can_read_pictures(), reason='pip install ".[vision]" first')
async def test_a_real_picture_is_read_by_a_real_worker(opened: Opening) -> None:
    client = await opened(picture_reader=PictureReader(wall_seconds=120.0))

    assert "0xC004F211" in notice(await posted(client, REAL.read_bytes()))
