"""What the grammar lets through and the language does not: said where `builder` finds it, and read as what was meant.

In: nodes that are no part of the language where they stand, and the list of what has been said.  Out: the node that is meant; what was
wrong is in the list.

    Dense((units=3))          keywords in brackets that are no call
    self.dense = Dense(8)     a target that is none
    {1, 2}                    a set
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import assert_never

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from dslc.diagnostics.messages import syntax as messages
from dslc.regex import regex
from dslc.source import Span
from dslc.syntax import freezing, nodes
from dslc.syntax.nodes import Expr

LISTS = ("nn.ModuleList", "torch.nn.ModuleList", "ModuleList", "tf.Module", "list(")
"""What a list of layers is put into elsewhere."""


# ---- values


def keywords_without_call(value: nodes.Arguments, text: str, said: list[Diagnostic]) -> Expr:
    """`(units=3)` as a value: the values without their names."""
    first, *others = value.keywords
    inside = value.span.text[1:-1].strip()
    around = text[value.span.first - 1 : value.span.first] + text[value.span.last : value.span.last + 1]
    sizes = [each.span.text for each in value.positional]
    of_call = sizes and _OF_CALL.search(text[: value.span.first].rpartition("\n")[2]) is not None
    is_shape = len(sizes) > 1 and len({*sizes}) == 1
    if around == "()" and not is_shape:  # `Dense((units=3))`
        message, instead = messages.brackets_twice(first.name, inside), inside
    elif of_call:  # `Conv2D(8, (3, 3, strides=2))`
        named = ", ".join(each.span.text for each in value.keywords)
        instead = f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''}), {named}"
        message = messages.behind_a_shape(first.name, instead)
    else:
        shape = _as_shape(value)
        message, instead = messages.keyword_outside_call(first.name, shape), shape or ""
    fix = _written(value.span, instead) if instead else None
    blank = re.search(r"^([ \t]*)outputs?[ \t]*$", text[: value.span.first].rpartition("\n")[2])
    if blank is not None and not value.positional:
        lines = [f"output {each.name} = {each.value.span.text}" for each in value.keywords]
        message = messages.keyword_outside_call(first.name, None, lines)
        begin = value.span.first - len(blank[0]) + len(blank[1])
        edit = Edit(Span(value.span.base, begin, value.span.last), f"\n{blank[1]}".join(lines))
        fix = Fix("unsafe", "write a line for each", (edit,))
    labels = tuple(Label(each.name_span, "and here") for each in others)
    said.append(message.at(first.name_span, labels, fix))
    items = (*value.positional, *(keyword.value for keyword in value.keywords))
    return items[0] if len(items) == 1 else nodes.Tuple(value.span, items)


_OF_CALL = regex(r"\b[A-Z]\w*\((?:[^()]*,)?[ \t]*\Z")
"""What stands before an argument of a layer."""


def _as_shape(value: nodes.Arguments) -> str | None:
    """`(height=32, width=32)` without its names."""
    if not all(isinstance(each.value, nodes.Literal) for each in value.keywords):
        return None
    given = [each.span.text for each in (*value.positional, *(each.value for each in value.keywords))]
    return f"({', '.join(given)}{',' if len(given) == 1 else ''})"


def starred_alone(span: Span, starred: nodes.Starred, said: list[Diagnostic]) -> None:
    """`(*sizes)`, which lacks the comma of a tuple."""
    closing = Span(span.base, span.last - 1, span.last)
    text = starred.span.text
    message = messages.unexpected("`)`", f" after `{text}`", None, f"a comma makes a tuple: `({text},)`")
    fix = Fix("safe", "put in a comma", (Edit(Span(span.base, closing.first, closing.first), ","),))
    said.append(message.at(closing, (), fix))


def set_of(span: Span, items: tuple[Expr, ...], said: list[Diagnostic]) -> None:
    """`{1, 2}`, in the place of a list."""
    text = f"[{', '.join(item.span.text for item in items)}]"
    if len(items) == 1 and isinstance(items[0], nodes.Name):  # as text is filled elsewhere
        text = items[0].text
        advice = f"a value stands without braces: write `{text}`"
        said.append(messages.not_supported("a set", advice).at(span, (), Fix.writing(span, text)))
        return
    fix = Fix.writing(span, text)
    said.append(messages.not_supported("a set", f"write a list: `{text}`").at(span, (), fix))


def repeated(argument: nodes.Keyword, behind: int, said: list[Diagnostic]) -> None:
    """An argument that is given a second time; `behind` is where what stands before it ends."""
    message = messages.repeated_argument(argument.name, argument.span.brief)
    edit = Edit(Span(argument.span.base, behind, argument.span.last), "")
    said.append(message.at(argument.name_span, (), Fix("unsafe", "leave the second out", (edit,))))


# ---- statements


def input_without_colon(
    span: Span, name: nodes.Name, sizes: tuple[Expr, ...], said: list[Diagnostic]
) -> nodes.Input:
    """`input x (8,)`."""
    shape = nodes.Tuple(Span(span.base, name.span.last, span.last), sizes)
    advice = f"is a `:` missing? write `input {name.text}: {shape.span.text.strip()}`"
    message = messages.unexpected("`(`", f" after `{name.text}`", None, advice, names=(name.text,))
    opens = name.span.last + shape.span.text.index("(")
    fix = Fix("safe", "put in `:`", (Edit(Span(span.base, name.span.last, name.span.last), ":"),))
    said.append(message.at(Span(span.base, opens, opens + 1), (), fix))
    return nodes.Input(span, name, nodes.Contract(shape.span, shape, None, None), None)


def shared_together(span: Span, lines: list[str], text: str, said: list[Diagnostic]) -> nodes.Broken:
    """`shared (a, b) = (A, B)`, as the lines that share each."""
    blank = text[: span.first].rpartition("\n")[2]
    fix = _written(span, f"\n{blank}".join(lines)) if not blank.strip() else None
    listed = " and ".join(f"`{each}`" for each in lines)
    message = messages.bad_target("a group", f"every shared layer has a line of its own: write {listed}")
    said.append(message.at(span, (), fix))
    return nodes.Broken(span, None)


def of_self(
    span: Span, target: nodes.Attribute, value: Expr, plain: Callable[[Expr], Expr], said: list[Diagnostic]
) -> nodes.Assign | nodes.Shared:
    """`self.dense = Dense(8)`, as the name that it gives to the layer or value (`plain` is what makes one of an expression)."""
    listed = value.positional[0] if isinstance(value, nodes.Call) and len(value.positional) == 1 else None
    if isinstance(listed, (nodes.List, nodes.Comprehension)) and value.span.text.startswith(LISTS):
        value = listed  # `nn.ModuleList([…])`
    is_layer = isinstance(value, nodes.Call) and value.function.span.text.rpartition(".")[2][:1].isupper()
    text = f"{'shared ' if is_layer else ''}{target.name} = {value.span.text}"
    advice = f"there is no `self`: write `{text}`"
    message = messages.bad_target("an attribute of `self`", advice, Cause.SELF)
    said.append(message.at(target.span, (), _written(span, text)))
    name = nodes.Name(target.name_span, target.name)
    if is_layer:
        return nodes.Shared(span, name, plain(value))
    return nodes.Assign(span, name, None, plain(value))


# ---- targets


def field_of_record(target: nodes.Attribute, record: str, said: list[Diagnostic]) -> nodes.Index:
    """`features.deep = …`, as `features["deep"]`."""
    text = f'{record}["{target.name}"]'
    fix = Fix.writing(target.span, text, "safe")
    advice = f"a field of a record is written `{text}`"
    said.append(messages.bad_target("an attribute", advice).at(target.span, (), fix))
    return nodes.Index(
        target.span, target.value, (nodes.Literal(target.span, target.name, f'"{target.name}"'),)
    )


def no_target(value: Expr, text: str, said: list[Diagnostic]) -> None:
    """What stands left of `=` and can be given no value: said once a line."""
    last = said[-1] if said else None
    if last is not None and last.code == "DSL109" and last.span.row == value.span.row:
        return
    is_attribute = isinstance(value, nodes.Attribute)
    cause = Cause.SELF if is_attribute and value.span.text.startswith("self.") else None
    moved = freezing.frozen(value, text) if isinstance(value, nodes.Attribute) else None
    message = messages.bad_target(
        _named(value), _instead(value, text), cause if moved is None else Cause.MADE
    )
    said.append(message.at(value.span, (), moved))


def _named(value: Expr) -> str:
    match value:
        case nodes.Literal():
            return f"`{value.text}`"
        case nodes.Starred():
            return f"a second star (`{value.span.brief}`)"
        case nodes.Chain():
            return "a chain"
        case nodes.Call():
            return "a call"
        case (
            nodes.FString() | nodes.UnknownDim() | nodes.Arguments() | nodes.Dictionary() | nodes.Comprehension()
            | nodes.Unary() | nodes.Binary() | nodes.Compare() | nodes.Conditional() | nodes.Attribute() | nodes.Index()
            | nodes.Slice() | nodes.Name() | nodes.Hole() | nodes.Tuple() | nodes.List() | nodes.Group()
        ):  # fmt: skip
            return "an expression"
        case _:
            assert_never(value)


def _instead(value: Expr, whole: str) -> str | None:
    """What to write for an attribute of `self`, which a body has not, and for a second name that would take the rest."""
    text = value.span.text
    if isinstance(value, nodes.Starred):
        return "one star takes all that the other names leave"
    if isinstance(value, nodes.Attribute) and value.name == "trainable":
        return freezing.frozen_where_made(value, whole)
    if isinstance(value, nodes.Chain):
        name = re.match(r"[ \t]*=[ \t]*([a-z_]\w*)[ \t]*(?:#|$)", whole[value.span.last :].partition("\n")[0])
        return None if name is None else f"a name stands left of `=`: write `{name[1]} = {value.span.brief}`"
    if not text.startswith("self.") or not isinstance(value, nodes.Attribute):
        return None
    return f"there is no `self`: `shared {value.name} = …` is a layer with a name, `{value.name} = …` a value"


def _written(span: Span, text: str) -> Fix:
    return Fix.writing(span, text)
