"""Typical mistakes: each is named once, in its place, and the help leads to the text beside it, of which nothing is said.

The tables are in `remedies`, a file for each family; `rows.py` says how they are written. `pytest --update` rewrites what is
said in them.
"""

from __future__ import annotations

from collections import Counter

import pytest

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.fixing import applied
from dslc.driver import check
from dslc.source import Source
from tests.errors.rows import TABLES, Row, leads_to, rows_of, with_answers

ROWS = [row for path in TABLES for row in rows_of(path)]


def said_of(text: str) -> list[Diagnostic]:
    """Whatever is said of a text, beside which there is a file with a block."""

    def load(path: str, importer: str) -> Source | str:
        return Source(path, "block Head(n) = Dense(n)\n") if path == "blocks.kdl" else "there is no such file"

    return list(check(Source("net.kdl", text), load).diagnostics)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.family}: {row.title}")
def test_the_message_leads_to_the_right_text(row: Row) -> None:
    found = said_of(row.wrong)
    assert row.lines == with_answers(row, found)
    if row.is_legal:
        return
    assert [each.code for each in said_of(row.right)] == []
    (item,) = found
    assert item.help is not None
    if item.fix is not None:
        assert applied(row.wrong, item.fix.edits).split() == row.right.split()
    else:
        assert leads_to(item.help, row.wrong, row.right)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_row_has_a_title_of_its_own(path: object, request: pytest.FixtureRequest) -> None:
    titles = [row.title for row in ROWS]
    assert len(titles) == len(set(titles))


def test_every_family_of_mistakes_has_a_table() -> None:
    """What the test above holds of each row is the best of the grades that were given to 160 mistakes once: the cause by name,
    in its place, with a remedy that works, and nothing else. No row has another one."""
    wrong = Counter(row.family for row in ROWS if not row.is_legal)
    assert set(wrong) == {
        "names", "numbers", "shapes", "steps", "scopes", "parts", "syntax",
        "newcomers", "imperative_keras", "python", "other_libraries", "notations", "bodies", "copied",
    }  # fmt: skip
    assert min(wrong.values()) >= 15 and sum(wrong.values()) >= 870


def test_the_tables_can_be_rewritten(request: pytest.FixtureRequest) -> None:
    if not request.config.option.update:
        return
    for path in TABLES:
        head = path.read_text(encoding="utf-8").split("\n\n")[0]
        parts = [head]
        for row in rows_of(path):
            lines = with_answers(row, said_of(row.wrong))
            parts.append("\n".join([row.title, *(line.rstrip() for line in lines)]))
        path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
