"""What code says in forms that are older than what the language has for it.

"block_%d" % n, "block_{}".format(n)                             f"block_{n}"
{"class_name": "HeNormal", "config": {"seed": 1}}                initializers.HeNormal(seed=1)
Lambda(lambda x, s: x * s, arguments={"s": 2})                   _ * 2
[p for p in np.linspace(0, rate, n)]                             [rate * i / max(n - 1, 1) for i in range(n)]
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from string import Formatter

from dslc.decompile.python.module import refused, said
from dslc.decompile.python.signatures import keyword
from dslc.keras import objects
from dslc.regex import regex

_SLOTS = regex(r"%[dis]")
"""Where values stand in a text of the old kind, `"block_%d" % n`."""


def of_percent(e: ast.expr, text: str, value: ast.expr) -> list[ast.expr]:
    """The parts of an f-string for `"block_%d" % n`."""
    values = list(value.elts) if isinstance(value, ast.Tuple) else [value]
    pieces = _SLOTS.split(text)
    if len(pieces) != len(values) + 1 or "%" in "".join(pieces):
        raise refused(e, f"`{said(e)}` has no counterpart in the language")
    parts: list[ast.expr] = [ast.Constant(pieces[0])]
    for each, piece in zip(values, pieces[1:], strict=True):
        parts += [ast.FormattedValue(each, -1, None), ast.Constant(piece)]
    return parts


def of_format(e: ast.Call, text: str) -> list[ast.expr]:
    """The parts of an f-string for `"block_{}".format(n)`, also with numbers and names in braces."""
    by_name = {each.arg: each.value for each in e.keywords}
    try:
        pieces = list(Formatter().parse(text))
    except ValueError:
        raise refused(e, f"`{said(e)}` has no counterpart in the language") from None
    parts: list[ast.expr] = []
    for number, (before, field, spec, turned) in enumerate(pieces):
        parts.append(ast.Constant(before))
        if field is None:
            continue
        place = int(field) if field.isdecimal() else number
        is_place = not field or field.isdecimal()
        value = e.args[place] if is_place and place < len(e.args) else by_name.get(field)
        if spec or turned or value is None:
            raise refused(e, f"`{said(e)}` has no counterpart in the language")
        parts.append(ast.FormattedValue(value, -1, None))
    return parts


def of_a_configuration(e: ast.Dict) -> ast.Call | None:
    """What a configuration of Keras makes: `{"class_name": "VarianceScaling", "config": {"scale": 2.0}}`."""
    pairs = dict(_pairs(e))
    match pairs.get("class_name"), pairs.get("config"):
        case ast.Constant(str() as name), ast.Dict() as given if len(pairs) == len(e.keys) == 2:
            module = next((each for each in objects.NAMESPACES if objects.exists(each, name)), None)
            named = [ast.keyword(key, value) for key, value in _pairs(given)]
            if module is not None and len(named) == len(given.keys):
                return ast.Call(ast.Attribute(ast.Name(module), name, ast.Load()), [], named)
    return None


def of_several_axes(each: ast.keyword) -> ast.keyword:
    """`axes=(1, 0)` as `axes=((1,), (0,))`: a tensor that is not computed yet takes only that."""
    match each.value:
        case ast.Tuple(axes) | ast.List(axes) if each.arg == "axes" and not any(
            isinstance(axis, (ast.Tuple, ast.List)) for axis in axes
        ):
            return ast.keyword(
                "axes", ast.Tuple([ast.Tuple([axis], ast.Load()) for axis in axes], ast.Load())
            )
        case _:
            return each


def of_spaced(e: ast.expr, path: Callable[[ast.AST], str | None]) -> ast.expr | None:
    """The list of plain numbers that `np.linspace(first, last, n)` is where layers get one each, also where a comprehension makes it one."""
    match e:
        case ast.ListComp(ast.Name(name), [ast.comprehension(ast.Name(own), values, [], 0)]) if name == own:
            return of_spaced(values, path)
        case ast.ListComp(
            ast.Call(ast.Name("float") | ast.Attribute(ast.Name(), "item")),
            [ast.comprehension(ast.Name(), values, [], 0)],
        ) | ast.Call(ast.Attribute(ast.Call() as values, "tolist"), [], []):
            return of_spaced(values, path)
        case ast.Call(_, [first, last, *rest], named) if path(e.func) == "numpy.linspace":
            count = rest[0] if len(rest) == 1 else keyword(e, "num")
            if count is None or len(rest) + len(named) != 1:
                return None
        case _:
            return None
    asked = {node.id for node in ast.walk(e) if isinstance(node, ast.Name)}
    i = next(each for each in (*"ijkn", "place") if each not in asked)
    shown = {"first": ast.unparse(first), "last": ast.unparse(last), "count": ast.unparse(count)}
    steps = f"max({shown['count']} - 1, 1)"
    if isinstance(count, ast.Constant) and isinstance(count.value, int):
        steps = str(max(count.value - 1, 1))
    begins_at_nothing = isinstance(first, ast.Constant) and not first.value
    value = (
        f"({shown['last']}) * {i} / {steps}"
        if begins_at_nothing
        else f"({shown['first']}) + (({shown['last']}) - ({shown['first']})) * {i} / {steps}"
    )
    return ast.parse(f"[{value} for {i} in range({shown['count']})]", mode="eval").body


def given_besides(e: ast.expr | None) -> dict[str, ast.expr]:
    """What a `Lambda` gives besides its input: `arguments={"scale": scale}`."""
    return dict(_pairs(e)) if isinstance(e, ast.Dict) else {}


def _pairs(e: ast.Dict) -> list[tuple[str, ast.expr]]:
    """The values of a dictionary, by those of its keys that are texts."""
    pairs = zip(e.keys, e.values, strict=True)
    return [
        (key.value, value)
        for key, value in pairs
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    ]
