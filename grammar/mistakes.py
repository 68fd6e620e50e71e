"""What to say about broken programs: rows of advice, each with short examples of the slip that it is about.

`generate.py` runs every example through the parse tables. Where its first token does not fit, the parser is in some state
(see `settled` in `dslc/syntax/place.py`), and a program whose mistake is in that state at such a token is given the
row's advice. So a row says by examples where it applies, and no code looks for it:

    Row("is a comma missing?", "x = [1 2]")        a number behind an element of a list

- `when` adds a condition on the words there, for slips that the state and the token do not tell apart.
- `any_token=True`: whatever token does not fit in the state. `anywhere=True`: whatever the state (with a condition).
- The first row that applies wins. It is an error when an example is taken by another row than its own, so no row is out
  of reach, and two rows can be about one place only when their conditions tell them apart.

Advice quotes `{token}`, which does not fit, `{before}` it and `{earlier}`; `{first}` and `{second}` of the statement.
"""

from __future__ import annotations

from dslc.record import record


@record
class Row:
    """Advice, and where it applies."""

    advice: str
    examples: tuple[str, ...]
    when: str | None
    any_token: bool
    anywhere: bool
    cause: str | None


def row(
    advice: str,
    *examples: str | tuple[str, ...],
    when: str | None = None,
    any_token: bool = False,
    anywhere: bool = False,
    cause: str | None = None,
) -> Row:
    """A row; examples may be given in tuples, as `inside` makes them; `cause` is one of `dslc/diagnostics/cause.py`."""
    flat = tuple(text for each in examples for text in ((each,) if isinstance(each, str) else each))
    return Row(advice, flat, when, any_token, anywhere, cause)


def inside(frames: tuple[str, ...], *slips: str) -> tuple[str, ...]:
    """Every slip in every frame, in the place of the dots."""
    return tuple(frame.replace("…", slip) for frame in frames for slip in slips)


# Where a value may stand. `{…}` is a placeholder of an f-string.
ASSIGNED = ("x = …", "x += …", "x: (1,) = …", "output y = …", "output y: (1,) = …", "return …")
GIVEN = ("input x = …", "shared s = …", "weight w = …", "weight w: (1,) = …", "fn f() = …", "block B = …",
         "model M = …", "block B() = …", "model M() = …")  # fmt: skip
ALONE = (*ASSIGNED, *GIVEN, "{…}")
VALUES = (*ALONE, "output …")
HEADS = ("if … {", "for i in … {")
AFTER_VALUE = ("a 3", 'a "b"', 'a f"b"', "a True", "a False", "a None", "3 ?", "a ...")
CALLS = ("f(…)", "(…)")
LISTS = ("[…]",)
ITEMS = ("x[…]",)
BRACKETS = (*CALLS, *LISTS, *ITEMS)
PARAMETERS = ("fn f(…) = 1", "block B(…) = x", "model M(…) = x")

