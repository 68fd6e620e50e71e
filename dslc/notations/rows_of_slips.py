"""Names, heads and arrows as people write them who have just begun.

In: nothing.  Out: a row each, the first of which that leads to a right text is taken (see `rephrased`).
"""

from __future__ import annotations

from dslc.diagnostics.vocabulary.layers import MERGES
from dslc.notations import first_heads, first_stages
from dslc.notations.rephrasing import row

_LAYER = r"[A-Z]\w*(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?"
_MERGES = "|".join(MERGES.values())
_CHAIN = rf"{_LAYER}(?:[ ]*->[ ]*{_LAYER})*"
_BEFORE = r"(?P<before>(?:output[ ]+)?(?:\w+[ ]*=[ ]*)?)"
_SHAPE = r"\((?:[^()]|\([^()]*\))*\)"

ROWS = (
    row(
        r"(?P<before>.*?\w.*?)[ ]*->[ ]*(?:linear|identity)(?:\(\))?(?=[ ]*(?:->|\}|$))(?P<behind>.*)",
        "{before}{behind}",
        "a layer has no activation until it is given one",
        codes=("DSL202", "DSL201"),
    ),
    row(
        rf"{_BEFORE}\(?[ ]*(?P<values>\w+(?:[ ]*&[ ]*\w+)+)[ ]*\)?(?P<behind>[ ]*->.*)",
        first_stages.joined,
        "what is merged stands in a list",
        codes=("DSL106",),
        is_last=True,
    ),
    row(
        r"input[ ]+(?P<name>[A-Za-z]\w*(?:[ ]+\w+|-\w+)+)[ ]*(?P<rest>:.*)?",
        first_heads.in_one_word,
        "a name is one word",
        codes=("DSL101",),
    ),
    row(
        r"(?:output[ ]+|shared[ ]+)?(?P<name>[A-Za-z]\w*(?:[ ]+\w+)+|[A-Za-z]\w*(?:-\w+)+|\d\w*|[\"'][A-Za-z][\w -]*[\"'])[ ]*=(?!=)(?P<rest>.*)",
        first_heads.in_one_word,
        "a name is one word of letters, digits and `_`, and does not begin with a digit",
        codes=("DSL101", "DSL109", "DSL115"),
        is_last=True,
    ),
    row(
        r"(?:input|param(?:eter)?|hyperparam(?:eter)?|arg(?:ument)?|setting|config|option)s?[ ]+(?P<given>\w+[ ]*=[ ]*[^=(].*)",
        first_heads.as_parameter,
        "what differs from use to use is a parameter, in the head",
        codes=("DSL101", "DSL107"),
    ),
    row(
        r"input[ ]+\w+(?P<given>(?:[ ]*,[ ]*\w+)+)",
        first_heads.as_parameters,
        "what a block is given in brackets are parameters, in its head",
        codes=("DSL101",),
    ),
    row(
        r"(?P<head>(?:model|block|fn|def)[ ]+\w+[ ]*)\((?P<given>(?:[^()]|\([^()]*\))+)\)(?P<rest>.*)",
        first_heads.untyped,
        "a parameter has no type",
        codes=("DSL101",),
    ),
    row(
        r"(?:outputs?|Output|return)[ ]*;?",
        "output {flow}",
        "an output says what comes out",
        text="behind `{line}` stands no value",
    ),
    row(
        r"input[ ]+(?P<name>\w+)[ ]*:[ ]*\((?P<sizes>.*?)[ ]*,[ ]*[\"']?(?P<dtype>u?int\d+|b?float\d+|bool|string)[\"']?[ ]*\)",
        first_heads.with_dtype,
        "a dtype stands behind the shape",
        codes=("DSL387", "DSL201", "DSL202"),
        is_last=True,
    ),
    row(
        rf"{_BEFORE}(?P<chain>\w+.*[^-<=>]-[ ]*{_LAYER}.*)",
        first_stages.with_shafts,
        "an arrow is written `->`, and a difference `x - (x -> …)`",
        text="`-` subtracts, and no data flows along it",
        codes=("DSL208",),
    ),
    row(
        r"use[ ]+(?P<names>\w+(?:[ ]*,[ ]*\w+)*)[ ]+from[ ]+[\"'].*[\"']",
        first_heads.of_keras,
        "Keras's layers are there without a `use`",
        codes=("DSL602", "DSL215"),
    ),
    row(
        r"use[ ]+\w+(?:[ ]*,[ ]*\w+)*[ ]+from[ ]+(?P<file>[\"'][^\"']*[\"'])",
        first_heads.with_end,
        "the name of a file has its end",
        codes=("DSL602",),
    ),
    row(
        r"use[ ]+.*",
        first_heads.by_near_name,
        "it has another name there",
        codes=("DSL215",),
    ),
    row(
        r"(?P<out>\w+)[ ]*,[ ]*(?P<state>[a-z]\w*)[ ]*=[ ]*(?P<rest>.*->[ ]*LSTM\(.*return_state[ ]*=[ ]*True.*)",
        first_heads.both_states,
        "an `LSTM` has two states",
        codes=("DSL385",),
    ),
    row(
        rf".*(?:{first_stages.ARROWS}).*",
        first_stages.with_usual_arrows,
        "an arrow is written `->`",
        codes=("DSL101", "DSL106", "DSL208", "DSL119"),
    ),
    row(
        r"(?P<out>\w+)[ ]*,[ ]*\((?P<states>\w+(?:[ ]*,[ ]*\w+)*)\)[ ]*=[ ]*(?P<rest>.*->.*)",
        "{out}, {states} = {rest}",
        "what a layer gives stands in a row",
        codes=("DSL385",),
    ),
    row(
        r"(?P<kept>\w+[ ]*,[ ]*\w+)[ ]*,[ ]*(?P<left>[a-z]\w*)[ ]*=[ ]*(?P<rest>.*->[ ]*GRU\(.*)",
        first_heads.one_state,
        "a `GRU` has one state",
        codes=("DSL385",),
    ),
    row(
        r"(?P<line>.*->.*?)[ ]+where[ ]+(?P<name>[a-z]\w*)[ ]*(?:=|is)[ ]*(?P<value>[\w.\"]+)",
        "{name} = {value}\n{line}",
        "a name is given its value in a line of its own, above",
        codes=("DSL101",),
    ),
    row(
        r".*\b[A-Z]\w*\(\{[^{}]+\}\).*",
        first_stages.with_names,
        "an argument is written with its name and `=`",
        codes=("DSL305", "DSL201", "DSL302"),
    ),
    row(
        rf"(?P<word>output[ ]+|\w+[ ]*=[ ]*)(?P<values>[a-z]\w*(?:[ ]*,[ ]*[a-z]\w*)+)[ ]*->[ ]*(?P<rest>(?:{_MERGES})\b.*)",
        "{word}[{values}] -> {rest}",
        "what is merged stands in a list",
        codes=("DSL411", "DSL402", "DSL385"),
    ),
    row(
        rf"(?P<word>output[ ]+|\w+[ ]*=[ ]*)(?P<layers>{_LAYER}(?:[ ]*->[ ]*{_LAYER})*)[ ]*->[ ]*(?P<name>[a-z]\w*)",
        first_stages.turned_round,
        "data flows from left to right, and begins with a value",
        codes=("DSL207",),
    ),
    row(
        rf"{_BEFORE}\((?P<layers>{_LAYER}(?:[ ]*[.∘][ ]*{_LAYER})+)\)[ ]*\(?(?P<name>[a-z]\w*)\)?",
        first_stages.turned_round,
        "data flows from left to right, and begins with a value",
        codes=("DSL101", "DSL106", "DSL119", "DSL120", "DSL216", "DSL211"),
    ),
    row(
        r"(?P<before>.*\b(?:axis|axes|dims)[ ]*=[ ]*)[\"'](?:last|channels?|features?|-1)[\"'](?P<behind>.*)",
        "{before}-1{behind}",
        "an axis is a number, the last one is -1",
        codes=("DSL305", "DSL456", "DSL458"),
    ),
    row(
        r"(?P<before>.*\b(?:axis|axes|dims)[ ]*=[ ]*)[\"'](?:time|steps?|sequence|tokens?|words?|length|rows?|height)[\"'](?P<behind>.*)",
        "{before}1{behind}",
        "an axis is a number, the first one behind the batch is 1",
        codes=("DSL305", "DSL456", "DSL458"),
    ),
    row(
        r"(?:branch|path|tower|stream|arm|lane|head)[ ]+\w+[ ]*[{:=].*",
        first_heads.branches,
        "what a branch gives has a name",
        codes=("DSL101", "DSL108"),
    ),
    row(
        rf"(?P<before>.*->[ ]*)(?:residual|skip|shortcut|[Rr]es|Residual|Skip)[ ]*[({{\[][ ]*(?P<chain>{_CHAIN})[ ]*[)}}\]](?P<behind>(?:[ ]*->.*)?[ ]*\}}?)",
        "{before}_ + (_ -> {chain}){behind}",
        "what flows in is `_`, to which the result of the layers is added",
        codes=("DSL101", "DSL202", "DSL210", "DSL216"),
    ),
    row(
        rf"(?P<before>.*->[ ]*)(?:[Pp]arallel|[Bb]ranch(?:es)?|[Ff]ork|split|[Cc]oncurrent|ParallelTable|ConcatTable)[ ]*[({{][ ]*(?P<layers>{_CHAIN}(?:[ ]*,[ ]*{_CHAIN})+)[ ]*[)}}](?P<behind>.*)",
        "{before}[{layers}]{behind}",
        "branches stand in a list behind an arrow",
        codes=("DSL101", "DSL202", "DSL210"),
    ),
    row(
        r"block[ ]*(?P<given>\(.*?\))?[ ]*(?P<rest>[{=].*)",
        "block Part{given} {rest}",
        "a block has a name",
        codes=("DSL101", "DSL109", "DSL107"),
    ),
    row(
        r"(?P<before>.*\b(?P<name>[a-z]\w*))[ ]+(?P<value>[\w.]+)(?P<behind>[,)].*)",
        first_stages.called,
        "what a function is given stands in brackets",
        codes=("DSL101",),
    ),
    row(
        rf"(?P<before>.*->[ ]*)\(?(?P<test>(?:not[ ]+)?[a-z]\w*)[ ]+and[ ]+(?P<stage>{_LAYER})\)?(?P<behind>(?:[ ]*->.*)?[ ]*\}}?)",
        "{before}{stage} if {test} else _{behind}",
        "a condition inside a line says what happens otherwise, too",
        codes=("DSL208",),
    ),
    row(
        rf"(?P<word>output[ ]+|\w+[ ]*=[ ]*)(?P<flow_in>[a-z]\w*(?:[ ]*->[ ]*{_LAYER})*?)[ ]*->[ ]*\([ ]*(?P<name>[a-z]\w*)[ ]*=[ ]*(?P<layer>{_LAYER})[ ]*\)(?P<behind>(?:[ ]*->.*)?[ ]*\}}?)",
        "{name} = {flow_in} -> {layer}\n{word}{name}{behind}",
        "a name is given its value in a line of its own",
        codes=("DSL389", "DSL101", "DSL206", "DSL110"),
    ),
    row(
        rf"{_BEFORE}(?P<one>[a-z]\w*)[ ]+(?:\.|·|⋅|•)[ ]+(?P<two>[a-z]\w*)(?P<behind>(?:[ ]*->.*)?[ ]*\}}?)",
        "{before}[{one}, {two}] -> Dot(axes=-1){behind}",
        "a product of vectors is a layer",
        codes=("DSL211", "DSL106", "DSL120"),
    ),
    row(
        r"(?P<before>.*?)\|(?P<value>[^|>]+)\|(?P<behind>.*)",
        "{before}ops.abs({value}){behind}",
        "a size without its sign is `ops.abs`",
        codes=("DSL106",),
        is_last=True,
    ),
    row(
        rf"input[ ]+(?P<name>\w+)[ ]*:[ ]*(?P<shape>{_SHAPE})[ ]*,?[ ]*(?P<given>(?:batch_size|sparse|ragged|optional)[ ]*=.*)",
        "input {name} = Input({shape}, {given})",
        "what more is said of an input stands in an `Input(…)`",
        codes=("DSL101",),
    ),
    row(
        r".*\bMultiHeadAttention\(.*\b(?:d_model|embed_dim|hidden_size|model_dim)[ ]*=[ ]*\d+.*",
        first_stages.of_each_head,
        "`key_dim` is the width of each head",
        codes=("DSL301", "DSL302"),
    ),
    row(
        r".*->[ ]*(?:[-+*/]|\[[^\[\]]*:).*",
        first_stages.on_what_comes,
        "what comes along an arrow is `_`",
        codes=("DSL101", "DSL106", "DSL216", "DSL457"),
        is_last=True,
    ),
    row(
        r"(?P<before>.*->[ ]*)(?P<layer>Add|Subtract|Multiply|Divide|Scale|Power|Pow)\([ ]*(?P<value>-?[\d.]+)[ ]*\)(?P<behind>(?:[ ]*->.*)?[ ]*\}?)",
        first_stages.with_number,
        "a number is computed with by its sign, on `_`",
        codes=("DSL303", "DSL202"),
    ),
    row(
        r".*->.*|block[ ]+.*=.*",
        first_stages.function_of_tensors,
        "what is no layer is a function of tensors, on `_`",
        codes=("DSL202",),
    ),
    row(
        rf"(?P<word>output[ ]+|\w+[ ]*=[ ]*)(?P<first>[a-z]\w*(?:[ ]*->[ ]*{_LAYER})*[ ]*->[ ]*{_LAYER})[ ]+as[ ]+(?P<name>[a-z]\w*)(?P<behind>[ ]*->.*)",
        "{name} = {first}\n{word}{name}{behind}",
        "a value has its name in a line of its own",
        codes=("DSL101",),
    ),
    row(
        rf"(?P<word>output[ ]+|\w+[ ]*=[ ]*)(?P<first>[a-z]\w*(?:[ ]*->[ ]*{_LAYER})*)[ ]*->[ ]*(?P<name>[a-z]\w*)[ ]*:[ ]*(?P<layer>{_LAYER})(?P<behind>[ ]*->.*)",
        "{name} = {first} -> {layer}\n{word}{name}{behind}",
        "a value has its name in a line of its own",
        codes=("DSL101", "DSL109"),
    ),
    row(
        rf"(?P<before>.*(?:->|=)[ ]*)(?P<layer>{_LAYER})[ ]*(?:[x×*][ ]*(?P<number>[2-9])|\([ ]*[x×][ ]*(?P<other>[2-9])[ ]*\)|\{{(?P<third>[2-9])\}})(?P<behind>(?:[ ]*->.*)?[ ]*\}}?)",
        first_stages.repeated,
        "layers one after the other are a chain",
        codes=("DSL101", "DSL120", "DSL106"),
    ),
    row(
        r"(?P<before>.*\b(?:TimeDistributed|Bidirectional)\()\[(?P<layers>.+)\](?P<behind>\).*)",
        first_stages.in_a_chain,
        "layers one after the other are a chain",
        codes=("DSL312",),
    ),
    row(
        r"(?P<word>output[ ]+|\w+[ ]*=[ ]*)(?P<value>[a-z]\w*)(?P<middle>\b.*[^\w.])(?:(?:K|tf|torch)\.)?(?:random_normal|randn_like|randn|random\.normal(?=\((?:shape[ ]*=[ ]*)?\())\((?:[^()]|\([^()]*\))*\)(?P<behind>.*)",
        "{word}{value}{middle}random.normal(ops.shape({value})){behind}",
        "noise is drawn by `random`, for each sample",
        codes=("DSL202", "DSL210", "DSL227", "DSL450"),
    ),
    row(
        r".*\b[Cc]onv_?\d[x×]\d\(.*",
        first_stages.with_window,
        "the window is an argument",
        codes=("DSL202",),
    ),
    row(
        r"(?P<before>.*\b[A-Z]\w*\((?:[^()]*,[ ]*)?)(?P<name>[a-z]\w*)[ ]*(?:->|=>|<-)[ ]*(?P<value>[\w.\"']+)(?P<behind>[ ]*[,)].*)",
        "{before}{name}={value}{behind}",
        "an argument is written with its name and `=`",
        codes=("DSL201", "DSL206", "DSL389", "DSL101"),
    ),
    row(
        rf"output[ ]+(?P<name>[a-z]\w*)(?P<chain>(?:[ ]*=[ ]*{_LAYER})+)",
        first_stages.with_arrows,
        "an arrow is written `->`",
        codes=("DSL101",),
    ),
    row(
        rf"{_LAYER},?",
        first_stages.without_commas,
        "layers one after the other are a chain",
        codes=("DSL101", "DSL107", "DSL108", "DSL119"),
    ),
    row(
        r"(?P<head>(?:model|block)[ ]+\w+)[ ]*\((?P<given>.*)\)[ ]*(?:->[ ]*\w+[ ]*)?\{",
        first_heads.inputs_of_head,
        "what flows in stands in the body",
        codes=("DSL101", "DSL212", "DSL217"),
    ),
    row(
        r"(?P<before>.*->[ ]*)(?P<name>[a-z]\w*)(?P<behind>(?:[ ]*->.*)?[ ]*\}?)",
        first_stages.by_name,
        "an activation by its name is a layer",
        codes=("DSL207",),
        is_last=True,
    ),
    row(
        r"for[ ]+(?P<names>\w+[ ]*,[ ]*\w+)[ ]+in[ ]+(?P<values>\{.*?\}|\w+)[ ]*\{(?P<rest>.*)",
        "for {names} in items({values}) {{{rest}",
        "keys with their values are the `items` of a dictionary",
        codes=("DSL385",),
        is_last=True,
    ),
    row(
        r"(?P<head>(?:model|block|fn)[ ]+\w+[ ]*\((?:.*,[ ]*)?\w+[ ]*=[ ]*)(?P<values>[\d.]+(?:[ ]*,[ ]*[\d.]+)+)(?P<behind>[ ]*[,)].*)",
        "{head}[{values}]{behind}",
        "a list stands in square brackets",
        codes=("DSL101",),
    ),
    row(
        r"(?P<word>\w+[ ]*=[ ]*|output[ ]+)(?P<base>[a-z]\w*)\.get_layer\((?:name[ ]*=[ ]*)?(?P<name>[\"'][^\"']*[\"'])\)\.output(?P<behind>.*)",
        first_stages.tapped,
        "what is inside a model is looked into by `taps`",
        codes=("DSL211", "DSL210"),
    ),
    row(
        r".*\binitial_state[ ]*=[ ]*\[?(?P<state>[a-z]\w*)\]?\).*->[ ]*LSTM\(.*",
        first_heads.states_of_last,
        "an `LSTM` has two states, which it gives where it is asked",
        codes=("DSL417",),
    ),
    row(r"end(?:\w+)?[ ]*;?", "}}", "a body ends with its brace", codes=("DSL107", "DSL102", "DSL201")),
    row(
        r"(?P<name>[a-z]\w*)\[[^\[\]]+\][ ]*=(?!=)[ ]*(?P<value>.+)",
        "{name} += [{value}]",
        "a list takes another value at its end",
        codes=("DSL381",),
        is_last=True,
    ),
    row(
        r"(?P<before>.*?)[ ]*->[ ]*(?:None|null|nil|pass)\b(?P<behind>(?:[ ]*->.*)?)",
        "{before}{behind}",
        "where nothing is done, nothing stands",
        codes=("DSL206", "DSL201", "DSL202"),
        is_last=True,
    ),
    row(
        r"(?P<before>.*\b(?P<name>[a-z]\w*))[ ]*->[ ]*(?P=name)\b(?P<behind>[ ]*->.*)",
        "{before}{behind}",
        "a value flows on by itself",
        codes=("DSL207",),
    ),
    row(
        r"(?P<before>.*[(,][ ]*)[\"'](?P<name>[a-z_]\w*)[\"'][ ]*=(?!=)[ ]*(?P<rest>.*)",
        "{before}{name}={rest}",
        "the name of an argument stands without quotes",
        codes=("DSL101",),
    ),
    row(
        r"input[ ]+(?P<name>\w+)[ ]*:[ ]*(?P<dtype>u?int(?:8|16|32|64)|b?float(?:16|32|64)|bool|string)",
        "input {name}: (1,) {dtype}",
        "a dtype stands behind a shape, which is `(1,)` for one number of each sample",
        codes=("DSL201", "DSL387"),
    ),
    row(
        r"(?P<before>.*\b(?:Bidirectional|TimeDistributed)\([A-Z]\w*\([^()]+)\)[ ]*,[ ]*(?P<given>\w+[ ]*=[ ]*[^(),]+(?:,[ ]*\w+[ ]*=[ ]*[^(),]+)*)\)(?P<behind>.*)",
        "{before}, {given})){behind}",
        "it is an argument of the inner layer",
        codes=("DSL301",),
    ),
    row(
        r"(?P<before>.*\b(?:Resizing|CenterCrop|RandomCrop)\()[(\[](?P<sizes>\w+[ ]*,[ ]*\w+)[)\]](?P<behind>.*)",
        "{before}{sizes}{behind}",
        "height and width are two arguments",
        codes=("DSL302", "DSL305"),
    ),
    row(
        r"(?P<before>.*\b)(?P<one>\w+)[ ]*=[ ]*(?P<first>[\"']\w+[\"'])(?P<middle>[ ]*,[ ]*)(?P<two>\w+)[ ]*=[ ]*(?P<second>[\"']\w+[\"'])(?P<behind>.*)",
        "{before}{one}={second}{middle}{two}={first}{behind}",
        "each of the two has the value of the other",
        codes=("DSL491", "DSL308"),
    ),
    row(
        r"(?P<before>.*->.*?)[ ]*->[ ]*(?:Adam\w*|SGD|RMSprop|Adagrad|Nadam|Lion|\w*[Cc]rossentropy|MeanSquaredError|MeanAbsoluteError|\w+Loss|Accuracy|compile|fit|train|evaluate|predict)\b(?:\((?:[^()]|\([^()]*\))*\))?",
        "{before}",
        "training stays in the Python that imports the model",
        codes=("DSL202",),
    ),
    row(
        r"(?P<before>(?:output[ ]+)?(?:\w+[ ]*=[ ]*)?)(?P<first>[a-z]\w*)\.(?:add|plus)\([ ]*(?P<second>[a-z]\w*)[ ]*\)(?P<behind>.*)",
        "{before}{first} + {second}{behind}",
        "tensors are computed with by signs",
        codes=("DSL211",),
    ),
    row(
        r"input[ ]*(?:->|=>|<-)[ ]*(?P<rest>[a-z]\w*[ ]*:.*)",
        "input {rest}",
        "an input stands right behind its word",
        codes=("DSL101", "DSL107"),
    ),
    row(
        rf"(?P<name>{first_heads.WORDS})[ ]*=(?!=).*",
        first_heads.in_no_word,
        "a word of the language is no name",
        codes=("DSL101",),
    ),
)
