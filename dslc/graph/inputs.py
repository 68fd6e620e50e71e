"""The inputs of a model: from a declared shape, or the full form `Input(…)`, to the tensor that flows from there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.diagnostics.diagnostic import Fix, Label
from dslc.diagnostics.messages import arguments as argument_messages
from dslc.diagnostics.messages import mixed_up, outside
from dslc.diagnostics.messages import names as name_messages
from dslc.diagnostics.messages import values as messages
from dslc.diagnostics.suggest import nearest
from dslc.graph import assertions, casts, lints
from dslc.graph.control import needs
from dslc.graph.dictionaries import spelled_out
from dslc.graph.frame import Frame
from dslc.graph.graph import Port
from dslc.graph.interpreter import Run
from dslc.graph.starred import spelled_out as without_stars
from dslc.graph.static import kind_of
from dslc.graph.values import NOTHING, Flowing, Origin, depends_on_training, holds_nothing, plain, undecided
from dslc.keras.dtypes import COMPUTED, DECLARED
from dslc.keras.types import Tensor, Unknown
from dslc.program import nodes as p
from dslc.record import replace
from dslc.regex import regex
from dslc.shapes.dim import BATCH, Dim, Sym, anonymous
from dslc.shapes.shape import Shape
from dslc.source import Span

FULL = ("shape", "batch_size", "dtype", "sparse", "ragged", "batch_shape", "name", "tensor", "optional")
"""What `Input(…)` takes in Keras."""
REFUSED = ("tensor", "ragged")


def declare(run: Run, frame: Frame, s: p.Input) -> Any:
    """The tensor of an input of the model, recorded as its next input."""
    if s.options is not None:
        tensor = _full(run, frame, s)
    elif s.contract is not None:
        shape = shape_of(run, frame, s.contract.shape)
        dtype = s.contract.dtype or COMPUTED
        tensor = None if shape is None else Tensor((BATCH, *shape), dtype)
        if shape is not None:
            lints.batch_in_shape(run, frame, s.contract.shape, shape)
            if run.values:
                assertions.assume_given(run, frame, shape, s.contract.span)
    else:
        tensor = None
    name = _name(run, frame, s)
    if tensor is None or name is None:
        run.complete = False
        return NOTHING
    if name in run.resized:
        tensor = replace(tensor, shape=run.resized[name])
    run.inputs.append(Port(name, tensor, s.span))
    run.input_spans[name] = s.span
    frame.layer_names.setdefault(name, s.name_span)
    value = Flowing(tensor, s.span, Origin(live=True, name=name))
    casts.come_in(run, frame, (value,))
    if run.trace is not None:
        run.trace.inputs.append((_unrolled(s, name, tensor), value))
    return value


def _unrolled(s: p.Input, name: str, tensor: Tensor) -> p.Input:
    """The input by itself, as its shape is now."""
    assert tensor.shape is not None
    sizes = [
        p.Const(s.span, dim, "") if isinstance(dim, int) else p.UnknownSize(s.span, None)
        for dim in tensor.shape
    ]
    shape = p.TupleOf(s.span, tuple(sizes[1:]))
    if tensor.shape[0] == BATCH and not tensor.sparse:
        dtype = tensor.dtype if tensor.dtype != "float32" else None
        return p.Input(s.span, name, s.name_span, None, p.Contract(s.span, shape, dtype), None)
    options = [("dtype", p.Const(s.span, tensor.dtype, ""))]
    if tensor.sparse:
        options.append(("sparse", p.Const(s.span, True, "")))
    if isinstance(tensor.shape[0], int):
        options.append(("batch_size", p.Const(s.span, tensor.shape[0], "")))
    named = tuple(p.Argument(s.span, key, s.span, value) for key, value in options)
    return p.Input(s.span, name, s.name_span, None, None, ((shape,), named))


def _name(run: Run, frame: Frame, s: p.Input) -> str | None:
    """The name Keras gives the input, each once: the one in the source, or made of the key in a record; None after a report."""
    if run.branching:
        advice = "an input is there in every call: write it in front of the `if`"
        run.report(
            frame,
            name_messages.not_supported_yet("an `input` that only a call decides about", advice),
            s.span,
        )
        return None
    name = s.name if s.key is None else _name_by_key(run, frame, s, s.key)
    if name is None:
        return None
    if "/" in name:
        run.report(frame, outside.slash_in_input(name), s.span if s.key is None else s.key.span)
        return None
    taken = run.input_spans.get(name)
    if taken is not None:
        from dslc.graph.causes.turns import recorded

        again = None if taken != s.span else s.name if s.key is None else s.key.span.text
        labels = () if again else (Label(taken, "the other"),)
        line, fix = recorded(run, frame, s) if again and s.key is None else ("", None)
        run.report(
            frame,
            name_messages.input_again(name, again, line or None, s.key is None),
            s.name_span,
            labels,
            fix,
        )
        return None
    return name


def _name_by_key(run: Run, frame: Frame, s: p.Input, e: p.Expr) -> str | None:
    """A string as it is, a number behind the name of the record."""
    key = run.evaluate(frame, e)
    reason = undecided(key, e.span.text)
    if key is NOTHING or reason is not None:
        if reason is not None:
            run.report(frame, needs(frame, reason, "this key"), e.span)
        return None
    if not isinstance(key, (str, int)):
        said = messages.cannot_compute(
            f"{kind_of(key)} cannot be the key of an input", "it is a string or a number"
        )
        run.report(frame, said, e.span)
        return None
    if run.numbered.setdefault(s.span, numbered := not isinstance(key, str)) is not numbered:
        said = messages.cannot_compute("the keys of an input are strings in one turn and numbers in another")
        run.report(frame, said, e.span)
        return None
    return f"{s.name}_{key}" if numbered else str(key)


_MOST_SIZES = 3
"""Sizes of a sample, mostly: one more, the first of them unknown, is the batch."""


def shape_of(run: Run, frame: Frame, e: p.Expr, of_keras: bool = False) -> Shape | None:
    """A declared shape as dimensions; None after a report. In an argument of Keras's own (`of_keras`) `None` is a size."""
    if isinstance(e, p.UnknownSize):
        run.report(
            frame, messages.bad_input_shape(e.span.text, f"a shape is a tuple: `({e.span.text},)`"), e.span
        )
        return None
    run.stating += 1
    value = run.evaluate(frame, e)
    run.stating -= 1
    if value is NOTHING or holds_nothing(value):
        return None
    reason = undecided(value, e.span.text)
    if isinstance(value, Unknown) or (reason is not None and isinstance(value, Sym)):
        run.report(frame, messages.needs_a_value(str(getattr(value, "text", value)), "this shape"), e.span)
        return None
    if not isinstance(value, (tuple, list)):
        advice = (
            f"a shape is a tuple: `({e.span.text.strip('()')},)`"
            if isinstance(value, int)
            else "write it as `(28, 28, 1)`"
        )
        run.report(frame, messages.bad_input_shape(e.span.text, advice), e.span)
        return None
    dims: list[Dim] = []
    for index, item in enumerate(value):
        dim = anonymous() if item is None and of_keras else _dim(item)
        if dim is None:
            refuse_size(run, frame, e, value, index)
            return None
        dims.append(dim)
    if 0 in dims and mixed_up.PARTED.search(e.span.text) is not None:
        run.report(frame, mixed_up.number_in_parts(e.span.text), e.span)
    return tuple(dims)


