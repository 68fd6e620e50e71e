"""What the printer writes is what black would write, byte for byte, and says what its tree says."""

from __future__ import annotations

import ast
import unicodedata
from pathlib import Path

import pytest

from dslc.driver import build, check
from dslc.emit import python as py
from dslc.emit.finish import finish
from dslc.emit.lines import width
from dslc.emit.printer import printed
from dslc.source import Source, Span
from dslc.styles import STYLES
from tests.conftest import ROOT
from tests.printer.judge import other_form, other_meaning, problem
from tests.printer.meaning import plain
from tests.printer.trees import module

SAMPLES = sorted((ROOT / "samples").rglob("*.kdl"))
GOLDEN = sorted((ROOT / "tests" / "golden").glob("*/*.py"))
SPAN = Span(Source("model.kdl", "model M {}"), 0, 5)


def text(*statements: py.Statement, doc: str | None = None) -> str:
    """A module of some statements."""
    return printed(py.Module(doc, (), statements)).text


def assigned(value: py.Expr) -> str:
    """`x = value` without the line end."""
    return text(py.Assign(py.Name("x"), value)).removesuffix("\n")


# ---- black's form


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_black_leaves_a_golden_module_as_it_is(path: Path) -> None:
    assert other_form(path.read_text(encoding="utf-8")) is None


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_black_leaves_the_module_of_a_sample_as_it_is(path: Path) -> None:
    checked = check(Source(path.name, path.read_text(encoding="utf-8")))
    for style in STYLES:
        code = build(checked, style).code
        assert code is None or other_form(code) is None


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_random_modules_have_black_s_form_and_their_tree_s_meaning(first: int) -> None:
    for seed in range(first, first + 50):
        assert (seed, problem(module(seed))) == (seed, None)


def test_characters_are_as_wide_as_black_counts_them() -> None:
    from black.strings import str_width

    shown = [chr(code) for code in range(0x80, 0x20000) if chr(code).isprintable()]
    assert [hex(ord(each)) for each in shown if width(each) != str_width(each)] == []


# ---- what black cannot check: blank lines that a person could have left


def test_constants_stand_together_without_blank_lines() -> None:
    one, two = (py.Assign(py.Name(name), py.Const(1)) for name in ("ONE", "TWO"))
    function = py.Function("f", (), (py.Return(py.Name("ONE")),))
    made = printed(py.Module("Says what.", (py.Import("keras"),), (one, two, function, one)))
    assert made.text == (
        '"""Says what."""\n\nimport keras\n\nONE = 1\nTWO = 1\n\n\ndef f():\n    return ONE\n\n\nONE = 1\n'
    )


# ---- literals


def escapes() -> list[str]:
    """Every character below U+30000 that cannot be seen or changes how others are seen."""
    hidden = ("Cc", "Cf", "Zl", "Zp", "Cs")
    return [chr(code) for code in range(0x30000) if unicodedata.category(chr(code)) in hidden]


def test_what_cannot_be_seen_is_escaped_in_strings_docstrings_and_comments() -> None:
    hidden = [each for each in escapes() if each != "\n"]
    whole = "a" + "".join(hidden) + "b"
    strings = py.Assign(py.Name("x"), py.FString((whole, (py.Name("n"), ":>3"))), None, whole)
    made = text(strings, py.Do(py.Const(whole)), doc=whole)
    assert not set(made) & set(hidden)
    tree = ast.parse(made)
    assert ast.get_docstring(tree, clean=False) == whole
    assert ast.literal_eval(made.splitlines()[-1]) == whole


DOCS = ["a\x00b", "a\rb", "a\r\nb", 'say "hi"', '"hi" it says', '"""', '""""', 'a"""', 'a\\"""', "\\", "a\\", 'a\\"', 'a\nb"',
        "", " ", "\n", "a\n\n  b\n c \n", "a \\\n  b", 'a \\\n b"', "\u202ea", "日本\u3000語", "\\N{DASH} \\x41",
        "x" * 100, "a\n" + "x" * 86, 'a\n' + "x" * 84 + '"']  # fmt: skip


@pytest.mark.parametrize("doc", DOCS, ids=ascii)
def test_a_docstring_keeps_its_words_and_black_keeps_its_form(doc: str) -> None:
    function = py.Function("f", (), (py.Return(py.Const(None)),), doc)
    block = py.Class("C", py.Attr(py.Name("layers"), "Layer"), (function,), doc)
    made = text(function, block, doc=doc)
    assert other_form(made) is None
    tree = ast.parse(made)
    for node in (tree, *ast.walk(tree)):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)):
            assert plain(ast.get_docstring(node, clean=False) or "") == plain(doc)


STRINGS = [
    "",
    "a",
    "'",
    '"',
    "it's",
    'say "hi"',
    """it's "so" """,
    """'"'""",
    '\\"',
    "\\'",
    "\\",
    "\n",
    "\ud800",
    "{}",
    "é",
]


