"""The texts that one file of Python is made of: itself or the cells of a notebook, and the files of the same project that it imports from.

In: these texts, and who finds others.  Out: one tree, in which names of other files are names of this one.

    from .blocks import conv as c            c(x, 8)                 conv(x, 8)
    from . import blocks                     blocks.conv(x, 8)       conv(x, 8)

Each text has rows of its own in that tree: its number times `ROWS`, and the row in it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence

from dslc.casing import untaken
from dslc.decompile.config import Refused
from dslc.decompile.python.paths import KNOWN
from dslc.record import record
from dslc.regex import regex

ROWS = 1_000_000
_MOST = 40
"""Other files that are read: a project of more is none that one model is in."""

_PLACE = regex(r"line (\d{7,})")


@record
class Piece:
    """A text: how messages call it ("" for a file that is named anyway), and the path that its imports go out from."""

    label: str
    text: str
    path: str = ""


Find = Callable[[str, str, int], Piece | None]
"""The file that an import means: of the file at a path, a dotted module, so many dots before it."""


@record
class Linked:
    """The tree of all texts, these in their order, and the names that come from other files."""

    tree: ast.Module
    pieces: tuple[Piece, ...]
    others: frozenset[str]


def nothing(path: str, module: str, level: int) -> None:
    """Finds no other file."""


def linked(pieces: Sequence[Piece], find: Find, parsed: Callable[[str], ast.Module]) -> Linked:
    """The tree of texts that follow one another, with what they import from files that are found."""
    linker = _Linker(find, parsed)
    body: list[ast.stmt] = []
    trees = [linker.read(each) for each in pieces]
    linker.taken |= {name for tree in trees for name in _defined(tree)}
    for tree, piece in zip(trees, pieces, strict=True):
        body += linker.own(tree, piece).body
    first = 1 if body and _is_docstring(body[0]) else 0
    tree = ast.Module([*body[:first], *linker.body, *body[first:]], [])
    return Linked(tree, tuple(linker.pieces), frozenset(linker.names))


def placed(text: str, pieces: Sequence[Piece]) -> str:
    """A message with the places that people know."""

    def said(row: int) -> str:
        number, line = divmod(row, ROWS)
        label = pieces[number].label if number < len(pieces) else ""
        return f"{label}{', ' if label else ''}line {line}"

    return _PLACE.sub(lambda found: said(int(found[1])), text)


class _Linker:
    def __init__(self, find: Find, parsed: Callable[[str], ast.Module]) -> None:
        self._find = find
        self._parsed = parsed
        self.pieces: list[Piece] = []
        self.body: list[ast.stmt] = []  # what other files define
        self.names: set[str] = set()
        self.taken: set[str] = set()
        self._known: dict[str, dict[str, str]] = (
            {}
        )  # what files give, by their paths: names here by names there

    def read(self, piece: Piece) -> ast.Module:
        """The tree of a text, with rows of its own."""
        number = len(self.pieces)
        try:
            tree = self._parsed(piece.text)
        except Refused as reason:
            raise Refused(f"{piece.label}{', ' if piece.label else ''}{reason}", reason.advice) from None
        self.pieces.append(piece)
        for node in ast.walk(tree):
            for field in ("lineno", "end_lineno"):
                row = getattr(node, field, None)
                if row is not None:
                    setattr(node, field, row + number * ROWS)
        return tree

    def own(self, tree: ast.Module, piece: Piece) -> ast.Module:
        """A tree in which what comes from other files has the names that it has here."""
        changed: dict[str, str] = {}
        modules: dict[str, dict[str, str]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                node.names = [
                    each for each in node.names if not self._from(node, each, piece, changed, modules)
                ]
            elif isinstance(node, ast.Import):
                node.names = [each for each in node.names if not self._module(each, piece, modules)]
        renamed = _Renamed(changed, modules).visit(tree)
        assert isinstance(renamed, ast.Module)
        return renamed

    def _from(
        self,
        node: ast.ImportFrom,
        each: ast.alias,
        piece: Piece,
        changed: dict[str, str],
        modules: dict[str, dict[str, str]],
    ) -> bool:
        """Whether a name comes from a file that is found."""
        gives = self._file(piece, node.module or "", node.level)
        if gives is not None and each.name == "*":
            changed |= {name: final for name, final in gives.items() if name != final}
            return True
        if gives is not None and each.name in gives:
            changed[each.asname or each.name] = gives[each.name]
            return True
        inner = self._file(piece, ".".join(filter(None, (node.module, each.name))), node.level)
        if inner is not None:
            modules[each.asname or each.name] = inner
        return inner is not None

    def _module(self, each: ast.alias, piece: Piece, modules: dict[str, dict[str, str]]) -> bool:
        gives = self._file(piece, each.name, 0)
        if gives is not None:
            modules[each.asname or each.name] = gives
        return gives is not None

    def _file(self, piece: Piece, module: str, level: int) -> dict[str, str] | None:
        """What a file gives; None where none is found."""
        if not level and module.partition(".")[0] in KNOWN:
            return None
        found = self._find(piece.path, module, level)
        if found is None:
            return None
        if found.path in self._known:
            return self._known[found.path]
        if len(self.pieces) > _MOST:
            return None
        gives: dict[str, str] = {}
        self._known[found.path] = gives
        try:
            tree = self.read(found)
        except Refused:
            return None
        defined = list(_defined(tree))
        finals = {}
        for name in defined:
            finals[name] = (
                name if name not in self.taken else untaken(f"{name}_{module.rpartition('.')[2]}", self.taken)
            )
            self.taken.add(finals[name])
        gives |= finals
        imports = [
            (node.module or "", node.level, list(node.names))
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
        ]
        own = self.own(tree, found)
        for s in own.body:
            if isinstance(s, (ast.FunctionDef, ast.ClassDef)):
                s.name = finals[s.name]
                self.names.add(s.name)
        moved = {name: final for name, final in finals.items() if name != final}
        kept = [each for s in own.body for each in _kept(s)]
        self.body += [_Renamed(moved, {}).visit(s) for s in kept]
        for source, dots, names in imports:  # what it hands on
            inner = self._file(found, source, dots) or {}
            for each in names:
                if each.name in inner:
                    gives.setdefault(each.asname or each.name, inner[each.name])
                elif each.name == "*":
                    gives |= {name: final for name, final in inner.items() if name not in gives}
        return gives


def _defined(tree: ast.Module) -> Iterator[str]:
    """The names that the statements of a tree define."""
    for s in tree.body:
        match s:
            case ast.FunctionDef(name) | ast.ClassDef(name):
                yield name
            case ast.Assign(targets):
                yield from (each.id for each in targets if isinstance(each, ast.Name))
            case ast.AnnAssign(ast.Name(name)):
                yield name


def _kept(s: ast.stmt) -> Iterator[ast.stmt]:
    """What a statement of another file says of names, without a call: also the imports of all its ways."""
    if isinstance(s, ast.Assign):
        if not any(isinstance(node, ast.Call) for node in ast.walk(s)):
            yield s
    elif isinstance(s, (ast.FunctionDef, ast.ClassDef)):
        yield s
    else:
        yield from (node for node in ast.walk(s) if isinstance(node, (ast.Import, ast.ImportFrom)))


def _is_docstring(s: ast.stmt) -> bool:
    return isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant) and isinstance(s.value.value, str)


class _Renamed(ast.NodeTransformer):
    """Names as they are here, and what stands behind modules."""

    def __init__(self, names: Mapping[str, str], modules: Mapping[str, Mapping[str, str]]) -> None:
        self._names = names
        self._modules = modules

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        gives = self._modules.get(ast.unparse(node.value)) if self._modules else None
        if gives is not None and node.attr in gives:
            return ast.copy_location(ast.Name(gives[node.attr], node.ctx), node)
        return self.generic_visit(node)
