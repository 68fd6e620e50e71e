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
