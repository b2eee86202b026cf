"""What a program gets from the tools, whatever carries them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from keyguide.core.finding.index import Decision, SearchResult
from keyguide.core.knowledge.knowledge import Knowledge
from keyguide.core.model.turn import Kind

if TYPE_CHECKING:  # the SDK takes long to load
    from keyguide.faces.mcp.tools import Tools

KEY = "BX7RT-4WQ2M-KH9VF-Y3PCN-68DJG"  # nobody's


@pytest.fixture(scope="session")
def make_tools(sdk: ModuleType) -> Callable[..., Tools]:
    """Make the tools over a knowledge."""
    return import_module("keyguide.faces.mcp.tools").Tools


@pytest.fixture
def tools(make_tools: Callable[..., Tools], knowledge: Knowledge) -> Tools:
    return make_tools(knowledge)


@pytest.fixture(scope="session")
def tool_error(sdk: ModuleType) -> type[Exception]:
    """What the SDK tells a program as an error."""
    return import_module("mcp.server.mcpserver.exceptions").ToolError


def test_an_answer_names_its_source_its_date_and_how_sure_it_is(tools: Tools) -> None:
    answer = tools.ask("what is 0xC004F211?")

    assert (answer.kind, answer.id) == (Kind.ARTICLE, "error-0xc004f211")
    assert [source.url for source in answer.sources] == ["https://example.com/errors"]
    assert (answer.verified, answer.certainty) == ("2026-11-20", "official")
    assert answer.footing.startswith("From Microsoft.")
    assert [(page.id, page.kind) for page in answer.related] == [
        ("changed-parts", "diagnosis"),
        ("link-how", "answer"),
    ]


def test_an_answer_that_nobody_checked_for_long_says_so(
    make_tools: Callable[..., Tools], knowledge: Knowledge
) -> None:
    fresh, old = [
        make_tools(knowledge, lambda day=day: day).read_answer("link-how").footing
        for day in (date(2026, 11, 21), date(2030, 1, 1))
    ]

    assert old.startswith("Not checked for a while")
    assert "Not checked" not in fresh


def test_what_is_not_known_is_a_miss_that_proves_nothing(tools: Tools) -> None:
    answer = tools.ask("how long is a piece of string")

    assert answer.kind is Kind.MISS
    assert (answer.sources, answer.verified, answer.certainty) == ([], None, None)


def test_what_was_written_before_counts(tools: Tools) -> None:
    alone, after = tools.ask("still stuck"), tools.ask("still stuck", ["0xC004F211"])

    assert alone.id != after.id


def test_a_secret_is_told_and_never_repeated(tools: Tools) -> None:
    answer = tools.ask(f"is {KEY} any good")

    assert answer.secret
    assert KEY not in answer.model_dump_json()


def test_several_that_may_be_meant_come_with_the_earliest_of_their_dates(
    make_tools: Callable[..., Tools], finding: Any
) -> None:
    found = SearchResult(Decision.SUGGEST, ("link-how", "link-check"))

    answer = make_tools(finding(windows_account=found)).ask("windows account")

    assert answer.kind is Kind.SUGGEST
    assert [page.id for page in answer.related] == ["link-how", "link-check"]
    assert answer.verified == "2026-01-09"
    assert answer.certainty is None


@pytest.mark.parametrize("id", ["error-0xc004f211", "0xC004F211", "0Xc004f211"])
def test_a_code_is_read_in_any_spelling(tools: Tools, id: str) -> None:
    assert tools.read_answer(id).title == "0xC004F211: The hardware has changed"


def test_an_answer_is_read_whole_for_the_version_of_windows(tools: Tools) -> None:
    both, newer = tools.read_answer("link-how"), tools.read_answer("link-how", "11")

    assert "Your info" in both.text
    assert "Your info" not in newer.text
    assert "Try again tomorrow." in [detail.text for detail in newer.details]


def test_an_answer_that_is_not_there_names_the_nearest(tools: Tools, tool_error: type[Exception]) -> None:
    with pytest.raises(tool_error, match="there is no answer 'link-who'; did you mean link-how"):
        tools.read_answer("link-who")
    with pytest.raises(tool_error, match="`ask` finds the ids"):
        tools.read_answer("%%%")


def test_a_diagnosis_is_walked_to_its_answer(tools: Tools) -> None:
    first = tools.walk_diagnosis("is-it-linked")
    second = tools.walk_diagnosis("is-it-linked", {"is-it-linked/page-says": "digital"})
    end = tools.walk_diagnosis("is-it-linked", {**second.answers, "is-it-linked/signed-in": "yes"})

    assert first.question is not None
    assert first.question.id == "is-it-linked/page-says"
    assert first.question.how.startswith("Press **Win + R**")
    assert [choice.id for choice in first.question.choices] == ["linked", "digital", "code", "nothing"]
    assert first.verified == "2026-01-09"
    assert second.question is not None
    assert second.question.text == "Are you signed in with a Microsoft account?"
    assert (end.kind, end.id, end.question) == (Kind.ARTICLE, "link-how", None)


def test_a_diagnosis_leads_into_another_one(tools: Tools) -> None:
    walked = tools.walk_diagnosis("changed-parts", {"changed-parts/part": "drive"})

    assert walked.question is not None
    assert walked.question.id == "is-it-linked/page-says"


def test_a_diagnosis_may_end_with_a_human(tools: Tools) -> None:
    assert tools.walk_diagnosis("is-it-linked", {"is-it-linked/page-says": "nothing"}).question is None


@pytest.mark.parametrize(
    ("diagnosis", "answers", "told"),
    [
        ("zzz", {}, r"no diagnosis 'zzz'; there are: changed-parts \(I changed parts\), is-it-linked"),
        ("is-it-linked", {"zzz": "a"}, "'zzz' is not asked after these answers; reached: is-it-linked/page"),
        ("is-it-linked", {"is-it-linked/signed-in": "yes"}, "is not asked after these answers"),
        ("is-it-linked", {"is-it-linked/page-says": "zzz"}, r"no choice 'zzz'; it has: linked \(Digital"),
    ],
    ids=["no such diagnosis", "no such question", "not reached", "no such choice"],
)
def test_a_wrong_step_says_what_is_right(
    tools: Tools, tool_error: type[Exception], diagnosis: str, answers: dict[str, str], told: str
) -> None:
    with pytest.raises(tool_error, match=told):
        tools.walk_diagnosis(diagnosis, answers)


def test_a_paste_is_read_with_source_and_date_for_each_thing_it_shows(tools: Tools) -> None:
    report = f"""Description: Windows(R) Operating System, RETAIL channel
Partial Product Key: ABC12
License Status: Licensed
Windows 11 said 0xC004F211 and 0xC004FFFF, my key is {KEY}"""

    read = tools.read_evidence(report)

    assert [(found.kind, found.found) for found in read.findings] == [
        ("code", "0xC004F211"),
        ("code", "0xC004FFFF"),
        ("licence report", "RETAIL, Licensed"),
    ]
    assert [found.answer.id if found.answer else None for found in read.findings] == [
        "error-0xc004f211",
        "link-how",
        "link-how",
    ]
    assert all(found.sources and found.verified for found in read.findings)
    assert read.windows == "11"
    assert read.secret
    assert KEY not in read.model_dump_json()


def test_a_message_of_the_activation_page_is_recognised(tools: Tools) -> None:
    (found,) = tools.read_evidence(
        "We cannot activate Windows on this device as the hardware changed"
    ).findings

    assert found.kind == "activation page"
    assert found.answer is not None
    assert (found.answer.id, found.answer.kind) == ("changed-parts", "diagnosis")


def test_a_text_that_shows_nothing_says_so(tools: Tools) -> None:
    read = tools.read_evidence("hello")

    assert (read.findings, read.secret, read.masked_text) == ([], False, "hello")
