"""How long an editor waits after a keystroke, and whether memory stays, beside a parse of the same text in the same run.

    python bench/editor.py [EDITS]

In: nothing but the checkout.  Out: a table on stdout: for a file of a thousand lines, 48 blocks and 48 models, the time from an edit to
its diagnostics and the hints of a screen and of the whole file, and on to the Python beside it; then the memory after so many edits.
Times are those of the processor, so that others on the machine do not count.
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import time
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dslc import driver
from dslc.editor.hints import hints
from dslc.editor.project import Project
from dslc.editor.python import python
from dslc.source import Source
from dslc.styles import Style
from dslc.syntax.parse import parse
from dslc.tools.files import read

SCREEN = 60
BESIDE: tuple[Style, ...] = ("functional", "subclass")
ITEM = '''block Block{0}(width, rate = 0.1) {{
    """Block {0}."""
    input x
    y = x -> Conv2D(width, 3, padding="same") -> BatchNormalization -> ReLU
    y = y -> Conv2D(width, 3, padding="same") -> BatchNormalization
    s = x -> Conv2D(width, 1)
    output y + (s -> Dropout(rate))
}}

model Model{0}(classes = 10) {{
    input image: (32, 32, 3)
    x = image -> Block{0}(16)
    x = x -> MaxPooling2D(2) -> Block{1}(32)
    x = x -> GlobalAveragePooling2D
    x = x -> Dense(64, activation="relu")
    x = x -> Dropout(0.5)
    output label = x -> Dense(classes, activation="softmax")
}}
'''


def program(models: int = 48) -> str:
    """A file in which every model uses two blocks."""
    return "\n".join(ITEM.format(n, (n + 1) % models) for n in range(models))


def main(edits: int) -> None:
    """Measure and print."""
    chance = random.Random(1)
    text = program()
    project = Project(read, lambda *_: lambda *_: "there is no such file")
    taken: dict[str, list[float]] = {"parse": [], "check, fresh": [], "edit": [], "edit, hints of all": []}
    for style in BESIDE:
        taken[f"{style}, fresh"], taken[f"{style}, edit"] = [], []
    sizes = []
    for turn in range(edits):
        text = edited(text, chance)
        begun = time.process_time()
        project.open("m.kdl", text)
        analysis = project.analysis("m.kdl")
        assert analysis is not None
        source = analysis.source
        first = source.starts[chance.randrange(max(1, len(source.starts) - SCREEN))]
        hints(analysis, first, first + 40 * SCREEN)
        taken["edit"].append(time.process_time() - begun)
        hints(analysis, 0, len(text))
        taken["edit, hints of all"].append(time.process_time() - begun)
        for style in BESIDE:
            begun = time.process_time()
            python(analysis, style, None, project.memory("m.kdl"))
            taken[f"{style}, edit"].append(time.process_time() - begun)
        if turn % max(1, edits // 20) == 0:
            for name, run in (
                ("parse", lambda text=text: parse(Source("m.kdl", text))),
                ("check, fresh", lambda text=text: driver.check(Source("m.kdl", text))),
                *((f"{style}, fresh", partial(python, analysis, style)) for style in BESIDE),
            ):
                begun = time.process_time()
                run()
                taken[name].append(time.process_time() - begun)
            sizes.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    print(f"{text.count(chr(10))} lines, {edits} edits")
    base = statistics.median(taken["parse"])
    for name, times in taken.items():
        middle, late = statistics.median(times), sorted(times)[int(0.95 * len(times))]
        print(
            f"{name:20}{1000 * middle:8.1f} ms median{1000 * late:8.1f} ms at 95 % {middle / base:8.2f} parses"
        )
    print(f"memory: {sizes[1]} MiB early, {sizes[-1]} MiB in the end")


def edited(text: str, chance: random.Random) -> str:
    """A number changed, a space more, or a word broken and mended the next time."""
    if "Densee(" in text:
        return text.replace("Densee(", "Dense(")
    at = text.find("Dense(", chance.randrange(len(text)))
    if at < 0 or chance.random() < 0.2:
        line = text.find("\n", chance.randrange(len(text)))
        return f"{text[:line]} {text[line:]}" if line >= 0 and text[line - 1] != " " else text
    if chance.random() < 0.2:
        return f"{text[: at + 5]}e{text[at + 5 :]}"
    end = text.find(")", at)
    inner = text[at + 6 : end]
    return (
        text[: at + 6]
        + (f"{chance.randrange(8, 99)}, activation='relu'" if "," in inner else inner)
        + text[end:]
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
