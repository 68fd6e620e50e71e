"""DSL5xx: what a style cannot hold."""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages.catalogue import Says, message
from dslc.record import replace
from dslc.shapes.shape import Shape, show

_CANNOT = "cannot hold this"


def of_every_style(refusal: Diagnostic) -> Diagnostic:
    """A refusal that all styles share, which is said of none of them."""
    _, begins_with_a_style, reason = refusal.text.partition(f" {_CANNOT}")
    if not begins_with_a_style:
        return refusal
    said: Diagnostic = replace(refusal, text=f"no style can hold this{reason}")
    return said


@message("DSL501", "not-sequential")
def not_sequential(reason: str, instead: str, change: str | None = None) -> Says:
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
    help = f"build it with `--style {instead}`"
    return Says(f"Sequential {_CANNOT}: {reason}", help=f"{change}, or {help}" if change else help)


@message("DSL502", "needs-subclass")
def needs_subclass(style: str, reason: str, instead: str | None = None) -> Says:
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
        f"{style} {_CANNOT}: {reason}",
        help=instead or "put it into a block, or build the model with `--style subclass`",
    )


@message("DSL503", "product-for-sparse")
def product_for_sparse(
    style: str, callee: str, product: str, instead: str | None = None, in_a_class: bool = False
) -> Says:
    """A block that is a class, or a layer, is called on a product that Keras's graph takes for a sparse tensor.

    Keras asks each factor whether it is sparse, and takes a number or constant for one that is: `x * 2.0` is sparse in its
    graph, though no run makes it so. Keras's own layers do not mind. A class of your own (a block with a weight,
    `training`, random numbers, or layers that no input reaches) is called with a sparse tensor to find out its shape, which
    hardly any layer inside it takes, and the model cannot be built. The layer `Rescaling` multiplies, too, and so does a
    division; and a block with the product in it is a class then, which has no such graph, unless a layer in it waits for the
    shape of something on the way.

    ```kdl wrong
    block Noisy {
        input x
        output (x + random.normal(ops.shape(x))) -> LayerNormalization
    }
    model Scaled {
        input x: (8, 4)
        output x -> _ * 2.0 -> Noisy
    }
    ```
    ```kdl right
    block Noisy {
        input x
        output (x + random.normal(ops.shape(x))) -> LayerNormalization
    }
    model Scaled {
        input x: (8, 4)
        output x -> Rescaling(2.0) -> Noisy
    }
    ```
    """
    return Says(
        f"{style.capitalize()} {_CANNOT}: Keras's graph takes `{product}` for a sparse tensor, and `{callee}` cannot be called with one",
        caption="a product with what is no tensor of the graph",
        help=(
            f"write `{instead}`"
            if instead is not None
            else "divide instead" if in_a_class else "move the product into a block, which is a class then"
        )
        + (
            ", or build the model with `--style subclass`" if style == "functional" and not in_a_class else ""
        ),
    )


@message("DSL504", "no-graph-for-taps")
def no_graph_for_taps(model: str) -> Says:
    """A class looks into a model, which has to be a graph of Keras for that, and says something that no graph holds.

    Only a graph of Keras has inner values that `taps` can ask for. So a model that is looked into is a function that makes one
    in every style, and what it says must be what the Functional style holds. In a block everything is: that is a `Layer`.

    ```kdl wrong
    model Encoder {
        input x: (8,)
        low = x -> Dense(8, name="low")
        noise = low -> _ * 0.5 if training else _
        output noise -> Dense(4)
    }
    model Looks {
        input x: (8,)
        shared encoder = Encoder
        output x -> taps(encoder, "low") -> Dense(2)
    }
    ```
    ```kdl right
    block Halved {
        input x
        output x -> _ * 0.5 if training else _
    }
    model Encoder {
        input x: (8,)
        low = x -> Dense(8, name="low")
        output low -> Halved -> Dense(4)
    }
    model Looks {
        input x: (8,)
        shared encoder = Encoder
        output x -> taps(encoder, "low") -> Dense(2)
    }
    ```
    """
    return Says(
        f"Subclass {_CANNOT}: `{model}`, which it looks into, can be no graph of Keras",
        help=f"put that into a block, or give `{model}` a second output",
    )


