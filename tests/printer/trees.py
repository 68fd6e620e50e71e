"""Random modules of `dslc.emit.python`, the same for the same seed: every kind of node, long names, deep nesting.

module(7)        a module with a few statements, some of which do not fit a line
"""

from __future__ import annotations

import random

from dslc.emit import python as py

WORDS = ("x", "n", "i", "of", "units", "filters", "keras", "layers", "inputs", "residual", "block", "attention",
         "hidden_states", "normalization", "sequence_length", "convolutional_kernel_initializer")  # fmt: skip
PIECES = ("a", " ", "relu", "same", "batch", "'", '"', "\\", "\n", "{", "}", "#", "é", "層", "\u202e", "\x00", "\r", "\t",
          "🙂", "\u3000", "%", "e\u0301")  # fmt: skip
NUMBERS = (
    "0",
    "7",
    "64",
    "1_000",
    "0xfF",
    "0XAB",
    "0b101",
    "0o17",
    "1E5",
    "1e+16",
    ".5",
    "3.",
    "0.25",
    "1e-05",
)
VALUES = (
    None,
    True,
    False,
    3,
    -1,
    2.5,
    -0.5,
    1e20,
    float("inf"),
    float("-inf"),
    (1, 2),
    [3, "s"],
    (),
    [],
    (4,),
)
ARITHMETIC = ("+", "-", "*", "/", "//", "%", "@", "**")
COMPARISONS = ("<", ">=", "==", "!=", "in", "not in", "is", "is not")
FORMATS = ("", ":02d", "!r", ":>10", "!s:.3f")


