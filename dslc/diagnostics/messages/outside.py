"""DSL2xx: names that Keras and Python see, and Python that a text names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages.catalogue import Says, message
from dslc.record import replace


@message("DSL221", "repeated-layer-name")
def repeated_layer_name(name: str, by_keras: bool = False, advice: str | None = None) -> Says:
    """Two layers of one model are given the same `name=`, which Keras refuses when the model is made.

    A fixed name inside a loop or a block that is used twice names several layers. Put what differs into the name with
    an f-string, or leave `name=` out: Keras numbers its own names. It does not number those of the models in
    `keras.applications`: two ResNet50 in one model need a `name=` each.

    ```kdl wrong
    model Names {
        input x: (8,)
        for i in range(2) {
            x = x -> Dense(8, name="hidden")
        }
        output x
    }
    ```
    ```kdl right
    model Names {
        input x: (8,)
        for i in range(2) {
            x = x -> Dense(8, name=f"hidden_{i}")
        }
        output x
    }
    ```
    """
    if by_keras:
        advice = advice or "Keras names every such model so: give one of them another `name=`"
    layer = name if name.isidentifier() else "layer"
    own = f'give each its own name, `name="{name}_2"` for instance, or leave `name=` out; one layer for both is `shared {layer} = …`'
    return Says(f'more than one layer is named "{name}"', help=advice or own)


def of_each_turn(name: str, turns: Sequence[str]) -> str:
    """How a layer is named that a loop makes again and again; `turns` are names that its turns have to be given first."""
    counted = f", and call the turns `{'`, `'.join(turns)}` instead of `_`" if turns else ""
    return f"write `name={name}`{counted}"


def of_each_use(name: str) -> str:
    """How a layer is named that each use of a block makes."""
    return f'write `name=name + "_{name}"`, and give the block a parameter `name`; or leave `name=` out'


@message("DSL226", "automatic-layer-name")
def automatic_layer_name(name: str, operation: bool = False) -> Says:
    """A layer is given the name that Keras itself gives to another layer or operation of the model, one without `name=`.

    Keras calls the first unnamed `Dense` "dense", the next "dense_1", a sum "add", and a model that is used as a layer by its own name.
    It wants every name of a model once, and refuses the model when it is made.

    ```kdl wrong
    model Names {
        input x: (8,)
        output x -> Dense(8, name="dense") -> Dense(3)
    }
    ```
    ```kdl right
    model Names {
        input x: (8,)
        output x -> Dense(8, name="hidden") -> Dense(3)
    }
    ```
    """
    return Says(
        f'Keras itself calls another {"operation" if operation else "layer"} of this model "{name}", one without `name=`',
        help="give this one another name" + ("" if operation else ", or that one a name of its own"),
    )


@message("DSL222", "extern-without-contract", "warning")
def extern_without_contract(name: str) -> Says:
    """A Python layer is used whose output shape nobody has declared, so nothing behind it can be checked.

    ```kdl wrong
    extern Patches(size) from my_package.layers

    model Open {
        input x: (8, 8)
        output x -> Patches(2) -> Dense(3)
    }
    ```
    ```kdl right
    extern Patches(size) from my_package.layers { input x: (H?, C?)  output (H // 2, C) }

    model Declared {
        input x: (8, 8)
        output x -> Patches(2) -> Dense(3)
    }
    ```
    """
    return Says(
        f"nobody knows what shape `{name}` gives",
        help=f"declare it: `extern {name}(…) from … {{ input x: (N?, C?)  output (N, C) }}`",
    )


@message("DSL223", "name-for-keras")
def name_for_keras(what: str, name: str) -> Says:
    """A model, a block or a layer has a name with characters that TensorFlow does not take for it.

    Keras opens a name scope for every model and layer, and TensorFlow allows ASCII letters, digits, `_`, `.`, `\\`, `/`, `>`
    and `-` in it. Building such a model, or its first training step, ends with "is not a valid root scope name". The names
    of values, inputs and parameters are free.

    ```kdl wrong
    model Größe {
        input x: (8,)
        output x -> Dense(2)
    }
    ```
    ```kdl right
    model Size {
        input größe: (8,)
        output größe -> Dense(2)
    }
    ```
    """
    odd = sorted(
        {letter for letter in name if not letter.isascii() or not (letter.isalnum() or letter in "_.-")}
    )
    found = ", ".join(f"`{letter}`" for letter in odd)
    put_in = re.sub(r"[^\w{}.-]+", "_", name, flags=re.ASCII)
    return Says(
        f'{what} cannot be called "{name}": TensorFlow does not take {found} in it',
        help=(
            f'names in braces are put in where an `f` stands before the quote: write `f"{put_in}"`'
            if re.search(r"\{\w+\}", name)
            else "use ASCII letters, digits and `_`"
        ),
    )


def slash_in_input(name: str) -> Message:
    """The only letter that Keras does not take in the name of an input."""
    said: Message = name_for_keras("an input", name)
    return replace(said, text=f'an input cannot be called "{name}": Keras takes no `/` in it', help="use another letter")  # type: ignore[no-any-return]


@message("DSL225", "name-for-python")
def name_for_python(what: str, name: str, why: str, instead: str | None = None) -> Says:
    """A model, block, fn, constant or parameter has a name that the generated module could not carry.

    The module offers every model under its own name, so that `from net import Net` works: a word of Python (`class`),
    a name of Python's own (`list`, `__init__`) or what the module itself imports (`keras`, `layers`) cannot be one. Blocks
    and constants may have the names of modules and builtins, which only the module itself sees. A parameter that holds a
    layer or a dictionary cannot be `dtype`, which Keras reads in every layer that it loads.

    ```kdl wrong
    model class {
        input x: (8,)
        output x -> Dense(2)
    }
    ```
    ```kdl right
    model Classifier {
        input x: (8,)
        output x -> Dense(2)
    }
    ```
    """
    meant = instead or name.strip("_").capitalize()
    advice = f"give it another name, `{meant}` for instance" if meant else "give it another name"
    return Says(f"{what} cannot be called `{name}`: {why}", help=advice)


@message("DSL228", "extern-not-allowed")
def extern_not_allowed(name: str, module: str, why: str, advice: str | None) -> Says:
    """An `extern` names Python that does not belong to the project.

    Checking and building run no Python that a file names, but the module that is built does, and with it `dslc verify` and
    `dslc.load`. So that a file from elsewhere cannot name whatever is installed, the module of an extern
    has to lie beside the file, in the folder of the project (the one with the `pyproject.toml`) or in its `src`. Keras's own
    `keras.applications` may be named as well.

    A package that is installed has to be allowed: by `externs = ["package"]` in `[tool.dslc]`, or by
    `--allow-extern package` for one command. Nothing allows Python's standard library: a layer of your own may use it.

    ```kdl wrong
    extern system(command) from os { input x: (C?,)  output (C,) }

    model Net {
        input x: (4,)
        output x -> system("echo")
    }
    ```
    ```kdl right
    extern Scale(by) from my_layers { input x: (C?,)  output (C,) }

    model Net {
        input x: (4,)
        output x -> Scale(2)
    }
    ```
    """
    allowing = (
        f'put it there, or allow it: `--allow-extern {advice}`, or `externs = ["{advice}"]` in [tool.dslc]'
    )
    if advice and module.endswith(".py"):
        return Says(
            f"`{name}` cannot come from `{module}`: a module is written without the ending of its file",
            help=f"write `extern {name}(…) from {module.removesuffix('.py')}`",
        )
    return Says(
        f"`{name}` cannot come from `{module}`: {why}",
        help=allowing if advice else "name a module of your own, beside this file",
    )
