"""Values, names and lists that are one sign or one word away from what is meant, a row each.

In: nothing.  Out: a row each, the first of which that leads to a right text is taken (see `rephrased`).
"""

from __future__ import annotations

from dslc.notations import lists_and_records, small_slips
from dslc.notations.rephrasing import row

ROWS = (
    row(
        r"(?:.*\{[ ]*)?(?P<name>[a-z]\w*)[ ]*\+=[ ]*\[.+",
        lists_and_records.list_of_tensors,
        "what has no keys is a list",
        codes=("DSL381", "DSL457"),
    ),
    row(
        r".*\w\.[a-z]\w*.*",
        lists_and_records.by_keys,
        "an entry of a dictionary is read by its key",
        codes=("DSL211",),
    ),
    row(
        r"(?P<before>.*?)\[(?:(?P<stage>[a-z]\w*)\((?P<value>[a-z]\w*)\)|(?P<flow>[a-z]\w*)[ ]*->[ ]*[a-z]\w*)[ ]+for[ ]+(?P<each>\w+)[ ]+in[ ]+(?P<list>[a-z]\w*)\](?P<behind>.*)",
        lists_and_records.each_model,
        "make each layer where it is used",
        codes=("DSL216", "DSL207", "DSL210"),
    ),
    row(
        rf".*{lists_and_records.METHODS}.*",
        lists_and_records.as_function,
        "what is asked of a list is a function",
        codes=("DSL211",),
        is_last=True,
    ),
    row(
        r".*[\[(].*",
        small_slips.alone,
        "it is one, and no list",
        codes=("DSL492", "DSL305", "DSL308"),
        is_last=True,
    ),
    row(
        r".*\w[ ]*[-+*/@].*",
        small_slips.with_axes,
        "",
        codes=("DSL460",),
        is_last=True,
        fits=True,
    ),
    row(
        r"(?P<head>(?:model|block|fn)[ ]+\w+)[ ]*\((?P<given>[^(){}]*\?[ ]*:[^(){}]*)\)(?P<rest>.*)",
        small_slips.typed,
        "a value needs no type",
        codes=("DSL101", "DSL217"),
    ),
    row(
        rf"(?P<word>input|weight|shared)[ ](?P<name>{small_slips.WORDS})(?=[ ]*[:=]).*",
        small_slips.other_name,
        "it is a word of the language, which no value can be called",
        codes=("DSL101",),
    ),
    row(
        r".*\[[\"'].*",
        small_slips.near_key,
        "",
        codes=("DSL381",),
        is_last=True,
        fits=True,
    ),
    row(
        r".*[A-Z]{2}.*",
        small_slips.idle_constant,
        "the constant of the file has another name",
        codes=("DSL201",),
    ),
    row(
        r".*->[ ]*(?:Conv1D|SeparableConv1D|MaxPooling1D|AveragePooling1D)\(.*",
        small_slips.channels_last,
        "the steps stand before the channels",
        codes=("DSL405",),
        fits=True,
    ),
    row(
        r"(?:flow|connect|pipeline|path|forward|route)[ ]*:?[ ]+(?P<chain>[a-z]\w*[ ]*->.*?)(?:[ ]*->[ ]*(?:outputs?|out))?",
        "output {chain}",
        "layers are neither declared nor connected, data flows along arrows",
        codes=("DSL101",),
    ),
    row(
        r"(?P<before>.*?)\((?P<values>[a-z]\w*(?:[ ]*,[ ]*[a-z]\w*)+)\)[ ]*->[ ]*(?P<layer>[A-Z].*)",
        "{before}[{values}] -> Concatenate -> {layer}",
        "it takes one value: they are merged first",
        codes=("DSL303",),
        fits=True,
    ),
    row(
        r".*\w\[[ ]*[a-z]\w*[ ]*\].*",
        small_slips.other_way_round,
        "what was kept last is taken first",
        codes=("DSL401", "DSL408", "DSL460"),
        fits=True,
    ),
    row(r"fn[ ]+\w+.*\{", small_slips.with_return, "", codes=("DSL212",), fits=True),
    row(
        r".*\\[ ]*",
        small_slips.without_backslashes,
        "a line goes on where the next one begins with `->`, and inside brackets",
        codes=("DSL106",),
    ),
    row(
        r"weight[ ]+(?P<name>\w+)[ ]*:[ ]*(?P<shape>\((?:[^()]|\([^()]*\))*\))[ ]*,[ ]*(?P<rest>(?:initializer|trainable|dtype|regularizer|constraint)[ ]*=.*)",
        "weight {name} = Weight({shape}, {rest})",
        "a weight of which more is said than its shape and how it begins is a `Weight(…)`",
        codes=("DSL101",),
    ),
    row(
        r".*[\"'].*",
        small_slips.unless_none,
        "where a layer may be missing, `None` says that it is",
        codes=("DSL312",),
    ),
    row(
        r".*[(\[]",
        small_slips.closed,
        "its bracket is closed above the next line",
        codes=("DSL102",),
        is_last=True,
    ),
    row(
        r".*->[ ]*(?:\d+|[\"']\w+[\"']).*",
        small_slips.as_layers,
        "data flows through layers: a number of units is a `Dense`, and an activation has a layer, too",
        codes=("DSL206",),
    ),
    row(
        r".*\b(?:Activation|Activations|ActivationType|ActivationFn|NonLinearity|Act|Padding|PaddingMode)\.[A-Za-z_]\w*.*",
        small_slips.by_string,
        "to Keras it is a string",
        codes=("DSL211", "DSL227", "DSL201"),
    ),
    row(
        r"(?P<before>for[ ]+)(?P<names>\w+(?:[ ]*,[ ]*\w+)+)[ ]+(?P<behind>in[ ]+zip\(.*)",
        small_slips.name_for_each,
        "every list has a name in each turn, `_` what nobody needs",
        codes=("DSL385",),
        is_last=True,
    ),
    row(
        r"(?P<name>[A-Z][A-Z0-9_]*)\[(?P<key>[\"']\w+[\"'])\][ ]*=(?!=)[ ]*(?P<value>.+)",
        small_slips.in_the_constant,
        "a constant stays what it is, and says all of it where it is declared",
        codes=("DSL107", "DSL381"),
    ),
    row(
        r"(?P<number>\w+)\.times[ ]+do(?:[ ]*\|(?P<each>\w+)\|)?",
        small_slips.times,
        "a loop goes through a range of numbers, in braces",
        codes=("DSL101", "DSL201", "DSL211", "DSL106"),
    ),
    row(
        r"(?P<before>.*?\b[a-z]\w*)\[(?P<slice>-?\w*:-?\w*(?::-?\w*)?)\](?P<behind>.*)",
        "{before}[:, {slice}]{behind}",
        "the batch stands first, and stays as it is",
        codes=("DSL478",),
    ),
    row(
        r".*\w.*",
        small_slips.of_the_turn,
        "in a loop the value of the turn stands for the list",
        codes=("DSL305", "DSL307"),
        fits=True,
    ),
    row(
        r"(?P<before>.*->[ ]*)\[(?P<branches>[a-z_]\w*(?:[ ]*,[ ]*[a-z_]\w*)*)\](?P<behind>.*)",
        small_slips.branches_where_used,
        "each branch of a fork is made where it is used",
        codes=("DSL389", "DSL207"),
    ),
    row(
        r"[A-Z_a-z\[(].*",
        small_slips.with_comma_above,
        "",
        codes=("DSL101",),
        is_last=True,
        fits=True,
    ),
    row(
        r"(?P<before>.*\bRNN\(\[?(?:\w+[ ]*=[ ]*)?)(?P<layer>LSTM|GRU|SimpleRNN)(?P<behind>\(.*)",
        "{before}{layer}Cell{behind}",
        "",
        codes=("DSL312",),
        fits=True,
    ),
)
