"""Random, valid, structured `.kdl` programs, the same for the same seed.

    generate(7)        the text of a file with fns, constants, blocks that use each other, and one or two models

Every tensor's shape is followed while the text is made, so that what is written is what Keras accepts. What the checker
refuses all the same is worth a look: either it is wrong, or this generator is.
"""

from __future__ import annotations

import random
import re
from typing import Any

from tests.programs.bodies import STEP, Body
from tests.programs.chains import Chains
from tests.programs.scope import Scope
from tests.programs.sizes import Shape, shape_with, value

LAYER_ARGUMENTS = ("ReLU", "Dropout(0.1)", "LeakyReLU(0.1)", "LayerNormalization", 'Activation("tanh")', "BatchNormalization",
                   "LayerNormalization(epsilon=1e-3)", "Dropout(0.2) -> ReLU", "Identity")  # fmt: skip
BLOCK_NAMES = ("Mix", "Stem", "ConvBN", "Residual", "Head", "MLPBlock", "Model_", "layer_like", "Gate", "Encoder2", "Unit", "X",
               "SEBlock", "inner")  # fmt: skip
MODEL_NAMES = ("Net", "Small", "TwoTower", "resnet", "Size", "Class", "M", "UNet2")


class Parameter:
    """A parameter of a block: how it is declared, and how a call gives it a value."""

    def __init__(self, name: str, kind: str, default: Any, has_default: bool) -> None:
        self.name, self.kind, self.default, self.has_default = name, kind, default, has_default


class Block:
    """A block that was written: its inputs by rank, and its outputs in terms of its parameters and their shapes."""

    def __init__(
        self, name: str, parameters: list[Parameter], ranks: list[int], outputs: list[Shape]
    ) -> None:
        self.name, self.parameters, self.ranks, self.outputs = name, parameters, ranks, outputs


