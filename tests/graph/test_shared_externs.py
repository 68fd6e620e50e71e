"""A Python layer in a block that is shared is one layer, however often the block is used."""

from __future__ import annotations

from dslc.driver import check
from dslc.source import Source

TEXT = """
extern Wide(units) from ours { input x: (T?, C?)  output (T, units) }

block Widened {
    input x
    output x * 2.0 -> Wide(8)
}

model Net {
    input x: (6, 8)
    shared widened = Widened
    output x -> widened -> widened -> Widened
}
"""


def test_a_shared_block_holds_its_python_layer_once() -> None:
    (graph,) = check(Source("net.kdl", TEXT)).graphs
    first, second, other = (call.instance for call in graph.calls)
    assert first == second != other
