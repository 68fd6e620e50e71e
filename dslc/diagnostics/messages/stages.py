"""Messages about what stands in a chain and cannot, and about layers where values are wanted (DSL206 to DSL236)."""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages.catalogue import Says, message
from dslc.record import replace


@message("DSL206", "not-a-stage")
def not_a_stage(text: str, advice: str | None = None) -> Says:
    """What stands right of an arrow is nothing that data can flow through.

    An arrow leads to a layer or block (with or without arguments), a shared instance, a tensor function
    (`ops.square`), an expression that uses `_` for the incoming value, or a list of branches.

    ```kdl wrong
    model Stage {
        input x: (8,)
        output x -> 3
    }
    ```
    ```kdl right
    model Stage {
        input x: (8,)
        output x -> _ * 3
    }
    ```
    """
    return Says(
        f"data cannot flow into `{text}`",
        help=advice
        or "right of an arrow stands a layer, a block, a tensor function, or an expression with `_`",
    )


def cond_of_nothing(chain: str | None) -> Message:
    """`cond` where no arrow leads to it; `chain` is what is meant, if its ways tell."""
    advice = f"write `{chain}`" if chain else "write `x -> cond(test, stage, stage)`"
    said: Message = not_a_stage("cond(…)", f"it stands behind an arrow, and its ways are stages: {advice}")
    return replace(said, text="nothing flows into this `cond`")  # type: ignore[no-any-return]


@message("DSL207", "value-as-stage")
def value_as_stage(name: str) -> Says:
    """An arrow leads to a value, so what comes along the arrow would be lost.

    In a fork (`x -> [A, y]`) a named value is a branch of its own. Elsewhere, merge the two
    (`[x, y] -> Add`), or drop the arrow.

    ```kdl wrong
    model Lost {
        input x: (8,)
        y = x -> Dense(3)
        output x -> y
    }
    ```
    ```kdl right
    model Merged {
        input x: (8,)
        y = x -> Dense(8)
        output [x, y] -> Add
    }
    ```
    """
    return Says(
        f"`{name}` is a value: what comes along this arrow would be lost",
        help=f"merge the two (`[…, {name}] -> Add`), or write `_ + {name}`",
        subject=name,
    )


def _as_stage(name: str, text: str, help: str, cause: Cause | None = None) -> Message:
    """What is said of a name or place at the end of an arrow of which more is known than that it is a value."""
    said: Message = value_as_stage(name)
    return replace(said, text=text, help=help, cause=cause)  # type: ignore[no-any-return]


def list_as_stage(name: str, layers: Sequence[str]) -> Message:
    """A name of a list of layers at the end of an arrow."""
    chain = " -> ".join(" ".join(each.split()) for each in layers)
    return _as_stage(
        name,
        f"`{name}` is a list of layers, through which data cannot flow",
        f"write them as a chain: `{chain}`; used more than once, `block Name = {chain}`",
    )


def recipe_as_stage(name: str, layer: str | None) -> Message:
    """A plain name for a layer at the end of an arrow; without its text it is a choice."""
    more = (
        "for new ones write the choice itself at the arrow"
        if layer is None
        else "a `block` makes new ones at each use"
    )
    return _as_stage(
        name,
        f"`{name}` is a plain name for a layer, through which data cannot flow",
        f"`shared {name} = {layer or '…'}` is one layer with one set of weights; {more}",
        None if layer is None else Cause.RECIPE,
    )


def shared_list_as_stage(name: str) -> Message:
    """A name of a list of shared layers at the end of an arrow."""
    return _as_stage(
        name,
        f"`{name}` is a list of layers, through which data cannot flow",
        f"go through it: `for layer in {name} {{ x = x -> layer }}`",
    )


def layer_of_a_list(name: str, place: str, layer: str | None) -> Message:
    """A place in a list of layers under a plain name, at the end of an arrow; `layer` is what stands there, where that is known."""
    return _as_stage(
        name,
        f"`{place}` is a layer in a list under a plain name, through which data cannot flow",
        f"make each layer where it is used, in the place of the list: `-> {layer or 'Dense(…)'}`",
        None if layer is None else Cause.RECIPE,
    )


