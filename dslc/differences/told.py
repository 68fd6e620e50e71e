"""Differences as a text for people, and as plain values for programs.

Digits: a.kdl → b.kdl

~ conv2d (Conv2D)      filters: 32 → 64                   320 → 640 parameters
+ dropout (Dropout)    rate=0.5
  dense (Dense)                                           16,010 → 32,010 parameters

Parameters   34,826 → 50,826 (+16,000)
"""

from __future__ import annotations

from collections.abc import Iterator

from dslc.differences.compared import Argument, Change, Difference, Step, arguments, count, kind, shape_of
from dslc.differences.values import shown
from dslc.graph.counts import activation_bytes, flops, parameters
from dslc.graph.graph import LayerCall
from dslc.shapes.dim import Dim
from dslc.shapes.shape import show
from dslc.shapes.text import in_full

_SIGNS = {"added": "+", "removed": "-", "changed": "~", "resized": " "}


def text(difference: Difference, old: str, new: str) -> str:
    """What differs between the models of two files, in lines."""
    name = difference.new.name
    names = name if difference.old.name == name else f"{difference.old.name} → {name}"
    lines = [f"{names}: {old} → {new}", ""]
    if difference.is_none:
        return "\n".join([*lines, "no difference", ""])
    lines += [
        f"{_sign(each.old, each.new)} {each.kind} {_both(each.old, each.new)}" for each in difference.borders
    ]
    rows = [_row(each) for each in difference.changes]
    wide = max((len(row[0]) for row in rows), default=0)
    lines += [f"{first:<{wide}}  {rest}".rstrip() for first, rest in rows]
    if difference.reshaped:
        lines.append(f"  {difference.reshaped} more give another shape because of that")
    return "\n".join([*lines, "", *_costs(difference), ""])


def _sign(old: object, new: object) -> str:
    return "+" if old is None else "-" if new is None else "~"


def _both(old: str | None, new: str | None) -> str:
    return new or "" if old is None else old if new is None else f"{old} → {new}"


def _row(change: Change) -> tuple[str, str]:
    step = change.new or change.old
    assert step is not None
    first = f"{_SIGNS[change.kind]} {step.path} ({kind(step)})"
    if change.old is None or change.new is None:
        return first, "  ".join(each for each in (_given(step), _made(step)) if each)
    parts = [_argument(each) for each in change.arguments]
    if change.sources is not None:
        before, after = (", ".join(each) or "nothing" for each in change.sources)
        parts.append(f"fed by {before} → {after}")
    before, after = _shapes(change.old), _shapes(change.new)
    if before != after:
        parts.append(f"{before} → {after}")
    if isinstance(change.old, LayerCall) and isinstance(change.new, LayerCall):
        counts = number(count(change.old)), number(count(change.new))
        if counts[0] != counts[1]:
            parts.append(f"{counts[0]} → {counts[1]} parameters")
    return first, "; ".join(parts)


def _argument(each: Argument) -> str:
    """`filters: 32 → 64`; what is not written has Keras's default."""
    if each.old is None:
        return f"{each.name}={each.new} (new)"
    return f"{each.name}={each.old} (gone)" if each.new is None else f"{each.name}: {each.old} → {each.new}"


def _given(step: Step) -> str:
    if not isinstance(step, LayerCall):
        return ""
    return ", ".join(f"{name}={shown(value)}" for name, value in arguments(step).items())


def _made(step: Step) -> str:
    total = number(count(step)) if isinstance(step, LayerCall) else "0"
    return f"{_shapes(step)}{'' if total == '0' else f', {total} parameters'}"


def _shapes(step: Step) -> str:
    return ", ".join(map(shape_of, step.outputs))


def number(dim: Dim) -> str:
    """A count, with commas."""
    return f"{dim:,}" if isinstance(dim, int) else in_full(dim)


def _costs(difference: Difference) -> Iterator[str]:
    old, new = difference.old, difference.new
    rows = [
        ("Parameters", parameters(old).total, parameters(new).total),
        ("Trainable", parameters(old).trainable, parameters(new).trainable),
        ("FLOPs of a sample", flops(old), flops(new)),
        ("Activations of a sample, bytes", activation_bytes(old), activation_bytes(new)),
    ]
    wide = max(len(name) for name, _, _ in rows)
    for name, before, after in rows:
        both = isinstance(before, int) and isinstance(after, int)
        change = f" ({after - before:+,})" if both and before != after else ""
        value = number(after) if before == after else f"{number(before)} → {number(after)}"
        yield f"{name:<{wide}}  {value}{change}"


def facts(difference: Difference, old: str, new: str) -> dict[str, object]:
    """The same as plain values."""
    return {
        "name": difference.new.name,
        "old": _model(difference, old, is_new=False),
        "new": _model(difference, new, is_new=True),
        "same": difference.is_none,
        "borders": [{"kind": each.kind, "old": each.old, "new": each.new} for each in difference.borders],
        "changes": [_change(each) for each in difference.changes],
        "reshaped": difference.reshaped,
    }


def _model(difference: Difference, file: str, is_new: bool) -> dict[str, object]:
    graph = difference.new if is_new else difference.old
    counts = parameters(graph)
    return {
        "name": graph.name,
        "file": file,
        "params": _plain(counts.total),
        "trainable_params": _plain(counts.trainable),
        "flops": _plain(flops(graph)),
        "activation_bytes": _plain(activation_bytes(graph)),
    }


def _change(change: Change) -> dict[str, object]:
    return {
        "kind": change.kind,
        "old": _step(change.old),
        "new": _step(change.new),
        "arguments": [{"name": each.name, "old": each.old, "new": each.new} for each in change.arguments],
        "sources": None if change.sources is None else [list(each) for each in change.sources],
    }


def _step(step: Step | None) -> dict[str, object] | None:
    if step is None:
        return None
    return {
        "path": step.path,
        "layer": kind(step),
        "outputs": [None if each.shape is None else show(each.shape) for each in step.outputs],
        "params": _plain(count(step)) if isinstance(step, LayerCall) else 0,
        "row": step.span.begin.row,
    }


def _plain(dim: Dim) -> int | str:
    return dim if isinstance(dim, int) else in_full(dim)
