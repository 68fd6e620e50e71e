"""The command `dslc`: finds the command asked for, imports only that, runs it, and turns failures into exit codes.

In: the arguments of the process.  Out: an exit code: 0 done and clean; 1 errors in the source, or a check found
something; 2 usage, configuration, file system, or a bug of ours.

`dslc --version` imports nothing of the compiler, and no command imports what another one needs.
"""

from __future__ import annotations

import os
import sys

from dslc.record import record

TYPE_CHECKING = False  # type checkers take it for true; importing `typing` costs 5 ms
if TYPE_CHECKING:
    from dslc.tools.unchanged import Past
    from dslc.tools.words import Parser


@record
class Command:
    """A command: the module that does it, and the line that `dslc --help` says about it.

    `remembers` is set where a run may find that all is as the last one left it (see `unchanged`).
    """

    module: str
    about: str
    remembers: bool = False


COMMANDS: dict[str, Command] = {
    "build": Command("dslc.tools.build", "compile .kdl files to Keras Python", remembers=True),
    "check": Command("dslc.tools.check", "find every mistake, write nothing"),
    "summary": Command("dslc.tools.summary", "shapes, parameters, FLOPs and memory, layer by layer"),
    "graph": Command("dslc.tools.graph", "a picture of the model: HTML, SVG, PNG, Mermaid, DOT"),
    "verify": Command("dslc.tools.verify", "run the generated code in Keras and compare"),
    "import": Command("dslc.tools.decompile", "a Keras model, saved or in Python, as a .kdl file"),
    "diff": Command("dslc.tools.diff", "what changed between two models"),
    "fmt": Command("dslc.tools.fmt", "bring .kdl files into their canonical form"),
    "clean": Command("dslc.tools.clean", "remove outputs whose source is gone"),
    "layers": Command("dslc.tools.layers", "what there is to build with, and how each layer is called"),
    "explain": Command("dslc.tools.explain", "what a message means and how to repair the mistake"),
    "lsp": Command("dslc.tools.lsp", "the language server, for editors"),
    "new": Command("dslc.tools.new", "write a first model to start from"),
    "config": Command("dslc.tools.config", "show the settings in force"),
    "completion": Command("dslc.tools.completion", "print a completion script for a shell"),
}

HIDDEN = {"dump": Command("dslc.tools.dump", "show what stands between a source and its output")}
"""Commands for people who work on `dslc`, which `dslc --help` leaves out."""

_HELP = """\
usage: dslc COMMAND [OPTION...] [PATH...]

Compiles short .kdl model descriptions to the Keras Python a careful colleague would have written,
checking every shape, parameter and argument on the way, without importing TensorFlow.

{commands}

  dslc COMMAND --help   the options of a command
  dslc help tour        the first ten steps; dslc help language: every construct; dslc help pages: all there is to read
  dslc --version        the version

Examples:
  dslc new digits                            write digits.kdl, a first model
  dslc check .                               every mistake in every .kdl file below this folder
  dslc build digits.kdl                      write digits.py beside it
  dslc build models -o generated --style subclass
  dslc verify digits.kdl --all-styles        does Keras agree? (needs TensorFlow)
  dslc fmt --check                           is every .kdl file here in canonical form?
"""


def main(argv: list[str] | None = None) -> int:
    """Run a command line (without the program's own name) and return its exit code."""
    if argv is None:
        _read_names_as_utf8()
    words = sys.argv[1:] if argv is None else argv
    try:
        return _run(words)
    except BrokenPipeError:
        _forget_streams()  # the reader of our output has seen enough
        return 0
    except KeyboardInterrupt:
        return _interrupted()
    except SystemExit as exit:  # argparse leaves this way after --help and after a usage error
        try:
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
        except OSError as error:
            return _failed(error, words)
        return exit.code if isinstance(exit.code, int) else 2
    except Exception as error:
        return _failed(error, words)


def _read_names_as_utf8() -> None:
    """Begin again where Python reads the names of files in another encoding (`LC_ALL=C PYTHONUTF8=0`): an output would get another name."""
    if sys.getfilesystemencoding() != "utf-8" and os.name == "posix" and sys.executable:
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def _run(words: list[str]) -> int:
    if words in (["--version"], ["-V"]):
        from dslc import __version__

        return _said(f"dslc {__version__}\n")
    name, rest = _split(words)
    if name == "help":
        rest = [word for word in rest if word not in ("-h", "--help")]
        if rest and rest[0] not in COMMANDS and not rest[0].startswith("-"):
            from dslc.tools.handbook import read_out

            if len(rest) > 1:
                from dslc.tools.terminal import UsageError

                raise UsageError(f"`dslc help` shows one page at a time: there is no place for `{rest[1]}`")
            return read_out(rest[0], COMMANDS)
        name, rest = (
            (rest[0], ["--help"]) if rest else (None, ["--help"])
        )  # `dslc help build` is `dslc build --help`
    if name is None:
        return _overview(rest)
    command = COMMANDS.get(name) or HIDDEN.get(name)
    if command is None:
        return _unknown(name)
    past = _past(words) if command.remembers else None
    if past is not None and not past.changed:
        from dslc.tools.terminal import say_again

        say_again(past.said)
        return 0
    import gc
    from importlib import import_module

    from dslc.tools.words import refuse_empty, refuse_unknown

    # What a compiler makes of a file lives to the end, so looking for garbage finds none; what it has made of the first of
    # a thousand files does not. A million objects are 30,000 layers, or 100 MB.
    gc.set_threshold(1_000_000)
    module = import_module(command.module)
    parser = _parser(name, command)
    module.configure(parser)
    parser.set_defaults(words=words, past=past)
    refuse_unknown(parser, rest, lambda: {other: _options(other) for other in COMMANDS})
    arguments = parser.parse_args(rest)
    refuse_empty(parser, arguments)
    result: int = module.run(arguments)
    return result


