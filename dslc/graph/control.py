"""What static values decide: whether a condition holds, what a loop goes through, what a target is given.

In: values.  Out: True, False or why nobody can know yet; the turns of a loop; names bound in a frame.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, assert_never

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Fix, Message
from dslc.diagnostics.messages import limits, mixed_up
from dslc.diagnostics.messages import values as messages
from dslc.graph import result_order, static
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.graph.values import (
    HEAVY,
    NOTHING,
    Dictionary,
    Flowing,
    RecordValue,
    Undecided,
    flowing,
    undecided,
    weight,
)
from dslc.keras.types import Unknown
from dslc.program import nodes as p
from dslc.program.traversal import asks_training, taken_apart, walk
from dslc.regex import regex
from dslc.shapes.dim import Sym, known
from dslc.source import Span

MAX_WEIGHT = 200_000
"""Elements and characters in one value and all that it holds."""


def iterate(run: Run, frame: Frame, value: Any, span: Span) -> Sequence[Any] | None:
    """What a loop goes through; None (and a report) when that is nothing it could go through."""
    if value is NOTHING:
        return None
    reason = undecided(value, span.text)
    if reason is not None:
        run.report(frame, needs(frame, reason, "this loop"), span)
        return None
    if isinstance(value, Flowing):
        if run.alone and value.tensor.shape is None:
            return None  # who uses the block may bring a list
        parts = _parts_of(value, span.brief)
        run.report(frame, messages.tensor_as_argument("what this loop goes through", parts), span)
        return None
    if isinstance(value, RecordValue):
        return list(value.fields) if value.whole else None
    if isinstance(value, Dictionary):
        return list(value)
    if not isinstance(value, (list, tuple, range, str)):
        counted = f"range({span.brief})" if type(value) is int else None
        advice = None if counted is None else f"write `{counted}`"
        if static.kind_of(value) == "a layer":
            advice = f"data flows into all of it at once: `x -> {span.brief}`"
        said = messages.cannot_compute(f"a loop cannot go through {static.kind_of(value)}", advice)
        fix = None if counted is None else Fix.writing(span, counted)
        run.report(frame, said, span, fix=fix)
        return None
    if isinstance(value, range) and not value and value.start != value.stop:
        _warn_of_no_turn(run, frame, value, span)
    through: Sequence[Any] = value
    return through


_WITH_END = regex(r"(?P<begin>range\((?P<first>[^,]+),[ ]*(?P<last>[^,]+?)[ ]*)(?:,[ ]*-?\d+[ ]*)?\)")
_NUMBER = regex(r"-?\d+")


def _warn_of_no_turn(run: Run, frame: Frame, value: range, span: Span) -> None:
    """A range whose lower end is written as a number, and the numbers go the other way: nobody wants that for any size."""
    found = _WITH_END.fullmatch(span.text)
    if found is None or _NUMBER.fullmatch(found["last" if value.step > 0 else "first"]) is None:
        return
    step = f", {-value.step}" if value.step != -1 else ""
    run.report(frame, mixed_up.loop_without_turn(span.text, f"{found['begin']}{step})"), span)


def _parts_of(value: Flowing, name: str) -> str:
    """How what is meant by a loop over a tensor is said: by a layer, or by numbers of its parts."""
    shape = value.tensor.shape
    steps = shape[1] if shape is not None and len(shape) > 2 else None
    whole = f"a layer works on all steps at once: `{name} -> Dense(8)`"
    return (
        f"{whole}; one by one they are `{name}[:, i]`, `for i in range({steps})`"
        if type(steps) is int
        else whole
    )


def needs(frame: Frame, reason: Undecided, what: str) -> Message:
    """That something is decided while a model is made, and by what it cannot be."""
    if reason.cause == "training":
        return messages.depends_on_training(what, f"`{reason.text}`", again=True)
    if reason.cause == "size":
        return messages.cannot_compute(
            f"{what} needs a size that is unknown until the model runs ({reason.text})"
        )
    name = undecided_name(frame, reason.text)
    size = frame.names.get(name)
    if isinstance(size, Sym) and not known(size):
        advice = (
            f"`{name}` is a size that only a run knows: give the input a number in the place of `{name}?`; "
            "over steps of any number goes a recurrent layer, or one that works on each by itself, such as `Dense(8)`"
        )
        return messages.needs_a_value(name, what, advice)
    return messages.needs_a_value(name, what, _default_of_model(frame, name, what))


def _default_of_model(frame: Frame, name: str, what: str) -> str | None:
    """Which parameter of the model is to have a default, where a block is handed it on."""
    root = frame
    while root.outer is not None:
        root = root.outer
    value = frame.names.get(name)
    if root is frame or value is None:
        return None
    of_model = next((each for each, held in root.names.items() if held is value or held == value), None)
    if of_model is None:
        return None
    example = "True" if what.endswith("`if`") else "3"
    return f"give `{of_model}` of `{root.key[1]}` a default, `{of_model} = {example}` for instance, or check with `--set {of_model}=…`"


def undecided_name(frame: Frame, text: str) -> str:
    """The parameter without a value that an expression needs: `depth` of `range(depth + 1)`."""
    words = "".join(letter if letter.isalnum() or letter == "_" else " " for letter in text).split()
    return next((word for word in words if isinstance(frame.names.get(word), (Sym, Unknown))), text)


def decide_test(
    run: Run, frame: Frame, node: p.If | p.Choice | p.Conditional, what: str
) -> bool | Undecided | None:
    """Whether the test of a node holds. One that reads a size of the call is the call's to decide, even if it cannot but hold."""
    test = node.test
    value = condition(run, frame, test)
    instead = None
    if isinstance(node, p.Conditional) and isinstance(value, Flowing):
        text = f"ops.where({test.span.text}, {node.then.span.text}, {node.otherwise.span.text})"
        instead = text, node.span
    elif isinstance(node, p.If) and isinstance(value, Flowing):
        instead = _chosen(node)
    truth = decide(run, frame, value, test.span, what, instead)
    if isinstance(truth, Undecided) and truth.cause == "training" and not asks_training(test):
        run.report(
            frame, messages.depends_on_training(what, f"`{test.span.brief}`", condition=True), test.span
        )
    if isinstance(truth, bool):
        for name in _sizes_in(run, node):
            size = undecided(frame.names.get(name), name)
            if size is not None and size.cause == "size":
                return Undecided("size", test.span.text)
    return truth


