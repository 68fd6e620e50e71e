"""DSL8xx: what builds and runs, and mixes up samples, numbers of words, sizes, switches, the turns of lists, or names."""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.messages.catalogue import Says, message
from dslc.regex import regex
from dslc.shapes.dim import Dim
from dslc.shapes.shape import show


@message("DSL829", "samples-behind-samples", "note")
def samples_behind_samples(text: str) -> Says:
    """A `Concatenate(axis=0)` puts the samples of several tensors behind one another, as if the batch were larger.

    Axis 0 is the batch in every tensor, also where the shape of an input leaves it out. What belongs to one sample is put side by
    side along another axis, the last one mostly. Where the larger batch is meant, `# dslc: ignore[DSL829]` says so.

    ```kdl wrong
    model Both {
        input a: (8,)
        input b: (8,)
        output [a, b] -> Concatenate(axis=0) -> Dense(1)
    }
    ```
    ```kdl right
    model Both {
        input a: (8,)
        input b: (8,)
        output [a, b] -> Concatenate(axis=-1) -> Dense(1)
    }
    ```
    """
    return Says(
        "axis 0 is the batch: the samples of each stand behind those of the others",
        help=f"write `{text}` to put them side by side",
    )


@message("DSL830", "numbers-from-a-layer", "warning")
def numbers_from_a_layer(layer: str, maker: str) -> Says:
    """An `Embedding` looks up what a layer with weights has computed. It takes whole numbers, so Keras cuts each value to one.

    The layers before it learn nothing then: a cut value has no slope. An `Embedding` stands behind the input, which holds numbers
    of words or of categories; for vectors of what a layer gives, a `Dense` is one.

    ```kdl wrong
    model Words {
        input words: (12,)
        output words -> Dense(12) -> Embedding(100, 8) -> Flatten -> Dense(1)
    }
    ```
    ```kdl right
    model Words {
        input words: (12,) int32
        output words -> Embedding(100, 8) -> Flatten -> Dense(1)
    }
    ```
    """
    return Says(
        f"`{layer}` takes whole numbers, and cuts what `{maker}` gives to them: nothing before it learns",
        help=f"leave the `{maker}` out: `{layer}` stands behind an input of numbers of words",
    )


@message("DSL831", "shorter-list", "warning")
def shorter_list(lengths: Sequence[int]) -> Says:
    """A `zip` goes through lists of different lengths, and ends with the shortest, as in Python: what is left of the others is not used.

    ```kdl wrong
    model Stack {
        input x: (8,)
        for units, rate in zip([64, 32, 16], [0.5, 0.25]) {
            x = x -> Dense(units) -> Dropout(rate)
        }
        output x
    }
    ```
    ```kdl right
    model Stack {
        input x: (8,)
        for units, rate in zip([64, 32, 16], [0.5, 0.25, 0.1]) {
            x = x -> Dense(units) -> Dropout(rate)
        }
        output x
    }
    ```
    """
    counts = f"{', '.join(map(str, lengths[:-1]))} and {lengths[-1]}"
    return Says(
        f"these lists have {counts} values: `zip` ends with the shortest",
        help="give all of them as many values; or leave out those that are not used",
    )


@message("DSL832", "input-without-a-name", "note")
def input_without_a_name(name: str) -> Says:
    """An input is called as Keras calls a layer of the model by itself, so the Python makes it without a name.

    Keras wants every name of a model once, and counts those of layers: `dense`, `dense_1`. A model that is fed with a tensor or a
    list does not ask what its inputs are called; one that is fed with a dictionary does.

    ```kdl wrong
    model Net {
        input dense: (8,)
        output dense -> Dense(1)
    }
    ```
    ```kdl right
    model Net {
        input features: (8,)
        output features -> Dense(1)
    }
    ```
    """
    return Says(
        f"Keras calls a layer here `{name}` by itself: the input stays without a name in Keras",
        help='call it otherwise where the data is a dictionary, `{"…": …}`',
    )


