"""Where the layers of a class are made: which attribute holds each, and whether `__init__` or `build` makes it.

In: the body of a block or model.  Out: a `Plan`, which names an attribute for every stage that makes a layer, and writes
the part of the body that makes them: the same loops and conditions as the body's own, without its data flow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from dslc.emit.kinds import Kind, Kinds
from dslc.emit.names import Names
from dslc.emit.usage import arguments_of, walk
from dslc.program import nodes as p
from dslc.program.casing import snake_case
from dslc.record import record

Holder = Literal["one", "turn", "next"]
"""How `call` gets at a layer: `self.dense`; one of `self.dense` per turn of the loop; the `next` of an iterator."""


@record
class Made:
    """A layer of the class: the stage that makes it, its attribute, and when it can be made."""

    stage: p.Stage
    attribute: str
    holder: Holder
    kind: Kind
    loop: p.For | None


class Plan:
    """Finds the stages of a body that make layers and gives each an attribute."""

    def __init__(
        self,
        statements: Sequence[p.Statement],
        kinds: Kinds,
        names: Names,
        is_late: Callable[[p.Expr], bool],
    ) -> None:
        self.kinds = kinds
        self.names = names
        self.is_late = is_late
        self.made: dict[int, Made] = {}
        self.shared: dict[str, Made] = {}
        self.counts_tensors = False  # whether a loop over tensors makes layers
        self.loops: dict[int, list[Made]] = {}
        self._statements(statements, _Around(Kind.STATIC, None, False, False))

    def _statements(self, statements: Sequence[p.Statement], around: _Around) -> None:
        for s in statements:
            match s:
                case p.For(_, _, iterable, body):
                    self._node(iterable, around)
                    kind = max(around.kind, loop_kind(self.kinds, s))
                    nested = around.loop is not None
                    self._statements(body, _Around(kind, s, nested or around.deep, around.deep or nested))
                case p.If(_, test, then, otherwise):
                    self._node(test, around)
                    kind = around.kind if self.is_late(test) else max(around.kind, self.kinds.of(test))
                    inside = _Around(kind, around.loop, around.loop is not None or around.deep, around.deep)
                    self._statements(then, inside)
                    self._statements(otherwise, inside)
                case p.Shared(_, name, _, value):
                    self._make(value, around, name)
                case _:
                    self._node(s, around)

    def _node(self, node: Any, around: _Around) -> None:
        match node:
            case p.MakeLayer() | p.UseLocal(_, p.Local(_, _, "layer")):
                self._make(node, around, None)
            case p.Choice(_, test, then, otherwise):
                self._either(test, then, otherwise, around)
            case p.Conditional(_, test, then, otherwise):
                self._either(test, then, otherwise, around)
            case p.Comprehension(_, element, clauses, _):
                kind = max(around.kind, *(static_part(self.kinds, c.iterable) for c in clauses))
                self._node(element, _Around(kind, around.loop, True, around.deep))
            case tuple():
                for each in node:
                    self._node(each, around)
            case p.CallBuiltin() | p.CallOperation() | p.CallFn():
                for each in arguments_of(node):
                    self._node(each, around)
            case _ if hasattr(node, "__match_args__") and type(node).__module__ == p.__name__:
                for field in node.__match_args__:
                    part = getattr(node, field)
                    if field != "span" and (isinstance(part, tuple) or hasattr(part, "__match_args__")):
                        self._node(part, around)
            case _:
                pass

    def _either(self, test: Any, then: Any, otherwise: Any, around: _Around) -> None:
        kind = around.kind if self.is_late(test) else max(around.kind, self.kinds.of(test))
        inside = _Around(kind, around.loop, around.loop is not None or around.deep, around.deep)
        self._node(then, inside)
        self._node(otherwise, inside)

    def _make(self, stage: p.Stage, around: _Around, name: str | None) -> None:
        kind = max(around.kind, self._arguments_kind(stage))
        if kind == Kind.TENSOR:  # a loop over tensors: how many there are is known once the shapes are
            kind, self.counts_tensors = Kind.SHAPE, True
        holder: Holder = "one"
        if around.loop is not None or around.hidden:
            holder = "next" if around.hidden else "turn"
        wish = name if name is not None else attribute_wish(stage)
        made = Made(stage, self.names.fresh(wish), holder, kind, around.loop)
        self.made[id(stage)] = made
        if name is not None:
            self.shared[name] = made
        if around.loop is not None:
            self.loops.setdefault(id(around.loop), []).append(made)

    def _arguments_kind(self, stage: p.Stage) -> Kind:
        """How late the arguments of every layer in a stage are known."""
        kind = Kind.STATIC
        for each in walk(stage):
            if isinstance(each, p.MakeLayer):
                for e in arguments_of(each):
                    kind = max(kind, self.kinds.of(e))
        return kind

    def of(self, stage: p.Stage) -> Made:
        return self.made[id(stage)]


@record
class _Around:
    """What stands around a stage: how late it can be made, its loop, and whether a turn may make none or several."""

    kind: Kind
    loop: p.For | None
    hidden: bool
    deep: bool


def attribute_wish(stage: p.Stage) -> str:
    """What a layer is called in its class: by what it is."""
    match stage:
        case p.MakeLayer(_, layer):
            return snake_case(layer.name)
        case p.UseLocal(_, local):
            return local.name
        case _:
            return "layer"


def asks_training(test: Any) -> bool:
    """Whether a condition depends on `training`: both ways exist, and `call` chooses."""
    return any(isinstance(each, p.Local) and each.kind == "training" for each in walk(test))


def static_part(kinds: Kinds, iterable: p.Expr) -> Kind:
    """How late a loop can be followed without its tensors: `zip(widths, skips)` by its `widths`."""
    match iterable:
        case p.CallBuiltin(_, "zip", parts):
            return min((static_part(kinds, part) for part in parts), default=Kind.STATIC)
        case p.CallBuiltin(_, "enumerate" | "reversed" | "list", (inner, *_)):
            return static_part(kinds, inner)
        case _:
            return kinds.of(iterable)


def loop_kind(kinds: Kinds, s: p.For) -> Kind:
    return static_part(kinds, s.iterable)


def without_tensors(kinds: Kinds, target: p.Target, iterable: p.Expr) -> tuple[p.Target, p.Expr]:
    """A loop without the tensors it goes through: `for w, skip in zip(ws, skips)` becomes `for w in ws`."""
    match iterable, target:
        case p.CallBuiltin(span, "enumerate", (inner, *rest), keywords), p.Unpack(
            where, (index, value), brackets
        ):
            kept_target, kept = without_tensors(kinds, value, inner)
            return p.Unpack(where, (index, kept_target), brackets), p.CallBuiltin(
                span, "enumerate", (kept, *rest), keywords
            )
        case p.CallBuiltin(span, "zip", parts, keywords), p.Unpack(where, targets, brackets) if len(
            parts
        ) == len(targets):
            pairs = [
                without_tensors(kinds, each, part)
                for each, part in zip(targets, parts, strict=True)
                if static_part(kinds, part) < Kind.TENSOR
            ]
            if len(pairs) == 1:
                return pairs[0]
            return (
                p.Unpack(where, tuple(t for t, _ in pairs), brackets),
                p.CallBuiltin(span, "zip", tuple(e for _, e in pairs), keywords),
            )
        case _:
            return target, iterable


def inputs_of(statements: Iterable[p.Statement]) -> list[p.Input]:
    """The inputs of a body, at any depth, in order."""
    found: list[p.Input] = []
    for s in statements:
        match s:
            case p.Input():
                found.append(s)
            case p.For(_, _, _, body):
                found.extend(inputs_of(body))
            case p.If(_, _, then, otherwise):
                found.extend([*inputs_of(then), *inputs_of(otherwise)])
            case _:
                pass
    return found
