"""Import guides, and merge copies of one guide, as draft articles with their sources."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from keyguide.core.finding.normalise import tokenise
from keyguide.core.knowledge.folder_content import SOURCES
from keyguide.core.knowledge.rules.answers.single_text import MAX_ANSWER, MAX_ASK, MAX_LABEL
from keyguide.core.model.shorten import shorten
from keyguide.desk.importing.html_to_markdown import ITEM_MARK, clean_label
from keyguide.desk.importing.parse_guide import Guide, Topic, read_guide
from keyguide.desk.inventory import Inventory, make_slug, make_unique
from keyguide.desk.write_yaml import append_sources, format_drafts, write_new_files
from keyguide.errors import KeyguideError
from keyguide.load.folder import read_folder

_LINK = re.compile(r"\[([^\]\n]{0,500})\]\((https://[^)\s]{1,3000})\)")
_GAP_IN_LIST = re.compile(r"^((?:[0-9]+\.|-) .*\n)\n(?=(?:[0-9]+\.|-) )", re.MULTILINE)
_RESERVED = 100  # characters of a card that stay free for the writer
_PLACEHOLDER_ADDRESS = "https://guide.invalid/"  # never resolves; the writer must fill in the real address
_MIN_SHARED_TOPICS = 0.5  # two guides that share this part of their topics are copies


def import_guides(paths: Sequence[Path], out: Path, knowledge: Path, address: str, today: str) -> str:
    """Import guides into a folder and report the drafts; write no file if one guide cannot be used."""
    groups = _group_copies(_read_guides(paths, address))
    known = Inventory(read_folder(knowledge).files)
    files, report = {}, []
    for copies in groups:
        draft = _make_draft(copies, known, today)
        path = out / "articles" / f"{draft['id']}.yaml"
        origin = ", ".join(copy.file for copy in copies)
        comment = f"Drafts from {origin}: never served. Review each one, then remove its `status: draft`."
        files[path] = format_drafts(draft, comment)
        report.append(_describe_draft(path, copies))
    path = out / SOURCES
    files[path] = append_sources(path, known.new_sources)
    write_new_files(files, overwrite=[path])
    return "\n".join((*report, f"{path}: {len(known.new_sources)} sources added"))


def _read_guides(paths: Sequence[Path], address: str) -> list[Guide]:
    """Read every guide once; report all problems together if some cannot be used."""
    guides, problems = [], []
    names = Counter(path.name for path in set(paths))
    for path in dict.fromkeys(paths):
        name = path.name if names[path.name] == 1 else str(path)
        try:
            guides.append(read_guide(path, address, clean_label(name.encode(errors="replace").decode())))
        except KeyguideError as error:
            problems.append(str(error))
    if problems:
        raise KeyguideError("\n".join((*problems, "no file was written")))
    return guides


def _group_copies(guides: Sequence[Guide]) -> list[list[Guide]]:
    """Group the copies of each guide; the first one of a group gets the topics and differences of all."""
    groups: list[list[Guide]] = []
    for guide in guides:
        if group := next((group for group in groups if _is_copy(group[0], guide)), None):
            _add_topics(group[0], guide)
            group.append(guide)
        else:
            groups.append([guide])
    return groups


def _is_copy(known: Guide, guide: Guide) -> bool:
    """Check whether two guides share enough topics to be copies of one guide."""
    shared = _index_topics(known).keys() & _index_topics(guide).keys()
    return len(shared) >= _MIN_SHARED_TOPICS * min(len(known.topics), len(guide.topics))


def _index_topics(guide: Guide) -> dict[str, Topic]:
    """Map the words of each heading, with a number if others have the same words, to its topic."""
    used: set[str] = set()
    return {make_unique(" ".join(tokenise(topic.title)), used): topic for topic in guide.topics}


def _add_topics(guide: Guide, copy: Guide) -> None:
    """Add the topics that only a copy has, and record how it differs in the others."""
    known, new = _index_topics(guide), _index_topics(copy)
    for words, topic in new.items():
        if words in known:
            known[words].differences += _describe_differences(known[words], topic, copy.file)
            known[words].files.append(copy.file)
        else:
            topic.differences.append(f"Only {copy.file} has this topic.")
            guide.topics.append(topic)
    for words in known.keys() - new.keys():
        known[words].differences.append(f"{copy.file} does not have this topic.")


def _describe_differences(known: Topic, topic: Topic, file: str) -> Iterator[str]:
    """Yield a sentence for each line that only one of two copies of a topic has."""
    old, new = (
        {" ".join(tokenise(text)): text for text in (ITEM_MARK.sub("", line) for line in each.lines)}
        for each in (known, topic)
    )
    yield from (f'{file} also says: "{text}"' for words, text in new.items() if words not in old)
    yield from (f'{file} does not say: "{text}"' for words, text in old.items() if words not in new)


def _make_draft(copies: Sequence[Guide], known: Inventory, today: str) -> dict[str, object]:
    """Build a group of draft articles from a guide and its copies, and add what they use to `known`."""
    guide, cited = copies[0], {}
    for copy in copies:
        address = copy.address or f"{_PLACEHOLDER_ADDRESS}{make_slug(copy.title)}"
        cited[copy.file] = known.find_source(address, copy.title, make_slug(f"guide {copy.title}", 40))
    articles = []
    for topic, asks in zip(guide.topics, _assign_keywords(copies, known), strict=True):
        for label, address in _LINK.findall("\n".join(topic.lines)):
            known.find_source(address, label, make_slug(label))
        body, rest = _fit_card(topic.lines)
        article = {
            "id": make_unique(make_slug(topic.title), known.ids),
            "title": shorten(topic.title, MAX_LABEL),
            "answer": body,
            "sources": list(dict.fromkeys(cited[file] for file in topic.files)),
            "verified": guide.day or today,
            "certainty": "reported",
            "asks": asks,
            "status": "draft",
            "notes": "\n".join(_make_notes(guide, topic, rest)),
        }
        articles.append({key: value for key, value in article.items() if value})
    group_id = make_unique(make_slug(guide.title), known.group_ids)
    return {"id": group_id, "title": shorten(guide.title, MAX_LABEL), "articles": articles}


def _assign_keywords(copies: Sequence[Guide], known: Inventory) -> list[list[str]]:
    """Assign each keyword to the topic that shares most of its words; skip those that are examples."""
    assigned: list[list[str]] = [[] for _ in copies[0].topics]
    titles = [set(tokenise(topic.title)) for topic in copies[0].topics]
    for keyword in (keyword for copy in copies for keyword in copy.keywords):
        if len(keyword) <= MAX_ASK and known.add_ask(keyword):
            shared = [len(title.intersection(tokenise(keyword))) for title in titles]
            assigned[shared.index(max(shared))].append(keyword)
    return assigned


def _fit_card(lines: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Join as many lines as fit on a card, and return the others."""
    fitting = bisect_right([*accumulate(len(line) + 2 for line in lines)], MAX_ANSWER - _RESERVED)
    body = _GAP_IN_LIST.sub(r"\1", "\n\n".join(lines[:fitting]))
    return body or shorten(clean_label(lines[0]), MAX_LABEL), lines[fitting:]


