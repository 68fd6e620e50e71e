"""The doors to all that `dslc` knows of Keras layers.

    row = find("Conv2D")
    layer = construct(row, [32, 3], [("activation", "relu")])       # a Layer, or every reason why Keras refuses it
    effect = call(layer, [Tensor((BATCH, 28, 28, 1))], [], None)    # an Effect, or the reason

In: names, static values and tensors.  Out: data; no door raises for a user's mistake. Knowledge lies in `rows/` (one row
a layer) and `rules/` (what arguments and shapes do), a file per Keras folder, loaded when a model first uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

from dslc.diagnostics.messages import arguments as say
from dslc.diagnostics.messages import shapes
from dslc.diagnostics.suggest import nearest
from dslc.diagnostics.vocabulary import arguments as former
from dslc.keras.applications import FAMILIES, PREFIX
from dslc.keras.kinds import anything, asked, by_name, free_size, has_unknown, known_stand_in, size, whole
from dslc.keras.layer import Kind, Layer, Parameter, Refused, Row, Signature, Undetermined
from dslc.keras.policies import policy
from dslc.keras.signatures import ALIASES, LAYERS
from dslc.keras.types import Effect, Refusal, Tensor, Unknown, Weight
from dslc.keras.whole_numbers import of_run
from dslc.keras.written import written
from dslc.record import record, replace
from dslc.shapes.dim import Dim
from dslc.shapes.shape import product

EMBEDDINGS = ("Embedding", "ReversibleEmbedding")
"""Layers that look up a vector for each whole number, and take 0 for padding where `mask_zero` says so."""
_LITERALS = frozenset((int, float, str, bool, type(None)))
_BASE = {"trainable": True, "autocast": True}
"""Defaults of the arguments that every layer takes, where they are not None."""


@cache
def find(name: str) -> Row | None:
    """The row of a layer by its name or an alias (`MaxPool2D`), or None."""
    own = ALIASES.get(name, name)
    entry = _entry(own)
    if entry is None:
        return None
    rows: dict[str, Row] = import_module(f"dslc.keras.rows.{entry[0]}").ROWS
    return rows.get(own)


def _entry(name: str) -> tuple[str, tuple[Any, ...], tuple[str, ...], tuple[Any, ...]] | None:
    """Where a layer stands, its constructor, what more that takes, and its call."""
    if not name.startswith(PREFIX):
        return LAYERS.get(name)
    from dslc.keras.application_signatures import APPLICATIONS

    found = APPLICATIONS.get(name.removeprefix(PREFIX))
    if found is None:
        return None
    return "applications", found, ("trainable",), (("inputs",), ("training", None), ("mask", None))


def exists(name: str) -> bool:
    """Whether Keras has a layer of that name or alias, or a model by its name (`applications.ResNet50`)."""
    return name in ALIASES or _entry(name) is not None


def names() -> list[str]:
    """All names of layers, aliases too."""
    return [*LAYERS, *ALIASES]


def aliases(row: Row) -> tuple[str, ...]:
    """The other names under which Keras offers the layer."""
    return tuple(other for other, own in ALIASES.items() if own == row.name)


def applications() -> list[str]:
    """The models of `keras.applications`: `applications.ResNet50`."""
    return [f"{PREFIX}{name}" for name in FAMILIES]


def folder(row: Row) -> str:
    """Keras's folder of the layer: core, convolutional, pooling …"""
    entry = _entry(row.name)
    assert entry is not None
    return entry[0]


def signature(row: Row) -> Signature:
    """Constructor and call parameters with their defaults, in Keras's order; what `**kwargs` lets through comes last."""
    return _signature(row.name)


@cache
def _signature(name: str) -> Signature:
    entry = _entry(name)
    assert entry is not None
    _, constructor, extras, call_parameters = entry
    made = _parameters(constructor)
    made += [Parameter(name, _BASE.get(name), False, "extra") for name in extras]
    return Signature(tuple(made), tuple(_parameters(call_parameters)))


def arguments(name: str) -> tuple[str, ...]:
    """What the constructor of a layer takes, in Keras's order; nothing for what is no layer."""
    row = find(name)
    return () if row is None else tuple([each.name for each in signature(row).constructor])


def required(name: str) -> tuple[str, ...]:
    """What the constructor of a layer cannot do without, in Keras's order."""
    row = find(name)
    return () if row is None else tuple([each.name for each in signature(row).constructor if each.required])


def takes(row: Row, argument: str) -> bool:
    """Whether the constructor of a layer has an argument of that name."""
    return argument in _constructor(row.name).kinds


def takes_only_a_number(row: Row, argument: str) -> bool:
    """Whether the constructor of a layer takes nothing but a whole number there, as `units`, and no tuple or name."""
    return _constructor(row.name).kinds.get(argument) in (size, whole)


