"""Rename: everywhere or nowhere. Every name of the samples can have another one, and get its own back."""

from __future__ import annotations

import pytest

from dslc.editor.analysis import Analysis
from dslc.editor.names import Symbol
from dslc.editor.navigation import definition, references
from dslc.editor.project import Project
from dslc.editor.rename import Refusal, Renaming, edited, prepare, rename
from tests.conftest import SAMPLES
from tests.editor.conftest import CURSOR, project

BLOCKS = "DEPTH = 2\nblock Twice(units) {\n    input x\n    output x -> Dense(units) -> Dense(units)\n}\n"
MODEL = (
    'use Twice, DEPTH from "blocks.kdl"\nmodel M(n = 3) {\n    input a: (T?, 4)\n    x = a -> Twice(units=DEPTH)\n'
    "    output y = (x=x[:, :T]) -> Twice(n)\n}\n"
)


def opened(**texts: str) -> Project:
    """A project with these files open."""
    files = project({f"{name}.kdl": text for name, text in texts.items()})
    for name, text in texts.items():
        files.open(f"{name}.kdl", text)
    return files


def applied(files: Project, done: Renaming) -> dict[str, str]:
    """The texts of the files that a renaming changes."""
    texts = {}
    for path, edits in done.edits.items():
        analysis = files.analysis(path)
        assert analysis is not None
        texts[path] = edited(analysis.source.text, edits)
    return texts


@pytest.mark.parametrize(
    ("file", "place", "new", "m", "blocks"),
    [
        ("blocks", "Tw‸ice", "Pair", 'use Pair, DEPTH|-> Pair(units|-> Pair(n)', "block Pair("),
        ("m", "Twi‸ce(n)", "Pair", 'use Pair, DEPTH|-> Pair(units|-> Pair(n)', "block Pair("),
        ("m", "uni‸ts=", "width", "Twice(width=DEPTH)", "Twice(width)|Dense(width) -> Dense(width)"),
        ("m", "=‸DEPTH", "WIDTH", "use Twice, WIDTH|units=WIDTH", "WIDTH = 2"),
        ("m", "‸T]", "L", "(L?, 4)|:L]", ""),
        ("m", "‸x[", "h", "    h = a|(x=h[:", ""),
        ("m", "(‸x=", "h", "(h=x[:", "input h|output h ->"),
        ("m", "M‸(", "Net", "model Net(", ""),
        ("m", "M(n‸", "units", "M(units = 3)|Twice(units=DEPTH)|Twice(units)", ""),
    ],
)  # fmt: skip
def test_every_place_changes(file: str, place: str, new: str, m: str, blocks: str) -> None:
    files = opened(m=MODEL, blocks=BLOCKS)
    text = {"m": MODEL, "blocks": BLOCKS}[file]
    plain = place.replace(CURSOR, "")
    offset = text.index(plain) + place.index(CURSOR)
    done = rename(files, f"{file}.kdl", offset, new)
    assert isinstance(done, Renaming), done
    texts = applied(files, done)
    for name, expected in (("m.kdl", m), ("blocks.kdl", blocks)):
        assert (name in texts) == bool(expected)
        assert all(each in texts[name] for each in expected.split("|") if each), texts


@pytest.mark.parametrize(
    ("place", "new", "why"),
    [
        ("‸x =", "for", "a word of the language"),
        ("‸x =", "Dense", "a layer of Keras"),
        ("‸x =", "two words", "no name"),
        ("‸x =", "range", "a function of the language"),
        ("‸x =", "a", "line 3"),
        ("‸x =", "Twice", "line 1"),
        ("‸x =", "DEPTH", "line 4"),
        ("Tw‸ice(n)", "M", "line 2"),
        ("Tw‸ice(n)", "x", "line 4"),
        ("Tw‸ice(n)", "lambda", "word of Python"),
        ("uni‸ts=", "x", "line 3 of blocks.kdl"),
        ("M‸(", "print", "Python has something"),
    ],
)
def test_what_would_clash_is_refused(place: str, new: str, why: str) -> None:
    files = opened(m=MODEL, blocks=BLOCKS)
    plain = place.replace(CURSOR, "")
    done = rename(files, "m.kdl", MODEL.index(plain) + place.index(CURSOR), new)
    assert isinstance(done, Refusal) and why in done.text, done


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("model M {\n    input x: (4,)\n    output x -> De‸nse(3)\n}\n", "a layer of Keras"),
        (
            "model M {\n    input x: (4,)\n    output x -> Dense(uni‸ts=3)\n}\n",
            "an argument that Keras names",
        ),
        ("model M {\n    input x: (4,) in‸t32\n    output x -> Dense(3)\n}\n", "a dtype"),
        ("mo‸del M {\n    input x: (4,)\n    output x -> Dense(3)\n}\n", "no name here"),
        ("extern Mi‸ne(k) from pack.layers\n", "your Python"),
        ("extern Mine(‸k) from pack.layers\n", "your Python"),
        ("model M {\n    input x: (4,)\n    output x -> ‸Dens(3)\n}\n", "nothing says"),
        ("model M {\n    input ‸x: (4,)\n    y = = x\n    output x\n}\n", "line 3 cannot be read"),
    ],
)
def test_what_is_not_ours_keeps_its_name(text: str, why: str) -> None:
    files = opened(m=text.replace(CURSOR, ""))
    found = prepare(files, "m.kdl", text.index(CURSOR))
    assert isinstance(found, Refusal) and why in found.text, found


