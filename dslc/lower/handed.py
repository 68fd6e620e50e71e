"""Layers that are handed around where a style cannot follow them: each is refused at its place.

In: an item, and what is known of its file.  Out: diagnostics. What a class, a Keras layer or a name is given must be a
layer that can exist by itself; and what a name holds must be plain enough to see where it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_never

from dslc.diagnostics.diagnostic import Diagnostic
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.messages import stages as stage_messages
from dslc.lower.binding_time import BindingTimes, Time
from dslc.lower.facts import Analyses
from dslc.lower.objects import is_application
from dslc.lower.plan import Key
from dslc.lower.recipes import Kind, Many, Row, Word, bindings, element_of, holds, holds_layer, named
from dslc.program import nodes as p
from dslc.program.misused import kind_of
from dslc.program.second_names import handed_around
from dslc.program.shareable import only_layers, reads_incoming
from dslc.program.traversal import (
    arguments_of,
    binders,
    inputs_in,
    is_given_layer,
    is_recipe,
    read,
    recipes_in,
    statements_in,
    walk,
)
from dslc.program.unheld import handed_as_object
from dslc.source import Span
from dslc.styles import Style

AS_A_BLOCK = "write it as a block and hand that: `block Name = …`"
OF_ITS_OWN = "give the layer a name of its own, or write it where it is used"
IN_A_BLOCK = "a block can do that in every style, a model in the subclass style"
BETWEEN_CHAINS = "choose between chains: `x -> (A if … else B)`"
BY_ITSELF = "write its own name where it is handed on"
SECOND_NAME = "keeping a layer parameter under another name"
SHARED = "share it (`shared name = …`), and put that there"
NO_OBJECT: tuple[Word, ...] = ("recipe", "maybe", "given", "mixed")
APART = "keep layers in a list of their own, not with tensors"


class Handed:
    """Looks through one item for layers that are handed where they cannot be."""

    def __init__(self, analyses: Analyses, item: p.Item, style: Style) -> None:
        self.analyses = analyses
        self.recipes = analyses.recipes
        self.item = item
        self.style = style
        self.classes = analyses.classes(style)
        self.is_class = analyses.is_class(item, style)
        self.found: dict[Span, Diagnostic] = {}  # one for a place
        self.late: list[Span] = []

    def refusals(self) -> list[Diagnostic]:
        item = self.item
        if isinstance(item, (p.Block, p.Fn)):
            self._defaults(item)
        direct: set[int] = set()
        for node in walk(item):
            match node:
                case p.Shared(_, _, _, value):
                    self._shared(node, value)
                case p.UseLocal() | p.UsePlace():
                    self._called(node)
                case p.MakeLayer():
                    direct |= self._arguments(node)
                case p.CallFn(_, name, _):
                    for e in arguments_of(node):
                        if holds_layer(self._kind(e)):
                            self.say(
                                f"handing a layer to the fn `{name}`",
                                e.span,
                                "choose the layer where it is used, or let the fn return it",
                            )
                case p.Conditional() if holds_layer(self._kind(node)) and self.analyses.is_late(node):
                    self.say("choosing a layer by what only a call knows", node.span, BETWEEN_CHAINS)
                case _:
                    pass  # hands nothing on
        for each in recipes_in(item):
            if each.site not in direct:
                self._kept(each)
        self._bindings()
        self._chains()
        if isinstance(item, p.Constant) and holds_layer(self._kind(item.value)):
            self.say("a layer in a constant", item.value.span, "let a fn or a name of the model hold it")
        if not self.found:  # what is refused already may be late because of that
            for span in self.late:
                self.say("finding a layer by what only a call knows", span, APART)
        return list(self.found.values())

    def say(self, what: str, span: Span, help: str | None = None) -> None:
        self.found.setdefault(span, messages.not_supported_yet(what, help).at(span))

    def _kind(self, e: p.Expr) -> Kind:
        return self.recipes.of(self.item.key, e)

    def only_layers(self, stage: p.Stage) -> bool:
        """Whether a stage is a layer, or a chain of layers, that can exist by itself."""
        return only_layers(stage, self.analyses.is_late)

    # ---- what is declared

    def _defaults(self, item: p.Block | p.Fn) -> None:
        for each in item.parameters:
            if each.default is None or (each.layer and isinstance(each.default, p.Const)):
                continue
            if each.layer:
                if each.kept:
                    if not self.only_layers(each.default):  # type: ignore[arg-type]
                        what = "a default with anything but layers in it, of a model,"
                        self.say(what, each.default.span, AS_A_BLOCK)
                    continue
                if self._is_configured(item.key, each):
                    self._factory(each.default, item.key, self.is_class)
                if self.is_class and not self.only_layers(each.default):  # type: ignore[arg-type]
                    self.say(
                        "a default with anything but layers in it, for a class,",
                        each.default.span,
                        AS_A_BLOCK,
                    )
            elif holds_layer(self._kind(each.default)):  # type: ignore[arg-type]
                self._undeclared(each.name, each.default.span)

    def _undeclared(self, name: str, span: Span) -> None:
        self.say(
            f"a layer for the parameter `{name}`, which is not declared to be one,",
            span,
            f"declare it `{name}: layer`",
        )

    def _shared(self, s: p.Shared, value: p.Stage) -> None:
        if any(is_given_layer(each) for each in walk(value)) and not self.is_class:
            self.say("sharing a layer that is a parameter", s.span, IN_A_BLOCK)

    # ---- calls

    def _called(self, stage: p.UseLocal | p.UsePlace) -> None:
        """A call of several tensors under a name: a model takes them as one list, and everything else does not."""
        found = self.analyses.called_models.get(stage.site, ())
        if len({self._ports(key) for key in found}) > 1:
            what = (
                "a call of several tensors that reaches a model in one place, and something else in another,"
            )
            self.say(what, stage.span, "make the model a block")

    def _ports(self, key: Key | None) -> tuple[tuple[str, ...], tuple[str | None, ...]] | None:
        """The names of what a model takes and gives."""
        model = None if key is None else self.analyses.module.item(key)
        if not isinstance(model, p.Block):
            return None
        outputs = tuple(s.name for s in statements_in(model.body) if isinstance(s, p.Output))
        return tuple(each.name for each in inputs_in(model.body)), outputs

    def _several(self, e: p.Expr, taker: Key, parameter: str) -> None:
        """What is handed to a block that calls it with several tensors."""
        calls = self.analyses.several.get((taker, parameter), ())
        if not calls or not is_recipe(e):
            return
        if self.is_class or taker in self.classes:
            if _is_chain(e):
                self.say("a chain that takes several tensors as an argument of a class", e.span, AS_A_BLOCK)
            return
        if len(calls) > 1:
            what = f"a layer that `{taker[1]}` calls in several ways, once with more tensors than again,"
            self.say(what, e.span, "call it with the same arguments everywhere")
        elif not read(e).isdisjoint(calls[0][1]):
            name = min(name for name in calls[0][1] if name in read(e))
            self.say(
                f"an argument that reads `{name}`, where `{taker[1]}` calls the layer with `{name}=`,",
                e.span,
                OF_ITS_OWN,
            )

    # ---- arguments

    def _arguments(self, stage: p.MakeLayer) -> set[int]:
        """Look at the arguments of a layer or block; gives the sites of those that are layers as they stand there."""
        layer = stage.layer
        block = self.analyses.module.item(layer.key) if isinstance(layer, p.BlockRef) else None
        parameters = block.parameters if isinstance(block, p.Block) else ()
        declared: dict[str, p.Parameter] = {each.name: each for each in parameters}
        by_place = [*parameters, *([None] * len(stage.positional))]
        pairs = [
            *zip(stage.positional, by_place, strict=False),
            *((a.value, declared.get(a.name)) for a in stage.keywords),
        ]
        direct: set[int] = set()
        for e, parameter in pairs:
            if parameter is not None and not parameter.layer:
                if holds_layer(self._kind(e)):
                    self._undeclared(parameter.name, e.span)
                    direct |= {each.site for each in _ends(e) if is_recipe(each)}
                continue
            if isinstance(layer, p.BlockRef) and self._is_configured(layer.key, parameter):
                for end in _ends(e):
                    direct |= {end.site} if is_recipe(end) else set()
                    self._factory(end, layer.key, self._takes_objects(layer))
                continue
            to_object = self._takes_objects(layer) or self.is_class
            for end in _ends(e):
                if parameter is not None and kind_of(end) == "a string":  # in a way that nobody has taken yet
                    said = stage_messages.not_a_layer(end.span.brief, "a string")
                    self.found.setdefault(end.span, said.at(end.span))
                if is_recipe(end):
                    direct.add(end.site)
                if parameter is not None and isinstance(layer, p.BlockRef):
                    self._several(end, layer.key, parameter.name)
                if to_object:
                    self._object(end, layer)
                elif holds(self._kind(end), "mixed") and not isinstance(end, p.Local):
                    self._mixed(end.span)
            if to_object and self._depends_on_call(e):
                self.late.append(e.span)
        return direct

    def _is_model(self, layer: p.LayerRef) -> bool:
        block = self.analyses.module.item(layer.key) if isinstance(layer, p.BlockRef) else None
        return isinstance(block, p.Block) and block.model

    def _is_configured(self, key: Key, parameter: p.Parameter | None) -> bool:
        return parameter is not None and (key, parameter.name) in self.analyses.configured

    def _factory(self, e: p.Expr | p.Stage, taker: Key, by_class: bool) -> None:
        """What is given where a layer takes its arguments later: a class keeps that by its name."""
        while isinstance(e, p.Stages) and len(e.stages) == 1:
            e = e.stages[0]
        match e:
            case p.Choice(_, _, then, otherwise):
                self._factory(then, taker, by_class)
                self._factory(otherwise, taker, by_class)
            case p.MakeLayer(_, p.BlockRef(_, key), called=False) if by_class:
                block = self.analyses.module.item(key)
                if (
                    isinstance(block, p.Block)
                    and block.model
                    and not self.analyses.is_class(block, self.style)
                ):
                    self.say("a model that takes its arguments in a class", e.span, "make the model a block")
            case p.MakeLayer(called=False) | p.UseLocal(called=False):
                pass  # takes them there
            case p.MakeLayer() | p.Stages() | p.UseLocal():
                self.say(
                    f"a layer that has its arguments already, where `{taker[1]}` gives them,",
                    e.span,
                    "hand it without brackets, or let the block use it without arguments",
                )
            case p.UsePlace() | p.Operation() | p.Expression() | p.Fork() | p.Pass() | p.Cond() | p.Taps():
                self.say("a stage that is no layer, where it takes arguments,", e.span, AS_A_BLOCK)
            case _ if holds(self._kind(e), "shared", "mixed"):
                self.say("a layer that exists already, where it takes arguments,", e.span, OF_ITS_OWN)
            case (
                p.Const() | p.Text() | p.Local() | p.UnknownSize() | p.Hole() | p.TupleOf() | p.ListOf() | p.Starred()
                | p.DictionaryOf() | p.Comprehension() | p.Unary() | p.Binary() | p.Compare() | p.Conditional() | p.Attribute()
                | p.Index() | p.Slice() | p.CallBuiltin() | p.CallFn() | p.CallOperation() | p.KerasObject() | p.Flow()
            ):  # fmt: skip
                pass  # None, a layer parameter, or a name of what makes layers; anything else has been refused
            case _:
                assert_never(e)

    def _takes_objects(self, layer: p.LayerRef) -> bool:
        """Whether layers are handed to a layer or block as objects, not as functions on tensors."""
        if not isinstance(layer, p.BlockRef) or layer.key in self.classes:
            return True
        return self._is_model(layer)

    def _object(self, e: p.Expr, layer: p.LayerRef) -> None:
        """What a Keras layer or a class is given, or a class hands on."""
        kind = self._kind(e)
        second_name = isinstance(e, p.Local) and e.kind == "value"
        trained = isinstance(layer, p.BlockRef) and next(filter(_has_trained_weights, walk(e)), None)
        if trained:
            self.say(
                "handing a model with trained weights to a class, which makes it again from its configuration, without them",
                trained.span,
                "write it in the block itself, or `weights=None`",
            )
            return
        if second_name and self.is_class and holds(kind, "given"):
            pass  # which has been refused
        elif isinstance(e, p.MakeLayer) and reads_incoming(e):
            self.say(
                "a layer as an argument that looks at what flows in",
                e.span,
                "give the size by its number or name",
            )
        elif isinstance(e, p.MakeLayer) and not self.only_layers(e):
            self.found.setdefault(e.span, messages.function_as_layer(e.layer.name).at(e.span))
        elif isinstance(e, p.Stages) and not self.only_layers(e):
            self.say("a chain with anything but layers in it as an argument", e.span, AS_A_BLOCK)
        elif self._is_model(layer) and isinstance(e, p.Local) and e.kind == "instance":
            pass  # the model has it, too
        elif holds(kind, "shared") or (is_recipe(e) and any(_is_shared(each) for each in walk(e))):
            self.found.setdefault(e.span, handed_as_object(layer, e.span.brief).at(e.span))
        elif is_given_layer(e) or (is_recipe(e) and any(is_given_layer(each) for each in walk(e))):
            if not self.is_class:
                self.say("handing a layer parameter on to a layer or class", e.span, IN_A_BLOCK)
            elif self._is_model(layer):
                self.say(
                    "handing a layer parameter of a block on to a model", e.span, "make the model a block"
                )
        elif holds(kind, "given"):
            self.say(SECOND_NAME, e.span, BY_ITSELF)
        elif (
            holds_layer(kind) and not _is_even(kind) and not isinstance(e, p.Local)
        ):  # a name has been refused
            self._mixed(e.span)

    def _mixed(self, span: Span) -> None:
        self.say("a name or list that holds a layer and something else", span, OF_ITS_OWN)

    def _depends_on_call(self, e: p.Expr) -> bool:
        """Whether a class would know only in its call which layer is meant."""
        kept = self.recipes.is_kept(self.item.key, e)
        return self.is_class and kept and self._times().of(e) == Time.TENSOR

    def _times(self) -> BindingTimes:
        assert isinstance(self.item, p.Block)
        if self._known is None:
            self._known = BindingTimes(self.item.body)
        return self._known

    _known: BindingTimes | None = None

    # ---- what is kept

    def _kept(self, e: p.MakeLayer | p.Stages) -> None:
        """A layer under a name, in a list or as a result: it must be one that can be made anew at any time."""
        inside = list(walk(e))
        if not self.only_layers(e):
            what = "a chain with anything but layers in it under a name or in a list"
            self.say(what, e.span, AS_A_BLOCK)
        elif any(_is_shared(each) for each in inside):
            self.say("keeping a layer with a shared layer in it", e.span, OF_ITS_OWN)
        elif any(is_given_layer(each) for each in inside) and not self.is_class:
            self.say("handing a layer parameter on to a layer or class", e.span, IN_A_BLOCK)

    def _chains(self) -> None:
        """Shared chains that are kept under another name and are no layer by themselves."""
        apart = {
            s.name
            for s in statements_in(self.item.body if isinstance(self.item, p.Block) else ())
            if isinstance(s, p.Shared) and s.value.site in self.analyses.apart
        }
        for node in binders(self.item) if apart else ():
            if not isinstance(node, (p.Assign, p.Augment, p.For, p.Clause)):
                continue
            kept = node.value if isinstance(node, (p.Assign, p.Augment)) else node.iterable
            for each in handed_around(kept):
                if each.kind == "instance" and each.name in apart:
                    what = "keeping a shared chain that does more than layers do, or is used on tensors of several shapes,"
                    self.say(what, each.span, "write it as a block, and share that")

    def _bindings(self) -> None:
        """Names that hold now a layer and now something else, records, and second names of layers that exist."""
        if not any(holds_layer(kind) for kind in self.recipes.names.get(self.item.key, {}).values()):
            self._fields()
            return
        for target, kind in bindings(self.recipes, self.item):
            for name, each in named(target, kind):
                whole = self.recipes.name(self.item.key, name)
                if holds_layer(each) and holds(whole, "mixed"):
                    self._mixed(target.span)
                elif self.is_class and holds(each, "given"):
                    self.say(SECOND_NAME, target.span, BY_ITSELF)
        self._fields()
        body = self.item.body if isinstance(self.item, p.Block) else ()
        for s in statements_in(body):
            if isinstance(s, p.If) and self.analyses.is_late(s):
                for inner in walk((s.then, s.otherwise)):
                    if isinstance(inner, (p.Assign, p.Augment)) and holds_layer(self._kind(inner.value)):
                        self.say("choosing a layer by what only a call knows", inner.span, BETWEEN_CHAINS)

    def _fields(self) -> None:
        for target, kind in bindings(self.recipes, self.item):
            if any(isinstance(each, p.Field) for each in walk(target)) and holds(kind, *NO_OBJECT):
                self.say(
                    "a layer that is not shared, in a record or put in a list by its place,",
                    target.span,
                    SHARED,
                )


def _is_chain(e: p.Expr) -> bool:
    """Whether a recipe is more than one layer."""
    while isinstance(e, p.Stages) and len(e.stages) == 1:
        (e,) = e.stages  # type: ignore[assignment]
    return isinstance(e, p.Stages)


def _ends(e: p.Expr) -> Iterator[p.Expr]:
    """What an argument may be: the ways of a choice, the items of a list, each by itself."""
    match e:
        case p.Conditional(_, _, then, otherwise):
            yield from _ends(then)
            yield from _ends(otherwise)
        case p.ListOf(_, items) | p.TupleOf(_, items):
            for item in items:
                yield from _ends(item)
        case p.Comprehension(_, element):
            yield from _ends(element)
        case p.Starred(_, value):
            yield from _ends(value)
        case _:
            yield e


def _is_even(kind: Kind) -> bool:
    """Whether a value is a recipe, or a list of nothing but recipes, so that layers can be made of all of it."""
    match kind:
        case Many() | Row():
            return _is_even(element_of(kind))
        case _:
            return kind in ("recipe", "maybe")


def _is_shared(node: Any) -> bool:
    return isinstance(node, p.Local) and node.kind == "instance"


def _has_trained_weights(node: Any) -> bool:
    """Whether a node makes a model of `keras.applications` that loads weights, as it does unless it is told otherwise."""
    if not isinstance(node, p.MakeLayer) or not is_application(node):
        return False
    given = next((each.value for each in node.keywords if each.name == "weights"), None)
    return not (isinstance(given, p.Const) and given.value is None)
