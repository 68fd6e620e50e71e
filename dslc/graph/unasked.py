"""A call of a block with values that it has no inputs for, such as that of a chain with more than the one that flows through it.

In: the block, and what comes along the arrow.  Out: what is said of it, for a chain with the edit that gives it a body, where that is plain.

    block Attend = MultiHeadAttention(2, 4) -> Dropout(0.1)            (q, v) -> Attend

    block Attend {
        input query
        input value
        output (query, value) -> MultiHeadAttention(2, 4) -> Dropout(0.1)
    }
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Edit, Fix, Message
from dslc.diagnostics.messages import arguments as messages
from dslc.graph.frame import Incoming
from dslc.graph.values import Flowing
from dslc.keras import layers
from dslc.program import nodes as p
from dslc.program.traversal import inputs_in
from dslc.record import replace
from dslc.source import Span


def takes_one(module: p.Module, block: p.Block, incoming: Incoming) -> tuple[Message, Fix | None]:
    """What is said of a call of a chain with several values, or with some by name."""
    assert block.chain is not None
    called = f"the call of {block.name}"
    if incoming.keywords:
        said = no_input(block, incoming.keywords[0][0], ("x",))
        if incoming.keywords[0][0] == "training":
            return said, None
    else:
        said = messages.too_many_arguments(called, len(incoming.positional), ("x",))
    names = _names(module, block.chain, len(incoming.positional))
    named = [(name, isinstance(value, Flowing)) for name, value, _ in incoming.keywords]
    inputs = [*names, *(name for name, flows in named if flows)]
    call = [*names, *(f"{name}={name if flows else '…'}" for name, flows in named)]
    lines = [*(f"input {name}" for name in inputs), f"output ({', '.join(call)}) -> …"]
    text = f"a chain takes one value; give the block a body in its place: `{'`, `'.join(lines)}`"
    return replace(said, help=text), _body(block, inputs, call) if all(flows for _, flows in named) else None


def no_input(block: p.Block, name: str, inputs: Sequence[str]) -> Message:
    """What is said of a value by name that a block has no input for."""
    said: Message = messages.unknown_argument(f"the call of {block.name}", name, tuple(inputs))
    if name == "training":
        text = "layers and models take it: write it inside, `(_, training=…) -> Dropout(…)`, or make the block a model"
        said = replace(said, help=text)
    return said


def _names(module: p.Module, chain: p.Stages, count: int) -> Sequence[str]:
    """What a first stage calls the values that it is given."""
    first = chain.stages[0]
    found: Sequence[str] = ()
    if isinstance(first, p.MakeLayer) and isinstance(first.layer, p.BlockRef):
        item = module.item(first.layer.key)
        if isinstance(item, p.Block):
            found = [each.name for each in inputs_in(item.body) if each.key is None]
    elif isinstance(first, p.MakeLayer) and isinstance(first.layer, p.KerasLayer):
        row = layers.find(first.layer.name)
        found = [] if row is None else [each.name for each in layers.signature(row).call]
    if count == 1 or len(found) < count:
        return ["x"] if count == 1 else [f"x{number + 1}" for number in range(count)]
    return found[:count]


def _body(block: p.Block, inputs: Sequence[str], call: Sequence[str]) -> Fix | None:
    """The edit that writes the chain as a body."""
    assert block.chain is not None
    chain, text = block.chain.span, block.chain.span.source.text
    equals = text.rfind("=", block.name_span.end, chain.start)
    if equals < 0 or text[equals + 1 : chain.start].strip():
        return None  # a comment stands between
    lines = [*(f"    input {name}" for name in inputs), f"    output ({', '.join(call)}) -> {chain.text}"]
    body = Span(chain.base, chain.first - (chain.start - equals), chain.last)
    edit = Edit(body, "\n".join(["{", *lines, "}"]))
    return Fix("unsafe", f"give `{block.name}` the inputs `{'`, `'.join(inputs)}`", (edit,))
