"""Writes a saved model as a `.kdl` text: chains where values are used once, names where they are not.

In: a `Saved`.  Out: the text, formatted. Names that a person gave in Keras are kept (`name=`, inputs, outputs); those that Keras
counted by itself (`dense_3`) are left out, for Keras to count again. A layer that is called more than once is `shared`, a model
inside the model is a `model` of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from dslc.casing import snake_case
from dslc.decompile import arguments, externs, functions
from dslc.decompile.backbones import has_own_name, is_weightless, short, shortened
from dslc.decompile.calls import arguments_of, in_order, results_of
from dslc.decompile.config import Call, Part, Ref, Refused, Saved, asked_for, part_of, refs, sizes
from dslc.decompile.externs import Contract, Several
from dslc.decompile.functions import ATOM, Said
from dslc.decompile.masks import without_own_masks
from dslc.decompile.names import Key, Values, is_counted_model, model_name, value_name
from dslc.decompile.repeats import Statement, rolled
from dslc.keras import layers
from dslc.record import record, replace

_LONGEST = 60
"""Characters of an expression that is still written inside another."""

_FOLLOWING = {"activations", "normalization", "regularization"}
"""Keras's folders of layers that belong to what stands before them."""

_WEIGHTLESS = (
    "# weights=None: what was saved does not say which weights a model of keras.applications began with"
)

_STATE_NAMES = {1: ("state",), 2: ("h", "c"), 4: ("h", "c", "h_back", "c_back")}


def write(saved: Saved, wish: str = "net") -> str:
    """The text of a model and of all that it holds; `wish` is what the model is called to which nobody gave a name in Keras."""
    from dslc.syntax.format import format_text

    module = Module()
    module.model(replace(saved, name=wish) if is_counted_model(saved.name) else saved)
    declared = [externs.declared(*each) for each in module.externs.values()]
    first = [_WEIGHTLESS] if module.weightless else []
    return format_text("\n\n".join(["\n".join([*first, *declared]), *module.texts]).lstrip() + "\n")


@record
class Flow:
    """An expression that is not written yet: where it begins, the stages behind, and the values that it uses."""

    head: Said
    stages: tuple[str, ...]
    uses: tuple[Key, ...]
    kind: str


class Module:
    """The models written so far, the inner ones first."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.taken: set[str] = set()
        self.externs: dict[str, tuple[Part, externs.Parameters, Contract]] = {}
        self.weightless = False  # whether there is a model that had weights which nobody knows

    def model(self, saved: Saved) -> str:
        """Write a model; its name here."""
        name = model_name("part" if is_counted_model(saved.name) else saved.name, self.taken)
        saved = without_own_masks(shortened(saved))
        self.weightless |= any(map(is_weightless, saved.parts))
        lines = "\n".join(rolled(_Body(self, saved).statements()))
        self.texts.append(f"model {name} {{\n{lines}\n}}\n")
        return name

    def argument(self, value: Any, where: str) -> str:
        """A layer that is an argument of another (`TimeDistributed(Dense(4))`)."""
        part = short(part_of(value, where))
        self.weightless |= is_weightless(part)
        if part.model is not None:
            return self.model(part.model)
        if externs.is_custom(part):
            return self.custom(part, Contract((), None))
        config = {key: item for key, item in part.config.items() if key != "zero_output_for_mask"}
        own = re.sub(r"^(forward|backward)_", "", part.name)
        return arguments.layer(
            replace(part, config=config), self.argument, has_own_name(replace(part, name=own))
        )

    def custom(self, part: Part, contract: Contract) -> str:
        """A layer that is not one of Keras's, with all its arguments by name."""
        known = self.externs.get(part.kind)
        taken = externs.parameters(part)
        if known is None:
            externs.declared(
                part, taken, contract
            )  # where nothing can be said of the class, nothing else needs to be
            self.taken.add(part.kind)
            self.externs[part.kind] = (part, taken, contract)
        elif known[0].module != part.module:
            raise Refused(
                f"two classes in the model are called `{part.kind}`, of `{known[0].module}` and `{part.module}`"
            )
        else:
            first, before, agreed = known
            self.externs[part.kind] = (first, externs.united(before, taken), externs.agreed(agreed, contract))
        where = f"of `{part.name}`"
        given = [
            f"{name}={arguments.argument(name, part.config[name], f'`{name}` {where}', self.argument)}"
            for name in taken
        ]
        if has_own_name(part):
            given.append(f"name={arguments.text(part.name)}")
        if part.config.get("trainable") is False:
            given.append("trainable=False")
        dtype = arguments.policy(part.config.get("dtype"), f"the dtype {where}")
        if dtype not in (None, "float32"):
            raise Refused(f"`{part.name}` computes in {dtype}, which nobody can say to an extern")
        return f"{part.kind}({', '.join(given)})" if given else part.kind


