"""Expressions of Python as they are said here: arrows where layers are called, names of the language where Keras's modules stand.

In: the tree of an expression.  Out: its text, or a `Chain` where a layer is called; a `Refused` where nobody can know.

    layers.Dense(8)(x)                           x -> Dense(8)
    layers.Add()([x, layers.Dense(8)(y)])        [x, y -> Dense(8)] -> Add
    keras.ops.mean(x, axis=-1) * 0.5             ops.mean(x, axis=-1) * 0.5
    conv_block(x, 64, strides=2)                 x -> ConvBlock(64, strides=2)
"""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence

from dslc.decompile.config import Refused
from dslc.decompile.python import elsewhere
from dslc.decompile.python.chains import Chain
from dslc.decompile.python.layer_parameters import CALLED
from dslc.decompile.python.module import refused, said
from dslc.decompile.python.old_forms import (
    of_a_configuration,
    of_format,
    of_percent,
    of_several_axes,
    of_spaced,
)
from dslc.decompile.python.paths import KNOWN, MERGING, shown
from dslc.decompile.python.roles import Role
from dslc.decompile.python.stages import Stages
from dslc.decompile.python.tables import ARRAYS, of_dtype
from dslc.decompile.python.tensors import by_place
from dslc.keras import layers


class Expressions(Stages):
    """Expressions of one body."""

    # What is asked for

    def chain(self, e: ast.expr) -> Chain:
        """An expression as a chain; one without stages where no layer is called."""
        node = self._node(e)
        place = self._place_of(node)
        return place if isinstance(place, Chain) else Chain(self._finished(ast.unparse(node)))

    def outside(self, e: ast.expr) -> str:
        """An expression that stands outside of the body, where its names are the file's."""
        own, self.bound = self.bound, frozenset()
        text = self.text(e)
        self.bound = own
        return text

    # Nodes

    def _node(self, e: ast.expr) -> ast.expr:
        """An expression with the names of the language, and places for what Python has no words for."""
        match e:
            case ast.Name(name):
                if (held := self._held(e)) is not None:
                    return self._place(held)
                return self._path(e) or ast.Name(self._own(name))
            case ast.Attribute():
                return self._path(e) or self.attribute(e)
            case ast.Constant(str() as text):
                return self._place(json.dumps(text, ensure_ascii=False))
            case ast.Constant(None | bool()):
                return e
            case ast.Constant(int() | float()):
                return self._place(self.file.literal(e))
            case ast.Constant(tuple() | list() | dict() as value):  # which the command line tells
                return self._node(ast.parse(repr(value), mode="eval").body)
            case ast.Constant(value) if value is ...:
                return self._place("...")
            case ast.Call() | ast.ListComp() if (numbers := of_spaced(e, self.file.path)) is not None:
                return self._node(numbers)
            case ast.Call():
                return self.call(e)
            case ast.BinOp(ast.Constant(str() as text), ast.Mod(), value):
                return self._place(self._formatted(of_percent(e, text, value)))
            case ast.BinOp(left, sign, right):
                return ast.BinOp(self._inner(left), sign, self._inner(right))
            case ast.UnaryOp(sign, value):
                return ast.UnaryOp(sign, self._inner(value))
            case ast.BoolOp(sign, values):
                return ast.BoolOp(sign, [self._inner(each) for each in values])
            case ast.Compare(left, signs, others):
                return ast.Compare(self._inner(left), signs, [self._inner(each) for each in others])
            case ast.IfExp(test, one, other):
                return ast.IfExp(self._inner(test), self._inner(one), self._inner(other))
            case ast.List(items) | ast.Set(items):
                return ast.List([self._node(each) for each in items], ast.Load())
            case ast.Tuple(items):
                return ast.Tuple([self._node(each) for each in items], ast.Load())
            case ast.Dict() if (made := of_a_configuration(e)) is not None:
                return self._place(self._with_arguments(ast.unparse(made.func), made))
            case ast.Dict(keys, values):
                named = [None if each is None else self._node(each) for each in keys]
                return ast.Dict(named, [self._node(each) for each in values])
            case ast.Starred(value):
                return ast.Starred(self._inner(value), ast.Load())
            case ast.Subscript(value, index):
                return ast.Subscript(self._inner(value), self._node(index), ast.Load())
            case ast.Slice(low, high, step):
                parts = [None if each is None else self._inner(each) for each in (low, high, step)]
                return ast.Slice(*parts)
            case ast.ListComp(elt, generators) | ast.GeneratorExp(elt, generators) if not any(
                each.is_async for each in generators
            ):
                return ast.ListComp(self._node(elt), [self._turns(each) for each in generators])
            case ast.JoinedStr(values):
                return self._place(self._formatted(values))
            case _:
                return self._unknown(e)

    def _turns(self, e: ast.comprehension) -> ast.comprehension:
        return ast.comprehension(e.target, self._node(e.iter), [self._inner(each) for each in e.ifs], 0)

    def _unknown(self, e: ast.expr) -> ast.expr:
        raise refused(e, f"`{said(e)}` has no counterpart in the language")

    def _formatted(self, values: Sequence[ast.expr]) -> str:
        parts = []
        for each in values:
            match each:
                case ast.Constant(str() as text):
                    parts.append(
                        json.dumps(text, ensure_ascii=False)[1:-1].replace("{", "{{").replace("}", "}}")
                    )
                case ast.FormattedValue(value, -1, None):
                    parts.append("{" + self.text(value).replace('"', "'") + "}")
                case _:
                    self._unknown(each)
        return f'f"{"".join(parts)}"'

    def _own(self, name: str) -> str:
        if name in self.file.foreign and name not in self.meant:
            raise Refused(
                f"`{name}` comes from {self.file.foreign[name]}, which is another file",
                "put what makes the model into one file",
            )
        if name not in self.bound and (name in self.file.constants or name in self.roles):
            self.used.add(name)
            if name in self.roles and name not in self.meant:
                return self.roles[name].item
        return self.name(name)

    def _path(self, e: ast.expr) -> ast.expr | None:
        """A name that was imported, as it is written here."""
        path = self.file.path(e)
        if path is None:
            return None
        if path.startswith("keras.layers."):
            return ast.Name(path.rpartition(".")[2])
        return ast.Name(shown(path))

    def attribute(self, e: ast.Attribute) -> ast.expr:
        """An attribute of a value."""
        match e:
            case ast.Attribute(ast.Subscript(ast.Attribute(_, "shape")), "value"):  # of TensorFlow 1
                return self._inner(e.value)
            case ast.Attribute(value, "_keras_shape" | "_shape_val"):  # what Keras 2 had
                return ast.Attribute(self._inner(value), "shape", ast.Load())
        if e.attr in _WEIGHTS:
            raise refused(
                e,
                f"`{said(e)}`: what a layer learns is its own in the language",
                f"write the layer as a block with `weight {e.attr}: …`, and compute with that",
            )
        if e.attr not in ("shape", "dtype"):
            raise refused(e, f"`{said(e)}`: the language has no attribute `{e.attr}`")
        return ast.Attribute(self._inner(e.value), e.attr, ast.Load())

    def call(self, e: ast.Call) -> ast.expr:
        """A call of a layer, a block or a function."""
        changes = getattr(e, "changes", "")  # a list of whoever calls (see `lists`)
        if changes:
            raise refused(
                e,
                f"`{changes}` is changed by what is called here",
                "call it in a line of its own, `x = …`, with the list in its brackets",
            )
        stage = self.stage(e.func)
        if stage is not None:
            return self._place(self._flow(stage, e.args, e.keywords))
        made = self.made(e)
        if made is not None:
            return self._place(made)
        path = self.file.path(e.func)
        if path is not None and path.startswith("keras.layers."):
            return self._place(self._merged(e, path.rpartition(".")[2]))
        if path in _SHAPES and len(e.args) == 1:
            return ast.Attribute(self._inner(e.args[0]), "shape", ast.Load())
        if path in ("numpy.round", "numpy.rint") and len(e.args) == 1:
            return ast.Call(ast.Name("round"), *self._given(e))
        if path in _GOT and len(e.args) == 1:
            return self._node(e.args[0])
        if path == "keras.random.SeedGenerator":
            return self._node(e.args[0]) if e.args else ast.Constant(None)  # a class makes one by itself
        if path is not None and path.partition(".")[0] not in KNOWN:
            raise refused(
                e,
                f"`{said(e.func)}` comes from `{path.rpartition('.')[0]}`, of which nothing is known",
                "put what makes the model into one file",
            )
        if path == "keras.ops.tensordot":
            e = ast.Call(e.func, e.args, [of_several_axes(each) for each in e.keywords])
        if path is not None:
            e = elsewhere.with_defaults(e, path)
            found = self._from_elsewhere(e, path)
            if found is not None:
                return found
        if path in ARRAYS and e.args:
            return ast.Call(ast.Name("ops.array"), *self._given(of_dtype(e, self.file.path)))
        if path is not None:
            return ast.Call(ast.Name(shown(path)), *self._given(by_place(e, path)))
        match e.func:
            case ast.Name(name) if self.layered.get(name) == CALLED and e.args:
                stage = self._with_arguments(self.name(name), ast.Call(e.func, e.args[1:], e.keywords))
                return self._place(self._flow(stage, e.args[:1], []))
            case ast.Name(name) if name in self.roles:
                return self._of_the_file(e, name, self.roles[name])
            case ast.Name("getattr") if len(e.args) > 1 and isinstance(e.args[1], ast.Constant):
                return self._node(ast.copy_location(ast.Attribute(e.args[0], str(e.args[1].value)), e))
            case ast.Name("pow") if len(e.args) == 2 and not e.keywords:
                return ast.BinOp(self._inner(e.args[0]), ast.Pow(), self._inner(e.args[1]))
            case ast.Name(name) if name in _BUILTINS:
                return ast.Call(ast.Name(name), *self._given(e))
            case ast.Attribute(ast.Subscript(ast.Attribute(_, "shape")) as part, "as_list") if not e.args:
                return self._node(part)
            case (
                ast.Attribute(ast.Call(ast.Attribute(value, "get_shape"), []), "as_list")
                | ast.Attribute(ast.Attribute(value, "shape"), "as_list")
                | ast.Attribute(value, "get_shape")
            ) if not e.args:
                return ast.Attribute(self._inner(value), "shape", ast.Load())
            case ast.Attribute(ast.Constant(str() as text), "format"):
                return self._place(self._formatted(of_format(e, text)))
            case ast.Attribute(value, "items" | "keys" | "values" as name) if not e.args:
                return ast.Call(ast.Name(name), [self._node(value)], [])
        raise refused(e, f"nothing is known of `{said(e.func)}`, which is called here")

    def _from_elsewhere(self, e: ast.Call, path: str) -> ast.expr | None:
        """A call of a function that has another form here."""
        if (layer := elsewhere.layer(e, path)) is not None:
            stage, value, told = layer
            return self._place(self._flow(self._with_arguments(stage, told), [value], []))
        function = elsewhere.function(by_place(e, path), path)
        return None if function is None else ast.Call(function.func, *self._given(function))

    def _given(self, e: ast.Call) -> tuple[list[ast.expr], list[ast.keyword]]:
        named = [ast.keyword(each.arg, self._node(each.value)) for each in e.keywords]
        return [self._node(each) for each in e.args], named

    def _of_the_file(self, e: ast.Call, name: str, role: Role) -> ast.expr:
        """A call of a function of the file: the tensors flow in, the rest stands in brackets."""
        self.used.add(name)
        if role.refused is not None:
            raise role.refused
        if role.kind == "values":
            return ast.Call(ast.Name(role.item), *self._given(e))
        if any(isinstance(each, ast.Starred) for each in e.args) or len(e.args) > len(role.takes):
            raise refused(e, f"`{said(e)}`: which argument is which cannot be read")
        flowing = role.flowing(e)
        missing = [each for each in role.inputs if each not in flowing]
        if missing:
            raise refused(e, f"`{name}` is called without `{missing[0]}`, which is a tensor")
        stage = self._with_arguments(role.item, role.rest(e))
        return self._place(self._flow(stage, [flowing[each] for each in role.inputs], []))

    def _merged(self, e: ast.Call, name: str) -> Chain:
        """`concatenate([a, b])`, which Keras has beside the layers."""
        known = {each.lower(): each for each in layers.names()}
        layer = known.get(name)
        given = [*e.args, *(each.value for each in e.keywords if each.arg == "inputs")]
        if layer is None or len(given) != 1:
            raise refused(e, f"nothing is known of `{said(e.func)}`, which is called here")
        if name not in MERGING:
            where = said(e.func).removesuffix(name)
            raise refused(
                e,
                f"Keras has no function `{said(e.func)}`",
                f"make the layer and call it: `{where}{layer}()({said(given[0])})`",
            )
        rest = [each for each in e.keywords if each.arg != "inputs"]
        return self._flow(self._with_arguments(layer, ast.Call(e.func, [], rest)), given, [])

    def _flow(self, stage: str, given: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> Chain:
        """Values that flow into a stage."""
        if self.hands_on_training:
            keywords = [each for each in keywords if ast.unparse(each) != "training=training"]
        if len(given) == 1 and not keywords and not isinstance(given[0], ast.Starred):
            first = given[0]
            if isinstance(first, ast.Tuple):
                first = ast.List(first.elts, ast.Load())
            chain = self.chain(first)
            return Chain(chain.head, (*chain.stages, stage))
        texts = [self.text(each) for each in given]
        for each in keywords:
            if each.arg is None:
                raise refused(
                    each.value, f"`**{said(each.value)}`: which arguments a call is given cannot be read"
                )
            texts.append(f"{each.arg}={self.text(each.value)}")
        return Chain(f"({', '.join(texts)})", (stage,))


_WEIGHTS = (
    "kernel",
    "bias",
    "gamma",
    "beta",
    "embeddings",
    "recurrent_kernel",
    "depthwise_kernel",
    "weights",
)

_SHAPES = ("keras.backend.int_shape",)

_GOT = ("keras.initializers.get", "keras.regularizers.get", "keras.constraints.get", "keras.activations.get")
"""Functions that give what a name stands for; a layer takes the name as well."""

_BUILTINS = {
    "range", "len", "sum", "min", "max", "abs", "int", "float", "str", "bool", "round", "zip", "enumerate", "reversed", "sorted", "all", "any", "list", "tuple",
}  # fmt: skip
