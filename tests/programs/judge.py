"""What is wrong with a generated program, in the compiler's eyes and in Keras's.

In: texts by name.  Out: for each what was found: a refusal by the checker, code that is not as it should be, and what one
TensorFlow process says of every model in every style.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import black
from black.mode import TargetVersion

import dslc
from dslc.diagnostics.diagnostic import has_errors
from dslc.diagnostics.render import render
from dslc.driver import Checked, Options, builder, check, emitted_graphs, module_name
from dslc.source import Source, Span
from dslc.styles import STYLES, Style
from dslc.syntax.parse import parse
from dslc.tools.modules import used_files
from dslc.verify.beside import Modules, modules_beside, with_modules
from dslc.verify.job import job
from dslc.verify.process import events

Problem = tuple[str, str, str]
"""The name of the program, what kind of problem, and what is said."""

Files = Mapping[str, str]
"""A program: the text of each of its files by name, the one that is compiled first."""

OUTSIDE = Path(__file__).parent / "outside"
"""Where the externs of programs lie."""

OPTIONS = (
    Options(),
    Options(),
    Options(imports="tensorflow", annotate=True, named_io=True, name_layers=True),
    Options(flatten=True),
)
"""What the programs are built with, in turn."""

FORM = black.Mode(line_length=88, target_versions={TargetVersion.PY311})

SMALL = 1e-5
"""Functional and subclassed models compute the same, except where TensorFlow fuses operations of one of them."""


def problems(programs: Iterable[Files], bundled: int = 5) -> Iterator[Problem]:
    """Everything wrong with programs that were meant to be right.

    The module of a program imports those of its other files, as `dslc build` writes them; the last of so many programs holds all of them.
    """
    tasks: list[dict[str, Any]] = []
    codes: dict[str, str] = {}
    unused: dict[str, str] = {}
    for number, files in enumerate(programs):
        options = OPTIONS[number % len(OPTIONS)]
        name = next(iter(files))
        checked, found = compiled(files)
        yield from found
        if checked is None or found:
            continue
        modules: dict[Style, Modules] = {}
        try:
            if number % bundled != bundled - 1:
                options = with_modules(used_files(checked), options)
            built = {one.style: one for one in map(builder(checked, options), STYLES)}
            if options.modules:
                others = {file: read(file, files) for file in options.modules}
                modules = modules_beside(others, options, built)
                built = {style: one for style, one in built.items() if style in modules}
        except Exception as error:  # a bug of ours, worth a line of its own
            yield name, "crash", f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
            continue
        for style, one in built.items():
            said = [each for each in one.diagnostics if each.severity == "error"]
            if one.code is not None:
                codes[f"{module_name(name)}_{style}.py"] = one.code
                if black.format_str(one.code, mode=FORM) != one.code:
                    yield name, "black", f"{style} changes when it is formatted again"
            elif options.named_io and all("`--named-io`" in each.text for each in said):
                pass  # nobody knows the names of outputs that loops and conditions decide about, nor of inputs in an inner model
            elif style == "subclass" and all(
                each.code in ("DSL503", "DSL435", "DSL504", "DSL510") for each in said
            ):
                pass  # nor has Keras's graph, on which shapes are learned, anything but sparse tensors there; or a mask is lost; or what
                # no graph holds is looked into; or TensorFlow forgets a shape
            elif not options.flatten and (style == "subclass" or any(each.code == "DSL213" for each in said)):
                yield name, f"refused by {style}", render(said, "concise")
        unused[module_name(name)] = render(list(checked.diagnostics), "concise")
        graphs = emitted_graphs(checked, options)
        tasks.append(
            job(graphs, built, module_name(name), {}, options.named_io, [str(OUTSIDE)], beside=modules)
        )
    yield from linted(codes, unused)
    yield from confirmed([task for task in tasks if task["styles"]])


def read(name: str, files: Files) -> Checked:
    """One file of a program, checked."""
    return check(Source(name, files[name]), lambda path, _: Source(path, files[path]))


def compiled(files: Files) -> tuple[Checked | None, list[Problem]]:
    """The checked program, and what the checker or the formatter got wrong."""
    name, text = next(iter(files.items()))
    checked = read(name, files)
    if has_errors(checked.of_the_text):  # what no style holds is looked at style by style
        said = [each for each in checked.of_the_text if each.severity == "error"]
        return None, [(name, f"refused {said[0].code}", render(said, "concise"))]
    found: list[Problem] = []
    once = dslc.format(text)
    if dslc.format(once) != once:
        found.append((name, "fmt", "is not stable"))
    if shape_of(parse(Source(name, once))[0]) != shape_of(parse(Source(name, text))[0]):
        found.append((name, "fmt", "changes the program"))
    return checked, found


def shape_of(node: Any) -> Any:
    """A tree without its places in the text."""
    if isinstance(node, Span):
        return None
    if isinstance(node, tuple):
        return tuple(shape_of(each) for each in node)
    if hasattr(node, "__match_args__"):
        fields = [field for field in node.__match_args__ if field != "comments"]
        return (type(node).__name__, *(shape_of(getattr(node, field)) for field in fields))
    return node


def linted(codes: dict[str, str], unused: dict[str, str]) -> Iterator[Problem]:
    """What ruff says of the generated modules, but for names that nobody uses in the source either."""
    with tempfile.TemporaryDirectory() as folder:
        for name, code in codes.items():
            (Path(folder) / name).write_text(code, encoding="utf-8")
        words = ["check", "--isolated", "--select", "E,F", "--ignore", "E501,F841,E742"]
        words += ["--output-format", "concise", "--no-cache", "--quiet", folder]
        done = subprocess.run([sys.executable, "-m", "ruff", *words], capture_output=True, text=True)
    for line in done.stdout.splitlines():
        name = re.search(r"F841 Local variable `(\w+?)_?` is", line)
        program = line.rsplit("/", 1)[-1].split("_")[0]
        if ".py:" in line and not (name and f"`{name[1]}" in unused[program]):
            yield line.rsplit("/", 1)[-1].split(".py")[0], "ruff", line.rsplit("/", 1)[-1]


def confirmed(tasks: list[dict[str, Any]]) -> Iterator[Problem]:
    """What Keras says otherwise."""
    for event in events(tasks):
        if event["event"] == "model":
            about = f"{event['model']}, {event['style']}"
            if event["error"]:
                yield event[
                    "file"
                ], "error in Keras", f"{about}: {event['error']['step']}: {event['error']['said']}"
            for one in event["findings"]:
                said = f"{about}: expected {one['expected']}, Keras {one['found']}"
                yield event["file"], one["what"], said
        elif event["event"] == "styles":
            gap = event["difference"]
            if event["problem"] is not None or gap == "infinite" or gap > SMALL:
                yield event[
                    "file"
                ], "styles differ", f"{event['model']} {event['styles']}: {event['problem']} {gap}"
