"""A file of Python as a text of the language: its models, with all blocks, functions and constants that they use.

In: the text of the file, and the name of one model in it if only that is wanted.  Out: a `Text`; a `Refused` with its line where something
that a model needs cannot be said. What has nothing to do with a model (data, training) stays in Python, and is told.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dslc.decompile.config import Refused
from dslc.decompile.python import classes, functions, models
from dslc.decompile.python import given as given_here
from dslc.decompile.python.chains import Line, above, text_of
from dslc.decompile.python.data import named, of_data
from dslc.decompile.python.inlined import without_tables
from dslc.decompile.python.measured import PROBE, Sizes, measured
from dslc.decompile.python.model_shapes import with_shapes
from dslc.decompile.python.module import Comments, File, body_of, read, refused, said
from dslc.decompile.python.paths import KNOWN
from dslc.decompile.python.pieces import ROWS, Find, Piece, nothing, placed
from dslc.decompile.python.roles import is_of_keras, roles
from dslc.decompile.python.signatures import function_in
from dslc.decompile.python.statements import Body
from dslc.decompile.python.wanted import bound, needed
from dslc.decompile.python.wanted import read as read_of
from dslc.decompile.python.wrappers import specialised
from dslc.record import record, replace
from dslc.regex import regex

Gives = Callable[[str], Sizes | None]
"""Says which shape comes out of the last model of a text; None where nobody knows."""


@record
class Text:
    """The text, not yet checked, and the lines of Python that have no part in it."""

    text: str
    left: tuple[str, ...]
    parameters: frozenset[str]  # of the models
    idle: frozenset[str]  # the items that nothing needs
    missing: tuple[str, ...]  # models that are not in it, and why
    pieces: tuple[Piece, ...]  # of the Python


def write(
    source: str | Sequence[Piece],
    only: str | None = None,
    wish: str = "net",
    path: str = "model.py",
    told: Mapping[str, Any] | None = None,
    gives: Gives | None = None,
    wrong: Mapping[str, str] | None = None,
    find: Find = nothing,
    tells_rows: bool = False,
) -> Text:
    """The text of a file, or of the pieces of one; `wish` is what its model is called if nobody gave it a name, `told` are values of parameters.

    `gives` says which shape comes out of the last model of a text, `wrong` why items that nothing needs are no part of it, `find`
    finds other files of the same project. Lines tell the rows that they come from if `tells_rows`.
    """
    pieces: Sequence[Piece] = [Piece("", source, path)] if isinstance(source, str) else source
    try:
        file = without_tables(read(pieces, find, tells_rows))
        pieces = file.pieces
        return _Writer(file, wish, path, told or {}, gives, wrong or {}).text(only)
    except Refused as reason:
        raise Refused(placed(str(reason), pieces), reason.advice) from None
    except RecursionError:
        raise Refused("it is nested deeper than any model that is written by hand") from None


@record
class _Written:
    """A model that has been written, and its item."""

    found: models.Found
    made: models.Lines
    item: tuple[int, str]


_OTHERS = regex(
    r"^[ \t]*(?:import|from)[ \t]+(torch|flax|jax|haiku|mxnet|paddle|lasagne|chainer|equinox|tinygrad|caffe|onnx)\b",
    re.MULTILINE,
)
"""Other libraries that models are written with."""


class _Writer:
    """The items that are written so far, by the function or class that they come from."""

    def __init__(
        self,
        file: File,
        wish: str,
        path: str,
        told: Mapping[str, Any],
        gives: Gives | None,
        wrong: Mapping[str, str],
    ) -> None:
        self.told = told
        self.gives = gives
        self.wish = wish
        self.path = path
        if gives is not None:
            file = with_shapes(file, self._given_by)
        self.file = file
        self.asked: set[str] = set()  # the parameters of all models
        self.roles = roles(file)
        self.data = of_data(file, self.roles, file.rest)
        self.taken = {role.item for role in self.roles.values()}
        self.items: list[tuple[int, str]] = []
        self.done: set[str] = set()
        self.wrong = wrong
        self.failed: dict[str, Refused] = {}  # what cannot be said, and why
        self.idle: set[str] = set()  # the items that nothing needs
        self.constants: set[str] = set()
        self.left: list[str] = []
        self.missing: list[str] = []  # models that cannot be said

    def text(self, only: str | None) -> Text:
        """The whole text."""
        file = self.file
        if only is not None and only not in self.roles and not self._in_the_open(only):
            raise Refused(f"there is no `{only}` in it that makes a model", self._known())
        self._in_place_of_open_ones(only)
        if only is None or self._in_the_open(only):
            self._models(file.rest, self.wish, None, (), only)
        if only in self.roles:
            self._item(only)
        elif only is None:
            self._of_functions()
        if not self.items:
            why = [*self.missing, *self.left, *self._unknown_bases()]
            raise Refused(
                f"there is no model of Keras in it{f': {why[0]}' if why else ''}",
                self._known() or self._elsewhere(),
            )
        self._left_behind(only)
        constants = [
            line for name in file.constants if name in self.constants for line in self._constant(name)
        ]
        told = (
            []
            if file.docstring is None or '"""' in file.docstring or "\\" in file.docstring
            else [f'"""{file.docstring}"""']
        )
        texts = [
            text
            for _, text in sorted(self.items, key=lambda each: (not self._is_of_others(each[0]), each[0]))
        ]
        parts = [*told, *(["\n".join(constants)] if constants else []), *texts]
        left, missing = (
            tuple(placed(each, file.pieces) for each in said) for said in (self.left, self.missing)
        )
        whole = "\n\n".join(parts) + "\n"
        return Text(whole, left, frozenset(self.asked), frozenset(self.idle), missing, file.pieces)

    def _of_functions(self) -> None:
        """The models of functions, and what nothing needs, which may be left in Python; a model has all of the blocks that it needs."""
        own = [name for name in self.roles if self._is_item(name)]
        models = [name for name in own if self.roles[name].kind == "model"]
        refused = [reason for reason in map(self._model, models) if reason is not None]
        if refused and not self.items:
            raise refused[0]
        is_idle = bool(self.items)
        for name in own:
            if self.roles[name].kind != "model" and not (is_idle and name in self.file.functions):
                self._item(name, False)

    def _model(self, name: str) -> Refused | None:
        """Write a model, or tell why it is not written."""
        try:
            self._item(name)
        except Refused as reason:
            self.missing.append(f"`{self.roles[name].item}` ({reason})")
            return reason
        return None

    def _unknown_bases(self) -> Iterator[str]:
        """The classes that extend what is in none of the files."""
        for own in self.file.classes.values():
            for base in own.bases:
                path = self.file.path(base)
                if path is not None and path.partition(".")[0] not in KNOWN:
                    yield f"`{own.name}` extends `{ast.unparse(base)}`, of which nothing is known"

    def _is_item(self, name: str) -> bool:
        """Whether something of the file is an item whoever uses it."""
        return self.roles[name].kind not in ("values", "instance", "wrapper") and name not in self.file.parts

    def _is_of_others(self, row: int) -> bool:
        """Whether a row stands in another file."""
        return self.file.pieces[row // ROWS].path != self.file.pieces[0].path

    def _in_place_of_open_ones(self, only: str | None) -> None:
        """Let a wrapper stand for a function that makes models and asks for what only wrappers say."""
        if only is not None:
            return
        for name, role in self.roles.items():
            inner = (
                role.wraps.func.id if role.wraps is not None and isinstance(role.wraps.func, ast.Name) else ""
            )
            if not inner or inner in self.done:
                continue
            parameters = given_here.defaults(
                self.file, self.file.functions[inner], self.roles[inner].parameters, self.told
            )
            if any(default is None for _, default in parameters):
                self.done.add(inner)
                self._item(name)

    def _elsewhere(self) -> str | None:
        """What can be done with a model of another library."""
        found = _OTHERS.search(self.file.pieces[0].text)
        if found is None:
            return None
        return f"of a model of `{found[1]}` a copy that ends in `.kdl` is read: `dslc check` says of it how it is written here"

    def _known(self) -> str | None:
        known = [name for name, role in self.roles.items() if role.kind != "values"]
        return f"it has {', '.join(f'`{each}`' for each in known[:6])}" if known else None

    def _in_the_open(self, name: str) -> bool:
        return any(
            isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name) and s.targets[0].id == name
            for s in self.file.rest
        )

    def _constant(self, name: str) -> Iterator[str]:
        s = self.file.constants[name]
        text = f"{name} = {Body(self.file, self.roles, ()).text(s.value)}"
        yield from text_of([Line(s.lineno, text)], self.file.comments, "")

    def _item(self, name: str, needed: bool = True) -> None:
        """Write an item, and what it uses; one that nothing needs is left in Python where it cannot be said."""
        if needed and name in self.failed:
            raise self.failed[name]
        if name in self.done:
            return
        self.done.add(name)
        self.idle |= set() if needed else {self.roles[name].item}
        self.idle -= {self.roles[name].item} if needed else set()
        before = len(self.items), set(self.done), set(self.constants)
        alone, behind = dict(self.file.comments.alone), dict(self.file.comments.behind)
        try:
            if self.roles[name].item in self.wrong and not needed:
                raise Refused(self.wrong[self.roles[name].item])
            self._write(name)
        except Refused as reason:
            self.failed[name] = reason
            del self.items[before[0] :]
            self.done, self.constants = before[1], before[2]
            self.file.comments.alone.update(alone)
            self.file.comments.behind.update(behind)
            if needed:
                raise
            (self.missing if self._is_model(name) else self.left).append(f"`{name}` ({reason})")

    def _is_model(self, name: str) -> bool:
        """Whether a class is one of models, and says what they compute."""
        own = self.file.classes.get(name)
        return (
            own is not None
            and self.file.path(own.bases[0]) == "keras.Model"
            and function_in(own, "call") is not None
        )

    def _write(self, name: str) -> None:
        file, role = self.file, self.roles[name]
        if role.refused is not None:
            raise role.refused
        if name in file.classes:
            text, body = classes.block(file, self.roles, file.classes[name], role, self.told)
            self.asked |= {each for each, _ in role.parameters}
            self._add(file.classes[name], text, body)
            return
        if role.made is not None:
            body = Body(file, self.roles, ())
            text = f"block {role.item} = {body.part(role.made)}"
            self.items.append((role.made.lineno, text_alone(text, role.made.lineno, file)))
            self._uses(body)
            return
        function = file.functions[name]
        if role.kind == "values":
            text, body = functions.values(file, self.roles, function)
            self._add(function, text, body)
        elif role.kind == "wrapper":
            function, given = specialised(file, self.roles, name)
            self._models(body_of(function), role.item, function, given, None)
        elif role.kind == "model":
            function, given, said_here = given_here.with_layers(file, role, function, role.parameters)
            self.left += said_here
            self._models(body_of(function), role.item, function, given, None)
        else:
            text, body = functions.block(file, self.roles, function, role)
            self._add(function, text, body)

    def _add(self, node: ast.FunctionDef | ast.ClassDef, text: str, body: Body) -> None:
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        comments = "".join(f"{each}\n" for each in above(first, self.file.comments))
        self.items.append((node.lineno, comments + text))
        self._uses(body)

    def _uses(self, body: Body) -> None:
        self.left += (each for each in body.notes if each not in self.left)
        for each in sorted(body.used):
            if each in self.file.constants:
                self._constants(each)
            elif each in self.roles:
                self._item(each)

    def _constants(self, name: str) -> None:
        """A constant with all that it is made of."""
        self.constants.add(name)
        for each in ast.walk(self.file.constants[name].value):
            if isinstance(each, ast.Name) and each.id in self.file.constants:
                self._constants(each.id)

    def _models(
        self,
        work: Sequence[ast.stmt],
        wish: str,
        function: ast.FunctionDef | None,
        given: Sequence[tuple[str, ast.expr | None]],
        only: str | None,
    ) -> None:
        """The models that statements make, each with those of the parameters that it reads."""
        taken = self.taken - {wish} if function is not None else set(self.taken)
        parts = [role.made for role in self.roles.values() if role.made is not None]
        data = self.data if function is None else of_data(self.file, self.roles, work)
        around: set[str] = set()  # data that a function reads of the file
        objects: set[str] = set()  # what a function is given, and is asked for more than a shape
        if function is not None:
            own = {*bound(function), *(each.arg for each in function.args.args)}
            around = {name for s in self.data for name in bound(s)} - own
            objects = (
                {name for name, _ in given}
                - set(bound(function))
                - {name for name, _ in self.roles[function.name].layers}
            )
        work, asked_of_data = named(self.file, work, data, around, objects)
        known = {name for s in data for name in bound(s)} | asked_of_data | around
        found, hidden = models.made(self.file, work, wish, taken, parts)
        if hidden and not found and (function is not None or only is None):
            raise hidden[0]
        self.taken |= taken
        handed = {} if function is None else given_here.handed(self.file, self.roles[function.name], function)
        if function is not None:
            given = given_here.defaults(self.file, function, given, self.told)
        sizes = measured(self.file, self._given_by) if function is None and len(found) > 1 else {}
        free: dict[str, frozenset[str]] = {}  # what the models before ask for
        asked = {name for name, _ in given} | known
        wanted = found if only is None else self._used(found, only)
        written: list[_Written] = []
        reasons: list[Refused] = []
        for each in wanted:
            body = models.ModelBody(self.file, self.roles, found, each, data, handed, free, asked, sizes)
            body.hide(name for name, _ in given)
            before = len(self.items), set(self.done), set(self.constants)
            try:
                made = body.item()
                self._apart(each, made, written, only is not None)
                kept = [one for one in given if one[0] in made.free]
                data_of = [(name, self._told(name)) for name in (*made.sizes, *sorted(known & made.free))]
                kept = sorted((*kept, *data_of), key=lambda one: one[1] is not None)
                head = f"model {each.item}{functions.parameters(body, kept)}"
                told = functions.docstring(function) if function is not None and len(found) == 1 else None
                row = each.call.lineno if function is None else function.lineno
                comments = (
                    "" if function is None else "".join(f"{one}\n" for one in above(row, self.file.comments))
                )
                item = row, comments + functions.item(head, told, made.lines, self.file)
                self.items.append(item)
                self._uses(body)
            except Refused as reason:
                if function is not None or only is not None:
                    raise
                reasons.append(reason)
                del self.items[before[0] :]
                self.done, self.constants = before[1], before[2]
                self.missing.append(f"`{each.key or each.item}` ({reason})")
                continue
            free[each.item] = made.free
            written.append(_Written(each, made, item))
            self.asked |= {name for name, _ in kept}
        if reasons and len(reasons) == len(wanted):
            raise reasons[0]
        if only is None:
            self.missing += map(str, hidden)
        if function is not None and not found:
            raise refused(function, f"`{function.name}` makes no model that can be read")

    def _apart(
        self, found: models.Found, made: models.Lines, written: list[_Written], is_asked: bool
    ) -> None:
        """Refuse a model that has layers of another one; where it has all of these and more, and nothing calls that, it is the other one that is left out."""
        others = [each for each in written if each.made.layers & made.layers]
        if not others:
            return
        called = {name for each in (*written,) for name in each.made.models} | set(made.models)
        for each in others:
            if is_asked or not each.made.layers < made.layers or each.found.item in called:
                raise refused(
                    found.call,
                    f"`{found.key or found.item}` and `{each.found.key or each.found.item}` have layers in common, which one file of models cannot say",
                    f"name the one that is wanted behind a colon: `dslc import {self.path}:{found.key}`",
                )
        for each in others:
            written.remove(each)
            self.items.remove(each.item)
            self.missing.append(
                f"`{each.found.key}`, whose layers `{found.key or found.item}` has, too: `dslc import {self.path}:{each.found.key}` writes it"
            )

    def _given_by(self, file: File) -> Sizes | None:
        """What the model gives that a piece of the file ends with."""
        if self.gives is None:
            return None
        comments = Comments({}, {}, file.comments.code)
        probe = _Writer(replace(file, comments=comments), self.wish, self.path, self.told, None, {})
        return self.gives(probe.text(PROBE).text)

    def _told(self, name: str) -> ast.expr | None:
        """What the command line says that a value is which comes from data."""
        return ast.Constant(self.told[name]) if name in self.told else None

    def _used(self, found: Sequence[models.Found], only: str) -> list[models.Found]:
        """A model, and those that it calls."""
        wanted = {only}
        for each in reversed(found):
            if each.key in wanted:
                before = needed(each.before, read_of(each.call), lambda _: False, read_of).statements
                wanted |= {one.key for one in found} & {
                    name for s in (*before, each.call) for name in read_of(s)
                }
        return [each for each in found if each.key in wanted]

    def _left_behind(self, only: str | None) -> None:
        """What stays in Python."""
        self.left += self.file.settings
        for s in self.file.rest:
            match s:
                case ast.Expr(ast.Call() as call) if (self.file.called(call) or "").startswith(_SETTINGS):
                    self.left.append(f"`{said(call)}`, which changes what layers do")
        if only is not None:
            return
        for name in self.file.functions:
            if name in self.roles and self.roles[name].wraps is not None and name not in self.done:
                self.left.append(f"`{name}`, which `dslc import {self.path}:{name}` writes")
            elif name not in (*self.done, *self.file.parts) and not any(
                each.startswith(f"`{name}`") for each in self.left
            ):
                self.left.append(f"`{name}`")
        for name, own in self.file.classes.items():
            if not is_of_keras(self.file, own):
                self.left.append(f"`{name}`")


_SETTINGS = ("keras.mixed_precision.", "keras.config.", "keras.backend.set_", "keras.utils.set_random_seed")  # fmt: skip
"""Calls that say something of all layers of a process."""


def text_alone(text: str, row: int, file: File) -> str:
    """An item in one line, with the comments above it."""
    return "\n".join([*above(row, file.comments), text])
