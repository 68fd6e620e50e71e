"""The fix for what no input reaches, or says `training=`: the chain moves into a block, which is a class in every style.

In: a model, its graph, and the reasons why a style cannot hold it.  Out: the same, those that a move takes away with a fix that
writes the block above the model and uses it where the chain met data. There is none where the text does not allow it: the chain
shares a layer, or stands in another body than its use.

    model M(n = 8) {                                 block WithPositions(n) {
        input x: (8, 4)                                  input x
        positions = ops.arange(n) -> Embedding(n, 4)     positions = ops.arange(n) -> Embedding(n, 4)
        output x + positions -> Dense(2)                 output x + positions
    }                                                }

                                                     model M(n = 8) {
                                                         input x: (8, 4)
                                                         output x -> WithPositions(n) -> Dense(2)
                                                     }

What several statements use is handed on beside what comes in: `x, positions = x -> WithPositions(n)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from dslc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from dslc.graph.graph import Graph
from dslc.keras import layers
from dslc.lower.regions import NotMoved, Region, names_in, needs_brackets, reads, region
from dslc.program import nodes as p
from dslc.program.traversal import TREE, bodies, bound, inputs_in, statements_in, walk
from dslc.record import record, replace
from dslc.source import Span

_INDENT = "    "
_MOST = 16  # so many fixes are worked out for a model, each of which looks through all of it


def with_fixes(
    module: p.Module, model: p.Block, graph: Graph | None, reasons: Sequence[Diagnostic], several: bool
) -> list[Diagnostic]:
    """The reasons against a style, those with a fix that a move takes away; `several` where a block may give several results."""
    found = () if graph is None else (*graph.unreached.items(), *graph.overruled.items())
    calls = [span for (key, _), span in found if key == model.key]
    if not calls or not reasons:
        return list(reasons)
    work = _Work(module, model, _Names(model), calls, several)
    tried = [_fix_or_none(work, call) for call in calls[:_MOST]]
    fixes = [fix for fix in tried if fix is not None]
    return [replace(each, fix=each.fix or _that_takes_away(each.span, fixes)) for each in reasons]


def _that_takes_away(span: Span, fixes: Sequence[Fix]) -> Fix | None:
    for fix in fixes:
        if any(edit.span.start <= span.start and span.end <= edit.span.end for edit in fix.edits):
            return fix
    return None


def _fix_or_none(work: _Work, call: Span) -> Fix | None:
    if call.source is not work.model.span.source:
        return None
    try:
        return _fix(work, call)
    except NotMoved:
        return None


class _Names:
    """What the names of a body hold: tensors that an input reaches, tensors that none reaches, or static values."""

    def __init__(self, model: p.Block) -> None:
        self.definitions: dict[str, list[p.Assign]] = {}
        for s in statements_in(model.body):
            if isinstance(s, p.Assign):
                for name in bound(s.target):
                    self.definitions.setdefault(name, []).append(s)
        self.inputs = [each.name for each in inputs_in(model.body) if each.key is None]
        self.live = set(self.inputs)
        self.constant: set[str] = set()  # tensors that no input reaches
        while self._grows():
            pass

    def _grows(self) -> bool:
        size = len(self.live), len(self.constant)
        for name, statements in self.definitions.items():
            for s in statements:
                if reads(s.value) & self.live:
                    self.live.add(name)
                elif any(_is_tensor(each) for each in walk(s.value)) or reads(s.value) & self.constant:
                    self.constant.add(name)
        return (len(self.live), len(self.constant)) != size

    def definition(self, name: str) -> p.Assign:
        """The one statement that binds a name to a value that is to be moved."""
        statements = self.definitions.get(name, [])
        if len(statements) != 1 or not isinstance(statements[0].target, p.Bind):
            raise NotMoved
        return statements[0]


@record
class _Work:
    """A model whose constants are moved, the calls of layers on them, and whether a block may have several inputs and outputs."""

    module: p.Module
    model: p.Block
    names: _Names
    calls: Sequence[Span]
    several: bool


def _is_tensor(node: Any) -> bool:
    return isinstance(node, (p.Flow, p.Operation)) or (
        isinstance(node, p.CallOperation) and node.name != "ops.shape"
    )


def _fix(work: _Work, call: Span) -> Fix:
    model, names = work.model, work.names
    home, at = _where(model.body, call)
    first = home[at]
    if not isinstance(first, (p.Assign, p.Output)):
        raise NotMoved
    if reads(first.value) & names.live:
        return _merged(work, home, first, set())
    if not isinstance(first, p.Assign):
        raise NotMoved  # an output that is the same for all data
    moved = _behind(set(bound(first.target)), names)
    users = [s for s in statements_in(model.body) if _own(s) and reads(_own(s)) & moved]
    merging = [s for s in users if not (isinstance(s, p.Assign) and not reads(s.value) & names.live)]
    if len(merging) == 1 and isinstance(merging[0], (p.Assign, p.Output)) and _holds(home, merging[0]):
        return _merged(work, home, merging[0], moved)
    if not work.several or not merging:
        raise NotMoved
    return _handed_on(work, home, moved)


def _behind(seeds: set[str], names: _Names) -> set[str]:
    """Names of constants, and of all constants that are computed from them."""
    found = set(seeds)
    while True:
        more = {
            name
            for name in names.constant - names.live
            for s in names.definitions[name]
            if reads(s.value) & found
        }
        if more <= found:
            return found
        found |= more


def _own(s: p.Statement) -> tuple[Any, ...]:
    """The expressions of a statement itself, without the statements inside it."""
    inside = {id(each) for body in bodies(s) for each in body}
    return tuple(each for each in TREE.children(s) if id(each) not in inside)


def _holds(home: Sequence[p.Statement], s: p.Statement) -> bool:
    return any(each is s for each in home)


def _where(body: Sequence[p.Statement], call: Span) -> tuple[Sequence[p.Statement], int]:
    """The statements among which a call stands, and the number of the one that it stands in."""
    for at, s in enumerate(body):
        if s.span.start <= call.start and call.end <= s.span.end:
            for inner in bodies(s):
                if any(each.span.start <= call.start and call.end <= each.span.end for each in inner):
                    return _where(inner, call)
            return body, at
    raise NotMoved


# ---- where a chain meets data


def _merged(work: _Work, home: Sequence[p.Statement], s: p.Assign | p.Output, moved: set[str]) -> Fix:
    """The chain moves together with what puts it and data together."""

    model, names = work.model, work.names

    def is_spot(node: Any) -> bool:
        if isinstance(node, p.Local):
            return node.name in moved
        return not moved and isinstance(node, p.MakeLayer) and node.span in work.calls

    piece = region(s.value, is_spot, names.live)
    if piece is None:
        raise NotMoved
    statements = _needed([name for node in piece.nodes for name in names_in(node)], names, home, s)
    kept_apart = {id(each) for each in statements}
    for each in statements:
        name = bound(each.target)[0]
        if name in names.constant and any(
            name in reads(_own(other))
            for other in statements_in(model.body)
            if id(other) not in kept_apart and other is not s
        ):
            raise NotMoved
    inputs, parameters = _takes((*(each.value for each in statements), *piece.nodes), statements, names)
    incoming = ""
    if piece.headless:
        incoming = _free_name({*inputs, *parameters, *(bound(each.target)[0] for each in statements)})
        inputs = [incoming, *inputs]
    if not inputs or (len(inputs) > 1 and not work.several):
        raise NotMoved
    alone = "training" if "training=" in piece.span.text else "constants"
    first = min(moved, key=lambda each: names.definitions[each][0].span.start, default=alone)
    name = _block_name(work.module, first)
    use = name + (f"({', '.join(parameters)})" if parameters else "")
    given = ["_", *inputs[1:]] if piece.headless else inputs
    brought = given[0] if len(given) == 1 else f"({', '.join(given)})"
    call = use if piece.headless and len(given) == 1 else f"{brought} -> {use}"
    last = f"output {incoming} -> {piece.span.text}" if piece.headless else f"output {piece.span.text}"
    block = _block(use, inputs, statements, [last])
    replaced = call if piece.headless or not needs_brackets(piece.span, s.value) else f"({call})"
    gone = [
        each
        for each in statements
        if not _is_read_elsewhere(model, bound(each.target)[0], statements, s, piece)
    ]
    edits = [_above(model, block), *map(_removed, gone), Edit(piece.span, replaced)]
    return _told(use, call, edits)


def _needed(
    todo: list[str], names: _Names, home: Sequence[p.Statement], until: p.Statement | None
) -> list[p.Assign]:
    """The statements that have to move with what reads these names: those that bind constants, and sizes read off data.

    They move to `until`, or to the last of them.
    """
    found: dict[int, p.Assign] = {}
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name in seen or name not in names.definitions:
            continue
        seen.add(name)
        measured = name not in names.live and any(
            set(names_in(each.value)) & names.live for each in names.definitions[name]
        )
        if name in names.live or (name not in names.constant and not measured):
            continue
        definition = names.definition(name)
        if not _holds(home, definition):
            raise NotMoved
        found[definition.span.start] = definition
        todo += names_in(definition.value)
    ordered = [found[start] for start in sorted(found)]
    if ordered:
        _not_rebound(ordered, home, until or ordered[-1])
    return ordered


def _not_rebound(statements: Sequence[p.Assign], home: Sequence[p.Statement], until: p.Statement) -> None:
    """That what moved statements read is the same where they move to."""
    start, end = statements[0].span.start, until.span.start
    own = {id(each) for each in statements}
    between = [each for each in home if start <= each.span.start < end and id(each) not in own]
    rebound = {
        name for each in statements_in(between) if isinstance(each, p.Assign) for name in bound(each.target)
    }
    if any(rebound & set(names_in(each.value)) for each in statements) or end < start:
        raise NotMoved


def _takes(
    nodes: Sequence[Any], statements: Sequence[p.Assign], names: _Names
) -> tuple[list[str], list[str]]:
    """What a block of these nodes is given: tensors along the arrow, static values as parameters."""
    own = {name for each in statements for name in bound(each.target)}
    own |= {
        each.name for node in nodes for each in walk(node) if isinstance(each, p.Bind)
    }  # of comprehensions
    inputs: dict[str, None] = {}
    parameters: dict[str, None] = {}
    for node in nodes:
        for each in walk(node):
            if not isinstance(each, p.Local) or each.name in own or each.kind == "constant":
                continue
            if each.kind not in ("value", "parameter"):
                raise NotMoved  # a shared layer, a size of the call: a block cannot be given them
            (inputs if each.name in names.live else parameters)[each.name] = None
    return list(inputs), list(parameters)


def _is_read_elsewhere(
    model: p.Block, name: str, statements: Sequence[p.Assign], s: p.Assign | p.Output, piece: Region
) -> bool:
    """Whether a statement that was copied into the block is still needed where it stands."""
    moved = {id(each) for each in statements}
    rest = [each for each in statements_in(model.body) if id(each) not in moved and each is not s]
    if any(name in names_in(_own(each)) for each in rest):
        return True
    inside = sum(names_in(node).count(name) for node in piece.nodes)
    return names_in(s.value).count(name) > inside


# ---- what several statements use


def _handed_on(work: _Work, home: Sequence[p.Statement], moved: set[str]) -> Fix:
    """The chain moves into a block that hands on what comes in, and the constants beside it."""
    model, names = work.model, work.names
    statements = _needed(sorted(moved), names, home, None)
    if not statements:  # an input gives its name away
        raise NotMoved
    own = {id(each) for each in statements}
    span = statements[0].span.start, statements[-1].span.start
    given: dict[str, None] = {}
    for other in statements_in(model.body):
        used = [name for name in moved if id(other) not in own and name in reads(_own(other))]
        if used and other.span.start < span[1]:
            raise NotMoved
        given.update(dict.fromkeys(sorted(used)))
    inputs, parameters = _takes([each.value for each in statements], statements, names)
    once = [
        name for name in (*inputs, *names.inputs) if name in names.inputs and name not in names.definitions
    ]
    if not once or any(name != once[0] for name in inputs):
        raise NotMoved
    name = _block_name(work.module, next(iter(given)))
    use = name + (f"({', '.join(parameters)})" if parameters else "")
    block = _block(use, once[:1], statements, [f"output {each}" for each in (once[0], *given)])
    call = f"{', '.join((once[0], *given))} = {once[0]} -> {use}"
    others = [s for s in statements_in(model.body) if id(s) not in own]
    kept = {name for other in others for name in names_in(_own(other))} - moved
    gone = [each for each in statements[:-1] if not kept.intersection(bound(each.target))]
    edits = [_above(model, block), *map(_removed, gone), Edit(statements[-1].span, call)]
    return _told(use, call, edits)


# ---- the text


def _free_name(taken: set[str]) -> str:
    """A name for what comes in."""
    return next(name for name in (f"x{number or ''}" for number in count()) if name not in taken)


def _block_name(module: p.Module, constant: str) -> str:
    """`WithPositions`, numbered where there is something of that name."""
    words = constant.strip("_").split("_")
    base = "With" + "".join(word[:1].upper() + word[1:] for word in words if word)
    taken = {item.name for item in module.items} | set(module.visible)
    number, name = 1, base
    while name in taken or layers.find(name) is not None:
        number += 1
        name = f"{base}{number}"
    return name


def _block(use: str, inputs: Sequence[str], statements: Sequence[p.Assign], outputs: Sequence[str]) -> str:
    lines = [f"block {use} {{", *(f"{_INDENT}input {name}" for name in inputs)]
    for each in statements:
        lines += _lines(each)
    lines += [_INDENT + line for line in outputs]
    return "\n".join([*lines, "}", "", ""])


def _lines(s: p.Assign) -> list[str]:
    """The lines of a statement with its remark, indented as in a block."""
    start, end = _line(s)
    text = s.span.source.text[start:end].rstrip("\n").split("\n")
    indent = len(text[0]) - len(text[0].lstrip())
    return [_INDENT + (line[indent:] if not line[:indent].strip() else line.lstrip()) for line in text]


def _line(s: p.Statement) -> tuple[int, int]:
    """From the start of the line of a statement to the end of its last, with nothing else on them but a remark."""
    text = s.span.source.text
    start = text.rfind("\n", 0, s.span.start) + 1
    end = text.find("\n", s.span.end)
    end = len(text) if end < 0 else end + 1
    rest = text[s.span.end : end].strip()
    if text[start : s.span.start].strip() or (rest and not rest.startswith("#")):
        raise NotMoved
    return start, end


def _removed(s: p.Statement) -> Edit:
    start, end = _line(s)
    return Edit(Span(s.span.source, start, end), "")


def _above(model: p.Block, block: str) -> Edit:
    """The block in front of the model, and of the remarks that stand right above it."""
    text = model.span.source.text
    at = text.rfind("\n", 0, model.span.start) + 1
    while at > 0:
        before = text.rfind("\n", 0, at - 1) + 1
        if not text[before:at].startswith("#"):
            break
        at = before
    return Edit(Span(model.span.source, at, at), block)


def _told(use: str, call: str, edits: list[Edit]) -> Fix:
    edits.sort(key=lambda edit: edit.span.start)
    return Fix("safe", f"write `{call}`, with `block {use}` above the model", tuple(edits))
