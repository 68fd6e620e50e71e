"""What other libraries write in several lines, or with parts of their own.

In: nothing.  Out: a row each, the first of which that leads to a right text is taken (see `rephrased`).
"""

from __future__ import annotations

from dslc.notations import chains, formulas, libraries
from dslc.notations.rephrasing import row

_CALL = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"

ROWS = (
    row(
        rf"(?P<before>.*?)(?:\w+\.)*\w*(?:Encoder|Decoder|Stack|Layers)\((?:\w+[ ]*=[ ]*)?(?:self\.)?(?P<layer>(?:\w+\.)*\w*Layer{_CALL}|[a-z]\w*)[ ]*,[ ]*(?:num_layers[ ]*=[ ]*|depth[ ]*=[ ]*)?(?P<number>\d+)\b[^()]*\)(?P<behind>.*)",
        libraries.stacked,
        "a layer stands in a chain as often as there are layers, and one that Keras has not is a block",
    ),
    row(
        r"(?P<name>\w+)[ ]*=[ ]*(?:\w+\.)*ModuleDict\(\{?(?P<entries>.*?)\}?\)",
        libraries.by_key,
        "each layer is shared by a name of its own",
    ),
    row(
        r"(?P<name>\w+)[ ]*=[ ]*(?:\w+\.)*(?:Hybrid)?(?:Sequential|Sequence|Chain|ModuleList|SequentialCell)\((?:\[\])?\)",
        libraries.added_up,
        "layers one after the other are a chain, which is `shared` where it has a name",
    ),
    row(
        r".*\b[A-Z]\w*\((?:\([\d, ]+\)[ ]*,[ ]*)?\w+[ ]*(?:=>|→)[ ]*\w+.*",
        libraries.from_to,
        "Keras finds out itself how many values come in",
        codes=("DSL101", "DSL106", "DSL119", "DSL120"),
    ),
    row(
        r"(?P<before>(?:output[ ]+)?(?:\w+[ ]*=[ ]*)?)(?P<formula>.*\b(?:[WUVM]|w|theta|weights?)(?:_?\d{1,2}|_\w{1,3})?[a-z]?\b.*)",
        formulas.formula,
        "a layer has its weights itself, and as many units as it is told",
        codes=("DSL201", "DSL202", "DSL101", "DSL227", "DSL119", "DSL106", "DSL210"),
    ),
    row(
        r"model[ ]+\w+.*\{",
        libraries.input_layer,
        "what comes in is an input",
    ),
    row(
        rf"(?:loss\w*[ ]*[:=]?[ ]*)(?:\w+\.)*(?P<name>{libraries.LOSSES})\((?P<one>\w+)[ ]*,[ ]*(?P<two>\w+)\)",
        libraries.loss,
        "a loss is one number of what is wanted and what is there",
    ),
    row(
        rf"(?P<criterion>\w+)[ ]*=[ ]*(?:\w+\.)*(?P<name>{libraries.LOSSES})\([^()]*\)",
        libraries.criterion,
        "a loss is computed where it is said, as one number",
    ),
    row(
        r"(?P<before>.*?)(?:\w+\.)*[A-Z]\w*\.(?:from_pretrained|from_preset|from_config)\([ ]*[\"'](?P<model>[^\"']+)[\"'][^()]*\)(?:\((?P<flow>\w+)\))?(?:\.\w+|\[0\])?(?P<behind>(?:[ ]*->.*)?)",
        libraries.pretrained,
        "a model of Python is declared above, with its module and its shapes",
    ),
    row(
        rf"(?:output[ ]+)?(?:\w+[ ]*=[ ]*)?(?:onnx\.|op\.)?(?:{libraries.NODES})[ ]*(?:<[^<>]*>)?[ ]*\([a-z]\w*(?:[ ]*,.*)?\)",
        libraries.nodes,
        "here a layer has its weights itself, and stands behind an arrow",
        codes=("DSL101", "DSL119", "DSL210", "DSL202", "DSL201", "DSL227", "DSL302", "DSL305"),
    ),
    row(
        r"(?:self\.)?(?P<name>\w+)[ ]*=[ ]*(?:tf\.(?:compat\.v1\.)?get_variable|hk\.get_parameter|self\.param|self\.variable|self\.create_parameter|self\.register_parameter|(?:torch\.)?(?:nn\.)?Parameter|tf\.Variable|mx\.sym\.Variable|nnx\.Param|T\.shared|theano\.shared)\((?P<given>.*)\)",
        libraries.weight,
        "a weight is declared, with its shape and what it begins with",
    ),
    row(
        r"(?P<one>\w+)[ ]*,[ ]*(?P<two>\w+)[ ]*=[ ]*(?:torch\.(?P<function>max|min)\((?P<value>\w+)[ ]*,[ ]*(?:dim[ ]*=[ ]*)?(?P<axis>-?\d)\))",
        "{one} = ops.{function}({value}, axis={axis})\n{two} = ops.arg{function}({value}, axis={axis})",
        "the greatest value and its place are two functions",
    ),
    row(
        r"(?P<one>\w+)[ ]*,[ ]*(?P<two>\w+)[ ]*=[ ]*(?P<value>\w+)\.(?P<function>max|min)\((?:dim[ ]*=[ ]*|axis[ ]*=[ ]*)?(?P<axis>-?\d)\)",
        "{one} = ops.{function}({value}, axis={axis})\n{two} = ops.arg{function}({value}, axis={axis})",
        "the greatest value and its place are two functions",
    ),
    row(
        r"(?P<before>.*?)(?:\w+\.)*\bcheckpoint\((?P<layer>(?:\w+\.)*[A-Z]\w*(?:\([^()]*\))?)[ ]*,[ ]*(?P<data>\w+)\)(?P<behind>.*)",
        "{before}{data} -> {layer}{behind}",
        "how memory is saved in training is none of the model's business",
    ),
    row(
        r"(?P<before>.*?)(?:\w+\.)*\b(?P<name>pixel_shuffle|patch_embed|squeeze_excite|se_block|residual_block|conv_block|transformer_block|transformer_encoder|transformer_layer|encoder_layer|positional_encoding|double_conv)\((?P<given>[a-z]\w*(?:[ ]*,[^()]*)?)\)(?P<behind>.*)",
        libraries.block_as_function,
        "Keras has no such layer, a block above the model is one",
    ),
    row(
        r"(?P<before>.*?)(?:\w+\.)*\beinsum\((?P<first>(?:\w+[ ]*,[ ]*)*)[\"'](?P<equation>[\w ]+(?:,[\w ]+)*->[\w ]*)[\"'](?P<last>(?:[ ]*,[ ]*\w+)*)\)(?P<behind>.*)",
        libraries.equation,
        "an equation has a letter for each axis, and stands first",
        codes=("DSL463", "DSL202", "DSL201", "DSL456"),
    ),
    row(
        r"(?P<before>.*?)(?:\w+\.)*\beinsum\((?P<given>[a-z_]\w*[ ]*,[ ]*[a-z_]\w*)\)(?P<behind>.*)",
        libraries.without_equation,
        "the first argument says by letters which axes are multiplied, and which are left",
        codes=("DSL456", "DSL453", "DSL202", "DSL210"),
    ),
    row(
        r"(?P<before>(?:\w+[ ]*=[ ]*|output[ ]+)?)(?:\w+\.)*conv(?P<n>[123])d\((?P<data>[a-z]\w*)[ ]*,[ ]*(?P<given>(?:[^()]|\([^()]*\))*\b(?:filters|kernel_size|units)[ ]*=(?:[^()]|\([^()]*\))*)\)(?P<behind>.*)",
        "{before}{data} -> Conv{n}D({given}){behind}",
        "what is told how many filters there are is a layer",
        codes=("DSL210", "DSL202", "DSL452", "DSL227"),
    ),
    row(
        r"(?P<before>(?:\w+[ ]*=[ ]*|output[ ]+)?)(?:(?:tf\.nn|tf|F|K|nn|torch\.nn\.functional|ops|keras\.ops)\.)?conv(?P<n>[123])d\((?P<data>[a-z]\w*)[ ]*,[ ]*(?P<given>\d+[ ]*,(?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)(?P<behind>.*)",
        "{before}{data} -> Conv{n}D({given}){behind}",
        "what is told how many filters there are is a layer",
        codes=("DSL210", "DSL202", "DSL452", "DSL227", "DSL457"),
    ),
    row(
        r"self\.register_buffer\([\"'](?P<name>\w+)[\"'][ ]*,[ ]*(?P<value>.+?)(?:,[ ]*persistent[ ]*=[ ]*\w+)?\)",
        libraries.buffer,
        "a value has a name, and there is no `self`",
    ),
    row(
        r"(?P<before>.*?)(?<![\w.])(?:\w+\.)*K\.random_(?P<kind>normal|uniform)\((?P<given>(?:[^()]|\([^()]*\))*)\)(?P<behind>.*)",
        "{before}random.{kind}({given}){behind}",
        "functions that draw numbers are under `random.`",
        codes=("DSL227",),
    ),
    row(
        r"(?P<before>.+?)(?<![\w.])(?:stax|trax|nn|hk|eqx)\.(?:[sS]erial|[sS]equential)\((?P<layers>.*)",
        chains.serial,
        "layers one after the other are a chain, which is `shared` where it has a name",
        codes=("DSL227",),
    ),
    row(
        r".*\bself\.\w+\(.*",
        libraries.by_their_names,
        "a layer stands where it is used, with what it is given",
        codes=("DSL210", "DSL202"),
    ),
    row(
        r".*(?:feature_column\.|DenseFeatures\().*",
        libraries.columns,
        "each column is an input of its own, and what is made of them is merged",
    ),
    *(
        row(
            rf"(?P<before>.*?)(?<![\w.]){function}\((?P<values>\w+|\[.*\])\)(?P<behind>.*)",
            f"{{before}}{{values}} -> {layer}{{behind}}",
            "a list of tensors is merged by a layer",
            codes=("DSL382", "DSL457"),
        )
        for function, layer in (
            (r"(?:ops\.)?max", "Maximum"),
            (r"(?:ops\.)?min", "Minimum"),
            (r"(?:ops\.)?sum", "Add"),
            (r"(?:ops\.)?mean", "Average"),
        )
    ),
)
