"""`%%kdl` in IPython's own shell: what a cell makes, what it shows, and that nothing is run where something is wrong."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.integrations.conftest import missing
from tests.picture.conftest import Seen, seen
from tests.picture.test_page import Page

__all__ = ["seen"]

DIGITS = (
    "model Digits(classes=10) {\n"
    "    input image: (28, 28, 1)\n"
    '    output label = image -> Flatten -> Dense(classes, activation="softmax")\n'
    "}\n"
)
TWO = (
    "block Norm(n) = Dense(n) -> LayerNormalization\n"
    "model Small {\n    input x: (4,)\n    output y = x -> Norm(3)\n}\n"
    "model Large {\n    input x: (8,)\n    output y = x -> Norm(30)\n}\n"
)


class Notebook:
    """A shell with the extension, and what its last cell showed."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.names: dict[str, Any] = shell.user_ns
        self.said = ""
        self.shown: list[Any] = []
        self.error: BaseException | None = None
        shell.run_line_magic("load_ext", "dslc")

    def run(self, cell: str) -> None:
        """Run a cell, whatever comes of it."""
        from IPython.utils.capture import capture_output

        with capture_output() as captured:
            done = self.shell.run_cell(cell, store_history=True)
        self.said = re.sub(r"\x1b\[[\d;]*m", "", captured.stdout + captured.stderr)
        self.shown = [output.data for output in captured.outputs]
        self.error = done.error_in_exec or done.error_before_exec

    @property
    def html(self) -> str:
        """The HTML that the last cell showed first."""
        text: str = self.shown[0]["text/html"]
        return text


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    """A fresh shell, as a notebook in a folder of its own has it."""
    try:
        from IPython.core.interactiveshell import InteractiveShell
    except ImportError:
        missing("IPython")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.chdir(tmp_path)
    InteractiveShell.clear_instance()
    yield Notebook(InteractiveShell.instance(colors="nocolor"))
    InteractiveShell.clear_instance()
    for name in [each for each in sys.modules if each.startswith("kdl_")]:
        del sys.modules[name]


def test_importing_dslc_imports_nothing_of_notebooks() -> None:
    asked = "import sys, dslc; print([n for n in sys.modules if n == 'IPython' or n.startswith('dslc.')])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "['dslc.record']\n"


def test_a_cell_names_its_models_and_shows_summary_and_picture(notebook: Notebook) -> None:
    notebook.run(f"%%kdl digits\n{DIGITS}")
    assert notebook.error is None
    model = notebook.names["Digits"](classes=3)
    assert model.output_shape == (None, 3) and model.count_params() == 2355
    assert len(notebook.shown) == 1
    assert "Digits (digits.kdl)" in notebook.html and "7,850" in notebook.html
    assert "Total parameters: 7,850" in notebook.shown[0]["text/plain"]
    (frame,) = re.findall(r'<iframe [^>]*srcdoc="([^"]*)"', notebook.html)
    facts = json.loads(Page(unescape(frame)).script("facts"))
    assert [box["title"] for box in facts["models"][0]["boxes"]] == ["image", "Flatten", "Dense", "label"]
    assert 'sandbox="allow-scripts allow-downloads"' in notebook.html


def test_only_the_items_of_a_cell_become_names(notebook: Notebook) -> None:
    before = set(notebook.names)
    notebook.run(f"%%kdl\n{TWO}")
    assert {name for name in set(notebook.names) - before if not name.startswith("_")} == {
        "norm",
        "Small",
        "Large",
    }


@pytest.mark.parametrize(
    ("show", "python", "picture", "outputs"),
    [
        ("picture", False, True, 1),
        ("python", True, False, 2),
        ("both", True, True, 2),
        ("none", False, False, 0),
    ],
)
def test_a_cell_shows_what_it_is_asked_for(
    show: str, python: bool, picture: bool, outputs: int, notebook: Notebook
) -> None:
    notebook.run(f"%%kdl digits --show {show}\n{DIGITS}")
    assert len(notebook.shown) == outputs and "Digits" in notebook.names
    assert any("def Digits(classes=10):" in data["text/plain"] for data in notebook.shown) == python
    assert any("<iframe" in data.get("text/html", "") for data in notebook.shown) == picture


@pytest.mark.parametrize("style", ["functional", "sequential", "subclass"])
def test_every_style_can_be_run_again_and_again(style: str, notebook: Notebook) -> None:
    for units in (3, 5):
        notebook.run(f"%%kdl digits --style {style}\n{DIGITS.replace('=10', f'={units}')}")
        assert notebook.error is None
        notebook.run("import numpy; shape = tuple(Digits()(numpy.zeros((1, 28, 28, 1))).shape)")
        assert notebook.names["shape"] == (1, units)


def test_values_count_in_the_summary_and_may_come_from_the_notebook(notebook: Notebook) -> None:
    notebook.run("several = 3")
    notebook.run(f"%%kdl digits --set classes={{several}}\n{DIGITS}")
    assert "2,355" in notebook.html


def test_a_mistake_is_shown_with_its_line_and_nothing_is_run(notebook: Notebook) -> None:
    notebook.run(f"%%kdl digits\n{DIGITS}")
    first = notebook.names["Digits"]
    notebook.run(f"%%kdl digits\n{DIGITS.replace('Flatten', 'Flaten')}")
    assert type(notebook.error).__name__ == "Mistakes" and notebook.shown == []
    assert notebook.said.splitlines()[:4] == [  # the row is that of the notebook, whose first is `%%kdl`
        "error[DSL202]: there is no layer or block called `Flaten`",
        " --> digits.kdl:4:29",
        "  |",
        '4 |     output label = image -> Flaten -> Dense(classes, activation="softmax")',
    ]
    assert "Traceback" not in notebook.said and "did you mean `Flatten`?" in notebook.said
    assert notebook.names["Digits"] is first


