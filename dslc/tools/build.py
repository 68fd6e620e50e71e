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
from dslc.tools.streams import STDOUT, is_stream, pour
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

    from dslc.diagnostics.diagnostic import Diagnostic
    from dslc.tools.manifest import Orphan
    from dslc.tools.modules import Compiled, Job, Memories
    from dslc.tools.outputs import Output
    from dslc.tools.remember import Sight
    from dslc.tools.settings_table import Target


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc build`."""
    from time import time_ns

    from dslc.tools.settings import settings
    from dslc.tools.settings_table import IMPORTS_BETWEEN

    parser.set_defaults(began=time_ns())  # before anything is looked at
    chosen = settings()
    parser.epilog = (
        "Exit code: 0 done, 1 errors in a model (nothing is written) or --check found a stale file, "
        "2 a file cannot be read or written."
    )
    add_source_options(parser, default="the targets of the settings")
    add_emission_options(parser)
    parser.set_defaults(
        style=None, imports=None
    )  # to know whether it was asked for: a target may have its own, and settings change under --watch
    writing = parser.add_argument_group("writing")
    writing.add_argument(
        "-o",
        "--output",
        metavar="FILE|DIR|-",
        help="write to this file (NAME.py), below this folder, or to stdout (default: beside each source)",
    )
    writing.add_argument(
        "--stubs",
        action="store_true",
        help="write NAME.pyi, too, with the signatures that type checkers read",
    )
    writing.add_argument(
        "--stubs-only", action="store_true", help="write NAME.pyi and no NAME.py (for import dslc.importer)"
    )
    writing.add_argument(
        "--imports-between",
        choices=IMPORTS_BETWEEN,
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
        return _finish(_compile_all(arguments), arguments, speaker, set())
    if arguments.check or arguments.diff or _stream(arguments):
        raise UsageError("--watch writes files: --check, --diff, - and -o - do not go with it")
    from time import time_ns

    from dslc.tools.unchanged import recall
    from dslc.tools.watch import watch

    memories: Memories = {}
    said: set[str] = set()

    def once() -> tuple[int, list[str]]:
        arguments.began = time_ns()
        arguments.past = None if arguments.no_cache else recall(arguments.words)
        results = _compile_all(arguments, memories)
        read = [name for result in results for name, _ in result.read]
        return _finish(results, arguments, speaker, said), read

    return watch(once, [path for paths, _ in _targets(arguments) for path in paths])


def _finish(results: list[Compiled], arguments: Namespace, speaker: Console, said: set[str]) -> int:
    """Write, show or compare; `said` is what the run before has noted, which is not noted again, and afterwards what this one has."""
    diagnostics = ordered([item for result in results for item in result.diagnostics])
    show(speaker, diagnostics)
    failed = exit_code(diagnostics, arguments.strict)
    if failed:
        message(speaker, f"{count(diagnostics)}; nothing was written")
        return failed
    stream = _stream(arguments)
    if stream is not None:
        if arguments.verify and _verified(results, arguments) != 0:
            return 1
        code = "".join(result.code or "" for result in results)
        if stream == STDOUT:
            product(code)
        else:
            pour(stream, code.encode())
        return 0
    from dslc.tools.clean import clean
    from dslc.tools.manifest import orphans

    outputs = _outputs(results, arguments)
    if arguments.verify and _verified(results, arguments) != 0:
        message(speaker, "Keras does not confirm every model; nothing was written")
        return 1
    folders = _folders(results, arguments)
    if arguments.check or arguments.diff:
        lost = clean(folders, True, False, speaker)
        stale = _compare(results, outputs, arguments, speaker, bool(lost))
        if not lost and not stale:
            _remember(diagnostics, ["every output is up to date"], results, outputs, {}, arguments)
        return max(lost, stale)
    from dslc.tools.outputs import write

    besides = _besides(results, arguments)
    streams = [path for path in besides if is_stream(path)]
    written = set(write(outputs, arguments.force, {path: besides[path] for path in {*besides} - {*streams}}))
    for path in streams:
        pour(path, besides[path])
    notes = _notes(results, [] if arguments.clean else orphans(folders), arguments)
    for line in [*_report(written, results, arguments), *(note for note in notes if note not in said)]:
        message(speaker, line)
    said.clear()
    said.update(notes)
    if arguments.clean:
        return clean(folders, False, arguments.force, speaker)
    if not streams:  # into which the next run has to write again
        due = [*_report(set(), results, arguments), *notes]
        _remember(diagnostics, due, results, outputs, besides, arguments)
    return 0


def _targets(arguments: Namespace) -> list[tuple[list[str], Target]]:
    """What to build: paths, each with where they go and how. Flags win over the settings of a target, those over the others."""
    from dslc.tools.outputs import refuse_target
    from dslc.tools.settings import filled, settings
    from dslc.tools.settings_table import Target

    chosen = settings()
    if arguments.output is not None:
        refuse_target(arguments.output)
    if arguments.paths:
        output = chosen.output if arguments.output is None else arguments.output
        wanted = [(arguments.paths, Target("", output))]
    elif not chosen.targets:
        raise UsageError(
            "there is nothing to build: no PATH is given, and the settings name no targets",
            f"{_what_is_here()}, or write [[tool.dslc.targets]] with a `source` into pyproject.toml",
        )
    elif arguments.output is not None:
        raise UsageError(
            f"-o {arguments.output}: the targets of {chosen.file} have their own outputs", "name a PATH"
        )
    else:
        wanted = [([target.source], target) for target in chosen.targets]
    asked = {name: value for name in ("style", "imports") if (value := getattr(arguments, name)) is not None}
    return [(paths, replace(filled(target, chosen), **asked)) for paths, target in wanted]


def _what_is_here() -> str:
    """The command that builds what lies in the current folder."""
    here = sorted(entry.name for entry in os.scandir() if entry.name.endswith(".kdl") and entry.is_file())
    if not here:
        return "name a file or a folder"
    return f"`dslc build {here[0] if len(here) == 1 else '.'}` builds what is here"


def _compile_all(arguments: Namespace, memories: Memories | None = None) -> list[Compiled]:
    from dslc.tools.cache import cache_folder
    from dslc.tools.compiling import refuse_unknown_parameters
    from dslc.tools.settled import resumed
    from dslc.tools.values import parse

    folder = None if arguments.no_cache else cache_folder()
    values = parse(arguments.set)
    arguments.wanted = _targets(arguments)  # for the whole run: the settings may change meanwhile
    patterns = [(paths, _pattern(target, values, arguments)) for paths, target in arguments.wanted]
    results = None
    if arguments.past is not None and folder is not None:
        results = resumed(
            arguments.past, [pattern for _, pattern in patterns], arguments.jobs, folder, memories
        )
    if results is None:
        results = [
            result
            for paths, pattern in patterns
            for result in _compile_target(paths, pattern, arguments, folder, memories)
        ]
    if not any(has_errors(list(result.diagnostics)) for result in results):
        refuse_unknown_parameters(values, {name for result in results for name in result.parameters})
    return results


def _pattern(target: Target, values: Mapping[str, object], arguments: Namespace) -> Job:
    """What the jobs of a target have in common."""
    from dslc.tools.files import Found
    from dslc.tools.modules import Job
    from dslc.tools.outputs import Place
    from dslc.tools.terms import terms

    stubs = arguments.stubs or arguments.stubs_only
    return Job(
        Found("", ""),
        Place("", ""),
        target,
        replace(emission_options(arguments), imports=target.imports, stubs=stubs),
        values,
        arguments.stdin_filename,
        arguments.bundle or _one_module(arguments, target.output),
        _between(arguments),
        terms(arguments),
    )


def _compile_target(
    paths: list[str], pattern: Job, arguments: Namespace, folder: str | None, memories: Memories | None
) -> list[Compiled]:
    """All files of a target, and those that they use."""
    from dslc.tools.cache import compile_cached
    from dslc.tools.files import Found, RealPaths, find
    from dslc.tools.outputs import place
    from dslc.tools.paths import excludes

    def job(found: Found) -> Job:
        where = place(found, pattern.target.output, pattern.stdin_name)
        return replace(pattern, found=found, place=where)  # type: ignore[no-any-return]

    sources = find(paths, excludes(arguments))
    _refuse_contradictions(arguments, pattern.target.output, len(sources))
    made = compile_cached([job(found) for found in sources], arguments.jobs, folder, memories)
    real = RealPaths()
    done = {real.of(found.path) for found in sources}
    for result in made:  # what a module imports is built with it
        for file in result.uses:
            if real.of(file) not in done:
                done.add(real.of(file))
                made += compile_cached([job(Found(file, result.found.base))], 1, folder, memories)
    return made


def _one_module(arguments: Namespace, target: str | None) -> bool:
    """Whether the output is a single text, which has to hold all that its source uses."""
    from dslc.tools.outputs import is_file

    return _stream(arguments) is not None or (target is not None and is_file(target))


def _refuse_contradictions(arguments: Namespace, target: str | None, sources: int) -> None:
    from dslc.tools.outputs import is_file

    if arguments.jobs < 1:
        raise UsageError(f"-j {arguments.jobs}: expected 1 or more processes")
    stream = _stream(arguments)
    if stream is not None:
        if sources > 1:
            raise UsageError(f"-o {stream} writes one module, and there are {plural(sources, 'source')}")
        if arguments.check or arguments.diff:
            where = "stdout" if stream == STDOUT else stream
            raise UsageError(f"-o {stream} writes to {where}, where there is nothing to compare with")
        if arguments.stubs or arguments.stubs_only:
            raise UsageError(f"stubs are files beside the outputs, and -o {stream} writes none")
        if arguments.depfile:
            raise UsageError(f"--depfile names files that depend on others, and -o {stream} writes none")
    elif target is not None and is_file(target) and sources > 1:
        raise UsageError(
            f"-o {target} is one file, and there are {plural(sources, 'source')}", "give a folder"
        )


def _stream(arguments: Namespace) -> str | None:
    """What the code goes into where it is no file: stdout, or a device; else None."""
    output: str | None = arguments.output
    if output == STDOUT or (output is None and arguments.paths == ["-"]):
        return STDOUT
    return output if output is not None and is_stream(output) else None


def _outputs(results: list[Compiled], arguments: Namespace) -> list[Output]:
    """The outputs that have to be looked at: those of all results that are not settled."""
    from dslc.driver import module_name
    from dslc.tools.outputs import Output, refuse_clashes, refuse_shadows

    outputs = []
    for result in results:
        source = _source(result, arguments)
        if result.code is not None and not arguments.stubs_only:
            outputs.append(Output(result.place, result.code, source))
        if result.stubs is not None:
            stubs = replace(result.place, path=f"{result.place.path}i")
            outputs.append(Output(stubs, result.stubs, source))
    if len(outputs) == len(_paths(results, arguments)):  # else they lie where they lay in the last run
        refuse_clashes(outputs)
    sources = {path: _source(result, arguments) for result in results for path in _paths([result], arguments)}
    refuse_shadows(sources, outputs, {module_name(file) for result in results for file in result.uses})
    return outputs


def _paths(results: list[Compiled], arguments: Namespace) -> list[str]:
    """Where the outputs of these results lie."""
    ends = ["i"] if arguments.stubs_only else ["", "i"] if arguments.stubs else [""]
    return [f"{result.place.path}{end}" for result in results for end in ends]


def _source(result: Compiled, arguments: Namespace) -> str:
    """The file that a result was made from, or the name that standard input has."""
    from dslc.tools.files import STDIN

    stdin_name: str | None = arguments.stdin_filename
    return result.found.path if result.found.content is None else stdin_name or STDIN


def _folders(results: list[Compiled], arguments: Namespace) -> list[str]:
    """The folders in which outputs may have lost their sources: those of this run, and all below a folder it was given."""
    from dslc.tools.manifest import below
    from dslc.tools.outputs import is_file

    folders = {os.path.dirname(result.place.path) for result in results}
    for paths, target in arguments.wanted:
        if target.output is None:
            folders.update(folder for path in paths if os.path.isdir(path) for folder in below(path))
        elif not is_file(target.output):
            folders.update(below(target.output))
    return sorted(folders)


def _report(written: set[str], results: list[Compiled], arguments: Namespace) -> list[str]:
    """What a run says that has written these paths."""
    paths = _paths(results, arguments)
    lines = [
        f"wrote {path}" if path in written else f"{path} is up to date"
        for path in paths
        if path in written or arguments.verbose
    ]
    if not written:
        lines.append(f"{plural(len(paths), 'output')} up to date")
    return lines


def _notes(results: list[Compiled], lost: list[Orphan], arguments: Namespace) -> list[str]:
    """What holds of all outputs, whether they were written or not."""
    return [
        *_how_they_import(results, arguments),
        *(f"{each.path} has lost its source, {each.source}; --clean removes it" for each in lost),
    ]


def _how_they_import(results: list[Compiled], arguments: Namespace) -> list[str]:
    from dslc.tools.outputs import in_package

    importing = {os.path.dirname(result.place.path): result.place.path for result in results if result.uses}
    if not importing:
        return []
    between = _between(arguments)
    ways = (
        {between}
        if between != "auto"
        else {"relative" if in_package(path) else "absolute" for path in importing.values()}
    )
    why = "" if between != "auto" else " (--imports-between changes that)"
    return [f"outputs import each other by {' and '.join(sorted(ways))} imports{why}"]


def _between(arguments: Namespace) -> str:
    """How outputs are to import each other, by the option or the settings."""
    from dslc.tools.settings import settings

    return str(arguments.imports_between or settings().imports_between)


def _besides(results: list[Compiled], arguments: Namespace) -> dict[str, bytes]:
    """The files that are written with the outputs and belong to the run, not to a source."""
    if arguments.depfile is None:
        return {}
    from dslc.tools.depfile import depfile
    from dslc.tools.settings import settings

    file = settings().read  # its style and imports are in the output, or will be once it has some
    read = {
        path: (*(name for name, _ in result.read), *_like(result.found.path, file))
        for result in results
        for path in _paths([result], arguments)
    }
    return depfile(arguments.depfile, read)


def _remember(
    diagnostics: list[Diagnostic],
    lines: list[str],
    results: list[Compiled],
    outputs: list[Output],
    besides: dict[str, bytes],
    arguments: Namespace,
) -> None:
    """Keep what this run has looked at, so that the next one need not look as long as all of it stays as it is."""
    import sys

    from dslc.tools.paths import excludes
    from dslc.tools.remember import remember, sight, sight_again
    from dslc.tools.settled import notes
    from dslc.tools.terminal import line, shown

    if arguments.no_cache or arguments.force or arguments.verify:
        return
    targets = arguments.wanted
    if any(result.settled for result in results):
        made = [result for result in results if not result.settled]
        seen: Sight | None = sight_again(arguments.past, made, outputs, besides)
    else:
        wanted = [(paths, target.output) for paths, target in targets]
        seen = sight(wanted, excludes(arguments), results, outputs, besides)
    if seen is not None:
        speaker = console(arguments)
        said = shown(speaker, diagnostics, sys.stderr) if diagnostics else ""
        said += "" if speaker.quiet else "".join(map(line, lines))
        known = notes(results, [target for _, target in targets])
        remember(arguments.words, arguments.began, said, seen, known)


def _like(source: str, file: str | None) -> tuple[str, ...]:
    """The file of settings as a path of the kind that its source has: a build system that says where everything is may run us anywhere."""
    if file is None:
        return ()
    return (file.replace(os.sep, "/") if os.path.isabs(source) else os.path.relpath(file),)


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


def _compare(
    results: list[Compiled], outputs: list[Output], arguments: Namespace, speaker: Console, lost: bool
) -> int:
    """Say which outputs are out of date; `lost` where others have no source any more."""
    from dslc.tools.outputs import refusals, state

    refused = refusals(outputs, arguments.force)
    stale = [output for output in outputs if output.place.path in refused or state(output) != "same"]
    for output in stale:
        if arguments.diff:
            product(_difference(output, speaker))
        else:
            path = output.place.path
            message(speaker, refused.get(path, f"{path} is out of date"))
    kept = sum(output.place.path in refused for output in stale)  # no build writes these
    others = "every other output is up to date"
    closing = f"{plural(len(stale), 'output')} of {len(_paths(results, arguments))} "
    if not stale:
        closing = f"{others}; --clean removes those" if lost else "every output is up to date"
    elif kept == len(stale):
        closing += f"cannot be written; {others}"
    else:
        closing += (
            f"out of date; the same command without {'--diff' if arguments.diff else '--check'} writes them"
        )
        closing += f", but for {kept} that cannot be written" if kept else ""
    message(speaker, closing)
    return 1 if stale else 0


def _difference(output: Output, speaker: Console) -> str:
    from dslc.tools.outputs import existing_text
    from dslc.tools.terminal import compared

    path = output.place.path.replace("\\", "/")
    return compared(path, (existing_text(output.place.path), "now"), (output.text, "would be"), speaker)
