"""Messages about the values that say how a layer works: activations, initializers, regularizers, constraints, dtypes."""

from __future__ import annotations

from collections.abc import Iterable

from dslc.casing import with_article
from dslc.diagnostics.messages.catalogue import Says, message
from dslc.diagnostics.suggest import nearest
from dslc.diagnostics.vocabulary import values as words
from dslc.regex import regex


@message("DSL490", "unknown-object")
def unknown_object(namespace: str, name: str, known: Iterable[str]) -> Says:
    """A name behind `activations.`, `initializers.`, `regularizers.` or `constraints.` that Keras does not have.

    ```kdl wrong
    model Small {
        input x: (8,)
        output y = x -> Dense(4, kernel_initializer=initializers.HeNormall(seed=1))
    }
    ```

    ```kdl right
    model Small {
        input x: (8,)
        output y = x -> Dense(4, kernel_initializer=initializers.HeNormal(seed=1))
    }
    ```
    """
    known = list(known)
    near = nearest(name, known)
    return Says(
        f"Keras has no `{namespace}.{name}`",
        _some(known) if near is None else f"did you mean `{namespace}.{near}`?",
        instead=None if near is None else (name, near),
    )


@message("DSL491", "unknown-identifier")
def unknown_identifier(
    kind: str, value: str, known: Iterable[str], reason: str | None = None, meant: str | None = None
) -> Says:
    """A string that names no activation, initializer, regularizer, constraint or dtype.

    Most of them have a name in the style of Python (`"he_normal"`) and one in the style of classes (`"HeNormal"`).
    Some need a value and have no string: `initializers.Constant(0.5)`. Combined penalties are
    `regularizers.L1L2(l1=0.01, l2=0.01)` or the string `"l1l2"`.

    ```kdl wrong
    model Small {
        input x: (8,)
        output y = x -> Dense(4, activation="rellu")
    }
    ```

    ```kdl right
    model Small {
        input x: (8,)
        output y = x -> Dense(4, activation="relu")
    }
    ```
    """
    known = list(known)
    alike = [name for name in known if name.islower() is value.islower()]  # `"he_normal"`, not `"HeNormal"`
    now = words.meant(value, known)
    before = words.before_loss(value) if kind == "activation" and reason is None else None
    if before is not None:
        advice = f'it is a loss, which `compile` takes in Python; before it goes `"{before}"`'
        return Says(
            f'"{value}" is not an activation that Keras knows', advice, instead=(f'"{value}"', f'"{before}"')
        )
    near = None if reason is not None else now or nearest(value, alike) or nearest(value, known)
    if near is None:
        instead = None if meant is None else (f'"{value}"', meant)
        return Says(
            f'"{value}" is not {with_article(kind)} that Keras knows', reason or _some(known), instead=instead
        )
    return Says(
        f'"{value}" is not {with_article(kind)} that Keras knows',
        f'did you mean `"{near}"`?' if now is None else f'Keras calls it `"{near}"`',
        instead=(f'"{value}"', f'"{near}"'),
    )


_NUMBER = regex(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


@message("DSL492", "wrong-identifier")
def wrong_identifier(kind: str, value: str) -> Says:
    """A value of another kind where an activation, initializer, regularizer, constraint or dtype is expected.

    An activation is a string or one of `activations.*`, an initializer a string or one of `initializers.*`, and so on.

    ```kdl wrong
    model Small {
        input x: (8,)
        output y = x -> Dense(4, kernel_initializer=regularizers.L2(0.01))
    }
    ```

    ```kdl right
    model Small {
        input x: (8,)
        output y = x -> Dense(4, kernel_regularizer=regularizers.L2(0.01))
    }
    ```
    """
    where = "" if kind == "dtype" else f" or one of `{kind}s.*`"
    advice, instead = f"write a string{where}", None
    if kind == "initializer" and _NUMBER.fullmatch(value) is not None:
        advice, instead = f"write `initializers.Constant({value})`", (
            value,
            f"initializers.Constant({value})",
        )
    return Says(f"`{value}` is not {with_article(kind)}", advice, instead=instead)


@message("DSL493", "activation-called")
def activation_called(name: str, layer: str | None) -> Says:
    """An activation with brackets, where the function itself is meant.

    `activations.relu` is a function of a tensor. As an argument it stands without brackets; an activation with
    settings of its own is a layer of its own: `-> LeakyReLU(negative_slope=0.1)`.

    ```kdl wrong
    model Small {
        input x: (8,)
        output y = x -> Dense(4, activation=activations.relu())
    }
    ```

    ```kdl right
    model Small {
        input x: (8,)
        output y = x -> Dense(4, activation=activations.relu)
    }
    ```
    """
    instead = f", or use the layer `{layer}` after this one for its settings" if layer else ""
    return Says(f"`activations.{name}` is a function of a tensor", f"write it without brackets{instead}")


@message("DSL494", "activation-not-saved")
def activation_not_saved(name: str) -> Says:
    """A tensor function that is none of Keras's activations, given as one.

    Keras would compute with it, but it could not load the saved model again: it knows its own activations by name, and no other function.
    As a stage of its own the function does the same.

    ```kdl wrong
    model Small {
        input x: (8,)
        output y = x -> Dense(4, activation=ops.square)
    }
    ```

    ```kdl right
    model Small {
        input x: (8,)
        output y = x -> Dense(4) -> ops.square
    }
    ```
    """
    return Says(
        f"`ops.{name}` is no activation that Keras could find again when it loads a saved model",
        f"make it a stage of its own: `-> ops.{name}`",
    )


def _some(known: list[str]) -> str | None:
    """Names that there are, where none is near."""
    if not known:
        return None
    listed = ", ".join(known[:_LISTED])
    return f"there are {listed}{' and others' if len(known) > _LISTED else ''}"


_LISTED = 10
