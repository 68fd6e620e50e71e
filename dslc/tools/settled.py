"""What a build takes over from the last run of the same words: every file that nothing has changed for.

In: that run, with the files that have changed since (see `unchanged`).  Out: results as `cache` gives them, in their order; those that
are `settled` hold no code, because it lies where it belongs. None where the last run does not tell which files there are now.

Files with warnings are never settled: what they are told is said in every run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dslc.record import replace
from dslc.tools.cache import compile_cached
from dslc.tools.files import Found
from dslc.tools.modules import Compiled
from dslc.tools.outputs import Place

if TYPE_CHECKING:
    from dslc.tools.modules import Job, Memories
    from dslc.tools.settings_table import Target
    from dslc.tools.unchanged import Past


def notes(results: list[Compiled], targets: list[Target]) -> str:
    """What the next run has to know of this one."""
    import json

    number = {_key(target): index for index, target in enumerate(targets)}
    return json.dumps(
        [
            [
                number[_key(each.target)],
                [each.found.path, each.found.base],
                [each.place.path, each.place.folder],
                each.parameters,
                each.uses,
                each.read,
                each.externs,
                bool(each.diagnostics),
            ]
            for each in results
        ]
    )


def _key(target: Target) -> tuple[object, ...]:
    return target.source, target.output, target.style, target.imports


def resumed(
    past: Past, patterns: list[Job], processes: int, folder: str, memories: Memories | None = None
) -> list[Compiled] | None:
    """The results of this run, which looks only at what has changed. A pattern is what the jobs of a target have in common."""
    import json

    try:
        noted = json.loads(past.notes)
        results = [_settled(note, patterns) for note in noted]
        due = {number for number, note in enumerate(noted) if note[-1]}
    except (ValueError, TypeError, IndexError):
        return None
    owners: dict[str, list[int]] = {}
    for number, result in enumerate(results):
        for path in (*(name for name, _ in result.read), result.place.path, f"{result.place.path}i"):
            owners.setdefault(path, []).append(number)
    if not all(path in owners for path in past.changed):
        return None
    due.update(number for path in past.changed for number in owners[path])
    jobs = [(number, patterns[noted[number][0]]) for number in sorted(due)]
    made = compile_cached(
        [replace(job, found=results[number].found, place=results[number].place) for number, job in jobs],
        processes,
        folder,
        memories,
    )
    for (number, _), result in zip(jobs, made, strict=True):
        if result.uses != results[number].uses:
            return None  # what a file uses is built with it: there may be others now
        results[number] = result
    return results


def _settled(note: list[Any], patterns: list[Job]) -> Compiled:
    which, found, place, parameters, uses, read, externs, _ = note
    return Compiled(
        Found(*found),
        Place(*place),
        patterns[which].target,
        None,
        (),
        tuple(parameters),
        tuple(uses),
        tuple((name, digest) for name, digest in read),
        None,
        tuple((module, name) for module, name in externs),
        settled=True,
    )
