"""Messages about the shapes of what tensor functions, operators and indices are given: DSL458 to DSL482.

`subject` is what the user wrote (`ops.mean`, `+`); shapes come in as tuples of dimensions and are shown as Keras shows
them. Calls that do not fit whatever the shapes are have their messages in `operations.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.asserting import how_to_state
from dslc.diagnostics.diagnostic import Message, Stated
from dslc.diagnostics.messages.catalogue import Says, message
from dslc.diagnostics.messages.operations import written
from dslc.diagnostics.messages.shapes import axes_there
from dslc.record import replace
from dslc.shapes.conditions import AnyCondition, AtLeast, Condition
from dslc.shapes.dim import Dim
from dslc.shapes.shape import product, show


@message("DSL458", "operation-axis")
def axis_out_of_range(subject: str, argument: str, axis: object, shape: Sequence[Dim]) -> Says:
    """An axis that the tensor does not have.

    Axes count from 0, the batch; -1 is the last. A tensor of shape `(None, 8, 4)` has the axes 0, 1 and 2, or -3, -2
    and -1. Keras often says no more than "tuple index out of range" here.

    ```kdl wrong
    model Pooled {
        input x: (8, 4)
        output y = x -> ops.mean(_, axis=3)
    }
    ```

    ```kdl right
    model Pooled {
        input x: (8, 4)
        output y = x -> ops.mean(_, axis=2)
    }
    ```
    """
    rank = len(shape)
    reach = axes_there(rank, written(axis)) if rank else "it has no axes"
    return Says(
        f"`{subject}`: `{argument}={written(axis)}` is no axis of a tensor of shape {show(shape)}", reach
    )


@message("DSL459", "operation-rank")
def wrong_rank(subject: str, argument: str, shape: Sequence[Dim], expected: str) -> Says:
    """A tensor has more or fewer axes than the function works on.

    The batch counts as an axis here: images are `(None, height, width, channels)`, rank 4.

    ```kdl wrong
    model Smaller {
        input x: (32,)
        output y = x -> ops.image.resize(_, (8, 8))
    }
    ```

    ```kdl right
    model Smaller {
        input x: (32, 32, 3)
        output y = x -> ops.image.resize(_, (8, 8))
    }
    ```
    """
    return Says(
        f"`{subject}` needs {expected} for `{argument}`, not the shape {show(shape)} of rank {len(shape)}",
        help="`ops.expand_dims` adds an axis; an index such as `[:, 0]` takes one away",
    )


@message("DSL460", "cannot-broadcast")
def cannot_broadcast(subject: str, left: Sequence[Dim], right: Sequence[Dim], sizes: tuple[Dim, Dim]) -> Says:
    """Two shapes that do not fit together element by element.

    Shapes are compared from the last axis backwards; two sizes fit when they are equal or one of them is 1. Insert an
    axis of size 1 (`x[:, None]`, `ops.expand_dims`) where the shorter tensor has to be repeated.

    ```kdl wrong
    model Scaled {
        input x: (5, 4)
        input scale: (5,)
        output y = x * scale
    }
    ```

    ```kdl right
    model Scaled {
        input x: (5, 4)
        input scale: (5,)
        output y = x * scale[:, :, None]
    }
    ```
    """
    large, small, which = (left, right, "second") if len(left) > len(right) else (right, left, "first")
    advice = "compared from the last axis, two sizes must be equal or one of them 1"
    if 1 < len(small) < len(large) and list(large[: len(small)]) == list(small):
        index = ", ".join([":"] * len(small) + ["None"] * (len(large) - len(small)))
        advice = f"give the {which} the axes that it lacks: write `[{index}]` behind it"
    return Says(
        f"`{subject}` cannot combine the shapes {show(left)} and {show(right)}: {sizes[0]} against {sizes[1]}",
        advice,
    )


@message("DSL461", "join-shapes")
def join_shapes(
    subject: str, position: int, shape: Sequence[Dim], first: Sequence[Dim], axis: int | None
) -> Says:
    """The tensors of a list that is joined must have equal shapes, for `ops.concatenate` except along its axis.

    ```kdl wrong
    model Joined {
        input a: (8, 4)
        input b: (6, 4)
        output y = ops.concatenate([a, b], axis=-1)
    }
    ```

    ```kdl right
    model Joined {
        input a: (8, 4)
        input b: (6, 4)
        output y = ops.concatenate([a, b], axis=1)
    }
    ```
    """
    except_axis = "" if axis is None else f" except on axis {axis}"
    apart = [at for at, (a, b) in enumerate(zip(first, shape, strict=False)) if a != b]
    fits = axis is not None and len(first) == len(shape) and len(apart) == 1 and apart[0] > 0
    advice = f"`axis={apart[0]}` fits: all other sizes are equal" if fits else None
    return Says(
        f"`{subject}` needs equal shapes{except_axis}: element 0 has {show(first)}, element {position} has {show(shape)}",
        advice or "all sizes but that of the axis must be equal: crop, pad or pool one of them",
    )


@message("DSL462", "contraction-sizes")
def contraction_sizes(
    subject: str, left: Sequence[Dim], right: Sequence[Dim], sizes: tuple[Dim, Dim], places: str
) -> Says:
    """A product of matrices or tensors sums over two axes that must have the same size.

    `ops.matmul(a, b)` and `a @ b` sum over the last axis of `a` and the one before the last of `b`; transpose `b`
    where its axes are the other way round. In `ops.einsum` one letter is one size.

    ```kdl wrong
    model Scores {
        input queries: (8, 16)
        input memory: (5, 16)
        output y = ops.matmul(queries, memory)
    }
    ```

    ```kdl right
    model Scores {
        input queries: (8, 16)
        input memory: (5, 16)
        output y = ops.matmul(queries, ops.transpose(memory, (0, 2, 1)))
    }
    ```
    """
    return Says(
        f"`{subject}` cannot multiply the shapes {show(left)} and {show(right)}: {sizes[0]} against {sizes[1]}",
        places,
    )


@message("DSL464", "reshape-size")
def reshape_size(subject: str, shape: Sequence[Dim], target: Sequence[Dim], have: Dim, want: Dim) -> Says:
    """A reshape must keep the number of elements.

    `ops.reshape` counts the batch too: its shape begins with -1 or `ops.shape(x)[0]`, unlike that of the layer
    `Reshape`. At most one size may be -1, which stands for what is left.

    ```kdl wrong
    model Folded {
        input x = Input((6, 4), batch_size=2)
        output y = x -> ops.reshape(_, (2, 5, 5))
    }
    ```

    ```kdl right
    model Folded {
        input x: (6, 4)
        output y = x -> ops.reshape(_, (-1, 3, 8))
    }
    ```
    """
    return Says(
        f"`{subject}` cannot turn the shape {show(shape)} with {have} elements into {show(target)} with {want}",
        "the batch counts too: begin with -1 to keep it",
    )


_MOST_DIVIDED = 100_000
"""Of larger sizes no divisors are looked for."""


@message("DSL465", "operation-not-divisible")
def not_divisible(subject: str, what: str, size: Dim, divisor: Dim) -> Says:
    """A size has to be a whole multiple of another and is not.

    `ops.split(x, 3, axis=1)` makes three equal parts; parts of unequal sizes are cut with a list of the places to cut
    at, `ops.split(x, [3, 6], axis=1)`.

    ```kdl wrong
    model Parts {
        input x: (8,)
        a, b, c = ops.split(x, 3, axis=1)
        output y = a + b + c
    }
    ```

    ```kdl right
    model Parts {
        input x: (9,)
        a, b, c = ops.split(x, 3, axis=1)
        output y = a + b + c
    }
    ```
    """
    advice = None
    if isinstance(size, int) and isinstance(divisor, int) and 1 < size <= _MOST_DIVIDED:
        found = [each for each in range(2, size + 1) if size % each == 0]
        near = sorted(found, key=lambda each: abs(each - divisor))[:2]
        advice = f"{' and '.join(map(str, sorted(near)))} divide{'s' if len(near) == 1 else ''} {size}"
    return Says(f"`{subject}` needs {what} to be a multiple of {divisor}, and it is {size}", advice)


@message("DSL471", "kernel-channels")
def kernel_channels(
    subject: str,
    shape: Sequence[Dim],
    kernel: Sequence[Dim],
    channels: Dim,
    expected: Dim,
    groups: int | None = None,
) -> Says:
    """The kernel of a convolution is made for another number of channels than the input has.

    A kernel has the shape `(height, width, channels in, channels out)`, and the input must have its channels in. Where
    only a run knows how many the input has, they may be a multiple of it: groups that are convolved each by itself.

    ```kdl wrong
    model Filtered {
        input x: (16, 16, 3)
        output y = ops.conv(x, ops.ones((3, 3, 4, 8)))
    }
    ```

    ```kdl right
    model Filtered {
        input x: (16, 16, 3)
        output y = ops.conv(x, ops.ones((3, 3, 3, 8)))
    }
    ```
    """
    advice = None
    if groups is not None:
        layer = f"Conv{len(kernel) - 2}D(…, groups={groups})"
        advice = (
            f"it has no groups: `{layer}` has, or convolve each of `ops.split(x, {groups}, axis=-1)` "
            "with its part of the kernel"
        )
    return Says(
        f"`{subject}`: the input of shape {show(shape)} has {channels} channels, "
        f"the kernel of shape {show(kernel)} is made for {expected}",
        help=advice,
    )


@message("DSL472", "window-too-large")
def window_too_large(subject: str, shape: Sequence[Dim], axis: int, size: Dim, window: Dim) -> Says:
    """A kernel or a pooling window that is larger than what it slides over, so that nothing would be left.

    `padding="same"` lets the window reach over the edge.

    ```kdl wrong
    model Pooled {
        input x: (4, 4, 1)
        output y = ops.max_pool(x, 5)
    }
    ```

    ```kdl right
    model Pooled {
        input x: (4, 4, 1)
        output y = ops.max_pool(x, 5, padding="same")
    }
    ```
    """
    return Says(
        f"`{subject}`: a window of {window} does not fit into axis {axis} of {show(shape)}, which has {size}",
        'make it smaller, or use `padding="same"`',
    )


@message("DSL473", "size-needed")
def size_needed(subject: str, what: str, size: Dim, advice: str = "give it a number") -> Says:
    """A size that is known only when the model runs, where Keras needs the number while the model is built.

    ```kdl wrong
    model Apart {
        input x: (T?, 4)
        parts = ops.unstack(x, axis=1)
        output y = parts[0]
    }
    ```

    ```kdl right
    model Apart {
        input x: (6, 4)
        parts = ops.unstack(x, axis=1)
        output y = parts[0]
    }
    ```
    """
    return Says(f"`{subject}` needs to know {what}, and {size} is known only when the model runs", advice)


@message("DSL474", "cannot-squeeze")
def cannot_squeeze(subject: str, axis: int, size: Dim, shape: Sequence[Dim]) -> Says:
    """Only an axis of size 1 can be squeezed away.

    ```kdl wrong
    model Flat {
        input x: (8, 4)
        output y = ops.squeeze(x, axis=2)
    }
    ```

    ```kdl right
    model Flat {
        input x: (8, 1)
        output y = ops.squeeze(x, axis=2)
    }
    ```
    """
    ones = [str(place) for place, each in enumerate(shape) if each == 1]
    return Says(
        f"`{subject}`: axis {axis} of {show(shape)} has the size {size}, only 1 can be squeezed away",
        f"write `axis={ones[0]}`" if len(ones) == 1 else "to merge two axes, use `Reshape` or `Flatten`",
    )


@message("DSL475", "shapes-differ")
def shapes_differ(
    subject: str, first: tuple[str, Sequence[Dim]], second: tuple[str, Sequence[Dim]], rule: str
) -> Says:
    """Two arguments whose shapes have to match and do not.

    ```kdl wrong
    model Loss {
        input truth: (10,)
        input guess: (8,)
        output y = ops.categorical_crossentropy(truth, guess)
    }
    ```

    ```kdl right
    model Loss {
        input truth: (10,)
        input guess: (10,)
        output y = ops.categorical_crossentropy(truth, guess)
    }
    ```
    """
    return Says(
        f"`{subject}`: `{first[0]}` has the shape {show(first[1])}, `{second[0]}` {show(second[1])}", rule
    )


@message("DSL477", "negative-size")
def negative_size(subject: str, shape: Sequence[Dim]) -> Says:
    """The arguments would give the result a size below 0.

    A slice of a tensor may be empty, but padding by a negative number or cutting out more than there is cannot be done.

    ```kdl wrong
    model Trimmed {
        input x: (4, 2)
        output y = ops.pad(x, ((0, 0), (-3, -3), (0, 0)))
    }
    ```

    ```kdl right
    model Trimmed {
        input x: (4, 2)
        output y = x[:, 1:-1]
    }
    ```
    """
    return Says(
        f"`{subject}` would give the shape {show(shape)}, with a size below 0",
        "take less away: no more than the axis has",
    )


@message("DSL479", "beyond-the-axis")
def beyond(subject: str, axis: int, needed: Dim, shape: Sequence[Dim]) -> Says:
    """More is taken from an axis than it has.

    Unlike `x[:, 6:9]`, which is cut off at the end of the axis, `ops.slice` must find all that it is told to take, and
    `ops.top_k` as many elements as it is told to find.

    ```kdl wrong
    model Part {
        input x: (8, 4)
        output y = ops.slice(x, (0, 6, 0), (ops.shape(x)[0], 3, 4))
    }
    ```

    ```kdl right
    model Part {
        input x: (8, 4)
        output y = ops.slice(x, (0, 5, 0), (ops.shape(x)[0], 3, 4))
    }
    ```
    """
    return Says(
        f"`{subject}` takes {needed} places of axis {axis} of {show(shape)}, which has {shape[axis]}",
        f"go no further than {shape[axis]}",
    )


def mirrored(subject: str, mode: str, axis: int, width: Dim, shape: Sequence[Dim], spare: int) -> Message:
    """Padding that mirrors more than there is."""
    message: Message = beyond(subject, axis, width + spare, shape)
    most = shape[axis] - spare
    return replace(  # type: ignore[no-any-return]
        message,
        text=f'`{subject}` with `mode="{mode}"` pads axis {axis} of {show(shape)} by {width}, and can mirror {most}',
        help=f'pad by {most} at most, or use `mode="constant"`',
    )


@message("DSL484", "one-batch-only")
def one_batch(subject: str, shape: Sequence[Dim], target: Sequence[Dim], meant: Sequence[Dim]) -> Says:
    """A whole shape of numbers is given where the batch can have any size.

    `ops.reshape` counts the batch, so a shape of numbers holds for a single size of it. Begin with -1, which stands for
    the batch, or use the layer `Reshape`, which leaves it out.

    ```kdl wrong
    model Folded {
        input x: (8, 4)
        output y = x -> ops.reshape(_, (4, 8))
    }
    ```

    ```kdl right
    model Folded {
        input x: (8, 4)
        output y = x -> ops.reshape(_, (-1, 4, 8))
    }
    ```
    """
    whole = product(target)
    return Says(
        f"`{subject}` to {show(target)}, {whole} elements, leaves no room for the batch of {show(shape)}",
        f"put the batch in: `{show(meant)}`, or give the input a batch size",
    )


def made_for_one_batch(subject: str, condition: Condition, meant: Sequence[Dim], size: int) -> Message:
    """A whole shape of numbers that some batch of several samples fills, which the model may be made for."""
    message: Message = whole_only_when(
        subject,
        condition,
        f"otherwise it fails when it runs; put the batch in: `{show(meant)}`, or give the input `batch_size={size}`",
    )
    return message


@message("DSL480", "agree-only-when", "warning")
def agree_only_when(
    subject: str, sizes: tuple[Dim, Dim] | None, condition: AnyCondition, lacking: int = 0, index: str = ""
) -> Says:
    """Two sizes have to agree, and they do only for some values of the sizes that are not known yet.

    The model builds; it fails when it runs on data for which the condition does not hold. Giving both inputs the same
    size name (`T?`) says that they always agree.

    ```kdl wrong
    model Sum {
        input a: (T?, 4)
        input b: (S?, 4)
        output y = ops.concatenate([a, b], axis=-1)
    }
    ```

    ```kdl right
    model Sum {
        input a: (T?, 4)
        input b: (T?, 4)
        output y = ops.concatenate([a, b], axis=-1)
    }
    ```
    """
    both, obvious, stated = "", False, None
    if sizes is not None:
        both = f"; it meets the sizes {sizes[0]} and {sizes[1]}"
        obvious = str(condition).startswith(f"{sizes[0]} is {sizes[1]}")
    if isinstance(condition, Condition):
        stated = Stated(
            condition,
            None,
            lambda what, _: agree_only_when(
                subject, sizes if str(what) == str(condition) else None, what, lacking, index
            ),
        )
    return Says(
        f"`{subject}` works only when {condition}{'' if obvious else both}",
        help=how_to_state(condition, lacking, index),
        stated=stated,
    )


OF_THE_BATCH = (
    "axis 0 is the batch: an index in front of it takes one sample; begin it with a colon, `x[:, 0]`"
)
"""What an index meant that stands before the batch."""


SPLIT_BATCH = "axis 0 is the batch, whose size no model knows: write `axis=1`, or another one behind it"
"""What was meant of a batch that is cut into parts."""


@message("DSL481", "whole-only-when", "warning")
def whole_only_when(subject: str, condition: AnyCondition, advice: str | None = None) -> Says:
    """A size has to be large enough, or a whole multiple of another, and is so only for some of the sizes not known yet.

    The model builds, and fails when it runs on data of other sizes.

    ```kdl wrong
    model Parts {
        input x: (T?, 4)
        a, b = ops.split(x, 2, axis=1)
        output y = a + b
    }
    ```

    ```kdl right
    model Parts {
        input x: (T?, 4)
        a, b = ops.split(x, 2, axis=2)
        output y = a + b
    }
    ```
    """
    stated = None
    if isinstance(condition, (Condition, AtLeast)):
        stated = Stated(condition, None, lambda what, _: whole_only_when(subject, what, advice))
    help = how_to_state(condition) if advice is None else advice
    return Says(f"`{subject}` works only when {condition}", help, stated=stated)


@message("DSL482", "added-as-bias", "warning")
def added_as_bias(subject: str, left: Sequence[Dim], right: Sequence[Dim], axis: int) -> Says:
    """A sum that Keras on TensorFlow computes otherwise than NumPy does, and otherwise than Keras itself states.

    When the second operand of a sum is a vector (all its other sizes are 1) and as long as the last axis of the first
    or its axis 1, it is added along that axis as a bias, wherever the vector stands in its own shape. So
    `ops.add` of `(2, 6, 1)` and `(6,)` runs as `(2, 6, 1)` and not as `(2, 6, 6)`. Differences and products are not affected.
    The other way round the sum is an ordinary one, and the operator `+` is written so that it always is.

    ```kdl wrong
    model Table {
        input rows: (6, 1)
        input columns = Input((), batch_size=6)
        output y = ops.add(rows, columns)
    }
    ```

    ```kdl right
    model Table {
        input rows: (6, 1)
        input columns = Input((), batch_size=6)
        output y = rows + columns
    }
    ```
    """
    return Says(
        f"`{subject}` adds the shape {show(right)} to {show(left)} along axis {axis}, as a bias, and does not broadcast it",
        "write the two operands the other way round for an ordinary sum",
    )
