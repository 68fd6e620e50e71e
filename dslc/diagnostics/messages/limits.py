"""DSL7xx: sources that ask for more than a model could need, refused instead of hanging."""

from __future__ import annotations

from dslc.diagnostics.messages.catalogue import Says, message


@message("DSL701", "nesting")
def nesting(limit: int) -> Says:
    """Brackets, braces or operators stand inside each other more deeply than any model needs.

    `dslc` reads at most 100 brackets and braces inside each other. Text that nests deeper is nearly always made by a
    program that went wrong. Give the inner parts names of their own.

    ```kdl wrong
    model Deep {
        input x: (4,)
        output x -> Dense((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((4))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
    }
    ```
    ```kdl right
    model Shallow {
        input x: (4,)
        output x -> Dense((4))
    }
    ```
    """
    return Says(
        f"this is nested more than {limit} levels deep", help="give the inner parts names of their own"
    )


@message("DSL702", "too-large")
def too_large(what: str, limit: str) -> Says:
    """A number, a range or a list is larger than any model needs.

    The checker follows every turn of a loop and holds every list, so it refuses sizes that would only make it hang:
    ranges and lists of more than 100,000 elements, lists in lists of more than 200,000 in all, and numbers of more
    than 300 digits.

    ```kdl wrong
    model Endless {
        input x: (4,)
        for i in range(10 ** 9) {
            x = x -> Dense(4)
        }
        output x
    }
    ```
    ```kdl right
    model Three {
        input x: (4,)
        for i in range(3) {
            x = x -> Dense(4)
        }
        output x
    }
    ```
    """
    return Says(f"{what} is too large to follow; the limit is {limit}")


@message("DSL703", "recursion")
def recursion(what: str, instead: str, block: str | None = None) -> Says:
    """A block, model, fn or constant uses itself, directly or through others.

    A model is a finite graph of layers: repeat a block with `for`, not by letting it use itself, also where an `if` would end
    that. Levels inside of each other, as in an hourglass, are a loop down that keeps its values in a list, and a loop back
    through the `reversed` list. A `fn` may use itself no more than 100 calls deep. A constant has one value in the whole file,
    which cannot come from itself: `DEPTH = DEPTH + 2` is no new value of `DEPTH`.

    ```kdl wrong
    block Again(n) = Dense(n) -> Again(n)

    model Endless {
        input x: (4,)
        output x -> Again(4)
    }
    ```
    ```kdl right
    block Once(n) = Dense(n) -> ReLU

    model Repeated {
        input x: (4,)
        for i in range(3) {
            x = x -> Once(4)
        }
        output x
    }
    ```
    """
    return Says(what, help=instead, subject=block)


@message("DSL704", "limit-reached")
def limit_reached(name: str, limit: int, counted: str) -> Says:
    """Following the file takes more than one of its limits allows, so the checker ends there instead of going on for hours.

    A run over one file, with all that it uses, may spend so much of each: `characters` of text (1,000,000), `elements` of
    lists and characters of strings that are made or gone through (5,000,000), `turns` of loops (200,000), `calls` of
    blocks, models and fns (15,000), `layers` and tensor functions in use (30,000), `terms` in the arithmetic of sizes without a
    number (500,000), `diagnostics` (1,000) and `seconds` of the processor (60). Blocks that use others twice, and
    those again others, double with each.

    Nearly always the text was made by a program, or a loop doubles something at every turn. Where it is really meant,
    `--limit NAME=VALUE` raises a limit for one command, and a table `[tool.dslc.limits]` in `pyproject.toml` for a project.

    ```kdl wrong
    fn fib(n) = n if n < 2 else fib(n - 1) + fib(n - 2)

    model Numbers {
        input x: (4,)
        output x -> Dense(fib(40))
    }
    ```
    ```kdl right
    fn fib(n) {
        a = 0
        b = 1
        for i in range(n) {
            a, b = b, a + b
        }
        return a
    }

    model Numbers {
        input x: (4,)
        output x -> Dense(fib(12))
    }
    ```
    """
    return Says(
        f"this takes more than {limit:,} {counted}",
        help=f"if it is meant: `--limit {name}={limit * 10}`, or `{name} = {limit * 10}` in [tool.dslc.limits]",
    )


@message("DSL705", "more-mistakes", "note")
def more_mistakes(number: int, limit: int) -> Says:
    """There are more mistakes in the file than anybody would read at once; errors are told of before everything else.

    Most of them will have one cause: a file that is no model text, a program that wrote it, a line that is repeated. Repair
    the first ones and look again. `--limit diagnostics=NUMBER` shows more of them (the default is 1,000 a file), and
    `diagnostics = NUMBER` in a table `[tool.dslc.limits]` of `pyproject.toml` does so for a project.
    """
    return Says(
        f"{number:,} more from here on are not shown",
        help=f"`--limit diagnostics={limit + number}` shows all of them",
    )
