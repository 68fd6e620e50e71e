"""Several results where one is meant, or one where several are: what they are called, and what takes them apart.

y = x -> LSTM(4, return_state=True)       "its output, h and c: take them apart, `y, h, c = …`"
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dslc.diagnostics.diagnostic import Edit, Fix
from dslc.graph.call_arguments import line_before
from dslc.graph.causes.mend import Mend
from dslc.graph.causes.ranks import RECURRENT
from dslc.graph.interpreter import Run
from dslc.graph.values import Flowing
from dslc.keras.types import Refusal
from dslc.program import nodes as p
from dslc.regex import regex
from dslc.source import Span


def results_of(run: Run, values: Sequence[object]) -> tuple[str, ...]:
    """What the results of one layer are, where several came of it: `output`, `h`, `c` of an LSTM; else nothing."""
    calls = {each.origin.call if isinstance(each, Flowing) else None for each in values}
    number = next(iter(calls), None)
    if len(calls) != 1 or number is None:
        return ()
    layer, count = run.calls[number].layer, len(values)
    if layer == "Bidirectional":
        names = {
            5: ("forward h", "forward c", "backward h", "backward c"),
            3: ("forward state", "backward state"),
        }
        return ("output", *names.get(count, ())) if count in names else ()
    if layer in ("LSTM", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "RNN") and count == 3:
        return ("output", "h", "c")
    if layer in ("GRU", "SimpleRNN", "RNN") and count == 2:
        return ("output", "state")
    return ("output", "attention scores") if "Attention" in layer and count == 2 else ()


def switch_for(run: Run, values: Sequence[object], wanted: int) -> str | None:
    """The argument by which a layer that has given one value gives so many."""
    value = values[0] if len(values) == 1 else None
    call = (
        run.calls[value.origin.call] if isinstance(value, Flowing) and value.origin.call is not None else None
    )
    layer = "" if call is None else call.layer
    if call is not None and layer in RECURRENT and wanted in _RESULTS.get(layer, (2, 3, 5)):
        text = " ".join(call.span.text.split())
        if re.fullmatch(rf"{layer}\([^()]+\)", text) and "return_state" not in text:
            return f"`{layer}` gives its states, too: write `{text[:-1].rstrip(', ')}, return_state=True)`"
        return f"`{layer}` gives its states, too, with `return_state=True`"
    if "Attention" in layer and wanted == 2:
        return f"`{layer}` gives its scores, too, where it is called with `return_attention_scores=True`"
    return None


_RESULTS = {"LSTM": (3,), "GRU": (2,), "SimpleRNN": (2,), "Bidirectional": (3, 5)}
"""How many values recurrent layers give with their states."""


def short_names(results: Sequence[str]) -> tuple[str, ...]:
    """Names for the results of one layer, as one writes them: `y`, `fh`, `fc`, …"""
    return ("y", *(_short(name) for name in results[1:])) if results else ()


def lacking_names(
    targets: Sequence[p.Target], count: int, short: Sequence[str], value: Span
) -> tuple[Sequence[str], Fix | None]:
    """A name for each of so many values, where fewer stand there, and the edit that writes them: those of the results of a layer,
    of which the first have names already, or those of a shape without its batch."""
    names = [each.name if isinstance(each, p.Bind) else "_" for each in targets]
    plain = all(isinstance(each, (p.Bind, p.Discard)) for each in targets)
    if not short and _SHAPE.search(value.text) and len(names) == count - 1:
        every: Sequence[str] = ("_", *names)
    elif short and len(names) < count <= _OF_ONE_WAY and not {*names} & {*short[len(names) :]}:
        every = (*names, *short[len(names) :])
    else:
        return short, None
    if not plain:
        return short, None
    whole = Span(targets[0].span.base, targets[0].span.first, targets[-1].span.last)
    text = ", ".join(every)
    return every, Fix.writing(whole, text)


_OF_ONE_WAY = 3
"""The results of a layer of one direction: its output and its states."""

_SHAPE = regex(r"\.shape$|^ops\.shape\(")
"""What gives the sizes of a tensor with the batch in front."""


def several_results(run: Run, refusal: Refusal, inputs: Sequence[Flowing], span: Span) -> str | None:
    """Several results of one layer that nobody has taken apart."""
    names = results_of(run, inputs)
    if not names:
        return None
    short = ", ".join(short_names(names))
    said = f"they are its {_listed(names)}: take them apart, `{short} = …`"
    call = None if inputs[0].origin.call is None else run.calls[inputs[0].origin.call]
    asks = call is not None and "return_state=True" in call.span.text
    return f"{said}, or leave out `return_state=True`" if asks else said


def one_of_two(run: Run, refusal: Refusal, inputs: Sequence[Flowing], span: Span) -> Mend | None:
    """An attention that is given one tensor, which is meant to attend to itself; or a cell, which is one step, and needs states."""
    found = re.match(r"the call of `(\w*Attention)` needs `value`$", refusal.message.text)
    if found is not None and len(inputs) == 1:
        return _to_itself(span)
    return _for_all_steps(span) if refusal.message.text.startswith("the call of ") else None


def _to_itself(span: Span) -> Mend:
    """The chain in which a tensor attends to itself, with what flows into the stage at a place twice."""
    before = line_before(span)
    found = re.search(r"(?<![\w.])(?<!-> )([A-Za-z_]\w*)\s*->\s*\Z", before)
    head, begin = ("_", 0) if found is None else (found[1], len(before) - found.start())
    text = f"({head}, {head}) -> {span.text}"
    whole = Span(span.base, span.first - begin, span.last)
    return Mend(f"a tensor attends to itself: write `{text}`", Edit(whole, text))


_CELL = regex(r"(LSTM|GRU|SimpleRNN)Cell\b")


def _for_all_steps(span: Span) -> Mend | None:
    """The layer that goes through all steps, where its cell was written."""
    found = _CELL.match(span.text)
    if found is None:
        return None
    name = Span(span.base, span.first, span.first + len(found[0]))
    text = f"{found[1]}{span.text[len(found[0]) :]}"
    return Mend(
        f"a cell is one step: write `{text}` for a layer that goes through all of them", Edit(name, found[1])
    )


def one_direction(run: Run, refusal: Refusal, inputs: Sequence[Flowing], span: Span) -> str | None:
    """The states of one direction of a `Bidirectional`, where those of both together have the width that is kept; or those of both."""
    made = {None if each.origin.call is None else run.calls[each.origin.call].layer for each in inputs[1:]}
    if made == {"Bidirectional"} and _OF_BOTH.search(refusal.message.text):
        half = (len(inputs) - 1) // 2
        first = "the first" if half == 1 else "the first two"
        return f"a `Bidirectional` gives the states of two directions: hand {first} on, or join both with `Concatenate`"
    if made in ({"GRU"}, {"SimpleRNN"}) and "it needs 2 states" in refusal.message.text:
        (layer,), named = made, _STATE.search(line_before(span))
        name = "h" if named is None else named[1]
        return f"a `{layer}` has one state, an `LSTM` two: write `initial_state=[{name}, {name}]`, or `{layer}` in both places"
    kept = re.search(r"it keeps \(.*, (\d{1,9})\)$", refusal.message.text)
    for state in inputs[1:]:
        call = None if state.origin.call is None else run.calls[state.origin.call]
        shape = state.tensor.shape
        if kept is None or call is None or call.layer != "Bidirectional" or not shape:
            continue
        if len(call.outputs) in (3, 5) and isinstance(shape[-1], int) and 2 * shape[-1] == int(kept[1]):
            pair = "forward_h, backward_h" if len(call.outputs) == 5 else "forward, backward"
            return f"these are states of one direction: join both, `[{pair}] -> Concatenate`"
    return None


def mask_of_input(run: Run, refusal: Refusal, inputs: Sequence[Flowing], span: Span) -> str | None:
    """The input that is a mask, as it has to be declared."""
    wanted = re.fullmatch(r"make it \((?:None|batch), ([\d, ]+)\)", refusal.message.help or "")
    names = {port.name for port in run.inputs if any(port.tensor is each.tensor for each in inputs)}
    masks = [name for name in names if re.search(rf"mask\s*=\s*{re.escape(name)}\b", line_before(span))]
    if wanted is None or len(masks) != 1:
        return None
    sizes = wanted[1] if "," in wanted[1] else f"{wanted[1]},"
    return f"write `input {masks[0]}: ({sizes}) bool`"


_STATE = regex(r"initial_state\s*=\s*\[?\s*(\w+)")
_OF_BOTH = regex(r"has (?:4, it needs 2|2, it needs 1) state")
"""How a message begins about a layer that was given the states of two."""


def _short(name: str) -> str:
    """A name for a result as one writes it: `fh` for `forward h`."""
    parts = name.split()
    return parts[0] if len(parts) == 1 else f"{parts[0][0]}{parts[1][0]}" if len(parts[1]) == 1 else parts[0]


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