def refuse_size(run: Run, frame: Frame, e: p.Expr, value: Sequence[Any], index: int) -> None:
    """Report what stands in a declared shape and is no size."""
    item = value[index]
    whole: str | None = None
    listed = e.items if isinstance(e, (p.TupleOf, p.ListOf)) else ()
    span = listed[index].span if len(listed) == len(value) else e.span
    simple = item is None or isinstance(item, (int, float, str))
    text = span.text if span != e.span else repr(item) if simple else kind_of(item)
    batch = item is None or (item == -1 and len(value) > _MOST_SIZES)
    if batch and index == 0 and len(value) > 1:
        rest = ", ".join(each.span.text for each in listed[1:]) if listed else "…"
        sample = f"`({rest}{',' if len(value) == 2 else ''})`"
        advice = f"the batch is left out: {sample}; an unknown size is written `?`"
        if len(value) > _MOST_SIZES:
            whole = f"({rest})" if None not in value[1:] else None
        elif listed and None not in value[1:]:
            advice = f"an unknown size is written `?`: `(?, {rest})`; or is it the batch? that is left out: {sample}"
    elif item is None:
        advice = "an unknown size is written `?`, or with a name `T?`"
    elif isinstance(item, float):
        advice = "sizes are whole numbers; use `//` to divide"
        divided = _DIVIDED.sub("//", e.span.text)
        if divided != e.span.text:
            whole, advice = divided, f"sizes are whole numbers, `//` divides them: write `{divided}`"
        elif item.is_integer():
            advice = f"sizes are whole numbers: write `{item:.0f}`"
            if isinstance(e, (p.TupleOf, p.ListOf)) and all(
                type(each) is not float or each.is_integer() for each in value
            ):
                sizes = tuple(int(each) if isinstance(each, float) else each for each in value)
                if all(isinstance(each, int) for each in sizes):
                    whole, advice = repr(sizes), f"sizes are whole numbers: write `{sizes!r}`"
    elif item == -1:
        advice = "an unknown size is written `?`, or with a name `T?`"
    elif item is ...:
        advice = "a size that is not known yet is written `?`; for any number of axes an input of a block stands without a shape: `input x`; its last size is `x.shape[-1]`"
    elif isinstance(item, str) and item.isidentifier() and span.text[:1] in ('"', "'"):
        advice = f"a size that is not known yet has its name without quotes: write `{item}?`"
    else:
        advice = (
            f"a size is a whole number from 0 up, not {kind_of(item) if not isinstance(item, int) else item}"
        )
    fix = Fix.writing(span, "?") if span.text in ("None", "-1") else None
    if whole is not None:
        fix = Fix.writing(e.span, whole)
    run.report(frame, messages.bad_input_shape(text, advice), span, fix=fix)


