"""DSL5xx: what a style cannot hold."""

from __future__ import annotations

from dslc.diagnostics.messages.catalogue import Says, message


@message("DSL501", "not-sequential")
def not_sequential(reason: str, instead: str) -> Says:
    """The model is no plain chain of layers, which is all that `keras.Sequential` can hold.

    A Sequential model has one input, one output, and layers that each take what the one before gives. Several inputs
    or outputs, merges, branches, several results, call arguments, expressions on tensors and shared layers need
    another style: `--style functional` holds them all.

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
    """The model decides something while it runs, which only a subclassed model can do.

    A condition on a size that is unknown until the call is a Python `if` in `call`: `--style subclass`.
    """
    return Says(f"{style} cannot hold this: {reason}", help="build it with `--style subclass`")
