"""One call of a tensor function while its rule looks at it: the arguments, and what the rule has to say.

In: the bound arguments of a call.  Out: for the rules, the arguments as tensors, operands, axes and sizes.  A rule is a
function `rule(call, …) -> Tensor | tuple | list`; it reads like the formula of the shape because what is wrong leaves
it as `Refused`, and what cannot be known (an axis that is an unknown parameter) as `Undetermined`. Both stay inside
this room: the doors in `__init__.py` turn them into data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages import operands
from dslc.diagnostics.messages import operations as say
from dslc.keras.operations.promotion import promote
from dslc.keras.types import Refusal, Tensor, Unknown
from dslc.record import record
from dslc.shapes.dim import BATCH, Dim, Sym, floor_div, names_in, substitute
from dslc.shapes.shape import Shape, product

_BATCH = names_in(BATCH)[0]


class Refused(Exception):  # noqa: N818 - no error of ours: it carries the answer to the user
    """Keras would not take this call."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message.text)
        self.refusal = refusal


class Undetermined(Exception):  # noqa: N818 - as above
    """The result depends on an argument whose value is not known."""


@record
class Operand:
    """A tensor or a Python number as an operand; `dtype` is "int" or "float" for numbers, which give way."""

    shape: Shape
    dtype: str
    sparse: bool | None = None  # None for what is no tensor


class Call:
    """The call of `subject`: its arguments by name, the warnings of its rule, and the cost where only the rule knows it."""

    __slots__ = ("arguments", "flops", "graph", "order", "subject", "symbolic", "warnings")

    def __init__(self, subject: str, arguments: dict[str, Any], order: Sequence[str] = ()) -> None:
        self.subject = subject
        self.arguments = arguments
        self.order = order
        self.warnings: list[Refusal] = []
        self.flops: Dim = 0  # for functions whose cost only their shape rule knows, see `costs.py`
        self.graph: Shape | None = None  # the shape of the result in a graph of Keras, where that is another
        self.symbolic = any(holds_tensor(value) for value in arguments.values())

    def __getitem__(self, name: str) -> Any:
        return self.arguments[name]

    def refuse(self, message: Message, argument: str | None = None, inputs: tuple[int, ...] = ()) -> NoReturn:
        """Leave the rule with a refusal that points at `argument` or at the tensors `inputs`."""
        raise Refused(Refusal(message, argument, inputs))

    def refuse_value(self, argument: str, expected: str) -> NoReturn:
        """Leave the rule: the value of `argument` is not what is `expected`."""
        self.refuse(say.argument_value(self.subject, argument, self[argument], expected), argument)

    def warn(self, message: Message) -> None:
        """Say something that does not stop the call."""
        self.warnings.append(Refusal(message))


def holds_tensor(value: Any) -> bool:
    """Whether a value is a tensor, or a list or tuple with one somewhere inside."""
    if isinstance(value, Tensor):
        return True
    return isinstance(value, (list, tuple)) and any(holds_tensor(item) for item in value)


def elements(shape: Sequence[Dim]) -> Dim:
    """The number of elements of one sample: the batch counts as 1."""
    total = product([size for size in shape if size is not BATCH])
    if isinstance(total, int) or _BATCH not in names_in(total):
        return total
    one = substitute(total, {str(BATCH): 1})
    if one != 0:
        return one
    whole = substitute(total, {str(BATCH): _MANY})  # `batch // 4` groups: a part of one for each sample
    return whole // _MANY if isinstance(whole, int) else floor_div(whole, _MANY)


_MANY = 5040
"""A batch that can be divided by any small number."""


def tensor(call: Call, name: str, value: Any = None) -> Tensor:
    """The argument `name` (or `value`, a part of it) where a tensor is needed.

    Python numbers and regular lists of numbers are tensors too as long as no real tensor is around: Keras then
    computes at once.
    """
    value = call[name] if value is None else value
    if isinstance(value, Tensor):
        return value
    if isinstance(value, Unknown):
        raise Undetermined
    if not call.symbolic:
        constant = constant_operand(value)
        if constant is not None:
            return Tensor(constant.shape, promote(constant.dtype) or constant.dtype)
    call.refuse(say.not_a_tensor(call.subject, name, value), name)


def shaped(call: Call, name: str, value: Any = None) -> tuple[Shape, str]:
    """Shape and dtype of the tensor argument `name`."""
    found = tensor(call, name, value)
    if found.shape is None:
        raise Undetermined
    return found.shape, found.dtype


def operand(call: Call, name: str, value: Any = None, lists: bool = False) -> Operand:
    """The argument `name` where Keras takes a tensor or a number; a list of numbers only when `lists`."""
    value = call[name] if value is None and name in call.arguments else value
    if isinstance(value, Tensor):
        if value.shape is None:
            raise Undetermined
        return Operand(value.shape, value.dtype, value.sparse)
    kind = number_dtype(value)
    if kind is not None:
        return Operand((), kind)
    if lists or not call.symbolic:
        constant = constant_operand(value)
        if constant is not None:
            return constant
    call.refuse(say.not_a_tensor(call.subject, name, value), name)


