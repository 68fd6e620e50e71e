"""Words, heads and files as other languages write them.

In: nothing.  Out: a row each, the first of which that leads to a right text is taken (see `rephrased`).
"""

from __future__ import annotations

from dslc.diagnostics.vocabulary.words import WORDS
from dslc.notations import first_heads, heads, outside, reordered, sharing
from dslc.notations.rephrasing import row

_GIVEN = r"(?P<given>\((?:[^()]|\([^()]*\))*\))?"
_UNREAD = ("DSL101", "DSL107", "DSL108", "DSL201", "DSL202", "DSL602")

_TYPE = r"(?:(?:\w+\.)*(?:[A-Z][a-z]+[A-Za-z]*(?:\[.*\])?|[a-z]*tensor|any|u?int\d*|float\d*|bool|str(?:ing)?|number|vector|n?d?array|double|real|none|null)|(?:\w+\.)+\w+)"
"""A type, as other languages write it in the place of a shape."""

ROWS = (
    row(
        r".*\brange\([ ]*(?P<name>[A-Za-z_]\w*)[ ]*\).*",
        outside.times,
        "how often a loop goes on is known when the model is made: a parameter says it",
        codes=("DSL381",),
    ),
    row(
        r"(?P<head>input[ ]+\w+(?:\[\w+\])?[ ]*:[ ]*\(.*?\)(?:[ ]*\w*\d+)?)[ ]*,?[ ]*(?:when|if)[ ]+(?P<test>[^{}]+)",
        outside.in_one_way,
        "what is there in one way alone stands in an `if`",
        codes=("DSL101",),
    ),
    row(
        r"(?P<before>(?:.*\{[ ]*)?)raise(?:[ ]+\w+(?:\([ ]*(?P<text>f?[\"'].*?[\"'])[^()]*\))?)?(?P<behind>[ ]*\}?)",
        outside.refused,
        "what is refused is said by `assert`",
        codes=("DSL101", "DSL108"),
    ),
    row(
        r"(?P<before>.*\[[ ]*)(?P<values>[A-Za-z_]\w*(?:[ ]+[A-Za-z_]\w*)+)(?P<behind>[ ]*\][ ]*->.*)",
        outside.with_commas,
        "values of a list have commas between them",
        codes=("DSL101",),
    ),
    row(
        rf"input[ ]+(?P<name>\w+)[ ]*:[ ]*{_TYPE}",
        first_heads.without_type,
        "a value needs no type, and an input of a block no shape",
        codes=("DSL201", "DSL202", "DSL210", "DSL227", "DSL387"),
    ),
    row(
        rf"input[ ]+(?P<name>\w+)[ ]*:[ ]*{_TYPE}",
        first_heads.with_shape,
        "an input has a shape, for instance",
        codes=("DSL201", "DSL202", "DSL210", "DSL227", "DSL387"),
        fits=True,
    ),
    row(
        rf"(?P<before>(?:(?:output|input)[ ]+)?\w+)[ ]*:[ ]*{_TYPE}[ ]*=[ ]*(?P<rest>.*)",
        "{before} = {rest}",
        "a value needs no type",
        codes=("DSL101", "DSL201", "DSL202", "DSL210", "DSL227", "DSL387"),
        is_last=True,
    ),
    *(
        row(
            rf"(?:{words})[ ]+(?P<name>\w+)[ ]*{_GIVEN}[ ]*(?:extends[ ]+\w+[ ]*|:[ ]*\w+[ ]*)?(?P<rest>\{{.*)",
            heads.item,
            why,
        )
        for words, why in (
            ("class|struct|interface|type|object", "a network is a `model`, a part of one a `block`"),
            (
                "def|function|func|fun|define",
                "what computes with numbers is a `fn`, what has layers a `block` or a `model`",
            ),
        )
    ),
    row(
        r"(?:def|define|class|create|let|var|val|new|begin|build|the|an?|public|export|static|const)[ ]+(?P<rest>(?:model|block|fn|input|output|shared|weight|loss)[ ]+\w.*)",
        "{rest}",
        "one word begins it",
        codes=_UNREAD,
    ),
    row(
        r"(?:def|fn|function|func)?[ ]*(?:forward|call|__call__)[ ]*\([^()]*\)[ ]*\{.*",
        heads.unwrapped,
        "the body of a model is its own call",
    ),
    row(
        r"(?:use|using|require|include|load)[ ]+[\"']?(?:keras|tensorflow|tf|torch|numpy|layers|tf\.keras|keras\.layers)[\"']?(?:[ ]+as[ ]+\w+)?",
        "",
        "layers, `ops` and `applications` are there without an import",
    ),
    row(
        r".*",
        heads.flowing,
        "a function of tensors is a block, and they flow into it",
        codes=("DSL101", "DSL382", "DSL212", "DSL107", "DSL216"),
        is_last=True,
    ),
    row(
        r"(?:block|model|fn|extern|use)\b.*",
        heads.moved_up,
        "it stands above, at the top of the file",
        codes=("DSL107",),
        is_last=True,
    ),
    row(
        r"(?P<name>\w+)[ ]*=[ ]*(?:\w+\()?(?:os|sys|json|yaml|toml|tomllib|argparse|parser|pickle|configparser|omegaconf|OmegaConf|hydra|wandb|open|getenv|input|load_config|parse_args|tf\.app|FLAGS|flags)\b[.(].*",
        outside.parameters,
        "what differs from run to run is a parameter of the model, which `--set` and Python give other values",
    ),
    row(
        r"(?:use|from|import)[ ]+(?P<name>[A-Z]\w*)[ ]+from[ ]+[\"']?(?P<module>[\w./]+?)\.py[\"']?",
        outside.module_of_python,
        "what a Python module has is declared with `extern`, with its shapes in braces, here those of what comes in",
    ),
    row(
        r"use[ ]+(?P<module>[a-z_][\w.]*)\.(?P<names>[A-Z]\w*)",
        outside.below_name,
        "a file stands in quotes, with its end",
    ),
    row(
        r"use[ ]+(?P<module>[a-z_]\w*(?:[./]\w+)*)::\{?(?P<names>[A-Z][\w, ]*)\}?",
        outside.below_name,
        "a file stands in quotes, with its end",
    ),
    row(
        r"use[ ]+(?P<names>[A-Z][\w, ]*?|\{[\w, ]+\})[ ]+(?:from|in|of)[ ]+[\"']?(?P<module>\.{0,2}/?\w+(?:[./]\w+)*?)(?:\.kdl)?[\"']?",
        outside.below_name,
        "a file stands in quotes, with its end",
        codes=("DSL101",),
    ),
    row(
        r"use[ ]+[\"']?(?P<file>[\w./-]+\.kdl)[\"']?(?:[ ]+as[ ]+(?P<alias>\w+))?",
        outside.by_second_name,
        "every name that is taken is said",
    ),
    row(
        r"use[ ]+[({\[][ ]*(?P<names>[\w, ]+?)[ ]*[)}\]][ ]+from[ ]+(?P<rest>.*)",
        "use {names} from {rest}",
        "names stand without brackets",
        codes=("DSL101",),
    ),
    row(
        r"use[ ]+(?P<names>\w+(?:[ ]*,[ ]*\w+)+)[ ]+from[ ]+(?P<files>[\"'][^\"']+[\"'](?:[ ]*,[ ]*[\"'][^\"']+[\"'])+)",
        outside.file_each,
        "names of each file are taken in a line of its own",
    ),
    row(
        r"extern[ ]+(?P<name>\w+)[ ]*(?P<given>\((?:[^()]|\([^()]*\))*\))?[ ]*(?P<rest>\{.*)",
        "extern {name}{given} from package.module {rest}",
        "its Python module stands behind it",
        codes=("DSL101",),
    ),
    row(
        r".*?\b(?P<whole>[a-z]\w*)(?:\.[a-z]\w*|\[[\"']\w+[\"']\]).*",
        outside.outputs_by_name,
        "several outputs are taken apart where they are made",
        codes=("DSL211", "DSL381", "DSL385", "DSL382"),
    ),
    row(
        r"(?P<word>(?:output[ ]+)?(?:\w+[ ]*=[ ]*)?)(?P<flow>\w+[ ]*->[ ]*(?:.*->[ ]*)?(?P<block>[A-Z]\w*)(?:\([^()]*\))?)[ ]*->[ ]*(?P<rest>[A-Z][^>]*)",
        outside.first_of_several,
        "one of several outputs flows on by its name",
        codes=("DSL410", "DSL402"),
        is_last=True,
    ),
    row(
        r"(?P<head>input[ ]+\w+[ ]*:[ ]*\(.*?\)(?:[ ]*\w*\d+)?)[ ]*,?[ ]*(?:where|when|if|with|such[ ]that|requires?|assert)[ ]+(?P<test>(?!\w+[ ]*\Z).+)",
        "{head}\nassert {test}",
        "what has to hold of a size is said by `assert`, in a line of its own",
    ),
    row(
        r"input[ ]+(?P<name>\w+)[ ]*:[ ]*\([ ]*\.\.\.[ ]*,[ ]*(?P<size>[A-Za-z]\w*)\??[ ]*\)",
        "input {name}\n{size} = {name}.shape[-1]",
        "an input of a block with any number of axes stands without a shape",
    ),
    row(
        rf"(?P<head>block[ ]+\w+[ ]*{_GIVEN})[ ]*=[ ]*\[?(?P<chains>[A-Z][^\[\]]*,[^\[\]]*)\]?",
        heads.branches,
        "each value that a block gives is an output",
        codes=("DSL101", "DSL216", "DSL107"),
    ),
    row(
        rf"(?P<head>block[ ]+\w+[ ]*{_GIVEN})[ ]*=[ ]*(?:(?P<one>[A-Z][^+*]*?)[ ]*(?P<sign1>[+*])[ ]*(?:_|x|input)|(?:_|x|input)[ ]*(?P<sign2>[+*])[ ]*(?P<other>[A-Z].*))",
        heads.around,
        "what comes in has a name where it is used twice",
    ),
    row(
        r"(?:if|for)\b[^{}:]*",
        heads.braced,
        "a body stands in braces",
        codes=("DSL101",),
    ),
    row(
        r"(?P<name>[A-Z_]\w*)[ ]*=[ ]*\[(?P<layers>[A-Z].*)\]",
        heads.layers_of_constant,
        "a chain of layers under a name is a block",
        codes=("DSL107",),
    ),
    row(
        r"model[ ]+(?P<name>\w+)[ ]*=[ ]*\[?(?P<first>[A-Z]\w*)(?P<rest>(?:[ ]*(?:\+|>>|,|\||\.)[ ]*[A-Z]\w*)+)\]?",
        outside.models_in_a_row,
        "models follow one another along arrows, and a model says what comes in",
    ),
    row(
        r"shared[ ]+(?P<layer>[A-Z]\w*(?:\(.*\))?)[ ]+(?:as|=|->)[ ]+(?P<name>\w+)",
        "shared {name} = {layer}",
        "a name stands before what it is given",
    ),
    row(
        r"for[ ]+(?P<name>\w+)[ ]+in[ ]+(?P<values>[^{}\[(]+,[^{}\[]+?)[ ]*\{(?P<rest>.*)",
        "for {name} in [{values}] {{{rest}",
        "a list stands in square brackets",
        codes=("DSL101",),
    ),
    row(
        r"(?P<before>.*?)->[ ]*taps\((?P<model>applications\.\w+(?:\([^()]*\))?|[A-Z]\w*(?:\([^()]*\))?)[ ]*,(?P<rest>.*)",
        "shared base = {model}\n{before}-> taps(base,{rest}",
        "a model that is looked into has a name",
        codes=("DSL343",),
    ),
    row(
        r"(?P<name>\w+)[ ]*=[ ]*(?P<taps>taps\(.*\))",
        outside.tapped_there,
        "`taps` stands behind the arrow that leads into the model",
        codes=("DSL343",),
    ),
    row(
        r"(?P<head>input[ ]+\w+[ ]*:[ ]*\(.*?)-1\b(?P<rest>.*)",
        "{head}?{rest}",
        "a size that is not known yet is written `?`",
        codes=("DSL386",),
    ),
    row(
        r"assert[ ]+(?P<test>.+?)[ ]*(?::|\belse\b|\bor\b|,)[ ]*(?:raise[ ]+\w+\(|fail\(|error\()?(?P<words>f?\"[^\"]*\"|f?'[^']*')\)?",
        "assert {test}, {words}",
        "a message stands behind a comma",
        codes=("DSL101",),
    ),
    row(
        r"(?P<before>.*?)\[(?P<one>.+?)[ ]*,[ ]*if[ ]+(?P<test>\w+|not[ ]+\w+)[ ]*[:{]?[ ]*(?P<two>[^\[\]{}]+?)[ ]*\}?\](?P<behind>.*)",
        "{before}([{one}] + ([{two}] if {test} else [])){behind}",
        "a list that has something in one case only is the sum of two",
        codes=("DSL101",),
    ),
    row(
        r"fn[ ]+(?P<name>\w+)[ ]*=[ ]*(?P<value>.+)",
        "{name} = {value}",
        "a value without parameters is a constant",
    ),
    row(
        r"weight[ ]+(?P<name>\w+)[ ]*=[ ]*(?P<shape>\([^()]*\)|\[[^\[\]]*\])",
        "weight {name}: {shape}",
        "the shape of a weight stands behind `:`",
    ),
    row(
        r"(?:self\.)?add_loss\((?P<value>.+)\)",
        "loss {value}",
        "a loss is a statement",
    ),
    row(
        r"(?P<before>.*?)(?:self\.training|\bK\.learning_phase\(\)|\b(?:is_training|is_train|training_mode|train_mode|learning_phase|phase_train|in_training)\b)(?:[ ]*==[ ]*(?:True|1))?(?P<behind>.*)",
        "{before}training{behind}",
        "a body asks `training` as it is, and each call knows whether it trains",
        codes=("DSL201", "DSL227"),
    ),
    row(
        r".*",
        sharing.chosen_above,
        "a layer that has a name is `shared`",
        codes=("DSL207",),
        is_last=True,
    ),
    row(
        r".*",
        sharing.before_loop,
        "a layer that is used outside of a loop, too, is shared above it",
        codes=("DSL205",),
        is_last=True,
    ),
    row(
        r"(?P<before>.*\b(?P<callee>[A-Z]\w*)\()(?P<named>(?:[^()]|\([^()]*\))*\w[ ]*=[ ]*[^(),]+),[ ]*(?P<plain>[^(),=]+)(?P<behind>\).*)",
        reordered.named_argument,
        "behind an argument with a name every other has one, too",
        codes=("DSL113",),
    ),
    row(
        r"model[ ]+\w+.*\{",
        reordered.input_of_other,
        "what comes in is declared by each model",
        codes=("DSL212",),
    ),
    row(
        r"(?P<before>.*?)[ ]+--[ ]+(?P<words>[A-Za-z][\w ,.]*)",
        "{before}  # {words}",
        "a comment begins with `#`",
    ),
    *(
        row(
            rf"(?:{others.replace(' ', '|')})[ ]+(?P<rest>[^=\s:(].*)",
            f"{word} {{rest}}" if word else "{rest}",
            why,
            codes=_UNREAD,
            is_last=True,
        )
        for word, (others, why) in WORDS.items()
    ),
    row(
        r"(?:outputs?|Outputs?|OUTPUT)[ ]*:[ ]*(?P<rest>\w.*)",
        "output {rest}",
        "leave the colon out",
        text="`:` cannot stand behind the word `output`",
    ),
    row(
        r"(?:inputs?|Inputs?|INPUT)[ ]*:[ ]*(?P<name>\w+)[ ]*[:=]?[ ]*(?P<shape>\(.*\).*)",
        "input {name}: {shape}",
        "the colon stands behind the name",
        text="`:` cannot stand behind the word `input`",
    ),
    row(
        r"input[ ]+(?P<name>\w+)[ ]*:[ ]*(?P<shape>\([^()]*\))[ ]*,?[ ]*(?:dtype|type)[ ]*[=:][ ]*[\"']?(?:\w+\.)*(?P<dtype>\w+)[\"']?",
        "input {name}: {shape} {dtype}",
        "a dtype stands behind the shape, without a name",
    ),
)
"""Rows of more than one word of the language: the first that makes a right text."""
