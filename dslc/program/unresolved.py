"""Names that are not there: what is said of each, once in a body, and how it can be mended.

In: the expressions of a body as they are resolved, and a name that nothing has been given.  Out: one diagnostic, with
what was most likely meant: a similar name, a line further down, a name of another body, a habit of Python.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dslc.budget import DEFAULTS as LIMITS
from dslc.casing import snake_case
from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Edit, Fix, Label, Message
from dslc.diagnostics.messages import names as messages
from dslc.diagnostics.messages.foreign import foreign_comment
from dslc.diagnostics.suggest import nearest
from dslc.diagnostics.vocabulary import einops, functions, layers
from dslc.diagnostics.vocabulary.values import BATCH_NAMES, named
from dslc.keras.dtypes import DECLARED
from dslc.program.items import has_member, is_identifier, object_of_keras
from dslc.program.resolver import Resolver
from dslc.program.scope import BUILTINS, NAMESPACES
from dslc.record import replace
from dslc.regex import regex
from dslc.shapes.wording import listed
from dslc.source import Span

_PLACES = 4  # how often "and here" is said of one mistake
_LISTED = 8  # how many names are listed
_MEANT = {
    "np": "there is no NumPy: lists, tuples, arithmetic and `ops.*` say it",
    "numpy": "there is no NumPy: lists, tuples, arithmetic and `ops.*` say it",
    "self": "there is no `self`: a layer stands where it is used, or is declared with `shared name = …`",
    **dict.fromkeys(
        ("os", "sys", "argparse", "json", "yaml", "pickle", "time"),
        "what differs from run to run is a parameter, `model Net(width = 8)`, which `--set` and Python give other values",
    ),
    **dict.fromkeys(
        ("TODO", "FIXME", "XXX", "TBD"), "it stands for what is yours to write: a value, `8` for instance"
    ),
    **dict.fromkeys(("true", "TRUE", "yes", "on"), "write `True`"),
    **dict.fromkeys(("false", "FALSE", "no", "off"), "write `False`"),
    **dict.fromkeys(("null", "NULL", "none", "nil", "nothing"), "write `None`"),
}
_LEFT_OUT = {
    "pass": "leave the line out: a body may be empty",
    "break": "leave the line out: a loop runs through all of its values",
    "continue": "leave the line out, and put what is left of the body into an `if`",
    "print": "leave this line out: a model prints nothing; `dslc summary` shows shapes and parameters",
}


def said_before(body: Resolver, name: str, span: Span) -> bool:
    """Whether a name has been reported in this body; the first report then points here too."""
    if name not in body.scope.missing:
        return False
    number = body.scope.missing[name]
    if number is not None:
        said = body.diagnostics[number]
        labels = (*said.labels, Label(span, "and here")) if len(said.labels) < _PLACES else said.labels
        body.diagnostics[number] = replace(said, labels=labels, fix=_here_too(said.fix, name, span))
    return True


def _here_too(fix: Fix | None, name: str, span: Span) -> Fix | None:
    """A fix that writes another name, at one more place of the wrong one; a size is named (`T?`) only at the first."""
    if (
        fix is None
        or fix.edits[0].span.text != name
        or span.text != name
        or fix.edits[0].content == f"{name}?"
    ):
        return fix
    return replace(fix, edits=(*fix.edits, Edit(span, fix.edits[0].content)))  # type: ignore[no-any-return]


def bound_in_one_way(body: Resolver, name: str, span: Span) -> None:
    """Report a name that only an `if` or `for` binds; where it is made of another value there, it may be that before."""
    row, what = body.scope.lost[name]
    body.scope.missing[name] = len(body.diagnostics)
    said = messages.bound_in_one_branch(name, row, what)
    source, begin = span.source, span.source.starts[row - 1]
    head = regex(r"([ \t]*)(?:if|for)\b").match(source.text, begin)
    if head is None or len(body.diagnostics) >= LIMITS.diagnostics:
        body.report(said, span)
        return
    made = regex(rf"(?:^|\{{)[ \t]*{re.escape(name)}[ \t]*=[ \t]*([^\W\d]\w*)[ \t]*->", re.MULTILINE)
    found = made.search(source.text, begin, span.start)
    if found is None or found[1] == name or body.scope.kinds.get(found[1]) != "value":
        body.report(said, span)
        return
    text, away = f"{name} = {found[1]}", span.first - span.start
    place = away + head.end(1)
    edits = [Edit(Span(span.base, place, place), f"{text}\n{head[1]}")]
    advice = f"write `{text}` above the {what}"
    changed = rf"(?:^|\{{)[ \t]*{re.escape(found[1])}[ \t]*[-+*/]?=(?!=)"
    if what == "`for`" and regex(changed, re.MULTILINE).search(source.text, head.end(), span.start) is None:
        # each turn goes on from the one before
        edits.append(Edit(Span(span.base, away + found.start(1), away + found.end(1)), name))
        advice += f", and `{name} = {name} -> …` in it"
    fix = Fix("unsafe", advice, tuple(edits))
    body.report(replace(said, help=f"give it a value before it as well: {advice}"), span, fix)


def not_found(body: Resolver, name: str, span: Span, advice: str | None = None) -> None:
    """Report a name that nothing has been given, once in a body."""
    cause: Cause | None = None
    word = "" if not _is_of_object(span) else _as_string(name, span)
    if not body.has_inputs and not body.inputs and name.isidentifier() and name.islower() and not word:
        body.scope.missing[name] = None  # what it lacks is an input, and that is said of the model
        body.homeless[name] = False
        return
    if body.misnamed:
        body.scope.missing[name] = None
        return
    body.scope.missing[name] = len(body.diagnostics)
    if (
        len(body.diagnostics) >= LIMITS.diagnostics
    ):  # nobody is told of more: what it may mean costs a look at every name
        body.report(messages.unknown_name(name, []), span)
        return
    own = [
        *(each for each in body.items.all_names() if body.items.known[each].kind != "model"),
        *body.scope.kinds,
    ]
    meant = nearest(name, own) or nearest(name, [*BUILTINS, *NAMESPACES], 1)
    if meant is not None:
        body.scope.find(meant)  # counts as its use, so that it is not called unused besides
    if _is_comment(body, name, span):
        return
    if body.in_input and name in BATCH_NAMES and _names_batch(body, name, span):
        return
    word = _as_string(name, span) if meant is None or is_identifier(name) else ""
    if word and not body.in_shape:
        advice = f'to Keras it is a string: write `"{word}"`'
        quoted = Fix.writing(span, f'"{word}"')
        body.report(messages.unknown_name(name, [], advice, Cause.QUOTES), span, quoted)
        return
    local = [each for each, kind in body.scope.kinds.items() if kind != "dim" or name.isupper()]
    later = body.later().get(name)
    row = later if later is not None and later >= span.begin.row else None
    if row is not None and body.in_input and body.inputs & {*re.findall(r"\w+", span.source.line(row))}:
        row = None  # it is read off an input there: `N = x.shape[1]`
    if body.of_weights and meant is None and name not in _MEANT:
        if any(each.cause is Cause.WEIGHTS and each.span.row == span.row for each in body.diagnostics):
            body.scope.missing[name] = None
            return
        advice, cause = _OF_WEIGHTS, Cause.WEIGHTS
    if advice is None:
        advice, cause = _advice(body, name, row, meant, local, span)
    if row is not None and _is_said_of_line(body, span):
        body.scope.missing[name] = None
        return
    fix = None
    if advice is not None and advice.startswith(f"write `{name}?`"):
        if _is_said_of_shape(body, name, span):
            return
        fix = Fix.writing(span, f"{name}?")
    called = _CALLED.search(advice or "")
    if called is not None:
        body.scope.find(called[1])  # counts as its use
        fix = Fix.writing(span, called[1])
    said = messages.unknown_name(name, [] if meant is None else [meant], advice, cause)
    body.report(said, span, fix)


_OF_OBJECT = regex(
    r"\b\w*(?:activation|activation_fn|nonlinearity|act|initializer|regularizer|constraint)[ \t]*=[ \t]*\Z"
)


def _is_of_object(span: Span) -> bool:
    """Whether a name is what an argument is given that takes an object of Keras, or a string."""
    return _OF_OBJECT.search(span.source.line(span.row)[: span.begin.column - 1]) is not None


def _as_string(name: str, span: Span) -> str:
    """The string that Keras takes where a name stands: `relu`, `Sigmoid`, or `xavier`, as others call one; empty where it takes none."""
    cases: tuple[str, ...] = (name, name.lower(), snake_case(name)) if name[:1].isupper() else (name,)
    if _is_of_object(span):
        cases += named(name)
    return next((each for each in cases if is_identifier(each)), "")


_OF_WEIGHTS = "leave `weights` out: values of weights are given in the Python that imports the model, with `set_weights`"
_BEHIND_IF = regex(r"\bif[ \t]+(?:not[ \t]+)?\Z")
_TRAINS = ("trainable", "is_training", "is_train", "train", "learning_phase", "trains")
"""What others call `training` where a body asks for it."""


def _is_said_of_line(body: Resolver, span: Span) -> bool:
    """Whether the last mistake is that this line stands above one that gives it a value; then it points here, too."""
    said = body.diagnostics[-1] if body.diagnostics else None
    if said is None or said.span.row != span.row or said.cause is not Cause.BELOW:
        return False
    body.diagnostics[-1] = replace(said, labels=(*said.labels, Label(span, "and here")))
    return True


_REST_OF_SHAPE = regex(r"\s*,\s*([^()\n]+?),?\s*\)")
_FEWEST = 2
"""Sizes behind a single letter that is the batch for certain, as in `(N, C, H, W)`."""


def _names_batch(body: Resolver, name: str, span: Span) -> bool:
    """Whether a size that is not there is the batch, before all others; it is said with what is left of the shape."""
    text, begin = span.source.text, span.before - 1
    rest = _REST_OF_SHAPE.match(text, span.end)
    if rest is None or text[begin : begin + 1] not in ("(", "["):
        return False
    sizes = [each.strip() for each in rest[1].split(",")]
    if len(name) == 1 and len(sizes) < _FEWEST:
        return False  # of nodes, or of numbers
    for place, size in enumerate(sizes):
        if size.isidentifier() and body.scope.kinds.get(size) is None and body.items.kind(size) is None:
            body.scope.missing[size] = None
            sizes[place] = f"{size}?"
    written = f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
    whole = Span(span.base, span.first - (span.start - begin), span.last + rest.end() - span.end)
    body.scope.missing[name] = len(body.diagnostics)
    said = messages.unknown_name(name, [], f"the batch is left out: write `{written}`")
    body.report(said, span, Fix.writing(whole, written))
    return True


def _is_said_of_shape(body: Resolver, name: str, span: Span) -> bool:
    """Whether another size of this input was not found either; it is said of both then."""
    said = body.diagnostics[-1] if body.diagnostics else None
    if said is None or not body.in_input or said.fix is None or said.span.row != span.row:
        return False
    if not all(each.content.endswith("?") for each in said.fix.edits):
        return False
    edits = (*said.fix.edits, Edit(span, f"{name}?"))
    first, *others = [each.content[:-1] for each in edits]
    message = messages.unknown_sizes(first, others)
    fix = Fix("unsafe", f"write {listed([f'`{each.content}`' for each in edits], 'and')}", edits)
    body.diagnostics[-1] = message.at(said.span, (*said.labels, Label(span, "nor this")), fix)
    body.scope.missing[name] = len(body.diagnostics) - 1
    return True


_DIGITS = regex(r"[lIO][\dlIO]*\d[\dlIO]*")
_AS_DIGITS = str.maketrans("lIO", "110")
"""Letters that look like digits."""


def _advice(
    body: Resolver, name: str, later: int | None, meant: str | None, local: list[str], span: Span
) -> tuple[str | None, Cause | None]:
    """How a name that is not there can be mended, and what it is taken for; None where a similar one says it all."""
    if later == span.row and name not in body.inputs:
        if re.search(
            rf"(?<![\w.]){re.escape(name)}\s*=\s*{re.escape(name)}\s*(?:[+*/@]|-(?!>))",
            span.source.line(span.row),
        ):
            return f"it has no value yet to go on from: give it one above, `{name} = 0` for instance", None
        flows = [each for each in local if each in body.inputs] or local
        whence = f", `{flows[-1]}` for instance" if flows else ""
        if flows and _LOOP.search(span.source.text[: span.start].rpartition("}")[2]) is not None:
            advice = f"a loop goes on from a value that is there before it: write `{name} = {flows[-1]}` above the loop"
            return advice, None
        return f"this line gives `{name}` its value: what flows into it has another name{whence}", None
    if later is not None:
        return f"line {later} gives it its value, below: move this line behind it", Cause.BELOW
    if meant is None and _DIGITS.fullmatch(name) is not None:
        return f"with letters for digits it is a name: write `{name.translate(_AS_DIGITS)}`", None
    if name in _MEANT:
        return _MEANT[name], Cause.SELF if name == "self" else Cause.TOLD
    if name in _LEFT_OUT:
        return _LEFT_OUT[name], None
    begin = span.source.line(span.row)[: span.begin.column - 1]
    if layers.set_for_training(name) and not begin.strip():
        return f"leave this line out: {layers.STAYS}", None
    defined = re.search(
        rf"^[ \t]*#[ \t]*define[ \t]+{re.escape(name)}[ \t]+(\S+)", span.source.text, re.MULTILINE
    )
    if defined is not None:
        advice = (
            f"`#` begins a comment: a constant is written `{name} = {defined[1]}`, at the top of the file"
        )
        return advice, None
    if body.outside == "in a default":
        return _IN_DEFAULT, None
    owner = body.items.owner(name)
    if owner is not None and body.in_shape and (owner[1] or body.in_input == "block"):
        owner = None  # sizes have names of their own, and a block names those that come
    if meant is not None and (owner is None or meant in body.scope.kinds):
        return None, None
    if owner is not None:
        only = [each for each in body.inputs if each not in body.scope.used]
        if owner[0].startswith("the model") and len(only) == 1 and not body.in_shape:
            return f"what flows in is called `{only[0]}` here: write `{only[0]}`", None
        return _of_other_body(name, owner), Cause.ELSEWHERE
    giver = body.items.giver(name)
    if giver is not None and not body.in_shape:
        return _given_by(body, name, giver, span), None
    if _BEHIND_IF.search(span.source.line(span.row)[: span.begin.column - 1]) is not None and name.islower():
        if name in _TRAINS:
            return "a body knows by itself whether it trains: write `training`", None
        advice = f"what decides is a parameter: `{name} = True` in the brackets behind the name of this body"
        return advice, None
    if body.in_shape and name.isidentifier() and (body.in_input or local):
        return f"write `{name}?` for a size that is not known yet", Cause.TOLD
    if (
        name[:1].isupper()
        and name[1:] != name[1:].upper()
        and span.source.text[span.end : span.end + 1] == "."
    ):
        advice = f"what Python makes is declared above the model: `extern {name}(…) from package.module {{ input x: …  output … }}`"
        return advice, None
    if not local:
        return "nothing has a name here yet: bind it first, with `input`, as a parameter, or `name = …`", None
    idle = _idle(body, local, span)
    if idle is not None:
        return f"nothing else uses `{idle}`: write `{idle}`", None
    made_up = _MADE_UP.search(begin)
    rest = None if made_up is None else _REST.match(span.source.line(span.row), span.begin.column - 1)
    if made_up is not None and rest is not None:
        text = f"{made_up[1]}{rest[1]}{rest[2]}"
        plain = f'"{text}"' if "{" not in text else f'f"{text}"'
        return (
            f"braces in a string hold a parameter, or what a loop counts; without them it is `{plain}`",
            None,
        )
    listed = ", ".join(f"`{each}`" for each in local[-_LISTED:])
    more = f"; what comes from outside is an input: `input {name}: (8,)`" if name.islower() else ""
    return f"the names that are there: {'…, ' if len(local) > _LISTED else ''}{listed}{more}", None


_MADE_UP = regex(r"\bf[\"']([^\"']*)\{$")
_REST = regex(r"(\w+)\}([^\"']*)[\"']")
"""What stands before and behind a name in the braces of a string."""


def _idle(body: Resolver, local: Sequence[str], span: Span) -> str | None:
    """The one value that no line uses, which a name that is not there may mean; None where there are several, or none."""
    rest = span.source.text[span.end :]
    end = _ITEM_ENDS.search(rest)
    words = {*re.findall(r"\w+", rest if end is None else rest[: end.start()])}
    idle = [each for each in local if body.scope.kinds.get(each) == "value" and each not in body.scope.used]
    return idle[0] if len(idle) == 1 and idle[0] not in (*words, *DECLARED) else None


_ITEM_ENDS = regex(r"^\}", re.MULTILINE)

_LOOP = regex(r"^[ \t]*for\b[^\n{]*\{[^{}]*\Z", re.MULTILINE)
"""The text of a loop up to a place in it."""

_IN_DEFAULT = "a default knows no other parameter: leave it out, `= None`, and give the value in the body where it is `None`"


def _of_other_body(name: str, owner: tuple[str, bool]) -> str:
    """What to do about a name that another body has."""
    whose, made = owner
    how = f"as an input, `input {name}`" if made else f"as an input or a parameter `{name} = …`"
    return f"{whose} has one; a body sees its own names only: hand it over, {how}"


def _given_by(body: Resolver, name: str, giver: str, span: Span) -> str:
    """What to do about the name that an output has in another body: outside it has the name that its call is given."""
    rows = body.later()
    for each in [each for each in body.scope.kinds if each in body.inputs][-_LISTED:]:
        line = span.source.line(rows[each]) if each in rows else ""
        if re.search(rf"^[^,=]*=.*->\s*{re.escape(giver)}\b[^>]*$", line) is not None:
            return f"it is the output of `{giver}`, which is called `{each}` here: write `{each}`"
    return f"it is the output of `{giver}`; here it has the name that it is given: `{name} = … -> {giver}`"


_CALLED = regex(r"(?: here|nothing else uses `\w+`): write `(\w+)`$")
"""How advice ends that says by which name a value goes here."""


_OF_C = regex(r"\S\s+(//|--(?=\s))\s*(\w+)\s*$")


def _is_comment(body: Resolver, name: str, span: Span) -> bool:
    """Whether a name is the one word behind `//` or `--` at the end of a line, as C or Lua writes a comment; it is reported then."""
    found = _OF_C.search(span.source.line(span.row))
    if found is None or found[2] != name:
        return False
    begin = span.first - (found.start(2) - found.start(1))
    fix = Fix("safe", "write `#`", (Edit(Span(span.base, begin, span.last), f"# {name}"),))
    body.report(foreign_comment(found[1]), Span(span.base, begin, begin + 2), fix)
    return True


def _in_place(said: Message, span: Span) -> Fix | None:
    """The edit that writes what a message says to write, in the place of a bare name or one with empty brackets."""
    meant = messages.written_instead(said.help or "")
    behind = span.source.text[span.end : span.end + 2]
    if meant is None or (behind.startswith("(") and behind != "()"):
        return None
    whole = Span(span.base, span.first, span.last + 2 * (behind == "()"))
    return Fix.writing(whole, meant)


_GIVEN = regex(r"\(((?:[^()\n]|\([^()\n]*\))*)\)")


def _with_axes(given: str) -> str:
    """Arguments with the names that Keras has for those of PyTorch."""
    return re.sub(r"\bkeepdim[ ]*=[ ]*", "keepdims=", re.sub(r"\bdims?[ ]*=[ ]*", "axis=", given))


def _report_function(body: Resolver, said: Message, function: str, span: Span) -> None:
    """Report a function of tensors that stands without `ops.`."""
    given = _GIVEN.match(span.source.text, span.end) if body.holes else None
    if given is None:
        behind = span.source.text[span.end : span.end + 2]
        inside = body.holes > 0 and behind.startswith("(")
        written = f"{function}(_" + ("" if behind == "()" else ", ") if inside else function
        whole = Span(span.base, span.first, span.last + inside)
        shown = f"{function}(_, …)" if inside else function
    else:
        told = ", ".join(filter(None, ("_", _with_axes(given[1].strip()))))
        if function == "ops.split" and told.count(",") == 1:
            told = f"{told}, axis=-1"  # and not along the batch
        stage = einops.einsum(given[1]) if function == "ops.einsum" else None
        written = shown = stage or f"{function}({told})"
        whole = Span(span.base, span.first, span.last + len(given[0]))
    fix = Fix("unsafe", f"write `{shown}`", (Edit(whole, written),))
    body.report(replace(said, help=f"write `{shown}`"), span, fix)


_RANDOM = ("normal", "uniform", "randint", "truncated_normal", "categorical", "binomial", "beta", "gamma")
"""Functions of `random` that nobody takes for a layer."""


def no_layer(body: Resolver, text: str, more: Sequence[str], span: Span) -> None:
    """Report a layer that there is not, once in a file; silent where the block's own head was lost."""
    drawn = text.removeprefix("random_")
    if not body.holes and drawn in _RANDOM and (drawn == text or not _is_of_object(span)):
        body.scope.missing[text] = len(body.diagnostics)
        body.python(span, f"random.{drawn}")
        return
    known = [*body.items.layer_names(), *body.items.all_names(), *more]
    if text[:1].isupper():
        known = [each for each in known if each not in BUILTINS]  # nobody takes `Pool` for `bool`
    at_begin = not body.holes and text.islower() and has_member("ops", text)  # `zeros(3)`, which is a tensor
    said = messages.unknown_layer(text, known, None if at_begin else object_of_keras(text))
    said = _of_its_rank(body, said, text, span)
    if not body.holes:
        body.scope.used.update(body.inputs)  # one of them is meant to flow into it
    if said.instead is None and body.items.headless:
        return
    if said.instead is None and body.items.unread_use:
        body.report(replace(said, cause=Cause.UNTAKEN), span)
        return
    if said.instead is not None and body.items.kind(said.instead[1]) == "missing":
        return  # a line that could not be read may have defined it
    body.scope.missing[text] = len(body.diagnostics)
    row = body.later().get(text)
    if row is not None and row > span.row:
        below = f"line {row} makes it, below: move that line up, behind the inputs"
        body.report(replace(said, help=below, instead=None, cause=Cause.BELOW), span)
        return
    if text in layers.APPLICATIONS and _is_kept(body, said, text, span):
        return
    function = functions.here(("tf", text), lambda name: has_member("ops", name), lambda _: False)
    if at_begin and _is_given_data(body, span):
        _report_function(body, replace(said, instead=None), f"ops.{text}", span)
        return
    of_torch = re.match(r"\([^()\n]*\bdim=", span.source.text[span.end :]) is not None and body.holes > 0
    if of_torch and function is not None:
        _report_function(body, replace(said, instead=None, cause=None), function, span)
        return
    is_exact = said.instead is None or (said.cause is Cause.NEAR and said.instead[1].lower() != text)
    if is_exact and function == f"ops.{text}" and layers.advice(text) is None:
        said = replace(said, instead=None, cause=None)
    if said.instead is None and function is not None and text.islower() and layers.advice(text) is None:
        _report_function(body, said, function, span)
        return
    body.report(said, span, None if said.instead is not None else _in_place(said, span))
    if said.instead is not None:
        body.items.kind(said.instead[1])  # counts as its use
        body.scope.find(said.instead[1])


