"""Products of vectors, matrices and tensors, and linear algebra.

A product costs 2 operations for every multiply-accumulate, or 1 where nothing is summed. The decompositions cost the cube of
the side, for each matrix.

    ops.matmul: (None, 8, 4), (4, 16) -> (None, 8, 16)      ops.einsum("bij,bkj->bik"): (None, 8, 4), (None, 5, 4) -> (None, 8, 5)
"""

from __future__ import annotations

from dslc.diagnostics.messages import operands
from dslc.diagnostics.messages import operations as say
from dslc.keras.operations.calling import (
    Call,
    Operand,
    axes,
    axis,
    common,
    elements,
    integer,
    operand,
    shaped,
)
from dslc.keras.operations.promotion import floating
from dslc.keras.operations.sizes import broadcast, identical, same_size
from dslc.keras.types import Tensor, Unknown
from dslc.shapes.dim import Dim, Sym, known, maximum
from dslc.shapes.shape import Different, Shape, agree, product


def _turned(left: Shape, right: Shape) -> str | None:
    """What makes a product possible whose second factor has its last two axes the other way round."""
    if len(left) != len(right) or not 3 <= len(right) <= 4 or left[-1] != right[-1]:
        return None
    axes = (0, 2, 1) if len(right) == 3 else (0, 1, 3, 2)
    return f"turn the second: `ops.transpose(…, {axes})` has {left[-1]} as its last axis but one"


def matmul(call: Call) -> Tensor:
    """Matrix product over the last axes, all others broadcast; vectors count as a row or a column."""
    left, right = operand(call, call.order[0]), operand(call, call.order[1])
    for name, side in zip(call.order, (left, right), strict=False):
        if not side.shape:
            call.refuse(operands.wrong_rank(call.subject, name, side.shape, "a vector or a matrix"), name)
    a = (1, *left.shape) if len(left.shape) == 1 else left.shape
    b = (*right.shape, 1) if len(right.shape) == 1 else right.shape
    _contract(
        call,
        left.shape,
        right.shape,
        a[-1],
        b[-2],
        _turned(left.shape, right.shape)
        or "the last axis of the first is to be as long as the last but one of the second",
    )
    leading = broadcast(call, a[:-2], b[:-2])
    call.flops = _multiply(2, elements((*leading, a[-2], b[-1])), a[-1])
    found = [*leading, a[-2], b[-1]]
    if len(left.shape) == 1:
        del found[-2]
    if len(right.shape) == 1:
        del found[-1]
    eight = left.dtype == right.dtype == "int8"
    sparse = bool(left.sparse) and bool(right.sparse)
    return Tensor(tuple(found), "int32" if eight else common(call, left.dtype, right.dtype), sparse)


def dot(call: Call) -> Tensor:
    """`ops.dot`: numbers multiply, vectors give a number, the rest sums the last axis with the last but one."""
    left, right = operand(call, "x1"), operand(call, "x2")
    dtype = common(call, left.dtype, right.dtype)
    if not left.shape or not right.shape:
        found = broadcast(call, left.shape, right.shape)
        call.flops = elements(found)
        return Tensor(found, dtype)
    inner = right.shape[0] if len(right.shape) == 1 else right.shape[-2]
    places = "the axes that are summed over must be equal"
    vector = len(right.shape) == 1 and len(left.shape) > 1  # Keras compares strictly here
    if vector and not identical(call, left.shape[-1:], right.shape):
        message = operands.contraction_sizes(
            call.subject, left.shape, right.shape, (left.shape[-1], inner), places
        )
        call.refuse(message, None, (0, 1))
    _contract(call, left.shape, right.shape, left.shape[-1], inner, places)
    rest = () if len(right.shape) == 1 else (*right.shape[:-2], right.shape[-1])
    found = (*left.shape[:-1], *rest)
    call.flops = _multiply(2, elements(found), left.shape[-1])
    return Tensor(found, dtype)


def inner(call: Call) -> Tensor:
    """The product over the last axis of both."""
    left, right = operand(call, "x1"), operand(call, "x2")
    dtype = common(call, left.dtype, right.dtype)
    if not left.shape or not right.shape:
        call.flops = elements(left.shape or right.shape)
        return Tensor(left.shape or right.shape, dtype)
    _contract(call, left.shape, right.shape, left.shape[-1], right.shape[-1], "the last axes must be equal")
    found = (*left.shape[:-1], *right.shape[:-1])
    call.flops = _multiply(2, elements(found), left.shape[-1])
    return Tensor(found, dtype)


