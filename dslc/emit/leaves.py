"""From expressions to leaves: the tokens of Python with their spaces, brackets where precedence asks for them.

In: expressions of `python.py`.  Out: leaves, appended to a list. A leaf knows the space before it and how gladly a
line is broken there; `wrap.py` needs no more than that to lay out a line that is too long. Some brackets are optional:
they only show when a line is broken inside them.

    Binary("*", Binary("+", Name("a"), Const(1)), Name("b"))        ( a + 1 ) * b

Whatever came from a user's file gets in only as a `Const` (printed as a literal), a number as its tokens were checked,
or an identifier, so no text of a `.kdl` file can become code.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from dslc.emit.leaf import (
    ARGUMENT_COMMA,
    COLON,
    COMMA_LEAF,
    COMPARISON,
    COMPREHENSION,
    DOT,
    EQUAL,
    LOGIC,
    TERNARY,
    Leaf,
    closed,
    flat,
    opened,
)
from dslc.emit.literals import number, quoted, visible
from dslc.emit.precedence import (
    ATOM,
    LAMBDA,
    LOOSEST,
    NOT,
    OR,
    SUM,
    TEST,
    UNARY,
    is_number,
    level,
)
from dslc.emit.python import (
    Attr,
    Binary,
    Call,
    Compare,
    Comprehension,
    Conditional,
    Const,
    Dict,
    DictComprehension,
    Expr,
    FString,
    Index,
    Lambda,
    List,
    Name,
    Slice,
    Spread,
    Tuple,
    Unary,
    Walrus,
)

_ARITHMETIC = {"+": 5, "-": 5, "*": 4, "/": 4, "//": 4, "%": 4, "@": 4, "**": 2}

_DOT = Leaf(".", "dot", "", DOT)
_SHUT = {
    "call": Leaf(")", "close", "", 0, "call"),
    "atom": Leaf(")", "close", "", 0, "atom"),
    "index": Leaf("]", "close", "", 0, "index"),
    "list": Leaf("]", "close", "", 0, "list"),
    "dict": Leaf("}", "close", "", 0, "dict"),
}
_CALL = Leaf("(", "open", "", 0, "call")
_INDEX = Leaf("[", "open", "", 0, "index")


def separated(out: list[Leaf], items: Sequence[Expr], space: str = "") -> None:
    """Items with commas between them; `space` stands before the first."""
    for place, item in enumerate(items):
        if place:
            out.append(COMMA_LEAF)
            space = " "
        expression(out, item, LAMBDA, space)


def expression(out: list[Leaf], e: Expr, around: int, space: str = "", bracketed: bool = False) -> None:
    """An expression, in brackets when it binds looser than what stands around it, or as an operand has them in the source.

    `bracketed` says that a round bracket stands directly around it already.
    """
    if level(e) < around or (around >= OR and isinstance(e, Binary) and e.grouped):
        opened(out, space)
        _content(out, e, "", True)
        closed(out)
    else:
        _content(out, e, space, bracketed)


def _content(out: list[Leaf], e: Expr, space: str, bracketed: bool) -> None:
    match e:
        case Name(text):
            out.append(Leaf(text, "name", space))
        case Attr(value, name):
            expression(out, value, ATOM + 1 if is_number(value) else ATOM, space)
            out.append(_DOT)
            out.append(Leaf(name, "name"))
        case Call(function, positional, keywords):
            expression(out, function, ATOM, space)
            _arguments(out, positional, keywords)
        case Const():
            _constant(out, e, space)
        case Binary("**", left, right):
            expression(out, left, ATOM, space)
            out.append(Leaf("**", "power", " ", _ARITHMETIC["**"]))
            expression(out, right, UNARY, " ")
        case Binary(operator, left, right):
            own = level(e)
            word = operator in ("and", "or")
            expression(out, left, own, space)
            before = LOGIC if word else _ARITHMETIC[operator]
            out.append(Leaf(operator, "name" if word else "operator", " ", before))
            expression(out, right, own + 1, " ")
        case Tuple(items, bare):
            if not (bare and len(items) > 1):
                opened(out, space)
                separated(out, items)
                if len(items) == 1:
                    out.append(COMMA_LEAF)
                closed(out)
            else:
                separated(out, items, space)
        case List(items):
            out.append(Leaf("[", "open", space, 0, "list"))
            if len(items) == 1 and isinstance(items[0], Conditional):
                opened(out, "", "item")
                _conditional(out, items[0], "")
                closed(out, "item")
            elif len(items) == 1 and isinstance(items[0], Walrus):
                _content(out, items[0], "", True)
            else:
                separated(out, items)
            out.append(_SHUT["list"])
        case Dict(items):
            out.append(Leaf("{", "open", space, 0, "dict"))
            _entries(out, items)
            out.append(_SHUT["dict"])
        case Index(value, items, comma):
            expression(out, value, ATOM, space)
            out.append(_INDEX)
            separated(out, items)
            if comma and len(items) == 1:
                out.append(COMMA_LEAF)
            out.append(_SHUT["index"])
        case Slice():
            _slice(out, e, space)
        case Unary(operator, operand):
            word = operator == "not"
            out.append(Leaf(operator, "name" if word else "operator", space))
            tightest = ATOM + 1 if not word and _is_short_power(operand) else UNARY
            expression(out, operand, NOT if word else tightest, " " if word else "")
        case Compare(first, rest):
            expression(out, first, SUM, space)
            for words, operand in rest:
                one, *two = words.split()
                out.append(Leaf(one, "name" if one.isalpha() else "operator", " ", COMPARISON))
                out.extend(Leaf(word, "name", " ") for word in two)
                expression(out, operand, SUM, " ")
        case Conditional():
            if bracketed:
                _conditional(out, e, space)
            else:
                opened(out, space, "test")
                _conditional(out, e, "")
                closed(out, "test")
        case Lambda(parameters, body, kept):
            out.append(Leaf("lambda", "lambda", space))
            for number, parameter in enumerate((*parameters, *kept)):
                if number:
                    out.append(COMMA_LEAF)
                out.append(Leaf(parameter, "name", " "))
                if number >= len(parameters):
                    out.append(EQUAL)
                    out.append(Leaf(parameter, "name"))
            out.append(COLON)
            expression(out, body, TEST, " ")
        case Walrus(name, value):
            out.append(Leaf(name, "name", space))
            out.append(Leaf(":=", "operator", " "))
            expression(out, value, TEST, " ")
        case Comprehension(element, clauses, bare):
            if not bare:
                out.append(Leaf("[", "open", space, 0, "list"))
            expression(out, element, LAMBDA, space if bare else "")
            _clauses(out, clauses)
            if not bare:
                out.append(_SHUT["list"])
        case DictComprehension(key, value, clauses):
            out.append(Leaf("{", "open", space, 0, "dict"))
            _entries(out, ((key, value),))
            _clauses(out, clauses)
            out.append(_SHUT["dict"])
        case Spread(value):
            out.append(Leaf("*", "star", space))
            expression(out, value, SUM)
        case FString(parts):
            whole = _fstring(parts)
            if whole is None:
                _content(out, _formatted(parts), space, False)
            else:
                out.append(Leaf(whole, "string", space))
        case _:
            assert_never(e)


def _arguments(out: list[Leaf], positional: Sequence[Expr], keywords: Sequence[tuple[str, Expr]]) -> None:
    out.append(_CALL)
    if len(positional) == 1 and not keywords:
        (only,) = positional
        if isinstance(only, (Comprehension, Conditional)):
            _content(out, only, "", True)
        else:
            expression(out, only, LAMBDA)
        out.append(_SHUT["call"])
        return
    first = len(out)
    for item in positional:
        if len(out) > first:
            out.append(ARGUMENT_COMMA)
        expression(out, item, LAMBDA, " " if len(out) > first else "")
    for name, value in keywords:
        if len(out) > first:
            out.append(ARGUMENT_COMMA)
        space = " " if len(out) > first else ""
        if name:
            out.append(Leaf(name, "name", space))
            out.append(EQUAL)
            expression(out, value, LAMBDA)
        else:
            out.append(Leaf("**", "star", space))
            expression(out, value, TEST)
    out.append(_SHUT["call"])


def _entries(out: list[Leaf], items: Sequence[tuple[Expr, Expr]]) -> None:
    space = ""
    for key, value in items:
        if space:
            out.append(COMMA_LEAF)
        if isinstance(key, Spread):
            out.append(Leaf("**", "star", space))
            expression(out, value, SUM)
        else:
            expression(out, key, LAMBDA, space)
            out.append(COLON)
            expression(out, value, LAMBDA, " ")
        space = " "


def _conditional(out: list[Leaf], e: Conditional, space: str) -> None:
    expression(out, e.then, OR, space)
    out.append(Leaf("if", "name", " ", TERNARY))
    expression(out, e.test, OR, " ")
    out.append(Leaf("else", "name", " ", TERNARY))
    expression(out, e.otherwise, TEST, " ")


def _clauses(out: list[Leaf], clauses: Sequence[tuple[Expr, Expr, Expr | None]]) -> None:
    for target, iterable, test in clauses:
        out.append(Leaf("for", "for", " ", COMPREHENSION))
        expression(out, target, LOOSEST, " ")
        out.append(Leaf("in", "in", " "))
        expression(out, iterable, OR, " ")
        if test is not None:
            out.append(Leaf("if", "name", " ", COMPREHENSION))
            expression(out, test, OR, " ")


def _slice(out: list[Leaf], e: Slice, space: str) -> None:
    """Spaces stand around the colons as soon as one bound is more than a name or a number."""
    start = e.start
    if isinstance(start, FString) and _fstring(start.parts) is not None:
        start = None  # black has put it together by then, and sees a plain string
    gap = " " if any(bound is not None and _is_complex(bound) for bound in (start, e.stop, e.step)) else ""
    if e.start is not None:
        expression(out, e.start, TEST, space)
        space = gap
    out.append(Leaf(":", "colon", space))
    if e.stop is not None:
        expression(out, e.stop, TEST, gap)
    if e.step is not None:
        out.append(Leaf(":", "colon", "" if e.stop is None else gap))
        expression(out, e.step, TEST, gap)


def _is_complex(e: Expr) -> bool:
    match e:
        case Name() | Const():
            return False
        case Unary(operator, operand):
            return operator == "not" or _is_short_power(operand) or _is_complex(operand)
        case Tuple(items) | List(items):
            return any(map(_is_complex, items))
        case Dict(items):
            return any(_is_complex(v) or (not isinstance(k, Spread) and _is_complex(k)) for k, v in items)
        case FString(parts):
            return _fstring(parts) is None or any(
                not isinstance(part, str) and _is_complex(part[0]) for part in parts
            )
        case Comprehension(element, clauses):
            return _is_complex(element) or _are_complex(clauses)
        case DictComprehension(key, value, clauses):
            return _is_complex(key) or _is_complex(value) or _are_complex(clauses)
        case _:
            return True


def _are_complex(clauses: Sequence[tuple[Expr, Expr, Expr | None]]) -> bool:
    return any(each is not None and _is_complex(each) for clause in clauses for each in clause)


def _is_short_power(e: Expr) -> bool:
    """Whether black sets a power behind a sign in brackets: it does when the base has no call, index or attribute."""
    match e:
        case Binary("**", Attr() | Index() | Call(), _):
            return False
        case Binary("**", _, _):
            return True
        case _:
            return False


# ---- literals


def _constant(out: list[Leaf], e: Const, space: str) -> None:
    """A literal; numbers keep the form in which they were written."""
    value = e.value
    match value:
        case str() | bytes():
            out.append(Leaf(quoted(value), "string", space))
        case None | bool():
            out.append(Leaf(repr(value), "name", space))
        case int() | float():
            _number(out, value, e.text, space)
        case tuple():
            _content(out, Tuple(tuple(Const(item) for item in value)), space, False)
        case list():
            _content(out, List(tuple(Const(item) for item in value)), space, False)
        case dict():
            _content(out, Dict(tuple((Const(k), Const(v)) for k, v in value.items())), space, False)
        case _ if value is ...:
            out.append(Leaf("...", "dots", space))
        case _:
            raise TypeError(f"no literal stands for {value!r}")


def _number(out: list[Leaf], value: float, written: str, space: str) -> None:
    text = number(value, written)
    if text == "nan":
        _content(out, Call(Name("float"), (Const("nan"),)), space, False)
        return
    if text.startswith("-"):
        out.append(Leaf("-", "operator", space))
        text, space = text[1:], ""
    out.append(Leaf(text, "number", space))


def _fstring(parts: Sequence[str | tuple[Expr, str]]) -> str | None:
    """An f-string, or None where an expression holds a string that Python 3.11 does not take in there."""
    literals, inside = "", ""
    pieces: list[tuple[str, str]] = []
    for part in parts:
        if isinstance(part, str):
            literal = visible(part).replace("{", "{{").replace("}", "}}")
            pieces.append((literal, ""))
            literals += literal
        else:
            leaves: list[Leaf] = []
            expression(leaves, part[0], TEST)
            text = "".join(map(_in_fstring, leaves))
            pieces.append(("", f"{{{' ' if text.startswith('{') else ''}{text}{visible(part[1])}}}"))
            inside += text
    saved = literals.count('"') - literals.count("'")
    if '"' in inside or "\\" in inside or ("'" in inside and saved > inside.count("'")):
        return None
    mark = "'" if saved > 0 and "'" not in inside else '"'
    body = "".join([literal.replace(mark, "\\" + mark) + place for literal, place in pieces])
    return f"f{mark}{body}{mark}"


def _formatted(parts: Sequence[str | tuple[Expr, str]]) -> Expr:
    """`"{:02d}".format(n)`, which says what `f"{n:02d}"` says."""
    text = "".join(
        part.replace("{", "{{").replace("}", "}}") if isinstance(part, str) else f"{{{part[1]}}}"
        for part in parts
    )
    values = tuple(part[0] for part in parts if not isinstance(part, str))
    return Call(Attr(Const(text), "format"), values)


def _in_fstring(leaf: Leaf) -> str:
    """A leaf in an f-string, where a string has to stand in single quotes."""
    if leaf.kind == "string" and leaf.text[0] == '"' and "'" not in leaf.text:
        return f"{leaf.space}'{leaf.text[1:-1]}'"
    return flat((leaf,))
