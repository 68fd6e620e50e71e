"""DSL43x: the masks that Keras passes along with tensors: where they do not fit, where they are lost, where nobody looks at them."""

from __future__ import annotations

from dslc.diagnostics.messages.catalogue import Says, message


@message("DSL430", "carried-mask")
def carried_mask(layer: str, reason: str, advice: str) -> Says:
    """A tensor carries a mask that the layer cannot work with.

    `Embedding(mask_zero=True)` and `Masking` attach a mask (batch, steps) to what they give, and most layers pass it on. A layer
    whose call takes a mask is given it by Keras, without a word in the source. `Softmax` masks what it sums up over, which
    the steps of a sequence mostly are not: Keras builds the model and fails when it runs.

    ```kdl wrong
    model Tagger {
        input words: (12,) int32
        output words -> Embedding(100, 8, mask_zero=True) -> LSTM(8, return_sequences=True) -> Dense(5) -> Softmax
    }
    ```

    ```kdl right
    model Tagger {
        input words: (12,) int32
        output words -> Embedding(100, 8, mask_zero=True) -> LSTM(8, return_sequences=True)
            -> Dense(5, activation="softmax")
    }
    ```
    """
    return Says(f"`{layer}`: {reason}", advice)


@message("DSL431", "masks-to-merge")
def masks_to_merge(layer: str, shapes: tuple[str, str]) -> Says:
    """Tensors are merged whose masks do not go together.

    `Add` and its like put the masks of their inputs together element by element, `Concatenate` stretches each over its
    tensor. A mask (batch, steps) goes with a mask (batch, steps), not with one (batch, steps, words), and not over a tensor of 4 axes.

    ```kdl wrong
    model Net {
        input texts: (6, 12) int32
        input lines: (6, 96)
        words = texts -> Embedding(100, 8, mask_zero=True)
        others = lines -> Masking -> TimeDistributed(Reshape((12, 8)))
        output [words, others] -> Add
    }
    ```

    ```kdl right
    model Net {
        input texts: (6, 12) int32
        input lines: (6, 96)
        words = texts -> Embedding(100, 8, mask_zero=True)
        others = lines -> TimeDistributed(Reshape((12, 8))) -> Masking
        output [words, others] -> Add
    }
    ```
    """
    return Says(
        f"`{layer}` cannot put the masks of its inputs together: {shapes[0]} and {shapes[1]}",
        "make masks of as many axes on both sides, or leave one out (`mask_zero=`, `Masking`)",
    )


@message("DSL432", "mask-lost", "warning")
def mask_lost(what: str, user: str, advice: str) -> Says:
    """A mask is lost on the way, and a layer behind that would have used it takes the masked steps for real ones.

    Keras attaches the mask of `Embedding(mask_zero=True)` or `Masking` to a tensor. Layers such as `Dense`, `Dropout` and
    `LayerNormalization` pass it on; convolutions, `Reshape` and the like destroy it, and Keras warns when the model is built.
    It is lost without a word behind an operator or a function of `ops`, behind a merge when one of the inputs has no mask (behind
    `Concatenate` every step counts then), and `MultiHeadAttention` takes it off the tensors that it is given, when the model runs. Recurrent layers,
    attention and `GlobalAveragePooling1D` use a mask.

    ```kdl wrong
    model Sentiment {
        input words: (100,) int32
        output words -> Embedding(1000, 16, mask_zero=True) -> _ * 4.0 -> LSTM(8) -> Dense(1)
    }
    ```

    ```kdl right
    model Sentiment {
        input words: (100,) int32
        output words -> Embedding(1000, 16, mask_zero=True) -> Rescaling(4.0) -> LSTM(8) -> Dense(1)
    }
    ```
    """
    return Says(f"{what}; `{user}` then takes masked steps for real ones", advice)


@message("DSL433", "mask-not-used", "warning")
def mask_not_used(layer: str, beside: str, advice: str) -> Says:
    """A layer is given a tensor with a mask and other tensors besides, and then Keras does not hand it the mask.

    Keras fills in `mask=` only where the input is the only tensor of the call. A recurrent layer with `initial_state=` goes
    through the masked steps as through the others. The mask is there if it is handed on in words.

    ```kdl wrong
    model Decoder {
        input words: (20,) int32
        input state: (8,)
        x = words -> Embedding(1000, 16, mask_zero=True)
        output (x, initial_state=[state]) -> GRU(8)
    }
    ```

    ```kdl right
    model Decoder {
        input words: (20,) int32
        input state: (8,)
        x = words -> Embedding(1000, 16, mask_zero=True)
        output (x, initial_state=[state], mask=ops.not_equal(words, 0)) -> GRU(8)
    }
    ```
    """
    return Says(f"`{layer}` does not see the mask of its input, because it is given {beside} as well", advice)


@message("DSL434", "mask-ends", "warning")
def mask_ends(layer: str) -> Says:
    """A mask ends at a layer that does not pass masks on, and no layer behind would use one. Keras warns of it, too.

    `Flatten`, convolutions and most pooling layers work on masked steps as on all others: what they give depends on the padding of a
    sequence. A layer that uses the mask brings the steps together before (`LSTM`, attention, `GlobalAveragePooling1D`); where
    padding does no harm, leave `mask_zero=True` out.

    ```kdl wrong
    model Tagger {
        input words: (50,) int32
        output words -> Embedding(1000, 16, mask_zero=True) -> Flatten -> Dense(2)
    }
    ```

    ```kdl right
    model Tagger {
        input words: (50,) int32
        output words -> Embedding(1000, 16, mask_zero=True) -> GlobalAveragePooling1D -> Dense(2)
    }
    ```
    """
    return Says(
        f"the mask ends at `{layer}`, which works on masked steps as on all others",
        "let a layer that uses the mask bring the steps together (`GlobalAveragePooling1D`, `LSTM`), or leave the mask out where it is made",
    )


@message("DSL435", "mask-in-one-style")
def mask_in_one_style(style: str, what: str, user: str, advice: str) -> Says:
    """A style loses a mask that another keeps, so that the same model would compute something else in it.

    A Functional model fixes the mask of a layer that is called on one tensor while it is made. A class asks the tensor when it
    runs, and by then `MultiHeadAttention` has taken the mask off what it was given; so a residual around attention, `[x, y] -> Add`, has
    no mask in a class. Where something comes out of a shared chain or an inner model, it is the other way round. A mask in words
    makes the styles equal.

    ```kdl wrong
    model Encoder {
        input words: (100,) int32
        x = words -> Embedding(1000, 16, mask_zero=True)
        y = (x, x) -> MultiHeadAttention(2, 8)
        output [x, y] -> Add -> GlobalAveragePooling1D
    }
    ```

    ```kdl right
    model Encoder {
        input words: (100,) int32
        mask = ops.not_equal(words, 0)
        x = words -> Embedding(1000, 16)
        y = (x, x, value_mask=mask) -> MultiHeadAttention(2, 8)
        output ([x, y] -> Add, mask=mask) -> GlobalAveragePooling1D
    }
    ```
    """
    return Says(f"{style} cannot hold this: {what}; `{user}` then takes masked steps for real ones", advice)