class File:
    """Writes one file."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.plain = seed % 16 == 5  # one chain, which Sequential may hold
        self.odd = self.chance.choice((0.0, 0.1, 0.4))
        self.items: list[str] = []
        self.blocks: list[Block] = []
        self.models: list[tuple[str, list[Shape], list[Shape]]] = []
        self.functions: list[tuple[str, Any]] = []
        self.constants: dict[str, Any] = {}
        self.in_model = False
        self.batch = False  # whether all inputs of the model say how many samples there are

    def text(self) -> str:
        chance = self.chance
        if self.plain:
            self.in_model = True
            self.plain_model(chance.choice(MODEL_NAMES))
            return self.items[0] + "\n"
        if chance.random() < 0.4:
            name = chance.choice(("double", "make_divisible", "f"))
            if chance.random() < 0.5:
                self.items.append(f"fn {name}(v, k = 2) = v * k")
                self.functions.append((name, lambda v: v * 2))
            else:
                self.items.append(
                    f"fn {name}(v) {{\n    n = v // 2\n    if n < 2 {{\n        return 2\n    }}\n    return n * 2\n}}"
                )
                self.functions.append((name, lambda v: 2 if v // 2 < 2 else v // 2 * 2))
        if chance.random() < 0.4:
            self.items.append("WIDTHS = [4, 6]")
            self.constants["WIDTHS"] = [4, 6]
        if chance.random() < 0.3:
            self.items.append("DEPTH = 2 + 3")
            self.constants["DEPTH"] = 5
        names = chance.sample(BLOCK_NAMES, chance.randrange(0, 5))
        for name in names:
            self.block(name)
        for name in chance.sample(MODEL_NAMES, chance.choice((1, 1, 1, 2))):
            self.model(name)
        if chance.random() < 0.2:
            chance.shuffle(self.items)
        doc = '"""A generated program."""\n\n' if chance.random() < 0.3 else ""
        return doc + "\n\n".join(self.items) + "\n"

    # ---- blocks

    def parameters(self, scope: Scope, prefix: str, model: bool = False) -> list[Parameter]:
        """Parameters of some kinds; those without a default first, as Python wants it."""
        chance = self.chance
        made = []
        for _ in range(chance.randrange(0, 4)):
            kinds = ["number", "number", "flag", "list", "rate"] + (
                [] if model else ["layer", "layer", "string", "init"]
            )
            kind = chance.choice(kinds)
            has_default = model or chance.random() < 0.5
            default: Any = {
                "number": chance.choice((2, 4, 8)), "flag": chance.random() < 0.5, "list": chance.choice(([4, 8], [2, 3, 4])),
                "layer": chance.choice(LAYER_ARGUMENTS[:7]), "string": '"relu"', "init": "initializers.HeNormal()", "rate": 0.1,
            }[kind]  # fmt: skip
            name = scope.fresh()
            while kind == "layer" and name == "dtype":  # which a layer cannot be called
                name = scope.fresh()
            made.append(Parameter(name, kind, default, has_default))
            token = f"{prefix}.{name}"
            match kind:
                case "number":
                    scope.numbers[name] = default if model else ("s", token)
                case "flag":
                    scope.tests[name] = default if model else ("s", token)
                case "list":
                    if model or (has_default and chance.random() < 0.5):
                        scope.lists[name] = default
                        made[-1].kind = "fixed"
                    else:
                        made[-1].kind, made[-1].default = "number", 4
                        scope.numbers[name] = ("s", token)
                case "layer":
                    scope.layers.append(name)
                case "string":
                    scope.strings.append(name)
                case "init":
                    scope.initializers.append(name)
                case "rate":
                    scope.rates.append(name)
        made.sort(key=lambda one: one.has_default)
        return made

    def declared(self, parameters: list[Parameter]) -> str:
        texts = []
        for one in parameters:
            text = f"{one.name}: layer" if one.kind == "layer" else one.name
            texts.append(f"{text} = {one.default}" if one.has_default else text)
        return ", ".join(texts)

    def constants_into(self, scope: Scope) -> None:
        for name, default in self.constants.items():
            if isinstance(default, list):
                scope.lists[name] = default
            else:
                scope.numbers[name] = default
        scope.taken |= set(self.constants) | {name for name, _ in self.functions}

    def block(self, name: str) -> None:
        chance = self.chance
        scope = Scope(chance, self.odd)
        self.constants_into(scope)
        self.in_model = False
        parameters = self.parameters(scope, name)
        head = (
            f"block {name}({self.declared(parameters)})"
            if parameters or chance.random() < 0.3
            else f"block {name}"
        )
        rank = chance.choice((1, 1, 2, 2, 3))
        if chance.random() < 0.35:
            shape: Shape = tuple(("s", f"{name}.x{axis}") for axis in range(rank))
            text, made = Chains(scope, self).stages(shape, chance.randrange(1, 4))
            if not text.startswith("_") and "_[" not in text.split(" -> ")[0]:
                self.items.append(f"{head} =\n    {text}" if chance.random() < 0.5 else f"{head} = {text}")
                self.blocks.append(Block(name, parameters, [rank], [made]))
                return
        body = Body(scope, self)
        if chance.random() < 0.3:
            body.say('"""What the block does."""')
        ranks = [rank] + ([chance.choice((1, rank))] if chance.random() < 0.25 else [])
        for place, each in enumerate(ranks):
            self.block_input(body, name, place, each)
        self.late(body)
        body.statements(chance.randrange(1, 5))
        outputs = self.outputs(body, chance.choice((1, 1, 1, 2)))
        self.items.append(f"{head} {{\n" + "\n".join(body.lines) + "\n}")
        self.blocks.append(Block(name, parameters, ranks, outputs))

    def block_input(self, body: Body, name: str, place: int, rank: int) -> None:
        scope = body.scope
        local = scope.fresh()
        prefix = f"{name}.{'x' if place == 0 else 'y'}"
        scope.tensors[local] = tuple(("s", f"{prefix}{axis}") for axis in range(rank))
        if self.chance.random() < 0.4:
            sizes = [f"{letter}{place or ''}" for letter in ("C", "TC", "HWC")[rank - 1]]
            scope.taken |= set(sizes)
            body.say(f"input {local}: ({', '.join(f'{size}?' for size in sizes)}{',' if rank == 1 else ''})")
            scope.numbers[sizes[-1]] = ("s", f"{prefix}{rank - 1}")
        else:
            body.say(f"input {local}")

    def late(self, body: Body) -> None:
        """Sometimes what makes a block a class in every style."""
        chance, scope = self.chance, body.scope
        name = body.pick()
        shape = scope.tensors[name]
        if chance.random() < 0.1:
            made = scope.fresh()
            body.say(f"{made} = {scope.use(name)}")
            body.say(f"if training {{ {made} = {name} + random.normal(ops.shape({name}), stddev=0.1) }}")
            scope.tensors[made] = shape
        if chance.random() < 0.12:
            weight, made = scope.fresh(), scope.fresh()
            text, size = Chains(scope, self).number()
            body.say(f'weight {weight}: ({text},) = "ones"')
            body.say(f"{made} = {scope.use(name)} -> Dense({text}) -> _ * {weight}")
            scope.tensors[made] = (*shape[:-1], size)
        if chance.random() < 0.1:
            self.weights_in_turns(body, name)
        if chance.random() < 0.08:
            made = scope.fresh()
            body.say(f"{made} = {scope.use(name)} -> cond(ops.mean({name}) > 0.0, ops.relu, _ / 10.0)")
            scope.tensors[made] = shape
        if chance.random() < 0.06:
            made = scope.fresh()
            text, size = Chains(scope, self).number()
            body.say(
                f"if training {{ {made} = {scope.use(name)} -> Dense({text}) }} else {{ {made} = {name} -> Dense({text}) -> ReLU }}"
            )
            scope.tensors[made] = (*shape[:-1], size)

    def weights_in_turns(self, body: Body, name: str) -> None:
        """A weight for each turn, or one where a condition holds and a number where not."""
        chance, scope = self.chance, body.scope
        weight, made, turn = scope.fresh(), scope.fresh(), scope.fresh()
        body.say(f"{made} = {scope.use(name)}")
        if chance.random() < 0.5:
            body.say(f"for {turn} in range({chance.randrange(1, 4)}) {{")
            body.say(f'    weight {weight}: (1,) = "ones"')
            body.say(f"    {made} = {made} * {weight}")
            body.say("}")
        else:
            test, _ = body.chains.test()
            body.say(f"{weight} = 2.0")
            body.say(f'if {test} {{ weight {weight}: ({made}.shape[-1],) = "ones" }}')
            body.say(f"{made} = {made} * {weight}")
        scope.tensors[made] = scope.tensors[name]

    def outputs(self, body: Body, count: int) -> list[Shape]:
        chance, scope = self.chance, body.scope
        made = []
        for place in range(count):
            fresh = [n for n in scope.tensors if n not in scope.used]
            again = chance.random() < 0.25
            name = chance.choice(list(scope.tensors) if again or not fresh else fresh)
            if place == count - 1 and chance.random() < 0.12:
                test, decided = body.chains.test()
                one, first = Chains(scope.inner(), self).chain(name, 1, keep=True)
                other, second = Chains(scope.inner(), self).chain(name, 1, keep=True)
                body.say(f"if {test} {{ output {one} }} else {{ output {other} }}")
                made.append((*first[:-1], value(("if", decided, first[-1], second[-1]), {})))
                continue
            stages = chance.randrange(0, 3) if not self.in_model else chance.randrange(1, 3)
            text, shape = body.chains.chain(name, stages)
            label = f"{scope.fresh()} = " if chance.random() < 0.4 else ""
            body.say(f"output {label}{text}")
            made.append(shape)
        if chance.random() < 0.1:
            made += self.more_outputs(body)
        return made

    def more_outputs(self, body: Body) -> list[Shape]:
        """An output in each turn of a loop, or in only one way of an `if`."""
        chance, scope = self.chance, body.scope
        name = body.pick()
        label = f"{scope.fresh()} = " if chance.random() < 0.4 else ""
        if chance.random() < 0.6:
            turn, turns = scope.fresh(), chance.randrange(1, 4)
            body.say(
                f"for {turn} in range({turns}) {{ output {label}{scope.use(name)} -> Dense({turn} + 2) }}"
            )
            return [(*scope.tensors[name][:-1], each + 2) for each in range(turns)]
        test, decided = body.chains.test()
        if isinstance(decided, tuple):  # only a caller knows how many there are
            return []
        body.say(f"if {test} {{ output {label}{scope.use(name)} -> Dense(3) }}")
        return [(*scope.tensors[name][:-1], 3)] if decided else []

    def given(self, chains: Chains, block: Block) -> tuple[str, dict[str, Any]]:
        """Arguments for a block, and what they make of its names."""
        chance, scope = self.chance, chains.scope
        texts: list[str] = []
        names: dict[str, Any] = {}
        keyword = False
        for one in block.parameters:
            token = f"{block.name}.{one.name}"
            names[token] = one.default
            if one.kind == "fixed" or (one.has_default and chance.random() < 0.5):
                keyword = True
                continue
            match one.kind:
                case "number":
                    text, names[token] = chains.number()
                case "flag":
                    text, names[token] = (
                        chains.test()
                        if chance.random() < 0.5
                        else chance.choice((("True", True), ("False", False)))
                    )
                case "layer":
                    text = (
                        chance.choice((*LAYER_ARGUMENTS, *scope.layers))
                        if self.chance.random() < 0.5
                        else "ReLU"
                    )
                    scope.use(text)
                case "string":
                    text = chance.choice(('"relu"', '"tanh"', *scope.strings))
                    scope.use(text)
                case "init":
                    text = chance.choice(
                        ("initializers.GlorotUniform()", '"he_uniform"', *scope.initializers)
                    )
                    scope.use(text)
                case _:
                    text = chance.choice(("0.2", "0.5", *scope.rates))
                    scope.use(text)
            keyword = keyword or chance.random() < 0.4
            texts.append(f"{one.name}={text}" if keyword else text)
        if chance.random() < 0.08 and all(one.name != "trainable" for one in block.parameters):
            texts.append(f"trainable={chance.choice(('False', 'False', 'True'))}")
        return ", ".join(texts), names

    def block_stage(self, chains: Chains, shape: Shape, keep: bool) -> tuple[str, Shape] | None:
        """A use of a block that takes one tensor and gives one."""
        fitting = [b for b in self.blocks if b.ranks == [len(shape)] and len(b.outputs) == 1]
        fitting = [b for b in fitting if len(b.outputs[0]) == len(shape)] if keep else fitting
        if not fitting:
            return None
        block = self.chance.choice(fitting)
        arguments, names = self.given(chains, block)
        names |= {f"{block.name}.x{axis}": size for axis, size in enumerate(shape)}
        made = shape_with(block.outputs[0], names)
        if keep and made[:-1] != shape[:-1]:
            return None
        return (f"{block.name}({arguments})" if arguments or self.chance.random() < 0.3 else block.name), made

    def block_call(self, body: Body) -> bool:
        """A statement that calls a block with several inputs or outputs, or a model."""
        chance, scope = self.chance, body.scope
        candidates = [b for b in self.blocks if len(b.ranks) > 1 or len(b.outputs) > 1]
        by_rank = {rank: [n for n, s in scope.tensors.items() if len(s) == rank] for rank in (1, 2, 3)}
        candidates = [b for b in candidates if all(by_rank[rank] for rank in b.ranks)]
        if not candidates:
            return self.model_call(body)
        block = chance.choice(candidates)
        arguments, names = self.given(body.chains, block)
        heads = [scope.use(chance.choice(by_rank[rank])) for rank in block.ranks]
        for prefix, head in zip("xy", heads, strict=False):
            names |= {f"{block.name}.{prefix}{axis}": size for axis, size in enumerate(scope.tensors[head])}
        made = [scope.fresh() for _ in block.outputs]
        head = heads[0] if len(heads) == 1 else f"({', '.join(heads)})"
        body.say(f"{', '.join(made)} = {head} -> {block.name}({arguments})")
        for name, shape in zip(made, block.outputs, strict=True):
            scope.tensors[name] = shape_with(shape, names)
        return True

    def model_call(self, body: Body) -> bool:
        chance, scope = self.chance, body.scope
        for name, inputs, outputs in self.models:
            heads = []
            for wanted in inputs:
                fitting = [n for n, s in scope.tensors.items() if s == wanted]
                if not fitting:
                    break
                heads.append(scope.use(chance.choice(fitting)))
            else:
                made = [scope.fresh() for _ in outputs]
                head = heads[0] if len(heads) == 1 else f"({', '.join(heads)})"
                body.say(f"{', '.join(made)} = {head} -> {name}")
                scope.tensors.update(zip(made, outputs, strict=True))
                return True
        return False

    # ---- models

    def plain_model(self, name: str) -> None:
        """A model of one chain, which every style holds."""
        scope = Scope(self.chance, self.odd)
        body = Body(scope, self)
        while not self.input(body):
            body = Body(scope := Scope(self.chance, self.odd), self)
        text, _ = body.chains.chain(next(iter(scope.tensors)), self.chance.randrange(1, 5))
        body.say(f"output {text}")
        self.items.append(f"model {name} {{\n" + "\n".join(body.lines) + "\n}")

    def model(self, name: str) -> None:
        chance = self.chance
        if chance.random() < 0.12:
            self.in_model = True
            self.batch = False
            return self.plain_model(name)
        scope = Scope(chance, self.odd)
        self.constants_into(scope)
        self.in_model = True
        parameters = self.parameters(scope, name, model=True)
        head = f"model {name}({self.declared(parameters)})" if parameters else f"model {name}"
        body = Body(scope, self)
        if chance.random() < 0.3:
            body.say('"""What the model does."""')
        self.batch = chance.random() < 0.08
        inputs = [self.input(body) for _ in range(chance.choice((1, 1, 2, 3)))]
        taken = list(scope.tensors.values())
        if not self.batch and chance.random() < 0.15:
            inputs.append(self.inputs_by_turn(body))
        if not self.batch and chance.random() < 0.15:
            inputs.append(self.input_by_condition(body))
        if self.blocks or self.models:
            self.block_call(body)
        for _ in range(chance.randrange(2, 7)):
            body.statements(1)
            if chance.random() < 0.2:
                self.block_call(body)
        outputs = self.outputs(body, chance.choice((1, 1, 2, 3)))
        self.items.append(f"{head} {{\n" + "\n".join(body.lines) + "\n}")
        if all(inputs):
            self.models.append((name, taken[: len(inputs)], outputs))

    def input(self, body: Body) -> bool:
        """An input; whether it takes floats of known sizes."""
        chance, scope = self.chance, body.scope
        name = scope.fresh()
        if self.batch:
            scope.tensors[name] = chance.choice(((8,), (6, 4), (8, 4)))
            body.say(f"input {name} = Input({scope.tensors[name]}, batch_size=2)")
            return False
        kind = chance.randrange(8)
        if kind == 0:
            body.say(f"input {name}: (T?,) int32" if chance.random() < 0.5 else f"input {name}: (6,) int32")
            time = ("?", "T") if "T?" in body.lines[-1] else 6
            scope.taken.add("T")
            made = scope.fresh()
            body.say(f"{made} = {scope.use(name)} -> Embedding(50, 8)")
            scope.tensors[made] = (time, 8)
            return False
        if kind == 1:
            full = chance.random() < 0.3  # as Keras writes it
            body.say(f"input {name} = Input((None, 4))" if full else f"input {name}: (T?, 4)")
            if full:
                scope.tensors[name] = (("?", f"T of {name}"), 4)
                return False
            scope.taken.add("T")
            scope.tensors[name] = (("?", "T"), 4)
            return False
        if kind == 2:
            body.say(f"input {name}: (H?, W?, 3)")
            scope.taken |= {"H", "W"}
            scope.tensors[name] = (("?", "H"), ("?", "W"), 3)
            return False
        shape = chance.choice(((8,), (8,), (4,), (6, 4), (8, 8, 3), (8, 4)))
        if scope.numbers and chance.random() < 0.2:
            number = chance.choice(list(scope.numbers))
            shape = (scope.numbers[number],)
            body.say(f"input {name}: ({scope.use(number)},)")
        elif chance.random() < 0.15:
            body.say(f"input {name} = Input({shape})")
        elif chance.random() < 0.08:
            body.say(f"input {name}: {shape} float64")
            scope.tensors[name] = shape
            return False
        else:
            body.say(f"input {name}: {shape}")
        scope.tensors[name] = shape
        return True

    def inputs_by_turn(self, body: Body) -> bool:
        """Inputs of a loop, in a record under numbers or strings, together one more tensor."""
        chance, scope = self.chance, body.scope
        record, made, key = scope.fresh(), scope.fresh(), scope.fresh()
        while any(each.startswith(f"{record}_") for each in scope.taken):
            record = scope.fresh()
        scope.taken.update(f"{record}_{each}" for each in (0, 1, "first", "second"))  # what Keras calls them
        keys = chance.choice(("range(2)", "range(1)", '["first", "second"]', '["first"]'))
        body.say(f"for {key} in {keys} {{")
        body.say(f"    input {record}[{key}]: (8,)")
        body.say("}")
        alone = keys in ("range(1)", '["first"]')
        body.say(f"{made} = values({record}){'[0]' if alone else ' -> Add'}")
        scope.tensors[made] = (8,)
        return False

    def input_by_condition(self, body: Body) -> bool:
        """An input that a number decides about, added to a tensor under the same condition, or one of two."""
        chance, scope = self.chance, body.scope
        fitting = [name for name, sizes in scope.tensors.items() if sizes == (8,)]
        if not fitting or not scope.numbers:
            return True
        number = chance.choice(list(scope.numbers))
        test = (
            f"{scope.use(number)} {chance.choice(('>', '<='))} {scope.numbers[number] - chance.randrange(2)}"
        )
        name, made, into = scope.fresh(), scope.fresh(), scope.use(chance.choice(fitting))
        if chance.random() < 0.4:
            body.say(f"if {test} {{ input {name}: (8,) }} else {{ input {name}: (4,) }}")
            body.say(f"{made} = {name} -> Dense(8)")
        else:
            body.say(f"if {test} {{ input {name}: (8,) }}")
            body.say(f"{made} = {into} -> Dense(8)")
            body.say(f"if {test} {{ {made} = [{into}, {name}] -> Add }}")
        scope.tensors[made] = (8,)
        return False


def generate(seed: int) -> str:
    """The text of the program with that number."""
    return File(seed).text()


def files(seed: int) -> dict[str, str]:
    """The program with that number in one file or, two times of three, in several: its models and what they use.

    Models that no other item uses are in the first; the others are in a second one, and each third time some of them in a
    third one, which both others use.
    """
    text = generate(seed)
    name, other, deep = (f"p{seed}{end}.kdl" for end in ("", "_parts", "_deep"))
    items = text.removesuffix("\n").split("\n\n")
    docstring = [items.pop(0)] if items[0].startswith('"""') else []
    stays = [
        item
        for item in items
        if item.startswith("model")
        and not _used([each for each in items if each != item], {_head(item): item})
    ]
    heads = {_head(item): item for item in items if item not in stays}
    first = _used(stays, heads)
    if seed % 3 == 2 or not first:
        return {name: text}
    under = _closure(next(iter(heads)), heads) if seed % 3 == 1 else set()
    parts = {head: item for head, item in heads.items() if head not in under}
    found = {name: "\n\n".join([*docstring, *_uses(first, under, other, deep), *stays]) + "\n"}
    if parts:
        uses = _uses(_used(list(parts.values()), heads), under, other, deep, own=parts)
        found[other] = "\n\n".join([*uses, *parts.values()]) + "\n"
    if under:
        found[deep] = "\n\n".join(heads[head] for head in heads if head in under) + "\n"
    return found


def _head(item: str) -> str:
    """The name of an item."""
    return re.split(r"[ (=]+", re.sub(r"^(fn|block|model|extern( [a-z]+)?) ", "", item), maxsplit=1)[0]


def _used(texts: list[str], heads: dict[str, str]) -> list[str]:
    """Which of the items texts speak of."""
    return [head for head in heads if re.search(rf"\b{head}\b", "\n".join(texts))]


def _closure(head: str, heads: dict[str, str]) -> set[str]:
    """An item with all that it needs."""
    found, rest = {head}, [head]
    while rest:
        new = set(_used([heads[rest.pop()]], heads)) - found
        found |= new
        rest += new
    return found


def _uses(
    names: list[str], under: set[str], other: str, deep: str, own: dict[str, str] | None = None
) -> list[str]:
    """The lines that bring names from the second file and from the third."""
    far = [name for name in names if name in under]
    near = [name for name in names if name not in under and own is None]
    lines = [(near, other), (far, deep)]
    return (
        ["\n".join(f'use {", ".join(each)} from "{file}"' for each, file in lines if each)]
        if near + far
        else []
    )


__all__ = ["STEP", "files", "generate"]
