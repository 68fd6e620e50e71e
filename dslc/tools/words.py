"""Command lines that are not quite right: what is wrong in one line, and what to write in another.

In: words.  Out: their meaning, or a `UsageError`; for commands, options and values that other command lines have, ours.
"""

from __future__ import annotations

import os
from argparse import Action, ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from dslc.regex import regex
from dslc.tools.terminal import UsageError

Everywhere = Callable[[], Mapping[str, Sequence[str]]]
"""Gives the options of all commands, by their names."""

_COMMANDS = {
    "build": ("compile", "generate", "gen", "transpile", "convert", "codegen", "make", "emit", "export", "translate"),
    "check": ("lint", "validate", "analyze", "analyse", "typecheck", "diagnose", "test", "vet"),
    "fmt": ("format", "black", "prettify", "beautify", "tidy"),
    "summary": ("info", "show", "describe", "stats", "params", "count", "inspect", "shapes"),
    "graph": ("plot", "draw", "viz", "visualize", "visualise", "diagram", "picture", "view", "render"),
    "verify": ("run", "execute", "try", "compare"),
    "import": ("decompile", "load", "reverse", "parse", "from-keras"),
    "new": ("init", "create", "scaffold", "template", "start"),
    "layers": ("ls", "list", "search", "ops", "find"),
    "lsp": ("serve", "server", "language-server", "languageserver"),
    "config": ("settings", "configure", "options", "cfg"),
    "build --watch": ("watch", "dev"),
    "--help": ("man", "usage", "commands"),
    "--version": ("version",),
}  # fmt: skip

OF_TRAINING = frozenset(
    (
        "train",
        "fit",
        "predict",
        "evaluate",
        "eval",
        "infer",
        "inference",
        "finetune",
        "compile-model",
        "deploy",
    )
)
"""What others do with models on their command line, and the Python that imports the model does here."""

_OPTIONS = {
    "-o -": ("stdout", "print", "to-stdout", "show"),
    "-o": ("output", "out", "out-dir", "outdir", "output-dir", "output-file", "outfile", "dest", "destination", "target", "to"),
    "-j": ("parallel", "workers", "processes", "threads", "num-workers"),
    "--diff": ("dry-run", "dryrun", "preview", "no-write", "just-print"),
    "--check": ("verify-only", "fail-on-change", "frozen", "locked"),
    "--style": ("s", "type", "kind", "mode", "api", "form", "as", "target-style", "subclassing", "class"),
    "--all-styles": ("all", "styles", "every-style"),
    "--as": ("type", "to", "png", "output-format"),
    "--set": ("param", "params", "define", "arg", "args", "var", "override", "parameter", "value", "values", "kwargs", "input-shape", "shape"),
    "--batch": ("batch-size",),
    "--format": ("f", "output-format", "error-format", "message-format", "reporter"),
    "--color never": ("no-color", "no-colour", "no-colors", "plain"),
    "--color": ("colour", "colors"),
    "--watch": ("w", "live", "follow"),
    "--quiet": ("silent", "no-warnings", "errors-only"),
    "--verbose": ("debug", "trace", "log-level", "loglevel"),
    "--strict": ("werror", "warnings-as-errors", "error-on-warning", "max-warnings", "pedantic"),
    "--ignore": ("disable", "suppress", "skip", "no-warn", "extend-ignore"),
    "--select": ("enable", "only", "rules", "extend-select"),
    "--fix": ("autofix", "auto-fix", "apply", "repair"),
    "--unsafe-fixes": ("unsafe", "fix-all"),
    "--exclude": ("ignore-path", "skip-path", "exclude-dir", "omit"),
    "--line-length": ("max-line-length", "width", "line-width", "columns"),
    "--force": ("f", "overwrite", "yes", "no-clobber"),
    "--clean": ("prune", "remove-orphans"),
    "--no-cache": ("fresh", "rebuild", "always-make", "no-incremental", "clear-cache"),
    "--annotate": ("comments", "shapes", "with-shapes", "comment", "annotations"),
    "--imports": ("tf", "import-style", "framework"),
    "--backend jax": ("jax",),
    "--backend torch": ("torch", "pytorch"),
    "--backend": ("framework", "engine"),
    "--name-layers": ("names", "layer-names", "named-layers"),
    "--named-io": ("dict-io", "dict-inputs", "named-inputs", "named-outputs"),
    "--flatten": ("inline", "unroll", "expand"),
    "--bundle": ("single-file", "onefile", "one-file", "standalone"),
    "--depfile": ("deps", "mf", "dep-file", "emit-deps", "dependencies"),
    "--time-limit": ("timeout",),
    "--model": ("m", "only-model", "select-model", "name"),
    "--depth": ("level", "levels", "max-depth", "nested", "expand-nested"),
    "--stdin-filename": ("stdin-filepath", "stdin-display-name", "assume-filename", "stdin-path"),
    "--allow-extern": ("extern", "allow", "trust", "allow-import"),
    "--limit": ("limits", "max", "max-layers"),
}  # fmt: skip


_VALUES = {
    "mmd": ("mermaid", "md", "markdown"),
    "dot": ("graphviz", "gv"),
    "html": ("web", "page", "htm"),
    "functional": ("function", "func", "fn", "api", "graph", "keras", "python", "py", "default"),
    "subclass": (
        "subclassing",
        "subclassed",
        "sub",
        "class",
        "oop",
        "model",
        "module",
        "nn.module",
        "torch",
        "pytorch",
        "object",
    ),
    "sequential": ("seq", "linear"),
    "tensorflow": ("tf", "tf.keras"),
    "full": ("text", "pretty", "human", "default"),
    "concise": ("short", "compact", "gcc", "unix", "line"),
    "github": ("gha", "actions", "github-actions"),
    "always": ("yes", "true", "on", "force"),
    "never": ("no", "false", "off", "none"),
}


