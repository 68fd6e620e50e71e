"""Names that are used as another kind of thing than they are.

In: nothing.  Out: a row each, the first of which that leads to a right text is taken (see `rephrased`).
"""

from __future__ import annotations

from dslc.notations import taken_otherwise
from dslc.notations.rephrasing import row

ROWS = (
    row(
        r".*\w\[.*",
        taken_otherwise.looked_up,
        "what a layer works on comes along an arrow",
        codes=("DSL381",),
    ),
    row(
        r".*\brange\([ ]*[A-Za-z_]\w*[ ]*\).*",
        taken_otherwise.as_many,
        "how many values a list has is its `len`",
        codes=("DSL381",),
    ),
    row(
        r".*[\"']\w+[\"'].*->.*",
        taken_otherwise.without_their_quotes,
        "a value is named without quotes",
        text="in quotes stands a text, not the value of that name",
        codes=("DSL389",),
    ),
    row(
        r"(?P<name>[a-z_]\w*)",
        taken_otherwise.along_the_lines,
        "a chain has a name, and an arrow before each layer",
        codes=("DSL108",),
    ),
    row(
        r"input[ ]+\w+(?P<rest>.*)",
        taken_otherwise.as_the_missing,
        "",
        codes=("DSL204",),
        fits=True,
    ),
)
