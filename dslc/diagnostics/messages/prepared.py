"""DSL873–878: numbers, pictures and masks that do not go with the layer that they are prepared for, predictions that are dropped, and results in another order."""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.messages.catalogue import Says, message


@message("DSL873", "beyond-the-table", "warning")
def beyond_the_table(layer: str, rows: int, maker: str, numbers: int, meant: str | None) -> Says:
    """An `Embedding` is given numbers for which it has no row: they come from a vocabulary, from bins, or from a range that is larger.

    A `StringLookup` gives 0 to all words that it does not know, so that it has a number more than words; bins are one more than their
    boundaries. On a CPU such a number stops the run, elsewhere it gives zeros.

    ```kdl wrong
    model Colours {
        input colour: (1,) string
        output colour -> StringLookup(vocabulary=["red", "green", "blue"]) -> Embedding(3, 4)
    }
    ```
    ```kdl right
    model Colours {
        input colour: (1,) string
        output colour -> StringLookup(vocabulary=["red", "green", "blue"]) -> Embedding(4, 4)
    }
    ```
    """
    return Says(
        f"`{layer}` has {rows} rows, and `{maker}` gives numbers from 0 to {numbers - 1}",
        help=f"it takes {numbers} rows" + ("" if meant is None else f": write `{meant}`"),
    )


@message("DSL874", "scaled-twice", "warning")
def scaled_twice(layer: str, switch: bool) -> Says:
    """Pictures are scaled before a model of `keras.applications` that scales them itself: it takes bytes, from 0 to 255.

    EfficientNet begins with its own `Rescaling`; ConvNeXt, EfficientNetV2 and MobileNetV3 do so unless they are told
    `include_preprocessing=False`. Scaled twice, every picture is nearly black to them.

    ```kdl wrong
    model Net {
        input image: (224, 224, 3)
        output image -> Rescaling(1.0 / 255) -> applications.EfficientNetB0(include_top=False, pooling="avg") -> Dense(5)
    }
    ```
    ```kdl right
    model Net {
        input image: (224, 224, 3)
        output image -> applications.EfficientNetB0(include_top=False, pooling="avg") -> Dense(5)
    }
    ```
    """
    other = "; or tell it `include_preprocessing=False`" if switch else ""
    return Says(
        f"`{layer}` scales its images itself, from 0 to 255, and these are scaled already",
        help=f"leave the scaling before it out{other}",
    )


@message("DSL875", "dropped-output", "warning")
def dropped_output(before: str) -> Says:
    """The predictions of a model go through a `Dropout`: in training some of them are 0 and the others larger than 1.

    A `Dropout` stands before the last layer with weights.

    ```kdl wrong
    model Net {
        input x: (20,)
        output x -> Dense(10, activation="softmax") -> Dropout(0.3)
    }
    ```
    ```kdl right
    model Net {
        input x: (20,)
        output x -> Dropout(0.3) -> Dense(10, activation="softmax")
    }
    ```
    """
    return Says(
        f"what a {before} predicts is dropped in training, after all layers that learn",
        help="put the `Dropout` before the layer that predicts, or leave it out",
    )


@message("DSL876", "scaled-again", "warning")
def scaled_again(layer: str, written: str) -> Says:
    """Pictures are scaled a second time, with nothing but augmentation between the two: they are nearly black then.

    Where that is meant, `# dslc: ignore[DSL876]` says so.

    ```kdl wrong
    model Cats {
        input image: (180, 180, 3)
        x = image -> Rescaling(1.0 / 255) -> RandomFlip("horizontal")
        output x -> Rescaling(1.0 / 255) -> Conv2D(32, 3)
    }
    ```
    ```kdl right
    model Cats {
        input image: (180, 180, 3)
        x = image -> Rescaling(1.0 / 255) -> RandomFlip("horizontal")
        output x -> Conv2D(32, 3)
    }
    ```
    """
    return Says(
        f"what flows into this `{layer}` is scaled already",
        help=f"leave one of the two out: write the chain without `{written}`",
    )


@message("DSL877", "results-in-order", "warning")
def results_in_order(first: str, results: Sequence[str], text: str) -> Says:
    """The names say another order than the one in which a layer gives its results.

    A recurrent layer gives its output first and its states behind it, an attention its output and then its scores. Where other names
    are meant, `# dslc: ignore[DSL877]` says so.

    ```kdl wrong
    model Caption {
        input words: (30, 64)
        h, c, seq = words -> LSTM(64, return_sequences=True, return_state=True)
        output [h, seq] -> Attention -> GlobalAveragePooling1D -> Dense(c.shape[-1])
    }
    ```
    ```kdl right
    model Caption {
        input words: (30, 64)
        seq, h, c = words -> LSTM(64, return_sequences=True, return_state=True)
        output [h[:, None], seq] -> Attention -> GlobalAveragePooling1D -> Dense(c.shape[-1])
    }
    ```
    """
    return Says(
        f"`{first}` is the output here: the results are {', '.join(results[:-1])} and {results[-1]}",
        help=f"write `{text} = …`",
    )


@message("DSL878", "mask-as-key", "warning")
def mask_as_key(layer: str, text: str) -> Says:
    """The third value that flows into an attention is its key, and this one is true or false: it is meant to be the mask.

    Keras takes it for numbers and hides no step. Where that is meant, `# dslc: ignore[DSL878]` says so.

    ```kdl wrong
    model Net {
        input x: (20, 64)
        input mask: (20, 20) bool
        output (x, x, mask) -> MultiHeadAttention(4, 16) -> Flatten -> Dense(2)
    }
    ```
    ```kdl right
    model Net {
        input x: (20, 64)
        input mask: (20, 20) bool
        output (x, x, attention_mask=mask) -> MultiHeadAttention(4, 16) -> Flatten -> Dense(2)
    }
    ```
    """
    return Says(
        f"the third value of `{layer}` is the key, and this one is a mask",
        help=f"a mask has its name: write {text}",
    )
