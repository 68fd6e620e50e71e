"""Settings of the environment, the length of lines, and the schema: each name and value that there is, and no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dslc.diagnostics.levels import LEVELS
from dslc.tools.cli import main
from dslc.tools.settings import settings, variables
from dslc.tools.settings_schema import schema
from dslc.tools.terminal import UsageError
from tests.conftest import ROOT

NET = 'model Net {\n    input x: (8,)\n    output x -> Dense(40, activation="relu") -> Dense(40)\n}\n'


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "dslc.toml").write_text(
        'line-length = 40\n[[targets]]\nsource = "net.kdl"\nstyle = "functional"\n'
    )
    (tmp_path / "net.kdl").write_text(NET)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_variables_win_over_the_file_and_flags_over_both(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "-q"]) == 0 and "def Net(" in Path("net.py").read_text()
    monkeypatch.setenv("DSLC_STYLE", "subclass")
    assert main(["build", "-q"]) == 0 and "class Net(" in Path("net.py").read_text()
    assert main(["build", "-q", "--style", "functional"]) == 0 and "def Net(" in Path("net.py").read_text()
    assert main(["config"]) == 0
    assert 'style = "subclass"  # DSLC_STYLE\n' in capsys.readouterr().out


VALUES = {"output": "made", "line-length": "60", "exclude": "drafts,*.old.kdl", "externs": "acme"}


def test_every_variable_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """As much as the setting of that name in the file."""
    unset = settings()
    for variable, name in variables().items():
        choice: Any = schema()["properties"]
        text = VALUES.get(name) or choice[name].get("enum", ["DSL8"])[-1]
        with monkeypatch.context() as alone:
            alone.setenv(variable, text)
            found = settings()
            assert found.variables == (variable,)
            of = found.levels if name in ("select", *LEVELS) else found
            before = unset.levels if name in ("select", *LEVELS) else unset
            field = name.replace("-", "_")
            assert getattr(of, field) != getattr(before, field)


@pytest.mark.parametrize(
    ("variable", "text", "said"),
    [
        ("DSLC_STYLES", "subclass", "no setting for the variable DSLC_STYLES"),
        ("DSLC_STYLE", "sub", "expected one of functional"),
        ("DSLC_LINE_LENGTH", "3", "20 or more"),
        ("DSLC_LINE_LENGTH", "wide", "a whole number"),
        ("DSLC_IGNORE", "E501", "no code of a message"),
        ("DSLC_OUTPUT", "..", "leads out of the project"),
    ],
)
def test_a_variable_that_says_nothing_right_is_refused(
    variable: str, text: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, text)
    with pytest.raises(UsageError, match=said):
        settings()


def test_lines_are_as_long_as_the_project_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["fmt", "-q"]) == 0
    narrow = Path("net.kdl").read_text()
    assert max(map(len, narrow.splitlines())) <= 40 < max(map(len, NET.splitlines()))
    monkeypatch.setenv("DSLC_LINE_LENGTH", "88")
    assert main(["fmt", "-q"]) == 0 and Path("net.kdl").read_text() == NET
    assert main(["fmt", "-q", "--line-length", "40"]) == 0 and Path("net.kdl").read_text() == narrow


def test_editors_format_to_the_same_length(project: Path) -> None:
    from dslc.tools.lsp import width_for

    assert width_for(str(project / "net.kdl")) == 40
    (project / "dslc.toml").write_text("line-length = 10\n")
    assert width_for(str(project / "net.kdl")) == 88  # `dslc config` says what is wrong


@pytest.mark.parametrize("line", ["line-length = 10", "line-length = true", 'line-length = "88"'])
def test_a_length_that_is_none_is_refused_as_it_was_written(line: str, project: Path) -> None:
    (project / "dslc.toml").write_text(line + "\n")
    with pytest.raises(UsageError, match=f"dslc.toml: {line}: "):
        settings()


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("dslc.toml", 'style = "Functional"', 'write style = "functional"'),
        ("dslc.toml", 'style = "subclas"', "did you mean `subclass`?"),
        ("dslc.toml", 'style = "subclassing"', "here it is `subclass`"),
        ("dslc.toml", "style = functional", "text stands in quotes"),
        ("dslc.toml", '[tool.dslc]\nstyle = "functional"', "stand without [tool.dslc]"),
        ("dslc.toml", "strict = true", "it is an option: `--strict`"),
        ("pyproject.toml", '[tool.dscl]\nstyle = "functional"', "did you mean [tool.dslc]?"),
        ("pyproject.toml", '[dslc]\nstyle = "functional"', "write [tool.dslc]"),
    ],
)
def test_settings_that_nobody_would_hear_are_refused(file: str, text: str, told: str, project: Path) -> None:
    (project / "dslc.toml").unlink()
    (project / file).write_text(text + "\n")
    with pytest.raises(UsageError) as refused:
        settings()
    assert told in str(refused.value.advice)


@pytest.mark.parametrize(
    "text",
    [
        '[tool.dslc]\nstyle = "subclass"',
        '[ tool . dslc ]\nstyle = "subclass"',
        """["tool".'dslc']\nstyle = "subclass\"""",
        'tool.dslc.style = "subclass"',
        "tool . \"dslc\" = {style = 'subclass'}",
        'tool = {dslc = {style = "subclass"}}',
        '[tool]\ndslc.style = "subclass"',
        '[ tool ]\ndslc = {style = "subclass"}',
    ],
)
def test_settings_are_found_in_every_form_that_toml_has(text: str, project: Path) -> None:
    (project / "dslc.toml").unlink()
    (project / "pyproject.toml").write_text(text + "\n")
    assert settings().style == "subclass"


def test_a_project_that_only_names_us_says_nothing(project: Path) -> None:
    """Nothing reads its TOML, which costs a start more than it looks; a mistake in it is for others to tell."""
    (project / "dslc.toml").unlink()
    (project / "pyproject.toml").write_text('[project]\ndependencies = ["dslc>=1"]\nbroken\n')
    found = settings()
    assert not found.targets and found.read == str(project / "pyproject.toml")


def test_two_files_of_one_folder_do_not_both_hold_settings(project: Path) -> None:
    (project / "pyproject.toml").write_text('[project]\nname = "nets"  # with dslc\n')
    assert settings().line_length == 40
    (project / "pyproject.toml").write_text('[tool.dslc]\nstyle = "subclass"\n')
    with pytest.raises(UsageError, match="both hold settings"):
        settings()


def test_the_schema_knows_what_the_settings_know(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    assert main(["config", "--schema"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == schema() == json.loads((ROOT / "editors/dslc.schema.json").read_text("utf-8"))
    with pytest.raises(UsageError) as refused:
        (project / "dslc.toml").write_text("nothing = 1\n")
        settings()
    assert set(str(refused.value.advice).removeprefix("settings: ").split(", ")) == set(printed["properties"])
    from tomllib import loads

    from tests.docs.test_options import TOML

    jsonschema.validate(loads(TOML)["tool"]["dslc"], printed)
    for wrong in ({"styles": "functional"}, {"style": "sub"}, {"line-length": 3}, {"targets": [{"output": "a"}]},
                  {"limits": {"calls": 0}}, {"limits": {"cals": 1}}, {"ignore": ["E501"]}):  # fmt: skip
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, printed)