class _Body:
    """The statements of one model."""

    def __init__(self, module: Module, saved: Saved) -> None:
        self.module = module
        self.saved = saved
        self.parts = {part.name: part for part in saved.parts}
        inner = (model_name(part.model.name, set()) for part in saved.parts if part.model is not None)
        self.items = {*inner, *module.taken}  # which no value may be called
        asked = asked_for(saved.parts)
        self.shapes = {ref.key: ref.shape for ref in asked}
        self.uses: Counter[Key] = Counter(ref.key for ref in (*asked, *(ref for _, ref in saved.outputs)))
        self.last: dict[tuple[str, int], int] = {}  # of each call, the last result that somebody uses
        for layer, call, result in self.uses:
            self.last[layer, call] = max(result, self.last.get((layer, call), 0))
        self.values = Values(self.uses)
        self.pending: dict[Key, Flow] = {}
        self.stages: dict[str, str] = {}
        self.ports: dict[Key, str] = {}
        self.said: list[Statement] = []

    def statements(self) -> list[Statement]:
        for ref in self.saved.inputs:
            self._input(self.parts[ref.layer])
        for wish, ref in self.saved.outputs:
            name = self._port(wish, ref)
            if name is not None and ref.key not in self.values.names:
                self.ports.setdefault(ref.key, self.values.reserve(name))
        for part, index in in_order(self.saved):
            self._call(part, index)
        for _, ref in self.saved.outputs:
            self._output(ref)
        return self.said

    # ---- inputs and outputs

    def _free(self, wish: str) -> str | None:
        """The wish as the name of a value beside those of the models."""
        name = value_name(wish)
        return snake_case(name) if name is not None and name in self.items else name

    def _input(self, part: Part) -> None:
        key = (part.name, 0, 0)
        name = self.values.reserve(self._free(part.name) or "x")
        self.values.fix(key, name)
        shape = part.config.get("batch_shape", part.config.get("batch_input_shape"))
        batch, *rest = sizes(shape, f"the input `{part.name}`") or (None,)
        said = ["?" if size is None else str(size) for size in rest]
        dtype = arguments.policy(part.config.get("dtype"), f"the dtype of `{part.name}`") or "float32"
        if not dtype.isidentifier():
            raise Refused(f"the dtype of `{part.name}` is none that Keras has")
        options = [f"{word}=True" for word in ("sparse", "optional") if part.config.get(word) is True]
        other = "" if name == part.name else f"  # {arguments.text(part.name)} in Keras"
        if batch is not None:
            options.append(f"batch_size={batch}")
        if part.config.get("ragged") is True:
            raise Refused(f"the input `{part.name}` is ragged, which Keras 3 does not compute with")
        written = arguments.bracketed(said)
        if options:
            full = [
                written.replace("?", "None"),
                *([f'dtype="{dtype}"'] if dtype != "float32" else []),
                *options,
            ]
            self._say(f"input {name} = Input({', '.join(full)}){other}", (), (name,))
        else:
            self._say(
                f"input {name}: {written}{f' {dtype}' if dtype != 'float32' else ''}{other}", (), (name,)
            )

    def _port(self, wish: str | None, ref: Ref) -> str | None:
        """What an output is called: its key, or the name that somebody gave its layer."""
        part = self.parts[ref.layer]
        if wish is None and part.kind != "InputLayer" and has_own_name(part):
            wish = part.name if ref.result == 0 and not functions.is_function(part) else None
        return None if wish is None else self._free(wish)

    def _output(self, ref: Ref) -> None:
        key = ref.key
        flow = self._value(ref)
        reads = self._reads(flow)
        name = self.ports.get(key)
        if name is not None and self.values.names.get(key) != name:
            self.values.fix(key, name)
            self._say(f"output {name} = {_text(flow)}", reads, (name,))
        else:
            self._say(f"output {_text(flow)}", reads, ())

    def _say(self, text: str, reads: Sequence[str], binds: Sequence[str], goes_on: bool = False) -> None:
        self.said.append(Statement(text, tuple(reads), tuple(binds), goes_on))

    def _reads(self, flow: Flow) -> list[str]:
        """The names that an expression reads; those uses are written now."""
        self.values.used(flow.uses)
        return [self.values.names[key] for key in flow.uses]

    # ---- calls

    def _call(self, part: Part, index: int) -> None:
        call = part.calls[index]
        if functions.is_function(part):
            flow, results = self._function(replace(part, calls=(call,)))
        else:
            flow, results = self._layer(part, call), results_of(part, call)
        if self.last.get((part.name, index), 0) >= (results or 1):
            raise Refused(f"`{part.name}` gives {results or 1} tensors, and the model uses one more")
        if results is not None:
            self._unpack(part, index, flow, results)
        elif self.uses[part.name, index, 0] == 1:
            self.pending[part.name, index, 0] = flow
        else:
            self._name((part.name, index, 0), flow)

    def _function(self, part: Part) -> tuple[Flow, int | None]:
        """A call of `keras.ops`, and how many results it has, if not one tensor."""
        uses: list[Key] = []

        def say(value: Any) -> Said:
            return self._operand(value, uses, f"an argument of `{part.name}`")

        said = functions.operator(part, say)
        if said is not None:
            return Flow(said, (), tuple(uses), part.kind), None
        made = functions.function(part)
        results = functions.several(made)
        where = f"an argument of `{part.name}`"

        def option(value: Any) -> str:
            return self._named(value, uses, where) if refs(value) else arguments.sizes(value, where)

        options = [option(value) for value in made.required]
        options += [f"{name}={option(value)}" for name, value in made.keywords.items()]
        first = made.positional[0]
        before = self.pending.get(first.key) if isinstance(first, Ref) and len(made.positional) == 1 else None
        if before is not None and before.stages and not uses:
            del self.pending[first.key]
            stage = f"{made.name}({', '.join(['_', *options])})" if options else made.name
            return Flow(before.head, (*before.stages, stage), before.uses, part.kind), results
        given = ", ".join([*(say(value).text for value in made.positional), *options])
        return Flow(Said(f"{made.name}({given})", ATOM), (), tuple(uses), part.kind), results

    def _layer(self, part: Part, call: Call) -> Flow:
        """A call of a layer or a model."""
        positional, keywords = arguments_of(part, call)
        stage = self._stage(part)
        if len(positional) == 1 and isinstance(positional[0], Ref) and not keywords:
            before = self._head(positional[0], part.kind)
            return Flow(before.head, (*before.stages, stage), before.uses, part.kind)
        uses: list[Key] = []
        where = f"an argument of `{part.name}`"
        words = [self._named(value, uses, where) for value in positional]
        words += [f"{name}={self._named(value, uses, where)}" for name, value in keywords.items()]
        head = words[0] if len(words) == 1 and not keywords else f"({', '.join(words)})"
        return Flow(Said(head, ATOM), (stage,), tuple(uses), part.kind)

    def _stage(self, part: Part) -> str:
        """How a layer stands behind an arrow; what is called more than once is made before."""
        stage = self.stages.get(part.name)
        if stage is not None:
            return stage
        if part.model is not None:
            made = self.module.model(part.model)
            plain = snake_case(made) == part.name or is_counted_model(part.name)
            given = [] if plain else [f"name={arguments.text(part.name)}"]
            if part.config.get("trainable") is False:
                given.append("trainable=False")
            made = f"{made}({', '.join(given)})" if given else made
        elif externs.is_custom(part):
            made = self.module.custom(part, self._contract(part))
        else:
            made = arguments.layer(part, self.module.argument, has_own_name(part))
        if len(part.calls) == 1:
            return made
        name = self.values.reserve(self._free(part.name) or snake_case(part.kind.rpartition(".")[2]))
        self._say(f"shared {name} = {made}", (), (name,))
        self.stages[part.name] = name
        return name

    def _contract(self, part: Part) -> Contract:
        """The shapes that a layer is given and gives, as far as they are written down."""
        made = self.shapes.get((part.name, 0, 0))
        given = tuple(_given(each) for each in part.calls[0].positional if refs(each))
        return Contract(given, made and made[1:])

    # ---- values

    def _value(self, ref: Ref) -> Flow:
        """A value where it is used: by its name, or what makes it."""
        key = ref.key
        flow = self.pending.pop(key, None)
        return flow or Flow(Said(self.values.names[key], ATOM), (), (key,), "")

    def _head(self, ref: Ref, kind: str) -> Flow:
        """A value that a chain goes on with. What was made of several tensors gets a name before, unless an activation or the like follows."""
        key = ref.key
        flow = self.pending.get(key)
        if flow is not None and len(flow.stages) <= 1 and len(set(flow.uses)) > 1:
            row = layers.find(kind)
            if not flow.stages or row is None or layers.folder(row) not in _FOLLOWING:
                self._name(key, self.pending.pop(key))
        return self._value(ref)

    def _operand(self, value: Any, uses: list[Key], where: str) -> Said:
        """An operand or an argument of a function; `uses` gathers the values in it."""
        if isinstance(value, Ref):
            flow = self.pending.get(value.key)
            if flow is not None and not flow.stages and len(flow.head.text) <= _LONGEST:
                del self.pending[value.key]
                uses += flow.uses
                return flow.head
            return Said(self._named(value, uses, where), ATOM)
        if refs(value):
            return Said(self._named(value, uses, where), ATOM)
        return Said(functions.constant(value, where), ATOM if not _is_negative(value) else functions.UNARY)

    def _named(self, value: Any, uses: list[Key], where: str) -> str:
        """An argument in which every tensor has a name."""
        if isinstance(value, Ref):
            key = value.key
            if key in self.pending:
                self._name(key, self.pending.pop(key))
            uses.append(key)
            return self.values.names[key]
        if refs(value) and isinstance(value, (list, tuple)):
            return f"[{', '.join(self._named(item, uses, where) for item in value)}]"
        if refs(value):
            raise Refused(f"{where} holds tensors in a form that the language has no words for")
        return arguments.literal(value, where)

    def _name(self, key: Key, flow: Flow) -> None:
        """Write a value down under a name."""
        reads = self._reads(flow)
        name = self.values.bind(key, self.ports.get(key), flow.kind)
        goes_on = bool(flow.stages) and self.uses[key] == 1
        self._say(f"{name} = {_text(flow)}", reads, (name,), goes_on)

    def _unpack(self, part: Part, index: int, flow: Flow, results: int) -> None:
        """Write down a call with several results, each that is used under a name."""
        reads = self._reads(flow)
        wishes = ("", *_STATE_NAMES.get(results - 1, ()))
        names = []
        for result in range(results):
            key = (part.name, index, result)
            if not self.uses[key]:
                names.append("_")
            elif result and result < len(wishes):
                wish = self.ports.get(key) or self.values.reserve(wishes[result])
                names.append(self.values.bind(key, wish, part.kind))
            else:
                names.append(self.values.bind(key, self.ports.get(key), part.kind))
        self._say(f"{', '.join(names)} = {_text(flow)}", reads, names)


def _text(flow: Flow) -> str:
    head = flow.head.text
    if flow.stages and flow.head.strength < ATOM:
        head = f"({head})"
    return " -> ".join([head, *flow.stages])


def _given(value: Any) -> externs.Shape | Several | None:
    """What the contract of a layer says of something that it is given."""
    if not isinstance(value, Ref):
        return Several()
    return value.shape and value.shape[1:]


def _is_negative(value: Any) -> bool:
    return isinstance(value, (int, float)) and value < 0
