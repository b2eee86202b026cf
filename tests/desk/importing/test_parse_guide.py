"""Whatever a web page holds, what is made of it can be shown by every face and gives nothing away."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyguide.core.knowledge.rules.answers.single_text import check_text
from keyguide.desk.importing.adverts import is_paid, remove_marked_parts, remove_tracking
from keyguide.desk.importing.html_to_markdown import clean_address, strip_marks
from keyguide.desk.importing.parse_guide import Guide, GuideError, read_guide

KEY = "RV7BK-4WQ9M-HX2TN-6PGDC-J38FY"


def guide(folder: Path, text: str, address: str = "") -> Guide:
    path = folder / "guide.md"
    path.write_text(text, encoding="utf-8")
    return read_guide(path, address)


def texts(folder: Path, text: str, address: str = "") -> list[str]:
    return [line for topic in guide(folder, text, address).topics for line in topic.lines]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("**Win** \\+ **I**", "**Win** + **I**"),
        ("*soft* and _soft_", "soft and soft"),
        ("type `slmgr /dli`", "type `slmgr /dli`"),
        ("**`code` in bold**", "`code` in bold"),
        ("<b>a <strong>b</strong></b> c", "**a b** c"),
        ("a<br>b", "a b"),
        ("2 \\* 3 [brackets] a < b", "2 3 (brackets) a \u2039 b"),
        ("\\# no heading", "# no heading"),
        ("see https://a.example/x now", "see `https://a.example/x` now"),
        ("see https://x.sjv.io/c/1 now", "see now"),
        ("[mail](mailto:a@b.example) [there](#here)", "mail there"),
        ("[up](../up)", "up"),
        ("[a [b] c](https://a.example/(x))", "[a (b) c](https://a.example/%28x%29)"),
        ("[](https://a.example/) x", "x"),
        ("![](https://a.example/decoration.png) x", "x"),
        ("![no address]() x", "x"),
        ("![data](data:image/png;base64,AAAA) x", "x"),
        (
            '<a href="https://a.example/big"><img src="//a.example/small.png" alt="A page"></a> x',
            "[A page](https://a.example/small.png) x",
        ),
        ('<img src="http://a.example/p.png" title="Titled"> x', "[Titled](https://a.example/p.png) x"),
        ('<img data-src="https://a.example/p.png"> x', "[Screenshot](https://a.example/p.png) x"),
        ("<b> </b>x<code></code>", "x"),
        ("zero\u200bwidth", "zerowidth"),
        ("<span style='display: none'>hidden</span>seen", "seen"),
        ("<b hidden>hidden</b>seen", "seen"),
        ("[x](http://[::1) y", "x y"),
        ("wow!<a href='https://a.example/y'>x</a>", "wow! [x](https://a.example/y)"),
        ("`a <[b](c)`", "`a < [b] (c)`"),
        ("a scheme https://(without address)", "a scheme (without address)"),
        ("choose **Recommended** now", "choose **Recommended** now"),
        ("<a name='x'>anchor</a> x", "anchor x"),
        (
            "<a href='https://a.example/y'><img src='x.png' alt=''> words</a>",
            "[words](https://a.example/y)",
        ),
    ],
)
def test_marks_become_those_that_articles_know(tmp_path: Path, written: str, read: str) -> None:
    assert texts(tmp_path, f"# Guide\n\n## Topic\n\nA: {written}\n") == [f"A: {read}".strip()]


def test_a_key_in_a_guide_is_masked(tmp_path: Path) -> None:
    (text,) = texts(tmp_path, f"# Guide\n\n## Topic\n\nUse **{KEY}** for all.\n")

    assert KEY not in text
    assert list(check_text(text, frozenset(), {})) == []


def test_a_key_in_the_title_or_the_keywords_is_masked(tmp_path: Path) -> None:
    found = guide(tmp_path, f"---\ntitle: Use {KEY}\nkeywords: clock, my {KEY}\n---\nText.\n")

    assert KEY not in f"{found.title} {found.topics[0].title} {found.keywords}"
    assert found.keywords[0] == "clock"


def test_a_title_repeated_as_a_heading_with_marks_is_no_topic(tmp_path: Path) -> None:
    page = "---\ntitle: '[2024] The clock'\n---\n## [2024] The **clock**\n\nHello.\n\n## Set it\n\nText.\n"

    assert [topic.title for topic in guide(tmp_path, page).topics] == ["Set it"]


def test_words_of_a_list_keep_their_own_numbers(tmp_path: Path) -> None:
    page = "<h1>G</h1><table><tr><td>1. Open</td><td>Settings</td></tr></table><ul><li>2. Close</ul>"

    assert texts(tmp_path, page) == ["- 1. Open: Settings", "- 2. Close"]


def test_a_list_without_items_keeps_its_words(tmp_path: Path) -> None:
    assert texts(tmp_path, "<h1>G</h1><ul>loose words</ul>") == ["loose words"]


def test_a_point_that_reads_like_a_heading_of_links_stays(tmp_path: Path) -> None:
    assert texts(tmp_path, "# G\n\n- Recommended\n- Other\n\n**Also read:**\n") == [
        "- Recommended",
        "- Other",
    ]


def test_a_year_at_the_beginning_of_a_line_is_no_step(tmp_path: Path) -> None:
    page = "# Guide\n\n## Topic\n\n<ol start='2024'><li>was good</li></ol><ol start='x'><li>one</li></ol>\n"

    assert texts(tmp_path, page) == ["1. was good", "1. one"]


def test_very_many_items_are_points(tmp_path: Path) -> None:
    page = "<h1>Guide</h1><h2>Topic</h2><ol start='199'><li>a<li>b<li>c<li></ol>"

    assert texts(tmp_path, page) == ["199. a", "200. b", "- c"]


def test_a_link_is_not_a_picture(tmp_path: Path) -> None:
    page = (
        "# Guide\n\n## T\n\n![A](https://a.example/a.png)\n\nSee ![B](https://a.example/b.png) now\n\n"
        "[C](https://a.example/c)\n"
    )

    (topic,) = guide(tmp_path, page).topics
    assert topic.pictures == 2
    assert topic.lines == (
        "[A](https://a.example/a.png)",
        "See [B](https://a.example/b.png) now",
        "[C](https://a.example/c)",
    )


def test_a_picture_alone_between_two_steps_belongs_to_the_first(tmp_path: Path) -> None:
    pages = {
        name: f"# G\n\n1. One\n\n{between}\n\n2. Two\n"
        for name, between in {
            "picture": "![A](https://a.example/a.png)",
            "link": "[A](https://a.example/a)",
        }.items()
    }

    assert texts(tmp_path, pages["picture"]) == ["1. One [A](https://a.example/a.png)", "2. Two"]
    assert texts(tmp_path, pages["link"]) == ["1. One", "[A](https://a.example/a)", "2. Two"]


def test_a_picture_before_another_list_stands_alone(tmp_path: Path) -> None:
    page = "# G\n\n1. One\n\n![A](https://a.example/a.png)\n\n1. Other\n"

    assert texts(tmp_path, page) == ["1. One", "[A](https://a.example/a.png)", "1. Other"]


def test_parts_inside_spans_and_links_are_parts_all_the_same(tmp_path: Path) -> None:
    page = (
        "<body><h1>Guide</h1><h2>T</h2><span><p>One</p><p>Two</p></span>"
        "<div><figure><img src='https://a.example/x.png' alt='X'></figure>loose</div></body>"
    )

    assert texts(tmp_path, page) == ["One", "Two", "[X](https://a.example/x.png)", "loose"]


def test_a_guide_without_headings_is_one_topic_named_by_its_title(tmp_path: Path) -> None:
    found = guide(tmp_path, "---\ntitle: The title\n---\nOnly text.\n")

    assert [topic.title for topic in found.topics] == ["The title"]
    assert guide(tmp_path, "Only text.\n").topics[0].title == "guide"


def test_several_great_headings_are_all_topics(tmp_path: Path) -> None:
    found = guide(tmp_path, "# One\n\nA\n\n# Two\n\nB\n")

    assert [topic.title for topic in found.topics] == ["One", "Two"]


def test_the_page_title_serves_where_no_heading_does(tmp_path: Path) -> None:
    page = "<!doctype html><title>From the head</title><main><h2>One</h2><p>A</p></main><main><p>B</p></main>"

    assert guide(tmp_path, page).title == "From the head"


@pytest.mark.parametrize(
    ("head", "address", "day"),
    [
        ("url: https://a.example/guide\nlastmod: 2024-05-06\n", "https://a.example/guide", "2024-05-06"),
        ("link: /relative\ndate: last summer\n", "", ""),
        ("canonical: https://a.example/c\nupdated: [a, b]\n", "https://a.example/c", ""),
        ("", "", ""),
    ],
)
def test_front_matter_tells_where_and_when(tmp_path: Path, head: str, address: str, day: str) -> None:
    found = guide(tmp_path, f"---\n{head}---\n# Guide\n\nText.\n")

    assert (found.address, found.day) == (address, day)


def test_keywords_may_be_a_list(tmp_path: Path) -> None:
    assert guide(tmp_path, "---\nkeywords: [one, two, one, ' ']\n---\nText.\n").keywords == ("one", "two")


def test_windows_line_ends_and_a_mark_at_the_beginning_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "guide.md"
    path.write_bytes("\ufeff---\r\ntitle: T\r\n---\r\n# T\r\n\r\n1. One\r\n2. Two\r\n".encode())

    assert read_guide(path).topics[0].lines == ("1. One", "2. Two")


# Advertising


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a <!-- x --> b", "a  b"),
        ("a <!-- ads begin --> AD <!-- ads end --> b", "a  b"),
        ("a <!-- affiliate ads begin --> b", "a  b"),
        ("a <!-- ads end --> b", "a  b"),
        ("a <!-- ads begin --> b <!-- ads begin --> AD <!-- ads end --> c", "a  b  c"),
        ("a <!-- ad start --> AD <!-- /x --> AD <!-- ad stop --> c", "a  c"),
        ("a <!-- open", "a <!-- open"),
    ],
)
def test_what_stands_between_two_marks_of_ads_is_taken_out(text: str, left: str) -> None:
    assert remove_marked_parts(text) == left


@pytest.mark.parametrize(
    ("address", "pays"),
    [
        ("https://support.microsoft.com/windows", False),
        ("https://shop.sjv.io/c/1", True),
        ("https://SJV.IO/x", True),
        ("https://notsjv.io/x", False),
        ("https://a.example/?AFFILIATE=1", True),
        ("https://a.example/?tag=me-20", True),
        ("https://a.example/banners/1.png", True),
        ("http://[::1", True),
        ("", False),
    ],
)
def test_an_address_that_pays_is_known(address: str, pays: bool) -> None:  # noqa: FBT001
    assert is_paid(address) is pays


def test_only_tracking_is_taken_from_an_address() -> None:
    assert remove_tracking("https://a.example/?a=1&utm_source=x&fbclid=2#top") == "https://a.example/?a=1#top"
    assert remove_tracking("https://a.example/?a=1;b") == "https://a.example/?a=1;b"


@pytest.mark.parametrize(
    "address", ["ftp://a.example/", "javascript:alert(1)", "x", "https://a.example/\x01", "http://[", "//"]
)
def test_an_address_that_nobody_could_follow_is_none(address: str) -> None:
    assert clean_address(address, "") == ""


def test_text_without_an_address_is_only_cleaned() -> None:
    assert strip_marks("a*b`c[d]<e>") == "ab'c(d)\u2039e>"


@pytest.mark.parametrize("unit", ["https://", "http://a?", "<!-- ads begin -->", "<!--", "a.", "`*[", "-->"])
def test_a_long_hostile_text_is_cleaned_as_a_short_one(unit: str) -> None:
    text = unit * (100_000 // len(unit))

    assert set("*[]<").isdisjoint(strip_marks(text))
    assert remove_marked_parts(text) in {text, "", remove_marked_parts(unit)}
    assert is_paid(text) is is_paid(unit)


def test_advertising_in_the_guide_itself_is_removed(tmp_path: Path) -> None:
    page = (
        "<article><h1>G</h1><p>First.</p><p><a href='https://x.sjv.io/c'>Buy this</a></p>"
        "<p>Cheap <a href='https://x.sjv.io/c'><img src='https://a.example/b.png' alt='b'>box</a>.</p>"
        "<p class='promo'>Offer</p><div id='sidebar'><p>Aside</p></div><p>Last.</p>"
        "<p><a href='/1'>One</a> <a href='/2'>Two</a> <a href='/3'>Three</a></p></article>"
    )

    assert texts(tmp_path, page) == ["First.", "Cheap .", "Last."]


# Anything at all

PIECES = st.sampled_from(
    [
        *(
            "<b>",
            "</b>",
            "<p>",
            "</p>",
            "<ol>",
            "<li>",
            "</ol>",
            "<ul>",
            "<code>",
            "</code>",
            "<pre>",
            "<table><tr><td>",
        ),
        *(
            "**",
            "`",
            "[",
            "](",
            ")",
            "https://a.example/x",
            "http",
            "s://",
            "<!--",
            "-->",
            "![",
            "\n",
            "\n\n",
            "# ",
            "1. ",
        ),
        *(
            "<a href='https://a.example/y'>",
            "</a>",
            "<img src=x alt='a|b'>",
            "<",
            ">",
            "|",
            "&lt;script&gt;",
            "word ",
        ),
        *(
            KEY,
            "<script>",
            "</script>",
            "<h2>",
            "</h2>",
            "- ",
            "\u2028",
            "\x85",
            "<img src='https://a.example/p.png' alt='p'>",
        ),
    ]
)


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
@pytest.mark.slow
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES | st.text(max_size=6), max_size=25))
def test_whatever_comes_in_every_face_can_show_what_comes_out(tmp_path: Path, pieces: list[str]) -> None:
    path = tmp_path / "guide.md"
    path.write_text("".join(pieces), encoding="utf-8", errors="replace")
    try:
        found = read_guide(path)
    except GuideError:
        return

    for text in (line for topic in found.topics for line in topic.lines):
        links = frozenset(part.partition(")")[0] for part in text.split("](")[1:])
        assert list(check_text(text, links, {})) == []
        assert "\n" not in text


@pytest.mark.no_cover  # it would take twice as long, and runs no line that others do not run
@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        *(
            "<!-- ads begin -->",
            "<!--",
            "[",
            "![",
            "](",
            "**",
            "`",
            "<a href='https://a.example/'>",
            "<b>x</b>",
            "1. x\n",
            "# x\n",
        ),
        *(
            "https://a.example/ ",
            "<p class='ad'>",
            "<ul><li>",
            "a ",
            "<",
            "&amp;",
            "> ",
            "- x\n",
            "<img src=x>",
            "_*",
            "\\",
        ),
    ],
)
def test_a_guide_of_hostile_repeats_becomes_no_larger(tmp_path: Path, unit: str) -> None:
    text = unit * (30_000 // len(unit))
    try:
        found = texts(tmp_path, text)
    except GuideError:  # nothing to read is left
        found = []

    assert sum(map(len, found)) <= 2 * len(text)
