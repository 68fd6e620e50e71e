"""Puts into README.md what `dslc` really does: the example's Python, the error message, the measured numbers.

    python bench/readme.py            the two examples
    python bench/readme.py NUMBERS    the numbers too, from a file with the output of bench/startup.py

In: README.md with its fenced blocks.  Out: the same file with the contents of these blocks renewed.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from dslc.diagnostics.render import render
from dslc.driver import build, check
from dslc.source import Source

ROOT = Path(__file__).resolve().parent.parent


def block(text: str, language: str, which: int, content: str) -> str:
    """`text` with the content of its so-many-eth fenced block of a language exchanged."""
    found = list(re.finditer(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL))[which]
    return text[: found.start(1)] + content + text[found.end(1) :]


def main() -> None:
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    model = (ROOT / "samples" / "multimodal.kdl").read_text(encoding="utf-8")
    built = build(check(Source("multimodal.kdl", model)), "functional")
    assert built.code is not None
    text = block(text, "kdl", 0, model)
    text = block(text, "python", 0, built.code)
    wrong = re.findall(r"^```kdl\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[1]
    text = block(text, "text", 0, render(list(check(Source("model.kdl", wrong)).diagnostics), "full"))
    if len(sys.argv) > 1:
        text = block(text, "text", 1, Path(sys.argv[1]).read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
