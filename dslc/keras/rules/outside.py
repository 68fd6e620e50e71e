"""Layers that wrap something which only a running Python program has: always refused, with what to do instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dslc.diagnostics.messages import arguments as say
from dslc.keras.layer import refuse


def refuse_from_outside(needs: str, advice: str) -> Callable[[str, dict[str, Any]], None]:
    """The construct rule that says what is missing and what to do."""

    def construct(layer: str, arguments: dict[str, Any]) -> None:
        raise refuse(say.from_outside(layer, needs, advice))

    return construct
