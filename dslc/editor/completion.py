"""Completion: what may be written at a place, the most fitting first.

In: an analysis and an offset, and the files of the project where a path or the names behind `use` are asked for.  Out: items with
the text to put in place of the word at the cursor. What there is to read about one is made when it is asked for (`documentation`).

    x -> ‸            MaxPooling2D, Conv2D, … which take a tensor of this shape; then all others
    x -> Dense(4, ‸   activation=, use_bias=, … and the names of the body
"""

from __future__ import annotations

from collections.abc import Callable as Function
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, assert_never

from dslc.editor import meanings, words
from dslc.editor.analysis import Analysis
from dslc.editor.callables import About, Argument, Callable, callable_of, item_of, of_item, of_layer
from dslc.editor.codes import codes
from dslc.editor.fitting import fitness, offered
from dslc.editor.incoming import incoming
from dslc.editor.keys import Keys, dictionary, inside, keys
from dslc.editor.names import shown
from dslc.editor.place import Open, Place, place
from dslc.editor.scope import Name, item_at, names_at
from dslc.graph import taps
from dslc.keras import kinds, operations, pages
from dslc.keras.dtypes import DECLARED
from dslc.keras.layers import applications, find
from dslc.program import nodes as p
from dslc.program.items import EXTERNS, OBJECTS, defined, kind_of, members
from dslc.program.scope import BUILTINS, LAYER_NAMESPACE, NAMESPACES, TENSOR_NAMESPACES
from dslc.record import record
from dslc.regex import regex
from dslc.source import Source
from dslc.syntax.lexer import tokenize
from dslc.syntax.parse import parse

Kind = Literal[
    "layer", "block", "model", "extern", "fn", "constant", "value", "parameter", "instance", "weight", "dim", "training",
    "function", "object", "namespace", "argument", "string", "word", "dtype", "file",
]  # fmt: skip


@record
class Completion:
    """One thing that may be written: `insert` stands for the text from `start` to `end`, with `${1:holes}` if it is a `snippet`.

    `order` sorts the list. `about` and `name` say whose documentation it has.
    """

    label: str
    kind: Kind
    insert: str
    start: int
    end: int
    order: str
    detail: str = ""
    snippet: bool = False
    about: About | None = None
    name: str = ""


@record
class Files:
    """The other files of a project, as a document sees them."""

    paths: Function[[], Sequence[str]]
    read: Function[[str], Source | None]


NO_FILES = Files(lambda: (), lambda path: None)

_STATEMENTS = {
    "input": "input ${1:x}: (${2:28, 28, 1})",
    "output": "output ${1:x}",
    "shared": "shared ${1:encoder} = ${2:Dense(64)}",
    "weight": 'weight ${1:w}: (${2:1, 8}) = "${3:zeros}"',
    "loss": "loss ${1:0.01 * ops.mean(ops.square(x))}",
    "for": "for ${1:i} in range(${2:3}) {\n\t$0\n}",
    "if": "if ${1:condition} {\n\t$0\n}",
    "assert": 'assert ${1:condition}, "${2:what must hold}"',
    "return": "return ${1:value}",
}
_ITEMS = {
    "model": "model ${1:Name}(${2}) {\n\tinput ${3:x}: (${4:28, 28, 1})\n\toutput ${3:x} -> $0\n}",
    "block": "block ${1:Name}(${2}) {\n\tinput ${3:x}\n\toutput ${3:x} -> $0\n}",
    "fn": "fn ${1:name}(${2:n}) = ${3:n}",
    "use": 'use ${2:Name} from "${1:file.kdl}"',
    "extern": "extern ${1:Name} from ${2:package.module}",
}
_EXTERNS = "{kind} ${{1:name}} from ${{2:package.module}}"
_FIRST_NAME = regex(r"\s*(\w+)")
_STRING = regex(r"[\"']([^\"'\n]*)[\"']")
_IN_NAME = regex(r"[\"']\s*(?:not\s+)?in\s+(\w+)")
_SPREAD = regex(r"\*\*(\w+)")
_ALLOWED = {
    "MODEL": ("input", "output", "shared", "loss", "for", "if", "assert"),
    "BLOCK": ("input", "output", "shared", "weight", "loss", "for", "if", "assert"),
    "FN": ("for", "if", "return", "assert"),
    "EXTERN": ("input", "output"),
}


