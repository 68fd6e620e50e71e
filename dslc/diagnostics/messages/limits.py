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
    ranges and lists of more than 100,000 elements, and numbers of more than 300 digits.

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
def recursion(path: str) -> Says:
    """A block, model or fn uses itself, directly or through others, so it would never end.

    A model is a finite graph of layers: repeat a block with `for`, not by letting it use itself. A `fn` may use itself
    no more than 100 calls deep.

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
    return Says(f"this would never end: {path}", help="repeat a block with `for`")