def _past(words: list[str]) -> Past | None:
    """The last run of these words, if it can tell this one anything. Who watches asks for it before every run."""
    from dslc.tools.unchanged import recall

    return None if "--no-cache" in words or "--watch" in words else recall(words)


def _said(text: str) -> int:
    if sys.stdout is not None:
        sys.stdout.write(text)
        sys.stdout.flush()
    return 0


def _complain(text: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(text)


def _split(words: list[str]) -> tuple[str | None, list[str]]:
    """The command and its arguments; options that stand before the command count as its own."""
    skip = False
    for index, word in enumerate(words):
        if skip:
            skip = False
        elif not word.startswith("-"):
            return word, [*words[:index], *words[index + 1 :]]
        else:
            skip = word in ("--color", "--format")
    return None, words


def _overview(words: list[str]) -> int:
    width = max(map(len, COMMANDS)) + 2
    commands = "\n".join(f"  {name:{width}}{command.about}" for name, command in COMMANDS.items())
    text = _HELP.format(commands=commands)
    if "-h" in words or "--help" in words:
        return _said(text)
    if words:
        from dslc.diagnostics.suggest import did_you_mean

        version = "here it is `--version`" if words[0] in ("-v", "-V") else None
        advice = (
            version or did_you_mean(words[0], ("--help", "--version")) or "dslc --help lists the commands"
        )
        _complain(f"dslc: `{words[0]}` is not an option here, and no command is given\n{advice}\n")
        return 2
    _complain(text)
    return 2


def _parser(name: str, command: Command) -> Parser:
    from argparse import RawDescriptionHelpFormatter

    from dslc.tools.words import Parser

    def help_formatter(prog: str) -> RawDescriptionHelpFormatter:
        return RawDescriptionHelpFormatter(prog, width=100)  # asking the terminal would import `shutil`

    about = command.about
    return Parser(
        prog=f"dslc {name}",
        description=about[0].upper() + about[1:] + ".",
        formatter_class=help_formatter,
        allow_abbrev=False,
    )


def _options(name: str) -> list[str]:
    """All options of a command."""
    from importlib import import_module

    from dslc.tools.words import options_of

    parser = _parser(name, COMMANDS[name])
    import_module(COMMANDS[name].module).configure(parser)
    return options_of(parser)


def _unknown(name: str) -> int:
    from dslc.diagnostics.suggest import nearest
    from dslc.tools.words import OF_TRAINING, command

    there = command(name)
    _complain(f"dslc: there is no command `{name}`\n")
    if name in OF_TRAINING:
        _complain("that stays in your Python, which imports what `dslc build` writes\n")
    elif there is not None:
        _complain(f"here it is `dslc {there}`\n")
    elif name.endswith(".kdl") or os.path.exists(name):
        _complain(f"to compile it: dslc build {name}\n")
    else:
        near = nearest(name, COMMANDS)
        _complain(f"did you mean `dslc {near}`?\n" if near else "dslc --help lists the commands\n")
    return 2


def _interrupted() -> int:
    """End as a program that the signal ended, so that a shell script around us stops too."""
    from signal import SIG_DFL, SIGINT, raise_signal, signal

    if os.name == "posix":
        signal(SIGINT, SIG_DFL)
        raise_signal(SIGINT)
    return 2


def _failed(error: Exception, words: list[str]) -> int:
    from contextlib import suppress

    from dslc.tools.terminal import UsageError, complaint

    with suppress(UsageError, BrokenPipeError):  # nobody is there to hear it
        if isinstance(error, UsageError):
            complaint(f"dslc: {error.text}")
            if error.advice:
                complaint(error.advice)
        elif isinstance(error, MemoryError):
            error.__traceback__ = None  # what was made up to there may go
            complaint("dslc: this takes more memory than there is; nothing was written")
        elif isinstance(error, OSError) and error.filename is not None:
            complaint(f"dslc: {error.filename}: {str(error.strerror).lower()}")
        elif isinstance(error, FileNotFoundError):  # of no name: it was where we are that was asked for
            complaint("dslc: the current folder is gone")
        elif isinstance(error, OSError):
            complaint(f"dslc: {error.strerror or error}")
        else:
            from dslc.tools.failure import report

            complaint(report(error, words))
    _forget_streams()
    return 2


def _forget_streams() -> None:
    """Leave nothing for Python to write when it ends: to a full disk, or where nobody reads, it would complain of that once more,
    and exit otherwise."""
    from contextlib import suppress

    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