def completions(analysis: Analysis, offset: int, files: Files = NO_FILES) -> list[Completion]:
    """What may be written at an offset, in order."""
    at = place(analysis.source, offset)
    list_ = _List(analysis, at)
    match at.kind:
        case "none":
            pass
        case "item":
            list_.words(_ITEMS, "0")
        case "statement":
            allowed = _ALLOWED.get(at.body, (*_STATEMENTS,))
            list_.words({word: _STATEMENTS[word] for word in allowed}, "1")
            list_.names("2")
        case "stage":
            list_.stages()
        case "key":
            list_.keys_of_call(quoted=True)
        case "expression":
            if analysis.source.text[: at.start].rstrip().endswith("**"):
                list_.dictionaries("0")
            list_.strings(quoted=True)
            list_.value()
            list_.expression()
        case "argument":
            list_.arguments()
            list_.expression()
        case "member":
            list_.members()
        case "string":
            list_.keys_of_call(quoted=False)
            list_.strings(quoted=False)
        case "path":
            for path in files.paths():
                list_.add(path, "file", "0")
        case "names":
            list_.names_of_file(files)
        case "dtype":
            for name in DECLARED:
                list_.add(name, "dtype", "0")
        case "kind":
            list_.add("layer", "word", "0", detail="a layer that the block is given")
        case "extern":
            for word in EXTERNS:
                list_.add(word, "word", "0", _EXTERNS.format(kind=word), detail=meanings.of_python(word))
        case "code":
            for code, title in codes().items():
                list_.add(code, "word", "0", detail=title)
        case _:
            assert_never(at.kind)
    return sorted(list_.found.values(), key=lambda each: (each.order, each.label))


def documentation(analysis: Analysis, about: About, name: str) -> str:
    """What there is to read about an item, in Markdown."""
    match about:
        case "layer":
            row = find(name)
            return "" if row is None else f"```text\n{pages.page(row)}```"
        case "item":
            item = item_of(analysis, name)
            doc = getattr(item, "doc", None) or ""
            return "" if item is None else _page(_head(item), doc)
        case "operation" | "object" | "word":
            made = callable_of(analysis, {}, name)
            return (
                ""
                if made is None
                else _page(f"{name}({', '.join(each.text for each in made.arguments)})", "")
            )
        case _:
            assert_never(about)


def _page(code: str, about: str) -> str:
    return f"```python\n{code}\n```" + (f"\n\n{about}" if about else "")


def _head(item: p.Item) -> str:
    made = of_item(item)
    arguments = "" if made is None else ", ".join(each.text for each in made.arguments if not each.extra)
    return f"{kind_of(item)} {item.name}" + (f"({arguments})" if arguments else "")


