"""What no style can write down, whatever its shapes are: said where a body is read.

In: the statements of a block or model.  Out: diagnostics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dslc.diagnostics.diagnostic import Diagnostic, Message
from dslc.diagnostics.messages import names as messages
from dslc.program import nodes as p
from dslc.program.reaching import of_several
from dslc.program.shareable import not_apart
from dslc.program.state import holds_state
from dslc.program.traversal import arguments_of, bodies, inputs_in, walk

MAX_LOOPS = 20
"""How many `for`s CPython compiles inside each other (`CO_MAXBLOCKS`)."""


def unheld(body: Sequence[p.Statement], model: bool, models: Callable[[str], bool]) -> Iterator[Diagnostic]:
    """The loops that Python would not take, inputs that a function has no arguments for, shared chains that are none, names of
    several shared layers, and shared layers as arguments.

    `models` says of an item's name whether it is a model.
    """
    deep = _too_deep(body, MAX_LOOPS)
    if deep is not None:
        what = f"more than {MAX_LOOPS} loops inside each other (Python takes no more)"
        yield messages.not_supported_yet(what).at(deep.span)
    for s in body if not model else ():
        for each in inputs_in((s,)) if bodies(s) else ():
            advice = "take a list, and go through that: `input parts`, `for part in parts { … }`"
            yield messages.not_supported_yet("an `input` of a block inside a loop or an `if`", advice).at(
                each.span
            )

    yield from not_apart(body)
    yield from of_several(body)
    is_class = not model and holds_state(tuple(body))
    for each in walk(tuple(body)):
        if isinstance(each, p.MakeLayer) and _makes_its_own(each.layer, is_class, models):
            for e in arguments_of(each):
                if isinstance(e, p.Local) and e.kind == "instance":
                    yield handed_as_object(each.layer, e.span.brief).at(e.span)


def handed_as_object(layer: p.LayerRef, name: str) -> Message:
    """A shared layer that is an argument of a layer or class: Keras makes these from their configuration when it loads or clones
    a model, each with a layer of its own."""
    own = "in a model that Keras loads or clones, each class has a layer of its own"
    if isinstance(layer, p.BlockRef):
        taker, advice = "a block that is a class", f"let data flow through it in a chain, `x -> {name}`"
    elif layer.name == "TimeDistributed":
        taker, advice = f"`{layer.name}`", (
            f"share the whole, `shared {name} = {layer.name}(…)`, or bring the steps into the batch, "
            f"`ops.reshape(x, (-1, …)) -> {name}`, and back behind it"
        )
    else:
        taker, advice = f"`{layer.name}`", f"share the whole, `shared {name} = {layer.name}(…)`"
    said: Message = messages.not_supported_yet(f"handing a shared layer to {taker}", f"{advice}; {own}")
    return said


def _makes_its_own(layer: p.LayerRef, in_class: bool, models: Callable[[str], bool]) -> bool:
    """Whether a layer is given objects in every style, and makes layers after them."""
    return (
        not models(layer.name)
        if isinstance(layer, p.BlockRef) and in_class
        else isinstance(layer, p.KerasLayer)
    )


def _too_deep(statements: Sequence[p.Statement], left: int) -> p.For | None:
    """A loop that stands inside more loops than Python takes."""
    for s in statements:
        if isinstance(s, p.For) and left == 0:
            return s
        for body in bodies(s):
            found = _too_deep(body, left - isinstance(s, p.For))
            if found is not None:
                return found
    return None