def parameter_count(weights: Sequence[Weight]) -> Dim:
    """How many numbers the weights hold together."""
    total: Dim = 0
    for weight in weights:
        total = product(weight.shape) + total
    return total


def construct(
    row: Row, positional: Sequence[Any], keywords: Sequence[tuple[str, Any]]
) -> Layer | list[Refusal]:
    """Make a layer; the list of refusals says everything that Keras has against the arguments."""
    given = _literal((*positional, *(value for _, value in keywords)))
    if given is None:
        return _construct(row, positional, keywords)
    return _construct_literal(row.name, given, len(positional), tuple([name for name, _ in keywords]))


def takes_value(row: Row, argument: str, value: Any) -> bool:
    """Whether an argument takes a value, whatever else is given."""
    made = construct(row, [], [(argument, value)])
    return isinstance(made, Layer) or all(each.argument != argument for each in made)


def _literal(values: Sequence[Any]) -> tuple[tuple[type, Any], ...] | None:
    """Values with their types (True is not 1), when they are plain enough to be remembered."""
    for value in values:
        if type(value) not in _LITERALS and not (
            type(value) is tuple and all(type(item) is int for item in value)
        ):
            return None
    return tuple([(type(value), value) for value in values])


@lru_cache(maxsize=1024)
def _construct_literal(
    name: str, given: tuple[tuple[type, Any], ...], positional: int, names: tuple[str, ...]
) -> Layer | list[Refusal]:
    """Most layers of a model are made from the same few arguments."""
    row = find(name)
    assert row is not None
    values = [value for _, value in given]
    return _construct(row, values[:positional], list(zip(names, values[positional:], strict=True)))


def _construct(
    row: Row, positional: Sequence[Any], keywords: Sequence[tuple[str, Any]]
) -> Layer | list[Refusal]:
    table = _constructor(row.name)
    arguments = dict(table.defaults)
    refusals: list[Refusal] = []
    given: list[str] = []
    partial = False
    if len(positional) > len(table.positional):  # what each of them is for, nobody knows then
        return [Refusal(say.too_many_arguments(row.name, len(positional), table.positional, positional))]
    for name, value in [*zip(table.positional, positional, strict=False), *keywords]:
        if name in given:
            refusals.append(Refusal(say.repeated_argument(row.name, name), name))
            continue
        kind = table.kinds.get(name)
        if kind is None:
            refusals.append(Refusal(say.unknown_argument(row.name, name, table.kinds, None, given), name))
            continue
        given.append(name)
        arguments[name] = value
        if type(value) not in _LITERALS and has_unknown(value):
            partial = True
            late = free_size(value)
            if late is not None:
                refusals.append(Refusal(say.size_not_known(row.name, name, str(late)), name))
                continue
            if not isinstance(value, (tuple, list)):
                continue
            # what stands around the unknown numbers is checked: a tuple where a number belongs is wrong in any case
            message = kind(row.name, name, known_stand_in(value))
        else:
            message = kind(row.name, name, value)
        if message is not None:
            refusals.append(Refusal(message, name))
    if (
        "input_shape" in given
        and arguments.get("input_dim") is not None
        and "input_dim" in table.extras
        and row.name != "HashedCrossing"
    ):
        reason = "both say the shape of the input"
        refusals.append(
            Refusal(say.conflict(row.name, "`input_dim`", "`input_shape`", reason), "input_shape")
        )
    missing = tuple([name for name in table.required if name not in given])
    if missing and refusals:
        missing = tuple([name for name in missing if not _is_meant(row, name, refusals)])
    strange = [
        index
        for index, each in enumerate(refusals)
        if each.message.code == "DSL301" and each.message.instead is None
    ]
    if len(missing) == len(strange) == 1:
        written = refusals[strange[0]].argument or ""  # one mistake: the argument under another name
        refusals[strange[0]] = Refusal(say.unknown_argument(row.name, written, (), missing[0]), written)
    elif missing:
        example = f"{row.name}({', '.join(table.required)})"
        refusals.append(Refusal(say.missing_argument(row.name, missing, example)))
    if refusals:
        return refusals
    plan = None
    try:
        plan = row.construct(row.name, arguments)
    except Refused as refused:
        return [refused.refusal]
    except Undetermined:
        pass
    except (TypeError, ValueError, AttributeError, LookupError):
        if not partial:  # a rule that met a value nobody knows yet stops there
            raise
    compute, variable = policy(arguments.get("dtype"))
    return Layer(
        row,
        arguments,
        tuple(given),
        plan,
        compute,
        variable,
        arguments.get("trainable") is not False,
        partial,
    )


