"""A file of Python, taken apart: what it imports, its functions, classes and the statements around them, its comments.

In: the text of a file.  Out: a `File`, or a `Refused` that says where it is no Python. Nothing of it is run.
"""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections.abc import Callable, Sequence, Set

from dslc.decompile.config import Refused
from dslc.decompile.python import paths
from dslc.decompile.python.builders import with_builders
from dslc.decompile.python.call_settings import settled
from dslc.decompile.python.copied_layers import with_backbones
from dslc.decompile.python.decided import Reached
from dslc.decompile.python.folded import folded
from dslc.decompile.python.gathered_arguments import with_parameters
from dslc.decompile.python.gathered_inputs import made_where_asked
from dslc.decompile.python.inherited import with_inherited
from dslc.decompile.python.layers_by_place import named
from dslc.decompile.python.lists import given_back
from dslc.decompile.python.methods import set_free
from dslc.decompile.python.model_ways import with_one_model
from dslc.decompile.python.named_layers import called_by_name
from dslc.decompile.python.nested import flattened
from dslc.decompile.python.of_numpy import with_tensors
from dslc.decompile.python.pieces import ROWS, Find, Piece, linked, nothing
from dslc.decompile.python.renamed import renamed
from dslc.decompile.python.sequences import one_by_one
from dslc.decompile.python.settings import spread
from dslc.decompile.python.tables import with_lists
from dslc.decompile.python.told_training import without_training
from dslc.decompile.python.wanted import bound, taken
from dslc.record import record, replace
from dslc.regex import regex

LARGEST = 400_000
"""Characters that are read: nobody writes a model as long."""

_DEEPEST = 100


@record
class Comments:
    """The comments of a file by their rows: those that have a line of their own, and those behind code."""

    alone: dict[int, str]
    behind: dict[int, str]
    code: frozenset[int]  # the rows in which there is code
    tells_rows: bool = False  # whether lines tell the rows that they come from, for what is said of them


@record
class File:
    """The parts of a file."""

    names: dict[str, str]  # what is imported
    functions: dict[str, ast.FunctionDef]
    classes: dict[str, ast.ClassDef]
    rest: tuple[ast.stmt, ...]  # statements outside of these
    docstring: str | None
    comments: Comments
    constants: dict[str, ast.Assign]  # names that hold a plain value for good
    foreign: dict[str, str]  # names that come from other files of the same project
    lines: dict[int, bytes]  # of the texts, by their rows
    calls: dict[str, list[tuple[str, ast.Call]]]  # of functions by their plain names, with what they stand in
    parts: frozenset[str]  # functions and classes that are no items by themselves
    of_tables: frozenset[str]  # functions that are given tables of numbers
    pieces: tuple[Piece, ...]
    settings: tuple[str, ...]  # what it asks for of Keras, and what it makes a model of, as they are here

    def path(self, e: ast.AST) -> str | None:
        """What a dotted name stands for that was imported."""
        return paths.path(e, self.names)

    def called(self, e: ast.AST | None) -> str | None:
        """What a call calls that was imported."""
        return self.path(e.func) if isinstance(e, ast.Call) else None

    def layer(self, e: ast.AST) -> str | None:
        """The name of the class of Keras that an expression is: `layers.Dense`."""
        found = self.path(e)
        name = found.rpartition(".")[2] if found is not None else ""
        return (
            name if found is not None and found.startswith("keras.layers.") and name[:1].isupper() else None
        )

    def literal(self, e: ast.Constant) -> str:
        """A number as it is written."""
        row, end = getattr(e, "lineno", 0), getattr(e, "end_lineno", -1)
        first, last = getattr(e, "col_offset", 0), getattr(e, "end_col_offset", 0)
        text = self.lines.get(row, b"")[first:last].decode(errors="replace") if row == end else ""
        try:
            return text if ast.literal_eval(text) == e.value else repr(e.value)
        except (ValueError, SyntaxError):  # it was put there
            return repr(e.value)

    def is_layer(self, e: ast.AST) -> bool:
        """Whether an expression makes a layer of Keras."""
        return isinstance(e, ast.Call) and self.layer(e.func) is not None


