"""What the checker follows and a style cannot write yet: said with its line, so that nothing is dropped or wrong.

In: a program and the blocks that are classes.  Out: one diagnostic for every place that would come out wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages import names as messages
from dslc.lower.facts import Analyses
from dslc.lower.outputs import lifted
from dslc.lower.plan import Key
from dslc.program import nodes as p
from dslc.program.traversal import arguments_of, blocks_within, is_given_layer, walk
from dslc.styles import Style


def unsupported(analyses: Analyses, style: Style) -> list[Diagnostic]:
    """Everything in the files of a module that `style` cannot write yet."""
    found: list[Diagnostic] = []
    classes = analyses.classes(style)
    for block in blocks_within(analyses.module):
        found.extend(_block(block, classes, style))
    return found


def _block(item: p.Block, classes: set[Key], style: Style) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    is_class = item.key in classes or (item.model and style == "subclass")

    def say(what: str, node: Any) -> None:
        found.append(messages.not_supported_yet(what).at(node.span))

    deep = _too_deep(item.body, MAX_LOOPS)
    if deep is not None:
        say(f"more than {MAX_LOOPS} loops inside each other (Python takes no more)", deep)
    if lifted(item.body) is None:
        outputs = [each for each in walk(item.body) if isinstance(each, p.Output)]
        say("an `output` in a loop, or in only one way of an `if`,", outputs[0])
    if not item.model:
        for s in item.body:
            for each in walk(s):
                if isinstance(each, p.Input) and each is not s:
                    say("an `input` of a block inside a loop or an `if`", each)
    for node in walk((item.body, item.chain)):
        match node:
            case p.Shared(_, _, _, value):
                if not _only_layers(value):
                    say("a shared chain with anything but layers in it", node)
                elif any(is_given_layer(each) for each in walk(value)) and not is_class:
                    say("sharing a layer that is a parameter", node)
            case p.MakeLayer(_, layer):
                to_class = not isinstance(layer, p.BlockRef) or layer.key in classes
                for e in arguments_of(node):
                    if isinstance(e, p.Stages) and not _only_layers(e) and to_class:
                        say("a chain with anything but layers in it as an argument", e)
                    elif to_class and any(_is_instance(each) for each in walk(e)):
                        say(f"handing a shared layer to {_named(layer)}", e)
                    if is_given_layer(e) and not is_class and to_class:
                        say("handing a layer parameter on to a layer or class", e)
            case _:
                pass
    return found


MAX_LOOPS = 20
"""How many `for`s CPython compiles inside each other (`CO_MAXBLOCKS`)."""


def _too_deep(statements: Sequence[p.Statement], left: int) -> p.For | None:
    """A loop that stands inside more loops than Python takes."""
    for s in statements:
        found: p.For | None = None
        match s:
            case p.For(_, _, _, body):
                found = s if left == 0 else _too_deep(body, left - 1)
            case p.If(_, _, then, otherwise):
                found = _too_deep((*then, *otherwise), left)
            case (
                p.Input() | p.Output() | p.Shared() | p.WeightDeclaration() | p.Assign() | p.Extend() | p.Assert() | p.Return()
            ):  # fmt: skip
                pass  # holds no loop
            case _:
                assert_never(s)
        if found is not None:
            return found
    return None


def _is_instance(node: Any) -> bool:
    return isinstance(node, p.Local) and node.kind == "instance"


def _named(layer: Any) -> str:
    return "a block that is a class" if isinstance(layer, p.BlockRef) else f"`{layer.name}`"


def _only_layers(stage: p.Stage) -> bool:
    """Whether a stage is a layer, or a chain of layers, that can exist by itself."""
    match stage:
        case p.MakeLayer():
            return True
        case p.UseLocal(_, local):
            return local.kind in ("layer", "instance")
        case p.Stages(_, stages):
            return all(_only_layers(each) for each in stages)
        case _:
            return False
