"""Fill the pages with what is made from elsewhere: `python docs/generate.py [--check]`. A test fails when one is not current.

- `language.md`: behind every `kdl` example stands a comment with the styles to show (`<!-- functional subclass -->`); the Python
  after it is what `dslc` makes of the example. `<!-- contents -->` is followed by the list of the sections.
- `options.md`: behind `<!-- options build -->` stands what the command says of its options, behind `<!-- settings -->` what each
  setting is for.
- `codes.md`: between `<!-- codes -->` and its end stand all messages, by their codes.
- all pages and the README: paragraphs and lists have lines of at most 120 columns.
"""

from __future__ import annotations

import re
import sys
import textwrap
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
COLUMNS = 120
EXAMPLE = re.compile(
    r"```kdl\n(?P<kdl>.*?)```\n(?:\n<!-- (?P<styles>(?:(?:functional|sequential|subclass) ?)+) -->\n"
    r"(?:\n\*[A-Z][a-z]+\*\n\n```python\n.*?```\n)*)?",
    re.DOTALL,
)
CONTENTS = re.compile(r"(<!-- contents -->\n).*?(\n<!-- end -->)", re.DOTALL)
SETTINGS = re.compile(r"(<!-- settings -->\n).*?(\n<!-- end -->)", re.DOTALL)
CODES = re.compile(r"(<!-- codes -->\n).*?(\n<!-- end -->)", re.DOTALL)
OPTIONS = re.compile(r"(<!-- options (\w+) -->\n).*?(\n<!-- end -->)", re.DOTALL)
FENCED = re.compile(r"(^```.*?^```\n)", re.MULTILINE | re.DOTALL)
ITEM = re.compile(r"(?:[-*]|\d+\.) ")


def generated(page: str) -> str:
    """A page as it is now."""
    page = EXAMPLE.sub(_example, page)
    page = CONTENTS.sub(lambda found: found[1] + "\n" + _contents(page) + found[2], page)
    page = OPTIONS.sub(lambda found: found[1] + "\n" + _options(found[2]) + found[3], page)
    page = SETTINGS.sub(lambda found: found[1] + "\n" + _settings() + found[2], page)
    page = CODES.sub(lambda found: found[1] + "\n" + _codes() + found[2], page)
    return "".join(part if part.startswith("```") else _wrapped(part) for part in FENCED.split(page))


