"""Words that other languages begin a statement with, and the words of this one that say the same.

In: nothing.  Out: for each word of the language (none for a plain `name = value`) what others write, and why it is another word here.
"""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "if": ("when whenever provided assuming case cond only_if", "a condition is written with `if`"),
    "assert": (
        "require requires ensure ensures expect expects verify check invariant constraint must precondition validate where assume guarantee",
        "what has to hold is said by `assert`",
    ),
    "": (
        "param params parameter hyperparam hyperparameter hparam setting config option arg static final define set local global constant def readonly public private export",
        "a name is given its value with `=` alone",
    ),
    "shared": (
        "share tie tied reuse reused common once singleton siamese same static persistent",
        "one layer for several places is `shared`",
    ),
    "block": (
        "module cell component part layer submodel subnet unit stage section macro template subgraph submodule class struct def function define piece brick",
        "a part of a model is a `block`",
    ),
    "model": (
        "net network graph architecture arch neuralnet nn main program class module def system",
        "a whole network is a `model`",
    ),
    "input": (
        "in inp placeholder takes take accepts accept receive receives feed source data features feature arg argument param expects given entry",
        "what comes in is an `input`",
    ),
    "output": (
        "out outp result results returns return give gives yield yields produce produces emit predict predicts prediction answer send sink target end",
        "what comes out is an `output`",
    ),
    "fn": ("func function def fun proc method lambda let macro sub helper", "a function of numbers is a `fn`"),
    "weight": (
        "variable var tensor kernel bias matrix vector parameter param trainable learnable weights buffer",
        "a weight is declared with `weight`",
    ),
    "loss": ("objective minimize minimise cost penalty criterion add_loss regularize error", "what is added to the loss is a `loss`"),
    "for": ("foreach each loop repeat", "a loop is written with `for`"),
    "use": ("using include import load require open uses", "names of another file are taken with `use`"),
    "extern": ("external native foreign declare custom python pyimport", "what Python makes is declared with `extern`"),
}  # fmt: skip
