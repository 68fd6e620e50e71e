"""What flows into a stage that is not written yet: the chain before it, put to the checker as a block of its own.

In: an analysis and the place of a stage.  Out: the shapes of the tensors that come along the arrow.

    y = x -> Conv2D(8, 3) -> ‸        block question { input x: (28, 28, 1)    y = x -> Conv2D(8, 3) -> _ }

Names of tensors become inputs of the shapes that they are known to have, whatever else the chain names comes along with what that
names in turn. So the question is as long as its chain, and not as the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dslc import driver
from dslc.editor.analysis import Analysis, loaded
from dslc.editor.place import Open, Place
from dslc.editor.scope import Name, item_at, names_at
from dslc.graph.graph import Shapes
from dslc.program import nodes as p
from dslc.program.items import defined
from dslc.program.traversal import walk
from dslc.source import Source, Span
from dslc.syntax import nodes as t
from dslc.syntax.lexer import tokenize

_NAME = "question"


def incoming(analysis: Analysis, place: Place) -> Shapes | None:
    """The shapes of what comes along the arrow before a place; None where nobody knows them."""
    if place.word in ("BLOCK", "MODEL", "SHARED", ""):
        return None
    begin = place.statement
    asked = analysis.source.text[begin : _before_choice(analysis.source, begin, place.start)]
    closing = "".join(_closed(each) for each in reversed(place.opened) if each.start >= begin)
    inside = _Needed(analysis, names_at(analysis, place))
    inside.of(_words(analysis.source, begin, place.start))
    head = f"block {_NAME}({', '.join(inside.parameters())}) {{\n"
    text = "".join(f"{each}\n" for each in inside.items(place))
    text += head + "".join(f"    {each}\n" for each in inside.lines) + "    "
    hole = len(text) + len(asked)
    source = Source(analysis.source.name, f"{text}{asked}_{closing}\n}}\n")

    checked = driver.check(source, loaded(analysis))
    question = None if checked.program is None else checked.program.index.get(_NAME)
    for each in walk(question) if question is not None else ():
        if getattr(each, "span", None) == Span(source, hole, hole + 1) and hasattr(each, "site"):
            given = [shapes for shapes in checked.beside.get(each.site, ()) if None not in shapes]
            if given:
                return given[0]
    return None


def _closed(bracket: Open) -> str:
    """What closes a bracket; `cond` wants its third argument besides."""
    if bracket.callee == "cond" and bracket.index == 1:
        return ", _)"
    return {"LPAR": ")", "LSQB": "]", "DICTIONARY_OPEN": "}"}[bracket.bracket]


def _before_choice(source: Source, begin: int, end: int) -> int:
    """Where the stage begins whose second way is being written: which way is taken may be known, what comes in is the same."""
    tokens = [each for each in tokenize(source, source.text, begin, end).tokens if each.type != "NEWLINE"]
    if not tokens or tokens[-1].type != "ELSE":
        return end
    depth = 0
    for token in reversed(tokens):
        depth += (token.type in ("RPAR", "RSQB")) - (token.type in ("LPAR", "LSQB"))
        if token.type == "ARROW" and depth == 0:
            return token.end
    return end


def _words(source: Source, start: int, end: int) -> Iterator[str]:
    """The names in a stretch of text."""
    for token in tokenize(source, source.text, start, end).tokens:
        if token.type == "NAME":
            yield source.text[token.start : token.end]


class _Needed:
    """The lines that a chain needs to be understood."""

    def __init__(self, analysis: Analysis, known: dict[str, Name]) -> None:
        self.analysis = analysis
        self.known = known
        self.lines: list[str] = []
        self.required: list[str] = []
        self.optional: list[str] = []
        self.seen: set[str] = set()
        self.others: set[str] = set()  # what are no names of the body

    def of(self, words: Iterable[str]) -> None:
        """What the words of a text need."""
        for word in words:
            if word in self.seen:
                continue
            self.seen.add(word)
            name = self.known.get(word)
            if name is None:
                self.others.add(word)
            else:
                self._name(name)

    def parameters(self) -> list[str]:
        return self.required + self.optional

    def items(self, place: Place) -> list[str]:
        """The items of the file that are needed, and the lines that take them from others."""
        mine = item_at(self.analysis, place)
        named: dict[str, t.Statement] = {}
        for statement in self.analysis.tree.statements:
            item = defined(statement)
            if item is not None:
                named[item[0].text] = statement
            elif isinstance(statement, t.Use):
                named.update((each.text, statement) for each in statement.names)
        if mine is not None:
            named.pop(mine.name, None)
        found: dict[int, str] = {}
        todo = list(self.others)
        seen: set[str] = set()
        while todo:
            word = todo.pop()
            statement_of = named.get(word)
            if word in seen or statement_of is None:
                continue
            seen.add(word)
            span = statement_of.span
            if span.start not in found:
                found[span.start] = span.text
                todo += _words(self.analysis.source, span.start, span.end)
        return [found[start] for start in sorted(found)]

    def _name(self, name: Name) -> None:
        match name.made:
            case p.Parameter(span, _, _, default):
                (self.required if default is None else self.optional).append(span.text)
                if default is not None:
                    self.of(_words(span.source, span.start, span.end))
            case p.Input(span, key=None, contract=contract) if contract is not None and name.kind == "value":
                self.lines.append(span.text)
                self.of(_words(span.source, span.start, span.end))
            case p.Shared(span) | p.WeightDeclaration(span):
                self.of(_words(span.source, span.start, span.end))
                self.lines.append(span.text)
            case p.Assign(span, p.Bind(), _, value) if not name.shapes and not _flows(value):
                self.of(_words(span.source, span.start, span.end))
                self.lines.append(span.text)
            case p.Input() | p.Assign() | p.Output() | p.Augment() | p.If() if name.kind == "value":
                self.lines.append(f"input {name.name}{_contract(name.shapes)}")
            case _:
                self.required.append(name.name)


def _flows(value: object) -> bool:
    return any(isinstance(each, p.Flow) or getattr(each, "name", "") == t.NOTHING for each in walk(value))


def _contract(shapes: tuple[Shapes, ...]) -> str:
    """The shape of a tensor as an input declares it; sizes that are not known yet stay so."""
    if not shapes or len(shapes[0]) != 1 or shapes[0][0] is None:
        return ""
    sizes = [str(each) if isinstance(each, int) else "?" for each in shapes[0][0][1:]]
    return f": ({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
