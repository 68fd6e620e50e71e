"""A block whose chain begins with one of its parameters, as the argument of a function of Python: what flows has no name there.

In: a block as the tree has it.  Out: the parameters that are meant as its inputs, and what is said of them.

    block Conv(x, n) = x -> Conv2D(n, 3)            block Conv(n) = Conv2D(n, 3)
    block Both(a, b) = [a, b] -> Add                block Both { input a  input b  output [a, b] -> Add }
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.diagnostics.messages import names as messages
from dslc.record import replace
from dslc.source import Span
from dslc.syntax import nodes as t


def data_in_head(block: t.Block) -> tuple[str, ...]:
    """The parameters that the chain of a block begins with; none where it begins with a layer, as it should."""
    if not isinstance(block.body, t.Chain):
        return ()
    head = block.body.head
    flows = head.items if isinstance(head, (t.List, t.Tuple)) else (head,)
    values = {each.name for each in block.parameters if each.kind is None and each.default is None}
    found = tuple(each.text for each in flows if isinstance(each, t.Name) and each.text in values)
    return found if len(found) == len(flows) else ()


def with_data_in_head(block: t.Block, flows: Sequence[str]) -> Diagnostic:
    """What is said of a block with such parameters: the whole of it as it is written here."""
    assert isinstance(block.body, t.Chain)
    first = block.body.stages[0].span.first - block.body.span.first
    stages = " ".join(block.body.span.text[first:].split())
    rest = ", ".join(each.span.text for each in block.parameters if each.name not in flows)
    head = f"{block.name.text}({rest})" if rest else block.name.text
    again = any(re.search(rf"(?<![\w.\"']){flow}\b(?!\s*=)", stages) for flow in flows)
    if len(flows) == 1 and not again:
        text = f"{head} = {stages}"
    else:
        whole_chain = " ".join(block.body.span.text.split())
        inputs = "  ".join(f"input {flow}" for flow in flows)
        text = f"{head} {{ {inputs}  output {whole_chain} }}"
    said = messages.inputs_as_parameters(block.name.text, flows)
    advice = f"data comes along the arrow: write `block {text}`"
    whole = Span(block.span.base, block.name.span.first, block.body.span.last)
    fix = None if "#" in whole.text else Fix("unsafe", "take it along the arrow", (Edit(whole, text),))
    return replace(said, help=advice).at(block.name.span, (), fix)  # type: ignore[no-any-return]
