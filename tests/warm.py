"""A Python that has imported what many programs need, and forks for each of them: what runs begins at once, and alone.

In: the modules to import, then for each program its words (`-m dslc check`, `train.py`), folder and environment.  Out: its exit code and streams,
as from a process of its own. That is what it gets where nothing can be forked, or where the environment says what Python
reads only when it starts.

    warm = Warm("dslc.tools.cli")
    warm.run(["-m", "dslc", "check"], folder, {"PYTHONPATH": "…"}).returncode
"""

from __future__ import annotations

import atexit
import json
import os
import runpy
import socket
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from types import TracebackType
from typing import Any

Finished = subprocess.CompletedProcess[str]

_READ_AT_THE_START = ("PYTHON", "LC_", "LANG", "TF_", "KERAS_", "XLA_")
"""How names of the environment begin that Python, or a library that is imported already, reads only once."""


class Warm:
    """Starts with the first program, and ends with this process."""

    def __init__(self, *modules: str, **environment: str) -> None:
        self._modules = modules
        self._environment = environment
        self._lock = Lock()
        self._channel: socket.socket | None = None

    def run(
        self,
        words: list[str],
        cwd: Path,
        environment: dict[str, str] | None = None,
        given: bytes = b"",
        timeout: float = 500,
        together: bool = False,
    ) -> Finished:
        """Run `python words` in a folder; `environment` comes on top of this process's own.

        `together` writes both streams as they come into the standard output.
        """
        extra = environment or {}
        once = [name for name in extra if name.startswith(_READ_AT_THE_START) and name != "PYTHONPATH"]
        whole = {**_clean(os.environ), **self._environment, **extra}
        command = [sys.executable, *words]
        if once or not hasattr(os, "fork"):
            pipe, into = subprocess.PIPE, subprocess.STDOUT if together else subprocess.PIPE
            done = subprocess.run(
                command, input=given, stdout=pipe, stderr=into, cwd=cwd, env=whole, timeout=timeout
            )
            return Finished(command, done.returncode, done.stdout.decode(), (done.stderr or b"").decode())
        with TemporaryFile() as stdin, TemporaryFile() as stdout, TemporaryFile() as stderr:
            stdin.write(given)
            stdin.seek(0)
            streams = [stdin.fileno(), stdout.fileno(), (stdout if together else stderr).fileno()]
            with self._lock:
                code = self._ask({"words": words, "cwd": str(cwd), "environment": whole}, streams, timeout)
            for stream in (stdout, stderr):
                stream.seek(0)
            return Finished(command, code, stdout.read().decode(), stderr.read().decode())

    def _ask(self, program: dict[str, Any], streams: list[int], timeout: float) -> int:
        if self._channel is None:
            self._channel, theirs = socket.socketpair()
            subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno()), *self._modules],
                pass_fds=[theirs.fileno()],
                env={**_clean(os.environ), **self._environment},
                stdin=subprocess.DEVNULL,
            )
            theirs.close()
            atexit.register(self._channel.close)
        self._channel.settimeout(timeout)
        text = json.dumps(program).encode()
        socket.send_fds(self._channel, [len(text).to_bytes(8, "big")], streams)
        self._channel.sendall(text)
        return int.from_bytes(self._channel.recv(8), "big", signed=True)


def _clean(environment: os._Environ[str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in ("NO_COLOR", "FORCE_COLOR")}


def _serve(channel: socket.socket) -> None:
    """Fork for each program that is asked for, and answer how it ended."""
    while True:
        head, streams, _, _ = socket.recv_fds(channel, 8, 3)
        if not head:
            return
        size, text = int.from_bytes(head, "big"), b""
        while len(text) < size:
            text += channel.recv(size - len(text))
        child = os.fork()
        if child == 0:
            channel.close()
            _become(json.loads(text), streams)
        for stream in streams:
            os.close(stream)
        _, status = os.waitpid(child, 0)
        channel.sendall(os.waitstatus_to_exitcode(status).to_bytes(8, "big", signed=True))


def _become(program: dict[str, Any], streams: list[int]) -> None:
    """Run a program in this process as Python would that was started for it, and end."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(program["environment"])
    os.chdir(program["cwd"])
    sys.stdin, sys.stdout, sys.stderr = (
        open(0, encoding="utf-8", closefd=False),  # noqa: SIM115
        open(1, "w", encoding="utf-8", closefd=False),  # noqa: SIM115
        open(2, "w", encoding="utf-8", closefd=False, errors="backslashreplace", buffering=1),  # noqa: SIM115
    )
    sys.path[0] = ""
    behind = [place for place in program["environment"].get("PYTHONPATH", "").split(os.pathsep) if place]
    sys.path[1:1] = [place for place in behind if place not in sys.path]
    code = _code_of(program["words"])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _code_of(words: list[str]) -> int:
    try:
        if words[0] == "-m":
            sys.argv = words[1:]
            runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = words
            sys.path[0] = os.path.dirname(os.path.abspath(words[0]))
            runpy.run_path(os.path.abspath(words[0]), run_name="__main__")
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except BaseException as error:
        trace = _without_us(error.__traceback__)
        sys.excepthook(type(error), error.with_traceback(trace), trace)
        return 1
    return 0


def _without_us(trace: TracebackType | None) -> TracebackType | None:
    """A traceback that begins where the program does."""
    ours = globals(), vars(runpy)
    while trace is not None and trace.tb_frame.f_globals in ours:
        trace = trace.tb_next
    return trace


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    for name in sys.argv[2:]:
        __import__(name)
    _serve(socket.socket(fileno=int(sys.argv[1])))
