"""The value of an expression while a model is followed over shapes.

In: a program expression and the frame it stands in.  Out: a static value, a tensor (`Flowing`), a list of either, or
`NOTHING` after a mistake that was reported. Chains and layers are the business of `stages.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Sized
from functools import partial
from typing import Any

from dslc.casing import camel_case
from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.diagnostics.messages import limits
from dslc.diagnostics.messages import names as name_messages
from dslc.diagnostics.messages import values as messages
from dslc.graph import builtins, casts, late, static, traps
from dslc.graph.astray import note
from dslc.graph.control import bind, condition, decide, decide_test, iterate, made, of_truths
from dslc.graph.dictionaries import dictionary, put, with_arguments
from dslc.graph.frame import Frame, Recipe
from dslc.graph.interpreter import Run
from dslc.graph.joined import as_tensor, each_way, join
from dslc.graph.parameters import bind_parameters
from dslc.graph.pure import remembered
from dslc.graph.starred import Known, elements, known, starred
from dslc.graph.tensors import (
    call_operation,
    checked,
    computed,
    index,
    refuse,
    tensor_binary,
    unary,
)
from dslc.graph.values import (
    NOTHING,
    NUMBERS,
    Dictionary,
    Flowing,
    Undecided,
    flowing,
    holds_nothing,
    is_plain,
    plain,
    undecided,
)
from dslc.keras.types import Tensor, Unknown
from dslc.program import nodes as p
from dslc.shapes.dim import Sym, anonymous, names_in
from dslc.shapes.dim import name as free_name
from dslc.source import Span

MAX_FN_DEPTH = 100
MAX_WIDTH = 1_000
"""Of a field in an f-string, `f"{n:>8}"`, and of its digits."""


def _const(run: Run, frame: Frame, e: p.Const) -> Any:
    return e.value


def _text(run: Run, frame: Frame, e: p.Text) -> Any:
    parts: list[str] = []
    for part in e.parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        value = run.evaluate(frame, part[0])
        if late.refused(run, frame, [(value, part[0].span)]):
            return NOTHING
        if value is NOTHING:
            return NOTHING
        if undecided(value, "") is not None:
            return static.not_known(e.span.text, value)
        if not isinstance(value, (str, int, float)) and value is not None:
            run.report(
                frame, messages.cannot_compute(f"a string cannot hold {static.kind_of(value)}"), part[0].span
            )
            return NOTHING
        conversion, _, form = part[1].partition(":")
        shown = repr(value) if conversion == "!r" else value
        if any(int(width) > MAX_WIDTH for width in re.findall(r"\d+", form)):
            run.report(frame, limits.too_large("this field", f"{MAX_WIDTH:,} characters"), e.span)
            return NOTHING
        try:
            parts.append(format(shown, form))
        except (ValueError, TypeError) as error:
            run.report(frame, messages.cannot_compute(str(error)), e.span)
            return NOTHING
    if sum(map(len, parts)) > static.MAX_ITEMS:
        run.report(frame, limits.too_large("this string", f"{static.MAX_ITEMS:,} characters"), e.span)
        return NOTHING
    text = "".join(parts)
    run.weigh(e.span, text)
    return text


def _local(run: Run, frame: Frame, e: p.Local) -> Any:
    if e.kind == "constant":
        return constant(run, frame, e.name, e.span)
    if e.kind == "training":
        return Undecided("training", "training")
    found = frame.names.get(e.name, NOTHING)
    if e.kind == "dim":
        late.asked(run, e.span, found)
    if found is NOTHING and e.name in frame.one_way and e.name not in frame.names:
        said = name_messages.bound_in_one_branch(e.name, frame.one_way[e.name], "`if`")
        run.report(frame, said, e.span)
    return found


def constant(run: Run, frame: Frame, name: str, span: Span) -> Any:
    """The value of a constant of the frame's file, computed once; `span` is where it is asked for."""
    module = run.module.files[frame.file]
    key = module.visible.get(name)
    item = module.item(key) if key is not None else None
    if key is None or not isinstance(item, p.Constant):
        return NOTHING
    if key in run.computing:
        run.report(
            frame, limits.recursion(f"this would never end: `{name}` needs its own value", _ITS_OWN), span
        )
        return NOTHING
    if key not in run.constants:
        run.computing.add(key)
        run.constants[key] = run.evaluate(Frame(key[0], key, "", None, None), item.value)
        run.computing.remove(key)
    return run.constants[key]


