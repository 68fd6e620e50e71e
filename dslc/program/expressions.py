"""Expressions of the tree, each to its resolved form.

In: a tree expression and the body it stands in.  Out: a program expression; what a name stands for is decided here
and nowhere else.

    x * k[0] + base.shape[1]      Binary(+, Binary(*, Local x, Index(Local k, 0)), Index(Attribute(Local base, shape), 1))
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import assert_never

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.messages import stages as stage_messages
from dslc.diagnostics.messages import syntax as syntax_messages
from dslc.diagnostics.vocabulary import layers as vocabulary
from dslc.program import dotted, habits, inputless, unresolved
from dslc.program import nodes as p
from dslc.program.calls import call
from dslc.program.items import OBJECTS, members
from dslc.program.misused import misused
from dslc.program.resolver import Resolver
from dslc.program.scope import (
    ATTRIBUTES,
    BUILTINS,
    LAYER_NAMESPACE,
    MATH_CONSTANTS,
    NAMESPACES,
    TENSOR_NAMESPACES,
)
from dslc.program.stages import chain
from dslc.program.targets import bind_target
from dslc.record import replace
from dslc.regex import regex
from dslc.source import Span
from dslc.syntax import nodes as t

_MERGING = {"+": "Add", "-": "Subtract", "*": "Multiply"}
"""The layers that merge as an operator does."""


def expr(r: Resolver, e: t.Expr) -> p.Expr:
    match e:
        case t.Literal(span, value) if value is Ellipsis and not r.in_shape:
            r.report(syntax_messages.dots("..."), span)
            return r.unknown(span)
        case t.Literal(span, value, text):
            return p.Const(span, value, text)
        case t.Name(span, text):
            return _name(r, span, text)
        case t.Hole(span):
            if not r.holes and r.first is not None:
                inputless.hole_for_input(r, span, r.first)
                return r.unknown(span)
            if not r.holes:
                only = next(iter(r.inputs)) if len(r.inputs) == 1 else None
                r.scope.used.update(r.inputs)  # one of them is meant
                fix = None if only is None else Fix.writing(span, only)
                r.report(stage_messages.hole_outside_stage(only), span, fix)
                return r.unknown(span)
            return p.Hole(span)
        case t.FString(span, parts):
            return p.Text(
                span, tuple(x if isinstance(x, str) else (r.expr(x.value), x.format) for x in parts)
            )
        case t.UnknownDim(span, name):
            if not r.in_shape:
                r.report(messages.unknown_size_as_value(span.text), span)
                return r.unknown(span)
            if name is not None:
                if r.scope.kinds.get(name) is None:
                    r.scope.bind(name, "dim")
                    r.unplaced.add(name)
                elif r.scope.kinds[name] != "dim":  # `H?` says what a size is called, and reads none
                    r.scope.used.add(name)
                if r.in_input:
                    r.unplaced.discard(name)
            return p.UnknownSize(span, name)
        case t.Tuple(span, items, _):
            return p.TupleOf(span, r.all(items))
        case t.List(span, items):
            return p.ListOf(span, r.all(items))
        case t.Starred(span, value):
            return p.Starred(span, expr(r, value))
        case t.Dictionary(span, entries):
            return p.DictionaryOf(
                span,
                tuple(
                    p.Entry(
                        each.span,
                        None if each.key is None else _key(r, each.key),
                        r.expr(each.value),
                    )
                    for each in entries
                ),
            )
        case t.Group(_, value):
            inner = r.expr(value)
            return replace(inner, grouped=True) if isinstance(inner, p.Binary) else inner
        case t.Arguments(span, positional, _):
            return p.TupleOf(span, r.all(positional))
        case t.Comprehension():
            return _comprehension(r, e)
        case t.Unary(span, operator, operand):
            return p.Unary(span, operator, as_operand(r, operand, operator), r.site())
        case t.Binary(span, operator, left, right) if (
            r.holes and operator in _MERGING and r.makes_layer(left) and r.makes_layer(right)
        ):  # both are meant to be given what comes along the arrow
            text = f"[{left.span.text}, {right.span.text}] -> {_MERGING[operator]}"
            fix = Fix.writing(span, text)
            r.report(stage_messages.layer_in_arithmetic(left.span.brief, operator, text), span, fix)
            return r.unknown(span)
        case t.Binary(span, "or", left, right) if (
            r.holes and r.makes_layer(right) and (sides := _side_by_side(r, e)) is not None
        ):
            fix = Fix.writing(span, f"[{sides}]")
            r.report(stage_messages.layer_in_arithmetic("", "||", f"[{sides}]"), span, fix)
            return r.unknown(span)
        case t.Binary(span, "*", left, t.Literal(_, int() as times)) if r.makes_layer(left) or (
            isinstance(left, t.Group) and r.makes_layer(_first_of(left.value))
        ):
            layer = left.value.span.text if isinstance(left, t.Group) else left.span.text
            loop = f"for _ in range({times}) {{ x = x -> {' '.join(layer.split())} }}"
            advice = (
                f"write `-> _ * {times}` behind it for a product; to repeat a layer write a loop, `{loop}`"
            )
            said = stage_messages.layer_in_arithmetic(left.span.brief, "*")
            r.report(replace(said, help=advice), left.span)
            return r.unknown(span)
        case t.Binary(span, operator, left, right) if (
            r.holes
            and r.makes_layer(left) != r.makes_layer(right)
            and not any(isinstance(each, (t.Chain, t.Binary, t.Conditional)) for each in (left, right))
        ):
            layered, other = (left, right) if r.makes_layer(left) else (right, left)
            operands = ["_" if each is layered else each.span.text for each in (left, right)]
            text = f"{layered.span.text} -> {f' {operator} '.join(operands)}"
            r.expr(other)
            fix = Fix.writing(span, text)
            said = stage_messages.layer_in_arithmetic(layered.span.brief, operator, text)
            r.report(said, layered.span, fix)
            return r.unknown(span)
        case t.Binary(span, operator, left, right) if (
            not r.holes and r.makes_layer(right) and not r.makes_layer(left) and operator in ("@", "*")
        ):  # a product with a layer is that layer, behind an arrow
            flow = next(iter(r.inputs)) if len(r.inputs) == 1 else "x"
            text = f"{left.span.text} -> {right.span.text}"
            if isinstance(left, t.Literal):  # from which nothing flows
                text = f"{left.span.text} {operator} ({flow} -> {right.span.text})"
            r.expr(left)
            fix = Fix.writing(span, text)
            r.report(stage_messages.layer_in_arithmetic(right.span.brief, operator, text), right.span, fix)
            return r.unknown(span)
        case t.Binary(span, operator, left, right):
            made = p.Binary(
                span, operator, as_operand(r, left, operator), as_operand(r, right, operator), r.site()
            )
            return _meant(r, made) if operator in ("or", "and") else made
        case t.Compare(span, first, rest):
            backwards = rest[0][0] == "<" and "<-" in span.text  # written from right to left
            behind = (
                [x.operand for op, x in rest if op == "<" and isinstance(x, t.Unary)] if backwards else []
            )
            if behind and len(behind) == len(rest) and r.makes_layer(first):
                return _from_the_right(r, e, first, behind)
            compared = as_operand(r, first, "<-" if backwards else rest[0][0])
            others = tuple((op, as_operand(r, x, op)) for op, x in rest)
            return _meant(r, p.Compare(span, compared, others, r.site()))
        case t.Conditional(span, test, then, otherwise):
            asked = r.expr(test)
            held, failed = (
                r.on_way(asked, holds, way, r.expr) for holds, way in ((True, then), (False, otherwise))
            )
            return _meant(r, p.Conditional(span, asked, held, failed, r.site()))
        case t.Call():
            return call(r, e)
        case t.Attribute():
            return _attribute(r, e)
        case t.Index(span, value, items, comma):
            return _meant(
                r, p.Index(span, r.expr(value), tuple(_item(r, each) for each in items), comma, r.site())
            )
        case t.Slice(span, start, stop, step):
            return p.Slice(
                span,
                None if start is None else r.expr(start),
                None if stop is None else r.expr(stop),
                None if step is None else r.expr(step),
            )
        case t.Chain():
            return chain(r, e)
        case _:
            assert_never(e)


def _item(r: Resolver, e: t.Expr) -> p.Expr:
    """What stands in an index, where `...` is all axes that are not named."""
    if isinstance(e, t.Literal) and e.value is Ellipsis:
        return p.Const(e.span, e.value, e.text)
    return r.expr(e)


_OUTPUT = regex(r"^[ \t]*output[ \t]+(\w+)[ \t]*[=:]", re.MULTILINE)


def _outputs_beside(e: t.Attribute) -> list[str]:
    """The outputs of the item of this file of which one has the name that stands behind a point; none where it has no other."""
    named = _outputs_of(e.span.source.text)
    return next((names for names in named if e.name in names and len(names) > 1), [])


@lru_cache(maxsize=1)
def _outputs_of(text: str) -> list[list[str]]:
    """The names of the outputs of each item of a file."""
    items = re.split(r"^(?=(?:block|model)\b)", text, flags=re.MULTILINE)
    return [_OUTPUT.findall(item) for item in items]


def _side_by_side(r: Resolver, e: t.Expr) -> str | None:
    """Branches that `||` separates, as a list: `Dense(4) || Dense(2)`."""
    if not isinstance(e, t.Binary) or e.operator != "or":
        return e.span.text if r.makes_layer(e) else None
    before = _side_by_side(r, e.left)
    between = e.span.source.text[e.left.span.end : e.right.span.start].strip(" ()\n")
    return f"{before}, {e.right.span.text}" if before is not None and between == "||" else None


def _first_of(e: t.Expr) -> t.Expr:
    return e.head if isinstance(e, t.Chain) else e


def as_operand(r: Resolver, e: t.Expr, operator: str) -> p.Expr:
    value = r.expr(e)
    if isinstance(value, (p.MakeLayer, p.Stages)):
        r.report(stage_messages.layer_in_arithmetic(e.span.brief, operator), e.span)
        return r.unknown(e.span)
    return value


def _from_the_right(r: Resolver, e: t.Compare, layer: t.Expr, behind: Sequence[t.Expr]) -> p.Expr:
    """Report `Dense(8) <- Flatten <- x`; what it gives is known to nobody."""
    r.expr(behind[-1])
    text = " -> ".join(each.span.text for each in (*reversed(behind), layer))
    fix = Fix.writing(e.span, text, "safe")
    r.report(stage_messages.layer_in_arithmetic(layer.span.brief, "<-", text), e.span, fix)
    return r.unknown(e.span)


def _meant(r: Resolver, e: p.Index | p.Compare | p.Conditional | p.Binary) -> p.Expr:
    said = misused(e)
    if said is None:
        return e
    r.diagnostics.append(said)
    return e if said.severity == "warning" else r.unknown(e.span)


def _asks_kind(said: Diagnostic, span: Span) -> bool:
    """Whether what was said last is that a kind is asked for, `type(n) == int`, which this one names."""
    return said.span.row == span.row and vocabulary.asks_kind(said.span.text)


def _name(r: Resolver, span: Span, text: str) -> p.Expr:
    if text == t.NOTHING:
        return r.unknown(span)
    kind = r.scope.find(text)
    if kind == "dim" and text in r.unplaced and not r.in_shape:
        if not unresolved.said_before(r, text, span):
            r.scope.missing[text] = len(r.diagnostics)
            r.report(messages.unknown_size_as_value(text), span)
        return r.unknown(span)
    if kind is not None:
        return p.Local(span, text, kind)
    if r.misnamed and text in r.scope.missing and r.items.taken(text) is not None:
        return r.unknown(span)  # it was to be called as something that is there already
    layer = r.items.layer(text)
    if layer is not None:
        return p.MakeLayer(span, layer, span, (), (), False, r.site())
    what = r.items.kind(text)
    if what == "constant":
        return p.Local(span, text, "constant")
    if what in OBJECTS:
        return p.KerasObject(span, OBJECTS[what], text, (), (), False, r.items.key(text))
    if text == "training":
        if not r.outside:
            return p.Local(span, text, "training")
        advice = "only a call knows whether it trains: ask in the body of a block or model"
        r.report(syntax_messages.misplaced("`training`", r.outside, advice), span)
        return r.unknown(span)
    if what == "missing" or unresolved.said_before(r, text, span):
        pass  # the `use` or the line that should have brought it has been reported
    elif what == "fn" or text in BUILTINS:
        if text == "record":
            r.python(span, "record()")
        elif not r.diagnostics or not _asks_kind(r.diagnostics[-1], span):
            r.report(messages.python_call(text, f"{text}(…)"), span)  # whatever it is to be given
    elif text in r.scope.lost:
        unresolved.bound_in_one_way(r, text, span)
    elif text in NAMESPACES:
        r.report(messages.unknown_attribute(text, members(text)), span)
    else:
        unresolved.not_found(r, text, span)
    return r.unknown(span)


def _comprehension(r: Resolver, e: t.Comprehension) -> p.Comprehension:
    outer, r.scope = r.scope, r.scope.branch()
    resolved = []
    for clause in e.clauses:
        iterable = r.expr(clause.iterable)
        target = bind_target(r, clause.target)
        r.keep(target, iterable, turns=True)
        test = None if clause.test is None else r.expr(clause.test)
        resolved.append(p.Clause(target, iterable, test, r.site()))
    key = None if e.key is None else r.expr(e.key)
    value = r.expr(e.element)
    r.scope = outer
    return p.Comprehension(e.span, value, tuple(resolved), e.bare, r.site(), key)


def _key(r: Resolver, e: t.Expr) -> p.Expr:
    """The key of an entry; a name that nothing has been given is meant as the string, as in JavaScript."""
    name = e.text if isinstance(e, t.Name) else None
    if name is None or r.scope.kinds.get(name) is not None or r.items.kind(name) is not None:
        return r.expr(e)
    fix = Fix("unsafe", "write the key in quotes", (Edit(e.span, f'"{name}"'),))
    said = messages.unknown_name(name, [], f'a key is a string here: write `"{name}"`', Cause.KEY)
    r.report(said, e.span, fix)
    return p.Const(e.span, name, f'"{name}"')


_SIZES_OF_LAYERS = ("units", "filters", "output_dim", "channels", "features")
"""What a layer was told, and what comes out of it has as its last size."""

_INSIDE_LAYERS = (
    "kernel",
    "bias",
    "weights",
    "embeddings",
    "gamma",
    "beta",
    "trainable_weights",
    "get_weights",
)


def _is_of_a_value(r: Resolver, e: t.Attribute) -> bool:
    """Whether an attribute is what a value of the language has, so that nobody can have meant anything of elsewhere."""
    if e.name not in ATTRIBUTES or isinstance(e.value, t.Attribute):
        return False
    return not isinstance(e.value, t.Name) or r.scope.kinds.get(e.value.text) is not None


def _attribute(r: Resolver, e: t.Attribute) -> p.Expr:
    e = r.in_one(e)
    if isinstance(e.value, t.Name) and r.is_namespace(e.value.text):
        namespace = e.value.text
        if not r.member(namespace, e.name, e.name_span):
            return r.unknown(e.span)
        if namespace == "math" and e.name in MATH_CONSTANTS:
            return p.CallBuiltin(e.span, e.span.text, (), (), r.site())
        if namespace == "math":
            r.report(messages.python_call(e.span.text, f"{e.span.text}(…)"), e.span)
            return r.unknown(e.span)
        if namespace in TENSOR_NAMESPACES:
            only = next(iter(r.inputs)) if len(r.inputs) == 1 else "x"
            r.scope.used.update(r.inputs)  # from one of which data should flow
            written = f"{e.span.text}(_)" if r.holes else f"{only} -> {e.span.text}"
            r.report(stage_messages.operation_without_hole(e.span.text, written), e.span)
            return r.unknown(e.span)
        if namespace == LAYER_NAMESPACE:
            layer = p.KerasLayer(f"{namespace}.{e.name}")
            return p.MakeLayer(e.span, layer, e.span, (), (), False, r.site())
        return p.KerasObject(e.span, namespace, e.name, (), (), called=False)
    if not _is_of_a_value(r, e):
        found = habits.without_self(r, e) or dotted.written_as_in_keras(r, e)
        if found is not None:
            return r.expr(found)
        if habits.looks_inside(r, e):
            return r.unknown(e.span)
    if isinstance(e.value, t.Name) and r.items.kind(e.value.text) in ("model", "block"):
        what = f"what happens inside `{e.value.text}` is its own: make `{e.name}` an output of it, `output {e.name}`, and name it where it is used"
        r.report(messages.unknown_attribute(e.name, ATTRIBUTES, what), e.name_span)
        return r.unknown(e.span)
    value = r.expr(e.value)
    if e.name not in ATTRIBUTES:
        if r.is_unknown(value):
            return value
        whole = e.value.span.text
        field = f'{whole}["{e.name}"]' if whole in r.records or whole in r.dictionaries else None
        fix = None if field is None else Fix.writing(e.span, field, "safe")
        instead = None if field is None else f"write `{field}`"
        root = whole.partition("[")[0] if isinstance(e.value, t.Index) else whole
        is_static = r.items.kind(root) == "constant" or r.scope.kinds.get(root) == "parameter"
        if e.name in _SIZES_OF_LAYERS and not is_static and field is None:
            width = f"{whole.removesuffix('.shape')}.shape[-1]"
            instead, fix = f"write `{width}`", Fix.writing(e.span, width)
        elif e.name in _INSIDE_LAYERS or (
            e.name in ("T", "mT") and r.scope.kinds.get(whole) in ("layer", "instance")
        ):
            instead = "a layer keeps its weights for itself: one that is used in other ways, too, is a `weight` of a block"
        elif e.name in ("T", "mT") and not is_static:
            turned = f"{'_ @ ' if r.holes else ''}ops.swapaxes({whole}, -2, -1)"
            instead, fix = f"write `{turned}`", Fix.writing(e.span, turned)
        elif e.name in ("length", "size", "count"):
            instead = f"write `len({whole})`"
        elif field is None and (parts := _outputs_beside(e)):
            instead = f"several outputs are taken apart where they are made: `{', '.join(parts)} = …`"
        elif field is None and is_static:
            entry = f'{whole}["{e.name}"]'
            instead = f"an entry of a dictionary is `{entry}`"
            fix = Fix.writing(e.span, entry)
        r.report(messages.unknown_attribute(e.name, ATTRIBUTES, instead), e.name_span, fix)
        return r.unknown(e.span)
    return p.Attribute(e.span, value, e.name, r.site())
