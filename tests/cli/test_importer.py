"""`import dslc.importer`: model texts are modules that import each other, follow edits, and say where their lines came from.

Most models here are never built, so a module that says nothing stands in for Keras; one test asks Keras itself.
"""

from __future__ import annotations

import importlib
import inspect
import os
import subprocess
import sys
import traceback
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import dslc.importer
from dslc.importer import ModelError, ModelWarning
from dslc.tools.cli import main
from tests.conftest import KERAS, ROOT

SIZES = "fn twice(n) = 2 * n\n"
MORE = 'use twice from "sizes.kdl"\n\nfn four(n) = twice(twice(n))\n\nfn broken(n) = (\n    n // (n - n)\n)\n'
NET = "model Net(classes = 3) {\n    input x: (4,)\n    output y = x\n        -> Dense(8)\n        -> Dense(classes)\n}\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project on Python's path, without Keras; what was imported is forgotten in the end."""
    keras = ModuleType("keras")
    keras.layers = ModuleType("keras.layers")  # type: ignore[attr-defined]
    keras.Model = object  # type: ignore[attr-defined]
    keras.saving = SimpleNamespace(  # type: ignore[attr-defined]
        register_keras_serializable=lambda package: lambda each: each
    )
    before = set(sys.modules)
    for name in ("keras", "keras.layers"):
        monkeypatch.setitem(sys.modules, name, keras)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    for path, text in {
        "pyproject.toml": "",
        "nets/sizes.kdl": SIZES,
        "nets/more.kdl": MORE,
        "nets/net.kdl": NET,
    }.items():
        Path(path).parent.mkdir(exist_ok=True)
        Path(path).write_text(text)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.split(".")[0] not in ("dslc", "tests", "keras"):
            del sys.modules[name]


def imported(name: str) -> ModuleType:
    return importlib.import_module(name)


def said(call: Callable[[], object]) -> str:
    """The traceback that a call ends in."""
    try:
        call()
    except Exception:
        return traceback.format_exc()
    raise AssertionError("it does not fail")


def test_a_model_text_is_a_module() -> None:
    from nets import net  # type: ignore[import-not-found]

    assert callable(net.Net) and net.__name__ == "nets.net" and net.__package__ == "nets"
    assert net.__spec__.origin == str(Path("nets/net.kdl").resolve())
    assert Path(net.__file__).read_text() == inspect.getsource(net)
    assert inspect.getsource(net.Net).startswith("def Net(classes=3):  # nets/net.kdl:1\n")
    assert main(["build", "nets/net.kdl", "-o", "net.py", "--origins", "-q"]) == 0
    assert Path("net.py").read_text() == inspect.getsource(net)


def test_texts_that_use_each_other_import_each_other() -> None:
    more = imported("nets.more")
    assert more.four(3) == 12 and sys.modules["nets.sizes"].twice is more.twice
    with pytest.MonkeyPatch.context() as context:
        context.syspath_prepend(str(Path("nets").resolve()))
        assert imported("more").twice is sys.modules["sizes"].twice


def test_what_lies_above_the_top_goes_into_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("nets/deep").mkdir()
    Path("nets/deep/own.kdl").write_text('use twice from "../sizes.kdl"\n\nfn eight(n) = 4 * twice(n)\n')
    assert imported("nets.deep.own").twice is imported("nets.sizes").twice
    monkeypatch.syspath_prepend(str(Path("nets/deep").resolve()))
    assert imported("own").eight(1) == 8 and imported("own").twice.__module__ == "own"


def test_a_traceback_names_the_line_of_the_text() -> None:
    more = imported("nets.more")
    assert "return n // (n - n)  # nets/more.kdl:6" in said(lambda: more.broken(3))
    alone = dslc.load(MORE.replace("use", "# use", 1).replace("twice(twice(n))", "n"), filename="more.kdl")
    assert "return n // (n - n)  # more.kdl:6" in said(lambda: alone.broken(3))


def test_each_stage_of_a_chain_knows_its_own_line() -> None:
    lines = inspect.getsource(imported("nets.net")).splitlines()
    assert "    y = layers.Dense(8)(x)  # nets/net.kdl:4" in lines
    assert "    y = layers.Dense(classes)(y)  # nets/net.kdl:5" in lines


def test_a_python_file_wins() -> None:
    Path("nets/net.py").write_text("Net = 1\n")
    assert imported("nets.net").Net == 1


def test_the_name_of_a_module_is_that_of_its_output() -> None:
    Path("nets/My-Sizes.kdl").write_text(SIZES)
    Path("nets/class.kdl").write_text(SIZES)
    assert imported("nets.My_Sizes").twice(2) == imported("nets.class_").twice(2) == 4
    Path("nets/a-b.kdl").write_text(SIZES)
    Path("nets/a_b.kdl").write_text(SIZES)
    with pytest.raises(ModelError, match=r"a-b\.kdl and a_b\.kdl in .* are both the module a_b"):
        imported("nets.a_b")
    with pytest.raises(ModuleNotFoundError):
        imported("nets.a_c")


def test_a_mistake_is_an_import_error_with_its_line() -> None:
    Path("nets/net.kdl").write_text(NET.replace("Dense(8)", "Dens(8)"))
    with pytest.raises(ModelError) as caught:
        imported("nets.net")
    assert "error[DSL202]: there is no layer or block called `Dens`" in str(caught.value)
    assert "net.kdl:4:12" in str(caught.value) and "4 |         -> Dens(8)" in str(caught.value)
    assert caught.value.name == "nets.net" and [item.code for item in caught.value.diagnostics] == ["DSL202"]
    Path("nets/net.kdl").write_text(NET)
    assert imported("nets.net").Net


