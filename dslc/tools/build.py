"""`dslc build PATH…`: checks the files, emits Python in one style and writes it, or compares it with what is there.

Nothing is written unless every file is free of errors. `modules` makes code of text, `outputs` files of code.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import has_errors
from dslc.record import replace
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

    from dslc.tools.modules import Compiled
    from dslc.tools.outputs import Output
    from dslc.tools.settings import Target


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc build`."""
    from dslc.tools.settings import IMPORTS_BETWEEN, settings

    chosen = settings()
    parser.epilog = (
        "Exit code: 0 done, 1 errors in a model (nothing is written) or --check found a stale file, "
        "2 a file cannot be read or written."
    )
    add_source_options(parser, targets=True)
    add_emission_options(parser)
    parser.set_defaults(
        style=None, imports=None
    )  # to know whether it was asked for: a target may have its own
    writing = parser.add_argument_group("writing")
    writing.add_argument(
        "-o",
        "--output",
        metavar="FILE|DIR|-",
        help="write to this file (NAME.py), below this folder, or to stdout (default: beside each source)",
    )
    writing.add_argument(
        "--imports-between",
        choices=IMPORTS_BETWEEN,
        default=chosen.imports_between,
        help="how outputs import each other; auto: relative in a package, absolute in a plain folder "
        f"(default: {chosen.imports_between})",
    )
    writing.add_argument("--watch", action="store_true", help="build again after every change, until ^C")
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
    writing.add_argument(
        "--no-cache", action="store_true", help="compile everything, even what .dslc_cache knows"
    )
    writing.add_argument("-j", "--jobs", type=int, default=1, metavar="N", help="compile in N processes")
    add_options(parser)


def run(arguments: Namespace) -> int:
    """Compile, then write, show or compare; with --watch again and again."""
    speaker = console(arguments)
    if not arguments.watch:
        return _finish(_compile_all(arguments), arguments, speaker)
    if arguments.check or arguments.diff or _to_stdout(arguments):
        raise UsageError("--watch writes files: --check, --diff, - and -o - do not go with it")
    from dslc.tools.watch import watch

    def once() -> tuple[int, list[str]]:
        results = _compile_all(arguments)
        read = [name for result in results for name, _ in result.read]
        return _finish(results, arguments, speaker), read

    return watch(once, [path for paths, _ in _targets(arguments) for path in paths])


def _finish(results: list[Compiled], arguments: Namespace, speaker: Console) -> int:
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
    _say_how_they_import(results, arguments, speaker)
    if arguments.depfile is not None:
        _write_depfile(arguments.depfile, results, outputs)
    if arguments.clean:
        return clean(folders, False, arguments.force, speaker)
    for orphan in orphans(folders):
        message(speaker, f"{orphan.path} has lost its source, {orphan.source}; --clean removes it")
    return 0


def _targets(arguments: Namespace) -> list[tuple[list[str], Target]]:
    """What to build: paths, each with where they go and how. Flags win over the settings of a target, those over the others."""
    from dslc.tools.settings import Target, settings

    chosen = settings()
    if arguments.paths:
        output = chosen.output if arguments.output is None else arguments.output
        wanted = [(arguments.paths, Target("", output))]
    elif not chosen.targets:
        raise UsageError(
            "there is nothing to build: no PATH is given, and the settings name no targets",
            "name a file or a folder, or write [[tool.dslc.targets]] with a `source` into pyproject.toml",
        )
    elif arguments.output is not None:
        raise UsageError(
            f"-o {arguments.output}: the targets of {chosen.file} have their own outputs", "name a PATH"
        )
    else:
        wanted = [([target.source], target) for target in chosen.targets]
    return [
        (
            paths,
            replace(
                target,
                output=chosen.output if target.output is None else target.output,
                style=arguments.style or target.style or chosen.style,
                imports=arguments.imports or target.imports or chosen.imports,
            ),
        )
        for paths, target in wanted
    ]


