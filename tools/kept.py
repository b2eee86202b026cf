"""Write docs/kept.md from the schema: every table and column, why it is kept, and for how long.

usage: python tools/kept.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from keyguide.store.schema import FINGERPRINTS, Migration, describe_columns, list_tables

PAGE = Path(__file__).parents[1] / "docs" / "kept.md"
HEAD = """# What is kept

Made from the schema of the database by `tools/kept.py`; a test holds it to the schema, so that no table can
be forgotten here.

**To erase somebody** erases the rows that name them in every table below, in one transaction: on Discord with
**/privacy**, on the web page with **Forget this conversation**, for programs and everybody else with
`keyguide forget NAME`. The copies that an upgrade leaves beside the database are erased in the same way,
and are removed after 30 days (`KEYGUIDE_KEEP_DAYS`). SQLite overwrites erased rows, and empties its log at
once, or within the hour if somebody is reading; PostgreSQL frees the space at its next VACUUM. A backup made
with `keyguide backup` still has the rows, but `keyguide restore` leaves them out.
"""


def write_page() -> str:
    """Write the page as text."""
    return "\n".join([HEAD, *(line for table in list_tables() for line in _write_table(table))])


def _write_table(table: Migration) -> Iterator[str]:
    yield f"## {table.creates}\n"
    yield f"{table.reason} {_describe_person(table)} {_describe_age(table)}\n"
    yield "| column | why it is kept |"
    yield "|---|---|"
    yield from (f"| `{name}` | {reason} |" for name, reason in describe_columns()[table.creates])
    yield ""


def _describe_person(table: Migration) -> str:
    if not table.person:
        return "It names nobody."
    kind = "a fingerprint of the name" if table.person in FINGERPRINTS else "the name"
    return f"The column `{table.person}` has {kind} of a person, to hand out and erase such rows."


def _describe_age(table: Migration) -> str:
    return (
        "Rows are erased after 30 days (`KEYGUIDE_KEEP_DAYS`)."
        if table.dated
        else f"How long: {table.forever}."
    )


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