def vdot(call: Call) -> Tensor:
    """The product of two tensors as vectors."""
    left, right = operand(call, "x1"), operand(call, "x2")
    a, b = product(left.shape), product(right.shape)
    _contract(call, left.shape, right.shape, a, b, "they must have the same number of elements")
    call.flops = _multiply(2, elements(left.shape), 1)
    return Tensor((), common(call, left.dtype, right.dtype))


def outer(call: Call) -> Tensor:
    """Every element of the one times every element of the other."""
    left, right = operand(call, "x1"), operand(call, "x2")
    return Tensor((product(left.shape), product(right.shape)), common(call, left.dtype, right.dtype))


def kron(call: Call) -> Tensor:
    """The Kronecker product: sizes multiply, axis by axis, the shorter shape filled up with 1."""
    left, right = operand(call, "x1"), operand(call, "x2")
    rank = max(len(left.shape), len(right.shape))
    a, b = ((1,) * (rank - len(side.shape)) + side.shape for side in (left, right))
    sizes = tuple(product(pair) for pair in zip(a, b, strict=True))
    return Tensor(sizes, common(call, left.dtype, right.dtype))


def cross(call: Call) -> Tensor:
    """The cross product of vectors of 2 or 3 elements."""
    (left, a), (right, b) = shaped(call, "x1"), shaped(call, "x2")
    names = ("axis", "axis") if call["axis"] is not None else ("axisa", "axisb")
    first, second = axis(call, names[0], call[names[0]], left), axis(call, names[1], call[names[1]], right)
    for name, size in (("x1", left[first]), ("x2", right[second])):
        if isinstance(size, int) and size not in (2, 3):
            shape = left if name == "x1" else right
            call.refuse(
                operands.wrong_rank(call.subject, name, shape, "vectors of 2 or 3 elements along the axis"),
                name,
            )
    rest = broadcast(call, _without(left, first), _without(right, second))
    vector: tuple[Dim, ...] = (3,) if 3 in (left[first], right[second]) else ()
    goal = "axis" if call["axis"] is not None else "axisc"
    place = axis(call, goal, call[goal], rest, more=len(vector))
    return Tensor((*rest[:place], *vector, *rest[place:]) if vector else rest, common(call, a, b))


def tensordot(call: Call) -> Tensor:
    """The product over several axes at once: the last `axes` of the first with the first of the second, or pairs."""
    left, right = operand(call, "x1"), operand(call, "x2")
    dtype = common(call, left.dtype, right.dtype)
    value = call["axes"]
    if isinstance(value, (list, tuple)):
        if len(value) != 2:
            call.refuse_value("axes", "a number, or the axes of the first and of the second")
        chosen = []
        for item, shape in zip(value, (left.shape, right.shape), strict=True):
            if not isinstance(item, (list, tuple)):
                call.refuse_value("axes", "a number, or two lists of axes")
            chosen.append([axis(call, "axes", place, shape) for place in item])
    else:
        count = integer(call, "axes")
        if count < 0 or count > min(len(left.shape), len(right.shape)):
            call.refuse_value("axes", f"from 0 to {min(len(left.shape), len(right.shape))}")
        chosen = [list(range(len(left.shape) - count, len(left.shape))), list(range(count))]
        a, b = left.shape[len(left.shape) - count :], right.shape[:count]
        _contract(call, left.shape, right.shape, product(a), product(b), "the chosen axes must be equal")
        call.flops = _multiply(2 if count else 1, elements(left.shape), elements(right.shape[count:]))
        return Tensor(left.shape[: len(left.shape) - count] + right.shape[count:], dtype)
    if len(chosen[0]) != len(chosen[1]):
        call.refuse_value("axes", "as many axes of the first as of the second")
    summed: Dim = 1
    for first, second in zip(*chosen, strict=True):
        _contract(
            call,
            left.shape,
            right.shape,
            left.shape[first],
            right.shape[second],
            "the chosen axes must be equal",
        )
        summed = _multiply(summed, left.shape[first])
    found = _without(left.shape, *chosen[0]) + _without(right.shape, *chosen[1])
    call.flops = _multiply(2 if chosen[0] else 1, elements(found), elements((summed,)))
    return Tensor(found, dtype)