class _List:
    """The items of one answer; the first of those that are called the same stays."""

    def __init__(self, analysis: Analysis, at: Place) -> None:
        self.analysis = analysis
        self.at = at
        self.scope = names_at(analysis, at)
        self.found: dict[str, Completion] = {}
        follows = analysis.source.text[at.end : at.end + 1]
        self.called = follows == "("  # arguments stand there already

    def add(
        self,
        label: str,
        kind: Kind,
        order: str,
        insert: str | None = None,
        detail: str = "",
        about: About | None = None,
        name: str = "",
    ) -> None:
        text = label if insert is None else insert
        self.found.setdefault(
            label,
            Completion(
                label, kind, text, self.at.start, self.at.end, order, detail, insert is not None, about, name or label
            ),
        )  # fmt: skip

    def words(self, words_: dict[str, str], order: str) -> None:
        for word, snippet in words_.items():
            self.add(word, "word", order, snippet)

    def names(self, order: str, kinds: Iterable[str] | None = None) -> None:
        """The names of the body."""
        for each in self.scope.values():
            if kinds is None or each.kind in kinds:
                self.add(each.name, each.kind, order, detail=_detail(each))

    def items(self, order: str, kinds: Iterable[Kind]) -> None:
        """What the file defines, with what it must be called with."""
        program = self.analysis.checked.program
        for name in () if program is None else program.visible:
            item = item_of(self.analysis, name)
            if item is None or name == self._mine():
                continue
            kind = kind_of(item)
            if not _stands_as(item, kinds):
                continue
            made = of_item(item)
            insert = None if made is None else self._call(name, made)
            if isinstance(item, p.Fn) and not self.called:
                insert = insert or f"{name}($0)"
            self.add(name, shown(kind), order, insert, _head(item), "item")

    def _mine(self) -> str:
        """The item that stands here, which cannot use itself."""
        item = item_at(self.analysis, self.at)
        return "" if item is None else item.name

    def _call(self, name: str, made: Callable, hole: bool = False) -> str | None:
        """A name with holes for the arguments that it needs; None where it needs none, or has them."""
        required = made.required
        if self.called or not required or (hole and len(required) == 1):
            return None
        texts = ["_", *required[1:]] if hole else required
        holes = [each if each == "_" else f"${{{number}:{each}}}" for number, each in enumerate(texts, 1)]
        return f"{name}({', '.join(holes)})"

    def layers(self, order: str, fitting: bool) -> None:
        """The layers of Keras; those first that take what flows here."""
        given = incoming(self.analysis, self.at) if fitting else None
        for name in offered():
            made = of_layer(name)
            row = find(name)
            if made is None or row is None:
                continue
            rank = fitness(name, given) if given is not None else 1
            self.add(name, "layer", f"{order}{rank}", self._call(name, made), row.description, "layer")

    def stages(self) -> None:
        """What data may flow through."""
        self.names("0", ("instance", "layer"))
        self.items("1", ("block", "model", "extern", "function"))
        self.layers("2", fitting=True)
        self.namespaces("3", (*TENSOR_NAMESPACES, "activations", LAYER_NAMESPACE))
        self.add("_", "word", "4", detail="what comes along the arrow")
        if self.at.opened and self.at.opened[-1].fork:
            self.names("5")
        self.add(
            "cond",
            "function",
            "6",
            None if self.called else "cond(${1:predicate}, ${2:then}, ${3:otherwise})",
        )
        self.add("taps", "function", "6", None if self.called else 'taps(${1:model}, ["${2:layer}"])')

    def expression(self) -> None:
        """Whatever has a value."""
        self.names("3")
        if self.at.body == "BLOCK":
            self.add("training", "training", "3", detail="whether the model trains")
        self.items("4", ("constant", "fn"))
        self.namespaces("5", NAMESPACES)
        for name in BUILTINS:
            self.add(name, "function", "6", None if self.called else f"{name}($0)", about="word")
        for word in ("True", "False", "None"):
            self.add(word, "word", "7")

    def namespaces(self, order: str, names: Iterable[str]) -> None:
        for name in names:
            self.add(name, "namespace", order)

    def dictionaries(self, order: str) -> None:
        """The names of dictionaries, and what may stand behind `**`."""
        program = self.analysis.checked.program
        for name in (*self.scope, *(() if program is None else program.visible)):
            if dictionary(self.analysis, self.scope, name) is not None:
                self.add(name, "value", order, detail=", ".join(self._keys(name)))

    def _keys(self, name: str) -> Keys:
        return keys(self.analysis, self.scope, item_at(self.analysis, self.at), name)

    def known_strings(self) -> Keys:
        """The strings that lead on from here: the keys of what is looked into, the names inside a model for `taps`."""
        text, opened = self.analysis.source.text, self.at.opened
        bracket = opened[-1] if opened else None
        if bracket is not None and bracket.of:
            return self._keys(bracket.of)
        calls = [each for each in opened[-2:] if each.callee == taps.TAPS and each.index == 1]
        if calls:
            model = _FIRST_NAME.match(text, calls[0].start)
            given = set(_STRING.findall(text, calls[0].start, self.at.start))
            found = {} if model is None else inside(self.analysis, self.scope, model[1])
            return {name: layer for name, layer in found.items() if name not in given}
        looked = _IN_NAME.match(text, self.at.end)
        return {} if looked is None else self._keys(looked[1])

    def _argument(self) -> Argument | None:
        made, bracket = self._callee()
        return None if made is None or bracket is None else made.argument(bracket.index, bracket.argument)

    def _callee(self) -> tuple[Callable | None, Open | None]:
        bracket = self.at.opened[-1] if self.at.opened else None
        if bracket is None or not bracket.callee:
            return None, bracket
        return callable_of(self.analysis, self.scope, bracket.callee), bracket

    def arguments(self) -> None:
        """The arguments that are not given yet."""
        made, bracket = self._callee()
        if made is None or bracket is None:
            return
        placed = [each for each in made.arguments if each.position][: bracket.index - len(bracket.names)]
        spread = _SPREAD.findall(self.analysis.source.text, bracket.start, self.at.start)
        given = {
            *bracket.names,
            *(each.name for each in placed),
            *(key for name in spread for key in self._keys(name)),
        }
        if not bracket.names:
            self.value()
        follows = self.analysis.source.text[self.at.end : self.at.end + 1]
        for number, each in enumerate(made.arguments):
            if each.name not in given and not (made.any_number and each is made.arguments[-1]):
                text = each.name if follows == "=" else f"{each.name}="
                needed = "" if each.default is None else "1"
                detail = "required" if each.default is None else each.default
                order = f"1{needed or '0'}{number:03}"
                self.found.setdefault(
                    f"{each.name}=",
                    Completion(f"{each.name}=", "argument", text, self.at.start, self.at.end, order, detail),
                )

    def keys_of_call(self, quoted: bool) -> None:
        """The keys of `**{…}`: the arguments that are not given yet."""
        made, bracket = self._callee()
        if made is None or bracket is None or not self._in_key():
            return
        for number, each in enumerate(made.arguments):
            if each.name not in bracket.names:
                text = f'"{each.name}"' if quoted else each.name
                self.add(text, "argument", f"0{number:03}", detail=each.default or "required")

    def value(self) -> None:
        """What the argument at the cursor takes."""
        argument = self._argument()
        if argument is None:
            return
        self.strings(quoted=True)
        self.objects_for(argument.name)
        if argument.layer:
            self.names("0", ("instance", "layer"))
            self.items("2", ("block",))
            self.layers("2", fitting=False)
        if argument.default in ("True", "False"):
            for word in ("True", "False"):
                self.add(word, "word", "0")

    def objects_for(self, argument: str) -> None:
        """What Python offers for this argument: an `extern initializer` for every `…_initializer`."""
        program = self.analysis.checked.program
        for name in () if program is None else program.visible:
            item = item_of(self.analysis, name)
            kind = "" if item is None else kind_of(item)
            if item is not None and kind in OBJECTS and argument.endswith(kind):
                made = of_item(item)
                self.add(
                    name,
                    "constant",
                    "00",
                    None if made is None else self._call(name, made),
                    _head(item),
                    "item",
                )

    def strings(self, quoted: bool) -> None:
        """The strings that the argument at the cursor takes, and those that lead on from here."""
        for number, (name, detail) in enumerate(self.known_strings().items()):
            text = f'"{name}"' if quoted else name
            self.add(text, "string", f"0{number:04}", detail=detail)
        for each in self._strings_of_the_value():
            self.add(f'"{each}"' if quoted else each, "string", "01")

    def _strings_of_the_value(self) -> Sequence[str]:
        """Those that the argument at the cursor takes, or a weight as its first value."""
        if self.at.word == "WEIGHT" and not self.at.opened:
            return kinds.words(kinds.initializer)
        argument = None if self._in_key() else self._argument()
        return () if argument is None else argument.strings

    def _in_key(self) -> bool:
        """Whether a key of `**{…}` is written here, and no value."""
        bracket = self.at.opened[-1] if self.at.opened else None
        return bracket is not None and bracket.bracket == "DICTIONARY_OPEN" and bracket.argument is None

    def members(self) -> None:
        """What stands behind the dot of a namespace, or of a tensor."""
        space, _, inner = self.at.member.partition(".")
        if space in self.scope or space not in NAMESPACES:
            if self.at.member in self.scope:
                self.add("shape", "value", "0", detail="its sizes, the batch among them")
                self.add("dtype", "value", "0")
            return
        prefix = f"{space}.{inner}." if inner else f"{space}."
        stage = self._in_stage()
        for full, name in _members(prefix, space):
            made = callable_of(self.analysis, {}, full)
            kind: Kind = "object" if space in ("initializers", "regularizers", "constraints") else "function"
            if made is None:
                if space == "math":  # a number
                    self.add(name, "value", "0", detail=full)
                continue
            detail = f"{full}({', '.join(each.text for each in made.arguments)})"
            if space == LAYER_NAMESPACE:
                self.add(name, "layer", "0", None if self.called else f"{name}($0)", detail, made.about, full)
                continue
            insert = None if space == "activations" and not stage else self._call(name, made, hole=stage)
            if kind == "object" and not self.called and insert is None and name[:1].isupper():
                insert = f"{name}($0)"
            self.add(name, kind, "0", insert, detail, made.about, full)

    def _in_stage(self) -> bool:
        """Whether the namespace before the dot stands right behind an arrow."""
        text = self.analysis.source.text
        return text[: self.at.start].removesuffix(f"{self.at.member}.").rstrip().endswith("->")

    def names_of_file(self, files: Files) -> None:
        """What the file defines that a `use` names."""
        text = self.analysis.source.text
        end = text.find("\n", self.at.end)
        rest = tokenize(self.analysis.source, text, self.at.end, len(text) if end < 0 else end)
        path = next((text[each.start : each.end] for each in rest.tokens if each.type == "STRING"), "")
        source = files.read(path.strip("\"'")) if path else None
        for statement in () if source is None else parse(source)[0].statements:
            found = defined(statement)
            if found is not None:
                self.add(found[0].text, shown(found[1]), "0")


