"""Words, heads and files as other languages write them.

In: nothing.  Out: a row each, the first of which that leads to a right text is taken (see `rephrased`).
"""

from __future__ import annotations

from dslc.diagnostics.vocabulary.words import WORDS
from dslc.notations import heads, outside
from dslc.notations.rephrasing import row

_GIVEN = r"(?P<given>\((?:[^()]|\([^()]*\))*\))?"
_UNREAD = ("DSL101", "DSL107", "DSL108", "DSL201", "DSL202", "DSL602")

ROWS = (
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
        r".*",
        heads.flowing,
        "a function of tensors is a block, and they flow into it",
        codes=("DSL101", "DSL382", "DSL212", "DSL107"),
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
        r"use[ ]+[\"'](?P<file>[^\"']+\.kdl)[\"'](?:[ ]+as[ ]+(?P<alias>\w+))?",
        outside.by_second_name,
        "every name that is taken is said",
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
        r"(?P<head>input[ ]+\w+[ ]*:[ ]*\(.*?\)(?:[ ]*\w*\d+)?)[ ]*,?[ ]*(?:where|when|if|with|such[ ]that|requires?|assert)[ ]+(?P<test>.+)",
        "{head}\nassert {test}",
        "what has to hold of a size is said by `assert`, in a line of its own",
    ),
    row(
        r"input[ ]+(?P<name>\w+)[ ]*:[ ]*\([ ]*\.\.\.[ ]*,[ ]*(?P<size>[A-Za-z]\w*)\??[ ]*\)",
        "input {name}\n{size} = {name}.shape[-1]",
        "an input of a block with any number of axes stands without a shape",
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
)
"""Rows of more than one word of the language: the first that makes a right text."""
