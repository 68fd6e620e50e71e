"""The plan: what a module will do, with every decision made, before a line of Python is written.

A **slot** is a layer that a class owns: its attribute, when it can be made (`init`, or `build` where a shape is needed),
and how `call` gets at it: the layer itself, one for each turn of a loop, or the next one of an iterator. A function owns
no slots: it makes its layers where they are called.

A method is a tuple of **steps**. Names in them are the names that Python will see; there are no other names any more.

The law, which `law.py` checks in every test:

* nothing is read before it is bound on every way to it;
* nothing is bound that is not read, but for the targets of loops, and in functions what the user has bound;
* every slot is made once, in the phase it belongs to, in a loop only as one of a list, and `call` gets at it, unless it is a shared layer that nobody uses;
* every stage of the program that makes a layer is applied exactly once in the method where data flows;
* a step leads back to the source it came from.

    block B(n) { input x              init   Make dense New(Dense, n + 1)
        w = n + 1                     call   Give Apply(Held dense, x)
        output x -> Dense(w) }
"""

from __future__ import annotations

from typing import Any, Literal, Union

from dslc.record import record
from dslc.source import Span
from dslc.tree import Tree

Key = tuple[str, str]
"""An item of the program: its file and its name there."""

# ---- expressions


@record
class Var:
    """A variable of the method."""

    name: str


@record
class Held:
    """An attribute of `self`."""

    attribute: str


@record
class Reference:
    """An item by its name in this module: a block that is a function or class, a model, fn, constant or extern."""

    key: Key


@record
class Keras:
    """Something of Keras by its path: `ops.mean`, `layers.Dense`, `keras.Input`, `initializers.HeNormal`."""

    namespace: str
    name: str


@record
class Python:
    """A function of Python: `range`, `len`, `math.ceil`."""

    name: str
    module: str = ""


@record
class Const:
    """A constant; `text` is how a number was written."""

    value: Any
    text: str = ""


@record
class Text:
    """An f-string; the format of a part is kept as written (`:02d`)."""

    parts: tuple[str | tuple[Expr, str], ...]


@record
class TupleOf:
    items: tuple[Expr, ...]
    bare: bool = False


@record
class ListOf:
    items: tuple[Expr, ...]


@record
class DictOf:
    """`items` are pairs; a `Spread` as key stands for `**`."""

    items: tuple[tuple[Expr, Expr], ...]


@record
class Spread:
    """`*value` in a list, `**value` in a dict."""

    value: Expr


@record
class Comprehension:
    """A list; with a `key` a dictionary."""

    element: Expr
    clauses: tuple[Clause, ...]
    bare: bool = False
    key: Expr | None = None


@record
class Clause:
    target: Expr
    iterable: Expr
    test: Expr | None


@record
class Unary:
    operator: str
    operand: Expr


@record
class Binary:
    """`grouped` says that brackets stay around it as an operand; it is the same value without them."""

    operator: str
    left: Expr
    right: Expr
    grouped: bool = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Binary) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    @property
    def _value(self) -> tuple[str, Expr, Expr]:
        return self.operator, self.left, self.right


@record
class Compare:
    first: Expr
    rest: tuple[tuple[str, Expr], ...]


@record
class Conditional:
    test: Expr
    then: Expr
    otherwise: Expr


@record
class Attribute:
    value: Expr
    name: str


@record
class Index:
    value: Expr
    items: tuple[Expr, ...]
    comma: bool = False


@record
class Slice:
    start: Expr | None
    stop: Expr | None
    step: Expr | None


@record
class Call:
    """A call that gives a value: a static function, a tensor function, a method."""

    function: Expr
    positional: tuple[Expr, ...] = ()
    keywords: tuple[tuple[str, Expr], ...] = ()


@record
class New:
    """A layer is made; `function` is its class, or the function of a model."""

    function: Expr
    positional: tuple[Expr, ...] = ()
    keywords: tuple[tuple[str, Expr], ...] = ()


@record
class Chain:
    """`keras.Sequential([…])` of layers that are used under one name."""

    layers: tuple[Expr, ...]


@record
class Recipe:
    """A layer that was given, kept as the configuration from which every use makes one of its own."""

    layer: Expr


@record
class FromRecipe:
    """A new layer after a recipe."""

    recipe: Expr


@record
class Trainable:
    """A layer of somebody else's or a model of `keras.applications`, all of it trained or not: `trainable` is set on what was made."""

    layer: Expr
    trainable: Expr


@record
class Apply:
    """Data flows through a layer, block or model; `site` is the stage of the program that says so, if one does."""

    function: Expr
    positional: tuple[Expr, ...]
    keywords: tuple[tuple[str, Expr], ...] = ()
    site: int | None = None


@record
class Next:
    """The next layer of an iterator over a slot that some turns pass by."""

    iterator: Expr


@record
class Function:
    """`lambda parameters: body`; `kept` are variables whose value of now the body has whenever it runs (`lambda n=n: …`)."""

    parameters: tuple[str, ...]
    body: Expr
    kept: tuple[str, ...] = ()


@record
class Let:
    """`name := value`, where a value is used several times inside one expression."""

    name: str
    value: Expr


