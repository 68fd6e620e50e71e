"""The build hook `dslc` of hatchling: builds the targets of a project before it is packed.

    [build-system]
    requires = ["hatchling", "dslc"]
    build-backend = "hatchling.build"

    [tool.hatch.build.hooks.dslc]

Outputs are packed even where git ignores them, and an sdist holds all that they are made from, so that a wheel can be made of it.
For an editable installation they lie where the project has them. What is built, and how, stands in `[tool.dslc]`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.plugin import hookimpl

from dslc.integrations.targets import FAILED, build

_OF_HATCH = {"dependencies", "require-runtime-dependencies", "require-runtime-features", "enable-by-default"}


class DslcHook(BuildHookInterface[Any]):
    """What hatchling calls around a build."""

    PLUGIN_NAME = "dslc"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, and tell hatchling what there is to be packed; the build of the project ends here if that fails."""
        for name in self.config.keys() - _OF_HATCH:
            self.app.abort(
                f"[tool.hatch.build.hooks.dslc] has no setting `{name}`; what is built stands in [tool.dslc]"
            )
        built = build(self.root)
        if built is None:
            self.app.abort(FAILED)
            return
        build_data["artifacts"].extend(_pattern(output) for output in built)
        if self.target_name == "sdist":
            inputs = sorted({name for inputs in built.values() for name in inputs})
            build_data["force_include"].update({os.path.join(self.root, name): name for name in inputs})

    def clean(self, versions: list[str]) -> None:
        """Remove outputs whose source is gone (`hatch build --clean`)."""
        subprocess.run([sys.executable, "-P", "-m", "dslc", "clean"], cwd=self.root, check=False)


def _pattern(path: str) -> str:
    """The pattern of git that fits this path and no other."""
    return "/" + re.sub(r"([*?\[\\])", r"\\\1", path.replace(os.sep, "/"))


@hookimpl
def hatch_register_build_hook() -> type[DslcHook]:
    """What the entry point `dslc` of the group `hatch` gives to hatchling."""
    return DslcHook
