"""A value for each argument that some layer cannot be made without: what a layer would do before anybody has written them.

    Conv2D(‸)      filters=2, kernel_size=2

In: nothing.  Out: `SAMPLES`, for whoever makes a layer only to ask it something: the generator of signatures asks Keras, an editor
asks the rules which layers take a tensor.
"""

from __future__ import annotations

from typing import Any

SAMPLES: dict[str, Any] = {
    "activation": "relu",
    "output_size": 2,
    "rate": 0.5,
    "stddev": 0.5,
    "pool_size": 2,
    "filters": 2,
    "kernel_size": 2,
    "units": 2,
    "axes": 1,
    "num_bins": 4,
    "num_tokens": 4,
    "height": 4,
    "width": 4,
    "height_factor": 0.1,
    "width_factor": 0.1,
    "factor": 0.1,
    "max_number": 2,
    "dims": (1,),
    "target_shape": (-1,),
    "n": 2,
    "scale": 1.0,
    "equation": "ab,bc->ac",
    "output_shape": 4,
    "input_dim": 4,
    "output_dim": 4,
    "num_heads": 2,
    "key_dim": 2,
    "head_dim": 2,
    "num_query_heads": 2,
    "num_key_value_heads": 2,
    "bin_boundaries": [0.0, 1.0],
    "shape": (4,),
}
"""An acceptable value for every constructor parameter without a default."""
