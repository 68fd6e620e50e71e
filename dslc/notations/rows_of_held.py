"""Layers that are held by lists, texts, blocks and bodies, and taken out of them in another way than here, a row each.

In: nothing.  Out: a row each, the first of which that leads to a right text is taken (see `rephrased`).
"""

from __future__ import annotations

from dslc.notations import (
    asked_of_python,
    by_number,
    keyed_inputs,
    layer_lists,
    one_line_too_many,
    scanned,
    sharing,
    steps_of_samples,
    told_blocks,
    told_sizes,
)
from dslc.notations.commas import GIVEN
from dslc.notations.rephrasing import row

ROWS = (
    row(
        r"(?P<before>(?:.*\{[ ]*)?)(?P<name>[a-z_]\w*)\.(?:add|put|insert|push_front|concat|emplace_back)\((?P<value>.+)\)(?P<behind>[ ]*\}?)",
        "{before}{name} += [{value}]{behind}",
        "a list takes another value in brackets",
        codes=("DSL211",),
    ),
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
        r".*\w\(.*",
        by_number.function_parameter,
        "what data flows through is a layer, which a parameter says",
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
        r".*?(?<![\w.\"'])(?P<name>[a-z_]\w*)\.[a-z]\w*(?![\w(]).*",
        asked_of_python.results_by_points,
        "a layer with states gives several results, each of which has a name",
        codes=("DSL211",),
    ),
    row(
        r".*\w\.\w.*",
        asked_of_python.entries_by_points,
        "an entry of a dictionary has its key in quotes, in square brackets",
        codes=("DSL211",),
    ),
    row(
        r"extern[ ]+(?:layer|block|class|model)[ ]+(?P<rest>[A-Za-z]\w*.*)",
        "extern {rest}",
        "what is said by `extern` alone is a layer",
        codes=("DSL107",),
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
        r"(?P<head>block[ ]+(?P<name>\w+)[ ]*)\((?P<given>[ ]*in\b[^(){}]*)\)(?P<rest>[ ]*[={].*)",
        told_blocks.without_in,
        "`in` is a word of the language, and Keras finds out itself what comes in",
        codes=("DSL101",),
    ),
    row(
        r"(?P<head>block[ ]+(?P<name>\w+)[ ]*)\((?P<given>[ ]*(?:c_?in|n_?in|in_?\w*|\w+_in)\b[^(){}]*)\)(?P<rest>[ ]*[={].*)",
        told_blocks.without_in,
        "Keras finds out itself what comes in",
        codes=("DSL304", "DSL305", "DSL306", "DSL308"),
    ),
    row(
        r".*->.*",
        told_blocks.data_in_head,
        "what a block works on is its input, and comes along the arrow",
        codes=("DSL302",),
    ),
    row(
        r".*\w.*",
        told_blocks.by_idle_parameter,
        "that is what the parameter is there for",
        codes=("DSL302",),
        fits=True,
    ),
    row(
        r".*\w.*",
        told_blocks.without_quotes,
        "a number stands without quotes",
        codes=("DSL305", "DSL306", "DSL387", "DSL381", "DSL311"),
    ),
    row(
        r"(?P<head>\w+[ ]*=[ ]*|output[ ]+)(?P<chain>[^\[\]{}]*?->[^{}]*?)[ ]+for[ ]+(?P<target>\w+(?:[ ]*,[ ]*\w+)*)[ ]+in[ ]+(?P<values>\[[^\[\]]*\]|(?:range|enumerate|zip)\([^()]*\)|\w+)(?P<behind>(?:[ ]*->.*)?)",
        "{head}[{chain} for {target} in {values}]{behind}",
        "a list of what each turn gives stands in square brackets",
        codes=("DSL101",),
    ),
    row(
        r"(?P<before>.*?)(?:\w+\.)*\bin_(?:train_phase\((?P<one>[^(),]+),[ ]*(?P<other>[^(),]+)|test_phase\((?P<then>[^(),]+),[ ]*(?P<rest>[^(),]+))(?:,[^()]*)?\)(?P<behind>.*)",
        "{before}{one}{rest} if training else {other}{then}{behind}",
        "a block knows by itself whether it is trained",
    ),
    row(
        r"(?P<head>(?:output[ ]+)?[^#]*?->[^#]*?)[ ]*,[ ]*(?:loss|metrics?|loss_weights?|optimi[sz]er|learning_rate|lr)[ ]*=.*",
        "{head}",
        "training stays in the Python that imports the model",
        codes=("DSL101", "DSL106"),
    ),
    row(
        r"\w+\.(?:summary|compile|fit|build|save|save_weights|load_weights|count_params|get_weights|set_weights|evaluate|predict|plot)\(.*\)",
        "",
        "it is a line of the Python that imports the model, and `dslc summary` shows its shapes",
        codes=("DSL211", "DSL210"),
    ),
    row(
        rf"(?P<out>\w+)[ ]*,[ ]*(?P<states>\([ ]*\w+(?:[ ]*,[ ]*\w+)*[ ]*\)|\w+)[ ]*=[ ]*(?P<flow>.*->[ ]*)(?P<layer>LSTM|GRU)\((?P<given>{GIVEN})\)",
        told_sizes.with_unused_states,
        "a layer gives all of its steps where it is asked, and Keras finds out itself how the batch stands",
        codes=("DSL301", "DSL385", "DSL303", "DSL492"),
    ),
    row(
        r"(?P<before>(?:if|else if|assert)[ ]+.*?\b\w+[ ]+(?:not[ ]+)?in[ ]+)(?P<values>[\"'\w]+(?:[ ]*,[ ]*[\"'\w]+)+)[ ]*(?P<behind>\{.*)",
        "{before}[{values}] {behind}",
        "values of a list stand in square brackets",
        codes=("DSL101",),
    ),
    row(
        r".*->.*",
        told_blocks.data_of_extern,
        "what flows in comes along the arrow, and stands in its contract, here with the shape of what comes in",
        codes=("DSL302", "DSL303"),
    ),
    row(
        r"(?:output[ ]|shared[ ]|input[ ]|\w+[ ]*[-+*/]?=|for[ ]|if[ ]|\}).*",
        one_line_too_many.after_arrow,
        "behind an arrow stands a layer, and nothing stands behind this one",
        codes=("DSL101", "DSL102", "DSL103", "DSL107", "DSL110"),
    ),
    row(
        r"block[ ]+(?P<name>\w+).*",
        one_line_too_many.out_of_a_dictionary,
        "an argument is written with its name and `=`",
        codes=("DSL305", "DSL306", "DSL302", "DSL381"),
    ),
    row(
        rf"(?P<names>\w+[ ]*,[ ]*\w+[ ]*=[ ]*)(?P<data>[^()]+?|\[[^()]*\])[ ]*->[ ]*(?P<layer>(?:Additive)?Attention(?:\({GIVEN}\))?)",
        "{names}({data}, return_attention_scores=True) -> {layer}",
        "it gives its scores where it is asked, along the arrow",
        codes=("DSL385",),
        fits=True,
    ),
    row(
        rf"(?P<names>\w+[ ]*,[ ]*\w+[ ]*=[ ]*(?:[^()]+?->[ ]*)?)\((?P<data>{GIVEN})\)[ ]*->[ ]*(?P<layer>(?:MultiHead|GroupQuery)Attention\({GIVEN}\))",
        "{names}({data}, return_attention_scores=True) -> {layer}",
        "it gives its scores where it is asked, along the arrow",
        codes=("DSL385",),
        fits=True,
    ),
    row(
        r".*->.*|.*[-+*/].*",
        one_line_too_many.for_each_sample,
        "what flows beside an input is there for each sample",
        codes=("DSL401", "DSL402", "DSL408", "DSL409", "DSL460"),
        fits=True,
    ),
    row(
        rf"(?P<before>.*?->[ ]*)(?:\w+\.)*Lambda\([ ]*lambda[ ]+(?P<name>\w+)[ ]*:[ ]*(?P<body>(?:[^(),]|\({GIVEN}\))++)(?:,[ ]*(?:name|output_shape|dtype|input_shape|arguments|mask|trainable)[ ]*=(?:[^(),]|\({GIVEN}\))++)+\)(?P<behind>.*)",
        one_line_too_many.as_expression,
        "there is no lambda, an expression in `_` says it",
        codes=("DSL101", "DSL102"),
    ),
    row(
        r"(?P<before>.*?->[ ]*)(?:\w+\.)*Lambda\([ ]*(?P<function>(?:ops|activations)\.\w+)[ ]*(?:,[^()]*)?\)(?P<behind>.*)",
        "{before}{function}{behind}",
        "a function of tensors is a stage itself",
        codes=("DSL313", "DSL450"),
    ),
    row(
        r".*(?<![\w.])(?:\d+(?:\.\d*)?(?:e-?\d+)?|\.\d+)[fFdDlL]\b.*",
        one_line_too_many.without_suffix,
        "a number has no unit",
        codes=("DSL101", "DSL115"),
    ),
    row(
        r"(?:\(?\d+[.):]|\[\d+\]:?)[ ]+.*(?:->|=|:|\{|\}).*",
        one_line_too_many.numbered,
        "lines have no numbers",
    ),
    row(
        r"def[ ]+(?P<name>\w+)\((?:self[ ]*,[ ]*)?(?P<flow>\w+)(?:[ ]*,[ ]*\w+)?\)[ ]*[:{]",
        scanned.as_loop,
        "what goes on from turn to turn is a loop, and what a turn does a block",
    ),
    row(
        r"shared[ ]+(?P<name>\w+)[ ]*=[ ]*(?P<rest>[A-Z].*)",
        sharing.handed_to_each,
        "each model stands for itself, and is handed the layers that it shares with others: in Python `one = layers.…`, then `Model(one)` for each",
        codes=("DSL107",),
    ),
    row(
        r".*\w.*",
        keyed_inputs.keys_of_a_record,
        "a record is gone through by its keys, and `values` are what they lead to",
        codes=("DSL389", "DSL457"),
    ),
    row(
        r".*\w.*",
        keyed_inputs.inputs_by_their_names,
        "a name in quotes is no tensor: inputs that a loop goes through stand in a record, each under its key",
        codes=("DSL389",),
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
