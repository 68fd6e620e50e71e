"""Put what a block holds in the place where it is used.

In: an analysis and a place on a use of a block.  Out: the edit that writes the block's stages there, with what it was given in the
place of its parameters.

    block Wide(n, act: layer = ReLU) = Dense(n) -> act
    output x -> Wide(8) -> Dense(2)                          output x -> Dense(8) -> ReLU -> Dense(2)
"""

from __future__ import annotations

from typing import Any

from dslc.diagnostics.diagnostic import Edit
from dslc.diagnostics.fixing import applied
from dslc.editor.action import CannotBe
from dslc.editor.analysis import Analysis, at
from dslc.editor.place import place
from dslc.editor.scope import names_at
from dslc.program import nodes as p
from dslc.program.traversal import children, read, walk
from dslc.source import Source, Span

_ATOMS = (
    p.Const,
    p.Local,
    p.TupleOf,
    p.ListOf,
    p.DictionaryOf,
    p.CallBuiltin,
    p.CallFn,
    p.KerasObject,
    p.Text,
    p.MakeLayer,
)


def inlined(analysis: Analysis, start: int, end: int) -> tuple[Edit, ...] | None:
    """The stages of a block instead of its use at a place."""
    around = at(analysis, start)
    use = next(
        (
            each
            for each in reversed(around)
            if isinstance(each, p.MakeLayer)
            and isinstance(each.layer, p.BlockRef)
            and each.name_span.start <= start
            and end <= each.name_span.end
        ),
        None,
    )
    program = analysis.checked.program
    if use is None or program is None or not isinstance(use.layer, p.BlockRef):
        return None
    block = program.item(use.layer.key)
    if not isinstance(block, p.Block):
        return None
    if block.model:
        raise CannotBe(f"`{block.name}` is a model, which is one layer of its own")
    if block.span.source is not analysis.source:
        raise CannotBe(f"`{block.name}` stands in another file")
    parent = next((each for each in reversed(around) if use in children(each)), None)
    if not isinstance(parent, (p.Flow, p.Stages, p.Fork, p.Choice)):
        raise CannotBe("it stands here as a value, not as a stage of a chain")
    stages = _chain(block)
    span = stages[0].span.to(stages[-1].span)
    given = _given(block, use)
    own = names_at(analysis, place(analysis.source, use.span.start))
    for each in walk(tuple(stages)):
        if isinstance(each, p.Local) and each.kind == "constant" and each.name in own:
            raise CannotBe(f"`{each.name}` means something else here")
    edits = []
    for each in walk(tuple(stages)):
        if isinstance(each, p.Text) and read(each) & given.keys():
            raise CannotBe("a name in it is made of a parameter")
        if isinstance(each, p.Local) and each.name in given:
            edits.append(Edit(each.span, given[each.name]))
    text = _within(span, edits)
    if isinstance(parent, p.Choice) and len(stages) > 1:
        text = f"({text})"
    return (Edit(use.span, text),)


def _chain(block: p.Block) -> tuple[Any, ...]:
    """The stages that a block consists of."""
    if block.chain is not None:
        return block.chain.stages
    match block.body:
        case (
            p.Input(name=name, key=None, contract=None),
            p.Output(value=p.Flow(head=p.Local(name=head), stages=stages)),
        ) if head == name and name not in read(stages):
            return stages
        case _:
            raise CannotBe(f"`{block.name}` is more than one chain from its input to its output")


def _given(block: p.Block, use: p.MakeLayer) -> dict[str, str]:
    """What each parameter stands for, as text."""
    given: dict[str, Any] = {
        each.name: value for each, value in zip(block.parameters, use.positional, strict=False)
    }
    for argument in use.keywords:
        if argument.name == p.SPREAD:
            raise CannotBe(f"`{argument.span.text}` may give any of its parameters")
        if argument.name not in {each.name for each in block.parameters}:
            raise CannotBe(f"`{argument.name}=` is said of the block as a whole")
        given[argument.name] = argument.value
    texts: dict[str, str] = {}
    for each in block.parameters:
        value = given.get(each.name, each.default)
        if value is None:
            raise CannotBe(f"`{each.name}` is not given")
        if each.name not in given and read(value) & {other.name for other in block.parameters}:
            raise CannotBe(f"the default of `{each.name}` is made of another parameter")
        if each.layer and not _is_stage(value):
            raise CannotBe(f"`{each.name}` is given a value, which is no stage of a chain")
        text = value.span.text
        texts[each.name] = text if isinstance(value, _ATOMS) else f"({text})"
    return texts


def _is_stage(value: Any) -> bool:
    """Whether what is given for a layer may stand in a chain as it is."""
    match value:
        case p.Local(kind=kind):
            return kind in ("layer", "instance")
        case p.MakeLayer() | p.Stages() | p.UseLocal():
            return True
        case _:
            return False  # any other value


def _within(span: Span, edits: list[Edit]) -> str:
    """The text of a span after edits inside it."""
    moved = Source(span.source.name, span.text)
    there = [
        Edit(Span(moved, each.span.start - span.start, each.span.end - span.start), each.content)
        for each in edits
    ]
    return applied(span.text, there)