def layer_in_turn(name: str, loop: str | None = None) -> Message:
    """A loop goes through layers, and its body sends data through what the loop hands it."""
    return _as_stage(
        name,
        f"`{name}` is a plain name for the layer of a turn, through which data cannot flow",
        (
            f"hand it to a block that uses it: `block Use(inner: layer) = inner`, then `-> Use({name})`"
            if loop is None
            else f"make each layer where it is used: {_instead(loop)}`{loop}`"
        ),
        None if loop is None else Cause.IN_TURN,
    )


def _instead(line: str) -> str:
    return "" if line.startswith("for ") else "in the place of the list and the loop "


@message("DSL208", "layer-in-arithmetic")
def layer_in_arithmetic(layer: str, operator: str, instead: str | None = None) -> Says:
    """A layer stands inside arithmetic; arrows bind loosest, so the layer is never applied to anything.

    `x -> Conv2D(8, 3) + y` reads as `x -> (Conv2D(8, 3) + y)`. Apply the layer first, then write the arithmetic as a
    stage in `_`, or name the result first.

    ```kdl wrong
    model Sum {
        input x: (8,)
        y = x -> Dense(4)
        output x -> Dense(4) + y
    }
    ```
    ```kdl right
    model Sum {
        input x: (8,)
        y = x -> Dense(4)
        output x -> Dense(4) -> _ + y
    }
    ```
    """
    if operator == "||":
        return Says(
            "`||` does not separate branches",
            help=f"branches stand in a list: write `{instead or '[A, B]'}`",
            cause=Cause.BRANCHES,
        )
    if operator == "<-":
        return Says(
            f"data does not flow into `{layer}` from the right",
            help=f"write it from left to right: `{instead or f'… -> {layer}'}`",
        )
    if instead is not None:
        return Says(
            f"`{layer}` stands inside `{operator}`, where nothing flows through it",
            help=f"write `{instead}`",
        )
    return Says(
        f"`{layer}` stands inside `{operator}`, where nothing flows through it",
        help=f"write `-> {layer} -> _ {operator} …`, or name the result first",
    )


@message("DSL209", "hole-outside-stage")
def hole_outside_stage(value: str | None = None, choice: tuple[str, str] | None = None) -> Says:
    """`_` is used where nothing comes along an arrow.

    `_` is the incoming value of the stage it stands in: `x -> _ * 2`. The condition of a stage, `-> (A if test else B)`, is no
    stage, and asks names: give what comes along the arrow one.

    ```kdl wrong
    model Hole {
        input x: (8,)
        output _ -> Dense(3)
    }
    ```
    ```kdl right
    model Hole {
        input x: (8,)
        output x -> _ * 2 -> Dense(3)
    }
    ```
    """
    if choice is not None:
        name, text = choice
        return Says(
            "the condition of a stage does not see `_`",
            help=f"give what comes along the arrow a name, `{name} = …`, and write `{name} -> ({text})`",
        )
    return Says(
        "`_` stands for the value that comes along an arrow, and none comes here",
        help=(
            f"write `{value}`"
            if value is not None
            else "write the name of the value, or let one come: `x -> …`"
        ),
    )


def hole_for_input(name: str) -> Message:
    """`_` in a block that has no input: what flows into it has a name there."""
    said: Message = hole_outside_stage()
    advice = (
        f"what flows into a block has a name: begin its body with `input {name}`, and write `{name}` for `_`"
    )
    return replace(said, help=advice)  # type: ignore[no-any-return]


@message("DSL214", "operation-without-hole")
def operation_without_hole(text: str, instead: str) -> Says:
    """A tensor function stands right of an arrow without taking what comes along it.

    A bare function is applied to the incoming value (`-> ops.square`); with arguments, `_` says where the value goes.

    ```kdl wrong
    model Mean {
        input x: (4, 8)
        output x -> ops.mean(axis=1)
    }
    ```
    ```kdl right
    model Mean {
        input x: (4, 8)
        output x -> ops.mean(_, axis=1)
    }
    ```
    """
    return Says(
        f"`{text}` does not say where the incoming value goes",
        help=f"write `{instead}`",
        instead=(text, instead),
    )


