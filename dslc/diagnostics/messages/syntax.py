"""DSL1xx: text that is not the language."""

from __future__ import annotations

from collections.abc import Sequence

from dslc.diagnostics.cause import Cause
from dslc.diagnostics.diagnostic import Message
from dslc.diagnostics.messages.catalogue import Says, message
from dslc.record import replace


@message("DSL101", "syntax")
def unexpected(
    found: str,
    where: str,
    expected: str | None,
    advice: str | None = None,
    cause: Cause | None = None,
    names: tuple[str, ...] = (),
) -> Says:
    """The text does not follow the grammar at this place.

    Each line of a model is one statement: `input`, `output`, `name = …`, `for`, `if`, … Data flows along `->`, from
    a value on the left to a layer on the right.

    ```kdl wrong
    model Broken {
        input x: (4,)
        output x -> -> Dense(3)
    }
    ```
    ```kdl right
    model Whole {
        input x: (4,)
        output x -> Dense(3)
    }
    ```
    """
    text = f"I did not expect {found}{where}"
    if expected is not None:
        text = f"{text}; I expected {expected}"
    return Says(text, help=advice, cause=cause, names=names)


@message("DSL102", "unclosed-bracket")
def unclosed_bracket(bracket: str, closed: str | None = None) -> Says:
    """A bracket or brace is opened and never closed.

    Inside `(` and `[` a line break means nothing, so a forgotten `)` would swallow the lines after it. `dslc` stops
    at the next statement or brace and names the bracket that was left open.

    ```kdl wrong
    model Open {
        input x: (4,)
        output x -> Dense(3
    }
    ```
    ```kdl right
    model Closed {
        input x: (4,)
        output x -> Dense(3)
    }
    ```
    """
    advice = f"close it with `{closer(bracket)}`"
    return Says(
        f"this `{bracket}` is never closed",
        help=advice if closed is None else f"{advice}: write `{closed}`",
        caption="opened here",
    )


@message("DSL103", "stray-bracket")
def stray_bracket(bracket: str) -> Says:
    """A bracket or brace is closed that was never opened.

    ```kdl wrong
    model Extra {
        input x: (4,)
        output x -> Dense(3))
    }
    ```
    ```kdl right
    model Paired {
        input x: (4,)
        output x -> Dense(3)
    }
    ```
    """
    return Says(f"this `{bracket}` closes nothing", help="remove it, or open one before it")


def closed_early(bracket: str) -> Message:
    """A bracket that ends a list, or arguments, of which more follows in the next line."""
    message: Message = stray_bracket(bracket)
    return replace(  # type: ignore[no-any-return]
        message,
        text=f"this `{bracket}` closes too early",
        help=f"leave it out: what follows goes on to the `{bracket}` below",
    )


@message("DSL104", "wrong-bracket")
def wrong_bracket(opened: str, closed: str) -> Says:
    """A bracket is closed by one of another kind.

    ```kdl wrong
    model Mixed {
        input x: (4,)
        output x -> Reshape((2, 2])
    }
    ```
    ```kdl right
    model Matched {
        input x: (4,)
        output x -> Reshape((2, 2))
    }
    ```
    """
    return Says(f"`{opened}` is closed by `{closed}`", help=f"close it with `{closer(opened)}`")


@message("DSL105", "unclosed-string")
def unclosed_string(start: str, meant: str | None = None) -> Says:
    '''A string is opened and never closed on its line (a `"""` docstring: before the next statement).

    ```kdl wrong
    model Text {
        input x: (4,)
        output x -> Dense(3, activation="relu)
    }
    ```
    ```kdl right
    model Text {
        input x: (4,)
        output x -> Dense(3, activation="relu")
    }
    ```
    '''
    quote = start if start in ('"""', "'''") else start[0]
    return Says(
        "this string is never closed",
        help=f"end it with `{quote}`" if meant is None else f"write `{meant}`",
    )


def unopened_string(meant: str) -> Message:
    """A string that is closed where nothing has opened it."""
    return replace(unclosed_string('"'), text="this string has no quote before it", help=f"write `{meant}`")  # type: ignore[no-any-return]


@message("DSL106", "stray-character")
def stray_character(character: str, meant: str | None = None) -> Says:
    """A character that has no meaning in the language.

    There are no semicolons (one statement stands on one line), no backslashes at the end of a line (a line that begins
    with `->` continues the one before), no `&` and `|` (write `and`, `or`), and no typographic quotes or arrows.

    ```kdl wrong
    model Semicolon {
        input x: (4,);
        output x -> Dense(3)
    }
    ```
    ```kdl right
    model Lines {
        input x: (4,)
        output x -> Dense(3)
    }
    ```
    """
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return Says(
        f"`{shown}` has no meaning here",
        help=(
            f"write `{meant}`"
            if meant is not None
            else _STRAY.get(character, "remove it, or put it into a string or a comment")
        ),
    )


