"""Remembers what was made of which bytes, so that a run with nothing to do parses nothing.

In: jobs.  Out: the same `Compiled` that `modules` makes of them, from the project's `.dslc_cache` where the bytes of the source
and of all that it `use`s, the options, the compiler and Python are those of last time.

An entry is JSON under its own digest: one that is damaged counts as none. There is no cache outside a project (a folder with a
`pyproject.toml`, a `dslc.toml` or `.git` above the current one), where it cannot be written, and with `--no-cache`.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label, has_errors
from dslc.digest import digest
from dslc.record import fields_of, record, replace
from dslc.source import Source, Span
from dslc.tools.files import decode
from dslc.tools.modules import Compiled, Job, Memories, compile_all, text_digest
from dslc.tools.regular import regular
from dslc.tools.terms import allow
from dslc.tools.unchanged import CACHE, project_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder holds what dslc need not do again. Delete it at will.\n"


def cache_folder(start: str = os.curdir) -> str | None:
    """The cache of the project that a folder lies in."""
    project = project_folder(start)
    return None if project is None else os.path.join(project, CACHE)


def compile_cached(
    jobs: list[Job], processes: int, folder: str | None, memories: Memories | None = None
) -> list[Compiled]:
    """The jobs in their order: those that were done before from the cache, the others now."""
    if folder is None:
        return compile_all(jobs, processes, memories)
    surroundings = _Surroundings(_compiler(), {}, {})
    paths = [_entry(job, folder, surroundings) for job in jobs]
    known = [_load(job, path) for job, path in zip(jobs, paths, strict=True)]
    missing = [job for job, found in zip(jobs, known, strict=True) if found is None]
    made = iter(compile_all(missing, processes, memories))
    results = []
    for path, found in zip(paths, known, strict=True):
        result = found if found is not None else next(made)
        if found is None:
            _store(result, path)
        results.append(result)
    return results


@record
class _Surroundings:
    """What decides about all jobs: the compiler, and of each folder whether it lies in a package, and in which project."""

    compiler: str
    packages: dict[str, bool]
    projects: dict[str, str]


def _entry(job: Job, folder: str, around: _Surroundings) -> str:
    """Where the entry of a job lies: named after all that decides about the output besides the bytes of the files."""
    from dslc.tools.files import project_root
    from dslc.tools.outputs import in_package

    own, source = job.place.path, job.found.path
    into, home = os.path.dirname(own), os.path.dirname(source)
    if into not in around.packages:
        around.packages[into] = in_package(own)
    if os.path.islink(source):  # it lies elsewhere
        home = source
    if home not in around.projects:
        around.projects[home] = project_root(source)
    said = [
        *(around.compiler, os.getcwd(), source, job.found.base, own, around.packages[into], job.between),
        *(job.bundle, around.projects[home], job.target.output, job.target.style),
        *(repr(job.values), repr(job.terms)),
        [repr(value) for value in fields_of(job.options)],
    ]
    import json

    return os.path.join(folder, digest(json.dumps(said).encode("utf-8", "surrogateescape")))


def _compiler() -> str:
    """What stands for this compiler: its version, the state of its files, Python and black."""
    from dslc import __version__

    stamp = [f"{__version__} {sys.version}"]
    for file in compiler_files():
        state = os.stat(file)
        stamp.append(f"{file} {state.st_mtime_ns} {state.st_size}\n")
    return digest("".join(stamp).encode("utf-8", "surrogateescape"))


def compiler_files() -> list[str]:
    """The files of which the compiler consists."""
    from importlib.util import find_spec

    black = find_spec("black")
    files = [] if black is None or black.origin is None else [black.origin]
    for where, folders, names in os.walk(os.path.dirname(os.path.dirname(__file__))):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        files += [os.path.join(where, name) for name in sorted(names)]
    return files


def _load(job: Job, path: str) -> Compiled | None:
    if job.found.content is not None:
        return None
    import json

    try:
        with open(path, "rb", opener=regular) as file:
            stated, _, body = file.read().partition(b"\n")
        if digest(body) != stated.decode():
            return None
        entry = json.loads(body)
        sources = {}
        for name, expected in entry["read"]:
            with open(name, "rb", opener=regular) as file:
                source = decode(name, file.read())
            if not isinstance(source, Source) or text_digest(source.text) != expected:
                return None
            sources[name] = source
        refused = allow(job.terms.externs)
        if any(refused(module, name) is not None for module, name in entry["externs"]):
            return None  # it was there when the entry was made
        return Compiled(
            job.found,
            job.place,
            job.target,
            entry["code"],
            tuple(_diagnostic(item, sources) for item in entry["diagnostics"]),
            tuple(entry["parameters"]),
            tuple(entry["uses"]),
            tuple((name, found) for name, found in entry["read"]),
            entry["stubs"],
            tuple((module, name) for module, name in entry["externs"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _store(result: Compiled, path: str) -> None:
    """Keep a result without errors; a cache that cannot be written is none."""
    if result.code is None or result.found.content is not None or has_errors(list(result.diagnostics)):
        return
    import json

    with suppress(OSError, ValueError):
        entry = {
            "code": result.code,
            "diagnostics": [_as_data(item) for item in result.diagnostics],
            "parameters": result.parameters,
            "uses": result.uses,
            "read": result.read,
            "stubs": result.stubs,
            "externs": result.externs,
        }
        body = json.dumps(entry).encode()
        make_cache(os.path.dirname(path))
        with open(
            path, "wb", opener=regular
        ) as file:  # in its place: a run that dies here leaves a damaged entry, and no file that nobody knows
            file.write(digest(body).encode() + b"\n" + body)


def make_cache(folder: str) -> None:
    """Make the folder of a cache, marked as one that nobody need keep. Raises OSError."""
    if os.path.isdir(folder):
        return
    os.mkdir(folder)
    for name, text in (("CACHEDIR.TAG", _TAG), (".gitignore", "*\n")):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)


def _as_data(item: Diagnostic) -> dict[str, Any]:
    fix = item.fix
    return {
        **{name: getattr(item, name) for name in ("code", "name", "severity", "text", "caption", "help")},
        "span": _place(item.span),
        "labels": [[_place(label.span), label.text] for label in item.labels],
        "fix": fix
        and [fix.applicability, fix.text, [[_place(edit.span), edit.content] for edit in fix.edits]],
    }


def _place(span: Span) -> list[object]:
    return [span.source.name, span.start, span.end]


def _diagnostic(data: dict[str, Any], sources: Mapping[str, Source]) -> Diagnostic:
    def span(place: list[Any]) -> Span:
        name, start, end = place
        return Span(sources[name], start, end)

    labels = tuple(Label(span(place), text) for place, text in data.pop("labels"))
    fix = data.pop("fix")
    if fix is not None:
        applicability, text, edits = fix
        fix = Fix(applicability, text, tuple(Edit(span(place), content) for place, content in edits))
    item = Diagnostic(span=span(data.pop("span")), **data)
    return replace(item, labels=labels, fix=fix)  # type: ignore[no-any-return]
