"""Every described model beside its original in `keras.applications`, in both styles; and how long checking takes.

    python bench/zoo.py            everything, one process for each file
    python bench/zoo.py FILE.kdl   the models of one file
    python bench/zoo.py inside     counts, names and shapes of all that is inside each model, at sizes drawn by chance

A model is its original when it has as many parameters, all and trainable ones, and gives the same outputs under the same
weights. In: nothing but the checkout.  Out: a table on stdout; exit code 1 where a model differs.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

CHECKED = ("resnet.kdl", "efficientnet.kdl")
"""The deepest of the files: each is checked whole, with all of its variants."""

SINGLE = (("resnet.kdl", "ResNet152"), ("efficientnet.kdl", "EfficientNetB7"))
"""Models that are also checked alone."""

ROUNDS = 5


def family(file: str) -> bool:
    """Compare the models of one file; print a line for each; whether all are their originals."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import gc

    import keras

    from tests.zoo.compare import compared
    from tests.zoo.variants import FAMILIES, STYLES

    same = True
    for variant in FAMILIES[file]:
        started = time.perf_counter()
        for one in compared(file, variant, STYLES):
            equal = one.found == one.expected and one.difference == 0.0
            same = same and equal
            seconds, started = time.perf_counter() - started, time.perf_counter()
            print(
                f"{variant.label:<60} {one.style:<10} {one.found[0]:>11,} {one.found[1]:>11,}"
                f" {'equal' if one.found == one.expected else f'NOT {one.expected}':<6}"
                f" {one.difference:>9.1e} {seconds:6.1f} s",
                flush=True,
            )
        keras.backend.clear_session()
        gc.collect()
    return same


def all_inside(seed: int) -> bool:
    """Compare what is known to be inside each model with Keras; print a line for each; whether nothing differs."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import gc
    from random import Random

    import keras

    from tests.zoo.inside import FAMILIES, problems, with_arguments

    same = True
    for name in FAMILIES:
        arguments = with_arguments(name, Random(f"{name}{seed}"))
        found = problems(name, arguments)
        same = same and not found
        print(f"{name:<20} {'as in Keras' if not found else '; '.join(found[:4])}  {arguments}", flush=True)
        keras.backend.clear_session()
        gc.collect()
    return same


def single(file: str, name: str, folder: Path) -> Path:
    """A file with one of the models of `file` only, and all that it uses."""
    text = (ROOT / "dslc" / "keras" / "applications" / file).read_text(encoding="utf-8")
    parts = text.split("\nmodel ")
    kept = [parts[0], *(part for part in parts[1:] if part.startswith(f"{name}("))]
    assert len(kept) == 2
    path = folder / f"{name}.kdl"
    path.write_text("\nmodel ".join(kept), encoding="utf-8")
    return path


def speed() -> None:
    """`dslc check` against `import keras`, as whole processes in turn: medians, and their ratios."""
    import tempfile

    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    with tempfile.TemporaryDirectory() as folder:
        check = [sys.executable, "-m", "dslc", "check", "-q"]
        commands = {"import keras": [sys.executable, "-c", "import keras"]}
        for file, name in SINGLE:
            commands[f"dslc check {name}"] = [*check, str(single(file, name, Path(folder)))]
        for file in CHECKED:
            commands[f"dslc check {file} (all of it)"] = [
                *check,
                str(ROOT / "dslc" / "keras" / "applications" / file),
            ]
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for round_ in range(ROUNDS + 1):
            for name, command in commands.items():
                started = time.perf_counter()
                subprocess.run(command, env=environment, check=True, capture_output=True)
                if round_:  # the first round only warms the caches
                    seconds[name].append(time.perf_counter() - started)
    reference = statistics.median(seconds["import keras"])
    for name, measured in seconds.items():
        median = statistics.median(measured)
        print(f"{name:<40} {median * 1000:8.0f} ms   {median / reference:6.3f} of `import keras`")


def main(arguments: list[str]) -> int:
    from tests.zoo.variants import FAMILIES

    if arguments[:1] == ["inside"]:
        return 0 if all_inside(int(arguments[1]) if len(arguments) > 1 else 1) else 1
    if arguments:
        results = {file: family(file) for file in arguments}
        return 0 if all(results.values()) else 1
    print(
        f"{'model':<60} {'style':<10} {'parameters':>11} {'trainable':>11} {'':<6} {'outputs':>9}", flush=True
    )
    failed = [
        file
        for file in FAMILIES
        if subprocess.run(
            [sys.executable, __file__, file], env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
        ).returncode
    ]
    print()
    speed()
    if failed:
        print(f"\nnot equal: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