def _is_meant(row: Row, missing: str, refusals: list[Refusal]) -> bool:
    """Whether an unknown argument stands for a missing one; its refusal then says so, and that is enough."""
    for index, refusal in enumerate(refusals):
        written = refusal.argument or ""
        meant = (
            missing.startswith(written) or missing in former.named(written) or nearest(written, (missing,))
        )
        if refusal.message.code == "DSL301" and meant:
            refusals[index] = Refusal(say.unknown_argument(row.name, written, (missing,)), written)
            return True
    return False


def call(
    layer: Layer, positional: Sequence[Any], keywords: Sequence[tuple[str, Any]], built: Effect | None
) -> Effect | Refusal:
    """What `layer(x, mask=…)` does. `built` is the effect of the instance's first call when this is a later one."""
    row = layer.row
    table = _caller(row.name)
    first: Any
    if (
        len(positional) == 1
        and not keywords
        and len(table.required) <= 1
        and isinstance(positional[0], Tensor)
    ):
        first, arguments = positional[0], table.defaults  # by far the most frequent call
    else:
        bound = _bind_call(layer, table, positional, keywords)
        if isinstance(bound, Refusal):
            return bound
        arguments = bound
        first = arguments[table.positional[0]] if table.positional else None
    given = [first] if isinstance(first, Tensor) else [leaf for value in positional for leaf in leaves(value)]
    dtypes = {of_run(each) for each in given if isinstance(each, Tensor)}
    whole = any("float" not in dtype for dtype in dtypes)
    if whole:
        refusal = _not_computed(layer, dtypes, len(given) == 1)
        if refusal is not None:
            return refusal
    try:
        if row.takes == "any" or isinstance(first, Tensor):
            effect = row.call(layer, first, arguments, built)
        elif row.takes in ("each", "stacked") and isinstance(first, (tuple, list)) and first:
            effect = replace(_each(layer, first, arguments, built), warnings=_stacked(layer))
        else:
            return Refusal(
                shapes.one_tensor(row.name, _count(first)), table.positional[0] if table.positional else None
            )
        effect = _on_numbers(layer, first, given, effect) if whole else effect
        effect = _as_codes(layer, effect) if "output_mode" in layer.args else effect
        return effect if "float" in layer.compute else _on_cast(layer, dtypes, effect)
    except Refused as refused:
        return refused.refusal
    except Undetermined:
        return Effect(Tensor(None, layer.compute))
    except (TypeError, ValueError, AttributeError, LookupError):
        if not layer.partial:
            raise
        return Effect(Tensor(None, layer.compute))


def _not_computed(layer: Layer, dtypes: set[str], alone: bool) -> Refusal | None:
    """Why no run of a layer computes with inputs of these dtypes."""
    from dslc.keras.rules.kernels import never_computed

    return never_computed(layer, dtypes, alone)


def _on_numbers(layer: Layer, first: Any, given: Sequence[Any], effect: Effect) -> Effect:
    """What a layer does with whole numbers, with a warning where TensorFlow cannot compute it."""
    from dslc.keras.rules.kernels import without_kernel
    from dslc.keras.rules.leaving import with_run_dtypes

    effect = with_run_dtypes(layer, given, effect)
    dtype = of_run(first) if isinstance(first, Tensor) else "float32"
    warning = None if "float" in dtype else without_kernel(layer, dtype)
    return effect if warning is None else replace(effect, warnings=(*effect.warnings, warning))


def _on_cast(layer: Layer, dtypes: set[str], effect: Effect) -> Effect:
    """What a layer does whose own dtype is none of floats, with a warning where TensorFlow cannot compute it with floats that it casts."""
    from dslc.keras.rules.kernels import without_kernel_for_cast
    from dslc.keras.rules.leaving import with_cast_dtype

    if not any("float" in each for each in dtypes):
        return effect
    effect = with_cast_dtype(layer, effect)
    warning = without_kernel_for_cast(layer)
    return effect if warning is None else replace(effect, warnings=(*effect.warnings, warning))


def _as_codes(layer: Layer, effect: Effect) -> Effect:
    """What a layer does that gives codes, with a warning where TensorFlow cannot make them in its dtype."""
    from dslc.keras.rules.kernels import without_codes

    warning = without_codes(layer)
    return effect if warning is None else replace(effect, warnings=(*effect.warnings, warning))


@record
class _Table:
    """A parameter list, ready for binding."""

    positional: tuple[str, ...]
    required: tuple[str, ...]
    defaults: dict[str, Any]
    kinds: dict[str, Kind]
    extras: tuple[str, ...]


@cache
def _constructor(name: str) -> _Table:
    row = find(name)
    assert row is not None
    return _table(_signature(name).constructor, lambda each: row.kinds.get(each.name) or _kind(each))


def _kind(parameter: Parameter) -> Kind:
    """The kind of an argument by its name, or by its default."""
    found = by_name(parameter.name)
    return asked if found is anything and isinstance(parameter.default, bool) else found


