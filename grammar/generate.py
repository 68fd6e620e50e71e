"""Compile `kdl.lark` to the parse tables that the compiler carries: `python grammar/generate.py [--check]`.

In: `grammar/kdl.lark`, through Lark's LALR construction.  Out: `dslc/syntax/tables.py`, plain literals.
Building the tables takes Lark a tenth of a second and importing Lark another twentieth; `dslc` would pay both in every
run, so they are built once, here. A test fails when the file is not current.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from lark import Lark
from lark.grammar import Rule
from lark.lexer import PatternStr
from lark.parsers.lalr_analysis import Shift

HERE = Path(__file__).resolve().parent
GRAMMAR = HERE / "kdl.lark"
TABLES = HERE.parent / "dslc" / "syntax" / "tables.py"
STARTS = ("file", "chain")

HEADER = '''"""Parse tables of the language, made from `grammar/kdl.lark` by `grammar/generate.py`. DO NOT EDIT.

`STATES[state]` maps a terminal to an action (n > 0: shift to state n - 1; n < 0: reduce by rule -n - 1) and a rule's
name to the next state. `RULES[rule]` is (name, length, method of the builder or "" to splice or None to pass through,
the parts it is given).
"""

'''


def generate() -> str:
    """The text of `tables.py` for the grammar as it is now."""
    lark = Lark(GRAMMAR.read_text("utf-8"), parser="lalr", start=list(STARTS), maybe_placeholders=False)
    table = lark.parser.parser._parse_table
    rules: list[Rule] = []
    numbers: dict[Rule, int] = {}
    states: list[dict[str, int]] = []
    order = _reading_order(table)
    renumber = {state: index for index, state in enumerate(order)}
    for state in order:
        row: dict[str, int] = {}
        for symbol, (action, argument) in sorted(table.states[state].items()):
            if action is Shift:
                target = renumber[argument]
                row[symbol] = target + 1 if symbol.isupper() or symbol.startswith("$") else target
            else:
                if argument not in numbers:
                    numbers[argument] = len(rules)
                    rules.append(argument)
                row[symbol] = -numbers[argument] - 1
        states.append(row)
    keywords: dict[str, str] = {}
    operators: dict[str, str] = {}
    patterns: dict[str, str] = {}
    for terminal in lark.terminals:
        if isinstance(terminal.pattern, PatternStr):
            text = terminal.pattern.value
            (keywords if text.isidentifier() else operators)[text] = terminal.name
        else:
            patterns[terminal.name] = terminal.pattern.value
    starts = {name: renumber[table.start_states[name]] for name in STARTS}
    ends = {name: renumber[table.end_states[name]] for name in STARTS}
    parts = [
        HEADER,
        f"STARTS = {starts!r}\n",
        f"ENDS = {ends!r}\n",
        f"KEYWORDS = {dict(sorted(keywords.items()))!r}\n",
        f"OPERATORS = {dict(sorted(operators.items(), key=lambda item: (-len(item[0]), item[0])))!r}\n",
        f"PATTERNS = {dict(sorted(patterns.items()))!r}\n",
        "RULES: tuple[tuple[str, int, str | None, tuple[int, ...]], ...] = (\n",
        *(f"    {_rule(rule)!r},\n" for rule in rules),
        ")\n",
        "STATES: tuple[dict[str, int], ...] = (\n",
        *(f"    {row!r},\n" for row in states),
        ")\n",
    ]
    return "".join(parts)


def _reading_order(table: Any) -> list[int]:
    """The states as they are reached from the start: Lark's own numbers differ from run to run."""
    order = [table.start_states[name] for name in STARTS]
    seen = set(order)
    for state in order:
        for _, (action, argument) in sorted(table.states[state].items(), key=lambda item: str(item[0])):
            if action is Shift and argument not in seen:
                seen.add(argument)
                order.append(argument)
    return order


def _rule(rule: Rule) -> tuple[str, int, str | None, tuple[int, ...]]:
    """Name, length, builder method and the positions of the parts that carry meaning."""
    name = str(rule.origin.name)
    kept = tuple(
        index for index, part in enumerate(rule.expansion) if not (part.is_term and _carries_nothing(part))
    )
    method: str | None
    if name.startswith("_"):
        method = ""
    elif rule.alias:
        method = str(rule.alias)
    elif rule.options.expand1 and len(kept) == 1:  # `?rule`
        method = None
    else:
        method = name
    return name, len(rule.expansion), method, kept


def _carries_nothing(part: Any) -> bool:
    return bool(part.filter_out) or part.name in ("NEWLINE", "ERROR")


def main(arguments: list[str]) -> int:
    """Write the tables, or with `--check` say (by exit code 1) that they are not current."""
    text = generate()
    if "--check" in arguments:
        return 0 if TABLES.exists() and TABLES.read_text("utf-8") == text else 1
    TABLES.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
