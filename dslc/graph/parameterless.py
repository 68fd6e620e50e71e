"""Arguments for a block whose head declares none: what is to be written there, by what its chain lacks.

In: a block without parameters, and a stage that gives it some.  Out: what is said of it, with the edits of the head and of the layer that
was meant to take them, where that is plain.

    block Head = Dense                 -> Head(8)        block Head(units) = Dense(units)
    block Head = Dense(4) -> ReLU      -> Head(8)        `Head` has no parameter for it
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Edit, Fix, Message
from dslc.diagnostics.messages import arguments as messages
from dslc.keras import layers
from dslc.program import nodes as p


def given_to_none(block: p.Block, stage: p.MakeLayer) -> tuple[Message, Fix | None]:
    """What is said of arguments that no parameter takes."""
    count = len(stage.positional) + len(stage.keywords)
    shown = "(n) { … }" if block.chain is None else f"(n) = {_brief(block.chain)}"
    word = "model" if block.model else "block"
    advice = f"give it a parameter, `{word} {block.name}{shown}`, and write that in its body; or leave the argument out here"
    layer = _lacking(block.chain)
    names = [] if layer is None else _names(layer, stage)
    if layer is None or not names or "#" in layer.span.text:
        return messages.no_parameters(block.name, count, advice), None
    taken = [each.span.text for each in (*layer.positional, *layer.keywords)]
    required = layers.required(layer.name_span.text)
    passed = [name if name in required else f"{name}={name}" for name in names]
    written = f"{layer.name_span.text}({', '.join([*passed[: len(names)], *taken])})"
    head = f"{block.name}({', '.join(names)})"
    chain = block.chain.span.text if block.chain is not None else ""
    whole = " ".join(chain.replace(layer.span.text, written, 1).split())
    fix = Fix("unsafe", f"write `{word} {head}`", (Edit(block.name_span, head), Edit(layer.span, written)))
    advice = f"give it parameters: write `{word} {head} = {whole}`"
    return messages.no_parameters(block.name, count, advice), fix


def _brief(chain: p.Stages) -> str:
    text = " ".join(chain.span.text.split())
    return text if len(text) <= _LONGEST else "…"


_LONGEST = 40


def _lacking(chain: p.Stages | None) -> p.MakeLayer | None:
    """The one layer of a chain that lacks arguments."""
    stages: Sequence[p.Stage] = () if chain is None else chain.stages
    found = [each for each in stages if isinstance(each, p.MakeLayer) and _left(each)[:1]]
    return found[0] if len(found) == 1 else None


def _left(layer: p.MakeLayer) -> list[str]:
    """What a layer of Keras cannot do without and is not given."""
    if not isinstance(layer.layer, p.KerasLayer):
        return []
    given = {each.name for each in layer.keywords}
    return [each for each in layers.required(layer.layer.name)[len(layer.positional) :] if each not in given]


def _names(layer: p.MakeLayer, stage: p.MakeLayer) -> list[str]:
    """The parameters that take what a stage gives, by the arguments of the layer; none where one of them is not known."""
    takes = layers.arguments(layer.name_span.text)
    used = {*takes[: len(layer.positional)], *(each.name for each in layer.keywords)}
    free = [each for each in takes if each not in used]
    by_name = [each.name for each in stage.keywords]
    names = [*free[: len(stage.positional)], *by_name]
    fits = len(free) >= len(stage.positional) and {*by_name} <= {*free} and len({*names}) == len(names)
    return names if fits and {*_left(layer)} <= {*names} else []
