"""The modules of the files that a source uses: the code that `dslc build` writes beside its own, so that what is run is what is written.

In: a checked source and those that it uses.  Out: the names under which its module imports theirs, and their code in each style.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from dslc.record import replace

if TYPE_CHECKING:
    from dslc.driver import Checked, Options
    from dslc.styles import Style

Modules = dict[str, str]
"""Code by the names of modules."""


def with_modules(used: Iterable[str], options: Options) -> Options:
    """The options with which a source imports the modules of the files that it uses, by names that no installed module has."""
    from dslc.driver import module_name

    named = {file: f"beside_{number}_{module_name(file)}" for number, file in enumerate(used)}
    return replace(options, modules=named)  # type: ignore[no-any-return]


def modules_beside(
    others: Mapping[str, Checked], options: Options, styles: Iterable[Style]
) -> dict[Style, Modules]:
    """The modules of other files in each of the styles that holds all of them."""
    from dslc.driver import builder

    makers = {options.modules[name]: builder(other, options) for name, other in others.items()}
    found: dict[Style, Modules] = {}
    for style in styles:
        made = {name: make(style).code for name, make in makers.items()}
        whole = {name: code for name, code in made.items() if code is not None}
        if len(whole) == len(made):
            found[style] = whole
    return found