def not_shareable(name: str, text: str, what: str) -> Message:
    """`shared name = 3`: a value, which is shared without a word."""
    said: Message = not_a_layer(text, what)
    return replace(said, help=f"only a layer is shared; a value is kept under its name: `{name} = {text}`")  # type: ignore[no-any-return]


def flow_not_shareable(name: str, text: str, chain: str) -> Message:
    """`shared name = x -> Dense(3)`: data on its way, where layers are meant."""
    said: Message = not_a_layer(text, "a tensor")
    return replace(said, help=f"share the layers alone, and send data through them later: `shared {name} = {chain}`")  # type: ignore[no-any-return]


def branches_not_shareable(name: str, branches: Sequence[str]) -> Message:
    """`shared name = [Dense(3), Dense(4)]`: layers side by side, where one is meant."""
    said: Message = not_a_layer("[…]", "several layers side by side")
    each = " and ".join(f"`shared {name}_{number} = {text}`" for number, text in enumerate(branches[:2], 1))
    advice = f"share each by itself: {each}" + (", and so on" if len(branches) > 2 else "")
    return replace(said, help=advice)  # type: ignore[no-any-return]


def fn_as_layer(name: str, block: str | None) -> Message:
    """A `fn` at the end of an arrow; one that returns a layer is a block."""
    message: Message = not_a_layer(name, "a fn")
    if block is None:
        return message
    head = block.removeprefix("block ").partition("=")[0].partition("{")[0]
    called = head.partition("(")[0].strip()
    what = "gives a layer" if "{" not in block else "works on tensors"
    numbers = "{" in block and "ops." not in block
    use = f"a fn computes with numbers, `Dense({name}(…))` for instance; " if numbers else ""
    advice = f"{use}what {what} is a block: write `{block}` above, and `-> {called}{'(…)' if '(' in head else ''}` here"
    return replace(message, help=advice)  # type: ignore[no-any-return]


@message("DSL216", "not-a-layer")
def not_a_layer(name: str, what: str) -> Says:
    """A name that stands for no layer is used as one.

    ```kdl wrong
    fn half(n) = n // 2

    model Number {
        input x: (8,)
        output x -> half
    }
    ```
    ```kdl right
    fn half(n) = n // 2

    model Number {
        input x: (8,)
        output x -> Dense(half(8))
    }
    ```
    """
    if what == "a fn":
        return Says(
            f"`{name}` is a fn, not a layer that data can flow through",
            help=f"a fn computes with numbers: it gives a layer its arguments, `Dense({name}(…))` for instance",
        )
    if what == "what hides a fn":
        return Says(
            f"`{name}` is a value here, not the fn of this name",
            help="the value hides the fn from its line on: give it another name",
        )
    if what == "an activation":
        return Says(
            f"`{name}` is an activation, not a layer that data can flow through",
            help=f"write `-> Activation({name})`",
        )
    return Says(
        f"`{name}` is {what}, not a layer that data can flow through",
        help="data flows through layers, blocks and `shared` layers; a value stands left of an arrow",
    )


@message("DSL219", "wrong-parameter-use")
def layer_with_arguments(name: str, given: str, bare: str) -> Says:
    """A layer is given arguments, which it already has.

    A layer parameter takes its arguments where it is used (`-> norm(epsilon=1e-6)`) when it was given a layer without
    brackets, `norm=LayerNormalization`. `LayerNormalization()`, a chain and a `shared` layer have all of theirs: `-> norm` uses
    them. A model is never given a layer to be made, but one that there is: its arguments are written where it is made.

    ```kdl wrong
    block Twice(act: layer) = Dense(3) -> act(units=4)

    model Recipe {
        input x: (8,)
        output x -> Twice(Dense(4))
    }
    ```
    ```kdl right
    block Twice(act: layer) = Dense(3) -> act(units=4)

    model Recipe {
        input x: (8,)
        output x -> Twice(Dense)
    }
    ```
    """
    if bare == "given":
        return Says(
            f"a model is given the layer `{name}` itself, which has its arguments already",
            help=f"write `-> {name}`; its arguments stand where it is made, as in `{name}: layer = {given}`, "
            "and a block that has such a parameter makes a layer at each use",
        )
    if bare == "shared":
        return Says(f"`{name}` already has its arguments", help=f"write `-> {name}`")
    return Says(
        f"`{name}` already has its arguments: it is {given}",
        help=f"give it without brackets, `{name}={bare}`, or write `-> {name}`",
    )