class Maker:
    """Makes nodes with one source of chance; `long` is how often names and lists are long."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.long = self.chance.choice((0.05, 0.05, 0.2, 0.6))

    def module(self) -> py.Module:
        """A module with its docstring, imports and statements."""
        chance = self.chance
        imports: list[py.Import] = []
        if chance.random() < 0.5:
            imports = [self.imported() for _ in range(chance.randint(1, 3))]
            if chance.random() < 0.3:
                imports.insert(1, py.BLANK)
        doc = self.doc() if chance.random() < 0.2 else None
        return py.Module(doc, tuple(imports), self.block(0))

    def block(self, depth: int) -> tuple[py.Statement, ...]:
        made = [self.statement(depth) for _ in range(self.chance.choice((1, 1, 2, 3)))]
        while made and isinstance(made[0], py.Do) and isinstance(made[0].value, py.Const):
            del made[0]
        return tuple(part for each in made for part in (*self.remarks(each), each))

    def remarks(self, s: py.Statement) -> tuple[py.Statement, ...]:
        """Comments above a statement; none where black wants a blank line for them, which it is asked about."""
        text = "" if isinstance(s, (py.Function, py.Class, py.Import)) else self.comment()
        return (py.Remark(text),) * self.chance.choice((1, 1, 2)) if text else ()

    def imported(self) -> py.Import:
        module = ".".join(self.name() for _ in range(self.chance.randint(1, 3)))
        names = tuple(self.name() for _ in range(self.chance.choice((0, 1, 2, 4))))
        return py.Import(module, names)

    def doc(self) -> str:
        return self.string(self.chance.choice((3, 12, 40)))

    def comment(self) -> str:
        plain = ("(None, 8)", "builds every layer", "層 " * 6, "x" * self.chance.randint(1, 60))
        return self.chance.choice(plain) if self.chance.random() < 0.2 else ""

    # ---- statements

    def statement(self, depth: int) -> py.Statement:
        chance = self.chance
        kind = chance.choice(
            ("assign", "assign", "assign", "assign", "add", "do", "do", "return", "return", "raise", "for", "if", "def",
             "class", "import")
        )  # fmt: skip
        if depth > 2 and kind in ("for", "if", "def", "class"):
            kind = "assign"
        match kind:
            case "assign":
                return py.Assign(self.target(), self.side(), None, self.comment())
            case "add":
                return py.AugAssign(
                    self.owner(2),
                    chance.choice(("+", "-", "*", "/", "//", "%", "**", "@")),
                    self.expr(3),
                    None,
                )
            case "do":
                return py.Do(self.expr(chance.choice((1, 1, 2, 2, 3, 4))), None, self.comment())
            case "return":
                return py.Return(self.side(), None, self.comment())
            case "raise":
                return py.Raise(self.expr(2))
            case "for":
                return py.For(self.loop_target(), self.side(), self.block(depth + 1))
            case "if":
                return self.branch(depth)
            case "def":
                return self.function(depth)
            case "class":
                decorators = tuple(self.decorator() for _ in range(chance.choice((0, 0, 1, 2))))
                doc = self.doc() if chance.random() < 0.4 else None
                base = py.Attr(py.Name(self.name()), self.name())
                return py.Class(self.name(), base, self.body(depth, doc), doc, decorators)
            case _:
                return self.imported()

    def branch(self, depth: int) -> py.If:
        chance = self.chance
        otherwise: tuple[py.Statement, ...] = ()
        if chance.random() < 0.6:
            otherwise = (self.branch(depth),) if chance.random() < 0.4 else self.block(depth + 1)
        return py.If(self.side(), self.block(depth + 1), otherwise)

    def function(self, depth: int) -> py.Function:
        chance = self.chance
        doc = self.doc() if chance.random() < 0.4 else None
        parameters: list[tuple[str, py.Expr | None]] = []
        for number in range(self.count()):
            default = self.expr(2) if chance.random() < 0.5 or (parameters and parameters[-1][1]) else None
            parameters.append((f"{self.name()}_{number}", default))
        rest = "kwargs" if chance.random() < 0.3 else ""
        decorators = (self.decorator(),) if chance.random() < 0.2 else ()
        body = self.body(depth, doc)
        return py.Function(self.name(), tuple(parameters), body, doc, rest, None, decorators)

    def decorator(self) -> py.Expr:
        made: py.Expr = py.Attr(py.Name(self.name()), self.name())
        return self.call(made, 2) if self.chance.random() < 0.7 else made

    def body(self, depth: int, doc: str | None) -> tuple[py.Statement, ...]:
        empty = self.chance.random() < 0.1
        return () if empty else self.block(depth + 1)

    # ---- parts of statements

    def target(self) -> py.Expr:
        chance = self.chance
        if chance.random() < 0.7:
            return self.owner(chance.choice((0, 0, 1, 2)))
        items = tuple(self.owner(1) for _ in range(1 + self.count()))
        return py.List(items) if chance.random() < 0.2 else py.Tuple(items, chance.random() < 0.7)

    def loop_target(self) -> py.Expr:
        if self.chance.random() < 0.5:
            return py.Name(self.name())
        items = tuple(py.Name(self.name()) for _ in range(self.chance.choice((1, 2, 2, 3))))
        return py.Tuple(items, self.chance.random() < 0.7)

    def side(self) -> py.Expr:
        if self.chance.random() < 0.1:
            return py.Tuple(tuple(self.expr(2) for _ in range(self.chance.randint(1, 5))), True)
        return self.expr(self.chance.choice((0, 1, 1, 1, 2, 2, 2, 3, 4)))

    # ---- expressions

    def name(self) -> str:
        chance = self.chance
        count = chance.randint(1, 5) if chance.random() < self.long else 1
        return "_".join(chance.choice(WORDS) for _ in range(count)).replace("of", "of_")

    def count(self) -> int:
        chance = self.chance
        if chance.random() < self.long / 3:
            return chance.randint(4, 9)
        return chance.choice((0, 1, 1, 1, 2, 2))

    def string(self, most: int) -> str:
        chance = self.chance
        kinds = PIECES if chance.random() < 0.3 else PIECES[:8]
        return "".join(
            chance.choice((self.name(), chance.choice(kinds))) for _ in range(chance.randint(0, most))
        )

    def owner(self, depth: int) -> py.Expr:
        """What can be assigned to: names, attributes, indices."""
        chance = self.chance
        if depth <= 0 or chance.random() < 0.3:
            return py.Name(self.name())
        if chance.random() < 0.5:
            return py.Attr(self.chain(depth - 1), self.name())
        return py.Index(self.chain(depth - 1), (self.expr(depth - 1),))

    def chain(self, depth: int) -> py.Expr:
        """Names with calls, attributes and indices behind them."""
        chance = self.chance
        made: py.Expr = py.Name(self.name())
        if chance.random() < 0.1:
            made = self.expr(depth)
        for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 4))):
            kind = chance.random()
            if kind < 0.4:
                made = py.Attr(made, self.name())
            elif kind < 0.8:
                made = self.call(made, depth - 1)
            else:
                made = self.index(made, depth - 1)
        return made

    def call(self, function: py.Expr, depth: int) -> py.Expr:
        chance = self.chance
        if chance.random() < 0.06:
            return py.Call(function, (self.comprehension(depth, True),))
        positional = tuple(self.argument(depth) for _ in range(self.count()))
        keywords = tuple((f"{self.name()}_{i}", self.expr(depth)) for i in range(self.count()))
        if chance.random() < 0.1:
            keywords = (*keywords, ("", self.expr(min(depth, 1))))
        return py.Call(function, positional, keywords)

    def argument(self, depth: int) -> py.Expr:
        if self.chance.random() < 0.05:
            return py.Spread(self.expr(depth))
        return self.expr(depth)

    def index(self, value: py.Expr, depth: int) -> py.Expr:
        chance = self.chance
        items = tuple(
            self.slice(depth) if chance.random() < 0.5 else self.expr(depth)
            for _ in range(max(1, self.count()))
        )
        return py.Index(value, items, len(items) == 1 and chance.random() < 0.1)

    def slice(self, depth: int) -> py.Expr:
        start, stop, step = (self.expr(depth) if self.chance.random() < p else None for p in (0.6, 0.6, 0.2))
        return py.Slice(start, stop, step)

    def items(self, depth: int) -> tuple[py.Expr, ...]:
        return tuple(self.argument(depth) for _ in range(self.count()))

    def clauses(self, depth: int) -> tuple[tuple[py.Expr, py.Expr, py.Expr | None], ...]:
        chance = self.chance
        return tuple(
            (self.loop_target(), self.expr(depth), self.expr(depth) if chance.random() < 0.4 else None)
            for _ in range(chance.choice((1, 1, 1, 2)))
        )

    def comprehension(self, depth: int, bare: bool) -> py.Expr:
        return py.Comprehension(self.expr(depth), self.clauses(depth), bare)

    def entries(self, depth: int) -> tuple[tuple[py.Expr, py.Expr], ...]:
        entries: list[tuple[py.Expr, py.Expr]] = []
        for _ in range(self.count()):
            value = self.expr(depth)
            entries.append(
                (py.Spread(py.Name("")), value)
                if self.chance.random() < 0.1
                else (self.expr(min(depth, 1)), value)
            )
        return tuple(entries)

    def text(self) -> py.Expr:
        parts: list[str | tuple[py.Expr, str]] = []
        for _ in range(self.chance.randint(1, 4)):
            parts.append(self.string(3).replace('"', "") or "-")
            parts.append((self.owner(1), self.chance.choice(FORMATS)))
        return py.FString(tuple(parts))

    def leaf(self) -> py.Expr:
        chance = self.chance
        kind = chance.random()
        if kind < 0.45:
            return py.Name(self.name())
        if kind < 0.6:
            return py.Const(self.string(chance.choice((1, 3, 3, 12))))
        if kind < 0.8:
            text = chance.choice(NUMBERS)
            return py.Const(float(text) if "." in text or "E" in text else eval(text), text)
        return py.Const(chance.choice(VALUES))

    def expr(self, depth: int) -> py.Expr:
        chance = self.chance
        if depth <= 0:
            return self.leaf()
        kind = chance.choice(
            ("leaf", "chain", "chain", "chain", "chain", "binary", "binary", "logic", "compare", "unary", "tuple", "list",
             "list", "dict", "comprehension", "conditional", "lambda", "walrus", "text", "mapping", "sum")
        )  # fmt: skip
        deep = depth - 1
        match kind:
            case "leaf":
                return self.leaf()
            case "chain":
                return self.chain(depth)
            case "binary":
                return py.Binary(chance.choice(ARITHMETIC), self.expr(deep), self.expr(deep))
            case "sum":
                made = self.expr(deep)
                for _ in range(self.count()):
                    made = py.Binary(chance.choice("+-*"), made, self.expr(deep))
                return made
            case "logic":
                return py.Binary(chance.choice(("and", "or")), self.expr(deep), self.expr(deep))
            case "compare":
                rest = tuple(
                    (chance.choice(COMPARISONS), self.expr(deep)) for _ in range(chance.choice((1, 1, 2)))
                )
                return py.Compare(self.expr(deep), rest)
            case "unary":
                return py.Unary(chance.choice(("not", "-", "-", "+", "~")), self.expr(deep))
            case "tuple":
                return py.Tuple(self.items(deep), chance.random() < 0.1)
            case "list":
                return py.List(self.items(deep))
            case "dict":
                return py.Dict(self.entries(deep))
            case "comprehension":
                return self.comprehension(deep, chance.random() < 0.3)
            case "mapping":
                return py.DictComprehension(self.expr(deep), self.expr(deep), self.clauses(deep))
            case "conditional":
                return py.Conditional(self.expr(deep), self.expr(deep), self.expr(deep))
            case "lambda":
                return py.Lambda(
                    tuple(self.name() for _ in range(chance.choice((0, 1, 1, 2)))), self.expr(deep)
                )
            case "walrus":
                return py.Walrus(self.name(), self.expr(deep))
            case _:
                return self.text()


def module(seed: int) -> py.Module:
    """The module with that number."""
    return Maker(seed).module()