def anchor(heading: str) -> str:
    """What a link to a heading is made of."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _example(found: re.Match[str]) -> str:
    import dslc

    kdl, styles = found["kdl"], found["styles"]
    if styles is None:
        return found[0]
    parts = [f"```kdl\n{kdl}```\n", f"<!-- {styles} -->\n"]
    for style in styles.split():
        result = dslc.compile(kdl, style=style, filename="model.kdl", externs=["my_package"])
        if result.code is None:
            raise SystemExit(f"an example does not compile in {style} style: {result.diagnostics}\n{kdl}")
        code = re.sub(r"\A(#[^\n]*\n)+\n?", "", result.code)
        parts += [f"*{style.capitalize()}*\n", f"```python\n{code}```\n"]
    return "\n".join(parts)


def _contents(page: str) -> str:
    headings = re.findall(r"^(##+) (.*)$", FENCED.sub("", page), re.MULTILINE)
    return "".join(f"{'  ' * (len(level) - 2)}- [{text}](#{anchor(text)})\n" for level, text in headings)


def _options(wanted: str) -> str:
    """A list of the options that a command has for itself; `models` and `code` are those that several have in common."""
    from dslc.tools.cli import COMMANDS

    taken = {name: _taken(name) for name in COMMANDS}
    shared = {
        "models": [item for item in taken["check"] if item in taken["summary"] and item in taken["graph"]],
        "code": [item for item in taken["build"] if item in taken["verify"] and item not in taken["check"]],
    }
    if wanted in shared:
        return _listed(shared[wanted])
    common = [item for group in shared.values() for item in group]
    return _listed([item for item in taken[wanted] if item not in common])


FAMILIES = {
    "1": "Text that is not the language", "2": "Names", "3": "Arguments and values", "4": "Shapes, functions, masks", "5": "Styles",
    "6": "Files", "7": "Limits", "8": "Warnings of taste, and traps", "9": "What Keras says when it is asked",
}  # fmt: skip


def _codes() -> str:
    """A table of messages for each family of codes: code, name, what it is, and the first sentence of what is explained."""
    from dslc.diagnostics.messages.catalogue import all_messages

    parts: list[str] = []
    family = ""
    for entry in all_messages().values():
        if entry.code[3] != family:
            family = entry.code[3]
            parts += [
                f"\n## {FAMILIES[family]}\n\n| code | name | | what it means |\n| --- | --- | --- | --- |\n"
            ]
        essay = " ".join((entry.__doc__ or "").split("\n\n")[0].split())
        first = re.split(r"(?<=\.)\s", essay, maxsplit=1)[0].replace("|", "\\|")
        parts.append(f"| {entry.code} | `{entry.title}` | {entry.severity} | {first} |\n")
    return "".join(parts).lstrip("\n")


def _settings() -> str:
    """A list of the settings, each with its variable."""
    from dslc.tools.settings import variables
    from dslc.tools.settings_schema import about, schema

    named = {name: variable for variable, name in variables().items()}
    names: Any = schema()["properties"]
    return _listed(
        [(f"`{name}`" + (f", `{named[name]}`" if name in named else ""), about(name)) for name in names]
    )


def _taken(command: str) -> list[tuple[str, str]]:
    """The arguments of a command with what `--help` says of them, but for those that every command takes."""
    from importlib import import_module

    from dslc.tools.cli import COMMANDS
    from dslc.tools.terminal import add_options

    everywhere = ArgumentParser()
    add_options(everywhere)
    usual = {option for action in everywhere._actions for option in action.option_strings}
    parser = ArgumentParser(prog="dslc")
    import_module(COMMANDS[command].module).configure(parser)
    found = []
    for action in parser._actions:
        if not usual.intersection(action.option_strings):
            names = [f"`{option}`" for option in action.option_strings] or [
                f"`{action.metavar or action.dest}`"
            ]
            if action.option_strings and action.nargs != 0:
                value = action.metavar or (
                    "|".join(action.choices) if action.choices else action.dest.upper()
                )
                names[-1] = f"{names[-1][:-1]} {value}`"
            found.append((", ".join(names), action.help or ""))
    return found


def _listed(items: list[tuple[str, str]]) -> str:
    return "".join(f"- {name}: {about}\n" for name, about in items) or "It takes nothing besides.\n"


def _wrapped(text: str) -> str:
    """Prose, with every paragraph that has a line too long broken anew."""
    return "\n\n".join(map(_paragraph, text.split("\n\n")))


def _paragraph(text: str) -> str:
    lines = text.strip("\n").split("\n")
    if all(len(line) <= COLUMNS for line in lines) or lines[0].startswith(("|", "#", "<")):
        return text
    before, after = re.match(r"\n*", text)[0], re.search(r"\n*\Z", text)[0]  # type: ignore[index]
    items: list[list[str]] = []
    for line in lines:
        if ITEM.match(line.lstrip()) or not items:
            items.append([line])
        else:
            items[-1].append(line.strip())
    return before + "\n".join(map(_filled, items)) + after


def _filled(lines: list[str]) -> str:
    """A paragraph, or an item of a list. A word that would begin a list at the start of a line stays where it was."""
    first = lines[0]
    indent = " " * (len(first) - len(first.lstrip()))
    mark = ITEM.match(first.lstrip())
    hanging = indent + (" " * len(mark[0]) if mark else "")
    text = re.sub(
        r" ([-*+#>]|\d+\.) ", lambda found: f" {found[1]}\0", " ".join(line.strip() for line in lines)
    )
    made = textwrap.fill(
        text,
        COLUMNS - 1,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return made.replace("\0", " ")


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` name those that are not current (exit code 1)."""
    stale = 0
    for path in [*sorted(FOLDER.glob("*.md")), FOLDER.parent / "README.md"]:
        page = path.read_text("utf-8")
        made = generated(page)
        if made == page:
            continue
        stale = 1
        if "--check" in arguments:
            print(f"{path.name} is not current")
        else:
            path.write_text(made, "utf-8")
    return stale if "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