_ITS_OWN = "a constant has one value in the whole file: give this one a name of its own"


def _unknown_size(run: Run, frame: Frame, e: p.UnknownSize) -> Any:
    if e.name is None:
        return anonymous()
    found = frame.names.get(e.name)
    if found is None:
        found = frame.names[e.name] = free_name(e.name)
    return found


def _hole(run: Run, frame: Frame, e: p.Hole) -> Any:
    return frame.incoming[-1] if frame.incoming else NOTHING


def _tuple(run: Run, frame: Frame, e: p.TupleOf) -> Any:
    found = _parts(run, frame, e)
    return made(run, frame, tuple(found), e.span) if isinstance(found, list) else found


def _list(run: Run, frame: Frame, e: p.ListOf) -> Any:
    found = _parts(run, frame, e)
    return made(run, frame, found, e.span) if isinstance(found, list) else found


def _parts(run: Run, frame: Frame, e: p.TupleOf | p.ListOf) -> Any:
    """The values of all parts in a list, or what the whole is where nobody knows how many they are."""
    found = elements(run, frame, e.items)
    if isinstance(found, Undecided):
        return static.not_known(e.span.text, found)
    return NOTHING if found is None else found


def _comprehension(run: Run, frame: Frame, e: p.Comprehension) -> Any:
    saved = dict(frame.names)
    collected: list[Any] = []
    entries = Dictionary()

    def turn(clauses: Sequence[p.Clause]) -> bool:
        if not clauses:
            run.spend(e.span, "elements")
            if e.key is not None:
                key, value = run.evaluate(frame, e.key), run.evaluate(frame, e.element)
                return put(run, frame, entries, (key, e.key.span), (value, e.element.span))
            collected.append(run.evaluate(frame, e.element))
            return True
        clause = clauses[0]
        items = iterate(run, frame, run.evaluate(frame, clause.iterable), clause.iterable.span)
        if items is None:
            return False
        for item in items:
            run.spend(e.span, "turns")
            bind(run, frame, clause.target, item, clause.iterable.span)
            if clause.test is not None:
                asked = condition(run, frame, clause.test)
                kept = decide(run, frame, asked, clause.test.span, "this condition")
                if not isinstance(kept, bool):
                    late.refused(run, frame, [(kept, clause.test.span)])
                    return False
                if not kept:
                    continue
            if not turn(clauses[1:]):
                return False
        return True

    done = turn(e.clauses)
    frame.names = saved
    return made(run, frame, collected if e.key is None else entries, e.span) if done else NOTHING


# ---- operators


def _binary(run: Run, frame: Frame, e: p.Binary) -> Any:
    if e.operator in ("and", "or"):
        return _logical(run, frame, e)
    left = run.either(frame, e.left)
    right = run.either(frame, e.right)
    if type(left) in NUMBERS and type(right) in NUMBERS:  # as nearly all are: nothing else needs to be asked
        return checked(run, frame, static.binary(e.operator, left, right, ""), e.span)
    flows = isinstance(left, Flowing) or isinstance(right, Flowing)
    return each_way(run, (left, right), lambda ways: _combined(run, frame, e, *ways), inside=flows)


def _combined(run: Run, frame: Frame, e: p.Binary, left: Any, right: Any) -> Any:
    """`left operator right`."""
    left, right = run.whole(frame, left, e.left.span), run.whole(frame, right, e.right.span)
    if isinstance(left, Flowing) or isinstance(right, Flowing):
        left, right = as_tensor(left, e.left.span), as_tensor(right, e.right.span)
        return tensor_binary(run, frame, e.operator, left, right, e.span, e.site, (e.left.span, e.right.span))
    if not late.fits(run, frame, e.operator, left, right, e.span, e.site):
        return NOTHING
    return computed(run, frame, e.operator, left, right, e.span)