def dots(text: str) -> Message:
    """Dots in the place of a value, as help and documentation write them."""
    message: Message = stray_character(text)
    return replace(message, help=_DOTS)  # type: ignore[no-any-return]


@message("DSL120", "look-alike")
def look_alike(character: str, sign: str) -> Says:
    """A character that looks like a sign of the language, or like nothing, and is another.

    Text processors, web pages and keyboards for other scripts write such dashes, arrows, quotes, spaces and brackets. `dslc` reads
    what is meant, so the rest of the text is checked as well, and `dslc check --fix` writes it.

    ```kdl wrong
    model Net {
        input x: (4,)
        output x —> Dense(3)
    }
    ```
    ```kdl right
    model Net {
        input x: (4,)
        output x -> Dense(3)
    }
    ```
    """
    if not character.isprintable():
        shown = f"U+{ord(character):04X}"
        return Says(
            f"a character is here that nobody sees (`{shown}`)",
            help="write a plain space for it" if sign else "remove it: nothing stands for it",
        )
    shown = "a backtick" if character == "`" else f"`{character}`"
    return Says(f"{shown} is no sign of the language", help=f"write `{sign}`")


@message("DSL107", "misplaced-statement")
def misplaced(what: str, where: str, advice: str, cause: Cause | None = None) -> Says:
    """A statement stands where it cannot.

    `use`, `extern`, `fn`, `block` and `model` stand at the top of a file; `input`, `output`, `shared`, `for`, … inside
    a model or a block; `return` inside a `fn`.

    ```kdl wrong
    input x: (4,)

    model Outside {
        input y: (4,)
        output y -> Dense(3)
    }
    ```
    ```kdl right
    model Inside {
        input x: (4,)
        output x -> Dense(3)
    }
    ```
    """
    return Says(f"{what} cannot stand {where}", help=advice, cause=cause)


def outside(what: str, advice: str) -> Message:
    """A line that belongs in a body, and stands outside of every one."""
    says: Message = misplaced(what, "at the top of a file", advice, Cause.OUTSIDE)
    return says


@message("DSL108", "lost-value")
def lost_value(text: str, in_fn: bool = False, again: str = "y", behind: str | None = None) -> Says:
    """A line computes a value and does nothing with it, so it would vanish from the model.

    Name the value, or make it an output. Nothing that is written may be lost silently.

    ```kdl wrong
    model Lost {
        input x: (4,)
        x -> Dense(3)
        output x
    }
    ```
    ```kdl right
    model Kept {
        input x: (4,)
        x = x -> Dense(3)
        output x
    }
    ```
    """
    if behind is not None:
        return Says(
            f"`{behind}` behind an arrow gives the value of this line no name", help=f"write `{text}`"
        )
    if text.startswith(("+", "-")):
        advice = f"the operator ends a line that is continued: move `{text[0]}` to the end of the line before"
        return Says("the value of this line goes nowhere", help=advice)
    return Says(
        "the value of this line goes nowhere",
        help=(
            f"write `return {text}`"
            if in_fn
            else f"name it (`{again} = {text}`) or make it an output (`output {text}`)"
        ),
    )


@message("DSL109", "bad-target")
def bad_target(what: str, advice: str | None = None, cause: Cause | None = None) -> Says:
    """What stands left of `=` cannot be given a value.

    A value can be given to a name, to several names (`a, (b, c) = …`), one of which may take a list of what the others
    leave (`first, *rest = …`), and to a field of a record (`features["p3"] = …`).

    ```kdl wrong
    model Target {
        input x: (4,)
        x + 1 = x -> Dense(3)
        output x
    }
    ```
    ```kdl right
    model Target {
        input x: (4,)
        y = x -> Dense(3)
        output y
    }
    ```
    """
    return Says(
        f"{what} cannot be given a value",
        help=advice or "left of `=` stands a name, or several names",
        cause=cause,
    )


@message("DSL110", "keyword-outside-call")
def keyword_outside_call(name: str, shape: str | None = None, lines: Sequence[str] = ()) -> Says:
    """Brackets with `name=value` inside are call arguments, which stand only directly before an arrow.

    `(query, value, attention_mask=m) -> MultiHeadAttention(…)` passes call arguments to the stage after the arrow.
    Anywhere else such brackets have no meaning.

    ```kdl wrong
    model Pair {
        input x: (4,)
        y = (x, training=True)
        output y
    }
    ```
    ```kdl right
    model Pair {
        input x: (4,)
        output (x, training=True) -> Dropout(0.5)
    }
    ```
    """
    if lines:
        each = " and ".join(f"`{line}`" for line in lines)
        return Says(
            f"`{name}=` stands behind `output` in brackets",
            help=f"every output has a line of its own: write {each}",
        )
    return Says(
        f"`{name if name == '**' else f'{name}='}` stands in brackets that are not call arguments",
        help=(
            "call arguments stand directly before an arrow: `(query, value, mask=m) -> Layer(…)`"
            if shape is None
            else f"the sizes of a shape have no names: write `{shape}`"
        ),
    )


