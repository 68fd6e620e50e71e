"""What only mistakes and few models need is not read for a text without them, although files name it where they import."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

from dslc.regex import regex
from tests.house.sources import FILES, PACKAGE, name_of

SAMPLES = ("digits", "captioner", "inception", "seq2seq", "siamese", "mixture_of_experts")
"""Models with sizes read off tensors, loops, arguments on lines of their own, and whatever else what knows mistakes might be asked about."""

RARE = {
    *("dslc.graph.handed", "dslc.graph.looked_up", "dslc.graph.overruled", "dslc.graph.own_sizes"),
    "dslc.graph.taps",
    "dslc.lower.augmented",
}
"""What some of these models need, and the smallest does not."""

PROGRAM = (
    "import sys\n"
    "from dslc.tools.cli import main\n"
    "code = max(main(['build', '-q', '--no-cache', '-o', '-', file]) for file in sys.argv[1:])\n"
    "print(code, *sorted(name for name in sys.modules if name.startswith('dslc.')), file=sys.stderr)\n"
)


def deferred() -> Iterator[str]:
    """The modules that packages have read later."""
    for path in PACKAGE.rglob("__init__.py"):
        package = ".".join(path.parent.relative_to(PACKAGE.parent).parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "deferred":
                names = (each.value for each in node.args[1:] if isinstance(each, ast.Constant))
                yield from (f"{package}.{name}" for name in names)


def test_a_text_without_mistakes_reads_nothing_of_it() -> None:
    names = set(deferred())
    assert len(names) > 25 and all((PACKAGE.parent / name.replace(".", "/")).with_suffix(".py").exists()
                                   or (PACKAGE.parent / name.replace(".", "/") / "__init__.py").exists() for name in names)  # fmt: skip
    assert names & read_for(SAMPLES[:1]) == set()
    assert names & read_for(SAMPLES) == RARE


def read_for(samples: Sequence[str]) -> set[str]:
    """The modules that a process has read when it has built some samples."""
    files = (str(PACKAGE.parent / "samples" / f"{name}.kdl") for name in samples)
    command = [sys.executable, "-c", PROGRAM, *files]
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    code, *read = done.stderr.split()
    assert code == "0" and "dslc.lower.lower" in read
    return set(read)


def of_module(path: Path) -> list[re.Pattern[str]]:
    """The patterns that a module has under names of its own."""
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    named = vars(import_module(name)).values()
    return [each for each in named if type(each) is type(regex(""))]


def test_patterns_are_compiled_when_they_are_asked_and_can_be() -> None:
    """Nobody reads one that is wrong before a text has the mistake that it looks for."""
    written = {path: path.read_text("utf-8") for path in FILES}
    others = [name_of(path) for path, text in written.items() if "re.compile(" in text]
    assert others == ["regex.py"]
    found = [each for path, text in written.items() if "import regex\n" in text for each in of_module(path)]
    assert len(found) > 150 and all(re.compile(each.pattern, each.flags) for each in found)
