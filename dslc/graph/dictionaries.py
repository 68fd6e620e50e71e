"""Static dictionaries: what they may hold, and the arguments that `**` makes of one.

In: a dictionary as it is written, or an argument `**value`.  Out: a `Dictionary`, which knows where each of its entries stands; a
call with each of these entries as an argument of its own, so that whoever checks arguments points at the entry.

    OPTIONS = {"padding": "same"}        Dictionary {"padding": "same"}
    Conv2D(8, 3, **OPTIONS)              Conv2D(8, 3, padding="same"), whose `padding` is blamed where OPTIONS has it
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from dslc.casing import parameter_name
from dslc.diagnostics.diagnostic import Edit, Fix, Label
from dslc.diagnostics.messages import arguments as argument_messages
from dslc.diagnostics.messages import dictionaries as messages
from dslc.diagnostics.messages import values as value_messages
from dslc.graph import static
from dslc.graph.control import made
from dslc.graph.frame import Frame
from dslc.graph.interpreter import Run
from dslc.graph.starred import Known
from dslc.graph.starred import spelled_out as without_stars
from dslc.graph.values import (
    NOTHING,
    Dictionary,
    RecordValue,
    holds_nothing,
    holds_tensor,
    recipe_in,
    undecided,
)
from dslc.keras.types import Object
from dslc.program import keyed_layers
from dslc.program import nodes as p
from dslc.program.spread import entries
from dslc.program.traversal import is_starred
from dslc.record import replace
from dslc.regex import regex
from dslc.source import Span


def dictionary(run: Run, frame: Frame, e: p.DictionaryOf) -> Any:
    """The value of a dictionary that is written out."""
    found = Dictionary()
    written: dict[Any, Span] = {}
    for entry in e.entries:
        if entry.key is None:
            other = run.evaluate(frame, entry.value)
            if other is NOTHING:
                return NOTHING
            if not isinstance(other, Dictionary):
                return _no_dictionary(run, frame, other, entry.value.span)
            run.weigh(entry.span, other)
            found.take(other)
            continue
        key = run.evaluate(frame, entry.key)
        value = run.evaluate(frame, entry.value)
        if key is not NOTHING and holds_tensor(value) and (kept := _as_record(e)) is not None:
            run.report(
                frame, messages.not_in_a_dictionary("a tensor", kept[0]), entry.value.span, fix=kept[1]
            )
            return NOTHING
        if recipe_in(value) is not None and (said := keyed_layers.layers_under_keys(e)) is not None:
            message = messages.not_in_a_dictionary("a layer", said.help or "")
            run.report(frame, message, entry.value.span, fix=said.fix)
            return NOTHING
        if not put(run, frame, found, (key, entry.key.span), (value, entry.value.span)):
            return NOTHING
        if not isinstance(entry.key, p.Const):
            continue  # two that are computed may be the same, in a loop for instance
        if key in written:
            labels = (Label(written[key], "here first"),)
            run.report(frame, messages.repeated_key(repr(key)), entry.key.span, labels)
            return NOTHING
        written[key] = entry.key.span
    return made(run, frame, found, e.span)


_NAMED = regex(r"(?:^|\n)([ \t]*)([^\W\d]\w*)[ \t]*=[ \t]*$")


def _as_record(e: p.DictionaryOf) -> tuple[str, Fix] | None:
    """A dictionary that a line gives a name to, as the record that may hold tensors: the advice and the edit."""
    text, span = e.span.source.text, e.span
    named = _NAMED.search(text[text.rfind("\n", 0, span.start) + 1 : span.start])
    ends = re.match(r"[ \t]*(?:#|\n|$)", text[span.end :])
    if named is None or ends is None or not all(each.key is not None for each in e.entries):
        return None
    blank, name = named.groups()
    lines = [f"{name} = record()"]
    lines += [
        f"{name}[{each.key.span.text}] = {each.value.span.text}" for each in e.entries if each.key is not None
    ]
    begin = span.first - len(named[0].lstrip())
    fix = Fix(
        "unsafe",
        "keep them in a record",
        (Edit(Span(span.base, begin, span.last), f"\n{blank}".join(lines)),),
    )
    return f"tensors are kept in a record: write {', '.join(f'`{line}`' for line in lines)}", fix


def put(run: Run, frame: Frame, found: Dictionary, key: tuple[Any, Span], value: tuple[Any, Span]) -> bool:
    """Whether a dictionary can have this entry, which it has then; otherwise that is reported."""
    name, at = key
    held, place = value
    if name is NOTHING or holds_nothing(held):
        return False
    reason = undecided(name, at.text)
    if reason is not None:
        run.report(frame, value_messages.needs_a_value(reason.text, "this key"), at)
        return False
    if not static.is_key(name):
        said = value_messages.cannot_compute(
            f"{static.kind_of(name)} cannot be a key", "a key is a string or a number"
        )
        run.report(frame, said, at)
        return False
    what = _refused(held)
    if what is not None:
        run.report(frame, messages.not_in_a_dictionary(*what), place)
        return False
    found[name] = held
    found.places[name] = (at, place)
    return True


def _refused(value: Any) -> tuple[str, str] | None:
    """What a dictionary cannot hold, in words, and what to do instead."""
    if holds_tensor(value) or isinstance(value, RecordValue):
        return (
            static.kind_of(value),
            'tensors are kept in a record: `parts = record()`, then `parts["name"] = …`',
        )
    if recipe_in(value) is not None:
        return "a layer", messages.LAYERS_WHERE_USED
    if isinstance(value, Object) and value.namespace == "initializers":
        advice = 'write its name (`"he_normal"`), or give it to each layer as an argument'
        return "an initializer object, which would give all its layers equal weights", advice
    return None


def _no_dictionary(run: Run, frame: Frame, value: Any, span: Span) -> Any:
    reason = undecided(value, span.text)
    if reason is not None:
        run.report(frame, value_messages.needs_a_value(reason.text, "`**`"), span)
    else:
        advice = 'a dictionary is written `{"padding": "same"}`'
        run.report(
            frame,
            value_messages.cannot_compute(f"`**` takes a dictionary, not {static.kind_of(value)}", advice),
            span,
        )
    return NOTHING


# ---- arguments


Refuses = Callable[[p.Argument, str, Span], bool]
"""Whether a call takes an argument in words only: from this dictionary, of this name, whose key stands there."""


def spelled_out(
    run: Run, frame: Frame, keywords: Sequence[p.Argument], called: str, refuses: Refuses | None = None
) -> tuple[p.Argument, ...] | None:
    """The arguments of a call with the entries of its dictionaries one by one; None after a report."""
    given: dict[str, Span] = {a.name: a.name_span for a in keywords if a.name != p.SPREAD}
    found: list[p.Argument] = []
    fine = True
    for a in keywords:
        if a.name != p.SPREAD:
            found.append(a)
            continue
        value = run.evaluate(frame, a.value)
        if not isinstance(value, Dictionary):
            if value is not NOTHING:
                _no_dictionary(run, frame, value, a.value.span)
            return None
        run.weigh(a.span, value)
        for name, held in value.items():
            at, place = value.places.get(name, (a.span, a.span))
            if not isinstance(name, str):
                said = value_messages.cannot_compute(
                    f"{name!r} is no name of an argument",
                    f"a dictionary behind `**` has the names of arguments of `{called}` as keys",
                )
                run.report(frame, said, at, _used(a.span, at))
                fine = False
            elif parameter_name(name) != name or (refuses is not None and refuses(a, name, at)):
                run.report(frame, messages.only_in_words(name, called), at, _used(a.span, at))
                fine = False
            elif name in given:
                labels = (Label(given[name], "here too"), *_used(a.span, at))
                run.report(frame, argument_messages.repeated_argument(called, name), at, labels)
                fine = False
            else:
                given[name] = at
                found.append(p.Argument(a.span, name, at, Known(place, held)))  # type: ignore[arg-type]
    return tuple(found) if fine else None


def freezes(run: Run, frame: Frame) -> Refuses:
    """`trainable=` of what Python makes is said behind it, so the text has to show what else the dictionary holds."""
    file = run.module.files[frame.file]
    return lambda a, name, _: name == "trainable" and entries(file, a.value) is None


def _used(span: Span, at: Span) -> tuple[Label, ...]:
    return () if span == at else (Label(span, "used here"),)


def with_arguments(run: Run, frame: Frame, call: Any, called: str, refuses: Refuses | None = None) -> Any:
    """A call without `*` and `**`: what they take apart is spelled out; None after a report."""
    if any(map(is_starred, call.positional)):
        positional = without_stars(run, frame, call.positional)
        if positional is None:
            return None
        call = replace(call, positional=positional)
    if all(a.name != p.SPREAD for a in call.keywords):
        return call
    keywords = spelled_out(run, frame, call.keywords, called, refuses)
    return None if keywords is None else replace(call, keywords=keywords)


# ---- parameters


def as_dictionary(value: Any) -> Any:
    """A value from outside, the dictionaries in it as those of a source."""
    if isinstance(value, dict):
        found = Dictionary()
        found.update((key, as_dictionary(item)) for key, item in value.items())
        return found
    if isinstance(value, (list, tuple)):
        return type(value)(map(as_dictionary, value))
    return value


def check_saved(run: Run, frame: Frame, parameter: p.Parameter, value: Any, span: Span) -> None:
    """Report the parameter of a block or model that is given a dictionary or a range which Keras cannot save as it is."""
    todo = [value] if type(value) in (list, tuple, Dictionary, range) else []
    while todo:
        each = todo.pop()
        if isinstance(each, range):
            listed = f"list({span.text})" if each is value else None
            fix = None if listed is None else Fix.writing(span, listed)
            run.report(frame, messages.range_not_saved(parameter.name, listed), span, fix=fix)
            return
        if isinstance(each, Dictionary):
            key = next((key for key in each if not isinstance(key, str)), "")
            if key != "":
                run.report(frame, messages.key_not_saved(parameter.name, repr(key)), span)
                return
            todo += each.values()
        elif isinstance(each, (list, tuple)):
            todo += each
