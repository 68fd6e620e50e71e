"""Sizes that only a call knows, where something is computed with them: what their numbers go through, and what they never do.

In: static values on their way through operators and functions.  Out: the reason why one cannot be computed with, and the
places where a class has to ask the call for a size. Such a size is a number in one run, and a tensor of one whole number where
TensorFlow traces a graph; `x.shape` says None there, so `ops.shape(x)` is asked. What both are good for is whole-number
arithmetic and comparison. A fraction of a tensor is of another type than what it meets, and `min`, `in` or an `if` of Python's
would need its value. In a Functional model there is neither: so a computation with a size is one of the places that need a call.

    x[:, : T // 2]        ops.shape(x)[1] // 2
    T / 2                 refused: float64 in a graph, where no index, size or float32 tensor takes it
    if T > 4 and T < 9    ops.cond(ops.logical_and(T > 4, T < 9), …)

What an assertion or a contract says is checked while the model is made, and computes nothing in a call: `Run.stating`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dslc.diagnostics.messages import values as messages
from dslc.graph.control import needs
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.graph.values import PLAIN, Undecided, bounds, depends_on_training, holds_nothing
from dslc.program import nodes as p
from dslc.program.traversal import taken_apart
from dslc.shapes.dim import Sym, known
from dslc.source import Span

_WHOLE = frozenset({"+", "-", "*", "//", "%", "**"})
_ALREADY_WHOLE = frozenset(
    {"int", "round", "ceil", "floor", "math.ceil", "math.floor", "math.trunc", "bool", "float"}
)
OF_LISTS = frozenset(
    {"len", "zip", "enumerate", "reversed", "list", "tuple", "record", "keys", "values", "items"}
)
"""Builtins that take lists as they are, whatever is in them."""


def late(value: Any) -> str | None:
    """The size that only a call knows in a static value, or what is decided by one; None for every other value."""
    if type(value) in PLAIN:
        return None
    if isinstance(value, Sym):
        return None if known(value) else str(value)
    if isinstance(value, Undecided):
        return value.text if value.cause == "size" else None
    if isinstance(value, (list, tuple)):
        return next((found for item in value if (found := late(item)) is not None), None)
    if isinstance(value, slice):
        return late(bounds(value))
    return None


def counts(run: Run) -> bool:
    """Whether what is computed now is computed in a call, of a model that is known."""
    return not run.stating and not run.alone


def fits(run: Run, frame: Frame, operator: str, left: Any, right: Any, span: Span, site: int | None) -> bool:
    """Whether an operator works on two static values also where a call knows them; a place of a call is noted, a reason reported."""
    size = late((left, right)) if counts(run) and not holds_nothing((left, right)) else None
    if size is None:
        return True
    whole = all(isinstance(each, Sym) or type(each) is int for each in (left, right))
    listed = isinstance(left, (list, tuple)) and not isinstance(right, Sym)
    if listed and (type(left) is type(right) if operator == "+" else operator == "*" and type(right) is int):
        return True  # of which the sizes are parts
    negative = operator == "**" and not (type(right) is int and right >= 0)
    if operator in _WHOLE and whole and not negative:
        if site is not None:
            run.open_tests[site] = span
        return True
    advice = None
    if operator == "/" and isinstance(left, Sym) and whole:
        text = f"{left}" if str(left).isidentifier() else f"({left})"
        advice = f"write `{text} // {right}`, or `-(-{text} // {right})` to round up"
    elif isinstance(left, float) or isinstance(right, float) or operator == "/":
        advice = 'compute with tensors: `ops.cast(ops.shape(x)[1], "float32")`'
    _refuse(run, frame, span, size, advice)
    return False


def computes_with_training(run: Run, frame: Frame, values: Iterable[tuple[Any, Span]]) -> bool:
    """Whether something among the values for a function of tensors is `training` itself, which is None where nobody says it, or
    depends on it in a way that is not followed; it is reported."""
    for value, span in values:
        if not depends_on_training(value):
            continue
        text, advice = span.brief, "choose between tensors: `a if training else b`"
        if isinstance(value, Undecided) and value.text == "training":
            reason = "`training` is no number or tensor, and None where nobody says whether the model trains"
            advice = "ask it: `1.0 if training else 0.0`"
        else:
            reason = f"what `{text}` is depends on `training`"
        run.report(frame, messages.cannot_compute(reason, advice), span)
        return True
    return False


def always(run: Run, frame: Frame, operands: Any, value: int, span: Span) -> bool:
    """Whether a number that is the same for every size is computed with one: in the call it would be a tensor; reported."""
    size = late(operands) if counts(run) else None
    if size is not None:
        _refuse(run, frame, span, size, f"it is always {value}: write that")
    return size is not None


def compares(run: Run, frame: Frame, operator: str, left: Any, right: Any, span: Span) -> Undecided | bool:
    """What a comparison of static values is where a call decides it; True where it is none of the call's, False after a report."""
    size = late((left, right)) if counts(run) and not holds_nothing((left, right)) else None
    if size is None:
        return True
    if operator in ("is", "is not"):
        _refuse(run, frame, span, size, "every size is a number when the model runs")
        return False
    if operator in ("in", "not in"):
        both, sign = ("or", "==") if operator == "in" else ("and", "!=")
        few = [each for each in right if type(each) is int][:3] if isinstance(right, (list, tuple)) else []
        _refuse(
            run,
            frame,
            span,
            size,
            f"write `{f' {both} '.join(f'{left} {sign} {each}' for each in few)}`" if few else None,
        )
        return False
    if not all(isinstance(each, Sym) or type(each) is int for each in (left, right)):
        _refuse(run, frame, span, size, _compared_whole(operator, left, right))
        return False
    return Undecided("size", f"{left} {operator} {right}")


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def _compared_whole(operator: str, left: Any, right: Any) -> str | None:
    """The same comparison with a whole number: a graph of TensorFlow compares a size with nothing else."""
    if type(left) is float:
        return _compared_whole(_TURNED[operator], right, left)
    if type(right) is not float:
        return None
    if math.isnan(right) or math.isinf(right):
        return "a size is a whole number: leave the comparison out"
    if operator in ("==", "!="):
        if not right.is_integer():
            return f"a size is a whole number, and never {right}"
        return f"write `{left} {operator} {right:.0f}`"
    whole = math.floor(right) if operator in (">", "<=") else math.ceil(right)
    return f"write `{left} {operator} {whole}`"


