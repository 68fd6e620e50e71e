"""What the checker follows and a style cannot write yet: said with its line, so that nothing is dropped or wrong.

In: a program and the blocks that are classes.  Out: one diagnostic for every place that would come out wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages import names as messages
from dslc.lower.facts import Analyses
from dslc.lower.handed import Handed
from dslc.lower.outputs import lifted
from dslc.program import nodes as p
from dslc.program.traversal import items_within, walk
from dslc.styles import Style


def unsupported(analyses: Analyses, style: Style) -> list[Diagnostic]:
    """Everything in the files of a module that `style` cannot write yet."""
    found: list[Diagnostic] = []
    classes = analyses.classes(style)
    for item in items_within(analyses.module):
        if isinstance(item, p.Block):
            found.extend(_block(item))
        found.extend(Handed(analyses, item, classes, style).refusals())
    return found


def _block(item: p.Block) -> list[Diagnostic]:
    found: list[Diagnostic] = []

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
