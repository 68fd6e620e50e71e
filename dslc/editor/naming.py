"""Every name of a document and what it means: the base of navigation, renaming, colours, hover.

In: an analysis.  Out: occurrences in the order of the text, each with its symbol (see `names`).

A body has one variable for a name, however often it is bound again; a comprehension has its own. What the program says of a
place is what it means; the tree says it of what a mistake has kept out of the program.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from dslc.editor import bindings
from dslc.editor.analysis import Analysis
from dslc.editor.bindings import Reach, both, bound_by, broken_names, keys_of, names_of
from dslc.editor.names import INSIDE, Kind, LocalKind, Names, Occurrence, Role, Symbol, gathered, shown
from dslc.graph import taps
from dslc.keras import layers
from dslc.program import nodes as p
from dslc.program.items import kind_of
from dslc.program.scope import BUILTINS, NAMESPACES
from dslc.program.traversal import inputs_in, walk
from dslc.source import Span
from dslc.syntax import nodes as t
from dslc.syntax.traversal import TREE

FULL_FORMS = frozenset({"Input", "Weight"})
"""What an input and a weight are declared with in full."""


def names(analysis: Analysis) -> Names:
    """All names of a document."""
    found = _Walk(analysis)
    for statement in analysis.tree.statements:
        found.item(statement)
    return gathered(found.occurrences)


class _Walk:
    """A way through a tree. `bound` are the names of the body it is in, `reach` where they may have got their values."""

    def __init__(self, analysis: Analysis) -> None:
        self.file = analysis.source.name
        self.program: p.Module | None = analysis.checked.program
        self.occurrences: list[Occurrence] = []
        self.visible = self._visible(analysis.tree)
        self.elsewhere = self._not_of_the_body()
        self.bodies: dict[int, Reach] = {}
        self.taken: set[str] = set()
        self.enter((self.file, ""), ())

    def _visible(self, tree: t.Module) -> dict[str, tuple[str, str]]:
        if self.program is not None:
            return dict(self.program.visible)
        own = (each.name.text for each in tree.statements if isinstance(each, (t.Block, t.Fn, t.Extern)))
        return {name: (self.file, name) for name in own}

    def _not_of_the_body(self) -> set[int]:
        """Where names stand that a body could have for itself, and that mean an item or a layer all the same."""
        found = set()
        for item in () if self.program is None else self.program.items:
            for node in walk(item):
                if isinstance(node, p.Local) and node.kind == "constant":
                    found.add(node.span.start)
                elif isinstance(node, p.MakeLayer):
                    found.add(node.name_span.start)
        return found

    def enter(self, home: tuple[str, str], statements: Sequence[t.Statement]) -> None:
        """Begin a body."""
        self.home = home
        self.bound: dict[str, LocalKind] = dict(bindings.kinds_in(statements))
        self.shared = {
            each.name.text: each.value for each in TREE.walk(tuple(statements)) if isinstance(each, t.Shared)
        }
        self.reach: Reach = {}
        self.inner: list[dict[str, Symbol]] = []
        self.declared: set[Symbol] = set()

    # ---- what is found

    def put(
        self,
        span: Span,
        symbol: Symbol | None,
        kind: Kind,
        role: Role = "read",
        bound: tuple[Span, ...] = (),
        guessed: bool = False,
    ) -> None:
        self.occurrences.append(Occurrence(span, symbol, kind, role, bound, guessed))

    def bind(self, name: t.Name, guessed: bool = False) -> None:
        """A name of the body is given a value."""
        symbol = Symbol(name.text, self.home)
        role: Role = "write" if symbol in self.declared else "declaration"
        self.declared.add(symbol)
        self.reach[name.text] = (name.span,)
        self.put(name.span, symbol, self.bound.get(name.text, "value"), role, (name.span,), guessed)

    def read(self, span: Span, text: str, guessed: bool = False) -> None:
        """A name is used."""
        inner = next((scope[text] for scope in reversed(self.inner) if text in scope), None)
        if text == t.NOTHING:
            return
        if inner is not None:
            self.put(span, inner, "target", bound=self.reach.get(_inner_key(inner), ()), guessed=guessed)
        elif text in self.bound and span.start not in self.elsewhere:
            symbol = Symbol(text, self.home)
            self.put(span, symbol, self.bound[text], bound=self.reach.get(text, ()), guessed=guessed)
        elif text in self.visible:
            self.put(span, self.item_symbol(text), self.item_kind(text), guessed=guessed)
        elif layers.exists(text):
            self.put(span, None, "keras", guessed=guessed)
        elif text in BUILTINS or text in FULL_FORMS:
            self.put(span, None, "builtin", guessed=guessed)
        elif text in NAMESPACES:
            self.put(span, None, "namespace", guessed=guessed)
        elif text == "training":
            self.put(span, None, "word", guessed=guessed)
        else:
            self.put(span, Symbol(text, self.home), "unknown", guessed=guessed)

    def item_symbol(self, text: str) -> Symbol:
        file, name = self.visible[text]
        return Symbol(name or text, (file, ""))

    def item_of(self, text: str) -> p.Item | None:
        key = self.visible.get(text)
        return None if key is None or self.program is None else self.program.item(key)

    def item_kind(self, text: str) -> Kind:
        item = self.item_of(text)
        return "unknown" if item is None else shown(kind_of(item))

    # ---- items

    def item(self, statement: t.Statement) -> None:
        """A statement at the top of a file."""
        match statement:
            case t.Use(_, names, _):
                for name in names:
                    if name.text in self.visible:
                        self.put(name.span, self.item_symbol(name.text), self.item_kind(name.text))
                    else:
                        self.put(name.span, Symbol(name.text, (self.file, "")), "unknown")
            case t.Block(_, keyword, name, parameters, body, _):
                self.definition(name, "model" if keyword == "model" else "block", parameters, body)
            case t.Fn(_, name, parameters, body):
                self.definition(name, "fn", parameters, body)
            case t.Extern(_, name, parameters, _, body, _, module_span, kind):
                if kind is not None:
                    self.put(kind.span, None, "word")
                if module_span is not None:
                    self.put(module_span, None, "namespace")
                self.definition(
                    name, "extern", parameters, t.Body(statement.span, ()) if body is None else body
                )
            case t.Assign(_, t.Name() as name, contract, value):
                self.expressions(contract, value)
                self.put(
                    name.span, Symbol(name.text, (self.file, "")), "constant", "declaration", (name.span,)
                )
            case t.Broken(span, body):
                own = () if body is None else body.statements
                self.enter((self.file, f"@{span.start}"), (statement, *own))
                self.statement(statement)
                self.enter((self.file, ""), ())
            case _:
                self.enter((self.file, ""), (statement,))
                self.statement(statement)
                self.enter((self.file, ""), ())

    def definition(
        self, name: t.Name, kind: Kind, parameters: Sequence[t.Parameter], body: t.Body | t.Expr
    ) -> None:
        """An item with parameters and a body."""
        self.put(name.span, Symbol(name.text, (self.file, "")), kind, "declaration", (name.span,))
        for each in parameters:
            self.expressions(each.default)
        again = name.text in self.taken
        self.taken.add(name.text)
        key = f"{name.text}@{name.span.start}" if again else name.text
        statements = body.statements if isinstance(body, t.Body) else ()
        self.enter((self.file, key), statements)
        for each in parameters:
            self.bound[each.name] = "parameter" if each.kind is None else "layer"
            self.bind(t.Name(each.name_span, each.name))
            if each.kind_span is not None:
                self.put(each.kind_span, None, "word")
        if isinstance(body, t.Body):
            self.statements(statements)
        else:
            self.expressions(body)
        self.enter((self.file, ""), ())

    # ---- statements

    def statements(self, statements: Sequence[t.Statement]) -> None:
        for each in statements:
            self.statement(each)

    def statement(self, s: t.Statement) -> None:
        match s:
            case t.For(_, target, iterable, body):
                self.expressions(iterable)
                before = dict(self.reach)
                self.reach = both(before, bindings.leaving(body.statements, self.bodies))
                for name in names_of(target):
                    self.bind(name)
                self.statements(body.statements)
                self.reach = both(before, self.reach)
            case t.If():
                self.branches(s)
            case (
                t.Use() | t.Block() | t.Fn() | t.Extern()
            ):  # in a body, which is reported; it has names of its own
                kept = self.home, self.bound, self.shared, self.reach, self.inner, self.declared
                self.item(s)
                self.home, self.bound, self.shared, self.reach, self.inner, self.declared = kept
            case t.Broken(_, body):
                self.broken(s)
                self.statements(() if body is None else body.statements)
            case t.Input(_, target, contract, full):
                self.expressions(*keys_of(target), contract, full)
            case t.Output(_, value, _, contract):
                self.expressions(value, contract)
            case t.Shared(_, _, value):
                self.expressions(value)
            case t.WeightStatement(_, _, shape, value):
                self.expressions(shape, value)
            case t.Assign(_, target, contract, value):
                self.expressions(value, contract, *keys_of(target))
            case t.Augment(_, target, _, value):
                self.expressions(value, *keys_of(target))
            case t.Assert(_, test, says):
                self.expressions(test, says)
            case t.Loss(_, value) | t.Return(_, value) | t.ExpressionStatement(_, value):
                self.expressions(value)
            case _:
                assert_never(s)
        if not isinstance(s, (t.For, t.If, t.Broken)):
            for name, _ in bound_by(s):
                self.bind(name)

    def branches(self, s: t.If) -> None:
        """An `if` with all of its ways."""
        ends: list[Reach] = []
        before = dict(self.reach)
        way: t.If | t.Body | None = s
        while isinstance(way, t.If):
            self.reach = dict(before)
            self.expressions(way.test)
            self.statements(way.then.statements)
            ends.append(self.reach)
            way = way.otherwise
        self.reach = dict(before)
        if way is not None:
            self.statements(way.statements)
        for each in ends:
            self.reach = both(each, self.reach)

    def broken(self, s: t.Broken) -> None:
        """The names in a line that could not be read, as far as they are known."""
        heads = {name.span.start for name, _ in bound_by(s)}
        for word, name in broken_names(s):
            match word:
                case "member":
                    self.put(name.span, None, "attribute", guessed=True)
                case "argument":
                    self.put(name.span, None, "argument", guessed=True)
                case "name" if name.span.start in heads:
                    self.bind(name, guessed=True)
                case "name":
                    self.read(name.span, name.text, guessed=True)
                case "word":
                    pass  # of the language, which every editor colours by itself
                case _:
                    assert_never(word)

    # ---- expressions

    def expressions(self, *given: Any) -> None:
        """The names in expressions, from left to right as far as that matters."""
        stack = [each for each in reversed(given) if each is not None]
        while stack:
            e = stack.pop()
            match e:
                case t.Name(span, text):
                    self.read(span, text)
                case t.UnknownDim(span, str() as name):
                    self.size(Span(span.base, span.first, span.first + len(name)), name)
                case t.Contract(_, shape, _, dtype_span):
                    if dtype_span is not None:
                        self.put(dtype_span, None, "dtype")
                    stack.append(shape)
                case t.Attribute():
                    stack.extend(self.attribute(e))
                case t.Comprehension():
                    self.comprehension(e)
                case t.Call(_, function, positional, keywords):
                    self.call(function, keywords)
                    self.layer_names(function, positional, keywords)
                    stack.extend(reversed((function, *positional, *(each.value for each in keywords))))
                case t.Arguments(_, positional, keywords):
                    self.keywords(keywords, None)
                    stack.extend(reversed((*positional, *(each.value for each in keywords))))
                case t.Chain(_, head, stages):
                    for given_to, stage in zip((head, *stages), stages, strict=False):
                        if isinstance(given_to, t.Arguments):
                            self.keywords(given_to.keywords, self.inputs_of(stage))
                    parts = (
                        (each.positional, each.keywords) if isinstance(each, t.Arguments) else ((each,), ())
                        for each in (head, *stages)
                    )
                    flat = [x for values, named in parts for x in (*values, *(each.value for each in named))]
                    stack.extend(reversed(flat))
                case _:
                    stack.extend(reversed(list(TREE.children(e))))

    def size(self, span: Span, name: str) -> None:
        """`T?`: the first says what T is."""
        symbol = Symbol(name, self.home)
        role: Role = "read" if symbol in self.declared else "declaration"
        self.declared.add(symbol)
        bound = self.reach.setdefault(name, (span,))
        self.put(span, symbol, self.bound.get(name, "size"), role, bound)

    def attribute(self, e: t.Attribute) -> list[t.Expr]:
        """`x.shape`, `ops.mean`, `ops.image.resize`; returns what is left to be looked at."""
        root: t.Expr = e
        members = []
        while isinstance(root, t.Attribute):
            members.append(root.name_span)
            root = root.value
        if isinstance(root, t.Name) and root.text in NAMESPACES and root.text not in self.bound:
            self.put(root.span, None, "namespace")
            for span in members:
                self.put(span, None, "member")
            return []
        for span in members:
            self.put(span, None, "attribute")
        return [root]

    def comprehension(self, e: t.Comprehension) -> None:
        own: dict[str, Symbol] = {}
        kept = dict(self.reach)
        for number, clause in enumerate(e.clauses):
            self.expressions(clause.iterable)
            if number == 0:
                self.inner.append(own)
            for name in names_of(clause.target):
                symbol = Symbol(name.text, self.home, e.span.start)
                role: Role = "write" if name.text in own else "declaration"
                own[name.text] = symbol
                self.reach[_inner_key(symbol)] = (name.span,)
                self.put(name.span, symbol, "target", role, (name.span,))
            self.expressions(clause.test)
        self.expressions(e.element)
        if e.clauses:
            self.inner.pop()
        self.reach = kept

    def call(self, function: t.Expr, keywords: Sequence[t.Keyword]) -> None:
        """The keywords of a call: parameters of what is called, where that is an item."""
        if isinstance(function, t.Name) and function.text not in self.bound:
            self.keywords(keywords, parameters_of(self.item_of(function.text)))
        else:
            self.keywords(keywords, None)

    def keywords(
        self, keywords: Sequence[t.Keyword], known: dict[str, tuple[Symbol, LocalKind]] | None
    ) -> None:
        for each in keywords:
            meant = None if known is None else known.get(each.name)
            if each.name == "**":
                continue  # entries of a dictionary, under no name of their own
            if meant is None:
                self.put(each.name_span, None, "argument")
            else:
                self.put(each.name_span, *meant)

    def layer_names(
        self, function: t.Expr, positional: Sequence[t.Expr], keywords: Sequence[t.Keyword]
    ) -> None:
        """The name that a model gives to a layer of its own, and those that `taps` takes of one."""
        for each in keywords:
            if each.name == "name" and self.is_model(self.home):
                self.layer_name(each.value, self.home, "declaration")
        if isinstance(function, t.Name) and function.text == taps.TAPS and len(positional) == 2:
            item = self.stands_for(positional[0])
            if isinstance(item, p.Block) and item.model:
                for string in TREE.walk(positional[1]):
                    self.layer_name(string, item.key, "read")

    def layer_name(self, e: Any, model: tuple[str, str], role: Role) -> None:
        """A string that is the name of a layer, as it is written in one pair of quotes."""
        if isinstance(e, t.Literal) and isinstance(e.value, str) and e.span.text[1:-1] == e.value != "":
            inner = Span(e.span.base, e.span.first + 1, e.span.last - 1)
            bound = (inner,) if role == "declaration" else ()
            self.put(inner, Symbol(e.value, model, INSIDE), "tap", role, bound)

    def is_model(self, home: tuple[str, str]) -> bool:
        item = None if self.program is None or not home[1] else self.program.item(home)
        return isinstance(item, p.Block) and item.model

    def inputs_of(self, stage: t.Expr) -> dict[str, tuple[Symbol, LocalKind]] | None:
        """The inputs of the block that a stage uses, directly or as a shared one."""
        item = self.stands_for(stage)
        if not isinstance(item, p.Block):
            return None
        return {each.name: (Symbol(each.name, item.key), "input") for each in inputs_in(item.body)}

    def stands_for(self, stage: t.Expr) -> p.Item | None:
        """The item that a stage uses, directly or as a shared one."""
        for _ in range(2):
            while isinstance(stage, (t.Group, t.Chain)):
                stage = stage.value if isinstance(stage, t.Group) else stage.head
            if isinstance(stage, t.Call):
                stage = stage.function
            if not isinstance(stage, t.Name):
                return None
            if stage.text not in self.shared:
                break
            stage = self.shared[stage.text]
        return self.item_of(stage.text) if isinstance(stage, t.Name) else None


def parameters_of(item: p.Item | None) -> dict[str, tuple[Symbol, LocalKind]] | None:
    """The parameters of an item, as names of its body."""
    if item is None or isinstance(item, p.Constant) or item.parameters is None:
        return None
    return {
        each.name: (Symbol(each.name, item.key), "layer" if each.layer else "parameter")
        for each in item.parameters
    }


def _inner_key(symbol: Symbol) -> str:
    """Where the bindings of a comprehension's own name are kept, beside those of the body."""
    return f"{symbol.name}@{symbol.scope}"
