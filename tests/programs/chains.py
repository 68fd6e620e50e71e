"""Stages and chains of generated programs: text, and the shape that it leads to.

In: a scope and the shape of what flows in.  Out: the text of a stage that Keras accepts there, and the shape behind it.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.programs.scope import Scope
from tests.programs.sizes import Shape, Size, known, value

Made = tuple[str, Shape]
Maker = Callable[[], Made]

ACTIVATIONS = ("relu", "tanh", "sigmoid", "gelu", "softmax", "elu")
SAME = (
    "ReLU", "BatchNormalization", "LayerNormalization", "Dropout(0.1)", "LeakyReLU(0.2)", "ReLU()", "Softmax", "ops.tanh",
    'Activation("tanh")', "GaussianNoise(0.1)", "_ / 2.0", "_ + 1.0", "1.0 - _", "-_", "ops.sigmoid(_)", "_ * ops.sigmoid(_)",
    "_ / (1.0 + ops.abs(_))", "_ - ops.mean(_, axis=-1, keepdims=True)", "ops.relu", "ops.maximum(_, 0.0)", "Identity",
    "ops.where(_ > 0, _, _ / 10.0)", 'LayerNormalization(epsilon=1e-5)', "_ ** 2", "[_, _] -> Add", "[ReLU, _] -> Multiply",
    "(_ + _) / 2.0", "Activation(activations.relu)", "activations.gelu", "activations.softmax(_, axis=-1)", "_ / math.sqrt(2.0)", "_ * activations.sigmoid(_)",
    "_ * ops.sum(_, axis=-1, keepdims=True)", "ops.cumsum(_, axis=1)", "ops.flip(_, axis=-1)", "ops.roll(_, 1, axis=-1)", "ops.sort(_, axis=-1)",
    "_ - ops.logsumexp(_, axis=-1, keepdims=True)", "ops.stack([_, -_], axis=1) -> ops.max(_, axis=1)", "ops.clip(_, -1.0, 1.0)", "ops.concatenate([_, _], axis=-1)[..., : _.shape[-1]]",
    "activations.relu(_, negative_slope=0.1)", "Activation(ops.silu)", "Rescaling(0.5)", "[_, ReLU, Dropout(0.1) -> _ + _] -> Average",
)  # fmt: skip


class Chains:
    """Makes the stages of one file. `blocks` and `models` are the ones that were written before."""

    def __init__(self, scope: Scope, file: object) -> None:
        self.scope = scope
        self.chance = scope.chance
        self.file = file

    # ---- values

    def number(self, near: Shape | None = None, tensor: str | None = None) -> tuple[str, Size]:
        """A positive integer: a literal, a name, or a computation, and its value."""
        chance, scope = self.chance, self.scope
        kind = chance.random()
        if scope.numbers and kind < 0.45:
            name = chance.choice(list(scope.numbers))
            scope.use(name)
            size = scope.numbers[name]
            form = chance.random()
            if form < 0.6:
                return name, size
            if form < 0.75:
                return f"{name} + 2", value(("+", size, 2), {})
            if form < 0.85 and (not known(size) or size < 17):
                return f"2 * {name}", value(("*", 2, size), {})
            return f"max({name}, 4)", value(("max", size, 4), {})
        if kind < 0.55 and scope.tensors:
            name = chance.choice(list(scope.tensors))
            size = scope.tensors[name][-1]
            if not (isinstance(size, tuple) and size[0] == "?") and not (known(size) and size > 16):
                scope.use(name)
                return f"{name}.shape[-1]", size
        if kind < 0.6 and scope.lists:
            name = chance.choice(list(scope.lists))
            scope.use(name)
            return f"{name}[0]", scope.lists[name][0]
        if kind < 0.65 and self.file.functions:  # type: ignore[attr-defined]
            name, compute = chance.choice(self.file.functions)  # type: ignore[attr-defined]
            literal = chance.choice((3, 5, 8))
            return f"{name}({literal})", compute(literal)
        size = chance.choice((2, 3, 4, 6, 8))
        return str(size), size

    def test(self) -> tuple[str, object]:
        """A static condition and what decides it."""
        chance, scope = self.chance, self.scope
        kind = chance.random()
        if scope.tests and kind < 0.5:
            name = chance.choice(list(scope.tests))
            scope.use(name)
            return (
                (name, scope.tests[name])
                if chance.random() < 0.7
                else (f"not {name}", value(("not", scope.tests[name]), {}))
            )
        text, size = self.number()
        operator, limit = chance.choice((">", "!=", "==")), chance.choice((2, 4, 6))
        return f"{text} {operator} {limit}", value((operator, size, limit), {})

    def options(self, *, activation: bool = True) -> str:
        chance, scope = self.chance, self.scope
        text = ""
        if activation and chance.random() < 0.3:
            if scope.strings and chance.random() < 0.5:
                text += f", activation={scope.use(chance.choice(scope.strings))}"
            else:
                text += f', activation="{chance.choice(ACTIVATIONS)}"'
        if scope.initializers and chance.random() < 0.25:
            text += f", kernel_initializer={scope.use(chance.choice(scope.initializers))}"
        elif chance.random() < 0.07:
            text += ", kernel_initializer=initializers.HeNormal()"
        if chance.random() < 0.06:
            text += ", kernel_regularizer=regularizers.L2(1e-4)"
        if chance.random() < 0.08:
            text += ", use_bias=False"
        return text

    # ---- stages

    def stage(self, shape: Shape, keep: bool = False) -> Made:
        """One stage on a tensor; `keep` leaves all but the last axis as it is."""
        chance, scope = self.chance, self.scope
        kind = chance.random()
        if kind < 0.27:
            return self.same(shape)
        if kind < 0.38 and scope.layers:
            return scope.use(chance.choice(scope.layers)), shape
        if kind < 0.52:
            made = self.file.block_stage(self, shape, keep)  # type: ignore[attr-defined]
            if made is not None:
                return made
        if kind < 0.58:
            names = [n for n, (wanted, _) in scope.shared.items() if wanted == (len(shape), shape[-1])]
            if names:
                name = chance.choice(names)
                scope.use(name)
                return name, (*shape[:-1], scope.shared[name][1])
        if kind < 0.64 and scope.depth < 3:
            return self.choice(shape)
        if kind < 0.72 and scope.depth < 3:
            return self.fork(shape)
        if keep or kind < 0.82:
            text, size = self.number()
            return f"Dense({text}{self.options()})", (*shape[:-1], size)
        return {1: self.vector, 2: self.sequence, 3: self.image}[len(shape)](shape)

    def same(self, shape: Shape) -> Made:
        chance, scope = self.chance, self.scope
        text = chance.choice(SAME)
        if scope.rates and chance.random() < 0.2:
            text = f"Dropout({scope.use(chance.choice(scope.rates))})"
        fitting = [n for n, s in scope.tensors.items() if s == shape]
        if fitting and chance.random() < 0.2:
            name = scope.use(chance.choice(fitting))
            text = chance.choice(
                (
                    f"_ + {name}",
                    f"[_, {name}] -> Add",
                    f"ops.maximum(_, {name})",
                    f"{name} * _",
                    f"_ - ({name} -> ReLU)",
                    f"[ReLU, {name} -> ReLU -> Dropout(0.1), _] -> Add",
                )
            )
        return text, shape

    def choice(self, shape: Shape) -> Made:
        """A conditional stage."""
        test, decided = self.test()
        inner = Chains(self.scope.inner(), self.file)
        then, first = inner.stage(shape, keep=True)
        otherwise, second = ("_", shape) if self.chance.random() < 0.6 else inner.stage(shape, keep=True)
        if " -> " in then:
            then = "ReLU"
            first = shape
        if " -> " in otherwise or " if " in otherwise:
            otherwise, second = "_", shape
        if " if " in then:
            return then, first
        return f"{then} if {test} else {otherwise}", (
            *shape[:-1],
            value(("if", decided, first[-1], second[-1]), {}),
        )

    def fork(self, shape: Shape) -> Made:
        chance = self.chance
        inner = Chains(self.scope.inner(), self.file)
        branches: list[str] = []
        sizes: list[Size] = []
        for _ in range(chance.randrange(1, 4)):
            text, made = (
                ("_", shape)
                if chance.random() < 0.2
                else inner.stages(shape, chance.randrange(1, 3), keep=True)
            )
            branches.append(text)
            sizes.append(made[-1])
        total: Size = sizes[0]
        for size in sizes[1:]:
            total = value(("+", total, size), {})
        if all(size == sizes[0] for size in sizes) and chance.random() < 0.5:
            return f"[{', '.join(branches)}] -> {chance.choice(('Add', 'Maximum()', 'Average'))}", (
                *shape[:-1],
                sizes[0],
            )
        return f"[{', '.join(branches)}] -> Concatenate", (*shape[:-1], total)

    def vector(self, shape: Shape) -> Made:
        text, size = self.number()
        makers: list[Maker] = [
            lambda: (f"Dense({text}{self.options()})", (size,)),
            lambda: (f"RepeatVector({text})", (size, *shape)),
            lambda: ("Reshape((1, -1))", (1, *shape)),
            lambda: ("_[:, :1]", (1,)),
            lambda: ("ops.expand_dims(_, 1)", (1, *shape)),
            lambda: (f"Dense({text}) -> BatchNormalization -> ReLU", (size,)),
        ]
        return self.chance.choice(makers)()

    def sequence(self, shape: Shape) -> Made:
        time, width = shape
        text, size = self.number()
        double = value(("*", size, 2), {})
        makers: list[Maker] = [
            lambda: (f"LSTM({text})", (size,)),
            lambda: (f"GRU({text}, return_sequences=True)", (time, size)),
            lambda: (f"Bidirectional(LSTM({text}))", (double,)),
            lambda: (f"Bidirectional(GRU({text}, return_sequences=True))", (time, double)),
            lambda: (f"TimeDistributed(Dense({text}))", (time, size)),
            lambda: (f'Conv1D({text}, 3, padding="same"{self.options()})', (time, size)),
            lambda: ("GlobalAveragePooling1D", (width,)),
            lambda: ("GlobalMaxPooling1D()", (width,)),
            lambda: ("_[:, 0]", (width,)),
            lambda: ("_[:, -1, :]", (width,)),
            lambda: ("ops.mean(_, axis=1)", (width,)),
            lambda: (f"(_, _) -> MultiHeadAttention(2, {text})", shape),
            lambda: (f"RNN(SimpleRNNCell({text}))", (size,)),
            lambda: (f"RNN([GRUCell({text}), LSTMCell(4)], return_sequences=True)", (time, 4)),
            lambda: ("SpatialDropout1D(0.1)", shape),
            lambda: ("TimeDistributed(BatchNormalization)", shape),
            lambda: ("_[:, ::-1]", shape),
        ]
        if known(time) and known(width):
            makers.append(lambda: ("Flatten", (time * width,)))
            makers.append(lambda: ("Permute((2, 1))", (width, time)))
        if known(time):
            makers.append(lambda: (f"ZeroPadding1D({1})", (time + 2, width)))
        return self.chance.choice(makers)()

    def image(self, shape: Shape) -> Made:
        height, width, channels = shape
        text, size = self.number()
        up = [h * 2 if known(h) else ("*", h, 2) for h in (height, width)]
        makers: list[Maker] = [
            lambda: (f'Conv2D({text}, 3, padding="same"{self.options()})', (height, width, size)),
            lambda: (f"Conv2D({text}, (1, 1)) -> BatchNormalization -> ReLU", (height, width, size)),
            lambda: ("GlobalAveragePooling2D", (channels,)),
            lambda: ("GlobalMaxPooling2D", (channels,)),
            lambda: ('DepthwiseConv2D(3, padding="same")', shape),
            lambda: (f'SeparableConv2D({text}, 3, padding="same")', (height, width, size)),
            lambda: ("SpatialDropout2D(0.2)", shape),
            lambda: ("ops.mean(_, axis=(1, 2))", (channels,)),
            lambda: ("ops.max(_, axis=1)", (width, channels)),
        ]
        if all((known(n) and n <= 8) or not known(n) for n in (height, width)):
            makers.append(lambda: ("UpSampling2D(2)", (*up, channels)))
            makers.append(lambda: (f"Conv2DTranspose({text}, 2, strides=2)", (*up, size)))
        if known(height) and known(width):
            half = ((height + 1) // 2, (width + 1) // 2)
            makers.append(lambda: (f'Conv2D({text}, 3, strides=2, padding="same")', (*half, size)))
            if height > 1 and width > 1:
                makers.append(lambda: ("MaxPooling2D(2)", (height // 2, width // 2, channels)))
            makers.append(lambda: ('AveragePooling2D(2, padding="same")', (*half, channels)))
            if known(channels):
                makers.append(lambda: ("Flatten", (height * width * channels,)))
                makers.append(
                    lambda: (f"Reshape(({height * width}, {channels}))", (height * width, channels))
                )
                makers.append(lambda: ("Reshape((-1, _.shape[-1]))", (height * width, channels)))
        return self.chance.choice(makers)()

    def stages(self, shape: Shape, count: int, keep: bool = False) -> Made:
        """Several stages, one after the other."""
        texts: list[str] = []
        for _ in range(count):
            text, shape = self.stage(shape, keep)
            texts.append(text)
        return " -> ".join(texts), shape

    def chain(self, name: str, count: int, keep: bool = False) -> Made:
        """A chain from a tensor."""
        self.scope.use(name)
        if not count:
            return name, self.scope.tensors[name]
        text, shape = self.stages(self.scope.tensors[name], count, keep)
        return f"{name} -> {text}", shape
