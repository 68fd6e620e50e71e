"""Graphs of nodes and edges: Mermaid, DOT, and calls that are given what flows, one by one.

In: the lines of a body.  Out: the nodes with what they say and what flows into each, behind those that it comes from.

    A[Dense 128] --> B[ReLU]      `A`, `Dense 128`; `B`, `ReLU`, behind `A`
    h = DenseLayer(x, units=8)    `h`, `Dense(8)`, behind `x`
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from dslc.notations.commas import at_commas
from dslc.notations.found import ARGUMENTS, LINE, Found, Part, Row
from dslc.notations.phrases import Input, Stages, read
from dslc.regex import regex

_NODE = r"(?:[A-Za-z_]\w*)"
_LABEL = r"(?:\[+[^\[\]]*\]+|\(+[^()]*\)+|\{+[^{}]*\}+|>[^\]]*\])"
_EDGES = regex(
    rf"{_NODE}\s*{_LABEL}?(?:\s*(?:--+>|==+>|-\.->|---)\s*(?:\|[^|]*\|\s*)?{_NODE}\s*{_LABEL}?)+;?|{_NODE}\s*\[[^\[\]=]*\];?"
)
_ARROWS = regex(r"\s*(?:--+>|==+>|-\.->|---)\s*(?:\|[^|]*\|\s*)?")
_DOT_EDGES = regex(rf"{_NODE}(?:\s*->\s*{_NODE})+\s*(?:\[[^\]]*\])?\s*;?")
_DOT_NODE = regex(
    rf"(?P<id>{_NODE})\s*\[(?:[^\]]*,\s*)?label\s*=\s*(?:\"(?P<label>[^\"]*)\"|(?P<bare>\w+))[^\]]*\]\s*;?"
)
_OF_MERMAID = regex(
    r"(?:graph|flowchart)\s+(?:TD|TB|LR|RL|BT);?|subgraph\b.*|end|%%.*|style\b.*|classDef\b.*|class\b.*|```\w*"
)
_OF_DOT = regex(r"(?:strict\s+)?(?:di)?graph\b.*\{|(?:rankdir|node|edge|graph)\s*(?:=|\[).*|\}")


def graph(rows: Sequence[Row], dimensions: int) -> Found | None:
    """Graphs of nodes and edges: Mermaid and DOT."""
    texts = [text for _, text in rows]
    mermaid = any(
        _EDGES.fullmatch(text) and ("--" in text or "==" in text) and len(text) < LINE for text in texts
    )
    dot = any(_DOT_NODE.fullmatch(text) for text in texts if len(text) < LINE)
    dot = dot or (
        any(_OF_DOT.fullmatch(text) and text != "}" for text in texts)
        and any(_DOT_EDGES.fullmatch(text) for text in texts)
    )
    if not mermaid and not dot:
        return None
    labels: dict[str, tuple[int, str]] = {}
    after: dict[str, list[str]] = {}
    taken: list[int] = []
    for number, text in rows:
        if len(text) >= LINE:
            continue
        if (_OF_DOT if dot and not mermaid else _OF_MERMAID).fullmatch(text):
            taken.append(number)
            continue
        node = _DOT_NODE.fullmatch(text) if dot else None
        edges = (_DOT_EDGES if dot and not mermaid else _EDGES).fullmatch(text)
        if node is not None:
            labels[node["id"]] = number, node["label"] or node["bare"]
            after.setdefault(node["id"], [])
        elif edges is not None:
            ends = [
                re.match(rf"({_NODE})\s*(.*)", each)
                for each in (
                    re.split(r"\s*->\s*", text.partition("[")[0])
                    if dot and not mermaid
                    else _ARROWS.split(text)
                )
            ]
            before = ""
            for end in ends:
                if end is None:
                    continue
                if end[2].strip("; "):
                    labels[end[1]] = number, end[2].strip("[](){}>;\"' ")
                labels.setdefault(end[1], (number, ""))
                known = after.setdefault(end[1], [])
                if before and before not in known:
                    known.append(before)
                before = end[1]
        else:
            continue
        taken.append(number)
    if len(taken) < 2 and sum(bool(label) for _, label in labels.values()) < 2:
        return None
    parts = [
        Part(labels[name][0], _node(name, labels[name][1], dimensions), name, tuple(after[name]))
        for name in in_order(after)
    ]
    return Found(
        "a graph in DOT" if dot and not mermaid else "a diagram of Mermaid", tuple(taken), tuple(parts)
    )


def _node(name: str, label: str, dimensions: int) -> Input | Stages | None:
    return read(label or re.sub(r"[_\d]+$", "", name), dimensions)


_CALL = regex(
    rf"(?P<word>(?:let|var|val|const|auto|final)\s+(?:mut\s+)?)?(?P<name>[A-Za-z_]\w*)\s*(?P<sign>:?=)\s*"
    rf"(?P<callee>[A-Za-z][\w.]*)\s*(?P<given>{ARGUMENTS})(?:\(\s*(?P<flow>\w+)\s*\))?\s*(?P<end>;?)"
)


_AT_THE_END = regex(r"^(?:output|return)\s+(?=\w+\()")
"""What comes out, in the line that computes it."""


def calls(rows: Sequence[Row], dimensions: int) -> Found | None:
    """Calls of layers that are given what flows, one by one, which no Keras has: `h = DenseLayer(x, num_units=8)`, `val y = Dense(8)(x)`."""
    called = [
        (number, call)
        for number, text in rows
        if len(text) <= LINE and (call := _CALL.fullmatch(_AT_THE_END.sub("y_out = ", text))) is not None
    ]
    if len(called) < 2:
        return None
    theirs = {number for number, _ in called}
    own = {word for number, text in rows if number not in theirs for word in re.findall(r"\w+", text)}
    names = {call["name"] for _, call in called}
    is_one = len(names) == 1 and not names & own  # one value all along, which nothing else asks for
    parts: list[Part] = []
    bound: set[str] = set()
    strange = False
    for number, call in called:
        given = at_commas(call["given"][1:-1])
        flows = [each for each in (*given, call["flow"] or "") if each in bound]
        rest = ", ".join(each for each in given if each not in bound)
        strange = strange or bool(
            call["word"] or call["end"] or call["sign"] == ":=" or any(each in bound for each in given)
        )
        before = tuple(flows) if flows or not parts else (parts[-1].name,)
        if call["callee"].rpartition(".")[2] in _IDLE and flows:  # what comes in goes on
            bound.add(call["name"])
            continue
        said = read(_INPUT_CALL.sub("input", call["callee"].rpartition(".")[2]) + f" {rest}", dimensions)
        parts.append(Part(number, said) if is_one else Part(number, said, call["name"], before))
        bound.add(call["name"])
    if not strange or any(each.said is None for each in parts):
        return None
    return Found("calls of functions", tuple(number for number, _ in called), tuple(parts))


_IDLE = ("regression",)
"""Functions that say how a model is trained, and compute nothing."""
_INPUT_CALL = regex(r"(?i)^(?:input|input_?layer|input_data|placeholder)$")


def in_order(after: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The nodes of a graph, each behind those that flow into it; those in a circle stay away."""
    waiting = {name: len(set(before)) for name, before in after.items()}
    following: dict[str, list[str]] = {}
    for name, before in after.items():
        for each in dict.fromkeys(before):
            following.setdefault(each, []).append(name)
    ready = [name for name, count in waiting.items() if not count]
    while ready:
        name = ready.pop(0)
        yield name
        for each in following.get(name, ()):
            waiting[each] -= 1
            if not waiting[each]:
                ready.append(each)
