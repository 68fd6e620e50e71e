"""Random `.kdl` programs, and the same programs laid out carelessly, for the laws of the formatter.

The programs are syntactically whole and otherwise nonsense: the formatter knows no names. `scattered` changes nothing
but spaces, line ends and trailing commas; `commented` adds comments, each with a number of its own.
"""

from __future__ import annotations

import random

from dslc.source import Source
from dslc.syntax.lexer import tokenize

WORDS = (
    "x",
    "image",
    "encoder",
    "filters",
    "a",
    "some_rather_long_name_of_a_value",
    "y",
    "units",
    "_",
    "model",
    "input",
)
LAYERS = ("Dense", "Conv2D", "Flatten", "MultiHeadAttention", "BatchNormalization", "ops.mean", "Residual")


def program(chance: random.Random) -> str:
    """A whole file."""
    items = ['"""A docstring.\n\n  Its second line.\n"""'] if chance.random() < 0.5 else []
    if chance.random() < 0.4:
        items.append(
            f'use {", ".join(chance.sample(["Residual", "ConvBN", "Stem"], chance.randrange(1, 3)))} from "blocks.kdl"'
        )
    for _ in range(chance.randrange(1, 5)):
        items.append(_item(chance))
    gap = chance.choice(["\n", "\n\n", "\n\n\n\n"])
    return gap.join(items) + "\n"


def scattered(chance: random.Random, text: str) -> str:
    """The same program with other spaces, and other line ends where they mean nothing."""
    source = Source("x", text)
    tokens = tokenize(source, text).tokens
    pieces: list[str] = []
    depth = 0
    before = ""
    for place, token in enumerate(tokens):
        word = text[token.start : token.end]
        if token.type == "NEWLINE":
            pieces.append(
                chance.choice(["\n", "  \n", "\n   "])
                + "\n" * text.count("\n", token.start, _next(tokens, place))
            )
            before = ""
            continue
        glued = not before or (not _wordlike(before[-1]) or not _wordlike(word[0]))
        space = (
            chance.choice(["", " ", "  "])
            if glued and not _joins(before, word)
            else chance.choice([" ", "  ", "\t"])
        )
        if before == "output":  # `output -1` is an output, `output-1` a difference
            space = " "
        elif depth > 0 and chance.random() < 0.15:
            space += "\n" + " " * chance.randrange(6)
        elif (
            (word == "->" and chance.random() < 0.3)
            or (before in ("->", "=", "+", "*", "and", "or") and chance.random() < 0.1)
            or ((before == "{" or token.type == "RBRACE") and chance.random() < 0.5)
        ):
            space += "\n" + " " * chance.randrange(9)
        pieces.append(space + word)
        depth += (token.type in ("LPAR", "LSQB", "DICTIONARY_OPEN")) - (
            token.type in ("RPAR", "RSQB", "DICTIONARY_CLOSE")
        )
        before = word
    return "".join(pieces) + "\n"


def commented(chance: random.Random, text: str) -> str:
    """The program with comments at the ends of some lines and on lines of their own."""
    lines, inside = [], False
    for number, line in enumerate(text.split("\n")):
        quotes = line.count('"""')
        if not inside and not quotes and chance.random() < 0.2:
            lines.append(" " * chance.randrange(6) + f"# own {number}")
        inside ^= quotes % 2 == 1
        if not inside and quotes == 0 and line.strip() and chance.random() < 0.2:
            said = chance.choice(["at the end of", "dslc: ignore[DSL801] in"])
            line += chance.choice([" ", "  ", ""]) + f"# {said} {number}  "
        lines.append(line)
    return "\n".join(lines)


