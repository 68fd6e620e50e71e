"""Layers as they stand in a chain: what a call makes, what a name holds, and what a parameter is given.

In: the tree of an expression.  Out: a stage.

    layers.Conv2D(8, 3, activation=ops.relu)     Conv2D(8, 3, activation=ops.relu)
    keras.Sequential([Dense(8), ReLU()])         Dense(8) -> ReLU
    Lambda(lambda x: x * 2)                      _ * 2
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Mapping, Sequence

from dslc.casing import untaken
from dslc.decompile.names import value_name
from dslc.decompile.python.chains import Chain, whole
from dslc.decompile.python.decided import Told
from dslc.decompile.python.layer_parameters import MAKES
from dslc.decompile.python.module import File, body_of, refused, said
from dslc.decompile.python.named_layers import called, completed
from dslc.decompile.python.old_forms import given_besides
from dslc.decompile.python.places import Places
from dslc.decompile.python.roles import Role
from dslc.decompile.python.signatures import OF_INPUTS, arguments, keyword
from dslc.keras import layers
from dslc.keras.objects import is_loaded_as_itself


class Stages(Places):
    """Layers of one body. `kept` are those that its names hold, `meant` what else stands for a name here."""

    hands_on_training = False
    """Whether `training=training` goes without saying, as Keras hands it on inside of a layer by itself."""

    def __init__(
        self, file: File, roles: Mapping[str, Role], taken: Sequence[str] = (), own: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self.file = file
        self.roles = roles
        self.layered: dict[str, str] = {}  # parameters that are layers
        self.rest = ""  # the name that gathers what else a function is given
        self.kept: dict[str, str] = {}
        self.meant: dict[str, str] = {}
        self.bound = frozenset(own)
        self.notes: list[str] = []  # what is another name here
        self.used: set[str] = set()  # functions, classes and constants of the file
        self._taken = set(taken)

    # Expressions, which layers are given

    def text(self, e: ast.expr) -> str:
        """An expression in one line."""
        return self._finished(ast.unparse(self._node(e)))

    def _node(self, e: ast.expr) -> ast.expr:
        """An expression with places for what Python cannot say; whoever reads expressions says how."""
        raise NotImplementedError

    def _inner(self, e: ast.expr) -> ast.expr:
        """An operand: a chain in brackets."""
        node = self._node(e)
        place = self._place_of(node)
        if isinstance(place, Chain) or (isinstance(place, str) and "->" in place):
            text = place.text if isinstance(place, Chain) else place
            return self._place(f"({text})")
        return node

    def _tight(self, e: ast.expr) -> str:
        return self._finished(ast.unparse(self._inner(e)))

    # Names

    def name(self, name: str) -> str:
        """What a name is called here."""
        if name in self.meant:
            return self.meant[name]
        if name == "training" and self.hands_on_training:
            return name
        if name == "_" or value_name(name) is not None:
            return name
        made = untaken(f"{name}s", self._taken)
        while value_name(made) is None:
            made += "_"
        self._taken.add(made)
        self.meant[name] = made
        return made

    def hide(self, names: Iterable[str]) -> None:
        """Let names be the body's own: what the file has under them is something else."""
        self.bound |= frozenset(names)

    def take(self, name: str) -> bool:
        """Take a name that nothing has yet; whether that was so."""
        free = name not in self._taken
        self._taken.add(name)
        return free

    # What a layer is

    def stage(self, e: ast.expr) -> str | None:
        """What a layer is in a chain that is not called yet; None where an expression is no layer."""
        kept = self._held(e)
        if kept is not None:
            return kept
        if isinstance(e, ast.IfExp):
            one, other = self.stage(e.body), self.stage(e.orelse)
            chosen = one is not None and other is not None
            return f"({whole(one)} if {self._tight(e.test)} else {whole(other)})" if chosen else None  # type: ignore[arg-type]
        return self.made(e) if isinstance(e, ast.Call) else None

    def _held(self, e: ast.expr) -> str | None:
        """What stands in a chain for the layer that a name holds before it is called."""
        if not isinstance(e, ast.Name):
            return None
        role = self.roles.get(e.id)
        if role is not None and role.kind == "instance" and e.id not in self.bound:
            if role.is_shared:
                raise refused(
                    e,
                    f"`{e.id}` is one layer that several functions share",
                    "hand it to them, or make it where it is used",
                )
            self.used.add(e.id)
            return role.item
        return self.kept.get(e.id)

    def made(self, e: ast.Call) -> str | None:
        """A layer as a call makes it; None where the call makes none."""
        if isinstance(e.func, ast.Call) and completed(e.func, self.file.path) is not None:
            made = called(e.func, e)
            assert isinstance(made, ast.Call)
            return self.made(ast.copy_location(made, e))
        path = self.file.path(e.func)
        if path == "keras.Sequential":
            return " -> ".join(self.sequence(e))
        if path is not None and path.startswith("keras.applications."):
            return self._with_arguments(f"applications.{path.rpartition('.')[2]}", e)
        if path is not None and path.startswith("keras.layers."):
            return self._layer(e, path.rpartition(".")[2])
        if isinstance(e.func, ast.Name) and self.layered.get(e.func.id) == MAKES:
            return self._with_arguments(self.name(e.func.id), e)
        if isinstance(e.func, ast.Name) and e.func.id in self.roles:
            role = self.roles[e.func.id]
            if role.kind == "model" and role.inputs:  # which it has by itself here
                self.used.add(e.func.id)
                return self._with_arguments(role.item, role.rest(e))
            if (
                role.kind in ("layer", "model", "wrapper")
                or e.func.id in self.file.classes
                or role.inner is not None
            ):
                self.used.add(e.func.id)
                return self._with_arguments(role.item, e)
        return None

    def sequence(self, e: ast.Call) -> list[str]:
        """The layers of a `Sequential`."""
        self.unnamed(e)
        given = e.args[0] if e.args else keyword(e, "layers")
        if not isinstance(given, (ast.List, ast.Tuple)) or not given.elts:
            raise refused(e, f"`{said(e)}`: its layers must stand in its brackets")
        return [self.part(each) for each in given.elts if self.file.called(each) != "keras.Input"]

    def unnamed(self, e: ast.Call) -> None:
        """Tell the name of a chain, which has none here, unless it is that of the whole block."""
        named = keyword(e, "name")
        is_own = isinstance(named, ast.Name) and named.id == "name" and "name" not in self.bound
        if named is not None and not is_own:
            self.notes.append(f"the name of the chain `{said(named)}`")

    def part(self, e: ast.expr) -> str:
        """A layer among those of a chain."""
        made = self.stage(e)
        if made is None:
            raise refused(e, f"`{said(e)}` is no layer that is known here")
        return made

    def _layer(self, e: ast.Call, name: str) -> str | None:
        if name[:1].islower():
            return None
        is_of_file = not e.keywords and bool(e.args) and self._role_of(e.args[0]) is not None
        if name == "Lambda" or (name == "Activation" and is_of_file):
            return self._lambda(e)
        if name == "InstanceNormalization":  # which Keras has in another form
            name = "GroupNormalization"
            e = ast.Call(e.func, e.args, [ast.keyword("groups", ast.Constant(-1)), *e.keywords])
        if not layers.exists(name):
            raise refused(e, f"Keras 3 has no layer `{name}`")
        args = e.args
        if not args and name in _HALVES and not any(each.arg == "pool_size" for each in e.keywords):
            args = [ast.Constant(2)]  # which Keras 2 has by itself
        told = [
            each
            for each in e.keywords
            if each.arg in OF_INPUTS and (name != "Embedding" or each.arg != "input_dim")
        ]
        behind = next((each for each in e.keywords if _is_behind(self.file, name, each)), None)
        gone = told if behind is None else [*told, behind]
        stage = self._with_arguments(
            name, ast.Call(e.func, args, [each for each in e.keywords if each not in gone])
        )
        return stage if behind is None else f"{stage} -> {self._behind(behind.value)}"

    def _behind(self, e: ast.expr) -> str:
        """An activation as a stage."""
        match e:
            case ast.Constant(None):
                return "_"
            case ast.IfExp(test, one, other):
                return f"{self._behind(one)} if {self._tight(test)} else {self._behind(other)}"
            case _:
                return self.text(e)

    def _lambda(self, e: ast.Call) -> str:
        """A `Lambda` is what it computes."""
        match e.args:
            case [ast.Name(name) as own] if name in self.roles and len(self.roles[name].inputs) == 1:
                takes, told = self.roles[name].parameters, given_besides(keyword(e, "arguments"))
                lacking = {each for each, default in takes if default is None} - told.keys()
                if not lacking and told.keys() <= dict(takes).keys():
                    self.used.add(name)
                    given = [ast.keyword(key, value) for key, value in told.items()]
                    return self._with_arguments(self.roles[name].item, ast.Call(own, [], given))
            case [ast.Lambda(ast.arguments(args=[ast.arg(name), *more]), body)] if (
                told := given_besides(keyword(e, "arguments"))
            ).keys() == {each.arg for each in more}:
                body = Told(told).visit(copy.deepcopy(body))
                before = self.meant.get(name)
                self.meant[name] = "_"
                text = self.text(body)
                if before is None:
                    del self.meant[name]
                else:
                    self.meant[name] = before
                return text if "->" not in text else f"({text})"
            case [ast.Call(ast.Name(name)) as made] if name in self.file.functions:
                function = self.file.functions[name]
                names = [each.arg for each in function.args.args]
                values = arguments(names, made)
                match body_of(function):
                    case [ast.Return(ast.Lambda() as inner)] if set(values) == set(names):
                        whole = Told(values).visit(copy.deepcopy(inner))
                        return self._lambda(ast.Call(e.func, [whole], e.keywords))
        raise refused(e, f"`{said(e)}`: only a `Lambda` of one `lambda x: …` can be read")

    def _with_arguments(self, name: str, e: ast.Call) -> str:
        role = self._role_of(e.func)
        layered = dict(role.layers) if role is not None else {}
        takes = [] if role is None else [each for each, _ in role.parameters]
        given = [
            self.layer_given(each) if place < len(takes) and takes[place] in layered else self.text(each)
            for place, each in enumerate(e.args)
        ]
        named = [each for each in e.keywords if each.arg or not self._is_rest(each.value)]
        given += [f"{each.arg}={self.layer_given(each.value) if each.arg in layered else self.text(each.value)}" if each.arg else f"**{self._tight(each.value)}" for each in named]  # fmt: skip
        return f"{name}({', '.join(given)})" if given else name

    def _role_of(self, e: ast.expr) -> Role | None:
        return self.roles.get(e.id) if isinstance(e, ast.Name) else None

    def layer_given(self, e: ast.expr) -> str:
        """A layer, or what makes one, that a parameter is given."""
        path = self.file.path(e)
        if path is not None and path.startswith("keras.activations."):
            return f"Activation({self.text(e)})"
        if isinstance(e, ast.Call) and (whole := completed(e, self.file.path)) is not None:
            return self.text(whole)
        name = self.file.layer(e.func) if isinstance(e, ast.Call) else None
        row = layers.find(name) if name is not None else None
        if row is not None and row.parameters != "none":
            raise refused(
                e,
                f"`{said(e)}` is one layer with weights for all uses of a parameter",
                "hand the class itself",
            )
        return self.text(e)

    def _is_rest(self, e: ast.expr) -> bool:
        """Whether it is what a function gathers (`**kwargs`); it is nothing here, for a call that gives more is refused."""
        return isinstance(e, ast.Name) and e.id == self.rest


def _is_behind(file: File, layer: str, given: ast.keyword) -> bool:
    """Whether it is a function that Keras does not find again as an activation: a stage behind the layer, which ends with it."""
    return (
        given.arg == "activation"
        and (layer == "Dense" or ("Conv" in layer and "LSTM" not in layer))
        and any(
            path.startswith("keras.ops.") and not is_loaded_as_itself(path)
            for node in ast.walk(given.value)
            if (path := file.path(node)) is not None
        )
    )


_HALVES = ("AveragePooling1D", "AveragePooling2D", "AveragePooling3D")
