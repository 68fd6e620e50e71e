"""No text of a few lines takes more than five seconds of a processor or 500 MB, and what would is told of (DSL704, DSL702).

The limits of the operating system hold the bounds: processor time, whatever else runs, and address space.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dslc.budget import ABOUT, Limits, limits_from
from dslc.driver import check
from dslc.source import Source
from tests.conftest import COMMANDS, ROOT
from tests.safety.attacks import ROWS

SECONDS, BYTES = 5, 500 * 1024 * 1024
BOUNDED = Path(__file__).with_name("bounded.py")


def command(how: str, file: str) -> list[str]:
    if how == "check":
        return ["check", file, "--format", "concise"]
    if how == "fmt":
        return ["fmt", file, "--format", "concise"]
    return ["build", file, "--style", how, "--no-cache", "--format", "concise"]


@pytest.mark.skipif(os.name != "posix", reason="only there can a process be bounded")
@pytest.mark.parametrize("name", ROWS)
def test_every_attack_ends_within_the_bounds(name: str, tmp_path: Path) -> None:
    row = ROWS[name]
    (tmp_path / "net.kdl").write_text(row.text, encoding="utf-8")
    words = [str(BOUNDED), str(SECONDS), str(BYTES), *command(row.how, "net.kdl")]
    done = COMMANDS.run(words, tmp_path, {"PYTHONPATH": str(ROOT)})
    said = done.stdout + done.stderr
    assert done.returncode in (0, 1), said[-2000:]
    assert "internal error" not in said and "Traceback" not in said
    assert len(said) < 1_000_000
    if done.returncode == 1:
        assert "error[DSL" in said


def codes(text: str, limits: Limits) -> list[str]:
    return [item.code for item in check(Source("m.kdl", text), limits=limits).diagnostics]


NETS = {
    "characters": "# " + "x" * 200 + "\n",
    "elements": "WIDTHS = [0] * 200\nmodel M {\n    input x: (4,)\n    output x -> Dense(len(WIDTHS))\n}\n",
    "turns": "model M {\n    input x: (4,)\n    for i in range(200) {\n        x = x -> ReLU\n    }\n    output x\n}\n",
    "calls": "fn f(n) = n if n == 0 else f(n - 1)\nmodel M {\n    input x: (4,)\n    output x -> Dense(4 + f(90))\n}\n",
    "layers": "model M {\n    input x: (4,)\n    output x" + " -> ReLU" * 200 + "\n}\n",
    "terms": "model M(a, b) {\n    input x: (4,)\n    k = (a + b) * (a + 1) * (a + b + 2) * (a + b) * (b + 5)\n    output x -> Dense(k)\n}\n",
    "diagnostics": "$\n" * 200,
}


@pytest.mark.parametrize("name", NETS)
def test_each_limit_can_be_lowered_and_raised(name: str) -> None:
    """`DSL704` names the limit, and the same text is fine where it is raised."""
    low = check(Source("m.kdl", NETS[name]), limits=limits_from({name: 50}))
    (said,) = [item for item in low.diagnostics if item.code == "DSL704"]
    assert ABOUT[name] in said.text and "50 " in said.text
    assert said.help is not None and f"--limit {name}=500" in said.help
    assert "DSL704" not in codes(NETS[name], Limits())


def test_a_layer_is_counted_once() -> None:
    """So is a tensor function, as a stage and as a call."""
    net = (
        "model M {\n    input x: (4,)\n    x = x -> Dense(4) -> ops.relu\n    output ops.exp(x) -> ReLU\n}\n"
    )
    assert codes(net, limits_from({"layers": 4})) == []
    assert codes(net, limits_from({"layers": 3})) == ["DSL704"]


def test_a_limit_is_one_for_all_models_of_a_file() -> None:
    model = NETS["layers"].replace(" -> ReLU" * 200, " -> ReLU" * 30)
    assert "DSL704" not in codes(model, limits_from({"layers": 100}))
    assert "DSL704" in codes(
        model + model.replace("M", "N") + model.replace("M", "O"), limits_from({"layers": 50})
    )


def test_what_is_not_shown_is_counted() -> None:
    """Errors are told of before warnings: DSL705 stands behind them."""
    text = (
        "model M {\n    input x: (4,)\n"
        + "".join(f"    y{i} = x -> Dens{i}(4)\n" for i in range(30))
        + "    output x\n}\n"
    )
    said = check(Source("m.kdl", text), limits=limits_from({"diagnostics": 10})).diagnostics
    assert len(said) == 11 and said[-1].code == "DSL705"
    assert "more from here on" in said[-1].text
