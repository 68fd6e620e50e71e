"""`dslc build PATH…`: checks the files, emits Python in one style and writes it, or compares it with what is there.

Nothing is written unless every file is free of errors. Watching, dependency files and caches will stand in files of
their own beside this one; what they need is `compiled` (text to code) and `outputs.write` (code to files).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import Diagnostic, has_errors
from dslc.record import record, replace
from dslc.tools.compiling import add_source_options, exit_code, ordered
from dslc.tools.emission import add_emission_options, emission_options
from dslc.tools.terminal import (
    Console,
    UsageError,
    add_options,
    console,
    count,
    message,
    plural,
    product,
    show,
)

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping

    from dslc.driver import Checked, Options
    from dslc.styles import Style
    from dslc.tools.files import Found
    from dslc.tools.outputs import Output


@record
class Job:
    """What compiling one file needs to know; plain values, so that another process can do it."""

    found: Found
    style: Style
    options: Options
    values: Mapping[str, object]
    stdin_name: str | None
    target: str | None  # the value of -o
    bundle: bool


@record
class Compiled:
    """A file after compiling: its code, or None where the diagnostics hold an error."""

    found: Found
    code: str | None
    diagnostics: tuple[Diagnostic, ...]
    parameters: tuple[str, ...]
    uses: tuple[str, ...] = ()  # the files whose modules it imports
    read: tuple[str, ...] = ()  # the files that it was made from


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc build`."""
    from dslc.tools.settings import settings

    chosen = settings()
    parser.epilog = (
        "Exit code: 0 done, 1 errors in a model (nothing is written) or --check found a stale file, "
        "2 a file cannot be read or written."
    )
    add_source_options(parser)
    add_emission_options(parser)
    writing = parser.add_argument_group("writing")
    writing.add_argument(
        "-o",
        "--output",
        metavar="FILE|DIR|-",
        default=chosen.output,
        help="write to this file (NAME.py), below this folder, or to stdout (default: beside each source)",
    )
    writing.add_argument("--check", action="store_true", help="write nothing; exit 1 if an output is stale")
    writing.add_argument("--diff", action="store_true", help="write nothing; show what would change")
    writing.add_argument(
        "--force", action="store_true", help="replace files edited by hand or not made by dslc"
    )
    writing.add_argument(
        "--clean", action="store_true", help="remove outputs, too, whose source is gone (see dslc clean)"
    )
    writing.add_argument(
        "--depfile",
        metavar="FILE",
        help="write there what each output was made from, as rules of make, or as JSON if it ends in .json",
    )
    writing.add_argument(
        "--verify", action="store_true", help="write only what Keras confirms (see dslc verify)"
    )
    writing.add_argument("-j", "--jobs", type=int, default=1, metavar="N", help="compile in N processes")
    add_options(parser)


def run(arguments: Namespace) -> int:
    """Compile, then write, show or compare."""
    speaker = console(arguments)
    results = _compile_all(arguments)
    diagnostics = ordered([item for result in results for item in result.diagnostics])
    show(speaker, diagnostics)
    failed = exit_code(diagnostics)
    if failed:
        message(speaker, f"{count(diagnostics)}; nothing was written")
        return failed
    if _to_stdout(arguments):
        if arguments.verify and _verified(results, arguments) != 0:
            return 1
        product("".join(result.code or "" for result in results))
        return 0
    from dslc.tools.clean import clean
    from dslc.tools.manifest import orphans

    outputs = _outputs(results, arguments)
    if arguments.verify and _verified(results, arguments) != 0:
        message(speaker, "Keras does not confirm every model; nothing was written")
        return 1
    folders = _folders(outputs, arguments)
    if arguments.check or arguments.diff:
        lost = clean(folders, True, False, speaker)
        return max(lost, _compare(outputs, arguments, speaker))
    _write(outputs, arguments.force, speaker)
    if arguments.depfile is not None:
        _write_depfile(arguments.depfile, results, outputs)
    if arguments.clean:
        return clean(folders, False, arguments.force, speaker)
    for orphan in orphans(folders):
        message(speaker, f"{orphan.path} has lost its source, {orphan.source}; --clean removes it")
    return 0


