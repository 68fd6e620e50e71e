"""How lines look in the notations of others: a row for each, by which the lines of a body are known and taken apart.

In: the lines of a body.  Out: which notation several of them are in, and the layers that they name, in order.

    1. Dense(128, relu)           a numbered list: `Dense(128, relu)`
    A[Dense 128] --> B[ReLU]      a diagram of Mermaid: `A`, `Dense 128`; `B`, `ReLU`, behind `A`
    [[layer]]                     sections: `layer` with its entries
    type = "Dense"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from dslc.notations.phrases import Input, Stages, knows, of_section, read
from dslc.record import record

Row = tuple[int, str]
"""The number of a line, and what stands in it."""


@record
class Part:
    """What one place of a text names: its line, what it says (None: nobody knows), and in a graph its name and what flows into it."""

    row: int
    said: Input | Stages | None
    name: str = ""
    after: tuple[str, ...] = ()


@record
class Found:
    """Lines in a notation: what that is, all of their numbers, and their parts."""

    notation: str
    rows: tuple[int, ...]
    parts: tuple[Part, ...]


@record
class Form:
    """A notation with a layer in each line: what stands around that (`said`), and lines that belong to it without one (`around`).

    A `loose` form is one only where all that it says is understood; `weak` is what a phrase is that names no layer. Some forms hold several
    phrases in a line, with `between` them.
    """

    notation: str
    said: re.Pattern[str]
    around: re.Pattern[str] | None = None
    loose: bool = False
    weak: str = ""
    between: re.Pattern[str] | None = None
    backwards: bool = False
    certain: bool = False  # it is one, whether or not anything in it is understood
    last: re.Pattern[str] | None = None  # how the last line looks, where that is different


_WORD = r"[A-Za-z][\w.]*"
_BOX = r"[\u2500-\u257f|]"
_ARROW = r"(?:-+>|→|=>|⟶|>>|\|>)"
_ARGUMENTS = r"(?:\([^()]*+(?:\([^()]*+\)[^()]*+)*+\))"
_ENDS = re.compile(
    r"(?i:outputs?|end|begin|start|layers?(?:[ \t]+(?:units|size|sizes|filters|activation|shape|type|name))+)"
)

FORMS = (
    Form("a table of Markdown", re.compile(r"\|(?P<said>.*\|.*?)\|?"), re.compile(r"[|+][\s|:+=-]*")),
    Form(
        "the summary of a Keras model",
        re.compile(rf"{_BOX}?\s*{_WORD}\s*\((?P<said>{_WORD})\)\s*{_BOX}?\s*\[?\((?P<sizes>[\w, ]+)\)\]?.*\d\s*{_BOX}?.*"),
        re.compile(rf"(?:{_BOX}|[_=\s])+|{_BOX}?\s*(?:Model:.*|Layer \(type\).*)|(?:Total|Trainable|Non-trainable) params:.*"),
        certain=True,
    ),
    Form("the text of a module of PyTorch", re.compile(r"\(\w+\): (?P<said>\w+\(.*\))"), re.compile(r"(?:\(\w+\): )?\w+\(|\)"), certain=True),
    Form("XML", re.compile(r"<(?P<said>[\w-]+(?:\s+[\w-]+\s*=\s*\"[^\"]*\")*)\s*/?>(?:</[\w-]+>)?"), re.compile(r"</.*>|<\?.*>|<(?:model|network|layers|net|sequential)\b[^<>]*>"), certain=True),
    Form("a tree", re.compile(r"[│|\s]*[├└╰╭┌|+`][─-]+[>\s]*(?P<said>\w.*)"), re.compile(r"[│|\s]+")),
    Form("a numbered list", re.compile(r"(?:\(?\d+[.):]|(?:[Ll]ayer|[Ss]tep|[Ss]tage)[ ]*\d+[ ]*[:.)-])\s+(?P<said>\S.*)")),
    Form("a list of points", re.compile(r"[-*+•–]\s+(?P<said>[A-Za-z*`].*)"), loose=True),
    Form("R", re.compile(r"(?:\w+\s*(?:<-|=)\s*)?(?P<said>layer_\w+\(.*\))\s*(?:%>%|\|>)?"), re.compile(r"(?:\w+\s*(?:<-|=)\s*)?keras_model\w*\(.*\)\s*(?:%>%|\|>)?|library\(.*\)")),
    Form("MATLAB", re.compile(r"(?P<said>[a-z]\w*Layer(?:\(.*\))?)[;,]?"), re.compile(r"\w+\s*=\s*\[|\];?")),
    Form("JavaScript", re.compile(r"(?:\w+\.add\()?(?:tf\.)?layers\.(?P<said>\w+)\(\{(?P<entries>.*)\}\)+[;,]?"), re.compile(r"(?:const|let|var)\s+\w+\s*=\s*tf\..*")),
    Form("layers with entries in braces", re.compile(r"(?P<said>[A-Za-z]\w*)\s*:?\s*\{(?P<entries>[^{}]*:[^{}]*)\},?")),
    Form("Swift", re.compile(r"(?:let|var)\s+\w+\s*=\s*(?P<said>[A-Z]\w*)(?:<\w+>)?\((?P<entries>\w+:.*)\)")),
    Form(
        "a list with a layer on each line",
        re.compile(rf"(?P<said>(?:\w+\.)*[A-Za-z]\w*{_ARGUMENTS}?(?:,\s+(?:\w+\.)*[A-Za-z]\w*{_ARGUMENTS}?)*),"),
        re.compile(r"(?:\w+\s*=\s*)?(?:\w+\.)*(?:Sequential|ModuleList|Chain|Stack|Serial|serial)\(\[?|\]?\)+|[\[\]]|(?:\w+\s*=\s*)\["),
        loose=True,
        between=re.compile(r",\s+(?=(?:\w+\.)*[A-Za-z]\w*(?:\(|,|$))"),
        last=re.compile(r"(?P<said>(?:\w+\.)*[A-Z]\w*(?:\(.*\))?)"),
    ),
    Form("Lisp", re.compile(r"\((?P<said>[a-z][\w-]*+\s[^()]*+(?:\([^()]*+\)[^()]*+)*+)\)+"), re.compile(r"\([\w-]+(?:\s+[\w-]+)?|\)+"), loose=True),
    Form("layers with arrows between the lines", re.compile(rf"(?:\|\s*)?(?P<said>{_WORD}.*)"), re.compile(r"(?:[↓⬇⇓▼|]|[vV]|->|-->)+")),
    Form(
        "a chain in words",
        re.compile(rf"(?=.*{_ARROW}\s*\S)(?P<said>(?:[\[\"]|\d|(?i:input)\b)(?:[^=:]|=>)*+)"),
        loose=True,
        weak="Dense",
        between=re.compile(rf"\s*{_ARROW}\s*"),
        around=re.compile(r"@\w+"),
    ),
    Form("sizes in a row", re.compile(r"(?P<said>\d+(?:\s*-\s*\d+)+)"), loose=True, weak="Dense", between=re.compile(r"\s*-\s*")),
    Form(
        "functions one after the other",
        re.compile(r"(?:\w+\s*=\s*)?(?P<said>[a-z]\w*(?:\s+[\w()]+)*(?:\s+\.\s+[a-z]\w*(?:\s+[\w()]+)*)+)|\w+\s*::\s*(?P<typed>Input.*)"),
        re.compile(r"\w+\s*::(?!\s*Input).*"),
        loose=True,
        between=re.compile(r"\s+\.\s+"),
        backwards=True,
    ),
    Form("layers in brackets", re.compile(r"[\[({](?P<said>[^\[\](){}]*)[\])}],?"), loose=True),
    Form("lines with a mark before each", re.compile(r"(?:[a-z][.)]|[^\w\s(\[\"'{.#]{1,4})\s+(?P<said>\w.*)|(?P<alone>[Ii]nputs?\b.*)"), loose=True),
    Form("formulas", re.compile(r"\w+\s*=\s*(?P<said>.*(?:\\[A-Za-z]+|[·σ∘₀-₉]|\b[WUb](?:_?\d)?\s+\w).*)"), certain=True),
    Form("lines of CSV", re.compile(r"(?P<said>[A-Za-z]\w*(?:,\s*[\w.%]+)+),?"), loose=True),
    Form("layers in words", re.compile(rf"(?P<said>{_WORD}(?:[ \t-]+{_WORD})*+[ \t]*:[ \t]*\S.*)|(?P<alone>{_WORD})"), _ENDS, loose=True),
    Form("layers in words", re.compile(rf"(?P<said>{_WORD}(?:[ \t]+[\w.%()×,-]+)+)|(?P<alone>{_WORD})"), _ENDS, loose=True),
)  # fmt: skip
"""Those by which nothing else can be meant stand first."""

_OWN = re.compile(
    r"(?:input|shared|weight)\s+[^\W\d]\w*\s*[:=]|output\s+(?:[^\W\d]\w*$|.*->)|[^\W\d]\w*\s*=(?!=).*->|(?:for|if|assert|loss|fn)\b"
)
"""How lines of this language begin."""

_LINE, _MOST = 300, 2_000
"""Characters of a line, and lines of a body, that are looked at: nobody writes longer ones by hand."""


def found_in(rows: Sequence[Row], dimensions: int) -> Found | None:
    """The notation that several of some lines are in, if they are."""
    rows = rows[:_MOST]
    for finder in (_graph, _sections, _calls):
        found = finder(rows, dimensions)
        if found is not None:
            return found
    for form in FORMS:
        found = _lines(form, rows, dimensions)
        if found is not None:
            return found
    return None


def _lines(form: Form, rows: Sequence[Row], dimensions: int) -> Found | None:
    """The lines that are in a form."""
    parts: list[Part] = []
    taken: list[int] = []
    header: list[str] = []
    needs_around = form.notation.startswith("layers with arrows")
    around = 0
    for number, text in rows:
        if len(text) > _LINE or _OWN.match(text) is not None:
            continue
        said = form.said.fullmatch(text)
        if said is None and form.last is not None and parts:
            said = form.last.fullmatch(text)
        is_around = form.around is not None and form.around.fullmatch(text) is not None
        if is_around and not (said is not None and _reads(form, said, dimensions)):
            around += 1
            taken.append(number)
            continue
        if said is None:
            continue
        made = _of_line(form, number, said, dimensions, header)
        if form.loose and any(each.said is None for each in made):
            continue
        if form.notation.startswith("a table") and not parts and made and made[0].said is None:
            header[:] = [cell.strip().lower() for cell in said["said"].split("|")]
            taken.append(number)
            continue
        again = form.between is not None and bool(parts) and parts[-1].said == made[0].said
        parts += made[again:]  # one end of an edge is the other end of the one before
        taken.append(number)
    if len(parts) < 2 or (needs_around and not around):
        return None
    if not form.loose and not any(each.said is not None for each in parts) and not form.certain:
        return None
    return Found(form.notation, tuple(taken), tuple(parts))


def _reads(form: Form, said: re.Match[str], dimensions: int) -> bool:
    return form.notation != "a table of Markdown" and read(said["said"] or "", dimensions) is not None


def _of_line(
    form: Form, number: int, said: re.Match[str], dimensions: int, header: Sequence[str]
) -> list[Part]:
    groups = said.groupdict()
    if said["said"] is None:
        return [Part(number, read(groups.get("typed") or groups.get("alone") or "", dimensions))]
    text = said["said"].strip().rstrip(";,").strip()
    if "entries" in groups:
        return [Part(number, of_section(text, dict(_PAIR.findall(said["entries"])), dimensions))]
    if form.notation == "MATLAB":  # the window of a convolution stands there before the filters
        text = re.sub(r"(?<=convolution[12]dLayer\()(\d+|\[[^\]]*\]),\s*(\d+)", r"\2, \1", text)
    if form.between is not None:
        phrases = [each.strip("[]()\"' ") for each in form.between.split(text)]
        phrases = phrases[::-1] if form.backwards else phrases
        made = []
        for at, phrase in enumerate(phrases):
            first = not at and form.weak and re.fullmatch(r"[\d\s,x×]+", phrase)
            made.append(Part(number, read(f"input {phrase}" if first else phrase, dimensions, form.weak)))
        return made
    if header:
        cells = [cell.strip() for cell in text.split("|")]
        pairs = list(zip(header, cells, strict=False))
        layer = next((cell for _, cell in pairs if knows(cell)), "")
        entries = {
            key: cell
            for key, cell in pairs
            if cell not in (layer, "", "-", "–", "—")
            and re.fullmatch(r"[a-z_ ]+", key)
            and key not in _COUNTED
        }
        return [
            Part(
                number,
                of_section(layer, {key.replace(" ", "_"): cell for key, cell in entries.items()}, dimensions)
                or read(text.replace("|", " "), dimensions),
            )
        ]
    if "sizes" in groups:
        sizes = re.findall(r"\d+|None", said["sizes"])
        if text == "InputLayer":
            return [Part(number, read(f"input ({', '.join(sizes)})", dimensions))]
        return [
            Part(
                number,
                read(text, dimensions)
                or read(f"{text} {sizes[-1]}" if text == "Dense" and sizes else "", dimensions),
            )
        ]
    return [Part(number, read(text, dimensions, form.weak))]


_COUNTED = ("#", "no", "layer", "output shape", "params", "param", "parameters", "param #", "type", "name")
"""Columns of tables that say what follows from the others."""


_KEY = re.compile(r"[\"']?([A-Za-z_][\w-]*)[\"']?\s*(?::|=(?!=))\s*(.*?),?")
_OBJECT = re.compile(r"\{([^{}]*+(?:\{[^{}]*+\}[^{}]*+)?)\}")
_HEAD = re.compile(r"\[\[?\s*([A-Za-z][\w.-]*)\s*\]\]?|([A-Za-z]\w*)(?:\s*\"(\w+)\")?\s*:?\s*\{")
_PAIR = re.compile(
    r"(?<![\w])[\"']?([A-Za-z_]\w*)[\"']?\s*[:=]\s*(\"[^\"\n]*\"|'[^'\n]*'|\[[^\[\]\n]*\]|\([^()\n]*\)|[\w.+-]+)"
)
_TYPE = ("type", "class_name", "layer", "kind", "op", "layer_type")
_SHAPED = ("input", "inputs", "input_shape", "shape", "data")
_MARKED = re.compile(
    r"\[\[?\s*[A-Za-z][\w.-]*\s*\]\]?$|layers?\s*(?:\"\w+\"\s*)?\{|-\s*\[|[{}\[\],\s\"']*[\"']\w+[\"']\s*:|-\s+\w+\s*:|(?!(?:else|try|finally)\b)\w+\s*:$",
    re.MULTILINE,
)


def _sections(rows: Sequence[Row], dimensions: int) -> Found | None:
    """Sections with entries: YAML, TOML, JSON, the networks of Caffe and Darknet."""
    if not any(_MARKED.match(text) for _, text in rows):
        return None
    sections: list[tuple[int, str, dict[str, str]]] = []
    taken: list[int] = []
    for number, text in rows:
        if len(text) > 3 * _LINE or _OWN.match(text) is not None or "->" in text:
            continue
        bare = text.strip()
        if re.fullmatch(r"[{}\[\](),;\s]+", bare):
            taken.append(number)
            continue
        dash = re.match(r"-\s+", bare)
        bare = bare[dash.end() :] if dash else bare
        if dash and re.fullmatch(r"\w+", bare) and knows(bare):
            sections.append((number, bare, {}))
            taken.append(number)
            continue
        head = _HEAD.match(bare)
        objects = [each for each in _OBJECT.findall(bare) if ":" in each or "=" in each]
        if head is not None and "=" not in bare[: head.end()]:
            sections.append((number, (head[1] or head[3] or head[2]).strip(), _entries(bare[head.end() :])))
            if head[2] and head[2].endswith("_param") and len(sections) > 1:
                _, _, more = sections.pop()
                sections[-1][2].update(more)
            taken.append(number)
            continue
        key = _KEY.fullmatch(bare)
        if objects and (key is None or key[1].lower() not in ("config", "params", "args")):
            for each in objects:
                sections.append((number, "" if key is None else key[1], _entries(each)))
            taken.append(number)
            continue
        if key is None:
            continue
        taken.append(number)
        word, value = key[1], key[2].strip().rstrip("{[").strip()
        if (
            dash
            or (
                word.lower() in _SHAPED
                and sections[-1:]
                and sections[-1][1].lower() != word.lower()
                and not _is_input(sections[-1])
            )
            or (
                knows(word)
                and word.lower() not in ("activation", "dropout", "padding", "hidden", "in", "out")
            )
            or not sections
        ):
            sections.append(
                (
                    number,
                    word,
                    {} if not value else {word if word in (*_TYPE, "name", "shape") else "": value},
                )
            )
        elif value:
            sections[-1][2][word] = value
    parts = [part for each in sections if (part := _section(*each, dimensions)) is not None]
    if len(parts) < 2 or not any(isinstance(each.said, Stages) for each in parts):
        if sum(_MARKED.match(text) is not None for _, text in rows) < 2:
            return None
        parts = []
    theirs = [text for number, text in rows if number in taken]
    return Found(_notation(theirs), tuple(taken), tuple(parts))


def _entries(text: str) -> dict[str, str]:
    """The entries of a section that stand in one line; sizes of Caffe, which has the batch and the channels first, in our order."""
    sizes = re.findall(r"\bdim:\s*(\d+)", text)
    if len(sizes) > 1:
        sizes = [*sizes[2:], sizes[1]] if len(sizes) == 4 else sizes
        return {"shape": f"({', '.join(sizes)})"}
    return dict(_PAIR.findall(text))


def _is_input(section: tuple[int, str, dict[str, str]]) -> bool:
    return section[1].lower() in ("input", "inputs", "net", "data") or section[2].get("type", "").strip(
        "\"'"
    ).lower() in ("input", "inputlayer", "data")


def _section(row: int, name: str, entries: dict[str, str], dimensions: int) -> Part | None:
    """What a section names; None where it is none of a layer."""
    told = {key: value.strip().strip("\"'") for key, value in entries.items()}
    layer = next((told.pop(key) for key in _TYPE if key in told), None)
    if layer is None and knows(told.get("name", "")) and not knows(name):
        layer = told.pop("name")
    layer = layer or name
    if "" in told:  # `Dense: 128`, `Conv2D: 32 filters`
        value = told.pop("")
        return Part(row, read(f"{layer} {value}", dimensions)) if knows(layer) else None
    if layer.lower() in ("shape", "input_shape"):
        layer, told = "input", {"shape": told.get("shape", told.get("input_shape", ""))}
    if layer.lower() in ("net", "data") or knows(layer):
        made = of_section(layer, told, dimensions)
        empty = not told and layer.lower() in (
            "input",
            "output",
            "inputs",
            "outputs",
            "net",
            "data",
            "hidden",
        )
        return None if empty else Part(row, made)
    return None


def _notation(texts: Sequence[str]) -> str:
    """What a text with sections is called."""
    whole = "\n".join(texts)
    if re.search(r"^\[(?:convolutional|net|connected|maxpool)\]", whole, re.MULTILINE):
        return "a network of Darknet"
    if re.search(r"^layers?\s*\{|^layer:?\s*\{", whole, re.MULTILINE):
        return "a network of Caffe"
    if re.search(r"^\w+\s+\"\w+\"\s*\{", whole, re.MULTILINE):
        return "HCL"
    if re.search(r"^\[\[?[\w.]+\]\]?$", whole, re.MULTILINE):
        return "TOML"
    if all(re.match(r"-\s+(?:[^:{]*:\s+[^{\[]|\w+$)", text) for text in texts):
        return "a list of points"
    return "JSON" if re.search(r"[\"']\w+[\"']\s*:", whole) else "YAML"


_NODE = r"(?:[A-Za-z_]\w*)"
_LABEL = r"(?:\[+[^\[\]]*\]+|\(+[^()]*\)+|\{+[^{}]*\}+|>[^\]]*\])"
_EDGES = re.compile(
    rf"{_NODE}\s*{_LABEL}?(?:\s*(?:--+>|==+>|-\.->|---)\s*(?:\|[^|]*\|\s*)?{_NODE}\s*{_LABEL}?)+;?|{_NODE}\s*\[[^\[\]=]*\];?"
)
_ARROWS = re.compile(r"\s*(?:--+>|==+>|-\.->|---)\s*(?:\|[^|]*\|\s*)?")
_DOT_EDGES = re.compile(rf"{_NODE}(?:\s*->\s*{_NODE})+\s*(?:\[[^\]]*\])?\s*;?")
_DOT_NODE = re.compile(
    rf"(?P<id>{_NODE})\s*\[(?:[^\]]*,\s*)?label\s*=\s*(?:\"(?P<label>[^\"]*)\"|(?P<bare>\w+))[^\]]*\]\s*;?"
)
_OF_MERMAID = re.compile(
    r"(?:graph|flowchart)\s+(?:TD|TB|LR|RL|BT)|subgraph\b.*|end|%%.*|style\b.*|classDef\b.*|class\b.*|```\w*"
)
_OF_DOT = re.compile(r"(?:strict\s+)?(?:di)?graph\b.*\{|(?:rankdir|node|edge|graph)\s*(?:=|\[).*|\}")


def _graph(rows: Sequence[Row], dimensions: int) -> Found | None:
    """Graphs of nodes and edges: Mermaid and DOT."""
    texts = [text for _, text in rows]
    mermaid = any(
        _EDGES.fullmatch(text) and ("--" in text or "==" in text) and len(text) < _LINE for text in texts
    )
    dot = any(_DOT_NODE.fullmatch(text) for text in texts if len(text) < _LINE)
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
        if len(text) >= _LINE:
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
    if len(taken) < 2:
        return None
    parts = [
        Part(labels[name][0], _node(name, labels[name][1], dimensions), name, tuple(after[name]))
        for name in _in_order(after)
    ]
    return Found(
        "a graph in DOT" if dot and not mermaid else "a diagram of Mermaid", tuple(taken), tuple(parts)
    )


def _node(name: str, label: str, dimensions: int) -> Input | Stages | None:
    return read(label or re.sub(r"[_\d]+$", "", name), dimensions)


_CALL = re.compile(
    rf"(?P<word>(?:let|var|val|const|auto|final)\s+(?:mut\s+)?)?(?P<name>[A-Za-z_]\w*)\s*(?P<sign>:?=)\s*"
    rf"(?P<callee>[A-Za-z][\w.]*)\s*(?P<given>{_ARGUMENTS})(?:\(\s*(?P<flow>\w+)\s*\))?\s*(?P<end>;?)"
)


def _calls(rows: Sequence[Row], dimensions: int) -> Found | None:
    """Calls of layers that are given what flows, one by one, which no Keras has: `h = DenseLayer(x, num_units=8)`, `val y = Dense(8)(x)`."""
    calls = [
        (number, call)
        for number, text in rows
        if len(text) <= _LINE and (call := _CALL.fullmatch(text)) is not None
    ]
    names = [call["name"] for _, call in calls]
    if len(calls) < 2:
        return None
    again = len(set(names)) < len(names)
    parts: list[Part] = []
    bound: set[str] = set()
    strange = False
    for number, call in calls:
        given = [each.strip() for each in re.split(r",(?![^(\[{]*[)\]}])", call["given"][1:-1])]
        flows = [each for each in (*given, call["flow"] or "") if each in bound]
        rest = ", ".join(each for each in given if each not in bound)
        strange = strange or bool(
            call["word"] or call["end"] or call["sign"] == ":=" or any(each in bound for each in given)
        )
        before = tuple(flows) if flows or not parts else (parts[-1].name,)
        said = read(_INPUT_CALL.sub("input", call["callee"].rpartition(".")[2]) + f" {rest}", dimensions)
        parts.append(Part(number, said) if again else Part(number, said, call["name"], before))
        bound.add(call["name"])
    if not strange or any(each.said is None for each in parts):
        return None
    return Found("calls of functions", tuple(number for number, _ in calls), tuple(parts))


_INPUT_CALL = re.compile(r"(?i)^(?:input|input_?layer|input_data|placeholder)$")


def _in_order(after: Mapping[str, Sequence[str]]) -> Iterator[str]:
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


Finder = Callable[[Sequence[Row], int], Found | None]