def einsum(call: Call) -> Tensor:
    """A sum of products written with one letter per axis."""
    equation = call["subscripts"]
    if not isinstance(equation, str):
        call.refuse_value("subscripts", 'a string such as "ij,jk->ik"')
    sides = [operand(call, "operands", item) for item in call["operands"]]
    groups, result = _equation(call, equation, len(sides))
    sizes: dict[str, Dim] = {}
    rest: Shape = ()
    custom = _relabelled(equation) in _AS_PRODUCTS
    for group, side in zip(groups, sides, strict=True):
        letters, dots, after = group.partition("...")
        named = len(letters) + len(after)
        if len(side.shape) < named or (not dots and len(side.shape) != named):
            call.refuse(
                say.einsum_equation(equation, f'"{group}" does not fit a tensor of rank {len(side.shape)}')
            )
        end = len(side.shape) - len(after)
        rest = broadcast(call, rest, side.shape[len(letters) : end])
        for letter, size in zip(letters + after, side.shape[: len(letters)] + side.shape[end:], strict=True):
            if letter not in sizes:
                sizes[letter] = size
            else:
                gives_way = custom and result.count(letter) == 1 and all(letter in each for each in groups)
                sizes[letter] = _letter(call, equation, letter, sizes[letter], size, gives_way)
    before, dots, after = result.partition("...")
    found = (
        tuple(sizes[letter] for letter in before)
        + (rest if dots else ())
        + tuple(sizes[letter] for letter in after)
    )
    sums = any(letter not in result for letter in sizes) or bool(rest and not dots)
    call.flops = _multiply(max(len(sides) - 1, 0) + sums, elements((*rest, *sizes.values())))
    return Tensor(found, _einsum_dtype(call, sides))


def norm(call: Call) -> Tensor:
    """The norm of vectors or matrices."""
    shape, dtype = shaped(call, "x")
    order = call["ord"]
    if isinstance(order, str) and order not in ("fro", "nuc"):
        call.refuse_value("ord", 'a number, "fro" or "nuc"')
    places = axes(call, "axis", shape)
    count = len(shape) if places is None else len(places)
    if count == 1 and isinstance(order, str):
        call.refuse_value("ord", "a number or None for the norm of vectors")
    norms_of_matrices = (None, "fro", "nuc", float("inf"), float("-inf"), 1, -1, 2, -2)
    if count == 2 and not isinstance(order, (Sym, Unknown)) and order not in norms_of_matrices:
        call.refuse_value("ord", '"fro", "nuc", 1, -1, 2, -2 or infinity for the norm of matrices')
    if (order is not None and count > 2) or (places is not None and len(set(places)) < len(places)):
        call.refuse_value("axis", "one axis for vectors or two for matrices")
    places = list(range(len(shape))) if places is None else places
    kept = tuple(1 if place in places else size for place, size in enumerate(shape))
    return Tensor(kept if call["keepdims"] else _without(shape, *places), floating(dtype))


def square_matrix(call: Call, result: str = "same", argument: str = "x") -> Tensor | tuple[Tensor, ...]:
    """A function of square matrices: the same shape, a number each, or vectors and matrices."""
    shape, dtype = shaped(call, argument)
    side = _square(call, argument, shape, checked="number" not in result or call.subject.endswith(".det"))
    call.flops = _multiply(elements(shape), side)
    match result:
        case "number":
            return Tensor(shape[:-2], dtype)
        case "sign and number":
            return Tensor(shape[:-2], dtype), Tensor(shape[:-2], dtype)
        case "vectors":
            return Tensor(shape[:-1], dtype), Tensor(shape, dtype)
        case "pivots":
            if not known(side):
                call.refuse(operands.size_needed(call.subject, "the side of the matrix", side), argument)
            return Tensor(shape, dtype), Tensor(shape[:-1], dtype)
        case _:
            return Tensor(shape, dtype)


def matrix(call: Call, result: str) -> Tensor | tuple[Tensor, ...]:
    """Decompositions of matrices that need not be square."""
    shape, dtype = shaped(call, "x")
    rows, columns = _matrix(call, "x", shape)
    base = shape[:-2]
    shorter = rows + columns - maximum(rows, columns)
    call.flops = _multiply(elements(shape), shorter)
    match result:
        case "rank":
            return Tensor(base, "int32")
        case "inverse":
            return Tensor((*base, columns, rows), dtype)
        case "qr":
            if call["mode"] not in ("reduced", "complete"):
                call.refuse_value("mode", '"reduced" or "complete"')
            for size in (rows, columns):
                if not known(size):
                    call.refuse(operands.size_needed(call.subject, "both sides of the matrix", size), "x")
            inside = shorter if call["mode"] == "reduced" else rows
            return Tensor((*base, rows, inside), dtype), Tensor((*base, inside, columns), dtype)
        case _:
            for size in (rows, columns):
                if not known(size):
                    call.refuse(operands.size_needed(call.subject, "both sides of the matrix", size), "x")
            values = Tensor((*base, shorter), dtype)
            if not call["compute_uv"]:
                return values
            left, right = (rows, columns) if call["full_matrices"] else (shorter, shorter)
            return Tensor((*base, rows, left), dtype), values, Tensor((*base, right, columns), dtype)


