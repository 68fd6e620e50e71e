"""Messages about the models of `keras.applications`, and about what is inside a model (DSL34x)."""

from __future__ import annotations

from collections.abc import Iterable

from dslc.diagnostics.diagnostic import Message, Stated
from dslc.diagnostics.messages.catalogue import Says, message
from dslc.diagnostics.suggest import nearest
from dslc.record import replace


@message("DSL340", "backbone-argument")
def backbone_refuses(backbone: str, what: str, advice: str | None = None) -> Says:
    """A model of `keras.applications` is asked for what Keras does not have.

    Weights for ImageNet are for 1000 classes, three channels and the variants that were trained; with a classifier on top the
    size of the images must be known. Keras finds out when the model is made.

    ```kdl wrong
    model Photos {
        input image: (224, 224, 3)
        output image -> applications.ResNet50(classes=10)
    }
    ```

    ```kdl right
    model Photos {
        input image: (224, 224, 3)
        output image -> applications.ResNet50(weights=None, classes=10)
    }
    ```
    """
    return Says(f"`{backbone}`: {what}", advice)


@message("DSL341", "inside-a-backbone")
def inside(backbone: str, what: str, least: int | None) -> Says:
    """A layer inside a model of `keras.applications` cannot work with what the model is given.

    Most often the images are so small that nothing is left of them on the way. Without `input_shape` Keras finds out only when
    the model is called.

    ```kdl wrong
    model Photos {
        input image: (16, 16, 3)
        output image -> applications.VGG16(include_top=False, weights=None)
    }
    ```

    ```kdl right
    model Photos {
        input image: (64, 64, 3)
        output image -> applications.VGG16(include_top=False, weights=None)
    }
    ```
    """
    size = "larger images" if least is None else f"images of at least {least}x{least}"
    return Says(f"inside `{backbone}`: {what}", f"give it {size}")


def within(backbone: str, said: Message) -> Message:
    """What is said of a layer inside a model of `keras.applications`, of that model."""
    stated = said.stated
    if stated is not None:
        again = stated.again
        stated = Stated(stated.condition, stated.axis, lambda what, axes: within(backbone, again(what, axes)))
    return replace(said, text=f"inside `{backbone}`: {said.text}", stated=stated)  # type: ignore[no-any-return]


@message("DSL342", "unknown-tap")
def unknown_tap(backbone: str, name: str, known: Iterable[str], reason: str | None = None) -> Says:
    """There is no layer of that name inside the model that `taps` looks into.

    The names are those that Keras gives to the layers of the model, and for a model of one's own the `name=` of its layers.
    Keras numbers a layer without a name by itself (`conv2d_12`), and the number depends on what was made before: that is no name to
    rely on.

    ```kdl wrong
    model Photos {
        input image: (224, 224, 3)
        shared base = applications.ResNet50(include_top=False)
        output image -> taps(base, "conv3_block4")
    }
    ```

    ```kdl right
    model Photos {
        input image: (224, 224, 3)
        shared base = applications.ResNet50(include_top=False)
        output image -> taps(base, "conv3_block4_out")
    }
    ```
    """
    near = near_tap(name, known)
    return Says(
        f"`{backbone}` has no layer `{name}`", reason or (None if near is None else f"did you mean `{near}`?")
    )


def near_tap(name: str, known: Iterable[str]) -> str | None:
    """The layer inside a model that a name most likely means."""
    names = list(known)
    ends = (f"{name}_out", f"{name}_output", f"{name}_add")
    return next((each for each in ends if each in names), None) or nearest(name, names)


@message("DSL343", "taps-of")
def taps_of(what: str | None, layer: str | None = None, names: str = '["a", "b"]') -> Says:
    """`taps` looks into a model that exists: one under a `shared` name, which may be used as a whole besides.

    It takes that name, and the names of layers inside: a list, which gives as many tensors, or one name, which gives one.

    ```kdl wrong
    model Photos {
        input image: (224, 224, 3)
        output image -> taps(applications.ResNet50(include_top=False), "conv3_block4_out")
    }
    ```

    ```kdl right
    model Photos {
        input image: (224, 224, 3)
        shared base = applications.ResNet50(include_top=False)
        output image -> taps(base, "conv3_block4_out")
    }
    ```
    """
    if what is None:
        return Says(
            "`taps` takes a shared model and the names of layers inside it",
            f"write `shared base = …` with the model above, and in place of the model `x -> taps(base, {names})`",
        )
    return Says(
        f"`taps` looks into a model under a `shared` name, and `{what}` is none",
        (
            f"write `shared base = {what}` above, and `taps(base, …)` here"
            if layer is None
            else f"write `shared {what} = {layer}` above"
        ),
    )


def taps_of_nothing(chain: str | None) -> Message:
    """`taps` where no arrow leads to it; `chain` is what is meant, if the arguments tell."""
    said: Message = taps_of(None)
    help = said.help if chain is None else f"it stands behind an arrow: write `{chain}`"
    return replace(said, text="nothing flows into this `taps`", help=help)  # type: ignore[no-any-return]


@message("DSL344", "names-of-taps")
def names_of_taps(text: str) -> Says:
    """The second argument of `taps` says which layers are meant: a list of their names, or one name in quotes.

    ```kdl wrong
    model Photos {
        input image: (224, 224, 3)
        shared base = applications.ResNet50(include_top=False)
        output image -> taps(base, [3, 4])
    }
    ```

    ```kdl right
    model Photos {
        input image: (224, 224, 3)
        shared base = applications.ResNet50(include_top=False)
        a, b = image -> taps(base, ["conv3_block4_out", "conv4_block6_out"])
        output a
        output b
    }
    ```
    """
    return Says(
        f"`{text}` is no list of names of layers",
        (
            "no layer has a number here, it is asked for by its name: write a list of strings, each once"
            if set(text) <= set("[](),- 0123456789")
            else "write a list of strings, each once; a name by itself stands in quotes"
        ),
    )
