"""The program: the tree with every name resolved. Blocks, loops, conditions and parameters are still there.

Laws, which `resolve` establishes and every reader may rely on:

* a `Local` names something that is bound whenever the expression runs, and says what kind of thing it is;
* a stage (right of an arrow) is a `Stage`; whatever feeds it is an `Expr` or `CallArguments`;
* `Hole` stands only inside an `Expression` stage or a fork, and means the value that came along the arrow;
* spans lead back to the source, but no node of the tree is kept;
* every stage, test and tensor expression has a `site`, a number that no other one of the program has: what later phases
  find out about it, they know it by. A rewrite that makes a new node of one gives it the same site.

    x = image -> Conv2D(32, 3) -> _ * 0.5
    Assign(Local x, Flow(Local image, (MakeLayer(KerasLayer Conv2D, …), Expression(Binary(*, Hole, 0.5)))))
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, Union

from dslc.record import record
from dslc.source import Span

# ---- what a name can stand for

LocalKind = Literal["value", "parameter", "layer", "instance", "weight", "dim", "constant", "training"]


@record
class KerasLayer:
    """A layer of Keras by the name it was written with (`MaxPool2D` stays `MaxPool2D`)."""

    name: str


@record
class BlockRef:
    """A block or model of this program: `key` finds it in `Module.blocks`, also when it comes from another file."""

    name: str
    key: tuple[str, str]
    broken: bool = False


@record
class ExternRef:
    """Something of Python's: a layer, or a `function` of tensors."""

    name: str
    key: tuple[str, str]
    function: bool = False


LayerRef = Union[KerasLayer, BlockRef, ExternRef]

# ---- expressions


@record
class Const:
    """A number, string, `True`, `False`, `None` or `...`; `text` is how a number was written."""

    span: Span
    value: Any
    text: str


@record
class Text:
    """An f-string; the format of a part is kept as written (`:02d`)."""

    span: Span
    parts: tuple[str | tuple[Expr, str], ...]


@record
class Local:
    """A name of this body, its parameters, or a constant of the file (kind "constant")."""

    span: Span
    name: str
    kind: LocalKind


@record
class UnknownSize:
    """`?` or `T?` in a shape."""

    span: Span
    name: str | None


@record
class Hole:
    span: Span


@record
class TupleOf:
    span: Span
    items: tuple[Expr, ...]


@record
class ListOf:
    span: Span
    items: tuple[Expr, ...]


@record
class Starred:
    """`*value` among the items of a list or a tuple, the arguments of a call or the branches of a fork: all that is in it."""

    span: Span
    value: Expr


@record
class DictionaryOf:
    span: Span
    entries: tuple[Entry, ...]


@record
class Entry:
    """An entry of a dictionary; without a key all of those of another one."""

    span: Span
    key: Expr | None
    value: Expr


@record
class Comprehension:
    """A list; with a `key` a dictionary."""

    span: Span
    element: Expr
    clauses: tuple[Clause, ...]
    bare: bool
    site: int
    key: Expr | None = None


@record
class Clause:
    target: Target
    iterable: Expr
    test: Expr | None
    site: int


@record
class Unary:
    span: Span
    operator: str
    operand: Expr
    site: int


@record
class Binary:
    """`grouped` when the source has brackets around it, which stay where it is an operand: `(a // b) * c`."""

    span: Span
    operator: str
    left: Expr
    right: Expr
    site: int
    grouped: bool = False


@record
class Compare:
    span: Span
    first: Expr
    rest: tuple[tuple[str, Expr], ...]
    site: int


@record
class Conditional:
    span: Span
    test: Expr
    then: Expr
    otherwise: Expr
    site: int


@record
class Attribute:
    """`x.shape`, `x.dtype`."""

    span: Span
    value: Expr
    name: str
    site: int


@record
class Index:
    span: Span
    value: Expr
    items: tuple[Expr, ...]
    comma: bool
    site: int


@record
class Slice:
    span: Span
    start: Expr | None
    stop: Expr | None
    step: Expr | None


SPREAD = "**"
"""The name of an argument that stands for all entries of a dictionary."""


@record
class Argument:
    """An argument given by name, or the arguments that a dictionary holds (`SPREAD`)."""

    span: Span
    name: str
    name_span: Span
    value: Expr


@record
class CallBuiltin:
    """`len(…)`, `range(…)`, `record()`, `values(…)`: the static builtins of the language."""

    span: Span
    name: str
    positional: tuple[Expr, ...]
    keywords: tuple[Argument, ...]
    site: int


@record
class CallFn:
    """A call of a `fn` of the program."""

    span: Span
    name: str
    key: tuple[str, str]
    positional: tuple[Expr, ...]
    keywords: tuple[Argument, ...]


@record
class CallOperation:
    """`ops.mean(_, axis=1)`, `random.normal(…)`."""

    span: Span
    name: str
    name_span: Span
    positional: tuple[Expr, ...]
    keywords: tuple[Argument, ...]
    site: int


