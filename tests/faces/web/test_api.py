"""The door for other programs: its answers, its refusals, and that its description tells the truth."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from aiohttp.test_utils import TestClient

from keyguide.core.model.content.article import Source
from keyguide.core.model.evidence import Evidence, Licence
from keyguide.core.model.reply_as_data import dump_reply
from keyguide.core.model.turn import Detail, Kind, Option, Reply
from keyguide.faces.web.api.models import DetailOut, EvidenceOut, LicenceOut, OptionOut, ReplyOut, SourceOut
from keyguide.faces.web.api.openapi import build_openapi

Client = TestClient[Any, Any]


async def asked(client: Client, **turn: object) -> Any:
    async with client.post("/api/reply", json=turn) as response:
        assert response.status == 200
        return await response.json()


def described(name: str) -> Any:
    schemas = build_openapi()["components"]
    return jsonschema_rs.validator_for({"$ref": f"#/components/schemas/{name}", "components": schemas})


async def test_words_are_answered_as_everywhere(client: Client) -> None:
    reply = await asked(client, who="ann", text="how do i link my licence")

    assert (reply["kind"], reply["subject"]) == ("article", "link-how")
    assert {"notice", "title", "body", "options", "sources", "footing"} <= set(reply)


async def test_a_pick_goes_on_where_its_reply_was(client: Client) -> None:
    first = await asked(client, who="ann", pick="go/is-it-linked")
    pick = next(one["pick"] for one in first["options"] if one["label"] == "Digital licence only")
    second = await asked(client, who="ann", pick=pick)

    assert second["body"] == "Are you signed in with a Microsoft account?"


async def test_a_folded_part_can_be_asked_for(client: Client) -> None:
    answer = await asked(client, who="ann", text="how do i link my licence")
    part = await asked(client, who="ann", pick=answer["details"][0]["pick"])

    assert answer["details"][0]["title"] == "If it does not work"
    assert part["body"] == answer["details"][0]["text"]


async def test_the_same_name_is_another_person_than_in_the_browser(client: Client) -> None:
    await asked(client, who="web:ann", pick="go/is-it-linked")

    assert (await asked(client, who="ann", pick="start"))["kind"] == "menu"


TURNS: list[dict[str, str]] = [
    {"pick": "start"}, {"pick": "topics"}, {"pick": "human"}, {"pick": "go/is-it-linked"},
    {"text": "gimme a crack"}, {"text": "BX7RT-4WQ2M-KH9VF-Y3PCN-68DJG"}, {"text": "0xC004F212"},
    {"text": "0xC004FFFF"}, {"text": ""},
    {"text": "License Status: Licensed\nDescription: Windows(R) Operating System, RETAIL channel"},
    {"text": "my wifi is slow"}, {"pick": "\x00"},
]  # fmt: skip


@pytest.mark.parametrize(
    "turn", TURNS, ids=lambda turn: next(iter(turn.values())).encode().hex()[:24] or "empty"
)
async def test_every_kind_of_reply_is_as_described(client: Client, turn: dict[str, str]) -> None:
    described("ReplyOut").validate(await asked(client, who="ann", **turn))


def test_every_key_of_a_reply_is_described() -> None:
    licence = Licence("RETAIL", "Licensed")
    reply = Reply(Kind.MENU, "Title", evidence=Evidence(licence=licence), options=(Option("Menu", "menu"),),
                  details=(Detail("Why?", "Because.", "more/a/why"),),
                  sources=(Source("s", "A", "https://a.example"),))  # fmt: skip
    data = dump_reply(reply)

    assert set(data) == set(ReplyOut.model_fields)
    assert set(data["evidence"]) == set(EvidenceOut.model_fields)
    assert set(data["evidence"]["licence"]) == set(LicenceOut.model_fields)
    assert set(data["details"][0]) == set(DetailOut.model_fields)
    assert set(data["options"][0]) == set(OptionOut.model_fields)
    assert set(data["sources"][0]) == set(SourceOut.model_fields)


def test_every_kind_is_described() -> None:
    for kind in Kind:
        described("ReplyOut").validate(dump_reply(Reply(kind, "Title")))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 50_000, "not JSON"),
        ("\xff", "not JSON"),
        ("[]", "not a JSON object"),
        ('"text"', "not a JSON object"),
        ({"text": "hello"}, "`who` is missing"),
        ({"who": "", "text": "hello"}, "`who` does not match ^["),
        ({"who": 5, "text": "hello"}, "`who` is not a string"),
        ({"who": "a b", "text": "hello"}, "`who` does not match"),
        ({"who": "x" * 65, "text": "hello"}, "`who` does not match"),
        ({"who": "ann\n", "text": "hello"}, "`who` does not match"),
        ({"who": "ann"}, "send either"),
        ({"who": "ann", "text": "hello", "pick": "menu"}, "send either"),
        ({"who": "ann", "text": None}, "`text` is not a string"),
        ({"who": "ann", "text": ["hello"]}, "`text` is not a string"),
        ({"who": "ann", "text": "x" * 20_001}, "`text` has more than 20000 characters"),
        ({"who": "ann", "pick": ""}, "`pick` is empty"),
        ({"who": "ann", "pick": "x" * 101}, "`pick` has more than 100 characters"),
        ({"who": "ann", "text": "hello", "locale": "de"}, "`locale` is not a field of a turn"),
    ],
)
async def test_what_is_wrong_is_told(client: Client, body: object, says: str) -> None:
    data = body if isinstance(body, str) else json.dumps(body)
    headers = {"Content-Type": "application/json"}
    async with client.post("/api/reply", data=data.encode("latin-1"), headers=headers) as response:
        told = await response.json()

    assert response.status == 400
    assert says in told["error"]
    described("ErrorOut").validate(told)


WHAT_TO_DO = {
    404: "see /api/openapi.json",
    405: "see the header Allow",
    413: "more than 262144 bytes",
    415: "send application/json",
}


@pytest.mark.parametrize(
    ("path", "data", "kind", "status"),
    [
        ("/api/reply", b"{}", "text/plain", 415),
        ("/api/reply", b'{"who": "ann", "text": "' + b"x" * 300_000 + b'"}', "application/json", 413),
        ("/api/nothing", b"{}", "application/json", 404),
        ("/api/openapi.json", b"{}", "application/json", 405),
    ],
    ids=["not JSON", "too large", "not there", "not to be posted"],
)
async def test_every_refusal_tells_a_program_what_to_do(
    client: Client, path: str, data: bytes, kind: str, status: int
) -> None:
    async with client.post(path, data=data, headers={"Content-Type": kind}) as response:
        told = await response.json()

    assert response.status == status
    assert WHAT_TO_DO[status] in told["error"]
    described("ErrorOut").validate(told)


async def test_the_description_is_served_to_programs_and_to_people(client: Client) -> None:
    async with client.get("/api/openapi.json") as machine, client.get("/api") as human:
        served, page = await machine.json(), await human.text()

    assert served == build_openapi()
    assert "POST /api/reply" in page
    assert all(name in page for name in build_openapi()["components"]["schemas"]["ReplyOut"]["properties"])


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
@pytest.mark.slow
def test_the_description_holds_against_many_odd_requests(served: Any, tmp_path: Path) -> None:
    pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    where = f"{served.address}api/openapi.json"
    command = [sys.executable, "-m", "schemathesis.cli", "run", where, "--checks", "all", "--no-color"]
    options = ["--max-examples", "60", "--seed", "1"]
    ran = subprocess.run(
        [*command, *options], cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout[-6_000:] + ran.stderr[-2_000:]
    assert "Tested: 3" in ran.stdout


async def test_a_program_gets_and_erases_all_that_is_kept_about_a_person(client: Client) -> None:
    person = {"who": "a-long-random-name"}
    async with client.post("/api/reply", json={**person, "text": "my licence cannot be linked"}):
        pass
    async with client.post("/api/export", json=person) as exported:
        tables = (await exported.json())["tables"]
    async with client.post("/api/forget", json=person) as erased:
        number = (await erased.json())["erased"]
    async with client.post("/api/export", json=person) as exported:
        left = (await exported.json())["tables"]

    assert [len(tables[name]) for name in ("conversation", "ledger")] == [1, 1]
    assert number == 2
    assert not any(left.values())


@pytest.mark.parametrize("call", ["export", "forget"])
async def test_who_is_meant_must_be_said(client: Client, call: str) -> None:
    async with client.post(f"/api/{call}", json={}) as response:
        assert response.status == 400
        assert await response.json() == {"error": "`who` is missing"}
    async with client.post(f"/api/{call}", data=b"who=ann") as response:
        assert response.status == 415