# fmt: off
ROWS = (
    # ---- Python that the language has not
    row("leave this line out: training stays in the Python that imports the model", "metric accuracy", "optimizer Adam", "epochs 10", "train {", "training {", when="begins metric metrics optimizer optimiser epochs callbacks compile fit train training callback", anywhere=True, cause="TRAINING"),
    row("`{token}` is no arrow: write `-> {following}`", "y = x -> Dense(3) then Dense(4)", "y = x -> Dense(3) into Dense(4)", when="joins then to into", anywhere=True),
    row("what a layer is given stands inside its brackets: write `{told}`", "y = x -> Dense(3) with a=1", "y = x -> Dense(3) using a=1", when="joins with using", anywhere=True),
    row("there is no lambda: write `… -> {lambda}` where it is used; of numbers, `fn {first}({token}) = {body}` above the model is a function", "x = lambda a: a", when="defines", anywhere=True),
    row("there is no lambda: write `{lambda}`", "x -> lambda a: a", when="lambda", anywhere=True),
    row(
        "there is no lambda: an expression in `_`, `ops.*` or a block says it",
        "x = lambda a, b: a",
        when="behind lambda",
        anywhere=True,
    ),
    row(
        "there is no lambda: an expression in `_`, `ops.*` or a block says it",
        "x = map(f lambda a: a)",
        when="is lambda",
        anywhere=True,
    ),
    row(
        "there is no `:=`: a name is given its value with `=`, on a line of its own",
        "x := 3", "input x := 3", "weight w := 3", "output x := y",
    ),
    row("there is no `:=`: write `{before} = …` on a line of its own", inside((*CALLS, *LISTS), "a := 3"), when="walrus"),
    row("a value needs no type: write `{token} = …`", "int n = 8", "float f = 0.5", "bool b = True", when="begins int float bool str string double", anywhere=True),
    row("write `fn {token}(…) { … }`", "function half(n) {", "func half(n) {", "fun half(n) {", when="begins function func fun", anywhere=True),
    row(
        "a loop goes through values that are known: {whiled}",
        "while x {", "while True {",
        when="begins while until",
        anywhere=True,
    ),
    row("a body is its own call: leave this line out and begin with `input x`", "def call(self, x):", "def forward(self):", "def __init__(self):", when="is call forward __init__", anywhere=True, cause="OWN_CALL"),
    row("a body is its own call: leave this line and its braces out and begin with `input x`", "forward(x) {", "call(self, x) {", "setup {", "__call__(x) {", "build(s) {", when="starts forward call setup __call__ __init__ build", anywhere=True, cause="OWN_CALL"),
    row("write `block {title}(…) { … }`, with `input x` in its body", "def head(x, n):", "def head(x) {", when="begins def", anywhere=True),
    row("write `model {token} { … }`, or `block {token}(…) { … }` for a layer", "class Net:", "class Net(Model):", "class Net {", when="begins class", anywhere=True),
    row("names are taken from a file like this: `use {taken}`", "from blocks import Head", "from .blocks import Head", when="imports_own", anywhere=True),
    row("names are taken from a file like this: `use {taken}`", 'import { Head } from "blocks.kdl"', "import { Head, Tail } from './blocks.kdl'", when="starts import"),
    row("leave this line out: layers, `ops` and `applications` are there without an import", "import keras", "from keras import layers", when="imports", anywhere=True),
    row("names are taken from a file like this: `use {taken}`", 'include "lib.kdl"', 'require "lib.kdl"', 'load "lib.kdl"', 'import "lib.kdl"', when="begins include require load import"),
    row("a name that is taken stays what it is: leave `as {following}` out, and write `{before}` where it is used", 'use Head as Top from "lib.kdl"', when="is as"),
    row("every name that is taken is said: `use {taken}`", 'use * from "lib.kdl"', when="past *"),
    row('names are taken from a file like this: `use {taken}`', 'from "lib.kdl" import Block', when="begins from", any_token=True),
    row("leave this line and its braces out: nothing is entered or caught while a model is made", "with a {", "try {", "except {", "finally {", when="begins with try except finally", anywhere=True),
    row(
        "this is Python; a model is written with `model`, `block`, `fn`, `input`, `output` and `->`",
        "yield x", "async x",
        when="begins yield async await",
        anywhere=True,
    ),
    row("what is refused is said by `assert test, \"message\"`", "raise x", "raise x(3)", when="begins raise", anywhere=True),
    row("leave these lines out: what is done with a model stands in the Python that imports it", 'if __name__ == "a":', when="main", anywhere=True, cause="LINES_GO"),
    row("a name is given its value on a line of its own: write `{before} = …`, then `{first} = {before}`", "a = b = 3", "a = b = x -> Dense(3)", when="both"),
    row("leave this line out: there are no decorators", "@register", "x = 1\n@register", "model M { @register }", when="leads @", anywhere=True),
    row(
        "this is Python; a model is written with `model`, `block`, `fn`, `input`, `output` and `->`",
        "x = 3 import keras",
        when="is def class import while with try",
        anywhere=True,
    ),
    row("is `from` missing? write `use {second} from {token}`", 'use Head "lib.kdl"', "use Head 'lib.kdl'", when="begins_named use"),
    row(
        "names are taken from a file like this: `use {taken}`",
        'use "lib.kdl" (Block)',
        when="begins use",
        anywhere=True,
    ),
    row(
        "every line of a model is an input, an output or a named value",
        "pass x", 'print "x"',
        when="begins pass print",
        anywhere=True,
    ),
    row("leave this line out: a body sees what it is given, and constants of the file", "global x", "nonlocal x", when="begins global nonlocal", anywhere=True),
    row("there is no `let mut`: a name is given its value with `{following} = …`", "let mut y = 3", when="is mut", anywhere=True),
    row(
        "there is no `{first}`: a name is given its value with `{second} = …`",
        "let y = 3", "var y = x -> Dense(3)", "const n = 3", "val n = 3", "mut n = 3",
        when="begins let var const val mut auto",
        anywhere=True,
    ),
    row("nothing needs to be deleted: a name may be bound again", "del x", when="begins del delete", anywhere=True),
    row(
        "a loop is written `for _ in range({token}) { … }`",
        "repeat 3 {", "loop n {",
        when="begins repeat loop times",
        anywhere=True,
    ),
    row("a loop goes through a range of numbers: write `{counting}`", "for i = 1 to 3 {", "for (i = 0; i < 3) {", "for (int i = 0; i < 3) {", "for i = 0; i < 3 {", "for i = 0, 3 {", "for i = 0:3 {", when="counting"),
    row("a loop repeats a layer: `for _ in range({times}) { x = x -> {stage} }`", "output x -> Dense(8) x3 -> A", "y = x -> Dense(8) x3", "y = x -> A x3", when="timed", anywhere=True),
    row("no name of a loop takes the rest, a line of its body does: write `{rest_taken}`", "for a, *b in c {", "for (a, *b) in c {", when="rest_taken"),
    row("a loop is written `for i in range(3) { … }`", "for (i = 0) {", when="starts for", any_token=True),
    row("an input stands without braces: write {apart}", "input {a: (9,)", "inputs {a: (9,)", when="begins input inputs"),
    row("a name stands without quotes: `{first} x: …`", 'input "x": (9,)', when="begins input shared weight", any_token=True),
    row("an input has a name: write `{nameless}`", "input: (9,)", "inputs: (9,)", when="titled input inputs", anywhere=True, cause="NAMELESS"),
    row("an input is a statement: write `input {first}: {behind}`", "x = input: (8,)", "x = Input: (8,)", when="behind input Input"),
    row("leave `:` out: write `output {before}`", "output: h", "output: h\nx = 1", when="only output", anywhere=True),
    row("leave `:` out: write `output {sizes}`", "output: x -> Dense(3)", when="titled_flow output outputs out", anywhere=True),
    row("an output is named like this: `output y = …`", "output: 10 softmax", when="titled output outputs out", anywhere=True),
    row("inside a line the other value stands behind `else`: write `else`", "x = a if b elif c", "x -> a if b elif c", when="inline elif elseif elsif", anywhere=True),
    row("write `else`, or a condition behind `{token}`", "if a {} elif {}", when="unasked elif elseif elsif", anywhere=True),
    row("write `else if`", "if a {} elif b {}", "if a {} elseif b {}", "if a {} elsif b {}", when="is elif elseif elsif else_if", anywhere=True, cause="ELSE_IF"),
    row("write `else if`", "elif a {}", "elseif a {}", when="begins elif elseif elsif else_if", anywhere=True, cause="ELSE_IF"),
    row("write `else`", "if a {} otherwise {}", "if a {} otherwise b = 1", when="is otherwise", anywhere=True),
    row("is a comma missing? write `{before}, {token}`", "for i n in x {", "x = [i for i n in x]", when="then in"),
    row("a loop is written `for name in values { … }`: write `for`", "foreach n in a {", "foreach n of a {", when="begins foreach forEach for_each", anywhere=True, cause="NAMELESS"),
    row("write `in`", "for n of a {", "for n of [1] {", "for n from a {", when="is of from"),
    row("the operator ends a line that is continued: move `*` to the end of the line before", "x = 1\n* 3", "x = a\n* b -> C", when="below *", anywhere=True),
    row("a star stands in brackets, or before a comma: leave `*` out here", "*a = b", "x = 1\n*a = b", "model M { *a -> B }", "* 3", "model M { * 3 }", when="starts *", any_token=True),
    row("a star stands in brackets, or before a comma: `[*values]`", "x = *a", "x += *a", "return *a", any_token=True),
    row("a star stands before the whole value: write `{starred}`", inside(LISTS, "*a -> B", "b, *a -> B"), inside(CALLS, "*a -> B")),
    row("a size that is not known yet is written `?`", "input x: (*,)", "input x: (*, 3)", "x: (*, 3) = y", when="is , )"),
    row("no star stands in an index: take the parts by their places", inside(ITEMS, "*a", "a, *b")),
    row("no argument is gathered: a parameter is given a list or a dictionary", inside(PARAMETERS[:1], "*a", "**a", "a, *b", "a, **b")),
    row("`**` stands in a call or a dictionary; in a list it is one star", inside(LISTS, "**a")),
    row("a module is written with points: write `{dotted}`", "extern L from a/b", "extern L(n) from a/b {", when="in_extern /", anywhere=True),
    row("write `from`", "extern L(n) of a.b", "extern L(n) in a.b", when="in_extern of in import at", anywhere=True),
    # ---- words
    row("an arrow leads to a layer: write `{merging}`", "x = [a, b] -> +", "x = [a, b] -> *", "x = [a, b] -> + -> Dense", "output [a, b] -> * -> Dense", when="merging", anywhere=True),
    row("an output stands first: write `{gives}`", "x -> output y", "x -> Dense(2) -> output y", when="named_last output", anywhere=True),
    row("is a space missing? write `{word} {rest}`", "modelNet {", "iftraining {", "blockTrunk(n) {", when="splits"),
    row("its shape stands behind `:`: write `input {second}: {behind}`", "input x @ (3,)", "input x - (3,)", "input x < (3,)", "input x shape (3,)", when="is @ - < of shape size shaped sized"),
    row("every value has a line of its own: write {lines}", "output a = b, c = d", "output a = b, c = d -> E", "a = b, c = d", "a = b -> E, c = d", "outputs a = b, c = d", when="lined", anywhere=True),
    row("every input stands on a line of its own: {apart}", "inputs a, b: (8,)", when="plural inputs", anywhere=True),
    row("words of the language are written small: `{meant}`", "Model M {", "Input x: (8,)", "OUTPUT x", when="capital", anywhere=True),
    row("`{first}` stands here twice; remove one of the two", "output output x -> Dense(3)", "input input x: (3,)", when="doubled"),
    row("is a space missing? write `{stuck}: …`", "inputx: (3,)", "inputx: (3,)\ny = 1", when="stuck"),
    row("a value is given with `=`: write `{relabelled}`", "y: x -> Dense(3)", "y: x -> Dense(3)\nz = 1", "x -> y: Dense(3)", "x -> y: Dense(3)\nz = 1", "model M { y: x -> A }", when="relabelled"),
    row("did you mean `{meant}`?", "niput x: (8,)", 'outptu "a"', "modle {", when="misspelt"),
    row("a body stands behind `model` or `block`: write `model {token} { … }`", "network Net {", "net Net(n) {", when="heading", anywhere=True, cause="WORDLESS"),
    row("a {first} has a name: `{first} Name { … }`", "model {", "block {", when="begins model block"),
    row(
        "`{token}` stands first: `{token} {first} …`",
        "Net model {", "x input (8,)",
        when="swapped",
        anywhere=True,
    ),
    row("there is no base to inherit from: write `{first} {second} { … }`", "model M extends Model {", "block B inherits Layer {", when="is extends inherits implements", anywhere=True),
    row("write `if not …`: there is no `unless`", "unless n {", when="begins unless", anywhere=True),
    row("a choice is written with `if`: `if {token} == … { … } else { … }`", "switch n {", "match n {", when="begins switch match", anywhere=True, cause="CHOICE"),
    row("a choice is written with `if`: `if … == {token} { … }`", "case 3 {", "case 3: x = 1", when="begins case", anywhere=True, cause="CHOICE"),
    row("compare with `!=`", "x = 1 if a <> 3 else 2", "if a <> 3 {", "assert a <> 3", when="unequal"),
    row("write `{first} = {first} -> {behind}`", "x ->= Dense(3)", when="behind ->"),
    row("a value has its name on a line of its own: `{token} = …`", "output x -> Dense(4) as h -> Dense(3)", when="behind as"),
    row("leave `{token}` out: the braces stand behind the condition", "if a then {", "for i in a do {", when="is then do", anywhere=True),
    row("inside a line nothing but the other value stands behind `else`: leave `:` out", inside(VALUES, "a if b else: c"), inside(CALLS, "a if b else: c"), inside(LISTS, "a if b else: c"), when="behind else", any_token=True),
    row("did you mean `else`?", "if a {} esle {}", "x = 1 if a ese 2", when="near else"),
    # ---- `=` and the arrow
    row("leave `{before} =>` out: Keras finds out itself how many values come in", inside(CALLS, "8 => 3"), when="pair"),
    row("an argument is written `{plain}=…`", inside(("f(…)",), '"a": 3', '3, "a": 3', 'a=1, "a": 3'), when="quoted"),
    row("an argument is written `{earlier}=…`", inside(CALLS, "a => 3"), when="arrow"),
    row("there is no `{before}{before}`: write `{counter} {before}= 1`", "n++", "n--", when="counted_alone", anywhere=True),
    row("there is no `{before}{before}`: write `n = n {before} 1`", "x = n++", "output n--", when="counted", anywhere=True),
    row("a number has one point: write `0{token}`", inside(("f(…)",), "0..5"), when="zero"),
    row("a range of numbers is written `range(3)`, or `range(1, 3)`", "for i in 1..3 {", "x = [1..3]", when="range", anywhere=True),
    row("an unknown size is written `{token}?`", "input x: (?T,)", "input x: (?T, 3)", "input x: (3, ?T)", when="unknown", anywhere=True),
    row("a choice is written with words: `{choice}`", "x = a ? b : c", when="chosen", anywhere=True),
    row("a choice is written with words: `{token} if {earlier} else …`", "x = a ? b", when="behind ?", anywhere=True),
    row("a choice is written `A if test else B`", "output a ? b : c"),
    row("a name stands before what it is given: write `{assigned}`", "x -> A ->> y", "x ->> y", when="assigned", anywhere=True),
    row("an arrow is written `->`", "x ->> Dense", "x => Dense", "x = y => Dense", "x = y --> Dense", when="arrow", anywhere=True),
    row("compare with `==`: two signs are enough", "if n === 3 {", "x = 1 if a === 3 else 2", "assert a === 3", when="behind =="),
    row(
        "compare with `==`",
        "x = = 3", "x += = 3", "output x = = 3", "if a = 3 {", "assert a = 3", "x = 1 if a = 3 else 2",
        "x = [i for i in a if i = 3]", "return a = 3",
    ),
    row("a comma stands between arguments: write `, {before}=…`", inside(CALLS, "a.b=1", "3.0.b=1", "f(1).b=1"), when="past ."),
    row("it stands here twice: leave the second `{token}` out", "x = f(a=3 3)", 'x = f(a="b" "b")', when="echoed", anywhere=True),
    row("it stands here twice; remove one of the two", "x -> -> Dense", "x = f(1,, 2)", when="twice", anywhere=True),
    # ---- bodies
    row("a body stands in braces: write `{head} { … }`", "for i in a", "for i in f(1)", "if a", "if f(1)", "model M", "model M(n)", "model M begin", "model M(n) begin",
        "for i in a\nx = 1", "for i in f(1)\nx = 1", "if a\nx = 1", "if f(1)\nx = 1", "model M\nx = 1", "model M(n)\nx = 1", when="bare",
        cause="BRACELESS",
    ),
    row("a body stands in braces: write `{head} { … }`", "if a b = 1", "if f(1) b = 1", when="then = -> , :", cause="BRACELESS"),
    row("a name is one word: write `{first} {joined}`", "model my net {", "model my-net {", "model my.net {", "block my.net = A", "block my net = Dense(3)", "block my-net {", "fn my-sum(a) = a", when="words"),
    row("a name begins with a letter: write `{first} {lettered}`", "model 3DNet {", "block 2Net = A", "fn 3f(n) = n", when="begins model block fn"),
    row("a name stands without quotes: write `{first} {bare}`", 'model "Net" {', 'block "Net" {', when="begins model block fn"),
    row("a function of one value is written with `=`: `{head} = {behind}`", "fn f(n) -> n * 2", "fn f(n): n * 2", when="one_value"),
    row("a block of one chain is written with `=`: `{head} = {behind}`", "block B: Dense(3)", "block B(n): Dense(3)", "block B -> Dense(3)", "block B(n) -> Dense(3)", when="one_chain block"),
    row("leave `-> {following}` out: a head says nothing of its result", "fn f(n) -> int {", "fn f(n) -> int = n", "block B(n) -> y {", "model M(n) -> y {", "model M -> y {", "block B -> y {", when="is ->"),
    row(
        "a body stands in braces: write `{head} { … }`",
        "for i in range(3):", "if a:", "if a {} else:", "model M:", "model M(n):", "block B:", "block B(n):",
        "fn f(n):", "extern L from package:", "extern L(n) from package.module:",
        cause="BRACELESS",
    ),
    row(
        "an `else` follows the `}` of its `if`; inside a line both ways stand: `A if test else B`",
        inside(VALUES, "a else b"), "x else b", "if a else b {",
    ),
    row("an `else` follows the `}` of its `if`", "else {}", when="leads else", anywhere=True, cause="ELSE"),
    row(
        "an `else` follows the `}` of its `if`; inside a line both ways stand: `A if test else B`",
        "x = [a, y -> A else b]", when="is else", anywhere=True,
    ),
    row(
        "a condition inside a line has both ways: write `else _` before this `->`",
        "x = a -> B if c -> D", "output a -> B if c -> D", "y = a -> B(1) if c -> D",
    ),
    row(
        "a condition inside a line has both ways: `A if test else B`",
        "x = 1 if a", "x = 1 if a {",
        any_token=True,
    ),
    row("a loop repeats a layer: `for _ in range(3) { x = x -> Dense(8) }`", "output x -> 3x Dense(8)", "y = x -> 3x Dense(8)", when="repeated"),
    row("`{before}` is no arrow: write `-> {token}`", "output x -> Dense(3) then Dense(4)", when="behind then to into"),
    row("what a layer is given stands inside its brackets: write `{told}`", "output x -> Dense(3) with a=1", when="behind with using"),
    row("arguments stand in round brackets: `{angled}`", "output x -> Dense<3> -> B", "y = x -> Dense<3> -> B", "y = x -> Dense<3>", "output x -> Dense<3>", when="angled"),
    row("layers are neither declared nor connected, they stand in a chain, `x -> Dense(8) -> ReLU`: leave this line and its braces out", "layers {", "layers {\n}", "stages {", when="begins layers layer stages nodes", cause="WORDLESS"),
    row("layers are neither declared nor connected, data flows along arrows: leave `{first}` out, and write `output x -> …`", "connect x -> a", "connect a", "flow x -> a", "edges x -> a", when="begins connect flow edges edge link", cause="WORDLESS"),
    row("arguments stand in `( )`: write `{before}({braced})`", "y = x -> Dense { units = 4 }", "output x -> Dense { units = 4 }", when="braced"),
    row("arguments stand in `( )`: `{before}(…)`", "y = x -> Dense {", "output x -> Dense {", when="layer"),
    row("a body stands behind its word: `model {before} { … }`, or `block {before} { … }`", "Net {", when="prose"),
    row(
        "a body stands behind `model Name`, `block Name`, `fn name(…)`, `for …` or `if …`: is that word missing?",
        "Net(n) {", "net {", inside((*ASSIGNED, *GIVEN, "output …"), "a {"),
    ),
    # ---- items
    row('a file stands in quotes: `from "{path}"`', "use Block from blocks", "use A, B from lib.kdl", when="behind from"),
    row("a module stands without quotes: `from {bare}`", 'extern L(n) from "package"', 'extern L from "package"', 'extern fn f(n) from "package"', 'extern fn f from "package"', 'extern activation f from "package"'),
    row("its Python module stands behind it: `from package.module`", "extern Layer", "extern Layer(n)", "extern Layer {", "extern Layer(n) {"),
    row(
        "names are taken from a file like this: `use {taken}`",
        'use Block in "lib.kdl"', "use Block", 'use Block, from "lib.kdl"',
        any_token=True,
    ),
    row(
        "a Python layer is declared like this: "
        "`extern Layer(argument) from package.module { input x: …  output … }`",
        "extern Layer x", "extern Layer(n) x", "extern Layer from 3", "extern L from a.b x",
        "extern L(n) from a.b x",
        when="not =",
        any_token=True,
    ),
    row(
        "is a comma missing? write `{before}, {token}`",
        inside(PARAMETERS[:1], "a b", "a=1 b"),
    ),
    row("there is no base to inherit from: write `{first} {second} { … }`", "model M(nn.Module) {", "block B(keras.Model) {", when="is ."),
    row(
        "a default stands behind `=`: write `{before} = {token}`",
        inside(PARAMETERS[:1], "a 3", 'a "b"', "a True", "a None"),
        when="after NAME",
    ),
    row(
        "a default stands behind `=`: `{before} = …`",
        inside(PARAMETERS[:1], "a [3]"),
        when="after NAME",
        any_token=True,
    ),
    row(
        "what flows in stands in the body: `input {earlier}: (…)`",
        "model M(a: (8,)) {", "block B(a: (8,)) {", "model M(n, a: (8,)) {", "model M(n=1, a: (8,)) {",
    ),
    row("a default stands behind `=`: `{earlier} = {token}`", inside(PARAMETERS[:1], "a: 3", 'a: "b"', "a: True", "a: None", "b, a: 3"), when="behind :"),
    row(
        "parameters are names with commas between; a default stands behind `=`, and `layer` behind `:`",
        inside(PARAMETERS[:1], "3", "a, 3", "a=1 3", "a: [3]"),
        any_token=True,
    ),
    row(
        "behind its name stand its parameters in `( )`, then `{ … }`",
        "model M 3", "model M(n) x",
        any_token=True,
    ),
    row(
        "behind its name stand its parameters in `( )`, then `{ … }` or `= …`",
        "block B 3", "block B(n) x", "fn f 3", "fn f(n) x",
        any_token=True,
    ),
    # ---- statements
    row(
        "a chain stands in brackets here: `(… -> …)`",
        "x = [v for v in y -> Dense(3)]", "x = [v for v in f(y) -> Dense(3)]", "x = [v for v in [y, z] -> Add]",
        when="is ->",
    ),
    row("a loop is written `for _ in range({token}) { … }`", "for 3 times {", "for 3 {", when="then times turns {"),
    row(
        "a loop is written `for name in values { … }`",
        "for i, range(3) {", "for i range(3) {", "for i = 3 {", "for 3 in x {", "x = [i for i, j x]", "x = [i for 3]",
        any_token=True,
        cause="NAMELESS",
    ),
    row("a message stands in quotes, behind a comma", 'assert a "b"', "assert a 3", "assert a b", "assert f(a) b"),
    row("a message stands in quotes", "assert a, too small", any_token=True),
    row("leave this line out: training stays in the Python that imports the model", "optimizer: Adam(1)", "loss: mse\ny = 1", "model M { metrics: [a] }", when="titled optimizer optimiser loss loss_fn metrics epochs batch_size learning_rate lr callbacks criterion", cause="TRAINING"),
    row(
        "is this an input? write `input {first}: …`; a value follows `=`",
        "x: (8,)", "x: (8,)\ny = 1", "model M { x: (8,) }",
        when="labelled",
    ),
    row("a dtype stands without its module: `(…) {following}`", "input x: (3,) tf.int32", "input x: (3,) np.float32", when="behind tf np torch jnp keras"),
    row("leave the comma out: a dtype stands right behind the shape, `(…) {following}`", "input x: (3,), int32", when="then int8 int16 int32 int64 uint8 uint16 uint32 float16 bfloat16 float32 float64 bool string"),
    row("a dtype stands behind the shape, without a name: `(…) int32`", 'input x: (3,), dtype="int32"', when="then dtype"),
    row("a dtype stands behind the shape, without a name: `(…) int32`", 'input x: (3,) dtype="int32"', when="behind dtype"),
    row("a dtype stands behind the shape, without quotes: write `{typed}`", 'input x: (3,) "int32"'),
    row("a dtype stands behind the shape: `(…) int32`", "input x: (3,): int32"),
    row("leave `{before}` out: a dtype stands right behind the shape, `(…) {token}`", "input x: (3,) of int32", "input x: (3,) as int32", "input x: (3,) dtype int32", "input x: (3,) type int32", when="behind of as with dtype type"),
    row("the shape stands right behind the `:`: write `input {second}: {behind}`", "input x: shape=(3,)", "input x: shape=[3]", when="behind shape"),
    row("in full it is `input {second} = Input({shaped}, {following}=…)`", "input x: (4,), batch_size=3", when="then batch_size sparse optional ragged"),
    row("in full it is `input {second} = Input({shaped}, {before}=…)`", "input x: (4,) batch_size=3", 'input x: (4,) name="a"', "input x: (4,) sparse=True", when="behind batch_size sparse name optional ragged"),
    row("an input is given its value by whoever calls the model: leave `= {behind}` out", "input x: (4,) = 3", "input x: (4,) int32 = 3", when="valued input"),
    row(
        "is a line break missing before `{before}`? a statement stands on a line of its own",
        "input x: (4,) y = 1", "output x: (4,) y += 1",
    ),
    row("is an `->` missing before `{before}`?", "output x -> Conv2D(32, 3) Flatten -> Dense(10)", when="past ) ]"),
    row("is `=` or an `->` missing before `{before}`?", "output b y.c", "output b y[0]", "output b y if c else d", "output b y + 1", "output b y * 1", "output b y @ z"),
    row("is `=` missing? write `output {earlier} = {before} -> …`", "output b y -> Dense(3)"),
    row("a dtype stands behind the shape: write `input {token}: (…) {before}`", "input int32 x: (3,)", when="behind int8 int16 int32 int64 uint8 float16 float32 float64 bool string"),
    row("its shape stands behind `:`: write `input {second}: ({numbers})`", "input x 28 28 1", "input x 8", when="after NAME"),
    row("is a `:` missing, or a `=`? write `input {second}: …`", "input x y", 'input x "a"'),
    row(
        "what is made of an input has a line of its own: `{second} = {second} -> …`",
        "input x -> Dense",
    ),
    row("leave the comma at the end of the line out", "input x: (3,),", "input x: (3,),\ny = 1", when="ends_line ,", cause="COMMA"),
    row("leave the comma at the end of the line out", "output x -> A,", when="behind_end ,", any_token=True, cause="COMMA"),
    row("every input stands on a line of its own: {apart}", "input x, y", any_token=True),
    row("a shape stands in brackets: `({sizes})`", "input x: 28, 28, 1", when="sizes"),
    row("every input stands on a line of its own: {apart}", "input x: (3,), y: (4,)"),
    row("a shared layer has a name: `shared name = {before}(…)`", "shared Dense(3)", when="layer"),
    row("{sharing}", "shared e(x) = A", "shared e() = A", "shared e(x) {", "shared a, b = A, B", "shared e = A, B", "shared a = A, b = B", when="starts shared"),
    row("its shape stands behind `:`: `weight {second}: …`", "weight w (1, 2)", when="starts weight"),
    row(
        "its value stands behind `=`: `{first} {second} = …`",
        "shared e", "shared e cell -> Dropout(0.1)", "weight w",
        any_token=True,
    ),
    row(
        "what a layer is given stands inside its brackets: write `{told}`",
        'output x -> Dense(8) activation="relu"', 'output x -> Dense(8), activation="relu"', 'output y = x -> Dense(8), activation="relu"',
        'y = x -> Dense(8), activation="relu"',
        when="keyword",
    ),
    row(
        "what a layer is given stands inside its brackets: write `{told}`",
        'y = x -> Dense(8) activation="relu"', 'output y = x -> Dense(8) activation="relu"',
        when="named",
    ),
    row("every output has a line of its own: `output {second} = …`", "output a, b = x -> LSTM(3)"),
    row("the layer stands inside its brackets: write `{wrapped}`", "output a -> Bidirectional b(1)", when="past Bidirectional TimeDistributed"),
    row(
        "is an arrow missing? write `{earlier} -> {before}(…)`",
        "output x Dense(3)", "input x: n Dense(3)", "x: n Dense(3)",
    ),
    row("its value stands behind `=`: write `= {token}`", 'weight w: (1,) "a"'),
    row("a loss has no name: write `{first} {behind}`", "loss a = 3", when="begins_named loss"),
    # ---- inside brackets
    row("an input is a statement: write `input {before}: …`", "input(x: (3,))", when="starts input"),
    row(
        "an argument is written `{before}=…`",
        inside(CALLS, "a: 3", "3, a: 3"),
        when="after NAME",
    ),
    row("a list holds values only; a dictionary, in braces, gives them names", "[a: 3]", '["a": 3]', "[a=3]"),
    row("sizes stand in brackets, with commas between: `({sides})`", inside(BRACKETS, "3x3", "3x3x1"), inside(ALONE, "3x3"), when="sides"),
    row("a product is written with `*`: `{before} * {number}`", inside(BRACKETS, "3x4"), inside(ALONE, "3x4"), when="times"),
    row("a number has no unit: write `{before}_000`", inside(BRACKETS, "64k", "64K"), when="thousands k K"),
    row("a number has no unit: write `{before}_000_000`", inside(BRACKETS, "64M"), when="thousands M"),
    row("digits are grouped by `_`: write `{before}_{token}`", inside(BRACKETS, "64 000"), when="group"),
    row("a number has one point: write `{earlier}`", inside(BRACKETS, "0.5.", "0.5., 1"), when="pointed"),
    row("a name cannot begin with a digit, and a number has no unit: write `{before}`", inside(BRACKETS, "3x"), when="joined NUMBER"),
    row("is a comma meant? write `{whole}, {token}`", inside(BRACKETS, "1. a", "1. 2"), when="point"),
    row("arguments stand in brackets: `{before}({token})`", inside(CALLS, "Dense 3", 'Activation "relu"'), when="layer"),
    row(
        "is `=` or a comma missing? `{before}={token}`",
        inside(CALLS, 'a "b"', "a 3", "a True", "a False", "a None"),
        when="after NAME",
    ),
    row("leave `=` out: the body of `{second}` stands right behind its parameters", "fn f(n) = { return 3 }", "fn f(n) = { return a }", "fn f(n) = {\n return 3 }", when="behind return"),
    row("an entry of a dictionary is `{before}: …`", 'x = {"a" = 1}', 'x = {a = 1}', 'x = {"a": 1, b = 2}', 'x = {"a": 1, "b" = 2}'),
    row("an entry of a dictionary is `key: value`; a list of values is `[…]`", 'x = {1, 2: 3}', 'x = {"a", "b": 1}'),
    row("is a comma missing?", 'x = {1: 2 3: 4}', 'x = {"a": 1, "c": 1 "b": 2}', 'x = {**a "b": 2}', 'x = {"a": 1 "b": 2}', 'x = {"a": "b" "c": 2}', 'x = {"a": b c: 2}', 'x = {"a": 1 c: 2}', 'x = {"a": True "b": 2}', 'x = {"a": b "c": 2}', tuple(f'x = {{"a": f(1){each[1:]}: 2}}' for each in AFTER_VALUE if each[0] == "a")),
    row(
        "is a `:` missing? an entry of a dictionary is written `{before}: {token}`",
        'x = {"a" "b"}', 'x = {"a" 3}', 'x = {"a" b}', 'x = {"a" True}', 'x = {"a" None}', 'x = {"a" f"b"}', 'x = {"a": 1, "b" "c"}', 'x = {"a": 1, "b" 3}', 'x = {"a": 1, "b" c}',
        'x = {"a": 1, "b" True}', 'x = {"a": 1, "b" None}', 'x = {a 3}', 'x = {3 "a"}',
    ),
    row("every entry of a dictionary has a key and a value: `key: value`", 'x = {"a": 1, "b"}', 'x = {"a": 1, b}', 'x = {**a, b}', 'x = {"a": 1, "b",}'),
    row("the body stands right behind the name and its parameters, without `=`", "block B = {\n input x", "block B(n) = {\n input x", "model M(n) = {\n input x", "model M = {\n input x"),
    row("is a comma missing? write `{before}, {token}=…`", inside(("f(…)",), 'a b=1', "3 b=1", "f(1) b=1"), when="named"),
    row("a shared layer has a line of its own: `shared layer = {call}`, and here `layer`", inside((*CALLS, *LISTS, "x = …"), "a -> shared B", "a -> shared B(1)"), when="behind shared", anywhere=True),
    row("is a comma missing, `{before}, {token}`, or an arrow, `{before} -> {token}`?", inside((*CALLS, *LISTS), "a b", "3 b", "f(1) b")),
    row(
        "is a comma missing? write `{before}, {token}`",
        inside(CALLS, '"a" "b"', "3 4", '"a" f"b"', "3 True", "3 False", "3 None", "3 ...", "3 ?", "3 not a"),
        inside(LISTS, '"a" "b"', "3 4", '"a" f"b"', "3 True", "3 False", "3 None", "3 ...", "3 ?", "3 not a"),
        inside(ITEMS, "a b", "3 4", "3 None", "3 ...", "a:b c"),
        inside((*CALLS, *LISTS), *(f"*f(1){each[1:]}" for each in AFTER_VALUE if each[0] == "a"), "*f(1) not b"),
    ),
    row("a value stands between two commas", inside(BRACKETS, ", a"), inside(CALLS, "a=, b", "a + , b", "a * , b")),
    # ---- values
    row("a name cannot begin with a digit", "3x = 5", inside(ALONE, "3x"), when="joined NUMBER"),
    row("behind `.` stands a name; is a comma meant?", "x = ops. -> Dense", "extern L from a. {}", any_token=True),
    row("a loop is a line of its own: `for i in range(3) { x = x -> Dense(8) }`, with the value that it goes on from above", "x = a -> for i in b {", "output a -> for i in b {", when="is for"),
    row("an arrow leads to a layer, a block or an expression in `_`: write one, or leave the arrow out", "x = a ->", "x = a -> b ->", any_token=True),
    row("a value stands behind the comma, or no comma", "x = a, -> b", "output a, -> b", "x = a -> B, -> C", "output a -> B, -> C", "output y = a -> B, -> C"),
    row("is a quote missing, or one too many?", '""Two inputs."""', 'x = "say "hello" again"', when="after STRING"),
    row("join the two strings into one, or with `+`", '"a" "b"', inside(VALUES, '"a" "b"'), when="after STRING"),
    row("no line declares a layer, it stands behind an arrow: write `x = x -> {token}{made}`", "layer Dense(3)", when="declares layer layers", anywhere=True, cause="DECLARED"),
    row("{declared}", "layer conv1: Conv2D(3)", "layer fc = Dense(3)", "layers fc Dense(3)", when="begins layer layers", anywhere=True, cause="DECLARED"),
    row("layers stand behind arrows, with what they are given in brackets: write `{noted}`", "dense 4 relu", "dense 4", "hidden layer: Dense(3)", when="noted", anywhere=True),
    row(
        "is `=` missing, or an arrow? write `{first} = …`, or `{first} -> …`",
        "y x -> Dense(4)", "y 3", 'y "a"',
        when="second",
    ),
    row(
        "words that are no program stand in a comment, behind `#`",
        "Two inputs, one merge", "Step 3",
        when="prose",
    ),
    row("is `=` missing? a statement is `name = value`", "a, b c -> LSTM", "f(1) x", tuple(f"f(1){each[1:]}" for each in AFTER_VALUE)),
    row(
        "is a line break missing before `{token}`? a statement stands on a line of its own",
        inside(ALONE, "a b = 1"),
        when="then = , : +=",
    ),
    row("a line gives one value: is a line break missing before `{before}`?", inside(("x: (1,) = …", "output y: (1,) = …", *GIVEN, "{…}"), "a = 1")),
    row("the layer stands inside its brackets: write `{wrapped}`", inside(ALONE, "a -> Bidirectional b"), when="behind Bidirectional TimeDistributed"),
    row("is an `if` missing? write `{before} if {token}`", inside(ALONE, "a b else c"), when="otherwise"),
    row("is an arrow missing? write `{before} -> {token}`", inside(ALONE, "a b"), when="after NAME"),
    row("is an `->` missing here?", inside(ALONE, "f(1) b")),
    row("arguments stand in brackets: `{before}({token})`", "y = x -> Dense 3", 'y = x -> Activation "relu"', "output x -> Dense 3", 'output x -> Activation "relu"', when="layer"),
    row("arguments stand in brackets: `{before}({token})`", "for i in range 3 {", "for i in range n {", when="behind range enumerate zip reversed"),
    row(
        "is an operator missing between `{before}` and `{token}`?",
        inside(VALUES, *AFTER_VALUE), inside(HEADS, "a b", "f(1) b", *AFTER_VALUE),
    ),
    row("data flows along an arrow: write `{flowing}`", "a = B(1) from c", "output B(1) from c", "a = B from c", when="flowing"),
    row("`from` stands behind `use Name` and `extern Name(…)` only", "a from b", inside((*ASSIGNED, *GIVEN, "output …"), "a from b")),
    row("a statement stands on a line of its own", "f(1) for i in b {}", inside((*ASSIGNED, *GIVEN, "output …"), "a for i in b {}")),
    row("a condition on what is taken stands behind `if`: `[… for … in … if …]`", inside(LISTS, "a for a in b c", "a for a in b 3")),
    # ---- first words
    row("a chain begins with a value, then `->`", inside(ALONE, "-> Dense(3)"), "-> Dense(3)", "model M { -> Dense(3) }", "x = 1\nmodel M {\n}\n -> Dense(3)"),
    row("left of `=` stands the name that is given the value", "= 3", "model M { = 3 }", "x = 1\n= 3", cause="NAMELESS"),
    row("a name stands before `=`: write `name={following}`, or leave `=` out", inside(("f(…)",), "= 3", "a, = 3", "b=1, = 3"), "x = f(a)(b, = 3)"),
    row("per cent is a part of the whole: {earlier} % is written `{percent}`", inside(("f(…)",), "3 %", "a=3 %"), when="behind %"),
    row("`{earlier}=` has no value: write one, or leave `{earlier}=` out where it has a default", inside(("f(…)",), "a=", "b, a=")),
    row("a number stands in the brackets, `[0]`, or a slice, `[:, 0]`", "x = a[]", "x = a.shape[]"),
    row(
        "a value is missing behind `{before}`",
        inside(("f(…)",), "a +", "a *", "a /", "a //", "a -"),
    ),
    row(
        "behind `}` the line ends, or `else { … }` follows",
        "if a {} b = 3", "if a {} {", "if a {}\n-> b", "for i in a {} b = 3", "for i in a {}\n-> b", "model M { if a {}\n-> b }",
        when="behind }",
    ),
    row("a value is missing before `{token}`", inside(("f(…)", "(…)"), "/ 3", "% 3", "@ 3")),
    row(
        "the operator ends a line that is continued: move `{token}` to the end of the line before",
        "x = 1\n/ 3", "model M { x = 1\n** 3 }", "x = a\nand 3",
        when="continues / % ** @ and or == != < <= > >=",
        any_token=True,
    ),
    row(
        "a statement begins with a name, or with a word such as `input`, `output`, `for` or `if`",
        "/ 3", "x = 1\n, 3", "model M { / 3 }",
        any_token=True,
    ),
)
# fmt: on
