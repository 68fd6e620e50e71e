"""The smaller commands, and the help that they all give."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from dslc.tools.cli import COMMANDS, main
from dslc.tools.new import TEMPLATES
from tests.conftest import ROOT, SAMPLES, Finished

Run = Callable[..., Finished]
DIGITS = str(ROOT / "samples" / "digits.kdl")


def test_help_lists_every_command(dslc: Run) -> None:
    done = dslc("--help")
    assert done.returncode == 0
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(dslc: Run, command: str) -> None:
    done = dslc(command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: dslc {command}")


def test_a_mistyped_command_and_a_forgotten_one(dslc: Run) -> None:
    assert "did you mean `dslc summary`?" in dslc("sumary", "x.kdl").stderr
    assert "dslc build digits.kdl" in dslc("digits.kdl").stderr


def test_options_may_stand_before_the_command(dslc: Run) -> None:
    assert "\x1b[" in dslc("--color", "always", "explain", "DSL602").stdout


def test_summary_shows_what_keras_would_show(dslc: Run) -> None:
    shown = dslc("summary", DIGITS).stdout
    assert "(None, 26, 26, 32)" in shown
    assert "Total parameters: 34,826 (136.04 KB)" in shown


def test_summary_as_data(dslc: Run) -> None:
    (model,) = json.loads(dslc("summary", DIGITS, "--format", "json").stdout)["models"]
    assert model["name"] == "DigitClassifier"
    assert model["inputs"] == [
        {"name": "image", "shape": [None, 28, 28, 1], "dims": ["batch", "28", "28", "1"], "dtype": "float32"}
    ]
    assert model["outputs"] == [
        {"name": "digits", "shape": [None, 10], "dims": ["batch", "10"], "dtype": "float32"}
    ]
    assert model["params"] == {"total": 34826, "trainable": 34826, "non_trainable": 0}
    first = model["layers"][0]
    assert (first["layer"], first["params"], first["flops"]) == (
        "Conv2D",
        320,
        2 * 26 * 26 * 9 * 32 + 26 * 26 * 32,
    )
    assert first["inputs"] == [[None, 28, 28, 1]]
    assert first["outputs"] == [[None, 26, 26, 32]]
    assert model["flops"] == sum(layer["flops"] for layer in model["layers"])
    assert model["styles"] == {"functional": [], "sequential": [], "subclass": []}


def test_summary_says_what_nobody_knows(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "a.kdl").write_text(
        """extern Backbone(n) from my.layers {
    input x: (N?, C?)
    output (N, n)
}
extern Free from my.layers
block Step {
    input x
    output x -> Dense(4) -> Backbone(4)
}
model Known {
    input x: (8, 4)
    output x -> Backbone(16) -> Dense(2)
}
model Lost {
    input x: (8, 4)
    output (x -> Free -> Dense(2)) + 1
}
model Wrapped {
    input x: (3, 8, 4)
    output x -> TimeDistributed(Step) -> Dense(2)
}
""",
        encoding="utf-8",
    )
    text = dslc("summary", "a.kdl").stdout
    assert "Total parameters: ≥ 34 (136 B) + unknown (extern Backbone)" in text
    assert "Total parameters: ≥ 0 (0 B) + unknown (extern Free, dense, add)" in text
    assert "Total parameters: ≥ 30 (120 B) + unknown (extern Backbone)" in text
    assert "FLOPs of a forward pass of one sample: ≥ 512 + unknown (extern Backbone)" in text
    assert "error" not in text
    known, lost, _ = json.loads(dslc("summary", "a.kdl", "--format", "json").stdout)["models"]
    assert (known["params"]["total"], known["unknown"]) == (34, ["extern Backbone"])
    assert [layer["params"] for layer in known["layers"]] == [None, 34]
    assert [layer["flops"] for layer in lost["layers"]] == [None, None]
    assert lost["operations"][0]["flops"] is None


def test_summary_gives_the_parameters_of_idle_layers(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "a.kdl").write_text(
        "model A {\n    input x: (8,)\n    y = x -> Dense(4)\n    output x -> Dense(2)\n}\n", encoding="utf-8"
    )
    text = dslc("summary", "a.kdl").stdout
    assert "Total parameters: 18 (72 B)" in text
    assert "Idle parameters: 36 (dense), in a Subclass model only, which has 54" in text
    model = json.loads(dslc("summary", "a.kdl", "--format", "json").stdout)["models"][0]
    assert [each["params"] for each in model["idle"]] == [36]
    totals = {style: counts["total"] for style, counts in model["params_by_style"].items()}
    assert totals == {"functional": 18, "sequential": 18, "subclass": 54}


def test_summary_marks_what_carries_a_mask(dslc: Run, tmp_path: Path) -> None:
    words = "input words: (9,) int32\n    x = words -> Embedding(50, 4, mask_zero=True)"
    text = f"model Tagger {{\n    {words}\n    output x -> Conv1D(2, 3)\n}}\n"
    (tmp_path / "a.kdl").write_text(text, encoding="utf-8")
    shown = dslc("summary", "a.kdl").stdout
    assert "(None, 9, 4) •" in shown and "(None, 7, 2) •" not in shown and "• carries a mask" in shown
    assert "•" not in dslc("summary", DIGITS).stdout
    (model,) = json.loads(dslc("summary", "a.kdl", "--format", "json").stdout)["models"]
    assert [layer.get("masked") for layer in model["layers"]] == [[True], None]


def test_summary_of_a_batch_counts_its_memory(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "a.kdl").write_text(
        "model A {\n    input x: (1024,)\n    output x -> ReLU\n}\n", encoding="utf-8"
    )
    assert "Activations of one sample: 8.00 KB" in dslc("summary", "a.kdl").stdout
    assert "Activations of a batch of 32: 256.00 KB" in dslc("summary", "a.kdl", "--batch", "32").stdout


def test_summary_leaves_unknowns_as_expressions(dslc: Run, tmp_path: Path) -> None:
    text = "model A(classes) {\n    input x: (T?, 8)\n    output x -> Dense(classes)\n}\n"
    (tmp_path / "a.kdl").write_text(text, encoding="utf-8")
    (model,) = json.loads(dslc("summary", "a.kdl", "--format", "json").stdout)["models"]
    assert model["outputs"][0]["shape"] == [None, None, None]
    assert model["outputs"][0]["dims"] == ["batch", "T", "classes"]
    assert model["params"]["total"] == "9 * classes"


def test_summary_counts_a_shared_layer_once(dslc: Run) -> None:
    (model,) = json.loads(dslc("summary", str(ROOT / "samples/shared_layer.kdl"), "--format", "json").stdout)[
        "models"
    ]
    dense = [layer["params"] for layer in model["layers"] if layer["layer"] == "Dense"]
    assert dense == [300 * 64 + 64, 300 * 64 + 64, 129]
    assert model["params"]["total"] == 300 * 64 + 64 + 129


def test_layers(dslc: Run) -> None:
    shown = dslc("layers", "Conv2D").stdout
    assert shown.startswith("Conv2D(")
    assert "filters" in shown and "padding='valid'" in shown.replace('"', "'")
    assert "Example:" in shown
    assert "did you mean `Conv2D`?" in dslc("layers", "Conv2d_").stderr
    listed = dslc("layers").stdout
    assert all(name in listed for name in ("Dense", "LSTM", "MultiHeadAttention"))
    (data,) = json.loads(dslc("layers", "MaxPool2D", "--format", "json").stdout)
    assert data["name"] == "MaxPooling2D"


def test_explain(dslc: Run) -> None:
    assert dslc("explain", "dsl602").stdout.startswith("error[DSL602] unreadable-file\n")
    assert dslc("explain", "unreadable-file").stdout == dslc("explain", "602").stdout
    shown = dslc("explain", "DSL401").stdout
    assert "Wrong:" in shown and "Right:" in shown and "```" not in shown
    assert "DSL401" in dslc("explain").stdout
    assert "did you mean `DSL401`?" in dslc("explain", "E401").stderr
    assert "`dslc layers Conv2D` tells of the layer" in dslc("explain", "Conv2D").stderr


def test_new_writes_a_model_that_builds(dslc: Run, tmp_path: Path) -> None:
    assert dslc("new", "my-net").returncode == 0
    assert dslc("check", "my-net.kdl").stdout == ""
    assert dslc("build", "my-net.kdl").returncode == 0
    assert (tmp_path / "my_net.py").exists()
    again = dslc("new", "my-net.kdl")
    assert again.returncode == 2
    assert "exists already" in again.stderr
    hiding = dslc("new", "keras")
    assert hiding.returncode == 2 and "would hide the module `keras`" in hiding.stderr
    assert not (tmp_path / "keras.kdl").exists()


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_completion_offers_what_there_is_and_leaves_files_to_the_shell(dslc: Run) -> None:
    asked = {
        "dslc help to": ["tour"],
        "dslc build --style s": ["sequential", "subclass"],
        "dslc he": ["help"],
        "dslc build n": [],
    }
    lines = [
        f'COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}}-1)); _dslc; echo "${{COMPREPLY[@]}}"'
        for words in asked
    ]
    done = subprocess.run(
        ["bash", "-c", "\n".join([dslc("completion", "bash").stdout, *lines])], capture_output=True, text=True
    )
    assert [line.split() for line in done.stdout.splitlines()] == list(asked.values()), done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_of_its_shell(dslc: Run, tmp_path: Path, shell: str) -> None:
    script = dslc("completion", shell).stdout
    assert all(name in script for name in COMMANDS)
    assert "sequential" in script
    if shutil.which(shell):
        path = tmp_path / "completion"
        path.write_text(script, encoding="utf-8")
        assert subprocess.run([shell, "-n", str(path)]).returncode == 0


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_bash_completes(dslc: Run, tmp_path: Path) -> None:
    path = tmp_path / "completion"
    path.write_text(dslc("completion", "bash").stdout, encoding="utf-8")
    program = (
        f"source {path}; COMP_WORDS=(dslc build --style s); COMP_CWORD=3; _dslc; echo ${{COMPREPLY[*]}};"
        "COMP_WORDS=(dslc su); COMP_CWORD=1; _dslc; echo ${COMPREPLY[*]}"
    )
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True)
    assert done.stdout.split("\n")[:2] == ["sequential subclass", "summary"]


def test_summary_at_a_size(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "any.kdl").write_text(
        "model Any(n = 4) {\n    input x: (T?, 3)\n    output x -> Conv1D(n, 3, strides=2)\n}\n",
        encoding="utf-8",
    )
    named = json.loads(dslc("summary", tmp_path / "any.kdl", "--format", "json").stdout)["models"][0]
    sized = json.loads(dslc("summary", tmp_path / "any.kdl", "--set", "T=11", "--format", "json").stdout)[
        "models"
    ][0]
    assert named["outputs"][0]["shape"] == [None, None, 4]
    assert named["outputs"][0]["dims"] == ["batch", "(T - 3) // 2 + 1", "4"]
    assert sized["outputs"][0]["shape"] == [None, 5, 4]
    assert isinstance(sized["flops"], int)


def test_a_size_may_be_set_where_no_shape_is_shown(dslc: Run, tmp_path: Path) -> None:
    (tmp_path / "any.kdl").write_text(
        "model Any {\n    input x: (T?, 3)\n    output [x, x -> MaxPooling1D(2) -> UpSampling1D(2)] -> Add\n}\n"
    )
    assert "only when T is a multiple of 2" in dslc("check", "any.kdl").stdout
    assert dslc("check", "any.kdl", "--set", "T=8").stdout == ""
    odd = dslc("build", "any.kdl", "--set", "T=7", "-o", "-")
    assert odd.returncode == 1 and "only when T is a multiple of 2, but elsewhere T is 7" in odd.stderr
    assert (
        dslc("build", "any.kdl", "--set", "T=8", "-o", "-").stdout
        == dslc("build", "any.kdl", "-o", "-").stdout
    )
    assert "without `--set T=7` nothing is wrong here" in odd.stderr + odd.stdout
    assert "the parameters and sizes: T" in dslc("check", "any.kdl", "--set", "S=8").stderr
    assert (
        "`--set T=8.0` gives the size `T` what is no size"
        in dslc("check", "any.kdl", "--set", "T=8.0").stdout
    )
    assert "write `--set T=None`; the string is" in dslc("check", "any.kdl", "--set", "T=null").stderr
    assert "write `--set T=8`" in dslc("check", "any.kdl", "--set", "T", "8").stderr
    assert "write `--set T=8`" in dslc("check", "any.kdl", "--set", "Any.T=8").stderr
    assert "write `--set T=8 --set S=4`" in dslc("check", "any.kdl", "--set", "T=8,S=4").stderr
    assert "leave `=yes` out" in dslc("check", "any.kdl", "--strict=yes").stderr


def test_the_plan_of_every_sample_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    for sample in SAMPLES:
        assert main(["dump", "plan", str(sample)]) == 0, capsys.readouterr().err


class TestHelp:
    """Words that are not quite right, and words about words."""

    @pytest.mark.parametrize(
        ("words", "meant"),
        [
            (("check", "--formt", "json", "."), "--format"),
            (("build", "--styl=subclass", "."), "--style"),
            (("check", "--strct"), "--strict"),
            (("--versio",), "--version"),
            (("help", "biuld"), "build"),
            (("help", "langage"), "language"),
        ],
        ids=lambda each: " ".join(each) if isinstance(each, tuple) else each,
    )
    def test_what_may_be_meant_is_said(self, dslc: Run, words: tuple[str, ...], meant: str) -> None:
        done = dslc(*words)
        assert done.returncode == 2
        assert f"did you mean `{meant}`?" in done.stderr
        assert len(done.stderr.splitlines()) == 2, "no wall of usage"

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("compile", "x.kdl"), "here it is `dslc build`"),
            (("lint",), "here it is `dslc check`"),
            (("train", "x.kdl"), "that stays in your Python, which imports what `dslc build` writes"),
            (("-v",), "here it is `--version`"),
            (("watch", "models"), "here it is `dslc build --watch`"),
            (("build", "--stdout", "x.kdl"), "here it is `-o -`"),
            (("build", "--dry_run"), "here it is `--diff`"),
            (("build", "--functional"), "write `--style functional`"),
            (("check", "--json"), "write `--format json`"),
            (("check", "--no-color"), "here it is `--color never`"),
            (("verify", "--jax"), "here it is `--backend jax`"),
            (("graph", "--as", "mermaid"), "here it is `mmd`"),
            (("build", "--style", "func"), "here it is `functional`"),
            (("build", "--style", "keras"), "here it is `functional`"),
            (("build", "--style", "nn.Module"), "here it is `subclass`"),
            (("build", "--style", "xyz"), "dslc build --help lists the options"),
            (("build", "x.kdl", "-o", "x.kdl"), "write `-o x.py`, or name a folder"),
            (("build", "--style=subclas"), "did you mean `subclass`?"),
            (("build", "-j", "two"), "dslc build --help lists the options"),
            (("build", "--fix"), "`dslc check` has it"),
            (("check", "--styel", "functional"), "`dslc build` has `--style`"),
            (("build", "-s", "functional"), "here it is `--style`"),
            (("check", "-f", "json"), "here it is `--format`"),
            (("fmt", "--write"), "leave it out: `dslc fmt` does so by itself"),
        ],
        ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
    )
    def test_the_words_of_other_command_lines_are_known(
        self, dslc: Run, words: tuple[str, ...], told: str
    ) -> None:
        done = dslc(*words)
        assert done.returncode == 2
        assert done.stderr.splitlines()[1:] == [told]

    def test_help_of_a_command_and_of_all(self, dslc: Run) -> None:
        assert dslc("help").stdout == dslc("--help").stdout
        assert dslc("help", "build").stdout == dslc("build", "--help").stdout
        assert dslc("help", "--help").stdout == dslc("--help").stdout

    def test_the_documentation_can_be_read_without_a_network(self, dslc: Run) -> None:
        listed = [line.split()[0] for line in dslc("help", "pages").stdout.splitlines()]
        docs = Path(__file__).resolve().parents[2] / "docs"
        assert listed == sorted(page.stem for page in docs.glob("*.md"))
        for page in listed:
            text = (docs / f"{page}.md").read_text(encoding="utf-8")
            lines = [line for line in text.splitlines() if not line.startswith("<!-- ")]
            shown = dslc("help", page).stdout
            assert [each for each in shown.splitlines() if each] == [each for each in lines if each]


class TestTemplates:
    """`dslc new --template`: each is a model to start from."""

    @pytest.mark.parametrize("name", ["digits", "my-model", "3d"])
    def test_every_template_is_sound_and_in_form(self, dslc: Run, tmp_path: Path, name: str) -> None:
        for template in TEMPLATES:
            folder = tmp_path / template
            folder.mkdir()
            assert dslc("new", name, "--template", template, cwd=folder).returncode == 0
            assert "$" not in (folder / f"{name}.kdl").read_text(encoding="utf-8")
        checked = dslc("check", "--strict")
        assert (checked.returncode, checked.stdout) == (0, ""), checked.stdout
        assert dslc("fmt", "--check").returncode == 0
        for style in ("functional", "subclass"):
            assert dslc("build", ".", "--style", style, "-o", f"made/{style}").returncode == 0
        assert len(list((tmp_path / "made").rglob("*.py"))) == 2 * len(TEMPLATES)


class TestLayers:
    """`dslc layers` finds what there is to build with."""

    @pytest.mark.parametrize(
        ("word", "found"),
        [
            ("conv", ["Conv2D", "DepthwiseConv1D", "ConvLSTM3D", "ops.conv_transpose"]),
            ("ops.mean", ["ops.mean(x, axis=None, keepdims=False)"]),
            ("he_", ["initializers.he_normal(seed=None"]),
            ("softmax", ["Softmax", "ops.log_softmax", "activations.softmax(x, axis=-1)"]),
            ("MaxPool2D", ["MaxPooling2D("]),
        ],
    )
    def test_a_name_or_a_part_of_names(self, dslc: Run, word: str, found: list[str]) -> None:
        shown = dslc("layers", word).stdout
        assert [each for each in found if each not in shown] == []

    def test_models_of_keras_and_blocks_of_the_project_are_found(self, dslc: Run, tmp_path: Path) -> None:
        (tmp_path / "blocks.kdl").write_text(
            "\nblock ConvBN(n, size = 3) = Conv2D(n, size)\nfn twice(n) = 2 * n\n"
        )
        assert "applications.ResNet50V2 " in dslc("layers", "resnet").stdout
        found = dslc("layers", "ConvBN").stdout
        assert "block ConvBN(n, size = 3)  " in found and "blocks.kdl:2" in found
        conv = dslc("layers", "conv").stdout
        assert "  Conv2D " in conv and "block ConvBN(n, size = 3)" in conv
        assert "did you mean `ConvBN`?" in dslc("layers", "ConvNB").stderr
        (data,) = json.loads(dslc("layers", "twice", "--format", "json").stdout)
        assert (data["kind"], data["parameters"]) == ("fn", ["n"])

    def test_what_is_found_is_data_too(self, dslc: Run) -> None:
        names = [each["name"] for each in json.loads(dslc("layers", "pool", "--format", "json").stdout)]
        assert {"MaxPooling2D", "ops.max_pool"} <= set(names) and "Dense" not in names

    def test_what_there_is_not_is_said(self, dslc: Run) -> None:
        done = dslc("layers", "softmx")
        assert done.returncode == 2 and "did you mean `Softmax`?" in done.stderr
