"""The styles in which a model can be written: the functions of Keras, one list of layers, or classes."""

from __future__ import annotations

from typing import Literal, get_args

Style = Literal["functional", "sequential", "subclass"]
STYLES: tuple[Style, ...] = get_args(Style)