@message("DSL833", "cast-to-whole", "warning")
def cast_to_whole(layer: str, dtype: str) -> Says:
    """`SpectralNormalization` casts what the layer inside gives to the dtype of what came in, so whole numbers lose all behind the point.

    Codes of words are whole numbers, and their embeddings are fractions below 1: what comes out is nothing but zeros. Keras looks up
    floats just as well.

    ```kdl wrong
    model Net {
        input words: (8,) int32
        output words -> SpectralNormalization(Embedding(100, 16))
    }
    ```
    ```kdl right
    model Net {
        input words: (8,) int32
        output words -> ops.cast(_, "float32") -> SpectralNormalization(Embedding(100, 16))
    }
    ```
    """
    return Says(
        f"`{layer}` casts what comes out to {dtype}, as what comes in: all behind the point is lost",
        help='make what comes in floats first, `ops.cast(_, "float32")`',
    )


@message("DSL836", "same-on-both-ways", "warning")
def same_on_both_ways(value: str, following: str, text: str) -> Says:
    """A choice has one value on both ways, and an arrow behind it: the chain behind `else` was meant for one of them.

    A choice ends at the next arrow, so `x if test else x -> Dense(8)` is `(x if test else x) -> Dense(8)`: the layer is there
    whatever the test says.

    ```kdl wrong
    model Projected(units = 8) {
        input x: (8,)
        shortcut = x if x.shape[-1] == units else x -> Dense(units)
        output shortcut + (x -> Dense(units))
    }
    ```
    ```kdl right
    model Projected(units = 8) {
        input x: (8,)
        shortcut = x if x.shape[-1] == units else (x -> Dense(units))
        output shortcut + (x -> Dense(units))
    }
    ```
    """
    return Says(
        f"both ways of this choice are `{value}`, for it ends before the arrow: `{following}` follows on both",
        help=f"between chains choose with brackets: `{text}`",
    )


@message("DSL851", "arrow-behind-comma", "warning")
def arrow_behind_comma(last: str, others: Sequence[str], each: str, alone: str) -> Says:
    """Several values stand before an arrow without brackets, and only the last of them flows along it.

    A comma binds less than an arrow: `a, b -> encode` is `a, (b -> encode)`.

    ```kdl wrong
    model Pair {
        input a: (8,)
        input b: (8,)
        shared encode = Dense(4)
        left, right = a, b -> encode
        output [left, right] -> Concatenate
    }
    ```
    ```kdl right
    model Pair {
        input a: (8,)
        input b: (8,)
        shared encode = Dense(4)
        left, right = a -> encode, b -> encode
        output [left, right] -> Concatenate
    }
    ```
    """
    kept = ", ".join(f"`{other}`" for other in others)
    return Says(
        f"only `{last}` flows along this arrow, {kept} stay{'s' if len(others) == 1 else ''} as {'it is' if len(others) == 1 else 'they are'}",
        help=f"for each of them write `{each}`; if it is meant so, `{alone}`",
    )


@message("DSL852", "loop-without-turn", "warning")
def loop_without_turn(text: str, meant: str) -> Says:
    """A loop takes no turn: its numbers go another way than their step.

    `range(4, 0)` counts up from 4, and ends at once, because 0 is below; counting down takes a step of -1, and never reaches its end.

    ```kdl wrong
    model Down(depth = 3) {
        input x: (8,)
        for i in range(depth, 0) {
            x = x -> Dense(8 * i)
        }
        output x
    }
    ```
    ```kdl right
    model Down(depth = 3) {
        input x: (8,)
        for i in range(depth, 0, -1) {
            x = x -> Dense(8 * i)
        }
        output x
    }
    ```
    """
    return Says(
        f"`{text}` holds no number, so the loop takes no turn", help=f"write `{meant}`", instead=(text, meant)
    )


