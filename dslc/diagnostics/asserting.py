"""How a condition on unknown sizes is stated in a model text, so that it is taken as given.

In: what `dslc.shapes.wording` says of sizes.  Out: what to write, as a help.

    H and W are each a multiple of 8     `assert H % 8 == 0 and W % 8 == 0`
    T is 25 or 26                        `assert T in (25, 26)`
    ? is a multiple of 2                 the size needs a name first
"""

from __future__ import annotations

import re

_NAMES = re.compile(r"(?P<names>[\w?]+(?:, [\w?]+)*(?: and [\w?]+)?) (?:is|are)(?: each)? (?P<rest>.+)")
_FORMS = {
    r"a multiple of (\d+)": "{name} % {0} == 0",
    r"odd": "{name} % 2 == 1",
    r"even": "{name} % 2 == 0",
    r"at least (\d+)": "{name} >= {0}",
    r"at most (\d+)": "{name} <= {0}",
    r"(\d+)": "{name} == {0}",
    r"(\d+) to (\d+)": "{0} <= {name} <= {1}",
    r"(\d+(?:, \d+)*(?:,? or \d+))": "{name} in ({0})",
}


def how_to_state(condition: str) -> str:
    """What to write where a condition always holds, and what happens where it does not."""
    test = _test(condition)
    if test is not None:
        return f"if it always is so, write `assert {test}` below the inputs; otherwise it fails when it runs"
    if re.search(r"(?<!\w)\?", condition):
        return "give the size a name (`T?` for `?`), so that an `assert` can say so; otherwise it fails when it runs"
    if re.match(r"([A-Za-z_]\w*) is (?!batch\b)[A-Za-z_]\w*(?:, or|$)", condition):
        return "sizes that are always equal are given one name (`T?`); otherwise it fails when it runs"
    return "otherwise it fails when it runs"


def _test(condition: str) -> str | None:
    found = _NAMES.fullmatch(condition)
    if found is None:
        return None
    names = re.split(r", | and ", found["names"])
    if not {"batch", "?"}.isdisjoint(names):
        return None
    for pattern, form in _FORMS.items():
        numbers = re.fullmatch(pattern, found["rest"])
        if numbers is not None:
            sizes = [re.sub(r",? or ", ", ", number) for number in numbers.groups()]
            return " and ".join(form.format(*sizes, name=name) for name in names)
    return None
