"""Compiles sources to modules: from a path to code.

In: a `Job` a file.  Out: a `Compiled`, with all there is to say of the file, the modules it imports and the files it was made from.
Jobs are plain values, so that other processes can do them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.diagnostics.diagnostic import Diagnostic, has_errors
from dslc.digest import digest
from dslc.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dslc.driver import Checked, Options
    from dslc.memory import Memory
    from dslc.source import Source
    from dslc.tools.files import Found
    from dslc.tools.outputs import Place
    from dslc.tools.settings_table import Target
    from dslc.tools.terms import Terms


Memories = dict[str, "Memory"]
"""What the last run has found out about each file, by its name, for a process that runs again and again."""


@record
class Job:
    """What compiling one file needs to know; plain values, so that another process can do it."""

    found: Found
    place: Place  # where its module belongs
    target: Target  # where outputs go and how, nothing left open
    options: Options
    values: Mapping[str, object]
    stdin_name: str | None
    bundle: bool
    between: str  # the value of --imports-between
    terms: Terms


@record
class Compiled:
    """A file after compiling: its code, or None where the diagnostics hold an error, and where it is `settled`."""

    found: Found
    place: Place
    target: Target
    code: str | None
    diagnostics: tuple[Diagnostic, ...]
    parameters: tuple[str, ...]
    uses: tuple[str, ...] = ()  # the files whose modules it imports
    read: tuple[tuple[str, str], ...] = ()  # the files that it was made from, with the digests of their texts
    stubs: str | None = None  # what type checkers read, where asked for
    externs: tuple[
        tuple[str, str], ...
    ] = ()  # the modules of Python that it names, with the files that name them
    settled: bool = False  # nothing has changed since a run that left its outputs as they should be


def compiled(job: Job, memories: Memories | None = None) -> Compiled:
    """One file, from its path to its code."""
    from dslc.driver import build
    from dslc.graph.sizes import takes
    from dslc.memory import Memory
    from dslc.tools.compiling import check_source
    from dslc.tools.files import read_found
    from dslc.tools.terms import told

    source = read_found(job.found, job.stdin_name, job.terms.limits.characters)
    if isinstance(source, Diagnostic):
        return Compiled(job.found, job.place, job.target, None, (source,), ())
    sources = [source]
    memory = None if memories is None else memories.setdefault(source.name, Memory())
    checked = check_source(source, job.values, job.terms, sources, memory)
    parameters = tuple(name for graph in checked.graphs for name in takes(graph))
    read = tuple({each.name: text_digest(each.text) for each in sources}.items())
    if has_errors(checked.of_the_text):
        return Compiled(job.found, job.place, job.target, None, checked.diagnostics, parameters, read=read)
    uses = used_files(checked)
    try:
        chosen = replace(job.options, modules=_modules(job, uses), origins=_origins(job, sources))
        built = build(checked, job.target.style, chosen)
    except Exception as error:
        error.add_note(f"while emitting {source.name} in {job.target.style} style")
        raise
    said = told(built.diagnostics, job.terms)
    imported = () if job.bundle else uses
    named = externs(checked)
    return Compiled(
        job.found, job.place, job.target, built.code, said, parameters, imported, read, built.stubs, named
    )


def text_digest(text: str) -> str:
    """What stands for the text of a source, however its lines end on the disk."""
    return digest(text.encode("utf-8", "surrogatepass"))


def used_files(checked: Checked) -> tuple[str, ...]:
    """The files that a checked file uses, directly or through others."""
    program = checked.program
    return () if program is None else tuple(name for name in program.files if name != program.file)


def externs(checked: Checked) -> tuple[tuple[str, str], ...]:
    """The modules of Python that a checked file and those it uses name in `extern`, each with the file that does."""
    from dslc.program.nodes import Extern

    files = {} if checked.program is None else checked.program.files
    found = [
        (item.module, name) for name, file in files.items() for item in file.items if isinstance(item, Extern)
    ]
    return tuple(dict.fromkeys(found))


def _origins(job: Job, sources: list[Source]) -> dict[str, str] | None:
    """What the files are called at the ends of lines, where lines say where they came from: their paths in the project."""
    if job.options.origins is None:
        return None
    from dslc.tools.files import path_in_project

    return {source.name: path_in_project(source.name) for source in sources}


def _modules(job: Job, uses: tuple[str, ...]) -> Mapping[str, str]:
    """How the module of a file imports those of the files it uses; none when everything goes into one module."""
    if job.bundle:
        return {}
    return imports_of(job.place.path, job.found.base, job.target.output, uses, job.between)


def imports_of(own: str, base: str, output: str | None, uses: Iterable[str], between: str) -> dict[str, str]:
    """The path under which the module at `own` imports each of the files that its source uses, found below `base`."""
    from dslc.tools.files import Found
    from dslc.tools.outputs import import_path, in_package, place

    relative = between == "relative" or (between == "auto" and in_package(own))
    return {file: import_path(own, place(Found(file, base), output).path, relative) for file in uses}


def compile_all(jobs: list[Job], processes: int, memories: Memories | None = None) -> list[Compiled]:
    """Several files, in their order, in so many processes; `memories` are what this one knows of them from before."""
    if processes == 1 or len(jobs) < 2:
        return [compiled(job, memories) for job in jobs]
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(min(processes, len(jobs)), initializer=_end_with_parent) as pool:
        return list(pool.map(compiled, jobs, chunksize=max(1, len(jobs) // (4 * processes))))


def _end_with_parent() -> None:
    """Let this process end when the run that started it is killed: nobody would ever tell it that there is no more to do."""
    import os
    from multiprocessing import parent_process
    from threading import Thread

    parent = parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    Thread(target=wait, daemon=True).start()
