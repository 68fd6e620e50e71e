"""Names that `dslc summary` says are found by `get_layer` are found in the built model, in each style."""

from __future__ import annotations

from typing import Any

from dslc.driver import build, check, refusals
from dslc.source import Source
from dslc.styles import STYLES
from dslc.tools.table import table

NET = """
block Unit(n) = Conv2D(n, 3, name="inner") -> LeakyReLU

model Net {
    input x: (16, 16, 3)
    y = x -> Unit(8) -> Conv2D(4, 1, name="maps") -> ReLU
    for i in range(2) { y = y -> Conv2D(4, 1, name=f"turn_{i}") }
    output y -> GlobalAveragePooling2D -> Dense(10)
}
"""


def test_keras_finds_the_layers_that_the_summary_names() -> None:
    checked = check(Source("net.kdl", NET))
    line = next(each for each in table(checked.graphs[0], "net.kdl").split("\n") if "get_layer" in each)
    names = line.partition(": ")[2].split(", ")
    assert names == ["maps", "turn_0", "turn_1"]
    for style in STYLES:
        assert not refusals(checked, style, "Net")
        code = build(checked, style).code
        assert code is not None
        space: dict[str, Any] = {"__name__": f"names_{style}"}
        exec(compile(code, f"{style}.py", "exec"), space)
        model = space["Net"]()
        assert [type(model.get_layer(name)).__name__ for name in names] == ["Conv2D"] * 3
