"""How many inputs or outputs a body has at least: whether what Python takes or gives is always a list of them.

In: the statements of a body.  Out: a number. Loops over what stands in the text are counted, those over parameters may have no turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from dslc.lower.collected import collected
from dslc.lower.scope import Scope
from dslc.program import nodes as p
from dslc.program.traversal import within


def fewest(scope: Scope, statements: Sequence[p.Statement], kind: type[p.Input] | type[p.Output]) -> int:
    """How many inputs or outputs a body has at least, whatever the parameters are."""
    constants = {
        item.name: item.value
        for module in within(scope.facts.module)
        for item in module.items
        if isinstance(item, p.Constant) and item.key[0] == scope.file
    }

    lists = collected(statements)

    def turns(e: p.Expr) -> int:
        match e:
            case p.ListOf(_, items) | p.TupleOf(_, items):
                return sum(turns(each.value) if isinstance(each, p.Starred) else 1 for each in items)
            case p.DictionaryOf(_, entries):
                return sum(each.key is not None for each in entries)
            case p.Local(_, name, "constant") if name in constants:
                return turns(constants[name])
            case p.Local(span, name, "value") if name in lists and span.first >= lists[name].end:
                return lists[name].first
            case p.Binary(_, "+", left, right):
                return turns(left) + turns(right)
            case p.CallBuiltin(_, "range", (p.Const(_, int(count)),)):
                return count
            case p.CallBuiltin(
                _, "enumerate" | "items" | "keys" | "values" | "list" | "reversed" | "sorted", (inner, *_)
            ):
                return turns(inner)
            case p.CallBuiltin(_, "zip", (_, *_) as parts):
                return min(turns(each) for each in parts)
            case _:
                return 0

    def count(statements: Sequence[p.Statement]) -> int:
        total = 0
        for s in statements:
            match s:
                case p.For(_, _, iterable, body):
                    total += turns(iterable) * count(body)
                case p.If(_, _, then, otherwise):
                    total += min(count(then), count(otherwise))
                case (
                    p.Input() | p.Output() | p.Shared() | p.WeightDeclaration() | p.Assign() | p.Augment() | p.Loss() | p.Assert() | p.Return()
                ):  # fmt: skip
                    total += isinstance(s, kind)
                case _:
                    assert_never(s)
        return total

    return count(statements)