def compiled(job: Job) -> Compiled:
    """One file, from its path to its code."""
    from dslc.driver import build
    from dslc.tools.compiling import check_source
    from dslc.tools.files import read_found

    source = read_found(job.found, job.stdin_name)
    if isinstance(source, Diagnostic):
        return Compiled(job.found, None, (source,), ())
    checked = check_source(source, job.values)
    parameters = tuple(name for graph in checked.graphs for name, _ in graph.parameters)
    if has_errors(list(checked.diagnostics)):
        return Compiled(job.found, None, checked.diagnostics, parameters)
    uses = used_files(checked)
    try:
        built = build(checked, job.style, replace(job.options, modules=_modules(job, uses)))
    except Exception as error:
        error.add_note(f"while emitting {source.name} in {job.style} style")
        raise
    said = (*checked.diagnostics, *built.diagnostics)
    read = (checked.source.name, *uses)
    return Compiled(job.found, built.code, said, parameters, () if job.bundle else uses, read)


def used_files(checked: Checked) -> tuple[str, ...]:
    """The files that a checked file uses, directly or through others."""
    program = checked.program
    return () if program is None else tuple(name for name in program.files if name != program.file)


def _modules(job: Job, uses: tuple[str, ...]) -> dict[str, str]:
    """How the module of a file imports those of the files it uses; none when everything goes into one module."""
    from dslc.tools.files import Found
    from dslc.tools.outputs import import_path, place

    if job.bundle:
        return {}
    own = place(job.found, job.target, job.stdin_name)
    return {file: import_path(own.path, place(Found(file, job.found.base), job.target).path) for file in uses}


def _compile_all(arguments: Namespace) -> list[Compiled]:
    from dslc.tools.compiling import refuse_unknown_parameters
    from dslc.tools.files import Found, find
    from dslc.tools.values import parse

    values = parse(arguments.set)
    options = emission_options(arguments)
    sources = find(arguments.paths)
    _refuse_contradictions(arguments, len(sources))
    bundle = arguments.bundle or _one_module(arguments)

    def job(found: Found) -> Job:
        return Job(
            found, arguments.style, options, values, arguments.stdin_filename, arguments.output, bundle
        )

    results = _run([job(found) for found in sources], arguments.jobs)
    done = {os.path.realpath(found.path) for found in sources}
    for result in results:  # what a module imports is built with it
        for file in result.uses:
            if os.path.realpath(file) not in done:
                done.add(os.path.realpath(file))
                results.append(compiled(job(Found(file, result.found.base))))
    if not any(has_errors(list(result.diagnostics)) for result in results):
        refuse_unknown_parameters(values, {name for result in results for name in result.parameters})
    return results