def called(run: Run, frame: Frame, e: p.CallBuiltin, given: Sequence[Any]) -> bool:
    """Whether a builtin works on these values also where a call knows them; False after a report."""
    size = late(given) if counts(run) and e.name not in OF_LISTS and not holds_nothing(given) else None
    if size is None:
        return True
    if e.name == "sum" and all(isinstance(each, Sym) or type(each) is int for each in _listed(given[0])):
        return True
    if e.name == "range":
        reason = Undecided("parameter", size) if size in frame.names else Undecided("size", e.span.brief)
        run.report(frame, needs(frame, reason, "this loop"), e.span)
        return False
    advice = None
    if e.name in _ALREADY_WHOLE:
        advice = f"`{size}` is a whole number"
    elif e.name in ("min", "max"):
        of_tensors = f"`ops.{e.name}imum(…)` computes with tensors"
        beyond = "; an index may reach beyond the end: `x[:, :8]` takes what is there, at most 8"
        advice = of_tensors + (beyond if e.name == "min" else "")
    elif e.name == "math.prod":
        advice = "write it with `*`"
    _refuse(run, frame, e.span, size, advice)
    return False


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else (None,)


def refused(
    run: Run, frame: Frame, values: Iterable[tuple[Any, Span]], allowed: Callable[[Any], bool] | None = None
) -> bool:
    """Whether one of some values needs a call where its number has to be known before; it is reported."""
    if not counts(run):
        return False
    for value, span in values:
        size = late(value)
        if size is not None and not (allowed is not None and allowed(value)):
            _refuse(run, frame, span, size, None)
            return True
    return False


def refused_for_what_is_made(
    run: Run, frame: Frame, what: str, given: Sequence[p.Expr], values: Sequence[Any]
) -> bool:
    """Whether an argument of what is made once needs a call; a size alone is what Keras's layers are asked about themselves."""
    if not counts(run):
        return False
    own = what.startswith("the layer ")
    for e, value in zip(given, values, strict=True):
        size = None if own and isinstance(value, Sym) else late(value)
        if size is not None and not (own and is_size(value)):
            advice = None if own else "a block can ask its own input: `input x: (T?, C?)`"
            run.report(frame, messages.size_of_the_call(e.span.brief, size, advice, what), e.span)
            return True
    return False


def is_size(value: Any) -> bool:
    """Whether a value is a size, or made of sizes: what an index and an argument of a tensor function may be."""
    if isinstance(value, (list, tuple)):
        return all(map(is_size, value))
    if isinstance(value, slice):
        return is_size(bounds(value))
    return not isinstance(value, Undecided)


def _refuse(run: Run, frame: Frame, span: Span, size: str, advice: str | None) -> None:
    run.report(frame, messages.size_of_the_call(span.brief, size, advice), span)


def asked(run: Run, span: Span, value: Any) -> None:
    """Note a size, or a shape, that a class has to ask the call for."""
    if counts(run) and late(value) is not None:
        run.late_sizes[span] = None


def of_shape(run: Run, frame: Frame, e: p.Expr) -> Any:
    """The value of an expression whose own `x.shape` is not asked as a whole: `x.shape[1]`, `len(x.shape)`."""
    if not isinstance(e, p.Attribute) or e.name != "shape" or e.span in run.late_sizes:
        return run.evaluate(frame, e)
    value = run.evaluate(frame, e)
    run.late_sizes.pop(e.span, None)
    return value


def unpacked(run: Run, frame: Frame, target: p.Target, e: p.Expr) -> Any:
    """What an assignment gives its target; of a shape that is taken apart, only the sizes count that have a name."""
    if isinstance(target, p.Bind) and not isinstance(e, p.Attribute):
        return run.either(frame, e)  # who reads the name may do with a value of two kinds
    value = of_shape(run, frame, e)
    if isinstance(e, p.Attribute) and isinstance(value, (list, tuple)):
        apart = taken_apart(target.targets, value) if isinstance(target, p.Unpack) else None
        parts = list(value) if apart is None else [part for to, part in apart if not _is_nobodys(to)]
        asked(run, e.span, parts)
    return value


def _is_nobodys(target: p.Target) -> bool:
    return isinstance(target.target if isinstance(target, p.Rest) else target, p.Discard)
