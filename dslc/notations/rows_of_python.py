"""Statements and calls of Python and of its libraries, where a line and those around it say what is meant.

In: nothing.  Out: a row each, the first of which that leads to a right text is taken (see `rephrased`).
"""

from __future__ import annotations

from dslc.diagnostics.vocabulary.blocks import BLOCKS
from dslc.notations import loops, pythonic, reordered
from dslc.notations.rephrasing import row

_GIVEN = r"(?P<given>\((?:[^()]|\([^()]*\))*\))?"
_KIND = r"(?P<kind>(?:fn|initializer|regularizer|constraint|activation)[ ]+)?"

ROWS = (
    row(
        r"def[ ]+(?P<name>(?!__|forward\b|call\b|build\b|setup\b)\w+)[ ]*\((?P<given>.*)\)[ ]*(?:->[^:]*)?:(?P<rest>.*)",
        reordered.block_of_def,
        "a part that is used several times is a block, above the model",
        "a function of Python holds no layers here",
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
        loops.through_layers,
        "make each layer where it is used",
    ),
    row(
        rf".*\b(?:{'|'.join(BLOCKS)})\b.*",
        reordered.with_block,
        "Keras has no such layer, a block above the model is one",
    ),
    row(
        r"(?P<before>.*?)(?<![\w.])MLP\((?P<arguments>(?:[^()]|\([^()]*\))*)\)(?P<behind>.*)",
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
        r"(?:match|switch|case)[ ]+\(?(?P<value>[\w.]+)\)?[ ]*[{:]",
        pythonic.matched,
        "a choice is written with `if`",
    ),
    row(
        r"(?:with[ ]+[^{]+|try)[ ]*[{:]",
        pythonic.unwrapped,
        "nothing is entered or caught while a model is made",
    ),
    row(
        r"(?:if[ ]+(?P<test>[^{:]+?)[ ]*[{:][ ]*)?raise[ ]+\w+\((?P<words>.*)\)[ ]*\}?",
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
)
