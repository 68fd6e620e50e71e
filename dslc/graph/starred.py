"""What a star takes apart: `[*skips, x]`, `(*shape, 3)`, `Conv2D(*size)`, `(query, *others) -> Layer`.

In: the parts of a list, a tuple or a call as they are written.  Out: their values, or the same parts with what stands behind a
star one by one, each where the star is, so that whoever checks arguments points there.

    skips = [a, b]      [*skips, x]      the values of a, b and x
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslc.diagnostics.messages import names as name_messages
from dslc.diagnostics.messages import values as messages
from dslc.graph.control import needs
from dslc.graph.frame import Frame, Recipe
from dslc.graph.interpreter import Run
from dslc.graph.static import kind_of
from dslc.graph.values import NOTHING, Dictionary, Flowing, RecordValue, Undecided, recipe_in, undecided
from dslc.program import nodes as p
from dslc.program.traversal import is_starred
from dslc.record import record
from dslc.shapes.dim import Sym
from dslc.shapes.dim import known as is_known
from dslc.source import Span


@record
class Known:
    """An expression whose value is known already, and where it comes from: the entry of a dictionary, a star."""

    span: Span
    value: Any


def starred(run: Run, frame: Frame, e: p.Starred) -> Any:
    """The value of a star by itself, where nothing but its mistakes is asked for."""
    parts = _apart(run, frame, e)
    return NOTHING if parts is None else parts


def known(run: Run, frame: Frame, e: Known) -> Any:
    return e.value


def elements(run: Run, frame: Frame, items: Sequence[p.Expr]) -> list[Any] | Undecided | None:
    """The values of the parts of a list or tuple; why nobody knows yet how many they are; None after a report."""
    if not any(map(is_starred, items)):
        return run.evaluate_all(frame, items)
    found: list[Any] = []
    unsure: Undecided | None = None
    for item in items:
        if not isinstance(item, p.Starred):
            found.append(run.evaluate(frame, item))
            continue
        parts = _apart(run, frame, item)
        if parts is None:
            return None
        if isinstance(parts, Undecided):
            unsure = unsure or parts
        else:
            found.extend(parts)
    return unsure or found


def counted(run: Run, frame: Frame, items: Sequence[p.Expr], span: Span) -> list[Any] | None:
    """The values of parts whose number has to be known; None after a report."""
    found = elements(run, frame, items)
    if isinstance(found, Undecided):
        run.report(frame, needs(frame, found, "this star"), span)
        return None
    return found


def spelled_out(run: Run, frame: Frame, items: Sequence[p.Expr]) -> tuple[p.Expr, ...] | None:
    """The arguments of a call without stars; None after a report."""
    found: list[p.Expr] = []
    for item in items:
        if not isinstance(item, p.Starred):
            found.append(item)
            continue
        parts = _apart(run, frame, item)
        if isinstance(parts, Undecided):
            run.report(frame, needs(frame, parts, "this star"), item.value.span)
        if parts is None or isinstance(parts, Undecided):
            return None
        bare = next(filter(None, map(_bare, parts)), None)
        if bare is not None:  # whoever takes it may give it arguments, which the place of a parameter decides
            advice = f"write `{bare}()`, or each layer by itself"
            said = name_messages.not_supported_yet("a layer without brackets behind a star in a call", advice)
            run.report(frame, said, item.span)
            return None
        found += [Known(item.span, part) for part in parts]  # type: ignore[misc]
    return tuple(found)


def _bare(value: Any) -> str | None:
    """The layer without brackets that a value is, as it is written."""
    recipe = recipe_in(value)
    stage = recipe.stage if isinstance(recipe, Recipe) else None
    return stage.span.brief if isinstance(stage, p.MakeLayer) and not stage.called else None


def _apart(run: Run, frame: Frame, e: p.Starred) -> Sequence[Any] | Undecided | None:
    """What is in the value behind a star, as Python takes it apart."""
    value = run.evaluate(frame, e.value)
    if value is NOTHING:
        return None
    if isinstance(value, Sym) and not is_known(value):
        run.report(frame, _no_sequence(value, e), e.value.span)
        return None
    reason = undecided(value, e.value.span.text)
    if reason is not None:
        return reason
    if isinstance(value, (RecordValue, Dictionary)):
        value = list(value.fields if isinstance(value, RecordValue) else value)
    if not isinstance(value, (list, tuple, range, str)):
        run.report(frame, _no_sequence(value, e), e.value.span)
        return None
    run.spend(e.span, "elements", len(value))
    run.weigh(e.span, *value)
    return value


def _no_sequence(value: Any, e: p.Starred) -> Any:
    text = e.value.span.brief
    if isinstance(value, Flowing):
        shape = value.tensor.shape
        axis = next((axis for axis, size in enumerate(shape or ()) if axis and type(size) is int), 1)
        advice = f"a list of its parts is `ops.unstack({text}, axis={axis})`"
    elif isinstance(value, (int, Sym)):
        advice = f"leave the star out, or write `*range({text})`"
    else:
        advice = "leave the star out"
    return messages.cannot_compute(f"a star takes a list or a tuple apart, not {kind_of(value)}", advice)
