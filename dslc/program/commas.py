"""Values before an arrow without brackets around them: only the last of them flows.

In: a line that gives several names several values.  Out: what is said of it.

    left, right = a, b -> encode        `a` stays as it is
"""

from __future__ import annotations

from dslc.diagnostics.diagnostic import Fix
from dslc.diagnostics.messages import mixed_up
from dslc.program.resolver import Resolver
from dslc.syntax import nodes as t


def warn_of_arrow_behind_comma(r: Resolver, target: t.Expr | t.TargetGroup, value: t.Expr) -> None:
    """Warn of names of tensors whose last one flows on, where there is a name for each of them."""
    if not isinstance(target, t.Tuple) or not isinstance(value, t.Tuple) or not value.bare:
        return
    *others, last = value.items
    if (
        len(value.items) != len(target.items)
        or not others
        or not isinstance(last, t.Chain)
        or not isinstance(last.head, t.Name)
        or not all(isinstance(each, t.Name) and each.text in r.inputs for each in (*others, last.head))
    ):
        return
    stages = last.span.text[len(last.head.text) :]
    names = [each.span.text for each in others]
    each = ", ".join(f"{name}{stages}" for name in (*names, last.head.text))
    alone = ", ".join([*names, f"({last.span.text})"])
    fix = Fix.writing(value.span, each)
    r.report(mixed_up.arrow_behind_comma(last.head.text, names, each, alone), value.span, fix)