def solve(call: Call) -> Tensor:
    """The solution of linear equations: as many unknowns as the matrix has columns."""
    (left, _), (right, dtype) = shaped(call, "a"), shaped(call, "b")
    side = _square(call, "a", left)
    if not right:
        call.refuse(operands.wrong_rank(call.subject, "b", right, "at least one axis"), "b")
    at = -2 if len(left) == len(right) else -1
    if len(right) in (len(left), len(left) + 1) and not identical(call, (side,), (right[at],)):
        rule = f"the right side must have {side} rows"
        call.refuse(operands.shapes_differ(call.subject, ("a", left), ("b", right), rule), "b")
    call.flops = _multiply(elements(left), side)
    return Tensor(right, dtype)


def least_squares(call: Call) -> Tensor:
    """The best solution of equations that have none, or many."""
    (left, dtype), (right, _) = shaped(call, "a"), shaped(call, "b")
    if len(left) != 2:
        call.refuse(operands.wrong_rank(call.subject, "a", left, "two axes"), "a")
    if len(right) not in (1, 2):
        call.refuse(operands.wrong_rank(call.subject, "b", right, "one or two axes"), "b")
    if not identical(call, left[:1], right[:1]):
        rule = f"the right side must have {left[0]} rows"
        call.refuse(operands.shapes_differ(call.subject, ("a", left), ("b", right), rule), "b")
    call.flops = _multiply(elements(left), left[1])
    return Tensor((left[1], *right[1:]), dtype)


def distances(call: Call) -> Tensor:
    """`cdist`: the distance of every row of the one to every row of the other."""
    (left, a), (right, b) = shaped(call, "x"), shaped(call, "y")
    for name, shape in (("x", left), ("y", right)):
        if len(shape) < 2:
            call.refuse(operands.wrong_rank(call.subject, name, shape, "at least two axes"), name)
    _contract(call, left, right, left[-1], right[-1], "the last axes must be equal")
    found = (*broadcast(call, left[:-2], right[:-2]), left[-2], right[-2])
    call.flops = _multiply(2, elements(found), left[-1])
    return Tensor(found, common(call, a, b, "float"))


def correlate(call: Call) -> Tensor:
    """The correlation of two vectors."""
    left, right = operand(call, "x1"), operand(call, "x2")
    for name, side in (("x1", left), ("x2", right)):
        if len(side.shape) != 1:
            call.refuse(operands.wrong_rank(call.subject, name, side.shape, "one axis"), name)
        if not known(side.shape[0]):
            call.refuse(operands.size_needed(call.subject, f"the length of `{name}`", side.shape[0]), name)
    a, b = left.shape[0], right.shape[0]
    longer = maximum(a, b)
    match call["mode"]:
        case "valid":
            length = longer - (a + b - longer) + 1
        case "same":
            length = longer
        case "full":
            length = a + b - 1
        case _:
            call.refuse_value("mode", '"valid", "same" or "full"')
    dtype = common(call, left.dtype, right.dtype)
    wide = (
        "float64" if dtype == "int64" else dtype if dtype in ("bfloat16", "float16", "float64") else "float32"
    )
    call.flops = _multiply(2, a, b)
    return Tensor((length,), wide)


def correlation(call: Call) -> Tensor:
    """`corrcoef`: how every row goes with every other."""
    shape, dtype = shaped(call, "x")
    if len(shape) != 2:
        call.refuse(operands.wrong_rank(call.subject, "x", shape, "two axes"), "x")
    call.flops = _multiply(2, elements(shape), shape[0])
    return Tensor((shape[0], shape[0]), "float64" if dtype == "int64" else common(call, dtype, "float"))


def _contract(call: Call, left: Shape, right: Shape, a: Dim, b: Dim, places: str) -> None:
    if same_size(call, a, b) is None:
        call.refuse(operands.contraction_sizes(call.subject, left, right, (a, b), places), None, (0, 1))


_AS_PRODUCTS = frozenset(
    (
        "ab,bc->ac", "ab,cb->ac", "abc,cd->abd", "abc,dc->abd", "abcd,abde->abce", "abcd,abed->abce", "abcd,acbe->adbe",
        "abcd,adbe->acbe", "abcd,aecd->acbe", "abcd,aecd->aceb",
    )
)  # fmt: skip
"""Equations that Keras on TensorFlow turns into a product of matrices, whose leading sizes broadcast."""