def _logical(run: Run, frame: Frame, e: p.Binary) -> Any:
    left = run.evaluate(frame, e.left)
    if left is NOTHING:
        return NOTHING
    if isinstance(left, Flowing):
        of_truths(
            run, frame, e, f"ops.logical_{e.operator}({e.left.span.text}, {e.right.span.text})", e.left.span
        )
        return NOTHING
    truth = static.truth_of(left, e.left.span.text)
    if not isinstance(truth, Undecided) and truth == (e.operator == "or"):
        return left
    right = run.evaluate(frame, e.right)
    if isinstance(right, Flowing):
        of_truths(run, frame, e, None, e.right.span)
        return NOTHING
    if not isinstance(truth, Undecided):
        return right
    other = static.truth_of(right, e.right.span.text) if right is not NOTHING else truth
    if "size" in (truth.cause, getattr(other, "cause", None)) and late.counts(run):
        run.open_tests[e.site] = e.span  # Python would ask the first for its truth
        return Undecided("size", e.span.text)
    if not isinstance(other, Undecided) and other == (e.operator == "or"):
        return right
    return Undecided(truth.cause, e.span.text)


_SAME = ("is", "is not")


def _compare(run: Run, frame: Frame, e: p.Compare) -> Any:
    left = run.evaluate(frame, e.first)
    outcome: Any = True
    for operator, operand in e.rest:
        right = run.evaluate(frame, operand)
        if operator not in ("in", "not in") and is_plain(left) and is_plain(right):
            run.weigh(e.span, left, right)
            compared = (
                static.compare(operator, left, right, "")
                if operator in _SAME
                else static.compare_plain(operator, left, right)
            )
            one = checked(run, frame, compared, e.span)
            if one is NOTHING or not one:
                return one
            left = right
            continue
        if operator not in ("is", "is not", "in", "not in") and (
            isinstance(left, Flowing) or isinstance(right, Flowing)
        ):
            if len(e.rest) > 1:
                sides = [e.first.span.text, *(other.span.text for _, other in e.rest)]
                tests = [f"{a} {sign} {b}" for a, (sign, _), b in zip(sides, e.rest, sides[1:], strict=False)]
                both = f"ops.logical_and({', '.join(tests)})" if len(tests) == _BOTH else None
                of_truths(run, frame, e, both, e.span)
                return NOTHING
            given = as_tensor(left, e.span), as_tensor(right, e.span)
            return each_way(run, given, partial(_compared, run, frame, e))
        of_call = late.compares(run, frame, operator, left, right, e.span)
        if of_call is False:
            return NOTHING
        if isinstance(of_call, Undecided):
            run.open_tests[e.site] = e.span
            outcome, left = of_call, right
            continue
        if operator not in _SAME and not (type(left) is int and type(right) is range):
            run.weigh(e.span, left, right)
        one = checked(run, frame, static.compare(operator, left, right, e.span.text), e.span)
        if one is NOTHING or one is False:
            return one
        if isinstance(one, Undecided):
            outcome = one
        left = right
    return outcome


def _compared(run: Run, frame: Frame, e: p.Compare, given: list[Any]) -> Any:
    """One comparison with a tensor."""
    left, right = given
    return tensor_binary(run, frame, e.rest[0][0], left, right, e.span, e.site)


def _conditional(run: Run, frame: Frame, e: p.Conditional) -> Any:
    truth = decide_test(run, frame, e, "this choice")
    if truth is None:
        return NOTHING
    if isinstance(truth, bool):
        return run.evaluate(frame, e.then if truth else e.otherwise)
    if truth.cause == "size":
        run.open_tests[e.site] = e.test.span
    run.not_unrolled(e.test.span)
    then, otherwise = (_both(run, frame, x) for x in (e.then, e.otherwise))
    value = join(run, then, otherwise, truth, e.span)
    if truth.cause == "size" and not isinstance(value, Flowing):
        if run.whole(frame, value, e.span) is NOTHING:
            return NOTHING
        late.refused(run, frame, [(truth, e.span)])
        return NOTHING if late.counts(run) else value
    return value


