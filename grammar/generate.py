"""Compile the grammar to the tables that the compiler carries: `python grammar/generate.py [--check]`.

In: `grammar/kdl.lark`, through Lark's LALR construction, and the rows of advice in `grammar/mistakes.py`, whose broken
examples are run through these tables.  Out: `dslc/syntax/tables.py`, plain literals.
Building the tables takes Lark a tenth of a second and importing Lark another twentieth; `dslc` would pay both in every
run, so they are built once, here. A test fails when the file is not current.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lark import Lark
from lark.grammar import Rule
from lark.lexer import PatternStr
from lark.parsers.lalr_analysis import Shift

if TYPE_CHECKING:
    from dslc.syntax.place import Place
    from grammar.mistakes import Row

HERE = Path(__file__).resolve().parent
GRAMMAR = HERE / "kdl.lark"
TABLES = HERE.parent / "dslc" / "syntax" / "tables.py"
STARTS = ("file", "chain")

HEADER = '''"""Parse tables of the language, made from `grammar/kdl.lark` by `grammar/generate.py`. DO NOT EDIT.

`STATES[state]` maps a terminal to an action (n > 0: shift to state n - 1; n < 0: reduce by rule -n - 1) and a rule's
name to the next state. `RULES[rule]` is (name, length, method of the builder or "" to splice or None to pass through,
the parts it is given). `KEYWORDS`, `OPERATORS` and `PATTERNS` are the terminals, by their texts or by name.

What the words are for, as sets of terminals: `ITEMS` begin what stands at the top of a file and `STATEMENTS` the other
statements, `HEADS` lead to a body, `SOFT` are names wherever no statement begins; a value may follow those
of `BEFORE_VALUE`. `ENDS_VALUE` are the terminals that can end a value, and `LEVELS` gives operators of one binding strength the
same number.

`MISTAKES` are the rows of `grammar/mistakes.py`, condition, advice and cause, and `ADVICE` tells for a state and a terminal that
does not fit in it (each None for any) which rows are about them.
"""

'''


def generate_grammar() -> str:
    """The text of `tables.py` for the grammar as it is now, without what is said about mistakes."""
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
    before_value = {
        part for _, each in parts for part, after in pairwise(each) if "NUMBER" in begins.get(after, ())
    }
    elsewhere = {part for name, each in parts if name not in ("definition", "statement") for part in each}
    return {
        "ITEMS": items,
        "STATEMENTS": (begins["statement"] & keywords) - items - begins["chain"],
        "HEADS": (before_body | first) & keywords,
        "SOFT": keywords - elsewhere,
        "BEFORE_VALUE": before_value & keywords - elsewhere,
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


def generate_mistakes(rows: tuple[Row, ...] | None = None) -> str:
    """The rest of the text: rows of advice by where the mistakes of their examples are.

    It takes the tables of the grammar from `dslc/syntax/tables.py`, which must be current.
    """
    from dslc.syntax.mistakes import row_of
    from grammar.mistakes import ROWS

    rows = ROWS if rows is None else rows
    advice: dict[tuple[int | None, str | None], list[int]] = {}
    places = [(number, *found) for number, row in enumerate(rows) for found in mistakes_of(row)]
    for number, _, where, state in places:
        row = rows[number]
        key = (None if row.anywhere else state, None if row.any_token or row.anywhere else where.token.type)
        if number not in advice.setdefault(key, []):
            advice[key].append(number)
    said = [(row.when, row.advice, row.cause) for row in rows]
    taken = [
        f"{example!r} of {rows[number].advice!r} is taken by {'no row' if other is None else repr(rows[other].advice)}"
        for number, example, where, state in places
        if (other := row_of(where, state, advice, said)) != number
    ]
    if taken:
        raise ValueError("\n".join(["examples that other rows take:", *taken]))
    return "".join(
        [
            "MISTAKES: tuple[tuple[str | None, str, str | None], ...] = (\n",
            *(f"    {row!r},\n" for row in said),
            ")\n",
            "ADVICE: dict[tuple[int | None, str | None], tuple[int, ...]] = {\n",
            *(f"    {key!r}: {tuple(numbers)!r},\n" for key, numbers in sorted(advice.items(), key=str)),
            "}\n",
        ]
    )


def mistakes_of(row: Row) -> Iterator[tuple[str, Place, int]]:
    """The examples of a row, each with the place of its first mistake and the state that the parser settles in there."""
    for example in row.examples:
        yield (example, *first_mistake(example))


def first_mistake(example: str) -> tuple[Place, int]:
    """Where the first token of a program does not fit, and in which state; `{…}` is a placeholder of an f-string."""
    from dslc.source import Source
    from dslc.syntax.lexer import tokenize
    from dslc.syntax.place import place, settled
    from dslc.syntax.tables import ENDS, RULES, STARTS, STATES

    begin = "chain" if example[0] == "{" else "file"
    text = example[1:-1] if begin == "chain" else example
    tokens = tokenize(Source("example", text), text).tokens
    if tokens[-1].type == "NEWLINE":
        tokens.pop()
    states = [STARTS[begin]]
    position, starts = 0, [0]
    while True:
        where = place(text, tokens, starts[-1], position)
        action = STATES[states[-1]].get(where.token.type)
        if action is None:
            return where, settled(states)
        if action > 0:
            states.append(action - 1)
            position += 1
            if where.token.type == "RBRACE":
                starts.pop()
            elif where.token.type == "LBRACE":
                starts.append(position)
            elif where.token.type == "NEWLINE":
                starts[-1] = position
            continue
        name, size, _, _ = RULES[-action - 1]
        if size:
            del states[-size:]
        states.append(STATES[states[-1]][name])
        if states[-1] == ENDS[begin]:
            if where.token.type != "$END":
                return where, settled(states)
            raise ValueError(f"this example is no mistake: {example!r}")


def main(arguments: list[str]) -> int:
    """Write the tables, or with `--check` say (by exit code 1) that they are not current."""
    sys.path[:0] = [str(HERE.parent)]  # this source tree, whatever is installed
    grammar = generate_grammar()
    if "--check" in arguments:
        text = TABLES.read_text("utf-8") if TABLES.exists() else ""
        return 0 if text.startswith(grammar) and text == grammar + generate_mistakes() else 1
    nothing = "MISTAKES: tuple[tuple[str | None, str, str | None], ...] = ()\n"
    nothing += "ADVICE: dict[tuple[int | None, str | None], tuple[int, ...]] = {}\n"
    TABLES.write_text(grammar + nothing, "utf-8")  # so that the examples can be read with them
    TABLES.write_text(grammar + generate_mistakes(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
