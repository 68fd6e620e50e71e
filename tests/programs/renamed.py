"""Statements of generated programs about names: numbers that change, layers under other names and in lists, comments, named layers.

In: the `Body` that is being written.  Out: lines in it; its scope knows afterwards what they have bound. Each function
says whether it has found what it works on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.programs.sizes import known, value

if TYPE_CHECKING:
    from tests.programs.bodies import Body


def changed(body: Body) -> bool:
    """A parameter, or another number, that has another value from here on."""
    numbers = body.scope.numbers
    if body.scope.depth or not numbers:
        return False
    name = body.chance.choice(list(numbers))
    if name.isupper():  # a constant, or a size of an input
        return False
    change, size = body.chance.choice(
        (
            ("*= 2", value(("*", numbers[name], 2), {})),
            ("+= 1", value(("+", numbers[name], 1), {})),
            ("= NAME * 2 + 1", value(("+", ("*", numbers[name], 2), 1), {})),
        )
    )
    if known(size) and size > 40:
        return False
    body.say(f"{name} {change.replace('NAME', body.scope.use(name))}")
    numbers[name] = size
    return True


def compared(body: Body) -> bool:
    """A list of numbers that is asked what it is, and one that is put together with it."""
    lists = {name: each for name, each in body.scope.lists.items() if all(map(known, each))}
    if not lists:
        return False
    name = body.chance.choice(list(lists))
    found, made = body.pick(), body.scope.fresh()
    body.scope.use(name)
    body.say(f"{made} = {body.scope.use(found)} -> Dense(3)")
    if body.chance.random() < 0.5:
        body.say(f"if {name} == {lists[name]} {{ {made} = {made} -> Dense(4) -> Dense(3) }}")
    else:
        turn = body.scope.fresh()
        body.say(f"for {turn} in {name} + [3] {{ {made} = {made} -> Dense({turn}) }}")
    body.scope.tensors[made] = (*body.scope.tensors[found][:-1], 3)
    return True


def other_name(body: Body) -> bool:
    """A shared layer under two names."""
    found = body.pick()
    shape = body.scope.tensors[body.scope.use(found)]
    text, size = body.chains.number()
    layer, other, made = (body.scope.fresh() for _ in range(3))
    body.say(f"shared {layer} = Dense({text})")
    body.say(f"{other} = {layer}")
    body.say(f"{made} = [{found} -> {other}, {found} -> {layer}] -> Add")
    body.scope.tensors[made] = (*shape[:-1], size)
    return True


def in_a_list(body: Body) -> bool:
    """Shared layers in a list, gone through in both directions."""
    found = body.pick()
    shape = body.scope.tensors[body.scope.use(found)]
    if not known(shape[-1]):
        return False
    steps, turn, layer, made = (body.scope.fresh() for _ in range(4))
    body.say(f"{steps} = []")
    body.say(f"for {turn} in range({body.chance.randrange(1, 4)}) {{")
    body.say(f"    shared {layer} = Dense({shape[-1]}, use_bias=False)")
    body.say(f"    {steps} += [{layer}]")
    body.say("}")
    body.say(f"{made} = {found}")
    for order in (steps, f"reversed({steps})")[: body.chance.randrange(1, 3)]:
        body.say(f"for {layer} in {order} {{ {made} = {made} + ({made} -> {layer}) }}")
    body.scope.tensors[made] = shape
    return True


def ignored(body: Body) -> bool:
    """A value that nobody needs, and a comment that says so."""
    found, made = body.pick(), body.scope.fresh()
    comment = "  # dslc: ignore[DSL8] a draft"
    if body.chance.random() < 0.5:
        body.say(f"{made} = {found} -> ReLU{comment}")
    else:
        body.say(f"{made} = {found}")
        body.say(f"    -> ReLU{comment}")
    return True


def named(body: Body) -> bool:
    """Layers of a model with names that a loop makes."""
    if not body.file.in_model or body.scope.depth:  # type: ignore[attr-defined]
        return False
    found, turn, made = body.pick(), body.scope.fresh(), body.scope.fresh()
    start, turns = body.chance.choice((("range(2)", "{:02d}"), ("[3, 4]", "{}"), ('["low", "high"]', "{}")))
    label = turns.replace("{", "{" + turn)
    body.say(f"{made} = {body.scope.use(found)}")
    body.say(f'for {turn} in {start} {{ {made} = {made} -> Dense(4, name=f"{made.lower().strip("_")}_turn_{label}") }}'
             if made.isascii() else f'for {turn} in {start} {{ {made} = {made} -> Dense(4, name=f"own_{label}") }}')  # fmt: skip
    body.scope.tensors[made] = (*body.scope.tensors[found][:-1], 4)
    return True


def computed_contract(body: Body) -> bool:
    """A name whose shape is said with a size that is computed."""
    found, made = body.pick(), body.scope.fresh()
    text, size = body.chains.number()
    rank = len(body.scope.tensors[body.scope.use(found)])
    contract = ", ".join([*("?" for _ in range(rank - 1)), f"2 * ({text})"])
    body.say(f"{made}: ({contract}{',' if rank == 1 else ''}) = {found} -> Dense(({text}) * 2)")
    body.scope.tensors[made] = (*body.scope.tensors[found][:-1], value(("*", size, 2), {}))
    return True


RENAMED = (changed, compared, compared, other_name, in_a_list, ignored, named, computed_contract)
