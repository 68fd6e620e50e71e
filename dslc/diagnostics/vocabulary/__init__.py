"""What things are called elsewhere, as data: in Keras 1 and 2, in PyTorch, in TensorFlow, in NumPy, in a training script.

`layers` (names of layers), `arguments` (theirs), `functions` (of tensors, with their modules), `methods` (of values), `losses`. The
messages ask these tables when a name is not there, so that the help names what is meant and not what is spelt alike.
"""

from __future__ import annotations

from dslc.deferred import deferred

__getattr__ = deferred(__name__, "arguments", "calls", "einops", "functions", "layers", "methods", "values")