@message("DSL853", "number-for-truth", "warning")
def number_for_truth(layer: str, argument: str, value: float) -> Says:
    """A number stands where True or False is meant. Python takes any number but 0 for true.

    Mostly it was meant for another argument, which stands at another place.

    ```kdl wrong
    model Net {
        input x: (20, 8)
        output [x, x] -> Attention(32)
    }
    ```
    ```kdl right
    model Net {
        input x: (20, 8)
        output [x, x] -> Attention(True)
    }
    ```
    """
    return Says(
        f"`{layer}({argument}={value})`: `{argument}` is a switch, and any number but 0 turns it on",
        help=f"write `True`, or give `{value}` to the argument that it is meant for, by its name",
        instead=(str(value), "True"),
    )


@message("DSL854", "sizes-swapped", "warning")
def sizes_swapped(words: int, size: int) -> Says:
    """An `Embedding` has few words and gives each very many numbers: its sizes were swapped.

    First comes the number of words, then how many numbers each of them becomes.

    ```kdl wrong
    model Net {
        input tokens: (20,) int32
        output tokens -> Embedding(64, 20000)
    }
    ```
    ```kdl right
    model Net {
        input tokens: (20,) int32
        output tokens -> Embedding(20000, 64)
    }
    ```
    """
    return Says(
        f"`Embedding({words}, {size})` knows {words} words, and makes {size} numbers of each",
        help=f"for {size} words write `Embedding({size}, {words})`",
    )


@message("DSL871", "squashed-twice", "note")
def squashed_twice(layer: str, activation: str, before: str) -> Says:
    """A softmax or sigmoid takes what another one has made, which lies between 0 and 1: little is left of the differences.

    A sigmoid of such values lies between 0.5 and 0.73, a softmax of them is nearly the same for all classes; training is slow then, and
    no prediction is ever sure. Where that is meant, `# dslc: ignore[DSL871]` says so.

    ```kdl wrong
    model Digits {
        input x: (64,)
        output x -> Dense(10, activation="softmax") -> Softmax
    }
    ```
    ```kdl right
    model Digits {
        input x: (64,)
        output x -> Dense(10, activation="softmax")
    }
    ```
    """
    return Says(
        f"the {activation} of `{layer}` takes what a {before} has made, all of it between 0 and 1",
        help=f"leave one of the two out: write the chain without `{layer}`",
    )


@message("DSL859", "cut-before", "note")
def cut_before(layer: str, activation: str, before: str) -> Says:
    """A softmax or sigmoid takes what a ReLU has made, which lost all that was below 0.

    A softmax tells classes apart by how far they lie below others; behind a ReLU all of them are at least 0, and where all units
    are cut off, nothing is learned. A sigmoid of such values is never below 0.5. Where that is meant, `# dslc: ignore[DSL859]` says so.

    ```kdl wrong
    model Digits {
        input x: (64,)
        output x -> Dense(10, activation="relu") -> Softmax
    }
    ```
    ```kdl right
    model Digits {
        input x: (64,)
        output x -> Dense(10) -> Softmax
    }
    ```
    """
    cut = (
        "leave the `ReLU` before it out"
        if before == "ReLU"
        else f"leave the `relu` of the `{before}` before it out"
    )
    return Says(f"the {activation} of `{layer}` takes what a ReLU has made, none of it below 0", help=cut)


@message("DSL872", "samples-mixed", "warning")
def samples_mixed(what: str, shape: Sequence[Dim], advice: str) -> Says:
    """An attention, a softmax or `ops.argmax` goes over the batch: what comes out for one sample depends on the samples that it happens to be with.

    Axis 0 is the batch in every tensor, also where the shape of an input leaves it out. Keras builds and runs such a model; its predictions
    change with the size and the order of the batch. Where that is meant, `# dslc: ignore[DSL872]` says so.

    ```kdl wrong
    model Net {
        input x: (20, 8)
        h = x -> LSTM(32)
        output [h, h] -> Attention -> Dense(1)
    }
    ```
    ```kdl right
    model Net {
        input x: (20, 8)
        h = x -> LSTM(32, return_sequences=True)
        output [h, h] -> Attention -> Dense(1)
    }
    ```
    """
    return Says(f"{what} goes over the samples of the batch: {show(shape)}", help=advice)


