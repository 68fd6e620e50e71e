"""Names that are used as another kind of thing than they are.

In: nothing.  Out: a row each, the first of which that leads to a right text is taken (see `rephrased`).
"""

from __future__ import annotations

from dslc.notations import fitted, into_blocks, libraries, sections_of_a_body, taken_otherwise
from dslc.notations.rephrasing import row

ROWS = (
    row(
        r".*\w\[.*",
        taken_otherwise.looked_up,
        "what a layer works on comes along an arrow",
        codes=("DSL381",),
    ),
    row(
        r".*\brange\([ ]*[A-Za-z_]\w*[ ]*\).*",
        taken_otherwise.as_many,
        "how many values a list has is its `len`",
        codes=("DSL381",),
    ),
    row(
        r".*[\"']\w+[\"'].*->.*",
        taken_otherwise.without_their_quotes,
        "a value is named without quotes",
        text="in quotes stands a text, not the value of that name",
        codes=("DSL389",),
    ),
    row(
        r"(?P<name>[a-z_]\w*)",
        taken_otherwise.along_the_lines,
        "a chain has a name, and an arrow before each layer",
        codes=("DSL108",),
    ),
    row(
        r"input[ ]+\w+(?P<rest>.*)",
        taken_otherwise.as_the_missing,
        "",
        codes=("DSL204",),
        fits=True,
    ),
    row(
        r".*\w.*",
        taken_otherwise.of_the_turn,
        "in a loop the value of the turn stands for the list",
        codes=("DSL201",),
    ),
    row(
        r".*\(.*\)",
        taken_otherwise.without_calls,
        "what is done with a model stands in the Python that imports it",
        codes=("DSL107",),
    ),
    row(
        r".*[ ]{2}\([\d, None]+\)",
        taken_otherwise.as_remarks,
        "a shape that is only told is a remark, behind `#`",
        text="behind a layer stands no shape",
        codes=("DSL210",),
    ),
    row(
        r".*\b(?:sum|max|min|mean|all|any|abs)\b.*",
        taken_otherwise.in_quotes,
        "to Keras it is a string",
        codes=("DSL210", "DSL201", "DSL202"),
    ),
    row(
        r"while[ ]+\(?(?P<name>[a-z_]\w*)[ ]*<[ ]*(?P<last>\w+)\)?[ ]*\{",
        taken_otherwise.counted,
        "a loop goes through values that are known",
        codes=("DSL101",),
    ),
    row(
        r"input[ ]+\(?[ ]*(?P<names>\w+(?:[ ]*,[ ]*\w+)+)[ ]*\)?[ ]*:[ ]*(?P<shapes>.+)",
        taken_otherwise.in_lines,
        "each input has a line of its own",
        codes=("DSL101", "DSL109"),
    ),
    row(
        r"input[ ]+\w+[ ]*:[ ]*[A-Za-z][\w.]*[ ]*[\[(<].*[\])>]",
        taken_otherwise.shape_of_type,
        "a shape stands in round brackets, and a dtype behind it",
        codes=("DSL101", "DSL106", "DSL201", "DSL202", "DSL210", "DSL227", "DSL387"),
        is_last=True,
    ),
    row(
        r"(?P<before>(?:output[ ]+)?(?:\w+[ ]*=[ ]*)?)(?P<test>[^?>]+?)[ ]*\?[ ]*(?P<one>.*->.*?)[ ]*:[ ]*(?P<other>[^:]+)",
        taken_otherwise.chosen,
        "a choice is written with words",
        codes=("DSL101", "DSL106"),
    ),
    row(
        r"output[ ]+(?P<name>\w+)[ ]*=[ ]*(?P<chain>.*?)[ ]*->[ ]*output[ ]+(?P<other>\w+)[ ]*=[ ]*(?P<rest>.*)",
        "output {name} = {chain}\noutput {other} = {name} -> {rest}",
        "each output has a line of its own",
        codes=("DSL101",),
    ),
    row(
        r"[A-Za-z_]\w*[ ]*(?:\([^()]*\))?[ ]*:?[ ]*\{",
        sections_of_a_body.in_one_body,
        "a body has no sections: its lines stand one below the other",
        codes=("DSL101", "DSL106", "DSL107", "DSL202"),
    ),
    row(
        r"(?:model|block)[ ]+\w+.*\{",
        taken_otherwise.last_line_out,
        "an output says what comes out",
        codes=("DSL212",),
    ),
    row(
        r".*[\"'][\d.]+[ ]*[-+*/].*[\"'].*",
        taken_otherwise.computed,
        "what is computed stands without quotes",
        codes=("DSL305", "DSL306", "DSL381"),
    ),
    row(
        r"(?P<before>.*\b(?:StringLookup|IntegerLookup|TextVectorization)\()[ ]*(?P<behind>(?:\[|\(|[A-Z_]{2,}\b).*)",
        "{before}vocabulary={behind}",
        "the words that it knows are its `vocabulary`",
        codes=("DSL305",),
    ),
    row(
        rf"(?P<before>.*->[ ]*)(?:{libraries.NODES})\b.*",
        libraries.nodes_in_chains,
        "an operator of ONNX is a layer here",
        codes=("DSL202", "DSL301"),
    ),
    row(
        r"(?P<line>(?:input|output|\w+[ ]*=)(?!=).*[\w)\]\"'])[ ]{2,}(?P<words>[A-Za-z][\w-]*(?:,?[ ]+[\w-]+)*[.!]?)",
        "{line}  # {words}",
        "a remark stands behind `#`",
        codes=("DSL101",),
    ),
    row(
        r".*\{\w+\}.*",
        taken_otherwise.put_in,
        "text that a value is put in is an f-string",
        codes=("DSL101", "DSL102", "DSL106"),
    ),
    row(
        r".*\([ ]*[A-Za-z_]\w*[ ]*\).*",
        taken_otherwise.spread,
        "`**` gives each entry of a dictionary its argument",
        codes=("DSL305", "DSL301", "DSL303"),
    ),
    row(
        r".*->[ ]*[a-z]\w*\(\).*",
        taken_otherwise.as_it_is_given,
        "what a parameter was given has its arguments",
        codes=("DSL219",),
        is_last=True,
    ),
    row(
        r".*",
        fitted.with_features,
        "the last axis are the features, which stay",
        codes=("DSL402",),
        is_last=True,
        fits=True,
    ),
    row(
        r".*@.*",
        fitted.turned_weight,
        "a matrix has a row for each value that comes in, and a column for each that goes out",
        codes=("DSL462",),
        is_last=True,
        fits=True,
    ),
    row(
        r"(?:output[ ]+)?(?:\w+[ ]*=[ ]*)?[a-z]\w*[ ]*(?:\|>?|>>)[ ]*[A-Z]\w*.*",
        taken_otherwise.along_arrows,
        "data flows along an arrow",
        codes=("DSL101", "DSL106"),
    ),
    row(
        r".*\w.*",
        taken_otherwise.merged_in_brackets,
        "what is merged stands in a list before the arrow",
        codes=("DSL389",),
    ),
    row(
        r"(?P<names>\w+(?:[ ]*,[ ]*\w+)+)[ ]*=[ ]*(?P<flow>[a-z]\w*)[ ]*->[ ]*(?P<layers>[A-Z][^\[\]]*)",
        taken_otherwise.in_a_fork,
        "layers beside one another, which all begin with the same value, stand in square brackets",
        codes=("DSL107",),
    ),
    row(
        r"input[ ]+f?[\"']?(?P<name>[a-z]\w*?)_?\{(?P<key>\w+)\}[\"']?[ ]*(?P<rest>:.*)",
        taken_otherwise.in_a_record,
        "inputs of a loop are kept in a record",
        codes=("DSL101", "DSL109", "DSL106"),
    ),
    row(
        r".*\bmatmul\(.*\b(?:transpose|adjoint)_[ab][ ]*=[ ]*True.*",
        taken_otherwise.transposed,
        "the last two axes change places by `ops.swapaxes`",
        codes=("DSL452",),
    ),
    row(
        r"(?P<line>.*[\w)\]])[ ]*->",
        "{line}",
        "an arrow leads to a layer, and behind the last one comes none",
        codes=("DSL101",),
        is_last=True,
    ),
    row(
        r"(?P<head>(?:model|block|fn|for|if|else)\b.*?)[ ]*:[ ]*\{(?P<behind>.*)",
        "{head} {{{behind}",
        "a body stands in braces, without a colon",
        codes=("DSL101", "DSL102"),
    ),
    row(
        r"(?P<before>.*->[ ]*)\([ ]*(?P<layer>[A-Z]\w*(?:\([^()]*\))?)[ ]+if[ ]+(?P<test>[^()]+?)[ ]*\)(?P<behind>.*)",
        "{before}({layer} if {test} else _){behind}",
        "a condition inside a line says what happens otherwise, too",
        codes=("DSL101",),
    ),
    row(
        r"(?P<before>.*\bops\.(?:concatenate|stack|hstack|vstack)\()[ ]*(?P<values>[a-z]\w*(?:[ ]*,[ ]*[a-z]\w*)+)(?P<behind>(?:[ ]*,[ ]*(?:axis[ ]*=[ ]*)?-?\d+)?[ ]*\).*)",
        "{before}[{values}]{behind}",
        "tensors that are put together stand in a list",
        codes=("DSL456", "DSL455", "DSL454", "DSL453"),
    ),
    row(
        r".*(?<!/)/(?!/).*",
        fitted.divided_sizes,
        "sizes are whole numbers, which `//` divides",
        codes=("DSL456",),
    ),
    row(
        into_blocks.SEVERAL,
        into_blocks.again,
        "what flows beside the first value goes into each block, which has a line of its own",
        codes=("DSL302",),
        fits=True,
    ),
    row(
        r".*\bTimeDistributed\([ ]*(?P<name>[a-z]\w*)(?:\([ ]*\))?[ ]*\).*",
        into_blocks.each_step,
        "what goes through the steps is shared",
        codes=("DSL218", "DSL219"),
        fits=True,
    ),
    row(
        r"weight[ ]+(?P<name>\w+)[ ]*(?::[^=]*)?=[ ]*(?P<given>(?!Weight\b)(?:\w+\.)*\w+\(.*\))",
        libraries.weight,
        "a weight is declared with its shape and what it begins with",
        codes=("DSL107", "DSL492"),
    ),
    row(
        r"(?P<before>.*->[ ]*\[.*?,[ ]*)(?:skip|shortcut|residual|same|itself)(?P<behind>[ ]*,?[ ]*\].*)",
        "{before}_{behind}",
        "a branch without layers is `_`, the value itself",
        codes=("DSL202",),
    ),
)
