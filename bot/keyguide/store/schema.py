"""Define the database schema, and the reason for each column, as migrations for every SQL dialect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Template
from types import MappingProxyType

Dialect = Mapping[str, str]  # the few words that differ between the databases

SQLITE: Dialect = MappingProxyType({"number": "INTEGER PRIMARY KEY", "moment": "TEXT"})
POSTGRES: Dialect = MappingProxyType(
    {"number": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "moment": "TIMESTAMPTZ"}
)

FINGERPRINTS = frozenset({"asker"})  # columns that hold the fingerprint of a name, and not the name


@dataclass(frozen=True, slots=True)
class Column:
    """A column, and the reason for keeping it, in words for the people it is about."""

    name: str
    type: str
    reason: str


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration of the schema. Never edit a published one: add a further one for each change."""

    reason: str
    creates: str = ""  # the table to create with the columns
    person: str = ""  # its column that names a person, to export and to erase by
    dated: str = ""  # its column with the moment from which its rows grow old
    forever: str = ""  # or why its rows name nobody and stay
    extends: str = ""  # or the table to add the columns to
    columns: tuple[Column, ...] = ()
    statements: tuple[str, ...] = ()


MIGRATIONS = (
    Migration(
        "A conversation goes on where it was, after a restart and on another machine.",
        creates="conversation",
        person="who",
        dated="saved",
        columns=(
            Column("who", "TEXT PRIMARY KEY", "the name you are known by here, to find your conversation"),
            Column("flow", "TEXT NOT NULL", "the diagnosis you are in, to go on with it"),
            Column("answers", "TEXT NOT NULL", "the choices you made in diagnoses, never your words (JSON)"),
            Column("facts", "TEXT NOT NULL", "what they showed of your PC: Windows 11, a code … (JSON)"),
            Column("subject", "TEXT NOT NULL", "the answer you saw last, to lead on from it"),
            Column("tried", "TEXT NOT NULL", "the answers that did not help, not to repeat them (JSON)"),
            Column("saved", "$moment NOT NULL", "when this last changed, to tell old conversations"),
        ),
    ),
    Migration(
        "The keepers see which answers help and which questions find none, without reading anyone's words.",
        creates="ledger",
        person="who",
        dated="at",
        columns=(
            Column("id", "$number", "the number of the line, to keep lines in their order"),
            Column("at", "$moment NOT NULL", "when an answer was given, to count answers by day"),
            Column(
                "who", "TEXT NOT NULL", "the name you are known by here, to hand out and erase your lines"
            ),
            Column("place", "TEXT NOT NULL", "where you asked, to count answers by place"),
            Column("kind", "TEXT NOT NULL", "what kind of answer it was, to see how often there was none"),
            Column("subject", "TEXT NOT NULL", "the id of the answer, to see which ones are needed"),
            Column("step", "TEXT NOT NULL", "the question of the diagnosis, to see where people stop"),
            Column("judged", "TEXT NOT NULL", "the id of the answer you judged, to improve it"),
            Column("verdict", "TEXT NOT NULL", "whether it helped: good, bad, or asked again"),
        ),
    ),
    Migration(
        "Counting a month and erasing a person stay quick when the ledger is long.",
        statements=(
            "CREATE INDEX ledger_who ON ledger (who)",
            "CREATE INDEX ledger_at ON ledger (at)",
            "CREATE INDEX ledger_place_at ON ledger (place, at)",
        ),
    ),
    Migration(
        "Where an operator chose so, the keepers read what found no answer: for 30 days, not who asked.",
        creates="missed",
        person="asker",
        dated="at",
        columns=(
            Column("id", "$number", "the number of the question, to keep questions in their order"),
            Column("at", "$moment NOT NULL", "when it was asked, to erase it after 30 days"),
            Column("place", "TEXT NOT NULL", "where it was asked, to count by place"),
            Column("kind", "TEXT NOT NULL", "whether there was no answer, or it belonged elsewhere"),
            Column("text", "TEXT NOT NULL", "the words, masked, to write the answer that was missing"),
        ),
        statements=("CREATE INDEX missed_at ON missed (at)",),
    ),
    Migration(
        "What a server chose is kept with it, and two presses at once never call two helpers.",
        creates="note",
        person="name",
        forever="settings stay until the server removes the bot; a note about a person ends with the matter",
        columns=(
            Column("place", "TEXT NOT NULL", "the server or the matter that the note belongs to"),
            Column(
                "name", "TEXT NOT NULL", "a setting, or you where you called a human, help, or are blocked"
            ),
            Column("value", "TEXT NOT NULL", "what was chosen, or the thread where you are helped or help"),
        ),
        statements=(
            "CREATE UNIQUE INDEX note_place_name ON note (place, name)",
            "CREATE INDEX note_name ON note (name)",
        ),
    ),
    Migration(
        "Who writes 'the second one' gets the second option of the answer before.",
        extends="conversation",
        columns=(
            Column(
                "offered", "TEXT NOT NULL DEFAULT '[]'", "the buttons of that answer, to count them (JSON)"
            ),
        ),
    ),
    Migration(
        "Two processes that answer one person at the same moment lose nothing.",
        extends="conversation",
        columns=(
            Column("version", "INTEGER NOT NULL DEFAULT 1", "how often this was saved, to lose no answer"),
        ),
        statements=("CREATE INDEX conversation_saved ON conversation (saved)",),
    ),
    Migration(
        "The keepers read sums by day, which name nobody, and not the lines of the ledger.",
        creates="daily_count",
        forever="sums name nobody; they stay for 190 days",
        columns=(
            Column("day", "TEXT NOT NULL", "the day that is counted"),
            Column("place", "TEXT NOT NULL", "where people asked, to count by place"),
            Column("measure", "TEXT NOT NULL", "what is counted: answers, verdicts, sessions, steps"),
            Column("subject", "TEXT NOT NULL", "the id of the answer or the diagnosis"),
            Column("step", "TEXT NOT NULL", "the question of the diagnosis"),
            Column("value", "TEXT NOT NULL", "the kind of answer, the verdict, or how sessions ended"),
            Column("total", "BIGINT NOT NULL", "how many"),
        ),
        statements=(
            "CREATE UNIQUE INDEX daily_count_key ON daily_count (place, day, measure, subject, step, value)",
            "CREATE INDEX daily_count_measure ON daily_count (measure, day)",
        ),
    ),
    Migration(
        "Every line of the ledger is counted exactly once.",
        extends="ledger",
        columns=(
            Column("counted", "INTEGER NOT NULL DEFAULT 0", "1 once the sums by day contain this line"),
        ),
        statements=("CREATE INDEX ledger_uncounted ON ledger (at, id) WHERE counted = 0",),
    ),
    Migration(
        "How a session ends is counted although its lines are counted one by one.",
        creates="session",
        person="who",
        dated="last",
        columns=(
            Column("who", "TEXT NOT NULL", "the name you are known by here, to find your session"),
            Column("place", "TEXT NOT NULL", "where you asked, to count sessions by place"),
            Column("day", "TEXT NOT NULL", "the day it began, to count sessions by day"),
            Column("last", "$moment NOT NULL", "when you last asked, to see that a session is over"),
            Column("ending", "TEXT NOT NULL", "how it ended so far, such as answered"),
            Column("step", "TEXT NOT NULL", "the question of a diagnosis where it stopped"),
            Column("steps", "TEXT NOT NULL", "the questions it came to, to count each once (JSON)"),
        ),
        statements=("CREATE UNIQUE INDEX session_key ON session (who, place)",),
    ),
    Migration(
        "Who is erased takes the questions along that found no answer.",
        extends="missed",
        columns=(
            Column("asker", "TEXT NOT NULL DEFAULT ''", "a fingerprint of your name, to erase it with you"),
        ),
        statements=("CREATE INDEX missed_asker ON missed (asker)",),
    ),
    Migration(
        "A backup that is restored forgets again who was erased since it was made.",
        creates="erased",
        forever="a fingerprint instead of a name; it stays for 190 days, as long as a backup may be old",
        columns=(
            Column("mark", "TEXT PRIMARY KEY", "a fingerprint of the name that was erased"),
            Column("at", "$moment NOT NULL", "when, to know which backups are older"),
        ),
    ),
)