@message("DSL855", "channels-told", "warning")
def channels_told(layer: str, filters: int, kernel: int, strides: int, meant: str) -> Says:
    """A convolution is told first how many channels come in, as in PyTorch, and takes that for the number of its filters.

    Keras finds out itself what comes in: the first argument is the number of filters, the second the size of the window.

    ```kdl wrong
    model Net {
        input image: (64, 64, 3)
        output image -> Conv2D(3, 32, 3)
    }
    ```
    ```kdl right
    model Net {
        input image: (64, 64, 3)
        output image -> Conv2D(32, 3)
    }
    ```
    """
    return Says(
        f"`{layer}({filters}, {kernel}, {strides})` has {filters} filters, windows of {kernel} and steps of {strides}",
        help=f"Keras finds out itself what comes in: write `{meant}`",
    )


@message("DSL858", "units-told", "warning")
def units_told(layer: str, name: str, meant: str) -> Says:
    """A layer is told first how many values come in, as in PyTorch, and takes the number of its units for its activation.

    Keras finds out itself what comes in: the first argument is the number of units, the second the activation. Where a parameter has no
    default, only a call of the model would find that out.

    ```kdl wrong
    model Net(classes) {
        input x: (256,)
        output x -> Dense(256, classes)
    }
    ```
    ```kdl right
    model Net(classes) {
        input x: (256,)
        output x -> Dense(classes)
    }
    ```
    """
    return Says(
        f"`{layer}` takes `{name}` for its activation",
        help=f"Keras finds out itself what comes in: write `{meant}`",
    )


@message("DSL856", "settled-test", "warning")
def settled_test(text: str, operator: str, meant: str | None) -> Says:
    """A value stands alone beside `or` or `and`, where a comparison was meant: any number but 0, and any text, counts as true.

    `i == 0 or 1` asks for `i == 0`, then for `1`, which is true always. Each side is a comparison of its own.

    ```kdl wrong
    model Net {
        input image: (64, 64, 3)
        x = image
        for i in range(3) {
            x = x -> Conv2D(8, 3)
            if i == 0 or 1 { x = x -> ReLU }
        }
        output x
    }
    ```
    ```kdl right
    model Net {
        input image: (64, 64, 3)
        x = image
        for i in range(3) {
            x = x -> Conv2D(8, 3)
            if i == 0 or i == 1 { x = x -> ReLU }
        }
        output x
    }
    ```
    """
    what = "so all of it is" if operator == "or" else "so it changes nothing"
    return Says(
        f"`{text}` alone counts as true, {what}",
        help="each side is a comparison of its own" + ("" if meant is None else f": write `{meant}`"),
    )


@message("DSL857", "number-in-parts", "warning")
def number_in_parts(text: str) -> Says:
    """A large number of a shape has commas, which stand between sizes here: `(1,000)` is 1 and 0, and nothing flows in.

    The digits of a large number stand together, or with `_` between them.

    ```kdl wrong
    model Net {
        input x: (1,000)
        output x -> Dense(4)
    }
    ```
    ```kdl right
    model Net {
        input x: (1_000,)
        output x -> Dense(4)
    }
    ```
    """
    found = PARTED.search(text)
    number = "" if found is None else found[0]
    whole = text.replace(number, number.replace(",", "_"))
    alone = _ALONE.fullmatch(whole)
    whole = f"({alone[1]},)" if alone is not None else whole
    return Says(
        f"`{number}` is two sizes here, and the last is 0: nothing flows in",
        help=f"the digits of a large number stand together, or with `_`: write `{whole}`",
        instead=(text, whole),
    )


PARTED = regex(r"(?<![\w.,])\d{1,3}(?:,\d{3})*,000(?![\w.])")
"""A large number with commas."""
_ALONE = regex(r"\(([\d_]+),?\)")
