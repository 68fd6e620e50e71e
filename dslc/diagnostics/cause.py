"""Why something is wrong, for whoever tells what follows from it. A cause is never printed: words may change, and it stays.

Most messages need none: their code says it. These are kinds of one code that explain other mistakes, or are explained by them.
"""

from __future__ import annotations

from enum import Enum, auto


class Cause(Enum):
    """What a diagnostic is about, more closely than its code."""

    OUTSIDE = auto()  # a line that stands outside of every body
    IN_CONSTANT = auto()  # a layer or model in what looks like a constant
    WORDLESS = auto()  # a body behind a word that is none of the language: nobody knows what its lines mean
    LINES_GO = auto()  # lines that are of no use, to the end of the file
    NAMELESS = auto()  # a line whose name is lost, and with it its value
    BRACELESS = auto()  # a body without its `{`
    COMMENT = auto()  # a comment as C writes it
    BRANCHES = auto()  # `||` between branches
    COMMA = auto()  # a comma at the end of a line
    DECLARED = auto()  # a layer that a line declares
    CHOICE = auto()  # a choice that is written with another word than `if`
    ELSE_IF = auto()  # `elif`
    ELSE = auto()  # an `else` that follows no `if`
    QUOTES = auto()  # a word without its quotes
    KEY = auto()  # the same of the key of an entry
    TYPE = auto()  # the type of another language behind a parameter
    OWN_CALL = auto()  # a method of a class of Python
    SELF = auto()  # an attribute of `self`
    RETURN = auto()  # a result that is given as Python does it
    IN_TURN = auto()  # a loop through layers, which are made where they are used
    ELSEWHERE = auto()  # a name that another body has
    NEAR = auto()  # a name beside which there is one that is almost the same
    TOLD = auto()  # a name of which the help says what is meant
    BELOW = auto()  # a name that is given its value further down
    WEIGHTS = auto()  # values of weights, which Python gives
    CALL = auto()  # what a layer is given in its call, not when it is made
    PARAMETER = auto()  # a parameter whose name something else has
    NO_INPUT = auto()  # a block without an input; its `names` are parameters that are meant as such
    FN = auto()  # a block that is meant as a `fn`
    RECIPE = auto()  # a plain name for a layer
    LAYER = auto()  # a layer in the place of a value
    EMPTY = auto()  # a list with nothing in it
    NO_TENSORS = auto()  # an output of a record, a list or a layer
    NO_RECORD = auto()  # a field of what has none
    NO_FIELD = auto()  # a field that a record does not have
    UNTAKEN = auto()  # a layer that a line takes from another file which does not say its name
    UNSAID = (
        auto()
    )  # a line that takes from another file and does not say what; its one name is that of the file
    TRAINING = auto()  # a line of a training script
    MADE = auto()  # what a line does to a layer that is under a plain name, and how that is made instead
    SHARE = auto()  # a number that is to be a share of the whole, 1 at most
    CHAIN = auto()  # a line of a chain without its arrow
    ARROW = auto()  # an argument of a layer that its call takes, along the arrow
    FORMER = auto()  # an argument as another library, or an older Keras, has it
    NO_PARAMETERS = auto()  # arguments for a block that declares no parameters
    SLASH = auto()  # a `/` in the name of a layer