_RANKS = regex(r"write (?:`\w+[123]D\w*` for \w+(?:, )?)+")
_RANKED = regex(r"`(\w+?)[123]D(\w*)` for")
_OF_RANK = regex(r"->\s*(?:\w+[(])?\w+?([123])D(?:Transpose)?\b")
_INPUT = regex(r"^[ \t]*input[ ]+\w+[ ]*:[ ]*\(([^()\n]*)\)", re.MULTILINE)


def _of_its_rank(body: Resolver, said: Message, name: str, span: Span) -> Message:
    """A message that names a layer for images and one for sequences, with the one that goes with the other layers of the line, of
    the file, or with its inputs, where all of them have as many dimensions: `Conv2D(8, 3) -> MaxPool(2)`."""
    if _RANKS.fullmatch(said.help or "") is None:
        return said
    text, line = span.source.text, span.source.line(span.row)
    sizes = (len([size for size in each.split(",") if size.strip()]) for each in _INPUT.findall(text))
    for found in ({*_OF_RANK.findall(line)}, {*_OF_RANK.findall(text)}, {str(each - 1) for each in sizes}):
        if len(found) == 1:
            stem = _RANKED.search(said.help or "")
            assert stem is not None
            meant = f"{stem[1]}{found.pop()}D{stem[2]}"
            if meant in body.items.layer_names():
                return replace(said, help=f"Keras calls it `{meant}`", instead=(name, meant))  # type: ignore[no-any-return]
        elif found:
            return said
    return said