@pytest.mark.parametrize("value", STRINGS, ids=ascii)
def test_a_string_has_its_value_and_black_s_quotes(value: str) -> None:
    made = assigned(py.Const(value))
    assert ast.literal_eval(made.removeprefix("x = ")) == value
    if "\ud800" not in value:
        assert other_form(made + "\n") is None


@pytest.mark.parametrize("literal", STRINGS, ids=ascii)
@pytest.mark.parametrize("key", [each for each in STRINGS if each != "\ud800"], ids=ascii)
def test_an_f_string_says_the_same_whatever_quotes_stand_in_it(literal: str, key: str) -> None:
    value = py.Index(py.Name("d"), (py.Const(key),))
    made = assigned(py.FString((literal, (value, ":>4"), literal, (value, "!r"))))
    scope: dict[str, object] = {"d": {key: "v"}}
    exec(made, scope)
    assert scope["x"] == f"{literal}   v{literal}'v'"
    if "\ud800" not in literal:
        assert other_form(made + "\n") is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1E+5", "1e5"),
        ("0XabL", "171"),
        ("0Xab", "0xAB"),
        (".5", "0.5"),
        ("2.", "2.0"),
        ("1_0", "1_0"),
        ("1-1", "171"),
    ],
)
def test_a_number_has_black_s_form_and_what_is_no_number_does_not_get_in(written: str, shown: str) -> None:
    assert assigned(py.Const(171, written)) == f"x = {shown}"


def test_numbers_without_a_literal_of_their_own_are_written_as_expressions() -> None:
    values = [py.Const(float(each)) for each in ("inf", "-inf", "nan")]
    assert [assigned(each) for each in values] == ["x = 1e999", "x = -1e999", 'x = float("nan")']


def test_what_has_no_literal_is_refused() -> None:
    with pytest.raises(TypeError):
        assigned(py.Const(object()))


def test_brackets_stand_where_the_tree_needs_them() -> None:
    n, two = py.Name("n"), py.Const(2)
    power = py.Binary("**", n, two)
    values = {
        "-(n**2)": py.Unary("-", power),
        "(-2) ** n": py.Binary("**", py.Const(-2), n),
        "(2).n": py.Attr(two, "n"),
        "(-2).n": py.Attr(py.Const(-2), "n"),
        "n[2 + n :]": py.Index(n, (py.Slice(py.Binary("+", two, n), None, None),)),
        "n - (n - 2)": py.Binary("-", n, py.Binary("-", n, two)),
        "[*(n or 2)]": py.List((py.Spread(py.Binary("or", n, two)),)),
        "(n := 2)": py.Walrus("n", two),
        "f((n for n in n), 2)": py.Call(py.Name("f"), (py.Comprehension(n, ((n, n, None),), True), two)),
    }
    assert {assigned(value) for value in values.values()} == {f"x = {shown}" for shown in values}
    for value in values.values():
        tree = py.Module(None, (), (py.Assign(py.Name("x"), value),))
        assert other_meaning(tree, ast.parse(printed(tree).text)) is None


# ---- when the printer is not sure


@pytest.mark.parametrize(
    "statement",
    [
        py.Assign(py.List(()), py.Name("values"), SPAN, "fmt: skip"),
        py.Assign(py.Name("x"), py.Call(py.Name("f" * 90)), SPAN, "type: ignore"),
        py.Function("f", (), (py.Do(py.Const(...)),), span=SPAN),
        py.Function("f", (), (py.Do(py.Const(" a string ")),), span=SPAN),
    ],
    ids=["fmt", "type", "stub", "string"],
)
def test_black_is_asked_when_the_printer_is_not_sure(statement: py.Statement) -> None:
    made = printed(py.Module(None, (py.Import("keras"),), (statement,)))
    assert not made.sure
    code, lines = finish(made, "model.kdl", "functional")
    body = code.split("\n", 3)[3]
    assert other_form(body) is None
    (node,) = ast.parse(code).body[1:]
    last = node.lineno if isinstance(node, ast.FunctionDef) else node.end_lineno
    assert lines == dict.fromkeys(range(node.lineno, (last or 0) + 1), SPAN)


def test_a_string_at_the_beginning_of_a_module_is_left_to_black() -> None:
    assert not printed(py.Module(None, (), (py.Do(py.Const(" a string ")),))).sure


def test_every_line_of_a_statement_leads_to_its_source() -> None:
    long = py.Call(py.Name("f"), tuple(py.Name("argument" * 3) for _ in range(9)))
    loop = py.For(py.Name("i"), py.Name("xs"), (py.Assign(py.Name("x"), long, SPAN),), SPAN)
    code, lines = finish(printed(py.Module("Says.", (), (loop,))), "model.kdl", "functional")
    first = code.split("\n").index("for i in xs:") + 1
    assert lines == dict.fromkeys(range(first, first + 12), SPAN)
