"""A `/` in the name of a layer, which Keras keeps for itself: where the text has it, and the edits that write `_` there.

In: what is said of a name, and the expression that makes it.  Out: the same with what to write in that expression, and
wherever else in the file its names get their values.

    name="stage/1"              "stage_1"
    name=f"stage/{i}"           f"stage_{i}"
    name=prefix + "/fc"         prefix + "_fc"
    block A(name) = Dense(4, name=f"{name}/fc")     and `x -> A("a/b")`: f"{name}_fc", and A("a_b")
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Edit, Fix, Message
from dslc.diagnostics.fixing import applied
from dslc.program import nodes as p
from dslc.program.traversal import items_within, statements_in, walk
from dslc.record import replace


def without_slashes(
    said: Message, value: p.Expr, module: p.Module, body: tuple[str, str]
) -> tuple[Message, Fix | None]:
    """What is said of a name with a `/`, by how it is written in a body of this key; anything else as it is."""
    if said.cause is not Cause.SLASH or isinstance(value, p.Const):
        return said, None
    here = _edits(value)
    edits = {edit.span: edit for each in _sources(module, body, value, set()) for edit in _edits(each)}
    if any(span.source is not value.span.source for span in edits):
        edits = {}  # a file that it uses is not changed from here
    title = f"write `_` for `/` where `{value.span.brief}` is given its value"
    if here:
        title = f"write `{applied(value.span.text, here, value.span.start)}`"
    fix = Fix("unsafe", title, (*here, *edits.values())) if here or edits else None
    return replace(said, help=title, instead=None), fix


def _edits(value: p.Expr) -> list[Edit]:
    """The strings of an expression that have a `/`, without it."""
    texts = [each for each in walk(value) if isinstance(each, p.Text) or _is_string(each)]
    return [Edit(each.span, text) for each in texts if (text := _written(each.span.text)) != each.span.text]


def _sources(
    module: p.Module, body: tuple[str, str], value: p.Expr, seen: set[tuple[tuple[str, str], str]]
) -> Iterator[p.Expr]:
    """The expressions that give the names of an expression their values, in this body and in those that use it."""
    for local in walk(value):
        if not isinstance(local, p.Local) or (body, local.name) in seen:
            continue
        seen.add((body, local.name))
        for key, source in _given(module, body, local):
            yield source
            yield from _sources(module, key, source, seen)


def _given(
    module: p.Module, body: tuple[str, str], local: p.Local
) -> Iterator[tuple[tuple[str, str], p.Expr]]:
    """What one name of a body is given, with the body that each of these stands in."""
    block = module.item(body)
    if not isinstance(block, p.Block):
        return
    if local.kind == "constant":
        constant = next(
            (each for each in module.items if isinstance(each, p.Constant) and each.name == local.name), None
        )
        if constant is not None:
            yield body, constant.value
    for s in statements_in(block.body):
        if isinstance(s, p.Assign) and isinstance(s.target, p.Bind) and s.target.name == local.name:
            yield body, s.value
    for place, parameter in enumerate(block.parameters):
        if parameter.name == local.name:
            if _is_string(parameter.default):
                yield body, parameter.default
            yield from _handed(module, body, place, local.name)


def _handed(
    module: p.Module, block: tuple[str, str], place: int, name: str
) -> Iterator[tuple[tuple[str, str], p.Expr]]:
    """What a parameter of a block is given wherever it is used."""
    for user in items_within(module):
        if not isinstance(user, p.Block):
            continue
        for stage in walk(user):
            if (
                isinstance(stage, p.MakeLayer)
                and isinstance(stage.layer, p.BlockRef)
                and stage.layer.key == block
            ):
                yield from ((user.key, each) for each in stage.positional[place : place + 1])
                yield from ((user.key, each.value) for each in stage.keywords if each.name == name)


def _is_string(e: object) -> TypeGuard[p.Const]:
    return isinstance(e, p.Const) and isinstance(e.value, str)


def _written(text: str) -> str:
    """A string as it is written, with `_` for every `/` outside of its braces."""
    depth, made = 0, []
    for letter in text:
        depth += (letter == "{") - (letter == "}")
        made.append("_" if letter == "/" and depth <= 0 else letter)
    return "".join(made)