def read(pieces: Sequence[Piece], find: Find = nothing, tells_rows: bool = False) -> File:
    """The parts of texts that follow one another, with those of the other files that they need."""
    pieces = [replace(each, text=each.text.replace("\r\n", "\n").replace("\r", "\n")) for each in pieces]
    whole = linked(pieces, find, parsed)
    reached = Reached()
    tree = reached.visit(whole.tree)
    assert isinstance(tree, ast.Module)
    docstring = ast.get_docstring(tree)
    tree = without_training(with_parameters(with_inherited(tree)))
    names = paths.imported(tree)
    tree = with_backbones(tree, lambda e: paths.path(e, names))
    tree = named(spread(tree, lambda e: paths.path(e, names)), lambda e: paths.path(e, names))
    classes = {each.name: each for each in tree.body if isinstance(each, ast.ClassDef)}
    items = frozenset((*classes, *(each.name for each in tree.body if isinstance(each, ast.FunctionDef))))
    tree = called_by_name(tree, lambda e: _is_maker(e, names, items), lambda e: paths.path(e, names))
    tree, own_parts = with_builders(
        tree,
        lambda node: _makes_model(node, names),
        lambda e, known: _is_plain(e, names, known),
        whole.others,
    )
    tree, inner = flattened(tree, lambda e: _makes_layer(e, names, frozenset(classes)))
    tree = set_free(tree, lambda node: _makes_model(node, names))
    tree, settings = folded(renamed(one_by_one(made_where_asked(tree, names), names)), names)
    tree = with_lists(given_back(tree), lambda e: paths.path(e, names))
    tables, were_variables = with_tensors(tree, names, lambda e: paths.path(e, names))
    parts = inner | own_parts | whole.others
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    classes = settled(tree, {each.name: each for each in tree.body if isinstance(each, ast.ClassDef)})
    rest = [each for each in tree.body if not isinstance(each, (ast.FunctionDef, ast.ClassDef))]
    rest = unwrapped(rest[1:] if docstring is not None else rest)
    trained = {each.name for each in classes.values() if _only_trains(each, names)}
    classes = {name: each for name, each in classes.items() if name not in trained}
    names |= dict.fromkeys(trained, "keras.Model")
    makes = _makes_graph(names)
    functions = {name: with_one_model(each, makes) for name, each in functions.items()}
    lines = {
        number * ROWS + row: line
        for number, each in enumerate(whole.pieces)
        for row, line in enumerate(each.text.encode().split(b"\n"), 1)
    }
    return File(
        names,
        functions,
        classes,
        tuple(rest),
        docstring,
        replace(_comments(whole.pieces), tells_rows=tells_rows),
        _constants(rest, names),
        paths.foreign(tree),
        lines,
        _calls(tree),
        parts,
        tables,
        whole.pieces,
        (
            *settings,
            *were_variables,
            *(f"line {row}, which nothing comes to" for row in reached.found),
            *(f"`{each}`, which is a plain model here" for each in sorted(trained)),
        ),
    )


def _only_trains(own: ast.ClassDef, names: dict[str, str]) -> bool:
    """Whether a class of models only trains them in its own way: it is called as `keras.Model` is."""
    methods = [each for each in own.body if isinstance(each, ast.FunctionDef)]
    return (
        [paths.path(each, names) for each in own.bases] == ["keras.Model"]
        and not any(each.name in ("call", "build", "__call__", "compute_mask") for each in methods)
        and all(_hands_on(each) for each in methods if each.name == "__init__")
    )


def _hands_on(made: ast.FunctionDef) -> bool:
    """Whether an `__init__` gives all that it takes to Keras's own."""
    takes = made.args
    if len(takes.args) != 1 or takes.vararg is None:
        return False
    first = body_of(made)[:1]
    return any(
        isinstance(node, ast.Starred)
        and isinstance(node.value, ast.Name)
        and node.value.id == takes.vararg.arg
        for s in first
        for node in ast.walk(s)
    )


