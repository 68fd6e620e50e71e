"""Texts that try to smuggle something into the generated module, or out of the compiler: payloads, and the places to put them.

Out: `cases()`, pairs of a name and a text; each payload stands in each place where it may be written.
"""

from __future__ import annotations

from collections.abc import Iterator

CALLS = (
    "__import__('os').system('touch owned')",
    "os.system('touch owned')",
    "exec('import os')",
    "eval('1')",
    "open('owned', 'w')",
    "().__class__.__bases__[0].__subclasses__()",
    "keras.utils.get_file('x', 'http://127.0.0.1/')",
    "getattr(x, '__class__')",
    "(lambda: 0)()",
    "[c for c in ().__class__.__base__.__subclasses__()]",
    "print('owned')",
    "breakpoint()",
    "compile('1', 'x', 'eval')",
    "globals()['__builtins__']",
    "type('X', (), {})",
    "x.__reduce__()",
    "await x",
    "yield 1",
    "(y := 1)",
    "{**{}}",
)
TEXTS = (
    '"""', "'''", '\\"\\"\\"\\n__import__(\\"os\\")', '"\\nimport os\\n"', "\\", "\\\\", '\\"', "'", "{x}", "{", "}", "{{",
    "%s%n", "${HOME}", "$(touch owned)", "`touch owned`", "\\x00", "\\x1b[31m", "\\u202e", "\\u2066", "\\u2069", "\\u200b", "\\ufeff",
    "\\u2028", "\\u2029", "\\x85", "\\r", "\\r\\n", "\\x0c", "\\x1a", "\\ue000", "\\U000e0001", "\\N{RIGHT-TO-LEFT OVERRIDE}",
    "# type: ignore", "# -*- coding: utf-7 -*-", "fmt: off", "*/", "<script>", "-->", "]]>", "a" * 5000, "é" * 200, "\\ud800",
    "..", "../..", "/etc/passwd", "C:\\\\x", "con", "nul", "__init__", "self", "'+__import__('os')+'", "\\x27\\x22",
)  # fmt: skip
RAW = (
    "\x00", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1a", "\x1b[2J", "\x1c", "\x7f", "\x85", "\xad", "\u0600", "\u061c", "\u180e",
    "\u200b", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202e", "\u2060", "\u2066", "\u2069", "\ufeff", "\ue000", "\U000e0001",
    "\U000e0041", "\U000f0000", "\r", "\r\n", "\ud800", "\udcff", "'", "\\", "#", "{", "}", "\t", "\u00a0", "\u3000",
)  # fmt: skip
NAMES = (
    "__builtins__", "__import__", "__class__", "__init__", "__getattr__", "__name__", "__file__", "__doc__", "__loader__", "__all__",
    "self", "keras", "layers", "ops", "math", "super", "exec", "eval", "open", "print", "import", "lambda", "class", "def", "del",
    "global", "try", "with", "async", "nonlocal", "yield", "raise", "None", "True", "match", "type", "os", "sys", "tensorflow",
    "builtins", "call", "build", "get_config", "from_config", "add_weight", "_layers", "_metrics", "inputs", "outputs", "x.y", "a;b",
    "a b", "1a", "a-b", "a\u200bb", "\u212bngstrom", "ﬁ", "ªb", "ℂ", "𝐱", "µ", "e\u0301", "_", "__", "___", "__x", "x__",
)  # fmt: skip
NUMBERS = (
    "10**5000", "1e999", "-1e999", "1e400*0", "0x", "0b2", "1__0", "1_", "0777", "1.e", ".5.5", "1j", "10**10**10", "-0", "9" * 5000,
    "1//0", "1%0", "0**-1", "2**-1", "1 if x else 2", "1<2<3", "not 1", "~1", "1<<99", "1|2", "1&2", "1^2", "x@x", "*x", "**x", "...",
)  # fmt: skip
MODULES = (
    "os", "sys", "subprocess", "builtins", "importlib", "ctypes", "socket", "os.path", "pickle", "marshal", "code", "pdb", "__main__",
    "__future__", "site", "runpy", "torch", "numpy", "keras.utils", "keras", "tensorflow", "pip", "dslc", "dslc.tools.cli", "a..b", ".a",
    "..a", "a.class", "a.None", "a.__init__", "_pytest", "not_there", "os .path", "sys;os", "a\u200bb",
)  # fmt: skip
PATHS = (
    "../x.kdl", "/etc/passwd", ".env", "x.py", "a\\0b.kdl", "https://example.org/x.kdl", "\\\\\\\\host\\\\x.kdl", "file:///etc/passwd",
    "x.kdl\\n", "", ".", "..", "~/x.kdl", "$HOME/x.kdl", "CON.kdl", "x.kdl/../../y.kdl", "/dev/stdin", "/proc/self/environ", "a" * 5000,
    "\\u202ex.kdl",
)  # fmt: skip

MODEL = "model M(n = 3) {{\n    input x: (8, 4)\n{}    output x -> Dense(n)\n}}\n"


def inside(line: str) -> str:
    return MODEL.format(f"    {line}\n")


EXPRESSIONS = {
    "argument": inside("x = x -> Dense({})"),
    "keyword": inside("x = x -> Dense(4, activation={})"),
    "value": inside("k = {}\n    x = x -> Dense(k)"),
    "element": inside("k = [1, {}]\n    x = x -> Dense(k[0])"),
    "condition": inside("if {} {{{{ x = x -> Dense(4) }}}}").replace("{{{{", "{{").replace("}}}}", "}}"),
    "iterable": inside("for i in {} {{ x = x -> Dense(4) }}"),
    "shape": "model M {{\n    input x: (8, {})\n    output x -> Dense(3)\n}}\n",
    "stage": inside("x = x -> {}"),
    "head": inside("y = {} -> Dense(3)\n    x = y"),
    "default": "model M(n = {}) {{\n    input x: (4,)\n    output x -> Dense(n)\n}}\n",
    "constant": "K = {}\n" + inside("x = x -> Dense(K)"),
    "fn": "fn f(n) = {}\n" + inside("x = x -> Dense(f(3))"),
    "assertion": inside('assert {}, "says"'),
    "operation": inside("x = x -> ops.add(_, {})"),
    "index": inside("x = x -> _[:, {}]"),
    "object": inside("x = x -> Dense(4, kernel_initializer=initializers.Constant({}))"),
    "slot": inside('x = x -> Dense(4, name=f"a{{{}}}")'),
    "contract": "block B {{\n    input x: (H?, {})\n    output x -> Dense(3)\n}}\n" + inside("x = x -> B"),
}
STRINGS = {
    "layer": inside('x = x -> Dense(4, name="{}")'),
    "activation": inside('x = x -> Dense(4, activation="{}")'),
    "docstring": 'model M {{\n    """{}"""\n    input x: (4,)\n    output x -> Dense(3)\n}}\n',
    "file docstring": '"""{}"""\n\n' + inside("x = x -> ReLU"),
    "block docstring": 'block B {{\n    """{}"""\n    input x\n    output x -> Dense(3)\n}}\n'
    + inside("x = x -> B"),
    "single": inside("x = x -> Dense(4, name='{}')"),
    "key": inside('r = record()\n    r["{}"] = x\n    x = r["{}"]').replace('{}"]', '{0}"]'),
    "default": 'model M(n = "{}") {{\n    input x: (4,)\n    output x -> Dense(3, name=n)\n}}\n',
    "constant": 'K = "{}"\n' + inside("x = x -> Dense(4, name=K)"),
    "placeholder": inside('x = x -> Dense(4, name=f"{}")'),
    "assertion": inside('assert n > 1, "{}"'),
    "weight": 'block B {{\n    input x\n    weight w: (4,) = "{}"\n    output x + w\n}}\n'
    + inside("x = x -> B"),
    "comment": "# {}\n" + inside("x = x -> ReLU  # {0}"),
    "equation": inside('x = ops.einsum("{}", x, x)'),
    "vocabulary": 'model M {{\n    input s: (3,) string\n    output s -> StringLookup(vocabulary=["{}"])\n}}\n',
}
BINDERS = {
    "model": "model {} {{\n    input x: (4,)\n    output x -> Dense(3)\n}}\n",
    "block": "block {0}(n) = Dense(n)\n" + inside("x = x -> {0}(3)"),
    "block with state": "block {0} {{\n    input x\n    weight w: (4,)\n    output x + w\n}}\n"
    + inside("x = x -> {0}"),
    "fn": "fn {0}(n) = n\n" + inside("x = x -> Dense({0}(3))"),
    "constant": "{0} = 3\n" + inside("x = x -> Dense({0})"),
    "parameter": "model M({0} = 3) {{\n    input x: (4,)\n    output x -> Dense({0})\n}}\n",
    "input": "model M {{\n    input {0}: (4,)\n    output {0} -> Dense(3)\n}}\n",
    "output": "model M {{\n    input x: (4,)\n    output {} = x -> Dense(3)\n}}\n",
    "value": inside("{0} = x -> Dense(4)\n    x = {0}"),
    "shared": inside("shared {0} = Dense(4)\n    x = x -> {0}"),
    "weight": 'block B {{\n    input x\n    weight {0}: (4,) = "zeros"\n    output x + {0}\n}}\n'
    + inside("x = x -> B"),
    "loop": inside("for {0} in range(2) {{ x = x -> Dense(4 + {0}) }}"),
    "comprehension": inside("k = [{0} for {0} in range(3)]\n    x = x -> Dense(k[2])"),
    "extern": "extern {0}(n) from mine {{\n    input x: (4,)\n    output (n,)\n}}\nmodel M {{\n    input x: (4,)\n    output x -> {0}(3)\n}}\n",
    "argument": inside("x = x -> Dense(4, {}=3)"),
    "attribute": inside("k = x.{}"),
    "operation": inside("x = x -> ops.{}(_)"),
    "initializer": inside("x = x -> Dense(4, kernel_initializer=initializers.{}())"),
    "layer": inside("x = x -> {}(4)"),
    "size": "model M {{\n    input x: ({0}?, 4)\n    output x -> Dense(3)\n}}\n",
}
EXTERNS = {
    "extern": "extern L(n) from {} {{\n    input x: (4,)\n    output (n,)\n}}\nmodel M {{\n    input x: (4,)\n    output x -> L(3)\n}}\n",
    "free": "extern L from {}\nmodel M {{\n    input x: (4,)\n    output x -> L\n}}\n",
    "called": 'extern system(n) from {}\nmodel M {{\n    input x: (4,)\n    output x -> system("touch owned")\n}}\n',
}
USES = {
    "use": 'use B from "{}"\n' + inside("x = x -> B"),
    "two": 'use B, C from "{}"\n' + inside("x = x -> B -> C"),
}


def cases() -> Iterator[tuple[str, str]]:
    """Every payload in every place where it may be written."""
    for places, payloads in (
        (EXPRESSIONS, (*CALLS, *NUMBERS)),
        (STRINGS, TEXTS),
        (STRINGS, RAW),
        (BINDERS, (*NAMES, *RAW)),
        (EXTERNS, MODULES),
        (USES, PATHS),
        (EXPRESSIONS, tuple(f"x{raw}" for raw in RAW)),
    ):
        for place, pattern in places.items():
            for payload in payloads:
                yield f"{place}: {payload[:30]!r}", _filled(pattern, payload)


def _filled(pattern: str, payload: str) -> str:
    return (
        pattern.replace("{0}", "\0payload")
        .replace("{}", "\0payload")
        .replace("{{", "{")
        .replace("}}", "}")
        .replace("\0payload", payload)
    )