def test_a_comprehension_is_not_captured_by_another() -> None:
    text = "K = [[a + b for b in range(2)] for a in range(3)]\n"
    files = opened(m=text)
    assert isinstance(rename(files, "m.kdl", text.index("a +"), "b"), Refusal)
    done = rename(files, "m.kdl", text.index("a +"), "c")
    assert isinstance(done, Renaming)
    assert applied(files, done)["m.kdl"] == "K = [[c + b for b in range(2)] for c in range(3)]\n"


def test_names_that_others_know_are_told_of() -> None:
    files = opened(m=MODEL, blocks=BLOCKS)
    said = {}
    for word in ("a:", "y =", "n = 3", "M(", "x ="):
        done = rename(files, "m.kdl", MODEL.index(word), "fresh")
        assert isinstance(done, Renaming)
        said[word] = done.notes
    assert "input or output of the model `M`" in said["a:"][0] and said["a:"][0][:4] != said["M("][0][:4]
    assert said["y ="] and "gives `n`" in said["n = 3"][0] and "imports" in said["M("][0]
    assert said["x ="] == ()


def same_graphs(one: Analysis, other: Analysis) -> bool:
    """Whether two documents have the same models but for names."""

    def outline(analysis: Analysis) -> list[object]:
        return [
            [(c.layer if c.layer[:1].isupper() else "", c.inputs, c.outputs, c.instance) for c in graph.calls]
            for graph in analysis.graphs
        ]

    return str(outline(one)) == str(outline(other))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_fresh_name_and_back(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    files = opened(m=text)
    before = files.analysis("m.kdl")
    assert before is not None
    first: dict[Symbol, int] = {}
    sizes = {
        each.symbol for each in files.names("m.kdl").occurrences if each.kind == "size"
    }  # shown in shapes
    for each in files.names("m.kdl").occurrences:
        if each.symbol is not None:
            first.setdefault(each.symbol, each.span.start)
    for symbol, offset in list(first.items())[:: max(1, len(first) // 8)]:
        done = rename(files, "m.kdl", offset, "fresh_1")
        assert isinstance(done, Renaming), (symbol, done)
        there = opened(m=applied(files, done)["m.kdl"])
        after = there.analysis("m.kdl")
        assert after is not None and (same_graphs(before, after) or symbol in sizes)
        assert [each.code for each in after.diagnostics] == [each.code for each in before.diagnostics]
        back = rename(there, "m.kdl", offset, symbol.name)
        assert isinstance(back, Renaming), (symbol, back)
        assert applied(there, back) == {"m.kdl": text}


TAPPED = (
    'model Inner {\n    input x: (4,)\n    y = x -> Dense(3, name="stem") -> Dense(2, name="top")\n    output y\n}\n'
    'model M {\n    input x: (4,)\n    shared own = Inner\n    a, b = x -> taps(own, ["stem", "top"])\n    output [a, b]\n}\n'
)


@pytest.mark.parametrize("place", ['"st‸em")', '"st‸em",'])
def test_the_name_of_a_layer_changes_where_taps_takes_it(place: str) -> None:
    files = opened(m=TAPPED)
    offset = TAPPED.index(place.replace(CURSOR, "")) + place.index(CURSOR)
    declared = TAPPED.index("stem")
    assert [each.start for each in definition(files, "m.kdl", offset)] == [declared]
    assert [each.text for each in references(files, "m.kdl", offset)] == ["stem", "stem"]
    done = rename(files, "m.kdl", offset, "first-layer")
    assert isinstance(done, Renaming), done
    assert applied(files, done)["m.kdl"] == TAPPED.replace("stem", "first-layer")
    assert "asks `Inner` for its layer `stem`" in done.notes[0]
    clash = rename(files, "m.kdl", offset, "top")
    assert isinstance(clash, Refusal) and "top" in clash.text
    for wrong in ('a"b', "first layer"):  # which Keras does not take
        assert isinstance(rename(files, "m.kdl", offset, wrong), Refusal)
