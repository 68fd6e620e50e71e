"""`dslc check PATH…`: every diagnostic of the files, on stdout, and nothing else; with `--fix` those that are left. Files of Python are checked as `dslc import` reads them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dslc.tools.terminal import UsageError, add_options, console, count, message, plural, product, show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping, Sequence

    from dslc.diagnostics.diagnostic import Diagnostic
    from dslc.source import Source
    from dslc.tools.rewriting import Rewritten
    from dslc.tools.terms import Terms

_ROUNDS = 20
"""A fix may bring the next mistake to light; so many times at most."""


def configure(parser: ArgumentParser) -> None:
    """The arguments of `dslc check`."""
    from dslc.tools.compiling import add_source_options

    parser.epilog = (
        "The models of a file of Python (train.py, train.py:build) or a notebook are checked, too: it is read and never run. "
        "Exit code: 0 no errors (there may be warnings), 1 errors, or --diff found something to fix, 2 a file cannot be read."
    )
    add_source_options(parser, default="all below the current folder")
    fixing = parser.add_argument_group("fixing")
    fixing.add_argument("--fix", action="store_true", help="make the fixes that are safe, in the files")
    fixing.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="with --fix or --diff: also those that may change what is meant",
    )
    fixing.add_argument("--diff", action="store_true", help="write nothing; show what --fix would change")
    add_options(parser)


def run(arguments: Namespace) -> int:
    """Check every file; 1 when there are errors."""
    from dslc.tools.compiling import checked_sources, exit_code, ordered, tell_missing

    if arguments.unsafe_fixes and not (arguments.fix or arguments.diff):
        raise UsageError("--unsafe-fixes goes with --fix or --diff", "add one of them")
    if arguments.fix or arguments.diff:
        code = _fix(arguments)
        if arguments.diff or code == 2:
            return code
    results = checked_sources(arguments)
    diagnostics = ordered([item for result in results for item in result.diagnostics])
    speaker = console(arguments)
    show(speaker, diagnostics, as_product=True)
    files = plural(len(results), "file")
    message(speaker, f"{count(diagnostics)} in {files}" if diagnostics else f"no mistakes in {files}")
    offer = _offer(diagnostics)
    if offer:
        message(speaker, offer)
    return 1 if tell_missing(results, arguments) else exit_code(diagnostics, arguments.strict)


def _offer(diagnostics: list[Diagnostic]) -> str:
    """How many of the mistakes could be fixed, and by which words."""
    safe = sum(item.fix is not None and item.fix.applicability == "safe" for item in diagnostics)
    guesses = sum(item.fix is not None and item.fix.applicability != "safe" for item in diagnostics)
    parts = [f"--fix mends {safe} of them"] if safe else []
    if guesses:
        parts += [
            (
                f"with --unsafe-fixes {guesses} more"
                if parts
                else f"--fix --unsafe-fixes mends {guesses} of them"
            )
        ]
    return ", ".join(parts)


def _fix(arguments: Namespace) -> int:
    """Make the fixes, or show them; 1 when there is something to show, 2 when a file cannot be read."""
    from dslc.diagnostics.diagnostic import Diagnostic
    from dslc.tools.files import STDIN, is_of_python
    from dslc.tools.paths import files
    from dslc.tools.rewriting import Rewritten, difference, in_the_form_of, read, write
    from dslc.tools.terms import terms
    from dslc.tools.values import parse

    if STDIN in arguments.paths:
        raise UsageError("--fix and --diff change files, and - is none", "name a file or a folder")
    if any(map(is_of_python, arguments.paths)):
        raise UsageError("what is wrong in a file of Python is mended there", "leave --fix and --diff out")
    agreed, values = terms(arguments), parse(arguments.set)
    changed: list[Rewritten] = []
    unreadable: list[Diagnostic] = []
    left: list[Diagnostic] = []
    fixes = 0
    for found in files(arguments):
        source, content = read(found, None, agreed.limits.characters)
        if isinstance(source, Diagnostic):
            unreadable.append(source)
            continue
        text, made, said = _fixed(source, values, agreed, arguments.unsafe_fixes)
        fixes += made
        left += said
        if made:
            changed.append(Rewritten(found.path, source, content, in_the_form_of(content, text)))
    if unreadable:
        show(console(arguments), unreadable)
        return 2
    if arguments.diff:
        product("".join(difference(each, "now", "fixed", console(arguments)) for each in changed))
        if left:
            offer = _offer(left)
            message(console(arguments), f"{count(left)} left{offer and f'; {offer}'}")
        return 1 if changed else 0
    if changed:
        write(changed)
        number = f"{fixes} fix" if fixes == 1 else f"{fixes} fixes"
        message(console(arguments), f"made {number} in {plural(len(changed), 'file')}")
    return 0


def _fixed(
    source: Source, values: Mapping[str, object], agreed: Terms, unsafe: bool
) -> tuple[str, int, tuple[Diagnostic, ...]]:
    """A text after its fixes, as long as each round takes those away that it mends, how many they were, and what is left."""
    from dslc.diagnostics.fixing import applied, edits_of
    from dslc.source import Source
    from dslc.tools.compiling import check_source

    made = 0
    said = check_source(source, values, agreed).diagnostics
    seen = {source.text}
    for _ in range(_ROUNDS):
        edits = edits_of(said, source, unsafe)
        then = Source(source.name, applied(source.text, edits))
        if not edits or then.text in seen:
            break
        seen.add(then.text)
        left = check_source(then, values, agreed).diagnostics
        mended = [each for each in said if each.fix is not None and each.fix.edits[0] in edits]
        if not _are_gone(mended, said, left):
            break
        made += len(mended)
        source, said = then, left
    return source.text, made, said


def _are_gone(mended: Sequence[Diagnostic], said: Sequence[Diagnostic], left: Sequence[Diagnostic]) -> bool:
    """Whether fixes have taken their mistakes away, and left no more than there were: the checker may see others now."""
    if (_errors(left), len(left)) < (_errors(said), len(said)):
        return True
    before = Counter((each.code, each.text) for each in said)
    after = Counter((each.code, each.text) for each in left if not _is_seen_now(each, said))
    gone = Counter((each.code, each.text) for each in mended)
    return _errors(left) <= _errors(said) and all(after[key] <= before[key] - gone[key] for key in gone)


def _is_seen_now(each: Diagnostic, said: Sequence[Diagnostic]) -> bool:
    """Whether a mistake stands in a line that is as it was, where nothing of the kind was said: another one was in front of it."""
    line = each.span.source.line(each.span.row)
    if any(
        (one.code, one.text, one.span.source.line(one.span.row)) == (each.code, each.text, line)
        for one in said
    ):
        return False
    return any(line in one.span.source.text.split("\n") for one in said[:1])


def _errors(diagnostics: Sequence[Diagnostic]) -> int:
    return sum(each.severity == "error" for each in diagnostics)