def _relabelled(equation: str) -> str:
    """An equation with its letters renamed in the order in which they come."""
    names: dict[str, str] = {}
    for letter in equation.replace(" ", ""):
        if letter.isalpha():
            names.setdefault(letter, chr(ord("a") + len(names)))
    return "".join(names.get(letter, letter) for letter in equation.replace(" ", ""))


def _letter(call: Call, equation: str, letter: str, known_size: Dim, size: Dim, gives_way: bool) -> Dim:
    """One letter is one size; a size of 1 gives way only in the leading sizes of products of matrices."""
    if known_size == size or (gives_way and 1 in (known_size, size)):
        return size if known_size == 1 else known_size
    if isinstance(agree(known_size, size), Different):
        call.refuse(say.einsum_equation(equation, f'"{letter}" stands for {known_size} and for {size}'))
    same_size(call, known_size, size)
    if 1 in (known_size, size):
        return size if known_size == 1 else known_size  # as Keras states it, which lets a 1 give way
    return size if not known(known_size) and known(size) else known_size


def _equation(call: Call, equation: str, count: int) -> tuple[list[str], str]:
    left, arrow, result = equation.partition("->")
    if " " in left:
        problem = "Keras counts a space as a letter"
        call.refuse(say.einsum_letters(equation, problem, _plain(equation)), "subscripts")
    result = result.replace(" ", "")
    if "->" in result:
        call.refuse(say.einsum_equation(equation, "it has more than one `->`"), "subscripts")
    groups = left.split(",")
    if len(groups) != count:
        call.refuse(
            say.einsum_equation(equation, f"it names {len(groups)} operands and gets {count}"), "subscripts"
        )
    letters = "".join(groups).replace("...", "")
    if not letters.isalpha() and letters:
        call.refuse(
            say.einsum_equation(equation, "it may hold letters, commas, `...` and `->` only"), "subscripts"
        )
    if not arrow:
        once = sorted({letter for letter in letters if letters.count(letter) == 1})
        result = ("..." if "..." in left else "") + "".join(once)
    named = result.replace("...", "", 1)
    strange = [letter for letter in named if letter not in letters]
    if strange or len(set(named)) < len(named):
        reason = f'"{strange[0]}" stands only in the result' if strange else "the result has a letter twice"
        call.refuse(say.einsum_equation(equation, reason), "subscripts")
    capital = _odd_capital(equation)
    if capital is not None:
        problem = f'"{capital}" is not in each operand, and such a letter of the result has to be a small one'
        call.refuse(say.einsum_letters(equation, problem, _plain(equation)), "subscripts")
    return groups, result


def _odd_capital(equation: str) -> str | None:
    """A capital of the result that an operand does not have: a size of 1 there, which Keras writes for small letters only."""
    left, _, result = equation.partition("->")
    return next(
        (each for each in result if each.isupper() and any(each not in group for group in left.split(","))),
        None,
    )


def _plain(equation: str) -> str:
    """An equation as a graph of Keras takes it: without spaces, and in small letters if there is an odd capital."""
    equation = equation.replace(" ", "")
    if _odd_capital(equation) is None:
        return equation
    free = [each for each in _FREE if each not in equation]
    capitals = sorted({each for each in equation if each.isupper()})
    return equation.translate({ord(old): new for old, new in zip(capitals, free, strict=False)})


_FREE = "ijklmnopqrstuvwxyzabcdefgh"
"""Letters for axes, in the order in which they are taken."""


def _einsum_dtype(call: Call, sides: list[Operand]) -> str:
    found = {{"int": "int64", "float": "float32"}.get(side.dtype, side.dtype) for side in sides}
    return "int32" if found == {"int8"} else common(call, *sorted(found))


def _matrix(call: Call, name: str, shape: Shape) -> tuple[Dim, Dim]:
    if len(shape) < 2:
        call.refuse(operands.wrong_rank(call.subject, name, shape, "at least two axes"), name)
    return shape[-2], shape[-1]


def _square(call: Call, name: str, shape: Shape, checked: bool = True) -> Dim:
    """The side of a square matrix; `checked` where Keras itself looks and takes an unknown size for another one."""
    rows, columns = _matrix(call, name, shape)
    fits = identical(call, (rows,), (columns,)) if checked else same_size(call, rows, columns) is not None
    if not fits:
        call.refuse(
            operands.wrong_rank(call.subject, name, shape, "square matrices on the last two axes"), name
        )
    return rows


def _without(shape: Shape, *places: int) -> Shape:
    return tuple(size for place, size in enumerate(shape) if place not in places)


def _multiply(*factors: Dim) -> Dim:
    return product(factors)
