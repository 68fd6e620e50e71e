"""The plugin `dslc` of pytest: `.kdl` files are tests, when that is asked for.

    [tool.pytest.ini_options]
    dslc = true                                          # or pytest --dslc: each file is checked
    dslc_verify = true                                   # or pytest --dslc-verify: and built in Keras
    dslc_verify_options = ["--all-styles", "--set", "classes=10"]

A file has one item, `check`, and a second one, `keras`, where it is to be verified. A failure shows what `dslc` says; warnings of
`dslc` are warnings of pytest (`-W error` makes them failures). Without the option nothing is collected and nothing imported.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HELD = pytest.StashKey[set[str]]()
"""The real paths of the files whose models all hold in Keras, known after the first item `keras` has run."""

_MISTAKEN = pytest.StashKey[bool]()
"""Set at a file that `check` has found mistakes in."""


class KdlWarning(UserWarning):
    """A warning or a note of `dslc`."""


class KdlError(Exception):
    """What `dslc` says of a file that does not pass."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, and the settings that make them the rule."""
    group = parser.getgroup("dslc", "models in .kdl files")
    group.addoption("--dslc", action="store_true", help="check .kdl files")
    group.addoption("--dslc-verify", action="store_true", help="check .kdl files and build them in Keras")
    parser.addini("dslc", "check .kdl files, as --dslc does", type="bool", default=False)
    parser.addini("dslc_verify", "verify .kdl files, as --dslc-verify does", type="bool", default=False)
    parser.addini("dslc_verify_options", "options for `dslc verify`", type="args", default=[])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> KdlFile | None:
    """A `.kdl` file, if they are asked for."""
    if file_path.suffix != ".kdl" or not (
        _asked(parent.config, "dslc") or _asked(parent.config, "dslc_verify")
    ):
        return None
    file: KdlFile = KdlFile.from_parent(parent, path=file_path)
    return file


def _asked(config: pytest.Config, name: str) -> bool:
    return bool(config.getoption(name) or config.getini(name))


class KdlFile(pytest.File):
    """A source and its items."""

    def collect(self) -> Iterator[pytest.Item]:
        """`check`, and `keras` where that is asked for."""
        yield Check.from_parent(self, name="check")
        if _asked(self.config, "dslc_verify"):
            yield InKeras.from_parent(self, name="keras")


class _Item(pytest.Item):
    def __init__(self, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.funcargs: dict[str, object] = (
            {}
        )  # as doctests have it: other plugins look there (pytest-lsp 1.0 has to)

    def shown(self) -> str:
        """The path of the file as messages give it: from the current folder, where it lies below that."""
        path = os.path.relpath(self.path)
        return str(self.path) if path.startswith(os.pardir) else path.replace(os.sep, "/")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What dslc says, and no traceback through it."""
        if isinstance(excinfo.value, (KdlError, KdlWarning)):
            return str(excinfo.value).rstrip()
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The heading of a failure."""
        return self.path, None, f"{self.shown()}: {self.name}"


class Check(_Item):
    """The file has no mistakes."""

    def runtest(self) -> None:
        """As `dslc check` does it."""
        from warnings import warn_explicit

        from dslc.diagnostics.diagnostic import Diagnostic, has_errors
        from dslc.diagnostics.render import render
        from dslc.tools.compiling import check_source
        from dslc.tools.files import contents, decode
        from dslc.tools.terms import terms_of

        held = contents(str(self.path))
        source = held if isinstance(held, Diagnostic) else decode(self.shown(), held)
        if isinstance(source, Diagnostic):
            found = [source]
        else:
            found = list(check_source(source, {}, terms_of(str(self.path.parent))).diagnostics)
        if has_errors(found):
            assert self.parent is not None
            self.parent.stash[_MISTAKEN] = True
            raise KdlError(render(found, "full"))
        for item in found:
            text = render([item], "concise").rstrip()
            warn_explicit(text, KdlWarning, str(self.path), item.span.begin.row)


class InKeras(_Item):
    """Keras builds what `dslc` makes of the file, and agrees with all that it says."""

    def runtest(self) -> None:
        """As `dslc verify` does it, once for all files, and again for each that does not hold, to hear why."""
        assert self.parent is not None
        if self.parent.stash.get(_MISTAKEN, False):
            pytest.skip("the file has mistakes, which `check` tells")
        held = self.session.stash.get(_HELD, None)
        if held is None:
            held = self.session.stash[_HELD] = self._holding()
        if os.path.realpath(self.path) not in held:
            done = self._verify([self.shown()])
            if done.returncode != 0:
                raise KdlError(done.stderr + done.stdout)

    def _holding(self) -> set[str]:
        alone = hasattr(self.config, "workerinput")  # other processes have the other files
        items = [self] if alone else [item for item in self.session.items if isinstance(item, InKeras)]
        if len(items) < 2:
            return set()
        done = self._verify([item.shown() for item in items], "--format", "json", "-q")
        if done.returncode == 0:
            return {os.path.realpath(item.path) for item in items}
        try:
            models = json.loads(done.stdout)["models"]
        except (ValueError, KeyError):
            return set()
        files = {os.path.realpath(model["file"]) for model in models}
        return files - {os.path.realpath(model["file"]) for model in models if not model["ok"]}

    def _verify(self, files: list[str], *options: str) -> subprocess.CompletedProcess[str]:
        chosen: list[str] = self.config.getini("dslc_verify_options")
        return subprocess.run(
            [sys.executable, "-P", "-m", "dslc", "verify", *files, *chosen, *options],
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
