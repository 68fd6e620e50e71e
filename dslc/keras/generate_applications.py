"""Read the signatures of the models of `keras.applications` off the installed Keras and write them down as data.

In: the installed Keras.  Out: `application_signatures.py` beside this file, which needs no Keras to be read.

    python -m dslc.keras.generate_applications
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dslc.keras.generate_objects import formatted, parameters

TARGET = Path(__file__).with_name("application_signatures.py")

HEADER = '''"""The parameters of the models of `keras.applications`, read off Keras. Do not edit.

Written by `python -m dslc.keras.generate_applications`. A parameter is `(name, default)`.
"""

from __future__ import annotations

from typing import Any

'''


def main() -> None:
    """Write the signatures of the installed Keras over `application_signatures.py`."""
    TARGET.write_text(generate(), encoding="utf-8")


def generate() -> str:
    """The text of `application_signatures.py` for the installed Keras."""
    entries = [f"    {name!r}: {parameters(make)!r}," for name, make in sorted(models().items())]
    text = "\n".join([f"{HEADER}APPLICATIONS: dict[str, tuple[tuple[str, Any], ...]] = {{", *entries, "}\n"])
    return formatted(text)


def models() -> dict[str, Callable[..., Any]]:
    """Every function of `keras.applications` that makes a model, by its name."""
    import keras

    found = {name: getattr(keras.applications, name) for name in dir(keras.applications)}
    return {name: make for name, make in found.items() if inspect.isfunction(make) and name[0].isupper()}


if __name__ == "__main__":
    main()