def _both(run: Run, frame: Frame, e: p.Expr) -> Any:
    run.branching += 1
    value = run.evaluate(frame, e)
    run.branching -= 1
    return value


# ---- attributes, indices, calls


def _attribute(run: Run, frame: Frame, e: p.Attribute) -> Any:
    value = run.evaluate(frame, e.value)
    if value is NOTHING or isinstance(value, Unknown):
        return value
    if not isinstance(value, Flowing):
        run.report(frame, messages.value_cannot_flow(e.value.span.brief, static.kind_of(value)), e.value.span)
        return NOTHING
    if e.name == "dtype":
        return casts.dtype_of(run, frame, value.tensor)
    if value.astray is not None:  # Python asks the graph
        note(run, value, e.span, by_python=True)
    if value.tensor.shape is None:
        return NOTHING
    late.asked(run, e.span, value.tensor.shape)
    return value.tensor.shape


def _slice(run: Run, frame: Frame, e: p.Slice) -> Any:
    found = [None if x is None else run.evaluate(frame, x) for x in (e.start, e.stop, e.step)]
    if late.refused(run, frame, [(bound, e.span) for bound in found], late.is_size):
        return NOTHING
    return NOTHING if any(bound is NOTHING for bound in found) else slice(*found)


_CASTS = {"int": "int32", "float": "float32", "bool": "bool"}
"""The dtypes that the functions of Python are which make numbers of another kind."""

_BOTH = 2


def _call_builtin(run: Run, frame: Frame, e: p.CallBuiltin) -> Any:
    e = with_arguments(run, frame, e, e.name)
    if e is None:
        return NOTHING
    whole = len(e.positional) != 1 or e.name != "len"
    positional = (
        run.evaluate_all(frame, e.positional) if whole else [late.of_shape(run, frame, e.positional[0])]
    )
    keywords = {argument.name: run.evaluate(frame, argument.value) for argument in e.keywords}
    if e.name in ("sum", "max", "min", "abs", "round") and any(flowing(value) for value in positional):
        if e.name == "sum" and isinstance(positional[0], list):
            return _sum(run, frame, e, positional, keywords)
        function = (
            {"max": "maximum", "min": "minimum"}.get(e.name, e.name) if len(positional) == _BOTH else e.name
        )
        name = Span(e.span.base, e.span.first, e.span.first + len(e.name))
        text = f"ops.{function}{e.span.text[len(e.name) :]}"
        fix = Fix("unsafe", f"write `{text}`", (Edit(name, f"ops.{function}"),))
        said = messages.tensor_as_argument(f"what `{e.name}` is given", f"write `{text}`")
        run.report(frame, said, e.span, fix=fix)
        return NOTHING
    if e.name in _CASTS and len(positional) == 1 and flowing(positional[0]):
        text = f'ops.cast({e.positional[0].span.text}, "{_CASTS[e.name]}")'
        fix = Fix.writing(e.span, text)
        said = messages.tensor_as_argument(f"what `{e.name}` is given", f"write `{text}`")
        run.report(frame, said, e.span, fix=fix)
        return NOTHING
    if e.name == "zip":
        traps.zipped(run, frame, e, positional)
    if e.name.startswith("math.") and (unfit := _unfit_for_math(run, e, [*positional, *keywords.values()])):
        return checked(run, frame, unfit, e.span)

    def computed(values: list[Any]) -> Any:
        given = values[: len(positional)]
        return _of_builtin(run, frame, e, given, dict(zip(keywords, values[len(given) :], strict=True)))

    return each_way(run, [*positional, *keywords.values()], computed, e.name not in late.OF_LISTS)