@record
class KerasObject:
    """`initializers.HeNormal(seed=1)`; `called` is False for the bare name. One of an `extern` has a `key`."""

    span: Span
    namespace: str
    name: str
    positional: tuple[Expr, ...]
    keywords: tuple[Argument, ...]
    called: bool
    key: tuple[str, str] | None = None


@record
class Flow:
    """`head -> stage -> stage`."""

    span: Span
    head: Expr | CallArguments
    stages: tuple[Stage, ...]
    site: int


@record
class CallArguments:
    """`(query, value, attention_mask=m) ->`: what the next stage is called with."""

    span: Span
    positional: tuple[Expr, ...]
    keywords: tuple[Argument, ...]


# ---- stages


@record
class MakeLayer:
    """A layer, block, model or extern with its arguments; `called` is False for the bare name (`Flatten`)."""

    span: Span
    layer: LayerRef
    name_span: Span
    positional: tuple[Expr, ...]
    keywords: tuple[Argument, ...]
    called: bool
    site: int


@record
class UseLocal:
    """A shared instance, a layer parameter, or a name that a shared layer is kept under.

    A layer parameter may be given the arguments of its layer here (`norm(epsilon=1e-6)`): then it is `called`.
    """

    span: Span
    local: Local
    site: int
    positional: tuple[Expr, ...] = ()
    keywords: tuple[Argument, ...] = ()
    called: bool = False


@record
class UsePlace:
    """A shared layer by its place in what a name holds: `-> layers[i]`."""

    span: Span
    place: Index
    site: int


@record
class Operation:
    """A bare tensor function: `-> ops.square`."""

    span: Span
    name: str
    site: int


@record
class Expression:
    """An expression in `_`."""

    span: Span
    value: Expr
    site: int


@record
class Fork:
    """`-> [branch, branch]`: every branch is applied to the incoming value."""

    span: Span
    branches: tuple[Stage, ...]
    site: int


@record
class Pass:
    """`-> (_, _, mask=m)`: call arguments for the next stage, made of the incoming value."""

    span: Span
    arguments: CallArguments
    site: int


@record
class Choice:
    """`-> BatchNormalization if use_bn else _`."""

    span: Span
    test: Expr
    then: Stage
    otherwise: Stage
    site: int


@record
class Stages:
    """A chain without a head: a branch of a fork, a block in short form, a recipe for a `layer` parameter."""

    span: Span
    stages: tuple[Stage, ...]
    site: int


@record
class Cond:
    """`-> cond(pred, stage, stage)`: which stage runs is decided by a tensor's value."""

    span: Span
    predicate: Expr
    then: Stage
    otherwise: Stage
    site: int


@record
class Taps:
    """`-> taps(base, ["conv3_block4_out"])`: what layers inside a shared model give, by their names.

    `several` is False for a name by itself, which gives one tensor and no list.
    """

    span: Span
    model: Local
    names: Expr
    several: bool
    site: int


Stage = Union[MakeLayer, UseLocal, UsePlace, Operation, Expression, Fork, Pass, Choice, Stages, Cond, Taps]

Expr = Union[
    Const, Text, Local, UnknownSize, Hole, TupleOf, ListOf, Starred, DictionaryOf, Comprehension, Unary, Binary, Compare,
    Conditional, Attribute, Index, Slice, CallBuiltin, CallFn, CallOperation, KerasObject, Flow, MakeLayer, Stages,
]  # fmt: skip

Straight = Union[
    MakeLayer, UseLocal, UsePlace, Operation, Expression, Fork, Pass, Stages, Taps,
    Const, Text, Local, UnknownSize, Hole, TupleOf, ListOf, Starred, DictionaryOf, Unary, Compare, Attribute, Index, Slice,
    CallBuiltin, CallFn, CallOperation, KerasObject, Flow,
]  # fmt: skip
"""Stages and expressions of which all that is in them is made and computed, once: there are no ways in them and no turns."""

# ---- targets


@record
class Bind:
    """A name that is given a value."""

    span: Span
    name: str


@record
class Discard:
    span: Span


@record
class Field:
    """`features[name] = …`: a field of a record."""

    span: Span
    record: Local
    key: Expr


@record
class Unpack:
    span: Span
    targets: tuple[Target, ...]
    brackets: str = ""


@record
class Rest:
    """`*rest` among targets: a list of all that the others leave."""

    span: Span
    target: Target


Target = Union[Bind, Discard, Field, Unpack, Rest]

# ---- statements


@record
class Contract:
    """A declared shape (without the batch) and dtype."""

    span: Span
    shape: Expr
    dtype: str | None


@record
class Input:
    """An input of the body. `record` is the record it is collected in, `key` its key there (`columns[name]`).

    `mistaken` when what stands behind its name has been reported, so that nothing is said of calls without it.
    """

    span: Span
    name: str
    name_span: Span
    key: Expr | None
    contract: Contract | None
    options: tuple[tuple[Expr, ...], tuple[Argument, ...]] | None  # of the full form `Input(…)`
    mistaken: bool = False


