"""Finds the configuration of a model: in a file, or in what a Python callable makes.

In: a path (`.keras`, `.h5`, `.json`) or `package.module:callable`.  Out: the JSON that Keras wrote.

A file is read and nothing in it is run. A callable is: by Python, in a process of its own, with the models of Keras in it.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import zipfile
from typing import Any

from dslc.decompile.config import Refused
from dslc.regex import regex

LARGEST = 100_000_000
"""Bytes of a configuration, unpacked: no model is that large, and a file may be made to look small."""

_CALLABLE = regex(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")

_RUN = """
import importlib, os, sys
answer = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
sys.path.insert(0, os.getcwd())
module, _, name = sys.argv[1].partition(":")
made = getattr(importlib.import_module(module), name)
model = made if hasattr(made, "to_json") and not isinstance(made, type) else made()
answer.write(model.to_json())
answer.flush()
"""


def is_callable(source: str) -> bool:
    """Whether a source is Python that is to be run, not a file to be read."""
    return _CALLABLE.fullmatch(source) is not None and not os.path.exists(source)


def load(source: str) -> Any:
    """The configuration of the model in `source`, as JSON values."""
    if is_callable(source):
        return _parsed(_run(source), source)
    ending = os.path.splitext(source)[1].lower()
    if not os.path.exists(source):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), source)
    if ending == ".kdl":
        raise Refused(
            f"{source} is a text of the language already", f"`dslc build {source}` makes Python of it"
        )
    if ending == ".keras":
        return _parsed(_from_archive(source), source)
    if ending in (".h5", ".hdf5"):
        return _parsed(_from_hdf5(source), source)
    if ending == ".json":
        with open(source, "rb") as file:
            return _parsed(file.read(LARGEST + 1), source)
    if os.path.isdir(source):
        raise Refused(f"{source} is a folder", "load it in Keras and save it again as a `.keras` file")
    raise Refused(
        f"{source} is of no kind that is known here",
        "a `.keras` or `.h5` file, the JSON of `model.to_json()`, a `.py` file, or `package.module:callable`",
    )


def _parsed(data: bytes | str, source: str) -> Any:
    if len(data) > LARGEST:
        raise Refused(f"the configuration in {source} has more than {LARGEST:,} bytes")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Refused(
            f"the configuration in {source} is no JSON: {' '.join(str(error).split())[:200]}"
        ) from None


def _from_archive(path: str) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive, archive.open("config.json") as file:
            return file.read(LARGEST + 1)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError):
        raise Refused(f"{path} is no file that Keras saved: it holds no `config.json`") from None


def _from_hdf5(path: str) -> bytes | str:
    try:
        import h5py
    except ImportError:
        raise Refused("an .h5 file needs the package h5py", 'pip install "dslc[verify]"') from None
    try:
        with h5py.File(path, "r") as file:
            found = file.attrs.get("model_config")
    except OSError as error:
        if not os.path.exists(path):
            raise
        raise Refused(f"{path} is no HDF5 file: {error}") from None
    if not isinstance(found, (bytes, str)):
        raise Refused(
            f"{path} holds weights and no model",
            "save the model whole (`model.save(path)`), or import its configuration",
        )
    return found


def _run(source: str) -> str:
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    done = subprocess.run(
        [sys.executable, "-c", _RUN, source],
        capture_output=True,
        text=True,
        env={**os.environ, **quiet},
        check=False,
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise Refused(f"{source} could not be run: {last[:500]}")
    return done.stdout
