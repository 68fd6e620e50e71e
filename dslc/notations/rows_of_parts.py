"""Blocks, loops, records and whatever else the language has, as others write them.

In: nothing.  Out: a row each, the first of which that leads to a right text is taken (see `rephrased`).
"""

from __future__ import annotations

from dslc.notations import branching, loops, reordered, sharing
from dslc.notations.rephrasing import row

_GIVEN = r"(?P<given>\((?:[^()]|\([^()]*\))*\))?"
_LAYER = r"[A-Z]\w*(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?"
_KIND = r"(?P<kind>(?:fn|initializer|regularizer|constraint|activation)[ ]+)?"

ROWS = (
    row(
        r"(?P<word>output[ ]+|\w+[ ]*=[ ]*)(?P<flow>[a-z]\w*)[ ]*\+[ ]*(?P<layers>[A-Z]\w*.*\+[ ]*[A-Z]\w*.*)",
        branching.summed,
        "layers stand one after the other behind arrows, what is to be added is `x + (x -> …)`",
        codes=("DSL208",),
    ),
    row(
        rf"from[ ]+(?P<module>[\w.]+)[ ]+extern[ ]+{_KIND}(?P<name>\w+)[ ]*{_GIVEN}[ ]*(?P<rest>\{{.*)?",
        "extern {kind}{name}{given} from {module} {rest}",
        "the module stands behind the name and what is given",
    ),
    row(
        rf"extern[ ]+{_KIND}(?P<module>\w+(?:\.\w+)*)\.(?P<name>\w+)[ ]*{_GIVEN}[ ]*(?P<rest>\{{.*)?",
        "extern {kind}{name}{given} from {module} {rest}",
        "the module stands behind `from`",
    ),
    row(
        r"(?P<head>fn[ ]+\w+[ ]*\(.*\))[ ]*->[ ]*[\w.\[\], ]+?[ ]*(?P<rest>\{.*)",
        "{head} {rest}",
        "a result has no type",
    ),
    row(
        r"output[ ]+(?P<chain>[^:]*->[^:]*?)[ ]*:[ ]*(?P<shape>\([^()]*\))",
        "output y: {shape} = {chain}",
        "a shape is declared behind a name, before `=`",
    ),
    row(
        r"output[ ]+(?P<name>\w+)[ ]*:[ ]*(?P<shape>\([^()]*\))[ ]*->[ ]*(?P<rest>.*)",
        "output {name}: {shape} = {flow} -> {rest}",
        "behind a declared shape stands `=`, then the value that flows",
    ),
    row(
        r"(?P<word>else[ ]+if|if)[ ]+(?P<test>(?:not[ ]+)?\w+)[ ]+(?P<rest>(?:output[ ]|shared[ ])?.*(?:=|->).*)",
        "{word} {test} {{ {rest} }}",
        "a body stands in braces",
    ),
    row(
        r"weight[ ]+(?P<name>\w+)[ ]*:[ ]*(?P<shape>\((?:[^()]|\([^()]*\))*\))[ ]*=[ ]*(?P<value>.+?)[ ]*,?[ ]+(?P<rest>(?:trainable|dtype|regularizer|constraint)=.*)",
        "weight {name} = Weight({shape}, {value}, {rest})",
        "a weight of which more is said than its shape and how it begins is a `Weight(…)`",
    ),
    row(
        r"loss[ ]*[:=][ ]*(?P<value>.*(?:ops\.|->).*)",
        "loss {value}",
        "a loss has no name",
    ),
    row(
        r"shared[ ]+(?P<name>\w+)[ ]*(?:->|:|as)[ ]*(?P<rest>[A-Z].*)",
        "shared {name} = {rest}",
        "a shared layer stands behind `=`",
    ),
    row(
        rf"(?P<head>block[ ]+\w+[ ]*{_GIVEN}[ ]*=)[ ]*(?:inputs?|x|data|_)[ ]*->[ ]*(?P<rest>.*)",
        "{head} {rest}",
        "a block of one chain begins with its first layer",
    ),
    row(
        rf"(?P<head>block[ ]+\w+[ ]*{_GIVEN})[ ]*=?[ ]*\{{.*",
        reordered.one_chain,
        "a block of one chain is written with `=`",
    ),
    row(
        rf"fn[ ]+(?P<name>\w+)[ ]*{_GIVEN}[ ]*\{{.*",
        reordered.block_of_fn,
        "a `fn` computes what is known before; layers stand in a block",
    ),
    row(
        rf"extern[ ]+{_KIND}(?P<name>\w+)[ ]*{_GIVEN}[ ]*=[ ]*(?P<module>\w+(?:\.\w+)*)\.(?P=name)(?:\(.*\))?",
        "extern {kind}{name}{given} from {module} {{ input x  output x }}",
        "its module stands behind `from`, and its shapes in braces, here those of what comes in",
    ),
    row(
        rf"(?P<head>(?:block|model)[ ]+\w+[ ]*{_GIVEN})[ ]+(?:extends|inherits|implements|from|is)[ ]+[\w.]+[ ]*(?P<rest>\{{.*)",
        "{head} {rest}",
        "there is no base to inherit from",
    ),
    row(
        r"(?P<head>input[ ]+\w+[ ]*:[ ]*\([^()]*\))[ ]*(?:optional|required|nullable|default|=[ ]*None|\?)",
        "{head}",
        "an input is always given",
    ),
    row(
        r"(?P<head>input[ ]+\w+[ ]*:[ ]*\([^()]*?),?[ ]*,[ ]*dtype[ ]*=[ ]*[\"']?(?P<dtype>\w+)[\"']?[ ]*\)",
        "{head},) {dtype}",
        "a dtype stands behind the shape",
    ),
    row(
        r"output[ ]+[\"'](?P<name>[A-Za-z]\w*)[\"'][ ]*[=:][ ]*(?P<rest>.+)",
        "output {name} = {rest}",
        "a name stands without quotes",
    ),
    row(
        r"(?P<word>output[ ]+)?(?P<chain>\w.*->.*?)[ ]+as[ ]+[\"']?(?P<name>\w+)[\"']?",
        "{word}{name} = {chain}",
        "a name stands before what it is given",
    ),
    row(
        r"(?P<before>.*->[ ]*)(?P<model>[a-z]\w*)\.(?P<name>\w+)(?P<behind>(?:[ ]*->.*)?)",
        '{before}taps({model}, "{name}"){behind}',
        "what is inside a model is looked into by `taps`",
    ),
    row(
        r"(?P<before>.*?\b\w+\((?:\w+[ ]*=[ ]*)?)(?P<call>[a-z]\w*\([^()]*\))(?P<behind>[,)].*)",
        "{before}{call}[0]{behind}",
        "the `fn` gives several values, of which one is taken by its place",
        codes=("DSL305",),
    ),
    row(
        r"(?P<before>.*)\bactivations\.(?P<name>\w+)(?P<behind>.*)",
        '{before}Activation("{name}"){behind}',
        "a layer with that activation is `Activation`",
        codes=("DSL312",),
    ),
    row(
        r"(?P<name>\w+)[ ]*=[ ]*\{(?P<key>[^:{}]+?)[ ]*:[ ]*(?P<value>.+?)[ ]+for[ ]+(?P<target>.+?)[ ]+in[ ]+(?P<values>.+)\}",
        reordered.kept_by_key,
        "tensors are kept in a record",
    ),
    row(
        r"(?P<name>[A-Z]\w*)[ ]*=[ ]*\{(?P<entries>.+)\}",
        reordered.keyed_blocks,
        "a layer of a file is a block, with a name of its own",
    ),
    row(
        r"(?P<head>(?:block|model)[ ]+\w+[ ]*\((?P<given>(?:[^()]|\([^()]*\))*)\))[ ]*(?P<sign>[={])(?P<rest>.*)",
        reordered.default_of_other,
        "a default knows no other parameter, a line of the body does",
    ),
    row(
        r"(?P<head>(?:block|model)[ ]+\w+)[ ]*\((?P<given>(?:[^()]|\([^()]*\))*)\)(?P<rest>[ ]*\{.*)",
        reordered.data_parameter,
        "what flows in is no parameter",
        codes=("DSL204",),
    ),
    row(
        r"for[ ]+\w+[ ]+in[ ]+(?P<values>range\(.*?\))[ ]*\{(?P<rest>.*)",
        "for _ in {values} {{{rest}",
        "a number that nobody needs is called `_`",
        codes=("DSL389", "DSL216"),
    ),
    row(
        r"output[ ]+(?P<flow>\w+[ ]*->[ ]*)(?P<one>.+?)[ ]+if[ ]+(?P<test>[^{}]+)",
        reordered.both_outputs,
        "one output has both ways",
        codes=("DSL101",),
    ),
    row(
        r"if[ ]+(?P<test>[^:{]+?)[ ]*:[ ]*(?P<one>.+?)[ ]+else[ ]*:[ ]*(?P<other>.+)",
        "if {test} {{ {one} }} else {{ {other} }}",
        "bodies stand in braces",
    ),
    row(
        r"for[ ]+(?P<name>\w+)[ ]+(?:until|upto|to|<)[ ]+(?P<number>\w+)[ ]*\{(?P<rest>.*)",
        "for {name} in range({number}) {{{rest}",
        "a loop goes through a range of numbers",
    ),
    row(
        r"(?:(?:repeat|loop|do|times)[ ]*\(?[ ]*(?P<number>\w+)[ ]*\)?(?:[ ]*times)?|(?P<first>\w+)[ ]+times)[ ]*\{(?P<rest>.*)",
        "for _ in range({number}{first}) {{{rest}",
        "a loop goes through a range of numbers",
    ),
    row(
        r"(?P<before>.*->[ ]*)(?P<layer>Add|Concatenate|Multiply|Average|Maximum|Minimum|Subtract|Dot)\((?P<value>\w+)\)(?P<behind>.*)",
        "{before}[_, {value}] -> {layer}{behind}",
        "what is merged stands in a list, and what flows is `_`",
        codes=("DSL382",),
    ),
    *(
        row(
            rf"(?P<before>.*->[ ]*)\.(?P<name>\w+)\({given}\)(?P<behind>(?:[ ]*->.*)?)",
            f"{{before}}ops.{{name}}{written}{{behind}}",
            "functions of tensors stand under `ops`",
        )
        for given, written in (("", ""), ("(?P<given>[^()]+)", "(_, {given})"))
    ),
    row(
        r"(?P<before>.*?)\b(?P<name>[a-z]\w*)\((?P<values>\w+(?:,[ ]*\w+)+)\)(?P<behind>.*)",
        reordered.called_extern,
        "several tensors flow into a function in brackets",
        codes=("DSL210",),
    ),
    row(
        r"(?P<before>.*->[ ]*)[\"'](?P<name>[A-Za-z]\w*)[\"'](?P<behind>.*)",
        reordered.block_in_quotes,
        "the name of a block stands without quotes",
        codes=("DSL216", "DSL206"),
    ),
    row(
        r"(?:init|initiali[sz]er?|weights?_init)[ ]+\w+.*",
        "",
        "what weights begin with is an argument of each layer, `kernel_initializer`",
        codes=("DSL101",),
    ),
    row(
        r"regulari[sz]\w*[ ]+\w+.*",
        "",
        "a penalty on weights is an argument of each layer, `kernel_regularizer`",
        codes=("DSL101",),
    ),
    row(
        r"(?:dtype|precision|policy|device|backend|seed)[ ]+[\w\"']+.*",
        "",
        "how a model is computed is said in the Python that imports it",
        codes=("DSL101",),
    ),
    row(
        r"(?P<before>.*->[ ]*[A-Z]\w*\()(?P<name>[a-z]\w*)(?P<behind>\).*)",
        "{before}*{name}{behind}",
        "a star takes the values of a tuple apart",
        codes=("DSL302", "DSL305"),
    ),
    row(
        r"(?P<before>.*->[ ]*)(?P<stage>[^>]+?)[ ]+if[ ]+(?P<test>(?:(?!\belse\b)[^{}])+)",
        "{before}{stage} if {test} else _",
        "a condition inside a line says what happens otherwise, too",
        codes=("DSL101",),
    ),
    row(
        r"(?P<before>.*?)(?P<one>[\w.\"]+)[ ]+if[ ]+(?P<test>.+?)[ ]+el(?:se[ ]*)?if[ ]+(?P<second>.+?)[ ]+(?P<two>[\w.\"]+)[ ]+else[ ]+(?P<rest>.+)",
        "{before}{one} if {test} else {two} if {second} else {rest}",
        "what is chosen stands before its test",
        codes=("DSL101",),
    ),
    row(
        r"(?P<before>.*?)\b(?P<name>[a-z]\w*)\((?P<index>-?\d+)\)(?P<behind>.*)",
        "{before}{name}[:, {index}]{behind}",
        "parts of a tensor stand in square brackets, behind the batch",
        codes=("DSL216",),
    ),
    row(
        r"(?P<name>\w+)\[(?P<key>[^\[\]]+)\][ ]*=(?!=)[ ]*(?P<value>.+)",
        "{name} = {{**{name}, {key}: {value}}}",
        "a dictionary stays what it is, one with another entry takes its name",
        codes=("DSL381",),
    ),
    row(
        r"(?P<before>.*?)\[(?P<value>[^\[\]]+?)[ ]+if[ ]+(?P<test>[^\[\]]+?)[ ]+for[ ]+(?P<rest>.+)\](?P<behind>.*)",
        "{before}[{value} for {rest} if {test}]{behind}",
        "what is taken is said at the end",
        codes=("DSL101",),
    ),
    row(
        r"(?:(?P<whole>\w+)[ ]*=[ ]*)?(?P<flow>[^\[{]*?)->[ ]*[\[{](?P<branches>[ ]*[\"']?\w+[\"']?[ ]*[=:](?!=).+)[\]}]",
        branching.named_branches,
        "names stand before a fork, in the order of its branches",
    ),
    row(
        r"(?P<before>(?:output[ ]+)?(?:\w+[ ]*=[ ]*)?[a-z]\w*[ ]*->[ ]*)(?P<branches>[A-Z][^\[\]]*?\)?[ ]*,[ ]*[A-Z][^\[\]]*?)(?P<rest>[ ]*->[ ]*(?:Concatenate|Add|Multiply|Average|Maximum|Minimum|Subtract|Dot)\b.*)",
        "{before}[{branches}]{rest}",
        "branches stand in a list",
        codes=("DSL389", "DSL101"),
    ),
    row(
        r".*",
        branching.listed_above,
        "branches stand in a list",
        codes=("DSL389",),
    ),
    row(
        r"for[ ]+(?P<value>\w+)[ ]*,[ ]*(?P<place>i|j|k|n|idx|index|step|level|number|stage)[ ]+in[ ]+enumerate\((?P<rest>.*)",
        "for {place}, {value} in enumerate({rest}",
        "`enumerate` gives the place first",
        codes=("DSL305", "DSL306", "DSL303", "DSL382", "DSL381", "DSL389", "DSL206"),
    ),
    row(
        r"(?P<word>output[ ]+|\w+[ ]*=[ ]*)(?P<fork>\[[ ]*[A-Z].*\])(?P<rest>[ ]*->.*)",
        "{word}{flow} -> {fork}{rest}",
        "what flows into the branches stands before the fork",
        codes=("DSL389",),
    ),
    row(
        r".*",
        branching.forked_above,
        "what flows into the branches stands before the fork",
        codes=("DSL389",),
    ),
    row(
        r"(?P<before>.*->[ ]*)\{(?P<entries>.+)\}\[(?P<key>\w+)\](?P<behind>.*)",
        branching.chosen_by_key,
        "a layer is chosen by `if`",
    ),
    row(
        r".*",
        branching.block_of_layer_fn,
        "a `fn` computes what is known before; what gives a layer is a block",
        codes=("DSL206", "DSL207", "DSL216"),
    ),
    row(
        r"shared[ ]+(?P<name>\w+)[ ]*=[ ]*(?P<flow>[a-z]\w*)[ ]*->[ ]*(?P<layers>.+)",
        branching.unshared,
        "layers alone are shared, and data flows through them where they are used",
        codes=("DSL216",),
    ),
    row(
        r"(?P<before>.*?)\((?P<inside>.+)\)(?P<rest>[ ]*->[ ]*(?:Add|Concatenate|Multiply|Average|Maximum|Minimum|Subtract|Dot)\b.*)",
        "{before}[{inside}]{rest}",
        "what is merged stands in a list",
        codes=("DSL391",),
    ),
    row(
        r"(?P<before>.*\()_(?P<behind>[,)].*)",
        "{before}_.shape[-1]{behind}",
        "a layer is told a size, not a tensor",
        codes=("DSL382",),
    ),
    row(
        r"for[ ]+(?P<name>\w+)[ ]+(?P<values>[\[(].*?[\])])[ ]*\{(?P<rest>.*)",
        "for {name} in {values} {{{rest}",
        "the word `in` is missing",
    ),
    row(
        r"for[ ]*\([ ]*(?P<name>\w+)[ ]+(?:in|of)[ ]+(?P<values>.+)\)[ ]*\{(?P<rest>.*)",
        "for {name} in {values} {{{rest}",
        "a loop stands without brackets",
    ),
    row(
        r"for[ ]+(?P<names>\w+(?:[ ]*,[ ]*\w+)+)[ ]+in[ ]+(?P<values>[^{]+?,[^{]+?)[ ]*\{(?P<rest>.*)",
        "for {names} in zip({values}) {{{rest}",
        "several lists are gone through together by `zip`",
        codes=("DSL101",),
    ),
    row(
        r"(?:for[ ].*\{[ ]*)?(?P<name>(?!self\b)[a-z]\w*)(?:\.(?!trainable\b)[a-z]\w*|\[[^\[\]]+\]\[[^\[\]]+\])[ ]*=(?!=)[ ]*.+",
        reordered.fields,
        "the fields of a record stand under keys, several of them in one pair of brackets",
        codes=("DSL109",),
    ),
    row(
        r"(?P<before>.*?)\b(?P<name>[a-z]\w*)\.(?P<field>[a-z]\w*)(?P<behind>.*)",
        '{before}{name}["{field}"]{behind}',
        "a field stands under its key",
        codes=("DSL211",),
        is_last=True,
    ),
    row(
        r"(?P<head>input[ ]+\w+[ ]*:[ ]*)\([ ]*\*[ ]*,(?P<rest>.*)",
        "{head}(?,{rest}",
        "a size that is not known yet is written `?`",
    ),
    row(
        r"assert[ ]+(?P<test>.+?),[ ]*(?P<words>[A-Za-z][^\"']*)",
        'assert {test}, "{words}"',
        "a message stands in quotes",
        codes=("DSL101",),
    ),
    row(
        r"loss[ ]+(?P<value>.+?),[ ]*(?:weight|scale|coef\w*|factor|lam\w*)[ ]*=[ ]*(?P<factor>[\w.]+)",
        "loss {factor} * {value}",
        "a loss is one number",
    ),
    row(
        r"(?P<before>.*\bin[ ]+)(?P<one>\[[^\]]*\]|\w+(?:\([^()]*\))?)[ ]+if[ ]+(?P<test>.+?)[ ]+else[ ]+(?P<other>\[[^\]]*\]|\w+(?:\([^()]*\))?)(?P<behind>.*)",
        "{before}({one} if {test} else {other}){behind}",
        "a choice between values stands in brackets here",
        codes=("DSL101",),
    ),
    row(
        r"(?P<before>.*?)\((?P<inside>.+[ ]for[ ].+[ ]in[ ].+)\)(?P<behind>.*)",
        "{before}[{inside}]{behind}",
        "a list stands in square brackets",
        codes=("DSL111",),
    ),
    row(
        r"(?P<before>.*->[ ]*\w+)\.outputs?\b(?P<behind>.*)",
        "{before}{behind}",
        "what a model gives flows on",
        codes=("DSL211",),
    ),
    row(
        r"(?P<names>\w+(?:[ ]*,[ ]*\w+)+)[ ]*=[ ]*(?P<before>.*\bops\.split\(.+?,[ ]*)\d+(?P<behind>[,)].*)",
        reordered.taken_apart,
        "there are as many parts as names",
        codes=("DSL385",),
    ),
    row(
        r"(?P<before>.*\bDense\()(?P<a>\w+)[ ]*\*[ ]*(?P<b>\w+)[ ]*\*[ ]*(?P<c>\w+)(?P<given>[^()]*\))(?P<rest>[ ]*->.*)",
        "{before}{a} * {b} * {c}{given} -> Reshape(({a}, {b}, {c})){rest}",
        "a row of numbers becomes an image by `Reshape`",
        codes=("DSL402",),
    ),
    row(
        r"shared[ ]+(?P<name>\w+)[ ]*=[ ]*(?P<value>.+)",
        sharing.moved_in,
        "a shared layer belongs in the body that uses it, behind its inputs",
    ),
    row(
        r"shared[ ]+(?P<name>\w+)[ ]*=[ ]*(?P<layer>[A-Z]\w*)",
        sharing.given_there,
        "a shared layer is given its arguments in its own line",
    ),
    row(
        r".*->[ ]*[a-z]\w*\(.*",
        sharing.given_at_uses,
        "a shared layer is given its arguments in its own line",
    ),
    row(
        r"shared[ ]+(?P<name>\w+)[ ]*=[ ]*\[(?P<layers>.+)\]",
        sharing.each,
        "each layer is shared by itself",
    ),
    row(
        r"(?:for[ ].*\{[ ]*)?(?P<name>\w+)[ ]*(?:\+=[ ]*|=[ ]*(?P=name)[ ]*\+[ ]*)\[.*",
        loops.begun,
        "a list that a loop adds to begins empty, above it",
    ),
    row(
        r"(?P<before>.*?)(?P<value>\w+)\.shape[ ]*(?P<sign>==|!=|<=|>=|<|>)[ ]*(?P<size>\d+)(?P<behind>.*)",
        "{before}{value}.shape[-1] {sign} {size}{behind}",
        "a shape has a size for each axis, the last of which is `[-1]`",
    ),
    row(
        r"model[ ]+(?P<name>\w+)[ ]*=[ ]*(?P<chain>(?P<first>[A-Z]\w*)\b.*)",
        reordered.model_of_models,
        "a model says what comes in",
    ),
    row(
        r"(?P<name>\w+)[ ]*=[ ]*(?:self\.)?(?:add_)?weight\((?:shape[ ]*=[ ]*)?(?P<shape>\([^()]*\))[ ]*,[ ]*(?:initializer[ ]*=[ ]*)?(?P<first>[^=]+)\)",
        "weight {name}: {shape} = {first}",
        "a weight is declared",
    ),
    row(
        r"(?P<name>\w+)[ ]*=[ ]*(?:self\.)?(?:add_)?weight\((?:shape[ ]*=[ ]*)?(?P<shape>\([^()]*\))\)",
        "weight {name}: {shape}",
        "a weight is declared",
    ),
    row(
        r"(?P<head>(?:output[ ]+)?(?:\w+[ ]*=[ ]*)?)"
        r"(?:(?P<left>\w+)[ ]*(?:->[ ]*_[ ]*)?@[ ]*|ops\.(?:matmul|dot)\([ ]*(?P<right>\w+)[ ]*,[ ]*)(?:ops\.transpose\([ ]*)?"
        r"(?P<name>\w+)\.(?:embeddings|weights\[0\])(?:\.T)?(?:,[ ]*transpose_b=True)?[ ]*\)*[ ]*(?P<rest>->.*)?",
        sharing.turned_back,
        "a table that goes both ways is a `ReversibleEmbedding`",
        codes=("DSL211", "DSL210"),
    ),
    row(
        r"shared[ ]+(?P<layer>[A-Z]\w*(?:\(.*\))?)",
        sharing.named,
        "a shared layer has a name, which stands where it is used",
    ),
    row(
        r"(?P<name>\w+)[ ]*=[ ]*(?:[Rr]ecord[ ]*[({](?P<given>.+)[)}]|\{(?P<braced>.*->.*)\})",
        reordered.filled,
        "a record is made empty, and is given its values by keys",
    ),
    row(
        rf"(?P<before>(?:output[ ]+)?(?:\w+[ ]*=[ ]*)?)(?P<chain>\w+(?:[ ]*[<>][ ]*{_LAYER})+)",
        reordered.compared,
        "an arrow is written `->`",
        text="`>` and `<` compare, and no data flows along them",
        codes=("DSL208", "DSL384", "DSL382"),
    ),
    row(
        rf"(?P<layers>{_LAYER}(?:[ ]*->[ ]*{_LAYER})*)[ ]*->[ ]*(?P<name>[a-z]\w*)",
        reordered.backwards,
        "what comes out is named on the left",
        codes=("DSL207", "DSL206", "DSL389", "DSL108", "DSL201", "DSL202"),
    ),
    row(
        rf"(?P<flow_in>\w+)[ ]*->[ ]*(?P<layers>{_LAYER}(?:[ ]*->[ ]*{_LAYER})*)[ ]*->[ ]*(?P<name>[a-z]\w*)",
        "{name} = {flow_in} -> {layers}",
        "what comes out is named on the left",
        codes=("DSL207",),
    ),
    row(
        rf"(?P<before>(?:output[ ]+)?(?:\w+[ ]*=[ ]*)?)(?P<flow_in>\w+)(?P<chain>(?:[ ]*:[ ]*{_LAYER})+)",
        reordered.with_colons,
        "an arrow is written `->`",
        codes=("DSL101",),
    ),
    row(
        r"input[ ]+(?P<name>\w+)[ ]*:[ ]*(?:[a-z]\w*[ ]*\(|<|\{)[ ]*(?P<sizes>(?:[\w?]+[ ]*,[ ]*)*[\w?]+)[ ]*,?[ ]*[)>}](?P<behind>[ ]*\w*)",
        "input {name}: ({sizes}){behind}",
        "a shape stands in round brackets, behind the `:`",
        codes=("DSL101", "DSL111", "DSL201", "DSL202", "DSL210", "DSL387"),
    ),
    row(
        r"(?P<word>block|model|fn)[ ]+(?P<name>[A-Za-z]\w*)[ ]+(?P<given>[a-z]\w*(?:[ ]*,?[ ]+[a-z]\w*)*)[ ]*(?P<rest>[={].*)",
        reordered.with_parameters,
        "parameters stand in brackets",
        codes=("DSL101",),
    ),
    row(
        r"(?P<head>(?:model|block|fn|for|if)\b[^{]*[^{ ])[ ]*\{[ ]*\{",
        "{head} {{",
        "a body has one brace at either end",
        codes=("DSL102",),
    ),
    row(
        rf"(?P<before>.*->[ ]*)\[(?P<items>{_LAYER}(?:[ ]*,[ ]*{_LAYER})+)[ ]*->[ ]*(?P<rest>(?:Concatenate|Add|Multiply|Average|Maximum|Minimum|Subtract|Dot)\b.*)",
        "{before}[{items}] -> {rest}",
        "close it with `]` before the arrow",
        codes=("DSL102",),
    ),
    row(
        r"(?P<before>.*\[.*->.*?)[ ]*->[ ]*(?P<rest>(?:Concatenate|Add|Multiply|Average|Maximum|Minimum|Subtract|Dot)\b.*)",
        "{before}] -> {rest}",
        "close it with `]` before the arrow",
        codes=("DSL102",),
    ),
    row(
        r"(?P<before>.*)\[(?P<items>[ ]*\w+(?:[ ]*,[ ]*\w+)+)[ ]*->[ ]*(?P<rest>[A-Z].*)",
        "{before}[{items}] -> {rest}",
        "close it with `]` before the arrow",
        codes=("DSL102",),
    ),
    row(
        r"(?P<before>.*[A-Z]\w*)[ ]+(?P<given>[\w\"'][^()]*\).*)",
        "{before}({given}",
        "its `(` is missing",
        codes=("DSL103",),
    ),
    row(
        r"(?P<before>.*\b\w+[ ]*=[ ]*)(?P<word>sum|max|min|mean|all|any|abs)(?P<behind>[ ]*[,)].*)",
        '{before}"{word}"{behind}',
        "to Keras it is a string",
        codes=("DSL210", "DSL201", "DSL202"),
    ),
    row(
        r"(?P<before>.*[\w)\]])\.[ ]+(?P<behind>[A-Za-z_]\w*.*)",
        "{before}, {behind}",
        "a comma stands between them",
        codes=("DSL211",),
    ),
)