def number_dtype(value: Any) -> str | None:
    """The weak dtype of a Python number; parameters that are not known yet are taken for whole numbers."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, Sym, Unknown)):
        return "int"
    return "float" if isinstance(value, float) else None


def constant_operand(value: Any) -> Operand | None:
    """A number or a regular nesting of numbers as an operand; None when it is none."""
    kind = number_dtype(value)
    if kind is not None:
        return Operand((), kind)
    if isinstance(value, Tensor):
        return None if value.shape is None else Operand(value.shape, value.dtype)
    if not isinstance(value, (list, tuple)):
        return None
    inner = [constant_operand(item) for item in value]
    if not inner:
        return Operand((0,), "float32")
    first = inner[0]
    if first is None or any(item is None or item.shape != first.shape for item in inner):
        return None
    dtype = promote(*[item.dtype for item in inner if item is not None])
    return None if dtype is None else Operand((len(inner), *first.shape), dtype)


def common(call: Call, *dtypes: str) -> str:
    """The dtype that these dtypes promote to."""
    dtype = promote(*dtypes)
    if dtype is None:
        call.refuse(say.no_common_dtype(call.subject, list(dict.fromkeys(dtypes))))
    return dtype


def dtype_argument(call: Call, name: str = "dtype", default: str | None = None) -> str:
    """The dtype given as an argument; `default` where it is None."""
    from dslc.keras.objects import identifier_problem

    value = call[name]
    if value is None:
        return default or "float32"
    if isinstance(value, (Unknown, Sym)):
        return default or "float32"
    problem = identifier_problem("tensor dtype", value)
    if problem is not None:
        raise Refused(Refusal(problem.message, name))
    return "int64" if value == "int" else str(value)


def whole(call: Call, name: str, value: Any = None) -> Dim:
    """A whole number given as an argument; booleans count as 0 and 1, as in Python."""
    value = call[name] if value is None else value
    if isinstance(value, (int, Sym)):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, Unknown):
        raise Undetermined
    call.refuse_value(name, "a whole number")


def integer(call: Call, name: str, value: Any = None) -> int:
    """A whole number whose value decides the shape of the result: an unknown one leaves the result unknown."""
    number = whole(call, name, value)
    if isinstance(number, Sym):
        raise Undetermined
    return number


def axis(call: Call, name: str, value: Any, shape: Sequence[Dim], more: int = 0) -> int:
    """An axis of a tensor of `shape` (of `more` axes further, where the result grows), counted from 0."""
    number = integer(call, name, value)
    rank = len(shape) + more
    if not -rank <= number < rank:
        shown = (*shape, *([1] * more))
        call.refuse(operands.axis_out_of_range(call.subject, name, value, shown), name)
    return number % rank


def axes(call: Call, name: str, shape: Sequence[Dim]) -> list[int] | None:
    """The axes given as a number or several; None for None."""
    value = call[name]
    if value is None:
        return None
    if isinstance(value, (list, tuple)):
        return [axis(call, name, item, shape) for item in value]
    if not isinstance(value, (int, Sym, Unknown)):
        call.refuse_value(name, "a whole number, several of them, or None")
    return [axis(call, name, value, shape)]


def sequence(call: Call, name: str, value: Any = None) -> list[Any]:
    """The items of a list or tuple argument."""
    value = call[name] if value is None else value
    if isinstance(value, Unknown):
        raise Undetermined
    if not isinstance(value, (list, tuple)):
        call.refuse_value(name, "a list or tuple")
    return list(value)


def shape_argument(call: Call, name: str = "shape") -> Shape:
    """A whole shape given as an argument; a bare number is a shape of one size."""
    value = call[name]
    if isinstance(value, Unknown):
        raise Undetermined
    if isinstance(value, (int, Sym)):
        value = (value,)
    if not isinstance(value, (list, tuple)):
        call.refuse_value(name, "a tuple of sizes")
    sizes: list[Dim] = []
    for size in value:
        if isinstance(size, Unknown):
            raise Undetermined
        if not isinstance(size, (int, Sym)) or (isinstance(size, int) and size < 0):
            call.refuse_value(name, "a tuple of sizes, each 0 or more")
        sizes.append(int(size) if isinstance(size, bool) else size)
    return tuple(sizes)


def text(call: Call, name: str, allowed: Sequence[str], fold: bool = False) -> str | None:
    """A string argument that must be one of `allowed`; None when its value is not known."""
    value = call[name]
    if isinstance(value, Unknown):
        return None
    folded = value.lower() if fold and isinstance(value, str) else value
    if folded not in allowed or not isinstance(folded, str):
        call.refuse_value(name, "one of " + ", ".join(f'"{word}"' for word in allowed))
    return folded