def _stands_as(item: p.Item, kinds: Iterable[Kind]) -> bool:
    """Whether an item is of one of the kinds; an object is a value, and an activation that needs no arguments a stage, too."""
    kind = kind_of(item)
    if kind not in OBJECTS:
        return shown(kind) in kinds
    is_stage = kind == "activation" and isinstance(item, p.Extern) and not item.parameters
    return "constant" in kinds or (is_stage and "function" in kinds)


def _members(prefix: str, space: str) -> Iterator[tuple[str, str]]:
    """The full names behind a prefix, and what is written behind it."""
    if space in TENSOR_NAMESPACES or space == "activations":
        full = operations.names()
    elif space == LAYER_NAMESPACE:
        full = applications()
    else:
        full = members(space)
    for name in full:
        if name.startswith(prefix):
            yield name, name.removeprefix(prefix)


def _detail(name: Name) -> str:
    """What a list shows of a name: its shape, or what kind of thing it is."""
    if name.shapes:
        return words.uses(name.shapes)
    match name.made:
        case p.Input(contract=p.Contract(shape=shape)) if name.kind == "value":
            return shape.span.brief
        case p.Parameter(default=default) if default is not None:
            return f"{'layer' if name.kind == 'layer' else 'parameter'} = {default.span.brief}"
        case p.Shared(value=value):
            return f"shared {value.span.brief}"
        case _:
            return {"dim": "size", "instance": "shared layer"}.get(name.kind, name.kind)
