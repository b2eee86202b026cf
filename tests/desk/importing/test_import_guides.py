"""Guides in, drafts out: what is kept, what is gone, and that nothing is left half-written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from keyguide.core.model.content.article import Group
from keyguide.desk.importing.import_guides import import_guides
from keyguide.errors import KeyguideError
from keyguide.load.folder import read_folder

GUIDES = Path(__file__).parent / "guides"
FIRST, SECOND, PAGE = (GUIDES / name for name in ("first.md", "second.md", "page.html"))
REAL = Path(__file__).parents[4] / "shared" / "guide"
DAY = "2026-11-20"
ADVERTISING = re.compile(
    r"sjv\.io|pxf\.io|8odi|impactradius|2checkout|avangate|awin1|affiliate|farm\.example|iframe|adsby|utm_|"
    r"Also read|techidaily|Ink Calculator|watches|counter|Subscribe|>Share|hop\.",
    re.IGNORECASE,
)


def brought_in(folder: Any, *guides: Path, address: str = "") -> tuple[str, Group]:
    """Import guides into a knowledge folder; return what was told and the drafts, which must be sound."""
    before = set(read_folder(folder.path).files.groups)
    told = import_guides(guides, folder.path, folder.path, address, DAY)
    draught = read_folder(folder.path)
    assert [str(mistake) for mistake in draught.mistakes] == []
    (new,) = set(draught.files.groups) - before
    return told, draught.files.groups[new]


def steps(body: str) -> list[str]:
    return re.findall(r"^\d+\. .*", body, re.MULTILINE)


def everything(folder: Any) -> str:
    return "".join(
        path.read_text(encoding="utf-8")
        for path in sorted(folder.path.rglob("*.yaml"))
        if "phrases" not in str(path)
    )


def test_the_topics_of_a_guide_become_drafts(folder: Any) -> None:
    told, group = brought_in(folder, FIRST)

    assert [article.title for article in group.articles] == [
        "Why Should a Licence Be Tied to an Account?",
        "How to Tie the Licence to an Account",
        "How to Check That the Licence Is Tied",
        "The Licence Is Tied Now",
    ]
    assert all(article.status == "draft" for article in group.articles)
    assert "4 drafts, 8 steps, 2 screenshots" in told


def test_numbered_lists_become_steps_with_their_screenshots(folder: Any) -> None:
    _, group = brought_in(folder, FIRST)

    link, check = group.articles[1:3]
    assert steps(link.answer) == [
        "1. Open Settings with **Win** + **I**.",
        "2. Choose **Accounts**.",
        "3. Choose **Your info**.",
        "4. Choose **Sign in instead**. [The page on which one signs in](https://pictures.example/sign-in.jpg)",
        "5. Type the name of the account.",
    ]
    assert len(steps(check.answer)) == 3
    assert check.answer.startswith("[The Activation page](https://pictures.example/activation.jpg)")


@pytest.mark.parametrize("guide", [FIRST, PAGE], ids=["markdown", "html"])
def test_nothing_of_the_advertising_is_left(folder: Any, guide: Path) -> None:
    before = everything(folder)
    brought_in(folder, guide)

    assert not ADVERTISING.search(everything(folder).replace(before, ""))


def test_a_link_that_is_advertising_leaves_its_words_in_a_sentence(folder: Any) -> None:
    _, group = brought_in(folder, FIRST)

    assert group.articles[3].answer == "That was all. Use this tool if you like."


def test_a_link_keeps_what_it_needs_and_loses_what_tracks(folder: Any) -> None:
    _, group = brought_in(folder, FIRST)

    assert "[about privacy](https://reader.example/privacy?page=2)" in group.articles[0].answer


def test_keywords_become_example_words_of_the_topic_that_fits(folder: Any) -> None:
    _, group = brought_in(folder, FIRST)

    asks = [article.asks for article in group.articles]
    assert asks == [("licence account bond",), ("how to tie my licence", "Check Licence Tie"), (), ()]


def test_the_guide_is_the_source_of_every_draft(folder: Any) -> None:
    _, group = brought_in(folder, FIRST, address="https://guides.example/tie")

    sources = {source.id: source.url for source in read_folder(folder.path).files.sources}
    assert {sources[article.sources[0]] for article in group.articles} == {"https://guides.example/tie"}
    assert {article.certainty for article in group.articles} == {"reported"}
    assert {article.verified for article in group.articles} == {"2025-03-04"}


def test_a_guide_without_an_address_says_that_one_is_missing(folder: Any) -> None:
    told, group = brought_in(folder, FIRST)

    sources = {source.id: source.url for source in read_folder(folder.path).files.sources}
    assert "no address in first.md" in told
    assert sources[group.articles[0].sources[0]].startswith("https://guide.invalid/")


def test_copies_become_one_and_their_differences_are_told(folder: Any) -> None:
    told, group = brought_in(folder, FIRST, SECOND)

    titles = [article.title for article in group.articles]
    assert titles[4:] == ["A Word at the End"]
    assert len(titles) == 5
    assert "from 2 copies" in told
    assert 'How to Tie the Licence to an Account: second.md also says: "Choose **Your information**."' in told
    assert 'second.md does not say: "Choose **Your info**."' in group.articles[1].notes
    assert "The Licence Is Tied Now: second.md does not have this topic." in told
    assert "A Word at the End: Only second.md has this topic." in told
    assert len(group.articles[0].sources) == 2
    assert "beside accounts" in [ask for article in group.articles for ask in article.asks]


def test_guides_about_different_things_stay_apart(folder: Any) -> None:
    told = import_guides([FIRST, PAGE], folder.path, folder.path, "", DAY)

    draught = read_folder(folder.path)
    assert draught.mistakes == ()
    assert told.count(" drafts, ") == 2


def test_a_web_page_is_read_without_the_site_around_it(folder: Any) -> None:
    told, group = brought_in(folder, PAGE)

    clock, zone = group.articles
    assert (clock.title, zone.title) == ("Set the clock", "Which zone")
    assert clock.answer == (
        "Press **Win** + **R**, type `timedate.cpl`:\n\n"
        "1. Choose **Change**. The day; The hour [The clock](https://clocks.example/pictures/clock.png)\n"
        "2. Press **OK**.\n\n"
        "**On a laptop**\n\n"
        "It is the same. See [the next page](https://clocks.example/more) or `https://bare.example/x` today."
    )
    assert zone.answer == ("- City: Zone\n- Rome: CET\n\n`w32tm /resync`\n\n`w32tm /query`\n\nKeep calm.")
    assert clock.asks == ("wrong clock", "time is off")
    assert "A wrong clock stops activation." in clock.notes
    assert "no address" not in told


def test_ids_and_examples_that_the_knowledge_has_are_not_taken_again(folder: Any, tmp_path: Path) -> None:
    guide = tmp_path / "again.md"
    guide.write_text(
        "---\ntitle: Again\nkeywords: how do i link my licence, new words\n---\n# Again\n## Link how\nText.\n"
    )

    _, group = brought_in(folder, guide)

    assert group.articles[0].id == "link-how-2"
    assert group.articles[0].asks == ("new words",)


def test_two_topics_of_one_heading_have_ids_of_their_own(folder: Any, tmp_path: Path) -> None:
    guide = tmp_path / "twice.md"
    guide.write_text("# Guide\n## Step\nOne.\n## Step\nTwo.\n## !!!\nThree.\n")

    _, group = brought_in(folder, guide)

    assert [article.id for article in group.articles] == ["step", "step-2", "guide"]


def test_a_topic_too_long_for_a_card_leaves_the_rest_in_its_notes(folder: Any, tmp_path: Path) -> None:
    guide = tmp_path / "long.md"
    guide.write_text(
        "# Guide\n## "
        + "Very long heading " * 8
        + "\n"
        + "\n\n".join(f"Part {n} {'word ' * 99}" for n in range(9))
    )

    _, group = brought_in(folder, guide)

    (draft,) = group.articles
    assert len(draft.answer) <= 3_000
    assert "Too long for one card; the rest:\nPart 5" in draft.notes
    assert "The full heading: Very long" in draft.notes
    assert draft.title.endswith("…")


def test_one_paragraph_too_long_for_a_card_begins_the_draft(folder: Any, tmp_path: Path) -> None:
    guide = tmp_path / "long.md"
    guide.write_text("# Guide\n## Part\n" + "word " * 900)

    _, group = brought_in(folder, guide)

    assert group.articles[0].answer.startswith("word word")
    assert group.articles[0].notes.count("word") >= 900


def test_drafts_of_one_title_get_files_of_their_own(folder: Any, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.md").write_text(f"# Same\n## All about {name} things\nText of {name}.\n")

    import_guides([tmp_path / "one.md", tmp_path / "two.md"], folder.path, folder.path, "", DAY)

    assert read_folder(folder.path).mistakes == ()
    assert {path.name for path in (folder.path / "articles").glob("same*")} == {"same.yaml", "same-2.yaml"}


def test_guides_of_one_file_name_are_told_apart_by_their_folders(folder: Any, tmp_path: Path) -> None:
    guides = {name: tmp_path / name / "guide.md" for name in ("clocks", "zones")}
    for name, path in guides.items():
        path.parent.mkdir()
        path.write_text(f"# All about {name}\n## What {name} are\nText.\n")

    told = import_guides([*guides.values()], folder.path, folder.path, "", DAY)

    draught = read_folder(folder.path)
    assert draught.mistakes == ()
    assert {"all-about-clocks", "all-about-zones"} <= {group.id for group in draught.files.groups.values()}
    assert all(f"no address in {path}" in told for path in guides.values())


def test_copies_of_one_file_name_are_told_apart_by_their_folders(folder: Any, tmp_path: Path) -> None:
    for name, text in (("one", "Text."), ("two", "Text.\n\nMore.")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "guide.md").write_text(f"# Guide\n## Topic\n{text}\n")

    told, group = brought_in(folder, tmp_path / "one" / "guide.md", tmp_path / "two" / "guide.md")

    assert len(group.articles) == 1
    assert "from 2 copies" in told
    assert f'{tmp_path / "two" / "guide.md"} also says: "More."' in told


def test_a_guide_given_twice_is_read_once(folder: Any) -> None:
    told, group = brought_in(folder, FIRST, FIRST)

    assert len(group.articles) == 4
    assert "copies" not in told


def test_a_file_name_cannot_break_the_draft(folder: Any, tmp_path: Path) -> None:
    path = tmp_path / "a\nid: b\udcff`.md"
    path.write_text("# Guide\n## Topic\nText.\n")

    _, group = brought_in(folder, path)

    assert group.id == "guide"


BAD = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \n\n", "the file is empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "this is not text"),
    "latin": ("# Gr\u00fc\u00dfe".encode("latin-1"), ":1: this is not UTF-8 text"),
    "huge": (b"word " * 10_000_000, "50 MB is too large"),
    "unclosed front matter": (
        b"---\ntitle: x\n\n# Heading\n",
        ":1: the front matter (---) has no end",
    ),
    "broken front matter": (b"---\ntitle: a: b\n---\n# Heading\nText\n", ":2:9: in the front matter"),
    "only advertising": (
        b"<!-- ads begin --><a href='https://x.sjv.io/'>Buy</a><!-- ads end -->\n",
        "no content is left without the advertising",
    ),
    "headings only": (b"# One\n## Two\n", "no content is left without the advertising"),
    "too many topics": (b"## T\n\nx\n\n" * 300, "300 topics are too many for one guide"),
    "too deep": (b"<div>" * 5_000 + b"text", "nested too deeply"),
    "much too deep": (b"<div>" * 190_000 + b"text", "nested too deeply"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_used_is_one_clear_line_and_nothing_is_written(
    name: str, folder: Any, tmp_path: Path
) -> None:
    content, says = BAD[name]
    bad = tmp_path / "bad.md"
    bad.write_bytes(content)
    before = everything(folder)

    with pytest.raises(KeyguideError) as caught:
        import_guides([FIRST, bad, tmp_path / "gone.md"], folder.path, folder.path, "", DAY)

    first, second, last = str(caught.value).splitlines()
    assert first.startswith(f"{bad}:")
    assert says in first
    assert second == f"{tmp_path / 'gone.md'}: No such file or directory"
    assert last == "no file was written"
    assert everything(folder) == before


def test_drafts_that_are_there_are_not_written_over(folder: Any) -> None:
    import_guides([FIRST], folder.path, folder.path, "", DAY)
    before = everything(folder)

    with pytest.raises(KeyguideError, match="already exists"):
        import_guides([FIRST], folder.path, folder.path, "", DAY)
    assert everything(folder) == before


def test_drafts_can_be_put_into_a_folder_of_their_own(folder: Any, tmp_path: Path) -> None:
    out = tmp_path / "drafts"

    import_guides([FIRST], out, folder.path, "", DAY)

    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*.yaml")) == [
        "articles/keeping-your-licence-close-to-your.yaml",
        "sources.yaml",
    ]


def test_sources_that_cannot_be_read_are_told(folder: Any, tmp_path: Path) -> None:
    out = tmp_path / "drafts"
    (out / "sources.yaml").mkdir(parents=True)

    with pytest.raises(KeyguideError, match=r"sources\.yaml"):
        import_guides([FIRST], out, folder.path, "", DAY)


def test_sources_without_a_last_line_break_stay_whole(folder: Any) -> None:
    path = folder.path / "sources.yaml"
    path.write_text(path.read_text().rstrip("\n"))

    brought_in(folder, FIRST)

    assert {"ms-linking", "the-activation-page"} <= {
        source.id for source in read_folder(folder.path).files.sources
    }


@pytest.mark.skipif(not REAL.is_dir(), reason="../shared/guide with the three real copies is not here")
def test_the_three_real_copies_become_one_guide(folder: Any) -> None:
    told, group = brought_in(folder, *sorted(REAL.glob("*.txt")))

    bodies = [article.answer for article in group.articles]
    assert len(group.articles) == 4
    assert [len(steps(body)) for body in bodies] == [0, 5, 3, 0]
    assert "8 steps, 2 screenshots from 3 copies" in told
    assert (
        len(
            re.findall(
                r"\[Screenshot showing [^\]]+\]\(https://static1\.makeuseofimages\.com/", "".join(bodies)
            )
        )
        == 2
    )
    assert not ADVERTISING.search("".join(bodies))
    assert not ADVERTISING.search((folder.path / "sources.yaml").read_text())