def _of_builtin(
    run: Run, frame: Frame, e: p.CallBuiltin, positional: list[Any], keywords: dict[str, Any]
) -> Any:
    """What a builtin gives for static values."""
    if not late.called(run, frame, e, [*positional, *keywords.values()]):
        return NOTHING
    if e.name == "zip":
        _note_uneven(run, e.site, positional)
    if e.name != "len":
        run.weigh(e.span, *positional)
    result = checked(run, frame, builtins.call(e.name, positional, keywords, e.span.text), e.span)
    return result if type(result) is range else made(run, frame, result, e.span)


def _note_uneven(run: Run, site: int, parts: Sequence[Any]) -> None:
    """Note a `zip` that leaves something out: which of its parts ends it matters to whoever does without the others."""
    lengths = [len(each) for each in parts if isinstance(each, Sized)]
    if len(set(lengths)) > 1:
        others = [len(each) for each in parts if isinstance(each, Sized) and not flowing(each)]
        run.uneven[site] = run.uneven.get(site, False) or min(lengths) < min(others, default=0)


def _unfit_for_math(run: Run, e: p.CallBuiltin, given: list[Any]) -> static.Problem | None:
    """Why `math` cannot compute with these values: it computes with numbers, once, while the model is made."""
    from dslc.keras import operations

    found = [tensor for value in given for tensor in flowing(value)]
    name = e.name.removeprefix("math.")
    if found:
        advice = f"write `ops.{name}(…)`" if operations.exists(f"ops.{name}") else None
        return static.problem(f"`{e.name}` computes with numbers, and this is a tensor", advice)
    sizes = [each for each in given if isinstance(each, Sym) and any(size.free for size in names_in(each))]
    if sizes and not run.alone:
        return static.problem(
            f"`{e.name}` computes while the model is made, and `{sizes[0]}` is known only when it runs",
            (
                f'compute with tensors: `ops.{name}(ops.cast(ops.shape(x)[1], "float32"))`'
                if operations.exists(f"ops.{name}")
                else None
            ),
        )
    return None


def _sum(run: Run, frame: Frame, e: p.CallBuiltin, given: list[Any], keywords: dict[str, Any]) -> Any:
    total: Any = given[1] if len(given) > 1 else keywords.get("start", 0)
    for item in given[0]:
        total = tensor_binary(run, frame, "+", total, item, e.span, e.site)
        if total is NOTHING:
            return NOTHING
    return total


def _of_extern(
    run: Run, frame: Frame, e: p.KerasObject, given: Sequence[Any], named: Sequence[tuple[str, Any]]
) -> Any:
    """An object of Python's, whose parameters are known where the `extern` says them."""
    from dslc.keras.types import Object

    assert e.key is not None
    item = run.module.item(e.key)
    if isinstance(item, p.Extern) and item.parameters is not None:
        inner = Frame(e.key[0], e.key, "", None, None)
        if not bind_parameters(run, frame, inner, item.parameters, e.name, given, named, e):
            return NOTHING
    keywords = tuple((name, plain(value)) for name, value in named)
    return Object(e.namespace, e.name, tuple(plain(value) for value in given), keywords, extern=e.key)


def _keras_object(run: Run, frame: Frame, e: p.KerasObject) -> Any:
    from dslc.keras import objects
    from dslc.keras.types import Object

    if not e.called:
        return Object(e.namespace, e.name, called=False, extern=e.key)
    e = with_arguments(run, frame, e, f"{e.namespace}.{e.name}")
    if e is None:
        return NOTHING
    given = run.evaluate_all(frame, e.positional)
    named = [(argument.name, run.evaluate(frame, argument.value)) for argument in e.keywords]
    run.weigh(e.span, *given, *(value for _, value in named))
    positional = [plain(value) for value in given]
    keywords = [(name, plain(value)) for name, value in named]
    if any(isinstance(value, Tensor) for value in [*positional, *(v for _, v in keywords)]):
        run.report(frame, messages.tensor_as_argument("an argument"), e.span)
        return NOTHING
    if e.key is not None:
        return _of_extern(run, frame, e, given, named)
    made = objects.construct(e.namespace, e.name, positional, keywords)
    if isinstance(made, Object):
        return made
    spans = {argument.name: argument.value.span for argument in e.keywords}
    for refusal in made:
        refuse(run, frame, refusal, e.span, (), spans)
    return NOTHING


