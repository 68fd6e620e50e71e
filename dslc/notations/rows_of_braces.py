"""Values, bodies and statements in braces where the language has none.

In: nothing.  Out: a row each, the first of which that leads to a right text is taken (see `rephrased`).
"""

from __future__ import annotations

from dslc.notations import braces
from dslc.notations.rephrasing import row

ROWS = (
    row(
        r"(?P<word>shared[ ]+)?(?P<name>[a-z_]\w*)[ ]*=[ ]*\{.*",
        braces.chain,
        "layers one after the other stand behind arrows, without braces",
        codes=("DSL101", "DSL102", "DSL106", "DSL108", "DSL111", "DSL216"),
    ),
    row(
        r"(?P<word>shared[ ]+)(?P<name>[a-z_]\w*)[ ]*\{.*",
        braces.chain,
        "layers one after the other stand behind `=` and arrows, without braces",
        codes=("DSL101", "DSL102", "DSL108"),
    ),
    row(
        r"(?:.*?->)[ ]*(?P<stage>(?:(?:[Rr]epeat|[Tt]imes|[Ll]oop|[Ss]tack)[ ]*\(?(?P<number>\w+)\)?|(?P<loop>for\b[^{}]*?))[ ]*\{(?P<body>[^{}]*)\})(?P<behind>.*)",
        braces.repeated,
        "a loop is a line of its own, behind which its value goes on",
        codes=("DSL101", "DSL108"),
    ),
    row(
        r"(?:for|if)\b.*\{.*\}.*",
        braces.unfolded,
        "each statement has a line of its own",
        codes=("DSL101",),
        is_last=True,
    ),
    row(
        r"(?P<word>shared[ ]+)(?P<name>\w+)[ ]*\([ ]*\)[ ]*=[ ]*(?P<chain>.+)",
        "{word}{name} = {chain}",
        "a shared layer has no brackets, neither where it is made nor where it is used",
        codes=("DSL101",),
    ),
)