Expr = Union[
    Var, Held, Reference, Keras, Python, Const, Text, TupleOf, ListOf, DictOf, Spread, Comprehension, Unary, Binary,
    Compare, Conditional, Attribute, Index, Slice, Call, New, Chain, Recipe, FromRecipe, Trainable, Apply, Next, Function, Let,
]  # fmt: skip

# ---- steps; `span` is the source they came from


@record
class Bind:
    """A target (`Var`, `Held`, an `Index`, or a `TupleOf` or `ListOf` of them, one as a `Spread`) is given a value.

    `early` says that the value is known before the model runs: a method that does not read it does without.
    """

    target: Expr
    value: Expr
    span: Span | None
    comment: str = ""
    early: bool = False


@record
class Grow:
    """`target += value`, with any `operator`; `early` as in `Bind`."""

    target: Expr
    operator: str
    value: Expr
    span: Span | None
    early: bool = False


@record
class Append:
    """`target.append(value)`; `early` as in `Bind`."""

    target: Expr
    value: Expr
    span: Span | None
    early: bool = False


@record
class Empty:
    """The list of a slot that is made in turns, before the first turn."""

    slot: Slot
    span: Span | None


@record
class Make:
    """The layer of a slot, or one more of it; `whole` says that the value is the list of all."""

    slot: Slot
    value: Expr
    span: Span | None
    whole: bool = False


@record
class Do:
    """An expression for its effect: a first call, which builds layers."""

    value: Expr
    span: Span | None
    comment: str = ""


@record
class Loop:
    """A `for`. `turns` are the layers that each turn has, one of each list in `held`, in step with what it goes through.

    What no turn reads is left out: a `target` that is None needs no iterable either where there are `turns`; the parts of a
    `zip` that are not of one length stay together (`uneven`). `site` is that of the loop, comprehension or stage it comes from.
    """

    target: Expr | None
    iterable: Expr
    body: tuple[Step, ...]
    span: Span | None
    site: int
    turns: tuple[Expr, ...] = ()
    held: tuple[Expr, ...] = ()
    uneven: bool = False


@record
class Branch:
    test: Expr
    then: tuple[Step, ...]
    otherwise: tuple[Step, ...]
    span: Span | None


@record
class Check:
    """A ValueError where `fails` holds; None: wherever this is reached."""

    fails: Expr | None
    message: Expr
    span: Span | None


@record
class Define:
    """A function inside a method: a choice that only the call can make, or a layer under a name; `early` as in `Bind`."""

    name: str
    parameters: tuple[tuple[str, Expr | None], ...]
    body: tuple[Step, ...]
    span: Span | None
    early: bool = False


@record
class Give:
    """The result."""

    value: Expr
    span: Span | None
    comment: str = ""


@record
class Remark:
    """A comment of the source on a line of its own, above the step that it speaks of."""

    text: str
    span: Span | None


Step = Union[Bind, Grow, Append, Empty, Make, Do, Loop, Branch, Check, Define, Give, Remark]

# ---- slots and what owns them

Phase = Literal["init", "build"]
Holder = Literal["one", "turn", "next"]


@record
class Slot:
    """A layer or weight of a class. `site` is what makes it in the program, `loop` that of the loop or comprehension around it.

    `under` says whether a turn of that loop may make none of it, or several: under an `if`, in a comprehension.
    """

    site: int
    attribute: str
    holder: Holder
    phase: Phase
    loop: int | None
    under: bool
    shared: bool = False  # under a name, which nobody need use
    weight: bool = False  # not a layer


@record
class Method:
    """A method or function. `parameters` with their defaults, `rest` the name of `**kwargs` where it takes any."""

    name: str
    parameters: tuple[tuple[str, Expr | None], ...]
    steps: tuple[Step, ...]
    doc: str | None
    span: Span | None
    rest: str = ""
    of_class: bool = False  # a `@classmethod`


@record
class ClassPlan:
    """A block or model as a class: `base` is "Model" or "Layer", `methods` stand in their order.

    `slots` are the layers it owns, `key` the item it comes from.
    """

    name: str
    key: Key
    base: Literal["Model", "Layer"]
    package: str
    doc: str | None
    slots: tuple[Slot, ...]
    methods: tuple[Method, ...]
    span: Span | None


@record
class FunctionPlan:
    """A model, block or fn as a function, in the functional and sequential styles."""

    key: Key
    method: Method


@record
class ConstantPlan:
    name: str
    key: Key
    value: Expr
    span: Span | None


ItemPlan = Union[ClassPlan, FunctionPlan, ConstantPlan]


Prelude = Literal["recipes", "trainable"]


@record
class ModulePlan:
    """A module: its items in the order Python needs, what each key is called, and where imported ones come from.

    `imported` has for a key, that of an extern too, the module and the name it has there. `prelude` are the functions that it has
    for its own use, by the name of what needs them, `remarks` the comments above items, by the keys of these.
    """

    doc: str | None
    items: tuple[ItemPlan, ...]
    names: dict[Key, str]
    imported: dict[Key, tuple[str, str]]
    prelude: frozenset[Prelude]
    remarks: dict[Key, tuple[str, ...]]


TREE = Tree(globals(), leaves=("Slot", "Key", "Phase", "Holder", "Prelude"))
walk = TREE.walk
rewritten = TREE.rewritten
