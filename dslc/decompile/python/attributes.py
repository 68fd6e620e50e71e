"""What the attributes of a class hold, and what they hold behind a condition.

if norm:                                        norm: there is one where `norm` holds
    self.norm = layers.LayerNormalization()
self.act = ReLU() if fast else Activation(…)    act: `(ReLU if fast else Activation(…))`
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from dslc.decompile.python.chains import whole
from dslc.decompile.python.statements import bindings as bound_by
from dslc.record import record, replace


@record
class Several:
    """Layers that an attribute holds in a list: each, and what makes one of it."""

    each: tuple[ast.expr, ...]
    turns: ast.comprehension | None


@record
class Held:
    """What an attribute holds: a layer as it stands in a chain, a value, the name of a weight or of a list of layers, or layers that stand nowhere yet."""

    kind: str  # "layer", "activation", "value", "weight", "list" or "layers"
    text: str = ""
    several: Several | None = None
    asked: str = ""  # the condition under which it holds something; "" for always


NOTHING = Held("value", "None")
NO_LAYERS = Held("value", "[]")


def either(
    one: Mapping[str, Held], other: Mapping[str, Held], test: str
) -> tuple[dict[str, Held], list[str]]:
    """What attributes hold where a test decides between two ways, and those of which nobody can say it."""
    found: dict[str, Held] = {}
    unclear: list[str] = []
    for name in [*one, *(each for each in other if each not in one)]:
        a, b = one.get(name, NOTHING), other.get(name, NOTHING)
        if a == b:
            found[name] = a
        elif (b == NO_LAYERS and a.kind == "layers") or (b == NOTHING and a.kind != "value"):
            found[name] = replace(a, asked=_both(a.asked, test))
        elif a == NOTHING and b.kind != "value":
            found[name] = replace(b, asked=_both(b.asked, f"not {test}"))
        elif a.kind == b.kind and a.kind in ("layer", "value") and not a.asked and not b.asked:
            only = b if name not in one else a if name not in other else None
            found[name] = only or Held(a.kind, f"({whole(a.text)} if {test} else {whole(b.text)})")
        else:
            unclear.append(name)
    return found, unclear


def _both(asked: str, test: str) -> str:
    return f"{test} and {asked}" if asked else test


def bindings(body: Sequence[ast.stmt]) -> Iterator[str]:
    """The names and attributes that statements give a value, once for the two ways of a condition; `None` is none."""
    for s in body:
        match s:
            case ast.If(_, one, other):
                first, second = list(bindings(one)), list(bindings(other))
                yield from first
                yield from (name for name in second if name not in first)
            case ast.Assign(_, ast.Constant(None)):
                continue
            case _:
                yield from bound_by(s)