def condition(run: Run, frame: Frame, test: p.Expr) -> Any:
    """The value of a condition. Whatever it is decided by, a layer in it would be made and never used."""
    before = len(run.calls)
    value = run.evaluate(frame, test)
    if len(run.calls) > before and not isinstance(value, Flowing):
        run.report(frame, messages.layer_in_a_condition(test.span.brief), run.calls[before].span)
        run.complete = False
    return value


def _sizes_in(run: Run, node: p.If | p.Choice | p.Conditional) -> tuple[str, ...]:
    """The names of sizes that a test reads; a loop asks for the same test again and again."""
    found = run.sizes_in.get(node.site)
    if found is None:
        sizes = [each.name for each in walk(node.test) if isinstance(each, p.Local) and each.kind == "dim"]
        found = run.sizes_in[node.site] = tuple(sizes)
    return found


def _chosen(node: p.If) -> tuple[str, Span] | None:
    """`y = ops.where(test, a, b)` for an `if` that gives one name its value, here or there, and where that stands."""
    match node.then, node.otherwise:
        case (p.Assign(_, p.Bind(_, name), None, then),), ():
            ways = [then.span.text, name]
        case (p.Assign(_, p.Bind(_, name), None, then),), (
            p.Assign(_, p.Bind(_, other), None, otherwise),
        ) if (name == other):
            ways = [then.span.text, otherwise.span.text]
        case _:
            return None
    shown = [f"({' '.join(way.split())})" if "->" in way else " ".join(way.split()) for way in ways]
    return f"{name} = ops.where({node.test.span.text}, {', '.join(shown)})", node.span