def _is_given_data(body: Resolver, span: Span) -> bool:
    """Whether a function that is called by this name is given what flows, as one of tensors is."""
    given = re.match(
        r"\(\s*(?:\"[^\"\n]*\"\s*,\s*)?(?:[\[(]\s*)?([A-Za-z_]\w*)", span.source.text[span.end :]
    )
    return given is not None and (given[1] in body.inputs or given[1] in body.doubtful)


def _is_kept(body: Resolver, said: Message, text: str, span: Span) -> bool:
    """Whether a whole model of Keras is given a name, `base = ResNet50(…)`, by which it is shared; it is reported then."""
    line, column = span.source.line(span.row), span.begin.column - 1
    kept = re.fullmatch(r"\s*(?:shared\s+)?(\w+)\s*=\s*", line[:column])
    if kept is None or line.lstrip().startswith("shared"):
        return False
    begin = span.start - column + len(line) - len(line.lstrip())
    head = f"shared {kept[1]} = applications.{text}"
    edit = Edit(Span(span.source, begin, span.end), head)
    given = "(…)" if span.source.text[span.end : span.end + 1] == "(" else ""
    advice = (
        f"it is a whole model of `keras.applications`, which is shared by its name: write `{head}{given}`"
    )
    body.report(
        replace(said, help=advice, instead=None), span, Fix("unsafe", f"write `{head}{given}`", (edit,))
    )
    return True