def build_statements(step: Migration, dialect: Dialect) -> Iterator[str]:
    """Build the statements of a migration in the dialect of a database."""
    columns = [Template(f"{column.name} {column.type}").substitute(dialect) for column in step.columns]
    if step.creates:
        yield f"CREATE TABLE {step.creates} ({', '.join(columns)})"
    if step.extends:
        yield from (f"ALTER TABLE {step.extends} ADD COLUMN {column}" for column in columns)
    yield from step.statements


def list_columns(table: str) -> tuple[str, ...]:
    """List the column names of a table, in order."""
    return tuple(name for name, _ in describe_columns()[table])


def list_moment_columns(table: str) -> frozenset[str]:
    """List the columns of a table that hold a moment."""
    steps = (step for step in MIGRATIONS if table in {step.creates, step.extends})
    return frozenset(column.name for step in steps for column in step.columns if "$moment" in column.type)


def describe_columns() -> dict[str, list[tuple[str, str]]]:
    """List every column with its reason, by table; tests compare the list with the real databases."""
    columns: dict[str, list[tuple[str, str]]] = {}
    for step in MIGRATIONS:
        if table := step.creates or step.extends:
            columns.setdefault(table, []).extend((column.name, column.reason) for column in step.columns)
    return columns


def list_tables() -> tuple[Migration, ...]:
    """List the migrations that create a table, and say who its rows are about and how long they stay."""
    return tuple(step for step in MIGRATIONS if step.creates)
