"""DSL8xx: warnings and notes; the model builds, and its author may still have meant something else."""

from __future__ import annotations

from typing import Literal

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages.catalogue import Says, message
from dslc.diagnostics.vocabulary import layers
from dslc.record import replace

Owners = Literal["every style", "subclass", "no style"]
"""Which styles make layers that no output needs."""

_WHOSE: dict[Owners, str] = {
    "every style": "that nothing trains",
    "subclass": "that only a Subclass model has",
    "no style": "that are in no model, because `taps` looks into this one",
}


_INSTEAD = {
    "value": "use it, remove it, or bind it to `_`",
    "input": "use it, or remove it; where it only has to be there, end its line with `# dslc: ignore[DSL801]`",
}
"""What to do about something that is never used, where more can be done than to remove it."""


@message("DSL801", "unused", "warning")
def unused(what: str, name: str, parameters: str = "", owners: Owners = "subclass") -> Says:
    """An input, parameter, name or block is never used.

    What nobody uses is mostly a slip: a branch that was meant to be merged, a parameter whose value was written as a
    number. A value that is meant to be ignored is bound to `_`. An optimizer, a loss or the number of epochs has no place in
    a model text: the Python that imports the model trains it.

    Layers behind such a value hold parameters for nothing. A Functional model leaves them out, a Subclass model makes them and
    never trains them; a block that is a class keeps them in every style. The message says how many they are.

    ```kdl wrong
    model Unused {
        input x: (8,)
        y = x -> Dense(4)
        output x -> Dense(3)
    }
    ```
    ```kdl right
    model Used {
        input x: (8,)
        y = x -> Dense(4)
        output y -> Dense(3)
    }
    ```
    """
    if layers.set_for_training(name) and what in ("value", "constant", "parameter"):
        return Says(f"the {what} `{name}` is never used", help=f"leave it out: {layers.STAYS}")
    advice = _INSTEAD.get(what, "use it, or remove it")
    if not parameters:
        return Says(f"the {what} `{name}` is never used", help=advice)
    whose = _WHOSE[owners]
    return Says(f"the {what} `{name}` is never used: {parameters} {whose}", help="use it, or remove it")


def only_input(name: str) -> Message:
    """The one input of a body, which is no layer without it."""
    said: Message = unused("input", name)
    advice = (
        "use it; where something only has to flow in, `# dslc: ignore[DSL801]` at the end of its line says so"
    )
    return replace(said, help=advice)  # type: ignore[no-any-return]


def unused_loss(formula: str) -> Message:
    """A loss that is computed in a block and given a name."""
    said: Message = unused("value", "loss")
    return replace(said, help=f"a loss has no name: write `loss {formula}`")  # type: ignore[no-any-return]


@message("DSL802", "constant-output", "warning")
def constant_output(name: str) -> Says:
    """An output does not depend on any input of the model.

    ```kdl wrong
    model Constant {
        input x: (8,)
        y = x -> Dense(3)
        output y
        output ops.ones((1, 3))
    }
    ```
    ```kdl right
    model Flows {
        input x: (8,)
        y = x -> Dense(3)
        output y
    }
    ```
    """
    return Says(
        f"the output {name} does not depend on any input",
        "compute it from an input, or leave it out: it is the same for all data",
    )


@message("DSL803", "batch-in-shape", "warning")
def batch_in_shape(shape: str, without: str) -> Says:
    """The shape of an input seems to begin with the batch size.

    Shapes of inputs leave the batch out, as `keras.Input(shape=…)` does. A leading `None`, `?` or 1 before an
    image shape is mostly the batch; `input x = Input((8, 4), batch_size=2)` fixes it.

    ```kdl wrong
    model Batch {
        input image: (?, 28, 28, 1)
        output image -> Flatten
    }
    ```
    ```kdl right
    model Batch {
        input image: (28, 28, 1)
        output image -> Flatten
    }
    ```
    """
    return Says(
        f"the shape {shape} seems to begin with the batch, which is left out", help=f"write `{without}`"
    )


@message("DSL804", "channels-first", "note")
def channels_first(shape: str, last: str) -> Says:
    """An image shape begins with its channels, which Keras by default expects last.

    ```kdl wrong
    model Channels {
        input image: (3, 224, 224)
        output image -> Conv2D(8, 3, padding="same")
    }
    ```
    ```kdl right
    model Channels {
        input image: (224, 224, 3)
        output image -> Conv2D(8, 3, padding="same")
    }
    ```
    """
    return Says(
        f"{shape} looks like channels first; the last axis is taken as the channels",
        help=put_last(last),
    )


def put_last(shape: str) -> str:
    """What to do about channels that stand first: the shape that has them last, or the argument that says where they are."""
    return f'put the channels last, `{shape}`, or give the layer `data_format="channels_first"`'