def _makes_graph(names: dict[str, str]) -> Callable[[ast.expr], bool]:
    return lambda e: isinstance(e, ast.Call) and paths.path(e.func, names) == "keras.Model"


def _makes_layer(e: ast.expr, names: dict[str, str], classes: Set[str]) -> bool:
    """Whether an expression makes a layer, or a model."""
    if not isinstance(e, ast.Call):
        return False
    path = paths.path(e.func, names) or ""
    is_known = path.startswith(("keras.layers.", "keras.Sequential", "keras.Model", "keras.applications."))
    return (is_known and path.rpartition(".")[2][:1].isupper()) or (
        isinstance(e.func, ast.Name) and e.func.id in classes
    )


def _is_maker(e: ast.expr, names: dict[str, str], own: Set[str]) -> bool:
    """Whether it is a class of layers, or a function or class of the file."""
    if isinstance(e, ast.Name) and e.id in own:
        return True
    path = paths.path(e, names) or ""
    return path.startswith("keras.layers.") and path.rpartition(".")[2][:1].isupper()


def _makes_model(node: ast.AST, names: dict[str, str]) -> bool:
    return isinstance(node, ast.Call) and paths.path(node.func, names) in ("keras.Model", "keras.Sequential")


def _constants(rest: Sequence[ast.stmt], names: dict[str, str]) -> dict[str, ast.Assign]:
    """The names outside of functions that hold a plain value, which nothing changes afterwards."""
    found: dict[str, ast.Assign] = {}
    changed: set[str] = set()
    for s in rest:
        match s:
            case ast.Assign([ast.Name(name)], value) if name not in found and _is_plain(
                value, names, found.keys()
            ):
                found[name] = s
            case ast.Assign([ast.Name(name)], value) if name in found and _is_same(value, found[name].value):
                continue  # in a notebook
            case ast.Assign([ast.Subscript(ast.Name(name), ast.Constant(str()) as key)], value) if (
                name in found
                and isinstance(found[name].value, ast.Dict)
                and _is_plain(value, names, found.keys())
            ):  # a dictionary that is filled in lines of its own
                whole = found[name].value
                assert isinstance(whole, ast.Dict)
                more = ast.Dict([*whole.keys, key], [*whole.values, value])
                found[name] = ast.copy_location(ast.Assign(found[name].targets, more), found[name])
            case _:
                changed |= set(bound(s))
    return {name: s for name, s in found.items() if name not in changed}


def _is_same(one: ast.expr, other: ast.expr) -> bool:
    return ast.dump(one) == ast.dump(other)


_PLAIN = (
    ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp, ast.List, ast.Tuple, ast.Dict, ast.operator, ast.unaryop, ast.expr_context, ast.Subscript, ast.Slice,
    ast.Starred, ast.ListComp, ast.comprehension, ast.Call,
)  # fmt: skip

_COUNTS = {"range", "len", "sum", "min", "max", "abs", "int", "float", "round", "zip", "enumerate", "reversed", "sorted", "list", "tuple"}  # fmt: skip
"""Functions of Python that are those of the language."""


_MADE = ("keras.initializers.", "keras.regularizers.", "keras.constraints.")
"""What is made of plain values and is one itself: each layer gets its own of it."""


def _is_plain(e: ast.expr, names: dict[str, str], known: Set[str]) -> bool:
    """Whether a value is made of literals, and of names that hold such."""
    if isinstance(e, ast.Call) and (paths.path(e.func, names) or "").startswith(_MADE):
        return all(_is_plain(each, names, known) for each in (*e.args, *(each.value for each in e.keywords)))
    nodes = list(ast.walk(e))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    functions = {ast.unparse(each.func) for each in calls}
    asked = {node.id for node in nodes if isinstance(node, ast.Name)} - functions
    own = {name for node in nodes if isinstance(node, ast.comprehension) for name in taken(node.target)}
    return (
        all(isinstance(node, _PLAIN) for node in nodes)
        and functions <= _COUNTS - known - names.keys()
        and asked - own <= known
        and not asked & names.keys()
    )