def test_a_mistake_in_the_settings_is_one_too() -> None:
    Path("pyproject.toml").write_text('[tool.dslc]\nstlye = "subclass"\n')
    with pytest.raises(ModelError, match="no setting `stlye`\ndid you mean `style`"):
        imported("nets.net")


def test_a_warning_is_a_warning_of_python() -> None:
    Path("nets/net.kdl").write_text(NET.replace("    output", "    idle = x -> Flatten\n    output"))
    with pytest.warns(ModelWarning, match="DSL801: the value `idle` is never used") as caught:
        imported("nets.net")
    (warning,) = caught
    assert (warning.filename, warning.lineno) == (str(Path("nets/net.kdl").resolve()), 3)


def test_loading_again_follows_edits() -> None:
    sizes = imported("nets.sizes")
    Path("nets/sizes.kdl").write_text(SIZES.replace("2", "3"))
    assert importlib.reload(sizes).twice(1) == 3 and "return 3 * n" in inspect.getsource(sizes.twice)


def test_the_settings_of_the_project_decide_about_the_style(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("pyproject.toml").write_text(
        '[tool.dslc]\nstyle = "sequential"\n[[tool.dslc.targets]]\nsource = "nets"\noutput = "out"\nstyle = "subclass"\n'
    )
    Path("other.kdl").write_text(NET)
    monkeypatch.chdir("/")
    assert "style=subclass" in inspect.getsource(imported("nets.net"))
    assert inspect.getsource(imported("nets.net").Net).startswith(
        '@keras.saving.register_keras_serializable(package="net")'
    )
    assert "style=sequential" in inspect.getsource(imported("other"))


def test_what_was_compiled_is_not_compiled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from dslc import driver

    checked: list[str] = []
    check: Callable[..., driver.Checked] = driver.check

    def noted(source: object, *others: object) -> driver.Checked:
        checked.append(Path(source.name).name)  # type: ignore[attr-defined]
        return check(source, *others)

    monkeypatch.setattr(driver, "check", noted)
    importlib.reload(imported("nets.more"))
    assert checked == ["more.kdl", "sizes.kdl"]
    Path("nets/sizes.kdl").write_text(SIZES + "\n")
    importlib.reload(imported("nets.more"))
    assert checked == ["more.kdl", "sizes.kdl", "more.kdl"]


@pytest.mark.parametrize("cache", ["none", "a file in its place"])
def test_a_project_is_not_needed(cache: str) -> None:
    Path("pyproject.toml").unlink()
    if cache != "none":
        Path("nets/__pycache__").write_text(cache)
    more = imported("nets.more")
    assert "return n // (n - n)  # more.kdl:6" in said(lambda: more.broken(3))
    assert "def four(n):" in inspect.getsource(more.four)
    assert "__pycache__" in more.__file__ if cache == "none" else more.__file__.startswith("<dslc of ")


def test_threads_get_one_module() -> None:
    with ThreadPoolExecutor(8) as pool:
        modules = list(pool.map(imported, ["nets.more", "nets.sizes", "nets.net"] * 8))
    assert len({id(module) for module in modules}) == 3


def test_an_archive_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile("packed.zip", "w") as archive:
        archive.writestr("zipped.kdl", SIZES)
        archive.writestr("folder/__init__.py", "")
        archive.writestr("folder/inner.kdl", SIZES)
    monkeypatch.syspath_prepend("packed.zip")
    for name in ("zipped", "folder.inner"):
        with pytest.raises(
            ModelError, match=r"packed\.zip.*\.kdl lies in an archive: run `dslc build` before"
        ):
            imported(name)
    with pytest.raises(ModuleNotFoundError):
        imported("folder.nothing")


def test_importing_the_importer_twice_changes_nothing() -> None:
    before = sorted(type(finder).__name__ for finder in sys.meta_path)
    assert before.count("Finder") == 1
    importlib.reload(dslc.importer)
    assert sorted(type(finder).__name__ for finder in sys.meta_path) == before
    assert type(sys.meta_path[-1]).__name__ == "Finder"  # whatever else has come meanwhile finds first


def test_pytest_shows_the_line_of_the_text(project: Path) -> None:
    Path("keras.py").write_text("")
    Path("test_more.py").write_text(
        "import dslc.importer\nfrom nets import more\n\ndef test_broken():\n    more.broken(3)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_more.py"],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": f"{ROOT}:{project}", "PATH": ""},
    )
    assert ">       return n // (n - n)  # nets/more.kdl:6\n" in done.stdout


IN_KERAS = """
import pickle, traceback
import dslc.importer
from nets import net
import keras
model = net.Net()
model.save("net.keras")
assert keras.saving.load_model("net.keras").get_config() == model.get_config()
assert type(model) is net.Net and pickle.loads(pickle.dumps(net.Net)) is net.Net
for call in (lambda: model(keras.ops.ones((2, 5))), lambda: net.Net(classes="three")):
    try:
        call()
    except Exception:
        print(traceback.format_exc())
"""


def test_keras_says_where_in_the_text_it_failed(project: Path) -> None:
    Path("pyproject.toml").write_text('[tool.dslc]\nstyle = "subclass"\n')
    Path("load.py").write_text(IN_KERAS)
    done = KERAS.run(["load.py"], Path.cwd(), {"PYTHONPATH": f"{ROOT}{os.pathsep}{project}"})
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.split("Traceback")[1:]
    assert "self.dense(x)  # nets/net.kdl:4\n" in first
    assert "layers.Dense(classes)  # nets/net.kdl:5\n" in second
