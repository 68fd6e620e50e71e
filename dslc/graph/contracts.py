"""Declared shapes against those that arrive: `input x: (H?, W?, C?)`, `y: (7, 7, 512) = …`.

In: a contract and a value.  Out: the value, with the names of its sizes bound; a broken contract is reported with both shapes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from dslc.diagnostics.diagnostic import Edit, Fix, Label
from dslc.diagnostics.messages import arguments as argument_messages
from dslc.diagnostics.messages import shapes as shape_messages
from dslc.diagnostics.messages import values as messages
from dslc.diagnostics.vocabulary import values as vocabulary
from dslc.graph import inputs as model_inputs
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.graph.static import kind_of
from dslc.graph.values import (
    NOTHING,
    Flowing,
    RecordValue,
    holds_nothing,
    holds_tensor,
    plain_in,
)
from dslc.keras.types import Tensor, Unknown
from dslc.program import nodes as p
from dslc.program.traversal import inputs_in
from dslc.record import record, replace
from dslc.regex import regex
from dslc.shapes.dim import Dim, Sym
from dslc.shapes.shape import Conditional, Different, Equal, agree, show
from dslc.shapes.wording import so_many_axes
from dslc.source import Span


def take_input(run: Run, frame: Frame, s: p.Input) -> Any:
    """The value that a block is given for one of its inputs, checked against the contract."""
    assert frame.given is not None
    if s.name in frame.keywords:
        value = frame.keywords.pop(s.name)
    elif frame.given:
        value = frame.given.pop(0)
    elif s.mistaken:
        value = NOTHING
    else:
        value = NOTHING
        _lacking(run, frame, s)
    if holds_tensor(value) and not isinstance(value, Flowing):
        run.nested.add((frame.key, s.name))
    if isinstance(value, RecordValue):  # of its own: what the block changes stays in it
        run.spend(s.span, "elements", len(value.fields))
        value, whole = RecordValue(dict(value.fields)), value.whole
        value.whole = whole
    part = plain_in(value)
    if part is not None and frame.use:
        number = repr(part) if type(part) in (int, float) else ""
        run.valued.setdefault((frame.key, s.name), (frame.use[0], kind_of(part), number))
    if s.contract is not None and value is not NOTHING:
        value = check_contract(run, frame, s.contract, value, f"the input `{s.name}`", s.span)
    return value


_FLOWS = regex(r"(?P<value>[^\W\d]\w*)[ ]*->[ ]*$")
"""A name right before the arrow that leads to a use."""


def _lacking(run: Run, frame: Frame, s: p.Input) -> None:
    """Report that nothing comes in for an input, nor for those behind it, with the call that gives all of them."""
    outer = frame.outer or frame
    span = frame.use[0] if frame.use else s.span
    item = run.module.item(frame.key)
    assert isinstance(item, (p.Block, p.Extern))
    declared = item.inputs if isinstance(item, p.Extern) else inputs_in(item.body)
    inputs = [each.name for each in declared]
    there, lacking = inputs[: inputs.index(s.name)], inputs[inputs.index(s.name) :]
    lacking = [each for each in lacking if each not in frame.keywords]
    found = _FLOWS.search(span.source.line(span.row)[: span.begin.column - 1]) if len(there) == 1 else None
    flows = "…" if found is None else found["value"]
    advice, fix = f"write `({', '.join((flows, *lacking))}) -> {span.brief}`", None
    if found is not None and not set(lacking) <= outer.names.keys():
        same = f"({', '.join([flows] * (1 + len(lacking)))}) -> {span.brief}"
        wanted = " and ".join(f"`{each}`" for each in (*there, *lacking))
        advice = (
            f"it takes {wanted}: write `({flows}, …) -> {span.brief}`, or `{same}` where all are the same"
        )
    elif found is not None:
        begin = span.first - (span.begin.column - 1 - found.start())
        edit = Edit(Span(span.base, begin, begin + len(flows)), f"({', '.join((flows, *lacking))})")
        fix = Fix("unsafe", advice, (edit,))
    said = argument_messages.missing_argument(f"the call of {frame.key[1]}", tuple(lacking), "")
    run.report(outer, replace(said, help=advice), span, fix=fix, once=True)


def check_contract(run: Run, frame: Frame, contract: p.Contract, value: Any, what: str, span: Span) -> Any:
    """`value` if its shape is the declared one (its named sizes are bound on the way), else NOTHING and a report."""
    if value is NOTHING or holds_nothing(value):
        return value
    if not isinstance(value, Flowing):
        if isinstance(value, list) and holds_tensor(value):
            for item in value:
                check_contract(run, frame, contract, item, what, span)
            return value
        run.report(frame, messages.not_a_tensor(what, kind_of(value)), span)
        return NOTHING
    tensor = value.tensor
    if contract.dtype is not None and tensor.dtype != contract.dtype:
        run.report(frame, messages.contract_broken(what, contract.dtype, tensor.dtype), contract.span)
    shape_node = contract.shape
    dims = shape_node.items if isinstance(shape_node, p.TupleOf) else None
    if tensor.shape is None:
        declared = model_inputs.shape_of(run, frame, shape_node)
        return (
            value
            if declared is None
            else Flowing(Tensor((tensor_batch(), *declared), tensor.dtype), value.span, value.origin)
        )
    actual = tensor.shape[1:]
    if dims is None:
        found = model_inputs.shape_of(run, frame, shape_node)
        if found is None:
            return value
        declared_dims: list[Any] = list(found)
    else:
        sizes = _taken_apart(run, frame, dims)
        if sizes is None:
            return value
        written = [each.value if isinstance(each, p.Const) else 1 for each in sizes]
        odd = next((place for place, each in enumerate(written) if type(each) is not int), None)
        if (
            odd in (None, 0)
            and len(dims) == len(sizes) == len(actual) + 1
            and _is_batch(dims[0])
            and _fits(run, frame, dims[1:], actual)
        ):
            return _with_batch(run, frame, contract, value, what, dims)
        if odd is not None:  # whatever comes in
            model_inputs.refuse_size(run, frame, shape_node, written, odd)
            return NOTHING
        if len(sizes) != len(actual):
            return _broken(
                run,
                frame,
                contract,
                value,
                what,
                [_number(run, frame, each) for each in sizes],
            )
        declared_dims = []
        for node, size in zip(sizes, actual, strict=True):
            if isinstance(node, p.UnknownSize):
                if node.name is not None and node.name not in frame.names:
                    frame.names[node.name] = size
                declared_dims.append(size if node.name is None else frame.names[node.name])
            else:
                declared_dims.append(node.value if isinstance(node, _Taken) else run.evaluate(frame, node))
    if len(declared_dims) != len(actual):
        return _broken(run, frame, contract, value, what, declared_dims)
    for axis, (want, have) in enumerate(zip(declared_dims, actual, strict=True), 1):
        if not isinstance(want, (int, Sym)):
            if isinstance(want, Unknown) or want is NOTHING:
                continue
            model_inputs.refuse_size(run, frame, shape_node, declared_dims, axis - 1)
            return NOTHING
        match agree(want, have):
            case Different():
                shown = (
                    "("
                    + ", ".join(str(dim) for dim in declared_dims)
                    + ("," if len(declared_dims) == 1 else "")
                    + ")"
                )
                text, fix = _advice(run, value, declared_dims, what, dims)
                run.report(
                    frame,
                    messages.contract_broken(what, shown, show(tensor.shape), text),
                    contract.span,
                    (Label(value.span, show(tensor.shape)),),
                    fix,
                )
                return NOTHING
            case Conditional(condition):
                run.report(frame, shape_messages.equal_only_when(what, condition, axis), contract.span)
            case Equal():
                pass
    return value


def tensor_batch() -> Dim:
    from dslc.shapes.dim import BATCH

    return BATCH


@record
class _Taken:
    """A size that stood behind a star."""

    value: Any


def _number(run: Run, frame: Frame, size: p.Expr | _Taken) -> object:
    """A declared size, where it is one that is known."""
    if isinstance(size, (p.Const, _Taken)):
        return size.value
    unbound = isinstance(size, p.Local) and size.name not in frame.names
    return None if isinstance(size, p.UnknownSize) or unbound else run.evaluate(frame, size)


def _taken_apart(run: Run, frame: Frame, dims: Sequence[p.Expr]) -> list[p.Expr | _Taken] | None:
    """The sizes of a declared shape with those behind stars; None where nobody knows how many these are."""
    sizes: list[p.Expr | _Taken] = []
    for each in dims:
        if isinstance(each, p.Starred):
            values = run.evaluate(frame, each.value)
            if not isinstance(values, (list, tuple)):
                return None
            sizes += map(_Taken, values)
        else:
            sizes.append(each)
    return sizes


def _is_batch(size: p.Expr) -> bool:
    """Whether a size may be meant for the batch, which Python writes as None or 1."""
    if isinstance(size, p.UnknownSize):
        return size.name is None or size.name in vocabulary.BATCH_NAMES
    return isinstance(size, p.Const) and size.value in (None, 1)


def _fits(run: Run, frame: Frame, dims: Sequence[p.Expr], actual: Sequence[Dim]) -> bool:
    """Whether declared sizes may be those that are there."""
    for declared, size in zip(dims, actual, strict=True):
        if isinstance(declared, p.UnknownSize):
            continue
        if isinstance(declared, p.Local) and declared.name not in frame.names:
            return False
        want = run.evaluate(frame, declared)
        if isinstance(want, (int, Sym)) and isinstance(agree(want, size), Different):
            return False
    return True


def _with_batch(
    run: Run, frame: Frame, contract: p.Contract, value: Flowing, what: str, dims: Sequence[p.Expr]
) -> Any:
    """Report a shape that begins with the batch, before the sizes that are there."""
    shape = value.tensor.shape or ()
    declared = f"{contract.shape.span.text} ({so_many_axes(len(dims))} besides the batch)"
    text = f"({', '.join(each.span.text for each in dims[1:])}{',' if len(dims) == _ONE_MORE else ''})"
    batch, place = dims[0], contract.shape.span
    named = batch.name if isinstance(batch, p.UnknownSize) else None
    rest = place.source.text[place.start :].partition("\n}")[
        0
    ]  # of the item, in which the size may be asked for
    again = named is not None and len(re.findall(rf"(?<![\w.]){named}(?![\w(])", rest)) > 1
    fix = None if again else Fix.writing(contract.shape.span, text)
    size = f"; its size is `ops.shape(…)[0]`, not `{named}`" if again else ""
    said = messages.contract_broken(
        what, declared, show(shape), f"the batch is left out: write `{text}`{size}"
    )
    run.report(frame, said, contract.span, (Label(value.span, show(shape)),), fix)
    return NOTHING


def _advice(
    run: Run,
    value: Flowing,
    declared: Sequence[object],
    what: str,
    written: Sequence[p.Expr] | None,
) -> tuple[str | None, Fix | None]:
    """What brings a value to the sizes that are declared of it, and the edit that does it."""
    if what.startswith("the input "):
        loose = _of_each_use(value, declared, written)
        if loose is not None:
            return f"change what comes in, or declare what each use brings: write `{loose}`", None
        return (
            "change what comes in, or the declared shape: a size that each use brings is written `C?`",
            None,
        )
    from dslc.graph.causes.declared import brought
    from dslc.graph.causes.mend import Mend

    advice = brought(run, value, declared)
    return (advice.text, advice.fix) if isinstance(advice, Mend) else (advice, None)


def _of_each_use(value: Flowing, declared: Sequence[object], written: Sequence[p.Expr] | None) -> str | None:
    """A declared shape with a name in the place of every number that is another one here; None where other sizes are, too."""
    sizes = (value.tensor.shape or ())[1:]
    if written is None or not len(written) == len(sizes) == len(declared) <= len(_NAMES):
        return None
    names = _NAMES[-len(sizes) :]
    shown = []
    for each, want, have, name in zip(written, declared, sizes, names, strict=True):
        is_other = isinstance(want, int) and want != have
        if is_other and not isinstance(each, p.Const):
            return None
        shown.append(f"{name}?" if is_other else each.span.text)
    return f"({', '.join(shown)}{',' if len(shown) == 1 else ''})"


_NAMES = ("D", "H", "W", "C")
"""What sizes of a block are called that each use brings, the channels last."""

_ONE_MORE = 2  # axes that are declared of one


def _broken(
    run: Run, frame: Frame, contract: p.Contract, value: Flowing, what: str, wanted: Sequence[object]
) -> Any:
    from dslc.graph.causes.declared import rearranged
    from dslc.graph.causes.mend import Mend
    from dslc.graph.causes.ranks import lacking_flatten, sequence_lacking, sequence_left_over

    shape, rank = value.tensor.shape or (), len(wanted)
    declared = f"{contract.shape.span.text} ({so_many_axes(rank)} besides the batch)"
    advice = sequence_left_over(run, value, rank + 1) or sequence_lacking(run, value, rank + 1)
    advice = (
        advice or lacking_flatten(run, value, rank + 1) or rearranged(value, wanted, contract.shape.span.text)
    )
    text, fix = (advice.text, advice.fix) if isinstance(advice, Mend) else (advice, None)
    run.report(
        frame,
        messages.contract_broken(what, declared, show(shape), text),
        contract.span,
        (Label(value.span, show(shape)),),
        fix,
    )
    return NOTHING