def parsed(text: str, largest: int = LARGEST, deepest: int = _DEEPEST) -> ast.Module:
    """The tree of a text of so many characters, and brackets within brackets."""
    depth = most = 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        most = max(most, depth)
    if len(text) > largest or most > deepest:
        raise Refused("it is larger, or nested deeper, than any model that is written by hand")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of the text is not ours to say
            return ast.parse(text)
    except SyntaxError as error:
        raise Refused(f"line {error.lineno}: no Python: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Refused(f"no Python: {error}") from None


def unwrapped(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Statements with those inside a `with`, which says where something runs and not what, without `if __name__`, and with a line for each name and for each of several attributes."""
    found: list[ast.stmt] = []
    for each in body:
        match each:
            case ast.With(_, inner):
                found += unwrapped(inner)
            case ast.If(ast.Compare(ast.Name("__name__")), inner, _):
                found += unwrapped(inner)
            case ast.Assign([ast.Name(name) as first, *others], value) if others:
                found.append(ast.copy_location(ast.Assign([first], value), each))
                for other in others:
                    held = ast.copy_location(ast.Name(name, ast.Load()), each)
                    found.append(ast.copy_location(ast.Assign([other], held), each))
            case ast.Assign([ast.Tuple(names)], ast.Tuple(values)) if len(names) == len(values) and all(
                isinstance(value, ast.Attribute)
                and isinstance(value.value, ast.Name)
                and value.value.id == "self"
                for value in values
            ):
                pairs = zip(names, values, strict=True)
                found += [ast.copy_location(ast.Assign([one], value), each) for one, value in pairs]
            case _:
                found.append(each)
    return found


def _calls(tree: ast.Module) -> dict[str, list[tuple[str, ast.Call]]]:
    """The calls of functions by their plain names, each with the function that it stands in, "" for none."""
    found: dict[str, list[tuple[str, ast.Call]]] = {}
    for s in tree.body:
        around = s.name if isinstance(s, ast.FunctionDef) else ""
        for node in ast.walk(s):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                found.setdefault(node.func.id, []).append((around, node))
    return found


def _comments(pieces: Sequence[Piece]) -> Comments:
    """The comments of texts, by their rows."""
    alone: dict[int, str] = {}
    behind: dict[int, str] = {}
    code: set[int] = set()
    for number, each in enumerate(pieces):
        first = number * ROWS
        code.add(first)
        try:
            tokens = list(tokenize.generate_tokens(io.StringIO(each.text).readline))
        except (tokenize.TokenError, SyntaxError) as error:
            raise Refused(f"no Python: {error}") from None
        for token in tokens:
            if token.type == tokenize.COMMENT:
                if _OF_TOOLS.match(token.string) is None:
                    is_first = not token.line[: token.start[1]].strip()
                    (alone if is_first else behind)[first + token.start[0]] = token.string
            elif token.string.strip():
                code |= set(range(first + token.start[0], first + token.end[0] + 1))
    return Comments(alone, behind, frozenset(code))


_OF_TOOLS = regex(r"#!|#\s*(?:noqa|type:|pylint:|pragma:|fmt:|ruff:|mypy:|-\*-|%%)")
"""Comments that tools read, which look at Python alone."""


def body_of(function: ast.FunctionDef) -> list[ast.stmt]:
    """The statements of a function, without its docstring."""
    return unwrapped(function.body[1:] if ast.get_docstring(function) is not None else function.body)


def refused(node: ast.AST, text: str, advice: str | None = None) -> Refused:
    """Why there is no text, with the line that is in the way."""
    return Refused(f"line {getattr(node, 'lineno', 1)}: {text}", advice)


def said(node: ast.AST) -> str:
    """A piece of Python in one short line, for messages."""
    text = ast.unparse(node).partition("\n")[0]
    return text if len(text) <= 60 else f"{text[:57]}..."