@message("DSL805", "equal-seeds", "warning")
def equal_seeds(first: str, second: str, seed: object) -> Says:
    """Two layers are given initializers with the same seed and the same shape, so they begin with equal weights.

    ```kdl wrong
    model Seeds {
        input x: (8,)
        a = x -> Dense(4, kernel_initializer=initializers.HeNormal(seed=1))
        b = x -> Dense(4, kernel_initializer=initializers.HeNormal(seed=1))
        output [a, b] -> Add
    }
    ```
    ```kdl right
    model Seeds {
        input x: (8,)
        a = x -> Dense(4, kernel_initializer=initializers.HeNormal(seed=1))
        b = x -> Dense(4, kernel_initializer=initializers.HeNormal(seed=2))
        output [a, b] -> Add
    }
    ```
    """
    return Says(
        f"{first} and {second} get equal weights: both initializers have seed={seed}",
        help="give each its own seed",
    )


@message("DSL807", "without-effect", "note")
def without_effect(layer: str, partly: bool) -> Says:
    """A layer without parameters is called, and no output depends on what it gives.

    A Functional model leaves such a layer out. In a loop that hands several values on, the last turn often computes one for
    nothing. Of several layers in a row the last is named; nothing is said of those behind a name that is reported as unused
    anyway. Where parameters are lost by it, that is DSL808.

    ```kdl wrong
    model Idle {
        input x: (8,)
        y = x -> Dense(4)
        _ = y -> Softmax
        output y -> Dense(3)
    }
    ```
    ```kdl right
    model Busy {
        input x: (8,)
        y = x -> Dense(4) -> Softmax
        output y -> Dense(3)
    }
    ```
    """
    when = "in one of its uses, " if partly else ""
    return Says(
        f"{when}no output depends on what this {layer} gives",
        help="hand its value on, or remove the layer: a Functional model leaves it out",
    )


@message("DSL808", "idle-parameters", "warning")
def idle_parameters(layer: str, partly: bool, parameters: str, owners: Owners) -> Says:
    """Layers with parameters are called, and no output depends on what they give.

    The styles differ in what they make of that. A Functional model leaves such layers out, so their parameters are in no summary
    and in no file; a Subclass model makes them, saves them and never trains them. A block that is a class keeps its layers in
    every style. `dslc summary` gives both numbers. Of several layers in a row the last is the place that is told.

    ```kdl wrong
    model Idle {
        input x: (8,)
        y = x -> Dense(4)
        _ = y -> Dense(4)
        output y -> Dense(3)
    }
    ```
    ```kdl right
    model Busy {
        input x: (8,)
        y = x -> Dense(4) -> Dense(4)
        output y -> Dense(3)
    }
    ```
    """
    when = "in one of its uses, " if partly else ""
    return Says(
        f"{when}no output depends on what this {layer} gives: {parameters} {_WHOSE[owners]}",
        help="hand its value on, or remove the layers",
    )


@message("DSL809", "ignores-nothing", "warning")
def ignores_nothing(wrong: str | None, codes: bool) -> Says:
    """A comment `# dslc: ignore[…]` silences nothing.

    It silences the warnings and notes with the codes in its brackets: those of its line; on the first or last line of a statement those
    of all its lines; on the line of a `model` or `block` all inside. Several codes are separated by commas; `DSL8` means all that begin so. An error cannot be ignored. A comment that
    has nothing to silence any more hides the next warning of its kind, so it should go.

    ```kdl wrong
    model M {
        input x: (8,)
        output x -> Dense(4)  # dslc: ignore[DSL801]
    }
    ```
    ```kdl right
    model M {
        input x: (8,)
        y = x -> Dense(2)  # dslc: ignore[DSL801]
        output x -> Dense(4)
    }
    ```
    """
    if wrong is not None:
        return Says(
            f"`{wrong}` is no code of a message", help="codes look like DSL801; `dslc explain` lists them"
        )
    if not codes:
        return Says(
            "this comment names no codes to ignore", help="write them in brackets: `# dslc: ignore[DSL801]`"
        )
    return Says("this comment ignores nothing", help="remove it; errors cannot be ignored")


@message("DSL834", "held-unused", "warning")
def held_unused(what: str) -> Says:
    """A shared model is called on no way that these parameters take, and a class has it all the same, with its weights.

    A layer of Keras makes its weights when it is called, a model when it is made, and so does a block whose weights wait for no shape. A class makes such a layer
    under the condition on parameters under which alone the text uses it; where several conditions do, or turns of a loop share a model each, a Subclass model, or a
    block that is a class, counts, trains and saves what it never calls, where a Functional model leaves it out.

    ```kdl wrong
    model Small {
        input x: (8,)
        output x -> Dense(8)
    }
    model Net(before = False, after = False) {
        input x: (8,)
        shared small = Small
        if before { x = x -> small }
        x = x -> Dense(8)
        if after { x = x -> small }
        output x
    }
    ```
    ```kdl right
    model Small {
        input x: (8,)
        output x -> Dense(8)
    }
    model Net(before = False, after = False) {
        input x: (8,)
        if before or after {
            shared small = Small
            if before { x = x -> small }
            x = x -> Dense(8)
            if after { x = x -> small }
        } else {
            x = x -> Dense(8)
        }
        output x
    }
    ```
    """
    return Says(
        f"nothing is sent through this {what} on the way that the parameters take, and a class has its weights all the same",
        help="share it inside of the condition under which it is called, make it where it is called, without `shared`, or take it as a parameter, `encoder: layer = …`",
    )