def _compile_all(arguments: Namespace) -> list[Compiled]:
    from dslc.tools.cache import cache_folder, compile_cached
    from dslc.tools.compiling import refuse_unknown_parameters
    from dslc.tools.files import Found, find
    from dslc.tools.modules import Job
    from dslc.tools.terms import terms
    from dslc.tools.values import parse

    values = parse(arguments.set)
    folder = None if arguments.no_cache else cache_folder()
    results: list[Compiled] = []
    for paths, target in _targets(arguments):
        sources = find(paths)
        _refuse_contradictions(arguments, target.output, len(sources))
        bundle = arguments.bundle or _one_module(arguments, target.output)
        options = replace(emission_options(arguments), imports=target.imports)
        between = arguments.imports_between
        pattern = Job(
            Found("", ""),
            target,
            options,
            values,
            arguments.stdin_filename,
            bundle,
            between,
            terms(arguments),
        )
        made = compile_cached([replace(pattern, found=found) for found in sources], arguments.jobs, folder)
        done = {os.path.realpath(found.path) for found in sources}
        for result in made:  # what a module imports is built with it
            for file in result.uses:
                if os.path.realpath(file) not in done:
                    done.add(os.path.realpath(file))
                    job = replace(pattern, found=Found(file, result.found.base))
                    made += compile_cached([job], 1, folder)
        results += made
    if not any(has_errors(list(result.diagnostics)) for result in results):
        refuse_unknown_parameters(values, {name for result in results for name in result.parameters})
    return results


def _one_module(arguments: Namespace, target: str | None) -> bool:
    """Whether the output is a single text, which has to hold all that its source uses."""
    from dslc.tools.outputs import is_file

    return _to_stdout(arguments) or (target is not None and is_file(target))


def _refuse_contradictions(arguments: Namespace, target: str | None, sources: int) -> None:
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
    elif target is not None and is_file(target) and sources > 1:
        raise UsageError(
            f"-o {target} is one file, and there are {plural(sources, 'source')}", "give a folder"
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
            place(result.found, result.target.output, arguments.stdin_filename),
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
    for paths, target in _targets(arguments):
        if target.output is None:
            folders.update(folder for path in paths if os.path.isdir(path) for folder in below(path))
        elif not is_file(target.output):
            folders.update(below(target.output))
    return sorted(folders)


def _say_how_they_import(results: list[Compiled], arguments: Namespace, speaker: Console) -> None:
    from dslc.tools.outputs import in_package, place

    importing = [place(result.found, result.target.output).path for result in results if result.uses]
    if importing:
        between = arguments.imports_between
        ways = (
            {between}
            if between != "auto"
            else {"relative" if in_package(path) else "absolute" for path in importing}
        )
        why = "" if between != "auto" else " (--imports-between changes that)"
        message(speaker, f"outputs import each other by {' and '.join(sorted(ways))} imports{why}")


def _write_depfile(path: str, results: list[Compiled], outputs: list[Output]) -> None:
    from dslc.tools.depfile import write
    from dslc.tools.settings import settings

    file = settings().file  # its style and imports are in the output
    chosen = () if file is None else (os.path.relpath(file),)
    inputs = {
        output.place.path: (*(name for name, _ in result.read), *chosen)
        for output, result in zip(outputs, results, strict=True)
    }
    write(path, inputs)


def _verified(results: list[Compiled], arguments: Namespace) -> int:
    from argparse import Namespace

    from dslc.tools.verify import verify_sources

    ways = dict.fromkeys((result.target.style, result.target.imports) for result in results)
    codes = []
    for style, imports in ways:
        chosen = Namespace(**{**vars(arguments), "imports": imports})
        mine = [r.found for r in results if (r.target.style, r.target.imports) == (style, imports)]
        codes.append(verify_sources(mine, (style,), chosen))
    return max(codes, default=0)


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
