"""Messages about what a call is given beside its input: the states of recurrent layers, masks (DSL417 to DSL419)."""

from __future__ import annotations

from dslc.diagnostics.messages.catalogue import Says, message


@message("DSL417", "states-do-not-fit")
def states_do_not_fit(layer: str, got: str, wanted: str, advice: str | None = None) -> Says:
    """The states with which a recurrent layer begins are not those that it keeps.

    `GRU(8)` and `SimpleRNN(8)` keep one state (batch, 8), `LSTM(8)` two of them, `[h, c]`; `Bidirectional` needs those of
    the forward layer and then those of the backward layer. The states of a bidirectional encoder, put together, are as
    wide as both of its directions: the decoder has twice the units.

    ```kdl wrong
    model Net {
        input x: (12, 4)
        input state: (9,)
        output (x, initial_state=[state]) -> GRU(8)
    }
    ```

    ```kdl right
    model Net {
        input x: (12, 4)
        input state: (9,)
        output (x, initial_state=[state]) -> GRU(9)
    }
    ```
    """
    return Says(f"`{layer}`: `initial_state` {got}, {wanted}", advice)


@message("DSL418", "mask-does-not-fit")
def mask_does_not_fit(layer: str, argument: str, got: str, wanted: str, advice: str | None = None) -> Says:
    """A mask has other sizes than what it masks.

    The mask of a sequence (batch, steps, features) is (batch, steps). The `attention_mask` of a query of 5 steps and a
    value of 7 is (batch, 5, 7); a size of 1 stands for all.

    ```kdl wrong
    model Net {
        input x: (12, 4)
        input mask: (9,) bool
        output (x, mask=mask) -> LSTM(8)
    }
    ```

    ```kdl right
    model Net {
        input x: (12, 4)
        input mask: (12,) bool
        output (x, mask=mask) -> LSTM(8)
    }
    ```
    """
    return Says(f"`{layer}`: `{argument}` has the shape {got}, {wanted}", advice)


@message("DSL419", "states-ignored", "warning")
def states_ignored(layer: str, given: int, used: int) -> Says:
    """More states are given than the layer keeps; Keras takes the first and says nothing of the others.

    Mostly the states are those of an `LSTM`, `[h, c]`, and the layer is a `GRU`, which has no second one.

    ```kdl wrong
    model Net {
        input x: (12, 4)
        input h: (8,)
        input c: (8,)
        output (x, initial_state=[h, c]) -> GRU(8)
    }
    ```

    ```kdl right
    model Net {
        input x: (12, 4)
        input h: (8,)
        input c: (8,)
        output (x, initial_state=[h, c]) -> LSTM(8)
    }
    ```
    """
    kept = "one state" if used == 1 else f"{used} states"
    return Says(
        f"`{layer}` keeps {kept} and ignores the others of the {given} in `initial_state`",
        f"leave out what is behind the first{'' if used == 1 else f' {used}'}, or use a layer that keeps {given}",
    )