def meant(value: str, choices: Sequence[str]) -> str | None:
    """What to write for a value that is none of the choices, as far as that can be told."""
    from dslc.diagnostics.suggest import did_you_mean

    for ours, theirs in _VALUES.items():
        if value.lower() in theirs and ours in choices:
            return f"here it is `{ours}`"
    return did_you_mean(value, choices)


_NEEDLESS = ("write", "in-place", "inplace", "recursive", "all-files")
"""Options for what every command does by itself."""


_SHORT = 2
"""Letters of a short option, behind which its value may stand at once: `-j4`."""


def command(name: str) -> str | None:
    """What `dslc` calls a command of others: `compile` is `build`."""
    return next((ours for ours, theirs in _COMMANDS.items() if name.lower() in theirs), None)


def options_of(parser: ArgumentParser) -> list[str]:
    """All options of a parser, as they are written."""
    return [word for action in parser._actions for word in action.option_strings]


def refuse_unknown(parser: Parser, words: list[str], everywhere: Everywhere = dict) -> None:
    """Raise UsageError for an option that a parser has not, with the one that may be meant; `everywhere` gives those of all commands."""
    known = options_of(parser)
    options = words[: words.index("--")] if "--" in words else words
    for word, name, value in zip(options, options[1:], options[2:], strict=False):
        if word == "--set" and name.isidentifier() and not os.path.lexists(value):
            raise UsageError(f"`--set {name}`: expected NAME=VALUE", f"write `--set {name}={value}`")
    for word in options:
        name = word.partition("=")[0] if word.startswith("--") else word[:_SHORT]
        if name[:1] == "-" and name not in ("-", "--") and not name[1:2].isdigit() and name not in known:
            advice = f"a file of that name is ./{word}" if os.path.lexists(word) else None
            raise UsageError(
                f"`{parser.prog}` has no option `{name}`", advice or instead(name, parser, everywhere)
            )


def instead(name: str, parser: Parser, everywhere: Everywhere) -> str:
    """What to write for an option that a command has not; `everywhere` are the options of all commands."""
    from dslc.diagnostics.suggest import did_you_mean, nearest

    plain = name.lstrip("-").lower().replace("_", "-")
    known = options_of(parser)
    if plain in _NEEDLESS:
        return f"leave it out: `{parser.prog}` does so by itself"
    for action in parser._actions:
        if action.option_strings and plain in (action.choices or ()):
            return f"write `{action.option_strings[-1]} {plain}`"
    for ours, theirs in _OPTIONS.items():
        if plain in theirs and ours.split()[0] in known:
            return f"here it is `{ours}`"
    elsewhere = everywhere()
    having = [f"`dslc {other}`" for other, options in elsewhere.items() if name in options]
    if having:
        *others, last = having
        return f"{', '.join(others)} and {last} have it" if others else f"{last} has it"
    if not name.startswith("--"):
        return parser.more  # one letter is near to any other
    near = did_you_mean(name, known)
    if near is not None:
        return near
    for other, options in elsewhere.items():
        if (meant := nearest(name, options)) is not None:
            return f"`dslc {other}` has `{meant}`"
    return parser.more


def refuse_empty(parser: ArgumentParser, arguments: Namespace) -> None:
    """Raise UsageError for an argument without a letter: a variable of the shell was not set, and nothing else can be meant."""
    for action in parser._actions:
        value = getattr(arguments, action.dest, None)
        if value == "" or (isinstance(value, list) and "" in value):
            name = action.option_strings[-1] if action.option_strings else action.metavar or action.dest
            raise UsageError(f"`{parser.prog}`: {name} is empty", "is a variable of the shell not set?")


_REFUSED = (
    (regex(r"argument ([^\s:/]+\S*): invalid (?:int|number) value: '(.*)'"), "`{0}` is a whole number, and not `{1}`"),
    (regex(r"argument ([^\s:/]+\S*): expected one argument"), "a value is missing behind `{0}`"),
    (regex(r"argument ([^\s:/]+\S*): ignored explicit argument '(.*)'"), "`{0}` is a switch, which takes no value: leave `={1}` out"),
    (regex(r"unrecognized arguments: (\S+)$"), "there is no place for `{0}` here"),
    (regex(r"unrecognized arguments: (.+)"), "there is no place for `{0}` here"),
)  # fmt: skip
"""What `argparse` says, and what is said in its place."""


class Parser(ArgumentParser):
    """A parser whose complaints are short; `more` says where all options stand."""

    @property
    def more(self) -> str:
        return f"{self.prog} --help lists the options"

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        for pattern, said in _REFUSED:
            found = pattern.fullmatch(message)
            if found is not None:
                message = said.format(*found.groups())
                break
        raise UsageError(f"`{self.prog}`: {message}", self.more)

    def _check_value(self, action: Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        choices = [str(each) for each in action.choices]
        advice = meant(value, choices) or self.more
        name = action.option_strings[-1] if action.option_strings else action.metavar or action.dest
        raise UsageError(f"`{name}` is one of {', '.join(choices)}, and not `{value}`", advice)
