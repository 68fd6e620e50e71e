"""Where `dslc` fits into other tools of Python: build backends, and pytest. Each file is imported by its tool, and by nothing else.

`hatch_hook` for hatchling, `setuptools_command` for setuptools, both on `targets`; `pytest_plugin`. None of these tools is a
dependency of `dslc`. What only runs `dslc build` (make, Ninja, CMake, Meson, Bazel) needs no code here: see `docs/integrations.md`.
"""
