"""DSL394–397 and DSL870: static dictionaries, the arguments that they hold, and values that Keras cannot save."""

from __future__ import annotations

from dslc.diagnostics.messages.catalogue import Says, message


@message("DSL394", "not-in-a-dictionary")
def not_in_a_dictionary(what: str, advice: str) -> Says:
    """A dictionary holds static values: numbers, strings, tuples, lists, other dictionaries, regularizers and their like.

    Tensors and layers under keys are a record, which grows as the model is built.

    ```kdl wrong
    model Branches {
        input x: (8,)
        parts = {"wide": x, "deep": x -> Dense(4)}
        output values(parts) -> Concatenate
    }
    ```
    ```kdl right
    model Branches {
        input x: (8,)
        parts = record()
        parts["wide"] = x
        parts["deep"] = x -> Dense(4)
        output values(parts) -> Concatenate
    }
    ```
    """
    return Says(f"a dictionary cannot hold {what}", advice)


LAYERS_WHERE_USED = 'write the layers where they are used: `-> ReLU if kind == "relu" else LeakyReLU`'
"""What to do with layers under keys."""


@message("DSL395", "repeated-key")
def repeated_key(key: str) -> Says:
    """A key stands twice in one dictionary, and only the last of its values would count.

    Entries of another dictionary may be replaced: `{**OPTIONS, "padding": "valid"}`.

    ```kdl wrong
    OPTIONS = {"padding": "same", "padding": "valid"}

    model Net {
        input x: (8, 8, 1)
        output x -> Conv2D(4, 3, **OPTIONS)
    }
    ```
    ```kdl right
    OPTIONS = {"padding": "valid"}

    model Net {
        input x: (8, 8, 1)
        output x -> Conv2D(4, 3, **OPTIONS)
    }
    ```
    """
    return Says(f"the key {key} stands twice in this dictionary", "keep one of the two")


@message("DSL396", "only-in-words")
def only_in_words(name: str, called: str) -> Says:
    """An argument that has to be written in the call itself, not in a dictionary behind `**`.

    A name that Python keeps for itself is another one in the generated code. What a block or model is called, and whether
    it trains, has to be seen in the text: a key that is computed says it too late. And `trainable` of a backbone or an
    `extern` is set behind it, which wants a dictionary that is written out, here or in a constant.

    ```kdl wrong
    block Net(options) {
        input image
        output image -> applications.MobileNet(**options)
    }

    model Frozen {
        input image: (64, 64, 3)
        output image -> Net({"include_top": False, "trainable": False})
    }
    ```
    ```kdl right
    block Net(options, tuned) {
        input image
        output image -> applications.MobileNet(**options, trainable=tuned)
    }

    model Frozen {
        input image: (64, 64, 3)
        output image -> Net({"include_top": False}, False)
    }
    ```
    """
    return Says(f"`{called}` takes `{name}` in words only", f"write `{name}=…` where `{called}` is used")


@message("DSL397", "key-not-saved")
def key_not_saved(parameter: str, key: str) -> Says:
    """A parameter is given a dictionary with keys that are no strings. Keras saves parameters as JSON, where every key is
    a string: the loaded model would have other keys.

    Such a dictionary is a constant of the file, or a value of the body.

    ```kdl wrong
    model Net(sizes = {0: 4, 1: 8}) {
        input x: (8,)
        output x -> Dense(sizes[0]) -> Dense(sizes[1])
    }
    ```
    ```kdl right
    SIZES = {0: 4, 1: 8}

    model Net {
        input x: (8,)
        output x -> Dense(SIZES[0]) -> Dense(SIZES[1])
    }
    ```
    """
    return Says(
        f"`{parameter}` has the key {key}, which Keras would save as a string",
        "keys of a parameter are strings; others stand in a constant of the file",
    )


@message("DSL870", "range-not-saved")
def range_not_saved(parameter: str, listed: str | None) -> Says:
    """A parameter of a block or model is given a `range`, which Keras cannot save: it builds and runs, and `save` fails.

    A list of the same numbers is saved, and gone through in the same way.

    ```kdl wrong
    block Deep(turns = range(2)) {
        input x
        for i in turns { x = x -> Dense(4 + i) }
        output x
    }

    model Net {
        input x: (8,)
        output x -> Deep
    }
    ```
    ```kdl right
    block Deep(turns = list(range(2))) {
        input x
        for i in turns { x = x -> Dense(4 + i) }
        output x
    }

    model Net {
        input x: (8,)
        output x -> Deep
    }
    ```
    """
    return Says(
        f"`{parameter}` is given a range, which Keras cannot save",
        f"write `{listed}`" if listed is not None else "write `list(range(…))` for it",
    )