@message("DSL505", "open-sizes-in-a-class")
def open_sizes_in_a_class(style: str, layer: str, what: str, shape: Shape) -> Says:
    """A layer asks how large its input is while Keras traces the class it stands in, and the input says `?` there.

    `UpSampling2D` with any interpolation but "nearest", the adaptive poolings, `RandomCrop`, `RandomErasing` and their like compute with the
    sizes of what they are given, layers that change colours with the number of channels, a recurrent layer with `unroll=True` with that of
    steps, and look-ups with `output_mode="one_hot"` ask whether the last axis is one value.
    A class is traced when it is built, with the sizes that the source states. A Functional model holds such a layer outside of
    classes.

    ```kdl wrong
    block Up {
        input x
        weight scale: (1,) = "ones"
        output x * scale -> UpSampling2D(2, interpolation="bilinear")
    }

    model Net {
        input image: (H?, W?, 3)
        output image -> Up
    }
    ```

    ```kdl right
    block Up {
        input x
        weight scale: (1,) = "ones"
        output x * scale -> UpSampling2D(2, interpolation="bilinear")
    }

    model Net {
        input image: (64, 64, 3)
        output image -> Up
    }
    ```
    """
    nearest = ', or take `interpolation="nearest"`' if layer == "UpSampling2D" else ""
    return Says(
        f"{style} {_CANNOT}: Keras cannot follow `{layer}` in {what}, which is a class, while sizes of {show(shape)} are not known",
        f"state the sizes in the input, or move the layer out of the class{nearest}",
    )


@message("DSL510", "forgotten-in-a-class")
def forgotten_in_a_class(style: str, who: str, what: str, function: str, rank: bool, advice: str) -> Says:
    """A layer, or whoever takes an output, needs sizes that TensorFlow forgets while Keras traces the class: those of what `ops.squeeze`, `ops.median` and some other functions give.

    `ops.squeeze` without an axis may take the batch away, which only a run tells; a median along an axis of a batch of any size has no
    sizes before it runs. A graph of Keras states them by its own rules, so that a Functional model holds such a chain outside of classes.

    ```kdl wrong
    block Head {
        input x
        weight scale: (1,) = "ones"
        output ops.squeeze(x * scale) -> Dense(3)
    }

    model Net {
        input x: (6, 1, 4)
        output x -> Head
    }
    ```

    ```kdl right
    block Head {
        input x
        weight scale: (1,) = "ones"
        output ops.squeeze(x * scale, axis=2) -> Dense(3)
    }

    model Net {
        input x: (6, 1, 4)
        output x -> Head
    }
    ```
    """
    lost = "the shape" if rank else "the sizes"
    return Says(
        f"{style} {_CANNOT}: {who} needs {lost} of what `{function}` gives in {what}, which is a class: TensorFlow does not know it while Keras traces that",
        advice,
    )


@message("DSL508", "waits-in-a-class")
def waits_in_a_class(style: str, layer: str, what: str, lacks: str, argument: str) -> Says:
    """A layer has not learned yet what it computes with when Keras traces the class it stands in.

    `Discretization` without boundaries, and look-ups without a vocabulary that weigh words or have one place for each, learn in
    Python (`layer.adapt(data)`). A class is traced when it is built, which is before. A Functional model holds such a layer
    outside of classes.

    ```kdl wrong
    block Binned {
        input x
        weight scale: (1,) = "ones"
        output x * scale -> Discretization(num_bins=3)
    }

    model Net {
        input age: (1,)
        output age -> Binned
    }
    ```

    ```kdl right
    block Binned {
        input x
        weight scale: (1,) = "ones"
        output x * scale -> Discretization(bin_boundaries=[18.0, 65.0])
    }

    model Net {
        input age: (1,)
        output age -> Binned
    }
    ```
    """
    return Says(
        f"{style} {_CANNOT}: Keras runs `{layer}` while it builds {what}, which is a class, and it has no {lacks} before `adapt`",
        f"give it `{argument}=[…]`, or move it out of the class and build with `--style functional`",
    )


