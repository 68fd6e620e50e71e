"""One method while it is planned: what its names stand for, the steps so far, and the rules that need each other.

In: the facts of the module, the names of the method.  Out: a `Scope`, which the rules in `expressions`, `flows`, `layers`
and `statements` write steps to. Where a rule needs one of a file that needs its own, it goes through `Knots`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from dslc.lower import plan
from dslc.lower.binding_time import Time
from dslc.lower.facts import Facts
from dslc.lower.names import Names
from dslc.lower.recipes import Kind
from dslc.lower.slots import Slots
from dslc.program import nodes as p
from dslc.record import record
from dslc.source import Span

Inputs = Literal["given", "made", "gathered", "taken"]
"""What an `input` statement becomes: a parameter, a `keras.Input` of its own, one more in a list, the next of a list."""


@record
class Live:
    """The names that are needed behind a statement: those of `around`, and what stands in `last` behind `at`."""

    around: Live | None = None
    last: Mapping[str, int] = {}
    at: int = 0

    def __contains__(self, name: str) -> bool:
        here: Live | None = self
        while here is not None:
            if here.last.get(name, -1) > here.at:
                return True
            here = here.around
        return False


@record
class Passed:
    """What a stage is called with."""

    positional: tuple[plan.Expr, ...]
    keywords: tuple[tuple[str, plan.Expr], ...] = ()

    @property
    def value(self) -> plan.Expr:
        one = len(self.positional) == 1 and not isinstance(self.positional[0], plan.Spread)
        return self.positional[0] if one else plan.TupleOf(self.positional)


@record
class Knots:
    """The rules that need each other: a chain in an expression, a layer as an argument, what needs lines of its own."""

    flow: Callable[[Scope, p.Flow], plan.Expr]
    recipe: Callable[[Scope, p.MakeLayer | p.Stages], plan.Expr]
    expr: Callable[[Scope, p.Expr], plan.Expr]
    stages: Callable[[Scope, Sequence[p.Stage], Passed, str | None], Passed]


class Scope:
    """The state of one method under way."""

    def __init__(self, facts: Facts, names: Names, key: plan.Key, knots: Knots) -> None:
        self.facts = facts
        self.names = names
        self.key = key  # the item whose body this is
        self.file = key[0]
        self.knots = knots
        self.places: dict[tuple[str, str], plan.Expr] = {}  # (kind, name) of what is no variable here
        self.tables: dict[Span, str] = {}  # lists that `__init__` has computed, and their attributes
        self.either: frozenset[str] = (
            frozenset()
        )  # names of weights that stand for something else on another way
        self.holes: list[plan.Expr] = []  # what `_` stands for, innermost last
        self.seed: plan.Expr | None = None  # what random numbers are drawn from, in a class
        self.shapes: dict[str, plan.Expr] = {}  # of inputs whose shape the method is given
        self.sizes: Mapping[int, plan.Expr] = {}  # measured sizes that it need not measure, by their sites
        # the steps
        self.out: list[plan.Step] = []
        self.span: Span | None = None
        self.inline = 0  # inside an expression that cannot be taken apart into steps
        self.gone_through = 0  # inside what a comprehension goes through, where Python takes no `:=`
        # layers
        self.slots: Slots | None = (
            None  # of the class; None in a function, which makes layers where it calls them
        )
        self.shared: dict[str, plan.Slot] = (
            {}
        )  # what the name of each shared layer and weight stands for by now
        self.turns: dict[str, plan.Expr] = {}  # how the layer of an attribute is reached in this turn
        self.building = False  # `build`: layers that wait for a shape are made just before they are called
        self.models: dict[str, p.Block] = {}  # shared models by their names
        self.looks: dict[str, p.Taps] = {}  # shared `taps` by their names
        # inputs and outputs
        self.inputs: Inputs = "given"
        self.gathered: plan.Expr | None = None  # the list or iterator of inputs that stand in loops
        self.made_inputs: list[tuple[str, plan.Expr]] = []
        self.every: plan.Var | None = (
            None  # the list or dict of made inputs, where conditions decide which there are
        )
        self.first_inputs: tuple[p.Input, ...] = ()  # those that it begins with
        self.rebound: frozenset[str] = frozenset()  # inputs to whose names something else is bound later
        self.outputs: list[tuple[str | None, plan.Expr]] = []
        self.direct_output = False  # the last output may stay an expression (`return …`)
        # the list of outputs, where loops and conditions decide how many there are
        self.every_output: plan.Var | None = None
        self.last_comment = ""  # the shape of the last output
        self.known_sizes: dict[str, plan.Expr] = (
            {}
        )  # names of sizes that stand for what a call computes: as far as they are known
        self.is_checked: Callable[[p.Expr], bool] = lambda test: False  # whether another method asserts it

    def emit(self, step: plan.Step) -> None:
        self.out.append(step)

    def bind(self, target: plan.Expr, value: plan.Expr, comment: str = "") -> None:
        if target != value:
            self.emit(plan.Bind(target, value, self.span, comment))

    def apart(self, write: Callable[[], None]) -> tuple[plan.Step, ...]:
        """The steps that `write` emits, as the body of a loop or branch."""
        outer, self.out = self.out, []
        span = self.span
        write()
        made, self.out = self.out, outer
        self.span = span
        return tuple(made)

    def is_early(self, e: p.Expr) -> bool:
        """Whether a class knows a value before it is called, so that a method which does not read it does without."""
        return self.slots is not None and self.slots.times.of(e) < Time.TENSOR

    def kind(self, e: p.Expr) -> Kind:
        """What an expression of this body holds, as far as layers go."""
        return self.facts.analyses.recipes.of(self.key, e)

    def place(self, e: p.Local) -> plan.Expr:
        """What a name of the source stands for in this method; a shared layer or weight of a class is where its slot is."""
        found = self.places.get((e.kind, e.name))
        if found is None and e.kind in ("instance", "weight") and self.slots is not None:
            slot = self.shared[e.name]
            here = plan.Held(slot.attribute)
            if slot.holder == "one":
                return here
            return self.turns.get(slot.attribute, plan.Index(here, (plan.Const(-1),)))
        return found if found is not None else plan.Var(self.names.local(e.name))
