"""Whatever the system does to a run, it is told in words, with exit code 2; and the API answers whatever it is given."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dslc
from tests.conftest import ROOT

NET = "model M(n = 3) {\n    input x: (4,)\n    output x -> Dense(n)\n}\n"


def shell(words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell in which `dslc` is the command line."""
    (folder / "net.kdl").write_text(NET)
    line = words.replace("dslc ", f"{sys.executable} -P -m dslc ")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.skipif(os.name != "posix", reason="these are things of POSIX")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("dslc check net.kdl > /dev/full", 2, "I cannot write to stdout: No space left on device"),
        ("dslc layers > /dev/full", 2, "No space left on device"),
        ("dslc --help > /dev/full", 2, "No space left on device"),
        ("dslc check net.kdl >&-", 2, "I cannot write to stdout: it is closed"),
        ("dslc check net.kdl 2>&-", 0, ""),
        ("dslc check - <&-", 2, "stdin is closed"),
        ("mkfifo pipe.kdl; dslc check pipe.kdl", 2, "it is not a file of text"),
        ("mkfifo pipe.kdl; dslc check .", 2, "it is not a file of text"),
        ("dslc check /dev/zero", 2, "it is not a file of text"),
        ("printf 'use B from \"pipe.kdl\"\\n' > a.kdl; mkfifo pipe.kdl; dslc check a.kdl", 1, "it is not a file of text"),
        ("mkdir gone; cd gone; rmdir ../gone; dslc check ../net.kdl", 2, "current folder is gone"),
        ("printf '[[tool.dslc]]\\n' > pyproject.toml; dslc check net.kdl", 2, "has to be one table"),
        ("printf 'tool = 3 # dslc\\n' > pyproject.toml; dslc check net.kdl", 2, "has to be a table"),
        ("printf '[tool.dslc]\\nlimits = 3\\n' > pyproject.toml; dslc check net.kdl", 2, "`limits` has to be a table"),
        ("printf '[tool.dslc.limits]\\nlayer = 3\\n' > pyproject.toml; dslc check net.kdl", 2, "did you mean `layers`?"),
        ("printf '[tool.dslc]\\nexterns = 3\\n' > pyproject.toml; dslc check net.kdl", 2, "list of modules"),
        ("dslc build net.kdl -o /dev/null && ! ls net.py", 0, ""),
        ("dslc build net.kdl -o /dev/stdout > net.out; cat net.out", 0, "def M(n=3):"),
        ("dslc build net.kdl -o /dev/full", 2, "/dev/full cannot be written: no space left on device"),
        ("dslc build net.kdl net.kdl . -o /dev/null --check", 2, "-o /dev/null writes to /dev/null, where there is nothing to compare with"),
        ("dslc build net.kdl --depfile /dev/stdout -q && dslc build net.kdl --depfile /dev/stdout -q | cat", 0, "net.py: net.kdl\nnet.py: net.kdl\n"),
        ("dslc graph net.kdl --as svg -o /dev/stdout | cat", 0, "</svg>"),
        ("mkfifo net.py; dslc build net.kdl -o net.py", 2, "net.py is not a file"),
        ("dslc build net.kdl -o \"$UNSET\"", 2, "`dslc build`: --output is empty\nis a variable of the shell not set?"),
        ("dslc check net.kdl \"$UNSET\"", 2, "`dslc check`: PATH is empty"),
        ("dslc fmt --check --line-length=", 2, "--line-length"),
        ("cp net.kdl ./-net.kdl; dslc check -net.kdl", 2, "a file of that name is ./-net.kdl"),
        ("dslc check -o net.py net.kdl", 2, "`dslc build`, `dslc graph`, `dslc import` and `dslc diff` have it"),
        ("dslc help options builds", 2, "there is no place for `builds`"),
        ("ln -s gone.kdl link.kdl; dslc check .", 2, "I cannot read link.kdl: it is a link to what is not there"),
        ("mv net.kdl zoë.kdl; LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 dslc build . && cat zoë.py", 0, "by dslc from zoë.kdl"),
        ("mkdir gone; cd gone; rmdir ../gone; dslc new a", 2, "dslc: "),
        ("dslc new 'my net' && cat 'my net.kdl'", 0, "next: dslc build 'my net.kdl'"),
        ("dslc check net.kdl --limit calls", 2, "expected NAME=NUMBER"),
        ("dslc check net.kdl --limit call=3", 2, "did you mean `calls`?"),
    ],
)  # fmt: skip
def test_it_is_told_in_words(words: str, code: int, said: str, tmp_path: Path) -> None:
    done = shell(words, tmp_path)
    text = done.stdout + done.stderr
    assert done.returncode == code, text
    assert said in text
    assert "internal error" not in text and "Traceback" not in text


def test_out_of_memory_is_told_in_words(tmp_path: Path) -> None:
    broken = "import dslc.driver\ndef check(*_, **__): raise MemoryError\ndslc.driver.check = check\nimport sys\nfrom dslc.tools.cli import main\nsys.exit(main(['check', 'net.kdl']))\n"
    (tmp_path / "run.py").write_text(broken)
    done = shell(f"{sys.executable} -P run.py", tmp_path)
    assert done.returncode == 2
    assert "more memory than there is" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "value", [10**5000, -(10**5000), [10**5000], (1, [10**5000]), b"x", {}, object(), "\ud800", float("nan")],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_a_parameter_may_be_given_anything(value: object) -> None:
    result = dslc.compile(NET, filename="m.kdl", values={"n": value})
    assert result.code is None and result.diagnostics


@pytest.mark.parametrize(
    "name", ["a\0b.kdl", "a\udcff.kdl", "a\ud800.kdl", "", "\n", "a" * 5000 + ".kdl", "/proc/self/mem"]
)
def test_a_file_may_have_any_name(name: str) -> None:
    assert dslc.compile(NET, filename=name).code is not None
    assert dslc.compile(Path(name)).code is None
    assert dslc.compile(f'use B from "{name}"\n{NET}', filename="m.kdl").code is None


def test_a_style_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="the styles are functional, sequential, subclass"):
        dslc.compile(NET, style="nope", filename="m.kdl")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["A = 1" + " + 1" * 20_000, "A = " + "-" * 20_000 + "1", "A = b" + ".b" * 20_000, '"""\ud800"""']
)
def test_formatting_answers(text: str) -> None:
    assert isinstance(dslc.format(text), str)
    dslc.compile(text, filename="m.kdl")


THREADS = """
import threading, dslc
NET = {net!r}
ready, wrong = threading.Barrier(8), []
def work(number):
    ready.wait()
    try:
        if number % 2:
            assert dslc.compile(NET, filename="m.kdl", style=("functional", "subclass", "sequential")[number % 3]).code
        else:
            assert dslc.format(NET) == NET
    except BaseException as error:
        wrong.append(repr(error))
threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert not wrong, wrong
"""


def test_eight_threads_may_be_the_first_to_call() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", THREADS.format(net=NET)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
