"""DSL38x: static values that cannot be computed, and tensors where a static value belongs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages.catalogue import Says, message
from dslc.diagnostics.vocabulary.layers import STAYS
from dslc.record import replace


@message("DSL381", "cannot-compute")
def cannot_compute(
    reason: str, advice: str | None = None, cause: Cause | None = None, subject: str | None = None
) -> Says:
    """A static expression has no value: its parts do not fit, an index is out of range, or it divides by zero.

    ```kdl wrong
    WIDTHS = [64, 128]

    model Index {
        input x: (8,)
        output x -> Dense(WIDTHS[2])
    }
    ```
    ```kdl right
    WIDTHS = [64, 128]

    model Index {
        input x: (8,)
        output x -> Dense(WIDTHS[1])
    }
    ```
    """
    fallback = "static values compute as in Python: numbers with numbers, lists and tuples with their like"
    return Says(f"I cannot compute this: {reason}", help=advice or fallback, cause=cause, subject=subject)


@message("DSL382", "tensor-as-argument")
def tensor_as_argument(what: str, advice: str | None = None) -> Says:
    """A tensor, which flows when the model runs, stands where a static value belongs.

    Arguments of layers and blocks, ranges and conditions are known when the model is built. Tensors come along an
    arrow: `x -> Dense(4)`, `(query, value) -> Attention`.

    ```kdl wrong
    model Argument {
        input x: (8,)
        output x -> Dense(x)
    }
    ```
    ```kdl right
    model Argument {
        input x: (8,)
        output x -> Dense(x.shape[-1])
    }
    ```
    """
    name = what.strip("`")
    size = f"; a size of it is `{name}.shape[-1]`" if name.isidentifier() else ""
    return Says(
        f"{what} is a tensor, and a static value belongs here",
        help=advice or f"tensors come along an arrow{size}",
    )


@message("DSL399", "loss-is-no-scalar")
def loss_is_no_scalar(what: str, text: str | None = None) -> Says:
    """`loss` adds one number to the loss that the model is trained with: a tensor without axes.

    Keras sums whatever it is given over the batch, too, so that the loss would grow with the batch. Say how the values become
    one: `ops.mean`, `ops.sum`.

    ```kdl wrong
    block Small(n) {
        input x
        output y = x -> Dense(n)
        loss 0.01 * ops.square(y)
    }

    model Net {
        input x: (8,)
        output x -> Small(4)
    }
    ```
    ```kdl right
    block Small(n) {
        input x
        output y = x -> Dense(n)
        loss 0.01 * ops.mean(ops.square(y))
    }

    model Net {
        input x: (8,)
        output x -> Small(4)
    }
    ```
    """
    advice = f"write `loss ops.mean({text})`" if text else "a loss is computed of tensors: `loss ops.mean(x)`"
    if "is a string" in what:
        advice = f"leave this line out: {STAYS}, `compile(loss={what.split('`')[1]})`"
    return Says(f"a loss is one number, and {what}", help=advice)


@message("DSL421", "loss-in-a-layer")
def loss_in_a_layer(text: str) -> Says:
    """A block that adds to the loss is called by another layer, which leaves Keras no tensor that it could add.

    `TimeDistributed` calls its layer while nothing but shapes is known, and again for every step: `add_loss` fails in all of
    these calls. Compute the loss beside it, from what the layer gives.

    ```kdl wrong
    block Small(n) {
        input x
        output y = x -> Dense(n)
        loss ops.mean(ops.square(y))
    }

    model Net {
        input x: (6, 8)
        output x -> TimeDistributed(Small(4))
    }
    ```
    ```kdl right
    block Small(n) {
        input x
        output y = x -> TimeDistributed(Dense(n))
        loss ops.mean(ops.square(y))
    }

    model Net {
        input x: (6, 8)
        output x -> Small(4)
    }
    ```
    """
    return Says(
        f"`{text}` adds to the loss, which no layer can do that another one calls",
        help="move the `loss` out of it, into the block or model around it",
        caption="is given to another layer",
    )


@message("DSL383", "needs-a-value")
def needs_a_value(name: str, why: str, advice: str | None = None) -> Says:
    """A decision needs the value of a parameter that has none.

    A parameter without a default is a required argument of the generated function. Shapes can be checked without its
    value, but what an `if` or a `for` does cannot: give it a default, or name a value with `--set`.

    ```kdl wrong
    model Deep(depth) {
        input x: (8,)
        for i in range(depth) {
            x = x -> Dense(8)
        }
        output x
    }
    ```
    ```kdl right
    model Deep(depth = 3) {
        input x: (8,)
        for i in range(depth) {
            x = x -> Dense(8)
        }
        output x
    }
    ```
    """
    if advice is not None:
        pass  # the caller knows better
    elif name.isidentifier():
        example = "True" if why.endswith("`if`") else "3"
        advice = f"give `{name}` a default, `{name} = {example}` for instance, or check with `--set {name}=…`"
    else:
        advice = "give the parameters in it a default, or check with `--set NAME=VALUE`"
    return Says(f"{why} needs the value of `{name}`", help=advice)


@message("DSL384", "tensor-condition")
def tensor_condition(instead: str | None = None) -> Says:
    """An `if` asks for the value of a tensor, which is known only when the model runs.

    Choose between values with `ops.where(condition, a, b)`, or between stages with `x -> cond(predicate, A, B)`.

    ```kdl wrong
    model Positive {
        input x: (8,)
        y = x
        if x > 0 {
            y = x * 2
        }
        output y
    }
    ```
    ```kdl right
    model Positive {
        input x: (8,)
        output ops.where(x > 0, x * 2, x)
    }
    ```
    """
    return Says(
        "this condition depends on the value of a tensor",
        help=(
            "use `ops.where(condition, a, b)`, or `-> cond(predicate, stage, stage)`"
            if instead is None
            else f"write `{instead}`"
        ),
    )


def asserted_of_tensor() -> Message:
    """An `assert` about what a tensor holds."""
    says: Message = tensor_condition()
    advice = "an assertion is about sizes and parameters, which are known before: leave it out"
    return replace(says, help=advice)  # type: ignore[no-any-return]


@message("DSL422", "layer-in-a-condition")
def layer_in_a_condition(text: str) -> Says:
    """A condition calls a layer. What a layer gives decides nothing while the model is built, so the layer would be made for nothing.

    Give the result a name before the condition, and use it.

    ```kdl wrong
    model Net {
        input x: (4,)
        y = x
        if len([x -> Dense(3), x]) > 1 {
            y = x -> ReLU
        }
        output y
    }
    ```
    ```kdl right
    model Net {
        input x: (4,)
        parts = [x -> Dense(3), x]
        if len(parts) > 1 {
            parts += [x -> ReLU]
        }
        output parts -> Concatenate
    }
    ```
    """
    return Says(
        f"a layer in a condition is made for nothing: `{text}` cannot depend on what it gives",
        help="give what it computes a name before, and ask that: `parts = …`, then `if len(parts) > 1 { … }`",
        caption="is made here",
    )


@message("DSL385", "unpack-count")
def unpack_count(
    names: int,
    values: int,
    results: Sequence[str] = (),
    short: Sequence[str] = (),
    switch: str | None = None,
) -> Says:
    """Several names are given a value that has another number of parts.

    ```kdl wrong
    model Parts {
        input x: (5, 8)
        out, state = x -> LSTM(4, return_state=True)
        output [out, state] -> Concatenate
    }
    ```
    ```kdl right
    model Parts {
        input x: (5, 8)
        out, h, c = x -> LSTM(4, return_state=True)
        output [out, h, c] -> Concatenate
    }
    ```
    """
    return Says(
        f"there are {names} names for {values} value{'' if values == 1 else 's'}",
        help=(
            f"they are {', '.join(results)}: write `{', '.join(short)} = …`; `_` takes what nobody needs"
            if results
            else switch
            or (
                "write a name for each; `_` takes what nobody needs"
                if names < values
                else "leave out the names that are too many"
            )
        ),
    )


@message("DSL386", "contract-broken")
def contract_broken(what: str, declared: str, found: str, advice: str | None = None) -> Says:
    """A declared shape is not the shape that arrives.

    ```kdl wrong
    model Contract {
        input x: (8,)
        y: (4,) = x -> Dense(3)
        output y
    }
    ```
    ```kdl right
    model Contract {
        input x: (8,)
        y: (3,) = x -> Dense(3)
        output y
    }
    ```
    """
    fallback = "change the declared shape, or the layers that make the value"
    return Says(f"{what} is declared as {declared}, and it is {found}", advice or fallback)


@message("DSL387", "bad-input-shape")
def bad_input_shape(text: str, advice: str, what: str = "an input") -> Says:
    """The shape of an input is no shape: a tuple of sizes that are positive whole numbers, `?` or named `T?`.

    ```kdl wrong
    model Shape {
        input x: 28
        output x -> Dense(3)
    }
    ```
    ```kdl right
    model Shape {
        input x: (28,)
        output x -> Dense(3)
    }
    ```
    """
    found = re.fullmatch(r"(?:write|write it as) `([^`…]+)`", advice)
    return Says(
        f"`{text}` is no shape of {what}", help=advice, instead=None if found is None else (text, found[1])
    )


@message("DSL388", "assertion")
def assertion_fails(text: str, of_sizes: bool = False) -> Says:
    """An `assert` of the source does not hold.

    ```kdl wrong
    model Even(n = 3) {
        assert n % 2 == 0, "n must be even"
        input x: (8,)
        output x -> Dense(n)
    }
    ```
    ```kdl right
    model Even(n = 4) {
        assert n % 2 == 0, "n must be even"
        input x: (8,)
        output x -> Dense(n)
    }
    ```
    """
    return Says(
        f"the assertion fails: {text}",
        help=(
            "the sizes of what flows in here are others: give it such sizes, with `Resizing` or a padding for instance"
            if of_sizes
            else "the values of the parameters do not go together; change one, or check others with `--set`"
        ),
        caption="this does not hold",
    )


@message("DSL389", "not-a-tensor")
def not_a_tensor(
    what: str,
    kind: str = "a static value",
    instead: str | None = None,
    subject: str | None = None,
    cause: Cause | None = None,
) -> Says:
    """A static value stands where a tensor must flow.

    ```kdl wrong
    model Flow {
        input x: (8,)
        y = x -> Dense(3)
        output 3 -> Dense(3)
        output y
    }
    ```
    ```kdl right
    model Flow {
        input x: (8,)
        output x -> Dense(3)
    }
    ```
    """
    if instead is not None:
        advice = f"write `{instead}`"
    elif kind == "a layer":
        advice = "nothing flows through this layer: write `x -> …`, with the value it is applied to"
    else:
        advice = "data flows from an `input`, or from what was computed of one"
    if kind == "a layer" and cause is None:
        cause = Cause.LAYER
    text = f"{what} is {kind}, not a tensor that could flow"
    return Says(text, help=advice, cause=cause, subject=subject)


def plain_into_class(name: str, block: str, kind: str, number: str) -> Message:
    """A number or string flows into a block that Keras calls as a layer; `number` is how a number is written."""
    said: Message = not_a_tensor(f"the input `{name}` of `{block}`, which is a class,", kind)
    tensor = f", or flow as a tensor: `ops.array({number})`" if number else ""
    return replace(said, help=f"let it be a parameter of `{block}`{tensor}")  # type: ignore[no-any-return]


def value_cannot_flow(text: str, kind: str, instead: str | None = None) -> Message:
    """What is written at a place is no tensor."""
    message: Message = not_a_tensor(f"`{text}`", kind, instead, text)
    return message


@message("DSL390", "list-for-call-arguments")
def list_for_arguments(
    layer: str, names: tuple[str, ...], given: str | None = None, kind: str = "a list"
) -> Says:
    """A list is passed to a layer that wants several call arguments.

    `[a, b] ->` passes one list, for merging layers such as `Concatenate`. `(query, value) ->` passes call arguments,
    for layers such as `MultiHeadAttention`. A model whose inputs stand in a loop is called with as many: `(*values(columns),) ->`
    gives it those of a record.

    ```kdl wrong
    model Attend {
        input q: (5, 8)
        input v: (5, 8)
        output [q, v] -> MultiHeadAttention(2, 4)
    }
    ```
    ```kdl right
    model Attend {
        input q: (5, 8)
        input v: (5, 8)
        output (q, v) -> MultiHeadAttention(2, 4)
    }
    ```
    """
    shown = given or f"({', '.join(names)})"
    return Says(
        f"{layer} wants call arguments, not {kind}",
        help=f"use round brackets: `{shown} -> {layer}(…)`",
    )


@message("DSL391", "call-arguments-for-list")
def arguments_for_list(layer: str, given: str | None = None) -> Says:
    """Call arguments are passed to a layer that wants one list.

    ```kdl wrong
    model Join {
        input a: (8,)
        input b: (8,)
        output (a, b) -> Concatenate
    }
    ```
    ```kdl right
    model Join {
        input a: (8,)
        input b: (8,)
        output [a, b] -> Concatenate
    }
    ```
    """
    return Says(
        f"{layer} wants one list, not call arguments",
        help=f"use square brackets: `{given or '[a, b]'} -> {layer}`",
    )


@message("DSL392", "size-in-arithmetic")
def size_in_arithmetic(size: str) -> Says:
    """A size that only the call knows is combined with a tensor by an operator.

    Inside the call the size is a whole-number tensor, and Keras does not mix it with floating-point ones by itself.

    ```kdl wrong
    block Scaled {
        input x: (T?, C?)
        output x / T
    }

    model Size {
        input x: (T?, 4)
        output x -> Scaled
    }
    ```
    ```kdl right
    block Scaled {
        input x: (T?, C?)
        output x / ops.cast(ops.shape(x)[1], "float32")
    }

    model Size {
        input x: (T?, 4)
        output x -> Scaled
    }
    ```
    """
    return Says(
        f"`{size}` is known only in the call, where it is no number that an operator takes",
        help='convert it there: `ops.cast(ops.shape(x)[1], "float32")`',
    )


@message("DSL398", "size-of-the-call")
def size_of_the_call(text: str, size: str, advice: str | None = None, made: str | None = None) -> Says:
    """A size that only the call knows is used where its number is needed before, or where only a plain number will do.

    Inside a call the size may be a tensor of one whole number. Whole numbers can be computed from it (`+ - * // %`), it can be compared,
    index a tensor and be an argument of a tensor function; an `if` can ask for it. It has no fraction, no name can be made from it, and
    what exists before the call (a layer, a block, how often a loop turns) cannot depend on it.

    ```kdl wrong
    model FirstHalf {
        input x: (T?, 8)
        output x[:, : T / 2]
    }
    ```

    ```kdl right
    model FirstHalf {
        input x: (T?, 8)
        output x[:, : T // 2]
    }
    ```
    """
    if made is not None:
        return Says(
            f"{made} is made before any call, and `{size}` is known only in one",
            help=advice or "write the number into the input, or make it a parameter of the model",
        )
    known = (
        "is known only in the call"
        if text == size
        else f"depends on `{size}`, which is known only in the call"
    )
    return Says(
        f"`{text}` {known}, and only as a whole number to compute with",
        help=advice or "write the number into the input, or make it a parameter of the model",
    )


@message("DSL393", "depends-on-training")
def depends_on_training(what: str, value: str, again: bool = False, condition: bool = False) -> Says:
    """What a model is made of depends on `training`.

    Layers and weights are made once, before anybody knows whether a call trains: their arguments, the sizes of weights, the number
    of turns of a loop. `training` decides in a call, so it may choose between tensors and layers, in a condition that names it;
    and a number that it chooses may be computed with.

    ```kdl wrong
    block Wide {
        input x
        units = 8 if training else 4
        output x -> Dense(units)
    }
    model M {
        input x: (8,)
        output x -> Wide
    }
    ```
    ```kdl right
    block Noisy {
        input x
        scale = 0.5 if training else 1.0
        output x * scale -> Dense(4)
    }
    model M {
        input x: (8,)
        output x -> Noisy
    }
    ```
    """
    late = "only a call knows `training`" if value == "`training`" else f"{value} depends on `training`"
    if condition:
        return Says(
            f"{what} is decided when the model is made, and {late}",
            help="ask for `training` in the condition itself: `if training { … } else { … }`",
        )
    if again:
        return Says(
            f"{what} is laid out when the model is made, and {late}",
            help="write both loops: `if training { … } else { … }`",
        )
    return Says(
        f"{what} is made once, for training and for use, and {late}",
        help="give it one value, or let `training` choose between two: `if training { … } else { … }`",
    )
