"""Compile `kdl.lark` to the parse tables that the compiler carries: `python grammar/generate.py [--check]`.

In: `grammar/kdl.lark`, through Lark's LALR construction.  Out: `dslc/syntax/tables.py`, plain literals.
Building the tables takes Lark a tenth of a second and importing Lark another twentieth; `dslc` would pay both in every
run, so they are built once, here. A test fails when the file is not current.
"""

from __future__ import annotations

import sys
from itertools import pairwise
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
the parts it is given). `KEYWORDS`, `OPERATORS` and `PATTERNS` are the terminals, by their texts or by name.

What the words are for, as sets of terminals: `ITEMS` begin what stands at the top of a file and `STATEMENTS` the other
statements, `HEADS` lead to a body, `SOFT` are names wherever no statement begins. `ENDS_VALUE` are the terminals that can
end a value, and `LEVELS` gives operators of one binding strength the same number.
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
    words = _words(lark.rules, set(keywords.values()))
    parts = [
        HEADER,
        f"STARTS = {starts!r}\n",
        f"ENDS = {ends!r}\n",
        f"KEYWORDS = {dict(sorted(keywords.items()))!r}\n",
        f"OPERATORS = {dict(sorted(operators.items(), key=lambda item: (-len(item[0]), item[0])))!r}\n",
        f"PATTERNS = {dict(sorted(patterns.items()))!r}\n",
        *(f"{name} = frozenset({sorted(terminals)!r})\n" for name, terminals in words.items()),
        f"LEVELS = {_levels(lark.rules, {name: text for text, name in {**keywords, **operators}.items()})!r}\n",
        "RULES: tuple[tuple[str, int, str | None, tuple[int, ...]], ...] = (\n",
        *(f"    {_rule(rule)!r},\n" for rule in rules),
        ")\n",
        "STATES: tuple[dict[str, int], ...] = (\n",
        *(f"    {row!r},\n" for row in states),
        ")\n",
    ]
    return "".join(parts)


def _words(rules: list[Rule], keywords: set[str]) -> dict[str, set[str]]:
    """What the words of the language are for, read off the rules that use them."""
    parts = [(str(rule.origin.name), [str(part.name) for part in rule.expansion]) for rule in rules]
    begins = _closure(
        parts, {name: {each[0] for of, each in parts if of == name and each} for name, _ in parts}
    )
    ends = _closure(
        parts, {name: {each[-1] for of, each in parts if of == name and each} for name, _ in parts}
    )
    items = begins["definition"]
    before_body = {part for _, each in parts for part, after in pairwise(each) if after == "body"}
    first = {each[0] for _, each in parts if "body" in each}
    elsewhere = {part for name, each in parts if name not in ("definition", "statement") for part in each}
    return {
        "ITEMS": items,
        "STATEMENTS": (begins["statement"] & keywords) - items - begins["chain"],
        "HEADS": (before_body | first) & keywords,
        "SOFT": keywords - elsewhere,
        "ENDS_VALUE": ends["primary"],
    }


def _closure(parts: list[tuple[str, list[str]]], of: dict[str, set[str]]) -> dict[str, set[str]]:
    """The terminals behind the rules' names in sets of symbols."""
    changed = True
    while changed:
        before = sum(map(len, of.values()))
        of = {name: each.union(*(of[part] for part in each if part in of)) for name, each in of.items()}
        changed = sum(map(len, of.values())) > before
    return {name: each - of.keys() for name, each in of.items()}


def _levels(rules: list[Rule], texts: dict[str, str]) -> dict[str, int]:
    """Operators with a rule of their own (`sum: sum "+" product`), each with the number of this rule."""
    levels: dict[str, str] = {}
    for rule in rules:
        name, parts = str(rule.origin.name), rule.expansion
        if (
            rule.alias
            and len(parts) == 3
            and parts[0].name == name
            and parts[1].is_term
            and not parts[2].is_term
        ):
            levels[texts[str(parts[1].name)]] = name
    order = sorted(set(levels.values()))
    return {text: order.index(name) for text, name in sorted(levels.items())}


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
