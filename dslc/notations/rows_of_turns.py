"""Loops, tests and parameters as people write them who know other languages: their stages, heads and ends.

In: nothing.  Out: a row each, the first of which that leads to a right text is taken (see `rephrased`).
"""

from __future__ import annotations

from dslc.diagnostics.vocabulary.layers import MERGES
from dslc.notations import (
    branching,
    first_heads,
    lists_and_records,
    loops,
    numbers_and_places,
    small_slips,
    spread,
)
from dslc.notations.rephrasing import row

_LAYER = r"[A-Z]\w*(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?"
_MERGES = "|".join(MERGES.values())
_BEFORE = r"(?P<before>(?:output[ ]+)?(?:\w+[ ]*=[ ]*)?)"

ROWS = (
    row(
        r"(?P<before>.*(?<![\w.]))(?:ops\.)?(?P<function>zeros|ones)\([ ]*(?P<sizes>\d+(?:[ ]*,[ ]*\d+)+)[ ]*\)(?P<behind>.*)",
        "{before}ops.{function}(({sizes})){behind}",
        "a shape stands in brackets of its own",
        codes=("DSL202", "DSL492", "DSL210"),
    ),
    row(
        r"(?P<before>.*\[[ ]*)(?P<values>\w+(?:[ ]*,[ ]*\w+)+)(?P<behind>[ ]*\][ ]*->[ ]*Concatenate\b.*)",
        spread.with_an_axis,
        "what is joined has as many axes",
        codes=("DSL402",),
        is_last=True,
        fits=True,
    ),
    row(
        r"(?:model|block|fn)[ ]+\w+[ ]*\(.*:[ ]*(?:\w+\.)*[A-Za-z]\w*\[.*",
        spread.without_types,
        "a parameter needs no type",
        codes=("DSL101",),
    ),
    row(
        r"shared[ ]+(?P<layer>[a-z]\w*)[ ]*=.*",
        spread.over_each,
        "each value has an arrow of its own",
        codes=("DSL410",),
    ),
    row(
        r"[\[(]?[ ]*(?P<names>\w+(?:[ ]*,[ ]*\w+)+)[ ]*[\])]?[ ]*=[ ]*\[[ ]*(?P<values>\w+(?:[ ]*,[ ]*\w+)+)[ ]*\][ ]*->[ ]*\[(?P<layers>.*)\]",
        spread.one_by_one,
        "each value has an arrow of its own",
        codes=("DSL410",),
    ),
    row(
        r".*",
        spread.taps_by_names,
        "several layers give several values, each of which has a name",
        codes=("DSL410",),
        fits=True,
    ),
    row(
        r"for[ ]+(?P<names>\w+(?:[ ]*,[ ]*\w+)*)[ ]+in[ ]+[\[(](?P<items>.*\b[A-Z]\w*.*)[\])][ ]*\{(?P<behind>.*)",
        loops.over_layers,
        "a layer is no value of a loop, and stands in a line of its own",
        codes=("DSL207", "DSL216"),
        is_last=True,
    ),
    row(
        rf"if[ ]+(?P<test>[^{{}}]+?)[ ]*\{{[ ]*(?:->[ ]*{_LAYER}[ ]*)*\}}?(?P<behind>.*)",
        branching.stages_behind_a_test,
        "a stage that is there in one way only says what flows on in the other",
        codes=("DSL101",),
    ),
    row(
        r".*->.*",
        numbers_and_places.counted_for_tensors,
        "a range counts turns, and `ops.arange` is a tensor of numbers",
        codes=("DSL389",),
        is_last=True,
    ),
    row(
        r"(?P<before>.*\([ ]*)(?P<name>[a-z]\w*)[ ]+(?P=name)(?P<behind>[ ]*(?:,[^()]*)?\)[ ]*->.*)",
        "{before}{name}, {name}{behind}",
        "what flows in together stands between commas",
        codes=("DSL101",),
    ),
    row(
        r"(?P<before>.*?\b(?:\w+[ ]*[:=]|in)[ ]*)(?P<name>[A-Za-z_]\w*)[ ]*\+[ ]*\([ ]*(?P<rest>[^()]+?),?[ ]*\)(?P<behind>.*)",
        "{before}(*{name}, {rest}){behind}",
        "a list and a tuple are joined in one pair of brackets",
        codes=("DSL381",),
    ),
    row(
        r"(?P<before>.*?\b(?:\w+[ ]*[:=]|in)[ ]*)\([ ]*(?P<rest>[^()]+?),?[ ]*\)[ ]*\+[ ]*(?P<name>[A-Za-z_]\w*)(?P<behind>.*)",
        "{before}({rest}, *{name}){behind}",
        "a list and a tuple are joined in one pair of brackets",
        codes=("DSL381",),
    ),
    row(
        rf"{_BEFORE}(?P<merge>{_MERGES})\([ ]*(?P<name>[a-z]\w*)\.values\(\)[ ]*(?:,[ ]*(?P<given>[^()]*))?\)(?P<behind>[ ]*->.*)?",
        lists_and_records.merged_values,
        "what is merged comes along the arrow",
        codes=("DSL211", "DSL389", "DSL210"),
    ),
    row(
        r"(?P<before>.*?)(?<![\w.])(?P<name>[a-z]\w*)\.(?:ndim|rank|dim\(\)|ndimension\(\))(?P<behind>.*)",
        "{before}len({name}.shape){behind}",
        "how many axes a tensor has is the length of its shape",
        codes=("DSL211", "DSL210"),
    ),
    row(
        r".*\b[a-z]\w*\.(?:height|width|channels|depth|steps|features)\b.*",
        numbers_and_places.sizes_by_name,
        "sizes are asked by their places, behind the batch",
        codes=("DSL211",),
    ),
    row(
        r"(?P<output>output[ ]+)(?P<name>[a-z]\w*)[ ]*==[ ]*(?P<rest>.*->.*)",
        "{output}{name} = {rest}",
        "a name is given its value with one `=`",
        codes=("DSL201",),
    ),
    row(
        r"for[ ]+(?P<name>[a-z]\w*)[ ]*[,:][ ]*(?P<values>range\(.*\)|\[.*\])[ ]*\{(?P<behind>.*)",
        "for {name} in {values} {{{behind}",
        "`in` stands between the name and the values",
        codes=("DSL101",),
    ),
    row(
        r"(?:check|require|requires|ensure|expect|constraint|validate|invariant)[ ]+(?P<test>[^:{}]*(?:[=!]=|<|>).*)",
        "assert {test}",
        "what has to hold is said by `assert`",
        codes=("DSL101",),
    ),
    row(
        r"(?P<before>input[ ]+\w+[ ]*:[ ]*\(.*?)[\"'](?P<size>\d+)[\"'](?P<behind>.*)",
        "{before}{size}{behind}",
        "a size stands without quotes",
        codes=("DSL387",),
    ),
    row(
        r"(?P<before>.*?)(?<![\w.])(?P<flow>[a-z]\w*)[ ]*->[ ]*(?P<layer>Attention|AdditiveAttention)\b(?P<behind>.*)",
        "{before}[{flow}, {flow}] -> {layer}{behind}",
        "a tensor attends to itself in a list",
        codes=("DSL411",),
        fits=True,
    ),
    row(
        r"(?P<head>extern[ ]+.*\{)[ ]*\((?P<given>[^()]*)\)[ ]*->[ ]*\((?P<made>[^()]*)\)[ ]*\}",
        numbers_and_places.contract_with_words,
        "what comes in and what goes out have their words",
        codes=("DSL212", "DSL201"),
    ),
    row(
        r".*,[ ]*->.*",
        small_slips.without_commas_before_arrows,
        "stages stand between arrows alone",
        codes=("DSL101",),
    ),
    row(
        r".*,",
        small_slips.without_commas,
        "a line ends without a comma",
        codes=("DSL101", "DSL102", "DSL106"),
    ),
    row(
        r"(?:end|endif|endfor|end[ ]+(?:if|for|model|block)|fi|done|next)[ ]*;?",
        "",
        "a body ends with its brace",
        codes=("DSL201", "DSL101", "DSL202"),
    ),
    row(
        r".*[A-Z]\w*\(.*",
        first_heads.as_lacking,
        "what differs from use to use is a parameter, in the head",
        codes=("DSL201",),
    ),
    row(
        rf"{_BEFORE}(?P<value>[a-z]\w*)[ ]+if[ ]+(?P<test>[^{{}}]+?)[ ]*->[ ]*(?P<stage>{_LAYER})",
        "{before}{value} -> {stage} if {test} else _",
        "a stage that is there in one way only says what flows on in the other",
        codes=("DSL101",),
    ),
)
