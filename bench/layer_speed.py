"""How long checking one layer takes: making it and calling it, beyond parsing.

    python bench/layer_speed.py

Prints microseconds per layer for the common layers and their mean; the aim is below 30.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dslc.keras.layers import call, construct, find
from dslc.keras.types import Tensor
from dslc.shapes.dim import BATCH, name

IMAGE = Tensor((BATCH, 56, 56, 64))
OPEN_IMAGE = Tensor((BATCH, name("H"), name("W"), 64))
SAMPLES: list[tuple[str, list[Any], list[tuple[str, Any]], Any]] = [
    ("Conv2D", [64, (3, 3)], [("padding", "same"), ("use_bias", False)], IMAGE),
    ("Conv2D", [64, 3], [("strides", 2), ("padding", "valid"), ("activation", "relu")], OPEN_IMAGE),
    ("DepthwiseConv2D", [3], [("padding", "same")], IMAGE),
    ("BatchNormalization", [], [("epsilon", 1e-5)], IMAGE),
    ("ReLU", [], [], IMAGE),
    ("Activation", ["relu"], [], IMAGE),
    ("Add", [], [], [IMAGE, IMAGE]),
    ("Concatenate", [], [], [IMAGE, IMAGE]),
    ("MaxPooling2D", [3], [("strides", 2), ("padding", "same")], IMAGE),
    ("GlobalAveragePooling2D", [], [], IMAGE),
    ("Dropout", [0.5], [], IMAGE),
    ("Dense", [1000], [("activation", "softmax")], Tensor((BATCH, 2048))),
]
ROUNDS = 5000


def main() -> None:
    """Measure each sample and print the table."""
    times = []
    for layer, positional, keywords, inputs in SAMPLES:
        row = find(layer)
        assert row is not None
        began = time.perf_counter()
        for _ in range(ROUNDS):
            made = construct(row, positional, keywords)
            assert not isinstance(made, list)
            call(made, [inputs], [], None)
        times.append((time.perf_counter() - began) / ROUNDS * 1e6)
        print(f"{layer:24} {times[-1]:6.1f} µs")
    print(f"{'mean':24} {sum(times) / len(times):6.1f} µs")


if __name__ == "__main__":
    main()
