"""Statements of generated programs with static dictionaries, augmented assignments, `math` and activations.

In: the body that is being written.  Out: lines of text; its scope knows afterwards what they have bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.programs.sizes import value

if TYPE_CHECKING:
    from tests.programs.bodies import Body

ACTIVATIONS = ("gelu", "relu", "softplus", "tanh", "leaky_relu(_, negative_slope=0.1)", "softmax(_, axis=-1)")


def augmented(body: Body) -> None:
    """A tensor that is given a new value by one of the operators."""
    free = [name for name in body.scope.tensors if name not in body.scope.frozen]
    if not free:
        return body.assign()
    name = body.chance.choice(free)
    body.scope.use(name)
    if body.chance.random() < 0.2:
        body.say(f"{name} **= 2")
        return
    body.say(
        f"{name} {body.chance.choice(('+=', '-=', '*=', '/='))} {body.chance.choice(('2.0', 'math.sqrt(2)', 'math.pi'))}"
    )


def counted(body: Body) -> None:
    """A number that grows."""
    text, size = body.chains.number()
    name = body.scope.fresh()
    body.say(f"{name} = {text}")
    body.say(f"{name} *= 2")
    body.say(f"{name} += 1")
    body.say(f"{name} {body.chance.choice(('-= 0', '//= 1', '**= 1', '%= 5000'))}")
    body.scope.numbers[name] = value(("+", ("*", size, 2), 1), {})


def optioned(body: Body) -> None:
    """A layer whose arguments stand in a dictionary."""
    source = body.pick()
    body.scope.use(source)
    options, made = body.scope.fresh(), body.scope.fresh()
    frozen = body.chance.choice(("", '"trainable": False, '))
    body.say(f'{options} = {{"use_bias": False, {frozen}**{{"units": {len(made) + 2}}}}}')
    body.say(f'{made} = {source} -> Dense(**{options}, activation="tanh")')
    body.scope.tensors[made] = (*body.scope.tensors[source][:-1], len(made) + 2)


def starred(body: Body) -> None:
    """A layer whose arguments stand in a list, and what it gives beside a list of tensors."""
    source = body.pick()
    body.scope.use(source)
    given, parts, made = (body.scope.fresh() for _ in range(3))
    width, whole = len(made) + 2, body.scope.tensors[source]
    body.say(f'{given} = [*[{width}], "tanh"]')
    body.say(f"{parts} = [{source}, {source} -> Dense(*{given})]")
    body.say(f"{made} = [*{parts}, *{parts}[:1]] -> Concatenate")
    body.scope.tensors[made] = (*whole[:-1], value(("+", ("*", whole[-1], 2), width), {}))


def activated(body: Body) -> None:
    """An activation as a function of a tensor."""
    source, made = body.pick(), body.scope.fresh()
    body.scope.use(source)
    body.say(f"{made} = {source} -> activations.{body.chance.choice(ACTIVATIONS)}")
    body.scope.tensors[made] = body.scope.tensors[source]
