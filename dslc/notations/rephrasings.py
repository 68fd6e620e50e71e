"""Lines that the language says in another way, and how: a row each.

In: a line, and where it stands.  Out: the rephrasings that are about it, each with the lines that it puts in the place of others. Whether
these are right is tried afterwards (see `rephrased`), so a row may hold for more lines than it can answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from dslc.diagnostics.vocabulary.blocks import BLOCKS
from dslc.notations import branching, loops, pythonic, reordered, sharing
from dslc.notations.around import Right, Where
from dslc.record import record

__all__ = ["Rephrasing", "Right", "Where", "known_for"]


@record
class Rephrasing:
    """A way to say something: what its line looks like, the line that is right (a template, or a function that gives the lines that change),
    why, and what is wrong, where the mistake as it was found does not say it."""

    line: re.Pattern[str]
    right: str | Callable[[re.Match[str], Where], Iterator[Right]]
    why: str
    text: str | None = None
    codes: tuple[str, ...] = ()  # what is said of such a line, where more lines look like it
    is_last: bool = False  # only where nothing else is known to write


def _row(
    line: str,
    right: str | Callable[[re.Match[str], Where], Iterator[Right]],
    why: str,
    text: str | None = None,
    codes: tuple[str, ...] = (),
    is_last: bool = False,
) -> Rephrasing:
    return Rephrasing(re.compile(line), right, why, text, codes, is_last)


_GIVEN = r"(?P<given>\((?:[^()]|\([^()]*\))*\))?"
_KIND = r"(?P<kind>(?:fn|initializer|regularizer|constraint|activation)[ ]+)?"

ROWS = (
    _row(
        rf"from[ ]+(?P<module>[\w.]+)[ ]+extern[ ]+{_KIND}(?P<name>\w+)[ ]*{_GIVEN}[ ]*(?P<rest>\{{.*)?",
        "extern {kind}{name}{given} from {module} {rest}",
        "the module stands behind the name and what is given",
    ),
    _row(
        rf"extern[ ]+{_KIND}(?P<module>\w+(?:\.\w+)*)\.(?P<name>\w+)[ ]*{_GIVEN}[ ]*(?P<rest>\{{.*)?",
        "extern {kind}{name}{given} from {module} {rest}",
        "the module stands behind `from`",
    ),
    _row(
        r"(?P<head>fn[ ]+\w+[ ]*\(.*\))[ ]*->[ ]*[\w.\[\], ]+?[ ]*(?P<rest>\{.*)",
        "{head} {rest}",
        "a result has no type",
    ),
    _row(
        r"output[ ]+(?P<chain>[^:]*->[^:]*?)[ ]*:[ ]*(?P<shape>\([^()]*\))",
        "output y: {shape} = {chain}",
        "a shape is declared behind a name, before `=`",
    ),
    _row(
        r"output[ ]+(?P<name>\w+)[ ]*:[ ]*(?P<shape>\([^()]*\))[ ]*->[ ]*(?P<rest>.*)",
        "output {name}: {shape} = {flow} -> {rest}",
        "behind a declared shape stands `=`, then the value that flows",
    ),
    _row(
        r"(?P<word>else[ ]+if|if)[ ]+(?P<test>(?:not[ ]+)?\w+)[ ]+(?P<rest>(?:output[ ]|shared[ ])?.*(?:=|->).*)",
        "{word} {test} {{ {rest} }}",
        "a body stands in braces",
    ),
    _row(
        r"loss[ ]*[:=][ ]*(?P<value>.*(?:ops\.|->).*)",
        "loss {value}",
        "a loss has no name",
    ),
    _row(
        r"shared[ ]+(?P<name>\w+)[ ]*(?:->|:|as)[ ]*(?P<rest>[A-Z].*)",
        "shared {name} = {rest}",
        "a shared layer stands behind `=`",
    ),
    _row(
        rf"(?P<head>block[ ]+\w+[ ]*{_GIVEN}[ ]*=)[ ]*(?:inputs?|x|data|_)[ ]*->[ ]*(?P<rest>.*)",
        "{head} {rest}",
        "a block of one chain begins with its first layer",
    ),
    _row(
        rf"(?P<head>block[ ]+\w+[ ]*{_GIVEN})[ ]*=?[ ]*\{{.*",
        reordered.one_chain,
        "a block of one chain is written with `=`",
    ),
    _row(
        rf"fn[ ]+(?P<name>\w+)[ ]*{_GIVEN}[ ]*\{{.*",
        reordered.block_of_fn,
        "a `fn` computes what is known before; layers stand in a block",
    ),
    _row(
        r"def[ ]+(?P<name>(?!__|forward\b|call\b|build\b|setup\b)\w+)[ ]*\((?P<given>.*)\)[ ]*(?:->[^:]*)?:(?P<rest>.*)",
        reordered.block_of_def,
        "a part that is used several times is a block, above the model",
        "a function of Python holds no layers here",
    ),
    _row(
        r"while[ ]+(?P<test>\(?(?P<name>\w+)[ ]*(?:[>%&]|!=|//)[^{:]*?)[ ]*[{:](?P<rest>.*)",
        loops.bounded,
        "this one takes as many of 16 turns as it needs",
        "a loop has an end that is known, and goes through values",
    ),
    _row(
        r"(?:if[ ]+(?P<test>[^{:]+?)[ ]*[{:][ ]*)?(?P<word>break|continue)[ ]*\}?",
        loops.left_out,
        "a condition says for which of its values there is something to do",
        "a loop goes through all of its values, and is not left early",
    ),
    _row(
        r"for[ ]+(?P<each>\w+)[ ]+in[ ]+(?P<list>\w+)[ ]*[{:](?P<rest>.*)",
        loops.through_layers,
        "make each layer where it is used",
    ),
    _row(
        rf"extern[ ]+{_KIND}(?P<name>\w+)[ ]*{_GIVEN}[ ]*=[ ]*(?P<module>\w+(?:\.\w+)*)\.(?P=name)(?:\(.*\))?",
        "extern {kind}{name}{given} from {module} {{ input x  output x }}",
        "its module stands behind `from`, and its shapes in braces, here those of what comes in",
    ),
    _row(
        rf".*\b(?:{'|'.join(BLOCKS)})\b.*",
        reordered.with_block,
        "Keras has no such layer, a block above the model is one",
    ),
    _row(
        r"(?P<before>.*?)(?<![\w.])MLP\((?P<arguments>(?:[^()]|\([^()]*\))*)\)(?P<behind>.*)",
        reordered.chained,
        "Keras has no such layer, its layers stand in a chain",
    ),
    _row(
        rf"(?P<head>(?:block|model)[ ]+\w+[ ]*{_GIVEN})[ ]+(?:extends|inherits|implements|from|is)[ ]+[\w.]+[ ]*(?P<rest>\{{.*)",
        "{head} {rest}",
        "there is no base to inherit from",
    ),
    _row(
        r"(?P<head>input[ ]+\w+[ ]*:[ ]*\([^()]*\))[ ]*(?:optional|required|nullable|default|=[ ]*None|\?)",
        "{head}",
        "an input is always given",
    ),
    _row(
        r"(?P<head>input[ ]+\w+[ ]*:[ ]*\([^()]*?),?[ ]*,[ ]*dtype[ ]*=[ ]*[\"']?(?P<dtype>\w+)[\"']?[ ]*\)",
        "{head},) {dtype}",
        "a dtype stands behind the shape",
    ),
    _row(
        r"output[ ]+[\"'](?P<name>[A-Za-z]\w*)[\"'][ ]*[=:][ ]*(?P<rest>.+)",
        "output {name} = {rest}",
        "a name stands without quotes",
    ),
    _row(
        r"(?P<word>output[ ]+)?(?P<chain>\w.*->.*?)[ ]+as[ ]+[\"']?(?P<name>\w+)[\"']?",
        "{word}{name} = {chain}",
        "a name stands before what it is given",
    ),
    _row(
        r"(?P<before>.*->[ ]*)(?P<model>[a-z]\w*)\.(?P<name>\w+)(?P<behind>(?:[ ]*->.*)?)",
        '{before}taps({model}, "{name}"){behind}',
        "what is inside a model is looked into by `taps`",
    ),
    _row(
        r"(?:\"\"\"|\"|')(?P<words>[^\"'\\]+)(?:\"\"\"|\"|')",
        "# {words}",
        "a docstring is the first line of a body, any other remark a comment",
        codes=("DSL107",),
    ),
    _row(
        r"(?P<before>.*\bzip\(.*),[ ]*strict[ ]*=[ ]*(?:True|False)\)(?P<behind>.*)",
        "{before}){behind}",
        "`zip` ends with the shortest",
    ),
    _row(
        r"(?P<before>.*?\b\w+\((?:\w+[ ]*=[ ]*)?)(?P<call>[a-z]\w*\([^()]*\))(?P<behind>[,)].*)",
        "{before}{call}[0]{behind}",
        "the `fn` gives several values, of which one is taken by its place",
        codes=("DSL305",),
    ),
    _row(
        r"(?P<before>.*)\bactivations\.(?P<name>\w+)(?P<behind>.*)",
        '{before}Activation("{name}"){behind}',
        "a layer with that activation is `Activation`",
        codes=("DSL312",),
    ),
    _row(
        r"(?P<name>\w+)[ ]*=[ ]*\{(?P<key>[^:{}]+?)[ ]*:[ ]*(?P<value>.+?)[ ]+for[ ]+(?P<target>.+?)[ ]+in[ ]+(?P<values>.+)\}",
        reordered.kept_by_key,
        "tensors are kept in a record",
    ),
    _row(
        r"(?P<name>[A-Z]\w*)[ ]*=[ ]*\{(?P<entries>.+)\}",
        reordered.keyed_blocks,
        "a layer of a file is a block, with a name of its own",
    ),
    _row(
        r"(?P<head>(?:block|model)[ ]+\w+[ ]*\((?P<given>(?:[^()]|\([^()]*\))*)\))[ ]*(?P<sign>[={])(?P<rest>.*)",
        reordered.default_of_other,
        "a default knows no other parameter, a line of the body does",
    ),
    _row(
        r"(?P<name>\w+)[ ]*=[ ]*lambda[ ]+(?P<given>[\w, ]*?)[ ]*:[ ]*(?P<body>.+)",
        pythonic.lambda_block,
        "there is no lambda, a block is a part with a name",
    ),
    _row(
        r"(?P<name>\w+)[ ]*=[ ]*(?:functools\.)?partial\((?:\w+\.)*(?P<layer>[A-Z]\w*)[ ]*,[ ]*(?P<given>.+)\)",
        pythonic.partial_block,
        "a layer with some of its arguments is a block",
    ),
    _row(
        r"(?:match|switch|case)[ ]+\(?(?P<value>[\w.]+)\)?[ ]*[{:]",
        pythonic.matched,
        "a choice is written with `if`",
    ),
    _row(
        r"(?:with[ ]+[^{]+|try)[ ]*[{:]",
        pythonic.unwrapped,
        "nothing is entered or caught while a model is made",
    ),
    _row(
        r"(?:if[ ]+(?P<test>[^{:]+?)[ ]*[{:][ ]*)?raise[ ]+\w+\((?P<words>.*)\)[ ]*\}?",
        pythonic.asserted,
        "what has to hold is said by `assert`",
    ),
    _row(
        r"(?:block|model)[ ]+(?P<name>\w+)[ ]*\((?P<given>[^()]*\*[^()]*)\).*",
        pythonic.gathered,
        "no argument is gathered: a parameter is given a list or a dictionary",
    ),
    _row(
        r"class[ ]+(?P<name>\w+)(?:\(\w*\))?[ ]*:",
        pythonic.settings,
        "settings of a file stand in a dictionary",
        "a class of Python holds no settings here",
    ),
    _row(
        r"(?P<head>(?:block|model)[ ]+\w+)[ ]*\((?P<given>(?:[^()]|\([^()]*\))*)\)(?P<rest>[ ]*\{.*)",
        reordered.data_parameter,
        "what flows in is no parameter",
        codes=("DSL204",),
    ),
    _row(
        r"for[ ]+\w+[ ]+in[ ]+(?P<values>range\(.*?\))[ ]*\{(?P<rest>.*)",
        "for _ in {values} {{{rest}",
        "a number that nobody needs is called `_`",
        codes=("DSL389", "DSL216"),
    ),
    _row(
        r"output[ ]+(?P<flow>\w+[ ]*->[ ]*)(?P<one>.+?)[ ]+if[ ]+(?P<test>[^{}]+)",
        reordered.both_outputs,
        "one output has both ways",
        codes=("DSL101",),
    ),
    _row(
        r"if[ ]+(?P<test>[^:{]+?)[ ]*:[ ]*(?P<one>.+?)[ ]+else[ ]*:[ ]*(?P<other>.+)",
        "if {test} {{ {one} }} else {{ {other} }}",
        "bodies stand in braces",
    ),
    _row(
        r"for[ ]+(?P<name>\w+)[ ]+(?:until|upto|to|<)[ ]+(?P<number>\w+)[ ]*\{(?P<rest>.*)",
        "for {name} in range({number}) {{{rest}",
        "a loop goes through a range of numbers",
    ),
    _row(
        r"(?:(?:repeat|loop|do|times)[ ]*\(?[ ]*(?P<number>\w+)[ ]*\)?(?:[ ]*times)?|(?P<first>\w+)[ ]+times)[ ]*\{(?P<rest>.*)",
        "for _ in range({number}{first}) {{{rest}",
        "a loop goes through a range of numbers",
    ),
    _row(
        r"(?P<before>.*->[ ]*)(?P<layer>Add|Concatenate|Multiply|Average|Maximum|Minimum|Subtract|Dot)\((?P<value>\w+)\)(?P<behind>.*)",
        "{before}[_, {value}] -> {layer}{behind}",
        "what is merged stands in a list, and what flows is `_`",
        codes=("DSL382",),
    ),
    *(
        _row(
            rf"(?P<before>.*->[ ]*)\.(?P<name>\w+)\({given}\)(?P<behind>(?:[ ]*->.*)?)",
            f"{{before}}ops.{{name}}{written}{{behind}}",
            "functions of tensors stand under `ops`",
        )
        for given, written in (("", ""), ("(?P<given>[^()]+)", "(_, {given})"))
    ),
    _row(
        r"(?P<before>.*?)\b(?P<name>[a-z]\w*)\((?P<values>\w+(?:,[ ]*\w+)+)\)(?P<behind>.*)",
        reordered.called_extern,
        "several tensors flow into a function in brackets",
        codes=("DSL210",),
    ),
    _row(
        r"(?P<before>.*->[ ]*)[\"'](?P<name>[A-Za-z]\w*)[\"'](?P<behind>.*)",
        reordered.block_in_quotes,
        "the name of a block stands without quotes",
        codes=("DSL216", "DSL206"),
    ),
    _row(
        r"(?:init|initiali[sz]er?|weights?_init)[ ]+\w+.*",
        "",
        "what weights begin with is an argument of each layer, `kernel_initializer`",
        codes=("DSL101",),
    ),
    _row(
        r"regulari[sz]\w*[ ]+\w+.*",
        "",
        "a penalty on weights is an argument of each layer, `kernel_regularizer`",
        codes=("DSL101",),
    ),
    _row(
        r"(?:dtype|precision|policy|device|backend|seed)[ ]+[\w\"']+.*",
        "",
        "how a model is computed is said in the Python that imports it",
        codes=("DSL101",),
    ),
    _row(
        r"(?P<before>.*->[ ]*)(?P<stage>[^>]+?)[ ]+if[ ]+(?P<test>(?:(?!\belse\b)[^{}])+)",
        "{before}{stage} if {test} else _",
        "a condition inside a line says what happens otherwise, too",
        codes=("DSL101",),
    ),
    _row(
        r"(?P<before>.*?)(?P<one>[\w.\"]+)[ ]+if[ ]+(?P<test>.+?)[ ]+el(?:se[ ]*)?if[ ]+(?P<second>.+?)[ ]+(?P<two>[\w.\"]+)[ ]+else[ ]+(?P<rest>.+)",
        "{before}{one} if {test} else {two} if {second} else {rest}",
        "what is chosen stands before its test",
        codes=("DSL101",),
    ),
    _row(
        r"(?P<before>.*?)\((?P<name>\w+)[ ]*:=[ ]*(?P<value>[^()]+(?:\([^()]*\))?[^()]*)\)(?P<behind>.*)",
        "{name} = {value}\n{before}{name}{behind}",
        "a name is given its value on a line of its own",
    ),
    _row(
        r"(?P<before>.*?)\b(?P<name>[a-z]\w*)\((?P<index>-?\d+)\)(?P<behind>.*)",
        "{before}{name}[:, {index}]{behind}",
        "parts of a tensor stand in square brackets, behind the batch",
        codes=("DSL216",),
    ),
    *(
        _row(
            rf"(?P<before>.*?)(?<![\w.]){name}\((?P<behind>.*)",
            f"{{before}}ops.{function}({{behind}}",
            "functions of tensors stand under `ops`",
            codes=("DSL381", "DSL382"),
        )
        for name, function in (("any", "any"), ("all", "all"), ("sorted", "sort"), ("reversed", "flip"))
    ),
    _row(
        r"(?P<name>\w+)\[(?P<key>[^\[\]]+)\][ ]*=(?!=)[ ]*(?P<value>.+)",
        "{name} = {{**{name}, {key}: {value}}}",
        "a dictionary stays what it is, one with another entry takes its name",
        codes=("DSL381",),
    ),
    _row(
        r"(?P<before>.*?)\[(?P<value>[^\[\]]+?)[ ]+if[ ]+(?P<test>[^\[\]]+?)[ ]+for[ ]+(?P<rest>.+)\](?P<behind>.*)",
        "{before}[{value} for {rest} if {test}]{behind}",
        "what is taken is said at the end",
        codes=("DSL101",),
    ),
    _row(
        r"(?P<name>\w+)[ ]*:[ ]*(?:list|dict|tuple|set|List|Dict|Tuple|Optional|Union|Sequence|Any|(?:\w+\.)*Tensor)(?:\[.*?\])?[ ]*=[ ]*(?P<value>.+)",
        "{name} = {value}",
        "a value needs no type",
    ),
    _row(r"(?P<before>.*\{)[ ]*pass[ ]*(?P<behind>\}.*)", "{before} {behind}", "a body may be empty"),
    _row(r"assert[ ]+isinstance\(.*", "", "the types of parameters are not asked"),
    _row(
        r"(?:(?P<whole>\w+)[ ]*=[ ]*)?(?P<flow>[^\[{]*?)->[ ]*[\[{](?P<branches>[ ]*[\"']?\w+[\"']?[ ]*[=:](?!=).+)[\]}]",
        branching.named_branches,
        "names stand before a fork, in the order of its branches",
    ),
    _row(
        r"(?P<word>output[ ]+|\w+[ ]*=[ ]*)(?P<fork>\[[ ]*[A-Z].*\])(?P<rest>[ ]*->.*)",
        "{word}{flow} -> {fork}{rest}",
        "what flows into the branches stands before the fork",
        codes=("DSL389",),
    ),
    _row(
        r".*",
        branching.forked_above,
        "what flows into the branches stands before the fork",
        codes=("DSL389",),
    ),
    _row(
        r"(?P<before>.*->[ ]*)\{(?P<entries>.+)\}\[(?P<key>\w+)\](?P<behind>.*)",
        branching.chosen_by_key,
        "a layer is chosen by `if`",
    ),
    _row(
        r".*",
        branching.block_of_layer_fn,
        "a `fn` computes what is known before; what gives a layer is a block",
        codes=("DSL206", "DSL207", "DSL216"),
    ),
    _row(
        r"shared[ ]+(?P<name>\w+)[ ]*=[ ]*(?P<flow>[a-z]\w*)[ ]*->[ ]*(?P<layers>.+)",
        branching.unshared,
        "layers alone are shared, and data flows through them where they are used",
        codes=("DSL216",),
    ),
    _row(
        r"(?P<before>.*?)\((?P<inside>.+)\)(?P<rest>[ ]*->[ ]*(?:Add|Concatenate|Multiply|Average|Maximum|Minimum|Subtract|Dot)\b.*)",
        "{before}[{inside}]{rest}",
        "what is merged stands in a list",
        codes=("DSL391",),
    ),
    _row(
        r"(?P<before>.*\()_(?P<behind>[,)].*)",
        "{before}_.shape[-1]{behind}",
        "a layer is told a size, not a tensor",
        codes=("DSL382",),
    ),
    _row(
        r"for[ ]+(?P<name>\w+)[ ]+(?P<values>[\[(].*?[\])])[ ]*\{(?P<rest>.*)",
        "for {name} in {values} {{{rest}",
        "the word `in` is missing",
    ),
    _row(
        r"for[ ]*\([ ]*(?P<name>\w+)[ ]+(?:in|of)[ ]+(?P<values>.+)\)[ ]*\{(?P<rest>.*)",
        "for {name} in {values} {{{rest}",
        "a loop stands without brackets",
    ),
    _row(
        r"for[ ]+(?P<names>\w+(?:[ ]*,[ ]*\w+)+)[ ]+in[ ]+(?P<values>[^{]+?,[^{]+?)[ ]*\{(?P<rest>.*)",
        "for {names} in zip({values}) {{{rest}",
        "several lists are gone through together by `zip`",
        codes=("DSL101",),
    ),
    _row(
        r"(?P<name>(?!self\b)[a-z]\w*)(?:\.[a-z]\w*|\[[^\[\]]+\]\[[^\[\]]+\])[ ]*=(?!=)[ ]*.+",
        reordered.fields,
        "the fields of a record stand under keys, several of them in one pair of brackets",
        codes=("DSL109",),
    ),
    _row(
        r"self\.\w+[ ]*=(?!=).+",
        reordered.attributes,
        "there is no `self`: a layer with a name is shared",
    ),
    _row(
        r"(?P<before>.*?)\b(?P<name>[a-z]\w*)\.(?P<field>[a-z]\w*)(?P<behind>.*)",
        '{before}{name}["{field}"]{behind}',
        "a field stands under its key",
        codes=("DSL211",),
        is_last=True,
    ),
    _row(
        r"(?P<head>input[ ]+\w+[ ]*:[ ]*)\([ ]*\*[ ]*,(?P<rest>.*)",
        "{head}(?,{rest}",
        "a size that is not known yet is written `?`",
    ),
    _row(
        r"assert[ ]+(?P<test>.+?),[ ]*(?P<words>[A-Za-z][^\"']*)",
        'assert {test}, "{words}"',
        "a message stands in quotes",
        codes=("DSL101",),
    ),
    _row(
        r"loss[ ]+(?P<value>.+?),[ ]*(?:weight|scale|coef\w*|factor|lam\w*)[ ]*=[ ]*(?P<factor>[\w.]+)",
        "loss {factor} * {value}",
        "a loss is one number",
    ),
    _row(
        r"(?P<before>.*\bin[ ]+)(?P<one>\[[^\]]*\]|\w+(?:\([^()]*\))?)[ ]+if[ ]+(?P<test>.+?)[ ]+else[ ]+(?P<other>\[[^\]]*\]|\w+(?:\([^()]*\))?)(?P<behind>.*)",
        "{before}({one} if {test} else {other}){behind}",
        "a choice between values stands in brackets here",
        codes=("DSL101",),
    ),
    _row(
        r"(?P<before>.*?)\((?P<inside>.+[ ]for[ ].+[ ]in[ ].+)\)(?P<behind>.*)",
        "{before}[{inside}]{behind}",
        "a list stands in square brackets",
        codes=("DSL111",),
    ),
    _row(
        r"(?P<before>.*->[ ]*\w+)\.outputs?\b(?P<behind>.*)",
        "{before}{behind}",
        "what a model gives flows on",
        codes=("DSL211",),
    ),
    _row(
        r"(?P<before>.*?)\.to\((?:[\"'](?:cuda|cpu|mps|gpu)[^\"']*[\"']|device)\)(?P<behind>.*)",
        "{before}{behind}",
        "where something is computed is none of the model's business",
    ),
    _row(
        r"(?:torch\.)?nn\.init\.\w+\(.*\)",
        "",
        "what weights begin with is an argument of the layer, such as `kernel_initializer`",
    ),
    _row(
        r"(?P<name>\w+)\.requires_grad_?(?:\(False\)|[ ]*=[ ]*False)",
        reordered.frozen,
        "whether a layer is trained is an argument where it is made",
    ),
    _row(
        r"(?P<before>.*)\b(?:collections\.)?OrderedDict\(\[(?P<pairs>.*)\]\)(?P<behind>.*)",
        reordered.of_pairs,
        "layers in a chain have no names of their own",
    ),
    _row(
        r"(?P<names>\w+(?:[ ]*,[ ]*\w+)+)[ ]*=[ ]*(?P<before>.*\bops\.split\(.+?,[ ]*)\d+(?P<behind>[,)].*)",
        reordered.taken_apart,
        "there are as many parts as names",
        codes=("DSL385",),
    ),
    _row(
        r"(?P<before>.*\bDense\()(?P<a>\w+)[ ]*\*[ ]*(?P<b>\w+)[ ]*\*[ ]*(?P<c>\w+)(?P<given>[^()]*\))(?P<rest>[ ]*->.*)",
        "{before}{a} * {b} * {c}{given} -> Reshape(({a}, {b}, {c})){rest}",
        "a row of numbers becomes an image by `Reshape`",
        codes=("DSL402",),
    ),
    _row(
        r"shared[ ]+(?P<name>\w+)[ ]*=[ ]*(?P<value>.+)",
        sharing.moved_in,
        "a shared layer belongs in the body that uses it, behind its inputs",
    ),
    _row(
        r"shared[ ]+(?P<name>\w+)[ ]*=[ ]*(?P<layer>[A-Z]\w*)",
        sharing.given_there,
        "a shared layer is given its arguments in its own line",
    ),
    _row(
        r".*->[ ]*[a-z]\w*\(.*",
        sharing.given_at_uses,
        "a shared layer is given its arguments in its own line",
    ),
    _row(
        r"shared[ ]+(?P<name>\w+)[ ]*=[ ]*\[(?P<layers>.+)\]",
        sharing.each,
        "each layer is shared by itself",
    ),
    _row(
        r"(?:for[ ].*\{[ ]*)?(?P<name>\w+)[ ]*(?:\+=[ ]*|=[ ]*(?P=name)[ ]*\+[ ]*)\[.*",
        loops.begun,
        "a list that a loop adds to begins empty, above it",
    ),
    _row(
        r"(?P<before>.*?)(?P<value>\w+)\.shape[ ]*(?P<sign>==|!=|<=|>=|<|>)[ ]*(?P<size>\d+)(?P<behind>.*)",
        "{before}{value}.shape[-1] {sign} {size}{behind}",
        "a shape has a size for each axis, the last of which is `[-1]`",
    ),
    _row(
        r"model[ ]+(?P<name>\w+)[ ]*=[ ]*(?P<chain>(?P<first>[A-Z]\w*)\b.*)",
        reordered.model_of_models,
        "a model says what comes in",
    ),
    _row(
        r"(?P<name>\w+)[ ]*=[ ]*(?:self\.)?(?:add_)?weight\((?:shape[ ]*=[ ]*)?(?P<shape>\([^()]*\))[ ]*,[ ]*(?:initializer[ ]*=[ ]*)?(?P<first>[^=]+)\)",
        "weight {name}: {shape} = {first}",
        "a weight is declared",
    ),
    _row(
        r"(?P<name>\w+)[ ]*=[ ]*(?:self\.)?(?:add_)?weight\((?:shape[ ]*=[ ]*)?(?P<shape>\([^()]*\))\)",
        "weight {name}: {shape}",
        "a weight is declared",
    ),
    _row(
        r"shared[ ]+(?P<layer>[A-Z]\w*(?:\(.*\))?)",
        sharing.named,
        "a shared layer has a name, which stands where it is used",
    ),
    _row(
        r"(?P<name>\w+)[ ]*=[ ]*record\((?P<given>.+)\)",
        reordered.filled,
        "a record is made empty, and is given its values by keys",
    ),
)
"""The first that leads to a right text is taken."""


def known_for(line: str, where: Where) -> Iterator[tuple[Rephrasing, Right]]:
    """What a line may be here."""
    for each in ROWS:
        found = each.line.fullmatch(line)
        if found is None or (each.codes and where.about.code not in each.codes):
            continue
        if each.is_last and where.about.fix is not None:
            continue
        if isinstance(each.right, str):
            named = {key: value or "" for key, value in found.groupdict().items()}
            text = each.right.format(flow=where.flow, **named).rstrip()
            yield each, (
                (where.row, where.row, tuple(map(where.indented, text.split("\n"))) if text else ()),
            )
        else:
            yield from ((each, right) for right in each.right(found, where))