@message("DSL509", "listed-state-in-a-class")
def listed_state_in_a_class(style: str, layer: str, what: str, cell: str) -> Says:
    """A stack of cells hands on a state that is a tensor in a graph of Keras, and a list of that tensor in a class.

    `RNN` over a list of cells with `return_state=True` gives a list for each cell when it runs, also for a cell with one state, and
    says in a graph that this one is a tensor. A class is run, so that whatever computes with the state there would compute with a
    list.

    ```kdl wrong
    block Last {
        input x
        weight scale: (8,) = "ones"
        _, _, second = x -> RNN([GRUCell(4), GRUCell(8)], return_state=True)
        output second * scale
    }

    model Net {
        input x: (T?, 4)
        output x -> Last
    }
    ```

    ```kdl right
    block Last {
        input x
        weight scale: (8,) = "ones"
        _, second = x -> GRU(4, return_sequences=True) -> GRU(8, return_state=True)
        output second * scale
    }

    model Net {
        input x: (T?, 4)
        output x -> Last
    }
    ```
    """
    return Says(
        f"{style} {_CANNOT}: in {what}, which is a class, `{layer}` gives the state of its `{cell}` as a list of one tensor, and in a "
        "graph as that tensor",
        f"give each cell a layer of its own: `{cell.removesuffix('Cell')}(…, return_sequences=True, return_state=True)`",
    )


@message("DSL506", "in-no-style")
def in_no_style(model: str) -> Says:
    """Each style has a reason of its own not to hold the model, so that none can be built.

    Functional and Sequential make a graph of Keras once; Subclass computes in the `call` of a class. What only a call can
    hold and what no class can hold do not go together in one body. A block may be a class where the model is a graph: what only a
    call holds goes into one, and the rest stays in the model.

    ```kdl wrong
    model Net {
        input image: (H?, W?, 3)
        noisy = image + random.normal(ops.shape(image))
        output noisy -> UpSampling2D(2, interpolation="bilinear")
    }
    ```

    ```kdl right
    block Noisy {
        input x
        output x + random.normal(ops.shape(x))
    }

    model Net {
        input image: (H?, W?, 3)
        output image -> Noisy -> UpSampling2D(2, interpolation="bilinear")
    }
    ```
    """
    return Says(
        f"no style can hold the model `{model}`: each has a reason of its own",
        caption="the reason of each style is shown beside it",
        help="mend the reason of one style: put what needs a `call` into a block, or move the rest out of it",
    )


@message("DSL507", "only-flattened", severity="warning")
def only_flattened(reason: str, help: str | None) -> Says:
    """No style can write the model down as it stands, but `--flatten` can, which unrolls blocks and loops.

    Layers that are handed around are such: kept in a record, beside something else in a list, given to a function. Once all of it
    is unrolled, each layer stands where it is used. The code has no blocks and loops then, and no parameters.

    ```kdl wrong
    block Twice(act: layer) {
        input x
        output x -> act -> act
    }

    model Net {
        input x: (8,)
        acts = [ReLU, ReLU]
        acts[1] = Dense(8)
        output x -> Twice(acts[0]) -> Twice(acts[1])
    }
    ```

    ```kdl right
    block Twice(act: layer) {
        input x
        output x -> act -> act
    }

    model Net {
        input x: (8,)
        output x -> Twice(ReLU) -> Twice(Dense(8))
    }
    ```
    """
    return Says(
        "no style can write this as it stands, only `--flatten` can, which unrolls blocks and loops",
        caption=reason,
        help=f"{help}, or build it with `--flatten`" if help else "build it with `--flatten`",
    )
