"""The names that the layers of a model have in Keras's graph, each of which it wants once.

In: what is made while a model is followed, with the body it is made in and its `name=`.  Out: DSL221 for a name that is there
already. Two layers of one body say so at once; what blocks have made, when the whole is known: the layers inside a block that is
a class of its own are in no graph but that block's.

    block Head(n) = Dense(n, name="out")
    x -> Head(3) -> Head(4)                      two layers called "out"
    x -> Dense(3, name="dense") -> Dense(4)      Keras calls the second one "dense" by itself
    (x -> Dense(3, name="add")) + y              and the sum "add"
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from typing import assert_never

from dslc.casing import keras_case, snake_case
from dslc.diagnostics.diagnostic import Edit, Fix, Label, Message
from dslc.diagnostics.messages import outside
from dslc.graph.classes import Classes
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.graph.starred import Known
from dslc.keras.automatic_names import layer_name
from dslc.program import nodes as p
from dslc.program.traversal import bound, turns_around
from dslc.record import record
from dslc.source import Span


@record
class Claim:
    """Something that has a name in Keras's graph: a layer of Keras's, a block, a model or an extern.

    `given` is its `name=`, `span` the place of that; `place` the use of the body that it is made in.
    """

    layer: p.LayerRef
    given: str | None
    place: Frame
    stage: p.MakeLayer

    @property
    def span(self) -> Span:
        argument = self._argument
        return self.stage.span if argument is None else argument.value.span

    @property
    def fixed(self) -> bool:
        """Whether its name is the same in every turn of a loop."""
        value = None if self._argument is None else self._argument.value
        if isinstance(value, p.Text):
            return all(isinstance(part, str) for part in value.parts)
        return isinstance(value, (p.Const, Known))

    @property
    def _argument(self) -> p.Argument | None:
        return next((a for a in self.stage.keywords if a.name == "name"), None)


def claim(run: Run, frame: Frame, stage: p.MakeLayer, given: object, place: Frame) -> None:
    """Note what a stage makes in `place`, and refuse a `name=` that TensorFlow or the body does not take."""
    if run.instances and stage.site in run.instances[-1].claimed:
        return  # another use of a shared layer: it is there already
    if run.instances:
        run.instances[-1].claimed.add(stage.site)
    made = Claim(stage.layer, given if isinstance(given, str) else None, place, stage)
    if made.given is not None and not _is_scope(made.given):
        run.report(frame, outside.name_for_keras("a layer", made.given), made.span)
        return
    if run.branching:
        return  # it may not be made
    run.claims.append(made)
    if made.given is None:
        return
    taken = place.layer_names.get(made.given)
    if taken is None:
        place.layer_names[made.given] = stage.span
    else:
        _refuse(run, frame, made, made.given, taken)


def _is_scope(name: str) -> bool:
    return all(letter.isascii() and (letter.isalnum() or letter in r"_.\/>-") for letter in name)


def clashes(run: Run, classes: Classes) -> None:
    """Report the names that two bodies, or a body and Keras itself, give to layers of one graph."""
    if all(each.given is None and not isinstance(each.layer, p.ExternRef) for each in run.claims):
        return
    module, own = run.module, classes.of(run)
    numbered = classes.repeated
    seen: dict[str, Claim] = {}
    inputs = {port.name: port.span for port in run.inputs}  # layers of the graph, too
    automatic: Counter[str] = Counter()
    claims = [each for each in run.claims if _in_the_graph(each.place, module, own)]
    for each in claims:
        name = each.given or _name_of_application(each, module)
        if name is None:
            found = _automatic(each, module, own, numbered)
            automatic.update(() if found is None else (found,))
        elif name in inputs:
            if each.place.outer is not None:
                _refuse(run, each.place, each, name, inputs[name])
        elif name not in seen:
            seen[name] = each
        elif each.given is None or each.place is not seen[name].place:
            _refuse(run, each.place, each, name, seen[name].stage.span)
    of_layers = Counter(automatic)
    if seen:
        automatic.update(
            keras_case(run.operations[number].operation)
            for number, place in run.operation_places.items()
            if run.operation_origins[number].live and _in_the_graph(place, module, own)
        )
    for name, each in seen.items():
        base, _, number = name.rpartition("_")
        last = automatic[base] if number.isdecimal() and number == str(int(number)) else 0  # not "dense_01"
        if automatic[name] or (last > 1 and 0 < int(number) < last):
            operation = not (of_layers[name] or of_layers[base])
            run.report(each.place, outside.automatic_layer_name(name, operation), each.span)


def _refuse(run: Run, frame: Frame, made: Claim, name: str, taken: Span) -> None:
    again = taken == made.stage.span
    backbone = made.given is not None and all(each.name != "name" for each in made.stage.keywords)
    unnamed = made.given is None or backbone
    said, fix = outside.repeated_layer_name(name, backbone), None
    if (made.fixed or unnamed) and again:
        item = run.module.item(frame.key)
        turns = turns_around(item, made.stage.span)
        if turns:
            said, fix = _of_each_turn(name, turns, None if unnamed else made.span)
        elif not unnamed and isinstance(item, p.Block) and not item.model:
            said = outside.repeated_layer_name(name, advice=outside.of_each_use(name))
    labels = () if again else (Label(taken, f'"{name}" is here already'),)
    run.report(frame, said, made.span, labels, fix=fix)


def _of_each_turn(name: str, turns: Sequence[p.Target], written: Span | None) -> tuple[Message, Fix | None]:
    """The message about a layer that is made in each turn of loops: its name says the turns; `written` is the name as it is."""
    names: list[str] = []
    edits: list[Edit] = []
    for target in turns:
        known = bound(target)
        names.append(known[0] if known else next(each for each in _turns() if each not in names))
        if not known:
            edits.append(Edit(target.span, names[-1]))
    text = f'f"{name}_{"_".join(f"{{{each}}}" for each in names)}"'
    advice = outside.of_each_turn(text, [edit.content for edit in edits])
    if written is not None:
        edits.append(Edit(written, text))
    fix = None if written is None else Fix("unsafe", "name each turn", tuple(edits))
    return outside.repeated_layer_name(name, advice=advice), fix


def _turns() -> Iterator[str]:
    """What the turns of loops are called that have no names for them."""
    yield from "ijk"
    yield from (f"i{number}" for number in count(2))


def _in_the_graph(place: Frame, module: p.Module, own: set[tuple[str, str]]) -> bool:
    """Whether what is made in a body is a layer of the model's own graph: no class or model is between the two."""
    at: Frame | None = place
    while at is not None and at.outer is not None:
        item = module.item(at.key)
        if at.key in own or (isinstance(item, p.Block) and item.model):
            return False
        at = at.outer
    return True


def _automatic(
    made: Claim, module: p.Module, own: set[tuple[str, str]], numbered: set[tuple[str, str]]
) -> str | None:
    """The name, without its number, that Keras gives to what has none of its own; None for what is no layer there."""
    layer = made.layer
    match layer:
        case p.KerasLayer(name):
            return layer_name(name)
        case p.BlockRef(name, key):
            item = module.item(key)
            if isinstance(item, p.Block) and item.model:
                return "functional" if key in numbered else snake_case(name)
            return keras_case(name) if key in own else None
        case p.ExternRef(name):
            return keras_case(name)
        case _:
            assert_never(layer)


def _name_of_application(made: Claim, module: p.Module) -> str | None:
    """The name of a model of `keras.applications`, which is the same each time that one is made."""
    item = module.item(made.layer.key) if isinstance(made.layer, p.ExternRef) else None
    if not isinstance(item, p.Extern) or "keras.applications" not in item.module:
        return None
    return item.name.lower()
