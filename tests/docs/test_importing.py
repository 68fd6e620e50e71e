"""What docs/importing.md shows happens: its models are imported, and the traceback is the one that Python prints."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import KERAS, ROOT

PAGE = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
MODELS = re.findall(r"^`([\w/]+\.kdl)`:\n\n```kdl\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
PYTHON = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SHOWN = re.findall(r"^```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_example_runs_and_fails_as_shown(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    for name, text in MODELS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    works, fails = PYTHON
    (tmp_path / "train.py").write_text(works + fails, encoding="utf-8")
    done = KERAS.run(["train.py"], tmp_path, {"PYTHONPATH": str(ROOT)})
    said = done.stderr[done.stderr.index("Traceback") :]
    said = re.sub(r" *[~^]+ *\n", "", said).replace(f"{tmp_path}/", "")
    said = re.sub(r"imported/\w+/", "imported/…/", said)
    said = re.sub(r'  File "[^"]*keras/src.*\n.*\n(?:    .*\n)*', "", said)
    assert said == SHOWN[0]
