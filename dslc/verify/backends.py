"""The backends of Keras: which there are, what each needs, whether it is installed.

In: the name of a backend.  Out: the packages that are missing, and the environment in which Keras takes that backend. Nothing
is imported to find out.
"""

from __future__ import annotations

import os
import sys
from typing import Literal, get_args

Backend = Literal["tensorflow", "jax", "torch"]
BACKENDS: tuple[Backend, ...] = get_args(Backend)

TITLES: dict[Backend, str] = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}

INSTALL: dict[Backend, str] = {
    "tensorflow": 'pip install "dslc[verify]"',
    "jax": "pip install keras jax",
    "torch": "pip install keras torch",
}

_QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
    "JAX_PLATFORMS": "cpu",
}


def missing(backend: Backend) -> list[str]:
    """The packages of a backend that are not installed beside this Python; files of the current folder are none."""
    from importlib.machinery import PathFinder

    here = os.path.realpath(os.curdir)
    places = [place for place in sys.path if place and os.path.realpath(place) != here]
    return [name for name in ("keras", backend) if PathFinder.find_spec(name, places) is None]


def environment(backend: Backend) -> dict[str, str]:
    """The environment of a process with Keras on that backend, on the processor alone and without its remarks."""
    return {**os.environ, **_QUIET, "KERAS_BACKEND": backend}
