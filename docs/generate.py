"""Fill the Python into docs/language.md: `python docs/generate.py [--check]`.

Behind every `kdl` example stands a comment with the styles to show (`<!-- functional subclass -->`); the Python after it is
what `dslc` makes of the example. A test fails when the page is not current.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parent / "language.md"
EXAMPLE = re.compile(
    r"```kdl\n(?P<kdl>.*?)```\n(?:\n<!-- (?P<styles>[a-z ]+) -->\n(?:\n\*[A-Z][a-z]+\*\n\n```python\n.*?```\n)*)?",
    re.DOTALL,
)


def generated(page: str) -> str:
    """The page with the Python of every example as it is now."""
    return EXAMPLE.sub(_example, page)


def _example(found: re.Match[str]) -> str:
    import dslc

    kdl, styles = found["kdl"], found["styles"]
    if styles is None:
        return found[0]
    parts = [f"```kdl\n{kdl}```\n", f"<!-- {styles} -->\n"]
    for style in styles.split():
        result = dslc.compile(kdl, style=style, filename="model.kdl", externs=["my_package"])
        if result.code is None:
            raise SystemExit(f"an example does not compile in {style} style: {result.diagnostics}\n{kdl}")
        code = re.sub(r"\A(#[^\n]*\n)+\n?", "", result.code)
        parts += [f"*{style.capitalize()}*\n", f"```python\n{code}```\n"]
    return "\n".join(parts)


def main(arguments: list[str]) -> int:
    """Write the page, or with `--check` say (by exit code 1) that it is not current."""
    page = PAGE.read_text("utf-8")
    made = generated(page)
    if "--check" in arguments:
        return 0 if made == page else 1
    PAGE.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
