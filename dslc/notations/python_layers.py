"""Layers as a class of Python makes them, as they are called here.

In: the tree of an expression that Python gives a name, `nn.Linear(8, 4)`.  Out: the chain that it is here; None where nobody can know.

    nn.Sequential(nn.Linear(8, 4), nn.ReLU())       Dense(4) -> ReLU
    [layers.Dense(8) for _ in range(3)]             a list: `Dense(8)`, for `_` in `range(3)`
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from dslc.diagnostics.vocabulary import calls, functions
from dslc.diagnostics.vocabulary import layers as others
from dslc.keras import layers
from dslc.record import record

CONTAINERS = ("Sequential", "Sequence", "serial", "Chain", "Stack")
"""What a chain of layers is put into elsewhere."""

_OF_KERAS = ("layers", "keras", "tf", "tensorflow", "tfk")
_LISTS = ("ModuleList", "list", "tuple", "LayerList")
TRAINING = ("training", "train", "deterministic", "is_training", "use_running_average")
"""What others tell a layer of the run, which Keras tells it itself."""

_RECURRENT = ("LSTM", "GRU", "SimpleRNN")


@record
class Made:
    """A layer that a class keeps: the chain that it is here, and how many values the first one was said to be given."""

    text: str
    takes: str = ""
    has_weights: bool = True
    is_recurrent: bool = False  # of PyTorch, whose result is a pair


@record
class MadeInTurn:
    """Layers that a class keeps in a list, made by a loop: each of them, its variable, and what that goes through."""

    each: Made
    variable: str
    values: str


Kept = Made | MadeInTurn | tuple[Made, ...]
"""What an attribute of a class holds."""


def kept(e: ast.expr, names: Sequence[str]) -> Kept | None:
    """What a value is that a class keeps, if it is layers. `names` are those that the file itself gives to blocks."""
    if isinstance(e, ast.Call) and last_name(e.func) in _LISTS and len(e.args) == 1 and not e.keywords:
        return kept(e.args[0], names)
    match e:
        case ast.ListComp(elt, [ast.comprehension(ast.Name(variable), values, [], 0)]) | ast.GeneratorExp(
            elt, [ast.comprehension(ast.Name(variable), values, [], 0)]
        ):
            made = layer(elt, names)
            return None if made is None else MadeInTurn(made, variable, ast.unparse(values))
        case ast.List(items) | ast.Tuple(items) if items:
            several = [layer(each, names) for each in items]
            return tuple(each for each in several if each is not None) if None not in several else None
        case _:
            return layer(e, names)


def layer(e: ast.expr, names: Sequence[str]) -> Made | None:
    """A layer, or a `Sequential` of some, as a chain."""
    if not isinstance(e, ast.Call):
        return None
    name = last_name(e.func)
    if name in CONTAINERS:
        return _chain(e, names)
    if any(isinstance(each, ast.Starred) for each in e.args) or any(each.arg is None for each in e.keywords):
        return None
    positional = [_text(each, names) for each in e.args]
    given = {each.arg or "": _text(each.value, names) for each in e.keywords if each.arg not in TRAINING}
    if name in names and isinstance(e.func, ast.Name):
        shown = ", ".join([*positional, *(f"{key}={value}" for key, value in given.items())])
        return Made(f"{name}({shown})" if shown else name)
    if name == "Identity":
        return Made("Identity", has_weights=False)
    if not positional and not given and (activation := others.activation(name)) is not None:
        return Made(activation, has_weights=False)
    is_torch = _root(e.func) not in _OF_KERAS and not (isinstance(e.func, ast.Name) and layers.exists(name))
    text = calls.written_here(name, positional, given, layers.arguments, is_torch)
    if text is None:
        return None
    own = text.partition("(")[0]
    row = layers.find(own)
    if row is None:
        return None
    told = is_torch and calls.is_told_what_comes_in(name, len(positional), list(given))
    takes = next(iter([*positional, *given.values()]), "") if told else ""
    return Made(text, takes, row.parameters != "none", is_torch and own in _RECURRENT)


def _chain(e: ast.Call, names: Sequence[str]) -> Made | None:
    """`Sequential([…])` of Keras, `Sequential(…)` of PyTorch and Flax, as a chain."""
    items = e.args[0].elts if len(e.args) == 1 and isinstance(e.args[0], (ast.List, ast.Tuple)) else e.args
    stages: list[Made] = []
    for each in items:
        made = layer(each, names) or bare(each)
        if made is None or made.is_recurrent:
            return None
        stages.append(made)
    if not stages:
        return None
    text = " -> ".join(each.text for each in stages)
    return Made(text, stages[0].takes, any(each.has_weights for each in stages))


def bare(e: ast.expr) -> Made | None:
    """A layer without brackets, or a function among the layers: `nn.relu`, `Relu`."""
    if not isinstance(e, (ast.Attribute, ast.Name)):
        return None
    name = last_name(e)
    known = name if layers.exists(name) else others.renamed(name) or others.activation(name)
    known = known or functions.as_activation(name.lower())
    return None if known is None else Made(known, has_weights=False)


def _text(e: ast.expr, names: Sequence[str]) -> str:
    """The value of an argument; a layer in another one, as a wrapper is given it, is written as here."""
    inner = layer(e, names) if isinstance(e, ast.Call) else None
    return ast.unparse(e).replace("'", '"') if inner is None else inner.text


def last_name(e: ast.expr) -> str:
    """The last part of a dotted name."""
    return e.attr if isinstance(e, ast.Attribute) else e.id if isinstance(e, ast.Name) else ""


def _root(e: ast.expr) -> str:
    """The first part of a dotted name."""
    while isinstance(e, ast.Attribute):
        e = e.value
    return e.id if isinstance(e, ast.Name) else ""
