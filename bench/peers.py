"""How long others take to make Python of a description of equal size, beside `dslc build`, as ratios in one run.

    python -m venv peers && peers/bin/pip install datamodel-code-generator structcast-model besser n-orca
    python bench/peers.py peers/bin [ROUNDS]

In: a folder of programs with those that are installed there.  Out: a table on stdout. Each makes one module, in a process of its own:
of a small network for digits, for Keras (`structcast-model`, `besser`) or PyTorch (`n-orca`), or of a JSON schema with as many fields
(`datamodel-code-generator`). The time is that of the processor, the median of the rounds, which go through all of them in turn.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

ROOT = Path(__file__).resolve().parent.parent
DSLC = """\
model Digits {
    input image: (28, 28, 1)
    output digits = image
        -> Conv2D(32, 3, activation="relu")
        -> MaxPooling2D(2)
        -> Flatten
        -> Dense(10, activation="softmax")
}
"""
STRUCTCAST = """\
INPUTS: [image]
OUTPUTS: [digits]
FLOW:
  - [image, _, conv, [_obj_, {_addr_: keras.layers.Conv2D}, {_call_: {filters: 32, kernel_size: 3, activation: relu}}]]
  - [_, _, pool, [_obj_, {_addr_: keras.layers.MaxPooling2D}, {_call_: {pool_size: 2}}]]
  - [_, _, flatten, [_obj_, {_addr_: keras.layers.Flatten}, _call_]]
  - [_, digits, head, [_obj_, {_addr_: keras.layers.Dense}, {_call_: {units: 10, activation: softmax}}]]
"""
N_ORCA = """\
# architecture Digits

## tensors

| Name | Shape          | Dtype   |
|------|----------------|---------|
| x    | (B, 1, 28, 28) | float32 |
| y    | (B, 10)        | float32 |

## layer x [input]
## layer conv
- op: Conv2d(1, 32, 3)
## layer relu
- op: ReLU
## layer pool
- op: MaxPool2d(2)
## layer flat
- op: Flatten
## layer head
- op: Linear(5408, 10)
## layer y [output]

## flow

| Source | Target | Tensor |
|--------|--------|--------|
| x      | conv   | x      |
| conv   | relu   | a      |
| relu   | pool   | b      |
| pool   | flat   | c      |
| flat   | head   | d      |
| head   | y      | e      |
"""
BESSER = """\
from besser.BUML.metamodel.nn import NN, Conv2D, FlattenLayer, LinearLayer, PoolingLayer
from besser.generators.nn.tf.tf_code_generator import TFGenerator

net = NN(name="Digits")
net.add_layer(Conv2D(name="l1", kernel_dim=[3, 3], out_channels=32, in_channels=1, actv_func="relu"))
net.add_layer(PoolingLayer(name="l2", pooling_type="max", dimension="2D", kernel_dim=[2, 2]))
net.add_layer(FlattenLayer(name="l3"))
net.add_layer(LinearLayer(name="l4", in_features=5408, out_features=10, actv_func="softmax"))
TFGenerator(model=net, output_dir="besser").generate()
"""
SCHEMA = """\
{"title": "Digits", "type": "object", "required": ["image"], "properties": {
  "image": {"type": "array", "items": {"type": "number"}},
  "filters": {"type": "integer", "default": 32}, "kernel": {"type": "integer", "default": 3},
  "activation": {"enum": ["relu", "softmax"]}, "pool": {"type": "integer", "default": 2},
  "classes": {"type": "integer", "default": 10}}}
"""
FILES = {
    "digits.kdl": DSLC,
    "digits.yaml": STRUCTCAST,
    "digits.n.orca.md": N_ORCA,
    "net.py": BESSER,
    "digits.json": SCHEMA,
    "dslc.toml": "",
}


def commands(programs: Path) -> dict[str, list[str]]:
    """What to run by name, the others as far as they are installed."""
    main = "import sys; from dslc.tools.cli import main; sys.exit(main())"
    dslc = [sys.executable, "-c", main, "build", "digits.kdl", "-q"]
    codegen = ["datamodel-codegen", "--input", "digits.json", "--input-file-type", "jsonschema"]
    others = {
        "structcast-model": ["scm", "keras", "create", "model", "digits.yaml", "-o", "structcast.py"],
        "n-orca": ["n-orca", "compile", "pytorch", "digits.n.orca.md", "--out", "orca.py"],
        "besser": ["python", "net.py"],
        "datamodel-code-generator": [*codegen, "--output", "schema.py"],
    }
    asked = "from importlib.metadata import version; import sys; print(version(sys.argv[1]))"
    found = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "dslc build, nothing to do": dslc,
        "dslc build": [*dslc, "--no-cache", "--force"],
    }
    for name, (program, *words) in others.items():
        told = subprocess.run([programs / "python", "-c", asked, name], capture_output=True, text=True)
        if told.returncode == 0:
            found[f"{name} {told.stdout.strip()}"] = [str(programs / program), *words]
        else:
            print(f"{name} is not installed in {programs}")
    return found


def cpu(command: list[str], folder: Path) -> float:
    """The time of the processor that one process takes."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run(
        command, cwd=folder, env={**plain, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True
    )
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(programs: Path, rounds: int) -> None:
    """Measure and print."""
    wanted = commands(programs)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in FILES.items():
            (folder / file).write_text(text)
        for command in wanted.values():  # what is compiled to bytecode at a first start is no part of it
            cpu(command, folder)
        taken: dict[str, list[float]] = {each: [] for each in wanted}
        for _ in range(rounds):
            for each, command in wanted.items():
                taken[each].append(cpu(command, folder))
    own = statistics.median(taken["dslc build"])
    for each, times in taken.items():
        median = statistics.median(times)
        print(f"{each:36}{1000 * median:8.1f} ms of the processor, {median / own:5.2f} of dslc build")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), int(sys.argv[2]) if len(sys.argv) > 2 else 15)