def _item(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.15:
        return f"WIDTHS = {_value(chance, 2)}"
    if kind < 0.3:
        return f"fn scale({_parameters(chance)}) = {_value(chance, 3)}"
    if kind < 0.4:
        return f"fn scale({_parameters(chance)}) {_body(chance, 1, fn=True)}"
    if kind < 0.5:
        return f"block ConvBN({_parameters(chance)}) = {_chain(chance, 2)}"
    if kind < 0.6:
        return f"extern Patch(size) from my_package.layers {{ input x: (N?, C?)\noutput (N, {_value(chance, 1)}) }}"
    if kind < 0.65:
        return _extern(chance)
    brackets = "" if chance.random() < 0.2 else f"({_parameters(chance)})"
    return f"{chance.choice(['model', 'block'])} Name{brackets} {_body(chance, 2)}"


def _extern(chance: random.Random) -> str:
    """What stands outside: a layer, or one of the other kinds, with and without a body."""
    kind = chance.choice(["", "fn", "activation", "initializer", "regularizer", "constraint"])
    parameters = f"({_parameters(chance)})" if chance.random() < 0.5 else ""
    body = " { input x\noutput x }" if kind in ("", "fn") and chance.random() < 0.5 else ""
    return f"extern {kind} plain{parameters} from package.part{body}"


def _parameters(chance: random.Random) -> str:
    names = chance.sample(
        ["filters", "classes", "rate", "inner_layer_of_the_block", "use_bias"], chance.randrange(0, 5)
    )
    forms = [lambda n: n, lambda n: f"{n} = {_value(chance, 1)}", lambda n: f"{n}: layer"]
    forms.append(lambda n: f"{n}: layer = {chance.choice(['None', 'ReLU', 'Dense(8, activation=None)'])}")
    return ", ".join(chance.choice(forms)(name) for name in names)


def _body(chance: random.Random, depth: int, fn: bool = False) -> str:
    lines = [_statement(chance, depth, fn) for _ in range(chance.randrange(1, 6))]
    if chance.random() < 0.2:
        lines.insert(0, '"""What it does."""')
    return "{\n" + "\n".join(line + ("\n" if chance.random() < 0.2 else "") for line in lines) + "\n}"


def _weight_or_loss(value: str) -> str:
    """One of the two, by what was drawn already."""
    return (
        f"loss 0.5 * ops.mean({value})"
        if len(value) % 3 == 0
        else f"weight w = Weight(({value},), trainable=False)"
    )


def _statement(chance: random.Random, depth: int, fn: bool) -> str:
    if depth and chance.random() < 0.25:
        if chance.random() < 0.5:
            return f"for {chance.choice(['i', 'i, x', 'i, (a, b)'])} in {_value(chance, 2)} {_body(chance, depth - 1)}"
        text = f"if {_value(chance, 2)} {_body(chance, depth - 1)}"
        if chance.random() < 0.5:
            text += (
                f" else if {_value(chance, 1)} {_body(chance, depth - 1)}" if chance.random() < 0.4 else ""
            )
            text += f" else {_body(chance, depth - 1)}"
        return text
    if fn:
        return chance.choice(["x = ", "return "]) + _value(chance, 2)
    forms = (
        lambda: f"input image: ({_value(chance, 1)}, T?, ?)",
        lambda: "input tokens: (T?,) int32",
        lambda: f"input x = Input({_value(chance, 1)}, batch_size=2)",
        lambda: "input x",
        lambda: f"input columns[{_value(chance, 1)}]: (1,) string",
        lambda: f"output label = {_chain(chance, 2)}",
        lambda: f"output {_chain(chance, 2)}",
        lambda: f"output y: (H // 2, filters) = {_chain(chance, 1)}",
        lambda: f"output {_value(chance, 1)}, {_value(chance, 1)}",
        lambda: f"shared encoder = {_chain(chance, 1)}",
        lambda: 'weight cls: (1, 1, dim) = "zeros"',
        lambda: _weight_or_loss(_value(chance, 1)),
        lambda: f'assert {_value(chance, 2)}, "a message"',
        lambda: f"skips += [{_value(chance, 1)}]",
        lambda: f"x {chance.choice(['-=', '*=', '/=', '//=', '%=', '**=', '@='])} {_value(chance, 1)}",
        lambda: f"x: (7, 7, 512) = {_chain(chance, 2)}",
        lambda: f"a, (b, c) = {_chain(chance, 1)}",
        lambda: f"a, *rest = {_chain(chance, 1)}",
        lambda: f"x = {_chain(chance, 3)}",
        lambda: f"x = {_chain(chance, 2)}",
        lambda: f"features[{_value(chance, 1)}] = {_chain(chance, 1)}",
    )
    return chance.choice(forms)()


def _chain(chance: random.Random, depth: int) -> str:
    head = chance.choice(
        [_value(chance, 1), chance.choice(WORDS[:8]), f"({_value(chance, 1)}, mask={_value(chance, 1)})"]
    )
    stages = [_stage(chance, depth) for _ in range(chance.choice([0, 1, 1, 2, 3, 5]))]
    if not stages and head.endswith(")") and "mask=" in head:
        head = "x"
    return " -> ".join([head, *stages])


def _stage(chance: random.Random, depth: int) -> str:
    kind = chance.random()
    if kind < 0.25:
        return chance.choice(LAYERS)
    if kind < 0.8 or not depth:
        arguments = [_part(chance, 1) for _ in range(chance.randrange(0, 3))]
        arguments += [
            f"{key}={_value(chance, 1)}"
            for key in chance.sample(["padding", "activation", "rate"], chance.randrange(0, 3))
        ]
        arguments += [f"**{chance.choice(['a', _dictionary(chance, 1)])}"] if chance.random() < 0.2 else []
        return f"{chance.choice(LAYERS)}({', '.join(arguments)})"
    if kind < 0.9:
        return f"[{', '.join(_chain(chance, depth - 1) for _ in range(chance.randrange(1, 5)))}]"
    forms = (
        f"_[:, {_value(chance, 0)}]",
        f'taps(encoder, ["low", {_value(chance, 0)}])',
        f"{chance.choice(LAYERS)} if {_value(chance, 1)} else _",
        f"applications.ResNet50(weights=None, name={_value(chance, 0)}, trainable=False)",
        f"activations.gelu(_, approximate={_value(chance, 0)})",
        f"math.sqrt({_value(chance, 0)}) * _",
    )
    return chance.choice(forms)


def _value(chance: random.Random, depth: int) -> str:
    if not depth or chance.random() < 0.3:
        return chance.choice(
            [
                *WORDS[:9],
                "3",
                "1e-3",
                "None",
                "True",
                '"relu"',
                "'it''s'"[:4],
                'f"conv_{i}"',
                "-1",
                "x.shape[-1]",
            ]
        )
    inner = depth - 1
    forms = (
        lambda: f"{_value(chance, inner)} {chance.choice(['+', '-', '*', '//', '**', '@', '<', '==', 'and', 'or'])} {_value(chance, inner)}",
        lambda: f"[{', '.join(_part(chance, inner) for _ in range(chance.randrange(0, 5)))}]",
        lambda: _dictionary(chance, inner),
        lambda: f"{{{_value(chance, inner)}: {_value(chance, inner)} for i in {_value(chance, 0)}}}",
        lambda: f"({_value(chance, inner)}, {_value(chance, inner)})",
        lambda: f"({_part(chance, inner)},)",
        lambda: f"({_value(chance, inner)})",
        lambda: f"range({_value(chance, inner)})",
        lambda: f"[{_value(chance, inner)} for i, (a, b) in {_value(chance, 0)} if {_value(chance, 0)}]",
        lambda: f"sum({_value(chance, inner)} for v in {_value(chance, 0)})",
        lambda: f"(1 if {_value(chance, inner)} else {_value(chance, inner)})",
        lambda: f"(not {_value(chance, 0)})",
        lambda: f"initializers.HeNormal(seed={_value(chance, inner)})",
        lambda: f"x[{_value(chance, 0)}:{_value(chance, inner)}:2, None, ...]",
    )
    return chance.choice(forms)()


def _part(chance: random.Random, depth: int) -> str:
    """A part of a list or a call."""
    if chance.random() < 0.1:
        return f"*{chance.choice(['a', '(not a)', f'[{_value(chance, depth)}]'])}"
    return _value(chance, depth)


def _dictionary(chance: random.Random, depth: int) -> str:
    entries = [f"{_value(chance, 0)}: {_value(chance, depth)}" for _ in range(chance.randrange(0, 4))]
    entries += ["**a"] if chance.random() < 0.3 else []
    return f"{{{', '.join(entries)}}}"


def _wordlike(letter: str) -> bool:
    return letter.isalnum() or letter in "_\"'.?"


def _joins(before: str, word: str) -> bool:
    """Whether two tokens would become another one side by side."""
    return (before + word[:1]) in ("**", "//", "->", "<=", "==", ">=", "!=", "+=", "**=", "//=") or (
        before[-1:] + word[:1]
    ) in ("**", "//")


def _next(tokens: list, place: int) -> int:  # type: ignore[type-arg]
    return tokens[place + 1].start if place + 1 < len(tokens) else tokens[place].end