def _run(jobs: list[Job], processes: int) -> list[Compiled]:
    if processes == 1 or len(jobs) < 2:
        return [compiled(job) for job in jobs]
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(min(processes, len(jobs))) as pool:
        return list(pool.map(compiled, jobs, chunksize=max(1, len(jobs) // (4 * processes))))


def _one_module(arguments: Namespace) -> bool:
    """Whether the output is a single text, which has to hold all that its source uses."""
    from dslc.tools.outputs import is_file

    return _to_stdout(arguments) or (arguments.output is not None and is_file(arguments.output))


def _refuse_contradictions(arguments: Namespace, sources: int) -> None:
    from dslc.tools.outputs import is_file

    if arguments.jobs < 1:
        raise UsageError(f"-j {arguments.jobs}: expected 1 or more processes")
    if _to_stdout(arguments):
        if sources > 1:
            raise UsageError(f"-o - writes one module, and there are {plural(sources, 'source')}")
        if arguments.check or arguments.diff:
            raise UsageError("-o - writes to stdout, where there is nothing to compare with")
        if arguments.depfile:
            raise UsageError("--depfile names files that depend on others, and -o - writes none")
    elif arguments.output is not None and is_file(arguments.output) and sources > 1:
        raise UsageError(
            f"-o {arguments.output} is one file, and there are {plural(sources, 'source')}", "give a folder"
        )


def _to_stdout(arguments: Namespace) -> bool:
    output: str | None = arguments.output
    return output == "-" or (output is None and arguments.paths == ["-"])


def _outputs(results: list[Compiled], arguments: Namespace) -> list[Output]:
    from dslc.driver import module_name
    from dslc.tools.files import STDIN
    from dslc.tools.outputs import Output, place, refuse_clashes, refuse_shadows

    outputs = [
        Output(
            place(result.found, arguments.output, arguments.stdin_filename),
            result.code,
            result.found.path if result.found.content is None else arguments.stdin_filename or STDIN,
        )
        for result in results
        if result.code is not None
    ]
    refuse_clashes(outputs)
    refuse_shadows(outputs, {module_name(file) for result in results for file in result.uses})
    return outputs


def _folders(outputs: list[Output], arguments: Namespace) -> list[str]:
    """The folders in which outputs may have lost their sources: those of this run, and all below a folder it was given."""
    from dslc.tools.manifest import below
    from dslc.tools.outputs import is_file

    folders = {os.path.dirname(output.place.path) for output in outputs}
    target: str | None = arguments.output
    if target is not None:
        if not is_file(target):
            folders.update(below(target))
    else:
        for path in arguments.paths:
            if os.path.isdir(path):
                folders.update(below(path))
    return sorted(folders)


def _write_depfile(path: str, results: list[Compiled], outputs: list[Output]) -> None:
    from dslc.tools.depfile import write
    from dslc.tools.settings import settings

    file = settings().file  # its style and imports are in the output
    chosen = () if file is None else (os.path.relpath(file),)
    inputs = {
        output.place.path: (*result.read, *chosen) for output, result in zip(outputs, results, strict=True)
    }
    write(path, inputs)


def _verified(results: list[Compiled], arguments: Namespace) -> int:
    from dslc.tools.verify import verify_sources

    return verify_sources([result.found for result in results], (arguments.style,), arguments)


def _compare(outputs: list[Output], arguments: Namespace, speaker: Console) -> int:
    from dslc.tools.outputs import refusals, state

    refused = refusals(outputs, arguments.force)
    stale = [output for output in outputs if state(output) != "same" or output.place.path in refused]
    for output in stale:
        if arguments.diff:
            product(_difference(output, speaker))
        else:
            path = output.place.path
            message(speaker, refused.get(path, f"{path} is out of date"))
    closing = (
        f"{plural(len(stale), 'output')} of {len(outputs)} out of date; the same command without "
        f"{'--diff' if arguments.diff else '--check'} writes them"
        if stale
        else "every output is up to date"
    )
    message(speaker, closing)
    return 1 if stale else 0


def _difference(output: Output, speaker: Console) -> str:
    import sys
    from difflib import unified_diff

    from dslc.diagnostics.render.paint import paint
    from dslc.tools.outputs import existing_text
    from dslc.tools.terminal import wants_color

    path = output.place.path.replace("\\", "/")
    color = wants_color(speaker.color, sys.stdout)
    before = existing_text(output.place.path).splitlines()
    lines = unified_diff(before, output.text.splitlines(), path, path, "now", "would be", lineterm="")
    tinted = []
    for line in lines:
        if line.startswith("+"):
            line = paint(line, "help", color)
        elif line.startswith("-"):
            line = paint(line, "error", color)
        tinted.append(line + "\n")
    return "".join(tinted)


def _write(outputs: list[Output], force: bool, speaker: Console) -> None:
    from dslc.tools.outputs import write

    written = set(write(outputs, force))
    for output in outputs:
        path = output.place.path
        if path in written:
            message(speaker, f"wrote {path}")
        elif speaker.verbose:
            message(speaker, f"{path} is up to date")
    if not written:
        message(speaker, f"{plural(len(outputs), 'output')} up to date")
