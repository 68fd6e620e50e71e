"""What NumPy computes in functions and classes, such as a table of positions: functions of `keras.ops`, which compute the same.

In: the tree of a file.  Out: the same, in which such arrays are tensors, and none is changed in a place of it.

    angles = np.arange(n)[:, np.newaxis] / rates         angles = ops.arange(n)[:, None] / rates
    table = np.zeros((n, d))                             table = ops.reshape(ops.stack([ops.sin(angles), ops.cos(angles)], axis=-1), (n, d))
    table[:, 0::2] = np.sin(angles)
    table[:, 1::2] = np.cos(angles)
    places[:, :, 0] += size - 1                          places = ops.where(ops.arange(places.shape[-1]) == 0, places + (size - 1), places)
    places.transpose(1, 0).astype("float32")             ops.cast(ops.transpose(places, (1, 0)), "float32")
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from dslc.decompile.python.arrays import Arrays, Path, Scope
from dslc.decompile.python.signatures import keyword
from dslc.decompile.python.tables import ARRAYS, dtype_named
from dslc.keras import operations

_ALIASES = {"identity": "eye", "fabs": "abs", "concat": "concatenate"}
_METHODS = {
    "all", "any", "argmax", "argmin", "argsort", "clip", "cumprod", "cumsum", "diagonal", "dot", "max", "mean", "min", "prod", "ravel", "repeat", "round",
    "squeeze", "std", "sum", "swapaxes", "trace", "var",
}  # fmt: skip
"""Methods of arrays that are functions of the same name."""

_TOGETHER = ("concatenate", "stack", "hstack", "vstack")
_VARIABLES = ("keras.Variable", "tensorflow.Variable", "keras.backend.variable")


def with_tensors(tree: ast.Module, names: dict[str, str], path: Path) -> tuple[frozenset[str], list[str]]:
    """Let no function of a tree compute arrays of NumPy: the functions that are given such, and what is something else now."""
    if not any(each.partition(".")[0] == "numpy" for each in names.values()):
        return frozenset(), []
    known = Arrays(tree, path)
    ops = next((name for name, each in names.items() if each == "keras.ops"), None)
    if ops is None:
        taken = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        ops = "ops" if "ops" not in taken else "ops_"
        names[ops] = "keras.ops"
    notes: list[str] = []
    for scope in known.scopes:
        if isinstance(scope.node, ast.FunctionDef):
            scope.node.body = _Tensors(known, scope, ops, path, notes).statements(scope.node.body)
    return known.taking(), notes


class _Tensors(ast.NodeTransformer):
    """The statements of a function without arrays."""

    def __init__(self, known: Arrays, scope: Scope, ops: str, path: Path, notes: list[str]) -> None:
        self._known = known
        self._scope = scope
        self._ops = ops
        self._path = path
        self._notes = notes

    def statements(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Statements, in which an array that is changed in a place is another one."""
        found: list[ast.stmt] = []
        rest = list(body)
        while rest:
            s = rest.pop(0)
            woven = self._woven(s, rest[0], found) if rest else None
            if woven is not None:
                rest.pop(0)
                s = woven
            else:
                s = self._whole(s)
            match s:
                case ast.For():
                    s.iter = self.visit(self._gone_through(s.iter))
                    s.body, s.orelse = self.statements(s.body), self.statements(s.orelse)
                case ast.If() | ast.While():
                    s.test = self.visit(s.test)
                    s.body, s.orelse = self.statements(s.body), self.statements(s.orelse)
                case ast.With():
                    s.body = self.statements(s.body)
                case ast.FunctionDef() | ast.ClassDef():
                    pass
                case _:
                    s = self.visit(s)
            found.append(s)
        return found

    # What is changed in a place

    def _woven(self, s: ast.stmt, following: ast.stmt, before: list[ast.stmt]) -> ast.stmt | None:
        """`a[:, 0::2] = x` and `a[:, 1::2] = y`: all of `a`, of `x` and `y` in turn."""
        match s, following:
            case (
                ast.Assign([ast.Subscript(ast.Name(name), one)], first),
                ast.Assign([ast.Subscript(ast.Name(other), two)], second),
            ) if name == other and self._is_array(name):
                pass
            case _:
                return None
        if not (_is_every_other(_last(one), 0) and _is_every_other(_last(two), 1)):
            return None
        own = ast.dump(ast.Subscript(ast.Name(name, ast.Load()), two, ast.Load()))
        reads = [
            node for node in ast.walk(second) if isinstance(node, ast.Subscript) and ast.dump(node) == own
        ]
        if _times(second, name) != len(reads):  # what has been changed by then
            return None
        shape: ast.expr = ast.Attribute(ast.Name(name, ast.Load()), "shape", ast.Load())
        made = before[-1] if before else None
        for number in range(len(before) - 1, -1, -1):
            made = before[number]
            match made:
                case ast.Assign([ast.Name(own_name)], ast.Call(func, [told, *_])) if (
                    own_name == name
                    and self._is_empty(func)
                    and not _times(first, name)
                    and not _times(second, name)
                ):
                    shape = told
                    del before[number]
                    break
            if _times(made, name):
                break
        parts = ast.List([first, second], ast.Load())
        stacked = self._call("stack", [parts], axis=ast.Constant(-1))
        return _bound(name, self._call("reshape", [stacked, shape]), s)

    def _is_array(self, name: str) -> bool:
        return self._known.holds(ast.Name(name, ast.Load()), self._scope)

    def _is_empty(self, func: ast.expr) -> bool:
        return self._path(func) in ("numpy.zeros", "numpy.empty", "numpy.ones") or (
            isinstance(func, ast.Attribute)
            and isinstance(func.value, ast.Name)
            and func.value.id == self._ops
            and func.attr in ("zeros", "empty", "ones")
        )

    def _whole(self, s: ast.stmt) -> ast.stmt:
        """`a[:, :, 0] += n`: all of `a`, where its last axis has that place."""
        match s:
            case ast.Assign([ast.Subscript(ast.Name(name), index)], value):
                sign = None
            case ast.AugAssign(ast.Subscript(ast.Name(name), index), sign, value):
                pass
            case _:
                return s
        place = _last(index)
        is_one = isinstance(place, (ast.Constant, ast.UnaryOp, ast.Name)) and isinstance(index, ast.Tuple)
        if not self._is_array(name) or not is_one or self._known.holds(place, self._scope):  # type: ignore[arg-type]
            return s
        whole = ast.Name(name, ast.Load())
        if self._known.holds(value, self._scope):
            value = self._call("expand_dims", [value, ast.Constant(-1)])
        size = ast.Subscript(ast.Attribute(whole, "shape", ast.Load()), ast.Constant(-1), ast.Load())
        if isinstance(place, ast.UnaryOp):
            place = ast.BinOp(size, ast.Add(), place)
        is_there = ast.Compare(self._call("arange", [size]), [ast.Eq()], [place])  # type: ignore[list-item]
        made = value if sign is None else ast.BinOp(whole, sign, value)
        return _bound(name, self._call("where", [is_there, made, whole]), s)

    # Expressions

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A function of NumPy, or a method of an array."""
        if self._path(node.func) in _VARIABLES:
            held = self._of_a_variable(node)
            if held is not None:
                found: ast.AST = self.visit(held)
                return found
        is_array = self._known.holds(node, self._scope)
        path = self._path(node.func) or ""
        library, _, name = path.partition(".")
        if library == "numpy":
            return self._function(node, name, is_array)
        if is_array and isinstance(node.func, ast.Attribute) and not path:
            return self._method(node, node.func.value, node.func.attr)
        if path.startswith("keras.ops."):
            node.args = [self._value(each) for each in node.args]
            return self.generic_visit(node)
        if (
            path == "keras.initializers.Constant"
            and node.args
            and self._known.holds(node.args[0], self._scope)
        ):
            listed = _listed(node.args[0], self._path)
            if listed is not None:
                return ast.copy_location(ast.Call(node.func, [listed], node.keywords), node)
        match node:
            case ast.Call(ast.Name("len"), [value], []) if self._known.holds(value, self._scope):
                shape = ast.Attribute(self.visit(value), "shape", ast.Load())
                return ast.copy_location(ast.Subscript(shape, ast.Constant(0), ast.Load()), node)
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """What is computed with numbers in a row."""
        node.left, node.right = self._value(node.left), self._value(node.right)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """The same with one of them."""
        node.operand = self._value(node.operand)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Numbers in a row with more axes: `steps[:, None]`."""
        if isinstance(node.slice, ast.Tuple):
            node.value = self._value(node.value)
        return self.generic_visit(node)

    def _value(self, e: ast.expr) -> ast.expr:
        """An operand; numbers in a row are an array from here on."""
        is_spaced = self._known.is_spaced(e, self._scope)
        if is_spaced and self._path(getattr(e, "func", e)) == "numpy.linspace":
            assert isinstance(e, ast.Call)
            made = self._call("linspace", [self.visit(each) for each in e.args], e)
            made.keywords = [ast.keyword(each.arg, self.visit(each.value)) for each in e.keywords]
            return made
        found = self._call("array", [self.visit(e)], e) if is_spaced else self.visit(e)
        assert isinstance(found, ast.expr)
        return found

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`array.T`, `np.newaxis`."""
        if self._path(node) in ("numpy.newaxis", "tensorflow.newaxis"):
            return ast.copy_location(ast.Constant(None), node)
        if node.attr == "T" and self._known.holds(node, self._scope):
            return self._call("transpose", [self.visit(node.value)], node)
        return self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        """What a comprehension goes through."""
        node.iter = self._gone_through(node.iter)
        return self.generic_visit(node)

    def _gone_through(self, e: ast.expr) -> ast.expr:
        """What a loop goes through: numbers, not an array of them."""
        match e:
            case ast.Call(func, given, []) if self._path(func) == "numpy.arange":
                return ast.copy_location(ast.Call(ast.Name("range", ast.Load()), given, []), e)
            case _:
                return e

    def _function(self, node: ast.Call, name: str, is_array: bool) -> ast.AST:
        if not is_array:
            return self._of_numbers(node, name)
        if f"numpy.{name}" in ARRAYS:
            return self.generic_visit(node)  # said where it is written
        name = _ALIASES.get(name, name)
        if dtype_named(node.func, self._path) is not None and len(node.args) == 1:
            return self._cast(node, node.args[0], node.func)
        if not operations.exists(f"ops.{name}"):
            return self.generic_visit(node)
        given = [self._value(each) for each in node.args]
        if name in _TOGETHER and given and isinstance(given[0], ast.Tuple):
            given[0] = ast.List(given[0].elts, ast.Load())
        if name in ("zeros", "ones", "full", "eye") and given:
            given[1:] = [self._dtype(each) if dtype_named(each, self._path) else each for each in given[1:]]
        named = {
            each.arg: self._dtype(each.value) if each.arg == "dtype" else self.visit(each.value)
            for each in node.keywords
        }
        made = self._call(name, given, node)
        made.keywords = [ast.keyword(key, value) for key, value in named.items()]
        return made

    def _of_numbers(self, node: ast.Call, name: str) -> ast.AST:
        """A function of NumPy on plain numbers."""
        made = self.generic_visit(node)
        assert isinstance(made, ast.Call)
        match name, made.args:
            case "power", [base, exponent] if not made.keywords:
                return ast.copy_location(ast.BinOp(base, ast.Pow(), exponent), node)
            case _, [_] if (dtype := dtype_named(made.func, self._path)) is not None and not made.keywords:
                kind = "float" if dtype.startswith("float") else "int" if "int" in dtype else None
                if kind is not None:
                    return ast.copy_location(ast.Call(ast.Name(kind, ast.Load()), made.args, []), node)
        return made

    def _method(self, node: ast.Call, value: ast.expr, name: str) -> ast.AST:
        match name, node.args:
            case ("astype", [dtype]):
                return self._cast(node, value, dtype)
            case ("copy", []):
                return self._value(value)
            case ("flatten", _):
                return self._call("ravel", [self._value(value)], node)
            case ("reshape" | "transpose", [_, _, *_]):
                axes = ast.Tuple([self.visit(each) for each in node.args], ast.Load())
                return self._call(name, [self._value(value), axes], node)
            case ("reshape" | "transpose", _):
                return self._call(name, [self._value(each) for each in (value, *node.args)], node)
        if name in _METHODS:
            made = self._call(name, [self._value(each) for each in (value, *node.args)], node)
            made.keywords = [ast.keyword(each.arg, self.visit(each.value)) for each in node.keywords]
            return made
        return self.generic_visit(node)

    def _cast(self, node: ast.Call, value: ast.expr, dtype: ast.expr) -> ast.AST:
        return self._call("cast", [self._value(value), self._dtype(dtype)], node)

    def _dtype(self, e: ast.expr) -> ast.expr:
        named = dtype_named(e, self._path)
        return e if named is None else ast.copy_location(ast.Constant(named), e)

    def _of_a_variable(self, node: ast.Call) -> ast.expr | None:
        """The array that a variable holds which is never trained."""
        value = keyword(node, "initializer") or keyword(node, "initial_value")
        value = value or (node.args[0] if node.args else None)
        if isinstance(value, ast.Lambda):
            value = value.body
        match value:
            case ast.Call(_, [inner]) if self._path(value.func) in ARRAYS:
                value = inner
        trained = keyword(node, "trainable")
        if value is None or not self._known.holds(value, self._scope):
            return None
        if not isinstance(trained, ast.Constant) or trained.value is not False:
            return None
        self._notes.append(f"the variable of `{ast.unparse(value)}`, which is a tensor and no weight here")
        return value

    def _call(
        self, name: str, given: Sequence[ast.expr | ast.AST], at: ast.AST | None = None, **named: ast.expr
    ) -> ast.Call:
        """A call of a function of tensors."""
        function = ast.Attribute(ast.Name(self._ops, ast.Load()), name, ast.Load())
        keywords = [ast.keyword(key, value) for key, value in named.items()]
        made = ast.Call(function, list(given), keywords)  # type: ignore[arg-type]
        return made if at is None else ast.copy_location(made, at)


def _bound(name: str, value: ast.expr, at: ast.stmt) -> ast.stmt:
    return ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], value), at)


def _times(node: ast.AST, name: str) -> int:
    return sum(isinstance(each, ast.Name) and each.id == name for each in ast.walk(node))


def _last(index: ast.expr) -> ast.expr | None:
    """The place on the last axis, where all is taken of the others."""
    match index:
        case ast.Tuple([*others, place]) if all(_is_all(each) for each in others):
            return place
        case _:
            return None


def _is_all(e: ast.expr) -> bool:
    match e:
        case ast.Slice(None, None, None):
            return True
        case ast.Constant(value):
            return value is ...
        case _:
            return False


def _is_every_other(e: ast.expr | None, first: int) -> bool:
    match e:
        case ast.Slice(None, None, ast.Constant(2)):
            return first == 0
        case ast.Slice(ast.Constant(int() as low), None, ast.Constant(2)):
            return low == first
        case _:
            return False


def _listed(e: ast.expr, path: Path) -> ast.expr | None:
    """A unit matrix in plain numbers, as a list of all of them or of its rows."""
    match e:
        case ast.Call(ast.Attribute(ast.Call() as inner, "flatten" | "ravel"), [], []):
            is_flat = True
        case ast.Call(
            ast.Attribute(ast.Call() as inner, "reshape"), [ast.UnaryOp(ast.USub(), ast.Constant(1))], []
        ):
            is_flat = True
        case ast.Call():
            inner, is_flat = e, False
        case _:
            return None
    if path(inner.func) not in ("numpy.eye", "numpy.identity") or len(inner.args) != 1:
        return None
    size = ast.unparse(inner.args[0])
    row = "1.0 if i == j else 0.0"
    text = (
        f"[{row} for i in range({size}) for j in range({size})]"
        if is_flat
        else f"[[{row} for j in range({size})] for i in range({size})]"
    )
    return ast.copy_location(ast.parse(text, mode="eval").body, e)
