"""`%%kdl` in a real kernel: a notebook of three cells, run from beginning to end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.integrations.conftest import missing
from tests.notebook.test_cells import DIGITS

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def this_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel is to have this checkout, wherever it works."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def ran(cells: list[str], folder: Path, go_on: bool = False) -> Any:
    """A notebook after its cells have run in a folder."""
    try:
        import ipykernel  # noqa: F401 - what is asked for is whether it is here
        from nbclient import NotebookClient
        from nbformat.v4 import new_code_cell, new_notebook
    except ImportError:
        missing("nbclient and ipykernel")
    book = new_notebook(cells=[new_code_cell(each) for each in cells])
    NotebookClient(
        book,
        timeout=200,
        kernel_name="python3",
        allow_errors=go_on,
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    return book


def test_a_notebook_declares_and_trains_a_model(tmp_path: Path) -> None:
    (tmp_path / "parts.kdl").write_text("block Head(n) = Dense(8) -> ReLU -> Dense(n)\n")
    used = 'use Head from "parts.kdl"\nmodel Scores {\n    input x: (4,)\n    output y = x -> Head(1)\n}\n'
    train = (
        "import numpy\nmodel = Scores()\nmodel.compile(loss='mse')\n"
        "model.fit(numpy.zeros((8, 4)), numpy.zeros((8, 1)), verbose=0).epoch"
    )
    book = ran(["%load_ext dslc", f"%%kdl scores --show both\n{used}", train], tmp_path)
    shown = [output for output in book.cells[1].outputs if output.output_type == "display_data"]
    assert "Scores (scores.kdl)" in shown[0].data["text/plain"] and "<iframe" in shown[0].data["text/html"]
    assert "def Scores():" in shown[1].data["text/plain"]
    assert book.cells[2].outputs[-1].data["text/plain"] == "[0]"


def test_a_mistake_ends_the_run(tmp_path: Path) -> None:
    cells = ["%load_ext dslc", f"%%kdl digits\n{DIGITS.replace('Flatten', 'Flaten')}"]
    (error,) = ran(cells, tmp_path, go_on=True).cells[1].outputs
    assert error.output_type == "error" and error.ename == "Mistakes"
    assert error.evalue.startswith("error[DSL202]: there is no layer or block called `Flaten`")
    assert "digits.kdl:4:29" in "".join(error.traceback) and "driver.py" not in "".join(error.traceback)
