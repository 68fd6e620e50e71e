"""Let atheris, which sees what code a text reaches, look for a text that the parser or the formatter cannot take.

    pip install atheris
    python bench/fuzz_parser.py FOLDER [-max_total_time=600] [-runs=1000000] [-seed=1]

In: a folder that holds what was found so far (it is made, with the corpus of `tests/fuzz` in it) and options of libFuzzer.  Out: what
libFuzzer says; a text that raises, takes too long or is not formatted as it should be ends the run and lies in a file `crash-…`.
atheris is not among the packages that development needs: there is none for every system.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import atheris  # noqa: E402

with atheris.instrument_imports(include=["dslc"]):
    from dslc.source import Source
    from dslc.syntax.format import format_text
    from dslc.syntax.lexer import tokenize
    from dslc.syntax.parse import parse

MOST = 400
"""Bytes of a text: what is longer takes longer, and tells nothing new of a grammar."""


def taken(data: bytes) -> None:
    """Parse a text; format it twice."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    source = Source("m.kdl", text)
    tree, _ = parse(source, 100)
    assert tree.span.end <= len(text)
    for token in tokenize(source, text).tokens:
        assert 0 <= token.start <= token.end <= len(text)
    once = format_text(text)
    assert format_text(once) == once, "formatting it again changes it"


def main() -> None:
    """Fill the folder, then go on until somebody or an option ends it."""
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        raise SystemExit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for file in (*(ROOT / "tests/fuzz/corpus").glob("*.txt"), *(ROOT / "samples").rglob("*.kdl")):
        shutil.copy(file, folder / file.name)
    atheris.Setup([sys.argv[0], *sys.argv[2:], "-timeout=20", f"-max_len={MOST}", str(folder)], taken)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