_DIVIDED = regex(r"(?<!/)/(?!/)")


def _dim(item: Any) -> Dim | None:
    if isinstance(item, bool):
        return None
    if isinstance(item, int):
        return item if item >= 0 else None
    if isinstance(item, Sym):
        return item
    if isinstance(item, Unknown):
        return anonymous()
    return None


def _full(run: Run, frame: Frame, s: p.Input) -> Tensor | None:
    """The tensor of `input x = Input((8, 4), batch_size=2, sparse=True)`, with Keras's own arguments."""
    assert s.options is not None
    positional = without_stars(run, frame, s.options[0])
    keywords = spelled_out(run, frame, s.options[1], "Input", lambda _, name, __: name == "name")
    if positional is None or keywords is None:
        return None
    given: dict[str, tuple[p.Expr, Span]] = {}
    for name, e in zip(FULL, positional, strict=False):
        given[name] = (e, e.span)
    for argument in keywords:
        if argument.name not in FULL:
            run.report(
                frame, argument_messages.unknown_argument("Input", argument.name, FULL), argument.name_span
            )
            return None
        if argument.name in given:
            run.report(frame, argument_messages.repeated_argument("Input", argument.name), argument.name_span)
            return None
        given[argument.name] = (argument.value, argument.name_span)
    for name in REFUSED:
        if name in given:
            run.report(frame, name_messages.not_supported_yet(f"`{name}=` of an input"), given[name][1])
            return None
    found = {
        name: run.evaluate(frame, e) for name, (e, _) in given.items() if name not in ("shape", "batch_shape")
    }
    trained = [name for name, value in found.items() if depends_on_training(value)]
    values = {name: plain(value) for name, value in found.items()}
    for name in trained:
        of = f"`{given[name][0].span.brief}`"
        run.report(frame, messages.depends_on_training("an input", of), given[name][0].span)
    dtype = values.get("dtype") or "float32"
    if trained or any(isinstance(value, Unknown) for value in values.values()):
        return None
    if not isinstance(dtype, str) or dtype not in DECLARED:
        near = nearest(dtype, DECLARED) if isinstance(dtype, str) else None
        said = argument_messages.wrong_type(
            "Input", "dtype", repr(dtype), 'a dtype such as "float32"', f'write `"{near or "float32"}"`'
        )
        run.report(frame, said, given["dtype"][0].span)
        return None
    name_value = values.get("name")
    key = None if s.key is None else plain(run.evaluate(frame, s.key))
    own = (s.name,) if s.key is None else (key, f"{s.name}_{key}")  # see `keras_input`
    if name_value is not None and name_value not in own:
        from dslc.graph.causes.turns import recorded

        what, why, advice = f"input {s.name}", "its name in the source", f"write `input {name_value}`"
        named = next((each for each in s.options[1] if each.name == "name"), None)
        line, fix = recorded(run, frame, s, named) if s.key is None and named is not None else ("", None)
        if line:
            advice = f"write `{line}`, a record of inputs: the key is the name"
        if s.key is not None:
            what, why, advice = f"input {s.name}[{s.key.span.text}]", "its key", "leave `name=` out"
        said = argument_messages.conflict("Input", "name", what, f"an input is called by {why}", advice)
        run.report(frame, said, given["name"][0].span, fix=fix)
        return None
    if "batch_shape" in given:
        if "shape" in given or "batch_size" in given:
            other = "shape" if "shape" in given else "batch_size"
            run.report(
                frame,
                argument_messages.conflict("Input", "batch_shape", other, "Keras takes one of the two"),
                given["batch_shape"][1],
            )
            return None
        whole = _batch_shape(run, frame, given["batch_shape"][0])
        return None if whole is None else Tensor(whole, dtype, values.get("sparse") is True)
    if "shape" not in given:
        run.report(
            frame, argument_messages.missing_argument("Input", ("shape",), "Input((28, 28, 1))"), s.span
        )
        return None
    shape = shape_of(run, frame, given["shape"][0], of_keras=True)
    if shape is None:
        return None
    batch: Any = values.get("batch_size")
    if batch is None:
        batch = BATCH
    elif (
        isinstance(batch, bool) or not isinstance(batch, (int, Sym)) or (isinstance(batch, int) and batch < 0)
    ):
        said = argument_messages.wrong_type(
            "Input", "batch_size", repr(batch), "a positive whole number", "write a number, `32` for instance"
        )
        run.report(frame, said, given["batch_size"][0].span)
        return None
    return Tensor((batch, *shape), dtype, values.get("sparse") is True)


def _batch_shape(run: Run, frame: Frame, e: p.Expr) -> Shape | None:
    """A shape with its batch: `?` or `None` first is the batch."""
    if (
        isinstance(e, p.TupleOf)
        and e.items
        and (
            isinstance(e.items[0], p.UnknownSize)
            or (isinstance(e.items[0], p.Const) and e.items[0].value is None)
        )
    ):
        rest = shape_of(run, frame, p.TupleOf(e.span, e.items[1:]), of_keras=True)
        return None if rest is None else (BATCH, *rest)
    return shape_of(run, frame, e, of_keras=True)
