"""`dslc explain CODE`: the essay behind a message, with a wrong and a right example; without a code, all messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslc.diagnostics.messages.catalogue import all_messages, essay
from dslc.tools.terminal import UsageError, add_options, product, wants_color

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dslc.diagnostics.messages.catalogue import Entry


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc explain`."""
    parser.add_argument(
        "code", nargs="?", help="a code (DSL401) or a name (merge-shapes); none: list them all"
    )
    add_options(parser, ("text", "json"))


def run(arguments: Namespace) -> int:
    """Print one essay, or the list of all codes."""
    catalogue = all_messages()
    if arguments.code is None:
        entries = list(catalogue.values())
    else:
        entries = [_find(arguments.code, catalogue)]
    if arguments.format == "json":
        from json import dumps

        product(dumps([_data(entry) for entry in entries], indent=2, ensure_ascii=False) + "\n")
    elif arguments.code is None:
        width = max(len(entry.title) for entry in entries)
        product("".join(f"{entry.code}  {entry.title:{width}}  {_first_line(entry)}\n" for entry in entries))
    else:
        product(_essay(entries[0], arguments.color))
    return 0


def _find(word: str, catalogue: dict[str, Entry[...]]) -> Entry[...]:
    from dslc.diagnostics.suggest import did_you_mean
    from dslc.keras.layers import find

    code = word.upper() if word.upper().startswith("DSL") else f"DSL{word}"
    if code in catalogue:
        return catalogue[code]
    by_title = {entry.title: entry for entry in catalogue.values()}
    if word in by_title:
        return by_title[word]
    advice = did_you_mean(word, by_title) or "dslc explain, without a code, lists them all"
    numbers = "DSL" + "".join(filter(str.isdigit, word))
    if numbers in catalogue:
        advice = f"did you mean `{numbers}`?"
    if find(word) is not None:
        advice = f"`dslc layers {word}` tells of the layer"
    raise UsageError(f"there is no message `{word}`", advice)


def _essay(entry: Entry[...], color: str) -> str:
    import sys

    from dslc.diagnostics.render.paint import paint

    tinted = wants_color(color, sys.stdout)
    head = paint(f"{entry.severity}[{entry.code}]", entry.severity, tinted)
    lines = [f"{head} {paint(entry.title, 'strong', tinted)}", ""]
    fenced = False
    for line in essay(entry).splitlines():
        if line.startswith("```"):
            fenced = not fenced
            word = line.removeprefix("```kdl").strip()
            if fenced and word:
                lines.append(paint(f"{word.capitalize()}:", "error" if word == "wrong" else "help", tinted))
            elif not fenced:
                lines.append("")
        else:
            lines.append(f"    {line}".rstrip() if fenced else line)
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip() + "\n"


def _first_line(entry: Entry[...]) -> str:
    return essay(entry).split("\n")[0]


def _data(entry: Entry[...]) -> dict[str, str]:
    return {"code": entry.code, "name": entry.title, "severity": entry.severity, "explanation": essay(entry)}