@cache
def _caller(name: str) -> _Table:
    table = _table(_signature(name).call, lambda each: anything)
    if (
        "training" in table.defaults
    ):  # Keras fills it with what the model does, whatever stands in the signature
        table.defaults["training"] = None
    return table


def _table(parameters: Sequence[Parameter], kind: Callable[[Parameter], Kind]) -> _Table:
    return _Table(
        tuple(p.name for p in parameters if p.kind == "positional"),
        tuple(p.name for p in parameters if p.required),
        {p.name: p.default for p in parameters if not p.required},
        {p.name: kind(p) for p in parameters},
        tuple(p.name for p in parameters if p.kind == "extra"),
    )


def _parameters(entries: tuple[Any, ...]) -> list[Parameter]:
    found, kind = [], "positional"
    for entry in entries:
        if entry[0] in ("*", "*args"):
            kind = "keyword"
        elif entry[0] != "**":
            required = len(entry) == 1
            found.append(Parameter(entry[0], None if required else entry[1], required, kind))
    return found


def _bind_call(
    layer: Layer, table: _Table, positional: Sequence[Any], keywords: Sequence[tuple[str, Any]]
) -> dict[str, Any] | Refusal:
    """The call's arguments by name, or why Keras would not take them."""
    if len(positional) > len(table.positional):
        return Refusal(say.too_many_arguments(layer.name, len(positional), table.positional))
    for value in positional:
        for leaf in leaves(value):
            if leaf is not None and not isinstance(leaf, (Tensor, Unknown)):
                return Refusal(say.static_by_position(layer.name, written(leaf)))
    for count, name in enumerate(table.positional[: len(positional)]):
        if name == "training":  # Keras fills it by name in every model, whatever stands in its place
            called = f"the call of {layer.name}"
            return Refusal(say.too_many_arguments(called, len(positional), table.positional[:count]))
    arguments = dict(zip(table.positional, positional, strict=False))
    for name, value in keywords:
        if name in arguments:
            return Refusal(say.repeated_argument(layer.name, name), name)
        if name not in table.kinds:
            if name == "training":
                continue  # Keras hands it to every layer; those that do not use it never see it
            return Refusal(say.unknown_argument(layer.name, name, table.kinds), name)
        arguments[name] = value
        inside = leaves(value)
        if any(isinstance(leaf, Tensor) for leaf in inside) and not all(
            leaf is None or isinstance(leaf, Tensor) for leaf in inside
        ):
            return Refusal(say.mixed(layer.name, name), name)
    for name, value in arguments.items():
        if isinstance(value, Tensor) and table.defaults.get(name) is False and name != "training":
            return Refusal(
                say.wrong_type(f"the call of {layer.name}", name, "a tensor", "True or False"), name
            )
    missing = tuple(name for name in table.required if name not in arguments)
    if missing:
        example = f"({', '.join(table.required)}) -> …"
        return Refusal(say.missing_argument(f"the call of {layer.name}", missing, example))
    return {**table.defaults, **arguments}


def _stacked(layer: Layer) -> tuple[Refusal, ...]:
    """A warning for what gives a list back while it is followed, and makes one tensor of it in a run, or in one that trains."""
    amounts = dict(layer.args)
    if layer.row.takes == "each" or amounts.get("rate", amounts.get("stddev")) == 0:
        return ()
    reason = "Keras makes one tensor of the list that it is given, in training at the latest"
    advice = f"send each tensor through a layer of its own: `[a -> {layer.name}(…), b -> {layer.name}(…)]`"
    return (Refusal(shapes.fails_when_run(layer.name, reason, advice), inputs=(0,)),)


def _each(layer: Layer, nest: Any, arguments: dict[str, Any], built: Effect | None) -> Effect:
    """The effect on every tensor of a nest, for layers that treat them all alike."""
    results = []
    flops: Dim = 0
    for value in nest:
        if isinstance(value, Tensor):
            effect = layer.row.call(layer, value, arguments, built)
        elif isinstance(value, (tuple, list)) and value:
            effect = _each(layer, value, arguments, built)
        else:
            raise Refused(Refusal(shapes.one_tensor(layer.name, _count(value))))
        results.append(effect.result)
        flops = effect.flops + flops
    return Effect(type(nest)(results), flops=flops)


def leaves(value: Any) -> list[Any]:
    """The values in a nest of lists and tuples, in order."""
    if isinstance(value, (tuple, list)):
        return [leaf for element in value for leaf in leaves(element)]
    return [value]


def _count(value: Any) -> str:
    inside = leaves(value)
    if isinstance(value, (tuple, list)):
        return f"a {'list' if isinstance(value, list) else 'tuple'} of {len(inside)}"
    return written(value)