def _call_fn(run: Run, frame: Frame, e: p.CallFn) -> Any:
    item = run.module.item(e.key)
    if not isinstance(item, p.Fn):
        return NOTHING
    depth, at = 0, frame
    while at.outer is not None:
        depth, at = depth + 1, at.outer
    if depth > MAX_FN_DEPTH:
        run.report(
            frame,
            limits.recursion(
                f"`{e.name}` calls itself more than {MAX_FN_DEPTH} deep", "repeat it with `for`"
            ),
            e.span,
        )
        return NOTHING
    run.spend(e.span, "calls")
    e = with_arguments(run, frame, e, e.name)
    if e is None:
        return NOTHING
    positional = run.evaluate_all(frame, e.positional)
    keywords = [(argument.name, run.evaluate(frame, argument.value)) for argument in e.keywords]
    run.weigh(e.span, *positional, *(value for _, value in keywords))
    if item.broken:
        return NOTHING
    flows = next((each for each, value in zip(e.positional, positional, strict=True) if flowing(value)), None)
    if flows is not None:
        title, takes = camel_case(e.name), item.parameters[0].name if item.parameters else "x"
        gives = "…" if item.value is None else f"output {' '.join(item.value.span.text.split())}"
        rest = ", ".join(each.span.text for each in item.parameters[1:])
        given = ", ".join(each.span.text for each in (*e.positional, *e.keywords) if each is not flows)
        head, use = (f"{title}({rest})" if rest else title), (f"{title}({given})" if given else title)
        block = f"`block {head} {{ input {takes}  {gives} }}` above, and here `{flows.span.brief} -> {use}`"
        advice = f"a `fn` computes with what is known at once; of what flows it is a block: write {block}"
        run.report(frame, messages.tensor_as_argument(f"`{flows.span.brief}`", advice), flows.span)
        return NOTHING
    inner = Frame(e.key[0], e.key, "", frame, (e.span, f"`{e.span.text}`"))
    if not bind_parameters(run, frame, inner, item.parameters, item.name, positional, keywords, e):
        return NOTHING
    if any(holds_nothing(value) for value in (*positional, *(value for _, value in keywords))):
        return NOTHING

    def follow() -> Any:
        return run.call_fn(inner, item) if item.value is None else run.evaluate(inner, item.value)

    within = isinstance(run.module.item(frame.key), p.Fn)
    result = follow() if within else remembered(run, item, e.key, positional, keywords, follow)
    if isinstance(result, list):
        run.tables[e.span] = None
    return result


def _recipe(run: Run, frame: Frame, e: p.MakeLayer | p.Stages) -> Any:
    return Recipe(e, frame.as_it_is())


EXPRESSIONS: dict[type, Callable[[Run, Frame, Any], Any]] = {
    p.Const: _const,
    p.Text: _text,
    p.Local: _local,
    p.UnknownSize: _unknown_size,
    p.Hole: _hole,
    p.TupleOf: _tuple,
    p.ListOf: _list,
    p.DictionaryOf: dictionary,
    p.Starred: starred,
    Known: known,
    p.Comprehension: _comprehension,
    p.Unary: unary,
    p.Binary: _binary,
    p.Compare: _compare,
    p.Conditional: _conditional,
    p.Attribute: _attribute,
    p.Index: index,
    p.Slice: _slice,
    p.CallBuiltin: _call_builtin,
    p.CallFn: _call_fn,
    p.CallOperation: call_operation,
    p.KerasObject: _keras_object,
    p.MakeLayer: _recipe,
    p.Stages: _recipe,
}
