"""README, the pages in docs/, the locks and the program say the same thing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from keyguide.cli.program import COMMANDS, program
from keyguide.load.shape import SHAPES
from keyguide.runtime.configuration.settings import SETTINGS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {file.stem: file.read_text(encoding="utf-8") for file in (ROOT / "docs").glob("*.md")}
TEXTS = {
    "README": README,
    "CONTRIBUTING": (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"),
    **PAGES,
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DEPENDENCIES = PROJECT["project"]["dependencies"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
LOCKED = {  # each lock, and what it holds beside the dependencies of the program
    "requirements.lock": [
        requirement
        for extra in ("interactions", "mcp", "postgres", "semantic")
        for requirement in EXTRAS[extra]
    ],
    "requirements-dev.lock": EXTRAS["dev"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_of_commands_has_every_command(command: str) -> None:
    assert re.search(rf"^\| `keyguide {command}\b", PAGES["commands"], re.MULTILINE)


@pytest.mark.parametrize("name", TEXTS)
def test_no_page_has_a_command_or_option_that_is_not_there(name: str) -> None:
    lines = _find_commands(TEXTS[name])

    assert {" ".join(words): unknown for words in lines if (unknown := _list_unknown(words))} == {}


def _list_unknown(words: list[str]) -> list[str]:
    """List the command and the options of a line that the program does not have."""
    if words[0] in {"--help", "--version"}:
        return []
    if words[0] not in COMMANDS:
        return words[:1]
    command = program.get_command(click.Context(program), words[0])
    known = {"-", "--help"}.union(*(option.opts for option in command.params))
    return [word for word in words[1:] if word.startswith("-") and word not in known]


def _find_commands(text: str) -> Iterator[list[str]]:
    """Find what follows `keyguide` at the start of a line of code, or of code within a line."""
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    for line in [*"\n".join(blocks).splitlines(), *spans]:
        for part in re.split(r"\s#\s|&&|\|", line):
            words = part.split()
            while words and "=" in words[0]:
                del words[0]  # a setting for one run
            if words[:1] == ["keyguide"] and len(words) > 1 and words[1] != "COMMAND":
                yield words[1:]


def test_commands_are_found_in_blocks_and_in_lines() -> None:
    text = "`A=b keyguide ask --json x`\n```sh\ncd x && keyguide check  # all\n```\n`keyguide`"

    assert sorted(_find_commands(text)) == [["ask", "--json", "x"], ["check"]]
    assert _list_unknown(["ask", "--json", "x"]) == []
    assert _list_unknown(["ask", "--yaml", "x"]) == ["--yaml"]
    assert _list_unknown(["answer", "x"]) == ["answer"]


@pytest.mark.parametrize("name", SETTINGS)
def test_the_page_of_settings_has_every_setting_as_the_program_reads_it(name: str) -> None:
    setting = SETTINGS[name]

    assert f"| `{setting.variable}` | {setting.means} | {setting.default_text} |" in PAGES["settings"]


@pytest.mark.parametrize("name", TEXTS)
def test_no_page_has_a_setting_that_is_not_there(name: str) -> None:
    named = set(re.findall(r"\b(?:KEYGUIDE_|DISCORD_)[A-Z_]+", TEXTS[name]))
    known = {setting.variable for setting in SETTINGS.values()}
    known |= {f"{setting.variable}_FILE" for setting in SETTINGS.values() if setting.secret}

    assert named - known - {"KEYGUIDE_", "KEYGUIDE_TEST_DATABASE", "KEYGUIDE_TEST_INDEXES"} == set()


@pytest.mark.parametrize(
    "line",
    [
        *("python3 -m venv .venv && . .venv/bin/activate", 'pip install ".[semantic]"', "keyguide chat"),
        'pip install -e ".[dev]" && pytest',
    ],
)
def test_what_a_person_types_first_stands_on_lines_of_its_own(line: str) -> None:
    assert line in README.splitlines()


@pytest.mark.parametrize("line", ['pip install ".[semantic]"', "keyguide chat"])
def test_the_first_page_of_the_site_begins_as_the_readme_does(line: str) -> None:
    assert line in PAGES["index"].splitlines()


def test_every_path_that_is_named_is_there() -> None:
    pages = [README, *(file.read_text(encoding="utf-8") for file in (ROOT / "docs").rglob("*.md"))]
    paths = {path for text in pages for path in re.findall(r"`((?:bot/keyguide|tests)/[\w/.-]+)`", text)}

    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 75


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_every_page_that_is_linked_to_is_there(name: str) -> None:
    """The strict build of the site checks the links between the pages in docs/."""
    links = re.findall(r"\]\(([^)#:]+)[^)]*\)", (ROOT / name).read_text(encoding="utf-8"))

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_threat_names_tests_that_are_there() -> None:
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    table = page.partition("## Who could try what")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| who |")]
    named = [re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row.rpartition(" | ")[2]) for row in rows]

    assert len(rows) > 15
    assert [row for row, tests in zip(rows, named, strict=True) if not tests] == []
    assert [
        f"{path}::{name}"
        for tests in named
        for path, name in tests
        if f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8")
    ] == []


def test_the_format_page_names_every_kind_of_file() -> None:
    page = (ROOT / "knowledge" / "README.md").read_text(encoding="utf-8")

    missing = [name for name in SHAPES if not re.search(rf"`{name}s?(/|\.yaml)", page)]

    assert missing == []


def _read_lock(name: str) -> dict[str, set[str]]:
    """Return the locked versions of each package; some have one for each version of Python."""
    locked: dict[str, set[str]] = {}
    text = (ROOT / name).read_text(encoding="utf-8")
    for package, version in re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", text, re.MULTILINE):
        locked.setdefault(canonicalize_name(package), set()).add(version)
    return locked


@pytest.mark.parametrize(
    ("lock", "line"),
    [(lock, line) for lock, extra in LOCKED.items() for line in [*DEPENDENCIES, *extra]],
)
def test_no_lock_is_stale(lock: str, line: str) -> None:
    wanted = Requirement(line)

    pinned = _read_lock(lock).get(canonicalize_name(wanted.name))

    assert pinned, f"{wanted.name} is not in {lock}: run `task lock`"
    wrong = {version for version in pinned if not wanted.specifier.contains(version)}
    assert not wrong, f"{lock} has {wanted.name} {wrong}, which does not fit {line}: run `task lock`"


@pytest.mark.parametrize("lock", LOCKED)
def test_a_lock_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9_.-]+==)", text, flags=re.MULTILINE)[1:]

    assert entries
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert not re.search(r"--(index|extra-index|find-links)", text)


def test_the_tests_run_with_the_versions_that_are_deployed() -> None:
    deployed, tested = (_read_lock(lock) for lock in LOCKED)

    assert {name: versions for name, versions in deployed.items() if tested.get(name) != versions} == {}


def _read_what_people_read() -> dict[str, str]:
    folders = [ROOT / name for name in (".github", "bot", "docs", "knowledge")]
    files = [*ROOT.glob("*.md"), *(file for folder in folders for file in folder.rglob("*"))]
    return {
        str(file.relative_to(ROOT)): file.read_text(encoding="utf-8")
        for file in files
        if file.suffix in {".md", ".py", ".yaml", ".yml"}
    }


def test_nobody_is_told_to_install_keyguide_from_an_index() -> None:
    """Keyguide is on no package index; somebody else could take its name there."""
    from_index = re.compile(r"""\b(?:pipx?|uv|tool) (?:install|add)(?: -\S+)* ["']?keyguide\b""")

    assert from_index.search('pip install "keyguide[postgres]"')
    assert [name for name, text in _read_what_people_read().items() if from_index.search(text)] == []


@pytest.mark.parametrize(
    ("extra", "page"),
    [
        ("interactions", "scale"),
        ("mcp", "mcp"),
        ("postgres", "operating"),
        ("semantic", "settings"),
        ("vision", "screenshots"),
    ],
)
def test_a_page_says_how_an_extra_is_installed(extra: str, page: str) -> None:
    assert f'pip install ".[{extra}]"' in PAGES[page]


def test_the_changelog_has_both_parts_for_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    this = changelog.partition(f"## {PROJECT['project']['version']}")[2].partition("\n## ")[0]

    assert "### Answers" in this
    assert "### Program" in this
