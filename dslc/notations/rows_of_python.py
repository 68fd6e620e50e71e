"""Statements and calls of Python and of its libraries, where a line and those around it say what is meant.

In: nothing.  Out: a row each, the first of which that leads to a right text is taken (see `rephrased`).
"""

from __future__ import annotations

from dslc.diagnostics.vocabulary.blocks import BLOCKS
from dslc.diagnostics.vocabulary.composed import ESTIMATORS
from dslc.diagnostics.vocabulary.layers import MERGES
from dslc.notations import layer_lists, loops, outside, pythonic, reordered, turns
from dslc.notations.rephrasing import row

_GIVEN = r"(?P<given>\((?:[^()]|\([^()]*\))*\))?"
_KIND = r"(?P<kind>(?:fn|initializer|regularizer|constraint|activation)[ ]+)?"

_MERGES = "|".join(MERGES.values())

ROWS = (
    row(
        r"def[ ]+(?P<name>(?!__|forward\b|call\b|build\b|setup\b)\w+)[ ]*\((?P<given>.*)\)[ ]*(?:->[^:{]*)?[:{](?P<rest>.*)",
        reordered.block_of_def,
        "a part that is used several times is a block, above the model",
        "a function of Python holds no layers here",
    ),
    row(
        r"while[ ]+\(?(?P<name>\w+)[ ]*(?P<sign><=?)[ ]*(?P<last>(?:[^{}:()]|\([^()]*\))+?)\)?[ ]*[{:](?P<rest>.*)",
        turns.counted_by_hand,
        "a loop goes through values that are known",
    ),
    row(
        r"while[ ]+(?P<test>\(?(?P<name>\w+)[ ]*(?:[>%&]|!=|//)[^{:]*?)[ ]*[{:](?P<rest>.*)",
        loops.bounded,
        "this one takes as many of 16 turns as it needs",
        "a loop has an end that is known, and goes through values",
    ),
    row(
        r"(?:if[ ]+(?P<test>[^{:]+?)[ ]*[{:][ ]*)?(?P<word>break|continue)[ ]*\}?",
        loops.left_out,
        "a condition says for which of its values there is something to do",
        "a loop goes through all of its values, and is not left early",
    ),
    row(
        r"for[ ]+(?P<each>\w+)[ ]+in[ ]+(?P<list>\w+)[ ]*[{:](?P<rest>.*)",
        layer_lists.through_layers,
        "make each layer where it is used",
    ),
    row(
        r"(?P<name>\w+)[ ]*=[ ]*(?:\w+\.)*(?:ModuleDict\(|dict\()?\{(?P<entries>.*)\}\)?",
        layer_lists.chosen_by_key,
        "a layer is chosen where it is used",
        codes=("DSL394", "DSL107"),
        is_last=True,
    ),
    row(
        r"self\.(?P<list>[a-z]\w*)[ ]*=[ ]*(?:(?:\w+\.)*ModuleList\()?\[\]\)?",
        layer_lists.through_attribute,
        "make each layer where it is used",
        codes=("DSL109",),
    ),
    row(
        r"(?P<before>(?:output[ ]+)?(?:\w+[ ]*=[ ]*)?)(?:(?P<flow_in>[^{}]*?)[ ]*->[ ]*)?(?:(?:\w+\.)*Sequential\(\*?(?:self\.)?(?P<list>[a-z]\w*)\)(?:\((?P<value>\w+)\))?|(?P<bare>[a-z]\w*))(?P<behind>(?:[ ]*->.*)?)",
        layer_lists.as_chain,
        "make each layer where it is used",
        codes=("DSL202", "DSL207", "DSL210", "DSL227"),
        is_last=True,
    ),
    row(
        rf"(?!(?:from|import|include|use)\b).*\b(?:{'|'.join(BLOCKS)})\b.*",
        reordered.with_block,
        "Keras has no such layer, a block above the model is one",
    ),
    row(
        rf"(?P<before>.*?)(?:\b\w+\.)*\b(?P<name>{'|'.join(ESTIMATORS)})\((?P<arguments>(?:[^()]|\([^()]*\))*)\)(?P<behind>.*)",
        reordered.chained,
        "Keras has no such layer, its layers stand in a chain",
    ),
    row(
        r"(?:\"\"\"|\"|')(?P<words>[^\"'\\]+)(?:\"\"\"|\"|')",
        "# {words}",
        "a docstring is the first line of a body, any other remark a comment",
        codes=("DSL107",),
    ),
    row(
        r"(?P<before>.*\bzip\(.*),[ ]*strict[ ]*=[ ]*(?:True|False)\)(?P<behind>.*)",
        "{before}){behind}",
        "`zip` ends with the shortest",
    ),
    row(
        r"(?P<name>\w+)[ ]*=[ ]*lambda[ ]+(?P<given>[\w, ]*?)[ ]*:[ ]*(?P<body>.+)",
        pythonic.lambda_block,
        "there is no lambda, a block is a part with a name",
    ),
    row(
        r"(?P<name>\w+)[ ]*=[ ]*(?:functools\.)?partial\((?:\w+\.)*(?P<layer>[A-Z]\w*)[ ]*,[ ]*(?P<given>.+)\)",
        pythonic.partial_block,
        "a layer with some of its arguments is a block",
    ),
    row(
        r"(?P<target>(?:\w+[ ]*=|output)[ ]*)?(?:match|switch|case)[ ]+\(?(?P<value>[\w.]+)\)?[ ]*[{:]",
        pythonic.matched,
        "a choice is written with `if`",
    ),
    row(
        r"(?:with[ ]+[^{]+|try)[ ]*[{:]",
        pythonic.unwrapped,
        "nothing is entered or caught while a model is made",
    ),
    row(
        r"(?:if[ ]+(?P<test>[^{:]+?)[ ]*[{:][ ]*)?(?:raise[ ]+\w+|raise|[Ee]rror|fail|panic|throw|abort|[A-Z]\w*(?:Error|Exception))\((?P<words>.*)\)[ ]*\}?",
        pythonic.asserted,
        "what has to hold is said by `assert`",
    ),
    row(
        r"(?:block|model)[ ]+(?P<name>\w+)[ ]*\((?P<given>[^()]*\*[^()]*)\).*",
        pythonic.gathered,
        "no argument is gathered: a parameter is given a list or a dictionary",
    ),
    row(
        r"class[ ]+(?P<name>\w+)(?:\(\w*\))?[ ]*:",
        pythonic.settings,
        "settings of a file stand in a dictionary",
        "a class of Python holds no settings here",
    ),
    row(
        r"(?P<before>.*)\b(?:np|numpy)\.(?P<name>prod|ceil|floor|sqrt|log|log2|exp|pi)\b(?P<behind>.*)",
        "{before}math.{name}{behind}",
        "numbers compute with `math`",
        codes=("DSL227",),
        is_last=True,
    ),
    *(
        row(
            rf"(?P<before>.*)\breduce\((?:operator\.{function}|lambda[ ]+(\w+)[ ]*,[ ]*(\w+)[ ]*:[ ]*\2[ ]*\{sign}[ ]*\3)[ ]*,[ ]*(?P<values>.+)\)(?P<behind>.*)",
            f"{{before}}{{values}} -> {layer}{{behind}}",
            "a layer merges a list",
        )
        for function, sign, layer in (("add", "+", "Add"), ("mul", "*", "Multiply"))
    ),
    row(
        r"if[ ]+(?:not[ ]+)?isinstance\(.*\{.*\}",
        "",
        "the types of parameters are not asked",
    ),
    row(
        r"(?P<before>.*?)getattr\((?:\w+\.)*(?:ops|activations|F|nn)[ ]*,[ ]*(?P<name>\w+)\)\((?P<value>\w+)\)(?P<behind>.*)",
        "{before}{value} -> Activation({name}){behind}",
        "an activation by its name is a layer",
    ),
    row(
        r"(?P<before>.*)\b(?:eval|exec)\([\"'](?P<text>[^\"']*)[\"']\)(?P<behind>.*)",
        "{before}{text}{behind}",
        "nothing is evaluated, it stands there as it is",
    ),
    row(
        r"(?P<before>.*)\brandom\.choice\([\[(][ ]*(?P<first>[^,\])]+)[^\])]*[\])]\)(?P<behind>.*)",
        "{before}{first}{behind}",
        "a model is made of what is known, and nothing is drawn for it; here is the first",
    ),
    row(r"(?P<before>.*?)\byield[ ]+(?P<rest>.+)", "{before}output {rest}", "a result is an output"),
    row(r"(?P<before>.*?)\bawait[ ]+(?P<rest>.+)", "{before}{rest}", "nothing is waited for"),
    row(
        r"class[ ]+(?P<name>\w+)[ ]*\(.+\)[ ]*:",
        pythonic.class_block,
        "a class with layers is a block",
        "a class of Python is no part of a model text",
    ),
    row(
        r"(?P<before>.*?)\((?P<name>\w+)[ ]*:=[ ]*(?P<value>[^()]+(?:\([^()]*\))?[^()]*)\)(?P<behind>.*)",
        "{name} = {value}\n{before}{name}{behind}",
        "a name is given its value on a line of its own",
    ),
    row(
        r"(?P<before>.*?)\b(?P<name>[a-z_]\w*)[ ]*:=[ ]*(?P<value>[\w.\"'+*/ -]+?)(?P<behind>[ ]*[,)].*)",
        "{name} = {value}\n{before}{name}{behind}",
        "a name is given its value on a line of its own",
        codes=("DSL101",),
    ),
    *(
        row(
            rf"(?P<before>.*?)(?<![\w.]){name}\((?P<behind>.*)",
            f"{{before}}ops.{function}({{behind}}",
            "functions of tensors stand under `ops`",
            codes=("DSL381", "DSL382"),
        )
        for name, function in (("any", "any"), ("all", "all"), ("sorted", "sort"), ("reversed", "flip"))
    ),
    row(
        r"(?P<name>\w+)[ ]*:[ ]*(?:list|dict|tuple|set|List|Dict|Tuple|Optional|Union|Sequence|Any|(?:\w+\.)*Tensor)(?:\[.*?\])?[ ]*=[ ]*(?P<value>.+)",
        "{name} = {value}",
        "a value needs no type",
    ),
    row(r"(?P<before>.*\{)[ ]*pass[ ]*(?P<behind>\}.*)", "{before} {behind}", "a body may be empty"),
    row(
        r"(?:pass|\.\.\.)[ ]*;?",
        pythonic.as_it_comes,
        "a block that does nothing yet gives what it takes",
        text="`{line}` gives nothing",
    ),
    row(
        r"(?:pass|\.\.\.)[ ]*;?", "", "a body may be empty", text="`{line}` is no statement of this language"
    ),
    row(r"assert[ ]+isinstance\(.*", "", "the types of parameters are not asked"),
    row(
        r"self\.\w+[ ]*=(?!=)[ ]*(?:\w+\.)*[A-Z].+",
        reordered.attributes,
        "there is no `self`: a layer with a name is shared",
    ),
    row(
        r"(?P<before>.*?)\.to\((?:[\"'](?:cuda|cpu|mps|gpu)[^\"']*[\"']|device)\)(?P<behind>.*)",
        "{before}{behind}",
        "where something is computed is none of the model's business",
    ),
    row(
        r"(?:torch\.)?nn\.init\.\w+\(.*\)",
        "",
        "what weights begin with is an argument of the layer, such as `kernel_initializer`",
    ),
    row(
        r"(?P<name>\w+)\.requires_grad_?(?:\(False\)|[ ]*=[ ]*False)",
        reordered.frozen,
        "whether a layer is trained is an argument where it is made",
    ),
    row(
        r"(?P<before>.*)\b(?:collections\.)?OrderedDict\(\[(?P<pairs>.*)\]\)(?P<behind>.*)",
        reordered.of_pairs,
        "layers in a chain have no names of their own",
    ),
    row(
        r"for[ ]+(?P<name>\w+)[ ]+in[ ]+[(\[]?(?P<first>\w+)[ ]*(?P<sign>:|\.\.[.<]?=?|to|\.\.\.)[ ]*(?P<last>\w+(?:\([\w.]*\))?)[)\]]?[ ]*\{(?P<rest>.*)",
        loops.from_to,
        "a loop goes through a range of numbers",
    ),
    row(
        r"for[ ]+(?P<values>(?:range|enumerate|zip)\(.*?\)|\[.*?\])[ ]*\{(?P<rest>.*)",
        "for _ in {values} {{{rest}",
        "a loop gives each of its values a name",
    ),
    row(
        r"(?P<number>\w+)\.times[ ]*(?:do[ ]*)?\{[ ]*(?:\|\w+\|)?(?P<rest>.*)",
        "for _ in range({number}) {{{rest}",
        "a loop goes through a range of numbers",
    ),
    row(
        r"while[ ]+\(?(?:True|true|1)\)?[ ]*[{:](?P<rest>.*)",
        loops.endless,
        "a loop has an end that is known: this one takes 10 turns",
    ),
    row(
        r"(?P<before>.*->[ ]*)\[(?P<layers>[A-Z][^\[\]]*)\][ ]*\*[ ]*(?P<number>[2-9])(?P<behind>.*)",
        pythonic.repeated,
        "layers one after the other are a chain",
    ),
    row(
        r"(?P<before>.*?(?:[(,=\[{][ ]*|->[ ]*))(?P<test>(?:(?!->)[^()\[\],?={])+?)[ ]*\?[ ]*(?P<one>\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|(?:(?!->)[^:?])+?)[ ]*:[ ]*(?P<other>\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|(?:(?!->)[^(),:])+(?:\([^()]*\))?)(?P<behind>.*)",
        "{before}{one} if {test} else {other}{behind}",
        "a choice is written with words",
        codes=("DSL101", "DSL106"),
    ),
    row(
        r"(?P<before>.*->[ ]*)if[ ]+(?P<test>\w+|not[ ]+\w+|\(.*?\)|\w+[ ]*[=!<>]+[ ]*[\w\"]+)[ ]+(?:then[ ]+)?\{?[ ]*(?P<one>[A-Z].*?)[ ]*\}?[ ]+else[ ]+\{?[ ]*(?P<other>[^{}]+?)[ ]*\}?",
        "{before}{one} if {test} else {other}",
        "inside a line what is chosen stands before its test",
        codes=("DSL101",),
    ),
    row(
        r"(?P<before>.*?)(?:list\()?\bmap\(lambda[ ]+(?P<names>[\w, ]+?)[ ]*:[ ]*(?P<body>(?:[^()]|\((?:[^()]|\([^()]*\))*\))*?)[ ]*,[ ]*(?P<values>\w+(?:\(.*?\))?|\[[^\[\]]*\])\)(?P<behind>.*)",
        pythonic.mapped,
        "a list of what is made of each value says so",
    ),
    row(
        r"(?P<before>.*?)(?:list\()?\bfilter\(lambda[ ]+(?P<names>\w+)[ ]*:[ ]*(?P<body>(?:[^()]|\((?:[^()]|\([^()]*\))*\))*?)[ ]*,[ ]*(?P<values>\w+(?:\(.*?\))?|\[[^\[\]]*\])\)(?P<behind>.*)",
        pythonic.filtered,
        "a list says which values are taken",
    ),
    row(
        r"(?P<before>(?:output|return)[ ]+|\w+[ ]*=[ ]*)(?:functools\.)?reduce\(lambda[ ]+(?P<flow>\w+)[ ]*,[ ]*(?P<each>\w+)[ ]*:[ ]*(?P<body>.+)[ ]*,[ ]*(?P<values>\w+|\[[^\[\]]*\]|range\(\w+\))[ ]*,[ ]*(?P<first>\w+)\)",
        pythonic.folded,
        "what goes on from turn to turn is a loop",
    ),
    row(
        r"(?P<before>.*?)\bmath\.pow\((?P<base>\w+)[ ]*,[ ]*(?P<power>\w+)\)(?P<behind>.*)",
        "{before}{base} ** {power}{behind}",
        "a power of whole numbers is whole",
        codes=("DSL305",),
    ),
    row(
        r"(?P<one>\w+)[ ]*=[ ]*(?P<two>\w+)[ ]*=(?!=)[ ]*(?P<value>[^=].*)",
        "{two} = {value}\n{one} = {two}",
        "a name is given its value on a line of its own",
        codes=("DSL101",),
    ),
    row(
        r".*?\b(?P<name>[a-z]\w*)\.pop\((?P<place>0|-1)?\).*",
        pythonic.popped,
        "a list stays what it is: one without that value takes its name",
        codes=("DSL211",),
    ),
    row(
        r"(?:optimi[sz]er|metrics?|epochs|batch_size|callbacks|learning_rate|lr|compile|fit|train|scheduler|loss_fn|criterion)\b.*",
        pythonic.without_training,
        "training stays in the Python that imports the model",
        codes=("DSL101", "DSL201", "DSL202", "DSL227", "DSL107"),
    ),
    row(
        r"(?P<before>.*?)\b(?P<outer>[A-Z]\w*)\((?P<inner>[A-Z]\w*)\((?P<data>[a-z]\w*)\)\)(?P<behind>.*)",
        "{before}{data} -> {inner} -> {outer}{behind}",
        "data flows along arrows, through the inner one first",
        codes=("DSL210", "DSL389"),
    ),
    row(
        r"(?:try|except\b.*|finally)[ ]*:",
        pythonic.without_imports,
        "layers, `ops` and `applications` are there without an import",
    ),
    row(
        r"\w+[ ]*(?::[ ]*TypeAlias[ ]*)?=[ ]*(?:typing\.)?(?:Tuple|List|Dict|Optional|Union|Callable|Literal|Any|Sequence|NewType|TypeVar)\b.*",
        "",
        "a value needs no type",
    ),
    row(
        r"(?P<before>.*?)[ ]*->[ ]*(?:print|tf\.print|breakpoint|display)(?:\([^()]*\))?(?P<behind>[ ]*->.*|)",
        "{before}{behind}",
        "a model prints nothing, and `dslc summary` shows the shapes",
    ),
    row(r"print[ ]+.*", "", "a model prints nothing, and `dslc summary` shows the shapes", codes=("DSL101",)),
    row(r"assert[ ]+(?:type|callable|issubclass)\(.*", "", "the types of parameters are not asked"),
    row(
        r"(?P<head>(?:output[ ]+)?\w+[ ]*=|output)[ ]*->[ ]*(?P<rest>.+)",
        "{head} {flow} -> {rest}",
        "a chain begins with a value",
        codes=("DSL101",),
    ),
    row(
        rf"(?P<head>output[ ]+(?:\w+[ ]*=[ ]*)?|\w+[ ]*=[ ]*)(?P<of>\w+)[ ]*->[ ]*\[(?P<layer>[^\[\]]+?)[ ]+for[ ]+(?P<target>[\w, ]+?)[ ]+in[ ]+(?P<values>(?:[^\[\]]|\[[^\[\]]*\])+)\](?P<rest>[ ]*->(?![ ]*(?:{_MERGES})\b).+)",
        "for {target} in {values} {{ {of} = {of} -> {layer} }}\n{head}{of}{rest}",
        "layers one after the other are a loop",
        codes=("DSL206",),
    ),
    row(
        r"(?P<loop>for[ ].*\})[ ]*else[ ]*\{[ ]*(?P<body>.*?)[ ]*\}",
        "{loop}\n{body}",
        "a loop goes through all of its values, and what follows stands behind it",
        codes=("DSL101",),
    ),
    row(
        r"while[ ]+(?:len\()?(?P<name>\w+)\)?(?:[ ]*(?:>[ ]*0|!=[ ]*(?:0|\[\])))?[ ]*[{:](?P<rest>.*)",
        loops.through_list,
        "a loop goes through the values of a list",
    ),
    row(
        r"(?P<before>(?:.*\{[ ]*)?)(?P<name>\w+)[ ]*=[ ]*(?P=name)[ ]*\+[ ]*\((?P<value>[^()]*->[^()]*(?:\([^()]*\))?)\)(?P<behind>[ ]*\}?)",
        "{before}{name} += [{value}]{behind}",
        "a list takes another value in brackets",
        codes=("DSL457",),
    ),
    row(
        r"(?P<before>(?:.*\{[ ]*)?)(?P<name>\w+)[ ]*=[ ]*(?P=name)[ ]*\+[ ]*(?P<value>[a-z]\w*)(?P<behind>[ ]*\}?)",
        "{before}{name} += [{value}]{behind}",
        "a list takes another value in brackets",
        codes=("DSL457", "DSL381"),
    ),
    row(
        r"(?P<before>.*regularizer[ ]*=[ ]*)[\"'](?P<rate>0?\.\d+|\d+e-?\d+)[\"'](?P<behind>.*)",
        "{before}regularizers.L2({rate}){behind}",
        "a penalty with a number of its own is an object",
        codes=("DSL491",),
    ),
    row(
        r"(?P<before>.*?->[ ]*)\|[ ]*(?P<name>[a-z]\w*)[ ]*\|[ ]*(?P<body>[^|]*?)(?P<behind>[ ]*->.*)?",
        pythonic.arrow_function,
        "there are no functions without a name, an expression in `_` says it",
        codes=("DSL106", "DSL101"),
    ),
    row(
        r"(?P<before>.*?->[ ]*)\(?\(?(?P<name>[a-z]\w*)\)?[ ]*=>[ ]*(?P<body>(?:[^()]|\((?:[^()]|\([^()]*\))*\))*?)\)?(?P<behind>[ ]*->.*)?",
        pythonic.arrow_function,
        "there are no functions without a name, an expression in `_` says it",
    ),
    row(
        r"(?P<name>\w+)[ ]*(?P<sign>\+\+|--)[ ]*;?",
        loops.counted,
        "a number is counted on with `+= 1`",
    ),
    row(
        r"(?P<before>.*?)(?:\w+\.)*\b(?:cond|switch)\((?P<test>.+?),[ ]*lambda[ ]*\w*[ ]*:[ ]*(?P<one>.+?),[ ]*lambda[ ]*\w*[ ]*:[ ]*(?P<other>.+?)\)(?P<behind>(?:[ ]*->.*)?)",
        "{before}cond({test}, {one}, {other}){behind}",
        "the ways of a `cond` are stages behind an arrow",
        codes=("DSL101",),
    ),
    row(
        r"output[ ]+(?:keras\.)?Model\((?:inputs[ ]*=[ ]*)?(?:\w+|\[[^\[\]]*\])[ ]*,[ ]*(?:outputs[ ]*=[ ]*)?(?P<given>\w+|\[[^\[\]]*\])(?:[ ]*,.*)?\)",
        pythonic.outputs_of_model,
        "a model is its body, and says what it gives",
        codes=("DSL202", "DSL210", "DSL227"),
    ),
    row(
        r"import[ ]+(?P<file>[a-z]\w*)(?:[ ]+as[ ]+(?P<alias>\w+))?",
        outside.of_module,
        "every name that is taken is said, with its file",
        codes=("DSL101", "DSL202", "DSL210", "DSL117"),
    ),
)
