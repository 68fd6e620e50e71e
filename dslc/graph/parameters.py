"""The parameters of blocks, models, fns and Python layers: each gets the value that a call gives it, or its default.

In: what is declared, and the arguments of a call.  Out: the names of a frame, and what is said of arguments that do not fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import arguments as argument_messages
from dslc.diagnostics.messages import values as messages
from dslc.diagnostics.suggest import nearest
from dslc.graph import usual
from dslc.graph.brackets import flows_as_argument
from dslc.graph.dictionaries import check_saved
from dslc.graph.frame import Frame, Recipe
from dslc.graph.interpreter import Run
from dslc.graph.using import shared
from dslc.graph.values import (
    NOTHING,
    Flowing,
    SharedLayer,
)
from dslc.keras.objects import strings
from dslc.program import nodes as p
from dslc.program.state import OF_ANY_LAYER
from dslc.record import record, replace
from dslc.source import Span


def bind_parameters(
    run: Run,
    frame: Frame,
    inner: Frame,
    parameters: Sequence[p.Parameter],
    name: str,
    positional: Sequence[Any],
    keywords: Sequence[tuple[str, Any]],
    stage: p.MakeLayer | p.CallFn | p.KerasObject,
    model: bool = False,
) -> bool:
    """Give the parameters of a block, model or fn their values in `inner`; False after a report."""
    call = _Given(
        name,
        tuple(parameter.name for parameter in parameters),
        tuple(parameter.name for parameter in parameters if parameter.layer),
        stage,
        any(value is NOTHING for value in (*positional, *(value for _, value in keywords))),
    )
    if _flows_besides(run, frame, call, positional):
        return False
    fine = _not_too_many(run, frame, call, positional)
    given = dict(zip(call.names, positional, strict=False))
    spans = dict(zip(call.names, (e.span for e in stage.positional), strict=False))
    unknown = False  # a mistyped name is most likely what is missing
    needed = _only_one_needed(call, parameters, given)
    for argument, (keyword, value) in zip(stage.keywords, keywords, strict=True):
        if keyword in call.names and keyword not in given:
            given[keyword] = value
            spans[keyword] = argument.value.span
            continue
        fine = False
        if keyword in given:
            message = argument_messages.repeated_argument(name, keyword)
            run.report(frame, message, argument.name_span, once=True)
        elif not call.lost:
            if isinstance(value, Flowing):
                flows_as_argument(run, frame, call.stage, call.name, [argument])
                return False
            known = (*call.names, *OF_ANY_LAYER) if nearest(keyword, OF_ANY_LAYER) else call.names
            message = argument_messages.unknown_argument(
                name, keyword, known, needed, _names_given(call, given)
            )
            run.report(frame, message, argument.name_span, once=True)
            unknown = True
    missing = tuple(each.name for each in parameters if each.name not in given and each.default is None)
    if missing and not unknown and not call.lost:
        given_texts = [each.span.text for each in (*stage.positional, *stage.keywords)]
        shown = [f"{each.name}={usual.usual(each)}" for each in parameters if each.name in missing]
        example = f"{name}({', '.join([*given_texts, *shown])})"
        said = argument_messages.missing_argument(name, missing, example)
        run.report(frame, replace(said, help=f"write for instance `{example}`"), stage.span, once=True)
    fine = fine and not missing
    for parameter in parameters:
        if parameter.name in given:
            span = spans[parameter.name]
            fine = _bound(run, frame, inner, call, parameter, given, span, model) and fine
        elif parameter.default is not None:
            inner.names[parameter.name] = default_value(run, inner, parameter, model)
            if isinstance(stage, p.MakeLayer):
                check_saved(run, frame, parameter, inner.names[parameter.name], parameter.default.span)
    return fine


def _names_given(call: _Given, given: Mapping[str, Any]) -> tuple[str, ...]:
    """The parameters that a call gives values to, by their place or by name."""
    return tuple({**given, **{each.name: each for each in call.stage.keywords if each.name in call.names}})


def _only_one_needed(call: _Given, parameters: Sequence[p.Parameter], given: Mapping[str, Any]) -> str | None:
    """The parameter that lacks its value, where one does, and one argument has a name that none has."""
    known = _names_given(call, given)
    lacks = [each.name for each in parameters if each.default is None and each.name not in known]
    strange = [each for each in call.stage.keywords if each.name not in call.names]
    return lacks[0] if len(lacks) == 1 and len(strange) == 1 else None


@record
class _Given:
    """A call of a block, model or fn: its name, those of its parameters, and whether an argument is `lost`: it has been
    reported, and what else is wrong may follow from it."""

    name: str
    names: tuple[str, ...]
    layered: tuple[str, ...]  # those that are layers
    stage: p.MakeLayer | p.CallFn | p.KerasObject
    lost: bool


def _flows_besides(run: Run, frame: Frame, call: _Given, positional: Sequence[Any]) -> bool:
    """Whether a call is given what flows besides its arguments, which the arrow brings already; it is reported then."""
    flows = [
        each
        for each, value in zip(call.stage.positional, positional, strict=False)
        if isinstance(value, Flowing)
    ]
    if not flows or len(positional) - len(flows) > len(call.names) or len(positional) <= len(call.names):
        return False
    flows_as_argument(run, frame, call.stage, call.name, flows)
    return True


def _not_too_many(run: Run, frame: Frame, call: _Given, positional: Sequence[Any]) -> bool:
    count = len(call.names)
    if call.lost or len(positional) <= count:
        return True
    rest = call.stage.positional[count:]
    more = ", ".join(each.span.text for each in rest)
    said = argument_messages.too_many_arguments(call.name, len(positional), call.names, (), more)
    run.report(frame, said, rest[0].span)
    return False


def _as_input(call: _Given, parameter: p.Parameter, given: Span) -> str | None:
    """What a parameter of a block has to be that is given a tensor; None for functions, which have no inputs."""
    if not isinstance(call.stage, p.MakeLayer):
        return None
    others = [each.span.text for each in call.stage.positional if each.span != given]
    others += [each.span.text for each in call.stage.keywords if each.value.span != given]
    made = f"{call.name}({', '.join(others)})" if others else call.name
    name = parameter.name
    return (
        f"it comes along the arrow: `input {name}` in `{call.name}` takes the place of the parameter, "
        f"and it is called with `(…, {name}={given.text}) -> {made}`"
    )


def _bound(
    run: Run,
    frame: Frame,
    inner: Frame,
    call: _Given,
    parameter: p.Parameter,
    values: Mapping[str, Any],
    span: Span,
    model: bool,
) -> bool:
    """Give a parameter the one of the values of a call that it has there; False after a report."""
    fine, value = True, values[parameter.name]
    if isinstance(value, Flowing):
        run.report(
            frame, messages.tensor_as_argument(f"`{span.brief}`", _as_input(call, parameter, span)), span
        )
        value, fine = NOTHING, False
    elif (
        parameter.layer and not isinstance(value, (Recipe, SharedLayer, type(None))) and value is not NOTHING
    ):
        expected = "a layer, such as `Dense(4)` or `ReLU`"
        named = (
            f'Activation("{value}")' if isinstance(value, str) and value in strings("activation") else None
        )
        advice = None if named is None else f"write `{named}`"
        made = None if named is None else Fix.writing(span, named)
        other = _exchanged(call, parameter, values)
        if other is not None:
            text = f"{call.name}({', '.join(_with(call, span, other))})"
            advice = f"is the order meant the other way round? write `{text}`"
            made = Fix("unsafe", f"write `{text}`", (Edit(span, other.text), Edit(other, span.text)))
        said = argument_messages.needs_a_layer(call.name, parameter.name, span.brief, expected, advice)
        run.report(frame, said, span, fix=made)
        fine = False
    elif isinstance(call.stage, p.MakeLayer):
        check_saved(run, frame, parameter, value, span)
    if model and parameter.kept and isinstance(value, Recipe):
        value = shared(run, value.frame, value.stage)
    inner.names[parameter.name] = value
    return fine


def _exchanged(call: _Given, parameter: p.Parameter, values: Mapping[str, Any]) -> Span | None:
    """The layer that stands in the place of a value, where a layer parameter is given a value."""
    given = dict(zip(call.names, call.stage.positional, strict=False))
    layers = (
        name
        for name in given
        if isinstance(values.get(name), (Recipe, SharedLayer)) and name not in call.layered
    )
    found = next(layers, None)
    return None if found is None or parameter.name not in given else given[found].span


def _with(call: _Given, first: Span, second: Span) -> list[str]:
    """The arguments of a call, with two of them in each other's place."""
    places = {first: second, second: first}
    named = [
        f"{each.name}={places.get(each.value.span, each.value.span).text}" for each in call.stage.keywords
    ]
    return [*(places.get(each.span, each.span).text for each in call.stage.positional), *named]


def default_value(run: Run, inner: Frame, parameter: p.Parameter, model: bool = False) -> Any:
    """The default of a parameter, which sees its file's names only; a model makes one layer of it."""
    default = parameter.default
    assert default is not None
    if parameter.layer and not _is_none(default):
        if model and parameter.kept:
            return shared(run, inner, default)  # type: ignore[arg-type]
        return Recipe(default, inner)  # type: ignore[arg-type]
    return run.evaluate(inner, default)  # type: ignore[arg-type]


def _is_none(e: p.Expr | p.Stage) -> bool:
    return isinstance(e, p.Const) and e.value is None
