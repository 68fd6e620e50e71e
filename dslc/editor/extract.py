"""Extract stages or statements as a block.

In: an analysis and a selection.  Out: the edits that write the block above the item and use it in place of what was selected.

    y = x -> Conv2D(n, 3) -> ReLU -> Flatten      block NewBlock(n) = Conv2D(n, 3) -> ReLU
             ~~~~~~~~~~~~~~~~~~~~                 y = x -> NewBlock(n) -> Flatten

What is selected may read tensors (they become inputs), static values and layers (parameters); what it binds and later lines read
becomes outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from textwrap import dedent, indent
from typing import Any, Literal

from dslc.diagnostics.diagnostic import Edit
from dslc.editor.action import CannotBe, above, free_name, line_start
from dslc.editor.analysis import Analysis
from dslc.editor.place import place
from dslc.editor.scope import Name, names_at
from dslc.keras import layers
from dslc.program import nodes as p
from dslc.program.traversal import assigned, bodies, bound, carried, read, statements_in, walk
from dslc.record import record, replace
from dslc.source import Span

Change = Callable[[Analysis, int, int], "tuple[Edit, ...] | None"]
"""`change(analysis, start, end)`: the edits of a refactoring, or None where nothing of its kind stands there; raises `CannotBe`."""


def extracted(analysis: Analysis, start: int, end: int) -> tuple[Edit, ...] | None:
    """The stages of one chain, or the statements of one body, as a block."""
    text = analysis.source.text
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    item = next((each for each in analysis.items if each.span.start <= start and end <= each.span.end), None)
    if start == end or not isinstance(item, p.Block):
        return None
    stages = _stages(item, start, end)
    if stages is not None:
        return _as_stage(analysis, item, *stages)
    chosen = _statements(item.body, start, end)
    return None if chosen is None else _as_statements(analysis, item, chosen)


@record
class _Parts:
    """What a selection reads: tensors, and what is known while the model is built, as parameters."""

    tensors: tuple[str, ...]
    parameters: tuple[str, ...]
    arguments: tuple[str, ...]


def _stages(item: p.Block, start: int, end: int) -> tuple[Any, list[Any]] | None:
    """The stages that a selection covers, and what stands before them."""
    for flow in walk(item):
        if not isinstance(flow, (p.Flow, p.Stages)) or not flow.span.start <= start < end <= flow.span.end:
            continue
        chosen = [each for each in flow.stages if start < each.span.end and each.span.start < end]
        if (
            chosen
            and chosen[0].span.start <= start + 3
            and end <= chosen[-1].span.end
            and start <= chosen[0].span.start + 1
        ):
            if start > chosen[0].span.start or end < chosen[-1].span.end:
                continue  # a part of one stage
            parts = (*([flow.head] if isinstance(flow, p.Flow) else [None]), *flow.stages)
            return parts[parts.index(chosen[0]) - 1], chosen
    return None


def _as_stage(analysis: Analysis, item: p.Block, before: Any, chosen: list[Any]) -> tuple[Edit, ...]:
    if isinstance(before, (p.CallArguments, p.Pass)):
        raise CannotBe("what comes before are call arguments, which belong to one layer")
    if any(isinstance(each, p.Pass) for each in chosen[-1:]):
        raise CannotBe("the last stage makes call arguments, which belong to the layer behind it")
    parts = _parts(analysis, chosen, set())
    if parts.tensors:
        raise CannotBe(f"`{parts.tensors[0]}` is a tensor: select whole lines, so that it becomes an input")
    span = chosen[0].span.to(chosen[-1].span)
    name = free_name("NewBlock", _taken(analysis))
    written = _reindented(span)
    block = f"block {name}{_list(parts.parameters)} =\n    {written}\n\n"
    if "\n" not in written and len(block) < 90:
        block = f"block {name}{_list(parts.parameters)} = {written}\n\n"
    return _edits(analysis, item, block, span, name + _list(parts.arguments))


def _reindented(span: Span) -> str:
    """A chain of several lines, its later lines deeper than the first by as much as they were."""
    first, newline, rest = span.text.partition("\n")
    if not newline:
        return first
    return f"{first}\n{indent(dedent(rest), ' ' * 4)}"


def _statements(
    body: Sequence[p.Statement], start: int, end: int
) -> tuple[Sequence[p.Statement], list[p.Statement]] | None:
    """The statements of one body that a selection covers, with that body."""
    touched = [each for each in body if start < each.span.end and each.span.start < end]
    if len(touched) == 1 and touched[0].span.start < start:
        for inner in bodies(touched[0]):
            found = _statements(inner, start, end)
            if found is not None:
                return found
        return None
    if not touched or start > touched[0].span.start or end < touched[-1].span.end:
        return None
    return body, touched


def _as_statements(
    analysis: Analysis, item: p.Block, found: tuple[Sequence[p.Statement], list[p.Statement]]
) -> tuple[Edit, ...]:
    _, chosen = found
    for each in statements_in(chosen):
        if isinstance(each, (p.Input, p.Output, p.Return)):
            word = each.span.text.split(maxsplit=1)[0]
            raise CannotBe(f"`{word}` belongs to this {'model' if item.model else 'block'}")
        if isinstance(each, p.Assign) and not isinstance(each.target, (p.Bind, p.Unpack, p.Discard)):
            raise CannotBe("a record is filled here, which a block cannot do for another")
    if item.chain is not None:
        return ()
    span = chosen[0].span.to(chosen[-1].span)
    made = assigned(chosen)
    later = [each for each in statements_in(item.body) if each.span.start >= span.end]
    around = [s for s in statements_in(item.body) if carried(s) and s.span.start < span.start < s.span.end]
    needed = {name for each in later for name in read(each)} | {
        name for each in around for name in carried(each)
    }
    behind = replace(place(analysis.source, span.start), statement=span.end)
    after = names_at(analysis, behind)
    outputs = [name for name in dict.fromkeys(_in_order(chosen)) if name in made and name in needed]
    parts = _parts(analysis, chosen, made)
    known = names_at(analysis, place(analysis.source, span.start))
    inputs = [*parts.tensors]
    for name in outputs:  # what only some ways bind keeps what it was
        if name in known and name not in inputs and not _always(chosen, name):
            inputs.append(name)
    if not inputs:
        raise CannotBe("no tensor goes in")
    if not outputs:
        raise CannotBe("nothing behind it reads what is bound here")
    for name in outputs:
        if _holds(after, after.get(name)) != "tensor":
            raise CannotBe(f"`{name}` is no tensor, and lines behind it read it")
    new = free_name("NewBlock", _taken(analysis))
    source = analysis.source
    begin = line_start(source, span.start)
    alone = not source.text[begin : span.start].strip()
    text = dedent(source.text[begin : span.end]) if alone else span.text
    lines = [*(f"input {each}" for each in inputs), text, *(f"output {each}" for each in outputs)]
    block = f"block {new}{_list(parts.parameters)} {{\n{indent(chr(10).join(lines), '    ')}\n}}\n\n"
    given = inputs[0] if len(inputs) == 1 else f"({', '.join(inputs)})"
    use = f"{', '.join(outputs)} = {given} -> {new}{_list(parts.arguments)}"
    return _edits(analysis, item, block, span, use)


def _always(chosen: Iterable[p.Statement], name: str) -> bool:
    return any(isinstance(each, p.Assign) and name in assigned([each]) for each in chosen)


def _in_order(chosen: Iterable[p.Statement]) -> Iterable[str]:
    for each in statements_in(chosen):
        yield from sorted(assigned([each]))


def _edits(analysis: Analysis, item: p.Block, block: str, span: Span, use: str) -> tuple[Edit, ...]:
    at = above(analysis.source, item.span.start)
    return Edit(Span(analysis.source, at, at), block), Edit(span, use)


def _parts(analysis: Analysis, chosen: Sequence[Any], made: set[str]) -> _Parts:
    """What nodes read that is bound outside of them."""
    at = place(analysis.source, chosen[0].span.start)
    known = names_at(analysis, at)
    first: dict[str, int] = {}
    inside = {
        name for each in walk(tuple(chosen)) if isinstance(each, p.Clause) for name in bound(each.target)
    }
    tensors: list[str] = []
    parameters: list[str] = []
    arguments: list[str] = []
    for each in walk(tuple(chosen)):
        if isinstance(each, p.Taps) and each.model.name not in made:
            raise CannotBe(f"`taps` looks into `{each.model.name}`, which belongs to what stands around")
        if not isinstance(each, p.Local) or each.name in first:
            continue
        first[each.name] = each.span.start
        name = known.get(each.name)
        if each.kind in ("constant", "training"):
            continue
        if name is None:
            if each.name in made or each.name in inside:
                continue
            raise CannotBe(f"`{each.name}` belongs to what stands around")
        match name.kind:
            case "weight":
                raise CannotBe(f"`{name.name}` is a weight of this block")
            case "dim":
                raise CannotBe(f"`{name.name}` is a size that this body names")
            case "layer" | "instance":
                parameters.append(f"{name.name}: layer")
                arguments.append(name.name)
            case _:
                holds = _holds(known, name)
                if holds is None:
                    raise CannotBe(f"`{name.name}` may be a list of tensors, which is no input")
                if holds == "tensor":
                    tensors.append(name.name)
                else:
                    parameters.append(name.name)
                    arguments.append(name.name)
    return _Parts(tuple(tensors), tuple(parameters), tuple(arguments))


def _holds(known: dict[str, Name], name: Name | None) -> Literal["tensor", "static"] | None:
    """What a name holds: a tensor, or what is known while the model is built; None where it may be both, or a list of tensors."""
    if name is None or name.kind != "value":
        return "static"
    match name.made:
        case p.Input() | p.Output():
            return "tensor"
        case p.Assign(target=target, value=value):
            if isinstance(target, p.Unpack) and not isinstance(value, p.Flow):
                return None if _of_parts(known, name, value) != "static" else "static"
            computed = any(isinstance(each, (p.Flow, p.CallOperation, p.Operation)) for each in walk(value))
            if name.shapes or computed:
                return (
                    None
                    if isinstance(value, (p.ListOf, p.TupleOf, p.DictionaryOf, p.Comprehension))
                    else "tensor"
                )
            return _of_parts(known, name, value)
        case p.For(target=target, iterable=iterable) if name.name in bound(target):
            return "static" if _of_parts(known, name, iterable) == "static" else None
        case p.If(then=then):
            return "tensor" if any(isinstance(each, p.Flow) for each in walk(then)) else None
        case _:
            return None


def _of_parts(known: dict[str, Name], name: Name, value: Any) -> Literal["tensor", "static"] | None:
    """What an expression without calls of layers holds, by the names in it."""
    parts = {_holds(known, known.get(each)) for each in read(value) if each != name.name}
    if parts <= {"static"}:
        return "static"
    whole = isinstance(value, (p.Local, p.Binary, p.Unary, p.Compare, p.Index))
    return "tensor" if whole and None not in parts else None


def _list(texts: Sequence[str]) -> str:
    return f"({', '.join(texts)})" if texts else ""


def _taken(analysis: Analysis) -> set[str]:
    program = analysis.checked.program
    return {*(() if program is None else program.visible), *layers.names()}
