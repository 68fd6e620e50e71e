"""DSL5xx: what a style cannot hold."""

from __future__ import annotations

from dslc.diagnostics.messages.catalogue import Says, message


@message("DSL501", "not-sequential")
def not_sequential(reason: str, instead: str) -> Says:
    """The model is no plain chain of layers, which is all that `keras.Sequential` can hold.

    A Sequential model has one input, one output, and layers that each take what the one before gives. Several inputs
    or outputs, merges, branches, several results, call arguments, expressions on tensors and shared layers need
    another style: `--style functional` holds them all.

    ```kdl wrong
    model Branches {
        input x: (8,)
        a = x -> Dense(4)
        b = x -> Dense(4)
        output [a, b] -> Add -> Dense(3)
    }
    ```
    ```kdl right
    model Chain {
        input x: (8,)
        output x -> Dense(4) -> ReLU -> Dense(3)
    }
    ```
    """
    return Says(f"Sequential cannot hold this: {reason}", help=f"build it with `--style {instead}`")


@message("DSL502", "needs-subclass")
def needs_subclass(style: str, reason: str) -> Says:
    """The model says something that only the `call` of a class can hold.

    A weight of the model's own, random numbers, `training`, `cond`, and a condition on a size that is unknown until the
    call belong into a `call`. So does a layer that is called on what no input reaches, such as `ops.arange(8) ->
    Embedding(8, 4)`: Keras would compute it once, while the model is made, and its weights would be in no model. In a
    block they are no obstacle: such a block becomes a `Layer` class in every style.

    ```kdl wrong
    model Long {
        input x: (T?, 8)
        y = x
        if T > 10 {
            y = x -> Dense(8)
        }
        output y -> Dense(3)
    }
    ```
    ```kdl right
    model Always {
        input x: (T?, 8)
        y = x -> Dense(8)
        output y -> Dense(3)
    }
    ```
    """
    return Says(
        f"{style} cannot hold this: {reason}",
        help="put it into a block, or build the model with `--style subclass`",
    )
