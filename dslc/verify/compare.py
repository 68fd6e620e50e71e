"""What Keras says of a model, held against what the checker said of it.

In: a model, the calls it made, and the task (`job.py`).  Out: findings, each with its place and its culprit; nothing where Keras
agrees.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Union

from dslc.casing import with_article
from dslc.record import record
from dslc.verify.alone import run_against_graph
from dslc.verify.blame import Culprit
from dslc.verify.calls import Call, First, Notes, Spec, extern_of, name_of, variables
from dslc.verify.running import arranged, listed

At = Union[tuple[str, int], None]
"""What a finding is about: `("call", 3)`, `("input", 0)`, `("output", 1)`, by their places in the task; `("line", 12)` of the
generated module."""


@record
class Finding:
    """Something that is not as the checker said: where, whose mistake that is, and what shows it."""

    what: str
    expected: str
    found: str
    at: At = None
    culprit: Culprit = "dslc"
    more: str = ""


def of_counts(model: Any, task: dict[str, Any], owned: list[Any]) -> list[Finding]:
    """The numbers of parameters, without those of externs, of which nobody knows anything."""
    foreign = [layer for layer in owned if extern_of(layer)]

    def size(variables: list[Any]) -> int:
        total = 0
        for variable in variables:
            count = 1
            for dim in variable.shape:
                count *= dim
            total += count
        return total

    theirs = {id(variable) for layer in foreign for variable in layer.weights}

    def ours(variables: list[Any]) -> int:  # an idle extern is in no Functional model
        return size([each for each in variables if id(each) not in theirs])

    found = [ours(part) for part in (model.weights, model.trainable_weights, model.non_trainable_weights)]
    at = _other_size(task, [layer for layer in owned if not extern_of(layer)], size)
    words = ["the number of parameters", "the number of trainable parameters", "that of the others"]
    return [
        Finding(what, f"{expected:,}", f"{number:,}", at)
        for what, expected, most, number in zip(
            words, task["parameters"], task["most"]["parameters"], found, strict=True
        )
        if expected is not None and not expected <= number <= max(expected, most or 0)
    ][:2]


def _other_size(task: dict[str, Any], owned: list[Any], size: Any) -> At:
    """The first layer that has not the parameters the checker counts, where the layers are otherwise the same."""
    expected = [each for each in task["instances"] if each[1]]
    if len(expected) != len(owned):
        return None
    for (name, count, call), layer in zip(expected, owned, strict=True):
        if name_of(layer) != name and name != "Weight":
            return None
        if count != size(variables(layer)):
            return ("call", call)
    return None


def of_contracts(made: list[Call], task: dict[str, Any]) -> list[Finding]:
    """Where an extern gives other shapes than its contract in the source says.

    Only TensorFlow leaves unknown sizes open when Keras infers shapes; elsewhere the run tells.
    """
    import keras

    findings: list[Finding] = []
    if keras.backend.backend() != "tensorflow":
        return findings
    for layer, shapes in made:
        name = extern_of(layer)
        if name is None or task["calls"] is None:
            continue
        every = (task["most"]["calls"] or task["calls"])[0]  # a function calls idle ones, too
        stated = [(index, call[1]) for index, call in enumerate(every) if call[0] == name]
        if not any(_may_be(expected, shapes) for _, expected in stated) and stated:
            index, expected = stated[0]
            what = f"the output of the extern {name}"
            expected = [_as_open_as(one, other) for one, other in zip(expected, shapes, strict=False)]
            at: At = ("call", index) if index < len(task["calls"][0]) else None
            findings.append(Finding(what, shapes_text(expected), shapes_text(shapes), at, "extern"))
    return findings[:1]


def _as_open_as(one: Any, other: tuple[Any, ...]) -> Any:
    """A shape of a run without the sizes that Keras leaves open."""
    if one is None or len(one) != len(other):
        return one
    return [None if known is None else size for size, known in zip(one, other, strict=True)]


def _may_be(expected: list[Any], found: list[tuple[Any, ...]]) -> bool:
    """Whether shapes of a run fit those that Keras inferred."""
    return len(expected) == len(found) and all(
        one is None
        or (
            len(one) == len(other)
            and all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))
        )
        for one, other in zip(expected, found, strict=True)
    )


def of_inputs(model: Any, task: dict[str, Any]) -> list[Finding]:
    """What the model itself says of its inputs, if it does; a subclassed model does not."""
    import keras

    inputs = keras.tree.flatten(getattr(model, "inputs", None) or [])
    if not inputs:
        return []
    if len(inputs) != len(task["inputs"]):
        return [Finding("the number of inputs", str(len(task["inputs"])), str(len(inputs)))]
    ports = task["inputs"]
    if task["named"]:  # Keras sorts the keys of a dict
        ports = sorted(ports, key=lambda port: port["name"])
    findings = []
    for port, one in zip(ports, inputs, strict=True):
        at = ("input", task["inputs"].index(port))
        if port["shape"] is not None and port["shape"] != list(one.shape):
            findings.append(
                Finding(
                    f"the shape of input {port['name']}",
                    shape_text(port["shape"]),
                    shape_text(list(one.shape)),
                    at,
                )
            )
        if port["dtype"] != keras.backend.standardize_dtype(one.dtype):
            findings.append(Finding(f"the dtype of input {port['name']}", port["dtype"], str(one.dtype), at))
    return findings


def of_inference(model: Any, task: dict[str, Any], page: Notes, others: bool) -> list[Finding]:
    """What Keras infers of the outputs, for inputs of the shapes that the source states."""
    import keras

    given = None if others else _inferred(model, task, page)
    if given is None:
        inputs = [
            keras.Input(batch_shape=one["shape"], dtype=one["dtype"], sparse=one["sparse"])
            for one in task["inputs"]
        ]
        given = model(arranged(inputs, task))
    findings = []
    decided = task["calls"] is not None and not task["parted"]
    results = listed(given, task)
    if len(results) != len(task["outputs"]):
        return [Finding("the number of outputs", str(len(task["outputs"])), str(len(results)))]
    for number, (expected, result) in enumerate(zip(task["outputs"], results, strict=True)):
        at = ("output", number)
        shape = list(result.shape)
        if expected["shape"] is not None and not any(
            _same_or_less_known(each, shape, decided, expected["sizes"])
            for each in (expected["graph"], expected["shape"])
            if each is not None
        ):
            findings.append(
                Finding(
                    f"the shape of output {expected['name']}",
                    shape_text(expected["shape"]),
                    shape_text(shape),
                    at,
                )
            )
        # a class follows its call, a graph of layers what these say of themselves
        if keras.backend.standardize_dtype(result.dtype) not in (expected["dtype"], expected["runs_as"]):
            findings.append(
                Finding(f"the dtype of output {expected['name']}", expected["dtype"], str(result.dtype), at)
            )
    return findings


def _inferred(model: Any, task: dict[str, Any], page: Notes) -> Any:
    """What Keras has already inferred for such inputs: a Functional model of its own, a subclassed one when it was built."""
    import keras
    from keras.src.models.functional import Functional

    graph = getattr(model, "_functional", None) or model
    if isinstance(graph, Functional) and type(graph).call is Functional.call:
        return getattr(graph, "_outputs_struct", None)
    names = [one["name"] for one in task["inputs"]]
    for layer, args, result in page.symbolic:
        if layer is not model or len(args) != 1:
            continue
        if isinstance(args[0], dict) != task["named"] or (
            isinstance(args[0], dict) and sorted(args[0]) != sorted(names)
        ):
            continue
        flat = [args[0][name] for name in names] if isinstance(args[0], dict) else keras.tree.flatten(args[0])
        if len(flat) == len(names) and all(
            isinstance(given, keras.KerasTensor)
            and list(given.shape) == one["shape"]
            and keras.backend.standardize_dtype(given.dtype) == one["dtype"]
            and bool(given.sparse) == one["sparse"]
            for given, one in zip(flat, task["inputs"], strict=True)
        ):
            return result
    return None


def _same_or_less_known(
    expected: list[int | None], found: list[int | None], decided: bool, runs: list[list[int | None] | None]
) -> bool:
    """Keras may know less than the checker (a subclassed model runs as a TensorFlow graph), never something else.

    Where it is not `decided` before a call which way is taken, it knows the sizes of one, and the checker those that both have. What
    the checker leaves open, its conditions may settle: it is the same in all `runs` then.
    """
    return len(expected) == len(found) and all(
        one == other
        or other is None
        or (one is None and (not decided or all(each is not None and each[axis] == other for each in runs)))
        for axis, (one, other) in enumerate(zip(expected, found, strict=True))
    )


def of_outputs(found: list[Any], task: dict[str, Any], which: int) -> list[Finding]:
    return [
        Finding(
            f"the shape of output {port['name']} of a run",
            shape_text(port["sizes"][which]),
            shape_text(list(one.shape)),
            ("output", number),
        )
        for number, (port, one) in enumerate(zip(task["outputs"], found, strict=True))
        if port["sizes"][which] is not None and not _fits(port["sizes"][which], list(one.shape))
    ]


def of_calls(
    made: list[Call], task: dict[str, Any], which: int, page: Notes, run_page: Notes
) -> list[Finding]:
    """Every layer call the checker saw must have happened once, with the shapes it computed, and no other."""
    known = {name_of(layer) for layer, _ in made}
    if task["calls"] is None:  # a run decides which of them it makes
        return []
    expected = [
        (index, name, shapes)
        for index, (name, shapes) in enumerate(task["calls"][which])
        if name in known or _is_layer(name)
    ]
    wanted, found = Counter(name for _, name, _ in expected), Counter(name_of(layer) for layer, _ in made)
    most = task["most"]["calls"]
    idle = found if most is None else Counter(call[0] for call in most[which]) - wanted
    lost, more = wanted - found, found - wanted - idle
    if lost or more:
        name = min((*lost, *more))
        return [
            Finding(
                f"the number of calls of {name}",
                str(wanted[name]),
                str(found[name]),
                _place(name, expected, made, page),
            )
        ]
    shared = Counter(each[0] for each in task["instances"] if each[0] in wanted)
    actual = Counter(name_of(layer) for layer in {id(layer): layer for layer, _ in made}.values())
    lost, more = shared - actual, actual - shared - Counter(each[0] for each in task["most"]["instances"])
    if lost or more:
        name = min((*lost, *more))
        place = _place(name, expected, made, page)
        return [Finding(f"the number of layers {name}", str(shared[name]), str(actual[name]), place)]
    rest = list(made)
    for index, name, shapes in sorted(expected, key=lambda one: sum(s is None or None in s for s in one[2])):
        match = next((one for one in rest if name_of(one[0]) == name and _all_fit(shapes, one[1])), None)
        if match is None:
            layer, shape = next(one for one in rest if name_of(one[0]) == name)
            culprit, shown = _shape_by(layer, page, run_page)
            what = f"the output of {with_article(name)} in a run"
            return [Finding(what, shapes_text(shapes), shapes_text(shape), ("call", index), culprit, shown)]
        rest.remove(match)
    return []


def _place(name: str, expected: list[tuple[int, str, Any]], made: list[Call], page: Notes) -> At:
    """Where a layer stands that is called more or less often than it should be: in the source, else in the module."""
    calls = [index for index, known, _ in expected if known == name]
    if calls:
        return ("call", calls[-1])
    lines = [
        page.first[id(layer)].line for layer, _ in made if name_of(layer) == name and id(layer) in page.first
    ]
    return next((("line", line) for line in lines if line is not None), None)


def _shape_by(layer: Any, page: Notes, run_page: Notes) -> tuple[Culprit, str]:
    """Who is wrong about a shape: the contract of an extern, Keras when its own inference is another, or the checker."""
    if extern_of(layer):
        return "extern", ""
    first, during = page.first.get(id(layer)), run_page.first.get(id(layer))
    shown = first and during and run_against_graph(first, specs(during))
    return ("keras", shown) if shown else ("dslc", "")


def _is_layer(name: str) -> bool:
    import keras

    return isinstance(getattr(keras.layers, name, None), type)


def of_summary(model: Any) -> list[Finding]:
    lines: list[str] = []
    model.summary(print_fn=lambda line, **_: lines.append(line))
    unbuilt = "unbuilt" in "\n".join(lines)
    return [Finding("summary()", "of built layers", "of layers that are not built")] if unbuilt else []


def specs(first: First) -> list[tuple[int, ...]]:
    import keras

    flat = keras.tree.flatten((first.positional, first.named))
    return [tuple(size or 1 for size in each.shape) for each in flat if isinstance(each, Spec)]


def _fits(expected: list[int | None] | None, found: list[Any]) -> bool:
    if expected is None:
        return True
    return len(expected) == len(found) and all(
        one is None or one == other for one, other in zip(expected, found, strict=True)
    )


def _all_fit(expected: list[Any], found: list[tuple[Any, ...]]) -> bool:
    return len(expected) == len(found) and all(
        _fits(one, list(other)) for one, other in zip(expected, found, strict=True)
    )


def shape_text(shape: list[Any]) -> str:
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def shapes_text(shapes: Any) -> str:
    return ", ".join("unknown" if shape is None else shape_text(list(shape)) for shape in shapes)