@record
class Output:
    span: Span
    name: str | None
    name_span: Span
    contract: Contract | None
    value: Expr


@record
class Shared:
    span: Span
    name: str
    name_span: Span
    value: Stage


@record
class WeightDeclaration:
    span: Span
    name: str
    name_span: Span
    positional: tuple[Expr, ...]
    keywords: tuple[Argument, ...]
    site: int


@record
class Assign:
    span: Span
    target: Target
    contract: Contract | None
    value: Expr


@record
class Augment:
    """`skips += [x]`, `filters //= 2`: `target` is what the name stood for before, `operator` is without its `=`."""

    span: Span
    target: Local
    operator: str
    value: Expr
    site: int

    @property
    def name(self) -> str:
        return self.target.name


@record
class For:
    """`carried` are the names that a turn hands to the next (bound before the loop and again in it)."""

    span: Span
    target: Target
    iterable: Expr
    body: tuple[Statement, ...]
    carried: tuple[str, ...]
    site: int


@record
class If:
    span: Span
    test: Expr
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    site: int


@record
class Assert:
    span: Span
    test: Expr
    says: Expr | None
    site: int


@record
class Loss:
    """What a body adds to the loss that the model is trained with."""

    span: Span
    value: Expr


@record
class Return:
    span: Span
    value: Expr


Statement = Union[
    Input, Output, Shared, WeightDeclaration, Assign, Augment, For, If, Assert, Loss, Return,
]  # fmt: skip

# ---- items


@record
class Parameter:
    span: Span
    name: str
    layer: bool  # `name: layer`
    default: Expr | Stage | None
    kept: bool = False  # a layer that a model has itself, and no recipe


@record
class Block:
    """A block or a model. `chain` is its one chain in the short form (`block A(n) = Dense(n) -> ReLU`).

    `unused` are the statements whose value nobody asks for, with what they bind ("value") and the place of its name, where
    that has been said. In a `broken` body a line could not be
    read, so nobody knows its inputs and outputs.
    """

    span: Span
    model: bool
    name: str
    name_span: Span
    parameters: tuple[Parameter, ...]
    doc: str | None
    body: tuple[Statement, ...]
    chain: Stages | None
    key: tuple[str, str]
    unused: tuple[tuple[Span, str, Span], ...] = ()
    broken: bool = False


@record
class Fn:
    span: Span
    name: str
    parameters: tuple[Parameter, ...]
    doc: str | None
    body: tuple[Statement, ...]
    value: Expr | None  # of the short form
    key: tuple[str, str]
    broken: bool = False  # a line of its body could not be read


ExternKind = Literal["layer", "fn", "initializer", "regularizer", "constraint", "activation"]
"""What Python offers: a layer, a function of tensors, or one of the objects that Keras takes as arguments of layers."""


@record
class Extern:
    """A Python layer with its shape contract (`inputs`, `outputs`), if it has one; or something else, by its `kind`."""

    span: Span
    name: str
    module: str
    parameters: tuple[Parameter, ...] | None
    inputs: tuple[Input, ...]
    outputs: tuple[Contract, ...]
    contract: bool
    key: tuple[str, str]
    kind: ExternKind = "layer"


@record
class Constant:
    span: Span
    name: str
    name_span: Span
    value: Expr
    key: tuple[str, str]


@record
class Use:
    """Names taken from another file: `path` as written, `file` as the loader named it."""

    span: Span
    names: tuple[str, ...]
    path: str
    file: str


Item = Union[Constant, Fn, Block, Extern]


@record
class Asked:
    """What the resolution of one item wanted to know of its file: names, whether or not they are there.

    It asked for `all` names when it had to say which one was meant.
    """

    names: frozenset[str]
    all: bool


@record
class Lost:
    """Lines at the top of a file that could not be read, and the names of what they may have been."""

    span: Span
    names: frozenset[str]


@record
class Module:
    """One file. `items` in the order of the source; `visible` what each of its names stands for, wherever defined.

    `files` are all modules of the program by file name, this one among them; a key is (file name, item name). `asked` says
    for each item, by its name, what its resolution depended on; `index` finds the items by their names.
    """

    file: str
    span: Span
    doc: str | None
    uses: tuple[Use, ...]
    items: tuple[Item, ...]
    visible: dict[str, tuple[str, str]]
    files: dict[str, Module]
    asked: dict[str, Asked]
    lost: tuple[Lost, ...]
    index: dict[str, Item]
    comments: tuple[Span, ...] = ()

    def item(self, key: tuple[str, str]) -> Item | None:
        """The item behind a key, in whichever file it stands."""
        module = self.files.get(key[0])
        return None if module is None else module.index.get(key[1])


def indexed(items: Iterable[Item]) -> dict[str, Item]:
    """Items by their names; the first of those that are called the same."""
    found: dict[str, Item] = {}
    for item in items:
        found.setdefault(item.name, item)
    return found