def test_what_a_style_refuses_is_a_mistake(notebook: Notebook) -> None:
    skip = "model M {\n    input x: (4,)\n    output y = x + (x -> Dense(4))\n}\n"
    notebook.run(f"%%kdl --style sequential\n{skip}")
    assert (
        type(notebook.error).__name__ == "Mistakes"
        and "DSL501" in notebook.said
        and "M" not in notebook.names
    )


def test_a_warning_is_told_and_the_model_is_there(notebook: Notebook) -> None:
    text = "model M {\n    input x: (4,)\n    unused = x -> Dense(3)\n    output y = x -> Dense(2)\n}\n"
    notebook.run(f"%%kdl m\n{text}")
    assert notebook.error is None and "M" in notebook.names
    assert "warning[" in notebook.said and "m.kdl:4" in notebook.said


def test_files_beside_the_notebook_are_used(notebook: Notebook, tmp_path: Path) -> None:
    (tmp_path / "parts.kdl").write_text("block Head(n) = Dense(16) -> ReLU -> Dense(n)\n")
    notebook.run(
        '%%kdl\nuse Head from "parts.kdl"\nmodel M {\n    input x: (4,)\n    output y = x -> Head(2)\n}\n'
    )
    assert notebook.error is None, notebook.said
    assert notebook.names["M"]().count_params() == 4 * 16 + 16 + 16 * 2 + 2


def test_the_folder_is_that_of_the_notebook_not_of_the_kernel(notebook: Notebook, tmp_path: Path) -> None:
    there = tmp_path / "notebooks"
    there.mkdir()
    (there / "parts.kdl").write_text("block Head(n) = Dense(n)\n")
    notebook.names["__vsc_ipynb_file__"] = str(there / "a.ipynb")  # as VS Code says it
    notebook.run(
        '%%kdl\nuse Head from "parts.kdl"\nmodel M {\n    input x: (4,)\n    output y = x -> Head(2)\n}\n'
    )
    assert notebook.error is None, notebook.said


def test_a_traceback_through_a_model_names_the_line_of_the_cell(notebook: Notebook) -> None:
    notebook.run(
        "%%kdl broken --style subclass\nmodel M {\n    input x: (4,)\n    output y = x -> Dense(2)\n}\n"
    )
    notebook.run("import numpy; M()(numpy.zeros((1, 4, 4, 4)).astype('complex64'), nothing=1)")
    assert notebook.error is not None
    notebook.run("import inspect; print(inspect.getsource(M))")
    assert "class M(keras.Model):" in notebook.said and "# broken.kdl:" in notebook.said


def test_objects_of_a_cell_can_be_pickled(notebook: Notebook) -> None:
    notebook.run(f"%%kdl digits\n{DIGITS}")
    notebook.run("import pickle; print(pickle.loads(pickle.dumps(Digits)) is Digits)")
    assert notebook.said == "True\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--stile subclass", "did you mean `--style`?"),
        ("--style sub", "here it is `subclass`"),
        ("--style nothing", "%%kdl? says what there is"),
        ("--show=", "`--show` is one of picture"),
        ("digits more", "there is no place for `more` here"),
        ("--set unit=3", "did you mean `units`?"),
        ("--set 3", "expected NAME=VALUE"),
        ("my-net", "`my-net` cannot be the name of a module"),
        ('"a', "no closing quotation"),
    ],
)
def test_a_line_that_says_nothing_known_is_refused(line: str, said: str, notebook: Notebook) -> None:
    notebook.run(
        f"%%kdl {line}\nmodel M(units=2) {{\n    input x: (4,)\n    output y = x -> Dense(units)\n}}\n"
    )
    assert (
        type(notebook.error).__name__ == "UsageError" and said in notebook.said and "M" not in notebook.names
    )


def test_help_says_what_there_is(notebook: Notebook) -> None:
    text = notebook.shell.find_cell_magic("kdl").__doc__
    assert "--style {functional,sequential,subclass}" in text and "--show" in text


def test_the_extension_can_be_unloaded(notebook: Notebook) -> None:
    notebook.run("%unload_ext dslc")
    notebook.run(f"%%kdl\n{DIGITS}")
    assert "not found" in notebook.said and "Digits" not in notebook.names


@pytest.mark.slow
def test_the_picture_is_drawn_inside_its_frame(notebook: Notebook, seen: Seen) -> None:
    notebook.run(f"%%kdl\n{TWO}")
    text = f"<!DOCTYPE html><html><body><h1>A notebook</h1>{notebook.html}</body></html>"
    dark = text.replace("<body>", '<body data-jp-theme-light="false">')  # as JupyterLab says it
    steps = [["pause"], ["tell"]]
    found, by_night = seen([{"html": html, "framed": True, "steps": steps} for html in (text, dark)])
    (said,) = found["said"]
    assert said["paper"] != by_night["said"][0]["paper"]
    assert said["title"].startswith("Small") and said["paths"] == [
        "x",
        "norm",
        "norm/dense",
        "norm/layer_normalization",
        "y",
    ]
    assert found["shown"] == found["boxes"]  # the frame has its size only after a while
    assert found["overlapping"] == [] and found["errors"] == [] and found["asked"] == []