def _make_notes(guide: Guide, topic: Topic, rest: Sequence[str]) -> Iterator[str]:
    files = ", ".join(topic.files)
    yield f"Imported from {files}."
    yield "Check every sentence against Microsoft's pages, then remove `status: draft`."
    if topic is guide.topics[0] and guide.opening:
        yield from ("The guide begins with:", *guide.opening)
    yield from topic.differences
    if rest:
        yield from ("Too long for one card; the rest:", *rest)
    if len(topic.title) > MAX_LABEL:
        yield f"The full heading: {topic.title}"


def _describe_draft(path: Path, copies: Sequence[Guide]) -> str:
    topics = copies[0].topics
    steps = sum(bool(re.match(r"[0-9]{1,3}\. ", line)) for topic in topics for line in topic.lines)
    pictures = sum(topic.pictures for topic in topics)
    origin = f" from {len(copies)} copies" if len(copies) > 1 else ""
    report = [f"{path}: {len(topics)} drafts, {steps} steps, {pictures} screenshots{origin}"]
    report += [f"  {topic.title}: {difference}" for topic in topics for difference in topic.differences]
    if without_address := ", ".join(copy.file for copy in copies if not copy.address):
        report.append(f"  no address in {without_address}: add it to sources.yaml, or import with --url")
    return "\n".join(report)
