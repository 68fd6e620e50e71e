"""How lines look in the notations of others: a row for each, by which the lines of a body are known and taken apart.

In: the lines of a body, and a form.  Out: those that are in it, and the layers that they name, in order.

    1. Dense(128, relu)           a numbered list: `Dense(128, relu)`
    - 64 filters, 3x3             a list of points
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dslc.notations.found import ARGUMENTS, LINE, OWN, Found, Part, Row
from dslc.notations.phrases import Input, knows, of_section, read
from dslc.notations.sections import PAIR, section
from dslc.record import record
from dslc.regex import regex


@record
class Form:
    """A notation with a layer in each line: what stands around that (`said`), and lines that belong to it without one (`around`).

    A `loose` form is one only where all that it says is understood; `weak` is what a phrase is that names no layer. Some forms hold several
    phrases in a line, with `between` them.
    """

    notation: str
    said: re.Pattern[str]
    around: re.Pattern[str] | None = None
    loose: bool = False
    weak: str = ""
    between: re.Pattern[str] | None = None
    backwards: bool = False
    certain: bool = False  # it is one, whether or not anything in it is understood
    last: re.Pattern[str] | None = None  # how the last line looks, where that is different


_WORD = r"[A-Za-z][\w.]*"
_BOX = r"[\u2500-\u257f|]"
_ARROW = r"(?:-+>|→|=>|⟶|>>|\|>)"
_ENDS = regex(
    r"(?i:outputs?|end|begin|start|layers?(?:[ \t]+(?:units|size|sizes|filters|activation|shape|type|name))+)"
)

FORMS = (
    Form("a table of Markdown", regex(r"\|(?P<said>.*\|.*?)\|?"), regex(r"[|+][\s|:+=-]*")),
    Form(
        "the summary of a Keras model",
        regex(rf"{_BOX}?\s*{_WORD}\s*\((?P<said>{_WORD})\)\s*{_BOX}?\s*\[?\((?P<sizes>[\w, ]+)\)\]?.*\d\s*{_BOX}?.*"),
        regex(rf"(?:{_BOX}|[_=\s])+|{_BOX}?\s*(?:Model:.*|Layer \(type\).*)|(?:Total|Trainable|Non-trainable) params:.*"),
        certain=True,
    ),
    Form("the text of a module of PyTorch", regex(r"\(\w+\): (?P<said>\w+\(.*\))"), regex(r"(?:\(\w+\): )?\w+\(|\)"), certain=True),
    Form("XML", regex(r"<(?P<said>[\w-]+(?:\s+[\w-]+\s*=\s*\"[^\"]*\")*)\s*/?>(?:</[\w-]+>)?"), regex(r"</.*>|<\?.*>|<(?:model|network|layers|net|sequential)\b[^<>]*>"), certain=True),
    Form("a table", regex(r"(?:\d+\s*\|\s*)?(?P<said>[A-Za-z][^|]*(?:\|[^|]*)+)"), regex(r"[\s|:+=-]+"), loose=True),
    Form("a tree", regex(r"[│|\s]*[├└╰╭┌|+`][─-]+[>\s]*(?P<said>\w.*)"), regex(r"[│|\s]+")),
    Form("a numbered list", regex(r"(?:\(?\d+[.):]|(?:[Ll]ayer|[Ss]tep|[Ss]tage)[ ]*\d+[ ]*[:.)-])\s+(?P<said>\S.*)")),
    Form("a list of points", regex(r"[-*+•–]\s+(?P<said>[A-Za-z*`].*)"), loose=True),
    Form("R", regex(r"(?:\w+\s*(?:<-|=)\s*)?(?P<said>layer_\w+\(.*\))\s*(?:%>%|\|>)?"), regex(r"(?:\w+\s*(?:<-|=)\s*)?keras_model\w*\(.*\)\s*(?:%>%|\|>)?|library\(.*\)")),
    Form("MATLAB", regex(r"(?P<said>[a-z]\w*Layer(?:\(.*\))?)[;,]?"), regex(r"\w+\s*=\s*\[|\];?")),
    Form("JavaScript", regex(r"(?:\w+\.add\()?(?:tf\.)?layers\.(?P<said>\w+)\(\{(?P<entries>.*)\}\)+[;,]?"), regex(r"(?:const|let|var)\s+\w+\s*=\s*tf\..*")),
    Form("layers with entries in braces", regex(r"(?P<said>[A-Za-z]\w*)\s*:?\s*\{(?P<entries>[^{}]*:[^{}]*)\},?")),
    Form("Swift", regex(r"(?:let|var)\s+\w+\s*=\s*(?P<said>[A-Z]\w*)(?:<\w+>)?\((?P<entries>\w+:.*)\)")),
    Form(
        "a list with a layer on each line",
        regex(rf"(?P<said>(?:\w+\.)*[A-Za-z]\w*{ARGUMENTS}?(?:,\s+(?:\w+\.)*[A-Za-z]\w*{ARGUMENTS}?)*),"),
        regex(r"(?:\w+\s*=\s*)?(?:\w+\.)*(?:Sequential|ModuleList|Chain|Stack|Serial|serial)\(\[?|\]?\)+|[\[\]]|(?:\w+\s*=\s*)\["),
        loose=True,
        between=regex(r",\s+(?=(?:\w+\.)*[A-Za-z]\w*(?:\(|,|$))"),
        last=regex(r"(?P<said>(?:\w+\.)*[A-Za-z]\w*(?:\([^()]*+(?:\([^()]*+\)[^()]*+)*+\))?)[\])]*"),
    ),
    Form("Lisp", regex(r"\((?P<said>[a-z][\w-]*+\s[^()]*+(?:\([^()]*+\)[^()]*+)*+)\)+"), regex(r"\([\w-]+(?:\s+[\w-]+)?|\)+"), loose=True),
    Form("layers with arrows between the lines", regex(rf"(?:\|\s*)?(?P<said>{_WORD}.*)"), regex(r"(?:[↓⬇⇓▼|]|[vV]|->|-->)+")),
    Form(
        "a chain in words",
        regex(rf"(?=.*{_ARROW}\s*\S)(?P<said>(?:[\[\"(]|\d|(?i:input)\b)(?:[^=:]|=>)*+)"),
        loose=True,
        weak="Dense",
        between=regex(rf"\s*{_ARROW}\s*"),
        around=regex(r"@\w+"),
    ),
    Form(
        "a chain in words",
        regex(rf"(?=.*{_ARROW}\s*\S)(?P<said>\d(?:[^=:]|=>)*+)"),
        weak="Dense",
        between=regex(rf"\s*{_ARROW}\s*"),
        certain=True,
    ),
    Form("sizes in a row", regex(r"(?P<said>\d+(?:\s*-\s*\d+)+)"), loose=True, weak="Dense", between=regex(r"\s*-\s*")),
    Form(
        "functions one after the other",
        regex(r"(?:\w+\s*=\s*)?(?P<said>[a-z]\w*(?:\s+[\w()]+)*(?:\s+\.\s+[a-z]\w*(?:\s+[\w()]+)*)+)|\w+\s*::\s*(?P<typed>Input.*)"),
        regex(r"\w+\s*::(?!\s*Input).*"),
        loose=True,
        between=regex(r"\s+\.\s+"),
        backwards=True,
    ),
    Form("layers in brackets", regex(r"[\[({](?P<said>[^\[\](){}]*)[\])}],?"), loose=True),
    Form("lines with a mark before each", regex(r"(?:[a-z]{1,4}[.)]|[^\w\s(\[\"'{.#]{1,4})\s+(?P<said>\w.*)|(?P<alone>[Ii]nputs?\b.*)"), loose=True),
    Form("formulas", regex(r"\w+\s*=\s*(?P<said>.*(?:\\[A-Za-z]+|[·σ∘₀-₉]|\b[WUb](?:_?\d)?\s+\w).*)"), certain=True),
    Form("nodes of a KDL document", regex(r"(?=.*\w=\S)(?P<said>[a-z]\w*(?:\s+(?:[\w-]+=)?(?:\"[^\"]*\"|[\w.#]+))+);?"), loose=True),
    Form("layers under names", regex(r"[a-z]\w*[ ]*:[ ]+(?P<said>[A-Z]\w*(?:\(.*\))?)|(?P<alone>inputs?[ ]*:.*)"), loose=True),
    Form("lines of CSV", regex(r"(?P<said>[A-Za-z]\w*(?:,\s*[\w.%]+)+),?"), loose=True),
    Form("layers in words", regex(rf"(?P<said>{_WORD}(?:[ \t-]+{_WORD})*+[ \t]*:[ \t]*\S.*)|(?P<alone>{_WORD})"), _ENDS, loose=True),
    Form("layers in words", regex(rf"(?P<said>{_WORD}(?:[ \t]+[\w.%()×,-]+)+)|(?P<alone>{_WORD})"), _ENDS, loose=True),
)  # fmt: skip
"""Those by which nothing else can be meant stand first."""

_FENCE = regex(r"`{3}\w*|[-=_*]{3,}|(?:let|val)\s+\w+\s*=")
"""Lines that stand around others in many notations."""


def in_form(form: Form, rows: Sequence[Row], dimensions: int) -> Found | None:
    """The lines that are in a form."""
    parts: list[Part] = []
    taken: list[int] = []
    header: list[str] = []
    needs_around = form.notation.startswith("layers with arrows")
    around = 0
    for number, text in rows:
        if len(text) > LINE or OWN.match(text) is not None:
            continue
        said = form.said.fullmatch(text)
        if said is None and form.last is not None and parts:
            said = form.last.fullmatch(text)
        is_around = _FENCE.fullmatch(text) is not None or (
            form.around is not None and form.around.fullmatch(text) is not None
        )
        if is_around and not (said is not None and _reads(form, said, dimensions)):
            around += 1
            taken.append(number)
            continue
        if said is None:
            continue
        made = _of_line(form, number, said, dimensions, header)
        if needs_around and not parts and made[0].said is None and re.fullmatch(r"[a-z]\w*", text):
            made = [Part(number, Input("", text))]  # what flows in, by its name
        if form.notation.startswith("a table") and not parts and made and made[0].said is None:
            header[:] = [cell.strip().lower() for cell in said["said"].split("|")]
            taken.append(number)
            continue
        if form.loose and any(each.said is None for each in made):
            continue
        again = form.between is not None and bool(parts) and parts[-1].said == made[0].said
        parts += made[again:]  # one end of an edge is the other end of the one before
        taken.append(number)
    if len(parts) < 2 or (needs_around and not around):
        return None
    if form.loose and all(isinstance(each.said, Input) for each in parts):
        return None  # inputs alone are in no notation: each line is told what it lacks
    if not form.loose and not any(each.said is not None for each in parts) and not form.certain:
        return None
    return Found(form.notation, tuple(taken), tuple(parts))


def _reads(form: Form, said: re.Match[str], dimensions: int) -> bool:
    return not form.notation.startswith("a table") and read(said["said"] or "", dimensions) is not None


_CALL = regex(rf"(?:\w+\.)*[A-Z]\w*{ARGUMENTS}")
"""A layer with its arguments, whose last bracket is its own."""


def _of_line(
    form: Form, number: int, said: re.Match[str], dimensions: int, header: Sequence[str]
) -> list[Part]:
    groups = said.groupdict()
    if said["said"] is None:
        return [Part(number, read(groups.get("typed") or groups.get("alone") or "", dimensions))]
    text = said["said"].strip().rstrip(";,").strip().lstrip(":")
    if "entries" in groups:
        return [section(number, text, dict(PAIR.findall(said["entries"])), dimensions) or Part(number, None)]
    if form.notation == "MATLAB":  # the window of a convolution stands there before the filters
        text = re.sub(r"(?<=convolution[12]dLayer\()(\d+|\[[^\]]*\]),\s*(\d+)", r"\2, \1", text)
    if form.between is not None:
        phrases = [
            each.strip() if _CALL.fullmatch(each.strip()) else each.strip("[]()\"' ")
            for each in form.between.split(text)
        ]
        phrases = phrases[::-1] if form.backwards else phrases
        made = []
        for at, phrase in enumerate(phrases):
            first = not at and form.weak and re.fullmatch(r"[\d\s,x×]+", phrase)
            made.append(Part(number, read(f"input {phrase}" if first else phrase, dimensions, form.weak)))
        return made
    if header:
        cells = [cell.strip() for cell in text.split("|")]
        pairs = list(zip(header, cells, strict=False))
        layer = next((cell for _, cell in pairs if knows(cell)), "")
        entries = {
            key: cell
            for key, cell in pairs
            if cell not in (layer, "", "-", "–", "—")
            and re.fullmatch(r"[a-z_ ]+", key)
            and key not in _COUNTED
        }
        return [
            Part(
                number,
                of_section(layer, {key.replace(" ", "_"): cell for key, cell in entries.items()}, dimensions)
                or read(text.replace("|", " "), dimensions),
            )
        ]
    if "sizes" in groups:
        sizes = re.findall(r"\d+|None", said["sizes"])
        if text == "InputLayer":
            return [Part(number, read(f"input ({', '.join(sizes)})", dimensions))]
        return [
            Part(
                number,
                read(text, dimensions)
                or read(f"{text} {sizes[-1]}" if text == "Dense" and sizes else "", dimensions),
            )
        ]
    return [Part(number, read(text, dimensions, form.weak))]


_COUNTED = ("#", "no", "layer", "output shape", "params", "param", "parameters", "param #", "type", "name")
"""Columns of tables that say what follows from the others."""
