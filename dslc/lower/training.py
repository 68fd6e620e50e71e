"""Which models have something in them that does another thing in training than in use.

In: a program and a model.  Out: whether `fit` has to tell it that it trains. Keras tells that a model of one's own only where its
`call` takes `training`, and hands it on to all layers inside by itself; Functional and Sequential models always take it.

    model M { input x: (8,)  output x -> Dropout(0.5) }      def call(self, x, training=None):
"""

from __future__ import annotations

from dslc.keras.applications import PREFIX
from dslc.keras.training import differs
from dslc.lower.arguments import given_names
from dslc.lower.wanted import needed
from dslc.program import nodes as p
from dslc.program.traversal import walk


def trains_otherwise(module: p.Module, model: p.Block) -> bool:
    """Whether anything in a model asks whether it trains, as far as the program says it: what Python gives it, it may be."""
    if any(each.layer for each in model.parameters):
        return True
    return any(asks_itself(node) for item in needed(module, [model]).values() for node in walk(item))


def says_another(node: object) -> bool:
    """Whether a node calls something with another `training` than what stands around it has."""
    return isinstance(node, p.CallArguments) and any(
        each.name == "training" and not (isinstance(each.value, p.Local) and each.value.kind == "training")
        for each in node.keywords
    )


def asks_itself(node: object) -> bool:
    """Whether a node asks whether it trains, or makes what does."""
    match node:
        case p.Local(_, _, "training") | p.MakeLayer(_, p.ExternRef(function=False)):
            return True
        case p.MakeLayer(_, p.KerasLayer(name)):
            return name.startswith(PREFIX) or differs(name, given_names(node, name))
        case _:
            return False
