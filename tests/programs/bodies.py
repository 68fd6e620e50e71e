"""Statements of generated programs: names, loops, conditions, lists, records, sharing.

In: a scope.  Out: lines of text; the scope knows afterwards what they have bound.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.programs.beside import WAYS
from tests.programs.chains import Chains
from tests.programs.composed import COMPOSED
from tests.programs.pieces import piece
from tests.programs.pieces_of_blocks import BLOCKS
from tests.programs.pieces_of_layers import LAYERS
from tests.programs.pieces_of_models import MODELS
from tests.programs.pieces_of_values import VALUES
from tests.programs.renamed import RENAMED
from tests.programs.scope import Scope
from tests.programs.sizes import Shape, known, shape_with, value
from tests.programs.values import activated, augmented, counted, optioned, starred

READ_AGAIN = (
    " -> [ReLU, _] -> Add",
    " -> _ * ops.sigmoid(_)",
    " -> Dense(_.shape[-1])",
    " -> (ReLU if 2 > 1 else _) -> _ + 1",
    " -> (([_, ReLU -> _ ** 2] -> Add) if 1 > 2 else _ * _)",
)
"""Stages that read what comes to them more than once, and keep its shape."""

STEP = "    "

TAILS = (
    "-_",
    "_ * 2.0",
    "1.0 - _",
    "_ + _",
    "_ -> ReLU",
    "ops.maximum(_, 0.0)",
    '_ -> Activation("tanh")',
)
"""What a turn may end with: it changes every value and no shape."""


class Body:
    """Writes the statements of one model or block."""

    def __init__(self, scope: Scope, file: object, indent: str = STEP) -> None:
        self.scope = scope
        self.chance = scope.chance
        self.file = file
        self.indent = indent
        self.lines: list[str] = []

    @property
    def chains(self) -> Chains:
        return Chains(self.scope, self.file)

    def say(self, line: str) -> None:
        self.lines.append(self.indent + line)

    def inside(self) -> Body:
        return Body(self.scope.inner(), self.file, self.indent + STEP)

    def pick(self) -> str:
        names = list(self.scope.tensors)
        fresh = [n for n in names if n not in self.scope.used]
        return self.chance.choice(fresh if fresh and self.chance.random() < 0.6 else names)

    def statements(self, count: int) -> None:
        for _ in range(count):
            kinds: list[Callable[[], None]] = [
                self.assign, self.assign, self.assign, self.merge, self.merge, self.shared, self.carried, self.listed,
                self.condition, self.comprehension, self.record, self.several, self.asserted, self.static, self.operator,
                self.conditional_value, self.rebound, self.counter, self.two_carried, self.some_turns, self.swapped,
                self.beside, self.beside, self.beside, self.renamed, self.renamed, self.composed, self.composed, *[self.piece] * 12, *(partial(each, self) for each in (augmented, counted, optioned, starred, activated)),
            ]  # fmt: skip
            if self.scope.depth > 1:
                kinds = [self.assign, self.merge, self.operator, self.static, self.rebound]
            self.chance.choice(kinds)()

    # ---- plain

    def assign(self) -> None:
        text, shape = self.chains.chain(self.pick(), self.chance.randrange(1, 4))
        name = self.scope.fresh()
        self.say(f"{name} = {text}")
        self.scope.tensors[name] = shape

    def rebound(self) -> None:
        free = [name for name in self.scope.tensors if name not in self.scope.frozen]
        if not free:
            return self.assign()
        name = self.chance.choice(free)
        text, shape = self.chains.chain(
            name if self.chance.random() < 0.8 else self.pick(), self.chance.randrange(1, 3)
        )
        self.say(f"{name} = {text}")
        self.scope.tensors[name] = shape

    def pair(self) -> tuple[str, str] | None:
        tensors = self.scope.tensors
        pairs = [(a, b) for a in tensors for b in tensors if a != b and tensors[a] == tensors[b]]
        return self.chance.choice(pairs) if pairs else None

    def merge(self) -> None:
        tensors = self.scope.tensors
        found = self.pair()
        if found is None:
            name = self.pick()
            text, shape = self.chains.chain(name, self.chance.randrange(1, 3), keep=True)
            total = value(("+", tensors[name][-1], shape[-1]), {})
            made = self.scope.fresh()
            tail = " -> ReLU" if self.chance.random() < 0.4 else ""
            self.say(f"{made} = [{name}, {text}] -> Concatenate{tail}")
            tensors[made] = (*shape[:-1], total)
            return
        a, b = found
        self.scope.use(a)
        self.scope.use(b)
        made = self.scope.fresh() if a in self.scope.frozen or self.chance.random() < 0.8 else a
        how = self.chance.choice(("Add", "Multiply", "Subtract", "Concatenate", "Add -> ReLU", "Maximum()"))
        inner = f"{b} -> ReLU" if self.chance.random() < 0.3 else b
        self.say(f"{made} = [{a}, {inner}] -> {how}")
        shape = tensors[a]
        if how == "Concatenate":
            shape = (*shape[:-1], value(("*", shape[-1], 2), {}))
        tensors[made] = shape

    def operator(self) -> None:
        found = self.pair()
        if found is None:
            return self.assign()
        a, b = found
        self.scope.use(a)
        self.scope.use(b)
        text = self.chance.choice((
            f"{a} + {b}", f"{a} / 2.0 - {b}", f"({a} -> ReLU) * {b}", f"ops.maximum({a}, {b} / 2.0)",
            f"ops.where({a} > {b}, {a}, {b})", f"ops.where({a} == {b}, {b}, {a})", f"sum([{a}, {b}, {a}])", f"({a} + {b}) / 2.0 -> ReLU", f"-{a} + ({b} -> ReLU -> Dropout(0.1))",
        ))  # fmt: skip
        made = self.scope.fresh()
        self.say(f"{made} = {text}")
        self.scope.tensors[made] = self.scope.tensors[a]

    def static(self) -> None:
        text, size = self.chains.number()
        name = self.scope.fresh()
        self.say(f"{name} = {text}")
        self.scope.numbers[name] = size

    def asserted(self) -> None:
        text, _ = self.chains.number()
        self.say(
            f'assert {text} > 0, "a size must be positive"'
            if self.chance.random() < 0.7
            else f"assert {text} > 0"
        )

    def conditional_value(self) -> None:
        """A static value, or a tensor, that depends on a condition."""
        test, decided = self.chains.test()
        if self.chance.random() < 0.5:
            (a, one), (b, other) = self.chains.number(), self.chains.number()
            name = self.scope.fresh()
            self.say(f"{name} = {a} if {test} else {b}")
            self.scope.numbers[name] = value(("if", decided, one, other), {})
            return
        first = self.pick()
        shape = self.scope.tensors[first]
        text, made = Chains(self.scope.inner(), self.file).chain(first, 1, keep=True)
        if " if " in text or text.count("->") > 1:
            return self.assign()
        name = self.scope.fresh()
        stage = self.chance.random() < 0.3
        chosen = f"({' -> '.join(text.split(' -> ')[1:])} if {test} else {first})"
        self.say(f"{name} = {first} -> {chosen}" if stage else f"{name} = ({text}) if {test} else {first}")
        self.scope.tensors[name] = (*shape[:-1], value(("if", decided, made[-1], shape[-1]), {}))

    def shared(self) -> None:
        first = self.pick()
        shape = self.scope.tensors[first]
        text, size = self.chains.number()
        name = self.scope.fresh()
        layers = ("", "", " -> ReLU", " -> BatchNormalization -> Dropout(0.1)")
        expressions = (
            " -> _ * 0.5",
            " -> ops.tanh",
            " -> [_, Dropout(0.1)] -> Add",
            " -> _ - ops.mean(_, axis=-1, keepdims=True)",
        )
        tail = self.chance.choice((*layers, *expressions))
        self.say(f"shared {name} = Dense({text}{self.chains.options()}){tail}")
        made = self.scope.fresh()
        self.say(f"{made} = {self.scope.use(first)} -> {self.scope.use(name)}")
        self.scope.shared[name] = ((len(shape), shape[-1]), size)
        self.scope.tensors[made] = (*shape[:-1], size)

    def several(self) -> None:
        """A layer with several results."""
        names = [n for n, s in self.scope.tensors.items() if len(s) == 2]
        if not names:
            return self.assign()
        first = self.scope.use(self.chance.choice(names))
        time, _ = self.scope.tensors[first]
        text, size = self.chains.number()
        kind = self.chance.randrange(3)
        out, state = self.scope.fresh(), self.scope.fresh()
        if kind == 0:
            self.say(f"{out}, {state} = {first} -> GRU({text}, return_sequences=True, return_state=True)")
            self.scope.tensors[out], self.scope.tensors[state] = (time, size), (size,)
        elif kind == 1:
            self.say(f"{out}, {state}, _ = {first} -> LSTM({text}, return_state=True)")
            self.scope.tensors[out] = self.scope.tensors[state] = (size,)
        else:
            again = self.scope.fresh()
            self.say(f"{out}, {state} = {first} -> GRU({text}, return_state=True)")
            self.say(
                f"{again} = ({first}, initial_state={self.scope.use(state)}) -> GRU({text}, return_sequences=True)"
            )
            self.scope.tensors[out] = self.scope.tensors[state] = (size,)
            self.scope.tensors[again] = (time, size)

    def beside(self) -> None:
        """Something that goes beside a tensor."""
        if not self.chance.choice(WAYS)(self):
            self.assign()

    def renamed(self) -> None:
        """Names that change, or stand for layers."""
        if self.file.plain or not self.chance.choice(RENAMED)(self):  # type: ignore[attr-defined]
            self.assign()

    def composed(self) -> None:
        """Something that brings an item of its own."""
        if self.file.plain or not self.chance.choice(COMPOSED)(self):  # type: ignore[attr-defined]
            self.assign()

    def piece(self) -> None:
        """A row that is written down as it stands."""
        rows = self.chance.choice((BLOCKS, LAYERS, VALUES, VALUES, MODELS))
        if self.file.plain or not piece(self, rows):  # type: ignore[attr-defined]
            self.assign()

    # ---- loops and conditions

    def turns(self) -> tuple[str, list[dict[str, object]], str]:
        """A loop: what it goes through, what its names are in every turn, and a target."""
        chance, scope = self.chance, self.scope
        kind = chance.randrange(6)
        i, n = scope.fresh(), scope.fresh()
        lists = [(scope.use(x), v) for x, v in scope.lists.items()] + [
            ("[4, 8]", [4, 8]),
            ("[2, 3, 4]", [2, 3, 4]),
        ]
        text, values = chance.choice(lists)
        if kind == 0:
            count = chance.randrange(1, 4)
            return f"range({count})", [{i: None} for _ in range(count)], i if chance.random() < 0.6 else "_"
        if kind == 1:
            return f"enumerate({text})", [{n: v} for v in values], f"{i}, {n}"
        if kind == 2:
            return f"reversed({text})", [{n: v} for v in reversed(values)], n
        if kind == 3:
            return f"zip({text}, {text})", [{n: v, i: v} for v in values], f"{i}, {n}"
        if kind == 4:
            m = scope.fresh()
            return (
                f"enumerate(zip({text}, reversed({text})))",
                [{n: a, m: b} for a, b in zip(values, reversed(values), strict=True)],
                f"{i}, ({n}, {m})",
            )
        return text, [{n: v} for v in values], n

    def carried(self) -> None:
        """A loop that carries a tensor from turn to turn."""
        free = [name for name in self.scope.tensors if name not in self.scope.frozen]
        if not free:
            return self.assign()
        name = self.chance.choice(free)
        before = self.scope.tensors[name]
        iterable, turns, target = self.turns()
        body = self.inside()
        token = f"turn {len(self.scope.taken)}"
        flowing: Shape = (*before[:-1], ("s", token))
        for local, one in turns[0].items():
            if one is not None:
                body.scope.numbers[local] = ("s", local)
        body.scope.tensors = {k: v for k, v in body.scope.tensors.items() if k != name}
        body.scope.tensors[name] = flowing
        body.scope.frozen.discard(name)
        self.scope.use(name)
        if body.chance.random() < 0.5:
            body.statements(1)
        if self.scope.depth < 1 and self.chance.random() < 0.15 and body.scope.tensors.get(name) == flowing:
            body.carried()
        inner = body.scope.tensors.get(name, flowing)
        if inner[:-1] != before[:-1]:
            return self.assign()
        if self.chance.random() < 0.3:
            text, shape = body.chains.chain(name, self.chance.randrange(1, 3), keep=True)
            body.say(f"{name} = [{name}, {text}] -> Concatenate")
            after: Shape = (*shape[:-1], value(("+", inner[-1], shape[-1]), {}))
        else:
            text, after = body.chains.chain(name, self.chance.randrange(1, 4), keep=True)
            body.say(f"{name} = {text}")
        for _ in range(self.chance.randrange(3)):
            body.say(f"{name} = {self.chance.choice(TAILS).replace('_', name)}")
        size = before[-1]
        for turn in turns:
            size = value(after[-1], {**turn, token: size})
            if known(size) and size > 4000:
                return self.assign()
        self.say(f"for {target} in {iterable} {{")
        self.lines.extend(body.lines)
        self.say("}")
        self.scope.tensors[name] = (*before[:-1], size)

    def counter(self) -> None:
        """A number that every turn changes, with layers that use it and, perhaps, one behind the loop."""
        chance, scope = self.chance, self.scope
        name = self.pick()
        if name in scope.frozen:
            return self.assign()
        shape = scope.tensors[scope.use(name)]
        number, start = scope.fresh(), chance.choice((1, 2, 3))
        step, compute = chance.choice(
            (("{} * 2", lambda n: n * 2), ("{} + 1", lambda n: n + 1), ("2 * {} + 1", lambda n: 2 * n + 1))
        )
        count = chance.randrange(1, 4)
        late = chance.random() < 0.3
        self.say(f"{number} = {start}")
        self.say(f"for _ in range({count}) {{")
        lines = [f"{number} = {step.format(number)}", f"{name} = {name} -> Dense({number}) -> ReLU"]
        if chance.random() < 0.5:
            lines.append(f"{name} = {chance.choice(TAILS).replace('_', name)}")
        self.lines.extend(self.indent + STEP + line for line in (reversed(lines[:2]) if late else lines))
        self.say("}")
        value_, used = start, start
        for _ in range(count):
            used, value_ = (value_, compute(value_)) if late else (compute(value_), compute(value_))
        scope.numbers[number] = value_
        scope.tensors[name] = (*shape[:-1], used)
        if chance.random() < 0.3 and value_ < 40:
            made = scope.fresh()
            self.say(f"{made} = {name} -> Dense({number + ' + 1' if chance.random() < 0.5 else number})")
            scope.tensors[made] = (*shape[:-1], value_ + 1 if "+ 1)" in self.lines[-1] else value_)

    def two_carried(self) -> None:
        """A loop that carries two tensors, as WaveNet does."""
        name = self.pick()
        shape = self.scope.tensors[self.scope.use(name)]
        text, size = self.chains.number()
        flow, total = self.scope.fresh(), self.scope.fresh()
        iterable, _, target = self.turns()
        self.say(f"{flow} = {name} -> Dense({text})")
        self.say(f"{total} = {flow} -> ReLU")
        self.say(f"for {target} in {iterable} {{")
        lines = [
            f'{flow} = [{flow}, {flow} -> Dense({text}, activation="tanh")] -> Add',
            f"{total} = {total} + ({flow} -> Dense({text}))",
            f"{flow} = {self.chance.choice(TAILS).replace('_', flow)}",
            f"{total} = {self.chance.choice(TAILS).replace('_', total)}",
        ]
        lines = lines[: self.chance.randrange(2, 5)]
        if self.chance.random() < 0.3:
            self.chance.shuffle(lines)
        self.lines.extend(self.indent + STEP + line for line in lines)
        self.say("}")
        self.scope.tensors[flow] = self.scope.tensors[total] = (*shape[:-1], size)

    def some_turns(self) -> None:
        """Layers in only some turns of a loop."""
        name = self.pick()
        if name in self.scope.frozen:
            return self.assign()
        shape = self.scope.tensors[self.scope.use(name)]
        text, size = self.chains.number()
        made, i = self.scope.fresh(), self.scope.fresh()
        test = self.chance.choice((f"{i} == 1", f"{i} > 0", f"{i} % 2 == 0", f"{i} < 5"))
        self.say(f"{made} = {name} -> Dense({text})")
        self.say(f"for {i} in range(3) {{")
        inner = self.indent + STEP
        self.lines.append(f"{inner}if {test} {{")
        self.lines.append(
            f"{inner}{STEP}{made} = {made} -> BatchNormalization -> {self.chance.choice(('ReLU', '-_', '_ * 0.5'))}"
        )
        if self.chance.random() < 0.5:
            self.lines.append(f"{inner}}} else {{")
            self.lines.append(f"{inner}{STEP}{made} = [{made}, {made} -> Dense({text})] -> Add")
        self.lines.append(f"{inner}}}")
        if self.chance.random() < 0.5:
            self.lines.append(f"{inner}{made} = {made} -> Dense({text}) if {test} else ReLU -> _ / 2.0")
        self.say("}")
        self.scope.tensors[made] = (*shape[:-1], size)

    def swapped(self) -> None:
        """Two names that change places."""
        free = [name for name in self.scope.tensors if name not in self.scope.frozen]
        if len(free) < 2:
            return self.assign()
        a, b = self.chance.sample(free, 2)
        tensors = self.scope.tensors
        self.say(f"{a}, {b} = {b}, {a}")
        tensors[a], tensors[b] = tensors[b], tensors[a]

    def listed(self) -> None:
        """A list that a loop fills."""
        name = self.pick()
        before = self.scope.use(name) and self.scope.tensors[name]
        iterable, turns, target = self.turns()
        outs = self.scope.fresh()
        body = self.inside()
        for local, one in turns[0].items():
            if one is not None:
                body.scope.numbers[local] = ("s", local)
        text, after = body.chains.chain(name, self.chance.randrange(1, 3), keep=True)
        sizes = [value(after[-1], turn) for turn in turns]
        self.say(f"{outs} = []")
        self.say(f"for {target} in {iterable} {{")
        if self.chance.random() < 0.3:
            local = self.scope.fresh()
            body.say(f"{local} = {text}")
            text = local
        body.say(f"{outs} += [{text}]")
        self.lines.extend(body.lines)
        self.say("}")
        made = self.scope.fresh()
        total = sizes[0]
        for size in sizes[1:]:
            total = value(("+", total, size), {})
        self.say(f"{made} = {outs} -> Concatenate")
        self.scope.tensors[made] = (*before[:-1], total)
        if self.chance.random() < 0.4:
            self.walked(outs, [(*before[:-1], size) for size in sizes])

    def walked(self, outs: str, shapes: list[Shape]) -> None:
        """A loop through a list of tensors."""
        one, made = self.scope.fresh(), self.scope.fresh()
        text, size = self.chains.number()
        form = self.chance.choice((f"reversed({outs})", outs, f"{outs}[1:]" if len(shapes) > 1 else outs))
        self.say(f"{made} = {outs}[0] -> Dense({text})")
        self.say(f"for {one} in {form} {{")
        self.say(f"{STEP}{made} = [{made}, {one} -> Dense({text})] -> Add")
        self.say("}")
        self.scope.tensors[made] = (*shapes[0][:-1], size)

    def comprehension(self) -> None:
        name = self.pick()
        shape = self.scope.use(name) and self.scope.tensors[name]
        parts, n, made = self.scope.fresh(), self.scope.fresh(), self.scope.fresh()
        kind = self.chance.randrange(6)
        width, size = self.chains.number()
        again = self.chance.choice(("", *READ_AGAIN))
        if kind == 0:
            self.say(f"{parts} = [{name} -> Dense({n}){again} for {n} in [4, 8]]")
            self.say(f"{made} = {parts} -> Concatenate")
            self.scope.tensors[made] = (*shape[:-1], 12)
        elif kind == 1:
            self.say(f"{parts} = [{name} -> Dense({width}){again} -> ReLU for _ in range(3)]")
            self.say(
                f"{made} = sum({parts})" if self.chance.random() < 0.5 else f"{made} = {parts} -> Average"
            )
            self.scope.tensors[made] = (*shape[:-1], size)
        elif kind == 2:
            self.say(f"{parts} = [{n} * 2 for {n} in range(1, 4)]")
            self.say(f"{made} = {name} -> Dense({parts}[1])")
            self.scope.tensors[made] = (*shape[:-1], 4)
            self.scope.lists[parts] = [2, 4, 6]
        elif kind == 3:
            self.say(
                f"{parts} = [{n} -> Dense({width}){again} for {n} in [{name} -> Dense(4){again}, {name}]]"
            )
            self.say(f"{made} = {parts} -> Add")
            self.scope.tensors[made] = (*shape[:-1], size)
        elif kind == 4:
            inner = self.scope.fresh()
            one = f"[{name} -> Dense({n}){again} for {inner} in range(2)] -> Add"
            self.say(f"{made} = [{one} for {n} in [4, 8]] -> Concatenate")
            self.scope.tensors[made] = (*shape[:-1], 12)
        else:
            self.say(f"{parts} = [{name} -> Dense({n}) for {n} in [2, 3, 6] if {n} > 2]")
            self.say(f"{made} = {parts} -> Concatenate")
            self.scope.tensors[made] = (*shape[:-1], 9)

    def record(self) -> None:
        name = self.pick()
        shape = self.scope.use(name) and self.scope.tensors[name]
        kept, made = self.scope.fresh(), self.scope.fresh()
        if kept in ("input", "output", "shared", "weight"):  # `output["one"] = …` is an output
            return self.assign()
        text, size = self.chains.number()
        self.say(f"{kept} = record()")
        if self.chance.random() < 0.5:
            self.say(f'{kept}["one"] = {name} -> Dense({text})')
            self.say(f'{kept}["two"] = {kept}["one"] -> ReLU')
        else:
            i = self.scope.fresh()
            self.say(f"for {i} in range(2) {{")
            self.say(f'{STEP}{kept}[f"level_{{{i}}}"] = {name} -> Dense({text}, name=f"{kept.strip("_")[:1] if kept.isascii() else "k"}{len(self.scope.taken)}_{{{i}}}")'
                     if self.scope.depth == 0 and self.file.in_model else  # type: ignore[attr-defined]
                     f'{STEP}{kept}[f"level_{{{i}}}"] = {name} -> Dense({text})')  # fmt: skip
            self.say("}")
        self.say(
            f"{made} = values({kept}) -> {'Add' if self.chance.random() < 0.5 else 'Concatenate(axis=-1) -> Dense(' + text + ')'}"
        )
        self.scope.tensors[made] = (*shape[:-1], size)

    def condition(self) -> None:
        """An `if`, which rebinds a name or binds one in all its ways."""
        test, decided = self.chains.test()
        name = self.pick()
        before = self.scope.use(name) and self.scope.tensors[name]
        form = self.chance.random()
        target = name if form < 0.5 and name not in self.scope.frozen else self.scope.fresh()
        ways = [test]
        if self.chance.random() < 0.3:
            second, also = self.chains.test()
            ways.append(second)
        sizes = []
        self.say(f"if {test} {{")
        for place in range(len(ways) + 1):
            last = place == len(ways)
            if last and target == name and self.chance.random() < 0.5:
                sizes.append(before[-1])
                break
            if place:
                self.say("} else {" if last else f"}} else if {ways[place]} {{")
            body = self.inside()
            if self.chance.random() < 0.3:
                body.scope.tensors = {k: v for k, v in body.scope.tensors.items() if k != name} | {
                    name: before
                }
                extra = body.scope.fresh()
                text, shape = body.chains.chain(name, 1, keep=True)
                body.say(f"{extra} = {text}")
                text, after = Chains(body.scope, self.file).stages(shape, 1, keep=True)
                body.say(f"{target} = {body.scope.use(extra)} -> {text}")
            else:
                text, after = body.chains.chain(name, self.chance.randrange(1, 3), keep=True)
                body.say(f"{target} = {text}")
            self.lines.extend(body.lines)
            sizes.append(after[-1])
        self.say("}")
        if len(ways) == 2:
            rest = value(("if", also, sizes[1], sizes[2]), {})
        else:
            rest = sizes[1]
        self.scope.tensors[target] = (*before[:-1], value(("if", decided, sizes[0], rest), {}))


def visible(shape: Shape) -> Shape:
    """A shape whose names are known to nobody: for what is handed out of a body."""
    return shape_with(shape, {})