@message("DSL235", "layer-may-be-none")
def no_layer_given(name: str) -> Says:
    """Data flows into a layer parameter that is None.

    A parameter `act: layer = None` is an optional layer. Where none is given, something must say what happens instead: an `if`
    around the use, or a conditional stage.

    ```kdl wrong
    block Unit(n, act: layer = None) = Dense(n) -> act

    model Net {
        input x: (8,)
        output x -> Unit(4)
    }
    ```
    ```kdl right
    block Unit(n, act: layer = None) = Dense(n) -> act if act is not None else _

    model Net {
        input x: (8,)
        output x -> Unit(4)
    }
    ```
    """
    return Says(
        f"`{name}` is None here: there is no layer for the data to flow into",
        help=f"write `-> {name} if {name} is not None else _`, or `if {name} is not None {{ … -> {name} }}`",
    )


@message("DSL236", "parameter-as-stage")
def parameter_as_stage(name: str) -> Says:
    """An arrow leads to a parameter that is not declared to be a layer.

    A parameter through which data flows is declared `name: layer`; it takes a layer, a block or a chain, each use makes a new
    one, and with a default of `None` it is optional.

    ```kdl wrong
    block Unit(n, act = None) = Dense(n) -> act

    model Net {
        input x: (8,)
        output x -> Unit(4, act=LeakyReLU(0.2))
    }
    ```
    ```kdl right
    block Unit(n, act: layer = ReLU) = Dense(n) -> act

    model Net {
        input x: (8,)
        output x -> Unit(4, act=LeakyReLU(0.2))
    }
    ```
    """
    return Says(
        f"`{name}` is a parameter, and not declared to be a layer: data cannot flow into it",
        help=(
            f"declare it `{name}: layer`; where it is the name of an activation, write `Activation({name})`"
            if name.startswith("act")
            else f"declare it `{name}: layer`; if it is a tensor, merge the two: `_ + {name}`"
        ),
    )


@message("DSL220", "conditional-captures-head", "warning")
def conditional_head(name: str) -> Says:
    """A conditional after an arrow chooses the last stage only, although it looks like a choice of the whole chain.

    `z = x -> A -> B if c else y` reads as `x -> A -> (B if c else y)`: `A` is made and computed in any case, and its value
    goes nowhere where `c` does not hold. Use brackets for the whole chain, `(x -> A -> B) if c else y`, or `_` for "no
    further stage": `x -> A -> B if c else _`.

    ```kdl wrong
    model Choice(deep = True) {
        input x: (8,)
        output x -> Dense(8) -> ReLU if deep else x
    }
    ```
    ```kdl right
    model Choice(deep = True) {
        input x: (8,)
        output (x -> Dense(8) -> ReLU) if deep else x
    }
    ```
    """
    return Says(
        f"the choice is between the last stage and `{name}`, not between the whole chain and `{name}`",
        help=f"write `(… -> …) if … else {name}`, or `_` for no further stage",
    )


@message("DSL850", "choice-in-brackets", "warning")
def choice_in_brackets(then: str, otherwise: str, chains: str, alone: str) -> Says:
    """Brackets around a chain look as if they held a choice between two chains, and it is one between two layers.

    A choice ends at the next arrow, in brackets as elsewhere: `x -> (A -> B if c else C -> D)` is `x -> A -> (B if c else C)
    -> D`. Each chain in brackets of its own is chosen as a whole: `x -> ((A -> B) if c else (C -> D))`.

    ```kdl wrong
    model Choice(deep = True) {
        input x: (8,)
        output x -> (Dense(8) -> Dense(4) if deep else Dense(16) -> Dense(4))
    }
    ```
    ```kdl right
    model Choice(deep = True) {
        input x: (8,)
        output x -> ((Dense(8) -> Dense(4)) if deep else (Dense(16) -> Dense(4)))
    }
    ```
    """
    return Says(
        f"the choice is between `{then}` and `{otherwise}` alone, not between two chains",
        help=f"for two chains write `{chains}`; if it is meant so, `{alone}`",
    )
