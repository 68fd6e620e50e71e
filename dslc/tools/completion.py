"""`dslc completion SHELL`: a script that completes commands, options, styles, codes and layer names.

In: the parsers of the commands, so that the script cannot fall behind them.  Out: text for bash, zsh or fish, to be
evaluated by the shell (`eval "$(dslc completion bash)"`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.record import record
from dslc.tools.terminal import product

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

SHELLS = ("bash", "zsh", "fish")


@record
class Option:
    """An option of a command: its spellings, what it is for, and the values it takes if they are a fixed set."""

    flags: tuple[str, ...]
    about: str
    choices: tuple[str, ...]
    valued: bool


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc completion`."""
    parser.epilog = 'bash: eval "$(dslc completion bash)"   fish: dslc completion fish | source'
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help="whose script: " + ", ".join(SHELLS))


def run(arguments: Namespace) -> int:
    """Print the script for one shell."""
    scripts = {"bash": _bash, "zsh": _zsh, "fish": _fish}
    product(scripts[arguments.shell](_options()))
    return 0


def _options() -> dict[str, list[Option]]:
    from argparse import ArgumentParser
    from importlib import import_module

    from dslc.tools.cli import COMMANDS

    options: dict[str, list[Option]] = {}
    for name, command in COMMANDS.items():
        parser = ArgumentParser(prog=name)
        import_module(command.module).configure(parser)
        options[name] = [
            Option(
                tuple(action.option_strings),
                (action.help or "").split(" (")[0].split(";")[0],
                tuple(map(str, action.choices or ())),
                action.nargs != 0,
            )
            for action in parser._actions
            if action.option_strings
        ]
    return {**options, "help": []}


def _words(name: str) -> list[str]:
    """What may stand as the argument of a command besides files."""
    if name == "explain":
        from dslc.diagnostics.messages.catalogue import all_messages

        return list(all_messages())
    if name == "help":
        from dslc.tools.cli import COMMANDS
        from dslc.tools.handbook import pages

        return [*pages(), "pages", *COMMANDS]
    if name == "layers":
        from dslc.keras.layers import names

        return names()
    return list(SHELLS) if name == "completion" else []


def _bash(commands: dict[str, list[Option]]) -> str:
    cases = []
    for name, options in commands.items():
        flags = " ".join(flag for option in options for flag in option.flags)
        words = " ".join(_words(name))
        valued = "".join(
            f"                {'|'.join(option.flags)}) COMPREPLY=( $(compgen -W \"{' '.join(option.choices)}\" "
            f'-- "$word") ); return ;;\n'
            for option in options
            if option.choices
        )
        cases.append(
            f"        {name})\n"
            f'            case "$before" in\n{valued}            esac\n'
            f'            if [[ $word == -* ]]; then COMPREPLY=( $(compgen -W "{flags}" -- "$word") )\n'
            f'            else COMPREPLY=( $(compgen -W "{words}" -- "$word") ); fi ;;\n'
        )
    names = " ".join(commands)
    return (
        "_dslc() {\n"
        "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
        "    COMPREPLY=()\n"
        '    if [[ $COMP_CWORD -eq 1 ]]; then COMPREPLY=( $(compgen -W "'
        f'{names} --help --version" -- "$word") ); return; fi\n'
        '    case "${COMP_WORDS[1]}" in\n' + "".join(cases) + "    esac\n}\n"
        "complete -o default -F _dslc dslc\n"  # where nothing is offered, the shell offers files, and quotes their names
    )


def _zsh(commands: dict[str, list[Option]]) -> str:
    return "autoload -U +X bashcompinit && bashcompinit\n" + _bash(commands)


def _fish(commands: dict[str, list[Option]]) -> str:
    from dslc.tools.cli import COMMANDS

    lines = ["complete -c dslc -e"]
    for name, options in commands.items():
        about = COMMANDS[name].about if name in COMMANDS else "a page of the documentation"
        lines.append(f"complete -c dslc -n __fish_use_subcommand -f -a {name} -d {_quoted(about)}")
        seen = f"'__fish_seen_subcommand_from {name}'"
        for option in options:
            flags = " ".join(
                f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags
            )
            values = (
                f" -x -a {_quoted(' '.join(option.choices))}" if option.choices else " -r" * option.valued
            )
            lines.append(f"complete -c dslc -n {seen} {flags}{values} -d {_quoted(option.about)}")
        if words := _words(name):
            lines.append(f"complete -c dslc -n {seen} -f -a {_quoted(' '.join(words))}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
