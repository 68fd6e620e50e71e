"""The sub-command `build_dslc` of setuptools: the targets of a project are built with the rest of it.

    [build-system]
    requires = ["setuptools", "dslc"]
    build-backend = "setuptools.build_meta"

    [tool.setuptools.cmdclass]
    build = "dslc.integrations.setuptools_command.Build"

Outputs are written where the project has them, and those in its packages go into the wheel, also when git ignores them or their
folder was not there before. An sdist holds the `.kdl` files. What is built, and how, stands in `[tool.dslc]`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from setuptools import Command
from setuptools.command.build import build
from setuptools.errors import ExecError

from dslc.integrations import targets
from dslc.tools.terminal import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable


class Build(build):
    """The command `build`, which builds the targets of dslc first."""

    sub_commands = [("build_dslc", None), *build.sub_commands]  # noqa: RUF012 - as setuptools declares it

    def initialize_options(self) -> None:
        """Make the sub-command known, so that a project names one class only."""
        super().initialize_options()
        self.distribution.cmdclass.setdefault("build_dslc", BuildDslc)


class BuildDslc(Command):
    """The sub-command, in the protocol of `setuptools.command.build.SubCommand`."""

    description = "build the targets of dslc"
    user_options = [("build-lib=", "d", "folder to put the package into")]  # noqa: RUF012

    def initialize_options(self) -> None:
        """What is known before the options are."""
        self.build_lib: str | None = None
        self.editable_mode = False
        self.outputs: tuple[str, ...] | None = None

    def finalize_options(self) -> None:
        """The folder of the wheel is that of the packages."""
        self.set_undefined_options("build_py", ("build_lib", "build_lib"))

    def run(self) -> None:
        """Build in place; copy what belongs to packages, unless the installation looks into the project itself."""
        mapping = self.get_output_mapping()
        if self.editable_mode:
            return
        for target, output in mapping.items():
            self.mkpath(os.path.dirname(target))
            self.copy_file(output, target, preserve_mode=False)
        for output in sorted({*self._built()} - {*mapping.values()}):
            self.warn(f"{output} lies in no package of the project and is not installed")

    def get_source_files(self) -> list[str]:
        """What an sdist has to hold, found without building."""
        try:
            return targets.sources()
        except UsageError as error:
            raise ExecError(f"{error.text}: {error.advice}" if error.advice else error.text) from None

    def get_outputs(self) -> list[str]:
        """What the wheel holds of it."""
        return list(self.get_output_mapping())

    def get_output_mapping(self) -> dict[str, str]:
        """What the wheel holds, and which file of the project each is."""
        found = {}
        for output in self._built():
            module = self._module(output)
            if module is not None:
                found[os.path.join(self.build_lib or "", module)] = output
        return found

    def _built(self) -> tuple[str, ...]:
        """The outputs, after they were built: setuptools asks before `run`, too."""
        if self.outputs is None:
            built = targets.build(os.curdir)
            if built is None:
                raise ExecError(targets.FAILED)
            self.outputs = tuple(built)
        return self.outputs

    def _module(self, output: str) -> str | None:
        """Where an output lies below the root of all imports; None when no package of the project holds it.

        A folder of outputs was hardly there when setuptools looked for packages: one in a package counts as its own.
        """
        packages = self.distribution.packages or []
        for package, folder in _longest_first((self.distribution.package_dir or {"": ""}).items()):
            below = os.path.relpath(output, folder or os.curdir)
            if below.split(os.sep)[0] == os.pardir:
                continue
            module = os.path.join(*package.split("."), below)
            steps = module.removesuffix(".py").split(os.sep)
            inside = any(".".join(steps[:end]) in packages for end in range(1, len(steps)))
            return module if inside or ".".join(steps) in (self.distribution.py_modules or []) else None
        return None


def _longest_first(folders: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(folders, key=lambda entry: len(entry[1]), reverse=True)
