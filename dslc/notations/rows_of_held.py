"""Layers that are held by lists, texts, blocks and bodies, and taken out of them in another way than here, a row each.

In: nothing.  Out: a row each, the first of which that leads to a right text is taken (see `rephrased`).
"""

from __future__ import annotations

from dslc.notations import (
    asked_of_python,
    by_number,
    keyed_inputs,
    layer_lists,
    sharing,
    steps_of_samples,
    told_blocks,
)
from dslc.notations.commas import GIVEN
from dslc.notations.rephrasing import row

ROWS = (
    row(
        r".*->[ ]*(?:self\.)?(?P<name>[a-z]\w*)\[.+\](?:[ ]*(?:->|\}).*)?",
        by_number.taken_by_number,
        "make each layer where it is used, with what the layers differ in",
        codes=("DSL207", "DSL227", "DSL210"),
    ),
    row(
        r".*(?<!\w)(?:self\.)?(?P<name>[a-z]\w*)\[[^\[\]]+\]\([a-z]\w*\).*",
        by_number.taken_by_number,
        "make each layer where it is used, with what the layers differ in",
        codes=("DSL207", "DSL227", "DSL210"),
    ),
    row(
        r"(?:self\.)?(?P<name>[a-z]\w*)[ ]*=[ ]*(?:(?:\w+\.)*ModuleList\([ ]*)?\[.+\]\)?",
        by_number.taken_by_number,
        "make each layer where it is used, with what the layers differ in",
        codes=("DSL207", "DSL227", "DSL210"),
    ),
    row(
        r"(?:output[ ]+|return[ ]+|(?P<name>\w+)[ ]*=[ ]*)(?:\w+\.)*(?:Sequential|Model)\([ ]*(?:layers[ ]*=[ ]*)?\*?(?P<list>\w+)[ ]*\)",
        layer_lists.model_of_list,
        "a model is its body: an input, and layers in a chain",
        codes=("DSL202", "DSL210", "DSL227", "DSL212"),
    ),
    row(r"\}", "", "", codes=("DSL103",)),
    row(
        r".*\w\(.*",
        by_number.called,
        "a value of a list or a dictionary is taken in square brackets",
        codes=("DSL216",),
    ),
    row(
        rf".*{asked_of_python.BY_TEXT}.*",
        asked_of_python.by_text,
        "a parameter that is a `layer` is handed one, without quotes",
        codes=("DSL202", "DSL201", "DSL206", "DSL210"),
    ),
    row(
        rf"if[ ]+{asked_of_python.ASKED}[ ]*\{{",
        asked_of_python.of_its_type,
        "the types of parameters are not asked; this is what holds of the value that is there",
    ),
    row(
        rf"(?P<target>\w+)[ ]*=[ ]*(?P<one>.+?)[ ]+if[ ]+{asked_of_python.ASKED}[ ]+else[ ]+(?P<other>.+)",
        asked_of_python.chosen_by_type,
        "the types of parameters are not asked; this is what holds of the value that is there",
    ),
    row(
        r".*\.(?:get_shape\(\)|shape)\.(?:as_list|to_list|tolist|dims)\b.*",
        asked_of_python.as_list,
        "`.shape` is a tuple already",
        codes=("DSL211",),
    ),
    row(
        rf".*->[ ]*[A-Z]\w*\({GIVEN}\).*",
        told_blocks.with_parameter,
        "a block takes what it declares, and hands it on to its layer",
        codes=("DSL301", "DSL303"),
    ),
    row(
        r"shared[ ]+(?P<name>\w+)[ ]*=[ ]*(?P<rest>[A-Z].*)",
        sharing.handed_to_each,
        "each model stands for itself, and is handed the layers that it shares with others: in Python `one = layers.…`, then `Model(one)` for each",
        codes=("DSL107",),
    ),
    row(
        r"input[ ]+(?P<name>[a-z]\w*)[ ]*(?P<rest>[:=].*)",
        keyed_inputs.of_each_turn,
        "the inputs of a loop stand in a record, each under its key",
        codes=("DSL204", "DSL201", "DSL212"),
    ),
    row(
        r".*\w\[[ ]*:[ ]*,[^\[\]:,]+\].*",
        steps_of_samples.taken_at,
        "which step is taken differs from sample to sample",
        codes=("DSL468",),
        fits=True,
    ),
    *(
        row(
            r"(?P<before>.*->[ ]*)(?:\w+\.)*(?:DropPath|StochasticDepth|DropConnect)\([ ]*(?:\w*(?:drop|prob|rate|p)\w*[ ]*=[ ]*)?(?P<rate>[^(),=]+)(?:,[^()]*)?\)(?P<behind>.*)",
            f"{{before}}Dropout({{rate}}, noise_shape=(None, {ones})){{behind}}",
            "whole samples are dropped, which a 1 for each axis behind the batch says",
            codes=("DSL202", "DSL227", "DSL210"),
            fits=True,
        )
        for ones in ("1, 1", "1", "1, 1, 1")
    ),
    row(
        rf"(?P<before>.*->[ ]*[A-Z]\w*\({GIVEN}?),?[ ]*activation[ ]*=[ ]*(?P<function>ops\.\w+)(?P<rest>{GIVEN}?)\)(?P<behind>.*)",
        "{before}{rest}) -> {function}{behind}",
        "a function of tensors is a stage of its own",
        codes=("DSL494",),
        is_last=True,
    ),
)
