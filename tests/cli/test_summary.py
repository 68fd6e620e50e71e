"""`dslc summary`: one line a block and a layer, as deep and as wide as is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from dslc.tools.cli import main
from tests.conftest import SAMPLES

MODELS = [
    path.stem
    for path in SAMPLES
    if path.stem in ("unet", "transformer", "siamese", "shared_layer", "gan", "seq2seq")
]
TWO = """
block Pair(n) {
    input x
    a = x -> Dense(n)
    b = a -> Dense(2 * n)
    output a, b
}
model M {
    input x: (8,)
    a, b = x -> Pair(3)
    output [a, b] -> Concatenate -> Dense(1)
}
model Other {
    input x: (8,)
    output x -> Dense(4)
}
"""


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["summary", *words]) == 0
    return capsys.readouterr().out


def rows(text: str) -> list[str]:
    """The lines of the first table."""
    lines = text.splitlines()
    begin, end = [number for number, line in enumerate(lines) if line.startswith("─")][:2]
    return lines[begin + 1 : end]


@pytest.mark.parametrize("name", MODELS)
def test_a_depth_folds_blocks_and_changes_no_total(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = next(str(each) for each in SAMPLES if each.stem == name)
    whole = shown(capsys, path)
    flat = shown(capsys, path, "--depth", "0")
    assert not any(row.startswith(" ") for row in rows(flat))
    assert [row.split("  ")[0] for row in rows(flat)] == [
        row.split("  ")[0] for row in rows(whole) if not row.startswith(" ")
    ]
    totals = [line for line in whole.splitlines() if line.startswith(("Total", "FLOPs", "Activations"))]
    assert totals == [
        line for line in flat.splitlines() if line.startswith(("Total", "FLOPs", "Activations"))
    ]


def test_a_folded_block_shows_what_others_read_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.kdl").write_text(TWO)
    (pair,) = [row for row in rows(shown(capsys, "m.kdl", "--depth", "0")) if row.startswith("pair")]
    assert pair.split("  ")[0] == "pair (Pair)"
    assert "(None, 3), (None, 6)" in pair
    assert " 51 " in pair, "27 of the first Dense, 24 of the second"
    assert pair.endswith("x")


def test_one_model_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.kdl").write_text(TWO)
    both, one = shown(capsys, "m.kdl"), shown(capsys, "m.kdl", "--model", "Other")
    assert one in both and one.startswith("Other (m.kdl)") and "M (m.kdl)" not in one
    assert '"name": "M"' not in shown(capsys, "m.kdl", "--model", "Other", "--format", "json")
    assert main(["summary", "m.kdl", "--model", "Othr"]) == 2
    assert "did you mean `Other`?" in capsys.readouterr().err


@pytest.mark.parametrize("columns", [60, 80, 100, 140])
@pytest.mark.parametrize("name", MODELS)
def test_a_table_fits_the_terminal(
    name: str, columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = next(str(each) for each in SAMPLES if each.stem == name)
    whole = rows(shown(capsys, path))
    monkeypatch.setenv("COLUMNS", str(columns))
    fitted = rows(shown(capsys, path))
    assert len(fitted) == len(whole)
    assert max(map(len, fitted)) <= columns
    assert ("Connected to" in shown(capsys, path)) or columns < 90


def test_a_shared_block_that_is_used_again_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.kdl").write_text("""
block Encode(n) {
    input x
    y = x -> Dense(n)
    output y - ops.mean(y, axis=-1, keepdims=True) -> Dense(n)
}
model M {
    input a: (8,)
    input b: (8,)
    shared encode = Encode(4)
    output (a -> encode) - (b -> encode)
}
""")
    (line,) = [row for row in rows(shown(capsys, "m.kdl", "--depth", "0")) if "(Encode)" in row]
    assert line.count("(None, 4)") == 1 and line.endswith("a, b")
    assert sum("(Dense)" in row for row in rows(shown(capsys, "m.kdl"))) == 4


def test_what_must_hold_of_unknown_sizes_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.kdl"
    path.write_text(
        "model Net {\n    input x: (H?, W?, 3)\n    assert H % 8 == 0 and W % 8 == 0\n    assert H >= 16\n"
        "    output [x, x -> MaxPooling2D(2) -> UpSampling2D(2)] -> Concatenate\n}\n",
        encoding="utf-8",
    )
    assert main(["summary", str(path)]) == 0
    assert "\nRuns only when H and W are each a multiple of 8; H is at least 16\n" in capsys.readouterr().out


def test_shapes_that_are_the_same_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "parts.kdl"
    source.write_text(
        "model Parts {\n    input x: (4, 64)\n    parts = x -> ops.split(_, 32, axis=-1)\n    output [*parts, x] -> Concatenate\n}\n"
    )
    assert "32 of (None, 4, 2)" in shown(capsys, str(source))


GIVING = """
block Heads(n) {
    input x
    parts = x -> Dense(n)
    y = x -> Dense(8)
    output next = [x, y] -> Add
    output parts
    output x
}
block Either {
    input x
    a = x -> Dense(5)
    b = x -> Dense(5)
    output (a if training else b)
}
model M {
    input x: (8,)
    next, parts, same = x -> Heads(3)
    output [next, same, parts -> Either] -> Concatenate -> Dense(1)
}
"""


def test_a_block_has_the_shapes_of_what_it_gives_in_the_order_of_its_outputs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "giving.kdl"
    source.write_text(GIVING, encoding="utf-8")
    _, heads, *rest = rows(shown(capsys, str(source)))
    assert "(None, 8), (None, 3), (None, 8)  " in heads
    (either,) = (row for row in rest if row.startswith("either"))
    assert "(None, 5)  " in either and "2 of" not in either


def test_a_folded_line_reads_from_the_lines_that_are_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "giving.kdl"
    source.write_text(GIVING, encoding="utf-8")
    assert [row.rsplit("  ", 1)[1] for row in rows(shown(capsys, str(source), "--depth", "0"))][1:] == [
        "x",
        "heads",
        "heads, x, either",
        "concatenate",
    ]
