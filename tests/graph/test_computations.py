"""What a computation gives is known by its site, as what a stage gives: `--annotate` says it behind the line."""

from __future__ import annotations

from dslc.driver import Options, build, check
from dslc.source import Source

FILES = {
    "twice.kdl": "block Twice(n) {\n    input x\n    y = x -> Dense(777) -> Dense(n)\n    output y\n}\n",
    "model.kdl": """use Twice from "twice.kdl"
model M {
    input x: (8,)
    y = x -> ops.square
    z = y -> Twice(5)
    w = z * 2
    v = w[:, :3]
    output v
}
""",
}


def load(path: str, importer: str) -> Source | str:
    return Source(path, FILES[path])


def commented(style: str) -> dict[str, str]:
    """The comment behind each assignment of the annotated code, by the code in front of it."""
    checked = check(Source("model.kdl", FILES["model.kdl"]), load)
    code = build(checked, style, Options(annotate=True)).code  # type: ignore[arg-type]
    assert code is not None
    lines = [line.strip().partition("  # ") for line in code.split("\n") if "  # " in line]
    return {front: comment for front, _, comment in lines}


def test_every_value_has_its_shape_behind_it() -> None:
    comments = commented("functional")
    assert comments["y = ops.square(x)"] == "(None, 8)"
    assert comments["z = twice(y, 5)"] == "(None, 5)"
    assert comments["w = z * 2"] == "(None, 5)"
    assert comments["v = w[:, :3]"] == "(None, 3)"


def test_a_stage_of_another_file_at_the_same_place_gives_its_own_shape() -> None:
    for style in ("functional", "subclass"):
        comments = commented(style)
        wide = [front for front, comment in comments.items() if comment == "(None, 777)"]
        assert all("square" not in front and "dense" in front.lower() for front in wide)
        assert [comment for front, comment in comments.items() if "square" in front] == ["(None, 8)"]


def test_a_number_that_many_conditions_come_to_is_refused_at_once() -> None:
    """Each of them doubles what it may be, so that nobody could try them all."""
    lines = "".join(f"    n += 1 if training and {i} == {i} else 0\n" for i in range(40))
    text = (
        f"block B {{\n    input x\n    n = 0\n{lines}    output x[:, :n]\n}}\n"
        "model M {\n    input x: (8, 3)\n    output x -> B\n}\n"
    )
    (told,) = check(Source("many.kdl", text)).diagnostics
    assert told.code == "DSL381" and "depends on `training`" in told.text


def test_operations_inside_a_layer_of_keras_are_no_names_of_the_graph() -> None:
    text = """
block Adds {
    input x
    output x + ops.arange(8, dtype="float32") -> Dense(8)
}

model M {
    input x: (6, 2, 8)
    output x -> TimeDistributed(Adds) -> Dense(4, name="named")
}
"""
    (graph,) = check(Source("m.kdl", text)).graphs
    assert [call.layer for call in graph.calls] == ["TimeDistributed", "Dense"]
