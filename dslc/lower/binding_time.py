"""Binding times: whether a value is known as soon as a model is made, with the shape of its inputs, or when it runs.

In: the statements of a body.  Out: a `Time` for each of its names, and so for every expression. A class needs to know:
what is STATIC goes to `__init__`, what needs a SHAPE to `build`, the rest to `call`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import assert_never

from dslc.graph.measured import Sizes, measured, sizes_apart
from dslc.lower.collected import collected, joined, numbers_of, of_its_length, part_of, stays
from dslc.lower.columns import columns_of, rows_written
from dslc.program import nodes as p
from dslc.program.second_names import handed_around
from dslc.program.traversal import (
    assigned,
    bound,
    children,
    is_starred,
    one_each,
    parts_by_place,
    times_bound,
)

NOTHING_MEASURED = Sizes()


class Time(IntEnum):
    """Ordered by how late a value is known."""

    STATIC = 0
    SHAPE = 1
    TENSOR = 2


class BindingTimes:
    """The times of the names of one body. A name that is bound several times is as late as the latest of its values.

    `ended` are the sites of `zip`s that end where their tensors do: how often such a loop turns, only these know. `sizes` says
    which measured sizes follow from parameters alone. `lists` are inputs that are lists: there is a shape for each of their tensors.
    """

    def __init__(
        self,
        statements: Sequence[p.Statement],
        ended: frozenset[int] = frozenset(),
        sizes: Sizes = NOTHING_MEASURED,
        lists: frozenset[str] = frozenset(),
    ) -> None:
        self.ended = ended
        self.lists = lists
        self.sizes = sizes
        self.names: dict[str, Time] = {}
        self._collected = collected(statements)
        self._times = times_bound(tuple(statements))
        self._written = rows_written(statements, self._collected)
        self._lengths: dict[str, p.Expr | None] = {}
        before: dict[str, Time] | None = None
        while before != self.names:  # a loop may carry a late value to an earlier line
            before = dict(self.names)
            self._lengths.clear()
            self._statements(statements)

    def _bind(self, name: str, time: Time) -> None:
        self.names[name] = max(time, self.names.get(name, Time.STATIC))

    def _target(self, target: p.Target, time: Time) -> None:
        for name in bound(target):
            self._bind(name, time)
        if isinstance(target, p.Field):
            self._bind(target.record.name, time)

    def _statements(self, statements: Sequence[p.Statement]) -> None:
        for s in statements:
            match s:
                case p.Input(_, name) | p.WeightDeclaration(_, name):
                    self._bind(name, Time.TENSOR)
                case p.Output(_, name, _, _, value):
                    if name is not None:
                        self._bind(name, self.given(value))
                case p.Assign(_, target, _, value):
                    self._assign(target, value)
                case p.Augment(_, old, _, value):
                    self._bind(old.name, max(self.of(old), self.given(value)))
                case p.For(_, target, iterable, body):
                    self.loop_target(target, iterable)
                    self._statements(body)
                    counted = min(self.of_loop(iterable), Time.SHAPE)  # how many turns there are
                    for name in assigned(body):
                        self._bind(name, counted)
                case p.If(_, test, then, otherwise):
                    self._statements(then)
                    self._statements(otherwise)
                    for name in assigned((*then, *otherwise)):  # which of the two is known when the test is
                        self._bind(name, min(self.of(test), Time.SHAPE))
                case p.Shared() | p.Assert() | p.Loss() | p.Return():
                    pass  # binds no value
                case _:
                    assert_never(s)

    def _assign(self, target: p.Target, value: p.Expr) -> None:
        parts: Sequence[p.Expr] = sizes_apart(target, value)
        if isinstance(value, p.TupleOf):
            parts = parts_by_place(value) or ()
        if parts and one_each(target, len(parts)):
            for each, item in zip(target.targets, parts, strict=True):
                self._target(each, self.given(item))
        else:
            self._target(target, self.given(value))

    def loop_target(self, target: p.Target, iterable: p.Expr) -> None:
        """The times of what a loop goes through: `zip(widths, skips)` gives a static and a tensor."""
        match iterable, target:
            case p.CallBuiltin(_, "enumerate", (inner, *_)), p.Unpack(_, (index, value)):
                self._target(index, Time.STATIC)
                self.loop_target(value, inner)
            case p.CallBuiltin(_, "zip", parts), p.Unpack(_, targets) if len(parts) == len(targets):
                for each, part in zip(targets, parts, strict=True):
                    self.loop_target(each, part)
            case p.CallBuiltin(_, "reversed" | "list", (inner,)), _:
                self.loop_target(target, inner)
            case _ if columns := self._columns(target, iterable):
                for each, column in columns:
                    self.loop_target(each, column)
            case _ if _numbered(iterable) is not None and self.is_static(iterable):
                self._target(target, Time.STATIC)
            case _:
                self._target(target, self.given(iterable))

    def given(self, value: p.Expr) -> Time:
        """When what a name is given is known. A second name of a shared layer is one of `call` alone."""
        shared = any(each.kind == "instance" for each in handed_around(value))
        return Time.TENSOR if shared else self.of(value)

    def of(self, e: p.Expr) -> Time:
        """When an expression is known."""
        match e:
            case p.Local(_, name, kind):
                return self._local(name, kind)
            case p.CallOperation() if measured(e) is not None:
                return Time.SHAPE
            case p.Flow() | p.Hole() | p.CallOperation():
                return Time.TENSOR
            case p.Index(site=site) if site in self.sizes.dims:
                return Time.SHAPE if self.sizes.needs_shapes(site) else Time.STATIC
            case p.Attribute(_, value, name):
                return Time.SHAPE if name == "shape" else min(Time.SHAPE, self.of(value))
            case p.CallBuiltin(_, "len"):
                return min(Time.SHAPE, self._latest(children(e)))
            case p.Comprehension(_, element, clauses, _, _, key):
                for clause in clauses:
                    self.loop_target(clause.target, clause.iterable)
                made = max(self.of(element), Time.STATIC if key is None else self.of(key))
                return max(made, *(min(self.of(clause.iterable), Time.SHAPE) for clause in clauses))
            case (
                p.Const() | p.Text() | p.UnknownSize() | p.TupleOf() | p.ListOf() | p.Starred() | p.DictionaryOf() | p.Unary() | p.Binary() | p.Compare()
                | p.Conditional() | p.Index() | p.Slice() | p.CallBuiltin() | p.CallFn() | p.KerasObject() | p.MakeLayer()
                | p.Stages()
            ):  # fmt: skip
                return self._latest(children(e))
            case _:
                assert_never(e)

    def _local(self, name: str, kind: p.LocalKind) -> Time:
        match kind:
            case "value" | "parameter":  # a loop may have bound a parameter again
                return self.names.get(name, Time.STATIC)
            case "dim":
                return Time.SHAPE
            case "weight" | "training":
                return Time.TENSOR
            case "layer" | "instance" | "constant":
                return Time.STATIC
            case _:
                assert_never(kind)

    def _latest(self, parts: Iterable[p.Stage | p.Expr | p.Entry | p.Argument | p.CallArguments]) -> Time:
        found = Time.STATIC
        for part in parts:
            match part:
                case p.Entry(_, key, value):
                    found = max(found, self.of(value), Time.STATIC if key is None else self.of(key))
                case p.Argument(_, _, _, value) | p.Expression(_, value):
                    found = max(found, self.of(value))
                case (
                    p.UseLocal() | p.UsePlace() | p.Operation() | p.Fork() | p.Pass() | p.Choice() | p.Cond() | p.Taps()
                    | p.CallArguments()
                ):  # fmt: skip
                    found = max(found, self._latest(children(part)))
                case _:
                    found = max(found, self.of(part))
        return found

    def of_loop(self, iterable: p.Expr) -> Time:
        """How late a loop can be followed without its tensors: `zip(widths, skips)` by its `widths`."""
        match iterable:
            case p.CallBuiltin(_, "zip", parts, _, site) if site not in self.ended or self._are_static(parts):
                return min((self.of_loop(part) for part in parts), default=Time.STATIC)
            case p.CallBuiltin(_, "enumerate" | "reversed" | "list", (inner, *_)):
                return self.of_loop(inner)
            case _ if self._is_list(iterable):
                return Time.SHAPE
            case _ if self._instead(iterable) is not None:
                return Time.STATIC
            case _:
                return self.of(iterable)

    def _are_static(self, parts: Iterable[p.Expr]) -> bool:
        return all(self.is_static(part) for part in parts)

    def is_static(self, iterable: p.Expr) -> bool:
        """Whether a loop can be followed as soon as the model is made."""
        return self.of_loop(iterable) == Time.STATIC

    def _instead(self, iterable: p.Expr) -> p.Expr | None:
        """What is known at once and turns a loop as often as tensors do: `range(2)` for `[low, high]`, `widths` for what a loop over
        these has collected."""
        numbered = _numbered(iterable)
        if numbered is not None:
            return self._instead(numbered)
        match iterable:
            case p.CallBuiltin(_, "reversed" | "list" | "tuple", (inner,)):
                return self._instead(inner)
            case p.ListOf(span, items) | p.TupleOf(span, items) if self.of(iterable) == Time.TENSOR:
                return joined(
                    span, [each.value if is_starred(each) else None for each in items], self._known_at_once
                )
            case p.Binary(span, "+", left, right) if self.of(iterable) == Time.TENSOR:
                return joined(span, [left, right], self._known_at_once)
            case p.Local(span, name, "value") if self.of(iterable) == Time.TENSOR:
                known = self._collected.get(name)
                if known is None or span.first < known.end:
                    return None
                if name not in self._lengths:
                    self._lengths[name] = of_its_length(known, self, span)
                return self._lengths[name]
            case p.Index(_, inner, (p.Slice() as slice_,)) if self._latest(children(slice_)) == Time.STATIC:
                whole = self._instead(inner)
                return None if whole is None else part_of(whole, iterable, slice_)
            case _:
                return None

    def _early_columns(self, target: p.Target, iterable: p.Expr) -> tuple[p.Target, p.Expr] | None:
        """What of rows with tensors in them is known at once: `for name in ["begin", "end"]` of `for name, x in [("begin", a), ("end", b)]`."""
        columns = self._columns(target, iterable)
        early = [
            (each, column)
            for each, column in columns
            if isinstance(column, p.ListOf) and self.of(column) == Time.STATIC
        ]
        if not early or len(early) == len(columns):
            return None
        if len(early) == 1:
            return early[0]
        rows = zip(*(column.items for _, column in early), strict=True)
        made = tuple(p.TupleOf(iterable.span, row) for row in rows)
        return p.Unpack(target.span, tuple(each for each, _ in early)), p.ListOf(iterable.span, made)

    def _columns(self, target: p.Target, iterable: p.Expr) -> list[tuple[p.Target, p.Expr]]:
        """What each name of a loop through rows goes through, where the rows are written out, there or under a name: then as they
        were, which is the list under that name itself where a later line changes what is in them."""
        if not isinstance(iterable, p.Local):
            return [*columns_of(target, iterable)]
        written = self._written.get(iterable.name)
        if iterable.kind != "value" or written is None or iterable.span.first < written.span.last:
            return []
        columns = columns_of(target, written)
        return [(each, column if stays(self._times, column) else iterable) for each, column in columns]

    def _known_at_once(self, part: p.Expr) -> p.Expr | None:
        """What is as long as a part of a list, if that is known at once."""
        return part if self.of(part) == Time.STATIC else self._instead(part)

    def _is_list(self, e: p.Expr) -> bool:
        return isinstance(e, p.Local) and e.kind == "value" and e.name in self.lists

    def without_tensors(self, target: p.Target, iterable: p.Expr) -> tuple[p.Target, p.Expr]:
        """A loop without the tensors it goes through: `for w, skip in zip(ws, skips)` becomes `for w in ws`, `for i, p in
        enumerate([low, high])` becomes `for i in range(2)`."""
        early = self._early_columns(target, iterable)
        if early is not None:
            return early
        instead = self._instead(iterable)
        if instead is not None:
            return (
                (p.Discard(target.span), instead)
                if _numbered(iterable) is None
                else (target, numbers_of(instead))
            )
        match iterable, target:
            case p.CallBuiltin(span, "enumerate", (inner, *rest), keywords, site), p.Unpack(
                where, (index, value), brackets
            ):
                instead = self._instead(inner) if self._early_columns(value, inner) is None else None
                if instead is not None and not rest and not keywords and numbers_of(instead) is instead:
                    return index, instead
                kept_target, kept = self.without_tensors(value, inner)
                counted = p.CallBuiltin(span, "enumerate", (kept, *rest), keywords, site)
                return p.Unpack(where, (index, kept_target), brackets), counted
            case p.CallBuiltin(span, "zip", parts, keywords, site), p.Unpack(where, targets, brackets) if len(
                parts
            ) == len(targets) and (site not in self.ended or self._are_static(parts)):
                given = zip(targets, parts, strict=True)
                known = [pair for pair in given if self.of_loop(pair[1]) < Time.TENSOR]
                if site not in self.ended:
                    # what stands there without its tensors may be known before the shapes are
                    known = [pair for pair in known if not self._is_list(pair[1])] or known
                    known = [pair for pair in known if self._instead(pair[1]) is None] or known[:1]
                pairs = [self.without_tensors(*pair) for pair in known]
                if len(pairs) == 1:
                    return pairs[0]
                zipped = p.CallBuiltin(span, "zip", tuple(e for _, e in pairs), keywords, site)
                return p.Unpack(where, tuple(t for t, _ in pairs), brackets), zipped
            case p.CallBuiltin(span, "reversed" | "list" as name, (inner,), keywords, site), _:
                kept_target, kept = self.without_tensors(target, inner)
                if name == "list" and kept is not inner:  # nothing that the turns could change
                    return kept_target, kept
                return kept_target, p.CallBuiltin(span, name, (kept,), keywords, site)
            case _:
                return target, iterable


def _numbered(iterable: p.Expr) -> p.Expr | None:
    """`parts` of `range(len(parts))`."""
    match iterable:
        case p.CallBuiltin(_, "range", (p.CallBuiltin(_, "len", (inner,)),), ()):
            return inner
        case _:
            return None