def behind_a_shape(name: str, text: str) -> Message:
    """Arguments of a layer within the brackets of a shape."""
    message: Message = keyword_outside_call(name)
    return replace(message, help=f"an argument stands behind the brackets of a shape: write `{text}`")  # type: ignore[no-any-return]


def brackets_twice(name: str, inside: str) -> Message:
    """Arguments with a second pair of brackets around them."""
    message: Message = keyword_outside_call(name)
    return replace(message, help=f"one pair of brackets is enough: write `{inside}`")  # type: ignore[no-any-return]


@message("DSL111", "not-supported")
def not_supported(what: str, instead: str) -> Says:
    """Python has this, and the language leaves it out on purpose.

    The language has Python's expressions without `lambda`, `await`, `:=` and sets.

    ```kdl wrong
    model Joined {
        input x: (4,)
        sizes = {3, 30}
        output x -> Dense(3 if 3 in sizes else 30)
    }
    ```
    ```kdl right
    model Joined {
        input x: (4,)
        sizes = [3, 30]
        output x -> Dense(3 if 3 in sizes else 30)
    }
    ```
    """
    return Says(f"{what} is not part of the language", help=instead)


@message("DSL112", "argument-twice")
def repeated_argument(name: str, text: str) -> Says:
    """The same argument is given twice in one call.

    ```kdl wrong
    model Twice {
        input x: (4,)
        output x -> Dense(3, use_bias=True, use_bias=False)
    }
    ```
    ```kdl right
    model Once {
        input x: (4,)
        output x -> Dense(3, use_bias=False)
    }
    ```
    """
    return Says(f"`{name}` is given twice", help=f"leave out `{text}`, or the other one")


@message("DSL113", "positional-after-keyword")
def positional_after_keyword(text: str, name: str | None = None) -> Says:
    """An argument without a name stands after one with a name, where nobody can tell which one it is.

    ```kdl wrong
    model Order {
        input x: (4,)
        output x -> Dense(units=3, "relu")
    }
    ```
    ```kdl right
    model Order {
        input x: (4,)
        output x -> Dense(units=3, activation="relu")
    }
    ```
    """
    advice = f"name this one too, `…={text}`, or move it forward"
    return Says(
        "an argument without a name follows one with a name",
        help=advice if name is None else f"name this one too: write `{name}={text}`",
    )


@message("DSL115", "bad-literal")
def bad_literal(
    what: str, reason: str, advice: str | None = None, instead: tuple[str, str] | None = None
) -> Says:
    r"""A number or string cannot be read as Python would read it.

    ```kdl wrong
    model Escape {
        input x: (4,)
        output x -> Dense(3, name="\x4")
    }
    ```
    ```kdl right
    model Escape {
        input x: (4,)
        output x -> Dense(3, name="\x41")
    }
    ```
    """
    return Says(f"I cannot read this {what}: {reason}", help=advice, instead=instead)


COLON = "a value behind a colon"
OF_COLON = ("a value is given with `=`: write", "leave `:` out: write `output")
"""How the help begins about values that stand behind a `:`."""

HABITS = (
    "there are no semicolons",
    "a comment begins with `#`",
    "leave this line out: layers",
    "leave this line and its braces out: nothing is entered",
    "layers stand behind arrows, with what",
    "words of the language are written small",
    "there is no `self`: write",
    *OF_COLON,
)
"""How the help begins of what is wrong in many lines or in none."""

_CLOSERS = {"(": ")", "[": "]", "{": "}"}


def closer(bracket: str) -> str:
    """What closes a bracket, or one of a wide script that stands for it (`（`)."""
    if not bracket.isascii():
        from unicodedata import normalize

        bracket = normalize("NFKC", bracket)
    return _CLOSERS[bracket]


_DOTS = "it stands for what is yours to write: a value, `8` for instance, or the lines of a body"

_STRAY = {
    "|>": "an arrow is written `->`",
    "%>%": "an arrow is written `->`",
    "^": "a power is written `**`",
    ";": "there are no semicolons: one statement stands on one line",
    "\\": "leave it out: a line goes on where the next one begins with `->`, and inside brackets",
    "&": "write `and`",
    "|": "write `or`",
    "&&": "write `and`",
    "||": "write `or`",
    "!": "write `not`",
    "…": _DOTS,
}
