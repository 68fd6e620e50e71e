"""What each statement at the top of a file defines: a constant, a fn, an extern, a block or a model, with every name resolved.

In: the tree of one item, and what the names of its file mean.  Out: an item of the program, and diagnostics.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import assert_never

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.diagnostics.messages import dictionaries
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.messages import syntax as syntax_messages
from dslc.keras.layers import required
from dslc.program import data_in_head, habits
from dslc.program import nodes as p
from dslc.program.bodies import kinds_of_statements, rows_of_names
from dslc.program.built_up import of_list
from dslc.program.calls import argument
from dslc.program.expressions import expr
from dslc.program.items import (
    ItemNames,
)
from dslc.program.resolver import Knots, Resolver
from dslc.program.scope import Scope
from dslc.program.stages import stage
from dslc.program.statements import Statements
from dslc.program.unheld import unheld
from dslc.record import replace
from dslc.source import Source, Span
from dslc.syntax import nodes as t
from dslc.syntax.traversal import walk as every_node

_KNOTS = Knots(expr, stage, argument)


def docstring(statements: tuple[t.Statement, ...]) -> tuple[str | None, tuple[t.Statement, ...]]:
    """The docstring that a file or body begins with, and what follows."""
    match statements:
        case (t.ExpressionStatement(_, t.Literal(_, str() as doc, _)), *rest):
            return doc, tuple(rest)
        case _:
            return None, statements


def define(
    statement: t.Statement,
    source: Source,
    items: ItemNames,
    sites: Iterator[int],
    diagnostics: list[Diagnostic],
) -> p.Item | None:
    """The item that a statement at the top of a file defines; None where it defines none, or after a report."""
    scope = Scope()
    expressions = Resolver(items, scope, diagnostics, sites, _KNOTS)
    statements = Statements(expressions)
    match statement:
        case t.Use() | t.Broken():
            return None
        case t.Assign(_, t.Name() as name):
            return _constant(statement, name, source, expressions)
        case t.Fn():
            return _fn(statement, source, statements)
        case t.Extern():
            return statements.extern(statement, (source.name, statement.name.text))
        case t.Block():
            return _block(statement, source, statements)
        case (
            t.Input()
            | t.Output()
            | t.Shared()
            | t.WeightStatement()
            | t.For()
            | t.If()
            | t.Assert()
            | t.Loss()
        ):
            what = f"`{statement.span.text.split()[0]}`"
            advice = "it belongs in a `model` or a `block`"
            diagnostics.append(syntax_messages.outside(what, advice).at(statement.span))
        case t.Return():
            advice = "a model gives its result with `output`"
            said = syntax_messages.misplaced("`return`", "outside a `fn`", advice)
            diagnostics.append(said.at(statement.span))
        case t.Augment():
            said = syntax_messages.outside(f"`{statement.operator}=`", "write the whole value")
            diagnostics.append(said.at(statement.span))
        case t.Assign() | t.ExpressionStatement():
            advice = "a file holds `use`, `extern`, constants, `fn`, `block` and `model`"
            if isinstance(statement, t.Assign):
                advice = "a constant is one name and its value, each on a line of its own: `WIDTH = 64`"
            elif isinstance(statement.value, t.Call):
                advice = "leave this line out: what is done with a model stands in the Python that imports it"
            diagnostics.append(syntax_messages.outside("this", advice).at(statement.span))
        case _:
            assert_never(statement)
    return None


def _constant(statement: t.Assign, name: t.Name, source: Source, expressions: Resolver) -> p.Constant | None:
    """A constant, whose value is static: a layer or model there is meant as something else."""
    span, contract, value = statement.span, statement.contract, statement.value
    if contract is not None:
        text = f"{name.text} = {value.span.text}"
        away = Span(name.span.base, name.span.last, value.span.first)
        expressions.report(
            syntax_messages.misplaced(
                "a type", "at a constant", f"its value says what it is: write `{text}`"
            ),
            contract.span,
            Fix("safe", f"write `{text}`", (Edit(away, " = "),)),
        )
    expressions.outside = "in a constant"
    resolved_value = expressions.expr(value)
    layer = _layer_in(resolved_value)
    if layer is not None:
        made = value.function.span.text if isinstance(value, t.Call) else None
        if made is not None and expressions.items.kind(made) == "model":
            expressions.items.used.add(name.text)
            advice = f"leave this line out: `{made}` is made in the Python that imports it"
            expressions.report(
                syntax_messages.misplaced("a model", "in a constant", advice, Cause.IN_CONSTANT),
                layer.span,
            )
            return None
        stages = (
            resolved_value.items if isinstance(resolved_value, (p.ListOf, p.TupleOf)) else (resolved_value,)
        )
        is_chain = all(isinstance(each, (p.MakeLayer, p.Stages)) for each in stages)
        stages = stages if is_chain else (layer,)
        lacks = required(value.text) if isinstance(value, t.Name) and stages == (layer,) else ()
        given = f"({', '.join(lacks)})" if lacks else ""
        chain = " -> ".join(" ".join(each.span.text.split()) for each in stages)
        text = f"block {name.text}{given} = {chain}{given}"
        advice = f"a chain of layers under a name is a block: `{text}`"
        fix: Fix | None = Fix.writing(span, text)
        if not is_chain and layer is not resolved_value:  # others would be lost
            advice, fix = dictionaries.LAYERS_WHERE_USED, None
        said = syntax_messages.misplaced("a layer", "in a constant", advice, Cause.IN_CONSTANT)
        expressions.report(said, layer.span, fix)
        resolved_value = expressions.unknown(value.span)
    return p.Constant(span, name.text, name.span, resolved_value, (source.name, name.text))


def _fn(statement: t.Fn, source: Source, statements: Statements) -> p.Fn:
    """A fn, of an expression or a body."""
    span, name, parameters, body = statement.span, statement.name, statement.parameters, statement.body
    expressions = statements.expressions
    resolved = statements.parameters(parameters)
    expressions.outside = "in a `fn`"
    if not isinstance(body, t.Body):
        fn = p.Fn(span, name.text, resolved, None, (), expressions.expr(body), (source.name, name.text))
    else:
        doc, rest = docstring(body.statements)
        expressions.later = cache(partial(rows_of_names, rest))
        inside = statements.body(rest, "fn")
        kinds = kinds_of_statements(rest)
        broken = t.Broken in kinds or statements.expressions.holed is not None
        broken = broken or statements.lost_output  # what it returns is not known
        if not broken and t.Return not in kinds:
            expressions.report(
                messages.incomplete("fn", name.text, "return", statements.last_value()), name.span
            )
            broken = True
        fn = p.Fn(span, name.text, resolved, doc, inside, None, (source.name, name.text), broken)
    if not fn.broken:
        statements.warn_unused(parameters, f"fn `{name.text}`")
    return fn


def _layer_in(value: p.Expr) -> p.MakeLayer | p.Stages | p.Flow | None:
    """A layer or chain in what should be static; None when there is none."""
    if isinstance(value, (p.MakeLayer, p.Stages, p.Flow)):
        return value
    if isinstance(value, (p.ListOf, p.TupleOf)):
        return next((found for item in value.items if (found := _layer_in(item)) is not None), None)
    if isinstance(value, p.DictionaryOf):
        return next((found for item in value.entries if (found := _layer_in(item.value)) is not None), None)
    return None


def _configured(model: t.Block) -> set[str]:
    """The layer parameters of a model that take their arguments where it uses them: `dropout: layer = Dropout`, `-> dropout(rate)`."""
    asked = {each.name for each in model.parameters if each.kind == "layer" and not _is_made(each.default)}
    found: set[str] = set()
    for chain in every_node(model.body) if asked else ():
        for each in every_node(chain.stages) if isinstance(chain, t.Chain) else ():
            if isinstance(each, t.Call) and isinstance(each.function, t.Name):
                found.add(each.function.text)
    return asked & found


def _is_made(e: t.Expr | None) -> bool:
    """Whether a layer has its arguments: it stands in brackets behind it, or is a chain."""
    match e:
        case t.Conditional(_, _, then, otherwise):
            return _is_made(then) or _is_made(otherwise)
        case t.Group(_, value):
            return _is_made(value)
        case _:
            return e is not None and not isinstance(e, (t.Name, t.Literal, t.Attribute))


def _as_function(block: t.Block, statements: Statements, before: int) -> None:
    """Say of a block that computes a value, into which no data can flow, that it is meant as a fn."""
    said = statements.expressions.diagnostics[before:]
    if len(said) != 1 or said[0].code != "DSL206" or said[0].span != block.body.span:
        return
    head = Span(block.span.base, block.span.first, block.span.first + len("block"))
    fix = Fix.writing(head, "fn")
    text = f"fn {block.name.text}{block.span.text.partition(block.name.text)[2]}"
    advice = f"what computes a value is a `fn`: write `{' '.join(text.split())}`"
    meant = replace(said[0], help=advice, fix=fix, cause=Cause.FN, subject=block.name.text)
    statements.expressions.diagnostics[before] = meant


def _block(block: t.Block, source: Source, statements: Statements) -> p.Block:
    model = block.keyword == "model"
    key = (source.name, block.name.text)
    parameters = statements.parameters(block.parameters, model, _configured(block) if model else ())
    doc: str | None = None
    chain: p.Stages | None = None
    body: tuple[p.Statement, ...] = ()
    broken = False
    if isinstance(block.body, t.Body):
        doc, rest = docstring(block.body.statements)
        statements.expressions.later = cache(partial(rows_of_names, rest))
        kinds = kinds_of_statements(rest)
        statements.expressions.has_inputs = not model or t.Input in kinds or t.Broken in kinds
        statements.expressions.takes_nothing = not model and not kinds & {t.Input, t.Broken}
        statements.expressions.first = rest[0].span if rest and statements.expressions.takes_nothing else None
        body = statements.body(rest, block.keyword)
        statements.check_complete(block.keyword, block.name, kinds)
        found = unheld(body, model, lambda name: statements.expressions.items.kind(name) == "model")
        statements.expressions.diagnostics.extend(found)
        broken = not kinds or t.Broken in kinds or statements.expressions.holed is not None
        if not broken and t.Output in kinds:  # a value that is never used is the missing output, most likely
            statements.warn_unused_values()
    elif model and (layers := habits.chain_of_sequential(block.body)) is not None:
        shape, layers = of_list(block.body) or ("(28, 28, 1)", layers)
        text = f"model {block.name.text} {{ input x: {shape}  output x -> {layers} }}"
        said = messages.python_call("Sequential([…])", text)
        statements.expressions.report(said, block.body.span)
        broken = True
    elif (
        not model
        and block.parameters
        and isinstance(block.body, t.Chain)
        and not isinstance(block.body.head, t.Call)
        and (flows := data_in_head.data_in_head(block))
    ):
        statements.expressions.diagnostics.append(data_in_head.with_data_in_head(block, flows))
        broken = True
    else:
        before = len(statements.expressions.diagnostics)
        stage = statements.expressions.stage(block.body)
        if isinstance(block.body, t.Binary):
            _as_function(block, statements, before)
        chain = (
            stage
            if isinstance(stage, p.Stages)
            else p.Stages(stage.span, (stage,), statements.expressions.site())
        )
        if model and len(statements.expressions.diagnostics) == before:
            text = f"{{ input x: (28, 28, 1)  output x -> {' '.join(stage.span.text.split())} }}"
            said = messages.incomplete("model", block.name.text, "input")
            equals = source.text.find("=", block.name.span.end)
            whole = Span(source, equals, stage.span.end)
            fix = Fix.writing(whole, text) if equals >= 0 else None
            advice = f"a model says what comes in: write `model {block.name.text} {text}`"
            statements.expressions.report(replace(said, help=advice), block.name.span, fix)
    if not broken:  # its use may stand in the line that is
        statements.warn_unused(block.parameters, f"{block.keyword} `{block.name.text}`")
    return p.Block(
        block.span,
        model,
        block.name.text,
        block.name.span,
        parameters,
        doc,
        body,
        chain,
        key,
        tuple(statements.unused),
        broken,
    )
