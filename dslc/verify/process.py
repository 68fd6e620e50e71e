"""Runs the tasks in subprocesses with Keras and hands on their events, in the order of the tasks.

In: tasks (`job.py`).  Out: events, as plain values. Files are shared out among a few workers; what a file's events say does
not depend on which worker it was, or when. When a worker dies or takes too long (a few Keras layers kill Python on some
inputs, an extern may do anything), the model at which it did gets an event of its own, and a new worker goes on with the rest.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from shutil import rmtree
from typing import Any

from dslc.verify.backends import Backend, environment

Event = dict[str, Any]
Task = dict[str, Any]

LIMIT = 600.0
"""Seconds that one model may take in one style."""

START = 600.0
"""Seconds that Keras may take to be imported: a cold disk is slow."""

PATIENCE = 5.0
"""Seconds that a worker has to end once it is told to."""

SIDE_BY_SIDE = 2
"""Workers at most: each holds Keras and a model in memory."""

_BOOT = """\
import sys
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("dslc", sys.argv[1], submodule_search_locations=[sys.argv[2]])
sys.modules["dslc"] = module_from_spec(spec)
spec.loader.exec_module(sys.modules["dslc"])
from dslc.verify.worker import main
sys.exit(main())
"""
"""Starts the worker of this very `dslc` without a folder of it on the path of modules."""


class _Worker:
    """A subprocess, and how far it has come."""

    def __init__(self, inbox: Any, backend: Backend, threads: int) -> None:
        from threading import Thread
        from time import monotonic

        self.noise = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self.folder = tempfile.mkdtemp(prefix="dslc-verify-")  # ours: the process may be killed
        self.process = _start(self.noise, backend, threads, self.folder)
        self.index = -1
        self.task: Task | None = None
        self.started: Event | None = None
        self.late: float | None = None
        self.words: list[str] = []
        self.until = monotonic() + START
        Thread(target=self._read, args=(inbox,), daemon=True).start()

    def _read(self, inbox: Any) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            inbox.put((self, line))
        inbox.put((self, None))

    def give(self, index: int, task: Task) -> None:
        assert self.process.stdin is not None
        self.index, self.task, self.started = index, task, None
        with suppress(BrokenPipeError):  # it ended: its reader will tell
            self.process.stdin.write(json.dumps(task) + "\n")
            self.process.stdin.flush()

    def end(self) -> int:
        """Stop it, if it still runs, and return the code that it ended with; `words` is what it wrote to its error stream."""
        self.process.kill()
        code = self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()
        rmtree(self.folder, ignore_errors=True)
        if not self.noise.closed:
            self.noise.seek(0)
            self.words = self.noise.read().strip().splitlines()
            self.noise.close()
        return code


def events(
    made: Iterable[Task],
    backend: Backend = "tensorflow",
    limit: float = LIMIT,
    files: int = SIDE_BY_SIDE,
) -> Iterator[Event]:
    """All that the subprocesses find out about the tasks, task after task; `start` events come as things begin.

    Keras is imported while the tasks, of about so many `files`, are still being made.
    """
    from queue import SimpleQueue

    cores = _cores()
    count = max(1, min(SIDE_BY_SIDE, cores, files))
    inbox: SimpleQueue[tuple[_Worker, str | None]] = SimpleQueue()

    def worker() -> _Worker:
        return _Worker(inbox, backend, max(1, cores // count))

    workers = [worker() for _ in range(count)]
    try:
        yield from _shared_out(list(made), workers, worker, inbox, limit)
    finally:
        for each in workers:
            each.end()


def _shared_out(
    tasks: list[Task], workers: list[_Worker], new: Callable[[], _Worker], inbox: Any, limit: float
) -> Iterator[Event]:
    """The events of tasks that are given to the workers in turn; `workers` stays the list of those that run."""
    from time import monotonic

    # the longest first, so that no worker is left with one at the end
    order = sorted(range(len(tasks)), key=lambda index: (-_size(tasks[index]), index))
    waiting = deque((index, tasks[index]) for index in order)
    held: list[list[Event]] = [[] for _ in tasks]
    left = [1] * len(tasks)
    told = 0

    def next_for(worker: _Worker) -> None:
        if waiting:
            worker.give(*waiting.popleft())
        else:
            workers.remove(worker)
            worker.end()

    for each in list(workers):
        next_for(each)
    while told < len(tasks):
        if not left[told]:
            yield from held[told]
            told += 1
            continue
        worker, line = _heard(inbox, workers, limit)
        if worker not in workers or worker.task is None:
            continue
        if line is None:
            workers.remove(worker)
            code, words = worker.end(), worker.words
            if worker.started is None:
                raise RuntimeError(
                    f"the subprocess with Keras ended with code {code}: {' '.join(words[-3:])}"
                )
            held[worker.index].append(_death(worker.started, code, words, worker.late))
            rest = _after(worker.task, worker.started)
            left[worker.index] += len(rest) - 1
            waiting.extendleft((worker.index, task) for task in reversed(rest))
            if waiting:
                workers.append(new())
                next_for(workers[-1])
            continue
        event: Event = json.loads(line)
        worker.until = monotonic() + limit
        if event["event"] == "start":
            worker.started = event
            yield event
        elif event["event"] == "done":
            left[worker.index] -= 1
            next_for(worker)
        elif event["event"] != "ready":
            held[worker.index].append(event)


def _heard(inbox: Any, workers: list[_Worker], limit: float) -> tuple[_Worker, str | None]:
    """The next line of any worker, or None for its end. Those that take too long are told to end, at last with force."""
    from queue import Empty
    from signal import SIGABRT
    from time import monotonic

    while True:
        soonest = min(worker.until for worker in workers)
        try:
            heard: tuple[_Worker, str | None] = inbox.get(timeout=max(0.0, soonest - monotonic()))
            return heard
        except Empty:
            now = monotonic()
            for worker in workers:
                if worker.until <= now:
                    if worker.late is None:
                        worker.late = limit
                        worker.process.send_signal(SIGABRT)  # so that it says where it is
                    else:
                        worker.process.kill()
                    worker.until = now + PATIENCE


def _size(task: Task) -> int:
    """About how long a task takes."""
    return sum(len(code) for code in task["styles"].values())


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _start(noise: Any, backend: Backend, threads: int, folder: str) -> subprocess.Popen[str]:
    """A worker that sees neither the current folder nor what the environment tells Python, and writes into `folder`.

    Folders of `PYTHONPATH` come behind the installed packages: a `random.py` there takes no place of another module.
    """
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    given = [os.path.abspath(place) for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place]
    here = os.path.realpath(os.curdir)
    behind = [place for place in given if os.path.realpath(place) != here]
    return subprocess.Popen(
        [
            *(sys.executable, "-P", "-E", "-X", "faulthandler", "-c", _BOOT),
            *(os.path.join(package, "__init__.py"), package, folder, *behind),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=noise,
        encoding="utf-8",
        env={**environment(backend), "TF_NUM_INTRAOP_THREADS": str(threads)},
    )


def _death(started: Event, code: int, words: list[str], late: float | None) -> Event:
    """The event of a model at which a worker died, or was stopped because it took too long."""
    from signal import Signals

    from dslc.verify.blame import of_a_death

    if late is not None:
        how = f"it was not done after {late:g} s"
    else:
        name = Signals(-code).name if code < 0 else f"exit code {code}"
        how = f"the Python process ended ({name})"
    culprit, more, line, extern = of_a_death(started, code, words, late is not None)
    error = {
        "step": "it is built or run",
        "said": how,
        "line": line,
        "culprit": culprit,
        "more": more,
        "extern": extern,
    }
    if "styles" in started:
        about = {"file": started["file"], "model": started["model"], "styles": started["styles"]}
        gone = {"problem": how, "difference": 0.0, "repeatable": True, "culprit": culprit, "line": None}
        return {"event": "styles", **about, **gone, "at": None, "more": more, "tolerance": 0.0}
    return {**started, "event": "model", "findings": [], "error": error}


def _after(task: Task, started: Event) -> list[Task]:
    """What is left of a task without what came before the model and style that ended the process, and without these."""
    styles = list(task["styles"])
    names = [model["name"] for model in task["models"]]
    if (
        started["style"] not in styles
    ):  # it died comparing styles: the models behind are built anew to be compared
        behind = task["models"][names.index(started["model"]) + 1 :]
        return [{**task, "models": behind}] if behind else []
    later = {style: task["styles"][style] for style in styles[styles.index(started["style"]) + 1 :]}
    left = task["models"][names.index(started["model"]) + 1 :]
    rest = []
    if left:
        rest.append({**task, "styles": {started["style"]: task["styles"][started["style"]]}, "models": left})
    if later:
        rest.append({**task, "styles": later})
    return rest