_IN_IF = regex(r"(?:^|[;{}])[ \t]*(?:else[ \t]+)?if\b[^{}]*\Z")
"""The beginning of a line up to a test that decides between statements."""


def of_truths(run: Run, frame: Frame, e: p.Binary | p.Compare, instead: str | None, span: Span) -> None:
    """Report what asks for one truth value of a tensor, with the function of tensors that says it for each element."""
    before = e.span.source.line(e.span.row)[: e.span.begin.column - 1]
    if instead is None or _IN_IF.search(before) is not None:
        run.report(frame, messages.tensor_condition(), span)
        return
    text = " ".join(instead.split())
    fix = Fix.writing(e.span, text)
    run.report(frame, messages.tensor_condition(text), span, fix=fix)


def decide(
    run: Run, frame: Frame, value: Any, span: Span, what: str, instead: tuple[str, Span] | None = None
) -> bool | Undecided | None:
    """Whether a condition holds; Undecided when that is known only later; None after a mistake.

    `instead` says what chooses between tensors in the place of it, and where that stands.
    """
    if type(value) is bool:
        return value
    if value is NOTHING:
        return None
    if isinstance(value, Flowing):
        if instead is None:
            run.report(frame, messages.tensor_condition(), span)
        else:
            text, place = instead
            fix = Fix.writing(place, text)
            run.report(frame, messages.tensor_condition(text), span, fix=fix)
        return None
    truth = static.truth_of(value, span.text)
    if isinstance(truth, Undecided):
        return truth
    return bool(truth)


def bind(run: Run, frame: Frame, target: p.Target, value: Any, span: Span) -> None:
    """Give a value to a target; `span` is where the value came from."""
    match target:
        case p.Bind(_, name):
            frame.names[name] = value
            if run.trace is not None:
                run.trace.name(value, name)
        case p.Discard():
            pass
        case p.Field(_, local, key):
            container = frame.names.get(local.name)
            field = run.evaluate(frame, key)
            if isinstance(container, RecordValue):
                if field is NOTHING:
                    container.whole = False
                elif not static.is_key(field):
                    advice = "a key is a string, a number, or a tuple of them"
                    said = messages.cannot_compute(f"{static.kind_of(field)} cannot be a key", advice)
                    run.report(frame, said, key.span)
                else:
                    container.fields[field] = made(run, frame, value, target.span)
                    run.weigh(target.span, field)
            elif (
                isinstance(container, list)
                and isinstance(field, int)
                and -len(container) <= field < len(container)
            ):
                after = [*container[:field], value, *container[field:][1:]]
                frame.names[local.name] = made(run, frame, after, target.span)
            elif isinstance(container, Dictionary):
                text = f"{{**{local.name}, {key.span.text}: …}}"
                advice = f"a dictionary stays what it is; one with another entry is `{text}`"
                if not container and flowing(value):
                    advice = f"a dictionary holds no tensors: write `{local.name} = record()`"
                    frame.names[local.name] = NOTHING
                run.report(
                    frame, messages.cannot_compute(f"`{local.name}` cannot be changed", advice), target.span
                )
            elif container is not NOTHING:
                reason, advice, mend = f"`{local.name}` has no field to fill", None, None
                if isinstance(container, Flowing):
                    from dslc.graph.causes.filled import filled

                    reason = f"`{local.name}` is a tensor, which stays what it is"
                    name, other = local.name, "value"
                    advice = (
                        f"choose between it and another: write `{name} = ops.where(test, {name}, {other})`"
                    )
                    mend = filled(target.span, value, span, container.tensor.shape)
                fix = None if mend is None else mend.fix
                advice = advice if mend is None else mend.text
                said = messages.cannot_compute(reason, advice, Cause.NO_RECORD, local.name)
                run.report(frame, said, target.span, fix=fix)
        case p.Unpack(_, targets, _):
            _unpack(run, frame, targets, value, span)
        case p.Rest(_, inner):
            bind(run, frame, inner, value, span)
        case _:
            assert_never(target)


