"""README, the lock and the program say the same thing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from keyguide.cli.program import COMMANDS
from keyguide.load.shape import SHAPES
from keyguide.runtime.settings import SETTINGS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DEPENDENCIES = PROJECT["project"]["dependencies"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
LOCKED = {  # each lock, and what it holds beside the dependencies of the program
    "requirements.lock": EXTRAS["postgres"],
    "requirements-dev.lock": EXTRAS["dev"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_has_every_command(command: str) -> None:
    assert re.search(rf"^\| `keyguide {command}\b", README, re.MULTILINE)


def test_the_readme_has_no_command_that_is_not_there() -> None:
    assert set(re.findall(r"^\| `keyguide (\w+)", README, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("name", SETTINGS)
def test_the_readme_has_every_setting_as_the_program_reads_it(name: str) -> None:
    way = SETTINGS[name]

    assert f"| `{way.variable}` | {way.means} | {way.default_text} |" in README


def test_the_readme_has_no_setting_that_is_not_there() -> None:
    named = set(re.findall(r"\b(?:KEYGUIDE_|DISCORD_)[A-Z_]+", README))
    known = {way.variable for way in SETTINGS.values()} | {
        f"{way.variable}_FILE" for way in SETTINGS.values()
    }

    assert named - known <= {"KEYGUIDE_TEST_DATABASE"}


@pytest.mark.parametrize("command", ["pip install . && keyguide chat", 'pip install -e ".[dev]" && pytest'])
def test_the_two_commands_stand_on_lines_of_their_own(command: str) -> None:
    assert command in README.splitlines()


def test_every_page_that_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)

    assert [link for link in links if not (ROOT / link).exists()] == []


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


@pytest.mark.parametrize("extra", ["postgres", "semantic"])
def test_the_readme_says_how_an_extra_is_installed(extra: str) -> None:
    assert f'`pip install ".[{extra}]"`' in README


def test_the_changelog_has_both_parts_for_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    this = changelog.partition(f"## {PROJECT['project']['version']}")[2].partition("\n## ")[0]

    assert "### Answers" in this
    assert "### Program" in this
