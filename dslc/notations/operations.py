"""Graphs of operations, a line each: MLIR, the graph of TorchScript, the text of an ONNX graph.

In: the lines of a body, or of a whole file.  Out: the layers that the operations stand for, with the sizes that their types and
attributes say; weights and constants are none.

    %1 = "tfl.softmax"(%0) : (tensor<1x4xf32>) -> tensor<1x4xf32>       Softmax
    %2 = Conv[kernel_shape = [3, 3], pads = [1, 1, 1, 1]](%1, %w)       Conv2D, with nobody knows how many filters
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dslc.notations.found import LINE, Found, Part, Row
from dslc.notations.phrases import Input, Stages, of_section, read
from dslc.record import replace
from dslc.regex import regex

_OPERATION = regex(
    r"%[\w#:.]+(?:, %[\w#:.]+)*\s*(?::\s*(?P<typed>(?:[^=]|(?<=strides)=)*?))?\s*=\s*\"?(?:(?P<mlir>[a-z]\w*)\.(?=\w)|(?P<torch>\w+)::)?(?P<name>[A-Za-z_][\w.]*)\"?\s*(?=[\[({% ]|$).*"
)
_AROUND = regex(
    r"(?:func(?:\.func)?|module|builtin\.module|graph|return|func\.return)\b.*|%[\w.]+\s*[:\[](?!.*=\s*\w+::).*|\)?\s*[{}(]|[{}()]+|[)\]:,\s]+\{?"
)
_SHAPES = regex(r"(?:tensor<|FLOAT,?\s*|Float\()((?:[\d?]+\s*[x,]\s*)*[\d?]+)")
_INPUT = regex(r"%(?:arg0|x|input|data|0)\b[^%]*")
_IDLE = (
    "constant",
    "const",
    "getattr",
    "pseudo_qconst",
    "listconstruct",
    "pseudo_const",
    "return",
    "identity",
    "shape",
    "size",
    "callmethod",
)
"""Operations that bring weights and sizes, and compute nothing."""

_NAMES = {
    "addmm": "Dense", "matmul": "Dense", "gemm": "Dense", "dot_general": "Dense", "dot": "Dense", "t": "", "_convolution": "Conv2D", "convolution": "Conv2D",
    "fully_connected": "Dense", "linear": "Dense", "conv_2d": "Conv2D", "depthwise_conv_2d": "DepthwiseConv2D", "adaptive_avg_pool2d": "GlobalAveragePooling2D",
    "batch_norm": "BatchNormalization", "layer_norm": "LayerNormalization", "embedding": "Embedding", "reshape": "Flatten", "view": "Flatten", "clamp": "ReLU",
}  # fmt: skip
"""What operations are called that do what a layer does."""


def operations(rows: Sequence[Row], dimensions: int) -> Found | None:
    """The layers of a graph of operations, and what flows into the first."""
    parts: list[Part] = []
    numbers: list[int] = []
    notation = ""
    before: str | None = None
    given: Input | Stages | None = None
    for number, text in rows:
        said = _OPERATION.fullmatch(text) if len(text) <= 2 * LINE else None
        if said is not None:
            notation = notation or _notation(said)
            part = _part(number, said, text)
            if part is not None:
                names = re.findall(r"%[\w.]+", text)
                parts.append(
                    part if before in (None, *names[1:]) else Part(number, None)
                )  # or it is no chain
                before = names[0]
        elif _AROUND.fullmatch(text) is None:
            continue
        if given is None and (shape := _input_of(text, said is not None)) is not None:
            given = read(f"input {shape}", dimensions)
            parts.insert(0, Part(number, given))
        numbers.append(number)
    return Found(notation, tuple(numbers), tuple(parts)) if notation else None


def _notation(said: re.Match[str]) -> str:
    if said["mlir"]:
        return "MLIR"
    return "the graph of TorchScript" if said["torch"] else "the text of an ONNX graph"


def _part(number: int, said: re.Match[str], text: str) -> Part | None:
    """The layer that an operation stands for; None for one that computes nothing."""
    called = said["name"].rpartition(".")[2]
    if called.lower() in _IDLE:
        return None
    name = _NAMES.get(called.lower(), called)
    if not name:
        return None
    first = said["torch"] or not said["mlir"]  # the channels stand before the other sizes there
    outcome = _sizes(said["typed"] or text.rpartition("->")[2])
    channels = (outcome[1] if first else outcome[-1]) if len(outcome) > 1 else None
    plain = of_section(name, _attributes(text), 2) or read(name, 2)
    if plain is None and (size := _SIZES.get(name.lower().rstrip("d0123456789_"))) is not None:
        plain = of_section(name, {size[0]: channels or size[1], **_attributes(text)}, 2)
        if channels is None and isinstance(plain, Stages):  # the weights would say it, which no line shows
            plain = replace(plain, guessed=f"{size[0]}={size[1]}")
    return Part(number, plain)


_SIZES = {"dense": ("units", "10"), "conv": ("filters", "32")}
"""What the weights of an operation say, and what stands for it where nothing does."""


def _attributes(text: str) -> dict[str, str]:
    """What an operation is told beside its weights."""
    found: dict[str, str] = {}
    weights = [each for each in map(_dimensions, _SHAPES.findall(text)) if len(each) == 4]
    if (kernel := re.search(r"kernel_shape\s*=\s*\[([\d, ]+)\]", text)) is not None:
        found["kernel_size"] = f"({kernel[1]})"
    elif "conv" in text and len(weights) > 2:  # of MLIR: the types of all operands stand behind it
        found["kernel_size"] = f"({weights[1][1]}, {weights[1][2]})"
    steps = re.search(r"(?<!\w)strides?(?:_h)?\s*=\s*\[?([\d, ]+)", text)
    if "::" not in text and steps is not None and re.search(r"[2-9]", steps[1]):
        found["strides"] = f"({steps[1]})" if "," in steps[1] else steps[1].strip()
    if re.search(r"pads\s*=\s*\[[0, ]*[1-9]|padding\s*=\s*\"SAME\"", text):
        found["padding"] = "same"
    return found


def _dimensions(shape: str) -> list[str]:
    return re.findall(r"[\d?]+", shape)


def _sizes(text: str) -> list[str]:
    """The first shape of a text."""
    found = _SHAPES.search(text)
    return [] if found is None else _dimensions(found[1])


def _input_of(text: str, is_operation: bool) -> str | None:
    """The shape of what comes in, in the order of Keras."""
    found = None if is_operation else _INPUT.search(text)
    sizes = [] if found is None else _sizes(found[0])[1:]
    if not sizes:
        return None
    if len(sizes) == 3 and "tensor<" not in text:
        sizes = [*sizes[1:], sizes[0]]
    return f"({', '.join(sizes)})"
