"""Random programs that are meant to be right: the checker takes them, Keras confirms them in every style.

`--seed` makes others; `bench/programs.py` goes through thousands.
"""

from __future__ import annotations

from dslc.driver import build, check
from dslc.source import Source
from tests.programs.generate import files, generate
from tests.programs.judge import compiled


def test_the_checker_takes_what_is_right_and_the_formatter_keeps_it(seed: int) -> None:
    numbers = range(seed, seed + 120)
    assert [each for number in numbers for each in compiled(files(number))[1]] == []


def test_the_programs_have_what_the_language_has() -> None:
    text = "\n".join(generate(number) for number in range(900))
    for word in ("block", "model", "fn ", "for ", "if ", "else if", "shared", "weight", "record()", "training", "cond(", ": layer",
                 "enumerate", "zip", "reversed", "assert", "Bidirectional", "RNN([", "[:, 0]", ".shape[-1]", "initializers.",
                 "ops.arange", "Masking", "mask=", "attention_mask=", "initial_state=", "trainable=False", ": (?, ", " -= ", "*= 2", "(**", "(*", "[*", "math.", "activations.", "act is not None", "norm=BatchNormalization", "(part: layer", "taps(", "applications.", "items(", ".shape[1] < 1000", "    weight ", "    loss ", "fn table_", "more=[activations.", "norm=OwnNorm", '["low"])', "extern regularizer", "    input ", "{ input ", " + [3] {", "extern fn", "Input((None", 'name=f"', "ignore[DSL8]", ", 2 * (", ") float64", "stateful=True", "batch_size=2", "ops.cumsum", 'dtype="float64"', "Weight((", "random.dropout(", "mask_zero=True", "merge_mode=", "other=", ", training=False)", "training and ", "right: layer = Dense(4)", "use_bias=False)", "CategoryEncoding"):  # fmt: skip
        assert word in text, word


def test_every_style_holds_some_of_them() -> None:
    checked = [check(Source("p.kdl", generate(number))) for number in range(200)]
    for style in ("functional", "sequential", "subclass"):
        assert any(build(each, style).code for each in checked), style