def made(run: Run, frame: Frame, value: Any, span: Span) -> Any:
    """A value that has just been made, its elements counted; NOTHING (and a report) when no model needs one as large."""
    if type(value) not in HEAVY:
        return value
    size = weight(value, MAX_WEIGHT)
    run.spend(span, "elements", size)
    if size <= MAX_WEIGHT:
        return value
    run.report(frame, limits.too_large("this value", f"{MAX_WEIGHT:,} elements and characters"), span)
    return NOTHING


def _unpack(run: Run, frame: Frame, targets: tuple[p.Target, ...], value: Any, span: Span) -> None:
    if value is NOTHING or isinstance(value, (Unknown, Undecided)):
        for target in targets:
            bind(run, frame, target, value, span)
        return
    if isinstance(value, Flowing):
        if value.tensor.shape is None:  # several results of a layer nobody knows
            for target in targets:
                bind(run, frame, target, value, span)
            return
        parts: list[Any] = [value]
    elif isinstance(value, (list, tuple, range, str)):
        parts = list(value)
    else:
        parts = [value]
    apart = None if isinstance(value, Flowing) else taken_apart(targets, parts)
    if apart is None:
        from dslc.graph.causes.results import lacking_names, results_of, short_names, switch_for

        results = results_of(run, parts)
        names = sum(not isinstance(target, p.Rest) for target in targets)
        switch = switch_for(run, parts, names)
        counted = f"enumerate({span.text})" if len(targets) == 2 and _is_looped(value, span) else None
        pairs = isinstance(value, str) and len(targets) == 2 and _holds_keys(run, frame, span)
        if pairs:
            counted = f"items({span.text})"
            switch = f"its names and values are `{counted}`"
        elif counted is not None and not _is_place(targets[0]):
            switch = f"a turn has one value of one list; two lists are gone through together in `zip({span.text}, […])`"
            counted = None
        elif counted is not None:
            switch = f"with their places they are `{counted}`"
        elif isinstance(value, Flowing) and switch is None and not results:
            first = targets[0].name if isinstance(targets[0], p.Bind) else "y"
            switch = f"it is one value: write one name, `{first} = …`"
        fix = None if counted is None else Fix.writing(span, counted)
        short, written = lacking_names(targets, len(parts), short_names(results), span)
        if short and not results:
            switch = f"its first is the batch: write `{', '.join(short)} = {span.brief}`"
        said = messages.unpack_count(names, len(parts), results, short, switch)
        fix = written if fix is None else fix
        run.report(frame, said, span, fix=fix)
        apart = [(target, NOTHING) for target in targets]
    elif parts and isinstance(parts[0], Flowing):
        result_order.look(run, frame, targets, parts)
    for target, part in apart:
        bind(run, frame, target, part, span)


_PLACES = ("i", "j", "k", "n", "idx", "index", "step", "level", "number", "stage", "_")
"""Names of the places of values in a list."""


def _is_place(target: p.Target) -> bool:
    """Whether a name is that of a place in a list, or none, and so not that of another value."""
    return not isinstance(target, p.Bind) or target.name in _PLACES


def _holds_keys(run: Run, frame: Frame, span: Span) -> bool:
    """Whether a loop goes through a dictionary, of which it takes the names alone."""
    held = frame.names.get(span.text)
    constants = (value for (_, name), value in run.constants.items() if name == span.text)
    return isinstance(held if held is not None else next(constants, None), dict)


def _is_looped(value: Any, span: Span) -> bool:
    """Whether a number, or one value that flows, is what a loop takes from a list in its turn."""
    begin = span.begin.column - 1
    before = span.source.line(span.row)[:begin]
    return (
        not isinstance(value, (list, tuple, range, str))
        and re.search(r"\bfor\s+[^=]*\bin\s+$", before) is not None
    )
