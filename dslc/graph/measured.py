"""The sizes that a body measures on its way, as what they come to: `y.shape[-1]` behind a `Dense(units)` is `units`.

In: a block or model.  Out: `Sizes`: for the site of each `x.shape[i]` that is the same sum of sizes of the inputs and parameters
however the block is used; `ops.shape(x)[i]` is one, too, and so is each name in `_, t, c = x.shape`. It is followed by itself, with names in the place of both; where nobody has declared how many axes an
input has, with every number of them, counted from the end. What one of these has another answer to, or none, is in no `Sizes`.

    block Wide(units) {
        input x
        y = x -> Dense(units)
        output [x, y] -> Concatenate -> Dense(y.shape[-1] + x.shape[-1])       {site: units, site: x.shape[-1]}
    }
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, Union, assert_never

from dslc.budget import Budget
from dslc.graph.expressions import EXPRESSIONS
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.graph.parameters import default_value
from dslc.graph.single import LANGUAGE, NEEDS_A_VALUE, alone
from dslc.graph.values import NOTHING, Flowing, Origin
from dslc.keras import layers
from dslc.keras.types import Tensor, Unknown
from dslc.program import nodes as p
from dslc.program.traversal import are_always_there, inputs_in, is_starred, one_each, walk
from dslc.record import record, replace
from dslc.shapes.conditions import Condition
from dslc.shapes.dim import (
    BATCH,
    Atom,
    Dim,
    Floor,
    Max,
    Name,
    Sym,
    anonymous,
    name_alone,
    names_in,
    parameter,
    size,
)

MOST_AXES = 6
"""Of a tensor, with the batch: `TimeDistributed(Conv3D(…))` takes as many."""

MOST_WAYS = 25
"""How many numbers of axes of several inputs are tried."""

MOST_APART = 64
"""How many names one shape is taken apart into; no tensor has so many axes."""

LONGEST = 8
"""How many terms a size may have that is written down: a longer one is measured."""


@record
class Axis:
    """A size of an input: the axis counts the batch, too, or from the end where it is negative."""

    name: str
    axis: int


@record
class Sizes:
    """What measured sizes come to, by the site of `x.shape[i]`, and these sites by those of the shapes.

    `axes` says which names stand for sizes of inputs; the others are parameters.
    """

    dims: Mapping[int, Dim] = {}
    axes: Mapping[str, Axis] = {}
    shapes: Mapping[int, Sequence[int]] = {}

    def is_said(self, shape: Shape) -> bool:
        """Whether no size that is read off a shape need be."""
        read = self.shapes.get(shape.site, ())
        return bool(read) and all(site in self.dims for site in read)

    def without_numbers(self) -> Sizes:
        """Those that say where they come from: the size of an input, a parameter."""
        named = {site: dim for site, dim in self.dims.items() if type(dim) is not int}
        return replace(self, dims=named) if len(named) < len(self.dims) else self

    def needs_shapes(self, site: int) -> bool:
        """Whether a size follows only from the shapes of inputs, not from parameters alone."""
        return any(each.text in self.axes for each in names_in(self.dims[site]))


Shape = Union[p.Attribute, p.CallOperation]
"""`x.shape`, `ops.shape(x)`"""


def measured(node: object) -> p.Expr | None:
    """What a node asks for its shape, if it is one that does: the `x` of `x.shape` and of `ops.shape(x)`."""
    match node:
        case p.Attribute(_, value, "shape") | p.CallOperation(_, "ops.shape", _, (value,), ()):
            return value
        case _:
            return None


def shape_of(node: object) -> Shape | None:
    """The shape that a node reads sizes off, if it is `x.shape[i]` or `_, t, c = x.shape`."""
    match node:
        case p.Index(_, p.Attribute() | p.CallOperation() as shape, (_,)) if measured(shape) is not None:
            return shape
        case p.Assign(_, target, _, p.Attribute() | p.CallOperation() as shape) if sizes_apart(target, shape):
            return shape
        case _:
            return None


def sizes_apart(target: p.Target, value: p.Expr) -> tuple[p.Index, ...]:
    """The sizes that are taken out of a shape in one line, as if each were read off it: `_, t, c = x.shape`."""
    if (
        not isinstance(target, p.Unpack)
        or not one_each(target, len(target.targets))
        or measured(value) is None
    ):
        return ()
    shape: Shape = value  # type: ignore[assignment]
    return tuple(
        p.Index(shape.span, shape, (p.Const(each.span, axis, str(axis)),), False, _site(shape, axis))
        for axis, each in enumerate(target.targets)
    )


def _site(shape: Shape, axis: int) -> int:
    """A place for each axis of a shape that is taken apart: the program has none there."""
    return -(shape.site * MOST_APART + axis + 2)


def sizes_of(module: p.Module, block: p.Block) -> Sizes:
    """The sizes that a block or model measures, as far as they follow from its inputs and parameters."""
    budget = Budget()
    axes: dict[str, Axis] = {}
    stretched: set[str] = set()
    found: dict[int, Dim | None] = {}
    for given in _givens(block, axes):
        values: dict[int, list[Any]] = {}

        def kept(e: p.Index, size: Any, values: dict[int, list[Any]] = values) -> Any:
            values.setdefault(e.site, []).append(size)
            return size

        run = _followed(module, block, given, kept, budget)
        stretched.update(_stretched(run))
        errors = {each.code for each in run.diagnostics if each.severity == "error"}
        fits = not errors or NEEDS_A_VALUE in errors  # else it takes no such tensors
        for site in [*found, *values] if fits else values:
            value = _one(values.get(site, ()))
            if fits or value is not None:
                found[site] = value if found.get(site, value) == value else None
        if budget.stop is not None or (found and not any(each is not None for each in found.values())):
            return Sizes()
    body = (block.body, block.chain)
    names = {*axes, *_numbers(module, block, found.values(), budget)} - stretched
    said = {site: dim for site, dim in found.items() if dim is not None and _is_plain(dim, names)}
    for site in _decided_by(body):
        if type(said.get(site)) is int:  # `if 8 > 4` says less than what is written
            del said[site]
    return Sizes(said, axes, _read_off(body))


def _read_off(body: object) -> dict[int, list[int]]:
    """The sites of the sizes that are read off each shape, but for those that nobody keeps."""
    found: dict[int, list[int]] = {}
    for node in walk(body):
        shape = shape_of(node)
        if shape is None:
            continue
        if isinstance(node, p.Index):
            found[shape.site] = [node.site]
        elif isinstance(node, p.Assign) and isinstance(node.target, p.Unpack):
            parts = zip(sizes_apart(node.target, shape), node.target.targets, strict=True)
            found[shape.site] = [part.site for part, each in parts if not isinstance(each, p.Discard)]
    return found


def _decided_by(body: object) -> set[int]:
    """The sites of sizes that conditions ask for."""
    tests = (
        each.test
        for each in walk(body)
        if isinstance(each, (p.If, p.Choice, p.Conditional, p.Clause, p.Assert))
    )
    return {each.site for test in tests for each in walk(test) if isinstance(each, p.Index)}


def _givens(block: p.Block, axes: dict[str, Axis]) -> Iterator[Sequence[Any]]:
    """The tensors that the inputs of a block may be, of sizes with names, which are put into `axes`."""
    inputs = inputs_in(block.body)
    if block.model:
        yield ()
        return
    wanted: list[tuple[str, p.Contract | None, Sequence[int]]]
    if block.chain is not None:
        wanted = [("x", None, range(2, MOST_AXES + 1))]
    elif any(each.key is not None for each in inputs) or not are_always_there(inputs, block.body):
        return
    else:
        wanted = [(each.name, each.contract, _ranks(each)) for each in inputs]
    ranks = [each for _, _, each in wanted]
    for way in product(*ranks) if prod(map(len, ranks)) <= MOST_WAYS else ():
        yield [
            _tensor(block, name, contract, rank, len(each) == 1, axes)
            for (name, contract, each), rank in zip(wanted, way, strict=True)
        ]


def _ranks(each: p.Input) -> Sequence[int]:
    """How many axes an input may have, with the batch; by itself that is no size that a layer could be made of."""
    shape = None if each.contract is None else each.contract.shape
    if isinstance(shape, p.TupleOf) and not any(map(is_starred, shape.items)):
        return [len(shape.items) + 1]
    return range(2, MOST_AXES + 1)


def _tensor(
    block: p.Block, name: str, contract: p.Contract | None, rank: int, declared: bool, axes: dict[str, Axis]
) -> Flowing:
    shape: list[Dim] = [BATCH]
    for axis in range(1, rank):
        place = axis if declared else axis - rank
        text = f"{name}.shape[{place}]"
        axes[text] = Axis(name, place)
        shape.append(parameter(text))
    dtype = None if contract is None else contract.dtype
    return Flowing(Tensor(tuple(shape), dtype or "float32"), block.span, Origin(live=True))


def _followed(
    module: p.Module,
    block: p.Block,
    given: Sequence[Any],
    read: Callable[[p.Index, Any], Any],
    budget: Budget,
) -> Run:
    """A run of a block by itself, in which a size that is measured there is what `read` makes of it."""

    apart = {
        taken.site: parts
        for each in walk(block.body)
        if isinstance(each, p.Assign)
        and (taken := shape_of(each))
        and (parts := sizes_apart(each.target, taken))
    }

    def index(run: Run, frame: Frame, e: p.Index) -> Any:
        value = EXPRESSIONS[p.Index](run, frame, e)
        return value if frame.key != block.key or shape_of(e) is None else read(e, value)

    def shape(run: Run, frame: Frame, e: Shape) -> Any:
        value = EXPRESSIONS[type(e)](run, frame, e)
        parts = apart.get(e.site) if frame.key == block.key else None
        if parts is None or not isinstance(value, tuple) or len(parts) != len(value):
            return value
        return tuple(map(read, parts, value))

    def builtin(run: Run, frame: Frame, e: p.CallBuiltin) -> Any:
        value = EXPRESSIONS[p.CallBuiltin](run, frame, e)
        return anonymous(free=False) if isinstance(value, Sym) else value  # `int(n)` is not always `n`

    rules: dict[type, Callable[[Run, Frame, Any], Any]] = {
        p.Index: index, p.Attribute: shape, p.CallOperation: shape, p.CallBuiltin: builtin,
    }  # fmt: skip
    language = LANGUAGE._replace(expressions={**LANGUAGE.expressions, **rules})
    run = Run(module, {}, language, budget)
    alone(run, block, given, _stand_in)
    return run


def _stand_in(run: Run, frame: Frame, each: p.Parameter) -> Any:
    """A name for a parameter that may be a whole number; nothing is known of others."""
    if each.layer:
        return NOTHING
    if each.default is not None and type(default_value(run, frame, each)) is not int:
        return Unknown(each.name)
    return parameter(each.name)


def _numbers(module: p.Module, block: p.Block, dims: Iterable[Dim | None], budget: Budget) -> set[str]:
    """The parameters in sizes that some layer takes as they are, where it takes nothing but a whole number.

    For that nothing is measured: `AdaptiveMaxPooling1D(k)` gives a size `k`, and takes a tuple, too.
    """
    own = {each.name for each in block.parameters}
    asked = own & {each.text for dim in dims if dim is not None for each in names_in(dim)}
    found: set[str] = set()
    for given in _givens(block, {}) if asked else ():
        for call in _followed(module, block, given, lambda e, size: anonymous(free=False), budget).calls:
            row = layers.find(call.layer)
            for argument, value in call.arguments if row is not None else ():
                name = name_alone(value) if isinstance(value, Sym) else None
                if row is not None and name is not None and layers.takes_only_a_number(row, argument):
                    found.add(name.text)
        if asked <= found:
            break
    return asked & found


def _stretched(run: Run) -> Iterator[str]:
    """The names in sizes that go together where they are equal, or where one is 1: nobody knows which of them the result has."""
    for each in run.held:
        condition = each.condition
        if isinstance(condition, Condition) and len(condition.pairs) > 1:
            yield from (name.text for name in condition.names)


def _one(values: Sequence[Any]) -> Dim | None:
    """The size that is always the same."""
    first = values[0] if values else None
    same = all(type(each) is type(first) and each == first for each in values)
    return first if same and (type(first) is int or isinstance(first, Sym)) else None


def _is_plain(dim: Dim, names: set[str]) -> bool:
    """Whether a size can be written down where nothing but these names is known, and is short."""
    return size(dim) <= LONGEST and all(
        _is_plain_atom(atom, names)
        for atoms, _ in (dim.terms if isinstance(dim, Sym) else ())
        for atom in atoms
    )


def _is_plain_atom(atom: Atom, names: set[str]) -> bool:
    match atom:
        case Name(text, free):
            return text in names and not free
        case Floor(numerator, divisor):
            return _is_plain(numerator, names) and _is_plain(divisor, names)
        case Max():
            return False  # Keras has a word to say about which of two sizes it is
        case _:
            assert_never(atom)
