"""Lines that are said in another way, of which these rows say more than others do: they are tried before all others.

In: nothing.  Out: a row each, the first of which that leads to a right text is taken (see `rephrased`).
"""

from __future__ import annotations

from dslc.notations import (
    between_files,
    first_heads,
    given_to_layers,
    made_before,
    numbers_and_places,
    one_line_too_many,
    said_early,
)
from dslc.notations.commas import GIVEN
from dslc.notations.rephrasing import row

_LAYER = rf"[A-Z]\w*(?:\({GIVEN}\))?"

ROWS = (
    row(
        r"inputs?[ ]*:[ ]*(?P<name>[a-z]\w*)?[ ]*:?[ ]*(?P<shape>\([\d, ]+\))",
        first_heads.layers_under_names,
        "data goes from layer to layer along arrows",
        codes=("DSL101",),
    ),
    row(
        r".*\w.*",
        given_to_layers.of_a_list,
        "what is merged comes along the arrow",
        codes=("DSL389", "DSL210"),
    ),
    row(
        r".*\w.*",
        numbers_and_places.all_of_them,
        "what flows in comes along the arrow, all of it in one pair of brackets",
        codes=("DSL210", "DSL382", "DSL389"),
    ),
    row(
        rf".*\b(?:{numbers_and_places.MATH})\(.*",
        numbers_and_places.of_numbers,
        "functions of numbers are under `math.`",
        codes=("DSL202", "DSL210"),
    ),
    row(
        r"(?P<before>.*?)\b(?P<name>[a-z]\w*)\.(?P<function>max|min|sum)\(\)(?P<behind>.*)",
        "{before}{function}({name}){behind}",
        "what a list comes to is asked by a function",
        codes=("DSL211",),
    ),
    row(
        r"output[ ]+(?P<name>\w+)[ ]*:[ ]*(?P<activation>relu|softmax|sigmoid|tanh|linear|gelu|elu|selu|softplus)[ ]*=[ ]*(?P<value>.*)",
        'output {name} = {value} -> Activation("{activation}")',
        "an activation is a stage of its own, and behind a colon stands a shape",
        codes=("DSL201",),
    ),
    row(
        r"output[ ]+(?P<name>\w+)[ ]*:[ ]*\((?P<size>\w+),\)",
        "output {name}: ({size},) = {flow} -> Dense({size})",
        "an output has a value, behind `=`",
        codes=("DSL201",),
    ),
    row(
        r"(?P<before>.*\([ ]*\w+[ ]*,[ ]*initial_state[ ]*=[ ]*)(?P<states>\w+(?:[ ]*,[ ]*\w+)+)(?P<behind>[ ]*\)[ ]*->.*)",
        "{before}[{states}]{behind}",
        "states stand in a list",
        codes=("DSL113",),
    ),
    row(
        r"(?P<before>(?:for|if|else if)[ ]+[^{]*?)[ ]*(?:->|=>)[ ]*\{(?P<behind>.*)",
        "{before} {{{behind}",
        "a body stands in braces, without an arrow",
        codes=("DSL101",),
    ),
    row(
        rf"(?P<name>\w+)[ ]*=[ ]*(?P<flow_in>\w+(?:[ ]*->[ ]*{_LAYER})*)[ ]*->[ ]*for[ ]+(?P<loop>\w+[ ]+in[ ]+[^{{}}]+?)[ ]*\{{[ ]*(?:->[ ]*)?(?P<chain>[A-Z][^{{}}]*?)[ ]*\}}",
        "{name} = {flow_in}\nfor {loop} {{ {name} = {name} -> {chain} }}",
        "a loop is a line of its own",
        codes=("DSL101",),
    ),
    row(
        r"(?P<before>.*?)(?<![\w.])(?:concat|concatenate|cat)\((?P<given>[\[a-z].*)",
        "{before}ops.concatenate({given}",
        "a function of tensors is under `ops.`",
        codes=("DSL202",),
    ),
    row(
        r".*\baxis[ ]*=[ ]*-?\d.*",
        numbers_and_places.on_the_axis_that_fits,
        "",
        codes=("DSL401", "DSL461"),
        fits=True,
    ),
    row(
        r"(?P<before>.*?)\b(?P<one>\w+)\.shape[ ]*(?P<sign>==|!=)[ ]*(?P<other>\w+)\.shape\b(?P<behind>(?![\[.]).*)",
        "{before}{one}.shape[1:] {sign} {other}.shape[1:]{behind}",
        "the batch is known only in the call, all other sizes before",
        codes=("DSL398", "DSL399", "DSL384"),
    ),
    row(
        r"(?P<output>output[ ]+\w+[ ]*=[ ]*[^{}]*?)[ ]+if[ ]+(?P<test>[^{}]+?)",
        said_early.output_in_one_way,
        "an output that is there in one way only stands in the body of an `if`",
        codes=("DSL101",),
    ),
    row(
        r"(?:model|block|fn)[ ]+\w+\(.*[A-Za-z]\w*-[A-Za-z]\w*.*",
        first_heads.in_one_word_of_head,
        "a name is one word of letters, digits and `_`",
        codes=("DSL101",),
    ),
    row(
        r".*",
        one_line_too_many.brace_too_many,
        "`}}` above closes two bodies, of which one goes on",
        codes=("DSL107", "DSL109"),
    ),
    row(
        rf"(?P<flow>[a-z]\w*)[ ]*->[ ]*(?P<layer>{_LAYER})[ ]*(?:=>|->|:)[ ]*[\[(]?[ ]*(?P<names>[a-z]\w*(?:[ ]*,[ ]*[a-z]\w*)+)[ ]*[\])]?",
        made_before.each_named,
        "a name stands before its value, `=` between them",
        codes=("DSL101", "DSL202", "DSL108"),
    ),
    row(
        rf"(?P<before>.*?)(?<![\w.])(?P<flow>[a-z]\w*)[ ]*->[ ]*(?P<name>[A-Z]\w*)\((?P<given>{GIVEN})\)(?P<behind>.*)",
        given_to_layers.beside_what_flows,
        "what flows in comes along the arrow, all of it in one pair of brackets",
        codes=("DSL382",),
        fits=True,
    ),
    row(
        r"(?P<word>output[ ]+|\w+(?:[ ]*,[ ]*\w+)*[ ]*=[ ]*)(?P<values>[a-z]\w*(?:[ ]*,[ ]*[a-z]\w*)+)[ ]*->[ ]*(?P<rest>[A-Z]\w*.*)",
        "{word}({values}) -> {rest}",
        "what flows in comes along the arrow, all of it in one pair of brackets",
        codes=("DSL302",),
        fits=True,
    ),
    row(
        r"(?P<before>.*?)(?<![\w.])(?P<flow>[a-z]\w*)(?P<behind>[ ]*->[ ]*[A-Z]\w*.*)",
        given_to_layers.with_the_idle_input,
        "what flows in comes along the arrow, all of it in one pair of brackets",
        codes=("DSL302",),
        fits=True,
    ),
    row(
        rf"shared[ ]+(?P<name>\w+)[ ]*=[ ]*\[[ ]*(?P<layers>{_LAYER}(?:[ ]*,[ ]*{_LAYER})+)[ ]*,?[ ]*\]",
        given_to_layers.shared_in_turn,
        "layers one behind the other stand between arrows",
        codes=("DSL216",),
        fits=True,
    ),
    row(
        r"(?P<before>.*?)(?<![\w.])(?P<name>[A-Za-z_]\w*)\.(?:length|size|count)\b(?P<behind>(?!\().*)",
        "{before}len({name}){behind}",
        "how many a list holds is asked by a function",
        codes=("DSL211",),
    ),
    row(
        r"(?:model|block)[ ]+(?P<name>[A-Za-z]\w*(?:[ ]+[A-Za-z]\w*)+)[ ]*[({=].*",
        first_heads.item_in_one_word,
        "a name is one word",
        codes=("DSL101",),
    ),
    row(
        r".*\].*->.*",
        given_to_layers.spread,
        "the values of a list stand behind a star",
        codes=("DSL411",),
        fits=True,
    ),
    row(
        r".*\blinspace\(.*",
        numbers_and_places.spaced,
        "numbers that are known are a list",
        codes=("DSL227", "DSL210", "DSL382"),
    ),
    row(
        r".*\brange\(.*\..*",
        numbers_and_places.each_part,
        "`range` holds whole numbers, and a list any",
        codes=("DSL381",),
    ),
    row(
        r".*\w.*",
        said_early.under_one_name,
        "what a choice gives has one name on all ways",
        codes=("DSL205",),
    ),
    row(
        r"for[ ]+(?P<name>[a-z]\w*)[ ]+in[ ]+.*\{.*",
        between_files.by_places,
        "what a list holds has no names, and a loop takes it apart",
        codes=("DSL211",),
    ),
    row(
        r"for[ ]+(?P<key>\w+)[ ]*,[ ]*(?P<rest>\w+(?:[ ]*,[ ]*\w+)+)[ ]+in[ ]+(?:(?P<name>\w+)\.items\(\)|items\((?P<other>\w+)\))[ ]*\{(?P<behind>.*)",
        "for {key}, ({rest}) in items({name}{other}) {{{behind}",
        "what comes side by side in each turn stands in brackets",
        codes=("DSL211", "DSL385"),
    ),
    row(
        r"(?:self\.)?add_metric\(.*\)",
        "",
        "metrics stay in the Python that trains the model",
        codes=("DSL210", "DSL202"),
    ),
    row(
        r"(?P<before>.*[(,][ ]*)\.\.\.[ ]*(?P<name>[A-Za-z_]\w*)(?P<behind>[ ]*[,)].*)",
        "{before}**{name}{behind}",
        "two stars hand over what is in a dictionary",
        codes=("DSL101", "DSL106"),
    ),
    row(
        r"(?P<before>.*->[ ]*)(?P<function>max|min|sum|mean|abs|round|any|all)\([ ]*(?P<given>axis[ ]*=[^()]*|keepdims[ ]*=[^()]*)?\)(?P<behind>(?:[ ]*->.*)?[ ]*\}?)",
        "{before}ops.{function}(_, {given}){behind}",
        "a function of tensors is under `ops.`, and what comes along is `_`",
        codes=("DSL206", "DSL202", "DSL216"),
    ),
    row(
        r"(?P<before>(?:if|else if)[ ]+.*?\b[a-z]\w*)\.(?:lower|upper|strip|casefold)\(\)(?P<behind>[ ]*(?:==|!=|in\b).*)",
        "{before}{behind}",
        "a string is compared as it is written",
        codes=("DSL211",),
    ),
    row(
        r".*->[ ]*\w+.*",
        made_before.chosen_there,
        "a choice stands at the arrow",
        codes=("DSL207",),
    ),
    row(
        r"(?P<head>(?:model|block)[ ]+\w+)[ ]*\((?P<given>[^()]+)\)(?P<rest>.*)",
        made_before.all_are_layers,
        "a parameter that data flows into is declared to be a layer",
        codes=("DSL236",),
    ),
)
